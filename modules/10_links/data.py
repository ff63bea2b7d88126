"""
The invented network with other numbers, other gaps, other items that must not be used, and calls drawn anew.

Who plays which part is that of ``datasets/network``; from variant to variant people have other ids and names, some
links are not collected, and the court grants another time than was asked for.
"""

from __future__ import annotations

import csv
import io
import json
from typing import Any, NamedTuple

import numpy as np

from ilp_toolkit.collection.calls import Authorisation, read_calls
from ilp_toolkit.synthetic.names import make_names
from ilp_toolkit.synthetic.network_calls import calls_table, number
from ilp_toolkit.synthetic.network_world import Tie, reported_ties, stated_ties, things

__all__ = ["Plan", "make", "plan"]

VICTIM = "P-31"
"""Of the network that the variants are made from."""
_GRANTED = (
    ("2025-03-01", "2025-04-30"),
    ("2025-02-15", "2025-04-20"),
    ("2025-03-10", "2025-05-15"),
    ("2025-04-01", "2025-05-25"),
)
_ALWAYS_REFUSED = ("R25-025", "R25-042", "R25-047")
_LOST, _REFUSED = 0.1, 5


class Plan(NamedTuple):
    """What is planted in one variant."""

    ids: dict[str, str]
    """Ids of the network to ids of the variant."""
    granted: tuple[str, str]
    numbers: tuple[str, ...]
    refused: tuple[str, ...]
    ties: tuple[Tie, ...]


def plan(variant: int, seed: int) -> Plan:
    """Return what is planted in a variant."""
    draw = _chance(seed, 0)
    people = [thing.id for thing in things() if thing.type == "person"]
    order = sorted(range(len(people)), key=[draw.random() for _one in people].__getitem__)
    ids = {one: f"P-{place + 1:02d}" for one, place in zip(people, order, strict=True)}
    kept = tuple(
        tie
        for tie in (*reported_ties(), *stated_ties())
        if draw.random() > _LOST or VICTIM in (tie.source, tie.target) or tie.item in _ALWAYS_REFUSED
    )
    meetings = [tie.item for tie in kept if tie.kind == "seen with"]
    others = [
        tie.item
        for tie in kept
        if tie.item.startswith("ST-") and tie.kind != "seen with" and tie.source != VICTIM
    ]
    drawn = [meetings[int(draw.random() * len(meetings))]]
    while len(drawn) < _REFUSED:
        one = others[int(draw.random() * len(others))]
        drawn += [] if one in drawn else [one]
    numbers = (("T-01", "T-05", "T-09"), ("T-05", "T-09"), ("T-05", "T-08", "T-09"))[variant % 3]
    return Plan(ids, _GRANTED[variant % 4], numbers, tuple(sorted([*_ALWAYS_REFUSED, *drawn])), kept)


def make(variant: int, seed: int) -> dict[str, str]:
    """
    Make the files of one variant.

    Parameters
    ----------
    variant
        0 to 7: which time and numbers the court granted.
    seed
        Whatever else is drawn.

    Returns
    -------
    dict of str to str
        ``links.csv``, ``entities.csv``, ``refused.csv``, ``calls.csv``, ``court.json``, and ``read.csv``: calls
        that a colleague has read under another decision.
    """
    planned = plan(variant, seed)
    calls = calls_table(_chance(seed, 1))
    numbers = [number(one) for one in planned.numbers]
    court = {
        "id": f"W-{41 + variant}/2025",
        "authority": "District court of Kelovar",
        "basis": "Code of procedure of Tolvania (invented), article 112",
        "numbers": numbers,
        "asked_from": "2025-02-01",
        "asked_to": "2025-05-31",
        "granted_from": planned.granted[0],
        "granted_to": planned.granted[1],
    }
    other = Authorisation(
        "W-12/2025",
        [number(one) for one in ("T-05", "T-09")],
        "2025-02-10",
        "2025-05-20",
        court["authority"],
        court["basis"],
    )
    read = read_calls(calls, authorisation=other, key=bytes([variant]) * 32).table
    columns = [
        "caller",
        "called",
        "started",
        "seconds",
        "cell",
        "called_cell",
        "caller_authorised",
        "called_authorised",
    ]
    return {
        "links.csv": _links(planned),
        "entities.csv": _entities(planned, seed),
        "refused.csv": _text(["item"], [[one] for one in planned.refused]),
        "calls.csv": _text(list(calls.columns), calls.to_numpy().tolist()),
        "court.json": json.dumps(court, indent=1) + "\n",
        "read.csv": read[columns].to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d %H:%M"),
    }


def _links(planned: Plan) -> str:
    ids = planned.ids
    header = ["link_id", "source", "target", "kind", "item_ids", "scale", "grade", "date", "handling"]
    rows = []
    for n, tie in enumerate(planned.ties, start=1):
        ends = [ids.get(end, end) for end in (tie.source, tie.target)]
        rows.append([f"K-{n:03d}", *ends, tie.kind, tie.item, tie.scale, tie.grade, tie.day, tie.handling])
    return _text(header, rows)


def _entities(planned: Plan, seed: int) -> str:
    named = {end for tie in planned.ties for end in (tie.source, tie.target)}
    names = iter(make_names(_chance(seed, 2), 2 * len(planned.ids)))
    rows = []
    for thing in things():
        label = f"{next(names)} {next(names)}" if thing.type == "person" else thing.label
        if thing.id in named:
            rows.append([planned.ids.get(thing.id, thing.id), label, thing.type, thing.role])
    return _text(["entity_id", "label", "type", "role"], sorted(rows))


def _text(header: list[str], rows: list[list[Any]]) -> str:
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(header)
    table.writerows(rows)
    return out.getvalue()


def _chance(seed: int, step: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, step])))
