"""
What must not come in with a listing: hidden services, links, keys, ways to reach a person, places.

Patterns are those of Arrow's engine, which looks at a hundred thousand descriptions in the time that one
cell takes elsewhere. A text that holds any of it is refused whole: what is cut out of a text can be guessed
from what is left.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .shapes import Bools

__all__ = ["KINDS", "found_in", "refused"]

KINDS = ("onion", "link", "key", "email", "wallet", "handle", "phone", "coordinates")
"""What is looked for, the gravest first."""

_DOT = r"\s?(?:\.|\[\.?\s?(?:dot)?\s?\]|\(\.?\s?(?:dot)?\s?\)|\{dot\}|\bdot\b|точка)\s?"
_AT = r"\s?(?:@|\[\s?(?:at|@)\s?\]|\(\s?(?:at|@)\s?\)|\{at\}|собака)\s?"
_APPS = (
    r"wickr|telegram|telegramm?|jabber|xmpp|icq|threema|whats\s?app|viber|signal|session\s?id|discord|skype|"
    r"kik|protonmail|tutanota|torchat|bitmessage|ricochet|телег(?:а|рам+)|вотсап|ватсап|вайбер|джаббер|аська"
)
_PATTERNS: dict[str, str] = {
    "onion": rf"(?i)[a-z0-9]{{6,56}}{_DOT}onion\b|\b[a-z2-7]{{56}}\b|{_DOT}i2p\b|\.onion",
    "link": r"(?i)\bh(?:tt|xx)ps?\b|\b(?:ftp|tg|magnet)\s?:\s?/?/|\bwww\s?\.|\bt\.me\b|\b[a-z0-9-]{2,}\."
    r"(?:(?:com|net|org|io|ru|su|biz|xyz)\b|(?:info|to|me|cc|ws|is|ch|pw|club|shop|link|top)/)|"
    r"\b\d{1,3}(?:\.\d{1,3}){3}\b",
    "key": r"(?i)-{3,}\s?(?:begin|end)\b|\bbegin\s+pgp\b|\bpgp\s+(?:public|private)\s+key|"
    r"\b0x[0-9a-f]{8,16}\b|"
    r"\b(?:[0-9a-f]{4}\s{0,2}){10}\b|\bmQ(?:EN|IN|GN|IM|EM|GM|EL|IL|GI)[A-Za-z0-9+/]{20,}|[A-Za-z0-9+/]{60,}",
    "email": rf"(?i)[a-z0-9._%+-]{{2,}}{_AT}[a-z0-9-]{{2,}}{_DOT}[a-z]{{2,}}\b",
    "wallet": r"\b[13][1-9A-HJ-NP-Za-km-z]{25,34}\b|\b(?i:bc1|ltc1|tb1)[0-9a-zA-Z]{20,}\b|"
    r"\b[48][1-9A-HJ-NP-Za-km-z]{94}(?:[1-9A-HJ-NP-Za-km-z]{11})?\b|\b0x[0-9a-fA-F]{40}\b|"
    r"\bT[1-9A-HJ-NP-Za-km-z]{33}\b|\b[LMDX][1-9A-HJ-NP-Za-km-z]{33}\b|\b[0-9a-fA-F]{64}\b",
    "handle": r"(?i)(?:^|[^\pL\pN@])@[\pL][\pL\pN_.]{2,}|"
    rf"(?:^|[^\pL])(?:{_APPS})\s*(?:me|id|мой)?\s*[:=@#–-]\s*\S{{3,}}",
    "phone": r"(?i)\+\s?\d(?:[\s().-]{0,2}\d){8,14}\b|(?:^|[^\pL])(?:tel|phone|telephone|mob|mobile|"
    r"whats\s?app|viber|тел|телефон|моб)[^\pL\pN]{0,4}\d(?:[\s().-]{0,2}\d){5,14}|"
    r"\b(?:8|7|99[2-8])[\s(.-]{1,3}\d{2,3}[\s).-]{1,3}\d{2,3}[\s.-]?\d{2}[\s.-]?\d{2}\b",
    "coordinates": r"(?i)[-+]?\b\d{1,2}[.,]\d{3,}\s*[°nsсю]?\s*[,;/ ]\s*[-+]?\d{1,3}[.,]\d{3,}|"
    r"\d{1,3}\s?°\s?\d{1,2}\s?['′’]",
}


def found_in(texts: pa.Array | pa.ChunkedArray) -> dict[str, Bools]:
    """
    Say which texts hold which kind.

    Examples
    --------
    >>> found = found_in(pa.array(["write to me [at] example [dot] net", "5 g", None]))
    >>> {kind: rows.tolist() for kind, rows in found.items() if rows.any()}
    {'email': [True, False, False]}
    """
    plain = _plain(texts)
    return {kind: _match(plain, pattern) for kind, pattern in _PATTERNS.items()}


def refused(text: str) -> str | None:
    """
    Return the gravest kind that one text holds, None where it holds none.

    Examples
    --------
    >>> refused("10 g"), refused("see abcdefghijklmnop . onion")
    (None, 'onion')
    """
    found = found_in(pa.array([text]))
    return next((kind for kind in KINDS if found[kind][0]), None)


def _plain(texts: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Take off what hides a pattern from the eye of a program: full-width letters, signs without width."""
    whole = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    plain = pc.utf8_normalize(pc.cast(whole, pa.large_string()), form="NFKC")
    return pc.replace_substring_regex(
        plain, pattern=r"[\x{200b}-\x{200f}\x{2060}\x{feff}\x{00ad}]", replacement=""
    )


def _match(texts: pa.Array, pattern: str) -> Bools:
    found = pc.fill_null(pc.match_substring_regex(texts, pattern=pattern), False)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)
