"""
Functions of one's own on single records, under public rules: rows must be groups, and numbers no counts.

The toolkit does not know what such a function does. What it can see is whether its rows could be the records
themselves, whether a shape or two columns could be their places, and whether numbers or shares are small
counts in another dress. Rows of persons and accounts have rules of their own: see `people`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ..i18n import _, number
from .columns import allowed
from .originals import incident_tables

if TYPE_CHECKING:
    from .asked import Asked
    from .outline import Outline

__all__ = ["counts_in_words", "looks_placed", "rows_refusal", "small_shares", "whole_floats"]

Refusal = tuple[str, str]
_ROUNDED = 10
"""Floats that are all multiples of it are measures or rounded; other whole ones may be counts."""
_NEARLY = 1e-6
_SUM_SLACK = 0.02
_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "один": 1, "одна": 1, "одно": 1, "два": 2, "две": 2, "три": 3, "четыре": 4, "пять": 5, "шесть": 6,
    "семь": 7, "восемь": 8, "девять": 9, "двух": 2, "трех": 3, "трёх": 3, "четырех": 4, "четырёх": 4,
}  # fmt: skip
_EVENTS = (
    r"incident|offen[cs]e|crime|burglar|theft|robber|assault|victim|report\b|reports\b|seizure|murder|homicide"
    r"|инцидент|преступлен|происшеств|краж|грабеж|грабёж|разбо|нападени|потерпевш|жертв|сообщени|изъяти|убийств"
    r"|случа[йяе]"
)
_UNITS = (
    r"hot\b|spot|place|cell|district|area|street|day|night|week|month|year|hour|series\b|kind|type|pattern|trend"
    r"|очаг|мест|ячейк|район|улиц|дн|ноч|недел|месяц|год|лет\b|час|сери|вид|тип"
)
"""What is counted is then a place, a time or a kind, and no incident: "two robbery hot spots"."""
_TOLD = re.compile(
    rf"(?<![\w.,-])(\d{{1,2}}|{'|'.join(_NUMBERS)})\s+(?:(?!{_UNITS})[^\W\d]+\s+)?"
    rf"(?:{_EVENTS})(?!\w*[\s-]+(?:{_UNITS}))",
    re.IGNORECASE,
)


def rows_refusal(finding: Any, asked: Asked, shape: Outline) -> Refusal | None:
    """
    Say why rows of a function of one's own may be single records or their places; None where they are not.

    Parameters
    ----------
    finding
        A finding of a case.
    asked
        What the author asks for.
    shape
        What would leave.
    """
    if shape.allowed is not None or shape.refused or not asked.public_rules(finding):
        return None
    most = max((len(m.table) for m in finding.materials()), default=0)
    minimum = finding.case.policy.cells.minimum_count
    for table in shape.tables.values():
        if isinstance(table, gpd.GeoDataFrame) and not _known_shapes(table, finding):
            found = _("Shapes that a function of your own drew may show single places.")
            fix = _("leave the geometry out of columns=, or count with ilp.hotspots.count_by_area")
            return found, fix
        if looks_placed(table, finding):
            found = _("Two columns hold what may be the places of single records.")
            return found, "case.analyse(ilp.hotspots.count, …, cell_size=500)"
        if len(table) > max(most // minimum, 1):
            found = _("{n} rows of {records} records: nobody can tell that a row is not one of them.")
            fix = _("group the records before they leave, as t.groupby('offence')")
            return found.format(n=number(len(table)), records=number(most)), fix
    return None


def looks_placed(table: pd.DataFrame, finding: Any) -> bool:
    """
    Say whether a table has shapes of its own, or two columns of numbers that lie where the incidents do.

    Parameters
    ----------
    table
        What would leave.
    finding
        The finding it is of.
    """
    if isinstance(table, gpd.GeoDataFrame) and not _known_shapes(table, finding):
        return True
    numbers = [
        pd.to_numeric(table[name]).dropna()
        for name in table.columns
        if pd.api.types.is_numeric_dtype(table[name]) and not pd.api.types.is_bool_dtype(table[name])
    ]
    numbers = [column for column in numbers if len(column)]
    for west, south, east, north in _extents(finding):
        margin = max(east - west, north - south, _NEARLY) * 0.1
        x = [n for n, one in enumerate(numbers) if one.between(west - margin, east + margin).all()]
        y = [n for n, one in enumerate(numbers) if one.between(south - margin, north + margin).all()]
        if any(one != other for one in x for other in y):
            return True
    return False


def _extents(finding: Any) -> Iterator[tuple[float, float, float, float]]:
    """Yield where the incidents lie, in metres and in degrees."""
    for table, _materials in incident_tables(finding):
        if isinstance(table, gpd.GeoDataFrame) and table.crs is not None:
            points = table[table.geometry.notna() & ~table.geometry.is_empty].geometry
            if len(points):
                yield _box(points)
                yield _box(points.to_crs(4326))


def _box(points: Any) -> tuple[float, float, float, float]:
    west, south, east, north = points.total_bounds
    return float(west), float(south), float(east), float(north)


def _known_shapes(table: gpd.GeoDataFrame, finding: Any) -> bool:
    """Say whether every shape is a cell or a district that a function of the toolkit counted in before."""
    known: set[bytes] = set()
    for step in _steps_before(finding):
        listed = allowed(step.function)
        counted = listed is not None and listed.shape in {"cells", "areas"}
        if counted and isinstance(step.table, gpd.GeoDataFrame):
            known |= set(shapely.to_wkb(np.asarray(step.table.geometry)))
    return set(shapely.to_wkb(np.asarray(table.geometry.dropna()))) <= known


def _steps_before(finding: Any) -> Iterator[Any]:
    for given in finding.inputs:
        if hasattr(given, "function"):
            yield given
            yield from _steps_before(given)


def whole_floats(column: pd.Series[Any]) -> bool:
    """
    Say whether a column of fractions holds whole numbers alone, which may be counts.

    Examples
    --------
    >>> [whole_floats(pd.Series(one)) for one in ([3.0, 1.0], [100.0, 250.0], [0.5])]
    [True, False, False]
    """
    if not pd.api.types.is_float_dtype(column):
        return False
    values = column.dropna().to_numpy(dtype=float)
    values = values[np.isfinite(values)]
    return bool(len(values) and (values % 1 == 0).all() and (values % _ROUNDED != 0).any())


def small_shares(column: pd.Series[Any], totals: set[int], minimum: int) -> bool:
    """
    Say whether shares of a whole give small counts back: each fits one count alone, and one is small.

    Parameters
    ----------
    column
        Numbers of a table.
    totals
        What the whole may have been.
    minimum
        Counts from 1 to one less are small.

    Examples
    --------
    >>> small_shares(pd.Series([0.05, 0.95]), {60}, 5), small_shares(pd.Series([0.3, 0.7]), {60}, 5)
    (True, False)
    >>> small_shares(pd.Series([3.3, 96.7]), {60}, 5), small_shares(pd.Series([3.3, 96.7]), {6000}, 5)
    (True, False)
    """
    if not pd.api.types.is_float_dtype(column):
        return False
    values = column.dropna().to_numpy(dtype=float)
    if len(values) < 2 or (values < 0).any():
        return False
    whole = next((one for one in (1.0, 100.0) if abs(values.sum() - one) <= _SUM_SLACK * one), None)
    if whole is None:
        return False
    written = max(len(repr(round(float(one), 9)).partition(".")[2].rstrip("0")) for one in values)
    half = _NEARLY if written >= 6 else 0.5 * 10.0**-written
    for total in totals:
        counts = values / whole * total
        slack = half / whole * total
        near = np.rint(counts)
        fits = slack < 0.5 and bool((abs(counts - near) <= slack + _NEARLY).all())
        if fits and ((near > 0) & (near < minimum)).any():
            return True
    return False


def counts_in_words(texts: tuple[str, ...], minimum: int) -> str:
    """
    Return the first words that tell a small count of incidents; empty where none do.

    Parameters
    ----------
    texts
        The author's own words.
    minimum
        Counts from 1 to one less are small.

    Examples
    --------
    >>> [counts_in_words((text,), 5) for text in ("There were 2 burglaries.", "12 thefts in 3 weeks")]
    ['2 burglar', '']
    """
    for text in texts:
        for match in _TOLD.finditer(text):
            told = match[1].casefold()
            if 0 < (_NUMBERS[told] if told in _NUMBERS else int(told)) < minimum:
                return match[0]
    return ""
