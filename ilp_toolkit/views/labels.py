"""Names on a map, each beside its place, none on another: those that find no room are given back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from . import style
from .figure import break_lines, inches, text_width

__all__ = ["Label", "place_labels"]

Floats = NDArray[np.float64]
_SMALL = style.SIZES["small_pt"]
_LINE = 1.2 * _SMALL / 72
_AROUND = (0, 180, 45, 315, 135, 225, 90, 270, 22, 158, 338, 202)
"""Where a name may stand, in degrees from east: beside its place first, above and below it last."""


@dataclass(frozen=True)
class Label:
    """One name: its text, where its place lies (data units), if it is the message, or only by the way."""

    text: str
    x: float
    y: float
    bold: bool = False
    quiet: bool = False


def place_labels(
    ax: Axes,
    labels: Sequence[Label],
    *,
    radius: float = 0.05,
    avoid: Floats | None = None,
    fold: float = 1.0,
) -> list[str]:
    """
    Write names beside their places, in the order given, so that none lies on another.

    Parameters
    ----------
    ax
        Axes whose limits are set.
    labels
        The names, the most needed first.
    radius
        Of the marks of places, in inches.
    avoid
        Points (data units) that names had better not cover, such as those of lines.
    fold
        Width in inches at which a name is broken.

    Returns
    -------
    list of str
        The names that found no room.
    """
    frame = _Frame.of(ax)
    marks = frame.inches(np.array([[one.x, one.y] for one in labels]).reshape(-1, 2))
    lines = frame.inches(avoid) if avoid is not None and len(avoid) else np.empty((0, 2))
    taken: list[tuple[float, float, float, float]] = [
        (x - radius, y - radius, x + radius, y + radius) for x, y in marks
    ]
    lost = []
    for number, (label, mark) in enumerate(zip(labels, marks, strict=True)):
        rows = break_lines(label.text, fold, _SMALL, bold=label.bold)
        width = max(text_width(row, _SMALL, bold=label.bold) for row in rows)
        size = (width, _LINE * len(rows))
        others = taken[:number] + taken[number + 1 :]
        spot = _spot(mark, size, radius, others, lines=lines, frame=frame)
        if spot is None:
            lost.append(label.text)
            continue
        box, far = spot
        taken.append(box)
        _write(ax, frame, label, "\n".join(rows), mark=mark, box=box, leader=far)
    return lost


@dataclass(frozen=True)
class _Frame:
    west: float
    south: float
    scale: tuple[float, float]
    size: tuple[float, float]

    @classmethod
    def of(cls, ax: Axes) -> _Frame:
        (west, east), (south, north) = ax.get_xlim(), ax.get_ylim()
        width, height = inches(ax)
        return cls(west, south, (width / (east - west), height / (north - south)), (width, height))

    def inches(self, points: Any) -> Floats:
        array = np.asarray(points, dtype=float)
        return (array - [self.west, self.south]) * self.scale

    def data(self, x: float, y: float) -> tuple[float, float]:
        return x / self.scale[0] + self.west, y / self.scale[1] + self.south


def _spot(
    mark: Any,
    size: tuple[float, float],
    radius: float,
    taken: list[tuple[float, float, float, float]],
    *,
    lines: Floats,
    frame: _Frame,
) -> tuple[tuple[float, float, float, float], bool] | None:
    """Return the box that covers the least of the lines and nothing else, and whether it lies far off."""
    blocked = np.array(taken).reshape(-1, 4)
    best: tuple[float, tuple[float, float, float, float], bool] | None = None
    for ring, reach in enumerate((radius + 0.02, radius + 0.14, radius + 0.28, radius + 0.45)):
        for turn, degrees in enumerate(_AROUND):
            angle = np.radians(degrees)
            dx, dy = float(np.cos(angle)), float(np.sin(angle))
            x = mark[0] + dx * reach + (dx - 1) * size[0] / 2
            y = mark[1] + dy * reach + (dy - 1) * size[1] / 2
            box = (float(x), float(y), float(x + size[0]), float(y + size[1]))
            if box[0] < 0 or box[1] < 0 or box[2] > frame.size[0] or box[3] > frame.size[1]:
                continue
            if _meets(box, blocked):
                continue
            cost = _covered(box, lines) + 0.15 * turn + 4.0 * ring
            if best is None or cost < best[0]:
                best = (cost, box, ring > 1)
        if best is not None and best[0] < 4.0 * (ring + 1):
            break
    return None if best is None else best[1:]


def _meets(box: tuple[float, float, float, float], blocked: Floats) -> bool:
    return bool(
        (
            (box[0] < blocked[:, 2])
            & (blocked[:, 0] < box[2])
            & (box[1] < blocked[:, 3])
            & (blocked[:, 1] < box[3])
        ).any()
    )


def _covered(box: tuple[float, float, float, float], lines: Floats) -> float:
    if not len(lines):
        return 0.0
    inside = (lines[:, 0] > box[0]) & (lines[:, 0] < box[2]) & (lines[:, 1] > box[1]) & (lines[:, 1] < box[3])
    return float(inside.sum())


def _write(
    ax: Axes, frame: _Frame, label: Label, text: str, *, mark: Any, box: tuple[float, ...], leader: bool
) -> None:
    middle = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    if leader:
        nearest = (float(np.clip(mark[0], box[0], box[2])), float(np.clip(mark[1], box[1], box[3])))
        ends = [frame.data(*mark), frame.data(*nearest)]
        ax.plot(*zip(*ends, strict=True), color=style.MUTED, linewidth=0.5, zorder=8)
    ax.text(
        *frame.data(*middle), text, ha="center", va="center", fontsize=_SMALL, zorder=9,
        color=style.MUTED if label.quiet else style.INK, fontweight="bold" if label.bold else "normal",
        linespacing=1.0, path_effects=[withStroke(linewidth=2.0, foreground=style.PAPER, alpha=0.85)],
    )  # fmt: skip
