"""
Names in the author's words, in any case and script: "Аршумета" is Arshumet, and so is "V. Arshumet".

The finished files are searched for the values of columns about persons as they stand in the material. What an
author writes follows grammar instead, so title and statement are held against the names once more, by the
keys under which names are linked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from ..collation.name_keys import word_key

__all__ = ["names_somebody"]

_LEAST = 5
"""Signs of the word of a name that must be among those that agree: shorter ones begin ordinary words."""
_LONGEST_ENDING = 3
_WORDS = range(2, 5)
_INITIAL = re.compile(r"\b[^\W\d_]\.\s*(?:[^\W\d_]\.\s*)?$")


def names_somebody(texts: Iterable[str], names: Iterable[str]) -> bool:
    """
    Say whether texts name somebody: by two words of a name, or by one of them beside an initial.

    Parameters
    ----------
    texts
        The author's own words.
    names
        Values of columns about persons; those of two to four words are names.

    Examples
    --------
    >>> known = ["velkopil arshumet"]
    >>> texts = ["Заявления Велкопила Аршумета", "asked V. Arshumet", "the lake of Arshumet"]
    >>> [names_somebody([text], known) for text in texts]
    [True, True, False]
    >>> names_somebody(["у Анны Ивановой"], ["иванова анна"])
    True
    """
    keys: set[str] = set()
    beside: set[str] = set()
    for text in texts:
        for match in re.finditer(r"[^\W\d_]+", text):
            found = _forms(match[0])
            keys |= found
            if _INITIAL.search(text[: match.start()]):
                beside |= found
    return bool(keys) and any(_is_named(name.split(), keys, beside) for name in names)


def _is_named(words: list[str], keys: set[str], beside: set[str]) -> bool:
    if len(words) not in _WORDS or not all(word.isalpha() for word in words):
        return False
    told = [_stem(word) for word in words]
    long = [stem for word, stem in zip(words, told, strict=True) if len(word) >= _LEAST]
    return any(stem in beside for stem in long) or (
        any(stem in keys for stem in long) and sum(stem in keys for stem in told) >= 2
    )


@lru_cache(maxsize=65536)
def _stem(word: str) -> str:
    """Return the key of a word without the vowels at its end, which change with the case."""
    key = word_key(word)
    return key.rstrip("aeiou") or key


def _forms(word: str) -> set[str]:
    """Return the stems that a word of a text may be of: its own, and those under an ending."""
    key = word_key(word)
    least = max(len(_stem(word)) - _LONGEST_ENDING, _LEAST - 1)
    return {_stem(word)} | {key[:n].rstrip("aeiou") for n in range(least, len(key))}
