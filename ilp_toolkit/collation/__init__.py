"""Collation: one picture from many, governed."""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach(__name__, submodules=["audit", "entities"])
