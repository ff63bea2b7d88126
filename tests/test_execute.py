"""Notebooks are run, several at a time, with or without a sandbox; what they print is kept short and plain."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from grading import execute as module
from grading import sandbox
from grading._folders import Folder
from grading._kernel import Kernel
from grading._outputs import Outputs, plain
from grading._seccomp import program
from grading._warden import _proportional
from grading.execute import Executed, Job, Limits, execute
from ilp_toolkit import i18n

PICTURE = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(40)).decode()
ANSWER = "import json, os\njson.dump({'q1': os.getcwd()}, open(os.environ['ILP_COURSE_OUT'], 'w'))"


@pytest.fixture(scope="module")
def items(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("module") / "items.json"
    path.write_text('{"module": "03_rights"}', encoding="utf-8")
    return path


def job(items: Path, *cells: str, key: str = "kg-001") -> Job:
    return Job(key, notebook(*cells), items, items.parent / "no data", {"q1": "recorded"})


def notebook(*cells: str) -> NotebookNode:
    return new_notebook(cells=[new_code_cell(cell) for cell in cells])


def texts(executed: Executed) -> str:
    return json.dumps([cell.get("outputs", []) for cell in executed.notebook.cells])


@pytest.fixture(scope="module")
def plain_run(items: Path) -> tuple[list[Executed], list[tuple[int, int, float]], NotebookNode]:
    """Two notebooks without a sandbox, at the same time."""
    first = new_notebook(
        cells=[
            new_markdown_cell("# Words"),
            new_code_cell("print(json_is_there := False)\n1/0", outputs=[], execution_count=4),
            new_code_cell(ANSWER),
            new_code_cell(""),
            new_code_cell(
                "recorded = json.load(open(os.environ['ILP_COURSE_ANSWERS_FILE']))\n"
                "[json.load(open(os.environ['ILP_COURSE_ITEMS']))['module'], recorded['q1'], "
                "os.environ['ILP_COURSE_MODE']]"
            ),
        ]
    )
    told: list[tuple[int, int, float]] = []
    jobs = [Job("a", first, items, items.parent), job(items, "while True: pass", ANSWER, key="b")]
    jobs[0] = Job("a", first, items, items.parent, {"q1": "recorded"})
    results = list(
        execute(jobs, workers=2, sandbox=False, limits=Limits(cell=3), progress=lambda *now: told.append(now))
    )
    return sorted(results, key=lambda one: one.key), told, first


def test_a_notebook_runs_on_after_an_error_and_brings_its_answers_back(plain_run) -> None:
    (done, _slow), _told, _before = plain_run
    assert (done.status, done.note) == ("done", "")
    assert set(done.answers) == {"q1"}
    assert "ZeroDivisionError" in texts(done)
    assert "['03_rights', 'recorded', 'marking']" in texts(done)


def test_what_was_handed_over_is_not_changed(plain_run) -> None:
    (done, _slow), _told, before = plain_run
    assert before.cells[1].execution_count == 4
    assert before.cells[2].outputs == []
    assert done.notebook.cells[1].execution_count == 2


def test_a_cell_over_its_time_is_stopped_and_the_rest_runs(plain_run) -> None:
    (_done, slow), _told, _before = plain_run
    assert slow.status == "timeout"
    assert "Cell 1" in slow.note
    assert set(slow.answers) == {"q1"}
    assert slow.seconds >= 3


def test_progress_says_how_many_are_done_and_what_is_left(plain_run) -> None:
    _results, told, _before = plain_run
    assert [(done, total) for done, total, _left in told] == [(1, 2), (2, 2)]
    assert told[0][2] > 0
    assert told[-1][2] == 0


def test_a_course_that_cannot_be_opened_is_no_learner_s_fault(items: Path) -> None:
    """The toolkit is not where the kernel looks: its first cell fails, and whoever marks is told."""
    opening = "from ilp_toolkit_that_is_not_here import learning\ncourse = learning.open('03_rights', 'exam')"
    (broken,) = execute([job(items, opening, ANSWER)], workers=1, sandbox=False)
    assert (broken.status, broken.answers) == ("failed", {})
    assert "ModuleNotFoundError: No module named 'ilp_toolkit_that_is_not_here'" in broken.note


def test_what_a_learner_s_cell_does_before_or_after_is_the_learner_s(plain_run) -> None:
    error = new_output("error", ename="E", evalue="x", traceback=[])
    assert module._unopened(new_code_cell("1/0", outputs=[error])) == ""
    assert module._unopened(new_code_cell("learning.open('m', 'exam')")) == ""
    assert "E: x" in module._unopened(new_code_cell("learning.open('m', 'exam')", outputs=[error]))
    assert plain_run[0][0].status == "done", "an error in a first cell that does not open the course"


def test_a_kernel_uses_the_toolkit_that_marks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    own = tmp_path / "checkout" / "ilp_toolkit" / "__init__.py"
    monkeypatch.setattr(module.ilp_toolkit, "__file__", str(own))
    assert module._same_toolkit() == {"PYTHONPATH": str(tmp_path / "checkout")}
    installed = Path(module.sysconfig.get_path("purelib")) / "ilp_toolkit" / "__init__.py"
    monkeypatch.setattr(module.ilp_toolkit, "__file__", str(installed))
    assert module._same_toolkit() == {}, "packages must not come before Python's own"


def test_a_job_without_its_items_fails_alone_and_in_words(items: Path) -> None:
    lost = Job("x", notebook("1"), items.parent / "nothing.json", items.parent)
    with i18n.language("ru"):
        (result,) = execute([lost], sandbox=False)
    assert result.status == "failed"
    assert "nothing.json" in result.note
    assert any("а" <= letter <= "я" for letter in result.note)


def test_a_kernel_that_does_not_start_is_tried_twice_and_the_batch_goes_on(
    items: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[Path] = []

    async def never(self: Kernel) -> bool:
        tries.append(self.setup.folder)
        self.setup.folder.mkdir()
        return False

    monkeypatch.setattr(Kernel, "start", never)
    results = list(execute([job(items, "1", key=key) for key in "ab"], sandbox=False, workers=1))
    assert [one.status for one in results] == ["failed", "failed"]
    assert len(set(tries)) == 4
    assert "second try" in results[0].note
    assert not any(folder.exists() for folder in tries)


def test_a_fault_of_ours_in_one_notebook_is_that_notebooks_alone(
    items: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(self: Kernel) -> bool:
        self.setup.folder.mkdir()
        msg = "of ours"
        raise RuntimeError(msg)

    monkeypatch.setattr(Kernel, "start", broken)
    results = list(execute([job(items, "1", key=key) for key in "abc"], sandbox=False))
    assert [one.status for one in results] == ["failed"] * 3
    assert "RuntimeError: of ours" in results[0].note


def test_an_iterator_that_is_closed_ends_its_kernels_and_removes_its_folder(
    items: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Path] = []

    async def slow(self: Kernel) -> bool:
        import asyncio

        self.setup.folder.mkdir()
        started.append(self.setup.folder)
        await asyncio.sleep(0.2 if len(started) == 1 else 60)
        return False

    monkeypatch.setattr(Kernel, "start", slow)
    monkeypatch.setattr(module, "_TRIES", 1)
    results = execute([job(items, "1", key=str(n)) for n in range(5)], sandbox=False)
    next(results)
    begun = time.monotonic()
    results.close()  # type: ignore[attr-defined]
    assert time.monotonic() - begun < 10
    assert started
    assert not any(folder.parents[1].exists() for folder in started)


def test_nothing_to_run_gives_nothing() -> None:
    assert list(execute([], sandbox=False)) == []


@pytest.mark.parametrize("workers", [0, -1, 31])
def test_the_number_of_workers_has_bounds(workers: int) -> None:
    with pytest.raises(ValueError, match="workers"):
        execute([], workers=workers, sandbox=False)


def test_where_nothing_can_be_confined_nothing_is_run(monkeypatch: pytest.MonkeyPatch, items: Path) -> None:
    monkeypatch.setattr(module, "available", lambda: "no bubblewrap here")
    with pytest.raises(sandbox.SandboxError, match="no bubblewrap here"):
        execute([job(items, "1")])


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_other_systems_are_told_what_they_can_do(monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert "--answers-only" in str(sandbox.available())


def test_missing_programs_are_named_with_the_line_that_installs_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(sandbox.shutil, "which", lambda name: None if name == "bwrap" else f"/usr/bin/{name}")
    reason = sandbox.available()
    assert reason is not None
    assert "bwrap" in reason
    assert "apt-get install bubblewrap" in reason


def test_a_sandbox_that_the_system_forbids_is_found_by_trying_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object, **__: object) -> bytes:
        msg = "setting up uid map: Permission denied"
        raise sandbox.SandboxError(msg)

    monkeypatch.setattr(sandbox, "run", forbidden)
    monkeypatch.setattr(sandbox.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(sys, "platform", "linux")
    sandbox._works.cache_clear()
    reason = sandbox.available()
    assert reason is not None
    assert "Permission denied" in reason
    assert "AppArmor" in reason


def test_the_command_line_of_a_confined_process_names_no_path_of_the_examiner(tmp_path: Path) -> None:
    confined = sandbox.confine(
        ["true"], readable={"/ilp/course/items.json": tmp_path / "kg-014" / "items.json"}
    )
    assert not any(str(tmp_path) in word for word in confined.command)
    assert str(tmp_path).encode() in confined.options
    assert not any(str(tmp_path) in value for value in confined.environment.values())


def test_the_environment_of_a_confined_process_is_made_not_inherited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ILP_EXAM_OVERLAY", "/secret")
    assert "/secret" not in json.dumps(sandbox.confine(["true"]).environment)


def test_runs_at_the_same_time_are_different_users_that_nothing_else_uses() -> None:
    users = {sandbox.user(slot) for slot in range(64)}
    assert len(users) == 64
    assert all(0x70000000 <= user < 0x80000000 for user in users)


def test_every_parent_of_a_mount_can_be_entered() -> None:
    words = sandbox.confine(["true"], readable={"/ilp/course/deep/items.json": Path("/x")}).options.split(
        b"\0"
    )
    folders = {words[place + 1] for place, word in enumerate(words) if word == b"--dir"}
    assert {b"/ilp", b"/ilp/course", b"/ilp/course/deep"} <= folders
    for place, word in enumerate(words):
        if word == b"--dir":
            assert words[place - 2 : place] == [b"--perms", b"0755"]


def test_an_ordinary_user_gets_a_user_namespace_and_root_a_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    mine = sandbox.confine(["true"])
    assert b"--unshare-user" in mine.options
    assert b"--disable-userns" in mine.options
    assert not any(word.startswith("--reuid") for word in mine.command)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    roots = sandbox.confine(["true"])
    assert b"--unshare-user" not in roots.options
    assert f"--reuid={sandbox.user(0)}" in roots.command


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_of_system_calls_is_whole_and_jumps_inside_itself(machine: str) -> None:
    import struct

    code = program(machine)
    assert code is not None
    steps = [struct.unpack_from("=HBBI", code, place) for place in range(0, len(code), 8)]
    assert len(steps) < 4096
    for place, (operation, yes, no, _value) in enumerate(steps):
        if operation & 7 == 5:
            assert place + 1 + max(yes, no) < len(steps)
    assert steps[-1] == (6, 0, 0, 0x7FFF0000)


def outcome(machine: str, number: int, argument: int, arch: int) -> int:
    """Interpret the filter: what the kernel would answer."""
    import struct

    code = program(machine)
    assert code is not None
    data = struct.pack("=iIQQ", number, arch, 0, argument)
    place = accumulator = 0
    while True:
        operation, yes, no, value = struct.unpack_from("=HBBI", code, 8 * place)
        place += 1
        if operation == 0x06:
            return value
        if operation == 0x20:
            accumulator = struct.unpack_from("=I", data, value)[0]
        else:
            test = {0x15: accumulator == value, 0x35: accumulator >= value, 0x45: accumulator & value}
            place += yes if test[operation] else no


ALLOWED, REFUSED = 0x7FFF0000, 0x00050001
X86, ARM = 0xC000003E, 0xC00000B7


@pytest.mark.parametrize(
    ("machine", "number", "argument", "arch", "expected"),
    [
        ("x86_64", 0, 0, X86, ALLOWED),  # read
        ("x86_64", 272, 0x10000000, X86, REFUSED),  # unshare
        ("x86_64", 56, 0x01200011, X86, ALLOWED),  # clone, as fork
        ("x86_64", 56, 0x003D0F00, X86, ALLOWED),  # clone, as a thread
        ("x86_64", 56, 0x10000011, X86, REFUSED),  # clone with a user namespace
        ("x86_64", 435, 0, X86, 0x00050026),  # clone3: not there
        ("x86_64", 319, 0, X86, 0x00050026),  # memfd_create: not there
        ("x86_64", 41, 1, X86, ALLOWED),  # socket, unix
        ("x86_64", 41, 10, X86, ALLOWED),  # socket, IPv6
        ("x86_64", 41, 16, X86, ALLOWED),  # socket, netlink
        ("x86_64", 41, 40, X86, 0x00050061),  # socket, vsock
        ("x86_64", 53, 1, X86, ALLOWED),  # socketpair
        ("x86_64", 53, 38, X86, 0x00050061),  # socketpair, alg
        ("x86_64", 0x40000000 + 272, 0, X86, 0x00050026),  # x32
        ("x86_64", 0, 0, 0x40000003, 0x00050026),  # 32 bits
        ("aarch64", 63, 0, ARM, ALLOWED),  # read
        ("aarch64", 97, 0x10000000, ARM, REFUSED),  # unshare
        ("aarch64", 198, 1, ARM, ALLOWED),  # socket
        ("aarch64", 198, 40, ARM, 0x00050061),  # socket, vsock
        ("aarch64", 220, 0x10000011, ARM, REFUSED),  # clone
    ],
)  # fmt: skip
def test_the_filter_answers_as_its_words_say(
    machine: str, number: int, argument: int, arch: int, expected: int
) -> None:
    assert outcome(machine, number, argument, arch) == expected


def test_the_numbers_of_system_calls_are_those_of_the_machines_own_headers() -> None:
    import re

    from grading import _seccomp

    header = Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h")
    if not header.is_file():
        pytest.skip(f"no header {header}")
    known = dict(re.findall(r"#define __NR_(\w+) (\d+)", header.read_text(encoding="utf-8")))
    for name, number in _seccomp._NUMBERS["x86_64"].items():
        if name in known:
            assert int(known[name]) == number, name


def test_a_folder_of_a_dead_run_is_removed_and_that_of_a_living_one_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr("grading._folders._LONGEST", 400)
    dead = tmp_path / "ilp-run-dead"
    (dead / "1").mkdir(parents=True)
    young = tmp_path / "ilp-run-young"
    young.mkdir()
    stranger = tmp_path / "ilp-other"
    stranger.mkdir()
    long_ago = time.time() - 3600
    with Folder() as living:
        for folder in (dead, stranger, living.path):
            os.utime(folder, (long_ago, long_ago))
        with Folder() as mine:
            assert not dead.exists()
            assert living.path.exists()
            assert young.exists()
            assert stranger.exists()
        assert not mine.path.exists()


def outputs(**sizes: int) -> Outputs:
    return Outputs(Limits(**sizes))


def test_pieces_of_a_stream_become_one_output() -> None:
    kept = outputs()
    for text in ("a\n", "b\n"):
        kept.message("stream", {"name": "stdout", "text": text}, 2)
    kept.message("stream", {"name": "stderr", "text": "c"}, 1)
    assert [(one.name, one.text) for one in kept.take()] == [("stdout", "a\nb\n"), ("stderr", "c")]


def test_pictures_stay_and_what_only_says_that_it_is_one_goes() -> None:
    kept = outputs()
    kept.message("display_data", {"data": {"image/png": PICTURE, "text/plain": "<Figure>"}}, 100)
    kept.message("display_data", {"data": {"image/png": "PHNjcmlwdD4=", "text/plain": "x"}}, 100)
    kept.message("display_data", {"data": {"image/png": PICTURE + "<script>"}}, 100)
    first, second, third = kept.take()
    assert set(first.data) == {"image/png", "text/plain"}
    assert set(second.data) == {"text/plain"}
    assert third.data["text/plain"] == "[left out: image/png]"


def test_output_beyond_the_limit_is_counted_not_kept() -> None:
    kept = outputs(output=10)
    kept.message("stream", {"name": "stdout", "text": "x" * 25}, 25)
    kept.message("error", {"ename": "E", "evalue": "y" * 20, "traceback": ["z" * 20]}, 60)
    text = json.dumps(kept.take())
    assert "x" * 10 in text
    assert "x" * 11 not in text
    assert "[56 more characters]" in text
    assert kept.cut


def test_a_notebook_of_many_small_outputs_has_a_limit_too() -> None:
    kept = outputs(outputs=100)
    for _ in range(30):
        kept.begin()
        kept.message("stream", {"name": "stdout", "text": "x" * 10}, 10)
        kept.take()
    assert kept.kept <= 100


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(
    kind=st.sampled_from(["stream", "display_data", "execute_result", "error", "comm_msg", 7, None]),
    content=json_values
    | st.fixed_dictionaries(
        {},
        optional={
            "text": json_values, "name": json_values, "data": json_values, "ename": json_values,
            "evalue": json_values, "traceback": json_values,
        },
    ),
)  # fmt: skip
def test_whatever_a_message_holds_the_outputs_are_valid(kind: object, content: object) -> None:
    import nbformat

    kept = outputs()
    kept.message(kind, content, 1)
    made = new_notebook(cells=[new_code_cell("", outputs=kept.take())])
    nbformat.validate(made)
    assert "\x1b" not in json.dumps(made)


@given(st.text(alphabet=st.characters() | st.sampled_from("\x1b[]0;\x07\r\x9b\u202e")))
def test_plain_text_steers_no_terminal(text: str) -> None:
    shown = plain(text)
    assert not set(shown) & {"\x1b", "\x07", "\r", "\x9b", "\u202e", "\x00"}
    assert plain(shown) == shown


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="this system keeps no such account")
def test_a_process_that_has_ended_holds_no_memory() -> None:
    """Many processes that end while they are counted must not look like a run that holds too much."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)
    assert _proportional(ended.pid, 1 << 40) == 0, "while nobody has taken note of its end"
    ended.wait()
    assert _proportional(ended.pid, 1 << 40) == 0
    assert 1 << 20 < _proportional(os.getpid(), 1 << 40) < 1 << 40
