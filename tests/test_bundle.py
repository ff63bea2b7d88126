"""The course on a stick: the same each time, nothing of an exam on it, started without internet or administrator."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from packaging.markers import Marker
from packaging.utils import parse_wheel_filename

from grading import bundle, wheels
from grading.course import build_module
from grading.key import Overlay
from grading.modules import load
from grading.tracks import Curriculum, build_index
from ilp_toolkit.errors import FileError, InputError

SALT = "a-salt-of-an-examiner-of-nowhere"


@pytest.fixture(scope="module")
def checkout(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout whose only module is the template, built; with what must not travel lying about."""
    place = tmp_path_factory.mktemp("checkout")
    own = place / "modules" / "98_trial"
    shutil.copytree(root / "modules" / "_template", own, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(root / "modules" / "locale", place / "modules" / "locale")
    shutil.copyfile(root / "modules" / "tracks.toml", place / "modules" / "tracks.toml")
    for name in ("LICENSE", "LICENSE-CONTENT"):
        shutil.copyfile(root / name, place / name)
    (place / "datasets").mkdir()
    (place / "datasets" / "район.csv").write_text("district,n\nTesvar,4\n", encoding="utf-8")
    target = place / "notebooks" / "course"
    target.mkdir(parents=True)
    module = load(own)
    build_module(module, target)
    build_index(Curriculum.load(place), [module], target)
    for name in ("answers/kg-014.98_trial.json", "en/98_trial/.ipynb_checkpoints/exam-checkpoint.ipynb"):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_text("{}", encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def made(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> bundle.Bundle:
    return bundle.make(tmp_path_factory.mktemp("out"), checkout, modules=())


@pytest.fixture
def start(made: bundle.Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The program on the stick, with a home of its own."""
    spec = importlib.util.spec_from_file_location("start", made.folder / "start" / "start.py")
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    spec.loader.exec_module(loaded)
    home = tmp_path / "Дом участника"
    (home / "Documents").mkdir(parents=True)
    monkeypatch.setattr(Path, "home", lambda: home)
    for name in ("XDG_CONFIG_HOME", "ILP_DOCUMENTS", "OneDrive", "ILP_LANG", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "own"))
    return loaded


def tree(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


# --- what is on the stick


@pytest.fixture
def unsearched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the search for leaks where something else is asked; `made` was searched."""
    monkeypatch.setattr(bundle, "_searched", lambda *places: None)


@pytest.mark.usefixtures("unsearched")
def test_the_same_sources_give_the_same_zip(checkout: Path, made: bundle.Bundle, tmp_path: Path) -> None:
    again = bundle.make(tmp_path, checkout, modules=())
    for path in again.folder.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    packed = bundle.packed(again.folder, again.archive)
    assert again.id == made.id
    assert packed.read_bytes() == made.archive.read_bytes()


def test_names_in_the_zip_are_in_order_and_in_utf_8_and_the_start_file_can_be_run(
    made: bundle.Bundle,
) -> None:
    with zipfile.ZipFile(made.archive) as archive:
        entries = archive.infolist()
    names = [entry.filename for entry in entries]
    assert names == sorted(names)
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    cyrillic = next(entry for entry in entries if entry.filename.endswith("район.csv"))
    assert cyrillic.flag_bits & 0x800
    assert next(e for e in entries if e.filename.endswith("start-linux.sh")).external_attr >> 16 & 0o111
    assert {name.split("/")[0] for name in names} == {"ilp-course"}


def test_answers_and_checkpoints_stay_at_home(made: bundle.Bundle) -> None:
    names = tree(made.folder)
    assert "notebooks/course/en/98_trial/exam.ipynb" in names
    assert not [name for name in names if "answers" in name or "checkpoint" in name]


def test_the_checksums_fit_and_tell_a_damaged_file(made: bundle.Bundle, tmp_path: Path) -> None:
    copy = shutil.copytree(made.folder, tmp_path / "stick")
    check = ["sha256sum", "--check", "--quiet", "SHA256SUMS"]
    assert subprocess.run(check, cwd=copy, capture_output=True, check=False).returncode == 0
    listed = {line.partition("  ")[2] for line in (copy / "SHA256SUMS").read_text("utf-8").splitlines()}
    assert listed == set(tree(copy)) - {"SHA256SUMS"}
    (copy / "datasets" / "район.csv").write_text("district,n\nTesvar,5\n", encoding="utf-8")
    assert subprocess.run(check, cwd=copy, capture_output=True, check=False).returncode == 1


@pytest.mark.attack
def test_a_bundle_with_a_secret_of_the_exam_is_not_made(checkout: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(checkout, tmp_path / "checkout")
    why = next(o.why for o in load(copy / "modules" / "98_trial").item("q1").option if o.why)
    secret = base64.b64encode(why.encode()).decode()
    (copy / "notebooks" / "README.md").write_text(f"# Notes\n{secret}\n", encoding="utf-8")
    with pytest.raises(FileError, match=r"README\.md"):
        bundle.make(tmp_path / "out", copy, modules=())
    assert not (tmp_path / "out" / "ilp-course").exists()
    assert not (tmp_path / "out" / "ilp-course.zip").exists()


@pytest.mark.usefixtures("unsearched")
def test_with_an_overlay_the_data_are_the_examiner_s_and_the_salt_stays_at_home(
    checkout: Path, made: bundle.Bundle, tmp_path: Path
) -> None:
    overlay = tmp_path / "exam"
    overlay.mkdir()
    (overlay / "salt.txt").write_text(SALT, encoding="utf-8")
    found = Overlay.find(overlay, root=checkout)
    own = bundle.make(tmp_path / "out", checkout, modules=(), overlay=found)
    data = "notebooks/course/data/98_trial/v0/"
    sample, drawn = tree(made.folder), tree(own.folder)
    files = [name for name in sample if name.startswith(data)]
    assert files
    assert any(sample[name] != drawn[name] for name in files)
    assert own.id != made.id
    assert not [name for name, content in drawn.items() if SALT.encode() in content]


def test_the_first_page_speaks_both_languages_and_asks_for_nothing(made: bundle.Bundle) -> None:
    page = (made.folder / "READ ME FIRST.html").read_text(encoding="utf-8")
    assert "Double-click".lower() in page.lower()
    assert "дважды щёлкните" in page
    assert page.count("<svg") == 8
    assert "default-src 'none'" in page
    assert not re.search(r"""(?:src|href)=["']?(?!data:)[a-z]+:""", page)


# --- packages


def wheel(folder: Path, name: str, inside: str = "") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    own, version = name.split("-")[:2]
    meta = f"{own}-{version}.dist-info"
    files = {
        inside or f"{own}.py": "",
        f"{meta}/METADATA": f"Metadata-Version: 2.1\nName: {own}\nVersion: {version}\n",
        f"{meta}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{meta}/RECORD": "",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for entry, text in files.items():
            archive.writestr(entry, text)
    return path


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("numpy-2.4.6-cp311-cp311-win_amd64.whl", True),
        ("cryptography-50.0.2-cp311-abi3-win_amd64.whl", True),
        ("psutil-7.2.2-cp37-abi3-win_amd64.whl", True),
        ("rich-15.0.0-py3-none-any.whl", True),
        ("six-1.17.0-py2.py3-none-any.whl", True),
        ("numpy-2.4.6-cp312-cp312-win_amd64.whl", False),
        ("numpy-2.4.6-cp311-cp311-win32.whl", False),
        ("numpy-2.4.6-cp311-cp311-win_arm64.whl", False),
        ("numpy-2.4.6-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", False),
        ("cryptography-50.0.2-cp312-abi3-win_amd64.whl", False),
    ],
)
def test_a_wheel_for_windows_is_told_from_one_for_another_system(name: str, fits: bool) -> None:
    assert bool(parse_wheel_filename(name)[3] & wheels.tags("windows", "3.11")) is fits


def test_linux_takes_wheels_of_old_and_of_new_name() -> None:
    taken = wheels.tags("linux", "3.11")
    for platform in (
        "manylinux_2_28_x86_64",
        "manylinux_2_27_x86_64.manylinux_2_28_x86_64",
        "manylinux1_x86_64",
    ):
        assert parse_wheel_filename(f"numpy-2.4.6-cp311-cp311-{platform}.whl")[3] & taken
    for platform in ("manylinux_2_34_x86_64", "musllinux_1_2_x86_64", "manylinux_2_28_aarch64"):
        assert not parse_wheel_filename(f"numpy-2.4.6-cp311-cp311-{platform}.whl")[3] & taken


def test_the_lock_names_for_windows_what_only_windows_needs(root: Path) -> None:
    """By the lock's own markers, evaluated for Windows: what uv must come to as well."""
    text = (root / "requirements.lock").read_text(encoding="utf-8")
    for python in wheels.PYTHONS:
        machine = {
            "sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "platform_machine": "AMD64",
            "python_version": python, "python_full_version": f"{python}.5", "implementation_name": "cpython",
            "platform_python_implementation": "CPython",
        }  # fmt: skip
        lines = [line.removesuffix("\\").strip() for line in text.splitlines() if re.match(r"[a-z0-9]", line)]
        wanted = {
            name.split("==")[0].strip()
            for name, _sep, marker in (line.partition(" ; ") for line in lines)
            if not marker or Marker(marker).evaluate(machine)
        }
        assert {"colorama", "pywinpty", "tzdata", "jupyterlab", "ipywidgets", "numba"} <= wanted
        assert not {"pexpect", "ptyprocess"} & wanted


def test_a_package_without_its_wheel_or_with_another_hash_is_told(tmp_path: Path) -> None:
    good = wheel(tmp_path, "alpha-1.0-py3-none-any.whl")
    other = wheel(tmp_path, "beta-1.0-py3-none-any.whl")
    wheel(tmp_path, "gamma-1.0-cp312-cp312-win_amd64.whl")
    long = wheel(tmp_path, "delta-1.0-py3-none-any.whl", "d" * 200 + ".py")
    pins = [
        wheels.Pin("alpha", "1.0", frozenset({digest(good)})),
        wheels.Pin("beta", "1.0", frozenset({digest(good)})),
        wheels.Pin("gamma", "1.0", frozenset({digest(other)})),
        wheels.Pin("delta", "1.0", frozenset({digest(long)})),
    ]
    told = list(wheels.unfit(pins, "windows", "3.11", tmp_path))
    assert len(told) == 3
    assert ["beta" in told[0], "gamma" in told[1], "222" in told[2] or "221" in told[2]] == [True, True, True]


def test_a_lock_that_lacks_a_hash_that_was_resolved_is_refused(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "requirements.lock").write_text(
        f"alpha==1.0 \\\n    --hash=sha256:{'a' * 64}\n", encoding="utf-8"
    )
    said = f"alpha==1.0 \\\n    --hash=sha256:{'{}' * 1}\n"
    monkeypatch.setattr(wheels.shutil, "which", lambda *a, **k: "uv")
    monkeypatch.setattr(wheels, "_run", lambda *a: said.format("a" * 64))
    assert wheels.resolved(tmp_path, "windows", "3.11")["alpha"].hashes == {"a" * 64}
    monkeypatch.setattr(wheels, "_run", lambda *a: said.format("b" * 64))
    with pytest.raises(FileError, match="alpha"):
        wheels.resolved(tmp_path, "windows", "3.11")


def test_without_uv_it_is_said_how_to_get_it(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wheels.shutil, "which", lambda *a, **k: None)
    with pytest.raises(FileError, match="pip install uv"):
        wheels.resolved(root, "windows", "3.11")


def test_an_unknown_platform_is_refused() -> None:
    with pytest.raises(InputError, match="windows, linux"):
        wheels.chosen("windows,macos", wheels.PLATFORMS, "--platforms")


# --- the start files


def test_the_windows_start_file_is_one_that_cmd_can_read(made: bundle.Bundle) -> None:
    raw = (made.folder / "start-windows.cmd").read_bytes()
    assert raw.isascii()
    assert raw.count(b"\n") == raw.count(b"\r\n") > 20
    lines = raw.decode("ascii").split("\r\n")
    assert lines[0] == "@echo off"
    text = "\n".join(line for line in lines if not line.startswith("rem "))
    assert set(re.findall(r"goto :(\w+)", text)) <= set(re.findall(r"(?m)^:(\w+)$", text))
    bare = re.sub(r'"[^"]*"', "", text)
    assert bare.count("(") == bare.count(")")
    assert all(line.count('"') % 2 == 0 for line in lines)
    # A path with blanks, brackets or exclamation marks comes through: always quoted, never expanded twice.
    assert "DisableDelayedExpansion" in text
    assert all(
        re.search(r'"[^"]*%(?:HERE|~dp0)', line) for line in lines if "%HERE%" in line or "%~dp0" in line
    )
    assert "@VERSIONS@" not in text


def test_the_windows_start_file_tries_a_portable_python_first_and_tests_each(made: bundle.Bundle) -> None:
    lines = (made.folder / "start-windows.cmd").read_text(encoding="ascii").splitlines()
    starts = [n for n, line in enumerate(lines) if "start.py" in line]
    assert len(starts) == 3
    for n in starts:
        python = lines[n].split(" -B ")[0].strip()
        assert lines[n - 1].strip().startswith(f'{python} -I -c "%TEST%"')
        assert lines[n - 1].endswith("&& (")
        assert lines[n + 1].strip() == "goto :end"
    assert [lines[n].split()[0] for n in starts] == ["%%P", "py", "python"]
    test = next(line for line in lines if line.startswith('set "TEST='))[len('set "TEST=') : -1]
    code = test.replace("%%", "%").replace("'3.11'", repr(f"{sys.version_info[0]}.{sys.version_info[1]}"))
    for versions, expected in ((code, 0), (code.replace(f".{sys.version_info[1]}'", ".2'"), 1)):
        assert subprocess.run([sys.executable, "-I", "-c", versions], check=False).returncode == expected


def test_the_linux_start_file_is_plain_shell_and_says_what_is_missing_in_both_languages(
    made: bundle.Bundle, tmp_path: Path
) -> None:
    stick = shutil.copytree(made.folder, tmp_path / "Флешка 1")
    assert subprocess.run(["sh", "-n", stick / "start-linux.sh"], check=False).returncode == 0
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("cat", "dirname"):
        (tools / name).symlink_to(str(shutil.which(name)))
    old = tools / "python3"
    old.write_text("#!/bin/sh\nexit 1\n", encoding="ascii")
    old.chmod(0o755)
    words = [str(shutil.which("sh")), str(stick / "start-linux.sh"), "--check"]
    done = subprocess.run(words, env={"PATH": str(tools)}, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "не найден" in done.stdout
    assert "was not found" in done.stdout
    portable = stick / "python" / "bin" / "python3"
    portable.parent.mkdir(parents=True)
    portable.write_text('#!/bin/sh\n[ "$1" = -I ] || printf "%s|" "$@"\n', encoding="ascii")
    portable.chmod(0o755)
    done = subprocess.run(words, env={"PATH": str(tools)}, capture_output=True, text=True, check=False)
    assert done.stdout == f"-B|{stick}/start/start.py|--check|"


# --- the program that starts


def test_work_is_copied_once_and_never_overwritten(start: ModuleType, made: bundle.Bundle) -> None:
    work = start.copied(made.id)
    assert work == Path.home() / "Documents" / "ILP-course"
    lesson = work / "notebooks" / "course" / "ru" / "98_trial" / "lesson.ipynb"
    lesson.write_text("мои заметки", encoding="utf-8")
    (work / "datasets" / "район.csv").unlink()
    assert start.copied(made.id) == work
    assert lesson.read_text(encoding="utf-8") == "мои заметки"
    assert (work / "datasets" / "район.csv").is_file()
    assert not list(work.rglob("*.new"))


def test_another_course_and_a_folder_of_that_name_get_a_folder_of_their_own(
    start: ModuleType, made: bundle.Bundle
) -> None:
    (Path.home() / "Documents" / "ILP-course").mkdir()
    assert start.copied(made.id).name == "ILP-course-2"
    assert start._work_folder("another1").name == "ILP-course-3"
    assert start.copied(made.id).name == "ILP-course-2"


def test_a_damaged_file_on_the_stick_is_told_in_both_languages(
    start: ModuleType, made: bundle.Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = shutil.copytree(made.folder, tmp_path / "stick")
    (stick / "datasets" / "район.csv").write_text("district,n\nTesvar,9\n", encoding="utf-8")
    monkeypatch.setattr(start, "STICK", stick)
    with pytest.raises(start.StartError, match=r"(?s)повреждён.*damaged"):
        start.copied(made.id)


def test_documents_are_found_where_the_system_keeps_them(
    start: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Path.home()
    assert start.documents() == home / "Documents"
    (home / "Документы").mkdir()
    (home / ".config").mkdir()
    (home / ".config" / "user-dirs.dirs").write_text(
        'XDG_DOCUMENTS_DIR="$HOME/Документы"\n', encoding="utf-8"
    )
    assert start.documents() == home / "Документы"
    shutil.rmtree(home / "Документы")
    assert start.documents() == home
    monkeypatch.setenv("ILP_DOCUMENTS", str(tmp_path))
    assert start.documents() == tmp_path


@pytest.mark.parametrize("folder", ["OneDrive", "OneDrive - Полиция", "Облако"])
def test_documents_in_a_cloud_are_left_alone(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    cloud = Path.home() / folder
    (cloud / "Документы").mkdir(parents=True)
    monkeypatch.setattr(start, "_linux_documents", lambda home: cloud / "Документы")
    if folder == "Облако":
        assert start.documents() == cloud / "Документы"
        monkeypatch.setenv("OneDrive", str(cloud))
    assert start.documents() == Path.home()


@pytest.mark.parametrize(
    ("code", "expected"),
    [("ru_RU.UTF-8", "ru"), ("tg_TJ", "ru"), ("kk_KZ", "ru"), ("en_GB", "en"), ("de_DE", "en")],
)
def test_the_index_opens_in_a_language_of_the_region(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch, code: str, expected: str
) -> None:
    monkeypatch.setenv("LANG", code)
    assert start.language() == expected
    monkeypatch.setenv("ILP_LANG", "en")
    assert start.language() == "en"


def test_variables_of_another_python_are_kept_out(start: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONHOME", "/somewhere")
    monkeypatch.setenv("PIP_INDEX_URL", "https://example.invalid")
    given = start.environment()
    assert "PYTHONHOME" not in given
    assert "PIP_INDEX_URL" not in given
    assert given["PYTHONUTF8"] == "1"


def test_a_terminal_of_the_course_finds_the_doctor(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    given: list[dict[str, str]] = []
    monkeypatch.setattr(start.subprocess, "call", lambda words, cwd, env: given.append(env) or 0)
    monkeypatch.setenv("PATH", "/usr/bin")
    start.opened(tmp_path / "bin" / "python", tmp_path, no_browser=True)
    assert given[0]["PATH"].split(os.pathsep) == [str(tmp_path / "bin"), "/usr/bin"]
    assert given[0]["PYTHONUTF8"] == "1"


def test_a_python_that_the_stick_has_nothing_for_is_told_what_is_needed(start: ModuleType) -> None:
    with pytest.raises(start.StartError, match="--no-wheels"):
        start.fitting({"platforms": [], "python": ["3.11"]})
    with pytest.raises(start.StartError, match=r"windows \(Python 3\.2, 64 bit\)"):
        start.fitting({"platforms": ["windows"], "python": ["3.2"]})


@pytest.fixture
def stocked(
    start: ModuleType, made: bundle.Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[ModuleType, Path]:
    """A stick with one tiny package on it."""
    stick = tmp_path / "Флешка (курс) № 1"
    (stick / "start").mkdir(parents=True)
    shutil.copyfile(
        *(
            folder / "start" / next(made.folder.glob("start/pip-*.whl")).name
            for folder in (made.folder, stick)
        )
    )
    tiny = wheel(stick / "wheels", "tiny_course-1.0-py3-none-any.whl")
    path = stick / "wheels" / "linux-3.11.txt"
    path.write_text(f"tiny-course==1.0 --hash=sha256:{digest(tiny)}\n", encoding="utf-8")
    monkeypatch.setattr(start, "STICK", stick)
    return start, path


def test_the_first_start_installs_under_hashes_and_the_second_does_nothing(
    stocked: tuple[ModuleType, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    start, requirements = stocked
    python = start.installed(requirements, "e-3.11")
    subprocess.run([python, "-c", "import tiny_course"], check=True)
    settings = python.parents[1] / "share" / "jupyter" / "lab" / "settings" / "overrides.json"
    assert json.loads(settings.read_text("utf-8"))["@jupyterlab/apputils-extension:notification"] == {
        "fetchNews": "false", "checkForUpdates": False,
    }  # fmt: skip
    assert not list(requirements.parents[1].rglob("__pycache__"))

    def never(*words: Any) -> None:
        raise AssertionError(words)

    monkeypatch.setattr(start, "_run", never)
    assert start.installed(requirements, "e-3.11") == python
    (python.parents[1] / "complete.txt").unlink()  # as if it had been interrupted
    with pytest.raises(AssertionError):
        start.installed(requirements, "e-3.11")


@pytest.mark.attack
def test_a_package_that_was_exchanged_on_the_stick_is_not_installed(
    stocked: tuple[ModuleType, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    start, requirements = stocked
    run = start._run

    def quicker(words: list[str], *rest: Any) -> None:
        """Say to the pip of this environment, which starts sooner, the same: what would it install?"""
        if "venv" not in words:
            run([sys.executable, "-m", "pip", *words[2:], "--dry-run"], *rest)

    monkeypatch.setattr(start, "_run", quicker)
    wheel(requirements.parent, "tiny_course-1.0-py3-none-any.whl", "tiny_course_evil.py")
    with pytest.raises(start.StartError, match=r"(?s)не удалась.*failed"):
        start.installed(requirements, "e-3.11")
    assert not (start.own() / "e-3.11" / "complete.txt").exists()


def test_a_portable_python_is_copied_before_it_is_built_on(
    start: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = tmp_path / "stick"
    portable = stick / "python" / "bin" / "python3"
    portable.parent.mkdir(parents=True)
    portable.write_text("portable", encoding="ascii")
    monkeypatch.setattr(start, "STICK", stick)
    assert start._base() == Path(sys.executable)
    monkeypatch.setattr(sys, "executable", str(portable))
    copy = start._base()
    assert copy.read_text(encoding="ascii") == "portable"
    assert stick not in copy.parents
    assert start._base() == copy


def test_the_packages_of_an_earlier_bundle_are_kept_only_where_a_list_names_them(tmp_path: Path) -> None:
    kept, old = wheel(tmp_path, "alpha-1.0-py3-none-any.whl"), wheel(tmp_path, "beta-1.0-py3-none-any.whl")
    (tmp_path / "linux-3.11.txt").write_text(f"alpha==1.0 --hash=sha256:{digest(kept)}\n", encoding="utf-8")
    bundle._only_listed(tmp_path)
    assert kept.exists()
    assert not old.exists()


def test_the_list_to_install_from_has_one_hash_a_package_and_the_toolkit_itself(tmp_path: Path) -> None:
    own = wheel(tmp_path, "ilp_toolkit-0.1.0-py3-none-any.whl")
    alpha = wheel(tmp_path, "alpha-1.0-py3-none-any.whl")
    pins = {"alpha": wheels.Pin("alpha", "1.0", frozenset({digest(alpha), "e" * 64}))}
    listed = wheels._listed(pins, own, "windows", "3.11", tmp_path)
    assert listed.splitlines() == [
        f"alpha==1.0 --hash=sha256:{digest(alpha)}",
        f"ilp-toolkit==0.1.0 --hash=sha256:{digest(own)}",
    ]
    with pytest.raises(FileError, match="beta"):
        wheels._listed(
            {"beta": wheels.Pin("beta", "1.0", frozenset({"f" * 64}))}, own, "linux", "3.11", tmp_path
        )
