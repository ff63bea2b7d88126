"""Who noticed the events: what a forecast from records of the police themselves must not hide."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from ..errors import InputError
from ..i18n import _

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ReportingBiasWarning", "check_origin"]


class ReportingBiasWarning(UserWarning):
    """Some events were noticed by the police, or nobody knows by whom: a forecast may follow patrols."""


def check_origin(points: pd.DataFrame, *, stacklevel: int = 3) -> dict[str, Any]:
    """
    Return the share of events that count as discovered; warn where there are any, refuse where all are.

    ``reported`` is the only word that counts as noticed by the public; ``unknown``, an empty cell and a
    missing column count as discovered.
    """
    known = "origin" in points
    n = len(points)
    reported = int(points["origin"].eq("reported").sum()) if known else 0
    found = int(points["origin"].eq("discovered").sum()) if known else 0
    if n and found == n:
        msg = _(
            "`points` holds only events that the police discovered themselves. A forecast of these "
            "is a forecast of where the police look. Use events that the public reported."
        )
        raise InputError(msg)
    share = 1 - reported / n if n else 0.0
    if share > 0:
        msg = _(
            "{n} of {all} events were discovered by the police or their origin is unknown, which counts as "
            "discovered: the forecast may follow patrols and send them back to where they were. "
            'Use events that the public reported: points[points["origin"] == "reported"].'
        )
        warnings.warn(msg.format(n=n - reported, all=n), ReportingBiasWarning, stacklevel=stacklevel)
    return {"on_screen_only": True, "share_discovered": share, "origin_known": known}
