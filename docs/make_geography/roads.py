"""
The graph of main roads: cut out of the world's, mended, border posts set on the roads, and contracted.

Where a road of the six countries stops within 1 km of another that is more than 20 km away by road, the
source is torn (it was put together country by country), and the two are joined.

A post is set on the nearest road whose two ends lie in the two countries of the post; a post without one
within 40 km stays off the roads, for a link drawn by hand would be a guess. Then dead ends go, nodes that
only continue a road go, and of the rest those stay that lie on a shortest way between two kept places, or on
ways around them, as many as fit. So the shortest way between two kept places is as long as in the whole.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import shapely

from ilp_toolkit.analysis.routes import corridor_graph

WEST, EAST, SOUTH, NORTH = 36.5, 89.0, 33.0, 57.5
MAX_NODES = 2500
NEAR_POST_KM, NEAR_TOWN_KM = 40.0, 15.0
TORN_KM, FAR_KM = 1.0, 20.0
WHOLE = ("AF", "KG", "KZ", "TJ", "TM", "UZ")
TOWN, CITY, ALSO = 30_000, 300_000, {"Khorugh", "Naryn", "Batken", "Murghob", "Ishqoshim", "Qalaikhumb"}
XINJIANG = 60_000
"""Places kept: of 30,000 people and more in the six countries (and a few smaller ones), of 60,000 in
Xinjiang, of 300,000 elsewhere."""

CountryAt = Callable[[Any, Any], Any]


def make(
    source: bytes, gazetteer: pd.DataFrame, posts: pd.DataFrame, country_at: CountryAt
) -> tuple[bytes, bytes]:
    """Return nodes and edges as CSV."""
    at, edges = _cut_out(source)
    country = country_at(at[:, 1], at[:, 0])
    edges = _join_ends(edges, at, country)
    nodes = pd.DataFrame({"node": [f"j{i}" for i in range(len(at))], "x": at[:, 1], "y": at[:, 0]})
    nodes["country"] = country
    edges, post_nodes = _set_posts(nodes, edges, posts)
    nodes = pd.concat([nodes, post_nodes], ignore_index=True)
    names = _towns(nodes[nodes["node"].str.startswith("j")], gazetteer)
    rename = dict(zip(names["node"], names["town"], strict=True))
    nodes["node"], edges["source"] = nodes["node"].replace(rename), edges["source"].replace(rename)
    edges["target"] = edges["target"].replace(rename)
    known = dict(zip(nodes["node"], nodes["country"], strict=True))
    keep = [*names["town"], *_ends_of_open_crossings(edges, known)]
    at_posts = pd.DataFrame({"post_id": post_nodes["node"], "node": post_nodes["node"]})
    graph = corridor_graph(
        edges,
        at_posts,
        keep=list(dict.fromkeys(keep)),
        nodes=nodes,
        crossing=0.0,
        per_km=1.0,
        per_hour=0.0,
        max_nodes=MAX_NODES,
    )
    graph.remove_nodes_from([node for node, ways in graph.degree if ways == 0])
    return _nodes(graph, names), _edges(graph)


def _cut_out(source: bytes) -> tuple[Any, pd.DataFrame]:
    """Return latitude and longitude of the nodes in the box, and the edges among them."""
    text = source.decode()
    graph = text[text.index("graph=") + 6 : text.index("\nnodes=")]
    listed = text[text.index("nodes=") + 6 : text.index("\nworld_highways_geograph")]
    everywhere = np.array(json.loads(listed))
    lat, lon = everywhere.T
    inside = (lat > SOUTH) & (lat < NORTH) & (lon > WEST) & (lon < EAST)
    number = np.cumsum(inside) - 1
    rows = [
        (int(number[i]), int(number[int(j)]), km)
        for i, around in enumerate(json.loads(re.sub(r"(\d+):", r'"\1":', graph)))
        if inside[i]
        for j, km in around.items()
        if i < int(j) and inside[int(j)]
    ]
    edges = pd.DataFrame(rows, columns=["source", "target", "km"])
    for end in ("source", "target"):
        edges[end] = "j" + edges[end].astype(str)
    return everywhere[inside], edges


def _join_ends(edges: pd.DataFrame, at: Any, country: Any) -> pd.DataFrame:
    """Join a road that stops within 1 km of another one which is far by road: there the source is torn."""
    graph = nx.from_pandas_edgelist(edges, edge_attr="km")
    names = list(graph)
    lat, lon = at[[int(name[1:]) for name in names]].T
    land = dict(zip(names, country[[int(name[1:]) for name in names]], strict=True))
    joined = []
    for i, name in enumerate(names):
        if graph.degree[name] != 1 or not {land[name], *(land[other] for other in graph[name])} & {*WHOLE}:
            continue
        away = _km(lon[i], lat[i], lon, lat)
        for j in np.argsort(away)[1:6]:
            km, other = float(away[j]), names[j]
            if km > TORN_KM or other in graph[name]:
                continue
            around = nx.single_source_dijkstra_path_length(graph, name, cutoff=FAR_KM, weight="km")
            if other not in around:
                joined.append((name, other, round(km, 3)))
                graph.add_edge(name, other, km=km)
                break
    return pd.concat([edges, pd.DataFrame(joined, columns=list(edges.columns))], ignore_index=True)


def _set_posts(
    nodes: pd.DataFrame, edges: pd.DataFrame, posts: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Set each post on the nearest road that crosses where it stands; its road is cut in two."""
    place = nodes.set_index("node")
    ends = [place.loc[edges[end]] for end in ("source", "target")]
    pairs = [
        frozenset(pair) for pair in zip(*(end["country"].fillna("").tolist() for end in ends), strict=True)
    ]
    left = edges.to_dict("index")
    made = []
    for post in posts[posts["kind"] != "rail"].sort_values("post_id").itertuples(index=False):
        crossing = [
            row
            for row, pair in enumerate(pairs)
            if pair == frozenset((post.country_a, post.country_b)) and row in left
        ]
        near = [(_off(post, ends[0].iloc[row], ends[1].iloc[row]), row) for row in crossing]
        if not near or min(near)[0] > NEAR_POST_KM:
            continue
        row = min(near)[1]
        old = left.pop(row)
        to = [_km(post.lon, post.lat, end.iloc[row]["x"], end.iloc[row]["y"]) for end in ends]
        share = to[0] / sum(to)
        for end, km in (("source", old["km"] * share), ("target", old["km"] * (1 - share))):
            left[len(edges) + 2 * len(made) + (end == "target")] = {
                "source": old[end],
                "target": post.post_id,
                "km": km,
            }
        made.append((post.post_id, post.lon, post.lat, None))
    return pd.DataFrame(left.values()), pd.DataFrame(made, columns=["node", "x", "y", "country"])


def _off(post: Any, one: Any, two: Any) -> float:
    """Return how far a post is from a straight road, in km."""
    scale = np.array([111.32 * np.cos(np.radians(post.lat)), 111.32])
    road = shapely.LineString(np.array([[one["x"], one["y"]], [two["x"], two["y"]]]) * scale)
    return float(road.distance(shapely.Point(np.array([post.lon, post.lat]) * scale)))


def _km(x: Any, y: Any, lon: Any, lat: Any) -> Any:
    a, b, c, d = (np.radians(value) for value in (x, y, lon, lat))
    half = np.sin((b - d) / 2) ** 2 + np.cos(b) * np.cos(d) * np.sin((a - c) / 2) ** 2
    return 2 * 6371.0088 * np.arcsin(np.sqrt(np.clip(half, 0, 1)))


def _towns(nodes: pd.DataFrame, gazetteer: pd.DataFrame) -> pd.DataFrame:
    """Return the node of each town that is kept, the largest first; a name that two have gets its country."""
    people = gazetteer["population"].fillna(0)
    inside = gazetteer["lon"].between(WEST, EAST) & gazetteer["lat"].between(SOUTH, NORTH)
    whole = gazetteer["country"].isin(WHOLE)
    large = (
        (people >= CITY)
        | (whole & ((people >= TOWN) | gazetteer["name"].isin(ALSO)))
        | ((gazetteer["country"] == "CN") & (people >= XINJIANG))
    )
    towns = gazetteer[inside & large & (gazetteer["kind"] == "town")]
    towns = towns.sort_values(["population", "place_id"], ascending=[False, True])
    rows, taken = [], set()
    for town in towns.itertuples(index=False):
        km = _km(town.lon, town.lat, nodes["x"].to_numpy(), nodes["y"].to_numpy())
        node = nodes["node"].iloc[int(np.argmin(km))]
        if km.min() > NEAR_TOWN_KM or node in taken:
            continue
        taken.add(node)
        used = any(town.name == row[1] for row in rows)
        rows.append((node, f"{town.name}, {town.country}" if used else town.name, town.place_id))
    return pd.DataFrame(rows, columns=["node", "town", "place_id"])


def _ends_of_open_crossings(edges: pd.DataFrame, known: dict[str, Any]) -> list[str]:
    """Return the ends of roads that cross a border of the six countries without a post: they stay seen."""
    ends: list[str] = []
    for one, two in edges[["source", "target"]].itertuples(index=False):
        sides = [known[one], known[two]]
        if all(isinstance(side, str) for side in sides) and sides[0] != sides[1] and {*sides} & {*WHOLE}:
            ends += [one, two]
    return ends


def _nodes(graph: Any, names: pd.DataFrame) -> bytes:
    place = dict(zip(names["town"], names["place_id"], strict=True))
    rows = []
    for node, about in sorted(graph.nodes(data=True)):
        kind = about["kind"] if about["kind"] == "post" else "town" if node in place else "junction"
        at = (f"{about['x']:.4f}", f"{about['y']:.4f}")
        rows.append((node, kind, about.get("country") or "", *at, place.get(node, "")))
    return _csv(("node", "kind", "country", "x", "y", "place_id"), rows)


def _edges(graph: Any) -> bytes:
    rows = sorted((*sorted((one, two)), f"{km:.3f}") for one, two, km in graph.edges(data="km"))
    return _csv(("source", "target", "km"), rows)


def _csv(header: tuple[str, ...], rows: list[tuple[Any, ...]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()
