"""A hundred products of everyday work: safeguards that refuse them would be switched off."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import ilp_toolkit as ilp
from ilp_toolkit.dissemination import checks
from ilp_toolkit.dissemination.release import preview, release

AUDIENCES = ("public", "partners", "law_enforcement", "prosecution", "agency")
WRITTEN = {"public": "en", "agency": "ru"}
"""For the widest and the narrowest the product is written, each in a language; for the others it is judged."""
Make = Callable[[ilp.Case, ilp.Material], ilp.Finding]


def events(n: int = 900, seed: int = 11) -> pd.DataFrame:
    """Invent a year of offences in a small town: three busy places, the rest scattered."""
    rng = np.random.default_rng(seed)
    busy = np.array([[67.250, -35.330], [67.262, -35.322], [67.241, -35.338]])
    near = busy[rng.integers(0, 3, n)] + rng.normal(0, 0.003, (n, 2))
    anywhere = np.column_stack([rng.uniform(67.22, 67.28, n), rng.uniform(-35.36, -35.30, n)])
    place = np.where((rng.random(n) < 0.6)[:, None], near, anywhere)
    start = pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 365 * 24 * 60, n), unit="min")
    length = pd.to_timedelta(rng.integers(0, 6, n) * rng.integers(0, 2, n), unit="h")
    return pd.DataFrame(
        {
            "incident number": [f"KLV-{i:05d}" for i in range(n)],
            "offence": rng.choice(["Residential burglary", "Theft"], n, p=[0.7, 0.3]),
            "occurred from": start.strftime("%Y-%m-%d %H:%M"),
            "occurred to": (start + length).strftime("%Y-%m-%d %H:%M"),
            "longitude": place[:, 0].round(6),
            "latitude": place[:, 1].round(6),
            "origin": "reported",
        }
    )


def districts() -> gpd.GeoDataFrame:
    """Cut the town into nine districts."""
    lon, lat = np.linspace(67.21, 67.29, 4), np.linspace(-35.37, -35.29, 4)
    shapes = [shapely.box(lon[i], lat[j], lon[i + 1], lat[j + 1]) for i in range(3) for j in range(3)]
    return gpd.GeoDataFrame({"area": [f"District {i + 1}" for i in range(9)]}, geometry=shapes, crs=4326)


def burglary(case: ilp.Case, material: ilp.Material) -> ilp.Finding:
    return case.analyse(lambda t: t[t["offence"] == "Residential burglary"], material, kind="fact")


def plain(function: Callable[..., Any], **options: Any) -> Make:
    return lambda case, material: case.analyse(function, burglary(case, material), **options)


def by_district(case: ilp.Case, material: ilp.Material) -> ilp.Finding:
    crs = material.table.crs
    return case.analyse(ilp.hotspots.count_by_area, burglary(case, material), districts().to_crs(crs))


def of_cells(function: Callable[..., Any]) -> Make:
    def make(case: ilp.Case, material: ilp.Material) -> ilp.Finding:
        cells = case.analyse(ilp.hotspots.count, burglary(case, material), cell_size=500)
        return case.analyse(function, case.analyse(lambda t: t["n"], cells))

    return make


def halves(case: ilp.Case, material: ilp.Material) -> ilp.Finding:
    def counts(table: pd.DataFrame, first: bool) -> pd.Series[int]:
        half = table[(table["occurred_from"].dt.month <= 6) == first]
        return half["offence"].value_counts().sort_index()

    before, after = (case.analyse(counts, material, first=first) for first in (True, False))
    return case.analyse(ilp.change.compare_periods, before, after)


BANDS = {"distances": [0, 100, 200, 400], "durations": ["0D", "7D", "14D"], "permutations": 99, "rng": 1}

PRODUCTS: dict[str, Make] = {
    "counts of 500 m": plain(ilp.hotspots.count, cell_size=500),
    "counts of 1 km": plain(ilp.hotspots.count, cell_size=1000),
    "counts by district": by_district,
    "hot spots of 250 m": plain(ilp.hotspots.gi_star, cell_size=250),
    "hot spots of 500 m": plain(ilp.hotspots.gi_star, cell_size=500),
    "clusters": plain(ilp.hotspots.local_moran, cell_size=500, rng=1),
    "clustering": plain(ilp.hotspots.moran, cell_size=500),
    "density": plain(ilp.hotspots.kde, cell_size=500),
    "firmness": plain(ilp.hotspots.stability, cell_size=500, draws=19, rng=1),
    "hot spots in time": plain(ilp.hotspots.classify, cell_size=1000),
    "months": plain(ilp.patterns.month_series),
    "weeks": plain(ilp.patterns.weekly_series),
    "weekdays": plain(ilp.patterns.weekday_profile),
    "hours": plain(ilp.patterns.time_profile),
    "hours from spans": plain(ilp.patterns.aoristic),
    "months of the year": plain(ilp.patterns.seasonal_profile),
    "near repeat": plain(ilp.near_repeat.knox, **BANDS),
    "concentration": of_cells(ilp.concentration.summary),
    "Lorenz curve": of_cells(ilp.concentration.lorenz),
    "two halves of the year": halves,
}


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("register") / "register.csv"
    events().to_csv(path, index=False)
    return path


def new_case(folder: Path) -> ilp.Case:
    return ilp.Case(
        "Burglary, small town", folder=folder / "case", purpose="tasking", owner="analyst-07",
        legal_basis="Police Act (invented), s. 12", key_folder=folder / "keys",
    )  # fmt: skip


def collect(case: ilp.Case, register: Path) -> ilp.Material:
    return case.collect(
        register, quality="invented register, to the address", handling="internal", timezone="Indian/Maldives"
    )


def test_there_are_a_hundred_of_them() -> None:
    assert len(PRODUCTS) * len(AUDIENCES) == 100


@pytest.mark.legitimate
@pytest.mark.parametrize("name", list(PRODUCTS))
def test_everyday_products_leave_for_each_audience(name: str, register: Path, tmp_path: Path) -> None:
    case = new_case(tmp_path)
    finding = PRODUCTS[name](case, collect(case, register))
    refused = {}
    for audience in set(AUDIENCES) - set(WRITTEN):
        seen = preview(finding, audience=audience)
        if not seen.would_leave:
            refused[audience] = [str(check) for check in checks.failures(seen.checks)]
    assert not refused
    for audience, language in WRITTEN.items():  # what would not leave raises an error that says so
        out = release(finding, tmp_path / audience, audience=audience, author="a", language=language)
        assert (out / "finding.pdf").stat().st_size > 0
