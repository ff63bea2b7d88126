"""
Run notebooks, several at a time, and bring back what they answered.

Each runs in a kernel of its own, in a sandbox of its own, with limits on time, memory, processes, disk and
output; a notebook that dies, hangs or attacks ends itself and nobody else. What it answered is data, read
from one file after its end, and says nothing yet about points. The next kernel starts while one works.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import contextvars
import copy
import json
import queue
import sysconfig
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import zmq.asyncio
from nbformat import NotebookNode

import ilp_toolkit
from ilp_toolkit.i18n import _, plural

from ._folders import Folder
from ._kernel import Ending, Kernel, context, read_answers, remove
from ._outputs import Outputs
from ._provisioner import Setup
from ._warden import Warden
from .sandbox import Limits, SandboxError, available

__all__ = ["Executed", "Job", "Limits", "Progress", "Status", "execute"]

Status = Literal["done", "timeout", "dead", "failed"]
"""Ran through; a limit of time was met; its kernel died; it could not be run at all."""
Progress = Callable[[int, int, float], None]
"""Is told after each notebook: how many are done, of how many, and about how many seconds are left."""

_TRIES = 2
"""How often a kernel is started before its notebook is given up."""


@dataclass(frozen=True)
class Job:
    """One notebook to run."""

    key: str
    """Names it in the result."""
    notebook: NotebookNode
    items: Path
    """``items.json`` of the module."""
    data: Path
    """Folder with the data of the learner's variant; need not be there, as a module may have none."""
    answers: dict[str, Any] = field(default_factory=dict)
    """Recorded answers, which the notebook shows."""


@dataclass(frozen=True)
class Executed:
    """What came of a notebook."""

    key: str
    status: Status
    notebook: NotebookNode
    """With outputs: text and pictures alone."""
    answers: dict[str, Any]
    """What it wrote as its answers: untrusted JSON by item."""
    seconds: float
    note: str = ""
    """For the examiner: what went wrong, in a sentence; empty where nothing did."""


def execute(
    jobs: Iterable[Job],
    *,
    workers: int = 2,
    sandbox: bool = True,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Iterator[Executed]:
    """
    Run notebooks and yield each as soon as it is done, in the order in which they finish.

    Parameters
    ----------
    jobs
        What to run.
    workers
        How many run at the same time, 1 to 30.
    sandbox
        Whether they are confined. False runs a stranger's code with the examiner's own rights: for
        notebooks that you have read.
    limits
        What one notebook may take; see `Limits`. Without a sandbox those of time and output hold, and on
        Linux those of memory and disk.
    progress
        Is told how far it is.

    Raises
    ------
    SandboxError
        If they are to be confined and this machine cannot; nothing is run then.

    Notes
    -----
    Close the iterator (or exhaust it) to end all kernels; when the process is killed they end with it, and
    the folder they leave in the temporary folder is removed by the next run.
    """
    todo = tuple(jobs)
    if not 1 <= workers <= 30:
        msg = f"`workers` must be from 1 to 30, got {workers!r}."
        raise ValueError(msg)
    if sandbox and (reason := available()) is not None:
        raise SandboxError(reason)
    return _results(todo, _Run(workers, sandbox, limits or Limits()), progress)


def _results(todo: tuple[Job, ...], run: _Run, progress: Progress | None) -> Iterator[Executed]:
    results: queue.SimpleQueue[Executed | BaseException] = queue.SimpleQueue()
    thread = threading.Thread(
        target=contextvars.copy_context().run, args=(run.all, todo, results), name="execute", daemon=True
    )
    begun = time.monotonic()
    thread.start()
    atexit.register(run.cancel)
    try:
        for done in range(1, len(todo) + 1):
            result = results.get()
            if isinstance(result, BaseException):
                raise result
            if progress is not None:
                left = (time.monotonic() - begun) / done * (len(todo) - done)
                progress(done, len(todo), left)
            yield result
    finally:
        run.cancel()
        thread.join()
        atexit.unregister(run.cancel)


@dataclass(frozen=True)
class _Shared:
    """What the notebooks of one run share."""

    folder: Path
    sockets: zmq.asyncio.Context
    warden: Warden
    working: asyncio.Semaphore


@dataclass
class _Run:
    """One call of `execute`: a loop in a thread, a folder, a warden."""

    workers: int
    sandbox: bool
    limits: Limits
    _loop: asyncio.AbstractEventLoop | None = None
    _task: asyncio.Task[None] | None = None
    _cancelled: bool = False

    def all(self, todo: tuple[Job, ...], results: queue.SimpleQueue[Executed | BaseException]) -> None:
        try:
            asyncio.run(self._main(todo, results.put))
        except asyncio.CancelledError:
            pass
        except BaseException as problem:
            results.put(problem)

    def cancel(self) -> None:
        self._cancelled = True
        if self._loop is not None and self._task is not None:
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._task.cancel)

    async def _main(self, todo: tuple[Job, ...], put: Callable[[Executed], None]) -> None:
        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        if self._cancelled:
            return
        sockets = context()
        # One kernel more than work starts meanwhile: importing it is a third of a small notebook's time.
        free = list(range(self.workers + 1))
        alive, working = asyncio.Semaphore(self.workers + 1), asyncio.Semaphore(self.workers)
        try:
            with Folder() as folder, Warden() as warden:
                shared = _Shared(folder.path, sockets, warden, working)

                async def one(number: int, job: Job, slot: int) -> None:
                    try:
                        put(await self._one(job, shared, number, slot))
                    finally:
                        free.append(slot)
                        alive.release()

                async with asyncio.TaskGroup() as group:
                    for number, job in enumerate(todo):
                        await alive.acquire()
                        group.create_task(one(number, job, free.pop()))
        finally:
            sockets.destroy(linger=0)

    async def _one(self, job: Job, shared: _Shared, number: int, slot: int) -> Executed:
        folder = shared.folder / str(number)
        begun = time.monotonic()
        notebook = _blank(job.notebook)
        answers: dict[str, Any] = {}
        try:
            kernel = await self._kernel(job, folder, slot, shared)
            if isinstance(kernel, str):
                return Executed(job.key, "failed", notebook, {}, time.monotonic() - begun, kernel)
            try:
                async with shared.working:
                    begun = time.monotonic()
                    status, note = await _cells(kernel, notebook, self.limits)
            finally:
                await kernel.stop()
            answers = read_answers(kernel.setup.out, self.limits.out)
            return Executed(job.key, status, notebook, answers, time.monotonic() - begun, note)
        except Exception as problem:
            note = _("This notebook could not be run: {problem}").format(
                problem=f"{type(problem).__name__}: {problem}"
            )
            return Executed(job.key, "failed", notebook, answers, time.monotonic() - begun, note)
        finally:
            await asyncio.to_thread(_clear, folder)

    async def _kernel(self, job: Job, folder: Path, slot: int, shared: _Shared) -> Kernel | str:
        """Return a kernel that answers, started twice if need be, or what became of it."""
        kernel = None
        for attempt in range(1, _TRIES + 1):
            kernel = Kernel(self._setup(job, folder / str(attempt), slot), shared.sockets, shared.warden)
            try:
                if await kernel.start():
                    return kernel
            except BaseException:
                await kernel.stop()
                raise
            await kernel.stop()
        assert kernel is not None
        return _("No kernel started in {seconds:.0f} s, nor at the second try. {log}").format(
            seconds=self.limits.start, log=kernel.log()
        )

    def _setup(self, job: Job, folder: Path, slot: int) -> Setup:
        if not job.items.is_file():
            msg = _("{path} is not there.").format(path=job.items)
            raise FileNotFoundError(msg)
        folder.parent.mkdir(exist_ok=True)
        recorded = folder.parent / f"{folder.name}.recorded.json"
        recorded.write_text(json.dumps(job.answers, ensure_ascii=False), encoding="utf-8")
        outside = {"ITEMS": job.items.resolve(), "DATA": job.data.resolve(), "ANSWERS_FILE": recorded}
        inside = {
            "ITEMS": "/ilp/course/items.json",
            "DATA": "/ilp/course/data",
            "ANSWERS_FILE": "/ilp/course/answers.json",
        }
        readable = {inside[name]: path for name, path in outside.items() if path.exists()}
        seen = inside if self.sandbox else {name: str(path) for name, path in outside.items()}
        environment = {f"ILP_COURSE_{name}": path for name, path in seen.items()}
        environment |= {"ILP_COURSE_MODE": "marking", "ILP_COURSE_OUT": str(folder / "answers.json")}
        environment |= _same_toolkit()
        if not self.sandbox:
            environment |= {"MPLBACKEND": "agg", "IPYTHONDIR": str(folder / "home")}
        return Setup(folder, readable, environment, self.limits, self.sandbox, slot)


async def _cells(kernel: Kernel, notebook: NotebookNode, limits: Limits) -> tuple[Status, str]:
    """Run the cells one after the other, an error in one notwithstanding."""
    outputs = Outputs(limits)
    until = time.monotonic() + limits.notebook
    slow: list[int] = []
    first = True
    ending: Ending = "done"
    place = 0
    for place, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type != "code" or not str(cell.source).strip():
            continue
        left = until - time.monotonic()
        if left <= 0:
            slow.append(place)
            ending = "stuck"
            break
        outputs.begin()
        ending = await kernel.run(str(cell.source), outputs, min(limits.cell, left))
        if ending == "stopped":
            slow.append(place)
            outputs.note(_("Stopped: this cell ran too long or printed too much."))
        elif ending != "done":
            outputs.note(_("The notebook ended here."))
        cell.outputs = outputs.take()
        cell.execution_count = place
        if first and (problem := _unopened(cell)):
            return "failed", problem
        first = False
        if ending in {"stuck", "dead"}:
            break
    return _verdict(kernel, ending, place, slow, outputs)


def _unopened(cell: NotebookNode) -> str:
    """Say why the course's own first cell failed: nothing of a learner ran before, so nobody loses points."""
    found = next((output for output in cell.outputs if output.output_type == "error"), None)
    if found is None or "learning.open(" not in str(cell.source):
        return ""
    words = _("The course could not be opened here, so that nothing was marked: {problem}")
    return words.format(problem=f"{found.ename}: {found.evalue}")


def _same_toolkit() -> dict[str, str]:
    """Lead a kernel to the toolkit that marks, where it is no installed package but a checkout's folder."""
    place = Path(ilp_toolkit.__file__).resolve().parents[1]
    installed = {Path(sysconfig.get_path(name)).resolve() for name in ("purelib", "platlib")}
    return {} if place in installed else {"PYTHONPATH": str(place)}


def _verdict(
    kernel: Kernel, ending: Ending, place: int, slow: list[int], outputs: Outputs
) -> tuple[Status, str]:
    reason = kernel.killed_for
    if reason == "memory":
        return "dead", _("Stopped in cell {n}: it held too much memory.").format(n=place)
    if reason == "disk":
        return "dead", _("Stopped in cell {n}: it wrote too much to the disk.").format(n=place)
    if ending == "dead" and reason is None:
        return "dead", _("The kernel died in cell {n}; later cells did not run.").format(n=place)
    if ending == "stuck" or reason is not None:
        note = _("Cell {n} took too long and could not be stopped; later cells did not run.")
        return "timeout", note.format(n=place)
    if slow:
        cells = ", ".join(map(str, slow))
        return "timeout", plural(
            "Cell {cells} was stopped for its time or its output; the others ran.",
            "Cells {cells} were stopped for their time or their output; the others ran.",
            len(slow),
        ).format(cells=cells)
    return "done", _("Outputs were too long and are shortened.") if outputs.cut else ""


def _blank(notebook: NotebookNode) -> NotebookNode:
    blank = copy.deepcopy(notebook)
    for cell in blank.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return blank


def _clear(folder: Path) -> None:
    if folder.exists():
        remove(folder)
