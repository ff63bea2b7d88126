"""
The information report: one item of information, how it was obtained, how good it is, and who may see it.

Operatives write it, analysts grade, use and answer it. What is said to have been obtained by ill-treatment or
unlawfully does not enter, and neither does a state secret: such a row is counted and named, and its words are
withheld. What nobody stated is not taken for lawful: the report stays, flagged, outside of `lawful`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .. import choices as noted
from ..errors import ColumnsError, InputError
from ..i18n import N_, _
from .markings import secret_stamp
from .reportfields import match_columns

if TYPE_CHECKING:
    import pandas as pd

    from .rawtable import RawTable

__all__ = ["CHECKS", "REPORTS", "ReportIntake", "answer", "lawful", "read_reports", "unanswered"]

REPORTS: dict[str, str] = {
    "report_id": N_("Number of the report; made from the row number where the file has none."),
    "received": N_("When it was received, with a time zone; empty where unknown."),
    "collector": N_("Who wrote the report: a number or a role, not the source."),
    "originator": N_("The body that gave the information; its consent counts."),
    "source_id": N_("Pseudonym of the source."),
    "origin_id": N_("Pseudonym of whoever first said it; the same origin by two paths is one source."),
    "path": N_("Through whom it came."),
    "subject": N_("What it is about, in a few words."),
    "area": N_("District or place name."),
    "scale": N_("The scale of the grade."),
    "source_grade": N_("Code of the source on that scale; empty where nobody graded it."),
    "information_grade": N_("Code of the information on that scale; empty where nobody graded it."),
    "how_obtained": N_("How it was obtained, in words."),
    "lawful": N_("Whether it is stated to be lawfully obtained: yes or unstated."),
    "ill_treatment_free": N_("Whether it is stated to be free of ill-treatment: yes or unstated."),
    "handling": N_("Handling as written; empty means the strictest."),
    "text": N_("The item of information as it was reported."),
    "sanitised": N_("The same without anything that identifies a source or a person."),
    "feedback": N_("What the analyst answered to the collector."),
    "feedback_by": N_("Who answered."),
    "feedback_at": N_("When it was answered."),
    "source_row": N_("The row of the file, counted as a spreadsheet counts it."),
    "flags": N_("Codes of the checks that this row did not pass, separated by spaces; empty for most."),
}
"""Columns of a table of reports, in order, each with its meaning. Text that is missing is empty."""

CHECKS: dict[str, str] = {
    "secret": N_("Marked as a state secret"),
    "ill_treatment": N_("Said to have been obtained by ill-treatment"),
    "unlawful": N_("Said to have been obtained unlawfully"),
    "bad_record": N_("Rows that are no records"),
    "text_missing": N_("No information in the report"),
    "ill_treatment_unstated": N_("Not stated to be free of ill-treatment"),
    "lawful_unstated": N_("Not stated to be lawfully obtained"),
    "obtained_missing": N_("How it was obtained is not said"),
    "handling_missing": N_("No handling"),
    "grade_missing": N_("No grade"),
    "origin_missing": N_("Origin not known"),
    "not_sanitised": N_("No sanitised text"),
    "sanitised_same": N_("The sanitised text is the original"),
    "several_items": N_("More than one item of information"),
    "received_unreadable": N_("Date of receipt missing or not readable"),
    "source_named": N_("The source may be named"),
    "repeated_id": N_("Number of an earlier row"),
    "duplicate_row": N_("Exact repeat of an earlier row"),
    "id_missing": N_("No number of its own"),
    "set_aside": N_("Columns about persons set aside"),
}
"""Every check that the reader of reports can report, gravest first: its code and its name in words."""

REMEDIES: dict[str, str] = {
    "secret": N_(
        "The rows are refused and their words withheld. The file holds them: take it off this computer."
    ),
    "ill_treatment": N_(
        "The rows are refused and their words withheld (Convention against Torture, Article 15). They may "
        "serve only as evidence of the ill-treatment: pass them to whoever inquires into it. "
        "First word: {example}."
    ),
    "unlawful": N_(
        "The rows are refused and their words withheld. Ask the legal adviser what is to be done."
    ),
    "bad_record": N_(
        "The rows are among the rejected, with the reason. Mend them in the file and read it again."
    ),
    "text_missing": N_(
        "The rows are among the rejected. A report is one item of information: write it down."
    ),
    "ill_treatment_unstated": N_(
        "The reports are kept, but not lawful to use: the collector states it, or they stay outside."
    ),
    "lawful_unstated": N_(
        "The reports are kept, but not lawful to use: the collector states it, or they stay outside."
    ),
    "obtained_missing": N_("The reports are kept. Ask the collector how the information was obtained."),
    "handling_missing": N_(
        "The strictest handling holds: nobody beyond the case. The originator says who may see."
    ),
    "grade_missing": N_("The reports are kept and count as unknown, never as medium. Grade them."),
    "origin_missing": N_(
        "They corroborate nothing: nobody can say that they are independent. Note the origin."
    ),
    "not_sanitised": N_("They cannot leave. Write a text that identifies neither source nor persons."),
    "sanitised_same": N_("Right only where nothing in it identifies a source or a person: read them again."),
    "several_items": N_("One item, one report: each has its own grade and handling. Split them."),
    "received_unreadable": N_("The reports are kept without a date. Write dates as 2024-12-31 23:59."),
    "source_named": N_(
        "The cells look like names or numbers of persons, so the column was set aside. Write a pseudonym; "
        "`keep=` takes it as it is."
    ),
    "repeated_id": N_("The rows are kept. Give each report a number of its own."),
    "duplicate_row": N_("The rows are kept. Take the repeats out if they are one report."),
    "id_missing": N_("A number was made from the row."),
    "set_aside": N_("Left out: {columns}. Ask for a column with `keep=` if the work needs it."),
}


@dataclass(frozen=True)
class ReportIntake:
    """
    What a file of reports held: the reports, what was refused, and what was noticed.

    ``len(table) + len(rejected)`` equals the rows of the file, always.
    """

    table: pd.DataFrame
    """Reports: the columns of `REPORTS`, then whatever else the file held."""
    rejected: pd.DataFrame
    """``source_row``, ``reason`` (in words), then the original columns; of secrets and tainted material
    only the number, the date and the collector, the rest withheld."""
    report: pd.DataFrame
    """One row a finding: ``check``, ``n``, ``share`` (0 to 1), ``first_row``, ``remedy``; gravest first."""
    choices: dict[str, Any] = field(default_factory=dict)
    """What the reader chose: encoding, columns, time zone, scale, columns set aside (JSON values)."""

    def __repr__(self) -> str:
        return _("<ReportIntake: {table} reports read, {rejected} rejected, {checks} findings>").format(
            table=len(self.table), rejected=len(self.rejected), checks=len(self.report)
        )


def read_reports(
    source: Any,
    *,
    columns: Mapping[Any, Any] | None = None,
    timezone: str | None = None,
    scale: str = "4x4",
    keep: str | Iterable[str] = (),
) -> ReportIntake:
    """
    Read a file of information reports; lose nothing, and let nothing in that must stay out.

    Parameters
    ----------
    source
        A file (CSV, TSV, a spreadsheet; also inside gzip or zip), an open file, or a table of pandas: as
        typed from the paper form (`forms.report_form`), with English or Russian headers.
    columns
        Which column is what, where the headers do not tell: role (a name of `REPORTS`, or ``grade`` for both
        codes in one column) to column, or column to role.
    timezone
        Zone of the clocks in the file, such as "Asia/Dushanbe".
    scale
        The scale of the grades where the file does not say.
    keep
        Columns about persons to keep, by name.

    Returns
    -------
    ReportIntake
        The table, the rejected rows, the report and the choices made.

    Raises
    ------
    FileError
        If the file cannot be opened.
    ColumnsError
        If no column holds the information, or a column or role that was named does not exist.
    InputError
        If the file as a whole is stamped as a state secret.

    Notes
    -----
    Grades and handling stay text here; `evaluation` reads them. Whether material is tainted is judged by what
    the report itself states, in its two questions and in the words on how it was obtained; what nobody wrote
    nobody can know.

    References
    ----------
    Convention against Torture and Other Cruel, Inhuman or Degrading Treatment or Punishment (1984),
    Article 15.

    Examples
    --------
    >>> import pandas as pd
    >>> file = pd.DataFrame({"Сведения": ["Ночью разгружали фургон.", "Он всё признал."],
    ...                      "Законно": ["да", "да"], "Без пыток и жестокого обращения": ["да", "нет"]})
    >>> intake = read_reports(file)
    >>> intake.table[["report_id", "ill_treatment_free"]].values.tolist(), len(intake.rejected)
    ([['row-2', 'yes']], 1)
    """
    from .files import open_table
    from .reportrows import Rows
    from .zones import find_zone

    zone = find_zone(timezone)
    raw = open_table(source)
    _refuse_stamped(raw)
    roles = match_columns(list(raw.columns.column_names), columns)
    if "text" not in roles:
        msg = _("No column holds the information. Name it with `columns=`, as {example}. Columns: {names}.")
        names = list(raw.columns.column_names)
        example = f'{{"text": "{(names or [""])[0]}"}}'
        raise ColumnsError(msg.format(example=example, names=", ".join(names[:40])))
    rows = Rows(raw, roles, zone=zone, scale=scale, keep=keep)
    table, rejected, findings = rows.table(), rows.rejected(), rows.report()
    made = {**raw.choices, "columns": roles, "timezone": zone.key if zone else None, "scale": scale}
    made |= {"set_aside": list(rows.set_aside)}
    table.attrs["choices"] = made
    return ReportIntake(table, rejected, findings, made)


def lawful(reports: pd.DataFrame) -> pd.DataFrame:
    """
    Return the reports that are stated to be lawfully obtained and free of ill-treatment.

    Parameters
    ----------
    reports
        A table of reports.

    Returns
    -------
    DataFrame
        A new table on the same index; how many were left out, and why, is in the choices.

    Raises
    ------
    ColumnsError
        If the table does not hold both statements.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"lawful": ["yes", "unstated"], "ill_treatment_free": ["yes", "yes"]})
    >>> len(lawful(table))
    1
    """
    missing = [name for name in ("lawful", "ill_treatment_free") if name not in reports.columns]
    if missing:
        msg = _("The reports do not state {columns}: read them with `read_reports`, or add the column.")
        raise ColumnsError(msg.format(columns=", ".join(missing)))
    stated, free = reports["lawful"].eq("yes"), reports["ill_treatment_free"].eq("yes")
    kept = reports[stated & free].copy()
    left_out = {
        "lawful_unstated": int((~stated).sum()),
        "ill_treatment_unstated": int((~free).sum()),
        "reports": len(reports) - len(kept),
    }
    return noted.record(kept, left_out=left_out)


def answer(
    reports: pd.DataFrame, report_id: str, text: str, *, by: str, at: dt.datetime, replace: bool = False
) -> pd.DataFrame:
    """
    Answer the collector of a report: what the information was worth, and what is asked next.

    Parameters
    ----------
    reports
        A table of reports.
    report_id
        The report that is answered.
    text
        What the analyst says.
    by
        Who answers.
    at
        When, with a time zone.
    replace
        Whether an earlier answer may be replaced.

    Returns
    -------
    DataFrame
        A new table with the answer in it.

    Raises
    ------
    InputError
        If there is no such report, or two; if it is answered already; if nothing is said.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"report_id": ["R1"], "feedback": [""]})
    >>> when = dt.datetime(2025, 3, 1, 9, tzinfo=dt.UTC)
    >>> answer(table, "R1", "Used in the profile. Which van?", by="analyst-07", at=when)["feedback"][0]
    'Used in the profile. Which van?'
    """
    where = reports["report_id"].eq(report_id)
    if where.sum() != 1:
        msg = _("`report_id` {number} stands in {n} reports: it must be that of one.")
        raise InputError(msg.format(number=report_id, n=int(where.sum())))
    if not text.strip():
        raise InputError(_("An answer without words tells the collector nothing: write what it was worth."))
    before = str(reports.loc[where, "feedback"].iloc[0] or "") if "feedback" in reports else ""
    if before.strip() and before != "nan" and not replace:
        msg = _("Report {number} is answered already. Say replace=True to put a new answer in its place.")
        raise InputError(msg.format(number=report_id))
    if at.tzinfo is None:
        raise InputError(_("`at` has no time zone: give one, so that the moment is known."))
    answered = reports.copy()
    for column, value in (("feedback", text), ("feedback_by", by), ("feedback_at", at.isoformat())):
        answered[column] = _with(answered.get(column, ""), where, value)
    return answered


def unanswered(reports: pd.DataFrame) -> pd.DataFrame:
    """
    List the reports that wait for an answer, the oldest first.

    Parameters
    ----------
    reports
        A table of reports.

    Returns
    -------
    DataFrame
        ``report_id``, ``received``, ``collector``, ``subject`` of the reports without feedback. Collectors
        are not counted or compared.
    """
    waiting = reports[reports["feedback"].fillna("").astype(str).str.strip() == ""]
    shown = [name for name in ("report_id", "received", "collector", "subject") if name in waiting.columns]
    ordered = waiting.sort_values("received", kind="stable") if "received" in shown else waiting
    return ordered[shown].reset_index(drop=True)


def _with(old: Any, where: pd.Series[bool], value: str) -> pd.Series[Any]:
    import pandas as pd

    column = pd.Series(old, index=where.index, dtype="object").fillna("")
    return column.where(~where, value)


def _refuse_stamped(raw: RawTable) -> None:
    """Refuse a file that bears the stamp of a secret outside of its records: above the header or between."""
    for cell in [*raw.above, *map(str, raw.bad["text"]), *raw.columns.column_names]:
        marking = secret_stamp(cell)
        if marking is not None:
            msg = _(
                "The file is marked “{marking}”: state secrets must not enter. Take it off this computer."
            )
            raise InputError(msg.format(marking=marking))
