"""
Seizures of drugs: any register or UNODC export to one table, what is odd about it, what a total rests on.

A seizure is what was found, not what passed: it measures flow, enforcement and reporting together. So nothing
here is called a flow; a country-year without a record is not reported and no zero; and every total stands
beside the number of cases and beside what it would be without its largest case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import choices as noted
from .. import progress
from ..errors import ColumnsError, InputError
from ..i18n import _
from ._seizure_schema import CHECKS, DRUG_CLASSES, REMEDIES, SEIZURES
from .schema import Intake

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

__all__ = [
    "CHECKS",
    "DRUG_CLASSES",
    "REMEDIES",
    "SEIZURES",
    "SeizureIntake",
    "coverage",
    "leave_one_out",
    "read_seizures",
]


@dataclass(frozen=True, repr=False)
class SeizureIntake(Intake):
    """What a file of seizures held: an `Intake` whose table has the columns of `SEIZURES` and no geometry."""

    table: pd.DataFrame  # type: ignore[assignment]
    """Seizures: the columns of `SEIZURES`, then whatever else the file held."""


def read_seizures(
    source: Any, *, columns: Mapping[Any, Any] | str | Path | None = None, keep: str | Iterable[str] = ()
) -> SeizureIntake:
    """
    Read records of seizures; lose nothing, and guess no unit and no country.

    Parameters
    ----------
    source
        A file (see `files.open_table`), a folder or a list of files of one kind, or a table of pandas.
        UNODC's individual drug seizures are known in both spellings of their headers; an archive with several
        tables is read whole.
    columns
        Which column is what, where the headers do not tell: role to column, or column to role. Roles:
        seizure_id, date, year, country, admin, place, drug, amount, unit, purity, transport, routing,
        producing, departure, destination. What a file leaves out because it is the same for all its rows is
        stated: ``{"country": "=TJ"}``. The path of a mapping file does as well.
    keep
        Columns about persons to keep, by name; the others are set aside.

    Returns
    -------
    SeizureIntake
        ``table`` with the columns of `SEIZURES`, ``rejected`` (rows without a year), ``report`` (one row a
        finding) and ``choices``: columns taken, units and drugs that no table knows, names of countries
        without a code.

    Raises
    ------
    FileError
        If a file cannot be opened or is not what its name says.
    ColumnsError
        If date, country, drug or amount is in no column, or a column or role that was named does not exist.

    Notes
    -----
    Repeats are flagged, never dropped. Two rows of one country, day and drug with the same weight in two
    units are flagged as ``unit_twin``: adding them up counts a seizure twice. Kilograms are of bulk weight;
    litres and tablets become kilograms by a factor (``kg_by_factor``, see `units`). Where several files are
    joined, the column ``source_file`` says from which a row is, and ``source_row`` counts within it.

    References
    ----------
    UNODC, Individual drug seizures, https://dataunodc.un.org.

    Examples
    --------
    >>> import pandas as pd
    >>> file = pd.DataFrame({"COUNTRY": ["Tajikistan"] * 2, "SEIZURE_DATE": ["2013-05-04"] * 2,
    ...     "DRUG_NAME": ["Heroin"] * 2, "AMOUNT": ["12.5", "12500"], "DRUG_UNIT": ["Kilogram", "Gram"],
    ...     "DEPARTURE_COUNTRY": ["Afghanistan", "Unknown"]})
    >>> intake = read_seizures(file)
    >>> intake.table[["country", "drug_class", "kg", "departure", "flags"]].values.tolist()
    [['TJ', 'heroin', 12.5, 'AF', 'unit_twin'], ['TJ', 'heroin', 12.5, nan, 'unit_twin unknown_country']]
    """
    from . import headers
    from ._seizure_files import open_seizures
    from ._seizure_rows import SeizureRows
    from .shapes import frugal_memory

    if isinstance(columns, str | Path):
        mapping = headers.read_mapping(columns)
        columns, keep = mapping.get("columns"), keep or mapping.get("keep", ())
    with frugal_memory(), progress.steps(3) as step:
        step(_("Opening the file"))
        raw, roles = open_seizures(source, columns)
        rows = SeizureRows(raw, roles, keep=keep)
        step(_("Reading dates, places and amounts"))
        rows.read()
        rows.check()
        step(_("Building the table"))
        table, (rejected, line) = rows.seizures(), rows.rejected()
    made = {**raw.choices, "header": raw.header, "columns": dict(roles), "month_first": rows.month_first}
    made |= {**rows.choices, "set_aside": list(rows.set_aside), "bad_line_column": line}
    table.attrs["choices"] = made
    return SeizureIntake(table, rejected, rows.findings.report(), made)


def coverage(
    seizures: pd.DataFrame, *, years: Sequence[int] | None = None, countries: Iterable[str] | None = None
) -> pd.DataFrame:
    """
    Say for each country and year whether anything was reported: not reported is no zero.

    Parameters
    ----------
    seizures
        A table of seizures, of one drug where kilograms are to mean something.
    years
        Years expected; from the first to the last of the table unless given.
    countries
        Codes of countries expected; those of the table unless given. A country that sent nothing is only seen
        if it is named here.

    Returns
    -------
    DataFrame
        One row a country and year: ``country``, ``year``, ``reported``, ``n`` (missing where nothing was
        reported), ``n_kg`` (cases with a weight), ``kg`` and ``months`` (months with a record, 1 to 12).

    Raises
    ------
    ColumnsError
        If the table is none of seizures.

    Notes
    -----
    A year with few months may be a part of a year. Whether an empty year means that nothing was found,
    nothing sent, or nothing in the file, the file does not say: ask.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"country": ["KZ", "KZ"], "year": [2011, 2013], "kg": [1.0, 2.0],
    ...                       "date": pd.to_datetime(["2011-03-01", "2013-03-01"])})
    >>> coverage(table)[["country", "year", "reported", "n", "kg"]].values.tolist()
    [['KZ', 2011, True, 1, 1.0], ['KZ', 2012, False, <NA>, nan], ['KZ', 2013, True, 1, 2.0]]
    """
    import pandas as pd

    _need(seizures, ("country", "year", "kg", "date"))
    known = seizures.dropna(subset=["country", "year"])
    year = known["year"].astype("int64")
    if years is None:
        years = range(int(year.min()), int(year.max()) + 1) if len(year) else ()
    codes = sorted(set(countries) if countries is not None else set(known["country"]))
    parts = pd.DataFrame(
        {"country": known["country"], "year": year, "kg": known["kg"], "month": known["date"].dt.month}
    ).groupby(["country", "year"])
    table = pd.DataFrame(
        {
            "n": parts.size(),
            "n_kg": parts["kg"].count(),
            "kg": parts["kg"].sum(min_count=1),
            "months": parts["month"].nunique(),
        }
    )
    expected = pd.MultiIndex.from_product([codes, list(years)], names=["country", "year"])
    table = table.reindex(expected)
    result = table.astype(dict.fromkeys(("n", "n_kg", "months"), "Int64"))
    result["reported"] = result["n"].notna()
    result = result[["reported", "n", "n_kg", "kg", "months"]].reset_index()
    return noted.record(result, not_reported=int((~result["reported"]).sum()))


def leave_one_out(seizures: pd.DataFrame, *, by: str | Sequence[str] | None = None) -> pd.DataFrame:
    """
    Say what a total rests on: its largest seizure, its largest hundredth, its concentration.

    Parameters
    ----------
    seizures
        A table of seizures, of one drug.
    by
        Column or columns to group by, such as "country" or ["country", "year"]; None takes all as one.

    Returns
    -------
    DataFrame
        One row a group, by kilograms: ``n`` (cases), ``n_kg`` (with a weight above 0), ``kg``, ``median_kg``,
        ``largest_kg``, ``largest_id``, ``largest_share`` (of kg), ``kg_without`` (the largest), ``rank`` (1
        for most kilograms), ``rank_without`` (where every group loses its largest), ``top_share`` (share
        of kg in the largest hundredth of the cases, at least one case) and ``gini`` (0 equal, towards 1
        concentrated).

    Raises
    ------
    ColumnsError
        If the table is none of seizures, or has no such column.

    Notes
    -----
    A rank that changes without one seizure is no finding. Shares of a hundredth say little below some hundred
    cases: with fewer, one case is the hundredth. Kilograms of different drugs, or of different purity, do not
    add up.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"country": ["KZ"] * 3 + ["TJ"] * 2, "kg": [1.0, 1.0, 98.0, 30.0, 40.0],
    ...                       "seizure_id": list("abcde")})
    >>> found = leave_one_out(table, by="country")
    >>> found[["country", "kg", "kg_without", "rank", "rank_without"]].values.tolist()
    [['KZ', 100.0, 2.0, 1, 2], ['TJ', 70.0, 30.0, 2, 1]]
    """
    import pandas as pd

    names = [by] if isinstance(by, str) else list(by or ())
    _need(seizures, ("kg", *names))
    groups = [((), seizures)] if not names else seizures.groupby(names, sort=True)
    rows = [
        {**dict(zip(names, key if isinstance(key, tuple) else (key,), strict=True)), **_weights(group)}
        for key, group in groups
    ]
    table = pd.DataFrame(rows, columns=[*names, *_WEIGHTS])
    for rank, kg in (("rank", "kg"), ("rank_without", "kg_without")):
        table[rank] = table[kg].rank(ascending=False, method="min").astype("Int64")
    table = table.sort_values("kg", ascending=False, kind="stable", ignore_index=True)
    changed = int((table["rank"] != table["rank_without"]).sum())
    return noted.record(table, top_share_of=0.01, ranks_that_change=changed)


_WEIGHTS = (
    *("n", "n_kg", "kg", "median_kg", "largest_kg", "largest_id", "largest_share", "kg_without"),
    *("rank", "rank_without", "top_share", "gini"),
)


def _weights(group: pd.DataFrame) -> dict[str, Any]:
    import numpy as np

    kg = group["kg"].to_numpy(dtype=float)
    weighed = np.sort(kg[kg > 0])
    row: dict[str, Any] = {"n": len(group), "n_kg": len(weighed), "kg": float(weighed.sum())}
    if not len(weighed):
        nothing = dict.fromkeys(
            ("median_kg", "largest_kg", "largest_share", "kg_without", "top_share", "gini"), np.nan
        )
        return {**row, **nothing, "largest_id": None}
    at = int(np.nanargmax(kg))
    top = max(1, round(0.01 * len(weighed)))
    return {
        **row,
        "median_kg": float(np.median(weighed)),
        "largest_kg": float(weighed[-1]),
        "largest_id": group["seizure_id"].iloc[at] if "seizure_id" in group else None,
        "largest_share": float(weighed[-1] / weighed.sum()),
        "kg_without": float(weighed[:-1].sum()),
        "top_share": float(weighed[-top:].sum() / weighed.sum()),
        "gini": _gini(weighed),
    }


def _gini(rising: npt.NDArray[np.float64]) -> float:
    """Return the Gini coefficient of values in rising order."""
    import numpy as np

    n = len(rising)
    return float(2 * (np.arange(1, n + 1) * rising).sum() / (n * rising.sum()) - (n + 1) / n)


def _need(seizures: pd.DataFrame, names: Iterable[str]) -> None:
    if not hasattr(seizures, "columns"):
        msg = _("`seizures` must be a table, got {kind}. Give the `table` of an intake.")
        raise InputError(msg.format(kind=type(seizures).__name__))
    missing = [name for name in names if name not in seizures.columns]
    if missing:
        msg = _("`seizures` lacks the columns {columns}. Read them with `read_seizures`.")
        raise ColumnsError(msg.format(columns=", ".join(missing)))
