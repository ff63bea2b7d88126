"""Attempts to make an identity out of a lead, a list of targets out of listings, or a tracer out of a toy."""

from __future__ import annotations

import datetime as dt
import inspect

import numpy as np
import pandas as pd
import pytest

from ilp_toolkit.analysis import darknet
from ilp_toolkit.errors import InputError

AT = dt.datetime(2025, 6, 1, 9, tzinfo=dt.UTC)
REASON = "both parcels were seized together"
pytestmark = pytest.mark.attack


def listings(*, style: bool = True, n: int = 12) -> pd.DataFrame:
    """Return two markets with the same `n` sellers; the key of the first two of the second market is one."""
    rng = np.random.default_rng(4)
    rows = []
    for market in "AB":
        for k in range(n):
            for page in range(3):
                row = {
                    "market": market,
                    "vendor_id": f"{market}{k:02d}",
                    "listing_id": f"{market}{k:02d}",
                    "substance": "opium",
                    "quantity_g": float(2 + k),
                    "price_usd": 20.0 * (1 + 0.1 * k),
                    "snapshot_date": pd.Timestamp("2025-01-01") + pd.Timedelta(days=7 * page),
                    "pgp_id": str(k),
                    "n_feedback": k,
                }
                rows.append(row | {f"style_{s}": float(3 * k + s + rng.normal(0, 0.01)) for s in range(1, 3)})
    table = pd.DataFrame(rows)
    return table if style else table.drop(columns=["style_1", "style_2"])


@pytest.fixture(scope="module")
def links() -> darknet.VendorLinks:
    return darknet.link_vendors(listings(), rng=1, draws=20)


def test_no_function_merges_accounts() -> None:
    names = " ".join(set(darknet.__all__) - {"log_rank"}).lower()  # a test between groups, by its old name
    assert not any(word in names for word in ("merge", "identity", "rank", "target", "score", "risk"))


def test_one_family_of_evidence_is_never_enough() -> None:
    with pytest.raises(InputError, match="families"):
        darknet.link_vendors(listings(), families=1)


def test_the_same_key_alone_makes_no_match() -> None:
    table = listings()
    other = table["market"] == "B"
    table.loc[other, ["style_1", "style_2"]] = table.loc[other, ["style_1", "style_2"]].to_numpy()[::-1]
    table.loc[other, "quantity_g"] += 500
    table.loc[other, "price_usd"] *= 40
    made = darknet.link_vendors(table, rng=1, draws=20).pairs
    one_key = made[(made["level_key"] == "same") & (made["families"] < 2)]
    assert len(one_key)
    assert (one_key["outcome"] != "match").all()


def test_a_copied_name_and_key_with_another_hand_make_no_match() -> None:
    """Names, keys and goods are copied after a closure; who writes unlike the copied is at most possible."""
    table = listings(n=30).assign(handle_id=lambda t: t["pgp_id"])
    copied = (table["market"] == "B") & table["pgp_id"].isin(["1", "2", "3"])
    table.loc[copied, ["style_1", "style_2"]] += 40.0
    pairs = darknet.link_vendors(table, rng=1, draws=20).pairs
    assert "level_name" in pairs
    shown = pairs[(pairs["level_name"] == "same") & pairs["first"].isin(["A01", "A02", "A03"])]
    assert len(shown) == 3
    assert (shown["outcome"] != "match").all()
    assert (pairs["outcome"] == "match").sum() >= 20  # the others are found


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"reviewer": " "}, "reviewer"),
        ({"reason": "ok"}, "reason"),
        ({"at": dt.datetime(2025, 6, 1)}, "at"),
        ({"decision": "merge"}, "decision"),
        ({"second": "C99"}, "first"),
    ],
)
def test_a_link_is_not_signed_without_a_person_a_reason_and_a_time(links, change, what) -> None:
    given = {
        "first": "A01",
        "second": "B01",
        "decision": "same",
        "reviewer": "analyst-07",
        "reason": REASON,
        "at": AT,
    }
    with pytest.raises(InputError, match=what):
        darknet.sign_off(links, **{**given, **change})


def test_a_lead_counts_for_nothing_before_it_is_signed_and_nothing_once_it_is_taken_back(links) -> None:
    assert links.signed().empty
    assert darknet.migration(listings(), links, date="2025-01-08").empty
    signed = darknet.sign_off(
        links, "B01", "A01", decision="same", reviewer="analyst-07", reason=REASON, at=AT
    )
    assert links.signed().empty  # the caller's own object did not change
    assert len(signed.signed()) == 1
    back = darknet.sign_off(
        signed,
        "A01",
        "B01",
        decision="different",
        reviewer="analyst-02",
        reason="two couriers, two hands",
        at=AT,
    )
    assert back.signed().empty
    assert len(back.decisions) == 2  # what was decided before stays on record


def test_accounts_cannot_be_sorted_by_size_on_request() -> None:
    table = listings()
    table["n_feedback"] = np.arange(len(table))[::-1]
    for found in (
        darknet.vendor_activity(table)["vendor_id"],
        darknet.sales_from_feedback(table).listings["vendor_id"],
    ):
        assert found.tolist() == sorted(found)
    for name in darknet.__all__:
        thing = getattr(darknet, name)
        if inspect.isfunction(thing):
            assert not {"sort", "sort_by", "order_by", "ascending", "limit"} & set(
                inspect.signature(thing).parameters
            )


def test_concentration_and_prices_name_no_account() -> None:
    table = listings()
    sales = darknet.sales_from_feedback(table)
    names = set(table["vendor_id"])
    results = [
        darknet.market_concentration(sales.listings, samples=9, rng=1),
        darknet.price_per_gram(table).bands,
        darknet.shipping(table.assign(ships_from="XA", ships_to=[("XB",)] * len(table))).flows,
        sales.totals.reset_index(),
        sales.sensitivity,
    ]
    for result in results:
        assert "vendor_id" not in result.columns
        assert not names & set(result.astype(str).to_numpy().ravel())


@pytest.mark.parametrize("address", ["bc1q" + "x" * 38, "1" + "A" * 33, "0x" + "0" * 40, "a b", "x" * 13])
def test_the_toy_takes_no_address_of_a_real_ledger(address: str) -> None:
    ledger = pd.DataFrame({"tx": [1], "inputs": [("A", address)], "outputs": [(1.0,)]})
    with pytest.raises(InputError, match="toy") as refused:
        darknet.crypto_clusters(ledger)
    assert address not in str(refused.value)


def test_a_joint_payment_that_would_merge_strangers_is_skipped_and_said() -> None:
    strangers = tuple(f"a{k}" for k in range(9))
    ledger = pd.DataFrame({"tx": [1], "inputs": [strangers], "outputs": [(0.1,) * 9]})
    made = darknet.crypto_clusters(ledger)
    assert made.addresses["cluster"].tolist() == list(range(1, 10))
    assert made.choices["joint_payments"] == 1
    assert set(made.addresses["naive"]) == {1}
