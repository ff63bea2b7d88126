"""
The analysis room against the packages that analysts use: one table, the same events for both sides.

Run with ``python -m benchmarks.crime``; ``--quick`` takes one pair a row. Times are medians, the factor is
the median of the ratios inside alternating pairs; memory is the peak of the whole process, libraries
included, and how much of it the work took above the input. What is asked of a row stands beside it.
"""

from __future__ import annotations

import importlib.util
import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import hotspots as spots
from benchmarks import near_repeat as near
from benchmarks.measure import Run, once, paired
from benchmarks.peers import has_spatstat, st_dbscan_folder

Job = Callable[..., Callable[[], Any]]


@dataclass(frozen=True)
class Row:
    """One job at one size, with what is asked of it."""

    job: str
    size: str
    ours: Job
    args: tuple[Any, ...]
    peer: str = ""
    theirs: Job | None = None
    faster: float | None = None
    """How many times as fast as the peer it must be."""
    peak_mb: float | None = None
    above_mb: float | None = None
    needs: str = ""
    """What the peer needs to be there."""


ROWS = [
    Row("knox, 10 × 4 bands, 999 permutations", "10,000", near.knox, (10_000,),
        "pointpats, one band", near.pointpats_knox, faster=20, needs="pointpats"),
    Row("knox, 10 × 4 bands, 999 permutations", "100,000", near.knox, (100_000,), peak_mb=600),
    Row("kde quartic, 100 m, whole call", "1,000,000", spots.kde_quartic_ours, (1_000_000,),
        "spatstat, binned", spots.kde_spatstat, faster=2, needs="spatstat"),
    Row("kde Epanechnikov, the sum alone", "10,000", spots.kde_finite_sum_ours, (10_000,),
        "scikit-learn", spots.kde_finite_sklearn, faster=100, needs="sklearn"),
    Row("kde Epanechnikov, whole call", "10,000", spots.kde_finite_ours, (10_000,),
        "scikit-learn", spots.kde_finite_sklearn, needs="sklearn"),
    Row("kde Gaussian, whole call", "10,000", spots.kde_ours, (10_000,),
        "scikit-learn, rtol 1e-4", spots.kde_sklearn, faster=100, needs="sklearn"),
    Row("kde Gaussian, the sum alone", "10,000", spots.kde_sum_ours, (10_000,),
        "scikit-learn, rtol 1e-4", spots.kde_sklearn, faster=100, needs="sklearn"),
    Row("gi_star, analytic", "50,176 cells", spots.gi_ours, (224,),
        "esda, weights ready", spots.gi_esda, faster=50, needs="esda"),
    Row("gi_star, 999 permutations", "50,176 cells", spots.gi_permuted_ours, (224,),
        "esda, weights ready", spots.gi_permuted_esda, faster=4, needs="esda"),
    Row("gi_star, whole call with the counts", "250,000 cells", spots.gi_ours_whole, (500,),
        "esda with weights", spots.gi_esda_whole, above_mb=100, needs="esda"),
    Row("gi_star, 999 permutations", "250,000 cells", spots.gi_permuted_ours, (500,), above_mb=100),
    Row("st_dbscan", "10,000", near.st_dbscan, (10_000,),
        "st-dbscan", near.peer_st_dbscan, faster=50, needs="st_dbscan"),
    Row("st_dbscan", "1,000,000", near.st_dbscan, (1_000_000, 100.0), peak_mb=500),
    Row("aoristic", "10,000", spots.aoristic_ours, (10_000,),
        "pandas, row by row", spots.aoristic_pandas, faster=500),
    Row("aoristic", "1,000,000", spots.aoristic_ours, (1_000_000,), above_mb=100),
    Row("points into 1,000 polygons", "1,000,000", spots.areas_ours, (1_000_000,),
        "geopandas sjoin", spots.areas_geopandas, faster=2),
    Row("points into 90,000 cells", "1,000,000", spots.count_ours, (1_000_000,),
        "geopandas sjoin", spots.count_geopandas),
    Row("chains", "300,000", near.chains, (300_000, 30.0)),
]  # fmt: skip

GROWING: list[tuple[str, Job, tuple[int, ...], float]] = [
    # job, sizes, events on 30 × 30 km: more events lie on more ground
    ("knox", near.knox, (10_000, 30_000, 100_000), 10_000),
    ("st_dbscan", near.st_dbscan, (10_000, 100_000, 1_000_000), 10_000),
    ("kde quartic", spots.kde_quartic_ours, (100_000, 300_000, 1_000_000), 1_000_000),
]

HEADER = (
    f"{'job':<38}{'size':>14}  {'peer':<25}{'ours':>9}{'peer':>9}{'faster':>9}{'asked':>7}"
    f"{'peak':>9}{'above':>8}  asked"
)


def line(row: Row, ours: list[Run], theirs: list[Run], factor: float | None, absent: str) -> str:
    """Return a row under `HEADER`."""
    seconds = statistics.median(run.seconds for run in ours)
    peak = statistics.median(run.peak_mb for run in ours)
    above = statistics.median(run.peak_mb - run.start_mb for run in ours)
    peers = _duration(statistics.median(run.seconds for run in theirs)) if theirs else ""
    times = "" if factor is None else f"{factor:,.0f} x" if factor >= 100 else f"{factor:.3g} x"
    wanted = "" if row.faster is None else f"{row.faster:g} x"
    limits = [(peak, row.peak_mb, "peak"), (above, row.above_mb, "above the input")]
    asked = ", ".join(f"{limit:.0f} MB {what}" for _found, limit, what in limits if limit is not None)
    kept = all(found <= limit for found, limit, _what in limits if limit is not None)
    kept = kept and (row.faster is None or factor is None or factor >= row.faster)
    verdict = "" if kept else "NOT KEPT"
    return (
        f"{row.job:<38}{row.size:>14}  {absent or row.peer:<25}{_duration(seconds):>9}{peers:>9}{times:>9}"
        f"{wanted:>7}{peak:>6.0f} MB{above:>5.0f} MB  {asked} {verdict}".rstrip()
    )


def measured(row: Row, pairs: int, absent: str) -> str:
    """Measure one row, with its peer where that is here."""
    if row.theirs is None or absent:
        runs = [once(row.ours, *row.args) for _ in range(pairs)]
        return line(row, runs, [], None, absent)
    found = paired(row.ours, row.theirs, args=row.args, pairs=pairs)
    return line(row, found.ours, found.theirs, found.faster, "")


def missing(row: Row, unbuilt: str | None) -> str:
    """Return why a row has no peer in this run; empty where it has one."""
    if row.needs == "st_dbscan":
        return f"st-dbscan: {unbuilt}" if unbuilt else ""
    if row.needs == "spatstat":
        return "" if has_spatstat() else "R's spatstat is not here"
    return "" if not row.needs or importlib.util.find_spec(row.needs) else f"{row.needs} is not here"


def exponent(job: Job, sizes: tuple[int, ...], per_ground: float, tries: int) -> tuple[float, list[float]]:
    """Return the power of the events with which the time grows, at the same density, and the seconds."""
    seconds = [min(once(job, n, n / per_ground).seconds for _ in range(tries)) for n in sizes]
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0]), seconds


def main() -> None:
    pairs = 1 if "--quick" in sys.argv else 5
    with tempfile.TemporaryDirectory() as folder:
        unbuilt = st_dbscan_folder(Path(folder))
        print(HEADER)
        for row in ROWS:
            print(measured(row, pairs, missing(row, unbuilt)), flush=True)
        libraries = once(near.st_dbscan, 200).peak_mb
        print(f"of the peak of each row about {libraries:.0f} MB are libraries, before any event is there")
        for name, job, sizes, per_ground in GROWING:
            power, seconds = exponent(job, sizes, per_ground, 1 if pairs == 1 else 3)
            took = ", ".join(f"{n:,}: {_duration(s)}" for n, s in zip(sizes, seconds, strict=True))
            print(
                f"{name} grows as the events to the power of {power:.2f} at the same density ({took})",
                flush=True,
            )


def _duration(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1e3:.3g} ms"


if __name__ == "__main__":
    main()
