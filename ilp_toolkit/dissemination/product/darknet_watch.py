"""
What must not stand in an assessment of listings: codes of accounts and listings, names of markets.

The product holds no column of the file but countries; this is the second lock, not the first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .input_file import file_of, watch_for

if TYPE_CHECKING:
    from pathlib import Path

    from ...collection.listings import ListingIntake
    from ..payload import Canaries
    from .darknet_facts import Request

__all__ = ["canaries_of"]

_CODES = ("vendor_id", "listing_id", "handle_id", "pgp_id")
_SHORTEST = 5
"""A shorter name of a market is like any other word."""


def canaries_of(intake: ListingIntake, request: Request, *, source: str | Path | None = None) -> Canaries:
    """
    Gather what must not stand in any file of an assessment.

    Parameters
    ----------
    intake
        What was read.
    request
        What was asked for: its words are the author's own.
    source
        The file that was read.
    """
    table = intake.table
    codes: set[str] = set()
    for column in _CODES:
        if column in table:
            codes |= set(table[column].dropna().astype(str))
    known = [request.title, request.source, request.author]
    open_words = " ".join([*known, "" if source is None else file_of(source).name]).casefold()
    names = set() if request.name_markets else set(table["market"].dropna().astype(str))
    hidden = [name for name in names if len(name) >= _SHORTEST and name.casefold() not in open_words]
    return watch_for(request, source, identifiers=codes, values=hidden)
