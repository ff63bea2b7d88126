"""Words that take long to read, read: the server of warm kernels imports this, so that no kernel reads them anew."""

from __future__ import annotations

from ilp_toolkit import i18n
from ilp_toolkit.collection import countries

with i18n.language("ru"):
    i18n.weekday(0)
    i18n._("")
countries.find("no country of this name, so that all lists are read")
