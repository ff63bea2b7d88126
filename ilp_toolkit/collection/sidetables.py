"""
Small tables that stand beside records of seizures: hours of work, demand, roads and their places.

Each has few columns with plain names; what is missing, or is no number, is said with its first row and how
to mend it, before anything is worked out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ColumnsError, InputError
from ..i18n import _
from . import countries
from ._seizure_fields import drug_class

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["read_demand", "read_effort", "read_places", "read_population", "read_roads"]

Spellings = Mapping[str, tuple[str, ...]]

_EFFORT: Spellings = {
    "place": ("post", "place", "country", "пост", "место", "страна"),
    "month": ("month", "date", "месяц", "дата"),
    "hours": ("hours", "часы", "часов"),
}
_DEMAND: Spellings = {
    "country": ("country", "страна"),
    "drug": ("drug", "наркотик", "вещество"),
    "kg": ("kg", "кг"),
    "low": ("low", "от"),
    "high": ("high", "до"),
}
_ROADS: Spellings = {
    "source": ("source", "from", "откуда"),
    "target": ("target", "to", "куда"),
    "km": ("km", "км"),
    "hours": ("hours", "часы", "часов"),
}
_PLACES: Spellings = {
    "node": ("node", "id", "узел"),
    "kind": ("kind", "тип"),
    "country": ("country", "country_a", "страна"),
    "other_country": ("other_country", "country_b"),
    "x": ("x", "lon", "longitude", "долгота"),
    "y": ("y", "lat", "latitude", "широта"),
    "hours": ("hours", "часы", "часов"),
    "name": ("name", "name_en", "название"),
    "name_ru": ("name_ru",),
}
_POPULATION: Spellings = {
    "country": ("country", "code", "iso2", "страна", "код"),
    "people": ("people", "population", "население", "человек"),
}
_KINDS = ("post", "town", "junction")


def read_effort(source: Any) -> pd.DataFrame:
    """
    Read hours of work by post or country and, where known, month.

    Returns
    -------
    DataFrame
        ``place`` (a post as worded, or the code of a country), ``month`` (its first day; NaT where the file
        has none) and ``hours``.

    Raises
    ------
    FileError, ColumnsError, InputError
        If the file cannot be read, lacks a column, or hours are no numbers from 0 up.

    Examples
    --------
    >>> import pandas as pd
    >>> read_effort(pd.DataFrame({"post": ["Murgosin"], "month": ["2024-07"], "hours": ["1960"]}))
          place      month   hours
    0  Murgosin 2024-07-01  1960.0
    """
    import pandas as pd

    table = _taken(source, _EFFORT, ("place", "hours"), "--effort")
    words = table["place"].map(lambda name: countries.code(str(name)) or str(name).strip())
    month = pd.to_datetime(table["month"], errors="coerce", format="mixed") if "month" in table else pd.NaT
    made = pd.DataFrame(
        {"place": words, "month": month, "hours": _numbers(table["hours"], "hours", "--effort")}
    )
    made["month"] = pd.to_datetime(made["month"]).dt.to_period("M").dt.to_timestamp()
    return made


def read_demand(source: Any, *, drug: str = "") -> pd.DataFrame:
    """
    Read what countries use in a year; of several years the mean.

    Parameters
    ----------
    source
        A table with ``country`` and ``kg``, and where known ``drug``, ``low`` and ``high``.
    drug
        The group whose rows are taken where the file names drugs.

    Raises
    ------
    FileError, ColumnsError, InputError
        If the file cannot be read, lacks a column, names no country, or has no row of the drug.

    Examples
    --------
    >>> import pandas as pd
    >>> file = pd.DataFrame({"country": ["XA", "XA"], "kg": ["2,400", "2600"]})
    >>> read_demand(file).values.tolist()
    [['XA', 2500.0]]
    """
    import pandas as pd

    table = _taken(source, _DEMAND, ("country", "kg"), "--demand")
    codes = table["country"].map(lambda name: countries.code(str(name)))
    if codes.isna().any():
        msg = _("{option}: “{name}” is no country. Give a name or a code of ISO 3166.")
        raise InputError(msg.format(option="--demand", name=table["country"][codes.isna()].iloc[0]))
    names = [name for name in ("kg", "low", "high") if name in table]
    made = pd.DataFrame({"country": codes, **{n: _numbers(table[n], n, "--demand") for n in names}})
    if drug and "drug" in table:
        kinds = table["drug"].map(lambda word: drug_class(str(word)) or str(word).casefold())
        made = made[(kinds == drug).to_numpy()]
        if made.empty:
            msg = _("--demand: the file has no row of “{drug}”.").format(drug=drug)
            raise InputError(msg)
    return made.groupby("country", as_index=False)[names].mean()


def read_roads(source: Any) -> pd.DataFrame:
    """
    Read roads: ``source``, ``target``, ``km`` and, where known, ``hours``.

    Raises
    ------
    FileError, ColumnsError, InputError
        If the file cannot be read, lacks a column, or lengths are no numbers above 0.

    Examples
    --------
    >>> import pandas as pd
    >>> read_roads(pd.DataFrame({"from": ["Velshurak"], "to": ["Osgonok"], "km": ["174"]})).values.tolist()
    [['Velshurak', 'Osgonok', 174.0]]
    """
    import pandas as pd

    table = _taken(source, _ROADS, ("source", "target", "km"), "--roads")
    made = pd.DataFrame({name: table[name].astype(str).str.strip() for name in ("source", "target")})
    made["km"] = _numbers(table["km"], "km", "--roads")
    if "hours" in table:
        made["hours"] = _numbers(table["hours"], "hours", "--roads", may_miss=True)
    return made


def read_places(source: Any) -> pd.DataFrame:
    """
    Read the places of roads: towns, posts and junctions.

    Returns
    -------
    DataFrame
        ``node``, ``kind`` (``post``, ``town`` or ``junction``), ``country`` and, where known,
        ``other_country`` (of a post), ``x`` and ``y`` (degrees), ``hours`` (to cross), ``name``, ``name_ru``.

    Raises
    ------
    FileError, ColumnsError, InputError
        If the file cannot be read, lacks a column, a kind or country is not known, or a node stands twice.

    Examples
    --------
    >>> import pandas as pd
    >>> file = pd.DataFrame({"node": ["Murgosin"], "kind": ["post"], "country": ["XB"], "lon": ["66.35"],
    ...                      "lat": ["-36.45"]})
    >>> read_places(file).values.tolist()
    [['Murgosin', 'post', 'XB', 66.35, -36.45]]
    """
    table = _taken(source, _PLACES, ("node", "kind", "country"), "--places")
    made = table.copy()
    made["node"], made["kind"] = (made[c].astype(str).str.strip() for c in ("node", "kind"))
    strange = sorted(set(made["kind"]) - set(_KINDS))
    if strange:
        msg = _("--places: “{kind}” is no kind of place. Kinds are: {known}.")
        raise InputError(msg.format(kind=strange[0], known=", ".join(_KINDS)))
    if made["node"].duplicated().any():
        first = made["node"][made["node"].duplicated()].iloc[0]
        raise InputError(_("--places: “{node}” stands there more than once.").format(node=first))
    for name in ("country", "other_country"):
        if name in made:
            made[name] = made[name].map(lambda cell: countries.code(str(cell)) if str(cell).strip() else None)
    if made["country"].isna().any():
        first = made["node"][made["country"].isna()].iloc[0]
        raise InputError(_("--places: the country of “{node}” is not known.").format(node=first))
    for name in ("x", "y", "hours"):
        if name in made:
            made[name] = _numbers(made[name], name, "--places", may_miss=True, least=-180.0)
    return made


def read_population(source: Any) -> pd.Series[Any]:
    """
    Read how many people live in each country.

    Parameters
    ----------
    source
        A file or a table: a country (name or code), and people.

    Returns
    -------
    pandas.Series
        People, by country code.

    Raises
    ------
    ColumnsError
        If a column is missing.
    InputError
        If a cell cannot be read, or a country stands twice.

    Examples
    --------
    >>> import pandas as pd
    >>> people = pd.DataFrame({"country": ["XA", "Belzavat"], "people": [6.4e6, "9 800 000"]})
    >>> read_population(people).to_dict()
    {'XA': 6400000.0, 'XB': 9800000.0}
    """
    table = _taken(source, _POPULATION, ("country", "people"), "--population")
    table["people"] = _numbers(table["people"], "people", "--population", least=1.0)
    codes = table["country"].map(lambda cell: countries.code(str(cell)))
    if codes.isna().any():
        row = int(codes.isna().to_numpy().argmax())
        msg = _(
            "--population: “{value}” in row {row} is no country; write its name or its code of two letters."
        )
        raise InputError(msg.format(value=table["country"].iloc[row], row=row + 2))
    if codes.duplicated().any():
        msg = _("--population: {country} stands twice; give one number a country.")
        raise InputError(msg.format(country=codes[codes.duplicated()].iloc[0]))
    found: pd.Series[Any] = table.set_index(codes.to_numpy())["people"]
    return found


def _taken(source: Any, spellings: Spellings, needed: tuple[str, ...], option: str) -> pd.DataFrame:
    """Return the columns of a file that have a role, under the names of the roles, as text."""
    import pandas as pd

    if isinstance(source, pd.DataFrame):
        raw = source.reset_index(drop=True)
    else:
        from .files import open_table

        raw = open_table(Path(source)).columns.to_pandas()
    plain = {re.sub(r"\W+", "_", str(name).strip().casefold()).strip("_"): name for name in raw.columns}
    found: dict[str, Any] = {}
    for role, words in spellings.items():
        fits = [plain[word] for word in words if word in plain and plain[word] not in found.values()]
        if fits:
            found[role] = fits[0]
    missing = [role for role in needed if role not in found]
    if missing:
        msg = _("{option}: no column was recognised as {roles}. Columns: {names}.")
        names = ", ".join(str(name) for name in raw.columns[:40])
        raise ColumnsError(msg.format(option=option, roles=", ".join(missing), names=names))
    text = raw[list(found.values())].astype("string").fillna("").apply(lambda column: column.str.strip())
    made: pd.DataFrame = text.set_axis(list(found), axis=1).astype(object)
    return made


def _numbers(
    cells: pd.Series[Any], name: str, option: str, *, may_miss: bool = False, least: float = 0.0
) -> pd.Series[Any]:
    """Return numbers; a decimal comma is one, and a comma before three figures is none."""
    import pandas as pd

    plain = cells.astype(str).str.replace(r"[\s\u00a0]", "", regex=True)
    plain = plain.str.replace(r",(?=\d{3}(?:\D|$))", "", regex=True).str.replace(",", ".", regex=False)
    found = pd.to_numeric(plain, errors="coerce").astype(float)
    wrong = (found < least) | (found.isna() & ~((plain == "") & may_miss))
    if wrong.any():
        row = int(wrong.to_numpy().argmax())
        msg = _("{option}: `{name}` must hold numbers; row {row} has “{value}”.")
        raise InputError(msg.format(option=option, name=name, row=row + 2, value=cells.iloc[row]))
    return found
