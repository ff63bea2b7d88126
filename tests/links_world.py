"""A small network of every type, grade and role, made by a recipe, for the tests of link charts."""

from __future__ import annotations

import random
from typing import Any

import pandas as pd

from ilp_toolkit.analysis import networks

ROLES = ("suspect", "accused", "witness", "victim", "contact", "", "minor")
GRADES = ("4x4:A1", "4x4:B2", "4x4:B3", "4x4:C4", "4x4:X4", None)
TYPES = (
    ["person"] * 45 + ["phone"] * 20 + ["organisation"] * 8 + ["vehicle"] * 8 + ["account"] * 6
    + ["place"] * 5 + ["event"] * 3 + ["document"] * 2 + ["online"] * 2 + ["unknown"]
)  # fmt: skip


def tables(seed: int = 3, n_links: int = 150) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Links and entities: 100 of them, labels that stand nowhere else."""
    draw = random.Random(seed)
    ids = [f"{kind[0].upper()}-{i:03d}" for i, kind in enumerate(TYPES)]
    entities = pd.DataFrame(
        {
            "entity_id": ids,
            "type": TYPES,
            "label": [
                f"Ломурзан Кефтаил {i}" if kind == "person" else f"label of {kind} {i}"
                for i, kind in enumerate(TYPES)
            ],
            "role": [draw.choice(ROLES) if kind == "person" else "" for kind in TYPES],
        }
    )
    rows = []
    for number in range(n_links):
        one, two = min(int(draw.expovariate(1 / 18)), 99), draw.randrange(100)
        if one == two:
            continue
        kind = {"phone": "call", "account": "payment", "vehicle": "drives"}.get(TYPES[two], "seen with")
        day = pd.Timestamp("2025-01-01") + pd.Timedelta(days=draw.randrange(300))
        rows.append(
            {
                "source": ids[one],
                "target": ids[two],
                "kind": kind,
                "item_ids": (f"R25-{number % 60:03d}",),
                "grade": draw.choice(GRADES),
                "date": day if draw.random() < 0.8 else pd.NaT,
                "date_precision": draw.choice(["day", "day", "month"]),
                "directed": kind in ("call", "payment"),
            }
        )
    return pd.DataFrame(rows), entities


def graph(seed: int = 3) -> Any:
    """The network of these tables."""
    links, entities = tables(seed)
    return networks.graph_from_links(links, entities=entities)
