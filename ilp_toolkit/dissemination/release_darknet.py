"""
An assessment of listings from a governed case: the draft, through the same gate as every finding.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ..i18n import _
from .product import darknet
from .release_held import Kind, release_held

if TYPE_CHECKING:
    from ..collation.finding import Material

__all__ = ["release_darknet"]


def release_darknet(
    material: Material,
    path: str | Path,
    *,
    audience: str,
    author: str,
    request: darknet.Request | None = None,
    purpose: str = "",
    second_person: str = "",
    recipients: tuple[str, ...] = (),
    consent: Mapping[str, str] | None = None,
    conditions_met: Mapping[str, str] | None = None,
    step: Callable[[str], None] = lambda description: None,
) -> Path:
    """
    Let an assessment of a case's material out, through every check.

    Parameters
    ----------
    material
        Listings that `Case.collect` took in with ``reader=ilp.read_listings``.
    path
        The folder to make.
    audience, author, purpose, second_person, recipients, consent, conditions_met
        As in `release`.
    request
        Markets, closures, people, parts to leave out.
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
        If the material holds no listings that an assessment can be made of.
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
        frame=darknet.FRAME,
        column="quantity_g",
        unread=_(
            "“{name}” was not read as a file of listings, so no assessment can be made of it: "
            "case.collect(…, reader=ilp.read_listings)."
        ),
        leave_out="--market NAME",
        not_needed={
            "sensitive_offences": _("It holds offers, no offences against persons."),
            "bias": _("It does not rank places for future attention."),
        },
        places=_("No place finer than a country stands in it."),
    )
