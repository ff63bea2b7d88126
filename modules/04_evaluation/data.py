"""
The reports of one learner: which of the sixty, what is known of each source, and who first said it.

The texts come from the invented reports. What a grade rests on (the record of the source, how it knows, the
first source) is drawn for each variant, so the same report is graded otherwise in the next variant. No grade
stands in these files: `solver.py` works it out from what the learner sees.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Sequence
from typing import NamedTuple

from ilp_toolkit.synthetic.reports import grades_table, reports_table

__all__ = ["FAMILIES", "LANGUAGES", "SUPPORTS", "make", "said"]

LANGUAGES = ("en", "ru")
FAMILIES = {"O-31": ("005", "008", "013"), "O-52": ("016", "023", "035")}
"""Reports that go back to one first source, under the numbers of the sixty."""
SUPPORTS: dict[str, dict[str, str]] = {
    "002": {"009": "whole", "024": "whole"},
    "011": {"053": "whole"},
    "019": {"036": "part"},
    "022": {"038": "whole"},
    "026": {"045": "whole"},
    "048": {"038": "part", "022": "part"},
    "034": {"021": "part"},
    "054": {"007": "part"},
    **{one: dict.fromkeys(family, "whole") for family in FAMILIES.values() for one in family},
}
"""Which reports say the same as a report, the whole of it or a part; who first said it is asked elsewhere."""

_SEEN, _SEARCH, _RECORD = "seen", "search", "record"
_HOW = {
    "Seen by the officer on duty in a public place": _SEEN,
    "Search under a court order, report attached": _SEARCH,
    "From records kept under the law": _RECORD,
    "Anonymous call to the duty line": "call",
    "Open source: local newspaper": "paper",
    "From the files of a partner agency, passed on by its liaison officer": "partner",
}
"""Ways of obtaining that say by themselves what is known of the source; of others the record is drawn."""

_WORDS: dict[str, tuple[str, str]] = {
    "trust seen": (
        "Nothing speaks against the officer's honesty or skill.",
        "Сомнений в честности и умении сотрудника нет.",
    ),
    "trust search": ("Record signed by all who were present.", "Протокол подписали все присутствовавшие."),
    "trust record": (
        "Its entries were checked last year and held.",
        "Записи в прошлом году проверили, они верны.",
    ),
    "all": ("{n} earlier reports were checked: all held.", "Прежних сообщений проверено: {n}, верны все."),
    "some": (
        "{n} earlier reports were checked: {held} held.",
        "Прежних сообщений проверено: {n}, верных: {held}.",
    ),
    "none": ("First contact: nothing was checked before.", "Первый контакт: раньше ничего не проверяли."),
    "none call": ("The caller gave no name.", "Звонивший не назвался."),
    "none paper": (
        "Nobody has checked what this paper writes.",
        "То, что пишет эта газета, никто не проверял.",
    ),
    "knows seen": ("The officer saw it himself.", "Сотрудник видел это сам."),
    "knows search": ("The officers found it themselves.", "Сотрудники обнаружили это сами."),
    "knows record": ("It stands in the register.", "Это записано в реестре."),
    "own": ("The source knows it at first hand.", "Источник знает это сам, из первых рук."),
    "heard": ("The source heard it from others.", "Источник слышал это от других."),
    "unstated": (
        "It is not said how the source knows.",
        "Не сказано, откуда это известно источнику.",
    ),
    "origin": ("First source {code}, through: {path}.", "Первоисточник {code}, через кого: {path}."),
    "taken": ("taken over from report {other}", "взято из сообщения {other}"),
    "not noted": ("not noted", "не указан"),
    "yes": ("yes", "да"),
    "no": ("no", "нет"),
    "": ("not answered", "нет ответа"),
    "unsaid": ("not said", "не сказано"),
}
"""Everything that a file says beside the reports themselves, English and Russian."""


class _Report(NamedTuple):
    received: str
    how: str
    lawful: str
    free: str
    said: str
    origin: str
    path: str


class _Drawn(NamedTuple):
    """One report of a variant: what is known of the source (A, B, C or X) and how the source knows."""

    number: str
    record: str
    basis: str


class _Lot:
    """Draws that depend on the seed and a label alone: the same on every machine and version."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def number(self, label: str, low: int, high: int) -> int:
        drawn = int(hashlib.sha256(f"{self.seed}|{label}".encode()).hexdigest(), 16)
        return low + drawn % (high - low + 1)

    def mixed(self, label: str, things: Sequence[str]) -> list[str]:
        return sorted(things, key=lambda thing: self.number(f"{label}|{thing}", 0, 2**64))


def make(variant: int, seed: int) -> dict[str, str]:
    """
    Make the files of one variant.

    Parameters
    ----------
    variant
        0 to 7; even ones hold the rumour about the guard among the twenty, odd ones the forty kilograms.
    seed
        Whatever else is drawn.

    Returns
    -------
    dict of str to str
        ``reports``, ``desk``, ``matter`` and ``example``, each in both languages, and ``two_graders``, as CSV.
    """
    lot = _Lot(seed)
    family, other = list(FAMILIES)[:: 1 if variant % 2 == 0 else -1]
    drawn = _twenty(lot, family)
    desk = _desk(lot)
    files = {"two_graders.csv": _csv(_pair_rows())}
    for side, language in enumerate(LANGUAGES):
        reports = _reports(side)
        files[f"reports.{language}.csv"] = _csv(_reports_rows(lot, reports, drawn, side))
        files[f"desk.{language}.csv"] = _csv(_desk_rows(reports, desk, side))
        files[f"matter.{language}.csv"] = _csv(_matter_rows(lot, reports, other, side))
        files[f"example.{language}.csv"] = _csv(_example_rows(side))
    return files


def said(language: str) -> dict[str, str]:
    """Return what each of the sixty says, by its number, without names and without traces of the source."""
    return {number: report.said for number, report in _reports(LANGUAGES.index(language)).items()}


def _twenty(lot: _Lot, family: str) -> list[_Drawn]:
    """Draw the twenty: circular ones, supported hearsay, rumours of good sources, the false one, plain ones."""
    records = {"005": "CX", "008": "AB", "013": "CX", "016": "BB", "023": "AB", "035": "BX"}
    drawn = [
        _Drawn(n, records[n][lot.number(f"record {n}", 0, 1)], "heard" if family == "O-31" else "unstated")
        for n in FAMILIES[family]
    ]
    drawn += [_Drawn("020", "B", "own"), _Drawn("043", "A", _SEARCH)]
    taken: set[str] = set()
    for record, choices in (("X", ["019 036", "048 038"]), ("C", _PAIRS), ("B", _PAIRS)):
        pair = next(p for p in lot.mixed(f"pair {record}", choices) if not taken & set(p.split()))
        hearsay, support = pair.split()
        taken |= {hearsay, support}
        drawn += [_Drawn(hearsay, record, "heard"), _Drawn(support, "A", "")]
    hearsay, support = lot.mixed("part", ["034 021", "054 007"])[0].split()
    drawn += [_Drawn(hearsay, "B", "unstated"), _Drawn(support, "A", "")]
    rumours = lot.mixed("rumour", ["032", "058", "044", "037"])[:2]
    drawn += [_Drawn(n, record, "heard") for n, record in zip(rumours, "AB", strict=True)]
    plain = lot.mixed("own", ["010", "017", "029", "052", "015", "006", "003", "030"])[:4]
    drawn += [_Drawn(n, record, "own") for n, record in zip(plain, "ABCX", strict=True)]
    drawn += [_Drawn(lot.mixed("seen", ["001", "004", "014", "018", "046", "059"])[0], "A", "")]
    return sorted(drawn, key=lambda one: one.number)


_HEADERS = {
    "reports": (
        ["#", "Information", "Source", "How it is known"],
        ["#", "Сведения", "Источник", "Откуда известно"],
    ),
    "desk": (
        ["#", "How it was obtained", "Box: lawfully", "Box: no ill-treatment"],
        ["#", "Как получено", "Графа: законно", "Графа: без жестокого обращения"],
    ),
    "matter": (
        ["#", "Information", "First source", "Through whom"],
        ["#", "Сведения", "Первоисточник", "Через кого"],
    ),
}
"""Headers of the files; the column that identifies a row has one name in all languages."""

_PAIRS = ["002 009", "002 024", "026 045", "011 053", "022 038"]
"""Hearsay, and the report that supports it."""


def _reports_rows(lot: _Lot, reports: dict[str, _Report], drawn: list[_Drawn], side: int) -> list[list[str]]:
    codes = _origin_codes(lot, [reports[one.number].origin for one in drawn])
    rows = [_HEADERS["reports"][side]]
    for place, one in enumerate(drawn, start=1):
        report = reports[one.number]
        kind = _kinds()[one.number]
        origin = _WORDS["origin"][side].format(code=codes[report.origin], path=report.path)
        source = f"{report.how}. {_record(lot, one, kind, side)}"
        rows.append([f"N{place:02d}", report.said, source, f"{_knows(one, kind, side)} {origin}"])
    return rows


def _record(lot: _Lot, one: _Drawn, kind: str, side: int) -> str:
    """Say what is known of the source."""
    if kind in (_SEEN, _SEARCH, _RECORD):
        return _WORDS[f"trust {kind}"][side]
    if one.record == "X" or kind == "call":
        return _WORDS[f"none {kind}" if kind in ("call", "paper") else "none"][side]
    n = lot.number(f"checked {one.number}", 9, 24)
    if one.record == "A":
        return _WORDS["all"][side].format(n=n)
    low, high = (65, 88) if one.record == "B" else (12, 35)
    held = round(n * lot.number(f"held {one.number}", low, high) / 100)
    return _WORDS["some"][side].format(n=n, held=held)


def _knows(one: _Drawn, kind: str, side: int) -> str:
    known = f"knows {kind}" if kind in (_SEEN, _SEARCH, _RECORD) else one.basis
    return _WORDS[known][side]


def _origin_codes(lot: _Lot, origins: Sequence[str]) -> dict[str, str]:
    """Give the first sources codes of this variant, in which nothing of the sixty is recognised."""
    places = lot.mixed("codes", [f"O-{n}" for n in range(11, 99)])
    return dict(zip(sorted(set(origins)), places, strict=False))


def _desk(lot: _Lot) -> list[str]:
    """Draw six: one whose boxes say yes and whose words say beaten, another refused, one unstated, three clean."""
    chosen = ["025", *lot.mixed("refused", ["042", "047"])[:1]]
    chosen += lot.mixed("unstated", ["040", "060"])[:1]
    chosen += lot.mixed("clean", ["007", "012", "022", "026", "029", "053"])[:3]
    return lot.mixed("order", chosen)


def _desk_rows(reports: dict[str, _Report], chosen: list[str], side: int) -> list[list[str]]:
    """List what the form says on how each was obtained; the words of the reports stay closed."""
    rows = [_HEADERS["desk"][side]]
    for place, number in enumerate(chosen, start=1):
        report = reports[number]
        how = report.how or _WORDS["unsaid"][side]
        rows.append([f"D{place}", how, _WORDS[report.lawful][side], _WORDS[report.free][side]])
    return rows


def _matter_rows(lot: _Lot, reports: dict[str, _Report], family: str, side: int) -> list[list[str]]:
    """Lay the circular reports of the other matter among two of their own origin and one of unknown origin."""
    others = ["001", "003", "017", "030", "046"] if family == "O-31" else ["007", "022", "029", "038", "054"]
    alone = lot.mixed("alone", others)[:3]
    chosen = sorted([*FAMILIES[family], *alone])
    codes = _origin_codes(lot, [reports[n].origin for n in chosen])
    first, second, third = FAMILIES[family]
    names = {number: f"E{place}" for place, number in enumerate(chosen, start=1)}
    taken = [second, third][lot.number("taken", 0, 1)]
    rows = [_HEADERS["matter"][side]]
    for number in chosen:
        origin = codes[reports[number].origin]
        if number == taken:
            origin = _WORDS["taken"][side].format(other=names[first])
        elif number == alone[0]:
            origin = _WORDS["not noted"][side]
        rows.append([names[number], reports[number].said, origin, reports[number].path])
    return rows


_EXAMPLE = ["002", "005", "007", "008", "013", "019", "020", "025", "030", "031", "042", "043", "047", "060"]
"""Reports of the worked example in the lesson, the same for everybody."""


def _example_rows(side: int) -> list[list[str]]:
    """Return some of the sixty as the paper form has them: what the worked example reads."""
    table = reports_table(LANGUAGES[side])
    chosen = table[table.iloc[:, 0].str[-3:].isin(_EXAMPLE)]
    return [list(table.columns), *chosen.to_numpy().tolist()]


def _pair_rows() -> list[list[str]]:
    """Return the fifty grades that two graders gave alone, without the words of the reports."""
    second = grades_table()
    form = reports_table("en").set_index("Report number")
    first = (form["Source grade"] + form["Information grade"]).loc[second["report_id"]]
    both = zip(second["report_id"], first, second["source_grade"] + second["information_grade"], strict=True)
    return [["#", "first", "second"], *map(list, both)]


def _reports(side: int) -> dict[str, _Report]:
    table = reports_table(LANGUAGES[side])
    found = {}
    for cells in table.to_numpy().tolist():
        (number, received, _who, _body, _about, _area, _source, origin, path, how, lawful, free) = cells[:12]
        text, sanitised = cells[12:14]
        plain = sanitised if sanitised and sanitised != text else _cleaned(text)
        yes_no = {_WORDS[word][side]: word for word in ("yes", "no")}
        found[number[-3:]] = _Report(
            received, how, yes_no.get(lawful, ""), yes_no.get(free, ""), plain, origin, path
        )
    return found


def _cleaned(text: str) -> str:
    """Take out names in brackets and the sentence about the source, where nobody wrote a sanitised text."""
    without = re.sub(r" \([^)]*\)", "", text)
    return re.sub(r" (The (source|witness)|Источник|Свидетель) [^.]*\.$", "", without)


def _kinds() -> dict[str, str]:
    return {number: _HOW.get(report.how, "person") for number, report in _reports(0).items()}


def _csv(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()
