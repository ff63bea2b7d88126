"""`ilp doctor`: tries what the toolkit needs on this machine, really runs it, and names the fix."""

from __future__ import annotations

import platform
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
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
        fix = _("To open notebooks: `make lab`, or `pip install ilp-toolkit[lab]`.")
        return Finding(_("JupyterLab"), "warning", _("not installed"), fix)
    return Finding(_("JupyterLab"), "good", version)


def _browser() -> Finding:
    names = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge", "firefox")
    found = next((name for name in names if shutil.which(name)), None)
    if found is None:
        fix = _(
            "Only the project's own page tests need one; to run them on Debian: apt-get install chromium."
        )
        return Finding(_("Browser"), "warning", _("none on the path"), fix)
    return Finding(_("Browser"), "good", found)


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
    N_("Browser"): _browser,
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
