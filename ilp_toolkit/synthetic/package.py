"""
The folder of Kelovar as a data package: every file as bytes, and the description that goes with them.

`make_kelovar` is pure: it returns names and bytes. Only `write` touches the disk, and only the recipe
(`python -m ilp_toolkit.synthetic`) calls it.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from .city import City, make_city
from .datapackage import describe
from .dirt import soil
from .files import csv_bytes, geojson_bytes, json_bytes
from .incidents import make_incidents
from .names import cyrillic
from .register import english_table, make_register, street_label, street_label_ru
from .register_ru import decisions_table, district_ru, russian_table
from .truth import make_truth

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["SEED", "make_kelovar", "write"]

SEED = 4207
"""Each step has a generator of its own, seeded with this number and the number of the step."""


def make_kelovar() -> dict[str, bytes]:
    """
    Make every generated file of ``datasets/kelovar``.

    Returns
    -------
    dict of str to bytes
        File names and contents; the same on every call.
    """
    city = make_city(_chance(1))
    incidents = make_incidents(_chance(2), city)
    register = make_register(_chance(3), city, incidents)
    soiled, dirt = soil(_chance(4), english_table(register))
    russian, spellings = russian_table(_chance(5), register)
    files = {
        "incidents.csv": csv_bytes(soiled),
        "register_ru.csv": csv_bytes(russian, encoding="cp1251", separator=";"),
        **_shapes(city),
        "decisions.csv": csv_bytes(decisions_table()),
        "truth.json": json_bytes(make_truth(city, incidents, register, dirt, spellings)),
    }
    sums = {name: (len(body), hashlib.sha256(body).hexdigest()) for name, body in files.items()}
    files["datapackage.json"] = json_bytes(describe(sums))
    return files


def write(files: dict[str, bytes], folder: Path) -> None:
    """Write files into a folder, made where missing; files that this recipe does not make stay."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, body in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(body)


def _chance(step: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([SEED, step])))


def _shapes(city: City) -> dict[str, bytes]:
    area = shapely.area(np.array([city.boundary]))[0] / 1e6
    edge: list[dict[str, Any]] = [
        {"name": "Kelovar", "name_ru": cyrillic("Kelovar"), "kind": "city", "area_km2": round(float(area), 2)}
    ]
    green = [
        {"name": "Zelmura", "name_ru": cyrillic("Zelmura"), "kind": "river"},
        {"name": "Ishkodun Park", "name_ru": f"парк {cyrillic('Ishkodun')}", "kind": "park"},
    ]
    return {
        "boundary.geojson": geojson_bytes([city.boundary], edge),
        "districts.geojson": geojson_bytes(city.districts["geometry"], _district_facts(city.districts)),
        "streets.geojson": geojson_bytes(city.streets["geometry"].map(_lighter), _street_facts(city.streets)),
        "features.geojson": geojson_bytes([city.river, city.park], green),
    }


def _district_facts(districts: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {
            "area": row["area"],
            "name_ru": district_ru(row["area"]),
            "population": int(row["population"]),
            "households": int(row["households"]),
            "area_km2": round(row["geometry"].area / 1e6, 2),
        }
        for row in districts.to_dict("records")
    ]


def _street_facts(streets: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {
            "segment": row["segment"],
            "street": street_label(row["street"], row["kind"]),
            "street_ru": street_label_ru(row["street"], row["kind"]),
            "kind": row["kind"],
            "area": row["district"],
            "length_m": round(row["geometry"].length),
        }
        for row in streets.to_dict("records")
    ]


def _lighter(line: shapely.LineString) -> Any:
    """Leave out bends of less than a metre."""
    return shapely.simplify(line, 1.0)
