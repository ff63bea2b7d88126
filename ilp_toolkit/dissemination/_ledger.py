"""
The ledger of published figures as one system of equations: what is known, what is hidden, what may be.

A column is an atom, a figure, or a correction (by how much a figure has changed since it was published); an
equation says that a figure is the sum of its atoms. Figures about the same atoms are one figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from ._atoms import Atoms, refine
from ._pattern import Problem, Rule
from .attacker import Goals, audit, tightened

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from ..direction.policy import Policy
    from ._programme import Deadline
    from .joint import Publication, Statement

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]
    Mask = NDArray[np.bool_]

__all__ = ["Ledger"]

_KINDS = ("hidden", "rounded", "exact", "stale")


@dataclass(frozen=True)
class Ledger:
    """Every figure of a case, the new ones among them."""

    atoms: Atoms
    """Rows of `members` are the distinct figures."""
    totals: Whole
    """The true figures, as the rows are now."""
    old: tuple[tuple[int, Statement], ...]
    """Figures published before: which distinct figure, and the statement."""
    new: tuple[tuple[int, Statement], ...]
    minimum: int
    width: int
    zeros: str
    revisions: str

    @classmethod
    def of(
        cls,
        new: Publication,
        earlier: Sequence[Publication],
        rows: pd.DataFrame,
        policy: Policy,
        *,
        crossed: bool = False,
    ) -> Ledger:
        """
        Cut everything into atoms and put figures together that count the same.

        If `crossed`, dimensions are crossed also where no figure crosses them.
        """
        old = [each for publication in earlier for each in publication.statements]
        statements = [*old, *new.statements]
        lowest = policy.cells.minimum_count

        def known(i: int, total: int) -> bool:
            each = statements[i]
            exact = each.value == total and each.base <= 1
            return exact and (i < len(old) or total >= lowest)

        extents = [_stated(each.extent) for each in statements]
        cut = refine(extents, rows, known=None if crossed else known)
        which, first = _same(cut.members)
        place = list(zip(which.tolist(), statements, strict=True))
        return cls(
            Atoms(
                sparse.csr_array(cut.members[first]),
                cut.counts,
                cut.links,
                np.where(cut.linked >= 0, which[cut.linked], -1),
            ),
            cut.totals[first],
            tuple(place[: len(old)]),
            tuple(place[len(old) :]),
            policy.cells.minimum_count,
            policy.suppression.minimum_width,
            policy.suppression.zeros,
            policy.suppression.revisions,
        )

    # what is known of each distinct figure

    @cached_property
    def _told_of_old(self) -> dict[str, Mask]:
        return self._kinds(self.old)

    @cached_property
    def _told_of_new(self) -> dict[str, Mask]:
        return self._kinds(self.new)

    def _kinds(self, pairs: Sequence[tuple[int, Statement]]) -> dict[str, Mask]:
        """Mark figures that were hidden, rounded, exact, or exact and have changed since (``stale``)."""
        masks = {kind: np.zeros(len(self.totals), dtype=bool) for kind in _KINDS}
        for at, each in pairs:
            if each.value is None:
                masks["hidden"][at] = True
            elif each.base > 1:
                masks["rounded"][at] = True
            else:
                masks["exact" if each.value == self.totals[at] else "stale"][at] = True
        return masks

    def _of_any(self, kind: str) -> Mask:
        return np.asarray(self._told_of_old[kind] | self._told_of_new[kind])

    @property
    def before(self) -> Mask:
        """Figures that stand in earlier publications, hidden or not."""
        mask = np.zeros(len(self.totals), dtype=bool)
        mask[[at for at, _each in self.old]] = True
        return mask

    @property
    def known(self) -> Mask:
        """Figures that were published exactly before: nothing hides them any more."""
        return self._told_of_old["exact"]

    @property
    def changed(self) -> Mask:
        """Figures that were published exactly, but have changed since, and are not published anew."""
        return self._told_of_old["stale"] & ~self.known

    @property
    def rounded(self) -> Mask:
        """Figures of which only a rounded value is or would be published."""
        return self._of_any("rounded") & ~self._of_any("exact")

    @property
    def small(self) -> Mask:
        """Figures from 1 to ``minimum - 1``; zeros as well where policy hides them."""
        lowest = 0 if self.zeros == "hidden" else 1
        return np.asarray((self.totals >= lowest) & (self.totals < self.minimum))

    def _must_hide(self) -> Mask:
        """Figures that no exact value may be published of: small ones, and ones hidden on purpose."""
        new = self._told_of_new["exact"]
        kept_back = self._of_any("hidden") & ~new
        return (kept_back | (new & self.small) | self.rounded | (self.changed & ~new)) & ~self.known

    def _may_hide(self) -> Mask:
        lowest = 1 if self.zeros == "published" else 0
        # Totals that factors share are told.
        shared = np.isin(np.arange(len(self.totals)), self.atoms.linked)
        return self._told_of_new["exact"] & ~self.known & (self.totals >= lowest) & ~shared

    @property
    def granted(self) -> int:
        """How many sums the reader is granted that were not published; they are the last equations."""
        return int((self.atoms.linked < 0).sum())

    @property
    def is_crossed(self) -> bool:
        """Whether nothing was taken apart."""
        return len(self.atoms.linked) == 0

    def disagreeing(self) -> list[int]:
        """Return new figures that are neither what the rows give nor a repetition of a published figure."""
        repeated = self._repeated()
        wrong = []
        for i, (at, each) in enumerate(self.new):
            if each.value is None or (at, each.value, each.base) in repeated:
                continue
            if abs(each.value - int(self.totals[at])) >= max(each.base, 1):
                wrong.append(i)
        return wrong

    # the system

    def _corrected(self) -> list[tuple[int, int]]:
        """Figures published exactly that have changed by a small number since, and by how much."""
        if self.revisions == "allow":
            return []
        here = self.changed
        changes = {
            (at, int(self.totals[at]) - each.value)
            for at, each in self.old
            if here[at] and each.value is not None and each.base <= 1
        }
        return sorted((at, change) for at, change in changes if 0 < abs(change) < self.minimum)

    def problem(self) -> Problem:
        """Return the whole as numbers to be hidden or shown."""
        corrected = self._corrected()
        figures, atoms = self.atoms.members.shape
        size = atoms + figures
        change = np.array([change for _at, change in corrected], dtype=float)
        stale = np.array([at for at, _change in corrected], dtype=np.int64)
        truth = np.concatenate([self.atoms.counts, self.totals, np.abs(change)]).astype(float)
        hidden = np.concatenate(
            [np.ones(atoms, dtype=bool), self._must_hide(), np.ones(len(stale), dtype=bool)]
        )
        never = np.zeros(atoms, dtype=bool), np.zeros(len(stale), dtype=bool)
        candidates = np.concatenate([never[0], self._may_hide() & ~self._must_hide(), never[1]])
        matrix = self._matrix(stale, change)
        cost = np.where(truth > 0, truth, truth.sum() + 1)
        rules = [self._stranger(atoms, np.abs(change)), self._insider(atoms, np.abs(change))]
        if len(stale):
            rules.append(self._comparing(size, np.abs(change)))
        return Problem(matrix, truth, cost, hidden, candidates, tuple(rules))

    def _matrix(self, stale: Whole, change: Floats) -> Any:
        """Equations: a figure is the sum of its atoms; an old figure is that sum less its correction."""
        figures = self.atoms.members.shape[0]
        plain = [self.atoms.members, -sparse.eye_array(figures), sparse.csr_array((figures, len(stale)))]
        blocks = [plain]
        if len(stale):
            # The corrected figure is known where it is not published too: the total less a number not told.
            signs = -sparse.diags_array(np.sign(change))
            blocks.append([self.atoms.members[stale], sparse.csr_array((len(stale), figures)), signs])
        linked = self.atoms.linked
        for which in (np.flatnonzero(linked >= 0), np.flatnonzero(linked < 0)):
            if len(which):
                tie = sparse.csr_array(sparse.eye_array(figures))[linked[which]]
                to = -tie if linked[which[0]] >= 0 else sparse.csr_array((len(which), figures))
                blocks.append([self.atoms.links[which], to, sparse.csr_array((len(which), len(stale)))])
        if not len(stale):
            blocks = [each[:2] for each in blocks]
        return sparse.csr_array(sparse.vstack([sparse.hstack(each) for each in blocks], format="csr"))

    def _published(self, problem: Problem) -> Problem:
        """Return the problem without what was only granted to the reader."""
        return replace(problem, matrix=problem.matrix[: problem.matrix.shape[0] - self.granted])

    def _stranger(self, atoms: int, change: Floats) -> Rule:
        """Know the exact figures, and that nothing is below zero."""
        size = atoms + len(self.totals) + len(change)
        lower, upper = np.zeros(size), np.full(size, np.inf)
        lower[size - len(change) :] = upper[size - len(change) :] = change
        stale = np.flatnonzero(self.changed)
        lower[atoms + stale] = upper[atoms + stale] = self.totals[stale]
        counts = self.atoms.counts
        cells = np.flatnonzero((counts > 0) & (counts < self.minimum))
        reach = np.full(len(cells), float(self.minimum))
        return Rule(lower, upper, Goals(cells, np.zeros(len(cells)), reach), np.zeros(size))

    def _insider(self, atoms: int, change: Floats) -> Rule:
        """Know the rules, what is hidden for being small, and the corrections."""
        lower, upper = self._told()
        counts = self.atoms.counts
        cells = np.flatnonzero((counts > 0) & (counts < self.minimum))
        figures = np.flatnonzero(self._must_hide() & (self.totals > 0) & ~self.changed)
        most = (upper - lower)[figures]
        width = np.minimum(float(self.width), np.where(self.rounded[figures], most, self.minimum - 2))
        return Rule(
            np.concatenate([np.zeros(atoms), lower, change]),
            np.concatenate([np.full(atoms, np.inf), upper, change]),
            Goals(
                np.concatenate([cells, atoms + figures]),
                np.concatenate([np.ones(len(cells)), width]),
                np.full(len(cells) + len(figures), -np.inf),
            ),
            np.zeros(atoms + len(lower) + len(change)),
        )

    def _told(self) -> tuple[Floats, Floats]:
        """Return the range of each figure for a reader who knows why it is hidden."""
        low, high = self.minimum, self.minimum - 1
        zero_like = self.zeros != "published" or (self._told_of_old["hidden"] & (self.totals == 0)).any()
        lower = np.where(self.totals >= low, 0.0 if zero_like else float(low), 1.0)
        lower = np.where((self.totals == 0) | (self.small & (self.zeros == "hidden")), 0.0, lower)
        upper = np.where((self.totals > 0) & (self.totals <= high), float(high), np.inf)
        upper = np.where((self.totals == 0) & (self.zeros == "hidden"), float(high), upper)
        told = self._of_any("hidden") | self._told_of_new["exact"]
        lower, upper = np.where(told, lower, 0.0), np.where(told, upper, np.inf)
        for at, each in [*self.old, *self.new]:
            if each.value is not None and each.base > 1 and abs(each.value - self.totals[at]) < each.base:
                lower[at] = max(lower[at], float(each.value - each.base + 1))
                upper[at] = min(upper[at], float(each.value + each.base - 1))
        lower, upper = np.where(self.changed, self.totals, lower), np.where(self.changed, self.totals, upper)
        return lower, upper

    def _comparing(self, size: int, change: Floats) -> Rule:
        """Know all exact figures of any time, and look for what was registered or struck out in between."""
        full = size + len(change)
        cells = np.arange(size, full)
        reach = np.full(len(change), float(self.minimum))
        nothing = np.zeros(full)
        return Rule(nothing, np.full(full, np.inf), Goals(cells, np.zeros(len(change)), reach), nothing)

    # earlier leaks, and the way back to statements

    def known_before(self, problem: Problem, found: tuple[Mask, ...], deadline: Deadline) -> tuple[Mask, ...]:
        """Say which of the goals that were found are lost through the earlier publications alone."""
        atoms = self.atoms.members.shape[1]
        problem = self._published(problem)
        hidden = problem.hidden.copy()
        hidden[atoms + np.flatnonzero(~self.known)] = True
        # What stands in the new publication only is not known at all.
        fresh = atoms + np.flatnonzero(~self.before)
        lost = []
        for rule, mask in zip(problem.rules, found, strict=True):
            lower, upper = rule.lower.copy(), rule.upper.copy()
            lower[fresh], upper[fresh] = 0.0, np.inf
            reader = problem.reader(replace(rule, lower=lower, upper=upper), hidden)
            gone = mask.copy()
            if mask.any():
                goals = rule.goals.take(mask)
                gone[mask] = audit(reader, problem.truth, goals, seconds=deadline.left()).found
            lost.append(gone)
        return tuple(lost)

    def without(self, problem: Problem, lost: tuple[Mask, ...]) -> Problem:
        """Drop goals that cannot be reached any more."""
        rules = tuple(
            replace(rule, goals=rule.goals.take(~mask))
            for rule, mask in zip(problem.rules, lost, strict=True)
        )
        return replace(problem, rules=rules)

    def hidden_of_new(self, hidden: Mask) -> list[bool]:
        """Say for each new statement whether it is to be hidden."""
        atoms = self.atoms.members.shape[1]
        repeated = self._repeated()
        return [
            each.value is None
            or (bool(hidden[atoms + at]) and each.base <= 1 and (at, each.value, each.base) not in repeated)
            for at, each in self.new
        ]

    def derived(self, problem: Problem, hidden: Mask) -> Mask:
        """Which hidden figures anybody can add up from the published ones: to show them tells nothing."""
        if self.changed.any():
            return np.zeros(len(hidden), dtype=bool)
        tight = tightened(self._published(problem).reader(problem.rules[0], hidden))
        return np.asarray(problem.candidates & hidden & (tight.lower == tight.upper))

    def _repeated(self) -> set[tuple[int, int | None, int]]:
        return {(at, each.value, each.base) for at, each in self.old}

    def small_of_new(self) -> Mask:
        """Which new figures are hidden for being small."""
        mask = np.zeros(len(self.totals), dtype=bool)
        mask[[at for at, _each in self.new]] = True
        return mask & self.small


def _stated(extent: Any) -> dict[str, Any]:
    return {key: value for key, value in extent.items() if value is not None}


def _same(members: Any) -> tuple[Whole, Whole]:
    """Which figures count the same atoms: a number for each, and the first of every number."""
    key = np.random.default_rng(65).integers(1, 2**63, members.shape[1], dtype=np.uint64)
    entries = members.tocoo()
    hashes = np.zeros(members.shape[0], dtype=np.uint64)
    np.add.at(hashes, entries.row, key[entries.col])
    _unique, first, which = np.unique(hashes, return_index=True, return_inverse=True)
    return which.ravel(), first
