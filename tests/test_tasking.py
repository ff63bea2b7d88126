"""Priorities, decisions and reviews: harm, SLEIPNIR, the matrix, and the record that closes the loop."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ilp_toolkit import choices
from ilp_toolkit.direction import tasking
from ilp_toolkit.direction._threat import _rule
from ilp_toolkit.errors import ColumnsError, FileError, InputError

CHI = """offence,weight,unit,citation
Shoplifting,1,days,"CCHI 2026, median of the class (third-party summary)"
Theft from the person,2,days,"CCHI 2026, median of the class (third-party summary)"
Residential burglary,273.5,days,"CCHI 2026, median of the class (third-party summary)"
Robbery,365,days,"CCHI 2026, median of the class (third-party summary)"
Homicide,5475,days,"CCHI 2026, median of the class (third-party summary)"
"""
ATTRIBUTES = {part["id"]: part["points"] for part in _rule("sleipnir.toml")["attributes"]}


def write(folder: Path, text: str, name: str = "index.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_harm_of_the_published_example(tmp_path: Path) -> None:
    counts = pd.Series(
        {
            "Shoplifting": 100,
            "Theft from the person": 40,
            "Residential burglary": 12,
            "Robbery": 6,
            "Homicide": 1,
        }
    )
    table = tasking.harm(counts, index=tasking.read_harm(write(tmp_path, CHI)))
    assert table["harm"].sum() == 11_127
    assert table.loc["Shoplifting", ["n_share", "harm_share"]].tolist() == pytest.approx(
        [0.629, 0.009], abs=5e-4
    )
    assert table.loc["Homicide", ["n_share", "harm_share"]].tolist() == pytest.approx(
        [0.006, 0.492], abs=5e-4
    )


def test_what_has_no_weight_is_unknown_and_not_harmless(tmp_path: Path) -> None:
    index = tasking.read_harm(write(tmp_path, CHI))
    table = tasking.harm(pd.Series({"Robbery": 2, "Piracy": 9}), index=index)
    assert np.isnan(table.loc["Piracy", "harm"])
    assert choices.of(table)["unweighted"] == {"Piracy": 9}
    assert choices.of(table)["total"] == 730


def test_what_the_police_discovered_is_counted_apart(tmp_path: Path) -> None:
    events = pd.DataFrame(
        {"offence": ["Robbery"] * 4, "origin": ["reported", "discovered", "unknown", "discovered"]}
    )
    table = tasking.harm(events, index=tasking.read_harm(write(tmp_path, CHI)))
    assert table.loc["Robbery", ["n", "discovered"]].tolist() == [2, 2]


def test_a_semicolon_file_with_decimal_commas_is_read(tmp_path: Path) -> None:
    text = "offence;weight;unit;citation\nКража;1,5;дни;УК, ст. 1\n"
    assert tasking.read_harm(write(tmp_path, text)).weight("  кража ") == 1.5


def test_the_training_index_weighs_every_offence_of_the_invented_city(root: Path) -> None:
    index = tasking.read_harm("training")
    offences = (
        pd.read_csv(root / "datasets" / "kelovar" / "incidents.csv", usecols=["offence"])["offence"]
        .dropna()
        .unique()
    )
    assert index.fictional
    assert [name for name in offences if index.weight(name) is None] == []


@pytest.mark.parametrize(
    ("text", "error", "named"),
    [
        ("offence,weight,unit\nA,1,days\n", ColumnsError, "citation"), ("", ColumnsError, "offence"),
        (CHI.replace("days,", "years,", 1), InputError, "unit"), (CHI.replace(",365,", ",-1,"), InputError, "row 5"),
        (CHI.replace(",365,", ",many,"), InputError, "many"), (CHI + "robbery,1,days,x y z\n", InputError, "repeats"),
    ],
)  # fmt: skip
def test_an_index_that_cannot_be_used_is_refused_by_row(
    tmp_path: Path, text: str, error: type[Exception], named: str
) -> None:
    with pytest.raises(error, match=named):
        tasking.read_harm(write(tmp_path, text))


def test_a_missing_index_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no harm index"):
        tasking.read_harm(tmp_path / "none.csv")


def group(**rated: str) -> pd.DataFrame:
    return pd.DataFrame({**dict.fromkeys(ATTRIBUTES, "nil"), **rated}, index=["G-01"])


def test_sleipnir_of_the_published_example() -> None:
    table = tasking.sleipnir(group(monopoly="High", intelligence_use="medium", violence="low"))
    assert table[["published", "known", "possible", "unknown"]].iloc[0].tolist() == [58, 58, 58, 0]


def test_sleipnir_at_its_ends() -> None:
    assert sum(ATTRIBUTES.values()) == 190
    assert tasking.sleipnir(group(**dict.fromkeys(ATTRIBUTES, "high")))["published"].tolist() == [760]
    blank = tasking.sleipnir(group(**dict.fromkeys(ATTRIBUTES, "unknown")))
    assert blank[["published", "known", "possible", "unknown", "unknown_share"]].iloc[0].tolist() == [
        380,
        0,
        760,
        19,
        1,
    ]


def test_groups_that_the_unknown_leaves_open_have_no_order() -> None:
    known = group(corruption="high", violence="high").rename(index={"G-01": "G-02"})
    vague = group(**dict.fromkeys(ATTRIBUTES, "unknown"))
    mild = group(links_extremist="low").rename(index={"G-01": "G-03"})
    table = tasking.sleipnir(pd.concat([vague, known, mild]))
    assert table.loc["G-01", ["rank_best", "rank_worst"]].tolist() == [1, 3]
    assert table.loc["G-02", ["rank_best", "rank_worst"]].tolist() == [1, 2]
    assert table.loc["G-03", ["rank_best", "rank_worst"]].tolist() == [2, 3]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["high", "medium", "low", "nil", "unknown"]), min_size=19, max_size=19))
def test_the_published_score_lies_between_what_is_known_and_what_is_possible(levels: list[str]) -> None:
    row = tasking.sleipnir(group(**dict(zip(ATTRIBUTES, levels, strict=True)))).iloc[0]
    assert row["known"] <= row["published"] <= row["possible"]
    assert (row["known"] == row["possible"]) == (row["unknown"] == 0)


PROBLEM = {"physical": "low", "psychological": "moderate", "financial": "high", "community": "low", "scope": "low",
           "frequency": "high", "trend": "low", "vulnerability": "low"}  # fmt: skip


def problems(**rows: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        [{"kind": "problem", **PROBLEM, **changes} for changes in rows.values()], index=list(rows)
    )


def test_the_matrix_is_the_product_of_two_weighted_means() -> None:
    row = tasking.matrix(problems(burglary={})).iloc[0]
    assert (
        row["harm_low"]
        == row["harm_high"]
        == pytest.approx((4 * 1 + 3 * 2 + 2 * 3 + 2 * 1 + 1 * 1) / (12 * 4))
    )
    assert row["likelihood_low"] == pytest.approx((2 * 3 + 1 + 1) / (4 * 4))
    assert row["risk_low"] == pytest.approx(row["harm_low"] * row["likelihood_low"])


def test_what_is_unknown_widens_the_span_and_is_never_medium() -> None:
    table = tasking.matrix(
        problems(known={"physical": "moderate"}, unknown={"physical": "unknown"}, gone={"physical": None})
    )
    assert table.loc["known", "harm_low"] == table.loc["known", "harm_high"]
    for name in ("unknown", "gone"):
        assert table.loc[name, "harm_low"] < table.loc["known", "harm_low"] < table.loc[name, "harm_high"]
        assert table.loc[name, "unknown"] == 1
        assert table.loc[name, "unknown_share"] == pytest.approx(4 / 16)
        assert table.loc[name, ["rank_best", "rank_worst"]].tolist() == [1, 3]


def test_how_sure_we_are_and_what_we_can_do_do_not_make_a_problem_larger() -> None:
    plain = problems(burglary={})
    told = tasking.matrix(plain.assign(confidence="low", capacity="high"))
    pd.testing.assert_frame_equal(told.drop(columns=["confidence", "capacity"]), tasking.matrix(plain))


def test_a_service_writes_its_own_matrix(tmp_path: Path) -> None:
    text = """title = "Ours"
[levels]
no = 0
yes = 1
[[harm]]
id = "deaths"
weight = 1
citation = "Order 7 of 2026, annex"
[[likelihood]]
id = "often"
weight = 1
citation = "Order 7 of 2026, annex"
"""
    config = tasking.read_matrix(write(tmp_path, text, "ours.toml"))
    table = pd.DataFrame({"kind": ["problem"], "deaths": ["yes"], "often": ["unknown"]}, index=["Fentanyl"])
    assert tasking.matrix(table, config=config)[["risk_low", "risk_high"]].iloc[0].tolist() == [0, 1]
    for old, new, named in (
        ("weight = 1", "weight = 0", "above 0"),
        ("Order 7 of 2026, annex", " ", "no citation"),
        ("no = 0", "unknown = 0", "unknown"),
    ):
        with pytest.raises(InputError, match=named):
            tasking.read_matrix(write(tmp_path, text.replace(old, new, 1), "bad.toml"))


@pytest.mark.parametrize(
    ("table", "error", "named"),
    [
        (problems(a={}).drop(columns="physical"), ColumnsError, "physical"), (problems(a={}).drop(columns="kind"), InputError, "kind"),
        (problems(a={"physical": "huge"}), InputError, "huge"), (problems(a={}).assign(kind="person"), InputError, "Persons are none"),
    ],
)  # fmt: skip
def test_a_matrix_of_something_else_is_refused(
    table: pd.DataFrame, error: type[Exception], named: str
) -> None:
    with pytest.raises(error, match=named):
        tasking.matrix(table)


DAY = dt.date(2026, 3, 2)
MEASURES = (
    tasking.Measure(
        "M-1", "advise owners on locks", "prevention unit", dt.date(2026, 4, 1), "burglaries a month", 31, 24
    ),
    tasking.Measure("M-2", "light the lane", "city council", dt.date(2026, 5, 1), "dark lamps"),
)


def decision(**changes: object) -> tasking.Decision:
    values = {
        "id": "D-7", "problem": "Residential burglary in Tesvar", "kind": "problem", "verdict": "adopted",
        "reason": "most harm, and it repeats", "decided_by": "head of city police", "date": DAY,
        "review_on": dt.date(2026, 6, 1), "measures": MEASURES, "findings": ("F-12",), **changes,
    }  # fmt: skip
    return tasking.Decision(**values)


def reviewed(one: tasking.Decision, **changes: object) -> tasking.Decision:
    values = {
        "on": dt.date(2026, 6, 2), "by": "analysis unit", "done": {"M-1": "done", "M-2": "not done"}, "results": {"M-1": 25.0},
        "used": "adopted the first of two options", "outcome": "fewer; the whole city fell too", **changes,
    }  # fmt: skip
    return tasking.review(one, **values)


def test_the_loop_is_closed_by_a_review_or_starts_again_with_a_question() -> None:
    one = decision()
    assert [one.state(at=day) for day in (DAY, dt.date(2026, 6, 1), dt.date(2026, 6, 2))] == [
        "running",
        "running",
        "review due",
    ]
    closed = reviewed(one)
    assert closed.closed
    assert one.reviews == ()
    again = reviewed(one, then="ask again", review_on=dt.date(2026, 9, 1))
    asked = tasking.follow_up(
        again, id="R-9", question="Who buys the goods?", asked_by="head", needed_by=dt.date(2026, 8, 1)
    )
    assert (asked.decision, asked.asked_on) == (one.problem, dt.date(2026, 6, 2))
    assert again.state(at=dt.date(2026, 6, 3)) == "running"
    with pytest.raises(InputError, match="does not ask again"):
        tasking.follow_up(closed, id="R-9", question="?", asked_by="head", needed_by=DAY)


def test_the_record_shows_each_measure_with_what_came_of_it() -> None:
    table = tasking.to_table([reviewed(decision()), decision(id="D-8", verdict="deferred", measures=())])
    assert table["measure"].fillna("").tolist() == ["M-1", "M-2", ""]
    assert table.loc[0, ["baseline", "result", "change"]].tolist() == [31, 25, -6]
    assert table.loc[1, "done"] == "not done"
    assert table.loc[1:, "change"].isna().all()


def test_what_is_due_is_told_with_its_days() -> None:
    table = tasking.due([decision()], at=dt.date(2026, 6, 11))
    assert table["what"].tolist() == ["advise owners on locks", "light the lane", "review"]
    assert table["days_late"].tolist() == [71, 41, 10]
    carried_on = reviewed(decision(), then="continue", review_on=dt.date(2026, 9, 1))
    assert tasking.due([carried_on, reviewed(decision(id="D-8"))], at=dt.date(2026, 6, 11))[
        "what"
    ].tolist() == ["light the lane"]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"measures": ()}, "without a measure"), ({"reason": " "}, "reason"), ({"verdict": "maybe"}, "verdict"),
        ({"review_on": dt.date(2026, 1, 1)}, "before the decision"), ({"kind": "person"}, "kind"),
        ({"measures": (MEASURES[0], MEASURES[0])}, "comes twice"), ({"decided_by": ""}, "decided_by"),
        ({"measures": (dataclasses.replace(MEASURES[0], indicator=""),)}, "no indicator"),
        ({"measures": (dataclasses.replace(MEASURES[0], owner=""),)}, "no owner"),
    ],
)  # fmt: skip
def test_a_decision_that_nobody_could_review_is_not_recorded(changes: dict[str, object], named: str) -> None:
    with pytest.raises(InputError, match=named):
        decision(**changes)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"done": {"M-1": "done"}}, "M-2 is left out"), ({"done": {"M-1": "done", "M-2": "soon"}}, "no state"),
        ({"results": {"M-9": 1.0}}, "no measure M-9"), ({"outcome": ""}, "outcome"), ({"on": dt.date(2026, 1, 1)}, "before"),
        ({"then": "continue"}, "later"), ({"then": "stop"}, "then"),
    ],
)  # fmt: skip
def test_a_review_that_passes_something_over_is_refused(changes: dict[str, object], named: str) -> None:
    with pytest.raises(InputError, match=named):
        reviewed(decision(), **changes)


def test_a_closed_decision_is_not_reviewed_again() -> None:
    with pytest.raises(InputError, match="closed"):
        reviewed(reviewed(decision()))


def test_a_decision_goes_into_a_ledger_and_comes_back() -> None:
    one = reviewed(decision(), then="continue", review_on=dt.date(2026, 9, 1))
    record = json.loads(json.dumps(tasking.to_record(one)))
    assert tasking.from_record(record) == one
    with pytest.raises(InputError, match="measures"):
        tasking.from_record({name: value for name, value in record.items() if name != "measures"})
