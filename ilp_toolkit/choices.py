"""
What a function chose for its caller, kept beside the result and said in words.

A default is a decision that somebody will have to defend. Each function that decides something (a cell
size, a bandwidth, the rows left out) notes it in ``result.attrs["choices"]`` as plain JSON values, never
data. Metadata on a table does not survive every operation, so this is an explanation, never a control.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, TypeVar

from .i18n import N_, _, plural

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["explain", "of", "record"]

Table = TypeVar("Table", bound="pd.DataFrame | pd.Series[Any]")

NAMES: dict[str, str] = {
    "adaptive": N_("bandwidth of each event its own"),
    "bands": N_("bands"),
    "bandwidth": N_("bandwidth in metres"),
    "bandwidth_rule": N_("bandwidth chosen by"),
    "before_first_step": N_("before the first whole step"),
    "border": N_("an event at the edge of two groups"),
    "cell_size": N_("cell size in metres"),
    "cell_size_rule": N_("cell size chosen by"),
    "cells": N_("cells"),
    "clipped": N_("cells clipped to the area"),
    "columns": N_("columns"),
    "confidence": N_("confidence"),
    "crossings_without_junction": N_("lines that cross without a junction"),
    "crs": N_("coordinate system"),
    "crs_given": N_("coordinate system given"),
    "crs_source": N_("coordinate system of the file"),
    "dead_ends": N_("at dead ends"),
    "decimal": N_("decimal sign"),
    "distance": N_("distance in metres"),
    "distances": N_("edges of the bands of distance, metres"),
    "draws": N_("random draws"),
    "duration": N_("duration"),
    "durations": N_("edges of the bands of time"),
    "edge_correction": N_("edge correction"),
    "encoding": N_("encoding"),
    "end": N_("end"),
    "end_before_start_taken_as_start": N_("end before the start, taken as the start"),
    "error": N_("error of the place in metres"),
    "estimator": N_("estimated by"),
    "expected": N_("expected by chance"),
    "far_km": N_("far, in km"),
    "file": N_("file"),
    "first_step": N_("first step"),
    "format": N_("format"),
    "grid": N_("grid"),
    "header": N_("header"),
    "header_row": N_("row of the header"),
    "hours": N_("hours"),
    "in_no_area": N_("in no area"),
    "interval": N_("interval"),
    "islands": N_("cells without a neighbour"),
    "kernel": N_("kernel"),
    "least": N_("least"),
    "left_out": N_("left out"),
    "level": N_("q-value up to which something is found"),
    "lixel": N_("piece of street in metres"),
    "max_distance": N_("farthest from a street, metres"),
    "measure": N_("measure"),
    "metric": N_("distance measured"),
    "min_points": N_("events to make a core"),
    "month_first": N_("month before the day"),
    "n_bands": N_("bands"),
    "n_incidents": N_("incidents"),
    "n_places": N_("places"),
    "n_used": N_("events used"),
    "name_column": N_("column with the names"),
    "names_twice": N_("names that come twice"),
    "near": N_("near"),
    "neighbours": N_("neighbours"),
    "neighbours_in_time": N_("neighbours in time"),
    "neighbours_include_self": N_("a cell is its own neighbour"),
    "not_placed": N_("not placed"),
    "order": N_("order"),
    "origin": N_("grid starts at"),
    "outline": N_("outline"),
    "outside": N_("outside"),
    "p_value": N_("p-value"),
    "permutations": N_("permutations"),
    "placed_by_name": N_("placed by name"),
    "placed_by_point": N_("placed by point"),
    "planarised": N_("streets cut where they cross"),
    "q_value": N_("q-value"),
    "rng": N_("seed"),
    "same_place": N_("same place, up to metres"),
    "samples": N_("samples"),
    "segments": N_("street segments"),
    "separator": N_("separator"),
    "set_aside": N_("columns set aside"),
    "shape": N_("shape of the cells"),
    "shapes_left_out": N_("shapes left out"),
    "sizes": N_("cell sizes tried, times the given one"),
    "snapped": N_("snapped"),
    "spans_longer_than_first_band": N_("spans longer than the first band of time"),
    "spans_of_a_week_or_more": N_("spans of a week or more"),
    "spans_of_a_week_or_more_rule": N_("spans of a week or more count"),
    "spatial_weights": N_("weights of the neighbours"),
    "split": N_("at junctions"),
    "step": N_("step"),
    "steps": N_("steps"),
    "streets_in_several_parts": N_("streets in several parts"),
    "streets_left_out": N_("streets left out"),
    "ties": N_("equally near to several streets"),
    "time": N_("time"),
    "timezone": N_("time zone"),
    "too_far_from_streets": N_("too far from every street"),
    "undefined": N_("without a value"),
    "unit": N_("unit"),
    "unknown_end_taken_as_start": N_("end unknown, taken as the start"),
    "unmapped_offences": N_("offences without a class"),
    "wall_clock": N_("local time marked as UTC"),
    "weekdays": N_("weekdays"),
    "weights": N_("weights"),
    "within": N_("within, metres"),
    "without_name": N_("without a name"),
}
"""Names of choices in words; a name that is not here is shown as it is."""

CODES: dict[str, str] = {
    "[from, to)": N_("from the first edge up to, not including, the second"),
    "discontinuous": N_("shared out among the streets ahead"),
    "euclidean": N_("in a straight line"),
    "gaussian": N_("Gaussian"),
    "given": N_("given"),
    "hex": N_("hexagons"),
    "kernel turns back": N_("the kernel turns back"),
    "known_by_day_or_month": N_("known by the day or the month only"),
    "manhattan": N_("along the axes of the map"),
    "n": N_("number"),
    "nearest core event": N_("goes with the nearest core event"),
    "no_place": N_("no place"),
    "no_time": N_("no time"),
    "not_finite": N_("coordinates that are no numbers"),
    "only_area_known": N_("only the area known"),
    "per_km": N_("number per km"),
    "quartic": N_("quartic"),
    "queen": N_("queen (edge or corner)"),
    "rook": N_("rook (edge)"),
    "row-standardised": N_("each cell's neighbours add up to one"),
    "share a junction": N_("segments that share a junction"),
    "span_over_an_hour": N_("span over an hour"),
    "span_past_midnight": N_("span past midnight"),
    "square": N_("squares"),
    "triweight": N_("triweight"),
}
"""Values and reasons in words."""

WORDS = (
    N_("1/168 to each hour"),
    N_("Benjamini-Hochberg"),
    N_("bootstrap of places, percentile"),
    N_("busiest first"),
    N_("closer than"),
    N_("conditional permutation, two-sided"),
    N_("each incident on any place with the same chance"),
    N_("epanechnikov"),
    N_("events per km"),
    N_("events per km²"),
    N_("leave-one-out likelihood (repeats at a place as one), at least two cells"),
    N_("Mann-Kendall, two-sided; too small where steps remember each other"),
    N_("middle of the interval, local clock"),
    N_("normal approximation, two-sided"),
    N_("Poisson maximum likelihood, profile interval"),
    N_("Scott's rule (doi:10.1002/9781118575574), at least two cells"),
    N_("the step before"),
    N_("within half the distance of an event"),
)
"""Values that are words as they stand and only need translating."""

_WHOLE_DAYS = re.compile(r"(\d+) days 00:00:00")
"""A duration as pandas writes it."""


def record(table: Table, **choices: Any) -> Table:
    """
    Note choices on a new table that the caller owns, and return that table.

    Parameters
    ----------
    table
        The result on which to note the choices; earlier notes are kept.
    choices
        JSON values (text, numbers, lists, None) under the name of the argument they stand for.

    Raises
    ------
    TypeError
        If a value is no JSON value: a table or an array here would carry data past every check.
    """
    json.dumps(choices)
    table.attrs["choices"] = {**of(table), **choices}
    return table


def of(result: Any) -> dict[str, Any]:
    """Return the choices noted on a result: a dict, empty where there are none."""
    noted = getattr(result, "choices", None)
    if isinstance(noted, dict):
        return dict(noted)
    return dict(getattr(result, "attrs", {}).get("choices", {}))


def explain(result: Any, *names: str) -> str:
    """
    Say in words what was chosen on the way to a result.

    Parameters
    ----------
    result
        A table that a function of this package returned, or an object with ``choices``.
    names
        Say these choices alone, in this order; all where none is named. Names that are not noted are skipped.

    Returns
    -------
    str
        One line a choice, in the language in use; a sentence where nothing was noted.

    Examples
    --------
    >>> import pandas as pd
    >>> print(explain(record(pd.DataFrame(), cell_size=250.0, step="28 days 00:00:00")))
    cell size in metres: 250
    step: 28 days
    """
    noted = of(result)
    if names:
        noted = {name: noted[name] for name in names if name in noted}
    if not noted:
        return _("No choices were noted on this result.")
    named = ((_(NAMES[name]) if name in NAMES else name, value) for name, value in noted.items())
    return "\n".join(f"{name}: {_say(value)}" for name, value in named)


def _say(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        return "; ".join(f"{_say(key)} = {_say(item)}" for key, item in value.items()) or _("none")
    if isinstance(value, list | tuple):
        return ", ".join(_say(item) for item in value) or _("none")
    if isinstance(value, str):
        return _say_text(value)
    return _("none") if value is None else f"{value:.10g}" if isinstance(value, float) else str(value)


def _say_text(text: str) -> str:
    if days := _WHOLE_DAYS.fullmatch(text):
        return plural("{n} day", "{n} days", int(days[1])).format(n=days[1])
    if text in CODES:
        return _(CODES[text])
    return _(text) if text in WORDS else text
