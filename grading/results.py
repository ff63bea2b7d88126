"""
Results as tables: one for people with Excel, one that Moodle's grade import takes.

Excel in a Russian Windows reads a CSV whose cells are parted by semicolons, with decimal commas, in UTF-8
with a mark at its beginning; elsewhere commas and points. A cell that would run as a formula is told to be
text: a name such as ``=cmd|…`` is nobody's name. Names come only when they are asked for.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ilp_toolkit.errors import ColumnsError, InputError
from ilp_toolkit.i18n import _, current

from .assessment import Assessment
from .key import Bench
from .roster import Roster
from .roster import names as who
from .standing import STATES, Standing, standings
from .workspace import Workspace

__all__ = ["Layout", "Written", "moodle_csv", "moodle_ids", "results_csv", "safe_cell", "write_results"]

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""First characters that make a spreadsheet run a cell; the last four are full-width."""
IdKind = Literal["idnumber", "email"]


@dataclass(frozen=True)
class Layout:
    """How a CSV is written for a spreadsheet of some language."""

    separator: str = ","
    decimal: str = "."

    @classmethod
    def of(cls, language: str) -> Layout:
        """
        Return how spreadsheets of a language read a CSV.

        Examples
        --------
        >>> Layout.of("ru"), Layout.of("en")
        (Layout(separator=';', decimal=','), Layout(separator=',', decimal='.'))
        """
        return cls(";", ",") if language == "ru" else cls()


@dataclass(frozen=True)
class Written:
    """The files, and what in them is not final."""

    files: tuple[Path, ...]
    provisional: int
    unsandboxed: int
    left_out: tuple[str, ...]
    """Learners whose points did not go into a file for Moodle, since they are not final."""


def safe_cell(value: str) -> str:
    """
    Return a text that no spreadsheet runs as a formula.

    Examples
    --------
    >>> safe_cell("=cmd|' /C calc'!A0"), safe_cell(" +7"), safe_cell("Oduya")
    ("'=cmd|' /C calc'!A0", "' +7", 'Oduya')
    """
    bare = value.lstrip(" \u00a0\u200b\ufeff")
    return f"'{value}" if bare.startswith(_FORMULA) or value.startswith(_FORMULA) else value


def write_results(
    workspace: Workspace,
    record: Assessment,
    bench: Bench,
    modules: Sequence[str],
    *,
    names: bool = False,
    ids: Mapping[str, str] | None = None,
    id_kind: IdKind = "idnumber",
    provisional: bool = False,
) -> Written:
    """
    Write ``results.csv``, one table of items a module, and ``moodle.csv`` into the workspace's results.

    Parameters
    ----------
    workspace, record, bench
        The workspace, its record and the modules.
    modules
        Ids of the modules.
    names
        Whether names of people stand in the tables for Excel.
    ids
        Pseudonym to what Moodle knows a learner by; None: the pseudonym itself.
    id_kind
        What that is.
    provisional
        Whether marks that are not final go into Moodle's file as well.

    Returns
    -------
    Written
        The files, and how much in them is not final.
    """
    found = {name: standings(record, bench.module(name), workspace.policy.attempts) for name in modules}
    people = who(workspace) if names else None
    roster = Roster.load(workspace)
    groups = {learner.id: learner.group for learner in roster.learners}
    layout = Layout.of(current())
    workspace.results.mkdir(parents=True, exist_ok=True)
    every = [stand for stands in found.values() for stand in stands]
    files = {"results.csv": results_csv(every, groups=groups, names=people, layout=layout)}
    for name, stands in found.items():
        items = [item.id for item in bench.module(name).part("exam")]
        files[f"items.{name}.csv"] = items_csv(stands, items, layout=layout)
    files["moodle.csv"], left_out = moodle_csv(
        found, roster.ids, ids=ids, id_kind=id_kind, provisional=provisional
    )
    paths = []
    for file, content in files.items():
        path = workspace.results / file
        # Moodle's import takes the first column by its name and is spared the mark that Excel needs.
        path.write_text(content, encoding="utf-8" if file == "moodle.csv" else "utf-8-sig", newline="")
        paths.append(path)
    return Written(
        tuple(paths),
        sum(stand.provisional for stand in every),
        sum(stand.unsandboxed for stand in every),
        left_out,
    )


def results_csv(
    stands: Iterable[Standing],
    *,
    groups: Mapping[str, str] | None = None,
    names: Mapping[str, str] | None = None,
    layout: Layout | None = None,
) -> str:
    """
    Return a row for each learner and module: points, share, state, hurdles, and what is not final.

    Parameters
    ----------
    stands
        Attempts that count, weighed.
    groups
        Pseudonym to group.
    names
        Pseudonym to name; None: no column of names.
    layout
        Separator and decimal mark; by default commas and points.
    """
    form = layout or Layout()
    heads = [
        _("Learner"), *([_("Name")] if names is not None else []), _("Group"), _("Module"), _("Attempt"),
        _("Received (UTC)"), _("Points"), _("of"), _("Per cent"), _("State"), _("Hurdles missed"),
        _("By hand, not marked yet"), _("Note"),
    ]  # fmt: skip
    rows = []
    for stand in stands:
        learner = stand.attempt.learner
        notes = [_("provisional: code was not executed")] if stand.provisional else []
        notes += [_("executed without a sandbox")] if stand.unsandboxed else []
        rows.append([
            learner,
            *([names.get(learner, "")] if names is not None else []),
            (groups or {}).get(learner, ""),
            stand.attempt.module,
            str(stand.attempt.number),
            stand.attempt.received[:16].replace("T", " "),
            _figure(stand.points, form),
            _figure(stand.out_of, form),
            _figure(round(100 * stand.share, 1), form),
            _(STATES[stand.state]),
            " ".join(stand.missed),
            " ".join(stand.pending),
            "; ".join(notes),
        ])  # fmt: skip
    return _csv(heads, rows, form.separator)


def items_csv(stands: Iterable[Standing], items: Sequence[str], *, layout: Layout | None = None) -> str:
    """Return a row for each learner and a column for each item; what waits for a person is left empty."""
    form = layout or Layout()
    rows = []
    for stand in stands:
        marks = [stand.marks.get(item) for item in items]
        points = [_figure(m.points, form) if m is not None and not m.pending else "" for m in marks]
        rows.append([stand.attempt.learner, str(stand.attempt.number), *points])
    return _csv([_("Learner"), _("Attempt"), *items], rows, form.separator)


def moodle_csv(
    found: Mapping[str, Sequence[Standing]],
    learners: Iterable[str],
    *,
    ids: Mapping[str, str] | None = None,
    id_kind: IdKind = "idnumber",
    provisional: bool = False,
) -> tuple[str, tuple[str, ...]]:
    """
    Return a table that Moodle's *Grades · Import · CSV file* takes, and who is not in it.

    Parameters
    ----------
    found
        Module to the attempts that count.
    learners
        The learners, one row each where they have a mark.
    ids
        Pseudonym to what Moodle knows a learner by; None: the pseudonym.
    id_kind
        "idnumber" or "email": the field to map it to.
    provisional
        Whether marks that are not final are given as well.

    Returns
    -------
    tuple of str and tuple of str
        The table (commas, points, UTF-8), and ``learner · module`` of marks that are not final.
    """
    rows, left_out = [], []
    by_learner = {(stand.attempt.learner, name): stand for name, stands in found.items() for stand in stands}
    for learner in learners:
        own = learner if ids is None else ids.get(learner, "")
        points = []
        for name in found:
            stand = by_learner.get((learner, name))
            final = stand is not None and not stand.provisional and not stand.pending
            if stand is not None and not final and not provisional:
                left_out.append(f"{learner} · {name}")
            points.append(_figure(stand.points, Layout()) if stand and (final or provisional) else "")
        if own and any(points):
            rows.append([own, *points])
    return _csv([id_kind, *found], rows, ","), tuple(left_out)


def moodle_ids(path: Path) -> tuple[dict[str, str], IdKind]:
    """
    Read who is who in Moodle: a table with the columns ``learner`` and ``idnumber`` or ``email``.

    Raises
    ------
    ColumnsError
        If a column is missing.
    InputError
        If two learners have the same number or address.
    """
    from ilp_toolkit.collection.files import open_table

    raw = open_table(path)
    columns = {str(name).strip().casefold(): name for name in raw.columns.column_names}
    kinds: tuple[IdKind, ...] = ("idnumber", "email")
    kind = next((kind for kind in kinds if kind in columns), None)
    if "learner" not in columns or kind is None:
        msg = _("“{file}” needs the columns learner and idnumber (or email); found: {columns}.")
        raise ColumnsError(msg.format(file=Path(path).name, columns=", ".join(raw.columns.column_names)))
    values = {
        name: [str(v or "").strip() for v in raw.columns[columns[name]].to_pylist()] for name in columns
    }
    found = dict(zip(values["learner"], values[kind], strict=True))
    seen: dict[str, str] = {}
    for learner, own in found.items():
        if own and own in seen:
            msg = _("“{file}” gives {value} to two learners: {one} and {other}.")
            raise InputError(msg.format(file=Path(path).name, value=repr(own), one=seen[own], other=learner))
        seen[own] = learner
    return found, kind


def _figure(value: float, layout: Layout) -> str:
    return f"{round(value, 2):g}".replace(".", layout.decimal)


def _csv(heads: Sequence[str], rows: Iterable[Sequence[Any]], separator: str) -> str:
    made = io.StringIO()
    writer = csv.writer(made, delimiter=separator, lineterminator="\r\n")
    writer.writerow([safe_cell(head) for head in heads])
    writer.writerows([safe_cell(str(cell)) for cell in row] for row in rows)
    return made.getvalue()
