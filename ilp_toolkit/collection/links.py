"""
Links between persons, companies, telephones, vehicles and the rest: any file of them to one table.

A link is somebody's statement that two things have to do with each other, so it keeps what it rests on: the
items of information, their grade, the date. Labels are never changed: 007, 7 and 7.0 stay three vertices, and
look-alikes are listed for a person to decide. Records of calls are another matter than a chart: they are read
under an authorisation alone (see `calls`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import progress
from ..i18n import _
from ._link_schema import CHECKS, ENTITIES, LINKS, REMEDIES, TYPES
from .schema import Intake

if TYPE_CHECKING:
    import pandas as pd

    from .calls import Authorisation
    from .pseudonyms import Key

__all__ = ["CHECKS", "ENTITIES", "LINKS", "REMEDIES", "TYPES", "LinkIntake", "read_entities", "read_links"]


def _nothing() -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame()


@dataclass(frozen=True, repr=False)
class LinkIntake(Intake):
    """
    What a file of links held: an `Intake` whose table has the columns of `LINKS`, and the entities beside it.

    ``len(table) + len(rejected)`` equals the rows of the file, always; of a matrix, the cells that are not
    zero (of a symmetric one, those of one half).
    """

    table: pd.DataFrame  # type: ignore[assignment]
    """Links: the columns of `LINKS`, then whatever else the file held."""
    entities: pd.DataFrame = field(default_factory=_nothing)
    """Every vertex: the columns of `ENTITIES`, then whatever else was known of it."""
    entities_rejected: pd.DataFrame = field(default_factory=_nothing)
    """Rows about entities that could not be used, with the reason."""


def read_links(
    source: Any,
    *,
    columns: Mapping[Any, Any] | str | Path | None = None,
    entities: Any = None,
    entity_columns: Mapping[Any, Any] | None = None,
    authorisation: Authorisation | None = None,
    key: bytes | Key | None = None,
    layout: str | None = None,
    directed: bool | None = None,
    scale: str = "4x4",
    keep: str | Iterable[str] = (),
) -> LinkIntake:
    """
    Read a network from any file of links; lose nothing, and rename nobody.

    Parameters
    ----------
    source
        A list of links (CSV, a spreadsheet, columns parted by spaces, also inside gzip or zip; English or
        Russian headers), statements (who, did what, with whom, when, from which item), a matrix of one or of
        two kinds of vertices, GraphML, GEXF, Pajek, UCINET's DL, JSON (nodes and links), a chart of i2 (ANX),
        or a table of pandas. Records of calls with `authorisation`.
    columns
        Which column is what, where the headers do not tell: role to column, or column to role. Roles: source,
        target, weight, kind, item_ids, grade, source_grade, information_grade, scale, date, time, handling,
        directed, link_id. The path of a mapping file does as well.
    entities
        A list of the vertices: number, label, type, role, grade, handling, items. Vertices that it lacks are
        added, vertices without a link stay.
    entity_columns
        As `columns`, for `entities`: entity_id, label, type, role, grade, handling, item_ids, mode and so on.
    authorisation
        Under which records of calls may be read; without one they are refused.
    key
        Key of the pseudonyms of third parties in records of calls, see `pseudonyms.open_key`. Left out, one
        is drawn for this reading and forgotten, so that two readings give two sets of pseudonyms.
    layout
        What the file is, where its cells do not tell: list, statements, matrix, two_mode, calls.
    directed
        Whether links have a direction, where the file does not say or says it wrongly.
    scale
        Scale of grades that do not name theirs.
    keep
        Columns about persons to keep, by name; the others are set aside.

    Returns
    -------
    LinkIntake
        ``table`` with the columns of `LINKS`, ``entities`` with those of `ENTITIES`, ``rejected``, ``report``
        (one row a finding) and ``choices``: layout, columns, direction and by what it was decided.

    Raises
    ------
    FileError
        If the file cannot be opened or is none of the kinds; XML with a document type or entities is refused.
    ColumnsError
        If no two columns are the ends of links, or a column or role that was named does not exist.
    AuthorisationError
        If the file holds records of calls and no authorisation was given.
    InputError
        If the file is stamped as a state secret.

    Notes
    -----
    Grades and handling stay text; `evaluation` reads them. A matrix that is not symmetric is taken as
    directed, from row to column. A blank cell is no link, "NA" is unknown and stands among the rejected.
    Absence of a link means that none was collected, not that there is none.

    References
    ----------
    UNODC, Criminal Intelligence Manual for Analysts (2011), chapter 6: link analysis.

    Examples
    --------
    >>> import pandas as pd
    >>> file = pd.DataFrame({"Кто": ["A-1", "A-1"], "Что сделал": ["звонил", "передал"],
    ...     "Кому": ["007", ""], "Дата": ["2025-03-01"] * 2, "Донесение": ["R-4; R-9", "R-5"],
    ...     "Оценка": ["B2", ""]})
    >>> intake = read_links(file)
    >>> intake.table[["source", "target", "item_ids", "grade", "directed"]].values.tolist()
    [['A-1', '007', ('R-4', 'R-9'), '4x4:B2', True]]
    >>> len(intake.rejected), intake.entities["entity_id"].tolist()
    (1, ['A-1', '007'])
    """
    from . import headers
    from ._link_calls import call_links, is_calls, refuse_unauthorised
    from ._link_entities import build_entities
    from ._link_open import open_entities, open_links
    from ._link_rows import LinkRows
    from .shapes import frugal_memory

    if isinstance(columns, str | Path):
        mapping = headers.read_mapping(columns)
        columns, keep = mapping.get("columns"), keep or mapping.get("keep", ())
    with frugal_memory(), progress.steps(3) as step:
        step(_("Opening the file"))
        parts = open_links(source, columns=columns, layout=layout, directed=directed)
        if is_calls(parts, layout):
            refuse_unauthorised(authorisation)
            return call_links(parts, authorisation, key=key)
        described, choices = parts.entities, dict(parts.choices)
        if entities is not None:
            described, raw = open_entities(entities, entity_columns)
            choices["entities_file"] = raw.choices.get("file")
        step(_("Reading links"))
        rows = LinkRows(parts, scale=scale, keep=keep)
        if described is not None:
            own = described.table.column(described.roles["entity_id"]).to_pylist()
            rows.extra_labels = tuple(cell for cell in own if cell)
        rows.read()
        rows.check()
        step(_("Building the tables"))
        ends = list(dict.fromkeys(_ends(rows)))
        vertices = build_entities(ends, described, rows.findings, scale=scale, keep=keep)
        known = _with_modes(vertices.table, parts) if entities is not None else vertices.table
        table, (rejected, line) = rows.links(), rows.rejected()
    made = {**choices, "layout": parts.layout, "columns": dict(rows.roles), "scale": scale}
    made |= {"directed": _direction(table), "directed_by": parts.directed_by or "default"}
    made |= {"set_aside": [*rows.set_aside, *vertices.set_aside], "bad_line_column": line}
    table.attrs["choices"] = made
    report = rows.findings.report()
    return LinkIntake(table, rejected, report, made, known, vertices.rejected)


def _ends(rows: Any) -> Iterable[str]:
    for first, second, kept in zip(rows.source, rows.target, rows.keep, strict=True):
        if kept:
            yield first
            yield second


def read_entities(
    source: Any,
    *,
    columns: Mapping[Any, Any] | None = None,
    scale: str = "4x4",
    keep: str | Iterable[str] = (),
) -> Intake:
    """
    Read a list of entities by itself, so that a case can take it in as material of its own.

    Parameters
    ----------
    source
        A file or a table of pandas, one row an entity.
    columns
        Which column is what, where the headers do not tell: entity_id, label, type, role, grade, handling,
        item_ids, mode and so on.
    scale, keep
        As in `read_links`.

    Returns
    -------
    Intake
        ``table`` with the columns of `ENTITIES` (``handling`` where the file marks its rows), ``rejected``,
        ``report`` and ``choices``.

    Raises
    ------
    FileError
        If the file cannot be opened.
    ColumnsError
        If a column or role that was named does not exist.
    InputError
        If the file is stamped as a state secret.

    Examples
    --------
    >>> import pandas as pd
    >>> file = pd.DataFrame({"id": ["P1", "P2"], "type": ["person"] * 2, "роль": ["свидетель", ""]})
    >>> read_entities(file).table[["entity_id", "type", "role"]].values.tolist()
    [['P1', 'person', 'witness'], ['P2', 'person', 'unknown']]
    """
    from ._link_entities import build_entities
    from ._link_open import open_entities
    from .findings import Findings

    listed, raw = open_entities(source, columns)
    findings = Findings(listed.source_row, len(listed) + len(listed.bad), remedies=REMEDIES)
    own = [cell for cell in listed.table.column(listed.roles["entity_id"]).to_pylist() if cell]
    made = build_entities(list(dict.fromkeys(own)), listed, findings, scale=scale, keep=keep)
    if len(listed.bad):
        findings.note("bad_record", len(listed.bad), int(listed.bad["source_row"].iloc[0]))
    findings.note("set_aside", len(made.set_aside), columns=", ".join(made.set_aside))
    choices = {**raw.choices, "columns": dict(listed.roles), "scale": scale, "set_aside": made.set_aside}
    choices["bad_line_column"] = "text"
    # Entities that stand in rejected rows alone were added as ends; here they are no ends of anything.
    table = made.table[made.table["source_row"].notna()].reset_index(drop=True)
    if "handling" not in listed.roles:
        table = table.drop(columns="handling")  # what is stated of the whole holds
    table.attrs["choices"] = choices
    return Intake(table, made.rejected, findings.report(), choices)  # type: ignore[arg-type]


def _with_modes(known: pd.DataFrame, parts: Any) -> pd.DataFrame:
    """Fill in which of two kinds a vertex is, where the file of links says it and the list does not."""
    own = parts.entities
    if own is None or "mode" not in own.roles:
        return known
    columns = (own.table.column(own.roles[role]).to_pylist() for role in ("entity_id", "mode"))
    modes = {one: int(mode) for one, mode in zip(*columns, strict=True)}
    filled = known["mode"].fillna(known["entity_id"].map(modes).astype("Int64"))
    return known.assign(mode=filled)


def _direction(table: pd.DataFrame) -> str:
    if table["directed"].all() and len(table):
        return "directed"
    return "mixed" if table["directed"].any() else "undirected"
