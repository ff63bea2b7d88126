"""
Data of one variant: two tables of counts, two lists of records, and an extract of the register.

The tables are drawn so that the obvious first try (black out the small counts and nothing else) fails by
subtraction and a few cells more are enough. The lists are drawn so that each rule of the invented regulation
is needed. The extract and the districts are the same in every variant: they come from `datasets/kelovar`.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path

import numpy as np
import pandas as pd

from ilp_toolkit.dissemination import suppression
from ilp_toolkit.errors import DisclosureError
from ilp_toolkit.synthetic.names import cyrillic

MINIMUM = 5
"""The smallest count above zero that may be shown."""
TODAY = dt.date(2026, 3, 2)
"""The day on which records are looked through, in lesson, lab and exam alike."""
TOTAL = "Total / Всего"
DISTRICTS = ("Tesvar", "Lomiran", "Nartul", "Golvir", "Gumrel", "Dashvar", "Pelsim", "Korvast", "Umtelor")
HEADS = {
    "en": ["№", "role", "entered", "last review", "closed"],
    "ru": ["№", "роль", "внесено", "последний пересмотр", "закрыто"],
}
ROLES = {
    "en": {"A": "acquitted or cleared", "V": "victim", "W": "witness", "S": "suspect"},
    "ru": {
        "A": "оправдан или подозрение снято",
        "V": "потерпевший",
        "W": "свидетель",
        "S": "подозреваемый",
    },
}
DATES = {"en": "%Y-%m-%d", "ru": "%d.%m.%Y"}
OPEN = {"en": "open", "ru": "не закрыто"}
MOST_HIDDEN = 7
"""A variant is taken only if so few cells make the table safe."""
_KELOVAR = Path(__file__).parents[2] / "datasets" / "kelovar"


def make(variant: int, seed: int) -> dict[str, str]:
    """Return the files of one variant: name to text."""
    rng = np.random.default_rng(seed)
    return {
        "counts_lab.csv": _table_text(_counts(rng, rows=3, months=4, small=1)),
        "counts.csv": _table_text(_counts(rng, rows=4, months=4, small=2)),
        **_record_files("records_lab", _records(rng, 6, first=int(rng.integers(100, 400)))),
        **_record_files("records", _records(rng, 8, first=int(rng.integers(500, 900)))),
        "robberies.csv": _robberies(),
        "districts.geojson": (_KELOVAR / "districts.geojson").read_text(encoding="utf-8"),
    }


# Counts


def _counts(rng: np.random.Generator, *, rows: int, months: int, small: int) -> pd.DataFrame:
    """Draw a table in which `small` counts must be hidden, each in a row and a column of its own."""
    places = [f"{name} / {cyrillic(name)}" for name in rng.permutation(DISTRICTS)[:rows]]
    start = int(rng.integers(1, 13 - months))
    columns = [f"2025-{month:02d}" for month in range(start, start + months)]
    while True:
        values = rng.integers(MINIMUM + 1, 28, size=(rows, months))
        at = zip(rng.permutation(rows)[:small], rng.permutation(months)[:small], strict=True)
        for row, column in at:
            values[row, column] = rng.integers(1, MINIMUM)
        table = pd.DataFrame(values, index=places, columns=columns)
        if _protectable(table, small):
            return table


def _protectable(table: pd.DataFrame, small: int) -> bool:
    """Whether a few cells more protect the table, the totals among those shown."""
    try:
        done = suppression.suppress(table, minimum=MINIMUM, seconds=5)
    except DisclosureError:
        return False
    roles = done.roles["table"] if "table" in done.roles else next(iter(done.roles.values()))
    margins = [
        suppression.TOTAL in (label if isinstance(label, tuple) else (label,)) for label in roles.index
    ]
    inside = bool((roles[margins] == "shown").all())
    return inside and done.primary == small and done.primary + done.secondary <= MOST_HIDDEN


def _table_text(table: pd.DataFrame) -> str:
    whole = table.copy()
    whole[TOTAL] = whole.sum(axis=1)
    whole.loc[TOTAL] = whole.sum(axis=0)
    lines = [["", *whole.columns], *([label, *map(str, row)] for label, row in _rows(whole))]
    return _csv(lines)


def _rows(table: pd.DataFrame) -> list[tuple[str, list[int]]]:
    return [(str(label), [int(n) for n in table.loc[label]]) for label in table.index]


# Records


def _records(rng: np.random.Generator, n: int, *, first: int) -> list[list[str]]:
    """
    Draw entries of persons, no date within three weeks of a limit.

    The kinds that a first look gets wrong come in every list: a witness entered long ago whose case is open, a
    suspect entered long ago and reviewed lately, and one who was cleared a short while ago.
    """
    kinds = [_open_witness, _reviewed_suspect, _cleared, _stale_suspect, _old_victim, _forgotten_suspect]
    more = [_fresh_victim, _fresh_suspect, _old_victim, _stale_suspect]
    chosen = kinds + [more[i] for i in rng.permutation(len(more))[: n - len(kinds)]]
    numbers = first + np.cumsum(rng.integers(1, 9, size=n))
    drawn = [chosen[i](rng) for i in rng.permutation(n)]
    return [[f"TR-{number:04d}", *row] for number, row in zip(numbers, drawn, strict=True)]


def _ago(rng: np.random.Generator, least: int, most: int) -> str:
    return (TODAY - dt.timedelta(days=int(rng.integers(least, most)))).isoformat()


def _open_witness(rng: np.random.Generator) -> list[str]:
    entered = _ago(rng, 800, 1000)
    return ["W", entered, entered, "-"]


def _reviewed_suspect(rng: np.random.Generator) -> list[str]:
    return ["S", _ago(rng, 800, 1000), _ago(rng, 40, 300), "-"]


def _cleared(rng: np.random.Generator) -> list[str]:
    entered = _ago(rng, 120, 300)
    return ["A", entered, entered, _ago(rng, 5, 60)]


def _stale_suspect(rng: np.random.Generator) -> list[str]:
    return ["S", _ago(rng, 740, 1000), _ago(rng, 400, 700), "-"]


def _forgotten_suspect(rng: np.random.Generator) -> list[str]:
    entered = _ago(rng, 760, 1000)
    return ["S", entered, entered, "-"]


def _fresh_suspect(rng: np.random.Generator) -> list[str]:
    entered = _ago(rng, 20, 300)
    return ["S", entered, entered, "-"]


def _old_victim(rng: np.random.Generator) -> list[str]:
    entered = _ago(rng, 500, 700)
    return [str(rng.choice(["V", "W"])), entered, entered, _ago(rng, 210, 400)]


def _fresh_victim(rng: np.random.Generator) -> list[str]:
    entered = _ago(rng, 400, 700)
    return ["V", entered, entered, _ago(rng, 20, 150)]


def _record_files(name: str, records: list[list[str]]) -> dict[str, str]:
    """Write a list once a language: heads, roles and dates as its readers write them."""
    return {
        f"{name}.{language}.csv": _csv([HEADS[language], *(_said(row, language) for row in records)])
        for language in HEADS
    }


def _said(row: list[str], language: str) -> list[str]:
    number, role, *days = row
    dates = [day if day == "-" else dt.date.fromisoformat(day).strftime(DATES[language]) for day in days]
    return [number, ROLES[language][role], *(OPEN[language] if day == "-" else day for day in dates)]


# The register


def _robberies() -> str:
    """Robberies of the first quarter of 2025 that the register can place."""
    table = pd.read_csv(_KELOVAR / "incidents.csv", dtype=str, keep_default_na=False)
    since = (table["occurred_from"] >= "2025-01-01") & (table["occurred_from"] < "2025-04-01")
    chosen = table[(table["offence"] == "Robbery") & since & (table["longitude"].str.startswith("67."))]
    columns = ["incident_no", "offence", "occurred_from", "occurred_to", "origin", "longitude", "latitude"]
    return _csv([columns, *chosen[columns].drop_duplicates().to_numpy().tolist()])


def _csv(lines: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue()
