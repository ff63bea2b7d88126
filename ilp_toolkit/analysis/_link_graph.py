"""From a table of links to a network that keeps the evidence of every link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..collation.roles import role_of
from ..errors import ColumnsError, InputError
from ..i18n import _

if TYPE_CHECKING:
    from ._ties import Graph

__all__ = ["graph_from_links", "texts"]

_KNOWN = ("type", "role", "label", "grade", "handling", "item_ids")


def graph_from_links(links: Any, *, entities: pd.DataFrame | None = None, directed: bool = False) -> Graph:
    """
    Make a network out of links; every edge keeps its evidence.

    Parameters
    ----------
    links
        A row a link: ``source``, ``target`` and, where there, ``weight`` (NaN: not known), ``kind``,
        ``item_ids``, ``grade``, ``handling``, ``date``, ``directed``, ``source_row``; or what
        `ilp.read_links` returns.
    entities
        ``entity_id`` and, where there, ``type``, ``role``, ``label``, ``grade``, ``handling``, ``item_ids``;
        other columns stay with the vertex as they are. Entities without a link become vertices too.
    directed
        Keep who reached whom. A link whose own ``directed`` is False then runs both ways.

    Returns
    -------
    networkx.Graph or networkx.DiGraph
        Vertices with ``type``, ``role`` ("unknown" where nobody wrote one), ``label``, ``grade``,
        ``handling`` and ``item_ids``. All links of a pair are one edge: ``n`` links, ``weight`` (sum of those
        known; NaN where none is), ``weights_unknown``, ``kind`` (several joined by "; "), ``item_ids``,
        ``grades`` (each once, by name), ``ungraded`` (links without a grade), ``handlings`` (each code
        once; "" where none is written, which means the strictest), ``dates`` (in order) and ``links`` (a
        record of each).

    Raises
    ------
    ColumnsError
        If a column is missing.
    InputError
        If an end of a link is missing, an entity stands twice, or no id of the links is among the entities.

    Notes
    -----
    A missing link says that nothing was collected, not that two people do not know each other. Grades are
    listed and never added up: two links graded C do not make one graded B. Loops (a number that called
    itself) stay in the network as evidence; measures leave them out and say so.

    Examples
    --------
    >>> links = pd.DataFrame({"source": ["p1", "p2", "p2"], "target": ["p2", "p1", "p3"], "kind": "call"})
    >>> graph = graph_from_links(links)
    >>> graph.edges["p1", "p2"]["n"], sorted(graph)
    (2, ['p1', 'p2', 'p3'])
    """
    import networkx as nx

    table, entities = _tables(links, entities)
    graph: Any = nx.DiGraph() if directed else nx.Graph()
    known = _entities(entities)
    _same_ids(table, known)
    for entity, attributes in known.items():
        graph.add_node(entity, **attributes)
    for record in _records(table):
        _add(graph, record["source"], record["target"], record)
        if directed and record["directed"] is False and record["source"] != record["target"]:
            _add(graph, record["target"], record["source"], record)
    for _one, _two, edge in graph.edges(data=True):
        edge.update(_merged(edge["links"]))
    for node, attributes in graph.nodes(data=True):
        for name, value in _blank(node).items():
            attributes.setdefault(name, value)
    graph.graph["ilp"] = {"links": len(table), "entities": len(known), "directed": bool(directed)}
    graph.graph["choices"] = _choices(graph, table, known, directed)
    return graph  # type: ignore[no-any-return]


def texts(value: Any) -> tuple[str, ...]:
    """Return ids of items as texts; none where there are none."""
    if isinstance(value, str):
        return (value,) if value else ()
    if isinstance(value, list | tuple | set | frozenset | np.ndarray):
        return tuple(str(item) for item in (sorted(value) if isinstance(value, set | frozenset) else value))
    return () if value is None or pd.isna(value) else (str(value),)


def _tables(links: Any, entities: pd.DataFrame | None) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    if not isinstance(links, pd.DataFrame) and isinstance(getattr(links, "table", None), pd.DataFrame):
        if entities is None:
            entities = getattr(links, "entities", None)
        links = links.table
    if not isinstance(links, pd.DataFrame):
        msg = _("`links` must be a table with `source` and `target`, got {kind}.")
        raise InputError(msg.format(kind=type(links).__name__))
    missing = [column for column in ("source", "target") if column not in links]
    if missing:
        raise ColumnsError(
            _("`{name}` lacks the columns {columns}.").format(name="links", columns=", ".join(missing))
        )
    empty = links["source"].isna() | links["target"].isna()
    if empty.any():
        msg = _(
            "`links` has {n} rows without a source or target (first: row {row}). "
            "Drop them with links.dropna(subset=['source', 'target'])."
        )
        raise InputError(msg.format(n=int(empty.sum()), row=int(np.flatnonzero(empty)[0])))
    return links, entities


def _entities(entities: pd.DataFrame | None) -> dict[Any, dict[str, Any]]:
    if entities is None:
        return {}
    if "entity_id" not in entities:
        raise ColumnsError(
            _("`{name}` lacks the columns {columns}.").format(name="entities", columns="entity_id")
        )
    ids = entities["entity_id"]
    wrong = ids.duplicated() | ids.isna()
    if wrong.any():
        msg = _("`entities` has {n} ids that are missing or stand twice (first: row {row}).")
        raise InputError(msg.format(n=int(wrong.sum()), row=int(np.flatnonzero(wrong)[0])))
    columns = {str(c): entities[c].astype(object).tolist() for c in entities.columns if c != "entity_id"}
    return {
        entity: _vertex(entity, {name: values[i] for name, values in columns.items()})
        for i, entity in enumerate(ids.astype(object).tolist())
    }


def _vertex(entity: Any, cells: dict[str, Any]) -> dict[str, Any]:
    """Return the attributes of a vertex: what is known of it, blanks where nothing is."""
    found = _blank(entity)
    for name, value in cells.items():
        if name == "item_ids":
            found[name] = texts(value)
        elif name == "role":
            found[name] = role_of(value)[0]
        elif not _nothing(value):
            found[name] = str(value) if name in _KNOWN else value
    return found


def _blank(entity: Any) -> dict[str, Any]:
    return {
        "type": "unknown",
        "role": "unknown",
        "label": str(entity),
        "grade": None,
        "handling": None,
        "item_ids": (),
    }


def _nothing(value: Any) -> bool:
    return value is None or (
        not isinstance(value, list | tuple | set | dict | np.ndarray) and bool(pd.isna(value))
    )


def _same_ids(table: pd.DataFrame, known: dict[Any, Any]) -> None:
    if not known or not len(table):
        return
    ends = {*table["source"].tolist(), *table["target"].tolist()}
    if not ends & set(known):
        msg = _("None of the {n} ids in `links` (such as {link!r}) is in `entities` (such as {entity!r}).")
        raise InputError(msg.format(n=len(ends), link=next(iter(table["source"])), entity=next(iter(known))))


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the evidence of each link."""
    n = len(table)

    def column(name: str) -> list[Any]:
        return table[name].astype(object).tolist() if name in table else [None] * n

    weight = (
        pd.to_numeric(table["weight"], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        if "weight" in table
        else np.full(n, np.nan)
    )
    dates = pd.to_datetime(table["date"]).tolist() if "date" in table else [pd.NaT] * n
    rows = column("source_row") if "source_row" in table else table.index.tolist()
    cells = zip(
        column("source"), column("target"), weight.tolist(), column("kind"), column("item_ids"),
        column("grade"), column("handling"), dates, column("date_precision"), column("directed"), rows,
        strict=True,
    )  # fmt: skip
    return [
        {
            "source": source,
            "target": target,
            "weight": value,
            "kind": None if _nothing(kind) else str(kind),
            "item_ids": texts(items),
            "grade": None if _nothing(grade) else str(grade),
            "handling": None if _nothing(handling) else str(handling),
            "date": date,
            "date_precision": None if _nothing(fine) else str(fine),
            "directed": None if _nothing(one_way) else bool(one_way),
            "source_row": None if _nothing(row) else row,
        }
        for source, target, value, kind, items, grade, handling, date, fine, one_way, row in cells
    ]


def _add(graph: Any, source: Any, target: Any, record: dict[str, Any]) -> None:
    if graph.has_edge(source, target):
        graph.edges[source, target]["links"] += (record,)
    else:
        graph.add_edge(source, target, links=(record,))


def _merged(records: tuple[dict[str, Any], ...]) -> dict[str, Any]:
    """Return what the links of one pair say together."""
    weights = [record["weight"] for record in records if not np.isnan(record["weight"])]
    return {
        "weight": float(sum(weights)) if weights else float("nan"),
        "weights_unknown": len(records) - len(weights),
        "n": len(records),
        "kind": "; ".join(sorted({record["kind"] for record in records if record["kind"]})),
        "item_ids": tuple(dict.fromkeys(item for record in records for item in record["item_ids"])),
        "grades": tuple(sorted({record["grade"] for record in records if record["grade"]})),
        "ungraded": sum(record["grade"] is None for record in records),
        "handlings": tuple(sorted({record["handling"] or "" for record in records})),
        "dates": tuple(sorted(record["date"] for record in records if not pd.isna(record["date"]))),
    }


def _choices(graph: Any, table: pd.DataFrame, known: dict[Any, Any], directed: bool) -> dict[str, Any]:
    one_way = table["directed"].fillna(False).astype(bool) if "directed" in table else None
    noted: dict[str, Any] = {
        "n": graph.number_of_nodes(),
        "n_edges": graph.number_of_edges(),
        "links": len(table),
        "directed": bool(directed),
    }
    if not directed and one_way is not None and one_way.any():
        noted["directions_left_aside"] = int(one_way.sum())
    if known:
        noted["without_entity"] = int(sum(node not in known for node in graph))
    noted["weights_unknown"] = int(sum(edge["weights_unknown"] for _o, _t, edge in graph.edges(data=True)))
    noted["ungraded"] = int(sum(edge["ungraded"] for _o, _t, edge in graph.edges(data=True)))
    return noted
