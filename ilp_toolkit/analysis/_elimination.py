"""
Solving I = M + F'I for many draws at once, on one sparse pattern of edges.

Countries are eliminated one by one; what is a number in the textbook is here a row of draws. No subtraction
is made (Grassmann, Taksar & Heyman): the pivot is the share that leaves a country, added up, so nothing
cancels, and a pivot of 0 is exactly a ring that no source serves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

__all__ = ["Elimination", "plan"]


@dataclass(frozen=True)
class _Pivot:
    """One country to eliminate, and where its edges lie."""

    country: int
    exporters: Integers
    """Countries still there that it takes from."""
    given: Integers
    """Places of the edges from them."""
    importers: Integers
    """Countries still there that take from it."""
    taken: Integers
    """Places of the edges to them."""
    pairs: tuple[Integers, Integers, Integers]
    """Position among importers and among exporters, and the place of the edge between the two."""


@dataclass(frozen=True)
class Elimination:
    """The order in which countries are eliminated, for one pattern of edges."""

    countries: int
    destination: Integers
    """Destination of each edge given."""
    places: int
    """Edges, those that arise on the way included."""
    pivots: tuple[_Pivot, ...]

    def solve(self, share: Floats, market: Floats) -> tuple[Floats, NDArray[np.bool_]]:
        """
        Return imports by country and draw, and which draws hold a ring without a source.

        `share` is edges by draws: the shares of a destination add up to 1, or are all 0 (a source).
        `market` is countries by draws. In a draw with a ring the numbers mean nothing.
        """
        draws = share.shape[1]
        edge = np.zeros((self.places, draws))
        edge[: len(share)] = share
        served = np.zeros((self.countries, draws), dtype=bool)
        np.logical_or.at(served, self.destination, share > 0)
        own = np.where(served, 0.0, 1.0)
        found = market.astype(float)
        leaving = np.ones((self.countries, draws))
        closed = np.zeros(draws, dtype=bool)
        for pivot in self.pivots:
            given, taken = edge[pivot.given], edge[pivot.taken]
            out = given.sum(axis=0) + own[pivot.country]
            closed |= out == 0
            leaving[pivot.country] = np.where(out == 0, 1.0, out)
            given /= leaving[pivot.country]
            found[pivot.exporters] += given * found[pivot.country]
            own[pivot.importers] += taken * (own[pivot.country] / leaving[pivot.country])
            importer, exporter, between = pivot.pairs
            edge[between] += taken[importer] * given[exporter]
        for pivot in reversed(self.pivots):
            come = found[pivot.country] + (edge[pivot.taken] * found[pivot.importers]).sum(axis=0)
            found[pivot.country] = come / leaving[pivot.country]
        return found, closed


def plan(origin: Integers, destination: Integers, countries: int) -> Elimination:
    """Return an order of elimination that makes few new edges: always the country with fewest pairs."""
    place = {(int(i), int(e)): at for at, (i, e) in enumerate(zip(destination, origin, strict=True))}
    sources: list[set[int]] = [set() for _country in range(countries)]
    targets: list[set[int]] = [set() for _country in range(countries)]
    for i, e in place:
        sources[i].add(e)
        targets[e].add(i)
    left = set(range(countries))
    pivots = []
    while left:
        k = min(left, key=lambda one: (len(sources[one]) * len(targets[one]), one))
        left.remove(k)
        exporters, importers = sorted(sources[k]), sorted(targets[k])
        pairs = []
        for at, i in enumerate(importers):
            sources[i].discard(k)
            for of, e in enumerate(exporters):
                if i == e:
                    continue
                pairs.append((at, of, place.setdefault((i, e), len(place))))
                sources[i].add(e)
                targets[e].add(i)
        for e in exporters:
            targets[e].discard(k)
        across = np.array(pairs, dtype=np.int64).reshape(-1, 3).T
        pivots.append(
            _Pivot(
                country=k,
                exporters=np.array(exporters, dtype=np.int64),
                given=np.array([place[k, e] for e in exporters], dtype=np.int64),
                importers=np.array(importers, dtype=np.int64),
                taken=np.array([place[i, k] for i in importers], dtype=np.int64),
                pairs=(across[0], across[1], across[2]),
            )
        )
    return Elimination(countries, np.asarray(destination, dtype=np.int64), len(place), tuple(pivots))
