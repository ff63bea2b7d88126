"""
Published figures taken apart before they are crossed: what divides place tells nothing of what divides time.

Let some figures lie inside one *base*, each cut from it along some dimensions, and let no dimension be cut by
two groups of them. Then each group is a *factor*: a table of its own, and the base's total N is all that the
tables share.

*Theorem.* If a reader knows N, any tables of whole numbers not below zero that fit the factors one by one
come from one register: write N incidents in a row for each factor, ordered by its pieces, and read the
columns (the north-west corner). The order is free. So a group that is piece a of one factor and piece b of
another can hold any number up to ``min(x_a, x_b)``, and as few as ``max(0, x_a + x_b - N)``, and likewise for
more factors.

*What follows.* Factors that are safe are safe together. A stranger puts the group below the minimum only by
putting one of its pieces below it; that piece then is a small group, and one that its factor asks about. An
insider who knows the group exactly knows one of its pieces exactly: take a piece that holds no more than the
group (without one, more can be put in); if it may hold more, so may the group, and if it may hold less, the
group must. And a hidden figure lies in one factor, whose tables all are possible. So nothing is ever crossed
that no figure crosses, and nothing is lost by it.

N is known where it was published. Where it was not, it is granted to the reader: that is never too little.
Inside a factor, figures that do not overlap are bases in turn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from ._overlay import Pieces

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]
    Mask = NDArray[np.bool_]
    Crossed = Callable[[list[Pieces], int], tuple[Any, Whole, Whole]]
    Known = Callable[[int, int], bool]

__all__ = ["Factored", "factored"]

_PLAIN = 300
"""Combinations of pieces up to which figures are crossed as they are."""
_GRANTED = 3000
"""Combinations above which a total that was not published is granted to the reader."""
_FIGURES = 8000
"""Figures above which nothing is looked at pair by pair."""


@dataclass
class Factored:
    """The finest groups of each factor, and the totals that tie them."""

    entries: list[tuple[Whole, Whole]] = field(default_factory=list)
    """Figures and atoms that they count."""
    counts: list[Whole] = field(default_factory=list)
    links: list[tuple[int, Whole]] = field(default_factory=list)
    """A figure (-1: a total that is granted) and the atoms of a factor that sum to it."""
    size: int = 0

    def add(self, counts: Whole) -> Whole:
        """Take up atoms and return their columns."""
        columns = np.arange(self.size, self.size + len(counts))
        self.counts.append(counts)
        self.size += len(counts)
        return columns


@dataclass(frozen=True)
class _Base:
    """An extent that holds others: its pieces of each dimension, the figure that counts it, its rows."""

    inside: list[Mask]
    figure: int
    """-1 where none was published."""
    rows: Whole
    dims: tuple[int, ...]


def factored(dims: Sequence[Pieces], crossed: Crossed, known: Known) -> Factored:
    """
    Take figures apart into factors.

    Parameters
    ----------
    dims
        Pieces of each dimension, over all figures and rows.
    crossed
        Cuts figures into atoms that need to be crossed.
    known
        Says of a figure and its true total whether the reader is told it exactly.

    Returns
    -------
    Factored
    """
    return _Taking(dims, crossed, known).whole()


class _Taking:
    """One taking apart."""

    def __init__(self, dims: Sequence[Pieces], crossed: Crossed, known: Known) -> None:
        self.dims, self.crossed, self.known = dims, crossed, known
        self.made = Factored()
        self.row = [pieces.row for pieces in dims]
        self.common = [_common(pieces.members) for pieces in dims]
        self.held = [np.diag(each) for each in self.common]

    def whole(self) -> Factored:
        every = tuple(range(len(self.dims)))
        figures = np.flatnonzero(np.all([held[p.extent] > 0 for held, p in self._held()], axis=0))
        full = [np.ones(pieces.size, dtype=bool) for pieces in self.dims]
        everything = _Base(full, -1, np.arange(len(self.row[0])), every)
        for cluster in self._clusters(figures, every):
            top = self._holding(cluster, every)
            if top < 0:
                self._open_base(self._around(cluster, everything), cluster)
            else:
                self._base(self._at(top, everything.rows, every), cluster[cluster != top])
        return self.made

    def _held(self) -> list[tuple[Whole, Pieces]]:
        return list(zip(self.held, self.dims, strict=True))

    # bases

    def _base(self, base: _Base, figures: Whole) -> Whole:
        """Take figures inside a base apart; return the atoms that sum to it."""
        columns = self._parted(base, figures)
        if base.figure >= 0:
            self.made.entries.append((np.full(len(columns), base.figure), columns))
        return columns

    def _open_base(self, base: _Base, figures: Whole) -> None:
        """Take figures apart that nothing published holds all of."""
        groups = self._groups(base, figures)
        if len(groups) > 1 and self._size(base, figures) > _GRANTED:
            self._factors(base, groups, figures)
        else:
            self._leaf(base, figures, bounded=False)

    def _parted(self, base: _Base, figures: Whole) -> Whole:
        if not len(figures):
            return self.made.add(np.array([len(base.rows)]))
        size = self._size(base, figures)
        if size <= _PLAIN:
            return self._leaf(base, figures)[0]
        groups = self._groups(base, figures)
        told = base.figure >= 0 and self.known(base.figure, len(base.rows))
        if len(groups) > 1 and (told or size > _GRANTED):
            return self._factors(base, groups, figures)
        if len(groups) == 1 and len(groups[0]) == 1:
            # One dimension alone is never crossed with anything: its pieces are the atoms.
            return self._leaf(base, figures)[0]
        clusters = self._clusters(figures, base.dims)
        if len(clusters) > 1 or self._holding(clusters[0], base.dims) >= 0:
            return self._blocks(base, clusters)
        return self._leaf(base, figures)[0]

    def _factors(self, base: _Base, groups: list[tuple[int, ...]], figures: Whole) -> Whole:
        told = base.figure >= 0 and self.known(base.figure, len(base.rows))
        cut = self._cut(base, figures)
        parts = []
        for group in groups:
            mine = figures[cut[:, [base.dims.index(d) for d in group]].any(axis=1)]
            parts.append(self._parted(_Base(base.inside, -1, base.rows, group), mine))
        for columns in parts[1:] if told else parts:
            self.made.links.append((base.figure if told else -1, columns))
        return parts[0]

    def _blocks(self, base: _Base, clusters: list[Whole]) -> Whole:
        """Figures that do not overlap, each a base or a group of its own, and what is left of the base."""
        parts, left, room = [], np.ones(len(self.row[0]), dtype=bool), self._room(base.inside, base.dims)
        for cluster in clusters:
            top = self._holding(cluster, base.dims)
            if top >= 0:
                inner = self._at(top, base.rows, base.dims)
                columns, rows = self._base(inner, cluster[cluster != top]), inner.rows
            else:
                inner = self._around(cluster, base)
                columns, rows = self._leaf(inner, cluster, bounded=False)
            parts.append(columns)
            left[rows] = False
            room -= self._room(inner.inside, base.dims)
        rest = int(left[base.rows].sum())
        if rest or room > 0:
            parts.append(self.made.add(np.array([rest])))
        return np.concatenate(parts)

    # atoms

    def _leaf(self, base: _Base, figures: Whole, *, bounded: bool = True) -> tuple[Whole, Whole]:
        """
        Cross what cannot be taken apart; return the atoms, and the rows in them.

        They are all of the base if `bounded`, otherwise what the figures count.
        """
        pieces = [self._narrowed(base, d, figures, bounded) for d in base.dims]
        pieces = [each for each in pieces if each.size > 1] or pieces[:1]
        members, counts, covered = self.crossed(pieces, len(figures) + bounded)
        columns = self.made.add(counts)
        entries = members[: len(figures)].tocoo()
        self.made.entries.append((figures[entries.row], columns[entries.col]))
        return columns, base.rows[covered]

    def _narrowed(self, base: _Base, d: int, figures: Whole, bounded: bool) -> Pieces:
        """Take one dimension inside a base, for some figures (and the base itself at the end)."""
        pieces, inside = self.dims[d], base.inside[d]
        used, extent = np.unique(pieces.extent[figures], return_inverse=True)
        members = pieces.members[used][:, np.flatnonzero(inside)]
        if bounded:
            members = sparse.vstack([members, sparse.csr_array(np.ones((1, members.shape[1])))])
            extent = np.append(extent, len(used))
        at = np.cumsum(inside) - 1
        row = at[pieces.row[base.rows]]
        return Pieces(sparse.csr_array(members), extent.ravel(), row, pieces.real[inside]).merged()

    def _size(self, base: _Base, figures: Whole) -> float:
        sizes = [self._narrowed(base, d, figures, True).size for d in base.dims]
        return float(np.prod(sizes, dtype=float))

    def _room(self, inside: list[Mask], dims: tuple[int, ...]) -> float:
        """How many combinations of pieces exist for the reader also where nothing happened."""
        return float(np.prod([(self.dims[d].real & inside[d]).sum() for d in dims], dtype=float))

    # extents against each other

    def _at(self, figure: int, rows: Whole, dims: tuple[int, ...]) -> _Base:
        inside = [self._of(d, figure) for d in range(len(self.dims))]
        return _Base(inside, figure, self._rows_in(inside, rows, dims), dims)

    def _around(self, figures: Whole, base: _Base) -> _Base:
        """Return the smallest base inside another that holds all of these figures."""
        inside = list(base.inside)
        for d in base.dims:
            inside[d] = self._union(d, figures)
        return _Base(inside, -1, self._rows_in(inside, base.rows, base.dims), base.dims)

    def _of(self, d: int, figure: int) -> Mask:
        pieces = self.dims[d]
        mask = np.zeros(pieces.size, dtype=bool)
        mask[pieces.members[[int(pieces.extent[figure])]].tocoo().col] = True
        return mask

    def _union(self, d: int, figures: Whole) -> Mask:
        pieces = self.dims[d]
        mask = np.zeros(pieces.size, dtype=bool)
        mask[pieces.members[np.unique(pieces.extent[figures])].tocoo().col] = True
        return mask

    def _rows_in(self, inside: list[Mask], rows: Whole, dims: tuple[int, ...]) -> Whole:
        keep = np.ones(len(rows), dtype=bool)
        for d in dims:
            keep &= inside[d][self.row[d][rows]]
        return rows[keep]

    def _cut(self, base: _Base, figures: Whole) -> Mask:
        """Which dimensions of a base each figure cuts."""
        full = [int(base.inside[d].sum()) for d in base.dims]
        return np.column_stack(
            [
                self.held[d][self.dims[d].extent[figures]] < size
                for d, size in zip(base.dims, full, strict=True)
            ]
        )

    def _groups(self, base: _Base, figures: Whole) -> list[tuple[int, ...]]:
        """Dimensions that figures cut together."""
        cut = self._cut(base, figures).astype(float)
        used = np.flatnonzero(cut.any(axis=0))
        tie = csgraph.connected_components(sparse.csr_array(cut[:, used].T @ cut[:, used]))[1]
        return [tuple(base.dims[i] for i in used[tie == k]) for k in range(int(tie.max(initial=-1)) + 1)]

    def _clusters(self, figures: Whole, dims: tuple[int, ...]) -> list[Whole]:
        """Group figures that overlap."""
        if len(figures) <= 1 or len(figures) > _FIGURES:
            return [figures] if len(figures) else []
        meet = np.ones((len(figures), len(figures)), dtype=bool)
        for d in dims:
            at = self.dims[d].extent[figures]
            meet &= (self.common[d] > 0)[np.ix_(at, at)]
        tie = csgraph.connected_components(sparse.csr_array(meet))[1]
        order = np.argsort(tie, kind="stable")
        return [figures[each] for each in np.split(order, np.flatnonzero(np.diff(tie[order])) + 1)]

    def _holding(self, figures: Whole, dims: tuple[int, ...]) -> int:
        """Return the figure that holds all of these, -1 if none does."""
        size = np.prod([self.held[d][self.dims[d].extent[figures]] for d in dims], axis=0, dtype=float)
        top = int(figures[np.argmax(size)])
        for d in dims:
            at = self.dims[d].extent
            if (self.common[d][at[top], at[figures]] < self.held[d][at[figures]]).any():
                return -1
        return top


def _common(members: Any) -> Whole:
    """How many pieces each two extents share."""
    return np.asarray((members @ members.T).toarray(), dtype=np.int64)
