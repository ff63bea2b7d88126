"""
Free text without the persons in it: what points to somebody is taken out, and a human sees each cut.

Patterns are data (``collection/vocabulary/personal_patterns.toml``) and precise first: a national number must
hold a date of birth or a right check digit, a name must have a patronymic or initials beside it. A text from
which dates, streets and amounts were cut as well is useless, and then nobody redacts. So this finds what has
a form; a bare surname has none: give the known ones (`names`), and read `diff` before anything leaves.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal

from ..collection.personal_numbers import CHECKS, digits_of
from ..collection.pseudonyms import Key, pseudonym
from ..errors import InputError
from ..i18n import N_, _

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["KINDS", "LANGUAGES", "Find", "Redacted", "column", "diff", "redact"]

KINDS: dict[str, str] = {
    "name": N_("name"),
    "national_id": N_("personal number"),
    "passport": N_("document"),
    "phone": N_("telephone"),
    "email": N_("e-mail"),
    "account": N_("account name"),
    "bank": N_("bank account"),
    "device": N_("device number"),
    "plate": N_("vehicle plate"),
    "birth_date": N_("birth date"),
    "address": N_("home address"),
    "place": N_("coordinates"),
}
"""What is taken out, and the word that is put there."""

LANGUAGES = ("en", "ru", "ky", "tg", "kk", "uz")
_NEAR = 40
_NUMBERS = {"national_id", "passport", "phone", "bank", "device"}
_SHORTEST_NAME = 3
_WORD = re.compile(r"\w+\.?\s+")
_MARK = re.compile(rf"\[(?:{'|'.join(KINDS)})-[A-Z2-7]{{8,}}\]")
_LETTERS = {
    "C": "[А-ЯЁӘІҢҒҮҰҚӨҺӢӮҲҶЎ]",
    "c": "[а-яёәіңғүұқөһӣӯҳҷў]",
    "L": "[A-ZÀ-ÖØ-ÞŞĞİÑŽŇ]",
    "l": "[a-zß-öø-ÿşğıñžňʻʼ'’]",
    "P": "[ABEKMHOPCTYXАВЕКМНОРСТУХ]",
}
_C, _c, _L, _l = (_LETTERS[name] for name in "CcLl")
_LETTERS |= {
    "W": f"{_C}(?:{_c}+|{_C}+)(?:-{_C}(?:{_c}+|{_C}+))?",
    "N": f"{_L}(?:{_l}+|{_L}+)(?:-{_L}{_l}+)?",
}


@dataclass(frozen=True)
class Find:
    """One cut, by its place in the text as it was given and in the text that is left."""

    kind: str
    start: int
    end: int
    new_start: int
    new_end: int
    replacement: str
    text: str = field(repr=False)
    """What stood there: for the review only."""


@dataclass(frozen=True)
class Redacted:
    """A text without persons, and what was taken out of it."""

    text: str
    finds: tuple[Find, ...]
    original: str = field(repr=False)

    def __str__(self) -> str:
        return self.text

    def counts(self) -> dict[str, int]:
        """Return how many cuts of each kind were made."""
        found: dict[str, int] = {}
        for find in self.finds:
            found[find.kind] = found.get(find.kind, 0) + 1
        return found


def redact(
    text: str,
    *,
    languages: Sequence[str] = LANGUAGES,
    key: bytes | Key | None = None,
    kinds: Iterable[str] | None = None,
    names: Iterable[str] = (),
    keep: Iterable[str] = (),
    engine: Literal["patterns", "presidio"] = "patterns",
) -> Redacted:
    """
    Take out of a text what points to a person.

    Parameters
    ----------
    text
        Free text in any of the languages, also mixed.
    languages
        Whose forms of names and documents are looked for: ``en``, ``ru``, ``ky``, ``tg``, ``kk``, ``uz``.
    key
        With the key of the case each value becomes its pseudonym, so that two mentions stay one; without it a
        word that says what stood there.
    kinds
        Which of `KINDS` to take out; left out, all.
    names
        Known names (from the material's columns about persons): these are found without a patronymic, in any
        case of letters, whole words.
    keep
        Texts that stay whatever they look like: streets, districts, one's own agency's telephone.
    engine
        ``presidio`` adds what Microsoft Presidio finds in English (to be installed apart).

    Returns
    -------
    Redacted
        The text, and each cut with its place in the old and the new text.

    Raises
    ------
    InputError
        If a language or kind is unknown, or Presidio is asked for and not installed.

    Notes
    -----
    Not found: surnames alone that `names` does not hold, nicknames, descriptions ("the only dentist of the
    village"), names in cases that `names` does not give. A pseudonym of an inflected name is not that of the
    name itself. Composed and decomposed letters count as the same, and signs of no width are passed over.

    Examples
    --------
    >>> redact("Call Torvelim Amzinovich at +992 900 12 34 56 by 5 May.").text
    'Call [name] at [telephone] by 5 May.'
    """
    _check(languages, LANGUAGES, "languages")
    wanted = set(KINDS if kinds is None else kinds)
    _check(sorted(wanted), KINDS, "kinds")
    plain, places = _composed(text)
    spans = list(_spans(plain, frozenset(languages), tuple(names)))
    if engine == "presidio":
        spans += _presidio(plain)
    kept = _kept(plain, keep)
    chosen = _without_overlaps(
        (kind, start, end)
        for kind, start, end in spans
        if kind in wanted and not any(a <= start and end <= b for a, b in kept)
    )
    return _cut(text, [(kind, places[start], places[end]) for kind, start, end in chosen], key)


def column(texts: pd.Series[Any], **options: Any) -> pd.Series[Any]:
    """
    Redact every text of a column; missing ones stay missing.

    Parameters
    ----------
    texts
        Free text.
    options
        As for `redact`.

    Returns
    -------
    Series
        The texts that are left, on the same index; nothing else of the column comes with them.

    Examples
    --------
    >>> import pandas as pd
    >>> column(pd.Series(["write to a.b@example.org", None])).tolist()
    ['write to [e-mail]', None]
    """
    import pandas as pd

    done = [redact(text, **options).text if isinstance(text, str) else None for text in texts.tolist()]
    return pd.Series(done, index=texts.index, name=texts.name, dtype=object)


def diff(redacted: Redacted, *, around: int = 30) -> pd.DataFrame:
    """
    Lay out each cut with what stands around it, before and after, for a human to check.

    Parameters
    ----------
    redacted
        What `redact` returned.
    around
        Signs shown on either side.

    Returns
    -------
    DataFrame
        ``kind``, ``start``, ``end``, ``before``, ``after``; in the order of the text. It holds what was taken
        out, so it stays inside.

    Examples
    --------
    >>> diff(redact("seen by A. B. Dorlek on Friday")).loc[0, ["before", "after"]].tolist()
    ['seen by A. B. Dorlek on Friday', 'seen by [name] on Friday']
    """
    import pandas as pd

    old, new = redacted.original, redacted.text
    rows = [
        (
            _(KINDS[find.kind]),
            find.start,
            find.end,
            _window(old, find.start, find.end, around),
            _window(new, find.new_start, find.new_end, around),
        )
        for find in redacted.finds
    ]
    return pd.DataFrame(rows, columns=["kind", "start", "end", "before", "after"])


def _window(text: str, start: int, end: int, around: int) -> str:
    front, back = max(0, start - around), min(len(text), end + around)
    return ("…" if front else "") + text[front:back] + ("…" if back < len(text) else "")


# Finding


Span = tuple[str, int, int]


@dataclass(frozen=True)
class _Pattern:
    kind: str
    languages: frozenset[str]
    finder: re.Pattern[str]
    check: Callable[[str], bool] | None
    near: re.Pattern[str] | None
    unless: re.Pattern[str] | None

    def spans(self, text: str) -> Iterator[Span]:
        for match in self.finder.finditer(text):
            start, end = match.span("v") if "v" in self.finder.groupindex else match.span()
            if self.check and not self.check(text[start:end]):
                continue
            if self.near and not self.near.search(text[max(0, start - _NEAR) : start]):
                continue
            if self.unless and self.unless.search(text[max(0, start - _NEAR) : start]):
                continue
            if self.unless and self.unless.match(f"{text[start:end].split(maxsplit=1)[0]}\n"):
                continue
            if self.kind == "name":
                start = _name_start(text, start, end)
            yield self.kind, start, end


def _name_start(text: str, start: int, end: int) -> int:
    """Pass over words before a name that begin a sentence or say what the person is."""
    while word := _WORD.match(text, start, end):
        plain = word[0].strip(". \t\n\u00a0").casefold()
        initial = len(plain) == 1 and "." in word[0]
        if initial or plain not in _not_names():
            break
        start = word.end()
    return start


@lru_cache(maxsize=1)
def _not_names() -> frozenset[str]:
    return frozenset(_vocabulary()["not_names"])


@lru_cache(maxsize=1)
def _patterns() -> tuple[_Pattern, ...]:
    return tuple(_pattern(entry) for entry in _vocabulary()["pattern"])


@lru_cache(maxsize=1)
def _vocabulary() -> dict[str, Any]:
    path = resources.files("ilp_toolkit.collection") / "vocabulary" / "personal_patterns.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _pattern(entry: dict[str, Any]) -> _Pattern:
    written = entry["pattern"]
    for name, letters in _LETTERS.items():
        # Inside a class of signs the letters join it; elsewhere they are a class of their own.
        joining = letters[1:-1] if name in "CcLlP" else letters
        written = re.sub(rf"(\[[^\]]*)\{{{name}\}}", rf"\g<1>{joining}", written)
        written = written.replace(f"{{{name}}}", letters)
    near, unless = entry.get("near"), entry.get("unless")
    return _Pattern(
        kind=entry["kind"],
        languages=frozenset(entry["languages"]),
        finder=re.compile(written),
        check=CHECKS[entry["check"]] if "check" in entry else None,
        near=re.compile(rf"(?<!\w)(?:{_any(near)})", re.IGNORECASE) if near else None,
        unless=re.compile(rf"(?<!\w)(?:{_any(unless)})\s*[«“\"]?\Z", re.IGNORECASE) if unless else None,
    )


def _any(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in words)


def _spans(text: str, languages: frozenset[str], names: tuple[str, ...]) -> Iterator[Span]:
    for pattern in _patterns():
        if "any" in pattern.languages or pattern.languages & languages:
            yield from pattern.spans(text)
    composed = {unicodedata.normalize("NFC", " ".join(name.split())) for name in names}
    known = sorted((name for name in composed if len(name) >= _SHORTEST_NAME), key=len, reverse=True)
    usual = [r"\s+".join(map(re.escape, name.split(" "))) for name in known]
    if usual:
        for match in re.finditer(rf"(?<!\w)(?:{'|'.join(usual)})(?!\w)", text, re.IGNORECASE):
            yield "name", *match.span()


def _kept(text: str, keep: Iterable[str]) -> list[tuple[int, int]]:
    words = [unicodedata.normalize("NFC", word) for word in keep if word.strip()]
    spans = [m.span() for word in words for m in re.finditer(re.escape(word), text, re.IGNORECASE)]
    # What an earlier pass put there is no find.
    return spans + [m.span() for m in _MARK.finditer(text)]


def _without_overlaps(spans: Iterable[Span]) -> list[Span]:
    """Of finds that overlap keep the longest, of equal ones the first; what sticks out is cut with it."""
    chosen: list[Span] = []
    for span in sorted(spans, key=lambda span: (span[1], -span[2])):
        if chosen and span[1] < chosen[-1][2]:
            kind, start, end = chosen[-1]
            longer = span[2] - span[1] > end - start
            chosen[-1] = (span[0] if longer else kind, start, max(end, span[2]))
        else:
            chosen.append(span)
    return chosen


def _composed(text: str) -> tuple[str, list[int]]:
    """Compose letters and drop signs of no width; returns the text and where each of its signs stood."""
    if text.isascii():
        return text, list(range(len(text) + 1))
    written: list[str] = []
    places: list[int] = []
    for start, cluster in _clusters(text):
        made = unicodedata.normalize("NFC", "".join(s for s in cluster if unicodedata.category(s) != "Cf"))
        written.append(made)
        places += [start] * len(made)
    return "".join(written), [*places, len(text)]


def _clusters(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or not unicodedata.combining(text[at]):
            yield start, text[start:at]
            start = at


def _presidio(text: str) -> list[Span]:
    try:
        from presidio_analyzer import AnalyzerEngine  # type: ignore[import-not-found]
    except ImportError:
        msg = _(
            "Presidio is not installed. Install presidio-analyzer and a spaCy model, or leave `engine` out."
        )
        raise InputError(msg) from None
    found = AnalyzerEngine().analyze(text=text, language="en")
    return [(_PRESIDIO[f.entity_type], f.start, f.end) for f in found if f.entity_type in _PRESIDIO]


_PRESIDIO = {
    "PERSON": "name",
    "EMAIL_ADDRESS": "email",
    "PHONE_NUMBER": "phone",
    "IBAN_CODE": "bank",
    "CREDIT_CARD": "bank",
    "US_PASSPORT": "passport",
    "UK_PASSPORT": "passport",
}


# Cutting


def _cut(text: str, spans: list[Span], key: bytes | Key | None) -> Redacted:
    parts: list[str] = []
    finds: list[Find] = []
    position, length = 0, 0
    for kind, start, end in spans:
        value = text[start:end]
        replacement = _replacement(kind, value, key)
        parts += [text[position:start], replacement]
        length += start - position
        finds.append(Find(kind, start, end, length, length + len(replacement), replacement, value))
        length += len(replacement)
        position = end
    return Redacted("".join([*parts, text[position:]]), tuple(finds), text)


def _replacement(kind: str, value: str, key: bytes | Key | None) -> str:
    if key is None:
        return f"[{_(KINDS[kind])}]"
    # A number is the same number in whatever groups it is written.
    hashed = (digits_of(value) or value) if kind in _NUMBERS else value
    plain = "".join(s for s in hashed if unicodedata.category(s) != "Cf")
    return f"[{pseudonym(plain, key=key, kind=kind)}]"


def _check(given: Iterable[str], known: Iterable[str], name: str) -> None:
    unknown = [value for value in given if value not in known]
    if unknown:
        msg = f"`{name}` has {unknown[0]!r}, which is none of {', '.join(known)}."
        raise InputError(msg)
