"""The links of a network in the order of their dates, with the gaps between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from .. import choices
from ..errors import InputError
from ..i18n import _
from ._link_graph import graph_from_links

if TYPE_CHECKING:
    from ._ties import Graph

__all__ = ["timeline"]

_COLUMNS = ("source", "target", "kind", "item_ids", "grade")
_COARSE = ("month", "year")


def timeline(
    links: Graph | pd.DataFrame | Any,
    *,
    of: Sequence[Any] | None = None,
    kinds: Sequence[str] | None = None,
    quiet: pd.Timedelta | str = "30 days",
) -> pd.DataFrame:
    """
    Put dated links in order, each with its evidence and the time since the one before.

    Parameters
    ----------
    links
        What `graph_from_links` returns, or a table of links.
    of
        Only links with one of these ids at an end; all where None.
    kinds
        Only links of these kinds; all where None.
    quiet
        A gap longer than this is counted as quiet.

    Returns
    -------
    pandas.DataFrame
        A row a link: ``date``, ``date_precision`` (``minute``, ``hour``, ``day``, ``month``, ``year``; where
        nobody said it, a day at midnight and a minute otherwise), ``source``, ``target``, ``kind``,
        ``item_ids``, ``grade`` (as it was given; empty where nobody gave one) and ``gap`` (Timedelta since
        the link before; empty for the first, and where either is known by its month or year only). The
        choices count what has no date, what is known by month or year, and quiet gaps.

    Raises
    ------
    InputError
        If `links` is neither, an id is not there, or `quiet` is not above 0.

    Notes
    -----
    A date is when a link was recorded as having been; a gap may be a pause of theirs or of those who watched.
    Links known by the day only stand at its midnight, by the month at its first: of several in one such span
    nobody knows the order, and no gap is told beside a month or a year.

    Examples
    --------
    >>> links = pd.DataFrame(
    ...     {"source": ["a", "b", "a"], "target": ["b", "c", "c"], "date": ["2025-03-09", "2025-01-02", None]}
    ... )
    >>> timeline(links)[["date", "source", "target", "gap"]]
            date source target     gap
    0 2025-01-02      b      c     NaT
    1 2025-03-09      a      b 66 days
    """
    long = pd.Timedelta(quiet)
    if pd.isna(long) or long <= pd.Timedelta(0):
        raise InputError(_("`{name}` must be above 0, got {value!r}.").format(name="quiet", value=str(quiet)))
    graph = links if hasattr(links, "is_directed") else graph_from_links(links, directed=True)
    records = _records(graph)
    if of is not None:
        wanted = {of} if isinstance(of, str) else set(of)
        unknown = [one for one in wanted if one not in graph]
        if unknown:
            msg = _("`{name}` {node!r} is not in the graph of {n} nodes, such as {examples}.")
            examples = ", ".join(map(repr, list(graph)[:3])) or "-"
            raise InputError(msg.format(name="of", node=unknown[0], n=len(graph), examples=examples))
        records = [one for one in records if one["source"] in wanted or one["target"] in wanted]
    if kinds is not None:
        records = [
            one for one in records if one["kind"] in ({kinds} if isinstance(kinds, str) else set(kinds))
        ]
    dated = [one for one in records if not pd.isna(one["date"])]
    dated.sort(key=lambda one: (one["date"], str(one["source"]), str(one["target"]), str(one["kind"])))
    table = pd.DataFrame({name: pd.Series([one[name] for one in dated], dtype=object) for name in _COLUMNS})
    dates = pd.Series([one["date"] for one in dated], dtype="datetime64[ns]")
    table.insert(0, "date", dates)
    table.insert(1, "date_precision", pd.Series([_precision(one) for one in dated], dtype=object))
    coarse = table["date_precision"].isin(_COARSE)
    table["gap"] = dates.diff().mask(coarse | coarse.shift(fill_value=False))
    gaps = table["gap"].dropna()
    return choices.record(
        table,
        links=len(records),
        without_date=len(records) - len(dated),
        dated_by_month_or_year=int(coarse.sum()),
        quiet=str(long),
        quiet_gaps=int((gaps > long).sum()),
        longest_gap=str(gaps.max()) if len(gaps) else None,
        not_shown="what nobody recorded: a gap may be a pause of those who watched",
    )


def _precision(record: dict[str, Any]) -> str:
    """Say how finely a link is dated; a graph that does not say it counts as the date was written."""
    fine, date = record.get("date_precision"), record["date"]
    return str(fine) if fine else "day" if date == date.normalize() else "minute"


def _records(graph: Any) -> list[dict[str, Any]]:
    """Return each link once, also one that runs both ways."""
    found: dict[Any, dict[str, Any]] = {}
    for _one, _two, edge in graph.edges(data=True):
        if not isinstance(edge.get("links"), tuple):
            msg = _("The edges of `graph` hold no links: make it with `networks.graph_from_links`.")
            raise InputError(msg)
        found |= {id(record): record for record in edge["links"]}
    return list(found.values())
