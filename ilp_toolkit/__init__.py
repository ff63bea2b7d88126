"""
ilp_toolkit: intelligence-led policing in Python.

The package is the intelligence cycle: `direction`, `collection`, `evaluation`, `collation`, `analysis`,
`dissemination`. Modules are exposed here by the name that an analyst says aloud, so that a call names
its file: ``ilp.hotspots.gi_star(...)`` lives in ``hotspots.py``. Nothing is loaded before it is used.
"""

import lazy_loader as _lazy

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
