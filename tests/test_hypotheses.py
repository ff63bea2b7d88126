"""Competing hypotheses with flips first, the record of inferences, indicators."""

from __future__ import annotations

import datetime as dt
import json
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ilp_toolkit import i18n
from ilp_toolkit.analysis import hypotheses
from ilp_toolkit.errors import ColumnsError, InputError

PARC = pd.DataFrame(
    [
        ["high", "high", "C", "II", "I"], ["medium", "high", "I", "C", "N"],
        ["low", "medium", "II", "C", "CC"], ["medium", "medium", "C", "C", "C"],
    ],
    index=["E1", "E2", "E3", "E4"], columns=["credibility", "relevance", "H1", "H2", "H3"],
)  # fmt: skip


def test_the_published_matrix_has_its_scores_and_its_order_turns_with_the_weights() -> None:
    weighted, plain = hypotheses.ach(PARC), hypotheses.ach(PARC, weighting="none")
    assert weighted.scores["score"].tolist() == pytest.approx([-2.8284, -4.0, -2.0], abs=5e-5)
    assert plain.scores["score"].tolist() == [-3, -2, -1]
    assert weighted.scores["unweighted"].tolist() == [-3, -2, -1]
    assert weighted.scores["score"]["H1"] > weighted.scores["score"]["H2"]
    assert plain.scores["score"]["H1"] < plain.scores["score"]["H2"]
    assert weighted.leaders == plain.leaders == ("H3",)


def test_an_item_that_suits_all_hypotheses_tells_nothing() -> None:
    items = hypotheses.ach(PARC).items
    assert items.loc["E4", ["diagnosticity", "spread"]].tolist() == [0, 0]
    assert (items["diagnosticity"][:3] > 0).all()
    assert items.loc["E3", "spread"] == pytest.approx(np.std([1, 4, 5]))
    assert items["weight"].tolist() == pytest.approx([2, math.sqrt(2), 1 / math.sqrt(2), 1])


def test_each_flip_is_what_scoring_the_changed_matrix_gives() -> None:
    """The flips are computed by difference; here each one is made and scored from the start."""
    made = hypotheses.ach(PARC)
    assert len(made.flips) > 10
    for row in made.flips.itertuples():
        changed = PARC.drop(index=row.item) if row.what == "item" else PARC.copy()
        if row.what != "item":
            changed.loc[row.item, row.what] = row.new
        again = hypotheses.ach(changed)
        assert ", ".join(again.leaders) == row.leaders
        assert (again.leaders != made.leaders) == row.leader_changes
        order = [again.scores["score"].rank().tolist(), made.scores["score"].rank().tolist()]
        assert order[0] != order[1]


def test_no_single_change_that_turns_the_order_is_left_out() -> None:
    made = hypotheses.ach(PARC)
    known = {(row.item, row.what, row.new) for row in made.flips.itertuples()}
    for item in PARC.index:
        for what in PARC.columns:
            for new in (
                ("low", "medium", "high")
                if what in {"credibility", "relevance"}
                else ("CC", "C", "N", "I", "II")
            ):
                changed = PARC.copy()
                changed.loc[item, what] = new
                turned = (
                    hypotheses.ach(changed).scores["score"].rank().tolist()
                    != made.scores["score"].rank().tolist()
                )
                assert turned == ((item, what, new) in known), (item, what, new)


def test_what_gives_another_leader_comes_first_and_the_smallest_change_first() -> None:
    flips = hypotheses.ach(PARC).flips
    assert flips["leader_changes"].tolist() == sorted(flips["leader_changes"], reverse=True)
    first = flips[flips["leader_changes"]]["steps"].tolist()
    assert first == sorted(first)


def test_a_leader_that_no_single_judgement_can_unseat_is_said_to_be_so() -> None:
    rows = [["II", "C"]] * 6
    made = hypotheses.ach(pd.DataFrame(rows, index=list("abcdef"), columns=["H1", "H2"]), weighting="none")
    assert made.smallest_flip is None
    assert "No change of one judgement" in made.sentences()[0]


def test_the_report_begins_with_what_turns_it_over_and_calls_nothing_a_probability() -> None:
    said = hypotheses.ach(PARC).sentences()
    assert "hangs on single judgements" in said[0]
    assert "no probability" in said[2]
    assert "E4" in said[3]
    with i18n.language("ru"):
        assert hypotheses.ach(PARC).sentences()[0] != said[0]


def test_what_nobody_rated_is_counted_and_opens_the_score_downwards() -> None:
    table = PARC.copy()
    table.loc["E1", "H3"] = None
    table.loc["E2", "H3"] = " ? "
    made = hypotheses.ach(table)
    assert made.scores.loc["H3", "unrated"] == 2
    assert made.scores.loc["H3", "score"] == 0
    assert made.scores.loc["H3", "score_low"] == pytest.approx(-4 - 2 * math.sqrt(2))
    assert "nobody gave" in made.sentences()[-1]
    assert json.dumps(made.choices)


def test_no_column_is_a_probability() -> None:
    made = hypotheses.ach(PARC)
    for table in (made.scores, made.items, made.flips):
        assert not [name for name in table.columns if "prob" in name or "likel" in name]
    assert (made.scores["score"] <= 0).all()


ratings = st.sampled_from(["CC", "C", "N", "NA", "I", "II", ""])


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(ratings, ratings, ratings), min_size=1, max_size=6), st.permutations([0, 1, 2]))
def test_the_order_of_rows_and_columns_changes_nothing(
    rows: list[tuple[str, str, str]], order: list[int]
) -> None:
    table = pd.DataFrame(rows, columns=["a", "b", "c"])
    one = hypotheses.ach(table, weighting="none")
    two = hypotheses.ach(table.iloc[::-1, order], weighting="none")
    assert one.scores["score"].to_dict() == two.scores["score"].to_dict()
    assert set(one.leaders) == set(two.leaders)
    assert len(one.flips) == len(two.flips)


def test_the_callers_table_is_untouched() -> None:
    before = PARC.copy()
    hypotheses.ach(PARC)
    pd.testing.assert_frame_equal(PARC, before)


@pytest.mark.parametrize(
    ("table", "error", "named"),
    [
        (PARC.drop(columns="relevance"), ColumnsError, "relevance"), (PARC[["credibility", "relevance", "H1"]], InputError, "two hypotheses"),
        (PARC.iloc[:0], InputError, "one item"), (PARC.assign(H1="maybe"), InputError, "MAYBE|maybe"),
        (PARC.assign(credibility="unknown"), InputError, "Unknown is none"), (pd.concat([PARC, PARC]), InputError, "twice"),
        (PARC.rename(columns={"H1": "Suspect 12 did it"}), InputError, "never who"),
        (PARC.rename(columns={"H1": "Каримов Рустам Бахтиёрович"}), InputError, "never who"),
    ],
)  # fmt: skip
def test_a_matrix_that_cannot_be_used_is_refused(
    table: pd.DataFrame, error: type[Exception], named: str
) -> None:
    with pytest.raises(error, match=named):
        hypotheses.ach(table)


def test_a_hypothesis_on_what_happened_may_speak_of_leaders_and_persons() -> None:
    names = {
        "H1": "The network has no leader",
        "H2": "A person of the staff helped",
        "H3": "Missing persons are unrelated",
    }
    assert hypotheses.ach(PARC.rename(columns=names)).leaders == ("Missing persons are unrelated",)


P1 = hypotheses.Premise("P1", "The locks were drilled.", "fact", ("F-3", "R-1"), ("4x4:A1", "4x4:B2"))
P2 = hypotheses.Premise("P2", "Drills were sold in May.", "fact", ("R-1", "R-8"), ("4x4:B2", None))
P3 = hypotheses.Premise("P3", "The group is small.", "assessment")
I1 = hypotheses.Inference("I1", "One group with tools.", "hypothesis", ("P1", "P2"), "analyst-07")
I2 = hypotheses.Inference("I2", "It lives nearby.", "conclusion", ("I1", "P3"), "analyst-07")


def test_a_conclusion_shows_every_premise_under_it_and_each_report_once() -> None:
    record = hypotheses.InferenceRecord((P1, P2, P3), (I1, I2))
    assert [premise.id for premise in record.rests_on("I2")] == ["P1", "P2", "P3"]
    assert record.grades("I2") == {"4x4:A1": 1, "4x4:B2": 1, "unknown": 1}
    table = record.to_table().set_index("inference")
    assert table.loc["I2", ["premises", "facts", "assessments", "items"]].tolist() == [3, 2, 1, 3]
    assert table.loc["I2", "weak"] == "P3"
    assert table.loc["I1", "grades"] == "4x4:A1 × 1; 4x4:B2 × 1; unknown × 1"


@pytest.mark.parametrize(
    ("premises", "inferences", "named"),
    [
        ((P1,), (I1,), "P2, which is not"), ((P1, P1), (), "P1 comes twice"),
        ((P1,), (hypotheses.Inference("I1", "x", "hypothesis", (), "a"),), "rests on nothing"),
        ((P1,), (hypotheses.Inference("I1", "x", "hypothesis", ("P1",), " "),), "no author"),
        ((P1,), (hypotheses.Inference("I1", "x", "guess", ("P1",), "a"),), "kind of I1"),
        ((P1,), (hypotheses.Inference("I1", "x", "hypothesis", ("I2",), "a"), hypotheses.Inference("I2", "y", "hypothesis", ("I1",), "a")), "rests on itself"),
        ((hypotheses.Premise("P1", "x", "fact", ("R-1",), ("B2",)),), (), "name its scale"),
        ((hypotheses.Premise("P1", "x", "fact", ("R-1",), ("4x4:B9",)),), (), "P1"),
        ((hypotheses.Premise("P1", "x", "rumour"),), (), "neither fact nor assessment"),
        ((hypotheses.Premise("P1", "x", "fact", (), ("4x4:B2",)),), (), "more grades"),
    ],
)  # fmt: skip
def test_a_record_that_hides_what_it_rests_on_is_refused(premises, inferences, named: str) -> None:
    with pytest.raises(InputError, match=named):
        hypotheses.InferenceRecord(premises, inferences)


SIGNS = pd.DataFrame(
    [
        ["local", "sold nearby", "2026-03-01", "no"], ["local", "same week", None, "yes"], ["local", "known van", "2026-09-01", "no"],
        ["passing", "same week", None, "yes"], ["passing", "hire van", "2026-03-01", None],
    ],
    columns=["hypothesis", "indicator", "expected_by", "seen"],
)  # fmt: skip


def test_a_sign_that_nobody_looked_for_is_not_absent() -> None:
    table = hypotheses.indicators(SIGNS, at=dt.date(2026, 4, 1))
    assert table.loc["local"].tolist() == [3, 1, 1, 1, 1]
    assert table.loc["passing"].tolist() == [2, 1, 0, 1, 1]
    later = hypotheses.indicators(SIGNS, at=dt.date(2026, 9, 1))
    assert later.loc["local", "absent"] == 2
    assert (table[["seen", "absent", "unknown"]].sum(axis=1) == table["indicators"]).all()


@pytest.mark.parametrize(
    ("table", "error", "named"),
    [
        (SIGNS.drop(columns="seen"), ColumnsError, "seen"), (SIGNS.assign(seen="perhaps"), InputError, "perhaps"),
        (pd.concat([SIGNS, SIGNS]), InputError, "twice"),
    ],
)  # fmt: skip
def test_signs_that_cannot_be_counted_are_refused(
    table: pd.DataFrame, error: type[Exception], named: str
) -> None:
    with pytest.raises(error, match=named):
        hypotheses.indicators(table, at=dt.date(2026, 4, 1))
