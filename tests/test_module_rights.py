"""Module 03: what a learner hides, blacks out, erases or refuses is held against whoever wants to find a person."""

from __future__ import annotations

import contextlib
import csv
import io
import itertools
from pathlib import Path
from typing import Any

import pytest

from grading import data, languages, modules
from ilp_toolkit.learning.items import Item
from ilp_toolkit.learning.scoring import score

MODULE = modules.load(modules.ROOT / "modules" / "03_rights")
THRESHOLD = 5
VARIANTS = range(data.VARIANTS)
TABLES = ("p8", "q7")


@pytest.fixture(scope="module")
def variants(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[bytes, int], Path]:
    """The data of every variant as in the repository, and of some as an examiner's own salt draws them."""
    folders = {}
    drawn = [(data.SAMPLE, variant) for variant in VARIANTS] + [(b"an examiner's own", n) for n in range(3)]
    for salt, variant in drawn:
        folder = tmp_path_factory.mktemp("variant")
        for name, text in data.made(MODULE, variant, salt).items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
        folders[salt, variant] = folder
    return folders


def _table(folder: Path, item: Item) -> dict[tuple[str, str], int]:
    """Return the inner cells of a table of counts."""
    lines = _csv(folder / item.rows_from)
    return {
        (line[0], column): int(n)
        for line in lines[1:-1]
        for column, n in zip(lines[0][1:-1], line[1:-1], strict=True)
    }


def _csv(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def _small(cells: dict[tuple[str, str], int]) -> list[tuple[str, str]]:
    return [place for place, n in cells.items() if 0 < n < THRESHOLD]


def _rectangle(cells: dict[tuple[str, str], int]) -> set[tuple[str, str]]:
    """Close the small counts into a rectangle, as the lesson teaches it: the cheapest one."""
    rows, columns = ({place[side] for place in cells} for side in (0, 1))
    small = _small(cells)
    shapes = [
        set(itertools.product({r for r, _c in small} | {row}, {c for _r, c in small} | {column}))
        for row, column in itertools.product(rows, columns)
    ]
    closed = [shape for shape in shapes if len(shape) == 4]
    return min(closed, key=lambda shape: sum(cells[place] for place in shape))


def _pairs(places: Any) -> list[list[str]]:
    return [list(place) for place in places]


@pytest.mark.parametrize("name", TABLES)
def test_hiding_the_small_counts_alone_gives_them_back_by_subtraction(
    variants: dict[tuple[bytes, int], Path], name: str
) -> None:
    item = MODULE.item(name)
    for folder in variants.values():
        small = _small(_table(folder, item))
        mark = score(item, _pairs(small), data=folder)
        assert small
        assert mark.fraction == 0
        assert "reappears" in mark.comments[0]


@pytest.mark.parametrize("name", TABLES)
def test_company_in_the_row_alone_is_subtracted_in_the_column(
    variants: dict[tuple[bytes, int], Path], name: str
) -> None:
    item = MODULE.item(name)
    for folder in variants.values():
        cells = _table(folder, item)
        small = _small(cells)
        taken = {column for _row, column in small}
        company = [
            next(place for place in cells if place[0] == row and place[1] not in taken) for row, _c in small
        ]
        assert score(item, _pairs({*small, *company}), data=folder).fraction == 0


@pytest.mark.parametrize("name", TABLES)
def test_the_rectangle_that_the_lesson_teaches_is_full_marks_in_every_variant(
    variants: dict[tuple[bytes, int], Path], name: str
) -> None:
    item = MODULE.item(name)
    for folder in variants.values():
        mark = score(item, _pairs(_rectangle(_table(folder, item))), data=folder)
        assert (mark.fraction, mark.verdict) == (1.0, "right"), mark.comments


def test_a_table_without_any_figure_left_is_worth_nothing(variants: dict[tuple[bytes, int], Path]) -> None:
    item = MODULE.item("q7")
    for folder in variants.values():
        lines = _csv(folder / item.rows_from)
        everything = [[line[0], column] for line in lines[1:] for column in lines[0][1:]]
        assert score(item, everything, data=folder).fraction == 0


def test_neighbours_black_out_texts_of_their_own_and_the_answer_of_another_form_is_no_answer() -> None:
    item = MODULE.item("q6")
    forms = [item.form(variant) for variant in VARIANTS]
    assert item.forms == 3
    assert len({form.text for form in forms}) == 3
    for variant, form in enumerate(forms):
        present = [passage.id for passage in form.passages() if passage.id]
        assert present == [span.id for span in form.span]
        assert forms[variant - 1].text != form.text
        key = form.key()
        assert len(key) == 7
        assert score(item, key, key).fraction == 1, "the marker sees all texts, and the key tells which"
        for left in key:
            assert score(item, [one for one in key if one != left], key).fraction == 0
        needless = next(span.id for span in form.span if not span.hide)
        assert 0.8 < score(item, [*key, needless], key).fraction < 1
        copied = score(item, forms[variant - 1].key(), key)
        assert (copied.fraction, copied.verdict) == (0, "wrong")


@pytest.mark.parametrize("language", languages.LANGUAGES)
def test_no_person_of_one_form_is_named_in_another(language: str) -> None:
    told = languages.Translation(MODULE, language).item(MODULE.item("q6"))
    for n, m in itertools.permutations(range(3), 2):
        hidden = {span.id for span in told.form(n).span if span.hide}
        words = [p.text for p in told.form(n).passages() if p.id in hidden]
        assert not [one for one in words if one in told.form(m).text]


@pytest.mark.parametrize("name", ["p7"])
def test_each_person_that_stays_readable_costs_every_point_of_the_text(name: str) -> None:
    item = MODULE.item(name)
    black = {span.id for span in item.span if span.hide}
    assert score(item, sorted(black)).fraction == 1
    for left in black:
        assert score(item, sorted(black - {left})).fraction == 0
    readable = {span.id for span in item.span} - black
    for needless in readable:
        assert 0 < score(item, sorted({*black, needless})).fraction < 1


@pytest.mark.parametrize("name", ["p7", "q6"])
def test_the_passages_of_a_text_are_the_same_in_each_language(name: str) -> None:
    item = MODULE.item(name)
    wanted = sorted(passage.id for passage in item.passages() if passage.id)
    for language in languages.LANGUAGES:
        told = languages.Translation(MODULE, language).item(item)
        assert sorted(passage.id for passage in told.passages() if passage.id) == wanted


def test_every_list_of_records_needs_each_rule_and_sets_each_trap(
    variants: dict[tuple[bytes, int], Path],
) -> None:
    solve = data.solver(MODULE)
    assert solve is not None
    for folder in variants.values():
        keys = solve(folder)
        for name, file in (("p5", "records_lab"), ("q3", "records")):
            english, russian = (_csv(folder / f"{file}.{language}.csv") for language in ("en", "ru"))
            assert [line[0] for line in english] == [line[0] for line in russian]
            key = {record: cells["action"] for record, cells in keys[name].items()}
            assert set(key) == {line[0] for line in english[1:]}
            assert set(key.values()) == {"keep", "review", "erase"}
            # Going by the age of the entry alone, the newest are kept and the oldest are erased: wrong.
            oldest_first = sorted(english[1:], key=lambda line: line[2])
            assert any(key[line[0]] == "keep" for line in oldest_first[: len(key) // 2])
            cleared = [line[0] for line in english[1:] if line[1] == "acquitted or cleared"]
            assert cleared
            assert all(key[record] == "erase" for record in cleared)


def test_no_half_of_an_unlawful_list_and_no_silent_refusal_passes_the_hurdle() -> None:
    item = MODULE.item("q5")
    right = {option.id for option in item.option if option.right}
    assert score(item, sorted(right)).fraction == 1
    for option in item.option:
        assert score(item, sorted(right ^ {option.id})).fraction < 1


def test_whoever_lists_a_victim_a_witness_or_somebody_cleared_misses_the_hurdle() -> None:
    item = MODULE.item("q8")
    key = item.key()
    assert [row for row, cells in key.items() if cells["list"] == "yes"] == ["gorlomir"]
    for row in key:
        turned = {"yes": "no", "no": "yes"}[key[row]["list"]]
        assert score(item, {**key, row: {**key[row], "list": turned}}).fraction < 1


def test_the_module_has_the_items_and_the_hurdles_that_the_curriculum_asks_for() -> None:
    practice = [item for item in MODULE.items if item.practice]
    graded = [item for item in MODULE.items if item.id.startswith("q")]
    assert (len(practice), len(graded)) == (8, 8)
    assert [item.id for item in graded if item.hurdle] == ["q5", "q6", "q7", "q8"]
    assert [item.id for item in MODULE.items if item.written] == ["w1"]
    assert all(len(item.hints) >= 2 for item in practice)


def test_the_lesson_shows_a_refusal_its_mending_and_a_count_that_a_second_product_would_tell(
    variants: dict[tuple[bytes, int], Path],
) -> None:
    folder = variants[data.SAMPLE, 0]

    class Course:
        def data(self, name: str) -> Path:
            return folder / name

    names: dict[str, Any] = {"course": Course()}
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        for cell in MODULE.cells("lesson"):
            if cell.kind in ("code", "words"):
                exec(compile(cell.source, cell.slug, "exec"), names)
    text = said.getvalue()
    assert "roles: refused" in text
    assert text.index("roles: refused") < text.index("It would leave.")
    assert "only pharmacist of Zimtel" in " ".join(text.split())
    quarter, months = (
        names["quarter"].table.set_index("area")["n"],
        names["months"].table.set_index("area")["n"],
    )
    assert (quarter["Gumrel"], months["Gumrel"]) == (8, 7)
    shown = names["side_by_side"](
        names["months"], names["ilp"].preview(names["months"], statement=names["MONTHS"], **names["public"])
    ).data
    hidden = set(shown.loc[shown[names["OUTSIDE"]] == "■", names["AREA"]])
    assert "Gumrel" in hidden
    assert {name for name, n in (quarter - months).items() if 0 < n < THRESHOLD} <= hidden
