"""
Which columns of which result may leave, and what the result means, in words.

The lists stand in ``columns.toml``: they name what may leave, so that a column nobody thought of stays
inside. A function that is not listed is refused until the author names its columns.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, Literal

from ..i18n import N_

__all__ = ["WORDS", "Allowed", "Shape", "allowed", "functions"]

Shape = Literal[
    "cells",
    "areas",
    "hours",
    "periods",
    "pairs",
    "numbers",
    "segments",
    "points",
    "records",
    "people",
    "table",
]

WORDS: dict[str, tuple[str, str, str]] = {
    "hotspots.count": (
        N_("Incidents by cell"),
        N_("How many incidents were recorded in each cell of the map."),
        N_("Recorded crime is not the crime that occurred: where people report less, less is shown."),
    ),
    "hotspots.count_by_area": (
        N_("Incidents by district"),
        N_("How many incidents were recorded in each district."),
        N_("Large districts have more of everything: compare them by what could be hit, not by counts."),
    ),
    "hotspots.kde": (
        N_("Density of incidents"),
        N_("Where incidents lie close together, smoothed over the bandwidth."),
        N_("Smoothing puts density where nothing happened; it tests nothing."),
    ),
    "hotspots.dual_kde": (
        N_("Relative risk"),
        N_("Where incidents are more frequent than what could be hit."),
        N_("Far from all that could be hit the ratio has no meaning."),
    ),
    "hotspots.gi_star": (
        N_("Hot spots (Gi*)"),
        N_("Cells which, with their neighbours, hold more incidents than an even spread would give."),
        N_("A hot spot says where records are many. It says nothing of why, of who, or of tomorrow."),
    ),
    "hotspots.local_moran": (
        N_("Clusters and outliers (local Moran)"),
        N_("Cells that are like their neighbours, or unlike them, beyond chance."),
        N_("Recorded crime is not the crime that occurred: where people report less, less is shown."),
    ),
    "hotspots.classify": (
        N_("Hot spots in time"),
        N_("Which hot spots are new, lasting, fading or come and go."),
        N_("With few steps of time the classes are shaky; none of them is a forecast."),
    ),
    "hotspots.stability": (
        N_("How firm the hot spots are"),
        N_(
            "How often each hot cell stays hot when the grid, its size, the neighbours and the sample change."
        ),
        N_("Firm means that it does not hang on settings or luck, not that it will last."),
    ),
    "hotspots.uncertain": (
        N_("Hot spots where times and places are unsure"),
        N_("How often each cell is hot when unsure times and places are drawn again and again."),
        N_("It carries the errors that were named, not those that nobody named."),
    ),
    "hotspots.areas": (
        N_("Hot areas"),
        N_("Areas in which incidents lie closer together than elsewhere."),
        N_("The outline follows single events: it is no boundary of anything."),
    ),
    "hotspots.moran": (
        N_("Clustering as a whole (Moran's I)"),
        N_("Whether cells near each other have similar counts."),
        N_("It says that there is clustering, not where."),
    ),
    "patterns.time_profile": (
        N_("Hours of the week"),
        N_("On which weekdays and at what hours incidents were recorded."),
        N_("Only incidents whose hour is known are in it; a stand-in time for “unknown” makes false peaks."),
    ),
    "patterns.aoristic": (
        N_("Hours of the week, estimated"),
        N_("At what hours incidents may have happened, each spread over the time that is known of it."),
        N_("These are weights, not counts; long spans flatten the table."),
    ),
    "patterns.weekday_profile": (
        N_("Weekdays"),
        N_("How many incidents were recorded on each weekday."),
        N_("Incidents whose day is unsure are left out."),
    ),
    "patterns.month_series": (
        N_("Months"),
        N_("How many incidents were recorded in each month."),
        N_("A month that is not over, or not yet entered, looks like a fall."),
    ),
    "patterns.weekly_series": (
        N_("Weeks, with what is usual"),
        N_("How many incidents were recorded in each week, beside the usual range."),
        N_("A week outside the range is a question, not a finding."),
    ),
    "patterns.seasonal_profile": (
        N_("Months of the year"),
        N_("Which months of the year have more incidents than others."),
        N_("A few years are few: one wave can make a season."),
    ),
    "near_repeat.knox": (
        N_("Repeat and near repeat"),
        N_("Whether incidents follow each other nearby and soon more often than by chance."),
        N_("It speaks of pairs of incidents as a whole. It marks no house and predicts no day."),
    ),
    "near_repeat.chains": (
        N_("Series of repeats"),
        N_("Which incidents began a series, and which followed nearby and soon."),
        N_("A series is a pattern of records, not proof of one offender."),
    ),
    "concentration.summary": (
        N_("Concentration"),
        N_("How much of crime falls on how few places, beside what chance gives."),
        N_("With few incidents on many places some concentration is certain."),
    ),
    "concentration.lorenz": (
        N_("Lorenz curve"),
        N_("What share of places holds what share of incidents."),
        N_("With few incidents on many places some concentration is certain."),
    ),
    "change.compare_periods": (
        N_("Change between two periods"),
        N_("Whether counts differ between two periods beyond chance."),
        N_("A difference in time says nothing of its cause."),
    ),
    "points.ripley_k": (
        N_("Clustering by distance (Ripley's K)"),
        N_("At which distances incidents cluster or keep apart."),
        N_("Without what could be hit as comparison it shows where houses are."),
    ),
    "points.ripley_l": (
        N_("Clustering by distance (Ripley's L)"),
        N_("At which distances incidents cluster or keep apart."),
        N_("Without what could be hit as comparison it shows where houses are."),
    ),
    "streets.count": (
        N_("Incidents by street segment"),
        N_("How many incidents lie nearest to each street segment."),
        N_("Points that were moved to junctions make some streets look busy."),
    ),
    "streets.hot_streets": (
        N_("Hot streets"),
        N_("Which few street segments hold most of the incidents."),
        N_("Long streets have more of everything; see the counts by kilometre."),
    ),
    "forecasts.retrospective_kde": (
        N_("Forecast from past density"),
        N_("Where incidents were dense in the past."),
        N_("It repeats what was recorded, and what was not."),
    ),
    "forecasts.prospective": (
        N_("Prospective hot spots"),
        N_("Where recent incidents raise the expectation for a while."),
        N_("A share of nearby incidents to come lies elsewhere; see the score against the last period."),
    ),
    "forecasts.hawkes": (
        N_("Self-exciting forecast"),
        N_("Where recent incidents and the long run raise the expectation."),
        N_("A model fits the records, and repeats their gaps."),
    ),
    "networks.centralities": (
        N_("Positions in a network"),
        N_("Where vertices stand in the links that were collected, in the order of their ids."),
        N_("Position in collected data, not culpability: who was watched has more links."),
    ),
    "networks.communities": (
        N_("Parts of a network"),
        N_("Which vertices have many links among themselves in what was collected."),
        N_("A pattern of links in a file is no group that anybody joined."),
    ),
    "networks.brokers": (
        N_("Brokers between groups"),
        N_("Who stands between two who are not linked, by the groups of the three."),
        N_("The missing link is often one that nobody collected."),
    ),
    "networks.cut_points": (
        N_("Cut-points of a network"),
        N_("Without which vertices the network that was collected falls apart."),
        N_("One more report, and a cut-point may be none."),
    ),
    "networks.paths": (
        N_("Paths through a network"),
        N_("How two vertices are linked, with what each link stands on."),
        N_("A path of links in a file is no chain of orders, of knowledge or of guilt."),
    ),
    "networks.timeline": (
        N_("Links in time"),
        N_("The dated links in order, with the gaps between them."),
        N_("A gap may be a pause of theirs, or of those who watched."),
    ),
    "networks.removal": (
        N_("How a network comes apart"),
        N_("How far a network of links hangs on few of its vertices, as a curve without names."),
        N_("A static picture: networks mend themselves, and who was not collected does not go."),
    ),
    "readers.read_incidents": (
        N_("Single incidents"),
        N_("The records themselves."),
        N_("Recorded crime is not the crime that occurred: where people report less, less is shown."),
    ),
}
"""By function: what it is, what it says, and what it does not say."""


@dataclass(frozen=True)
class Allowed:
    """What of one function's result may leave."""

    shape: Shape
    title: str
    """What it is, in words (a key of the catalogue, as the two below)."""
    says: str
    """What it means, in one sentence."""
    misleads: str
    """What it does not mean, in one sentence."""
    open: tuple[str, ...] | None
    """Columns under public rules; None where nothing of it may leave under them."""
    closed: tuple[str, ...]
    """Columns where small counts may be shown."""
    moved: tuple[str, ...] | None = None
    """Columns under public rules beside points that were moved; None where it holds no points."""
    ranks: bool = False
    """Whether it ranks places for future attention: then the tests of reporting bias come first."""


def allowed(function: str) -> Allowed | None:
    """
    Return what may leave of a function's result, None where the function is not listed.

    Examples
    --------
    >>> allowed("hotspots.gi_star").open
    ('cell_id', 'n', 'spot', 'geometry')
    """
    entry = _lists().get(function)
    if entry is None:
        return None
    title, says, misleads = WORDS[function]
    return Allowed(
        entry["shape"],
        title,
        says,
        misleads,
        tuple(entry["open"]) if "open" in entry else None,
        tuple(entry["closed"]),
        tuple(entry["moved"]) if "moved" in entry else None,
        bool(entry.get("ranks", False)),
    )


def functions() -> tuple[str, ...]:
    """Return the names of all functions that are listed."""
    return tuple(_lists())


@lru_cache(maxsize=1)
def _lists() -> dict[str, dict[str, Any]]:
    text = resources.files("ilp_toolkit.dissemination").joinpath("columns.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
