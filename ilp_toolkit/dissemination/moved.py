"""Points that leave moved: within the policy's limits, always in the same way, and said how far."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from .. import choices
from ..errors import DisclosureError, InputError
from ..i18n import _, number, percent
from . import geomask

if TYPE_CHECKING:
    import geopandas as gpd

    from .asked import Asked
    from .outline import Outline

__all__ = ["moved"]


def moved(finding: Any, asked: Asked, shape: Outline) -> Outline:
    """
    Move the points of an outline, where the author asked for it.

    Parameters
    ----------
    finding
        A finding of a case.
    asked
        What the author asks for; ``mask`` says how.
    shape
        What would leave.

    Returns
    -------
    Outline
        With moved points, or refused: two ways of moving in one case give addresses away, and so does a point
        that stays where it was.
    """
    import geopandas as gpd

    if not asked.mask or shape.shape not in {"points", "records"}:
        return shape
    earlier, tables = finding.case.recall("mask"), dict(shape.tables)
    facts: dict[str, Any] = {}
    try:
        for name, table in tables.items():
            if isinstance(table, gpd.GeoDataFrame):
                tables[name], facts = _one(finding, asked, table)
                geomask.same_way(facts["mask"], earlier)
    except InputError as error:
        method = earlier[-1].get("method", "donut") if earlier else "donut"
        fix = f'ilp.release(…, mask="{method}")'
        return dataclasses.replace(shape, tables={}, refused=str(error), fix=fix)
    return dataclasses.replace(shape, tables=tables, facts=facts)


def _one(finding: Any, asked: Asked, table: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, dict[str, Any]]:
    limits = finding.case.policy
    options: dict[str, Any] = {"boundary": asked.ground.get("boundary")} | _options(limits) | dict(asked.mask)
    for name, least in _least(limits).items():
        if float(options[name]) < least:
            msg = _("`mask`: {name} is {given}; the policy asks for {least} at least.")
            raise InputError(msg.format(name=name, given=number(float(options[name])), least=number(least)))
    made = geomask.mask(table, key=finding.case.key, **options)
    found = geomask.report(
        table, made, population=options.get("population"), boundary=options["boundary"], k=int(options["k"])
    )
    if found.unmoved or found.outside:
        msg = _("Points would stay where they were ({unmoved}) or leave the boundary ({outside}).")
        raise DisclosureError(msg.format(unmoved=number(found.unmoved), outside=number(found.outside or 0)))
    if found.below_k is not None and found.below_k > limits.geomask.share_below_k:
        msg = _("{share} of the points would be hidden among fewer than {k} addresses.")
        raise DisclosureError(msg.format(share=percent(found.below_k), k=number(found.k)))
    return made, {"mask": choices.of(made), "moved": str(found)}


def _options(limits: Any) -> dict[str, Any]:
    return {
        "inner": limits.geomask.inner,
        "outer": limits.geomask.outer,
        "minimum_addresses": limits.geomask.minimum_addresses,
        "k": limits.geomask.k,
        "cell_size": max(limits.places.minimum_cell_size_snapped, limits.places.minimum_cell_size),
    }


def _least(limits: Any) -> dict[str, float]:
    return {
        "inner": limits.geomask.inner,
        "outer": limits.geomask.outer,
        "minimum_addresses": limits.geomask.minimum_addresses,
        "k": limits.geomask.k,
        "cell_size": limits.places.minimum_cell_size,
    }
