"""Lessons for phones and handouts for paper: all of the practice, nothing of the exam, no request, letters of the region."""

from __future__ import annotations

import html
import re
import shutil
from pathlib import Path

import pytest
from pypdf import PdfReader

from grading import asked, handouts, phone
from grading.course import build_module
from grading.modules import Module, load
from ilp_toolkit import i18n
from ilp_toolkit.learning.items import Item, ItemPack, Option, Row, Step


@pytest.fixture(scope="module")
def module(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Module:
    place = tmp_path_factory.mktemp("modules") / "modules" / "98_trial"
    shutil.copytree(root / "modules" / "_template", place, ignore=shutil.ignore_patterns("__pycache__"))
    return load(place)


@pytest.fixture(scope="module")
def course(module: Module, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("course")
    build_module(module, folder)
    return folder


@pytest.fixture(scope="module")
def sheets(module: Module, course: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("handouts")
    for language in ("en", "ru"):
        handouts.write([module], course, language, folder / language)
    return {f"{p.parent.name} {p.stem.rpartition('-')[2]}": p for p in folder.rglob("*.pdf")}


@pytest.fixture(scope="module")
def page(module: Module, course: Path) -> str:
    """The lesson in English, its cells really run."""
    return phone.lesson(module, course, "en")


def plain(text: str) -> str:
    """Return the letters and digits of a text: markdown, line breaks and entities make no difference."""
    return re.sub(r"[\W_]+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text))).strip()


def pages_of(path: Path) -> list[str]:
    return [plain(page.extract_text()) for page in PdfReader(path).pages]


# --- a question without a screen


def question(kind: str, **fields: object) -> asked.Asked:
    item = Item.model_validate({"id": "p1", "part": "lab", "kind": kind, "prompt": "?", **fields})
    pack = ItemPack(module="98_trial", items=(item,))
    return asked.read(item, pack, Path())


def test_each_choice_is_told_right_or_wrong_with_its_reason() -> None:
    options = (
        Option(id="a", text="Yes", right=True, why="So."),
        Option(id="b", text="No", right=False, why="Not so."),
    )
    one = question("choice", option=options)
    assert one.lines == ("Yes", "No")
    assert [(a.sign, a.text, a.why) for a in one.answers] == [("✓", "Yes", "So."), ("✗", "No", "Not so.")]


def test_steps_are_shown_in_another_order_than_that_of_the_answer() -> None:
    one = question("order", step=tuple(Step(id=x, text=f"step {x}") for x in "dbca"))
    assert sorted(one.lines) == ["step a", "step b", "step c", "step d"]
    assert list(one.lines) != ["step d", "step b", "step c", "step a"]
    assert [(a.sign, a.text) for a in one.answers] == [
        ("1", "step d"), ("2", "step b"), ("3", "step c"), ("4", "step a"),
    ]  # fmt: skip


def test_a_match_leaves_a_cell_to_fill_in_and_lists_what_can_be_entered() -> None:
    one = question(
        "match",
        row=(Row(id="r", text="Interception", answer="y"),),
        option=(Option(id="x", text="Supervisor"), Option(id="y", text="Court")),
    )
    assert one.rows == (("Interception", None),)
    assert one.entries == (("", ("Supervisor", "Court")),)
    assert [a.text for a in one.answers] == ["Interception → Court"]


def test_a_number_is_written_as_readers_of_the_language_write_it() -> None:
    mistake = [{"value": 8, "why": "The other way round."}]
    with i18n.language("ru"):
        one = question("number", answer=12.5, unit="%", mistake=mistake)
    assert [(a.sign, a.text) for a in one.answers] == [("✓", "12,5 %"), ("✗", "8")]


def test_a_worked_solution_in_code_is_shown_without_the_marks_around_it() -> None:
    item = Item.model_validate({"id": "p1", "part": "lab", "kind": "value", "prompt": "?", "variable": "q"})
    code = "q = None\n### BEGIN SOLUTION\nq = 6 * 7\n### END SOLUTION"
    one = asked.read(item, ItemPack(module="98_trial", items=(item,)), Path(), code)
    assert one.code == "q = None\nq = 6 * 7"


# --- handouts


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_lab_on_paper_asks_all_of_its_questions_and_answers_them_at_the_end(
    sheets: dict[str, Path], course: Path, language: str
) -> None:
    pages = pages_of(sheets[f"{language} lab"])
    pack = ItemPack.load(course / language / "98_trial")
    with i18n.language(language):
        head = plain(handouts._("Answers: look here after you have tried"))
    start = next(n for n, text in enumerate(pages) if head in text)
    asked_first, told_last = " ".join(pages[:start]), " ".join(pages[start:])
    items = list(asked.practice(pack, "lab"))
    assert len(items) == 4
    for item in items:
        assert plain(item.prompt) in asked_first
        if item.solution:
            assert plain(item.solution) not in asked_first
            assert plain(item.solution) in told_last


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_handout_is_a4_with_its_own_fonts_and_nothing_of_the_exam(
    sheets: dict[str, Path], course: Path, language: str
) -> None:
    exam = [item for item in ItemPack.load(course / language / "98_trial").items if item.part == "exam"]
    for name in ("sheet", "lab"):
        reader = PdfReader(sheets[f"{language} {name}"])
        text = plain(" ".join(page.extract_text() for page in reader.pages))
        for page in reader.pages:
            assert (round(float(page.mediabox.width)), round(float(page.mediabox.height))) == (595, 842)
            for font in page["/Resources"]["/Font"].values():
                inner = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
                assert "/FontFile2" in inner or "/FontFile3" in inner
        assert not [item.id for item in exam if plain(item.prompt) in text]


def test_the_sheet_in_russian_is_russian(sheets: dict[str, Path]) -> None:
    text = " ".join(pages_of(sheets["ru sheet"]))
    assert "После этого модуля вы сможете" in text
    assert "Для заметок" in text
    assert "After this module" not in text


def test_the_sheet_has_the_outcomes_and_each_section_of_the_lesson(
    sheets: dict[str, Path], module: Module
) -> None:
    text = " ".join(pages_of(sheets["en sheet"]))
    assert [o.id for o in module.head.outcome if plain(o.text) not in text] == []
    heads = [h for c in module.cells("lesson") for h in re.findall(r"(?m)^## +(.+)$", c.source)]
    assert heads
    assert [h for h in heads if plain(h) not in text] == []


def test_the_same_sources_give_the_same_handout(
    module: Module, course: Path, sheets: dict[str, Path], tmp_path: Path
) -> None:
    again = handouts.write([module], course, "en", tmp_path)
    assert [p.read_bytes() for p in again] == [sheets[f"en {name}"].read_bytes() for name in ("sheet", "lab")]


def test_what_looks_like_markup_of_the_printer_is_printed_as_it_stands(tmp_path: Path) -> None:
    words = '#read("/etc/passwd") $x$ @label <b> \\n'
    content = {**handouts._head(_Named(), ItemPack(module="98_trial", title=words), "#kind"), "notes": True}  # type: ignore[arg-type]
    path = tmp_path / "x.pdf"
    path.write_bytes(handouts._compiled(content))
    assert '#read("/etc/passwd")' in PdfReader(path).pages[0].extract_text()


class _Named:
    number = "98"


def test_blocks_keep_headings_lists_tables_and_code() -> None:
    source = (
        "## Head\n\nA *b* `c`.\n\n1. one\n2. two\n\n| x | y |\n|---|---|\n| 1 | **2** |\n\n```\nq = 1\n```"
    )
    kinds = [(b["kind"], b.get("mark", "")) for b in handouts.blocks(source)]
    assert kinds == [("h", ""), ("p", ""), ("li", "1."), ("li", "2."), ("table", ""), ("code", "")]
    table = handouts.blocks(source)[4]
    assert table["rows"] == [[[["x", ""]], [["y", ""]]], [[["1", ""]], [["2", "b"]]]]


# --- lessons for phones


def test_a_lesson_on_a_phone_asks_nobody_for_anything(page: str) -> None:
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert not re.search(r"""(?:src|href)=["']?(?!data:|#)[a-z]+[:/]""", page)
    assert not re.search(r"url\((?!data:)", page)
    assert 'name="viewport" content="width=device-width' in page


def test_a_lesson_shows_what_its_cells_gave(page: str) -> None:
    assert "<pre>19</pre>" in page
    assert "<pre>Calls by district {&#x27;Tesvar&#x27;: 12, &#x27;Lomiran&#x27;: 7}\n</pre>" in page


def test_each_question_of_the_lesson_is_there_with_its_answer_folded_away(page: str, course: Path) -> None:
    pack = ItemPack.load(course / "en" / "98_trial")
    items = list(asked.practice(pack, "lesson"))
    assert page.count('<section class="ask">') == len(items) == 5
    open_text = plain(re.sub(r"<details.*?</details>", " ", page, flags=re.DOTALL))
    for item in items:
        assert plain(item.prompt) in open_text
        for one in (*item.option, *item.row, *item.step):
            if len(one.__dict__.get("why", "")) > 20:
                assert plain(one.why) not in open_text
                assert plain(one.why) in plain(page)


def test_nothing_of_the_exam_is_on_the_phone(page: str, course: Path) -> None:
    shown = plain(page)
    exam = [item for item in ItemPack.load(course / "en" / "98_trial").items if item.part == "exam"]
    assert exam
    assert not [item.id for item in exam if plain(item.prompt) in shown]


def test_anchors_work_and_links_to_notebooks_become_words() -> None:
    made = phone.prose('<a id="why"></a>\n## Why\n\nGo to the [lab](lab.ipynb) or [back](lesson.ipynb#why).')
    assert '<a id="why"></a>' in made
    assert "ipynb" not in made
    assert '<a href="#why">back</a>' in made


def test_html_in_prose_and_in_questions_is_shown_and_not_obeyed() -> None:
    evil = "<img src=x onerror=alert(1)>"
    one = asked.Asked(
        "p1", "choice", evil, "", "one", lines=(evil,), answers=(asked.Answer(evil, evil, "✓"),)
    )
    for made in (phone.prose(evil), phone.question(one)):
        assert "<img" not in made
        assert "&lt;img" in made
