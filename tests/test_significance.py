"""P-values, their correction, and the classes of a map."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ilp_toolkit.analysis import significance
from ilp_toolkit.errors import InputError

probabilities = st.lists(st.floats(0, 1), min_size=1, max_size=60)


def test_two_sided_p_agrees_with_scipy() -> None:
    z = np.linspace(-12, 12, 101)
    assert significance.two_sided_p(z) == pytest.approx(2 * stats.norm.sf(np.abs(z)), rel=1e-12)


@settings(deadline=None)
@given(probabilities)
def test_q_values_agree_with_scipy(p: list[float]) -> None:
    assert significance.benjamini_hochberg(p) == pytest.approx(stats.false_discovery_control(p), rel=1e-12)


def test_q_values_of_the_worked_example_of_benjamini_and_hochberg() -> None:
    p = [.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .0459, .3240, .4262, .5719, .6528, .7590, 1.0]  # fmt: skip
    assert (significance.benjamini_hochberg(p) <= 0.05).sum() == 4


@settings(deadline=None)
@given(probabilities, st.integers(0, 20))
def test_what_was_not_tested_does_not_count_as_a_test(p: list[float], gaps: int) -> None:
    q = significance.benjamini_hochberg([*p, *[np.nan] * gaps])
    assert q[: len(p)] == pytest.approx(significance.benjamini_hochberg(p))
    assert np.isnan(q[len(p) :]).all()


@settings(deadline=None)
@given(probabilities)
def test_a_q_value_is_never_below_its_p_value_and_keeps_the_order(p: list[float]) -> None:
    q = significance.benjamini_hochberg(p)
    assert (q >= np.array(p) - 1e-15).all()
    assert (q <= 1).all()
    assert (np.diff(q[np.argsort(p)]) >= 0).all()


def test_p_values_outside_their_range_are_refused() -> None:
    with pytest.raises(InputError, match="from 0 to 1"):
        significance.benjamini_hochberg([0.5, 1.2])


def test_no_tests_give_no_q_values() -> None:
    assert len(significance.benjamini_hochberg([])) == 0


def test_a_pseudo_p_value_is_never_zero() -> None:
    assert significance.pseudo_p(0, 999) == 0.001
    assert significance.pseudo_p([999], 999) == 1


@pytest.mark.parametrize(("extreme", "permutations"), [(-1, 99), (100, 99), (0, 0)])
def test_impossible_counts_of_permutations_are_refused(extreme: int, permutations: int) -> None:
    with pytest.raises(InputError, match="permutations"):
        significance.pseudo_p(extreme, permutations)


def test_classes_follow_the_q_value_and_the_sign() -> None:
    z = [5, 3, 2, 2, -2, -3, -5, np.nan]
    q = [0.01, 0.05, 0.10, 0.11, 0.10, 0.05, 0.001, np.nan]
    expected = ["hot_99", "hot_95", "hot_90", "none", "cold_90", "cold_95", "cold_99", "none"]
    assert significance.hot_spot_class(z, q).tolist() == expected
    assert set(expected) == set(significance.CLASSES)


def test_classes_keep_the_callers_index() -> None:
    z = pd.Series([3.0, 0.1], index=["north", "south"])
    assert significance.hot_spot_class(z, [0.001, 0.9]).to_dict() == {"north": "hot_99", "south": "none"}


def test_classes_of_different_cells_are_refused() -> None:
    with pytest.raises(InputError, match="same cells"):
        significance.hot_spot_class([1.0], [0.1, 0.2])
