"""
The counts of a problem profile as statements, to be held against everything that left the case before.

A profile hides small counts table by table. Beside each other, and beside earlier products, that may not be
enough; then whole parts are left out, the ones that a reader misses least first. A table whose counts cannot
be described by offence, time and place is left out as well: what cannot be compared is not shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ..errors import InputError
from ..i18n import _, number
from . import joint, memory
from .checks import Check, failed, passed
from .joint import Publication, Statement
from .product.profile_prepared import PARTS, Prepared
from .universe import Universe, whole_cells

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from .product.profile_facts import Facts

__all__ = ["ProfileCounts", "hold"]


@dataclass(frozen=True)
class ProfileCounts:
    """Whether the counts of a profile may leave."""

    check: Check
    leave_out: frozenset[str] = frozenset()
    """Parts without which it may; empty where it may as it is, or not at all."""
    publication: dict[str, Any] | None = None
    sets: dict[str, str] = field(default_factory=dict)


def hold(case: Any, material: Any, prepared: Prepared) -> ProfileCounts:
    """
    Hold the public tables of a profile against everything that left before.

    Parameters
    ----------
    case
        The case.
    material
        What the profile is made of.
    prepared
        What it would say.

    Returns
    -------
    ProfileCounts
        Refused, with the parts to leave out, where small counts could be worked out.
    """
    facts, tables = prepared.facts, prepared.tables()
    try:
        universe = memory.universe_of(case, [material], facts.table)
    except InputError as error:
        return ProfileCounts(failed("small_counts", str(error), "case.collect(…)"))
    universe, parts = _parts(tables, prepared, universe)
    wrong = frozenset(name for name, statements in parts.items() if not _agree(statements, universe))
    earlier = memory.earlier(case)
    whole = Statement(dict(universe.base), facts.n)
    left, verdict = wrong, None
    for name in ["", *PARTS]:
        if name and name not in parts:
            continue
        left = left | ({name} if name else set())
        shown = [s for part, statements in parts.items() if part not in left for s in statements]
        verdict = joint.protect(
            Publication(material.id, (whole, *shown)),
            earlier=earlier,
            rows=universe.rows,
            policy=case.policy,
            seconds=case.policy.release.seconds_for_counts / 2,
        )
        if verdict.status == "safe":
            return _found(verdict, left, universe)
    return ProfileCounts(
        failed(
            "small_counts", _("Beside what left before, no profile is safe."), verdict.fix if verdict else ""
        )
    )


def _found(verdict: Any, left: frozenset[str], universe: Universe) -> ProfileCounts:
    if left:
        words = ", ".join(_(PARTS[name]) for name in PARTS if name in left)
        found = _("Small counts could be worked out, unless these are left out: {parts}.").format(parts=words)
        fix = " ".join(f"--without {name}" for name in PARTS if name in left)
        return ProfileCounts(failed("small_counts", found, fix), left)
    evidence = _("{n} figures held against what left before.").format(
        n=number(len(verdict.publication.statements))
    )
    publication = verdict.publication.to_json()
    return ProfileCounts(
        passed("small_counts", evidence, **verdict.evidence), left, publication, universe.sets
    )


def _parts(
    tables: Mapping[str, pd.DataFrame], prepared: Prepared, universe: Universe
) -> tuple[Universe, dict[str, list[Statement]]]:
    """Return the statements of each part of the profile that shows counts, and the universe they speak of."""
    makers = {"offences": _offences, "months": _months, "change": _change}
    if not prepared.when.estimated:
        # Hours estimated from spans are no counts of incidents: nothing can be subtracted from them exactly.
        makers |= {"weekdays": _weekdays, "hours": _hours}
    found = {
        name: [Statement(universe.base | extent, n) for extent, n in maker(tables[name], prepared.facts)]
        for name, maker in makers.items()
        if name in tables
    }
    if "cells" in tables:
        universe, found["cells"] = _cells(tables["cells"], prepared, universe)
    if "districts" in tables:
        universe, found["districts"] = _districts(tables["districts"], prepared.facts, universe)
    return universe, found


def _cells(table: pd.DataFrame, prepared: Prepared, universe: Universe) -> tuple[Universe, list[Statement]]:
    """Describe cells by their squares; where some incidents have no place on a map, by the others alone."""
    facts = prepared.facts
    mapped, placed = universe.members(facts.points), _placed(universe)
    base = dict(universe.base)
    if (mapped != (placed & universe.mask)).any():
        universe, name = universe.with_set(mapped)
        base |= {name: [True]}
    layer = gpd.GeoDataFrame(table)
    if layer.crs is not None and layer.crs != facts.table.crs:
        layer = layer.to_crs(str(facts.table.crs))
    squares = whole_cells(layer.geometry, cell_size=float(prepared.where.choices["cell_size"]))
    places = zip(shapely.to_wkb(squares, hex=True).tolist(), table["n"], strict=True)
    return universe, [Statement(base | {"place": place}, _value(n)) for place, n in places]


def _placed(universe: Universe) -> NDArray[np.bool_]:
    geometry = gpd.GeoSeries(universe.rows.geometry)
    return ~(geometry.isna() | geometry.is_empty).to_numpy(dtype=bool)


def _districts(table: pd.DataFrame, facts: Facts, universe: Universe) -> tuple[Universe, list[Statement]]:
    """Describe districts by who is in them: some incidents are placed by the name of a district alone."""
    found = []
    for area, n in zip(table["area"], table["n"], strict=True):
        inside = facts.table[facts.table["area"] == area]
        universe, name = universe.with_set(universe.members(inside))
        found.append(Statement(universe.base | {name: [True]}, _value(n)))
    return universe, found


def _agree(statements: list[Statement], universe: Universe) -> bool:
    """Say whether what is shown is what the rows say: only then can it be compared with other products."""
    try:
        true = joint.true_values([s.extent for s in statements], rows=universe.rows)
    except InputError:
        return False
    return all(s.value is None or s.value == n for s, n in zip(statements, true, strict=True))


def _value(count: Any) -> int | None:
    return None if pd.isna(count) else int(count)


def _offences(table: pd.DataFrame, facts: Facts) -> list[tuple[dict[str, Any], int | None]]:
    return [({"offence": [str(o)]}, _value(n)) for o, n in zip(table["offence"], table["n"], strict=True)]


def _months(table: pd.DataFrame, facts: Facts) -> list[tuple[dict[str, Any], int | None]]:
    starts = [pd.Timestamp(f"{month}-01") for month in table["month"]]
    spans = [_span(day, day + pd.offsets.MonthBegin(1)) for day in starts]
    return [(span, _value(n)) for span, n in zip(spans, table["n"], strict=True)]


def _span(start: pd.Timestamp, end: pd.Timestamp) -> dict[str, Any]:
    return {"from": start.isoformat(), "to": end.isoformat()}


def _weekdays(table: pd.DataFrame, facts: Facts) -> list[tuple[dict[str, Any], int | None]]:
    days = zip(table["weekday"], table["n"], strict=True)
    return [({"sure_weekday": [int(day) - 1]}, _value(n)) for day, n in days]


def _hours(table: pd.DataFrame, facts: Facts) -> list[tuple[dict[str, Any], int | None]]:
    starts = [int(str(text)[:2]) for text in table["from"]]
    return [
        ({"known_hour": list(range(start, start + 3))}, _value(n))
        for start, n in zip(starts, table["n"], strict=True)
    ]


def _change(table: pd.DataFrame, facts: Facts) -> list[tuple[dict[str, Any], int | None]]:
    """Describe the two years of whole months; offences put together follow from the others."""
    last = pd.Timestamp(facts.last).to_period("M")
    end = (last + 1 if (pd.Timestamp(facts.last) + pd.Timedelta(days=1)).day == 1 else last).to_timestamp()
    middle, start = end - pd.DateOffset(months=12), end - pd.DateOffset(months=24)
    found: list[tuple[dict[str, Any], int | None]] = []
    for row in table.to_dict("records"):
        name = str(row["offence"])
        extent: dict[str, Any] = {} if name == "all" else {"offence": [name]}
        if name != "all" and name not in set(map(str, facts.offences.index)):
            continue
        found.append((extent | _span(start, middle), _value(row["before"])))
        found.append((extent | _span(middle, end), _value(row["after"])))
    return found
