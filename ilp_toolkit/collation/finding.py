"""
Material and Finding: what came in, and what was made of it, each with its passport.

The table of either is a plain table without any marks; the passport belongs to the object. Each access gives
a new view of the table, so editing it changes neither material nor finding. A finding neither draws nor
releases itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ..i18n import N_, _
from .fingerprint import fingerprint
from .passport import Passport

if TYPE_CHECKING:
    import pandas as pd

    from ..evaluation.handling import Handling
    from .case import Case
    from .lineage import Lineage

__all__ = ["KINDS", "Finding", "Kind", "Material"]

Kind = Literal["fact", "assessment"]
KINDS: dict[str, str] = {"fact": N_("fact"), "assessment": N_("assessment")}
"""Kinds of findings with their words."""


@dataclass(frozen=True, eq=False, repr=False)
class Material:
    """Information that came into a case."""

    id: str
    case: Case
    content: Any
    """The table as it was read; use `table`."""
    intake: Any
    """
    What the reader returned: the table with the rejected rows and the report; None where it returned a table.
    """
    passport: Passport
    name: str
    source: Path | None = None
    """The file; None where a table was given."""
    function_name: str = "read_incidents"
    """Name of the reader."""
    fingerprint: str | None = None
    """Hash of the table."""
    record_column: str | None = None
    """Column that numbers its records."""
    stated: Handling | None = None
    """Handling of the whole, where it was stated; rows may have their own on top."""
    originator: str = ""
    """Who gave the whole of it; rows may have their own on top."""

    @property
    def table(self) -> Any:
        """The table: a plain table, yours to change."""
        return _own_copy(self.content)

    @property
    def lineage(self) -> None:
        """A material comes from outside, so it has none."""

    @property
    def inputs(self) -> tuple[Material | Finding, ...]:
        """Nothing: it comes from outside."""
        return ()

    def materials(self) -> tuple[Material, ...]:
        """Return the materials behind it: itself."""
        return (self,)

    def unchanged(self) -> bool:
        """Say whether the content is what it was when it came in."""
        return self.fingerprint is not None and fingerprint(self.content) == self.fingerprint

    def __repr__(self) -> str:
        return _("<Material {id}: {name}, {n} rows>").format(id=self.id, name=self.name, n=len(self.content))


@dataclass(frozen=True, eq=False, repr=False)
class Finding:
    """What an analysis made of materials."""

    id: str
    case: Case
    content: Any
    """The result as the function returned it; use `table`."""
    choices: Mapping[str, Any]
    """What was chosen: by the caller, and by the function for its caller."""
    lineage: Lineage
    passport: Passport
    kind: Kind
    """A fact (a count, a measure) or somebody's assessment."""
    author: str
    """Who stands for it."""
    function: str
    """Name of the function, as "hotspots.gi_star"."""
    inputs: tuple[Material | Finding, ...]
    created: dt.datetime
    fingerprint: str | None = None
    """Hash of the result; None where its content cannot be told."""
    selection: bool = False
    """Whether it is some rows of one material, unchanged: then it is under the rules of those rows alone."""

    @property
    def table(self) -> Any:
        """The result: a plain table, yours to change, or whatever object the function returned."""
        return _own_copy(self.content)

    def materials(self) -> tuple[Material, ...]:
        """Return all materials behind it, each once, in the order in which they came in."""
        found: dict[str, Material] = {}
        for one in self.inputs:
            for material in one.materials():
                found.setdefault(material.id, material)
        return tuple(found.values())

    def unchanged(self) -> bool:
        """Say whether the result is what the function returned."""
        return self.fingerprint is not None and fingerprint(self.content) == self.fingerprint

    def rows(self, row: Any = None) -> pd.DataFrame:
        """
        Return the rows of the files that this finding, or one row of it, comes from; the log notes the look.

        See `lineage.source_rows`.
        """
        from .lineage import source_rows

        found = source_rows(self, row)
        self.case.note_look(self.id, rows=len(found))
        return found

    def __repr__(self) -> str:
        made = _("<Finding {id}: {function}, {kind}>")
        return made.format(id=self.id, function=self.function, kind=_(KINDS[self.kind]))


def _own_copy(content: Any) -> Any:
    """
    Return a copy that can be changed without changing the content; shared where pandas copies on writing.
    """
    import pandas as pd

    if isinstance(content, pd.DataFrame | pd.Series):
        return content.copy(deep=_copies_eagerly())
    return content


def _copies_eagerly() -> bool:
    import pandas as pd

    return int(pd.__version__.split(".")[0]) < 3
