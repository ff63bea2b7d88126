"""The key under a map: samples with their words, side by side, broken into rows where the page ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from . import style
from .figure import break_lines, inches, text_width

__all__ = ["Key", "draw_keys", "keys_depth"]

_SMALL = style.SIZES["small_pt"]
_LINE = 1.35 * _SMALL / 72
_GAP = 0.22
_BETWEEN = 0.07


@dataclass(frozen=True)
class Key:
    """A sample and what it stands for."""

    draw: Callable[[Axes, float, float], None]
    """Draws the sample from x to the right, its middle at height y; one unit is an inch."""
    text: str
    wide: float = 0.36
    """Width of the sample in inches."""
    high: float = 0.0
    """Height of the sample in inches where it is higher than a line."""
    column: float = 0.0
    """Begins at whole multiples of this share of the width, so that keys stand below each other."""


def keys_depth(keys: Sequence[Key], width: float) -> float:
    """Return how high the key will be, in inches."""
    return sum(deep + _BETWEEN for _row, deep in _rows(keys, width)) + 0.06


def draw_keys(ax: Axes, keys: Sequence[Key]) -> None:
    """Draw the key below axes, as wide as they are."""
    width, height = inches(ax)
    depth = keys_depth(keys, width)
    below = ax.inset_axes((0, -depth / height, 1, depth / height))
    below.set_xlim(0, width)
    below.set_ylim(-depth, 0)
    below.set_axis_off()
    y = -0.06
    for row, deep in _rows(keys, width):
        for key, x, lines in row:
            middle = y - deep / 2
            key.draw(below, x, middle)
            for number, line in enumerate(lines):
                below.text(
                    x + key.wide + 0.06, middle + (len(lines) / 2 - number - 0.5) * _LINE, line,
                    va="center", fontsize=_SMALL, color=style.INK,
                )  # fmt: skip
        y -= deep + _BETWEEN


def _rows(keys: Sequence[Key], width: float) -> list[tuple[list[tuple[Key, float, list[str]]], float]]:
    """Lay keys out in rows: each with its place and its lines, and how high the row is."""
    rows: list[tuple[list[tuple[Key, float, list[str]]], float]] = []
    x = 0.0
    for key in keys:
        lines = break_lines(key.text, max(width - key.wide - 0.1, 1.0), _SMALL)
        wide = key.wide + 0.06 + max(text_width(line, _SMALL) for line in lines)
        deep = max(len(lines) * _LINE, key.high)
        if key.column:
            x = float(np.ceil(x / (key.column * width) - 1e-9) * key.column * width)
        if rows and x + wide <= width:
            rows[-1] = ([*rows[-1][0], (key, x, lines)], max(rows[-1][1], deep))
        else:
            x = 0.0
            rows.append(([(key, x, lines)], deep))
        x += wide + _GAP
    return rows
