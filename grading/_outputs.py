"""
What a notebook printed, made harmless and kept short.

Outputs are written by strangers and read by examiners in a browser (formgrader) and in a terminal. So only
text and pictures of pixels are kept: HTML, JavaScript, SVG, LaTeX and widgets would run or load something;
what a terminal takes for a command is removed. A message is taken apart with care: whoever wrote the notebook
can also have written the message.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

import nbformat
from nbformat import NotebookNode

from ilp_toolkit.i18n import _, plural

from .sandbox import Limits

__all__ = ["Outputs", "plain"]

_ESCAPES = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|[\]PX^_].*?(\x07|\x1b\\|$)|.)?", re.DOTALL)
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_PICTURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}


def plain(text: object, limit: int = 1 << 20) -> str:
    r"""
    Return text without what steers a terminal or turns the direction of writing.

    Examples
    --------
    >>> plain("\x1b[2J\x1b]0;title\x07all gone\r\n")
    'all gone\n'
    """
    if isinstance(text, list):
        text = "".join(part for part in text if isinstance(part, str))
    if not isinstance(text, str):
        return ""
    return _CONTROLS.sub("", _ESCAPES.sub("", text[:limit]))


class Outputs:
    """Collects the outputs of one notebook, cell by cell."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.kept = 0
        """Characters kept of the whole notebook."""
        self.cut = False
        """Whether anything was left out for its size."""
        self.begin()

    def begin(self) -> None:
        """Begin a cell."""
        self._list: list[NotebookNode] = []
        self._of_cell = 0
        self._left_out = 0
        self.printed = 0
        """Characters that the cell printed, kept or not."""

    def take(self) -> list[NotebookNode]:
        """Return the outputs of the cell."""
        if self._left_out:
            self.cut = True
            count = self._left_out
            note = plural("[{n} more character]", "[{n} more characters]", count).format(n=count)
            self._list.append(_output("stream", name="stderr", text=note + "\n"))
        return self._list

    def note(self, text: str) -> None:
        """Add a line of the marker's own."""
        self._list.append(_output("stream", name="stderr", text=text + "\n"))

    def message(self, kind: object, content: object, size: int) -> None:
        """Take in one message of the kernel; what is no output is passed over."""
        self.printed += size
        if not isinstance(content, dict):
            return
        if kind == "stream":
            self._stream(content)
        elif kind in {"display_data", "execute_result"}:
            self._display(content)
        elif kind == "error":
            trace = content.get("traceback")
            lines = [self._room(plain(line)) for line in trace] if isinstance(trace, list) else []
            name, value = (
                self._room(plain(content.get("ename"), 200)),
                self._room(plain(content.get("evalue"))),
            )
            self._list.append(
                _output("error", ename=name, evalue=value, traceback=[line for line in lines if line])
            )

    def _stream(self, content: dict[str, Any]) -> None:
        name = "stderr" if content.get("name") == "stderr" else "stdout"
        text = self._room(plain(content.get("text"), self.limits.flood))
        if not text:
            return
        last = self._list[-1] if self._list else None
        if last is not None and last.output_type == "stream" and last.name == name:
            last.text += text
        else:
            self._list.append(_output("stream", name=name, text=text))

    def _display(self, content: dict[str, Any]) -> None:
        data = content.get("data")
        if not isinstance(data, dict):
            return
        kept: dict[str, str] = {}
        for kind, start in _PICTURES.items():
            picture = data.get(kind)
            if isinstance(picture, str) and _is_picture(picture, start) and self._fits(picture):
                kept[kind] = picture.replace("\n", "")
        text = self._room(plain(data.get("text/plain")))
        if not text and not kept:
            names = ", ".join(plain(kind, 60) for kind in sorted(map(str, data))[:5])
            text = self._room(_("[left out: {kinds}]").format(kinds=names))
        if text:
            kept["text/plain"] = text
        if kept:
            self._list.append(_output("display_data", data=kept))

    def _room(self, text: str) -> str:
        room = min(self.limits.output - self._of_cell, self.limits.outputs - self.kept)
        taken = text[: max(0, room)]
        self._of_cell += len(taken)
        self.kept += len(taken)
        self._left_out += len(text) - len(taken)
        return taken

    def _fits(self, picture: str) -> bool:
        if self.kept + len(picture) > self.limits.outputs or len(self._list) > 200:
            self._left_out += len(picture)
            return False
        self.kept += len(picture)
        return True


def _output(kind: str, **fields: Any) -> NotebookNode:
    made: NotebookNode = nbformat.v4.new_output(kind, **fields)  # type: ignore[no-untyped-call]
    return made


def _is_picture(text: str, start: bytes) -> bool:
    """Whether this is base64 throughout and begins as such a picture begins."""
    if not re.fullmatch(r"[A-Za-z0-9+/\n]{16,}={0,2}\n?", text):
        return False
    try:
        return base64.b64decode(text.replace("\n", "")[:16]).startswith(start)
    except binascii.Error:
        return False
