"""
Repeats: whether one incident is followed by others nearby sooner than chance would bring them (Knox).

Pairs are counted, not incidents, so the smallest pair count that may be shown is that of the smallest group
of incidents that may: `minimum` incidents make ``minimum * (minimum - 1) / 2`` pairs. No total of pairs is
published beside the boxes, so a hidden box cannot be worked out from the others.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...analysis import near_repeat
from ...i18n import _, number, plural
from ...views import charts
from .blocks import Block, Column, Figure, Heading, Note, Paragraph, Table
from .picture import drawn

if TYPE_CHECKING:
    import geopandas as gpd

    from .profile_facts import Facts

__all__ = ["DISTANCES", "DURATIONS", "SEED", "Repeats", "find_repeats", "public_repeats"]

DISTANCES = (0, 1, 100, 200, 400)
"""Edges of the bands in metres: the same place, the next houses, the same block, two blocks."""
DURATIONS = (0, 7, 14, 28, 56)
"""Edges of the bands in days."""
PERMUTATIONS = (999, 399)
"""
Up to, and above, `_MANY` incidents. With sixteen boxes held together a single one needs about 320
permutations before it can be called beyond chance at all.
"""
SEED = 1
"""Of every draw of a profile: the same input gives the same product."""
FLOOR = 1.2
"""A smaller ratio is no finding however sure it is: with many incidents tiny excesses are."""
_MANY = 20_000
_LONGEST = pd.Timedelta(days=DURATIONS[1])


@dataclass(frozen=True)
class Repeats:
    """What can be said, and shown, about repeats at and near one place."""

    table: pd.DataFrame | None = None
    """What `near_repeat.knox` returned, with small pair counts empty; None where there is none."""
    why_not: str = ""
    n: int = 0
    """Incidents used."""
    snapped: float = 0.0
    """Share of their points that were moved to a street or a shared place."""
    choices: dict[str, Any] = field(default_factory=dict)

    @property
    def beyond(self) -> pd.DataFrame:
        """The bands in which there are more pairs than chance would make, nearest first."""
        if self.table is None:
            return pd.DataFrame(columns=["distance_to", "duration_to", "ratio"])
        found: pd.DataFrame = self.table[_more(self.table)]
        return found

    def meaning(self) -> str:
        """Say what the table means."""
        if self.table is None:
            return self.why_not
        if self.beyond.empty:
            return _(
                "At no distance up to {metres} m and no time up to {days} days are there clearly more "
                "pairs of "
                "incidents than chance would make."
            ).format(metres=number(DISTANCES[-1]), days=number(self._days()))
        return charts.describe_knox(self.table)

    def limit(self) -> str:
        """Say what it does not mean."""
        text = _(
            "This does not say that the same people did it, nor that it will happen again. Pairs are "
            "counted, "
            "not incidents: five incidents at one place make ten pairs. A pattern that moves with the "
            "seasons "
            "makes near pairs too."
        )
        if self.snapped > 0.5:
            text += " " + _(
                "Most points were moved to a street or a shared place, so “the same place” may be a "
                "whole block."
            )
        return text

    def _days(self) -> int:
        longest = self.table["duration_to"].max() if self.table is not None else pd.Timedelta(0)
        return int(pd.Timedelta(longest).days)

    def blocks(self, facts: Facts, *, foot: str) -> list[Block]:
        """Return the section on repeats."""
        if self.table is None:
            return [Heading(_("Repeats")), Note(self.why_not)]
        title = _title(self)
        axes = charts.knox(self.table, title=title, subtitle=self._counted(), foot=foot)
        figure: Figure = drawn("repeats", "full", axes, f"{title}. {charts.describe_knox(self.table)}")
        return [
            Heading(_("Repeats")),
            Paragraph(self.meaning()),
            figure,
            Paragraph(self.limit()),
            _shown(self, facts),
        ]

    def _counted(self) -> str:
        return plural(
            "Pairs of {n} incident with a place and a day, against what chance would make",
            "Pairs of {n} incidents with a place and a day, against what chance would make",
            self.n,
        ).format(n=number(self.n))


def find_repeats(facts: Facts) -> Repeats:
    """Count pairs of incidents near in space and time, for the incidents that a map may show."""
    points = facts.points
    if points.empty:
        return Repeats(why_not=_("Repeats are not counted: no incident has a place that may be used."))
    usable = _usable(points)
    minimum = facts.policy.profile.minimum_rows_hotspots
    if len(usable) < minimum:
        return Repeats(
            why_not=_(
                "Repeats are not counted: only {n} incidents have both a place and a day, and {minimum} "
                "are needed."
            ).format(n=number(len(usable)), minimum=number(minimum))
        )
    days = int((facts.last - facts.first).days)
    edges = [edge for edge in DURATIONS if edge <= days / 2]
    if len(edges) < 2:
        return Repeats(why_not=_("Repeats are not counted: the period is too short."))
    table = near_repeat.knox(
        usable,
        distances=DISTANCES,
        durations=[f"{edge} days" for edge in edges],
        permutations=PERMUTATIONS[len(usable) > _MANY],
        rng=SEED,
    )
    noted = dict(table.attrs.get("choices", {}))
    return Repeats(
        table=_hidden(table, facts.policy.cells.minimum_count),
        n=len(usable),
        snapped=float((usable["place_precision"] == "snapped").mean()),
        choices=noted,
    )


def public_repeats(repeats: Repeats) -> pd.DataFrame | None:
    """Return the table of pairs that may be published: counts, rounded ratios, and what chance explains."""
    if repeats.table is None:
        return None
    table = repeats.table
    more = pd.array(_more(table), dtype="boolean")
    more[table["observed"].isna().to_numpy()] = pd.NA
    return pd.DataFrame(
        {
            "from_m": table["distance_from"].astype(int),
            "to_m": table["distance_to"].astype(int),
            "from_days": table["duration_from"].dt.days,
            "to_days": table["duration_to"].dt.days,
            "pairs": table["observed"],
            "ratio": table["ratio"].round(1),
            "beyond_chance": more,
        }
    )


def _usable(points: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return incidents whose day is known well enough for bands of weeks."""
    span = points["occurred_to"] - points["occurred_from"]
    near = points["occurred_to"].isna() | (span < _LONGEST)
    return points[near & points["occurred_from"].notna() & (points["time_precision"] != "month")]


def _hidden(table: pd.DataFrame, minimum: int) -> pd.DataFrame:
    """Empty the boxes with few pairs, and everything from which their number could be worked out."""
    least = minimum * (minimum - 1) // 2
    few = table["observed"].between(1, least - 1)
    result = table.drop(columns=["expected", "expected_permuted", "p_value"])
    result["observed"] = result["observed"].astype("Int64").mask(few)
    for name in ("ratio", "q_value"):
        result[name] = result[name].mask(few)
    result.attrs = {}
    return result


def _more(table: pd.DataFrame) -> Any:
    q, ratio = table["q_value"].to_numpy(dtype=float), table["ratio"].to_numpy(dtype=float)
    with np.errstate(invalid="ignore"):
        return (q <= 0.05) & (ratio >= FLOOR)


def _title(repeats: Repeats) -> str:
    beyond = repeats.beyond
    if beyond.empty:
        return _("No more repeats than chance would make")
    near = beyond[beyond["distance_to"] > 1]
    if near.empty:
        return _("More repeats at the same place than chance would make")
    return _("More near repeats than chance would make, up to {metres} m").format(
        metres=number(int(near["distance_to"].max()))
    )


def _shown(repeats: Repeats, facts: Facts) -> Table:
    table = repeats.table
    if table is None:
        raise ValueError(repeats.why_not)
    rows = []
    for row in table.to_dict("records"):
        hidden = pd.isna(row["observed"])
        rows.append(
            (
                _place(row),
                _("{low} to {high} days").format(
                    low=number(row["duration_from"].days), high=number(row["duration_to"].days)
                ),
                _("hidden") if hidden else number(int(row["observed"])),
                "–" if pd.isna(row["ratio"]) else number(float(row["ratio"]), 1),
            )
        )
    columns = (
        Column(_("Apart")),
        Column(_("Time between")),
        Column(_("Pairs"), number=True),
        Column(_("Times chance"), number=True),
    )
    note = ""
    if table["observed"].isna().any():
        minimum = facts.policy.cells.minimum_count
        note = _("Hidden: fewer than {least} pairs, which so few as {minimum} incidents make.").format(
            least=number(minimum * (minimum - 1) // 2), minimum=number(minimum)
        )
    return Table(_("Pairs of incidents by distance and time between them"), columns, tuple(rows), note)


def _place(row: dict[Any, Any]) -> str:
    if row["distance_to"] <= 1:
        return _("the same place")
    return _("{low} to {high} m").format(
        low=number(int(row["distance_from"])), high=number(int(row["distance_to"]))
    )
