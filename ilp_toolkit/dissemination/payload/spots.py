"""
Exact places of incidents, in whatever form a file can hold them.

As text in degrees (decimal point or comma, degrees with minutes and seconds) and in metres of the projection,
as whole numbers (hundred-thousandths of a degree and finer), as steps from one point to the next (our own
maps, TopoJSON), and as bytes: doubles, floats and integers, in pairs or in two arrays.

Ten thousand published corners of cells meet some incident's rounded place by chance alone. So coarse forms
count only where there are more of them than chance would bring; fine ones count each time.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .digits import Numbers, Runs, runs_of

__all__ = ["Spots", "among", "keys", "pack"]

Floats = NDArray[np.float64]
Keys = NDArray[np.int64]

_NEAR = 40
"""Characters that may stand between two numbers of five decimals."""
_ROW = 400
"""The same for numbers that are finer, and so telling: a row of a table."""
_LUCK = 0.02
"""Finds that chance would bring with this probability or more are no finds."""
_DMS = re.compile(
    r"(\d{1,3})\s*[°º]\s*(\d{1,2}(?:[.,]\d+)?)\s*['′’](?:\s*(\d{1,2}(?:[.,]\d+)?)\s*(?:[\"″”]|''))?"
)
_FEW_BYTES = 2**16
"""So many bytes are read from each byte on at once."""
_TOO_FAR = 2**31
_NOWHERE = -(2**63)
_LONG = re.compile("[0-9]{5,}")
_WHOLE_SCALES = (1e5, 1e6, 1e7)


def pack(pairs: NDArray[Any], scale: float) -> Keys:
    """
    Put each pair of numbers into one whole number, so that a million of them can be compared at once.

    What is no number, or too large for a place on earth, becomes `_NOWHERE`.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        whole = np.rint(pairs[:, :2] * scale)
        near = np.asarray((np.abs(whole) < _TOO_FAR).all(axis=1))
    whole = np.where(near[:, None], whole, 0).astype(np.int64)
    packed: Keys = np.where(near, whole[:, 0] * 2**32 + whole[:, 1], _NOWHERE)
    return packed


def keys(pairs: NDArray[Any], scale: float) -> Keys:
    """Return `pack`, sorted, without what is nowhere."""
    packed = pack(pairs, scale)
    known: Keys = np.sort(packed[packed != _NOWHERE])
    return known


def among(some: Keys, known: Keys) -> NDArray[np.bool_]:
    """Say which keys are among others, which are sorted."""
    if len(known) == 0:
        return np.zeros(len(some), dtype=bool)
    at = np.minimum(np.searchsorted(known, some), len(known) - 1)
    found: NDArray[np.bool_] = known[at] == some
    return found


def _none() -> Floats:
    return np.empty((0, 2))


@dataclass(frozen=True, eq=False)
class _System:
    """Places in one system of coordinates, signs dropped."""

    places: Floats

    @cached_property
    def low(self) -> Floats:
        return np.asarray(self.places.min(axis=0))

    @cached_property
    def high(self) -> Floats:
        return np.asarray(self.places.max(axis=0))

    @cached_property
    def _cache(self) -> dict[tuple[float, bool], Keys]:
        return {}

    def range(self, axis: int) -> tuple[float, float]:
        """Return the least and the greatest coordinate on an axis."""
        return float(self.low[axis]), float(self.high[axis])

    def keys(self, scale: float, *, cut: bool = False) -> Keys:
        """Return the places at a precision; `cut` for decimals cut off instead of rounded."""
        if (scale, cut) not in self._cache:
            shown = np.trunc(self.places * scale) / scale if cut else self.places
            self._cache[scale, cut] = keys(shown, scale)
        return self._cache[scale, cut]

    def inside(self, values: Floats, axis: int) -> NDArray[np.bool_]:
        """Say which values could be a coordinate of these places on an axis."""
        within: NDArray[np.bool_] = (values >= self.low[axis] - 1e-4) & (values <= self.high[axis] + 1e-4)
        return within

    def hits(self, pairs: Floats, scale: float) -> int:
        """Count pairs that are one of the places at a precision, either number first."""
        if not len(pairs):
            return 0
        found = np.zeros(len(pairs), dtype=bool)
        for turned in (pairs, pairs[:, ::-1]):
            packed = pack(turned, scale)
            found |= among(packed, self.keys(scale)) | among(packed, self.keys(scale, cut=True))
        return int(found.sum())

    def beyond_chance(self, pairs: Floats, scale: float, *, slack: int = 0) -> int:
        """Count as `hits`, but none where chance brings as many; `slack` units either way are the same."""
        steps = range(-slack, slack + 1)
        hits = sum(self.hits(pairs + np.array([i, j]) / scale, scale) for i in steps for j in steps)
        if not hits:
            return 0
        width, height = np.maximum((self.high - self.low) * scale, 1.0).tolist()
        near = self.inside(pairs[:, 0], 0) & self.inside(pairs[:, 1], 1)
        turned = self.inside(pairs[:, 1], 0) & self.inside(pairs[:, 0], 1)
        tries = 2 * (2 * slack + 1) ** 2 * int((near | turned).sum())
        expected = tries * len(self.keys(scale)) / (width * height)
        return hits if _chance(hits, expected) < _LUCK else 0


@dataclass(frozen=True, eq=False)
class Spots:
    """Exact places, ready to be looked for."""

    degrees: Floats = field(default_factory=_none)
    """Longitude and latitude."""
    metres: tuple[Floats, ...] = ()
    """The same places in each projection in use."""

    @cached_property
    def _degrees(self) -> _System | None:
        return _System(np.abs(self.degrees)) if len(self.degrees) else None

    @cached_property
    def _systems(self) -> list[tuple[_System, float]]:
        """Each system with the scale at which its exact places are compared in bytes."""
        systems = [(self._degrees, 1e6)] if self._degrees else []
        return systems + [(_System(np.abs(places)), 1e2) for places in self.metres if len(places)]

    def in_text(self, text: str) -> int:
        """Count the exact places that a text holds."""
        if not self._systems:
            return 0
        found = self._sexagesimal(text)
        if _may_hold_place(text):
            runs = runs_of(text)
            found += self._decimal(runs) + self._metric(runs) + self._whole(runs)
        return found

    def _decimal(self, runs: Runs) -> int:
        if self._degrees is None:
            return 0
        read = [runs.numbers(*self._degrees.range(axis), digits=(1, 3), decimals=(5, 17)) for axis in (0, 1)]
        numbers = _together(*read)
        found = 0
        for step in range(1, 5):
            pairs, gap, decimals = _neighbours(numbers, step)
            fine = decimals > 5
            if step == 1:
                found += self._degrees.hits(pairs[~fine & (gap <= _NEAR)], 1e5)
                found += self._degrees.hits(pairs[fine & (gap <= _ROW)], 1e6)
            else:
                found += self._degrees.beyond_chance(pairs[fine & (gap <= _ROW)], 1e6)
        return found

    def _sexagesimal(self, text: str) -> int:
        if self._degrees is None or not ("°" in text or "º" in text):
            return 0
        matches = list(_DMS.finditer(text))
        read = [[float((part or "0").replace(",", ".")) for part in match.groups()] for match in matches]
        fine = np.array([_is_fine(match) for match in matches], dtype=bool)
        values = np.array([d + m / 60 + s / 3600 for d, m, s in read])
        near = np.array([b.start() - a.end() for a, b in itertools.pairwise(matches)]) <= _NEAR
        pairs = np.column_stack([values[:-1], values[1:]])
        return self._degrees.hits(pairs[near & fine[1:] & fine[:-1]], 36_000)

    def _metric(self, runs: Runs) -> int:
        found = 0
        for system in (system for system, scale in self._systems if scale == 1e2):
            read = [runs.numbers(*system.range(axis), digits=(5, 8), decimals=(0, 17)) for axis in (0, 1)]
            pairs, gap, least = _neighbours(_together(*read), 1)
            for places, scale in ((0, 1.0), (1, 1e1), (2, 1e2)):
                chosen = least >= 2 if places == 2 else least == places
                found += system.beyond_chance(pairs[chosen & (gap <= (_ROW if places else _NEAR))], scale)
        return found

    def _whole(self, runs: Runs) -> int:
        if self._degrees is None:
            return 0
        found = 0
        low = float(self._degrees.low.min()) * _WHOLE_SCALES[0]
        high = float(self._degrees.high.max()) * _WHOLE_SCALES[-1]
        pairs, gap, _least = _neighbours(runs.numbers(low, high, digits=(6, 10), decimals=(0, 0)), 1)
        for unit in _WHOLE_SCALES:
            found += self._degrees.beyond_chance(pairs[gap <= _NEAR] / unit, unit)
        return found

    def in_columns(self, columns: list[Floats]) -> int:
        """Count the rows of numeric columns of which two are an exact place."""
        found = 0
        for system, scale in self._systems:
            likely = [[c for c in columns if _mostly(system, c, axis)] for axis in (0, 1)]
            for x in likely[0][:8]:
                for y in likely[1][:8]:
                    if x is not y and len(x) == len(y):
                        pairs = np.column_stack([np.abs(x), np.abs(y)])
                        whole = pairs[np.isfinite(pairs).all(axis=1)]
                        found += system.beyond_chance(whole, scale) or system.beyond_chance(whole, scale / 10)
        return found

    def in_steps(self, rings: Iterator[tuple[Floats, float]]) -> int:
        """Count vertices that were packed as whole steps; with each ring the scale of its numbers."""
        if self._degrees is None:
            return 0
        by_scale: dict[float, list[Floats]] = {}
        for ring, scale in rings:
            by_scale.setdefault(scale, []).append(ring)
        return sum(
            self._degrees.beyond_chance(np.abs(np.concatenate(found)), min(scale, 1e7))
            for scale, found in by_scale.items()
            if scale >= 1e5
        )

    def in_bytes(self, data: bytes) -> int:
        """Count exact places among the numbers that bytes can be read as."""
        found = 0
        for kind, width in (("<f8", 8), (">f8", 8), ("<f4", 4), (">f4", 4), ("<i4", 4)):
            for numbers, step in _read_as(data, kind, width):
                found += sum(
                    self._among_numbers(numbers, step, system, scale) for system, scale in self._systems
                )
        return found

    def _among_numbers(self, numbers: NDArray[Any], step: int, system: _System, scale: float) -> int:
        if numbers.dtype.kind == "i":
            if scale != 1e6:
                return 0
            return sum(_adjacent(numbers, step, system, unit, unit) for unit in _WHOLE_SCALES)
        if numbers.dtype.itemsize == 4:
            # A float of four bytes knows a degree to half a metre, and a coordinate in metres no better.
            return _adjacent(numbers, step, system, 1.0, 1e5 if scale == 1e6 else 1.0, slack=1)
        return _adjacent(numbers, step, system, 1.0, scale)


def _read_as(data: bytes, kind: str, width: int) -> Iterator[tuple[NDArray[Any], int]]:
    """Read bytes as numbers from each byte on; with them, how far from a number its neighbour stands."""
    if len(data) < 2 * width:
        return
    if len(data) <= _FEW_BYTES:
        yield np.ndarray(len(data) - width + 1, dtype=kind, buffer=data, strides=(1,)), width
        return
    for offset in range(width):
        yield np.frombuffer(data, dtype=kind, count=(len(data) - offset) // width, offset=offset), 1


def _adjacent(
    numbers: NDArray[Any], step: int, system: _System, unit: float, scale: float, *, slack: int = 0
) -> int:
    """Count neighbouring numbers, in units of 1 / `unit`, that are a place."""
    low, high = (system.low.min() - 1) * unit, (system.high.max() + 1) * unit
    with np.errstate(invalid="ignore", over="ignore"):
        sized = np.abs(numbers)
        likely = (sized >= low) & (sized <= high)
    every = np.flatnonzero(likely[step:] & likely[:-step])
    found = 0
    # Each way to cut bytes into numbers is judged against chance by itself.
    for at in (every[every % step == offset] for offset in (np.unique(every % step) if len(every) else ())):
        pairs = np.column_stack([sized[at], sized[at + step]]).astype(np.float64) / unit
        found += system.beyond_chance(pairs, scale, slack=slack)
    return found


def _may_hold_place(text: str) -> bool:
    """Say whether a text has what a place in decimals, metres or whole numbers needs: two long runs."""
    first = _LONG.search(text)
    return first is not None and _LONG.search(text, first.end()) is not None


def _together(one: Numbers, other: Numbers) -> Numbers:
    """Put numbers that could be the one or the other coordinate in the order of the text."""
    starts, chosen = np.unique(np.concatenate([one.starts, other.starts]), return_index=True)
    parts = [
        np.concatenate([getattr(one, name), getattr(other, name)])[chosen]
        for name in ("values", "ends", "decimals")
    ]
    return Numbers(parts[0], starts, parts[1], parts[2])


def _neighbours(numbers: Numbers, step: int) -> tuple[Floats, Keys, Keys]:
    """Return pairs of numbers, the signs between them, and the decimals of the coarser one."""
    pairs = np.column_stack([numbers.values[:-step], numbers.values[step:]])
    gap = numbers.starts[step:] - numbers.ends[:-step]
    return pairs, gap, np.minimum(numbers.decimals[:-step], numbers.decimals[step:])


def _is_fine(match: re.Match[str]) -> bool:
    """Say whether seconds have a decimal, or minutes three."""
    seconds, minutes = match[3] or "", match[2].replace(",", ".")
    return "." in seconds.replace(",", ".") or len(minutes.partition(".")[2]) >= 3


def _mostly(system: _System, column: Floats, axis: int) -> bool:
    return bool(system.inside(np.abs(column[np.isfinite(column)]), axis).any())


def _chance(hits: int, expected: float) -> float:
    """Return the probability of that many finds or more when only chance brings them (Poisson)."""
    if expected <= 0:
        return 0.0
    below = sum(math.exp(k * math.log(expected) - expected - math.lgamma(k + 1)) for k in range(hits))
    return max(0.0, 1.0 - below)
