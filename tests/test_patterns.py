"""When: hours, weekdays and months, with spans spread over what they cover."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from ilp_toolkit import choices
from ilp_toolkit.analysis import patterns
from ilp_toolkit.errors import ColumnsError, InputError

ZONE = "Asia/Dushanbe"


def incidents(
    *spans: tuple[str | None, str | None], zone: str | None = ZONE, **columns: object
) -> pd.DataFrame:
    start, end = ([span[side] for span in spans] for side in (0, 1))
    table = pd.DataFrame(
        {
            "occurred_from": pd.to_datetime(pd.Series(start), format="ISO8601"),
            "occurred_to": pd.to_datetime(pd.Series(end), format="ISO8601"),
        }
    )
    if zone:
        table = table.apply(lambda column: column.dt.tz_localize(zone))
    return table.assign(**columns)


def moments(*times: str | None, **columns: object) -> pd.DataFrame:
    return incidents(*((moment, moment) for moment in times), **columns)


def washington(folder: Path) -> pd.DataFrame:
    raw = pd.read_csv(folder / "aoristic_burglaries" / "dcburglaries.csv")
    read = {"occurred_from": "StartDateTime", "occurred_to": "EndDateTime"}
    return pd.DataFrame(
        {
            name: pd.to_datetime(raw[column], utc=True).dt.tz_convert("America/New_York")
            for name, column in read.items()
        }
    )


def slowly(table: pd.DataFrame) -> np.ndarray:
    """Spread each span minute by minute."""
    week = np.zeros((7, 24))
    for start, end in zip(table["occurred_from"], table["occurred_to"], strict=True):
        begin, stop = start.tz_localize(None), end.tz_localize(None)
        if stop <= begin:
            week[begin.weekday(), begin.hour] += 1
        elif stop - begin >= pd.Timedelta(days=7):
            week += 1 / 168
        else:
            minutes = pd.date_range(begin, stop, freq="min", inclusive="left")
            np.add.at(week, (minutes.day_of_week, minutes.hour), 1 / len(minutes))
    return week


# Aoristic


def test_washingtons_burglaries_spread_over_the_week_as_published(real_data: Path) -> None:
    week = patterns.aoristic(washington(real_data))
    days = [147.183, 163.506, 152.638, 157.114, 159.401, 122.132, 123.027]
    assert week.sum(axis=1).to_numpy() == pytest.approx(days, abs=0.0006)
    assert week.to_numpy().sum() == pytest.approx(1025, abs=1e-9)
    noted = choices.of(week)
    assert noted["unknown_end_taken_as_start"] == 37
    assert noted["spans_of_a_week_or_more"] == 28
    assert noted["timezone"] == "America/New_York"


def test_the_clock_of_the_place_matters(real_data: Path) -> None:
    table = washington(real_data)
    right = patterns.aoristic(table)
    wrong = patterns.aoristic(table.apply(lambda column: column.dt.tz_convert("UTC")))
    fixed = patterns.aoristic(table.apply(lambda column: column.dt.tz_convert("Etc/GMT+5")))
    assert (right - wrong).abs().max().max() == pytest.approx(7.47, abs=0.01)
    assert (right - fixed).abs().max().max() == pytest.approx(5.41, abs=0.01)


@pytest.mark.parametrize(
    ("span", "hours"),
    [
        (("2024-01-01 01:00", "2024-01-01 02:30"), {1: 2 / 3, 2: 1 / 3}),
        (("2024-01-01 01:50", "2024-01-01 02:10"), {1: 1 / 2, 2: 1 / 2}),
        (("2024-01-01 10:55", "2024-01-01 11:55"), {10: 1 / 12, 11: 11 / 12}),
        (("2024-01-01 10:00", "2024-01-01 11:00"), {10: 1.0}),
        (("2024-01-01 10:59:59", "2024-01-01 11:00:01"), {10: 1 / 2, 11: 1 / 2}),
        (("2024-01-01 09:30", "2024-01-01 11:30"), {9: 1 / 4, 10: 1 / 2, 11: 1 / 4}),
        (("2024-01-01 10:20", "2024-01-01 10:20"), {10: 1.0}),
    ],
)
def test_a_span_shares_its_event_among_its_hours(span: tuple[str, str], hours: dict[int, float]) -> None:
    monday = patterns.aoristic(incidents(span)).loc[0]
    assert {hour: share for hour, share in monday.items() if share > 1e-12} == pytest.approx(hours)


def test_a_span_over_sunday_midnight_goes_on_on_monday() -> None:
    week = patterns.aoristic(incidents(("2024-01-07 23:00", "2024-01-08 01:00")))
    assert (week.loc[6, 23], week.loc[0, 0]) == pytest.approx((0.5, 0.5))


def test_a_span_just_below_a_week_wraps_and_a_week_is_even() -> None:
    below = patterns.aoristic(incidents(("2024-01-01 00:30", "2024-01-08 00:20")))
    assert below.loc[0, 0] == pytest.approx(50 / (7 * 24 * 60 - 10))
    week = patterns.aoristic(incidents(("2024-01-01 00:30", "2024-01-08 00:30")))
    assert week.to_numpy() == pytest.approx(np.full((7, 24), 1 / 168))


spans = st.lists(
    st.tuples(st.integers(0, 60 * 24 * 60), st.integers(0, 9 * 24 * 60)), min_size=1, max_size=15
)


@settings(max_examples=25, deadline=None)
@given(spans, st.sampled_from(["Asia/Dushanbe", "Asia/Kathmandu", "UTC"]))
def test_any_spans_are_spread_as_minute_by_minute(minutes: list[tuple[int, int]], zone: str) -> None:
    begin = pd.Timestamp("2023-11-20", tz=zone)
    start = pd.Series([begin + pd.Timedelta(minutes=at) for at, _ in minutes])
    end = pd.Series([begin + pd.Timedelta(minutes=at + length) for at, length in minutes])
    table = pd.DataFrame({"occurred_from": start, "occurred_to": end})
    week = patterns.aoristic(table)
    assert week.to_numpy() == pytest.approx(slowly(table), abs=1e-9)
    assert week.to_numpy().sum() == pytest.approx(len(minutes))
    assert (week >= 0).all().all()


def test_the_unit_of_the_clock_does_not_matter() -> None:
    table = incidents(("2024-01-01 01:00", "2024-01-01 02:30"), ("2024-01-05 20:00", "2024-01-06 08:00"))
    for unit in ("s", "ms", "us", "ns"):
        other = table.apply(lambda column, unit=unit: column.dt.as_unit(unit))
        pd.testing.assert_frame_equal(patterns.aoristic(other), patterns.aoristic(table))


def test_a_night_in_which_the_clocks_change_is_read_on_the_clock() -> None:
    start = pd.Timestamp("2016-03-13 00:00", tz="America/New_York")
    table = pd.DataFrame(
        {"occurred_from": [start], "occurred_to": [pd.Timestamp("2016-03-13 04:00", tz=start.tz)]}
    )
    assert patterns.aoristic(table).loc[6, :3].tolist() == pytest.approx([0.25] * 4)


def test_open_reversed_and_missing_times_are_counted_and_treated_as_stated() -> None:
    table = incidents(
        ("2024-01-01 05:00", None), ("2024-01-01 06:00", "2024-01-01 04:00"), (None, "2024-01-01 04:00")
    )
    week = patterns.aoristic(table)
    assert (week.loc[0, 5], week.loc[0, 6], week.to_numpy().sum()) == (1, 1, 2)
    noted = choices.of(week)
    assert noted["unknown_end_taken_as_start"] == noted["end_before_start_taken_as_start"] == 1
    assert noted["left_out"] == {"no_time": 1}
    assert noted["n_used"] == 2


def test_rows_known_by_the_day_or_month_stay_out_of_the_hours() -> None:
    table = incidents(
        ("2024-01-01", "2024-01-02"), ("2024-01-01", "2024-02-01"), ("2024-01-01 08:00", "2024-01-01 10:00"),
        time_precision=["day", "month", "minute"],
    )  # fmt: skip
    week = patterns.aoristic(table)
    assert week.to_numpy().sum() == pytest.approx(1)
    assert choices.of(week)["left_out"] == {"known_by_day_or_month": 2}


def test_a_million_spans_take_little_time(real_data: Path) -> None:
    table = pd.concat([washington(real_data)] * 976, ignore_index=True)
    begin = time.perf_counter()
    week = patterns.aoristic(table)
    assert time.perf_counter() - begin < 10, "far above what it takes, to catch a loop over rows"
    assert week.to_numpy().sum() == pytest.approx(len(table), rel=1e-9)


# Profiles


def test_moments_and_single_hours_make_the_profile() -> None:
    table = incidents(
        ("2024-01-01 08:15", "2024-01-01 08:15"), ("2024-01-01 08:00", "2024-01-01 09:00"),
        ("2024-01-07 23:59:59", "2024-01-07 23:59:59"), ("2024-01-03 08:00", "2024-01-03 09:01"),
        ("2024-01-03", "2024-01-04"), (None, None), ("2024-01-02 00:00", None),
        time_precision=["minute", "hour", "minute", "minute", "day", "minute", "minute"],
    )  # fmt: skip
    profile = patterns.time_profile(table)
    assert profile.loc[0, 8] == 2
    assert profile.loc[6, 23] == 1
    assert profile.loc[1, 0] == 1
    assert profile.to_numpy().sum() == 4
    noted = choices.of(profile)
    assert noted["left_out"] == {"no_time": 1, "known_by_day_or_month": 1, "span_over_an_hour": 1}
    assert noted["n_used"] + sum(noted["left_out"].values()) == len(table)
    assert profile.to_numpy().dtype.kind == "i"


def test_a_profile_of_moments_is_their_aoristic_week() -> None:
    rng = np.random.default_rng(0)
    start = pd.Timestamp("2024-01-01", tz=ZONE) + pd.to_timedelta(rng.integers(0, 10**6, 300), unit="s")
    table = pd.DataFrame({"occurred_from": start, "occurred_to": start})
    assert (patterns.time_profile(table) == patterns.aoristic(table)).all().all()


def test_weekdays_take_whole_days_and_say_how_many_of_each_there_were() -> None:
    table = incidents(
        ("2024-01-01", "2024-01-02"), ("2024-01-08 10:00", "2024-01-08 12:00"), ("2024-01-06 22:00", "2024-01-07 02:00"),
        ("2024-01-01", "2024-02-01"), time_precision=["day", "minute", "minute", "month"],
    )  # fmt: skip
    found = patterns.weekday_profile(table)
    assert found["n"].tolist() == [2, 0, 0, 0, 0, 0, 0]
    assert found["days"].tolist() == [2, 1, 1, 1, 1, 1, 1]
    assert found["per_day"].iloc[0] == 1
    assert choices.of(found)["left_out"] == {"span_past_midnight": 2}


def test_months_without_events_are_there() -> None:
    found = patterns.month_series(moments("2023-11-20", "2023-11-20", "2024-02-01"))
    assert found["n"].tolist() == [2, 0, 0, 1]
    assert found.index.strftime("%Y-%m").tolist() == ["2023-11", "2023-12", "2024-01", "2024-02"]
    assert found["days"].tolist() == [30, 31, 31, 29]


def test_a_month_that_the_data_do_not_fill_is_marked() -> None:
    daily = [str(day) for day in pd.date_range("2023-01-15 12:00", "2023-06-30 12:00", freq="D")]
    assert patterns.month_series(moments(*daily))["complete"].tolist() == [
        False,
        True,
        True,
        True,
        True,
        True,
    ]
    weekly = [str(day) for day in pd.date_range("2023-01-05", "2023-06-26", freq="7D")]
    assert patterns.month_series(moments(*weekly))["complete"].all(), "a gap of days is no surprise here"


def test_months_are_those_of_the_place() -> None:
    late = pd.DataFrame({"occurred_from": pd.to_datetime(["2024-01-31 20:30"], utc=True).tz_convert(ZONE)})
    assert patterns.month_series(late).index[0] == pd.Timestamp("2024-02-01")


def test_a_span_over_two_months_belongs_to_the_first_and_is_counted() -> None:
    found = patterns.month_series(
        incidents(("2024-01-31 22:00", "2024-02-01 06:00"), ("2024-01-01", "2024-02-01"))
    )
    assert found["n"].tolist() == [2]
    assert choices.of(found)["spans_over_two_months"] == 1


@pytest.mark.parametrize(
    "function", [patterns.aoristic, patterns.time_profile, patterns.weekday_profile, patterns.month_series]
)
class TestEveryFunction:
    def test_takes_an_empty_table(self, function) -> None:
        found = function(moments("2024-01-01").iloc[:0])
        assert found.to_numpy(dtype=float).size == 0 or np.nansum(found.to_numpy(dtype=float)) == 0
        assert choices.of(found)["n_used"] == 0

    def test_takes_a_table_without_any_time(self, function) -> None:
        found = function(pd.DataFrame({"occurred_from": [None, None], "occurred_to": [None, None]}))
        assert choices.of(found)["left_out"] == {"no_time": 2}

    def test_takes_a_clock_without_a_zone(self, function) -> None:
        found = function(incidents(("2024-01-01 10:00", "2024-01-01 10:30"), zone=None))
        assert choices.of(found)["timezone"] is None
        assert choices.of(found)["n_used"] == 1

    def test_leaves_the_callers_table_as_it_was(self, function) -> None:
        table = incidents(("2024-01-01 10:00", None), ("2024-01-01 10:00", "2024-01-01 09:00"))
        before = pd.util.hash_pandas_object(table).tolist()
        function(table)
        assert pd.util.hash_pandas_object(table).tolist() == before
        assert not table.attrs

    def test_does_not_depend_on_the_order_of_rows(self, function) -> None:
        table = incidents(("2024-01-01 10:00", "2024-01-02 10:00"), ("2024-03-01 10:00", "2024-03-01 10:40"))
        there, back = function(table), function(table.iloc[::-1])
        assert there.to_numpy(dtype=float) == pytest.approx(back.to_numpy(dtype=float), nan_ok=True)

    def test_refuses_a_missing_column_and_text(self, function) -> None:
        with pytest.raises(ColumnsError, match="occurred_from"):
            function(pd.DataFrame({"date": [1]}))
        with pytest.raises(ColumnsError, match="to_datetime"):
            function(pd.DataFrame({"occurred_from": ["2024-01-01"], "occurred_to": ["2024-01-01"]}))


# How sure


def profile_of(hours: dict[tuple[int, int], int]) -> pd.DataFrame:
    profile = pd.DataFrame(0, index=range(7), columns=range(24))
    for (day, hour), n in hours.items():
        profile.loc[day, hour] = n
    return profile


def test_the_chi_square_is_that_of_scipy() -> None:
    profile = pd.DataFrame(np.random.default_rng(2).poisson(5, (7, 24)))
    found = patterns.rhythm(profile)
    assert found.loc["weekday", "p_value"] == pytest.approx(scipy.stats.chisquare(profile.sum(axis=1)).pvalue)
    assert found.loc["hour", "p_value"] == pytest.approx(scipy.stats.chisquare(profile.sum(axis=0)).pvalue)
    assert (found["q_value"] >= found["p_value"]).all()


def test_no_rhythm_is_claimed_of_even_hours_and_all_in_one_hour_is_certain() -> None:
    assert patterns.rhythm(pd.DataFrame(np.ones((7, 24))))["p_value"].tolist() == pytest.approx([1, 1])
    assert (patterns.rhythm(profile_of({(4, 22): 100}))["p_value"] < 1e-20).all()
    assert patterns.rhythm(profile_of({}))["p_value"].isna().all()


def test_the_busiest_stretch_may_run_past_midnight_and_sunday() -> None:
    profile = profile_of({(6, 23): 5, (0, 1): 5, (2, 12): 4})
    hours = patterns.peak(profile, width=4)
    assert (hours.start, hours.end, hours.observed) == (22, 2, 10)
    assert hours.share == pytest.approx(10 / 14)
    assert hours.ratio == pytest.approx(10 / (14 / 6))
    assert str(hours).startswith(
        "Peak(cycle='hour', start=22, end=2, observed=10, share=0.7143, expected=2.333,"
    )
    days = patterns.peak(profile, cycle="weekday", width=2)
    assert (days.start, days.end, days.observed) == (6, 1, 10)


def test_the_p_value_of_a_peak_is_the_binomial_times_the_stretches_looked_at() -> None:
    profile = profile_of({(0, 3): 9, (3, 15): 11})
    found = patterns.peak(profile, width=6)
    assert found.p_value == pytest.approx(min(1, 24 * scipy.stats.binom.sf(10, 20, 0.25)))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 23))
def test_a_peak_without_a_pattern_is_rarely_called_sure(seed: int, width: int) -> None:
    profile = pd.DataFrame(np.random.default_rng(seed).poisson(2.0, (7, 24)))
    found = patterns.peak(profile, width=width)
    assert 0 <= found.p_value <= 1
    assert found.ratio >= 1 - 1e-9, "the busiest stretch holds at least the average"


@pytest.mark.parametrize(("cycle", "width"), [("hour", 0), ("hour", 24), ("weekday", 7), ("month", 1)])
def test_a_stretch_that_does_not_fit_is_refused(cycle, width: int) -> None:
    with pytest.raises(InputError, match=r"width|cycle"):
        patterns.peak(profile_of({(0, 0): 1}), cycle=cycle, width=width)


def test_a_peak_of_nothing_and_a_table_of_another_shape_are_refused() -> None:
    with pytest.raises(InputError, match="no events"):
        patterns.peak(profile_of({}))
    with pytest.raises(InputError, match="7 × 24"):
        patterns.rhythm(pd.DataFrame(np.ones((24, 7))))
