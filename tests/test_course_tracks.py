"""The tracks: what they hold, which are whole, and an index that promises nothing that is not there."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import nbformat
import pytest
from typer.testing import CliRunner

from grading.__main__ import make_app
from grading.languages import LANGUAGES
from grading.modules import Module, find, load_all
from grading.tracks import Curriculum, build_index, index, missing
from ilp_toolkit.errors import FileError

AGENDAS = {
    "kazakhstan": ["01", "03", "02", "07", "12", "13", "05"],
    "kyrgyzstan": ["01", "02", "07", "03", "06", "", "05"],
    "three_days": ["01", "02", "03", "04", "05", "06", "15"],
    "five_days": ["00", "01", "02", "03", "04", "05", "08", "09", "10", "11", "13", "14", "15"],
    "self_paced": [f"{n:02}" for n in range(17)],
    "managers": ["15"],
}
"""Modules of each track in their order; an empty one is the demonstration of the software."""
WRITTEN = {"00", "02", "03", "04", "09", "10", "11", "12"}
"""Modules that are written; who adds one adds it here, and takes it out of what the tracks miss."""
MISSING = {
    "kazakhstan": {"01", "05", "07", "13"},
    "kyrgyzstan": {"01", "05", "06", "07"},
    "three_days": {"01", "05", "06", "15"},
    "five_days": {"01", "05", "08", "13", "14", "15"},
    "self_paced": {"01", "05", "06", "07", "08", "13", "14", "15", "16"},
    "managers": {"15"},
}
"""What each track still misses."""


@pytest.fixture(scope="module")
def curriculum(root: Path) -> Curriculum:
    return Curriculum.load(root)


@pytest.fixture(scope="module")
def there(root: Path) -> dict[str, Module]:
    return {module.number: module for module in load_all(root)}


def test_the_tracks_hold_the_modules_of_their_agendas_in_order(curriculum: Curriculum) -> None:
    assert {track.id: [step.module for step in track.part] for track in curriculum.tracks} == AGENDAS
    short = {
        track.id for track in curriculum.tracks if all(s.form == "short" for s in track.part if s.module)
    }
    assert short == {"kazakhstan", "kyrgyzstan"}
    assert [track.id for track in curriculum.tracks if not track.code] == ["managers"]


def test_the_curriculum_adds_up(curriculum: Curriculum) -> None:
    """60 hours; 124 practice, 102 + 12 graded, 14 written and 10 criteria, 10 hurdles."""
    totals = {
        name: sum(getattr(module, name) for module in curriculum.modules)
        for name in ("hours", "practice", "graded", "written", "hurdles")
    }
    assert totals == {"hours": 60, "practice": 124, "graded": 114, "written": 24, "hurdles": 10}
    hours = {module.number: module.hours for module in curriculum.modules}
    lengths = {
        track.id: sum(hours[s.module] if s.minutes is None else s.minutes / 60 for s in track.part)
        for track in curriculum.tracks
        if track.id in ("five_days", "self_paced")
    }
    assert lengths == {"five_days": 40, "self_paced": 60}


def test_which_tracks_are_whole_and_which_modules_the_others_miss(root: Path, curriculum: Curriculum) -> None:
    there = {folder.name[:2] for folder in find(root)}
    assert there == WRITTEN
    assert {track.id: set(missing(track, there)) for track in curriculum.tracks} == MISSING
    everything = {module.number for module in curriculum.modules}
    assert all(missing(track, everything) == () for track in curriculum.tracks)


def test_the_command_says_the_same(root: Path) -> None:
    shown = CliRunner().invoke(make_app("tracks"), ["tracks", "--root", str(root)])
    assert shown.exit_code == 0
    lines = dict(line.split(maxsplit=1) for line in shown.output.splitlines())
    assert set(lines) == set(AGENDAS)
    assert {name: set(re.findall(r"\d\d", line)) for name, line in lines.items()} == MISSING


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_index_leads_to_what_is_there_and_shows_the_rest_as_missing(
    root: Path, curriculum: Curriculum, there: dict[str, Module], language: str
) -> None:
    cells = {cell.id: cell.source for cell in index(curriculum, there, language).cells}
    text = "\n\n".join(cells.values())
    folder = root / "notebooks" / "course" / language
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert len(links) > 4 * len(there)
    assert [link for link in links if not (folder / link).resolve().is_file()] == []
    word = {"en": "*missing*", "ru": "*пока нет*"}[language]
    for module in curriculum.modules:
        row = next(line for line in text.splitlines() if line.startswith(f"| {module.number} |"))
        assert (word in row) == (module.number not in there)
        if module.number in there:
            assert f"({there[module.number].id}/exam.ipynb)" in row
    gaps = sum(len(missing(track, there)) for track in curriculum.tracks)
    assert text.count(word) == 2 * (17 - len(there)) + gaps


def test_the_index_is_the_same_in_every_language_but_for_its_words(
    curriculum: Curriculum, there: dict[str, Module]
) -> None:
    made = [index(curriculum, there, language) for language in LANGUAGES]
    assert [cell.id for cell in made[0].cells] == [cell.id for cell in made[1].cells]
    english, russian = ("\n".join(cell.source for cell in one.cells) for one in made)
    assert re.findall(r"\b\d+\b", english) == re.findall(r"\b\d+\b", russian)
    assert "переведено" not in russian
    words = re.sub(r"\]\([^)]*\)|\*Run → Run All Cells\*", "", russian)
    assert re.findall(r"[A-Za-z]{3,}", words) == [], "nothing English is left"


def test_a_track_without_its_modules_and_a_whole_one_say_so(
    curriculum: Curriculum, there: dict[str, Module], tmp_path: Path
) -> None:
    whole = {planned.number: there["03"] for planned in curriculum.modules}
    cells = index(curriculum, whole, "en").cells
    assert not re.search(r"\*missing\*|Still missing", "".join(cell.source for cell in cells))
    assert sum("This track is whole." in cell.source for cell in cells) == len(AGENDAS)
    path = build_index(curriculum, [], tmp_path, ("en",))[0]
    text = "".join(cell.source for cell in nbformat.read(path, as_version=4).cells)
    assert text.count("Still missing in this track:") == len(AGENDAS)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('{ module = "12", form = "short", day = 2 }', '{ module = "77", form = "short", day = 2 }', "77"),
        ('form = "trimmed", minutes = 120', 'form = "trimmed"', "minutes are missing"),
        ('id = "managers"', 'name = "managers"', "id"),
        ("[[track]]", "[[track]", "cannot be read"),
    ],
)
def test_a_mistake_in_the_tracks_is_told(root: Path, tmp_path: Path, old: str, new: str, words: str) -> None:
    path = tmp_path / "modules" / "tracks.toml"
    path.parent.mkdir()
    shutil.copy(root / "modules" / "tracks.toml", path)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(FileError, match=words):
        Curriculum.load(tmp_path)
