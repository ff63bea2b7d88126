"""
Markings of state secrets, so that such material is refused at the door.

This package holds no secrets: a laptop with notebooks is no place for them, and neither the audit log nor the
gate would make it one. A marking is looked for in the field of the handling, whole words, in the languages of
the vocabulary; and in a text only where a marking stands: alone on a line. «Не секретно» is no marking.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache
from importlib import resources

__all__ = ["secret_marking", "secret_stamp"]

_LOOKALIKES = str.maketrans("abcehkmoptxy", "авсенкмортху")
"""Latin letters that stand for Cyrillic ones of the same shape."""
_NEGATED = re.compile(r"\b(?:не\s?|non[\s-]?|not\s|un|no\s|emas\s)$|\bрас$")
_COPY_NUMBER = re.compile(r"[\s.,;:!()\[\]«»\"'№#\d*=_-]+|\bэкз\w*|\bcopy\b|\bno\b")


def secret_marking(field: str) -> str | None:
    """
    Return the marking of a state secret that stands in a field of handling, None where there is none.

    Parameters
    ----------
    field
        The text of one cell, such as "Секретно, экз. № 2".

    Returns
    -------
    str or None
        The marking as the vocabulary has it.

    Notes
    -----
    Spaced letters and Latin letters in a Cyrillic word make no difference. The words were collected from
    general knowledge of the languages and have not been verified by the bodies that keep secrets.

    Examples
    --------
    >>> secret_marking("С е к р е т н о"), secret_marking("не секретно"), secret_marking("TLP:RED")
    ('секретно', None, None)
    """
    for text in _readings(field):
        for marking, pattern in _markings():
            found = pattern.search(text)
            if found and not _NEGATED.search(text[: found.start()]):
                return marking
        bare = _COPY_NUMBER.sub("", text)
        if bare in _abbreviations():
            return _abbreviations()[bare]
    return None


def secret_stamp(text: str) -> str | None:
    r"""
    Return the marking that stands alone on a line of a text, as a stamp does; None where there is none.

    Examples
    --------
    >>> secret_stamp("СОВЕРШЕННО СЕКРЕТНО\nЭкз. № 1\nСообщаю, что…"), secret_stamp("They met in secret.")
    ('совершенно секретно', None)
    """
    for line in text.splitlines():
        for reading in _readings(line):
            bare = " ".join(_COPY_NUMBER.sub(" ", reading).split())
            if bare in _words():
                return bare
    return None


def _plain(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    return " ".join(re.sub("[\u02bb\u02bc\u2018\u2019`´]", "'", plain).split())


def _readings(text: str) -> list[str]:
    """Return a text as it is, without the spaces of spaced letters, and with lookalikes as Cyrillic."""
    plain = _plain(text)
    joined = re.sub(r"\b(\w)[ .](?=\w\b)", r"\1", plain)
    return list(dict.fromkeys([plain, joined, plain.translate(_LOOKALIKES), joined.translate(_LOOKALIKES)]))


@cache
def _rows() -> list[dict[str, str]]:
    path = resources.files("ilp_toolkit") / "collection" / "vocabulary" / "secret_markings.csv"
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    return sorted(rows, key=lambda row: -len(row["marking"]))


@cache
def _words() -> frozenset[str]:
    return frozenset(_plain(row["marking"]) for row in _rows())


@cache
def _markings() -> list[tuple[str, re.Pattern[str]]]:
    found = []
    for row in _rows():
        words = r"\s?".join(re.escape(word) for word in _plain(row["marking"]).split())
        found.append((row["marking"], re.compile(rf"\b{words}\b")))
    return found


@cache
def _abbreviations() -> dict[str, str]:
    return {row["abbreviation"]: row["marking"] for row in _rows() if row["abbreviation"]}
