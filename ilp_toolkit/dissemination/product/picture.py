"""From axes to the pictures of a product: the same bytes each time, and nothing left open in a notebook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal

from ...i18n import _, date
from ...views import charts
from .blocks import Block, Figure, Pair

if TYPE_CHECKING:
    import datetime as dt

Size = Literal["full", "half"]
"""Half a page or the whole width of it."""

__all__ = ["Size", "drawn", "foot", "side_by_side", "some"]


def drawn(name: str, size: Size, axes: Any, alt: str) -> Figure:
    """
    Make the block of a chart.

    Parameters
    ----------
    name
        Of the file, without its ending; the one of half a page gets ``-small``.
    size
        ``full`` or ``half`` the width of a page.
    axes
        What a chart function returned; its figure is closed.
    alt
        The finding in words.
    """
    name = name if size == "full" else f"{name}-small"
    svg, png = charts.to_svg(axes).encode("utf-8"), charts.to_png(axes)
    charts.close(axes)
    return Figure(name=name, alt=" ".join(alt.split()), svg=svg, png=png)


def foot(source: str, created: dt.date) -> str:
    """Return the foot of a figure: source and day; the charts add the limit."""
    if not source:
        return f"{date(created)}."
    return _("Source: {source}. {date}.").format(source=source, date=date(created))


def side_by_side(makers: Sequence[Callable[[Size], Figure | None]]) -> list[Block]:
    """
    Draw two figures of half a page beside each other; one alone, where only one has anything to show.

    Parameters
    ----------
    makers
        Functions that draw a figure in a size, or return None where they have nothing to show; the first two
        that have are taken.
    """
    found: list[Figure] = []
    for maker in makers if len(makers) > 1 else ():
        figure = maker("half")
        if figure is not None:
            found.append(figure)
        if len(found) == 2:
            return [Pair(found[0], found[1])]
    return [figure for maker in makers if (figure := maker("full")) is not None]


def some(figure: Figure | None) -> list[Block]:
    """Return a figure as blocks, none where there is nothing to draw."""
    return [] if figure is None else [figure]
