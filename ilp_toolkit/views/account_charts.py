"""Charts of accounts on online markets: how long they are seen, and what a closure did elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ..errors import InputError
from ..i18n import _, plural
from . import style
from .figure import Size, new_axes, settle, styled
from .market_words import limits
from .ticks import SMALL, calendar, joined, known, numbers, percents

if TYPE_CHECKING:
    from ..analysis.darknet import EventStudy, Survival

__all__ = ["account_lives", "closure", "describe_account_lives", "describe_closure"]

_MOST_GROUPS = 4


@styled
def account_lives(
    survival: Survival,
    *,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    foot: str | None = None,
    size: Size = "full",
) -> Axes:
    """
    Draw what share of accounts is still seen after so many days, with its interval.

    Parameters
    ----------
    survival
        What `darknet.vendor_survival` returned, of four groups at most.
    ax, title, subtitle, foot, size
        As in every chart.

    Returns
    -------
    Axes
        A step a curve, drawn as long as five accounts are at risk; ticks where observation ended.

    Raises
    ------
    InputError
        If there are more than four groups.
    """
    names = list(survival.medians.index)
    if len(names) > _MOST_GROUPS:
        msg = _("`survival` has {n} groups; four at most can be told apart.")
        raise InputError(msg.format(n=len(names)))
    n = int(survival.medians["n"].sum())
    axes = new_axes(
        ax,
        title=title or _("How long accounts are seen, from their first day on"),
        subtitle=subtitle
        if subtitle is not None
        else plural(
            "{n} account whose beginning was seen; bands: {share}",
            "{n} accounts whose beginning was seen; bands: {share}",
            n,
        ).format(n=style.figure_number(n), share=style.percent(survival.choices["confidence"], 0)),
        foot=joined(foot, _("Ticks: still there when observation ended."), limits(survival)),
        body=2.3,
        size=size,
        margins=(0.5, 0.75, 0.08, 0.46),
    )
    ends = []
    for place, name in enumerate(names):
        curve = survival.curve[survival.curve["group"] == name]
        curve = curve[(curve["at_risk"] >= 5) | (curve["time"] == 0)]
        colour = style.ACCENT if len(names) == 1 else style.CATEGORIES[place]
        dash = ("-", (0, (5, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)))[place]
        time, share = known(curve["time"]), known(curve["survival"])
        axes.fill_between(
            time, known(curve["low"]), known(curve["high"]), step="post", color=colour, alpha=0.13, lw=0
        )
        axes.step(time, share, where="post", color=colour, lw=1.8, linestyle=dash)
        out = known(curve["censored"]) > 0
        axes.plot(time[out], share[out], "|", color=colour, markersize=6)
        ends.append((float(share[-1]), float(time[-1]), _group(name), colour))
    axes.set_ylim(0, 1.02)
    axes.set_xlim(0, max(time for _share, time, _name, _colour in ends) or 1)
    for share, time, word, colour in ends if len(ends) > 1 else ():
        axes.annotate(
            word, (time, share), (4, 5), textcoords="offset points", fontsize=SMALL, color=colour,
            annotation_clip=False,
        )  # fmt: skip
    numbers(axes.xaxis, grid=False)
    percents(axes.yaxis)
    axes.set_xlabel(_("Days since the first sight"), fontsize=SMALL)
    axes.spines["left"].set_visible(False)
    return settle(axes)


def describe_account_lives(survival: Survival) -> str:
    """
    Say after how many days half of the accounts are gone, group by group.

    Parameters
    ----------
    survival
        What `darknet.vendor_survival` returned.
    """
    said = []
    for row in survival.medians.reset_index().to_dict("records"):
        words = {"group": _group(row["group"]), "n": style.figure_number(int(row["n"]))}
        if np.isfinite(row["median"]):
            text = _("{group} ({n}): half are gone after {days} days.")
            said.append(text.format(days=style.figure_number(round(float(row["median"]))), **words))
        else:
            said.append(_("{group} ({n}): more than half are still seen at the end.").format(**words))
    return " ".join([*said, limits(survival)])


@styled
def closure(
    study: EventStudy,
    *,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    foot: str | None = None,
    size: Size = "full",
) -> Axes:
    """
    Draw a series before and after a closure, beside what was to be expected without it.

    Parameters
    ----------
    study
        What `darknet.event_study` returned.
    ax, title, subtitle, foot, size
        As in every chart.

    Returns
    -------
    Axes
        The observed as a line with dots, the fit before and the expected after as a dashed line with its
        band, the date as an upright line, the control in grey.
    """
    table = study.series
    x = np.arange(len(table))
    after = table["after"].to_numpy(dtype=bool)
    at = int(np.argmax(after)) - 0.5
    axes = new_axes(
        ax,
        title=title or describe_closure(study),
        subtitle=subtitle if subtitle is not None else _shown(study),
        foot=joined(foot, _("Dashed: expected from before, with its band."), limits(study)),
        body=2.3,
        size=size,
        margins=(0.5, 0.15, 0.22, 0.46),
    )
    axes.fill_between(
        x[after],
        known(table["low"])[after],
        known(table["high"])[after],
        color=style.CONTEXT,
        alpha=0.35,
        lw=0,
    )
    axes.plot(x, known(table["expected"]), color=style.INK, lw=1, linestyle=(0, (4, 3)))
    if np.isfinite(known(table["control"])).any():
        axes.plot(x, known(table["control"]), color=style.SUPPRESSED, lw=1.2)
        axes.annotate(
            _("control"), (0, known(table["control"])[0]), (0, 4), textcoords="offset points",
            fontsize=SMALL, color=style.MUTED,
        )  # fmt: skip
    axes.plot(x, known(table["observed"]), color=style.ACCENT, lw=1.5, marker="o", markersize=3)
    axes.axvline(at, color=style.CAUTION, lw=1.2)
    date = style.date(pd.Timestamp(study.choices["date"]).date())
    axes.annotate(
        _("closure, {date}").format(date=date), (at, 1), (3, 4),
        xycoords=("data", "axes fraction"), textcoords="offset points", fontsize=SMALL, color=style.CAUTION,
        annotation_clip=False,
    )  # fmt: skip
    top = float(np.nanmax([*known(table["observed"]), *known(table["expected"])])) * 1.25
    axes.set_ylim(0, top or 1)
    axes.set_xlim(-0.5, len(table) - 0.5)
    numbers(axes.yaxis)
    calendar(axes.xaxis, table.index, count=8 if size == "full" else 4)
    axes.spines["left"].set_visible(False)
    return settle(axes)


def describe_closure(study: EventStudy) -> str:
    """
    Say how far the level moved at the date, with its interval.

    Parameters
    ----------
    study
        What `darknet.event_study` returned.
    """
    row: dict[Any, Any] = study.effects.loc[["level"]].to_dict("records")[0]
    value, low, high = (float(row[name]) for name in ("estimate", "low", "high"))
    relative = bool(study.choices["log"])
    shown = [100 * float(np.expm1(one)) if relative else one for one in (value, low, high)]
    digits = 0 if max(map(abs, shown)) >= 10 else 1
    unit = " %" if relative else ""
    said = {name: _signed(one, digits) + unit for name, one in zip("abc", shown, strict=True)}
    if low <= 0 <= high:
        return _("No clear change at the closure: {a} ({b} to {c})").format(**said)
    text = (
        _("Higher after the closure: {a} ({b} to {c})")
        if value > 0
        else _("Lower after the closure: {a} ({b} to {c})")
    )
    return text.format(**said)


def _group(name: Any) -> str:
    return _("all accounts") if name == "all" else str(name)


def _signed(value: float, digits: int) -> str:
    number = style.figure_number(abs(value), digits=digits)
    return f"{'+' if value >= 0 else '−'}{number}"


def _shown(study: EventStudy) -> str:
    what = {
        "vendors": _("Accounts seen"),
        "listings": _("Listings seen"),
        "feedback": _("Pieces of feedback"),
        "price": _("Price over the usual one"),
    }[study.choices["measure"]]
    days = int(study.choices["period_days"])
    text = plural("{what}, by {n} day; {markets}", "{what}, by {n} days; {markets}", days)
    return text.format(what=what, n=days, markets=", ".join(study.choices["markets"]))
