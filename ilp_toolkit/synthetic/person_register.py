"""
Two invented registers of persons whose true pairs are known, for measuring how well records are linked.

The same people stand in both, written by different hands: in Latin, in Russian letters, with the letters of
other languages of the region (ө ү ң қ ғ ҳ ҷ ӯ), with the parts of a name in another order, with slips of the
keyboard, with the day of birth in digits or in words. Beside them stand people who are easily taken for one:
twins, a father and his son of the same name, namesakes. No personal number is given: a name, a day and a town
must do, as in old files.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from .birth_words import written
from .names import SYLLABLES, cyrillic, make_names

if TYPE_CHECKING:
    import numpy as np

__all__ = ["COLUMNS", "make_registers"]

COLUMNS = ("record_id", "family_name", "given_name", "patronymic", "birth_date", "place", "register")
"""Columns of both registers; all of them text."""
PEOPLE, BOTH, REPEATED = 640, 300, 30
"""How many people, how many of them stand in both registers, and how many twice in one."""
TWINS, FATHERS, NAMESAKES = 12, 8, 10
"""Pairs of different people who look alike."""
_TOWNS = ("Kelovar", "Terzemir", "Zolovan", "Narshumet", "Dulkobor", "Zimtel", "Oshkogan")
_LOCAL_FIRST = {"Ho": "Ҳо", "Jo": "Ҷо"}
_RUSSIAN = {"Ho": "Хо", "Jo": "Джо"}
_LOCAL = {"к": "қ", "г": "ғ", "о": "ө", "у": "ү", "н": "ң"}
_FORMS_A = (
    ("iso", 0.35),
    ("dots", 0.25),
    ("month_en", 0.2),
    ("words_en", 0.1),
    ("year", 0.06),
    ("none", 0.04),
)
_FORMS_B = (
    ("dots", 0.4),
    ("month_ru", 0.25),
    ("words_ru", 0.2),
    ("slashes", 0.05),
    ("year", 0.06),
    ("none", 0.04),
)


@dataclass(frozen=True)
class _Person:
    number: int
    family: str
    given: str
    father: str
    woman: bool
    born: dt.date
    town: str


def make_registers(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """
    Make both registers and what is true of them.

    Parameters
    ----------
    rng
        Source of chance.

    Returns
    -------
    dict of DataFrame
        ``a`` and ``b`` with `COLUMNS`; ``truth`` (``record_id``, ``register``, ``person_id``, ``written``:
        what was done to the record); ``pairs`` (``record_a``, ``record_b``, ``same``, ``why``): every true
        pair, and the pairs that only look alike.
    """
    people, alike = _people(rng)
    order = _shuffled(rng, len(people))
    both, rest = order[:BOTH], order[BOTH:]
    half = len(rest) // 2
    records: dict[str, list[list[str]]] = {"A": [], "B": []}
    truth: list[list[str]] = []
    for register, members in (("A", [*both, *rest[:half]]), ("B", [*both, *rest[half:]])):
        twice = [members[n] for n in _shuffled(rng, len(members))[:REPEATED]]
        listed = [*members, *twice]
        for place in _shuffled(rng, len(listed)):
            person = people[listed[place]]
            number = f"{register}{len(records[register]) + 1:04d}"
            cells, done = _record(rng, person, register)
            records[register].append([number, *cells, f"register_{register.lower()}"])
            truth.append([number, register, f"N{person.number:04d}", done])
    known = pd.DataFrame(truth, columns=["record_id", "register", "person_id", "written"])
    return {
        "a": pd.DataFrame(records["A"], columns=list(COLUMNS)),
        "b": pd.DataFrame(records["B"], columns=list(COLUMNS)),
        "truth": known,
        "pairs": _pairs(known, alike),
    }


def _people(rng: np.random.Generator) -> tuple[list[_Person], dict[tuple[str, str], str]]:
    families, givens = make_names(rng, 190), make_names(rng, 150)
    families[:20], givens[:14] = _with_local(rng, 20), _with_local(rng, 14)
    people = [
        _Person(
            number,
            families[int(rng.random() * len(families))],
            givens[int(rng.random() * len(givens))],
            givens[int(rng.random() * len(givens))],
            bool(rng.random() < 0.4),
            dt.date(1950, 1, 1) + dt.timedelta(days=int(rng.random() * 365.25 * 56)),
            _TOWNS[int(rng.random() ** 1.6 * len(_TOWNS))],
        )
        for number in range(1, PEOPLE + 1)
    ]
    alike: dict[tuple[str, str], str] = {}
    place = 0
    for why, n in (("twins", TWINS), ("father_and_son", FATHERS), ("namesakes", NAMESAKES)):
        for _pair in range(n):
            if why == "father_and_son":
                people[place] = replace(people[place], woman=False)
            one, other = people[place], people[place + 1]
            people[place + 1] = _alike(one, other, why)
            alike[f"N{one.number:04d}", f"N{other.number:04d}"] = why
            place += 2
    return people, alike


def _alike(one: _Person, other: _Person, why: str) -> _Person:
    """Return the second of two people who are easily taken for one."""
    if why == "twins":
        given = other.given if other.given != one.given else one.father
        return replace(one, number=other.number, given=given)
    if why == "father_and_son":
        born = one.born.replace(year=one.born.year + 24, day=min(one.born.day, 28))
        return replace(one, number=other.number, father=one.given, born=born)
    return replace(one, number=other.number, born=other.born, father=other.father)


def _with_local(rng: np.random.Generator, n: int) -> list[str]:
    """Names that begin with a letter of the region that Russian does not have."""
    found: list[str] = []
    while len(found) < n:
        first = "Ho" if rng.random() < 0.5 else "Jo"
        middle = SYLLABLES["middle"][int(rng.random() * len(SYLLABLES["middle"]))]
        last = SYLLABLES["last"][int(rng.random() * len(SYLLABLES["last"]))]
        if (name := first + middle + last) not in found:
            found.append(name)
    return found


def _record(rng: np.random.Generator, person: _Person, register: str) -> tuple[list[str], str]:
    """Write one record: register A mostly in Latin, B in Russian letters or in those of the region."""
    done: list[str] = []
    script = _script(rng, register)
    if script != "latin":
        done.append(script)
    parts = [
        _spelt(rng, person.family, script),
        _spelt(rng, person.given, script),
        _patronymic(rng, person, script),
    ]
    if rng.random() < 0.1:
        which = int(rng.random() * 2)
        parts[which] = _slip(rng, parts[which])
        done.append("slip")
    chance = rng.random()
    if chance < 0.06:
        parts, how = [parts[1], parts[0], parts[2]], "names_swapped"
    elif chance < 0.1:
        parts, how = [parts[0], parts[2], parts[1]], "patronymic_first"
    elif chance < 0.14:
        parts, how = [" ".join(part for part in parts if part), "", ""], "in_one_cell"
    elif chance < 0.2:
        parts, how = [*parts[:2], ""], "no_patronymic"
    else:
        how = ""
    forms = _FORMS_A if register == "A" else _FORMS_B
    form = _drawn(rng, forms)
    born = person.born
    if rng.random() < 0.03 and born.day <= 12 and form not in ("year", "none"):
        born, form_slip = born.replace(month=born.day, day=born.month), "day_and_month_swapped"
        done.append(form_slip)
    town = person.town if rng.random() < 0.92 else _TOWNS[int(rng.random() * len(_TOWNS))]
    if town != person.town:
        done.append("moved")
    town = town if register == "A" else cyrillic(town)
    done += [word for word in (how, form) if word]
    return [*parts, written(born, form), town], " ".join(done)


def _script(rng: np.random.Generator, register: str) -> str:
    chance = rng.random()
    if register == "A":
        return "latin" if chance < 0.88 else "russian"
    return "russian" if chance < 0.55 else "local" if chance < 0.88 else "latin"


def _spelt(rng: np.random.Generator, name: str, script: str) -> str:
    if script == "latin":
        return name
    first = name[:2]
    start = _LOCAL_FIRST if script == "local" else _RUSSIAN
    text = start[first] + cyrillic(name[2:]) if first in start else cyrillic(name)
    if script == "russian":
        return text
    u = "ӯ" if rng.random() < 0.4 else "ү"
    letters = {**_LOCAL, "у": u}
    # Most, not all: two clerks do not write one name alike.
    return text[0] + "".join(letters.get(one, one) if rng.random() < 0.7 else one for one in text[1:])


def _patronymic(rng: np.random.Generator, person: _Person, script: str) -> str:
    father = _spelt(rng, person.father, script)
    stem = father[:-1] if father[-1] in "aeiouаеиоуөүӯ" else father
    if rng.random() < 0.7:
        ends = ("ovna", "ovich") if script == "latin" else ("овна", "ович")
        return stem + ends[0 if person.woman else 1]
    tails = ("kyzy", "uulu") if script == "latin" else ("кызы", "уулу")
    return f"{father} {tails[0 if person.woman else 1]}"


def _slip(rng: np.random.Generator, name: str) -> str:
    """Leave out, double or swap a letter behind the first."""
    place = 1 + int(rng.random() * (len(name) - 2))
    chance = rng.random()
    if chance < 0.34:
        return name[:place] + name[place + 1 :]
    if chance < 0.67:
        return name[:place] + name[place] + name[place:]
    return name[:place] + name[place + 1] + name[place] + name[place + 2 :]


def _drawn(rng: np.random.Generator, forms: tuple[tuple[str, float], ...]) -> str:
    chance = rng.random()
    for form, share in forms:
        chance -= share
        if chance < 0:
            return form
    return forms[-1][0]


def _shuffled(rng: np.random.Generator, n: int) -> list[int]:
    keys = [rng.random() for _one in range(n)]
    return sorted(range(n), key=keys.__getitem__)


def _pairs(truth: pd.DataFrame, alike: dict[tuple[str, str], str]) -> pd.DataFrame:
    """Return all true pairs and the pairs that look alike, smaller record first."""
    members = {key: sorted(group["record_id"]) for key, group in truth.groupby("person_id")}
    rows: list[list[Any]] = []
    for records in members.values():
        rows += [[a, b, "yes", "same"] for n, a in enumerate(records) for b in records[n + 1 :]]
    for (one, other), why in alike.items():
        rows += [[*sorted((a, b)), "no", why] for a in members.get(one, []) for b in members.get(other, [])]
    return pd.DataFrame(sorted(rows), columns=["record_a", "record_b", "same", "why"])
