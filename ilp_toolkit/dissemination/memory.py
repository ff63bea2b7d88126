"""
What a case remembers of the figures that left it, and the incidents that are needed to compare with them.

A figure is about the incidents of one material. A later extract of the same register holds them again and
more; another register holds others. So each figure carries the material that it was made of, and which
incidents that had is known by the keyed hashes that the case keeps, also when the file is no longer at hand.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import InputError
from ..i18n import _
from .joint import Publication
from .universe import SET, Universe

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["earlier", "remember", "universe_of"]


def earlier(case: Any) -> list[Publication]:
    """Return every publication of a case, the oldest first."""
    return [Publication.from_json(record) for record in case.recall("publication")]


def remember(case: Any, publication: dict[str, Any], sets: dict[str, str], materials: Iterable[str]) -> None:
    """Keep a publication, the sets of incidents that it speaks of, and the materials that it was made of."""
    for name, members in sets.items():
        case.remember("set", {"name": name, "members": members})
    case.remember("publication", {**publication, "materials": list(materials)})


def universe_of(case: Any, own: Iterable[Any], used: pd.DataFrame) -> Universe:
    """
    Return all incidents that a new figure, or any earlier one, is about.

    Parameters
    ----------
    case
        The case.
    own
        The materials that the new figures are made of.
    used
        The incidents that the analysis was given.

    Raises
    ------
    InputError
        If incidents of an earlier product are in no material at hand: without them nobody can say what the
        two products together give away.
    """
    mine = {material.id: material for material in own}
    before = {name for record in case.recall("publication") for name in record.get("materials", [])}
    at_hand = {material.id: material for material in case.collected()}
    others = {name: at_hand[name] for name in sorted(before - set(mine)) if name in at_hand}
    tables = {SET + name: material.table for name, material in {**mine, **others}.items()}
    keys = {name: case.keys(name) for name in sorted(before | set(mine))}
    made = Universe.of(
        tables,
        used,
        key=case.key,
        known={record["name"]: record["members"] for record in case.recall("set")},
        within={SET + name: held for name, held in keys.items() if held is not None},
        own=SET + next(iter(mine)) if len(mine) == 1 else "",
    )
    _refuse_missing(case, made, {name: keys[name] for name in before - set(mine) - set(others)})
    return made


def _refuse_missing(case: Any, made: Universe, keys: dict[str, Any]) -> None:
    erased = sum(record.get("what") == "erased" for record in case.recall("correction"))
    for name, held in keys.items():
        gone = np.inf if held is None else int((~np.isin(held, made.keys)).sum())
        if gone > erased:
            msg = _(
                "An earlier product was made of the material {name}, and its incidents are not at hand. "
                "Collect that file again, or a later extract that holds them."
            )
            raise InputError(msg.format(name=name))
