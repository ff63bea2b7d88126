"""Words under charts of online markets: what a result cannot show."""

from __future__ import annotations

from typing import Any

from .. import choices
from ..i18n import _

__all__ = ["limits"]


def limits(result: Any) -> str:
    """
    Return what a result cannot show, as sentences for the foot of a chart.

    Parameters
    ----------
    result
        What a function of `darknet` returned; nothing is said where it notes nothing.
    """
    lines = [_(line) for line in choices.of(result).get("cannot_show", [])]
    return " ".join(f"{line[:1].upper()}{line[1:]}." for line in lines)
