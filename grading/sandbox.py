"""
A place where a stranger's code can run: no network, no files but its own, limits on all it takes.

It is built by bubblewrap (``bwrap``) for each run anew and leaves nothing behind: a file system that holds
the system's programs, this environment of Python and the package, all of it read-only; folders in memory of
a fixed size for what the code writes; its own processes, users, network and clock of the machine's name.
Nothing of the examiner's is in it: not the key, the gradebook, other submissions, the sources of modules or
the environment's variables. It stops damage, not cheating: answers are scored as data, outside of it.

A Jupyter kernel is put into it by the provisioner ``ilp-bwrap``, which `register` makes known to
jupyter_client in this process; nothing has to be installed for it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import IO

import ilp_toolkit
from ilp_toolkit.errors import IlpError
from ilp_toolkit.i18n import _

from ._seccomp import program

__all__ = ["HOME", "Confined", "Limits", "SandboxError", "available", "confine", "launch", "run"]

HOME = "/ilp/home"
"""Home and working folder of the code; in memory."""
_WARM = "/ilp/warm"
"""Where compiled loops are copied from, see `_compiled`."""
_FIRST_UID = 0x70000000
"""Users from here to 0x7fffffff are in use by nothing: not people, services or containers."""
_SHARED = ("/etc/fonts", "/etc/ld.so.cache", "/etc/localtime", "/etc/alternatives")
_TOP = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")


class SandboxError(IlpError):
    """Code cannot be confined on this machine; the message says why and what to do."""


@dataclass(frozen=True)
class Limits:
    """What one run may take; a notebook of the course takes a tenth of it."""

    cell: float = 60.0
    """Seconds for one cell."""
    notebook: float = 300.0
    """Seconds for all cells of a notebook together."""
    start: float = 60.0
    """Seconds that a kernel may need to start; after that it is tried once more."""
    memory: int = 3 << 30
    """Bytes that all processes of a run hold together."""
    address_space: int = 6 << 30
    """Bytes that one process may reserve."""
    processes: int = 64
    """Processes and threads at the same time."""
    files: int = 512
    """Open files of one process."""
    file_size: int = 32 << 20
    """Bytes in one file."""
    scratch: int = 128 << 20
    """Bytes in each of the folders in memory."""
    out: int = 8 << 20
    """Bytes of answers; and all that may lie in the one folder that reaches the disk is eight times this."""
    output: int = 512 << 10
    """Bytes of output that are kept of one cell."""
    outputs: int = 4 << 20
    """Bytes of output that are kept of a notebook."""
    flood: int = 64 << 20
    """Bytes that a cell may print before it is stopped."""


@dataclass(frozen=True)
class Confined:
    """A command as `launch` starts it."""

    command: tuple[str, ...]
    options: bytes
    """Options for bwrap, handed over through a pipe: a command line can be read from inside."""
    environment: dict[str, str] = field(repr=False)
    """All variables, for bwrap and for the command: bwrap's own can be read from inside, too."""


def user(slot: int) -> int:
    """Return a user of its own for a run of this process: limits count by user."""
    return _FIRST_UID + ((os.getpid() & 0x3FFFFF) << 6 | slot & 0x3F)


def confine(
    command: Sequence[str],
    *,
    readable: dict[str, Path] | None = None,
    writable: Iterable[Path] = (),
    environment: dict[str, str] | None = None,
    limits: Limits | None = None,
    slot: int = 0,
) -> Confined:
    """
    Say how a command is started inside.

    Parameters
    ----------
    command
        Program and arguments; this Python and its packages are at the paths they have outside.
    readable
        Path inside to the file or folder that is seen there, read-only.
    writable
        Folders of the disk that are seen at the same path and may be written to. They must belong to
        ``user(slot)`` where the examiner is root.
    environment
        Variables beside the few that every run gets; none is inherited.
    limits
        What the run may take.
    slot
        Number of this run among those at the same time, 0 to 63.
    """
    limits = limits or Limits()
    root = os.geteuid() == 0
    mounts: list[tuple[str, str, str]] = [("--ro-bind", "/usr", "/usr")]
    mounts += [("--ro-bind-try", path, path) for path in _SHARED]
    mounts += [("--ro-bind", path, path) for path in _python()]
    compiled = _compiled()
    if compiled is not None:
        mounts.append(("--ro-bind", str(compiled), _WARM))
    mounts += [("--ro-bind", str(outside), inside) for inside, outside in (readable or {}).items()]
    mounts += [("--bind", str(path), str(path)) for path in writable]

    options = ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"]
    options += ["--hostname", "course", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    if root:
        options += [word for cap in ("SETUID", "SETGID", "SETPCAP") for word in ("--cap-add", f"CAP_{cap}")]
    else:
        options += ["--unshare-user", "--disable-userns"]
    options += [word for top in _TOP for word in _top(top)]
    options += ["--proc", "/proc", "--dev", "/dev"]
    made = {"/", "/usr", "/proc", "/dev", "/dev/shm", "/tmp", "/ilp", HOME}
    options += ["--perms", "0755", "--dir", "/ilp"]
    for folder in ("/dev/shm", "/tmp", HOME):
        options += ["--size", str(limits.scratch), "--perms", "1777", "--tmpfs", folder]
    for option, source, target in mounts:
        for parent in reversed(Path(target).parents):
            if str(parent) not in made and not str(parent).startswith("/usr/"):
                made.add(str(parent))
                options += ["--perms", "0755", "--dir", str(parent)]
        options += [option, source, target]
    if compiled is not None:
        options += ["--size", str(limits.scratch), "--perms", "1777", "--tmpfs", str(compiled)]
    options += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", HOME]

    return Confined(
        (*_prefix(root, user(slot), limits), *_wrapped(compiled), *command),
        b"\0".join(os.fsencode(word) for word in options) + b"\0",
        {**_variables(), **(environment or {})},
    )


def launch(
    confined: Confined, *, stdout: int | IO[bytes], stderr: int | IO[bytes]
) -> subprocess.Popen[bytes]:
    """
    Start a confined command.

    Parameters
    ----------
    confined
        From `confine`.
    stdout, stderr
        As for `subprocess.Popen`.

    Returns
    -------
    subprocess.Popen
        Of bwrap, in a session of its own. Killing it kills everything inside, and so does the end of this
        process or closing its ``stdin``, which the command does not see.
    """
    code = program()
    bwrap = shutil.which("bwrap")
    if code is None or bwrap is None:
        raise SandboxError(available() or "")
    options, filter_ = _pipe(confined.options), _pipe(code)
    try:
        return subprocess.Popen(
            [bwrap, "--args", str(options), "--seccomp", str(filter_), "--", *confined.command],
            env=confined.environment,
            pass_fds=(options, filter_),
            start_new_session=True,
            stdin=subprocess.PIPE,
            stdout=stdout,
            stderr=stderr,
        )
    finally:
        os.close(options)
        os.close(filter_)


def run(
    command: Sequence[str],
    *,
    readable: dict[str, Path] | None = None,
    environment: dict[str, str] | None = None,
    limits: Limits | None = None,
) -> bytes:
    r"""
    Run a command inside to its end and return what it wrote to its standard output.

    Parameters
    ----------
    command, readable, environment, limits
        As for `confine`; ``limits.notebook`` seconds and ``limits.out`` bytes are given.

    Raises
    ------
    SandboxError
        If it cannot be confined, fails, takes too long or writes too much.

    Examples
    --------
    >>> run(["echo", "seven"]) if available() is None else b"seven\n"
    b'seven\n'
    """
    from ._warden import Warden

    limits = limits or Limits()
    confined = confine(command, readable=readable, environment=environment, limits=limits, slot=63)
    with Warden() as warden:
        process = launch(confined, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        watched = warden.watch(process.pid, None, limits, seconds=limits.notebook)
        assert process.stdout is not None
        assert process.stderr is not None
        with process, process.stdout as out, process.stderr as complaints:
            written = out.read(limits.out + 1)
            if len(written) > limits.out:
                process.kill()
            said = complaints.read(1 << 16).decode(errors="replace").strip()
            if len(said) >= 1 << 16:
                process.kill()
            process.wait()
        warden.leave(process.pid)
    if watched.reason or len(written) > limits.out or process.returncode:
        why = watched.reason or said[-500:] or f"exit {process.returncode}"
        msg = _("The command failed inside the sandbox: {why}").format(why=why)
        raise SandboxError(msg)
    return written


def available() -> str | None:
    """
    Try to confine something; return None where that works, else why it does not and what to do.

    Programs being there says little: systems forbid what bubblewrap needs. So one is really run. What
    worked once is not tried again in this process.
    """
    if sys.platform != "linux":
        return _(
            "A sandbox is there on Linux alone. Mark in WSL or on a Linux machine, take --answers-only, or "
            "run the code of learners unprotected with --no-sandbox."
        )
    missing = [name for name in ("bwrap", "setpriv", "prlimit", "choom") if shutil.which(name) is None]
    if missing:
        return _(
            "The sandbox needs {programs}, which is not installed. On Debian or Ubuntu: "
            "sudo apt-get install bubblewrap util-linux"
        ).format(programs=", ".join(missing))
    if program() is None:
        return _("The sandbox is not written for this kind of processor ({machine}).").format(
            machine=os.uname().machine
        )
    return _tried()


@lru_cache(1)
def _works() -> bool:
    try:
        return run(["sh", "-c", "echo works"], limits=Limits(notebook=30)) == b"works\n"
    except SandboxError as problem:
        raise _NotYetError(str(problem)) from problem


class _NotYetError(Exception):
    """Keeps a failure out of the cache: the examiner mends it and tries again."""


def _tried() -> str | None:
    try:
        _works()
    except _NotYetError as problem:
        return _(
            "bubblewrap is installed, but this system does not let it work: {problem}. On Ubuntu 23.10 or "
            "newer an AppArmor profile for bwrap is needed that allows user namespaces."
        ).format(problem=str(problem).rstrip("."))
    return None


def _python() -> list[str]:
    """Return what holds this Python, its packages and ours; nothing else of the checkout."""
    paths = [sys.base_prefix, sys.prefix, str(Path(ilp_toolkit.__file__).resolve().parent)]
    paths += [str(Path(sys.executable).resolve().parents[1])]
    paths += [sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
    kept: list[str] = []
    for path in sorted({os.path.realpath(path) for path in paths} | {sys.prefix}):
        if not any(path == other or path.startswith(other.rstrip("/") + "/") for other in ["/usr", *kept]):
            kept.append(path)
    return kept


def _top(path: str) -> list[str]:
    here = Path(path)
    if here.is_symlink():
        return ["--symlink", str(here.readlink()), path]
    return ["--ro-bind", path, path] if here.is_dir() else []


def _prefix(root: bool, uid: int, limits: Limits) -> list[str]:
    """Return what is run before the command: fewer rights first, then limits."""
    dropped = ["setpriv", "--no-new-privs", "--inh-caps=-all"]
    if root:
        dropped += [f"--reuid={uid}", f"--regid={uid}", "--clear-groups", "--bounding-set=-all"]
    bounds = [
        f"--as={limits.address_space}", f"--nproc={limits.processes}", f"--nofile={limits.files}",
        f"--fsize={limits.file_size}", f"--cpu={int(limits.notebook) + 60}", "--core=0", "--memlock=65536",
        "--msgqueue=0",
    ]  # fmt: skip
    return [*dropped, "prlimit", *bounds, "choom", "-n", "1000", "--"]


def _compiled() -> Path | None:
    """
    Return the folder where numba keeps the package's compiled loops beside their sources, if it is there.

    It compiles for seconds what it can load at once, but loads only from where it can write. So the folder is
    one in memory inside, filled at the start; working out the key fills it outside.
    """
    folder = Path(ilp_toolkit.__file__).resolve().parent / "analysis" / "kernels" / "__pycache__"
    return folder if folder.is_dir() else None


def _wrapped(compiled: Path | None) -> list[str]:
    """
    Return the shell that starts the command: it brings compiled loops in, and ends all when the marker ends.

    bwrap's own bond to its parent is tied late: when the parent is killed while it sets up, what it started
    lives on. Standard input is a pipe that the marker holds open for as long as it lives, whatever ends it.
    """
    script = "exec 3<&0; (cat <&3; kill -9 -1) >/dev/null 2>&1 & "
    if compiled is not None:
        script += f'cp -r {_WARM}/. "$0"/ 2>/dev/null; '
    return ["sh", "-c", f'{script}exec "$@" </dev/null 3<&-', str(compiled or "sh")]


def _variables() -> dict[str, str]:
    one = dict.fromkeys(
        ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"
    )
    return {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "HOME": HOME, "USER": "learner", "LOGNAME": "learner", "LANG": "C.UTF-8", "TZ": "UTC",
        "TMPDIR": "/tmp", "MPLBACKEND": "agg", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONNOUSERSITE": "1",
        "IPYTHONDIR": f"{HOME}/.ipython", "JUPYTER_PLATFORM_DIRS": "1", **one,
    }  # fmt: skip


def _pipe(content: bytes) -> int:
    """Return the reading end of a pipe that already holds this; options are far smaller than a pipe."""
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb") as file:
        file.write(content)
    return reading
