"""Direction: what is asked, and within what limits."""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach(__name__, submodules=["requirements", "rules", "tasking"])
