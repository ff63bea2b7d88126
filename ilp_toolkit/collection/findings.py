"""
What was noticed while a file was read: which rows, how many, and what to do about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from ..i18n import _
from .schema import CHECKS, REMEDIES
from .shapes import Bools, Ints

__all__ = ["Findings"]


class Findings:
    """
    The ledger of one reading.

    Parameters
    ----------
    source_row
        Row of the file for each record.
    n_rows
        Rows of the file, those that are no records included: shares are of these.
    remedies
        What to do about each check, gravest first; those of incidents unless given.
    """

    def __init__(self, source_row: Ints, n_rows: int, *, remedies: Mapping[str, str] = REMEDIES) -> None:
        self._remedies = remedies
        # Incidents are reported in the order of their names, other records in that of their remedies.
        self._order = list(CHECKS if remedies is REMEDIES else remedies)
        self._source_row = source_row
        self._n_rows = n_rows
        self._rows: list[dict[str, Any]] = []
        self._bits: list[str] = []
        self._flags = np.zeros(len(source_row), dtype=np.uint64)

    def flag(self, check: str, rows: Bools, **facts: Any) -> None:
        """Note a check for single rows; they carry its code in the column ``flags``."""
        n = int(np.count_nonzero(rows))
        if not n:
            return
        if check not in self._bits:
            self._bits.append(check)
        self._flags |= rows.astype(np.uint64) << np.uint64(self._bits.index(check))
        self.note(check, n, int(self._source_row[np.argmax(rows)]), **facts)

    def note(self, check: str, n: int, first_row: int | None = None, **facts: Any) -> None:
        """Note a check that concerns the file as a whole, or rows that the table does not hold."""
        if n:
            self.add(check, n, first_row, _(self._remedies[check]).format(**facts))

    def add(self, check: str, n: int, first_row: int | None, remedy: str) -> None:
        """Note a check with its remedy in words."""
        share = min(1.0, n / self._n_rows) if self._n_rows else 0.0
        self._rows.append(
            {"check": check, "n": int(n), "share": share, "first_row": first_row, "remedy": remedy}
        )

    def flags(self, keep: Bools) -> tuple[list[str], Ints]:
        """Return the sets of codes that occur, each as words separated by spaces, and each kept row's set."""
        codes, patterns = pd.factorize(self._flags[keep])
        words = [
            " ".join(check for bit, check in enumerate(self._bits) if int(pattern) >> bit & 1)
            for pattern in patterns
        ]
        return words, codes.astype(np.int64)

    def report(self) -> pd.DataFrame:
        """Return one row a check, gravest first; what the file reader noted comes after."""
        order = {check: rank for rank, check in enumerate(self._order)}
        rows = sorted(self._rows, key=lambda row: order.get(row["check"], len(order)))
        table = pd.DataFrame(rows, columns=["check", "n", "share", "first_row", "remedy"])
        return table.astype({"n": "int64", "share": "float64", "first_row": "Int64"})


def first_example(cells: Iterable[str | None]) -> str:
    """Return the first filled cell, shortened and in quotation marks."""
    text = next((cell for cell in cells if cell), "")
    return _("“{text}”").format(text=text[:40] + "…" if len(text) > 40 else text)
