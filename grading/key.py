"""
The key: what each graded item of a variant asks for, worked out when it is needed and kept nowhere.

Three sources give it: what ``items.toml`` states, ``solver.py`` from the data of the variant, and
the solutions in the module's own source, run on those data. It lives in this process. An examiner's overlay,
a folder outside of the repository, replaces items and the salt that the data are drawn from: in an open
repository a hidden test is not hidden, a salt is.
"""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ilp_toolkit.errors import FileError, InputError
from ilp_toolkit.i18n import _
from ilp_toolkit.learning.answers import encode
from ilp_toolkit.learning.items import Item

from .data import solver, variant_folder, variants, write_data
from .modules import Module, find, load
from .worked import worked
from .workspace import ROOT, Workspace

__all__ = ["ENVIRONMENT", "SAMPLE_OVERLAY", "Bench", "Overlay", "keys"]

ENVIRONMENT = "ILP_EXAM_OVERLAY"
"""Names the folder of the overlay where no option does."""
SAMPLE_OVERLAY = ROOT / "grading" / "sample_overlay"
"""What an overlay looks like: the only one that may lie in the repository, since it is no secret."""


@dataclass(frozen=True)
class Overlay:
    """An examiner's own items and salt."""

    folder: Path
    salt: bytes | None
    """What the data of the variants are drawn from; None: the sample's."""

    @classmethod
    def find(cls, folder: Path | None = None, *, root: Path = ROOT) -> Overlay | None:
        """
        Return the overlay in use: the folder that is named, else that of ``ILP_EXAM_OVERLAY``, else none.

        Raises
        ------
        InputError
            If it lies in the repository, where the next commit would publish it, or its salt is too short.
        FileError
            If there is no such folder.
        """
        named = folder or (Path(text) if (text := os.environ.get(ENVIRONMENT, "").strip()) else None)
        if named is None:
            return None
        place = Path(named).resolve()
        if not place.is_dir():
            msg = _("There is no folder “{folder}” for the examiner's overlay.")
            raise FileError(msg.format(folder=named))
        if place.is_relative_to(root.resolve()) and place != (root / "grading" / "sample_overlay").resolve():
            msg = _(
                "The overlay “{folder}” lies in the repository and would be published. Move it elsewhere."
            )
            raise InputError(msg.format(folder=named))
        file = place / "salt.txt"
        salt = file.read_text(encoding="utf-8-sig").strip() if file.is_file() else ""
        if salt and len(salt) < 16:
            msg = _("The salt in “{path}” is too short: it needs at least 16 characters.")
            raise InputError(msg.format(path=file))
        return cls(place, salt.encode() or None)


@dataclass
class Bench:
    """
    Modules, data and keys as marking needs them, each read or worked out once.

    Parameters
    ----------
    workspace
        Where data of an examiner's own salt are written.
    overlay
        The examiner's items and salt.
    root
        The checkout.
    """

    workspace: Workspace
    overlay: Overlay | None = None
    root: Path = ROOT
    _modules: dict[str, Module] = field(default_factory=dict, repr=False)
    _keys: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict, repr=False)

    def module(self, name: str) -> Module:
        """Return a module with the overlay's items; an `InputError` where there is none of this id."""
        if name not in self._modules:
            (folder,) = find(self.root, name)
            module = load(folder, self.overlay.folder if self.overlay else None)
            if self.overlay is not None and self.overlay.salt is not None:
                write_data(module, self.workspace.data, self.overlay.salt)
            self._modules[name] = module
        return self._modules[name]

    def knows(self, name: str) -> bool:
        """Whether there is a module of this id with an exam."""
        try:
            return bool(self.module(name).part("exam"))
        except InputError:
            return False

    @property
    def data(self) -> Path:
        """The folder with the data of the variants that learners got."""
        if self.overlay is not None and self.overlay.salt is not None:
            return self.workspace.data
        return self.root / "notebooks" / "course" / "data"

    def files(self, module: str, variant: int) -> Path:
        """Return the folder with a variant's data."""
        self.module(module)
        return variant_folder(self.data, module, variant)

    def keys(self, module: str, variant: int) -> dict[str, Any]:
        """Return the keys of a variant, item id to key."""
        if (module, variant) not in self._keys:
            self._keys[module, variant] = keys(self.module(module), variant, data=self.data)
        return self._keys[module, variant]

    def digest(self, module: str, item: Item, variant: int) -> str:
        """Return a fingerprint of what an item asked and its key, which does not tell the key."""
        content = {"item": item.whole(), "key": self.keys(module, variant).get(item.id)}
        text = json.dumps(content, ensure_ascii=False, sort_keys=True)
        return hmac.digest(self.workspace.salt, text.encode(), "sha256").hex()[:32]


def keys(module: Module, variant: int, *, data: Path) -> dict[str, Any]:
    """
    Work out the keys of a module's graded items for one variant.

    Parameters
    ----------
    module
        The module, with the overlay's items if there is one.
    variant
        Which variant.
    data
        The folder with the data of the variants (``<module>/v<variant>/``).

    Returns
    -------
    dict
        Item id to key, as JSON. Items that people mark have none; those with a special check may have none.

    Raises
    ------
    InputError
        If an item has no key from any source, or the data of the variant are missing.
    """
    exam = [item for item in module.part("exam") if not item.written]
    folder = variant_folder(data, module.id, variant)
    if variants(module) and not folder.is_dir():
        msg = _("The data of {module}, variant {variant}, are not in {folder}. Make them: make notebooks")
        raise InputError(msg.format(module=module.id, variant=variant, folder=folder))
    found = {item.id: key for item in exam if (key := item.form(variant).key()) is not None}
    solve = solver(module)
    if solve is not None:
        names = {item.id for item in exam if not item.code and item.id not in found}
        found |= {item: encode(key) for item, key in solve(folder).items() if item in names}
    if any(item.code for item in exam):
        answers, _varies = worked(module, "exam", folder)
        found |= {item.id: answers[item.id] for item in exam if item.code and item.id in answers}
    _complete(module, exam, found)
    return found


def _complete(module: Module, exam: list[Item], found: Mapping[str, Any]) -> None:
    missing = [item.id for item in exam if found.get(item.id) is None and not item.check]
    if missing:
        msg = _("{module}: no key for {items}. Give it in items.toml, in solver.py or as a solution.")
        raise InputError(msg.format(module=module.id, items=", ".join(missing)))
