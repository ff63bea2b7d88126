"""
Linkage: which recorded crimes may belong to one series, from how they were done, where and when.

Pairs of crimes are compared, never persons: columns about persons are refused. Every score is a sum of
weights that can be read one by one (`collation.entities`), turned into a probability by what solved series
showed. Linked pairs are rare among all pairs, so a fine-looking ROC curve goes with many false leads:
`evaluate` states precision at the true share of linked pairs. A link is a question for an investigator, no
evidence; pairs come in the order of the table and are not ranked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import pandas as pd

from .. import choices
from ..collation import entities
from ..errors import ColumnsError, InputError
from ..i18n import _
from ._calibration import Calibration, auc, calibrate, check_base_rate, reliability, roc
from ._gaps import clock_gap, time_gap
from ._moments import duration_in_microseconds, duration_text, take_moments

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

__all__ = [
    "Evaluation",
    "LinkModel",
    "auc",
    "clock_gap",
    "evaluate",
    "fit",
    "pairs",
    "roc",
    "score",
    "time_gap",
]

HOUR, DAY = 3.6e9, 8.64e10
BANDS: dict[str, tuple[float, ...]] = {
    "distance_m": (1, 100, 250, 500, 1000, 2000, 5000),
    "days": (1, 3, 7, 14, 28, 60),
    "hours": (1, 2, 4, 6, 8),
}
"""Edges of the bands in which the features speak, half-open; the last one is open."""
PERSON_WORDS = frozenset(
    {"age", "sex", "gender", "race", "ethnicity", "nationality", "citizenship", "religion"}
    | {"suspect", "offender", "victim", "accused", "perpetrator", "complainant"}
    | {"возраст", "пол", "национальность", "гражданство", "религия"}
    | {"подозреваемый", "обвиняемый", "потерпевший", "заявитель"}
)
"""Words in a header that make it a column about a person, beside those that readers set aside."""
Method = Literal["isotonic", "platt"]


@dataclass(frozen=True)
class LinkModel:
    """What solved series taught: the weights of every level, and how sums of weights become probabilities."""

    weights: entities.Model
    calibration: Calibration
    base_rate: float
    """Share of linked pairs among all pairs like these."""


@dataclass(frozen=True)
class Evaluation:
    """How well links are found in series that were not learnt from."""

    auc: float
    """Chance that a linked pair scores above an unlinked one; 0.5 is guessing."""
    base_rate: float
    roc: pd.DataFrame
    """``threshold`` (weight), ``recall``, ``false_alarms`` and ``precision`` at the base rate."""
    calibration: pd.DataFrame
    """Tenths of the scored pairs: ``n``, ``predicted`` and ``observed`` probability at the base rate."""
    choices: dict[str, Any]


def pairs(
    incidents: gpd.GeoDataFrame, *, distance: float, duration: pd.Timedelta | str, mo: Sequence[str] = ()
) -> pd.DataFrame:
    """
    List pairs of crimes near in space and time, and in what they are alike.

    Parameters
    ----------
    incidents
        Points in metres with ``occurred_from`` and, if there, ``occurred_to``, on a unique index.
    distance, duration
        Pairs closer than so many metres, whose middles are less than so long apart.
    mo
        Columns on how it was done: way in, tool, premises, goods. Columns about persons are refused.

    Returns
    -------
    pandas.DataFrame
        A row a pair, in the order of the table: ``first``, ``second`` (labels), ``distance_m``, ``days``
        (mean time between, over both spans), ``hours`` (mean difference round the clock) and
        ``mo_<column>`` (``same``, ``different``, or empty).

    Raises
    ------
    ColumnsError
        If a column is missing or about persons.
    CrsError
        If the points are not in metres.
    InputError
        If the index repeats or a limit cannot be used.

    Notes
    -----
    A span of a whole day gives 6 hours to any other: it says nothing of the hour.

    References
    ----------
    Porter (2016), doi:10.1080/00031305.2015.1123185.

    Examples
    --------
    >>> import geopandas as gpd
    >>> incidents = gpd.GeoDataFrame(
    ...     {"occurred_from": pd.to_datetime(["2024-01-01 22:00", "2024-01-03 01:00", "2024-09-01 00:00"]),
    ...      "entry": ["window", "window", "door"]},
    ...     geometry=gpd.points_from_xy([0, 300, 0], [0, 400, 0]), crs="EPSG:32642")
    >>> pairs(incidents, distance=1000, duration="30 days", mo=["entry"])
       first  second  distance_m   days  hours mo_entry
    0      0       1       500.0  1.125    3.0     same
    """
    from .kernels import near_pairs

    _no_persons(incidents, mo)
    if not incidents.index.is_unique:
        raise InputError(_("The index of `incidents` repeats; number it: incidents.reset_index(drop=True)."))
    reach, span = float(distance), duration_in_microseconds(duration, "duration")
    if not np.isfinite(reach) or reach <= 0 or span <= 0:
        raise InputError(_("`distance` and `duration` must be above 0."))
    m = take_moments(incidents)
    listed = near_pairs.list_pairs(m.x, m.y, np.array([0.0, reach]), manhattan=False)
    one = listed.order[np.repeat(np.arange(len(m.x)), np.diff(listed.start, axis=1)[:, 0])]
    other = listed.order[listed.other]
    near = np.abs(m.middle[one] - m.middle[other]) < span
    a, b = np.minimum(one, other)[near], np.maximum(one, other)[near]
    order = np.lexsort((b, a))
    a, b = a[order], b[order]
    origin = m.start.min() // int(DAY) * int(DAY) if len(m.start) else 0
    spans = [(time - origin)[side] for side in (a, b) for time in (m.start, m.end)]
    labels = incidents.index[m.keep]
    table = pd.DataFrame({"first": labels[a], "second": labels[b]})
    table["distance_m"] = np.hypot(m.x[a] - m.x[b], m.y[a] - m.y[b])
    table["days"] = time_gap(*(value / DAY for value in spans))
    table["hours"] = clock_gap(*(value / HOUR for value in spans))
    agree = entities.compare(incidents, table, fields=dict.fromkeys(mo, entities.exact()))
    for column in mo:
        table[f"mo_{column}"] = agree[column]
    return choices.record(table, distance=reach, duration=duration_text(span), mo=list(mo), **m.notes)


def fit(
    table: pd.DataFrame,
    series: pd.Series[Any],
    *,
    base_rate: float | None = None,
    calibration: Method = "isotonic",
    folds: int = 5,
    rng: int | np.random.Generator | None = None,
) -> LinkModel:
    """
    Learn from solved series what linked pairs look like.

    Parameters
    ----------
    table
        Pairs, as `pairs` returns them.
    series
        Which series each crime belongs to, by its label; a solved crime of no series has a name of its own.
        Empty where unknown: pairs with such a crime teach nothing, for they may well be linked.
    base_rate
        Share of linked pairs among pairs like these; that among the known ones without it.
    calibration
        ``isotonic``: the probability rises with the weight, in steps; ``platt``: an S-curve, for few pairs.
    folds
        The probability is learnt from pairs whose series had no part in their weights, in so many turns.
    rng
        Deals the series out to the folds; a seed gives the same answer.

    Returns
    -------
    LinkModel

    Raises
    ------
    InputError
        If there are too few series for the folds, or an argument cannot be used.

    Notes
    -----
    Series are dealt out whole: a pair is held back only if both its series are, so no crime is on both
    sides. Give series of one group of offenders one name, or they leak into each other.

    References
    ----------
    Porter (2016), doi:10.1080/00031305.2015.1123185; Platt (1999), Probabilistic outputs for support
    vector machines; Zadrozny & Elkan (2002), doi:10.1145/775047.775151.
    """
    if calibration not in get_args(Method):
        msg = _("`calibration` must be one of {known}, got {value!r}.")
        raise InputError(msg.format(known=", ".join(get_args(Method)), value=calibration))
    known, one, other, linked = _labelled(table, series)
    rate = check_base_rate(base_rate, linked)
    weight, held = _held_out(
        _banded(table[known]), (one, other), linked, folds=folds, rng=np.random.default_rng(rng)
    )
    curve = calibrate(weight[held], linked[held], base_rate=rate, method=calibration)
    return LinkModel(entities.learn(_banded(table[known]), linked, prior=rate), curve, rate)


def score(table: pd.DataFrame, model: LinkModel) -> pd.DataFrame:
    """
    Score pairs: what each feature says, and how likely one series is.

    Parameters
    ----------
    table
        Pairs, as `pairs` returns them, with the same columns as those the model was learnt from.
    model
        From `fit`.

    Returns
    -------
    pandas.DataFrame
        `table` with ``weight_<feature>``, ``weight`` (bits, without the prior) and ``probability``.

    Notes
    -----
    Weights are added as if features were independent of each other; the calibration mends the total, not the
    parts. A probability holds for pairs like those learnt from: same offence, same force, same limits of
    `pairs`. It is a question for an investigator, no evidence.

    References
    ----------
    As in `fit`.
    """
    scored = entities.score(_banded(table), model.weights)
    result = table.copy()
    for name in model.weights.fields:
        result[f"weight_{name}"] = scored[f"weight_{name}"]
    result["weight"] = scored["weight"] - scored["weight_prior"]
    result["probability"] = model.calibration.predict(result["weight"].to_numpy())
    return choices.record(
        result, **choices.of(table), calibration=model.calibration.method, base_rate=model.base_rate
    )


def evaluate(
    table: pd.DataFrame,
    series: pd.Series[Any],
    *,
    base_rate: float | None = None,
    calibration: Method = "isotonic",
    folds: int = 5,
    rng: int | np.random.Generator | None = None,
) -> Evaluation:
    """
    Test how well links are found in series that were not learnt from.

    Parameters
    ----------
    table, series, base_rate, calibration, folds, rng
        As in `fit`.

    Returns
    -------
    Evaluation

    Notes
    -----
    Unlinked pairs are tested only where both crimes' series are held back together, which leaves out most
    of them; so precision and calibration are those at `base_rate`, not at the share among tested pairs.

    References
    ----------
    Porter (2016), doi:10.1080/00031305.2015.1123185; auc: Hanley & McNeil (1982),
    doi:10.1148/radiology.143.1.7063747.
    """
    known, one, other, linked = _labelled(table, series)
    rate = check_base_rate(base_rate, linked)
    generator = np.random.default_rng(rng)
    levels, labels = _banded(table[known]), _deal((one, other), folds, generator)
    weight = np.full(len(linked), np.nan)
    chance = np.full(len(linked), np.nan)
    for fold in range(folds):
        test, train = _sides(labels, fold)
        inner, held = _held_out(
            levels[train], (one[train], other[train]), linked[train], folds=folds, rng=generator
        )
        curve = calibrate(inner[held], linked[train][held], base_rate=rate, method=calibration)
        model = entities.learn(levels[train], linked[train], prior=0.5)
        weight[test] = entities.score(levels[test], model)["weight"]
        chance[test] = curve.predict(weight[test])
    held = np.isfinite(weight)
    noted = {
        "base_rate": rate,
        "split": "by series",
        "folds": folds,
        "calibration": calibration,
        "tested_linked": int(linked[held].sum()),
        "tested_unlinked": int((~linked[held]).sum()),
        "across_folds_not_tested": int((~held).sum()),
        "series_unknown": int((~known).sum()),
    }
    return Evaluation(
        auc(weight[held], linked[held]),
        rate,
        roc(weight[held], linked[held], base_rate=rate),
        reliability(chance[held], linked[held], rate),
        noted,
    )


def _no_persons(incidents: pd.DataFrame, mo: Sequence[str]) -> None:
    import pyarrow as pa

    from ..collection.headers import normalise
    from ..collection.identity import personal_columns

    if isinstance(mo, str):
        raise InputError(_("`mo` must be a list of columns, got the text {value!r}.").format(value=mo))
    missing = [name for name in mo if name not in incidents]
    if missing:
        raise ColumnsError(_("`mo` names the column {name!r}, which is not there.").format(name=missing[0]))
    texts = {
        name: pa.array(incidents[name].astype("string").to_numpy(dtype=object), type=pa.string())
        for name in mo
    }
    found = set(personal_columns(pa.table(texts))) if mo else set()
    aside = set(choices.of(incidents).get("set_aside", []))
    about = [name for name in mo if name in found | aside or PERSON_WORDS & set(normalise(str(name)).split())]
    if about:
        msg = _(
            "`mo` names {columns}, which is about persons. Crimes are linked by how they were done, "
            "where and when; leave it out."
        )
        raise ColumnsError(msg.format(columns=", ".join(map(repr, about))))


def _banded(table: pd.DataFrame) -> pd.DataFrame:
    """Return the level of each feature of each pair: bands of the numbers, agreement of the rest."""
    found = {}
    for name, edges in BANDS.items():
        limits = [0.0, *edges, np.inf]
        names = [f"[{a:g}, {b:g})" for a, b in pairwise(limits)]
        code = np.searchsorted(edges, table[name].to_numpy(dtype=float), side="right")
        found[name] = pd.Categorical.from_codes(code.tolist(), categories=pd.Index(names), ordered=True)
    for name in table.columns[table.columns.astype(str).str.startswith("mo_")]:
        found[name] = pd.Categorical(table[name], categories=["same", "different"], ordered=True)
    return pd.DataFrame(found, index=table.index)


def _labelled(table: pd.DataFrame, series: pd.Series[Any]) -> tuple[Flags, Any, Any, Flags]:
    """Return which pairs are known, the series of both sides as numbers, and whether they are the same."""
    code = pd.Series(pd.factorize(series)[0], index=series.index)
    if not code.index.is_unique:
        raise InputError(_("The index of `series` repeats; it must name each crime once."))
    one = code.reindex(table["first"]).fillna(-1).to_numpy(dtype=np.int64)
    other = code.reindex(table["second"]).fillna(-1).to_numpy(dtype=np.int64)
    known = (one >= 0) & (other >= 0)
    linked = (one == other)[known]
    if not linked.any() or linked.all():
        msg = _("`series` makes {n} linked and {m} unlinked pairs; both kinds are needed.")
        raise InputError(msg.format(n=int(linked.sum()), m=int((~linked).sum())))
    return known, one[known], other[known], linked


def _deal(sides: Any, folds: int, rng: np.random.Generator) -> Any:
    """Return the fold of both sides of each pair: whole series go to a fold."""
    names = np.unique(np.concatenate(sides))
    if isinstance(folds, bool) or int(folds) != folds or folds < 2 or len(names) < 2 * folds:
        msg = _("`folds` must be from 2 up, with at least two series a fold; got {folds!r} for {n} series.")
        raise InputError(msg.format(folds=folds, n=len(names)))
    fold = rng.permutation(np.arange(len(names)) % folds)
    return tuple(fold[np.searchsorted(names, side)] for side in sides)


def _sides(labels: Any, fold: int) -> tuple[Flags, Flags]:
    one, other = labels
    return (one == fold) & (other == fold), (one != fold) & (other != fold)


def _held_out(
    levels: pd.DataFrame, sides: Any, linked: Flags, *, folds: int, rng: np.random.Generator
) -> tuple[Floats, Flags]:
    """Return the weight of each pair from a model that saw neither of its series, and where there is one."""
    labels = _deal(sides, folds, rng)
    weight = np.full(len(linked), np.nan)
    for fold in range(folds):
        test, train = _sides(labels, fold)
        if test.any() and linked[train].any() and not linked[train].all():
            model = entities.learn(levels[train], linked[train], prior=0.5)
            weight[test] = entities.score(levels[test], model)["weight"]
    held = np.isfinite(weight)
    if not linked[held].any() or linked[held].all():
        raise InputError(_("`series` is too small to hold some of it back: use fewer `folds`."))
    return weight, held
