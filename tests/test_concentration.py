"""Concentration: the published toys, exact expectations on tiny cases, and what must hold for any counts."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import trapezoid

import ilp_toolkit.analysis.concentration as concentration
from ilp_toolkit import choices
from ilp_toolkit.errors import InputError

ZEROS = [0] * 7


# The examples of Bernasco & Steenbeek (2017) and of the R package lorenzgini.


@pytest.mark.parametrize(
    ("counts", "ordinary", "generalized"),
    [([10, 8, 2, *ZEROS], 0.78, 0.78), ([5, 2, 1, *ZEROS], 0.80, 0.75), ([3, 1, 1, *ZEROS], 0.78, 0.56)],
)
def test_gini_coefficients_are_as_published(counts, ordinary, generalized):
    assert concentration.gini(counts) == pytest.approx(ordinary)
    assert concentration.generalized_gini(counts) == pytest.approx(generalized)


def test_unbiased_coefficients_are_as_published():
    assert concentration.generalized_gini([3, 1, 1, *ZEROS], unbiased=True) == pytest.approx(0.70)
    assert concentration.gini([10, *ZEROS, 0, 0]) == pytest.approx(0.9)
    assert concentration.gini([10, *ZEROS, 0, 0], unbiased=True) == pytest.approx(1)


@pytest.mark.parametrize(("counts", "expected"), [([1, 2, 3, 4], 0.25), ([0, 0, 0, 1], 0.75)])
def test_gini_of_four_holds_the_textbook_values(counts, expected):
    assert concentration.gini(counts) == pytest.approx(expected)


def test_chance_is_the_exact_expectation_of_three_incidents_on_four_places():
    every = [np.bincount(places, minlength=4) for places in itertools.product(range(4), repeat=3)]
    table = concentration.summary([2, 1, 0, 0], shares=[0.5], top=[0.25], samples=4000, rng=1)
    exact = [
        np.mean([concentration.gini(c) for c in every]),
        np.mean([concentration.generalized_gini(c) for c in every]),
        np.mean([concentration.share_of_places(c, share=0.5) for c in every]),
        np.mean([concentration.top_share(c, share=0.25) for c in every]),
    ]
    assert np.allclose(table["expected"], exact, atol=0.02)


places = st.lists(st.integers(0, 30), min_size=2, max_size=40).filter(lambda counts: sum(counts) > 1)


@settings(deadline=None)
@given(places)
def test_coefficients_lie_between_even_and_all_in_one(counts):
    for value in (concentration.gini(counts), concentration.generalized_gini(counts)):
        assert -1e-9 <= value < 1
    for value in (
        concentration.gini(counts, unbiased=True),
        concentration.generalized_gini(counts, unbiased=True),
    ):
        assert -1e-9 <= value <= 1 + 1e-9


@settings(deadline=None)
@given(places)
def test_the_generalized_coefficient_is_the_ordinary_one_where_incidents_outnumber_places(counts):
    if sum(counts) >= len(counts):
        assert concentration.generalized_gini(counts) == pytest.approx(concentration.gini(counts))
    else:
        assert concentration.generalized_gini(counts) <= concentration.gini(counts)


@settings(deadline=None)
@given(places, st.randoms(use_true_random=False))
def test_the_order_of_places_does_not_matter(counts, random):
    shuffled = random.sample(counts, len(counts))
    assert concentration.gini(shuffled) == pytest.approx(concentration.gini(counts))
    pd.testing.assert_frame_equal(concentration.lorenz(shuffled), concentration.lorenz(counts))


@settings(deadline=None)
@given(places)
def test_the_curve_is_concave_and_holds_the_coefficient(counts):
    curve = concentration.lorenz(counts)
    held = curve["incidents_share"].to_numpy()
    assert (np.diff(held, n=2) <= 1e-9).all()
    area = trapezoid(held, curve["places_share"])
    assert 2 * area - 1 == pytest.approx(concentration.gini(counts), abs=1e-9)
    even = trapezoid(curve["even_share"], curve["places_share"])
    if sum(counts) >= len(counts):
        assert even == pytest.approx(0.5)


@settings(deadline=None)
@given(places, st.floats(0.01, 1))
def test_the_two_shares_answer_each_other(counts, share):
    found = concentration.share_of_places(counts, share=share)
    assert concentration.top_share(counts, share=found) >= share - 1e-9
    fewer = round(found * len(counts)) - 1
    if fewer:
        assert concentration.top_share(counts, share=fewer / len(counts)) < share


def test_one_incident_or_none_twice_is_no_concentration():
    assert concentration.generalized_gini([1, *ZEROS]) == pytest.approx(0)
    assert concentration.generalized_gini([1, 1, 1, *ZEROS]) == pytest.approx(0)
    assert concentration.gini([1, 1, 1, *ZEROS]) == pytest.approx(0.7)


def test_half_of_the_crime_on_a_few_streets():
    counts = [50, *[1] * 50, *[0] * 949]
    assert concentration.share_of_places(counts) == 0.001
    assert concentration.share_of_places(counts, share=1.0) == 0.051
    assert concentration.top_share(counts, share=0.001) == 0.5


def test_summary_holds_the_single_measures_and_their_chance():
    counts = pd.Series([9, 4, 3, 1, 1, *[0] * 45], index=range(100, 150))
    table = concentration.summary(counts, samples=299, rng=1)
    assert table["value"].tolist() == [
        concentration.gini(counts),
        concentration.generalized_gini(counts),
        concentration.share_of_places(counts, share=0.25),
        concentration.share_of_places(counts, share=0.5),
        *(concentration.top_share(counts, share=share) for share in (0.01, 0.05, 0.1)),
    ]
    assert (table["low"] <= table["high"]).all()
    gini = table.set_index("measure").loc["generalized_gini"]
    assert gini["expected_high"] < gini["value"]
    assert choices.of(table)["n_incidents"] == 18
    again = concentration.summary(counts, samples=299, rng=1)
    pd.testing.assert_frame_equal(table, again)
    assert not concentration.summary(counts, samples=299, rng=2).equals(table)


def test_the_bootstrap_holds_the_truth_about_as_often_as_it_says():
    rng = np.random.default_rng(5)
    truth = 0.5  # Gini of an exponential distribution
    held = 0
    for _ in range(60):
        table = concentration.summary(rng.geometric(0.01, 200), shares=[], top=[], samples=199, rng=rng)
        held += table["low"].iloc[0] <= truth <= table["high"].iloc[0]
    assert 48 <= held <= 60


def test_even_counts_are_within_chance():
    table = concentration.summary(np.random.default_rng(2).poisson(0.2, 500), samples=299, rng=3)
    gini = table.set_index("measure").loc["generalized_gini"]
    assert gini["expected_low"] <= gini["value"] <= gini["expected_high"]


def test_weights_are_for_the_ordinary_coefficient():
    assert concentration.gini([2.5, 0.5]) == pytest.approx(1 / 3)
    with pytest.raises(InputError, match="whole numbers"):
        concentration.generalized_gini([2.5, 0.5])


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ([], "no incidents"),
        ([0, 0], "no incidents"),
        ([1, -1], "from 0 up"),
        ([1, float("nan")], "first: place 1"),
        (["many", 2], "first: place 0"),
    ],
)
def test_counts_that_cannot_be_used_are_refused(counts, words):
    for measure in (concentration.gini, concentration.lorenz, concentration.summary):
        with pytest.raises(InputError, match=words):
            measure(counts)


def test_choices_out_of_range_are_refused():
    with pytest.raises(InputError, match="share"):
        concentration.top_share([1, 2], share=0)
    with pytest.raises(InputError, match="share"):
        concentration.share_of_places([1, 2], share=1.5)
    with pytest.raises(InputError, match="samples"):
        concentration.summary([1, 2], samples=0)
    with pytest.raises(InputError, match="confidence"):
        concentration.summary([1, 2], confidence=1)
    with pytest.raises(InputError, match="unbiased"):
        concentration.gini([3], unbiased=True)


def test_the_callers_counts_stay_as_they_are():
    counts = pd.Series([0, 5, 2])
    concentration.summary(counts, samples=9, rng=1)
    assert counts.tolist() == [0, 5, 2]
