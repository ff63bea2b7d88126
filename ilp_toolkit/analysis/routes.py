"""
Routes: corridors between places, how a flow may split over them, and what passes which post.

Roads and posts become a small graph whose edges cost kilometres, hours and crossing times that a person can
check. The answer is a set of corridors with shares, never a best route; posts come in the order of their
names, never by how weak they are; and how likely somebody is to be found is never part of a cost.
"""

from __future__ import annotations

from ._chokepoints import chokepoints
from ._corridor_graph import corridor_graph
from ._corridors import corridors
from ._logit import assign
from ._segments import DISPLACEMENT_READINGS, DisplacementRatio, displacement_ratio

__all__ = [
    "DISPLACEMENT_READINGS",
    "DisplacementRatio",
    "assign",
    "chokepoints",
    "corridor_graph",
    "corridors",
    "displacement_ratio",
]
