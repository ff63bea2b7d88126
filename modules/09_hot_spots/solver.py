"""The keys of module 09 that are read off a table: how a district is recorded beside its survey, and what changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

__all__ = ["solve"]


def solve(data: Path) -> dict[str, Any]:
    """
    Work out the key of every item that depends on the data and is answered without code.

    Parameters
    ----------
    data
        The folder of one variant.

    Returns
    -------
    dict
        q2: in the district with the highest rate, its share of the records over its share of the victims;
        q7: in how many districts the E-test, corrected for their number, finds a change.
    """
    import geopandas as gpd

    import ilp_toolkit as ilp

    incidents = ilp.read_incidents(data / "incidents.csv", crs="EPSG:32742", timezone="Indian/Maldives").table
    districts = gpd.read_file(data / "districts.geojson")
    counted = ilp.hotspots.count_by_area(incidents, districts).set_index("area")
    beside = ilp.bias.exposure(counted["n"], population=counted["cars"], survey=counted["survey_victims"])
    leader = (counted["n"] / counted["cars"]).idxmax()
    later = incidents["occurred_from"] >= "2025-01-01"
    n_first, n_second = (
        ilp.hotspots.count_by_area(incidents[rows], districts).set_index("area")["n"]
        for rows in (~later, later)
    )
    compared = ilp.change.compare_periods(n_first, n_second, exposure=(366, 365))
    return {
        "q2": round(float(beside.loc[leader, "ratio_survey"]), 2),
        "q7": float((compared["q_value"] <= 0.05).sum()),
    }
