"""
Rows of persons, whatever they are called: who may not see single records sees none, and nobody an order.

Judged are tables of functions of one's own above all: what the toolkit's functions return is listed in
``columns.toml``. Who is named is known by lineage (`named`), what is counted by counting again (`classes`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from .. import choices
from ..collation.roles import PROTECTED
from ..i18n import _, number
from .classes import groups_of, is_counted
from .named import Named, fold, named_by, whole_number
from .outline import frame_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .asked import Asked
    from .outline import Outline

__all__ = ["may_see", "mixes", "refusal", "roles_shown"]

Refusal = tuple[str, str]
"""What was found, and what would mend it."""
_OWN = "agency"
_MOSTLY = 0.5
_PLACED = frozenset({"cell_id", "segment", "geometry"})
"""Columns of the toolkit's own maps, whose plain numbers are no ids of persons."""
_VENDORS = ("vendors", "holders", "accounts", "n_vendors")
"""Columns in which the toolkit's functions on listings say how many accounts stand behind a row."""
_CLASSES = frozenset(
    {"kind", "grade", "type", "role", "handling", "mode", "date_precision", "substance", "category",
     "currency", "ships_from", "ships_from_region", "market"}
)  # fmt: skip
"""Columns of the readers whose words are classes, also where somebody's id is the same word."""


def may_see(asked: Asked, named: Named, policy: Any) -> bool:
    """Say whether this audience may see rows of the persons named: of listings the own agency alone."""
    return asked.single_records(policy) and ("listings" not in named.kinds or asked.audience == _OWN)


def refusal(finding: Any, asked: Asked, shape: Outline) -> Refusal | None:
    """
    Say why a result may not leave for the sake of the persons behind it; None where it may.

    Parameters
    ----------
    finding
        A finding of a case.
    asked
        What the author asks for.
    shape
        What would leave.
    """
    named = named_by(finding)
    if not named.kinds:
        return None
    own = shape.allowed is None
    if may_see(asked, named, finding.case.policy):
        return _ordered(finding, shape, named) if own else None
    found = _named_outside(finding, asked, named) or _named_in(shape, named)
    if found is None and own:
        found = _of_own(finding, asked, shape, named)
    return found


def roles_shown(finding: Any, shape: Outline) -> dict[str, int] | None:
    """
    Count the roles of the persons that rows of an own function name; None where it names none.

    Victims and witnesses among suspects make one list of all of them, also where roles stand in another file.
    A table of links has two such columns and is no list of persons.
    """
    if shape.allowed is not None or shape.refused:
        return None
    named = named_by(finding)
    if not named.roles:
        return None
    shown: dict[str, str] = {}
    for table in shape.tables.values():
        columns = _id_columns(table, named)
        for name in columns if len(columns) == 1 else ():
            for value in table[name].dropna().unique():
                role = named.roles.get(fold(value))
                if role is not None:
                    shown[fold(value)] = role
    if not shown:
        return None
    return {role: list(shown.values()).count(role) for role in sorted(set(shown.values()))}


def mixes(roles: dict[str, int]) -> bool:
    """Say whether persons whom nobody has a reason to suspect stand beside those whom somebody has."""
    return bool(set(roles) & PROTECTED) and bool(set(roles) - PROTECTED)


def _rows_of_persons(column: str) -> Refusal:
    found = _("“{column}” names persons or accounts of the material, and this audience may not see them.")
    return found.format(column=column), 'ilp.release(…, audience="agency")'


def _named_outside(finding: Any, asked: Asked, named: Named) -> Refusal | None:
    """Look at what stands around the tables: the author's words, and what was chosen."""
    if any(named.names(words, numbers=False) for words in (asked.title, asked.statement, asked.source)):
        found = _("Your own words name a person or an account of the material.")
        return found, _("say it without ids and names")
    for step in _steps(finding):
        if named.names({**choices.of(step.table), **step.choices}, numbers=False):
            found = _("What was chosen for “{what}” names a person or an account, and products print it.")
            return found.format(what=step.function), 'ilp.release(…, audience="agency")'
    return None


def _named_in(shape: Outline, named: Named) -> Refusal | None:
    """Look for ids, labels and names in texts, headers and cells, whole or within a sentence."""
    for table in shape.tables.values():
        for name in table.columns:
            if named.names(str(name), numbers=False):
                return _rows_of_persons("…")
            column = table[name]
            if name == "geometry" or pd.api.types.is_numeric_dtype(column):
                continue
            if pd.api.types.is_datetime64_any_dtype(column) or _of_classes(column, named):
                continue
            plain = str(name) not in _PLACED or shape.allowed is None
            cells = column.dropna().astype(object)
            if any(named.names(cell, numbers=plain) for cell in cells.drop_duplicates() if _hashable(cell)):
                return _rows_of_persons(str(name))
            if any(named.names(cell, numbers=plain) for cell in cells if not _hashable(cell)):
                return _rows_of_persons(str(name))
    return None


def _of_own(finding: Any, asked: Asked, shape: Outline, named: Named) -> Refusal | None:
    """Judge a function of one's own: rows must be classes of what came in, and numbers no ids."""
    if "links" in named.kinds and asked.public_rules(finding):
        found = _(
            "Links, calls and entities are records of single persons: they have no form for the public."
        )
        return found, 'ilp.release(…, audience="agency")'
    minimum = finding.case.policy.cells.minimum_count
    for table in shape.tables.values():
        groups = groups_of(table, named)
        for name in table.columns:
            if _may_be_ids(table[name], named) and not is_counted(table[name], groups, named):
                found = _(
                    "The numbers in “{column}” may be ids: they are none of the counts of the material."
                )
                fix = _("count by a column of the material, as t.groupby('kind').size(), or say shares")
                return found.format(column=name), fix
        told = "listings" in named.kinds and any(name in frame_of(finding.table) for name in _VENDORS)
        if not groups and not told and len(table) > max(_persons(named) // minimum, 1):
            found = _(
                "{n} rows of {persons} persons or accounts: nobody can tell that a row is not one of them."
            )
            fix = _("group by columns of the material or parts of its dates, and keep those columns")
            return found.format(n=number(len(table)), persons=number(_persons(named))), fix
        if "listings" in named.kinds:
            few = _too_few(finding, table, groups, named, minimum)
            if few is not None:
                return few
    return None


def _too_few(
    finding: Any, table: pd.DataFrame, groups: list[Any], named: Named, minimum: int
) -> Refusal | None:
    """Ask of each row on listings how many accounts stand behind it."""
    whole = frame_of(finding.table)
    told = next((name for name in _VENDORS if name in whole), None)
    if groups:
        least = pd.concat([group.people for group in groups], axis=1).min(axis=1)
    elif told is not None and len(whole) == len(table):
        least = pd.to_numeric(whole[told], errors="coerce").fillna(0).clip(upper=_persons(named))
    elif len(table) <= 1:
        least = pd.Series([_persons(named)])
    else:
        found = _("Nobody can tell how many accounts stand behind each row.")
        return found, _("keep the column with the number of accounts: {names}").format(
            names=", ".join(_VENDORS[:2])
        )
    few = int((least < minimum).sum())
    if not few:
        return None
    found = _("Rows behind which fewer than {least} accounts stand: {n}.").format(
        n=number(few), least=number(minimum)
    )
    return found, f"case.analyse(lambda t: t[t[{told or 'vendors'!r}] >= {minimum}], …)"


def _persons(named: Named) -> int:
    sellers = [table["vendor_id"].nunique() for table in named.records if "vendor_id" in table]
    return max(sellers) if sellers else len(named.ids)


def _may_be_ids(column: pd.Series[Any], named: Named) -> bool:
    """Say whether numbers, or the numbers within texts that are alike, are mostly those of ids."""
    if column.name == "geometry" or pd.api.types.is_bool_dtype(column) or _of_classes(column, named):
        return False
    if pd.api.types.is_datetime64_any_dtype(column) or not named.numbers:
        return False
    values = [value for value in column.dropna().tolist() if _hashable(value)]
    if not pd.api.types.is_numeric_dtype(column):
        texts = [str(value) for value in values]
        parts = [[part for part in _split(text) if part.isdigit()] for text in texts]
        frames = {"".join("#" if part.isdigit() else part for part in _split(text)) for text in texts}
        if len(frames) != 1 or any(len(part) != 1 for part in parts):
            return False
        values = [part[0] for part in parts]
    whole = {whole_number(value) for value in values}
    if not whole or None in whole:
        return False
    return len(whole & named.numbers) >= _MOSTLY * len(whole)


def _split(text: str) -> list[str]:
    return [part for part in re.split(r"(\d+)", text) if part]


def _of_classes(column: pd.Series[Any], named: Named) -> bool:
    """Say whether a column of the readers holds its own classes, and nothing else."""
    if column.name not in _CLASSES:
        return False
    held: set[str] = set()
    for records in named.records:
        if column.name in records and records[column.name].nunique() <= max(len(records) // 2, 1):
            held |= {fold(value) for value in records[column.name].dropna().unique()}
    return {fold(value) for value in column.dropna().unique()} <= held and bool(held)


def _ordered(finding: Any, shape: Outline, named: Named) -> Refusal | None:
    """Refuse what puts persons in an order, also for those who may see them."""
    for table in shape.tables.values():
        headers = [str(name) for name in table.columns if fold(name) in named.ids]
        columns = _id_columns(table, named)
        shown = [headers] if len(headers) > 1 else []
        shown += [[*dict.fromkeys(table[name].dropna().tolist())] for name in columns[:1]]
        fix = _("sort by the column of ids: t.sort_values({column!r})")
        if any(not _by_id(one, named) for one in shown) and not _by_time(table):
            found = _("Persons or accounts stand in another order than that of their ids.")
            return found, fix.format(column=columns[0] if columns else "entity_id")
        ranks = [str(name) for name in table.columns if columns and _is_rank(table, str(name), columns)]
        if ranks:
            found = _("“{column}” puts persons or accounts in an order.").format(column=ranks[0])
            return found, _("leave {column!r} out of columns=").format(column=ranks[0])
        if columns and _cut_by_measure(finding, table[columns[0]]):
            found = _("These are the persons above a line drawn in a measure: a list of targets.")
            return found, _("keep all rows, or choose by something else than the measure")
    return None


def _id_columns(table: pd.DataFrame, named: Named) -> list[str]:
    """Return the columns of a table that hold ids or labels, cell by cell."""
    found: list[str] = []
    words = [name for name in table.columns if not pd.api.types.is_numeric_dtype(table[name])]
    for name in [name for name in words if name != "geometry" and name not in _CLASSES]:
        cells = [fold(cell) for cell in table[name].dropna() if isinstance(cell, str | int)]
        if cells and sum(cell in named.order for cell in cells) >= 0.8 * len(cells):
            found.append(str(name))
    keyed = any(table[name].is_unique for name in words if name != "geometry")
    if not found and not keyed and len(table) > 2:
        groups = groups_of(table, named)
        for name in table.columns:
            column = table[name]
            told = {whole_number(value) for value in column.dropna()}
            if column.is_unique and told <= named.numbers and not is_counted(column, groups, named):
                found.append(str(name))
    return found


def _by_id(ids: list[Any], named: Named) -> bool:
    """Say whether ids come in their order: as text, as numbers, or as a material has them."""
    folded = [fold(one) for one in ids]
    filed = [[column[one] for one in folded] for column in named.filed if column.keys() >= {*folded}]
    texts = [str(one) for one in ids]
    natural = [
        tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in _split(one))
        for one in folded
    ]
    ways: list[list[Any]] = [texts, folded, natural, *filed]
    return any(way == sorted(way) for way in ways)


def _by_time(table: pd.DataFrame) -> bool:
    times = [name for name in table.columns if pd.api.types.is_datetime64_any_dtype(table[name])]
    return any(
        table[name].dropna().is_monotonic_increasing and not table[name].dropna().is_monotonic_decreasing
        for name in times
    )


def _is_rank(table: pd.DataFrame, name: str, ids: list[str]) -> bool:
    """Say whether a column numbers the rows by another column, or from 1 to n in no order of the ids."""
    column = table[name]
    if name in ids or not pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
        return False
    if len(column) < 3 or column.isna().any() or column.nunique() < 2:
        return False
    values = column.astype(float)
    if sorted(values) in ([*range(len(values))], [*range(1, len(values) + 1)]):
        return not values.is_monotonic_increasing
    for other in table.columns:
        if other == name or not pd.api.types.is_numeric_dtype(table[other]) or other in ids:
            continue
        for method in ("min", "max", "dense", "average"):
            for ascending in (True, False):
                ranks = table[other].rank(method=method, ascending=ascending)
                if ranks.nunique() > 2 and (ranks == values).all():
                    return True
    return False


def _cut_by_measure(finding: Any, ids: pd.Series[Any]) -> bool:
    """Say whether vertices were chosen from a table of positions by a line drawn in one of its measures."""
    from .columns import allowed

    shown = {fold(one) for one in ids.dropna()}
    for step in _steps(finding):
        known, table = allowed(step.function), step.table
        if step is finding or known is None or known.shape != "people" or "entity_id" not in table:
            continue
        inside = table["entity_id"].map(fold).isin(shown)
        if not inside.any() or inside.all() or inside.sum() < len(shown):
            continue
        rest = [name for name in table.columns if name != "entity_id"]
        if any(
            _whole_class(table[name], inside) for name in rest if not pd.api.types.is_float_dtype(table[name])
        ):
            continue
        measures = table[rest].select_dtypes("number")
        if (measures[inside].min() > measures[~inside].max()).any():
            return True
    return False


def _whole_class(column: pd.Series[Any], inside: pd.Series[bool]) -> bool:
    """Say whether the rows are all rows of some classes: all suspects, all of one part of the network."""
    if pd.api.types.is_numeric_dtype(column) and column.name != "community":
        return False
    return not set(column[inside]) & set(column[~inside])


def _steps(finding: Any) -> Iterator[Any]:
    yield finding
    for given in finding.inputs:
        if hasattr(given, "function"):
            yield from _steps(given)


def _hashable(cell: Any) -> bool:
    return not isinstance(cell, list | dict | set)
