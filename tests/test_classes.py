"""Classes of a measure: breaks at round numbers, words that leave no gap, suppressed values never looked at."""

from __future__ import annotations

import gettext

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilp_toolkit import i18n
from ilp_toolkit.errors import ColumnsError
from ilp_toolkit.views.classes import diverging, graded, layer, significance

values = st.lists(st.one_of(st.integers(0, 500), st.floats(0, 1e6), st.none()), min_size=1, max_size=80)


def test_counts_with_a_long_tail_are_finer_towards_the_top() -> None:
    counts = [1] * 50 + [2] * 25 + [5] * 15 + [12] * 7 + [40] * 3
    assert graded(counts).labels[0] == "1"
    sizes = np.bincount(graded(counts).codes)
    assert sizes[0] == 50
    assert sizes[-1] <= 10


def test_zero_missing_and_negative_values_have_no_class() -> None:
    assert graded([0, np.nan, -3, 4]).codes.tolist() == [-1, -1, -1, 0]


def test_values_that_hardly_differ_still_fall_into_several_classes() -> None:
    assert len(graded([331, 290, 310, 420, 250, 390, 360, 400]).labels) == 5


def test_nothing_to_grade_gives_no_classes() -> None:
    assert graded([0, 0]).labels == ()
    assert graded([]).codes.size == 0


@given(values)
def test_a_larger_value_is_never_in_a_lower_class_and_no_class_is_empty(numbers: list[float | None]) -> None:
    array = np.array([np.nan if n is None else n for n in numbers], dtype=float)
    classes = graded(array)
    known = np.isfinite(array) & (array > 0)
    assert ((classes.codes >= 0) == known).all()
    order = np.argsort(array[known])
    assert (np.diff(classes.codes[known][order]) >= 0).all()
    assert set(classes.codes[known].tolist()) == set(range(len(classes.labels)))
    assert len(classes.labels) == len(classes.colours) <= 5
    assert len(set(classes.labels)) == len(classes.labels)


def test_scores_are_classed_by_sign_and_distance_from_zero() -> None:
    assert diverging([-3, -2, 0, 1.95, 1.96, 2.58]).codes.tolist() == [0, 1, -1, -1, 2, 3]


def test_significance_needs_a_small_q_value_and_tells_hot_from_cold() -> None:
    found = significance([5, 5, 5, -5, np.nan], [0.01, 0.05, 0.06, 0.001, np.nan])
    assert found.codes.tolist() == [3, 2, -1, 0, -1]
    assert found.patterns[0]
    assert not found.patterns[3]


def test_suppressed_values_are_gone_from_the_layer() -> None:
    table = pd.DataFrame({"n": [2, 9, 0, None], "suppressed": [True, False, False, False]})
    found = layer(table, "n")
    assert np.isnan(found.values[0])
    assert found.classes.codes.tolist() == [-1, 0, -1, -1]
    assert found.missing.tolist() == [False, False, False, True]
    assert found.plain.tolist() == [False, False, True, False]


def test_nullable_counts_are_read() -> None:
    table = pd.DataFrame({"n": pd.array([pd.NA, 7], dtype="Int64"), "suppressed": pd.array([True, False])})
    assert layer(table, "n").values[1] == 7


def test_spots_are_two_classes_and_the_rest_chance() -> None:
    table = pd.DataFrame({"spot": ["hot", "none", "cold"], "suppressed": [False, False, False]})
    found = layer(table, "spot")
    assert found.classes.codes.tolist() == [1, -1, 0]
    assert "chance" in found.rest()["plain"]


def test_an_unknown_column_is_named_with_those_found() -> None:
    with pytest.raises(ColumnsError, match=r"'score'.*n, m"):
        layer(pd.DataFrame({"n": [1], "m": [2]}), "score")


def test_the_layer_does_not_touch_the_table() -> None:
    table = pd.DataFrame({"n": [2, 9], "suppressed": [True, False]})
    before = table.copy(deep=True)
    layer(table, "n")
    pd.testing.assert_frame_equal(table, before)


def test_numbers_in_labels_are_written_as_the_language_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n, "_catalogue", lambda code: gettext.NullTranslations())
    with i18n.language("ru"):
        assert "\u00a0" in graded([1000, 25000, 90000]).labels[-1]
