"""What a printed map needs besides its data: legend, scale bar, names of areas, letters of places."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke

from ..i18n import _
from . import shapes, style
from .classes import Classes, Layer
from .figure import Size, break_lines, inches, text_width

__all__ = [
    "apart",
    "draw_legend",
    "draw_letters",
    "draw_names",
    "draw_scale_bar",
    "handles_of",
    "legend_depth",
    "line_colours",
    "line_width",
]

SUPPRESSED_HATCH, MISSING_HATCH = "/////", "\\\\\\\\"
"""Two directions, so that neither can be taken for the other."""


def handles_of(measure: Layer, hot: bool, minimum: int | None, *, lines: bool = False) -> list[Any]:
    """Entries of the legend, most first, then zero, suppressed and no data where they occur."""
    if lines:
        return _line_handles(measure, minimum)
    classes, rest = measure.classes, measure.rest(minimum)
    entries = [
        Patch(
            facecolor=colour,
            edgecolor=style.INK if pattern else style.CONTEXT,
            hatch=pattern,
            linewidth=0.4,
            label=label,
        )
        for code, (label, colour, pattern) in enumerate(
            zip(classes.labels, classes.colours, classes.patterns, strict=True)
        )
        if (classes.codes == code).any()
    ][::-1]
    if hot:
        entries.insert(
            0,
            Patch(
                facecolor="none",
                edgecolor=style.HOT,
                linewidth=1.6,
                label=_("Hot spot: more than chance would bring"),
            ),
        )
    if measure.plain.any():
        entries.append(
            Patch(facecolor=style.PAPER, edgecolor=style.CONTEXT, linewidth=0.6, label=rest["plain"])
        )
    for inside, hatch, colour, name in (
        (measure.suppressed, SUPPRESSED_HATCH, style.SUPPRESSED, "suppressed"),
        (measure.missing, MISSING_HATCH, style.CONTEXT, "missing"),
    ):
        if inside.any():
            entries.append(Patch(facecolor=style.PAPER, edgecolor=colour, hatch=hatch, label=rest[name]))
    return entries


def line_width(code: int, classes: int) -> float:
    """Return how wide a street of a class is drawn, in points: least 1.1, most 3.2."""
    return 2.4 if classes == 1 else 1.1 + 2.1 * code / (classes - 1)


def line_colours(classes: Classes) -> tuple[str, ...]:
    """Return the colours of classes for thin lines: a sequence begins darker, or its first is not seen."""
    if not set(classes.colours) <= set(style.SEQUENCE):
        return classes.colours
    dark, count = style.SEQUENCE[2:], len(classes.colours)
    last = len(dark) - 1
    return tuple(dark[round(i * last / max(count - 1, 1)) if count > 1 else last] for i in range(count))


def _line_handles(measure: Layer, minimum: int | None) -> list[Any]:
    classes, rest = measure.classes, measure.rest(minimum)
    count = len(classes.labels)
    looks: list[tuple[Any, str, dict[str, Any]]] = [
        (classes.codes == code, label, {"color": colour, "lw": line_width(code, count), "ls": ls})
        for code, (label, colour, ls) in enumerate(
            zip(
                classes.labels,
                line_colours(classes),
                [":" if pattern else "-" for pattern in classes.patterns],
                strict=True,
            )
        )
    ][::-1]
    looks += [
        (measure.plain, rest["plain"], {"color": style.STREET, "lw": 1.0}),
        (measure.suppressed, rest["suppressed"], {"color": style.SUPPRESSED, "lw": 1.2, "ls": "--"}),
        (measure.missing, rest["missing"], {"color": style.CONTEXT, "lw": 1.0, "ls": ":"}),
    ]
    return [Line2D([], [], label=label, **look) for inside, label, look in looks if inside.any()]


def draw_legend(ax: Axes, handles: list[Any], title: str, size: Size, *, own: bool) -> None:
    """Write the legend beside the map, or in two columns below it on half a page."""
    small = style.SIZES["small_pt"]
    beside = size == "full" or not own
    for handle in handles:
        handle.set_label("\n".join(break_lines(str(handle.get_label()), _room(size), small)))
    drop = 0.26 / inches(ax)[1]
    place: dict[str, Any] = {"loc": "upper left", "bbox_to_anchor": (1.01, 1.0)}
    if not beside:
        place = {"loc": "upper left", "bbox_to_anchor": (0.0, -drop), "ncols": 2}
    shown = ax.legend(
        handles=handles, title="\n".join(break_lines(title, 1.65 if beside else 3.6, small, bold=True)),
        alignment="left", borderaxespad=0, borderpad=0, handlelength=1.7, handleheight=1.1, labelspacing=0.45,
        columnspacing=1.2, title_fontproperties={"size": small, "weight": "bold"}, **place,
    )  # fmt: skip
    shown.set_clip_on(False)


def legend_depth(handles: list[Any], size: Size) -> float:
    """Return how high a legend of two columns below the map will be, in inches."""
    small = style.SIZES["small_pt"]
    lines = [len(break_lines(str(handle.get_label()), _room(size), small)) for handle in handles]
    half = (len(lines) + 1) // 2
    rows = [max(lines[i], lines[i + half] if i + half < len(lines) else 0) for i in range(half)]
    return (sum(rows) * 1.45 + 0.5 * half + 2.2) * small / 72


def draw_scale_bar(ax: Axes, width: float) -> None:
    """Draw a bar of a round length, about a fifth of the map, below it on the left."""
    power = 10.0 ** np.floor(np.log10(width / 5))
    length = float(max(step * power for step in (1, 2, 5) if step * power <= width / 4))
    text = (
        _("{length} km").format(length=style.figure_number(length / 1000))
        if length >= 1000
        else _("{length} m").format(length=style.figure_number(length))
    )
    left, bottom = ax.get_xlim()[0], ax.get_ylim()[0]
    ax.plot(
        [left, left + length],
        [bottom, bottom],
        color=style.INK,
        linewidth=2,
        clip_on=False,
        solid_capstyle="butt",
        zorder=9,
    )
    ax.annotate(
        text, (left + length, bottom), (4, 0), textcoords="offset points", va="center", color=style.INK,
        fontsize=style.SIZES["small_pt"], annotation_clip=False,
    )  # fmt: skip


def draw_names(ax: Axes, places: Any, column: str, measure: Layer) -> None:
    """Write the names of areas that fit into them and run into no other name, light on dark."""
    small = style.SIZES["small_pt"]
    scale = inches(ax)[0] / (ax.get_xlim()[1] - ax.get_xlim()[0])
    fills = [measure.classes.colours[code] if code >= 0 else style.PAPER for code in measure.classes.codes]
    points = shapes.label_points(places.geometry)
    taken: list[tuple[float, float, float, float]] = []
    # The largest areas come first: they keep their name where two would overlap.
    for i in np.argsort(-places.geometry.area.to_numpy(), kind="stable"):
        name, point, shape = places[column].iloc[i], points[i], places.geometry.iloc[i]
        if not isinstance(name, str) or point is None:
            continue
        west, south, east, north = (side * scale for side in shape.bounds)
        lines = break_lines(name, 0.9 * (east - west), small)
        width, height = max(text_width(line, small) for line in lines), len(lines) * 1.3 * small / 72
        x, y = point.x * scale, point.y * scale
        box = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
        if (
            width > 1.1 * (east - west)
            or height > north - south
            or any(_overlap(box, other) for other in taken)
        ):
            continue
        taken.append(box)
        ax.annotate(
            "\n".join(lines), (point.x, point.y), ha="center", va="center", fontsize=small, zorder=8,
            color=style.ink_on(fills[i]), path_effects=[withStroke(linewidth=1.6, foreground=fills[i])],
        )  # fmt: skip


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def draw_letters(ax: Axes, places: Any, column: str) -> None:
    """Letters in rings, moved apart where places lie close, each with a line to its place."""
    marked = [
        (letter, shape.representative_point())
        for letter, shape in zip(places[column], places.geometry, strict=True)
        if isinstance(letter, str) and letter and shape is not None and not shape.is_empty
    ]
    gap = 0.22 * (ax.get_xlim()[1] - ax.get_xlim()[0]) / inches(ax)[0]
    ring = {"boxstyle": "circle,pad=0.25", "facecolor": style.PAPER, "edgecolor": style.INK, "linewidth": 1}
    spots = np.array([(point.x, point.y) for _letter, point in marked]).reshape(-1, 2)
    for (letter, _point), spot, text in zip(marked, spots, apart(spots, gap), strict=True):
        if np.hypot(*(text - spot)) > gap / 20:
            ax.plot(*zip(spot, text, strict=True), color=style.INK, linewidth=0.8, zorder=9)
            ax.plot(*spot, marker="o", markersize=2.5, color=style.INK, zorder=9)
        ax.annotate(
            letter, text, ha="center", va="center", fontsize=style.SIZES["small_pt"], fontweight="bold",
            color=style.INK, bbox=ring, zorder=10,
        )  # fmt: skip


def apart(spots: Any, gap: float) -> Any:
    """Move points that lie closer than a gap apart, each as little as it takes."""
    moved = np.asarray(spots, dtype=float).copy()
    for _turn in range(60):
        for i in range(len(moved)):
            for j in range(i):
                step = moved[i] - moved[j]
                distance = float(np.hypot(*step))
                if distance < gap * 0.999:
                    direction = step / distance if distance > 1e-9 else np.array([0.0, -1.0])
                    moved[i] += direction * (gap - distance) / 2
                    moved[j] -= direction * (gap - distance) / 2
    return moved


def _room(size: Size) -> float:
    return 1.3 if size == "full" else 1.42
