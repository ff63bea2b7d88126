"""The check of language: words off the scale, numbers against their word, assessments told as facts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from ..i18n import _, current, percent
from ._wording import plain, sentences
from ._yardstick import (
    SCALES,
    Row,
    Scale,
    confidence_pattern,
    other,
    pattern,
    rows,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Remark", "lint", "mixed_sentences"]

Code = Literal["mixed", "off_scale", "other_scale", "out_of_range", "as_fact", "off_confidence"]
Language = Literal["en", "ru"]


@dataclass(frozen=True)
class Remark:
    """One thing to mend in a text."""

    code: Code
    sentence: str
    found: str
    """The words in question, as they read."""
    fix: str
    """What to do, in the language in use."""


@dataclass(frozen=True)
class _Find:
    kind: Literal[
        "innocent",
        "likely",
        "other_scale",
        "off_scale",
        "confidence",
        "off_confidence",
        "certainty",
        "future",
    ]
    start: int
    end: int
    text: str
    row: Row | None = None


def lint(text: str, *, yardstick: Scale = "icd203", language: Language | None = None) -> list[Remark]:
    """
    Check the language of an assessment.

    Parameters
    ----------
    text
        Plain text of any length.
    yardstick
        The table whose words may be used: ``icd203`` or ``phia``.
    language
        ``en`` or ``ru``; without it, both are looked for.

    Returns
    -------
    list of Remark
        In the order of the text. ``mixed``: how likely and how sure in one sentence (``icd203`` alone forbids
        it). ``off_scale``: a word that stands on no yardstick. ``other_scale``: one of the other yardstick.
        ``out_of_range``: a number that its word does not cover. ``as_fact``: an assessment told as a fact.
        ``off_confidence``: how sure, in other words than low, moderate and high.

    Raises
    ------
    ValueError
        If `yardstick` or `language` is not one of those named.

    Notes
    -----
    It reads words, not thoughts: a sentence without a remark may still be wrong, and facts told with a word
    of this list (a rule that "might" apply) get a remark that its reader may set aside. The Russian words
    are a convention of this toolkit.

    References
    ----------
    ICD 203, Analytic Standards (2015). PHIA probability yardstick (2018).

    Examples
    --------
    >>> [remark.code for remark in lint("It is likely (30%) that thefts go on. Thefts will rise.")]
    ['out_of_range', 'as_fact']
    >>> lint("We have high confidence that it is likely.", yardstick="phia")
    []
    """
    if yardstick not in SCALES:
        msg = f"`yardstick` must be one of {', '.join(SCALES)}, got {yardstick!r}."
        raise ValueError(msg)
    if language not in {"en", "ru", None}:
        msg = f"`language` must be en, ru or None, got {language!r}."
        raise ValueError(msg)
    codes = (language,) if language else ("en", "ru")
    return [remark for sentence in sentences(text) for remark in _remarks(sentence, yardstick, codes)]


def mixed_sentences(text: str) -> list[str]:
    """
    Return the sentences of a text that say both how likely and how sure, which ICD 203 forbids.

    Examples
    --------
    >>> mixed_sentences("We have high confidence. It is likely that theft goes on.")
    []
    >>> mixed_sentences("We have high confidence that it is very likely.")
    ['We have high confidence that it is very likely.']
    """
    return [
        sentence for sentence in sentences(text) if _is_mixed(_finds(plain(sentence), "icd203", ("en", "ru")))
    ]


def _remarks(sentence: str, yardstick: Scale, codes: tuple[str, ...]) -> Iterator[Remark]:
    said = plain(sentence)
    finds = _finds(said, yardstick, codes)
    if yardstick == "icd203" and _is_mixed(finds):
        fix = _("Say how likely in one sentence and how sure in the next.")
        both = [find.text for find in finds if find.kind in _HOW_LIKELY | _HOW_SURE]
        yield Remark("mixed", sentence, ", ".join(both), fix)
    hedged = any(find.kind in _HOW_LIKELY for find in finds)
    asks = said.endswith("?")
    for find in finds:
        match find.kind:
            case _ if asks:
                continue
            case "off_scale":
                yield Remark("off_scale", sentence, find.text, _use(yardstick))
            case "other_scale":
                yield Remark("other_scale", sentence, find.text, _use(yardstick))
            case "off_confidence":
                fix = _("Say low, moderate or high confidence, and on what it rests.")
                yield Remark("off_confidence", sentence, find.text, fix)
            case "certainty":
                yield Remark("as_fact", sentence, find.text, _soften(yardstick))
            case "future" if not hedged and not _DENIED.search(said[: find.start]):
                yield Remark("as_fact", sentence, find.text, _soften(yardstick))
    yield from _numbers(sentence, said, [find for find in finds if find.row is not None], yardstick)


@lru_cache(maxsize=4096)
def _finds(said: str, yardstick: Scale, codes: tuple[str, ...]) -> tuple[_Find, ...]:
    """Return what a sentence says, in its order; where words overlap, the longest hold."""
    if not any(map(str.isalpha, said)):
        return ()
    taken: list[_Find] = []
    found = [find for code in codes for find in _candidates(said, yardstick, code)]
    for find in sorted(found, key=lambda find: (find.start - find.end, find.start, _RANK[find.kind])):
        if all(find.end <= held.start or find.start >= held.end for held in taken):
            taken.append(find)
    kept = [find for find in taken if not _quoted(said, find)]
    return tuple(sorted(kept, key=lambda find: find.start))


_DENIED = re.compile(
    r"(?<!\w)(?:not|nor|never|no)\s[^.;:]{0,60}(?:that|whether)\s[^.;:]{0,40}$|(?<!\w)не\s[^.;:]{0,60}что\s[^.;:]{0,40}$"
)
"""Before a statement on the future: the sentence says that it does not say so."""
_KINDS = (
    "innocent",
    "likely",
    "other_scale",
    "off_scale",
    "confidence",
    "off_confidence",
    "certainty",
    "future",
)
_HOW_LIKELY = frozenset({"likely", "other_scale", "off_scale"})
_HOW_SURE = frozenset({"confidence", "off_confidence"})
_RANK = {kind: rank for rank, kind in enumerate(_KINDS)}
"""Which one holds where two kinds know the same words."""


def _candidates(said: str, yardstick: Scale, code: str) -> Iterator[_Find]:
    for row in rows(yardstick):
        yield from _all("likely", said, pattern(row.patterns[code]), row)
    for row in rows(other(yardstick)):
        yield from _all("other_scale", said, pattern(row.patterns[code]))
    for kind in ("innocent", "off_scale", "off_confidence", "certainty", "future"):
        yield from _all(kind, said, pattern(words(kind, code)))
    yield from _all("confidence", said, confidence_pattern(code))


def _all(kind: str, said: str, expression: re.Pattern[str], row: Row | None = None) -> Iterator[_Find]:
    for match in expression.finditer(said):
        yield _Find(kind, match.start(), match.end(), match[0], row)  # type: ignore[arg-type]


def _quoted(said: str, find: _Find) -> bool:
    """Say whether the words stand alone in quotation marks: they are talked about, not used."""
    return said[find.start - 1 : find.start] in set("\"“«'„") and said[find.end : find.end + 1] in set(
        "\"”»'“"
    )


def _is_mixed(finds: tuple[_Find, ...]) -> bool:
    kinds = {find.kind for find in finds}
    return bool(kinds & _HOW_LIKELY) and bool(kinds & _HOW_SURE)


_NUMBER = r"(?:\d{1,3}(?:[.,]\d+)?)"
_PER_CENT = r"\s?(?:%|per ?cent\b|percent\b|процент\w*)"
_SHARE = (
    rf"\s*(?:(?P<lo>{_NUMBER})(?:{_PER_CENT})?\s?(?:-|–|—|to|до|and|и)\s?(?P<hi>{_NUMBER}){_PER_CENT}"
    rf"|(?P<one>{_NUMBER}){_PER_CENT}|(?P<part>[01][.,]\d+)"
    r"|(?P<of>\d{1,3}) (?:in|out of|из) (?P<all>\d{1,3}))"
)
_NEARLY = "about|around|approximately|roughly|some|over|under|at least|up to|примерно|около|свыше|до"
_ABOUT = rf"(?:\s*(?:p|р|[≈~=<>]|{_NEARLY})\s*)*"
_CHANCE = r"(?:probabilit(?:y|ies)|chances?|likelihood|odds|вероятност\w*|шанс\w*)"
_AFTER = re.compile(
    rf"\s*(?:[(\[:;,=–—-]|,?\s*(?:with|at|с)\s(?:an?\s)?(?={_CHANCE}))\s*(?:{_CHANCE}\s*(?:of|is|в)?)?{_ABOUT}{_SHARE}"
    r"(?!\s*(?:of|из)\s)"
)
_BEFORE = re.compile(rf"{_SHARE}\s*(?:{_CHANCE})?\s*[(\[:,;=–—-]\s*$")
_ANYWHERE = (
    re.compile(
        rf"{_CHANCE}\s*(?:\s*(?:of|is|:|=|in|в|составляет|равна|оценивается в|[–—-]))*{_ABOUT}{_SHARE}"
    ),
    re.compile(rf"{_SHARE}[\s-]*{_CHANCE}"),
)


def _numbers(sentence: str, said: str, finds: list[_Find], yardstick: Scale) -> Iterator[Remark]:
    """Yield the words whose number, given beside them, lies outside their row."""
    for find in finds:
        match = _AFTER.match(said, find.end) or _BEFORE.search(said[: find.start])
        if match is None and len(finds) == 1:
            match = next((hit for expression in _ANYWHERE if (hit := expression.search(said))), None)
        span = _span(match) if match is not None else None
        if span is None or find.row is None:
            continue
        low, high = span
        if not (find.row.low - 1e-9 <= low and high <= find.row.high + 1e-9):
            yield Remark("out_of_range", sentence, find.text, _right(find, low, high, yardstick))


def _span(match: re.Match[str]) -> tuple[float, float] | None:
    def value(name: str) -> float:
        return float(match[name].replace(",", "."))

    if match["lo"] is not None:
        low, high = value("lo") / 100, value("hi") / 100
    elif match["one"] is not None:
        low = high = value("one") / 100
    elif match["part"] is not None:
        low = high = value("part")
    elif int(match["all"]) > 0:
        low = high = int(match["of"]) / int(match["all"])
    else:
        return None
    return (low, high) if 0 <= low <= high <= 1 else None


def _right(find: _Find, low: float, high: float, yardstick: Scale) -> str:
    row = find.row
    assert row is not None
    given = percent(low) if low == high else f"{percent(low)}–{percent(high)}"
    fits = [row for row in rows(yardstick) if row.low - 1e-9 <= low and high <= row.high + 1e-9]
    words_of = {"low": percent(row.low), "high": percent(row.high), "word": find.text, "given": given}
    if fits:
        return _("“{word}” is for {low} to {high}; the word for {given} is “{right}”.").format(
            **words_of, right=fits[0].said[current()]
        )
    return _(
        "“{word}” is for {low} to {high}; the yardstick has no word for {given}. Give the number."
    ).format(**words_of)


def _use(yardstick: Scale) -> str:
    known = ", ".join(row.said[current()] for row in rows(yardstick))
    return _("Use a word of the yardstick, or say what was counted: {words}.").format(words=known)


def _soften(yardstick: Scale) -> str:
    known = ", ".join(row.said[current()] for row in rows(yardstick))
    return _("Say how likely it is, or what was observed. Words: {words}.").format(words=known)
