"""
A problem profile from a governed case: the same product as the draft, through the same gate as every finding.

It is worked out first, its counts are held against everything that left before, and only then is it drawn.
What may not be shown is named with the option that leaves it out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import InputError
from ..i18n import _
from . import checks
from .product import profile
from .product.profile_prepared import Prepared, prepare
from .profile_counts import hold
from .release_assessment import Verdict, release_assessment, wished

if TYPE_CHECKING:
    from ..collation.finding import Finding, Material
    from .asked import Asked
    from .checks import Check
    from .columns import Shape
    from .payload import Canaries
    from .product.blocks import Product

__all__ = ["release_profile"]


def release_profile(
    material: Material,
    path: str | Path,
    *,
    audience: str,
    author: str,
    request: profile.Request | None = None,
    purpose: str = "",
    second_person: str = "",
    recipients: tuple[str, ...] = (),
    consent: Mapping[str, str] | None = None,
    conditions_met: Mapping[str, str] | None = None,
    step: Callable[[str], None] = lambda description: None,
) -> Path:
    """
    Let a problem profile of a case's material out, through every check.

    Parameters
    ----------
    material
        Incidents that `Case.collect` took in.
    path
        The folder to make.
    audience, author, purpose, second_person, recipients, consent, conditions_met
        As in `release`.
    request
        Offences, layers, title, parts to leave out.
    step
        Called with the name of each step of the work.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    ReleaseError
        If a check does not hold; nothing was written.
    InputError
        If the material holds no incidents that a profile can be made of.
    """
    if material.intake is None or not hasattr(material.intake, "report"):
        msg = _("“{name}” was not read as a register of incidents, so no profile can be made of it.")
        raise InputError(msg.format(name=material.name))
    wanted, asked = wished(
        request or profile.Request(),
        audience=audience,
        author=author,
        purpose=purpose,
        second_person=second_person,
        recipients=recipients,
        consent=consent,
        conditions_met=conditions_met,
    )
    recipe = _Recipe(material, wanted, step)
    return release_assessment(material, path, recipe=recipe, asked=asked, step=step)


@dataclass(frozen=True)
class _Recipe:
    """How a problem profile is made of a material."""

    material: Material
    request: profile.Request
    step: Callable[[str], None]
    function: str = "release_profile.problem_profile"
    shape: Shape = "cells"

    def prepare(self) -> Prepared:
        """Work it out, without drawing it."""
        policy = self.material.case.policy
        return prepare(self.material.intake, policy=policy, request=self.request, step=self.step)

    def hold(self, prepared: Prepared, finding: Finding, asked: Asked) -> Verdict:
        """Hold its counts against everything that left before."""
        if not asked.public_rules(finding):
            # It hides small counts for everybody; this audience may see them, so nothing is compared.
            return Verdict(checks.passed("small_counts", _("This audience may see small counts.")))
        held = hold(self.material.case, self.material, prepared)
        return Verdict(held.check, held.publication, held.sets)

    def checks(self) -> list[Check]:
        """Return the checks that it answers by itself."""
        own = _("The profile sees to it by itself.")
        return [
            checks.passed("sensitive_offences", own),
            checks.passed("columns", own),
            checks.passed("places", own),
            checks.not_needed("bias", _("It does not rank places for future attention.")),
            checks.passed("uncertainty", own),
        ]

    def draw(self, prepared: Prepared) -> Product:
        """Draw it, as a draft."""
        return profile.draw(prepared, source=self.material.source, step=self.step)

    def watch(self, prepared: Prepared, product: Product) -> Canaries:
        """Gather what must not stand in it."""
        material, request = self.material, prepared.facts.request
        return profile.canaries_of(material.intake, product, request, source=material.source)
