"""Ways in which a person stays in a text that was redacted; beside them what must never be cut."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ilp_toolkit.collection import pseudonyms
from ilp_toolkit.dissemination import payload, redaction

KEY = b"\x09" * 32

HIDDEN = {
    "in quotation marks": ("он сказал «Торвелим Амзин Дорлекович»", "Торвелим"),
    "with a hyphen": ("Анна-Мария Торвелим Дорлековна пришла", "Торвелим"),
    "across lines": ("Торвелим\nАмзин\nДорлекович", "Амзин"),
    "with no-break spaces": ("Торвелим\u00a0Амзин\u00a0Дорлекович", "Амзин"),
    "initials without spaces": ("передал А.В.Торвелиму", "Торвелим"),
    "in the middle of capitals": ("ПРОТОКОЛ: ТОРВЕЛИМ АМЗИН ДОРЛЕКОВИЧ, ЗАДЕРЖАН", "АМЗИН"),
    "decomposed letters": (
        "Торвелим Щёгол Андреевич".replace("ё", "е\u0308").replace("й", "и\u0306"),
        "Торвелим",
    ),
    "a soft hyphen in the number": ("+996\u00ad555\u200b123456", "555"),
    "a number in Arabic digits": ("тел. +٩٩٦٥٥٥١٢٣٤٥٦", "٥٥٥"),
    "full-width digits": ("ПИН ２１５０３１９９００１２３４", "２１５０３"),
    "a number behind a slash": ("тел/+996555123456", "555"),
    "two phones in a row": ("+996555123456/+996555123457", "123457"),
    "a phone in brackets": ("(+992 900 12-34-56)", "900"),
    "a plate in Cyrillic letters": ("авто А123ВС77", "А123"),
    "a plate in Latin letters": ("car A123BC77", "A123"),
    "an e-mail with a plus": ("to t.amzin+work@mail.example.org!", "amzin"),
    "a card in groups": ("4111-1111-1111-1111", "1111"),
    "a date of birth in words": ("родился 5 марта 1990 года", "1990"),
    "a national number at the end": ("номер 21503199001234.", "2150"),
    "a passport after its word": ("паспорт серии ID № 1234567", "1234567"),
    "coordinates in a sentence": ("dug at 38.56123,68.78765 near", "68.78765"),
    "a Kyrgyz name": ("Күбө Торвелим Вансок уулу көргөн", "Вансок"),
    "a Kazakh name": ("куә Торвелим Амзин Вансокұлы", "Амзин"),
    "a Tajik name": ("шоҳид Вансокзода Торвелим дид", "Торвелим"),
    "an Uzbek name": ("guvoh Torvelim Vansok o'g'li ko'rgan", "Vansok"),
}


@pytest.mark.attack
@pytest.mark.parametrize("name", HIDDEN)
def test_a_person_does_not_stay_in_the_text(name: str) -> None:
    import unicodedata

    text, secret = HIDDEN[name]
    left = unicodedata.normalize("NFC", redaction.redact(text).text)
    assert secret not in left, left


@pytest.mark.attack
@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(sorted(HIDDEN)),
    st.text(st.characters(codec="utf-8", categories=["Po", "Zs", "Ps", "Pe", "Lo"]), max_size=12),
)
def test_nor_beside_any_other_signs(name: str, signs: str) -> None:
    import unicodedata

    text, secret = HIDDEN[name]
    left = redaction.redact(f"{signs}\n{text}\n{signs}").text
    assert secret not in unicodedata.normalize("NFC", left)


@pytest.mark.attack
def test_the_pseudonym_in_the_text_cannot_be_found_by_trying_numbers() -> None:
    done = redaction.redact("ПИН 21503199001234", key=KEY)
    guess = pseudonyms.pseudonym("21503199001234", key=b"\x00" * 32, kind="national_id")
    assert guess not in done.text
    assert "2150" not in done.text


@pytest.mark.attack
def test_what_was_cut_is_found_by_no_scan_of_the_text_and_by_every_scan_of_the_review(tmp_path: Path) -> None:
    text = "Торвелим Амзин Дорлекович, +996 555 12-34-56, сообщил о краже."
    watch = payload.Canaries(set_aside=frozenset({"торвелим амзин дорлекович", "+996 555 12-34-56"}))
    done = redaction.redact(text, key=KEY)
    (tmp_path / "a.txt").write_text(done.text, encoding="utf-8")
    assert payload.scan(tmp_path, watch) == []
    redaction.diff(done).to_csv(tmp_path / "a.csv")
    assert [leak.kind for leak in payload.scan(tmp_path, watch)] == ["set_aside"]


@pytest.mark.attack
def test_known_names_are_found_in_both_spellings_that_are_given() -> None:
    done = redaction.redact("Vansok и Вансок", names=["Vansok", "Вансок"], key=KEY)
    one, two = done.finds
    assert "ансок" not in done.text
    assert "ansok" not in done.text
    # Two scripts stay two: whether they are one person is for a human to say.
    assert one.replacement != two.replacement


@pytest.mark.legitimate
@pytest.mark.parametrize("text", [
    "Улица А. В. Торвелима, 12 домов, 3 подъезда", "По ст. 164 ч. 2 п. 1 УК КР возбуждено 45 дел за 2024 год.",
    "Harm index 11 127; shoplifting 62.9 % of count, 0.9 % of harm.", "Gi* z = 2.024243 (p 0.0429), n = 1 025",
    "Шаҳри Турсунзода ва ноҳияи Рӯдакӣ", "с 01.01.2024 по 31.12.2024, 24 часа, 7 дней", "EPSG:32742; 500200 6080400; 200 × 200 м",
    "20 KG of hashish, 2 kg of opium, 350 USD", "Iso 8601: 2024-05-12T10:00:00+05:00", "SHA-256 e3b0c44298fc1c149afbf4c8996fb924",
    "https://www.unodc.org/documents/2024/report_12345678.pdf", "Квартал 12, участок 4; план на 2025–2027 годы",
])  # fmt: skip
def test_ordinary_text_loses_nothing(text: str) -> None:
    assert redaction.redact(text).text == text
