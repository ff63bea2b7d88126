"""
The rows of a file of reports, judged one by one: what enters, what is refused, what is flagged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa

from ..i18n import N_, _
from .frames import free_name
from .identity import kept_columns, personal_columns
from .markings import secret_marking, secret_stamp
from .rawtable import RawTable
from .reportfields import answer_of, said_tainted, split_grade
from .reports import CHECKS, REMEDIES, REPORTS
from .times import NAT, read_spans

__all__ = ["Rows"]

_REASONS = {
    "secret": N_("marked as a state secret"),
    "ill_treatment": N_("said to have been obtained by ill-treatment"),
    "unlawful": N_("said to have been obtained unlawfully"),
    "text_missing": N_("no information in it"),
}
"""Why a row is refused, the gravest first."""
_WITHHELD = ("secret", "ill_treatment", "unlawful")
_SHOWN = ("report_id", "received", "collector")
"""Of a row whose words are withheld, these are shown, so that its writer can be found."""
_ANSWERS = ("lawful", "ill_treatment_free")
_ITEMS = re.compile(r"(?m)^\s*(?:[2-9][.)]|\([2-9]\))\s+\S")
"""A second numbered item."""


class Rows:
    """One reading of a file of reports."""

    def __init__(
        self,
        raw: RawTable,
        roles: dict[str, str],
        *,
        zone: ZoneInfo | None,
        scale: str,
        keep: str | Iterable[str],
    ) -> None:
        self.raw, self.roles, self.zone, self.scale = raw, dict(roles), zone, scale
        names = list(raw.columns.column_names)
        kept = kept_columns(keep, names)
        # A source that is named under the header "source" is found by its cells.
        self.set_aside = {
            name: category
            for name, category in personal_columns(raw.columns, used=self.roles.values()).items()
            if name not in kept and name not in self._free_text()
        }
        self.cells = {name: _text(raw.columns.column(name)) for name in names}
        self.n = raw.columns.num_rows
        self._refused: dict[str, np.ndarray[Any, np.dtype[np.bool_]]] = {}
        self._flags: dict[str, np.ndarray[Any, np.dtype[np.bool_]]] = {}
        self._tainted_word = ""
        self._split_grades()
        self._refuse()
        self._flag()

    def _free_text(self) -> set[str]:
        return {
            self.roles[role]
            for role in ("text", "sanitised", "feedback", "how_obtained")
            if role in self.roles
        }

    def _cell(self, role: str) -> list[str]:
        column = self.roles.get(role)
        return [""] * self.n if column is None or column in self.set_aside else self.cells[column]

    def _split_grades(self) -> None:
        """Read scale and codes, from columns of their own or from one."""
        scales, sources, informations = (
            self._cell(r) for r in ("scale", "source_grade", "information_grade")
        )
        if "grade" in self.roles:
            parts = [split_grade(cell) if cell else ("", "", "") for cell in self._cell("grade")]
            scales = [named or old for (named, *_rest), old in zip(parts, scales, strict=True)]
            sources = [old or source for old, (_s, source, _i) in zip(sources, parts, strict=True)]
            informations = [old or info for old, (_s, _o, info) in zip(informations, parts, strict=True)]
        self.scales = [named or self.scale for named in scales]
        self.sources, self.informations = sources, informations

    def _refuse(self) -> None:
        how = self._cell("how_obtained")
        words = [said_tainted(cell) for cell in how]
        free = [answer_of(cell) for cell in self._cell("ill_treatment_free")]
        self._tainted_word = next((word for word in words if word), "")
        self.answers = {role: [answer_of(cell) for cell in self._cell(role)] for role in _ANSWERS}
        texts = list(zip(self._cell("text"), self._cell("sanitised"), strict=True))
        marked = [secret_marking(cell) is not None for cell in self._cell("handling")]
        stamped = [any(secret_stamp(part) for part in pair) for pair in texts]
        self._refused = {
            "secret": np.array(marked, dtype=bool) | np.array(stamped, dtype=bool),
            "ill_treatment": np.array(
                [bool(word) or said == "no" for word, said in zip(words, free, strict=True)], dtype=bool
            ),
            "unlawful": np.array([said == "no" for said in self.answers["lawful"]], dtype=bool),
            "text_missing": np.array([not text for text, _sanitised in texts], dtype=bool),
        }
        self.out = np.logical_or.reduce([*self._refused.values(), np.zeros(self.n, dtype=bool)])

    def _flag(self) -> None:
        ids, texts, clean = self._cell("report_id"), self._cell("text"), self._cell("sanitised")
        self.received = self._moments()
        known = pd.Series(ids, dtype="object")
        whole = pd.DataFrame(self.cells)
        flags = {
            "ill_treatment_unstated": [said != "yes" for said in self.answers["ill_treatment_free"]],
            "lawful_unstated": [said != "yes" for said in self.answers["lawful"]],
            "obtained_missing": [not cell for cell in self._cell("how_obtained")],
            "handling_missing": [not cell for cell in self._cell("handling")],
            "grade_missing": [not s or not i for s, i in zip(self.sources, self.informations, strict=True)],
            "origin_missing": [not cell for cell in self._cell("origin_id")],
            "not_sanitised": [not cell for cell in clean],
            "sanitised_same": [bool(c) and _same(c, t) for c, t in zip(clean, texts, strict=True)],
            "several_items": [bool(_ITEMS.search(text)) for text in texts],
            "received_unreadable": self.received.isna().tolist(),
            "repeated_id": (known.duplicated() & (known != "")).tolist(),
            "duplicate_row": whole.duplicated().tolist(),
            "id_missing": (known == "").tolist(),
        }
        self._flags = {check: np.array(rows, dtype=bool) for check, rows in flags.items()}

    def _moments(self) -> pd.Series[Any]:
        column = self.roles.get("received")
        if column is None or not self.n:
            return pd.Series(pd.DatetimeIndex([pd.NaT] * self.n).tz_localize("UTC"))
        text = pa.table({column: pa.chunked_array([pa.array(self.cells[column], pa.string())])})
        begin = read_spans(text, {"datetime": column}, zone=self.zone).begin
        moments = np.where(begin == NAT, np.datetime64("NaT"), begin.view("M8[us]")).astype("M8[us]")
        local = pd.DatetimeIndex(moments).tz_localize("UTC")
        return pd.Series(local if self.zone is None else local.tz_convert(self.zone))

    def table(self) -> pd.DataFrame:
        """Return the reports that enter."""
        kept = np.flatnonzero(~self.out)
        ids = [
            cell or f"row-{row}"
            for cell, row in zip(self._cell("report_id"), self.raw.source_row, strict=True)
        ]
        core: dict[str, Any] = {
            **{role: self._cell(role) for role in REPORTS if role not in {"received", "source_row", "flags"}},
            **self.answers,
            "report_id": ids,
            "scale": self.scales,
            "source_grade": self.sources,
            "information_grade": self.informations,
            "source_row": list(self.raw.source_row),
            "flags": self._words_of_flags(),
        }
        used = set(self.roles.values())
        rest = [name for name in self.cells if name not in used and name not in self.set_aside]
        data: dict[str, Any] = {}
        for name in REPORTS:
            values = self.received.iloc[kept].reset_index(drop=True) if name == "received" else None
            data[name] = values if values is not None else pd.Series([core[name][row] for row in kept])
        for name in rest:
            data[free_name(name, data)] = pd.Series([self.cells[name][row] for row in kept], dtype="object")
        made = pd.DataFrame(data)
        texts = [name for name in REPORTS if name not in {"received", "source_row"}]
        return made.astype({**dict.fromkeys(texts, "object"), "source_row": "int64"})

    def rejected(self) -> pd.DataFrame:
        """Return the rows refused, with the reason; the words of secrets and tainted material withheld."""
        rows = np.flatnonzero(self.out)
        reasons = [
            "; ".join(_(words) for check, words in _REASONS.items() if self._refused[check][row])
            for row in rows
        ]
        hidden = np.logical_or.reduce([self._refused[check] for check in _WITHHELD])
        shown = {self.roles[role] for role in _SHOWN if role in self.roles}
        data: dict[str, Any] = {
            "source_row": np.asarray(self.raw.source_row)[rows].astype("int64"),
            "reason": pd.Series(reasons, dtype="object"),
        }
        for name, cells in self.cells.items():
            values = [_("withheld") if hidden[r] and name not in shown else cells[r] for r in rows]
            data[free_name(name, data)] = pd.Series(values, dtype="object")
        found = pd.DataFrame(data)
        bad = self.raw.bad
        if not len(bad):
            return found
        lines = bad[["source_row", "reason", "text"]].rename(columns={"text": free_name("line", data)})
        whole = pd.concat([found, lines], ignore_index=True) if len(found) else lines
        return whole.sort_values("source_row", kind="stable", ignore_index=True)

    def report(self) -> pd.DataFrame:
        """Return what was noticed, the gravest first."""
        total = self.n + len(self.raw.bad)
        found: list[dict[str, Any]] = []
        for check in CHECKS:
            rows = self._refused.get(check)
            if rows is None and check in self._flags:
                rows = self._flags[check] & ~self.out
            if rows is not None and rows.any():
                first = int(self.raw.source_row[int(np.argmax(rows))])
                found.append(
                    _finding(check, int(rows.sum()), total, first, example=self._tainted_word or "—")
                )
        bad = self.raw.bad
        if len(bad):
            found.append(_finding("bad_record", len(bad), total, int(bad["source_row"].iloc[0])))
        if self.roles.get("source_id") in self.set_aside:
            found.append(_finding("source_named", self.n, total, None))
        if self.set_aside:
            columns = ", ".join(self.set_aside)
            found.append(_finding("set_aside", len(self.set_aside), total, None, columns=columns))
        found.sort(key=lambda row: list(CHECKS).index(row["check"]))
        for check, n, row, remedy in self.raw.notes:
            found.append(
                {"check": check, "n": n, "share": _share(n, total), "first_row": row, "remedy": remedy}
            )
        table = pd.DataFrame(found, columns=["check", "n", "share", "first_row", "remedy"])
        return table.astype({"n": "int64", "share": "float64", "first_row": "Int64"})

    def _words_of_flags(self) -> list[str]:
        return [" ".join(check for check, rows in self._flags.items() if rows[row]) for row in range(self.n)]


def _finding(check: str, n: int, total: int, first_row: int | None, **facts: Any) -> dict[str, Any]:
    remedy = _(REMEDIES[check]).format(**facts)
    return {"check": check, "n": n, "share": _share(n, total), "first_row": first_row, "remedy": remedy}


def _share(n: int, total: int) -> float:
    return min(1.0, n / total) if total else 0.0


def _same(one: str, other: str) -> bool:
    return " ".join(one.casefold().split()) == " ".join(other.casefold().split())


def _text(column: pa.ChunkedArray) -> list[str]:
    return [(cell or "").strip() for cell in column.to_pylist()]
