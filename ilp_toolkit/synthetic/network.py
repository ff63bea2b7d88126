"""
The invented network: what reports, statements and records of calls say, and what is true.

Two groups, one of stolen goods and one of opiates, and a man who deals with both. Beside them a woman whose
stolen passport stands behind telephones, lorries, a company and an account: in the data she is at the centre
of everything, and she is a victim. Whoever gives the orders keeps away from what can be seen, so that the
data show two links of ten. Links rest on items: some go back to one origin, some may not be used.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pandas as pd

from .files import csv_bytes, json_bytes
from .network_calls import AUTHORISATION, LOADS, NO_END, TAXI, UNREADABLE, calls_table, number
from .network_package import describe_network
from .network_world import Thing, Tie, reported_ties, stated_ties, things, world
from .person_register import make_registers

__all__ = ["SEED", "entities_table", "links_table", "make_network", "statements_table"]

SEED = 7102
"""Each step has a generator of its own, seeded with this number and the number of the step."""
_STRICTEST = ("4x4:H2", "4x4:H1 H2", "4x4:H1", "internal", "4x4:H0", "public")
_CIRCULAR = {
    "O-31": ["R25-005", "R25-008", "R25-013"],
    "O-52": ["R25-016", "R25-023", "R25-035"],
}
_REFUSED = ["R25-025", "R25-042", "R25-047"]
_VICTIM, _BROKER, _HIDDEN = "P-31", "P-30", ("P-26", "P-10")


def make_network() -> dict[str, bytes]:
    """
    Make every generated file of ``datasets/network``.

    Returns
    -------
    dict of str to bytes
        File names and contents; the same on every call.

    Examples
    --------
    >>> sorted(make_network())[:3]
    ['authorisation.json', 'calls.csv', 'datapackage.json']
    """
    calls, registers = calls_table(_chance(1)), make_registers(_chance(2))
    tables = {
        "entities.csv": entities_table(),
        "links.csv": links_table(),
        "statements.csv": statements_table("en"),
        "statements_ru.csv": statements_table("ru"),
        "calls.csv": calls,
        "register_a.csv": registers["a"],
        "register_b.csv": registers["b"],
        "register_truth.csv": registers["truth"],
        "register_pairs.csv": registers["pairs"],
        "links_truth.csv": _links_truth(),
    }
    files = {name: csv_bytes(table) for name, table in tables.items()}
    files["statements_ru.csv"] = csv_bytes(tables["statements_ru.csv"], encoding="cp1251", separator=";")
    allowed = {**AUTHORISATION, "numbers": [number(one) for one in AUTHORISATION["numbers"]]}
    files["authorisation.json"] = json_bytes(allowed)
    files["truth.json"] = json_bytes(_truth(calls, registers))
    sums = {name: (len(body), hashlib.sha256(body).hexdigest()) for name, body in files.items()}
    headers = {name: list(table.columns) for name, table in tables.items()}
    files["datapackage.json"] = json_bytes(describe_network(sums, headers))
    return files


def entities_table() -> pd.DataFrame:
    """
    Return the entities as the centre lists them: what each is, what it rests on, who may see it.

    Returns
    -------
    DataFrame
        ``entity_id``, ``label``, ``label_ru``, ``type``, ``role`` (of persons), ``handling`` (the
        strictest of the items that name it), ``item_ids``.

    Examples
    --------
    >>> entities_table().query("role == 'victim'")["entity_id"].tolist()
    ['P-31', 'P-32', 'P-33']
    """
    rows = []
    for thing in things():
        items = [tie for tie in _ties() if thing.id in (tie.source, tie.target)]
        names = "; ".join(dict.fromkeys(tie.item for tie in items))
        facts = [thing.id, thing.label, thing.label_ru, thing.type, thing.role]
        rows.append([*facts, _strictest(items), names])
    columns = ["entity_id", "label", "label_ru", "type", "role", "handling", "item_ids"]
    return pd.DataFrame(rows, columns=columns)


def links_table() -> pd.DataFrame:
    """
    Return the links as they were collated: a row an item, with the grade, day and handling of that item.

    Returns
    -------
    DataFrame
        ``link_id``, ``source``, ``target``, ``kind``, ``weight`` (1: one item), ``item_ids``, ``scale``,
        ``grade``, ``date``, ``handling``.
    """
    columns = [
        "link_id",
        "source",
        "target",
        "kind",
        "weight",
        "item_ids",
        "scale",
        "grade",
        "date",
        "handling",
    ]
    rows = [
        [
            f"K-{n:03d}",
            tie.source,
            tie.target,
            tie.kind,
            "1",
            tie.item,
            tie.scale,
            tie.grade,
            tie.day,
            tie.handling,
        ]
        for n, tie in enumerate(_ties(), start=1)
    ]
    return pd.DataFrame(rows, columns=columns)


def statements_table(language: str) -> pd.DataFrame:
    """
    Return the statements in one language, under the headers that people give such sheets.

    Examples
    --------
    >>> statements_table("ru").columns.tolist()[:4]
    ['Донесение', 'Кто', 'Что сделал', 'С кем или с чем']
    """
    verbs, ways = world()["verbs"], world()["how"]
    russian = language == "ru"
    rows = [
        [
            tie.item,
            tie.source,
            verbs[tie.kind] if russian else tie.kind,
            tie.target,
            ".".join(reversed(tie.day.split("-"))) if russian else tie.day,
            ways[tie.how] if russian else tie.how,
            tie.grade,
            tie.handling,
        ]
        for tie in stated_ties()
    ]
    english = ["item", "who", "did", "with whom", "when", "how", "grade", "handling"]
    names = [
        "Донесение",
        "Кто",
        "Что сделал",
        "С кем или с чем",
        "Когда",
        "Как получено",
        "Оценка",
        "Обращение",
    ]
    return pd.DataFrame(rows, columns=names if russian else english)


def _ties() -> tuple[Tie, ...]:
    return (*reported_ties(), *stated_ties())


def _strictest(items: list[Tie]) -> str:
    """Return the handling that all items allow; empty, the strictest, where one is of another scale."""
    marks = {tie.handling for tie in items}
    if not marks <= set(_STRICTEST):
        return ""
    if {"4x4:H1", "4x4:H2"} <= marks:
        return "4x4:H1 H2"
    return next((mark for mark in _STRICTEST if mark in marks), "")


def _links_truth() -> pd.DataFrame:
    """Return every link of the data and every link that is true and in nobody's statement."""
    rows = [
        [f"K-{n:03d}", tie.source, tie.target, tie.kind, "yes", tie.true]
        for n, tie in enumerate(_ties(), start=1)
    ]
    rows += [["", one, other, kind, "no", "yes"] for one, kind, other in world()["never_collected"]]
    return pd.DataFrame(rows, columns=["link_id", "source", "target", "kind", "collected", "true"])


def _chance(step: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([SEED, step])))


def _truth(calls: pd.DataFrame, registers: dict[str, pd.DataFrame]) -> dict[str, Any]:
    people = [thing for thing in things() if thing.type == "person"]
    groups: dict[str, list[str]] = {name: _members(people, name) for name in ("A", "B", "C")}
    return {
        "about": "What was planted in the invented network. Keep it from learners until they have answered.",
        "entities": len(things()),
        "links": len(_ties()),
        "statements": len(stated_ties()),
        "groups": groups,
        "broker": _BROKER,
        "central_victim": {
            "id": _VICTIM,
            "why": "Her passport was stolen; whoever has the highest betweenness here has done nothing.",
        },
        "kept_away": {one: _seen_of(one) for one in _HIDDEN},
        "people": {
            one.id: {"role": one.role, "truly": one.truly[0], "truly_ru": one.truly[1]} for one in people
        },
        "never_collected": [[one, other] for one, _kind, other in world()["never_collected"]],
        "not_true": [tie.item for tie in _ties() if tie.true == "no"],
        "circular": _CIRCULAR,
        "refused_items": {item: _rests_on(item) for item in _REFUSED},
        "calls": _calls_truth(calls),
        "register": {
            "records": {key: len(registers[key]) for key in ("a", "b")},
            "people": int(registers["truth"]["person_id"].nunique()),
            "pairs": {**_counts(registers["pairs"]["why"])},
        },
    }


def _counts(words: pd.Series[str]) -> dict[str, int]:
    return {str(word): int(n) for word, n in words.value_counts().sort_index().items()}


def _members(people: list[Thing], group: str) -> list[str]:
    return [one.id for one in people if group in one.group]


def _seen_of(person: str) -> dict[str, int]:
    seen = sum(person in (tie.source, tie.target) for tie in _ties())
    hidden = sum(person in (one, other) for one, _kind, other in world()["never_collected"])
    return {"links_in_data": seen, "links_never_collected": hidden}


def _rests_on(item: str) -> list[list[str]]:
    return [[tie.source, tie.target] for tie in _ties() if tie.item == item]


def _calls_truth(calls: pd.DataFrame) -> dict[str, Any]:
    allowed = {number(one) for one in AUTHORISATION["numbers"]}
    low, high = AUTHORISATION["valid_from"], AUTHORISATION["valid_to"]
    ends = calls["called"] != ""
    named = calls["caller"].isin(allowed) | calls["called"].isin(allowed)
    readable = calls["started"] != "?"
    day = calls["started"].str[:10]
    inside = named & ends & readable & (day >= low) & (day <= high)
    return {
        "rows": len(calls),
        "lawful": int(inside.sum()),
        "outside_numbers": int((ends & ~named).sum()),
        "outside_dates": int((ends & named & readable & ~inside).sum()),
        "start_unreadable": len(UNREADABLE),
        "end_missing": len(NO_END),
        "bursts_on_the_eve_of": [night.isoformat() for night in LOADS],
        "every_thursday": [number("T-09"), number("T-07")],
        "together_at_night": [number("T-05"), number("T-09")],
        "called_by_everybody": number(TAXI),
    }
