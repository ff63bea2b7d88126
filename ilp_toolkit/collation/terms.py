"""
Until when something may be held: dates from the ledger, put off only by a review, and legal holds.

The first date that was written down for a material counts, however often the same file is taken in again. A
review may put it off, a hold keeps it from being erased; neither is in the passport of an old finding, so
both are asked of the ledger when they are needed.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from ..errors import InputError
from ..i18n import _

if TYPE_CHECKING:
    from .ledger import Ledger

__all__ = ["CASE", "days_of", "expiries", "expiry", "holds_on", "moment_of"]

CASE = "case"
"""Stands for the case as a whole where items are named."""
_UNITS = {"day": 1, "week": 7, "month": 30, "year": 365}
_SPAN = re.compile(r"\s*(\d+)\s*(day|week|month|year)s?\s*", re.IGNORECASE)


def days_of(retention: Any) -> int:
    """
    Return how many days a retention is.

    Parameters
    ----------
    retention
        Words such as "2 years", "18 months", "90 days" (a month has 30 days, a year 365), or a `Timedelta`.

    Raises
    ------
    InputError
        If it is none of those, or less than a day.

    Examples
    --------
    >>> days_of("2 years"), days_of("18 months")
    (730, 540)
    """
    found = None
    if isinstance(retention, str) and (match := _SPAN.fullmatch(retention)):
        found = int(match[1]) * _UNITS[match[2].lower()]
    elif isinstance(retention, dt.timedelta):
        found = retention.days
    if found is None or found < 1:
        msg = _("`retention` is {found!r}. Write it as “2 years”, “18 months” or “90 days”.")
        raise InputError(msg.format(found=retention))
    return found


def moment_of(value: Any, name: str) -> dt.datetime:
    """
    Return a moment in UTC from a date or a moment, or its text; a date means its end.

    Raises
    ------
    InputError
        If it is neither, or a moment without a time zone.

    Examples
    --------
    >>> moment_of("2027-01-31", "expires").isoformat()
    '2027-02-01T00:00:00+00:00'
    """
    try:
        if isinstance(value, str):
            value = dt.date.fromisoformat(value) if len(value) == 10 else dt.datetime.fromisoformat(value)
    except ValueError:
        value = None
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        return value.astimezone(dt.UTC)
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return dt.datetime.combine(value + dt.timedelta(days=1), dt.time(), dt.UTC)
    msg = _("`{name}` is no date. Write it as 2027-01-31, or as a moment with its time zone.")
    raise InputError(msg.format(name=name))


def expiries(ledger: Ledger, item: str) -> list[dt.datetime]:
    """Return every date that was ever set for a material (or the case, `CASE`), the one in force last."""
    found: list[dt.datetime] = []
    for line in ledger.lines():
        record = line["record"]
        if line["kind"] == "case" and item == CASE and not found:
            found.append(dt.datetime.fromisoformat(record["expires"]))
        elif line["kind"] == "material" and record["id"] == item and not found:
            found.append(dt.datetime.fromisoformat(record["passport"]["expires"]))
        elif line["kind"] == "review" and item in record["items"] and record.get("until"):
            found.append(dt.datetime.fromisoformat(record["until"]))
    return found


def expiry(ledger: Ledger, item: str) -> dt.datetime | None:
    """Return when a material (or the case, `CASE`) may no longer be held; None where nothing is known."""
    found = expiries(ledger, item)
    return found[-1] if found else None


def holds_on(ledger: Ledger, *items: str) -> list[dict[str, Any]]:
    """Return the legal holds in force on any of the items; one on the case is on all."""
    held: dict[str, dict[str, Any]] = {}
    for line in ledger.lines():
        record = line["record"]
        if line["kind"] == "hold" and {CASE, *items} & set(record["items"]):
            held[f"hold-{line['n']}"] = {**record, "id": f"hold-{line['n']}"}
        elif line["kind"] == "hold_released":
            held.pop(record["hold"], None)
    return list(held.values())
