"""
What may be prioritised: problems, places and groups, never persons.

A list of persons in order of danger is not made here, whatever it is called. So each row says what kind of
thing it is, and names, roles, numbers of persons and groups of one are refused. The check reads words; it
cannot know every name, and whoever wants to cheat it can. It stops the slip and the habit.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..errors import InputError
from ..i18n import N_, _

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["KINDS", "check_subjects", "person_like", "refuse_persons"]

KINDS: dict[str, str] = {
    "crime": N_("a kind of crime"),
    "group": N_("a group, as a problem"),
    "market": N_("a market"),
    "place": N_("a place"),
    "problem": N_("a problem"),
    "route": N_("a route"),
}
"""Kinds of things that can be prioritised."""

_REASONS: dict[str, str] = {
    "role": N_("it speaks of a person (“{found}”)"),
    "number": N_("it holds a number of a person (“{found}”)"),
    "name": N_("it reads like the name of a person (“{found}”)"),
}
_SINGLE = (
    "person|individual|suspect|offender|accused|convict|perpetrator|criminal|subject|nominal|target|informant|"
    "лицо|подозреваемый|подозреваемая|обвиняемый|обвиняемая|осужденный|осуждённый|преступник|фигурант|правонарушитель|"
    "гражданин|гражданка|гр-н|гр-ка|осведомитель"
)
_ROLE = re.compile(  # a role with a number, a letter or a name after it
    rf"\b(?:{_SINGLE})(?![\w-])[\s:#№.-]*(?:no\.?\s*)?(?:\d+|[A-ZА-ЯЁ](?!\w)|(?-i:[A-ZА-ЯЁ][a-zа-яё]+))",
    re.IGNORECASE,
)
_HEAD = re.compile(  # a role at the head of a label, or one who leads
    rf"^(?:the\s)?(?:{_SINGLE})(?![\w-])(?!\s(?:trafficking|smuggling|robbery|theft|data|records))"
    r"|\b(?:kingpin|ringleader|leader|boss|главарь|лидер|авторитет)(?![\w-])",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<!\d)(?:\d{14}|\d{12})(?!\d)|\b(?:P|PER|PRS|SUBJ)[-_ ]?\d{2,}\b", re.IGNORECASE)
_NAME = re.compile(
    # A patronymic in its endings, or as a word of its own; initials with a family name; a form of address.
    r"(?<!\w)[^\W\d_]+\s+(?:[^\W\d_]+\s+)?[^\W\d_]+(?:ович|евич|ьич|овна|евна|ична|ұлы|қызы|ovich|evich|ovna|evna)(?!\w)"
    r"|(?<!\w)[^\W\d_]+\s+(?:уулу|кызы|оглы|огли|угли|uulu|kyzy|ogly|ogli|ugli)(?!\w)"
    r"|(?<!\w)(?-i:[А-ЯЁA-Z][а-яёa-z]+\s+[А-ЯЁA-Z]\.\s?[А-ЯЁA-Z]\.|[А-ЯЁA-Z]\.\s?(?:[А-ЯЁA-Z]\.\s?)?[А-ЯЁA-Z][а-яёa-z]{2,})"
    r"|(?<!\w)(?:mr|mrs|ms|гр)\.?\s+(?-i:[А-ЯЁA-Z])\w+",
    re.IGNORECASE,
)
_COLUMN = re.compile(
    r"^(?:(?:full|last|first|sur|family|given|persons?'?s?)[ _-]?name|fio|фио|ф\.\s?и\.\s?о\.?|фамилия|имя|"
    r"отчество|person(?:[ _]?id)?|suspect\w*|offender\w*|subject(?:[ _]?id)?|nominal\w*|лицо|фигурант\w*|"
    r"подозреваем\w*|обвиняем\w*|pin|iin|пин|иин|инн|passport\w*|паспорт\w*|dob|birth\w*|date[ _]of[ _]birth|"
    r"дата рождения|phone\w*|телефон\w*|ethnic\w*|nationality|religion|национальность|вероисповедание)$",
    re.IGNORECASE,
)
_GROUP_WORD = re.compile(
    r"group|network|gang|crew|ring|cell|clan|cartel|oc[gn]\b|syndicate|organi[sz]ation|team|band|brotherhood|"
    r"груп|сет[ьи]|банд|опг|опс|организаци|картел|клан|синдикат|бригад|сообществ"
    r"|^[A-ZА-ЯЁ]{1,5}[-–_ ]?\d{1,4}$",
    re.IGNORECASE,
)


def person_like(text: object, *, label: bool = True) -> str | None:
    """
    Say why a text looks like a person; None where it does not.

    Parameters
    ----------
    text
        What to look at.
    label
        Whether it is a label, which a role alone (“ringleader”) makes a person's; in a sentence it does not.

    Examples
    --------
    >>> person_like("Suspect 12"), person_like("Thefts from cars in Tesvar")
    ('it speaks of a person (“Suspect 12”)', None)
    """
    said = " ".join(str(text).split())
    looked_for = [
        ("number", _NUMBER),
        ("name", _NAME),
        ("role", _ROLE),
        *([("role", _HEAD)] if label else []),
    ]
    for reason, expression in looked_for:
        found = expression.search(said)
        if found:
            return _(_REASONS[reason]).format(found=found[0])
    return None


def refuse_persons(table: pd.DataFrame, name: str) -> None:
    """
    Refuse a table whose columns or rows are persons.

    Parameters
    ----------
    table
        Rows are named by the index.
    name
        The argument, for the message.

    Raises
    ------
    InputError
        At the first column or row that looks like a person.
    """
    for column in table.columns:
        if _COLUMN.match(str(column).strip()):
            msg = _(
                "`{name}` has the column “{column}”, which is about persons. Problems, places and groups are "
                "prioritised here, never persons. Drop the column."
            )
            raise InputError(msg.format(name=name, column=column))
    for label in table.index:
        _refuse(label, name)
    for column in table.select_dtypes(exclude=["number", "bool", "datetime", "timedelta"]).columns:
        for value in table[column].dropna() if column != "kind" else ():
            if isinstance(value, str):
                _refuse(value, name)


def check_subjects(table: pd.DataFrame, name: str) -> None:
    """
    Refuse rows that do not say what kind of thing they are, and persons among them.

    Parameters
    ----------
    table
        Rows named by the index; the column ``kind`` holds one of `KINDS`; ``members``, where there is one,
        the size of a group.
    name
        The argument, for the message.

    Raises
    ------
    InputError
        If a kind is missing or unknown, a group reads like a person or has one member; or as
        `refuse_persons`.
    """
    refuse_persons(table, name)
    if "kind" not in table:
        msg = _("`{name}` has no column “kind”. Say of each row what it is: {known}.")
        raise InputError(msg.format(name=name, known=", ".join(KINDS)))
    for label, kind in zip(table.index, table["kind"], strict=True):
        if kind not in KINDS:
            msg = _(
                "“{label}” in `{name}` is of the kind {kind!r}; it must be one of {known}. Persons are none."
            )
            raise InputError(msg.format(label=label, name=name, kind=kind, known=", ".join(KINDS)))
        if kind == "group" and not _GROUP_WORD.search(str(label)):
            msg = _(
                "The group “{label}” in `{name}` reads like a name. Name it by a word that says that it is a "
                "group (“network of the eastern road”) or by a code (“G-03”)."
            )
            raise InputError(msg.format(label=label, name=name))
    if "members" in table:
        alone = table.index[(table["kind"] == "group") & (table["members"] == 1)]
        if len(alone):
            msg = _("The group “{label}” in `{name}` has one member: that is a person. Drop it.")
            raise InputError(msg.format(label=alone[0], name=name))


def _refuse(label: object, name: str) -> None:
    why = person_like(label)
    if why is not None:
        msg = _(
            "“{label}” in `{name}` cannot be prioritised: {why}. Problems, places and groups can, never "
            "persons."
        )
        raise InputError(msg.format(label=label, name=name, why=why))
