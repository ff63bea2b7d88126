"""Weeks with limits, months of the year, and series taken apart."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ilp_toolkit import choices
from ilp_toolkit.analysis import patterns
from ilp_toolkit.errors import ColumnsError, InputError

ZONE = "Asia/Dushanbe"


def moments(days: pd.DatetimeIndex) -> pd.DataFrame:
    times = days.tz_localize(ZONE)
    return pd.DataFrame({"occurred_from": times, "occurred_to": times})


def weekly(*counts: int) -> pd.DataFrame:
    """So many events each week, spread over its days, from Monday 1 January 2024."""
    days = [
        pd.Timestamp("2024-01-01") + pd.Timedelta(days=7 * week + (6 * i) // max(n - 1, 1))
        for week, n in enumerate(counts)
        for i in range(n)
    ]
    return moments(pd.DatetimeIndex(days))


# Weeks


def test_the_limits_are_those_of_the_square_root() -> None:
    """Mean 16 of eight weeks: limits (4 ± 1.5)² = 6.25 and 30.25; 36 events are z = 2 (6 - 4) = 4."""
    found = patterns.weekly_series(weekly(*[16] * 8, 36, 16, 2))
    row = found.iloc[8]
    assert (row["expected"], row["lower"], row["upper"], row["z"], row["signal"]) == (
        16,
        6.25,
        30.25,
        4,
        "high",
    )
    assert found["signal"].tolist()[:8] == [""] * 8
    assert found["z"].iloc[:8].isna().all()
    assert found["signal"].iloc[10] == "low"


def test_weeks_are_iso_weeks_and_quiet_ones_are_there() -> None:
    days = pd.DatetimeIndex(["2020-12-31 23:00", "2021-01-03 23:59", "2021-01-04 00:00", "2021-01-26 10:00"])
    found = patterns.weekly_series(moments(days))
    assert found["n"].tolist() == [2, 1, 0, 0, 1]
    assert [date.isocalendar()[:2] for date in found.index] == [
        (2020, 53),
        (2021, 1),
        (2021, 2),
        (2021, 3),
        (2021, 4),
    ]
    assert (found.index.day_of_week == 0).all()


def test_a_week_in_which_the_data_begin_or_end_gives_no_signal() -> None:
    days = pd.date_range("2024-01-04", "2024-04-02", freq="2h")
    found = patterns.weekly_series(moments(days), weeks=4)
    assert found["complete"].tolist() == [False, *[True] * 12, False]
    assert found["signal"].eq("").all()
    assert np.isnan(found["z"].iloc[-1])
    assert found["expected"].iloc[:5].isna().all()
    assert found["expected"].iloc[5] == 84


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 3000), max_size=40), st.integers(1, 9))
def test_every_event_is_in_one_week(hours: list[int], weeks: int) -> None:
    days = pd.Timestamp("2023-11-15") + pd.to_timedelta(hours, unit="h")
    found = patterns.weekly_series(moments(pd.DatetimeIndex(days)), weeks=weeks)
    assert found["n"].sum() == len(hours)
    assert (pd.Series(found.index).diff().dropna() == pd.Timedelta(days=7)).all()
    assert (found["lower"].dropna() <= found["expected"].dropna()).all()


def test_poisson_weeks_seldom_leave_the_limits() -> None:
    counts = np.random.default_rng(3).poisson(20, 600)
    found = patterns.weekly_series(weekly(*counts))
    assert found["signal"].ne("").mean() < 0.015


def test_no_times_and_wrong_arguments() -> None:
    table = weekly(5, 5)
    before = table.copy(deep=True)
    assert len(patterns.weekly_series(table.iloc[:0])) == 0
    assert patterns.weekly_series(table.iloc[:1])["n"].tolist() == [1]
    nothing = table.assign(occurred_from=pd.NaT)
    assert choices.of(patterns.weekly_series(nothing))["left_out"] == {"no_time": 10}
    for wrong in ({"weeks": 0}, {"weeks": 2.5}, {"limit": 0}, {"limit": np.nan}):
        with pytest.raises(InputError):
            patterns.weekly_series(table, **wrong)
    with pytest.raises(ColumnsError):
        patterns.weekly_series(table.drop(columns="occurred_from"))
    assert table.equals(before)


# Months of the year


def test_an_even_year_has_ratios_of_one_whatever_the_length_of_the_months() -> None:
    found = patterns.seasonal_profile(moments(pd.date_range("2021-01-01", "2024-12-31")))
    assert found["ratio"].to_numpy() == pytest.approx(1)
    assert found["least"].to_numpy() == pytest.approx(found["most"].to_numpy())
    assert found["days"].tolist()[:2] == [124, 113]
    assert (found["years"] == 4).all()


def test_incomplete_months_and_months_never_seen_are_told() -> None:
    found = patterns.seasonal_profile(moments(pd.date_range("2023-05-20", "2024-01-31", freq="6h")))
    assert found.loc[5, "n"] == 0
    assert np.isnan(found.loc[5, "ratio"])
    assert found.loc[7, "years"] == 1
    assert choices.of(found)["incomplete_months"] >= 1
    empty = patterns.seasonal_profile(moments(pd.DatetimeIndex([])))
    assert empty["n"].tolist() == [0] * 12
    assert empty["ratio"].isna().all()


# Taking apart


@pytest.mark.parametrize("period", [4, 7, 12])
def test_a_straight_line_with_a_season_is_taken_apart_exactly(period: int) -> None:
    season = np.random.default_rng(period).normal(0, 5, period)
    season -= season.mean()
    at = np.arange(5 * period)
    series = pd.Series(100 + 0.5 * at + season[at % period], index=at + 10)
    found = patterns.decompose(series, period=period)
    half = period // 2
    middle = slice(half, len(at) - half)
    assert found["trend"].iloc[middle].to_numpy() == pytest.approx(100 + 0.5 * at[middle])
    assert found["season"].to_numpy() == pytest.approx(season[at % period])
    assert found["rest"].iloc[middle].to_numpy() == pytest.approx(0, abs=1e-9)
    assert found["trend"].isna().sum() == 2 * half
    assert found.index.equals(series.index)


def test_a_multiplied_season_is_taken_apart_exactly_on_a_level_series() -> None:
    season = np.array([0.5, 1.0, 1.5, 1.0])
    found = patterns.decompose(pd.Series(np.tile(80 * season, 4)), period=4, model="multiplicative")
    assert found["season"].to_numpy() == pytest.approx(np.tile(season, 4))
    assert found["rest"].dropna().to_numpy() == pytest.approx(1)


def test_a_hand_worked_quarter_series() -> None:
    """2×4 means of 4 8 6 10 5 9 7 11: (4/2+8+6+10+5/2)/4 = 7.125, then 7.375, 7.625, 7.875."""
    found = patterns.decompose(pd.Series([4, 8, 6, 10, 5, 9, 7, 11]), period=4)
    assert found["trend"].tolist()[2:6] == [7.125, 7.375, 7.625, 7.875]
    left = np.array([5 - 7.625, 9 - 7.875, 6 - 7.125, 10 - 7.375])
    assert found["season"].tolist()[:4] == pytest.approx(left - left.mean())


@settings(max_examples=40, deadline=None)
@given(
    values=st.lists(st.floats(1, 1e3), min_size=8, max_size=40), period=st.integers(2, 4),
    model=st.sampled_from(["additive", "multiplicative"]),
)  # fmt: skip
def test_the_parts_make_the_whole(values: list[float], period: int, model: str) -> None:
    found = patterns.decompose(pd.Series(values), period=period, model=model).dropna()
    whole = found["trend"] + found["season"] + found["rest"]
    if model == "multiplicative":
        whole = found["trend"] * found["season"] * found["rest"]
    assert whole.to_numpy() == pytest.approx(found["observed"].to_numpy())


def test_series_that_cannot_be_taken_apart_are_refused() -> None:
    good = pd.Series(np.arange(24.0) + 1)
    for series, how, words in (
        (good.iloc[:23], {}, "two rounds"),
        (good.where(good != 5), {}, "Put 0"),
        (good - 1, {"model": "multiplicative"}, "additive"),
        (good, {"model": "stl"}, "additive or multiplicative"),
        (good, {"period": 1}, "period"),
        ([1, 2], {}, "Series"),
    ):
        with pytest.raises(InputError, match=words):
            patterns.decompose(series, **how)  # type: ignore[arg-type]
