"""Special checks: a victim that reappears costs everything, hiding without need costs a part."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from ilp_toolkit.dissemination.suppression import suppress
from ilp_toolkit.learning.checks import CHECKS
from ilp_toolkit.learning.itemfile import read_items
from ilp_toolkit.learning.items import Column, Item, Option, Row, Span, Step
from ilp_toolkit.learning.scoring import Mark, score

# 3 robberies in Lomiran by night are below five
COUNTS = """place,day,evening,night,total
Tesvar,20,12,9,41
Lomiran,25,14,3,42
Umtelor,17,8,30,55
total,62,34,42,138
"""
SQUARE = [["Lomiran", "night"], ["Lomiran", "evening"], ["Umtelor", "night"], ["Umtelor", "evening"]]
EVERYTHING = [
    [row, column]
    for row in ("Tesvar", "Lomiran", "Umtelor", "total")
    for column in ("day", "evening", "night", "total")
]
TABLE = Item(
    id="q1", part="exam", kind="suppress", points=12, prompt="Hide.", rows_from="counts.csv", check="suppression_attack",
    params={"threshold": 5},
)  # fmt: skip


def attack(tmp_path: Path, answer: Any, counts: str = COUNTS, item: Item = TABLE) -> Mark:
    (tmp_path / "counts.csv").write_text(counts, encoding="utf-8")
    return score(item, answer, data=tmp_path)


def test_a_square_of_four_hidden_cells_is_full(tmp_path: Path) -> None:
    made = attack(tmp_path, SQUARE)
    assert (made.points, made.verdict, made.comments) == (12, "right", ())


def test_a_small_count_that_is_visible_costs_everything(tmp_path: Path) -> None:
    made = attack(tmp_path, [])
    assert made.points == 0
    assert made.comments == ("1 count below 5 is still visible: Lomiran, night.",)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ([["Lomiran", "night"]], "only hidden cell in the row Lomiran"),
        (SQUARE[:2], "only hidden cell in the column night"),
        ([["Lomiran", "night"], ["Lomiran", "total"], ["total", "night"]], "several rows and columns"),
        ([["Lomiran", "night"], ["Lomiran", "total"]], "only hidden cell in the column night"),
    ],
)
def test_a_victim_who_reappears_by_subtraction_costs_everything(
    tmp_path: Path, answer: Any, words: str
) -> None:
    made = attack(tmp_path, answer)
    assert made.points == 0
    assert "Lomiran, night reappears" in made.comments[0]
    assert words in made.comments[0]
    assert made.parts[0].id == "Lomiran, night"


def test_hiding_more_than_needed_costs_its_share_and_hiding_all_costs_all(tmp_path: Path) -> None:
    more = [*SQUARE, ["Tesvar", "day"], ["Tesvar", "evening"], ["Tesvar", "night"]]
    made = attack(tmp_path, more)
    assert made.fraction == pytest.approx(1 - 3 / 12)  # sixteen cells, four are enough
    assert "3 cells more are hidden than needed" in made.comments[0]
    assert attack(tmp_path, EVERYTHING).points == 0


def test_a_count_that_can_be_told_to_be_small_costs_half(tmp_path: Path) -> None:
    counts = "place,a,b,c,total\nX,3,1,20,24\nY,1,3,20,24\nZ,20,20,20,60\ntotal,24,24,60,108\n"
    made = attack(tmp_path, [["X", "a"], ["X", "b"], ["Y", "a"], ["Y", "b"]], counts)
    assert made.fraction == pytest.approx(0.5)
    assert "can still tell that 4 hidden counts are below 5" in made.comments[0]


def test_a_table_without_small_counts_is_best_left_whole(tmp_path: Path) -> None:
    counts = COUNTS.replace("14,3,42", "9,8,42").replace("62,34,42,138", "62,29,47,138")
    assert attack(tmp_path, [], counts).points == 12
    assert attack(tmp_path, SQUARE, counts).fraction == pytest.approx(1 - 4 / 16)


def test_zeros_may_stay_and_a_cell_named_twice_counts_once(tmp_path: Path) -> None:
    counts = COUNTS.replace("Tesvar,20,12,9,41", "Tesvar,29,12,0,41").replace("62,34,42,138", "71,34,33,138")
    assert attack(tmp_path, [*SQUARE, SQUARE[0]], counts).points == 12


def invented(seed: int) -> pd.DataFrame:
    """A table of three by three with totals, some counts small."""
    chance = random.Random(seed)
    cells = [[chance.choice([1, 3, 8, 15, 40]) for _column in range(3)] for _row in range(3)]
    whole = pd.DataFrame(cells, index=list("ABC"), columns=list("xyz"))
    whole["total"] = whole.sum(axis=1)
    whole.loc["total"] = whole.sum()
    return whole


@pytest.mark.parametrize("seed", range(4))
def test_what_the_toolkit_hides_is_full(tmp_path: Path, seed: int) -> None:
    whole = invented(seed)
    done = suppress(whole.iloc[:-1, :-1], minimum=5)
    hidden = [list(place) for place, n in done.table.items() if pd.isna(n)]
    assert attack(tmp_path, hidden, whole.to_csv()).points == 12


def reappears(whole: pd.DataFrame, hidden: set[tuple[str, str]]) -> bool:
    """The oracle: whether linear programmes fix a hidden small count (their corners are whole in two dimensions)."""
    places = [(r, c) for r in whole.index for c in whole.columns]
    at = {place: n for n, place in enumerate(places)}
    sums = [[(r, c) for c in whole.columns] for r in whole.index] + [
        [(r, c) for r in whole.index] for c in whole.columns
    ]
    matrix = np.zeros((len(sums), len(places)))
    for n, (*parts, total) in enumerate(sums):
        matrix[n, [at[part] for part in parts]] = 1
        matrix[n, at[total]] = -1
    true = [int(whole.loc[place]) for place in places]
    bounds = [(0, None) if place in hidden else (n, n) for place, n in zip(places, true, strict=True)]
    for place, n in zip(places, true, strict=True):
        if 0 < n < 5:
            goal = np.zeros(len(places))
            goal[at[place]] = 1
            low, high = (
                linprog(sign * goal, A_eq=matrix, b_eq=np.zeros(len(sums)), bounds=bounds) for sign in (1, -1)
            )
            if high.status != 3 and abs(low.fun + high.fun) < 1e-6:
                return True
    return False


@pytest.mark.parametrize("seed", range(12))
def test_a_victim_reappears_just_when_linear_programmes_fix_the_count(tmp_path: Path, seed: int) -> None:
    whole = invented(seed)
    chance = random.Random(seed)
    places = [(r, c) for r in whole.index for c in whole.columns]
    small = {place for place in places if 0 < int(whole.loc[place]) < 5}
    hidden = small | set(chance.sample(places, 1 + seed % 4))
    made = attack(tmp_path, [list(place) for place in sorted(hidden)], whole.to_csv())
    assert (made.fraction == 0) is reappears(whole, hidden)


@pytest.mark.parametrize(
    "counts",
    ["", "a,b\n", COUNTS.replace("138", "139"), COUNTS.replace("20", "many"), COUNTS.replace(",41", "")],
)
def test_a_table_that_is_wrong_itself_is_put_before_a_person(tmp_path: Path, counts: str) -> None:
    assert attack(tmp_path, SQUARE, counts).verdict == "review"


def test_the_threshold_is_that_of_the_policy_where_the_item_names_none(tmp_path: Path) -> None:
    item = TABLE.model_copy(update={"params": {}})
    assert "below 5" in attack(tmp_path, [], item=item).comments[0]


TEXT = Item(
    id="q2", part="exam", kind="spans", points=4, prompt="Black out.", check="redaction_leaks",
    text=" ".join(f"[[s{n}:x]]" for n in range(1, 8)),
    span=tuple(Span(id=f"s{n}", hide=n <= 2, why=f"why of s{n}") for n in range(1, 8)),
    params={"combination": [["s3", "s4"], ["s4", "s5", "s6"]]},
)  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "share", "words"),
    [
        (["s1", "s2", "s4"], 1, ""),
        (["s1", "s4"], 0, "1 passage that identifies a person by itself"),
        (["s1", "s2"], 0, "2 combinations of details"),
        (["s1", "s2", "s3"], 0, "1 combination of details"),
        (["s1", "s2", "s3", "s5"], 3 / 4, "1 passage was blacked out without need"),
        # five passages may stay but for one of them: each of four costs a quarter
        (["s1", "s2", "s4", "s7"], 3 / 4, "why of s7"),
        ([f"s{n}" for n in range(1, 8)], 0, "4 passages were blacked out without need"),
    ],
)
def test_a_person_must_not_be_told_and_no_more_than_needed_is_black(
    answer: Any, share: float, words: str
) -> None:
    made = score(TEXT, answer)
    assert made.fraction == pytest.approx(share)
    assert words in " ".join(made.comments)
    assert "why of s2" not in " ".join(made.comments)


def test_params_that_name_no_passage_are_the_trainers_fault() -> None:
    wrong = TEXT.model_copy(update={"params": {"combination": [["s99"]]}})
    assert score(wrong, ["s1", "s2"]).verdict == "review"


CODES = "ABCDX"
GRADES = Item(
    id="q3", part="exam", kind="table", points=4, prompt="Grade.", check="kappa",
    column=(Column(id="source", text="Source", option=tuple(Option(id=code, text=code) for code in CODES)),),
    row=tuple(Row(id=f"R{n}", text="", answer={"source": code}) for n, code in enumerate("AABC")),
    params={"second": {f"R{n}": {"source": code} for n, code in enumerate("ABBC")}},
)  # fmt: skip


def test_grades_are_scored_by_the_key_and_agreement_is_only_told() -> None:
    answer = {f"R{n}": {"source": code} for n, code in enumerate("AABC")}
    made = score(GRADES, answer)
    assert made.points == 4
    # by hand: they agree on 3 of 4; by chance on (2·1 + 1·2 + 1·1) / 16
    chance = (2 * 1 + 1 * 2 + 1 * 1) / 16
    told = f"the second grader's grade on 3 of 4, kappa {(3 / 4 - chance) / (1 - chance):.2f}."
    assert any(comment.endswith(told) for comment in made.comments)
    answer["R0"] = {"source": "X"}
    assert score(GRADES, answer).fraction == 3 / 4


def cycle(**more: Any) -> Item:
    steps = tuple(
        Step(id=name, text=name, why=f"why of {name}") for name in ("task", "collect", "judge", "use")
    )
    return Item(
        id="q4", part="exam", kind="order", points=4, prompt="?", step=steps, check="ordering", **more
    )


def test_a_cycle_may_begin_anywhere() -> None:
    one = cycle(params={"cycle": True})
    assert score(one, ["judge", "use", "task", "collect"]).points == 4
    assert score(one, ["task", "judge", "collect", "use"]).points == 1  # only use → task holds
    assert score(one, ["task", "collect", "judge"]).verdict == "partly"


def test_an_order_of_which_several_are_right_counts_its_conditions() -> None:
    one = cycle(params={"before": [["task", "collect"], ["task", "judge"]]})
    assert score(one, ["use", "task", "judge", "collect"]).points == 4
    assert score(one, ["collect", "task", "judge", "use"]).points == 2
    assert score(cycle(), ["task"]).verdict == "review"


@pytest.mark.parametrize("name", CHECKS)
@given(
    answer=st.recursive(
        st.none() | st.text(max_size=3) | st.integers(),
        lambda x: st.lists(x) | st.dictionaries(st.text(max_size=3), x),
        max_leaves=8,
    )
)
@settings(max_examples=30, deadline=None)
def test_no_check_raises_on_any_answer(name: str, answer: Any) -> None:
    items = {
        "suppression_attack": TABLE,
        "redaction_leaks": TEXT,
        "kappa": GRADES,
        "ordering": cycle(params={"cycle": True}),
    }
    assert score(items[name], answer, data=Path(__file__).parent).points <= 0


def test_every_check_that_a_module_names_exists() -> None:
    files = (Path(__file__).parents[1] / "modules").glob("*/items.toml")
    named = {item.check for file in files for item in read_items(file)} - {""}
    assert named <= set(CHECKS)
