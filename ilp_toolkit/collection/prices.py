"""
Prices of drugs: any table of them to US dollars a gram, with what is odd about each.

Prices are quoted for a gram, a pound, a thousand tablets or "a unit". What has a weight becomes a price of
one gram; what has none keeps its price and gets no gram. A missing typical price is taken from the middle of
its range, and said; a price far from all others of its drug and level is flagged, for a comma or a unit
usually explains it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import FileError
from ..i18n import N_, _
from . import countries, units
from ._price_fields import header_unit, market_level, match_columns, read_price
from ._seizure_fields import drug_class
from .layout import decimal_mark
from .rolecolumns import stated_values
from .schema import Intake

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CHECKS", "PRICES", "REMEDIES", "PriceIntake", "read_prices"]

PRICES: dict[str, str] = {
    "source_row": N_("The row of the file, counted as a spreadsheet counts it."),
    "country": N_("Country: code of ISO 3166 (two letters)."),
    "place": N_("Town or market within the country; empty where the file has none."),
    "year": N_("The year of the price."),
    "quarter": N_("The quarter, 1 to 4; empty where the file has none."),
    "drug": N_("The drug as the file words it."),
    "drug_class": N_("The group of the drug; “unknown” where the drug is not in the table."),
    "level": N_("Level of the market: wholesale, retail or unknown."),
    "usd": N_("The price in US dollars, typical or the middle of its range."),
    "basis": N_("What the price rests on: typical, or the middle of a range."),
    "unit": N_("The unit of the price as the file words it."),
    "usd_per_g": N_("US dollars for a gram of bulk weight; empty where the unit has no weight."),
    "purity": N_("Share of the drug in it, 0 to 1; empty where the file has none."),
    "flags": N_("Codes of the checks that this row did not pass, separated by spaces; empty for most."),
}
"""Columns of a table of prices, in order, each with its meaning."""

CHECKS: dict[str, str] = {
    "price_missing": N_("No price"),
    "price_from_range": N_("Price from the middle of its range"),
    "price_unit_missing": N_("Price without a unit"),
    "price_no_weight": N_("Unit of the price without a weight"),
    "price_country_unknown": N_("Country of the price not known"),
    "price_level_unknown": N_("Level of the market not known"),
    "price_drug_unlisted": N_("Drug of the price not in the table"),
    "price_outlier": N_("Price far from all others of its drug and level"),
    "price_unit_slip": N_("Price a thousand times off: probably another unit"),
    "price_range_reversed": N_("Lowest price above the highest"),
    "price_twice": N_("Several prices of one place, period, drug and level"),
    "price_unnamed_column": N_("Columns without a name"),
}
"""Every check that the reader of prices can report, gravest first."""

REMEDIES: dict[str, str] = {
    "price_missing": N_("The rows are among the rejected: there is neither a price nor a range."),
    "price_from_range": N_("The geometric middle of the lowest and the highest price stands for the price."),
    "price_unit_missing": N_("The rows have no price of a gram: a missing unit is not guessed."),
    "price_no_weight": N_(
        "The rows have no price of a gram: tablets, litres and doses are not turned into weight."
    ),
    "price_country_unknown": N_("The rows are kept; ladders and gradients leave them out."),
    "price_level_unknown": N_("The rows are kept; ladders and gradients leave them out."),
    "price_drug_unlisted": N_("The drug is kept as worded, its group is “unknown”."),
    "price_outlier": N_(
        "The rows are kept and left out of ladders and gradients until somebody bears them out."
    ),
    "price_unit_slip": N_("The rows are kept and left out of ladders and gradients: mend the unit."),
    "price_range_reversed": N_("The two were exchanged."),
    "price_twice": N_("Their median is taken."),
    "price_unnamed_column": N_("They are not read."),
}
"""What to do about each check."""

_COUNT = re.compile(r"\s*(\d[\d\s]*(?:[.,]\d+)?)\s*(\D.*)")
_FORMS = re.compile(r"(?:[\s-]+(?:powder|tablets?|salts?|base|type|substances|drugs))+$", re.IGNORECASE)
"""Words that say in which form a drug is sold."""
_APART = 5.0
"""Prices this many times from the next one are outside the run of the others."""
_FAR = 100.0
"""Prices this many times from the median are far, whatever lies between."""
_SLIP = 1000.0
_ENOUGH = 8
"""Fewer prices of a drug and level than this are not judged."""


@dataclass(frozen=True, repr=False)
class PriceIntake(Intake):
    """What a file of prices held: an `Intake` whose table has the columns of `PRICES` and no geometry."""

    table: pd.DataFrame  # type: ignore[assignment]


def read_prices(source: Any, *, columns: Mapping[str, str] | None = None) -> PriceIntake:
    """
    Read prices of drugs; guess no unit.

    Parameters
    ----------
    source
        A table file (see `files.open_table`), a JSON list of records, or a table of pandas.
    columns
        Role to column, where the headers do not tell. Roles: country, place, year, quarter, drug, level, usd,
        low, high, unit, purity. What is the same for all rows is stated: ``{"drug": "=heroin"}``.

    Returns
    -------
    PriceIntake
        ``table`` with the columns of `PRICES`, ``rejected`` (rows without a price or a year), ``report``.

    Raises
    ------
    FileError
        If the file cannot be opened or is no list of records.
    ColumnsError
        If country, year, drug or price is in no column.

    Notes
    -----
    A price of a gram is of bulk weight: purity differs from country to country and from street to wholesale.
    Wholesale and retail prices never go into one comparison. The rule for outliers looks at one drug and
    level in the whole file: a file of one region is judged more sharply than one of the world, where prices
    of a gram differ by a factor of a hundred without any slip.

    Examples
    --------
    >>> import pandas as pd
    >>> file = pd.DataFrame({"Country/Territory": ["Tajikistan", "Kazakhstan"], "Drug": "Heroin",
    ...     "Year": 2019, "LevelOfSale": "Wholesale", "Typical_USD": ["5000", ""], "Minimum_USD": ["", 8],
    ...     "Maximum_USD": ["", 18], "Unit": ["kg", "10 g"]})
    >>> read_prices(file).table[["country", "usd", "basis", "usd_per_g"]].values.tolist()
    [['TJ', 5000.0, 'typical', 5.0], ['KZ', 12.0, 'range', 1.2]]
    """
    raw, rows, separator = _opened(source)
    stated, columns = stated_values(columns, [str(name) for name in raw.columns])
    raw = raw.assign(**stated)
    unnamed = [name for name in raw.columns if not str(name).strip()]
    taken = match_columns([str(name) for name in raw.columns], columns)
    table = _typed(raw, rows, taken, separator)
    flags = _Flags(len(table))
    flags.note("price_unnamed_column", len(unnamed))
    _check(table, flags)
    gone = table["usd"].isna() | table["year"].isna()
    rejected = raw.loc[gone.to_numpy()].copy()
    rejected.insert(0, "source_row", table.loc[gone, "source_row"].to_numpy())
    reason = CHECKS["price_missing"]
    rejected.insert(1, "reason", _(reason))
    table["flags"] = flags.words()
    made = {"columns": taken, "unnamed_columns": len(unnamed), "outlier_rule": [_APART, _FAR]}
    kept = table.loc[~gone, list(PRICES)].reset_index(drop=True)
    kept["year"] = kept["year"].astype("Int64")
    kept.attrs["choices"] = made
    return PriceIntake(kept, rejected.reset_index(drop=True), flags.report(table["source_row"]), made)


def _opened(source: Any) -> tuple[pd.DataFrame, Any, str | None]:
    import numpy as np
    import pandas as pd

    if isinstance(source, pd.DataFrame):
        return source.reset_index(drop=True), np.arange(2, len(source) + 2), None
    path = Path(source)
    if path.suffix.casefold() == ".json":
        records = _records(path)
        return pd.DataFrame(records), np.arange(1, len(records) + 1), None
    from .files import open_table

    opened = open_table(path)
    return opened.columns.to_pandas(), opened.source_row, opened.choices.get("separator")


def _records(path: Path) -> list[dict[str, Any]]:
    try:
        held = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError:
        msg = _("There is no file “{name}”. Check the path.").format(name=path.name)
        raise FileError(msg) from None
    except ValueError as error:
        msg = _("“{name}” is no valid JSON ({reason}).").format(name=path.name, reason=str(error))
        raise FileError(msg) from None
    lists = [held] if isinstance(held, list) else list(held.values()) if isinstance(held, dict) else []
    for found in lists:
        if isinstance(found, list) and found and all(isinstance(one, dict) for one in found):
            return found
    msg = _("“{name}” holds no list of records: prices as JSON are a list, a record a price.")
    raise FileError(msg.format(name=path.name))


def _typed(raw: pd.DataFrame, rows: Any, taken: dict[str, str], separator: str | None = None) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    def text(role: str) -> pd.Series[Any]:
        if role not in taken:
            return pd.Series("", index=raw.index, dtype=object)
        return raw[taken[role]].astype("string").fillna("").str.strip().astype(object)

    priced = [[str(cell).strip("$ ") for cell in text(role)] for role in ("usd", "low", "high")]
    decimal = decimal_mark(priced, separator=separator)

    def numbers(role: str) -> pd.Series[Any]:
        found = text(role).map(lambda cell: read_price(str(cell), decimal)).astype(float)
        return found.where(found > 0)

    typical, low, high = numbers("usd"), numbers("low"), numbers("high")
    middle = (low * high) ** 0.5
    purity = numbers("purity")
    words, codes = pd.factorize(text("drug")), pd.factorize(text("country"))
    unit = text("unit")
    named = header_unit(taken.get("usd", "")) if "unit" not in taken else None
    unit = pd.Series(named, index=raw.index, dtype=object) if named else unit
    amount = [_amount(str(word)) for word in unit]
    table = pd.DataFrame({"source_row": np.asarray(rows)})
    table["country"] = np.array([countries.code(str(n)) if n else None for n in codes[1]], dtype=object)[
        codes[0]
    ]
    table["place"] = text("place").where(text("place") != "", None).to_numpy()
    table["year"] = numbers("year").round()
    table["quarter"] = numbers("quarter").round().astype("Int64")
    table["drug"] = text("drug").to_numpy()
    table["drug_class"] = np.array([_class(str(n)) for n in words[1]], dtype=object)[words[0]]
    table["level"] = [market_level(str(cell)) for cell in text("level")]
    table["usd"] = typical.fillna(middle).to_numpy()
    table["basis"] = np.where(typical.notna(), "typical", np.where(middle.notna(), "range", ""))
    table["unit"] = unit.to_numpy()
    grams = np.array([grams for grams, _known in amount], dtype=float)
    table["usd_per_g"] = table["usd"].to_numpy(dtype=float) / grams
    table["purity"] = purity.where(purity <= 1, purity / 100).to_numpy()
    table["reversed"] = (low > high).to_numpy()
    return table


def _class(wording: str) -> str:
    """Return the group of a drug as price lists word it: quotes, brackets and forms taken away one by one."""
    plain = re.sub('[“”"«»]', "", wording).strip()
    forms = [plain, re.sub(r"\s*\(.*\)", "", plain), *re.findall(r"\(([^)]*)\)", plain)]
    forms += [_FORMS.sub("", form) for form in forms]
    return next((found for form in forms if form and (found := drug_class(form))), "unknown")


def _amount(unit: str) -> tuple[float, bool]:
    """Return the grams that a unit weighs, NaN where it has no weight, and whether there is a unit at all."""
    if not unit:
        return float("nan"), False
    found = _COUNT.fullmatch(unit)
    count, word = (float(found[1].replace(" ", "").replace(",", ".")), found[2]) if found else (1.0, unit)
    one = units.factor(units.code_of(word) or "")
    return (count * one.kg * 1000 if one.basis == "weight" else float("nan")), True


class _Flags:
    """What was noticed of each row."""

    def __init__(self, n: int) -> None:
        self.n = n
        self.rows: dict[str, Any] = {}
        self.counts: dict[str, int] = {}

    def flag(self, check: str, rows: Any) -> None:
        import numpy as np

        self.rows[check] = np.asarray(rows, dtype=bool)
        self.counts[check] = int(self.rows[check].sum())

    def note(self, check: str, n: int) -> None:
        self.counts[check] = n

    def words(self) -> list[str]:
        return [" ".join(c for c in CHECKS if c in self.rows and self.rows[c][i]) for i in range(self.n)]

    def report(self, source_row: pd.Series[Any]) -> pd.DataFrame:
        import pandas as pd

        lines = [
            {
                "check": check,
                "n": self.counts[check],
                "share": self.counts[check] / self.n if self.n else 0.0,
                "first_row": source_row.iloc[int(self.rows[check].argmax())] if check in self.rows else pd.NA,
                "remedy": _(REMEDIES[check]),
            }
            for check in CHECKS
            if self.counts.get(check)
        ]
        return pd.DataFrame(lines, columns=["check", "n", "share", "first_row", "remedy"])


def _check(table: pd.DataFrame, flags: _Flags) -> None:
    import numpy as np

    priced = table["usd"].notna()
    flags.flag("price_missing", ~priced | table["year"].isna())
    flags.flag("price_from_range", table["basis"] == "range")
    flags.flag("price_unit_missing", priced & (table["unit"] == ""))
    flags.flag("price_no_weight", priced & (table["unit"] != "") & table["usd_per_g"].isna())
    flags.flag("price_country_unknown", priced & table["country"].isna())
    flags.flag("price_level_unknown", priced & (table["level"] == "unknown"))
    flags.flag("price_drug_unlisted", priced & (table["drug_class"] == "unknown"))
    far, slip = np.zeros(len(table), dtype=bool), np.zeros(len(table), dtype=bool)
    for _key, group in table[table["usd_per_g"].notna()].groupby(["drug", "level"]):
        if len(group) < _ENOUGH:
            continue
        off, times = _outside(np.log(group["usd_per_g"].to_numpy(dtype=float)))
        thousand = off & (np.abs(np.abs(times) - np.log(_SLIP)) < np.log(_APART))
        slip[group.index[thousand]] = True
        far[group.index[off & ~thousand]] = True
    flags.flag("price_outlier", far)
    flags.flag("price_unit_slip", slip)
    flags.flag("price_range_reversed", table["reversed"])
    key = ["country", "place", "year", "quarter", "drug", "level"]
    flags.flag("price_twice", priced & table.duplicated(key, keep=False))


def _outside(logs: Any) -> tuple[Any, Any]:
    """Return which prices lie outside the run of the others, and how far all are from the median."""
    import numpy as np

    order = np.argsort(logs, kind="stable")
    run = np.concatenate([[0], np.cumsum(np.diff(logs[order]) > np.log(_APART))])
    main = np.bincount(run).argmax()
    off = np.zeros(len(logs), dtype=bool)
    off[order[run != main]] = True
    times = logs - np.median(logs)
    return off | (np.abs(times) > np.log(_FAR)), times
