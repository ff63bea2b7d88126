"""
Lists and matrices whose columns are parted by spaces alone, as many archives of networks keep them.

A space also stands inside names, so a text is cut at spaces only where it shows that it is a network: no
other separator in it, the same number of words in each line, and numbers throughout, or the same labels in
both of the first two columns.
"""

from __future__ import annotations

import re

from .containers import Content
from .encodings import survey, utf8_stream

__all__ = ["spaced_as_tabs", "text_of"]

_SAMPLE = 1 << 16
_LARGEST = 1 << 28
_OTHER = re.compile(r"[\t;,|<{]")


def spaced_as_tabs(content: Content) -> Content:
    r"""
    Return a text with tabs for the spaces between its columns; any other content as it is.

    Examples
    --------
    >>> spaced_as_tabs(Content("a.txt", data=b"% made by hand\na b 2\nb  c 1\n")).bytes()
    b'% made by hand\na\tb\t2\nb\tc\t1\n'
    >>> spaced_as_tabs(Content("a.txt", data=b"Ann Lee\nBob Ray\n")).bytes()
    b'Ann Lee\nBob Ray\n'
    """
    head = content.head(_SAMPLE)
    if not _is_spaced(head.decode("utf-8", "replace").splitlines(), whole=len(head) < _SAMPLE):
        return content
    lines = [line if _is_comment(line) else "\t".join(line.split()) for line in text_of(content).splitlines()]
    data = ("\n".join(lines) + "\n").encode()
    return Content(content.name, data=data, choices=dict(content.choices))


def text_of(content: Content) -> str:
    """Return the whole of a text, whatever its encoding; at most 256 MB of it."""
    with utf8_stream(content.open, survey(content.open)) as stream:
        return stream.read(_LARGEST).decode("utf-8", "replace")


def _is_spaced(lines: list[str], *, whole: bool) -> bool:
    lines = [line for line in (lines if whole else lines[:-1]) if line.strip() and not _is_comment(line)]
    rows = [line.split() for line in lines]
    if len(rows) < 2 or any(_OTHER.search(" ".join(row)) for row in rows[:2000]):
        return False
    width = len(rows[0])
    if width < 2 or any(len(row) != width for row in rows):
        return False
    if all(re.fullmatch(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", word) for row in rows for word in row):
        return True
    first, second = {row[0] for row in rows}, {row[1] for row in rows}
    return len(first & second) >= max(1, min(len(first), len(second)) / 4)


def _is_comment(line: str) -> bool:
    return line.lstrip("\ufeff ").startswith(("#", "%"))
