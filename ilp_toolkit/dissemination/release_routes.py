"""
A route assessment from a governed case: the draft, through the same gate as every finding.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ..i18n import _
from .product import routes
from .release_held import Kind, release_held

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
    return release_held(
        material,
        path,
        kind=_kind(),
        request=request,
        step=step,
        audience=audience,
        author=author,
        purpose=purpose,
        second_person=second_person,
        recipients=recipients,
        consent=consent,
        conditions_met=conditions_met,
    )


def _kind() -> Kind:
    return Kind(
        frame=routes.FRAME,
        column="drug_class",
        unread=_(
            "“{name}” was not read as a register of seizures, so no route assessment can be made of it: "
            "case.collect(…, reader=ilp.read_seizures)."
        ),
        leave_out="--without links --without effort",
        not_needed={
            "sensitive_offences": _("It holds seizures, no offences against persons."),
            "bias": _("It does not rank places for future attention."),
        },
        places=_("No place finer than a post stands in it."),
    )
