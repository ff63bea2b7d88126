"""Estimates of flows side by side: what each says of an edge, and how near they are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from .. import choices
from ..errors import InputError
from ..i18n import _, plural
from . import furniture, style
from .figure import Size, inches, new_axes, settle, styled, text_width
from .flow_tables import flows_limit, mass, names_among, place_name
from .ticks import SMALL, check_columns, folded, joined, known

__all__ = ["agreement", "describe_agreement"]

_NEAR = 0.5
"""Agreement from which the finding counts an edge: of two numbers, one is at most twice the other."""


@styled
def agreement(
    fused: pd.DataFrame,
    *,
    names: dict[str, str] | None = None,
    places: pd.DataFrame | None = None,
    most: int = 20,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    foot: str | None = None,
    size: Size = "full",
) -> Axes:
    """
    Draw what each estimate says of each edge, with the agreement between them.

    Parameters
    ----------
    fused
        What `flows.fuse` returned.
    names
        Words for the estimates, by their name in the table.
    places
        Names of the places, as for `maps.flow_map`.
    most
        Edges drawn at most: those of which two estimates or more can speak and to which one of them gives
        most kilograms; drawn in the order of names.
    ax, title, subtitle, foot, size
        As in every chart.

    Returns
    -------
    Axes
        A row an edge and a column an estimate, darker for more, the number in it; hatched where an estimate
        cannot speak of the edge. The last column is the agreement from 0 to 1, as a dot on a line.

    Raises
    ------
    ColumnsError
        If a column is missing.
    InputError
        If there is no edge.
    """
    table, estimates = _taken(fused, most)
    rows = [
        _edge(row, names_among(places, [*table["origin"], *table["destination"]]))
        for row in table.to_dict("records")
    ]
    heads = [(names or {}).get(one, one) for one in estimates]
    points = style.SIZES["figure_pt"]
    left = max(text_width(row, points) for row in rows) + 0.2
    axes = new_axes(
        ax,
        title=title or _finding(fused),
        subtitle=subtitle if subtitle is not None else _shown(fused, table),
        foot=joined(foot, _limit(), flows_limit(), _left(fused, table)),
        body=0.24 * len(rows),
        size=size,
        margins=(min(left, 2.6 if size == "full" else 1.5), 0.1, 0.42, 0.06),
    )
    count = len(estimates)
    wide = 1.4
    axes.set_xlim(0, count + wide)
    axes.set_ylim(len(rows), 0)
    colours = style.sequence(7)
    for column, name in enumerate(estimates):
        values, written = _cells(table, name)
        top = float(np.nanmax(values)) if np.isfinite(values).any() else 1.0
        for place, (value, text) in enumerate(zip(values, written, strict=True)):
            _cell(axes, column, place, value / top if top else 0.0, text, colours=colours)
    _agreement_column(axes, count, wide, table)
    each = 0.92 * inches(axes)[0] / (count + wide)
    ticks = [*(np.arange(count) + 0.5), count + wide / 2]
    axes.set_xticks(ticks, [folded(head, each, SMALL) for head in [*heads, _("Agreement")]], fontsize=SMALL)
    axes.xaxis.tick_top()
    axes.set_yticks(np.arange(len(rows)) + 0.5, rows)
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)
    return settle(axes)


def describe_agreement(fused: pd.DataFrame, *, places: pd.DataFrame | None = None) -> str:
    """
    Say on how many edges estimates agree, and where they are farthest apart.

    Parameters
    ----------
    fused, places
        As in `agreement`.
    """
    table, _estimates = _taken(fused, len(fused))
    score = known(table["agreement"])
    said = [f"{_finding(fused)}."]
    far = [place for place in np.argsort(score, kind="stable")[:3] if np.isfinite(score[place])]
    named = names_among(places, [*table["origin"], *table["destination"]])
    if far:
        rows = table.to_dict("records")
        listed = "; ".join(
            f"{_edge(rows[place], named)} ({style.figure_number(float(score[place]), digits=2)})"
            for place in far
        )
        said.append(_("Farthest apart: {edges}.").format(edges=listed))
    return " ".join([*said, _limit(), flows_limit()])


def _taken(fused: pd.DataFrame, most: int) -> tuple[pd.DataFrame, list[str]]:
    check_columns(fused, ("origin", "destination", "agreement"), "flows.fuse")
    if fused.empty:
        raise InputError(_("`fused` has no edge: nothing to draw."))
    estimates = [str(name) for name in choices.of(fused).get("estimates", [])]
    if not estimates:
        beside = [str(name)[: -len("_low")] for name in fused.columns if str(name).endswith("_low")]
        estimates = [name for name in beside if name in fused.columns]
    check_columns(fused, tuple(estimates) or ("estimates",), "flows.fuse")
    size = np.zeros(len(fused))
    for name in estimates:
        if f"{name}_low" in fused:
            kg = np.nan_to_num(known(fused[name]))
            size = np.maximum(size, kg / (kg.max() or 1.0))
    alone = known(fused["n_estimates"]) < 2 if "n_estimates" in fused else np.zeros(len(fused), bool)
    top = np.lexsort((-size, alone))[:most]
    return fused.iloc[np.sort(top)], estimates


def _edge(row: Any, names: dict[Any, str]) -> str:
    return f"{place_name(row['origin'], names)} → {place_name(row['destination'], names)}"


def _cells(table: pd.DataFrame, name: str) -> tuple[Any, list[str | None]]:
    """Return the numbers of a column and their texts; None where the estimate cannot speak of the edge."""
    if table[name].dtype == "boolean" or table[name].dtype == bool:
        linked = table[name].astype("boolean")
        values = linked.astype("Float64").to_numpy(dtype=float, na_value=np.nan)
        return values, [None if np.isnan(one) else _("linked") if one else _("not") for one in values]
    shares = f"{name}_share" in table
    values = known(table[f"{name}_share" if shares else name])
    say = style.percent if shares else mass
    return values, [None if np.isnan(one) else say(float(one)) for one in values]


def _cell(ax: Axes, column: int, place: int, depth: float, text: str | None, *, colours: list[str]) -> None:
    look: dict[str, Any] = {"facecolor": style.PAPER, "edgecolor": style.RULE, "linewidth": 0.5}
    if text is None:
        look |= {"hatch": furniture.MISSING_HATCH, "edgecolor": style.CONTEXT}
    elif depth > 0:
        look["facecolor"] = colours[min(int(depth * len(colours)), len(colours) - 1)]
    ax.add_patch(Rectangle((column + 0.03, place + 0.06), 0.94, 0.88, **look))
    if text is not None:
        shade = style.ink_on(look["facecolor"])
        ax.text(column + 0.5, place + 0.52, text, ha="center", va="center", fontsize=SMALL, color=shade)


def _agreement_column(ax: Axes, count: int, wide: float, table: pd.DataFrame) -> None:
    start, length = count + 0.2, wide - 0.75
    for place, score in enumerate(known(table["agreement"])):
        ax.plot([start, start + length], [place + 0.5] * 2, color=style.RULE, linewidth=1.0)
        if not np.isfinite(score):
            text = _("one only")
        else:
            text = style.figure_number(float(score), digits=2)
            at = start + length * score
            ax.plot([start, at], [place + 0.5] * 2, color=style.ACCENT, linewidth=1.8)
            ax.plot([at], [place + 0.5], "o", color=style.ACCENT, markersize=4.5)
        ax.text(
            count + wide - 0.02, place + 0.52, text, ha="right", va="center", fontsize=SMALL, color=style.INK
        )


def _finding(fused: pd.DataFrame) -> str:
    score = known(fused["agreement"])
    score = score[np.isfinite(score)]
    if not len(score):
        return _("No edge has two estimates to compare")
    near = int((score >= _NEAR).sum())
    text = plural(
        "Agreement of the estimates is 0.5 or better on {near} of {n} edge",
        "Agreement of the estimates is 0.5 or better on {near} of {n} edges",
        len(score),
    )
    return text.format(near=style.number(near), n=style.number(len(score)))


def _shown(fused: pd.DataFrame, table: pd.DataFrame) -> str:
    shares = choices.of(fused).get("unit", "share_of_destination") == "share_of_destination"
    parts = [_("Share of what reaches the destination") if shares else _("Kilograms")]
    parts.append(_("agreement: the smaller number over the larger, mean over pairs of estimates"))
    return "; ".join(parts)


def _left(fused: pd.DataFrame, table: pd.DataFrame) -> str | None:
    rest = len(fused) - len(table)
    if not rest:
        return None
    text = plural("Not drawn: {n} smaller edge.", "Not drawn: {n} smaller edges.", rest)
    return text.format(n=style.number(rest))


def _limit() -> str:
    return _(
        "Hatched: the estimate cannot speak of this edge. Estimates that share a source agree because of it; "
        "no average is made."
    )
