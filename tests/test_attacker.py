"""The reader who does the sums: bounds against every table that fits, and audits that never call a leak safe."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from scipy import sparse

from ilp_toolkit.dissemination.attacker import Audit, Goals, Reader, audit, bounds, determined, tightened

TOP = 7
CASES = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
ROWS = st.lists(
    st.lists(st.sampled_from([0, 0, 1, 1, -1]), min_size=4, max_size=4).filter(any),
    min_size=1,
    max_size=3,
)
TRUTH = st.lists(st.integers(0, TOP), min_size=4, max_size=4)


def knowing(rows: list[list[int]], truth: list[int], lower: float = 0, upper: float = TOP) -> Reader:
    matrix = sparse.csr_array(np.array(rows, dtype=float))
    true = np.array(truth, dtype=float)
    return Reader(matrix, matrix @ true, np.full(len(truth), lower), np.full(len(truth), upper))


def fitting(reader: Reader) -> np.ndarray:
    """Return every whole table that fits, found by trying all."""
    spans = [range(int(a), int(b) + 1) for a, b in zip(reader.lower, reader.upper, strict=True)]
    every = np.array(list(product(*spans)))
    return every[(every @ reader.matrix.toarray().T == reader.total).all(axis=1)]


@CASES
@given(ROWS, TRUTH)
def test_bounds_are_those_of_all_whole_tables_that_fit(rows: list[list[int]], truth: list[int]) -> None:
    reader = knowing(rows, truth)
    every = fitting(reader)
    low, high = bounds(reader)
    assert low.tolist() == every.min(axis=0).tolist()
    assert high.tolist() == every.max(axis=0).tolist()


@CASES
@given(ROWS, TRUTH)
def test_pencil_and_paper_is_never_tighter_than_the_truth(rows: list[list[int]], truth: list[int]) -> None:
    reader = knowing(rows, truth)
    tight, every = tightened(reader), fitting(reader)
    assert (tight.lower <= every.min(axis=0)).all()
    assert (tight.upper >= every.max(axis=0)).all()


@CASES
@given(ROWS, TRUTH)
def test_what_algebra_calls_known_is_the_same_in_all_solutions(
    rows: list[list[int]], truth: list[int]
) -> None:
    reader = knowing(rows, truth)
    rank = np.linalg.matrix_rank(reader.matrix.toarray())
    known = determined(reader)
    for cell in range(len(truth)):
        unit = np.eye(1, len(truth), cell)
        assert known[cell] == (np.linalg.matrix_rank(np.vstack([reader.matrix.toarray(), unit])) == rank)


@CASES
@given(ROWS, TRUTH, st.integers(1, 4), st.integers(0, 6))
@example([[0, -1, -1, 1], [1, 1, 1, 1]], [2, 0, 0, 0], 1, 0)  # the first number is 0 or 2, never 1
def test_an_audit_agrees_with_all_tables_that_fit(
    rows: list[list[int]], truth: list[int], width: int, reach: int
) -> None:
    reader = knowing(rows, truth)
    every = fitting(reader)
    size = len(truth)
    goals = Goals(np.arange(size), np.full(size, float(width)), np.full(size, float(reach)))
    done = audit(reader, np.array(truth, dtype=float), goals)
    wide = every.max(axis=0) - every.min(axis=0) >= width
    assert done.safe.tolist() == (wide & (every.max(axis=0) >= reach)).tolist()
    assert (done.safe | done.found).all()
    assert not (done.safe & done.found).any()


def pair(total: float, truth: list[float], lower: float, upper: float) -> Audit:
    reader = Reader(sparse.csr_array([[1.0, 1.0]]), np.array([total]), np.full(2, lower), np.full(2, upper))
    return audit(reader, np.array(truth), Goals(np.arange(2), np.ones(2), np.full(2, -np.inf)))


def test_two_hidden_ones_are_found() -> None:
    assert pair(2, [1, 1], 1, np.inf).found.all()


def test_two_hidden_numbers_of_which_none_is_known_are_safe() -> None:
    assert pair(7, [3, 4], 0, np.inf).passed


def test_whole_numbers_leave_less_than_fractions() -> None:
    """Three pairs that sum to three: in fractions all are 1.5, whole numbers do not exist for it but for 4 do."""
    odd = sparse.csr_array(np.array([[1.0, 1, 0, 0], [0, 1, 1, 0], [1, 0, 1, -1]]))
    truth = np.array([1.0, 1, 1, 2])
    reader = Reader(odd, odd @ truth, np.zeros(4), np.array([2.0, 2, 2, 3]))
    exact = bounds(reader)
    every = fitting(reader)
    assert exact[0].tolist() == every.min(axis=0).tolist()
    assert exact[1].tolist() == every.max(axis=0).tolist()
    loose = bounds(reader, whole=False)
    assert (loose[0] <= exact[0]).all()
    assert (loose[1] >= exact[1]).all()


def test_a_truth_that_does_not_fit_is_an_error_of_the_caller() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        pair(9, [3, 4], 0, np.inf)


def test_what_is_not_shown_in_time_is_not_safe() -> None:
    rng = np.random.default_rng(1)
    matrix = sparse.csr_array((rng.random((40, 400)) < 0.1).astype(float))
    truth = rng.integers(1, 5, 400).astype(float)
    reader = Reader(matrix, matrix @ truth, np.ones(400), np.full(400, 9.0))
    goals = Goals(np.arange(400), np.full(400, 3.0), np.full(400, 6.0))
    done = audit(reader, truth, goals, seconds=0.0)
    assert not done.passed


def test_a_component_that_nothing_ties_is_free() -> None:
    reader = Reader(sparse.csr_array((0, 2)), np.zeros(0), np.zeros(2), np.full(2, np.inf))
    done = audit(reader, np.array([1.0, 2.0]), Goals(np.arange(2), np.ones(2), np.full(2, 5.0)))
    assert done.passed
    assert not determined(reader).any()
