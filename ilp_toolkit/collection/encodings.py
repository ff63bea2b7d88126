r"""
Which encoding a text file is in, decided over the whole file and never silently.

A byte-order mark settles it. Otherwise a file whose bytes are UTF-8 is UTF-8, also with stray bytes in it
where whole characters outnumber them (they are kept, written as ``\xe9``). Otherwise the words that hold
non-ASCII bytes, taken from all over the file, are read in each of the encodings that police registers
use, and the reading that looks most like language wins: Russian letters by how often they occur, accented
Latin letters standing among plain ones, no capitals inside words, no box-drawing signs.
"""

from __future__ import annotations

import codecs
import io
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

__all__ = ["SINGLE_BYTE", "Survey", "guess_single_byte", "survey", "utf8_stream"]

SINGLE_BYTE = ("cp1251", "cp1252", "cp866", "koi8-r")
"""Encodings tried where the bytes are no Unicode, the likelier first."""

CHUNK = 4 << 20
"""Bytes looked at in one step."""

_SAMPLE = 1 << 16
"""Bytes taken for the letter count from each chunk that has non-ASCII bytes."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

# Share of letters in running Russian text, in per cent; the two rarest count a little more in short lists.
_RUSSIAN_SHARES = (
    "о10.97 е8.45 а8.01 и7.35 н6.70 т6.26 с5.47 р4.73 в4.54 л4.40 к3.49 м3.21 д2.98 п2.81 у2.62 я2.01 ы1.90 "
    "ь1.74 г1.70 з1.65 б1.59 ч1.44 й1.21 х0.97 ж0.94 ш0.73 ю0.64 ц0.48 щ0.36 э0.32 ф0.26 ъ0.20 ё0.20"
)
_RUSSIAN = {share[0]: float(share[1:]) for share in _RUSSIAN_SHARES.split()}
_VOWELS = frozenset("аеёиоуыэюяіїє")
_OTHER_CYRILLIC = dict.fromkeys("іїєґўјљњћќџѓѕђ", 0.05)
_LATIN = dict.fromkeys("áéíóúñüöäçãõàèêâôßåøæ", 4.0) | dict.fromkeys("ëïîûùìòÿýðþžšœº", 0.4)
_SIGNS = dict.fromkeys("«»„“”’‘–—…°№\u00a0§¿¡·•™®©±²³½ª´", 0.5)
_PRIOR = {"cp1251": 0.0, "cp1252": 0.0, "cp866": -4.0, "koi8-r": -4.0}
_WORD = re.compile(rb"[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*")


@dataclass(frozen=True)
class Survey:
    """What one pass over a file's bytes found."""

    size: int
    """Bytes in the file."""
    encoding: str
    """Python's name of the encoding."""
    certain: bool
    """Whether the encoding is known (a mark, plain ASCII, valid UTF-8) rather than guessed."""
    invalid: int
    """Bytes that are no text in this encoding."""
    nul: bool
    """Whether zero bytes stand in the text; they are left out on reading."""
    quotes: bool
    """Whether any double quote occurs."""
    line_feeds: int
    """Line feeds."""
    carriage_returns: int
    """Carriage returns that no line feed follows."""
    ends_with_newline: bool
    """Whether the last character ends a line."""

    @property
    def plain(self) -> bool:
        """Whether the bytes can be handed on as they are."""
        return self.encoding in {"utf-8", "utf-8-sig"} and not self.invalid and not self.nul

    @property
    def lines(self) -> int:
        """Lines in the file, a last one without a line end included."""
        ends = self.line_feeds or self.carriage_returns
        return ends + (self.size > 0 and not self.ends_with_newline)


def survey(open_stream: Callable[[], BinaryIO]) -> Survey:
    r"""
    Look at every byte of a file once, in small pieces, and say what text it is.

    Parameters
    ----------
    open_stream
        Opens the file for reading bytes; called once more where the encoding has to be guessed.

    Examples
    --------
    >>> survey(lambda: io.BytesIO("улица;дата\n".encode("cp1251"))).encoding
    'cp1251'
    >>> survey(lambda: io.BytesIO("улица;дата\n".encode())).encoding
    'utf-8'
    """
    tally = _Tally()
    with open_stream() as stream:
        for chunk in _chunks(stream):
            tally.add(chunk)
    wide = tally.wide_encoding()
    if wide is not None:
        return _survey_wide(open_stream, wide, certain=tally.bom is not None)
    encoding, certain = tally.bom or "utf-8", True
    if tally.invalid > tally.sequences and tally.bom is None:
        encoding, certain = guess_single_byte(_words(open_stream)), False
    invalid = tally.invalid if encoding.startswith("utf") else 0
    return Survey(
        tally.size, encoding, certain, invalid, tally.nul > 0, tally.quotes, tally.lf, tally.cr - tally.crlf,
        tally.last in b"\r\n",
    )  # fmt: skip


def guess_single_byte(words: Counter[bytes]) -> str:
    """
    Choose among the single-byte encodings the one in which words look most like language.

    Parameters
    ----------
    words
        Words as bytes, each with at least one byte above 127, with how often they occur.

    Returns
    -------
    str
        One of `SINGLE_BYTE`; the first of them where nothing tells them apart.

    Notes
    -----
    A handful of words settles it; a single one may not. Russian is told apart from Western European text;
    other languages in Cyrillic are read well as long as their letters are in the same table.

    Examples
    --------
    >>> guess_single_byte(Counter({"Кража".encode("koi8-r"): 1, "улица".encode("koi8-r"): 1}))
    'koi8-r'
    >>> guess_single_byte(Counter({"Bogotá".encode("cp1252"): 1, "Nariño".encode("cp1252"): 1}))
    'cp1252'
    """
    scores = dict(_PRIOR)
    for word, n in words.items():
        for encoding in SINGLE_BYTE:
            scores[encoding] += min(n, 10) * _likelihood(word.decode(encoding, "replace"))
    return max(SINGLE_BYTE, key=lambda encoding: scores[encoding])


def utf8_stream(open_stream: Callable[[], BinaryIO], found: Survey) -> BinaryIO:
    r"""
    Open a file as a stream of valid UTF-8, whatever it was written in.

    Parameters
    ----------
    open_stream
        Opens the file for reading bytes.
    found
        What `survey` said of it.

    Notes
    -----
    Bytes that are no text are kept readable as ``\xe9``; zero bytes and the byte-order mark are left out.
    """
    stream = open_stream()
    if found.plain:
        if found.encoding == "utf-8-sig":
            stream.read(len(codecs.BOM_UTF8))
        return stream
    return io.BufferedReader(_Transcoded(stream, found.encoding), CHUNK)


class _Transcoded(io.RawIOBase):
    """Reads a stream in any encoding as UTF-8, a chunk at a time."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)("backslashreplace")
        self._ready = memoryview(b"")
        self._done = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        while not self._ready and not self._done:
            chunk = self._stream.read(CHUNK)
            self._done = not chunk
            text = self._decoder.decode(chunk, final=self._done).replace("\0", "")
            self._ready = memoryview(text.encode("utf-8", "backslashreplace"))
        n = min(len(buffer), len(self._ready))
        buffer[:n] = self._ready[:n]
        self._ready = self._ready[n:]
        return n

    def close(self) -> None:
        self._stream.close()
        super().close()


class _Tally:
    """Counts over the chunks of a file."""

    def __init__(self) -> None:
        self.size = self.lf = self.cr = self.crlf = self.invalid = self.sequences = self.nul = 0
        self.bom: str | None = None
        self.quotes = False
        self.last = b"\n"
        self._high_at = [0, 0]
        self._tail = b""

    def add(self, chunk: bytes) -> None:
        if not self.size:
            self.bom = next((name for mark, name in _BOMS if chunk.startswith(mark)), None)
        self.quotes = self.quotes or b'"' in chunk
        self._count_line_ends(chunk)
        if b"\0" in chunk:
            self._count_zeros(chunk)
        if self._tail or not chunk.isascii():
            self._check_utf8(chunk)
        self.size += len(chunk)
        self.last = chunk[-1:]

    def _count_line_ends(self, chunk: bytes) -> None:
        codes = np.frombuffer(chunk, dtype=np.uint8)
        feeds = codes == 10
        self.lf += int(np.count_nonzero(feeds))
        if b"\r" in chunk or self.last == b"\r":
            returns = codes == 13
            self.cr += int(np.count_nonzero(returns))
            self.crlf += int(np.count_nonzero(returns[:-1] & feeds[1:]))
            self.crlf += self.last == b"\r" and chunk.startswith(b"\n")

    def _count_zeros(self, chunk: bytes) -> None:
        codes = np.frombuffer(chunk, dtype=np.uint8)
        self.nul += int(np.count_nonzero(codes == 0))
        high = (codes == 0) | (codes == 4)
        for parity in (0, 1):
            self._high_at[(parity + self.size) % 2] += int(np.count_nonzero(high[parity::2]))

    def _check_utf8(self, chunk: bytes) -> None:
        """Count characters and stray bytes; one cut by the end of the chunk waits for the next chunk."""
        data = self._tail + chunk
        cut = _cut_sequence(data)
        self._tail, data = data[len(data) - cut :], data[: len(data) - cut]
        try:
            data.decode("utf-8")
            whole = data
        except UnicodeDecodeError:
            whole = data.decode("utf-8", "ignore").encode("utf-8")
        self.sequences += int(np.count_nonzero(np.frombuffer(whole, dtype=np.uint8) >= 0xC0))
        self.invalid += len(data) - len(whole)

    def wide_encoding(self) -> str | None:
        """Return UTF-16 or UTF-32 where a mark says so, or each second byte is a high half (0 or 4)."""
        self.invalid += len(self._tail)
        self._tail = b""
        if self.bom is not None and self.bom != "utf-8-sig":
            return self.bom
        even, odd = self._high_at
        if not self.nul or max(even, odd) < 0.9 * (self.size // 2) or min(even, odd) > 0.5 * max(even, odd):
            return None
        return "utf-16-le" if odd > even else "utf-16-be"


def _survey_wide(open_stream: Callable[[], BinaryIO], encoding: str, *, certain: bool) -> Survey:
    """Survey UTF-16 and UTF-32 on the text itself."""
    tally = _Tally()
    with io.BufferedReader(_Transcoded(open_stream(), encoding), CHUNK) as stream:
        for chunk in _chunks(stream):
            tally.add(chunk)
    return Survey(
        tally.size,
        encoding,
        certain,
        0,
        False,
        tally.quotes,
        tally.lf,
        tally.cr - tally.crlf,
        tally.last in b"\r\n",
    )


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK):
        yield chunk


def _cut_sequence(data: bytes) -> int:
    """Return how many bytes at the end begin a UTF-8 sequence that is not complete."""
    for back in range(1, min(3, len(data)) + 1):
        byte = data[-back]
        if byte >= 0xC0:
            length = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return back if length > back else 0
        if byte < 0x80:
            return 0
    return 0


def _words(open_stream: Callable[[], BinaryIO]) -> Counter[bytes]:
    """Count words with non-ASCII bytes, from every chunk that has any."""
    words: Counter[bytes] = Counter()
    with open_stream() as stream:
        for chunk in _chunks(stream):
            if not chunk.isascii():
                first = int(np.argmax(np.frombuffer(chunk, dtype=np.uint8) > 127))
                words.update(_WORD.findall(chunk[max(0, first - 40) : first + _SAMPLE]))
    return words


def _likelihood(word: str) -> float:
    """Score a word: logarithms of letter frequencies, less what no language does inside a word."""
    score, before = 0.0, ""
    for letter in word:
        kind = _kind(letter)
        if kind:
            score += math.log(_frequency(letter, kind) / 100)
        if before:
            score -= _clash(before, letter)
        before = letter
    return score


def _kind(letter: str) -> str:
    if letter.isascii():
        return ""
    low = letter.lower()
    if low in _RUSSIAN or low in _OTHER_CYRILLIC:
        return "cyrillic"
    if low in _LATIN:
        return "latin"
    return "sign" if letter in _SIGNS else "odd"


def _frequency(letter: str, kind: str) -> float:
    low = letter.lower()
    if kind == "cyrillic":
        return _RUSSIAN.get(low, 0.05)
    return {"latin": _LATIN.get(low, 0.0), "sign": 0.5}.get(kind, 0.0) or 0.0005


def _clash(before: str, after: str) -> float:
    """Score what words do not have: capitals inside, two alphabets, accents in a row, consonants in a row."""
    kinds = _kind(before), _kind(after)
    clash = 3.0 if before.islower() and after.isupper() else 0.0
    if kinds == ("latin", "latin"):
        clash += 3.0
    if kinds == ("cyrillic", "cyrillic"):
        clash += _clash_of_sounds(before.lower(), after.lower())
    elif "cyrillic" in kinds and before.isalpha() and after.isalpha():
        clash += 4.0
    return clash


def _clash_of_sounds(before: str, after: str) -> float:
    vowel = before in _VOWELS
    if after in "ьъы" and (vowel or before in "ьъы"):
        return 3.0
    return 1.0 if vowel == (after in _VOWELS) and before not in "ьъ" and after not in "ьъ" else 0.0
