"""A new module from the template."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from ilp_toolkit.errors import InputError
from ilp_toolkit.i18n import _

__all__ = ["new_module"]

_NAME = re.compile(r"[0-9]{2}_[a-z][a-z0-9_]{1,40}", re.ASCII)


def new_module(root: Path, name: str) -> Path:
    """
    Copy the template to a module of a new name.

    Parameters
    ----------
    root
        The checkout.
    name
        ``NN_topic``: two digits that no other module has, then small Latin letters; it becomes part of
        paths, ids and file names on every computer of the course.

    Returns
    -------
    Path
        The new folder, which builds as it stands.

    Raises
    ------
    InputError
        If the name cannot be used or its number is taken.
    """
    folder = root / "modules"
    if not _NAME.fullmatch(name):
        msg = _("“{name}” is no name of a module; write two digits and small letters, such as 17_topic.")
        raise InputError(msg.format(name=name))
    taken = [path.name for path in folder.glob(f"{name[:2]}_*") if path.is_dir()]
    if taken:
        msg = _("The number {number} belongs to {taken}; choose another one.")
        raise InputError(msg.format(number=name[:2], taken=", ".join(taken)))
    left_out = shutil.ignore_patterns("__pycache__", "locale", ".ipynb_checkpoints")
    target = Path(shutil.copytree(folder / "_template", folder / name, ignore=left_out))
    head = target / "module.toml"
    text = head.read_text(encoding="utf-8").splitlines(keepends=True)
    # The first lines say how the template is copied, which the copy need not.
    head.write_text("".join(text[1:]), encoding="utf-8", newline="\n")
    return target
