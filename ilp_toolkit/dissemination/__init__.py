"""Dissemination: the one door out. Checks, then the product folder and its record."""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach(
    __name__, submodules=["disclosure", "exchange", "geomask", "redaction", "retention"]
)
