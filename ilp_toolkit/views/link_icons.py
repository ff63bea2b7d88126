"""
Signs for the types of entities on a link chart: drawn shapes of our own, the same on paper and on screen.

Each sign is an outline that is filled, and lines inside it, written as paths of SVG on a square of 24 units.
Outlines differ so far that they can be told apart in black and white and at the size of a letter.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import numpy as np
from matplotlib.path import Path

__all__ = ["ICONS", "icon_paths", "icon_svg"]


def _ring(x: float, y: float, radius: float) -> str:
    """Return a circle as four curves."""
    k = 0.5523 * radius
    return (
        f"M{x + radius} {y}C{x + radius} {y + k} {x + k} {y + radius} {x} {y + radius}"
        f"C{x - k} {y + radius} {x - radius} {y + k} {x - radius} {y}"
        f"C{x - radius} {y - k} {x - k} {y - radius} {x} {y - radius}"
        f"C{x + k} {y - radius} {x + radius} {y - k} {x + radius} {y}Z"
    )


ICONS: dict[str, tuple[str, str]] = {
    "person": (_ring(12, 7, 4.6) + "M2.5 22C2.5 15 6 12.6 12 12.6C18 12.6 21.5 15 21.5 22Z", ""),
    "organisation": (
        "M3 22L3 6L12 1.5L21 6L21 22Z",
        "M7.5 9.5L10 9.5M14 9.5L16.5 9.5M7.5 13.5L10 13.5M14 13.5L16.5 13.5M10 22L10 17.5L14 17.5L14 22",
    ),
    "phone": (
        "M6 3C6 2 6.6 1.5 7.5 1.5L16.5 1.5C17.4 1.5 18 2 18 3L18 21C18 22 17.4 22.5 16.5 22.5L7.5 22.5"
        "C6.6 22.5 6 22 6 21Z",
        "M6 5.2L18 5.2M6 18.4L18 18.4M11 20.4L13 20.4",
    ),
    "vehicle": (
        "M1.5 18L1.5 12.5L5 11L8 6L17 6L20.5 11L22.5 12.5L22.5 18Z"
        + _ring(6.5, 18, 2.6)
        + _ring(17.5, 18, 2.6),
        "M5 11L20.5 11M12.5 6L12.5 11",
    ),
    "account": (
        "M1.5 4.5L22.5 4.5L22.5 19.5L1.5 19.5Z",
        "M1.5 9L22.5 9M4.5 15.5L10 15.5M16.5 15.5L19.5 15.5",
    ),
    "place": (
        "M12 23C7 16.5 4.5 12.8 4.5 9C4.5 4.8 7.8 1.5 12 1.5"
        "C16.2 1.5 19.5 4.8 19.5 9C19.5 12.8 17 16.5 12 23Z",
        _ring(12, 9, 2.8),
    ),
    "event": (
        "M12 0.8L14.8 7L21.5 4.6L18.2 10.6L23.2 14.4L17 15.6L17.6 22.2"
        "L12 18.4L6.4 22.2L7 15.6L0.8 14.4L5.8 10.6L2.5 4.6L9.2 7Z",
        "",
    ),
    "document": (
        "M4.5 1.5L14.5 1.5L19.5 6.5L19.5 22.5L4.5 22.5Z",
        "M14.5 1.5L14.5 6.5L19.5 6.5M8 11L16 11M8 14.5L16 14.5M8 18L13 18",
    ),
    "online": (
        _ring(12, 12, 10.3),
        "M1.7 12L22.3 12M12 1.7C6 6.5 6 17.5 12 22.3M12 1.7C18 6.5 18 17.5 12 22.3",
    ),
    "bare": (_ring(12, 12, 9.5), ""),
    "unknown": (
        "M12 1.2L22.8 12L12 22.8L1.2 12Z",
        "M9 9.4C9 5.6 15 5.6 15 9.2C15 11.6 12 11.6 12 14.2M12 16.8L12 17.6",
    ),
}
"""Type of an entity to its outline and the lines inside it; ``bare`` where no type is known at all."""


@cache
def icon_paths(kind: str) -> tuple[Path, Path | None]:
    """Return outline and inner lines of a sign as shapes around zero, one unit to each side, y upwards."""
    outline, inside = ICONS.get(kind, ICONS["unknown"])
    return _path(outline), _path(inside) if inside else None


def icon_svg(kind: str) -> str:
    """Return a sign as paths of SVG on a square of 24 units; colours come from the style of the page."""
    outline, inside = ICONS.get(kind, ICONS["unknown"])
    lines = f'<path class="in" d="{_short(inside)}"/>' if inside else ""
    return f'<path class="out" d="{_short(outline)}"/>{lines}'


def _short(path: str) -> str:
    return re.sub(r"\d+\.\d+", lambda found: f"{float(found[0]):.2f}".rstrip("0").rstrip("."), path)


def _path(text: str) -> Path:
    vertices: list[Any] = []
    codes: list[int] = []
    start = np.zeros(2)
    for letter, body in re.findall(r"([MLCZ])([^MLCZ]*)", text):
        points = np.array(body.split(), dtype=float).reshape(-1, 2)
        if letter == "Z":
            vertices.append(start)
            codes.append(int(Path.CLOSEPOLY))
            continue
        if letter == "M":
            start = points[0]
        vertices.extend(points)
        codes.extend([int({"M": Path.MOVETO, "L": Path.LINETO, "C": Path.CURVE4}[letter])] * len(points))
    return Path((np.array(vertices) - 12.0) * [1 / 12, -1 / 12], codes)
