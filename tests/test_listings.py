"""Listings: every row is read or rejected, texts are let go, and nothing is guessed."""

from __future__ import annotations

import datetime as dt
import json
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ilp_toolkit as ilp
from ilp_toolkit.collection._listing_ships import places, split_cell
from ilp_toolkit.collection.schema import check_label
from ilp_toolkit.errors import ColumnsError, InputError

KEY = b"a key for the tests, long enough"
DAY = dt.date(2025, 6, 1)


def read(rows, **more):
    table = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(rows)
    return ilp.read_listings(table, key=KEY, today=DAY, **more)


def flags(intake, row=0):
    return set(str(intake.table["flags"].iloc[row]).split())


@pytest.fixture(scope="module")
def invented(root):
    folder = root / "datasets" / "markets"
    return ilp.read_listings(folder / "listings.csv", rates=folder / "rates.csv", key=KEY, today=DAY)


@pytest.fixture(scope="module")
def raw(root):
    return pd.read_csv(root / "datasets" / "markets" / "listings.csv", keep_default_na=False)


# The contract


def test_the_table_has_the_columns_of_the_contract_and_no_text(invented, raw):
    style = [f"style_{k}" for k in range(1, 9)]
    names = [*ilp.listings.LISTINGS]
    at = names.index("flags")
    assert list(invented.table.columns) == [*names[:at], *style, *names[at:]]
    assert len(invented.table) + len(invented.rejected) == len(raw)


def test_rows_are_read_as_the_invented_markets_wrote_them(invented, raw):
    table = invented.table
    assert table["market"].tolist() == raw["market_id"].tolist()
    assert table["snapshot_date"].dt.strftime("%Y-%m-%d").tolist() == raw["snapshot_date"].tolist()
    assert table["substance"].tolist() == raw["substance_class"].tolist()
    grams = raw["qty_value"].astype(float) * raw["qty_unit"].map(
        {"g": 1.0, "mg": 1e-3, "kg": 1e3, "tablet": np.nan}
    )
    np.testing.assert_allclose(table["quantity_g"], grams)
    assert (table["units"].notna() == (raw["qty_unit"] == "tablet")).all()
    assert table["n_feedback"].tolist() == raw["feedback_n_shown"].tolist()
    assert table["feedback_dates"].map(len).tolist() == raw["feedback_n_shown"].tolist()
    np.testing.assert_allclose(table["style_8"], raw["style_8"])
    assert table["ships_from"].fillna("undeclared").tolist() == raw["ships_from"].tolist()
    assert table["ships_to"].map(";".join).replace("", "undeclared").tolist() == raw["ships_to"].tolist()
    purity = pd.to_numeric(raw["purity_claimed"], errors="coerce")
    np.testing.assert_allclose(table["purity_claimed"], purity)


def test_prices_are_in_dollars_at_the_rate_of_the_day(invented, raw, root):
    rates = pd.read_csv(root / "datasets" / "markets" / "rates.csv")
    coin = rates[rates["currency"] == "ZLM"].set_index("date")["usd"]
    usd = np.where(raw["currency"] == "USD", raw["price"], raw["price"] * raw["snapshot_date"].map(coin))
    np.testing.assert_allclose(invented.table["price_usd"], usd, rtol=1e-9)


def test_accounts_get_a_code_each_and_the_truth_can_be_joined_under_the_same_key(invented, raw):
    table = invented.table
    made = [
        ilp.listings.account_code(v, market=m, key=KEY)
        for v, m in zip(raw["vendor_id"], raw["market_id"], strict=True)
    ]
    assert table["vendor_id"].tolist() == made
    assert table["vendor_id"].str.fullmatch("v_[0-9a-f]{12}").all()
    assert table["vendor_id"].nunique() == raw["vendor_id"].nunique()
    assert table["listing_id"].nunique() == raw["listing_id"].nunique()
    assert table["pgp_id"].nunique() == raw["pgp_id"].replace("", None).nunique()


def test_the_cap_of_feedback_is_seen_where_counts_pile_up(invented):
    assert invented.choices["feedback_cap"] == 20
    assert (invented.table["feedback_censored"] == (invented.table["n_feedback"] == 20)).all()
    loose = read({"price": ["$1"] * 40, "title": [f"t{n}" for n in range(40)], "reviews": list(range(40))})
    assert loose.choices["feedback_cap"] is None
    assert not loose.table["feedback_censored"].any()
    told = read({"price": ["$1"] * 3, "title": ["a", "b", "c"], "reviews": [4, 5, 6]}, feedback_cap=5)
    assert told.table["feedback_censored"].tolist() == [False, True, True]


def test_planted_holding_prices_are_flagged_and_kept(invented, raw, root):
    rows = pd.read_csv(root / "datasets" / "markets" / "truth" / "holding_rows.csv")
    planted = set(zip(rows["snapshot_date"], rows["listing_id"], strict=True))
    true = np.array([pair in planted for pair in zip(raw["snapshot_date"], raw["listing_id"], strict=True)])
    found = invented.table["flags"].str.contains("holding_price?", regex=False).to_numpy()
    assert true.sum() == 106
    assert (found & true).sum() / true.sum() > 0.9  # 98 of 106
    assert (found & ~true).sum() <= 10


def test_the_planted_wrong_unit_is_flagged_in_every_snapshot(invented, raw, root):
    truth = json.loads((root / "datasets" / "markets" / "truth" / "events.json").read_text(encoding="utf-8"))
    wrong = (raw["listing_id"] == truth["unit_error"]["listing_id"]).to_numpy()
    found = invented.table["flags"].str.contains("unit_slip?", regex=False).to_numpy()
    assert found[wrong].all()
    assert (found & ~wrong).mean() < 0.003


# Files as they come


DUMP = """Vendor;Category;Item;Item Description;Price;Origin;Destination;Rating;Remarks
"Torvelim";Drugs/Cannabis/Hash;"Hash 5g &amp; more";"Black; soft.
A second ""line"".";BTC 0.12;XB;Worldwide;4.96/5;
"Ostelun";Drugs/Ecstasy/Pills;25 pills @ 250 mg;two words;$45.00;From: XA To: XC;;~5/5;Average
"Ostelun";Drugs/Stimulants;<b>Кокаин</b> 0,5 г;;"0,05 BTC";EU;XA, XB;[0 deals];
Vendor;Category;Item;Item Description;Price;Origin;Destination;Rating;Remarks
;;;;;;;;
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_a_dump_with_semicolons_quoted_lines_entities_and_tags_is_read(tmp_path, encoding):
    path = tmp_path / "dump.csv"
    path.write_bytes(DUMP.encode(encoding))
    intake = ilp.read_listings(
        path, key=KEY, date="2025-01-05", rates=pd.DataFrame({"date": ["2025-01-05"], "BTC": [500]})
    )
    table = intake.table
    assert table["substance"].tolist() == ["cannabis_resin", "ecstasy", "cocaine"]
    assert table["quantity_g"].tolist()[::2] == [5.0, 0.5]
    assert (table["units"][1], table["mg_each"][1]) == (25, 250)
    assert table["price_usd"].tolist() == [60.0, 45.0, 25.0]
    assert table["ships_from"].fillna("").tolist() == ["XB", "XA", ""]
    assert table["ships_from_region"].fillna("").tolist() == ["", "", "eu"]
    assert table["ships_to"].tolist() == [("worldwide",), ("XC",), ("XA", "XB")]
    np.testing.assert_allclose(table["rating"], [0.992, 1.0, np.nan])
    assert table["category"].tolist() == ["Drugs/Cannabis/Hash", "Drugs/Ecstasy/Pills", "Drugs/Stimulants"]
    assert intake.rejected["reason"].tolist() == ["the header again"]
    assert table["snapshot_date"].eq(pd.Timestamp("2025-01-05")).all()


def test_a_latin_1_file_is_read(tmp_path):
    path = tmp_path / "dump.csv"
    path.write_bytes("title,price,ships from\nHasch 5g für dich,EUR 40,Österreich\n".encode("latin-1"))
    table = ilp.read_listings(path, key=KEY).table
    assert (table["quantity_g"][0], table["currency"][0], table["ships_from"][0]) == (5.0, "EUR", "AT")


@pytest.mark.parametrize(
    "written",
    [
        "2014-01-26",
        "26.01.2014",
        "26 Jan 2014",
        "Jan 26, 2014",
        "26 января 2014 г.",
        "1390694400",
        "2014-01-26T10:00:00Z",
    ],
)
def test_dates_in_several_forms_are_one_day(written):
    table = read({"title": ["a"], "price": ["$1"], "date": [written]}).table
    assert table["snapshot_date"][0] == pd.Timestamp("2014-01-26")


def test_a_russian_file_is_read_by_its_headers():
    rows = {"Название": ["Гашиш 5 г", "Мефедрон 2 x 1г"], "Цена, руб.": ["3000", "1 500"], "Продавец": ["a", "b"],
            "Дата": ["01.02.2025", "02.02.2025"], "Откуда": ["Россия", "не указано"], "Куда": ["СНГ", "весь мир"]}  # fmt: skip
    table = read(rows).table
    assert table["substance"].tolist() == ["cannabis_resin", "nps"]
    assert table["quantity_g"].tolist() == [5.0, 2.0]
    assert table["currency"].tolist() == ["RUB", "RUB"]
    assert table["price_original"].tolist() == [3000.0, 1500.0]
    assert table["ships_from"].fillna("").tolist() == ["RU", ""]
    assert table["ships_to"].tolist() == [("cis",), ("worldwide",)]


def test_a_title_alone_with_a_price_is_enough_and_a_price_is_needed():
    assert len(read({"title": ["5 g"], "price": ["1"]}).table) == 1
    with pytest.raises(ColumnsError, match="price"):
        read({"title": ["5 g"], "vendor": ["x"]})
    with pytest.raises(ColumnsError, match="title"):
        read({"price": ["1"], "colour": ["x"]})


def test_a_caller_may_say_which_column_is_what():
    rows = {"a": ["5 g hash"], "b": ["$3"], "c": ["XB"]}
    table = read(rows, columns={"title": "a", "price": "b", "ships_from": "c"}).table
    assert (table["quantity_g"][0], table["price_usd"][0], table["ships_from"][0]) == (5.0, 3.0, "XB")
    other = read(rows, columns={"a": "title", "b": "price", "c": None}).table
    assert other["ships_from"].isna().all()
    with pytest.raises(ColumnsError, match="no_such"):
        read(rows, columns={"no_such": "a"})


def test_several_files_are_one_reading_with_the_same_codes(tmp_path):
    for number in (1, 2):
        (tmp_path / f"{number}.csv").write_text(
            f"vendor,title,price,date\nA,5 g hash,$4{number},2025-01-0{number}\n"
        )
    table = ilp.read_listings([tmp_path / "1.csv", tmp_path / "2.csv"]).table
    assert len(table) == 2
    assert table["vendor_id"][0] == table["vendor_id"][1]
    assert table["listing_id"][0] == table["listing_id"][1]


# Codes


def test_without_a_key_codes_agree_within_a_reading_and_not_between_readings():
    rows = pd.DataFrame({"vendor": ["A", "a ", "B"], "title": ["x", "y", "z"], "price": ["$1"] * 3})
    one, other = ilp.read_listings(rows), ilp.read_listings(rows)
    assert one.table["vendor_id"][0] == one.table["vendor_id"][1] != one.table["vendor_id"][2]
    assert not set(one.table["vendor_id"]) & set(other.table["vendor_id"])
    assert "thrown away" in one.choices["codes_under"]
    assert "key_thrown_away" in set(one.report["check"])
    assert read(rows).table["vendor_id"].tolist() == read(rows).table["vendor_id"].tolist()


def test_an_account_is_of_its_market_and_a_name_alone_is_a_lead():
    rows = {
        "market": ["Lunimet", "Gorkosul"],
        "vendor": ["same", "same"],
        "title": ["x", "x"],
        "price": ["$1"] * 2,
    }
    table = read(rows).table
    assert table["vendor_id"].nunique() == 2
    assert table["handle_id"][0] == table["handle_id"][1]


def test_a_listing_without_a_number_is_known_again_by_seller_and_title():
    rows = {"vendor": ["A", "A", "B"], "title": ["5 g", "5 g", "5 g"], "price": ["$1", "$2", "$1"],
            "date": ["2025-01-01", "2025-01-15", "2025-01-01"]}  # fmt: skip
    intake = read(rows)
    codes = intake.table["listing_id"]
    assert codes[0] == codes[1] != codes[2]
    assert "id_missing" in flags(intake)
    assert "repeated" not in " ".join(intake.table["flags"])


def test_the_same_listing_twice_on_one_day_is_flagged():
    rows = {"listing_id": ["1", "1"], "title": ["5 g"] * 2, "price": ["$1"] * 2, "date": ["2025-01-01"] * 2}
    intake = read(rows)
    assert ["repeated" in flags(intake, row) for row in (0, 1)] == [False, True]


@pytest.mark.parametrize("key", [b"short", "a text that is long enough to be one"])
def test_a_key_that_is_none_is_refused(key):
    with pytest.raises(InputError, match="key"):
        ilp.read_listings(pd.DataFrame({"title": ["a"], "price": ["1"]}), key=key)


def test_the_key_of_a_case_does(tmp_path):
    key = ilp.pseudonyms.open_key("case-1", folder=tmp_path)
    rows = pd.DataFrame({"vendor": ["A"], "title": ["x"], "price": ["$1"]})
    found = ilp.read_listings(rows, key=key).table["vendor_id"][0]
    assert found == ilp.listings.account_code("A", key=key)


# Money


RATES = pd.DataFrame(
    {"date": ["2025-01-01", "2025-01-10"], "currency": ["BTC", "BTC"], "usd": [100.0, 200.0]}
)


def test_a_rate_is_of_its_day_or_of_the_last_seven_and_else_there_is_none():
    days = ["2024-12-31", "2025-01-01", "2025-01-08", "2025-01-09", "2025-01-10", "2025-02-01"]
    intake = read({"title": list("abcdef"), "price": ["1 BTC"] * 6, "date": days}, rates=RATES)
    usd = intake.table["price_usd"].tolist()
    assert [None if math.isnan(one) else one for one in usd] == [None, 100.0, 100.0, None, 200.0, None]
    assert [("no_rate" in flags(intake, k), "rate_of_earlier_day" in flags(intake, k)) for k in range(6)] == [
        *((True, False), (False, False), (False, True), (True, False), (False, False), (True, False)),
    ]  # fmt: skip


def test_rates_may_be_wide_or_of_the_one_coin_of_the_file():
    rows = {"title": ["a"], "price_btc": ["2"], "date": ["2025-01-01"]}
    wide = pd.DataFrame({"date": ["2025-01-01"], "BTC": [100.0], "EUR": [1.1]})
    plain = pd.DataFrame({"date": ["2025-01-01"], "usd": [100.0]})
    for rates in (wide, plain, RATES):
        assert read(rows, rates=rates).table["price_usd"][0] == 200.0
    with pytest.raises(ColumnsError, match="dates"):
        read(rows, rates=pd.DataFrame({"usd": [1.0]}))
    with pytest.raises(InputError, match="zero or less"):
        read(rows, rates=pd.DataFrame({"date": ["2025-01-01"], "usd": [0.0]}))


def test_the_currency_of_the_cell_goes_before_that_of_the_column():
    intake = read({"title": ["a", "b"], "price": ["$5", "5"], "currency": ["EUR", "EUR"]})
    assert intake.table["currency"].tolist() == ["USD", "EUR"]
    assert "currency_conflict" in flags(intake)


def test_a_price_without_a_currency_has_no_dollars():
    intake = read({"title": ["a"], "price": ["5"]})
    assert math.isnan(intake.table["price_usd"][0])
    assert "currency_missing" in flags(intake)


@pytest.mark.parametrize(("cell", "held"), [("free", True), ("1e-7 BTC", True), ("17,777 BTC", True), ("$20,000", True),
                                            ("$0.01", True), ("$50", False), ("0.1 BTC", False)])  # fmt: skip
def test_prices_that_nobody_pays_are_flagged_and_kept(cell, held):
    intake = read({"title": ["5 g hash"], "price": [cell]})
    assert ("holding_price?" in flags(intake)) is held
    assert len(intake.table) == 1


def test_a_price_far_from_the_others_of_its_listing_is_flagged():
    prices = ["$50", "$52", "$48", "$9999"]
    intake = read({"listing_id": ["1"] * 4, "title": ["5 g"] * 4, "price": prices})
    assert ["holding_price?" in flags(intake, k) for k in range(4)] == [False, False, False, True]


# Offers and places


def test_columns_of_amount_and_unit_go_before_the_title():
    rows = {"title": ["hash 5g"] * 5, "quantity": ["2", "10", "3", "7", "1 oz"], "unit": ["oz", "tablet", "", "ml", ""],
            "price": ["$9"] * 5}  # fmt: skip
    intake = read(rows)
    np.testing.assert_allclose(
        intake.table["quantity_g"], [56.69904625, np.nan, np.nan, np.nan, 28.349523125]
    )
    assert intake.table["units"][1] == 10
    assert "unit_missing" in flags(intake, 2)
    assert "unit_no_weight" in flags(intake, 3)


def test_the_description_is_asked_only_where_the_title_is_silent():
    rows = {
        "title": ["top goods", "5 g"],
        "description": ["10 g of hash", "20 g of hash"],
        "price": ["$9"] * 2,
    }
    intake = read(rows)
    assert intake.table["quantity_g"].tolist() == [10.0, 5.0]
    assert intake.table["substance"].tolist() == ["cannabis_resin", "cannabis_resin"]
    assert "quantity_from_description" in flags(intake)


def test_the_files_own_class_is_taken_and_held_against_the_title():
    rows = {"title": ["heroin 1 g", "1 g"], "drug": ["Cocaine HCL", "opium"], "price": ["$9"] * 2}
    intake = read(rows)
    assert intake.table["substance"].tolist() == ["cocaine", "opium"]
    assert "substance_conflict" in flags(intake, 0)
    assert "substance_conflict" not in flags(intake, 1)


def test_purity_is_claimed_in_so_many_words_or_not_at_all():
    titles = ["2 g 84% pure", "20% off today", "чистота 90 %", "THC 20%", "100% pure"]
    table = read({"title": titles, "price": ["$9"] * 5}).table
    np.testing.assert_allclose(table["purity_claimed"], [0.84, np.nan, 0.9, np.nan, 1.0])


@pytest.mark.parametrize(
    ("text", "codes", "excepted"),
    [
        ("XA", ("XA",), ()),
        ("tj", ("TJ",), ()),
        ("U.S.A.", ("US",), ()),
        ("UK (Free!) & EU", ("GB", "eu"), ()),
        ("Worldwide except XA, Germany and the Middle East.", ("worldwide",), ("DE", "XA", "middle_east")),
        ("everywhere but XB", ("worldwide",), ("XB",)),
        ("We do not ship to XA / Norway", ("worldwide",), ("NO", "XA")),
        ("Россия, Казахстан", ("KZ", "RU"), ()),
        ("Весь мир кроме США", ("worldwide",), ("US",)),
        ("WW", ("worldwide",), ()),
        ("EU, CH, NO", ("CH", "NO", "eu"), ()),
        ("XA;XB;XC", ("XA", "XB", "XC"), ()),
        ("United States only", ("US",), ()),
    ],
)
def test_destinations_in_free_text_become_codes(text, codes, excepted):
    found = places(text)
    assert (found.codes, found.excepted) == (codes, excepted)


@pytest.mark.parametrize(
    "text", ["", "undeclared", "Undeclared;)", "Torland", "Internet", "не указано", "unknown", "-"]
)
def test_nothing_said_is_no_country(text):
    assert places(text).undeclared
    assert places(text).codes == ()


@pytest.mark.parametrize("text", ["kind people", "the moon", "my house", "no"])
def test_a_joke_is_no_country(text):
    assert places(text).codes == ()


def test_both_ends_in_one_cell_are_taken_apart():
    assert split_cell("From: XA To: Worldwide") == ("XA", "Worldwide")
    rows = {"title": ["a", "b", "c"], "price": ["$1"] * 3, "ships from": ["From: XA To: XA", "From: XB To: XC", "XA"],
            "ships to": ["", "XA", "domestic only"]}  # fmt: skip
    table = read(rows).table
    assert table["ships_from"].tolist() == ["XA", "XB", "XA"]
    assert table["ships_to"].tolist() == [("XA",), ("XA",), ("XA",)]


def test_several_origins_are_none_and_a_region_is_a_region():
    intake = read({"title": ["a", "b"], "price": ["$1"] * 2, "ships from": ["XA / XB", "Europe"]})
    assert intake.table["ships_from"].isna().all()
    assert intake.table["ships_from_region"].fillna("").tolist() == ["", "europe"]
    assert "ships_from_several" in flags(intake, 0)
    assert "ships_from_region" in flags(intake, 1)


# Nothing is lost, nothing is changed


def test_the_callers_table_is_left_as_it_was():
    rows = pd.DataFrame({"vendor": ["A"], "title": ["5 g"], "price": ["$1"]})
    before = pd.util.hash_pandas_object(rows).sum()
    read(rows)
    assert pd.util.hash_pandas_object(rows).sum() == before


def test_every_check_has_a_name_and_a_remedy():
    assert set(ilp.listings.CHECKS) == set(ilp.listings.REMEDIES)
    for code in ilp.listings.CHECKS:
        assert check_label(code) != code


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(*[st.text(max_size=20)] * 5), min_size=1, max_size=8))
def test_any_cells_give_a_row_each_in_one_of_the_two_tables(cells):
    rows = pd.DataFrame(cells, columns=["title", "price", "vendor", "ships from", "date"])
    intake = read(rows)
    assert len(intake.table) + len(intake.rejected) == len(rows)
    assert sorted([*intake.table["source_row"], *intake.rejected["source_row"]]) == list(
        range(2, len(rows) + 2)
    )


def test_a_file_of_headers_alone_gives_an_empty_table():
    intake = read(pd.DataFrame({"title": ["title", ""], "price": ["price", ""]}))
    assert (len(intake.table), len(intake.rejected)) == (0, 2)
    assert intake.rejected["reason"].tolist() == ["the header again", "nothing is offered"]
    assert list(intake.table.columns) == list(ilp.listings.LISTINGS)


def test_a_real_dump_goes_through_whole(real_data):
    """Placeholders of 1e-7 and thousands of coins, free text for places, blank levels of categories."""
    path = real_data / "agora_2014" / "listings_2014_jan_feb02.csv"
    if not path.is_file():
        pytest.skip("the file is not there")
    file = pd.read_csv(path, dtype=str, keep_default_na=False)
    rates = pd.DataFrame({"date": file["snapshot_date"].unique(), "BTC": 800.0})
    intake = ilp.read_listings(path, key=KEY, rates=rates, today=DAY)
    table = intake.table
    assert (len(table), len(intake.rejected)) == (len(file), 0)
    np.testing.assert_allclose(table["price_usd"], file["price_btc"].astype(float) * 800)
    assert table["vendor_id"].nunique() == file["vendor_id"].nunique()
    assert table["listing_id"].nunique() == file["listing_id"].nunique()
    assert not set(table["vendor_id"]) & set(file["vendor_id"])
    assert len(set(table["snapshot_date"])) == 6
    assert table["n_feedback"].tolist() == file["n_feedback"].astype(int).tolist()
    weed = (file["subsubcategory"] == "Weed").to_numpy()
    assert (table["substance"][weed] == "cannabis_herb").all()
    assert table["flags"][weed].str.contains("category_only").all()
    assert table["quantity_g"].isna().all()
    plain = file["ships_from"].isin(["USA", "From: USA"]) | file["ships_from"].str.startswith("From: USA To:")
    assert (table["ships_from"][plain.to_numpy()] == "US").all()
    nothing = file["ships_from"].isin(
        ["", "Torland", "From: Torland", "Internet", "undeclared", "Undeclared;)"]
    )
    assert table["ships_from"][nothing.to_numpy()].isna().all()
    named = table["ships_from"].notna() | table["ships_from_region"].notna()
    undeclared = table["flags"].str.contains("ships_from_undeclared")
    assert (named | undeclared).mean() > 0.98
    tiny = (file["price_btc"].astype(float) < 1e-6).to_numpy()
    assert tiny.any()
    assert table["flags"][tiny].str.contains("holding_price?", regex=False).all()
