"""Origins of reports: the same words by two paths are one source, not two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .. import choices
from ..errors import ColumnsError
from ..i18n import _

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["circular", "corroboration", "need"]


def circular(reports: pd.DataFrame) -> pd.DataFrame:
    """
    Find circular reporting: one origin that arrives by several paths and looks like corroboration.

    Parameters
    ----------
    reports
        Reports with the columns ``report_id``, ``origin_id`` (who first said it) and ``path`` (through whom
        it came).

    Returns
    -------
    DataFrame
        A row an origin: ``origin_id``, ``n`` (reports), ``paths`` (number of different ones),
        ``report_ids``, ``by_path`` (path to report ids), by origin. Empty where nothing is circular. Reports
        whose origin or path is not known are counted in the choices, as ``origin_unknown`` and
        ``path_unknown``: nobody can say that they are independent.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"report_id": ["R1", "R2", "R3"], "origin_id": ["O1", "O1", "O2"],
    ...                       "path": ["patrol", "liaison officer", "patrol"]})
    >>> circular(table)[["origin_id", "n", "paths", "report_ids"]].values.tolist()
    [['O1', 2, 2, ['R1', 'R2']]]
    """
    import pandas as pd

    need(reports, ["report_id", "origin_id", "path"])
    text = (
        reports[["report_id", "origin_id", "path"]].astype("string").fillna("").apply(lambda c: c.str.strip())
    )
    known = text[(text["origin_id"] != "") & (text["path"] != "")]
    rows = []
    for origin, group in known.groupby("origin_id", sort=True):
        by_path = {
            str(part["path"].iloc[0]): part["report_id"].tolist()
            for _path, part in group.groupby(group["path"].map(_folded), sort=True)
        }
        if len(by_path) > 1:
            rows.append([origin, len(group), len(by_path), group["report_id"].tolist(), by_path])
    found = pd.DataFrame(rows, columns=["origin_id", "n", "paths", "report_ids", "by_path"])
    return choices.record(
        found,
        origin_unknown=int((text["origin_id"] == "").sum()),
        path_unknown=int(((text["origin_id"] != "") & (text["path"] == "")).sum()),
    )


def corroboration(reports: pd.DataFrame) -> dict[str, int]:
    """
    Count how many independent origins stand behind some reports on the same thing.

    Parameters
    ----------
    reports
        Reports with the column ``origin_id``.

    Returns
    -------
    dict
        ``reports``; ``origins``: different known origins; ``repeats``: reports whose origin is there already;
        ``origin_unknown``: reports that count for nothing here, since nobody knows where they came from.

    Examples
    --------
    >>> import pandas as pd
    >>> corroboration(pd.DataFrame({"origin_id": ["O1", "O1", "O2", ""]}))
    {'reports': 4, 'origins': 2, 'repeats': 1, 'origin_unknown': 1}
    """
    need(reports, ["origin_id"])
    origin = reports["origin_id"].astype("string").fillna("").str.strip().str.casefold()
    known = origin[origin != ""]
    return {
        "reports": len(origin),
        "origins": int(known.nunique()),
        "repeats": len(known) - int(known.nunique()),
        "origin_unknown": len(origin) - len(known),
    }


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def need(table: pd.DataFrame, columns: Sequence[str]) -> None:
    """Refuse a table that lacks a column."""
    missing = [column for column in columns if column not in table.columns]
    if missing:
        msg = _("The reports have no column {columns}. They have {found}.")
        raise ColumnsError(msg.format(columns=", ".join(missing), found=", ".join(map(str, table.columns))))
