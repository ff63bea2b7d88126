"""
The roads and places of the invented world as tables: what ``datasets/README.md`` says, for a computer.

Hours follow from kilometres and the kind of the road; hours and capacities of posts are invented.
"""

from __future__ import annotations

import pandas as pd

from .names import cyrillic

__all__ = ["places_table", "roads_table"]

_ROADS: tuple[tuple[str, tuple[object, ...]], ...] = (
    (
        "R1",
        (
            *("Velshurak", 174, "Osgonok", 103, "Murgosin", 181, "Kelovar", 173, "Zolovan", 112, "Salvamet"),
            *(142, "Ruvalek"),
        ),
    ),
    (
        "R2",
        (
            *("Velshurak", 138, "Umrilek", 99, "Narshumet", 179, "Terzemir", 134, "Dorsunok", 105),
            *("Shimedun", 205, "Ruvalek"),
        ),
    ),
    ("R3", ("Terzemir", 142, "Kelovar", 138, "Dulkobor", 129, "Ishzemir", 274, "Osgonok")),
    ("R4", ("Kamzetel", 138, "Umrilek")),
    ("R5", ("Salvamet", 118, "Palrigan")),
)
_SPEED = {"main road": 60, "road": 50, "track": 25}
_TRACK = frozenset({("Dulkobor", "Ishzemir"), ("Ishzemir", "Osgonok")})

_TOWNS: tuple[tuple[str, str, float, float], ...] = (
    *(("Kelovar", "XA", 67.25, -35.33), ("Terzemir", "XA", 66.40, -34.55), ("Zolovan", "XA", 68.60, -34.70)),
    *(("Narshumet", "XA", 65.60, -35.70), ("Dulkobor", "XA", 67.90, -36.20)),
    *(
        ("Velshurak", "XB", 64.60, -37.10),
        ("Osgonok", "XB", 66.20, -37.20),
        ("Kamzetel", "XB", 63.60, -36.20),
    ),
    *(("Ruvalek", "XC", 69.40, -33.10), ("Shimedun", "XC", 67.60, -33.20), ("Palrigan", "XC", 70.40, -34.20)),
)
_POSTS: tuple[tuple[str, str, str, float, float, str, float, int], ...] = (
    ("Dorsunok", "XA", "XC", 67.35, -33.95, "road and rail", 3.0, 1400),
    ("Ishzemir", "XB", "XA", 68.70, -36.90, "track", 1.0, 60),
    ("Murgosin", "XB", "XA", 66.35, -36.45, "road", 4.0, 1900),
    ("Salvamet", "XA", "XC", 69.35, -34.15, "road", 3.5, 1700),
    ("Umrilek", "XB", "XA", 64.85, -36.10, "bridge", 2.0, 500),
)


def roads_table() -> pd.DataFrame:
    """
    Return the roads between places that follow each other.

    Returns
    -------
    DataFrame
        ``source``, ``target``, ``km``, ``hours``, ``kind`` (main road, road, track), ``road``.

    Examples
    --------
    >>> roads_table().query("road == 'R5'").values.tolist()
    [['Salvamet', 'Palrigan', '118', '2.4', 'road', 'R5']]
    """
    rows = []
    for name, way in _ROADS:
        for at in range(0, len(way) - 2, 2):
            source, km, target = (str(part) for part in way[at : at + 3])
            kind = "track" if (source, target) in _TRACK else "main road" if name in ("R1", "R2") else "road"
            rows.append((source, target, km, f"{int(km) / _SPEED[kind]:.1f}", kind, name))
    return pd.DataFrame(rows, columns=["source", "target", "km", "hours", "kind", "road"], dtype=object)


def places_table() -> pd.DataFrame:
    """
    Return towns and posts in the order of names.

    Returns
    -------
    DataFrame
        ``node``, ``name_ru``, ``kind`` (post or town), ``country`` (of a post: where the road comes from),
        ``other_country``, ``lon``, ``lat``, ``post_kind``, ``hours`` (to cross), ``capacity`` (vehicles a
        day). The last three are empty for towns.

    Examples
    --------
    >>> places_table()["kind"].value_counts().to_dict()
    {'town': 11, 'post': 5}
    """
    rows = [
        (name, cyrillic(name), "town", country, "", f"{lon:.2f}", f"{lat:.2f}", "", "", "")
        for name, country, lon, lat in _TOWNS
    ]
    rows += [
        (
            *(name, cyrillic(name), "post", one, other, f"{lon:.2f}", f"{lat:.2f}"),
            *(kind, f"{hours:.1f}", str(capacity)),
        )
        for name, one, other, lon, lat, kind, hours, capacity in _POSTS
    ]
    columns = ["node", "name_ru", "kind", "country", "other_country", "lon", "lat"]
    columns += ["post_kind", "hours", "capacity"]
    return pd.DataFrame(rows, columns=columns, dtype=object).sort_values("node", ignore_index=True)
