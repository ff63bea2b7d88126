"""
What a notebook says beside its figures: in one sentence what cannot be shown, and what to bear in mind.

A notebook that somebody runs on their own file must not stop because the file has no coordinates, nor fill
the page with a traceback or with the name of a source file. It says what is missing and goes on.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..errors import InputError
from ..i18n import _, number, plural

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["enough_points", "in_words"]


@contextmanager
def in_words() -> Iterator[None]:
    """
    Say in one sentence what the data do not allow, then go on; say warnings as sentences too.

    Notes
    -----
    Only errors that a user's data can cause are said in words (`errors.InputError`); a mistake in the code
    still stops the notebook. What comes after the failing line inside the block is left out. The same
    warning is said once.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from ilp_toolkit import hotspots
    >>> nowhere = gpd.GeoDataFrame({"offence": ["Burglary"]}, geometry=[None])
    >>> with in_words():
    ...     hotspots.count(nowhere)
    Not shown here. No row of `points` has a point of its own, so there is nothing to put on a map...
    """
    with warnings.catch_warnings(record=True) as noted:
        warnings.simplefilter("default", UserWarning)
        reason = None
        try:
            yield
        except InputError as error:
            reason = error
    for text in dict.fromkeys(str(one.message) for one in noted if issubclass(one.category, UserWarning)):
        _say(_("Bear in mind: {text}").format(text=text))
    if reason is not None:
        _say(_("Not shown here. {reason}").format(reason=reason))


def enough_points(incidents: gpd.GeoDataFrame, least: int = 100) -> None:
    """
    Refuse, in one sentence, what needs more points than there are.

    Parameters
    ----------
    incidents
        Rows with and without a point of their own.
    least
        How many with a point are needed. Below about a hundred a test of hundreds of cells finds hot spots
        in points that were strewn at random.

    Raises
    ------
    InputError
        If there are fewer.

    Examples
    --------
    >>> import geopandas as gpd
    >>> with in_words():
    ...     enough_points(gpd.GeoDataFrame({"offence": ["Burglary"]}, geometry=[None]))
    Not shown here. No row has a point of its own.
    """
    n = int((~(incidents.geometry.isna() | incidents.geometry.is_empty)).sum())
    if len(incidents) == 0:
        raise InputError(_("There is no row to show."))
    if n == 0:
        raise InputError(_("No row has a point of its own."))
    if n < least:
        msg = plural(
            "Only {n} row has a point of its own; below {least}, chance alone draws such pictures.",
            "Only {n} rows have a point of their own; below {least}, chance alone draws such pictures.",
            n,
        )
        raise InputError(msg.format(n=number(n), least=number(least)))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
