"""
The counts of accounts in an assessment of listings, as sets of accounts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..held import Counts

if TYPE_CHECKING:
    from .darknet_facts import Facts
    from .darknet_offers import Offers

__all__ = ["counts_of"]


def counts_of(facts: Facts, found: Offers) -> Counts:
    """
    Return every count of accounts as a set of the accounts of the file.

    Their names: ``total``, ``market …``, ``substance …``. By country of origin listings are
    counted and not accounts: the more divisions, the more can be worked out.
    """
    once = facts.once
    names, members = ["total"], [facts.members(np.ones(len(once), dtype=bool))]
    for market in found.coverage["market"]:
        names.append(f"market {market}")
        members.append(facts.members(once["market"] == market))
    for code in found.substances["substance"]:
        names.append(f"substance {code}")
        members.append(facts.members(once["substance"] == code))
    return Counts(tuple(names), tuple(members))
