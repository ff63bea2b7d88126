"""Attempts to read small counts, places and days in what stands around the tables: notes, facts, spots, periods."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import ilp_toolkit as ilp
from ilp_toolkit.dissemination import author_words
from ilp_toolkit.dissemination.release import ReleaseError, preview, release
from tests.attacks.test_legitimate import by_district, districts, events
from tests.attacks.test_own_results import refused, taken

attack, legitimate = pytest.mark.attack, pytest.mark.legitimate


def lonely(n: int = 120) -> pd.DataFrame:
    """Invent offences of which one lies far from all others."""
    table = events(n)
    table.loc[n - 1, ["longitude", "latitude"]] = [67.35, -35.42]
    return table


@pytest.fixture(scope="module")
def outpost(tmp_path_factory: pytest.TempPathFactory) -> ilp.Material:
    return taken(tmp_path_factory.mktemp("lonely"), lonely())


# Spots of densities


@attack
@pytest.mark.parametrize("kernel", ["quartic", "gaussian"])
@pytest.mark.parametrize(("bandwidth", "cell_size"), [(100, 100), (600, 250)])
def test_a_lonely_incident_is_not_the_middle_of_a_spot(
    kernel: str, bandwidth: int, cell_size: int, outpost: ilp.Material
) -> None:
    made = outpost.case.analyse(
        ilp.hotspots.kde, outpost, cell_size=cell_size, bandwidth=bandwidth, kernel=kernel
    )
    cells = preview(made, audience="public").tables["cells"]
    near = cells.distance(outpost.table.geometry.iloc[-1]) < 3 * bandwidth
    assert near.any()
    assert not cells.loc[near, "level"].any()


@attack
def test_no_class_of_density_rests_on_fewer_incidents_than_the_minimum(outpost: ilp.Material) -> None:
    made = outpost.case.analyse(ilp.hotspots.kde, outpost, cell_size=250, bandwidth=400)
    cells = preview(made, audience="public").tables["cells"]
    shown = cells[cells["level"] > 0].geometry.centroid
    points = outpost.table.geometry
    within = np.array([(points.distance(middle) <= 400).sum() for middle in shown])
    assert len(within)
    assert within.min() >= outpost.case.policy.cells.minimum_count


@attack
def test_a_forecast_marks_no_place_for_one_recent_incident(outpost: ilp.Material) -> None:
    made = outpost.case.analyse(ilp.forecasts.prospective, outpost, cell_size=250, at="2026-01-01")
    cells = preview(made, audience="public").tables["cells"]
    start = pd.Timestamp("2026-01-01") - pd.Timedelta("57D")
    table = outpost.table
    recent = table[table["occurred_from"].dt.tz_localize(None) >= start].geometry
    reach = made.choices["distance"]
    shown = cells[cells["level"] > 0].geometry.centroid
    assert all((recent.distance(middle) <= reach).sum() >= 5 for middle in shown)


@legitimate
def test_busy_places_keep_their_classes(outpost: ilp.Material) -> None:
    made = outpost.case.analyse(ilp.hotspots.kde, outpost, cell_size=500)
    seen = preview(made, audience="public")
    assert seen.would_leave
    assert set(seen.tables["cells"]["level"]) >= {0, 4, 5}


@legitimate
def test_those_who_see_small_counts_see_the_density_itself(outpost: ilp.Material) -> None:
    made = outpost.case.analyse(ilp.hotspots.kde, outpost, cell_size=500)
    assert "density" in preview(made, audience="agency").tables["cells"]


# What a product says beside its tables


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """Thirty burglaries in one district and three in another: both counts are hidden, and so is their sum."""
    folder = tmp_path_factory.mktemp("around")
    table = events(33)
    table["offence"] = "Residential burglary"
    table["longitude"] = np.where(np.arange(33) < 30, 67.22, 67.28) + np.linspace(0, 0.003, 33).round(6)
    table["latitude"] = -35.35
    material = taken(folder, table, name="Velkopil Arshumet 0755123456")
    made = by_district(material.case, material)
    out = release(made, folder / "out", audience="public", author="analyst-07")
    return out, json.loads((out / "manifest.json").read_text(encoding="utf-8"))


@attack
def test_the_manifest_does_not_tell_the_sum_that_the_table_hides(
    product: tuple[Path, dict[str, Any]],
) -> None:
    _out, manifest = product
    kept = {name: part for name, part in manifest.items() if name not in {"files", "packages", "python"}}
    numbers = [one for one in _numbers(kept) if one not in {0, 1, 2}]
    assert 33 not in numbers
    assert 30 not in numbers
    assert 3 not in numbers
    assert isinstance(manifest["checks"]["looked for"], list)


def _numbers(part: Any) -> list[float]:
    if isinstance(part, dict):
        return [one for inner in part.values() for one in _numbers(inner)]
    if isinstance(part, list):
        return [one for inner in part for one in _numbers(inner)]
    return [part] if isinstance(part, int | float) and not isinstance(part, bool) else []


@attack
def test_neither_shares_nor_facts_tell_how_many_were_small(product: tuple[Path, dict[str, Any]]) -> None:
    _out, manifest = product
    check = next(one for one in manifest["gate"] if one["id"] == "small_counts")
    assert "%" not in check["evidence"]
    assert set(check["facts"]) <= {"figures_before", "figures_new", "method"}


@attack
def test_the_first_and_the_last_day_are_not_told(product: tuple[Path, dict[str, Any]]) -> None:
    out, _manifest = product
    page = (out / "finding.html").read_text(encoding="utf-8")
    days = pd.to_datetime(events(33)["occurred from"])
    for day in (days.min(), days.max()):
        assert f"{day.day} {day:%B} {day.year}" not in page
        assert f"{day:%Y-%m-%d}" not in page


@attack
def test_the_name_of_a_file_does_not_leave(product: tuple[Path, dict[str, Any]]) -> None:
    out, _manifest = product
    assert not [path for path in out.rglob("*") if path.is_file() and b"Arshumet" in path.read_bytes()]


@attack
@pytest.mark.parametrize(
    "words",
    ["from a.arshumet@example.org", "register; ask +996 555 123 456", "из дела Ивановой Анны Петровны"],
)
def test_a_statement_of_quality_names_nobody(words: str, tmp_path: Path) -> None:
    material = taken(tmp_path, events(60), quality=words)
    made = material.case.analyse(ilp.patterns.month_series, material)
    assert "free_text" in refused(made)
    assert "free_text" in refused(made, "law_enforcement")


@attack
def test_what_was_chosen_names_nobody(outpost: ilp.Material) -> None:
    def share(table: pd.DataFrame, test: str, error: dict[str, str]) -> pd.DataFrame:
        return pd.DataFrame({"share": [0.25, 0.75]})

    for chosen in (
        {"test": "call +996 555 123 456", "error": {}},
        {"test": "", "error": {"a": "a.b@example.org"}},
    ):
        made = outpost.case.analyse(share, outpost, **chosen)
        assert "free_text" in refused(made, columns=["share"])


@attack
@pytest.mark.parametrize("function", [ilp.hotspots.moran, ilp.hotspots.kde])
def test_nothing_is_said_of_fewer_incidents_than_the_minimum(function: Any, outpost: ilp.Material) -> None:
    few = outpost.case.analyse(lambda t: t.head(4), outpost)
    made = outpost.case.analyse(function, few, cell_size=500)
    assert "small_counts" in refused(made)


@attack
def test_the_number_of_each_weekday_does_not_tell_the_first_day(outpost: ilp.Material) -> None:
    made = outpost.case.analyse(ilp.patterns.weekday_profile, outpost)
    assert "days" not in preview(made, audience="public").tables["periods"]


# Names and numbers of the register in the author's words


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> ilp.Finding:
    """A register with the names of victims, which the reader set aside."""
    table = events(60)
    first, last = (
        ["Velkopil", "Tironak", "Kelvatin"] * 20,
        ["Arshumet", "Osmirel", "Dornasek", "Paskolin"] * 15,
    )
    table["victim name"] = [f"{one} {other}" for one, other in zip(first, last, strict=True)]
    material = taken(tmp_path_factory.mktemp("named"), table)
    return material.case.analyse(ilp.patterns.month_series, material)


@attack
@pytest.mark.parametrize("words", [
    {"title": "Velkopil Arshumet"}, {"title": "KLV-00017"}, {"source": "KLV-00017"}, {"statement": "velkopil  ARSHUMET"},
    {"statement": "Заявления Велкопила Аршумета не вошли."}, {"title": "Дело В. Аршумета"},
    {"statement": "Most of it was told by V. Arshumet."}, {"statement": "О Тиронаке Осмиреле говорить рано."},
    {"statement": "What Arshumet's neighbours say of Velkopil's house."}, {"source": "register of К. Dornasek"},
])  # fmt: skip
def test_the_authors_words_name_nobody_in_any_case_or_script(
    words: dict[str, str], named: ilp.Finding, tmp_path: Path
) -> None:
    with pytest.raises(ReleaseError, match=r"free_text|payload|small_counts"):
        release(named, tmp_path / "out", audience="public", author="analyst-07", confidence="low", **words)
    assert not (tmp_path / "out").exists()


@legitimate
@pytest.mark.parametrize("words", [
    "Burglary rose in the centre of Kelovar.", "Кражи участились в центре города Келовар.",
    "The lake of Arshumet is quiet.", "Velkopil is a district.", "A. Karimov Street saw none.",
])  # fmt: skip
def test_other_words_of_an_author_name_nobody(words: str) -> None:
    assert not author_words.names_somebody([words], ["velkopil arshumet", "tironak osmirel", "ivanova anna"])


@legitimate
def test_a_preview_shows_what_was_before_beside_what_would_leave(outpost: ilp.Material) -> None:
    made = outpost.case.analyse(ilp.hotspots.kde, outpost, cell_size=500)
    seen = preview(made, audience="public")
    assert seen.before["density"].equals(made.table["density"])
    assert "density" in str(seen)
    assert "density" not in seen.tables["cells"]
    with ilp.i18n.language("ru"):
        assert "До проверки" in str(seen)


@attack
@pytest.mark.parametrize("ascending", [True, False])
def test_the_order_of_districts_does_not_bracket_a_hidden_count(ascending: bool, tmp_path: Path) -> None:
    material = taken(tmp_path, events(60))
    layer = districts().to_crs(material.table.crs)
    counted = ilp.hotspots.count_by_area(material.table, layer)
    layer = layer.loc[counted["n"].sort_values(ascending=ascending).index]
    made = material.case.analyse(ilp.hotspots.count_by_area, material, layer)
    shown = preview(made, audience="public").tables["districts"]
    assert shown["n"].isna().any()
    assert shown["area"].is_monotonic_increasing
