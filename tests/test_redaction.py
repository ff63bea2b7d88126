"""Redaction: each form of each language is found, ordinary text is left alone, and every cut can be reviewed."""

from __future__ import annotations

import sys

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ilp_toolkit import i18n
from ilp_toolkit.collection import personal_numbers as numbers
from ilp_toolkit.collection.pseudonyms import Key, pseudonym
from ilp_toolkit.dissemination import redaction
from ilp_toolkit.errors import InputError

KEY = b"\x05" * 32

FOUND = {
    # national numbers, documents
    "ПИН 21503199001234": ("national_id", "21503199001234"),
    "JShShIR 31503900011234 raqami": ("national_id", "31503900011234"),
    "ИИН 900101300017": ("national_id", "900101300017"),
    "900101300017 алынды": ("national_id", "900101300017"),
    "ИНН 510012345": ("national_id", "510012345"),
    "СНИЛС 112-233-445 95": ("national_id", "112-233-445 95"),
    "паспорт ID1234567 изъят": ("passport", "ID1234567"),
    "AN 1234567": ("passport", "AN 1234567"),
    "pasport AA1234567": ("passport", "AA1234567"),
    "шиноснома А 12345678": ("passport", "А 12345678"),
    "паспорт 45 08 № 123456": ("passport", "45 08 № 123456"),
    "жеке куәлік 012345678": ("passport", "012345678"),
    # telephones
    "+996 555 12-34-56": ("phone", "+996 555 12-34-56"),
    "+992900123456": ("phone", "+992900123456"),
    "+998 (90) 123 45 67": ("phone", "+998 (90) 123 45 67"),
    "+7 701 123 45 67": ("phone", "+7 701 123 45 67"),
    "992 900 12 34 56": ("phone", "992 900 12 34 56"),
    "00996 555 123456": ("phone", "00996 555 123456"),
    "8 (701) 123-45-67": ("phone", "8 (701) 123-45-67"),
    "0555 12-34-56": ("phone", "0555 12-34-56"),
    "тел. 12-34-56": ("phone", "12-34-56"),
    # accounts, devices
    "пишите на a.b-c@mail.example.org.": ("email", "a.b-c@mail.example.org"),
    "в телеграме @dorlek_88 писал": ("account", "@dorlek_88"),
    "карта 4111 1111 1111 1111": ("bank", "4111 1111 1111 1111"),
    "IBAN GB82 WEST 1234 5698 7654 32": ("bank", "GB82 WEST 1234 5698 7654 32"),
    "IMEI 490154203237518": ("device", "490154203237518"),
    # plates
    "01 KG 123 ABC": ("plate", "01 KG 123 ABC"),
    "А123ВС77": ("plate", "А123ВС77"),
    "A123BC 177": ("plate", "A123BC 177"),
    "123 ABC 02": ("plate", "123 ABC 02"),
    "1234 АВ 01": ("plate", "1234 АВ 01"),
    "01 A 123 BC": ("plate", "01 A 123 BC"),
    "госномер B 1234 AB": ("plate", "B 1234 AB"),
    # places, dates, homes
    "at 38.56123, 68.78765": ("place", "38.56123, 68.78765"),
    "38°33'40.4\"N 68°47'15.6\"E": ("place", "38°33'40.4\"N 68°47'15.6\"E"),
    "12.05.1990 г.р.": ("birth_date", "12.05.1990"),
    "1990 г. р.": ("birth_date", "1990"),
    "родилась 12 мая 1990": ("birth_date", "12 мая 1990"),
    "born on 12 May 1990": ("birth_date", "12 May 1990"),
    "туған күні 1990-05-12": ("birth_date", "1990-05-12"),
    "ул. Зимнирак, д. 5, кв. 12": ("address", "ул. Зимнирак, д. 5, кв. 12"),
    "12 Zimnirak Street, Apt 4": ("address", "12 Zimnirak Street, Apt 4"),
    # names
    "Вчера Торвелим Амзин Дорлекович ушёл": ("name", "Торвелим Амзин Дорлекович"),
    "у Торвелима Амзина Дорлековича изъято": ("name", "Торвелима Амзина Дорлековича"),
    "ТОРВЕЛИМ АМЗИН ДОРЛЕКОВИЧ": ("name", "ТОРВЕЛИМ АМЗИН ДОРЛЕКОВИЧ"),
    "Амзине Вансоковне вручено": ("name", "Амзине Вансоковне"),
    "Торвелим Ильич": ("name", "Торвелим Ильич"),
    "Торвелим Вансок уулу": ("name", "Торвелим Вансок уулу"),
    "Амзина Вансок кызы": ("name", "Амзина Вансок кызы"),
    "Төрвелім Амзин Вансокұлы": ("name", "Төрвелім Амзин Вансокұлы"),
    "Амзина Торвелим қызы": ("name", "Амзина Торвелим қызы"),
    "Вансокзода Торвелим": ("name", "Вансокзода Торвелим"),
    "Торвелим Вансокзода": ("name", "Торвелим Вансокзода"),
    "Торвелим А. В.": ("name", "Торвелим А. В."),
    "А.В. Торвелим": ("name", "А.В. Торвелим"),
    "Свидетель А. В. Торвелим": ("name", "А. В. Торвелим"),
    "met A. B. Torvelim": ("name", "A. B. Torvelim"),
    "Torvelim Amzin Dorlekovich": ("name", "Torvelim Amzin Dorlekovich"),
    "Torvelim Vansok uulu": ("name", "Torvelim Vansok uulu"),
    "Torvelim Vansok o‘g‘li".replace("‘", "ʻ"): ("name", "Torvelim Vansok oʻgʻli"),
    "Vansokzoda Torvelim": ("name", "Vansokzoda Torvelim"),
    "Torvelim A. V.": ("name", "Torvelim A. V."),
}


@pytest.mark.parametrize("text", FOUND)
def test_each_form_is_found_whole_and_nothing_beside_it(text: str) -> None:
    done = redaction.redact(text)
    assert [(find.kind, find.text) for find in done.finds] == [FOUND[text]]


ORDINARY = [
    "В 2024 году зарегистрировано 1 234 567 преступлений, на 12,5 % больше, чем в 2023.",
    "Между 01.01.2024 и 31.12.2024 по ст. 164 УК КР возбуждено 12 345 дел; раскрыто 4 567.",
    "On 12 May 2024 at 22:15 a burglary was reported in Kelovar, 300 m from the market.",
    "Quartier de la Gare, 15 000 habitants, 3.5 km².",
    "Дом № 25 по улице Зимнирак, рядом с площадью Ленина; ущерб 25 000 сомов.",
    "улица Амзина Вансоковича и проспект А. В. Торвелима перекрыты",
    "шаҳри Турсунзода, ноҳияи Рӯдакӣ: 1200 нафар",
    "в городе Турсунзода Душанбинского тракта",
    "Барановичи и Осиповичи — города; Ивановичи приехали",
    "Seizures: 120 kg in 2023, 95 kg in 2024; price 12 000 USD 20 times.",
    "р = 0.000123, z = 2.024243, Gi* 1.234520",
    "EPSG:32742, cell 200 m, x 500200, y 6080400",
    "Постановление Кабинета министров № 141 от 24.03.2025, ст. 146 ч. 1 УПК",
    "KUSP-2024-000123, дело № 1-234/2024",
    "ISBN 978-5-17-118366-6 и ГОСТ 12345-67",
    "report.pdf, version 1.24.3, build 20241231235959",
    "The 99 percent interval is 1 000 000 to 1 000 300.",
    "12345678901234 и 99999999999999 — случайные числа",
    "Встреча в 10:30, кабинет 305, 3-й этаж.",
    "Қылмыс 2024 жылы 12 345 рет тіркелді; Алматы облысы.",
    "Соли 2024 дар ноҳияи Сино 345 ҷиноят ба қайд гирифта шуд.",
    "2024-жылы Бишкек шаарында 1 234 кылмыш катталган.",
    "Таблица 4. Кражи по районам, на 100 000 жителей",
    "Ulugʻbek koʻchasi 5, 2024 yil",
    "Он кузнечик, ключ и Галич; калач, москвич, купила вчера в Угличе",
    "Основной вывод: рост заметен. Важной частью плана остаётся патруль.",
    "Судебная Коллегия Уголовной Палаты Верховного Суда; РАЗДЕЛ ВТОРОЙ УГОЛОВНОЙ СТАТИСТИКИ",
    "Красная Поляна Деревня; Горный Перевал Древний; Новый Дом Церковной Общины",
    "@ 5 p.m. sharp; user@host without a dot",
    "(45.1, 38.2), (46.3, 39.4)",
    "ratio 1234 AM 05:00, 4096 MB 04",
]


@pytest.mark.legitimate
@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_is_left_as_it_is(text: str) -> None:
    done = redaction.redact(text)
    assert [(find.kind, find.text) for find in done.finds] == []
    assert done.text == text


def test_the_datasheets_and_guides_of_the_project_lose_nothing(root: object) -> None:
    from pathlib import Path

    assert isinstance(root, Path)
    for name in ("README.md", "README.ru.md", "docs/methods.md", "docs/methods.ru.md", "CONTRIBUTING.md"):
        text = (root / name).read_text(encoding="utf-8")
        assert redaction.redact(text).counts() == {}, name


def test_offsets_hold_in_both_texts() -> None:
    text = "Вчера Торвелим А. В. звонил с +996 555 12-34-56 на a@b.org, затем ушёл."
    done = redaction.redact(text)
    assert len(done.finds) == 3
    for find in done.finds:
        assert text[find.start : find.end] == find.text
        assert done.text[find.new_start : find.new_end] == find.replacement
    assert done.text == "Вчера [name] звонил с [telephone] на [e-mail], затем ушёл."
    assert done.counts() == {"name": 1, "phone": 1, "email": 1}


pieces = st.lists(
    st.one_of(st.sampled_from(sorted(FOUND)), st.sampled_from(ORDINARY), st.text(max_size=20)), max_size=6
)


@settings(deadline=None, max_examples=60)
@given(pieces)
def test_what_was_not_cut_stays_letter_by_letter(parts: list[str]) -> None:
    text = "\n".join(parts)
    done = redaction.redact(text)
    rebuilt, position = "", 0
    for find in done.finds:
        assert find.start >= position
        rebuilt += text[position : find.start] + find.replacement
        position = find.end
    assert rebuilt + text[position:] == done.text


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(sorted(FOUND)),
    st.sampled_from(["", "Итак: ", "(", "«", "\n\t"]),
    st.sampled_from(["", ".", ")", "»", ",\n"]),
)
def test_a_form_is_found_between_any_punctuation(text: str, front: str, back: str) -> None:
    value = FOUND[text][1]
    assert value not in redaction.redact(front + text + back).text


def test_a_second_pass_finds_nothing_more() -> None:
    for text in FOUND:
        once = redaction.redact(text, key=KEY).text
        assert redaction.redact(once, key=KEY).text == once


def test_decomposed_letters_and_signs_of_no_width_hide_nothing() -> None:
    import unicodedata

    for text, (kind, value) in FOUND.items():
        hidden = unicodedata.normalize("NFD", text)
        done = redaction.redact(hidden)
        assert [find.kind for find in done.finds] == [kind], text
        assert unicodedata.normalize("NFC", done.finds[0].text) == value
    assert redaction.redact("+992\u200b900\u00ad123456").text == "[telephone]"


def test_with_the_key_of_the_case_two_mentions_stay_one() -> None:
    done = redaction.redact("+996 555 12-34-56, then +996555123456 and +996 555 12-34-57", key=KEY)
    one, two, three = (find.replacement for find in done.finds)
    assert one == two != three
    assert one == f"[{pseudonym('996555123456', key=KEY, kind='phone')}]"
    assert done.text == redaction.redact(done.original, key=Key("c", 1, KEY)).text
    assert "555" not in done.text


def test_known_names_are_found_without_a_patronymic_in_any_case_of_letters() -> None:
    text = "VANSOK saw Torvelim  Amzin; Vansokar did not. Ан пришёл"
    done = redaction.redact(text, names=["Vansok", "Torvelim Amzin", "Ан"])
    assert done.text == "[name] saw [name]; Vansokar did not. Ан пришёл"


def test_what_is_to_be_kept_stays() -> None:
    text = "call +996 312 66-00-00 or +996 555 12-34-56"
    assert redaction.redact(text, keep=["+996 312 66-00-00"]).text == "call +996 312 66-00-00 or [telephone]"


def test_kinds_and_languages_narrow_the_search() -> None:
    text = "Торвелим Вансок уулу, +996 555 12-34-56"
    assert redaction.redact(text, kinds=["phone"]).text == "Торвелим Вансок уулу, [telephone]"
    assert redaction.redact(text, languages=["en"]).text == "Торвелим Вансок уулу, [telephone]"
    with pytest.raises(InputError, match="`languages`"):
        redaction.redact(text, languages=["xx"])
    with pytest.raises(InputError, match="`kinds`"):
        redaction.redact(text, kinds=["face"])


def test_the_label_is_in_the_language_in_use() -> None:
    with i18n.language("ru"):
        assert redaction.redact("тел. +992900123456").text == "тел. [телефон]"


def test_the_review_shows_each_cut_before_and_after() -> None:
    done = redaction.redact(
        "Long words before it all. Seen: Торвелим А. В., +992900123456, at night", key=None
    )
    rows = redaction.diff(done, around=8)
    assert rows.columns.tolist() == ["kind", "start", "end", "before", "after"]
    assert rows["before"].tolist()[0] == "…. Seen: Торвелим А. В., +99290…"
    assert rows["after"].tolist()[1].startswith("…[name], [telephone], at nig")
    assert redaction.diff(redaction.redact("nothing here")).empty


def test_a_find_does_not_show_itself_when_printed() -> None:
    done = redaction.redact("call +992900123456")
    assert "900123456" not in repr(done)
    assert "900123456" not in str(done)


def test_a_column_keeps_its_index_and_nothing_else() -> None:
    texts = pd.Series(["Торвелим А. В.", None, "ночью"], index=[4, 2, 9], name="text")
    texts.attrs["who"] = "Торвелим"
    done = redaction.column(texts)
    assert done.tolist() == ["[name]", None, "ночью"]
    assert done.index.tolist() == [4, 2, 9]
    assert done.attrs == {}


def test_presidio_is_asked_for_by_name_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "presidio_analyzer", None)
    with pytest.raises(InputError, match="presidio-analyzer"):
        redaction.redact("x", engine="presidio")


def test_presidio_adds_to_the_patterns(monkeypatch: pytest.MonkeyPatch) -> None:
    from types import SimpleNamespace

    found = [
        SimpleNamespace(entity_type="PERSON", start=0, end=6),
        SimpleNamespace(entity_type="DATE", start=7, end=9),
    ]
    engine = SimpleNamespace(analyze=lambda text, language: found)
    monkeypatch.setitem(sys.modules, "presidio_analyzer", SimpleNamespace(AnalyzerEngine=lambda: engine))
    assert redaction.redact("Dorlek on a@b.org", engine="presidio").text == "[name] on [e-mail]"


def test_check_digits_follow_the_published_examples() -> None:
    assert numbers.luhn("79927398713")  # the worked example of the algorithm
    assert not any(numbers.luhn(f"7992739871{d}") for d in "012456789")
    assert numbers.iban("DE89 3704 0044 0532 0130 00")
    assert numbers.iban("KZ86 125K ZT50 0410 0100")
    assert not numbers.iban("KZ86 125K ZT50 0410 0101")
    assert not numbers.card("0000 0000 0000 0000")
    assert not numbers.fourteen_digits("20002199001234")
    assert not numbers.kz_iin("900230300017")
