"""
What a product carries without showing it: the bytes that leave are read again, as a stranger would.

A map can hold every column of the table it was drawn from, a picture or a PDF a path, a GeoPackage can
hold points beside the cells, a Parquet file the categories that a filter left behind. So the built folder,
not the intention, is compared with what must stay inside (`Canaries`): identifiers, values of the columns set
aside, exact coordinates, paths of this machine, and any address that a page would fetch. Each value is looked
for in many spellings and under every usual wrapping. A find names the file and the kind, never the value.
"""

from __future__ import annotations

from pathlib import Path

from .found import Memory
from .leaks import KINDS, Leak
from .papers import page_text
from .readers import read_named
from .searching import Search
from .watch import Canaries, also_names, canaries, canaries_of_materials

__all__ = [
    "KINDS",
    "Canaries",
    "Leak",
    "also_names",
    "canaries",
    "canaries_of_materials",
    "page_text",
    "scan",
]


def scan(folder: Path, canaries: Canaries, *, masked: bool = False) -> list[Leak]:
    """
    Read every file of a folder and list what must not leave.

    Parameters
    ----------
    folder
        A product that was built and not yet put in its place, or one file of it.
    canaries
        What to look for.
    masked
        Whether layers of points may stand in it, because `geomask` moved them. A point that did not move is
        found all the same.

    Returns
    -------
    list of Leak
        Empty where nothing was found.

    Notes
    -----
    What is wrapped in a usual way is found: entities, escapes, base 64 and hexadecimal, one inside the other,
    archives in archives, other encodings, the other script, names turned round. What is hidden on purpose
    (reversed letters, pixels, encryption) is not: this guards against accidents. A kind of file that cannot
    be read is a find.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "a.txt").write_text("seen with Torvelim Amzin", encoding="utf-8")
    ...     [str(leak) for leak in scan(Path(folder), Canaries(set_aside=frozenset({"torvelim amzin"})))]
    ['a.txt: a value of a column that was set aside']
    """
    files = [folder] if folder.is_file() else sorted(path for path in folder.rglob("*") if path.is_file())
    leaks: list[Leak] = []
    memory: Memory = {}
    for path in files:
        name = path.name if path == folder else path.relative_to(folder).as_posix()
        search = Search(canaries, masked=masked, memory=memory)
        search.shown(name)
        read_named(path.name, path.read_bytes(), search)
        leaks += [Leak(name, kind, n) for kind, n in search.results()]
    return leaks
