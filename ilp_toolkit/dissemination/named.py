"""
Whom the material behind a finding names: ids, labels and numbers of persons and accounts, found by lineage.

A function of one's own may rename a column, turn its ids into numbers or write them into a sentence. So
nothing here looks at names of functions or columns of a result: what came in as links, entities, calls or
listings is gathered, and every value that would leave is held against it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

import pandas as pd

from ..collation.roles import ROLES
from ..collection.links import ENTITIES, LINKS
from ..collection.listings import LISTINGS

__all__ = ["Named", "fold", "named_by", "record_columns", "whole_number"]

_LINKS = ("source", "target")
_CALLS = ("caller", "called")
_VERTEX = ("entity_id", "person_id", "phone_id")
_LISTINGS = ("vendor_id", "listing_id", "handle_id", "pgp_id")
_PAIRS = ("first", "second")
"""Accounts that may belong together: a lead, see `darknet.link_vendors`."""
_CODE = re.compile(r"[A-Z]{2,3}")
_WORD = re.compile(r"\w+(?:[-_.@/+]\w+)*")
_DIGITS = re.compile(r"\D*?(\d{1,15})(?:\.0)?")
_PLACES = frozenset({"place", "event", "document"})
"""Types of entities that are neither persons nor accounts of persons."""
_OPEN = frozenset({*LINKS, *ENTITIES, *LISTINGS}) - {*_LINKS, *_VERTEX, *_LISTINGS, "label", "item_ids"}
"""Columns of the readers that name nobody."""
_MOST_WORDS = 6
_KNOWN: WeakKeyDictionary[Any, Named] = WeakKeyDictionary()
"""Whom findings name: asked several times while one of them is judged, and a finding does not change."""


@dataclass(frozen=True, eq=False)
class Named:
    """Whom the material names, and the records themselves to count with."""

    kinds: frozenset[str] = frozenset()
    """``links`` (also calls, vertices) and ``listings``; empty where no records of persons are behind it."""
    order: Mapping[str, int] = field(default_factory=dict)
    """Folded id, label or name to its place in the material: the order in which it first stands there."""
    ids: frozenset[str] = frozenset()
    """Folded ids of persons and accounts alone, without labels and item numbers."""
    roles: Mapping[str, str] = field(default_factory=dict)
    """Folded id or label of a person to the role."""
    records: tuple[pd.DataFrame, ...] = ()
    """Tables of single records."""
    filed: tuple[Mapping[str, int], ...] = ()
    """For each column of ids of the materials: folded id to its place in the file."""

    @cached_property
    def numbers(self) -> frozenset[int]:
        """Ids as numbers: of "7", "007" and "N7" it is 7."""
        found = (_DIGITS.fullmatch(one) for one in self.ids)
        return frozenset(int(match[1]) for match in found if match)

    def names(self, cell: Any, *, numbers: bool = True) -> bool:
        """
        Say whether a cell is, or holds, an id, a label or a name; a plain number inside a text is none.

        Parameters
        ----------
        cell
            Any value; of lists and mappings each part.
        numbers
            Whether a cell that is nothing but digits may be an id.
        """
        return any(self._in_text(text, numbers) for text in _texts(cell))

    def _in_text(self, text: str, numbers: bool) -> bool:
        whole = fold(text)
        if whole in self.order:
            return numbers or not whole.replace(".", "").isdigit()
        words = _WORD.findall(whole)
        if not words or (len(words) == 1 and words[0] == whole):
            return False
        return any(
            phrase in self.order and not phrase.isdigit() and not (len(phrase) < 3 and phrase.isalpha())
            for length in range(1, min(_MOST_WORDS, len(words)) + 1)
            for phrase in (" ".join(words[at : at + length]) for at in range(len(words) - length + 1))
        )  # fmt: skip


def fold(value: Any) -> str:
    """
    Return a value as ids are compared: no capitals, no doubled spaces, 7.0 as 7.

    Examples
    --------
    >>> fold("  Velkopil  ARSHUMET "), fold(7.0), fold("７")
    ('velkopil arshumet', '7', '7')
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(unicodedata.normalize("NFKC", str(value)).casefold().split())


def whole_number(value: Any) -> int | None:
    """Return a number without a fraction as such, None for anything else."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return int(number) if number.is_integer() and abs(number) < 1e15 else None


def named_by(finding: Any) -> Named:
    """
    Gather whom the materials behind a finding, and the steps on the way to it, name.

    Parameters
    ----------
    finding
        A finding of a case.

    Returns
    -------
    Named
        Without `kinds` where nothing behind it is a record of a person or an account.
    """
    if finding not in _KNOWN:
        _KNOWN[finding] = _gathered(finding)
    return _KNOWN[finding]


def _gathered(finding: Any) -> Named:
    kinds: set[str] = set()
    order: dict[str, int] = {}
    ids: set[str] = set()
    roles: dict[str, str] = {}
    places: set[str] = set()
    records: list[pd.DataFrame] = []
    filed: list[Mapping[str, int]] = []
    for table, came_in in _tables(finding):
        columns = record_columns(table)
        if not columns:
            continue
        kinds.add("listings" if set(columns) & {*_LISTINGS, *_PAIRS} else "links")
        records.append(table)
        kept = _of_persons(table)
        if len(kept) < len(table):
            others = table.reset_index(drop=True).drop(kept.index)
            places |= {fold(one) for one in others["entity_id"]}
        if came_in:
            seen = [dict.fromkeys(fold(value) for value in _values(kept[name])) for name in columns]
            filed += [{one: place for place, one in enumerate(column)} for column in seen]
        for name in columns:
            for value in _values(kept[name]):
                ids.add(fold(value))
                order.setdefault(fold(value), len(order))
        for name in _further(table, columns):
            for value in _values(kept[name]):
                order.setdefault(fold(value), len(order))
        _note_people(kept, order, roles)
    order = {name: place for name, place in order.items() if name not in places}
    return Named(frozenset(kinds), order, frozenset(ids - places), roles, tuple(records), tuple(filed))


def record_columns(table: pd.DataFrame) -> tuple[str, ...]:
    """
    Return the columns whose values name single persons or accounts, none where it holds no such records.

    Examples
    --------
    >>> record_columns(pd.DataFrame(columns=["source", "target", "kind"]))
    ('source', 'target')
    >>> record_columns(pd.DataFrame({"source": ["XA"], "target": ["XB"], "mass_kg": [3.0]}))
    ()
    """
    held = {str(name) for name in table.columns}
    found = [name for name in (*_VERTEX, *_LISTINGS) if name in held]
    for pair in (_LINKS, _CALLS, _PAIRS):
        if held >= {*pair} and not (pair == _LINKS and _between_places(table)):
            found += pair if pair != _PAIRS or "outcome" in held else ()
    return tuple(found)


def _between_places(table: pd.DataFrame) -> bool:
    """Say whether links run between countries: codes of two or three capitals and nothing else."""
    ends = pd.concat([table["source"], table["target"]]).dropna().astype(str).unique()
    return len(ends) > 0 and all(_CODE.fullmatch(end) for end in ends) and "item_ids" not in table


def _tables(item: Any) -> Iterator[tuple[pd.DataFrame, bool]]:
    """Yield every table behind an item, its own last, and whether it came in with a material."""
    seen: set[int] = set()

    def walk(one: Any) -> Iterator[tuple[pd.DataFrame, bool]]:
        if id(one) in seen:
            return
        seen.add(id(one))
        for given in getattr(one, "inputs", ()):
            yield from walk(given)
        beside = getattr(getattr(one, "intake", None), "entities", None)
        yield from ((table, True) for table in _as_tables(beside))
        yield from ((table, one.lineage is None) for table in _as_tables(one.content))

    yield from walk(item)


def _as_tables(content: Any) -> Iterator[pd.DataFrame]:
    if isinstance(content, pd.DataFrame):
        yield content
    elif isinstance(content, list | tuple):
        for part in content[:16]:
            yield from _as_tables(part)
    elif isinstance(content, Mapping):
        for part in list(content.values())[:16]:
            yield from _as_tables(part)
    elif hasattr(content, "nodes") and hasattr(content, "edges"):
        known = [{"entity_id": node, **dict(facts)} for node, facts in content.nodes(data=True)]
        yield pd.DataFrame(known, columns=None if known else ["entity_id"])
    elif hasattr(content, "__dataclass_fields__"):
        for name in content.__dataclass_fields__:
            part = getattr(content, name, None)
            if isinstance(part, pd.DataFrame):
                yield part


def _of_persons(table: pd.DataFrame) -> pd.DataFrame:
    """Leave out entities that are places, events or documents, as far as the table says what they are."""
    if "entity_id" not in table or "type" not in table:
        return table
    rows = table.reset_index(drop=True)
    return rows.loc[~rows["type"].astype(str).isin(_PLACES)]


def _values(column: Any) -> Iterator[Any]:
    cells = column.dropna()
    several = cells.map(lambda cell: isinstance(cell, tuple | list | set | frozenset))
    for cell in cells[~several.astype(bool)].unique():
        yield cell
    for cell in cells[several.astype(bool)]:
        yield from cell


def _further(table: pd.DataFrame, columns: Iterable[str]) -> Iterator[str]:
    """Yield the other columns that tell one record from another: labels, names, numbers of items."""
    for name in table.columns:
        if not isinstance(name, str) or name in columns or name in _OPEN or name.startswith("style_"):
            continue
        if name in {"label", "item_ids"}:
            yield name
        elif pd.api.types.is_object_dtype(table[name]) or pd.api.types.is_string_dtype(table[name]):
            told = table[name].dropna().astype(str)
            if len(told) > 3 and told.nunique() > len(told) / 2:
                yield name


def _note_people(table: pd.DataFrame, order: dict[str, int], roles: dict[str, str]) -> None:
    """Note roles, and the parts of a person's name: a surname alone names them, too."""
    if "entity_id" not in table:
        return
    told = (
        table["role"].astype(object) if "role" in table else pd.Series(None, index=table.index, dtype=object)
    )
    labels = table["label"] if "label" in table else table["entity_id"]
    kinds = table["type"].astype(str) if "type" in table else pd.Series("unknown", index=table.index)
    for name, label, kind, role in zip(table["entity_id"], labels, kinds, told, strict=True):
        if kind not in {"person", "unknown"}:
            continue
        for word in (fold(name), fold(label)) if isinstance(role, str) and role in ROLES else ():
            # Where two tables differ, the role that protects more holds.
            roles[word] = min(role, roles.get(word, role), key=list(ROLES).index)
        parts = fold(label).split()
        if kind == "person" and 1 < len(parts) < 5:
            for part in parts:
                if len(part) > 3 and part.isalpha():
                    order.setdefault(part, len(order))


def _texts(cell: Any) -> Iterator[str]:
    if isinstance(cell, Mapping):
        for name, part in cell.items():
            yield from _texts(name)
            yield from _texts(part)
    elif isinstance(cell, list | tuple | set | frozenset):
        for part in cell:
            yield from _texts(part)
    elif isinstance(cell, bytes):
        yield cell.decode("utf-8", "replace")
    elif not isinstance(cell, bool) and not (pd.api.types.is_scalar(cell) and pd.isna(cell)):
        yield str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
