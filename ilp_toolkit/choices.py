"""
What a function chose for its caller, kept beside the result and said in words.

A default is a decision that somebody will have to defend. Each function that decides something (a cell
size, a bandwidth, the rows left out) notes it in ``result.attrs["choices"]`` as plain JSON values, never
data. Metadata on a table does not survive every operation, so this is an explanation, never a control.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar

from .i18n import N_, _

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["explain", "of", "record"]

Table = TypeVar("Table", bound="pd.DataFrame | pd.Series[Any]")

NAMES: dict[str, str] = {
    "adaptive": N_("bandwidth of each event its own"),
    "bandwidth": N_("bandwidth in metres"),
    "bandwidth_rule": N_("bandwidth chosen by"),
    "before_first_step": N_("before the first whole step"),
    "cell_size": N_("cell size in metres"),
    "cell_size_rule": N_("cell size chosen by"),
    "cells": N_("cells"),
    "clipped": N_("cells clipped to the area"),
    "columns": N_("columns"),
    "crs": N_("coordinate system"),
    "distance": N_("distance in metres"),
    "draws": N_("random draws"),
    "edge_correction": N_("edge correction"),
    "encoding": N_("encoding"),
    "end_before_start_taken_as_start": N_("end before the start, taken as the start"),
    "grid": N_("grid"),
    "kernel": N_("kernel"),
    "least": N_("least"),
    "left_out": N_("left out"),
    "level": N_("q-value up to which something is found"),
    "min_points": N_("events to make a core"),
    "n_used": N_("events used"),
    "neighbours": N_("neighbours"),
    "neighbours_include_self": N_("a cell is its own neighbour"),
    "not_placed": N_("not placed"),
    "origin": N_("grid starts at"),
    "outside": N_("outside"),
    "p_value": N_("p-value"),
    "permutations": N_("permutations"),
    "placed_by_name": N_("placed by name"),
    "placed_by_point": N_("placed by point"),
    "q_value": N_("q-value"),
    "rng": N_("seed"),
    "set_aside": N_("columns set aside"),
    "shape": N_("shape of the cells"),
    "step": N_("step"),
    "steps": N_("steps"),
    "timezone": N_("time zone"),
    "undefined": N_("without a value"),
    "unit": N_("unit"),
    "unknown_end_taken_as_start": N_("end unknown, taken as the start"),
    "weights": N_("weights"),
}
"""Names of choices in words; a name that is not here is shown as it is."""

CODES: dict[str, str] = {
    "given": N_("given"),
    "hex": N_("hexagons"),
    "known_by_day_or_month": N_("known by the day or the month only"),
    "no_place": N_("no place"),
    "no_time": N_("no time"),
    "not_finite": N_("coordinates that are no numbers"),
    "only_area_known": N_("only the area known"),
    "queen": N_("queen (edge or corner)"),
    "rook": N_("rook (edge)"),
    "span_over_an_hour": N_("span over an hour"),
    "span_past_midnight": N_("span past midnight"),
    "square": N_("squares"),
}
"""Values and reasons in words."""


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


def explain(result: Any) -> str:
    """
    Say in words what was chosen on the way to a result.

    Parameters
    ----------
    result
        A table that a function of this package returned, or an object with ``choices``.

    Returns
    -------
    str
        One line a choice, in the language in use; a sentence where nothing was noted.

    Examples
    --------
    >>> import pandas as pd
    >>> print(explain(record(pd.DataFrame(), cell_size=250.0)))
    cell size in metres: 250.0
    """
    noted = of(result)
    if not noted:
        return _("No choices were noted on this result.")
    named = ((_(NAMES[name]) if name in NAMES else name, value) for name, value in noted.items())
    return "\n".join(f"{name}: {_say(value)}" for name, value in named)


def _say(value: Any) -> str:
    if value is None:
        return _("none")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        return "; ".join(f"{_say(key)} = {_say(item)}" for key, item in value.items()) or _("none")
    if isinstance(value, list | tuple):
        return ", ".join(_say(item) for item in value) or _("none")
    return _(CODES[value]) if isinstance(value, str) and value in CODES else str(value)
