"""Charts of rows: names on the left, intervals along a scale, numbers on the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullFormatter, NullLocator

from . import style
from .figure import Size, inches, new_axes, text_width
from .ticks import SMALL, folded

__all__ = ["Rows", "log_scale", "row_axes", "whisker", "write_beside"]


@dataclass(frozen=True)
class Rows:
    """Names of rows, and what stands beside them on the right."""

    names: Sequence[str]
    beside: Sequence[str] = ()


def row_axes(
    ax: Axes | None,
    rows: Rows,
    *,
    title: str,
    subtitle: str | None,
    foot: str | None,
    size: Size,
    pitch: float = 0.24,
    above: float = 0.06,
    below: float = 0.42,
) -> Axes:
    """
    Make axes with a row a name, the first on top, and room for names and for the numbers beside them.

    Parameters
    ----------
    ax, title, subtitle, foot, size
        As in every chart.
    rows
        Names, and texts on the right.
    pitch
        Height of a row in inches; names of several lines take more.
    above, below
        Inches above the rows, and below them for the scale and its title.
    """
    room = 1.9 if size == "full" else 1.1
    points = style.SIZES["figure_pt"]
    names = [folded(str(name), room, points) for name in rows.names]
    lines = max((name.count("\n") for name in names), default=0)
    widest = max(text_width(line, points) for name in names for line in name.split("\n"))
    right = max((text_width(text, SMALL) for text in rows.beside), default=0.0)
    axes = new_axes(
        ax,
        title=title,
        subtitle=subtitle,
        foot=foot,
        body=(pitch + 0.13 * lines) * len(names) + 0.08,
        size=size,
        margins=(widest + 0.26, right + (0.24 if right else 0.14), above, below),
    )
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_yticks(range(len(names)), names)
    axes.tick_params(axis="y", length=0, pad=7)
    axes.spines["left"].set_visible(False)
    return axes


def write_beside(ax: Axes, texts: Sequence[str]) -> None:
    """Write a text at the right of each row."""
    for place, text in enumerate(texts):
        ax.annotate(
            text, (1, place), (6, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
            va="center", fontsize=SMALL, color=style.MUTED, annotation_clip=False,
        )  # fmt: skip


def whisker(
    ax: Axes, place: float, low: float, high: float, *, colour: str = style.ACCENT, width: float = 1.6
) -> None:
    """Draw an interval as a line with ends, cut at the edge of the scale with an arrow."""
    if not (np.isfinite(low) or np.isfinite(high)):
        return
    ends = sorted(ax.get_xlim())
    start = ends[0] if not np.isfinite(low) else max(low, ends[0])
    stop = ends[1] if not np.isfinite(high) else min(high, ends[1])
    ax.plot([start, stop], [place, place], color=colour, linewidth=width, solid_capstyle="butt", zorder=3)
    for at, inside, marker in ((start, low >= ends[0], "<"), (stop, high <= ends[1], ">")):
        ax.plot([at], [place], "|" if inside else marker, color=colour, markersize=5, clip_on=False, zorder=3)


def log_scale(ax: Axes, values: Any, written: Any, *, pad: float = 1.25) -> None:
    """
    Set a logarithmic scale that holds all values above zero, with round numbers along it.

    Parameters
    ----------
    values
        Numbers; zeros and missing ones are left aside.
    written
        Writes one number of the scale.
    """
    numbers = np.asarray(values, dtype=float)
    numbers = numbers[np.isfinite(numbers) & (numbers > 0)]
    low, high = (float(numbers.min()), float(numbers.max())) if len(numbers) else (0.5, 2.0)
    ax.set_xscale("log")
    ax.set_xlim(low / pad, high * pad)
    powers = 10.0 ** np.arange(np.floor(np.log10(low / pad)), np.ceil(np.log10(high * pad)) + 1)
    for steps in ((1,), (1, 3), (1, 2, 5)):
        ticks = [step * power for power in powers for step in steps]
        ticks = [tick for tick in ticks if low / pad <= tick <= high * pad]
        if len(ticks) >= 4:
            break
    room = inches(ax)[0] / (max(text_width(written(tick), style.SIZES["figure_pt"]) for tick in ticks) + 0.15)
    step = int(np.ceil(len(ticks) / max(min(room, 7), 2)))
    ticks = ticks[::step]
    ax.xaxis.set_major_locator(FixedLocator(ticks))
    ax.set_xticks(ticks, [written(tick) for tick in ticks])
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.tick_params(axis="x", length=0)
    ax.grid(axis="x")
