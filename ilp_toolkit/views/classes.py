"""
From numbers to a few classes that a reader can tell apart, each said in words.

Counts of crime have a long tail: equal steps would put nearly every place into the lowest class. The breaks
here follow the quantiles of the places where something happened, finer towards the top, and are moved to
round numbers. Zero is no class: a place where nothing was recorded is left to the ground of the map.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .. import choices
from ..errors import ColumnsError
from ..i18n import N_, _, plural
from . import style

__all__ = ["Classes", "Layer", "counted_cells", "diverging", "graded", "layer", "named", "significance"]

_LONG_TAIL = (0.5, 0.75, 0.9, 0.97)
"""Shares of the non-zero places below each break where few places hold much of the whole."""
_EVEN = (0.2, 0.4, 0.6, 0.8)
"""The same where places differ little."""

_STEPS = (
    np.array([1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9, 10]),
    np.arange(1, 10.05, 0.1),
    np.arange(1, 10.005, 0.01),
)
"""Round numbers between 1 and 10, coarse to fine."""

COUNTED = {
    "n": N_("Recorded incidents in each place"),
    "density": N_("Recorded incidents per km²"),
    "ratio": N_("Recorded against expected (1 = as expected)"),
    "gi_z": N_("Compared with chance (Gi*)"),
}
"""What a column holds, with its unit, as the title of a legend."""


@dataclass(frozen=True)
class Classes:
    """
    Classes of a measure, least first.

    Attributes
    ----------
    labels
        What each class holds, in words, in the language that was in use.
    colours
        One colour a class.
    codes
        The class of each value, -1 where there is none (zero, missing).
    patterns
        A matplotlib hatch a class ("" for none), so that meaning does not hang on colour.
    """

    labels: tuple[str, ...]
    colours: tuple[str, ...]
    codes: npt.NDArray[np.signedinteger[Any]]
    patterns: tuple[str, ...]


@dataclass(frozen=True)
class Layer:
    """
    One measure of a table of places, ready to be drawn.

    Attributes
    ----------
    title
        The measure and its unit, in words.
    values
        The measure; missing where it is unknown or may not be shown.
    classes
        Its classes.
    suppressed
        Places whose count is too small to be shown.
    missing
        Places without data, which is not zero.
    compared
        The classes tell places apart from chance, so that no class means no clear difference.
    """

    title: str
    values: npt.NDArray[np.float64]
    classes: Classes
    suppressed: npt.NDArray[np.bool_]
    missing: npt.NDArray[np.bool_]
    compared: bool = False

    @property
    def plain(self) -> npt.NDArray[np.bool_]:
        """Places with a value and without a class: zero, or what chance explains."""
        return (self.classes.codes < 0) & ~self.suppressed & ~self.missing

    def rest(self, minimum: int | None = None) -> dict[str, str]:
        """Say in words what the places without a class are: ``plain``, ``suppressed``, ``missing``."""
        few = _("Not shown: small counts")
        if minimum is not None:
            few = _("Not shown: counts under {minimum}, and what would reveal one").format(minimum=minimum)
        plain = _("No clear difference from chance") if self.compared else style.number(0)
        return {"plain": plain, "suppressed": few, "missing": _("No data")}


def layer(places: pd.DataFrame, column: str, *, title: str | None = None) -> Layer:
    """
    Read one measure from a table of cells or areas and class it.

    Parameters
    ----------
    places
        Table with the column, and where some places are not to be shown a column ``suppressed`` of
        true and false. ``gi_z`` is classed by ``q_value`` where that stands beside it.
    column
        Name of the measure; ``spot`` holds ``hot``, ``cold`` and anything else for neither.
    title
        Measure and unit in words; left out, what the column's name stands for.

    Returns
    -------
    Layer
        Values of suppressed places are missing in it, whatever the table holds.

    Raises
    ------
    ColumnsError
        If the table has no such column.
    """
    if column not in places.columns:
        found = ", ".join(str(name) for name in places.columns)
        msg = _("There is no column {column!r} to draw; found: {found}.").format(column=column, found=found)
        raise ColumnsError(msg)
    suppressed = np.zeros(len(places), bool)
    if "suppressed" in places.columns:
        suppressed = places["suppressed"].astype("boolean").fillna(False).to_numpy(dtype=bool)
    if column == "spot":
        return _spots(places, suppressed, title)
    values = pd.to_numeric(places[column], errors="coerce").to_numpy(dtype=float, na_value=np.nan).copy()
    values[suppressed] = np.nan
    if column == "gi_z" and "q_value" in places.columns:
        classes = significance(values, np.where(suppressed, np.nan, places["q_value"].to_numpy(dtype=float)))
    else:
        classes = diverging(values) if column == "gi_z" else graded(values)
    name = title or _named(places, column)
    return Layer(name, values, classes, suppressed, np.isnan(values) & ~suppressed, column == "gi_z")


def graded(values: Any, *, count: int = 5) -> Classes:
    """
    Grade positive values by quantiles moved to round numbers.

    Parameters
    ----------
    values
        Counts, rates or densities; missing values, zeros and negative values get no class.
    count
        How many classes at most, up to five.

    Returns
    -------
    Classes
        Fewer classes than asked for where the values do not tell more apart.

    Examples
    --------
    >>> graded([0, 1, 1, 1, 2, 2, 3, 8]).labels
    ('1', '2', '3 and more')
    """
    array = np.asarray(values, dtype=float)
    known = array[np.isfinite(array) & (array > 0)]
    if known.size == 0:
        return Classes((), (), np.full(array.shape, -1, np.int8), ())
    whole = bool(np.all(known == np.round(known)))
    edges = _edges(known, whole=whole, count=count)
    codes = np.searchsorted(np.asarray(edges), array, side="right") - 1
    codes = np.where(np.isfinite(array) & (array > 0), np.maximum(codes, 0), -1).astype(np.int8, copy=False)
    labels = _labels(edges, top=float(known.max()), whole=whole)
    return Classes(labels, tuple(style.sequence(len(edges))), codes, ("",) * len(edges))


def diverging(values: Any, *, breaks: Sequence[float] = (1.96, 2.58)) -> Classes:
    """
    Class values around zero: far below, below, near zero (no class), above, far above.

    Parameters
    ----------
    values
        Standard scores such as ``gi_z``.
    breaks
        Two distances from zero; the defaults are what chance alone exceeds in 5 and in 1 of 100 places.

    Returns
    -------
    Classes
        Four classes; below zero they carry a pattern as well.
    """
    array = np.asarray(values, dtype=float)
    near, far = breaks
    codes = np.full(array.shape, -1, np.int8)
    for code, inside in enumerate(
        (array <= -far, (array > -far) & (array <= -near), (array >= near) & (array < far), array >= far)
    ):
        codes[inside] = code
    low, high = style.figure_number(near), style.figure_number(far)
    labels = (
        _("−{far} and below: fewer than expected").format(far=high),
        _("−{far} to −{near}").format(near=low, far=high),
        _("{near} to {far}").format(near=low, far=high),
        _("{far} and above: more than expected").format(far=high),
    )
    one, two, _zero, three, four = style.DIVERGING
    return Classes(labels, (one, two, three, four), codes, ("....", "...", "", ""))


def significance(scores: Any, q_values: Any) -> Classes:
    """
    Class places by the sign of a score and how often chance alone would do as much.

    Parameters
    ----------
    scores
        Standard scores such as ``gi_z``; the sign tells hot from cold.
    q_values
        p-values corrected for the number of places tested.

    Returns
    -------
    Classes
        Cold spots and hot spots, each at 1 and 5 per cent; places that chance explains have no class.
    """
    score, q = np.asarray(scores, dtype=float), np.asarray(q_values, dtype=float)
    codes = np.full(score.shape, -1, np.int8)
    strong, weak = q <= 0.01, (q > 0.01) & (q <= 0.05)
    for code, inside in enumerate(
        (strong & (score < 0), weak & (score < 0), weak & (score > 0), strong & (score > 0))
    ):
        codes[inside] = code
    labels = (
        _("cold spot, error rate at most 1%"),
        _("cold spot, error rate at most 5%"),
        _("hot spot, error rate at most 5%"),
        _("hot spot, error rate at most 1%"),
    )
    one, two, _zero, three, four = style.DIVERGING
    return Classes(labels, (one, two, three, four), codes, ("....", "...", "", ""))


def named(cells: pd.DataFrame, codes: Any, *, labels: Any, looks: Any, title: str, missing: Any) -> Layer:
    """Return a layer of classes that have names and looks of their own; code -1 is no class."""
    suppressed = np.zeros(len(cells), bool)
    if "suppressed" in cells.columns:
        suppressed = cells["suppressed"].astype("boolean").fillna(False).to_numpy(dtype=bool)
    codes = np.where(suppressed | missing, -1, codes).astype(np.int8)
    colours, patterns = zip(*looks, strict=True)
    classes = Classes(tuple(labels), tuple(colours), codes, tuple(patterns))
    return Layer(title, codes.astype(float), classes, suppressed, missing & ~suppressed, True)


def counted_cells(n: int) -> str:
    """Write a number of cells."""
    return plural("{n} cell", "{n} cells", n).format(n=style.number(n))


def _named(places: pd.DataFrame, column: str) -> str:
    size = choices.of(places).get("cell_size")
    if column == "n" and "area" in places.columns:
        return _("Recorded incidents in each district")
    if column == "n" and isinstance(size, int | float):
        return _("Recorded incidents in each cell of {size} m").format(size=style.figure_number(size))
    return _(COUNTED.get(column, column))


def _spots(places: pd.DataFrame, suppressed: npt.NDArray[np.bool_], title: str | None) -> Layer:
    spot = places["spot"].astype(object).to_numpy()
    values = np.select([spot == "hot", spot == "cold"], [1.0, -1.0], 0.0)
    values[suppressed] = np.nan
    codes = np.select([values > 0, values < 0], [1, 0], -1).astype(np.int8)
    labels = (_("Cold spot: fewer than chance would bring"), _("Hot spot: more than chance would bring"))
    classes = Classes(labels, (style.COLD, style.HOT), codes, ("...", ""))
    none = np.zeros(len(places), bool)
    return Layer(title or _(COUNTED["gi_z"]), values, classes, suppressed, none, True)


def _edges(known: npt.NDArray[np.float64], *, whole: bool, count: int) -> list[float]:
    """Return lower edges, each class holding something: as round as can be while as many as asked for."""
    shares = _LONG_TAIL if known.max() > 4 * np.median(known) else _EVEN
    breaks = [float(np.quantile(known, share)) for share in shares[-(count - 1) :]] if count > 1 else []
    best: list[float] = []
    for steps in _STEPS:
        edges = _held(known, [_round_up(value, steps, whole=whole) for value in breaks], whole=whole)
        if len(edges) > len(best):
            best = edges
    return best


def _held(known: npt.NDArray[np.float64], breaks: list[float], *, whole: bool) -> list[float]:
    edges = [_round_down(float(known.min())) if whole else 0.0]
    for edge in breaks:
        if edges[-1] < edge <= known.max():
            edges.append(edge)
    inside = np.histogram(known, bins=[*edges, np.inf])[0]
    kept = [edge for edge, held in zip(edges, inside, strict=True) if held]
    return [edges[0], *kept[1:]]


def _round_down(value: float) -> float:
    power = 10.0 ** np.floor(np.log10(value))
    return float(np.floor(value / power) * power)


def _round_up(value: float, steps: npt.NDArray[np.float64], *, whole: bool) -> float:
    """Return the next round number that is not below a value: one of the steps times a power of ten."""
    power = 10.0 ** np.floor(np.log10(value))
    for step in steps:
        rounded = float(f"{step * power:.12g}")
        if rounded >= value * (1 - 1e-9) and not (whole and rounded != round(rounded)):
            return rounded
    return float(np.ceil(value))


def _labels(edges: list[float], *, top: float, whole: bool) -> tuple[str, ...]:
    labels = []
    for low, high in zip(edges, [*edges[1:], None], strict=True):
        first, end = _say(low), _say((high or 0) - 1 if whole else (high or 0))
        if high is None:
            only = len(edges) == 1 and not whole
            single = whole and low == top
            labels.append(
                _("above 0") if only else first if single else _("{low} and more").format(low=first)
            )
        elif whole:
            labels.append(first if high - low == 1 else _("{low} to {high}").format(low=first, high=end))
        elif low == 0:
            labels.append(_("under {high}").format(high=end))
        else:
            labels.append(_("{low} to under {high}").format(low=first, high=end))
    return tuple(labels)


def _say(edge: float) -> str:
    decimals = len(f"{edge:.10f}".rstrip("0").partition(".")[2])
    return style.figure_number(edge, digits=decimals)
