"""One source, many languages: what is translated, what is marked, and what a translation must keep."""

from __future__ import annotations

import ast
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.course import build_module, notebook, pack
from grading.languages import (
    _PARTS,
    LANGUAGES,
    PSEUDO,
    Source,
    Translation,
    differences,
    gaps,
    merge,
    mistakes,
    pseudo,
    reviewed,
    update,
)
from grading.lint import texts_shown
from grading.modules import PARTS, Module, find, load, load_all
from grading.tracks import Curriculum, index


@pytest.fixture(scope="module")
def template(root: Path) -> Module:
    return load(root / "modules" / "_template")


@pytest.fixture(scope="module")
def shipped(root: Path) -> list[Source]:
    return [*load_all(root), Curriculum.load(root)]


@pytest.fixture
def copy(root: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(root / "modules" / "_template", tmp_path / "modules" / "_template"))


def fragment(folder: Path, *messages: tuple[str | None, str, str], flags: str = "") -> Path:
    """Write a PO file of context, text and translation."""
    parts = ['msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n']
    for context, text, translation in messages:
        head = f"{flags}\n" if flags else ""
        head += f"msgctxt {json.dumps(context)}\n" if context else ""
        quoted = [json.dumps(string, ensure_ascii=False) for string in (text, translation)]
        parts.append(f"{head}msgid {quoted[0]}\nmsgstr {quoted[1]}\n")
    path = folder / "fragment.po"
    path.write_text("\n".join(parts), encoding="utf-8")
    return path


def change(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")


def texts(folder: Path, language: str = "ru", part: str = "lesson") -> str:
    made = notebook(load(folder), part, Translation(load(folder), language))
    return "\n\n".join(cell.source for cell in made.cells)


# --- the shipped modules --------------------------------------------------------------------------------


def test_every_text_of_the_shipped_modules_and_tracks_is_translated_and_current(
    shipped: list[Source],
) -> None:
    marked = {
        f"{source.id} {language} {message.context} ({state}): {message.text[:60]}"
        for source in shipped
        for language in LANGUAGES[1:]
        for message, state in gaps(source, language)
    }
    assert marked == set()


def test_a_shipped_translation_keeps_placeholders_links_anchors_and_code(shipped: list[Source]) -> None:
    found = [
        str(problem) for source in shipped for lang in LANGUAGES[1:] for problem in mistakes(source, lang)
    ]
    assert found == []


def test_the_po_files_are_what_the_sources_make_of_them(root: Path, tmp_path: Path) -> None:
    shutil.copytree(root / "modules", tmp_path / "modules")
    for source in [*load_all(tmp_path), Curriculum.load(tmp_path)]:
        for language in LANGUAGES[1:]:
            before = source.po(language).read_bytes()
            update(source, language)
            assert source.po(language).read_bytes() == before, (
                f"run `make translations`: {source.po(language)}"
            )


def test_a_notebook_says_at_its_head_that_nobody_has_reviewed_the_translation(root: Path) -> None:
    modules = load_all(root)
    assert modules
    for module in modules:
        assert not reviewed(module, "ru"), "then the notebooks' heads change: build them"
        for part in PARTS:
            head = notebook(module, part, Translation(module, "ru")).cells[0].source
            assert "> Перевод ещё не проверен специалистом" in head
            assert "reviewed" not in notebook(module, part, Translation(module, "en")).cells[0].source


def test_russian_words_are_written_in_russian_letters(shipped: list[Source]) -> None:
    mixed = re.compile(r"[A-Za-z][а-яё]|[а-яё][A-Za-z]")
    for source in shipped:
        translation = Translation(source, "ru")
        for message in source.messages():
            text = _PARTS.sub(" ", translation.find(message.context, message.text)[0])
            assert not mixed.search(text), f"{source.id} {message.context}: {mixed.search(text)}"


# --- marks ----------------------------------------------------------------------------------------------


def test_what_is_not_translated_is_shown_in_english_under_a_mark_in_the_readers_language(copy: Path) -> None:
    shown = texts(copy)
    assert '> ⚠ *Ещё не переведено.*\n\n<a id="counting"></a>\n## Counting' in shown
    assert "# 00 · [Ещё не переведено] A module to copy" in shown
    assert '# Ещё не переведено.\nHEADING = "Calls by district"' in shown
    items = pack(load(copy), Translation(load(copy), "ru"))
    assert items["p1"].prompt.startswith("> ⚠ *Ещё не переведено.*\n\nA call is not")
    assert items["p1"].option[0].text == "[Ещё не переведено] Nowhere"
    english = pack(load(copy), Translation(load(copy), "en"))
    assert english["p1"].option[0].text == "Nowhere"


def test_a_translation_takes_the_mark_away(copy: Path, tmp_path: Path) -> None:
    module = load(copy)
    path = fragment(
        tmp_path,
        ("p1", "Nowhere", "Нигде"),
        ("lesson", 'HEADING = "Calls by district"', 'HEADING = "Вызовы"'),
    )
    assert merge(module, "ru", path) == 2
    assert merge(module, "ru", path) == 0, "a second time changes nothing"
    assert pack(module, Translation(module, "ru"))["p1"].option[0].text == "Нигде"
    assert '\n\nHEADING = "Вызовы"' in texts(copy)


def test_a_changed_text_is_shown_in_english_with_the_mark_that_its_translation_is_older(
    copy: Path, tmp_path: Path
) -> None:
    merge(load(copy), "ru", fragment(tmp_path, ("p1", "Nowhere", "Нигде"), ("p1", "As a zero", "Как ноль")))
    change(copy, "items.toml", 'text = "Nowhere"', 'text = "Nowhere at all"')
    module = load(copy)
    for _ in range(2):
        option = pack(module, Translation(module, "ru"))["p1"].option
        assert option[0].text == "[Перевод старше текста] Nowhere at all"
        assert option[1].text == "Как ноль"
        update(module, "ru")
    po = module.po("ru").read_text(encoding="utf-8")
    assert '#, fuzzy\nmsgctxt "p1"\nmsgid "Nowhere at all"\nmsgstr "Нигде"' in po
    assert [(m.text, state) for m, state in gaps(module, "ru") if m.context == "p1" and state == "stale"] == [
        ("Nowhere at all", "stale")
    ]
    merge(module, "ru", fragment(tmp_path, ("p1", "Nowhere at all", "Вообще нигде")))
    assert pack(module, Translation(module, "ru"))["p1"].option[0].text == "Вообще нигде"


def test_a_translation_is_never_taken_over_from_another_item(copy: Path, tmp_path: Path) -> None:
    merge(load(copy), "ru", fragment(tmp_path, ("p1", "Nowhere", "Нигде")))
    change(copy, "items.toml", 'text = "Nowhere"', 'text = "Somewhere else entirely, and long after"')
    change(copy, "items.toml", 'text = "More patrols"', 'text = "Nowhere"')
    items = pack(load(copy), Translation(load(copy), "ru"))
    assert items["p2"].option[0].text == "[Ещё не переведено] Nowhere"
    assert items["p1"].option[0].text.startswith("[Ещё не переведено] Somewhere")


def test_a_fragment_without_contexts_fills_every_place_and_doubtful_lines_fill_none(
    copy: Path, tmp_path: Path
) -> None:
    change(copy, "items.toml", 'text = "As a zero"', 'text = "More patrols"')
    module = load(copy)
    assert merge(module, "ru", fragment(tmp_path, (None, "More patrols", "Больше патрулей"))) == 2
    assert (
        merge(module, "ru", fragment(tmp_path, ("p9", "More patrols", "Иное"), ("p1", "Unknown", "Иное")))
        == 0
    )
    assert merge(module, "ru", fragment(tmp_path, ("p1", "Nowhere", "Иное"), flags="#, fuzzy")) == 0
    assert merge(module, "ru", fragment(tmp_path, ("p1", "Nowhere", ""))) == 0


def test_another_version_of_the_program_that_writes_po_files_changes_none(copy: Path) -> None:
    module = load(copy)
    update(module, "ru")
    path = module.po("ru")
    older = re.sub(
        "Generated-By: Babel [0-9.]+", "Generated-By: Babel 2.16.0", path.read_text(encoding="utf-8")
    )
    path.write_text(older, encoding="utf-8")
    update(module, "ru")
    assert path.read_text(encoding="utf-8") == older
    change(copy, "items.toml", 'text = "Nowhere"', 'text = "Nowhere at all"')
    update(load(copy), "ru")
    assert "Nowhere at all" in path.read_text(encoding="utf-8")


def test_a_reviewed_translation_loses_the_line_at_the_head(copy: Path) -> None:
    module = load(copy)
    update(module, "ru")
    assert "Перевод ещё не проверен" in texts(copy)
    change(copy, "locale/ru.po", "# Reviewed: no.", "# Reviewed: yes.")
    assert reviewed(module, "ru")
    assert "Перевод ещё не проверен" not in texts(copy)
    update(module, "ru")
    assert reviewed(module, "ru"), "an update keeps what a reviewer wrote"


# --- what must stay -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "translation", "lost"),
    [
        ("Black out [[s1:Mariam]].", "Закройте Мариам.", "[[s1:"),
        ("Black out [[s1:Mariam]].", "Закройте [[s2:Мариам]].", "[[s2:"),
        ("See [the text](lesson.ipynb#a).", "См. [текст](lesson.ipynb#b).", "](lesson.ipynb#a)"),
        ('<a id="a"></a>\n## Title', "## Название", '<a id="a">'),
        ("Put it into `q3`.", "Запишите в `q4`.", "`q3`"),
        ("{n} rows", "строк", "{n}"),
        ("A price of $x^2$", "Цена $x$", "$x^2$"),
    ],
)
def test_a_placeholder_that_a_translation_lost_is_told(text: str, translation: str, lost: str) -> None:
    assert any(lost in what for what in differences(text, translation))
    assert differences(text, text) == []


@pytest.mark.parametrize(
    ("translation", "same"),
    [
        ('TITLE = "Вызовы"  # заголовок', True),
        ('TITLE = "Calls"', True),
        ('TITEL = "Вызовы"', False),
        ('TITLE = "Вызовы"\nimport os', False),
        ('TITLE = "Вызовы', False),
        ("TITLE = 7", False),
    ],
)
def test_a_translated_cell_of_words_may_change_texts_and_comments_alone(translation: str, same: bool) -> None:
    assert (differences('TITLE = "Calls"  # the heading', translation, code=True) == []) is same


def test_a_translation_that_changes_code_stops_the_build(copy: Path, tmp_path: Path) -> None:
    module = load(copy)
    changed = 'import os; HEADING = "Вызовы"'
    merge(module, "ru", fragment(tmp_path, ("lesson", 'HEADING = "Calls by district"', changed)))
    found = mistakes(module, "ru")
    assert [problem.stops for problem in found] == [True]
    assert "the code differs" in str(found[0])


def test_a_po_file_that_an_editor_saved_in_another_encoding_is_told(copy: Path) -> None:
    update(load(copy), "ru")
    change(copy, "locale/ru.po", "# Terms", "# Слова")
    path = copy / "locale" / "ru.po"
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp1251"))
    assert "cannot be read as PO" in str(mistakes(load(copy), "ru")[0])


# --- the pseudo-locale ----------------------------------------------------------------------------------

PIECES = st.sampled_from([
    "Count the rows ", "`calls.csv`", "[the text](lesson.ipynb#counting)", '<a id="necessity"></a>', "[[s1:Oduya]]",
    "{name}", "**bold** ", "\n\n## Heading\n", "$x^2$", "```\nprint('code')\n```", "ü – “quoted”, ", "12.5 % ",
])  # fmt: skip


@given(st.lists(PIECES, max_size=12).map("".join))
def test_the_pseudo_locale_keeps_what_a_translation_must_keep(text: str) -> None:
    assert differences(text, pseudo(text)) == []
    assert len(pseudo(text)) == len(text)
    assert pseudo(pseudo(text)) == pseudo(text)


def hard_coded(text: str) -> list[str]:
    """Return words that a reader sees and that did not come through a translation."""
    seen = _PARTS.sub(" ", text)
    return [word for word in re.findall(r"[^\W\d_]+", seen) if re.search("[aeiou]", word) and len(word) > 2]


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str) and " " in value:
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from strings(one)


def hard_coded_in(module: Module) -> list[str]:
    """Return every text of a module that stays English in the pseudo-locale."""
    translation = Translation(module, PSEUDO)
    found = []
    for part in PARTS:
        for cell in notebook(module, part, translation).cells:
            if cell.cell_type == "markdown":
                found += hard_coded(cell.source)
            elif "words" in cell.metadata.get("tags", []):
                inside = ast.walk(ast.parse(cell.source))
                found += [
                    word
                    for node in inside
                    if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value
                    for word in hard_coded(node.value)
                ]
            else:
                found += texts_shown(ast.parse(cell.source))
    for text in strings(pack(module, translation).released()["items"]):
        found += hard_coded(text)
    return found


def test_a_build_in_the_pseudo_locale_finds_no_hard_coded_text(root: Path, template: Module) -> None:
    modules = [template, *load_all(root)]
    assert len(modules) == len(find(root)) + 1
    assert {module.id: hard_coded_in(module) for module in modules if hard_coded_in(module)} == {}
    there = {module.number: module for module in modules[1:]}
    cells = index(Curriculum.load(root), there, PSEUDO).cells
    assert [word for cell in cells for word in hard_coded(cell.source)] == []


def test_the_pseudo_locale_finds_what_is_hard_coded(copy: Path) -> None:
    assert hard_coded_in(load(copy)) == []
    change(copy, "lesson.py", "print(HEADING, calls)", 'print("Calls by district", calls)')
    assert hard_coded_in(load(copy)) == ["Calls by district"]


def test_the_pseudo_locale_builds_whole(template: Module, tmp_path: Path) -> None:
    written = build_module(template, tmp_path, ("en", PSEUDO))
    made = nbformat.read(tmp_path / PSEUDO / "_template" / "lesson.ipynb", as_version=4)
    plain = nbformat.read(tmp_path / "en" / "_template" / "lesson.ipynb", as_version=4)
    assert [cell.id for cell in made.cells] == [cell.id for cell in plain.cells]
    assert "## Cóúñtíñg" in made.cells[2].source
    assert tmp_path / PSEUDO / "_template" / "items.json" in written
