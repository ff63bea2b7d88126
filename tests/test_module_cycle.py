"""The modules on orientation and on the cycle: what is drawn for a learner, its key, the trial that counts nothing."""

from __future__ import annotations

import csv
import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest

from grading.data import SAMPLE, VARIANTS, made, solver
from grading.modules import Module, load
from ilp_toolkit.direction.requirements import CollectionPlan, Requirement, Task
from ilp_toolkit.learning.scoring import score

ROOT = Path(__file__).parents[1]
SALTS = (SAMPLE, b"an examiner's own", b"another one")
LAW = "Police Service Act, section "
BREAKS = {"stovepipes", "everything", "noquestion", "unanswered", "late", "feedback"}


@pytest.fixture(scope="module")
def module() -> Module:
    return load(ROOT / "modules" / "02_cycle")


@pytest.fixture(scope="module")
def sets(module: Module, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, dict[str, Any]]]:
    """Folder and key of every variant, with the sample's salt and with two others."""
    solve = solver(module)
    assert solve is not None
    found = []
    for salt in SALTS:
        for variant in range(VARIANTS):
            folder = tmp_path_factory.mktemp("variant")
            for name, text in made(module, variant, salt).items():
                (folder / name).write_text(text, encoding="utf-8")
            found.append((folder, solve(folder)))
    return found


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_key_of_a_plan_is_what_the_toolkit_says_of_it(sets: list[tuple[Path, dict[str, Any]]]) -> None:
    for folder, key in sets:
        needed = dt.date.fromisoformat(rows(folder, "unit.en.csv")[0]["Reports needed by"])
        asked = dt.date.fromisoformat(rows(folder, "unit.en.csv")[0]["Requirement asked on"])
        names = [row["№"] for row in rows(folder, "questions.en.csv")]
        tasks = rows(folder, "tasks.en.csv")
        plan = CollectionPlan(
            tuple(Requirement(name, "?", "what to do", "head", asked, needed) for name in names),
            tuple(
                Task(
                    one["№"], one["Question"], "look", "source", "unit",
                    dt.date.fromisoformat(one["Due"]), one["Lawful basis"],
                )
                for one in tasks
                if one["Question"] in names and one["Lawful basis"].startswith(LAW)
            ),
        )  # fmt: skip
        looked = {one["Question"] for one in tasks}
        for gap in plan.gaps(at=asked).itertuples():
            if gap.gap == "nobody_asked":
                expected = "no_basis" if gap.requirement in looked else "nobody"
            else:
                expected = "in_time" if gap.next_due <= needed else "late"
            assert key["q5"][gap.requirement] == {"state": expected}
        assert set(key["q5"]) == set(names)


def test_a_task_has_one_fault_at_most_and_the_key_names_it(sets: list[tuple[Path, dict[str, Any]]]) -> None:
    for folder, key in sets:
        needed = rows(folder, "unit.en.csv")[0]["Reports needed by"]
        for one in rows(folder, "tasks.en.csv"):
            faults = {
                "late": one["Due"] > needed,
                "no_basis": not one["Lawful basis"].startswith(LAW),
                "no_question": one["Question"] == "—",
                "named": bool(re.search(r"[A-Z]\w+ [A-Z]\w+", one["Source and method"])),
            }
            named = [fault for fault, there in faults.items() if there] or ["none"]
            assert [key["q6"][one["№"]]["fault"]] == named


def test_the_days_lost_add_up_to_the_delay_of_the_product(sets: list[tuple[Path, dict[str, Any]]]) -> None:
    for folder, key in sets:
        steps = rows(folder, "steps.en.csv")
        done, planned = (dt.date.fromisoformat(steps[-1][name]) for name in ("Done", "Planned"))
        lost = [key["q4"][step["№"]]["lost"] for step in steps]
        assert sum(lost) == (done - planned).days
        assert lost[0] == 0
        assert min(lost) == 0
        assert max(lost) >= 5


def test_findings_show_at_least_four_different_breaks_and_something_sound(
    sets: list[tuple[Path, dict[str, Any]]],
) -> None:
    for _folder, key in sets:
        shown = [cells["break"] for cells in key["q3"].values()]
        broken = [one for one in shown if one != "sound"]
        assert len(shown) == 6
        assert len(broken) == len(set(broken)) >= 4
        assert set(broken) <= BREAKS
        assert "sound" in shown


def test_neighbours_cannot_copy(sets: list[tuple[Path, dict[str, Any]]]) -> None:
    sample = [key for _folder, key in sets[:VARIANTS]]
    for item in ("q3", "q4", "q5", "q6"):
        assert len({str(key[item]) for key in sample}) == VARIANTS


def test_both_languages_show_the_same_rows_and_dates(sets: list[tuple[Path, dict[str, Any]]]) -> None:
    for folder, _key in sets[:VARIANTS]:
        for name in ("unit", "findings", "steps", "questions", "tasks"):
            english, russian = rows(folder, f"{name}.en.csv"), rows(folder, f"{name}.ru.csv")
            assert [row.get("№") for row in english] == [row.get("№") for row in russian]
            for one, other in zip(english, russian, strict=True):
                days = [
                    dt.date.fromisoformat(text) for text in one.values() if re.fullmatch(r"[\d-]{10}", text)
                ]
                same = [text for text in other.values() if re.fullmatch(r"[\d.]{10}", text)]
                assert [f"{day:%d.%m.%Y}" for day in days] == same


def test_the_key_earns_everything_a_blank_nothing_and_one_slip_its_share(
    module: Module, sets: list[tuple[Path, dict[str, Any]]]
) -> None:
    slips = {"break": "nothing", "lost": 99, "state": "nothing", "fault": "nothing"}
    for _folder, key in sets[:VARIANTS]:
        for name in ("q3", "q4", "q5", "q6"):
            item = module.item(name)
            assert score(item, key[name], key[name]).points == item.points
            assert score(item, None, key[name]).points == 0
            row, cells = next(iter(key[name].items()))
            slipped = {**key[name], row: {column: slips[column] for column in cells}}
            share = item.points * (len(key[name]) - 1) / len(key[name])
            assert score(item, slipped, key[name]).points == pytest.approx(share, abs=0.01)


def test_the_numbers_of_the_module_are_those_of_the_course(module: Module) -> None:
    kinds = {name[0] for name in (item.id for item in module.items)}
    count = {kind: sum(item.id.startswith(kind) for item in module.items) for kind in kinds}
    assert count == {"p": 8, "q": 6, "w": 1}
    rubric = module.item("w1")
    assert rubric.points == 4 * len(rubric.criterion)


def test_a_shuffled_order_is_far_from_the_right_one(module: Module) -> None:
    orientation = load(ROOT / "modules" / "00_orientation")
    for item in (module.item("p2"), module.item("q1"), orientation.item("p6")):
        right = [step.id for step in item.step]
        shown = [right.index(step["id"]) for step in item.shown()["step"]]
        turned = sum(a > b for place, a in enumerate(shown) for b in shown[place + 1 :])
        assert turned >= len(shown)


def test_the_trial_counts_nothing_and_tells_right_from_wrong() -> None:
    orientation = load(ROOT / "modules" / "00_orientation")
    trial = orientation.item("q1")
    assert [item.id for item in orientation.part("exam")] == ["q1"]
    right, wrong = score(trial, "b"), score(trial, "a")
    assert (right.points, right.out_of, right.verdict) == (0, 0, "right")
    assert (wrong.points, wrong.verdict) == (0, "wrong")


def test_the_first_map_counts_what_the_register_holds() -> None:
    orientation = load(ROOT / "modules" / "00_orientation")
    counts = {
        row["area"]: int(row["n"]) for row in csv.DictReader(made(orientation, 3)["thefts.csv"].splitlines())
    }
    pandas = pytest.importorskip("pandas")
    register = pandas.read_csv(ROOT / "datasets" / "kelovar" / "incidents.csv", dtype=str)
    year = register[register["occurred_from"].str.startswith("2025", na=False)]
    thefts = year[year["offence"] == "Theft from vehicle"]
    assert counts == thefts["district"].fillna("").value_counts().to_dict()
    assert made(orientation, 0) == made(orientation, 7)
