"""
A chart for i2 Analyst's Notebook (ANX): the items of a chart, their dates, grades and handling.

Written directly rather than with anxwritter: that library refuses a link of an entity with itself, which is
evidence like any other, and the format needs no library. The source's code stands in the chart's first list
of grades, the information's in the second, the handling in the third, each list beginning with "-" for none,
so that an item without a grade has none. Every link has the strength "Unconfirmed": a new chart of i2 calls
its default "Confirmed", and nothing here has confirmed anything.
"""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET

from ._link_cells import Rows
from ._link_xml import xml_bytes

__all__ = ["NONE", "STRENGTH", "as_anx"]

NONE = "-"
"""The first entry of each list of grades: not graded, or not marked."""
STRENGTH = "Unconfirmed"
_TYPES = {
    "person": "Person",
    "organisation": "Organization",
    "phone": "Phone",
    "vehicle": "Vehicle",
    "account": "Account",
    "place": "Location",
    "event": "Event",
    "document": "Document",
    "online": "Online",
    "unknown": "Unknown",
}
_NO_KIND = "Unspecified"
_OWN = frozenset({"entity_id", "label", "type", "source", "target", "kind", "directed", "date", "grade"})
_OWN |= {"handling", "item_ids"}
_MINUTE = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}.*")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_STEP = 160
"""Distance of items on the chart; i2 lays them out anew on request."""


def as_anx(links: Rows, entities: Rows) -> bytes:
    """Return a network as a chart of i2."""
    lists = _grade_lists([*entities, *links])
    root = ET.Element("Chart", IdReferenceLinking="false", Rigorous="false")
    strengths = ET.SubElement(root, "StrengthCollection")
    ET.SubElement(strengths, "Strength", Name=STRENGTH, DotStyle="DotStyleDashed")
    for name, texts in zip(("One", "Two", "Three"), lists, strict=True):
        held = ET.SubElement(ET.SubElement(root, f"Grade{name}"), "StringCollection")
        for text in texts:
            ET.SubElement(held, "String", Text=text)
    _classes(root, [*entities, *links])
    types = ET.SubElement(root, "EntityTypeCollection")
    for kind in dict.fromkeys(_entity_type(row) for row in entities):
        ET.SubElement(types, "EntityType", Name=kind, PreferredRepresentation="RepresentAsIcon")
    kinds = ET.SubElement(root, "LinkTypeCollection")
    for kind in dict.fromkeys(_link_type(row) for row in links):
        ET.SubElement(kinds, "LinkType", Name=kind)
    items = ET.SubElement(root, "ChartItemCollection")
    numbers = {row["entity_id"]: str(number) for number, row in enumerate(entities, start=1)}
    width = max(1, math.isqrt(len(entities)))
    for place, row in enumerate(entities):
        _entity(items, row, numbers, lists, (place % width * _STEP, place // width * _STEP))
    for row in links:
        _link(items, row, numbers, lists)
    return xml_bytes(root)


def _entity(
    items: ET.Element,
    row: dict[str, str],
    numbers: dict[str, str],
    lists: tuple[list[str], ...],
    at: tuple[int, int],
) -> None:
    x, y = map(str, at)
    item = ET.SubElement(items, "ChartItem", {"Label": row["label"], **_facts(row, lists), "XPosition": x})
    end = ET.SubElement(item, "End", X=x, Y=y, Z="0")
    same = "true" if row["label"] == row["entity_id"] else "false"
    number = numbers[row["entity_id"]]
    held = {"EntityId": number, "Identity": row["entity_id"], "LabelIsIdentity": same}
    icon = ET.SubElement(ET.SubElement(end, "Entity", held), "Icon")
    ET.SubElement(icon, "IconStyle", Type=_entity_type(row))
    _attributes(item, row)


def _link(
    items: ET.Element, row: dict[str, str], numbers: dict[str, str], lists: tuple[list[str], ...]
) -> None:
    item = ET.SubElement(items, "ChartItem", {"Label": row.get("kind", ""), **_facts(row, lists)})
    link = ET.SubElement(item, "Link", End1Id=numbers[row["source"]], End2Id=numbers[row["target"]])
    arrow = "ArrowOnHead" if row["directed"] == "true" else "ArrowNone"
    ET.SubElement(link, "LinkStyle", Strength=STRENGTH, ArrowStyle=arrow, Type=_link_type(row))
    _attributes(item, row)


def _facts(row: dict[str, str], lists: tuple[list[str], ...]) -> dict[str, str]:
    """Return date, source reference and grades of an item as the attributes of its element."""
    facts = _date(row.get("date", ""))
    if "item_ids" in row:
        facts["SourceReference"] = row["item_ids"]
    for name, texts, text in zip(("One", "Two", "Three"), lists, _grades(row), strict=True):
        facts[f"Grade{name}Index"] = str(texts.index(text))
    return facts


def _date(text: str) -> dict[str, str]:
    """
    Return a date as a chart holds it; one that is known by its month or hour alone stays in words.

    Examples
    --------
    >>> _date("2025-03-01")["TimeSet"], _date("2025-03")
    ('false', {'DateSet': 'false', 'TimeSet': 'false', 'DateTimeDescription': '2025-03'})
    """
    if _MINUTE.fullmatch(text) and len(text) <= 23:
        whole = text if "." in text else f"{text}.000"
        return {"DateSet": "true", "TimeSet": "true", "DateTime": whole}
    if _DAY.fullmatch(text):
        return {"DateSet": "true", "TimeSet": "false", "DateTime": f"{text}T00:00:00.000"}
    described = {"DateTimeDescription": text.replace("T", " ")} if text else {}
    return {"DateSet": "false", "TimeSet": "false", **described}


def _grades(row: dict[str, str]) -> tuple[str, str, str]:
    """Return the entries of the three lists for an item: source, information, handling."""
    scale, _colon, code = row.get("grade", "").partition(":")
    halves = [NONE if letter == "?" else f"{scale}:{letter}" for letter in code] or [NONE, NONE]
    return halves[0], halves[1], row.get("handling", NONE)


def _grade_lists(rows: Rows) -> tuple[list[str], ...]:
    found = [dict.fromkeys([NONE]) for _number in range(3)]
    for row in rows:
        for held, text in zip(found, _grades(row), strict=True):
            held[text] = None
    return tuple([NONE, *sorted(text for text in held if text != NONE)] for held in found)


def _classes(root: ET.Element, rows: Rows) -> None:
    held = ET.SubElement(root, "AttributeClassCollection")
    for name in dict.fromkeys(name for row in rows for name in row if name not in _OWN):
        kind = "AttNumber" if name in ("weight", "seconds") else "AttText"
        ET.SubElement(held, "AttributeClass", Name=name, Type=kind, IsUser="true", ShowValue="true")


def _attributes(item: ET.Element, row: dict[str, str]) -> None:
    more = {name: cell for name, cell in row.items() if name not in _OWN}
    if more:
        held = ET.SubElement(item, "AttributeCollection")
        for name, cell in more.items():
            ET.SubElement(held, "Attribute", AttributeClass=name, Value=cell)


def _entity_type(row: dict[str, str]) -> str:
    return _TYPES.get(row["type"], row["type"])


def _link_type(row: dict[str, str]) -> str:
    return row.get("kind", _NO_KIND)
