"""
The frame of every figure: title, subtitle, foot, and room for what is drawn.

A figure is as high as its words need: lines are broken at the width of the figure by measuring the font,
so that a long Russian title neither shrinks nor runs out of the page. Figures are made without pyplot
outside notebooks, so that a program that writes products opens no windows and keeps no figures.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache, wraps
from typing import Any, Literal, ParamSpec, TypeVar

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text

from . import style

__all__ = [
    "SIZES",
    "Size",
    "break_lines",
    "close",
    "frame",
    "inches",
    "new_axes",
    "settle",
    "styled",
    "text_width",
    "to_png",
    "to_svg",
]

Size = Literal["full", "half"]
SIZES: dict[str, float] = {"full": 6.9, "half": 3.9}
"""Widths in inches: a page between its margins, and half a page for two figures side by side."""

_PATH = re.compile(r'(?<= d=")[^"]+')
_FINER = re.compile(r"(\.\d\d)\d+")
"""Decimals of a path that go beyond a hundredth of a point: nobody sees them, and they make half of a map."""
_EDGE = 0.08
_PITCH = 1.3
"""Distance of lines, as a multiple of their size."""
_DOUBT = 0.05
"""How far the sum of its words may be from the width of a line."""
_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")


def styled(draw: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
    """Run a drawing function in the one identity, whatever the caller's settings are."""

    @wraps(draw)
    def inside(*args: _Parameters.args, **kwargs: _Parameters.kwargs) -> _Result:
        if _in_notebook():
            _wake_pyplot()
        with style.matplotlib_style():
            return draw(*args, **kwargs)

    return inside


def new_axes(
    ax: Axes | None,
    *,
    title: str,
    subtitle: str | None,
    foot: str | None,
    body: float,
    size: Size = "full",
    margins: tuple[float, float, float, float] = (0.45, 0.1, 0.0, 0.3),
) -> Axes:
    """
    Make the axes of a figure with its words, or put the words on axes that the caller brought.

    Parameters
    ----------
    ax
        Axes of the caller, or None for a figure of its own.
    title, subtitle, foot
        The finding; measure, place, dates and n; source, date and the one limit.
    body
        Height of the axes in inches.
    size
        ``full`` for the width of a page, ``half`` for two side by side.
    margins
        Inches between the axes and the edge, left, right, above (under the words) and below (above the
        foot), for labels.

    Returns
    -------
    Axes
        Empty axes.
    """
    if ax is not None:
        return frame(ax, title=title, subtitle=subtitle, foot=foot)
    width = SIZES[size]
    left, right, above, below = margins
    head, tail = _head(title, subtitle, width - 2 * _EDGE), _tail(foot, width - 2 * _EDGE)
    lower = _EDGE + _depth(tail) + below
    height = lower + body + above + _depth(head) + 2 * _EDGE
    figure = _figure(width, height)
    figure.set_label(title)
    _write(figure, head, top=height - _EDGE)
    _write(figure, tail, top=_EDGE + _depth(tail))
    return figure.add_axes((left / width, lower / height, (width - left - right) / width, body / height))


def frame(ax: Axes, *, title: str, subtitle: str | None = None, foot: str | None = None) -> Axes:
    """
    Put the words of a figure on axes that stand among others.

    Parameters
    ----------
    ax
        Axes, in a figure that the caller laid out.
    title, subtitle, foot
        As in every figure: the finding; measure, place, dates, n; source, date, limit.

    Returns
    -------
    Axes
        The same axes.
    """
    width, _height = inches(ax)
    heading, under = _head(title, subtitle, max(width, 1.0)), _tail(foot, max(width, 1.0))
    for rows, corner, start in ((heading, 1, 6 + 72 * _depth(heading)), (under, 0, -26)):
        drop = float(start)
        for row in rows:
            drop -= row.points * _PITCH
            ax.annotate(
                row.text, (0, corner), (0, drop + row.points * 0.28), xycoords="axes fraction",
                textcoords="offset points", fontsize=row.points, color=row.colour, fontweight=row.weight,
                annotation_clip=False,
            )  # fmt: skip
    return ax


def inches(ax: Axes) -> tuple[float, float]:
    """Return the width and height of axes, also of those in a part of a figure."""
    box, figure = ax.get_position(), ax.figure
    return float(box.width * figure.bbox.width / figure.dpi), float(
        box.height * figure.bbox.height / figure.dpi
    )


def settle(ax: Axes) -> Axes:
    """Fix the font of everything drawn so far, so that it stays when the figure is drawn later."""
    for each in [one for axes in ax.figure.axes for one in (axes, *axes.child_axes)]:
        for axis in (each.xaxis, each.yaxis):
            axis.set_tick_params(labelfontfamily=[style.FONT, "DejaVu Sans"])
    for text in ax.figure.findobj(Text):
        text.set_fontfamily([style.FONT, "DejaVu Sans"])
    return ax


def to_png(ax: Axes, *, dpi: int = 200) -> bytes:
    """
    Return the figure of an axes as a PNG image, the same bytes each time.

    Parameters
    ----------
    ax
        What a chart function returned.
    dpi
        Pixels an inch: 200 for a page, 110 for a screen.

    Returns
    -------
    bytes
        The image, without the time of drawing in it.
    """
    return _written(ax, "png", dpi=dpi, metadata={"Software": None})


def close(ax: Axes) -> None:
    """Let go of the figure of an axes: a notebook would show each figure that a product was made of."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close(ax.figure)


def to_svg(ax: Axes) -> str:
    """
    Return the figure of an axes as SVG text, letters as shapes, the same text each time.

    Parameters
    ----------
    ax
        What a chart function returned.

    Returns
    -------
    str
        The drawing, without the time of drawing in it.
    """
    whole = _written(ax, "svg", metadata={"Date": None, "Creator": None}).decode("utf-8")
    return _PATH.sub(lambda path: _FINER.sub(r"\1", path[0]), whole)


def _written(ax: Axes, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    with style.matplotlib_style():
        ax.figure.canvas.print_figure(out, format=kind, facecolor=style.PAPER, **options)
    return out.getvalue()


def _figure(width: float, height: float) -> Figure:
    if _in_notebook():
        from matplotlib import pyplot

        return pyplot.figure(figsize=(width, height))
    figure = Figure(figsize=(width, height))
    FigureCanvasAgg(figure)
    return figure


@cache
def _wake_pyplot() -> None:
    """
    Let the notebook set pyplot up before our settings hold.

    Its backend switches the figures of a cell to be shown when it is first used. Done inside our settings,
    that switch would be taken back with them, and every figure but the first would stay unseen.
    """
    import matplotlib
    from matplotlib import pyplot

    pyplot.switch_backend(matplotlib.get_backend())


def _in_notebook() -> bool:
    """Say whether a notebook runs this: it shows the figures that pyplot knows, and closes them."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and getattr(ipython.get_ipython(), "kernel", None) is not None


@dataclass(frozen=True)
class _Row:
    text: str
    points: float
    colour: str
    weight: str


def _head(title: str, subtitle: str | None, width: float) -> list[_Row]:
    sizes = style.SIZES
    rows = [
        _Row(line, sizes["title_pt"], style.INK, "bold")
        for line in break_lines(title, width, sizes["title_pt"], bold=True)
    ]
    below = break_lines(subtitle or "", width, sizes["figure_pt"])
    return rows + [_Row(line, sizes["figure_pt"], style.MUTED, "normal") for line in below]


def _tail(foot: str | None, width: float) -> list[_Row]:
    small = style.SIZES["small_pt"]
    return [_Row(line, small, style.MUTED, "normal") for line in break_lines(foot or "", width, small)]


def _depth(rows: list[_Row]) -> float:
    """Return the height of lines in inches."""
    return sum(row.points for row in rows) * _PITCH / 72


def _write(figure: Figure, rows: list[_Row], *, top: float) -> None:
    """Write lines one by one: how matplotlib spaces several lines differs between its releases."""
    width, height = figure.get_size_inches()
    for row in rows:
        top -= row.points * _PITCH / 72
        figure.text(
            _EDGE / width, (top + row.points * 0.28 / 72) / height, row.text, size=row.points,
            color=row.colour, weight=row.weight, va="baseline",
        )  # fmt: skip


def break_lines(text: str, width: float, points: float, *, bold: bool = False) -> list[str]:
    """Break a text into lines that fit a width in inches; a word that is wider stays whole."""
    lines: list[str] = []
    if not text.strip():
        return lines
    text = re.sub(r"\bn = (?=\d)", "n\u00a0=\u00a0", text)
    text = re.sub(r"(?<=\d) (?=(?:г\.|км|м|km|m)(?:\W|$))", "\u00a0", text)
    space = text_width("n n", points, bold=bold) - text_width("nn", points, bold=bold)
    taken = 0.0
    for word in re.split(r"[ \n]+", text.strip(" \n")):
        wide = text_width(word, points, bold=bold)
        if lines and _fits(f"{lines[-1]} {word}", taken + space + wide, width, points, bold=bold):
            lines[-1], taken = f"{lines[-1]} {word}", taken + space + wide
        else:
            lines.append(word)
            taken = wide
    return lines


def _fits(line: str, guess: float, width: float, points: float, *, bold: bool) -> bool:
    """Say whether a line fits: it is measured only where the sum of its words leaves that open."""
    if abs(guess - width) > _DOUBT * width:
        return guess < width
    return text_width(line, points, bold=bold) <= width


@lru_cache(maxsize=20_000)
def text_width(text: str, points: float, *, bold: bool = False) -> float:
    """Return how wide a line is in inches."""
    font = _font(bold)
    font.set_size(points, 72)
    font.set_text(text, 0.0)
    return float(font.get_width_height()[0]) / 64 / 72


@cache
def _font(bold: bool) -> FT2Font:
    return FT2Font(str(style.font_files("ttf")[700 if bold else 400]))
