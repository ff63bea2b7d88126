"""
The payload scan: 100,000 values and 100,000 places looked for in 10 MB of product.

The product is a page with a map, a table, a GeoPackage, a Parquet file and a workbook, with nothing to find.
Persons, telephone numbers and incident numbers are looked for in all their spellings. No other package does
this; the plain peer is Python's ``in``, value by value, in the undecoded text.
"""

from __future__ import annotations

import base64
import io
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from PIL import Image

from benchmarks.measure import once
from ilp_toolkit.dissemination import payload

TIME_LIMIT, MEMORY_LIMIT = 4.0, 500.0
MEGABYTE = 2**20
SYLLABLES = (
    "ta",
    "ke",
    "mo",
    "ru",
    "sal",
    "vel",
    "nar",
    "dor",
    "zim",
    "lu",
    "pal",
    "gor",
    "bel",
    "os",
    "ar",
    "ish",
)
ENDS = ("mir", "van", "tel", "dun", "rak", "sin", "bor", "lek", "gan", "zar", "nok", "pil", "met", "sul")
OTHER_ENDS = ("mira", "vano", "teli", "duno", "raka", "sino", "bora", "leko")
"""Words of the product end otherwise than persons, so that there is nothing to find."""


def words(n: int, rng: np.random.Generator, ends: tuple[str, ...] = OTHER_ENDS) -> list[str]:
    parts = [rng.choice(pool, n) for pool in (SYLLABLES, SYLLABLES, SYLLABLES, ends)]
    return ["".join(made).capitalize() for made in zip(*parts, strict=True)]


def persons(n: int, rng: np.random.Generator) -> list[str]:
    return [f"{one} {two}" for one, two in zip(words(n, rng, ENDS), words(n, rng, ENDS), strict=True)]


def watch(n: int) -> payload.Canaries:
    rng = np.random.default_rng(1)
    half = n // 2
    names = persons(half, rng)
    phones = [f"+992 9{i % 100:02d} {i // 100 % 100:02d} {i % 89:02d} {i % 83:02d}" for i in range(n // 4)]
    numbers = [f"KUSP-2024-{i:06d}" for i in range(n // 4)]
    places = np.column_stack([rng.uniform(67.1, 67.4, n), rng.uniform(-35.45, -35.2, n)])
    metres = gpd.GeoSeries(gpd.points_from_xy(*places.T), crs=4326).to_crs(32742).get_coordinates().to_numpy()
    return payload.Canaries(
        identifiers=frozenset(numbers),
        set_aside=frozenset(text.casefold() for text in [*names, *phones]),
        degrees=places, projected=metres, crs="EPSG:32742", paths=("/srv/register/2024",),
    )  # fmt: skip


def product(folder: Path) -> None:
    rng = np.random.default_rng(2)
    text = " ".join(words(120_000, rng))
    steps = rng.integers(-90, 90, 400_000).tolist()
    pixels = np.asarray(rng.integers(0, 256, (600, 580, 3)), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    picture = base64.b64encode(buffer.getvalue()).decode()
    page = (
        '<html><meta http-equiv="Content-Security-Policy" content="default-src \'none\'">'
        f"<p>{text}</p><script>var map = {steps}</script><img src='data:image/png;base64,{picture}'>"
    )
    (folder / "map.html").write_text(page, encoding="utf-8")
    rows = 30_000
    x, y = rng.integers(0, 150, rows) * 200.0, rng.integers(0, 150, rows) * 200.0
    table = pd.DataFrame(
        {"cell": range(rows), "x": x, "y": y, "area": words(rows, rng), "n": rng.poisson(9, rows)}
    )
    pd.concat([table] * 3).to_csv(folder / "cells.csv", index=False)
    table.to_parquet(folder / "cells.parquet")
    table.head(10_000).to_excel(folder / "cells.xlsx", index=False)
    cells = gpd.GeoDataFrame(
        table.head(8_000), geometry=shapely.box(x, y, x + 200, y + 200)[:8_000], crs=32742
    )
    cells.to_file(folder / "cells.gpkg", driver="GPKG")


def size(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.iterdir()) / MEGABYTE


def scanned(n: int) -> Callable[[], Any]:
    folder = tempfile.TemporaryDirectory()
    product(Path(folder.name))
    looked_for = watch(n)

    def work() -> Any:
        leaks = payload.scan(Path(folder.name), looked_for)
        assert not leaks, leaks
        return folder

    return work


def plain_search(n: int) -> Callable[[], Any]:
    """Look for every hundredth value with ``in``: multiply by a hundred for all."""
    buffer = io.StringIO()
    rng = np.random.default_rng(2)
    buffer.write(" ".join(words(900_000, rng)).casefold())
    text, values = buffer.getvalue(), sorted(watch(n).set_aside)[::100]
    return lambda: [value for value in values if value in text]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        product(Path(folder))
        print(f"product of {size(Path(folder)):.1f} MB in {len(list(Path(folder).iterdir()))} files")
    run = once(scanned, 100_000)
    time_verdict = "within" if run.seconds <= TIME_LIMIT else "above"
    memory_verdict = "within" if run.peak_mb <= MEMORY_LIMIT else "above"
    print(
        f"scan for 100,000 values and places: {run.seconds:.2f} s ({time_verdict} {TIME_LIMIT:.0f} s), "
        f"{run.peak_mb:.0f} MB ({memory_verdict} {MEMORY_LIMIT:.0f} MB; {run.start_mb:.0f} MB before)"
    )
    peer = once(plain_search, 100_000)
    print(f"the same values one by one in 9 MB of plain text, without spellings: {100 * peer.seconds:.0f} s")


if __name__ == "__main__":
    main()
