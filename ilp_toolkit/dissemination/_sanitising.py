"""
What sanitising took out of reports, and whether it stands where it must not.

Whoever sanitises a report says by it what is dangerous: the names and clauses that are gone. So what was
taken out of one report is looked for in all others. That finds the text that was copied by mistake, and the
second report on the same person. What nobody ever took out cannot be known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from ..collection.markings import secret_stamp
from .redaction import redact

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["codes", "fragments", "names_removed", "tells", "tells_of_persons"]

_CONTACT = re.compile(
    r"\+\d[\d\s()-]{7,}\d|\b\d{9,}\b|[\w.+-]+@[\w-]+\.\w+|\b[A-ZА-Я]{1,3}-?\d{3,4}-?[A-ZА-Я]{1,3}\b"
)
"""Telephones, long numbers, e-mail, number plates of any country, beside what `redaction` knows."""
_WORD = re.compile(r"[^\W\d_]{4,}")
_TELLING = 8
_CALENDAR = frozenset(
    ["january", "february", "march", "april", "june", "july", "august", "september", "october", "november",
     "december", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
)  # fmt: skip
"""English writes these with a capital; they name nobody."""


def names_removed(table: pd.DataFrame, *, known: Iterable[str] = ()) -> set[str]:
    """
    Return the names that sanitising took out of any report, in small letters.

    Parameters
    ----------
    table
        Reports with ``text`` and ``sanitised``.
    known
        Words that are no secret.

    Returns
    -------
    set of str
        Words with a capital that are gone from the sanitised text and that nowhere in the reports stand with
        a small letter; names in the columns for area, subject and originator are left out.

    Examples
    --------
    >>> import pandas as pd
    >>> names_removed(pd.DataFrame({"text": ["The man (Ruzezar) left."], "sanitised": ["The man left."]}))
    {'ruzezar'}
    """
    texts, cleared = _texts(table, "text"), _texts(table, "sanitised")
    words = [word for text in (*texts, *cleared) for word in _WORD.findall(text)]
    harmless = {word for word in words if not word[0].isupper()}
    columns = [text for column in ("area", "subject", "originator") for text in _texts(table, column)]
    harmless |= {word.casefold() for text in (*columns, *known) for word in _WORD.findall(text)}
    found: set[str] = set()
    for text, clean in zip(texts, cleared, strict=True):
        if clean.strip():
            named = {word.casefold() for word in _WORD.findall(text) if word[0].isupper()}
            found |= named - {word.casefold() for word in _WORD.findall(clean)}
    return found - harmless - _CALENDAR


def fragments(table: pd.DataFrame) -> set[str]:
    """
    Return what sanitising took out of any report, in small letters: runs of words of 8 letters or more.

    Examples
    --------
    >>> import pandas as pd
    >>> fragments(pd.DataFrame({"text": ["He left. The source saw it."], "sanitised": ["He left."]}))
    {'the source saw it'}
    """
    found: set[str] = set()
    for text, clean in zip(_texts(table, "text"), _texts(table, "sanitised"), strict=True):
        before, after = text.split(), clean.split()
        if not after:
            continue
        matched = SequenceMatcher(None, before, after, autojunk=False)
        for kind, start, end, _from, _to in matched.get_opcodes():
            part = " ".join(before[start:end]).strip(' ().,;:!?«»“”"').casefold()
            if kind in {"delete", "replace"} and len(part) >= _TELLING and part not in clean.casefold():
                found.add(part)
    return found


def codes(table: pd.DataFrame) -> set[str]:
    """Return the codes of sources, collectors and reports, which stand in no message."""
    columns = ("source_id", "origin_id", "collector", "report_id")
    texts = [text for column in columns for text in _texts(table, column)]
    return {text.casefold() for text in texts if len(text) > 2 and any(sign.isdigit() for sign in text)}


def tells(text: str, removed: set[str], known_codes: set[str]) -> bool:
    """Say whether a text holds a name that was taken out elsewhere, a code, or anything of a person."""
    folded = text.casefold()
    words = {word.casefold() for word in _WORD.findall(text)}
    if words & removed or tells_of_persons(text):
        return True
    return any(re.search(rf"(?<!\w){re.escape(code)}(?!\w)", folded) for code in known_codes)


def tells_of_persons(text: str) -> bool:
    """
    Say whether a contact, a number of a person or a plate stands in a text, or the stamp of a secret.

    Examples
    --------
    >>> tells_of_persons("Call +992 900 111 222."), tells_of_persons("A lorry left at night.")
    (True, False)
    """
    return bool(_CONTACT.search(text) or secret_stamp(text) or redact(text).finds)


def _texts(table: pd.DataFrame, column: str) -> list[str]:
    return table[column].fillna("").astype(str).tolist() if column in table else [""] * len(table)
