"""Harm: counts weighted by what each offence costs, from a table in which every weight has a source."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import choices
from ..errors import ColumnsError, FileError, InputError
from ..i18n import _

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["HarmIndex", "harm", "read_harm"]

TRAINING = "training"
"""Name of the index that comes with the toolkit; its weights are invented."""
_NO_SOURCE = frozenset(
    ["", "-", "--", "–", "—", "?", "n/a", "na", "nan", "none", "null", "no", "нет", "todo", "tbd", "tba", "x",
     "xxx", "source", "источник", "own", "expert", "citation"]
)  # fmt: skip
"""What people write where they have no source."""
_COLUMNS = ("offence", "weight", "unit", "citation")


@dataclass(frozen=True)
class HarmIndex:
    """Weights of offences, each with its source; made by `read_harm`."""

    name: str
    unit: str
    """What a weight counts, the same for all: “days”, say."""
    weights: dict[str, float] = field(repr=False)
    """By the name of the offence, in small letters."""
    citations: dict[str, str] = field(repr=False)
    fictional: bool = False
    """Whether the weights are invented for training."""

    def weight(self, offence: object) -> float | None:
        """Return the weight of an offence; None where the index has none: unknown is not zero."""
        return self.weights.get(_key(offence))


def read_harm(source: str | Path) -> HarmIndex:
    """
    Read a harm index.

    Parameters
    ----------
    source
        A CSV file (UTF-8; comma or semicolon) with the columns ``offence``, ``weight`` (a number of at
        least 0), ``unit`` (the same in all rows) and ``citation``; or ``"training"`` for the invented index.

    Returns
    -------
    HarmIndex
        The weights.

    Raises
    ------
    FileError
        If the file is missing or no text.
    ColumnsError
        If a column is missing.
    InputError
        If a row has no citation, no weight or another unit, or an offence comes twice; all such rows are
        listed.

    Notes
    -----
    An index of one country says what its law holds grave. The Cambridge index, for example, rests on
    sentencing guidelines of England and Wales and says nothing about another country.

    References
    ----------
    Sherman, Neyroud & Neyroud (2016), The Cambridge Crime Harm Index, doi:10.1093/police/paw003.

    Examples
    --------
    >>> index = read_harm("training")
    >>> index.weight("Shop theft"), index.weight("Piracy"), index.fictional
    (1.0, None, True)
    """
    if source == TRAINING:
        text = (
            resources.files("ilp_toolkit.direction")
            .joinpath("harm", "training.csv")
            .read_text(encoding="utf-8")
        )
        return _index(text, TRAINING, fictional=True)
    path = Path(source)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError:
        raise FileError(
            _("There is no harm index “{name}”. Check the path.").format(name=path.name)
        ) from None
    except UnicodeDecodeError:
        raise FileError(
            _("The harm index “{name}” is no UTF-8 text. Save it so.").format(name=path.name)
        ) from None
    return _index(text, path.stem, fictional=False)


def harm(counts: pd.Series[int] | pd.DataFrame, *, index: HarmIndex) -> pd.DataFrame:
    """
    Weigh offences by harm.

    Parameters
    ----------
    counts
        Number of offences by name; or a table of incidents with ``offence`` and, if there, ``origin``.
    index
        The weights.

    Returns
    -------
    pandas.DataFrame
        A row for each offence, in the order given: ``n``, ``weight``, ``harm`` (their product), ``n_share``,
        ``harm_share`` (0 to 1), ``discovered``, ``citation``. An offence without a weight has none, and no
        harm: it is unknown, not harmless, and named in the choices (``unweighted``).

    Raises
    ------
    ColumnsError
        If a table of incidents has no ``offence``.
    InputError
        If a count is negative or missing.

    Notes
    -----
    Offences that the police discovered measure police work and are left out of ``n`` where ``origin`` says
    so, as the authors of the Cambridge index do; they stand in ``discovered``. Those of unknown origin stay
    in ``n``. An index weighs kinds of offences, not cases, and never persons.

    References
    ----------
    Sherman, Neyroud & Neyroud (2016), doi:10.1093/police/paw003.

    Examples
    --------
    >>> import pandas as pd
    >>> table = harm(pd.Series({"Shop theft": 90, "Robbery": 10}), index=read_harm("training"))
    >>> table["harm"].tolist(), table["harm_share"].round(3).tolist()
    ([90.0, 2400.0], [0.036, 0.964])
    """
    import numpy as np
    import pandas as pd

    n, found = _counted(counts)
    table = pd.DataFrame({"n": n.to_numpy(dtype=np.int64)}, index=n.index)
    table["weight"] = pd.array([index.weight(name) for name in n.index], dtype="Float64").to_numpy(
        float, na_value=np.nan
    )
    table["harm"] = table["n"] * table["weight"]
    total, harmed = table["n"].sum(), table["harm"].sum()
    table["n_share"] = table["n"] / total if total else np.nan
    table["harm_share"] = table["harm"] / harmed if harmed else np.nan
    table["discovered"] = found.reindex(n.index, fill_value=0).to_numpy(dtype=np.int64)
    table["citation"] = [index.citations.get(_key(name), "") for name in n.index]
    bare = table.index[table["weight"].isna()]
    return choices.record(
        table,
        harm_index=index.name,
        unit=index.unit,
        fictional=index.fictional,
        total=float(harmed),
        unweighted={str(name): int(table.loc[name, "n"]) for name in bare},
    )


def _counted(counts: pd.Series[int] | pd.DataFrame) -> tuple[pd.Series[Any], pd.Series[Any]]:
    import pandas as pd

    if isinstance(counts, pd.DataFrame):
        if "offence" not in counts:
            raise ColumnsError(_("`counts` has no column “offence”. Give incidents, or counts by offence."))
        named = counts["offence"].fillna("unknown")
        police = (
            counts["origin"].eq("discovered") if "origin" in counts else pd.Series(False, index=counts.index)
        )
        order = list(dict.fromkeys(named))
        return (
            named[~police].value_counts().reindex(order, fill_value=0),
            named[police].value_counts().reindex(order, fill_value=0),
        )
    numbers = pd.to_numeric(counts, errors="coerce")
    bad = numbers.isna() | (numbers < 0)
    if bad.any() or not counts.index.is_unique:
        where = counts.index[bad][0] if bad.any() else counts.index[counts.index.duplicated()][0]
        msg = _("`counts` must hold one number of at least 0 for each offence; look at “{where}”.")
        raise InputError(msg.format(where=where))
    return numbers, pd.Series(dtype="int64")


def _index(text: str, name: str, *, fictional: bool) -> HarmIndex:
    first = text.partition("\n")[0]
    rows = list(
        csv.DictReader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    )
    columns = {str(column).strip().casefold(): column for column in (rows[0] if rows else {})}
    missing = [column for column in _COLUMNS if column not in columns]
    if missing:
        msg = _("The harm index “{name}” has no column “{column}”. It needs: {known}.")
        raise ColumnsError(msg.format(name=name, column=missing[0], known=", ".join(_COLUMNS)))
    read = [{column: str(row[columns[column]] or "").strip() for column in _COLUMNS} for row in rows]
    slips = _slips(read)
    if slips:
        msg = _("The harm index “{name}” cannot be used: {slips}.").format(name=name, slips="; ".join(slips))
        raise InputError(msg)
    return HarmIndex(
        name,
        read[0]["unit"],
        {_key(row["offence"]): float(_number(row["weight"]) or 0.0) for row in read},
        {_key(row["offence"]): row["citation"] for row in read},
        fictional=fictional or all("invented" in row["citation"].casefold() for row in read),
    )


def _slips(rows: list[dict[str, str]]) -> list[str]:
    slips, seen = [], set()
    for place, row in enumerate(rows, start=2):
        if not row["offence"]:
            slips.append(_("row {row} names no offence").format(row=place))
        if row["citation"].casefold().strip(" .…") in _NO_SOURCE:
            msg = _("row {row} (“{offence}”) has no citation: say which law or table its weight comes from")
            slips.append(msg.format(row=place, offence=row["offence"]))
        if _number(row["weight"]) is None:
            msg = _("row {row} has the weight “{weight}”, which is no number of at least 0")
            slips.append(msg.format(row=place, weight=row["weight"]))
        if row["unit"] != rows[0]["unit"] or not row["unit"]:
            slips.append(
                _("row {row} has the unit “{unit}”, not that of the first").format(
                    row=place, unit=row["unit"]
                )
            )
        if _key(row["offence"]) in seen:
            slips.append(_("row {row} repeats “{offence}”").format(row=place, offence=row["offence"]))
        seen.add(_key(row["offence"]))
    return slips


def _number(text: str) -> float | None:
    try:
        value = float(text.replace("\u00a0", "").replace(",", "."))
    except ValueError:
        return None
    return value if 0 <= value < float("inf") else None


def _key(offence: object) -> str:
    return " ".join(str(offence).split()).casefold()
