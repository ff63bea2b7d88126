"""A small course for tests of the inbox: three learners, one module, submissions as learners make them."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from grading.inbox import Collected, Edition, collect
from grading.roster import Learner, Roster
from grading.workspace import Workspace
from ilp_toolkit.learning import submission

ROSTER = Roster(
    (Learner("kg-014"), Learner("kg-015"), Learner("tj-201", card=2)), salt=b"a salt of sixteen letters"
)
KNOWN = {"03_rights": Edition(frozenset({"abc123"}), frozenset({"q1", "q2", "w1"}))}
NOW = dt.datetime(2026, 11, 26, 9, 30, tzinfo=dt.UTC)


def notebook(module: str = "03_rights", part: str = "exam", *, note: str = "", ours: bool = True) -> bytes:
    """Return the bytes of a notebook, with or without the builder's metadata."""
    opened = f'from ilp_toolkit import learning\ncourse = learning.open("{module}", "{part}")'
    made = new_notebook(cells=[new_code_cell(opened, id="open"), new_code_cell(f"# {note}", id="note")])
    if ours:
        made.metadata["ilp"] = {"module": module, "part": part, "language": "ru"}
    text: str = nbformat.writes(made)
    return text.encode()


def head(learner: str = "kg-014", attempt: int = 1, **more: Any) -> dict[str, Any]:
    """Return the manifest of an honest submission, with changes."""
    return {
        "module": "03_rights", "language": "ru", "learner": learner, "attempt": attempt, "toolkit": "0.3.0",
        "card_code": ROSTER.code(learner) if learner in ROSTER else "ABCD2345", "build": "abc123",
        "items": ["q1", "q2"], "made": {"local": "2026-11-26T14:00:00", "offset": 300, "counter": attempt}, **more,
    }  # fmt: skip


def submit(
    folder: Path,
    answers: Mapping[str, Any] | None = None,
    *,
    note: str = "",
    exam: bytes | None = None,
    **said: Any,
) -> Path:
    """Write a submission as `ilp submit` does."""
    exam = notebook(note=note) if exam is None else exam
    path, _parts = submission.write(folder, head(**said), {"answers": answers or {"q1": "a"}}, exam)
    return path


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return an archive of files with their names."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name)
            archive.writestr(info, data)
    return made.getvalue()


def explorers(files: Mapping[str, bytes], encoding: str) -> bytes:
    """
    Return an archive as Windows makes it: names in the code page of the console, which it does not say.

    Python would mark names beyond ASCII as UTF-8, so others of the same length are written and exchanged.
    """
    stand_ins = {chr(65 + n) * len(name.encode(encoding)): name for n, name in enumerate(files)}
    raw = zipped({stand_in: files[name] for stand_in, name in stand_ins.items()})
    for stand_in, name in stand_ins.items():
        raw = raw.replace(stand_in.encode(), name.encode(encoding))
    return raw


def taken(inbox: Path, workspace: Workspace) -> Collected:
    """Collect with this course's learners, module and clock."""
    return collect(inbox, workspace, ROSTER, known=KNOWN, clock=lambda: NOW)


def snapshot(folder: Path) -> dict[str, bytes | None]:
    """Return every file of a folder with its content."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        if path.is_file() and not path.is_symlink()
        else None
        for path in sorted(folder.rglob("*"))
    }


def answers_of(folder: Path) -> Any:
    """Return the recorded answers of a kept attempt."""
    return json.loads((folder / "answers.json").read_text(encoding="utf-8"))
