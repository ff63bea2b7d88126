"""Analysis: pure functions on tables. What is happening, where, when, and how sure that is."""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach(
    __name__,
    submodules=[
        "bias",
        "change",
        "concentration",
        "darknet",
        "flows",
        "forecasts",
        "grids",
        "hotspots",
        "hypotheses",
        "interdiction",
        "linkage",
        "near_repeat",
        "networks",
        "patterns",
        "points",
        "routes",
        "significance",
        "similarity",
        "streets",
    ],
)
