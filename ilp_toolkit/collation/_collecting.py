"""Take one source in: read it, make its passport, and write both down."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InputError
from ..evaluation import grades
from ..evaluation import handling as handlings
from ..evaluation.handling import Handling
from ..i18n import _
from . import corrections, recordkeys, terms
from .canonicaljson import canonical
from .finding import Material
from .fingerprint import fingerprint
from .inputs import plain
from .passport import Passport
from .roles import with_roles

if TYPE_CHECKING:
    from .case import Case
    from .casefolder import Folder

__all__ = ["Rules", "collect", "of_rows"]


@dataclass(frozen=True)
class Rules:
    """What the caller says about a source."""

    quality: str
    handling: str | Handling | None
    originator: str
    purposes: frozenset[str] | None
    expires: Any
    roles: str | Mapping[str, Any] | None
    obtained: str
    name: str


def collect(
    case: Case,
    folder: Folder,
    source: Any,
    *,
    reader: Callable[..., Any] | None,
    rules: Rules,
    options: dict[str, Any],
) -> Material:
    """Read a source, and note it in the ledger (once) and in the log (each time)."""
    if not rules.quality.strip():
        msg = _("`quality` is empty. Say in a sentence where the data come from and how good they are.")
        raise InputError(msg)
    given = _given(rules)
    expires = _expires(case, rules)
    path, mark = _file(source)
    reader, called = _reader(reader)
    intake = reader(source, **options)
    table, counts = with_roles(_table(intake, called), rules.roles)
    handling, graded = of_rows(table, given, rules.originator)
    passport = Passport(
        handling=handling,
        purposes=case.purposes if rules.purposes is None else rules.purposes,
        legal_bases=frozenset({case.legal_basis}),
        expires=expires,
        grades=graded,
        quality=(rules.quality.strip(),),
        originators=handling.originators | ({rules.originator} if rules.originator else set()),
        roles=counts,
    )
    content = table.copy(deep=False)
    content.attrs = {}
    if "choices" in table.attrs:
        content.attrs["choices"] = table.attrs["choices"]
    result = fingerprint(content)
    what = {
        "case": case.id, "file": mark, "table": result, "reader": called, "options": plain(options),
        "passport": {name: value for name, value in passport.to_json().items() if name != "expires"},
        "obtained": rules.obtained, "stated": None if given is None else given.to_json(),
    }  # fmt: skip
    name = f"M-{hashlib.sha256(canonical(what)).hexdigest()[:10]}"
    intake = intake if hasattr(intake, "table") else None
    column = recordkeys.record_column(content)
    known = terms.expiry(case.ledger, name)
    passport = _settled(passport, name, known or expires, bool(case.holds(name)))
    title = rules.name or (path.stem if path is not None else "table")
    material = Material(
        id=name,
        case=case,
        content=content,
        intake=intake,
        passport=passport,
        name=title,
        source=path,
        function_name=called,
        fingerprint=result,
        record_column=column,
        stated=given,
        originator=rules.originator,
    )
    _note(case, folder, material, rules, mark, new=known is None)
    return material


def _given(rules: Rules) -> Handling | None:
    """
    Return the handling that the caller states; a marking of secrets ends it here, before anything is read.
    """
    if rules.handling is None or isinstance(rules.handling, Handling):
        return rules.handling
    return handlings.parse(rules.handling, originator=rules.originator)


def _expires(case: Case, rules: Rules) -> dt.datetime:
    if rules.expires is None:
        return case.now() + case.retention
    wanted = terms.moment_of(rules.expires, "expires")
    latest = case.now() + dt.timedelta(days=case.policy.retention.maximum_days)
    if wanted > latest:
        msg = _("`expires` is {wanted}, and the policy allows {latest} at most. Name an earlier day.")
        raise InputError(msg.format(wanted=wanted.date().isoformat(), latest=latest.date().isoformat()))
    return wanted


def _file(source: Any) -> tuple[Path | None, str]:
    """Return the file behind a source, and the hash of its bytes."""
    if not isinstance(source, str | Path):
        return None, ""
    whole, part = Path(source), Path(str(source).split("!")[0])
    path = whole if whole.is_file() else part
    if not path.is_file():
        return path, ""
    with path.open("rb") as file:
        return path, hashlib.file_digest(file, "sha256").hexdigest()


def _reader(reader: Callable[..., Any] | None) -> tuple[Callable[..., Any], str]:
    if reader is None:
        from ..collection.readers import read_incidents

        return read_incidents, "read_incidents"
    return reader, str(getattr(reader, "__name__", type(reader).__name__))


def _table(intake: Any, called: str) -> Any:
    import pandas as pd

    table = getattr(intake, "table", intake)
    if not isinstance(table, pd.DataFrame):
        msg = _("The reader {reader} returned {kind}. It must return a table, or an Intake with one.")
        raise InputError(msg.format(reader=called, kind=type(intake).__name__))
    return table


def of_rows(table: Any, stated: Handling | None, originator: str) -> tuple[Handling, dict[str, int]]:
    """
    Return the handling and the grades of rows of a material.

    The handling is what is stated of the whole and marked on the rows, together; the strictest where nothing
    is.
    """
    told = [one for one in (stated, _marked(table, originator)) if one is not None]
    handling = handlings.combine(*told) if told else handlings.parse(None, originator=originator)
    return handling, _grades(table)


def _marked(table: Any, originator: str) -> Handling | None:
    """Return what the markings of all rows together allow; None where rows have none."""
    if "handling" not in table.columns or not len(table):
        return None
    markings = _plain(table["handling"])
    givers = _plain(table["originator"]) if "originator" in table.columns else [None] * len(markings)
    parsed = []
    for marking, giver in dict.fromkeys(zip(markings, givers, strict=True)):
        one = handlings.parse(marking, originator=originator)
        parsed.append(replace(one, originators=one.originators | {str(giver or "")}))
    return handlings.combine(*parsed)


def _grades(table: Any) -> dict[str, int]:
    """Count the grades of single reports; a register has none, and none is made up for it."""
    if not {"source_grade", "information_grade"} <= set(table.columns):
        return {}
    scales = _plain(table["scale"]) if "scale" in table.columns else ["4x4"] * len(table)
    triples = zip(scales, _plain(table["source_grade"]), _plain(table["information_grade"]), strict=True)
    counts: dict[str, int] = {}
    for (scale, source, information), n in Counter(triples).items():
        grade = _grade(scale, source, information)
        counts[grade] = counts.get(grade, 0) + n
    return counts


def _grade(scale: Any, source: Any, information: Any) -> str:
    """Return a grade as text; unknown where there is none, or none that its scale knows."""
    if not scale or not (source or information):
        return "unknown"
    try:
        return str(grades.Grade(scale, source or None, information or None))
    except InputError:
        return "unknown"


def _plain(column: Any) -> list[Any]:
    cells = column.astype(object)
    return list(cells.where(cells.notna(), None))


def _settled(passport: Passport, name: str, expires: dt.datetime, held: bool) -> Passport:
    return replace(passport, materials=(name,), expires=expires, held=held)


def _note(case: Case, folder: Folder, material: Material, rules: Rules, mark: str, *, new: bool) -> None:
    column = material.record_column
    keys = _keys(case, material)
    if new:
        noted = folder.keep_keys(material.id, keys) if keys is not None else None
        case.ledger.remember("material", _record(case, material, rules, mark, noted))
    case.audit.append(
        "collection",
        subject=material.id,
        purpose=sorted(material.passport.purposes),
        rows=len(material.content),
        file=f"sha256:{mark}" if mark else "",
    )
    if new and column and "acquitted" in material.passport.roles:
        _acquit(case, material, column)


def _keys(case: Case, material: Material) -> Any:
    """Return the keys of all that is numbered in a material, entities beside its links included."""
    import numpy as np

    tables = [material.content, getattr(material.intake, "entities", None)]
    found = [
        recordkeys.keys_of(table[name], case.key)
        for table in tables if table is not None
        for name in recordkeys.numbering(table)
    ]  # fmt: skip
    return np.unique(np.concatenate(found)) if len(found) > 1 else next(iter(found), None)


def _record(
    case: Case, material: Material, rules: Rules, mark: str, keys: dict[str, Any] | None
) -> dict[str, Any]:
    rejected = len(material.intake.rejected) if hasattr(material.intake, "rejected") else 0
    return {
        "id": material.id,
        "name": case.without_records(material.name),
        "file": f"sha256:{mark}" if mark else None,
        "table": material.fingerprint,
        **_beside(material),
        "rows": len(material.content),
        "rejected": rejected,
        "reader": material.function_name,
        "obtained": case.without_records(rules.obtained),
        "stated": None if material.stated is None else material.stated.to_json(),
        "originator": material.originator,
        "taken": case.now().isoformat(timespec="seconds"),
        "keys": keys,
        "passport": material.passport.to_json(),
    }


def _beside(material: Material) -> dict[str, Any]:
    """Note the hash of the entities that came with links: a chart can tell whether they were edited."""
    entities = getattr(material.intake, "entities", None)
    return {} if entities is None else {"entities": fingerprint(entities)}


def _acquit(case: Case, material: Material, column: str) -> None:
    """
    Start a rectification where the new material says of somebody in an earlier one that they were acquitted.
    """
    table = material.content
    people = table.loc[table["role"].astype(object) == "acquitted", column].dropna().unique().tolist()
    for person in people:
        key = recordkeys.key_of(person, case.key)
        earlier = [name for name in corrections.holders(case.ledger, key, case.keys) if name != material.id]
        if earlier:
            correction = {
                "record": recordkeys.name_of(person, case.key),
                "key": f"{key:x}",
                "what": "acquitted",
                "by": case.owner,
                "reason": f"said by {material.id}",
                "materials": earlier,
                "except": [material.id],
            }
            case.ledger.remember("correction", correction)
            case.audit.append("alteration", subject=recordkeys.name_of(person, case.key), what="acquitted")
