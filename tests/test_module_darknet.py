"""The module on the darknet: what is planted is there in every file, each known slip costs what it should."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest

import ilp_toolkit as ilp
from grading.data import VARIANTS, made, seed
from grading.modules import load
from grading.worked import worked
from ilp_toolkit.learning.answers import encode
from ilp_toolkit.learning.scoring import Mark, score

ROOT = Path(__file__).parents[1]
MODULE = load(ROOT / "modules" / "12_darknet")
DATA = ROOT / "notebooks" / "course" / "data" / MODULE.id
KEY = b"a key of the tests alone"
OWN = b"an examiner's own"
SHOWN = (3, VARIANTS - 1)
"""Files that are read: reading takes half a second each."""


class File(NamedTuple):
    text: str
    table: pd.DataFrame
    sellers: dict[str, str]
    """The seller behind each code; empty for files of the repository, whose truth is not drawn here."""
    kinds: dict[str, str]


def read(text: str, rates: str) -> pd.DataFrame:
    return ilp.read_listings(
        pd.read_csv(io.StringIO(text)), rates=pd.read_csv(io.StringIO(rates)), key=KEY
    ).table


@pytest.fixture(scope="module")
def files() -> list[File]:
    """Two of the eight of the repository; the first is that of the reference."""
    found = []
    for variant in SHOWN:
        listings, rates = (
            (DATA / f"v{variant}" / name).read_text(encoding="utf-8")
            for name in ("listings.csv", "rates.csv")
        )
        found.append(File(listings, read(listings, rates), {}, {}))
    return found


@pytest.fixture(scope="module")
def own() -> File:
    source: dict[str, Any] = {"__name__": "darknet_data"}
    exec((MODULE.folder / "data.py").read_text(encoding="utf-8"), source)
    texts = made(MODULE, 0, OWN)
    truth = source["world"](seed(OWN, MODULE.id, 0))["truth/vendors_truth.csv"]
    accounts = pd.read_csv(io.BytesIO(truth)).to_dict("records")
    code = {
        ilp.listings.account_code(one["vendor_id"], market=one["market_id"], key=KEY): one for one in accounts
    }
    return File(
        texts["listings.csv"],
        read(texts["listings.csv"], texts["rates.csv"]),
        {name: one["seller_id"] for name, one in code.items()},
        {name: one["kind"] for name, one in code.items()},
    )


@pytest.fixture(scope="module")
def reference() -> dict[str, Any]:
    """What the solutions of the exam give in one file; the notebook itself is run in test_exams."""
    return worked(MODULE, "exam", DATA / "v3")[0]


def marked(item: str, answer: object, key: object) -> Mark:
    return score(MODULE.item(item), encode(answer), key)


def test_every_file_holds_two_markets_and_the_closure_lies_inside(files: list[File]) -> None:
    for file in files:
        last = file.table.groupby("market")["snapshot_date"].max()
        assert set(last.index) == {"Gorkosul", "Lunimet"}
        assert last["Lunimet"] < pd.Timestamp("2025-04-12") < last["Gorkosul"] - pd.Timedelta(days=100)
        assert file.table["price_usd"].notna().all()
        assert file.table["n_feedback"].max() == 20
        assert file.table["flags"].str.contains("holding_price").sum() >= 5
        assert (file.table["substance"] == "heroin").sum() >= 100
    assert len({(DATA / f"v{n}" / "listings.csv").read_bytes() for n in range(VARIANTS)}) == VARIANTS


def test_no_file_holds_text_an_address_or_a_name(files: list[File]) -> None:
    for file in files:
        cells = pd.read_csv(io.StringIO(file.text), dtype=str, keep_default_na=False)
        assert all(name != "title" and "text" not in name for name in cells)
        assert not re.search(r"[@/\\]|onion|http|\.com", file.text)
        assert cells.map(len).max().max() <= len("cannabis_resin") + 2


def test_what_the_lesson_says_of_leads_is_so_in_a_file_never_seen(own: File) -> None:
    links = ilp.darknet.link_vendors(own.table, rng=1)
    pairs = links.pairs.assign(
        one=[own.sellers[a] == own.sellers[b] for a, b in links.pairs[["first", "second"]].to_numpy()]
    )
    matches = pairs[pairs["outcome"] == "match"]
    assert len(matches) >= 5
    assert matches["one"].mean() >= 0.85
    copied = ["copycat" in (own.kinds[a], own.kinds[b]) for a, b in pairs[["first", "second"]].to_numpy()]
    assert not (pairs[copied]["outcome"] == "match").any()
    expected = links.expected["wrong_per_100"]
    assert expected["match"] < expected["leads"] < expected["possible"]


def test_the_leads_of_all_outcomes_can_be_told_apart_in_every_file(files: list[File]) -> None:
    item = MODULE.item("q5")
    for file in files[1:]:
        expected = ilp.darknet.link_vendors(file.table, draws=1, rng=1).expected["wrong_per_100"]
        gaps = np.diff(np.sort(expected.to_numpy()))
        assert (gaps > 5 * item.tolerance).all()


def test_other_bands_and_the_other_table_earn_nothing(files: list[File], reference: dict[str, Any]) -> None:
    def asked(bands: list[float], name: str = "bands") -> float:
        found = ilp.darknet.price_per_gram(files[0].table, bands=bands)
        return marked("q2", getattr(found, name), reference["q2"]).points

    assert asked([0, 5, 25]) == 5
    for bands in ([0, 1, 5], [0, 5, 50]):
        assert asked(bands) == 0
    assert asked([0, 5, 25], "discount") == 0


def test_another_end_of_the_page_and_the_other_table_earn_nothing(
    files: list[File], reference: dict[str, Any]
) -> None:
    right = ilp.darknet.sales_from_feedback(files[0].table, cap=20)
    assert marked("q3", right.totals, reference["q3"]).points == 5
    assert marked("q3", right.sensitivity, reference["q3"]).points == 0
    wrong = ilp.darknet.sales_from_feedback(files[0].table, cap=10).totals
    assert marked("q3", wrong, reference["q3"]).points == 0


def test_other_substances_all_together_and_origins_earn_nothing(
    files: list[File], reference: dict[str, Any]
) -> None:
    right = ilp.darknet.shipping(files[0].table, substance="heroin")
    assert marked("q4", right.flows, reference["q4"]).points == 5
    for slip in (
        right.origins,
        ilp.darknet.shipping(files[0].table).flows,
        ilp.darknet.shipping(files[0].table, substance="opium").flows,
    ):
        assert marked("q4", slip, reference["q4"]).points == 0


def test_matches_for_all_leads_and_an_end_of_the_interval_earn_nothing(
    files: list[File], reference: dict[str, Any]
) -> None:
    expected = ilp.darknet.link_vendors(files[0].table, draws=20, rng=1).expected
    assert marked("q5", expected.loc["leads", "wrong_per_100"], reference["q5"]).points == 5
    for row, column in (("match", "wrong_per_100"), ("possible", "wrong_per_100"), ("leads", "high")):
        assert marked("q5", expected.loc[row, column], reference["q5"]).points == 0


def test_dollars_another_share_and_listings_for_accounts_earn_nothing(
    files: list[File], reference: dict[str, Any]
) -> None:
    sold = ilp.darknet.sales_from_feedback(files[0].table, cap=20).listings

    def asked(**wishes: Any) -> float:
        made = {"amount": "n_feedback", "top": [0.1], "samples": 0} | wishes
        return marked("q7", ilp.darknet.market_concentration(sold, **made), reference["q7"]).points

    assert asked() == 5
    for slip in ({"amount": "revenue_usd"}, {"top": [0.01]}, {"top": [0.2]}, {"of": "listing_id"}):
        assert asked(**slip) == 0


def test_codes_of_accounts_do_not_enter_an_answer(reference: dict[str, Any]) -> None:
    """Codes are made anew at each reading: an answer that held them could never be marked."""
    assert not re.search(r"\b[vlkh]_[0-9a-f]{12}\b", repr(reference))


def test_the_numbers_of_the_lesson_are_those_of_its_data() -> None:
    """The prose quotes what its cells show; who changes the data finds here what to write anew."""
    folder = ROOT / "datasets" / "markets"
    text = (MODULE.folder / "lesson.py").read_text(encoding="utf-8")
    table = ilp.read_listings(folder / "listings.csv", rates=folder / "rates.csv", key=KEY).table
    assert f"{len(table):,} rows, but only {table['listing_id'].nunique()} listings" in text
    links = ilp.darknet.link_vendors(table, rng=1)
    truth = pd.read_csv(folder / "truth" / "vendors_truth.csv")
    seller = {
        ilp.listings.account_code(name, market=market, key=KEY): one
        for name, market, one in truth[["vendor_id", "market_id", "seller_id"]].to_numpy()
    }
    pairs = links.pairs.assign(
        same=[seller[a] == seller[b] for a, b in links.pairs[["first", "second"]].to_numpy()]
    )
    n = pd.crosstab(pairs["outcome"], pairs["same"])
    assert n.loc["match"].tolist() == [0, 18]
    assert n.loc["possible"].tolist() == [1, 5]
    assert n.loc["no", True] == 3
    assert (
        "all 18 matches are right, one of the 6 possible ones is wrong, and 3 true pairs were missed" in text
    )
    one_key = pairs[pairs["level_key"] == "same"]
    assert (len(one_key), int((~one_key["same"]).sum())) == (19, 2)
    sold = ilp.darknet.sales_from_feedback(table).totals.loc["Gorkosul", "n_feedback"]
    assert f"at least {int(sold):,} orders" in text
    moved = ilp.darknet.migration(table, links, date="2025-04-12", use="match")
    row = moved[(moved["origin"] == "Lunimet") & (moved["destination"] == "Gorkosul")].iloc[0]
    told = (
        f"Of {row['accounts']} accounts lately seen on Lunimet {row['after']} turn up on Gorkosul afterwards"
    )
    assert told in text

    activity = ilp.darknet.vendor_activity(table)
    lives = ilp.darknet.vendor_survival(activity).medians.iloc[0]
    seen_whole = activity[~activity["left_truncated"] & ~activity["right_truncated"]]
    days = (seen_whole["last_seen"] - seen_whole["first_seen"]).dt.days + 1
    assert (len(activity), int(activity["left_truncated"].sum())) == (121, 60)
    assert f"Of the other {lives['n']:.0f} only {lives['ended']:.0f} ended" in text
    assert f"lasted {days.median():.0f} days in the middle" in text
    assert pd.isna(lives["median"])
    assert f"it is {lives['low']:.0f} days at least" in text
    sales = ilp.darknet.sales_from_feedback(table).listings
    held = ilp.darknet.market_concentration(sales, top=[0.1], rng=1)
    top = held[held["measure"] == "top_share"].set_index("market").round(2)
    row = top.loc["Gorkosul"]
    assert f"hold {100 * row['value']:.0f} % of the comments" in text
    assert "between about 35 and 60; equal shares would give 10" in text
    assert (row["low"], row["high"], row["equal"]) == pytest.approx((0.35, 0.6, 0.1), abs=0.011)
    assert (row["holders"], top.loc["Arzerak", "holders"]) == (50, 15)


def test_the_number_of_wrong_leads_in_p3_is_arithmetic() -> None:
    right = ilp.darknet.ppv(10 / 10_000, 0.9, 0.99)
    assert MODULE.item("p3").answer == round(100 * (1 - right))


def test_the_short_form_needs_no_code() -> None:
    assert [MODULE.item(name).code for name in MODULE.head.short.items] == [False] * 4


def test_what_code_items_ask_for_is_given_with_gaps_and_every_line_is_explained() -> None:
    for item in MODULE.items:
        if item.code:
            assert "___" in item.prompt
            assert f"{item.variable} = " in item.prompt
            assert len(item.prompt.rsplit("```", 1)[1].split()) >= 8


def test_no_cell_of_the_module_goes_online() -> None:
    cells = [cell.source for part in ("lesson", "lab", "exam") for cell in MODULE.cells(part)]
    assert not [one for one in cells if re.search(r"requests|urllib|socket|https?://|\.onion", one)]
