"""Names on a map, each beside its place, none on another: those that find no room are given back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from . import style
from .figure import break_lines, inches, text_width

__all__ = ["Label", "place_labels"]

Floats = NDArray[np.float64]
_SMALL = style.SIZES["small_pt"]
_LINE = 1.2 * _SMALL / 72
_RINGS = np.array([0.02, 0.14, 0.28, 0.45, 0.65])
"""Inches from the mark at which a name is tried."""
_CELL = 0.03
"""Inches: how fine the lines are counted that a name would cover."""
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

    @classmethod
    def at(cls, text: str, spot: Any, *, bold: bool = False, quiet: bool = False) -> Label:
        """Return a name at a spot of x and y."""
        return cls(text, float(spot[0]), float(spot[1]), bold=bold, quiet=quiet)


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
    lines = _counts(frame.inches(avoid if avoid is not None else np.empty((0, 2))), frame.size)
    taken = np.column_stack([marks - radius, marks + radius])
    lost, leaders = [], []
    for number, (label, mark) in enumerate(zip(labels, marks, strict=True)):
        rows = break_lines(label.text, fold, _SMALL, bold=label.bold)
        width = max(text_width(row, _SMALL, bold=label.bold) for row in rows)
        others = np.delete(taken, number, axis=0)
        spot = _spot(mark, (width, _LINE * len(rows)), radius, others, lines=lines, frame=frame)
        if spot is None:
            lost.append(label.text)
            continue
        box, far = spot
        taken = np.vstack([taken, box])
        _write(ax, frame, label, "\n".join(rows), box=box)
        if far:
            leaders.append([frame.data(*mark), frame.data(*np.clip(mark, box[:2], box[2:]))])
    if leaders:
        ax.add_collection(
            LineCollection(leaders, colors=style.MUTED, linewidths=0.5, zorder=8), autolim=False
        )
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
    mark: Floats,
    size: tuple[float, float],
    radius: float,
    taken: Floats,
    *,
    lines: Floats,
    frame: _Frame,
) -> tuple[Floats, bool] | None:
    """Return the box that covers the least of the lines and nothing else, and whether it lies far off."""
    boxes, ring, turn = _candidates(mark, size, radius)
    free = (boxes[:, :2] >= 0).all(axis=1) & (boxes[:, 2:] <= frame.size).all(axis=1)
    boxes, ring, turn = boxes[free], ring[free], turn[free]
    meets = (boxes[:, None, :2] < taken[None, :, 2:]) & (taken[None, :, :2] < boxes[:, None, 2:])
    free = ~np.any(np.all(meets, axis=2), axis=1)
    boxes, ring, turn = boxes[free], ring[free], turn[free]
    if not len(boxes):
        return None
    cost = _covered(boxes, lines) + 0.15 * turn + 4.0 * ring
    best = int(cost.argmin())
    return boxes[best], bool(ring[best] > 1)


def _candidates(mark: Floats, size: tuple[float, float], radius: float) -> tuple[Floats, Any, Any]:
    """Return boxes around a place, nearest first, with the ring and the turn of each."""
    angle = np.radians(_AROUND)
    way = np.column_stack([np.cos(angle), np.sin(angle)])
    half = np.array(size) / 2
    found = [mark + way * reach + way * half - half for reach in radius + _RINGS]
    corner = np.vstack(found)
    ring, turn = np.divmod(np.arange(len(corner)), len(_AROUND))
    return np.column_stack([corner, corner + 2 * half]), ring, turn


def _counts(points: Floats, size: tuple[float, float]) -> Floats:
    """Return how many points lie left of and below each corner of a fine grid over the map."""
    bins = [max(int(np.ceil(length / _CELL)), 1) for length in size]
    ends = [(0.0, count * _CELL) for count in bins]
    found = np.histogram2d(points[:, 0], points[:, 1], bins=bins, range=ends)[0]
    return np.pad(found.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))


def _covered(boxes: Floats, counts: Floats) -> Floats:
    """Return how many points each box covers, to the cell."""
    west, south, east, north = np.round(boxes / _CELL).astype(int).T
    last = np.array(counts.shape) - 1
    east, north = np.minimum(east, last[0]), np.minimum(north, last[1])
    return np.asarray(counts[east, north] - counts[west, north] - counts[east, south] + counts[west, south])


def _write(ax: Axes, frame: _Frame, label: Label, text: str, *, box: Floats) -> None:
    middle = (box[:2] + box[2:]) / 2
    ax.text(
        *frame.data(*middle), text, ha="center", va="center", fontsize=_SMALL, zorder=9,
        color=style.MUTED if label.quiet else style.INK, fontweight="bold" if label.bold else "normal",
        linespacing=1.0, path_effects=[withStroke(linewidth=2.0, foreground=style.PAPER, alpha=0.85)],
    )  # fmt: skip
