"""
What every assessment has in common: its number, its record of the input, how it is made again.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ... import __version__
from ...i18n import _, plural
from ...i18n import number as in_words
from .. import gate
from .blocks import Block, Heading, Paragraph
from .blocks import Facts as FactList
from .profile_back import draft_note

if TYPE_CHECKING:
    import datetime as dt

__all__ = ["file_of", "how_to_repeat", "input_of", "number", "readme", "subtitle"]


def number(prefix: str, record: dict[str, Any], created: dt.date) -> str:
    """Make the number of a product from its content: the same input and choices give the same number."""
    content = json.dumps([__version__, record], sort_keys=True, ensure_ascii=False)
    return f"{prefix}-{created.year}-{hashlib.sha256(content.encode('utf-8')).hexdigest()[:8].upper()}"


def subtitle(period: str, source: str) -> str:
    """Write the time and, where it is told, the source."""
    return _("{period} · Source: {source}").format(period=period, source=source) if source else period


def input_of(source: str | Path | None) -> dict[str, Any]:
    """Return what the record says of the file that was read; nothing where there is none."""
    file = file_of(source) if source is not None else None
    return {"input": gate.input_record(file)} if file is not None and file.is_file() else {}


def readme(*first: str) -> str:
    """Say what lies where, for whoever opens the folder: the lines on page and paper come first."""
    lines = [
        *first,
        _("tables/        the public tables, as CSV for spreadsheets"),
        _("figures/       the pictures: SVG and PNG"),
        _("manifest.json  what went in, what was chosen, every file with its hash"),
    ]
    return "\n".join([_("DRAFT – no case – not for release"), "", *lines, ""])


def how_to_repeat(record: dict[str, Any], command: str) -> list[Block]:
    """Say how the same product is made again."""
    given = record.get("input", {})
    rows = [(_("Toolkit"), f"ilp-toolkit {__version__}")]
    if given:
        size = plural("{n} byte", "{n} bytes", given["bytes"]).format(n=in_words(given["bytes"]))
        rows += [(_("File"), str(given["file"])), (_("Size"), size), (_("SHA-256"), str(given["sha256"]))]
    if command:
        rows.append((_("Command"), command))
    text = _(
        "The same file, the same choices and the same version give the same numbers. manifest.json "
        "lists every "
        "file of this product with its hash, and every version."
    )
    return [Heading(_("How to reproduce this")), Paragraph(text), FactList(tuple(rows)), draft_note()]


def file_of(source: str | Path) -> Path:
    """Return the file of a source that may name a member behind an exclamation mark."""
    whole = Path(source)
    return whole if whole.exists() else Path(str(source).rsplit("!", 1)[0])
