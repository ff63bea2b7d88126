"""The module on routes: what is planted is there in every file, and each known slip costs what it should."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest

import ilp_toolkit as ilp
from grading.data import SAMPLE, VARIANTS, made, seed
from grading.modules import load
from grading.worked import worked
from ilp_toolkit.collection.seizures import SeizureIntake
from ilp_toolkit.learning.answers import encode
from ilp_toolkit.learning.scoring import Mark, score
from ilp_toolkit.synthetic.seizure_dirt import DIRT

ROOT = Path(__file__).parents[1]
MODULE = load(ROOT / "modules" / "11_routes")
SALTS = ((SAMPLE, VARIANTS), (b"an examiner's own", 2))
"""Every variant of the repository, and two as an examiner's own salt draws them."""


class File(NamedTuple):
    folder: Path
    plan: Any
    intake: SeizureIntake
    work: pd.DataFrame


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[File]:
    source: dict[str, Any] = {"__name__": "routes_data"}
    exec((MODULE.folder / "data.py").read_text(encoding="utf-8"), source)
    found = []
    for salt, variants in SALTS:
        for variant in range(variants):
            folder = ROOT / "notebooks" / "course" / "data" / MODULE.id / f"v{variant}"
            if salt != SAMPLE:
                folder = tmp_path_factory.mktemp("variant")
                for name, text in made(MODULE, variant, salt).items():
                    (folder / name).write_text(text, encoding="utf-8", newline="\n")
            plan = source["plan"](variant, seed(salt, MODULE.id, variant))
            work = pd.read_csv(folder / "work.csv").set_index("post")
            found.append(File(folder, plan, ilp.read_seizures(folder / "seizures.csv"), work))
    return found


@pytest.fixture(scope="module")
def reference(files: list[File]) -> dict[str, Any]:
    """What the solutions of the exam give in one file; the notebook itself is run in test_exams."""
    return worked(MODULE, "exam", files[3].folder)[0]


def marked(item: str, answer: object, key: object) -> Mark:
    return score(MODULE.item(item), encode(answer), key)


def clean(table: pd.DataFrame) -> pd.DataFrame:
    """Count each seizure once, as the lesson does."""
    double = table["flags"].str.contains("unit_twin|unit_slip") & (table["unit"] == "g")
    return table[~double & ~table["flags"].str.contains("duplicate")]


def by_hour(work: pd.DataFrame) -> pd.DataFrame:
    after = (work["after"] * work["hours_before"] / work["hours_after"]).round().astype(int)
    return work.assign(after=after).rename_axis("segment").reset_index()


def test_every_file_holds_heroin_only_and_every_slip_of_the_lesson(files: list[File]) -> None:
    for file in files:
        assert set(file.intake.table["drug_class"]) == {"heroin"}
        n = file.intake.report.set_index("check")["n"]
        for check, factor in (("unit_twin", 2), ("unit_slip", 2), ("duplicate", 1), ("kg_outlier", 1)):
            assert n[check] == factor * DIRT[check]
        assert len(file.intake.rejected) == DIRT["date_missing"]
        gaps = ilp.seizures.coverage(clean(file.intake.table)).query("not reported")
        assert gaps[["country", "year"]].values.tolist() == [["XB", 2024]]


def test_one_seizure_makes_a_year_of_ruzmara_in_every_file(files: list[File]) -> None:
    for file in files:
        year = clean(file.intake.table).query("year == 2025")
        rests = ilp.seizures.leave_one_out(year, by="country").set_index("country")
        assert rests.loc["XC", "largest_kg"] == 2140
        assert rests.loc["XC", "largest_share"] > 0.75
        assert rests.loc["XC", "kg_without"] < 0.4 * rests.loc["XA", "kg_without"]


def test_the_reinforced_post_finds_less_by_the_hour_and_its_neighbours_more(files: list[File]) -> None:
    for file in files:
        treated = file.work[file.work["role"] == "treated"]
        assert treated.index.tolist() == [file.plan.names.get("Murgosin", "Murgosin")]
        hours = treated["hours_after"].iloc[0] / treated["hours_before"].iloc[0]
        months = (36 - file.plan.world.since) / file.plan.world.since
        assert hours / months == pytest.approx(file.plan.world.times, rel=0.02)
        sums = by_hour(file.work).groupby("role")[["before", "after"]].sum()
        change = sums["after"] / sums["before"]
        assert change["treated"] < 0.75 < 1 < change["near"]
        assert 0.75 < change["control"] < 1.35
    assert {file.plan.names.get("Murgosin", "Murgosin") for file in files} == {"Murgosin", "Umrilek"}
    assert len({(file.plan.world.since, file.plan.world.times) for file in files}) >= 4


def test_no_file_says_that_a_move_was_the_opposite(files: list[File]) -> None:
    for file in files:
        found = ilp.routes.displacement_ratio(by_hour(file.work), draws=300, rng=1)
        assert found.reading in {"displacement", "uncertain"}
        raw = file.work.rename_axis("segment").reset_index()
        assert ilp.routes.displacement_ratio(raw, draws=100, rng=1).reading == "no_effect"


def test_who_counts_twins_twice_or_takes_all_years_earns_nothing(
    files: list[File], reference: dict[str, Any]
) -> None:
    table = files[3].intake.table
    once = clean(table)
    right = ilp.seizures.leave_one_out(once[once["year"] == 2025], by="country")
    assert marked("q1", right, reference["q1"]).points == 5
    for slip in (
        ilp.seizures.leave_one_out(table[table["year"] == 2025], by="country"),
        ilp.seizures.leave_one_out(once, by="country"),
        ilp.seizures.leave_one_out(once[once["year"] == 2025], by="year"),
    ):
        assert marked("q1", slip, reference["q1"]).points == 0


def test_who_leaves_the_outlier_in_loses_its_edge_and_no_other(
    files: list[File], reference: dict[str, Any]
) -> None:
    once = clean(files[3].intake.table)
    right = ilp.flows.from_seizures(once, leave_out=["kg_outlier"])
    assert marked("q2", right, reference["q2"]).points == 5
    left_in = marked("q2", ilp.flows.from_seizures(once), reference["q2"]).points
    assert 0 < left_in < 5
    assert marked("q2", ilp.flows.from_seizures(files[3].intake.table), reference["q2"]).points <= 5 - left_in


def test_hours_for_thousands_the_other_hours_and_another_confidence_earn_nothing(
    files: list[File], reference: dict[str, Any]
) -> None:
    work = files[3].work
    right = ilp.flows.effort_rate(work["after"], work["hours_after"] / 1000)
    assert marked("q4", right, reference["q4"]).points == 5
    for effort in (work["hours_after"], work["hours_before"] / 1000):
        assert marked("q4", ilp.flows.effort_rate(work["after"], effort), reference["q4"]).points == 0
    places = pd.read_csv(files[3].folder / "places.csv")
    posts = places[places["kind"] == "post"].assign(post_id=lambda table: table["node"])
    towns = places.loc[places["kind"] == "town", "node"]
    roads, loads = (pd.read_csv(files[3].folder / name) for name in ("roads.csv", "loads.csv"))
    graph = ilp.routes.corridor_graph(roads, posts, keep=towns, per_km=0.05)

    def asked(**options: Any) -> float:
        return marked("q5", ilp.routes.chokepoints(graph, loads, **options, rng=1), reference["q5"]).points

    assert asked(weight="hours", confidence=0.8) == 5
    for slip in ({"weight": "hours"}, {"weight": "km", "confidence": 0.8}, {"confidence": 0.8}):
        assert asked(**slip) == 0, slip


def test_cases_as_counted_earn_nothing_where_the_hours_are_asked_for(
    files: list[File], reference: dict[str, Any]
) -> None:
    raw = files[3].work.rename_axis("segment").reset_index()
    right = ilp.routes.displacement_ratio(by_hour(files[3].work), draws=500, rng=1)
    wrong = ilp.routes.displacement_ratio(raw, draws=500, rng=1)
    assert marked("q6", right.table, reference["q6"]).points == 4
    assert marked("q6", wrong.table, reference["q6"]).points == 0


def test_posts_stand_by_name_wherever_a_learner_sees_them(
    files: list[File], reference: dict[str, Any]
) -> None:
    """No table of the exam ranks posts: neither what is shown nor what is asked for."""
    assert files[0].work.index.tolist() == sorted(files[0].work.index)
    key = {column["name"]: column["v"] for column in reference["q5"]["columns"]}
    assert key["post"] == sorted(key["post"])


def test_what_code_items_ask_for_is_given_with_gaps_and_every_line_is_explained() -> None:
    for item in MODULE.part("exam"):
        if item.code:
            assert "___" in item.prompt
            assert f"{item.variable} = " in item.prompt
            assert len(item.prompt.rsplit("```", 1)[1].split()) >= 8
