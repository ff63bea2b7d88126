"""
Share and solve many times over: cases and demand drawn anew, every draw solved.

The draws run side by side: kilograms of all edges by draw are one product of sparse and dense, shares and
pruning are array work, and one elimination solves all draws of a batch.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ._elimination import Elimination, plan
from ._share_solve import closed_groups

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

__all__ = ["Network", "intervals"]

_BATCH = 128
"""Draws solved together."""
_POISSON = np.searchsorted(
    np.cumsum([0.36787944117144233 / f for f in (1, 1, 2, 6, 24, 120, 720, 5040)]),
    (np.arange(65536) + 0.5) / 65536,
).astype(np.float64)
"""Poisson counts of mean 1 for 65,536 equal slices of chance: how often a case is drawn."""


@dataclass(frozen=True)
class Network:
    """Edges among the countries of one run, and the shares that kilograms on them give."""

    countries: list[str]
    origin: Integers
    destination: Integers
    producer: NDArray[np.bool_]
    prune: float
    """Shares below this are struck."""

    def shares(self, kg: Floats) -> Floats:
        """Return the share of each edge in its destination's supply; edges down, draws across."""
        kg = np.where(self.producer[self.destination][:, None], 0.0, kg)
        share = self._normal(kg)
        return self._normal(np.where(share < self.prune, 0.0, share))

    def _normal(self, kg: Floats) -> Floats:
        whole = self.inward @ kg
        share = np.zeros_like(kg)
        np.divide(kg, whole[self.destination], out=share, where=whole[self.destination] > 0)
        return share

    @cached_property
    def inward(self) -> csr_array[Any]:
        """Adds edges up by destination."""
        from scipy.sparse import csr_array

        n = len(self.countries)
        at = (self.destination, np.arange(len(self.destination)))
        return csr_array((np.ones(len(self.destination)), at), shape=(n, len(self.destination)))

    @cached_property
    def elimination(self) -> Elimination:
        """The order in which the countries are solved."""
        return plan(self.origin, self.destination, len(self.countries))

    def matrix(self, share: Floats) -> Floats:
        """Return importer by exporter for the shares of one draw."""
        square = np.zeros((len(self.countries), len(self.countries)))
        square[self.destination, self.origin] = share
        return square

    def imports(self, share: Floats, market: Floats) -> Floats:
        """Return imports by country and draw; rings that no producer serves lose their shares, in place."""
        found, closed = self.elimination.solve(share, market)
        lost = np.flatnonzero(closed)
        if len(lost):
            for draw in lost:
                for ring in closed_groups(self.matrix(share[:, draw])):
                    share[np.isin(self.destination, ring), draw] = 0.0
            found[:, lost], _none = self.elimination.solve(share[:, lost], market[:, lost])
        return found


def intervals(
    network: Network,
    system: csr_array[Any],
    known: pd.DataFrame,
    *,
    bootstrap: int,
    tail: float,
    generator: np.random.Generator,
) -> tuple[Floats, Floats, Floats]:
    """Return the low and high limit of each edge's flow, and the share of draws in which it is there."""
    edges = len(network.origin)
    if not bootstrap or not edges:
        empty = np.full(edges, np.nan)
        return empty, empty, empty
    draws = np.empty((edges, bootstrap))
    for start in range(0, bootstrap, _BATCH):
        size = min(_BATCH, bootstrap - start)
        sums = np.asarray(system @ _counts(generator, (system.shape[1], size)))
        share = network.shares(sums[:edges])
        market = _drawn(known, generator, size) + sums[edges:]
        imports = network.imports(share, market)
        draws[:, start : start + size] = share * imports[network.destination]
    limits = np.quantile(draws, [tail, 1 - tail], axis=1)
    return limits[0], limits[1], np.asarray((draws > 0).mean(axis=1))


def _counts(generator: np.random.Generator, shape: tuple[int, int]) -> Floats:
    """Return how often each case is drawn: the Poisson bootstrap."""
    return _POISSON[generator.integers(0, 65536, shape, dtype=np.uint16)]


def _drawn(known: pd.DataFrame, generator: np.random.Generator, size: int) -> Floats:
    """Return draws of demand: log-normal on either side, with `low` and `high` as limits of 95 %."""
    kg = known["kg"].to_numpy()[:, None]
    if "low" not in known:
        return np.repeat(kg, size, axis=1)
    z = generator.standard_normal((len(known), size)) / 1.959963984540054
    some = kg > 0
    safe = np.where(some, kg, 1.0)
    up = np.log(np.where(some, known["high"].to_numpy()[:, None], 1.0) / safe)
    down = np.log(safe / np.where(some, known["low"].to_numpy()[:, None], 1.0))
    return np.asarray(np.where(some, kg * np.exp(z * np.where(z > 0, up, down)), 0.0))
