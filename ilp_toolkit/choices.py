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

from . import choice_entities, choice_names, choice_networks, choice_words
from .i18n import _, plural

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CODES", "NAMES", "WORDS", "explain", "of", "record"]

NAMES: dict[str, str] = {**choice_entities.NAMES, **choice_networks.NAMES, **choice_names.NAMES}
"""Names of choices in words; a name that is not here is shown as it is."""
CODES: dict[str, str] = {**choice_entities.CODES, **choice_words.CODES}
"""Codes that stand for something, with their words."""
WORDS: frozenset[str] = frozenset({*choice_entities.WORDS, *choice_words.WORDS})
"""Texts that only need translating."""

Table = TypeVar("Table", bound="pd.DataFrame | pd.Series[Any]")

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
    if isinstance(result, dict):  # what a graph of networkx knows of itself: graph.graph
        return dict(result.get("choices", {}))
    graph = getattr(result, "graph", None)
    if isinstance(graph, dict):  # a graph of networkx
        return dict(graph.get("choices", {}))
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
