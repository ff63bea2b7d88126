"""Whether the folder of a case is as it was written: ledger, log, terms, and what they say of each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..collection import pseudonyms
from ..errors import FileError
from ..i18n import _
from .casefolder import AUDIT, LEDGER, Folder
from .integrity import Problem, check_journal, check_witness
from .journal import Journal
from .merkle import merkle_root

__all__ = ["Verdict", "verify_folder"]


@dataclass(frozen=True)
class Verdict:
    """What was found in the folder of a case."""

    problems: tuple[Problem, ...]
    entries: int
    """Entries of the audit log."""
    root: str
    """Merkle root over them."""
    anchors: int
    """How many roots from elsewhere were compared."""
    sealed: bool
    """Whether the key of the case was at hand, so that seals could be compared."""

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        problems = [
            {"file": p.file, "entry": p.entry, "line": p.line, "kind": p.kind, "words": str(p)}
            for p in self.problems
        ]
        return {
            "entries": self.entries,
            "root": self.root,
            "anchors": self.anchors,
            "sealed": self.sealed,
            "problems": problems,
        }


def verify_folder(
    folder: str | Path,
    *,
    anchors: Iterable[Mapping[str, Any]] = (),
    key_folder: str | Path | None = None,
) -> Verdict:
    """
    Check everything that a case has written down.

    Parameters
    ----------
    folder
        The folder of the case.
    anchors
        Roots of the audit log known from elsewhere: mappings with ``entries`` and ``root``.
    key_folder
        Where the key lies; None looks in the usual place. Without it seals are not compared.

    Returns
    -------
    Verdict

    Raises
    ------
    FileError
        If the folder is no case.

    Notes
    -----
    Anchors that the ledger noted when products left are compared, too. The limits are those of
    `audit.verify`.

    Examples
    --------
    >>> import ilp_toolkit as ilp
    >>> case = ilp.open_case()
    >>> verify_folder(case.folder, key_folder=case.key_folder).problems
    ()
    """
    place = Path(folder)
    agreed = Folder(place).agreed() if place.is_dir() else None
    if agreed is None:
        raise FileError(_("There is no case in “{name}”.").format(name=place.name))
    key = _key(str(agreed["id"]), key_folder, place)
    seals = {name: key.derive(name) if key is not None else None for name in ("audit", "ledger")}
    log, ledger = place / AUDIT, place / LEDGER
    given = list(anchors)
    found = check_journal(log, anchors=[*given, *_noted(ledger)], key=seals["audit"])
    found += check_journal(ledger, key=seals["ledger"])
    found += check_witness(log, "ledger", ledger) + check_witness(ledger, "audit", log)
    first = next(iter(Journal(ledger)), {}).get("record", {})
    if isinstance(first, dict) and first.get("agreed") not in (None, Folder.mark(agreed)):
        found.append(Problem("terms", file="case.json"))
    lines = Journal(log).raw()
    return Verdict(tuple(found), len(lines), merkle_root(lines), len(given), key is not None)


def _key(case: str, key_folder: str | Path | None, place: Path) -> pseudonyms.Key | None:
    """Return the key of a case where it is at hand; none is made."""
    where = pseudonyms.key_folder(key_folder)
    if not (where / f"{case}.json").exists():
        return None
    return pseudonyms.open_key(case, folder=where, outside=place)


def _noted(ledger: Path) -> list[dict[str, Any]]:
    """Return the roots that the ledger noted, such as those printed on products."""
    records = [line.get("record") for line in Journal(ledger)]
    told = [record.get("anchor", record) for record in records if isinstance(record, dict)]
    return [one for one in told if isinstance(one, dict) and {"entries", "root"} <= one.keys()]
