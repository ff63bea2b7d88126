"""Each Russian page says what its English page says: the same parts, code, names and numbers."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("", "docs", "notebooks", "datasets")
PAGES = [page for folder in FOLDERS for page in sorted((ROOT / folder).glob("*.ru.md"))]
WANTED = {
    "README.ru.md", "docs/methods.ru.md", "docs/gate.ru.md", "docs/course.ru.md", "docs/usb-stick.ru.md",
    "docs/geography.ru.md", "notebooks/README.ru.md", "datasets/README.ru.md",
}  # fmt: skip
POINTS = {"3.11", "4.0", "1.0", "7.0", "3.4"}
"""What keeps its full stop in Russian: versions, a licence, a label of a file, a chapter."""

TRANSLATED = {"UNODC", "USD", "GB", "TBIC"}
"""Short forms that Russian writes in its own letters."""

_CODE = re.compile(r"`([^`]*)`")
_LINK = re.compile(r"\[[^\]]*\]\(([^)]+)\)")
_DOI = re.compile(r"doi:\s*10\.\d{4,9}/\S+")
_ITEM = re.compile(r"\s*(?:- |\d+\. )")
_ENGLISH = re.compile(r"\b(?:the|an?|of|and|to|is|for|with|in|which|what|each)\b")
_COMMENT = re.compile(r"(?:^|\s+)#(?: .*)?$")


class Block(NamedTuple):
    """One heading, paragraph, list item, table row or piece of code."""

    kind: str
    text: str

    @property
    def prose(self) -> str:
        """What is to be read: without code, addresses and DOIs."""
        return _DOI.sub(" ", _CODE.sub(" ", _LINK.sub(lambda found: found[0].split("](")[0], self.text)))


def blocks(text: str) -> list[Block]:
    """Cut a page into its blocks, in their order."""
    found: list[Block] = []
    before = ""
    for line in _fences_closed(text):
        if line.startswith("```"):
            found.append(Block("code", line))
        elif line.startswith("#"):
            found.append(Block(line.split(" ")[0], line))
        elif line.startswith("|"):
            found.append(Block(f"row of {line.count('|') - 1}", line))
        elif _ITEM.match(line):
            found.append(Block("item", line))
        elif line.strip() and before.strip() and found and found[-1].kind in ("item", "text"):
            found[-1] = Block(found[-1].kind, f"{found[-1].text}\n{line}")
        elif line.strip():
            found.append(Block("text", line))
        before = line
    return found


def _fences_closed(text: str) -> list[str]:
    """Return the lines of a page, each fence with what it holds as one line of its own."""
    parts = re.split(r"^(```.*?^```)$", text, flags=re.MULTILINE | re.DOTALL)
    return [line for part in parts for line in ([part] if part.startswith("```") else part.split("\n"))]


def bare(code: str) -> list[str]:
    """Return the lines of a code block without comments, blanks at the end and empty lines."""
    return [line for line in (_COMMENT.sub("", line).rstrip() for line in code.split("\n")) if line]


def numbers(text: str, language: str) -> list[float]:
    """Return the numbers of a prose, however thousands and decimals are written."""
    if language == "en":
        text = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)
    else:
        text = re.sub(r"(?<=\d),(?=\d)", ".", re.sub(r"(?<=\d)[ \u00a0](?=\d{3}\b)", "", text))
    return sorted(float(number) for number in re.findall(r"\d+(?:\.\d+)?", text))


def english_of(page: Path) -> Path:
    """Return the English page of a Russian one."""
    return page.with_name(page.name.replace(".ru.md", ".md"))


@cache
def pair(page: Path) -> tuple[list[Block], list[Block]]:
    """Return the blocks of a Russian page and of its English page."""
    return blocks(page.read_text(encoding="utf-8")), blocks(english_of(page).read_text(encoding="utf-8"))


@cache
def paired(page: Path) -> tuple[tuple[Block, Block], ...]:
    """Return the blocks of both pages side by side, or say where they part."""
    russian, english = pair(page)
    for ours, theirs in zip(russian, english, strict=False):
        assert ours.kind == theirs.kind, (
            f"{page.name} parts from {english_of(page).name} here:\n{theirs.text}\n\n{ours.text}"
        )
    longer = russian[len(english) :] or english[len(russian) :]
    assert not longer, f"only one of {page.name} and {english_of(page).name} has:\n{longer[0].text}"
    return tuple(zip(russian, english, strict=True))


def name(page: Path) -> str:
    """Return the path of a page in the checkout."""
    return page.relative_to(ROOT).as_posix()


each_page = pytest.mark.parametrize("page", PAGES, ids=name)


def test_the_pages_that_people_read_first_are_there_in_russian() -> None:
    assert {name(page) for page in PAGES} >= WANTED


@each_page
def test_a_pair_has_the_same_headings_paragraphs_items_and_rows_in_the_same_order(page: Path) -> None:
    assert len(paired(page)) > 2


@each_page
def test_a_pair_has_the_same_code_and_russian_comments(page: Path) -> None:
    for ours, theirs in paired(page):
        if ours.kind == "code":
            assert bare(ours.text) == bare(theirs.text)
            for line in ours.text.split("\n"):
                comment = _COMMENT.search(line)
                assert comment is None or not _ENGLISH.search(comment[0]), line


@each_page
def test_each_block_names_the_same_code_and_sources(page: Path) -> None:
    def named(text: str) -> list[str]:
        return sorted([*_CODE.findall(text.replace(".ru.md", ".md")), *map(_closed, _DOI.findall(text))])

    for ours, theirs in paired(page):
        if ours.kind != "code":
            assert named(ours.text) == named(theirs.text), f"bring {page.name} up to date:\n{theirs.text}"


def _closed(doi: str) -> str:
    doi = doi.rstrip(".,;:")
    return doi[:-1] if doi.endswith(")") and doi.count(")") > doi.count("(") else doi


@each_page
def test_each_block_names_the_same_formats_and_programs(page: Path) -> None:
    def named(block: Block) -> set[str]:
        return set(re.findall(r"\b[A-Z][A-Za-z]*[A-Z]\w*", block.prose))

    for ours, theirs in paired(page):
        missing = named(theirs) - named(ours) - TRANSLATED
        assert ours.kind == "code" or not missing, f"{page.name} lacks {sorted(missing)}:\n{theirs.text}"


@each_page
def test_each_block_holds_the_same_numbers(page: Path) -> None:
    for ours, theirs in paired(page):
        if ours.kind != "code":
            assert numbers(ours.prose, "ru") == numbers(theirs.prose, "en"), (
                f"bring {page.name} up to date:\n{theirs.text}\n\n{ours.text}"
            )


@each_page
def test_every_link_of_a_pair_leads_somewhere_and_to_the_readers_language(page: Path) -> None:
    for side, other in ((page, english_of(page)), (english_of(page), page)):
        text = side.read_text(encoding="utf-8")
        assert f"]({other.name})" in "\n".join(text.split("\n")[:2]), f"{side.name} does not lead to its twin"
        for target in _LINK.findall(text):
            place = side.parent / target.split("#")[0]
            assert "://" in target or place.exists(), f"{side.name}: {target}"
            if place.suffix == ".md" and place != other:
                twin = place.with_name(place.name.replace(".md", ".ru.md"))
                assert side is not page or place.name.endswith(".ru.md") or not twin.exists(), target
                assert side is page or not place.name.endswith(".ru.md"), target


@each_page
def test_a_pair_shows_the_same_pictures_in_either_language(page: Path) -> None:
    def shown(side: list[Block]) -> list[str]:
        return sorted(
            re.sub(r"-(?:en|ru)\.", ".", place)
            for block in side
            for place in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", block.text)
        )

    russian, english = pair(page)
    assert shown(russian) == shown(english)
    text = page.read_text(encoding="utf-8")
    for place in re.findall(r"!\[[^\]]+\]\(([^)]+)-en\.png\)", text):
        assert f"{place}-ru.png" in text or not (page.parent / f"{place}-ru.png").exists(), place


@each_page
def test_no_paragraph_is_left_in_english(page: Path) -> None:
    for block, _ in paired(page):
        if block.kind == "code" or re.fullmatch(r"\[English\]\(\S+\)", block.text):
            continue
        latin = re.findall(r"[A-Za-z]{3,}", block.prose)
        assert len(latin) < 3 or re.search("[А-Яа-яЁё]", block.prose), block.text
        assert not re.search(r"(?:\b[a-z]{2,}\b[ ,]+){4}", block.prose), block.text


@each_page
def test_russian_pages_have_russian_quotes_and_decimal_commas(page: Path) -> None:
    for block, _ in paired(page):
        if block.kind != "code":
            assert '"' not in block.prose, block.text
            assert set(re.findall(r"(?<![\d.])\d+\.\d+(?![\d.])", block.prose)) <= POINTS, block.text


@pytest.mark.parametrize("page", [*PAGES, *map(english_of, PAGES)], ids=name)
def test_every_command_that_a_page_names_exists(page: Path) -> None:
    app, grading, makefile = (
        (ROOT / file).read_text(encoding="utf-8")
        for file in ("ilp_toolkit/cli/app.py", "grading/__main__.py", "Makefile")
    )
    offered = {
        "ilp": set(re.findall(r"^from \.(\w+) import", app, flags=re.MULTILINE)),
        "make": set(re.findall(r"^(\w+):", makefile, flags=re.MULTILINE)),
        "python -m grading": set(re.findall(r"^    \"([a-z-]+)\": \"\w+:\w+\"", grading, flags=re.MULTILINE)),
    }
    text = page.read_text(encoding="utf-8")
    named = re.findall(r"(?:^|`|\\|/)(ilp|make|python -m grading) ([a-z][a-z-]*)", text, flags=re.MULTILINE)
    assert [(tool, word) for tool, word in named if word.replace("-", "_") not in offered[tool]] == []


def test_what_a_page_loses_is_noticed() -> None:
    english = "# A\n\nOne of 1,200 `a.b`.\n\n- x\n  y\n- z\n\n| a | b |\n|---|---|\n\n```sh\nmake run   # it runs\n```\n"
    made = blocks(english)
    assert [block.kind for block in made] == ["#", "text", "item", "item", "row of 2", "row of 2", "code"]
    assert bare(made[-1].text) == ["```sh", "make run", "```"]
    assert numbers("1,200 and 0.05", "en") == numbers("1 200 и 0,05", "ru") == [0.05, 1200]
    assert numbers("12, 13", "en") == numbers("12, 13", "ru")
