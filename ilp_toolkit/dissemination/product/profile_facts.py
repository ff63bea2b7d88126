"""
What a problem profile is about: which incidents, of which days, and how well they are known.

Everything counted here is counted once and used by every part of the profile, so that two sentences of one
product cannot disagree.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from ...direction.policy import Policy
from ...errors import InputError
from ...i18n import _, date, month, number, plural
from .. import disclosure
from ..language import Evidence

if TYPE_CHECKING:
    import datetime as dt

    import geopandas as gpd

    from ...collection.places import Located
    from ...collection.schema import Intake

__all__ = ["Facts", "Request", "gather", "select"]


@dataclass(frozen=True)
class Request:
    """What the caller asked for."""

    offences: tuple[str, ...] = ()
    """Offences as the register words them; all where empty."""
    boundary: gpd.GeoDataFrame | None = None
    areas: gpd.GeoDataFrame | None = None
    """Districts with their names in ``area``."""
    streets: gpd.GeoDataFrame | None = None
    decisions: Any = None
    """What a human decided about names of districts, as `places.locate` takes it."""
    cell_size: float | None = None
    """Side of a cell in metres; chosen where it is not given."""
    title: str = ""
    source: str = ""
    """Where the data come from, in words: it stands in the foot of every figure."""
    author: str = ""
    command: str = ""
    """How to make the same product again."""
    without: frozenset[str] = frozenset()
    """Parts to leave out, by the names of `profile.PARTS`."""


@dataclass(frozen=True)
class Facts:
    """The incidents of a profile and the counts that all its parts share."""

    intake: Intake
    table: gpd.GeoDataFrame
    """The incidents chosen, in the rows' order."""
    request: Request
    policy: Policy
    located_report: pd.DataFrame | None = None
    """What was noticed when incidents were placed by area; None where no layer was given."""
    undecided: int = 0
    """Names of districts that wait for a human."""

    @cached_property
    def n(self) -> int:
        """Incidents of the profile."""
        return len(self.table)

    @cached_property
    def rows(self) -> int:
        """Rows of the file."""
        return len(self.intake.table) + len(self.intake.rejected)

    @cached_property
    def finest(self) -> pd.Series[str]:
        """How finely each incident may be placed."""
        return disclosure.finest_place(self.table, policy=self.policy)

    @cached_property
    def has_point(self) -> pd.Series[bool]:
        """Which incidents have a point of their own."""
        known = self.table.geometry.notna() & ~self.table.geometry.is_empty
        return known & self.table["place_precision"].isin(["exact", "snapped"])

    @cached_property
    def points(self) -> gpd.GeoDataFrame:
        """The incidents that a map of places may show."""
        return self.table[self.has_point & (self.finest == disclosure.CELL)]

    @cached_property
    def located(self) -> float:
        """Share of incidents with a point, or at least a named area."""
        return float((self.has_point | self.table["area"].notna()).mean())

    @cached_property
    def timed(self) -> float:
        """Share of incidents whose hour is known."""
        return float(self.table["time_precision"].isin(["minute", "hour"]).mean())

    @cached_property
    def snapped(self) -> float:
        """Share of the places that are only near the true ones."""
        placed = self.table["place_precision"].isin(["exact", "snapped", "area"])
        near = self.table["place_precision"].isin(["snapped", "area"])
        return float(near.sum() / placed.sum()) if placed.any() else 0.0

    @cached_property
    def origin(self) -> pd.Series[int]:
        """Incidents by who noticed them: reported, discovered, unknown."""
        counts = self.table["origin"].value_counts()
        return counts.reindex(["reported", "discovered", "unknown"], fill_value=0)

    @cached_property
    def offences(self) -> pd.Series[int]:
        """Incidents by offence, in the order of the alphabet."""
        return self.table["offence"].value_counts().sort_index()

    @cached_property
    def first(self) -> dt.date:
        """The day of the first incident."""
        return self.table["occurred_from"].min().date()  # type: ignore[no-any-return]

    @cached_property
    def last(self) -> dt.date:
        """The day of the last incident."""
        return self.table["occurred_from"].max().date()  # type: ignore[no-any-return]

    @property
    def rejected(self) -> float:
        """Share of the file's rows that could not be read."""
        return len(self.intake.rejected) / self.rows if self.rows else 0.0

    def evidence(self, *, says_hours: bool) -> Evidence:
        """Return what "how sure" is judged by; hours count only where the profile says something of them."""
        return Evidence(
            n=self.n,
            located=self.located,
            timed=self.timed if says_hours else None,
            snapped=self.snapped,
            origin_unknown=float(self.origin["unknown"] / self.n),
            rejected=self.rejected,
            totals=self.totals,
        )

    @property
    def totals(self) -> bool:
        """Whether the rows of the file seem to be totals, not single incidents."""
        return bool((self.intake.report["check"] == "counts_rows").any())

    @property
    def what(self) -> str:
        """The offences in words, for a title."""
        chosen = self.request.offences
        if (self.table["offence"] == "unknown").all():
            return _("offence not given")
        if not chosen:
            return _("all recorded offences") if len(self.offences) > 1 else str(self.offences.index[0])
        if len(chosen) <= 3:
            return ", ".join(chosen)
        return plural("{n} offence", "{n} offences", len(chosen)).format(n=number(len(chosen)))

    @property
    def period(self) -> str:
        """The first and the last day in words; months where only they are known."""
        say = month if (self.table["time_precision"] == "month").all() else date
        first, last = say(self.first), say(self.last)
        return first if first == last else _("{first} to {last}").format(first=first, last=last)

    @property
    def counted(self) -> str:
        """The number of incidents in words."""
        return plural("{n} recorded incident", "{n} recorded incidents", self.n).format(n=number(self.n))


def gather(intake: Intake, request: Request, *, policy: Policy) -> Facts:
    """
    Choose the incidents of a profile and place them by area where a layer is given.

    Parameters
    ----------
    intake
        What was read.
    request
        What is asked.
    policy
        The limits.

    Raises
    ------
    InputError
        If an offence is not in the file, or too few incidents are left.
    """
    table = select(intake.table, request.offences)
    if len(table) < policy.profile.minimum_rows:
        msg = plural(
            "There is only {n} incident to profile; the policy asks for at least {minimum}.",
            "There are only {n} incidents to profile; the policy asks for at least {minimum}.",
            len(table),
        )
        raise InputError(msg.format(n=number(len(table)), minimum=policy.profile.minimum_rows))
    request = _worded(request, table)
    if request.areas is not None:
        request = replace(request, areas=united(request.areas))
    if request.areas is None:
        return Facts(intake=intake, table=table, request=request, policy=policy)
    found = _placed(table, request)
    return Facts(
        intake=intake,
        table=found.table,
        request=request,
        policy=policy,
        located_report=found.report,
        undecided=len(found.review),
    )


def select(table: gpd.GeoDataFrame, offences: tuple[str, ...]) -> gpd.GeoDataFrame:
    """
    Return the incidents of some offences, capitals and outer spaces aside; all where none is named.

    Raises
    ------
    InputError
        If an offence is not in the file; the message lists those that are.
    """
    if not offences:
        return table.copy()
    plain = table["offence"].astype("string").str.strip().str.casefold()
    wanted = {offence.strip().casefold(): offence for offence in offences}
    missing = [offence for key, offence in wanted.items() if not (plain == key).any()]
    if missing:
        counts = table["offence"].value_counts()
        there = ", ".join(str(name) for name in counts.index[:20])
        more = len(counts) - 20
        msg = _("The file has no offence “{offence}”. It has: {there}.")
        if more > 0:
            msg = plural(
                "The file has no offence “{offence}”. It has: {there} and {more} other.",
                "The file has no offence “{offence}”. It has: {there} and {more} others.",
                more,
            )
        raise InputError(msg.format(offence=missing[0], there=there, more=number(more)))
    return table[plain.isin(list(wanted)).to_numpy(dtype=bool)].copy()


def united(areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Make one district of all shapes with one name, capitals and outer spaces aside; drop those without."""
    named = areas[areas["area"].notna()]
    key = named["area"].astype(str).str.strip().str.casefold()
    if not key.duplicated().any():
        return named
    people = {"population": "sum"} if "population" in named else {}
    kept = named[["area", *people, "geometry"]].assign(key=key)
    return kept.dissolve("key", aggfunc={"area": "first", **people}).reset_index(drop=True)


def _worded(request: Request, table: gpd.GeoDataFrame) -> Request:
    # The register's own spelling is shown, not the caller's.
    if not request.offences:
        return request
    return replace(request, offences=tuple(str(name) for name in sorted(table["offence"].unique())))


def _placed(table: gpd.GeoDataFrame, request: Request) -> Located:
    from ...collection import places

    layer = request.areas
    if layer is None:
        msg = "There are no areas to place incidents in."
        raise ValueError(msg)
    if table.crs is not None and layer.crs is not None:
        layer = layer.to_crs(table.crs)
    return places.locate(table, areas=layer, decisions=request.decisions)
