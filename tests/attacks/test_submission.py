"""Attacks on whoever reads what a learner has sent: nothing is believed, nothing is unpacked to the disk."""

from __future__ import annotations

import hashlib
import io
import json
import os
import struct
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ilp_toolkit.errors import FileError
from ilp_toolkit.learning import submission
from ilp_toolkit.learning.cards import variant

ANSWERS: dict[str, Any] = {"answers": {"q1": "b"}, "tries": {}, "hints": {}, "times": {}}


def claims(found: dict[str, bytes], /, **changed: Any) -> dict[str, Any]:
    """Return the manifest that would be right, with what the attack changes."""
    manifest: dict[str, Any] = {
        "format": 1, "course": "ilp", "module": "03_rights", "language": "en", "learner": "kg-014",
        "card_code": "ABCD2345", "variant": variant("ABCD2345", "03_rights"), "attempt": 1, "toolkit": "0.1.0",
        "build": "0" * 40, "items": ["q1"], "made": {"local": "2026-11-26T14:03:00", "offset": 300, "counter": 1},
        "parts": {name: hashlib.sha256(data).hexdigest() for name, data in found.items()},
    }  # fmt: skip
    return {**manifest, **changed}


def payload(answers: Any = ANSWERS, notebook: bytes = b"{}", **changed: Any) -> dict[str, bytes]:
    raw = answers if isinstance(answers, bytes) else json.dumps(answers).encode()
    parts = {"answers.json": raw, "exam.ipynb": notebook}
    return {"manifest.json": json.dumps(claims(parts, **changed)).encode(), **parts}


def zipped(parts: dict[str, bytes] | list[tuple[Any, bytes]], *, packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    pairs = list(parts.items()) if isinstance(parts, dict) else parts
    with zipfile.ZipFile(made, "w", packed) as archive:
        for name, data in pairs:
            archive.writestr(name, data)
    return made.getvalue()


def info(name: str, mode: int = 0, dos: int = 0) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name)
    made.create_system = 3
    made.external_attr = (mode << 16) | dos
    return made


def more(name: str, data: bytes = b"x") -> Callable[[], bytes]:
    return lambda: zipped([*payload().items(), (name, data)])


def renamed(old: str, new: str) -> Callable[[], bytes]:
    return lambda: zipped({new if name == old else name: data for name, data in payload().items()})


def zero_byte() -> bytes:
    return renamed("exam.ipynb", "exam.ipynb_.exe")().replace(b"exam.ipynb_", b"exam.ipynb\x00")


def linked() -> bytes:
    parts = payload()
    target = b"/etc/passwd"
    parts["manifest.json"] = json.dumps(
        claims({"answers.json": parts["answers.json"], "exam.ipynb": target})
    ).encode()
    return zipped(
        [*((n, parts[n]) for n in ("manifest.json", "answers.json")), (info("exam.ipynb", 0o120777), target)]
    )


def typed_as(mode: int, dos: int = 0) -> Callable[[], bytes]:
    def make() -> bytes:
        parts = payload()
        return zipped([(info(n, mode, dos) if n == "exam.ipynb" else n, data) for n, data in parts.items()])

    return make


def doubled() -> bytes:
    with pytest.warns(UserWarning, match="Duplicate"):
        return zipped([*payload().items(), ("answers.json", b'{"answers": {"q1": "a"}}')])


def bomb() -> bytes:
    return zipped(payload(notebook=b"\x00" * 40_000_000))


def large() -> bytes:
    return zipped(payload(notebook=os.urandom(1 << 20) * 60), packed=zipfile.ZIP_STORED)


def lying_size() -> bytes:
    """Return an archive whose table of contents calls a large part small."""
    data = bytearray(zipped(payload(notebook=b"\x01" * 900_000)))
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 10)
    return bytes(data)


def overlapping() -> bytes:
    """Return an archive two of whose entries lie on the same bytes."""
    data = bytearray(zipped(payload()))
    first = data.index(b"PK\x01\x02")
    second = data.index(b"PK\x01\x02", first + 4)
    data[second + 42 : second + 46] = data[first + 42 : first + 46]
    return bytes(data)


def cp866() -> bytes:
    """Return what Explorer of a Russian Windows makes when a learner packs the parts again."""
    data = zipped([*payload().items(), ("экз.ipynb", b"{}")])
    raw = "экз.ipynb".encode()
    return data.replace(raw, "экз.ipynb".encode("cp866").ljust(len(raw), b"b"))


def encrypted() -> bytes:
    data = bytearray(zipped(payload()))
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def unknown_method() -> bytes:
    data = bytearray(zipped(payload()))
    at = data.rindex(b"PK\x01\x02")
    data[at + 10 : at + 12] = struct.pack("<H", 97)
    return bytes(data)


def many() -> bytes:
    return zipped([*payload().items(), *((f"f{n}", b"") for n in range(5000))])


def claiming(**changed: Any) -> Callable[[], bytes]:
    return lambda: zipped(payload(**changed))


def deep(n: int) -> bytes:
    return b'{"answers": {"q1": ' + b"[" * n + b"]" * n + b"}}"


def swapped() -> bytes:
    parts = payload()
    return zipped({**parts, "answers.json": parts["answers.json"].replace(b'"b"', b'"a"')})


def raw_manifest(text: bytes) -> Callable[[], bytes]:
    return lambda: zipped({**payload(), "manifest.json": text})


def doubled_claim() -> bytes:
    parts = payload()
    return zipped({**parts, "manifest.json": parts["manifest.json"][:-1] + b', "learner": "kg-015"}'})


ATTACKS: dict[str, Callable[[], bytes]] = {
    "no archive": lambda: b"not a zip",
    "empty file": lambda: b"",
    "half an archive": lambda: zipped(payload())[:-200],
    "empty archive": lambda: zipped({}),
    "path upwards": more("../../evil.py"),
    "absolute path": more("/etc/cron.d/evil"),
    "path of Windows": more("..\\..\\evil.bat"),
    "drive of Windows": more("C:\\evil.bat"),
    "a part in a folder": renamed("answers.json", "work/answers.json"),
    "a part upwards": renamed("answers.json", "../answers.json"),
    "other case": renamed("manifest.json", "MANIFEST.JSON"),
    "a name with a zero byte": zero_byte,
    "a name of other letters": renamed("exam.ipynb", "ex\u0430m.ipynb"),
    "an overlong name": more("a" * 60_000),
    "one part more": more("solve.py"),
    "no manifest": renamed("manifest.json", "exam2.ipynb"),
    "no answers": lambda: zipped({n: d for n, d in payload().items() if n != "answers.json"}),
    "a link": linked,
    "a device": typed_as(0o020666),
    "a pipe": typed_as(0o010644),
    "a folder by its mark": typed_as(0, 0x10),
    "a part twice": doubled,
    "a bomb": bomb,
    "too large": large,
    "a size that lies": lying_size,
    "entries on the same bytes": overlapping,
    "five thousand entries": many,
    "packed again by Explorer": cp866,
    "locked": encrypted,
    "a strange packing": unknown_method,
    "answers changed afterwards": swapped,
    "a wrong hash": claiming(parts={"answers.json": "0" * 64, "exam.ipynb": "0" * 64}),
    "no hash of the notebook": claiming(parts={"answers.json": hashlib.sha256(json.dumps(ANSWERS).encode()).hexdigest()}),
    "a hash of what is not there": claiming(parts={"answers.json": "0", "../../x": "0"}),
    "another variant": claiming(variant=(variant("ABCD2345", "03_rights") + 1) % 8),
    "a variant that is none": claiming(variant=99),
    "a learner with a path": claiming(learner="../kg-015"),
    "a learner with a new line": claiming(learner="kg-014\n"),
    "a learner of many letters": claiming(learner="k" * 500),
    "a learner that is a device": claiming(learner="nul"),
    "a learner that is a formula": claiming(learner='=HYPERLINK("x")'),
    "a module with a path": claiming(module="../../grading"),
    "a module that is a device": claiming(module="com1", variant=variant("ABCD2345", "com1")),
    "an attempt of zero": claiming(attempt=0),
    "an attempt in words": claiming(attempt="1"),
    "an attempt that is true": claiming(attempt=True),
    "an attempt beyond all": claiming(attempt=10**9),
    "another course": claiming(course="other"),
    "another format": claiming(format=2),
    "a claim more": claiming(points=100),
    "a code that is none": claiming(card_code="abcd2345"),
    "a language with a path": claiming(language="../x"),
    "a version with markup": claiming(toolkit="<script>"),
    "a moment in words": claiming(made={"local": "now", "offset": 0, "counter": 1}),
    "an item twice": claiming(items=["q1", "q1"]),
    "a thousand items": claiming(items=[f"q{n}" for n in range(1000)]),
    "an answer to what was not asked": claiming(items=["q2"]),
    "a claim twice": doubled_claim,
    "a manifest that is a list": raw_manifest(b"[]"),
    "a manifest that is no text": raw_manifest(b"\xff\xfe\x00"),
    "a manifest that is deep": raw_manifest(b'{"a":' * 100_000),
    "a number without end": raw_manifest(b'{"format": ' + b"9" * 100_000 + b"}"),
    "answers that are a list": lambda: zipped(payload(answers=[])),
    "answers without a frame": lambda: zipped(payload(answers={"q1": "b"})),
    "answers that are text": lambda: zipped(payload(answers={"answers": "q1"})),
    "answers of no number": lambda: zipped(payload(answers=b'{"answers": {"q1": NaN}}')),
    "answers without end": lambda: zipped(payload(answers=b'{"answers": {"q1": 1e999}}')),
    "answers a little too deep": lambda: zipped(payload(answers=deep(100))),
    "answers without bottom": lambda: zipped(payload(answers=deep(200_000))),
    "an answer twice": lambda: zipped(payload(answers=b'{"answers": {"q1": "a", "q1": "b"}}')),
    "half a letter": lambda: zipped(payload(answers=b'{"answers": {"q1": "\\ud800"}}')),
    "tries that are negative": lambda: zipped(payload(answers={"answers": {}, "tries": {"q1": -1}})),
    "tries that are true": lambda: zipped(payload(answers={"answers": {}, "tries": {"q1": True}})),
    "times that are long": lambda: zipped(payload(answers={"answers": {}, "times": {"q1": "x" * 9999}})),
}  # fmt: skip


def test_the_archive_that_the_attacks_change_is_accepted_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "ok.ilpsub"
    path.write_bytes(zipped(payload()))
    assert submission.read(path).answers == {"q1": "b"}


@pytest.mark.attack
@pytest.mark.parametrize("name", ATTACKS)
def test_a_hostile_submission_is_refused_in_one_sentence_and_touches_nothing(
    name: str, tmp_path: Path
) -> None:
    folder = tmp_path / "inbox"
    folder.mkdir()
    path = folder / "kg-014_03_rights_1.ilpsub"
    path.write_bytes(ATTACKS[name]())
    before = time.perf_counter()
    with pytest.raises(FileError) as refusal:
        submission.read(path)
    assert time.perf_counter() - before < 10
    assert len(str(refusal.value)) < 500
    assert "\n" not in str(refusal.value)
    assert [file.name for file in folder.iterdir()] == [path.name]
    assert [file.name for file in tmp_path.iterdir()] == ["inbox"]


@pytest.mark.attack
@pytest.mark.skipif(sys.platform == "win32", reason="links and pipes of POSIX")
def test_a_link_and_a_pipe_in_the_inbox_are_not_followed(tmp_path: Path) -> None:
    real = tmp_path / "real.ilpsub"
    real.write_bytes(zipped(payload()))
    (tmp_path / "link.ilpsub").symlink_to(real)
    os.mkfifo(tmp_path / "pipe.ilpsub")
    (tmp_path / "folder.ilpsub").mkdir()
    for name in ("link", "pipe", "folder"):
        with pytest.raises(FileError, match="not a file"):
            submission.read(tmp_path / f"{name}.ilpsub")


@pytest.mark.attack
def test_a_file_that_is_too_large_is_not_even_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "big.ilpsub"
    with path.open("wb") as file:
        file.truncate(30_000_000)
    monkeypatch.setattr(Path, "open", lambda *_words: pytest.fail("it was opened"))
    with pytest.raises(FileError, match="larger"):
        submission.read(path)


@pytest.mark.attack
def test_the_name_of_a_file_cannot_forge_lines_of_a_log(tmp_path: Path) -> None:
    name = "ok\nAccepted: kg-015\x1b[31m.ilpsub"
    with pytest.raises(FileError) as refusal:
        submission.read(tmp_path / name)
    assert not set(str(refusal.value)) & {"\n", "\x1b"}
