"""
GraphML and GEXF of links: every column an attribute under its own name, all of them text.

Weights that are not known are left out and never written as one; in GEXF a missing weight counts as one in
some programs, so each link also says whether its weight is known.
"""

from __future__ import annotations

import datetime as dt
import xml.etree.ElementTree as ET

from ._link_cells import Rows

__all__ = ["as_gexf", "as_graphml", "xml_bytes"]

_GRAPHML = "http://graphml.graphdrawing.org/xmlns"
_GEXF = "http://gexf.net/1.3"
_ENDS = frozenset({"source", "target", "directed"})


def as_graphml(links: Rows, entities: Rows) -> bytes:
    """Return a network as GraphML."""
    root = ET.Element("graphml", xmlns=_GRAPHML)
    names = {"node": _names(entities, {"entity_id"}), "edge": _names(links, _ENDS)}
    keys: dict[tuple[str, str], str] = {}
    for kind, titles in names.items():
        for title in titles:
            number = keys[kind, title] = f"d{len(keys)}"
            more = {"attr.name": title, "attr.type": "double" if title == "weight" else "string"}
            ET.SubElement(root, "key", {"id": number, "for": kind, **more})
    graph = ET.SubElement(root, "graph", edgedefault=_default(links))
    for row in entities:
        _data(ET.SubElement(graph, "node", id=row["entity_id"]), row, "node", keys)
    for row in links:
        ends = {"source": row["source"], "target": row["target"], "directed": row["directed"]}
        _data(ET.SubElement(graph, "edge", ends), row, "edge", keys)
    return xml_bytes(root)


def as_gexf(links: Rows, entities: Rows, *, created: dt.date) -> bytes:
    """Return a network as GEXF 1.3."""
    root = ET.Element("gexf", xmlns=_GEXF, version="1.3")
    meta = ET.SubElement(root, "meta", lastmodifieddate=created.isoformat())
    ET.SubElement(meta, "creator").text = "ilp-toolkit"
    graph = ET.SubElement(root, "graph", defaultedgetype=_default(links), mode="static")
    node_names = _names(entities, {"entity_id", "label"})
    edge_names = [*_names(links, _ENDS), "weight_known"]
    for kind, names in (("node", node_names), ("edge", edge_names)):
        held = ET.SubElement(graph, "attributes", {"class": kind})
        for name in names:
            ET.SubElement(held, "attribute", id=name, title=name, type="string")
    nodes = ET.SubElement(graph, "nodes")
    for row in entities:
        node = ET.SubElement(nodes, "node", id=row["entity_id"], label=row["label"])
        _values(node, {name: row[name] for name in node_names if name in row})
    edges = ET.SubElement(graph, "edges")
    for number, row in enumerate(links):
        edge = ET.SubElement(edges, "edge", id=f"e{number}", source=row["source"], target=row["target"])
        edge.set("type", "directed" if row["directed"] == "true" else "undirected")
        if "kind" in row:
            edge.set("label", row["kind"])
        if "weight" in row:
            edge.set("weight", row["weight"])
        told = {name: row[name] for name in edge_names if name in row}
        _values(edge, {**told, "weight_known": "true" if "weight" in row else "false"})
    return xml_bytes(root)


def xml_bytes(root: ET.Element) -> bytes:
    """Return a document as indented UTF-8, the same bytes for the same elements."""
    ET.indent(root, space=" ")
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True, short_empty_elements=True)
    return body + b"\n"


def _default(links: Rows) -> str:
    """Return the direction of links where all share one: programs such as networkx read no mixture."""
    return "directed" if links and all(row["directed"] == "true" for row in links) else "undirected"


def _names(rows: Rows, left_out: frozenset[str] | set[str]) -> list[str]:
    return [name for name in dict.fromkeys(name for row in rows for name in row) if name not in left_out]


def _data(element: ET.Element, row: dict[str, str], kind: str, keys: dict[tuple[str, str], str]) -> None:
    for name, cell in row.items():
        if (kind, name) in keys:
            ET.SubElement(element, "data", key=keys[kind, name]).text = cell


def _values(element: ET.Element, cells: dict[str, str]) -> None:
    held = ET.SubElement(element, "attvalues")
    for name, cell in cells.items():
        ET.SubElement(held, "attvalue", {"for": name, "value": cell})
