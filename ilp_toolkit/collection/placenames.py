"""
Place names: which area a wording means, how sure that is, and when a human must say.

A name is read as three things: its kind ("district", "city"), its marks (numbers, directions and sizes,
which must agree: District 1 is not District 11, North is not South), and the rest, which may be spelt in
several ways and scripts. A likeness below the cutoff, or two areas almost equally alike, is no match: it is
left to a human.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from .transliteration import plain, skeleton

__all__ = ["CUTOFF", "Match", "Matcher", "PlaceName", "words"]

CUTOFF = 88.0
"""Likeness (0 to 100) from which a wording is taken for an area."""
MARGIN = 5.0
"""How much more alike the best area must be than the next one."""

_SAME_SKELETON, _ALIKE, _SAME_STEM, _OTHER_MARKS = 98.0, 97.0, 95.0, 70.0
_WORTH_SHOWING = 50.0
_SHORT = 4  # A likeness of so few letters says nothing: one letter makes another name.
_NUMBER = re.compile(r"\b0*(\d+)(?:\s?(?:й|я|е|го|ый|ой|ая|st|nd|rd|th)\b)?")
_ADJECTIVE = re.compile(r"(?<=\w{3})(ск|н)(?:ого|ому|ом|ым|ая|ое|ой|ую|ий|ый)\b")
_PART = re.compile(r"[,;/|()\n]+")


@dataclass(frozen=True)
class PlaceName:
    """A name of a place, taken apart."""

    plain: str
    """Without case, punctuation and accents."""
    core: str
    """What its spellings share, without kind and marks."""
    kind: str
    """``district``, ``city``, ``region``, ``village``, ``quarter``, or empty where the name does not say."""
    marks: frozenset[str]
    """Numbers, directions and sizes."""

    @classmethod
    @lru_cache(maxsize=65536)
    def read(cls, text: str) -> PlaceName:
        """Take a name apart."""
        whole = plain(text)
        rest, kinds = _take(whole, "generic")
        rest, marks = _take_marks(rest)
        marks |= {f"#{number}" for number in _NUMBER.findall(rest)}
        rest = _take(_NUMBER.sub(" ", rest), "filler")[0]
        if not rest and not marks:
            rest, kinds = whole, set()
        kind = next((kind for kind in _KINDS if kind in kinds), "")
        core = skeleton(_ADJECTIVE.sub(r"\1ий", _expand(rest)))
        return cls(whole, core, kind, frozenset(marks))


@dataclass(frozen=True)
class Match:
    """What a wording was taken for, or what it could be."""

    area: str | None
    """The area's name, or None where a human must say."""
    score: float
    """Likeness of the best candidate, 0 to 100."""
    candidate: str | None = None
    """The area most alike."""
    second: str | None = None
    """The next one."""


class Matcher:
    """
    Matches wordings with the names of areas; the same wording is worked out once.

    Parameters
    ----------
    names
        Names of the areas.
    also
        Other names of theirs: other name to name. A wording that is near one of them means the area.
    cutoff
        Likeness from which a wording is taken.
    """

    def __init__(
        self, names: Iterable[str], *, also: Mapping[str, str] | None = None, cutoff: float = CUTOFF
    ) -> None:
        self.cutoff = cutoff
        forms = [*((name, name) for name in dict.fromkeys(names)), *(also or {}).items()]
        self._forms = [(PlaceName.read(written), name) for written, name in forms]
        self._equal: dict[str, set[str]] = {}
        self._by_marks: dict[frozenset[str], list[tuple[PlaceName, str]]] = {}
        for parts, name in self._forms:
            self._equal.setdefault(parts.plain, set()).add(name)
            self._by_marks.setdefault(parts.marks, []).append((parts, name))
        # In a layer whose names never say their kind, "Sino district" can be no other than Sino.
        self._kinds_differ = any(parts.kind for parts, _name in self._forms)
        self._found: dict[str, Match] = {}

    def match(self, wording: str) -> Match:
        """Take a whole wording for an area."""
        if wording not in self._found:
            self._found[wording] = self._match(wording)
        return self._found[wording]

    def find(self, address: str) -> Match:
        """Find an area's name in an address or in any longer text."""
        parts = [part for part in _PART.split(address) if part.strip()]
        if len(parts) < 2 or plain(address) in self._equal:
            whole = self.match(address)
            if whole.area is not None or not parts:
                return whole
        pieces = dict.fromkeys(piece for part in parts for piece in _pieces(part))
        matches = [self.match(piece) for piece in pieces]
        found = sorted((match for match in matches if match.area is not None), key=lambda match: -match.score)
        names = list(dict.fromkeys(match.area for match in found))
        if len(names) == 1:
            return found[0]
        if names:
            return Match(None, found[0].score, names[0], names[1])
        return max(matches, key=lambda match: match.score, default=Match(None, 0.0))

    def _match(self, wording: str) -> Match:
        parts = PlaceName.read(wording)
        if not parts.plain:
            return Match(None, 0.0)
        equal = sorted(self._equal.get(parts.plain, ()))
        if len(equal) == 1:
            return Match(equal[0], 100.0, equal[0])
        ranked = [(100.0, name) for name in equal] or self._ranked(parts, self._by_marks.get(parts.marks, []))
        best = ranked[0][0] if ranked else 0.0
        if best >= self.cutoff and (len(ranked) == 1 or best - ranked[1][0] >= MARGIN):
            return Match(ranked[0][1], best, ranked[0][1], ranked[1][1] if len(ranked) > 1 else None)
        if best < self.cutoff:
            ranked = self._ranked(parts, self._forms)
        worth = [*(pair for pair in ranked if pair[0] >= _WORTH_SHOWING), (0.0, None), (0.0, None)]
        return Match(None, worth[0][0], worth[0][1], worth[1][1])

    def _ranked(self, parts: PlaceName, forms: list[tuple[PlaceName, str]]) -> list[tuple[float, str]]:
        """Return areas with their likeness, best first, each once."""
        from rapidfuzz import fuzz, process

        cores = [form.core for form, _name in forms]
        near = process.extract(parts.core, cores, scorer=fuzz.token_sort_ratio, limit=12)
        best: dict[str, float] = {}
        for _core, ratio, i in near:
            form, name = forms[i]
            best[name] = max(best.get(name, 0.0), _score(parts, form, ratio, kinds_differ=self._kinds_differ))
        return sorted(((score, name) for name, score in best.items() if score > 0), key=_best_first)


def words(kind: str) -> dict[str, str]:
    """Return the words of a kind in the table of place words, each with its meaning, plain."""
    return dict(_words()[kind])


_KINDS = ("district", "quarter", "village", "city", "region")


def _best_first(pair: tuple[float, str]) -> tuple[float, str]:
    return -pair[0], pair[1]


def _score(wording: PlaceName, area: PlaceName, ratio: float, *, kinds_differ: bool) -> float:
    if wording.core == area.core:
        score = _SAME_SKELETON if wording.core or wording.marks == area.marks else 0.0
    elif _stems(wording.core) & _stems(area.core):
        score = _SAME_STEM
    elif min(len(wording.core), len(area.core)) <= _SHORT:
        score = min(ratio, CUTOFF - 10)
    else:
        score = min(ratio, _ALIKE)
    if wording.kind != area.kind and kinds_differ:
        score -= 2.0 if not wording.kind else 6.0 if not area.kind else 15.0
    return max(0.0, score if wording.marks == area.marks else min(score, _OTHER_MARKS))


@lru_cache(maxsize=65536)
def _stems(core: str) -> frozenset[str]:
    """
    Return what is left of a name without the ending of a Russian adjective.

    Districts go by both: Медеу and Медеуский, Алмалы and Алмалинский, Әуезов and Ауэзовский.
    """
    stems = {core}
    if core.endswith("ski"):
        stems = {core, core.removesuffix("ski"), core.removesuffix("ski").removesuffix("in") + "*"}
    elif core[-1:] in "aeiou":
        stems.add(core[:-1] + "*")
    return frozenset(stem for stem in stems if len(stem.rstrip("*")) > _SHORT - 1)


@lru_cache(maxsize=65536)
def _pieces(part: str) -> tuple[str, ...]:
    """Cut a part of an address into what may name an area; a street names none."""
    text = plain(part)
    if not text:
        return ()
    has_street = re.search(_alternatives("street"), f" {text} ") is not None
    has_kind = re.search(_alternatives("generic"), f" {text} ") is not None
    beside = _beside_kind(text) if has_kind else []
    if not has_street and (has_kind or not _NUMBER.search(text)):
        return (part.strip(), *beside)
    return tuple(beside)


def _beside_kind(text: str) -> list[str]:
    # "г. N Северный р-н ул. Мира 5" has no commas: only words right beside "р-н" can be the area's.
    found: list[str] = []
    for match in re.finditer(_alternatives("generic"), f" {text} "):
        before, after = f" {text} "[: match.start()].split(), f" {text} "[match.end() :].split()
        for size in (1, 2, 3):
            found.append(" ".join([*before[-size:], match[0].strip()]))
            found.append(" ".join([match[0].strip(), *after[:size]]))
    return found


def _take(text: str, kind: str) -> tuple[str, set[str]]:
    """Take the words of a kind out of a plain text, and say what they meant."""
    meanings: set[str] = set()
    table = _words()[kind]

    def note(match: re.Match[str]) -> str:
        meanings.add(table[match[0].strip()])
        return " "

    return " ".join(re.sub(_alternatives(kind), note, f" {text} ").split()), meanings


def _take_marks(text: str) -> tuple[str, set[str]]:
    """Take directions and sizes out of a plain text, also where they are written in another script."""
    rest, marks = _take(text, "mark")
    table = _marks_by_skeleton()
    spelt = {token: table.get(skeleton(token), "") for token in rest.split()}
    rest = " ".join(token for token in rest.split() if not spelt[token])
    return rest, marks | {mark for mark in spelt.values() if mark}


def _expand(text: str) -> str:
    first, _space, rest = text.partition(" ")
    return f"{_words()['expand'].get(first, first)} {rest}" if rest else text


@lru_cache(maxsize=8)
def _alternatives(kind: str) -> str:
    longest_first = sorted(_words()[kind], key=len, reverse=True)
    return "(?<= )(?:" + "|".join(map(re.escape, longest_first)) + ")(?= )"


@lru_cache(maxsize=1)
def _marks_by_skeleton() -> dict[str, str]:
    # Short words would meet words that mean something else once they are spelt by sound.
    return {skeleton(word): meaning for word, meaning in _words()["mark"].items() if len(word) > 5}


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, str]]:
    path = resources.files("ilp_toolkit") / "collection" / "vocabulary" / "place_words.csv"
    table: dict[str, dict[str, str]] = {}
    for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines()):
        table.setdefault(row["kind"], {}).setdefault(plain(row["word"]), row["meaning"])
    return table
