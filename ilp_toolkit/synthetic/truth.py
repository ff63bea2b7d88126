"""
What was planted in Kelovar, so that an exercise or a test can score itself.

Register numbers name incidents; coordinates are degrees. Unreported events are counted by district and
offence, never listed: nobody would know of them.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .city import ORIGIN
from .dirt import DIRT
from .incidents import HOT_SPOTS, NEAR_REPEAT, PATROLS, REPORTING
from .offences import OFFENCES
from .register import NO_PLACE, english_address, lonlat
from .spans import DAY_ONLY, MIDNIGHT, NO_END

if TYPE_CHECKING:
    from .city import City
    from .incidents import Incidents

__all__ = ["make_truth"]


def make_truth(
    city: City,
    incidents: Incidents,
    register: pd.DataFrame,
    dirt: dict[str, list[str]],
    spellings: dict[str, dict[str, object]],
) -> dict[str, Any]:
    """
    Gather everything that was planted.

    Parameters
    ----------
    city, incidents, register
        The city, what happened in it, and what was written down (clean).
    dirt
        From `soil`: the numbers of the incidents that each slip took.
    spellings
        From `russian_table`: every spelling of a district and what it stands for.

    Returns
    -------
    dict
        JSON values.
    """
    number = dict(zip(register["event"], register["incident_no"], strict=True))
    return {
        "about": "Do not edit. Made by: python -m ilp_toolkit.synthetic datasets",
        "period": {"first_day": "2023-01-01", "last_day": "2025-12-31", "timezone": "Indian/Maldives"},
        "crs": "EPSG:32742",
        "rows": {"incidents": len(register) + DIRT["duplicate_row"], "recorded_events": len(register)},
        "offences": _offences(incidents, register),
        "reporting": _reporting(incidents),
        "hot_addresses": _hot_addresses(city, incidents, register),
        "hot_spots": _hot_spots(incidents, number),
        "near_repeats": _near_repeats(incidents, number),
        "patrols": _patrols(incidents),
        "true_hours": _true_hours(incidents),
        "writing": {
            "fraud_without_a_place": int(register["nowhere"].sum()),
            "share_fraud_without_a_place": NO_PLACE,
            "shares": {"day_only": DAY_ONLY, "no_end": NO_END, "midnight": MIDNIGHT},
            "rows": {str(k): int(v) for k, v in register["written"].value_counts().sort_index().items()},
            "rows_without_an_end": int((register["end"] < 0).sum()),
        },
        "dirt": {name: {"n": DIRT[name], "incident_no": dirt[name]} for name in DIRT},
        "lost_numbers": dirt["lost_number"],
        "register_ru": {
            "rows": int(sum(int(str(entry["n"])) for entry in spellings.values())),
            "district_spellings": spellings,
        },
    }


def _offences(incidents: Incidents, register: pd.DataFrame) -> dict[str, Any]:
    happened = incidents.events.groupby("offence").size()
    written = register.groupby("offence").size()
    found = register[register["origin"] == "discovered"].groupby("offence").size()
    return {
        item.name: {
            "name_ru": item.name_ru,
            "article": item.article,
            "occurred": int(happened[item.name]),
            "recorded": int(written[item.name]),
            "discovered": int(found.get(item.name, 0)),
            "month_weights": list(item.months),
            "weekday_weights": list(item.weekdays),
            "hour_weights": list(item.hours),
        }
        for item in OFFENCES
    }


def _reporting(incidents: Incidents) -> dict[str, Any]:
    events = incidents.events
    public = events[~events["discovered"]]
    occurred = public.groupby("district").size().to_dict()
    reported = public[public["recorded"]].groupby("district").size().to_dict()
    found = events[events["discovered"]].groupby("district").size()
    return {
        area: {
            "probability": chance,
            "occurred_unnoticed_by_police": int(occurred[area]),
            "reported": int(reported[area]),
            "unreported": int(occurred[area] - reported[area]),
            "discovered": int(found.get(area, 0)),
        }
        for area, chance in REPORTING.items()
    }


def _hot_addresses(city: City, incidents: Incidents, register: pd.DataFrame) -> list[dict[str, Any]]:
    """List the hot addresses with the rows that the clean register has there, whatever brought them."""
    text = pd.Series(english_address(register)) + "|" + register["offence"]
    n = text.value_counts()
    rows = []
    for offence, address, share in incidents.hot_addresses.itertuples(index=False):
        place = city.addresses.iloc[[address]]
        lon, lat = lonlat(place["x"].to_numpy(), place["y"].to_numpy())
        (label,) = english_address(place)
        rows.append(
            {
                "offence": offence,
                "address": label,
                "district": str(place["district"].iloc[0]),
                "longitude": float(lon[0]),
                "latitude": float(lat[0]),
                "planted_share": float(share),
                "recorded": int(n.get(f"{label}|{offence}", 0)),
            }
        )
    return rows


def _hot_spots(incidents: Incidents, number: dict[int, str]) -> list[dict[str, Any]]:
    rows = []
    for spot in HOT_SPOTS:
        lon, lat = lonlat(np.array([spot.x * 1000 + ORIGIN[0]]), np.array([spot.y * 1000 + ORIGIN[1]]))
        events = incidents.events[incidents.events["component"] == spot.name]
        rows.append(
            {
                "name": spot.name,
                "offence": spot.offence,
                "longitude": float(lon[0]),
                "latitude": float(lat[0]),
                "sigma_m": spot.sigma,
                "start": spot.start,
                "full": spot.full,
                "fades": spot.fades,
                "end": spot.end,
                "occurred": len(events),
                "recorded": int(events["recorded"].sum()),
                "incident_no": sorted(number[event] for event in events.loc[events["recorded"], "event"]),
            }
        )
    return rows


def _near_repeats(incidents: Incidents, number: dict[int, str]) -> dict[str, Any]:
    events = incidents.events
    children = events[events["parent"] >= 0]
    pairs = [
        [number[event], number[parent]]
        for event, parent in zip(children["event"], children["parent"], strict=True)
        if event in number and parent in number
    ]
    burglaries = events[events["offence"] == NEAR_REPEAT.offence]
    return {
        **asdict(NEAR_REPEAT),
        "occurred": len(burglaries),
        "offspring_occurred": len(children),
        "offspring_recorded": int(children["recorded"].sum()),
        "pairs_recorded": sorted(pairs),
        "pairs_are": "[incident, the earlier incident that it followed], both recorded",
    }


def _patrols(incidents: Incidents) -> dict[str, Any]:
    lon, lat = lonlat(incidents.patrols[:, 0], incidents.patrols[:, 1])
    return {
        "offence": PATROLS.offence,
        "planted_share": PATROLS.share,
        "sigma_m": PATROLS.sigma,
        "spots": [[float(a), float(b)] for a, b in zip(lon, lat, strict=True)],
    }


def _true_hours(incidents: Incidents) -> dict[str, list[list[int]]]:
    """Count each offence's recorded events by true weekday (Monday first) and hour."""
    events = incidents.events[incidents.events["recorded"]]
    cell = (events["moment"] // 1440 + 6) % 7 * 24 + events["moment"] % 1440 // 60
    return {
        item.name: np.bincount(cell[events["offence"] == item.name], minlength=168).reshape(7, 24).tolist()
        for item in OFFENCES
    }
