"""
Hiding small counts in tables with totals, so that no sum gives them away.

A count from 1 to ``minimum - 1`` is hidden (*primary*); others are hidden for company (*secondary*), as few
incidents' worth as can be. The tables may have any number of dimensions, groups of codes, cells in common.

Two readers are held off (`joint` says more of them). The stranger knows what is published: no hidden small
count may be shown to be below ``minimum``. The insider also knows the rules and which counts were hidden for
being small: none may be bounded more tightly than ``width``. Zeros are published unless policy says
otherwise, and then a hidden number is known to be one at least: 15 = 10 + 3 + x + x would tell both.

The pattern is proven the cheapest where time allows; else its distance from the proven bound is stated. Safe
it is in any case: the attacker's audit decides, and a table that cannot be protected by hiding is refused.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from ..errors import DisclosureError, InputError
from ..i18n import _
from . import attacker
from ._cells import TOTAL, Cells, cells_of, linked
from ._pattern import Pattern, Problem, Rule, secure
from ._programme import Deadline
from .attacker import Goals

if TYPE_CHECKING:
    from ..direction.policy import Policy

__all__ = ["TOTAL", "Suppression", "by_policy", "suppress", "suppress_linked"]

Zeros = Literal["published", "company", "hidden"]
Method = Literal["auto", "optimal", "heuristic"]
Knowing = Literal["published", "rules"]

_LARGE = 1200
"""Cells of a table of three dimensions or more above which `auto` does not try to prove the cheapest."""


@dataclass(frozen=True)
class Suppression:
    """A table, or several, in which the small counts are hidden and stay so."""

    tables: Mapping[str, pd.Series[int]]
    """Each table with its margins, ``<NA>`` where hidden."""
    roles: Mapping[str, pd.Series[str]]
    """``shown``, ``primary`` or ``secondary``, on the same index."""
    cost: int
    """The sum of all hidden counts, each cell once."""
    optimal: bool
    """Whether no safe pattern costs less: proven."""
    gap: float
    """The share of the cost of company that is not proven needed; 0 where optimal."""
    method: str
    """``primary`` (no company was needed), ``optimal`` or ``heuristic``."""
    _problem: Problem = field(repr=False)
    _pattern: Pattern = field(repr=False)
    _cells: Cells = field(repr=False)

    @property
    def table(self) -> pd.Series[int]:
        """The only table."""
        if len(self.tables) != 1:
            msg = f"There are {len(self.tables)} tables; take one of `tables`: {', '.join(self.tables)}."
            raise InputError(msg)
        return next(iter(self.tables.values()))

    @property
    def primary(self) -> int:
        """How many cells are hidden for being small."""
        return int(self._problem.hidden.sum())

    @property
    def secondary(self) -> int:
        """How many cells are hidden for company."""
        return int((self._pattern.hidden & ~self._problem.hidden).sum())

    def bounds(self, *, knowing: Knowing = "published", seconds: float | None = None) -> pd.DataFrame:
        """
        Attack every hidden cell: what a reader can work out about it.

        Parameters
        ----------
        knowing
            ``published``: the figures, and that counts are whole and not below zero. ``rules``: also which
            were hidden for being small, and below what.
        seconds
            Time; where it runs out the bounds are wider than the truth, never tighter.

        Returns
        -------
        DataFrame
            A row for each hidden cell (what it counts): ``n`` the true count, ``lower``, ``upper`` (infinite
            where nothing bounds it). For the one who publishes, never for publication.
        """
        rule = self._problem.rules[0 if knowing == "published" else 1]
        hidden = np.flatnonzero(self._pattern.hidden)
        reader = self._problem.reader(rule, self._pattern.hidden)
        low, high = attacker.bounds(reader, hidden, seconds=seconds)
        names = [_words(self._cells.keys[cell]) for cell in hidden]
        true = self._cells.values[hidden]
        return pd.DataFrame({"n": true, "lower": low, "upper": high}, index=pd.Index(names, name="cell"))


def suppress(
    table: pd.DataFrame | pd.Series[Any],
    *,
    minimum: int = 5,
    width: int = 1,
    zeros: Zeros = "published",
    parents: Mapping[Hashable, Mapping[Hashable, Hashable]] | None = None,
    margins: bool = True,
    method: Method = "auto",
    seconds: float = 10.0,
) -> Suppression:
    """
    Hide the small counts of one table, and what else it takes.

    Parameters
    ----------
    table
        Counts by the finest codes, without totals: a crosstab, or a Series whose index levels are the
        dimensions (a cell that is missing counts as zero).
    minimum
        The smallest count above zero that may be shown.
    width
        The range that every hidden count must keep for a reader who knows the rules: 1 means never known
        exactly. At most ``minimum - 2``.
    zeros
        ``published``; ``company``: hidden where needed for others; ``hidden``: like small counts.
    parents
        For a dimension (the name of an index level), the group of each code; groups may have groups.
    margins
        Whether totals are published beside their parts.
    method
        ``optimal`` uses the whole time for the proof; ``heuristic`` does not try; ``auto`` tries except on
        large tables of three dimensions or more.
    seconds
        Time for all of it.

    Returns
    -------
    Suppression
        The table with margins (label ``total``).

    Raises
    ------
    InputError
        If the table does not hold counts or an argument is out of range.
    DisclosureError
        If hiding cells cannot protect the table, or not be shown to in time.

    References
    ----------
    Fischetti & Salazar-González (2001), Solving the cell suppression problem on tabular data with linear
    constraints, Management Science 47.

    Examples
    --------
    >>> import pandas as pd
    >>> counts = pd.DataFrame([[20, 3, 17], [12, 25, 8], [9, 14, 30]])
    >>> done = suppress(counts)
    >>> done.cost, done.optimal, done.primary, done.secondary
    (46, True, 1, 3)
    """
    cells = cells_of(table, parents=parents, name="table", margins=margins)
    dimensions = cells.tables["table"].index.nlevels
    exact = method == "optimal" or (method == "auto" and (dimensions < 3 or len(cells.values) <= _LARGE))
    return _done(cells, _Rules(minimum, width, zeros), exact=exact, seconds=seconds)


def suppress_linked(
    tables: Mapping[str, pd.DataFrame | pd.Series[Any]],
    *,
    minimum: int = 5,
    width: int = 1,
    zeros: Zeros = "published",
    parents: Mapping[Hashable, Mapping[Hashable, Hashable]] | None = None,
    method: Method = "auto",
    seconds: float = 10.0,
) -> Suppression:
    """
    Hide the small counts of tables that share cells, in all of them alike.

    Parameters
    ----------
    tables
        As in `suppress`, by name. Dimensions are the same where their names are; a total over a dimension
        that another table does not have is the same cell there.
    minimum, width, zeros, parents, method, seconds
        As in `suppress`.

    Returns
    -------
    Suppression

    Raises
    ------
    InputError
        If the tables give different numbers for one cell, besides the reasons of `suppress`.
    DisclosureError
        As in `suppress`.

    Examples
    --------
    >>> import pandas as pd
    >>> kinds = pd.Series([3, 20, 9], index=pd.Index(["arson", "theft", "fraud"], name="offence"))
    >>> months = pd.Series([12, 20], index=pd.Index(["May", "June"], name="month"))
    >>> done = suppress_linked({"kinds": kinds, "months": months})
    >>> done.tables["kinds"].tolist()
    [<NA>, <NA>, 20, 32]
    """
    cells = linked({name: cells_of(each, parents=parents) for name, each in tables.items()})
    large = len(cells.values) > _LARGE and any(each.index.nlevels > 2 for each in cells.tables.values())
    exact = method == "optimal" or (method == "auto" and not large)
    return _done(cells, _Rules(minimum, width, zeros), exact=exact, seconds=seconds)


def by_policy(table: pd.DataFrame | pd.Series[Any], *, policy: Policy, **choices: Any) -> Suppression:
    """
    Hide the small counts of a table within the limits of a policy; `choices` as in `suppress`.

    Examples
    --------
    >>> import pandas as pd
    >>> from ilp_toolkit.direction.policy import load
    >>> by_policy(pd.DataFrame([[20, 3], [12, 25]]), policy=load()).secondary
    3
    """
    rules = policy.suppression
    given: dict[str, Any] = {
        "minimum": policy.cells.minimum_count,
        "width": rules.minimum_width,
        "zeros": rules.zeros,
        "seconds": rules.seconds,
    }
    return suppress(table, **(given | choices))


@dataclass(frozen=True)
class _Rules:
    minimum: int
    width: int
    zeros: str

    def __post_init__(self) -> None:
        _check(self.minimum, self.width, self.zeros)


def _done(cells: Cells, rules: _Rules, *, exact: bool, seconds: float) -> Suppression:
    problem = _problem(cells, rules)
    deadline = Deadline(seconds)
    pattern = secure(problem, exact=exact, deadline=deadline)
    if not pattern.safe:
        if deadline.over:
            msg = _(
                "No safe choice of hidden cells was found in {seconds:g} s. Give it more time, or publish a "
                "coarser table."
            ).format(seconds=seconds)
            raise DisclosureError(msg)
        raise DisclosureError(
            _(
                "Hiding cells cannot protect the small counts of this table: the totals give them away. "
                "Publish a coarser table."
            )
        )
    return _told(cells, problem, pattern)


def _check(minimum: int, width: int, zeros: str) -> None:
    if minimum < 3:
        msg = f"`minimum` must be 3 or more, got {minimum!r}."
        raise InputError(msg)
    if not 1 <= width <= minimum - 2:
        msg = f"`width` must be from 1 to `minimum` - 2 ({minimum - 2}), got {width!r}."
        raise InputError(msg)
    if zeros not in {"published", "company", "hidden"}:
        msg = f"`zeros` must be 'published', 'company' or 'hidden', got {zeros!r}."
        raise InputError(msg)


def _problem(cells: Cells, rules: _Rules) -> Problem:
    minimum, width, zeros = rules.minimum, rules.width, rules.zeros
    truth = cells.values.astype(float)
    lowest = 0 if zeros == "hidden" else 1
    primary = (truth >= lowest) & (truth < minimum)
    candidates = ~primary & ((truth > 0) | (zeros == "company"))
    cost = np.where(truth > 0, truth, truth.sum() + 1)
    small = np.flatnonzero(primary)
    told_lower = np.where(primary, float(lowest), 0.0 if zeros == "company" else float(minimum))
    told_upper = np.where(primary, float(minimum - 1), np.inf)
    nothing = np.zeros(len(truth))
    stranger = Rule(
        nothing,
        np.full(len(truth), np.inf),
        Goals(small, np.zeros(len(small)), np.full(len(small), float(minimum))),
        nothing,
    )
    insider = Rule(
        told_lower,
        told_upper,
        Goals(small, np.full(len(small), float(width)), np.full(len(small), -np.inf)),
        np.full(len(truth), float(width)),
    )
    return Problem(cells.matrix, truth, cost, primary, candidates, (stranger, insider), cells.basis)


def _told(cells: Cells, problem: Problem, pattern: Pattern) -> Suppression:
    role = np.where(problem.hidden, "primary", np.where(pattern.hidden, "secondary", "shown"))
    shown = pd.array(cells.values, dtype="Int64")
    shown[pattern.hidden] = pd.NA
    return Suppression(
        tables={
            name: pd.Series(shown[at.to_numpy()], index=at.index, name="n")
            for name, at in cells.tables.items()
        },
        roles={
            name: pd.Series(role[at.to_numpy()], index=at.index, name="role", dtype="object")
            for name, at in cells.tables.items()
        },
        cost=int(cells.values[pattern.hidden].sum()),
        optimal=pattern.optimal,
        gap=pattern.gap,
        method=pattern.method,
        _problem=problem,
        _pattern=pattern,
        _cells=cells,
    )


def _words(key: frozenset[tuple[str, Hashable]]) -> str:
    return ", ".join(f"{dim}: {code}" for dim, code in sorted(key, key=str)) or TOTAL
