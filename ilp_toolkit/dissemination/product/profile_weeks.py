"""
Weeks: whether any left the limits of what is usual from the weeks before it.

Weekly counts stand beside those of months, so they go out to the nearest multiple of the policy's base, and
what is expected is worked out from the rounded counts: the running mean of true ones would give them away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from ...analysis import patterns
from ...i18n import _, number, plural
from ...views import charts
from .. import disclosure
from .blocks import Block, Heading, Paragraph
from .picture import drawn

if TYPE_CHECKING:
    from .profile_facts import Facts

__all__ = ["LEAST_WEEKS", "Weeks", "count_weeks"]

LEAST_WEEKS = 20
"""Judged weeks below which a chart of weeks says nothing that months do not."""


@dataclass(frozen=True)
class Weeks:
    """Weeks with their limits, in numbers that may be published."""

    table: pd.DataFrame
    """As `patterns.weekly_series` has it, rounded; ``signal`` is that of the true counts."""
    base: int

    @property
    def judged(self) -> int:
        """Weeks that were held against the weeks before."""
        return int((self.table["expected"].notna() & self.table["complete"]).sum())

    def meaning(self) -> str:
        """Say what the chart means."""
        signal = self.table["signal"]
        high, low = int((signal == "high").sum()), int((signal == "low").sum())
        if not high and not low:
            return plural(
                "{n} week was held against the eight before it; it is within the limits of chance.",
                "{n} weeks were held against the eight before each; none leaves the limits of chance.",
                self.judged,
            ).format(n=number(self.judged))
        return _(
            "{n} weeks were held against the eight before each: {high} lie above the limits of chance, "
            "{low} below."
        ).format(n=number(self.judged), high=number(high), low=number(low))

    def limit(self) -> str:
        """Say what it does not mean."""
        return _(
            "A week outside its limits is a reason to ask what was different, holidays and the register "
            "included. "
            "One week in 200 leaves them by chance, and more where few people do much of it."
        )

    def blocks(self, *, foot: str) -> list[Block]:
        """Return the part on weeks."""
        title = _title(self)
        subtitle = _("Recorded incidents in each week, to the nearest {base}").format(base=number(self.base))
        axes = charts.weekly_series(self.table, title=title, subtitle=subtitle, foot=foot)
        return [
            Heading(_("Weeks"), 3),
            Paragraph(self.meaning()),
            drawn("when-weeks", "full", axes, f"{title}. {self.meaning()}"),
            Paragraph(self.limit()),
        ]


def count_weeks(facts: Facts) -> Weeks | None:
    """Count by week; None where the weeks are unknown, too few, or hold too little to be shown."""
    if (facts.table["time_precision"] == "month").any():
        return None
    base = facts.policy.cells.rounding_base
    table = patterns.weekly_series(facts.table)
    whole = table["complete"].to_numpy(dtype=bool)
    if whole.sum() < LEAST_WEEKS + 8 or float(table["n"].to_numpy()[whole].mean()) < 4 * base:
        return None
    shown = table[["n", "complete", "signal"]].copy()
    shown["n"] = disclosure.rounded(table[["n"]], base=base)["n"]
    usual = shown["n"].where(shown["complete"]).shift(1)
    shown["expected"] = usual.rolling(8, min_periods=8).mean()
    root = shown["expected"] ** 0.5
    shown["lower"] = (root - 1.5).clip(lower=0) ** 2
    shown["upper"] = (root + 1.5) ** 2
    shown.attrs = {}
    return Weeks(shown, base)


def _title(weeks: Weeks) -> str:
    signal = weeks.table["signal"]
    high, low = int((signal == "high").sum()), int((signal == "low").sum())
    if not high and not low:
        return _("No week leaves the limits of what is usual")
    return _("Weeks above what is usual: {high}; below: {low}").format(high=number(high), low=number(low))
