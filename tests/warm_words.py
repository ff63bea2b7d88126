"""The Russian messages, read: the server of warm kernels imports this, so that no kernel reads them anew."""

from __future__ import annotations

from ilp_toolkit import i18n

with i18n.language("ru"):
    i18n.weekday(0)
    i18n._("")
