"""
Link charts on a screen: one page, no network; from a link to the report that it rests on in two clicks.

The page holds what is shown and nothing else: ids (names only where asked for), types, grades, dates, numbers
of items, and of reports the sanitised text alone. Vertices stand where the printed chart would put them, and
nothing moves by itself.
"""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..errors import ColumnsError, InputError
from ..evaluation import grades
from ..i18n import _, current, month
from . import style
from .event_marks import spans
from .link_icons import icon_svg
from .link_layout import Floats, link_layout, take_graph
from .link_marks import (
    FIRMNESS,
    KINDS,
    Edge,
    Vertex,
    date_words,
    edges_of,
    firmness,
    graded_words,
    limit_of_links,
    title_words,
    vertices_of,
)
from .link_parts import parts_of
from .link_room import LINE, Room, clipped, find_room, free_spots
from .offline import CSP, check_offline
from .screen_words import words_of_screen
from .ticks import joined

__all__ = ["MOST", "LinkPage", "link_screen"]

MOST = 1500
"""More vertices than this cannot be read one by one on any screen."""
_PIXELS = 132.0
"""Pixels of the page for an inch of the printed chart: words come out at about 11 pixels."""
_WIDE = 9.0
_HIGH = ((3.0, 5.6), (3.0, 9.0))
"""Inches: as high as a screen, and higher where words would find no room."""


@dataclass(frozen=True)
class LinkPage:
    """An interactive link chart, as one HTML page that asks the network for nothing."""

    title: str
    alt: str
    """What the chart shows, in words."""
    html: str
    """The whole page."""

    def _repr_html_(self) -> str:
        page = html.escape(self.html, quote=True)
        return (
            f'<iframe srcdoc="{page}" title="{html.escape(self.alt, quote=True)}" '
            'sandbox="allow-scripts" style="width:100%;height:640px;border:0"></iframe>'
        )


def link_screen(
    graph: Any,
    *,
    names: bool = False,
    reports: pd.DataFrame | None = None,
    start: Mapping[Any, tuple[float, float]] | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    foot: str | None = None,
    marking: str | None = None,
) -> LinkPage:
    """
    Draw a network for the screen: a click on a link opens its evidence, a click on an item its report.

    Parameters
    ----------
    graph
        What `networks.graph_from_links` returns.
    names
        Write labels rather than ids: only for those who may see the names. Left out, no label is in the page.
    reports
        Information reports as `ilp.read_reports` returns them (``report_id``, ``sanitised``, grade, handling,
        date); of those that links rest on, the sanitised text goes into the page. Left out, no text does.
    start
        Places of an earlier chart (`link_layout`).
    title, subtitle, foot
        As in `link_chart`.
    marking
        Handling marking, at the top and the bottom of the page; none where left out.

    Returns
    -------
    LinkPage
        For a notebook as it is; its ``html`` is the page, which a product takes as it takes maps.

    Raises
    ------
    InputError
        If it is no graph, is empty, or has more than 1,500 vertices.
    ColumnsError
        If `reports` lacks ``report_id`` or ``sanitised``.
    DisclosureError
        If the page would fetch anything from the network.

    Notes
    -----
    Whoever holds the page holds every link, item number and text in it: it is made for those who may see
    single records, never for the public.
    """
    if len(take_graph(graph)) > MOST:
        msg = _("`graph` has {n} vertices; a screen shows up to {most} one by one. Take a part of it.")
        raise InputError(msg.format(n=style.number(len(graph)), most=style.number(MOST)))
    vertices, edges = vertices_of(graph, names=names), edges_of(graph)
    ends = np.array([(edge.one, edge.two) for edge in edges], dtype=np.int64).reshape(-1, 2)
    places = np.array(list(link_layout(graph, start=start).values()))
    room = find_room(vertices, places, ends, width=_WIDE, height=_HIGH[0])
    if room.lost:
        room = find_room(vertices, places, ends, width=_WIDE, height=_HIGH[1])
    heading = title or title_words(len(vertices), len(edges), parts_of(len(vertices), ends))
    under = subtitle if subtitle is not None else joined(graded_words(edges), date_words(edges))
    below = joined(foot, limit_of_links())
    alt = joined(f"{heading}.", graded_words(edges), limit_of_links()) or ""
    payload = {
        "words": words_of_screen(),
        "language": current(),
        "icons": {kind: [icon_svg(kind), _(KINDS[kind])] for kind in _kinds(vertices)},
        "levels": {level: _(FIRMNESS[level]) for level in FIRMNESS},
        "radius": round(room.look.radius * _PIXELS, 1),
        "letters": round(max(room.look.points, 5.0) * _PIXELS / 72, 1),
        "line": round(LINE * room.look.points * _PIXELS / 72, 1),
        "size": [round(side * _PIXELS) for side in room.size],
        "vertices": _vertices(vertices, room),
        "links": _links(vertices, edges, room),
        "items": _items(edges, reports),
        "grades": _grades(edges),
    }
    return LinkPage(heading, alt, _page(payload, heading, under, below, alt, marking))


def _kinds(vertices: list[Vertex]) -> list[str]:
    return [kind for kind in KINDS if any(one.kind == kind for one in vertices)]


def _vertices(vertices: list[Vertex], room: Room) -> list[dict[str, Any]]:
    spots: Floats = room.centres * _PIXELS
    spots[:, 1] = room.size[1] * _PIXELS - spots[:, 1]
    return [
        {
            "text": one.text,
            "rows": rows,
            "kind": one.kind,
            "quiet": one.quiet,
            "x": round(float(x), 1),
            "y": round(float(y), 1),
        }
        for one, rows, (x, y) in zip(vertices, room.rows, spots, strict=True)
    ]


def _links(vertices: list[Vertex], edges: list[Edge], room: Room) -> list[dict[str, Any]]:
    found = [_link(edge, vertices) for edge in edges]
    lines = [clipped(room, edge.one, edge.two) for edge in edges]
    high = room.size[1]
    for one, (start, end) in zip(found, lines, strict=True):
        line = (start[0], high - start[1], end[0], high - end[1])
        one["ends"] = [round(float(value) * _PIXELS, 1) for value in line]
    if room.look.points and len(edges) <= 400:
        for i, (x, y) in free_spots(room, edges, lines, room.look.points):
            found[i]["spot"] = [round(float(x) * _PIXELS, 1), round(float(high - y) * _PIXELS, 1)]
    return found


def _link(edge: Edge, vertices: list[Vertex]) -> dict[str, Any]:
    first = vertices[edge.one].name
    records = [_record(record, first) for record in edge.links]
    records.sort(key=lambda one: (one["day"] or "9999", one["kind"], one["items"]))
    return {
        "a": edge.one,
        "b": edge.two,
        "n": edge.n,
        "level": edge.firmness,
        "forth": edge.forth,
        "back": edge.back,
        "text": edge.text,
        "records": records,
    }


def _record(record: Mapping[str, Any], first: Any) -> dict[str, Any]:
    date = record.get("date")
    moment = None if date is None or pd.isna(date) else pd.Timestamp(date)
    return {
        "kind": record.get("kind") or "",
        "grade": record.get("grade") or "",
        "level": firmness(record.get("grade")),
        **_when(moment, record.get("date_precision")),
        "items": list(record.get("item_ids") or ()),
        "handling": record.get("handling") or "",
        "way": "" if record.get("directed") is not True else "forth" if record["source"] == first else "back",
    }


def _when(moment: pd.Timestamp | None, precision: str | None) -> dict[str, str]:
    """Write a date as finely as it is known, with the first and the last day that it may stand for."""
    if moment is None:
        return {"day": "", "until": "", "date": ""}
    day = style.date(moment.date())
    words = day if moment == moment.normalize() else f"{day}, {moment:%H:%M}"
    span = spans(moment, precision) or (moment, moment)
    if span[0] != span[1]:
        words = str(moment.year) if precision == "year" else month(moment.date())
    return {"day": f"{span[0]:%Y-%m-%d}", "until": f"{span[1]:%Y-%m-%d}", "date": words}


def _items(edges: list[Edge], reports: pd.DataFrame | None) -> dict[str, dict[str, str]]:
    """Return of each item that a link rests on what may be shown: grade in words, date, handling, text."""
    needed = dict.fromkeys(
        str(item) for edge in edges for record in edge.links for item in record.get("item_ids") or ()
    )
    found: dict[str, dict[str, str]] = {}
    if reports is None or not needed:
        return found
    missing = [column for column in ("report_id", "sanitised") if column not in reports]
    if missing:
        msg = _("`{name}` lacks the columns {columns}.")
        raise ColumnsError(msg.format(name="reports", columns=", ".join(missing)))
    held = reports[reports["report_id"].astype(str).isin(list(needed))].reset_index(drop=True)
    graded = {"source_grade", "information_grade"} <= set(held.columns)
    marks = list(grades.of_reports(held, invalid="unknown")) if graded else [None] * len(held)
    for mark, row in zip(marks, held.to_dict("records"), strict=True):
        found[str(row["report_id"])] = {
            "grade": "" if mark is None else str(mark),
            "words": "" if mark is None else mark.words(),
            "date": _received(row.get("received")),
            "handling": _cell(row.get("handling")),
            "text": _cell(row.get("sanitised")),
        }
    return found


def _grades(edges: list[Edge]) -> dict[str, str]:
    """Return what each grade means, in words."""
    codes = dict.fromkeys(record.get("grade") for edge in edges for record in edge.links)
    found = {}
    for code in codes:
        try:
            grade = grades.parse(code) if isinstance(code, str) else None
        except InputError:
            continue
        if grade is not None:
            found[str(code)] = grade.words()
    return found


def _received(value: Any) -> str:
    return "" if value is None or pd.isna(value) else style.date(pd.Timestamp(value).date())


def _cell(value: Any) -> str:
    return "" if value is None or (not isinstance(value, str) and pd.isna(value)) else str(value)


def _page(  # noqa: PLR0917 - the parts of the page, from top to bottom
    payload: dict[str, Any],
    title: str,
    subtitle: str | None,
    foot: str | None,
    alt: str,
    marking: str | None,
) -> str:
    data = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    data = data.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    script, styles = _files()
    mark = f'<p class="marking" role="note">{html.escape(marking)}</p>' if marking else ""
    under = f"<p>{html.escape(subtitle)}</p>" if subtitle else ""
    page = f"""<!DOCTYPE html>
<html lang="{current()}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{CSP}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{html.escape(title)}</title>
<style>{styles}</style>
</head>
<body>
{mark}
<header><h1>{html.escape(title)}</h1>{under}</header>
<main>
<section class="tools" id="tools"></section>
<div class="chart"><svg id="chart" role="application" tabindex="0" aria-label="{html.escape(alt)}"></svg>
<div class="zoom" id="zoom"></div></div>
<aside id="panel" tabindex="-1"></aside>
</main>
<footer><p>{html.escape(foot or "")}</p></footer>
{mark}
<script type="application/json" id="data">{data}</script>
<script>{script}</script>
</body>
</html>
"""
    check_offline(page)
    return page


@cache
def _files() -> tuple[str, str]:
    folder = Path(__file__).parent
    script = (folder / "link_screen.js").read_text(encoding="utf-8")
    own = (folder / "link_screen.css").read_text(encoding="utf-8")
    return script, "\n".join([style.font_face_css(), style.roles_css(), own])
