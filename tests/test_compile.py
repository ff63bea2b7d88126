"""Hot loops are compiled once a machine; where nothing can be kept, once a process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

CODE = """
import numpy as np
from ilp_toolkit.analysis.kernels import density
from ilp_toolkit.analysis.kernels.density import _scatter_power as loop
found = density.at_cells(
    np.array([0]), np.array([0]), (0.0, 0.0), (1.0, 1.0), np.zeros(1), np.zeros(1), np.ones(1),
    bandwidth=1.0, gaussian=False,
)
stats = loop.stats
print(round(float(found[0]) * np.pi, 6), sum(stats.cache_hits.values()), sum(stats.cache_misses.values()))
"""


def run(**environment: str) -> list[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA_")}
    done = subprocess.run(
        [sys.executable, "-c", CODE], capture_output=True, text=True, check=True, env={**kept, **environment}
    )
    return done.stdout.split()


def test_a_second_process_compiles_nothing(tmp_path: Path) -> None:
    assert run(NUMBA_CACHE_DIR=str(tmp_path)) == ["3.0", "0", "1"]
    assert run(NUMBA_CACHE_DIR=str(tmp_path)) == ["3.0", "1", "0"]


def test_without_a_folder_that_can_be_written_it_works_all_the_same() -> None:
    code = (
        "import numba.core.caching as caching\n"
        "for kind in vars(caching).values():\n"
        "    if hasattr(kind, '_locator_classes'):\n"
        "        kind._locator_classes = []\n"
    )
    code += CODE + "print(type(loop._cache).__name__)\n"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["3.0", "0", "1", "NullCache"]
