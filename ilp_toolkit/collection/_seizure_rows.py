"""
One reading of seizures: every distinct word is worked out once, then spread over the rows.

A register of a hundred thousand rows holds some hundreds of drugs, countries and units; what is looked up, is
looked up for those.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from ..i18n import N_, _
from . import countries, units
from ._seizure_fields import drug_class, header_unit, read_amount
from ._seizure_files import FILE_COLUMN
from ._seizure_schema import REMEDIES, SEIZURES
from .duplicates import earlier, repeated_rows, shared
from .findings import Findings, first_example
from .frames import as_text, free_name, pick, rejected_table
from .identity import kept_columns, personal_columns
from .moments import MONTH
from .rawtable import RawTable
from .shapes import NOTHING, Bools, Floats, Ints, filled, fingerprint, mix, words_and_codes
from .times import NAT, read_spans

__all__ = ["SeizureRows"]

_REASONS = {"date_missing": N_("no date"), "date_unreadable": N_("the date cannot be read")}
_DAY = 86_400_000_000
_NO_YEAR = -(2**31)
_PLACES = ("country", "producing", "departure", "destination")
_WEIGHT = "weight"
_FAR = 10.0
_ENOUGH = 30  # Of fewer weights nobody can say which is far from the others.
_YEAR = re.compile(r"\s*(\d{4})(?:\.0*)?\s*")


class SeizureRows:
    """
    The rows of a file of seizures.

    Parameters
    ----------
    raw
        The file.
    roles
        Role to column.
    keep
        Columns about persons to keep.
    """

    def __init__(self, raw: RawTable, roles: dict[str, str], *, keep: str | Iterable[str]) -> None:
        self.raw, self.roles, self.table = raw, roles, raw.columns
        self.n = self.table.num_rows
        names = list(self.table.column_names)
        kept = kept_columns(keep, names)
        personal = personal_columns(self.table, used=roles.values())
        self.set_aside = {name: kind for name, kind in personal.items() if name not in kept}
        self.findings = Findings(raw.source_row, self.n + len(raw.bad), remedies=REMEDIES)
        self.choices: dict[str, Any] = {}
        self._words: dict[str, tuple[list[str], Ints]] = {}

    # What the cells say

    def words(self, role: str) -> tuple[list[str], Ints]:
        """Return the distinct texts of a role and each row's place among them; only '' without a column."""
        if role not in self._words:
            column = self.roles.get(role)
            nothing = column is None or column in self.set_aside
            empty: tuple[list[str], Ints] = ([""], np.zeros(self.n, dtype=np.int64))
            self._words[role] = empty if nothing else words_and_codes(self.table.column(column))
        return self._words[role]

    def each(self, role: str, read: Callable[[str], Any], kind: Any) -> np.ndarray[Any, Any]:
        """Read every distinct text of a role and return one value a row."""
        words, codes = self.words(role)
        return np.asarray(np.array([read(word) for word in words], dtype=kind)[codes])

    def text(self, role: str, keep: Bools) -> pd.Series[Any]:
        """Return a column as worded, words for nothing left out."""
        words, codes = self.words(role)
        return pick([None if _is_nothing(word) else word for word in words], codes[keep])

    @cached_property
    def places(self) -> dict[str, list[countries.Resolution]]:
        """What each distinct name of a country means, by role."""
        return {role: [countries.find(word) for word in self.words(role)[0]] for role in _PLACES}

    def status(self, role: str, *wanted: str) -> Bools:
        """Return the rows whose country was resolved in one of the ways named."""
        chosen = np.array([one.status in wanted for one in self.places[role]], dtype=bool)
        return np.asarray(chosen[self.words(role)[1]])

    @cached_property
    def known_words(self) -> dict[str, Bools]:
        """Which rows say anything, by role."""
        said: dict[str, Bools] = {}
        for role in ("drug", "amount", "unit", "purity"):
            words, codes = self.words(role)
            said[role] = np.array([not _is_nothing(word) for word in words], dtype=bool)[codes]
        return said

    # Reading

    def read(self) -> None:
        """Read time, amount and weight of every row."""
        self._read_dates()
        decimal = str(self.raw.choices.get("decimal") or ".")
        words, codes = self.words("amount")
        read = [read_amount(word, decimal=decimal) for word in words]
        self.amount: Floats = np.array([number for number, _unit in read], dtype=float)[codes]
        self._read_units([units.code_of(unit) if unit else None for _number, unit in read], codes)
        self._weigh()
        self._read_purity()

    def _read_dates(self) -> None:
        roles = {"date": self.roles["date"]} if "date" in self.roles else {}
        years = self.each("year", _year_of, np.int64)
        if not roles:
            self.day = np.full(self.n, NAT, dtype=np.int64)
            self.year, self.month_only = years, np.zeros(self.n, dtype=bool)
            said = filled(self.table.column(self.roles["year"]))
            no_year = years == _NO_YEAR
            self.unusable = {"date_missing": no_year & ~said, "date_unreadable": no_year & said}
            self.time_checks: dict[str, Bools] = {"year_only": ~no_year}
            self.month_first = False
            return
        spans = read_spans(self.table, roles)
        known = spans.begin != NAT
        self.day = np.where(known, spans.begin // _DAY, NAT)
        dates = self.day.astype("M8[D]")
        written = self.each("date", _year_of, np.int64)
        stand_in = np.where(written != _NO_YEAR, written, years)
        self.year = np.where(known, dates.astype("M8[Y]").astype(np.int64) + 1970, stand_in)
        saved = ~known & (stand_in != _NO_YEAR) & ~spans.unusable["date_unreadable"]
        self.month_only = known & (spans.grain == MONTH)
        self.unusable = {name: spans.unusable[name] & ~saved for name in _REASONS}
        self.unusable["date_unreadable"] = self.unusable["date_unreadable"] | (
            spans.unusable["year_only"] & ~saved
        )
        self.time_checks = {
            "year_only": saved,
            "month_only": self.month_only,
            "year_differs": known & (years != _NO_YEAR) & (years != self.year),
            **{name: rows for name, rows in spans.checks.items() if name in REMEDIES},
        }
        self.month_first = spans.month_first

    def _read_units(self, behind: list[str | None], amount_codes: Ints) -> None:
        """Read units from their column, and from the amount's cell where the column says nothing."""
        words, codes = self.words("unit")
        own = [units.code_of(word) for word in words]
        header = header_unit(self.roles["amount"]) if "unit" not in self.roles else None
        behind = [code or header for code in behind]
        self.choices["unit_from_header"] = header
        self.unit_codes = sorted({code for code in (*own, *behind) if code})
        place = {code: at for at, code in enumerate(self.unit_codes)}
        none = len(self.unit_codes)
        self.unit = np.array([place.get(code or "", none) for code in own], dtype=np.int64)[codes]
        written = np.array([place.get(code or "", none) for code in behind], dtype=np.int64)[amount_codes]
        free = ~self.known_words["unit"] & (written != none)
        self.unit = np.where(free, written, self.unit)
        self.unit_said = self.known_words["unit"] | free

    def _weigh(self) -> None:
        """Weigh each pair of unit and drug once."""
        words, codes = self.words("drug")
        groups = [None if _is_nothing(word) else drug_class(word) for word in words]
        self.group_words = [group or "unknown" for group in groups]
        self.listed = np.array([group is not None for group in groups], dtype=bool)[codes]
        pair, row = np.unique(self.unit * len(words) + codes, return_inverse=True)
        names = [*self.unit_codes, ""]
        found = [units.factor(names[at // len(words)], self.group_words[at % len(words)]) for at in pair]
        self.kg: Floats = self.amount * np.array([one.kg for one in found], dtype=float)[row]
        self.kg[self.amount < 0] = np.nan
        self.basis = np.array([one.basis for one in found], dtype=object)[row]

    def _read_purity(self) -> None:
        """Read purity as a share; the column is in percent where it says so or holds more than one."""
        words, codes = self.words("purity")
        read = np.array([read_amount(word)[0] for word in words], dtype=float)
        said = [word for word in words if not _is_nothing(word)]
        top = np.nanmax(read) if said and not np.isnan(read).all() else 0.0
        percent = "%" in "".join([self.roles.get("purity", ""), *said]) or top > 1
        shares = read / 100 if percent else read
        shares[(shares < 0) | (shares > 1)] = np.nan
        self.purity: Floats = shares[codes]
        self.choices["purity_in"] = ("percent" if percent else "share") if said else None

    # Checking

    def check(self) -> None:
        """Note everything that is odd."""
        flag, note = self.findings.flag, self.findings.note
        for check, rows in self.unusable.items():
            flag(check, rows, example=first_example(self._some("date", rows)))
        self.keep: Bools = ~np.logical_or.reduce(list(self.unusable.values()))
        first = _("month") if self.month_first else _("day")
        for check, rows in self.time_checks.items():
            flag(check, rows & self.keep, first=first)
        self._check_amounts()
        self._check_repeats()
        self._check_countries()
        said = self.known_words["drug"]
        flag("drug_missing", ~said)
        unlisted = said & ~self.listed
        flag("drug_unlisted", unlisted, example=self._frequent("drug", unlisted))
        self.choices["drugs_unlisted"] = self._counts("drug", unlisted)
        if self.set_aside:
            note("set_aside", len(self.set_aside), columns=", ".join(self.set_aside))
        bad = self.raw.bad
        if len(bad):
            note("bad_record", len(bad), int(bad["source_row"].iloc[0]))
        for check, n, row, remedy in self.raw.notes:
            self.findings.add(check, n, row, remedy)
        self._check_gaps()

    def _check_amounts(self) -> None:
        flag, said = self.findings.flag, self.known_words
        unreadable = said["amount"] & np.isnan(self.amount)
        flag("amount_missing", ~said["amount"])
        flag("amount_unreadable", unreadable, example=first_example(self._some("amount", unreadable)))
        flag("amount_not_positive", self.amount <= 0)
        flag("no_unit", ~self.unit_said & said["amount"])
        unlisted = self.unit_said & (self.unit == len(self.unit_codes))
        flag("unit_unlisted", unlisted, example=self._frequent("unit", unlisted))
        weightless = self.unit_said & ~unlisted & (self.basis == "none")
        flag("unit_no_weight", weightless, example=self._frequent("unit", weightless))
        flag("kg_outlier", self._outliers())
        flag("kg_by_factor", ~np.isnan(self.kg) & (self.basis != _WEIGHT))
        bad = said["purity"] & np.isnan(self.purity)
        flag("purity_unreadable", bad, example=first_example(self._some("purity", bad)))
        self.choices["units_unlisted"] = self._counts("unit", unlisted)
        self.choices["units_without_weight"] = self._counts("unit", weightless)

    def _outliers(self) -> Bools:
        """Return the rows that weigh over ten times what the next largest of their drug's group weighs."""
        found = np.zeros(self.n, dtype=bool)
        names, numbers = np.unique(np.array(self.group_words), return_inverse=True)
        group = numbers[self._codes("drug")]
        weighed = self.keep & (self.kg > 0)
        for at in range(len(names)):
            rows = np.flatnonzero(weighed & (group == at))
            if len(rows) < _ENOUGH:
                continue
            falling = rows[np.argsort(-self.kg[rows], kind="stable")][: 1 + max(1, len(rows) // 100)]
            gaps = np.flatnonzero(self.kg[falling[:-1]] > _FAR * self.kg[falling[1:]])
            found[falling[: gaps[-1] + 1 if len(gaps) else 0]] = True
        return found

    def _check_repeats(self) -> None:
        """Flag the same seizure in two units, a number whose unit is probably wrong, and exact repeats."""
        _names, country = self._merged("country")
        _drugs, drug = self._merged("drug")
        _places, place = self._merged("place")
        weighed = self.keep & (self.basis == _WEIGHT) & (self.kg > 0) & (self.day != NAT)
        same = mix(self.day.view(np.uint64)) + mix(country.view(np.uint64) + np.uint64(1 << 40))
        same = mix(same + mix(drug.view(np.uint64) + np.uint64(1 << 41)))
        micrograms = np.where(weighed, np.round(np.where(weighed, self.kg, 0.0) * 1e9), 0.0)
        self.findings.flag(
            "unit_twin", _in_several(mix(same + micrograms.view(np.uint64)), self.unit, weighed)
        )
        here = mix(same + mix(place.view(np.uint64) + np.uint64(1 << 42)))
        numbers = np.where(weighed, self.amount, 0.0).view(np.uint64)
        self.findings.flag("unit_slip", _in_several(mix(here + numbers), self.unit, weighed))
        likely = shared(mix(same + self.amount.view(np.uint64)))
        self.findings.flag("duplicate", repeated_rows(self.table, likely))
        if "seizure_id" not in self.roles:
            self.findings.note("id_missing", self.n)
        else:
            cells = self.table.column(self.roles["seizure_id"])
            known = filled(cells)
            self.findings.flag("id_missing", ~known)
            self.findings.flag("repeated_id", earlier(fingerprint(cells), known))

    def _merged(self, role: str) -> tuple[list[str], Ints]:
        """Return the words of a role with case and spaces taken away, and each row's place among them."""
        words, codes = self.words(role)
        places, distinct = pd.factorize(
            np.array([" ".join(w.casefold().split()) for w in words], dtype=object)
        )
        return list(distinct), np.asarray(places.astype(np.int64)[codes])

    def _check_countries(self) -> None:
        flag = self.findings.flag
        said = {role: self._says_other(role) for role in _PLACES}
        flag(
            "country_missing",
            np.array([c.code is None for c in self.places["country"]])[self._codes("country")],
        )
        for check, statuses in (
            ("country_unresolved", ("close", "unresolved", "ambiguous")),
            ("country_historic", ("historic",)),
            ("country_part", ("part",)),
        ):
            counts = self._names_of(statuses)
            rows = np.logical_or.reduce([self.status(role, *statuses) for role in _PLACES])
            flag(check, rows, example=", ".join(list(counts)[:5]))
            if check == "country_unresolved":
                self.choices["countries_unresolved"] = counts
        flag("unknown_country", np.logical_or.reduce([said[role] for role in _PLACES[1:]]))
        own = self._country_numbers("country")
        flag("self_loop", (own >= 0) & (own == self._country_numbers("departure")))

    def _says_other(self, role: str) -> Bools:
        """Return the rows that say "Unknown" or "Other": something is written, and it names no country."""
        found = zip(self.words(role)[0], self.places[role], strict=True)
        named = [one.status == "nothing" and bool(word.strip()) for word, one in found]
        return np.asarray(np.array(named, dtype=bool)[self._codes(role)])

    def _country_numbers(self, role: str) -> Ints:
        numbers = [int.from_bytes((one.code or "").encode(), "big") or -1 for one in self.places[role]]
        return np.asarray(np.array(numbers, dtype=np.int64)[self._codes(role)])

    def _codes(self, role: str) -> Ints:
        return self.words(role)[1]

    def _names_of(self, statuses: tuple[str, ...]) -> dict[str, int]:
        """Count the names that were resolved in one of these ways, most frequent first."""
        counts: dict[str, int] = {}
        for role in _PLACES:
            words, codes = self.words(role)
            for at, n in enumerate(np.bincount(codes, minlength=len(words))):
                if n and self.places[role][at].status in statuses:
                    counts[words[at]] = counts.get(words[at], 0) + int(n)
        return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))

    def _check_gaps(self) -> None:
        """Note the country-years between the first and the last year of the file that hold no record."""
        own = self._country_numbers("country")
        rows = self.keep & (own >= 0)
        if rows.any():
            years, names = self.year[rows], own[rows]
            have = len(np.unique(names * 10_000 + years))
            span = int(years.max() - years.min()) + 1
            self.findings.note("not_reported", len(np.unique(names)) * span - have)

    def _some(self, role: str, rows: Bools) -> list[str]:
        words, codes = self.words(role)
        return [words[codes[row]] for row in np.flatnonzero(rows)[:5]]

    def _counts(self, role: str, rows: Bools) -> dict[str, int]:
        words, codes = self.words(role)
        counts = np.bincount(codes[rows], minlength=len(words))
        found = [(int(n), word) for n, word in zip(counts, words, strict=True) if n and word]
        return {word: n for n, word in sorted(found, key=lambda pair: (-pair[0], pair[1]))[:20]}

    def _frequent(self, role: str, rows: Bools) -> str:
        return ", ".join(list(self._counts(role, rows))[:5])

    # Writing

    def seizures(self) -> pd.DataFrame:
        """Build the table of the rows that are kept."""
        keep = self.keep
        drug_words, drug_codes = self.words("drug")
        data: dict[str, Any] = {
            "seizure_id": self._ids(keep),
            "source_row": pd.Series(self.raw.source_row[keep]),
            "date": pd.Series(
                np.where(self.day == NAT, NAT, self.day).astype("M8[D]").astype("M8[us]")[keep]
            ),
            "year": pd.Series(self.year[keep]).astype("Int64"),
            **{role: self._country(role, keep) for role in _PLACES},
            "admin": self.text("admin", keep),
            "place": self.text("place", keep),
            "drug": pick(
                ["unknown" if _is_nothing(w) else " ".join(w.split()) for w in drug_words], drug_codes[keep]
            ),
            "drug_class": pick(self.group_words, drug_codes[keep]),
            "amount": pd.Series(self.amount[keep]),
            "unit": pick([*self.unit_codes, None], self.unit[keep]),
            "kg": pd.Series(self.kg[keep]),
            "kg_pure": pd.Series((self.kg * self.purity)[keep]),
            "transport": self.text("transport", keep),
            "routing": self.text("routing", keep),
            "flags": pick(*self.findings.flags(keep)),
        }
        data = {name: data[name] for name in SEIZURES}
        consumed = {column for role, column in self.roles.items() if role in SEIZURES}
        for name in self.table.column_names:
            if name not in self.set_aside and name not in consumed:
                cells = self.table.column(name)
                rest = cells if keep.all() else cells.filter(pa.array(keep))
                data[free_name(name, data)] = as_text(rest)
        return pd.DataFrame(data, copy=False)

    def rejected(self) -> tuple[pd.DataFrame, str]:
        """Return the rows that cannot be used, with the reason, and the name of the column of bad lines."""
        reasons = [(rows, _(_REASONS[check])) for check, rows in self.unusable.items()]
        return rejected_table(self.table, self.raw.source_row, reasons, self.raw.bad)

    def _country(self, role: str, keep: Bools) -> pd.Series[Any]:
        return pick([one.code for one in self.places[role]], self._codes(role)[keep])

    def _ids(self, keep: Bools) -> pd.Series[Any]:
        """Return the register's numbers; where there is none, one made from the file's place and its row."""
        rows, files = self.raw.source_row[keep], [""]
        file = np.zeros(len(rows), dtype=np.int64)
        if FILE_COLUMN in self.table.column_names:
            names, codes = words_and_codes(self.table.column(FILE_COLUMN))
            files, file = [f"{number}-" for number in range(1, len(names) + 1)], codes[keep]
        pairs = zip(file.tolist(), rows.tolist(), strict=True)
        made = pd.Series([f"row-{files[at]}{row}" for at, row in pairs], dtype=object)
        if "seizure_id" not in self.roles:
            return as_text(pa.array(made.tolist(), pa.string()))
        words, codes = self.words("seizure_id")
        own = np.array([None if _is_nothing(word) else word for word in words], dtype=object)[codes[keep]]
        missing = np.array([one is None for one in own], dtype=bool)
        return as_text(pa.array(np.where(missing, made.to_numpy(), own).tolist(), pa.string()))


def _in_several(marks: np.ndarray[Any, np.dtype[np.uint64]], unit: Ints, among: Bools) -> Bools:
    """Return the rows chosen whose mark occurs with more than one unit."""
    found = np.zeros(len(marks), dtype=bool)
    pairs = pd.DataFrame({"mark": marks[among], "unit": unit[among]})
    kinds = pairs.drop_duplicates()["mark"]
    several = kinds[kinds.duplicated()]
    found[np.flatnonzero(among)] = pairs["mark"].isin(several).to_numpy()
    return found


def _is_nothing(word: str) -> bool:
    return word.strip().casefold() in NOTHING


def _year_of(text: str) -> int:
    """Return the year that a cell holds and nothing else, `_NO_YEAR` where it holds more or less."""
    found = _YEAR.fullmatch(text)
    year = int(found[1]) if found else 0
    return year if 1900 <= year < 2200 else _NO_YEAR
