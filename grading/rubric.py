"""
Written answers, marked by two people who do not know whose they are nor what the other one gave.

Each marker gets the answers under codes of their own, in an order of their own that is the same when it is
asked for again, as a page to read and a table to fill in. Both come back; how far they agree is told as
weighted kappa, where they differ too far a third person looks, and the mark that counts keeps the names of
all who gave it. Nothing is entered as a mark before two people have marked an answer.

Notes
-----
Kappa measures the markers, not the learners. It falls where nearly all earn the same, so that it is read
beside the share of equal scores, and below 30 answers it is a rough figure.
"""

from __future__ import annotations

import base64
import csv
import hmac
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ilp_toolkit import i18n
from ilp_toolkit.errors import ColumnsError, FileError, InputError
from ilp_toolkit.evaluation.grades import kappa
from ilp_toolkit.i18n import _, current
from ilp_toolkit.learning.items import Criterion, Item

from .assessment import Assessment, Attempt
from .key import Bench
from .languages import LANGUAGES, Translation
from .marks import Entry
from .pages import page, rich, tag, text
from .results import Layout, safe_cell
from .workspace import Workspace

__all__ = ["TOP", "Agreed", "Answer", "Difference", "answers", "compare", "hand_out", "settle", "take_in"]

TOP = 4
"""Best score on a criterion."""
STEPS = 2
"""Steps on one criterion from which a third person looks."""
SHARE = 0.25
"""Share of an item's points above which a third person looks."""
_MARKER = re.compile(r"[a-z][a-z0-9-]{1,31}", re.ASCII)
_EVENT = "scored by hand"
_CSS = """\
.answer-text{white-space:pre-wrap;border-left:.35rem solid var(--accent);padding:.2rem 1rem;margin:.8rem 0}
.one{border-top:2px solid var(--ink);padding-top:.4rem;margin-top:2rem}
@media print{.one{break-before:page}}
"""


@dataclass(frozen=True)
class Answer:
    """One written answer under a marker's code."""

    code: str
    attempt: int
    item: Item
    answer: str


@dataclass(frozen=True)
class Difference:
    """An answer on which two markers differ too far."""

    learner: str
    attempt: int
    item: str
    first: float
    """Points."""
    second: float
    out_of: float
    decided: bool
    """Whether a third person has marked it."""


@dataclass(frozen=True)
class Agreed:
    """How two markers agree in a module."""

    n: int
    """Answers that both marked."""
    waiting: int
    """Answers that one of them has still to mark."""
    criteria: tuple[tuple[str, str, int, float, float | None, float | None], ...]
    """Item, criterion, n, share of equal scores, kappa with quadratic weights and its standard error."""
    differences: tuple[Difference, ...]
    recorded: int = 0
    """Answers whose marks were entered."""


def answers(workspace: Workspace, record: Assessment, bench: Bench, module: str, marker: str) -> list[Answer]:
    """
    Return the written answers of a module in a marker's order, under the marker's codes.

    Parameters
    ----------
    workspace, record, bench
        The workspace, its record and the modules.
    module
        The module's id.
    marker
        Who marks: small Latin letters, digits and hyphens.

    Raises
    ------
    InputError
        If the marker's name cannot be used, or the module has nothing that people mark.
    """
    if not _MARKER.fullmatch(marker):
        msg = _("`--marker` must be small Latin letters, digits and hyphens, such as anna; found {value}.")
        raise InputError(msg.format(value=repr(marker)))
    loaded = bench.module(module)
    spoken = current() if current() in LANGUAGES else "en"
    items = [Translation(loaded, spoken).item(item) for item in loaded.part("exam") if item.written]
    if not items:
        raise InputError(_("{module} has no question that people mark.").format(module=loaded.id))
    found = []
    for attempt in record.counting(loaded.id, workspace.policy.attempts):
        given = record.responses(attempt.id, origin="recorded")
        for item in items:
            answer = given.get(item.id)
            if isinstance(answer, str) and answer.strip():
                found.append((_draw(workspace, marker, attempt, item.id), attempt.id, item, answer))
    found.sort(key=lambda one: one[0])
    made = [Answer(f"{item.id}-{draw[:8]}", attempt, item, told) for draw, attempt, item, told in found]
    if len({one.code for one in made}) < len(made):
        made = [Answer(f"{item.id}-{draw}", attempt, item, told) for draw, attempt, item, told in found]
    return made


def hand_out(
    workspace: Workspace, record: Assessment, bench: Bench, module: str, marker: str, *, third: bool = False
) -> tuple[Path, Path]:
    """
    Write the page that a marker reads and the table that they fill in.

    Parameters
    ----------
    workspace, record, bench, module, marker
        As for `answers`.
    third
        Only the answers on which two others differ too far.

    Returns
    -------
    tuple of Path
        The page and the table; no learner is named in either.
    """
    own = answers(workspace, record, bench, module, marker)
    if third:
        apart = {(d.attempt, d.item) for d in compare(record, bench, module).differences}
        own = [one for one in own if (one.attempt, one.item.id) in apart]
    folder = workspace.folder / "written" / bench.module(module).id
    folder.mkdir(parents=True, exist_ok=True)
    read, fill = folder / f"{marker}.html", folder / f"{marker}.csv"
    read.write_text(_page(own, marker), encoding="utf-8", newline="\n")
    fill.write_text(_form(own), encoding="utf-8-sig", newline="")
    return read, fill


def take_in(
    workspace: Workspace, record: Assessment, bench: Bench, module: str, path: Path,
    *, marker: str, third: bool = False,
) -> int:  # fmt: skip
    """
    Take a marker's table back.

    Parameters
    ----------
    workspace, record, bench, module
        As for `answers`.
    path
        The table: CSV in any encoding, or a spreadsheet. Rows without any score are passed over.
    marker
        Whose table it is.
    third
        Whether the marker decides between two others.

    Returns
    -------
    int
        How many answers were scored.

    Raises
    ------
    ColumnsError
        If it is not the table that was handed out.
    InputError
        If a code is unknown or there twice, or a score is missing or not 0 to 4; all such rows are told.
    """
    known = {one.code: one for one in answers(workspace, record, bench, module, marker)}
    taken: dict[str, dict[str, Any]] = {}
    wrong: list[str] = []
    for row, values in _rows(path):
        code = values.get("code", "")
        if code not in known or code in taken:
            words = _("row {row}: the code {code} is there twice.") if code in taken else _(
                "row {row}: there is no answer {code} for this marker."
            )  # fmt: skip
            wrong.append(words.format(row=row, code=repr(code)))
            continue
        criteria = known[code].item.criterion
        scores = {one.id: values.get(f"{known[code].item.id}.{one.id}", "") for one in criteria}
        if not any(scores.values()):
            continue
        bad = [name for name, score in scores.items() if score not in {str(n) for n in range(TOP + 1)}]
        if bad:
            words = _("row {row}: {criteria} need a score from 0 to {top}.")
            wrong.append(words.format(row=row, criteria=", ".join(bad), top=TOP))
        taken[code] = {
            "scores": {name: int(score) for name, score in scores.items() if name not in bad},
            "comment": values.get("comment", "").removeprefix("'"),
        }
    if wrong:
        raise InputError(
            _("“{file}” cannot be taken:").format(file=Path(path).name) + "\n" + "\n".join(wrong)
        )
    with record.transaction():
        for code, given in taken.items():
            detail = {**given, "item": known[code].item.id, "marker": marker, "third": third}
            record.log(_EVENT, attempt=known[code].attempt, detail=detail)
    return len(taken)


def compare(record: Assessment, bench: Bench, module: str) -> Agreed:
    """
    Say how far the markers of a module agree.

    Parameters
    ----------
    record, bench
        The record and the modules.
    module
        The module's id.
    """
    loaded = bench.module(module)
    items = {item.id: item for item in loaded.part("exam") if item.written}
    pairs, waiting, differences = [], 0, []
    for attempt, name, given in _scored(record, loaded.id, items):
        blind = [one for one in given if not one["third"]]
        if len(blind) < 2:
            waiting += 1
            continue
        one, other = blind[:2]
        pairs.append((name, one["scores"], other["scores"]))
        difference = _difference(attempt, items[name], one, other, decided=len(given) > len(blind))
        if difference is not None:
            differences.append(difference)
    criteria = tuple(
        _agreement(item, criterion, [(a, b) for name, a, b in pairs if name == item.id])
        for item in items.values()
        for criterion in item.criterion
    )
    return Agreed(len(pairs), waiting, criteria, tuple(differences))


def settle(record: Assessment, bench: Bench, module: str) -> Agreed:
    """
    Enter the marks of answers that two people marked and on which they agree, or a third one decided.

    Both markers' marks are entered (what counts is their mean), and a third person's as an override.
    """
    found = compare(record, bench, module)
    loaded = bench.module(module)
    items = {item.id: item for item in loaded.part("exam") if item.written}
    apart = {(d.attempt, d.item) for d in found.differences if not d.decided}
    recorded = 0
    for attempt, name, given in _scored(record, loaded.id, items):
        blind = [one for one in given if not one["third"]]
        if len(blind) < 2 or (attempt.id, name) in apart:
            continue
        spoken = attempt.language if attempt.language in LANGUAGES else "en"
        with i18n.language(spoken if spoken in i18n.LANGUAGES else "en"), record.transaction():
            item = Translation(loaded, spoken).item(items[name])
            machine = record.machine(attempt.id).get(name)
            version = None if machine is None else machine.version
            for one in blind[:2]:
                entry = _entry(item, one, version)
                record.mark(attempt.id, [entry], kind="written", marker=one["marker"])
            for one in [one for one in given if one["third"]][-1:]:
                entry = _entry(item, one, version)
                record.mark(attempt.id, [entry], kind="override", marker=one["marker"])
        recorded += 1
    return Agreed(found.n, found.waiting, found.criteria, found.differences, recorded)


def _scored(
    record: Assessment, module: str, items: Mapping[str, Item]
) -> Iterator[tuple[Attempt, str, list[dict[str, Any]]]]:
    """Give every answer that somebody scored, with each marker's latest scores in the order of markers."""
    for attempt in record.attempts(module):
        by_item: dict[str, dict[str, dict[str, Any]]] = {}
        for event in record.events(_EVENT, attempt.id):
            given = event["detail"]
            if set(given["scores"]) == {one.id for one in items[given["item"]].criterion}:
                by_item.setdefault(given["item"], {})[given["marker"]] = given
        for name, markers in by_item.items():
            yield attempt, name, list(markers.values())


def _points(item: Item, scores: Mapping[str, int]) -> float:
    return round(item.points * sum(scores.values()) / (TOP * len(item.criterion)), 2)


def _difference(
    attempt: Attempt, item: Item, one: Mapping[str, Any], other: Mapping[str, Any], *, decided: bool
) -> Difference | None:
    first, second = _points(item, one["scores"]), _points(item, other["scores"])
    steps = max(abs(score - other["scores"][name]) for name, score in one["scores"].items())
    if steps < STEPS and abs(first - second) <= SHARE * item.points + 1e-9:
        return None
    return Difference(attempt.learner, attempt.id, item.id, first, second, item.points, decided)


def _agreement(
    item: Item, criterion: Criterion, pairs: Sequence[tuple[Mapping[str, int], Mapping[str, int]]]
) -> tuple[str, str, int, float, float | None, float | None]:
    import numpy as np

    counts = np.zeros((TOP + 1, TOP + 1), dtype=np.int64)
    for one, other in pairs:
        counts[one[criterion.id], other[criterion.id]] += 1
    n = int(counts.sum())
    value, error = kappa(counts, weights="quadratic")
    return item.id, criterion.id, n, float(np.trace(counts)) / n if n else 0.0, value, error


def _entry(item: Item, given: Mapping[str, Any], version: int | None) -> Entry:
    points = _points(item, given["scores"])
    verdict = "right" if points >= item.points else "partly" if points else "wrong"
    parts = tuple(_part(criterion, given["scores"][criterion.id]) for criterion in item.criterion)
    comments = (given["comment"],) if given["comment"] else ()
    return Entry(item.id, points, item.points, verdict, comments, parts, version)


def _part(criterion: Criterion, score: int) -> dict[str, Any]:
    told = criterion.anchor[score] if score < len(criterion.anchor) else ""
    words = _("{criterion}: {score} of {top} – {anchor}").format(
        criterion=criterion.text, score=score, top=TOP, anchor=told
    )
    return {"id": criterion.id, "right": None, "comment": words.rstrip(" –")}


def _draw(workspace: Workspace, marker: str, attempt: Attempt, item: str) -> str:
    """Draw an answer's place and code for a marker: who has no salt cannot tell whose it is."""
    said = f"written|{marker}|{attempt.module}|{attempt.learner}|{attempt.number}|{item}"
    return base64.b32encode(hmac.digest(workspace.salt, said.encode(), "sha256")).decode("ascii")[:24]


def _page(own: Sequence[Answer], marker: str) -> str:
    title = _("Written answers for {marker}").format(marker=marker)
    note = _(
        "Read an answer, then give each criterion 0 to {top} in the table {file}, under its code. Do not "
        "talk about single answers before both tables are in."
    )
    body = [tag("h1", title), tag("p", note.format(top=TOP, file=f"{marker}.csv"))]
    for one in own:
        words = _("{n} words").format(n=len(one.answer.split()))
        rubric = "".join(
            f"<dt><strong>{rich(criterion.text)}</strong></dt>"
            + "".join(f"<dd>{n} – {rich(anchor)}</dd>" for n, anchor in enumerate(criterion.anchor))
            for criterion in one.item.criterion
        )
        body.append(
            f'<section class="one"><h2>{text(one.code)}</h2>{rich(one.item.prompt, inline=False)}'
            f'<div class="answer-text">{text(one.answer)}</div>{tag("p", words)}<dl>{rubric}</dl></section>'
        )
    return page(title, body, css=_CSS)


def _form(own: Sequence[Answer]) -> str:
    columns = list(dict.fromkeys(f"{one.item.id}.{c.id}" for one in own for c in one.item.criterion))
    made = io.StringIO()
    writer = csv.writer(made, delimiter=Layout.of(current()).separator, lineterminator="\r\n")
    writer.writerow(["code", *columns, "comment", "answer"])
    for one in own:
        writer.writerow([one.code, *("" for _column in columns), "", safe_cell(one.answer)])
    return made.getvalue()


def _rows(path: Path) -> Iterable[tuple[int, dict[str, str]]]:
    from ilp_toolkit.collection.files import open_table

    if not Path(path).is_file():
        raise FileError(_("There is no file “{path}”.").format(path=path))
    raw = open_table(path)
    names = [str(name).strip() for name in raw.columns.column_names]
    if "code" not in names:
        msg = _("“{file}” has no column code: take the table that was handed out to this marker.")
        raise ColumnsError(msg.format(file=Path(path).name))
    columns = [[_cell(value) for value in column.to_pylist()] for column in raw.columns.columns]
    for number, row in enumerate(raw.source_row.tolist()):
        yield row, {name: column[number] for name, column in zip(names, columns, strict=True)}


def _cell(value: Any) -> str:
    """Return what a spreadsheet made of a score: 3, 3.0 and " 3 " are alike."""
    told = "" if value is None else str(value).strip()
    return told.removesuffix(".0").removesuffix(",0")
