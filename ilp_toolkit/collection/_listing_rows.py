"""
One reading of listings: every distinct text is worked out once, spread over the rows, and let go.

A dump of a hundred thousand rows holds some thousands of titles and some hundreds of places; what is looked
up, is looked up for those. Texts of sellers are read for substance and amount here and go no further.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from ._listing_codes import Codes
from ._listing_contraband import KINDS, found_in
from ._listing_fields import header_currency, header_unit, style_columns
from ._listing_money import Rates
from ._listing_offer import Offer, amount_of, category_of, read_offer
from ._listing_schema import REMEDIES
from ._listing_ships import Places, places, split_cell
from .findings import Findings
from .identity import kept_columns
from .moments import DAY, MONTH, Moments, read_moments
from .quantities import Price, currency_of, price
from .rawtable import RawTable
from .shapes import NOTHING, Bools, Floats, Ints, words_and_codes

__all__ = ["TEXTS", "ListingRows"]

TEXTS = ("title", "description", "remarks", "link")
"""Roles whose texts are read and never kept."""
_SCANNED = (
    *TEXTS,
    "market",
    "category",
    "subcategory",
    "subsubcategory",
    "substance",
    "ships_from",
    "ships_to",
    *("currency", "unit", "quantity", "purity", "pgp", "rating", "price"),
)
_DAY = 86_400_000_000
_EPOCH = pd.Timestamp("1970-01-01").toordinal()
_TAG = re.compile(r"<[^<>]{0,200}>")


class ListingRows:
    """
    The rows of a file of listings.

    Parameters
    ----------
    raw
        The file.
    roles
        Role to column.
    codes
        What gives sellers and listings their codes.
    rates
        What a currency was worth.
    keep
        Columns without a role to keep, by name.
    market, date
        What all rows are of, where no column says.
    feedback_cap
        How many a page shows at most; None to see it from the counts.
    """

    def __init__(
        self,
        raw: RawTable,
        roles: dict[str, str],
        *,
        codes: Codes,
        rates: Rates,
        keep: str | Iterable[str] = (),
        market: str | None = None,
        date: pd.Timestamp | None = None,
        feedback_cap: int | None = None,
    ) -> None:
        self.raw, self.roles, self.table = raw, roles, raw.columns
        self.n = self.table.num_rows
        self.codes, self.rates, self.cap = codes, rates, feedback_cap
        self.only_market, self.only_date = market, date
        names = list(self.table.column_names)
        self.kept = [name for name in names if name in kept_columns(keep, names) - set(roles.values())]
        self.style = [name for name in style_columns(names) if name not in roles.values()]
        self.findings = Findings(raw.source_row, self.n + len(raw.bad), remedies=REMEDIES)
        self.decimal = str(raw.choices.get("decimal") or ".")
        self._words: dict[str, tuple[list[str], Ints]] = {}
        self.keep: Bools = np.ones(self.n, dtype=bool)
        self.holding: Bools = np.zeros(self.n, dtype=bool)
        self.unusable: dict[str, Bools] = {}

    # What the cells say

    def words(self, role: str) -> tuple[list[str], Ints]:
        """Return the distinct texts of a role and each row's place among them; only '' without a column."""
        if role not in self._words:
            empty: tuple[list[str], Ints] = ([""], np.zeros(self.n, dtype=np.int64))
            column = self.roles.get(role)
            words, codes = empty if column is None else words_and_codes(self.table.column(column))
            self._words[role] = [_bare(word) for word in words], codes
        return self._words[role]

    def each(self, role: str, read: Callable[[str], Any], kind: Any = float) -> np.ndarray[Any, Any]:
        """Read every distinct text of a role and return one value a row."""
        words, codes = self.words(role)
        return np.asarray(np.array([read(word) for word in words], dtype=kind)[codes])

    def said(self, role: str) -> Bools:
        """Return which rows say anything."""
        return self.each(role, lambda word: word.strip().casefold() not in NOTHING, bool)

    # Reading

    def read(self) -> None:
        """Read everything, and refuse what must not come in first of all."""
        self._refuse()
        self._read_dates()
        self._read_ids()
        self._read_offers()
        self._read_prices()
        self._read_places()
        self._read_feedback()
        self._read_rest()

    def _refuse(self) -> None:
        """Find what must not come in, and take the texts that hold it out of reach."""
        self.refused = {kind: np.zeros(self.n, dtype=bool) for kind in KINDS}
        self.masked: dict[str, Bools] = {}
        others = [name for name in self.table.column_names if name not in self.roles.values()]
        for role in _SCANNED:
            if role in self.roles:
                words, codes = self.words(role)
                hit = self._scan(pa.array(words, pa.large_string()), codes)
                if role not in TEXTS and hit.any():
                    clean = ["" if bad else word for word, bad in zip(words, hit, strict=True)]
                    self._words[role] = clean, codes
        for name in others:
            if name not in self.style:
                words, codes = words_and_codes(self.table.column(name))
                self.masked[name] = self._scan(pa.array(map(_bare, words), pa.large_string()), codes)[codes]

    def _scan(self, words: pa.Array, codes: Ints) -> Bools:
        """Note the rows whose words hold anything, and return which words do."""
        hit = np.zeros(len(words), dtype=bool)
        for kind, found in found_in(words).items():
            self.refused[kind] |= found[codes]
            hit |= found
        return hit

    def _read_dates(self) -> None:
        self.day = np.zeros(self.n, dtype=np.int64)
        self.dated = np.zeros(self.n, dtype=bool)
        self.moments: Moments | None = None
        if "date" in self.roles:
            moments = read_moments(self.table.column(self.roles["date"]))
            self.moments, self.dated = moments, np.asarray(moments.grain >= DAY)
            self.month_only = np.asarray(moments.grain == MONTH)
            self.day = np.where(self.dated, moments.clock // _DAY, 0)
        if self.only_date is not None:
            self.day = np.where(self.dated, self.day, self.only_date.toordinal() - _EPOCH)
            self.dated = np.ones(self.n, dtype=bool)

    def _read_ids(self) -> None:
        """Give sellers and listings their codes."""
        words, codes = self.words("market")
        self.market_words = [" ".join(word.split())[:60] or None for word in words]
        if self.only_market:
            self.market_words = [word or self.only_market for word in self.market_words]
        self.market = codes
        self.vendor, self.handle = self._account("vendor", "v"), self._account("vendor", "h", own=True)
        known = self.words("listing_id")[1] if "listing_id" in self.roles else None
        self.id_known = self.said("listing_id") if known is not None else np.zeros(self.n, dtype=bool)
        self.listing = self._account("listing_id", "l")
        if not self.id_known.all():
            self.listing = np.where(self.id_known, self.listing, self._listing_of_texts())

    def _account(self, role: str, kind: str, *, own: bool = False) -> np.ndarray[Any, np.dtype[np.object_]]:
        """Return a code a row, of the text on its market, or of the text alone where that is wanted."""
        words, codes = self.words(role)
        words = ["" if word.strip().casefold() in NOTHING else word for word in words]
        markets = [""] if own else [word or "" for word in self.market_words]
        place = np.zeros(self.n, dtype=np.int64) if own else self.market
        pair, row = np.unique(codes * len(markets) + place, return_inverse=True)
        texts = [(markets[at % len(markets)], words[at // len(markets)]) for at in pair]
        made = self.codes.codes(kind, [text[1:] if own else text for text in texts])
        return np.array(made, dtype=object)[row]

    def _listing_of_texts(self) -> np.ndarray[Any, np.dtype[np.object_]]:
        """Make a listing's code of its link, or of seller and title; of its row where it has neither."""
        role = "link" if "link" in self.roles else "title"
        words, codes = self.words(role)
        pairs = zip(self.vendor, codes.tolist(), self.raw.source_row.tolist(), strict=True)
        made = [
            self.codes.code("l", *((str(vendor or ""), words[at]) if words[at].strip() else (f"row {row}",)))
            for vendor, at, row in pairs
        ]
        return np.array(made, dtype=object)

    def _read_offers(self) -> None:
        """Read substance and amount of each distinct combination of the texts that tell them."""
        roles = (
            "title",
            "category",
            "subcategory",
            "subsubcategory",
            "substance",
            "quantity",
            "unit",
            "description",
        )
        codes = np.column_stack([self.words(role)[1] for role in roles])
        distinct, row = np.unique(codes, axis=0, return_inverse=True)
        row = np.asarray(row).reshape(-1)
        header = header_unit(self.roles["quantity"]) if "quantity" in self.roles else None
        offers: list[Offer] = []
        for combination in distinct.tolist():
            text = {role: self.words(role)[0][at] for role, at in zip(roles, combination, strict=True)}
            category = category_of(text["category"], text["subcategory"], text["subsubcategory"])
            kind = read_offer(text["title"], category, text["substance"], text["description"])
            offers.append(amount_of(kind, text, unit=header, decimal=self.decimal))
        self.offers, self.offer = offers, row

    def of_offers(self, name: str, kind: Any = float) -> np.ndarray[Any, Any]:
        """Return one field of the offers, a value a row."""
        return np.asarray(np.array([getattr(one, name) for one in self.offers], dtype=kind)[self.offer])

    def offered(self, flag: str) -> Bools:
        """Return the rows whose offer has a flag."""
        return np.asarray(np.array([flag in one.flags for one in self.offers], dtype=bool)[self.offer])

    def _read_prices(self) -> None:
        words, codes = self.words("price")
        read = [price(word, decimal=self.decimal) for word in words]
        header = header_currency(self.roles["price"])
        columns, column_codes = self.words("currency")
        stated = [currency_of(word) if word.strip() else None for word in columns]
        self.price_flag = np.array([one.flag for one in read], dtype=object)[codes]
        pair, row = np.unique(codes * len(columns) + column_codes, return_inverse=True)
        settled = [_settle_price(read[at // len(columns)], stated[at % len(columns)], header) for at in pair]
        self.original: Floats = np.array([one[0] for one in settled], dtype=float)[row]
        self.currency = np.array([one[1] for one in settled], dtype=object)[row]
        self.two_currencies = np.array([one[2] for one in settled], dtype=bool)[row]
        self.column_unlisted = np.array(
            [bool(word.strip()) and known is None for word, known in zip(columns, stated, strict=True)],
            dtype=bool,
        )[column_codes]
        stated_usd = np.array([one.usd for one in read], dtype=float)[codes]
        names = sorted({str(name) for name in self.currency if name is not None})
        place = {name: at for at, name in enumerate(names)}
        number = np.array([place.get(name, -1) for name in self.currency], dtype=np.int64)
        a_unit, self.earlier = self.rates.usd(names, number, self.day, self.dated)
        usd = np.where(np.isnan(stated_usd), self.original * a_unit, stated_usd)
        self.usd: Floats = np.asarray(np.round(usd, 10), dtype=float)

    def _read_places(self) -> None:
        cells, codes = self.words("ships_from")
        ends = [split_cell(word) for word in cells]
        origins = [places(start) for start, _end in ends]
        self.origins, self.origin = origins, codes
        others, other_codes = self.words("ships_to")
        pair, row = np.unique(codes * len(others) + other_codes, return_inverse=True)
        found: list[Places] = []
        for at in pair:
            text = split_cell(others[at % len(others)])
            own = (text[1] or text[0]) if others[at % len(others)].strip() else ends[at // len(others)][1]
            found.append(_with_own(places(own), origins[at // len(others)]))
        self.targets, self.target = found, row

    def _read_feedback(self) -> None:
        self.dates = self._feedback_dates()
        count = self.each("n_feedback", _count)
        listed = np.array([len(one) for one in self.dates], dtype=float) if self.dates is not None else None
        if listed is not None:
            count = np.where(np.isnan(count), listed, count)
        self.n_feedback: Floats = count
        if self.cap is None:
            self.cap = _seen_cap(count)
        self.censored = (count >= self.cap) if self.cap else np.zeros(self.n, dtype=bool)

    def _feedback_dates(self) -> list[tuple[pd.Timestamp, ...]] | None:
        if "feedback_dates" not in self.roles:
            return None
        words, codes = self.words("feedback_dates")
        parts = [[part for part in re.split(r"[;|]|,\s*(?=\d{4}-)", word) if part.strip()] for word in words]
        flat = sorted({part.strip() for one in parts for part in one})
        moments = read_moments(pa.chunked_array([pa.array(flat, pa.string())]))
        good = {
            text: pd.Timestamp(int(clock) // _DAY, unit="D")
            for text, clock, grain in zip(flat, moments.clock, moments.grain, strict=True)
            if grain >= DAY
        }
        rows = [tuple(sorted(good[p.strip()] for p in one if p.strip() in good)) for one in parts]
        return [rows[at] for at in codes]

    def _read_rest(self) -> None:
        self.rating = self.each("rating", _rating)
        self.purity = self.each("purity", _share)
        titles = self.each("title", claimed_purity)
        self.purity_said = self.said("purity")
        self.purity = np.where(np.isnan(self.purity) & ~self.purity_said, titles, self.purity)
        words, codes = self.words("pgp")
        raw = self.table.column(self.roles["pgp"]) if "pgp" in self.roles else None
        texts = words_and_codes(raw)[0] if raw is not None else words
        keys = ["" if _bare(one).strip().casefold() in NOTHING else "".join(one.split()) for one in texts]
        self.pgp = np.array(self.codes.codes("k", [(one,) for one in keys]), dtype=object)[codes]


def claimed_purity(title: str) -> float:
    """
    Return the purity that a title claims in so many words, as a share.

    Examples
    --------
    >>> claimed_purity("2 g, 84% pure"), claimed_purity("20% off"), claimed_purity("чистота 90 %")
    (0.84, nan, 0.9)
    """
    found = _PURITY.search(title.casefold())
    return _share(found[1] or found[2]) if found else float("nan")


_PURITY = re.compile(
    r"(\d{1,2}(?:[.,]\d+)?|100)\s*%\s*\+?\s*(?:pure|purity|чист)|(?:purity|чистот\w*)\D{0,6}(\d{1,2}(?:[.,]\d+)?|100)\s*%"
)


def _bare(word: str) -> str:
    """Take off what web pages write around a text."""
    if "<" in word:
        word = _TAG.sub(" ", word)
    return html.unescape(word) if "&" in word else word


def _settle_price(
    read: Price, column: tuple[str, float] | None, header: tuple[str, float] | None
) -> tuple[float, str | None, bool]:
    """Return amount, currency, and whether cell and column differ; the cell goes before the column."""
    if read.currency is not None:
        other = column or header
        return read.amount, read.currency, other is not None and other[0] != read.currency
    if read.flag == "currency_unlisted" or (column is None and header is None):
        return read.amount, None, False
    code, times = column or header or ("", 1.0)
    return float(f"{read.amount * times:.12g}"), code, False


def _with_own(found: Places, origin: Places) -> Places:
    """Put the country of origin in the place of "domestic"; take out what is left out by name."""
    codes = set(found.codes) | (set(origin.codes) if found.domestic and len(origin.codes) == 1 else set())
    left = tuple(sorted(codes - set(found.excepted)))
    return Places(left, found.undeclared, found.excepted, found.domestic, found.unresolved)


def _count(word: str) -> float:
    found = re.fullmatch(r"[\[(~\s]*(\d{1,7})(?:\.0+)?\s*[+\])]*(?:[^\W\d_.]+\s*){0,2}[\])]?", word.strip())
    return float(found[1]) if found else float("nan")


def _rating(word: str) -> float:
    """Return a rating as a share of the best; a number alone is of five, or a percentage."""
    found = re.fullmatch(r"[~\s]*(\d+(?:[.,]\d+)?)\s*(?:/\s*(\d+(?:[.,]\d+)?)|(%))?\s*", word)
    if found is None:
        return float("nan")
    value = float(found[1].replace(",", "."))
    best = float(found[2].replace(",", ".")) if found[2] else 100.0 if found[3] else 5.0
    return value / best if best and 0 <= value <= best else float("nan")


def _share(word: str) -> float:
    found = re.fullmatch(r"\s*(\d{1,3}(?:[.,]\d+)?)\s*(%?)\s*\+?\s*", word)
    if found is None:
        return float("nan")
    value = float(found[1].replace(",", "."))
    value = value / 100 if found[2] or value > 1 else value
    return value if value <= 1 else float("nan")


def _seen_cap(count: Floats) -> int | None:
    """Return where counts pile up at their greatest value, None where they do not."""
    known = count[~np.isnan(count)]
    if not len(known):
        return None
    top = int(known.max())
    at_top, below = int((known == top).sum()), int((known == top - 1).sum())
    return top if top >= 5 and at_top >= 10 and at_top >= 3 * max(below, 1) else None
