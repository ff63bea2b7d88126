"""
What an assessment of listings is about: which rows count, under which names of markets.

Everything is chosen once and used by every part. A market is shown as a letter unless the author says that
its name may stand; what is no drug is left out here and nowhere else; an account is counted, never shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...collection.listings import ListingIntake
from ...errors import InputError
from ...i18n import _, month, number, plural
from .names import country

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import NDArray

    from ...direction.policy import Policy

__all__ = ["Facts", "Request", "gather", "market_labels", "place_words"]

_NOT_DRUG = r"\bnot_drug\b"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Request:
    """What the caller asked for."""

    markets: tuple[str, ...] = ()
    """Names of the markets to take, as the file has them; all where empty."""
    closures: tuple[tuple[str, dt.date], ...] = ()
    """Markets that closed, by their names in the file, and the first day without them."""
    control: tuple[str, ...] = ()
    """Markets that no closure touched, to compare with."""
    name_markets: bool = False
    """Whether markets stand under their names; letters otherwise."""
    population: pd.Series[Any] | None = None
    """People by country code."""
    title: str = ""
    source: str = ""
    author: str = ""
    command: str = ""
    without: frozenset[str] = frozenset()
    """Parts to leave out, by the names of `darknet.PARTS`."""


@dataclass(frozen=True)
class Facts:
    """The listings of an assessment and what was chosen to come to them."""

    intake: ListingIntake
    table: pd.DataFrame
    """The rows that count, markets under the words that stand for them."""
    request: Request
    policy: Policy
    labels: Mapping[str, str]
    """The words that stand for each market, by its name in the file."""
    not_drug: int
    """Rows left out: books, accounts, tools and the like."""
    other_markets: int
    """Rows of markets that were not asked for."""

    @cached_property
    def rows(self) -> int:
        """Rows of the file."""
        return len(self.intake.table) + len(self.intake.rejected)

    @cached_property
    def once(self) -> pd.DataFrame:
        """Each listing once, as it was seen last."""
        order = self.table.sort_values(["market", "listing_id", "snapshot_date"], kind="stable")
        return order.drop_duplicates(["market", "listing_id"], keep="last").reset_index(drop=True)

    @cached_property
    def accounts(self) -> pd.Index[Any]:
        """Every account of the file, in the order in which the file has them."""
        found = self.intake.table["vendor_id"].astype(object)
        accounts: pd.Index[Any] = pd.Index(found[found.notna()].unique())
        return accounts

    @cached_property
    def origin(self) -> pd.Series[Any]:
        """Where each listing of `once` ships from: a country, a region, or ``undeclared``."""
        start = self.once["ships_from"].astype(object)
        if "ships_from_region" in self.once:
            start = start.where(start.notna(), self.once["ships_from_region"].astype(object))
        return start.where(start.notna(), "undeclared").astype(str)

    @cached_property
    def n(self) -> int:
        """Listings that count."""
        return len(self.once)

    @cached_property
    def n_accounts(self) -> int:
        """Accounts that have one of them."""
        return int(self.once["vendor_id"].nunique())

    @cached_property
    def markets(self) -> list[str]:
        """The words for the markets, in their order."""
        return sorted(self.table["market"].unique())

    @property
    def minimum(self) -> int:
        """The smallest count that is shown."""
        return self.policy.cells.minimum_count

    def members(self, inside: Any) -> NDArray[np.bool_]:
        """Return which accounts of the file have one of some listings (a mask over `once`), as bits."""
        names = self.once.loc[np.asarray(inside, dtype=bool), "vendor_id"].dropna().unique()
        found = np.zeros(len(self.accounts), dtype=bool)
        found[self.accounts.get_indexer(pd.Index(names))] = True
        return found

    def per_account(self, inside: Any, amount: pd.Series[Any] | None = None) -> NDArray[np.float64]:
        """Return what each account has of some listings: how many, or the sum of an amount."""
        chosen = self.once[np.asarray(inside, dtype=bool)]
        values = pd.Series(1.0, index=chosen.index) if amount is None else amount.loc[chosen.index]
        sums = values.astype(float).groupby(chosen["vendor_id"].astype(object)).sum()
        return np.asarray(sums, dtype=float)

    @cached_property
    def days(self) -> pd.Series[Any]:
        """The days of the snapshots, each once for each market."""
        return self.table[["market", "snapshot_date"]].dropna().drop_duplicates()["snapshot_date"]

    @property
    def period(self) -> str:
        """The months in words; days are not told."""
        if self.days.empty:
            return _("time not known")
        first, last = month(self.days.min()), month(self.days.max())
        return first if first == last else f"{first} – {last}"

    @property
    def counted(self) -> str:
        """The number of listings in words, rounded."""
        n = round(self.n, -1) if self.n >= 100 else self.n
        return plural("about {n} listing", "about {n} listings", n).format(n=number(n))


def gather(intake: ListingIntake, request: Request, *, policy: Policy) -> Facts:
    """
    Choose the listings of an assessment.

    Raises
    ------
    InputError
        If a market is not in the file, or too few accounts or listings are left.
    """
    table = intake.table
    names = table["market"].astype(object)
    names = names.where(names.notna(), "")
    known = sorted(name for name in names.unique() if name)
    for name in (*request.markets, *(market for market, _day in request.closures), *request.control):
        _check_market(name, known)
    for name, _day in request.closures:
        if name in request.control:
            msg = _(
                "--control: “{market}” is the market that closed; name one that the closure did not touch."
            )
            raise InputError(msg.format(market=name))
    mine = names.isin(request.markets) if request.markets else pd.Series(True, index=table.index)
    drug = ~table["flags"].astype("string").fillna("").str.contains(_NOT_DRUG)
    labels = market_labels(names.unique(), named=request.name_markets)
    keep = (mine & drug).to_numpy(dtype=bool)
    rows = table[keep].assign(market=names[keep].map(labels).astype(str)).reset_index(drop=True)
    rows["substance"] = (
        rows["substance"].astype(object).where(rows["substance"].notna(), "unknown").astype(str)
    )
    found = Facts(
        intake=intake,
        table=rows,
        request=request,
        policy=policy,
        labels=labels,
        not_drug=int((mine & ~drug).sum()),
        other_markets=int((~mine).sum()),
    )
    accounts = int(rows["vendor_id"].nunique())
    if accounts < found.minimum:
        msg = _(
            "The listings are of {n} accounts; the policy asks for at least {minimum}. If the file names "
            "sellers under another header, say which: --columns vendor=HEADER."
        )
        raise InputError(msg.format(n=number(accounts), minimum=found.minimum))
    return found


def market_labels(names: Iterable[str], *, named: bool) -> dict[str, str]:
    """
    Return the words that stand for each market: a letter in the order of names, or the name itself.

    Examples
    --------
    >>> market_labels(["Lunimet", "Arzerak"], named=False)
    {'Arzerak': 'market A', 'Lunimet': 'market B'}
    """
    there = sorted(str(name) for name in names if name)
    found = {
        name: name if named else _("market {letter}").format(letter=_letter(k))
        for k, name in enumerate(there)
    }
    if len(there) < len(list(names)):
        found[""] = _("market not given") if there else _("the market")
    return found


def place_words(code: Any) -> str:
    """Return a country or a region of an offer in words."""
    words = {
        "undeclared": _("undeclared"),
        "worldwide": _("worldwide"),
        "eu": _("European Union"),
        "europe": _("Europe"),
        "asia": _("Asia"),
        "africa": _("Africa"),
        "oceania": _("Oceania"),
        "north_america": _("North America"),
        "south_america": _("South America"),
    }
    return words.get(str(code)) or country(code)


def _letter(place: int) -> str:
    return _LETTERS[place] if place < len(_LETTERS) else str(place + 1)


def _check_market(name: str, known: list[str]) -> None:
    if name in known:
        return
    if not known:
        msg = _(
            "“{market}”: the file has no column of markets. If it has one under another header, say which: "
            "--columns market=HEADER."
        )
        raise InputError(msg.format(market=name))
    msg = _("“{market}” is no market of the file. Its markets are: {known}.")
    raise InputError(msg.format(market=name, known=", ".join(known[:12])))
