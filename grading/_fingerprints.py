"""
Fingerprints of texts: what of a text is kept so that copied stretches are found, whatever was renamed.

Code becomes tokens in which names that a learner chose, numbers and quoted texts are alike; prose becomes
words without case and marks. Overlapping runs of tokens are hashed, and winnowing keeps the least hash of
each window: whatever two texts share that is long enough is certain to leave a fingerprint in both.

References
----------
Schleimer, Wilkerson & Aiken (2003), doi:10.1145/872757.872770.
"""

from __future__ import annotations

import hashlib
import io
import keyword
import re
import tokenize
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

__all__ = ["Token", "code_tokens", "grams", "prose_tokens", "winnow"]

_WORD = re.compile(r"\w+")
_ROUGH = re.compile(r"(?P<string>'[^'\n]*'|\"[^\"\n]*\")|(?P<comment>\#[^\n]*)|(?P<number>\d[\w.]*)"
                    r"|(?P<name>[^\W\d]\w*)|(?P<sign>[^\w\s])")  # fmt: skip
_LAYOUT = {tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.COMMENT,
           tokenize.ENDMARKER, tokenize.ENCODING}  # fmt: skip


@dataclass(frozen=True)
class Token:
    """One token: what is compared, and where in the text it stands."""

    text: str
    start: int
    end: int


def prose_tokens(text: str) -> list[Token]:
    """
    Return the words of a text, without case and marks.

    Examples
    --------
    >>> [token.text for token in prose_tokens("No, Sir: NO!")]
    ['no', 'sir', 'no']
    """
    return [Token(hit[0].casefold(), hit.start(), hit.end()) for hit in _WORD.finditer(text)]


def code_tokens(text: str) -> list[Token]:
    """
    Return the tokens of Python code; names, numbers and quoted texts are alike, comments are none.

    Names after a point stay: they are the library's, not the learner's. What is no Python is cut roughly.

    Examples
    --------
    >>> [token.text for token in code_tokens("total = data.sum() + 1  # all of it")]
    ['N', '=', 'N', '.', 'sum', '(', ')', '+', '0']
    """
    starts = [0, *accumulate(len(line) for line in text.splitlines(keepends=True))]
    found: list[Token] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type in _LAYOUT or not token.string.strip():
                continue
            start, end = (starts[row - 1] + column for row, column in (token.start, token.end))
            after_point = bool(found) and found[-1].text == "."
            found.append(Token(_alike(token.type, token.string, after_point), start, end))
    except (tokenize.TokenError, SyntaxError, IndexError):
        return _rough(text)
    return found


def grams(tokens: Sequence[Token], size: int) -> list[int]:
    """Return a hash of every run of `size` tokens, in their order."""
    return [
        int.from_bytes(hashlib.blake2b("\0".join(run).encode("utf-8", "replace"), digest_size=8).digest())
        for place in range(len(tokens) - size + 1)
        if (run := [token.text for token in tokens[place : place + size]])
    ]


def winnow(hashes: Sequence[int], window: int) -> list[tuple[int, int]]:
    """
    Keep the least hash of each window, the last one of equals; a hash that stays least is kept once.

    Returns
    -------
    list of tuple of int
        Hash and its place. A sequence shorter than the window keeps its least hash.

    Examples
    --------
    The example of the paper (section 3, figure 2): windows of four.

    >>> hashes = [77, 74, 42, 17, 98, 50, 17, 98, 8, 88, 67, 39, 77, 74, 42, 17, 98]
    >>> winnow(hashes, 4)
    [(17, 3), (17, 6), (8, 8), (39, 11), (17, 15)]
    """
    kept: list[tuple[int, int]] = []
    for start in range(max(1, len(hashes) - window + 1) if hashes else 0):
        part = hashes[start : start + window]
        least = min(part)
        place = start + max(n for n, value in enumerate(part) if value == least)
        if not kept or kept[-1][1] != place:
            kept.append((least, place))
    return kept


def _alike(kind: int, text: str, after_point: bool) -> str:
    if kind == tokenize.NAME:
        return text if keyword.iskeyword(text) or after_point else "N"
    return {tokenize.NUMBER: "0", tokenize.STRING: "S"}.get(kind, text)


def _rough(text: str) -> list[Token]:
    found: list[Token] = []
    for hit in _ROUGH.finditer(text):
        told = hit[0]
        match hit.lastgroup:
            case "comment":
                continue
            case "string":
                told = "S"
            case "number":
                told = "0"
            case "name":
                after_point = bool(found) and found[-1].text == "."
                told = told if keyword.iskeyword(told) or after_point else "N"
        found.append(Token(told, hit.start(), hit.end()))
    return found
