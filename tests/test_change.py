"""Change: against published values, exact sums over all outcomes, and simulation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau, poisson

import ilp_toolkit.analysis.change as change
from ilp_toolkit import choices
from ilp_toolkit.analysis._poisson import e_test_p, scan_p
from ilp_toolkit.errors import ColumnsError, InputError

# Two periods


@pytest.mark.parametrize(("before", "after", "z"), [(16, 25, 2.0), (4, 9, 2.0), (25, 16, -2.0), (0, 0, 0.0)])
def test_poisson_z_is_as_published(before, after, z):
    assert change.compare_periods(before, after)["z"].item() == pytest.approx(z)


@pytest.mark.parametrize(
    ("first", "second", "p"),
    [(6, 2, 0.1748748), (0, 3, 0.08837901), (16, 25, 0.1647963), (0, 0, 1.0), (7, 7, 1.0)],
)
def test_e_test_is_as_published(first, second, p):
    table = change.compare_periods(first, second)
    assert table["p_value"].item() == pytest.approx(p, abs=1e-7)
    assert table["q_value"].item() == table["p_value"].item()


def slow_e_test(a, b, n1, n2):
    """Sum over every pair of counts."""
    k = np.arange(150)
    first, second = np.meshgrid(k, k, indexing="ij")
    spread = np.sqrt(first / n1**2 + second / n2**2)
    score = np.divide(first / n1 - second / n2, spread, out=np.zeros_like(spread), where=spread > 0)
    rate = (a + b) / (n1 + n2)
    chance = np.outer(poisson.pmf(k, rate * n1), poisson.pmf(k, rate * n2))
    return chance[np.abs(score) >= abs(score[a, b]) - 1e-9].sum()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 25), st.integers(0, 25), st.sampled_from([(1, 1), (1, 2), (2, 1), (1, 0.5), (3, 1.3)]))
def test_e_test_sums_over_all_outcomes(a, b, exposure):
    if a or b:
        assert e_test_p(a, b, exposure) == pytest.approx(slow_e_test(a, b, *exposure), abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 3000), st.integers(0, 3000))
def test_e_test_takes_the_periods_in_any_order(a, b):
    assert e_test_p(a, b, (1, 2)) == pytest.approx(e_test_p(b, a, (2, 1)), rel=1e-9)


def test_e_test_of_large_counts_is_that_of_the_normal_distribution():
    from scipy.stats import norm

    assert e_test_p(1_000_000, 1_002_000, (1, 1)) == pytest.approx(
        2 * norm.sf(2000 / np.sqrt(2_002_000)), rel=1e-3
    )


def test_unequal_exposure_compares_rates():
    table = change.compare_periods(120, 10, exposure=(365, 30.4167))
    assert table["ratio"].item() == pytest.approx(1.0, abs=1e-4)
    assert table["z"].item() == pytest.approx(0, abs=1e-4)
    assert table["p_value"].item() > 0.9
    assert table["ratio_low"].item() < 1 < table["ratio_high"].item()


def test_the_interval_of_the_ratio_holds_the_truth():
    rng = np.random.default_rng(1)
    before, after = pd.Series(rng.poisson(20, 800)), pd.Series(rng.poisson(60, 800))
    table = change.compare_periods(before, after, exposure=(1, 2))
    held = ((table["ratio_low"] <= 1.5) & (table["ratio_high"] >= 1.5)).mean()
    assert 0.93 <= held <= 1


def test_under_chance_p_values_are_as_rare_as_they_say():
    rng = np.random.default_rng(4)
    table = change.compare_periods(pd.Series(rng.poisson(8, 1500)), pd.Series(rng.poisson(8, 1500)))
    assert 0.03 < (table["p_value"] <= 0.05).mean() < 0.07
    assert (table["q_value"] <= 0.05).sum() <= 3


def test_rows_keep_the_callers_index_and_table():
    before, after = pd.Series({"north": 0, "south": 3}), pd.Series({"north": 4, "south": 0})
    table = change.compare_periods(before, after)
    assert table.index.tolist() == ["north", "south"]
    assert table["ratio"].tolist() == [np.inf, 0.0]
    assert table["ratio_high"].iloc[0] == np.inf
    assert table["ratio_low"].iloc[1] == 0
    assert before.tolist() == [0, 3]
    assert choices.of(table)["test"].startswith("E-test")


def test_nothing_before_and_after_says_nothing():
    table = change.compare_periods(0, 0)
    assert np.isnan(table["ratio"].item())
    assert (table["ratio_low"].item(), table["ratio_high"].item()) == (0, np.inf)
    assert change.compare_periods(pd.Series(dtype=int), pd.Series(dtype=int)).empty


@pytest.mark.parametrize(
    ("before", "after", "more", "words"),
    [
        (pd.Series([1, 2]), pd.Series([1, 2], index=[1, 2]), {}, "align"),
        (-1, 2, {}, "before"),
        (1, 2.5, {}, "after"),
        (1, float("nan"), {}, "after"),
        (1, 2, {"exposure": (1, 0)}, "exposure"),
        (1, 2, {"confidence": 95}, "confidence"),
    ],
)
def test_counts_that_cannot_be_compared_are_refused(before, after, more, words):
    with pytest.raises(InputError, match=words):
        change.compare_periods(before, after, **more)


# Weighted displacement difference: Wheeler & Ratcliffe (2018) and the tests of ptools

PAPER = ((308, 318), (207, 110), (150, 140), (178, 157))


def row(table, part="total"):
    return table.set_index("part").loc[part]


def test_wdd_of_one_pair_is_as_published():
    found = row(change.weighted_displacement_difference((20, 20), (20, 10), confidence=0.9))
    assert found["estimate"] == -10
    assert found["se"] == pytest.approx(8.3666, abs=1e-4)
    assert found["z"] == pytest.approx(-1.195229, abs=1e-6)
    assert (found["low"], found["high"]) == pytest.approx((-23.761833, 3.761833), abs=1e-6)


def test_wdd_of_the_paper_is_as_published():
    table = change.weighted_displacement_difference(*PAPER)
    found = row(table)
    assert found["estimate"] == -118
    assert found["se"] == pytest.approx(39.59798, abs=1e-5)
    assert found["z"] == pytest.approx(-2.97995, abs=1e-5)
    assert (found["low"], found["high"]) == pytest.approx((-195.61, -40.39), abs=0.005)
    assert row(table, "local")["estimate"] == -107
    assert row(table, "displacement")["estimate"] == -11


def test_wdd_with_weights_of_time_is_as_published():
    found = row(change.weighted_displacement_difference((100, 50), (80, 20), exposure=(2, 1)))
    assert found["estimate"] == -20
    assert found["se"] == pytest.approx(np.sqrt(115))


def test_wdd_with_weights_of_area_is_as_published():
    found = row(change.weighted_displacement_difference(*PAPER, areas=(0.9, 1.2, 1.6, 1.5)))
    assert found["estimate"] == pytest.approx(-99.69444, abs=1e-5)
    assert found["se"] == pytest.approx(35.42808, abs=1e-5)
    assert (found["low"], found["high"]) == pytest.approx((-169.1321965, -30.25669241), abs=1e-6)


def test_wdd_weighted_by_harm_is_as_published():
    control = [(133, 91), (388, 305), (148, 97), (86, 64), (94, 67)]
    treated = [(130, 74), (327, 202), (398, 190), (144, 92), (183, 96)]
    found = row(change.weighted_displacement_difference(control, treated, weights=[3, 2, 5, 7, 10]))
    assert found["estimate"] == -1721
    assert found["se"] == pytest.approx(304.1036, abs=1e-4)
    assert found["z"] == pytest.approx(-5.659256, abs=1e-6)
    tables = [pd.DataFrame(rows, columns=["before", "after"]) for rows in (control, treated)]
    again = row(change.weighted_displacement_difference(*tables, weights=[3, 2, 5, 7, 10]))
    assert again["estimate"] == -1721


def test_wdd_under_chance_is_centred_and_its_interval_holds_zero():
    rng = np.random.default_rng(1)
    found = [
        row(change.weighted_displacement_difference(rng.poisson(30, 2), rng.poisson(50, 2)))
        for _ in range(400)
    ]
    assert abs(np.mean([one["estimate"] for one in found])) < 2
    assert 0.92 <= np.mean([one["low"] <= 0 <= one["high"] for one in found]) <= 0.98


def test_wdd_without_incidents_has_no_score():
    found = row(change.weighted_displacement_difference((0, 0), (0, 0)))
    assert found["estimate"] == 0
    assert np.isnan(found["z"])


@pytest.mark.parametrize(
    ("arguments", "more", "words"),
    [
        (((1, 2), (1, -2)), {}, "treated"),
        (((1, 2, 3), (1, 2)), {}, "control"),
        (((1, 2), [(1, 2), (3, 4)]), {}, "different numbers of offences"),
        (((1, 2), (1, 2)), {"weights": [1, 2]}, "weights"),
        (((1, 2), (1, 2)), {"areas": [1, 2, 3, 4]}, "control, treated"),
        (((1, 2), (1, 2)), {"areas": [1, 0]}, "areas"),
        (((1, 2), (1, 2)), {"exposure": (1, -1)}, "exposure"),
        (((1, 2), (1, 2)), {"confidence": 1.0}, "confidence"),
    ],
)
def test_wdd_refuses_what_it_cannot_use(arguments, more, words):
    with pytest.raises(InputError, match=words):
        change.weighted_displacement_difference(*arguments, **more)
    with pytest.raises(ColumnsError, match="after"):
        change.weighted_displacement_difference(pd.DataFrame({"before": [1]}), (1, 2))


# Running series

MONTGOMERY = (
    "9.45 7.99 9.29 11.66 12.16 10.18 8.04 11.46 9.20 10.34 9.03 11.47 10.51 9.40 10.08 9.37 10.62 10.31 8.52 "
    "10.84 10.90 9.33 12.29 11.50 10.60 11.08 10.38 11.62 11.31 10.52"
)
"""The example of Montgomery's textbook: mean 10, standard deviation 1; the mean rises by 1 from the 21st value on."""


def test_cusum_of_the_textbook_signals_in_period_29():
    series = pd.Series([float(word) for word in MONTGOMERY.split()], index=range(1, 31))
    table = change.cusum(series, expected=10, spread=1)
    assert table["upper"].loc[[4, 5, 6, 24, 28, 29, 30]].round(2).tolist() == [
        1.16,
        2.82,
        2.5,
        2.79,
        4.47,
        5.28,
        5.3,
    ]
    assert table["lower"].loc[[1, 2, 3, 4, 7]].round(2).tolist() == [0.05, 1.56, 1.77, 0.0, 1.46]
    assert table.index[table["signal"] == "up"].tolist() == [29, 30]


def test_cusum_of_the_mean_never_signals_on_constant_counts():
    table = change.cusum(pd.Series([7] * 50))
    assert (table[["z", "upper", "lower"]] == 0).all(axis=None)
    assert (table["signal"] == "").all()
    assert choices.of(table)["expected"] == "mean of the series"


def test_cusum_gives_few_false_signals_and_finds_a_doubling():
    rng = np.random.default_rng(3)
    quiet = [
        (change.cusum(pd.Series(rng.poisson(9, 100)), expected=9)["signal"] != "").any() for _ in range(100)
    ]
    assert np.mean(quiet) < 0.45
    shifted = change.cusum(pd.Series([*rng.poisson(9, 30), *rng.poisson(18, 10)]), expected=9)
    assert "up" in shifted["signal"].iloc[30:36].tolist()
    fallen = change.cusum(pd.Series([*rng.poisson(9, 30), *rng.poisson(3, 10)]), expected=9)
    assert "down" in fallen["signal"].iloc[30:].tolist()


@settings(deadline=None)
@given(st.lists(st.integers(0, 40), min_size=1, max_size=40))
def test_cusum_above_and_below_mirror_each_other(values):
    series = pd.Series(values)
    one = change.cusum(series, expected=10, spread=2)
    other = change.cusum(20 - series, expected=10, spread=2)
    assert np.allclose(one["upper"], other["lower"])
    assert (one["upper"] >= 0).all()


def test_cusum_takes_an_expectation_for_each_period():
    seasons = pd.Series([4, 16] * 10)
    assert (change.cusum(seasons, expected=seasons)["z"] == 0).all()


@pytest.mark.parametrize(
    ("values", "more", "words"),
    [
        ([1, None], {}, "first: row 1"),
        ([1, -1], {}, "first: row 1"),
        ([], {}, "empty"),
        ([1], {"limit": 0}, "limit"),
        ([1], {"slack": -1}, "slack"),
        ([1], {"spread": 0}, "spread"),
        ([1], {"expected": -3}, "expected"),
    ],
)
def test_cusum_refuses_what_it_cannot_use(values, more, words):
    with pytest.raises(InputError, match=words):
        change.cusum(pd.Series(values, dtype=float), **more)
    with pytest.raises(InputError, match="Series"):
        change.cusum([1, 2, 3])


# Scan statistic, two published figures of R's ptools, scanw(208, 2, 0.6, 6) and scanw(260, 1, 1, 6). Its power is
# the windows less its second argument, where Naus has 2: the second figure is that of 261 windows. Its sums leave
# out a last term, here less than 1e-6 and 1e-4.


def test_scan_statistic_is_as_published():
    assert scan_p(416, 2, 0.3, 6) == pytest.approx(0.03902238, abs=1e-6)
    assert scan_p(261, 1, 1, 6) == pytest.approx(0.486814, abs=1e-4)
    assert scan_p(260, 1, 1, 6) == pytest.approx(0.486814, abs=1.3e-3)


@pytest.mark.parametrize(("length", "mean", "n"), [(3, 1.0, 3), (3, 1.5, 4), (40, 0.6, 4), (10, 2.0, 6)])
def test_scan_statistic_agrees_with_simulation(length, mean, n):
    rng = np.random.default_rng(1)
    events = rng.poisson(length * mean, 40_000)
    hits = 0
    for count in np.unique(events[events >= n]):
        times = np.sort(rng.uniform(0, length, ((events == count).sum(), count)), axis=1)
        hits += ((times[:, n - 1 :] - times[:, : count - n + 1]).min(axis=1) <= 1).sum()
    assert scan_p(length, 1, mean, n) == pytest.approx(hits / 40_000, abs=0.008)


def test_the_busiest_window_is_found_with_its_labels():
    days = pd.date_range("2024-01-01", periods=60)
    counts = pd.Series(0, index=days)
    counts.iloc[[5, 20, 21, 22, 23, 40]] = [1, 2, 2, 2, 1, 1]
    found = change.scan_statistic(counts, window=4, expected=0.1)
    assert (found.start, found.end, found.observed) == (days[20], days[23], 7)
    assert found.expected == pytest.approx(0.4)
    assert found.p_value < 1e-4
    assert change.scan_statistic(counts, window=4).p_value > found.p_value


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 6), min_size=4, max_size=30), st.integers(1, 4))
def test_the_busiest_window_is_the_highest_sum_and_its_p_value_a_chance(counts, window):
    found = change.scan_statistic(pd.Series(counts), window=window)
    assert 0 <= found.p_value <= 1
    assert found.observed == max(sum(counts[i : i + window]) for i in range(len(counts) - window + 1))


@pytest.mark.parametrize("length", [1, 2, 3, 10, 50, 1000])
@pytest.mark.parametrize("mean", [0.1, 0.5, 2.0, 8.0])
def test_higher_counts_are_rarer_and_longer_series_have_more_of_them(length, mean):
    chances = np.array([scan_p(length, 1, mean, n) for n in range(40)])
    assert (np.diff(chances) <= 1e-9).all()
    assert (chances <= [scan_p(2 * length, 1, mean, n) + 1e-9 for n in range(40)]).all()
    assert (chances >= poisson.sf(np.arange(40) - 1, mean) - 1e-9).all()


def test_a_series_without_incidents_has_no_busy_window():
    found = change.scan_statistic(pd.Series([0, 0, 0]), window=2)
    assert (found.observed, found.p_value) == (0, 1.0)


@pytest.mark.parametrize(
    ("more", "words"),
    [({"window": 0}, "window"), ({"window": 4}, "window"), ({"window": 2, "expected": 0}, "expected")],
)
def test_scan_refuses_what_it_cannot_use(more, words):
    with pytest.raises(InputError, match=words):
        change.scan_statistic(pd.Series([1, 2, 0]), **more)
    with pytest.raises(InputError, match="counts"):
        change.scan_statistic(pd.Series([1, 2.5, 0]), window=2)


# Trend

NILE = (
    "1120 1160 963 1210 1160 1160 813 1230 1370 1140 995 935 1110 994 1020 960 1180 799 958 1140 1100 1210 1150 1250 "
    "1260 1220 1030 1100 774 840 874 694 940 833 701 916 692 1020 1050 969 831 726 456 824 702 1120 1100 832 764 821 "
    "768 845 864 862 698 845 744 796 1040 759 781 865 845 944 984 897 822 1010 771 676 649 846 812 742 801 1040 860 "
    "874 848 890 744 749 838 1050 918 986 797 923 975 815 1020 906 901 1170 912 746 919 718 714 740"
)
"""Flow of the Nile at Aswan, 1871 to 1970."""


def test_mann_kendall_of_the_nile_is_as_published():
    flow = pd.Series([int(word) for word in NILE.split()])
    assert (len(flow), flow.sum()) == (100, 91_935)
    found = change.mann_kendall(flow)
    assert found.s == -1387
    assert found.variance == pytest.approx(112728.3333, abs=1e-4)
    assert found.z == pytest.approx(-4.1280665, abs=1e-7)
    assert found.p_value == pytest.approx(3.658263e-5, rel=1e-6)
    assert found.tau == pytest.approx(-0.2802, abs=5e-5)


def test_mann_kendall_with_a_tie_is_as_published():
    found = change.mann_kendall(pd.Series([1, 3, 2, 5, 4, 6, 6, 8]))
    assert found.s == 23
    assert found.variance == pytest.approx(64.3333, abs=1e-4)
    assert found.z == pytest.approx(2.7428664, abs=1e-7)
    assert found.p_value == pytest.approx(0.0060905, abs=1e-7)


@settings(deadline=None)
@given(st.lists(st.integers(-5, 5), min_size=3, max_size=30).filter(lambda values: len(set(values)) > 1))
def test_tau_b_is_kendalls(values):
    found = change.mann_kendall(pd.Series(values))
    assert found.tau_b == pytest.approx(kendalltau(range(len(values)), values).statistic)
    back = change.mann_kendall(pd.Series(values[::-1]))
    assert (back.s, back.z) == pytest.approx((-found.s, -found.z))
    assert 0 <= found.p_value <= 1


def test_the_slope_of_a_line_is_found_through_gaps():
    found = change.mann_kendall(pd.Series([1, 3, np.nan, 7, 9, np.nan, 13]))
    assert found.slope == 2
    assert found.tau == 1
    assert found.choices["n_missing"] == 2


def test_a_constant_series_has_no_trend():
    found = change.mann_kendall(pd.Series([4, 4, 4, 4]))
    assert (found.s, found.z, found.p_value, found.tau, found.slope) == (0, 0, 1, 0, 0)
    assert np.isnan(found.tau_b)
    with pytest.raises(InputError, match="at least two"):
        change.mann_kendall(pd.Series([4, np.nan]))
