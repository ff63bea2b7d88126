"""How a value or a table is compared: what the `params` of an item may say, checked when it is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from .items import Item

__all__ = ["Outcome", "Rules"]


@dataclass(frozen=True)
class Outcome:
    """How much of an answer is right, and what is not, in words that do not give the key."""

    fraction: float
    """From 0 to 1; 1 only where everything is right."""
    comments: tuple[str, ...] = ()
    parts: tuple[tuple[str, bool, str], ...] = ()
    """Columns or aspects: name, whether right, comment."""


class Rules(BaseModel):
    """The rules of one comparison."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tolerance: float = Field(default=0, ge=0, allow_inf_nan=False)
    """Absolute; the item's own `tolerance`."""
    relative: float = Field(default=0, ge=0, le=1)
    """Relative to the expected value; the larger of the two holds."""
    tolerances: dict[str, float] = Field(default_factory=dict)
    """Absolute, for single columns."""
    seconds: float = Field(default=0, ge=0)
    """Tolerance for dates, times and lengths of time."""
    case: bool = True
    """Whether capitals matter in texts."""
    ordered: bool = True
    """Whether the order of a list matters."""
    partial: Literal["best", "columns", "rows", "cells", "none"] = "best"
    """What of a table earns part of the points; `best`: whole columns or whole rows, what is more."""
    columns: tuple[str, ...] = ()
    """The columns that count; all of the key's if empty."""
    on: tuple[str, ...] = ()
    """Columns that identify a row; without them the index does."""
    index: Literal["match", "ignore"] = "match"
    """Whether rows are found by the labels of the index; a plain 0, 1, 2… is never looked at."""
    rows: Literal["ordered", "any"] = "any"
    """Whether the order of the rows matters where something identifies them."""
    extra_columns: bool = True
    """Whether more columns than asked for may stand there."""
    column_order: bool = False
    geometry_tolerance: float = Field(default=0.01, ge=0)
    """In metres; of an item of kind `geoframe` its own `tolerance`."""
    node_attributes: tuple[str, ...] | None = None
    """Those that count; all of the key's if None."""
    edge_attributes: tuple[str, ...] | None = None
    unit: str = ""

    @classmethod
    def of(cls, item: Item) -> Rules:
        """
        Take the rules from an item; ValidationError where its params say what no rule is.

        Examples
        --------
        >>> from ilp_toolkit.learning.items import Item
        >>> Rules.of(Item(id="q1", part="exam", kind="frame", tolerance=0.5, params={"on": ["area"]})).on
        ('area',)
        """
        own = {name: value for name, value in item.params.items() if name not in {"shown", "solver"}}
        given: dict[str, Any] = {"tolerance": item.tolerance, "unit": item.unit, **own}
        if item.kind == "geoframe" and item.tolerance:
            given.setdefault("geometry_tolerance", item.tolerance)
        return cls.model_validate(given)
