"""
The table of entities of a network: those that a list of entities or the file itself describes, and all ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from ..i18n import _
from ._link_fields import item_numbers, role_word, type_word
from ._link_parts import Listed
from ._link_rows import column_words, read_grades
from ._link_schema import ENTITIES
from .findings import Findings
from .frames import as_text, free_name
from .identity import kept_columns, personal_columns
from .markings import secret_marking
from .shapes import NOTHING

__all__ = ["Entities", "build_entities"]

_MODES = {"1": 1, "2": 2, "false": 1, "true": 2}


@dataclass(frozen=True)
class Entities:
    """Entities as tables, and what was noticed about them."""

    table: pd.DataFrame
    rejected: pd.DataFrame
    set_aside: list[str] = field(default_factory=list)


def build_entities(
    ends: list[str],
    described: Listed | None,
    findings: Findings,
    *,
    scale: str,
    keep: str | Iterable[str] = (),
) -> Entities:
    """
    Put together every vertex: those that are described in their order, then ends that nobody described.

    Parameters
    ----------
    ends
        Labels of the ends of links, each once.
    described
        Rows about entities; None where there are none.
    findings
        The ledger of the reading.
    scale
        Scale of grades that do not name theirs.
    keep
        Columns about persons to keep.
    """
    if described is None or not len(described):
        return Entities(_bare(ends), pd.DataFrame(columns=["source_row", "reason"]))
    described = _with_mode(described)
    table = described.table
    names = list(table.column_names)
    wanted = [keep] if isinstance(keep, str) else list(keep)
    kept = kept_columns([name for name in wanted if name in names], names)
    used = set(described.roles.values())
    personal = personal_columns(table, used=used)
    aside = [name for name in personal if name not in kept and name not in used]
    ids = [cell or "" for cell in table.column(described.roles["entity_id"]).to_pylist()]
    words, codes = column_words(table, described.roles, "handling")
    secret = np.array([secret_marking(word) is not None for word in words], dtype=bool)[codes]
    known: set[str] = set()
    reasons: list[str] = []
    for one, marked in zip(ids, secret, strict=True):
        reason = ""
        if marked:
            reason = _("marked as a state secret; the words are withheld")
        elif not one:
            reason = _("the entity has no number")
        elif one in known:
            reason = _("the entity stands in an earlier row")
        reasons.append(reason)
        known.add(one if not reason else "")
    known.discard("")
    good = np.array([not reason for reason in reasons], dtype=bool)
    rows = _described(described, ids, good, aside, scale)
    missing = [end for end in ends if end not in known]
    alone = sorted(known - set(ends))
    repeated = [one for one, reason in zip(ids, reasons, strict=True) if reason and one in known]
    findings.note("entity_repeated", len(repeated), example=", ".join(repeated[:3]))
    if described.source_row.any():
        findings.note("entity_missing", len(missing), example=", ".join(missing[:3]))
    findings.note("isolated", len(alone))
    findings.note("secret", int(secret.sum()))
    _note_words(described, findings, good)
    whole = pd.concat([rows, _bare(missing)], ignore_index=True) if missing else rows
    return Entities(
        whole.astype({"mode": "Int64", "source_row": "Int64"}), _rejected(described, reasons), aside
    )


def _with_mode(described: Listed) -> Listed:
    """Take a column of types that holds True and False alone, as igraph writes two kinds, for the mode."""
    column = described.roles.get("type")
    if column is None or "mode" in described.roles:
        return described
    words = {word.casefold() for word in column_words(described.table, described.roles, "type")[0] if word}
    if not words or not words <= {"true", "false"}:
        return described
    roles = {role: name for role, name in described.roles.items() if role != "type"}
    return replace(described, roles={**roles, "mode": column})


def _described(
    described: Listed, ids: list[str], good: np.ndarray[Any, np.dtype[np.bool_]], aside: list[str], scale: str
) -> pd.DataFrame:
    table, roles = described.table, described.roles

    def each(role: str, read: Any) -> list[Any]:
        words, codes = column_words(table, roles, role)
        values = [read(word) for word in words]
        return [values[code] for code in codes[good]]

    own = [one for one, kept in zip(ids, good, strict=True) if kept]
    labels = [label or one for label, one in zip(each("label", str), own, strict=True)]
    grades = read_grades(table, roles, scale)
    rows = [int(row) or None for row in described.source_row[good]]
    data: dict[str, Any] = {
        "entity_id": _texts(own),
        "label": _texts(labels),
        "type": _texts(each("type", lambda word: type_word(word) or "unknown")),
        "role": _texts(each("role", lambda word: role_word(word) or "unknown")),
        "grade": _texts([grades.words[code] for code in grades.codes[good]]),
        "handling": _texts(each("handling", lambda word: "" if word.casefold() in NOTHING else word)),
        "item_ids": pd.Series(each("item_ids", item_numbers), dtype=object),
        "mode": pd.Series(each("mode", lambda word: _MODES.get(word.casefold())), dtype="Int64"),
        "source_row": pd.Series(rows, dtype="Int64"),
    }
    data = {name: data[name] for name in ENTITIES}
    lost: dict[str, Callable[[str], bool]] = {
        "type": lambda word: type_word(word) is None and bool(word),
        "role": lambda word: role_word(word) is None and bool(word),
        "mode": lambda word: word.casefold() not in _MODES and bool(word),
        "grade": lambda _word: bool(grades.unreadable.any()),
    }
    read = {
        column
        for role, column in roles.items()
        if role not in lost or not any(lost[role](word) for word in column_words(table, roles, role)[0])
    }
    for name in table.column_names:
        if name not in aside and name not in read:
            data[free_name(name, data)] = as_text(table.column(name).filter(pa.array(good)))
    return pd.DataFrame(data, copy=False)


def _note_words(described: Listed, findings: Findings, good: np.ndarray[Any, np.dtype[np.bool_]]) -> None:
    for role, check, test in (("type", "type_unknown", type_word), ("role", "role_unknown", role_word)):
        if role in described.roles:
            words, codes = column_words(described.table, described.roles, role)
            unknown = np.array([test(word) in (None, "unknown") for word in words], dtype=bool)[codes]
            findings.note(check, int((unknown & good).sum()))


def _bare(ends: list[str]) -> pd.DataFrame:
    n = len(ends)
    data = {
        "entity_id": _texts(ends),
        "label": _texts(ends),
        "type": _texts(["unknown"] * n),
        "role": _texts(["unknown"] * n),
        "grade": _texts([None] * n),
        "handling": _texts([""] * n),
        "item_ids": pd.Series([()] * n, dtype=object),
        "mode": pd.Series([None] * n, dtype="Int64"),
        "source_row": pd.Series([None] * n, dtype="Int64"),
    }
    return pd.DataFrame({name: data[name] for name in ENTITIES}, copy=False)


def _rejected(described: Listed, reasons: list[str]) -> pd.DataFrame:
    at = [place for place, reason in enumerate(reasons) if reason]
    data: dict[str, Any] = {
        "source_row": described.source_row[at],
        "reason": pd.Series([reasons[place] for place in at], dtype=object),
    }
    withheld = _("marked as a state secret; the words are withheld")
    for name in described.table.column_names:
        cells = described.table.column(name).to_pylist()
        data[free_name(name, data)] = _texts(
            [None if reasons[place] == withheld else cells[place] for place in at]
        )
    bad = described.bad
    found = pd.DataFrame(data)
    if len(bad):
        lines = bad[["source_row", "reason", "text"]]
        found = lines if found.empty else pd.concat([found, lines], ignore_index=True)
    return found


def _texts(cells: list[Any]) -> pd.Series[Any]:
    return as_text(pa.array(cells, pa.string()))
