"""
What happens in Kelovar: the processes that are planted, before any register writes them down.

An event has a true address and a true moment. Ordinary events fall on addresses by their kind, their
district and a chance weight of their own; on top of these come hot addresses, three hot spots, a
near-repeat process for burglary and the spots that patrols visit. Then the public reports some of it, with
a probability that differs by district; what the police notice themselves is always written down.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from .city import ORIGIN, City
from .offences import OFFENCES, Offence

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["DAYS", "HOT_SPOTS", "NEAR_REPEAT", "REPORTING", "START", "HotSpot", "Incidents", "make_incidents"]

START = np.datetime64("2023-01-01")
DAYS = 1096
"""Three years, 2023-01-01 to 2025-12-31."""

REPORTING: dict[str, float] = {
    **{"Tesvar": 0.72, "Lomiran": 0.68, "Nartul": 0.70, "Golvir": 0.75, "Gumrel": 0.62},
    **{"Dashvar": 0.40, "Pelsim": 0.55, "Korvast": 0.48, "Umtelor": 0.66},
}
"""Probability that the public reports an event, by district."""

RISK: dict[str, float] = {
    **{"Tesvar": 1.5, "Lomiran": 1.3, "Nartul": 0.75, "Golvir": 0.7, "Gumrel": 1.0},
    **{"Dashvar": 1.3, "Pelsim": 1.0, "Korvast": 1.25, "Umtelor": 0.8},
}
"""Chance of an event at an address of a district, against the city's mean."""


@dataclass(frozen=True)
class HotSpot:
    """A planted hot spot: a normal scatter around a point, with weight over time."""

    name: str
    offence: str
    x: float
    y: float
    """Kilometres from the drawing's corner."""
    sigma: float
    """Spread in metres, in each direction."""
    occurred: int
    start: str
    full: str
    fades: str
    end: str
    """Weight is 0 before `start`, rises to 1 at `full`, falls from `fades` to 0 at `end`."""


_FIRST, _LAST = "2023-01-01", "2026-01-01"
HOT_SPOTS: tuple[HotSpot, ...] = (
    HotSpot("stable", "Assault", 5.35, 4.15, 150, 560, _FIRST, _FIRST, _LAST, _LAST),
    HotSpot("emerging", "Theft from vehicle", 7.32, 4.17, 170, 420, "2025-01-15", "2025-09-01", _LAST, _LAST),
    HotSpot("fading", "Robbery", 3.35, 1.75, 170, 330, _FIRST, _FIRST, "2024-02-01", "2024-10-01"),
)


@dataclass(frozen=True)
class NearRepeat:
    """Each event is followed by a Poisson number of others of its kind, close by and soon."""

    offence: str = "Residential burglary"
    offspring: float = 0.30
    """Mean number of followers; they have followers too."""
    same_address: float = 0.25
    """Share of followers at the same address."""
    mean_distance: float = 110.0
    """Of the others: metres, exponential, any direction."""
    mean_delay: float = 9.0
    """Days, exponential, cut at `longest_delay`."""
    longest_delay: float = 42.0


@dataclass(frozen=True)
class Patrols:
    """Possession is found where patrols are, not where it is."""

    offence: str = "Drug possession"
    spots: int = 6
    share: float = 0.8
    """Share of the events that lie around these spots."""
    sigma: float = 220.0


NEAR_REPEAT = NearRepeat()
PATROLS = Patrols()
HOT_ADDRESSES: dict[str, tuple[int, float]] = {
    # offence: (number of addresses, their share of the events)
    **{"Shop theft": (12, 0.38), "Assault": (10, 0.20), "Theft from vehicle": (9, 0.12)},
    **{"Criminal damage": (6, 0.08), "Residential burglary": (10, 0.02), "Robbery": (4, 0.10)},
}


@dataclass(frozen=True)
class Incidents:
    """Everything that happened, and where things were planted."""

    events: pd.DataFrame
    """``event`` ``offence`` ``address`` (row of the addresses) ``moment`` (minutes since `START`)
    ``component`` ``parent`` (event, -1 for none) ``district`` ``discovered`` ``recorded``."""
    hot_addresses: pd.DataFrame
    """``offence`` ``address`` ``share`` of the offence's events."""
    patrols: NDArray[np.float64]
    """Metres; one row a spot."""


def make_incidents(rng: np.random.Generator, city: City) -> Incidents:
    """
    Let three years happen.

    Parameters
    ----------
    rng
        Source of chance.
    city
        Where it happens.

    Returns
    -------
    Incidents
        One row an event, whether or not a register heard of it.
    """
    weight = _address_weights(rng, city)
    patrols = _patrol_spots(rng, city)
    frames, hot = [], []
    for offence in OFFENCES:
        base = weight * city.addresses["premises"].map(offence.premises).fillna(0.0).to_numpy()
        ground = _Ground(city, base, *_hot_addresses(rng, offence, city, base), patrols)
        hot.append(pd.DataFrame({"offence": offence.name, "address": ground.hot, "share": ground.shares}))
        parts = _components(rng, offence, ground)
        frames.append(pd.concat(parts, ignore_index=True).assign(offence=offence.name))
    events = pd.concat(frames, ignore_index=True)
    events = _near_repeats(rng, events, city)
    events["event"] = np.arange(len(events))
    events = _notice(rng, events, city)
    return Incidents(events, pd.concat(hot, ignore_index=True), patrols)


@dataclass(frozen=True)
class _Ground:
    """Where one offence can fall."""

    city: City
    base: NDArray[np.float64]
    """Weight of every address; 0 where it cannot happen."""
    hot: NDArray[np.int64]
    shares: NDArray[np.float64]
    patrols: NDArray[np.float64]


def draw(rng: np.random.Generator, weights: NDArray[np.float64], n: int) -> NDArray[np.int64]:
    """Draw `n` positions with probability in proportion to `weights`."""
    steps = np.cumsum(weights)
    found = np.searchsorted(steps, rng.random(n) * steps[-1], side="right")
    picked: NDArray[np.int64] = np.minimum(found, len(weights) - 1).astype(np.int64)
    return picked


def moments(
    rng: np.random.Generator, offence: Offence, n: int, days: NDArray[np.float64] | None = None
) -> NDArray[np.int64]:
    """Draw `n` moments by season, weekday and hour; `days` weighs every day of the three years besides."""
    dates = pd.date_range(pd.Timestamp(START), periods=DAYS)
    by_day = np.array(offence.months)[dates.month - 1] * np.array(offence.weekdays)[dates.day_of_week]
    day = draw(rng, by_day if days is None else by_day * days, n)
    minute: NDArray[np.int64] = (
        day * 1440 + draw(rng, np.array(offence.hours), n) * 60 + rng.integers(0, 60, n)
    )
    return minute


def day_number(date: str) -> int:
    """Return the number of days from the start to a date."""
    return int((np.datetime64(date) - START).astype(int))


def _address_weights(rng: np.random.Generator, city: City) -> NDArray[np.float64]:
    """Weigh addresses: by district, and each by a chance of its own (gamma, near one)."""
    own = rng.gamma(8.0, 1 / 8, len(city.addresses))
    weight: NDArray[np.float64] = city.addresses["district"].map(RISK).to_numpy() * own
    return weight


def _patrol_spots(rng: np.random.Generator, city: City) -> NDArray[np.float64]:
    """Put patrols at busy addresses on avenues, well apart."""
    busy = city.addresses[
        (city.addresses["kind"] == "avenue") & city.addresses["premises"].isin(["shop", "bar"])
    ]
    order = busy[["x", "y"]].to_numpy()[np.argsort(rng.random(len(busy)), kind="stable")]
    spots: list[NDArray[np.float64]] = []
    for point in order:
        if all(np.hypot(*(point - other)) > 900 for other in spots):
            spots.append(point)
        if len(spots) == PATROLS.spots:
            break
    return np.array(spots)


def _hot_addresses(
    rng: np.random.Generator, offence: Offence, city: City, base: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    n, share = HOT_ADDRESSES.get(offence.name, (0, 0.0))
    if n == 0:
        return np.empty(0, dtype=np.int64), np.empty(0)
    fits = np.flatnonzero(base > 0)
    busiest = city.addresses["premises"].map(offence.premises).to_numpy()[fits]
    fits = fits[busiest >= np.nanmax(list(offence.premises.values())) * 0.99]
    picked = np.sort(fits[np.argsort(rng.random(len(fits)), kind="stable")[:n]])
    rank = 1 / np.arange(2.0, n + 2)  # a few very hot, then less so
    return picked, np.round(share * rank / rank.sum(), 4)


def _components(rng: np.random.Generator, offence: Offence, ground: _Ground) -> list[pd.DataFrame]:
    """Draw the ordinary events, then those of hot addresses, hot spots and patrols."""
    spots = [spot for spot in HOT_SPOTS if spot.offence == offence.name]
    patrolled = PATROLS.share if offence.name == PATROLS.offence else 0.0
    children = NEAR_REPEAT.offspring if offence.name == NEAR_REPEAT.offence else 0.0
    rest = offence.occurred * (1 - children) * (1 - ground.shares.sum() - patrolled)
    n = int(rng.poisson(rest - sum(spot.occurred for spot in spots)))
    parts = [_frame("ordinary", draw(rng, ground.base, n), moments(rng, offence, n))]
    if len(ground.hot):
        n = int(rng.poisson(offence.occurred * ground.shares.sum()))
        parts.append(_frame("hot address", ground.hot[draw(rng, ground.shares, n)], moments(rng, offence, n)))
    for spot in spots:
        n = int(rng.poisson(spot.occurred))
        centres = np.tile(np.array([spot.x, spot.y]) * 1000 + ORIGIN, (n, 1))
        where = _scatter(rng, centres, spot.sigma, ground)
        parts.append(_frame(spot.name, where, moments(rng, offence, n, _ramp(spot))))
    if patrolled:
        n = int(rng.poisson(offence.occurred * patrolled))
        centres = ground.patrols[rng.integers(0, len(ground.patrols), n)]
        where = _scatter(rng, centres, PATROLS.sigma, ground)
        parts.append(_frame("patrol", where, moments(rng, offence, n)))
    return parts


def _frame(component: str, address: NDArray[np.int64], moment: NDArray[np.int64]) -> pd.DataFrame:
    return pd.DataFrame({"component": component, "address": address, "moment": moment, "parent": -1})


def _scatter(
    rng: np.random.Generator, centres: NDArray[np.float64], sigma: float, ground: _Ground
) -> NDArray[np.int64]:
    """Scatter points normally around centres and take for each the nearest address of a fitting kind."""
    points = centres + sigma * rng.standard_normal(centres.shape)
    return _nearest(points, ground.base > 0, ground.city)


def _nearest(
    points: NDArray[np.float64],
    fits: NDArray[np.bool_],
    city: City,
    *,
    other_than: NDArray[np.int64] | None = None,
) -> NDArray[np.int64]:
    """Return the nearest fitting address of each point, or the next one where that is `other_than`."""
    rows = np.flatnonzero(fits)
    xy = city.addresses[["x", "y"]].to_numpy()[rows]
    two: NDArray[np.int64] = rows[cKDTree(xy).query(np.round(points, 2), k=2)[1]].astype(np.int64)
    return two[:, 0] if other_than is None else np.where(two[:, 0] == other_than, two[:, 1], two[:, 0])


def _ramp(spot: HotSpot) -> NDArray[np.float64]:
    """Return the weight of each day: rises from `start` to `full`, falls from `fades` to `end`."""
    day = np.arange(DAYS)
    start, full, fades, end = (day_number(date) for date in (spot.start, spot.full, spot.fades, spot.end))
    up = np.clip((day - start + 1) / max(1, full - start), 0, 1)
    down = np.clip((end - day) / max(1, end - fades), 0, 1)
    weight: NDArray[np.float64] = up * down
    return weight


def _near_repeats(rng: np.random.Generator, events: pd.DataFrame, city: City) -> pd.DataFrame:
    """Let every burglary be followed by others near in space and time, those by others, and so on."""
    offence = next(item for item in OFFENCES if item.name == NEAR_REPEAT.offence)
    homes = city.addresses["premises"].isin(list(offence.premises)).to_numpy()
    xy = city.addresses[["x", "y"]].to_numpy()
    events = events.assign(event=np.arange(len(events)))
    parents = events[events["offence"] == offence.name]
    generations = [events]
    next_event = len(events)
    while len(parents):
        parents = parents.loc[parents.index.repeat(rng.poisson(NEAR_REPEAT.offspring, len(parents)))]
        n = len(parents)
        same, turn = rng.random(n) < NEAR_REPEAT.same_address, 2 * np.pi * rng.random(n)
        far = rng.exponential(NEAR_REPEAT.mean_distance, n)
        cut = 1 - np.exp(-NEAR_REPEAT.longest_delay / NEAR_REPEAT.mean_delay)
        delay = np.ceil(-np.log(1 - cut * rng.random(n)) * NEAR_REPEAT.mean_delay).astype(np.int64)
        start = xy[parents["address"].to_numpy()]
        aim = start + far[:, None] * np.column_stack([np.cos(turn), np.sin(turn)])
        near = _nearest(aim, homes, city, other_than=parents["address"].to_numpy())
        minute = draw(rng, np.array(offence.hours), n) * 60 + rng.integers(0, 60, n)
        children = pd.DataFrame(
            {
                "component": "near repeat",
                "address": np.where(same, parents["address"].to_numpy(), near),
                "moment": (parents["moment"].to_numpy() // 1440 + delay) * 1440 + minute,
                "parent": parents["event"].to_numpy(),
                "offence": offence.name,
            }
        )
        children = children[children["moment"] < DAYS * 1440].reset_index(drop=True)
        children["event"] = next_event + np.arange(len(children))
        next_event += len(children)
        generations.append(children)
        parents = children
    return pd.concat(generations, ignore_index=True)


def _notice(rng: np.random.Generator, events: pd.DataFrame, city: City) -> pd.DataFrame:
    """Say who noticed each event, and whether it was written down."""
    share = events["offence"].map({item.name: item.discovered for item in OFFENCES}).to_numpy()
    district = city.addresses["district"].to_numpy()[events["address"].to_numpy()]
    reported = pd.Series(district).map(REPORTING).to_numpy()
    discovered = rng.random(len(events)) < share
    recorded = discovered | (rng.random(len(events)) < reported)
    return events.assign(discovered=discovered, recorded=recorded, district=district)
