"""
The counts of a finding as statements about incidents, held against everything that left the case before.

A published count says: so many incidents of these offences, in this time, at this place. Written like that,
the counts of different products can be put beside each other as a reader would, and `joint` can say which of
them give a small one away.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .. import choices
from ..errors import InputError
from ..i18n import _, number
from . import densities, joint, memory, own_results
from .checks import Check, failed, not_needed, passed
from .contents import incidents_of
from .joint import Publication, Statement
from .universe import extents_of

if TYPE_CHECKING:
    from .asked import Asked
    from .outline import Outline
    from .universe import Universe

__all__ = ["Counted", "counted"]


@dataclass(frozen=True)
class Counted:
    """The tables after small counts were hidden, and the verdict on them."""

    tables: dict[str, pd.DataFrame]
    check: Check
    hidden: dict[str, int] = field(default_factory=dict)
    """How many counts were hidden, by table."""
    shares: dict[str, float] = field(default_factory=dict)
    """What share of all that a table counted was hidden, 0 to 1."""
    publication: dict[str, Any] | None = None
    """What the case remembers of it (JSON values); None where no count leaves."""
    sets: dict[str, str] = field(default_factory=dict)
    """Sets of incidents that the case must remember with it."""
    total: int | None = None
    """The number of all incidents, where it may be said."""

    def loss(self) -> pd.DataFrame:
        """Return a row a table: how many rows, how many counts hidden, what share of what was counted."""
        rows = [
            (name, len(table), self.hidden.get(name, 0), self.shares.get(name, 0.0))
            for name, table in self.tables.items()
        ]
        return pd.DataFrame(rows, columns=["table", "rows", "counts_hidden", "share_hidden"])


def counted(finding: Any, asked: Asked, shape: Outline) -> Counted:
    """
    Hide what must be hidden of the tables that would leave.

    Parameters
    ----------
    finding
        A finding of a case.
    asked
        What the author asks for.
    shape
        The tables that would leave.

    Returns
    -------
    Counted
        Its check is refused where counts cannot be shown to be safe.
    """
    if shape.refused or not shape.tables:
        return Counted({}, not_needed("small_counts"))
    if not asked.public_rules(finding):
        rows = incidents_of(finding)
        seen = passed("small_counts", _("This audience may see small counts."))
        return Counted(shape.tables, seen, total=None if rows is None else len(rows))
    minimum = finding.case.policy.cells.minimum_count
    told = own_results.counts_in_words(_words(asked, shape), minimum)
    if told:
        found = _("Your own words tell a small count: “{words}”.").format(words=told)
        fix = _("say it without the number, or as “a few”")
        return Counted(shape.tables, failed("small_counts", found, fix))
    rows = incidents_of(finding)
    if rows is not None and 0 < len(rows) < minimum and not any("n" in one for one in shape.tables.values()):
        found = _("They are so few that anything said of them tells too much.")
        return Counted(shape.tables, failed("small_counts", found, 'ilp.release(…, audience="agency")'))
    if shape.shape in {"pairs", "numbers"}:
        evidence = _("It holds no counts of incidents at a place or in a time.")
        return Counted(shape.tables, passed("small_counts", evidence))
    return _protected(finding, asked, shape)


def _words(asked: Asked, shape: Outline) -> tuple[str, ...]:
    """Return the author's words, and those of a function of the author's own."""
    texts = [asked.title, asked.statement, asked.source]
    for table in shape.tables.values() if shape.allowed is None else ():
        texts += [str(name) for name in table.columns]
        for name in table.columns:
            if name != "geometry" and not pd.api.types.is_numeric_dtype(table[name]):
                texts += [str(value) for value in table[name].dropna().astype(str).unique()]
    return tuple(texts)


def _protected(finding: Any, asked: Asked, shape: Outline) -> Counted:
    if finding.function == "patterns.aoristic":
        return _estimated(finding, shape)
    if shape.shape in {"points", "records"} and asked.mask:
        return _moved_points(finding, shape)
    if not any("n" in table for table in shape.tables.values()):
        return _without_counts(finding, shape)
    return _beside_the_rest(finding, shape)


def _without_counts(finding: Any, shape: Outline) -> Counted:
    """Let tables pass without counts: of a function of one's own, whole numbers and shares may be some."""
    known = shape.allowed is not None
    whole = [
        str(c) for table in shape.tables.values() for c in table.columns
        if c != "geometry" and (pd.api.types.is_integer_dtype(table[c]) or own_results.whole_floats(table[c]))
    ]  # fmt: skip
    if whole and not known:
        found = _("“{column}” may be a count, and nobody can say of what.").format(column=whole[0])
        return Counted(shape.tables, failed("small_counts", found, "case.analyse(ilp.hotspots.count, …)"))
    shares = "" if known else _small_shares(finding, shape)
    if shares:
        found = _("The shares in “{column}” give small counts back.").format(column=shares)
        fix = _("round them, put small groups together, or leave {column!r} out of columns=")
        return Counted(shape.tables, failed("small_counts", found, fix.format(column=shares)))
    rows, minimum = incidents_of(finding), finding.case.policy.cells.minimum_count
    tables = {
        name: densities.without_lonely_spots(finding, table, rows, minimum)
        for name, table in shape.tables.items()
    }
    return Counted(tables, passed("small_counts", _("It holds no counts.")))


def _small_shares(finding: Any, shape: Outline) -> str:
    """Return the first column whose shares of all records give small counts back; empty where none does."""
    totals = {len(material.table) for material in finding.materials()}
    rows = incidents_of(finding)
    totals |= set() if rows is None else {len(rows)}
    minimum = finding.case.policy.cells.minimum_count
    for table in shape.tables.values():
        for name in table.columns:
            if name != "geometry" and own_results.small_shares(table[name], totals, minimum):
                return str(name)
    return ""


def _moved_points(finding: Any, shape: Outline) -> Counted:
    """Let moved points pass where their number may be told: whoever has them can count them."""
    found = _beside_the_rest(finding, shape)
    if found.check.status == "passed" and found.total is None:
        evidence = _("They are so few that their number alone tells too much.")
        return Counted(shape.tables, failed("small_counts", evidence, 'ilp.release(…, audience="agency")'))
    return found


def _estimated(finding: Any, shape: Outline) -> Counted:
    """Hide small sums of weights; they are rounded, so nothing can be taken apart exactly."""
    minimum = finding.case.policy.cells.minimum_count
    tables, hidden, shares = {}, {}, {}
    for name, table in shape.tables.items():
        small = (table["n"] > 0) & (table["n"] < minimum)
        tables[name] = table.assign(n=table["n"].astype("Int64").mask(small))
        hidden[name], shares[name] = int(small.sum()), _share(table["n"], small)
    return Counted(tables, passed("small_counts", _("Estimates, rounded.")), hidden, shares)


def _share(counts: pd.Series[Any], hidden: Any) -> float:
    total = float(counts.sum())
    return float(counts[np.asarray(hidden)].sum() / total) if total else 0.0


def _beside_the_rest(finding: Any, shape: Outline) -> Counted:
    policy = finding.case.policy
    rows = incidents_of(finding)
    if rows is None:
        found = _("The counts cannot be traced to incidents of the case.")
        return Counted(shape.tables, failed("small_counts", found, "case.analyse(ilp.hotspots.count, …)"))
    case = finding.case
    try:
        universe = memory.universe_of(case, finding.materials(), rows)
    except InputError as error:
        return Counted(shape.tables, failed("small_counts", str(error), "case.analyse(…, case.collect(…))"))
    statements, places = _statements(finding, shape, universe)
    new = Publication(finding.id, tuple(statements))
    verdict = joint.protect(
        new,
        earlier=memory.earlier(case),
        rows=universe.rows,
        policy=policy,
        seconds=policy.release.seconds_for_counts,
    )
    if verdict.status == "refused":
        evidence = _("Beside what left before, small counts could be worked out.")
        return Counted(shape.tables, failed("small_counts", evidence, verdict.fix, **verdict.evidence))
    return _applied(shape, verdict, places, universe)


def _applied(shape: Outline, verdict: Any, places: dict[str, list[int]], universe: Universe) -> Counted:
    """Lay the verdict over the tables."""
    values = [statement.value for statement in verdict.publication.statements]
    tables, hidden, shares = dict(shape.tables), {}, {}
    for name, numbers in places.items():
        table = shape.tables[name]
        shown = pd.array([values[i] for i in numbers], dtype="Int64")
        mask = pd.Series(shown, index=table.index).isna()
        tables[name] = _in_no_order_of_counts(table.assign(n=shown), table["n"])
        hidden[name], shares[name] = int(mask.sum()), _share(table["n"], mask)
    # The share of what was hidden would give its sum back; what was found on the way stays inside as well.
    evidence = _("Counts hidden: {n}.").format(n=number(sum(hidden.values())))
    check = passed("small_counts", evidence, **verdict.evidence)
    return Counted(
        tables, check, hidden, shares, verdict.publication.to_json(), universe.sets, total=values[-1]
    )


def _in_no_order_of_counts(table: pd.DataFrame, counts: pd.Series[Any]) -> pd.DataFrame:
    """Put districts that stand in the order of their counts in that of their names: it tells a hidden one."""
    sorted_by_it = counts.is_monotonic_increasing or counts.is_monotonic_decreasing
    if "area" not in table or not table["n"].isna().any() or not sorted_by_it:
        return table
    return table.sort_values("area", key=lambda names: names.astype(str), ignore_index=True)


def _statements(
    finding: Any, shape: Outline, universe: Universe
) -> tuple[list[Statement], dict[str, list[int]]]:
    """Write each count as a statement; the last one is the number of all incidents used."""
    made: list[Statement] = []
    places: dict[str, list[int]] = {}
    for name, table in shape.tables.items():
        if "n" not in table:
            continue
        places[name] = list(range(len(made), len(made) + len(table)))
        extents = extents_of(name, table, cell_size=_square(finding) if name == "cells" else None)
        made += [
            Statement(universe.base | extent, int(n)) for extent, n in zip(extents, table["n"], strict=True)
        ]
    made.append(Statement(dict(universe.base), int(universe.mask.sum())))
    return made, places


def _square(finding: Any) -> float | None:
    """Return the side of the cells where they are squares, None where they are not."""
    noted = choices.of(finding.table) | choices.of(finding)
    size = noted.get("cell_size")
    return float(size) if noted.get("shape") == "square" and size else None
