"""
A network from a governed case, for other programs: links and entities with their grades and handling.

A chart of links shows single persons and nothing else, so it has no form for the public and no draft: without
a case nothing of it is written. It leaves for audiences that the policy lets see single records, if every
item on it allows that audience; each item carries its grade, its handling and its role with it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from .. import __version__, i18n
from ..collation.filelock import locked
from ..collation.fingerprint import fingerprint
from ..collection.links import TYPES, LinkIntake, read_links
from ..errors import IlpError, InputError
from ..evaluation import handling
from ..i18n import _, number, plural
from . import checks, gate, payload, rulebook
from .asked import Asked
from .contents import four_eyes, free_text, wording
from .governance import governance
from .link_export import FORMATS, Format, chart_files, chart_tables
from .link_page import PAGE, chart_page, kept_of_reports, reports_shown, words_of_page
from .outline import Outline
from .product import finding_back
from .product.blocks import Answer, Answers, Block, Column, Paragraph, Product, Table
from .product.finding import marking
from .product.html import imprint
from .release import Leaving, ReleaseError, let_out, note_refusal

if TYPE_CHECKING:
    from ..collation.finding import Finding, Material
    from .checks import Check

__all__ = ["release_links"]


def release_links(
    material: Material,
    path: str | Path,
    *,
    audience: str,
    author: str,
    entities: Material | None = None,
    reports: Material | Finding | None = None,
    formats: Iterable[Format] = FORMATS,
    columns: Iterable[str] = (),
    title: str = "",
    source: str = "",
    statement: str = "",
    purpose: str = "",
    second_person: str = "",
    recipients: Iterable[str] = (),
    consent: Mapping[str, str] | None = None,
    conditions_met: Mapping[str, str] | None = None,
    language: str | None = None,
) -> Path:
    """
    Let the links of a case's material out to other programs and as a page to click on, through every check.

    Parameters
    ----------
    material
        Links that `Case.collect` took in with ``reader=ilp.read_links``.
    path
        The folder to make.
    audience
        For whom: one that the policy lets see single records (the agency, the originator).
    author
        Who answers for it.
    entities
        The entities, if the case took them in by themselves with ``reader=ilp.read_entities``; their types,
        roles, grades and handling then go before those that came with the links.
    reports
        The information reports that links rest on, if the case took them in with ``reader=ilp.read_reports``
        (or what `reports.lawful` left of them): their sanitised texts then stand in ``chart.html``, two
        clicks from the line. All reports that are given, shown or not, must allow the audience and be lawful.
    formats
        Which of ``graphml``, ``gexf``, ``anx`` (i2 Analyst's Notebook), ``csv`` and ``html`` (the page).
    columns
        Further columns of links or entities that go with them.
    title, source, statement, purpose, second_person, recipients, consent, conditions_met, language
        As in `release`.

    Returns
    -------
    Path
        The folder: ``links.html`` and ``links.pdf`` (what this is), ``chart.html`` (the chart to click on),
        ``chart.graphml``, ``chart.gexf``, ``chart.anx``, ``tables/``, ``manifest.json``.

    Raises
    ------
    ReleaseError
        If a check does not hold; nothing was written.
    InputError
        If the material holds no links, or `reports` no reports.

    Notes
    -----
    An item without a marking of its own carries that of the whole. Roles are not taken apart into lists, as
    elsewhere: on a chart each person carries their own, and those whose role nobody wrote are unknown. More
    than 1,500 entities have no page to click on; the other files hold them all.
    """
    case = material.case
    if not isinstance(material.intake, LinkIntake):
        msg = _("“{name}” was not read as links. Take it in with case.collect(…, reader=ilp.read_links).")
        raise InputError(msg.format(name=material.name))
    asked = Asked.of(
        audience,
        author,
        purpose=purpose,
        title=title,
        source=source,
        statement=statement,
        second_person=second_person,
        recipients=recipients,
        consent=consent,
        conditions_met=conditions_met,
        columns=columns,
    )
    gate.check_place(path)
    with i18n.language(language or i18n.current()), locked(case.folder / "gate"):
        chart = _Chart(material, asked, tuple(formats), entities=entities, reports=reports)
        taken = [one for one in (material, entities, reports) if one is not None]
        finding = case.analyse(_shown_on(chart), *taken, author=author)
        made = _checked(finding, asked, chart)
        refused = checks.failures(made)
        if refused:
            note_refusal(finding, asked, refused)
            raise ReleaseError(refused)
        product = _product(finding, asked, chart, made)
        return let_out(finding, asked, Leaving(product, _watch(material, chart, reports)), place=Path(path))


class _Chart:
    """What would leave: links and entities, each with the handling that holds for it."""

    def __init__(
        self,
        material: Material,
        asked: Asked,
        formats: tuple[Format, ...],
        *,
        entities: Material | None,
        reports: Material | Finding | None,
    ) -> None:
        self.links = _marked(material.table, _stated(material))
        self.entities = _marked(material.intake.entities, _stated(material))
        if entities is not None:
            own = _marked(entities.table, _stated(entities))
            rest = self.entities[~self.entities["entity_id"].isin(own["entity_id"])]
            self.entities = pd.concat([own, rest], ignore_index=True) if len(rest) else own
        self.formats, self.columns = formats, asked.columns
        self.tables = chart_tables(self.links, self.entities, columns=asked.columns)
        self.reports = reports_shown(reports, self.links)

    def handlings(self, originator: str) -> list[handling.Handling]:
        """Return each handling that stands on an item, once."""
        marks = pd.concat([self.links["handling"], self.entities["handling"]]).unique()
        return [handling.parse(str(mark), originator=originator) for mark in marks]

    def files(self, finding: Finding) -> dict[str, bytes]:
        """Return the files of other programs."""
        created = finding.case.now().date()
        return chart_files(
            self.links, self.entities, formats=self.formats, columns=self.columns, created=created
        )


def _shown_on(chart: _Chart) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Return the function whose result is what the chart shows: it stands for the chart in the case."""
    parts = [table.assign(part=name) for name, table in chart.tables.items()]
    parts += [] if chart.reports is None else [chart.reports.assign(part="reports")]

    def link_chart(*_tables: pd.DataFrame) -> pd.DataFrame:
        return pd.concat(parts, ignore_index=True).astype(object)

    return link_chart


def _stated(material: Material) -> str:
    return "; ".join(material.stated.markings) if material.stated is not None else ""


def _marked(table: pd.DataFrame, whole: str) -> pd.DataFrame:
    """Give each item its own marking and that of the whole: the two restrict each other."""
    own = table["handling"].fillna("") if "handling" in table else pd.Series("", index=table.index)
    both = ["; ".join(part for part in dict.fromkeys([str(mark), whole]) if part) for mark in own]
    return table.assign(handling=pd.Series(both, index=table.index, dtype=object))


def _checked(finding: Finding, asked: Asked, chart: _Chart) -> list[Check]:
    shape = Outline("records", chart.tables)
    held = _audience(finding, asked, chart)
    governed = [_unedited(check, finding) for check in governance(finding, asked, shape)]
    made = [
        *(_roles(chart) if check.id == "roles" else _stricter(check, held) for check in governed),
        checks.not_needed("sensitive_offences", _("It holds links, no offences with places.")),
        _single(finding, asked),
        checks.not_needed("small_counts", _("It holds no counts.")),
        checks.not_needed("places", _("It holds no places on a map.")),
        free_text(asked, {}),
        checks.not_needed("bias", _("It does not rank places for future attention.")),
        wording(asked),
        checks.not_needed("uncertainty", _("Each item carries its own grade.")),
        four_eyes(finding, asked),
    ]
    order, pack = list(checks.RULES), rulebook.pack_of(finding.case)
    return [rulebook.cited(check, pack) for check in sorted(made, key=lambda check: order.index(check.id))]


def _unedited(check: Check, finding: Finding) -> Check:
    """Refuse entities that are not what came in: their roles and their handling stand on the chart."""
    if check.id != "governed" or check.status == "failed":
        return check
    for material in finding.materials():
        entities = getattr(material.intake, "entities", None)
        noted = [line["record"] for line in finding.case.ledger.lines("material")]
        marks = [record.get("entities") for record in noted if record["id"] == material.id]
        if entities is not None and fingerprint(entities) not in marks:
            found = _("The entities of “{name}” were changed since they came in.").format(name=material.name)
            return checks.failed("governed", found, "case.collect(…, reader=ilp.read_links)")
    return check


def _stricter(check: Check, held: Check) -> Check:
    """Put the check of single items in the place of that of the whole, unless that is refused already."""
    return held if check.id == held.id and check.status != "failed" else check


def _audience(finding: Finding, asked: Asked, chart: _Chart) -> Check:
    """Hold every single item to its own handling, besides that of the whole."""
    givers = "; ".join(dict.fromkeys(one.originator for one in finding.materials() if one.originator))
    closed = [one for one in chart.handlings(givers) if not one.permits(asked.audience)]
    if asked.consent:
        agreed = set(asked.consent)
        closed = [one for one in closed if not (one.originators and one.originators <= agreed)]
    if closed:
        found = plural(
            "{n} kind of marking on single items does not allow “{audience}”: {markings}.",
            "{n} kinds of markings on single items do not allow “{audience}”: {markings}.",
            len(closed),
        ).format(
            n=number(len(closed)),
            audience=asked.audience,
            markings=", ".join("; ".join(one.markings) or _("unmarked") for one in closed[:5]),
        )
        fix = _("leave those items out, or ask whoever marked them")
        if not any(one.markings for one in closed):
            fix = 'case.collect(…, handling="internal")'
        return checks.failed("audience", found, fix)
    return checks.passed("audience", handling.words(finding.passport.handling))


def _single(finding: Finding, asked: Asked) -> Check:
    """Ask whether this audience may see single persons: a chart of links shows nothing else."""
    if asked.single_records(finding.case.policy):
        return checks.passed("columns", _("This audience may see single records."))
    found = _("A chart of links shows single persons, and “{audience}” may not see single records.").format(
        audience=asked.audience
    )
    return checks.failed("columns", found, 'ilp.release_links(…, audience="agency")')


def _roles(chart: _Chart) -> Check:
    table = chart.entities
    counts = table.loc[table["type"].isin(["person", "unknown"]), "role"].value_counts()
    told = ", ".join(f"{role}: {number(int(n))}" for role, n in sorted(counts.items()))
    return checks.passed("roles", _("Each entity carries its role: {roles}.").format(roles=told))


# The product


def _product(finding: Finding, asked: Asked, chart: _Chart, made: list[Check]) -> Product:
    anchor = finding.case.audit.anchor()
    root = f"{anchor['entries']}:{anchor['root']}"
    record = finding_back.record(finding, asked, {}, made, root)
    created = finding.case.now().date()
    files = chart.files(finding)
    facts = _("{links}, {entities}").format(
        links=plural("{n} link", "{n} links", len(chart.links)).format(n=number(len(chart.links))),
        entities=plural("{n} entity", "{n} entities", len(chart.entities)).format(
            n=number(len(chart.entities))
        ),
    )
    product = Product(
        title=asked.title or _("Network of links"),
        subtitle=facts,
        number=_number(record, files, created.year),
        language=i18n.current(),
        created=created,
        marking=marking(finding, asked),
        author=asked.author,
        watermark=_("NOT PUBLIC"),
        name="links",
        blocks=tuple(_blocks(finding, asked, chart, made, root)),
        tables=chart.tables if "csv" in chart.formats else {},
        files=files,
        record=record,
        readme=_readme(tuple(name for name in chart.formats if name != "html")),
    )
    return _with_page(product, asked, chart) if "html" in chart.formats else product


def _with_page(product: Product, asked: Asked, chart: _Chart) -> Product:
    """Add the chart to click on: it bears the marking and the number of the product."""
    page = chart_page(
        chart.links,
        chart.entities,
        reports=chart.reports,
        title=product.title,
        foot=f"{' · '.join(part for part in (imprint(product), asked.source) if part)}.",
        marking=product.marking,
    )
    first, *rest = product.blocks
    product = replace(product, blocks=(first, Paragraph(words_of_page(chart.links, page)), *rest))
    if page is None:
        return product
    return replace(product, files=product.files | {PAGE: page}, readme=_readme(chart.formats))


def _blocks(finding: Finding, asked: Asked, chart: _Chart, made: list[Check], root: str) -> list[Block]:
    answers = (
        Answer(_("What"), _("Links between persons, organisations and things, each with what it rests on.")),
        Answer(_("How sure"), _("Each link has the grade of its source; grades are not added up.")),
        Answer(
            _("Not shown"),
            _("Position in collected data, not culpability. No link means that none was collected."),
        ),
    )
    questions = (
        _("What else would explain it?"),
        _("Who is helped or harmed if we act on it, and how will we know?"),
    )
    found: list[Block] = [Answers(_("In short"), answers, _("Questions for the decision-maker"), questions)]
    if asked.statement:
        found.append(Paragraph(asked.statement))
    found += [_types(chart.entities), _grades(chart.links)]
    return found + finding_back.behind(finding, asked, made, root=root, made=False)


def _types(entities: pd.DataFrame) -> Table:
    counts = entities["type"].value_counts()
    rows = tuple((_(TYPES.get(str(kind), str(kind))), number(int(n))) for kind, n in sorted(counts.items()))
    columns = (Column(_("Type")), Column(_("Entities"), number=True))
    return Table(_("Entities by type, in alphabetical order"), columns, rows)


def _grades(links: pd.DataFrame) -> Table:
    grades = links["grade"] if "grade" in links else pd.Series("", index=links.index)
    counts = grades.fillna("").astype(str).value_counts()
    rows = tuple((str(grade) or _("not graded"), number(int(n))) for grade, n in sorted(counts.items()))
    columns = (Column(_("Grade")), Column(_("Links"), number=True))
    return Table(_("Links by grade"), columns, rows)


def _number(record: dict[str, Any], files: dict[str, bytes], year: int) -> str:
    told = {name: hashlib.sha256(body).hexdigest() for name, body in files.items()}
    content = json.dumps(
        [__version__, told, {k: v for k, v in record.items() if k != "gate"}], sort_keys=True, default=str
    )
    return f"LN-{year}-{hashlib.sha256(content.encode('utf-8')).hexdigest()[:8].upper()}"


def _readme(formats: tuple[Format, ...]) -> str:
    words = {
        "html": _("chart.html     the chart to click on; opens in any browser, without a network"),
        "graphml": _("chart.graphml  the network for Gephi, yEd, networkx and others"),
        "gexf": _("chart.gexf     the same for Gephi"),
        "anx": _(
            "chart.anx      the chart for i2 Analyst's Notebook; grades and handling in its three lists"
        ),
        "csv": _("tables/        links and entities for spreadsheets; an apostrophe stands before formulas"),
    }
    made = [line for name, line in words.items() if name in formats]
    lines = [_("links.html     what this is; links.pdf is the same on paper"), *made]
    return "\n".join([*lines, _("manifest.json  what was checked, every file with its hash")]) + "\n"


def _watch(material: Material, chart: _Chart, reports: Material | Finding | None) -> payload.Canaries:
    """
    Gather what must not stand in the files: columns about persons that nobody asked for.

    What the chart itself shows may stand there, also where a column set aside holds it too. Of reports the
    words as they were reported stay inside, and who gave them.
    """
    shown = {cell for table in chart.tables.values() for name in table for cell in table[name].astype(str)}
    items = [cells for table in (chart.links, chart.entities) for cells in table.get("item_ids", ())]
    shown |= {str(item) for cells in items if isinstance(cells, tuple | list) for item in cells}
    nothing, xml = pd.DataFrame(index=chart.links.index), _is_xml(material.source)
    sources = [] if xml else [(nothing, material.intake, material.source)]
    values = _aside(material) if xml else set()
    for one in () if reports is None else reports.materials():
        kept, taken_out = kept_of_reports(one, shown=shown)
        sources.append((kept, one.intake, one.source))
        values |= taken_out
    watch = payload.canaries_of_materials(sources, known=shown)
    held = {value.casefold() for value in values if len(value) >= 5 and value not in shown}
    return payload.Canaries(
        identifiers=watch.identifiers, set_aside=watch.set_aside | held, paths=watch.paths
    )


def _is_xml(source: Path | None) -> bool:
    if source is None or not source.is_file():
        return False
    with source.open("rb") as file:
        return file.read(64).lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t\0").startswith(b"<")


def _aside(material: Material) -> set[str]:
    """Return the values of columns set aside in a file of XML, read once more for them alone."""
    names = [str(name) for name in material.intake.choices.get("set_aside") or []]
    if not names or material.source is None:
        return set()
    try:
        again = read_links(material.source, keep=names)
    except IlpError as error:
        msg = _("“{name}” cannot be read again, so nobody can tell what must stay inside.")
        raise InputError(msg.format(name=material.source.name)) from error
    tables = (again.table, again.entities)
    return {str(v) for t in tables for name in names if name in t for v in t[name].dropna().unique()}
