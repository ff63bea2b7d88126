"""
An assessment from a governed case: the draft, through the same gate as every finding.

Its counts are sets of records of one file. They are held against those of every assessment of its kind that
was made of the same file before, for any choices or audience; one of another file in the same case cannot be
compared, for the two may hold the same records, and is refused with what would mend it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd

from ..collation.filelock import locked
from ..i18n import _, number
from . import checks, gate, rulebook
from .contents import four_eyes, free_text, wording
from .governance import governance
from .outline import Outline
from .product import finding_back
from .product.blocks import Block, Note
from .product.finding import marking
from .product.profile_back import draft_note
from .release import Leaving, ReleaseError, let_out, note_refusal

if TYPE_CHECKING:
    from ..collation.finding import Finding, Material
    from .asked import Asked
    from .checks import Check
    from .held import Held
    from .payload import Canaries
    from .product.blocks import Product

__all__ = ["Recipe", "Worked", "release_assessment"]


class Worked(Protocol):
    """An assessment that is worked out and not yet drawn."""

    @property
    def held(self) -> Held:
        """Which of its counts may be shown."""

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the tables that would leave."""


@dataclasses.dataclass(frozen=True)
class Recipe:
    """How assessments of one kind are made, and which checks they need."""

    kind: str
    """Kind of the records in the ledger, and the name of the command."""
    prepare: Callable[[Sequence[Mapping[str, Any]]], Worked]
    """Works it out, beside what was shown of the same file before."""
    draw: Callable[[Any], Product]
    """Draws what was worked out."""
    watch: Callable[[], Canaries]
    """Gathers what must not stand in it."""
    leave_out: str
    """Options that leave out the parts with most counts."""
    not_needed: Mapping[str, str]
    """Checks that it does not need, with the reason."""
    places: str
    """Why no place of it is too fine."""


def release_assessment(
    material: Material,
    path: str | Path,
    *,
    recipe: Recipe,
    asked: Asked,
    step: Callable[[str], None] = lambda description: None,
) -> Path:
    """
    Let an assessment of a case's material out, through every check.

    Parameters
    ----------
    material
        What `Case.collect` took in.
    path
        The folder to make.
    recipe
        The kind of assessment.
    asked
        For whom, by whom, what for.
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
    """
    case = material.case
    gate.check_place(path)
    with locked(case.folder / "gate"):
        same, others = _earlier(material, recipe.kind)
        prepared = recipe.prepare(same)
        finding = case.analyse(_shown_by(prepared), material, author=asked.author)
        step(_("Checking what leaves"))
        made = _checked(finding, asked, prepared, others, recipe)
        refused = checks.failures(made)
        if refused:
            note_refusal(finding, asked, refused)
            raise ReleaseError(refused)
        product = _governed(recipe.draw(prepared), finding, asked, made)
        step(_("Writing"))
        # Record first: what is noted too much harms nobody, what is not noted gives counts away.
        case.remember(recipe.kind, _record(material, prepared))
        return let_out(finding, asked, Leaving(product, recipe.watch()), place=Path(path))


def _earlier(material: Material, kind: str) -> tuple[list[dict[str, Any]], int]:
    """Return what was shown of the same file before, and how many assessments of other files there are."""
    records = material.case.recall(kind)
    same = [record for record in records if record["file"] == material.fingerprint]
    return same, len(records) - len(same)


def _record(material: Material, prepared: Worked) -> dict[str, Any]:
    held = prepared.held
    return {"file": material.fingerprint, "publication": held.publication, "sets": dict(held.sets)}


def _shown_by(prepared: Worked) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Return the function whose result is what the assessment shows: it stands for it in the case."""
    parts = [table.assign(part=name).astype("object") for name, table in prepared.tables().items()]

    def assessment(_table: pd.DataFrame) -> pd.DataFrame:
        return pd.concat(parts, ignore_index=True)

    return assessment


def _checked(finding: Finding, asked: Asked, prepared: Worked, others: int, recipe: Recipe) -> list[Check]:
    shape = Outline("numbers", prepared.tables())
    own = _("The assessment sees to it by itself.")
    made = [
        *governance(finding, asked, shape),
        *(checks.not_needed(check, why) for check, why in recipe.not_needed.items()),
        checks.passed("columns", own),
        _counts(prepared, others, recipe),
        checks.passed("places", recipe.places),
        free_text(asked, {}),
        wording(asked),
        checks.passed("uncertainty", own),
        four_eyes(finding, asked),
    ]
    order, pack = list(checks.RULES), rulebook.pack_of(finding.case)
    return [rulebook.cited(check, pack) for check in sorted(made, key=lambda check: order.index(check.id))]


def _counts(prepared: Worked, others: int, recipe: Recipe) -> Check:
    held = prepared.held
    if others:
        found = _(
            "{n} assessments of other files left this case; the files may hold the same records, and nobody "
            "can say what both give away."
        ).format(n=number(others))
        return checks.failed("small_counts", found, f"ilp {recipe.kind} … --case NEW-FOLDER")
    if held.refused:
        found = _("Beside what left before, small counts could be worked out.")
        fix = f"{held.refused} {recipe.leave_out}".strip()
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
