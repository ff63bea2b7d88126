"""
The packages on a stick: what the committed lock names, as wheels for other systems than this one.

uv resolves for the platform (pip's own ``--platform`` evaluates the markers of the machine it runs on), with
the lock as its bounds; pip then fetches exactly those files. Nothing is taken that the lock does not name
under the same hash, and a list with one hash a package goes beside the wheels, for an installation that asks
nobody.
"""

from __future__ import annotations

import ensurepip
import hashlib
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import canonicalize_name, parse_wheel_filename

from ilp_toolkit.errors import FileError, InputError
from ilp_toolkit.i18n import _

__all__ = [
    "PLATFORMS",
    "PYTHONS",
    "Pin",
    "chosen",
    "gather",
    "locked",
    "pip_wheel",
    "tags",
    "toolkit",
    "unfit",
]

PYTHONS = ("3.11", "3.12", "3.13")
"""Which versions of CPython a bundle can be made for."""
PLATFORMS: dict[str, tuple[str, ...]] = {
    "windows": ("win_amd64",),
    # glibc 2.28: Debian 10, Ubuntu 20.04, RHEL 8, and everything newer.
    "linux": (
        *(f"manylinux_2_{minor}_x86_64" for minor in range(28, 4, -1)),
        "manylinux2014_x86_64",
        "manylinux2010_x86_64",
        "manylinux1_x86_64",
    ),
}
"""Systems, each with the platform tags of wheels that run on it; both 64 bit."""
_LONGEST = 180
"""Characters of a path inside the environment: Windows takes 259, and the way there is some 75 long."""
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class Pin:
    """One package of a list: its name, version and the hashes that are allowed."""

    name: str
    version: str
    hashes: frozenset[str]


def locked(text: str) -> dict[str, tuple[Pin, ...]]:
    r"""
    Read a list of requirements with hashes, whatever its markers.

    Examples
    --------
    >>> found = locked("attrs==25.1 ; python_version > '3' \\\n    --hash=sha256:" + "0" * 64)
    >>> found["attrs"][0].version
    '25.1'
    """
    found: dict[str, tuple[Pin, ...]] = {}
    for block in re.split(r"\n(?=\S)", text):
        if hit := _PIN.match(block):
            name = canonicalize_name(hit[1])
            found[name] = (*found.get(name, ()), Pin(name, hit[2], frozenset(_HASH.findall(block))))
    return found


def tags(platform: str, python: str) -> frozenset[Tag]:
    """Return the tags of every wheel that such a system takes."""
    major, minor = (int(part) for part in python.split("."))
    platforms = PLATFORMS[platform]
    own = cpython_tags((major, minor), platforms=platforms)
    return frozenset(own) | frozenset(compatible_tags((major, minor), f"cp{major}{minor}", platforms))


def gather(root: Path, folder: Path, platforms: Iterable[str], pythons: Iterable[str]) -> list[Path]:
    """
    Fetch the wheels for some systems, make the toolkit's own, and write the lists to install from.

    Parameters
    ----------
    root
        The checkout.
    folder
        Gets the wheels and a list ``<platform>-<python>.txt`` for each system.
    platforms, pythons
        Names in `PLATFORMS` and `PYTHONS`.

    Returns
    -------
    list of Path
        The lists.

    Raises
    ------
    FileError
        If uv is missing, something cannot be fetched, or a wheel does not fit.
    """
    folder.mkdir(parents=True, exist_ok=True)
    own = toolkit(root, folder)
    lists = []
    for platform in platforms:
        for python in pythons:
            wanted = resolved(root, platform, python)
            fetched(wanted, platform, python, folder)
            path = folder / f"{platform}-{python}.txt"
            path.write_text(_listed(wanted, own, platform, python, folder), encoding="utf-8", newline="\n")
            lists.append(path)
    return lists


def resolved(root: Path, platform: str, python: str) -> dict[str, Pin]:
    """Resolve what a learner needs for one system, within the committed lock."""
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    if uv is None:
        msg = _("`uv` is missing, which resolves packages for other systems. Get it: {command}")
        raise FileError(msg.format(command=f"{sys.executable} -m pip install uv"))
    lock = root / "requirements.lock"
    text = _run([
        uv, "pip", "compile", str(root / "pyproject.toml"), "--extra", "lab", "--python-platform", platform,
        "--python-version", python, "--generate-hashes", "--no-header", "--no-annotate", "--quiet",
        "--constraints", str(lock),
    ])  # fmt: skip
    found = locked(text)
    known = locked(lock.read_text(encoding="utf-8"))
    pins = {}
    for name, (pin, *_more) in found.items():
        same = next((one for one in known.get(name, ()) if one.version == pin.version), None)
        allowed = pin.hashes & same.hashes if same is not None else frozenset()
        if not allowed:
            msg = _("requirements.lock does not know {name} {version} under these hashes. Run `make lock`.")
            raise FileError(msg.format(name=name, version=pin.version))
        pins[name] = Pin(name, pin.version, allowed)
    return pins


def fetched(pins: dict[str, Pin], platform: str, python: str, folder: Path) -> None:
    """Fetch wheels, each under a hash of the lock; one that is there already is not fetched again."""
    wanted = folder / "wanted.tmp"
    lines = [
        f"{pin.name}=={pin.version} " + " ".join(f"--hash=sha256:{value}" for value in sorted(pin.hashes))
        for pin in pins.values()
    ]
    wanted.write_text("\n".join(lines) + "\n", encoding="utf-8")
    places = [word for name in PLATFORMS[platform] for word in ("--platform", name)]
    try:
        _run([
            sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "download", "--no-deps",
            "--only-binary", ":all:", *places, "--python-version", python, "--implementation", "cp",
            "--require-hashes", "--requirement", str(wanted), "--dest", str(folder),
        ])  # fmt: skip
    finally:
        wanted.unlink()


def toolkit(root: Path, folder: Path) -> Path:
    """Build the wheel of the checkout itself."""
    before = set(folder.glob("ilp_toolkit-*.whl"))
    _run([sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)], root)
    made = sorted(folder.glob("ilp_toolkit-*.whl"))
    for old in before - {made[-1]}:
        old.unlink()
    return made[-1]


def pip_wheel(folder: Path) -> Path:
    """Copy the pip that comes with this Python: with it an environment is made where venv has none."""
    # Debian keeps it apart from ensurepip.
    places = (Path(ensurepip.__file__).parent / "_bundled", Path("/usr/share/python-wheels"))
    found = sorted(path for place in places for path in place.glob("pip-*.whl"))
    if not found:
        raise FileError(_("This Python has no pip of its own to put on the stick (module ensurepip)."))
    folder.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copyfile(found[-1], folder / found[-1].name))


def unfit(pins: Iterable[Pin], platform: str, python: str, folder: Path) -> Iterator[str]:
    """
    Tell what would make an installation fail: packages without a wheel that fits and has its hash.

    Parameters
    ----------
    pins
        What is to be installed.
    platform, python
        The system.
    folder
        Where the wheels are.
    """
    fitting = tags(platform, python)
    there: dict[tuple[str, str], list[Path]] = {}
    for path in folder.glob("*.whl"):
        name, version, _build, own = parse_wheel_filename(path.name)
        if own & fitting:
            there.setdefault((name, str(version)), []).append(path)
    for pin in pins:
        wheels = [path for path in there.get((pin.name, pin.version), []) if _hash(path) in pin.hashes]
        if not wheels:
            msg = _("{name} {version} has no wheel for {platform}, Python {python}.")
            yield msg.format(name=pin.name, version=pin.version, platform=platform, python=python)
        for path in wheels:
            if (length := _longest(path)) > _LONGEST:
                msg = _("{name} holds a path of {n} characters, too long for Windows.")
                yield msg.format(name=path.name, n=length)


def _listed(pins: dict[str, Pin], own: Path, platform: str, python: str, folder: Path) -> str:
    """Return the list to install from: one wheel a package, under its hash."""
    name, version, _build, _tags = parse_wheel_filename(own.name)
    every = [*pins.values(), Pin(name, str(version), frozenset({_hash(own)}))]
    problems = list(unfit(every, platform, python, folder))
    if problems:
        raise FileError("\n".join(problems))
    hashes = {_hash(path) for path in folder.glob("*.whl")}
    lines = []
    for pin in sorted(every, key=lambda pin: pin.name):
        values = " ".join(f"--hash=sha256:{value}" for value in sorted(pin.hashes & hashes))
        lines.append(f"{pin.name}=={pin.version} {values}")
    return "\n".join(lines) + "\n"


def _longest(wheel: Path) -> int:
    """Return the length of the longest path that a wheel puts into an environment."""
    longest = 0
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            _head, data, tail = name.partition(".data/data/")
            longest = max(longest, len(tail) if data else len("Lib/site-packages/") + len(name))
    return longest


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _run(words: list[str], folder: Path | None = None) -> str:
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode:
        told = "\n".join((done.stderr or done.stdout).strip().splitlines()[-8:])
        command = " ".join(Path(word).name if n == 0 else word for n, word in enumerate(words[:4]))
        raise FileError(_("{command} … failed: {reason}").format(command=command, reason=told))
    return done.stdout


def chosen(text: str, known: Iterable[str], option: str) -> tuple[str, ...]:
    """
    Read a list with commas, each word one that is known.

    Examples
    --------
    >>> chosen("windows, linux", PLATFORMS, "--platforms")
    ('windows', 'linux')
    """
    words = tuple(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))
    wrong = [word for word in words if word not in known]
    if wrong or not words:
        msg = _("`{option}` takes {known}, found “{found}”.")
        raise InputError(msg.format(option=option, known=", ".join(known), found=", ".join(wrong) or text))
    return words
