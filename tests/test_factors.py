"""Figures taken apart into factors, against readers who try every register, written without the library's own."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ilp_toolkit.direction.policy import load
from ilp_toolkit.dissemination import _factors
from ilp_toolkit.dissemination.joint import Publication, Statement, protect, true_values

POLICY = load()
MINIMUM = 3
SMALL = POLICY.model_copy(update={"cells": POLICY.cells.model_copy(update={"minimum_count": MINIMUM})})
DIMS = {"offence": "ab", "origin": "xyz", "way": "uv", "mode": "pq"}
SHAPES = [("offence", "origin"), ("offence", "way", "mode")]

History = tuple[tuple[str, ...], list[int], list[list[dict[str, Any]]]]


@pytest.fixture
def apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take everything apart that can be, however small."""
    monkeypatch.setattr(_factors, "_PLAIN", 0)
    monkeypatch.setattr(_factors, "_GRANTED", 0)


def register(names: tuple[str, ...], counts: list[int]) -> pd.DataFrame:
    cells = list(product(*(DIMS[name] for name in names)))
    rows = [cell for cell, n in zip(cells, counts, strict=False) for _ in range(n)]
    return pd.DataFrame(rows, columns=list(names))


def inside(names: tuple[str, ...], extent: dict[str, Any]) -> np.ndarray:
    """Return which cells of the full table an extent counts."""
    cells = product(*(DIMS[name] for name in names))
    return np.array(
        [all(c in extent.get(n, DIMS[n]) for n, c in zip(names, cell, strict=True)) for cell in cells]
    )


def every_register(cells: int, most: int) -> np.ndarray:
    """Return every way to put at most so many incidents into cells."""
    tables = np.zeros((1, 0), dtype=np.int64)
    for _cell in range(cells):
        left = most - tables.sum(axis=1)
        again = np.repeat(tables, left + 1, axis=0)
        new = np.concatenate([np.arange(n + 1) for n in left])
        tables = np.column_stack([again, new])
    return tables


def history(seed: int) -> History:
    """Invent a register, and one or two releases: a total, tables of one dimension, tables of two."""
    rng = np.random.default_rng(seed)
    names = SHAPES[rng.integers(len(SHAPES))]
    cells = int(np.prod([len(DIMS[name]) for name in names]))
    counts = rng.multinomial(rng.integers(5, 10), rng.dirichlet(np.full(cells, 0.6))).tolist()
    base: dict[str, list[str]] = {"offence": ["a"]} if len(names) > 2 and rng.random() < 0.4 else {}
    free = [name for name in names if name not in base]
    tables = [(name,) for name in free] + ([tuple(free[-2:])] if len(free) > 2 else [])
    releases = []
    for _release in range(rng.integers(1, 3)):
        extents: list[dict[str, Any]] = [base] if rng.random() < 0.8 else []
        for table in (tables[i] for i in rng.permutation(len(tables))[: rng.integers(1, 4)]):
            full = [
                base | dict(zip(table, ([code] for code in cell), strict=True))
                for cell in product(*(DIMS[name] for name in table))
            ]
            extents += full[int(rng.random() < 0.3) :]
        releases.append(extents)
    return names, counts, releases


@pytest.mark.usefixtures("apart")
@settings(
    max_examples=settings.default.max_examples // 2, deadline=None, suppress_health_check=list(HealthCheck)
)
@given(st.integers(0, 2**32))
def test_no_register_is_pinned_down_by_factors(seed: int) -> None:
    names, counts, releases = history(seed)
    rows = register(names, counts)
    truth = np.array(counts)
    earlier: list[Publication] = []
    for number, extents in enumerate(releases):
        values = true_values(extents, rows=rows)
        assert values == [int(truth[inside(names, e)].sum()) for e in extents]
        new = Publication(f"p{number}", tuple(Statement(e, n) for e, n in zip(extents, values, strict=True)))
        earlier.append(protect(new, earlier=earlier, rows=rows, policy=SMALL).publication)
    told = [(inside(names, s.extent), s.value) for p in earlier for s in p.statements]
    if not told:
        return
    tables = every_register(len(truth), int(truth.sum()) + 4)
    for cells, value in told:
        if value is not None:
            tables = tables[tables[:, cells].sum(axis=1) == value]
    shown = {tuple(cells) for cells, value in told if value is not None}
    hidden = [cells for cells, value in told if value is None and tuple(cells) not in shown]
    insider = tables
    for cells in hidden:
        sums, value = insider[:, cells].sum(axis=1), truth[cells].sum()
        insider = insider[(sums >= 1) & (sums < MINIMUM) if value < MINIMUM else sums >= MINIMUM]
    for cells in hidden:
        assert len(set(insider[:, cells].sum(axis=1))) > 1
    # Any group that sums of figures can carve out is a union of the groups that no figure divides.
    _groups, which = np.unique(np.array([cells for cells, _v in told]), axis=1, return_inverse=True)
    stated = np.any([cells for cells, _v in told], axis=0)
    for group in np.unique(which.ravel()[stated]):
        cells = which.ravel() == group
        if 0 < truth[cells].sum() < MINIMUM:
            assert tables[:, cells].sum(axis=1).max() >= MINIMUM, (told, truth)
            assert len(set(insider[:, cells].sum(axis=1))) > 1, (told, truth)
