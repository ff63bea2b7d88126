"""
A release beside everything that was published before: what all figures together give away.

Each table can be safe and both together not. So a new release is held against a reader who has kept every
figure that ever left the case, whoever it was meant for: tables and map cells, nested and shifted grids, one
date range and the next. Everything is cut into *atoms*, the pieces that no statement divides; a figure is a
sum of atoms, and three kinds of reader try to work back:

*The stranger* knows the published figures and that counts are not below zero. No incident may lie in a group
whose number this reader can put below `minimum`. By the duality of linear programmes that is the same as: no
adding and subtracting of published figures carves out a group of 1 to ``minimum - 1`` incidents.

*The insider* knows the rules as well, and which figures were hidden for being small: those lie from 1 to
``minimum - 1``, other hidden ones do not. No hidden figure may be bounded more tightly than
``suppression.minimum_width``, and no small group be known exactly.

*The one who compares* holds an old figure against a corrected one: what was registered late is a group too.

Hidden figures of the new release are chosen as in `suppression`. What is not shown safe in the given time is
refused. A leak that earlier releases hold already is not held against the new one; it is counted in the
evidence.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from ..errors import InputError
from ..i18n import _
from ._atoms import refine
from ._ledger import Ledger
from ._pattern import Pattern, attacks, secure
from ._programme import Deadline

if TYPE_CHECKING:
    import pandas as pd

    from ..direction.policy import Policy

__all__ = ["Publication", "Statement", "Verdict", "protect", "true_values"]

Status = Literal["safe", "suppressed", "refused"]


@dataclass(frozen=True)
class Statement:
    """One published figure: how many incidents of what, when and where."""

    extent: Mapping[str, Any]
    """
    ``from`` and ``to`` (ISO 8601, half-open, by ``occurred_from``), ``place`` (hexadecimal WKB, with an SRID
    or in the coordinates of the rows; or the name of an area), and any column of the rows with the list of
    its values (``offence``, ``origin``); ``weekday`` (0 is Monday) and ``hour`` are made from
    ``occurred_from``. What is missing or None means everything.
    """
    value: int | None
    """The figure; None where it is hidden."""
    base: int = 1
    """The figure is rounded to a multiple of this: the true one is nearer than `base`, up or down."""


@dataclass(frozen=True)
class Publication:
    """All figures of one product."""

    id: str
    statements: tuple[Statement, ...]

    def to_json(self) -> dict[str, Any]:
        """
        Return the publication as JSON values; they hold what was published and nothing else.

        Examples
        --------
        >>> Publication("p1", (Statement({"offence": ["Theft"]}, 12),)).to_json()
        {'id': 'p1', 'statements': [{'extent': {'offence': ['Theft']}, 'value': 12, 'base': 1}]}
        """
        statements = [
            {"extent": dict(each.extent), "value": each.value, "base": each.base} for each in self.statements
        ]
        return {"id": self.id, "statements": statements}

    @classmethod
    def from_json(cls, record: Mapping[str, Any] | str) -> Publication:
        """
        Read a publication back.

        Raises
        ------
        InputError
            If the record is no publication.
        """
        try:
            values = json.loads(record) if isinstance(record, str) else record
            statements = tuple(
                Statement(dict(each["extent"]), each["value"], int(each.get("base", 1)))
                for each in values["statements"]
            )
            return cls(str(values["id"]), statements)
        except (KeyError, TypeError, ValueError):
            msg = _("A record of an earlier publication cannot be read; restore the case from its backup.")
            raise InputError(msg) from None


@dataclass(frozen=True)
class Verdict:
    """Whether a publication may leave beside the earlier ones."""

    status: Status
    """``safe`` as it is; ``suppressed``: safe as changed; ``refused``: not shown safe."""
    publication: Publication
    """What may leave: with more figures hidden if needed, without any where refused."""
    evidence: Mapping[str, Any]
    """Counts and bounds behind the verdict, JSON values."""
    fix: str
    """What to do about it; empty where safe."""
    seconds: float


def true_values(extents: Sequence[Mapping[str, Any]], *, rows: pd.DataFrame) -> list[int]:
    """
    Count the rows in each extent, exactly as `protect` will.

    Parameters
    ----------
    extents
        As in `Statement`.
    rows
        The incidents.

    Returns
    -------
    list of int
        A count for each extent.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"offence": ["Theft", "Theft", "Arson"]})
    >>> true_values([{"offence": ["Theft"]}, {}], rows=rows)
    [2, 3]
    """
    return [int(n) for n in refine(extents, rows, known=lambda _i, _n: True).totals] if extents else []


def protect(
    new: Publication,
    *,
    earlier: Sequence[Publication],
    rows: pd.DataFrame,
    policy: Policy,
    seconds: float | None = None,
) -> Verdict:
    """
    Hold a new publication against everything published before, and hide what must be.

    Parameters
    ----------
    new
        What is to be published; None stands where a figure is hidden already.
    earlier
        Every publication of the case so far, for whichever audience.
    rows
        All incidents of the case, as they are now.
    policy
        Its parts ``cells`` and ``suppression`` hold the limits.
    seconds
        Time for the verdict; from the policy if None.

    Returns
    -------
    Verdict
        `publication` is what may leave.

    Notes
    -----
    Readers pool what they have: audiences make no difference here. What a reader knows from elsewhere (a
    witness knows of one incident) is not modelled. Rows are counted by ``occurred_from``; a figure that
    counts otherwise does not agree with the rows and is refused. Where figures were corrected since they were
    published, the insider is taken to know the corrections.

    References
    ----------
    Fischetti & Salazar-González (2001), Solving the cell suppression problem on tabular data with linear
    constraints, Management Science 47.

    Examples
    --------
    >>> import pandas as pd
    >>> from ilp_toolkit.direction import policy
    >>> rows = pd.DataFrame({"offence": ["Theft"] * 20 + ["Arson"] * 3 + ["Fraud"] * 9})
    >>> known = Publication("a", (Statement({}, 32), Statement({"offence": ["Theft"]}, 20)))
    >>> new = Publication("b", (Statement({"offence": ["Fraud"]}, 9),))
    >>> protect(new, earlier=[known], rows=rows, policy=policy.load()).status
    'suppressed'
    """
    started = time.monotonic()
    limit = policy.suppression.seconds if seconds is None else seconds
    deadline = Deadline(limit)
    try:
        ledger = Ledger.of(new, earlier, rows, policy)
    except InputError as error:
        return _refused(new, {"reason": "unreadable"}, str(error), started)
    wrong = ledger.disagreeing()
    if wrong:
        fix = _(
            "{n} figures do not agree with the incidents of the case (first: figure {first}). "
            "Make the product again from the case as it is now."
        ).format(n=len(wrong), first=wrong[0] + 1)
        return _refused(new, {"reason": "disagrees", "figures": len(wrong)}, fix, started)
    pattern, known = _settled(ledger, deadline.share(0.6) if ledger.granted else deadline)
    if not pattern.safe and not ledger.is_crossed and not deadline.over:
        ledger = Ledger.of(new, earlier, rows, policy, crossed=True)
        pattern, known = _settled(ledger, deadline)
    evidence = _evidence(ledger, pattern, known)
    if not pattern.safe:
        return _refused(new, evidence, _way_out(ledger, pattern, deadline), started)
    hidden = ledger.hidden_of_new(pattern.hidden & ~ledger.derived(ledger.problem(), pattern.hidden))
    published = replace(
        new,
        statements=tuple(
            replace(each, value=None, base=1) if out else each
            for each, out in zip(new.statements, hidden, strict=True)
        ),
    )
    more = sum(out and each.value is not None for each, out in zip(new.statements, hidden, strict=True))
    fix = _("{n} more figures must be hidden; take the figures from the verdict.").format(n=more)
    status: Status = "suppressed" if more else "safe"
    evidence["more_hidden"] = more
    return Verdict(status, published, evidence, fix if more else "", time.monotonic() - started)


def _settled(ledger: Ledger, deadline: Deadline) -> tuple[Pattern, int]:
    """Find a safe pattern; goals that the earlier publications alone give away are set aside and counted."""
    problem = ledger.problem()
    goals = tuple(rule.goals for rule in problem.rules)
    first = attacks(problem, problem.hidden, goals, deadline.share(0.4))
    lost = ledger.known_before(problem, tuple(each.found for each in first), deadline.share(0.4))
    if any(mask.any() for mask in lost):
        problem = ledger.without(problem, lost)
        first = tuple(each.take(~mask) for each, mask in zip(first, lost, strict=True))
    pattern = secure(problem, exact=False, deadline=deadline, first=first)
    return pattern, int(sum(mask.sum() for mask in lost))


def _evidence(ledger: Ledger, pattern: Pattern, known: int) -> dict[str, Any]:
    audits = pattern.audits
    return {
        "figures_before": int(ledger.before.sum()),
        "figures_new": len(ledger.new),
        "atoms": int(ledger.atoms.members.shape[1]),
        "questions": int(sum(len(each.goals) for each in audits)),
        "shown_safe": int(sum(each.safe.sum() for each in audits)),
        "found_by_attack": int(sum(each.found.sum() for each in audits)),
        "given_away_before": known,
        "hidden_for_being_small": int(ledger.small_of_new().sum()),
        "method": pattern.method,
        "gap": round(pattern.gap, 4),
    }


def _way_out(ledger: Ledger, pattern: Pattern, deadline: Deadline) -> str:
    if deadline.over:
        return _(
            "It could not be shown in time that this product beside the earlier ones gives no small "
            "group away. Use the periods, areas and cells of the earlier products, or leave out the "
            "finest division."
        )
    if ledger.rounded.any():
        return _(
            "Beside the earlier products the rounded figures give a small group away. "
            "Round to a larger base, or use the periods, areas and cells of the earlier products."
        )
    return _(
        "No choice of hidden figures keeps the small groups hidden beside the earlier products. "
        "Use the periods, areas and cells of the earlier products, or leave out the finest division."
    )


def _refused(new: Publication, evidence: dict[str, Any], fix: str, started: float) -> Verdict:
    return Verdict("refused", Publication(new.id, ()), evidence, fix, time.monotonic() - started)
