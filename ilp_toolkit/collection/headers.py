"""
Which column is what: headers matched to roles by a table of synonyms kept as data.

The table is ``vocabulary/headers.toml`` (English, Russian, Spanish, some Central Asian). A header decides
first; what the column holds must agree with it, so that a column called ``date`` that holds times is a
time. Whatever is not recognised is named with ``columns=`` or in a mapping file that can be kept.
"""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from ..errors import ColumnsError, FileError
from ..i18n import _
from ._header_words import is_other_date, names_of, normalise, origin_of, squeeze, vocabulary
from ._role_content import (
    by_content,
    clock_by_word,
    clock_called_date,
    counts_column,
    drop_empty_pair,
    finer_parts,
    has_start,
    points_before_numbers,
)
from .contents import Samples, clocks_of, is_decimal
from .schema import Intake

__all__ = [
    "ROLES",
    "decimal_columns",
    "given_columns",
    "layout_columns",
    "mapping_text",
    "match_headers",
    "name_layout",
    "near_hint",
    "normalise",
    "origin_of",
    "read_mapping",
    "totals_column",
    "unread_clock",
]

ROLES = [
    *("incident_id", "offence"),
    *(
        "datetime",
        "date",
        "time",
        "from_datetime",
        "from_date",
        "from_time",
        "to_datetime",
        "to_date",
        "to_time",
    ),
    *("year", "month", "day", "hour", "minute", "reported"),
    *("longitude", "latitude", "x", "y", "coordinates", "wkt"),
    *("area", "address", "origin"),
]
"""What a column can be."""

_TIME_ROLES = frozenset(ROLES[2:17])
_PAIRS = ({"longitude", "latitude"}, {"x", "y"}, {"coordinates"}, {"wkt"})
_LENIENT = ("datetime", "date", "from_datetime", "from_date", "longitude", "latitude", "x", "y")
_SOME = 0.01
"""Of a column whose header leaves no doubt, this share must be readable where no other column is better."""
_PLACE_ROLES = frozenset(["longitude", "latitude", "x", "y", "coordinates", "wkt"])
_ALIASES = {
    **{
        "occurred_from": "from_datetime",
        "occurred_to": "to_datetime",
        "from": "from_datetime",
        "to": "to_datetime",
    },
    **{"id": "incident_id", "offense": "offence", "lon": "longitude", "lat": "latitude", "geometry": "wkt"},
    **{"easting": "x", "northing": "y", "district": "area"},
}


def match_headers(table: pa.Table, *, given: Mapping[str, str | None] | None = None) -> dict[str, str]:
    """
    Find the column for each role.

    Parameters
    ----------
    table
        Columns of text.
    given
        Columns named by the caller, role to column (see `given_columns`). They stand above everything
        found; a role given as None is left unfilled. Where the caller names the time or the place, no
        other column is taken for it, except a time of day beside a date.

    Returns
    -------
    dict
        Role to column, only for roles that were found; a column has one role.

    Examples
    --------
    >>> table = pa.table({"Crime.type": ["Theft"], "ШИРОТА": ["38.5"], "Долгота (град.)": ["68.8"]})
    >>> match_headers(table)
    {'offence': 'Crime.type', 'longitude': 'Долгота (град.)', 'latitude': 'ШИРОТА'}
    """
    given = dict(given or {})
    found = {role: column for role, column in given.items() if column}
    closed = _closed(given)
    samples = Samples(table)
    for least, roles in ((0.5, ROLES), (_SOME, _LENIENT)):
        for role in roles:
            if role in given or role in closed or role in found or (least < 0.5 and _is_filled(role, found)):
                continue
            column = _by_name(role, table.column_names, samples, least, taken=set(found.values()))
            if column is not None:
                found[role] = column
    _by_word(found, closed | set(given), table.column_names, samples)
    if not has_start(found) and not _TIME_ROLES & set(given):
        by_content(found, table.column_names, samples)
    drop_empty_pair(found, set(given), samples)
    clock_called_date(found, closed | set(given), table.column_names, samples)
    clock_by_word(found, closed | set(given), table.column_names, samples)
    finer_parts(found, set(given), samples)
    points_before_numbers(found, closed | set(given), table.column_names, samples)
    return {role: found[role] for role in ROLES if role in found}


def given_columns(columns: Mapping[Any, Any] | None, names: list[str]) -> dict[str, str | None]:
    """
    Read what a caller wrote as `columns`: role to column, or column to role.

    Where both readings are possible, the keys are roles. Columns of a file without a header go by their
    number, counted from 1.

    Raises
    ------
    ColumnsError
        If a role or a column does not exist; the message names what there is.
    """
    pairs = {_text(key): _text(value) for key, value in (columns or {}).items()}
    if not pairs:
        return {}
    roles = {*ROLES, *_ALIASES}
    if not all(key in roles for key in pairs) and all(
        value in roles or value is None for value in pairs.values()
    ):
        if len(set(pairs.values())) < len(pairs):
            raise ColumnsError(_("`columns` gives one role to two columns: {pairs}.").format(pairs=pairs))
        pairs = {str(role): column for column, role in pairs.items() if role is not None}
    pairs = {_ALIASES.get(str(role), str(role)): column for role, column in pairs.items()}
    for role, column in pairs.items():
        if role not in ROLES:
            msg = _("`columns` names the role {role!r}, which does not exist. {near}Roles: {roles}.")
            raise ColumnsError(
                msg.format(role=role, near=near_hint(str(role), ROLES), roles=", ".join(ROLES))
            )
        if column is not None:
            pairs[role] = _existing(column, names)
    return {str(role): column for role, column in pairs.items()}


def read_mapping(path: str | Path) -> dict[str, Any]:
    """
    Read a mapping file: TOML or JSON with ``columns``, ``crs``, ``timezone``, ``wall_clock`` and ``keep``.

    A file that holds nothing but pairs of role and column is read as ``columns``.

    Raises
    ------
    FileError
        If the file is missing, or is neither TOML nor JSON.
    ColumnsError
        If it holds something else.
    """
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8-sig")
        mapping = json.loads(text) if file.suffix.lower() == ".json" else tomllib.loads(text)
    except OSError as error:
        msg = _("`columns` names the mapping file {file!r}, which cannot be opened.").format(file=file.name)
        raise FileError(msg) from error
    except ValueError as error:
        msg = _("The mapping file {file!r} is neither TOML nor JSON: {reason}.")
        raise FileError(msg.format(file=file.name, reason=error)) from error
    known = {"columns", "crs", "timezone", "wall_clock", "keep"}
    if "columns" not in mapping and not known & set(mapping):
        return {"columns": mapping}
    if set(mapping) - known:
        msg = _("The mapping file {file!r} holds {extra}, which is not known. It may hold: {known}.")
        extra = ", ".join(sorted(set(mapping) - known))
        raise ColumnsError(msg.format(file=file.name, extra=extra, known=", ".join(sorted(known))))
    return dict(mapping)


def mapping_text(intake: Intake) -> str:
    """
    Write the mapping that was used as a TOML text, ready to be kept in a file and given as `columns`.

    Examples
    --------
    >>> import pandas as pd
    >>> print(mapping_text(Intake(None, None, None, {"columns": {"date": "Day"}, "crs_given": "EPSG:2248"})))
    crs = "EPSG:2248"
    <BLANKLINE>
    [columns]
    date = "Day"
    """
    choices = intake.choices
    lines = []
    for name, value in (("crs", choices.get("crs_given")), ("timezone", choices.get("timezone"))):
        if value:
            lines.append(f"{name} = {json.dumps(value, ensure_ascii=False)}")
    if choices.get("wall_clock"):
        lines.append("wall_clock = true")
    lines += [""] * bool(lines) + ["[columns]"]
    for role, column in choices.get("columns", {}).items():
        lines.append(f"{role} = {json.dumps(column, ensure_ascii=False)}")
    return "\n".join(lines)


def name_layout(table: pa.Table) -> pa.Table:
    """Give a table without a header the names of a layout that it fits; else return it as it is."""
    for layout in vocabulary()["layouts"].values():
        names = layout["columns"]
        if table.num_columns == len(names) and _fits(table, names):
            return table.rename_columns(names)
    return table


def layout_columns(layout: str) -> list[str]:
    """Return the names of the columns of a known layout, such as ``police_uk``."""
    return list(vocabulary()["layouts"][layout]["columns"])


def unread_clock(table: pa.Table, roles: Mapping[str, str]) -> str | None:
    """Return the column that is called a time and holds none that can be read, where days have no other."""
    if not {"date", "datetime"} & set(roles) or {"time", "hour", "from_date", "from_datetime"} & set(roles):
        return None
    samples, day = Samples(table), roles.get("datetime") or roles["date"]
    if clocks_of(samples.cells(day)) - {0}:
        return None
    called = [c for c in table.column_names if c not in roles.values() and squeeze(c) in names_of("time")]
    return next((c for c in called if samples.has_values(c)), None)


def totals_column(table: pa.Table, taken: set[str]) -> str | None:
    """Return the column that says how many incidents a row stands for, None where there is none."""
    return counts_column(list(table.column_names), taken, Samples(table))


def decimal_columns(table: pa.Table, taken: set[str]) -> list[str]:
    """Return the columns that hold numbers with decimals and have no role."""
    samples = Samples(table)
    return [c for c in table.column_names if c not in taken and samples.share(c, is_decimal) >= 0.95]


# Names


def _by_name(role: str, columns: list[str], samples: Samples, least: float, taken: set[str]) -> str | None:
    names = names_of(role)
    ranked = sorted((names[squeeze(c)], i, c) for i, c in enumerate(columns) if squeeze(c) in names)
    fitting = [
        column for _rank, _i, column in ranked if column not in taken and samples.fit(column, role, least)
    ]
    full = [column for column in fitting if samples.has_values(column)]
    return next(iter(full or fitting), None)


def _is_filled(role: str, found: Mapping[str, str]) -> bool:
    """Return whether another column already gives what this one would give badly."""
    return has_start(found) if role in _TIME_ROLES else bool(any(pair <= set(found) for pair in _PAIRS))


def _by_word(found: dict[str, str], closed: set[str], columns: list[str], samples: Samples) -> None:
    """Fill dates and coordinates by a word in the header, where one column alone has it."""
    for role in ("date", "longitude", "latitude"):
        if role in closed or role in found or (role == "date" and has_start(found)):
            continue
        words = set(vocabulary()[role]["words"])
        fits = [c for c in columns if c not in found.values() and words & set(normalise(c).split())]
        fits = [c for c in fits if not is_other_date(c) and samples.has_values(c) and samples.fit(c, role)]
        if len(fits) == 1:
            found[role] = fits[0]


def _closed(given: Mapping[str, str | None]) -> set[str]:
    """Roles that must not be filled by guessing because the caller named time or place."""
    named = {role for role, column in given.items() if column}
    closed: set[str] = set()
    if named & _TIME_ROLES:
        closed |= _TIME_ROLES - {f"{role[:-4]}time" for role in named if role.endswith("date")}
        if named & {"hour", "minute", "day", "month"} and not named & {"date", "datetime"}:
            closed -= {"year", "month", "day", "hour", "minute"}
    if named & _PLACE_ROLES:
        closed |= _PLACE_ROLES
        for pair in ({"longitude", "latitude"}, {"x", "y"}):
            if named & pair:
                closed -= pair
    return closed


def _text(value: Any) -> str | None:
    return None if value is None or value == "" else str(value).strip()


def _existing(column: str, names: list[str]) -> str:
    if column in names:
        return column
    same = [name for name in names if squeeze(name) == squeeze(column)]
    if len(same) == 1:
        return same[0]
    if column.isdigit() and 1 <= int(column) <= len(names):
        return names[int(column) - 1]
    msg = _("`columns` names the column {column!r}, which the file does not have. {near}Columns: {names}.")
    raise ColumnsError(msg.format(column=column, near=near_hint(column, names), names=", ".join(names[:40])))


def near_hint(word: str, words: list[str]) -> str:
    """Return a sentence with the word that was perhaps meant, or nothing."""
    close = difflib.get_close_matches(word.casefold(), [w.casefold() for w in words], n=1, cutoff=0.6)
    original = [w for w in words if close and w.casefold() == close[0]]
    return _("Did you mean {near!r}? ").format(near=original[0]) if original else ""


def _fits(table: pa.Table, names: list[str]) -> bool:
    """Return whether each column of a headerless table holds what the layout says."""
    samples = Samples(table)
    for column, name in zip(table.column_names, names, strict=True):
        role = next((r for r in ("month", "longitude", "latitude") if squeeze(name) in names_of(r)), None)
        if role is not None and not samples.fit(column, role):
            return False
    return samples.has_values(table.column_names[1])
