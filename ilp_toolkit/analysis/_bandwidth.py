"""How wide to smooth: a number, Scott's rule, or the likelihood; one for all events or one for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from ..errors import InputError
from ..i18n import _

if TYPE_CHECKING:
    from ._points import Events, Floats

__all__ = ["Kernel", "Width", "adaptive_widths", "check_bandwidth", "check_kernel", "take_width"]

Kernel = Literal["quartic", "gaussian", "epanechnikov", "triweight"]
_POWERS = {"gaussian": 0, "epanechnikov": 1, "quartic": 2, "triweight": 3}

MOST_PLACES = 3000
"""Places on which the likelihood is taken: every pair of them counts, at every width tried."""
_WIDTHS_TRIED = 24


@dataclass(frozen=True)
class Width:
    """A kernel and how wide it is."""

    kernel: str
    metres: float
    rule: str

    @property
    def gaussian(self) -> bool:
        return self.kernel == "gaussian"

    @property
    def power(self) -> int:
        """Of (1 - u²)."""
        return _POWERS[self.kernel]


def check_kernel(kernel: Any) -> None:
    if kernel not in get_args(Kernel):
        msg = _("`kernel` must be one of {known}, got {kernel!r}.")
        raise InputError(msg.format(known=", ".join(get_args(Kernel)), kernel=kernel))


def check_bandwidth(bandwidth: Any) -> None:
    if bandwidth is None or (isinstance(bandwidth, str) and bandwidth in {"scott", "likelihood"}):
        return
    number = isinstance(bandwidth, int | float | np.number) and not isinstance(bandwidth, bool)
    if not number or not np.isfinite(bandwidth) or bandwidth <= 0:
        msg = _("`bandwidth` must be a distance in metres above 0, scott or likelihood; got {bandwidth!r}.")
        raise InputError(msg.format(bandwidth=bandwidth))


def take_width(events: Events, bandwidth: Any, kernel: Kernel, cell: float) -> Width:
    """Return the width given, or the one that the rule named gives, at least two cells of the grid."""
    from .kernels import density

    if bandwidth is not None and not isinstance(bandwidth, str):
        return Width(kernel, float(bandwidth), "given")
    if bandwidth == "likelihood":
        found, rule = _most_likely(events), "leave-one-out likelihood (repeats at a place as one)"
        found *= density.wider(kernel == "gaussian", _POWERS[kernel])
    else:
        found = density.scott(events.x, events.y, kernel == "gaussian", _POWERS[kernel])
        rule = "Scott's rule (doi:10.1002/9781118575574)"
    return Width(kernel, float(np.ceil(max(found, 2 * cell, 1.0))), rule + ", at least two cells")


def adaptive_widths(x: Floats, y: Floats, weight: Floats, width: Width) -> Floats:
    """Return Abramson's bandwidths: as the root of the pilot density, `width` their geometric mean."""
    from .kernels import density

    if len(x) == 0 or weight.sum() <= 0:
        return np.full(len(x), width.metres)
    pilot = density.at_places(
        x, y, x, y, weight, bandwidth=width.metres, gaussian=width.gaussian, power=width.power
    )
    known = (pilot > 0) & (weight > 0)
    middle = np.exp(np.average(np.log(pilot[known]), weights=weight[known]))
    factor = np.sqrt(middle / np.where(pilot > 0, pilot, middle))
    return np.asarray(width.metres * np.clip(factor, 0.2, 5.0), dtype=float)


def _most_likely(events: Events) -> float:
    """Return the standard deviation of the Gaussian under which the places foresee each other best."""
    from scipy.optimize import minimize_scalar

    from .kernels import density

    x, y, _weight = density.merged(events.x, events.y, events.values)
    places = len(x)
    if places < 3:
        return 0.0
    if places > MOST_PLACES:
        taken = np.linspace(0, places - 1, MOST_PLACES).astype(np.int64)
        x, y = x[taken], y[taken]
    widest: float = max(density.scott(x, y, True) * 2, 1.0)
    tried = np.geomspace(widest / 100, widest, _WIDTHS_TRIED)
    likely = [density.left_out_likelihood(x, y, width) for width in tried]
    best = int(np.argmax(likely))
    low, high = tried[max(best - 1, 0)], tried[min(best + 1, len(tried) - 1)]
    found = minimize_scalar(
        lambda width: -density.left_out_likelihood(x, y, width), bounds=(low, high), method="bounded",
        options={"xatol": low / 100},
    )  # fmt: skip
    return float(found.x * np.power(len(x) / places, 1 / 6))
