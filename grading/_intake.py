"""
Whose a file is and of which module: what it says, held against what is known here.

A submission was found whole when it was read; that it is this learner's, of this course, in an edition that
was given out, is found here. A notebook alone says less and is believed less.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from ilp_toolkit.errors import FileError, InputError
from ilp_toolkit.i18n import _
from ilp_toolkit.learning import submission
from ilp_toolkit.learning.answers import loads

from . import graft
from ._archives import Sent, is_submission, shown
from .workspace import ROOT, Workspace

__all__ = [
    "NOTEBOOK",
    "Edition",
    "Incoming",
    "KnownLearners",
    "RefusedError",
    "Registry",
    "editions",
    "part_of",
]

NOTEBOOK = "exam.ipynb"
_BUILDS = "accepted_builds.txt"
"""In the workspace: builds that are accepted beside the current ones, one a line."""
_PSEUDONYM = re.compile(r"[a-z][a-z0-9]{0,15}-[0-9]{3,6}", re.ASCII)
_OPENED = re.compile(r"learning\.open\(\s*[\"']([^\"']+)[\"']\s*,\s*[\"']([^\"']+)[\"']")


class KnownLearners(Protocol):
    """What is asked of a roster."""

    def __contains__(self, learner: object) -> bool:
        """Whether a learner is known."""

    def codes(self, learner: str) -> tuple[str, ...]:
        """Return the codes of a learner's cards, the one in use last."""


@dataclass(frozen=True)
class Edition:
    """A module as it was given to learners."""

    builds: frozenset[str]
    """Builds whose submissions are accepted."""
    items: frozenset[str]
    """Ids of all its items."""


@dataclass
class Incoming:
    """A submission that is accepted, before it has a number."""

    learner: str
    module: str
    language: str
    claimed: int
    counter: int
    moment: str
    answers: dict[str, Any]
    notebook: bytes | None
    receipt: str
    original: Sent
    notes: list[str] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)
    card: str = ""
    """Code of the card that it was made with; empty: the one in use."""

    def order(self) -> tuple[str, str, int, int, str]:
        """Return what attempts are sorted by: a learner's clock may be wrong, the counter goes up."""
        return self.learner, self.module, self.counter, self.claimed, self.moment


class RefusedError(Exception):
    """Carries the reason why something is not accepted."""


def editions(workspace: Workspace, course: Path = ROOT / "notebooks" / "course") -> dict[str, Edition]:
    """Return the modules of a folder of course notebooks, with the builds that the workspace accepts."""
    extra = workspace.folder / _BUILDS
    more = set(extra.read_text(encoding="utf-8-sig").split()) if extra.is_file() else set()
    found: dict[str, Edition] = {}
    for path in sorted(course.glob("*/*/items.json")):
        pack = json.loads(path.read_text(encoding="utf-8"))
        before = found.get(path.parent.name, Edition(frozenset(more), frozenset()))
        items = {item["id"] for item in pack["items"]}
        found[path.parent.name] = Edition(before.builds | {pack["build"]}, before.items | items)
    return found


@dataclass(frozen=True)
class Registry:
    """What is known here: learners, their codes, the editions of modules."""

    workspace: Workspace
    roster: KnownLearners
    known: Mapping[str, Edition]

    def submission(self, file: Sent) -> Incoming:
        """Check a submission against what is known here; what it says of itself was checked in reading it."""
        parts = _read(file, self.workspace)
        said = parts.manifest
        if said.learner not in self.roster:
            msg = _("There is no learner {learner} in this course.").format(learner=said.learner)
            raise RefusedError(msg)
        codes = self.roster.codes(said.learner)
        if not any(hmac.compare_digest(code, said.card_code) for code in codes):
            msg = _(
                "The code of the card is not that of {learner}: it is handed in under somebody else's name, "
                "or mistyped."
            )
            raise RefusedError(msg.format(learner=said.learner))
        edition = self.edition(said.module)
        if said.build not in edition.builds:
            msg = _(
                "It was made with another build of {module} ({build}). If it is to be accepted, write the "
                "build into {file} in the workspace."
            )
            raise RefusedError(msg.format(module=said.module, build=said.build or "?", file=_BUILDS))
        strange = sorted({*said.items, *parts.answers} - edition.items)
        if strange:
            msg = _("It names an item that {module} does not have: {item}.")
            raise RefusedError(msg.format(module=said.module, item=shown(strange[0])))
        new = Incoming(
            said.learner, said.module, said.language, said.attempt, said.made.counter, _utc(said.made),
            parts.answers, parts.notebook, parts.receipt, file,
        )  # fmt: skip
        new.card = said.card_code
        new.details = {"toolkit": said.toolkit, "build": said.build, "tries": parts.tries,
                       "hints": parts.hints, "times": parts.times}  # fmt: skip
        if parts.notebook is not None and _notebook(parts.notebook) is None:
            new.notebook = None
            new.notes.append(_("Its notebook cannot be read; only the recorded answers count."))
        return new

    def notebook(self, file: Sent, books: Mapping[tuple[str, str], dict[str, Any]]) -> Incoming:
        """Find out whose plain notebook it is, and of which module."""
        content = _notebook(file.data)
        if content is None:
            msg = _("It is no notebook or is damaged.")
            raise RefusedError(msg)
        module, part, language = _head(content)
        if part in {"lesson", "lab"}:
            msg = _("It is the {part} of the module; the exam is to be handed in.").format(part=part)
            raise RefusedError(msg)
        module = module or next((name for name in file.path if name in self.known), "")
        edition = self.edition(module)
        learner = self.whose(file.path)
        answers = {
            item: answer for item, answer in books.get((learner, module), {}).items() if item in edition.items
        }
        notes = [_("A plain notebook: nothing but its name says whose it is.")]
        if not answers:
            notes.append(_("Answers given in widgets are not in a plain notebook; ask for the .ilpsub file."))
        mark = base64.b32encode(hashlib.sha256(file.data).digest())[:10].decode("ascii")
        moment = dt.datetime.fromtimestamp(max(0.0, file.modified), dt.UTC).isoformat(timespec="seconds")
        return Incoming(learner, module, language, 0, 0, moment, answers, file.data, mark, file, notes)

    def edition(self, module: str) -> Edition:
        """Return the edition of a module; refused where there is no such module."""
        if module not in self.known:
            msg = _("There is no module {module} in this course.").format(module=shown(module) or "?")
            raise RefusedError(msg)
        return self.known[module]

    def whose(self, path: tuple[str, ...]) -> str:
        """Return the one learner whose pseudonym is in the path."""
        text = "/".join(path).lower().translate(_HYPHENS)
        named = set(_PSEUDONYM.findall(re.sub(r"(?<=[a-z])_(?=[0-9]{3})", "-", text)))
        found = sorted(name for name in named if name in self.roster)
        if len(found) != 1:
            msg = _(
                "Neither its name nor its folder's says whose it is: "
                "one pseudonym such as kg-014 must be in it."
            )
            raise RefusedError(msg)
        return str(found[0])

    def book(self, file: Sent, books: dict[tuple[str, str], dict[str, Any]]) -> None:
        """Take in a book of answers (``kg-014.03_rights.json``) that came with a plain notebook."""
        learner, _dot, module = file.path[-1].removesuffix(".json").partition(".")
        if learner in self.roster and module in self.known:
            try:
                content = loads(file.data)
            except InputError:
                return
            answers = content.get("answers") if isinstance(content, dict) else None
            if isinstance(answers, dict):
                books[learner, module] = answers


_HYPHENS = {ord(sign): "-" for sign in "‐‑‒–—−"}


def _read(file: Sent, workspace: Workspace) -> submission.Parts:
    if file.suffix == ".zip" and not is_submission(file.data):
        msg = _("The archive holds no submission and no notebook.")
        raise RefusedError(msg)
    # Read from a copy: what lies in the inbox may change meanwhile.
    with tempfile.TemporaryDirectory(prefix=".new-", dir=workspace.attempts) as folder:
        copy = Path(folder) / (shown(file.path[-1]).replace("/", "_")[-60:] or "submission.ilpsub")
        copy.write_bytes(file.data)
        return submission.read(copy)


def _notebook(data: bytes) -> Any:
    """Return a notebook's content, None where it is none."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / NOTEBOOK
        path.write_bytes(data)
        try:
            graft.read(path)
        except FileError:
            return None
    return json.loads(data.decode("utf-8-sig"))


def _head(content: dict[str, Any]) -> tuple[str, str, str]:
    """Return module, part and language that a notebook names, empty where it does not."""
    metadata = content.get("metadata")
    ours = metadata.get("ilp") if isinstance(metadata, dict) else None
    ours = ours if isinstance(ours, dict) else {}
    module, part, language = (str(ours.get(name) or "")[:64] for name in ("module", "part", "language"))
    if not (module and part):
        found = _OPENED.search(
            json.dumps(content.get("cells", content), ensure_ascii=False).replace('\\"', '"')
        )
        module, part = (found.group(1), found.group(2)) if found else (module, part)
    return module, part, language if re.fullmatch(r"[a-z]{2,3}", language) else "en"


def part_of(file: Sent) -> str:
    """Return the part of a module that a notebook is, empty where it does not say."""
    content = _notebook(file.data)
    return _head(content)[1] if isinstance(content, dict) else ""


def _utc(made: submission.Made) -> str:
    local = dt.datetime.fromisoformat(made.local).replace(tzinfo=dt.UTC)
    return (local - dt.timedelta(minutes=made.offset)).isoformat(timespec="seconds")
