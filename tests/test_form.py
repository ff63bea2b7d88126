"""The paper form of the information report: printed, typed in, read back."""

from __future__ import annotations

import io

import pandas as pd
import pytest
from pypdf import PdfReader
from typer.testing import CliRunner

import ilp_toolkit as ilp
from ilp_toolkit import i18n
from ilp_toolkit.cli.app import app
from ilp_toolkit.dissemination.product import form
from ilp_toolkit.errors import FileError
from ilp_toolkit.evaluation import grades


@pytest.fixture(autouse=True)
def in_english():
    """A command sets the language of its context; the next test starts in English again."""
    with i18n.language("en"):
        yield


def pages(body):
    return [page.extract_text() for page in PdfReader(io.BytesIO(body)).pages]


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("scale", grades.SCALES)
def test_the_form_prints_on_one_sheet_with_every_question_and_code(language, scale):
    with i18n.language(language):
        blank = form.blank(scale=scale)
        front, back = pages(form.render(blank))
    plain = " ".join(front.split())
    for section in blank.sections:
        for item in section.fields:
            assert item.label in plain
    for items in blank.extra.values():
        for code, _words in items:
            assert code in front.split()
            assert code in back.split()


def test_the_same_form_gives_the_same_bytes():
    assert form.render(form.blank()) == form.render(form.blank())


def test_the_two_languages_differ_in_words_and_not_in_questions():
    english = form.blank()
    with i18n.language("ru"):
        russian = form.blank()
    assert [f.role for s in english.sections for f in s.fields] == [
        f.role for s in russian.sections for f in s.fields
    ]
    assert not {f.label for s in english.sections for f in s.fields} & {
        f.label for s in russian.sections for f in s.fields
    }


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_form_typed_into_its_table_is_read(tmp_path, language):
    place = form.write(tmp_path / "reports.csv", in_language=language)
    yes, no = ("да", "нет") if language == "ru" else ("yes", "no")
    typed = ["7", "01.03.2025 10:00", "K-1", "XA", "", "Tesvar", "S-1", "O-1", "patrol", "seen", yes, yes,
             "A van.", "A van.", "", "B", "2", "H1", ""]  # fmt: skip
    lines = place.read_text(encoding="utf-8-sig").splitlines()
    assert len(lines[0].split(";")) == len(typed)
    refused = [no if place == 11 else cell for place, cell in enumerate(typed)]
    place.write_text("\n".join([lines[0], ";".join(typed), ";".join(refused)]), encoding="utf-8-sig")
    intake = ilp.read_reports(place, timezone="Indian/Maldives")
    assert (len(intake.table), len(intake.rejected)) == (1, 1)
    row = intake.table.iloc[0]
    assert (row["lawful"], row["ill_treatment_free"], row["handling"], row["area"]) == (
        "yes",
        "yes",
        "H1",
        "Tesvar",
    )
    assert row["received"] == pd.Timestamp("2025-03-01 10:00", tz="Indian/Maldives")
    assert str(grades.of_reports(intake.table).iloc[0]) == "4x4:B2"


def test_a_form_is_written_as_pdf_once(tmp_path):
    place = form.write(tmp_path / "form.pdf", in_language="ru")
    assert place.read_bytes().startswith(b"%PDF")
    with pytest.raises(FileError, match="exists already"):
        form.write(place)
    with pytest.raises(FileError, match=r"must end in \.pdf or \.csv"):
        form.write(tmp_path / "form.docx")
    with pytest.raises(FileError, match="its folder does not"):
        form.write(tmp_path / "nowhere" / "form.pdf")


@pytest.mark.parametrize("name", ["form.pdf", "form.csv"])
def test_the_command_writes_the_form_in_the_language_asked_for(tmp_path, name):
    done = CliRunner().invoke(app, ["form", str(tmp_path / name), "--lang", "ru", "--scale", "6x6"])
    assert done.exit_code == 0, done.output
    if name == "form.csv":
        assert (tmp_path / name).read_text(encoding="utf-8-sig").startswith("Номер сообщения")
    else:
        assert "Что значат коды" in " ".join(pages((tmp_path / name).read_bytes())[1].split())


def test_the_command_refuses_a_scale_that_nobody_knows(tmp_path):
    done = CliRunner().invoke(app, ["form", str(tmp_path / "form.pdf"), "--scale", "7x7"])
    assert done.exit_code == 2
    assert not list(tmp_path.iterdir())


def test_the_form_asks_for_no_name_and_says_what_to_do_with_ill_treatment():
    with i18n.language("en"):
        front = " ".join(pages(form.render(form.blank()))[0].split())
    assert "never a name" in front
    assert "do not use it, report it" in front
    assert "Do not write state secrets on this form" in front
