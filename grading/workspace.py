"""
The examiner's workspace: one folder, outside of what is committed, with everything that marking needs.

It is nbgrader's root as well, so that formgrader opens it: ``source/`` and ``release/`` hold a module's
exam; ``submitted/``, ``autograded/``, ``feedback/`` a learner's (``<step>/<learner>/<module>/exam.ipynb``).
Beside them stand our own files: the inbox, every attempt ever handed in, our database. Names of people are
in ``roster.csv`` and in no other file; everything else knows a learner by a pseudonym such as ``kg-014``.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from ilp_toolkit.errors import FileError, InputError
from ilp_toolkit.i18n import _

__all__ = ["DEFAULT", "ROOT", "Policy", "Workspace"]

ROOT = Path(__file__).resolve().parents[1]
"""The checkout."""
DEFAULT = ROOT / "grading" / "work"
"""The workspace where no other is named; git ignores it."""

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}", re.ASCII)
Attempts = Literal["last", "best"]

_SETTINGS = """\
# Settings of this workspace. Lines that begin with # are notes.
[marking]
# Which attempt counts where a learner handed in several: "last" (the last complete one) or "best"
# (the one with most points, the later one where two have the same).
attempts = "last"
"""

_NBGRADER = '''\
"""nbgrader's settings for this workspace, made by `python -m grading start`; formgrader reads them."""

import os
from importlib.util import find_spec

c = get_config()  # noqa: F821
ROOT = os.path.abspath(os.path.dirname(__file__))
c.CourseDirectory.root = ROOT
c.CourseDirectory.course_id = "ilp"
c.CourseDirectory.db_url = "sqlite:///" + os.path.join(ROOT, "gradebook.db")
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback"]
c.NbGrader.logfile = os.path.join(ROOT, "nbgrader.log")
# The exchange is not used; this keeps it away from folders of the system.
c.Exchange.root = os.path.join(ROOT, ".exchange")
# A solution leaves nothing behind, so that nbgrader's own release has the cells that learners get.
c.ClearSolutions.code_stub = {"python": ""}
# Marks come from `python -m grading mark`. Were somebody to press nbgrader's own button: no unknown learner
# is made up, and no missing cell passes in silence.
c.Autograde.create_student = False
c.OverwriteCells.add_missing_cells = True
# Formgrader's page loads a typesetter from the internet and stops where there is none: ours does nothing.
NBGRADER = os.path.dirname(find_spec("nbgrader").origin)
c.HTMLExporter.extra_template_basedirs = [
    os.path.join(ROOT, ".lab", "templates"),
    os.path.join(NBGRADER, "server_extensions", "formgrader", "templates"),
]
'''


@dataclass(frozen=True)
class Policy:
    """How several attempts count: table ``[marking]`` of ``workspace.toml``."""

    attempts: Attempts = "last"
    """``last`` complete attempt, or the ``best`` one."""


@dataclass(frozen=True)
class Workspace:
    """
    The paths of a workspace; `make` makes what is missing.

    Parameters
    ----------
    folder
        The folder of the workspace.

    Examples
    --------
    >>> Workspace(Path("work")).attempt("03_rights", "kg-014", 2).as_posix()
    'work/attempts/03_rights/kg-014/2'
    """

    folder: Path

    @property
    def inbox(self) -> Path:
        """Where submissions may be put that nobody handed over another way."""
        return self.folder / "inbox"

    @property
    def attempts(self) -> Path:
        """Every attempt that was accepted: ``<module>/<learner>/<attempt>/``."""
        return self.folder / "attempts"

    @property
    def quarantine(self) -> Path:
        """What could not be accepted, with the reason beside it."""
        return self.folder / "quarantine"

    @property
    def source(self) -> Path:
        """Sources for nbgrader: ``<module>/exam.ipynb``."""
        return self.folder / "source"

    @property
    def release(self) -> Path:
        """Released notebooks for nbgrader: ``<module>/exam.ipynb``."""
        return self.folder / "release"

    @property
    def submitted(self) -> Path:
        """The attempt that counts, as nbgrader wants it: ``<learner>/<module>/exam.ipynb``."""
        return self.folder / "submitted"

    @property
    def autograded(self) -> Path:
        """The marked notebooks that formgrader opens: ``<learner>/<module>/exam.ipynb``."""
        return self.folder / "autograded"

    @property
    def feedback(self) -> Path:
        """Feedback pages: ``<learner>/<module>/``."""
        return self.folder / "feedback"

    @property
    def results(self) -> Path:
        """Tables, certificates and reports."""
        return self.folder / "results"

    @property
    def data(self) -> Path:
        """Data of an examiner's own salt: ``<module>/v<variant>/``. The sample's are in the checkout."""
        return self.folder / "data"

    @property
    def private(self) -> Path:
        """Temporary files that hold keys; emptied when a run ends."""
        return self.folder / ".private"

    @property
    def gradebook(self) -> Path:
        """The database of nbgrader."""
        return self.folder / "gradebook.db"

    @property
    def assessment(self) -> Path:
        """Our own database, which is the record; nbgrader's is a view of it."""
        return self.folder / "assessment.db"

    @property
    def roster(self) -> Path:
        """The only file with names of people."""
        return self.folder / "roster.csv"

    @property
    def learners(self) -> Path:
        """The pseudonyms and languages of the learners, which is all that marking knows of them."""
        return self.folder / "learners.csv"

    @property
    def salt_file(self) -> Path:
        """The secret that the codes of the learners' cards come from."""
        return self.folder / "salt.txt"

    @property
    def settings(self) -> Path:
        """The settings, see `Policy`."""
        return self.folder / "workspace.toml"

    @property
    def config(self) -> Path:
        """The settings of nbgrader."""
        return self.folder / "nbgrader_config.py"

    def attempt(self, module: str, learner: str, number: int) -> Path:
        """Return the folder of one attempt."""
        return self.attempts / _safe(module) / _safe(learner) / str(int(number))

    def notebook(self, step: str, module: str, learner: str | None = None) -> Path:
        """Return nbgrader's path of an exam in a step: source, release, submitted, autograded or feedback."""
        folder = self.folder / _safe(step)
        if learner is not None:
            folder = folder / _safe(learner)
        return folder / _safe(module) / "exam.ipynb"

    @property
    def exists(self) -> bool:
        """Whether the folder is a workspace."""
        return self.salt_file.is_file() and self.config.is_file()

    def make(self) -> Workspace:
        """
        Make folders, salt and settings where they are missing, and change nothing that is there.

        Returns
        -------
        Workspace
            The same workspace.
        """
        for folder in (self.inbox, self.attempts, self.quarantine, self.source, self.release):
            folder.mkdir(parents=True, exist_ok=True)
        for path, text in (
            (self.salt_file, secrets.token_hex(32) + "\n"),
            (self.settings, _SETTINGS),
            (self.config, _NBGRADER),
        ):
            if not path.exists():
                path.write_text(text, encoding="utf-8", newline="\n")
        if os.name == "posix":
            self.salt_file.chmod(0o600)
        return self

    def checked(self) -> Workspace:
        """Return the workspace if it is one, else say how to make it."""
        if not self.exists:
            msg = _("“{folder}” is no workspace yet. Make one: python -m grading start --work {folder}")
            raise FileError(msg.format(folder=self.folder))
        return self

    @property
    def salt(self) -> bytes:
        """The salt of the cards."""
        self.checked()
        salt = self.salt_file.read_text(encoding="utf-8").strip()
        if len(salt) < 16:
            msg = _("The salt in “{path}” is too short: it needs at least 16 characters.")
            raise InputError(msg.format(path=self.salt_file))
        return salt.encode()

    @property
    def policy(self) -> Policy:
        """The settings of marking; those of a missing file or table are the defaults."""
        if not self.settings.is_file():
            return Policy()
        try:
            table = tomllib.loads(self.settings.read_text(encoding="utf-8")).get("marking", {})
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            msg = _("“{path}” cannot be read as TOML: {reason}")
            raise FileError(msg.format(path=self.settings, reason=error)) from None
        attempts = table.get("attempts", "last")
        if attempts not in get_args(Attempts):
            msg = _("`attempts` in “{path}” must be “last” or “best”, found {value}.")
            raise InputError(msg.format(path=self.settings, value=repr(attempts)))
        return Policy(attempts=attempts)

    @contextmanager
    def secret(self) -> Iterator[Path]:
        """Give a folder that only its owner reads, and remove it at the end: keys pass through it."""
        self.private.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder = Path(tempfile.mkdtemp(dir=self.private))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def sweep(self) -> None:
        """Remove what a run that was killed left in `private`; for whoever holds the lock."""
        shutil.rmtree(self.private, ignore_errors=True)


def _safe(name: str) -> str:
    """Return a name that may stand in a path; anything else never reaches the disk."""
    if not _ID.fullmatch(name):
        msg = f"`{name!r}` is no id of a module, learner or step."
        raise ValueError(msg)
    return name
