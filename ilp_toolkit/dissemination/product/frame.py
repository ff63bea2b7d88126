"""
The frame of a product that is made of one file: worked out, drawn, put together, written as a draft.

The problem profile, the route assessment and the assessment of listings have the same form: one page for
whoever decides, the evidence behind it, tables, a record. What each of them says is its own; how it comes to
be one product stands here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from ... import __version__, i18n
from ...i18n import _
from .. import gate
from .assessment import how_to_repeat
from .blocks import Block, Product
from .input_file import input_of

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

    from ...direction.policy import Policy
    from ..payload import Canaries

__all__ = ["Frame", "Worked"]


class Worked(Protocol):
    """A product that is worked out and not yet drawn."""

    @property
    def facts(self) -> Any:
        """What it is about: ``intake``, ``request``, ``policy``, ``rows`` and ``period``."""

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the tables that would leave."""


Request = TypeVar("Request")
Prepared = TypeVar("Prepared", bound=Worked)


def _command(prepared: Worked) -> str:
    return str(prepared.facts.request.command)


@dataclass(frozen=True)
class Frame(Generic[Request, Prepared]):
    """How products of one kind come to be."""

    name: str
    """Name of the page, the paper and the command."""
    prefix: str
    """How the number of the product begins."""
    request: Callable[[], Request]
    """Makes the request of a caller who asks for nothing."""
    prepare: Callable[..., Prepared]
    """Works it out: intake, ``policy``, ``request`` and ``step``."""
    watch: Callable[[Any, Product, Request, str | Path | None], Canaries]
    """Gathers what must not stand in it, from intake, product, request and source."""
    title: Callable[[Prepared], str]
    """Its title, where the author gives none."""
    blocks: Callable[[Prepared, dt.date], list[Block]]
    """Draws it, but for how it is made again."""
    record: Callable[[Prepared], dict[str, Any]]
    """What the record says of rows and choices, beside what it says of every product."""
    readme: Callable[[], tuple[str, ...]]
    """What lies where in its folder."""
    command: Callable[[Prepared], str] = _command
    """The command that makes it again, as it may be shown."""

    def publish(
        self,
        intake: Any,
        out: str | Path,
        *,
        policy: Policy,
        request: Request | None = None,
        source: str | Path | None = None,
        step: Callable[[str], None] = lambda description: None,
    ) -> Product:
        """
        Make the product, scan every byte of it and write it as a draft, for command and notebook alike.

        Parameters
        ----------
        intake
            What the reader returned.
        out
            The folder to make; an earlier product in it is replaced.
        policy
            The limits.
        request
            What is asked for; everything by default.
        source
            What was read, as the reader took it (``file.zip!member`` too).
        step
            Called with the name of each step of the work.

        Returns
        -------
        Product
            What was written.

        Raises
        ------
        InputError
            If the request does not fit the file, too little is left of it, or the folder is in other use.
        DisclosureError
            If something that must stay inside stands in a file; nothing was written.
        """
        asked = request if request is not None else self.request()
        made = self.make(intake, policy=policy, request=asked, source=source, step=step)
        step(_("Checking what leaves"))
        watch = self.watch(intake, made, asked, source)
        step(_("Writing"))
        gate.publish_draft(made, out, canaries=watch)
        return made

    def make(
        self,
        intake: Any,
        *,
        policy: Policy,
        request: Request | None = None,
        source: str | Path | None = None,
        step: Callable[[str], None] = lambda description: None,
    ) -> Product:
        """Make the product, in the language in use; nothing is written. Parameters as in `publish`."""
        prepared = self.prepare(intake, policy=policy, request=request, step=step)
        return self.draw(prepared, source=source, step=step)

    def draw(
        self,
        prepared: Prepared,
        *,
        source: str | Path | None = None,
        step: Callable[[str], None] = lambda description: None,
    ) -> Product:
        """Draw what was worked out, as a draft."""
        facts = prepared.facts
        created = gate.now().date()
        record = self._record(prepared, source)
        step(_("Drawing"))
        blocks = [*self.blocks(prepared, created), *how_to_repeat(record, self.command(prepared))]
        return Product(
            title=facts.request.title or self.title(prepared),
            subtitle=_subtitle(facts.period, facts.request.source),
            number=_number(self.prefix, record, created),
            language=i18n.current(),
            created=created,
            marking=_("DRAFT – no case – not for release"),
            author=facts.request.author,
            blocks=tuple(blocks),
            name=self.name,
            tables=prepared.tables(),
            record=record,
            readme=_readme(self.readme()),
        )

    def _record(self, prepared: Prepared, source: str | Path | None) -> dict[str, Any]:
        facts = prepared.facts
        intake, own = facts.intake, self.record(prepared)
        rows = {"file": facts.rows, "read": len(intake.table), "rejected": len(intake.rejected)}
        record = input_of(source) | own
        record |= {"rows": rows | own["rows"], "policy": facts.policy.model_dump(mode="json")}
        return json.loads(json.dumps(record, default=str))  # type: ignore[no-any-return]


def _number(prefix: str, record: Mapping[str, Any], created: dt.date) -> str:
    """Make the number of a product from its content: the same input and choices give the same number."""
    content = json.dumps([__version__, record], sort_keys=True, ensure_ascii=False)
    return f"{prefix}-{created.year}-{hashlib.sha256(content.encode('utf-8')).hexdigest()[:8].upper()}"


def _subtitle(period: str, source: str) -> str:
    """Write the time and, where it is told, the source."""
    return _("{period} · Source: {source}").format(period=period, source=source) if source else period


def _readme(lines: tuple[str, ...]) -> str:
    """Say what lies where, for whoever opens the folder."""
    last = [
        _("figures/       the pictures: SVG and PNG"),
        _("manifest.json  what went in, what was chosen, every file with its hash"),
    ]
    return "\n".join([_("DRAFT – no case – not for release"), "", *lines, *last, ""])
