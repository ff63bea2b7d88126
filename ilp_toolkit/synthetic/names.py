"""
Names of the invented world: built of syllables that read the same in Latin and in Cyrillic script.

Each letter has one partner in the other script, so a name can be carried over and back without a table of
names. There are no names that begin with E, and no letters whose transliteration is disputed (h, j, y, ц).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

__all__ = ["ATLAS", "AVOIDED", "SYLLABLES", "adjective", "cyrillic", "make_names"]

SYLLABLES: dict[str, tuple[str, ...]] = {
    "first": (
        *("Ta", "Ke", "Mo", "Ru", "Sal", "Vel", "Nar", "Dor", "Zim", "Lu", "Pal", "Gor", "Bel", "Os"),
        *("Ar", "Ish", "Um", "Kam", "Ter", "Von", "Shi", "Dul", "Mur", "Zo"),
    ),
    "middle": ("da", "ri", "lo", "me", "su", "ko", "va", "ni", "ze", "tu", "go", "shu"),
    "last": (
        "mir",
        "van",
        "tel",
        "dun",
        "rak",
        "sin",
        "bor",
        "lek",
        "gan",
        "zar",
        "nok",
        "pil",
        "met",
        "sul",
    ),
}
"""Beginnings, middles and ends; later data take their names from here too."""

AVOIDED: frozenset[str] = frozenset({"Ardagan", "Kedalek", "Murdagan", "Murgosul", "Talogan"})
"""Combinations that are real places, words or people's names; found by the check in the tests."""

ATLAS: frozenset[str] = frozenset(
    {
        *("Tolvania", "Belzavat", "Ruzmara", "Kelovar", "Zelmura", "Ishkodun", "Zimtel", "Oshkogan"),
        *("Terzemir", "Zolovan", "Narshumet", "Dulkobor", "Velshurak", "Osgonok", "Kamzetel"),
        *("Ruvalek", "Shimedun", "Palrigan", "Murgosin", "Umrilek", "Dorsunok", "Salvamet", "Ishzemir"),
        *("Lunimet", "Gorkosul", "Arzerak"),
    }
)
"""Names that ``datasets/README.md`` has given away; nothing else may take them."""

_LETTERS = {
    **{"a": "а", "b": "б", "d": "д", "e": "е", "f": "ф", "g": "г", "i": "и", "k": "к", "l": "л", "m": "м"},
    **{"n": "н", "o": "о", "p": "п", "r": "р", "s": "с", "t": "т", "u": "у", "v": "в", "z": "з"},
}


def cyrillic(name: str) -> str:
    """
    Write a name of the invented world in Cyrillic.

    Parameters
    ----------
    name
        A name made of the letters of `SYLLABLES`; anything else stays as it is.

    Returns
    -------
    str
        The same name, letter by letter; ``sh`` is one letter.

    Examples
    --------
    >>> cyrillic("Kelovar"), cyrillic("Ishkomir")
    ('Келовар', 'Ишкомир')
    """
    text = name.replace("Sh", "Ш").replace("sh", "ш")
    return "".join(
        _LETTERS.get(letter, _LETTERS[letter.lower()].upper() if letter.lower() in _LETTERS else letter)
        for letter in text
    )


def adjective(name: str) -> str:
    """
    Return the Russian adjective of a district's name, as "… район" wants it.

    Examples
    --------
    >>> adjective("Pelvar")
    'Пелварский'
    """
    stem = cyrillic(name)
    stem = stem[:-1] if stem[-1] in "аеиоу" else stem
    return stem + ("ьский" if stem.endswith("л") else "ский")


def make_names(rng: np.random.Generator, n: int, *, taken: frozenset[str] = frozenset()) -> list[str]:
    """
    Make names that differ from one another and from those avoided, given away or taken.

    Parameters
    ----------
    rng
        Source of chance.
    n
        How many.
    taken
        Names already given to something else.

    Returns
    -------
    list of str
        Names in Latin letters; see `cyrillic`.

    Examples
    --------
    >>> import numpy as np
    >>> len(set(make_names(np.random.default_rng(1), 50)))
    50
    """
    first, middle, last = SYLLABLES["first"], SYLLABLES["middle"], SYLLABLES["last"]
    names: list[str] = []
    seen = set(taken) | AVOIDED | ATLAS
    while len(names) < n:
        a, b, c = rng.random(3)
        name = first[int(a * len(first))] + middle[int(b * len(middle))] + last[int(c * len(last))]
        if name not in seen:
            seen.add(name)
            names.append(name)
    return names
