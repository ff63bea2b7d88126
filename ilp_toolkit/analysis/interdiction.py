"""
Interdiction: what closures, removals and moving posts do to a network, and how sure that is.

Exact answers carry their proof and stand beside what a simple rule reaches. All of them but `displacement`
hold the network still, which life does not; capacities, costs and the working of posts are the user's or
invented.
"""

from __future__ import annotations

from ._covering import shortest_path_interdiction
from ._cuts import Cut, Interdiction, max_flow_interdiction, min_cut
from ._displacing import displacement
from ._removal import removal_experiment

__all__ = [
    "Cut",
    "Interdiction",
    "displacement",
    "max_flow_interdiction",
    "min_cut",
    "removal_experiment",
    "shortest_path_interdiction",
]
