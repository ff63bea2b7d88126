"""The invented markets: the same bytes, nothing that leads anywhere, and what was planted can be found again."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re

import numpy as np
import pandas as pd
import pytest

import ilp_toolkit as ilp
from ilp_toolkit.collection._listing_contraband import found_in
from ilp_toolkit.collection._seizure_schema import DRUG_CLASSES
from ilp_toolkit.synthetic.markets import make_markets
from ilp_toolkit.synthetic.shops import DISTRICTS

WRITTEN_BY_HAND = {"datasheet.md"}


@pytest.fixture(scope="module")
def folder(root):
    return root / "datasets" / "markets"


@pytest.fixture(scope="module")
def made():
    return make_markets()


@pytest.fixture(scope="module")
def truth(folder):
    return json.loads((folder / "truth" / "events.json").read_text(encoding="utf-8"))


def table(folder, name):
    return pd.read_csv(folder / name, dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def listings(folder):
    return table(folder, "listings.csv")


@pytest.fixture(scope="module")
def vendors(folder):
    return table(folder, "truth/vendors_truth.csv")


@pytest.fixture(scope="module")
def true_listings(folder):
    return table(folder, "truth/listings_truth.csv")


# Bytes and description


def files_of(folder):
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def test_the_recipe_gives_the_committed_bytes(folder, made):
    there = files_of(folder)
    assert set(there) - WRITTEN_BY_HAND == set(made)
    assert [name for name, body in made.items() if there[name] != body] == []


def test_another_seed_gives_other_sellers_and_another_coverage_other_pages(made):
    other = make_markets(seed=1, coverage=1.0)
    assert set(other) == set(made)
    assert other["listings.csv"] != made["listings.csv"]
    crawls = pd.read_csv(io.BytesIO(other["truth/snapshots_truth.csv"]))
    assert (crawls["seen"] == crawls["listings"]).all()
    events = json.loads(other["truth/events.json"])
    assert len(events["closure"]["migrants"]) == 12
    assert len(events["copycats"]) == 4
    with pytest.raises(ValueError, match="coverage"):
        make_markets(coverage=0)


def test_the_package_lists_every_generated_file_with_its_size_hash_and_columns(folder):
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    listed = {resource["path"]: resource for resource in package["resources"]}
    there = files_of(folder)
    assert set(listed) == set(there) - {"datapackage.json"} - WRITTEN_BY_HAND
    for name, resource in listed.items():
        body = there[name]
        digest = "sha256:" + hashlib.sha256(body).hexdigest()
        assert (resource["bytes"], resource["hash"]) == (len(body), digest)
        if name.endswith(".csv"):
            header = next(csv.reader(io.StringIO(body.decode("utf-8"))))
            assert header == [field["name"] for field in resource["schema"]["fields"]]


# What must not be in it


FORBIDDEN = {
    "hidden service": r"\.\s?onion|\.i2p\b|\b[a-z2-7]{16}\b|\b[a-z2-7]{56}\b",
    "link": r"\bhttps?\s?:|\bwww\.|\bt\.me\b|\b[a-z0-9-]{2,}\.(?:com|net|org|ru|info|io|su)\b",
    "e-mail": r"[\w.+-]+@[\w-]+\.\w+",
    "key": r"BEGIN [A-Z ]*(?:PGP|KEY)|\b0x[0-9a-f]{8,}\b|\b[0-9a-f]{40}\b|\bmQ[A-Z]{2}[A-Za-z0-9+/]{10,}",
    "wallet": r"\b[13][1-9A-HJ-NP-Za-km-z]{25,34}\b|\bbc1[0-9a-z]{11,}\b|\b[48][0-9AB][1-9A-HJ-NP-Za-km-z]{93}\b",
    "handle": r"(?:^|[\s,;\"'])@\w{3,}|\b(?:wickr|telegram|jabber|icq|session id)\s*[:=@]",
    "telephone": r"\+\d[\d ()-]{8,}\d|\b\d{3}[ -]\d{3}[ -]\d{2}[ -]\d{2}\b",
    "coordinates": r"[-+]?\b\d{1,3}\.\d{4,}\s*[,; ]\s*[-+]?\d{1,3}\.\d{4,}|\d\s?°",
}
NOT_THE_WORLDS_OWN = re.compile(
    r"https://creativecommons\.org/licenses/by/4\.0/|sha256:[0-9a-f]{64}|python -m \S+"
)


def look_for(kind):
    flags = re.MULTILINE if kind == "wallet" else re.MULTILINE | re.IGNORECASE
    return re.compile(FORBIDDEN[kind], flags)


@pytest.mark.parametrize("kind", FORBIDDEN)
def test_no_byte_of_the_folder_leads_anywhere(folder, kind):
    pattern = look_for(kind)
    for name, body in files_of(folder).items():
        text = NOT_THE_WORLDS_OWN.sub("", body.decode("utf-8"))
        if name.endswith(".csv"):
            lines = list(csv.reader(io.StringIO(text)))
            cells = {cell for line in lines for cell in line}
            found = [cell for cell in cells if pattern.search(cell)]
        else:
            found = [one.group() for one in pattern.finditer(text)]
        assert found == [], (name, found[:3])


def test_the_patterns_find_what_they_look_for():
    seen = {"hidden service": "abcdefgh234567ij.onion", "link": "see https://x.example", "e-mail": "a@b.org",
            "key": "0xDEADBEEF12345678", "wallet": "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "handle": "ask @someone",
            "telephone": "+992 90 123 45 67", "coordinates": "41.31123, 69.27987"}  # fmt: skip
    for kind, text in seen.items():
        assert look_for(kind).search(text), kind


def test_the_readers_own_patterns_find_nothing_either(folder):
    for name in ("listings.csv", "shops.csv", "finds.csv", "rates.csv"):
        cells = sorted(set(table(folder, name).to_numpy().ravel()))
        assert {kind: rows.sum() for kind, rows in found_in(cells_of(cells)).items() if rows.any()} == {}


def cells_of(cells):
    import pyarrow as pa

    return pa.array(cells, pa.string())


def test_there_is_no_column_of_text_and_no_word_beside_the_words_of_the_lists(listings, folder):
    words = {
        word
        for column in listings
        for cell in set(listings[column])
        for word in re.findall(r"[^\W\d_]{4,}", cell)
    }
    codes = {
        word
        for column in ("listing_id", "vendor_id")
        for cell in set(listings[column])
        for word in re.findall(r"[^\W\d_]{4,}", cell)
    }
    known = {"Lunimet", "Gorkosul", "Arzerak", "undeclared", "worldwide", "tablet"}
    known |= {part for name in DRUG_CLASSES for part in name.split("_")}
    assert words - codes <= known
    assert listings["listing_id"].str.fullmatch("n[a-z0-9]{7}").all()
    assert listings["vendor_id"].str.fullmatch("v[a-z0-9]{8}").all()
    finds = table(folder, "finds.csv")
    assert set(finds["district"]) == set(DISTRICTS)
    assert not {"longitude", "latitude", "address", "street", "geometry"} & set(finds.columns)


# What was planted


def test_three_markets_with_as_many_accounts_and_sellers_as_the_truth_says(listings, vendors, truth):
    assert set(listings["market_id"]) == {"Lunimet", "Gorkosul", "Arzerak"}
    assert (len(listings), len(vendors), vendors["seller_id"].nunique()) == tuple(truth["rows"].values())
    assert set(listings["vendor_id"]) <= set(vendors["vendor_id"])
    assert set(listings["substance_class"]) < set(DRUG_CLASSES)
    assert set(listings.loc[listings["market_id"] == "Arzerak", "substance_class"]) == {"cannabis_resin"}
    assert set(listings["ships_from"]) == {"XA", "XB", "XC", "undeclared"}


def test_accounts_of_one_seller_have_different_ids_and_lie_on_two_markets(vendors, truth):
    assert vendors["vendor_id"].is_unique
    by_id = vendors.set_index("vendor_id")
    for one, other in truth["same_seller"]:
        assert by_id.loc[one, "seller_id"] == by_id.loc[other, "seller_id"]
        assert by_id.loc[one, "market_id"] != by_id.loc[other, "market_id"]
    assert len(truth["same_seller"]) == 26


def test_twelve_sellers_move_and_some_with_another_key(vendors, truth):
    by_id = vendors.set_index("vendor_id")
    closure = truth["closure"]
    assert len(closure["migrants"]) == 12
    for one in closure["migrants"]:
        new = by_id.loc[one]
        assert (new["market_id"], new["migrated"]) == ("Gorkosul", "yes")
        old = vendors[(vendors["seller_id"] == new["seller_id"]) & (vendors["market_id"] == "Lunimet")].iloc[
            0
        ]
        assert (old["pgp_id"] == new["pgp_id"]) is (one in closure["migrants_with_the_same_key"])
        assert old["closed"] == closure["gone_from"]
    early = by_id.loc[closure["migrants"], "opened"] < "2025-04-01"
    assert early.sum() == 5  # As report R25 of the reports says: five sellers, in March.
    assert closure["of_sellers_also_on_gorkosul"] / closure["accounts_at_the_end"] > 0.5


def test_copycats_show_what_can_be_copied_and_write_otherwise(listings, vendors, truth):
    style = [f"style_{k}" for k in range(1, 9)]
    first = listings.drop_duplicates("vendor_id").set_index("vendor_id")[style].astype(float)
    by_id = vendors.set_index("vendor_id")

    def apart(one, other):
        return float(np.sqrt(((first.loc[one] - first.loc[other]) ** 2).mean()))

    same = [apart(*pair) for pair in truth["same_seller"] if set(pair) <= set(first.index)]
    assert len(truth["copycats"]) == 4
    for copy, planted in truth["copycats"].items():
        shown = by_id.loc[copy, "pgp_id"] == by_id.loc[planted["of"], "pgp_id"]
        assert bool(shown) is planted["shows_its_key"]
        assert by_id.loc[copy, "seller_id"] != by_id.loc[planted["of"], "seller_id"]
        assert by_id.loc[copy, "opened"] > by_id.loc[planted["of"], "closed"]
        assert apart(copy, planted["of"]) > max(same)
    assert sorted(one["shows_its_key"] for one in truth["copycats"].values()) == [False, False, True, True]


def test_a_key_is_shown_by_two_sellers_once(vendors, truth):
    genuine = vendors[(vendors["kind"] == "genuine") & (vendors["pgp_id"] != "")]
    sellers = genuine.groupby("pgp_id")["seller_id"].nunique()
    assert (sellers > 1).sum() == len(truth["two_sellers_one_key"]) == 1


def test_prices_fall_with_quantity_as_planted(true_listings, truth):
    for name, planted in truth["discount"].items():
        rows = true_listings[true_listings["substance_class"] == name]
        q, p = rows["qty_value"].astype(float), rows["price_usd"].astype(float)
        own = rows["vendor_id"]
        centred = [np.log(one) - np.log(one).groupby(own).transform("mean") for one in (q, p)]
        slope = float((centred[0] * centred[1]).sum() / (centred[0] ** 2).sum())
        assert slope == pytest.approx(planted["exponent"], abs=0.05), name
        assert planted["exponent"] < 1


def test_prices_in_coins_are_dollars_at_the_rate_of_the_day(listings, true_listings, folder):
    rates = table(folder, "rates.csv")
    coin = rates[rates["currency"] == "ZLM"].set_index("date")["usd"].astype(float)
    held = set(
        zip(
            *[table(folder, "truth/holding_rows.csv")[c] for c in ("snapshot_date", "listing_id")],
            strict=True,
        )
    )
    rows = listings[
        [pair not in held for pair in zip(listings["snapshot_date"], listings["listing_id"], strict=True)]
    ]
    usd = rows["price"].astype(float) * np.where(
        rows["currency"] == "USD", 1.0, rows["snapshot_date"].map(coin)
    )
    true = rows["listing_id"].map(true_listings.set_index("listing_id")["price_usd"]).astype(float)
    np.testing.assert_allclose(usd, true, atol=2e-4)


def test_two_in_a_hundred_prices_are_holding_prices_and_nothing_is_sold_at_them(
    listings, folder, truth, true_listings
):
    held = table(folder, "truth/holding_rows.csv")
    assert len(held) == truth["holding"]["rows"]
    assert len(held) / len(listings) == pytest.approx(0.02, abs=0.003)
    spans = true_listings[true_listings["holding_from"] != ""].set_index("listing_id")
    both = held.join(spans, on="listing_id")
    assert (
        (both["snapshot_date"] >= both["holding_from"]) & (both["snapshot_date"] <= both["holding_to"])
    ).all()


def test_feedback_is_cut_off_at_twenty_and_its_days_come_before_the_page(listings):
    shown = listings["feedback_n_shown"].astype(int)
    days = listings["feedback_dates"].str.split(";").map(lambda one: [day for day in one if day])
    assert shown.max() == 20
    assert 0.1 < (shown == 20).mean() < 0.4
    assert days.map(len).tolist() == shown.tolist()
    assert all(
        sorted(one) == one and one[-1] <= date
        for one, date in zip(days, listings["snapshot_date"], strict=True)
        if one
    )


def test_four_in_five_orders_leave_feedback_that_the_pages_show_later(true_listings, truth):
    orders, feedback = (true_listings[c].astype(int).sum() for c in ("orders", "feedback"))
    share = truth["coverage"]["share_of_orders_with_feedback"]
    assert 0.9 * share < feedback / orders < 1.05 * share


def test_a_crawl_sees_three_pages_of_five_and_a_second_pass_other_ones(listings, folder, truth):
    crawls = table(folder, "truth/snapshots_truth.csv")
    there, seen = crawls["listings"].astype(int), crawls["seen"].astype(int)
    assert seen.sum() == len(listings)
    assert seen.sum() / there.sum() == pytest.approx(truth["coverage"]["share_of_pages"], abs=0.03)
    estimates, trues = [], []
    second = crawls[crawls["pass"] == "2"]
    for _at, row in second.iterrows():
        before = str(np.datetime64(row["snapshot_date"]) - 1)
        one, two = (
            set(
                listings.loc[
                    (listings["market_id"] == row["market_id"]) & (listings["snapshot_date"] == date),
                    "listing_id",
                ]
            )
            for date in (before, row["snapshot_date"])
        )
        estimates.append((len(one) + 1) * (len(two) + 1) / (len(one & two) + 1) - 1)  # Chapman
        trues.append(int(row["listings"]))
    assert sum(estimates) / sum(trues) == pytest.approx(1.0, abs=0.1)


def test_lunimet_ends_in_april_and_gorkosul_sells_more_from_then_on(listings, vendors, truth):
    last = listings[listings["market_id"] == "Lunimet"]["snapshot_date"].max()
    assert "2025-03-25" < last < truth["closure"]["gone_from"] == "2025-04-12"
    days = listings[listings["market_id"] == "Lunimet"]["feedback_dates"].str.split(";").explode()
    assert days.max() < truth["closure"]["gone_from"]
    assert listings[listings["market_id"] == "Gorkosul"]["snapshot_date"].max() > "2025-12-01"


def test_feedback_on_arzerak_dries_up_before_it_goes_while_listings_stay(listings, truth):
    rows = listings[listings["market_id"] == "Arzerak"]
    scam = truth["exit_scam"]
    assert rows["snapshot_date"].max() < scam["gone_from"]
    days = pd.to_datetime(rows["feedback_dates"].str.split(";").explode().drop_duplicates())
    weeks = days.groupby(days.dt.to_period("W").astype(str)).size()
    end = pd.Timestamp(scam["gone_from"])
    last, before = (
        days[(days > end - pd.Timedelta(days=a)) & (days <= end - pd.Timedelta(days=b))].nunique()
        for a, b in ((7, 0), (67, 60))
    )
    assert last < before
    assert weeks.sum() > 100
    seen = rows.groupby("snapshot_date").size()
    assert seen.iloc[-1] > 0.4 * seen.iloc[-6:-1].mean()


def test_one_listing_says_kilograms_and_means_grams(listings, true_listings, truth):
    wrong = truth["unit_error"]["listing_id"]
    rows = listings[listings["listing_id"] == wrong]
    assert (len(rows), set(rows["qty_unit"])) == (truth["unit_error"]["rows"], {"kg"})
    assert set(true_listings.loc[true_listings["wrong_unit"] != "", "listing_id"]) == {wrong}
    assert set(listings.loc[listings["qty_unit"] == "kg", "listing_id"]) == {wrong}


def test_claimed_purity_says_nothing_of_true_purity(listings, true_listings):
    claimed = listings.drop_duplicates("listing_id").set_index("listing_id")["purity_claimed"]
    both = (
        true_listings.set_index("listing_id")
        .assign(claimed=claimed)
        .query("claimed != ''")
        .dropna(subset="claimed")
    )
    claim, true = both["claimed"].astype(float), both["purity_true"].astype(float)
    assert abs(np.corrcoef(claim, true)[0, 1]) < 0.2
    assert claim.mean() > true.mean() + 0.2


def test_finds_are_incidents_by_district_and_more_after_the_closure(folder, truth):
    finds = ilp.read_incidents(folder / "finds.csv", timezone="Indian/Maldives")
    assert len(finds.rejected) == 0
    assert set(finds.table["area"]) == set(DISTRICTS)
    assert finds.table.geometry.is_empty.all() or finds.table.geometry.isna().all()
    assert set(finds.table["origin"]) == {"reported", "discovered"}
    raw = table(folder, "finds.csv")
    day = pd.to_datetime(raw["occurred_from"])
    cut = pd.Timestamp(truth["shops"]["from"])
    quiet = ~((raw["district"] == "Dashvar") & (raw["origin"] == "discovered"))
    before = (quiet & (day < cut)).sum() / (cut - day.min()).days
    after = (quiet & (day >= cut)).sum() / (day.max() - cut).days
    assert after / before == pytest.approx(truth["shops"]["factor_after_closure"], rel=0.25)
    campaign = truth["finds"]["campaign"]
    inside = (raw["occurred_from"] >= campaign["first_day"]) & (raw["occurred_from"] <= campaign["last_day"])
    here = raw["district"] == campaign["district"]
    discovered = raw["origin"] == "discovered"
    assert (inside & here & discovered).sum() > 2 * (inside & here & ~discovered).sum()


def test_the_datasheet_says_what_the_files_say(folder, listings, truth):
    page = (folder / "datasheet.md").read_text(encoding="utf-8")
    assert f"{len(listings):,} rows" in page
    offers, finds = table(folder, "shops.csv"), table(folder, "finds.csv")
    assert f"{len(offers)} offers of {offers['shop_id'].nunique()} shops" in page
    assert f"{len(finds)} dead drops" in page
    assert (
        f"**Accounts**: {truth['rows']['vendors']} of {truth['rows']['sellers']} sellers. 26 sellers" in page
    )
