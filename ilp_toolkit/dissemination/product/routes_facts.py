"""
What a route assessment is about: which seizures, of which drug and years, and what was left out of them.

Everything is chosen once and used by every part. Rows that would count a seizure twice, or that outweigh all
others by a slip of a unit, are left out here and nowhere else, and each of them is counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...collection import countries, producers, units
from ...collection.seizures import DRUG_CLASSES
from ...direction.policy import Policy
from ...errors import InputError
from ...i18n import _, number, plural
from .names import drug_words

if TYPE_CHECKING:
    import datetime as dt

    from ...collection.prices import PriceIntake
    from ...collection.seizures import SeizureIntake

__all__ = ["OPIATES", "Facts", "Request", "gather"]

OPIATES = ("heroin", "opium", "morphine")
"""What is counted together as heroin equivalent."""
_ENOUGH = 30
"""So many cases of opiates, and they are what the assessment is about unless another drug is asked for."""


@dataclass(frozen=True)
class Request:
    """What the caller asked for."""

    drug: str = ""
    """A class of drugs, the wording of the file, or ``opiates``; chosen where empty."""
    producers: tuple[str, ...] = ()
    """Codes of countries that make the drug; the toolkit's list where empty."""
    years: tuple[int, int] | None = None
    """First and last year; all where None."""
    demand: pd.DataFrame | None = None
    """What each country uses in a year: ``country``, ``kg`` and, where known, ``low`` and ``high``."""
    prices: PriceIntake | None = None
    effort: pd.DataFrame | None = None
    """``place`` (a country or a post), ``month`` (first day, or NaT) and ``hours``."""
    roads: pd.DataFrame | None = None
    """``source``, ``target``, ``km`` and, where known, ``hours``."""
    places: pd.DataFrame | None = None
    """The nodes of the roads: ``node``, ``kind``, ``country`` and, where known, ``x``, ``y``, ``name``."""
    reinforced: tuple[tuple[str, dt.date], ...] = ()
    """Posts that were reinforced, and from which day."""
    title: str = ""
    source: str = ""
    author: str = ""
    command: str = ""
    without: frozenset[str] = frozenset()
    """Parts to leave out, by the names of `routes.PARTS`."""


@dataclass(frozen=True)
class Facts:
    """The seizures of an assessment and what was chosen to come to them."""

    intake: SeizureIntake
    table: pd.DataFrame
    """The seizures that count: ``kg`` is heroin equivalent where opiates are taken together."""
    request: Request
    policy: Policy
    drug: str
    """Class or wording, or ``opiates``."""
    why_drug: str
    """Why this drug, in words."""
    producers: tuple[str, ...]
    producers_given: bool
    twins: int
    """Rows left out as second entries of one seizure in another unit."""
    outliers: int
    """Rows left out as far too heavy."""
    repeats: int
    """Exact repeats that are kept."""

    @cached_property
    def n(self) -> int:
        """Seizures that count."""
        return len(self.table)

    @cached_property
    def rows(self) -> int:
        """Rows of the file."""
        return len(self.intake.table) + len(self.intake.rejected)

    @cached_property
    def crossing(self) -> pd.Series[bool]:
        """Which seizures name another country as departure or destination."""
        return names_another(self.table)

    @cached_property
    def years(self) -> tuple[int, int]:
        """The first and the last year."""
        return int(self.table["year"].min()), int(self.table["year"].max())

    @cached_property
    def reported(self) -> pd.Series[int]:
        """In how many of the years each country has a record of any drug."""
        everything = self.intake.table.dropna(subset=["country", "year"])
        inside = everything[everything["year"].between(*self.years)]
        return inside.groupby("country", observed=True)["year"].nunique()

    @cached_property
    def yearly(self) -> pd.DataFrame:
        """
        The seizures as one period, kilograms a year: over the years that their country reported.

        A country that reported one year of three would otherwise look like a third of itself.
        """
        years = self.table["country"].astype(object).map(self.reported).astype(float).fillna(1.0)
        return self.table.assign(kg=self.table["kg"].to_numpy() / years.to_numpy()).drop(columns=["year"])

    @property
    def what(self) -> str:
        """The drug in words."""
        return drug_words(self.drug)

    @property
    def measure(self) -> str:
        """What a kilogram is here."""
        if self.drug == "opiates":
            return _("kilograms of heroin equivalent")
        return _("kilograms of bulk weight")

    @property
    def period(self) -> str:
        """The years in words; days are not told: they would point to single seizures."""
        first, last = self.years
        return str(first) if first == last else f"{first}–{last}"

    @property
    def counted(self) -> str:
        """The number of seizures in words."""
        return plural("{n} seizure", "{n} seizures", self.n).format(n=number(self.n))


def gather(intake: SeizureIntake, request: Request, *, policy: Policy) -> Facts:
    """
    Choose the seizures of an assessment.

    Raises
    ------
    InputError
        If the drug or the years are not in the file, a producer is no country, or too few seizures are left.
    """
    table = _in_years(intake.table, request.years)
    drug, rows, why = _of_drug(table, request.drug)
    flags = rows["flags"].astype("string").fillna("")
    heavy = flags.str.contains(r"\bkg_outlier\b").to_numpy(dtype=bool)
    rows, flags = rows[~heavy], flags[~heavy]
    second = _second_entries(rows, flags)
    rows, flags = rows[~second], flags[~second]
    least = max(policy.profile.minimum_rows, policy.cells.minimum_count)
    if len(rows) < least:
        msg = plural(
            "There is only {n} seizure of this drug; the policy asks for at least {minimum}.",
            "There are only {n} seizures of this drug; the policy asks for at least {minimum}.",
            len(rows),
        )
        raise InputError(msg.format(n=number(len(rows)), minimum=least))
    if drug == "opiates":
        rows = rows.assign(kg=units.heroin_equivalent(rows["kg"], rows["drug_class"]).to_numpy())
    # Numbers of the register stay outside of everything that is made here.
    rows = rows.assign(seizure_id=[f"s{at}" for at in range(len(rows))])
    made, given = _producers(request.producers, drug, rows)
    return Facts(
        intake=intake,
        table=rows.reset_index(drop=True),
        request=request,
        policy=policy,
        drug=drug,
        why_drug=why,
        producers=made,
        producers_given=given,
        twins=int(second.sum()),
        outliers=int(heavy.sum()),
        repeats=int(flags.str.contains(r"\bduplicate\b").sum()),
    )


def names_another(table: pd.DataFrame) -> pd.Series[bool]:
    """Say which seizures name another country than their own as departure or destination."""
    here = table["country"].astype(object)
    found = pd.Series(False, index=table.index)
    for side in ("departure", "destination"):
        other = table[side].astype(object)
        found |= other.notna() & here.notna() & (other != here)
    return found


def _in_years(table: pd.DataFrame, years: tuple[int, int] | None) -> pd.DataFrame:
    if years is None:
        return table
    chosen = table[table["year"].between(*years).fillna(False).to_numpy(dtype=bool)]
    if chosen.empty:
        found = table["year"].dropna()
        msg = _("The file has no seizure in {first} to {last}; its years are {years}.")
        there = f"{int(found.min())}–{int(found.max())}" if len(found) else _("none")
        raise InputError(msg.format(first=years[0], last=years[1], years=there))
    return chosen


def _of_drug(table: pd.DataFrame, wanted: str) -> tuple[str, pd.DataFrame, str]:
    """Return the drug, its rows, and why it is this one."""
    classes = table["drug_class"].astype(object)
    if wanted:
        return _asked_for(table, wanted)
    opiates = classes.isin(OPIATES)
    if int(opiates.sum()) >= _ENOUGH:
        why = _(
            "No drug was named, and the file holds {n} seizures of heroin, morphine and opium: they are "
            "taken together as heroin equivalent (ten kilograms of opium, or one of morphine, for one of "
            "heroin)."
        )
        return "opiates", table[opiates], why.format(n=number(int(opiates.sum())))
    counts = classes[~classes.isin(["other", "unknown"])].value_counts()
    if counts.empty:
        return "all", table, _("No group of drugs is known in this file: all seizures are taken together.")
    first = str(counts.index[0])
    why = _("No drug was named, and the file has most seizures of {drug}: {n}.")
    return first, table[classes == first], why.format(drug=drug_words(first), n=number(int(counts.iloc[0])))


def _asked_for(table: pd.DataFrame, wanted: str) -> tuple[str, pd.DataFrame, str]:
    key = wanted.strip().casefold()
    if key in {"opiates", "опиаты"}:
        rows, drug = table[table["drug_class"].astype(object).isin(OPIATES)], "opiates"
    else:
        classes = table["drug_class"].astype("string").str.casefold()
        named = {_(words).casefold(): name for name, words in DRUG_CLASSES.items()}
        drug = named.get(key, key if key in DRUG_CLASSES else "")
        if drug:
            rows = table[(classes == drug).fillna(False).to_numpy(dtype=bool)]
        else:
            words = table["drug"].astype("string").str.strip().str.casefold()
            rows, drug = table[(words == key).fillna(False).to_numpy(dtype=bool)], wanted.strip()
    if rows.empty:
        there = table["drug_class"].astype(object).value_counts().index[:12]
        msg = _("The file has no seizure of “{drug}”. Groups in it: {there}; or “opiates”.")
        raise InputError(msg.format(drug=wanted, there=", ".join(map(str, there))))
    return drug, rows, _("The drug was named by the author.")


def _second_entries(rows: pd.DataFrame, flags: pd.Series[Any]) -> Any:
    """Return which rows repeat a seizure that another row has in another unit: one of each stays."""
    twin = flags.str.contains(r"\bunit_twin\b").to_numpy(dtype=bool)
    some = rows[twin]
    keys = [
        some["country"].astype(str).to_numpy(),
        some["date"].to_numpy(),
        some["drug"].astype(str).str.strip().str.casefold().to_numpy(),
        np.round(some["kg"].to_numpy(dtype=float) * 1e9),
    ]
    # Of several in one unit all stay: only what stands in a second unit is the same seizure again.
    unit = pd.Series(some["unit"].astype(str).to_numpy(), dtype=object)
    found = np.zeros(len(rows), dtype=bool)
    if len(some):
        found[twin] = (unit != unit.groupby(keys).transform("first")).to_numpy(dtype=bool)
    return found


def _producers(given: tuple[str, ...], drug: str, rows: pd.DataFrame) -> tuple[tuple[str, ...], bool]:
    codes = []
    for name in given:
        code = countries.code(name)
        if code is None:
            msg = _("--producer: “{name}” is no country. Give a code of ISO 3166, as AF.")
            raise InputError(msg.format(name=name))
        codes.append(code)
    if codes:
        return tuple(sorted(set(codes))), True
    group = drug if drug == "opiates" or drug in DRUG_CLASSES else str(rows["drug_class"].mode().iloc[0])
    named = {*rows["country"].dropna(), *rows["departure"].dropna(), *rows["destination"].dropna()}
    listed = producers.of_drug(group)
    # Of the list only those that the file names: the others have nothing to do with it.
    return tuple(code for code in listed if code in named) or listed, False
