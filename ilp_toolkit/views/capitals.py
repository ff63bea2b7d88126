"""
Where a country stands on a map of flows: its capital, to a tenth of a degree.

The middle of Russia's outline lies in Siberia and Kazakhstan's far from any road that matters; a flow drawn
to either would point the wrong way. A capital is a place that a reader knows, and is no claim about where
anything passes.
"""

from __future__ import annotations

from functools import cache

__all__ = ["capitals"]

_CAPITALS = """
AD 1.5 42.5; AE 54.4 24.4; AF 69.2 34.5; AG -61.8 17.1; AI -63.1 18.2; AL 19.8 41.3; AM 44.5 40.2
AO 13.3 -8.9; AR -58.5 -34.7; AS -170.7 -14.3; AT 16.4 48.2; AU 149.1 -35.3; AW -70 12.5; AX 19.9 60.1
AZ 49.8 40.4; BA 18.4 43.9; BB -59.6 13.1; BD 90.4 23.8; BE 4.4 50.8; BF -1.5 12.4; BG 23.3 42.7
BH 50.55 26.2; BI 29.9 -3.4; BJ 2.6 6.5; BL -62.85 17.9; BM -64.8 32.3; BN 114.9 4.9; BO -68.1 -16.5
BQ -68.3 12.15; BR -47.9 -15.8; BS -77.35 25.05; BT 89.6 27.5; BW 25.9 -24.6; BY 27.6 53.9
BZ -88.8 17.2; CA -75.7 45.4; CD 15.4 -4.4; CF 18.6 4.4; CG 15.2 -4.2; CH 7.4 46.9; CI -5.3 6.8
CK -159.8 -21.2; CL -70.7 -33.5; CM 11.5 3.9; CN 116.4 39.9; CO -74.1 4.6; CR -84.1 9.9; CU -82.4 23.1
CV -23.5 14.9; CW -68.9 12.1; CY 33.4 35.1; CZ 14.4 50.1; DE 13.4 52.5; DJ 43.1 11.6; DK 12.4 55.7
DM -61.4 15.3; DO -69.9 18.5; DZ 3.1 36.7; EC -78.5 -0.2; EE 24.8 59.4; EG 31.2 30; EH -13.2 27.1
ER 38.9 15.3; ES -3.7 40.4; ET 38.7 9; FI 24.9 60.2; FJ 178.4 -18.1; FK -57.9 -51.7; FM 158.2 6.9
FO -6.8 62; FR 2.4 48.9; GA 9.5 0.4; GB -0.1 51.5; GD -61.7 12.1; GE 44.8 41.7; GF -52.3 4.9
GG -2.55 49.45; GH -0.2 5.6; GI -5.35 36.14; GL -51.7 64.2; GM -16.6 13.4; GN -13.7 9.5; GP -61.7 16
GQ 8.8 3.7; GR 23.7 38; GT -90.5 14.6; GU 144.8 13.5; GW -15.6 11.9; GY -58.2 6.8; HK 114.2 22.4
HN -87.2 14.1; HR 16 45.8; HT -72.3 18.6; HU 19 47.5; ID 106.8 -6.2; IE -6.3 53.3; IL 35.2 31.8
IM -4.5 54.2; IN 77.2 28.6; IQ 44.4 33.3; IR 51.4 35.7; IS -21.9 64.1; IT 12.5 41.9; JE -2.1 49.2
JM -76.8 18; JO 35.9 31.9; JP 139.7 35.7; KE 36.8 -1.3; KG 74.6 42.9; KH 104.9 11.6; KI 173 1.4
KM 43.3 -11.7; KN -62.7 17.3; KP 125.8 39; KR 127 37.6; KW 48 29.3; KY -81.3 19.3; KZ 71.4 51.2
LA 102.6 18; LB 35.5 33.9; LC -61 14; LI 9.5 47.1; LK 79.9 6.9; LR -10.8 6.3; LS 27.5 -29.3
LT 25.3 54.7; LU 6.1 49.6; LV 24.1 56.9; LY 13.2 32.8; MA -6.8 34; MC 7.4 43.7; MD 28.9 47; ME 19.3 42.4
MF -63.1 18.1; MG 47.5 -18.9; MH 171.2 7.1; MK 21.4 42; ML -8 12.6; MM 96.1 19.7; MN 106.9 47.9
MO 113.5 22.2; MP 145.7 15.2; MQ -61 14.6; MR -15.9 18.1; MS -62.2 16.7; MT 14.4 35.9; MU 57.5 -20.2
MV 73.5 4.2; MW 33.8 -14; MX -99.1 19.4; MY 101.7 3.1; MZ 32.5 -25.9; NA 17.1 -22.6; NC 166.5 -22.2
NE 2.1 13.5; NF 167.95 -29.05; NG 7.5 9.1; NI -86.2 12.1; NL 4.9 52.4; NO 10.8 59.9; NP 85.3 27.7
NR 166.9 -0.5; NU -169.9 -19.1; NZ 174.9 -41.2; OM 58.4 23.6; PA -79.5 9; PE -77 -12.1; PF -149.5 -17.6
PG 147.2 -9.4; PH 121 14.6; PK 73.1 33.7; PL 21 52.2; PM -56.2 46.8; PR -66.1 18.4; PS 35.2 31.9
PT -9.1 38.8; PW 134.6 7.5; PY -57.6 -25.3; QA 51.5 25.3; RE 55.5 -20.9; RO 26.1 44.4; RS 20.5 44.8
RU 37.6 55.8; RW 30.1 -1.9; SA 46.7 24.7; SB 160 -9.45; SC 55.5 -4.6; SD 32.5 15.6; SE 18 59.3
SG 103.8 1.35; SH -5.7 -15.95; SI 14.5 46.05; SK 17.1 48.2; SL -13.2 8.5; SM 12.45 43.95; SN -17.4 14.7
SO 45.3 2.1; SR -55.2 5.8; SS 31.6 4.9; ST 6.7 0.3; SV -89.2 13.7; SX -63 18.05; SY 36.3 33.5
SZ 31.1 -26.3; TC -71.7 21.8; TD 15 12.1; TG 1.2 6.2; TH 100.5 13.75; TJ 68.8 38.6; TL 125.6 -8.6
TM 58.4 38; TN 10.2 36.8; TO -175.2 -21.2; TR 32.9 39.9; TT -61.4 10.6; TV 179.2 -8.5; TW 121.5 25
TZ 35.7 -6.2; UA 30.5 50.5; UG 32.6 0.3; US -77 38.9; UY -56.2 -34.8; UZ 69.3 41.3; VA 12.45 41.9
VC -61.2 13.2; VE -66.9 10.5; VG -64.6 18.4; VI -64.9 18.35; VN 105.8 21; VU 168.3 -17.7
WF -176.2 -13.3; WS -171.8 -13.85; XK 21.2 42.65; YE 44.2 15.4; YT 45.2 -12.8; ZA 28.2 -25.7
ZM 28.3 -15.4; ZW 31 -17.8
XA 66.4 -34.55; XB 64.6 -37.1; XC 69.4 -33.1
"""
"""Country (alpha-2), longitude, latitude in degrees; the seat of the administration for territories. The last
line is the invented world's."""


@cache
def capitals() -> dict[str, tuple[float, float]]:
    """
    Return longitude and latitude of capitals by country.

    Examples
    --------
    >>> capitals()["KZ"]
    (71.4, 51.2)
    """
    parts = (part.split() for part in _CAPITALS.replace("\n", ";").split(";"))
    return {part[0]: (float(part[1]), float(part[2])) for part in parts if part}
