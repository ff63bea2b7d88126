"""
An assessment whose counts are sets of records of one file, from a governed case.

Its counts are held against those of every assessment of its kind that was made of the same file before, for
any choices or audience; one of another file in the same case cannot be compared, for the two may hold the
same records, and is refused with what would mend it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InputError
from ..i18n import _, number
from . import checks
from .release_assessment import Verdict, release_assessment, wished

if TYPE_CHECKING:
    from ..collation.finding import Finding, Material
    from .asked import Asked
    from .checks import Check
    from .columns import Shape
    from .held import Held
    from .payload import Canaries
    from .product.blocks import Product
    from .product.frame import Frame

__all__ = ["Kind", "release_held"]


@dataclass(frozen=True)
class Kind:
    """What assessments of one kind are made of, and which checks they need."""

    frame: Frame[Any, Any]
    """Its name is the kind of the records in the ledger, and the command."""
    column: str
    """A column that only tables of its reader have."""
    unread: str
    """What the error says of a material that was read otherwise, with a place for ``{name}``."""
    leave_out: str
    """Options that leave out the parts with most counts."""
    not_needed: Mapping[str, str]
    """Checks that it does not need, with the reason."""
    places: str
    """Why no place of it is too fine."""


def release_held(
    material: Material,
    path: str | Path,
    *,
    kind: Kind,
    request: Any,
    step: Callable[[str], None],
    **wishes: Any,
) -> Path:
    """
    Let an assessment of a case's material out, through every check.

    Parameters
    ----------
    material
        What `Case.collect` took in with the reader of the kind.
    path
        The folder to make.
    kind
        The kind of assessment.
    request
        What is asked for; None for everything.
    step
        Called with the name of each step of the work.
    wishes
        As in `release`: ``audience``, ``author``, ``purpose`` and the others.

    Raises
    ------
    ReleaseError
        If a check does not hold; nothing was written.
    InputError
        If the material was not read by the reader of the kind.
    """
    if material.intake is None or kind.column not in getattr(material.intake, "table", ()):
        raise InputError(kind.unread.format(name=material.name))
    wanted, asked = wished(request or kind.frame.request(), **wishes)
    recipe = _Recipe(kind, material, wanted, step)
    return release_assessment(material, path, recipe=recipe, asked=asked, step=step)


@dataclass(frozen=True)
class _Recipe:
    """How an assessment of one kind is made of a material."""

    kind: Kind
    material: Material
    request: Any
    step: Callable[[str], None]
    function: str = "release_assessment.assessment"
    shape: Shape = "numbers"

    def prepare(self) -> Any:
        """Work it out, beside what was shown of the same file before."""
        same, _others = self._earlier
        policy = self.material.case.policy
        return self.kind.frame.prepare(
            self.material.intake, policy=policy, request=self.request, earlier=same, step=self.step
        )

    def hold(self, prepared: Any, finding: Finding, asked: Asked) -> Verdict:
        """Say whether its counts may leave: what left before was in view when it was worked out."""
        held: Held = prepared.held
        record = {
            "file": self.material.fingerprint,
            "publication": held.publication,
            "sets": dict(held.sets),
        }
        return Verdict(self._check(held), record=(self.kind.frame.name, record))

    def checks(self) -> list[Check]:
        """Return the checks that it answers by itself."""
        own = _("The assessment sees to it by itself.")
        return [
            *(checks.not_needed(check, why) for check, why in self.kind.not_needed.items()),
            checks.passed("columns", own),
            checks.passed("places", self.kind.places),
            checks.passed("uncertainty", own),
        ]

    def draw(self, prepared: Any) -> Product:
        """Draw it, as a draft."""
        return self.kind.frame.draw(prepared, source=self.material.source, step=self.step)

    def watch(self, prepared: Any, product: Product) -> Canaries:
        """Gather what must not stand in it."""
        material = self.material
        return self.kind.frame.watch(material.intake, product, self.request, material.source)

    @cached_property
    def _earlier(self) -> tuple[list[dict[str, Any]], int]:
        """What was shown of the same file before, and how many assessments of other files there are."""
        records = self.material.case.recall(self.kind.frame.name)
        same = [record for record in records if record["file"] == self.material.fingerprint]
        return same, len(records) - len(same)

    def _check(self, held: Held) -> Check:
        _same, others = self._earlier
        if others:
            found = _(
                "{n} assessments of other files left this case; the files may hold the same records, and "
                "nobody can say what both give away."
            ).format(n=number(others))
            fix = f"ilp {self.kind.frame.name} … --case NEW-FOLDER"
            return checks.failed("small_counts", found, fix)
        if held.refused:
            found = _("Beside what left before, small counts could be worked out.")
            fix = f"{held.refused} {self.kind.leave_out}".strip()
            return checks.failed("small_counts", found, fix, **held.evidence)
        evidence = _("{n} figures held against what left before.").format(n=number(held.n))
        return checks.passed("small_counts", evidence, **held.evidence)
