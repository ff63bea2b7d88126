"""From axes to the picture of a block: the same bytes each time, and nothing left open in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...views import charts
from .blocks import Figure

if TYPE_CHECKING:
    from typing import Literal

    Size = Literal["full", "half"]

__all__ = ["drawn"]


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
