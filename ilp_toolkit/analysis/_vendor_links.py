"""
Links between accounts: leads, each with its chance of being wrong.

A pair is ``match``, ``possible`` or ``no``; a match needs two families of evidence at least, one of them hard
to copy, and none that speaks clearly against it: a key, a name and a list of goods can be copied. What is
expected to be wrong among a hundred leads stands beside them. Nothing is merged (see `_leads`).
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .. import choices
from ..collation import entities
from ..errors import InputError
from ..i18n import _
from ._calibration import calibrate
from ._flow_tables import check_confidence
from ._leads import DECIDED, OUTCOMES, VendorLinks
from ._listing_tables import cannot_show, whole_number
from ._vendor_features import HARD_TO_COPY, levels_of, pairs_of, profiles

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

__all__ = ["link_vendors"]


def link_vendors(
    listings: pd.DataFrame,
    *,
    known: pd.Series[Any] | None = None,
    prior: float | None = None,
    match: float = 0.95,
    possible: float = 0.3,
    families: int = 2,
    against: float = -3.0,
    within_market: bool = False,
    least_style: int = 3,
    draws: int = 200,
    confidence: float = 0.95,
    rng: int | np.random.Generator | None = None,
) -> VendorLinks:
    """
    Find accounts on different markets that may be one seller's: leads, never merges.

    Parameters
    ----------
    listings
        A row for each listing and snapshot, as `ilp.read_listings` gives it: ``market``, ``vendor_id``,
        ``listing_id``, ``substance``, ``quantity_g``, ``price_usd``, ``snapshot_date`` and, if there,
        ``units``, ``pgp_id``, ``handle_id``, ``style_…`` (numbers), ``feedback_dates``.
    known
        The seller of accounts of solved cases, by ``vendor_id``: the weights are then learnt from their pairs
        and the probability is calibrated on pairs held back. Without it both are estimated from all pairs.
    prior
        Share of pairs of one seller among the pairs compared, if it is known.
    match, possible
        Least probability of the outcomes.
    families
        How many families of evidence must speak for a match (at least 1 bit each); two at least, one of them
        hard to copy (the way of writing, weeks with feedback).
    against
        A family with this weight or less (bits) speaks clearly against, and makes a match a possible one.
    within_market
        Whether accounts of one market are compared too.
    least_style
        How many rows with a way of writing an account needs for it to count.
    draws
        How often m, u and the prior are drawn anew for the interval of wrong links.
    confidence
        Of that interval, between 0 and 1.
    rng
        A seed gives the same answer.

    Returns
    -------
    VendorLinks

    Raises
    ------
    ColumnsError
        If a column is missing.
    InputError
        If there are no pairs, fewer than three families, or an argument cannot be used.

    Notes
    -----
    Weights are those of Fellegi and Sunter, one field a family (`_vendor_features.FAMILIES`), added as if the
    families were independent: probabilities are too sure where they are not. Pairs without a substance or a
    key in common are not compared, and counted. Keys are shared and stolen, and a copycat shows key, name,
    goods and prices of another: without a family that is hard to copy a pair is at most possible. The
    expected share of wrong links knows the doubt about m, u and the prior; it does not know of imitators who
    do everything alike, so it is a least value. Check a sample by hand.
    A way of writing comes in as numbers alone; from few words it says little. Nothing is merged:
    `sign_off` records what a person decided, and `VendorLinks.signed` is all that other functions count.

    References
    ----------
    Tai, Soska & Christin (2019), doi:10.1145/3292500.3330763; Fellegi & Sunter (1969),
    doi:10.1080/01621459.1969.10501049.
    """
    _check(match, possible, families, against)
    check_confidence(confidence)
    whole_number(draws, "draws", least=1)
    accounts = profiles(listings, least_style=whole_number(least_style, "least_style", least=1))
    one, other, apart = pairs_of(accounts, within_market=within_market)
    if not len(one):
        raise InputError(_("`listings` has no two accounts to compare: give two markets, or within_market."))
    levels = levels_of(accounts, one, other)
    generator = np.random.default_rng(rng)
    side = accounts[["market", "vendor_id"]]
    pairs = pd.concat(
        [
            side.iloc[one].reset_index(drop=True).set_axis(["first_market", "first"], axis=1),
            side.iloc[other].reset_index(drop=True).set_axis(["second_market", "second"], axis=1),
        ],
        axis=1,
    )
    model, curve, learnt = _model(levels, pairs, known, prior, generator)
    scored = entities.score(levels, model)
    weight = (scored["weight"] - scored["weight_prior"]).to_numpy(dtype=float)
    chance = curve.predict(weight) if curve is not None else scored["probability"].to_numpy(dtype=float)
    for name in levels:
        pairs[f"level_{name}"] = levels[name].astype(object).where(levels[name].notna(), None)
    for name in levels:
        pairs[f"weight_{name}"] = scored[f"weight_{name}"]
    parts = scored[[f"weight_{name}" for name in levels]].to_numpy(dtype=float)
    pairs["families"] = np.asarray((parts >= 1).sum(axis=1))
    pairs["against"] = np.asarray((parts <= against).any(axis=1), dtype=bool)
    pairs["weight"] = weight
    pairs["probability"] = chance
    hard = [f"weight_{name}" for name in HARD_TO_COPY if name in levels]
    backed = (pairs[hard].to_numpy(dtype=float) >= 1).any(axis=1)
    several = (pairs["families"] >= families).to_numpy() & backed & ~pairs["against"].to_numpy()
    sure = (chance >= match) & several
    pairs["outcome"] = np.select([sure, chance >= possible], ["match", "possible"], "no")
    drawn = _draw_wrong(pairs, levels, model, curve=curve, learnt=learnt, draws=draws, rng=generator)
    expected = _expected(pairs, drawn, confidence)
    counts = pairs["outcome"].value_counts()
    made = {
        "order": "market and id",
        "method": "Fellegi-Sunter, one field a family of evidence",
        **learnt,
        "calibration": "none" if curve is None else curve.method,
        "prior_share": float(model.prior),
        "match": float(match),
        "possible": float(possible),
        "families_needed": int(families),
        "against_bits": float(against),
        "match_needs": "one family that is hard to copy: the way of writing, or weeks with feedback",
        "compared": len(pairs),
        "nothing_in_common": int(apart),
        "outcomes": {name: int(counts.get(name, 0)) for name in OUTCOMES},
        "merged": "nothing; a person signs each link",
        "confidence": float(confidence),
        "rng": int(rng) if isinstance(rng, int | np.integer) else None,
        "cannot_show": cannot_show("link", "vendor"),
    }
    return VendorLinks(
        choices.record(pairs, **made),
        choices.record(model.table.copy(), **made),
        choices.record(expected, **made),
        pd.DataFrame(columns=DECIDED),
        made,
    )


def _check(match: float, possible: float, families: int, against: float) -> None:
    if not 0 < possible < match < 1:
        msg = _(
            "`possible` must be above 0 and below `match`, and `match` below 1; got {low!r} and {high!r}."
        )
        raise InputError(msg.format(low=possible, high=match))
    if whole_number(families, "families", least=1) < 2:
        raise InputError(_("`families` must be 2 at least: one family of evidence alone makes no match."))
    if not against < 0:
        raise InputError(_("`against` must be below 0 bits, got {value!r}.").format(value=against))


def _model(
    levels: pd.DataFrame,
    pairs: pd.DataFrame,
    known: pd.Series[Any] | None,
    prior: float | None,
    rng: np.random.Generator,
) -> tuple[entities.Model, Any, dict[str, Any]]:
    """Return the weights, the curve from weight to probability (or None), and how they were learnt."""
    if levels.shape[1] < 3:
        msg = _("`listings` has {n} families of evidence ({names}); at least three are needed.")
        raise InputError(msg.format(n=levels.shape[1], names=", ".join(levels.columns)))
    if known is None:
        u = _shares_among_all(levels)
        model = entities.estimate(levels, prior=prior, u=u)
        linked = max(model.prior * len(levels), 1.0)
        model = _cautious(model, levels, linked)
        noted = {"learnt_from": "all pairs, expectation-maximisation", "linked_pairs": round(linked, 1)}
        return model, None, noted
    if not known.index.is_unique:
        raise InputError(_("`known` names an account twice; it must name each once."))
    code = pd.Series(pd.factorize(known)[0], index=known.index.astype(str))
    one, other = (code.reindex(pairs[side].astype(str)).fillna(-1).to_numpy() for side in ("first", "second"))
    labelled = (one >= 0) & (other >= 0)
    linked = (one == other)[labelled]
    if linked.sum() < 5 or linked.all():
        msg = _("`known` gives {n} pairs of one seller; at least five, and some of two sellers, are needed.")
        raise InputError(msg.format(n=int(linked.sum())))
    share = float(linked.mean()) if prior is None else float(prior)
    part = levels[labelled].reset_index(drop=True)
    model = entities.learn(part, linked, prior=share)
    held = _held_back(part, linked, one[labelled], other[labelled], rng)
    seen = np.isfinite(held)
    curve = calibrate(held[seen], linked[seen], base_rate=share, method="platt")
    noted = {"learnt_from": "known pairs", "linked_pairs": float(linked.sum()), "known_pairs": len(part)}
    return model, curve, noted


def _cautious(model: entities.Model, levels: pd.DataFrame, linked: float) -> entities.Model:
    """
    Give each level half a pair more among linked ones: what was not seen in so few is not impossible.

    A level that no pair has says nothing, for or against.
    """
    table = model.table.copy()
    size = table.groupby("field")["m"].transform("size")
    table["m"] = (table["m"] * linked + 0.5) / (linked + 0.5 * size)
    counts = {name: levels[name].value_counts() for name in levels}
    seen = [
        counts[name].get(level, 0) > 0 for name, level in zip(table["field"], table["level"], strict=True)
    ]
    table["m"] = table["m"].where(np.array(seen, dtype=bool), table["u"])
    table["weight"] = np.log2(table["m"] / table["u"])
    return replace(model, table=table)


def _shares_among_all(levels: pd.DataFrame) -> pd.DataFrame:
    """Return u from all pairs: nearly none is of one seller."""
    rows = []
    for name in levels:
        kinds = list(levels[name].cat.categories)
        n = levels[name].value_counts().reindex(kinds, fill_value=0).to_numpy(dtype=float) + 0.5
        rows += [
            {"field": name, "level": kind, "u": share} for kind, share in zip(kinds, n / n.sum(), strict=True)
        ]
    return pd.DataFrame(rows)


def _held_back(levels: pd.DataFrame, linked: Flags, one: Any, other: Any, rng: np.random.Generator) -> Floats:
    """Return the weight of each pair by a model that saw no pair of either seller (five folds of sellers)."""
    names = np.unique(np.concatenate([one, other]))
    fold = dict(zip(names, rng.permutation(len(names)) % 5, strict=True))
    a, b = (np.array([fold[name] for name in side]) for side in (one, other))
    weight = np.full(len(linked), np.nan)
    for first, second in itertools.combinations_with_replacement(range(5), 2):
        test = ((a == first) & (b == second)) | ((a == second) & (b == first))
        train = ~np.isin(a, [first, second]) & ~np.isin(b, [first, second])
        if test.any() and linked[train].any() and not linked[train].all():
            model = entities.learn(levels[train], linked[train], prior=0.5)
            weight[test] = entities.score(levels[test], model)["weight"]
    seen = np.isfinite(weight)
    if not linked[seen].any() or linked[seen].all():
        raise InputError(_("`known` is too small to hold some of it back; leave it out, or give more."))
    return weight


def _draw_wrong(
    pairs: pd.DataFrame,
    levels: pd.DataFrame,
    model: entities.Model,
    *,
    curve: Any,
    learnt: dict[str, Any],
    draws: int,
    rng: np.random.Generator,
) -> Flags:
    """Return draws × leads, whether each is wrong: m, u and prior drawn anew, then each lead."""
    lead = (pairs["outcome"] != "no").to_numpy()
    linked, others = float(learnt["linked_pairs"]), float(learnt.get("known_pairs", len(pairs)))
    shares = [
        (
            np.asarray(levels[name].cat.codes, dtype=np.int64)[lead],
            rows["m"].to_numpy(dtype=float) * linked + 0.1,
            rows["u"].to_numpy(dtype=float) * others + 0.1,
        )
        for name, rows in model.table.groupby("field", sort=False)
    ]
    wrong = np.zeros((draws, int(lead.sum())), dtype=bool)
    for draw in range(draws):
        weight = np.zeros(int(lead.sum()))
        for code, among_linked, among_others in shares:
            m, u = rng.dirichlet(among_linked), rng.dirichlet(among_others)
            step = np.append(np.log2(np.maximum(m, 1e-12) / np.maximum(u, 1e-12)), 0.0)
            weight += step[code]  # an unknown level is -1: the last, which says nothing
        share = rng.beta(linked + 0.5, max(others - linked, 0.0) + 0.5)
        bits = np.clip(weight + np.log2(share / (1 - share)), -500, 500)
        likely = curve.predict(weight) if curve is not None else 1 / (1 + np.exp2(-bits))
        wrong[draw] = rng.random(len(likely)) >= likely
    return wrong


def _expected(pairs: pd.DataFrame, wrong: Flags, confidence: float) -> pd.DataFrame:
    """Return how many links of a hundred are expected to be wrong, by outcome."""
    outcome = pairs["outcome"].to_numpy()
    chance = pairs["probability"].to_numpy(dtype=float)
    groups = {"match": outcome == "match", "possible": outcome == "possible", "leads": outcome != "no"}
    rows = []
    for name, chosen in groups.items():
        n = int(chosen.sum())
        low = high = np.nan
        if n:
            shares = 100 * wrong[:, chosen[outcome != "no"]].mean(axis=1)
            low, high = (
                float(value) for value in np.quantile(shares, [(1 - confidence) / 2, (1 + confidence) / 2])
            )
        mean = float(100 * (1 - chance[chosen]).mean()) if n else np.nan
        rows.append({"outcome": name, "n": n, "wrong_per_100": mean, "low": low, "high": high})
    return pd.DataFrame(rows).set_index("outcome")
