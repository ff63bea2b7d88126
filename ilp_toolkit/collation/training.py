"""
Open a case in one line: the training case with everything filled in and invented, or one that exists.

The training case belongs to the invented world: no law, agency or person of it exists. A case of real work is
opened with `Case`, by somebody who can say what it is for.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable
from pathlib import Path

from ..errors import FileError
from ..i18n import _
from .case import Case
from .casefolder import Folder

__all__ = ["TRAINING", "open_case"]

TRAINING = "training"
"""Name that opens the training case."""


def open_case(
    name: str | Path = TRAINING,
    *,
    folder: str | Path | None = None,
    clock: Callable[[], dt.datetime] | None = None,
    key_folder: str | Path | None = None,
) -> Case:
    """
    Open the training case, or a case that already is in a folder.

    Parameters
    ----------
    name
        "training" for the training case; otherwise the folder of a case.
    folder
        Where the training case is kept; left out, in a temporary folder that the system clears away.
    clock
        Says what time it is.
    key_folder
        Where the key lies; left out, beside the training case's folder, or in the usual place.

    Returns
    -------
    Case

    Raises
    ------
    FileError
        If the folder holds no case.

    Examples
    --------
    >>> case = open_case("training")
    >>> sorted(case.purposes), case.owner
    (['prevention', 'tasking', 'training'], 'analyst-07')
    """
    if str(name) != TRAINING:
        return _again(Path(name), clock, key_folder)
    place = Path(tempfile.mkdtemp(prefix="ilp-training-")) / "case" if folder is None else Path(folder)
    return Case(
        "Training case: burglaries in Kelovar",
        folder=place,
        purpose=["prevention", "tasking", TRAINING],
        legal_basis="Police Service Act of Tolvania (invented)",
        legal_reference="section 12(2) (invented)",
        necessity="Burglaries in three districts of Kelovar have risen; patrols and advice to residents must "
        "be placed where they help (invented).",
        proportionality="Only offences, places and times are used; nobody is named (invented).",
        owner="analyst-07",
        retention="365 days",
        clock=clock,
        key_folder=key_folder or place.parent / "keys",
    )


def _again(place: Path, clock: Callable[[], dt.datetime] | None, key_folder: str | Path | None) -> Case:
    agreed = Folder(place).agreed() if place.is_dir() else None
    if agreed is None:
        msg = _("There is no case in “{name}”. Open a new one with ilp.Case(…), or the training case.")
        raise FileError(msg.format(name=place.name))
    return Case(
        agreed["name"],
        folder=place,
        purpose=agreed["purposes"],
        legal_basis=agreed["legal_basis"],
        owner=agreed["owner"],
        clock=clock,
        key_folder=key_folder,
    )
