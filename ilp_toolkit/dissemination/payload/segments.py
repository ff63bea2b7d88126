"""Many short texts as one array of signs: what is done to one is done to all of them in a few operations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .folding import CUT, SPACE, Codes, text_of

__all__ = ["Segments", "before"]

Places = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Segments:
    """Texts that lie in one array, each with the number of the value it spells."""

    codes: Codes
    starts: Places
    lengths: Places
    owners: Places

    def __len__(self) -> int:
        return len(self.starts)

    @classmethod
    def nothing(cls) -> Segments:
        """Return no texts."""
        none = np.empty(0, dtype=np.int64)
        return cls(np.empty(0, dtype=np.uint32), none, none, none)

    @classmethod
    def parted(cls, codes: Codes, owners: Places) -> Segments:
        """
        Part an array at its cuts, and trim the spaces at the ends of each text.

        Parameters
        ----------
        codes
            Folded texts with `CUT` between them.
        owners
            The number of the value behind each text, in their order.
        """
        cuts = np.flatnonzero(codes == CUT)
        starts = np.concatenate([[0], cuts + 1]).astype(np.int64)
        ends = np.concatenate([cuts, [len(codes)]]).astype(np.int64)
        signs = np.flatnonzero((codes != SPACE) & (codes != CUT))
        first, last = np.searchsorted(signs, starts), np.searchsorted(signs, ends) - 1
        some = last >= first
        starts[some], ends[some] = signs[first[some]], signs[last[some]] + 1
        return cls(codes, starts, np.where(some, ends - starts, 0), owners)

    @classmethod
    def together(cls, parts: Iterable[Segments]) -> Segments:
        """Put texts of several arrays into one, in this order."""
        some = [part for part in parts if len(part)]
        if not some:
            return cls.nothing()
        moved = np.cumsum([0, *(len(part.codes) for part in some[:-1])])
        return cls(
            np.concatenate([part.codes for part in some]),
            np.concatenate([part.starts + by for part, by in zip(some, moved, strict=True)]),
            np.concatenate([part.lengths for part in some]),
            np.concatenate([part.owners for part in some]),
        )

    def where(self, chosen: NDArray[np.bool_]) -> Segments:
        """Return some of the texts."""
        return Segments(self.codes, self.starts[chosen], self.lengths[chosen], self.owners[chosen])

    def count(self, kind: NDArray[np.bool_]) -> Places:
        """Say how many signs of each text are of a kind, given for each sign of the array."""
        counts = before(kind)
        counted: Places = counts[self.starts + self.lengths] - counts[self.starts]
        return counted

    def texts(self) -> list[str]:
        """Return the texts one by one."""
        whole = text_of(self.codes)
        ends = (self.starts + self.lengths).tolist()
        return [whole[start:end] for start, end in zip(self.starts.tolist(), ends, strict=True)]

    def without_spaces(self) -> Segments:
        """Return the texts with nothing between their words."""
        stays = self.codes != SPACE
        lengths = self.count(stays)
        return Segments(self.codes[stays], before(stays)[self.starts], lengths, self.owners)

    def turned(self) -> Segments:
        """Return the texts with their first word last: each must have a space."""
        if not len(self):
            return self
        spaces = np.flatnonzero(self.codes == SPACE)
        first = spaces[np.searchsorted(spaces, self.starts)] - self.starts
        # Place by place: behind the first word and its space, then the space, then the first word.
        starts = np.concatenate([[0], np.cumsum(self.lengths)[:-1]]).astype(np.int64)
        within = np.arange(int(self.lengths.sum())) - np.repeat(starts, self.lengths)
        word, length = np.repeat(first, self.lengths), np.repeat(self.lengths, self.lengths)
        others = length - word - 1
        source = np.where(within < others, within + word + 1, within - others - 1)
        source = np.where(within == others, word, source) + np.repeat(self.starts, self.lengths)
        return Segments(self.codes[source], starts, self.lengths, self.owners)


def before(kind: NDArray[np.bool_]) -> Places:
    """Say how many signs of a kind stand before each place, the end included."""
    counts = np.zeros(len(kind) + 1, dtype=np.int64)
    np.cumsum(kind, out=counts[1:])
    return counts
