"""
The slips that real registers have, planted in known numbers and written down in the truth file.

Every slip takes rows of its own, so that each can be counted; a row has at most one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["DIRT", "UNREADABLE", "soil"]

DIRT: dict[str, int] = {
    **{"blank_coordinates": 260, "zero_coordinates": 36, "swapped_coordinates": 24, "far_away": 5},
    **{"reversed_span": 18, "unreadable_date": 7, "blank_district": 30, "blank_origin": 90},
    **{"duplicate_row": 20, "repeated_number": 9},
}
"""How many rows of the English file have each slip."""

_OF_TIME = frozenset({"reversed_span", "unreadable_date"})
UNREADABLE = (
    "n/k",
    "2023-13-07 09:40",
    "31.02.2024 10:00",
    "2024-02-30 11:15",
    "??",
    "2025-06-31 22:10",
    "0000-00-00",
)


def soil(rng: np.random.Generator, table: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, list[str]]]:
    """
    Plant the slips.

    Parameters
    ----------
    rng
        Source of chance.
    table
        The clean English file, text in every cell.

    Returns
    -------
    DataFrame
        A new table with the slips; duplicated rows stand right after their first copy.
    dict
        The numbers of the incidents that each slip took. For ``repeated_number`` these are the numbers that
        two different incidents now bear; ``lost_number`` are those that the second ones had.
    """
    soiled = table.copy()
    rows = _pick(rng, table)
    taken = {name: [str(number) for number in table["incident_no"].iloc[at]] for name, at in rows.items()}
    _places(soiled, rows)
    _times(soiled, rows)
    soiled.loc[rows["blank_district"], "district"] = ""
    soiled.loc[rows["blank_origin"], "origin"] = ""
    before = rows["repeated_number"] - 1
    soiled.loc[rows["repeated_number"], "incident_no"] = table["incident_no"].iloc[before].to_numpy()
    taken["lost_number"] = taken["repeated_number"]
    taken["repeated_number"] = [str(number) for number in table["incident_no"].iloc[before]]
    twice = np.sort(np.concatenate([np.arange(len(table)), rows["duplicate_row"]]))
    return soiled.iloc[twice].reset_index(drop=True), taken


def _pick(rng: np.random.Generator, table: pd.DataFrame) -> dict[str, NDArray[np.int64]]:
    """Give every slip rows of its own, all with a place; slips of time take spans with two ends."""
    placed = (table["longitude"] != "").to_numpy()
    span = (
        (table["occurred_to"] > table["occurred_from"]) & (table["occurred_from"].str.len() > 10)
    ).to_numpy()
    free = placed & (np.arange(len(table)) > 0)
    rows = {}
    for name in sorted(DIRT, key=lambda name: name not in _OF_TIME):
        fits = np.flatnonzero(free & span if name in _OF_TIME else free)
        rows[name] = np.sort(fits[np.argsort(rng.random(len(fits)), kind="stable")[: DIRT[name]]])
        free[rows[name]] = False
        if name == "repeated_number":
            free[rows[name] - 1] = False
    return {name: rows[name] for name in DIRT}


def _places(table: pd.DataFrame, rows: dict[str, NDArray[np.int64]]) -> None:
    table.loc[rows["blank_coordinates"], ["longitude", "latitude"]] = ""
    table.loc[rows["zero_coordinates"], ["longitude", "latitude"]] = "0.000000"
    swapped: Any = rows["swapped_coordinates"]
    table.loc[swapped, ["longitude", "latitude"]] = table.loc[swapped, ["latitude", "longitude"]].to_numpy()
    far = rows["far_away"]
    # two digits of the longitude changed places: 67.21 became 76.21, 800 km away
    table.loc[far, "longitude"] = [value[1] + value[0] + value[2:] for value in table.loc[far, "longitude"]]


def _times(table: pd.DataFrame, rows: dict[str, NDArray[np.int64]]) -> None:
    turned: Any = rows["reversed_span"]
    table.loc[turned, ["occurred_from", "occurred_to"]] = table.loc[
        turned, ["occurred_to", "occurred_from"]
    ].to_numpy()
    table.loc[rows["unreadable_date"], "occurred_from"] = list(UNREADABLE)
    table.loc[rows["unreadable_date"], "occurred_to"] = ""
