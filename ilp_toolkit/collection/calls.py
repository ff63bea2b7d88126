"""
Records of calls: read under an authorisation alone, for its numbers and its dates, third parties unnamed.

Who called whom, when and from which mast says more of a life than most of what the police may ask without
a judge. So a file of calls is read for what was authorised: rows that touch none of the numbers, or lie
outside of the dates, are refused and counted, and nothing of them is kept. Whoever else is in the remaining
rows gets a keyed pseudonym, and the place of their telephone is dropped.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InputError
from ..i18n import N_, _
from .schema import Intake

if TYPE_CHECKING:
    import pandas as pd

    from .pseudonyms import Key

__all__ = ["CALLS", "Authorisation", "AuthorisationError", "CallIntake", "number_of", "read_calls"]

CALLS: dict[str, str] = {
    "caller": N_("Who called: an authorised number, or the pseudonym of a third party."),
    "called": N_("Who was called: an authorised number, or the pseudonym of a third party."),
    "started": N_("When it began, on the clock of the records."),
    "seconds": N_("How long it lasted; empty where unknown."),
    "cell": N_("Cell from which an authorised number called; empty for third parties."),
    "called_cell": N_("Cell at which an authorised number was called; empty for third parties."),
    "kind": N_("Call, message or data, in the words of the records; empty where they do not say."),
    "caller_authorised": N_("Whether the caller is a number of the authorisation."),
    "called_authorised": N_("Whether the called is a number of the authorisation."),
    "source_row": N_("The row of the file, counted as a spreadsheet counts it."),
    "flags": N_("Codes of the checks that this row did not pass, separated by spaces; empty for most."),
}
"""Columns of a table of calls, in order, each with its meaning."""

_MESSAGE = N_(
    "The file holds records of calls, which are read under an authorisation alone. Give one: "
    "authorisation=ilp.calls.Authorisation(id=…, numbers=[…], valid_from=…, valid_to=…, authority=…, "
    "basis=…). "
    "Without one, leave the records where they are."
)


class AuthorisationError(InputError):
    """Records of calls were to be read without an authorisation, or with one that does not hold."""


@dataclass(frozen=True)
class Authorisation:
    """
    What a court or another competent authority allowed to be read, and until when.

    Examples
    --------
    >>> allowed = Authorisation("W-17/2025", ["+000 70 555 01"], "2025-03-01", "2025-03-31",
    ...                         authority="District court of Lorvek", basis="Code of procedure, art. 98")
    >>> str(allowed.end), allowed
    ('2025-04-01 00:00:00', <Authorisation W-17/2025: 1 number, 2025-03-01 to 2025-03-31>)
    """

    id: str
    """Number of the decision."""
    numbers: Iterable[str] = field(repr=False)
    """Telephone numbers (or IMEI, IMSI) that it names, with the code of the country."""
    valid_from: Any
    """First day or moment, on the clock of the records."""
    valid_to: Any
    """Last day, included whole; or the moment at which it ends, not included."""
    authority: str
    """Who decided."""
    basis: str
    """The law it rests on."""

    def __post_init__(self) -> None:
        for name in ("id", "authority", "basis"):
            if not str(getattr(self, name) or "").strip():
                msg = _("`{name}` of the authorisation is empty: records of calls are read under a full one.")
                raise AuthorisationError(msg.format(name=name))
        given = [self.numbers] if isinstance(self.numbers, str) else list(self.numbers)
        numbers = tuple(dict.fromkeys(number_of(one) for one in given))
        if not numbers or not all(re.fullmatch(r"\d{5,20}", one) for one in numbers):
            msg = _(
                "`numbers` of the authorisation must hold telephone numbers of 5 to 20 digits, at least one."
            )
            raise AuthorisationError(msg)
        object.__setattr__(self, "numbers", numbers)
        if self.start >= self.end:
            msg = _("The authorisation ends ({end}) before it begins ({start}).")
            raise AuthorisationError(msg.format(start=self.valid_from, end=self.valid_to))

    @property
    def start(self) -> pd.Timestamp:
        """The first moment that it covers."""
        return _moment(self.valid_from, "valid_from")[0]

    @property
    def end(self) -> pd.Timestamp:
        """The first moment that it no longer covers."""
        moment, is_day = _moment(self.valid_to, "valid_to")
        return moment + dt.timedelta(days=1) if is_day else moment

    def names(self, number: str) -> bool:
        """Say whether it names a number, however that is written."""
        return number_of(number) in set(self.numbers)

    def facts(self) -> dict[str, Any]:
        """Return what a record of the reading keeps: everything but the numbers."""
        return {
            "id": self.id,
            "authority": self.authority,
            "basis": self.basis,
            "valid_from": str(self.start),
            "valid_to": str(self.end),
            "n_numbers": len(tuple(self.numbers)),
        }

    def __repr__(self) -> str:
        from ..i18n import plural

        n = len(tuple(self.numbers))
        words = plural("{n} number", "{n} numbers", n).format(n=n)
        span = _("{start} to {end}").format(start=self.valid_from, end=self.valid_to)
        return f"<Authorisation {self.id}: {words}, {span}>"


@dataclass(frozen=True, repr=False)
class CallIntake(Intake):
    """What a file of calls held within an authorisation; of refused rows the row and the reason, no more."""

    table: pd.DataFrame  # type: ignore[assignment]
    """Calls: the columns of `CALLS` and no other."""


def read_calls(
    source: Any,
    *,
    authorisation: Authorisation,
    columns: Mapping[Any, Any] | str | Path | None = None,
    key: bytes | Key | None = None,
) -> CallIntake:
    """
    Read records of calls within an authorisation.

    Parameters
    ----------
    source
        A file (CSV, a spreadsheet, also inside gzip or zip) or a table of pandas, one row a call.
    authorisation
        What may be read. Its numbers are compared digit by digit, with the code of the country.
    columns
        Which column is what, where the headers do not tell: caller, called, started (or date and time),
        seconds, cell (of the caller), called_cell, kind.
    key
        Key of the pseudonyms of third parties; left out, one is drawn for this reading and forgotten.

    Returns
    -------
    CallIntake
        ``table`` with the columns of `CALLS`; ``rejected`` with ``source_row`` and ``reason``; ``report``;
        ``choices`` with the authorisation, its numbers left out.

    Raises
    ------
    AuthorisationError
        If `authorisation` is none.
    ColumnsError
        If caller, called or started is in no column.

    Notes
    -----
    All other columns of the file are dropped, also names and numbers of devices. A row whose start is known
    by the day alone is read if the whole day is authorised. A pseudonym remains personal data: frequencies
    and times may tell who it is.

    Examples
    --------
    >>> import pandas as pd
    >>> file = pd.DataFrame({"caller": ["0007055501", "0007055509", "0007055508"],
    ...     "called": ["0007055502", "0007055501", "0007055509"],
    ...     "start time": ["2025-03-02 10:15"] * 3, "duration": ["40", "8", "5"], "cell": ["C1", "C2", "C3"]})
    >>> allowed = Authorisation("W-17/2025", ["0007055501"], "2025-03-01", "2025-03-31", "Court", "Code")
    >>> intake = read_calls(file, authorisation=allowed, key=b"k" * 32)
    >>> intake.table[["caller_authorised", "called_authorised", "seconds", "cell"]].values.tolist()
    [[True, False, 40.0, 'C1'], [False, True, 8.0, nan]]
    >>> intake.rejected["source_row"].tolist()
    [4]
    """
    from . import headers
    from ._link_calls import calls_intake, refuse_unauthorised
    from ._link_open import open_links

    refuse_unauthorised(authorisation)
    if isinstance(columns, str | Path):
        columns = headers.read_mapping(columns).get("columns")
    parts = open_links(source, columns=columns, layout="calls", directed=True)
    return calls_intake(parts, authorisation, key=key)


def number_of(text: object) -> str:
    """
    Return a telephone number as its digits, without the international prefix 00; other text in small letters.

    Examples
    --------
    >>> number_of("+000 (70) 555-01"), number_of("00992 900 55 01"), number_of(" MegaBank ")
    ('0007055501', '9929005501', 'megabank')
    """
    plain = str(text).strip()
    digits = re.sub(r"\D", "", plain)
    if len(digits) < 3 or re.search(r"[^\W\d_]", plain):
        return " ".join(plain.casefold().split())
    if plain.startswith("00") and not plain.startswith("000"):
        return digits[2:]
    return digits


def _moment(value: Any, name: str) -> tuple[pd.Timestamp, bool]:
    """Return a moment, and whether only its day was given."""
    import pandas as pd

    is_day = (isinstance(value, dt.date) and not isinstance(value, dt.datetime)) or (
        isinstance(value, str) and bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}", value.strip()))
    )
    moment = pd.to_datetime(value, errors="coerce") if value is not None else pd.NaT
    if not isinstance(moment, pd.Timestamp) or pd.isna(moment) or moment.tzinfo is not None:
        msg = _("`{name}` must be a day (2025-03-01) or a moment without a time zone, got {value}.")
        raise AuthorisationError(msg.format(name=name, value=repr(value)))
    return moment, is_day
