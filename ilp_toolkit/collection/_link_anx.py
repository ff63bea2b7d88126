"""
Charts of i2 Analyst's Notebook (ANX) as links and entities: what stands on the chart, without its drawing.

A chart item is an entity or a link, with a label, a date, a source reference, up to three grades that point
into the chart's own lists, and attributes. An index that no list explains is kept as a number and read as no
grade: what a position means, only the list says.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import Any

from ._link_graphml import Row, listed_entities, listed_links
from ._link_parts import Parts
from ._link_xml import local

__all__ = ["NO_KIND", "anx_parts"]

NO_KIND = frozenset({"link", "unspecified"})
"""Names of types of links that say nothing of the link."""
_ARROWS = {
    "arrownone": "undirected",
    "arrowonboth": "undirected",
    "arrowonhead": "directed",
    "arrowontail": "reversed",
}
_GRADE = re.compile(r"(?:(?P<scale>\w+)\s*:\s*)?(?P<code>[A-Za-zАСХ0-9])(?:\b.*)?", re.DOTALL)
_NONE = frozenset({"", "-", "--", "–", "none", "not graded", "unknown"})


def anx_parts(root: ET.Element, name: str, *, directed: bool | None) -> Parts:
    """Read the items of a chart."""
    grades = [_strings(root, f"Grade{number}") for number in ("One", "Two", "Three")]
    nodes: list[Row] = []
    edges: list[Row] = []
    identities: dict[str, str] = {}
    other = 0
    items = [item for item in root.iter() if local(item.tag) == "ChartItem"]
    for item in items:
        entity, link = _child(item, "Entity"), _child(item, "Link")
        if entity is not None:
            row = _entity(item, entity) | _item(item, grades)
            for key in (entity.get("EntityId"), item.get("Id")):
                if key:
                    identities.setdefault(key, row["id"] or "")
            nodes.append(row)
        elif link is not None:
            edges.append(_link(item, link) | _item(item, grades))
        else:
            other += 1
    for edge in edges:
        ends = [identities.get(edge[end] or "", edge[end]) for end in ("source", "target")]
        edge["source"], edge["target"] = reversed(ends) if edge["directed"] == "reversed" else ends
        edge["directed"] = "directed" if edge["directed"] == "reversed" else edge["directed"]
    by = "caller" if directed is not None else "file"
    choices: dict[str, Any] = {"file": name, "format": "ANX"}
    if other:
        choices["items_without_entity_or_link"] = other
    return Parts(listed_links(edges), "anx", listed_entities(nodes), directed, by, choices)


def _entity(item: ET.Element, entity: ET.Element) -> Row:
    identity = entity.get("Identity") or item.get("Label") or entity.get("EntityId")
    style = next((part for part in entity.iter() if part.get("Type")), None)
    return {
        "id": identity,
        "label": item.get("Label") or identity,
        "type": style.get("Type") if style is not None else None,
    }


def _link(item: ET.Element, link: ET.Element) -> Row:
    style = _child(link, "LinkStyle")
    kind = style.get("Type") if style is not None else None
    label = item.get("Label")
    arrow = (style.get("ArrowStyle") if style is not None else None) or "ArrowNone"
    row: Row = {
        "source": link.get("End1Id"),
        "target": link.get("End2Id"),
        "directed": _ARROWS.get(arrow.casefold(), "undirected"),
        "link_id": None,
        "kind": None if kind is None or kind.casefold() in NO_KIND else kind,
    }
    if label and label != row["kind"]:
        row["label"] = label
    return row


def _item(item: ET.Element, grades: list[list[str] | None]) -> Row:
    """Return what entities and links have in common: date, grades, handling, source, attributes."""
    row: Row = _date(item) | _grades(item, grades)
    if item.get("SourceReference"):
        row["item_ids"] = item.get("SourceReference")
    for column, attribute in (("source_type", "SourceType"), ("description", "Description")):
        if item.get(attribute):
            row[column] = item.get(attribute)
    for part in item.iter():
        if local(part.tag) == "Attribute" and part.get("AttributeClass"):
            row[part.get("AttributeClass") or ""] = part.get("Value")
    return row


def _date(item: ET.Element) -> Row:
    moment = item.get("DateTime") or ""
    day_known, time_known = (item.get(name) == "true" for name in ("DateSet", "TimeSet"))
    if moment and day_known:
        text = moment if time_known else moment[:10]
        return {"date": re.sub(r"\.0+$", "", text.replace("T", " "))}
    described = item.get("DateTimeDescription")
    return {"date": described} if described else {}


def _grades(item: ET.Element, lists: list[list[str] | None]) -> Row:
    words = []
    row: Row = {}
    for number, strings in zip(("One", "Two", "Three"), lists, strict=True):
        index = item.get(f"Grade{number}Index")
        word = ""
        if index is not None and strings is not None and index.isdigit() and int(index) < len(strings):
            word = strings[int(index)].strip()
        elif index not in (None, "0"):
            row[f"Grade{number}Index"] = index
        words.append("" if word.casefold() in _NONE else word)
    source, information, handling = words
    if handling:
        row["handling"] = handling
    halves = [_GRADE.fullmatch(word) for word in (source, information)]
    scales = {half["scale"] for half in halves if half is not None and half["scale"]}
    if source or information:
        if (
            all(half is not None or not word for half, word in zip(halves, words, strict=False))
            and len(scales) < 2
        ):
            code = "".join(half["code"] if half is not None else "?" for half in halves)
            row["grade"] = f"{scales.pop()}:{code}" if scales else code
        else:
            row["grade"] = f"{source} {information}".strip()
    return row


def _strings(root: ET.Element, name: str) -> list[str] | None:
    """Return a list of grades of the chart; None where it has none."""
    held = next((element for element in root.iter() if local(element.tag) == name), None)
    if held is None:
        return None
    return [part.get("Text") or "" for part in held.iter() if local(part.tag) == "String"]


def _child(element: ET.Element, name: str) -> ET.Element | None:
    return next((part for part in element.iter() if local(part.tag) == name), None)
