"""
Where drugs are made, as far as a short list can say: what share-and-solve takes for a source.

The list (``vocabulary/producers.csv``) is a starting point with its sources, none of them held against the
original: whoever knows better names the producers, and a product says which it took.
"""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["of_drug", "producers"]

_AS = {"opium": "heroin", "morphine": "heroin", "opiates": "heroin"}
"""What is made of the same plant has the same producers."""


def producers() -> pd.DataFrame:
    """
    List the producers that are taken where nobody names others.

    Returns
    -------
    DataFrame
        ``drug_class``, ``country`` (a code), ``source``, ``verified`` (whether somebody looked it up there).

    Examples
    --------
    >>> producers().query("drug_class == 'cocaine'")["country"].tolist()
    ['BO', 'CO', 'PE']
    """
    import pandas as pd

    table = pd.DataFrame(_rows())
    return table.assign(verified=table["verified"] == "true")


def of_drug(drug_class: str) -> tuple[str, ...]:
    """
    Return the codes of the producers of a class of drugs, in order; none where the list has none.

    Examples
    --------
    >>> of_drug("opium"), of_drug("other")
    (('AF', 'CO', 'LA', 'MM', 'MX', 'XB'), ())
    """
    wanted = _AS.get(drug_class, drug_class)
    return tuple(sorted({str(row["country"]) for row in _rows() if row["drug_class"] == wanted}))


@lru_cache(maxsize=1)
def _rows() -> tuple[dict[str, Any], ...]:
    path = resources.files(__package__) / "vocabulary" / "producers.csv"
    return tuple(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
