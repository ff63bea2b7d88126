"""What a learner is told after a check: the verdict, what was wrong part by part, where to read again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ...i18n import N_, _, number, percent, plural
from .plain import escape, markdown, told

__all__ = [
    "Line",
    "Row",
    "State",
    "Verdict",
    "bar_html",
    "hints_html",
    "mark_html",
    "progress_html",
    "solution_html",
]

Verdict = Literal["right", "partly", "wrong", "missing", "review"]
State = Literal["right", "partly", "wrong", "answered", "open"]

VERDICTS: dict[str, tuple[str, str]] = {
    "right": ("✓", N_("Right")),
    "partly": ("◐", N_("Partly right")),
    "wrong": ("✗", N_("Not right yet")),
    "missing": ("○", N_("No answer yet")),
    "review": ("✎", N_("A person reads this answer")),
}
"""Sign and word of each verdict; the sign never stands alone."""
STATES: dict[str, tuple[str, str]] = {
    "right": ("✓", N_("right")),
    "partly": ("◐", N_("partly right")),
    "wrong": ("✗", N_("not right yet")),
    "answered": ("●", N_("answered")),
    "open": ("○", N_("to do")),
}
"""Sign and word of each state of a question in the overview."""


@dataclass(frozen=True)
class Line:
    """One part of an answer and what is to be said about it."""

    text: str
    """The option, step, row or passage it is about; empty where the comment says it."""
    right: bool | None
    comment: str


@dataclass(frozen=True)
class Row:
    """One question in the overview."""

    name: str
    words: str
    state: State


def mark_html(
    verdict: Verdict,
    share: float,
    comments: Sequence[str],
    lines: Sequence[Line],
    *,
    read: tuple[str, str] | None = None,
) -> str:
    """
    Tell a mark.

    Parameters
    ----------
    verdict
        What the mark is.
    share
        Share of the question that is right, 0 to 1; told where it is partly right.
    comments
        Sentences about the whole answer.
    lines
        The parts of the answer.
    read
        Address and name of where to read again; told unless the answer is right.
    """
    sign, word = VERDICTS[verdict]
    head = f"{sign} {escape(_(word))}"
    if verdict == "partly":
        head = f"{head}: {escape(percent(share))}"
    parts = [f"<p><strong>{head}</strong></p>"]
    parts += [f"<p>{markdown(comment, inline=True)}</p>" for comment in comments]
    if lines:
        parts.append(f'<ul class="ilp-parts">{"".join(map(_line_html, lines))}</ul>')
    if read is not None and verdict != "right":
        address, name = read
        words = escape(_("Read again:"))
        parts.append(f'<p>{words} <a href="{escape(address)}">{escape(name)}</a></p>')
    return told("".join(parts), verdict)


def hints_html(hints: Sequence[str], total: int) -> str:
    """Show the hints that were asked for, each with its number."""
    parts = []
    for place, hint in enumerate(hints, start=1):
        head = _("Hint {n} of {total}").format(n=place, total=total)
        parts.append(f"<p><strong>{escape(head)}.</strong> {markdown(hint, inline=True)}</p>")
    return told("".join(parts))


def solution_html(solution: str) -> str:
    """Show the worked solution."""
    head = _("Worked solution")
    return told(f"<p><strong>{escape(head)}</strong></p>{markdown(solution)}")


def bar_html(done: int, total: int) -> str:
    """
    Draw how far somebody is; the words beside it say the same.

    Examples
    --------
    >>> "1 of 4 done" in bar_html(1, 4)
    True
    """
    share = done / total if total else 0
    words = _("{done} of {total} done").format(done=number(done), total=number(total))
    width = f"{100 * share:.0f}%"
    bar = f'<div class="ilp-bar" aria-hidden="true"><span style="width:{width}"></span></div>'
    return f"<p><strong>{escape(words)}</strong></p>{bar}"


def progress_html(rows: Sequence[Row], *, notes: Sequence[str] = (), short: bool = False) -> str:
    """Show how many questions are done and which comes next; unless `short`, each with its state."""
    done = sum(row.state in {"right", "answered"} for row in rows)
    tried = sum(row.state in {"partly", "wrong"} for row in rows)
    parts = [bar_html(done, len(rows))] if rows else []
    if tried:
        words = plural("{n} more was tried.", "{n} more were tried.", tried).format(n=number(tried))
        parts.append(f"<p>{escape(words)}</p>")
    if not short and rows:
        body = "".join(_row_html(row) for row in rows)
        heads = (_("Question"), _("State"), _("Begins"))
        head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
        parts.append(f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>")
    following = next((row for row in rows if row.state not in {"right", "answered"}), None)
    if following is not None:
        words = _("Go on with {name}.").format(name=following.name)
        parts.append(f"<p><strong>{escape(words)}</strong></p>")
    parts += [f'<p class="ilp-quiet">{escape(note)}</p>' for note in notes]
    return "".join(parts)


def _row_html(row: Row) -> str:
    sign, word = STATES[row.state]
    return (
        f'<tr><th scope="row">{escape(row.name)}</th><td class="ilp-state">{sign} {escape(_(word))}</td>'
        f"<td>{escape(row.words)}</td></tr>"
    )


def _line_html(line: Line) -> str:
    sign, word = {True: ("✓", _("right")), False: ("✗", _("wrong")), None: ("•", "")}[line.right]
    spoken = f'<span class="ilp-sr">{escape(word)}: </span>' if word else ""
    text = f"<em>{escape(line.text)}</em>" if line.text else ""
    comment = markdown(line.comment, inline=True) if line.comment else ""
    between = ": " if text and comment else ""
    return f"<li>{sign}&nbsp; {spoken}{text}{between}{comment}</li>"
