"""
The tables beside a product: which columns may leave, and the blocks that show them.

Each table has a list of columns that may leave. The list is of what may, not of what may not: a column that
nobody thought of stays inside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ...errors import DisclosureError
from ...i18n import _, number, percent, weekday
from .. import disclosure
from .blocks import Column, Table
from .profile_evidence import Evidence, evidence_tables
from .profile_stability import stability_word
from .profile_when import public_hours, public_months, public_weekdays

if TYPE_CHECKING:
    from .profile_facts import Facts
    from .profile_when import When
    from .profile_where import Where

__all__ = ["COLUMNS", "area_table", "offence_table", "place_table", "public_tables", "weekday_table"]

COLUMNS: dict[str, tuple[str, ...]] = {
    "cells": ("cell", "n", "suppressed", "spot", "stability", "place", "geometry"),
    "places": ("place", "n", "exact", "cells", "km2", "stability", "area", "streets", "geometry"),
    "districts": ("area", "n", "suppressed", "population", "geometry"),
    "offences": ("offence", "n"),
    "months": ("month", "n", "complete"),
    "weekdays": ("weekday", "n"),
    "hours": ("from", "to", "n"),
    "repeats": ("from_m", "to_m", "from_days", "to_days", "pairs", "ratio", "beyond_chance"),
    "shares": ("kind", "incidents", "places", "low", "high", "chance_low", "chance_high"),
    "streets": ("street", "at_least", "km", "geometry"),
    "change": ("offence", "before", "after", "ratio", "ratio_low", "ratio_high", "beyond_chance"),
    "checks": ("check", "n", "share", "remedy"),
}
"""Public tables and the columns that they may have."""


def public_tables(
    facts: Facts, when: When, where: Where, evidence: Evidence | None = None
) -> dict[str, pd.DataFrame]:
    """Return every table that stands beside the product, under its name."""
    minimum = facts.policy.cells.minimum_count
    cells = where.cells.rename(columns={"label": "place"}) if where.cells is not None else None
    tables: dict[str, pd.DataFrame | None] = {
        "cells": cells,
        "places": where.places,
        "districts": where.areas,
        "offences": public_offences(facts),
        "months": public_months(when, minimum=minimum),
        "weekdays": public_weekdays(when, minimum=minimum),
        "hours": public_hours(when, minimum=minimum),
        "checks": facts.intake.report.drop(columns="first_row", errors="ignore"),
        **(evidence_tables(evidence, where) if evidence is not None else {}),
    }
    return {name: _allowed(name, table) for name, table in tables.items() if table is not None and len(table)}


def public_offences(facts: Facts) -> pd.DataFrame | None:
    """Return the counts by offence that may be published, or None where hiding cannot protect them."""
    minimum = facts.policy.cells.minimum_count
    if "offences" in facts.request.without or not disclosure.protects(facts.offences, minimum=minimum):
        return None
    counts = disclosure.suppress(facts.offences, minimum=minimum)
    return counts.rename_axis("offence").reset_index(name="n")


def offence_table(facts: Facts) -> Table | None:
    """Show the counts by offence."""
    counts = public_offences(facts)
    if counts is None or len(counts) < 2:
        return None
    rows = tuple((_offence(row.offence), shown(row.n), share(row.n, facts.n)) for row in counts.itertuples())
    columns = (Column(_("Offence")), Column(_("Incidents"), number=True), Column(_("Share"), number=True))
    return Table(_("Incidents by offence, in alphabetical order"), columns, rows, hidden_note(counts, facts))


def _offence(wording: Any) -> str:
    return _("offence not given") if wording == "unknown" else str(wording)


def weekday_table(facts: Facts, when: When) -> Table | None:
    """Show the days of the week and the parts of the day."""
    minimum = facts.policy.cells.minimum_count
    counts = public_weekdays(when, minimum=minimum)
    if counts is None:
        return None
    total = int(when.weekdays["n"].sum()) if when.weekdays is not None else 0
    rows = tuple((weekday(day), shown(n), share(n, total)) for day, n in enumerate(counts["n"]))
    columns = (Column(_("Day")), Column(_("Incidents"), number=True), Column(_("Share"), number=True))
    return Table(_("Incidents by day of the week"), columns, rows, hidden_note(counts, facts))


def hour_table(facts: Facts, when: When) -> Table | None:
    """Show the parts of the day."""
    counts = public_hours(when, minimum=facts.policy.cells.minimum_count)
    if counts is None:
        return None
    rows = tuple(
        (_("{start} to {end}").format(start=row[0], end=row[1]), shown(row[2]), share(row[2], when.n_hours))
        for row in counts.itertuples(index=False)
    )
    columns = (
        Column(_("Part of the day")),
        Column(_("Incidents"), number=True),
        Column(_("Share"), number=True),
    )
    note = hidden_note(counts, facts)
    if when.estimated:
        note = " ".join([_("Estimated from spans of time, to the nearest whole number."), note]).strip()
    return Table(_("Incidents by part of the day"), columns, rows, note)


def place_table(facts: Facts, where: Where) -> Table | None:
    """Show the places, west to east."""
    places = where.places
    if places is None or places.empty:
        return None
    columns = [Column(_("Place"))]
    named = [column for column in ("area", "streets") if (places[column] != "").any()]
    columns += [Column({"area": _("District"), "streets": _("Streets")}[column]) for column in named]
    columns += [
        Column(_("Incidents"), number=True),
        Column(_("Cells"), number=True),
        Column(_("km²"), number=True),
        Column(_("Stability")),
    ]
    rows = []
    for row in places.to_dict("records"):
        count = shown(row["n"])
        if not row["exact"] and not pd.isna(row["n"]):
            count = _("{n} or more").format(n=count)
        words = (str(row[column]) or "–" for column in named)
        size = (number(int(row["cells"])), number(float(row["km2"]), 2))
        rows.append((str(row["place"]), *words, count, *size, stability_word(row["stability"])))
    note = _(
        "Letters go from west to east; they are no ranking. A place is a group of touching cells that "
        "hold more "
        "than chance explains."
    )
    if not places["exact"].all():
        note += " " + _("“Or more”: counts that would give a hidden one away are left out.")
    if where.left_places:
        note += " " + plural_left(where.left_places)
    return Table(
        _("Places that hold more than chance explains, from west to east"), tuple(columns), tuple(rows), note
    )


def area_table(facts: Facts, where: Where) -> Table | None:
    """Show the districts in alphabetical order."""
    areas = where.areas
    if areas is None:
        return None
    rated = "population" in areas and (areas["population"] > 0).all()
    columns = [Column(_("District")), Column(_("Incidents"), number=True), Column(_("Share"), number=True)]
    if rated:
        columns.append(Column(_("Per 1,000 people"), number=True))
    rows = []
    most = 60
    for row in areas.head(most).to_dict("records"):
        cells = [str(row["area"]), shown(row["n"]), share(row["n"], facts.n)]
        if rated:
            cells.append("–" if pd.isna(row["n"]) else number(1000 * row["n"] / row["population"], 1))
        rows.append(tuple(cells))
    note = hidden_note(areas, facts)
    if len(areas) > most:
        note += " " + _("The first {most} of {all} districts; the CSV file holds all.").format(
            most=number(most), all=number(len(areas))
        )
    return Table(_("Incidents by district, in alphabetical order"), tuple(columns), tuple(rows), note.strip())


def shown(n: Any) -> str:
    """Write a count, or that it is hidden."""
    return _("hidden") if pd.isna(n) else number(int(n))


def share(n: Any, total: int) -> str:
    """Write a share of a total."""
    if pd.isna(n) or not total:
        return "–"
    return _("less than 1%") if 0 < n < 0.01 * total else percent(float(n) / total)


def hidden_note(table: pd.DataFrame, facts: Facts) -> str:
    """Say what “hidden” means, where a table hides something."""
    if not table["n"].isna().any():
        return ""
    return _("Hidden: from 1 to {most}, or hidden so that nobody can work out another.").format(
        most=facts.policy.cells.minimum_count - 1
    )


def plural_left(n: int) -> str:
    """Say how many places the table leaves out."""
    from ...i18n import plural

    return plural(
        "{n} smaller place is on the map and not in the table.",
        "{n} smaller places are on the map and not in the table.",
        n,
    ).format(n=number(n))


def _allowed(name: str, table: pd.DataFrame) -> pd.DataFrame:
    strange = [str(column) for column in table.columns if column not in COLUMNS[name]]
    if strange:
        msg = _("The table “{name}” has a column that may not leave: “{column}”.")
        raise DisclosureError(msg.format(name=name, column=strange[0]))
    result = table.copy()
    result.attrs.clear()
    return result
