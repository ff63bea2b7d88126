"""Posts and what a model sends through them: in the order of names, each with its interval, none set off."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from .. import choices
from ..errors import InputError
from ..i18n import _, plural
from . import style
from .figure import Size, settle, styled
from .flow_tables import flows_limit, names_among, place_name
from .rows import Rows, row_axes, whisker, write_beside
from .ticks import check_columns, joined, known, percents

__all__ = ["chokepoints", "describe_chokepoints"]

_SHARES = ("share", "low", "high")
_MOST = 45


@styled
def chokepoints(
    table: pd.DataFrame,
    *,
    places: pd.DataFrame | None = None,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    foot: str | None = None,
    size: Size = "full",
) -> Axes:
    """
    Draw the share of an estimated flow that passes each post, in the order of names.

    Parameters
    ----------
    table
        What `routes.chokepoints` returned.
    places
        Names of the posts: a column ``node`` (or ``post_id``) with ``name`` and ``name_ru``.
    ax, title, subtitle, foot, size
        As in every chart.

    Returns
    -------
    Axes
        Shares from zero with their intervals; a tick where costs and flows are taken as they are. No post is
        set off from the others, and they are never sorted by share.

    Raises
    ------
    ColumnsError
        If a column is missing.
    InputError
        If there is no row, or there are more than 45.
    """
    names = _names(table, places)
    order = sorted(range(len(table)), key=lambda place: names[place].casefold())
    share, low, high = (known(table[name])[order] for name in _SHARES)
    given = known(table["share_as_given"])[order] if "share_as_given" in table else None
    beside = [_share_words(*numbers) for numbers in zip(share, low, high, strict=True)]
    axes = row_axes(
        ax,
        Rows([names[place] for place in order], beside),
        title=title or _finding(share, low, high),
        subtitle=subtitle if subtitle is not None else _shown(table),
        foot=joined(foot, _key(given is not None), _limit(), flows_limit()),
        size=size,
        below=0.3,
    )
    top = float(np.nanmax([*high, *share, 0.05]))
    axes.set_xlim(0, min(1.0, top * 1.08))
    percents(axes.xaxis)
    for place in range(len(table)):
        whisker(axes, place, float(low[place]), float(high[place]), colour=style.MUTED)
        if given is not None:
            axes.plot([given[place]], [place], "|", color=style.INK, markersize=9, clip_on=False, zorder=5)
        axes.plot([share[place]], [place], "o", color=style.ACCENT, markersize=6, clip_on=False, zorder=4)
    write_beside(axes, beside)
    return settle(axes)


def describe_chokepoints(table: pd.DataFrame, *, places: pd.DataFrame | None = None) -> str:
    """
    Say what share of the flow passes each post, in the order of names.

    Parameters
    ----------
    table, places
        As in `chokepoints`.

    Examples
    --------
    >>> table = pd.DataFrame({"post": ["Murgosin"], "share": [0.4], "low": [0.2], "high": [0.6]})
    >>> describe_chokepoints(table)[:27]
    'Murgosin: 40% (20% to 60%).'
    """
    names = _names(table, places)
    said = [
        f"{names[place]}: {_share_words(*numbers)}"
        for place, numbers in enumerate(zip(*(known(table[name]) for name in _SHARES), strict=True))
    ]
    return " ".join([". ".join(sorted(said, key=str.casefold)) + ".", _limit(), flows_limit()])


def _names(table: pd.DataFrame, places: pd.DataFrame | None) -> list[str]:
    check_columns(table, _SHARES, "routes.chokepoints")
    if not 0 < len(table) <= _MOST:
        msg = _("`table` has {n} rows; this chart takes from 1 to {most}.")
        raise InputError(msg.format(n=len(table), most=_MOST))
    if {"source", "target"} <= set(table.columns):
        named = names_among(places, [*table["source"], *table["target"]])
        pairs = zip(table["source"], table["target"], strict=True)
        return [f"{place_name(start, named)} – {place_name(end, named)}" for start, end in pairs]
    column = next((name for name in ("post", "node") if name in table.columns), None)
    if column is None:
        check_columns(table, ("post",), "routes.chokepoints")
    named = names_among(places, table[column])
    return [place_name(one, named) for one in table[column]]


def _share_words(share: float, low: float, high: float) -> str:
    if not np.isfinite(share):
        return _("unknown")
    text = style.percent(share)
    if np.isfinite(low) and np.isfinite(high):
        ends = _("{low} to {high}").format(low=style.percent(low), high=style.percent(high))
        text = f"{text} ({ends})"
    return text


def _finding(share: Any, low: Any, high: Any) -> str:
    """Say how far the intervals overlap: whether the table tells posts apart at all."""
    n = len(share)
    if n == 1:
        return _("{share} of the modelled flow passes this post").format(share=style.percent(float(share[0])))
    apart = sum(
        bool(low[one] > high[other] or low[other] > high[one]) for one in range(n) for other in range(one)
    )
    text = plural(
        "The model tells {apart} of {n} pair of posts apart; the rest overlap",
        "The model tells {apart} of {n} pairs of posts apart; the rest overlap",
        n * (n - 1) // 2,
    )
    return text.format(apart=style.number(apart), n=style.number(n * (n - 1) // 2))


def _shown(table: pd.DataFrame) -> str:
    made = choices.of(table)
    parts = [_("Share of the estimated flow through each post, in the order of names")]
    if made.get("bootstraps"):
        draws = plural("{n} draw of costs and flows", "{n} draws of costs and flows", int(made["bootstraps"]))
        parts.append(draws.format(n=style.number(int(made["bootstraps"]))))
    if made.get("n_flows"):
        flows = plural("{n} pair of places", "{n} pairs of places", int(made["n_flows"]))
        parts.append(flows.format(n=style.number(int(made["n_flows"]))))
    return "; ".join(parts)


def _key(given: bool) -> str:
    text = _("Dot: mean of the draws; line: interval.")
    tick = _("Tick: costs and flows as they are.")
    return f"{text} {tick}" if given else text


def _limit() -> str:
    return _(
        "A high share says where the model's flow passes, not that a post is weak or worth the next patrol."
    )
