"""The recipe: ``python -m ilp_toolkit.synthetic datasets`` writes the invented world's files."""

from __future__ import annotations

import sys
from pathlib import Path

from .markets import make_markets
from .network import make_network
from .package import make_kelovar, write
from .reports import make_reports
from .seizures import make_seizures

RECIPES = {
    "kelovar": make_kelovar,
    "markets": make_markets,
    "network": make_network,
    "reports": make_reports,
    "seizures": make_seizures,
}
"""Folder to the function that makes its files."""


def main(arguments: list[str]) -> int:
    """Write the generated files below the folder named as the only argument; return the exit status."""
    if len(arguments) != 1 or arguments[0].startswith("-"):
        sys.stderr.write("Say where to write: python -m ilp_toolkit.synthetic datasets\n")
        return 2
    for place, make in RECIPES.items():
        folder, files = Path(arguments[0]) / place, make()
        write(files, folder)
        for name, body in files.items():
            sys.stdout.write(f"{folder / name}: {len(body):,} bytes\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
