"""
Peers that do not install beside the toolkit: made ready in a temporary folder, or skipped by name.

st-dbscan needs `pkg_resources`, which setuptools dropped, to be built and to be imported: it is built by an
older setuptools, and both lie in a folder that only its own process sees. spatstat is R's: where `Rscript`
and the package are (on Debian `r-base-core` and `r-cran-spatstat.explore`), R reads the same points and
reports its own seconds and peak memory.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import numpy as np

from .measure import Run

__all__ = ["FOLDER", "has_spatstat", "spatstat_density", "st_dbscan_folder"]

FOLDER = "ILP_BENCHMARK_PEER"
"""Where a job finds what was built: a variable of the environment."""
_SETUP = ("setuptools<81", "wheel")

_DENSITY = """
suppressMessages(library(spatstat.explore))
given <- commandArgs(trailingOnly = TRUE)
n <- as.integer(given[2])
side <- as.numeric(given[3]); width <- as.numeric(given[4]); cell <- as.numeric(given[5])
values <- readBin(given[1], "double", n = 2 * n)
points <- ppp(values[1:n], values[(n + 1):(2 * n)], c(0, side), c(0, side), check = FALSE)
work <- function() density(points, sigma = width, kernel = "quartic", eps = cell, edge = FALSE)
invisible(work())
seconds <- median(sapply(1:3, function(k) system.time(work())[["elapsed"]]))
status <- readLines("/proc/self/status")
peak <- as.numeric(gsub("[^0-9]", "", grep("VmHWM", status, value = TRUE))) / 1024
cat(sprintf('{"seconds": %f, "peak_mb": %f, "start_mb": 0}', seconds, peak))
"""


@cache
def has_spatstat() -> bool:
    """Return whether R and spatstat are here."""
    if not shutil.which("Rscript") or not Path("/proc/self/status").exists():
        return False
    code = 'quit(status = !requireNamespace("spatstat.explore", quietly = TRUE))'
    return subprocess.run(["Rscript", "-e", code], capture_output=True, check=False).returncode == 0


def spatstat_density(x: np.ndarray, y: np.ndarray, *, side: float, bandwidth: float, cell_size: float) -> Run:
    """Let spatstat smooth points over a square with its quartic kernel, binned; return what R measured."""
    with tempfile.TemporaryDirectory() as folder:
        data, script = Path(folder) / "points", Path(folder) / "density.R"
        np.concatenate([x, y]).astype(np.float64).tofile(data)
        script.write_text(_DENSITY, encoding="utf-8")
        spread = bandwidth / np.sqrt(8)
        command = ["Rscript", str(script), str(data), *map(str, (len(x), side, spread, cell_size))]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    return Run(**json.loads(done.stdout))


def st_dbscan_folder(folder: Path) -> str | None:
    """Build st-dbscan into a folder; return why not where that fails."""
    builder, target = folder / "builder", folder / "peer"
    python = builder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    steps = [
        [sys.executable, "-m", "venv", str(builder)],
        [*pip, *_SETUP],
        [*pip, "--no-build-isolation", "--no-deps", "--target", str(target), "st-dbscan==0.2.3"],
        [*pip, "--no-deps", "--target", str(target), _SETUP[0]],
    ]
    for step in steps:
        done = subprocess.run(step, capture_output=True, text=True, check=False)
        if done.returncode:
            return done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "it could not be built"
    os.environ[FOLDER] = str(target)
    return None
