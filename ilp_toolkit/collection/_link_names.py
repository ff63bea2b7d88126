"""
Labels of vertices that deserve a look: nothing is changed, what may be one is said.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable

__all__ = ["TESTS", "folded", "fragile", "look_alike", "mixed", "odd"]

_SHAPES = str.maketrans("авекмнорстухіјѕԁԛԝ", "abekmhopctyxijsdqw")
"""Cyrillic letters to the Latin letters of the same shape, in small letters."""
_WHOLE = re.compile(r"\d+")
_NUMBERLIKE = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)")
_FRAGILE = re.compile(r"0\d+|\d+[.,]0*|\d{16,}|\d+[eEеЕ]\d+|\d{1,2}[-/.]\d{1,2}([-/.]\d{2,4})?")


def folded(label: str) -> str:
    """
    Reduce a label to what a hasty reader sees: shapes of letters, no case, no spaces, numbers as numbers.

    Examples
    --------
    >>> folded("СОВА 1") == folded("COBA 1"), folded("007") == folded("7.0") == folded("7")
    (True, True)
    """
    text = " ".join(unicodedata.normalize("NFKC", label).casefold().split())
    if re.fullmatch(r"\d+([.,]0*)?", text):
        return re.sub(r"[.,]0*$", "", text).lstrip("0") or "0"
    return re.sub(r"[\s_\-.'’]+", "", text.translate(_SHAPES))


def look_alike(labels: Iterable[str]) -> set[str]:
    """
    Return the labels that differ and look like another.

    Examples
    --------
    >>> sorted(look_alike(["7", "007", "8", ".1", "1"]))
    ['007', '7']
    """
    groups: dict[str, set[str]] = {}
    for label in labels:
        groups.setdefault(folded(label) if not label.startswith(".") else label, set()).add(label)
    return {label for group in groups.values() if len(group) > 1 for label in group}


def mixed(labels: Iterable[str]) -> set[str]:
    """Return the labels in which one word has Latin and Cyrillic letters."""
    return {
        label
        for label in labels
        if any(
            re.search("[A-Za-z]", word) and re.search("[\u0400-\u04ff]", word)
            for word in re.findall(r"[^\W\d_]+", label)
        )
    }


def odd(labels: Iterable[str]) -> set[str]:
    """
    Return labels of another form than the rest: ``.1`` among whole numbers, or a label that is a sign alone.

    Examples
    --------
    >>> sorted(odd(["1", "2", "83", "12", "9", ".1", ".2"])), sorted(odd(["Kay", "Bill", "?"]))
    (['.1', '.2'], ['?'])
    """
    known = list(labels)
    whole = sum(bool(_WHOLE.fullmatch(label)) for label in known)
    found = {label for label in known if not re.search(r"\w", label) or re.fullmatch(r"[.,]\d+", label)}
    if whole >= 0.7 * len(known):
        found |= {label for label in known if _NUMBERLIKE.fullmatch(label) and not _WHOLE.fullmatch(label)}
    return found


def fragile(labels: Iterable[str]) -> set[str]:
    """
    Return the labels that a spreadsheet writes otherwise once it has seen them.

    Examples
    --------
    >>> sorted(fragile(["007", "1.0", "7", "3E5", "12-05", "AB12"]))
    ['007', '1.0', '12-05', '3E5']
    """
    return {label for label in labels if _FRAGILE.fullmatch(label)}


TESTS: dict[str, Callable[[Iterable[str]], set[str]]] = {
    "id_odd": odd,
    "id_look_alike": look_alike,
    "id_mixed_scripts": mixed,
    "id_fragile": fragile,
}
"""Check to the labels that it finds."""
