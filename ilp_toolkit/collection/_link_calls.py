"""
The rows of a file of calls: what an authorisation covers, and nothing of what it does not.
"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import ColumnsError
from ..i18n import N_, _
from ._link_entities import build_entities
from ._link_fields import CALL_ROLES, match_rest
from ._link_parts import Listed, Parts, rows_of, text_table
from ._link_schema import LINKS, REMEDIES
from ._seizure_fields import read_amount
from .calls import _MESSAGE, CALLS, Authorisation, AuthorisationError, CallIntake, number_of
from .findings import Findings
from .frames import pick
from .moments import DAY, HOUR, read_moments
from .pseudonyms import pseudonyms
from .shapes import Bools, Ints

if TYPE_CHECKING:
    import pyarrow as pa

    from .links import LinkIntake
    from .pseudonyms import Key

__all__ = ["call_links", "calls_intake", "is_calls", "refuse_unauthorised"]

_REASONS = {
    "end_missing": N_("one end of the call is missing; nothing of the row is kept"),
    "outside_numbers": N_("no number of the authorisation; nothing of the row is kept"),
    "started_unreadable": N_("the start of the call cannot be read; nothing of the row is kept"),
    "outside_dates": N_("outside the dates of the authorisation; nothing of the row is kept"),
}
_BAD_LINE = N_("no record; nothing of the row is kept")
_PHONE = re.compile(r"\+?[\d\s()\-]{9,20}")
_MOSTLY = 0.6


def is_calls(parts: Parts, layout: str | None) -> bool:
    """Say whether a file is one of calls: by its headers, or since both ends are telephone numbers."""
    if parts.layout == "calls":
        return True
    if layout is not None or parts.layout not in ("list", "statements") or not len(parts.links):
        return False
    ends = [parts.links.table.column(parts.links.roles[role]).to_pylist() for role in ("source", "target")]
    both = sum(_is_phone(a) and _is_phone(b) for a, b in zip(*ends, strict=True))
    return both >= _MOSTLY * len(parts.links)


def refuse_unauthorised(authorisation: Any) -> None:
    """Raise an error unless an authorisation is there."""
    if not isinstance(authorisation, Authorisation):
        raise AuthorisationError(
            _(_MESSAGE)
            + " "
            + _("If the ends are telephone numbers and no calls were recorded, say layout='list'.")
        )


def calls_intake(parts: Parts, authorisation: Authorisation, *, key: bytes | Key | None) -> CallIntake:
    """Read what an authorisation covers."""
    rows = _Calls(parts, authorisation)
    table = rows.table(key)
    file: dict[str, Any] = {
        name: parts.choices[name] for name in ("file", "format", "encoding") if name in parts.choices
    }
    choices: dict[str, Any] = {
        **file,
        "layout": "calls",
        "columns": dict(rows.roles),
        "authorisation": authorisation.facts(),
        "pseudonyms": "lasting" if key is not None else "this reading",
        "set_aside": rows.dropped,
        "bad_line_column": None,
    }
    table.attrs["choices"] = choices
    return CallIntake(table, rows.rejected(), rows.findings.report(), choices)


def call_links(parts: Parts, authorisation: Any, *, key: bytes | Key | None) -> LinkIntake:
    """Read calls as links: one link a call, the authorisation as the item it rests on."""
    from .links import LinkIntake

    refuse_unauthorised(authorisation)
    intake = calls_intake(parts, authorisation, key=key)
    calls = intake.table
    n = len(calls)
    data: dict[str, Any] = {
        "source": calls["caller"],
        "target": calls["called"],
        "weight": pd.Series(np.ones(n)),
        "kind": calls["kind"].fillna("call"),
        "item_ids": pd.Series([(authorisation.id,)] * n, dtype=object),
        "grade": pick([None], np.zeros(n, dtype=np.int64)),
        "date": calls["started"],
        "date_precision": pick(["minute"], np.zeros(n, dtype=np.int64)),
        "directed": pd.Series(np.ones(n, dtype=bool)),
        "source_row": calls["source_row"],
        "flags": calls["flags"],
    }
    table = pd.DataFrame(
        {name: data[name] for name in LINKS if name in data} | {c: calls[c] for c in _CALL_COLUMNS}
    )
    table.attrs["choices"] = intake.choices
    named = {*calls["caller"][calls["caller_authorised"]], *calls["called"][calls["called_authorised"]]}
    ends = list(
        dict.fromkeys(end for pair in zip(calls["caller"], calls["called"], strict=True) for end in pair)
    )
    listed = Listed(
        text_table({"id": ends, "type": ["phone"] * len(ends)}),
        {"entity_id": "id", "type": "type"},
        rows_of([0] * len(ends)),
    )
    findings = Findings(rows_of([0] * max(1, n)), max(1, n), remedies=REMEDIES)
    entities = build_entities(ends, listed, findings, scale="4x4").table
    entities["authorised"] = entities["entity_id"].isin(named)
    return LinkIntake(table, intake.rejected, intake.report, intake.choices, entities)


_CALL_COLUMNS = ("seconds", "cell", "called_cell", "caller_authorised", "called_authorised")


class _Calls:
    """The rows of a file of calls."""

    def __init__(self, parts: Parts, authorisation: Authorisation) -> None:
        self.listed, self.allowed = parts.links, authorisation
        raw = self.listed.table
        self.roles = _call_roles(list(raw.column_names), self.listed.roles)
        self.n = raw.num_rows
        self.decimal = str(parts.choices.get("decimal", "."))
        self.dropped = [name for name in raw.column_names if name not in self.roles.values()]
        self.findings = Findings(
            self.listed.source_row, self.n + len(self.listed.bad) + len(parts.refused), remedies=REMEDIES
        )
        self.cells_dropped = 0
        self._read()
        self._judge()

    def _cells(self, role: str) -> list[str]:
        if role not in self.roles:
            return [""] * self.n
        return [cell or "" for cell in self.listed.table.column(self.roles[role]).to_pylist()]

    def _read(self) -> None:
        self.caller = [number_of(cell) for cell in self._cells("caller")]
        self.called = [number_of(cell) for cell in self._cells("called")]
        numbers = set(self.allowed.numbers)
        self.caller_named = np.array([one in numbers for one in self.caller], dtype=bool)
        self.called_named = np.array([one in numbers for one in self.called], dtype=bool)
        moments = read_moments(self._started())
        self.clock, self.grain = moments.clock, moments.grain.astype(np.int64)

    def _started(self) -> pa.ChunkedArray:
        import pyarrow as pa

        dates, clocks = self._cells("started"), self._cells("time")
        joined = [f"{date} {clock}".strip() for date, clock in zip(dates, clocks, strict=True)]
        return pa.chunked_array([pa.array(joined, pa.string())])

    def _judge(self) -> None:
        first, last = (self.allowed.start.value // 1000, self.allowed.end.value // 1000)
        known = self.grain >= DAY
        length = np.where(self.grain >= HOUR, 1, 86_400_000_000)
        inside = (self.clock >= first) & (self.clock + length <= last)
        ends = np.array([bool(a and b) for a, b in zip(self.caller, self.called, strict=True)], dtype=bool)
        named = self.caller_named | self.called_named
        self.refused: dict[str, Bools] = {
            "end_missing": ~ends,
            "outside_numbers": ends & ~named,
            "started_unreadable": ends & named & ~known,
            "outside_dates": ends & named & known & ~inside,
        }
        self.keep = ends & named & known & inside

    def table(self, key: bytes | Key | None) -> pd.DataFrame:
        """Build the table of calls; third parties get their pseudonyms before anything else sees them."""
        keep, lasting = self.keep, key is not None
        key = secrets.token_bytes(32) if key is None else key
        for check, rows in self.refused.items():
            self.findings.flag(check, rows)
        seconds = self._seconds()
        self.findings.flag("seconds_unreadable", np.isnan(seconds) & keep)
        ends = {"caller": self._end(self.caller, self.caller_named, key),
                "called": self._end(self.called, self.called_named, key)}  # fmt: skip
        third = {
            *ends["caller"][~self.caller_named[keep]],
            *ends["called"][~self.called_named[keep]],
        }
        self._note(len(third), lasting=lasting)
        cells = {
            "cell": self._place("cell", self.caller_named),
            "called_cell": self._place("called_cell", self.called_named),
        }
        self.findings.note("cells_dropped", self.cells_dropped)
        data: dict[str, Any] = {
            **ends,
            "started": pd.Series(self.clock[keep].view("M8[us]")),
            "seconds": pd.Series(seconds[keep]),
            **cells,
            "kind": self._kind(),
            "caller_authorised": pd.Series(self.caller_named[keep]),
            "called_authorised": pd.Series(self.called_named[keep]),
            "source_row": pd.Series(self.listed.source_row[keep]),
            "flags": pick(*self.findings.flags(keep)),
        }
        return pd.DataFrame({name: data[name] for name in CALLS}, copy=False)

    def _end(self, numbers: list[str], named: Bools, key: bytes | Key) -> pd.Series[Any]:
        kept = pd.Series(numbers, dtype=object)[self.keep].reset_index(drop=True)
        codes = pseudonyms(kept.where(~named[self.keep]), key=key, kind="phone")
        return codes.where(~named[self.keep], kept).astype(str)

    def _place(self, role: str, named: Bools) -> pd.Series[Any]:
        cells = self._cells(role)
        self.cells_dropped += sum(bool(cells[at]) for at in np.flatnonzero(self.keep & ~named))
        own = [cell or None if mine else None for cell, mine in zip(cells, named, strict=True)]
        return _words(own, self.keep)

    def _kind(self) -> pd.Series[Any]:
        """Return what kind of contact it was; a cell with digits in it may be a number of somebody."""
        cells = [cell if cell and not re.search(r"\d{3}", cell) else None for cell in self._cells("kind")]
        return _words(cells, self.keep)

    def _seconds(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        return np.array([_duration(cell, self.decimal) for cell in self._cells("seconds")], dtype=float)

    def _note(self, third: int, *, lasting: bool) -> None:
        self.findings.note("bad_record", len(self.listed.bad), _first(self.listed.bad))
        keyed = _("the same in each reading with this key") if lasting else _("for this reading alone")
        self.findings.note("third_parties", third, keyed=keyed)
        self.findings.note("set_aside", len(self.dropped), columns=", ".join(self.dropped))

    def rejected(self) -> pd.DataFrame:
        """Return the row and the reason of what was refused, and nothing else of it."""
        rows = [
            (int(self.listed.source_row[at]), _(_REASONS[check]))
            for check, found in self.refused.items()
            for at in np.flatnonzero(found)
        ]
        rows += [(int(row), _(_BAD_LINE)) for row in self.listed.bad["source_row"]]
        return pd.DataFrame(sorted(rows), columns=["source_row", "reason"])


def _call_roles(names: list[str], found: dict[str, str]) -> dict[str, str]:
    roles = {"caller": found["source"], "called": found["target"]}
    roles |= {role: column for role, column in found.items() if role in CALL_ROLES}
    roles = match_rest("calls", names, roles)
    if "kind" not in roles:
        free = [name for name in names if name not in roles.values()]
        more = match_rest("links", free, {"source": "", "target": ""})
        if "kind" in more:
            roles["kind"] = more["kind"]
    if "started" not in roles:
        msg = _("No column says when a call began. Name it with `columns=`, as {example}. Columns: {names}.")
        example = f'{{"started": "{names[-1]}"}}'
        raise ColumnsError(msg.format(example=example, names=", ".join(names[:40])))
    return {role: column for role, column in roles.items() if column}


def _duration(cell: str, decimal: str) -> float:
    text = cell.strip()
    clock = re.fullmatch(r"(?:(\d+):)?(\d{1,2}):(\d{2})", text)
    if clock is not None:
        return float(int(clock[1] or 0) * 3600 + int(clock[2]) * 60 + int(clock[3]))
    value, unit = read_amount(text, decimal=decimal)
    return value if unit.casefold() in ("", "s", "sec", "с", "сек") and value >= 0 else float("nan")


def _words(cells: list[str | None], keep: Bools) -> pd.Series[Any]:
    known = list(dict.fromkeys(cells))
    place = {word: at for at, word in enumerate(known)}
    codes: Ints = np.array([place[cell] for cell in cells], dtype=np.int64)
    return pick(known or [None], codes[keep])


def _is_phone(cell: str | None) -> bool:
    return bool(cell and _PHONE.fullmatch(cell) and 9 <= len(re.sub(r"\D", "", cell)) <= 15)


def _first(bad: pd.DataFrame) -> int | None:
    return int(bad["source_row"].iloc[0]) if len(bad) else None
