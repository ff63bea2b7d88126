"""
Names across scripts: how a Cyrillic name is written in Latin, and what two spellings have in common.

One table serves Russian, Kazakh, Kyrgyz, Tajik and Uzbek, and the Latin letters of Kazakh, Uzbek and Turkmen.
It is made for comparing names, not for passports: no standard is followed to the letter, because registers
follow several at once.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import lru_cache
from importlib import resources

__all__ = ["plain", "skeleton", "to_latin"]

_APOSTROPHES = re.compile("[\u02bb\u02bc\u02b9\u02ba\u2018\u2019\u201b'`´]")


def to_latin(text: str) -> str:
    """
    Write a name in Latin letters, keeping capitals.

    Parameters
    ----------
    text
        A name in Cyrillic or in a Latin script with diacritics.

    Returns
    -------
    str
        The name in the letters a to z; characters that are no letters stay as they are.

    Examples
    --------
    >>> to_latin("Қарағанды"), to_latin("Хуҷанд"), to_latin("Щёлково")
    ('Qaraghandy', 'Khujand', 'Shchyolkovo')
    """
    letters = _letters()
    written = "".join(_write(letter, letters) for letter in unicodedata.normalize("NFC", text))
    decomposed = unicodedata.normalize("NFKD", written)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


@lru_cache(maxsize=65536)
def plain(text: str) -> str:
    """
    Take away what never matters in a name: case, apostrophes, punctuation, ``ё`` for ``е``, accents in Latin.

    Examples
    --------
    >>> plain("Arbutus-Ridge"), plain(" ЁЛКИНО "), plain("Oʻsh")
    ('arbutus ridge', 'елкино', 'osh')
    """
    text = unicodedata.normalize("NFC", text).casefold().replace("ё", "е")
    text = _APOSTROPHES.sub("", text)
    if not text.isascii():
        text = text.translate(_accents())
    return " ".join(re.sub(r"[\W_]+", " ", text).split())


@lru_cache(maxsize=65536)
def skeleton(text: str) -> str:
    """
    Reduce a name to what its spellings in several scripts and systems share.

    Two names with the same skeleton may be the same name; whether they are is for the caller to decide.

    Examples
    --------
    >>> skeleton("Қарағанды"), skeleton("Qaraghandy"), skeleton("Karagandy")
    ('karagandi', 'karagandi', 'karagandi')
    >>> skeleton("Жамбыл") == skeleton("Zhambyl") == skeleton("Jambyl")
    True
    """
    text = to_latin(plain(text))
    text = re.sub(r"c(?=[eiy])", "ts", text)
    text = re.sub(r"c(?!h)", "k", text)
    for written, folded in _folds():
        text = text.replace(written, folded)
    return re.sub(r"([a-z])\1+", r"\1", text)


def _write(letter: str, letters: dict[str, str]) -> str:
    small = letter.lower()
    if small not in letters:
        return letter
    latin = letters[small]
    return latin if letter == small else latin[:1].upper() + latin[1:]


@lru_cache(maxsize=1)
def _accents() -> dict[int, str]:
    # A letter of the table is a letter of its own ("й", "ғ", "ş"); the rest of Latin loses its marks.
    latin = [chr(code) for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))]
    bare = {letter: unicodedata.normalize("NFKD", letter) for letter in latin if letter not in _letters()}
    return {
        ord(letter): "".join(part for part in parts if not unicodedata.combining(part))
        for letter, parts in bare.items()
    }


@lru_cache(maxsize=1)
def _letters() -> dict[str, str]:
    return {row["letter"]: row["latin"] for row in _table("transliteration.csv")}


@lru_cache(maxsize=1)
def _folds() -> tuple[tuple[str, str], ...]:
    return tuple((row["written"], row["folded"]) for row in _table("latin_folds.csv"))


def _table(name: str) -> list[dict[str, str]]:
    path = resources.files("ilp_toolkit") / "collection" / "vocabulary" / name
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
