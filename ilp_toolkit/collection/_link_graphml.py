"""
GraphML and GEXF as links and entities: attributes become columns under the names that the file gives them.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any

from ._link_fields import match_entities, match_rest
from ._link_parts import Listed, Parts, text_table
from ._link_xml import local
from .layout import unique_names
from .typedtables import feature_rows

__all__ = ["gexf_parts", "graphml_parts", "listed_entities", "listed_links"]

_MADE_ID = re.compile(r"n\d+")
_ENDS = ("source", "target", "directed", "link_id")
Row = dict[str, str | None]


def graphml_parts(root: ET.Element, name: str, *, directed: bool | None) -> Parts:
    """Read the elements of a GraphML document."""
    keys = _keys(root)
    nodes: list[Row] = []
    edges: list[Row] = []
    hyper = 0
    for graph in _all(root, "graph"):
        told = (graph.get("edgedefault") or "").casefold()
        for child in graph:
            kind = local(child.tag)
            if kind == "node":
                nodes.append({"id": child.get("id"), **_data(child, keys, "node")})
            elif kind == "edge":
                edges.append(_edge(child, told) | _data(child, keys, "edge"))
            elif kind == "hyperedge":
                hyper += 1
                edges.append({"source": None, "target": None, "directed": None, "link_id": child.get("id")})
    renamed = _names_for_ids(nodes, edges)
    ids_from = "name" if renamed else "id"
    how: dict[str, Any] = {"hyperedges": hyper, "ids_from": ids_from}
    return _parts(nodes, edges, layout="graphml", name=name, directed=directed, **how)


def gexf_parts(root: ET.Element, name: str, *, directed: bool | None) -> Parts:
    """Read the elements of a GEXF document; hierarchies are flattened, the layout of the drawing is left."""
    titles = {"node": {}, "edge": {}}  # type: dict[str, dict[str, str]]
    defaults = {"node": {}, "edge": {}}  # type: dict[str, dict[str, str | None]]
    for attributes in _all(root, "attributes"):
        kind = (attributes.get("class") or "node").casefold()
        for one in attributes:
            if local(one.tag) == "attribute" and kind in titles:
                title = one.get("title") or one.get("id") or "attribute"
                titles[kind][one.get("id") or title] = title
                default = next((part.text for part in one if local(part.tag) == "default"), None)
                if default is not None:
                    defaults[kind][title] = default
    told = next((graph.get("defaultedgetype") or "" for graph in _all(root, "graph")), "")
    nodes = [
        {
            "id": node.get("id"),
            "label": node.get("label"),
            **defaults["node"],
            **_values(node, titles["node"]),
        }
        for node in _all(root, "node")
    ]
    edges = []
    for edge in _all(root, "edge"):
        row: Row = {
            **_edge(edge, ""),
            "directed": edge.get("type") or told or None,
            "weight": edge.get("weight"),
            "kind": edge.get("kind"),
            "label": edge.get("label"),
            "date": edge.get("start") or edge.get("timestamp"),
        }
        whole = _filled(row) | defaults["edge"] | _values(edge, titles["edge"])
        if whole.get("label") == whole.get("kind"):
            whole.pop("label", None)
        edges.append(whole)
    return _parts(nodes, edges, layout="gexf", name=name, directed=directed)


def listed_links(edges: list[Row]) -> Listed:
    """Put edges into a table whose columns have roles."""
    columns = _columns(edges, _ENDS)
    roles = {"source": "source", "target": "target"}
    if any(columns["directed"]):
        roles["directed"] = "directed"
    else:
        del columns["directed"]
    if not any(columns["link_id"]):
        del columns["link_id"]
    names = list(columns)
    return Listed(text_table(columns), match_rest("links", names, roles), feature_rows(len(edges)))


def listed_entities(nodes: list[Row]) -> Listed | None:
    """Put nodes into a table whose columns have roles; None where there are none."""
    if not nodes:
        return None
    columns = _columns(nodes, ("id",))
    names = list(columns)
    roles = match_entities(names, {"entity_id": "id"})
    return Listed(text_table(columns), roles, feature_rows(len(nodes)))


def _parts(
    nodes: list[Row], edges: list[Row], *, layout: str, name: str, directed: bool | None, **more: Any
) -> Parts:
    links = listed_links(edges)
    by = "caller" if directed is not None else ("file" if "directed" in links.roles else "")
    choices = {"file": name, "format": {"graphml": "GraphML", "gexf": "GEXF", "anx": "ANX"}[layout]}
    more = {key: value for key, value in more.items() if value}
    return Parts(links, layout, listed_entities(nodes), directed, by, {**choices, **more})


def _columns(rows: list[Row], first: tuple[str, ...]) -> dict[str, list[str | None]]:
    names = list(dict.fromkeys([*first, *(name for row in rows for name in row)]))
    unique = unique_names(names)
    return {new: [row.get(name) for row in rows] for new, name in zip(unique, names, strict=True)}


def _all(root: ET.Element, name: str) -> Iterator[ET.Element]:
    return (element for element in root.iter() if local(element.tag) == name)


def _keys(root: ET.Element) -> dict[str, tuple[str, str, str | None]]:
    """Return key to what it is for, its name and its default."""
    keys = {}
    for key in _all(root, "key"):
        number = key.get("id") or ""
        title = key.get("attr.name") or key.get("yfiles.type") or number
        default = next((part.text for part in key if local(part.tag) == "default"), None)
        keys[number] = ((key.get("for") or "all").casefold(), title, default)
    return keys


def _data(element: ET.Element, keys: dict[str, tuple[str, str, str | None]], kind: str) -> Row:
    row: Row = {title: default for on, title, default in keys.values() if on in (kind, "all") and default}
    for part in element:
        if local(part.tag) != "data":
            continue
        number = part.get("key") or ""
        title = keys.get(number, ("", number, None))[1]
        if len(part):
            # What yEd draws: of it only the label says something.
            labels = [t.text for t in part.iter() if local(t.tag) in ("NodeLabel", "EdgeLabel") and t.text]
            if labels:
                row["label"] = " ".join(labels[0].split())
        elif part.text is not None:
            row[title] = part.text
    return row


def _edge(element: ET.Element, told: str) -> Row:
    own = element.get("directed")
    return {
        "source": element.get("source"),
        "target": element.get("target"),
        "directed": own if own is not None else told or None,
        "link_id": element.get("id"),
    }


def _values(element: ET.Element, titles: dict[str, str]) -> Row:
    row: Row = {}
    for part in element:
        if local(part.tag) == "attvalues":
            for value in part:
                number = value.get("for") or value.get("id") or ""
                row[titles.get(number, number)] = value.get("value")
    return row


def _filled(row: Row) -> Row:
    return {name: value for name, value in row.items() if value is not None or name in _ENDS}


def _names_for_ids(nodes: list[Row], edges: list[Row]) -> bool:
    """Call vertices by their names where the ids are n0, n1, n2 that a library made up."""
    if not nodes or not all(_MADE_ID.fullmatch(node["id"] or "") for node in nodes):
        return False
    title = next((t for t in ("name", "id (original)") if all(node.get(t) for node in nodes)), None)
    if title is None or len({node[title] for node in nodes}) < len(nodes):
        return False
    name = {node["id"]: node[title] for node in nodes}
    for node in nodes:
        node["id"] = node.pop(title)
    for edge in edges:
        for end in ("source", "target"):
            edge[end] = name.get(edge[end], edge[end])
    return True
