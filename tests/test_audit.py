"""The audit log: canonical lines, the chain, the Merkle root, many writers, and a crash in the middle."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ilp_toolkit as ilp
from ilp_toolkit.collation.audit import EVENTS, AuditLog, verify
from ilp_toolkit.collation.canonicaljson import canonical
from ilp_toolkit.collation.journal import GENESIS, line_hash
from ilp_toolkit.collation.merkle import merkle_root
from ilp_toolkit.collation.verdict import verify_folder
from ilp_toolkit.errors import FileError, InputError

KEY = b"k" * 32
START = dt.datetime(2026, 11, 26, 9, 0, tzinfo=dt.UTC)


class Clock:
    """A clock that a test moves."""

    def __init__(self, now: dt.datetime = START) -> None:
        self.now = now

    def __call__(self) -> dt.datetime:
        return self.now

    def move(self, **span: float) -> None:
        self.now += dt.timedelta(**span)


def written(path: Path, n: int = 6, *, key: bytes | None = None) -> AuditLog:
    log = AuditLog(path, Clock(), key=key, by="analyst-07")
    for i in range(n):
        log.append("consultation", subject=f"M-{i:010x}")
    return log


def lines(path: Path) -> list[bytes]:
    return path.read_bytes().split(b"\n")[:-1]


def put(path: Path, texts: list[bytes]) -> None:
    path.write_bytes(b"".join(text + b"\n" for text in texts))


def resealed(text: bytes, **changes: object) -> bytes:
    """Change a line and give it a right hash, as somebody who knows the format would."""
    record = {**json.loads(text), **changes}
    return canonical({**record, "hash": line_hash(record)})


# The Merkle tree: the vectors of Certificate Transparency's own tests

CT_LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
CT_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@pytest.mark.parametrize("n", range(9))
def test_the_root_is_that_of_certificate_transparency(n: int) -> None:
    assert merkle_root(CT_LEAVES[:n]) == CT_ROOTS[n]


def root_by_definition(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word by word."""
    if len(leaves) <= 1:
        return hashlib.sha256(b"\0" + leaves[0] if leaves else b"").digest()
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + root_by_definition(leaves[:k]) + root_by_definition(leaves[k:])).digest()


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_the_root_is_that_of_the_definition(leaves: list[bytes]) -> None:
    assert merkle_root(leaves) == root_by_definition(leaves).hex()


# Canonical JSON: RFC 8785


@pytest.mark.parametrize(
    ("bits", "text"),
    [
        ("0000000000000000", "0"),
        ("8000000000000000", "0"),
        ("0000000000000001", "5e-324"),
        ("8000000000000001", "-5e-324"),
        ("7fefffffffffffff", "1.7976931348623157e+308"),
        ("ffefffffffffffff", "-1.7976931348623157e+308"),
        ("4340000000000000", "9007199254740992"),
        ("c340000000000000", "-9007199254740992"),
        ("4430000000000000", "295147905179352830000"),
        ("44b52d02c7e14af5", "9.999999999999997e+22"),
        ("44b52d02c7e14af6", "1e+23"),
        ("44b52d02c7e14af7", "1.0000000000000001e+23"),
        ("444b1ae4d6e2ef4e", "999999999999999700000"),
        ("444b1ae4d6e2ef4f", "999999999999999900000"),
        ("444b1ae4d6e2ef50", "1e+21"),
        ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
        ("3eb0c6f7a0b5ed8d", "0.000001"),
        ("41b3de4355555553", "333333333.3333332"),
        ("41b3de4355555554", "333333333.33333325"),
        ("41b3de4355555555", "333333333.3333333"),
        ("41b3de4355555556", "333333333.3333334"),
        ("41b3de4355555557", "333333333.33333343"),
        ("becbf647612f3696", "-0.0000033333333333333333"),
        ("43143ff3c1cb0959", "1424953923781206.2"),
    ],
)
def test_numbers_are_written_as_in_appendix_b_of_the_standard(bits: str, text: str) -> None:
    assert canonical(struct.unpack(">d", bytes.fromhex(bits))[0]).decode() == text


def test_names_are_sorted_by_their_utf_16_units_as_in_the_standard() -> None:
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    found = list(json.loads(canonical(dict.fromkeys(names, 0))))
    assert found == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


def test_texts_are_escaped_as_in_the_standard() -> None:
    given = "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/"
    assert canonical(given).decode() == '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'


@pytest.mark.parametrize("value", [math.nan, math.inf, 2**53 + 1, 10**400, {1: 2}, b"x", object(), "\ud800"])
def test_what_is_no_json_is_refused(value: object) -> None:
    with pytest.raises(InputError):
        canonical({"a": [value]})


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(-(2**53), 2**53)
        | st.text(st.characters(exclude_categories=["Cs"])),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4),
        max_leaves=12,
    )
)  # fmt: skip
def test_canonical_json_says_the_same_and_is_its_own_canonical_form(value: object) -> None:
    text = canonical(value)
    assert json.loads(text) == value
    assert canonical(json.loads(text)) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_number_is_read_back_as_it_was_and_written_the_same(value: float) -> None:
    text = canonical(value)
    assert float(text) == value
    assert canonical(json.loads(text)) == text


# The log


def test_the_vocabulary_is_that_of_the_directive_and_the_gate() -> None:
    directive = {
        "collection",
        "alteration",
        "consultation",
        "disclosure",
        "transfer",
        "combination",
        "erasure",
    }
    assert set(EVENTS) == directive | {
        "release",
        "refusal",
        "exception",
        "hold",
        "review",
        "feedback",
        "open",
    }
    with pytest.raises(InputError, match="event"):
        AuditLog("nowhere.jsonl").append("peek", subject="M-1")


def test_each_line_holds_the_hash_of_the_line_before(tmp_path: Path) -> None:
    written(tmp_path / "audit.jsonl")
    records = [json.loads(text) for text in lines(tmp_path / "audit.jsonl")]
    assert records[0]["prev"] == GENESIS
    assert [record["prev"] for record in records[1:]] == [record["hash"] for record in records[:-1]]
    assert [record["n"] for record in records] == [1, 2, 3, 4, 5, 6]


def test_the_root_is_over_the_lines_as_they_stand_in_the_file(tmp_path: Path) -> None:
    log = written(tmp_path / "audit.jsonl", 7)
    assert log.root() == merkle_root(lines(log.path))
    assert log.anchor() == {"entries": 7, "root": log.root()}
    assert log.root(3) == merkle_root(lines(log.path)[:3])


def test_a_log_goes_on_in_a_later_session(tmp_path: Path) -> None:
    written(tmp_path / "audit.jsonl", 3)
    written(tmp_path / "audit.jsonl", 3)
    assert [entry.n for entry in AuditLog(tmp_path / "audit.jsonl").entries()] == [1, 2, 3, 4, 5, 6]
    assert verify(tmp_path / "audit.jsonl") == []


def test_an_entry_holds_its_purpose_as_an_id_and_words_as_a_hash(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit.jsonl", Clock(), key=KEY)
    entry = log.append(
        "disclosure",
        subject="F-0a1b2c3d4e",
        purpose="tasking",
        justification="asked for by the chief of district 4",
    )
    assert entry.fields["purpose"] == "tasking"
    assert entry.fields["justification"] == log.hashed("asked for by the chief of district 4")
    assert b"chief" not in log.path.read_bytes()


def test_words_get_another_hash_under_another_key(tmp_path: Path) -> None:
    one, other = (AuditLog(tmp_path / "x", key=key) for key in (KEY, b"q" * 32))
    assert one.hashed("Velkopil Arshumet") != other.hashed("Velkopil Arshumet")


def test_a_missing_log_is_a_problem_and_no_crash(tmp_path: Path) -> None:
    assert [problem.kind for problem in verify(tmp_path / "audit.jsonl")] == ["missing"]


def test_a_log_in_a_folder_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="audit"):
        AuditLog(tmp_path / "gone" / "audit.jsonl").append("open", subject="case-1")


@given(st.lists(st.integers(0, 5), min_size=1, max_size=12))
@settings(max_examples=30, deadline=None)
def test_any_interleaving_of_two_writers_is_a_whole_log(
    tmp_path_factory: pytest.TempPathFactory, turns: list[int]
) -> None:
    path = tmp_path_factory.mktemp("log") / "audit.jsonl"
    writers = [AuditLog(path, Clock()) for _ in range(6)]
    for turn in turns:
        writers[turn].append("consultation", subject=f"M-by-{turn}")
    assert verify(path) == []
    assert [entry.subject for entry in writers[0].entries()] == [f"M-by-{turn}" for turn in turns]


WRITER = """
import sys, time
from pathlib import Path
from ilp_toolkit.collation.audit import AuditLog
log = AuditLog(Path(sys.argv[1]))
(log.path.parent / sys.argv[2]).touch()
while sum(1 for name in "abc" if (log.path.parent / name).exists()) < 3:
    time.sleep(0.001)
for i in range(int(sys.argv[3])):
    log.append("consultation", subject=f"M-{sys.argv[2]}-{i}")
    time.sleep(0.003)  # the others get their turn
"""


def test_two_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    path, n = tmp_path / "audit.jsonl", 60
    running = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(path), name, str(n)]) for name in ("a", "b", "c")
    ]
    assert [process.wait(timeout=120) for process in running] == [0, 0, 0]
    assert verify(path) == []
    subjects = [entry.subject for entry in AuditLog(path).entries()]
    for name in "abc":
        assert [one for one in subjects if one.startswith(f"M-{name}-")] == [
            f"M-{name}-{i}" for i in range(n)
        ]
    # They did take turns: otherwise this test would show nothing.
    assert [one[2] for one in subjects] != sorted(one[2] for one in subjects)


CRASHER = """
import os, sys
from pathlib import Path
from ilp_toolkit.collation import journal
from ilp_toolkit.collation.audit import AuditLog
log = AuditLog(Path(sys.argv[1]))
log.append("consultation", subject="M-before")
def die(file):
    file.flush()
    file.truncate(file.tell() - 40)
    os.kill(os.getpid(), 9)
journal._force = die
log.append("consultation", subject="M-lost")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kills itself with a signal")
def test_a_crash_in_the_middle_of_a_line_is_put_aside_and_noted(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    done = subprocess.run([sys.executable, "-c", CRASHER, str(path)], check=False, timeout=60)
    assert done.returncode == -9
    assert not path.read_bytes().endswith(b"\n")
    torn = path.read_bytes().split(b"\n")[-1]
    assert [problem.kind for problem in verify(path)] == ["torn"]
    AuditLog(path, Clock()).append("consultation", subject="M-after")
    assert verify(path) == []
    first, note, after = AuditLog(path).entries()
    assert (first.subject, after.subject) == ("M-before", "M-after")
    assert note.event == "alteration"
    assert note.fields["torn"] == f"sha256:{hashlib.sha256(torn).hexdigest()}"
    assert (tmp_path / note.fields["kept"]).read_bytes() == torn


def test_a_line_that_lacks_only_its_end_is_kept(tmp_path: Path) -> None:
    log = written(tmp_path / "audit.jsonl", 3)
    log.path.write_bytes(log.path.read_bytes()[:-1])
    assert verify(log.path) == []
    AuditLog(log.path, Clock()).append("open", subject="case-1")
    assert [entry.n for entry in AuditLog(log.path).entries()] == [1, 2, 3, 4]
    assert verify(log.path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="kills itself with a signal")
def test_a_lock_dies_with_the_process_that_held_it(tmp_path: Path) -> None:
    code = (
        "import os, sys\nfrom pathlib import Path\nfrom ilp_toolkit.collation.filelock import locked\n"
        "with locked(Path(sys.argv[1])):\n    os.kill(os.getpid(), 9)"
    )
    path = tmp_path / "audit.jsonl"
    subprocess.run([sys.executable, "-c", code, str(path)], check=False, timeout=60)
    assert written(path, 1).entries()[0].n == 1


# The command


def test_the_command_says_that_nothing_was_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = ilp.open_case(folder=tmp_path / "case")
    assert run("audit", "verify", str(case.folder), "--keys", str(case.key_folder)) == 0
    told = capsys.readouterr().out
    assert case.audit.root() in told
    assert "Nothing was changed: 1 entries" in told


def test_the_command_names_the_entry_and_exits_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = ilp.open_case(folder=tmp_path / "case")
    case.note_look("M-0a1b2c3d4e")
    path = case.folder / "audit.jsonl"
    put(path, [lines(path)[0].replace(b"open", b"hold"), *lines(path)[1:]])
    assert run("audit", "verify", str(case.folder), "--json", "--keys", str(case.key_folder)) == 1
    problems = json.loads(capsys.readouterr().out)["problems"]
    assert [(p["file"], p["entry"], p["kind"]) for p in problems] == [("audit.jsonl", 1, "changed")]


def test_the_command_compares_a_root_from_a_product(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = ilp.open_case(folder=tmp_path / "case")
    case.note_look("M-0a1b2c3d4e")
    good = f"{case.audit.anchor()['entries']}:{case.audit.root()}"
    keys = ["--keys", str(case.key_folder)]
    assert run("audit", "verify", str(case.folder), "--root", good, *keys) == 0
    path = case.folder / "audit.jsonl"
    put(path, lines(path)[:-1])
    assert run("audit", "verify", str(case.folder), *keys) == 0, "no trace of the end inside the folder"
    assert run("audit", "verify", str(case.folder), "--root", good, *keys) == 1
    assert "entries at the end were taken away" in capsys.readouterr().out


def test_the_command_says_what_is_no_case_and_no_root(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("audit", "verify", str(tmp_path)) == 2
    case = ilp.open_case(folder=tmp_path / "case")
    assert run("audit", "verify", str(case.folder), "--root", "abc") == 2
    told = capsys.readouterr().err
    assert "There is no case" in told
    assert "--root" in told


def test_the_command_speaks_russian(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = ilp.open_case(folder=tmp_path / "case")
    assert run("audit", "verify", str(case.folder), "--lang", "ru", "--keys", str(case.key_folder)) == 0
    assert "Ничего не изменено" in capsys.readouterr().out


def run(*words: str) -> int:
    from ilp_toolkit.cli import main

    before = sys.argv
    sys.argv = ["ilp", *words]
    try:
        main()
    except SystemExit as end:
        return int(end.code or 0)
    finally:
        sys.argv = before
    return 0


def test_the_roots_that_the_ledger_noted_are_compared_by_themselves(tmp_path: Path) -> None:
    case = ilp.open_case(folder=tmp_path / "case")
    case.note_look("M-0a1b2c3d4e")
    case.remember("release", {"product": "P-1", "audience": "agency", "anchor": case.audit.anchor()})
    assert verify_folder(case.folder, key_folder=case.key_folder).problems == ()
    path = case.folder / "audit.jsonl"
    put(path, lines(path)[:-1])
    found = {(problem.file, problem.kind) for problem in verify_folder(case.folder).problems}
    assert found == {("audit.jsonl", "truncated"), ("ledger.jsonl", "audit")}
