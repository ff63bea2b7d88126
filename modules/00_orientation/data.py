"""
Data of the first map: districts of Kelovar and what the register counts in them, the same in every variant.

They are taken from `datasets/kelovar`, so that the learner's folder holds all that the module needs.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from functools import lru_cache
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "datasets" / "kelovar"
OFFENCE, YEAR = "Theft from vehicle", "2025"
DIGITS = 5
"""Decimals of a coordinate: about a metre."""


def make(variant: int, seed: int) -> dict[str, str]:
    """Return file name to text; variant and seed change nothing here."""
    return {"districts.geojson": _districts(), "thefts.csv": _counts()}


@lru_cache
def _districts() -> str:
    layer = json.loads((SOURCE / "districts.geojson").read_text(encoding="utf-8"))
    for feature in layer["features"]:
        rings = feature["geometry"]["coordinates"]
        feature["geometry"]["coordinates"] = [
            [[round(x, DIGITS), round(y, DIGITS)] for x, y in ring] for ring in rings
        ]
    return json.dumps(layer, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n"


@lru_cache
def _counts() -> str:
    """Count what was recorded by district; rows without a district stand in a line of their own."""
    with (SOURCE / "incidents.csv").open(encoding="utf-8", newline="") as file:
        counts = Counter(
            row["district"]
            for row in csv.DictReader(file)
            if row["offence"] == OFFENCE and row["occurred_from"].startswith(YEAR)
        )
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(("area", "n"))
    writer.writerows(sorted(counts.items()))
    return made.getvalue()
