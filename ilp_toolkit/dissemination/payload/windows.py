"""
Many values looked for in one pass: hashes of windows whose lengths are powers of two.

A value of length L is known by the hash of its first p signs, the hash of its last p signs and L, where p is
the largest power of two that is not above L: the two windows cover it. The hashes of all windows of a text of
length 2p follow from those of length p in one array operation, so the cost does not grow with the number of
values, and no part of a text can hide a value as it could from a comparison of words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from .folding import Codes
from .segments import Segments

__all__ = ["LONGEST", "SHORTEST", "Needles", "compile_needles"]

SHORTEST = 4
LONGEST = 63
"""Longer values are known by their first 63 signs."""

_SIGNS = 0x10000
"""Folded texts have no sign beyond."""
_BASE = np.uint64(0x9E3779B97F4A7C15)
_LAST = np.uint64(0xD6E8FEB86659FD93)
_LENGTH = np.uint64(0xA0761D6478BD642F)
_TOGETHER = 8_000
"""Values whose hashes are made at once: they stay near the processor."""
Hashes = NDArray[np.uint64]
_Part = tuple[Hashes, Hashes, NDArray[np.int64], NDArray[np.int64]]


@dataclass(frozen=True, eq=False)
class _Level:
    """Values whose length lies between `size` and twice `size`."""

    size: int
    sieve: NDArray[np.bool_]
    """True where some value's first window may fall, by the top bits of its hash."""
    shift: np.uint64
    firsts: Hashes
    """The hashes of the first windows, sorted."""
    lengths: tuple[int, ...]
    keys: Hashes
    """Sorted."""
    owners: NDArray[np.int64]
    """The value behind each key."""


@dataclass(frozen=True, eq=False)
class Needles:
    """Values ready to be looked for."""

    levels: tuple[_Level, ...]

    def find(
        self,
        codes: Codes,
        begins: NDArray[np.bool_] | None = None,
        ends: NDArray[np.bool_] | None = None,
        *,
        shortest: int = SHORTEST,
    ) -> NDArray[np.int64]:
        """
        Return the numbers of the values that occur, each once.

        Parameters
        ----------
        codes
            The text.
        begins, ends
            At which signs a find may begin and end; left out, anywhere.
        shortest
            Values shorter than this are not looked for.
        """
        starts = np.arange(len(codes)) if begins is None else np.flatnonzero(begins)
        wanted = {level.size: level for level in self.levels}
        found = [
            level_found
            for size, hashes in _doubling(codes, max(wanted, default=0))
            if size in wanted
            for level_found in _on_level(wanted[size], hashes, starts, ends, shortest)
        ]
        return np.unique(np.concatenate(found)) if found else np.empty(0, dtype=np.int64)


def compile_needles(values: Segments) -> Needles:
    """
    Make folded values ready for `Needles.find`.

    Parameters
    ----------
    values
        Folded texts; those shorter than four signs are left out. Several may have one owner; of equal ones
        the last counts.
    """
    parts: dict[int, list[_Part]] = {}
    for begin in range(0, len(values), _TOGETHER):
        for size, part in _parts(values, slice(begin, begin + _TOGETHER)):
            parts.setdefault(size, []).append(part)
    return Needles(
        tuple(
            _level(size, *(np.concatenate(each) for each in zip(*parts[size], strict=True)))
            for size in sorted(parts)
        )
    )


def _parts(values: Segments, some: slice) -> Iterator[tuple[int, _Part]]:
    """Yield for each size of window the first and last hashes of its values, their lengths and owners."""
    lengths, owners = np.minimum(values.lengths[some], LONGEST), values.owners[some]
    begin, end = int(values.starts[some].min()), int((values.starts[some] + lengths).max())
    starts = values.starts[some] - begin
    for size, hashes in _doubling(values.codes[begin:end], int(lengths.max())):
        mine = np.flatnonzero((lengths >= size) & (lengths < 2 * size))
        if len(mine):
            first, last = hashes[starts[mine]], hashes[starts[mine] + lengths[mine] - size]
            yield size, (first, last, lengths[mine], owners[mine])


def _level(
    size: int,
    first: Hashes,
    last: Hashes,
    lengths: NDArray[np.int64],
    owners: NDArray[np.int64],
) -> _Level:
    # Turned round, so that of equal ones the last is met first.
    keys, chosen = np.unique(_key(first, last, lengths.astype(np.uint64))[::-1], return_index=True)
    bits = int(np.clip(np.ceil(np.log2(16 * len(keys))), 12, 24))
    shift = np.uint64(64 - bits)
    sieve = np.zeros(1 << bits, dtype=bool)
    sieve[_mixed(first) >> shift] = True
    present = tuple(np.flatnonzero(np.bincount(lengths)).tolist())
    return _Level(size, sieve, shift, np.sort(first), present, keys, owners[::-1][chosen])


def _doubling(codes: Codes, longest: int) -> Iterator[tuple[int, Hashes]]:
    """Yield the hashes of all windows of 4, 8, 16 and 32 signs that are no longer than `longest`."""
    hashes = _signs().take(codes, mode="clip")
    size, factor = 1, _BASE
    while len(hashes) > size and 2 * size <= longest:
        made = hashes[:-size] * factor
        made += hashes[size:]
        hashes = made
        factor = np.uint64(int(factor) ** 2 % 2**64)
        size *= 2
        if size >= SHORTEST:
            yield size, hashes


def _on_level(
    level: _Level, hashes: Hashes, starts: NDArray[np.int64], ends: NDArray[np.bool_] | None, shortest: int
) -> list[NDArray[np.int64]]:
    at = starts[starts < len(hashes)]
    at = at[level.sieve[_mixed(hashes[at]) >> level.shift]]
    # One text in sixteen passes the sieve by chance; what begins like a value is tried at each length.
    at = at[_among(hashes[at], level.firsts)]
    found = []
    for length in level.lengths if len(at) else ():
        if length < shortest:
            continue
        here = at[at + (length - level.size) < len(hashes)]
        if ends is not None and length < LONGEST:
            here = here[ends[here + length - 1]]
        keys = _key(hashes[here], hashes[here + length - level.size], np.array([length], dtype=np.uint64))
        where = np.minimum(np.searchsorted(level.keys, keys), len(level.keys) - 1)
        found.append(level.owners[where[level.keys[where] == keys]])
    return found


def _among(some: Hashes, known: Hashes) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = known[np.minimum(np.searchsorted(known, some), len(known) - 1)] == some
    return inside


def _key(first: Hashes, last: Hashes, length: Hashes) -> Hashes:
    key: Hashes = _mixed(first) + _mixed(last * _LAST + length * _LENGTH)
    return key


@lru_cache(maxsize=1)
def _signs() -> Hashes:
    """Return for each code point a number that looks random (splitmix64)."""
    values = np.arange(1, _SIGNS + 1, dtype=np.uint64)
    mixed = values * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def _mixed(hashes: Hashes) -> Hashes:
    mixed = (hashes ^ (hashes >> np.uint64(32))) * np.uint64(0xD6E8FEB86659FD93)
    return mixed ^ (mixed >> np.uint64(32))
