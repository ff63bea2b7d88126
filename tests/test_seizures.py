"""Records of seizures: every row read or rejected and counted, every trap flagged, no unit and no zero guessed."""

from __future__ import annotations

import gzip
import math
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ilp_toolkit as ilp
from ilp_toolkit import i18n
from ilp_toolkit.collection import seizures
from ilp_toolkit.collection.schema import check_label, without_set_aside
from ilp_toolkit.errors import ColumnsError, FileError, InputError

ONE = {
    "COUNTRY": "Tajikistan",
    "PLACE": "Panji Poyon",
    "SEIZURE_DATE": "2013-05-04",
    "DRUG_NAME": "Heroin",
    "AMOUNT": "12.5",
    "DRUG_UNIT": "Kilogram",
    "TRANSPORT": "Private road",
    "PRODUCING_COUNTRY": "Afghanistan",
    "DEPARTURE_COUNTRY": "Afghanistan",
    "DESTINATION_COUNTRY": "Russian Federation",
    "ROUTING": "Border - inbound",
}
OTHER_SPELLING = {
    "COUNTRY": "COUNTRY_OF_SEIZURE",
    "PLACE": "PLACE_OF_SEIZURE",
    "AMOUNT": "AMOUNT_OF_DRUG",
}


def rows(*changes: dict[str, Any]) -> pd.DataFrame:
    """Return a file of one seizure a change; without changes of the seizure itself."""
    return pd.DataFrame([{**ONE, **change} for change in changes or ({},)])


def flags(*changes: dict[str, Any]) -> list[set[str]]:
    table = ilp.read_seizures(rows(*changes)).table
    return [set(str(cell).split()) for cell in table["flags"]]


# Reading


def test_a_seizure_has_the_columns_of_the_contract_in_order() -> None:
    table = ilp.read_seizures(rows()).table
    assert list(table.columns) == list(seizures.SEIZURES)
    one = table.iloc[0]
    assert (one["country"], one["producing"], one["departure"], one["destination"]) == (
        "TJ",
        "AF",
        "AF",
        "RU",
    )
    assert (one["date"], one["year"]) == (pd.Timestamp("2013-05-04"), 2013)
    assert (one["drug"], one["drug_class"], one["unit"], one["kg"]) == ("Heroin", "heroin", "kg", 12.5)
    assert (one["seizure_id"], one["source_row"], one["flags"]) == ("row-2", 2, "")
    assert math.isnan(one["kg_pure"])


def test_both_spellings_of_the_headers_give_the_same_table() -> None:
    first, second = (
        ilp.read_seizures(file).table for file in (rows(), rows().rename(columns=OTHER_SPELLING))
    )
    pd.testing.assert_frame_equal(first, second)


def test_a_register_in_russian_is_read() -> None:
    file = pd.DataFrame(
        {
            "№ изъятия": ["15", "16"],
            "Дата изъятия": ["04.05.2013", "31.12.2013"],
            "Страна": ["Таджикистан", "Киргизия"],
            "Вид наркотика": ["героин", "Опий-сырец"],
            "Количество": ["12,5 кг", "800"],
            "Ед. изм.": ["", "гр."],
            "Чистота": ["60 %", ""],
            "Страна отправления": ["Афганистан", "неизвестно"],
        }
    )
    table = ilp.read_seizures(file).table
    assert table["seizure_id"].tolist() == ["15", "16"]
    assert table["country"].tolist() == ["TJ", "KG"]
    assert table["drug_class"].tolist() == ["heroin", "opium"]
    assert table["kg"].tolist() == pytest.approx([12.5, 0.8])
    assert table["kg_pure"].iloc[0] == pytest.approx(7.5)
    assert table["date"].dt.day.tolist() == [4, 31]
    assert table["departure"].isna().tolist() == [False, True]


def test_columns_of_an_own_file_are_named_by_the_caller(tmp_path: Path) -> None:
    file = pd.DataFrame(
        {"wann": ["2024-01-02"], "wo": ["XA"], "was": ["heroin"], "wieviel": ["3"], "E": ["kg"]}
    )
    with pytest.raises(ColumnsError, match="date, country, drug, amount"):
        ilp.read_seizures(file)
    names = {"date": "wann", "country": "wo", "drug": "was", "amount": "wieviel", "unit": "E"}
    expected = ilp.read_seizures(file, columns=names).table
    assert (expected["country"].iloc[0], expected["kg"].iloc[0]) == ("XA", 3.0)
    turned = {column: role for role, column in names.items()}
    pd.testing.assert_frame_equal(expected, ilp.read_seizures(file, columns=turned).table)
    mapping = tmp_path / "columns.toml"
    mapping.write_text("[columns]\n" + "".join(f'{k} = "{v}"\n' for k, v in names.items()), encoding="utf-8")
    pd.testing.assert_frame_equal(expected, ilp.read_seizures(file, columns=mapping).table)
    with pytest.raises(ColumnsError, match="amuont"):
        ilp.read_seizures(file, columns={**names, "amuont": "E"})


@pytest.mark.parametrize(("header", "kg"), [("Amount (g)", 0.0125), ("amount_kg", 12.5), ("Вес, кг", 12.5)])
def test_a_unit_in_the_header_of_the_amount_counts_where_no_column_has_one(header: str, kg: float) -> None:
    file = rows().rename(columns={"AMOUNT": header}).drop(columns="DRUG_UNIT")
    intake = ilp.read_seizures(file)
    assert intake.table["kg"].tolist() == pytest.approx([kg])
    assert intake.choices["unit_from_header"] is not None
    assert ilp.read_seizures(rows().rename(columns={"AMOUNT": header})).table["kg"].tolist() == [12.5]


def test_purity_is_percent_or_a_share_by_the_whole_column() -> None:
    def pure(*cells: str) -> list[float]:
        return list(
            ilp.read_seizures(rows(*({"AMOUNT": "100", "Purity": cell} for cell in cells))).table["kg_pure"]
        )

    assert pure("60", "20") == pytest.approx([60, 20])
    assert pure("0.6", "0.2") == pytest.approx([60, 20])
    assert pure("60", "140")[1:] == pytest.approx([math.nan], nan_ok=True)


def test_a_table_of_the_caller_is_not_changed() -> None:
    file = rows({}, {"AMOUNT": "7"})
    before = file.copy()
    ilp.read_seizures(file)
    pd.testing.assert_frame_equal(file, before)


# Traps


def test_unknown_and_other_are_missing_and_no_countries() -> None:
    intake = ilp.read_seizures(rows({"DEPARTURE_COUNTRY": "Unknown", "DESTINATION_COUNTRY": "Other"}))
    assert intake.table[["departure", "destination"]].isna().all(axis=None)
    assert intake.table["flags"].iloc[0] == "unknown_country"


def test_a_blank_country_is_missing_without_a_flag() -> None:
    assert flags({"DEPARTURE_COUNTRY": "", "PRODUCING_COUNTRY": ""}) == [set()]


def test_a_self_loop_is_flagged_and_kept() -> None:
    table = ilp.read_seizures(rows({"DEPARTURE_COUNTRY": "Таджикистан"})).table
    assert (table["departure"].iloc[0], table["flags"].iloc[0]) == ("TJ", "self_loop")


def test_the_same_seizure_in_grams_and_kilograms_is_flagged_whatever_its_place_is_called() -> None:
    twins = ({}, {"AMOUNT": "12500", "DRUG_UNIT": "Gram", "PLACE": "Панджи Поён"}, {"AMOUNT": "12.6"})
    assert flags(*twins) == [{"unit_twin"}, {"unit_twin"}, set()]
    assert flags({}, {"AMOUNT": "12500", "DRUG_UNIT": "Gram", "SEIZURE_DATE": "2013-05-05"}) == [set(), set()]
    assert flags({}, {"AMOUNT": "12500", "DRUG_UNIT": "Gram", "DRUG_NAME": "Opium"}) == [set(), set()]


def test_a_weight_over_ten_times_the_next_of_its_drug_is_flagged() -> None:
    usual = [{"AMOUNT": str(10 + n), "PLACE": str(n)} for n in range(40)]
    assert flags(*usual, {"AMOUNT": "4500000"})[-1] == {"kg_outlier"}
    assert flags(*usual, {"AMOUNT": "4500000", "DRUG_NAME": "Opium"})[-1] == set()
    assert flags(*usual, {"AMOUNT": "480"})[-1] == set()


def test_the_same_number_in_grams_and_kilograms_at_one_place_is_flagged() -> None:
    assert flags({}, {"DRUG_UNIT": "Gram"}) == [{"unit_slip"}, {"unit_slip"}]
    assert flags({}, {"DRUG_UNIT": "Gram", "PLACE": "Khorog"}) == [set(), set()]


def test_exact_repeats_are_flagged_and_not_dropped() -> None:
    intake = ilp.read_seizures(rows({}, {}, {"PLACE": "Khorog"}))
    assert [set(cell.split()) for cell in intake.table["flags"]] == [set(), {"duplicate"}, set()]
    assert intake.table["kg"].sum() == 37.5


def test_an_amount_without_a_unit_has_no_kilograms() -> None:
    table = ilp.read_seizures(rows({"DRUG_UNIT": ""}, {"DRUG_UNIT": "heaps"}, {"DRUG_UNIT": "Unit"})).table
    assert table["kg"].isna().all()
    assert table["flags"].tolist() == ["no_unit", "unit_unlisted", "unit_no_weight"]


def test_litres_and_tablets_say_that_their_kilograms_rest_on_a_factor() -> None:
    litre, tablet = {"DRUG_UNIT": "Litre"}, {"DRUG_UNIT": "Tablet", "DRUG_NAME": "Ecstasy"}
    table = ilp.read_seizures(rows(litre, tablet)).table
    assert table["kg"].tolist() == pytest.approx([12.5, 12.5 * 0.0003])
    assert table["flags"].tolist() == ["kg_by_factor"] * 2


@pytest.mark.parametrize(
    ("cell", "kg", "flag"),
    [
        ("0.0", 0.0, "amount_not_positive"),
        ("-3", math.nan, "amount_not_positive"),
        ("many", math.nan, "amount_unreadable"),
        ("", math.nan, "amount_missing"),
        ("1 234,5", 1234.5, ""),
    ],
)
def test_an_odd_amount_is_kept_and_named(cell: str, kg: float, flag: str) -> None:
    table = ilp.read_seizures(rows({"AMOUNT": cell})).table
    assert table["kg"].tolist() == pytest.approx([kg], nan_ok=True)
    assert table["flags"].iloc[0] == flag


def test_impossible_dates_are_rejected_with_the_reason() -> None:
    intake = ilp.read_seizures(rows({}, {"SEIZURE_DATE": "2013-02-31"}, {"SEIZURE_DATE": ""}))
    assert len(intake.table) == 1
    assert intake.rejected["source_row"].tolist() == [3, 4]
    assert intake.rejected["reason"].tolist() == ["the date cannot be read", "no date"]
    assert flags({"SEIZURE_DATE": "2913-05-04"}) == [{"future_date"}]
    assert flags({"SEIZURE_DATE": "1813-05-04"}) == [{"old_date"}]


def test_a_row_of_which_only_the_year_is_known_is_kept_without_a_day() -> None:
    table = ilp.read_seizures(rows({}, {"SEIZURE_DATE": "2012"})).table
    assert table["year"].tolist() == [2013, 2012]
    assert table["date"].isna().tolist() == [False, True]
    assert table["flags"].tolist() == ["", "year_only"]
    only = rows({}).drop(columns="SEIZURE_DATE").assign(Year="2011")
    assert ilp.read_seizures(only).table["year"].tolist() == [2011]


def test_a_year_that_differs_from_the_date_is_flagged() -> None:
    assert flags({"Year": "2013"}, {"Year": "2014"}) == [set(), {"year_differs"}]


def test_names_of_countries_that_are_not_sure_have_no_code_and_are_listed() -> None:
    names = ({"COUNTRY": "Tajikstan"}, {"COUNTRY": "USSR"}, {"DEPARTURE_COUNTRY": "Iraq (Kurdistan Region)"})
    intake = ilp.read_seizures(rows(*names))
    found = [set(cell.split()) for cell in intake.table["flags"]]
    assert found == [
        {"country_missing", "country_unresolved"},
        {"country_missing", "country_historic"},
        {"country_part"},
    ]
    assert intake.table["departure"].tolist()[2] == "IQ"
    assert intake.choices["countries_unresolved"] == {"Tajikstan": 1}


def test_a_drug_that_no_table_knows_is_unknown_and_listed_not_other() -> None:
    intake = ilp.read_seizures(rows({"DRUG_NAME": "Blix"}, {"DRUG_NAME": "Unknown"}, {"DRUG_NAME": "Other"}))
    assert intake.table["drug_class"].tolist() == ["unknown", "unknown", "other"]
    assert intake.table["drug"].tolist() == ["Blix", "unknown", "Other"]
    assert intake.table["flags"].tolist() == ["drug_unlisted", "drug_missing", ""]
    assert intake.choices["drugs_unlisted"] == {"Blix": 1}


def test_columns_about_persons_are_set_aside_unless_asked_for() -> None:
    file = rows().assign(**{"ФИО": "Рахимов Рустам Каримович"})
    intake = ilp.read_seizures(file)
    assert "ФИО" not in intake.table
    assert intake.choices["set_aside"] == ["ФИО"]
    assert "set_aside" in set(intake.report["check"])
    assert "ФИО" in ilp.read_seizures(file, keep="ФИО").table
    broken = ilp.read_seizures(file.assign(SEIZURE_DATE=""))
    assert "ФИО" not in without_set_aside(broken)


def test_repeated_numbers_are_flagged() -> None:
    assert flags({"Seizure ID": "7"}, {"Seizure ID": "7", "AMOUNT": "1"}) == [set(), {"repeated_id"}]


def test_every_check_has_words_in_russian_too() -> None:
    assert set(seizures.CHECKS) == set(seizures.REMEDIES)
    with i18n.language("ru"):
        assert all(check_label(check) != seizures.CHECKS[check] for check in seizures.CHECKS)


# Files


def test_parts_of_a_split_export_are_joined_by_what_their_columns_are(tmp_path: Path) -> None:
    first, second = (
        rows({"AMOUNT": "1"}, {"SEIZURE_DATE": "x"}),
        rows({"AMOUNT": "3"}).rename(columns=OTHER_SPELLING),
    )
    paths = [tmp_path / "a.csv", tmp_path / "b.csv.gz"]
    first.to_csv(paths[0], sep=";", index=False)
    with gzip.open(paths[1], "wt", encoding="utf-8") as stream:
        second.to_csv(stream, index=False)
    (tmp_path / "SOURCE.txt").write_text("not a table", encoding="utf-8")
    packed = tmp_path / "elsewhere" / "both.zip"
    packed.parent.mkdir()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.csv", first.to_csv(index=False))
        archive.writestr("b.csv", second.to_csv(index=False))
    for source in (tmp_path, paths, str(packed)):
        intake = ilp.read_seizures(source)
        assert intake.table["kg"].tolist() == [1.0, 3.0]
        assert intake.table["source_row"].tolist() == [2, 2]
        assert intake.table["seizure_id"].tolist() == ["row-1-2", "row-2-2"]
        assert intake.table["source_file"].nunique() == 2
        assert (len(intake.rejected), len(intake.choices["file"])) == (1, 2)
    with pytest.raises(FileError, match="empty list"):
        ilp.read_seizures([])
    (tmp_path / "none").mkdir()
    with pytest.raises(FileError, match="without a table"):
        ilp.read_seizures(tmp_path / "none")


CELLS = st.sampled_from(
    ["", "Unknown", "2013-05-04", "2013", "31.02.2013", "5", "-1", "kg", "Heroin", "Peru", "?"]
)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.fixed_dictionaries(dict.fromkeys(ONE, CELLS)), min_size=1, max_size=8))
def test_no_row_is_lost_whatever_the_cells_say(cells: list[dict[str, str]]) -> None:
    intake = ilp.read_seizures(rows(*cells))
    assert sorted([*intake.table["source_row"], *intake.rejected["source_row"]]) == list(
        range(2, 2 + len(cells))
    )
    assert not (intake.table["kg"] < 0).any()
    assert intake.table.loc[intake.table["unit"].isna(), "kg"].isna().all()
    flagged = {flag for cell in intake.table["flags"] for flag in str(cell).split()}
    assert flagged <= set(intake.report["check"])


# Coverage and sensitivity


def table(**columns: Any) -> pd.DataFrame:
    return pd.DataFrame(columns)


def test_a_year_without_a_record_is_not_reported_and_no_zero() -> None:
    days = pd.to_datetime(["2011-01-05", "2013-02-05", "2011-03-05"])
    file = table(country=["KZ", "KZ", "TJ"], year=[2011, 2013, 2011], kg=[1.0, math.nan, 0.0], date=days)
    found = seizures.coverage(file, countries=["KZ", "TJ", "KG"]).set_index(["country", "year"])
    assert len(found) == 9
    assert found["reported"].sum() == 3
    assert found.loc[("TJ", 2011), ["n", "kg"]].tolist() == [1, 0.0]
    assert found.loc["KG", "n"].isna().all()
    assert found.loc["KG", "kg"].isna().all()
    assert found.loc[("KZ", 2013), ["n", "n_kg"]].tolist() == [1, 0]
    assert math.isnan(found.loc[("KZ", 2013), "kg"])
    assert found.attrs["choices"]["not_reported"] == 6


@pytest.mark.parametrize(
    ("kg", "gini"), [([1, 2, 3, 4], 0.25), ([1e-12, 1e-12, 1e-12, 1], 0.75), ([5, 5, 5], 0.0)]
)
def test_gini_agrees_with_worked_examples(kg: list[float], gini: float) -> None:
    assert seizures.leave_one_out(table(kg=np.array(kg, dtype=float)))["gini"].iloc[0] == pytest.approx(gini)


def test_a_rank_that_one_seizure_makes_is_told() -> None:
    file = table(country=["KZ"] * 3 + ["TJ"] * 2, kg=[1.0, 1.0, 98.0, 30.0, 40.0], seizure_id=list("abcde"))
    found = seizures.leave_one_out(file, by="country").set_index("country")
    assert found.loc["KZ", ["largest_id", "largest_share", "kg_without"]].tolist() == ["c", 0.98, 2.0]
    assert found["rank"].tolist() == [1, 2]
    assert found["rank_without"].tolist() == [2, 1]
    assert found.attrs["choices"]["ranks_that_change"] == 2


def test_a_group_without_a_weight_has_cases_and_no_share() -> None:
    found = seizures.leave_one_out(table(country=["KZ", "TJ"], kg=[math.nan, 1.0]), by="country").set_index(
        "country"
    )
    assert found.loc["KZ", ["n", "n_kg", "kg"]].tolist() == [1, 0, 0.0]
    assert math.isnan(found.loc["KZ", "gini"])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0.001, 1e6), min_size=1, max_size=200))
def test_shares_are_bounded_and_do_not_depend_on_order_or_unit(kg: list[float]) -> None:
    first = seizures.leave_one_out(table(kg=kg)).iloc[0]
    second = seizures.leave_one_out(table(kg=[one * 1000 for one in reversed(kg)])).iloc[0]
    assert first["gini"] + 1e-9 >= 0
    assert first["gini"] < 1
    assert first["largest_share"] <= first["top_share"] + 1e-9
    assert first["kg"] == pytest.approx(first["largest_kg"] + first["kg_without"])
    assert first[["gini", "top_share"]].tolist() == pytest.approx(
        second[["gini", "top_share"]].tolist(), abs=1e-9
    )


def test_what_is_no_table_of_seizures_is_refused() -> None:
    with pytest.raises(ColumnsError, match="kg"):
        seizures.leave_one_out(table(country=["KZ"]))
    with pytest.raises(InputError, match="`table` of an intake"):
        seizures.coverage(ilp.read_seizures(rows()))  # type: ignore[arg-type]


# Real files


@pytest.fixture(scope="module")
def real(real_data: Path) -> seizures.SeizureIntake:
    return ilp.read_seizures(real_data / "unodc_ids_split")


@pytest.fixture(scope="module")
def oracle(real_data: Path) -> pd.DataFrame:
    """The same file as pandas reads it."""
    file = real_data / "unodc_ids_split" / "ids_2011_2013.csv.gz"
    return pd.read_csv(file, sep=";", dtype=str, keep_default_na=False).apply(
        lambda column: column.str.strip()
    )


def test_the_real_file_is_read_whole_and_its_traps_are_counted(
    real: seizures.SeizureIntake, oracle: pd.DataFrame
) -> None:
    counts = real.report.set_index("check")["n"]
    assert len(real.table) + len(real.rejected) == len(oracle) == 84_641
    assert len(real.rejected) == 0
    assert counts["no_unit"] == (oracle["DRUG_UNIT"] == "").sum() == 11
    assert counts["amount_not_positive"] == (pd.to_numeric(oracle["AMOUNT"]) <= 0).sum() == 22
    own = (oracle["DEPARTURE_COUNTRY"] == oracle["COUNTRY"]) & (oracle["COUNTRY"] != "")
    parts = real.table["flags"].str.contains("country_part")
    assert counts["self_loop"] == (own | (real.table["departure"] == real.table["country"]) & parts).sum()
    said = oracle[["PRODUCING_COUNTRY", "DEPARTURE_COUNTRY", "DESTINATION_COUNTRY"]].isin(
        ["Unknown", "Other"]
    )
    assert counts["unknown_country"] == said.any(axis=1).sum()
    assert counts["duplicate"] == oracle.duplicated().sum()
    far = real.table[real.table["flags"].str.contains("kg_outlier")]
    # 4.5 million tablets of the one, entered as kilograms, outweigh all other amphetamine by a thousand times.
    assert far[["country", "drug_class", "kg"]].values.tolist() == [["TH", "amphetamine", 4_500_000.0]]
    assert "country_unresolved" not in counts.index
    assert "drug_unlisted" not in counts.index
    assert real.table["country"].notna().all()


def test_seizures_that_two_sources_entered_in_grams_and_kilograms_are_found(
    real: seizures.SeizureIntake,
) -> None:
    twins = real.table[real.table["flags"].str.contains("unit_twin")]
    assert twins["country"].value_counts().to_dict() == {"KZ": 44, "AM": 4, "MU": 2}
    assert twins.groupby(["country", "date", "drug"])["unit"].nunique().eq(2).all()


def test_heroin_of_the_real_file_agrees_with_pandas(
    real: seizures.SeizureIntake, oracle: pd.DataFrame
) -> None:
    factor = oracle["DRUG_UNIT"].map({"Kilogram": 1.0, "Gram": 1e-3, "Milligram": 1e-6, "Ton": 1e3})
    kg = pd.to_numeric(oracle["AMOUNT"]) * factor
    heroin = real.table[real.table["drug_class"] == "heroin"]
    weighed = heroin[heroin["unit"].isin(["kg", "g"])]
    assert len(heroin) == (oracle["DRUG_NAME"] == "Heroin").sum() == 11_847
    assert weighed["kg"].sum() == pytest.approx(kg[oracle["DRUG_NAME"] == "Heroin"].sum())
    assert weighed["kg"].sum() == pytest.approx(46_900.895, abs=0.001)
    found = seizures.leave_one_out(weighed).iloc[0]
    largest = np.sort(weighed["kg"])[::-1]
    assert found["top_share"] == pytest.approx(
        largest[: round(len(largest) / 100)].sum() / largest.sum(), rel=1e-3
    )


def test_a_volume_at_a_kilogram_a_litre_can_be_the_largest_seizure(real: seizures.SeizureIntake) -> None:
    heroin = real.table[real.table["drug_class"] == "heroin"]
    found = seizures.leave_one_out(heroin, by="country").set_index("country")
    assert found.loc["MX", "largest_share"] > 0.9
    assert found.loc["MX", "rank"] < found.loc["MX", "rank_without"]
    row = heroin.set_index("seizure_id").loc[found.loc["MX", "largest_id"]]
    assert row["unit"] == "l"
    assert "kg_by_factor" in row["flags"]


def test_central_asia_has_the_cases_of_the_file_and_its_silent_years(
    real: seizures.SeizureIntake, oracle: pd.DataFrame
) -> None:
    five = ["KZ", "KG", "TJ", "UZ", "TM"]
    names = ["Kazakhstan", "Kyrgyzstan", "Tajikistan", "Uzbekistan", "Turkmenistan"]
    ours = real.table[real.table["country"].isin(five) & real.table["drug_class"].isin(["heroin", "opium"])]
    theirs = oracle[oracle["COUNTRY"].isin(names) & oracle["DRUG_NAME"].isin(["Heroin", "Opium"])]
    assert ours["drug_class"].value_counts().to_dict() == {"heroin": 554, "opium": 343}
    months = [93, 91, 87, 62, 94, 79, 66, 54, 83, 83, 55, 50]
    assert ours["date"].dt.month.value_counts().sort_index().tolist() == months
    assert theirs["SEIZURE_DATE"].str[5:7].value_counts().sort_index().tolist() == months
    found = seizures.coverage(ours, years=range(2011, 2014), countries=five).set_index(["country", "year"])
    silent = set(found.index[~found["reported"]])
    assert {("KZ", 2013), ("KG", 2013), ("TM", 2012), ("TM", 2013)} <= silent
    assert found.loc[("UZ", 2013), "n"] == len(
        theirs[(theirs["COUNTRY"] == "Uzbekistan") & theirs["SEIZURE_DATE"].str.startswith("2013")]
    )
