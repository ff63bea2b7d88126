"""
The curriculum and its tracks: which module, in which form, on which day; and what is still missing.

`modules/tracks.toml` holds the tables. A module counts as there when its folder can be read; the index that
learners open shows the others as missing, so that nobody plans a course on a promise.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import nbformat
from nbformat import NotebookNode
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ilp_toolkit.errors import FileError
from ilp_toolkit.i18n import N_, _

from .course import METADATA, PART_TITLES, text_of
from .languages import LANGUAGES, Translation
from .modules import ROOT, Message, Module

__all__ = ["Curriculum", "Planned", "Track", "build_index", "index", "missing"]

_MODULES, _TOGETHER, _MISSING = N_("Modules"), N_("Together"), N_("missing")
_WHOLE, _GAPS = N_("This track is whole."), N_("Still missing in this track: {modules}.")
_FORMS = {"full": N_("whole"), "short": N_("short form"), "trimmed": N_("shortened")}


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Planned(_Table):
    """One module of the curriculum, whether it is written yet or not, and how many items it is to have."""

    number: str = Field(pattern=r"^[0-9]{2}$")
    title: str
    hours: float = Field(gt=0)
    practice: int = Field(ge=0)
    graded: int = Field(ge=0)
    hurdles: int = Field(ge=0)
    written: int = Field(ge=0)


class Step(_Table):
    """One entry of a track: a module in one of its forms, or a notebook that the trainer shows."""

    module: str = ""
    notebook: str = ""
    form: Literal["full", "short", "trimmed"] = "full"
    minutes: int | None = Field(default=None, gt=0)
    day: int | None = Field(default=None, ge=1)
    note: str = ""

    @model_validator(mode="after")
    def _one_thing(self) -> Step:
        if bool(self.module) == bool(self.notebook):
            msg = "name either a module or a notebook"
            raise ValueError(msg)
        if (self.notebook or self.form == "trimmed") and self.minutes is None:
            msg = "minutes are missing"
            raise ValueError(msg)
        return self


class Track(_Table):
    """One way through the course."""

    id: str
    title: str
    summary: str
    code: bool = True
    part: tuple[Step, ...] = Field(min_length=1)


@dataclass(frozen=True)
class Curriculum:
    """All modules that are planned and every track."""

    folder: Path
    modules: tuple[Planned, ...]
    tracks: tuple[Track, ...]
    id: str = "tracks"

    @classmethod
    def load(cls, root: Path = ROOT) -> Curriculum:
        """
        Read ``modules/tracks.toml``.

        Raises
        ------
        FileError
            If it cannot be read, or a track names a module that the curriculum does not have.
        """
        path = root / "modules" / "tracks.toml"
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8"))
            planned = tuple(Planned.model_validate(row) for row in table.get("module", ()))
            tracks = tuple(Track.model_validate(row) for row in table.get("track", ()))
        except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as error:
            raise FileError(_("{path} cannot be read: {reason}").format(path=path, reason=error)) from None
        numbers = {module.number for module in planned}
        for track in tracks:
            for step in track.part:
                if step.module and step.module not in numbers:
                    msg = _("{path}: the track “{track}” names module {number}, which the table lacks.")
                    raise FileError(msg.format(path=path, track=track.id, number=step.module))
        return cls(path.parent, planned, tracks)

    def planned(self, number: str) -> Planned:
        """Return a module of the curriculum by its number; KeyError if there is none."""
        return {module.number: module for module in self.modules}[number]

    def po(self, language: str) -> Path:
        """Return where the translation lies."""
        return self.folder / "locale" / f"tracks.{language}.po"

    def messages(self) -> tuple[Message, ...]:
        """Return every text that is translated."""
        place = "modules/tracks.toml"
        found = [Message(module.number, module.title, place) for module in self.modules]
        for track in self.tracks:
            texts = [track.title, track.summary, *(step.note for step in track.part)]
            found += [Message(track.id, text, place) for text in dict.fromkeys(texts) if text]
        return tuple(found)


def missing(track: Track, present: Iterable[str]) -> tuple[str, ...]:
    """
    Return the numbers of the modules that a track needs and nobody has written yet.

    Examples
    --------
    >>> steps = (Step(module="01", form="short"), Step(module="03"), Step(module="01"))
    >>> missing(Track(id="x", title="X", summary="", part=steps), ["03"])
    ('01',)
    """
    there = set(present)
    return tuple(dict.fromkeys(s.module for s in track.part if s.module and s.module not in there))


def build_index(
    curriculum: Curriculum,
    modules: Iterable[Module],
    target: Path,
    languages: tuple[str, ...] = LANGUAGES,
) -> list[Path]:
    """Write ``index.ipynb`` in each language into ``notebooks/course/<language>`` and return the files."""
    written, there = [], {module.number: module for module in modules}
    for language in languages:
        path = target / language / "index.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text_of(index(curriculum, there, language)), encoding="utf-8", newline="\n")
        written.append(path)
    return written


def index(curriculum: Curriculum, there: Mapping[str, Module], language: str) -> NotebookNode:
    """Return the index of one language: the modules, then each track as a table."""
    speak = Translation(curriculum, language)
    titles = {planned.number: _title(planned, there, speak) for planned in curriculum.modules}
    texts = {"head": _head(speak), "modules": _modules(curriculum, there, titles, speak)}
    for track in curriculum.tracks:
        texts[f"track-{track.id}"] = _track(track, curriculum, there, titles, speak)
    cells = []
    for slug, text in texts.items():
        name = hashlib.sha256(f"index|{slug}".encode()).hexdigest()[:12]
        cells.append(nbformat.v4.new_markdown_cell(text, id=name))  # type: ignore[no-untyped-call]
    made: NotebookNode = nbformat.v4.new_notebook(cells=cells)  # type: ignore[no-untyped-call]
    details = {**METADATA, "ilp": {"language": language, "note": "Made from modules/tracks.toml."}}
    made.metadata = nbformat.from_dict(details)  # type: ignore[no-untyped-call]
    made.nbformat, made.nbformat_minor = 4, 5
    nbformat.validate(made)
    return made


def _title(planned: Planned, there: Mapping[str, Module], speak: Translation) -> str:
    """Return a module's title, as a link to its lesson where it is written."""
    module = there.get(planned.number)
    if module is None:
        return speak.phrase(planned.number, planned.title)
    title = Translation(module, speak.language).phrase("module", module.head.title)
    return f"[{title}]({module.id}/lesson.ipynb)"


def _head(speak: Translation) -> str:
    title = speak.say(N_("Intelligence-led policing: the course"))
    how = speak.say(
        N_(
            "Begin with module 00 if you have not worked with these notebooks before. A module has a lesson, "
            "a lab with hints, and an exam. Choose a track below, or go through the modules in their order."
        )
    )
    return f"# {title}\n\n{how}"


def _modules(
    curriculum: Curriculum, there: Mapping[str, Module], titles: Mapping[str, str], speak: Translation
) -> str:
    names = (N_("No."), N_("Module"), N_("Hours"), N_("What you can do afterwards"), N_("Parts"))
    rows = []
    for planned in curriculum.modules:
        module = there.get(planned.number)
        outcomes = parts = f"*{speak.say(_MISSING)}*"
        if module is not None:
            own = Translation(module, speak.language)
            outcomes = "; ".join(own.phrase("module", o.text).rstrip(".") for o in module.head.outcome)
            links = [f"[{speak.say(title)}]({module.id}/{part}.ipynb)" for part, title in PART_TITLES.items()]
            parts = " · ".join(links)
        hours = f"{module.head.hours if module else planned.hours:g}"
        rows.append((planned.number, titles[planned.number], hours, outcomes, parts))
    return f"## {speak.say(_MODULES)}\n\n" + _table([speak.say(name) for name in names], rows)


def _track(
    track: Track,
    curriculum: Curriculum,
    there: Mapping[str, Module],
    titles: Mapping[str, str],
    speak: Translation,
) -> str:
    rows, total = [], 0
    for step in track.part:
        module = there.get(step.module)
        note = speak.phrase(track.id, step.note) if step.note else ""
        if step.notebook:
            suffix = "" if speak.language == "en" else f".{speak.language}"
            name = f"[{note}]({step.notebook.format(suffix=suffix)})"
        else:
            name = f"{step.module} · {titles[step.module]}" + (f" ({note})" if note else "")
            if module is None:
                name += f" · *{speak.say(_MISSING)}*"
        minutes = _minutes(step, module, curriculum)
        total += minutes
        rows.append(
            (str(step.day or ""), name, speak.say(_FORMS[step.form]) if step.module else "", str(minutes))
        )
    gone = missing(track, there)
    state = speak.say(_WHOLE) if not gone else speak.say(_GAPS).format(modules=", ".join(gone))
    names = [speak.say(name) for name in (N_("Day"), N_("Module"), N_("Form"), N_("Minutes"))]
    rows.append(("", f"**{speak.say(_TOGETHER)}**", "", f"**{total}**"))
    days = any(step.day for step in track.part)
    table = _table(names if days else names[1:], [row if days else row[1:] for row in rows])
    title, summary = speak.phrase(track.id, track.title), speak.phrase(track.id, track.summary)
    return f"## {title}\n\n{summary}\n\n{table}\n\n{state}"


def _minutes(step: Step, module: Module | None, curriculum: Curriculum) -> int:
    """Return how long an entry takes; a short form that is not written yet counts an hour."""
    if step.minutes is not None:
        return step.minutes
    if step.form == "short":
        return module.head.short.minutes if module else 60
    hours = module.head.hours if module else curriculum.planned(step.module).hours
    return round(hours * 60)


def _table(names: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    heads = list(names)
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)
