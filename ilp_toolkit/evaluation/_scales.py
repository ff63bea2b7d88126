"""The scales as data: each code with its wording, its source, and whether anybody compared it."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any, Literal

from ..errors import InputError
from ..i18n import _, current

__all__ = ["SCALES", "Axis", "Scale", "axis_codes", "is_missing", "known_scale", "ordered", "worded"]

Scale = Literal["4x4", "6x6", "5x5x5", "3x5x2"]
Axis = Literal["source", "information"]
SCALES: tuple[Scale, ...] = ("4x4", "6x6", "5x5x5", "3x5x2")
"""The scales, the default first."""


def known_scale(scale: str) -> Scale:
    """Return the scale of that name; Cyrillic х is x."""
    for known in SCALES:
        if known == scale.casefold().replace("х", "x"):
            return known
    msg = _("`scale` must be one of {known}, got {scale}.")
    raise InputError(msg.format(known=", ".join(SCALES), scale=repr(scale)))


def worded(entry: dict[str, Any], wording: str) -> str:
    """Return what a code means, in the language in use."""
    words = entry.get(wording, entry) if wording else entry
    return str(words["ru" if current() == "ru" else "en"])


def is_missing(value: object) -> bool:
    """Say whether a cell holds nothing."""
    if value is None:
        return True
    import pandas as pd

    return bool(pd.api.types.is_scalar(value) and pd.isna(value))  # type: ignore[call-overload]


@cache
def axis_codes(scale: Scale, axis: str) -> dict[str, dict[str, Any]]:
    """Return the codes of an axis with all that is said of them, in the order of the scale."""
    return {entry["code"]: entry for entry in _scale(scale)[axis]["codes"]}


def ordered(scale: Scale, axis: str) -> tuple[str, ...]:
    """Return the codes that stand in an order; those that say "cannot be judged" have no place in it."""
    return tuple(_scale(scale)[axis]["ordered"])


@cache
def _scale(scale: Scale) -> dict[str, Any]:
    path = resources.files("ilp_toolkit") / "evaluation" / "scales" / f"{scale}.json"
    return dict(json.loads(path.read_text(encoding="utf-8")))
