"""
Streets: which segments hold many of the incidents, told without a count.

Cells and streets cut the same ground in two ways. With exact counts of both, a cell of twelve that holds a
street of nine tells that three lie on the next one. So a segment is only told to hold *so many or more*,
with nothing said of the others, not even that they are empty: whatever is subtracted from a cell, a hidden
segment may hold zero.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ...analysis import streets
from ...i18n import _, number, percent, plural
from ...views import charts
from .blocks import Block, Column, Heading, Note, Paragraph, Table
from .picture import drawn
from .profile_places import street_column
from .profile_repeats import SEED
from .profile_shares import Shares, share_out

if TYPE_CHECKING:
    from .profile_facts import Facts

__all__ = ["REACH", "Streets", "find_streets", "public_streets", "streets_blocks"]

REACH = 50.0
"""Metres: an incident farther than this from every street is on none."""
_MOST = 0.02
"""Share of the segments that are marked at most: more would mark the town."""
_LEAST_SEGMENTS = 20
_ROWS = 25


@dataclass(frozen=True)
class Streets:
    """What can be said, and shown, about streets."""

    marked: gpd.GeoDataFrame | None = None
    """Segments that hold `least` incidents or more: ``street``, ``km``; in the order of the layer."""
    layer: gpd.GeoDataFrame | None = None
    """All segments, for the ground of the map."""
    least: int = 0
    """The count from which a segment is marked."""
    on: int = 0
    """Incidents on streets."""
    off: float = 0.0
    """Share of the mapped incidents that are on none."""
    shares: Shares | None = None
    why_not: str = ""
    choices: dict[str, Any] = field(default_factory=dict)

    def meaning(self) -> str:
        """Say what the map means."""
        if self.marked is None or self.layer is None:
            return self.why_not
        count, all_ = len(self.marked), len(self.layer)
        if not count:
            return _("No street segment holds {least} incidents or more.").format(least=number(self.least))
        text = plural(
            "{n} of {all} street segments holds {least} incidents or more.",
            "{n} of {all} street segments hold {least} incidents or more.",
            count,
        ).format(n=number(count), all=number(all_), least=number(self.least))
        if self.off >= 0.1:
            text += " " + _("{share} of the incidents on the map lie on no street of the layer.").format(
                share=percent(self.off)
            )
        return text

    def limit(self, snapped: float) -> str:
        """Say what it does not mean."""
        text = _(
            "This does not say that other streets are quiet: nothing is said of them. Long segments hold "
            "more by "
            "their length alone, and busy ones because more people are there."
        )
        if snapped > 0.5:
            text += " " + _(
                "Most points were moved to a street or a shared place, so a segment may stand for its block."
            )
        return text


def find_streets(facts: Facts) -> Streets | None:
    """Mark the segments that hold many incidents; None where no layer of streets was given."""
    layer = facts.request.streets
    points = facts.points
    if layer is None or points.empty or points.crs is None:
        return None
    lines = _lines(layer.to_crs(points.crs))
    if len(lines) < _LEAST_SEGMENTS:
        return Streets(why_not=_("Streets are not counted: the layer holds too few lines."))
    counted = streets.count(points, lines, max_distance=REACH)
    n = counted["n"].to_numpy(dtype=np.int64)
    on, minimum = int(n.sum()), facts.policy.cells.minimum_count
    if on < max(0.5 * len(points), minimum):
        return Streets(
            why_not=_(
                "Streets are not counted: only {share} of the incidents lie within {reach} m of a street "
                "of the layer."
            ).format(share=percent(on / len(points)), reach=number(int(REACH)))
        )
    least = _threshold(n, minimum)
    marked = counted[n >= least]
    column = street_column(lines)
    names = marked[column].astype("string").fillna("") if column else pd.Series("", index=marked.index)
    return Streets(
        marked=gpd.GeoDataFrame(
            {"street": names.to_numpy(dtype=object), "km": (marked["length_m"] / 1000).round(2).to_numpy()},
            geometry=marked.geometry.to_numpy(),
            crs=marked.crs,
        ),
        layer=counted[["geometry"]],
        least=least,
        on=on,
        off=1 - on / len(points),
        shares=share_out(counted["n"], kind="streets", base=facts.policy.cells.rounding_base, seed=SEED),
        choices={"max_distance": REACH, "at_least": least, "segments": len(counted)},
    )


def streets_blocks(found: Streets | None, facts: Facts, *, foot: str) -> list[Block]:
    """Return the part on streets."""
    if found is None:
        return []
    head = Heading(_("Streets"), 3)
    if found.marked is None or found.layer is None:
        return [head, Note(found.why_not)]
    if found.marked.empty:
        return [head, Paragraph(found.meaning())]
    title = _title(found)
    axes = charts.marked_streets(
        found.marked,
        label=_("{n} or more").format(n=number(found.least)),
        streets=found.layer,
        boundary=facts.request.boundary,
        areas=facts.request.areas,
        title=title,
        subtitle=_("{n} incidents within {reach} m of a street").format(
            n=number(found.on), reach=number(int(REACH))
        ),
        foot=foot,
    )
    snapped = float((facts.points["place_precision"] == "snapped").mean())
    return [
        head,
        Paragraph(found.meaning()),
        drawn("map-streets", "full", axes, f"{title}. {found.meaning()}"),
        Paragraph(found.limit(snapped)),
        *_named(found),
    ]


def public_streets(found: Streets | None) -> gpd.GeoDataFrame | None:
    """Return the marked segments that may be published."""
    if found is None or found.marked is None or found.marked.empty:
        return None
    table = found.marked.copy()
    table.insert(1, "at_least", found.least)
    return table


def _lines(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the rows of a layer that are lines of some length."""
    shapes = np.asarray(layer.geometry.array, dtype=object)
    usable = (shapely.get_dimensions(shapes) == 1) & (shapely.length(shapes) > 0)
    lines: gpd.GeoDataFrame = layer[usable].reset_index(drop=True)
    return lines


def _threshold(n: Any, minimum: int) -> int:
    """Return twice the smallest count that may be shown, or more, so that few segments are marked."""
    least = 2 * minimum
    if (n >= least).mean() > _MOST:
        least = max(least, int(np.ceil(np.quantile(n, 1 - _MOST) / 5) * 5))
    return least


def _title(found: Streets) -> str:
    count = len(found.marked) if found.marked is not None else 0
    return plural(
        "{n} street segment holds {least} incidents or more",
        "{n} street segments hold {least} incidents or more",
        count,
    ).format(n=number(count), least=number(found.least))


def _named(found: Streets) -> list[Block]:
    """List the streets in alphabetical order: they are no ranking."""
    if found.marked is None:
        return []
    named = found.marked[found.marked["street"] != ""]
    if named.empty:
        return []
    groups = named.groupby("street")["km"].agg(["size", "sum"]).sort_index()
    rows = tuple(
        (str(name), number(int(row["size"])), number(float(row["sum"]), 2))
        for name, row in groups.head(_ROWS).iterrows()
    )
    columns = (Column(_("Street")), Column(_("Segments"), number=True), Column(_("km"), number=True))
    note = ""
    if len(groups) > _ROWS:
        note = _("The first {most} of {all} streets; the CSV file holds all.").format(
            most=number(_ROWS), all=number(len(groups))
        )
    caption = _("Streets with segments that hold {least} incidents or more, in alphabetical order")
    return [Table(caption.format(least=number(found.least)), columns, rows, note)]
