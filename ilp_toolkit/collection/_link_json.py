"""
Networks of JSON: vertices in one list and links in another.

So write networkx, D3, web tools for Gephi, and Cytoscape.
"""

from __future__ import annotations

import json
from typing import Any

from ._link_graphml import Row, listed_entities, listed_links
from ._link_parts import Parts

__all__ = ["json_parts", "network_of"]

_LINKS = ("links", "edges")
_ENDS = {"source": ("source", "from", "start", "src"), "target": ("target", "to", "end", "dst")}


def network_of(held: Any) -> tuple[list[Any], list[Any]] | None:
    """
    Return the vertices and the links that a JSON value holds, None where it is no network.

    Examples
    --------
    >>> network_of({"nodes": [{"id": "a"}], "links": [{"source": "a", "target": "a"}]})[1]
    [{'source': 'a', 'target': 'a'}]
    >>> network_of([{"source": "a"}]) is None
    True
    """
    if isinstance(held, dict) and isinstance(held.get("elements"), dict | list):
        return _cytoscape(held["elements"])
    if not isinstance(held, dict) or not isinstance(held.get("nodes"), list):
        return None
    links = next((held[name] for name in _LINKS if isinstance(held.get(name), list)), None)
    return None if links is None else (held["nodes"], links)


def json_parts(held: Any, name: str, *, directed: bool | None) -> Parts:
    """Read a network of JSON; a link that names the place of a vertex in the list means that vertex."""
    found = network_of(held)
    assert found is not None
    nodes = [_node(one, place) for place, one in enumerate(found[0])]
    ids = {node["id"] for node in nodes}
    by_place = [str(place) for place in range(len(nodes))]
    ends = [[_end(one, role) for role in ("source", "target")] for one in found[1]]
    places = not any(end in ids for pair in ends for end in pair) and all(
        end in by_place for pair in ends for end in pair
    )
    told = held.get("directed")
    edges: list[Row] = []
    if places:
        ends = [[nodes[int(end or 0)]["id"] for end in pair] for pair in ends]
    for one, pair in zip(found[1], ends, strict=True):
        row: Row = {"source": pair[0], "target": pair[1], "directed": _text(told), "link_id": None}
        used = {key for keys in _ENDS.values() for key in keys}
        for key, value in one.items() if isinstance(one, dict) else ():
            if key not in used and not (key == "key" and not value):
                row["link_id" if key == "id" else str(key)] = _text(value)
        edges.append(row)
    links = listed_links(edges)
    by = "caller" if directed is not None else ("file" if "directed" in links.roles else "")
    return Parts(links, "list", listed_entities(nodes), directed, by, {"file": name, "format": "JSON"})


def _cytoscape(elements: Any) -> tuple[list[Any], list[Any]] | None:
    if isinstance(elements, list):
        inner = [one.get("data", {}) for one in elements if isinstance(one, dict)]
        return [one for one in inner if "source" not in one], [one for one in inner if "source" in one]
    lists = [elements.get(name) for name in ("nodes", "edges")]
    if not all(isinstance(one, list) for one in lists):
        return None
    nodes, edges = ([row.get("data", {}) for row in one or [] if isinstance(row, dict)] for one in lists)
    return nodes, edges


def _node(one: Any, place: int) -> Row:
    if not isinstance(one, dict):
        return {"id": _text(one)}
    name = next((key for key in ("id", "key", "name", "label") if one.get(key) not in (None, "")), None)
    own = str(place) if name is None else _text(one[name])
    rest = {str(key): _text(value) for key, value in one.items() if key not in ("id", name)}
    return {"id": own, **rest}


def _end(one: Any, role: str) -> str | None:
    if not isinstance(one, dict):
        return None
    value = next((one[key] for key in _ENDS[role] if key in one), None)
    return _text(value.get("id") if isinstance(value, dict) else value)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
