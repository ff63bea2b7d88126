"""
A route assessment from a governed case: the draft, through the same gate as every finding.

Its counts are sets of seizures of one file. They are held against those of every assessment that was made of
the same file before, for any drug, years or audience; an assessment of another file in the same case cannot
be compared, for the two may hold the same seizures, and is refused with what would mend it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..collation.filelock import locked
from ..errors import InputError
from ..i18n import _, number
from . import checks, gate, rulebook
from .asked import Asked
from .contents import four_eyes, free_text, wording
from .governance import governance
from .outline import Outline
from .product import finding_back, routes
from .product.blocks import Block, Note
from .product.finding import marking
from .product.profile_back import draft_note
from .product.routes_prepared import Prepared, prepare
from .release import Leaving, ReleaseError, let_out, note_refusal

if TYPE_CHECKING:
    from ..collation.finding import Finding, Material
    from .checks import Check
    from .product.blocks import Product

__all__ = ["release_routes"]

_KIND = "routes"
"""Kind of the records in the ledger."""


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
    gate.check_place(path)
    with locked(case.folder / "gate"):
        same, others = _earlier(material)
        prepared = prepare(material.intake, policy=case.policy, request=wanted, earlier=same, step=step)
        finding = case.analyse(_shown_by(prepared), material, author=author)
        step(_("Checking what leaves"))
        made = _checked(finding, asked, prepared, others)
        refused = checks.failures(made)
        if refused:
            note_refusal(finding, asked, refused)
            raise ReleaseError(refused)
        product = _governed(routes.draw(prepared, source=material.source, step=step), finding, asked, made)
        step(_("Writing"))
        # Record first: what is noted too much harms nobody, what is not noted gives counts away.
        case.remember(_KIND, _record(material, prepared))
        watch = routes.canaries_of(material.intake, wanted, source=material.source)
        return let_out(finding, asked, Leaving(product, watch), place=Path(path))


def _earlier(material: Material) -> tuple[list[dict[str, Any]], int]:
    """Return what was shown of the same file before, and how many assessments of other files there are."""
    records = material.case.recall(_KIND)
    same = [record for record in records if record["file"] == material.fingerprint]
    return same, len(records) - len(same)


def _record(material: Material, prepared: Prepared) -> dict[str, Any]:
    held = prepared.held
    return {"file": material.fingerprint, "publication": held.publication, "sets": dict(held.sets)}


def _shown_by(prepared: Prepared) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Return the function whose result is what the assessment shows: it stands for it in the case."""
    parts = [table.assign(part=name).astype("object") for name, table in prepared.tables().items()]

    def route_assessment(_table: pd.DataFrame) -> pd.DataFrame:
        return pd.concat(parts, ignore_index=True)

    return route_assessment


def _checked(finding: Finding, asked: Asked, prepared: Prepared, others: int) -> list[Check]:
    shape = Outline("numbers", prepared.tables())
    own = _("The assessment sees to it by itself.")
    made = [
        *governance(finding, asked, shape),
        checks.not_needed("sensitive_offences", _("It holds seizures, no offences against persons.")),
        checks.passed("columns", own),
        _counts(prepared, others),
        checks.passed("places", _("No place finer than a post stands in it.")),
        free_text(asked, {}),
        checks.not_needed("bias", _("It does not rank places for future attention.")),
        wording(asked),
        checks.passed("uncertainty", own),
        four_eyes(finding, asked),
    ]
    order, pack = list(checks.RULES), rulebook.pack_of(finding.case)
    return [rulebook.cited(check, pack) for check in sorted(made, key=lambda check: order.index(check.id))]


def _counts(prepared: Prepared, others: int) -> Check:
    held = prepared.held
    if others:
        found = _(
            "{n} assessments of other files left this case; the files may hold the same seizures, and nobody "
            "can say what both give away."
        ).format(n=number(others))
        return checks.failed("small_counts", found, "ilp routes … --case NEW-FOLDER")
    if held.refused:
        found = _("Beside what left before, small counts could be worked out.")
        fix = f"{held.refused} --without links --without effort"
        return checks.failed("small_counts", found, fix, **held.evidence)
    evidence = _("{n} figures held against what left before.").format(n=number(held.n))
    return checks.passed("small_counts", evidence, **held.evidence)


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
