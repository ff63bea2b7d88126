"""The chart of what is offered: listings by class of substance, those that nobody can name in grey."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from ..errors import InputError
from ..i18n import _, plural
from . import style
from .figure import Size, settle, styled
from .flow_tables import drug_name
from .market_words import limits
from .rows import Rows, row_axes, write_beside
from .ticks import SMALL, check_columns, joined, numbers

__all__ = ["describe_offers_by_substance", "offers_by_substance"]

_GREY = ("other", "unknown")
_NEEDED = ("substance", "listings")


@styled
def offers_by_substance(
    table: pd.DataFrame,
    *,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    foot: str | None = None,
    size: Size = "full",
) -> Axes:
    """
    Draw how many listings offer each class of substance.

    Parameters
    ----------
    table
        ``substance`` (a class) and ``listings``, a row a class; rows without a number are not drawn.
    ax, title, subtitle, foot, size
        As in every chart.

    Returns
    -------
    Axes
        A bar a class, most listings first; other and unknown ones in grey at the end.

    Raises
    ------
    ColumnsError
        If a column is missing.
    InputError
        If no class has a number.
    """
    rows = _ordered(table)
    values = rows["listings"].astype(float).tolist()
    beside = [style.figure_number(round(value)) for value in values]
    axes = row_axes(
        ax,
        Rows([_name(code) for code in rows["substance"]], beside),
        title=title or describe_offers_by_substance(table),
        subtitle=subtitle if subtitle is not None else _("Listings, each once, by the words of the seller"),
        foot=joined(foot, limits(table)),
        size=size,
        pitch=0.26 if size == "full" else 0.18,
    )
    for place, (code, value) in enumerate(zip(rows["substance"], values, strict=True)):
        axes.barh(place, value, height=0.62, color=style.CONTEXT if code in _GREY else style.ACCENT, zorder=3)
    axes.set_xlim(0, max(values) * 1.02)
    numbers(axes.xaxis)
    write_beside(axes, beside)
    axes.set_xlabel(_("Listings"), fontsize=SMALL)
    return settle(axes)


def describe_offers_by_substance(table: pd.DataFrame) -> str:
    """
    Say what is offered most, with its share of the listings shown.

    Parameters
    ----------
    table
        As in `offers_by_substance`.
    """
    rows = _ordered(table)
    first = rows.iloc[0]
    n = int(first["listings"])
    text = plural(
        "Offered most: {drug}, {n} listing ({share} of those shown)",
        "Offered most: {drug}, {n} listings ({share} of those shown)",
        n,
    )
    return text.format(
        drug=_name(first["substance"]).casefold()
        if first["substance"] not in _GREY
        else _name(first["substance"]),
        n=style.figure_number(n),
        share=style.percent(n / float(rows["listings"].sum()), 0),
    )


def _ordered(table: pd.DataFrame) -> pd.DataFrame:
    check_columns(table, _NEEDED, "a table of listings by substance")
    rows = table[table["listings"].notna()]
    if rows.empty:
        raise InputError(_("`table` has no number of listings, so there is nothing to draw."))
    grey = rows["substance"].isin(_GREY)
    return (
        rows.assign(grey=grey, least=-rows["listings"].astype(float))
        .sort_values(["grey", "least", "substance"], kind="stable")
        .reset_index(drop=True)
    )


def _name(code: str) -> str:
    words = {"other": _("other substances"), "unknown": _("not known")}
    name = words.get(code) or drug_name(code)
    return name[:1].upper() + name[1:]
