"""
Border posts, and the main roads that they stand on.

Posts are a table written by hand: names, countries, kind, what was last read of their status and where. Their
order is that of their ids and says nothing of them; how well a post is manned or equipped is not in it and
will not be. The roads are OpenStreetMap's, simplified and contracted to a graph of model kilometres.
"""

from __future__ import annotations

import gzip
import io
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from .. import choices, i18n

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

__all__ = ["BORDER_TOLERANCE_KM", "border_posts", "post_table", "roads"]

BORDER_TOLERANCE_KM = 10.0
"""How far a post may lie from its border as `borders` draws it: those lines are coarse."""

_NOT_SHOWN = "modelled kilometres and hours; nothing of who watches a road"


def border_posts() -> gpd.GeoDataFrame:
    """
    Return the border posts of Central Asia that are known to the table.

    Returns
    -------
    GeoDataFrame
        In the order of ``post_id``: ``name`` in the language in use, ``name_en``, ``name_ru``,
        ``names_local`` ("|" between them), ``country_a``, ``country_b`` (alpha-2), ``kind`` ("road",
        "bridge", "rail"), ``status`` ("open", "closed", "unknown") with ``status_date`` and
        ``status_source``, ``lon``, ``lat``, ``accuracy_km``, ``placed`` ("map": a known point, "road": where
        the road of `roads` crosses the border, "hand": by description), ``verified`` (False: nobody has
        checked the row at the place), ``node`` (its node in `roads`, missing where it is off them) and points
        in degrees (EPSG:4326).

    Notes
    -----
    A status is what was published on a day, not what is so today: posts close and open overnight. Ask
    the border service. Coordinates are good to ``accuracy_km`` and lie within `BORDER_TOLERANCE_KM` of the
    border as it is drawn here: enough for a map, not for a meeting.

    Examples
    --------
    >>> posts = border_posts()
    >>> posts.loc[posts["post_id"] == "kyzyl-art", ["name", "country_a", "country_b"]].values.tolist()
    [['Kyzyl-Art – Bor-Dobo', 'TJ', 'KG']]
    """
    import geopandas as gpd

    table = post_table()
    spoken = "name_ru" if i18n.current() == "ru" else "name_en"
    table.insert(1, "name", table[spoken])
    nodes = set(_roads()[0]["node"])
    table["node"] = [post if post in nodes else None for post in table["post_id"]]
    points = gpd.points_from_xy(table["lon"], table["lat"], crs="EPSG:4326")
    found = gpd.GeoDataFrame(table, geometry=points)
    return choices.record(found, order="by id; says nothing of the posts", posts_verified=False)


def roads() -> tuple[pd.DataFrame, pd.DataFrame]:
    """
    Return the graph of main roads of Central Asia and its surroundings.

    Returns
    -------
    tuple of DataFrame
        Nodes: ``node`` (name of a town, id of a post, or "j" and a number), ``kind`` ("town", "post",
        "junction"), ``country``, ``x``, ``y`` (degrees) and ``place_id`` (of a town, in the gazetteer).
        Edges: ``source``, ``target`` and ``km``; roads run both ways. Both as `ilp.routes.corridor_graph`
        takes them.

    Notes
    -----
    Contracted: between two kept places (towns, posts) the shortest way is as long as in the whole, but small
    towns, small roads and most ways around are gone. Kilometres are model kilometres: lines are simplified,
    and in the mountains 15 to 20 % too short. Railways are not in it. Not for finding one's way. Where the
    source has no road to a post (as on the upper Panj) the post is off the graph: see ``node`` of
    `border_posts`. © OpenStreetMap contributors, ODbL 1.0: say so where you show them.

    Examples
    --------
    >>> nodes, edges = roads()
    >>> len(nodes) <= 2500, list(edges.columns)
    (True, ['source', 'target', 'km'])
    """
    nodes, edges = (table.copy() for table in _roads())
    note = {"lines_from": "OpenStreetMap contributors, ODbL 1.0", "not_shown": _NOT_SHOWN}
    return choices.record(nodes, **note), choices.record(edges, **note)


def post_table() -> pd.DataFrame:
    """Return the table of posts as it is written, without points."""
    return _posts().copy()


@lru_cache(maxsize=1)
def _posts() -> pd.DataFrame:
    table = _read((resources.files("ilp_toolkit") / "geography" / "posts.csv").read_bytes())
    table = table.rename(columns={"name": "name_en"})
    for column in ("lon", "lat", "accuracy_km"):
        table[column] = table[column].astype(float)
    posts: pd.DataFrame = table.assign(verified=table["verified"] == "true")
    return posts


@lru_cache(maxsize=1)
def _roads() -> tuple[pd.DataFrame, pd.DataFrame]:
    folder = resources.files("ilp_toolkit") / "geography" / "roads"
    nodes, edges = (
        _read(gzip.decompress((folder / name).read_bytes())) for name in ("nodes.csv.gz", "edges.csv.gz")
    )
    nodes[["x", "y"]] = nodes[["x", "y"]].astype(float)
    return nodes, edges.assign(km=edges["km"].astype(float))


def _read(content: bytes) -> Any:
    import pandas as pd

    table = pd.read_csv(io.BytesIO(content), dtype=object, keep_default_na=False)
    return table.where(table != "", None)
