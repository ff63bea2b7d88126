"""
What a table of incidents looks like, and what a reader returns.

Every analysis asks for these columns by these names; whatever else a file held passes through beside them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..i18n import N_, _

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

__all__ = ["CHECKS", "INCIDENTS", "REMEDIES", "Intake", "check_label", "without_set_aside"]

INCIDENTS: dict[str, str] = {
    "incident_id": N_("The register's own number; made from the row number where the file has none."),
    "offence": N_("The offence as the register words it; “unknown” where missing."),
    "iccs": N_(
        "Code in UNODC's International Classification of Crime for Statistical Purposes, where known."
    ),
    "occurred_from": N_("Start of the span in which it happened, with a time zone."),
    "occurred_to": N_(
        "End of that span, not included; equal to the start for one moment, empty where unknown."
    ),
    "time_precision": N_("How finely the time is known: minute, hour, day or month."),
    "origin": N_("Who noticed it: reported (the public), discovered (the police) or unknown."),
    "geometry": N_("The point, projected, in metres; empty where the place is unknown."),
    "place_precision": N_("How finely the place is known: exact, snapped, area or none."),
    "area": N_("District or place name, where the file has one."),
    "source_row": N_("The row of the file, counted as a spreadsheet counts it."),
    "flags": N_("Codes of the checks that this row did not pass, separated by spaces; empty for most."),
}
"""Columns of a table of incidents, in order, each with its meaning."""

CHECKS: dict[str, str] = {
    "counts_rows": N_("Rows seem to be totals, not single incidents"),
    "bad_record": N_("Rows that are no records"),
    "date_unreadable": N_("Date cannot be read"),
    "date_missing": N_("No date"),
    "year_only": N_("Only the year is known"),
    "swapped_file": N_("Longitude and latitude were exchanged in the whole file"),
    "maybe_swapped": N_("Longitude and latitude may be exchanged"),
    "swapped_row": N_("Longitude and latitude were exchanged in single rows"),
    "far_point": N_("Point far from all others"),
    "zero_point": N_("Coordinates are 0, 0 or −1, −1"),
    "out_of_range": N_("Coordinates are out of range"),
    "unreadable_place": N_("Coordinates cannot be read"),
    "half_place": N_("Only one of two coordinates"),
    "place_missing": N_("No coordinates"),
    "not_a_point": N_("A line or an area instead of a point"),
    "reversed_interval": N_("Start after end"),
    "future_date": N_("Date in the future"),
    "old_date": N_("Date before 1900"),
    "ambiguous_day_month": N_("Day and month cannot be told apart"),
    "mixed_day_month": N_("Day and month in the other order than in most rows"),
    "reported_only": N_("Only the date of the report is known"),
    "time_unreadable": N_("Time of day cannot be read"),
    "start_missing": N_("No start, only an end"),
    "end_missing": N_("No end, only a start"),
    "end_unreadable": N_("End cannot be read"),
    "midnight_default": N_("Midnight as a stand-in for an unknown time"),
    "skipped_hour": N_("Time in an hour that summer time skips"),
    "repeated_hour": N_("Time in an hour that comes twice"),
    "no_timezone": N_("Time zone unknown"),
    "offsets_in_utc": N_("Times are kept in UTC"),
    "repeated_id": N_("Number of an earlier row"),
    "duplicate_row": N_("Exact repeat of an earlier row"),
    "id_missing": N_("No number of its own"),
    "offence_missing": N_("No offence"),
    "offence_unmapped": N_("Offence not in the table of crime classes"),
    "snapped_points": N_("Points moved to shared places"),
    "set_aside": N_("Columns about persons set aside"),
    "no_header": N_("No header: columns are numbered"),
}
"""Every check that the reader of incidents can report, gravest first: its code and its name in words."""

REMEDIES: dict[str, str] = {
    "counts_rows": N_(
        "Each row was read as one incident, and column {columns} counts several. "
        "Ask for the single incidents: every number made from this table would be wrong."
    ),
    "bad_record": N_(
        "The rows are among the rejected, with the reason. Mend them in the file and read it again."
    ),
    "date_unreadable": N_(
        "The rows are among the rejected. Write dates as 2024-12-31 23:59. First: {example}."
    ),
    "date_missing": N_(
        "The rows are among the rejected. Fill in the date, or name its column with `columns=`."
    ),
    "year_only": N_("The rows are among the rejected. Fill in at least the month."),
    "swapped_file": N_(
        "The columns were read the other way round. Name them with `columns=` if that is wrong."
    ),
    "swapped_row": N_(
        "The point was read the other way round, since it then lies among the others. Check the rows."
    ),
    "far_point": N_(
        "The rows are kept without a place. Points over {km} km from the middle of the file count as far."
    ),
    "zero_point": N_("The rows are kept without a place. Leave coordinates empty where they are unknown."),
    "out_of_range": N_("The rows are kept without a place. Check the coordinates, and `crs=`."),
    "unreadable_place": N_(
        "The rows are kept without a place. Write coordinates as numbers. First: {example}."
    ),
    "half_place": N_("The rows are kept without a place. Fill in both coordinates."),
    "place_missing": N_("The rows are kept. Name of a district or an address can place them by area."),
    "not_a_point": N_("A point inside the shape was taken."),
    "reversed_interval": N_("The rows are kept as they are. Check whether start and end were exchanged."),
    "future_date": N_("The rows are kept. Check the year, and the order of day and month."),
    "old_date": N_("The rows are kept. Check the year."),
    "ambiguous_day_month": N_("Read with the {first} first. Write dates as 2024-12-31 if that is wrong."),
    "mixed_day_month": N_("Each row was read in the one way possible. Check that the file has one order."),
    "reported_only": N_("The date of the report was used. Name a better column with `columns=`."),
    "time_unreadable": N_("Only the day is kept. Write times as 23:59."),
    "start_missing": N_("The rows are kept; analyses by time leave them out."),
    "end_missing": N_("The rows are kept with an unknown end."),
    "end_unreadable": N_("The rows are kept with an unknown end. Write dates as 2024-12-31 23:59."),
    "midnight_default": N_("The rows are kept. Mind the peak at midnight in any profile of hours."),
    "skipped_hour": N_("Moved to the end of the hour. Check `timezone` and `wall_clock`."),
    "repeated_hour": N_("The first of the two was taken."),
    "no_timezone": N_("The clock is kept as it is. Name the zone, for example `timezone={example!r}`."),
    "offsets_in_utc": N_(
        "Name the zone with `timezone=`; if the marks in the file are wrong, add `wall_clock=True`."
    ),
    "repeated_id": N_("The rows are kept. Check whether a number stands for a case with several incidents."),
    "duplicate_row": N_("The rows are kept: repeats can be real. Check with the register."),
    "id_missing": N_("A number was made from the row of the file."),
    "offence_missing": N_("The offence is set to “unknown”."),
    "offence_unmapped": N_("The offence is kept as worded. Most frequent: {example}."),
    "snapped_points": N_("{share} of the points are shared. Do not read single addresses from them."),
    "set_aside": N_(
        "Ask for a column by name with `keep=` if you need it and may use it. Columns: {columns}."
    ),
    "maybe_swapped": N_(
        "The points lie in the Arctic. Name the columns with `columns=`, or the zone with `timezone=`."
    ),
    "no_header": N_("Columns were taken so: {columns}. Name them with `columns=` if that is wrong."),
}
"""What to do about each check."""


@dataclass(frozen=True)
class Intake:
    """
    What came in: the rows that can be used, the rows that cannot, and what was noticed.

    ``len(table) + len(rejected)`` equals the rows of the file, always.
    """

    table: gpd.GeoDataFrame
    """Incidents: the columns of `INCIDENTS`, then whatever else the file held."""
    rejected: pd.DataFrame
    """``source_row``, ``reason`` (in words), then the original columns as text."""
    report: pd.DataFrame
    """One row a finding: ``check``, ``n``, ``share`` (0 to 1), ``first_row``, ``remedy``; gravest first."""
    choices: dict[str, Any] = field(default_factory=dict)
    """What the reader chose: encoding, columns, time zone, projection, columns set aside (JSON values)."""

    def __repr__(self) -> str:
        return _("<Intake: {table} rows read, {rejected} rejected, {checks} findings>").format(
            table=len(self.table), rejected=len(self.rejected), checks=len(self.report)
        )


def check_label(code: str) -> str:
    """Return the name of a check in words, in the language in use; the code itself where it is unknown."""
    if code in CHECKS:
        return _(CHECKS[code])
    from ._link_schema import CHECKS as LINK_CHECKS
    from ._listing_schema import CHECKS as LISTING_CHECKS
    from ._seizure_schema import CHECKS as SEIZURE_CHECKS
    from .prices import CHECKS as PRICE_CHECKS
    from .rawtable import CHECKS as FILE_CHECKS  # imported here: it loads pandas and pyproj
    from .reports import CHECKS as REPORT_CHECKS

    others = {
        **FILE_CHECKS,
        **REPORT_CHECKS,
        **SEIZURE_CHECKS,
        **PRICE_CHECKS,
        **LISTING_CHECKS,
        **LINK_CHECKS,
    }
    return _(others[code]) if code in others else code


def without_set_aside(intake: Intake) -> pd.DataFrame:
    """
    Return the rejected rows without the columns set aside, and without lines that could not be split.

    A line that is no record may hold anything, so only its row and the reason are left.
    """
    hidden = {*intake.choices.get("set_aside", []), intake.choices.get("bad_line_column")}
    return intake.rejected.drop(columns=[c for c in intake.rejected.columns if c in hidden])
