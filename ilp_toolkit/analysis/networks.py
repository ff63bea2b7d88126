"""
Networks of links: who is linked with whom in what was collected, how firm that is, and what it does not say.

A network of links is a picture of collection: who was watched has links, who was not has none. So every table
here says "position in collected data, not culpability", comes in id order, and leaves out of its rows the
people whom nobody has a reason to suspect, while the network that is computed with keeps them. Removals give
the curve of a network and never an order of persons.
"""

from __future__ import annotations

from ._centrality import MEASURES, centralities
from ._link_graph import graph_from_links
from ._ties import POSITION

__all__ = ["MEASURES", "POSITION", "centralities", "graph_from_links"]
