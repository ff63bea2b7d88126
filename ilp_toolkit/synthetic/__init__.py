"""The invented world: recipes for teaching data whose truth is known."""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach(
    __name__,
    submodules=["markets", "network", "reports", "seizures"],
    submod_attrs={
        "markets": ["make_markets"],
        "network": ["make_network"],
        "reports": ["make_reports"],
        "seizures": ["make_seizures"],
    },
)
