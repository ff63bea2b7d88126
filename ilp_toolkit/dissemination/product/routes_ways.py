"""
Ways and posts: corridors with shares, what passes which post in the model, and what a reinforced post moved.

Roads and posts are the user's. A corridor is one of several and never the best; posts stand in the order of
their names. What a table of seizures adds are the flows between countries, spread evenly over the towns of
both, for nobody knows better.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...analysis import routes
from ...errors import IlpError, InputError
from ...i18n import _, current
from .routes_evidence import at_place
from .routes_network import own_roads

if TYPE_CHECKING:
    from .routes_facts import Facts
    from .routes_flows import Estimated
    from .routes_links import Links

__all__ = ["Displaced", "Ways", "find_ways", "segments_of"]

CORRIDORS = 4
BETA = 0.2
"""In 1 / hour: a corridor that takes three and a half hours more has half the share."""
_MOST_LINKS = 3
_ROLES = ("treated", "near", "control")
_WHEN = ("before", "after")
_SEED = 20_250_101


@dataclass(frozen=True)
class Displaced:
    """Before and after a post was reinforced."""

    post: str
    start: dt.date
    segments: pd.DataFrame
    """``segment role before after``; inside only."""
    members: dict[str, Any]
    """Which seizures are counted, by ``role before`` and ``role after``."""
    ratio: routes.DisplacementRatio | None = None
    """The comparison; None where there is none."""
    rates: dict[str, tuple[float, float]] | None = None
    """Seizures in a thousand hours of work before and after, by role; None without hours by month."""
    why_none: str = ""

    @property
    def readable(self) -> bool:
        """Whether there is anything to show."""
        return self.ratio is not None

    @property
    def table(self) -> pd.DataFrame:
        """``role before after ratio ratio_low ratio_high relative``: sums by role."""
        return pd.DataFrame() if self.ratio is None else self.ratio.table

    @property
    def reading(self) -> str:
        """A key of `routes.DISPLACEMENT_READINGS`."""
        return "no_effect" if self.ratio is None else self.ratio.reading


@dataclass(frozen=True)
class Ways:
    """What the roads add."""

    graph: Any = None
    corridors: pd.DataFrame | None = None
    """As `routes.assign` gives them, for the heaviest links."""
    posts: pd.DataFrame | None = None
    """``post name share low high``, in the order of names."""
    displaced: tuple[Displaced, ...] = ()
    towns: dict[str, str] | None = None
    """The town that stands for each country in the corridors."""
    places: pd.DataFrame | None = None
    """The nodes of the roads: those that were given, or the package's."""
    packaged: bool = False
    """Whether the roads are the package's own."""
    why_none: str = ""
    why_no_corridors: str = ""
    choices: dict[str, Any] | None = None

    def name(self, node: Any) -> str:
        """Return the name of a node in the language in use."""
        about = self.graph.nodes.get(node, {}) if self.graph is not None else {}
        return str(about.get(f"name_{current()}") or about.get("name") or node)


def find_ways(facts: Facts, links: Links, estimated: Estimated) -> Ways:
    """Lay the flows over the roads, and compare before and after where a post was reinforced."""
    displaced = tuple(_displaced(facts, post, start) for post, start in facts.request.reinforced)
    flows = _flows(links, estimated)
    given = facts.request.roads, facts.request.places
    roads, places = (
        given if given[0] is not None else own_roads({*flows["origin"], *flows["destination"]}) or given
    )
    if roads is None or places is None:
        why = _("No roads were given (--roads, --places), so nothing can be said of ways and posts.")
        return Ways(displaced=displaced, why_none=why)
    graph = _graph(roads, places)
    towns = _towns(graph)
    if flows.empty or not set(towns) & {*flows["origin"], *flows["destination"]}:
        why = _("None of the links leads between countries on these roads.")
        return Ways(graph=graph, displaced=displaced, why_none=why)
    first = {code: names[0] for code, names in towns.items()}
    found = Ways(graph=graph, displaced=displaced, towns=first, places=places, packaged=given[0] is None)
    corridors, why_no = _corridors(graph, flows, towns)
    posts, choices = _posts(graph, flows, towns)
    made = {"graph": graph.graph["choices"], "posts": choices, "beta": BETA}
    return replace(found, corridors=corridors, why_no_corridors=why_no, posts=posts, choices=made)


def segments_of(facts: Facts, post: str) -> pd.DataFrame:
    """
    Return the posts of the roads with their part in a comparison: the post, its neighbours, and the control.

    Raises
    ------
    InputError
        If no places were given, the post is none of them, or there is no neighbour or no control.
    """
    places = facts.request.places
    if places is None:
        msg = _("--reinforced needs --places: the other posts are what a post is compared with.")
        raise InputError(msg)
    posts = places[places["kind"].astype(str) == "post"]
    key = post.strip().casefold()
    names = posts.select_dtypes(include=["object", "string"]).columns
    mine = posts[names].astype("string").apply(lambda c: c.str.strip().str.casefold() == key).any(axis=1)
    mine = mine.fillna(False).to_numpy(dtype=bool)
    if not mine.any():
        there = ", ".join(sorted(posts["node"].astype(str)))
        msg = _("--reinforced: “{post}” is no post of the places. Posts are: {there}.")
        raise InputError(msg.format(post=post, there=there))
    sides = [frozenset(map(str, pair)) for pair in _sides(posts)]
    border = sides[int(mine.argmax())]
    role = [
        "treated" if at else "near" if side == border else "control"
        for at, side in zip(mine, sides, strict=True)
    ]
    made = pd.DataFrame({"segment": posts["node"].astype(str).to_numpy(), "role": role})
    missing = {"near", "control"} - set(role)
    if missing:
        msg = _(
            "--reinforced: “{post}” has no other post on its border, or there is none on another border to "
            "compare with."
        )
        raise InputError(msg.format(post=post))
    return made


def _sides(posts: pd.DataFrame) -> Any:
    other = next((c for c in ("other_country", "country_b") if c in posts), None)
    first = posts["country"] if "country" in posts else posts["country_a"]
    return zip(first, posts[other] if other else first, strict=True)


def _displaced(facts: Facts, post: str, start: dt.date) -> Displaced:
    segments = segments_of(facts, post)
    dates = facts.table["date"]
    moment = pd.Timestamp(start)
    first, last = dates.min(), dates.max()
    if not (pd.notna(first) and first < moment <= last):
        msg = _("--reinforced: {day} is not inside the time of the seizures.")
        raise InputError(msg.format(day=start.isoformat()))
    members = {f"{role} {when}": np.zeros(facts.n, dtype=bool) for role in _ROLES for when in _WHEN}
    before: list[int] = []
    after: list[int] = []
    for node, role in zip(segments["segment"], segments["role"], strict=True):
        inside = np.zeros(facts.n, dtype=bool)
        for name in _spellings(facts.request.places, str(node)):
            inside |= at_place(facts, name)
        for when, counts in (("before", before), ("after", after)):
            mine = inside & ((dates < moment) if when == "before" else (dates >= moment)).to_numpy(dtype=bool)
            members[f"{role} {when}"] |= mine
            counts.append(int(mine.sum()))
    segments = segments.assign(before=before, after=after)
    sums = segments.groupby("role")[["before", "after"]].sum()
    found = Displaced(post, start, segments, members, rates=_by_hours(facts, segments, moment))
    if (sums < facts.policy.cells.minimum_count).any(axis=None):
        why = _("Too few seizures at the post, its neighbours or the control, before or after.")
        return replace(found, why_none=why)
    exposure = (float((moment - first).days), float((last - moment).days + 1))
    try:
        ratio = routes.displacement_ratio(segments, exposure=exposure, rng=_SEED)
    except IlpError as error:
        return replace(found, why_none=str(error))
    return replace(found, ratio=ratio)


def _by_hours(
    facts: Facts, segments: pd.DataFrame, moment: pd.Timestamp
) -> dict[str, tuple[float, float]] | None:
    """Return seizures in a thousand hours, before and after; None where a role has no hours."""
    effort = facts.request.effort
    if effort is None or effort["month"].isna().any():
        return None
    inside = effort["month"].between(facts.table["date"].min().replace(day=1), facts.table["date"].max())
    role = effort["place"].astype(str).map(segments.set_index("segment")["role"])
    late = effort["month"] >= moment
    found = {}
    for name, sums in segments.groupby("role")[["before", "after"]].sum().iterrows():
        hours = [float(effort.loc[inside & (role == name) & part, "hours"].sum()) for part in (~late, late)]
        if min(hours) <= 0:
            return None
        found[str(name)] = (1000 * sums["before"] / hours[0], 1000 * sums["after"] / hours[1])
    return found


def _spellings(places: pd.DataFrame | None, node: str) -> list[str]:
    """Return the names under which a register may write a post."""
    if places is None:
        return [node]
    row = places[places["node"].astype(str) == node].iloc[0]
    return sorted(
        {node, *(str(row[c]) for c in places.columns if str(c).startswith("name") and pd.notna(row[c]))}
    )


def _graph(roads: pd.DataFrame, places: pd.DataFrame) -> Any:
    places = places.rename(columns={"lon": "x", "lat": "y"})
    posts = places[places["kind"].astype(str) == "post"]
    wanted = {"post_id": posts["node"].astype(str), "node": posts["node"]}
    wanted |= {name: posts[name] for name in ("country", "hours", "name") if name in posts}
    towns = places.loc[places["kind"].astype(str) == "town", "node"]
    on = {*roads["source"], *roads["target"]}
    columns = ["source", "target", "km", *(["hours"] if "hours" in roads else [])]
    graph = routes.corridor_graph(
        roads[columns],
        pd.DataFrame(wanted)[posts["node"].isin(on).to_numpy()],
        keep=[node for node in towns if node in on],
        nodes=places[[c for c in ("node", "x", "y", "country") if c in places]],
    )
    for row in places.to_dict("records"):
        if row["node"] in graph:
            words = {str(k): v for k, v in row.items() if str(k).startswith("name") and isinstance(v, str)}
            graph.nodes[row["node"]].update(words)
            graph.nodes[row["node"]].setdefault("name_en", str(row["node"]))
    return graph


def _towns(graph: Any) -> dict[str, list[Any]]:
    """Return the towns of each country on the roads, in the order of the file."""
    found: dict[str, list[Any]] = {}
    for name, about in graph.nodes(data=True):
        if about.get("kind") == "town" and about.get("country"):
            found.setdefault(str(about["country"]), []).append(name)
    return found


def _flows(links: Links, estimated: Estimated) -> pd.DataFrame:
    """Return the estimated flows, the seized kilograms where there is no estimate."""
    if not estimated.flows.empty and (estimated.flows["kg"] > 0).any():
        flows = estimated.flows[["origin", "destination", "kg", "low", "high"]]
        return flows[flows["kg"] > 0].sort_values("kg", ascending=False, ignore_index=True)
    edges = links.edges[["origin", "destination", "kg"]]
    return edges[edges["kg"] > 0].sort_values("kg", ascending=False, ignore_index=True)


def _corridors(
    graph: Any, flows: pd.DataFrame, towns: dict[str, list[Any]]
) -> tuple[pd.DataFrame | None, str]:
    tables, reasons = [], []
    inside = flows[flows["origin"].isin(towns) & flows["destination"].isin(towns)].head(_MOST_LINKS)
    for start, end in zip(inside["origin"], inside["destination"], strict=True):
        try:
            found = routes.corridors(graph, towns[start][0], towns[end][0], k=CORRIDORS)
        except InputError as error:
            reasons.append(str(error))
            continue
        if len(found):
            tables.append(found.assign(country_from=start, country_to=end))
    if not tables:
        return None, reasons[0] if reasons else _("No way leads between the towns of these links.")
    return routes.assign(pd.concat(tables, ignore_index=True), beta=BETA), ""


def _posts(
    graph: Any, flows: pd.DataFrame, towns: dict[str, list[Any]]
) -> tuple[pd.DataFrame | None, dict[str, Any]]:
    """Return what share of the flows passes each post; a flow is spread evenly over pairs of towns."""
    rows = []
    for flow in flows.to_dict("records"):
        pairs = list(product(towns.get(flow["origin"], []), towns.get(flow["destination"], [])))
        for start, end in pairs:
            part: dict[str, float] = {
                name: flow[name] / len(pairs) for name in ("kg", "low", "high") if name in flow
            }
            rows.append({"origin": start, "destination": end} | part)
    if not rows or not any(about.get("kind") == "post" for _n, about in graph.nodes(data=True)):
        return None, {}
    try:
        found = routes.chokepoints(graph, pd.DataFrame(rows), measures=("bridges",), rng=_SEED)
    except InputError:
        return None, {}
    return found[["post", "share", "low", "high"]], dict(found.attrs["choices"])
