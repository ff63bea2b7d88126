"""
Names of places folded for comparing: as written, and as they sound.

What never matters in a name is taken away (case, accents, two ways to write one letter of the Arabic script);
"city", "г.", "шаҳри", "вилоят" and the like are read as what kind of place is meant.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from .placenames import words
from .transliteration import plain, skeleton

__all__ = ["fold", "sound", "without_kind"]

_ARABIC = str.maketrans(
    {"ي": "ی", "ى": "ی", "ئ": "ی", "ك": "ک", "ة": "ه", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "\u200c": " "}
)


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """
    Take away what never matters in a name.

    Examples
    --------
    >>> fold("Oʻsh"), fold("كابل") == fold("کابل")
    ('osh', True)
    """
    if any("\u0600" <= letter <= "\u06ff" for letter in text):
        written = unicodedata.normalize("NFC", text).translate(_ARABIC)
        text = "".join(letter for letter in written if not unicodedata.combining(letter))
    return plain(text)


def without_kind(folded: str) -> tuple[str, str]:
    """
    Return a folded name without the words for its kind, and the kind; both as they are where none is said.

    Examples
    --------
    >>> without_kind("шаҳри душанбе"), without_kind("osh region"), without_kind("город")
    (('душанбе', 'city'), ('osh', 'region'), ('город', ''))
    """
    said = _kinds()
    tokens = folded.split()
    kinds = [said[token] for token in tokens if token in said]
    rest = " ".join(token for token in tokens if token not in said)
    return (rest, kinds[0]) if rest and kinds else (folded, "")


def sound(name: str) -> str:
    """
    Reduce a name to what its spellings in several scripts share, without the words for its kind.

    Examples
    --------
    >>> sound("г. Душанбе"), sound("Dushanbe")
    ('dushanbe', 'dushanbe')
    """
    return skeleton(without_kind(fold(name))[0])


@lru_cache(maxsize=1)
def _kinds() -> dict[str, str]:
    return {word: meaning for word, meaning in words("generic").items() if " " not in word}
