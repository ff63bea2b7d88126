"""Views: charts and maps for the screen. They draw results and never save or release them."""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach(__name__, submodules=["charts", "maps", "style"])
