"""Similarity of two patterns: 2 × 2 tables by hand and from scipy, q-values from scipy, what must hold for any counts."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from ilp_toolkit import choices
from ilp_toolkit.analysis import significance, similarity
from ilp_toolkit.errors import CrsError, InputError

CRS = "EPSG:32642"


def counts(base, test, **more):
    return similarity.sppt_counts(pd.Series(base, dtype=int), pd.Series(test, dtype=int), **more)


def test_chi_square_with_n_less_one_by_hand():
    # 10 of 20 against 18 of 20: (40 - 1) (10 * 2 - 10 * 18)² / (20 * 20 * 28 * 12)
    table = counts([10, 10], [18, 2]).table
    assert table["chi2"].tolist() == pytest.approx([39 * 160**2 / 134_400] * 2)
    assert table["p_value"].tolist() == pytest.approx([0.006417] * 2, abs=2e-5)
    assert table["difference"].tolist() == pytest.approx([0.4, -0.4])


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_p_and_q_values_agree_with_scipy():
    from scipy.stats import chi2, chi2_contingency, false_discovery_control

    a, c = [30, 12, 5, 40, 3], [22, 19, 15, 20, 24]
    table = counts(a, c).table
    n = sum(a) + sum(c)
    for i in range(5):
        pearson = chi2_contingency([[a[i], sum(a) - a[i]], [c[i], sum(c) - c[i]]], correction=False).statistic
        assert table["chi2"][i] == pytest.approx(pearson * (n - 1) / n)
        assert table["p_value"][i] == pytest.approx(chi2.sf(pearson * (n - 1) / n, 1))
    for method in ("bh", "by"):
        name = "q_value" if method == "bh" else "q_value_by"
        assert table[name].tolist() == pytest.approx(
            false_discovery_control(table["p_value"], method=method).tolist()
        )


rows = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=2, max_size=25).filter(
    lambda rows: all(map(sum, zip(*rows, strict=True)))
)


@settings(deadline=None)
@given(rows)
def test_exchanging_the_two_turns_the_signs_and_nothing_else(rows):
    base, test = zip(*rows, strict=True)
    one, other = counts(base, test), counts(test, base)
    assert one.s == other.s
    assert one.s_robust == other.s_robust
    assert (one.table["s_index"] == -other.table["s_index"]).all()
    assert np.allclose(one.table["p_value"], other.table["p_value"], equal_nan=True)


@settings(deadline=None)
@given(rows)
def test_indices_lie_between_nothing_and_all(rows):
    base, test = zip(*rows, strict=True)
    found = counts(base, test)
    assert 0 <= found.s_robust <= found.s <= 1
    assert found.s == pytest.approx(1 - found.n_different / found.n_areas)
    assert found.s_robust == pytest.approx(1 - found.n_different / (found.n_areas - found.n_empty))
    by = counts(base, test, adjust="by")
    assert by.n_different <= found.n_different <= counts(base, test, adjust="none").n_different
    assert (by.table["q_value_by"].dropna() >= by.table["q_value"].dropna() - 1e-12).all()


@settings(deadline=None)
@given(rows)
def test_empty_areas_change_no_test(rows):
    base, test = zip(*rows, strict=True)
    found, more = counts(base, test), counts([*base, 0, 0], [*test, 0, 0])
    pd.testing.assert_frame_equal(found.table, more.table.iloc[:-2], check_dtype=False)
    assert more.s_robust == found.s_robust
    assert more.s >= found.s


def test_equal_patterns_are_alike_whatever_their_size():
    found = counts([10, 20, 30], [100, 200, 300])
    assert found.s == found.s_robust == 1
    assert (found.table["p_value"] == 1).all()


def test_one_area_cannot_be_tested():
    found = counts([5], [9])
    assert np.isnan(found.table["p_value"][0])
    assert found.s == found.s_robust == 1


def squares(n, crs=CRS):
    return gpd.GeoDataFrame(
        {"name": list("abcdef"[:n])},
        geometry=[shapely.box(i * 10, 0, i * 10 + 10, 10) for i in range(n)],
        crs=crs,
    )


def at(*x):
    return gpd.GeoSeries.from_xy(np.asarray(x, float), np.full(len(x), 5.0), crs=CRS)


def test_points_outside_are_counted_and_in_no_denominator():
    found = similarity.sppt(at(5, 5, 15, 999), at(5, 15, 15, -50, -60), squares(3))
    assert found.table["share_base"].tolist() == pytest.approx([2 / 3, 1 / 3, 0])
    assert found.table["share_test"].sum() == pytest.approx(1)
    noted = choices.of(found)
    assert (noted["outside_base"], noted["outside_test"]) == (1, 2)
    assert noted["n_expecting_below_1"] == 0
    assert found.n_empty == 1
    assert found.table["name"].tolist() == ["a", "b", "c"]


def test_a_point_on_a_shared_edge_is_in_one_area():
    found = similarity.sppt(at(10, 10), at(5, 15), squares(2))
    assert found.table["n_base"].tolist() == [2, 0]


def test_what_cannot_be_used_is_refused():
    with pytest.raises(InputError, match="`test` has no event"):
        counts([1, 2], [0, 0])
    with pytest.raises(InputError, match="`base` has no event"):
        similarity.sppt(at(900), at(5), squares(2))
    with pytest.raises(InputError, match="whole numbers"):
        similarity.sppt_counts(pd.Series([1.5, 2]), pd.Series([1, 2]))
    with pytest.raises(InputError, match="reindex"):
        similarity.sppt_counts(pd.Series([1, 2]), pd.Series([1, 2], index=[1, 2]))
    with pytest.raises(InputError, match="alpha"):
        counts([1, 2], [1, 2], alpha=0)
    with pytest.raises(InputError, match="adjust"):
        counts([1, 2], [1, 2], adjust="holm")
    with pytest.raises(CrsError):
        similarity.sppt(at(5), at(5), squares(2, crs="EPSG:32643"))


def test_the_callers_tables_stay_as_they_are():
    areas = squares(2)
    before = areas.copy()
    similarity.sppt(at(5), at(15), areas)
    assert areas.equals(before)
    assert "choices" not in areas.attrs


def test_the_price_of_any_dependence_is_the_harmonic_number():
    assert significance.benjamini_yekutieli([0.04, float("nan"), 0.5]).tolist() == pytest.approx(
        [0.12, float("nan"), 0.75], nan_ok=True
    )
