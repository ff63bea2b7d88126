"""
Stability: which hot spots stay when grid, cell size, neighbours and luck are others.

Only the class of a hot cell goes out, never its score: from scores of neighbours counts could be worked out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...i18n import N_, _, number
from ...views import charts
from .blocks import Block, Heading, Paragraph
from .picture import drawn

if TYPE_CHECKING:
    from .profile_facts import Facts
    from .profile_where import Where

__all__ = ["robust_places", "stability_blocks", "stability_word"]

_WORDS = {"robust": N_("robust"), "fair": N_("fair"), "fragile": N_("fragile"), "": N_("not known")}


def stability_word(code: str) -> str:
    """Say the class of a place in one word."""
    return _(_WORDS.get(code, code))


def robust_places(where: Where) -> tuple[list[str], list[str]]:
    """Return the letters of the places that are robust, and of those that are fragile."""
    if where.places is None:
        return [], []
    pairs = list(zip(where.places["place"], where.places["stability"], strict=True))
    return [letter for letter, code in pairs if code == "robust"], [
        letter for letter, code in pairs if code == "fragile"
    ]


def stability_blocks(facts: Facts, where: Where, *, foot: str) -> list[Block]:
    """Return the part on stability: what it means, the map, what it does not mean."""
    if where.cells is None or not where.has_hot:
        return []
    request = facts.request
    title = _title(where)
    draws = int(where.choices["stability"]["draws"])
    axes = charts.stability(
        where.cells.drop(columns=["suppressed", "label"]),
        boundary=request.boundary,
        areas=request.areas,
        streets=request.streets,
        title=title,
        subtitle=_(
            "{n} maps, each with another grid, cell size, neighbourhood and sample of the incidents"
        ).format(n=number(draws)),
        foot=foot,
    )
    meaning = say_stability(where)
    return [
        Heading(_("Do the places hold?"), 3),
        Paragraph(meaning),
        drawn("map-stability", "full", axes, f"{title}. {meaning}"),
        Paragraph(
            _(
                "This does not say how dangerous a place is, and it holds for the core of a place: its "
                "outline "
                "changes from map to map. A fragile place is one of this map: another "
                "cell size "
                "or a few incidents more or fewer, and it is gone. It is no ground for a decision by itself."
            )
        ),
    ]


def say_stability(where: Where) -> str:
    """Say which places are robust and which fragile."""
    robust, fragile = robust_places(where)
    parts = []
    if robust:
        parts.append(
            _("Hot in at least 80 of 100 maps made otherwise (robust): {places}.").format(
                places=", ".join(robust)
            )
        )
    if fragile:
        parts.append(
            _("Hot in fewer than 50 of 100 maps made otherwise (fragile): {places}.").format(
                places=", ".join(fragile)
            )
        )
    if not parts:
        parts.append(_("All places are hot in 50 to 79 of 100 maps made otherwise (fair)."))
    if not robust and fragile:
        parts.append(_("No place is robust."))
    return " ".join(parts)


def _title(where: Where) -> str:
    robust, _fragile = robust_places(where)
    count = len(where.places) if where.places is not None else 0
    if len(robust) == count:
        return _("All places hold when the map is made otherwise")
    if not robust:
        return _("No place reliably holds when the map is made otherwise")
    return _("{n} of {all} places hold when the map is made otherwise").format(
        n=number(len(robust)), all=number(count)
    )
