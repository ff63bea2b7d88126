"""
Bring the message catalogues up to date with the code, keep their translations, and list what is missing.

Run by ``make translations``. A language has three kinds: ``ilp_toolkit/locale/<language>/LC_MESSAGES`` for
what the package says, ``modules/locale/<language>.po`` for the prose of the casework, and one for each module
of the course in ``modules/NN_topic/locale``.
"""

from __future__ import annotations

import inspect
import sys
from importlib import import_module
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from grading.__main__ import COMMANDS  # noqa: E402 - the checkout's own, wherever this is run
from ilp_toolkit import __version__  # noqa: E402

FOLDERS = ("ilp_toolkit", "grading")
METHODS = [("**.py", "python"), ("**.j2", "jinja2.ext:babel_extract")]
KEYWORDS = {"_": None, "N_": None, "plural": (1, 2)}
HEADER = """\
# Messages of the ILP toolkit.
# Terms follow the OSCE's Russian wording for intelligence-led policing; see glossary.csv beside this folder.
# Reviewed: no. Set "X-Reviewed: yes" only when a speaker who knows the field has read every line.
"""


def template() -> Catalog:
    """Return every message in the code and templates of the package and of the course's machinery."""
    catalogue = Catalog(domain="ilp_toolkit", project="ilp_toolkit", charset="utf-8")
    for folder in FOLDERS:
        found = extract_from_dir(
            str(ROOT / folder),
            METHODS,
            keywords=KEYWORDS,
            comment_tags=("translators:",),
            strip_comment_tags=True,
        )
        for filename, _line, message, comments, context in found:
            place = f"{folder}/{Path(filename).as_posix()}"
            catalogue.add(message, locations=[(place, 1)], auto_comments=comments, context=context)
    for file, function in (place.split(":") for place in COMMANDS.values()):
        command = getattr(import_module(f"grading.{file}"), function)
        catalogue.add(inspect.getdoc(command), locations=[(f"grading/{file}.py", 1)])
    return catalogue


def path_of(language: str) -> Path:
    """Return where a language's catalogue lies."""
    return ROOT / "ilp_toolkit" / "locale" / language / "LC_MESSAGES" / "ilp_toolkit.po"


def read(language: str) -> Catalog:
    """Return a language's catalogue as it stands; an empty one where there is none yet."""
    path = path_of(language)
    if not path.is_file():
        return Catalog(locale=language, domain="ilp_toolkit", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def updated(language: str) -> Catalog:
    """Return a language's catalogue brought up to date with the code; nothing is guessed."""
    catalogue = read(language)
    begun = catalogue.creation_date
    catalogue.update(template(), no_fuzzy_matching=True)
    # The time of an update would differ every time: a catalogue changes only when its messages do.
    catalogue.creation_date = begun
    return catalogue


def untranslated(catalogue: Catalog) -> list[str]:
    """Return the messages of a catalogue that have no translation, or a doubtful one."""
    missing = []
    for message in catalogue:
        if not message.id:
            continue
        strings = message.string if isinstance(message.string, tuple | list) else [message.string]
        if message.fuzzy or not all(strings):
            missing.append(message.id if isinstance(message.id, str) else message.id[0])
    return missing


def write(catalogue: Catalog, language: str) -> None:
    """Write a language's catalogue, sorted by file, without line numbers that would change at every edit."""
    path = path_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.header_comment = HEADER.rstrip("\n")
    catalogue.project, catalogue.version = "ilp-toolkit", __version__
    catalogue.msgid_bugs_address = catalogue.last_translator = catalogue.language_team = ""
    with path.open("wb") as file:
        write_po(file, catalogue, width=100, include_lineno=False, ignore_obsolete=True, sort_by_file=True)


def main() -> None:
    """Update every catalogue in Russian and say what is left to translate."""
    from grading.build import update_catalogue
    from grading.commands import translations

    catalogue = updated("ru")
    write(catalogue, "ru")
    for name, left in (
        ("package", untranslated(catalogue)),
        ("notebooks", untranslated(update_catalogue(ROOT, "ru"))),
    ):
        print(f"{name}: {len(left)} messages to translate")
        for message in left:
            print(f"  {message[:100]!r}")
    translations(root=ROOT)


if __name__ == "__main__":
    main()
