"""Entities: weights worked by hand, the estimate of planted chances, and what must hold for any pairs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ilp_toolkit import choices
from ilp_toolkit.collation import entities
from ilp_toolkit.errors import ColumnsError, InputError

LEVELS = ["same", "near", "different"]
M = {"plate": [0.8, 0.15, 0.05], "make": [0.9, 0.05, 0.05], "street": [0.7, 0.2, 0.1], "day": [0.6, 0.3, 0.1]}
U = {"plate": [0.01, 0.09, 0.9], "make": [0.2, 0.1, 0.7], "street": [0.05, 0.15, 0.8], "day": [0.1, 0.2, 0.7]}


def planted(n, share, seed):
    """Return pairs drawn from known chances, and which belong together."""
    rng = np.random.default_rng(seed)
    linked = rng.random(n) < share
    columns = {
        name: pd.Categorical.from_codes(
            np.where(linked, rng.choice(3, n, p=M[name]), rng.choice(3, n, p=U[name])), LEVELS, ordered=True
        )
        for name in M
    }
    return pd.DataFrame(columns), linked


def hand_model(prior=0.01):
    rows = [
        (f, level, m, u, np.log2(m / u)) for f in M for level, m, u in zip(LEVELS, M[f], U[f], strict=True)
    ]
    return entities.Model(pd.DataFrame(rows, columns=["field", "level", "m", "u", "weight"]), prior)


def one_pair(**levels):
    return pd.DataFrame({f: pd.Categorical([levels.get(f)], LEVELS, ordered=True) for f in M})


def test_a_score_is_the_sum_of_weights_worked_by_hand():
    # plate same 0.8/0.01 = 80, make different 0.05/0.7 = 1/14, street missing, day near 0.3/0.2 = 1.5,
    # prior odds 1/99: odds = 80 × 1.5 / 14 / 99 = 0.086580.
    scored = entities.score(one_pair(plate="same", make="different", day="near"), hand_model()).iloc[0]
    assert scored["weight_plate"] == pytest.approx(np.log2(80))
    assert scored["weight_make"] == pytest.approx(-np.log2(14))
    assert scored["weight_street"] == 0
    assert scored["weight_day"] == pytest.approx(np.log2(1.5))
    assert scored["weight_prior"] == pytest.approx(-np.log2(99))
    assert 2 ** scored["weight"] == pytest.approx(0.0865801, abs=1e-6)
    assert scored["probability"] == pytest.approx(0.0865801 / 1.0865801, abs=1e-6)


def test_known_pairs_teach_the_shares_that_were_counted():
    levels, linked = planted(400, 0.3, 1)
    table = entities.learn(levels, linked).table.set_index(["field", "level"])
    same = (levels["plate"] == "same").to_numpy()
    assert table.loc[("plate", "same"), "m"] == pytest.approx(
        ((same & linked).sum() + 0.5) / (linked.sum() + 1.5)
    )
    assert table.loc[("plate", "same"), "u"] == pytest.approx(
        ((same & ~linked).sum() + 0.5) / ((~linked).sum() + 1.5)
    )


@pytest.mark.parametrize(("share", "seed"), [(0.05, 1), (0.3, 2)])
def test_the_estimate_finds_the_chances_that_were_planted(share, seed):
    levels, _linked = planted(40_000, share, seed)
    model = entities.estimate(levels)
    table = model.table.set_index("field")
    for name, m in M.items():
        assert table.loc[name, "m"].tolist() == pytest.approx(m, abs=0.04)
        assert table.loc[name, "u"].tolist() == pytest.approx(U[name], abs=0.02)
    assert model.prior == pytest.approx(share, abs=0.01)
    assert model.choices["came_to_rest"]


def test_probabilities_are_those_of_the_pairs():
    levels, linked = planted(40_000, 0.1, 3)
    scored = entities.score(levels, entities.estimate(levels))
    for low, high in [(0, 0.05), (0.3, 0.7), (0.9, 1)]:
        there = scored["probability"].between(low, high)
        assert scored["probability"][there].mean() == pytest.approx(linked[there].mean(), abs=0.06)


def test_what_is_known_is_held_fixed():
    levels, _linked = planted(5000, 0.1, 4)
    given_u = hand_model().table[["field", "level", "u"]]
    model = entities.estimate(levels, prior=0.1, u=given_u)
    assert model.prior == 0.1
    assert np.allclose(model.table["u"], given_u["u"])
    assert model.choices["u_from"] == model.choices["prior_from"] == "given"


def test_more_starts_never_find_less_and_a_seed_repeats_them():
    levels, _linked = planted(800, 0.05, 5)
    once = entities.estimate(levels)
    often = entities.estimate(levels, starts=4, rng=3)
    assert often.choices["log_likelihood"] >= once.choices["log_likelihood"]
    pd.testing.assert_frame_equal(often.table, entities.estimate(levels, starts=4, rng=3).table)


def test_a_rare_value_in_common_says_more():
    records = pd.DataFrame({"make": ["Lada"] * 98 + ["Tatra"] * 2})
    pairs = pd.DataFrame({"first": [0, 98, 0], "second": [1, 99, 98]})
    levels = entities.compare(records, pairs, fields={"make": entities.exact()})
    table = pd.DataFrame({"field": "make", "level": ["same", "different"], "m": [0.9, 0.1], "u": [0.5, 0.5]})
    model = entities.Model(table.assign(weight=np.log2(table["m"] / table["u"])), 0.1)
    terms = {"make": entities.term_shares(records, pairs, column="make")}
    scored = entities.score(levels, model, terms=terms)["weight_make"]
    assert scored.tolist() == pytest.approx([np.log2(0.9 / 0.98), np.log2(0.9 / 0.02), np.log2(0.1 / 0.5)])
    assert choices.of(entities.score(levels, model, terms=terms))["terms"] == ["make"]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(*[st.sampled_from([*LEVELS, None])] * 4), min_size=1, max_size=20),
    st.floats(0.001, 0.999),
)
def test_probability_and_weight_tell_the_same_and_pairs_keep_their_order(rows, prior):
    levels = pd.DataFrame(rows, columns=list(M), index=range(10, 10 + len(rows)))
    levels = levels.astype(pd.CategoricalDtype(LEVELS, ordered=True))
    before = levels.copy()
    scored = entities.score(levels, hand_model(prior))
    assert scored.index.equals(levels.index)
    parts = [c for c in scored if c.startswith("weight_")]
    assert np.allclose(scored[parts].sum(axis=1), scored["weight"])
    assert np.allclose(np.log2(scored["probability"] / (1 - scored["probability"])), scored["weight"])
    empty = levels.isna().all(axis=1)
    assert np.allclose(scored["probability"][empty], prior)
    pd.testing.assert_frame_equal(levels, before)


def test_comparisons_say_the_strongest_level_and_leave_missing_empty():
    one = pd.Series(["Karimov", "Karimov", "Karimov", "Karimov", None])
    other = pd.Series(["Karimov", "Karimof", "Karasev", "Bo", "Bo"])
    assert entities.similar()(one, other).astype(object).tolist()[:4] == [
        "same",
        "from 0.92",
        "from 0.8",
        "different",
    ]
    assert entities.similar()(one, other).isna().tolist() == [False] * 4 + [True]
    bands = entities.within(10)(pd.Series([1.0, 1.0, np.nan]), pd.Series([10.9, 11.0, 1.0]))
    assert bands.astype(object).tolist()[:2] == ["[0, 10)", "10 or more"]
    assert bands.isna().tolist() == [False, False, True]


def test_a_comparison_is_any_function_of_that_shape():
    def first_letter(one, other):
        return pd.Series(
            pd.Categorical(np.where(one.str[0] == other.str[0], "alike", "not"), ["alike", "not"])
        )

    records = pd.DataFrame({"name": ["ab", "ac", "b"]}, index=["x", "y", "z"])
    pairs = pd.DataFrame({"first": ["x", "x"], "second": ["y", "z"]}, index=[5, 6])
    levels = entities.compare(records, pairs, fields={"name": first_letter})
    assert levels["name"].astype(object).to_dict() == {5: "alike", 6: "not"}


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: entities.estimate(planted(10, 0.5, 1)[0][["plate", "make"]]), "at least three"),
        (lambda: entities.estimate(planted(10, 0.5, 1)[0].iloc[:0]), "no pairs"),
        (lambda: entities.estimate(planted(10, 0.5, 1)[0], prior=1.0), "prior"),
        (lambda: entities.estimate(planted(10, 0.5, 1)[0].astype(object)), "categorical"),
        (lambda: entities.learn(planted(10, 0.5, 1)[0], [True] * 10), "both kinds"),
        (lambda: entities.score(one_pair(plate="same")[["plate"]], hand_model()), "the model knows"),
        (lambda: entities.score(one_pair().assign(plate=pd.Categorical(["odd"])), hand_model()), "'odd'"),
        (lambda: entities.similar(0.5, 0.9), "fall"),
        (lambda: entities.within(5, 1), "rise"),
        (lambda: entities.compare(pd.DataFrame({"a": [1]}), pd.DataFrame({"first": [0], "second": [7]}), fields={"a": entities.exact()}), "not there"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_with_a_way_out(call, said):
    with pytest.raises((InputError, ColumnsError), match=said):
        call()
