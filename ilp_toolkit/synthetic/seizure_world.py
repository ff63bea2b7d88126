"""
What truly moves between the three countries: a flow a month for each drug and post, and what is found of it.

Nothing here is random. Each drug's flow is worked out backwards, from what is used and shipped on to the
border where it entered, so that kilograms add up: what crosses a border is what is found behind it, what is
used, and what goes on. Kilograms are those that reach a post, before its officers take their part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

__all__ = [
    "DRUGS",
    "FIRST_YEAR",
    "MONTHS",
    "WORLD",
    "Drug",
    "Stream",
    "World",
    "flows_table",
    "hours_table",
    "mean_load",
    "pass_share",
    "streams",
]

FIRST_YEAR = 2023
MONTHS = 36
"""January 2023 to December 2025."""
FOUND = 0.028
"""Share of the kilograms that pass a place which a thousand hours of work a month find."""
_WINTER = (12, 1, 2)
Found = Callable[[str, str, int], float]
"""Country, place and month to the share that is found there."""


@dataclass(frozen=True)
class Drug:
    """One drug: how much is used where, by which posts it goes, and how it is packed."""

    name: str
    name_ru: str
    north: bool
    """From Belzavat by Tolvania to Ruzmara; else the other way."""
    used: Mapping[str, float]
    """Kilograms a year that are used, in 2023, by country."""
    sent_on: float
    """Kilograms a year that leave the last country for places outside."""
    around: float
    """Share of the last country's supply that goes around Tolvania: by air, or by post."""
    years: tuple[float, float, float]
    """What each year is of 2023."""
    south_posts: Mapping[str, float]
    """Share of each post between Belzavat and Tolvania, before."""
    south_after: Mapping[str, float]
    """The same when the reinforced post has done its work."""
    north_posts: Mapping[str, float]
    """Share of each post between Tolvania and Ruzmara."""
    load: tuple[float, float, float]
    """Median kilograms of a load, sigma of its logarithm, and the largest."""


def _three(first: float, second: float, third: float) -> dict[str, float]:
    return {"Murgosin": first, "Umrilek": second, "Ishzemir": third}


def _two(salvamet: float, dorsunok: float) -> dict[str, float]:
    return {"Salvamet": salvamet, "Dorsunok": dorsunok}


DRUGS: tuple[Drug, ...] = (
    Drug(
        *("Heroin", "Героин", True, {"XA": 2600, "XB": 1500, "XC": 12000}, 4000, 0.12, (1.0, 0.95, 0.85)),
        *(_three(0.72, 0.22, 0.06), _three(0.42, 0.40, 0.18), _two(0.62, 0.38), (2.5, 1.4, 160.0)),
    ),
    Drug(
        *("Opium", "Опий", True, {"XA": 3500, "XB": 6000, "XC": 2400}, 0, 0.0, (1.0, 0.9, 0.7)),
        *(_three(0.60, 0.32, 0.08), _three(0.34, 0.48, 0.18), _two(0.5, 0.5), (4.0, 1.3, 220.0)),
    ),
    Drug(
        *(
            "Cannabis resin",
            "Гашиш",
            True,
            {"XA": 9000, "XB": 7000, "XC": 20000},
            3000,
            0.0,
            (1.0, 1.05, 1.1),
        ),
        *(_three(0.26, 0.14, 0.60), _three(0.14, 0.20, 0.66), _two(0.75, 0.25), (9.0, 1.3, 600.0)),
    ),
    Drug(
        *(
            "Methamphetamine",
            "Метамфетамин",
            False,
            {"XA": 700, "XB": 500, "XC": 2500},
            0,
            0.3,
            (1.0, 1.5, 2.1),
        ),
        *(_three(0.60, 0.40, 0.0), _three(0.36, 0.64, 0.0), _two(0.7, 0.3), (0.6, 1.2, 24.0)),
    ),
)
"""The four drugs; the kilograms are a year's."""


@dataclass(frozen=True)
class World:
    """What a recipe can vary: the reinforced post, when, how much, and what each country reports."""

    reinforced: str = "Murgosin"
    since: int = 18
    """Month, counted from January 2023 as 0, in which the post gets its hours."""
    times: float = 2.5
    """Hours of the reinforced post, times those before."""
    settles: int = 3
    """Months in which traffic finds its new ways."""
    reported: Mapping[str, float] | None = None
    """Share of its seizures that a country sends in, by country; None for 0.95, 0.40 and 0.70."""
    silent: tuple[tuple[str, int], ...] = (("XB", 2024),)
    """Country and year of which nothing was sent in."""

    def sends(self, country: str) -> float:
        """Return the share of its seizures that a country sends in."""
        return (self.reported or {"XA": 0.95, "XB": 0.40, "XC": 0.70})[country]


WORLD = World()
"""The world of ``datasets/seizures``."""

_HOURS: dict[tuple[str, str], float] = {
    **{("XA", "Murgosin"): 2000, ("XA", "Umrilek"): 1500, ("XA", "Ishzemir"): 1100},
    **{("XA", "Salvamet"): 1400, ("XA", "Dorsunok"): 1200, ("XA", "Kelovar"): 500, ("XA", "Terzemir"): 600},
    **{("XB", "Murgosin"): 500, ("XB", "Umrilek"): 400, ("XB", "Osgonok"): 500},
    **{("XC", "Salvamet"): 1300, ("XC", "Dorsunok"): 900, ("XC", "Ruvalek"): 500, ("XC", "Palrigan"): 250},
}
"""Hours of work a month, by country and place."""


@dataclass(frozen=True)
class Stream:
    """What passes one place in a month, seen by the officers of one country."""

    drug: Drug
    month: int
    country: str
    place: str
    side: str
    """inbound, outbound, domestic, air or mail."""
    origin: str
    destination: str
    """The true leg, as countries."""
    kg: float
    share_found: float


def hours_table(world: World = WORLD) -> pd.DataFrame:
    """
    Return the hours of work by country, place and month.

    Examples
    --------
    >>> table = hours_table().query("country == 'XA' and post == 'Murgosin'")
    >>> table["hours"].unique().tolist()
    [1960, 2010, 2060, 4900, 5020, 5150]
    """
    rows = []
    for (country, place), usual in _HOURS.items():
        for month in range(MONTHS):
            hours = usual * (1.005 + 0.025 * (month % 3 - 1))
            more = world.times if (country, place) == ("XA", world.reinforced) and month >= world.since else 1
            closed = place == "Ishzemir" and _calendar(month) in _WINTER
            rows.append((country, place, month, 0 if closed else int(round(hours * more, -1))))
    return pd.DataFrame(rows, columns=["country", "post", "month", "hours"])


def mean_load(drug: Drug) -> float:
    """
    Return the mean kilograms of a load, of the cut lognormal that loads are drawn from.

    Examples
    --------
    >>> round(mean_load(DRUGS[0]), 2)
    6.28
    """
    from scipy.special import ndtr

    median, sigma, most = drug.load
    cut = np.log(most / median) / sigma
    return float(median * np.exp(sigma**2 / 2) * ndtr(cut - sigma) / ndtr(cut))


def pass_share(drug: Drug, month: int, world: World = WORLD) -> dict[str, float]:
    """
    Return which share of a drug goes by which post between Belzavat and Tolvania in a month.

    Examples
    --------
    >>> pass_share(DRUGS[0], 6)["Murgosin"], pass_share(DRUGS[0], 30)["Murgosin"]
    (0.72, 0.42)
    >>> pass_share(DRUGS[0], 0)["Ishzemir"]
    0.0
    """
    moved = min(max(month - world.since + 1, 0) / world.settles, 1.0)
    before, after = drug.south_posts, _after(drug, world)
    shares = {post: before[post] + moved * (after[post] - before[post]) for post in before}
    if _calendar(month) in _WINTER:
        rest = 1 - shares["Ishzemir"]
        shares = {post: 0.0 if post == "Ishzemir" else share / rest for post, share in shares.items()}
    return {post: round(share, 6) for post, share in shares.items()}


def streams(world: World = WORLD) -> list[Stream]:
    """Return what passes each place in each month, in the order of drugs, months and stages."""
    hours = {(c, p, m): float(h) for c, p, m, h in hours_table(world).itertuples(index=False, name=None)}

    def found(country: str, place: str, month: int) -> float:
        return FOUND * hours[country, place, month] / 1000

    return [
        one
        for drug in DRUGS
        for month in range(MONTHS)
        for one in (_north if drug.north else _south)(drug, month, world, found)
        if one.kg > 0
    ]


def flows_table(flow: list[Stream]) -> pd.DataFrame:
    """
    Add up what crosses each border by drug, year and post: kilograms that reach the post.

    Returns
    -------
    DataFrame
        ``drug``, ``year``, ``origin``, ``destination``, ``post`` ("air" and "mail" for ways around), ``kg``.

    Examples
    --------
    >>> table = flows_table(streams()).query("drug == 'Heroin' and year == 2023")
    >>> table.groupby(["origin", "destination"])["kg"].sum().round(-2).to_dict()
    {('XA', 'XC'): 14600.0, ('XB', 'XA'): 19100.0, ('XB', 'XC'): 2000.0}
    """
    crossing = [one for one in flow if one.side in ("inbound", "air", "mail")]
    table = pd.DataFrame(
        {
            "drug": [one.drug.name for one in crossing],
            "year": [FIRST_YEAR + one.month // 12 for one in crossing],
            "origin": [one.origin for one in crossing],
            "destination": [one.destination for one in crossing],
            "post": [one.place if one.side == "inbound" else one.side for one in crossing],
            "kg": [one.kg for one in crossing],
        }
    )
    return table.groupby([*table.columns[:-1]], sort=True)["kg"].sum().reset_index()


def _calendar(month: int) -> int:
    return month % 12 + 1


def _after(drug: Drug, world: World) -> Mapping[str, float]:
    """Return the shares after: what leaves the reinforced post goes to the others, in proportion."""
    if world.reinforced == "Murgosin":
        return drug.south_after
    before = drug.south_posts
    if world.reinforced not in before:
        return before
    left = before[world.reinforced] * 0.6
    rest = 1 - before[world.reinforced]
    others = {post: share * (1 - left) / rest for post, share in before.items()}
    return {**others, world.reinforced: left}


def _north(drug: Drug, month: int, world: World, found: Found) -> Iterator[Stream]:
    year = drug.years[month // 12] / 12
    entry, leave = pass_share(drug, month, world), drug.north_posts
    inland_c, air = found("XC", "Palrigan", month), found("XC", "Ruvalek", month)
    met_c = sum(share * found("XC", post, month) for post, share in leave.items())
    need = (drug.used["XC"] + drug.sent_on) * year
    supply = need / ((1 - inland_c) * ((1 - drug.around) * (1 - met_c) + drug.around * (1 - air)))
    road = supply * (1 - drug.around)
    met_a = sum(share * found("XA", post, month) for post, share in leave.items())
    out_a = road / (1 - met_a)
    towns = (found("XA", "Kelovar", month) + found("XA", "Terzemir", month)) / 2
    inside = (out_a + drug.used["XA"] * year) / (1 - towns)
    met = sum(share * found("XA", post, month) for post, share in entry.items())
    into_a = inside / (1 - met)
    base = Stream(drug, month, "", "", "", "XB", "XA", 0.0, 0.0)
    for post, share in entry.items():
        here = replace(base, place=post, kg=into_a * share)
        if post != "Ishzemir":
            took = found("XB", post, month)
            yield replace(here, country="XB", side="outbound", kg=here.kg / (1 - took), share_found=took)
        yield replace(here, country="XA", side="inbound", share_found=found("XA", post, month))
    made = into_a + drug.used["XB"] * year
    took = found("XB", "Osgonok", month)
    yield replace(
        base, country="XB", place="Osgonok", side="domestic", kg=made / (1 - took), share_found=took
    )
    for town in ("Kelovar", "Terzemir"):
        took = found("XA", town, month)
        yield replace(base, country="XA", place=town, side="domestic", kg=inside / 2, share_found=took)
    onward = replace(base, origin="XA", destination="XC")
    for post, share in leave.items():
        took = found("XA", post, month)
        yield replace(onward, country="XA", place=post, side="outbound", kg=out_a * share, share_found=took)
        took = found("XC", post, month)
        yield replace(onward, country="XC", place=post, side="inbound", kg=road * share, share_found=took)
    flown = supply * drug.around
    direct = replace(onward, origin="XB", country="XC")
    yield replace(direct, place="Ruvalek", side="air", kg=flown, share_found=air)
    rest = road * (1 - met_c) + flown * (1 - air)
    yield replace(onward, country="XC", place="Palrigan", side="domestic", kg=rest, share_found=inland_c)


def _south(drug: Drug, month: int, world: World, found: Found) -> Iterator[Stream]:
    year = drug.years[month // 12] / 12
    entry, leave = drug.north_posts, pass_share(drug, month, world)
    met_b = sum(share * found("XB", post, month) for post, share in leave.items() if share)
    by_mail = found("XB", "Osgonok", month)
    supply = drug.used["XB"] * year / ((1 - drug.around) * (1 - met_b) + drug.around * (1 - by_mail))
    road = supply * (1 - drug.around)
    met_a = sum(share * found("XA", post, month) for post, share in leave.items())
    out_a = road / (1 - met_a)
    towns = (found("XA", "Kelovar", month) + found("XA", "Terzemir", month)) / 2
    inside = (out_a + drug.used["XA"] * year) / (1 - towns)
    met = sum(share * found("XA", post, month) for post, share in entry.items())
    into_a = inside / (1 - met)
    base = Stream(drug, month, "", "", "", "XC", "XA", 0.0, 0.0)
    for town, share in (("Ruvalek", 0.7), ("Palrigan", 0.3)):
        kg = (into_a + drug.used["XC"] * year) * share
        yield replace(
            base, country="XC", place=town, side="domestic", kg=kg, share_found=found("XC", town, month)
        )
    for post, share in entry.items():
        took = found("XC", post, month)
        here = replace(base, place=post, kg=into_a * share)
        yield replace(here, country="XC", side="outbound", kg=here.kg / (1 - took), share_found=took)
        yield replace(here, country="XA", side="inbound", share_found=found("XA", post, month))
    for town in ("Kelovar", "Terzemir"):
        took = found("XA", town, month)
        yield replace(base, country="XA", place=town, side="domestic", kg=inside / 2, share_found=took)
    onward = replace(base, origin="XA", destination="XB")
    for post, share in leave.items():
        if not share:
            continue
        took = found("XA", post, month)
        yield replace(onward, country="XA", place=post, side="outbound", kg=out_a * share, share_found=took)
        took = found("XB", post, month)
        yield replace(onward, country="XB", place=post, side="inbound", kg=road * share, share_found=took)
    mail = replace(onward, origin="XC", country="XB", place="Osgonok", side="mail")
    yield replace(mail, kg=supply * drug.around, share_found=by_mail)
