"""Evaluation: how good each piece of information is, and who may see it."""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach(__name__, submodules=["grades", "handling"])
