"""
Opening a module in a notebook.

``course = learning.open("03_rights", "lab")`` finds the module's items beside the notebook, speaks their
language and goes on where the learner stopped. In a marker's kernel (``ILP_COURSE_MODE=marking``) the same
line gives a course that shows what was recorded and writes nothing but the answers that code gives.
"""

from __future__ import annotations

import os
from pathlib import Path

from .. import i18n
from ._marking import Marking
from .course import Course, Part
from .places import find

__all__ = ["Course", "Marking", "card", "open"]


def open(module: str, part: Part, *, folder: Path | None = None) -> Course | Marking:
    """
    Open a part of a module in a notebook, and go on where the learner stopped.

    Parameters
    ----------
    module
        The module's id, such as ``03_rights``.
    part
        ``lesson``, ``lab`` or ``exam``.
    folder
        The folder of the notebook; the current one where it is left out.

    Raises
    ------
    FileError
        If the module's items are missing or damaged.
    InputError
        If the notebook lies in another module's folder.
    """
    place, pack = find(folder or Path.cwd(), module=module)
    if pack.language in i18n.LANGUAGES:
        i18n.use(pack.language)
    if os.environ.get("ILP_COURSE_MODE") == "marking":
        return Marking(place, pack, part)
    course = Course(place, pack, part)
    course.welcome()
    return course


def card(learner: str | None = None, code: str | None = None, *, folder: Path | None = None) -> None:
    """
    Keep the course card, or show the form that asks for it.

    Parameters
    ----------
    learner, code
        What stands on the card; without them a form is shown.
    folder
        The folder of the notebook; the current one where it is left out.

    Raises
    ------
    InputError
        If the card has a slip in it.
    """
    place, pack = find(folder or Path.cwd())
    if os.environ.get("ILP_COURSE_MODE") == "marking":
        return
    course = Course(place, pack, "lesson")
    if learner is None or code is None:
        course.card()
    else:
        course.say(course.keep_card(learner, code)[1])
