"""
The roads that come with the package, for an assessment of countries that they cover and roads nobody gave.

One town stands for each country: the largest at its capital. Of the posts nothing is taken but where they
lie; whether one is open, and how long it takes to cross, the user knows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...collection import places
from ...collection.gazetteer import gazetteer
from ...views.capitals import capitals

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["COVERED", "own_roads", "public_names"]

COVERED = frozenset({"AF", "KG", "KZ", "TJ", "TM", "UZ"})
"""Countries whose roads the package has whole."""
_PARTLY = frozenset({"RU"})
"""Countries of which it has the main roads."""
_FAR = 0.5
"""Degrees within which the largest town stands for a capital."""
_RUSSIAN = {
    "Ashgabat": "Ашхабад",
    "Astana": "Астана",
    "Bishkek": "Бишкек",
    "Dushanbe": "Душанбе",
    "Kabul": "Кабул",
    "Moscow": "Москва",
    "Tashkent": "Ташкент",
}
_SPEED, _CROSSING = 60.0, 2.0
"""Kilometres an hour, and hours at a border: what `routes.corridor_graph` takes as well."""


def own_roads(named: Collection[str]) -> tuple[pd.DataFrame, pd.DataFrame] | None:
    """
    Return roads and places of the package, as a user would give them; None for countries it does not cover.

    Parameters
    ----------
    named
        Codes of the countries of an assessment.

    Examples
    --------
    >>> own_roads({"PK", "GB"}) is None
    True
    >>> roads, nodes = own_roads({"KG", "KZ", "RU"})
    >>> nodes.loc[nodes["kind"] == "town", ["node", "country"]].values.tolist()
    [['Astana', 'KZ'], ['Bishkek', 'KG'], ['Moscow', 'RU']]
    """
    if len(COVERED & set(named)) < 2:
        return None
    nodes, roads = places.roads()
    found = pd.DataFrame(nodes[["node", "kind", "country", "x", "y", "place_id"]])
    towns = _towns(found, (COVERED | _PARTLY) & set(named))
    kind = found["kind"].where(found["kind"] == "post", "junction")
    found["kind"] = kind.where(~found["node"].isin(towns), "town")
    posts = places.border_posts()
    posts = posts[posts["node"].notna()].drop_duplicates("node").set_index("node")
    for column, take in (("name_en", "name_en"), ("name_ru", "name_ru"), ("other_country", "country_b")):
        found[column] = found["node"].map(posts[take])
    found["name_ru"] = found["name_ru"].where(found["kind"] != "town", found["node"].map(_RUSSIAN))
    found["country"] = found["country"].where(found["kind"] != "post", found["node"].map(posts["country_a"]))
    return _crossing(pd.DataFrame(roads[["source", "target", "km"]]), found), found.drop(
        columns="place_id"
    ).reset_index(drop=True)


def public_names() -> list[str]:
    """Return the names of posts and towns that the package's roads may bring into a product."""
    posts = places.border_posts()
    columns = [c for c in ("node", "name", "name_en", "name_ru", "names_local") if c in posts]
    names = [str(name) for c in columns for name in posts[c].dropna()]
    parts = [part.strip() for name in names for part in name.replace("|", "–").split("–")]
    return [*names, *parts, *_RUSSIAN, *_RUSSIAN.values()]


def _crossing(roads: pd.DataFrame, nodes: pd.DataFrame) -> pd.DataFrame:
    """Let a border that a road crosses without a known post take as long as one with a post."""
    country, kind = (nodes.set_index("node")[name] for name in ("country", "kind"))
    start, end = roads["source"].map(country), roads["target"].map(country)
    post = (roads["source"].map(kind) == "post") | (roads["target"].map(kind) == "post")
    crosses = start.notna() & end.notna() & (start != end) & ~post
    return roads.assign(hours=roads["km"] / _SPEED + np.where(crosses, _CROSSING, 0.0))


def _towns(nodes: pd.DataFrame, codes: Collection[str]) -> list[str]:
    """Return the largest town at the capital of each country, where one is near."""
    known = capitals()
    sizes = gazetteer().drop_duplicates("place_id").set_index("place_id")["population"]
    found = []
    for code in sorted(codes):
        mine = nodes[(nodes["country"] == code) & (nodes["kind"] == "town")]
        if mine.empty or code not in known:
            continue
        x, y = known[code]
        apart = np.hypot(mine["x"].to_numpy(dtype=float) - x, mine["y"].to_numpy(dtype=float) - y)
        near = mine[apart <= _FAR]
        if len(near):
            people = near["place_id"].map(sizes).fillna(0)
            found.append(str(near["node"].iloc[int(people.to_numpy().argmax())]))
    return found
