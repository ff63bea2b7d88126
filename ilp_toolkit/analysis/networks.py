"""
Networks of links: who is linked with whom in what was collected, how firm that is, and what it does not say.

A network of links is a picture of collection: who was watched has links, who was not has none. So every table
here says "position in collected data, not culpability", comes in id order, and leaves out of its rows the
people whom nobody has a reason to suspect, while the network that is computed with keeps them. Removals give
the curve of a network and never an order of persons.
"""

from __future__ import annotations

from ._brokers import BROKERAGE, brokers
from ._call_patterns import CallPatterns, call_patterns
from ._centrality import MEASURES, centralities
from ._communities import communities
from ._cut_points import cut_points
from ._link_graph import graph_from_links
from ._link_paths import paths
from ._rank_stability import BANDS, RankStability, rank_stability
from ._taking_out import LEAST_GROUP, removal
from ._ties import POSITION
from ._timeline import timeline
from ._two_mode import two_mode

__all__ = [
    "BANDS",
    "BROKERAGE",
    "LEAST_GROUP",
    "MEASURES",
    "POSITION",
    "CallPatterns",
    "RankStability",
    "brokers",
    "call_patterns",
    "centralities",
    "communities",
    "cut_points",
    "graph_from_links",
    "paths",
    "rank_stability",
    "removal",
    "timeline",
    "two_mode",
]
