"""Urns of records, run by run and day by day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ._compile import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["draw_urns"]


@compiled
def draw_urns(  # noqa: PLR0917
    balls: Floats,
    discovered: Floats,
    reported: Floats,
    days: int,
    corrected: bool,
    poisson: bool,
    rng: np.random.Generator,
) -> None:
    """
    Advance urns in place: runs × places.

    Each day one place is drawn by its share of the balls, its finds are put in (where `corrected`, with a
    chance of the smallest share over its own), and every place gets what the public reports.
    """
    runs, places = balls.shape
    for run in range(runs):
        urn = balls[run]
        for _day in range(days):
            total = 0.0
            for place in range(places):
                total += urn[place]
            left = rng.random() * total
            drawn = (
                places - 1
            )  # a float sum may end below its own last step: the last place takes what is left
            for place in range(places):
                left -= urn[place]
                if left < 0.0:
                    drawn = place
                    break
            counts = True
            if corrected:
                least = urn[drawn]
                for place in range(places):
                    if 0.0 < urn[place] < least:
                        least = urn[place]
                counts = rng.random() * urn[drawn] < least
            if counts:
                urn[drawn] += rng.poisson(discovered[drawn]) if poisson else discovered[drawn]
            for place in range(places):
                if reported[place] > 0.0:
                    urn[place] += rng.poisson(reported[place]) if poisson else reported[place]
