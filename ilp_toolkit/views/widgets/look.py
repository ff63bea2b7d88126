"""How the course's widgets look: the roles of `style`, then the rules of ``course.css``, all in one class."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from .. import style

__all__ = ["CLASS", "css", "style_tag"]

CLASS = "ilp-course"
"""Every rule is bound to this class, so that nothing else in the notebook changes its look."""


@cache
def css() -> str:
    """
    Return the rules of the course's widgets.

    Examples
    --------
    >>> css().startswith(".ilp-course{--paper:#ffffff;")
    True
    """
    roles = style.roles_css().replace(":root", f".{CLASS}", 1)
    rules = (Path(__file__).parent / "course.css").read_text(encoding="utf-8")
    return f"{roles}\n{rules}"


def style_tag() -> str:
    """Return the rules as an element, to stand beside what they dress."""
    return f"<style>{css()}</style>"
