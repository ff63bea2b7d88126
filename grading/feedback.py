"""
Feedback: what a learner gets back, one page a module, that works without the internet and on paper.

It says what each answer earned, explains every option that was chosen, and where to read again. It never
shows the key, an option that was not chosen, another learner or a name: the page comes from the marks in the
record, whose comments explain only what a learner did, and from the texts of what was chosen. A retake is
worth something only so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import inf, prod
from pathlib import Path
from typing import Any

from ilp_toolkit import i18n
from ilp_toolkit.i18n import N_, _, number, percent, plural
from ilp_toolkit.learning import telling
from ilp_toolkit.learning.items import Item

from .assessment import Assessment, Attempt
from .key import Bench
from .languages import LANGUAGES, Translation
from .marks import Effective
from .modules import Module
from .pages import page, rich, table, tag, text
from .standing import PASS, STATES, Standing, standings
from .workspace import Workspace

__all__ = ["FILE", "feedback", "write_feedback"]

FILE = "feedback.html"
"""The page in a learner's folder ``feedback/<learner>/<module>/``."""
_LONGEST = 20_000
"""Characters of an answer that are shown."""
_VERDICTS = {
    "right": ("✓", N_("right")),
    "partly": ("◐", N_("partly right")),
    "wrong": ("✗", N_("not right")),
    "missing": ("–", N_("no answer")),
    "review": ("…", N_("a person still marks it")),
}
_CSS = """\
.item{border-top:2px solid var(--rule);padding-top:.4rem;margin-top:1.6rem}
.item h3{display:flex;flex-wrap:wrap;gap:.2em .8em;justify-content:space-between;margin:.4em 0}
.item h3 .earned{font-weight:400;white-space:nowrap}
.item h4{margin:.8em 0 .2em;font-size:1rem}
.asked{color:var(--muted);font-size:.9rem}
.asked p,.why{margin:.2em 0 .5em}
.chosen{list-style:none;padding:0}.chosen li{padding:.25em 0 .25em 1.6em;text-indent:-1.6em}
.chosen li>*{text-indent:0}.sign{display:inline-block;width:1.6em;text-indent:0;font-weight:700}
.why{display:block;color:var(--muted)}
.said{border-left:.25rem solid var(--accent);padding-left:.9rem;list-style:none}
header{margin-bottom:1rem}
.own{white-space:pre-wrap;border-left:.25rem solid var(--rule);padding-left:.9rem;max-width:var(--line)}
.hurdle{font-weight:700}
@media print{.item h3{break-after:avoid}.chosen li,tr{break-inside:avoid}}
"""


@dataclass(frozen=True)
class _Sheet:
    """What one page is made from."""

    module: Module
    translation: Translation
    standing: Standing
    answers: Mapping[str, Any]
    last: int
    """Number of the learner's latest attempt."""
    policy: str
    comments: Mapping[str, str]
    """What people wrote, by item."""


def write_feedback(
    workspace: Workspace, record: Assessment, bench: Bench, modules: Iterable[str]
) -> list[Path]:
    """
    Write the page of every learner's counting attempt; an earlier one is replaced.

    Parameters
    ----------
    workspace, record, bench
        The workspace, its record and the modules.
    modules
        Ids of the modules.

    Returns
    -------
    list of Path
        The pages.
    """
    pages = []
    for name in modules:
        for stand in standings(record, bench.module(name), workspace.policy.attempts):
            path = workspace.notebook("feedback", name, stand.attempt.learner).with_name(FILE)
            path.parent.mkdir(parents=True, exist_ok=True)
            made = feedback(record, bench, stand, policy=workspace.policy.attempts)
            path.write_text(made, encoding="utf-8", newline="\n")
            pages.append(path)
    return pages


def feedback(record: Assessment, bench: Bench, stand: Standing, *, policy: str = "last") -> str:
    """
    Return the page of one attempt, in the language in which the learner worked.

    Parameters
    ----------
    record, bench
        The record and the modules.
    stand
        The attempt, weighed.
    policy
        Which attempt counts: "last" or "best".
    """
    attempt = stand.attempt
    module = bench.module(attempt.module)
    spoken = attempt.language if attempt.language in LANGUAGES else "en"
    with i18n.language(spoken if spoken in i18n.LANGUAGES else "en"):
        sheet = _Sheet(
            module,
            Translation(module, spoken),
            stand,
            _answers(record, attempt, module),
            max(other.number for other in record.attempts(module.id, attempt.learner)),
            policy,
            {item: record.comment(attempt.id, item) for item in stand.marks},
        )
        title = sheet.translation.phrase("module", module.head.title)
        heading = _("Feedback · {number} {title}").format(number=module.number, title=title)
        items = [sheet.translation.item(item) for item in module.part("exam") if item.id in stand.marks]
        body = [_head(sheet, heading), _outcome(sheet), tag("h2", _("Question by question"))]
        body += [_item(sheet, item) for item in items]
        return page(heading, body, css=_CSS)


def _answers(record: Assessment, attempt: Attempt, module: Module) -> dict[str, Any]:
    """Return the answers that were scored: what code gave when it was run, the recorded ones of the rest."""
    recorded = record.responses(attempt.id, origin="recorded")
    ran = record.responses(attempt.id, origin="executed")
    return {item.id: (ran if item.code and ran else recorded).get(item.id) for item in module.part("exam")}


def _head(sheet: _Sheet, heading: str) -> str:
    attempt = sheet.standing.attempt
    said = [
        _("Learner {learner}").format(learner=attempt.learner),
        _("attempt {n} of {all}").format(n=attempt.number, all=sheet.last),
        _("receipt {receipt}").format(receipt=attempt.receipt),
    ]
    return f"<header><h1>{text(heading)}</h1><p>{text(' · '.join(said))}</p></header>"


def _outcome(sheet: _Sheet) -> str:
    stand = sheet.standing
    state = stand.state
    earned = _("{points} of {out_of} points ({share})").format(
        points=_points(stand.points), out_of=_points(stand.out_of), share=percent(stand.share)
    )
    needed = _("Passed with {share} of the points and every hurdle in one attempt.")
    lines = [
        f"<p><strong>{text(_(STATES[state]).capitalize())}</strong> · {text(earned)}</p>",
        f"<p>{text(needed.format(share=percent(PASS)))}</p>",
    ]
    for item in stand.hurdles:
        sign, words = ("✓", _("met")) if item in stand.met else ("✗", _("not met"))
        if item in stand.pending:
            sign, words = "…", _("a person still marks it")
        hurdle = _("Hurdle {item}: {state}").format(item=item, state=words)
        lines.append(f'<p class="hurdle">{sign} {text(hurdle)}</p>')
    if stand.pending:
        words = plural(
            "{n} answer is still to be marked by a person: {items}.",
            "{n} answers are still to be marked by a person: {items}.",
            len(stand.pending),
        )
        lines.append(f"<p>{text(words.format(n=len(stand.pending), items=', '.join(stand.pending)))}</p>")
    if stand.provisional:
        lines.append(tag("p", _("These marks are provisional: your code has not been run yet.")))
    box = "caution" if state == "failed" else "answer"
    return f'<section class="{box}">{"".join(lines)}</section>{_retake(sheet)}'


def _retake(sheet: _Sheet) -> str:
    last = _("Every attempt is kept; the last complete one counts, also where it has fewer points.")
    best = _("Every attempt is kept; the best complete one counts.")
    said = [
        _(
            "Ask your trainer for a new card: it brings other data. Type it in the first cell of the exam, "
            "answer anew and hand in again."
        ),
        best if sheet.policy == "best" else last,
    ]
    if sheet.standing.hurdles:
        said.append(
            _("A hurdle that was met does not carry over: all of them must be met in the same attempt.")
        )
    said.append(_("So that a retake is worth something, this page does not show the right answers."))
    return tag("h2", _("What a retake means")) + tag("p", " ".join(said))


def _item(sheet: _Sheet, item: Item) -> str:
    mark = sheet.standing.marks[item.id]
    verdict = "review" if mark.pending else mark.verdict
    sign, words = _VERDICTS.get(verdict, _VERDICTS["review"])
    earned = _("{points} of {out_of} points").format(
        points=_points(0 if mark.pending else mark.points), out_of=_points(mark.out_of)
    )
    name = _("Question {item}").format(item=item.id)
    if item.id in sheet.standing.hurdles:
        name = _("{question} · hurdle").format(question=name)
    blocks = [
        f"<h3><span>{text(name)}</span>"
        f'<span class="earned">{sign} {text(_(words))} · {text(earned)}</span></h3>',
        f'<div class="asked">{rich(item.prompt, inline=False)}</div>',
        _answer(item, sheet.answers.get(item.id), mark),
        _said(item, mark),
        _marker(sheet.comments.get(item.id, "") if mark.kind == "auto" else "", mark),
    ]
    if item.read and not mark.full:
        words = _("Read again: {place}")
        blocks.append(tag("p", words.format(place=_place(sheet, item.read))))
    return f'<section class="item">{"".join(blocks)}</section>'


def _answer(item: Item, answer: Any, mark: Effective) -> str:
    """Show what was answered under a heading."""
    empty = answer is None or answer in ("", [], {})
    shown = tag("p", _("No answer.")) if empty else _explained(item, answer, mark)
    return tag("h4", _("Your answer")) + shown


def _explained(item: Item, answer: Any, mark: Effective) -> str:
    """Show what was answered; what was chosen is explained, and nothing else."""
    parts = {str(part["id"]): part for part in _machine_parts(mark)}
    words = telling.names(item)
    match item.kind, answer:
        case "choice", str():
            made = _chosen([answer], words, parts)
        case (("choices" | "spans"), list()):
            made = _chosen(answer, words, parts)
        case "order", list():
            made = f"<ol>{''.join(f'<li>{_named(one, words)}</li>' for one in answer[:200])}</ol>"
        case "match", dict():
            rows = [(row, [_named(answer[row], words)]) for row in _in_order(item, answer)]
            made = _rows(rows, words, parts, [_("Answer")], tell=len(item.option) > 2)
        case "table", dict() if all(isinstance(cells, dict) for cells in answer.values()):
            rows = [
                (row, [_cell(column, answer[row]) for column in item.column])
                for row in _in_order(item, answer)
            ]
            heads = [column.text for column in item.column]
            made = _rows(rows, words, parts, heads, tell=_possible(item) > 2)
        case "text", str():
            made = f'<div class="own">{text(answer[:_LONGEST])}</div>'
        case _:
            made = f"<p>{text(_recorded(answer))}</p>"
    return made


def _chosen(ids: list[Any], words: Mapping[str, str], parts: Mapping[str, Mapping[str, Any]]) -> str:
    lines = []
    for one in ids[:200]:
        part = parts.get(one, {}) if isinstance(one, str) else {}
        why = f'<span class="why">{rich(str(part["comment"]))}</span>' if part.get("comment") else ""
        lines.append(f"<li>{_sign(part.get('right'))}{_named(one, words)}{why}</li>")
    return f'<ul class="chosen">{"".join(lines)}</ul>'


def _rows(
    rows: list[tuple[str, list[str]]],
    words: Mapping[str, str],
    parts: Mapping[str, Mapping[str, Any]],
    heads: list[str],
    *,
    tell: bool,
) -> str:
    """Show rows; where a verdict would leave one answer only, a row is judged only to explain a choice."""
    lines = []
    for row, cells in rows[:500]:
        part = parts.get(row, {})
        comment = str(part.get("comment") or "")
        judged = tell or (part.get("right") is False and comment)
        why = f'<span class="why">{rich(comment)}</span>' if judged and comment else ""
        lines.append([_sign(part.get("right") if judged else None), _named(row, words) + why, *cells])
    return table(["", "", *map(text, heads)], lines)


def _in_order(item: Item, answer: Mapping[str, Any]) -> list[str]:
    """Return the rows that were answered, in the order in which they were asked."""
    order = {row.id: place for place, row in enumerate(item.row)}
    return sorted(answer, key=lambda row: order.get(row, len(order)))


def _cell(column: Any, cells: Mapping[str, Any]) -> str:
    value = cells.get(column.id)
    options = {option.id: option.text for option in column.option}
    if value is None or value == "":
        return "–"
    return _named(value, options)


def _possible(item: Item) -> float:
    """Return how many answers a row of a table can have."""
    return prod(len(column.option) if column.type == "option" else inf for column in item.column)


def _named(value: Any, words: Mapping[str, str]) -> str:
    """Say a part by the trainer's words; what is none of the item's is shown as it came, escaped."""
    if isinstance(value, str) and value in words:
        return rich(words[value])
    return text(value[:_LONGEST] if isinstance(value, str) else _recorded(value))


def _recorded(value: Any) -> str:
    """Say what was recorded; what only looks like a table or a graph is shown as it came."""
    try:
        return telling.recorded(value)[:_LONGEST]
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        return json.dumps(value, ensure_ascii=False)[:_LONGEST]


def _sign(right: Any) -> str:
    sign, words = (
        ("✓", _("right")) if right is True else ("✗", _("not right")) if right is False else ("", "")
    )
    label = f' role="img" aria-label="{text(words)}"' if words else ""
    return f'<span class="sign"{label}>{sign}</span>'


def _machine_parts(mark: Effective) -> list[Mapping[str, Any]]:
    """Return the parts of the mark that counts; where a person decided otherwise, the machine's are none."""
    return [part for row in mark.marks if row.kind == "auto" and mark.kind == "auto" for part in row.parts]


def _said(item: Item, mark: Effective) -> str:
    """Say what the scorer said, but for what stands beside the chosen option already."""
    if mark.kind != "auto":
        return ""
    parts = _machine_parts(mark)
    beside = {str(part.get("comment")) for part in parts}
    lines = [comment for comment in mark.comments if comment not in beside]
    if item.code:
        lines += [
            str(part["comment"]) for part in parts if part.get("comment") and part.get("right") is False
        ]
    # A trainer's own words are markdown; whatever may quote a learner's labels is text.
    own = set(item.texts())
    said = [rich(line) if line in own else text(line) for line in dict.fromkeys(lines)]
    return f'<ul class="said">{"".join(f"<li>{line}</li>" for line in said)}</ul>' if said else ""


def _marker(comment: str, mark: Effective) -> str:
    """Say what people said: their comments, and what each criterion earned."""
    by_hand = [row for row in mark.marks if row.kind != "auto"]
    criteria = [
        part["comment"] for row in by_hand[-1:] for part in row.parts if str(part.get("comment") or "")
    ]
    said = [line for row in by_hand for line in row.comments] or ([comment] if comment else [])
    lines = list(dict.fromkeys([*map(str, criteria), *said]))
    if not lines:
        return ""
    points = "".join(f"<li>{text(line)}</li>" for line in lines)
    return tag("h4", _("From the marker")) + f'<ul class="said">{points}</ul>'


def _place(sheet: _Sheet, read: str) -> str:
    """Say where to read again: the part, and the heading at the anchor in the learner's language."""
    part, _hash, anchor = read.partition("#")
    named = {"lesson": _("lesson"), "lab": _("lab"), "exam": _("exam")}.get(part, part)
    for cell in sheet.module.cells(part):
        if cell.kind != "prose" or f'<a id="{anchor}"></a>' not in cell.source:
            continue
        shown = sheet.translation.prose(part, cell.source)
        after = shown.partition(f'<a id="{anchor}"></a>')[2]
        heading = re.search(r"^#{1,4}\s+(.+)$", after, re.MULTILINE)
        if heading:
            words = _("{part} {number}, “{heading}”")
            return words.format(part=named, number=sheet.module.number, heading=heading[1].strip())
    return f"{named} {sheet.module.number}"


def _points(value: float) -> str:
    return number(value, next(digits for digits in (0, 1, 2) if digits == 2 or round(value, digits) == value))
