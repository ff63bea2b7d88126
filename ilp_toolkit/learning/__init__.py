"""The course as learners meet it: items, answers, marks, the lesson's widgets, the file that is handed in."""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach(
    __name__,
    submodules=[
        "answers", "cards", "checks", "compare", "course", "handing_in", "itemfile", "items", "marks",
        "places", "scoring", "session", "submission", "telling",
    ],
    submod_attrs={"session": ["card", "open"]},
)  # fmt: skip
