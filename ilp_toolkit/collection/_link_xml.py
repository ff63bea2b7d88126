"""
XML that cannot do harm: no document types, no entities, nothing fetched, and bounds on size and depth.

A document type is how XML reads other files and grows a page into gigabytes; graph formats need none, so a
file with one is refused whole.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any
from xml.parsers import expat

from ..errors import FileError
from ..i18n import _
from ._link_parts import Parts
from .containers import Content

__all__ = ["LARGEST", "local", "parse_xml", "xml_parts"]

LARGEST = 256 << 20
"""Bytes of XML that are read at most."""
_DEEPEST = 64
_MOST = 4_000_000
_PIECE = 1 << 20


class _RefusedError(Exception):
    """Raised inside the parser; turned into an error for the reader."""


def parse_xml(content: Content) -> ET.Element:
    """
    Parse XML into elements; refuse document types, entities, and more than the bounds.

    Raises
    ------
    FileError
        If the file is no sound XML, or holds what could do harm.

    Examples
    --------
    >>> parse_xml(Content("a.xml", data=b"<a><b/></a>"))[0].tag
    'b'
    """
    builder, depth, count = ET.TreeBuilder(), 0, 0
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth, count
        depth, count = depth + 1, count + 1
        if depth > _DEEPEST or count > _MOST:
            raise _RefusedError(_("it has more elements, or deeper ones, than any chart needs"))
        builder.start(_tag(tag), {_tag(name): value for name, value in attributes.items()})

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_tag(tag))

    def refuse(*_arguments: Any) -> None:
        raise _RefusedError(
            _("it has a document type or entities, which can read other files or grow without end")
        )

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = builder.data
    for name in ("StartDoctypeDecl", "EntityDecl", "UnparsedEntityDecl", "ExternalEntityRef"):
        setattr(parser, f"{name}Handler", refuse)
    try:
        _feed(parser, content)
    except _RefusedError as error:
        msg = _("{file} is not read: {why}. Export it again as plain GraphML, GEXF or ANX.")
        raise FileError(msg.format(file=content.name, why=error)) from None
    except (expat.ExpatError, LookupError, ValueError) as error:
        msg = _("{file} is no sound XML ({why}). Export it again.")
        raise FileError(msg.format(file=content.name, why=error)) from error
    return builder.close()


def _feed(parser: expat.XMLParserType, content: Content) -> None:
    size = 0
    with content.open() as stream:
        while piece := stream.read(_PIECE):
            size += len(piece)
            if size > LARGEST:
                raise _RefusedError(_("it is larger than {n} MB").format(n=LARGEST >> 20))
            parser.Parse(piece, False)
    parser.Parse(b"", True)


def xml_parts(content: Content, *, layout: str | None, directed: bool | None) -> Parts:
    """
    Read GraphML, GEXF or ANX, told apart by the root of the document.

    Raises
    ------
    FileError
        If it is none of them.
    """
    root = parse_xml(content)
    name = local(root.tag).casefold()
    if name == "graphml":
        from ._link_graphml import graphml_parts

        return graphml_parts(root, content.name, directed=directed)
    if name == "gexf":
        from ._link_graphml import gexf_parts

        return gexf_parts(root, content.name, directed=directed)
    if name == "chart":
        from ._link_anx import anx_parts

        return anx_parts(root, content.name, directed=directed)
    msg = _("{file} is XML with the root “{root}”, and neither GraphML nor GEXF nor an i2 chart (ANX).")
    raise FileError(msg.format(file=content.name, root=local(root.tag)[:40]))


def local(tag: str) -> str:
    """Return the name of an element without its namespace."""
    return tag.rpartition("}")[2]


def _tag(name: str) -> str:
    return "{" + name if "}" in name else name
