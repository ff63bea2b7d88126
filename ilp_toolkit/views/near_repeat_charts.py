"""Near repeats as charts: the Knox table as boxes, and the parts that events play in series."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from ..analysis.near_repeat import ROLES
from ..i18n import _, plural
from . import style
from .figure import Size, inches, new_axes, settle, styled, text_width
from .ticks import SMALL, check_columns, folded, joined, known, stars

__all__ = ["chains", "describe_chains", "describe_knox", "knox"]

_KNOX = ("distance_from", "distance_to", "duration_from", "duration_to", "observed", "ratio", "q_value")
_STEPS = (1.2, 1.5, 2.0, 3.0, 5.0)
"""Ratios at which a box gets darker; below the first there is nothing to see, by the usual floor."""
_HIDDEN_HATCH = "/////"


@styled
def knox(
    table: pd.DataFrame,
    *,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    foot: str | None = None,
    size: Size = "full",
) -> Axes:
    """
    Draw the Knox table: how many times more pairs than chance would make, for each pair of bands.

    Parameters
    ----------
    table
        What `near_repeat.knox` returned. A box whose ``observed`` is empty is drawn as hidden.
    ax
        Axes to draw on; left out, a figure of its own.
    title, subtitle, foot
        The finding; measure, place, dates, n; source, date, limit. The finding is written where no title
        is given, and what the marks mean is added to the foot.
    size
        ``full`` or ``half`` the width of a page.

    Returns
    -------
    Axes
        A row a band of distance, nearest first, a column a band of time: the ratio with its stars (``**``
        q at most 0.01, ``*`` at most 0.05), the pairs below it. Boxes that chance explains stay white.

    Raises
    ------
    ColumnsError
        If a column is missing.
    """
    rows, columns = _bands(table)
    names = [_distance(*band) for band in rows]
    axes = new_axes(
        ax,
        title=title or _knox_finding(table),
        subtitle=subtitle if subtitle is not None else _("Pairs of incidents against what chance would make"),
        foot=joined(foot, _knox_key(table)),
        body=0.44 * len(rows) + 0.02,
        size=size,
        margins=(max(text_width(name, style.SIZES["figure_pt"]) for name in names) + 0.2, 0.1, 0.34, 0.1),
    )
    axes.set_xlim(0, len(columns))
    axes.set_ylim(len(rows), 0)
    narrow = inches(axes)[0] / len(columns) < 0.62
    for place, one in enumerate(table.to_dict("records")):
        _box(axes, place % len(columns), place // len(columns), dict(one), narrow=narrow)
    points = SMALL if narrow else style.SIZES["figure_pt"]
    heads = [folded(_duration(*band), 0.9 * inches(axes)[0] / len(columns), points) for band in columns]
    axes.set_xticks(np.arange(len(columns)) + 0.5, heads, fontsize=points)
    axes.set_yticks(np.arange(len(rows)) + 0.5, names)
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)
    return settle(axes)


def describe_knox(table: pd.DataFrame) -> str:
    """
    Say where repeats are more than chance would make, and how much.

    Parameters
    ----------
    table
        What `near_repeat.knox` returned; hidden boxes stay unsaid.

    Returns
    -------
    str
        The boxes beyond chance, nearest first, at most five.

    Examples
    --------
    >>> box = {"distance_from": 0.0, "distance_to": 100.0, "duration_from": pd.Timedelta(0)}
    >>> box |= {"duration_to": pd.Timedelta("7 days"), "observed": 12, "ratio": 3.0, "q_value": 0.01}
    >>> describe_knox(pd.DataFrame([box])).split(": ")[1]
    '0 to 100 m and 0 to 7 days apart, 3.0 times what chance makes (12 pairs).'
    """
    _bands(table)
    marked = table[_beyond(table)]
    if marked.empty:
        return _("No band of distance and time holds more pairs of incidents than chance would make.")
    said = [
        _("{distance} and {duration} apart, {ratio} times what chance makes ({pairs})").format(
            distance=_distance(one["distance_from"], one["distance_to"]),
            duration=_duration(one["duration_from"], one["duration_to"]),
            ratio=_ratio(one["ratio"]),
            pairs=_pairs(one["observed"]),
        )
        for one in marked.head(5).to_dict("records")
    ]
    return _("More pairs of incidents than chance would make: {bands}.").format(bands="; ".join(said))


@styled
def chains(
    points: pd.DataFrame,
    *,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    foot: str | None = None,
    size: Size = "full",
) -> Axes:
    """
    Draw how many events began a series, repeated one, or stood alone, as bars from zero.

    Parameters
    ----------
    points
        What `near_repeat.chains` returned.
    ax, title, subtitle, foot, size
        As in `knox`.

    Returns
    -------
    Axes
        A bar a role; events that stand alone are grey.

    Raises
    ------
    ColumnsError
        If there is no column ``role``.
    """
    counts = _roles(points)
    room = 2.6 if size == "full" else 1.5
    labels = [folded(_(ROLES[role]), room, style.SIZES["figure_pt"]) for role in counts.index]
    lines = sum(1 + label.count("\n") for label in labels)
    total = int(counts.sum())
    axes = new_axes(
        ax,
        title=title or _chains_finding(points),
        subtitle=subtitle if subtitle is not None else _incidents(total),
        foot=foot,
        body=max(0.3 * len(labels), 0.155 * lines + 0.12 * len(labels)),
        size=size,
        margins=(room + 0.15, 0.9, 0.06, 0.08),
    )
    colours = [style.CONTEXT if role == "single" else style.ACCENT for role in counts.index]
    axes.barh(range(len(counts)), counts.to_numpy(), color=colours, height=0.62)
    axes.set_yticks(range(len(counts)), labels)
    axes.set_ylim(len(counts) - 0.5, -0.5)
    axes.set_xlim(0, max(float(counts.max()) * 1.02, 1) if len(counts) else 1)
    for place, n in enumerate(counts):
        text = f"{style.figure_number(n)} ({style.percent(n / total)})" if total else style.figure_number(n)
        axes.annotate(
            text, (n, place), (3, 0), textcoords="offset points", va="center", color=style.INK,
            fontsize=SMALL, annotation_clip=False,
        )  # fmt: skip
    axes.xaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(length=0)
    return settle(axes)


def describe_chains(points: pd.DataFrame) -> str:
    """
    Say how many events are part of a series, and how long the series are.

    Parameters
    ----------
    points
        What `near_repeat.chains` returned.

    Returns
    -------
    str
        Two sentences; no series is named.
    """
    counts = _roles(points)
    total, alone = int(counts.sum()), int(counts.get("single", 0))
    if not total:
        return _("No event has a known place and time.")
    text = _("{n} of {total} incidents ({share}) have another near them in space and time.").format(
        n=style.number(total - alone),
        total=style.number(total),
        share=style.percent((total - alone) / total),
    )
    if "series" not in points.columns or not points["series"].notna().any():
        return text
    sizes = points["series"].dropna().value_counts()
    return " ".join(
        [
            text,
            _("{n} series; half of them hold {middle} incidents or fewer, the longest {most}.").format(
                n=style.number(len(sizes)),
                middle=style.figure_number(float(np.floor(sizes.median()))),
                most=style.number(int(sizes.max())),
            ),
        ]
    )


def _bands(table: pd.DataFrame) -> tuple[list[Any], list[Any]]:
    check_columns(table, _KNOX, "near_repeat.knox")
    rows = list(dict.fromkeys(zip(table["distance_from"], table["distance_to"], strict=True)))
    columns = list(dict.fromkeys(zip(table["duration_from"], table["duration_to"], strict=True)))
    return rows, columns


def _box(ax: Axes, column: int, row: int, one: dict[Any, Any], *, narrow: bool) -> None:
    ratio, q, observed = (float(value) for value in known([one["ratio"], one["q_value"], one["observed"]]))
    hidden = bool(np.isnan(observed))
    fill, hatch = style.PAPER, ""
    if hidden:
        hatch = _HIDDEN_HATCH
    elif np.isfinite(ratio) and ratio >= _STEPS[0] and q <= 0.05:
        level = int(np.searchsorted(_STEPS, ratio, side="right"))
        fill = style.sequence(len(_STEPS) + 1)[level]
    ax.add_patch(Rectangle((column, row), 1, 1, facecolor=fill, edgecolor=style.RULE, linewidth=0.6))
    if hatch:
        ax.add_patch(
            Rectangle(
                (column, row), 1, 1, facecolor="none", edgecolor=style.SUPPRESSED, hatch=hatch, linewidth=0
            )
        )
    if hidden:
        _text(ax, column, row + 0.5, _("hidden"), style.MUTED, SMALL, backed=True)
        return
    ink = style.ink_on(fill)
    times = "–" if np.isnan(ratio) else _("{ratio}×").format(ratio=_ratio(ratio))
    mark = stars(q) if np.isfinite(ratio) and ratio > 1 else ""
    strong = fill != style.PAPER
    _text(ax, column, row + 0.34, times + mark, ink, style.SIZES["figure_pt"], bold=strong)
    below = style.number(int(observed)) if narrow else _pairs(observed)
    _text(ax, column, row + 0.74, below, ink if strong else style.MUTED, 6.8, backed=bool(hatch))


def _text(  # noqa: PLR0917
    ax: Axes, column: int, y: float, text: str, colour: str, points: float, *, bold: bool = False,
    backed: bool = False,
) -> None:  # fmt: skip
    box = {"facecolor": style.PAPER, "edgecolor": "none", "pad": 0.8} if backed else None
    ax.text(
        column + 0.5, y, text, ha="center", va="center", color=colour, fontsize=points,
        fontweight="bold" if bold else "normal", bbox=box,
    )  # fmt: skip


def _beyond(table: pd.DataFrame) -> Any:
    ratio, q, observed = (known(table[name]) for name in ("ratio", "q_value", "observed"))
    return (q <= 0.05) & (ratio >= _STEPS[0]) & np.isfinite(observed)


def _knox_finding(table: pd.DataFrame) -> str:
    _bands(table)
    marked = table[_beyond(table)]
    if marked.empty:
        return _("No near repeats beyond chance")
    first = marked.iloc[0]
    return _("Within {distance} and {duration}: {ratio} times as many pairs as by chance").format(
        ratio=_ratio(first["ratio"]),
        distance=_metres(first["distance_to"]),
        duration=_days(first["duration_to"]),
    )


def _knox_key(table: pd.DataFrame) -> str:
    words = [
        _("Above: times as many pairs as chance would make (1 = as chance); below: pairs recorded."),
        _("** error rate at most 1%, * at most 5%. White: chance explains it, or less than 1.2 times."),
    ]
    if np.isnan(known(table["observed"])).any():
        words.append(_("Hatched: hidden, because the count is small."))
    return " ".join(words)


def _distance(low: Any, high: Any) -> str:
    if float(high) <= 1:
        return _("same place")
    return _("{low} to {high} m").format(
        low=style.figure_number(float(low)), high=style.figure_number(float(high))
    )


def _metres(value: Any) -> str:
    return _("{length} m").format(length=style.figure_number(float(value)))


def _duration(low: Any, high: Any) -> str:
    return _("{low} to {high} days").format(low=_number_of_days(low), high=_number_of_days(high))


def _days(value: Any) -> str:
    days = _number_of_days(value)
    whole = pd.Timedelta(value) / pd.Timedelta(days=1)
    return plural("{n} day", "{n} days", round(whole)).format(n=days)


def _number_of_days(value: Any) -> str:
    return style.figure_number(float(pd.Timedelta(value) / pd.Timedelta(days=1)))


def _ratio(value: Any) -> str:
    return style.figure_number(float(value), digits=1 if float(value) < 10 else 0)


def _pairs(n: Any) -> str:
    return plural("{n} pair", "{n} pairs", int(n)).format(n=style.number(int(n)))


def _incidents(total: int) -> str:
    return plural("{n} incident", "{n} incidents", total).format(n=style.number(total))


def _roles(points: pd.DataFrame) -> pd.Series[Any]:
    check_columns(points, ("role",), "near_repeat.chains")
    counts = points["role"].dropna().value_counts()
    return pd.Series({role: int(counts.get(role, 0)) for role in ROLES if counts.get(role, 0)}, dtype="int64")


def _chains_finding(points: pd.DataFrame) -> str:
    counts = _roles(points)
    total = int(counts.sum())
    if not total:
        return _("No event has a known place and time")
    share = 1 - int(counts.get("single", 0)) / total
    return _("{share} of incidents have another near them in space and time").format(
        share=style.percent(share)
    )
