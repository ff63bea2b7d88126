"""
The blank form of the information report, as a PDF for paper and as an empty table to type it into.

What is asked stands in `collection.forms`; the codes come from `evaluation`, so that paper and reader cannot
say different things. A blank form holds no data, so it passes no gate.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from dataclasses import asdict
from importlib import resources
from pathlib import Path
from typing import Any

import typst

from ...collection.forms import Form, headers, report_form
from ...errors import DisclosureError, FileError
from ...evaluation import grades, handling
from ...i18n import _, current, language
from ...views import style

__all__ = ["blank", "render", "table", "write"]

VERSION = dt.date(2026, 11, 26)
"""The day of this edition of the form; a form is not dated by the day on which it is printed."""
_COLUMNS = {"line": 3, "moment": 3, "yes_no": 2, "code": 2}


def blank(*, scale: grades.Scale = "4x4") -> Form:
    """
    Return the form of the information report with the codes of a scale, in the language in use.

    Examples
    --------
    >>> [code for code, _words in blank().extra["Source (4x4)"]]
    ['A', 'B', 'C', 'X']
    """
    return report_form(
        source_codes=grades.codes(scale, "source"),
        information_codes=grades.codes(scale, "information"),
        handling_codes=handling.codes(scale),
        scale=scale,
    )


def render(form: Form) -> bytes:
    """
    Return the form as a PDF; the same form gives the same bytes.

    Raises
    ------
    DisclosureError
        If typst refuses it.
    """
    template = resources.files("ilp_toolkit.dissemination").joinpath("templates/form.typ").read_bytes()
    fonts = sorted({str(path.parent) for path in style.font_files("ttf").values()})
    # typst's stub does not know that its input may be files in memory.
    compiled: Any = typst.compile
    try:
        return bytes(
            compiled(
                {"main.typ": template, "form.json": _data(form)},
                font_paths=fonts,
                ignore_system_fonts=True,
                pdf_standards=["ua-1"],
                timestamp=dt.datetime.combine(VERSION, dt.time(), tzinfo=dt.UTC),
            )
        )
    except typst.TypstError as error:
        raise DisclosureError(_("The PDF could not be made: {reason}.").format(reason=error)) from error


def table(form: Form) -> bytes:
    """
    Return an empty table with the headers of the form, as CSV that Excel opens.

    Examples
    --------
    >>> table(blank()).decode("utf-8-sig").split(";")[:2]
    ['Report number', 'Date received']
    """
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerow(headers(form))
    return out.getvalue().encode("utf-8-sig")


def write(path: str | Path, *, scale: grades.Scale = "4x4", in_language: str | None = None) -> Path:
    """
    Write the blank form: a PDF to print, or a CSV to type into, by the ending of the name.

    Parameters
    ----------
    path
        A file that does not exist yet; its name ends in .pdf or .csv.
    scale
        The scale that the form prints.
    in_language
        "en" or "ru"; None for the language in use.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    FileError
        If the file exists, its folder does not, or the ending is another.
    """
    place = Path(path)
    with language(in_language or current()):
        makers = {".pdf": render, ".csv": table}
        if place.suffix.lower() not in makers:
            raise FileError(_("{file} must end in .pdf or .csv.").format(file=place.name))
        if place.exists() or not place.parent.is_dir():
            msg = _("{file} cannot be written: it exists already, or its folder does not.")
            raise FileError(msg.format(file=place.name))
        place.write_bytes(makers[place.suffix.lower()](blank(scale=scale)))
    return place


def _data(form: Form) -> bytes:
    values = {
        "title": form.title,
        "note": form.note,
        "footer": form.footer,
        "author": "ILP toolkit",
        "language": current(),
        "date": [VERSION.year, VERSION.month, VERSION.day],
        "fonts": [style.FONT],
        "colours": {
            "ink": style.INK,
            "muted": style.MUTED,
            "rule": style.RULE,
            "accent-tint": style.ACCENT_TINT,
        },
        "words": {
            "page": _("Page {page} of {pages}"),
            "yes": _("yes"),
            "no": _("no"),
            "required": _("* must be filled in"),
            "codes": _("What the codes mean"),
            "code": _("Code"),
            "meaning": _("Meaning"),
        },
        "sections": [
            {
                "title": section.title,
                "columns": min(_COLUMNS.get(item.kind, 3) for item in section.fields),
                "fields": [asdict(item) for item in section.fields],
            }
            for section in form.sections
        ],
        "lists": [{"title": title, "items": list(items)} for title, items in form.extra.items()],
    }
    return json.dumps(values, ensure_ascii=False).encode("utf-8")
