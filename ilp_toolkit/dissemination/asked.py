"""What an author asks of the gate: for whom, on whose word, with what consent and what exceptions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..errors import InputError
from ..evaluation import handling
from ..i18n import _

if TYPE_CHECKING:
    from ..direction.policy import Policy

__all__ = ["AGGREGATED", "Asked"]

AGGREGATED = frozenset({"cells", "areas", "hours", "periods", "pairs", "numbers", "segments"})
"""Shapes of results in which no single record stands."""


@dataclass(frozen=True)
class Asked:
    """A wish to release, as it was stated."""

    audience: str
    author: str
    purpose: str = ""
    statement: str = ""
    """What the author says the finding means, in sentences of their own."""
    confidence: str = ""
    """``low``, ``moderate`` or ``high``; empty where nothing is said."""
    second_person: str = ""
    recipients: tuple[str, ...] = ()
    consent: Mapping[str, str] = field(default_factory=dict)
    """Originator to the reference of their consent."""
    conditions_met: Mapping[str, str] = field(default_factory=dict)
    """Condition to what was done about it."""
    exceptions: Mapping[str, str] = field(default_factory=dict)
    """Check to the reason for passing over it."""
    columns: tuple[str, ...] = ()
    mask: Mapping[str, Any] = field(default_factory=dict)
    """How points are moved, as `geomask.mask` takes it; empty where they stay."""
    bias_audit: Any = None
    title: str = ""
    source: str = ""
    ground: Mapping[str, Any] = field(default_factory=dict)
    """Layers that are public by nature and lie under a map: ``boundary``, ``areas``, ``streets``."""

    @classmethod
    def of(cls, audience: str, author: str, **wishes: Any) -> Asked:
        """
        Take what a caller stated, and refuse what cannot be meant.

        Raises
        ------
        InputError
            If the author is empty, or the audience is none that is known.
        """
        if not str(author).strip():
            msg = _("`author` is empty. Name who answers for the product: a name or a service number.")
            raise InputError(msg)
        known = handling.audiences()
        if audience not in known:
            msg = _("`audience` is {audience!r}, which is none of: {known}.")
            raise InputError(msg.format(audience=audience, known=", ".join(known)))
        for name in ("recipients", "columns"):
            value: Iterable[str] | str = wishes.get(name) or ()
            wishes[name] = (value,) if isinstance(value, str) else tuple(value)
        mask = wishes.get("mask") or {}
        wishes["mask"] = {"method": mask} if isinstance(mask, str) else dict(mask)
        for name in ("consent", "conditions_met", "exceptions"):
            wishes[name] = dict(wishes.get(name) or {})
        return cls(audience, str(author).strip(), **wishes)

    def public_rules(self, finding: Any) -> bool:
        """
        Say whether small counts must be hidden from this audience.

        They are shown to those whom the policy names, as far as the handling lets them see the material.
        """
        named = self.audience in finding.case.policy.release.small_counts_for
        return not (named and finding.passport.handling.permits(self.audience))

    def single_records(self, policy: Policy) -> bool:
        """Say whether this audience may see single points and records."""
        return self.audience in policy.release.single_records_for
