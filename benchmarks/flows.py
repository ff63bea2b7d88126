"""
How long flows take: share and solve with intervals, beside the same draws solved by NumPy one by one.

No package in Python estimates flows from seizures. The peer is what an analyst would write: the shares of a
draw by `bincount`, and `numpy.linalg.solve` on the dense system. On a busy machine the threads of BLAS wait
for each other, and the peer looks worse than it is.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

import ilp_toolkit as ilp
from benchmarks.measure import HEADER, once, paired

COUNTRIES, CASES, DRAWS, GOAL = 140, 11_652, 1000, 2.5


def world() -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:
    """Return seizures of as many cases as the published heroin data, demand with its doubt, producers."""
    rng = np.random.default_rng(1)
    names = np.array([f"c{at:03}" for at in range(COUNTRIES)], dtype=object)
    here = rng.integers(0, COUNTRIES, CASES)
    table = pd.DataFrame(
        {
            "seizure_id": np.arange(CASES).astype(str),
            "country": names[here],
            "departure": names[np.maximum(0, here - rng.integers(0, 5, CASES))],
            "destination": names[np.minimum(COUNTRIES - 1, here + rng.integers(0, 5, CASES))],
            "kg": rng.lognormal(0, 2, CASES),
        }
    )
    demand = pd.DataFrame({"kg": rng.lognormal(5, 1, COUNTRIES)}, index=names)
    return table, demand.assign(low=demand["kg"] / 2, high=demand["kg"] * 3), list(names[:3])


def ours() -> Callable[[], Any]:
    table, demand, producers = world()
    ilp.flows.estimate(table.head(50), demand, producers=producers, bootstrap=2, rng=1)
    return lambda: ilp.flows.estimate(table, demand, producers=producers, bootstrap=DRAWS, rng=1)


def dense() -> Callable[[], Any]:
    table, demand, producers = world()
    at = {name: k for k, name in enumerate(demand.index)}
    here, source, target = (table[c].map(at).to_numpy() for c in ("country", "departure", "destination"))
    free = np.array([at[name] for name in producers])
    kg, wanted = table["kg"].to_numpy(), demand["kg"].to_numpy()
    cells = np.concatenate(
        [(here * COUNTRIES + source)[source != here], (target * COUNTRIES + here)[target != here]]
    )
    rows = np.concatenate([np.flatnonzero(source != here), np.flatnonzero(target != here)])
    eye = np.eye(COUNTRIES)

    def work() -> Any:
        rng = np.random.default_rng(1)
        found = np.empty((DRAWS, COUNTRIES, COUNTRIES), dtype=np.float32)
        for draw in range(DRAWS):
            weight = np.bincount(rng.integers(0, CASES, CASES), minlength=CASES) * kg
            share = np.bincount(cells, weights=weight[rows], minlength=COUNTRIES**2).reshape(COUNTRIES, -1)
            share[free] = 0
            for _prune in range(2):
                total = share.sum(axis=1, keepdims=True)
                share = np.divide(share, total, out=np.zeros_like(share), where=total > 0)
                share[share < 0.01] = 0
            total = share.sum(axis=1, keepdims=True)
            share = np.divide(share, total, out=np.zeros_like(share), where=total > 0)
            market = wanted * np.exp(rng.normal(0, 0.5, COUNTRIES)) + np.bincount(here, weights=weight)
            found[draw] = share * np.linalg.solve(eye - share.T, market)[:, None]
        return np.quantile(found, [0.025, 0.975], axis=0)

    return work


def prices() -> Callable[[], Any]:
    """Return 112 cities and 13 periods, as in the largest published price study."""
    rng = np.random.default_rng(1)
    table = pd.DataFrame(np.exp(rng.normal(0, 0.1, (13, 112)).cumsum(axis=0)))
    table.columns = [f"p{at:03}" for at in range(112)]
    ilp.flows.price_gradient(table.iloc[:, :5])
    return lambda: ilp.flows.price_gradient(table)


def edges() -> Callable[[], Any]:
    table = pd.concat([world()[0]] * 8, ignore_index=True)
    return lambda: ilp.flows.from_seizures(table)


def main() -> None:
    quick = "--quick" in sys.argv
    print(HEADER)
    print(paired(ours, dense, pairs=1 if quick else 3).line("share and solve, 140 countries, 1,000 draws"))
    print(f"\n{'job':<44}{'time':>9}{'goal':>7}")
    for name, job, goal in [
        ("share and solve, 140 countries, 1,000 draws", ours, f"{GOAL} s"),
        ("price gradient, 112 cities", prices, ""),
        ("93,216 seizures to edges", edges, ""),
    ]:
        print(f"{name:<44}{once(job).seconds:>7.2f} s{goal:>7}", flush=True)


if __name__ == "__main__":
    main()
