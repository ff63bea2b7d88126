"""
The second checks of the gate: what stands in the product, and what a reader could make of it.

Each returns a `Check`. Columns were already chosen by `outline`, counts already hidden by `counts`; here it
is judged whether what is left may be seen by the audience that was asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from .. import choices
from ..analysis import bias
from ..i18n import _, number
from . import language, originals, own_results, people, redaction
from .asked import AGGREGATED, Asked
from .checks import Check, failed, not_needed, passed
from .disclosure import DISTRICT, NOWHERE
from .named import named_by
from .outline import frame_of

if TYPE_CHECKING:
    from .counts import Counted
    from .outline import Outline

__all__ = ["EXCEPTABLE", "contents", "four_eyes", "free_text", "incidents_of", "wording"]

EXCEPTABLE = frozenset({"small_counts", "places", "free_text", "language", "uncertainty"})
"""Checks that an author and a second person may pass over, for any audience but the public."""
_PLACED = frozenset({"cells", "areas", "segments", "points", "records"})
_UNSURE = frozenset(
    {"p_value", "q_value", "low", "high", "ratio_low", "expected_low", "spot", "cluster", "found", "firmness",
     "lower", "upper", "gi_z_q05", "stability"}
)  # fmt: skip
_PLAIN = frozenset({"cells", "areas", "hours", "periods", "records", "points", "segments"})
_CODES = frozenset(
    {
        "cell_id",
        "area",
        "segment",
        "spot",
        "cluster",
        "firmness",
        "role",
        "series",
        "iccs",
        "offence",
        "time_precision",
        "origin",
        "place_precision",
        "measure",
        "signal",
        "label",
        "geometry",
        "name_ru",
        "street",
        "street_ru",
        "kind",
        "incident_id",
    }
)


def contents(finding: Any, asked: Asked, shape: Outline, counted: Counted) -> list[Check]:
    """
    Make the checks on what would leave, in the order of `checks.RULES`.

    Parameters
    ----------
    finding
        A finding of a case.
    asked
        What the author asks for.
    shape
        Columns and classes that would leave.
    counted
        The tables after small counts were hidden, and the verdict on them.
    """
    return [
        _sensitive(finding, shape),
        _columns(finding, asked, shape),
        counted.check,
        _places(finding, asked, shape),
        free_text(asked, counted.tables, printed=_printed(finding)),
        _bias(finding, asked, shape),
        wording(asked),
        _uncertainty(finding, asked, shape),
        four_eyes(finding, asked),
    ]


def incidents_of(finding: Any) -> pd.DataFrame | None:
    """Return the incidents that an analysis was given, None where it was given none."""
    for given in finding.inputs:
        table = getattr(given, "table", given)
        if isinstance(table, pd.DataFrame) and {"offence", "occurred_from"} <= set(table.columns):
            return table
    for given in finding.inputs:
        if hasattr(given, "inputs"):
            found = incidents_of(given)
            if found is not None:
                return found
    return None


def _sensitive(finding: Any, shape: Outline) -> Check:
    rows = incidents_of(finding)
    if rows is None or not len(rows):
        return not_needed("sensitive_offences")
    told = list(originals.finest_places(finding, finding.case.policy))
    never, district = (max(int((one == kind).sum()) for one in told) for kind in (NOWHERE, DISTRICT))
    own = shape.allowed is None
    fix = 'case.analyse(lambda t: t[ilp.disclosure.finest_place(t, policy=case.policy) == "cell"], …)'
    if never and (own or shape.shape in _PLACED or never >= len(rows)):
        found = _("{n} incidents are offences of belief, speech or assembly.").format(n=number(never))
        return failed("sensitive_offences", found, fix)
    placed = shape.shape in _PLACED
    placed |= own and any(own_results.looks_placed(one, finding) for one in shape.tables.values())
    if district and placed and not _districts(shape, finding):
        found = _("{n} incidents are domestic or sexual violence.").format(n=number(district))
        return failed("sensitive_offences", found, fix)
    return passed("sensitive_offences")


def _districts(shape: Outline, finding: Any) -> bool:
    most = finding.case.policy.places.maximum_districts
    return shape.shape == "areas" and bool(shape.tables) and len(shape.main) <= most


def _columns(finding: Any, asked: Asked, shape: Outline) -> Check:
    if shape.refused:
        return failed("columns", shape.refused, shape.fix)
    if shape.shape == "people" and not asked.single_records(finding.case.policy):
        found = _("It holds rows of single persons, which this audience may not see.")
        return failed("columns", found, 'ilp.release(…, audience="agency")')
    against = people.refusal(finding, asked, shape) or _own_rows(finding, asked, shape)
    if against is not None:
        return failed("columns", *against)
    if not shape.tables or not any(len(table.columns) for table in shape.tables.values()):
        return failed("columns", _("No column of it may leave."), 'ilp.release(…, columns=["…"])')
    n = len(shape.withheld)
    return passed("columns", _("Columns kept inside: {n}.").format(n=number(n)), withheld=n)


def _own_rows(finding: Any, asked: Asked, shape: Outline) -> tuple[str, str] | None:
    """Judge rows of a function of one's own; those of persons and accounts were judged already."""
    return None if named_by(finding).kinds else own_results.rows_refusal(finding, asked, shape)


def _places(finding: Any, asked: Asked, shape: Outline) -> Check:
    if shape.shape not in _PLACED:
        return not_needed("places", _("It shows no places."))
    policy = finding.case.policy
    if shape.shape in {"points", "records"} or any(_has_points(table) for table in shape.tables.values()):
        if shape.refused:
            return failed("places", shape.refused, shape.fix)
        if asked.single_records(policy) or asked.mask:
            return passed("places", str(shape.facts.get("moved", "")))
        return failed("places", _("It shows single points."), 'ilp.release(…, mask="grid")')
    size = choices.of(finding).get("cell_size") or choices.of(finding.table).get("cell_size")
    if not asked.public_rules(finding) or size is None:
        return passed("places")
    return _cells(finding, float(size), len(shape.main) if shape.tables else 0)


def _cells(finding: Any, size: float, n: int) -> Check:
    """Judge a map by the size and the number of its cells."""
    limits = finding.case.policy.places
    rows = incidents_of(finding)
    snapped = (
        rows is not None and "place_precision" in rows and bool(rows["place_precision"].eq("snapped").any())
    )
    least = limits.minimum_cell_size_snapped if snapped else limits.minimum_cell_size
    if size < least:
        found = _("Cells of {size} m; at least {least} m are needed.")
        found = found.format(size=number(size), least=number(least))
        return failed("places", found, f"case.analyse(…, cell_size={least:.0f})")
    if n > limits.maximum_cells:
        found = _("{n} cells; at most {most} fit a map.").format(
            n=number(n), most=number(limits.maximum_cells)
        )
        return failed("places", found, f"case.analyse(…, cell_size={2 * size:.0f})")
    return passed("places", _("Cells of {size} m.").format(size=number(size)))


def _has_points(table: pd.DataFrame) -> bool:
    return isinstance(table, gpd.GeoDataFrame) and bool(table.geom_type.isin(["Point", "MultiPoint"]).any())


def free_text(asked: Asked, tables: dict[str, pd.DataFrame], printed: tuple[str, ...] = ()) -> Check:
    """Look for persons in the author's words, in the texts of tables and in what is printed beside them."""
    texts = [asked.statement, asked.title, asked.source, *printed]
    for table in tables.values():
        for name in table.columns:
            if name not in _CODES and not pd.api.types.is_numeric_dtype(table[name]):
                cells = dict.fromkeys(value for value in table[name].dropna() if isinstance(value, str))
                texts += [str(name), *cells]
    finds = [find for text in texts if text for find in redaction.redact(text).finds]
    if finds:
        kinds = ", ".join(sorted({str(find.kind) for find in finds}))
        found = _("Texts hold {n} finds of this kind: {kinds}.").format(n=number(len(finds)), kinds=kinds)
        return failed("free_text", found, "ilp.redaction.redact(text).text")
    return passed("free_text")


def _printed(finding: Any) -> tuple[str, ...]:
    """Return what products print of a finding: how good its data are, and settings that are words."""
    from .product.finding_back import settings

    return (*finding.passport.quality, *_strings(settings(finding)))


def _strings(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for name, inner in part.items():
            yield from (str(name), *_strings(inner))
    elif isinstance(part, list | tuple):
        for inner in part:
            yield from _strings(inner)


def _bias(finding: Any, asked: Asked, shape: Outline) -> Check:
    """Ask of every step that the result was made of: a renamed column hides nothing from a lineage."""
    ranks = (shape.allowed is not None and shape.allowed.ranks) or any(
        bias.requires_audit(
            step.table if isinstance(step.table, pd.DataFrame) else None,
            function=step.function,
            noted=step.choices,
        )
        for step in _steps(finding)
    )
    if not ranks:
        return not_needed("bias", _("It does not rank places for future attention."))
    audit, fix = asked.bias_audit, "ilp.release(…, bias_audit=ilp.bias.audit(incidents, finding.table, …))"
    if not isinstance(audit, bias.BiasAudit):
        found = _("It ranks places for future attention, and nobody tested what the records leave out.")
        return failed("bias", found, fix)
    noted = choices.of(finding.table) | dict(finding.choices)
    table, limits = frame_of(finding.table), finding.case.policy.bias
    if not audit.covers(table, limits=limits) or not audit.agrees_with(noted):
        found = _("The tests were made of another ranking or other events, or held to other limits.")
        return failed("bias", found, fix)
    if not audit.passed:
        reasons = " ".join(sentence for _code, sentence in audit.problems)
        return failed("bias", reasons, _("look at it on the screen; it may not leave"))
    return passed("bias", " ".join(audit.sentences()), audit=audit.summary())


def _steps(finding: Any) -> Iterator[Any]:
    """Yield a finding and every finding that it was made of."""
    yield finding
    for given in finding.inputs:
        if hasattr(given, "function"):
            yield from _steps(given)


def wording(asked: Asked) -> Check:
    """Hold the author's sentences against the yardstick, whatever language they are in."""
    texts = [text for text in (asked.statement, asked.title) if text]
    remarks = [r for text in texts for r in language.lint(text)]
    if remarks:
        first = remarks[0]
        return failed("language", f"“{first.sentence}”: {first.found}", first.fix)
    return passed("language") if texts else not_needed("language", _("No sentences of the author's own."))


def _uncertainty(finding: Any, asked: Asked, shape: Outline) -> Check:
    if asked.confidence:
        return passed("uncertainty", asked.confidence)
    if asked.statement and finding.kind == "assessment":
        found = _("The statement is an assessment and does not say how sure it is.")
        return failed("uncertainty", found, 'ilp.release(…, confidence="moderate")')
    names = {str(c) for table in shape.tables.values() for c in table.columns}
    if names & _UNSURE:
        return passed("uncertainty", _("Tested against chance, or with an interval."))
    if shape.shape in _PLAIN or shape.shape in AGGREGATED:
        return not_needed("uncertainty", _("Counts, whose limits are printed."))
    return failed(
        "uncertainty", _("It says nothing of how sure it is."), 'ilp.release(…, confidence="moderate")'
    )


def four_eyes(finding: Any, asked: Asked) -> Check:
    """Ask for a second person where the policy, or an exception, does."""
    needed = asked.audience in finding.case.policy.release.second_person_for or bool(asked.exceptions)
    second = asked.second_person.strip()
    if not needed:
        return not_needed("four_eyes") if not second else passed("four_eyes", second)
    if not second or second.casefold() == asked.author.casefold():
        found = _("For this audience, or for an exception, a second person must have seen it.")
        return failed("four_eyes", found, 'ilp.release(…, second_person="…")')
    return passed("four_eyes", _("As claimed: {person}.").format(person=second))
