"""What the scan can find, in words that never repeat the secret itself."""

from __future__ import annotations

from dataclasses import dataclass

from ...i18n import N_, _

__all__ = ["KINDS", "Leak"]

KINDS: dict[str, str] = {
    "identifier": N_("an incident number"),
    "set_aside": N_("a value of a column that was set aside"),
    "coordinate": N_("an exact coordinate of an incident"),
    "point": N_("a layer of points"),
    "path": N_("a path of this machine"),
    "address": N_("an address that would be fetched"),
    "policy": N_("a page without a content security policy"),
    "active": N_("a file that acts or carries files (macros, scripts, attachments)"),
    "picture": N_("a picture in a PDF with text that cannot be checked"),
    "hidden": N_("a sheet that is hidden"),
    "revision": N_("an earlier state of the file that was kept in it"),
    "deep": N_("data wrapped deeper, or unpacking larger, than can be checked"),
    "damaged": N_("a file that cannot be read, so not checked"),
    "unknown": N_("a kind of file that cannot be checked"),
}
"""What the scan looks for."""


@dataclass(frozen=True)
class Leak:
    """One find: in which file, of which kind, how many."""

    file: str
    kind: str
    n: int = 1

    def __str__(self) -> str:
        return _("{file}: {what}").format(file=self.file, what=_(KINDS[self.kind]))
