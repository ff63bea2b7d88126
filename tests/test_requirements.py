"""Requirements, collection plans and the register of gaps."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilp_toolkit.direction import requirements as asked
from ilp_toolkit.errors import ColumnsError, InputError

DAY = dt.date(2026, 3, 2)


def requirement(**changes: object) -> asked.Requirement:
    values = {
        "id": "R-1", "question": "Where are the goods sold?", "decision": "where to inspect", "asked_by": "head of unit",
        "asked_on": DAY, "needed_by": dt.date(2026, 4, 1), **changes,
    }  # fmt: skip
    return asked.Requirement(**values)


def task(**changes: object) -> asked.Task:
    values = {
        "id": "T-1", "requirement": "R-1", "what": "visit the markets", "source": "patrol", "unit": "unit 4",
        "due": dt.date(2026, 3, 20), "basis": "Police Act, Art. 9", **changes,
    }  # fmt: skip
    return asked.Task(**values)


def gap(plan: asked.CollectionPlan, at: dt.date) -> list[str]:
    return plan.gaps(at=at)["gap"].tolist()


@pytest.mark.parametrize(
    ("changes", "tasks", "at", "expected"),
    [
        ({}, (), DAY, ["nobody_asked"]), ({}, ({},), DAY, ["waiting"]), ({}, ({},), dt.date(2026, 4, 2), ["late"]),
        ({}, ({"status": "failed"},), DAY, ["failed"]), ({}, ({"status": "dropped"},), DAY, ["nobody_asked"]),
        ({"status": "partly"}, ({},), DAY, ["partly"]), ({"status": "answered", "answer": "P-3"}, ({},), DAY, []),
        ({"status": "withdrawn"}, (), DAY, []), ({}, (), dt.date(2026, 3, 1), []),
        ({}, ({"status": "done", "done_on": DAY},), DAY, ["failed"]),
    ],
)  # fmt: skip
def test_a_gap_says_why_it_is_one(changes, tasks, at: dt.date, expected: list[str]) -> None:
    plan = asked.CollectionPlan((requirement(**changes),), tuple(task(**one) for one in tasks))
    assert gap(plan, at) == expected


def test_the_register_names_the_most_urgent_first_and_the_next_date() -> None:
    plan = asked.CollectionPlan(
        (
            requirement(),
            requirement(id="R-2", priority="immediate"),
            requirement(id="R-3", needed_by=dt.date(2026, 3, 5)),
        ),
        (task(), task(id="T-2", due=dt.date(2026, 3, 10))),
    )
    table = plan.gaps(at=dt.date(2026, 3, 8))
    assert table["requirement"].tolist() == ["R-3", "R-2", "R-1"]
    assert table["days_left"].tolist() == [-3, 24, 24]
    assert table.loc[2, "next_due"] == dt.date(2026, 3, 10)
    assert [one.id for one in plan.overdue(at=dt.date(2026, 3, 21))] == ["T-2", "T-1"]


def test_a_register_without_gaps_still_has_its_columns() -> None:
    assert "gap_words" in asked.CollectionPlan().gaps(at=DAY).columns


def test_a_plan_is_read_back_from_its_tables() -> None:
    plan = asked.CollectionPlan(
        (requirement(), requirement(id="R-2", status="answered", answer="P-3")),
        (task(), task(id="T-2", status="done", done_on=DAY, result="IR-7")),
    )
    assert asked.from_tables(*plan.to_tables()) == plan


def test_a_plan_changes_only_as_a_new_one() -> None:
    plan = asked.CollectionPlan((requirement(),)).with_task(task())
    later = plan.with_requirement(requirement(status="answered", answer="P-3"))
    assert gap(plan, DAY) == ["waiting"]
    assert gap(later, DAY) == []
    assert len(later.requirements) == 1


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"decision": ""}, "decision"), ({"question": "  "}, "question"), ({"needed_by": dt.date(2026, 1, 1)}, "needed_by"),
        ({"status": "answered"}, "where the answer stands"), ({"priority": "urgent"}, "priority"), ({"status": "done"}, "status"),
    ],
)  # fmt: skip
def test_a_requirement_that_serves_no_decision_or_no_date_is_refused(changes, named: str) -> None:
    with pytest.raises(InputError, match=named):
        requirement(**changes)


@pytest.mark.parametrize(
    ("changes", "named"), [({"basis": ""}, "basis"), ({"status": "done"}, "when"), ({"unit": ""}, "unit")]
)
def test_a_task_without_a_lawful_basis_is_refused(changes, named: str) -> None:
    with pytest.raises(InputError, match=named):
        task(**changes)


def test_a_task_that_serves_no_requirement_is_refused() -> None:
    with pytest.raises(InputError, match="R-9"):
        asked.CollectionPlan((requirement(),), (task(requirement="R-9"),))
    with pytest.raises(InputError, match="R-1 comes twice"):
        asked.CollectionPlan((requirement(), requirement()))


def test_a_bad_row_of_a_table_is_named() -> None:
    table, _tasks = asked.CollectionPlan((requirement(), requirement(id="R-2"))).to_tables()
    with pytest.raises(InputError, match="Row 3"):
        asked.from_tables(table.assign(needed_by=["2026-04-01", "soon"]))
    with pytest.raises(ColumnsError, match="decision"):
        asked.from_tables(table.drop(columns="decision"))


def test_dates_are_read_as_dates_as_timestamps_and_as_text() -> None:
    table, _tasks = asked.CollectionPlan((requirement(),)).to_tables()
    for value in ("2026-04-01", pd.Timestamp("2026-04-01"), dt.date(2026, 4, 1), dt.datetime(2026, 4, 1, 9)):
        assert asked.from_tables(table.assign(needed_by=[value])).requirements[0].needed_by == dt.date(
            2026, 4, 1
        )


@given(st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31)))
def test_the_register_of_a_day_depends_on_that_day_alone(day: dt.date) -> None:
    plan = asked.CollectionPlan((requirement(),), (task(),))
    left = plan.gaps(at=day)["days_left"].tolist()
    assert left == ([] if day < DAY else [(dt.date(2026, 4, 1) - day).days])


def test_a_requirement_cannot_be_changed_in_place() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        requirement().status = "answered"  # type: ignore[misc]
