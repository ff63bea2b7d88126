"""
The slips that files of seizures have, planted in known numbers and written down in the truth.

Every slip takes rows of its own. Rows are told as a spreadsheet numbers them, the header being row 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .seizure_cases import COUNTRIES

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["DIRT", "OUTLIER_KG", "soil_seizures"]

DIRT: dict[str, int] = {
    **{"unit_twin": 24, "unit_slip": 6, "duplicate": 18, "no_unit": 32, "date_missing": 3, "year_only": 9},
    **{"amount_missing": 7, "kg_outlier": 1},
}
"""How many seizures of the file have each slip; a twin, a slip and a duplicate add a row each."""

OUTLIER_KG = 2140
"""One real seizure, more than all the others of its country and year together."""


def soil_seizures(rng: np.random.Generator, table: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, list[int]]]:
    """
    Plant the slips.

    Parameters
    ----------
    rng
        Source of chance.
    table
        Clean seizures under the headers of UNODC, by date.

    Returns
    -------
    DataFrame
        A new table; second copies stand right after their first.
    dict
        The rows of the file that each slip took: of the twins, the slips and the duplicates the second ones.
    """
    soiled = table.copy()
    rows = _take(rng, soiled)
    soiled.loc[rows["no_unit"], "DRUG_UNIT"] = ""
    soiled.loc[rows["amount_missing"], "AMOUNT"] = ""
    soiled.loc[rows["date_missing"], "SEIZURE_DATE"] = ""
    soiled.loc[rows["year_only"], "SEIZURE_DATE"] = soiled.loc[rows["year_only"], "SEIZURE_DATE"].str[:4]
    soiled.loc[rows["kg_outlier"], list(_OUTLIER)] = list(_OUTLIER.values())
    added = {name: _second(name, soiled.loc[rows[name]]) for name in ("unit_twin", "unit_slip", "duplicate")}
    names = [""] * len(soiled) + [name for name, part in added.items() for _row in range(len(part))]
    whole = pd.concat([soiled, *added.values()])
    order = np.argsort(whole.index.to_numpy(), kind="stable")
    told = pd.Series(names).iloc[order].to_numpy()
    place = np.argsort(order, kind="stable")[: len(soiled)] + 2
    found = {name: place[at].tolist() for name, at in rows.items() if name not in added}
    found |= {name: (np.flatnonzero(told == name) + 2).tolist() for name in added}
    return whole.iloc[order].reset_index(drop=True), {name: found[name] for name in DIRT}


_OUTLIER = {
    **{"PLACE": "Palrigan", "ADMINISTRATIVE_DIVISION": "Palrigan", "DRUG_NAME": "Heroin"},
    **{"AMOUNT": str(OUTLIER_KG), "DRUG_UNIT": "Kilogram", "HIDING_PLACE": "Freight", "INSTALLATION": "Port"},
    **{"TRANSPORT": "Commercial sea", "PRODUCING_COUNTRY": "Belzavat", "DEPARTURE_COUNTRY": "Belzavat"},
    **{"DESTINATION_COUNTRY": "Other", "ROUTING": "Border - outbound"},
}
"""The load had come by Tolvania; its record names the country where the drug is made."""


def _take(rng: np.random.Generator, table: pd.DataFrame) -> dict[str, NDArray[np.int64]]:
    """Give every slip rows of its own; twins and slips want a weight, the outlier the port in early 2025."""
    weighed = table["DRUG_UNIT"].isin(["Kilogram", "Gram"]).to_numpy()
    heavy = (table["DRUG_UNIT"] == "Kilogram").to_numpy()
    in_b = (table["COUNTRY"] == COUNTRIES["XB"][0]).to_numpy()
    harbour = (
        (table["COUNTRY"] == COUNTRIES["XC"][0])
        & (table["ADMINISTRATIVE_DIVISION"] == "Palrigan")
        & table["SEIZURE_DATE"].str.startswith("2025-0")
    ).to_numpy()
    fits = {
        **dict.fromkeys(DIRT, weighed),
        **{"unit_twin": heavy, "unit_slip": heavy, "year_only": in_b, "kg_outlier": harbour},
    }
    free = np.ones(len(table), dtype=bool)
    rows = {}
    for name in sorted(DIRT, key=lambda name: fits[name].sum()):
        able = np.flatnonzero(free & fits[name])
        rows[name] = np.sort(able[np.argsort(rng.random(len(able)), kind="stable")[: DIRT[name]]])
        free[rows[name]] = False
    return rows


def _second(name: str, first: pd.DataFrame) -> pd.DataFrame:
    """Return the second record: the same in grams, the same number with the other unit, or the same row."""
    second = first.copy()
    if name == "unit_twin":
        second["AMOUNT"] = [f"{float(text) * 1000:.0f}" for text in first["AMOUNT"]]
    if name != "duplicate":
        second["DRUG_UNIT"] = "Gram"
    if name == "unit_twin":
        second["HIDING_PLACE"] = ""
    return second
