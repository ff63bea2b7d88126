"""
Names of persons across scripts: what two spellings have in common, and how far they agree.

A name is read into its words, an initial and the father's name. Words are compared by how they are written in
either script (`Қодиров`, `Qodirov`), in whatever order they stand; endings stay as they are and can be told
apart: `Karimov` and `Karimzoda` are two forms, never one word. Nothing here says that two persons are one.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ..collection.transliteration import plain, skeleton

__all__ = [
    "FATHER_LEVELS",
    "NAME_LEVELS",
    "Name",
    "block_words",
    "father_level",
    "name_level",
    "read_name",
    "word_key",
]

NAME_LEVELS = ("same", "other form", "initial or part", "near", "one word", "different")
"""How far two names agree (patronymics apart), the strongest first."""
FATHER_LEVELS = ("same", "near", "initial", "different")
"""How far two patronymics agree, the strongest first."""

_SAME, _FORM, _BARE, _NEAR, _OTHER = range(5)
_NEAR_FROM = 0.9
_MOST_WORDS = 4
_FATHER_ENDS = re.compile(r"(?:ievich|evich|ovich|ievna|evna|ovna|inichna|ichna|ich|uli|kizi|gizi)$")
_FATHER_WORDS = frozenset({"ulu", "uli", "kizi", "gizi", "ogli", "oglu", "ugli"})
_ENDS = re.compile(r"(?:ieva|eva|ova|iev|ev|ov|skaia|ski|ina|in|zoda|zada|zade)$")
_VOWELS = re.compile(r"([aeiou]+)")
_HEARD_ALIKE = frozenset(
    frozenset(pair)
    for pair in (
        ("a", "o"), ("o", "u"), ("e", "i"), ("e", "ie"), ("i", "ie"), ("a", "ia"), ("u", "iu"), ("e", "io"),
        ("e", "ia"),
    )
)  # fmt: skip
"""Vowels that one name is written with in two languages; `a` and `u` are not: Hasan and Husan are two."""
_YU = re.compile("(?:yo[\u02bb\u02bc\u2018\u2019'`]|йў)", re.IGNORECASE)
"""Uzbek Yoʻldosh is Russian Юлдаш; without its sign the letter would be taken for ё."""
_INITIAL = re.compile(r"(?<![^\W\d_])([^\W\d_]{1,2})\.")


@dataclass(frozen=True)
class Name:
    """A name of a person, read: all parts as keys that scripts share."""

    words: tuple[str, ...]
    """Family and given names in the order written."""
    initial: str = ""
    """Of the given name, where only that is written."""
    father: str = ""
    """Father's name without its ending, from a patronymic."""
    father_initial: str = ""
    """Of the patronymic, where only that is written."""


@lru_cache(maxsize=65536)
def word_key(word: str) -> str:
    """
    Reduce one word of a name to what its spellings in several scripts share.

    Examples
    --------
    >>> word_key("Қодиров"), word_key("Qodirov"), word_key("Alexey"), word_key("Алексей")
    ('kodirov', 'kodirov', 'aleksei', 'aleksei')
    """
    text = plain(_YU.sub("yu", word)).replace("ə", "a")
    text = re.sub(r"(?<=al)ex|(?<=^f)elix|(?<=^m)axi(?=m)|(?<=^[or])o?xan", _latin_x, text)
    key = re.sub(r"c(?!h)", "ts", skeleton(text))
    return re.sub(r"ij$", "i", key).replace(" ", "")


@lru_cache(maxsize=65536)
def read_name(name: str) -> Name:
    """
    Read a name: which words it has, and which of them says whose child the person is.

    Parameters
    ----------
    name
        In any order and script: family name first or last, with initials, with a patronymic in -ovich,
        -ovna, uulu, kyzy, ogly, oʻgʻli, -ұлы, -қызы, or without.

    Returns
    -------
    Name
        A patronymic in -ovich counts as one only beside two other parts: alone with one it may be a family
        name.

    Examples
    --------
    >>> read_name("Асанов Бакыт Токтоевич")
    Name(words=('asanov', 'bakit'), initial='', father='tokt', father_initial='')
    >>> read_name("Токто уулу Бакыт"), read_name("B. T. Asanov")
    (Name(words=('bakit',), initial='', father='tokt', father_initial=''), \
Name(words=('asanov',), initial='b', father='', father_initial='t'))
    """
    name = _YU.sub("yu", name)
    initials = [found for found in map(word_key, _INITIAL.findall(name)) if found]
    tokens = plain(_INITIAL.sub(" ", name)).split()
    initials += [word_key(token) for token in tokens if len(token) == 1 and token.isalpha()]
    keys = [key for token in tokens if len(token) > 1 and (key := word_key(token))]
    father, words = _father(keys, len(keys) + len(initials))
    return Name(
        tuple(words[:_MOST_WORDS]),
        initials[0] if initials else "",
        father,
        initials[1] if len(initials) > 1 and not father else "",
    )


@lru_cache(maxsize=262144)
def name_level(one: str | Name, other: str | Name) -> str | None:
    """
    Say how far two names agree, patronymics apart.

    Parameters
    ----------
    one, other
        Names as written, or as `read_name` gives them.

    Returns
    -------
    str or None
        One of `NAME_LEVELS`. ``same``: the same words, in either script and any order. ``other form``:
        another ending (Karimov, Karimova, Karimzoda), vowels as another language writes them (Qodirov,
        Kadyrov), or the father's name in the place of a family name. ``initial or part``: an initial, or a
        word that one of the two lacks. ``near``: every word alike but for a slip. ``one word``: one word
        agrees and another does not, as in a family. None where a name is empty.

    Examples
    --------
    >>> name_level("Каримов Рустам", "Rustam KARIMOV"), name_level("Karimzoda Rustam", "Каримов Рустам")
    ('same', 'other form')
    >>> name_level("Karimov Hasan", "Karimov Husan"), name_level("Каримов Р.", "Karimov Rustam")
    ('one word', 'initial or part')
    """
    a, b = (read_name(name) if isinstance(name, str) else name for name in (one, other))
    if not a.words or not b.words:
        return None
    found = _level(a.words, b.words, a.initial, b.initial, known=bool(a.father and b.father))
    for left, right in _ways(a, b):
        if _level(left, right, a.initial, b.initial, known=True) <= 1:
            found = min(found, 1)
    return NAME_LEVELS[found]


@lru_cache(maxsize=262144)
def father_level(one: str | Name, other: str | Name) -> str | None:
    """
    Say how far two patronymics agree.

    Parameters
    ----------
    one, other
        Whole names as written, or as `read_name` gives them.

    Returns
    -------
    str or None
        One of `FATHER_LEVELS`; None where one of the two has no patronymic and no father's name.

    Examples
    --------
    >>> father_level("Каримов Рустам Хасанович", "Karimova Nigora Hasan qizi")
    'same'
    >>> father_level("Каримов Р. Х.", "Karimov Rustam Hasanovich"), father_level("Karimov Rustam", "Karimov")
    ('initial', None)
    """
    a, b = (read_name(name) if isinstance(name, str) else name for name in (one, other))
    if a.father and b.father:
        grade = _grade(a.father, b.father)
        return FATHER_LEVELS[0 if grade <= _FORM else 1 if grade == _NEAR else 3]
    initials = (a.father or a.father_initial, b.father or b.father_initial)
    if all(initials):
        short, long = sorted(initials, key=len)
        return FATHER_LEVELS[2 if long.startswith(short) else 3]
    bare, said = (a, b) if b.father else (b, a)
    if said.father and len(bare.words) > 2 and _without_father(bare.words, said.father):
        return FATHER_LEVELS[0]
    return None


def block_words(name: str | Name) -> tuple[str, ...]:
    """
    Return for each word of a name what also slips and endings mostly leave: to find pairs worth comparing.

    Examples
    --------
    >>> block_words("Каримова Нигора Хасановна"), block_words("Qosimzoda")
    (('krm', 'ngr'), ('ksm',))
    """
    read = read_name(name) if isinstance(name, str) else name
    return tuple(_consonants(_stem(word) if len(word) > 5 else word) for word in read.words)


# Reading


def _latin_x(match: re.Match[str]) -> str:
    return match.group().replace("x", "ks")


def _father(keys: list[str], parts: int) -> tuple[str, list[str]]:
    """Return the key of the father's name, and the words that are left."""
    for place, key in enumerate(keys):
        if key in _FATHER_WORDS and place:
            return _bare(keys[place - 1]), keys[: place - 1] + keys[place + 1 :]
    marked = [_is_patronymic(key) for key in keys]
    if parts < 3 or not any(marked):
        return "", keys
    places = [place for place, yes in enumerate(marked) if yes]
    place = next((here for here in places if here and not marked[here - 1]), places[-1])
    return _bare(_FATHER_ENDS.sub("", keys[place])), keys[:place] + keys[place + 1 :]


def _is_patronymic(key: str) -> bool:
    found = _FATHER_ENDS.search(key)
    return found is not None and found.start() >= (4 if found.group()[-1] == "i" else 2)


def _bare(key: str) -> str:
    """Take the last vowels away: Tokto gives Toktoevich and Mustafa Mustafaevich."""
    kept = key.rstrip("aeiou")
    return kept if len(kept) >= 2 else key[:2]


# Comparing


def _ways(a: Name, b: Name) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Yield other ways to lay two names side by side: words drawn together, the father's name as a word."""
    for left in _forms(a, b):
        yield left, b.words
    for right in _forms(b, a):
        yield a.words, right


def _forms(a: Name, b: Name) -> Iterator[tuple[str, ...]]:
    if len(a.words) > len(b.words):
        for place in range(len(a.words) - 1):
            drawn = a.words[place] + a.words[place + 1]
            yield (*a.words[:place], drawn, *a.words[place + 2 :])
        if b.father and not a.father and len(a.words) > 2:
            yield from _without_father(a.words, b.father)
    elif len(a.words) < len(b.words) and a.father:
        for word in b.words:
            if _bare(_stem(word)) == a.father and _stem(word) != word:
                yield (*a.words, word)


def _without_father(words: tuple[str, ...], father: str) -> list[tuple[str, ...]]:
    return [words[:place] + words[place + 1 :] for place, word in enumerate(words) if _bare(word) == father]


def _level(a: tuple[str, ...], b: tuple[str, ...], a_initial: str, b_initial: str, *, known: bool) -> int:
    """Return the best level over all ways to pair the words of two names."""
    if len(a) > len(b):
        a, b, a_initial, b_initial = b, a, b_initial, a_initial
    return min(
        _paired_level(a, tuple(b[place] for place in order), _rest(b, order), (a_initial, b_initial), known)
        for order in itertools.permutations(range(len(b)), len(a))
    )


def _rest(words: tuple[str, ...], used: tuple[int, ...]) -> list[str]:
    return [word for place, word in enumerate(words) if place not in used]


def _paired_level(
    a: tuple[str, ...], b: tuple[str, ...], rest: list[str], initials: tuple[str, str], known: bool
) -> int:
    grades = [_grade(one, other) for one, other in zip(a, b, strict=True)]
    bare = grades.count(_BARE)
    if bare:
        # Rustam Karimov and Karim Rustamov are father and son: one such word, and all others the same.
        fits = bare == 1 and len(grades) > 1 and grades.count(_SAME) == len(grades) - 1
        grades = [(_FORM if fits else _OTHER) if grade == _BARE else grade for grade in grades]
    worst = max(grades)
    mine, theirs = initials
    conflict = _initials_conflict(mine, theirs, rest)
    short = bool(rest or mine or theirs) or (len(a) == 1 and not known)
    if not conflict:
        if worst <= _FORM:
            return 2 if short else worst
        if worst == _NEAR and (not rest or mine or len(a) > 1):
            return 3
    return 4 if min(grades) <= _FORM else 5


def _initials_conflict(mine: str, theirs: str, rest: list[str]) -> bool:
    """Say whether initials contradict each other, or every word that they could stand for."""
    if mine and theirs:
        return not (mine.startswith(theirs) or theirs.startswith(mine))
    if mine and rest:
        return not any(word.startswith(mine) for word in rest)
    return False


@lru_cache(maxsize=262144)
def _grade(one: str, other: str) -> int:
    """Return how far two words agree, 0 the strongest."""
    if one == other:
        return _SAME
    if _sound_alike(one, other):
        return _FORM
    long, short = sorted((one, other), key=len, reverse=True)
    if len(short) >= 4 and long == short + "i":
        return _FORM
    stems = [_stem(one), _stem(other)]
    ended = [stem != word and len(stem) >= 3 for stem, word in zip(stems, (one, other), strict=True)]
    if all(ended) and (stems[0] == stems[1] or _sound_alike(*stems)):
        return _FORM
    if any(ended) and (stems[0] if ended[0] else one) == (stems[1] if ended[1] else other):
        return _BARE
    return _NEAR if len(short) >= 4 and _similar(one, other) else _OTHER


def _similar(one: str, other: str) -> bool:
    from rapidfuzz.distance import JaroWinkler

    first, second = sorted((one, other))
    return bool(JaroWinkler.similarity(first, second) >= _NEAR_FROM)


def _sound_alike(one: str, other: str) -> bool:
    """Say whether two words differ in nothing but vowels that two languages write for one."""
    a, b = _split(one), _split(other)
    return len(a) == len(b) and all(
        x == y or (place % 2 == 1 and frozenset((x, y)) in _HEARD_ALIKE)
        for place, (x, y) in enumerate(zip(a, b, strict=True))
    )


@lru_cache(maxsize=65536)
def _split(word: str) -> tuple[str, ...]:
    """Return consonants and vowels of a word in turn."""
    return tuple(_VOWELS.split(word))


@lru_cache(maxsize=65536)
def _stem(word: str) -> str:
    return _ENDS.sub("", word)


def _consonants(word: str) -> str:
    first = "a" if word[:1] in "aeiou" else word[:1]
    return first + re.sub("[aeiou]", "", word[1:])
