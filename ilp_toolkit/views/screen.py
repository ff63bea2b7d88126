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

from ..errors import InputError
from ..i18n import _

__all__ = ["in_words"]


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


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
