"""A profile of scattered incidents finds no hot spot: chance alone makes none."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import ilp_toolkit as ilp
from ilp_toolkit.direction.policy import load
from ilp_toolkit.dissemination.product.profile_facts import Request, gather
from ilp_toolkit.dissemination.product.profile_where import locate


@pytest.mark.parametrize("n", [60, 150])
def test_scattered_incidents_make_no_hot_spots(n: int) -> None:
    found = 0
    for seed in range(6):
        rng = np.random.default_rng(seed)
        table = pd.DataFrame(
            {
                "incident number": [f"a{i}" for i in range(n)],
                "date and time": (pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 365 * 24, n), unit="h")).strftime("%Y-%m-%d %H:%M"),
                "longitude": rng.uniform(67.20, 67.30, n).round(6),
                "latitude": rng.uniform(-35.38, -35.30, n).round(6),
            }
        )  # fmt: skip
        intake = ilp.read_incidents(table, timezone="Indian/Maldives")
        area = gpd.GeoDataFrame(geometry=[shapely.box(67.20, -35.38, 67.30, -35.30)], crs=4326)
        made = locate(gather(intake, Request(boundary=area, cell_size=250), policy=load()))
        assert made.cells is not None
        found += int((made.cells["spot"] == "hot").sum() > 0)
    assert found <= 1, "at a level of five per cent one map in six may err by luck"
