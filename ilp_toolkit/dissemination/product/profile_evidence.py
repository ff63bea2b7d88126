"""
What the first answers are held against: change, weeks, streets, concentration, repeats.

Each part says in one sentence what it means and in one what it does not, and shows nothing that the public
rules do not allow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .profile_change import compare, public_change
from .profile_repeats import find_repeats, public_repeats
from .profile_shares import public_shares
from .profile_streets import find_streets, public_streets
from .profile_weeks import count_weeks

if TYPE_CHECKING:
    import pandas as pd

    from .profile_change import Change
    from .profile_facts import Facts
    from .profile_repeats import Repeats
    from .profile_shares import Shares
    from .profile_streets import Streets
    from .profile_weeks import Weeks
    from .profile_when import When
    from .profile_where import Where

__all__ = ["Evidence", "evidence_tables", "weigh"]


@dataclass(frozen=True)
class Evidence:
    """The parts behind the answers; None where there is nothing to say."""

    repeats: Repeats
    change: Change | None = None
    weeks: Weeks | None = None
    streets: Streets | None = None

    def shares(self, where: Where) -> list[Shares]:
        """Return on how few places how much lies: cells, and street segments where a layer was given."""
        of_streets = self.streets.shares if self.streets is not None else None
        return [one for one in (where.shares, of_streets) if one is not None]

    def choices(self, where: Where) -> dict[str, Any]:
        """Return what was chosen, for the manifest."""
        return {
            "repeats": self.repeats.choices,
            "streets": self.streets.choices if self.streets is not None else {},
            "shares": [one.choices for one in self.shares(where)],
        }


def weigh(facts: Facts, when: When, where: Where) -> Evidence:
    """Work out what stands behind the answers of a profile."""
    mapped = not where.why_no_map
    return Evidence(
        repeats=find_repeats(facts),
        change=compare(facts, when),
        weeks=count_weeks(facts),
        streets=find_streets(facts) if mapped else None,
    )


def evidence_tables(evidence: Evidence, where: Where) -> dict[str, pd.DataFrame]:
    """Return the public tables of the parts, by name."""
    tables = {
        "repeats": public_repeats(evidence.repeats),
        "shares": public_shares(evidence.shares(where)),
        "streets": public_streets(evidence.streets),
        "change": public_change(evidence.change),
    }
    return {name: table for name, table in tables.items() if table is not None and len(table)}
