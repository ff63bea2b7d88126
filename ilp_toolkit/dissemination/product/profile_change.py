"""
Change: the last twelve whole months against the twelve before, by the exact test and not by per cent.

Three numbers of an offence hang together: before, after, and what lies outside the two years, whose sum
stands in the table of offences. An offence is shown only where none of the three is small; the others are put
together, and enough with them that nobody can work one out from the published totals.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...analysis.change import compare_periods
from ...i18n import _, number
from ...views import charts
from .blocks import Block, Column, Heading, Paragraph, Table
from .picture import drawn

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .profile_facts import Facts
    from .profile_when import When

    Whole = NDArray[np.int64]

__all__ = ["Change", "change_blocks", "compare", "lumped", "public_change"]

_MONTHS = 12
_MOST = 20
"""Offences that are shown; the others are put together."""


@dataclass(frozen=True)
class Change:
    """What can be said, and shown, about two years."""

    total: pd.DataFrame
    """One row: both years together, as `change.compare_periods` has it."""
    rows: pd.DataFrame
    """The same by offence where that may be shown; empty otherwise."""

    def meaning(self) -> str:
        """Say what it means: the ratio of all, with its interval."""
        row = self.total.iloc[0]
        text = _(
            "The last twelve whole months hold {ratio} times as many incidents as the twelve before "
            "(95%: {low} to {high})."
        ).format(
            ratio=number(float(row["ratio"]), 2),
            low=number(float(row["ratio_low"]), 2),
            high=number(float(row["ratio_high"]), 2),
        )
        if self.rows.empty:
            return text
        return f"{text} {charts.describe_change(self.rows)}"

    def limit(self) -> str:
        """Say what it does not mean."""
        return _(
            "This does not say why: how readily people report, how the register is kept and where police "
            "look "
            "change counts too. The test takes incidents as independent; series by one offender make chance "
            "look smaller than it is."
        )


def compare(facts: Facts, when: When) -> Change | None:
    """Compare the last two years of whole months; None where there are none."""
    if when.change is None:
        return None
    before, after = when.change
    total = compare_periods(pd.Series([before], index=["all"]), pd.Series([after], index=["all"]))
    counts = _by_offence(facts, when)
    shown, rest = lumped(counts, minimum=facts.policy.cells.minimum_count)
    if shown.empty:
        return Change(total, shown)
    rows = shown.sort_index()
    if rest is not None:
        rows = pd.concat([rows, pd.DataFrame([rest], index=[_("all others together")])])
    return Change(total, compare_periods(rows["before"], rows["after"]))


def change_blocks(found: Change | None, *, foot: str) -> list[Block]:
    """Return the part on change."""
    if found is None:
        return []
    blocks: list[Block] = [Heading(_("Change"), 3), Paragraph(found.meaning())]
    if not found.rows.empty:
        title = _title(found.rows)
        axes = charts.change(
            found.rows,
            title=title,
            subtitle=_("Last twelve whole months against the twelve before"),
            foot=foot,
        )
        blocks.append(drawn("change", "full", axes, f"{title}. {charts.describe_change(found.rows)}"))
    blocks.append(Paragraph(found.limit()))
    if not found.rows.empty:
        blocks.append(_shown(found.rows))
    return blocks


def public_change(found: Change | None) -> pd.DataFrame | None:
    """Return the table of change that may be published."""
    if found is None:
        return None
    whole = found.total.set_axis(["all"])
    table = pd.concat([whole, found.rows]).replace([np.inf, -np.inf], np.nan)
    table = table.rename_axis("offence").reset_index()
    return pd.DataFrame(
        {
            "offence": table["offence"],
            "before": table["before"],
            "after": table["after"],
            "ratio": table["ratio"].round(2),
            "ratio_low": table["ratio_low"].round(2),
            "ratio_high": table["ratio_high"].round(2),
            "beyond_chance": (table["q_value"] <= 0.05).to_numpy(dtype=bool),
        }
    )


def lumped(counts: pd.DataFrame, *, minimum: int) -> tuple[pd.DataFrame, pd.Series[Any] | None]:
    """
    Choose the offences that may be shown one by one, and put the others together.

    Parameters
    ----------
    counts
        ``before``, ``after`` and ``rest`` by offence; the sum of a row and the sums of columns are known.
    minimum
        The smallest count above zero that may be shown.

    Returns
    -------
    tuple
        The rows that may be shown, and the sum of the others; None where there are no others. No row at all
        where the others cannot be hidden.

    Notes
    -----
    Of a table whose margins are known, a number may lie anywhere from ``max(0, row + column - all)`` to
    ``min(row, column)``. Others are taken in, smallest first, until every number of the others keeps at least
    `minimum` possible values.

    Examples
    --------
    >>> table = pd.DataFrame(
    ...     {"before": [50, 2, 40], "after": [60, 30, 45], "rest": 0}, index=["Theft", "Arson", "Fraud"]
    ... )
    >>> shown, rest = lumped(table, minimum=5)
    >>> shown.index.tolist(), rest.tolist()
    (['Theft'], [42, 75, 0])
    """
    values = counts[["before", "after", "rest"]].to_numpy(dtype=np.int64)
    together = ((values > 0) & (values < minimum)).any(axis=1) | (values[:, :2].sum(axis=1) == 0)
    size = values.sum(axis=1)
    order = np.argsort(size, kind="stable")
    together[order[: max(len(order) - _MOST, 0)]] = True
    while together.any() and not together.all() and not _hides(values[together], minimum):
        together[order[~together[order]][0]] = True
    if together.all() or len(counts) < 2:
        return counts.iloc[:0], None
    rest = counts[together].sum() if together.any() else None
    return counts[~together], rest


def _hides(values: Whole, minimum: int) -> bool:
    """Say whether every number of the others keeps enough possible values beside the known margins."""
    rows, columns, everything = values.sum(axis=1), values.sum(axis=0), int(values.sum())
    if ((columns > 0) & (columns < minimum)).any():
        return False
    low = np.maximum(0, rows[:, None] + columns[None, :] - everything)
    high = np.minimum(rows[:, None], columns[None, :])
    # A row whose own total is hidden, or that is empty, has nothing to be worked out from it.
    open_ = (rows >= minimum)[:, None] & (columns > 0)[None, :]
    return bool((high - low >= minimum)[open_].all()) and len(values) > 1


def _by_offence(facts: Facts, when: When) -> pd.DataFrame:
    """Count before, after and the rest by offence; months are those of the start, as in the months' table."""
    whole = when.months.index[when.months["complete"].to_numpy(dtype=bool)]
    first, middle = whole[-2 * _MONTHS], whole[-_MONTHS]
    end = whole[-1] + pd.DateOffset(months=1)
    start = facts.table["occurred_from"]
    moment = start.dt.tz_localize(None) if start.dt.tz is not None else start
    part = np.select(
        [(moment >= first) & (moment < middle), (moment >= middle) & (moment < end)],
        ["before", "after"],
        "rest",
    )
    table = pd.crosstab(facts.table["offence"].to_numpy(dtype=object), part)
    result = table.reindex(columns=["before", "after", "rest"], fill_value=0)
    result.index = pd.Index([_named(str(name)) for name in result.index])
    return result.groupby(level=0).sum()


def _named(wording: str) -> str:
    return _("offence not given") if wording == "unknown" else wording


def _title(rows: pd.DataFrame) -> str:
    more = int(((rows["q_value"] <= 0.05) & (rows["ratio"] > 1)).sum())
    fewer = int(((rows["q_value"] <= 0.05) & (rows["ratio"] < 1)).sum())
    if not more and not fewer:
        return _("No offence changed beyond chance")
    return _("Beyond chance: more in {more}, fewer in {fewer} of {all}").format(
        more=number(more), fewer=number(fewer), all=number(len(rows))
    )


def _shown(rows: pd.DataFrame) -> Table:
    lines = tuple(
        (
            str(name),
            number(int(row["before"])),
            number(int(row["after"])),
            _ratio(row["ratio"]),
            _("{low} to {high}").format(low=_ratio(row["ratio_low"]), high=_ratio(row["ratio_high"])),
            _("yes") if row["q_value"] <= 0.05 else _("no"),
        )
        for name, row in rows.iterrows()
    )
    columns = (
        Column(_("Offence")),
        Column(_("Before"), number=True),
        Column(_("After"), number=True),
        Column(_("Ratio"), number=True),
        Column(_("95% interval"), number=True),
        Column(_("Beyond chance")),
    )
    return Table(
        _("Last twelve whole months against the twelve before, by offence"),
        columns,
        lines,
        _("Offences with small numbers are put together, with as many others as it takes to hide them."),
    )


def _ratio(value: Any) -> str:
    return number(float(value), 2) if np.isfinite(float(value)) else "∞"
