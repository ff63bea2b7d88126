"""
The cells of an information report: which column is what, and what its words mean.

The words are data (``vocabulary/report_headers.toml``, English and Russian). An answer that is not a clear
yes or no is no answer: nothing is taken for lawful because nobody said otherwise.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Literal

from ..errors import ColumnsError
from ..i18n import _
from .headers import near_hint, normalise

__all__ = ["Answer", "answer_of", "header_names", "match_columns", "said_tainted", "split_grade"]

Answer = Literal["yes", "no", "unstated"]


def header_names(role: str) -> tuple[str, ...]:
    """
    Return the headers that mean a role, English first.

    Examples
    --------
    >>> header_names("handling")[0]
    'handling'
    """
    return tuple(_vocabulary()["headers"][role])


def match_columns(names: list[str], given: Mapping[Any, Any] | None = None) -> dict[str, str]:
    """
    Find the column for each role of a report.

    Parameters
    ----------
    names
        Columns of the file.
    given
        Role to column, or column to role; None for a role leaves it unfilled.

    Returns
    -------
    dict
        Role to column, for the roles that were found, in the order of the roles.

    Raises
    ------
    ColumnsError
        If a role or a column does not exist.

    Examples
    --------
    >>> match_columns(["Номер сообщения", "Сведения", "Гриф"])
    {'report_id': 'Номер сообщения', 'handling': 'Гриф', 'text': 'Сведения'}
    """
    wanted = _given(names, given)
    found = {role: column for role, column in wanted.items() if column}
    roles = list(_vocabulary()["headers"])
    for role in roles:
        if role in wanted:
            continue
        for header in header_names(role):
            same = [n for n in names if normalise(n) == normalise(header) and n not in found.values()]
            if same:
                found[role] = same[0]
                break
    return {role: found[role] for role in roles if role in found}


def answer_of(cell: str) -> Answer:
    """
    Read the answer to a question of the form; whatever is no clear yes or no is unstated.

    Examples
    --------
    >>> answer_of("Да"), answer_of("no"), answer_of("probably")
    ('yes', 'no', 'unstated')
    """
    word = " ".join(cell.casefold().replace("ё", "е").strip(" .!").split())
    for answer in ("yes", "no"):
        if word in _answers()[answer]:
            return "yes" if answer == "yes" else "no"
    return "unstated"


def split_grade(cell: str) -> tuple[str, str, str]:
    """
    Take a grade in one cell apart into scale, code of the source, code of the information.

    Every scale writes the source first, so no scale needs to be known here.

    Examples
    --------
    >>> split_grade("4x4: B2"), split_grade("2B"), split_grade("medium")
    (('4x4', 'B', '2'), ('', '2', 'B'), ('', 'medium', 'medium'))
    """
    match = re.fullmatch(
        r"(?:(\d[xх]\d(?:[xх]\d)?)\s*[:\s]\s*)?(\w)[\s/.-]*(\w)", cell.strip(), re.IGNORECASE
    )
    if match is None:
        # Kept as it is in both fields, so that whoever reads the grade refuses it and shows it.
        return "", cell.strip(), cell.strip()
    return (match[1] or "").casefold().replace("х", "x"), match[2].upper(), match[3].upper()


def said_tainted(how_obtained: str) -> str | None:
    """
    Return the word by which a statement says that information was got by ill-treatment, None without one.

    Examples
    --------
    >>> said_tainted("Admitted after he was beaten"), said_tainted("Free account, no threat or force used")
    ('beaten', None)
    """
    text = " ".join(how_obtained.casefold().replace("ё", "е").split())
    for stem in _vocabulary()["tainted"]["stems"]:
        for found in re.finditer(rf"\b{re.escape(stem)}\w*", text):
            if not _taken_back(text[: found.start()]) and not _denied_after(text[found.end() :]):
                return found[0]
    return None


def _taken_back(before: str) -> bool:
    """Say whether a negation reaches a word, over nothing but a list of the same kind."""
    for word in reversed(re.findall(r"[\w-]+", re.split(r"[.;:!?]", before)[-1])):
        if word in _negations() or word.startswith(_long_negations()):
            return True
        if word not in _between() and not word.startswith(_single_stems()):
            return False
    return False


def _denied_after(after: str) -> bool:
    """Say whether a denial follows a word, over nothing but a list of the same kind."""
    words = re.findall(r"[\w'-]+", re.split(r"[.;:!?]", after)[0])
    denials = _vocabulary()["tainted"]["after"]
    for place, word in enumerate(words):
        if any(" ".join(words[place:]).startswith(denial) for denial in denials):
            return True
        if word not in _between() and not word.startswith(_single_stems()):
            return False
    return False


def _given(names: list[str], given: Mapping[Any, Any] | None) -> dict[str, str | None]:
    roles = list(_vocabulary()["headers"])
    pairs = {str(k): None if v is None else str(v) for k, v in (given or {}).items()}
    if pairs and not all(key in roles for key in pairs) and all(v in roles for v in pairs.values()):
        pairs = {str(role): column for column, role in pairs.items()}
    for role, column in pairs.items():
        if role not in roles:
            msg = _("`columns` names the role {role!r}, which reports do not have. {near}Roles: {names}.")
            raise ColumnsError(msg.format(role=role, near=near_hint(role, roles), names=", ".join(roles)))
        if column is not None and column not in names:
            msg = _(
                "`columns` names the column {column!r}, which the file does not have. {near}Columns: {names}."
            )
            raise ColumnsError(
                msg.format(column=column, near=near_hint(column, names), names=", ".join(names))
            )
    return pairs


@cache
def _vocabulary() -> dict[str, Any]:
    path = resources.files(__package__) / "vocabulary" / "report_headers.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def _answers() -> dict[str, frozenset[str]]:
    return {answer: frozenset(words) for answer, words in _vocabulary()["answers"].items()}


@cache
def _negations() -> frozenset[str]:
    return frozenset(_vocabulary()["tainted"]["negations"])


@cache
def _long_negations() -> tuple[str, ...]:
    return tuple(word for word in _negations() if len(word) > 5)


@cache
def _between() -> frozenset[str]:
    return frozenset(_vocabulary()["tainted"]["between"])


@cache
def _single_stems() -> tuple[str, ...]:
    return tuple(stem for stem in _vocabulary()["tainted"]["stems"] if " " not in stem)
