"""The command ``python -m grading``: ``build`` makes the notebooks."""

from __future__ import annotations

import argparse
from pathlib import Path

from .build import build


def main() -> None:
    """Run one command and say what it made."""
    parser = argparse.ArgumentParser(prog="python -m grading", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    building = commands.add_parser("build", help="make notebooks/ from modules/")
    building.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[1])
    arguments = parser.parse_args()
    for path in build(arguments.root):
        print(path.relative_to(arguments.root).as_posix())


if __name__ == "__main__":
    main()
