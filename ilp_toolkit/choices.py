"""
What a function chose for its caller, kept beside the result and said in words.

A default is a decision that somebody will have to defend. Each function that decides something (a cell
size, a bandwidth, the rows left out) notes it in ``result.attrs["choices"]`` as plain JSON values, never
data. Metadata on a table does not survive every operation, so this is an explanation, never a control.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar

from .i18n import _

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["explain", "of", "record"]

Table = TypeVar("Table", bound="pd.DataFrame | pd.Series[Any]")


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
    cell_size: 250.0
    """
    noted = of(result)
    if not noted:
        return _("No choices were noted on this result.")
    return "\n".join(f"{name}: {_say(value)}" for name, value in noted.items())


def _say(value: Any) -> str:
    if value is None:
        return _("none")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        return "; ".join(f"{key} = {_say(item)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_say(item) for item in value)
    return str(value)
