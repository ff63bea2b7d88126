"""
The errors that a user's data can cause.

Each one also is a ``ValueError``, so that code which knows nothing of this package can catch it. The
command line and the notebooks print the message alone: it names the argument or the file, what was
found, where first, and what to do.
"""

from __future__ import annotations

__all__ = ["ColumnsError", "CrsError", "DisclosureError", "FileError", "IlpError", "InputError"]


class IlpError(Exception):
    """Base of every error that this package raises on purpose."""

    def _render_traceback_(self) -> list[str]:
        """Show the message alone in a notebook: IPython asks for this instead of printing a traceback."""
        return [f"{type(self).__name__}: {self}"]


class InputError(ValueError, IlpError):
    """An argument or a value in the data cannot be used; the message says which and how to mend it."""


class FileError(InputError):
    """A file is missing, empty, damaged, or not of the kind that its name claims."""


class ColumnsError(InputError):
    """A table lacks a column that is needed, or a column could not be recognised."""


class CrsError(InputError):
    """A coordinate reference system is missing, geographic where metres are needed, or does not match."""


class DisclosureError(InputError):
    """A product would let out what must stay inside; nothing was written."""
