"""
One Jupyter kernel for one notebook, confined or not: start it, run cells, end it.

The kernel is a stranger's: every message may be forged, late, huge or missing, and every socket may be
closed. Nothing is believed but that time passes. What counts is read from a file, after its end.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import zmq
import zmq.asyncio
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager

from ._outputs import Outputs
from ._provisioner import Setup, manager, process_of
from ._warden import Warden, Watched

__all__ = ["Ending", "Kernel", "context", "read_answers", "remove"]

Ending = Literal["done", "stopped", "stuck", "dead"]
"""Of a cell: to its end; interrupted for its time or output; not to be interrupted; the kernel is gone."""

_GRACE = 3.0
_MESSAGE = 64 << 20
"""Bytes of one message; a kernel that sends a larger one is no longer listened to."""


def context() -> zmq.asyncio.Context:
    """Return what sockets are made from: none is connected again, none takes in a message without bound."""
    made = zmq.asyncio.Context()
    made.setsockopt(zmq.MAXMSGSIZE, _MESSAGE)
    made.setsockopt(zmq.RCVHWM, 32)
    made.setsockopt(zmq.LINGER, 0)
    if sys.platform != "win32":
        # The kernel owns its sockets and could put a link to another's in their place.
        made.setsockopt(zmq.RECONNECT_IVL, -1)
    return made


@dataclass
class Kernel:
    """A kernel; `start` it, `run` cells, `stop` it in any case."""

    setup: Setup
    sockets: zmq.asyncio.Context
    warden: Warden
    _manager: AsyncKernelManager | None = None
    _client: AsyncKernelClient | None = None
    _watched: Watched | None = None
    _lost: bool = False
    _idle: set[str] = field(default_factory=set)

    async def start(self) -> bool:
        """Start it and wait until it answers; False if it does not within its time."""
        setup = self.setup
        (setup.folder / "home").mkdir(parents=True)
        self._manager = managing = manager(setup)
        environment = None if setup.sandbox else {**os.environ, **setup.environment}
        until = time.monotonic() + setup.limits.start
        await managing.start_kernel(env=environment or {}, cwd=str(setup.folder / "home"))
        process = process_of(managing)
        assert process is not None
        seconds = 2 * setup.limits.start + setup.limits.notebook + 60
        self._watched = self.warden.watch(process.pid, setup.folder, setup.limits, seconds=seconds)
        return await self._answers(until)

    async def _answers(self, until: float) -> bool:
        managing = self._manager
        assert managing is not None
        if managing.transport == "ipc":
            wanted = [f"{managing.ip}-{number}" for number in range(1, 6)]
            while not all(map(os.path.exists, wanted)):
                if time.monotonic() > until or not self.alive:
                    return False
                await asyncio.sleep(0.02)
            await asyncio.sleep(0.02)
        self._client = client = managing.client(context=self.sockets)
        client.start_channels(hb=False, stdin=False)
        heard = asked = False
        while time.monotonic() < until and self.alive:
            client.kernel_info()
            with contextlib.suppress(Exception):
                await client.get_shell_msg(timeout=0.5)
                asked = True
            with contextlib.suppress(Exception):
                await client.get_iopub_msg(timeout=0.1)
                heard = True
            if heard and asked:
                await self._drain()
                return True
        return False

    async def _drain(self) -> None:
        assert self._client is not None
        for get in (self._client.get_shell_msg, self._client.get_iopub_msg):
            with contextlib.suppress(Exception):
                while True:
                    await get(timeout=0.01)

    @property
    def alive(self) -> bool:
        """Whether its first process still runs."""
        process = process_of(self._manager)
        return process is not None and process.poll() is None

    @property
    def killed_for(self) -> str | None:
        """Why the warden stopped it, if it did."""
        return self._watched.reason if self._watched else None

    async def run(self, code: str, outputs: Outputs, seconds: float) -> Ending:
        """Run one cell; its outputs go into ``outputs``."""
        client = self._client
        assert client is not None
        asked = client.execute(code, allow_stdin=False, stop_on_error=False)
        reply = asyncio.ensure_future(self._reply(asked))
        idle = asyncio.ensure_future(self._listen(asked, outputs))
        death = asyncio.ensure_future(self._death())
        try:
            ending = await self._until({reply, idle}, death, outputs, seconds)
            if ending == "stopped":
                self._interrupt()
                calm = await self._until({reply, idle}, death, None, _GRACE)
                return "dead" if calm == "dead" else "stopped" if reply.done() else "stuck"
            return ending
        finally:
            for task in (reply, idle, death):
                task.cancel()
            await asyncio.gather(reply, idle, death, return_exceptions=True)

    async def _until(
        self,
        both: set[asyncio.Future[None]],
        death: asyncio.Future[None],
        outputs: Outputs | None,
        seconds: float,
    ) -> Ending:
        until = time.monotonic() + seconds
        waiting = {one for one in both if not one.done()}
        while waiting:
            left = until - time.monotonic()
            if left <= 0 or (outputs is not None and outputs.printed > self.setup.limits.flood):
                return "stopped"
            # A kernel that has answered and does not say that it is idle lost that message; so be it.
            some_done = len(waiting) < len(both)
            pause = min(left, 0.5 if not some_done else 0.2 if self._lost else 3.0)
            done, _waiting = await asyncio.wait(
                {*waiting, death}, timeout=pause, return_when=asyncio.FIRST_COMPLETED
            )
            waiting -= done
            if death in done:
                await asyncio.wait(waiting, timeout=0.3) if waiting else None
                return "dead"
            if not done and some_done:
                self._lost = True
                return "done"
        return "done"

    async def _reply(self, asked: str) -> None:
        assert self._client is not None
        while True:
            message = await self._get(self._client.get_shell_msg)
            if _parent(message) == asked:
                return

    async def _listen(self, asked: str, outputs: Outputs) -> None:
        assert self._client is not None
        while True:
            message = await self._get(self._client.get_iopub_msg)
            if _parent(message) != asked:
                continue
            kind, content = message.get("msg_type"), message.get("content")
            if kind == "status" and isinstance(content, dict) and content.get("execution_state") == "idle":
                return
            outputs.message(kind, content, _size(content))

    async def _get(self, get: Any) -> dict[str, Any]:
        """Return the next message that is one; forged and broken ones are passed over."""
        while True:
            try:
                message = await get(timeout=None)
            except asyncio.CancelledError:
                raise
            except Exception:
                await asyncio.sleep(0.01)
                continue
            if isinstance(message, dict):
                return message

    async def _death(self) -> None:
        while self.alive:
            await asyncio.sleep(0.1)

    def _interrupt(self) -> None:
        assert self._client is not None
        message = self._client.session.msg("interrupt_request", content={})
        with contextlib.suppress(Exception):
            self._client.control_channel.send(message)

    async def stop(self) -> None:
        """End it and all that it started; nothing is asked of it."""
        managing, client = self._manager, self._client
        if client is not None:
            with contextlib.suppress(Exception):
                client.stop_channels()
        process = process_of(managing)
        if process is not None:
            self.warden.leave(process.pid)
            with contextlib.suppress(OSError, AttributeError):
                os.killpg(process.pid, signal.SIGKILL)
            with contextlib.suppress(OSError):
                process.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):
                await asyncio.to_thread(process.wait, 10)
            if process.stdin is not None:
                with contextlib.suppress(OSError):
                    process.stdin.close()
        if managing is not None:
            with contextlib.suppress(Exception):
                await managing.cleanup_resources()

    def log(self) -> str:
        """Return the end of what the kernel's process complained about."""
        with contextlib.suppress(OSError):
            path = self.setup.folder.parent / f"{self.setup.folder.name}.log"
            return path.read_bytes()[-400:].decode(errors="replace").strip()
        return ""


def read_answers(path: Path, limit: int) -> dict[str, Any]:
    """
    Read the file of answers as what it is: bytes that a stranger wrote.

    Anything but a plain file of a bounded size with one JSON object in it gives no answers: a link, a pipe, a
    device, a folder, a file too large, too deep or broken.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        handle = os.open(path, flags)
    except OSError:
        return {}
    try:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode) or about.st_size > limit:
            return {}
        with os.fdopen(os.dup(handle), "rb") as file:
            raw = file.read(limit + 1)
    finally:
        os.close(handle)
    if len(raw) > limit:
        return {}
    try:
        answers = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        return {}
    return answers if isinstance(answers, dict) else {}


def remove(folder: Path) -> None:
    """Remove a folder that a stranger could write to: trees too deep and folders without rights included."""
    with contextlib.suppress(OSError, RecursionError):
        shutil.rmtree(folder)
        return
    if shutil.which("rm"):
        subprocess.run(["chmod", "-R", "u+rwX", "--", str(folder)], check=False, capture_output=True)
        subprocess.run(["rm", "-rf", "--", str(folder)], check=False, capture_output=True)


def _parent(message: dict[str, Any]) -> object:
    header = message.get("parent_header")
    return header.get("msg_id") if isinstance(header, dict) else None


def _size(content: object) -> int:
    """Return about how many characters of text a message holds."""
    total, waiting, steps = 0, [content], 0
    while waiting and steps < 10_000:
        one = waiting.pop()
        steps += 1
        if isinstance(one, str):
            total += len(one)
        elif isinstance(one, dict):
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
    return total
