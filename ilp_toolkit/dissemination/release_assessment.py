"""
A product of one file from a governed case: the draft, through the same gate as every finding.

It is worked out first, its counts are held against what left before, and only then is it drawn. How its
counts are held is its own (a `Recipe`); the order of the steps, the checks that every such product needs, and
what makes a draft a product of the case stand here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd

from ..collation.filelock import locked
from ..i18n import _
from . import checks, gate, rulebook
from .asked import Asked
from .contents import four_eyes, free_text, wording
from .governance import governance
from .outline import Outline
from .product import finding_back
from .product.assessment import draft_note
from .product.blocks import Block, Note
from .product.finding import marking
from .release import Leaving, ReleaseError, let_out, note_refusal

if TYPE_CHECKING:
    from ..collation.finding import Finding, Material
    from .checks import Check
    from .columns import Shape
    from .payload import Canaries
    from .product.blocks import Product
    from .product.frame import Worked

__all__ = ["Recipe", "Verdict", "release_assessment", "wished"]


@dataclass(frozen=True)
class Verdict:
    """Whether the counts of a product may leave, and what the case remembers of them."""

    check: Check
    """The check on small counts."""
    publication: dict[str, Any] | None = None
    """Its figures as statements, beside those of every other product; None where they are held elsewhere."""
    sets: Mapping[str, str] = field(default_factory=dict)
    """The sets that the statements speak of."""
    record: tuple[str, dict[str, Any]] | None = None
    """A kind of records and one of it, for products whose counts are held against their own kind alone."""


class Recipe(Protocol):
    """How products of one kind are made of a material, and which checks they need."""

    @property
    def function(self) -> str:
        """Name under which the case holds what the product shows, as ``module.function``."""

    @property
    def shape(self) -> Shape:
        """Shape of its tables, as `Outline` has it."""

    def prepare(self) -> Worked:
        """Work it out, without drawing it."""

    def hold(self, prepared: Any, finding: Finding, asked: Asked) -> Verdict:
        """Hold its counts against what left before."""

    def checks(self) -> list[Check]:
        """Return the checks that it answers by itself: offences, columns, places, bias, uncertainty."""

    def draw(self, prepared: Any) -> Product:
        """Draw it, as a draft."""

    def watch(self, prepared: Any, product: Product) -> Canaries:
        """Gather what must not stand in it."""


def wished(request: Any, *, audience: str, author: str, **wishes: Any) -> tuple[Any, Asked]:
    """
    Return a request with its author, and the wish to release what it asks for.

    Parameters
    ----------
    request
        What is asked for, with its ``title`` and ``source``.
    audience, author, wishes
        As in `release`.
    """
    wanted = replace(request, author=author)
    return wanted, Asked.of(audience, author, title=wanted.title, source=wanted.source, **wishes)


def release_assessment(
    material: Material,
    path: str | Path,
    *,
    recipe: Recipe,
    asked: Asked,
    step: Callable[[str], None] = lambda description: None,
) -> Path:
    """
    Let a product of a case's material out, through every check.

    Parameters
    ----------
    material
        What `Case.collect` took in.
    path
        The folder to make.
    recipe
        The kind of product.
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
        prepared = recipe.prepare()
        finding = case.analyse(_shown_by(prepared, recipe.function), material, author=asked.author)
        step(_("Checking what leaves"))
        verdict = recipe.hold(prepared, finding, asked)
        shape = Outline(recipe.shape, prepared.tables())
        made = _checked(finding, asked, shape, [*recipe.checks(), verdict.check])
        refused = checks.failures(made)
        if refused:
            note_refusal(finding, asked, refused)
            raise ReleaseError(refused)
        product = _governed(recipe.draw(prepared), finding, asked, made)
        step(_("Writing"))
        if verdict.record is not None:
            # Record first: what is noted too much harms nobody, what is not noted gives counts away.
            case.remember(*verdict.record)
        watch = recipe.watch(prepared, product)
        leaving = Leaving(product, watch, verdict.publication, verdict.sets)
        return let_out(finding, asked, leaving, place=Path(path))


def _shown_by(prepared: Worked, name: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Return the function whose result is what the product shows: it stands for the product in the case."""
    parts = [
        pd.DataFrame(table.drop(columns="geometry", errors="ignore")).assign(part=part).astype("object")
        for part, table in prepared.tables().items()
    ]

    def shown(_table: pd.DataFrame) -> pd.DataFrame:
        return pd.concat(parts, ignore_index=True)

    shown.__module__, _dot, shown.__name__ = name.rpartition(".")
    return shown


def _checked(finding: Finding, asked: Asked, shape: Outline, own: list[Check]) -> list[Check]:
    made = [
        *governance(finding, asked, shape),
        *own,
        free_text(asked, {}),
        wording(asked),
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
    return replace(
        product,
        marking=marking(finding, asked),
        watermark=_("NOT PUBLIC") if asked.audience != "public" else "",
        blocks=tuple(blocks),
        record=product.record | finding_back.record(finding, asked, {}, made, root),
        readme="\n".join(product.readme.split("\n")[2:]),
    )
