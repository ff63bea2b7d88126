"""
Notebooks from their text sources, in each language.

A source is a Python file with cells (jupytext's py:percent). Its prose is translated cell by cell through a
PO file. Its code is the same in every language but for the one line that names the language, and the words in
quotation marks of code cells with the tag ``words``, which are translated whole. A build is repeatable: ids
come from the source, no output and no date is kept.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import jupytext
import nbformat
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from nbformat import NotebookNode

__all__ = ["LANGUAGES", "build", "prose", "update_catalogue"]

LANGUAGES = ("en", "ru")
WORDS = "words"
"""Tag of code cells whose texts in quotation marks are translated."""
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def build(root: Path) -> list[Path]:
    """
    Make every casework notebook in every language.

    Parameters
    ----------
    root
        The top folder of the checkout; sources are read from ``modules/casework``.

    Returns
    -------
    list of Path
        The notebooks written, English first.
    """
    written = []
    for source in sorted((root / "modules" / "casework").glob("[0-9]*.py")):
        for language in LANGUAGES:
            notebook = _translated(source, _catalogue(root, language), language)
            suffix = "" if language == "en" else f".{language}"
            path = root / "notebooks" / "casework" / f"{source.stem}{suffix}.ipynb"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(_text(notebook), encoding="utf-8", newline="\n")
            written.append(path)
    return written


def prose(root: Path) -> dict[str, str]:
    """Return every cell that is translated, of every source, with the name of the source it stands in."""
    found: dict[str, str] = {}
    for source in sorted((root / "modules").glob("*/[0-9]*.py")):
        for cell in _read(source).cells:
            if _is_translated(cell):
                found.setdefault(cell.source, source.relative_to(root).as_posix())
    return found


def update_catalogue(root: Path, language: str) -> Catalog:
    """Bring one language's PO file up to date with the sources, keep its translations, and return it."""
    template = Catalog(domain="modules")
    for text, source in prose(root).items():
        template.add(text, locations=[(source, 1)])
    catalogue = _catalogue(root, language)
    begun = catalogue.creation_date
    catalogue.update(template, no_fuzzy_matching=True)
    # The time of an update would differ every time: a catalogue changes only when its messages do.
    catalogue.creation_date = begun
    path = _catalogue_path(root, language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=100, include_lineno=False, ignore_obsolete=True, sort_by_file=True)
    return catalogue


def _catalogue_path(root: Path, language: str) -> Path:
    return root / "modules" / "locale" / f"{language}.po"


def _catalogue(root: Path, language: str) -> Catalog:
    path = _catalogue_path(root, language)
    if not path.is_file():
        return Catalog(locale=language, domain="modules")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _read(source: Path) -> NotebookNode:
    notebook: NotebookNode = jupytext.reads(source.read_text(encoding="utf-8"), fmt="py:percent")
    return notebook


def _text(notebook: NotebookNode) -> str:
    text: str = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
    return text + "\n"


def _is_translated(cell: NotebookNode) -> bool:
    return bool(cell.cell_type == "markdown" or WORDS in cell.metadata.get("tags", []))


def _translated(source: Path, catalogue: Catalog, language: str) -> NotebookNode:
    notebook = _read(source)
    for number, cell in enumerate(notebook.cells):
        # The id comes from the English source, so that one cell has one id in every language.
        cell["id"] = hashlib.sha256(f"{source.stem}:{number}".encode()).hexdigest()[:12]
        if _is_translated(cell):
            message = catalogue.get(cell.source)
            cell["source"] = (message.string if message else "") or cell.source
        if "parameters" in cell.metadata.get("tags", []):
            cell["source"] = re.sub(r'(?m)^LANGUAGE = "en"', f'LANGUAGE = "{language}"', cell.source)
    details = {**METADATA, "ilp": {"language": language, "source": source.name}}
    notebook.metadata = nbformat.from_dict(details)  # type: ignore[no-untyped-call]
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    nbformat.validate(notebook)
    return notebook
