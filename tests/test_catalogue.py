"""The Russian catalogues: complete, current, with the placeholders of the English text."""

from __future__ import annotations

import importlib.util
import re
import string
import sys
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog, Message

from grading.build import _catalogue as notebook_catalogue
from grading.build import build, prose


@pytest.fixture(scope="module")
def translations() -> ModuleType:
    path = Path(__file__).resolve().parents[1] / "docs" / "make_translations.py"
    spec = importlib.util.spec_from_file_location("make_translations", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def russian(translations: ModuleType) -> Catalog:
    return translations.updated("ru")


def placeholders(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def test_every_message_of_the_package_is_translated(translations: ModuleType, russian: Catalog) -> None:
    assert len(russian) > 100
    assert translations.untranslated(russian) == []


def test_the_catalogue_on_disk_holds_nothing_that_the_code_no_longer_says(
    translations: ModuleType, russian: Catalog
) -> None:
    on_disk = {message.id for message in translations.read("ru") if message.id}
    assert on_disk == {message.id for message in russian if message.id}


def test_a_translation_has_the_placeholders_of_its_message(russian: Catalog) -> None:
    for message in russian:
        if not message.id:
            continue
        ids = [message.id] if isinstance(message.id, str) else message.id
        strings = [message.string] if isinstance(message.string, str) else message.string
        allowed = {name for text in ids for name in placeholders(text)}
        for text in strings:
            assert set(placeholders(text)) <= allowed, message.id
        assert set(placeholders(strings[-1])) == set(placeholders(ids[-1])), message.id


def strings(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def test_no_russian_translation_is_the_english_text(russian: Catalog) -> None:
    same = [
        message.id
        for message in russian
        if message.id
        and message.string == message.id
        and len(re.sub(r"\{[^}]*\}|[^A-Za-z_ ]", " ", message.id).split()) > 1
    ]
    assert same == []


def test_translations_are_written_in_russian_letters_and_quotation_marks(russian: Catalog) -> None:
    for message in russian:
        if not message.id:
            continue
        for text in strings(message):
            assert not set(text) & set("“”„"), text
            assert not re.search(r"[A-Za-z][а-яё]|[а-яё][A-Za-z]", text), f"mixed letters: {text}"


def test_a_unit_stays_on_the_line_of_its_number(russian: Catalog) -> None:
    loose = re.compile(r"[\d}] (?:%|м|км|ГБ)(?![а-яё])")
    assert [
        text for message in russian if message.id for text in strings(message) if loose.search(text)
    ] == []


def test_the_catalogue_says_that_no_speaker_has_reviewed_it_yet(root: Path) -> None:
    path = root / "ilp_toolkit" / "locale" / "ru" / "LC_MESSAGES" / "ilp_toolkit.po"
    assert "# Reviewed: no" in path.read_text(encoding="utf-8")


def test_every_prose_cell_of_the_notebooks_is_translated(root: Path) -> None:
    catalogue = notebook_catalogue(root, "ru")
    missing = [text for text in prose(root) if not (catalogue.get(text) and catalogue.get(text).string)]
    assert missing == []


def test_a_rebuild_of_the_notebooks_leaves_no_difference(root: Path, tmp_path: Path) -> None:
    (tmp_path / "modules").symlink_to(root / "modules")
    for path in build(tmp_path):
        committed = root / path.relative_to(tmp_path)
        assert path.read_bytes() == committed.read_bytes(), f"run `make notebooks`: {committed.name}"
