"""
The common refinement of everything that was ever published: the finest groups that figures can tell apart.

Two statements meet in places, in time and in kinds of offence. Each of these is cut into the pieces that no
statement divides; a group is a piece of each, and groups that the same statements count are one *atom*. Every
published figure is a sum of atoms, and whatever can be worked out from figures is about sums of atoms.

An atom without an incident counts too, where its place and time exist for the reader: not knowing that it is
empty is what keeps others hidden. Where one dimension follows from another (names of areas and sets of
incidents from shapes on the map, months of the year from dates), only pairs that the register shows are
taken: that gives the reader more, never less. What no statement crosses is not crossed at all (`_factors`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import sparse

from ..errors import InputError
from ..i18n import _
from ._factors import Factored, factored
from ._overlay import Pieces, shapes_of, shapes_pieces

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]
    Hashes = NDArray[np.uint64]
    Known = Callable[[int, int], bool]

__all__ = ["Atoms", "refine"]

Extent = Mapping[str, Any]

_MOST = 4_000_000
"""Combinations of pieces up to which empty ones are looked at."""
_EXTENTS = 6000
"""Distinct extents of one dimension above which everything is crossed."""
_SET = "set:"
"""How columns begin that mark sets of incidents (see `universe`)."""
_CLOCK = ("from", "to")
_SAME_CLOCK = {
    "month_of_year": "time",
    "weekday": "week",
    "sure_weekday": "week",
    "timed_weekday": "week",
    "hour": "week",
    "known_hour": "week",
}
"""Columns of which one follows from another: the first January is a part of all Januaries."""
_DERIVED = {"weekday": "day_of_week", "hour": "hour"}


@dataclass(frozen=True)
class Atoms:
    """The finest groups, and which statement counts which."""

    members: sparse.csr_array
    """A statement a row, an atom a column."""
    counts: Whole
    """Incidents in each atom."""
    links: sparse.csr_array
    """More sums of atoms that are known (see `_factors`): a sum a row, an atom a column."""
    linked: Whole
    """The statement that each sum is equal to; -1 where the sum was not published, but is granted."""

    @property
    def totals(self) -> Whole:
        """The true figure of each statement."""
        return np.asarray(self.members @ self.counts, dtype=np.int64)


def refine(extents: Sequence[Extent], rows: pd.DataFrame, *, known: Known | None = None) -> Atoms:
    """
    Cut everything into atoms.

    Parameters
    ----------
    extents
        What each statement counts.
    rows
        The incidents.
    known
        Says of a statement and its true total whether it is told exactly; then what no statement crosses is
        not crossed either. If None, everything is crossed.

    Returns
    -------
    Atoms
        One row of `members` for each extent, in its order.

    Raises
    ------
    InputError
        If an extent speaks of something that `rows` do not hold.
    """
    dims = _dimensions(extents, rows)
    n = len(extents)
    if known is None or max(pieces.members.shape[0] for pieces in dims) > _EXTENTS:
        members, counts, _rows = _crossed(dims, n)
        none = np.zeros(0, dtype=np.int64)
        return Atoms(sparse.csr_array(members), counts, sparse.csr_array((0, len(counts))), none)
    dims = [pieces.distinct() for pieces in dims]
    first, which = np.unique(
        np.column_stack([pieces.extent for pieces in dims]), axis=0, return_index=True, return_inverse=True
    )[1:]
    which = which.ravel()

    def told(figure: int, total: int) -> bool:
        return any(known(int(i), total) for i in np.flatnonzero(which == figure))

    made = factored([replace(pieces, extent=pieces.extent[first]) for pieces in dims], _crossed, told)
    return _put_together(made, first, which)


def _dimensions(extents: Sequence[Extent], rows: pd.DataFrame) -> list[Pieces]:
    """Cut every dimension; columns that read the same clock are one, in the combinations that rows show."""
    made = {"place": _places(extents, rows), "time": _times(extents, rows)}
    for key in _keys(extents):
        pieces, axis = _kinds(key, extents, rows), _SAME_CLOCK.get(key, key)
        made[axis] = made[axis].crossed(pieces) if axis in made else pieces
    return list(made.values())


def _put_together(made: Factored, first: Whole, which: Whole) -> Atoms:
    nothing = np.zeros(0, dtype=np.int64)
    row = np.concatenate([nothing, *(figure for figure, _column in made.entries)])
    col = np.concatenate([nothing, *(column for _figure, column in made.entries)])
    members = sparse.csr_array((np.ones(len(row)), (row, col)), shape=(len(first), made.size))
    sums = np.repeat(np.arange(len(made.links)), [len(columns) for _figure, columns in made.links])
    tied = np.concatenate([nothing, *(columns for _figure, columns in made.links)])
    links = sparse.csr_array((np.ones(len(tied)), (sums, tied)), shape=(len(made.links), made.size))
    figures = [first[figure] if figure >= 0 else -1 for figure, _columns in made.links]
    linked = np.array(figures, dtype=np.int64)
    return Atoms(sparse.csr_array(members[which]), np.concatenate([nothing, *made.counts]), links, linked)


def _crossed(dims: list[Pieces], statements: int) -> tuple[sparse.csc_array, Whole, Whole]:
    """Cross all dimensions: members, counts, and the rows that any statement counts."""
    place, others = dims[0], dims[1:] or [Pieces.whole(statements, len(dims[0].row))]
    at_place, at_others, row_at = _combinations(place, others)
    families = _families(place, others)
    signature = np.random.default_rng(64).integers(1, 2**63, statements, dtype=np.uint64)
    hashes = np.zeros(len(at_place), dtype=np.uint64)
    for family in families:
        inside = family.among(others, at_others)
        hashes[inside] += family.hashes(place, signature)[at_place[inside]]
    known, first, atom = np.unique(hashes, return_index=True, return_inverse=True)
    at = atom.ravel()[row_at]
    counts = np.bincount(at, minlength=len(known))
    keep = known != 0
    members = _members(place, others, families, (at_place[first], [each[first] for each in at_others]))
    return members[:, keep], counts[keep], np.flatnonzero(keep[at])


@dataclass(frozen=True)
class _Family:
    """Statements that agree in everything but the place."""

    statements: Whole
    others: tuple[int, ...]

    def hashes(self, place: Pieces, signature: Hashes) -> Hashes:
        """Sum the signatures of the statements that hold each piece of the place."""
        block = place.members[place.extent[self.statements]].tocoo()
        out = np.zeros(place.size, dtype=np.uint64)
        np.add.at(out, block.col, signature[self.statements][block.row])
        return out

    def among(self, others: list[Pieces], at: list[Whole]) -> Any:
        """Say which combinations the other dimensions of the family hold."""
        inside = np.ones(len(at[0]), dtype=bool)
        for pieces, which, where in zip(others, self.others, at, strict=True):
            held = np.zeros(pieces.size, dtype=bool)
            held[pieces.members[[which]].tocoo().col] = True
            inside &= held[where]
        return inside


def _families(place: Pieces, others: list[Pieces]) -> list[_Family]:
    keys = np.column_stack([pieces.extent for pieces in others])
    unique, which = np.unique(keys, axis=0, return_inverse=True)
    which = which.ravel()
    order = np.argsort(which, kind="stable")
    groups = np.split(order, np.cumsum(np.bincount(which, minlength=len(unique)))[:-1])
    return [_Family(group, tuple(map(int, key))) for group, key in zip(groups, unique, strict=True)]


def _members(
    place: Pieces, others: list[Pieces], families: list[_Family], at: tuple[Whole, list[Whole]]
) -> sparse.csc_array:
    row, col = [], []
    for family in families:
        atoms = np.flatnonzero(family.among(others, at[1]))
        block = place.members[place.extent[family.statements]][:, at[0][atoms]].tocoo()
        row.append(family.statements[block.row])
        col.append(atoms[block.col])
    rows, cols = np.concatenate(row), np.concatenate(col)
    shape = (len(place.extent), len(at[0]))
    return sparse.csc_array((np.ones(len(rows)), (rows, cols)), shape=shape)


def _combinations(place: Pieces, others: list[Pieces]) -> tuple[Whole, list[Whole], Whole]:
    """All combinations of pieces that exist for the reader, and which one each row is in."""
    every = [place, *others]
    seen = np.column_stack([pieces.row for pieces in every])
    size = float(np.prod([pieces.real.sum() for pieces in every], dtype=float))
    if size <= _MOST:
        real = [np.flatnonzero(pieces.real) for pieces in every]
        grid = np.stack(np.meshgrid(*real, indexing="ij"), axis=-1).reshape(-1, len(every))
        both = np.concatenate([grid, seen])
    else:
        both = seen
    flat = np.ravel_multi_index(tuple(both.T), tuple(pieces.size for pieces in every))
    _unique, first, which = np.unique(flat, return_index=True, return_inverse=True)
    chosen = both[first]
    row_at = which.ravel()[len(both) - len(seen) :]
    return chosen[:, 0], list(chosen[:, 1:].T), row_at


def _keys(extents: Sequence[Extent]) -> list[str]:
    keys = {key for extent in extents for key, value in extent.items() if value is not None}
    return sorted(keys - {*_CLOCK, "place", *_where(extents)})


def _where(extents: Sequence[Extent]) -> list[str]:
    """Return the columns that say where an incident was, or to which set it belongs (mostly: a district)."""
    keys = {key for extent in extents for key, value in extent.items() if value is not None}
    return sorted(key for key in keys if key == "area" or key.startswith(_SET))


def _times(extents: Sequence[Extent], rows: pd.DataFrame) -> Pieces:
    """Cut time at every begin and end; rows without a date lie in no stated period."""
    used = any(extent.get(end) is not None for extent in extents for end in _CLOCK)
    if not used:
        return Pieces.whole(len(extents), len(rows))
    clock = _column(rows, "occurred_from")
    starts = _moments([extent.get("from") for extent in extents], clock, _EVER[0])
    ends = _moments([extent.get("to") for extent in extents], clock, _EVER[1])
    if (starts >= ends).any():
        bad = extents[int(np.flatnonzero(starts >= ends)[0])]
        msg = _("A period must begin before it ends, got from {start} to {end}.")
        raise InputError(msg.format(start=bad.get("from"), end=bad.get("to")))
    cuts = np.unique(np.concatenate([starts, ends]))
    undated = len(cuts) + 1
    moments = clock.astype("int64").to_numpy() if len(clock) else np.zeros(0, dtype=np.int64)
    row = np.where(clock.isna(), undated, np.searchsorted(cuts, moments, side="right"))
    pairs, extent = np.unique(np.column_stack([starts, ends]), axis=0, return_inverse=True)
    first, last = np.searchsorted(cuts, pairs[:, 0]) + 1, np.searchsorted(cuts, pairs[:, 1]) + 1
    held = [np.arange(a, b) for a, b in zip(first, last, strict=True)]
    everything = (pairs[:, 0] == _EVER[0]) & (pairs[:, 1] == _EVER[1])
    held = [np.append(each, undated) if all_ else each for each, all_ in zip(held, everything, strict=True)]
    real = np.zeros(undated + 1, dtype=bool)
    # Before the first and after the last moment that anybody named, only what happened is there.
    real[1 : len(cuts)] = (cuts[:-1] > _EVER[0]) & (cuts[1:] < _EVER[1])
    return Pieces.of(held, undated + 1, extent.ravel(), row, real)


_EVER = (np.iinfo(np.int64).min + 2, np.iinfo(np.int64).max - 2)


def _moments(texts: list[Any], clock: pd.Series[Any], otherwise: int) -> Whole:
    """Read dates in the unit and the time zone of the rows' clock."""
    zone, unit = clock.dt.tz, clock.dt.unit
    known = {text: _moment(text, zone, unit) for text in set(texts) - {None}}
    return np.array([known.get(text, otherwise) for text in texts], dtype=np.int64)


def _moment(text: Any, zone: Any, unit: str) -> int:
    try:
        moment = pd.Timestamp(text)
    except (ValueError, TypeError):
        msg = _("“{text}” is no date that can be read (ISO 8601 is).").format(text=text)
        raise InputError(msg) from None
    if zone is None:
        moment = moment.tz_localize(None)
    elif moment.tzinfo is None:
        moment = moment.tz_localize(zone)
    fine: Any = unit
    return int(moment.as_unit(fine).to_datetime64().astype("int64"))


def _column(rows: pd.DataFrame, name: str) -> pd.Series[Any]:
    if name not in rows.columns:
        msg = _("`rows` lacks the column {name}, which published figures are divided by.").format(name=name)
        raise InputError(msg)
    return rows[name]


def _kinds(key: str, extents: Sequence[Extent], rows: pd.DataFrame) -> Pieces:
    """Group the values of a column by which statements name them."""
    if key in _DERIVED and key not in rows.columns:
        column = getattr(_column(rows, "occurred_from").dt, _DERIVED[key]).astype("Int64")
    else:
        column = _column(rows, key)
    values = column.astype("string").fillna("").to_numpy(dtype=object)
    return _named([extent.get(key) for extent in extents], values)


def _named(asked: Sequence[Any], values: NDArray[np.object_]) -> Pieces:
    sets = [None if each is None else frozenset(map(str, _listed(each))) for each in asked]
    unique = sorted(set(sets), key=lambda each: (each is not None, sorted(each or ())))
    extent = np.array([unique.index(each) for each in sets])
    names = sorted({*values, *(name for each in unique if each for name in each)})
    at = {name: i for i, name in enumerate(names)}
    held = [
        np.arange(len(names)) if each is None else np.array(sorted(at[name] for name in each), dtype=int)
        for each in unique
    ]
    row = np.array([at[value] for value in values], dtype=np.int64)
    return Pieces.of(held, len(names), extent, row, np.ones(len(names), dtype=bool)).merged()


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple, set, frozenset)) else [value]


def _places(extents: Sequence[Extent], rows: pd.DataFrame) -> Pieces:
    """Cut places by shapes, by names of areas, and by sets of incidents."""
    asked = [extent.get("place") for extent in extents]
    shapes = shapes_of(asked, rows)
    names = [None if each is None or i in shapes else each for i, each in enumerate(asked)]
    made = [shapes_pieces(shapes, len(asked), rows)] if shapes else []
    if any(name is not None for name in names):
        areas = _column(rows, "area").astype("string").fillna("").to_numpy(dtype=object)
        made.append(_named(names, areas))
    made += [_kinds(key, extents, rows) for key in _where(extents)]
    pieces = made[0] if made else Pieces.whole(len(asked), len(rows))
    for other in made[1:]:
        pieces = pieces.crossed(other)
    return pieces
