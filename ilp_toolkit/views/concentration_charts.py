"""Concentration as a curve: how much of the crime lies on how few places, beside what chance would do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from .. import choices
from ..i18n import _
from . import style
from .figure import Size, inches, new_axes, settle, styled
from .ticks import SMALL, check_columns, joined, percents

__all__ = ["describe_lorenz", "lorenz"]

_CURVE = ("places_share", "incidents_share", "even_share")
_SUMMARY = ("measure", "share", "value", "low", "high", "expected", "expected_low", "expected_high")
_LOOKS = ("-", (0, (5, 2)), (0, (1, 1.2)), (0, (6, 2, 1, 2)))
"""Lines of several curves, so that they are told apart without colour."""


@styled
def lorenz(
    curve: pd.DataFrame | Mapping[str, pd.DataFrame],
    *,
    summary: pd.DataFrame | None = None,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    foot: str | None = None,
    size: Size = "full",
) -> Axes:
    """
    Draw the Lorenz curve, busiest places first, with what chance would do and the line of evenness.

    Parameters
    ----------
    curve
        What `concentration.lorenz` returned; or several of them by name, up to four, to be compared.
    summary
        What `concentration.summary` returned for the (first) curve: its range of chance becomes a band, its
        intervals whiskers on the curve. The more `shares` and `top` it holds, the finer the band.
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
        Share of places across, share of incidents up.

    Raises
    ------
    ColumnsError
        If a column is missing.
    """
    curves = {"": curve} if isinstance(curve, pd.DataFrame) else dict(curve)
    for one in curves.values():
        check_columns(one, _CURVE, "concentration.lorenz")
    first = next(iter(curves.values()))
    marks = (
        _("Dashed grey: as even as whole incidents can be."),
        _("Band: what chance alone would do; whiskers: 95% interval.") if summary is not None else None,
    )
    axes = new_axes(
        ax,
        title=title or _finding(first),
        subtitle=subtitle if subtitle is not None else _counted(first),
        foot=joined(foot, *marks),
        body=2.7 if size == "full" else 2.3,
        size=size,
        margins=(0.62, 0.25, 0.08, 0.46),
    )
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.02)
    if summary is not None:
        _chance(axes, summary)
    axes.plot(first["places_share"], first["even_share"], color=style.CONTEXT, linestyle=(0, (4, 3)), lw=1.1)
    for number, (name, one) in enumerate(curves.items()):
        colour = style.ACCENT if number == 0 else style.INK
        axes.plot(
            one["places_share"], one["incidents_share"], color=colour, linestyle=_LOOKS[number % 4], lw=1.8
        )
        if name:
            _named(axes, one, name, colour, 0.62 - 0.11 * number)
    if summary is not None:
        _whiskers(axes, summary)
    _mark_half(axes, first)
    percents(axes.xaxis)
    percents(axes.yaxis)
    axes.set_xlabel(_("Share of places, busiest first"))
    axes.set_ylabel(_("Share of incidents"))
    return settle(axes)


def describe_lorenz(curve: pd.DataFrame, *, summary: pd.DataFrame | None = None) -> str:
    """
    Say how few places hold half of the incidents, and how few chance would need.

    Parameters
    ----------
    curve
        What `concentration.lorenz` returned.
    summary
        What `concentration.summary` returned for it.

    Returns
    -------
    str
        One sentence, or two with the summary.

    Examples
    --------
    >>> from ilp_toolkit.analysis.concentration import lorenz
    >>> describe_lorenz(lorenz([8, 1, 1, 0, 0, 0, 0, 0, 0, 0]))
    'Half of the incidents lie on 10% of the places.'
    """
    check_columns(curve, _CURVE, "concentration.lorenz")
    text = _("Half of the incidents lie on {share} of the places.").format(share=_percent(_half(curve)))
    row = _row(summary, "share_of_places", 0.5)
    if row is None:
        return text
    return " ".join(
        [
            text,
            _("The interval goes from {low} to {high}; by chance it would be {least} to {most}.").format(
                low=_percent(row["low"]),
                high=_percent(row["high"]),
                least=_percent(row["expected_low"]),
                most=_percent(row["expected_high"]),
            ),
        ]
    )


def _chance(ax: Axes, summary: pd.DataFrame) -> None:
    """Draw the band of chance through the points that the summary holds."""
    check_columns(summary, _SUMMARY, "concentration.summary")
    lower, upper = [(0.0, 0.0)], [(0.0, 0.0)]
    for row in summary.to_dict("records"):
        if row["measure"] == "top_share":
            lower.append((row["share"], row["expected_low"]))
            upper.append((row["share"], row["expected_high"]))
        elif row["measure"] == "share_of_places":
            lower.append((row["expected_high"], row["share"]))
            upper.append((row["expected_low"], row["share"]))
    if len(lower) < 3:
        return
    edges = [np.array(sorted(edge)) for edge in (lower, upper)]
    end = min(edge[-1, 0] for edge in edges)
    across = np.unique(np.concatenate([edge[:, 0] for edge in edges]))
    across = across[across <= end]
    low, high = (np.interp(across, edge[:, 0], np.maximum.accumulate(edge[:, 1])) for edge in edges)
    ax.fill_between(across, low, high, facecolor=style.CONTEXT, alpha=0.35, edgecolor=style.CONTEXT, lw=0.4)
    middle = int(np.argmin(np.abs(across - 0.6)))
    ax.annotate(
        _("chance"), (across[middle], float(high[middle] + low[middle]) / 2), (6, -10),
        textcoords="offset points", fontsize=SMALL, color=style.MUTED,
    )  # fmt: skip


def _whiskers(ax: Axes, summary: pd.DataFrame) -> None:
    for row in summary.to_dict("records"):
        if row["measure"] == "top_share":
            ax.plot([row["share"]] * 2, [row["low"], row["high"]], color=style.INK, lw=1)
        elif row["measure"] == "share_of_places" and row["share"] < 1:
            ax.plot([row["low"], row["high"]], [row["share"]] * 2, color=style.INK, lw=1)


def _mark_half(ax: Axes, curve: pd.DataFrame) -> None:
    across = _half(curve)
    ax.plot([across], [0.5], marker="o", markersize=4.5, color=style.ACCENT, markeredgecolor=style.PAPER)
    right = across < 0.55
    width = inches(ax)[0]
    ax.annotate(
        _("half on {share}").format(share=_percent(across)), (across, 0.5),
        ((8 if right else -8), (-11 if width > 4 else -12)), textcoords="offset points",
        ha="left" if right else "right", fontsize=SMALL, color=style.INK, fontweight="bold",
        bbox={"facecolor": style.PAPER, "edgecolor": "none", "pad": 0.6, "alpha": 0.85},
    )  # fmt: skip


def _named(ax: Axes, curve: pd.DataFrame, name: str, colour: str, height: float) -> None:
    held = curve["incidents_share"].to_numpy(dtype=float)
    at = min(int(np.searchsorted(held, height)), len(held) - 1)
    ax.annotate(
        name, (float(curve["places_share"].iloc[at]), float(held[at])), (7, -3),
        textcoords="offset points", fontsize=SMALL, color=colour, fontweight="bold",
    )  # fmt: skip


def _half(curve: pd.DataFrame) -> float:
    held = curve["incidents_share"].to_numpy(dtype=float)
    return float(curve["places_share"].iloc[int(np.searchsorted(held, 0.5 - 1e-12))])


def _row(summary: pd.DataFrame | None, measure: str, share: float) -> dict[str, Any] | None:
    if summary is None:
        return None
    check_columns(summary, _SUMMARY, "concentration.summary")
    found = summary[(summary["measure"] == measure) & np.isclose(summary["share"], share)]
    return None if found.empty else {str(key): value for key, value in found.iloc[0].items()}


def _finding(curve: pd.DataFrame) -> str:
    return _("Half of the incidents lie on {share} of the places").format(share=_percent(_half(curve)))


def _percent(share: float) -> str:
    return style.percent(share, 0 if share >= 0.1 else 1)


def _counted(curve: pd.DataFrame) -> str | None:
    noted = choices.of(curve)
    if "n_places" not in noted or "n_incidents" not in noted:
        return None
    return _("{places} places, quiet ones included; {incidents} incidents").format(
        places=style.number(noted["n_places"]), incidents=style.number(noted["n_incidents"])
    )
