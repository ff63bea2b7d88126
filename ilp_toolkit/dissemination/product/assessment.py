"""
The blocks that every assessment has: answer box, what checks found, methods and limits, how it is made again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from ... import __version__
from ...collection.schema import check_label
from ...i18n import _, current, number, percent, plural
from .._yardstick import confidence, source_of
from .blocks import Answer, Answers, Block, Bullets, Column, Heading, Note, Paragraph, Table
from .blocks import Facts as FactList

if TYPE_CHECKING:
    Judged = tuple[str, Sequence[str]]

__all__ = [
    "answer_box",
    "draft_note",
    "first_rows",
    "how_to_repeat",
    "judged",
    "methods_and_limits",
    "report_table",
    "table_of",
    "why_this_sure",
]

_MOST = 30
"""Rows of a table on the page; the CSV file holds all."""
_REASONS = 3
_QUESTIONS = 4


def answer_box(
    said: Iterable[tuple[str, str]], *, sure: Judged, not_shown: str, questions: Iterable[str]
) -> Answers:
    """
    Return the answer box of page one.

    Parameters
    ----------
    said
        Questions and their answers.
    sure
        How sure: the level and its reasons, the weightiest first.
    not_shown
        What the product does not show.
    questions
        Questions for the decision-maker; the first four are taken.
    """
    level, reasons = sure
    held = _("We hold this with {confidence}: {reasons}.").format(
        confidence=confidence()[level][current()], reasons="; ".join(reasons[:_REASONS])
    )
    told = [*said, (_("How sure"), held), (_("Not shown"), not_shown)]
    return Answers(
        title=_("The answer in one minute"),
        answers=tuple(Answer(question, text) for question, text in told),
        questions_title=_("Questions for the decision-maker"),
        questions=tuple(questions)[:_QUESTIONS],
    )


def judged(doubts: Iterable[tuple[bool, str]], *, alone: str) -> tuple[str, list[str]]:
    """
    Judge how sure an assessment is; what rests on one file never gives more than moderate.

    Parameters
    ----------
    doubts
        What lowers it, in words, each with whether it alone makes it low.
    alone
        What always lowers it: that one file stands alone.

    Returns
    -------
    tuple
        ``low`` or ``moderate``, and the reasons, the weightiest first.

    Examples
    --------
    >>> judged([(False, "few rows"), (True, "no weights")], alone="one file")
    ('low', ['no weights', 'few rows', 'one file'])
    """
    found = list(doubts)
    weak = [text for is_weak, text in found if is_weak]
    limited = [text for is_weak, text in found if not is_weak]
    return "low" if weak or len(limited) >= 3 else "moderate", [*weak, *limited, alone]


def report_table(
    lines: Iterable[Mapping[Any, Any]], caption: str, *, label: Callable[[str], str] = check_label
) -> Table:
    """
    Make the table of what checks found.

    Parameters
    ----------
    lines
        Rows of reports: ``check``, ``n``, ``share``, ``remedy``.
    caption
        What was checked.
    label
        Puts a check into words.
    """
    rows = tuple(
        (
            label(str(line["check"])),
            number(int(line["n"])),
            percent(float(line["share"])) if float(line["share"]) >= 0.01 else _("less than 1%"),
            str(line["remedy"]),
        )
        for line in lines
    )
    columns = (
        Column(_("Check")),
        Column(_("Rows"), number=True),
        Column(_("Share"), number=True),
        Column(_("What was done, or what to do")),
    )
    return Table(caption, columns, rows)


def methods_and_limits(
    methods: tuple[tuple[str, str], ...], limits: Iterable[str], reasons: Iterable[str]
) -> list[Block]:
    """
    Say what the numbers cannot bear, and how sure we are.

    Parameters
    ----------
    methods
        Each method, and when not to trust it.
    limits
        What the numbers cannot bear.
    reasons
        Why this sure and no more.
    """
    columns = (Column(_("Method")), Column(_("Do not trust it")))
    return [
        Heading(_("Methods and limits")),
        Table(_("Methods, and when not to trust them"), columns, methods),
        Bullets(tuple(limits)),
        *why_this_sure(reasons),
    ]


def why_this_sure(reasons: Iterable[str]) -> list[Block]:
    """List what lowers how sure we are."""
    text = _("How sure we are follows from stated inputs; the words are those of {standard}.")
    return [
        Heading(_("Why this sure and no more"), 3),
        Paragraph(text.format(standard=source_of("confidence")[current()])),
        Bullets(tuple(reason[:1].upper() + reason[1:] + "." for reason in reasons)),
    ]


def first_rows(table: pd.DataFrame, column: str) -> list[dict[Any, Any]]:
    """Return the rows that fit on a page, those with most in a column, in the order of the table."""
    if len(table) <= _MOST:
        return table.to_dict("records")
    order = pd.to_numeric(table[column], errors="coerce").astype("Float64").fillna(-1)
    keep = order.sort_values(ascending=False, kind="stable").index[:_MOST]
    return table.loc[sorted(keep)].to_dict("records")


def table_of(
    caption: str, columns: tuple[Column, ...], rows: Sequence[tuple[str, ...]], note: str, whole: pd.DataFrame
) -> Table:
    """Make the block of a table in the order of its names; the note says what is left to the file."""
    if len(whole) > len(rows):
        note += " " + _("{most} of {all} rows; the CSV file holds all.").format(
            most=number(len(rows)), all=number(len(whole))
        )
    return Table(caption, columns, tuple(sorted(rows)), note)


def how_to_repeat(record: Mapping[str, Any], command: str) -> list[Block]:
    """Say how the same product is made again."""
    given = record.get("input", {})
    rows = [(_("Toolkit"), f"ilp-toolkit {__version__}")]
    if given:
        size = plural("{n} byte", "{n} bytes", given["bytes"]).format(n=number(given["bytes"]))
        rows += [(_("File"), str(given["file"])), (_("Size"), size), (_("SHA-256"), str(given["sha256"]))]
    if command:
        rows.append((_("Command"), command))
    text = _(
        "The same file, the same choices and the same version give the same numbers. manifest.json "
        "lists every "
        "file of this product with its hash, and every version."
    )
    return [Heading(_("How to reproduce this")), Paragraph(text), FactList(tuple(rows)), draft_note()]


def draft_note() -> Note:
    """Return the note that a product made without a case carries."""
    return Note(
        _(
            "It was made without a case: no purpose, legal basis or audience was recorded. It is not "
            "for release. "
            "Only public rules on small counts and places were applied."
        ),
        _("This is a draft"),
    )
