"""
Entities: how much each field says for or against two records being about the same thing.

The model is Fellegi and Sunter's. Each field of a pair of records agrees at one of a few levels. A level
that is common among pairs that belong together (``m``) and rare among the rest (``u``) speaks for the
pair, by its weight log2(m / u); the weights of the fields add up. Everything can be read off a table, so a
person can check every single decision. Nothing is merged here: a score is a reason to look, and what is
looked at is decided and recorded elsewhere. Results keep the order of the pairs; they are no ranking.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .. import choices
from ..errors import InputError
from ..i18n import _
from ._candidates import candidates
from ._comparisons import compare, exact, similar, term_shares, within
from ._linking import OUTCOMES, LinkResult, link, why
from ._person_fields import dates, digits, fathers, names, persons, places
from .merges import MergeLog

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Codes = NDArray[np.int64]

__all__ = [
    "OUTCOMES",
    "LinkResult",
    "MergeLog",
    "Model",
    "candidates",
    "compare",
    "dates",
    "digits",
    "estimate",
    "exact",
    "fathers",
    "learn",
    "link",
    "names",
    "persons",
    "places",
    "score",
    "similar",
    "term_shares",
    "why",
    "within",
]


@dataclass(frozen=True)
class Model:
    """What each level of each field says, and how common pairs are that belong together."""

    table: pd.DataFrame
    """A row a level: ``field``, ``level``, ``m``, ``u`` and ``weight`` = log2(m / u)."""
    prior: float
    """Share of pairs that belong together, before a field is looked at; above 0, below 1."""
    choices: dict[str, Any] = field(default_factory=dict)

    @property
    def fields(self) -> list[str]:
        """The fields in their order."""
        return list(dict.fromkeys(self.table["field"]))


def learn(
    levels: pd.DataFrame,
    linked: Sequence[bool] | pd.Series[Any] | NDArray[np.bool_],
    *,
    prior: float | None = None,
) -> Model:
    """
    Take m and u from pairs of which it is known whether they belong together.

    Parameters
    ----------
    levels
        A categorical column a field, as `compare` returns.
    linked
        Whether each pair belongs together.
    prior
        Share of pairs that belong together; the share in `linked` without it.

    Returns
    -------
    Model
        Every level gets half a pair more on both sides, so that no weight is infinite.

    Raises
    ------
    InputError
        If one of the two kinds of pairs is missing, or an argument cannot be used.

    Examples
    --------
    >>> tool = pd.Categorical(["same", "same", "no", "no"], categories=["same", "no"])
    >>> levels = pd.DataFrame({"tool": tool})
    >>> learn(levels, [True, True, False, False]).table.round(3)
      field level      m      u  weight
    0  tool  same  0.833  0.167   2.322
    1  tool    no  0.167  0.833  -2.322
    """
    codes, sizes = _codes(levels)
    known = np.asarray(linked, dtype=bool)
    if known.shape != (len(levels),) or known.all() or not known.any():
        msg = _("`linked` must say of each of {n} pairs whether it belongs together; both kinds are needed.")
        raise InputError(msg.format(n=len(levels)))
    m = [_shares(code, known.astype(float), size, 0.5) for code, size in zip(codes, sizes, strict=True)]
    u = [_shares(code, (~known).astype(float), size, 0.5) for code, size in zip(codes, sizes, strict=True)]
    share = _prior(float(known.mean()) if prior is None else prior)
    return _model(levels, m, u, share, method="known pairs", n_linked=int(known.sum()), n_pairs=len(levels))


def estimate(
    levels: pd.DataFrame,
    *,
    prior: float | None = None,
    u: pd.DataFrame | None = None,
    left_out: int = 0,
    starts: int = 1,
    iterations: int = 500,
    rng: int | np.random.Generator | None = None,
) -> Model:
    """
    Estimate m, u and the prior from pairs of which nothing is known (expectation-maximisation).

    Parameters
    ----------
    levels
        A categorical column a field, as `compare` returns; at least three fields.
    prior
        Share of pairs that belong together, if it is known; estimated without it.
    u
        A table with ``field``, ``level`` and ``u`` to hold fixed, such as that of a `Model` learnt from
        pairs taken at random; estimated without it.
    left_out
        How many more pairs there are that were not compared and do not belong together (`candidates` counts
        them); the prior is then the share among all pairs. Give `u` from all pairs with it.
    starts
        How many starting points are tried; the first is always the same, all others are drawn with `rng`.
        The one with the best likelihood is kept.
    iterations
        Rounds at most from each starting point.
    rng
        A seed gives the same answer.

    Returns
    -------
    Model
        Its choices say the log-likelihood, the rounds, and whether they came to rest.

    Raises
    ------
    InputError
        If there are fewer than three fields or an argument cannot be used.

    Notes
    -----
    Fields are taken as independent within each kind of pair. Where they are not (address and telephone),
    the same evidence counts twice and probabilities are too sure of themselves. With few pairs that belong
    together the estimate may describe some other division of the pairs: look at the table, and give `u`
    and `prior` where they are known. An empty value says nothing, for or against.

    References
    ----------
    Fellegi & Sunter (1969), doi:10.1080/01621459.1969.10501049; Dempster, Laird & Rubin (1977),
    doi:10.1111/j.2517-6161.1977.tb01600.x; Enamorado, Fifield & Imai (2019), doi:10.1017/S0003055418000783.

    Examples
    --------
    >>> kinds = ["same"] * 3, ["same", "same", "no"], ["no"] * 3, ["no", "same", "no"]
    >>> rows = [row for row, n in zip(kinds, (30, 10, 100, 10), strict=True) for _ in range(n)]
    >>> levels = pd.DataFrame(rows, columns=["a", "b", "c"]).astype(pd.CategoricalDtype(["same", "no"]))
    >>> round(estimate(levels).prior, 2)
    0.27
    """
    codes, sizes = _codes(levels)
    if len(codes) < 3:
        raise InputError(_("`levels` has {n} fields; an estimate needs at least three.").format(n=len(codes)))
    if len(levels) == 0:
        raise InputError(_("`levels` has no pairs."))
    fixed = None if u is None else _fixed(levels, u)
    patterns, number = np.unique(np.column_stack(codes), axis=0, return_counts=True)
    generator = np.random.default_rng(rng)
    given: dict[str, Any] = {"prior": prior, "fixed": fixed, "iterations": iterations, "left_out": left_out}
    runs = [
        _climb(patterns, number.astype(float), sizes, rng=generator if start else None, **given)
        for start in range(max(int(starts), 1))
    ]
    m, u_found, share, likelihood, rounds, rest = max(runs, key=lambda run: run[3])
    return _model(
        levels,
        m,
        u_found,
        share,
        method="expectation-maximisation",
        prior_from="given" if prior is not None else "estimated",
        u_from="given" if fixed is not None else "estimated",
        log_likelihood=round(likelihood, 6),
        rounds=rounds,
        came_to_rest=rest,
        starts=max(int(starts), 1),
        n_pairs=len(levels),
    )


def score(
    levels: pd.DataFrame, model: Model, *, terms: Mapping[str, pd.Series[Any]] | None = None
) -> pd.DataFrame:
    """
    Score pairs, with the weight of every field beside the sum.

    Parameters
    ----------
    levels
        A categorical column a field, as `compare` returns.
    model
        What each level says: from `learn` or `estimate`.
    terms
        For some fields, how common the value is that both records share, from `term_shares`. At the first
        level (the strongest) that share takes the place of u: to share a rare value says more.

    Returns
    -------
    pandas.DataFrame
        On the index and in the order of `levels`: ``weight_<field>`` (0 where a value is missing),
        ``weight_prior``, ``weight`` (their sum, in bits) and ``probability`` = 2^weight / (1 + 2^weight).

    Raises
    ------
    InputError
        If `levels` holds a field or a level that the model does not know, or lacks one of its fields.

    References
    ----------
    Fellegi & Sunter (1969), doi:10.1080/01621459.1969.10501049; the form of weights, prior and term
    frequencies as Splink documents them (Linacre et al. 2022, doi:10.23889/ijpds.v7i3.1794).

    Examples
    --------
    >>> table = pd.DataFrame({"field": "plate", "level": ["same", "different"], "m": [0.9, 0.1],
    ...                       "u": [0.1, 0.9]}).assign(weight=lambda t: np.log2(t["m"] / t["u"]))
    >>> levels = pd.DataFrame({"plate": pd.Categorical(["same"], categories=["same", "different"])})
    >>> score(levels, Model(table, prior=0.1)).round(2).iloc[0].to_dict()
    {'weight_plate': 3.17, 'weight_prior': -3.17, 'weight': 0.0, 'probability': 0.5}
    """
    if set(levels.columns) != set(model.fields):
        msg = _("`levels` has the fields {found}, and the model knows {known}.")
        raise InputError(msg.format(found=", ".join(map(str, levels.columns)), known=", ".join(model.fields)))
    result = pd.DataFrame(index=levels.index)
    for name in model.fields:
        rows = model.table[model.table["field"] == name].set_index("level")
        weight = levels[name].astype(object).map(rows["weight"])
        unknown = levels[name].notna() & weight.isna()
        if unknown.any():
            msg = _("`levels` has the level {level!r} in the field {name!r}, which the model does not know.")
            raise InputError(msg.format(level=levels[name][unknown].iloc[0], name=name))
        weight = weight.astype(float).fillna(0.0)
        if terms and name in terms:
            share = terms[name].reindex(levels.index).astype(float)
            rare = (levels[name].astype(object) == rows.index[0]) & (share > 0)
            weight = weight.where(~rare, np.log2(rows["m"].iloc[0] / share.where(rare, 1.0)))
        result[f"weight_{name}"] = weight
    result["weight_prior"] = float(np.log2(model.prior / (1 - model.prior)))
    result["weight"] = result.sum(axis=1)
    result["probability"] = 1 / (1 + np.exp2(-result["weight"].clip(-1000, 1000)))
    return choices.record(result, **model.choices, prior_share=model.prior, terms=sorted(terms or ()))


def _codes(levels: pd.DataFrame) -> tuple[list[Codes], list[int]]:
    for name in levels:
        if not isinstance(levels[name].dtype, pd.CategoricalDtype):
            msg = _("`levels` column {name!r} must be categorical, strongest agreement first: see `compare`.")
            raise InputError(msg.format(name=name))
    codes: list[Codes] = [np.asarray(levels[name].cat.codes, dtype=np.int64) for name in levels]
    return codes, [len(levels[name].cat.categories) for name in levels]


def _shares(code: Codes, weight: Floats, size: int, extra: float) -> Floats:
    """Return the share of each level among the pairs that have one."""
    known = code >= 0
    total = np.bincount(code[known], weight[known], minlength=size) + extra
    found: Floats = total / total.sum() if total.sum() > 0 else np.full(size, 1 / size)
    return found


def _prior(value: float) -> float:
    if not 0 < value < 1:
        raise InputError(_("`prior` must lie between 0 and 1, got {value!r}.").format(value=value))
    return float(value)


def _fixed(levels: pd.DataFrame, u: pd.DataFrame) -> list[Floats]:
    found = []
    for name in levels:
        rows = u[u["field"] == name].set_index("level")["u"]
        values = rows.reindex(levels[name].cat.categories).to_numpy(dtype=float)
        if not (values > 0).all() or abs(values.sum() - 1) > 1e-6:
            msg = _("`u` must give every level of the field {name!r} a share above 0 that add up to 1.")
            raise InputError(msg.format(name=name))
        found.append(values)
    return found


def _start(
    patterns: Codes, number: Floats, sizes: list[int], rng: np.random.Generator | None
) -> tuple[list[Floats], list[Floats]]:
    """Begin with m that favours the first level, and u as levels are among all pairs."""
    m, u = [], []
    for column, size in enumerate(sizes):
        falling = 0.5 ** np.arange(size)
        if rng is not None:
            falling = falling * rng.uniform(0.2, 1.8, size)
        m.append(falling / falling.sum())
        u.append(_shares(patterns[:, column], number, size, 0.5))
    return m, u


def _climb(
    patterns: Codes,
    number: Floats,
    sizes: list[int],
    *,
    prior: float | None,
    fixed: list[Floats] | None,
    iterations: int,
    left_out: int,
    rng: np.random.Generator | None,
) -> tuple[list[Floats], list[Floats], float, float, int, bool]:
    """Run expectation and maximisation in turn until the likelihood rests."""
    m, u = _start(patterns, number, sizes, rng)
    u = u if fixed is None else fixed
    share = 0.1 if prior is None else _prior(prior)
    before, rest, rounds = -np.inf, False, 0
    while not rest and rounds < iterations:
        rounds += 1
        for_it, against = np.log(share) + _log(patterns, m), np.log1p(-share) + _log(patterns, u)
        either = np.logaddexp(for_it, against)
        likelihood = float((number * either).sum() + left_out * np.log1p(-share))
        belongs = np.exp(for_it - either)
        rest = likelihood - before < 1e-9 * abs(likelihood)
        before = likelihood
        columns = range(len(sizes))
        m = [_shares(patterns[:, k], number * belongs, sizes[k], 1e-6) for k in columns]
        if fixed is None:
            u = [_shares(patterns[:, k], number * (1 - belongs), sizes[k], 1e-6) for k in columns]
        if prior is None:
            all_pairs = number.sum() + left_out
            share = float(np.clip((number * belongs).sum() / all_pairs, 1e-9, 1 - 1e-9))
    return m, u, share, likelihood, rounds, bool(rest)


def _log(patterns: Codes, shares: list[Floats]) -> Floats:
    """Return the log chance of each pattern; a missing value has chance one."""
    total = np.zeros(len(patterns))
    for column, share in enumerate(shares):
        code = patterns[:, column]
        total += np.where(code >= 0, np.log(share)[np.maximum(code, 0)], 0.0)
    return total


def _model(levels: pd.DataFrame, m: list[Floats], u: list[Floats], prior: float, **noted: Any) -> Model:
    rows = [
        {"field": name, "level": level, "m": float(a), "u": float(b), "weight": float(np.log2(a / b))}
        for name, ms, us in zip(levels, m, u, strict=True)
        for level, a, b in zip(levels[name].cat.categories, ms, us, strict=True)
    ]
    return Model(pd.DataFrame(rows), prior, noted)
