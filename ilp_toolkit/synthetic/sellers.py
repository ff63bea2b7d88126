"""
Who sells what on the three invented markets: sellers, their accounts, copycats and the listings they open.

A seller is known by nothing that could be a handle: an account has a random id, a number in place of a key
and eight numbers in place of a way of writing. Two accounts of one seller share what such accounts share
(goods, sizes, price level, pauses, the way of writing, often the key); a copycat shares what can be copied.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

__all__ = [
    "CLOSES",
    "FIRST_DAY",
    "GOODS",
    "LAST_DAY",
    "Account",
    "Goods",
    "Listing",
    "make_accounts",
    "make_listings",
]

FIRST_DAY = np.datetime64("2024-06-03")
LAST_DAY = int((np.datetime64("2025-12-28") - FIRST_DAY).astype(int))
"""Days are counted from the first Monday of June 2024."""


def day(text: str) -> int:
    """Return the number of a day."""
    return int((np.datetime64(text) - FIRST_DAY).astype(int))


CLOSES = {"Lunimet": day("2025-04-12"), "Gorkosul": LAST_DAY + 1, "Arzerak": day("2025-09-20")}
"""The first day on which a market shows nothing any more."""


@dataclass(frozen=True)
class Goods:
    """One substance: what a unit costs, how much less in bulk, what it is sold by."""

    substance: str
    usd: float
    """Price of one gram, or of one tablet, bought alone."""
    exponent: float
    """b of price = usd · quantity^b, below 1: the more, the cheaper each."""
    sizes: tuple[float, ...]
    unit: str = "g"
    countries: str = "XC"


_GRAMS = (0.5, 1.0, 2.0, 5.0, 10.0, 25.0, 50.0, 100.0)
GOODS: tuple[Goods, ...] = (
    Goods("heroin", 45.0, 0.82, _GRAMS[:7], countries="XB XA"),
    Goods("opium", 9.0, 0.80, (1.0, 5.0, 10.0, 25.0, 50.0, 100.0), countries="XB"),
    Goods("cannabis_resin", 8.0, 0.78, (1.0, 2.0, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0), countries="XB XA"),
    Goods("cannabis_herb", 9.0, 0.80, (1.0, 3.5, 7.0, 14.0, 28.0, 112.0), countries="XA XC"),
    Goods("cocaine", 90.0, 0.88, _GRAMS[:6]),
    Goods("methamphetamine", 55.0, 0.80, _GRAMS[:7]),
    Goods("amphetamine", 20.0, 0.72, _GRAMS),
    Goods("ecstasy", 9.0, 0.72, (5.0, 10.0, 25.0, 50.0, 100.0, 250.0), unit="tablet"),
    Goods("nps", 0.05, 0.70, (250.0, 500.0, 1000.0, 2500.0, 5000.0), unit="mg"),
)
"""What is sold; nps by the milligram, ecstasy by the tablet, all else by the gram."""


@dataclass(frozen=True)
class Account:
    """One account on one market."""

    vendor_id: str
    market: str
    seller: str
    kind: str
    """``genuine`` or ``copycat``."""
    home: str
    goods: tuple[str, ...]
    level: float
    """Factor on all prices."""
    custom: float
    """Factor on orders."""
    opened: int
    closed: int
    """First day without the account; days before 0 were not observed."""
    pgp: int | None
    style: npt.NDArray[np.float64]
    pauses: tuple[tuple[int, int], ...]
    """Spans of days without orders."""
    stock: int
    """What the sizes sold are drawn with: the same for all accounts of a seller, and copied by a copycat."""
    migrated: bool = False
    copycat_of: str = ""


@dataclass(frozen=True)
class Listing:
    """One offer, as it stands on a page for some time."""

    listing_id: str
    account: Account
    goods: Goods
    quantity: float
    usd: float
    opened: int
    closed: int
    ships_from: str
    ships_to: str
    purity_claimed: float | None
    purity_true: float
    holding: tuple[int, int] | None = None
    """Days on which a price that nobody pays stands in for "out of stock"."""
    holding_usd: float = 0.0
    wrong_unit: str = ""
    """The unit that the page states, where it is not the right one."""
    orders: list[int] = field(default_factory=list)
    feedback: list[int] = field(default_factory=list)
    """Days of orders and of feedback."""


_GROUPS: dict[str, tuple[int, tuple[str, ...]]] = {
    "left": (20, ("Lunimet",)),
    "ended": (14, ("Lunimet",)),
    "migrant": (12, ("Lunimet", "Gorkosul")),
    "both": (8, ("Lunimet", "Gorkosul")),
    "second": (22, ("Gorkosul",)),
    "small": (9, ("Arzerak",)),
    "small_and_second": (4, ("Arzerak", "Gorkosul")),
    "small_and_first": (2, ("Arzerak", "Lunimet")),
}
"""Groups of sellers: how many, on which markets. "left" went before the closure, "ended" with it."""
_NEW_KEY = {"migrant": 5, "both": 2, "small_and_second": 1, "small_and_first": 1}
"""Sellers of the group whose second account shows another key than the first."""
_COPIED = (("ended", 0, True), ("ended", 1, False), ("small", 0, True), ("small", 1, False))
"""Whom the copycats copy: group, which of its best known, and whether they show the key of the copied."""


def make_accounts(rng: np.random.Generator) -> list[Account]:
    """
    Make the accounts of all sellers, then those of the copycats.

    Parameters
    ----------
    rng
        Source of chance.

    Returns
    -------
    list of Account
        121 accounts of 91 sellers and 4 copycats, by market and id.
    """
    ids = iter(_codes(rng, 200, 8))
    keys = iter((1000 + rng.permutation(9000)[:300]).tolist())
    made: list[Account] = []
    by_group: dict[str, list[Account]] = {}
    number = 0
    for group, (n, markets) in _GROUPS.items():
        for place in range(n):
            number += 1
            first = _first_account(
                rng, f"S{number:03d}", group=group, market=markets[0], code=next(ids), key=next(keys)
            )
            by_group.setdefault(group, []).append(first)
            made.append(first)
            if len(markets) > 1:
                key = next(keys) if place < _NEW_KEY[group] else first.pgp
                second = _second_account(
                    rng, first, group=group, place=place, market=markets[1], code=next(ids), key=key
                )
                made.append(second)
    made = _share_a_key(made)
    for group, place, with_key in _COPIED:
        number += 1
        victim = _best_known(by_group[group])[place]
        key = victim.pgp if with_key else next(keys)
        made.append(_copycat(rng, victim, f"S{number:03d}", next(ids), key))
    return sorted(made, key=lambda one: (one.market, one.vendor_id))


def _best_known(accounts: list[Account]) -> list[Account]:
    """Return the accounts that were there when their market closed, those with most custom first."""
    there = [one for one in accounts if one.closed == CLOSES[one.market]]
    return sorted(there, key=lambda one: -one.custom)


def _codes(rng: np.random.Generator, n: int, length: int) -> list[str]:
    """Return different codes of letters and digits."""
    signs = np.array(list("abcdefghkmnprstuvz23456789"))
    found = ["".join(row) for row in signs[rng.integers(0, len(signs), (n * 2, length))]]
    return list(dict.fromkeys(found))[:n]


def _first_account(
    rng: np.random.Generator, seller: str, *, group: str, market: str, code: str, key: int
) -> Account:
    chance = rng.random()
    if market == "Arzerak":
        home, fits = "XB" if chance < 0.6 else "XA", ["cannabis_resin"]
    else:
        home = "XC" if chance < 0.55 else "XA" if chance < 0.8 else "XB"
        fits = [one.substance for one in GOODS if home in one.countries.split()]
    n = min(len(fits), 1 + int(rng.random() < 0.6) + int(rng.random() < 0.3))
    goods = tuple(sorted(fits[at] for at in rng.permutation(len(fits))[:n]))
    opened, closed = _span(rng, group, market)
    has_key = group in _NEW_KEY or group in {"ended", "small"} or rng.random() > 0.2
    return Account(
        vendor_id=f"v{code}",
        market=market,
        seller=seller,
        kind="genuine",
        home=home,
        goods=goods,
        level=float(np.exp(0.1 * rng.standard_normal())),
        custom=float(np.exp(1.1 * rng.standard_normal() - 0.6)),
        opened=opened,
        closed=closed,
        pgp=key if has_key else None,
        style=rng.standard_normal(8),
        pauses=_pauses(rng),
        stock=int(rng.integers(0, 1_000_000)),
    )


def _pauses(rng: np.random.Generator) -> tuple[tuple[int, int], ...]:
    """Return four spans of ten days and more on which a seller takes no orders, on whatever market."""
    starts = sorted(rng.integers(0, LAST_DAY, 4).tolist())
    return tuple((start, start + 10 + int(rng.integers(0, 12))) for start in starts)


def _span(rng: np.random.Generator, group: str, market: str) -> tuple[int, int]:
    """Return the first day of an account and the first without it."""
    end = CLOSES[market]
    chance = rng.random(2)
    if group == "left":
        opened = int(-200 + 380 * chance[0])
        return opened, max(10, min(end - 15, opened + 30 - int(120 * np.log(1 - 0.95 * chance[1]))))
    if group in {"ended", "migrant", "both", "small_and_first"} or market == "Arzerak":
        opened = int(-250 + (250 + min(end, day("2025-02-10")) - 20) * chance[0])
        if group == "small" and chance[1] < 0.3:
            return opened, max(20, int(end - 40 - 120 * chance[1] / 0.3))
        return opened, end
    opened = int(-200 + (LAST_DAY + 120) * chance[0])
    closed = opened + 40 - int(260 * np.log(1 - 0.97 * chance[1]))
    return opened, max(12, min(closed, LAST_DAY + 1))


def _second_account(
    rng: np.random.Generator,
    first: Account,
    *,
    group: str,
    place: int,
    market: str,
    code: str,
    key: int | None,
) -> Account:
    """Open another account of the same seller under another id."""
    if group == "migrant":
        early = place in {0, 3, 5, 8, 10}
        start, within = (day("2025-03-10"), 18) if early else (day("2025-04-08"), 45)
        opened = start + int(within * rng.random())
    else:
        opened = int(-100 + 300 * rng.random())
    end = CLOSES[market]
    return replace(
        first,
        vendor_id=f"v{code}",
        market=market,
        opened=opened,
        closed=end,
        custom=first.custom * float(np.exp(0.2 * rng.standard_normal())),
        level=first.level * float(np.exp(0.02 * rng.standard_normal())),
        pgp=key,
        style=first.style + 0.25 * rng.standard_normal(8),
        migrated=group == "migrant",
    )


def _share_a_key(accounts: list[Account]) -> list[Account]:
    """Let two sellers show one key: one passes on the goods of the other, and they are two persons."""
    pair = [at for at, one in enumerate(accounts) if one.market == "Gorkosul" and one.kind == "genuine"]
    single = [at for at in pair if sum(a.seller == accounts[at].seller for a in accounts) == 1]
    one = next(at for at in single if accounts[at].pgp is not None)
    other = next(at for at in single if at != one and accounts[at].home == accounts[one].home)
    accounts[other] = replace(accounts[other], pgp=accounts[one].pgp)
    return accounts


def _copycat(rng: np.random.Generator, victim: Account, seller: str, code: str, key: int | None) -> Account:
    """Open an account that passes itself off as another: goods and prices are copied, writing is not."""
    return replace(
        victim,
        vendor_id=f"v{code}",
        market="Gorkosul",
        seller=seller,
        kind="copycat",
        opened=CLOSES[victim.market] + 6 + int(20 * rng.random()),
        closed=min(LAST_DAY + 1, CLOSES[victim.market] + 90 + int(60 * rng.random())),
        custom=0.5 * victim.custom,
        level=0.9 * victim.level,
        pgp=key,
        style=0.3 * victim.style + rng.standard_normal(8),
        pauses=_pauses(rng),
        copycat_of=victim.vendor_id,
    )


def make_listings(rng: np.random.Generator, accounts: list[Account]) -> list[Listing]:
    """
    Make the listings of every account, one of them with a wrong unit.

    Parameters
    ----------
    rng
        Source of chance.
    accounts
        The accounts.

    Returns
    -------
    list of Listing
        Without orders and feedback yet.
    """
    known = {one.substance: one for one in GOODS}
    codes = iter(_codes(rng, 1500, 7))
    made = [
        _listing(rng, account, known[name], size, next(codes))
        for account in accounts
        for name in account.goods
        for size in _sizes(rng, account, known[name])
    ]
    return _one_wrong_unit(made)


def _sizes(rng: np.random.Generator, account: Account, goods: Goods) -> list[float]:
    """Return the sizes in which an account sells: the same for all accounts of a seller, give or take."""
    own = np.random.Generator(np.random.PCG64([account.stock, GOODS.index(goods)]))
    n = 2 + int(own.random() < 0.6) + int(own.random() < 0.3)
    first = int(own.random() * (len(goods.sizes) - n + 1))
    chosen = list(goods.sizes[first : first + n])
    if rng.random() < 0.15 and len(chosen) > 2:
        chosen.pop(int(rng.random() * len(chosen)))
    return chosen


def _listing(rng: np.random.Generator, account: Account, goods: Goods, size: float, code: str) -> Listing:
    chance = rng.random(8)
    opened = account.opened + int(12 * chance[0])
    life = 8 + int(14 * chance[2]) if chance[1] < 0.3 else 10_000
    closed = min(account.closed, opened + life, CLOSES[account.market])
    usd = goods.usd * account.level * size**goods.exponent * float(np.exp(0.04 * rng.standard_normal()))
    true = 0.25 + 0.5 * chance[3]
    claimed = None if chance[4] < 0.4 else min(0.99, round(0.7 + 0.28 * chance[5], 2))
    holding, price = None, 0.0
    if chance[6] < 0.25 and closed - max(opened, 0) > 60:
        start = max(opened, 0) + 15 + int((closed - max(opened, 0) - 50) * chance[7])
        holding = (start, start + 30)
        price = 9999.0 if rng.random() < 0.4 else round(usd * (40 + 60 * float(rng.random())), 2)
    return Listing(
        listing_id=f"n{code}",
        account=account,
        goods=goods,
        quantity=size,
        usd=round(usd, 2),
        opened=opened,
        closed=max(closed, opened + 1),
        ships_from=_from(rng, account.home),
        ships_to=_to(rng, account.home),
        purity_claimed=claimed,
        purity_true=round(true, 2),
        holding=holding,
        holding_usd=price,
    )


def _from(rng: np.random.Generator, home: str) -> str:
    return "undeclared" if rng.random() < 0.08 else home


def _to(rng: np.random.Generator, home: str) -> str:
    chance = rng.random()
    if chance < 0.25:
        return "worldwide"
    if chance < 0.65:
        return "XA;XB;XC"
    if chance < 0.8:
        return home
    return "XA;XC" if chance < 0.95 else "undeclared"


def _one_wrong_unit(listings: list[Listing]) -> list[Listing]:
    """Let one listing of five grams say kilograms."""
    fits = [
        at
        for at, one in enumerate(listings)
        if one.account.market == "Gorkosul"
        and (one.quantity, one.goods.unit) == (5.0, "g")
        and one.closed - max(0, one.opened) > 200
        and one.holding is None
    ]
    listings[fits[0]] = replace(listings[fits[0]], wrong_unit="kg")
    return listings
