"""Listings of online markets: published values, properties, odd tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ilp_toolkit import choices, i18n
from ilp_toolkit.analysis import concentration, darknet
from ilp_toolkit.errors import ColumnsError, InputError

DRUG = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
ENDED = [0, 1, 1, 1, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
"""Weeks in remission with 6-MP (0 where it went on) and with a placebo: Freireich et al. (1963)."""


BULK = darknet.HoldingRules(above=None)
"""A kilogram may rightly cost more than 10,000 USD."""


def rows(n: int = 1, **columns: object) -> pd.DataFrame:
    """Return a table of listings: `n` listings seen once, with whatever is changed."""
    made: dict[str, object] = {
        "market": "M",
        "listing_id": [f"n{number}" for number in range(n)],
        "vendor_id": [f"v{number}" for number in range(n)],
        "substance": "heroin",
        "snapshot_date": pd.Timestamp("2025-01-01"),
        "quantity_g": 1.0,
        "price_usd": 50.0,
        "n_feedback": 0,
        "ships_from": "XB",
        "ships_to": [("XA",)] * n,
    }
    return pd.DataFrame({**made, **columns})


def pages(prices: list[float], **columns: object) -> pd.DataFrame:
    """Return one listing seen once a week."""
    days = pd.date_range("2025-01-01", periods=len(prices), freq="7D")
    return rows(len(prices), listing_id="n1", vendor_id="v1", snapshot_date=days, price_usd=prices, **columns)


# Published values


def test_holding_prices_do_not_make_a_fortune() -> None:
    table = pages([50, 52, 48, 9999], n_feedback=[2, 5, 8, 10])
    sales = darknet.sales_from_feedback(table)
    assert sales.totals["revenue_usd"].tolist() == [500]
    naive = sales.sensitivity.set_index("rule")["revenue_usd"]
    assert naive["no rules, last price"] == 99_990
    assert sales.listings["prices_left_out"].tolist() == [1]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_rules_of_the_sensitivity_table_are_said_in_the_language_in_use(language: str) -> None:
    with i18n.language(language):
        rules = darknet.sales_from_feedback(pages([50, 52, 48, 9999], n_feedback=[2, 5, 8, 10])).sensitivity
    assert rules["words"].is_unique
    assert rules["words"].str.contains("[а-я]").all() == (language == "ru")
    assert rules["words"].str.contains("[a-z]").any() == (language == "en")
    ten = rules[(rules["rule"] == "above") & (rules["value"] == "10000.0")]["words"].item()
    assert i18n_number(10_000, language) in ten
    # The codes stay what they were: programs read them.
    assert rules["rule"].iloc[0] == "as chosen"


def i18n_number(value: float, language: str) -> str:
    with i18n.language(language):
        return i18n.number(value)


def test_a_seed_gives_the_same_interval_whatever_the_codes_of_the_accounts() -> None:
    held = pd.DataFrame({"market": "M", "vendor_id": list("abcdef"), "n_feedback": [40, 3, 7, 1, 0, 12]})
    other = held.assign(vendor_id=list("fbdace"))
    first, second = (darknet.market_concentration(one, samples=99, rng=1) for one in (held, other))
    pd.testing.assert_frame_equal(first, second)
    assert (first["low"] < first["high"]).all()


def test_chapman_and_schnabel_have_their_textbook_values() -> None:
    found = darknet.chapman(50, 60, 20)
    assert found.estimate == pytest.approx(147.142857)
    assert found.se**2 == pytest.approx(51 * 61 * 30 * 40 / (21**2 * 22))
    assert found.seen == 90 < found.low < found.estimate < found.high
    caught = [10, 27, 17, 7, 1, 5, 6, 15, 9, 18, 16, 5, 7, 19]
    marked = [0, 10, 37, 54, 61, 62, 67, 71, 85, 89, 102, 112, 115, 119]
    again = [0, 0, 0, 0, 0, 0, 2, 1, 5, 5, 4, 2, 2, 3]
    sunfish = darknet.schnabel(
        caught, marked, again
    )  # Gerking's sunfish, in Krebs (1999), Ecological Methodology
    assert sunfish.estimate == pytest.approx(10740 / 24)
    assert sunfish.low < 447.5 < sunfish.high


def test_the_survival_of_freireich_is_that_of_the_books() -> None:
    curve = darknet.kaplan_meier(DRUG, ENDED).set_index("time")["survival"]
    book = {6: 0.8571, 7: 0.8067, 10: 0.7529, 13: 0.6902, 16: 0.6275, 22: 0.5378, 23: 0.4482}
    assert {time: round(float(curve[time]), 4) for time in book} == book
    both = darknet.log_rank(DRUG + PLACEBO, ENDED + [1] * 21, ["drug"] * 21 + ["placebo"] * 21)
    assert both["chi_square"].iloc[0] == pytest.approx(16.793, abs=5e-4)
    assert both["expected"].round(2).tolist() == [19.25, 10.75]
    activity = pd.DataFrame(
        {
            "first_seen": pd.Timestamp("2025-01-01"),
            "last_seen": pd.Timestamp("2025-01-01") + pd.to_timedelta(np.array(DRUG) - 1, unit="D"),
            "left_truncated": False,
            "right_truncated": ~np.array(ENDED, dtype=bool),
        }
    )
    assert darknet.vendor_survival(activity).medians["median"].tolist() == [23]


def test_late_entries_are_at_risk_from_their_entry_on() -> None:
    curve = darknet.kaplan_meier([5, 8, 10, 12], [True] * 4, entry=[0, 6, 0, 9]).set_index("time")
    assert curve["at_risk"].tolist() == [2, 2, 2, 2, 1]  # by hand: {a, c}; {b, c}; {c, d}; {d}
    assert curve["survival"].tolist() == pytest.approx([1, 1 / 2, 1 / 4, 1 / 8, 0])


def test_concentration_has_its_published_values() -> None:
    assert darknet.herfindahl([50, 30, 20]) == pytest.approx(0.38)
    traced = [112.9, 220.7, 69.7, 88.3, 35.6, 166.0]  # million USD, six markets: Hiramoto & Tsuchiya (2020)
    assert sum(traced) == pytest.approx(693.2)
    assert darknet.herfindahl(traced) == pytest.approx(0.2142, abs=5e-5)
    assert concentration.gini([1, 2, 3, 4]) == pytest.approx(0.25)
    assert concentration.gini([0, 0, 0, 1]) == pytest.approx(0.75)


def test_a_rare_thing_makes_a_good_test_wrong_nine_times_of_ten() -> None:
    assert darknet.ppv(1e-4, 0.75, 0.999) == pytest.approx(0.0698, abs=5e-5)
    assert np.isnan(darknet.ppv(0, 0.5, 1))


def test_common_inputs_group_and_a_joint_payment_breaks_the_naive_grouping() -> None:
    plain = pd.DataFrame({"tx": [1, 2, 3], "inputs": [("A", "B"), ("B", "C"), ("D",)], "outputs": [(1,)] * 3})
    found = darknet.crypto_clusters(plain).addresses.set_index("address")["cluster"]
    assert found.to_dict() == {"A": 1, "B": 1, "C": 1, "D": 2}
    joint = pd.DataFrame({"tx": [4], "inputs": [("C", "D", "E")], "outputs": [(0.5, 0.5, 0.5, 0.07)]})
    both = darknet.crypto_clusters(pd.concat([plain, joint]))
    kept = both.addresses.set_index("address")
    assert kept.loc[list("ABCD"), "cluster"].to_dict() == found.to_dict()
    assert set(kept["naive"]) == {1}  # one payment made strangers one
    assert both.payments["joint"].tolist() == [False, False, False, True]
    naive = darknet.crypto_clusters(pd.concat([plain, joint]), skip_joint=False)
    assert set(naive.addresses["cluster"]) == {1}


def test_the_discount_for_quantity_of_a_known_line_is_found() -> None:
    rng = np.random.default_rng(7)
    size = np.tile([1.0, 5.0, 28.0, 112.0, 1000.0], 40)
    level = np.repeat(rng.normal(0, 0.3, 40), 5)
    price = 100 * size**0.72 * np.exp(level + rng.normal(0, 0.05, 200))
    vendor = np.repeat([f"v{number}" for number in range(40)], 5)
    made = darknet.price_per_gram(rows(200, quantity_g=size, price_usd=price, vendor_id=vendor), rules=BULK)
    fit = made.discount.loc["heroin"]
    assert fit["low"] < 0.72 < fit["high"]
    assert fit["high"] - fit["low"] < 0.02
    assert fit["per_doubling"] == pytest.approx(2**-0.28 - 1, abs=0.01)
    assert fit["basis"] == "within vendors"
    assert made.bands["n"].tolist() == [40] * 5


def test_newey_west_is_that_of_its_formula() -> None:
    """The sum written out term by term, with Bartlett's weights, as Newey and West (1987) give it."""
    rng = np.random.default_rng(3)
    index = pd.date_range("2024-01-01", periods=40, freq="7D")
    y = np.cumsum(rng.normal(size=40)) + 5 * (np.arange(40) >= 20)
    found = darknet.interrupted_series(pd.Series(y, index=index), date=index[20], lags=2)
    t = np.arange(40.0)
    x = np.column_stack([np.ones(40), t, t >= 20, (t >= 20) * (t - 20)])
    beta = np.linalg.lstsq(x, y, rcond=None)[0]
    e = y - x @ beta
    middle = np.zeros((4, 4))
    for i in range(40):
        for j in range(40):
            if abs(i - j) <= 2:
                middle += (1 - abs(i - j) / 3) * e[i] * e[j] * np.outer(x[i], x[j])
    bread = np.linalg.inv(x.T @ x)
    covariance = bread @ middle @ bread * 40 / 36
    assert found.effects["estimate"].tolist() == pytest.approx(beta[2:])
    assert found.effects["se"].tolist() == pytest.approx(np.sqrt(np.diag(covariance))[2:])


# What each answer promises


def test_every_result_says_what_it_cannot_show_in_both_languages() -> None:
    table = pd.concat([rows(6, market=name, vendor_id=[f"{name}{k}" for k in range(6)]) for name in "AB"])
    sales = darknet.sales_from_feedback(table)
    activity = darknet.vendor_activity(table).assign(left_truncated=False)
    toy = pd.DataFrame({"tx": [1], "inputs": [("A", "B")], "outputs": [(1,)]})
    offers = darknet.shipping(table)
    edges = pd.DataFrame({"origin": ["XB"], "destination": ["XC"], "kg": [4.0]})
    results = [
        darknet.price_per_gram(table),
        sales,
        darknet.coverage(table),
        activity,
        darknet.vendor_survival(activity),
        darknet.market_concentration(sales.listings, amount=None, samples=0),
        offers,
        darknet.beside_flows(offers, edges),
        darknet.crypto_clusters(toy),
        darknet.interrupted_series(pd.Series(1.0, pd.date_range("2025-01-01", periods=9)), date="2025-01-05"),
    ]
    for result in results:
        assert set(choices.of(result)["cannot_show"]) <= set(darknet.CANNOT_SHOW.values())
        assert "cannot show: " in choices.explain(result)
        with i18n.language("ru"):
            line = choices.explain(result, "cannot_show")
            assert line.startswith("чего не показывает: ")
            assert not set("abcdefghijklmnopqrstuvwxyz") & set(line.lower())


def test_feedback_of_overlapping_pages_is_counted_once_and_gaps_are_said() -> None:
    days = [tuple(pd.date_range("2025-01-01", periods=k)) for k in (3, 5)]
    table = pages([50, 50], n_feedback=[3, 5], feedback_dates=days)
    assert darknet.sales_from_feedback(table).listings[["n_feedback", "censored"]].to_numpy().tolist() == [
        [5, False]
    ]
    full = [tuple(pd.date_range("2024-12-01", periods=3)), tuple(pd.date_range("2025-01-05", periods=3))]
    lost = darknet.sales_from_feedback(pages([50, 50], n_feedback=[3, 3], feedback_dates=full), cap=3)
    assert lost.listings[["n_feedback", "censored"]].to_numpy().tolist() == [[6, True]]
    twice = pages([50, 50], n_feedback=[2, 3], feedback_dates=[("2025-01-01",) * 2, ("2025-01-01",) * 3])
    assert darknet.sales_from_feedback(twice).listings["n_feedback"].tolist() == [3]


def test_feedback_is_priced_at_the_nearest_page_and_a_period_can_be_asked_for() -> None:
    table = pages(
        [50.0, 80.0], n_feedback=[1, 2], feedback_dates=[("2025-01-01",), ("2025-01-01", "2025-01-07")]
    )
    assert darknet.sales_from_feedback(table).totals["revenue_usd"].tolist() == [130]
    assert darknet.sales_from_feedback(table, price="median").totals["revenue_usd"].tolist() == [130]
    assert darknet.sales_from_feedback(table, price="last").totals["revenue_usd"].tolist() == [160]
    late = darknet.sales_from_feedback(table, period=("2025-01-02", "2025-01-31"))
    assert late.totals[["n_feedback", "revenue_usd"]].to_numpy().tolist() == [[1, 80]]
    with pytest.raises(InputError, match="period"):
        darknet.sales_from_feedback(table, period=("2025-02-01", "2025-01-01"))


def test_most_prices_of_a_listing_may_be_holding_prices_where_others_sell_the_same() -> None:
    others = rows(9, price_usd=50.0)
    held = pages([52.0, 4000.0, 4200.0], n_feedback=[4, 4, 4], market="M").assign(listing_id="x")
    sales = darknet.sales_from_feedback(pd.concat([others, held]))
    assert sales.listings.set_index("listing_id").loc["x", "price_usd"] == 52
    alone = darknet.HoldingRules(times_peers=None)
    unsure = darknet.sales_from_feedback(pd.concat([others, held]), rules=alone)
    assert unsure.listings.set_index("listing_id").loc["x", "price_usd"] > 4000


def test_accounts_come_in_the_order_of_ids() -> None:
    table = rows(4, vendor_id=["v3", "v1", "v2", "v1"], n_feedback=[9, 1, 5, 1])
    assert darknet.vendor_activity(table)["vendor_id"].tolist() == ["v1", "v2", "v3"]
    listed = darknet.sales_from_feedback(table).listings
    assert listed["listing_id"].tolist() == sorted(listed["listing_id"])


def test_who_was_there_at_the_beginning_is_left_out_or_enters_at_their_age() -> None:
    day = pd.Timestamp("2025-01-01")
    table = pd.concat(
        [
            rows(1, vendor_id="old", snapshot_date=[day]),
            rows(1, vendor_id="old", snapshot_date=[day + pd.Timedelta(days=10)]),
            rows(1, vendor_id="new", snapshot_date=[day + pd.Timedelta(days=5)]),
            rows(1, vendor_id="late", snapshot_date=[day + pd.Timedelta(days=90)]),
        ]
    )
    activity = darknet.vendor_activity(table)
    assert activity.set_index("vendor_id")["left_truncated"].to_dict() == {
        "late": False,
        "new": False,
        "old": True,
    }
    assert darknet.vendor_survival(activity).choices["left_out"] == {"unknown_start": 1}
    since = pd.Series({activity.index[activity["vendor_id"] == "old"][0]: day - pd.Timedelta(days=100)})
    entered = darknet.vendor_survival(activity, since=since)
    assert entered.choices["late_entries"] == 1
    assert entered.curve.set_index("time")["at_risk"].to_dict() == {0: 2, 1: 2, 111: 1}
    known = darknet.vendor_activity(table, opened={"M": day})
    assert not known["left_truncated"].any()


def test_a_page_missed_by_the_crawl_is_seen_from_the_days_around_it() -> None:
    days = pd.date_range("2025-01-01", periods=3, freq="7D")
    seen = [(day, f"n{k}") for at, day in enumerate(days) for k in range(10) if at != 1 or k < 6]
    table = pd.DataFrame(seen, columns=["snapshot_date", "listing_id"]).assign(market="M")
    found = darknet.coverage(table)
    assert found.snapshots["share_seen"].tolist()[1] == 0.6
    assert found.snapshots["estimate"].tolist()[1] == pytest.approx(10)
    assert found.markets.loc["M", "seen"] == 10


def test_worldwide_is_spread_by_weight_and_never_copied() -> None:
    table = rows(2, ships_to=[("worldwide",), ("XA", "XC")])
    kept = darknet.shipping(table).flows.set_index("destination")["n"].to_dict()
    assert kept == {"XA": 0.5, "XC": 0.5, "worldwide": 1.0}
    spread = darknet.shipping(table, spread=pd.Series({"XA": 1.0, "XC": 3.0, "XB": 5.0}))
    assert spread.flows.set_index("destination")["n"].to_dict() == {"XA": 0.75, "XC": 1.25}


def test_an_origin_that_is_not_declared_stays_and_a_quotient_compares_with_people() -> None:
    table = rows(4, ships_from=["XB", "XB", "XC", None], ships_to=[("XA",), ("XB",), (), ("worldwide",)])
    made = darknet.shipping(table, population=pd.Series({"XB": 1e6, "XC": 3e6}))
    assert made.origins["n"].to_dict() == {"XB": 2, "XC": 1, "undeclared": 1}
    assert made.origins.loc["XB", "quotient"] == pytest.approx((2 / 1) / (3 / 4))
    assert made.origins.loc["XB", "share_domestic"] == 0.5
    assert np.isnan(made.origins.loc["undeclared", "quotient"])
    assert {"undeclared", "worldwide"} <= set(made.flows["destination"])


def test_offers_lie_beside_seizures_on_the_same_codes() -> None:
    table = rows(3, ships_from=["XB", "XB", None], ships_to=[("XA",), ("XC",), ("XA",)])
    seized = pd.DataFrame(
        {"origin": ["XB", "XA"], "destination": ["XA", "XC"], "kg": [30.0, 10.0], "n": [3, 1]}
    )
    both = darknet.beside_flows(darknet.shipping(table), seized).set_index(["origin", "destination"])
    assert both["only_in"].to_dict() == {
        ("XA", "XC"): "flows",
        ("XB", "XA"): "both",
        ("XB", "XC"): "listings",
    }
    assert both.loc[("XB", "XA"), "n_seizures"] == 3
    assert choices.of(both)["left_out_listings"] == 1
    with pytest.raises(InputError, match="twice"):
        darknet.beside_flows(darknet.shipping(table), pd.concat([seized, seized]))


def test_a_jump_is_found_and_what_hits_both_series_is_not_taken_for_it() -> None:
    rng = np.random.default_rng(5)
    index = pd.date_range("2024-01-01", periods=80, freq="7D")
    common = np.cumsum(rng.normal(0, 1, 80)) + 8 * (np.arange(80) >= 50)  # a shock to both, on the same date
    treated = pd.Series(60 + common + rng.normal(0, 1, 80), index=index)
    control = pd.Series(40 + common + rng.normal(0, 1, 80), index=index)
    alone = darknet.interrupted_series(treated, date=index[50])
    beside = darknet.interrupted_series(treated, date=index[50], control=control)
    assert alone.effects.loc["level", "p_value"] < 0.01
    assert beside.effects.loc["level", "p_value"] > 0.05
    moved = darknet.interrupted_series(treated + 6 * (np.arange(80) >= 50), date=index[50], control=control)
    assert moved.effects.loc["level", "estimate"] == pytest.approx(6, abs=1.5)
    assert moved.effects.loc["level", "p_placebo"] < 0.05
    assert moved.effects.loc["level", "low"] < 6 < moved.effects.loc["level", "high"]


def test_a_series_that_falls_and_comes_back_says_after_how_many_periods() -> None:
    index = pd.date_range("2024-01-01", periods=30, freq="7D")
    values = pd.Series(100.0 + np.tile([1.0, -1.0], 15), index=index)
    values.iloc[20:24] = 50.0
    assert darknet.interrupted_series(values, date=index[20]).recovered_after == 4
    values.iloc[20:] = 50.0
    assert darknet.interrupted_series(values, date=index[20]).recovered_after is None


def test_a_period_without_a_snapshot_is_empty_and_no_zero() -> None:
    days = [pd.Timestamp("2025-01-01"), pd.Timestamp("2025-01-29")]
    table = pd.concat([rows(3, snapshot_date=day) for day in days])
    series = darknet.market_series(table, markets=["M"], period=14)
    assert series.isna().tolist() == [False, True, False]
    with pytest.raises(InputError, match="no row of the markets"):
        darknet.market_series(table, markets=["other"])
    with pytest.raises(InputError, match="as well"):
        darknet.event_study(table, markets=["M"], control=["M"], date="2025-01-15")


# Odd tables


@pytest.mark.parametrize("n", [0, 1])
def test_an_empty_table_and_one_listing_are_answered(n: int) -> None:
    table = rows(n) if n else rows(1).iloc[:0]
    prices = darknet.price_per_gram(table)
    assert len(prices.bands) == n
    assert prices.discount["b"].isna().all()
    assert len(darknet.sales_from_feedback(table).listings) == n
    assert len(darknet.coverage(table).markets) == n
    assert len(darknet.vendor_activity(table)) == n
    assert darknet.shipping(table).flows["n"].sum() == n
    with pytest.raises(InputError, match="no account"):
        darknet.vendor_survival(darknet.vendor_activity(table))
    with pytest.raises(InputError, match="no two accounts"):
        darknet.link_vendors(table)


def test_prices_of_zero_missing_and_without_end_count_for_nothing() -> None:
    table = rows(5, price_usd=[0.0, np.nan, np.inf, -3.0, 50.0], n_feedback=2)
    made = darknet.price_per_gram(table)
    assert made.bands["n"].tolist() == [1]
    assert made.choices["left_out"]["holding_price_or_none"] == 4
    sales = darknet.sales_from_feedback(table)
    assert sales.totals["without_price"].tolist() == [4]
    assert sales.totals["revenue_usd"].tolist() == [100]
    assert sales.listings["revenue_usd"].isna().sum() == 4


def test_pills_have_no_grams_and_a_slip_of_the_unit_is_left_out() -> None:
    table = rows(12, quantity_g=[np.nan, 5000.0, *[5.0] * 10], price_usd=200.0)
    made = darknet.price_per_gram(table)
    assert made.choices["left_out"] == {"no_mass": 1, "holding_price_or_none": 0, "unit_suspect": 1}
    assert made.bands["n"].tolist() == [10]
    kept = darknet.price_per_gram(table, suspect=None)
    assert kept.bands["n"].tolist() == [10, 1]


def test_claimed_purity_stands_apart_and_nonsense_of_it_is_counted() -> None:
    table = rows(3, purity_claimed=[0.5, np.nan, 7.0])
    made = darknet.price_per_gram(table)
    assert made.bands[["n", "median", "n_claimed", "median_claimed"]].to_numpy().tolist() == [[3, 50, 1, 100]]
    assert made.choices["purity_out_of_range"] == 1


def test_a_page_fetched_often_does_not_weigh_more() -> None:
    often = pages([10.0] * 9)
    made = darknet.price_per_gram(pd.concat([often, rows(2, price_usd=30.0, listing_id=["x", "y"])]))
    assert made.bands["median"].tolist() == [30]


def test_the_callers_table_is_not_touched() -> None:
    table = rows(6, feedback_dates=[("2025-01-01",)] * 6)
    before = table.copy(deep=True)
    darknet.price_per_gram(table)
    darknet.sales_from_feedback(table)
    darknet.coverage(table)
    darknet.vendor_activity(table)
    darknet.shipping(table)
    pd.testing.assert_frame_equal(table, before)


def test_what_cannot_be_used_is_refused_with_the_way_to_mend_it() -> None:
    table = rows(2)
    with pytest.raises(ColumnsError, match="quantity_g"):
        darknet.price_per_gram(table.drop(columns="quantity_g"))
    with pytest.raises(InputError, match="rising edges"):
        darknet.price_per_gram(table, bands=[5, 1])
    with pytest.raises(InputError, match="times_median"):
        darknet.HoldingRules(times_median=0.5)
    with pytest.raises(InputError, match="both"):
        darknet.chapman(5, 6, 7)
    with pytest.raises(InputError, match="above its"):
        darknet.kaplan_meier([3.0, 0.0], [True, True])
    with pytest.raises(InputError, match="two groups"):
        darknet.log_rank([1, 2], [True, True], ["a", "a"])
    with pytest.raises(InputError, match="cap"):
        darknet.sales_from_feedback(table, cap=0)
    with pytest.raises(TypeError, match="table of listings"):
        darknet.coverage([1, 2])  # type: ignore[arg-type]
    with pytest.raises(InputError, match="each side"):
        darknet.interrupted_series(pd.Series(1.0, pd.date_range("2025-01-01", periods=6)), date="2025-01-03")
    gappy = pd.Series(1.0, pd.to_datetime(["2025-01-01", "2025-01-02", "2025-01-05"]))
    with pytest.raises(InputError, match="even steps"):
        darknet.interrupted_series(gappy, date="2025-01-02")


# Properties

SPELLS = st.lists(st.tuples(st.integers(1, 30), st.booleans()), min_size=1, max_size=30)


@settings(max_examples=25, deadline=None)
@given(SPELLS)
def test_without_censoring_the_curve_is_the_share_that_lasts(spells: list[tuple[int, bool]]) -> None:
    last = np.array([time for time, _ended in spells])
    curve = darknet.kaplan_meier(last, [True] * len(last))
    for time, share in zip(curve["time"], curve["survival"], strict=True):
        assert share == pytest.approx((last > time).mean())


@settings(max_examples=25, deadline=None)
@given(SPELLS)
def test_the_curve_only_falls_and_lies_in_its_interval(spells: list[tuple[int, bool]]) -> None:
    curve = darknet.kaplan_meier([time for time, _ in spells], [ended for _, ended in spells])
    assert (curve["survival"].diff().dropna() <= 1e-12).all()
    assert (curve["low"] <= curve["survival"] + 1e-12).all()
    assert (curve["survival"] <= curve["high"] + 1e-12).all()
    assert curve["ended"].sum() + curve["censored"].sum() == len(spells)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0.01, 1e6), min_size=1, max_size=30), st.floats(0.01, 100))
def test_the_index_has_no_unit_and_keeps_its_bounds(amounts: list[float], factor: float) -> None:
    value = darknet.herfindahl(amounts)
    assert 1 / len(amounts) - 1e-9 <= value <= 1 + 1e-9
    assert darknet.herfindahl([amount * factor for amount in amounts]) == pytest.approx(value)
    assert darknet.herfindahl([*amounts, 0.0]) == pytest.approx(value)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 60), st.integers(0, 60), st.data())
def test_chapman_never_ends_below_what_was_seen(one: int, two: int, data: st.DataObject) -> None:
    both = data.draw(st.integers(0, min(one, two)))
    found = darknet.chapman(one, two, both)
    assert found.seen <= found.low + 1e-9 <= found.estimate + 2e-9 <= found.high + 3e-9


TARGETS = st.lists(st.sampled_from(["XA", "XB", "XC", "worldwide"]), max_size=4).map(tuple)


@settings(max_examples=10, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["XA", "XB", None]), TARGETS), min_size=1, max_size=12), st.booleans()
)
def test_parts_of_listings_add_up_to_the_listings(
    ends: list[tuple[str | None, tuple[str, ...]]], spread: bool
) -> None:
    table = rows(len(ends), ships_from=[a for a, _ in ends], ships_to=[b for _, b in ends])
    weights = pd.Series({"XA": 2.0, "XC": 1.0}) if spread else None
    assert darknet.shipping(table, spread=weights).flows["n"].sum() == pytest.approx(len(ends))


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(st.floats(1, 1000), st.integers(0, 19)), min_size=1, max_size=8))
def test_revenue_and_order_of_rows_have_nothing_to_do_with_each_other(shown: list[tuple[float, int]]) -> None:
    counts = np.maximum.accumulate([n for _price, n in shown])
    table = pages([price for price, _n in shown], n_feedback=counts)
    one = darknet.sales_from_feedback(table)
    other = darknet.sales_from_feedback(table.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(one.listings, other.listings)
    assert one.listings["n_feedback"].iloc[0] == max(n for _price, n in shown)


NAMES = st.lists(st.sampled_from("ABCDEFGH"), min_size=1, max_size=4, unique=True).map(tuple)


@settings(max_examples=25, deadline=None)
@given(st.lists(NAMES, min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_clusters_do_not_depend_on_the_order_of_payments(
    inputs: list[tuple[str, ...]], chance: object
) -> None:
    table = pd.DataFrame({"tx": range(len(inputs)), "inputs": inputs, "outputs": [(1.0, 2.0)] * len(inputs)})
    found = darknet.crypto_clusters(table).addresses
    shuffled = table.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(darknet.crypto_clusters(shuffled).addresses, found)
    by = found.set_index("address")["cluster"]
    assert all(len(set(by[list(one)])) == 1 for one in inputs)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(-20, 20))
def test_a_jump_added_to_a_series_is_added_to_the_estimate(seed: int, jump: float) -> None:
    index = pd.date_range("2024-01-01", periods=24, freq="7D")
    values = pd.Series(np.random.default_rng(seed).normal(size=24), index=index)
    one = darknet.interrupted_series(values, date=index[12]).effects
    other = darknet.interrupted_series(values + jump * (np.arange(24) >= 12), date=index[12]).effects
    assert other.loc["level", "estimate"] - one.loc["level", "estimate"] == pytest.approx(jump, abs=1e-6)
    assert other.loc["slope", "estimate"] == pytest.approx(one.loc["slope", "estimate"], abs=1e-6)
