"""When it happened: dates in every common spelling become the span that is known."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ilp_toolkit.collection.moments import (
    DAY,
    HOUR,
    MINUTE,
    MONTH,
    UNREADABLE,
    YEAR,
    read_clock,
    read_moments,
)
from ilp_toolkit.collection.times import NAT, read_spans, time_roles
from ilp_toolkit.collection.zones import find_zone, to_clock, to_moments
from ilp_toolkit.errors import InputError

LONDON = ZoneInfo("Europe/London")


def column(*texts):
    return pa.chunked_array([pa.array(texts, pa.string())])


def clock(text):
    moments = read_moments(column(text))
    if moments.grain[0] == UNREADABLE:
        return None
    return str(moments.clock.astype("M8[us]").astype("M8[s]")[0]), int(moments.grain[0])


def spans(zone=None, wall_clock=False, **columns):
    table = pa.table({name: pa.array(cells, pa.string()) for name, cells in columns.items()})
    return read_spans(table, {name: name for name in columns}, zone=zone, wall_clock=wall_clock)


def shown(micros, zone):
    return [
        None if m == NAT else str(pd.Timestamp(int(m), unit="us", tz="UTC").tz_convert(zone)) for m in micros
    ]


# One text


@pytest.mark.parametrize(
    ("text", "expected", "grain"),
    [
        ("2024-03-01 20:15", "2024-03-01T20:15:00", MINUTE),
        ("2024-03-01T20:15:30.5Z", "2024-03-01T20:15:30", MINUTE),
        ("2016-01-01T20:00:00+0000", "2016-01-01T20:00:00", MINUTE),
        ("2024/03/01", "2024-03-01T00:00:00", DAY),
        ("20240301", "2024-03-01T00:00:00", DAY),
        ("20240301T201530Z", "2024-03-01T20:15:30", MINUTE),
        ("13.02.2020 15:04", "2020-02-13T15:04:00", MINUTE),
        ("13.02.20", "2020-02-13T00:00:00", DAY),
        ("31/12/99", "1999-12-31T00:00:00", DAY),
        ("12/25/2019 3:05 PM", "2019-12-25T15:05:00", MINUTE),
        ("12/25/2019 12:00:00 AM", "2019-12-25T00:00:00", MINUTE),
        ("25/12/2019 10:00 a. m.", "2019-12-25T10:00:00", MINUTE),
        ("2019 Jan 01 12:30:00 PM", "2019-01-01T12:30:00", MINUTE),
        ("03-MAR-21", "2021-03-03T00:00:00", DAY),
        ("Jan 5, 2021", "2021-01-05T00:00:00", DAY),
        ("Tue, 05 Mar 2024 10:00", "2024-03-05T10:00:00", MINUTE),
        ("12 января 2024", "2024-01-12T00:00:00", DAY),
        ("12 января 2024 г. 14:30", "2024-01-12T14:30:00", MINUTE),
        ("12.01.2024 г.", "2024-01-12T00:00:00", DAY),
        ("05.03.2024 в 14 ч 20 мин", "2024-03-05T14:20:00", MINUTE),
        ("янв. 2024", "2024-01-01T00:00:00", MONTH),
        ("Май 2023", "2023-05-01T00:00:00", MONTH),
        ("5 de enero de 2020", "2020-01-05T00:00:00", DAY),
        ("12 қаңтар 2024", "2024-01-12T00:00:00", DAY),
        ("2021-01", "2021-01-01T00:00:00", MONTH),
        ("01.2021", "2021-01-01T00:00:00", MONTH),
        ("202101", "2021-01-01T00:00:00", MONTH),
        ("2021", "2021-01-01T00:00:00", YEAR),
        ("2024-03-01 20", "2024-03-01T20:00:00", HOUR),
        ("2024-03-01 24:00", "2024-03-02T00:00:00", MINUTE),
        ("45234.75", "2023-11-04T18:00:00", MINUTE),
        ("45234", "2023-11-04T00:00:00", DAY),
        ("1514764800000", "2018-01-01T00:00:00", MINUTE),
        ("29.02.2024", "2024-02-29T00:00:00", DAY),
    ],
)
def test_a_date_is_read_as_people_write_it(text, expected, grain):
    assert clock(text) == (expected, grain)


@pytest.mark.parametrize(
    "text",
    [
        "0000-00-00",
        "31.02.2020",
        "29.02.2023",
        "2024-13-01",
        "2024-01-01 25:00",
        "soon",
        "1234567",
        "12",
        "13:45",
    ],
)
def test_what_is_no_date_is_unreadable(text):
    assert clock(text) is None


@settings(max_examples=150, deadline=None)
@given(
    st.datetimes(min_value=dt.datetime(1950, 1, 1), max_value=dt.datetime(2030, 12, 31)),
    st.sampled_from(
        [
            "%Y-%m-%d %H:%M:%S",
            "%Y-%m-%dT%H:%M:%SZ",
            "%d.%m.%Y %H:%M:%S",
            "%Y%m%dT%H%M%S",
            "%d %b %Y %H:%M:%S",
            "%B %d, %Y %I:%M:%S %p",
            "%Y/%m/%d %I:%M:%S%p",
        ]
    ),
)
def test_a_formatted_date_is_read_back(moment, form):
    expected = moment.replace(microsecond=0)
    assert clock(expected.strftime(form)) == (expected.isoformat(), MINUTE)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.dates(min_value=dt.date(1950, 1, 1), max_value=dt.date(2049, 12, 31)), min_size=1))
def test_day_first_dates_are_read_back_once_one_of_them_settles_it(days):
    texts = [day.strftime("%d/%m/%Y") for day in days] + ["31/12/2020"]
    read = read_moments(column(*texts))
    assert read.clock.astype("M8[us]").astype("M8[D]").astype(object).tolist()[:-1] == days
    assert not read.undecided.any()
    assert not read.minority.any()


# Day and month


def test_one_value_over_twelve_settles_the_whole_column():
    us = read_moments(column("01/02/2020", "01/13/2020"))
    assert us.month_first
    assert us.clock.astype("M8[us]").astype("M8[D]").astype(str).tolist() == ["2020-01-02", "2020-01-13"]


def test_where_nothing_settles_it_the_day_comes_first_and_is_flagged():
    read = read_moments(column("01/02/2020", "03/03/2020"))
    assert read.clock.astype("M8[us]").astype("M8[D]").astype(str).tolist() == ["2020-02-01", "2020-03-03"]
    assert read.undecided.tolist() == [True, False]


def test_dots_mean_the_day_first_and_am_pm_the_month():
    assert not read_moments(column("01.02.2020")).undecided.any()
    assert read_moments(column("01/02/2020 3:00 PM")).month_first


def test_a_row_that_is_only_possible_the_other_way_round_is_read_so_and_flagged():
    read = read_moments(column("25/12/2020", "26/12/2020", "12/27/2020"))
    assert read.minority.tolist() == [False, False, True]
    assert read.clock.astype("M8[us]").astype("M8[D]").astype(str).tolist()[2] == "2020-12-27"


# Times of day


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("20:15", 1215),
        ("8:15 PM", 1215),
        ("20.15", 1215),
        ("2015", 1215),
        ("0005", 5),
        ("5", 300),
        ("20:15:59", 1215),
        ("14 ч 20 мин", 860),
        ("0.34375", 495),
        ("1899-12-30 12:30:00", 750),
        ("12:00 am", 0),
    ],
)
def test_a_time_of_day_is_read_as_people_write_it(text, minutes):
    micros, grain, _empty = read_clock(column(text))
    assert grain[0] > UNREADABLE
    assert micros[0] // 60_000_000 == minutes


def test_fractions_of_a_day_share_a_column_with_whole_days():
    micros, _grain, _empty = read_clock(column("0.5", "0", "0.33333333333"))
    assert (micros // 60_000_000).tolist() == [720, 0, 480]


# Spans


def test_what_is_known_is_the_span():
    read = spans(LONDON, date=["2024-03-30 23:59", "2024-03-31", "2024-03"])
    assert shown(read.begin, LONDON) == [
        "2024-03-30 23:59:00+00:00",
        "2024-03-31 00:00:00+00:00",
        "2024-03-01 00:00:00+00:00",
    ]
    assert shown(read.end, LONDON) == [
        "2024-03-30 23:59:00+00:00",
        "2024-04-01 00:00:00+01:00",
        "2024-04-01 00:00:00+01:00",
    ]
    assert read.grain.tolist() == [MINUTE, DAY, MONTH]


def test_a_date_and_a_time_in_two_columns_are_one_moment():
    read = spans(date=["05.03.2024", "06.03.2024", "07.03.2024"], time=["20:15", "", "late"])
    assert shown(read.begin, "UTC")[0] == "2024-03-05 20:15:00+00:00"
    assert read.grain.tolist() == [MINUTE, DAY, DAY]
    assert read.checks["time_unreadable"].tolist() == [False, False, True]


def test_five_columns_are_one_moment():
    read = spans(
        year=["2020", "2020.0", "2020", "2020"],
        month=["2", "март", "4", "4"],
        day=["29", "1", "", "31"],
        hour=["23", "4", "", "1"],
        minute=["5", "0", "", "1"],
    )
    assert shown(read.begin, "UTC") == [
        "2020-02-29 23:05:00+00:00",
        "2020-03-01 04:00:00+00:00",
        "2020-04-01 00:00:00+00:00",
        None,
    ]
    assert read.grain.tolist()[:3] == [MINUTE, MINUTE, MONTH]
    assert read.unusable["date_unreadable"].tolist() == [False, False, False, True]


def test_from_and_to_pairs_make_the_span():
    read = spans(
        from_date=["01.03.2024", "02.03.2024", "03.03.2024", "", ""],
        from_time=["20:00", "", "10:00", "", ""],
        to_date=["02.03.2024", "02.03.2024", "", "05.03.2024", ""],
        to_time=["07:00", "", "", "09:00", ""],
    )
    assert shown(read.begin, "UTC") == [
        "2024-03-01 20:00:00+00:00",
        "2024-03-02 00:00:00+00:00",
        "2024-03-03 10:00:00+00:00",
        None,
        None,
    ]
    assert shown(read.end, "UTC") == [
        "2024-03-02 07:00:00+00:00",
        "2024-03-03 00:00:00+00:00",
        None,
        "2024-03-05 09:00:00+00:00",
        None,
    ]
    assert read.checks["end_missing"].tolist() == [False, False, True, False, False]
    assert read.checks["start_missing"].tolist() == [False, False, False, True, False]
    assert read.unusable["date_missing"].tolist() == [False, False, False, False, True]


def test_a_start_after_the_end_is_kept_and_flagged():
    read = spans(from_datetime=["2024-03-02 10:00"], to_datetime=["2024-03-01 10:00"])
    assert read.checks["reversed_interval"].tolist() == [True]
    assert read.begin[0] > read.end[0]


def test_a_column_of_midnights_is_a_column_of_days():
    assert spans(date=["2024-03-01 00:00:00", "2024-03-05 00:00:00"]).grain.tolist() == [DAY, DAY]
    utc_midnights = spans(ZoneInfo("Asia/Dushanbe"), date=["2024-03-01T19:00:00Z", "2024-03-04T19:00:00Z"])
    assert utc_midnights.grain.tolist() == [DAY, DAY]
    assert spans(date=["2024-03-01 00:00:00", "2024-03-05 00:01:00"]).grain.tolist() == [MINUTE, MINUTE]


def test_a_column_of_firsts_is_a_column_of_months():
    assert spans(month=["2022-01-01", "2022-02-01"]).grain.tolist() == [MONTH, MONTH]
    assert spans(date=["2022-01-01", "2022-02-01"]).grain.tolist() == [DAY, DAY]
    many = [f"{year}-{month:02d}-01" for year in (2021, 2022, 2023) for month in range(1, 13)]
    assert set(spans(date=many).grain) == {MONTH}
    assert set(spans(date=["2022-01-01"] * 40).grain) == {DAY}


def test_a_stand_in_midnight_is_flagged_where_it_is_far_too_frequent():
    times = [f"2024-03-{1 + k % 28:02d} {k % 24:02d}:{k % 60:02d}" for k in range(1440)]
    usual = spans(date=times)
    assert not usual.checks.get("midnight_default", np.zeros(1)).any()
    padded = spans(date=times + ["2024-03-05 00:00"] * 300)
    assert padded.checks["midnight_default"].sum() > 300
    assert set(padded.grain) == {MINUTE}


def test_dates_of_the_future_and_of_another_age_are_flagged_and_zero_dates_are_none():
    read = spans(date=["2999-01-01", "1812-09-07", "1899-12-30", "2024-01-01"])
    assert read.checks["future_date"].tolist() == [True, False, False, False]
    assert read.checks["old_date"].tolist() == [False, True, False, False]
    assert read.unusable["date_unreadable"].tolist() == [False, False, True, False]


def test_pairs_go_before_one_date_and_a_date_before_its_parts():
    assert time_roles({"date": "a", "from_date": "b", "to_date": "c"}) == (["from_date"], ["to_date"])
    assert time_roles({"date": "a", "from_date": "b"}) == (["date"], [])
    assert time_roles({"date": "a", "time": "t", "to_date": "c"}) == (["date", "time"], ["to_date"])
    assert time_roles({"year": "y", "month": "m", "reported": "r"}) == (["year", "month"], [])
    assert time_roles({"reported": "r"}) == (["reported"], [])


# Zones


@pytest.mark.parametrize(
    "name", ["Europe/London", "America/Vancouver", "Asia/Tehran", "Australia/Lord_Howe", "UTC"]
)
def test_clocks_become_the_moments_that_pandas_makes_of_them(name):
    zone = ZoneInfo(name)
    rng = np.random.default_rng(1)
    start = np.datetime64("1975-01-01").astype("M8[us]").astype(np.int64)
    clocks = start + np.sort(rng.integers(0, 50 * 365 * 96, 3000)) * 900_000_000
    moments, skipped, twice = to_moments(clocks, zone)
    naive = pd.DatetimeIndex(clocks.view("M8[us]"))
    expected = naive.tz_localize(zone, ambiguous=np.ones(len(naive), bool), nonexistent="shift_forward")
    assert np.array_equal(moments, expected.tz_convert("UTC").tz_localize(None).as_unit("us").asi8)
    assert np.array_equal(to_clock(moments, zone)[~skipped], clocks[~skipped])
    assert not (skipped & twice).any()


def test_a_skipped_hour_moves_to_its_end_and_of_a_repeated_one_the_first_is_taken():
    read = spans(LONDON, date=["2024-03-31 01:30", "2024-10-27 01:30", "2024-10-27 02:30"])
    assert shown(read.begin, LONDON) == [
        "2024-03-31 02:00:00+01:00",
        "2024-10-27 01:30:00+01:00",
        "2024-10-27 02:30:00+00:00",
    ]
    assert read.checks["skipped_hour"].tolist() == [True, False, False]
    assert read.checks["repeated_hour"].tolist() == [False, True, False]


def test_mixed_offsets_are_believed_row_by_row():
    read = spans(LONDON, date=["2024-07-01T10:00+05:00", "2024-07-01T10:00Z", "2024-07-01 10:00"])
    assert shown(read.begin, "UTC") == [
        "2024-07-01 05:00:00+00:00",
        "2024-07-01 10:00:00+00:00",
        "2024-07-01 09:00:00+00:00",
    ]


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        ("UTC+5", "Asia/Dushanbe"),
        ("GMT+6", "Asia/Bishkek"),
        ("Etc/GMT-5", "Asia/Dushanbe"),
        ("Dushanbe", "Asia/Dushanbe"),
        ("Asia/Bishkeck", "Asia/Bishkek"),
        ("+05:00", "Asia/Tashkent"),
        ("", "Asia/"),
    ],
)
def test_a_name_that_is_no_zone_is_answered_with_one_that_is(name, suggestion):
    with pytest.raises(InputError, match=suggestion):
        find_zone(name)


def test_no_zone_is_no_zone():
    assert find_zone(None) is None
    assert find_zone("UTC").key == "UTC"
