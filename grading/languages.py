"""
One source, many languages: the texts of a module, their translations, and what is not translated yet.

Every prose cell, every text of an item and of the head is one message of
``modules/NN_topic/locale/<language>.po``, kept apart by where it stands (``msgctxt``: an item's id,
``lesson``, ``lab``, ``exam`` or ``module``). What a translation does not cover is shown in English under a
mark: nobody mistakes a gap for a translation, and a translation that is older than its text is never shown
as if it were current.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import defaultdict
from difflib import SequenceMatcher
from pathlib import Path
from typing import Literal, Protocol

from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po, write_po

from ilp_toolkit import i18n
from ilp_toolkit.i18n import N_, _
from ilp_toolkit.learning.items import Item

from .modules import Message, Problem

__all__ = [
    "LANGUAGES",
    "PSEUDO",
    "Source",
    "Translation",
    "differences",
    "gaps",
    "merge",
    "mistakes",
    "pseudo",
    "update",
    "updated",
]

LANGUAGES = ("en", "ru")
"""Languages that the course is built in; English is the source."""
PSEUDO = "xx"
"""No language: each text in letters with accents, so that a text from nowhere stands out."""

State = Literal["whole", "missing", "stale"]
MARKS: dict[State, str] = {
    "missing": N_("Not translated yet"),
    "stale": N_("The translation is older than the text"),
}
_HEADER = """\
# Texts of the module {module}.
# Terms: ilp_toolkit/locale/glossary.csv.
# Reviewed: no. Set "yes" only when a speaker who knows the field has read every line."""
_REVIEWED = re.compile(r"(?im)^#?\s*reviewed:\s*(yes|no)\b")
_ALIKE = 0.5
"""Share of likeness from which an old translation is offered for a changed text."""

_PARTS = re.compile(
    r"""(?P<fence>```.*?```) | (?P<code>`[^`\n]+`) | (?P<passage>\[\[[a-z][a-z0-9_-]*:|\]\]) |
        (?P<tag></?[a-zA-Z][^<>]*>) | (?P<target>\]\([^)\s]*\)) |
        (?P<name>\{[a-z_][a-z0-9_.:]*\}) | (?P<math>\$[^$\n]+\$)""",
    re.DOTALL | re.VERBOSE,
)
"""What a translation must keep: code, passages, HTML, where links lead, names in braces, formulas."""
_ACCENTS = str.maketrans("aeiouyAEIOUYcnsz", "áéíóúýÁÉÍÓÚÝçñšž")


class Source(Protocol):
    """Whatever has texts to translate: a module, or the table of tracks."""

    @property
    def id(self) -> str:
        """What it is called."""

    def po(self, language: str) -> Path:
        """Return where the translation lies."""

    def messages(self) -> tuple[Message, ...]:
        """Return every text that is translated, in the order of the files."""


class Translation:
    """
    The texts of one module in one language.

    Parameters
    ----------
    source
        A module, or the table of tracks.
    language
        One of `LANGUAGES`, or `PSEUDO`.
    """

    def __init__(self, source: Source, language: str) -> None:
        self.language = language
        self._catalogue = None if language in ("en", PSEUDO) else updated(source, language)

    def find(self, context: str, text: str) -> tuple[str, State]:
        """Return a text in this language; the English one where it is missing or stale."""
        if self._catalogue is None:
            return (pseudo(text) if self.language == PSEUDO else text), "whole"
        message = self._catalogue.get(text, context)
        if message is None or not message.string:
            return text, "missing"
        return (text, "stale") if message.fuzzy else (str(message.string), "whole")

    def say(self, message: str) -> str:
        """Return one of the builder's own messages in this language."""
        with i18n.language(self.language if self.language in i18n.LANGUAGES else "en"):
            return pseudo(_(message)) if self.language == PSEUDO else _(message)

    def prose(self, context: str, text: str) -> str:
        """Return a text of several lines, with a line above it where it is not translated."""
        found, state = self.find(context, text)
        return found if state == "whole" else f"> ⚠ *{self.say(MARKS[state])}.*\n\n{found}"

    def phrase(self, context: str, text: str) -> str:
        """Return a short text, with a mark in brackets before it where it is not translated."""
        found, state = self.find(context, text)
        return found if state == "whole" else f"[{self.say(MARKS[state])}] {found}"

    def words(self, context: str, code: str) -> str:
        """Return a code cell whose texts and comments are translated."""
        if self.language == PSEUDO:
            return _pseudo_code(code)
        found, state = self.find(context, code)
        return found if state == "whole" else f"# {self.say(MARKS[state])}.\n{found}"

    def item(self, item: Item) -> Item:
        """Return an item in this language; ``{lang}`` in `rows_from` names the file of the language."""
        made = item.translated(
            lambda text: self.prose(item.id, text) if text == item.prompt else self.phrase(item.id, text)
        )
        own = self.language if self.language in LANGUAGES else LANGUAGES[0]
        return made.model_copy(update={"rows_from": made.rows_from.replace("{lang}", own)})


def read(source: Source, language: str) -> Catalog:
    """Return the translation of a module as it stands on the disk; an empty one where there is none."""
    path = source.po(language)
    if not path.is_file():
        return Catalog(locale=language, header_comment=_HEADER.format(module=source.id), fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def reviewed(source: Source, language: str) -> bool:
    """Return whether the head of the PO file says that a speaker who knows the field has read it."""
    found = _REVIEWED.search(read(source, language).header_comment)
    return language == "en" or (found is not None and found[1].lower() == "yes")


def updated(source: Source, language: str) -> Catalog:
    """
    Return the translation brought up to date with the sources.

    A text that was changed takes over the translation of the text that it came from, marked ``fuzzy``: a
    translator sees what was there, a learner sees the English text. Nothing is taken over from one item to
    another.
    """
    before = read(source, language)
    after = Catalog(
        locale=language,
        header_comment=before.header_comment,
        project="ilp-toolkit course",
        version=source.id,
        creation_date=before.creation_date,
        fuzzy=False,
    )
    after.msgid_bugs_address = after.last_translator = after.language_team = ""
    own = source.messages()
    current = {(m.context, m.text) for m in own}
    left: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for old in before:
        if old.id and old.string and (old.context, old.id) not in current:
            left[str(old.context)].append((str(old.id), str(old.string)))
    for message in own:
        known = before.get(message.text, message.context)
        string, fuzzy = (str(known.string), known.fuzzy) if known is not None else ("", False)
        if not string and (stale := _closest(message.text, left[message.context])):
            string, fuzzy = stale, True
        flags = {"fuzzy"} if fuzzy and string else set()
        after.add(message.text, string, [(message.place, 1)], flags, context=message.context)
    return after


def update(source: Source, language: str) -> Catalog:
    """Write the translation brought up to date with the sources, if that changes it, and return it."""
    return _written(source, language, updated(source, language))


def merge(source: Source, language: str, fragment: Path) -> int:
    """
    Take translations from a PO file into the module's own.

    Parameters
    ----------
    source, language
        Which translation is filled.
    fragment
        A PO file with some of the messages. A message without ``msgctxt`` fills every place of its text;
        one that is marked fuzzy, empty, or unknown to the module is passed over.

    Returns
    -------
    int
        How many messages were filled or changed.
    """
    with fragment.open("rb") as file:
        found = read_po(file, locale=language, abort_invalid=True)
    catalogue, changed = updated(source, language), 0
    for message in catalogue:
        new = found.get(message.id, message.context) or found.get(message.id)
        if not message.id or new is None or not new.string or new.fuzzy:
            continue
        if new.string != message.string or message.fuzzy:
            message.string = new.string
            message.flags.discard("fuzzy")
            changed += 1
    _written(source, language, catalogue)
    return changed


def gaps(source: Source, language: str) -> list[tuple[Message, State]]:
    """Return the texts that are missing or stale in a language."""
    translation = Translation(source, language)
    states = [(message, translation.find(message.context, message.text)[1]) for message in source.messages()]
    return [(message, state) for message, state in states if state != "whole"]


def mistakes(source: Source, language: str) -> list[Problem]:
    """Return what is wrong with a translation: lost placeholders, changed code, a file that is not PO."""
    place = f"{source.id}/locale/{language}.po"
    try:
        catalogue = updated(source, language)
    except (PoFileError, UnicodeDecodeError, ValueError) as error:
        msg = _("The file cannot be read as PO: {reason}.")
        return [Problem(place, msg.format(reason=error))]
    found = []
    for message in source.messages():
        known = catalogue.get(message.text, message.context)
        if known is None or not known.string or known.fuzzy:
            continue
        for what in differences(message.text, str(known.string), code=message.words):
            text = _("{context}, “{start}…”: {what}")
            start = " ".join(message.text.split())[:40]
            found.append(Problem(place, text.format(context=message.context, start=start, what=what)))
    return found


def differences(text: str, translation: str, *, code: bool = False) -> list[str]:
    """
    Return what a translation lost or added of the things that must stay as they are.

    Examples
    --------
    >>> differences("Read [this](lesson.ipynb#a) on `n`.", "Прочитайте [это](lesson.ipynb#b) об `n`.")
    ['“](lesson.ipynb#a)” is lost.', '“](lesson.ipynb#b)” is not in the text.']
    """
    if code:
        same = _skeleton(text) == _skeleton(translation)
        return (
            []
            if same
            else [_("the code differs; only texts in quotation marks and comments are translated.")]
        )
    before, after = _kept(text), _kept(translation)
    lost = [_("“{part}” is lost.").format(part=part) for part in before if part not in after]
    added = [_("“{part}” is not in the text.").format(part=part) for part in after if part not in before]
    return lost + added


def pseudo(text: str) -> str:
    """
    Put a text into letters with accents, leaving what a translation must keep.

    Examples
    --------
    >>> pseudo("Count of `n` in [the table](lab.ipynb)")
    'Cóúñt óf `n` íñ [thé táblé](lab.ipynb)'
    """
    pieces, at = [], 0
    for hit in _PARTS.finditer(text):
        pieces += [text[at : hit.start()].translate(_ACCENTS), hit[0]]
        at = hit.end()
    return "".join([*pieces, text[at:].translate(_ACCENTS)])


def _written(source: Source, language: str, catalogue: Catalog) -> Catalog:
    path = source.po(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    target = io.BytesIO()
    write_po(target, catalogue, width=100, include_lineno=False, ignore_obsolete=True)
    if not path.is_file() or _bare(path.read_bytes()) != _bare(target.getvalue()):
        path.write_bytes(target.getvalue())
    return catalogue


def _bare(po: bytes) -> bytes:
    """Return a PO file without the name of the program that wrote it, with one kind of line end."""
    return re.sub(rb'"Generated-By:[^"]*"\n', b"", po.replace(b"\r\n", b"\n"))


def _closest(text: str, old: list[tuple[str, str]]) -> str:
    """Return the translation of the text that this one was changed from, if any is alike."""
    scored = [(SequenceMatcher(None, text, before, autojunk=False).ratio(), string) for before, string in old]
    likeness, string = max(scored, default=(0.0, ""))
    return string if likeness >= _ALIKE else ""


def _kept(text: str) -> list[str]:
    """Return what must stay of a text, each once, in order."""
    found = [hit[0] for hit in _PARTS.finditer(text) if hit.lastgroup != "fence"]
    return list(dict.fromkeys(part for part in found if part != "]]"))


def _skeleton(code: str) -> str | None:
    """Return code without its texts and comments; None if it is no Python."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
    return ast.dump(tree)


def _pseudo_code(code: str) -> str:
    tokens = []
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        text = token.string
        if token.type in (tokenize.STRING, tokenize.COMMENT) or token.type == getattr(
            tokenize, "FSTRING_MIDDLE", -1
        ):
            text = pseudo(text)
        tokens.append((token.type, text, token.start, token.end, token.line))
    return tokenize.untokenize(tokens)
