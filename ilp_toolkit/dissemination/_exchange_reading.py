"""Reading a message back: its form, its hash, its grades and handling, its age; nothing is taken on trust."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..collation.canonicaljson import canonical
from ..collection.markings import secret_marking, secret_stamp
from ..collection.reports import REPORTS
from ..errors import FileError, InputError
from ..evaluation import grades, handling
from ..evaluation.handling import Handling
from ..i18n import _
from . import _schema

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FORMAT", "Received", "digest", "read", "schema"]

FORMAT = "ilp-toolkit exchange 1"
_LARGEST = 5_000_000
"""Bytes of a message, at most."""


@dataclass(frozen=True)
class Received:
    """A message that was read and that holds."""

    message: Mapping[str, Any] = field(repr=False)
    """What was sent (JSON values)."""
    table: pd.DataFrame = field(repr=False)
    """Its items as reports: the columns of `reports.REPORTS`, under the sender's handling."""

    @property
    def handling(self) -> Handling:
        """The handling of the whole."""
        return Handling.from_json(self.message["handling"])


def read(source: str | Path | bytes, *, recipient: str = "", now: dt.datetime | None = None) -> Received:
    """
    Read a message, and check all of it.

    Parameters
    ----------
    source
        The file ``exchange.json``, the folder that holds it, or its bytes.
    recipient
        Who reads: a message to somebody else is refused. Empty to leave this out.
    now
        What time it is; None takes the clock of this machine.

    Returns
    -------
    Received
        With the items as a table that a case takes in: ``case.collect(path, reader=ilp.exchange.read, …)``.

    Raises
    ------
    FileError
        If there is no such file, or it is no JSON.
    InputError
        If the message is not what its schema says, was changed, is past its end, is not for the reader, or
        bears the marking of a state secret; all problems are listed.

    Notes
    -----
    The hash shows damage and careless changes, not forgery: whoever can change the message can hash it anew.
    That it comes from the sender is shown by the way on which it came.
    """
    message = _parsed(_bytes(source))
    wrong = _schema.problems(message, schema())
    if not wrong:
        wrong = _meaning(message, recipient, now or dt.datetime.now(tz=dt.UTC))
    if wrong:
        msg = _("The message cannot be used: {problems}.")
        shown = "; ".join(wrong[:8]) + (" …" if len(wrong) > 8 else "")
        raise InputError(msg.format(problems=shown))
    return Received(message, _table(message))


def digest(body: Mapping[str, Any]) -> str:
    """Return the hash of a message without its own hash."""
    return hashlib.sha256(canonical({k: v for k, v in body.items() if k != "sha256"})).hexdigest()


@cache
def schema() -> dict[str, Any]:
    """Return the JSON Schema of a message."""
    path = resources.files("ilp_toolkit.dissemination") / "exchange.schema.json"
    return dict(json.loads(path.read_text(encoding="utf-8")))


def _bytes(source: str | Path | bytes) -> bytes:
    if isinstance(source, bytes):
        return source
    path = Path(source)
    path = path / "exchange.json" if path.is_dir() else path
    try:
        if path.stat().st_size > _LARGEST:
            raise FileError(_("{file} is too large for a message.").format(file=path.name))
        return path.read_bytes()
    except OSError:
        raise FileError(_("There is no message “{file}”. Check the path.").format(file=path.name)) from None


def _parsed(body: bytes) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise ValueError(_("a name stands twice"))
        return found

    def no_constant(name: str) -> Any:
        raise ValueError(name)

    try:
        return json.loads(body.decode("utf-8"), object_pairs_hook=once, parse_constant=no_constant)
    except (ValueError, RecursionError) as error:
        raise FileError(_("The message is no JSON: {reason}.").format(reason=error)) from None


def _meaning(message: dict[str, Any], recipient: str, now: dt.datetime) -> list[str]:
    """List what a message of the right form says that cannot be so."""
    found = []
    if message["sha256"] != digest(message):
        found.append(_("it was changed or damaged on the way"))
    if recipient and recipient != message["recipient"]["id"]:
        found.append(_("it is for somebody else"))
    if dt.date.fromisoformat(message["expires"]) < now.date():
        found.append(_("it is past its end and is to be destroyed"))
    if (message["kind"] == "request") != (message["question"] is not None):
        found.append(_("a request has a question, and a report has none"))
    if message["kind"] == "report" and not message["items"]:
        found.append(_("a report has at least one item"))
    reviewed = {review["destination"] for review in message["reviews"]}
    places = _destinations(message) - reviewed
    if places:
        found.append(_("no review of {countries}").format(countries=", ".join(sorted(places))))
    for one in message["reviews"]:
        if one["death_penalty"] == "excluded_by_assurance" and not one["assurance"].strip():
            found.append(_("the assurance on the death penalty is not named"))
    held = [("", message["handling"]), *((item["item"], item["handling"]) for item in message["items"])]
    for name, values in held:
        found += [f"{name} {problem}".strip() for problem in _handling_problems(values, message)]
    for item in message["items"]:
        grades.parse(item["grade"])
        if any(secret_stamp(item[part]) for part in ("text", "subject", "area")):
            found.append(_("{item} is marked as a state secret").format(item=item["item"]))
    return found


def _destinations(message: Mapping[str, Any]) -> set[str]:
    to = message["recipient"]
    abroad = to["audience"] in {"foreign_law_enforcement", "regional_centre"}
    return ({to["country"], *to["members"]} if abroad else set()) - {message["sender"]["country"]}


def _handling_problems(values: Mapping[str, Any], message: Mapping[str, Any]) -> list[str]:
    found = []
    if "originator_consent" not in values["conditions"]:
        found.append(_("handling: it goes no further without consent, and that is not said"))
    if message["sender"]["id"] not in values["originators"]:
        found.append(_("handling: the sender is not among those who must consent"))
    if "regional_centre" in values["audiences"] and message["recipient"]["audience"] != "regional_centre":
        found.append(_("handling: it is opened to a centre that does not receive it"))
    if any(secret_marking(text) for text in (*values["markings"], *values["conditions"])):
        found.append(_("handling: it is marked as a state secret"))
        return found
    for marking in values["markings"]:
        said = handling.parse(marking)
        if not said.conditions - {f"other:{marking}"} <= set(values["conditions"]):
            found.append(
                _("handling: conditions of the marking {marking} are missing").format(marking=marking)
            )
    return found


def _table(message: Mapping[str, Any]) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for number, item in enumerate(message["items"], start=1):
        grade = grades.parse(item["grade"])
        row = dict.fromkeys(REPORTS, "")
        row |= {
            "report_id": item["item"],
            "collector": message["sender"]["id"],
            "originator": message["sender"]["id"],
            "origin_id": item["origin"],
            "path": message["sender"]["id"],
            "subject": item["subject"],
            "area": item["area"],
            "scale": grade.scale if grade else "",
            "source_grade": (grade.source if grade else "") or "",
            "information_grade": (grade.information if grade else "") or "",
            "how_obtained": _("message {id}").format(id=message["id"]),
            "lawful": "yes",
            "ill_treatment_free": "yes",
            "handling": _written(Handling.from_json(item["handling"])),
            "text": item["text"],
            "sanitised": item["text"],
        }
        rows.append({**row, "source_row": number, "received": pd.Timestamp(item["date"] or "NaT", tz="UTC")})
    table = pd.DataFrame(rows, columns=list(REPORTS))
    return table.astype({"source_row": "int64", "received": "datetime64[ns, UTC]"})


def _written(held: Handling) -> str:
    """Write a handling so that `handling.parse` reads the same from it; the sender's markings in brackets."""
    codes = [c for c in sorted(held.conditions) if not c.startswith("other:")]
    words = [f"({c.removeprefix('other:')})" for c in sorted(held.conditions) if c.startswith("other:")]
    marked = [f"({', '.join(held.markings)})"] if held.markings else []
    return " ".join([", ".join([*sorted(held.audiences), *codes]), *words, *marked])
