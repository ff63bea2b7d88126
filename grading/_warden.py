"""
The warden of running sandboxes: a thread that stops one that takes more than its share.

A limit by the kernel holds for one process or one file; what all processes of a run hold together, and how
much lies in the one folder that reaches the disk, is measured here several times a second. A thread, since
it must not wait for whatever else the marking process is doing.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Literal

from .sandbox import Limits

__all__ = ["Reason", "Warden", "Watched"]

Reason = Literal["memory", "disk", "time"]
_PAUSE = 0.2
_ENTRIES = 200
"""Files and folders that a run may leave in the folder that reaches the disk."""
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


@dataclass
class Watched:
    """A run under watch; ``reason`` says why it was stopped, if it was."""

    pid: int
    folder: Path | None
    limits: Limits
    until: float
    reason: Reason | None = None


@dataclass
class Warden:
    """
    Watch process trees by the id of their first process while in a ``with`` block.

    The first process must lead a group of its own: the group is killed.
    """

    _runs: dict[int, Watched] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Warden:
        """Begin to watch."""
        self._thread = threading.Thread(target=self._watch, name="warden", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop watching."""
        self._over.set()
        if self._thread is not None:
            self._thread.join()

    def watch(self, pid: int, folder: Path | None, limits: Limits, *, seconds: float) -> Watched:
        """Watch a tree of processes and the folder it may fill, for so many seconds at most."""
        watched = Watched(pid, folder, limits, time.monotonic() + seconds)
        with self._lock:
            self._runs[pid] = watched
        return watched

    def leave(self, pid: int) -> None:
        """Watch it no longer: after its end its id may become another's."""
        with self._lock:
            self._runs.pop(pid, None)

    def _watch(self) -> None:
        while not self._over.wait(_PAUSE):
            with self._lock:
                runs = [run for run in self._runs.values() if run.reason is None]
            if not runs:
                continue
            children = _children()
            for run in runs:
                reason = _transgression(run, children)
                with self._lock:
                    if reason is not None and self._runs.get(run.pid) is run:
                        run.reason = reason
                        with contextlib.suppress(ProcessLookupError):
                            os.killpg(run.pid, signal.SIGKILL)


def _transgression(run: Watched, children: dict[int, list[int]]) -> Reason | None:
    if time.monotonic() > run.until:
        return "time"
    if _held(run.pid, children, run.limits.memory) > run.limits.memory:
        return "memory"
    if run.folder is not None and _filled(run.folder, 8 * run.limits.out):
        return "disk"
    return None


def _children() -> dict[int, list[int]]:
    """Return the children of every process; empty where there is no ``/proc``."""
    found: dict[int, list[int]] = {}
    if not Path("/proc/self/stat").exists():
        return found
    for name in os.listdir("/proc"):  # noqa: PTH208 - hundreds of names, several times a second
        if name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                text = Path("/proc", name, "stat").read_bytes()
                # The second field is a name in brackets that may itself hold blanks and brackets.
                parent = int(text[text.rindex(b")") + 2 :].split()[1])
                found.setdefault(parent, []).append(int(name))
    return found


def _held(pid: int, children: dict[int, list[int]], enough: int) -> int:
    """
    Return the bytes of memory that a process and all below it hold together.

    Quick first: what each holds beside files. Forked processes share what they hold, so where that comes to
    more than enough it is counted again, each page once; that takes longer.
    """
    tree, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        tree.append(one)
        waiting += children.get(one, [])
    each = {one: _resident(one) for one in tree}
    if sum(each.values()) <= enough:
        return sum(each.values())
    return sum(_proportional(one, otherwise) for one, otherwise in each.items())


def _resident(pid: int) -> int:
    with contextlib.suppress(OSError, ValueError, IndexError):
        numbers = Path("/proc", str(pid), "statm").read_bytes().split()
        return (int(numbers[1]) - int(numbers[2])) * _PAGE
    return 0


def _proportional(pid: int, otherwise: int) -> int:
    """Return a process's share of the memory that it has together with others; 0 once it has ended."""
    try:
        lines = Path("/proc", str(pid), "smaps_rollup").read_bytes().splitlines()
    except (ProcessLookupError, FileNotFoundError):
        # Ended while the others were counted, and holds nothing; or a system without this account.
        return 0 if Path("/proc/self/smaps_rollup").exists() else otherwise
    except OSError:
        return otherwise
    shares = [int(line.split()[1]) << 10 for line in lines if line.startswith(b"Pss_Anon:")]
    return shares[0] if shares else otherwise


def _filled(folder: Path, limit: int) -> bool:
    """Whether a folder holds more than it may, in bytes or in number; links are not followed."""
    size = number = 0
    waiting = [os.fspath(folder)]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    number += 1
                    try:
                        size += entry.stat(follow_symlinks=False).st_blocks * 512
                    except FileNotFoundError:
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    if number > _ENTRIES or size > limit:
                        return True
        except FileNotFoundError:
            continue
        except OSError:
            # Names too long to be asked for, folders closed to their owner: nobody makes these by accident.
            return True
    return False
