"""Competing hypotheses: a matrix of ratings, what it adds up to, and which rating would turn it over."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import pandas as pd

from ..direction.subjects import person_like
from ..errors import ColumnsError, InputError
from ..i18n import _, number, plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Ach", "ach"]

Weighting = Literal["parc", "none"]
RATINGS: dict[str, float] = {"CC": 0.0, "C": 0.0, "N": 0.0, "NA": 0.0, "I": -1.0, "II": -2.0}
"""Ratings and what each adds: only what speaks against a hypothesis counts."""
_STEPS: dict[str, int] = {"CC": 0, "C": 1, "N": 2, "NA": 2, "I": 3, "II": 4}
_CONSENSUS: dict[str, float] = {"CC": 5.0, "C": 4.0, "N": 3.0, "I": 2.0, "II": 1.0}
"""Ratings as numbers from 1 to 5, for the spread of an item; NA has none."""
_LEVELS: dict[str, float] = {"low": 2**-0.5, "medium": 1.0, "high": 2**0.5}
_WEIGHED = ("credibility", "relevance")
_UNRATED = {"", "?", "-", "nan", "none", "unrated", "<na>"}


@dataclass(frozen=True)
class Ach:
    """What a matrix of competing hypotheses says, and on what it hangs; made by `ach`."""

    flips: pd.DataFrame = field(repr=False)
    """Single changes that alter the order, those that change who leads first, the smallest first: ``item``,
    ``what`` (a hypothesis, ``credibility``, ``relevance``, or ``item`` where it is left out), ``old``,
    ``new``, ``steps``, ``leaders`` (after the change), ``leader_changes``."""
    scores: pd.DataFrame = field(repr=False)
    """By hypothesis, in the order given: ``score`` (0 or below; the nearer to 0, the less speaks against it),
    ``unweighted``, ``inconsistent``, ``strongly_inconsistent``, ``unrated`` (numbers of items), ``score_low``
    (if all that is unrated spoke strongly against it), ``leads``. No probability, and no share of one."""
    items: pd.DataFrame = field(repr=False)
    """By item of evidence: ``weight``, ``diagnosticity`` (spread of what it adds; 0 tells the hypotheses
    apart in nothing), ``spread`` (of the ratings themselves, 1 to 5), ``unrated``."""
    choices: dict[str, Any] = field(default_factory=dict)
    """What was supposed (JSON values)."""

    @property
    def leaders(self) -> tuple[str, ...]:
        """The hypotheses against which least speaks."""
        return tuple(map(str, self.scores.index[self.scores["leads"]]))

    @property
    def smallest_flip(self) -> int | None:
        """Steps of the smallest single change that gives another leader; None where none does."""
        turned = self.flips.loc[self.flips["leader_changes"], "steps"]
        return int(turned.min()) if len(turned) else None

    def sentences(self) -> tuple[str, ...]:
        """Return what a report says, in the language in use: what turns it over first, then what leads."""
        return tuple(_sentences(self))


def ach(
    evidence: pd.DataFrame, *, hypotheses: Sequence[str] | None = None, weighting: Weighting = "parc"
) -> Ach:
    """
    Weigh evidence against competing hypotheses, and find which single judgement the order hangs on.

    Parameters
    ----------
    evidence
        A row for each item, named by the index; a column for each hypothesis with a rating: ``CC`` very
        consistent, ``C`` consistent, ``N`` neutral, ``NA`` not applicable, ``I`` inconsistent, ``II`` very
        inconsistent; empty is unrated. ``credibility`` and ``relevance`` (``low``, ``medium``, ``high``)
        weigh the item.
    hypotheses
        Columns that are hypotheses; without it all but ``credibility`` and ``relevance``. What happened,
        never who did it.
    weighting
        ``parc``: low 1/√2, medium 1, high √2 for each of the two; ``none``: all items alike.

    Returns
    -------
    Ach
        Flips first, then scores and items.

    Raises
    ------
    ColumnsError
        If a hypothesis or a weight is missing.
    InputError
        If there are fewer than two hypotheses or no item, a rating is unknown, items are named twice, or a
        hypothesis is about a person.

    Notes
    -----
    A way to write down reasoning and to see what it hangs on. It gives no probability: an experiment with 227
    people found no better judgement with it than without, and weights put on evidence that told the
    hypotheses apart in nothing. It counts against, not for, so a hypothesis that nobody tested leads. Read
    the flips before the order, and say no more than that least speaks against the leader.

    References
    ----------
    Heuer (1999), Psychology of intelligence analysis, ch. 8. Karvetski & Mandel (2020), Coherence of
    probability judgments from uncertain evidence: Does ACH help? Judgment and Decision Making 15(6).

    Examples
    --------
    >>> table = pd.DataFrame(
    ...     [["high", "high", "II", "C"], ["medium", "low", "C", "I"]], index=["tools", "tyre marks"],
    ...     columns=["credibility", "relevance", "local", "passing"],
    ... )
    >>> result = ach(table)
    >>> result.leaders, result.scores["score"].round(3).tolist(), result.smallest_flip
    (('passing',), [-4.0, -0.707], 1)
    """
    ratings, weights = _taken(evidence, hypotheses, weighting)
    names = list(ratings.columns)
    value = _values(ratings)
    total = _total(value, weights)
    lead = _leads(total)
    low = _total(np.where(ratings.to_numpy() == "", -2.0, value), weights)
    scores = pd.DataFrame(
        {
            "score": total,
            "unweighted": value.sum(axis=0),
            "inconsistent": (ratings == "I").sum().to_numpy(),
            "strongly_inconsistent": (ratings == "II").sum().to_numpy(),
            "unrated": (ratings == "").sum().to_numpy(),
            "score_low": low,
            "leads": lead,
        },
        index=pd.Index(names, name="hypothesis"),
    )
    items = pd.DataFrame(
        {
            "weight": weights,
            "diagnosticity": (value * weights[:, None]).std(axis=1).round(12),
            "spread": [_spread(row) for row in ratings.to_numpy()],
            "unrated": (ratings == "").sum(axis=1).to_numpy(),
        },
        index=ratings.index,
    )
    noted = {"weighting": weighting, "hypotheses": len(names), "items": len(ratings),
             "unrated": int(scores["unrated"].sum()), "unit": "none; no probability"}  # fmt: skip
    return Ach(_flips(evidence, ratings, weights, weighting), scores, items, noted)


def _taken(
    evidence: pd.DataFrame, hypotheses: Sequence[str] | None, weighting: Weighting
) -> tuple[pd.DataFrame, Floats]:
    if weighting not in get_args(Weighting):
        msg = f"`weighting` must be one of {', '.join(get_args(Weighting))}, got {weighting!r}."
        raise ValueError(msg)
    names = list(hypotheses) if hypotheses is not None else [one for one in evidence if one not in _WEIGHED]
    missing = [one for one in names if one not in evidence]
    if missing:
        raise ColumnsError(_("`evidence` has no column “{name}”.").format(name=missing[0]))
    if len(names) < 2 or len(evidence) == 0:
        msg = _("`evidence` needs two hypotheses and one item at least, got {hypotheses} and {items}.")
        raise InputError(msg.format(hypotheses=len(names), items=len(evidence)))
    if not evidence.index.is_unique:
        twice = evidence.index[evidence.index.duplicated()][0]
        raise InputError(_("`evidence` names the item “{name}” twice.").format(name=twice))
    for name in names:
        why = person_like(name, label=False)
        if why is not None:
            msg = _("The hypothesis “{name}” is about a person: {why}. Say what happened, never who did it.")
            raise InputError(msg.format(name=name, why=why))
    ratings = pd.DataFrame({name: _rated(evidence[name], str(name)) for name in names}, index=evidence.index)
    return ratings, _weights(evidence, weighting)


def _rated(column: pd.Series[Any], name: str) -> pd.Series[str]:
    said = column.map(lambda value: str(value).strip().upper() if pd.notna(value) else "")
    said = said.where(~said.str.casefold().isin(_UNRATED), "")
    wrong = ~said.isin([*RATINGS, ""])
    if wrong.any():
        msg = _(
            "“{value}” for the item “{item}” and the hypothesis “{name}” is no rating. Ratings are: {known}."
        )
        known = ", ".join(RATINGS)
        item = column.index[wrong][0]
        raise InputError(msg.format(value=column[wrong].iloc[0], item=item, name=name, known=known))
    return said


def _weights(evidence: pd.DataFrame, weighting: Weighting) -> Floats:
    weights = np.ones(len(evidence))
    for name in _WEIGHED if weighting == "parc" else ():
        if name not in evidence:
            msg = _("`evidence` has no column “{name}”. Add it (low, medium, high), or use weighting='none'.")
            raise ColumnsError(msg.format(name=name))
        level = evidence[name].map(lambda value: str(value).strip().casefold())
        wrong = ~level.isin(_LEVELS)
        if wrong.any():
            msg = _(
                "The {name} of the item “{item}” is {value!r}; it must be low, medium or high. "
                "Unknown is none."
            )
            item, value = evidence.index[wrong][0], evidence[name][wrong].iloc[0]
            raise InputError(msg.format(name=name, item=item, value=value))
        weights *= level.map(_LEVELS).to_numpy(dtype=float)
    return weights


def _values(ratings: pd.DataFrame) -> Floats:
    scored = np.vectorize(lambda rating: RATINGS.get(rating, 0.0), otypes=[float])(ratings.to_numpy())
    return np.asarray(scored, dtype=np.float64)


def _total(value: Floats, weights: Floats) -> Floats:
    """Return the weighted sums, rounded so that √2 · 1/√2 is 1 and equals are equal."""
    return np.asarray((value * weights[:, None]).sum(axis=0).round(9)) + 0.0


def _leads(total: Floats) -> NDArray[np.bool_]:
    return np.asarray(total == total.max())


def _spread(row: NDArray[Any]) -> float:
    numbers = [_CONSENSUS[rating] for rating in row if rating in _CONSENSUS]
    return float(np.std(numbers)) if numbers else float("nan")


def _flips(
    evidence: pd.DataFrame, ratings: pd.DataFrame, weights: Floats, weighting: Weighting
) -> pd.DataFrame:
    value, names = _values(ratings), list(ratings.columns)
    total = _total(value, weights)
    order, lead = _order(total), _leads(total)
    rows = []
    for item, what, old, new, steps, moved in _changes(evidence, ratings, value, weights, weighting):
        after = (total + moved).round(9)
        if np.array_equal(_order(after), order):
            continue
        leads = _leads(after)
        leaders = ", ".join(str(name) for name, first in zip(names, leads, strict=True) if first)
        rows.append((item, what, old, new, steps, leaders, not np.array_equal(leads, lead)))
    columns = ["item", "what", "old", "new", "steps", "leaders", "leader_changes"]
    table = pd.DataFrame(rows, columns=columns).astype({"leader_changes": bool})
    table["_calm"] = ~table["leader_changes"]
    return table.sort_values(["_calm", "steps"], kind="stable", ignore_index=True).drop(columns="_calm")


def _changes(
    evidence: pd.DataFrame, ratings: pd.DataFrame, value: Floats, weights: Floats, weighting: Weighting
) -> Iterator[tuple[Any, str, str, str, int, Floats]]:
    """Yield each single change and what it adds to the sums."""
    for row, item in enumerate(ratings.index):
        yield item, "item", "", _("left out"), 1, -value[row] * weights[row]
        for column, name in enumerate(ratings.columns):
            old = str(ratings.iloc[row, column])
            for new in ("CC", "C", "N", "I", "II"):
                if new != old:
                    moved = np.zeros(value.shape[1])
                    moved[column] = (RATINGS[new] - value[row, column]) * weights[row]
                    steps = max(abs(_STEPS[new] - _STEPS[old]), 1) if old else 1
                    yield item, str(name), old or _("unrated"), new, steps, moved
        for name in _WEIGHED if weighting == "parc" else ():
            old = str(evidence[name].iloc[row]).strip().casefold()
            for new, level in _LEVELS.items():
                if new != old:
                    factor = level / _LEVELS[old] - 1
                    steps = abs(list(_LEVELS).index(new) - list(_LEVELS).index(old))
                    yield item, name, old, new, steps, value[row] * weights[row] * factor


def _order(total: Floats) -> NDArray[np.float64]:
    return np.asarray(np.sign((total[:, None] - total[None, :]).round(9)))


def _sentences(made: Ach) -> list[str]:
    turned = made.flips[made.flips["leader_changes"]]
    lines = []
    if len(turned):
        first = turned.iloc[0]
        msg = plural(
            "The order hangs on single judgements: {n} change of one would give another leader.",
            "The order hangs on single judgements: {n} changes of one would give another leader.",
            len(turned),
        )
        lines.append(msg.format(n=number(len(turned))))
        lines.append(_smallest(first))
    else:
        lines.append(_("No change of one judgement would give another leader; several together still can."))
    lines.append(
        _("Least speaks against: {leaders}. This is no probability.").format(leaders=", ".join(made.leaders))
    )
    idle = made.items.index[made.items["diagnosticity"] == 0]
    if len(idle):
        lines.append(
            _("Items that tell the hypotheses apart in nothing: {items}.").format(
                items=", ".join(map(str, idle))
            )
        )
    if made.choices["unrated"]:
        lines.append(
            _("Ratings that nobody gave: {n}. They count as nothing here and may change the order.").format(
                n=number(made.choices["unrated"])
            )
        )
    return lines


def _smallest(first: pd.Series[Any]) -> str:
    if first["what"] == "item":
        return _("The smallest: without the item “{item}”, {leaders} would lead.").format(
            item=first["item"], leaders=first["leaders"]
        )
    return _("The smallest: “{item}”, {what}: {new} instead of {old}; then {leaders} would lead.").format(
        item=first["item"], what=first["what"], new=first["new"], old=first["old"], leaders=first["leaders"]
    )
