"""Charts of online markets: prices by size of the offer, offers by country, concentration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from .. import choices
from ..collection.seizures import DRUG_CLASSES
from ..errors import InputError
from ..i18n import _, plural
from . import style
from .figure import Size, settle, styled, text_width
from .flow_tables import names_among, place_name
from .market_words import limits
from .rows import Rows, log_scale, row_axes, whisker, write_beside
from .ticks import SMALL, check_columns, joined, known, numbers

if TYPE_CHECKING:
    from ..analysis.darknet import Shipping, UnitPrices

__all__ = [
    "concentration_of_markets",
    "describe_concentration_of_markets",
    "describe_offers_by_country",
    "describe_unit_prices",
    "offers_by_country",
    "unit_prices",
]


@styled
def unit_prices(
    prices: UnitPrices,
    *,
    substance: str,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    foot: str | None = None,
    size: Size = "full",
) -> Axes:
    """
    Draw what is asked for a gram of one substance, by size of the offer.

    Parameters
    ----------
    prices
        What `darknet.price_per_gram` returned.
    substance
        A class of drug that is in it.
    ax, title, subtitle, foot, size
        As in every chart.

    Returns
    -------
    Axes
        A row a band of size on a logarithmic scale: the median as a dot, the middle half of the listings as
        a line; listings beside it.

    Raises
    ------
    InputError
        If the substance has no price.
    """
    table = _bands(prices, substance)
    beside = [
        plural("{n} listing", "{n} listings", int(n)).format(n=style.figure_number(int(n)))
        for n in table["n"]
    ]
    axes = row_axes(
        ax,
        Rows([_band(row.grams_from, row.grams_to) for row in table.itertuples()], beside),
        title=title or describe_unit_prices(prices, substance=substance),
        subtitle=subtitle if subtitle is not None else _discount_words(prices, substance),
        foot=joined(foot, _("Dot: median; line: middle half of the listings."), limits(prices)),
        size=size,
        pitch=0.28,
    )
    log_scale(axes, table[["lower_quartile", "upper_quartile"]].to_numpy(), _usd, pad=1.6)
    for place, row in enumerate(table.to_dict("records")):
        whisker(axes, place, float(row["lower_quartile"]), float(row["upper_quartile"]))
        axes.plot([float(row["median"])], [place], "o", markersize=6, color=style.ACCENT, zorder=5)
    write_beside(axes, beside)
    axes.set_xlabel(_("US dollars asked for a gram"), fontsize=SMALL)
    return settle(axes)


def describe_unit_prices(prices: UnitPrices, *, substance: str) -> str:
    """
    Say what is asked for a gram in the smallest and in the largest offers.

    Parameters
    ----------
    prices, substance
        As in `unit_prices`.
    """
    table = _bands(prices, substance)
    first, last = table.iloc[0], table.iloc[-1]
    words = {
        "drug": _drug(substance),
        "price": _usd(float(first["median"])),
        "band": _band(first["grams_from"], first["grams_to"]),
    }
    if len(table) == 1:
        return _("{drug}: {price} US dollars asked for a gram ({band})").format(**words)
    text = _("{drug}: {price} US dollars asked for a gram ({band}), {other} where it is {size}")
    return text.format(
        other=_usd(float(last["median"])), size=_band(last["grams_from"], last["grams_to"]), **words
    )


@styled
def offers_by_country(
    offers: Shipping,
    *,
    places: pd.DataFrame | None = None,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    foot: str | None = None,
    size: Size = "full",
) -> Axes:
    """
    Draw between which countries offers are made, as a table in shades; never as arrows of shipments.

    Parameters
    ----------
    offers
        What `darknet.shipping` returned; the twelve largest origins and destinations are drawn.
    places
        Names of countries, as in `price_ladder`.
    ax, title, subtitle, foot, size
        As in every chart.

    Returns
    -------
    Axes
        A row an origin, a column a destination, the number of listings in each cell; domestic ones framed.

    Raises
    ------
    InputError
        If there is no listing.
    """
    if offers.flows.empty:
        raise InputError(_("`offers` holds no listing, so there is nothing to draw."))
    table = offers.flows.pivot_table(index="origin", columns="destination", values="n", aggfunc="sum")
    rows, columns = _largest(table.sum(axis=1)), _largest(table.sum(axis=0))
    table = table.loc[rows, columns]
    named = names_among(places, [*rows, *columns])
    axes = row_axes(
        ax,
        Rows([_place(code, named) for code in rows]),
        title=title or _("Offers by the country they come from and go to"),
        subtitle=subtitle
        if subtitle is not None
        else plural(
            "{n} listing, each counted once, in parts where it ships to several countries",
            "{n} listings, each counted once, in parts where it ships to several countries",
            int(offers.choices["n"]),
        ).format(n=style.figure_number(int(offers.choices["n"]))),
        foot=joined(foot, _("Framed: within a country."), limits(offers)),
        size=size,
        pitch=0.3,
        above=0.44,
        below=0.06,
    )
    cells = table.to_numpy(dtype=float)
    most = float(np.nanmax(cells))
    shades = style.sequence(7)
    for i, origin in enumerate(rows):
        for j, destination in enumerate(columns):
            value = float(cells[i, j])
            if not np.isfinite(value):
                continue
            shade = shades[min(int(6 * value / most), 6)]
            home = origin == destination and origin != "undeclared"
            axes.add_patch(
                Rectangle(
                    (j - 0.47, i - 0.45),
                    0.94,
                    0.9,
                    facecolor=shade,
                    edgecolor=style.INK if home else style.PAPER,
                    lw=1.3 if home else 0.5,
                )
            )
            axes.text(
                j, i, style.figure_number(round(value)), ha="center", va="center", fontsize=SMALL,
                color=style.ink_on(shade),
            )  # fmt: skip
    axes.set_xlim(-0.5, len(columns) - 0.5)
    axes.xaxis.tick_top()
    axes.set_xticks(range(len(columns)), _heads(axes, columns, named), fontsize=SMALL)
    axes.tick_params(axis="x", length=0, pad=3)
    for side in ("top", "bottom"):
        axes.spines[side].set_visible(False)
    return settle(axes)


def describe_offers_by_country(offers: Shipping, *, places: pd.DataFrame | None = None) -> str:
    """
    Say from where listings ship, in the order of codes.

    Parameters
    ----------
    offers, places
        As in `offers_by_country`.
    """
    named = names_among(places, list(offers.origins.index))
    said = [
        f"{_place(str(code), named)}: {style.percent(share, 0)}"
        for code, share in offers.origins["share"].items()
    ]
    return f"{'; '.join(said)}. {limits(offers)}"


@styled
def concentration_of_markets(
    table: pd.DataFrame,
    *,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    foot: str | None = None,
    size: Size = "full",
) -> Axes:
    """
    Draw the Herfindahl index of each market with its interval, beside what equal shares would give.

    Parameters
    ----------
    table
        What `darknet.market_concentration` returned, by market.
    ax, title, subtitle, foot, size
        As in every chart.

    Returns
    -------
    Axes
        A row a market in the order of names: index and interval, a grey tick for equal shares.

    Raises
    ------
    ColumnsError
        If a column is missing.
    InputError
        If there is no row of the index.
    """
    check_columns(
        table, ("measure", "value", "low", "high", "equal", "holders"), "darknet.market_concentration"
    )
    rows = table[(table["measure"] == "hhi") & table["value"].notna()]
    if rows.empty:
        raise InputError(_("`table` has no row of the index, so there is nothing to draw."))
    by = choices.of(table).get("by") or "measure"
    beside = [
        plural("{n} account", "{n} accounts", int(n)).format(n=style.figure_number(int(n)))
        for n in rows["holders"]
    ]
    axes = row_axes(
        ax,
        Rows([str(name) for name in rows[by]], beside),
        title=title or _("How concentrated trade is, market by market"),
        subtitle=subtitle
        if subtitle is not None
        else _("Sum of squared shares: 1 where one account has all"),
        foot=joined(foot, _("Grey tick: if all accounts had the same."), limits(table)),
        size=size,
        pitch=0.3,
    )
    most = float(np.nanmax([*known(rows["high"]), *known(rows["value"])]))
    axes.set_xlim(0, min(most * 1.15, 1.0))
    for place, row in enumerate(rows.to_dict("records")):
        whisker(axes, place, float(row["low"]), float(row["high"]))
        axes.plot([float(row["value"])], [place], "o", markersize=6, color=style.ACCENT, zorder=5)
        axes.plot(
            [float(row["equal"])], [place], "|", markersize=11, color=style.SUPPRESSED, markeredgewidth=2
        )
    numbers(axes.xaxis)
    write_beside(axes, beside)
    axes.set_xlabel(_("Herfindahl-Hirschman index"), fontsize=SMALL)
    return settle(axes)


def describe_concentration_of_markets(table: pd.DataFrame) -> str:
    """
    Say the Herfindahl index of each market, beside that of equal shares.

    Parameters
    ----------
    table
        What `darknet.market_concentration` returned.
    """
    by = choices.of(table).get("by") or "measure"
    text = _("{market}: {value} (equal shares would give {equal})")
    said = [
        text.format(
            market=row[by],
            value=style.figure_number(float(row["value"]), digits=3),
            equal=style.figure_number(float(row["equal"]), digits=3),
        )
        for row in table[(table["measure"] == "hhi") & table["value"].notna()].to_dict("records")
    ]
    return f"{'; '.join(said)}. {limits(table)}"


def _bands(prices: UnitPrices, substance: str) -> pd.DataFrame:
    table = prices.bands[prices.bands["substance"] == substance]
    if table.empty:
        raise InputError(_("`prices` has no price per gram of {drug}.").format(drug=_drug(substance)))
    return table.reset_index(drop=True)


def _drug(code: str) -> str:
    word = _(DRUG_CLASSES[code]) if code in DRUG_CLASSES else code
    return word[:1].upper() + word[1:]


def _usd(value: float) -> str:
    return style.figure_number(value, digits=0 if value >= 20 else 1)


def _band(low: Any, high: Any) -> str:
    start = style.figure_number(float(low))
    if not np.isfinite(float(high)):
        return _("{low} g and more").format(low=start)
    if float(low) == 0:
        return _("below {high} g").format(high=style.figure_number(float(high)))
    return _("{low} to {high} g").format(low=start, high=style.figure_number(float(high)))


def _discount_words(prices: UnitPrices, substance: str) -> str | None:
    fit: dict[Any, Any] = prices.discount.loc[[substance]].to_dict("records")[0]
    if not np.isfinite(fit["b"]):
        return None
    low, high = (1 - 2 ** (float(fit[name]) - 1) for name in ("high", "low"))
    return _("Twice the size, a gram costs {share} less ({low} to {high}); within vendors").format(
        share=style.percent(-float(fit["per_doubling"]), 0),
        low=style.percent(low, 0),
        high=style.percent(high, 0),
    )


def _largest(sums: pd.Series[Any]) -> list[str]:
    """Return the largest places in the order of codes, the words for unknown ones last."""
    kept = [str(code) for code in sums.nlargest(12).index]
    return sorted(kept, key=lambda code: (not code.isupper(), code))


def _heads(axes: Axes, codes: list[str], named: Any) -> list[str]:
    """Write places above columns, a word a line; those that are too wide still stand as their codes."""
    room = axes.get_window_extent().width / axes.figure.dpi / len(codes)
    heads = [_place(code, named).replace(" ", "\n") for code in codes]
    return [
        code if code.isupper() and max(text_width(word, SMALL) for word in head.split("\n")) > room else head
        for code, head in zip(codes, heads, strict=True)
    ]


def _place(code: str, named: Any) -> str:
    words = {"undeclared": _("undeclared"), "worldwide": _("worldwide")}
    return words.get(code) or place_name(code, named)
