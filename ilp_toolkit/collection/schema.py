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

__all__ = ["CHECKS", "INCIDENTS", "Intake", "check_label"]

INCIDENTS: dict[str, str] = {
    "incident_id": N_("The register's own number; made from the row number where the file has none."),
    "offence": N_("The offence as the register words it; “unknown” where missing."),
    "iccs": N_("Code in UNODC's International Classification of Crime for Statistical Purposes, where known."),
    "occurred_from": N_("Start of the span in which it happened, with a time zone."),
    "occurred_to": N_("End of that span, not included; equal to the start for one moment, empty where unknown."),
    "time_precision": N_("How finely the time is known: minute, hour, day or month."),
    "origin": N_("Who noticed it: reported (the public), discovered (the police) or unknown."),
    "geometry": N_("The point, projected, in metres; empty where the place is unknown."),
    "place_precision": N_("How finely the place is known: exact, snapped, area or none."),
    "area": N_("District or place name, where the file has one."),
    "source_row": N_("The row of the file, counted as a spreadsheet counts it."),
    "flags": N_("Codes of the checks that this row did not pass, separated by spaces; empty for most."),
}
"""Columns of a table of incidents, in order, each with its meaning."""

CHECKS: dict[str, str] = {}
"""Every check that a reader can report: its code and its name in words. Filled by the list below."""


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
    """One row a check that found something: ``check``, ``n``, ``share`` (0 to 1), ``first_row``, ``remedy``."""
    choices: dict[str, Any] = field(default_factory=dict)
    """What the reader chose: encoding, columns, time zone, projection, columns set aside (JSON values)."""

    def __repr__(self) -> str:
        return _("<Intake: {table} rows read, {rejected} rejected, {checks} findings>").format(
            table=len(self.table), rejected=len(self.rejected), checks=len(self.report)
        )


def check_label(code: str) -> str:
    """Return the name of a check in words, in the language in use; the code itself where it is unknown."""
    return _(CHECKS[code]) if code in CHECKS else code
