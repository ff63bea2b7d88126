"""
Which class of drug a listing offers: words of titles in English and Russian, to the classes of seizures.

A dictionary, so that every answer can be traced to a word. Each wording has a weight: how often a title with
it offers that class. What is found is a class with a probability, or "unknown"; the seller's category counts
as a weak word of its own, is never taken alone without saying so, and where it speaks against the title that
is flagged. Weights are set by hand, not estimated: they order, and they do not calibrate.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from ..errors import InputError
from ..i18n import N_, _
from ._seizure_fields import drug_class
from ._seizure_schema import DRUG_CLASSES

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FLAGS", "Substance", "classify", "confusion", "substance"]

FLAGS: dict[str, str] = {
    "substance_conflict": N_("title and category name different classes"),
    "substance_mixed": N_("the title names several classes"),
    "category_only": N_("only the seller's category names a class"),
    "not_drug": N_("no drug is offered, going by the words"),
}
"""What is to be known about a class that was found: code and meaning."""

_LEAST = 0.5
_NO_DRUG = "not_drug"


@dataclass(frozen=True)
class Substance:
    """What the words of one listing say."""

    substance: str = "unknown"
    """A class of `seizures.DRUG_CLASSES`."""
    probability: float = 0.0
    """Of that class, by the weights of the words; 0 where nothing is known."""
    flags: tuple[str, ...] = ()
    """Codes of `FLAGS`."""


def classify(
    titles: Iterable[Any], *, categories: Iterable[Any] | None = None, least: float = _LEAST
) -> pd.DataFrame:
    """
    Say which class each title offers.

    Parameters
    ----------
    titles
        Titles; a Series keeps its index.
    categories
        The seller's categories, one a title; those of several levels with " / " between them.
    least
        Probability below which the class is "unknown", above 0 and below 1.

    Returns
    -------
    DataFrame
        ``substance``, ``probability`` and ``flags`` (codes of `FLAGS` with spaces).

    Raises
    ------
    InputError
        If `least` is out of range, or there are not as many categories as titles.

    Notes
    -----
    Measure it on listings of your own that a chemist or an experienced reader has classed, with `confusion`,
    before a share is reported. Names that fashion makes up are not in the dictionary.

    Examples
    --------
    >>> found = classify(["2 g cocaine", "Гашиш 5 г", "10 g", "Sugar"], categories=["Hash", "", "Speed", ""])
    >>> found["substance"].tolist()
    ['cocaine', 'cannabis_resin', 'amphetamine', 'unknown']
    >>> found["flags"].tolist()
    ['substance_conflict', '', 'category_only', '']
    """
    import pandas as pd

    if not 0 < least < 1:
        raise InputError(_("`least` must be above 0 and below 1, got {least}.").format(least=least))
    index = titles.index if isinstance(titles, pd.Series) else None
    words = [_text(one) for one in titles]
    kinds = [_text(one) for one in categories] if categories is not None else [""] * len(words)
    if len(kinds) != len(words):
        msg = _("`categories` has {n} entries for {titles} titles.")
        raise InputError(msg.format(n=len(kinds), titles=len(words)))
    pairs = list(zip(words, kinds, strict=True))
    known = {pair: substance(*pair, least=least) for pair in set(pairs)}
    rows = [(known[pair].substance, known[pair].probability, " ".join(known[pair].flags)) for pair in pairs]
    return pd.DataFrame(rows, index=index, columns=["substance", "probability", "flags"])


def substance(title: str, category: str = "", *, least: float = _LEAST) -> Substance:
    """
    Say which class one title offers.

    Parameters
    ----------
    title
        The title; empty where there is none.
    category
        The seller's category, levels with " / " between them; the last one that is known counts.
    least
        Probability below which the class is "unknown".

    Examples
    --------
    >>> substance("LSD, 10 blotters").substance, substance("мефедрон 1г").substance
    ('other', 'nps')
    """
    said, sort = _said(title), _category(category)
    if not said and not sort:
        return Substance()
    found = _probabilities([said, sort])
    best = max(found, key=lambda name: (found[name], name))
    probability = round(found[best], 6)
    flags = [
        *(("substance_mixed",) if len([w for w in said.values() if w >= _LEAST]) > 1 else ()),
        *(("substance_conflict",) if said and sort and not set(said) & set(sort) else ()),
        *(("category_only",) if not said else ()),
    ]
    if probability < least:
        return Substance("unknown", 0.0, tuple(flags))
    if best == _NO_DRUG:
        return Substance("unknown", 0.0, (*flags, "not_drug"))
    return Substance(best, probability, tuple(flags))


def confusion(true: Iterable[str], found: Iterable[str]) -> pd.DataFrame:
    """
    Count how often each true class was taken for which, with recall and precision.

    Parameters
    ----------
    true, found
        Classes, in the same order.

    Returns
    -------
    DataFrame
        One row a true class, one column a class found, in the order of `seizures.DRUG_CLASSES`; then
        ``recall`` and, by the same class as found, ``precision`` (NaN where there is none).

    Examples
    --------
    >>> confusion(["opium", "opium", "heroin"], ["opium", "unknown", "heroin"])["recall"].to_dict()
    {'heroin': 1.0, 'opium': 0.5, 'unknown': nan}
    """
    import pandas as pd

    pairs = pd.DataFrame({"true": list(true), "found": list(found)})
    names = [name for name in DRUG_CLASSES if name in set(pairs["true"]) | set(pairs["found"])]
    table = pd.crosstab(pairs["true"], pairs["found"]).reindex(index=names, columns=names, fill_value=0)
    hits = pd.Series({name: table.loc[name, name] for name in names}, dtype=float)
    recall, precision = hits / table.sum(axis=1), hits / table.sum(axis=0)
    return table.assign(recall=recall, precision=precision)


# Words


def _text(cell: Any) -> str:
    return cell if isinstance(cell, str) else ""


def _fold(text: str) -> str:
    return " ".join(re.sub(r"[^\w]+|_", " ", text.casefold().replace("ё", "е").replace("α", "alpha")).split())


@lru_cache(maxsize=65536)
def _said(title: str) -> Mapping[str, float]:
    """Return how strongly a title speaks for each class; a phrase goes before the words in it."""
    words = _fold(title).split()
    exact, starts, longest = _dictionary()
    strengths: dict[str, float] = {}
    counted: set[str] = set()
    at = 0
    while at < len(words):
        for n in range(min(longest, len(words) - at), 0, -1):
            phrase = " ".join(words[at : at + n])
            hit = exact.get(phrase) or (n == 1 and next((h for s, h in starts if phrase.startswith(s)), None))
            if hit:
                if phrase not in counted:
                    strengths[hit[0]] = 1 - (1 - strengths.get(hit[0], 0.0)) * (1 - hit[1])
                counted.add(phrase)
                at += n - 1
                break
        at += 1
    return strengths


@lru_cache(maxsize=4096)
def _category(category: str) -> Mapping[str, float]:
    """Return what the last level of a category that is known speaks for; a word of UNODC's list does too."""
    for level in reversed(re.split(r"\s*/\s*|\s*>\s*|\s*\|\s*", category)):
        found = _categories().get(_fold(level))
        if found:
            return {found[0]: found[1]}
        group = drug_class(level) if level.strip() else None
        if group not in (None, "unknown", "other"):
            return {str(group): 0.7}
    return {}


def _probabilities(sources: list[Mapping[str, float]]) -> dict[str, float]:
    """Combine what speaks for each class: independent words, one class at most, or none."""
    strengths: dict[str, float] = {}
    for source in sources:
        for name, weight in source.items():
            strengths[name] = 1 - (1 - strengths.get(name, 0.0)) * (1 - weight)
    odds = {name: weight / (1 - weight) for name, weight in strengths.items()}
    total = 1 + sum(odds.values())
    return {name: value / total for name, value in odds.items()}


@lru_cache(maxsize=1)
def _dictionary() -> tuple[dict[str, tuple[str, float]], list[tuple[str, tuple[str, float]]], int]:
    rows = _rows("substances.csv")
    exact = {_fold(word): hit for word, hit in rows if not word.endswith("*")}
    starts = [(_fold(word[:-1]), hit) for word, hit in rows if word.endswith("*")]
    return exact, starts, max(len(word.split()) for word in exact)


@lru_cache(maxsize=1)
def _categories() -> dict[str, tuple[str, float]]:
    return {_fold(word): hit for word, hit in _rows("listing_categories.csv")}


def _rows(name: str) -> list[tuple[str, tuple[str, float]]]:
    path = resources.files(__package__) / "vocabulary" / name
    rows = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    return [(row["wording"], (row["class"], float(row["weight"]))) for row in rows]
