"""
A route assessment from a governed case: the draft, through the same gate as every finding.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import InputError
from ..i18n import _
from .asked import Asked
from .product import routes
from .product.routes_prepared import prepare
from .release_assessment import Recipe, release_assessment

if TYPE_CHECKING:
    from ..collation.finding import Material

__all__ = ["release_routes"]


def release_routes(
    material: Material,
    path: str | Path,
    *,
    audience: str,
    author: str,
    request: routes.Request | None = None,
    purpose: str = "",
    second_person: str = "",
    recipients: tuple[str, ...] = (),
    consent: Mapping[str, str] | None = None,
    conditions_met: Mapping[str, str] | None = None,
    step: Callable[[str], None] = lambda description: None,
) -> Path:
    """
    Let a route assessment of a case's material out, through every check.

    Parameters
    ----------
    material
        Seizures that `Case.collect` took in with ``reader=ilp.read_seizures``.
    path
        The folder to make.
    audience, author, purpose, second_person, recipients, consent, conditions_met
        As in `release`.
    request
        Drug, producers, other files, parts to leave out.
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
        If the material holds no seizures that an assessment can be made of.
    """
    case = material.case
    if material.intake is None or "drug_class" not in getattr(material.intake, "table", ()):
        msg = _(
            "“{name}” was not read as a register of seizures, so no route assessment can be made of it: "
            "case.collect(…, reader=ilp.read_seizures)."
        )
        raise InputError(msg.format(name=material.name))
    wanted = dataclasses.replace(request or routes.Request(), author=author)
    asked = Asked.of(
        audience,
        author,
        purpose=purpose,
        title=wanted.title,
        source=wanted.source,
        second_person=second_person,
        recipients=recipients,
        consent=consent,
        conditions_met=conditions_met,
    )
    intake = material.intake
    recipe = Recipe(
        kind="routes",
        prepare=lambda earlier: prepare(
            intake, policy=case.policy, request=wanted, earlier=earlier, step=step
        ),
        draw=lambda prepared: routes.draw(prepared, source=material.source, step=step),
        watch=lambda: routes.canaries_of(intake, wanted, source=material.source),
        leave_out="--without links --without effort",
        not_needed={
            "sensitive_offences": _("It holds seizures, no offences against persons."),
            "bias": _("It does not rank places for future attention."),
        },
        places=_("No place finer than a post stands in it."),
    )
    return release_assessment(material, path, recipe=recipe, asked=asked, step=step)
