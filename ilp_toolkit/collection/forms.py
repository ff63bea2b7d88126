"""
The paper form of the information report, as data: what is asked, in which order, with which help.

The questions of the form and the columns of `reports` are the same, and the headers that the form prints are
headers that `read_reports` knows: whoever types a form into a spreadsheet needs no table of columns. The
codes of grades and handling are given by the caller, because their meaning belongs to `evaluation`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from ..i18n import _

__all__ = ["Field", "Form", "Section", "headers", "report_form"]

Kind = Literal["line", "lines", "moment", "yes_no", "code"]


@dataclass(frozen=True)
class Field:
    """One question of a form."""

    role: str
    """The column of `reports.REPORTS` that the answer goes to."""
    label: str
    """The question, and the header of the column, in the language of the form."""
    kind: Kind = "line"
    """One line, several lines, a date with time, yes or no, or a code of a list."""
    help: str = ""
    lines: int = 1
    """How many lines of writing it needs."""
    required: bool = False
    codes: tuple[tuple[str, str], ...] = ()
    """Codes to choose from with their meaning."""
    words: bool = False
    """Whether words are written beside the codes."""


@dataclass(frozen=True)
class Section:
    """Questions that belong together."""

    title: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Form:
    """A form in one language."""

    title: str
    note: str
    """What stands under the title."""
    sections: tuple[Section, ...]
    footer: str = ""
    extra: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    """Lists for the back of the sheet: title to codes with their meaning."""


def report_form(
    *,
    source_codes: Mapping[str, str],
    information_codes: Mapping[str, str],
    handling_codes: Mapping[str, str],
    scale: str = "4x4",
) -> Form:
    """
    Return the form of the information report in the language in use.

    Parameters
    ----------
    source_codes, information_codes
        Codes of the scale with their meaning, as `evaluation.grades.codes` returns them.
    handling_codes
        Handling codes with their meaning.
    scale
        The scale that the codes are of; the form prints it.

    Returns
    -------
    Form
        Sections, questions and lists of codes.

    Examples
    --------
    >>> form = report_form(source_codes={"A": "…"}, information_codes={"1": "…"}, handling_codes={"H0": "…"})
    >>> [section.title for section in form.sections][:2]
    ['Report', 'Where it comes from']
    """
    source, information = tuple(source_codes.items()), tuple(information_codes.items())
    return Form(
        title=_("Information report"),
        note=_(
            "One item of information, one report. Write what was seen, heard or found, not what it may mean."
        ),
        sections=(
            Section(_("Report"), _about()),
            Section(_("Where it comes from"), _provenance()),
            Section(_("How it was obtained"), _obtained()),
            Section(_("The information"), _information()),
            Section(
                _("Grade and handling"), _grading(scale, source, information, tuple(handling_codes.items()))
            ),
            Section(_("From the analyst to the collector"), _answer()),
        ),
        footer=_(
            "Do not write state secrets on this form. Keep it locked away; destroy it when it is typed in."
        ),
        extra={
            _("Source ({scale})").format(scale=scale): source,
            _("Information ({scale})").format(scale=scale): information,
            _("Handling"): tuple(handling_codes.items()),
        },
    )


def headers(form: Form) -> list[str]:
    """
    Return the headers of the table that the form is typed into, in the order of the form.

    Examples
    --------
    >>> form = report_form(source_codes={}, information_codes={}, handling_codes={})
    >>> headers(form)[:3]
    ['Report number', 'Date received', 'Reporting officer']
    """
    return [item.label for section in form.sections for item in section.fields]


def _about() -> tuple[Field, ...]:
    return (
        Field("report_id", _("Report number"), required=True),
        Field(
            "received", _("Date received"), "moment", _("Day, month, year; hour and minute"), required=True
        ),
        Field("collector", _("Reporting officer"), help=_("Service number, no name"), required=True),
        Field("originator", _("Originating agency"), help=_("The body whose consent counts")),
        Field("subject", _("Subject"), help=_("A few words")),
        Field("area", _("District"), help=_("Or another name of a place")),
    )


def _provenance() -> tuple[Field, ...]:
    return (
        Field("source_id", _("Source code"), help=_("A pseudonym; never a name or a number of a person")),
        Field("origin_id", _("First source"), help=_("Code of whoever first said it, if it is another")),
        Field("path", _("Through whom"), help=_("Each hand it went through")),
    )


def _obtained() -> tuple[Field, ...]:
    return (
        Field(
            "how_obtained",
            _("How obtained"),
            "lines",
            _("Seen, told, found: by what right"),
            2,
            required=True,
        ),
        Field("lawful", _("Obtained lawfully"), "yes_no", required=True),
        Field(
            "ill_treatment_free",
            _("Free of ill-treatment"),
            "yes_no",
            _("Nobody was beaten, threatened or deprived. If not: do not use it, report it."),
            required=True,
        ),
    )


def _information() -> tuple[Field, ...]:
    return (
        Field("text", _("Information"), "lines", _("As it was said or seen"), 6, required=True),
        Field(
            "sanitised", _("Sanitised text"), "lines", _("Without anything that tells who the source is"), 4
        ),
    )


def _grading(
    scale: str,
    source: tuple[tuple[str, str], ...],
    information: tuple[tuple[str, str], ...],
    handling: tuple[tuple[str, str], ...],
) -> tuple[Field, ...]:
    not_known = _("Nothing where nobody can say: unknown is not medium")
    return (
        Field("scale", _("Grading scale"), help=_("{scale} if nothing is written").format(scale=scale)),
        Field("source_grade", _("Source grade"), "code", not_known, codes=source),
        Field("information_grade", _("Information grade"), "code", codes=information),
        Field(
            "handling",
            _("Handling"),
            "code",
            _("Nothing written: nobody beyond the case"),
            codes=handling,
            words=True,
        ),
    )


def _answer() -> tuple[Field, ...]:
    return (Field("feedback", _("Analyst feedback"), "lines", _("What it was worth, what is asked next"), 2),)
