"""
From rows that were read to the tables of an intake: what is odd about them, what is kept, what is rejected.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from ..i18n import N_, _
from ._listing_contraband import refused
from ._listing_money import EARLIER, HOLDING, SLIP, holding_prices, unit_slips
from ._listing_rows import TEXTS, ListingRows
from ._listing_schema import LISTINGS
from .duplicates import earlier
from .frames import as_text, free_name, pick
from .shapes import Bools, mix, words_and_codes

__all__ = ["check", "listings_table", "rejected_rows"]

_REASONS = {"header_again": N_("the header again"), "nothing_offered": N_("nothing is offered")}
_SHOWN = ("date", "price", "currency", "quantity", "unit", "n_feedback")
"""Roles that a rejected row keeps; all else of it may be a text."""
_LONGEST = 40
_COINS = {"BTC", "XMR", "LTC", "ETH", "BCH", "DASH"}
_OF_OFFERS = (
    *(
        "quantity_missing",
        "quantity_range",
        "quantity_several",
        "dose_only",
        "count_times_mg",
        "unit_missing",
    ),
    *("unit_no_weight", "quantity_from_description", "substance_missing", "substance_mixed"),
    *("substance_conflict", "category_only", "not_drug"),
)


def check(rows: ListingRows, *, today: dt.date | None = None) -> None:
    """Note everything that is odd, and say which rows are kept."""
    flag, note = rows.findings.flag, rows.findings.note
    unusable = _unusable(rows)
    rows.unusable = unusable
    rows.keep = ~np.logical_or.reduce(list(unusable.values()))
    for name, found in unusable.items():
        flag(name, found)
    for kind, found in rows.refused.items():
        flag(f"refused_{kind}", found)
    _check_dates(rows, today or dt.date.today())
    _check_prices(rows)
    for name in _OF_OFFERS:
        facts = {"example": _frequent(rows, "unit", rows.offered(name))} if name == "unit_no_weight" else {}
        flag(name, rows.offered(name) & rows.keep, **facts)
    _check_places(rows)
    flag("feedback_unreadable", rows.said("n_feedback") & np.isnan(rows.n_feedback))
    flag("feedback_censored", rows.censored & rows.keep, cap=rows.cap)
    flag("purity_unreadable", rows.purity_said & np.isnan(rows.purity))
    marks = pd.factorize(rows.listing)[0].astype(np.uint64)
    flag("repeated", earlier(mix(marks + mix(rows.day.view(np.uint64))), rows.dated & rows.keep))
    flag("vendor_missing", np.array([one is None for one in rows.vendor]) & rows.keep)
    flag("id_missing", ~rows.id_known & rows.keep)
    dropped = [rows.roles[role] for role in TEXTS if role in rows.roles]
    note("text_dropped", len(dropped), columns=", ".join(map(_safe, dropped)))
    others = set_aside(rows)
    note("set_aside", len(others), columns=", ".join(map(_safe, others[:40])))
    bad = rows.raw.bad
    if len(bad):
        note("bad_record", len(bad), int(bad["source_row"].iloc[0]))
    if not rows.codes.given:
        note("key_thrown_away", rows.n)
    for name, n, row, remedy in rows.raw.notes:
        rows.findings.add(name, n, row, remedy)


def set_aside(rows: ListingRows) -> list[str]:
    """Return the columns without a role that are not kept."""
    used = {*rows.roles.values(), *rows.style, *rows.kept}
    return [name for name in rows.table.column_names if name not in used]


def _unusable(rows: ListingRows) -> dict[str, Bools]:
    header = rows.roles["price"].strip().casefold()
    again = rows.each("price", lambda word: word.strip().casefold() == header, bool)
    said = [rows.said(role) for role in ("price", "vendor", "title", "substance", "listing_id")]
    return {"header_again": again, "nothing_offered": ~np.logical_or.reduce(said) & ~again}


def _check_dates(rows: ListingRows, today: dt.date) -> None:
    flag, note, keep = rows.findings.flag, rows.findings.note, rows.keep
    moments = rows.moments
    if moments is None:
        note("no_date", 0 if rows.only_date is not None else int(keep.sum()))
        return
    flag("date_missing", ~rows.dated & moments.empty & keep)
    flag("date_unreadable", ~rows.dated & ~moments.empty & keep)
    limit = (today - dt.date(1970, 1, 1)).days
    flag("future_date", rows.dated & (rows.day > limit) & keep)
    first = _("month") if moments.month_first else _("day")
    flag("ambiguous_day_month", moments.undecided & keep, first=first)
    flag("mixed_day_month", moments.minority & keep)


def _check_prices(rows: ListingRows) -> None:
    flag, keep = rows.findings.flag, rows.keep
    said = rows.said("price")
    flag("price_missing", ~said & keep)
    for name in ("price_range", "price_several"):
        flag(name, (rows.price_flag == name) & keep)
    unreadable = said & np.isnan(rows.original) & (rows.price_flag == "")
    flag("price_unreadable", unreadable & keep)
    bare = np.array([one is None for one in rows.currency]) & ~np.isnan(rows.original) & (rows.original > 0)
    unlisted = (rows.price_flag == "currency_unlisted") | (bare & rows.column_unlisted)
    flag("currency_missing", bare & ~unlisted & keep)
    flag("currency_unlisted", unlisted & keep)
    flag("currency_conflict", rows.two_currencies & keep)
    no_rate = ~bare & np.isnan(rows.usd) & ~np.isnan(rows.original) & keep
    names = sorted({str(one) for one in rows.currency[no_rate] if one is not None})
    flag("no_rate", no_rate, example=", ".join(names))
    flag("rate_of_earlier_day", rows.earlier & keep, days=EARLIER)
    coin = np.array([one in _COINS for one in rows.currency], dtype=bool)
    listing = pd.factorize(rows.listing)[0]
    rows.holding = holding_prices(rows.usd, rows.original, coin, listing) & keep
    flag("holding_price?", rows.holding)
    group = pd.factorize(rows.of_offers("substance", object))[0]
    slip = unit_slips(rows.usd, rows.of_offers("grams"), group, keep & ~rows.holding)
    flag("unit_slip?", slip, times=f"{SLIP:g}")


def _check_places(rows: ListingRows) -> None:
    flag, keep = rows.findings.flag, rows.keep
    origin = {
        "ships_from_undeclared": [one.undeclared for one in rows.origins],
        "ships_from_region": [len(one.codes) == 1 and one.codes[0].islower() for one in rows.origins],
        "ships_from_several": [len(one.codes) > 1 for one in rows.origins],
        "ships_from_unresolved": [bool(one.unresolved) and not one.codes for one in rows.origins],
    }
    for name, found in origin.items():
        chosen = np.array(found, dtype=bool)[rows.origin] & keep
        flag(name, chosen)
    target = {
        "ships_to_undeclared": [one.undeclared and not one.codes for one in rows.targets],
        "ships_to_except": [bool(one.excepted) for one in rows.targets],
        "ships_to_unresolved": [bool(one.unresolved) for one in rows.targets],
    }
    for name, found in target.items():
        chosen = np.array(found, dtype=bool)[rows.target] & keep
        flag(name, chosen)


def _frequent(rows: ListingRows, role: str, chosen: Bools) -> str:
    words, codes = rows.words(role)
    counts = np.bincount(codes[chosen], minlength=len(words))
    named = [words[at] for at in np.argsort(-counts, kind="stable") if counts[at] and len(words[at]) <= 24]
    return ", ".join(named[:5])


def _safe(name: str) -> str:
    return name if len(name) <= 60 and not refused(name) else "…"


# Writing


def listings_table(rows: ListingRows) -> pd.DataFrame:
    """Build the table of the rows that are kept."""
    keep = rows.keep
    at = rows.offer[keep]
    data: dict[str, Any] = {
        "market": pick([*rows.market_words], rows.market[keep]),
        "snapshot_date": _days(rows.day, rows.dated)[keep],
        "listing_id": _texts(rows.listing[keep]),
        "vendor_id": _texts(rows.vendor[keep]),
        "handle_id": _texts(rows.handle[keep]),
        "substance": pick([one.substance for one in rows.offers], at),
        "probability": rows.of_offers("probability")[keep],
        "category": pick([one.category for one in rows.offers], at),
        "quantity_g": rows.of_offers("grams")[keep],
        "units": rows.of_offers("units")[keep],
        "mg_each": rows.of_offers("mg_each")[keep],
        "price_usd": rows.usd[keep],
        "price_original": rows.original[keep],
        "currency": _texts(rows.currency[keep]),
        "ships_from": pick([_country(one) for one in rows.origins], rows.origin[keep]),
        "ships_from_region": pick([_region(one) for one in rows.origins], rows.origin[keep]),
        "ships_to": _tuples([one.codes for one in rows.targets], rows.target[keep]),
        "n_feedback": pd.array(rows.n_feedback[keep], dtype="Float64").astype("Int64"),
        "feedback_censored": rows.censored[keep],
        "feedback_dates": _dates(rows, keep),
        "rating": rows.rating[keep],
        "purity_claimed": rows.purity[keep],
        "pgp_id": _texts(rows.pgp[keep]),
        "flags": pick(*rows.findings.flags(keep)),
        "source_row": rows.raw.source_row[keep],
    }
    ordered = [name for name in LISTINGS if name not in ("flags", "source_row")]
    table = {name: data[name] for name in ordered}
    for name in rows.style:
        cells = pd.Series(rows.table.column(name).to_pylist(), dtype=object)
        table[name] = pd.to_numeric(cells, errors="coerce").to_numpy(dtype=float)[keep]
    table |= {"flags": data["flags"], "source_row": data["source_row"]}
    for name in rows.kept:
        table[free_name(name, table)] = _kept(rows, name)[keep].reset_index(drop=True)
    return pd.DataFrame(table, copy=False)


def _kept(rows: ListingRows, name: str) -> pd.Series[Any]:
    """Return a column that was asked for, without the cells that hold what is refused."""
    cells = rows.table.column(name)
    words, codes = words_and_codes(cells)
    hidden = rows.masked.get(name, np.zeros(rows.n, dtype=bool))
    text = np.array([word or None for word in words], dtype=object)[codes]
    shown = [None if bad else word for word, bad in zip(text, hidden, strict=True)]
    return as_text(pa.array(shown, pa.string()))


def _days(day: Any, known: Bools) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(np.where(known, day.astype("M8[D]"), np.datetime64("NaT")).astype("M8[us]"))


def _texts(values: Any) -> pd.Series[Any]:
    return as_text(pa.array([None if one is None else str(one) for one in values], pa.string()))


def _tuples(values: list[tuple[str, ...]], codes: Any) -> pd.Series[Any]:
    return pd.Series([values[at] for at in codes], dtype=object)


def _dates(rows: ListingRows, keep: Bools) -> pd.Series[Any]:
    if rows.dates is None:
        return pd.Series([None] * int(keep.sum()), dtype=object)
    return pd.Series([one for one, kept in zip(rows.dates, keep, strict=True) if kept], dtype=object)


def _country(place: Any) -> str | None:
    return place.codes[0] if len(place.codes) == 1 and place.codes[0].isupper() else None


def _region(place: Any) -> str | None:
    return place.codes[0] if len(place.codes) == 1 and place.codes[0].islower() else None


def rejected_rows(rows: ListingRows) -> pd.DataFrame:
    """Return the rejected rows with the reason and their numbers and days; no text of them is kept."""
    chosen = np.flatnonzero(~rows.keep)
    reason = np.full(rows.n, "", dtype=object)
    for name, found in rows.unusable.items():
        reason[found] = _(_REASONS[name])
    data: dict[str, Any] = {"source_row": rows.raw.source_row[chosen], "reason": reason[chosen]}
    for role in _SHOWN:
        if role in rows.roles:
            cells = rows.table.column(rows.roles[role]).take(pa.array(chosen)).to_pylist()
            data[free_name(_safe(rows.roles[role]), data)] = [_masked(cell) for cell in cells]
    rejected = pd.DataFrame(data)
    bad = rows.raw.bad
    if len(bad):
        sizes = [_("[{n} characters, not kept]").format(n=len(str(text))) for text in bad["text"]]
        lines = pd.DataFrame({"source_row": bad["source_row"], "reason": bad["reason"], "line": sizes})
        rejected = pd.concat([rejected, lines], ignore_index=True) if len(rejected) else lines
        rejected = rejected.sort_values("source_row", kind="stable", ignore_index=True)
    return rejected


def _masked(cell: str | None) -> str | None:
    if not cell:
        return None
    if len(cell) > _LONGEST or refused(cell):
        return _("[{n} characters, not kept]").format(n=len(cell))
    return cell


def rules() -> dict[str, float]:
    """Return the rules by which a price may stand for "out of stock"."""
    return dict(HOLDING)
