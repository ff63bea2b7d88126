"""
The link chart of a case as one page to click on: from a line to its evidence, from there to the report.

Here a chart becomes a page; nothing is written. It leaves by `release_links` alone, which makes every check
first and reads the page again as a stranger would.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..errors import InputError
from ..i18n import _, number, plural
from ._sanitising import codes as codes_of
from ._sanitising import fragments, names_removed, tells

if TYPE_CHECKING:
    from ..collation.finding import Finding, Material

__all__ = ["PAGE", "chart_page", "kept_of_reports", "reports_shown", "words_of_page"]

_WORD = re.compile(r"\w+")
PAGE = "chart.html"
"""Name of the file."""


def chart_page(
    links: pd.DataFrame,
    entities: pd.DataFrame,
    *,
    reports: pd.DataFrame | None = None,
    title: str,
    foot: str,
    marking: str,
) -> bytes | None:
    """
    Return the chart of links and entities as a page that asks the network for nothing.

    Parameters
    ----------
    links, entities
        Tables as `read_links` makes them.
    reports
        What `reports_shown` returned; left out, no text of a report is in the page.
    title, foot
        Words above and below the chart.
    marking
        Handling marking, at the top and the bottom.

    Returns
    -------
    bytes or None
        The page with labels (it is for those who may see single records); None where the chart is empty or
        has more entities than a screen shows one by one.
    """
    from ..analysis.networks import graph_from_links
    from ..views.link_screen import MOST, link_screen

    known = entities.drop_duplicates("entity_id", ignore_index=True)
    graph = graph_from_links(links, entities=known if len(known) else None)
    if not 0 < len(graph) <= MOST:
        return None
    page = link_screen(graph, names=True, reports=reports, title=title, foot=foot, marking=marking)
    return page.html.encode("utf-8")


def reports_shown(reports: Material | Finding | None, links: pd.DataFrame) -> pd.DataFrame | None:
    """
    Return the reports that links rest on, with the sanitised text alone.

    Raises
    ------
    InputError
        If it is no table of reports.

    Notes
    -----
    A text stays inside where it is only a copy of the original, and where it holds what sanitising took out
    of another report: the report is shown with its grade, without words.
    """
    if reports is None:
        return None
    table = reports.table
    if not isinstance(table, pd.DataFrame) or not {"report_id", "sanitised", "text"} <= set(table.columns):
        msg = _("`reports` holds no reports. Take them in with case.collect(…, reader=ilp.read_reports).")
        raise InputError(msg)
    needed = {item for items in links.get("item_ids", pd.Series(dtype=object)) for item in _texts(items)}
    held = table[table["report_id"].astype(str).isin(needed)].reset_index(drop=True)
    names, parts, codes = names_removed(table), fragments(table), codes_of(table)
    copied = _plain(held["sanitised"]) == _plain(held["text"])
    telling = [
        tells(text, names, codes) or any(part in text.casefold() for part in parts)
        for text in held["sanitised"].fillna("").astype(str)
    ]
    kept = [
        name
        for name in ("report_id", "received", "scale", "source_grade", "information_grade", "handling")
        if name in held
    ]
    return held[kept].assign(sanitised=held["sanitised"].mask(copied | pd.Series(telling, dtype=bool), ""))


def kept_of_reports(reports: Material, *, shown: Iterable[str]) -> tuple[pd.DataFrame, set[str]]:
    """
    Return what must stay inside of reports, for the scan of the files.

    Parameters
    ----------
    reports
        What the case took in.
    shown
        Cells of the chart: its names are no secret of the report, in whatever order their words stand.

    Returns
    -------
    tuple of DataFrame and set of str
        The reports, each original text emptied where a sanitised one stands beside it; and what sanitising
        took out of these.
    """
    table = reports.content
    cleared = _plain(table["sanitised"]) != ""
    words = {word for cell in shown for word in _WORD.findall(cell.casefold())}
    taken_out = {part for part in fragments(table) if not words.issuperset(_WORD.findall(part))}
    return table.assign(text=table["text"].mask(cleared, "")), taken_out


def words_of_page(links: pd.DataFrame, page: bytes | None) -> str:
    """Say what the page shows and what it leaves out, or why there is none."""
    if page is None:
        return _("There is no chart to click on: a screen shows up to 1,500 entities one by one.")
    told = _("{page} is the chart to click on: from a line to what it rests on, from there to the report.")
    loops = int((links["source"] == links["target"]).sum())
    left = plural(
        "{n} link of an entity to itself is not drawn there.",
        "{n} links of entities to themselves are not drawn there.",
        loops,
    ).format(n=number(loops))
    return " ".join([told.format(page=PAGE), *([left] if loops else [])])


def _plain(column: pd.Series[Any]) -> pd.Series[Any]:
    return column.fillna("").astype(str).str.casefold().str.split().str.join(" ")


def _texts(items: object) -> tuple[str, ...]:
    if isinstance(items, str):
        return (items,)
    return tuple(map(str, items)) if isinstance(items, list | tuple) else ()
