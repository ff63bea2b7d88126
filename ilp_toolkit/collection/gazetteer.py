"""
The gazetteer: places and regions with their names in several scripts, and what they were called once.

Places are GeoNames' (CC BY 4.0): all of 500 people and more in Tajikistan, Kyrgyzstan, Kazakhstan,
Uzbekistan, Turkmenistan and Afghanistan, the towns of their neighbours, the cities of the rest of the world.
A village that is not in it may well exist. Former names are our own table, not yet reviewed.
"""

from __future__ import annotations

import csv
import gzip
import io
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["gazetteer", "other_names"]


def gazetteer() -> pd.DataFrame:
    """
    Return the places and regions that names are resolved to.

    Returns
    -------
    DataFrame
        ``place_id`` (GeoNames' number, or country and division such as "TJ.02"), ``kind`` ("town" or
        "region"), ``name``, ``country`` (alpha-2), ``admin`` (the region), ``lon`` and ``lat`` in degrees
        (missing for a region: a region is no point), ``population`` (missing where not known), ``names``
        (others, with "|" between them) and ``sounds`` (what the name and the others are compared by).

    Examples
    --------
    >>> places = gazetteer()
    >>> places.loc[places["name"] == "Osh", ["country", "admin", "lon", "lat"]].values.tolist()
    [['KG', 'Osh Region', 72.7985, 40.5283]]
    """
    return _gazetteer().copy()


def other_names() -> pd.DataFrame:
    """
    Return names that places had once, and names that the gazetteer lacks.

    Returns
    -------
    DataFrame
        ``country``, ``place`` (its name in the gazetteer), ``place_kind`` ("town" or "region"), ``name``,
        ``sort`` ("former" or "other"), ``years`` (text, may be empty) and ``verified`` (False: not yet
        reviewed by a second person).
    """
    import pandas as pd

    text = (_folder() / "other_names.csv").read_text(encoding="utf-8")
    table = pd.DataFrame(list(csv.DictReader(io.StringIO(text))), dtype=object)
    return table.assign(verified=table["verified"] == "true")


@lru_cache(maxsize=1)
def _gazetteer() -> pd.DataFrame:
    import pandas as pd

    packed = (_folder() / "gazetteer.csv.gz").read_bytes()
    text = {
        "place_id": str,
        "kind": str,
        "name": str,
        "country": str,
        "admin": str,
        "names": str,
        "sounds": str,
    }
    table = pd.read_csv(io.BytesIO(gzip.decompress(packed)), dtype=text, keep_default_na=False, na_values={})
    for column in ("lon", "lat", "population"):
        table[column] = pd.to_numeric(table[column], errors="coerce")
    return table


def _folder() -> Traversable:
    return resources.files("ilp_toolkit") / "geography"
