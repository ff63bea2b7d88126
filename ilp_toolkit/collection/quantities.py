"""
Amounts and prices as sellers word them: grams, pieces and money, read literally or not at all.

"10x2g" is twenty grams, "25 pills @ 250 mg" are twenty-five pieces and no weight, "1-5 g" is a range and no
amount. Whatever has two readings has none here: the number is NaN and a flag says why.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from ..i18n import N_
from .celltext import cell_as_text
from .units import code_of, factor

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "FLAGS",
    "Price",
    "Quantity",
    "currency_of",
    "price",
    "prices",
    "quantities",
    "quantity",
    "unit_of",
]

FLAGS: dict[str, str] = {
    "quantity_range": N_("a range of amounts"),
    "quantity_several": N_("several amounts that differ"),
    "dose_only": N_("the strength of a piece, not how many"),
    "count_times_mg": N_("a number of milligrams, several times over"),
    "price_range": N_("a range of prices"),
    "price_several": N_("several prices"),
    "currency_unlisted": N_("a currency that is not in the table"),
}
"""Why an amount or a price is not what it seems: code and meaning."""


@dataclass(frozen=True)
class Quantity:
    """What one text says about an amount."""

    grams: float = math.nan
    """Grams; NaN where no weight is stated."""
    units: float = math.nan
    """Pieces (tablets, blotters, ampoules); NaN where none are stated."""
    mg_each: float = math.nan
    """Milligrams that one piece is said to hold."""
    flag: str = ""
    """One of `FLAGS`, empty for most."""


@dataclass(frozen=True)
class Price:
    """What one text says about a price."""

    amount: float = math.nan
    currency: str | None = None
    """A code (``BTC``, ``USD``); None where none is stated."""
    usd: float = math.nan
    """US dollars that the same text states beside another currency."""
    flag: str = ""


def quantities(texts: Iterable[Any]) -> pd.DataFrame:
    """
    Read the amount of each text.

    Parameters
    ----------
    texts
        Cells of a column of amounts, or titles; a Series keeps its index.

    Returns
    -------
    DataFrame
        ``grams``, ``units``, ``mg_each`` and ``flag``, see `Quantity`.

    Examples
    --------
    >>> quantities(["3.5g", "10x2g", "1/4 oz", "the best"])["grams"].round(2).tolist()
    [3.5, 20.0, 7.09, nan]
    >>> quantities(["25 pills @ 250 mg", "1-5 g"])[["units", "mg_each", "flag"]].values.tolist()
    [[25.0, 250.0, ''], [nan, nan, 'quantity_range']]
    """
    return _table(quantity, texts, ("grams", "units", "mg_each", "flag"))


def prices(texts: Iterable[Any], *, decimal: str = ".") -> pd.DataFrame:
    """
    Read the price of each text.

    Parameters
    ----------
    texts
        Cells of a column of prices; a Series keeps its index.
    decimal
        The decimal sign of the file: settles what "1,234" is.

    Returns
    -------
    DataFrame
        ``amount``, ``currency``, ``usd`` and ``flag``, see `Price`.

    Examples
    --------
    >>> prices(["BTC 0.12", "$45.00", "0,5 XMR"])[["amount", "currency"]].values.tolist()
    [[0.12, 'BTC'], [45.0, 'USD'], [0.5, 'XMR']]
    """
    return _table(lambda text: price(text, decimal=decimal), texts, ("amount", "currency", "usd", "flag"))


@lru_cache(maxsize=65536)
def quantity(text: str) -> Quantity:
    """
    Read what one text says about an amount, a title as well as a cell that holds the amount alone.

    Notes
    -----
    Milligrams with a number of pieces are what a piece is said to hold; milligrams under 50 alone are taken
    for that too, without a number (``dose_only``). Micrograms are never a weight that is sold. "10 x 100 mg"
    without a word for a piece weighs a gram, flagged: it may be ten tablets.

    Examples
    --------
    >>> quantity("0,5 г").grams, quantity("5 таб.").units, quantity("100 mg").grams
    (0.5, 5.0, 0.1)
    """
    plain = _plain(text)
    if not any(sign.isdigit() for sign in plain) and not _WORDED.search(plain):
        return Quantity()
    if _RANGE.search(plain):
        return Quantity(flag="quantity_range")
    return _settle([_read(found.groupdict()) for found in _EXPRESSION.finditer(plain)])


@lru_cache(maxsize=65536)
def price(text: str, *, decimal: str = ".") -> Price:
    """
    Read what one text says about a price; the first price counts, US dollars beside it are kept apart.

    Examples
    --------
    >>> price("BTC 0.12 ($45.00)")
    Price(amount=0.12, currency='BTC', usd=45.0, flag='')
    >>> price("от 100 до 200 руб").flag, price("1 500,50 ₽").amount, price("free").amount
    ('price_range', 1500.5, 0.0)
    """
    usual = _usual_price(text) if decimal == "." else None
    if usual is not None:
        return usual
    plain = _plain(text)
    if plain in _FREE:
        return Price(0.0)
    parts = [one for one in _MONEY.finditer(plain) if one["number"]]
    if not parts:
        return Price()
    if _PRICE_RANGE.search(plain):
        return Price(flag="price_range")
    read = [_money(one, decimal) for one in parts]
    amount, currency, unlisted = read[0]
    others = {pair[:2] for pair in read[1:]} - {(amount, currency)}
    usd = next((value for value, code in others if code == "USD"), math.nan)
    if len(others) > 1 or (others and math.isnan(usd)):
        return Price(flag="price_several")
    return Price(amount, currency, usd, "currency_unlisted" if unlisted else "")


@lru_cache(maxsize=4096)
def currency_of(word: str) -> tuple[str, float] | None:
    """
    Return the code of a currency and how much of it one of the word is; None where it is not known.

    Examples
    --------
    >>> currency_of("bitcoin"), currency_of("mBTC"), currency_of("руб."), currency_of("glims")
    (('BTC', 1.0), ('BTC', 0.001), ('RUB', 1.0), None)
    """
    plain = " ".join(word.casefold().split()).strip(" .")
    known = _currencies().get(plain)
    if known:
        return known
    upper = word.strip(" .").upper()
    return (upper, 1.0) if len(upper) == 3 and upper in _codes_of_money() else None


# Amounts

_DASH = r"(?:-|–|—|\bto\b|\bдо\b|\bbis\b)"
_NUM = (
    r"(?:\d+\s+\d+/\d+|\d+/\d+|\d{1,3}(?:[ \u00a0'’]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)*|[.,]\d+|"
    r"\b(?:half|quarter|an?|one|пол|половина|четверть)\b(?:\s+(?:of\s+)?an?\b)?)"
)
_FRACTIONS = {"½": "1/2", "¼": "1/4", "¾": "3/4", "⅛": "1/8", "⅓": "1/3", "⅔": "2/3"}
_WORDS = {"half": 0.5, "quarter": 0.25, "пол": 0.5, "половина": 0.5, "четверть": 0.25}
_MASS_WORDS = {
    "mg": r"mgs?|milligram(?:me)?s?|мг|миллиграмм(?:а|ов)?",
    "ug": r"ug|mcg|mics?|micrograms?|мкг|микрограмм(?:а|ов)?",
    "kg": r"kgs?|kilos?|kilogram(?:me)?s?|кг|кило|килограмм(?:а|ов)?",
    "g": r"grms?|grs?|gms?|gram(?:me)?s?|g|гр|грамм?(?:а|ов)?|г",
    "oz": r"ozs?|ounces?|onzas?|унци[яий]",
    "lb": r"lbs?|pounds?|фунт(?:а|ов)?",
}
_MASS = (
    "(?:" + "|".join(f"(?P<{{0}}_{code}>{words})" for code, words in _MASS_WORDS.items()) + r")(?![^\W\d_])"
)
_PIECES = (
    r"(?:pills?|tablets?|tabs?|caps?|capsules?|pcs|pieces?|units?|hits?|blotters?|stamps?|doses?|bars?|strips?|"
    r"vials?|amps?|ampoules?|presses|таб(?:л(?:етк[аиу]|еток)?)?|шт(?:ук[аи]?)?|марк[аи]|марок|капсул[аы]?|"
    r"доз[аы]?|ампул[аы]?)(?![^\W\d_])\.?"
)
_NAMED = r"(?:(?:xtc|ecstasy|mdma|lsd|экстази|мдма|лсд)\s+)?"
_TIMES = r"\s*x\s*"
_EACH = r"\s*[,:(]?\s*(?:x|@|at|of|по|каждая|a|à|-)?\s*"


def _mass(name: str) -> str:
    return _MASS.replace("{0}", name)


_RANGE = re.compile(
    rf"(?<![\w./])({_NUM})\s*(?:{_mass('low')})?\s*{_DASH}\s*({_NUM})\s*{_mass('high')}|"
    rf"(?<![\w./])\d+(?:[.,]\d+)?\s*{_mass('one')}\s*/\s*\d+(?:[.,]\d+)?\s*{_mass('two')}|"
    rf"\b(?:from|ab|от)\s+{_NUM}\s*{_mass('least')}"
)
_EXPRESSION = re.compile(
    rf"(?<![\w.,/])(?:"
    rf"(?P<n1>\d+){_TIMES}(?:{_NAMED}{_PIECES}\s*)?(?P<v1>{_NUM})\s*{_mass('u1')}(?P<p1>\s*{_NAMED}{_PIECES})?|"
    rf"(?P<n2>\d+(?:[ ,]\d{{3}})*)\s*x?\s*{_NAMED}{_PIECES}{_EACH}(?P<v2>{_NUM})\s*{_mass('u2')}|"
    rf"(?P<v3>{_NUM})\s*{_mass('u3')}\s*\(?{_TIMES}(?P<n3>\d+)\)?(?P<p3>\s*{_NAMED}{_PIECES})?|"
    rf"(?P<n4>\d+(?:[ ,]\d{{3}})*)\s*x?\s*{_NAMED}{_PIECES}|"
    rf"(?P<v5>{_NUM})\s*-?\s*{_mass('u5')}(?P<p5>\s*{_NAMED}{_PIECES})?"
    rf")"
)
_WORDED = re.compile(r"\b(?:half|quarter|an?|one|пол|половина|четверть)")
_SMALL_MG = 50.0


def _plain(text: str) -> str:
    for sign, written in _FRACTIONS.items():
        text = text.replace(sign, f" {written}")
    text = " ".join(text.casefold().replace("µ", "u").replace("μ", "u").split())
    text = re.sub(r"(?<=\d)\s*[×х*✕]\s*(?=\d)", " x ", text)
    text = re.sub(r"(?<=\d)(?:[×х✕])(?=\s)|(?<=\s)(?:[×х✕])(?=\d)", "x", text)
    text = re.sub(r"(?<=[a-zа-я.)])\s*[×х*✕]\s*(?=\d)", " x ", text)
    return re.sub(r"\b(пол)-?(?=(?:грамм|кило|унци))", r"\1 ", text)


def _read(part: dict[str, str | None]) -> Quantity:
    form = next(k for k in "12345" if part.get(f"v{k}") or part.get(f"n{k}"))
    n = _whole(part.get(f"n{form}"))
    if not part.get(f"v{form}"):
        return Quantity(units=n)
    code = next(code for code in _MASS_WORDS if part.get(f"u{form}_{code}"))
    each = _number(str(part[f"v{form}"])) * factor(code).kg * 1000
    pieces = form == "2" or bool(part.get(f"p{form}"))
    if code == "ug" or (pieces and code == "mg"):
        return Quantity(units=n, mg_each=_exact(each * 1000), flag="dose_only" if math.isnan(n) else "")
    if form == "5":
        dose = code == "mg" and each * 1000 < _SMALL_MG
        return Quantity(mg_each=_exact(each * 1000), flag="dose_only") if dose else Quantity(_exact(each))
    return Quantity(_exact(n * each), flag="count_times_mg" if code == "mg" and n > 1 else "")


def _settle(found: list[Quantity]) -> Quantity:
    """Make one amount of all that a text says, or none."""
    if len(found) > 1:
        units = {one.units for one in found if not math.isnan(one.units)}
        doses = {one.mg_each for one in found if not math.isnan(one.mg_each)}
        grams = sorted(one.grams for one in found if not math.isnan(one.grams))
        if units and not grams and len(units) == 1 and len(doses) <= 1:
            return Quantity(units=units.pop(), mg_each=doses.pop() if doses else math.nan)
        if units and len(units) == 1 and len(grams) == 1 and not doses and 0.05 <= grams[0] < 1:
            return Quantity(units=units.pop(), mg_each=_exact(grams[0] * 1000))
        if grams and not units and not doses and grams[-1] <= 1.03 * grams[0]:
            return next(one for one in found if not math.isnan(one.grams))
        return Quantity(flag="quantity_several")
    return found[0] if found else Quantity()


def _whole(text: str | None) -> float:
    return math.nan if text is None else float(re.sub(r"\D", "", text))


def _exact(value: float) -> float:
    """Take off what multiplication left over."""
    return float(f"{value:.12g}")


def _number(text: str, decimal: str = ".") -> float:
    """Read a number: "1 000,5", "1/4", "1 1/2", "half"; NaN where it is none."""
    text = text.strip()
    word = re.match(r"[^\W\d_]+", text)
    if word:
        return _WORDS.get(word[0], 1.0)
    mixed = re.fullmatch(r"(?:(\d+)\s+)?(\d+)/(\d+)", text)
    if mixed:
        return float(mixed[1] or 0) + float(mixed[2]) / float(mixed[3]) if int(mixed[3]) else math.nan
    digits = re.sub(r"[\s'’]", "", text)
    if re.fullmatch(r"[.,]\d+|0[.,]\d+", digits):
        return float(digits.replace(",", "."))
    if "." in digits and "," in digits:
        last = max(digits.rfind("."), digits.rfind(","))
        digits = re.sub("[.,]", "", digits[:last]) + "." + digits[last + 1 :]
    elif digits.count(",") + digits.count(".") > 1 or (
        (grouped := re.fullmatch(r"\d{1,3}([.,])\d{3}", digits)) and grouped[1] != decimal
    ):
        digits = re.sub("[.,]", "", digits) if re.fullmatch(r"\d{1,3}(?:([.,])\d{3})+", digits) else ""
    try:
        return float(digits.replace(",", "."))
    except ValueError:
        return math.nan


# Prices

_BARE = re.compile(r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_USUAL = re.compile(r"([A-Z]{3}|\$|€) ?(\d+(?:\.\d+)?)|(\d+(?:\.\d+)?) ?([A-Z]{3}|\$|€)", re.ASCII)
_FREE = {"free", "gratis", "бесплатно", "0"}
_SYMBOL = r"(?:[a-z]{0,2}\$|€|£|₽|₿|฿|¥|₸)"
_WORD = r"[^\W\d_]{1,12}\.?"
_MONEY = re.compile(
    rf"(?P<before>{_SYMBOL}|{_WORD})?\s*"
    r"(?P<number>\d{1,3}(?:[ \u00a0'’]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)*(?:e[+-]?\d+)?|[.,]\d+)"
    rf"\s*(?P<after>{_SYMBOL}|{_WORD})?"
)
_BETWEEN = rf"(?:(?:{_SYMBOL}|(?!e\b|e[-–])[^\W\d_]{{1,12}}\.?)\s*)?"
_PRICE_RANGE = re.compile(
    rf"\d\s*{_BETWEEN}(?:[-–—]|\bto\b|\bдо\b)\s*{_BETWEEN}\d|\b(?:from|ab|от)\b\s*{_BETWEEN}\d"
)
_IDLE = {"price", "цена", "only", "each", "за", "now", "total", "итого"}


def _usual_price(text: str) -> Price | None:
    """Read a price as most cells have it: a number, or a number and a currency; None where it is not."""
    if _BARE.fullmatch(text):
        return Price(float(text))
    found = _USUAL.fullmatch(text)
    known = currency_of(found[1] or found[4]) if found else None
    if found is None or known is None:
        return None
    return Price(_exact(float(found[2] or found[3]) * known[1]), known[0])


def _money(part: re.Match[str], decimal: str) -> tuple[float, str | None, bool]:
    """Return amount, currency, and whether a word beside the number is no currency that is known."""
    text = part["number"]
    amount = float(text.replace(",", ".")) if "e" in text else _number(text, decimal)
    words = [one for one in (part["before"], part["after"]) if one and one.strip(".") not in _IDLE]
    known = [found for one in words if (found := currency_of(one))]
    if len({code for code, _times in known}) > 1:
        known = known[:1]
    if known:
        code, times = known[0]
        return _exact(amount * times), code, False
    return amount, None, bool(words)


@lru_cache(maxsize=1)
def _currencies() -> dict[str, tuple[str, float]]:
    path = resources.files(__package__) / "vocabulary" / "currencies.csv"
    return {
        word: (row["code"], float(row["times"]))
        for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines())
        for word in row["wordings"].split("|")
    }


@lru_cache(maxsize=1)
def _codes_of_money() -> frozenset[str]:
    from babel import Locale

    return frozenset(Locale.parse("en").currencies)


def _table(read: Any, texts: Iterable[Any], names: tuple[str, ...]) -> pd.DataFrame:
    import pandas as pd

    index = texts.index if isinstance(texts, pd.Series) else None
    cells = ["" if one is None or one is pd.NA else cell_as_text(one) or "" for one in texts]
    known = {text: read(text) for text in set(cells)}
    columns = {name: [getattr(known[text], name) for text in cells] for name in names}
    return pd.DataFrame(columns, index=index, columns=list(names))


def unit_of(word: str) -> str | None:
    """Return the code of a unit that is written in a column of its own."""
    plain = word.casefold().strip(" .")
    for code, words in _MASS_WORDS.items():
        if re.fullmatch(words, plain):
            return code
    return code_of(word)
