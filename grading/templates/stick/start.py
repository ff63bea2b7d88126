"""
Starts the course from the stick: no administrator, no internet, nothing written on the stick.

The first start copies notebooks and data to the learner's own documents, makes an environment of its own from
the wheels beside this file (each under its hash) and opens JupyterLab; later starts go on there. It runs on
whatever Python the start file found, so it uses the standard library alone and talks in two languages.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

STICK = Path(__file__).resolve().parents[1]
NEEDED = 2_000_000_000
"""Bytes that the environment takes on the disk, with some room."""
NEIGHBOURS = {"ru", "tg", "ky", "kk", "uz", "tk", "be"}
"""Languages whose speakers are shown the Russian course rather than the English one."""
NO_NEWS = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/extensionmanager-extension:plugin": {"enabled": False},
}


class StartError(Exception):
    """Something that the learner or the trainer has to mend, told in Russian and in English."""

    def __init__(self, russian: str, english: str) -> None:
        super().__init__(f"{russian}\n{english}")


def say(russian: str, english: str) -> None:
    """Print a message in both languages."""
    sys.stdout.write(f"\n{russian}\n{english}\n")
    sys.stdout.flush()


def main(arguments: list[str] | None = None) -> int:
    """Install what is missing, copy what is missing, open JupyterLab."""
    options = _options(arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        bundle = json.loads((STICK / "start" / "course.json").read_text(encoding="utf-8"))
        requirements = fitting(bundle)
        work = copied(bundle["id"])
        python = installed(requirements, f"{bundle['id']}-{sys.version_info[0]}.{sys.version_info[1]}")
        say(f"Ваша рабочая папка: {work}", f"Your own folder: {work}")
        return checked(python, work) if options.check else opened(python, work, options.no_browser)
    except StartError as error:
        say(*str(error).split("\n", 1))
        return 1
    except OSError as error:
        say(f"Не удалось: {error}", f"This failed: {error}")
        return 1
    except KeyboardInterrupt:
        return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="The course, from this stick.")
    parser.add_argument("--check", action="store_true", help="install, try everything, open nothing")
    parser.add_argument("--no-browser", action="store_true", help="print the address of JupyterLab only")
    return parser.parse_args(arguments)


def fitting(bundle: dict[str, list[str]]) -> Path:
    """Return the list of packages for this system and this Python."""
    system = "windows" if os.name == "nt" else "linux" if sys.platform.startswith("linux") else sys.platform
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    found = STICK / "wheels" / f"{system}-{version}.txt"
    if not bundle["platforms"]:
        raise StartError(
            "В этой сборке нет пакетов: она сделана с --no-wheels.",
            "This bundle holds no packages: it was made with --no-wheels.",
        )
    if not found.is_file() or sys.maxsize < 2**32:
        known = ", ".join(
            f"{name} (Python {one}, 64 bit)" for name in bundle["platforms"] for one in bundle["python"]
        )
        raise StartError(
            f"Здесь {system}, Python {version}; на носителе пакеты для: {known}. "
            "Положите переносной Python этой версии в папку python на носителе.",
            f"This is {system}, Python {version}; the stick holds packages for: {known}. "
            "Put a portable Python of that version into the folder python on the stick.",
        )
    return found


def documents() -> Path:
    """
    Return where the learner keeps documents.

    A folder that OneDrive carries to a cloud is left alone: answers would leave the computer, and files that
    are being written would be locked.
    """
    if os.environ.get("ILP_DOCUMENTS"):
        return Path(os.environ["ILP_DOCUMENTS"])
    home = Path.home()
    found = _windows_documents() if os.name == "nt" else _linux_documents(home)
    clouds = [os.environ.get(name) for name in ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")]
    if any(cloud and Path(cloud) in (found, *found.parents) for cloud in clouds) or _has_onedrive(found):
        return home
    return found if found.is_dir() else home


def _has_onedrive(path: Path) -> bool:
    return any(part.lower().startswith("onedrive") for part in path.parts)


def _windows_documents() -> Path:
    """Ask Windows where Documents are: they are often moved, and their name depends on the language."""
    import ctypes
    from ctypes import wintypes

    wanted = (ctypes.c_byte * 16).from_buffer_copy(
        bytes.fromhex("d09ad3fd8f23af46adb46c85480369c7")  # FOLDERID_Documents
    )
    place = wintypes.LPWSTR()
    windll = getattr(ctypes, "windll")  # noqa: B009 - only Windows has it
    if windll.shell32.SHGetKnownFolderPath(ctypes.byref(wanted), 0, None, ctypes.byref(place)):
        return Path.home() / "Documents"
    try:
        return Path(str(place.value))
    finally:
        windll.ole32.CoTaskMemFree(place)


def _linux_documents(home: Path) -> Path:
    settings = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config") / "user-dirs.dirs"
    try:
        text = settings.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        text = ""
    hit = re.search(r'^XDG_DOCUMENTS_DIR="(.+)"', text, re.MULTILINE)
    return Path(hit[1].replace("$HOME", str(home))) if hit else home / "Documents"


def own() -> Path:
    """Return the folder for programs of this user: short, and never in a cloud."""
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "ILP"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "ilp-course"


def copied(bundle: str) -> Path:
    """Copy notebooks and data to the learner's folder; what is there already is never overwritten."""
    work = _work_folder(bundle)
    sums = _sums()
    wanted = sorted(name for name in sums if name.startswith(("notebooks/", "datasets/")))
    missing = [name for name in wanted if not (work / name).exists()]
    if missing:
        say(f"Копирую файлов: {len(missing)} …", f"Copying {len(missing)} files …")
    for name in missing:
        content = (STICK / name).read_bytes()
        if hashlib.sha256(content).hexdigest() != sums[name]:
            raise StartError(
                f"Файл на носителе повреждён: {name}. Возьмите другой носитель.",
                f"A file on the stick is damaged: {name}. Take another stick.",
            )
        target = work / name
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = target.with_name(f"{target.name}.new")
        fresh.write_bytes(content)
        fresh.replace(target)
    return work


def _work_folder(bundle: str) -> Path:
    """Find the folder of this bundle among the learner's documents, or take a name that is free."""
    number = 1
    while True:
        work = documents() / ("ILP-course" if number == 1 else f"ILP-course-{number}")
        mark = work / "course.id"
        if not work.exists():
            work.mkdir(parents=True)
            mark.write_text(bundle + "\n", encoding="ascii")
        if mark.is_file() and mark.read_text(encoding="ascii", errors="replace").strip() == bundle:
            return work
        number += 1


def _sums() -> dict[str, str]:
    lines = (STICK / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    return {name: value for value, _sep, name in (line.partition("  ") for line in lines)}


def installed(requirements: Path, name: str) -> Path:
    """Make the environment if it is not whole yet, and return its Python."""
    home = own() / name
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    done = home / "complete.txt"
    stamp = hashlib.sha256(requirements.read_bytes()).hexdigest()
    if done.is_file() and done.read_text(encoding="ascii") == stamp and python.exists():
        return python
    own().mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(own()).free < NEEDED:
        raise StartError(
            f"На диске мало места: нужно 2 ГБ для {own()}.",
            f"The disk is too full: {own()} needs 2 GB.",
        )
    say(
        "Первый запуск: устанавливаю программы, это займёт несколько минут. Не закрывайте окно.",
        "First start: installing, this takes some minutes. Leave this window open.",
    )
    shutil.rmtree(home, ignore_errors=True)
    log = own() / "install.log"
    with log.open("wb") as out:
        _run([str(_base()), "-I", "-m", "venv", "--without-pip", str(home)], out, log)
        pip = next((STICK / "start").glob("pip-*.whl")) / "pip"
        _run([
            str(python), str(pip), "--isolated", "--disable-pip-version-check", "install", "--no-index",
            "--no-deps", "--no-compile", "--no-cache-dir", "--require-hashes",
            "--find-links", str(STICK / "wheels"), "--requirement", str(requirements),
        ], out, log)  # fmt: skip
    overrides = home / "share" / "jupyter" / "lab" / "settings" / "overrides.json"
    overrides.parent.mkdir(parents=True, exist_ok=True)
    overrides.write_text(json.dumps(NO_NEWS), encoding="utf-8")
    done.write_text(stamp, encoding="ascii")
    return python


def _base() -> Path:
    """Return a Python to build on; a portable one is copied first: the letter of a stick changes."""
    here = Path(sys.executable)
    portable = STICK / "python"
    if portable not in here.parents:
        return here
    target = own() / f"python-{sys.version_info[0]}.{sys.version_info[1]}"
    if not (target / "complete.txt").is_file():
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(portable, target, symlinks=True)
        (target / "complete.txt").write_text("", encoding="ascii")
    return target / here.relative_to(portable)


def _run(words: list[str], out: object, log: Path) -> None:
    done = subprocess.run(words, stdout=out, stderr=subprocess.STDOUT, env=environment(), check=False)  # type: ignore[call-overload]
    if done.returncode:
        last = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-5:]
        end = " / ".join(last)
        raise StartError(
            f"Установка не удалась; подробности в файле {log}. {end}",
            f"The installation failed; {log} says more. {end}",
        )


def environment() -> dict[str, str]:
    """Return the variables for what is started: UTF-8, and nothing of another Python on this computer."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "PIP_", "JUPYTER"))
    }
    return {**kept, "PYTHONUTF8": "1", "PYTHONNOUSERSITE": "1", "ILP_LANG": language()}


def language() -> str:
    """Return the course's language for this computer: ru or en."""
    chosen = os.environ.get("ILP_LANG") or _system_language()
    return "ru" if chosen[:2].lower() in NEIGHBOURS else "en"


def _system_language() -> str:
    if os.name == "nt":
        import ctypes
        import locale

        number = getattr(ctypes, "windll").kernel32.GetUserDefaultUILanguage()  # noqa: B009
        return str(locale.windows_locale.get(number, "ru"))
    return next((os.environ[n] for n in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(n)), "ru")


def checked(python: Path, work: Path) -> int:
    """Try everything that a learner needs, and say what was found."""
    command = "from ilp_toolkit.cli import main; main()"
    return subprocess.call([str(python), "-c", command, "doctor"], cwd=work / "notebooks", env=environment())


def opened(python: Path, work: Path, no_browser: bool) -> int:
    """Open JupyterLab on the index of the course, and stay until it is closed."""
    say(
        "Открываю JupyterLab в браузере. Не закрывайте это окно, пока работаете; в конце: File → Shut Down.",
        "Opening JupyterLab in the browser. Leave this window open while you work; then: File → Shut Down.",
    )
    words = [
        str(python), "-m", "jupyterlab", f"--ServerApp.root_dir={work}",
        "--LabApp.extension_manager=readonly",
        f"--LabApp.default_url=/lab/tree/notebooks/course/{language()}/index.ipynb",
    ]  # fmt: skip
    # So that `ilp doctor` is found in a terminal of JupyterLab.
    programs = os.pathsep.join([str(python.parent), os.environ.get("PATH", "")])
    return subprocess.call(
        [*words, *(["--no-browser"] if no_browser else [])], cwd=work, env={**environment(), "PATH": programs}
    )


if __name__ == "__main__":
    sys.exit(main())
