"""
Link records of persons: leads with three outcomes, each of which can be worked out again by hand.

The chance that strangers agree (u) is taken from pairs drawn at random, what records of one person do (m) is
estimated from the pairs that share a key; pairs that share none count as not belonging together. A match
needs a probability, two fields that speak for it, none that speaks clearly against it, and a name that is the
same: all else of twins agrees, and a slip looks like a sister. Nothing is merged: see `merges`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from .. import choices
from ..direction.policy import Entities, load
from ..errors import InputError
from ..i18n import _
from ._candidates import candidates, sides
from ._comparisons import Comparison, compare, exact
from ._person_fields import dates, digits, fathers, name_keys, names, persons, places

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .entities import Model

    Ints = NDArray[np.int64]

__all__ = ["OUTCOMES", "LinkResult", "link", "why"]

OUTCOMES = ("match", "possible", "no")
FIELDS: dict[str, Comparison] = {
    "name": names(),
    "patronymic": fathers(),
    "birth_date": dates(),
    "place": places(),
    "phone": digits(),
    "document": exact(),
}
"""How each column of `persons` is compared."""
_SURE_NAMES = frozenset({"same", "other form", "initial or part"})
"""Levels of a name that a match may have."""
_SAMPLE = 10_000
"""Pairs drawn at random for u."""


@dataclass(frozen=True)
class LinkResult:
    """Leads, and what they rest on; it holds labels of records and no names."""

    pairs: pd.DataFrame
    """In the order of the records: ``first``, ``second``; ``level_<field>`` and ``weight_<field>`` (bits; 0
    where unknown), ``speaks_for`` (how many fields), ``against`` (whether one speaks clearly against it),
    ``weight`` (the sum, with the prior), ``probability`` and ``outcome``: ``match``, ``possible``, ``no``."""
    weights: pd.DataFrame
    """A row a level: ``field``, ``level``, ``m`` (among records of one person), ``u`` (among strangers) and
    ``weight`` = log2(m / u)."""
    prior: float
    """Share of all possible pairs that belong together, as estimated."""
    limits: Entities
    """The thresholds: those of the policy."""
    choices: dict[str, Any] = field(repr=False)
    """What was chosen, for `ilp.explain`."""

    def of(self, outcome: str) -> pd.DataFrame:
        """Return the pairs of one outcome, in their order."""
        if outcome not in OUTCOMES:
            msg = _("`{name}` must be one of {choices}, got {value!r}.")
            raise InputError(msg.format(name="outcome", choices=", ".join(OUTCOMES), value=outcome))
        return self.pairs[self.pairs["outcome"] == outcome].reset_index(drop=True)


def link(
    records: pd.DataFrame,
    *,
    columns: Mapping[str, str | Sequence[str]] | None = None,
    across: str | None = None,
    pairs: pd.DataFrame | None = None,
    fields: Mapping[str, Comparison] | None = None,
    model: Model | None = None,
    limits: Entities | None = None,
    engine: Literal["own", "splink"] = "own",
    rng: int | np.random.Generator | None = 0,
) -> LinkResult:
    """
    Say of pairs of records whether they are one person's: match, possible or no. Nothing is merged.

    Parameters
    ----------
    records
        One row a record, on a unique index that numbers them; several registers below each other.
    columns
        Which columns hold what, as in `persons`.
    across
        A column, such as the name of the register: only pairs that differ in it are compared.
    pairs
        Two labels a row in ``first`` and ``second``; those of `candidates` where none are given.
    fields
        How to compare columns of `persons`, instead of the usual ways.
    model
        What each level says, from pairs that are known (`learn`); estimated without it.
    limits
        Thresholds, ``case.policy.entities``; those of the toolkit's policy without it.
    engine
        ``splink`` estimates and scores with that package, where it is installed: the same columns, its own
        levels.
    rng
        Which pairs are drawn at random for u; the same seed gives the same answer.

    Returns
    -------
    LinkResult
        See `why` for one pair.

    Raises
    ------
    ColumnsError
        If a column is missing.
    InputError
        If there are no pairs to compare, an argument cannot be used, or splink is not installed.

    Notes
    -----
    Do not trust it blindly with: brothers and sisters (all but the given name agrees), twins (all but one
    letter may), father and son of one name, common names, registers where the first of January stands for
    an unknown day, names that were changed. Fields are taken as independent; where they are not (a place and
    a telephone), probabilities are too sure. A missing value says nothing. A common name counts for less than
    a rare one: the others who bear it are counted. With few records u and m are rough: look at ``weights``.

    References
    ----------
    Fellegi & Sunter (1969), doi:10.1080/01621459.1969.10501049; Winkler (1990), String comparator metrics.

    Examples
    --------
    >>> rows = [(f"{a}{n}", f"{name} {given}", f"{n % 28 + 1:02}.03.19{50 + n}", town)
    ...     for n, name in enumerate(["Vansok", "Dorlek", "Tazebor", "Nardanok", "Kamrisin", "Arlobor"] * 5)
    ...     for given in [["Zimrirak", "Vonmezar", "Belsunok", "Lushusul", "Teridun"][n % 5]]
    ...     for a, town in [("A", "Kelovar"), ("B", ["Kelovar", "Zimtel"][n % 2])]]
    >>> records = pd.DataFrame(rows, columns=["id", "name", "birth_date", "place"]).set_index("id")
    >>> result = link(records)
    >>> len(result.of("match")), set(result.pairs["outcome"]) <= {"match", "possible", "no"}
    (30, True)
    """
    limits = load().entities if limits is None else limits
    table = persons(records, columns=columns)
    found = candidates(records, columns=columns, across=across) if pairs is None else pairs
    if not len(found):
        raise InputError(_("There are no pairs to compare: no two records share a key. See `candidates`."))
    made: dict[str, Any] = {**choices.of(found), "engine": engine}
    ways = {name: way for name, way in (FIELDS if fields is None else dict(fields)).items() if name in table}
    trained: Model | None = model
    if engine == "splink":
        from ._splink import scored_by_splink

        levels, scored, trained = scored_by_splink(table, found, rng=rng)
    else:
        levels = compare(table, found, fields=ways)
        if trained is None:
            drawn = _drawn(table, sides(records, across), np.random.default_rng(rng))
            strangers = compare(table, drawn, fields=ways)
            trained = _trained(levels, strangers, int(made.get("pairs_left_out", 0)))
        scored = _scored(table, found, levels, trained)
    result = _outcomes(found, levels, scored, limits)
    counts = result["outcome"].value_counts()
    sure = result.loc[result["outcome"] == "match", "probability"]
    made |= {
        **trained.choices,
        "prior_share": trained.prior,
        "match": limits.match,
        "possible": limits.possible,
        "fields_for": limits.fields_for,
        "against_bits": limits.against_bits,
        "sure_names": sorted(_SURE_NAMES),
        **{f"n_{outcome}": int(counts.get(outcome, 0)) for outcome in OUTCOMES},
        "expected_wrong_per_1000": round(float((1 - sure).mean() * 1000), 2) if len(sure) else None,
        "order": "by id",
        "cannot_show": _CANNOT_SHOW,
    }
    return LinkResult(result, trained.table, trained.prior, limits, made)


def why(result: LinkResult, pair: tuple[Any, Any]) -> pd.DataFrame:
    """
    Work out one decision again, field by field.

    Parameters
    ----------
    result
        From `link`.
    pair
        The labels of the two records, in either order.

    Returns
    -------
    pandas.DataFrame
        ``field``, ``level``, ``m``, ``u``, ``weight`` (bits; 0 where a value is missing) and ``so_far``, the
        sum down to this row; the first row is the share of all pairs that belong together. Its choices say
        outcome, probability and the reasons. The last sum is the weight of the pair.

    Raises
    ------
    InputError
        If the pair was not compared.
    """
    one, other = pair
    here = result.pairs[
        ((result.pairs["first"] == one) & (result.pairs["second"] == other))
        | ((result.pairs["first"] == other) & (result.pairs["second"] == one))
    ]
    if len(here) != 1:
        msg = _("`pair` stands for {n} pairs that were compared; see `candidates` for what is left out.")
        raise InputError(msg.format(n=len(here)))
    row = here.iloc[0]
    known = result.weights.set_index(["field", "level"])
    rows: list[tuple[Any, ...]] = [("prior", None, None, None, row["weight_prior"])]
    for name in dict.fromkeys(result.weights["field"]):
        level = row[f"level_{name}"]
        m, u = (None, None) if level is None else known.loc[(name, level), ["m", "u"]]
        rows.append((name, level, m, u, row[f"weight_{name}"]))
    table = pd.DataFrame(rows, columns=["field", "level", "m", "u", "weight"])
    table["so_far"] = table["weight"].cumsum()
    return choices.record(
        table,
        outcome=row["outcome"],
        probability=float(row["probability"]),
        reasons=_reasons(row, result),
        match=result.limits.match,
        possible=result.limits.possible,
    )


# Estimating


def _trained(levels: pd.DataFrame, strangers: pd.DataFrame, left_out: int) -> Model:
    """Estimate m and the prior from the pairs compared, and u from pairs drawn at random."""
    from .entities import estimate, score

    belongs = np.zeros(len(strangers))
    for _round in range(3):
        # Among pairs drawn at random a few belong together; they would make agreement look common.
        u = _chance_levels(strangers, 1 - belongs)
        trained = estimate(levels, u=u, left_out=left_out)
        belongs = score(strangers, trained)["probability"].to_numpy(dtype=float)
    # A level that no pair showed is rare, not impossible: m gets half a pair more on each level, as u has.
    m = _chance_levels(levels, score(levels, trained)["probability"].to_numpy(dtype=float))
    rows = u.assign(m=m["u"], weight=np.log2(m["u"] / u["u"]))[["field", "level", "m", "u", "weight"]]
    return replace(trained, table=rows, choices={**trained.choices, "pairs_drawn": len(strangers)})


def _drawn(table: pd.DataFrame, side: Ints, rng: np.random.Generator) -> pd.DataFrame:
    n = len(table)
    if n * (n - 1) // 2 <= _SAMPLE:
        one, other = np.triu_indices(n, 1)
    else:
        one, other = rng.integers(0, n, (2, 2 * _SAMPLE))
    good = (one != other) & ((side[one] < 0) | (side[one] != side[other]))
    one, other = one[good][:_SAMPLE], other[good][:_SAMPLE]
    return pd.DataFrame({"first": table.index[one], "second": table.index[other]})


def _chance_levels(levels: pd.DataFrame, weight: NDArray[np.float64]) -> pd.DataFrame:
    """Return u: the share of each level among weighted pairs; half a pair more on each, so that none is 0."""
    rows = []
    for name in levels:
        code = levels[name].cat.codes.to_numpy()
        known = code >= 0
        total = np.bincount(code[known], weight[known], minlength=len(levels[name].cat.categories)) + 0.5
        rows += [
            {"field": name, "level": level, "u": share}
            for level, share in zip(levels[name].cat.categories, total / total.sum(), strict=True)
        ]
    return pd.DataFrame(rows)


def _scored(table: pd.DataFrame, pairs: pd.DataFrame, levels: pd.DataFrame, model: Model) -> pd.DataFrame:
    """Score pairs; a name that others bear too says less, a rare one no more than the model knows."""
    from .entities import score

    terms = {}
    if "name" in levels and "same" in levels["name"].cat.categories:
        keys = name_keys(table)
        bearers = keys.map(keys.value_counts())
        others = bearers.reindex(pairs["first"]).to_numpy(dtype=float) - 2
        rows = model.table[(model.table["field"] == "name") & (model.table["level"] == "same")]
        share = np.maximum(others / max(len(table), 1), float(rows["u"].iloc[0]))
        terms["name"] = pd.Series(share, index=levels.index)
    return score(levels, model, terms=terms)


# Deciding


_CANNOT_SHOW = "whether two records are one person: siblings, twins and namesakes look alike"


def _outcomes(
    pairs: pd.DataFrame, levels: pd.DataFrame, scored: pd.DataFrame, limits: Entities
) -> pd.DataFrame:
    result = pairs[["first", "second"]].reset_index(drop=True)
    for name in levels:
        values = levels[name].astype(object).reset_index(drop=True)
        result[f"level_{name}"] = values.where(values.notna(), None)
    parts = scored[[f"weight_{name}" for name in levels]].reset_index(drop=True)
    for name in parts:
        result[name] = parts[name]
    result["weight_prior"] = scored["weight_prior"].to_numpy()
    result["speaks_for"] = np.asarray((parts.to_numpy() >= 1).sum(axis=1))
    result["against"] = np.asarray((parts.to_numpy() <= limits.against_bits).any(axis=1))
    result["weight"] = scored["weight"].to_numpy()
    result["probability"] = scored["probability"].to_numpy()
    sure = (
        (result["probability"] >= limits.match)
        & (result["speaks_for"] >= limits.fields_for)
        & ~result["against"]
        & _sure_name(result)
    )
    possible = result["probability"] >= limits.possible
    result["outcome"] = np.select([sure, possible], ["match", "possible"], "no")
    return result


def _sure_name(result: pd.DataFrame) -> pd.Series[bool]:
    if "level_name" not in result:
        return pd.Series(True, index=result.index)
    return result["level_name"].isin(_SURE_NAMES)


def _reasons(row: pd.Series[Any], result: LinkResult) -> list[str]:
    """Return the rules that kept a pair from being a match, or that it passed."""
    limits = result.limits
    found = []
    if row["probability"] < limits.match:
        found.append("below_match")
    if row["speaks_for"] < limits.fields_for:
        found.append("too_few_fields")
    if row["against"]:
        found.append("field_against")
    if "level_name" in row.index and row["level_name"] not in _SURE_NAMES:
        found.append("name_not_sure")
    return found or ["all_rules_passed"]
