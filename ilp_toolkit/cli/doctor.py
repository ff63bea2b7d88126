"""
`ilp doctor`: tries what the toolkit needs on this machine, really runs it, and names the fix.

A learner needs a kernel that starts, widgets, a place that keeps answers, and a file to hand in; an examiner
a sandbox as well. What only examiners need is never "mend": a learner's laptop is good without it.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import typer

from .. import __version__
from ..i18n import N_, _, use
from .options import Lang

__all__ = ["CHECKUPS", "Finding", "doctor", "examine"]

Verdict = Literal["good", "warning", "bad"]
VERDICTS: dict[Verdict, str] = {"good": N_("good"), "warning": N_("look"), "bad": N_("mend")}


@dataclass(frozen=True)
class Finding:
    """What one try gave."""

    name: str
    """What was tried, in words."""
    verdict: Verdict
    """``good``; ``warning``: something is missing that most work does without; ``bad``: mend it first."""
    found: str
    """What was found."""
    fix: str = ""
    """What to do, empty where nothing is to be done."""


def doctor(lang: Lang = None) -> None:
    """Try everything, print a table, and exit with 1 where something must be mended."""
    if lang:
        use(lang)
    findings = examine()
    _print(findings)
    if any(finding.verdict == "bad" for finding in findings):
        raise typer.Exit(1)


def examine() -> list[Finding]:
    """Run every check-up; one that breaks is a finding, not a crash."""
    findings = []
    for name, look in CHECKUPS.items():
        try:
            found = look()
        except Exception as error:  # whatever breaks here is what the user came to learn
            found = Finding(_(name), "bad", f"{type(error).__name__}: {error}", _reinstall())
        findings.append(found)
    return findings


def _python() -> Finding:
    version = platform.python_version()
    system = f"{platform.system()} {platform.machine()}"
    found = _("{version} on {system}, ilp-toolkit {toolkit}").format(
        version=version, system=system, toolkit=__version__
    )
    return Finding(_("Python"), "good", found)


def _libraries() -> Finding:
    names = ("pandas", "geopandas", "shapely", "pyproj", "numpy", "scipy", "matplotlib", "folium", "typst")
    for name in names:
        __import__(name)
    found = ", ".join(f"{name} {metadata.version(name)}" for name in names)
    return Finding(_("Libraries"), "good", found)


def _projection() -> Finding:
    from pyproj import Transformer

    # A broken PROJ database is the commonest fault of a mixed conda and pip installation: it gives infinity.
    x, y = Transformer.from_crs(4326, 32642, always_xy=True).transform(69.0, 38.5)
    if not (abs(x - 500_000) < 1 and 4_261_000 < y < 4_263_000):
        return Finding(_("Projection"), "bad", f"{x}, {y}", _reinstall())
    return Finding(_("Projection"), "good", _("a point in degrees becomes metres"))


def _time_zones() -> Finding:
    from zoneinfo import ZoneInfo

    return Finding(_("Time zones"), "good", str(ZoneInfo("Asia/Dushanbe")))


def _fonts() -> Finding:
    from fontTools.ttLib import TTFont

    from ..views.style import font_files

    letters = TTFont(str(font_files()[400])).getBestCmap()
    missing = [letter for letter in "жңөүғқҳҷӯәі" if ord(letter) not in letters]
    if missing:
        return Finding(
            _("Fonts"), "bad", _("letters missing: {letters}").format(letters=" ".join(missing)), _reinstall()
        )
    return Finding(_("Fonts"), "good", _("Cyrillic letters of the region are there"))


def _pdf() -> Finding:
    import typst

    size = len(typst.compile(b"= \xd0\x9f\xd1\x80\xd0\xbe\xd0\xb2\xd0\xb5\xd1\x80\xd0\xba\xd0\xb0"))
    return Finding(_("PDF"), "good", _("a page was made ({size} bytes)").format(size=size))


def _write_access() -> Finding:
    try:
        with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
            (Path(folder) / "проба.txt").write_text("ё", encoding="utf-8")
    except OSError as error:
        fix = _("Change to a folder where you may write, or give `--out` one.")
        return Finding(_("Writing here"), "bad", str(error), fix)
    return Finding(_("Writing here"), "good", _("the current folder takes files with Cyrillic names"))


def _disk() -> Finding:
    free = shutil.disk_usage(Path.cwd()).free / 1e9
    found = _("{free} GB free").format(free=round(free, 1))
    if free < 1:
        return Finding(_("Disk"), "warning", found, _("Free at least 1 GB before large files are read."))
    return Finding(_("Disk"), "good", found)


def _console() -> Finding:
    encoding = sys.stdout.encoding or "ascii"
    try:
        "ЖңҷӯҚ".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        fix = _("In a Windows console run `chcp 65001`, or set PYTHONUTF8=1.")
        return Finding(_("Console"), "warning", encoding, fix)
    return Finding(_("Console"), "good", encoding)


def _lab() -> Finding:
    try:
        version = metadata.version("jupyterlab")
    except metadata.PackageNotFoundError:
        return Finding(_("JupyterLab"), "warning", _("not installed"), _lab_fix())
    return Finding(_("JupyterLab"), "good", version)


def _lab_fix() -> str:
    fix = _("To open notebooks: `{command}`, or `make lab` where there is make.")
    return fix.format(command=f"{_python_command()} -m pip install ilp-toolkit[lab]")


def _kernel() -> Finding:
    if find_spec("ipykernel") is None:
        return Finding(_("Kernel"), "warning", _("not installed"), _lab_fix())
    from jupyter_client.manager import start_new_kernel

    with tempfile.TemporaryDirectory() as folder:
        manager, client = start_new_kernel(
            kernel_name="python3", startup_timeout=60, cwd=folder, stderr=subprocess.DEVNULL
        )
        try:
            said: list[str] = []
            reply = client.execute_interactive(
                "import ilp_toolkit; print(6 * 7, ilp_toolkit.__version__)",
                timeout=60,
                allow_stdin=False,
                output_hook=lambda message: said.append(str(message["content"].get("text", ""))),
            )
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
            manager.cleanup_resources()
    if reply["content"]["status"] != "ok" or f"42 {__version__}" not in "".join(said):
        fix = _("The notebooks' Python is another one. In this environment run: {command}")
        command = f"{_python_command()} -m ipykernel install --sys-prefix"
        return Finding(_("Kernel"), "bad", str(reply["content"]["status"]), fix.format(command=command))
    return Finding(_("Kernel"), "good", _("started, and ran a cell"))


def _widgets() -> Finding:
    if find_spec("ipywidgets") is None:
        return Finding(_("Widgets"), "warning", _("not installed"), _lab_fix())
    from jupyter_core.paths import jupyter_path

    from ..views.widgets.panel import Panel

    options = [{"id": "a", "text": "1"}, {"id": "b", "text": "2"}]
    heard: list[object] = []
    panel = Panel("p1", {"kind": "choice", "prompt": "?", "option": options}, None, heard.append)
    assert panel.field is not None
    panel.field.widget.value = "b"
    version = metadata.version("ipywidgets")
    part = Path("@jupyter-widgets", "jupyterlab-manager", "package.json")
    drawn = any((Path(folder) / part).is_file() for folder in jupyter_path("labextensions"))
    if heard != ["b"] or not drawn:
        fix = _("JupyterLab does not know the widgets. Run: {command}, then restart JupyterLab.")
        command = f"{_python_command()} -m pip install --force-reinstall jupyterlab_widgets ipywidgets"
        return Finding(_("Widgets"), "bad", version, fix.format(command=command))
    return Finding(_("Widgets"), "good", _("a question was drawn and answered (ipywidgets {version})").format(
        version=version
    ))  # fmt: skip


def _answers() -> Finding:
    from ..learning.answers import AnswerBook

    folder = _answers_folder()
    try:
        with tempfile.TemporaryDirectory(dir=folder) as trial:
            for answer in ("ё", "ң"):
                AnswerBook(Path(trial) / "guest.00_trial.json").put("p1", answer)
            kept = AnswerBook(Path(trial) / "guest.00_trial.json").answers
    except (OSError, ValueError) as error:
        fix = _(
            "Copy the folder of the course to where you may write (Documents, not a locked USB stick), "
            "or set ILP_COURSE_ANSWERS to such a folder."
        )
        return Finding(_("Answers"), "bad", f"{folder}: {error}", fix)
    assert kept == {"p1": "ң"}, kept
    return Finding(_("Answers"), "good", _("kept in {folder}").format(folder=folder))


def _answers_folder() -> Path:
    """Return where answers go: as set, else in the course that lies here or above, else here."""
    given = os.environ.get("ILP_COURSE_ANSWERS")
    if given:
        return Path(given)
    here = Path.cwd()
    for folder in (here, *here.parents):
        course = folder / "notebooks" / "course"
        if course.is_dir():
            return course / "answers" if (course / "answers").is_dir() else course
    return here


def _handing_in() -> Finding:
    from ..learning import submission

    made = {"local": "2026-01-01T09:00:00", "offset": 300, "counter": 1}
    head = {
        "module": "00_trial", "language": "en", "learner": "trial-1", "card_code": "ABCD2345", "attempt": 1,
        "toolkit": __version__, "build": "", "items": ["q1"], "made": made,
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        path, parts = submission.write(Path(folder), head, {"answers": {"q1": "ё"}}, b"{}")
        again = submission.read(path)
    assert again == parts
    assert again.answers == {"q1": "ё"}
    return Finding(_("Handing in"), "good", _("a file was made and read back"))


def _marking() -> Finding:
    missing = []
    for name in ("nbgrader", "jupytext"):
        try:
            metadata.version(name)
        except metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        fix = _("Only who marks needs this: `{command}`.")
        command = f"{_python_command()} -m pip install ilp-toolkit[course]"
        found = _("not installed: {names}").format(names=", ".join(missing))
        return Finding(_("Marking"), "warning", found, fix.format(command=command))
    return Finding(_("Marking"), "good", f"nbgrader {metadata.version('nbgrader')}")


_CONFINED = """
import errno, os, socket, sys
try:
    open(os.path.join(sys.argv[1], "escaped"), "w")
    sys.exit("wrote outside")
except OSError:
    pass
try:
    socket.create_connection(("192.0.2.1", 9), timeout=1)
    sys.exit("reached the network")
except OSError as error:
    print("confined" if error.errno == errno.ENETUNREACH else error)
"""
"""What must not work inside the sandbox: writing outside of it, and the network."""


def _sandbox() -> Finding:
    name = _("Sandbox")
    if not sys.platform.startswith("linux"):
        fix = _(
            "Only who marks needs one, and only Linux has it: mark in WSL2 or from a live Linux stick. "
            "Without it `{command}` gives provisional marks."
        )
        fix = fix.format(command=f"{_python_command()} -m grading mark --answers-only")
        return Finding(name, "warning", _("none on {system}").format(system=platform.system()), fix)
    tool = shutil.which("bwrap")
    if tool is None:
        fix = _("Only who marks needs one. On Debian or Ubuntu: apt-get install bubblewrap.")
        return Finding(name, "warning", _("bubblewrap is not installed"), fix)
    words = [tool, "--unshare-all", "--die-with-parent", "--new-session", "--ro-bind", "/", "/"]
    words += ["--proc", "/proc", "--dev", "/dev"]
    with tempfile.TemporaryDirectory() as outside:
        inside = [sys.executable, "-I", "-c", _CONFINED, outside]
        done = subprocess.run([*words, *inside], capture_output=True, text=True, timeout=60, check=False)
    if done.stdout.strip() != "confined":
        fix = _(
            "Only who marks needs one. On Ubuntu 23.10 and later AppArmor stops it: give bwrap a profile "
            "that allows user namespaces. In a container allow user namespaces."
        )
        told = (done.stderr or done.stdout).strip().splitlines()
        return Finding(name, "warning", told[-1] if told else str(done.returncode), fix)
    return Finding(name, "good", _("bubblewrap ran and confined a program"))


def _browser() -> Finding:
    if sys.platform in {"win32", "darwin"}:
        return Finding(_("Browser"), "good", _("the system's own"))
    names = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge", "firefox")
    found = next((name for name in names if shutil.which(name)), None)
    if found is None:
        fix = _("JupyterLab opens in a browser. On Debian or Ubuntu: apt-get install chromium.")
        return Finding(_("Browser"), "warning", _("none on the path"), fix)
    return Finding(_("Browser"), "good", found)


def _python_command() -> str:
    """Return how Python is called on this system."""
    return "py" if sys.platform == "win32" else "python"


def _reinstall() -> str:
    return _("Install again in a new environment, with conda or with pip, not with both.")


CHECKUPS: dict[str, Callable[[], Finding]] = {
    N_("Python"): _python,
    N_("Libraries"): _libraries,
    N_("Projection"): _projection,
    N_("Time zones"): _time_zones,
    N_("Fonts"): _fonts,
    N_("PDF"): _pdf,
    N_("Writing here"): _write_access,
    N_("Disk"): _disk,
    N_("Console"): _console,
    N_("JupyterLab"): _lab,
    N_("Kernel"): _kernel,
    N_("Widgets"): _widgets,
    N_("Answers"): _answers,
    N_("Handing in"): _handing_in,
    N_("Browser"): _browser,
    N_("Marking"): _marking,
    N_("Sandbox"): _sandbox,
}


def _print(findings: list[Finding]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False, show_edge=False)
    for heading in (_("Tried"), _("Verdict"), _("Found"), _("What to do")):
        table.add_column(heading, overflow="fold")
    for finding in findings:
        words = (finding.name, _(VERDICTS[finding.verdict]), finding.found, finding.fix)
        table.add_row(*(escape(word) for word in words))
    Console().print(table)
