"""Curves against chance: Ripley's K and L with their envelopes, and what linkage finds and falsely finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ..i18n import _
from . import style
from .figure import Size, inches, new_axes, settle, styled
from .ticks import SMALL, check_columns, folded, joined, known, numbers, percents

if TYPE_CHECKING:
    from ..analysis.linkage import Evaluation

__all__ = ["describe_ripley", "describe_roc", "ripley", "roc"]

_ENVELOPES = ("distance", "low", "high", "global_low", "global_high", "global_p_value")
_ROC = ("recall", "false_alarms", "precision")


@styled
def ripley(
    table: pd.DataFrame,
    *,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    foot: str | None = None,
    size: Size = "full",
) -> Axes:
    """
    Draw how much closer points lie than chance would strew them, at every distance.

    Parameters
    ----------
    table
        What `points.ripley_l` or `points.ripley_k` returned. L is drawn less the distance, so that chance
        is a level line.
    ax
        Axes to draw on; left out, a figure of its own.
    title, subtitle, foot
        The finding; measure, place, dates, n; source, date, limit. The finding is written where no title
        is given.
    size
        ``full`` or ``half`` the width of a page.

    Returns
    -------
    Axes
        The curve, the envelope of the whole curve (light, by which to judge) and the pointwise one (dark).

    Raises
    ------
    ColumnsError
        If a column is missing.
    """
    column = _measure(table)
    less = known(table["distance"]) if column == "l" else np.zeros(len(table))
    envelope = np.isfinite(known(table["global_low"])).any()
    key = _("Bands: chance, for the curve as a whole (light) and for one distance (dark).")
    label = _("L less the distance, m") if column == "l" else _("Ripley's K, thousand m²")
    axes = new_axes(
        ax,
        title=title or _ripley_finding(table),
        subtitle=subtitle if subtitle is not None else _("Above the dashed line: closer together"),
        foot=joined(foot, key if envelope else None),
        body=2.2 if size == "full" else 1.8,
        size=size,
        margins=(0.72, 0.15, 0.08, 0.46),
    )
    scale = 1.0 if column == "l" else 1e-3
    x = known(table["distance"])
    if envelope:
        for low, high, shade in (("global_low", "global_high", 0.3), ("low", "high", 0.5)):
            axes.fill_between(
                x, (known(table[low]) - less) * scale, (known(table[high]) - less) * scale,
                facecolor=style.CONTEXT, alpha=shade, lw=0,
            )  # fmt: skip
    axes.plot(x, (known(table["expected"]) - less) * scale, color=style.INK, lw=0.9, linestyle=(0, (4, 3)))
    axes.plot(x, (known(table[column]) - less) * scale, color=style.ACCENT, lw=1.8)
    axes.set_xlim(0, float(x.max()) if len(x) else 1)
    axes.margins(y=0.08)
    numbers(axes.xaxis, grid=False)
    numbers(axes.yaxis)
    axes.set_xlabel(_("Distance, m"))
    axes.set_ylabel(label)
    axes.spines["left"].set_visible(False)
    return settle(axes)


def describe_ripley(table: pd.DataFrame) -> str:
    """
    Say whether points lie closer together than chance would strew them, and at which distances.

    Parameters
    ----------
    table
        What `points.ripley_l` or `points.ripley_k` returned.

    Returns
    -------
    str
        One sentence with the p-value of the whole curve.
    """
    column = _measure(table)
    p = float(known(table["global_p_value"]).max()) if len(table) else np.nan
    if np.isnan(p):
        return _("The curve was not held against chance.")
    value, low, high = (known(table[name]) for name in (column, "global_low", "global_high"))
    above, below = value > high, value < low
    words = {"p": style.figure_number(p, digits=3)}
    if p > 0.05 or not (above.any() or below.any()):
        return _("The points lie as chance might strew them (p = {p} for the whole curve).").format(**words)
    text = (
        _("The points lie closer together than chance from {start} to {end} m (p = {p} for the whole curve).")
        if above.any()
        else _("The points keep apart from {start} to {end} m, beyond chance (p = {p} for the whole curve).")
    )
    outside = known(table["distance"])[above if above.any() else below]
    return text.format(
        start=style.figure_number(float(outside.min())),
        end=style.figure_number(float(outside.max())),
        **words,
    )


@styled
def roc(
    evaluation: Evaluation,
    *,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    foot: str | None = None,
    size: Size = "full",
) -> Axes:
    """
    Draw what linkage finds and falsely finds, and beside it how many of its leads would be right.

    Parameters
    ----------
    evaluation
        What `linkage.evaluate` returned.
    ax, title, subtitle, foot, size
        As in `ripley`.

    Returns
    -------
    Axes
        Two panels (its ``child_axes``): the ROC curve with the line of guessing, and precision at the base
        rate, which is what an investigator meets. The second is never left out: the first flatters.

    Raises
    ------
    ColumnsError
        If a column is missing.
    """
    curve = evaluation.roc
    check_columns(curve, _ROC, "linkage.evaluate")
    axes = new_axes(
        ax,
        title=title or _roc_finding(evaluation),
        subtitle=subtitle if subtitle is not None else _("Tested on series that were not learnt from"),
        foot=joined(
            foot,
            _("Base rate: {rate} of the pairs are linked. A link is a question, no evidence.").format(
                rate=_share(evaluation.base_rate)
            ),
        ),
        body=2.4 if size == "full" else 1.5,
        size=size,
        margins=(0.6, 0.15, 0.4, 0.46),
    )
    axes.set_axis_off()
    wide = 0.41 if inches(axes)[0] > 4 else 0.35
    left, right = axes.inset_axes((0, 0, wide, 1)), axes.inset_axes((1 - wide, 0, wide, 1))
    found, false = ([0.0, *known(curve[name])] for name in ("recall", "false_alarms"))
    left.plot([0, 1], [0, 1], color=style.CONTEXT, linestyle=(0, (4, 3)), lw=1.1)
    left.plot(false, found, color=style.ACCENT, lw=1.8)
    _label(left, _("AUC {auc}").format(auc=style.figure_number(evaluation.auc, digits=2)))
    right.axhline(evaluation.base_rate, color=style.CONTEXT, linestyle=(0, (4, 3)), lw=1.1)
    right.plot(known(curve["recall"]), known(curve["precision"]), color=style.ACCENT, lw=1.8)
    for panel, title_, across, up in (
        (left, _("Found, falsely found"), _("False alarms among unlinked"), _("Linked pairs found")),
        (right, _("How many leads are right"), _("Linked pairs found"), _("Leads that are right")),
    ):
        panel.set_xlim(0, 1)
        panel.set_ylim(0, 1.02)
        panel.set_title(folded(title_, wide * inches(axes)[0], SMALL), fontsize=SMALL, color=style.INK, pad=4)
        percents(panel.xaxis, count=4 if wide > 0.4 else 2)
        percents(panel.yaxis, count=4)
        panel.set_xlabel(across, fontsize=SMALL)
        panel.set_ylabel(up, fontsize=SMALL)
    return settle(axes)


def describe_roc(evaluation: Evaluation) -> str:
    """
    Say how well linkage tells pairs apart, and how many of its leads would be right.

    Parameters
    ----------
    evaluation
        What `linkage.evaluate` returned.

    Returns
    -------
    str
        Two sentences: the area under the curve, and precision where half of the linked pairs are found.
    """
    curve = evaluation.roc
    check_columns(curve, _ROC, "linkage.evaluate")
    at = int(np.argmax(known(curve["recall"]) >= 0.5))
    row = curve.iloc[at]
    return " ".join(
        [
            _("A linked pair scores above an unlinked one in {auc} of cases (guessing: 50%).").format(
                auc=style.percent(evaluation.auc)
            ),
            _("Where {recall} of linked pairs are found, {precision} of the leads are right.").format(
                recall=style.percent(float(row["recall"])), precision=_share(float(row["precision"]))
            ),
        ]
    )


def _measure(table: pd.DataFrame) -> str:
    check_columns(table, _ENVELOPES, "points.ripley_l")
    column = "l" if "l" in table.columns else "k"
    check_columns(table, (column,), "points.ripley_l")
    return column


def _label(ax: Any, text: str) -> None:
    ax.annotate(text, (0.96, 0.08), xycoords="axes fraction", ha="right", fontweight="bold", color=style.INK)


def _share(value: float) -> str:
    return style.percent(value, 0 if value >= 0.1 else 1 if value >= 0.001 else 3)


def _ripley_finding(table: pd.DataFrame) -> str:
    column = _measure(table)
    p = float(known(table["global_p_value"]).max()) if len(table) else np.nan
    if np.isnan(p):
        return _("How close together points lie")
    value, high = known(table[column]), known(table["global_high"])
    if p > 0.05:
        return _("The points lie as chance might strew them")
    if (value > high).any():
        return _("Closer together than chance, up to {distance} m").format(
            distance=style.figure_number(float(known(table["distance"])[value > high].max()))
        )
    return _("The points keep apart more than chance")


def _roc_finding(evaluation: Evaluation) -> str:
    curve = evaluation.roc
    at = int(np.argmax(known(curve["recall"]) >= 0.5))
    return _("To find half of the linked pairs, {share} of the leads are wrong").format(
        share=style.percent(1 - float(curve["precision"].iloc[at]))
    )
