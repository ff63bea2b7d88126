"""
What moves when posts move or places are taken out: before and after with a control, and a model's curves.

No place, post or person is named in a curve; the answer is about the network.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from .. import choices
from ..analysis.routes import DISPLACEMENT_READINGS, DisplacementRatio
from ..i18n import N_, _, plural
from . import style
from .figure import Size, inches, new_axes, settle, styled, text_width
from .flow_tables import flows_limit, short
from .rows import Rows, log_scale, row_axes, whisker, write_beside
from .ticks import SMALL, check_columns, folded, joined, known, numbers, percents

__all__ = ["describe_displacement", "displacement"]

_ROLES = {
    "treated": N_("Reinforced"),
    "near": N_("Next to it"),
    "control": N_("Control, far away"),
}
_STRATEGIES = {
    "out_degree": N_("most edges out"),
    "in_degree": N_("most edges in"),
    "degree": N_("most edges"),
    "strength": N_("largest flow"),
    "betweenness": N_("most in between"),
    "random": N_("at random"),
}
_LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))
_MONTHS = {
    "active_edges": N_("Edges in use"),
    "hhi": N_("Concentration (1: all on one edge)"),
    "seizure_rate": N_("Share of shipments seized"),
}


@styled
def displacement(
    result: DisplacementRatio | pd.DataFrame,
    *,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    foot: str | None = None,
    size: Size = "full",
) -> Axes:
    """
    Draw what moved: before and after on segments of a border, or the curves of a model.

    Parameters
    ----------
    result
        What `routes.displacement_ratio` returned (before and after where reinforced, next to it, and in the
        control), `interdiction.displacement` (months with and without mobile posts) or
        `interdiction.removal_experiment` (places taken out).
    ax, title, subtitle, foot, size
        As in every chart.

    Returns
    -------
    Axes
        Of the months: empty axes whose ``child_axes`` are three small charts.

    Raises
    ------
    ColumnsError
        If the table is none of these.
    """
    words = _Words(title, subtitle, foot)
    if isinstance(result, DisplacementRatio):
        return _before_after(result, words, ax, size)
    if "strategy" in result:
        return _removal(result, words, ax, size)
    return _months(result, words, ax, size)


def describe_displacement(result: DisplacementRatio | pd.DataFrame) -> str:
    """
    Say what moved, with intervals.

    Parameters
    ----------
    result
        As in `displacement`.
    """
    if isinstance(result, DisplacementRatio):
        rows = "; ".join(
            f"{_(_ROLES[str(row['role'])])}: {_counts(row)}" for row in result.table.to_dict("records")
        )
        return f"{_ratio_finding(result)}. {rows}. {_quotient(result)}. {_work()} {flows_limit()}"
    if "strategy" in result:
        return f"{_removal_finding(result)}. {_static()} {flows_limit()}"
    return f"{_month_finding(result)}. {_uncalibrated()} {flows_limit()}"


@dataclass(frozen=True)
class _Words:
    title: str | None
    subtitle: str | None
    foot: str | None


# Before and after


def _before_after(result: DisplacementRatio, words: _Words, ax: Axes | None, size: Size) -> Axes:
    table = result.table
    check_columns(
        table, ("role", "before", "after", "ratio", "ratio_low", "ratio_high"), "routes.displacement_ratio"
    )
    beside = [_counts(row) for row in table.to_dict("records")]
    names = [_(_ROLES[str(role)]) for role in table["role"]]
    axes = row_axes(
        ax,
        Rows(names, beside),
        title=words.title or _ratio_finding(result),
        subtitle=words.subtitle
        if words.subtitle is not None
        else _("Seizures after against before (1 = the same), by segment of the border"),
        foot=joined(words.foot, f"{_quotient(result)}.", _("Lines: intervals."), _work(), flows_limit()),
        size=size,
        pitch=0.34,
    )
    low, ratio, high = (known(table[name]) for name in ("ratio_low", "ratio", "ratio_high"))
    log_scale(axes, np.concatenate([low, ratio, high, [0.8, 1.25]]), short)
    axes.axvline(1, color=style.INK, linewidth=0.9)
    for place, role in enumerate(table["role"]):
        colour = style.MUTED if role == "control" else style.ACCENT
        whisker(axes, place, float(low[place]), float(high[place]), colour=colour)
        axes.plot(
            [ratio[place]], [place], "o", markersize=6.5, markeredgecolor=colour, zorder=4,
            markerfacecolor=style.PAPER if role == "control" else colour,
        )  # fmt: skip
    write_beside(axes, beside)
    return settle(axes)


def _counts(row: Any) -> str:
    return f"{style.number(int(row['before']))} → {style.number(int(row['after']))}"


def _ratio_finding(result: DisplacementRatio) -> str:
    text = _(DISPLACEMENT_READINGS[result.reading])
    return text[0].upper() + text[1:]


def _quotient(result: DisplacementRatio) -> str:
    if not np.isfinite(result.wdq):
        return _("Displacement quotient: none, for nothing fell where the post was reinforced")
    text = _("Displacement quotient {wdq} ({low} to {high}); below 0 points to displacement")
    wdq, low, high = (
        style.figure_number(value, digits=2).replace("-", "−") if np.isfinite(value) else "?"
        for value in (result.wdq, result.low, result.high)
    )
    return text.format(wdq=wdq, low=low, high=high)


def _work() -> str:
    return _("More work at a post finds more: compare the hours of work too.")


# Months of a model


def _months(table: pd.DataFrame, words: _Words, ax: Axes | None, size: Size) -> Axes:
    check_columns(table, ("month", *_MONTHS), "interdiction.displacement")
    axes = new_axes(
        ax,
        title=words.title or _month_finding(table),
        subtitle=words.subtitle if words.subtitle is not None else _month_shown(table),
        foot=joined(
            words.foot,
            _("Blue with a band: with posts, range over the runs; grey and dashed: without."),
            _uncalibrated(),
            flows_limit(),
        ),
        body=1.55,
        size=size,
        margins=(0.08, 0.08, 0.42, 0.42),
    )
    axes.set_axis_off()
    month = known(table["month"])
    for number, (name, head) in enumerate(_MONTHS.items()):
        panel = axes.inset_axes((number * 0.34 + 0.035, 0, 0.262, 1))
        values = known(table[name])
        if f"{name}_low" in table and f"{name}_high" in table:
            panel.fill_between(
                month, known(table[f"{name}_low"]), known(table[f"{name}_high"]), color=style.ACCENT,
                alpha=0.2, linewidth=0,
            )  # fmt: skip
        panel.plot(month, values, color=style.ACCENT, linewidth=1.6)
        if f"{name}_without" in table:
            panel.plot(
                month, known(table[f"{name}_without"]), color=style.MUTED, linewidth=1.3, linestyle="--"
            )
        panel.set_ylim(0, None)
        panel.set_xlim(float(month.min()), float(month.max()))
        if name == "active_edges":
            numbers(panel.yaxis, count=3)
        else:
            percents(panel.yaxis, count=3) if name == "seizure_rate" else numbers(panel.yaxis, count=3)
        numbers(panel.xaxis, count=3, whole=True, grid=False)
        panel.set_xlabel(_("month"), fontsize=SMALL)
        panel.annotate(
            folded(_(head), 0.3 * inches(axes)[0], SMALL), (0, 1), (0, 5), xycoords="axes fraction",
            textcoords="offset points", fontsize=SMALL, fontweight="bold", color=style.INK,
            annotation_clip=False,
        )  # fmt: skip
    return settle(axes)


def _month_finding(table: pd.DataFrame) -> str:
    last = table.tail(12)
    with_posts = float(known(last["active_edges"]).mean())
    if "active_edges_without" not in table:
        return _("In the model {n} edges are in use at the end").format(n=_one(with_posts))
    without = float(known(last["active_edges_without"]).mean())
    text = (
        _("In the model the posts spread the traffic: {with_posts} edges in use, {without} without posts")
        if with_posts > without * 1.02
        else _(
            "In the model the posts do not spread the traffic: {with_posts} edges in use, {without} without"
        )
    )
    return text.format(with_posts=_one(with_posts), without=_one(without))


def _one(value: float) -> str:
    return style.figure_number(value, digits=1 if value < 100 else 0)


def _month_shown(table: pd.DataFrame) -> str:
    made = choices.of(table)
    months = plural("{n} month", "{n} months", len(table)).format(n=style.number(len(table)))
    parts = [
        plural(
            "Model of shipments that learn and {n} mobile post",
            "Model of shipments that learn and {n} mobile posts",
            int(made.get("mobile_posts", 0)),
        ).format(n=style.number(int(made.get("mobile_posts", 0)))),
        months,
    ]
    if made.get("runs"):
        runs = plural("{n} run", "{n} runs", int(made["runs"]))
        parts.append(runs.format(n=style.number(int(made["runs"]))))
    return "; ".join(parts)


def _uncalibrated() -> str:
    return _(
        "An uncalibrated model: read differences between settings, never a month or a place as a forecast."
    )


# Places taken out


def _removal(table: pd.DataFrame, words: _Words, ax: Axes | None, size: Size) -> Axes:
    check_columns(table, ("strategy", "removed", "reachability"), "interdiction.removal_experiment")
    labels = {name: _(_STRATEGIES.get(name, name)) for name in dict.fromkeys(table["strategy"].astype(str))}
    room = max(text_width(text, SMALL) for text in labels.values()) + 0.2
    axes = new_axes(
        ax,
        title=words.title or _removal_finding(table),
        subtitle=words.subtitle
        if words.subtitle is not None
        else _("Share of ordered pairs that still reach each other, as places are taken out of the network"),
        foot=joined(words.foot, _("Grey band: range of the random draws."), _static(), flows_limit()),
        body=2.1,
        size=size,
        margins=(0.5, room, 0.08, 0.42),
    )
    axes.set_xlim(0, max(float(table["removed"].max()), 1.0))
    axes.set_ylim(0, 1.02 * float(max(known(table["reachability"]).max(), 0.01)))
    ends = []
    for number, (name, text) in enumerate(labels.items()):
        mine = table[table["strategy"].astype(str) == name]
        removed, reach = known(mine["removed"]), known(mine["reachability"])
        random = name == "random"
        if random and "reachability_low" in mine:
            axes.fill_between(
                removed, known(mine["reachability_low"]), known(mine["reachability_high"]),
                color=style.CONTEXT, alpha=0.35, linewidth=0,
            )  # fmt: skip
        axes.plot(
            removed, reach, color=style.MUTED if random else style.ACCENT, linewidth=1.6,
            linestyle="--" if random else _LINES[number % len(_LINES)],
        )  # fmt: skip
        ends.append((float(reach[-1]), text, style.MUTED if random else style.ACCENT))
    _end_labels(axes, ends)
    percents(axes.yaxis, count=4)
    numbers(axes.xaxis, count=6, whole=True, grid=False)
    axes.set_xlabel(_("places taken out"), fontsize=SMALL)
    return settle(axes)


def _end_labels(ax: Axes, ends: list[tuple[float, str, str]]) -> None:
    """Write names at the ends of lines, moved apart where they would touch."""
    low, high = ax.get_ylim()
    step = 0.15 / inches(ax)[1] * (high - low)
    last = -np.inf
    for value, text, colour in sorted(ends):
        y = max(value, last + step)
        last = y
        ax.annotate(
            text, (1, y), (5, 0), xycoords=("axes fraction", "data"), textcoords="offset points", va="center",
            fontsize=SMALL, color=colour, annotation_clip=False,
        )  # fmt: skip


def _removal_finding(table: pd.DataFrame) -> str:
    """Say how many places it takes to halve the pairs that reach each other, by position and at random."""
    halves = {str(name): _halved(part) for name, part in table.groupby("strategy", sort=False, observed=True)}
    random = halves.pop("random", None)
    targeted = [n for n in halves.values() if n is not None]
    most = int(table["removed"].max())
    if not targeted:
        return _("Taking out {n} places by position leaves more than half of the pairs in reach").format(
            n=style.number(most)
        )
    text = plural(
        "Taking out {n} place by position halves the pairs in reach; at random it takes {random}",
        "Taking out {n} places by position halves the pairs in reach; at random it takes {random}",
        min(targeted),
    )
    more = _("more than {n}").format(n=style.number(most)) if random is None else style.number(random)
    return text.format(n=style.number(min(targeted)), random=more)


def _halved(part: pd.DataFrame) -> int | None:
    reach = known(part["reachability"])
    below = np.flatnonzero(reach <= reach[0] / 2)
    return int(part["removed"].iloc[below[0]]) if len(below) and reach[0] > 0 else None


def _static() -> str:
    return _(
        "A network that holds still: nobody steps in for what is gone. The curve is of the network alone."
    )
