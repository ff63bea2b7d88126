"""
Handing in: what would be handed in, what is missing, and the file itself.

The notebook and ``ilp submit`` do the same. Attempts count up and nothing is overwritten: which attempt
counts is the examiner's rule.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .. import __version__
from ..collation.filelock import locked
from ..errors import FileError, InputError
from ..i18n import _
from . import submission
from .items import Item, ItemPack
from .places import Place

__all__ = ["Readiness", "hand_in", "local_time", "readiness"]

COUNTERS = "counters.json"
_SLACK = 2
"""Seconds by which a file's time may lag: a USB stick keeps even seconds only."""


@dataclass(frozen=True)
class Readiness:
    """What would be handed in now."""

    answered: tuple[Item, ...]
    unanswered: tuple[Item, ...]
    unsaved: bool
    """Whether the exam's notebook on the disk is older than the last answer."""
    needs_notebook: bool
    """Whether an answer is made by code, which stands in the notebook alone."""


def local_time() -> dt.datetime:
    """Return the time of this computer with its offset."""
    return dt.datetime.now().astimezone()


def readiness(place: Place, pack: ItemPack) -> Readiness:
    """Look at what is answered and what is not, before handing in."""
    book = place.book().whole()
    graded = [item for item in pack.items if not item.practice]
    answered = tuple(item for item in graded if item.id in book["answers"])
    moments = [book["times"][item.id] for item in answered if item.id in book["times"]]
    return Readiness(
        answered,
        tuple(item for item in graded if item not in answered),
        _is_older(place.exam, moments),
        any(item.code for item in graded),
    )


def hand_in(
    place: Place, pack: ItemPack, *, to: Path | None = None, clock: Callable[[], dt.datetime] = local_time
) -> tuple[Path, submission.Parts]:
    """
    Write the next submission of this module.

    Parameters
    ----------
    place, pack
        The module's place and items.
    to
        Another folder that gets a copy, such as a USB stick.
    clock
        Gives the time with its offset.

    Returns
    -------
    tuple of Path and submission.Parts
        The file (the copy where `to` is given), and what stands in it.

    Raises
    ------
    InputError
        If there is no card, or nothing to hand in.
    FileError
        If the file or its copy cannot be written.
    """
    card = place.card
    if card is None:
        raise InputError(_("There is no course card yet. Put in the card that your trainer gave you first."))
    book = place.book().whole()
    if not book["answers"]:
        raise InputError(_("Nothing is answered yet, so there is nothing to hand in."))
    now, (counter, attempt) = clock(), _next(place, card.learner)
    offset = now.utcoffset() or dt.timedelta()
    head = {
        "module": place.module,
        "language": pack.language,
        "learner": card.learner,
        "card_code": card.code,
        "attempt": attempt,
        "toolkit": __version__,
        "build": pack.build,
        "items": [item.id for item in pack.items],
        "made": {
            "local": now.replace(tzinfo=None).isoformat(timespec="seconds"),
            "offset": round(offset.total_seconds() / 60),
            "counter": counter,
        },
    }
    known = {item.id for item in pack.items}
    kept = {part: {k: v for k, v in book[part].items() if k in known} for part in submission.BOOK}
    path, parts = submission.write(place.answers, head, kept, _notebook(place.exam))
    return (path if to is None else _copied(path, Path(to))), parts


def _next(place: Place, learner: str) -> tuple[int, int]:
    """Count one more file and one more attempt: the files that lie there count, and those taken away."""
    place.answers.mkdir(parents=True, exist_ok=True)
    path, name = place.answers / COUNTERS, f"{learner}_{place.module}"
    there = (found.stem.rpartition("_")[2] for found in place.answers.glob(f"{name}_*.ilpsub"))
    highest = max((int(number) for number in there if number.isdecimal()), default=0)
    with locked(path):
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
            counter, attempts = int(kept["counter"]), {k: int(v) for k, v in kept["attempts"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            counter, attempts = 0, {}
        attempts[name] = max(attempts.get(name, 0), highest) + 1
        fresh = path.with_name(f"{COUNTERS}.new")
        fresh.write_text(json.dumps({"counter": counter + 1, "attempts": attempts}) + "\n", encoding="utf-8")
        fresh.replace(path)
    return counter + 1, attempts[name]


def _notebook(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        msg = _("{file} cannot be read ({why}). Close it in other programs and try again.")
        raise FileError(msg.format(file=path, why=error.strerror or error)) from None


def _copied(path: Path, folder: Path) -> Path:
    copy = folder / path.name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with copy.open("xb") as file:
            file.write(path.read_bytes())
    except FileExistsError:
        msg = _("{file} is there already and is not overwritten. The new file is {made}; copy it yourself.")
        raise FileError(msg.format(file=copy, made=path)) from None
    except OSError as error:
        msg = _("{folder} takes no file ({why}). The file is made: {made}; copy it yourself.")
        raise FileError(msg.format(folder=folder, why=error.strerror or error, made=path)) from None
    return copy


def _is_older(notebook: Path, moments: list[str]) -> bool:
    if not moments or not notebook.exists():
        return False
    try:
        last = max(dt.datetime.fromisoformat(moment).timestamp() for moment in moments)
    except ValueError:
        return False
    return notebook.stat().st_mtime + _SLACK < last
