"""
Flows: how much moves between countries, by which evidence, and how sure that is.

Seizures are not flows: they are flow times detection times reporting. Each function here takes another way
around that (shares of seizures and demand, prices, totals and costs, a guess of the share that is caught)
and every answer carries its interval; `fuse` lays the answers side by side, and makes no average of them.
"""

from __future__ import annotations

from ._balance import balance
from ._bias_rates import effort_rate, interception
from ._flow_estimate import estimate
from ._flow_tables import WARNING
from ._fusion import fuse
from ._gradient import price_gradient
from ._gravity import GravityFit, gravity, radiation
from ._information import value_of_information
from ._seizure_edges import from_seizures
from ._share_solve import solve_imports

__all__ = [
    "WARNING",
    "GravityFit",
    "balance",
    "effort_rate",
    "estimate",
    "from_seizures",
    "fuse",
    "gravity",
    "interception",
    "price_gradient",
    "radiation",
    "solve_imports",
    "value_of_information",
]
