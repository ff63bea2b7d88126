"""
Progress on work that takes over two seconds, written to the screen and nowhere else.

Nothing is shown on short work, in a pipe, or after ``quiet()``; results never depend on it.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

__all__ = ["Step", "is_quiet", "quiet", "steps"]

DELAY = 2.0
"""Seconds of work before anything is shown."""

_quiet: ContextVar[bool] = ContextVar("ilp_quiet", default=False)


class Step(Protocol):
    """What `steps` yields: call it with the words for the step that begins."""

    def __call__(self, description: str, /) -> None:
        """Begin the step that these words name."""


def is_quiet() -> bool:
    """Return whether progress is switched off in this context."""
    return _quiet.get()


@contextmanager
def quiet(switch: bool = True) -> Iterator[None]:
    """Show no progress inside a ``with`` block."""
    token = _quiet.set(switch)
    try:
        yield
    finally:
        _quiet.reset(token)


@contextmanager
def steps(total: int) -> Iterator[Step]:
    """
    Show a bar over a known number of named steps once the work has taken two seconds.

    Parameters
    ----------
    total
        How many times the yielded function will be called.

    Examples
    --------
    >>> with steps(2) as step:
    ...     step("Reading")
    ...     step("Counting")
    """
    if is_quiet() or not sys.stderr.isatty():
        yield lambda description, /: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    task = bar.add_task("", total=total)
    timer = threading.Timer(DELAY, bar.start)
    timer.daemon = True
    begun = 0

    def step(description: str, /) -> None:
        nonlocal begun
        bar.update(task, description=description, completed=begun)
        begun += 1

    timer.start()
    try:
        yield step
    finally:
        timer.cancel()
        bar.stop()
