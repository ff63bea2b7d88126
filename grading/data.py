"""
The data of a module's variants: eight folders of small files, drawn from a salted seed.

Whose card leads to which variant is `ilp_toolkit.learning.cards`' matter. Here a variant gets its seed: with
the sample's salt, which the repository shows, or with an examiner's own, which no learner has.
"""

from __future__ import annotations

import hashlib
import hmac
import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from ilp_toolkit.errors import InputError
from ilp_toolkit.i18n import _

from .modules import Module

__all__ = ["SAMPLE", "VARIANTS", "seed", "solver", "variant_folder", "variants", "write_data"]

SAMPLE = b"sample"
"""The salt of the data that the repository holds."""
VARIANTS = 8


def seed(salt: bytes, module: str, variant: int) -> int:
    """
    Return the seed of a variant's data.

    Examples
    --------
    >>> seed(b"sample", "03_rights", 0) != seed(b"another", "03_rights", 0)
    True
    """
    digest = hmac.new(salt, f"{module}|{variant}".encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:6], "big")


def variants(module: Module) -> range:
    """Return the numbers of a module's variants: none where it has no data of its own."""
    return range(VARIANTS if (module.folder / "data.py").is_file() else 0)


def variant_folder(data: Path, module: str, variant: int) -> Path:
    """Return where the files of a variant lie."""
    return data / module / f"v{variant}"


def write_data(module: Module, folder: Path, salt: bytes = SAMPLE) -> list[Path]:
    """
    Write the files of every variant of a module.

    Parameters
    ----------
    module
        The module; without a ``data.py`` nothing is written.
    folder
        The files go to ``<folder>/<module>/v0`` to ``v7``.
    salt
        What the seeds come from.

    Returns
    -------
    list of Path
        The files.
    """
    written = []
    for variant in variants(module):
        target = variant_folder(folder, module.id, variant)
        target.mkdir(parents=True, exist_ok=True)
        for name, text in sorted(made(module, variant, salt).items()):
            path = target / name
            if not path.is_file() or path.read_bytes() != text.encode():
                path.write_text(text, encoding="utf-8", newline="\n")
            written.append(path)
    return written


def made(module: Module, variant: int, salt: bytes = SAMPLE) -> dict[str, str]:
    """Return the files of one variant: name to text."""
    make: Callable[..., dict[str, str]] = _function(module, "data.py", "make")
    files = make(variant, seed(salt, module.id, variant))
    for name in files:
        if not name.isascii() or Path(name).name != name or name.startswith("."):
            msg = _("{module}/data.py: “{name}” is no plain ASCII name of a file; name it like counts.csv.")
            raise InputError(msg.format(module=module.id, name=name))
    return files


def solver(module: Module) -> Callable[[Path], dict[str, Any]] | None:
    """Return the function that works out the keys from the data of a variant, if the module has one."""
    if not (module.folder / "solver.py").is_file():
        return None
    solve: Callable[[Path], dict[str, Any]] = _function(module, "solver.py", "solve")
    return solve


def _function(module: Module, file: str, name: str) -> Any:
    """Return a function of a module's own code, read anew each time."""
    path = module.folder / file
    spec = importlib.util.spec_from_file_location(f"course_{module.id}_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise InputError(_("{path} cannot be loaded.").format(path=path))
    loaded: ModuleType = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    found = getattr(loaded, name, None)
    if not callable(found):
        msg = _("{path}: there is no function `{name}`; modules/_template shows one.")
        raise InputError(msg.format(path=path, name=name))
    return found
