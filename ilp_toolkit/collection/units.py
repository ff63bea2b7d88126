"""
Amounts of drugs: to kilograms, pure kilograms, heroin equivalent and doses, by factors that are told.

A weight converts exactly. A volume converts by UNODC's convention of one kilogram a litre, a tablet of an
amphetamine-type stimulant by a bulk weight that UNODC puts between 90 and 300 mg; each such row says on
what its kilograms rest, and has its range. Plants, bottles, packages and "units" have no weight, and a
missing unit is never guessed. Factors are data (``vocabulary/units.csv``, ``vocabulary/drug_factors.csv``),
each with its source.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal

from .. import choices
from ..errors import ColumnsError, InputError
from ..i18n import _
from .shapes import NOTHING

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "BASES",
    "Basis",
    "Factor",
    "code_of",
    "doses",
    "factor",
    "factors",
    "heroin_equivalent",
    "normalise",
    "pure_kg",
    "to_kg",
    "unlisted",
]

Basis = Literal["weight", "volume", "tablet", "none"]
BASES: tuple[Basis, ...] = ("weight", "volume", "tablet", "none")
"""On what kilograms rest: a weight; a volume at 1 kg a litre; an assumed weight a tablet; nothing."""

_COLUMNS = ("what", "drug_class", "unit", "value", "low", "high")


@dataclass(frozen=True)
class Factor:
    """What one unit of a drug weighs."""

    kg: float
    """Kilograms a unit; NaN where the unit has no weight."""
    low: float
    """The least that sources give; equal to `kg` for weights."""
    high: float
    basis: Basis
    source: str = ""


_NOTHING_KNOWN = Factor(math.nan, math.nan, math.nan, "none")


def normalise(unit: pd.Series[Any]) -> pd.Series[Any]:
    """
    Return the code of each unit, missing where there is none or it is not in the table.

    Parameters
    ----------
    unit
        Units as a register words them, English or Russian.

    Examples
    --------
    >>> import pandas as pd
    >>> normalise(pd.Series(["Kilogram", "гр.", "Gallons (US, liquid)", "heaps", None])).tolist()
    ['kg', 'g', 'gal_us', nan, nan]
    """
    import pandas as pd

    from .frames import pick

    places, words = pd.factorize(unit.astype("string"), use_na_sentinel=True)
    known = pick([*(code_of(str(word)) for word in words), None], places % (len(words) + 1))
    return known.set_axis(unit.index).rename("unit")


def to_kg(
    amount: pd.Series[Any],
    unit: pd.Series[Any],
    drug_class: pd.Series[Any] | None = None,
    *,
    factors: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """
    Convert amounts to kilograms of bulk weight.

    Parameters
    ----------
    amount
        Numbers.
    unit
        Units as worded or as codes, on the same index.
    drug_class
        Classes of drugs (see `seizures.DRUG_CLASSES`); without them no tablet has a weight.
    factors
        Factors that go before the package's own: rows as `factors` returns them, with ``what`` "kg_per_unit".

    Returns
    -------
    DataFrame
        ``kg``, ``kg_low``, ``kg_high`` (NaN where there is no weight) and ``basis`` (see `BASES`).

    Raises
    ------
    ColumnsError
        If `factors` lacks a column.

    Notes
    -----
    Bulk weight, whatever the purity: kilograms of different purity do not add up to an amount of drug. The
    weights of tablets differ by source and region by a factor of three; tell the range, not the value.

    References
    ----------
    UNODC, Global seizures of drugs, note on quantities, https://dataunodc.un.org/drugs/global_seizures.

    Examples
    --------
    >>> import pandas as pd
    >>> to_kg(pd.Series([500.0, 1.5, 1000.0, 3.0]), pd.Series(["g", "Litre", "Tablet", None]),
    ...       pd.Series(["heroin", "heroin", "ecstasy", "opium"]))["kg"].round(6).tolist()
    [0.5, 1.5, 0.3, nan]
    """
    import numpy as np
    import pandas as pd

    codes = normalise(unit).astype(object)
    classes = (
        drug_class.astype(object) if drug_class is not None else pd.Series(None, unit.index, dtype=object)
    )
    pairs = pd.MultiIndex.from_arrays([codes.fillna("").to_numpy(), classes.fillna("").to_numpy()])
    places, distinct = pd.factorize(pairs)
    own = _given(factors)
    found = [factor(str(one), str(drug), extra=own) for one, drug in distinct]
    numbers = amount.to_numpy(dtype=float)
    columns: dict[str, Any] = {}
    for name, values in (("kg", "kg"), ("kg_low", "low"), ("kg_high", "high")):
        per_unit = np.array([getattr(one, values) for one in found], dtype=float)
        columns[name] = numbers * per_unit[places] if found else numbers
    columns["basis"] = np.array([one.basis for one in found], dtype=object)[places] if found else []
    table = pd.DataFrame(columns, index=amount.index)
    return choices.record(table, litre_kg=1.0, tablets_by_factor=int((table["basis"] == "tablet").sum()))


def factor(unit: str, drug_class: str = "", *, extra: Iterable[dict[str, Any]] = ()) -> Factor:
    """
    Return what one unit of a drug weighs.

    Parameters
    ----------
    unit
        A code of `normalise`.
    drug_class
        The class of the drug.
    extra
        Rows of factors that go before the package's own.

    Examples
    --------
    >>> factor("lb").kg, factor("tablet", "ecstasy").high, factor("plant").basis
    (0.45359237, 0.0003, 'none')
    """
    for row in (*extra, *_drug_factors()):
        if row["what"] == "kg_per_unit" and (row["unit"], row["drug_class"]) == (unit, drug_class):
            return Factor(*_range(row), "tablet", str(row.get("source", "")))
    known = _units().get(unit)
    if known is None or not known["kg"]:
        return _NOTHING_KNOWN
    kg = float(known["kg"])
    return Factor(kg, kg, kg, "volume" if known["kind"] == "volume" else "weight", known["source"])


def factors() -> pd.DataFrame:
    """
    List every factor in use, with its source and whether it was held against it.

    Returns
    -------
    DataFrame
        ``what`` (kg_per_unit, heroin_per_kg, kg_per_dose), ``drug_class`` (empty: any), ``unit``, ``value``,
        ``low``, ``high``, ``source``, ``verified``.

    Examples
    --------
    >>> factors().query("what == 'heroin_per_kg' and drug_class == 'opium'")["value"].tolist()
    [0.1]
    """
    import pandas as pd

    rows = [
        {"what": "kg_per_unit", "drug_class": "", "unit": code, "value": row["kg"], "low": row["kg"]}
        | {"high": row["kg"], "source": row["source"], "verified": row["verified"]}
        for code, row in _units().items()
        if row["kg"]
    ]
    table = pd.DataFrame([*rows, *_drug_factors()])
    for name in ("value", "low", "high"):
        table[name] = pd.to_numeric(table[name])
    return table.assign(verified=table["verified"] == "true")


def pure_kg(kg: pd.Series[Any], purity: pd.Series[Any]) -> pd.Series[Any]:
    """
    Return kilograms of pure drug; missing where the purity is.

    Parameters
    ----------
    kg
        Kilograms of bulk weight.
    purity
        Share of the drug in it, 0 to 1, on the same index.

    Raises
    ------
    InputError
        If a purity is no share; the message says which row.

    Examples
    --------
    >>> import pandas as pd
    >>> float(pure_kg(pd.Series([100.0, 50.0]), pd.Series([0.6, 0.2])).sum())
    70.0
    """
    import pandas as pd

    shares = pd.to_numeric(purity).astype(float)
    wrong = shares[(shares < 0) | (shares > 1)]
    if len(wrong):
        msg = _(
            "`purity` must be a share from 0 to 1, got {value} (first: row {row}). Divide percent by 100."
        )
        raise InputError(msg.format(value=wrong.iloc[0], row=wrong.index[0]))
    return (kg.astype(float) * shares).rename("kg_pure")


def heroin_equivalent(
    kg: pd.Series[Any], drug_class: pd.Series[Any], *, opium: float = 10.0, morphine: float = 1.0
) -> pd.Series[Any]:
    """
    Return opiates as kilograms of heroin; missing for every other drug.

    Parameters
    ----------
    kg
        Kilograms, bulk or pure: the result is of the same kind.
    drug_class
        Classes of drugs on the same index.
    opium, morphine
        Kilograms of it that make one kilogram of heroin.

    Raises
    ------
    InputError
        If a ratio is not above 0.

    Notes
    -----
    The ten to one of UNODC is a convention: yields differ with the morphine in the opium and with the
    laboratory. State the ratio, and try another.

    Examples
    --------
    >>> import pandas as pd
    >>> heroin_equivalent(pd.Series([250.0, 3.0, 8.0]), pd.Series(["opium", "heroin", "cocaine"])).tolist()
    [25.0, 3.0, nan]
    """
    for name, value in (("opium", opium), ("morphine", morphine)):
        if not value > 0:
            raise InputError(_("`{name}` must be above 0, got {value!r}.").format(name=name, value=value))
    ratio = drug_class.astype(object).map({"heroin": 1.0, "opium": float(opium), "morphine": float(morphine)})
    made = (kg.astype(float) / ratio.astype(float)).rename("kg_heroin")
    return choices.record(made, opium_per_heroin=float(opium), morphine_per_heroin=float(morphine))


def doses(kg: pd.Series[Any], drug_class: pd.Series[Any]) -> pd.Series[Any]:
    """
    Return how many doses kilograms come to, where a dose of the drug is in the table of factors.

    Notes
    -----
    A dose depends on purity, habit and place: use it for an order of magnitude, never to say how many persons
    used.

    Examples
    --------
    >>> import pandas as pd
    >>> doses(pd.Series([3.0, 3.0, 1.0]), pd.Series(["heroin", "opium", "cocaine"])).round().tolist()
    [100000.0, 10000.0, nan]
    """
    table = {
        row["drug_class"]: float(row["value"]) for row in _drug_factors() if row["what"] == "kg_per_dose"
    }
    return (kg.astype(float) / drug_class.astype(object).map(table).astype(float)).rename("doses")


def unlisted(unit: pd.Series[Any]) -> pd.DataFrame:
    """
    List the units that the table does not know, most frequent first.

    Examples
    --------
    >>> import pandas as pd
    >>> unlisted(pd.Series(["kg", "heaps", "heaps", None, ""]))
      wording  n
    0   heaps  2
    """
    words = unit.astype("string")[normalise(unit).isna().to_numpy()].dropna()
    words = words[~words.str.strip().str.casefold().isin(NOTHING)]
    counts = words.astype(object).value_counts().rename_axis("wording").reset_index(name="n")
    return counts.sort_values(["n", "wording"], ascending=[False, True], ignore_index=True)


@lru_cache(maxsize=4096)
def code_of(wording: str) -> str | None:
    """
    Return the code of one unit, None where there is none.

    Examples
    --------
    >>> code_of("Kilograms"), code_of("unknown")
    ('kg', None)
    """
    text = " ".join(wording.casefold().split()).strip(" .")
    known = _wordings()
    return known.get(text) or known.get(re.sub(r"\.", "", text))


# Data


@lru_cache(maxsize=1)
def _units() -> dict[str, dict[str, str]]:
    return {row["code"]: row for row in _rows("units.csv")}


@lru_cache(maxsize=1)
def _wordings() -> dict[str, str]:
    found = {code: code for code in _units()}
    for code, row in _units().items():
        found.update({word.casefold(): code for word in row["wordings"].split("|")})
    return found


@lru_cache(maxsize=1)
def _drug_factors() -> tuple[dict[str, Any], ...]:
    return tuple(_rows("drug_factors.csv"))


def _rows(name: str) -> list[dict[str, str]]:
    path = resources.files(__package__) / "vocabulary" / name
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def _given(table: pd.DataFrame | None) -> list[dict[str, Any]]:
    if table is None:
        return []
    missing = [name for name in _COLUMNS[:4] if name not in table.columns]
    if missing:
        msg = _("`factors` lacks the columns {columns}; it has {found}.")
        raise ColumnsError(msg.format(columns=", ".join(missing), found=", ".join(map(str, table.columns))))
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def _range(row: dict[str, Any]) -> tuple[float, float, float]:
    value = float(row["value"])
    low, high = (row.get(name) for name in ("low", "high"))
    return value, _end(low, value), _end(high, value)


def _end(cell: Any, value: float) -> float:
    """Return one end of a range, the value itself where it is empty."""
    return value if cell in (None, "") or math.isnan(float(cell)) else float(cell)
