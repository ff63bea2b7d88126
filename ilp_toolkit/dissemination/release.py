"""
`release` and `preview`: the gate as an analyst meets it.

Every check is made, in a fixed order, and all that fail are told at once, each with the line that would mend
it. Nothing is written before all hold; the folder is built beside, scanned, and only then put in its place.
The same checks make the preview, so that it never promises what the release refuses.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from .. import i18n
from ..collation.case import Finding
from ..collation.filelock import locked
from ..errors import DisclosureError, InputError
from ..i18n import _, number, plural
from . import author_words, checks, counts, gate, memory, payload, people, rulebook
from .asked import Asked
from .contents import EXCEPTABLE, contents
from .governance import governance
from .moved import moved
from .named import named_by
from .outline import Outline, frame_of, outline
from .product.finding import finding_product

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import geopandas as gpd

    from ..collation.case import Case
    from .checks import Check
    from .counts import Counted
    from .payload import Canaries
    from .product.blocks import Product

__all__ = ["Leaving", "Preview", "ReleaseError", "let_out", "note_refusal", "preview", "release"]


class ReleaseError(DisclosureError):
    """The gate refused: nothing was written, and each refusal names what would mend it."""

    def __init__(self, failed: list[Check]) -> None:
        self.checks = tuple(failed)
        head = plural(
            "Nothing left: {n} check does not hold.", "Nothing left: {n} checks do not hold.", len(failed)
        )
        lines = [head.format(n=number(len(failed)))]
        for check in failed:
            lines.append(f"  {check.id}: {check.evidence}")
            if check.fix:
                lines.append(f"    {_('mend:')} {check.fix}")
        super().__init__("\n".join(lines))


@dataclass(frozen=True)
class Preview:
    """What would leave, and what would be lost on the way; nothing is written."""

    checks: tuple[Check, ...]
    tables: dict[str, pd.DataFrame]
    """What the audience would see."""
    loss: pd.DataFrame
    """A row a table: ``table rows counts_hidden share_hidden`` (share of what was counted, 0 to 1)."""
    withheld: tuple[str, ...]
    """Columns that would stay inside."""
    before: pd.DataFrame = field(default_factory=pd.DataFrame)
    """What the analysis made, as you see it: to be held against `tables`, and not to be passed on."""

    @property
    def would_leave(self) -> bool:
        """Whether every check holds."""
        return not checks.failures(self.checks)

    def __str__(self) -> str:
        head = _("It would leave.") if self.would_leave else _("It would be refused.")
        lines = [head]
        if len(self.before.columns):
            said = _("Before: {rows} rows with {columns}.")
            columns = ", ".join(str(name) for name in self.before.columns)
            lines.append(said.format(rows=number(len(self.before)), columns=columns))
        for row in self.loss.to_dict("records"):
            said = _("{table}: {rows} rows, {hidden} counts hidden ({share} of what was counted)")
            lines.append(
                said.format(
                    table=row["table"],
                    rows=number(int(row["rows"])),
                    hidden=number(int(row["counts_hidden"])),
                    share=i18n.percent(float(row["share_hidden"]), 1),
                )
            )
        if self.withheld:
            lines.append(_("Kept inside: {columns}").format(columns=", ".join(self.withheld)))
        lines += [str(check) for check in self.checks if check.status in {"failed", "exempted"}]
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from html import escape

        return f"<pre>{escape(str(self))}</pre>"


def release(
    finding: Finding,
    path: str | Path,
    *,
    audience: str,
    author: str,
    purpose: str = "",
    title: str = "",
    source: str = "",
    statement: str = "",
    confidence: str = "",
    second_person: str = "",
    recipients: Iterable[str] = (),
    consent: Mapping[str, str] | None = None,
    conditions_met: Mapping[str, str] | None = None,
    exceptions: Mapping[str, str] | None = None,
    columns: Iterable[str] = (),
    mask: str | Mapping[str, Any] = "",
    bias_audit: Any = None,
    boundary: gpd.GeoDataFrame | None = None,
    areas: gpd.GeoDataFrame | None = None,
    streets: gpd.GeoDataFrame | None = None,
    language: str | None = None,
) -> Path:
    """
    Let a finding out, through every check, as a folder that opens without a network.

    Parameters
    ----------
    finding
        What `Case.analyse` or `Case.combine` returned.
    path
        The folder to make. One of our products there is replaced; anything else is refused.
    audience
        For whom: an id of `handling.audiences` (``agency``, ``public``, ``regional_centre``, …).
    author
        Who answers for it: a name or a service number.
    purpose
        What for; needed only where the material allows several purposes.
    title, source
        Words for the head and the foot of the product.
    statement
        What the author says the finding means, in whole sentences. It is held against the yardstick.
    confidence
        ``low``, ``moderate`` or ``high``: how sure the statement is.
    second_person
        Who else has seen it; needed for some audiences and for every exception. Kept as claimed.
    recipients
        Names of the bodies that receive it, for the record and for conditions that ask for names.
    consent
        Originator to the reference of their consent. Kept as claimed.
    conditions_met
        Condition of the handling codes to what was done about it. Kept as claimed.
    exceptions
        Check to the reason for passing over it; never for the public, and not for every check.
    columns
        Columns that may leave, for the result of a function of your own.
    mask
        How points are moved before they leave: ``donut``, ``grid``, …, or the options of `geomask.mask`.
    bias_audit
        What `bias.audit` returned, for anything that ranks places for future attention.
    boundary, areas, streets
        Layers that are public by nature, drawn under a map.
    language
        ``en`` or ``ru``; the language in use where left out.

    Returns
    -------
    Path
        The folder: ``finding.html``, ``finding.pdf``, ``tables/``, ``figures/``, ``manifest.json``.

    Raises
    ------
    ReleaseError
        If a check does not hold; nothing was written, and the refusal stands in the audit log.
    InputError
        If an argument cannot be meant.
    FileError
        If the folder is in other use.

    Notes
    -----
    Python is no security boundary: whoever can run this can write a file without it. What this gives is a
    safe default and a record that shows later what was checked and by whose word.
    """
    asked = Asked.of(
        audience,
        author,
        purpose=purpose,
        title=title,
        source=source,
        statement=statement,
        confidence=_confidence(confidence),
        second_person=second_person,
        recipients=recipients,
        consent=consent,
        conditions_met=conditions_met,
        exceptions=exceptions,
        columns=columns,
        mask=mask,
        bias_audit=bias_audit,
        ground={"boundary": boundary, "areas": areas, "streets": streets},
    )
    case = _case_of(finding)
    gate.check_place(path)
    with i18n.language(language or i18n.current()), locked(case.folder / "gate"):
        shape, counted, made = _judged(finding, asked)
        refused = checks.failures(made)
        if refused:
            note_refusal(finding, asked, refused)
            raise ReleaseError(refused)
        return let_out(finding, asked, _leaving(finding, asked, shape, counted, made), place=Path(path))


def preview(finding: Finding, *, audience: str, author: str = "preview", **wishes: Any) -> Preview:
    """
    Show what would leave and what would be lost, without writing anything.

    Parameters
    ----------
    finding
        What `Case.analyse` returned.
    audience, author, wishes
        As in `release`.

    Returns
    -------
    Preview
        Printed, it says whether it would leave, what is hidden, and what would mend each refusal.
    """
    language = wishes.pop("language", None) or i18n.current()
    asked = Asked.of(audience, author, **wishes)
    _case_of(finding)
    with i18n.language(language):
        shape, counted, made = _judged(finding, asked)
        before = frame_of(finding.table)
        return Preview(tuple(made), counted.tables, counted.loss(), shape.withheld, before)


def _case_of(finding: Any) -> Case:
    if not isinstance(finding, Finding):
        msg = _(
            "`finding` is a {kind}, which no case governs. Collect the data in a case and analyse it there: "
            "finding = case.analyse(ilp.hotspots.gi_star, case.collect(…))."
        )
        raise InputError(msg.format(kind=type(finding).__name__))
    return finding.case


def _confidence(level: str) -> str:
    if level and level not in {"low", "moderate", "high"}:
        msg = _("`confidence` must be low, moderate or high, got {level!r}.").format(level=level)
        raise InputError(msg)
    return level


def _judged(finding: Finding, asked: Asked) -> tuple[Outline, Counted, list[Check]]:
    """Make every check that needs no finished file, in order; exceptions and citations are laid over them."""
    policy = finding.case.policy
    public = asked.public_rules(finding)
    shape = outline(
        finding.table,
        function=finding.function,
        public_rules=public,
        policy=policy,
        columns=asked.columns,
        moved=bool(asked.mask),
    )
    shape = moved(finding, asked, shape)
    counted = counts.counted(finding, asked, shape)
    made = [*governance(finding, asked, shape), *contents(finding, asked, shape, counted)]
    order = list(checks.RULES)
    made.sort(key=lambda check: order.index(check.id))
    pack = rulebook.pack_of(finding.case)
    return shape, counted, [_with_exception(rulebook.cited(check, pack), asked) for check in made]


def _with_exception(check: Check, asked: Asked) -> Check:
    reason = asked.exceptions.get(check.id, "").strip()
    allowed = check.id in EXCEPTABLE and asked.audience != "public"
    if check.status != "failed" or not reason or not allowed or not asked.second_person.strip():
        return check
    return checks.exempted(check, reason, asked.second_person.strip())


def _leaving(finding: Finding, asked: Asked, shape: Outline, counted: Counted, made: list[Check]) -> Leaving:
    case, anchor = finding.case, finding.case.audit.anchor()
    root = f"{anchor['entries']}:{anchor['root']}"
    product = finding_product(finding, asked, shape, counted, made, created=case.now().date(), root=root)
    watch = _canaries(finding, asked, counted)
    words = (asked.title, asked.statement, asked.source)
    if author_words.names_somebody(words, (*watch.set_aside, *watch.identifiers)):
        found = _("Your own words name a person of the material.")
        named = checks.failed("free_text", found, "ilp.redaction.redact(text, names=…).text")
        note_refusal(finding, asked, [named])
        raise ReleaseError([named])
    return Leaving(product, watch, counted.publication, counted.sets, shape.facts.get("mask", {}))


@dataclass(frozen=True)
class Leaving:
    """A product that passed its checks, and what the case must remember of it."""

    product: Product
    watch: Canaries
    """What must not stand in its files."""
    publication: dict[str, Any] | None = None
    sets: Mapping[str, str] = field(default_factory=dict)
    mask: Mapping[str, Any] = field(default_factory=dict)
    """How points were moved; empty where none were."""


def let_out(finding: Finding, asked: Asked, leaving: Leaving, *, place: Path) -> Path:
    """
    Write a product that passed its checks; what must be on record is recorded before it takes its place.

    Raises
    ------
    ReleaseError
        If the finished files hold what must stay inside.
    """

    def last(built: Path) -> None:
        """Record first: what is noted too much harms nobody, what is not noted gives counts away."""
        digest = str(gate.input_record(built / gate.MANIFEST)["sha256"])
        _remember(finding, asked, leaving, digest)
        finding.case.audit.append(
            "release",
            subject=finding.id,
            purpose=asked.purpose or ", ".join(sorted(finding.passport.purposes)),
            recipient=asked.audience,
            justification=leaving.product.number,
            manifest=digest,
        )

    try:
        return gate.put(
            leaving.product,
            place,
            canaries=leaving.watch,
            status="released",
            may_hold=_may_hold(finding, asked),
            last=last,
        )
    except DisclosureError as error:
        fix = _("this is a fault of the product: keep the message and report it")
        found = checks.failed("payload", str(error), fix)
        note_refusal(finding, asked, [found])
        raise ReleaseError([found]) from None


def _remember(finding: Finding, asked: Asked, leaving: Leaving, digest: str) -> None:
    case = finding.case
    if leaving.mask and dict(leaving.mask) not in case.recall("mask"):
        case.remember("mask", dict(leaving.mask))
    if leaving.publication is not None:
        memory.remember(case, leaving.publication, dict(leaving.sets), finding.passport.materials)
    case.remember(
        "release",
        {
            "finding": finding.id,
            "product": leaving.product.number,
            "audience": asked.audience,
            "recipients": list(asked.recipients),
            "manifest": digest,
            "materials": list(finding.passport.materials),
            "anchor": case.audit.anchor(),
        },
    )


def _may_hold(finding: Finding, asked: Asked) -> frozenset[str]:
    """Say what the scan may find: points, where the audience sees them or they were moved."""
    seen = asked.single_records(finding.case.policy) or bool(asked.mask)
    return frozenset({"point"}) if seen else frozenset()


def note_refusal(finding: Finding, asked: Asked, refused: list[Check]) -> None:
    """Note in the log that the gate refused, and which checks did."""
    ids = ",".join(check.id for check in refused)
    finding.case.audit.append("refusal", subject=finding.id, recipient=asked.audience, justification=ids)


def _canaries(finding: Finding, asked: Asked, counted: Counted) -> Any:
    """Gather what must not stand in the files; single records may where the audience sees them."""
    import geopandas as gpd

    single = asked.single_records(finding.case.policy)
    layers = [table for table in counted.tables.values() if isinstance(table, gpd.GeoDataFrame)]
    layers += [layer for layer in asked.ground.values() if layer is not None]
    known = [asked.author, asked.second_person]
    # A title of one word may be a place that a column about persons holds as well; a name is none.
    known += [text for text in (asked.title, asked.source, asked.statement) if text.isalpha()]
    materials = [(m.table, m.intake, m.source) for m in finding.materials()]
    names: list[str] = []
    for table, _intake, _source in materials:
        for column in ("offence", "area"):
            if column in table:
                names += [str(value) for value in table[column].dropna().unique()]
    watch = payload.canaries_of_materials(materials, public=layers, known=[*known, *names])
    persons = named_by(finding)
    if persons.kinds and not people.may_see(asked, persons, finding.case.policy):
        return payload.also_names(watch, persons.order, known=names)
    if not single:
        return watch
    # Whoever may see single records may see their numbers and places; persons stay inside all the same.
    nowhere = watch.degrees[:0]
    return dataclasses.replace(
        watch, identifiers=frozenset(), degrees=nowhere, projected=nowhere, elsewhere=()
    )
