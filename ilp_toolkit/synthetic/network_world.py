"""
The invented network as it is written by hand (``network_world.toml``), with names and grades of the reports.

What stands in a report keeps that report's grade, day and handling, one row a report: grades are never put
together. What stands in a statement keeps the statement's. Links that exist and that nobody ever stated are
in the truth alone.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np

from .names import cyrillic, make_names
from .reports import named, reports_table

__all__ = ["ROLES_OF_PERSONS", "Thing", "Tie", "reported_ties", "stated_ties", "things", "world"]

SEED = 7101
"""Where the names of people and companies come from."""
ROLES_OF_PERSONS = ("suspect", "accused", "convicted")
"""Roles of persons whom somebody has a reason to suspect."""


@dataclass(frozen=True)
class Thing:
    """A person, a company, a telephone, a vehicle, and so on, as the centre lists it."""

    id: str
    label: str
    label_ru: str
    type: str
    role: str = ""
    group: str = ""
    truly: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Tie:
    """One item's word that two things have to do with each other."""

    source: str
    kind: str
    target: str
    item: str
    scale: str
    grade: str
    day: str
    handling: str
    how: str
    true: str


@cache
def world() -> dict[str, Any]:
    """Return what was written by hand."""
    path = resources.files(__package__) / "network_world.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def things() -> tuple[Thing, ...]:
    """
    Return every entity, people first.

    Examples
    --------
    >>> things()[0].label, things()[0].label_ru, things()[0].role
    ('Dornilek Kamtubor', 'Дорнилек Камтубор', 'suspect')
    """
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([SEED])))
    known = {name[1:]: named(name[1:]) for _id, name, *_rest in _named() if name}
    taken = frozenset(part for name in known.values() for part in name.split())
    fresh = iter(make_names(rng, 2 * len(_named()), taken=taken))
    found = []
    for number, name, role, group, english, russian in world()["people"]:
        label = known[name[1:]] if name else f"{next(fresh)} {next(fresh)}"
        found.append(Thing(number, label, cyrillic(label), "person", role, group, (english, russian)))
    for number, name, kind, english, russian in world()["things"]:
        label = known[name[1:]] if name else next(fresh) if "{}" in english else ""
        found.append(Thing(number, english.format(label), russian.format(cyrillic(label)), kind))
    return tuple(found)


def _named() -> list[list[Any]]:
    return [*world()["people"], *world()["things"]]


@cache
def reported_ties() -> tuple[Tie, ...]:
    """Return what the invented reports say of the network, one tie a report."""
    table = reports_table("en").set_index("Report number")
    found = []
    for source, kind, target, items, true in world()["reported"]:
        for item in items:
            row = table.loc[item]
            grade = row["Source grade"] + row["Information grade"]
            facts = (row["Grading scale"], grade, row["Date received"][:10], row["Handling"])
            found.append(Tie(source, kind, target, item, *facts, "report", true))
    return tuple(found)


@cache
def stated_ties() -> tuple[Tie, ...]:
    """
    Return what the statements say, in their order.

    Examples
    --------
    >>> stated_ties()[0].item, stated_ties()[0].kind
    ('ST-001', 'seen with')
    """
    return tuple(
        Tie(source, kind, target, f"ST-{number:03d}", "4x4", grade, day, handling, how, true)
        for number, (source, kind, target, day, grade, handling, how, true) in enumerate(
            world()["statements"], start=1
        )
    )
