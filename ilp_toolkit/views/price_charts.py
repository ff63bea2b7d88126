"""Prices along a way, and what may stand behind an amount seized: both with how unsure they are."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from .. import choices
from ..errors import ColumnsError, InputError
from ..i18n import _, plural
from . import style
from .figure import Size, settle, styled
from .flow_tables import flows_limit, interval, mass, names_among, place_name, short
from .rows import Rows, log_scale, row_axes, whisker, write_beside
from .ticks import SMALL, check_columns, joined, known

__all__ = ["describe_interception", "describe_price_ladder", "interception", "price_ladder"]

_MOST = 30
_CAUGHT = ("seized", "naive", "median", "low", "high")


@styled
def price_ladder(
    prices: pd.DataFrame,
    *,
    gradient: pd.DataFrame | None = None,
    order: Sequence[Any] | None = None,
    unit: str | None = None,
    places: pd.DataFrame | None = None,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    foot: str | None = None,
    size: Size = "full",
) -> Axes:
    """
    Draw how a price rises from place to place, with its range over the periods and the mark-up of each step.

    Parameters
    ----------
    prices
        As for `flows.price_gradient`: a row for each period, a column for each place, one drug at one level
        of the market.
    gradient
        What `flows.price_gradient` returned of the same prices: places it holds for suspect are drawn
        hollow, and steps that it links are drawn solid.
    order
        The places along the way, from the source; left out, all places from the cheapest to the dearest.
    unit
        Currency and unit of the prices in words; US dollars for a kilogram where left out.
    places
        Names of the places: a column with the names used in `prices`, ``name`` and ``name_ru``.
    ax, title, subtitle, foot, size
        As in every chart.

    Returns
    -------
    Axes
        A row a place on a logarithmic scale: small marks for the periods, a line from the lowest to the
        highest, a dot for the geometric mean; the mark-up from the row above on the right.

    Raises
    ------
    InputError
        If fewer than two places have a price, or a place of `order` has none.
    """
    table = _prices(prices, order)
    means = _means(table)
    named = names_among(places, table.columns)
    names = [place_name(code, named) for code in table.columns]
    steps = _steps(table, means, _suspects(gradient, table.columns))
    axes = row_axes(
        ax,
        Rows(names, steps),
        title=title or _price_finding(means, names, _unsound(table, gradient)),
        subtitle=subtitle if subtitle is not None else _price_shown(table, unit),
        foot=joined(foot, _price_key(), _links_words(gradient, list(table.columns)), _price_limit()),
        size=size,
        pitch=0.27,
    )
    log_scale(axes, table.to_numpy(), short)
    suspect = _suspects(gradient, table.columns)
    _draw_steps(axes, table, means, gradient)
    for place, code in enumerate(table.columns):
        values = table[code].dropna().to_numpy()
        colour = style.MUTED if code in suspect else style.ACCENT
        if len(values) > 1:
            whisker(axes, place, float(values.min()), float(values.max()), colour=colour)
            axes.plot(values, np.full(len(values), place), "|", color=colour, markersize=4, alpha=0.8)
        axes.plot(
            [means[place]], [place], "o", markersize=6, markeredgecolor=colour, zorder=5,
            markerfacecolor=style.PAPER if code in suspect else colour,
        )  # fmt: skip
    write_beside(axes, steps)
    axes.set_xlabel(unit or _("US dollars for a kilogram"), fontsize=SMALL)
    return settle(axes)


def describe_price_ladder(
    prices: pd.DataFrame,
    *,
    gradient: pd.DataFrame | None = None,
    order: Sequence[Any] | None = None,
    places: pd.DataFrame | None = None,
) -> str:
    """
    Say how prices rise along a way, place by place.

    Parameters
    ----------
    prices, gradient, order, places
        As in `price_ladder`.

    Examples
    --------
    >>> describe_price_ladder(pd.DataFrame({"XB": [1000.0, 1200.0], "XA": [3000.0, 3600.0]}))[:62]
    'Belzavat: 1,100 (1,000 to 1,200). Tolvania: 3,290 (3,000 to 3,'
    """
    table = _prices(prices, order)
    means = _means(table)
    steps = _steps(table, means, _suspects(gradient, table.columns))
    named = names_among(places, table.columns)
    said = []
    for place, code in enumerate(table.columns):
        values = table[code].dropna()
        text = f"{place_name(code, named)}: {short(means[place])}"
        if len(values) > 1:
            ends = _("{low} to {high}").format(low=short(values.min()), high=short(values.max()))
            text += f" ({ends})"
        said.append(f"{text}, {steps[place]}." if steps[place] else f"{text}.")
    return " ".join([*said, _price_limit()])


@styled
def interception(
    table: pd.DataFrame,
    *,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    foot: str | None = None,
    size: Size = "full",
) -> Axes:
    """
    Draw the amount seized beside what may have passed, if the share caught is a guess with its doubt.

    Parameters
    ----------
    table
        What `flows.interception` returned, in kilograms; its index names the rows.
    ax, title, subtitle, foot, size
        As in every chart.

    Returns
    -------
    Axes
        A logarithmic scale: a black square for what was seized, the interval and the median of what may
        stand behind it, and a grey tick for the division by the mean share, which says too little.

    Raises
    ------
    ColumnsError
        If a column is missing.
    InputError
        If there is no row, or there are more than thirty.
    """
    check_columns(table, _CAUGHT, "flows.interception")
    if not 0 < len(table) <= _MOST:
        msg = _("`table` has {n} rows; this chart takes from 1 to {most}.")
        raise InputError(msg.format(n=len(table), most=_MOST))
    numbers = {name: known(table[name]) for name in _CAUGHT}
    beside = [interval(low, high) for low, high in zip(numbers["low"], numbers["high"], strict=True)]
    axes = row_axes(
        ax,
        Rows(_row_names(table), beside),
        title=title or _caught_finding(table, numbers),
        subtitle=subtitle if subtitle is not None else _caught_shown(table),
        foot=joined(foot, _caught_key(), flows_limit()),
        size=size,
        pitch=0.3,
    )
    log_scale(axes, np.concatenate(list(numbers.values())), mass)
    for place in range(len(table)):
        seized, naive, median, low, high = (float(numbers[name][place]) for name in _CAUGHT)
        if not seized > 0:
            continue
        axes.plot([seized, low], [place, place], color=style.CONTEXT, linewidth=0.8, linestyle=":", zorder=2)
        whisker(axes, place, low, high, width=2.4)
        axes.plot([median], [place], "o", color=style.ACCENT, markersize=6, zorder=4)
        axes.plot([naive], [place], "|", color=style.INK, markersize=10, markeredgewidth=1.4, zorder=5)
        axes.plot([seized], [place], "s", color=style.INK, markersize=5.5, zorder=4)
    write_beside(axes, beside)
    return settle(axes)


def describe_interception(table: pd.DataFrame) -> str:
    r"""
    Say what may stand behind amounts seized.

    Parameters
    ----------
    table
        What `flows.interception` returned.

    Examples
    --------
    >>> from ilp_toolkit.analysis.flows import interception as behind
    >>> describe_interception(behind(pd.Series({"XA": 12_000.0}), a=3, b=17))[:62]
    'Tolvania: 12\xa0t seized, 36.2 to 355\xa0t may have passed. Seizures'
    """
    check_columns(table, _CAUGHT, "flows.interception")
    said = []
    for name, row in zip(_row_names(table), table.to_dict("records"), strict=True):
        text = _("{kg} seized, {range} may have passed").format(
            kg=mass(float(row["seized"])), range=interval(float(row["low"]), float(row["high"]))
        )
        said.append(f"{name}: {text}." if name else f"{text[0].upper()}{text[1:]}.")
    return " ".join([*said, flows_limit()])


# Prices


def _prices(prices: pd.DataFrame, order: Sequence[Any] | None) -> pd.DataFrame:
    if not isinstance(prices, pd.DataFrame):
        msg = f"`prices` must be a DataFrame of periods by places, got {type(prices).__name__}."
        raise TypeError(msg)
    table: pd.DataFrame = prices.apply(pd.to_numeric, errors="coerce")
    if (table <= 0).any(axis=None):
        first = next(name for name in table.columns if (table[name] <= 0).any())
        raise InputError(_("`prices` must be above 0; {place} has another.").format(place=first))
    table = table.dropna(axis="columns", how="all")
    if order is not None:
        gone = [str(name) for name in order if name not in table.columns]
        if gone:
            raise ColumnsError(_("`prices` has no price for {names}.").format(names=", ".join(gone)))
        table = table[list(order)]
    if table.shape[1] < 2:
        raise InputError(_("`prices` needs two places with prices, got {n}.").format(n=table.shape[1]))
    if table.shape[1] > _MOST:
        msg = _("`prices` has {n} places; this chart takes up to {most}. Choose them with `order`.")
        raise InputError(msg.format(n=table.shape[1], most=_MOST))
    if order is None:
        rank = np.argsort(_means(table), kind="stable")
        table = table.iloc[:, rank]
    return table


def _means(table: pd.DataFrame) -> Any:
    """Return geometric means."""
    return np.exp(np.log(table).mean(axis=0).to_numpy(dtype=float))


def _suspects(gradient: pd.DataFrame | None, columns: Any) -> set[Any]:
    if gradient is None:
        return set()
    named = set(choices.of(gradient).get("suspect", []))
    return {code for code in columns if str(code) in named}


def _linked(gradient: pd.DataFrame | None) -> set[tuple[Any, Any]]:
    if gradient is None:
        return set()
    check_columns(gradient, ("origin", "destination", "linked"), "flows.price_gradient")
    sure = gradient[gradient["linked"].fillna(False).astype(bool)]
    return set(zip(sure["origin"], sure["destination"], strict=True))


def _steps(table: pd.DataFrame, means: Any, suspect: set[Any]) -> list[str]:
    """Return the mark-up from the row above: of the means, with the range over periods that have both."""
    said = [""]
    for place in range(1, table.shape[1]):
        ratio = float(means[place] / means[place - 1])
        both = (table.iloc[:, place] / table.iloc[:, place - 1]).dropna()
        text = _times(ratio)
        if len(both) > 1:
            ends = _("{low} to {high}").format(
                low=short(float(both.min()), 2), high=short(float(both.max()), 2)
            )
            text = f"{text} ({ends})"
        if {table.columns[place], table.columns[place - 1]} & suspect:
            text = _("{step}; unit suspect").format(step=text)
        said.append(text)
    return said


def _times(ratio: float) -> str:
    return _("× {ratio}").format(ratio=short(ratio, 2))


def _unsound(table: pd.DataFrame, gradient: pd.DataFrame | None) -> set[int]:
    suspect = _suspects(gradient, table.columns)
    return {place for place, code in enumerate(table.columns) if code in suspect}


def _price_finding(means: Any, names: list[str], unsound: set[int]) -> str:
    """Compare the first and the last place whose unit is not suspect."""
    sound = [place for place in range(len(names)) if place not in unsound]
    first, last = (sound[0], sound[-1]) if len(sound) > 1 else (0, len(names) - 1)
    text = _("From {origin} to {destination} the price becomes {ratio} times as high")
    return text.format(
        origin=names[first], destination=names[last], ratio=short(float(means[last] / means[first]), 2)
    )


def _price_shown(table: pd.DataFrame, unit: str | None) -> str:
    n = int(table.notna().sum().sum())
    count = plural("n = {n} price", "n = {n} prices", n).format(n=style.number(n))
    return "; ".join(
        [
            _("Price by place, {unit}").format(unit=unit or _("US dollars for a kilogram")),
            plural("{n} period", "{n} periods", len(table)).format(n=style.number(len(table))),
            count,
        ]
    )


def _price_key() -> str:
    return _(
        "Dot: geometric mean; line: lowest to highest; marks: periods. On the right: times the price above "
        "(range over the periods)."
    )


def _price_limit() -> str:
    return _("A rise in price is no proof of trade between two places.")


def _links_words(gradient: pd.DataFrame | None, columns: list[Any]) -> str | None:
    if gradient is None:
        return None
    linked = _linked(gradient)
    sure = sum((one, two) in linked for one, two in pairwise(columns))
    return _(
        "Solid: prices move together beyond chance ({n} of {all}); dashed: not so. Hollow: suspect unit."
    ).format(n=style.number(sure), all=style.number(len(columns) - 1))


def _draw_steps(ax: Axes, table: pd.DataFrame, means: Any, gradient: pd.DataFrame | None) -> None:
    linked = _linked(gradient)
    for place in range(1, table.shape[1]):
        pair = (table.columns[place - 1], table.columns[place])
        solid = pair in linked or pair[::-1] in linked
        ax.add_line(
            Line2D(
                [means[place - 1], means[place - 1], means[place]],
                [place - 1, place, place],
                color=style.INK if solid else style.CONTEXT,
                linewidth=1.1 if solid else 0.9,
                linestyle="-" if solid else "--",
                zorder=1.5,
            )
        )


# What is behind an amount seized


def _row_names(table: pd.DataFrame) -> list[str]:
    if isinstance(table.index, pd.RangeIndex):
        return [""] if len(table) == 1 else [style.number(place + 1) for place in range(len(table))]
    return [place_name(name) for name in table.index]


def _caught_finding(table: pd.DataFrame, numbers: dict[str, Any]) -> str:
    place = int(np.argmax(numbers["seized"]))
    text = _("Behind {kg} seized may stand {range}")
    said = text.format(
        kg=mass(float(numbers["seized"][place])),
        range=interval(float(numbers["low"][place]), float(numbers["high"][place])),
    )
    name = _row_names(table)[place]
    return f"{name}: {said[0].lower()}{said[1:]}" if len(table) > 1 and name else said


def _caught_shown(table: pd.DataFrame) -> str:
    made = choices.of(table)
    share, low, high = (made.get(f"share_caught{end}") for end in ("", "_low", "_high"))
    if share is None or low is None or high is None:
        return _("Amount seized, and what may have passed")
    text = _("Share caught: a guess of {share} ({low} to {high}), the same for every row")
    return text.format(
        share=style.percent(float(share)), low=style.percent(float(low)), high=style.percent(float(high))
    )


def _caught_key() -> str:
    return _(
        "Square: seized. Line: interval of what may have passed; dot: its median; tick: seized divided by "
        "the mean share."
    )
