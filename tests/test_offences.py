"""Offences: codes come from the table alone, sensitivity from anything that betrays the subject."""

from __future__ import annotations

import csv
from importlib import resources

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilp_toolkit import i18n
from ilp_toolkit.collection import offences
from ilp_toolkit.errors import ColumnsError, FileError, InputError


def vocabulary(name: str) -> list[dict[str, str]]:
    path = resources.files("ilp_toolkit") / "collection" / "vocabulary" / name
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


WORDINGS = vocabulary("offences.csv")
CODES = vocabulary("iccs.csv")


@pytest.mark.parametrize(
    ("wording", "code"),
    [
        # Codes and titles as Eurostat publishes police-recorded offences by ICCS category.
        ("Intentional homicide", "0101"),
        ("Attempted intentional homicide", "0102"),
        ("Serious assault", "020111"),
        ("Kidnapping", "020221"),
        ("Sexual violence", "0301"),
        ("Rape", "03011"),
        ("Sexual assault", "03012"),
        ("Robbery", "0401"),
        ("Burglary", "0501"),
        ("Burglary of private residential premises", "05012"),
        ("Theft", "0502"),
        ("Fraud", "0701"),
        ("Corruption", "0703"),
        ("Bribery", "07031"),
        ("Money laundering", "07041"),
        ("Acts against computer systems", "0903"),
    ],
)
def test_a_published_title_has_its_published_code(wording: str, code: str) -> None:
    assert offences.classify(pd.Series([wording])).tolist() == [code]


@pytest.mark.parametrize(
    ("wording", "code"),
    [
        ("кража", "0502"),
        ("КРАЖА", "0502"),
        ("Грабёж", "0401"),
        ("грабеж", "0401"),
        ("Кража (ст. 188 УК РК)", "0502"),
        ("ст.188 ч.2 п.3 Кража", "0502"),
        ("Умышленное причинение тяжкого вреда здоровью", "020111"),
        ("  Скотокрадство ", "05025"),
        ("CRIMINAL  DAMAGE", "0504"),
        ("Extorsion", "02051"),
        ("О‘ғирлик", None),
        ("o'g'rilik", "0502"),
        ("Oʻgʻrilik", "0502"),
        ("дуздӣ", "0502"),
        ("ҰРЛЫҚ", "0502"),
        ("ICCS05012", "05012"),
        ("0820", None),
        ("188", None),
    ],
)
def test_writing_makes_no_difference_and_numbers_are_no_codes(wording: str, code: str | None) -> None:
    found = offences.classify(pd.Series([wording]))[0]
    assert (None if pd.isna(found) else found) == code


@pytest.mark.parametrize(
    "wording",
    [
        "Arma de fuego",
        "Cortopunzante",
        "Por establecer",
        "Violence and sexual offences",
        "Other crime",
        "robo",
    ],
)
def test_methods_and_mixed_categories_are_not_offences(wording: str) -> None:
    assert offences.classify(pd.Series([wording])).isna().all()


def test_codes_stay_on_the_callers_index_and_the_series_is_not_touched() -> None:
    given_ = pd.Series(["Theft", None, "Theft"], index=[7, 7, 1], name="offence")
    before = given_.copy()
    codes = offences.classify(given_)
    assert codes.index.tolist() == [7, 7, 1]
    assert codes.isna().tolist() == [False, True, False]
    pd.testing.assert_series_equal(given_, before)


def test_empty_and_all_missing_columns_are_classified_too() -> None:
    assert offences.classify(pd.Series([], dtype="object")).tolist() == []
    assert offences.classify(pd.Series([None, None], dtype="object")).isna().all()
    assert offences.classify(pd.Series(["Theft"] * 3, dtype="category")).tolist() == ["0502"] * 3


def test_wordings_without_a_code_are_listed_most_frequent_first() -> None:
    listed = offences.unmapped(pd.Series(["b", "a", "b", "Theft", None, "unknown"]))
    assert listed.to_dict("list") == {"wording": ["b", "a"], "n": [2, 1]}


def test_a_ministry_adds_its_own_wordings(tmp_path) -> None:
    path = tmp_path / "наши.csv"
    path.write_text("wording,iccs,sensitivity\nКАС 17,0501,\nТеракт-2,,no_hotspot\n", encoding="utf-8-sig")
    assert offences.classify(pd.Series(["кас 17"]), extra=path).tolist() == ["0501"]
    assert offences.sensitivity("Теракт-2", extra=str(path)) == "no_hotspot"
    frame = pd.DataFrame({"wording": ["Theft"], "iccs": ["0501"]})
    assert offences.classify(pd.Series(["theft"]), extra=frame).tolist() == ["0501"]


def test_an_added_table_cannot_make_a_wording_freer() -> None:
    frame = pd.DataFrame(
        {"wording": ["Rape", "Domestic violence"], "iccs": ["0502", ""], "sensitivity": ["none", "none"]}
    )
    assert offences.sensitivity("rape", extra=frame) == "district"
    assert offences.sensitivity("domestic violence", extra=frame) == "district"


def test_a_bad_added_table_is_refused_with_its_row(tmp_path) -> None:
    with pytest.raises(InputError, match=r"row 3.*'9999'"):
        offences.classify(
            pd.Series(["a"]), extra=pd.DataFrame({"wording": ["a", "b"], "iccs": ["0501", "9999"]})
        )
    with pytest.raises(InputError, match=r"row 2.*'secret'"):
        offences.classify(
            pd.Series(["a"]),
            extra=pd.DataFrame({"wording": ["a"], "iccs": ["0501"], "sensitivity": ["secret"]}),
        )
    with pytest.raises(ColumnsError, match="iccs"):
        offences.classify(pd.Series(["a"]), extra=pd.DataFrame({"wording": ["a"]}))
    with pytest.raises(FileError, match=r"none\.csv"):
        offences.classify(pd.Series(["a"]), extra=tmp_path / "none.csv")


@pytest.mark.parametrize(
    "offence",
    [
        "03", "0301", "03011", "030111", "0302", "030221", "ICCS0301", "Rape", "Изнасилование", "CRIMINAL SEXUAL ASSAULT",
        "BATTERY - DOMESTIC BATTERY SIMPLE", "Побои в семье", "Violence and sexual offences", "семейно-бытовое насилие",
        "Violencia intrafamiliar", "Зорлау", "Таҷовуз ба номус", "Истязание", "SEX OFFENSE", "ҮЙ-БҮЛӨЛҮК зомбулук",
        "Покушение на изнасилование несовершеннолетней", "VIOLATE ORDER OF PROTECTION", "Похищение невесты", "Развращение малолетних (ст.124)",
    ],
)  # fmt: skip
def test_domestic_and_sexual_violence_leaves_by_district_at_most(offence: str) -> None:
    assert offences.sensitivity(offence) == "district"


@pytest.mark.parametrize(
    "offence",
    [
        "0803", "08032", "080321", "08012", "0209", "Blasphemy", "Клевета", "Участие в несанкционированном митинге",
        "Возбуждение социальной, национальной, родовой, расовой, сословной или религиозной розни (ст.174 УК РК)",
        "PUBLIC PEACE VIOLATION: PUBLIC DEMONSTRATION", "Хранение экстремистских материалов", "Массовые беспорядки",
        "Domestic extremism", "Посягательство на честь и достоинство Президента", "Руководство запрещенной забастовкой",
    ],
)  # fmt: skip
def test_belief_speech_and_assembly_have_no_hot_spots(offence: str) -> None:
    assert offences.sensitivity(offence) == "no_hotspot"


@pytest.mark.parametrize(
    "offence",
    [
        "Burglary",
        "Domestic burglary",
        "Burglary - domestic",
        "Кража бытовой техники",
        "0502",
        "9999",
        "",
        "Кража",
        "Drapery",
        None,
    ],
)
def test_ordinary_offences_have_no_limit(offence: str | None) -> None:
    assert offences.sensitivity(offence) == "none"


def test_every_wording_has_a_known_code_and_a_known_sensitivity_and_stands_once() -> None:
    known = {row["code"] for row in CODES}
    assert [row for row in WORDINGS if row["iccs"] and row["iccs"] not in known] == []
    assert {row["sensitivity"] for row in WORDINGS} <= {"", *offences.SENSITIVITIES}
    assert [row for row in WORDINGS if not row["iccs"] and not row["sensitivity"]] == []
    plain = pd.Series([offences._plain(row["wording"]) for row in WORDINGS])
    codes = pd.Series([row["iccs"] for row in WORDINGS])
    assert codes.groupby(plain).nunique().max() == 1, "a wording that differs only in writing has two codes"


def test_every_code_has_its_parent_and_both_titles() -> None:
    known = {row["code"] for row in CODES}
    assert len(known) == len(CODES)
    for row in CODES:
        assert row["title_en"]
        assert row["title_ru"]
        assert row["verified"] in {"true", "false"}
        if len(row["code"]) > 2:
            assert row["code"][:-1] in known or row["code"][:-2] in known


def test_a_title_is_in_the_language_in_use() -> None:
    assert offences.title("0401") == "Robbery"
    with i18n.language("ru"):
        assert offences.title("0401") == "Грабёж и разбой"
    assert offences.title("9999") == "9999"


@given(
    st.sampled_from(WORDINGS), st.sampled_from([str.upper, str.lower, str.title, lambda text: f"  {text}. "])
)
def test_every_wording_is_found_however_it_is_written(row, write) -> None:
    found = offences.classify(pd.Series([write(row["wording"])]))[0]
    assert ("" if pd.isna(found) else found) == row["iccs"]
    strictness = offences.SENSITIVITIES.index
    assert strictness(offences.sensitivity(write(row["wording"]))) >= strictness(row["sensitivity"] or "none")


@given(st.text(max_size=40))
def test_any_text_has_an_answer(text: str) -> None:
    assert offences.sensitivity(text) in offences.SENSITIVITIES
    assert len(offences.classify(pd.Series([text]))) == 1


def test_real_registers_are_mapped_where_their_categories_are_clear(real_data) -> None:
    chicago = pd.read_csv(real_data / "chicago_2022_slim" / "crimes-2022-slim.csv.gz", dtype=str)[
        "Primary Type"
    ]
    assert offences.classify(chicago).notna().mean() > 0.85
    police = pd.read_csv(
        real_data / "cambridgeshire_2021_01" / "2021-01-cambridgeshire-street.csv", header=None, dtype=str
    )[9]
    assert set(offences.unmapped(police)["wording"]) == {
        "Violence and sexual offences", "Anti-social behaviour", "Public order", "Other crime",
    }  # fmt: skip
