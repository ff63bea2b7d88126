"""
The rows of a file of links: what each cell says, what is odd about it, and the tables made of both.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ..i18n import N_, _
from ._link_fields import direction_of, item_numbers, tagged_grade
from ._link_names import TESTS
from ._link_parts import Parts
from ._link_schema import LINKS, REMEDIES
from ._seizure_fields import read_amount
from .findings import Findings, first_example
from .frames import as_text, free_name, pick, rejected_table
from .identity import kept_columns, personal_columns
from .markings import secret_marking
from .moments import DAY, HOUR, MINUTE, MONTH, YEAR, read_moments
from .shapes import NOTHING, Bools, Floats, Ints, words_and_codes

__all__ = ["Graded", "LinkRows", "column_words", "read_grades"]

_REASONS = {
    "secret": N_("marked as a state secret; the words are withheld"),
    "end_missing": N_("one end of the link is missing"),
}
_REFUSED = {"cell_unknown": N_("the cell says that it is unknown whether there is a link")}
_NO_END = frozenset({"", "NA", "N/A", "#N/A", "NULL", "-", "--", "–", "—"})
_GRAINS = {YEAR: "year", MONTH: "month", DAY: "day", HOUR: "hour", MINUTE: "minute"}
_NAT = np.iinfo(np.int64).min


@dataclass(frozen=True)
class Graded:
    """Grades of rows with their scale, and what is the matter with them."""

    words: list[str | None]
    codes: Ints
    unreadable: Bools
    assumed: bool
    example: str


class LinkRows:
    """
    The rows of a file of links.

    Parameters
    ----------
    parts
        The file.
    scale
        Scale of grades that do not name theirs.
    keep
        Columns about persons to keep.
    """

    def __init__(self, parts: Parts, *, scale: str, keep: str | Iterable[str]) -> None:
        self.parts, self.listed, self.scale = parts, parts.links, scale
        self.table, self.roles = self.listed.table, self.listed.roles
        self.n = self.table.num_rows
        names = list(self.table.column_names)
        kept = kept_columns([name for name in _listed(keep) if name in names], names)
        used = set(self.roles.values())
        personal = personal_columns(self.table, used=used)
        self.set_aside = {n: kind for n, kind in personal.items() if n not in kept and n not in used}
        self.n_rows = self.n + len(self.listed.bad) + len(parts.refused)
        self.findings = Findings(self.listed.source_row, self.n_rows, remedies=REMEDIES)
        self.originals: dict[str, str] = {}

    # Reading

    def read(self) -> None:
        """Read ends, weights, dates, grades, evidence and handling."""
        self.source, self.target = self._end("source"), self._end("target")
        secret = self._flag_words("handling", lambda word: bool(secret_marking(word)))
        missing = np.array(
            [a is None or b is None for a, b in zip(self.source, self.target, strict=True)], dtype=bool
        )
        self.unusable = {"secret": secret, "end_missing": missing & ~secret}
        self.keep = ~np.logical_or.reduce(list(self.unusable.values()))
        self._read_weight()
        self._read_date()
        self.grades = read_grades(self.table, self.roles, self.scale)
        self._read_direction()
        words, codes = column_words(self.table, self.roles, "item_ids")
        self.items = [item_numbers(word) for word in words], codes

    def _end(self, role: str) -> list[str | None]:
        cells = self.table.column(self.roles[role]).to_pylist()
        return [None if cell is None or cell in _NO_END else cell for cell in cells]

    def _flag_words(self, role: str, test: Any) -> Bools:
        words, codes = column_words(self.table, self.roles, role)
        return np.array([bool(test(word)) for word in words], dtype=bool)[codes]

    def _read_weight(self) -> None:
        words, codes = column_words(self.table, self.roles, "weight")
        decimal = str(self.parts.choices.get("decimal", "."))
        read = [read_amount(word, decimal=decimal) for word in words]
        values = np.array([np.nan if unit else value for value, unit in read], dtype=float)
        none = np.array([word.casefold() in NOTHING for word in words], dtype=bool)
        self.weight: Floats = values[codes]
        self.no_weight: Bools = none[codes]
        self.bad_weight: Bools = np.isnan(self.weight) & ~self.no_weight

    def _read_date(self) -> None:
        n = self.n
        self.clock = np.full(n, _NAT, dtype=np.int64)
        self.grain = np.zeros(n, dtype=np.int64)
        self.bad_date, self.undecided, self.month_first = np.zeros(n, bool), np.zeros(n, bool), False
        if "date" not in self.roles:
            return
        cells = self.table.column(self.roles["date"])
        if "time" in self.roles:
            cells = _joined(cells, self.table.column(self.roles["time"]))
        moments = read_moments(cells)
        grain = moments.grain.astype(np.int64)
        self.clock = np.where(grain >= YEAR, moments.clock, _NAT)
        self.grain, self.bad_date = grain, (grain < YEAR) & ~moments.empty
        self.undecided, self.month_first = moments.undecided, moments.month_first

    def _read_direction(self) -> None:
        told = self.parts.directed
        words, codes = column_words(self.table, self.roles, "directed")
        read = [direction_of(word) for word in words]
        known = np.array([one is not None for one in read], dtype=bool)[codes]
        if "directed" in self.roles and self.parts.directed_by != "caller":
            said = np.array([bool(one) for one in read], dtype=bool)[codes]
            self.directed = np.where(known, said, bool(told))
        else:
            self.directed = np.full(self.n, bool(told))
            known = np.full(self.n, told is not None)
        self.direction_known = known

    # Checking

    def check(self) -> None:
        """Note everything that is odd."""
        flag, keep = self.findings.flag, self.keep
        for check, rows in self.unusable.items():
            flag(check, rows)
        self._check_labels()
        loops = np.array([a == b for a, b in zip(self.source, self.target, strict=True)], dtype=bool) & keep
        flag("self_loop", loops)
        self._check_repeats()
        if "weight" in self.roles:
            flag(
                "weight_unreadable", self.bad_weight & keep, example=self._example("weight", self.bad_weight)
            )
            flag("weight_missing", self.no_weight & keep)
            flag("weight_negative", (self.weight < 0) & keep)
            flag("weight_zero", (self.weight == 0) & keep)
        else:
            self.findings.note("weight_missing", int(keep.sum()))
        flag("date_unreadable", self.bad_date & keep, example=self._example("date", self.bad_date))
        flag("date_coarse", (self.grain >= YEAR) & (self.grain < DAY) & keep)
        first = _("month") if self.month_first else _("day")
        flag("ambiguous_day_month", self.undecided & keep, first=first)
        flag("grade_unreadable", self.grades.unreadable & keep, example=self.grades.example)
        if self.grades.assumed:
            n = int(sum(self.grades.words[code] is not None for code in self.grades.codes))
            self.findings.note("scale_assumed", n, scale=self.scale)
        self._check_evidence()
        self._check_file()

    def _check_labels(self) -> None:
        labels = self.labels()
        for check, test in TESTS.items():
            found = test(labels)
            if not found:
                continue
            rows = np.array(
                [a in found or b in found for a, b in zip(self.source, self.target, strict=True)], dtype=bool
            )
            example = ", ".join(f"“{label}”" for label in sorted(found)[:4])
            if (rows & self.keep).any():
                self.findings.flag(check, rows & self.keep, example=example)
            else:
                self.findings.note(check, len(found), example=example)

    def labels(self) -> list[str]:
        """Return every label of the file, each once: those of links, then those of entities alone."""
        pairs = zip(self.source, self.target, self.keep, strict=True)
        used = [end for a, b, kept in pairs if kept for end in (a, b) if end is not None]
        return list(dict.fromkeys([*used, *self.extra_labels]))

    extra_labels: tuple[str, ...] = ()
    """Labels that the list of entities holds."""

    def _check_repeats(self) -> None:
        keys = pd.DataFrame({"a": self.source, "b": self.target}, dtype=object)
        swap = ~self.directed & np.array(
            [str(a) > str(b) for a, b in zip(self.source, self.target, strict=True)], dtype=bool
        )
        keys.loc[swap, ["a", "b"]] = keys.loc[swap, ["b", "a"]].to_numpy()
        keys["kept"] = self.keep
        again = keys.duplicated().to_numpy() & self.keep
        whole = pd.DataFrame({n: self.table.column(n).to_pylist() for n in self.table.column_names})
        exact = whole.duplicated().to_numpy() & self.keep
        self.findings.flag("duplicate_row", exact)
        self.findings.flag("repeated_link", again & ~exact)

    def _check_evidence(self) -> None:
        without = np.array([not items for items in self.items[0]], dtype=bool)[self.items[1]] & self.keep
        if "item_ids" in self.roles:
            self.findings.flag("item_missing", without)
        else:
            self.findings.note("item_missing", int(without.sum()))
        if not self.direction_known.all() and self.parts.layout in ("list", "graphml", "gexf", "anx"):
            self.findings.note("direction_assumed", int((~self.direction_known & self.keep).sum()))

    def _check_file(self) -> None:
        for check, n, first, facts in self.parts.found:
            self.findings.note(check, n, first, **facts)
        refused: dict[str, list[int]] = {}
        for row, check, _source, _target in self.parts.refused:
            refused.setdefault(check, []).append(row)
        for check, rows in refused.items():
            self.findings.note(check, len(rows), rows[0])
        if self.set_aside:
            self.findings.note("set_aside", len(self.set_aside), columns=", ".join(self.set_aside))
        bad = self.listed.bad
        if len(bad):
            self.findings.note("bad_record", len(bad), int(bad["source_row"].iloc[0]))
        for check, n, first_row, remedy in self.parts.notes:
            if check != "no_header":
                self.findings.add(check, n, first_row, remedy)

    def _example(self, role: str, rows: Bools) -> str:
        if role not in self.roles or not rows.any():
            return ""
        column = self.table.column(self.roles[role])
        return first_example(column[int(row)].as_py() for row in np.flatnonzero(rows)[:5])

    # Writing

    def links(self) -> pd.DataFrame:
        """Build the table of the links that are kept."""
        keep = self.keep
        items, item_codes = self.items
        data: dict[str, Any] = {
            "source": _texts([one for one, kept in zip(self.source, keep, strict=True) if kept]),
            "target": _texts([one for one, kept in zip(self.target, keep, strict=True) if kept]),
            "weight": pd.Series(self.weight[keep]),
            "kind": self._text("kind"),
            "item_ids": pd.Series([items[code] for code in item_codes[keep]], dtype=object),
            "grade": pick(self.grades.words, self.grades.codes[keep]),
            "date": pd.Series(self.clock[keep].view("M8[us]")),
            "date_precision": pick([None, *_GRAINS.values()], _grain_codes(self.grain[keep])),
            "directed": pd.Series(self.directed[keep]),
            "handling": self._text("handling").fillna(""),
            "source_row": pd.Series(self.listed.source_row[keep]),
            "flags": pick(*self.findings.flags(keep)),
        }
        # Where the file marks no row, what is stated of the whole holds; nothing stated is the strictest.
        marked = "handling" in self.roles
        data = {name: data[name] for name in LINKS if marked or name != "handling"}
        return pd.DataFrame({**data, **self._rest(data, keep)}, copy=False)

    def _rest(self, data: dict[str, Any], keep: Bools) -> dict[str, Any]:
        """Return the columns that pass through, and those read whose words would else be lost."""
        lossy = {"weight": self.bad_weight, "date": self.bad_date, "grade": self.grades.unreadable}
        lossy["time"] = lossy["date"]
        lossy |= dict.fromkeys(("source_grade", "information_grade", "scale"), lossy["grade"])
        read = {column for role, column in self.roles.items() if not (role in lossy and lossy[role].any())}
        read -= {self.roles.get("link_id", "")}
        rest: dict[str, Any] = {}
        for name in self.table.column_names:
            if name in self.set_aside or name in read:
                continue
            cells = self.table.column(name)
            rest[free_name(name, [*data, *rest])] = as_text(cells.filter(pa.array(keep)))
        return rest

    def _text(self, role: str) -> pd.Series[Any]:
        words, codes = column_words(self.table, self.roles, role)
        known = [None if word.casefold() in NOTHING else word for word in words]
        return pick(known, codes[self.keep])

    def rejected(self) -> tuple[pd.DataFrame, str]:
        """Return what cannot be used, with the reason, and the name of the column of bad lines."""
        table = self.table
        if self.unusable["secret"].any():
            shown = pa.array(~self.unusable["secret"])
            columns = [pc.if_else(shown, column.combine_chunks(), None) for column in table.columns]
            table = pa.table(columns, names=table.column_names)
        reasons = [(rows, _(_REASONS[check])) for check, rows in self.unusable.items()]
        rejected, line = rejected_table(table, self.listed.source_row, reasons, self.listed.bad)
        if self.parts.refused:
            more = pd.DataFrame(
                [
                    {
                        "source_row": row,
                        "reason": _(_REFUSED[check]),
                        self.roles["source"]: source,
                        self.roles["target"]: target,
                    }
                    for row, check, source, target in self.parts.refused
                ]
            )
            rejected = more if rejected.empty else pd.concat([rejected, more], ignore_index=True)
            rejected = rejected.sort_values("source_row", kind="stable", ignore_index=True)
        return rejected, line


def column_words(table: pa.Table, roles: dict[str, str], role: str) -> tuple[list[str], Ints]:
    """Return the distinct words of a role's column and each row's word; one empty word where it has none."""
    if role not in roles:
        return [""], np.zeros(table.num_rows, dtype=np.int64)
    words, codes = words_and_codes(table.column(roles[role]))
    return [word.strip() for word in words], codes


def read_grades(table: pa.Table, roles: dict[str, str], scale: str) -> Graded:
    """Read the grade of each row from one column, or from two for the source and the information."""
    n = table.num_rows
    if "grade" in roles:
        cells = table.column(roles["grade"])
    elif "source_grade" in roles and "information_grade" in roles:
        halves = [_filled(table.column(roles[role])) for role in ("source_grade", "information_grade")]
        cells = pc.binary_join_element_wise(*halves, "", null_handling="replace", null_replacement="?")
    else:
        return Graded([None], np.zeros(n, dtype=np.int64), np.zeros(n, dtype=bool), False, "")
    own = table.column(roles["scale"]) if "scale" in roles else pa.chunked_array([pa.nulls(n, pa.string())])
    joined = pc.binary_join_element_wise(own, cells, "\t", null_handling="replace", null_replacement="")
    words, codes = words_and_codes(pa.chunked_array([joined]) if isinstance(joined, pa.Array) else joined)
    read: list[str | None] = []
    bad, assumed, example = [], False, ""
    for word in words:
        named, _tab, text = word.partition("\t")
        try:
            read.append(tagged_grade(text, named.strip() or scale))
            assumed = assumed or (read[-1] is not None and ":" not in text and not named.strip())
            bad.append(False)
        except ValueError:
            read.append(None)
            bad.append(True)
            example = example or first_example([text])
    return Graded(read, codes, np.array(bad, dtype=bool)[codes], assumed, example)


def _filled(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    empty = pc.equal(pc.binary_length(cells), 0)
    return pc.if_else(pc.fill_null(empty, True), None, cells)


def _joined(dates: pa.ChunkedArray, clocks: pa.ChunkedArray) -> pa.ChunkedArray:
    pairs = zip(dates.to_pylist(), clocks.to_pylist(), strict=True)
    return pa.chunked_array([pa.array([f"{d or ''} {c or ''}".strip() for d, c in pairs], pa.string())])


def _grain_codes(grain: Ints) -> Ints:
    places = {code: place for place, code in enumerate(_GRAINS, start=1)}
    return np.array([places.get(int(one), 0) for one in grain], dtype=np.int64)


def _texts(cells: list[str | None]) -> pd.Series[Any]:
    return as_text(pa.array(cells, pa.string()))


def _listed(keep: str | Iterable[str]) -> list[str]:
    return [keep] if isinstance(keep, str) else list(keep)
