"""
Which column is what, chosen from lists: for a file whose headers the reader does not know.

Each row is something that a table of incidents can hold: a word for it, the columns of the file to choose
from, and the first values of the one chosen. What was recognised is chosen already. Below stands the line for
the notebook's first cell, so that the next run needs no choosing.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from ...collection.recognised import Recognised, recognise
from ...i18n import N_, _
from .look import CLASS, style_tag
from .plain import escape

__all__ = ["ColumnMapping", "column_mapping"]

WORDS = {
    "offence": N_("offence"),
    "datetime": N_("date and time"),
    "date": N_("date"),
    "time": N_("time of day"),
    "from_datetime": N_("earliest moment"),
    "to_datetime": N_("latest moment"),
    "longitude": N_("longitude, degrees"),
    "latitude": N_("latitude, degrees"),
    "x": N_("X, metres (easting)"),
    "y": N_("Y, metres (northing)"),
    "area": N_("district or place"),
    "address": N_("address"),
    "origin": N_("who noticed it"),
    "incident_id": N_("number of the incident"),
}
"""What is offered, in words. Other roles are shown where the file has a column for them."""
_LONGEST = 40


class ColumnMapping:
    """
    A list to choose from for each role; shown by a notebook as it is.

    Parameters
    ----------
    found
        The columns of the file and what they were taken for.
    given
        What the caller named already: it is what `columns` gives back until something is chosen.
    """

    def __init__(self, found: Recognised, given: Any = None) -> None:
        self._found, self._given, self._touched = found, given, False
        roles = [*WORDS, *(role for role in found.roles if role not in WORDS)]
        self._lists = {role: self._list(role) for role in roles}
        self._shown = {role: widgets.HTML() for role in roles}
        self._line = widgets.HTML()
        rows = []
        for role, box in self._lists.items():
            label = widgets.HTML(f"<span>{escape(_(WORDS.get(role, role)))}</span>")
            label.add_class("ilp-side")
            self._shown[role].add_class("ilp-grow")
            row = widgets.Box([label, box, self._shown[role]])
            row.add_class("ilp-row")
            label.layout.width = "12rem"
            rows.append(row)
        title = _("Which column is what")
        help_ = _("What was recognised is chosen already. Change what is wrong.")
        head = widgets.HTML(
            f'{style_tag()}<p><strong>{escape(title)}</strong></p><p class="ilp-quiet">{escape(help_)}</p>'
        )
        self.widget = widgets.VBox([head, *rows, self._line])
        self.widget.add_class(CLASS)
        self._draw()

    @property
    def columns(self) -> Any:
        """What to give `read_incidents` as ``columns``: role to column, None for what is to be left out."""
        if not self._touched:
            return self._given
        chosen = {role: box.value or None for role, box in self._lists.items()}
        return {role: column for role, column in chosen.items() if column or role in self._found.roles}

    def choose(self, role: str, column: str | None) -> None:
        """Choose a column for a role, as a person does in the list; None for none."""
        self._lists[role].value = column or ""

    def _list(self, role: str) -> Any:
        pairs = [(_("— none —"), ""), *((name[:_LONGEST], name) for name in self._found.names)]
        box = widgets.Dropdown(options=pairs, value=self._found.roles.get(role, ""))
        box.add_class("ilp-field")
        box.observe(self._changed, names="value")
        return box

    def _changed(self, _change: Any) -> None:
        self._touched = True
        self._draw()

    def _draw(self) -> None:
        for role, box in self._lists.items():
            values = " · ".join(value[:_LONGEST] for value in self._found.examples.get(box.value, ()))
            self._shown[role].value = f'<span class="ilp-quiet">{escape(values)}</span>'
        words = _("For the first cell, so that the next run needs no choosing:")
        self._line.value = f'<p class="ilp-quiet">{escape(words)}</p><pre>{escape(str(self))}</pre>'

    def __str__(self) -> str:
        """Return the line for the first cell."""
        return f"COLUMNS = {self.columns if self._touched else self._found.roles}"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        # Where lists cannot be drawn (a page, a printed notebook) stands what was recognised.
        return {**self.widget._repr_mimebundle_(**kwargs), "text/plain": str(self)}


def column_mapping(source: Any, *, columns: Mapping[Any, Any] | str | Path | None = None) -> ColumnMapping:
    """
    Show which column of a file was taken for what, with lists to choose others from.

    Parameters
    ----------
    source, columns
        As for `read_incidents`.

    Returns
    -------
    ColumnMapping
        Give its ``columns`` to `read_incidents`: what was chosen, or `columns` while nothing was.

    Raises
    ------
    FileError, ColumnsError
        As `read_incidents`.

    Examples
    --------
    >>> import pandas as pd
    >>> chosen = column_mapping(pd.DataFrame({"Когда": ["12.01.2024"], "Что": ["кража"]}))
    >>> chosen.columns is None
    True
    >>> chosen.choose("offence", "Что")
    >>> chosen.columns
    {'offence': 'Что', 'datetime': 'Когда'}
    """
    return ColumnMapping(recognise(source, columns=columns), columns)
