"""The marks of flows: how wide a kilogram is, the tones of doubt, and the samples of both for the key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.patches import Rectangle

from . import arcs, furniture, style

__all__ = [
    "HIGH",
    "LOW",
    "MIDDLE",
    "Scale",
    "round_sizes",
    "sample_band",
    "sample_direction",
    "sample_dots",
    "sample_hatch",
    "sample_line",
    "scale_of",
    "strokes_of",
    "tint",
]

_WIDEST, _WIDEST_BAND, _THINNEST = 7.0, 13.0, 0.5
"""Points: of the largest estimate, of the largest upper limit, and of the smallest line."""
HIGH, MIDDLE, LOW = 0.22, 0.55, 1.0
"""How dark the band of the upper limit, the estimate and the lower limit are."""


@dataclass(frozen=True)
class Scale:
    """Points of width a kilogram."""

    points: float
    bands: bool
    """Whether there are intervals to draw."""

    def width(self, kg: float) -> float:
        """Return points: proportional, but never too thin to be printed."""
        return max(self.points * kg, _THINNEST)


def scale_of(drawn: pd.DataFrame) -> Scale:
    """Choose the width of a kilogram so that neither the largest estimate nor its band hides the map."""
    top = float(drawn["kg"].max())
    high = float(np.nanmax(np.append(drawn["high"].to_numpy(), np.nan_to_num(top))))
    bands = bool(np.isfinite(drawn["high"]).any())
    return Scale(min(_WIDEST / top, _WIDEST_BAND / max(high, top)), bands)


def tint(share: float) -> str:
    """Return the accent, thinned with paper: 1 is the accent itself."""
    mixed = []
    for at in (1, 3, 5):
        full, empty = int(style.ACCENT[at : at + 2], 16), int(style.PAPER[at : at + 2], 16)
        mixed.append(round(share * full + (1 - share) * empty))
    return "#" + "".join(f"{part:02x}" for part in mixed)


def strokes_of(scale: Scale, row: Any) -> list[tuple[float, str]]:
    """Return width and colour of the strokes of an arc: white edge, upper limit, estimate, lower limit."""
    kg, low, high = (float(row[name]) for name in ("kg", "low", "high"))
    strokes = [(scale.width(kg), tint(MIDDLE if scale.bands else LOW))]
    if np.isfinite(high) and high > kg:
        strokes.insert(0, (scale.width(high), tint(HIGH)))
    if np.isfinite(low) and scale.points * low >= _THINNEST / 2:
        strokes.append((min(scale.points * low, scale.width(kg)), tint(LOW)))
    return [(strokes[0][0] + 0.9, style.PAPER), *strokes]


def round_sizes(top: float, scale: Scale) -> list[float]:
    """Return up to three round amounts whose widths can be told apart, the largest first."""
    power = 10.0 ** np.floor(np.log10(top))
    largest = max(step * power for step in (1, 2, 5) if step * power <= top)
    sizes = [largest, largest / 4 if largest / power == 2 else largest / 5, largest / 20]
    return [one for one in sizes if scale.points * one >= _THINNEST] or [largest]


def sample_line(ax: Axes, x: float, y: float, *, width: float, colour: str) -> None:
    """Draw this sample."""
    ax.plot([x, x + 0.36], [y, y], color=colour, linewidth=width, solid_capstyle="butt")


def sample_band(ax: Axes, x: float, y: float) -> None:
    """Draw this sample."""
    for width, share in ((9, HIGH), (5, MIDDLE), (2, LOW)):
        ax.plot([x, x + 0.42], [y, y], color=tint(share), linewidth=width, solid_capstyle="butt")


def sample_direction(ax: Axes, x: float, y: float) -> None:
    """Draw this sample."""
    for start, end, tall in ((x, x + 0.42, -0.02), (x + 0.42, x, 0.02)):
        bow = arcs.arc(np.array([start, y + tall]), np.array([end, y + tall]), 1e9)
        body, tip = arcs.arrow(bow, 0.07, 0.07)
        ax.plot(body[:, 0], body[:, 1], color=style.MUTED, linewidth=1.0)
        ax.add_collection(PolyCollection([tip], facecolors=style.MUTED))


def sample_dots(ax: Axes, x: float, y: float) -> None:
    """Draw this sample."""
    ax.plot([x, x + 0.36], [y, y], color=style.MUTED, linewidth=0.9, linestyle=":")


def sample_hatch(ax: Axes, x: float, y: float) -> None:
    """Draw this sample."""
    ax.add_patch(
        Rectangle(
            (x, y - 0.06),
            0.26,
            0.12,
            facecolor=style.NO_DATA,
            edgecolor=style.CONTEXT,
            hatch=furniture.MISSING_HATCH,
            linewidth=0.4,
        )
    )
