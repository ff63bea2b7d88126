"""The numbers of a text, found in whole arrays: where runs of digits stand, and what they make together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

__all__ = ["Numbers", "Runs", "runs_of"]

Whole = NDArray[np.int64]
_MOST_GROUPS = 7
"""Groups of digits in which one number is written: +992 (900) 12-34-56 has five."""
_TEN = 10 ** np.arange(20, dtype=np.uint64)
_APART = np.zeros(256, dtype=bool)
_APART[[ord(sign) for sign in " ()-/+\u00a0"]] = True
_WORD = np.zeros(256, dtype=bool)
_WORD[[*range(48, 58), *range(65, 91), *range(97, 123), ord("_")]] = True
_OTHER = ord("_")
"""Stands for every sign beyond Latin-1: most of them are letters."""


@dataclass(frozen=True, eq=False)
class Numbers:
    """Decimal numbers without their sign."""

    values: NDArray[np.float64]
    starts: Whole
    ends: Whole
    decimals: Whole


@dataclass(frozen=True, eq=False)
class Runs:
    """Runs of digits in a text."""

    text: str
    signs: NDArray[np.uint8]
    starts: Whole
    ends: Whole

    @cached_property
    def lengths(self) -> Whole:
        """Digits of each run."""
        return self.ends - self.starts

    def whole(self, chosen: Whole) -> NDArray[np.uint64]:
        """Return the runs as whole numbers, modulo 2**64; of runs beyond twenty digits the front alone."""
        values = np.zeros(len(chosen), dtype=np.uint64)
        starts, lengths = self.starts[chosen], self.lengths[chosen]
        for place in range(min(int(lengths.max(initial=0)), 20)):
            more = place < lengths
            digit = self.signs[np.minimum(starts + place, len(self.signs) - 1)].astype(np.uint64) - np.uint64(
                48
            )
            values = np.where(more, values * np.uint64(10) + digit, values)
        return values

    def numbers(
        self, low: float, high: float, *, digits: tuple[int, int], decimals: tuple[int, int]
    ) -> Numbers:
        """
        Return the numbers between two bounds.

        Parameters
        ----------
        low, high
            Bounds of the size; numbers a little outside may come too.
        digits, decimals
            How many digits stand before and behind the point (or comma), at least and at most.
        """
        lengths = self.lengths
        at = np.flatnonzero((lengths >= digits[0]) & (lengths <= digits[1]) & self._free_before)
        whole = self.whole(at)
        between = (whole >= max(0, int(low) - 1)) & (whole <= int(high) + 1)
        at, whole = at[between], whole[between]
        after = np.where(self._points_to_next[at], lengths[np.minimum(at + 1, len(lengths) - 1)], 0)
        ends = np.where(after > 0, self.ends[np.minimum(at + 1, len(lengths) - 1)], self.ends[at])
        fits = (after >= decimals[0]) & (after <= decimals[1]) & self._free_after(ends)
        at, after, ends = at[fits], after[fits], ends[fits]
        values = whole[fits].astype(np.float64)
        for place in np.flatnonzero(after).tolist():
            values[place] = float(self.text[self.starts[at[place]] : ends[place]].replace(",", "."))
        return Numbers(values, self.starts[at], ends, after)

    def grouped(self, known: NDArray[np.uint64], *, digits: tuple[int, int]) -> NDArray[np.int64]:
        """
        Find long numbers in any grouping.

        Parameters
        ----------
        known
            Numbers modulo 2**64, sorted.
        digits
            How many digits a number has, at least and at most.

        Returns
        -------
        ndarray
            Places in `known`.
        """
        every = np.arange(len(self.starts))
        begins = every[self._free_before]
        if not len(begins) or not len(known):
            return np.empty(0, dtype=np.int64)
        value, total = self.whole(every), self.lengths
        joins = self._joins_next
        made, length, last = value[begins], total[begins], begins.copy()
        found = []
        for _group in range(_MOST_GROUPS):
            long = (length >= digits[0]) & (length <= digits[1]) & self._free_after(self.ends[last])
            at = np.minimum(np.searchsorted(known, made[long]), len(known) - 1)
            found.append(at[known[at] == made[long]])
            more = joins[last] & (length < digits[1])
            made, length, last = made[more], length[more], last[more] + 1
            keep = total[last] <= digits[1]
            made, length, last = made[keep], length[keep], last[keep]
            if not len(last):
                break
            made = made * _TEN[np.minimum(total[last], 19)] + value[last]
            length = length + total[last]
        return np.unique(np.concatenate(found))

    def _at(self, places: Whole) -> NDArray[np.uint8]:
        """Return the signs at places of the text; a space beyond either end."""
        inside = (places >= 0) & (places < len(self.signs))
        return np.where(inside, self.signs[np.clip(places, 0, len(self.signs) - 1)], np.uint8(32))

    @cached_property
    def _free_before(self) -> NDArray[np.bool_]:
        """Say whether a run is no part of a word or of a longer number to its left."""
        before, further = self._at(self.starts - 1), self._at(self.starts - 2)
        point = (before == ord(".")) & (further >= 48) & (further <= 57)
        free: NDArray[np.bool_] = ~_WORD[before] & ~point
        return free

    def _free_after(self, ends: Whole) -> NDArray[np.bool_]:
        free: NDArray[np.bool_] = ~_WORD[self._at(ends)]
        return free

    @cached_property
    def _points_to_next(self) -> NDArray[np.bool_]:
        """Say whether a run is followed by a point or comma and then another run."""
        sign = self._at(self.ends)
        near = (
            np.append(self.starts[1:] == self.ends[:-1] + 1, False) if len(self.ends) else np.zeros(0, bool)
        )
        points: NDArray[np.bool_] = near & ((sign == ord(".")) | (sign == ord(",")))
        return points

    @cached_property
    def _joins_next(self) -> NDArray[np.bool_]:
        """Say whether one to three signs that group digits part a run from the next."""
        if not len(self.ends):
            return np.zeros(0, bool)
        gap = np.append(self.starts[1:] - self.ends[:-1], 99)
        joins = gap <= 3
        for step in range(3):
            joins &= (step >= gap) | _APART[self._at(self.ends + step)]
        return joins


def runs_of(text: str) -> Runs:
    """Find the runs of digits in a text."""
    # One byte a sign, so that places in the array are places in the text.
    signs = np.frombuffer(text.encode("latin-1", "replace"), dtype=np.uint8)
    if not text.isascii():
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        signs = np.where(codes < 256, codes, _OTHER).astype(np.uint8)
    digit = (signs >= 48) & (signs <= 57)
    change = np.flatnonzero(np.diff(np.concatenate([[False], digit, [False]]).astype(np.int8)))
    return Runs(text, signs, change[::2], change[1::2])
