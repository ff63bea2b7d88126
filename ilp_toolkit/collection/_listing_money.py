"""
Prices in dollars at the rate of the day, and prices that nobody is meant to pay.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..errors import ColumnsError, InputError
from ..i18n import _
from .files import open_table
from .moments import DAY, read_moments
from .quantities import currency_of
from .shapes import Bools, Floats, Ints

__all__ = ["EARLIER", "HOLDING", "SLIP", "Rates", "holding_prices", "unit_slips"]

EARLIER = 7
"""Days that a rate stays good for."""
HOLDING = {"usd_below": 0.05, "usd_above": 10_000.0, "coins_below": 1e-5, "coins_above": 500.0,
           "times_median": 5.0, "share_of_median": 0.25, "from_snapshots": 3.0}  # fmt: skip
"""When a price may stand for "out of stock"."""
SLIP = 50.0
"""How many times above or below the middle of its class a price a gram is taken for a wrong unit."""
_ENOUGH = 30
_ONE = "?"
"""Stands for the currency of rates that do not name it."""
_HEADERS = (
    ("date", "day", "timestamp", "дата"),
    ("currency", "coin", "code", "валюта"),
    ("usd", "rate", "usd_per_coin", "price_usd", "close", "курс"),
)
_DAY = 86_400_000_000


class Rates:
    """
    US dollars for one unit of a currency, by day.

    Parameters
    ----------
    source
        A file or a table with a date, a rate in dollars and a currency; or one column a currency; or a date
        and a rate alone, which then are of the one currency of the listings that is not the dollar. None for
        no rates.

    Raises
    ------
    ColumnsError
        If date or rate is in no column.
    InputError
        If a rate is not above 0.
    """

    def __init__(self, source: Any) -> None:
        self.by_currency: dict[str, tuple[Ints, Floats]] = {}
        if source is None:
            return
        raw = open_table(source)
        names = list(raw.columns.column_names)
        date, currency, rate = (_named(names, words) for words in _HEADERS)
        if date is None:
            msg = _("`rates` has no column of dates. Columns: {names}.")
            raise ColumnsError(msg.format(names=", ".join(names)))
        moments = read_moments(raw.columns.column(date))
        days, good = moments.clock // _DAY, np.asarray(moments.grain >= DAY)
        if currency is not None and rate is not None:
            words = raw.columns.column(currency).to_pylist()
            codes = np.array([(currency_of(word or "") or ("", 1))[0] for word in words], dtype=object)
            columns = {code: (codes == code, rate) for code in sorted(set(codes) - {""})}
        else:
            found = {name: known[0] for name in names if name != date and (known := currency_of(name))}
            columns = {code: (good, name) for name, code in found.items() if code != "USD"}
            if not columns and rate is not None:
                columns = {_ONE: (good, rate)}
        if not columns:
            msg = _("`rates` does not say which currency it is about. Give the columns date, currency, usd.")
            raise ColumnsError(msg)
        for code, (rows, name) in columns.items():
            self._add(code, days[rows], _floats(raw.columns.column(name))[rows], good[rows])

    def _add(self, code: str, days: Ints, values: Floats, readable: Bools) -> None:
        good = readable & ~np.isnan(values)
        if (values[good] <= 0).any():
            raise InputError(_("`rates` has a rate of zero or less for {code}.").format(code=code))
        order = np.argsort(days[good], kind="stable")
        self.by_currency[code] = days[good][order], values[good][order]

    def usd(self, codes: list[str], code: Ints, day: Ints, known: Bools) -> tuple[Floats, Bools]:
        """
        Return dollars a unit for each row, NaN without a rate, and which are of an earlier day.

        Parameters
        ----------
        codes, code
            Currencies, and each row's place among them.
        day, known
            Days since 1970, and whether the day is known.
        """
        others = [name for name in codes if name != "USD"]
        if _ONE in self.by_currency and len(others) == 1:
            self.by_currency[others[0]] = self.by_currency.pop(_ONE)
        found = np.full(len(code), np.nan)
        earlier = np.zeros(len(code), dtype=bool)
        for at, name in enumerate(codes):
            rows = np.flatnonzero(code == at)
            if name == "USD":
                found[rows] = 1.0
            elif name in self.by_currency and len(rows):
                days, values = self.by_currency[name]
                place = np.searchsorted(days, day[rows], side="right") - 1
                age = day[rows] - days[np.maximum(place, 0)] if len(days) else np.full(len(rows), -1)
                good = known[rows] & (place >= 0) & (age >= 0) & (age <= EARLIER)
                found[rows[good]] = values[place[good]]
                earlier[rows[good]] = age[good] > 0
        return found, earlier


def holding_prices(usd: Floats, original: Floats, coin: Bools, listing: Ints) -> Bools:
    """
    Say which prices may stand for "out of stock".

    Parameters
    ----------
    usd, original
        Prices in dollars (NaN where not known) and as stated.
    coin
        Which are stated in a coin.
    listing
        Number of the listing of each row.
    """
    rule = HOLDING
    absolute = (usd < rule["usd_below"]) | (usd > rule["usd_above"]) | (original <= 0)
    bare = np.isnan(usd) & coin
    absolute |= bare & ((original < rule["coins_below"]) | (original > rule["coins_above"]))
    prices = pd.DataFrame({"listing": listing, "price": np.where(np.isnan(usd), original, usd)})
    groups = prices.groupby("listing")["price"]
    middle, n = groups.transform("median").to_numpy(), groups.transform("count").to_numpy()
    price = prices["price"].to_numpy()
    far = (price > rule["times_median"] * middle) | (price < rule["share_of_median"] * middle)
    return np.asarray(absolute | (far & (n >= rule["from_snapshots"])))


def unit_slips(usd: Floats, grams: Floats, group: Ints, among: Bools) -> Bools:
    """Say which prices a gram are far from the middle of their class."""
    with np.errstate(divide="ignore", invalid="ignore"):
        each = np.where(among & (grams > 0) & (usd > 0), np.log(usd / grams), np.nan)
    groups = pd.DataFrame({"group": group, "each": each}).groupby("group")["each"]
    middle, n = groups.transform("median").to_numpy(), groups.transform("count").to_numpy()
    return np.asarray((np.abs(each - middle) > np.log(SLIP)) & (n >= _ENOUGH))


def _named(names: list[str], wanted: tuple[str, ...]) -> str | None:
    plain = {name.strip().casefold(): name for name in names}
    return next((plain[word] for word in wanted if word in plain), None)


def _floats(cells: Any) -> Floats:
    values = pd.to_numeric(pd.Series(cells.to_pylist(), dtype=object).str.replace(",", "."), errors="coerce")
    return np.asarray(values.to_numpy(dtype=float))
