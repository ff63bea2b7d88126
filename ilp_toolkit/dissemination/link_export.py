"""
Networks for other programs: GraphML, GEXF, two CSV files, and charts of i2, with their grades and handling.

Here a network becomes bytes; nothing is written. What leaves a case leaves by `release_links`, which makes
every check first. No format has a place that says "confirmed".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any, Literal, get_args

import pandas as pd

from ..errors import InputError
from ._anx import as_anx
from ._link_cells import cells_of
from ._link_xml import as_gexf, as_graphml

__all__ = ["FORMATS", "Format", "chart_files", "chart_tables"]

Format = Literal["graphml", "gexf", "anx", "csv", "html"]
FORMATS: tuple[Format, ...] = get_args(Format)
"""What a network can leave as."""
_FORMULA = ("=", "@", "\t", "\r")


def chart_files(
    links: pd.DataFrame,
    entities: pd.DataFrame | None = None,
    *,
    formats: Iterable[Format] = FORMATS,
    columns: Iterable[str] = (),
    created: dt.date,
) -> dict[str, bytes]:
    """
    Return a network as files of other programs; nothing is written.

    Parameters
    ----------
    links, entities
        Tables as `read_links` makes them.
    formats
        Which of `FORMATS`; the two CSV files are tables, see `chart_tables`, and the page to click on is made
        by `link_page.chart_page`.
    columns
        Further columns of either table that go with it.
    created
        The day that the files carry.

    Returns
    -------
    dict
        Name of the file to its bytes; the same tables give the same bytes.

    Raises
    ------
    InputError
        If a format is none of `FORMATS`, or a grade is not of its scale.
    ColumnsError
        If a column is missing.

    Notes
    -----
    A date that is known by its month stays a month. A weight that is not known is left out; programs that
    read GEXF may take that for one, so each link also says ``weight_known``. Characters that XML cannot hold
    become U+FFFD. networkx reads no GraphML that mixes directed and undirected links.

    Examples
    --------
    >>> links = pd.DataFrame({"source": ["007"], "target": ["7"], "directed": [True], "grade": ["4x4:B2"]})
    >>> files = chart_files(links, created=dt.date(2025, 3, 1))
    >>> sorted(files), b"Confirmed" in files["chart.anx"]
    (['chart.anx', 'chart.gexf', 'chart.graphml'], False)
    """
    wanted = _formats(formats)
    rows, nodes = cells_of(links, entities, columns=columns)
    made: dict[str, Callable[[], bytes]] = {
        "graphml": lambda: as_graphml(rows, nodes),
        "gexf": lambda: as_gexf(rows, nodes, created=created),
        "anx": lambda: as_anx(rows, nodes),
    }
    return {f"chart.{name}": make() for name, make in made.items() if name in wanted}


def chart_tables(
    links: pd.DataFrame, entities: pd.DataFrame | None = None, *, columns: Iterable[str] = ()
) -> dict[str, pd.DataFrame]:
    """
    Return a network as the two tables that leave as CSV: ``links`` and ``entities``, in id order.

    Notes
    -----
    A cell that a spreadsheet would run as a formula begins with an apostrophe, the only change made to it.
    """
    rows, nodes = cells_of(links, entities, columns=columns)
    nodes = sorted(nodes, key=lambda row: row["entity_id"])
    return {"links": _table(rows), "entities": _table(nodes)}


def _table(rows: list[dict[str, str]]) -> pd.DataFrame:
    names = list(dict.fromkeys(name for row in rows for name in row))
    cells: list[dict[str, Any]] = [{name: _safe(row.get(name, "")) for name in names} for row in rows]
    return pd.DataFrame(cells, columns=names, dtype=object)


def _safe(cell: str) -> str:
    signed = cell[:1] in ("+", "-") and not cell[1:].replace(" ", "").replace(".", "").isdigit()
    risky = cell.startswith(_FORMULA) or (signed and len(cell) > 1)
    return f"'{cell}" if risky else cell


def _formats(formats: Iterable[str]) -> list[str]:
    wanted = [formats] if isinstance(formats, str) else list(formats)
    unknown = [name for name in wanted if name not in FORMATS]
    if unknown or not wanted:
        msg = f"`formats` must name some of {', '.join(FORMATS)}, got {wanted!r}."
        raise InputError(msg)
    return wanted
