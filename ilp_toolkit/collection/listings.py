"""
Listings of online markets: a dump or crawls to one table that holds no text, no name and no address.

Sellers and listings become keyed codes; titles and descriptions are read for substance and amount and let go;
addresses of hidden services, links, keys, e-mails, wallets, handles, telephone numbers and coordinates are
refused wherever they stand, and counted. A listing is an offer: it is no parcel, and its price is what is
asked. Nothing here fetches anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import progress
from ..errors import InputError
from ..i18n import _
from ._listing_schema import CHECKS, LISTINGS, REMEDIES
from .schema import Intake

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

    from .pseudonyms import Key

__all__ = ["CHECKS", "LISTINGS", "REMEDIES", "ListingIntake", "account_code", "read_listings"]


@dataclass(frozen=True, repr=False)
class ListingIntake(Intake):
    """What a file of listings held: an `Intake` whose table has the columns of `LISTINGS` and no geometry."""

    table: pd.DataFrame  # type: ignore[assignment]
    """Listings as seen on a day, a row each: the columns of `LISTINGS`."""


def read_listings(
    source: Any,
    *,
    columns: Mapping[Any, Any] | str | Path | None = None,
    rates: Any = None,
    key: bytes | Key | None = None,
    market: str | None = None,
    date: str | dt.date | None = None,
    feedback_cap: int | None = None,
    keep: str | Iterable[str] = (),
    today: dt.date | None = None,
) -> ListingIntake:
    """
    Read listings of online markets; lose no row, keep no text.

    Parameters
    ----------
    source
        A file (see `files.open_table`), a folder or a list of files of one kind, or a table of pandas.
    columns
        Which column is what, where the headers do not tell: role to column, or column to role. Roles:
        listing_id, market, date, vendor, title, description, remarks, category, subcategory, subsubcategory,
        substance, quantity, unit, price, currency, ships_from, ships_to, n_feedback, feedback_dates, rating,
        purity, pgp, link. The path of a mapping file does as well. Only a price and one thing that is
        offered must be there.
    rates
        US dollars for one unit of a currency, by day: a file or table with the columns date, currency, usd,
        or date and one column a currency. A rate is good for its day and the seven after it.
    key
        The key under which sellers and listings get their codes: a case's (`pseudonyms.open_key`) or 16
        bytes at least. Left out, a key is drawn and thrown away: codes agree within this reading only.
    market
        Name of the market where no column says.
    date
        Day on which the pages were seen, where no column says.
    feedback_cap
        How much feedback a page shows at most. Left out, it is seen from the counts where they pile up at
        their greatest value; ``choices`` says what was taken.
    keep
        Columns without a role to keep, by name; cells that hold what is refused come empty.
    today
        Day after which a date lies in the future; the clock's unless given.

    Returns
    -------
    ListingIntake
        ``table`` with the columns of `LISTINGS`, ``rejected`` (repeated headers, rows that offer nothing or
        are no records; never with their text), ``report`` (one row a finding) and ``choices``.

    Raises
    ------
    FileError
        If a file cannot be opened or is not what its name says.
    ColumnsError
        If there is no price, or nothing offered, or a column or role that was named does not exist.
    InputError
        If the key is too short, or the date cannot be read.

    Notes
    -----
    The same listing in several snapshots is several rows: a panel, and repeats of one day are flagged. Prices
    that may stand for "out of stock" are flagged ``holding_price?`` and kept; a row whose title says nothing
    clear has no amount. Classes come from words (see `substances`); where only the seller's category speaks
    that is flagged ``category_only``. Where sellers hide, this table hides it too: an account is no person,
    and one person may hold several.

    References
    ----------
    Christin (2013), Traveling the Silk Road, doi:10.1145/2488388.2488408.

    Examples
    --------
    >>> import pandas as pd
    >>> dump = pd.DataFrame({"Vendor": ["A", "A"], "Item": ["5 g hashish", "0,5 г героин, me@example.org"],
    ...     "Price": ["$40.00", "BTC 0.1"], "Origin": ["XB", "undeclared"], "Date": ["2024-07-01"] * 2})
    >>> intake = read_listings(dump, rates=pd.DataFrame({"date": ["2024-06-30"], "BTC": [300.0]}))
    >>> intake.table[["substance", "quantity_g", "price_usd", "ships_from"]].values.tolist()
    [['cannabis_resin', 5.0, 40.0, 'XB'], ['heroin', 0.5, 30.0, nan]]
    >>> "refused_email" in intake.table["flags"][1], "Item" in intake.table
    (True, False)
    """
    from . import headers
    from ._listing_codes import Codes
    from ._listing_fields import recognise
    from ._listing_money import Rates
    from ._listing_rows import ListingRows
    from ._listing_table import check, listings_table, rejected_rows, rules, set_aside
    from ._seizure_files import open_parts
    from .shapes import frugal_memory

    if isinstance(columns, str | Path):
        mapping = headers.read_mapping(columns)
        columns, keep = mapping.get("columns"), keep or mapping.get("keep", ())
    codes = Codes(key)
    with frugal_memory(), progress.steps(3) as step:
        step(_("Opening the file"))
        raw, roles = open_parts(source, lambda part: recognise(part, columns))
        rows = ListingRows(
            raw,
            roles,
            codes=codes,
            rates=Rates(rates),
            keep=keep,
            market=market,
            date=_day(date),
            feedback_cap=feedback_cap,
        )
        step(_("Reading offers, prices and places"))
        rows.read()
        check(rows, today=today)
        step(_("Building the table"))
        table, rejected = listings_table(rows), rejected_rows(rows)
    made: dict[str, Any] = {**raw.choices, "header": raw.header, "columns": dict(roles)}
    made |= {
        "codes_under": "the key given" if codes.given else "a key made for this reading and thrown away",
        "feedback_cap": rows.cap,
        "rates_of": sorted(rows.rates.by_currency),
        "holding_rules": rules(),
        "set_aside": set_aside(rows),
        "bad_line_column": "line",
    }
    table.attrs["choices"] = made
    return ListingIntake(table, rejected, rows.findings.report(), made)


def account_code(vendor: str, *, market: str = "", key: bytes | Key) -> str:
    """
    Return the code that an account gets under a key, to find in a table what a case knows already.

    Parameters
    ----------
    vendor
        The seller's name as the file has it.
    market
        The market as the table has it; empty where the file names none.
    key
        The key of the reading.

    Examples
    --------
    >>> account_code("Somebody", market="Lunimet", key=b"k" * 32)[:2]
    'v_'
    """
    from ._listing_codes import Codes

    return Codes(key).code("v", market, vendor)


def _day(date: str | dt.date | None) -> pd.Timestamp | None:
    import pandas as pd

    if date is None:
        return None
    day = pd.to_datetime(str(date), errors="coerce")
    if pd.isna(day):
        raise InputError(_("`date` is {date!r}, which is no day. Write it as 2024-12-31.").format(date=date))
    return day.tz_localize(None).normalize()
