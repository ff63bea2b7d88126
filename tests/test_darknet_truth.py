"""The invented markets: what was planted is found again, within bounds, and how well is printed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import markets_world
import numpy as np
import pandas as pd
import pytest

from ilp_toolkit.analysis import darknet

Score = Callable[[str, object], None]
CLOSED = "2025-04-12"


@pytest.fixture(scope="module")
def listings() -> pd.DataFrame:
    return markets_world.listings()


@pytest.fixture(scope="module")
def planted() -> dict:
    return markets_world.events()


@pytest.fixture(scope="module")
def sellers() -> pd.Series:
    return markets_world.truth("vendors_truth").set_index("vendor_id")["seller_id"]


@pytest.fixture(scope="module")
def links(listings) -> darknet.VendorLinks:
    return darknet.link_vendors(listings, rng=1)


@pytest.fixture
def score(record_property) -> Callable[[str], None]:
    """Print a line at the end of the run."""
    return lambda words: record_property("score", words)


def truly(pairs: pd.DataFrame, sellers: pd.Series) -> np.ndarray:
    return pairs["first"].map(sellers).to_numpy() == pairs["second"].map(sellers).to_numpy()


def test_the_discount_of_each_substance_is_near_what_was_planted(listings, planted, score) -> None:
    fit = darknet.price_per_gram(listings).discount
    true = pd.Series({name: planted["discount"][name]["exponent"] for name in fit.index})
    covered = ((fit["low"] <= true) & (true <= fit["high"])).mean()
    gap = (fit["b"] - true).abs().max()
    score(f"price: b of 8 substances within {gap:.3f} of the true one, {covered:.0%} of intervals hold it")
    assert len(fit) == 8  # tablets have no grams
    assert gap < 0.05
    assert (fit["basis"] == "within vendors").all()


def test_holding_prices_are_found_and_true_ones_kept(listings, score) -> None:
    from ilp_toolkit.analysis._holding import HoldingRules, is_held, usual_price

    truth = markets_world.truth("holding_rows")
    key = pd.MultiIndex.from_frame(
        listings.assign(day=listings["snapshot_date"].astype(str))[["day", "listing_id"]]
    )
    true = key.isin(pd.MultiIndex.from_frame(truth.astype(str)))
    found = is_held(
        listings["price_usd"], listings["listing_id"], HoldingRules(), usual=usual_price(listings)
    )
    recall, precision = (found & true).sum() / true.sum(), (found & true).sum() / found.sum()
    score(f"holding prices: {recall:.0%} of {true.sum()} found, {precision:.0%} of those found are such")
    assert recall > 0.95
    assert precision > 0.95


def test_feedback_stays_below_the_truth_and_near_it(listings, score) -> None:
    period = ("2024-06-03", "2025-12-28")
    sales = darknet.sales_from_feedback(listings, period=period)
    truth = markets_world.truth("listings_truth")
    per_listing = sales.listings.set_index("listing_id")["n_feedback"]
    told = truth.set_index("listing_id")["feedback"].reindex(per_listing.index)
    assert (per_listing <= told).all()  # a lower bound in every listing
    complete = ~sales.listings.set_index("listing_id")["censored"]
    revenue = sales.totals["revenue_usd"].sum()
    true = (truth["feedback"] * truth["price_usd"]).sum()
    naive = sales.sensitivity.set_index("rule").loc["no rules, last price", "revenue_usd"]
    share, worst = per_listing.sum() / told.sum(), sales.sensitivity["ratio"].agg(["min", "max"])
    orders = (truth["orders"] * truth["price_usd"]).sum()
    score(
        f"sales: {share:.0%} of feedback counted, revenue {revenue / true:.0%} of what feedback speaks of, "
        f"{revenue / orders:.0%} of what was ordered (without rules {naive / true:.0%}); "
        f"rules move it from {worst['min']:.2f} to {worst['max']:.2f}"
    )
    assert 0.9 < share <= 1
    assert 0.9 < revenue / true <= 1
    assert revenue < orders
    assert complete.any()


def test_coverage_is_that_of_the_crawls(listings, score) -> None:
    found = darknet.coverage(listings)
    crawls = markets_world.truth("snapshots_truth")
    true = crawls.groupby("market_id")["seen"].sum() / crawls.groupby("market_id")["listings"].sum()
    markets = found.markets.join(true.rename("true"))
    gap = (markets["share_seen"] - markets["true"]).abs().max()
    days = found.snapshots.assign(day=found.snapshots["snapshot_date"].astype(str))
    days = days.merge(crawls, left_on=["market", "day"], right_on=["market_id", "snapshot_date"])
    days = days[days["known_there"] > 20]
    inside = days["listings"].between(days["n"] / days["high"], days["n"] / days["low"]).mean()
    score(f"coverage: share seen within {gap:.3f} of the true one, {inside:.0%} of days hold the true number")
    assert ((markets["low"] <= markets["true"]) & (markets["true"] <= markets["high"])).all()
    assert gap < 0.08
    assert inside > 0.8


def test_leads_find_sellers_and_no_copycat(links, sellers, planted, score) -> None:
    pairs = links.pairs
    lead, true = (pairs["outcome"] != "no").to_numpy(), truly(pairs, sellers)
    matched = (pairs["outcome"] == "match").to_numpy()
    wrong = 100 * (lead & ~true).sum() / lead.sum()
    expected = links.expected.loc["leads"]
    score(
        f"links: {(lead & true).sum()} of {len(planted['same_seller'])} sellers on two markets among {lead.sum()} "
        f"leads, {wrong:.1f} wrong per 100 where {expected['wrong_per_100']:.1f} "
        f"({expected['low']:.0f} to {expected['high']:.0f}) were expected; {(matched & ~true).sum()} wrong matches"
    )
    assert (matched & ~true).sum() == 0
    assert matched.sum() >= 15
    assert (lead & true).sum() >= 20
    assert expected["low"] <= wrong <= expected["high"]
    copied = pairs["first"].isin(planted["copycats"]) | pairs["second"].isin(planted["copycats"])
    assert (pairs.loc[copied, "outcome"] != "match").all()


def test_solved_cases_teach_the_same(listings, sellers, score) -> None:
    known = sellers.sample(60, random_state=1)
    links = darknet.link_vendors(listings, known=known, rng=1, draws=50)
    lead, true = (links.pairs["outcome"] != "no").to_numpy(), truly(links.pairs, sellers)
    score(f"links from 60 solved accounts: {(lead & true).sum()} found, {(lead & ~true).sum()} wrong")
    assert links.choices["calibration"] == "platt"
    assert (lead & true).sum() >= 18
    assert (lead & ~true).sum() <= 3


def test_two_sellers_with_one_key_are_no_match(listings, planted) -> None:
    table = listings[listings["market"] == "Gorkosul"]
    pairs = darknet.link_vendors(table, within_market=True, prior=0.001, rng=1, draws=10).pairs
    for one, other in planted["two_sellers_one_key"]:
        shown = pairs[pairs[["first", "second"]].isin([one, other]).all(axis=1)]
        assert shown["level_key"].tolist() == ["same"]
        assert shown["outcome"].tolist() != ["match"]


def test_the_same_seed_gives_the_same_leads_in_the_order_of_ids(listings, links) -> None:
    again = darknet.link_vendors(listings.sample(frac=1, random_state=2), rng=1)
    pd.testing.assert_frame_equal(again.expected, links.expected)
    assert again.pairs[["first", "second", "outcome"]].equals(links.pairs[["first", "second", "outcome"]])
    order = links.pairs[["first_market", "first", "second_market", "second"]]
    assert order.equals(order.sort_values(list(order.columns), ignore_index=True))


def test_lives_are_those_of_the_accounts(listings, score) -> None:
    activity = darknet.vendor_activity(listings)
    truth = markets_world.truth("vendors_truth").set_index("vendor_id")
    found = darknet.vendor_survival(activity)
    seen = truth.loc[truth["opened"].notna() & truth.index.isin(activity["vendor_id"])]
    closed = {"Lunimet": CLOSED, "Arzerak": "2025-09-20"}
    end = pd.to_datetime(seen["closed"]).fillna(pd.Timestamp("2025-12-28"))
    stopped = seen["closed"].notna() & (seen["closed"] != seen["market_id"].map(closed))
    days = (end - pd.to_datetime(seen["opened"])).dt.days.clip(lower=1)
    true = darknet.kaplan_meier(days, stopped)

    def at(curve: pd.DataFrame, day: int) -> float:
        return float(curve.loc[curve["time"] <= day, "survival"].iloc[-1])

    gaps = {day: at(found.curve, day) - at(true, day) for day in (60, 120, 240)}
    score(
        "lives: share of accounts that last "
        + ", ".join(f"{day} days {gap:+.2f}" for day, gap in gaps.items())
    )
    assert max(map(abs, gaps.values())) < 0.15


def test_a_closure_shows_on_the_other_market_and_prices_do_not_move(listings, links, sellers, score) -> None:
    seen = darknet.coverage(listings).snapshots
    study = {
        measure: darknet.event_study(
            listings, markets=["Gorkosul"], date=CLOSED, measure=measure, log=log, share_seen=seen
        )
        for measure, log in (("vendors", False), ("price", True), ("feedback", True))
    }
    vendors, price, sold = (study[name].effects.loc["level"] for name in ("vendors", "price", "feedback"))
    score(
        f"closure: {vendors['estimate']:+.0f} accounts elsewhere ({vendors['low']:.0f} to {vendors['high']:.0f}), "
        f"feedback x {np.exp(sold['estimate']):.2f}, price x {np.exp(price['estimate']):.3f}"
    )
    assert vendors["low"] > 0
    assert sold["estimate"] > 0
    assert abs(price["estimate"]) < 0.03


def test_migration_counts_what_a_person_signed_and_names_nobody(listings, links, sellers, score) -> None:
    nothing = darknet.migration(listings, links, date=CLOSED)
    assert nothing.empty  # leads alone count for nothing
    at = dt.datetime(2025, 6, 1, 9, tzinfo=dt.UTC)
    pairs = links.pairs[(links.pairs["outcome"] != "no") & truly(links.pairs, sellers)]
    signed = links
    for one, other in zip(pairs["first"], pairs["second"], strict=True):
        signed = darknet.sign_off(
            signed, one, other, decision="same", reviewer="analyst-07", reason="known from the truth", at=at
        )
    table = darknet.migration(listings, signed, date=CLOSED)
    moved = table.set_index(["origin", "destination"]).loc[("Lunimet", "Gorkosul")]
    truth = markets_world.truth("vendors_truth")
    last = (
        "2025-04-05"  # the last crawl before the closure: who opened after it is first seen after the closure
    )
    late = truth[(truth["migrated"] == "yes") & (pd.to_datetime(truth["opened"]) >= last)]
    score(
        f"migration: {moved['after']:.0f} accounts signed and first seen after the closure, truly {len(late)}"
    )
    assert abs(int(moved["after"]) - len(late)) <= 2
    assert not set(table.columns) & {"vendor_id", "first", "second"}


def test_listings_add_up_and_join_the_flows_of_seizures(listings) -> None:
    people = pd.Series({"XA": 6.4e6, "XB": 9.8e6, "XC": 14.1e6})
    offers = darknet.shipping(listings, population=people, spread=people)
    assert offers.flows["n"].sum() == pytest.approx(listings["listing_id"].nunique())
    home = markets_world.truth("vendors_truth")["home"].value_counts()
    assert set(offers.origins.index) == {*home.index, "undeclared"}
    assert offers.origins.loc["undeclared", "share"] == pytest.approx(0.08, abs=0.03)


def test_the_reader_of_listings_gives_what_these_functions_take() -> None:
    import ilp_toolkit as ilp

    folder = markets_world.FOLDER
    raw = pd.read_csv(folder / "listings.csv", dtype=str, keep_default_na=False)
    raw = raw[raw["snapshot_date"].between("2025-02-15", "2025-06-15")]
    table = ilp.read_listings(raw, rates=folder / "rates.csv", key=b"sixteen bytes ok", feedback_cap=20).table
    links = darknet.link_vendors(table, rng=1, draws=20)
    assert links.choices["outcomes"]["match"] >= 8
    assert darknet.sales_from_feedback(table).totals["n_feedback"].sum() > 2000
    assert darknet.shipping(table).flows["n"].sum() == pytest.approx(table["listing_id"].nunique())
