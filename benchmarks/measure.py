"""
Time and peak memory of two jobs, in alternating pairs, each in a process of its own.

A job is a function at the top of a benchmark's module. It prepares (imports, loads, compiles) and returns
the work, a function without arguments; only the work is timed. Peak memory is that of the whole process (work
that runs elsewhere, in R, returns the `Run` it measured itself):

    def ours(rows):
        table = make(rows)
        return lambda: ilp.hotspots.count(table)

    print(paired(ours, theirs, args=(1_000_000,)).line("counts"))

On a shared machine the same code moves by up to three times between runs, neighbours in time by much less:
the ratio is the median of the ratios inside the pairs.
"""

from __future__ import annotations

import importlib
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

__all__ = ["HEADER", "Pairs", "Run", "once", "paired"]

Job = Callable[..., Callable[[], Any]]

SHORT = 0.25
"""Seconds: work shorter than this is repeated and the median taken."""
ENOUGH = 0.5
"""Seconds spent on repeating short work."""

HEADER = (
    f"{'job':<44}{'ours':>10}{'peer':>10}{'ratio':>8}{'ours':>9}{'peer':>9}{'ratio':>8}"
    "   time, then peak memory"
)


@dataclass(frozen=True)
class Run:
    """One job, once."""

    seconds: float
    peak_mb: float
    """The highest memory of the process, its imports included."""
    start_mb: float
    """The highest memory before the work began."""


@dataclass(frozen=True)
class Pairs:
    """Medians over the pairs."""

    ours: list[Run]
    theirs: list[Run]

    @property
    def faster(self) -> float:
        """How many times as long theirs takes."""
        return statistics.median(b.seconds / a.seconds for a, b in zip(self.ours, self.theirs, strict=True))

    @property
    def ratio(self) -> float:
        """Time of ours over time of theirs: below one is faster."""
        return statistics.median(a.seconds / b.seconds for a, b in zip(self.ours, self.theirs, strict=True))

    @property
    def memory_ratio(self) -> float:
        """Peak of ours over peak of theirs: below one is leaner."""
        return statistics.median(a.peak_mb / b.peak_mb for a, b in zip(self.ours, self.theirs, strict=True))

    def line(self, job: str) -> str:
        """Return a row under `HEADER`."""
        a = statistics.median(run.seconds for run in self.ours)
        b = statistics.median(run.seconds for run in self.theirs)
        mine = statistics.median(run.peak_mb for run in self.ours)
        peer = statistics.median(run.peak_mb for run in self.theirs)
        times = f"{_duration(a):>10}{_duration(b):>10}{self.ratio:>8.3g}"
        return f"{job:<44}{times}{mine:>6.0f} MB{peer:>6.0f} MB{self.memory_ratio:>8.2f}"


def paired(ours: Job, theirs: Job, *, args: tuple[Any, ...] = (), pairs: int = 5) -> Pairs:
    """Run two jobs back to back, `pairs` times, who goes first taking turns; `args` must be JSON values."""
    first, second = [], []
    for number in range(pairs):
        for job, runs in [(ours, first), (theirs, second)][:: -1 if number % 2 else 1]:
            runs.append(once(job, *args))
    return Pairs(first, second)


def once(job: Job, *args: Any) -> Run:
    """Run one job in a fresh process."""
    module = sys.modules[job.__module__]
    name = module.__spec__.name if module.__spec__ else job.__module__
    command = [sys.executable, "-m", "benchmarks.measure", name, job.__name__, json.dumps(args)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=Path(__file__).resolve().parents[1]
    )
    if done.returncode:
        raise RuntimeError(f"{name}.{job.__name__} failed:\n{done.stderr}")
    return Run(**json.loads(done.stdout.splitlines()[-1]))


def _duration(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1e3:.3g} ms"


def _peak_mb() -> float:
    """Return this process's peak; getrusage would report the parent's where that was higher before exec."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    if sys.platform == "win32":
        return float("nan")
    import resource

    unit = 1024**2 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def _clock(work: Callable[[], Any]) -> float | Run:
    begin = time.perf_counter()
    found = work()
    return found if isinstance(found, Run) else time.perf_counter() - begin


def _child(module: str, name: str, args: str) -> None:
    work = getattr(importlib.import_module(module), name)(*json.loads(args))
    start = _peak_mb()
    first = _clock(work)
    if isinstance(first, Run):
        print(json.dumps(asdict(first)))
        return
    times = [first]
    if first < SHORT:
        until = time.perf_counter() + ENOUGH
        while time.perf_counter() < until:
            times.append(float(_clock(work)))  # type: ignore[arg-type]
    print(json.dumps({"seconds": statistics.median(times), "peak_mb": _peak_mb(), "start_mb": start}))


if __name__ == "__main__":
    _child(*sys.argv[1:])
