"""
Notebooks that attack whoever runs them: each finds nothing, harms nobody, and ends.

Kernels are slow to start, so all attacks run once, in one call with an honest notebook among them; each test
then looks at what one attack could do.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from grading import sandbox
from grading._kernel import read_answers, remove
from grading.execute import Executed, Job, Limits, execute

pytestmark = [
    pytest.mark.attack,
    pytest.mark.skipif(sys.platform != "linux", reason="a sandbox is there on Linux alone"),
]

SECRET = "the-key-is-q1-b"
MARK = "ilp-test-survivor-7351"

BEGIN = """
import ctypes, json, os, signal, socket, subprocess, sys, time
places = json.load(open(os.environ["ILP_COURSE_ANSWERS_FILE"]))
libc = ctypes.CDLL(None, use_errno=True)
found = {}

def attempt(name, action):
    try:
        found[name] = f"got {action()!r}"[:2000]
    except BaseException as problem:
        found[name] = f"refused {type(problem).__name__}"

def call(function, *arguments):
    if getattr(libc, function)(*arguments) < 0:
        raise OSError(ctypes.get_errno())
    return "done"

def connect(family, address, kind=socket.SOCK_STREAM):
    with socket.socket(family, kind) as s:
        s.settimeout(2)
        s.connect(address)
        return "connected"

def write(path):
    with open(path, "a") as file:
        file.write("x")
    return "written"

def files(*tops):
    seen = []
    for top in tops:
        for folder, folders, names in os.walk(top):
            folders[:] = [f for f in folders if f not in (".venv", "versions", "ilp_toolkit", "fonts", "alternatives")]
            seen += [os.path.join(folder, name) for name in names]
    return seen

def fill(folder):
    total = 0
    try:
        for number in range(1000):
            with open(f"{folder}/fill{number}", "wb") as file:
                for _ in range(31):
                    total += file.write(bytes(1 << 20))
    except OSError:
        pass
    for number in range(1000):
        if os.path.exists(f"{folder}/fill{number}"):
            os.remove(f"{folder}/fill{number}")
    return total
"""

REFUSED = {
    "reading the gradebook": "open(places['gradebook']).read()",
    "reading the key": "open(places['key']).read()",
    "reading the salt": "open(places['salt']).read()",
    "listing other submissions": "os.listdir(places['attempts'])",
    "reading the sources of modules": "os.listdir(places['modules'])",
    "reading the code that marks": "os.listdir(places['grading'])",
    "reading the source notebook": "open(places['source']).read()",
    "reading the system's passwords": "open('/etc/passwd').read()",
    "reading the home of the examiner": "os.listdir(places['ssh'])",
    "connecting to a server on this machine": "connect(socket.AF_INET, ('127.0.0.1', places['port']))",
    "connecting to a server elsewhere": "connect(socket.AF_INET, ('192.0.2.1', 80))",
    "asking for a name on the network": "socket.getaddrinfo('example.org', 80)",
    "connecting to a program of the examiner": "connect(socket.AF_UNIX, places['socket'])",
    "connecting to an abstract socket": "connect(socket.AF_UNIX, '\\0' + places['abstract'])",
    "talking to the host of a virtual machine": "socket.socket(40, socket.SOCK_STREAM)",
    "listening to packets": "socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 3)",
    "writing into the package": "write(places['package'])",
    "writing into the data": "write(os.environ['ILP_COURSE_DATA'] + '/counts.csv')",
    "writing into the items": "write(os.environ['ILP_COURSE_ITEMS'])",
    "writing into recorded answers": "write(os.environ['ILP_COURSE_ANSWERS_FILE'])",
    "deleting the data": "os.remove(os.environ['ILP_COURSE_DATA'] + '/counts.csv')",
    "writing into the system": "write('/usr/bin/python3')",
    "making a folder at the top": "os.mkdir('/elsewhere')",
    "making a file among devices": "write('/dev/file')",
    "opening the disk": "open('/dev/vda', 'rb')",
    "opening the memory of the machine": "open('/dev/mem', 'rb')",
    "looking at the machine's devices": "os.listdir('/sys')",
    "becoming root": "os.setuid(0)",
    "becoming root through a program": "subprocess.run(['su', '-c', 'id'], check=True, capture_output=True)",
    "making a user namespace": "call('unshare', 0x10000000)",
    "making a mount namespace": "call('unshare', 0x00020000)",
    "mounting a file system": "call('mount', b'none', b'/tmp', b'tmpfs', 0, None)",
    "leaving through chroot": "os.chroot('/tmp')",
    "tracing a process": "call('ptrace', 16, 1, 0, 0)",
    "looking into a process's memory": "open('/proc/1/mem', 'rb').read(1)",
    "memory that belongs to nobody": "os.memfd_create('free')",
    "a shared segment of memory": "call('shmget', 1, 1 << 30, 0o1666)",
    "killing the process that marks": "os.kill(places['pid'], 0)",
    "taking thirty gigabytes": "bytearray(30 << 30)",
    "raising its own limits": "__import__('resource').setrlimit(7, (4096, 4096))",
    "a huge file": "open('/tmp/huge', 'wb').truncate(1 << 40)",
    "making a device": "os.mknod('/tmp/disk', 0o060666, os.makedev(254, 0))",
    "changing the clock": "time.clock_settime(time.CLOCK_REALTIME, 0)",
    "changing the name of the machine": "socket.sethostname('owned')",
}

FOUND = {
    "environment": "dict(os.environ)",
    "environments": "[open(f'/proc/{p}/environ').read() for p in os.listdir('/proc') if p.isdigit() "
                    "and os.access(f'/proc/{p}/environ', os.R_OK)]",
    "command lines": "[open(f'/proc/{p}/cmdline').read() for p in os.listdir('/proc') if p.isdigit()]",
    "files": "files('/tmp', '/ilp', '/etc', '/work', '/root', '/home', '/opt', '/srv', '/var')",
    "capabilities": "[l for l in open('/proc/self/status') if l.startswith('Cap')]",
    "interfaces": "socket.if_nameindex()",
    "home": "fill('/ilp/home')", "tmp": "fill('/tmp')", "shared memory": "fill('/dev/shm')",
}  # fmt: skip

FORKS = """
children = []
try:
    for _ in range(2000):
        child = os.fork()
        if child == 0:
            time.sleep(60)
            os._exit(0)
        children.append(child)
except OSError:
    pass
for child in children:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
found["forks"] = len(children)
"""

END = "json.dump(found, open(os.environ['ILP_COURSE_OUT'], 'w'))"
ANSWER = "import json, os\njson.dump({'q1': 7}, open(os.environ['ILP_COURSE_OUT'], 'w'))"
LATE = "json.dump({'q1': 7, 'q2': 8}, open(os.environ['ILP_COURSE_OUT'], 'w'))"

SINGLE: dict[str, list[str]] = {
    "honest": [ANSWER, "print('here')", LATE],
    "exit": [ANSWER, "os._exit(0)", LATE],
    "kills everything": [ANSWER, "import signal\nfor p in (os.getppid(), -1):\n    os.kill(p, signal.SIGKILL)", LATE],
    "endless": [ANSWER, "while True: pass", LATE],
    "deaf": [ANSWER, "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass", LATE],
    "closes its sockets": [ANSWER, "os.closerange(3, 500)", LATE],
    "memory of many": [
        ANSWER,
        "import time\nfor _ in range(12):\n    if os.fork() == 0:\n        kept = b'x' * (300 << 20)\n"
        "        time.sleep(60)\ntime.sleep(60)",
        LATE,
    ],
    "disk": [
        ANSWER,
        "here = os.path.dirname(os.environ['ILP_COURSE_OUT'])\nn = 0\nwhile True:\n    n += 1\n"
        "    with open(f'{here}/{n}', 'wb') as f: f.write(bytes(1 << 20))",
        LATE,
    ],
    "many small files": [
        ANSWER,
        "import time\nhere = os.path.dirname(os.environ['ILP_COURSE_OUT'])\n"
        "for n in range(400):\n    here += '/deep'\n    os.mkdir(here) if len(here) < 4000 else None\ntime.sleep(60)",
        LATE,
    ],
    "flood": [ANSWER, "while True: print('y' * 1000)", LATE],
    "one huge message": [ANSWER, "from IPython.display import display\ndisplay({'text/plain': 'z' * (90 << 20)}, raw=True)", LATE],
    "survivor": [
        ANSWER,
        "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', 'import time; time.sleep(300)', "
        f"'{MARK}'], start_new_session=True)\nif os.fork() == 0:\n    os.setsid()\n    import time; time.sleep(300)",
        LATE,
    ],
    "markup": [
        ANSWER,
        "from IPython.display import HTML, SVG, Javascript, Markdown, display\n"
        "display(HTML('<script>steal()</script>'), Javascript('steal()'), Markdown('<img src=x onerror=steal()>'))\n"
        "display({'image/svg+xml': '<svg onload=steal()>', 'image/png': '<script>'}, raw=True)\n"
        "print('\\x1b]0;owned\\x07\\x1b[2J\\x1b[31mred\\x1b[0m \\u202egnp.exe')",
        "\n" * 9 + "raise ValueError('\\x1b[1mloud')",
        LATE,
    ],
    "forged messages": [
        ANSWER,
        "k = get_ipython().kernel\nfor n in range(50):\n"
        "    k.session.send(k.iopub_socket, 'stream', content=[n], parent={'msg_id': n})\n"
        "    k.session.send(k.iopub_socket, 'status', content={'execution_state': 'idle'}, parent=k.get_parent())\n"
        "    k.iopub_socket.send_multipart([b'junk', b'<IDS|MSG>', b'bad', b'{', b'{', b'{', b'{'])",
        LATE,
    ],
    "shell cell": ["%%bash\necho '{\"q1\": 1}' > $ILP_COURSE_OUT; cat /etc/shadow; ls ../modules ../../modules; curl -m 2 http://192.0.2.1"],
    "patches the course": [
        "import ilp_toolkit.errors as e, builtins\ne.InputError.__eq__ = lambda *_: True\n"
        "builtins.sum = lambda *_: 1e9\n",
        ANSWER,
    ],
}  # fmt: skip


def notebook(*cells: str) -> NotebookNode:
    made = new_notebook(cells=[new_code_cell(cell) for cell in cells])
    # A learner chooses another kernel: it is not asked for.
    made.metadata["kernelspec"] = {"name": "bash", "language": "bash", "display_name": "Bash"}
    return made


def secret_places(folder: Path, listening: socket.socket, program: socket.socket) -> dict[str, Any]:
    """Make what an attacker would like to have, and say exactly where it is."""
    work = folder / "work"
    for name in ("gradebook.db", "salt.txt", "key.json", "source/03_rights/exam.ipynb"):
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        (work / name).write_text(SECRET, encoding="utf-8")
    other = work / "attempts" / "03_rights" / "kg-001" / "1"
    other.mkdir(parents=True)
    (other / "answers.json").write_text('{"q1": "of another learner"}', encoding="utf-8")
    root = Path(__file__).resolve().parents[2]
    return {
        "gradebook": str(work / "gradebook.db"), "key": str(work / "key.json"), "salt": str(work / "salt.txt"),
        "attempts": str(work / "attempts"), "source": str(work / "source/03_rights/exam.ipynb"),
        "modules": str(root / "modules"), "grading": str(root / "grading"), "ssh": str(Path.home() / ".ssh"),
        "package": str(root / "ilp_toolkit" / "errors.py"), "port": listening.getsockname()[1],
        "socket": program.getsockname(), "abstract": f"ilp-{os.getpid()}", "pid": os.getpid(),
    }  # fmt: skip


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Run every attack once."""
    reason = sandbox.available()
    if reason is not None:
        pytest.fail(reason) if os.environ.get("ILP_REQUIRE_SANDBOX") else pytest.skip(reason)
    folder = tmp_path_factory.mktemp("attacks")
    (folder / "items.json").write_text("{}", encoding="utf-8")
    (folder / "data").mkdir()
    (folder / "data" / "counts.csv").write_text("a,b\n", encoding="utf-8")
    os.environ["ILP_TEST_SECRET"] = SECRET
    with (
        socket.create_server(("127.0.0.1", 0)) as listening,
        socket.socket(socket.AF_UNIX) as program,
        socket.socket(socket.AF_UNIX) as abstract,
    ):
        program.bind(str(folder / "s"))
        program.listen()
        abstract.bind(f"\0ilp-{os.getpid()}")
        abstract.listen()
        places = secret_places(folder, listening, program)
        probing = [f"attempt({name!r}, lambda: {code})" for name, code in {**REFUSED, **FOUND}.items()]
        cells = {"probes": [BEGIN, "\n".join(probing), FORKS, END], **SINGLE}
        jobs = [
            Job(key, notebook(*code), folder / "items.json", folder / "data", places)
            for key, code in cells.items()
        ]
        limits = Limits(cell=6, notebook=30, memory=900 << 20, flood=8 << 20)
        results = {one.key: one for one in execute(jobs, workers=2, limits=limits)}
    del os.environ["ILP_TEST_SECRET"]
    return {**results, "folder": folder}


def output(executed: Executed) -> str:
    return json.dumps(executed.notebook.cells)


@pytest.mark.parametrize("name", REFUSED)
def test_a_notebook_is_refused(ran: dict[str, Executed], name: str) -> None:
    assert ran["probes"].status == "done", (ran["probes"].note, output(ran["probes"]))
    assert ran["probes"].answers[name].startswith("refused"), ran["probes"].answers[name]


@pytest.mark.parametrize("name", ["environment", "environments", "command lines", "files"])
def test_what_can_be_read_inside_tells_nothing_of_the_outside(ran: dict[str, Executed], name: str) -> None:
    said = ran["probes"].answers[name]
    assert said.startswith("got")
    assert SECRET not in said
    for word in ("attempts", "gradebook", "SSH_", "HOSTNAME", "kg-001"):
        assert word not in said


def test_a_notebook_has_no_rights_beyond_a_user_and_no_network_but_its_own(ran: dict[str, Executed]) -> None:
    capabilities = ran["probes"].answers["capabilities"]
    assert capabilities.count("0000000000000000") == 5
    assert ran["probes"].answers["interfaces"] == "got [(1, 'lo')]"


@pytest.mark.parametrize("name", ["home", "tmp", "shared memory"])
def test_folders_in_memory_have_a_size(ran: dict[str, Executed], name: str) -> None:
    assert 0 < int(ran["probes"].answers[name].removeprefix("got ")) <= Limits().scratch


def test_a_fork_bomb_meets_a_number(ran: dict[str, Executed]) -> None:
    assert 0 < ran["probes"].answers["forks"] < Limits().processes


def test_an_honest_notebook_among_attackers_is_run_whole(ran: dict[str, Executed]) -> None:
    honest = ran["honest"]
    assert (honest.status, honest.answers, honest.note) == ("done", {"q1": 7, "q2": 8}, "")
    assert "here" in output(honest)


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("exit", ["died"]),
        ("closes its sockets", ["died", "could not be stopped"]),
        ("memory of many", ["memory"]),
        ("disk", ["disk"]),
        ("many small files", ["disk"]),
        ("deaf", ["could not be stopped"]),
    ],
)
def test_a_notebook_that_ends_itself_keeps_what_it_had_answered(
    ran: dict[str, Executed], name: str, ending: list[str]
) -> None:
    assert ran[name].status in {"dead", "timeout"}
    assert any(words in ran[name].note for words in ending)
    assert ran[name].answers == {"q1": 7}


def test_killing_every_process_in_sight_reaches_its_own_alone(ran: dict[str, Executed]) -> None:
    assert ran["kills everything"].answers["q1"] == 7
    assert ran["honest"].status == "done"


@pytest.mark.parametrize("name", ["endless", "flood"])
def test_an_endless_cell_costs_that_cell_alone(ran: dict[str, Executed], name: str) -> None:
    assert ran[name].status == "timeout", ran[name].note
    assert ran[name].answers == {"q1": 7, "q2": 8}
    assert len(output(ran[name])) < 2 * Limits().output


def test_a_message_too_large_to_take_in_does_not_lose_the_answers(ran: dict[str, Executed]) -> None:
    assert ran["one huge message"].answers == {"q1": 7, "q2": 8}
    assert len(output(ran["one huge message"])) < 2 * Limits().output


def test_no_process_survives_its_notebook(ran: dict[str, Executed]) -> None:
    assert ran["survivor"].answers == {"q1": 7, "q2": 8}
    mine = sandbox.user(0) >> 6
    for process in Path("/proc").glob("[0-9]*"):
        try:
            assert MARK.encode() not in (process / "cmdline").read_bytes()
            assert process.stat().st_uid >> 6 != mine
        except (FileNotFoundError, ProcessLookupError):
            continue


def test_outputs_hold_nothing_that_a_browser_or_a_terminal_obeys(ran: dict[str, Executed]) -> None:
    shown = ran["markup"].notebook
    kinds = {kind for cell in shown.cells for one in cell.outputs for kind in one.get("data", {})}
    assert kinds <= {"text/plain"}
    text = json.dumps([cell.outputs for cell in shown.cells])
    for harmful in ("script>", "onerror", "onload", "\\u001b", "\\u202e", "owned"):
        assert harmful not in text
    assert "red" in text
    assert "loud" in text


def test_forged_messages_change_nothing(ran: dict[str, Executed]) -> None:
    assert ran["forged messages"].status in {"done", "timeout"}
    assert ran["forged messages"].answers == {"q1": 7, "q2": 8}


def test_a_shell_reaches_no_more_than_python_does(ran: dict[str, Executed]) -> None:
    assert ran["shell cell"].answers == {"q1": 1}
    assert "root:" not in output(ran["shell cell"])
    assert "items.toml" not in output(ran["shell cell"])


def test_patching_the_package_inside_changes_nothing_outside(ran: dict[str, Executed]) -> None:
    from ilp_toolkit.errors import InputError

    assert ran["patches the course"].answers == {"q1": 7}
    assert InputError("a") != InputError("b")
    assert sum([1, 1]) == 2


def test_nothing_outside_was_touched_and_nothing_is_left(ran: dict[str, Any]) -> None:
    folder = ran["folder"]
    assert (folder / "data" / "counts.csv").read_text(encoding="utf-8") == "a,b\n"
    assert (folder / "items.json").read_text(encoding="utf-8") == "{}"
    assert (folder / "work" / "gradebook.db").read_text(encoding="utf-8") == SECRET
    assert "ilp-run-" not in Path("/proc/self/mountinfo").read_text(encoding="utf-8")


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """An answer file that belongs to somebody else."""
    path = tmp_path / "other.json"
    path.write_text('{"q1": "of another learner"}', encoding="utf-8")
    return path


@pytest.mark.parametrize("kind", ["link", "pipe", "folder", "socket", "device"])
def test_answers_are_read_from_a_plain_file_alone(tmp_path: Path, other: Path, kind: str) -> None:
    out = tmp_path / "answers.json"
    if kind == "link":
        out.symlink_to(other)
    elif kind == "pipe":
        os.mkfifo(out)
    elif kind == "folder":
        out.mkdir()
    elif kind == "device":
        out.symlink_to("/dev/zero")
    else:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(str(out)) if len(str(out)) < 100 else out.mkdir()
    begun = time.monotonic()
    assert read_answers(out, 1000) == {}
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[1]", b"7", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 100_000, b'{"q1": "' + b"x" * 2000 + b'"}', b"null"],
)  # fmt: skip
def test_answers_that_are_no_small_object_are_no_answers(tmp_path: Path, content: bytes) -> None:
    out = tmp_path / "answers.json"
    out.write_bytes(content)
    assert read_answers(out, 1000 if len(content) < 5000 else 10_000_000) == {}


def test_a_folder_that_does_not_want_to_be_removed_is_removed(tmp_path: Path) -> None:
    top = tmp_path / "run"
    top.mkdir()
    here = os.open(top, os.O_RDONLY)
    for _ in range(1200):
        os.mkdir("deep", dir_fd=here)
        below = os.open("deep", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.fchmod(here, 0)
    os.close(here)
    (top / "away").symlink_to(tmp_path)
    remove(top)
    assert not top.exists()
    assert tmp_path.is_dir()


@pytest.mark.parametrize("pause", [0.0, 0.005, 0.01, 0.02, 0.05, 0.3])
def test_a_marker_that_is_killed_leaves_no_process_whenever_it_is_killed(pause: float) -> None:
    import subprocess

    reason = sandbox.available()
    if reason is not None:
        pytest.skip(reason)
    seconds = f"300.{os.getpid()}{int(pause * 1000):03d}"
    code = (
        "from grading import sandbox; import subprocess as s, sys, time\n"
        "sys.stdin.readline()\n"
        f"p = sandbox.launch(sandbox.confine(['sleep', '{seconds}']), stdout=s.DEVNULL, stderr=s.DEVNULL)\n"
        "print(p.pid, flush=True)\ntime.sleep(300)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    ) as marker:
        assert marker.stdin is not None
        assert marker.stdout is not None
        marker.stdin.write(b"\n")
        marker.stdin.flush()
        marker.stdout.readline()
        time.sleep(pause)
        marker.kill()
    until = time.monotonic() + 15
    while (left := [pid for pid in _pids() if seconds in _command(pid)]) and time.monotonic() < until:
        time.sleep(0.05)
    assert not [pid for pid in left if _runs(pid)]


def _pids() -> list[int]:
    return [int(path.name) for path in Path("/proc").glob("[0-9]*")]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _runs(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return False
