"""
Widgets of the course: plain data and callbacks in, an ipywidget out.

A widget knows nothing of marks or files: it shows a question, tells what was answered, and shows what it is
given. Meaning is never told by colour alone, every part is reached with the keyboard, and nothing here is
loaded before it is drawn: a marker's kernel shows plain text and never loads ipywidgets.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach(
    __name__,
    submodules=["feedback", "fields", "forms", "lists", "look", "mapping", "panel", "plain", "tables"],
)
