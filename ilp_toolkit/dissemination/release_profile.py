"""
A problem profile from a governed case: the same product as the draft, through the same gate as every finding.

It is worked out first, its counts are held against everything that left before, and only then is it drawn.
What may not be shown is named with the option that leaves it out.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from ..collation.filelock import locked
from ..errors import InputError
from ..i18n import _
from . import checks, gate, rulebook
from .asked import Asked
from .contents import four_eyes, free_text, wording
from .governance import governance
from .outline import Outline
from .product import finding_back, profile
from .product.blocks import Block, Note
from .product.finding import marking
from .product.profile_back import draft_note
from .product.profile_prepared import Prepared, prepare
from .profile_counts import ProfileCounts, hold
from .release import Leaving, ReleaseError, let_out, note_refusal

if TYPE_CHECKING:
    from ..collation.finding import Finding, Material
    from .checks import Check
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
    case = material.case
    if material.intake is None or not hasattr(material.intake, "report"):
        msg = _("“{name}” was not read as a register of incidents, so no profile can be made of it.")
        raise InputError(msg.format(name=material.name))
    wanted = dataclasses.replace(request or profile.Request(), author=author)
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
    gate.check_place(path)
    with locked(case.folder / "gate"):
        prepared = prepare(material.intake, policy=case.policy, request=wanted, step=step)
        finding = case.analyse(_counts_of(prepared), material, author=author)
        step(_("Checking what leaves"))
        held = _held(material, prepared, finding, asked)
        made = _checked(finding, asked, prepared, held)
        refused = checks.failures(made)
        if refused:
            note_refusal(finding, asked, refused)
            raise ReleaseError(refused)
        product = _governed(profile.draw(prepared, source=material.source, step=step), finding, asked, made)
        step(_("Writing"))
        watch = profile.canaries_of(material.intake, product, prepared.facts.request, source=material.source)
        leaving = Leaving(product, watch, held.publication, held.sets)
        return let_out(finding, asked, leaving, place=Path(path))


def _counts_of(prepared: Prepared) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Return the function whose result is what the profile counts: it stands for the profile in the case."""
    parts = [
        pd.DataFrame(t.drop(columns="geometry", errors="ignore")).assign(part=n)
        for n, t in prepared.tables().items()
    ]

    def problem_profile(_table: pd.DataFrame) -> pd.DataFrame:
        return pd.concat(parts, ignore_index=True)

    return problem_profile


def _held(material: Material, prepared: Prepared, finding: Finding, asked: Asked) -> ProfileCounts:
    if not asked.public_rules(finding):
        # The profile hides small counts for everybody; this audience may see them, so nothing is compared.
        return ProfileCounts(checks.passed("small_counts", _("This audience may see small counts.")))
    return hold(material.case, material, prepared)


def _checked(finding: Finding, asked: Asked, prepared: Prepared, held: ProfileCounts) -> list[Check]:
    tables = prepared.tables()
    shape = Outline("cells", tables)
    own = _("The profile sees to it by itself.")
    made = [
        *governance(finding, asked, shape),
        checks.passed("sensitive_offences", own),
        checks.passed("columns", own),
        held.check,
        checks.passed("places", own),
        free_text(asked, {}),
        checks.not_needed("bias", _("It does not rank places for future attention.")),
        wording(asked),
        checks.passed("uncertainty", own),
        four_eyes(finding, asked),
    ]
    order, pack = list(checks.RULES), rulebook.pack_of(finding.case)
    return [rulebook.cited(check, pack) for check in sorted(made, key=lambda check: order.index(check.id))]


def _governed(product: Product, finding: Finding, asked: Asked, made: list[Check]) -> Product:
    """Turn the draft into a product of the case: its marking, where it comes from, what was checked."""
    anchor = finding.case.audit.anchor()
    root = f"{anchor['entries']}:{anchor['root']}"
    draft = draft_note()
    blocks: list[Block] = [b for b in product.blocks if not (isinstance(b, Note) and b == draft)]
    blocks += finding_back.behind(finding, asked, made, root=root, made=False)
    return dataclasses.replace(
        product,
        marking=marking(finding, asked),
        watermark=_("NOT PUBLIC") if asked.audience != "public" else "",
        blocks=tuple(blocks),
        record=product.record | finding_back.record(finding, asked, {}, made, root),
        readme="\n".join(product.readme.split("\n")[2:]),
    )
