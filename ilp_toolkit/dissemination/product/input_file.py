"""
The file that a product is made of: what the record says of it, and what of it must not stand in the product.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import gate, payload

if TYPE_CHECKING:
    from ..payload import Canaries

__all__ = ["file_of", "folders_of", "input_of", "watch_for"]


def file_of(source: str | Path) -> Path:
    """Return the file of a source that may name a member or a layer behind an exclamation mark."""
    whole = Path(source)
    return whole if whole.exists() else Path(str(source).rsplit("!", 1)[0])


def folders_of(source: str | Path | None) -> list[Path]:
    """Return the folder in which the file of a source lies; no product may name it."""
    return [] if source is None else [file_of(source).resolve().parent]


def input_of(source: str | Path | None) -> dict[str, Any]:
    """Return what the record says of the file that was read; nothing where there is none."""
    file = file_of(source) if source is not None else None
    return {"input": gate.input_record(file)} if file is not None and file.is_file() else {}


def watch_for(
    request: Any, source: str | Path | None, *, identifiers: Iterable[str], values: Iterable[str]
) -> Canaries:
    """
    Gather what must not stand in a product of tables that hold no column of the file.

    Parameters
    ----------
    request
        What was asked for: its title, source and author are the author's own words.
    source
        The file that was read.
    identifiers
        Numbers and codes of single records.
    values
        Cells of the file that stay inside.
    """
    known = [request.title, request.source, request.author]
    watch = payload.canaries_of_materials([], known=known, paths=folders_of(source))
    inside = frozenset(value.casefold() for value in values)
    return replace(watch, identifiers=frozenset(identifiers), set_aside=watch.set_aside | inside)
