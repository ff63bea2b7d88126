"""
Concentration: on how few places how much lies, beside what chance alone would do.

The curve of all places would tell how many of them hold one incident, two, three: a reader could then work
out hidden counts. So the shares of places go out to the nearest five places, those of incidents to the
nearest five incidents and no finer than a per cent, and with fewer than a hundred places nothing is said at
all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...analysis import concentration
from ...i18n import _, number, percent
from ...views import charts
from .blocks import Block, Column, Heading, Paragraph, Table
from .picture import drawn

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["LEAST_PLACES", "SAMPLES", "Shares", "public_shares", "share_out", "shares_blocks"]

LEAST_PLACES = 100
"""Fewer places than this say little, and what is said of them may name one."""
SAMPLES = 199
_SHARES = (0.25, 0.5, 0.8)
_TOP = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Shares:
    """What can be published of how unevenly places share incidents."""

    kind: str
    """``cells`` or ``streets``."""
    curve: pd.DataFrame
    """``places_share``, ``incidents_share``, ``even_share`` at round shares of places."""
    table: pd.DataFrame
    """A row a share of incidents: ``incidents``, ``places``, ``low``, ``high``, and what chance would do."""
    band: pd.DataFrame
    """What `concentration.summary` returned, rounded: it draws the band of chance."""
    n: int
    places: int
    bounded: bool = True
    """Whether the study area was given; otherwise empty ground around it counts as places."""
    choices: dict[str, Any] = field(default_factory=dict)

    @property
    def half(self) -> dict[str, float]:
        """The row of half of the incidents."""
        row = self.table[self.table["incidents"] == 0.5].iloc[0]
        return {str(name): float(value) for name, value in row.items()}

    @property
    def beyond(self) -> bool:
        """Whether fewer places hold half of the incidents than chance would need."""
        return self.half["high"] < self.half["chance_low"]

    def meaning(self) -> str:
        """Say what the curve means."""
        half = {name: _share(value) for name, value in self.half.items()}
        text = (
            _(
                "Half of the incidents on streets lie on {places} of the street segments (95%: {low} to "
                "{high})."
            )
            if self.kind == "streets"
            else _("Half of the incidents on the map lie in {places} of the cells (95%: {low} to {high}).")
        ).format(**half)
        chance = _("If each incident fell on any of them by chance it would be {least} to {most}.").format(
            least=half["chance_low"], most=half["chance_high"]
        )
        verdict = (
            _("That is more concentrated than chance.")
            if self.beyond
            else _("That is not clearly more concentrated than chance.")
        )
        return f"{text} {chance} {verdict}"

    def limit(self) -> str:
        """Say what it does not mean."""
        text = (
            _(
                "This does not say that these streets are more dangerous to live in: segments "
                "differ in "
                "length, people and shops. Compare only the same streets over periods of one length."
            )
            if self.kind == "streets"
            else _(
                "This does not say that these cells are more dangerous to live in: cells differ in "
                "people, streets and shops. Compare only cells of one size over periods of one length."
            )
        )
        if not self.bounded:
            text += " " + _("No boundary was given: empty ground around the points makes it look stronger.")
        return text


def share_out(
    counts: pd.Series[int], *, kind: str, base: int, seed: int, bounded: bool = True
) -> Shares | None:
    """
    Say how unevenly places share incidents, in numbers that may be published.

    Parameters
    ----------
    counts
        True counts of every place, zeros included.
    kind
        ``cells`` or ``streets``.
    base
        Places and incidents are told to the nearest multiple of this.
    seed
        Of the samples.
    bounded
        Whether the study area was given.

    Returns
    -------
    Shares or None
        None where there are too few places or incidents to say anything.
    """
    n, places = int(counts.sum()), len(counts)
    if places < LEAST_PLACES or n < LEAST_PLACES:
        return None
    summary = concentration.summary(counts, shares=_SHARES, top=_TOP, samples=SAMPLES, rng=seed)
    of_places, of_incidents = base / places, max(base / n, 0.01)
    band = summary.copy()
    shares = band["measure"] == "share_of_places"
    for name in ("value", "low", "high", "expected_low", "expected_high"):
        band[name] = np.where(
            shares, _rounded(band[name], of_places), _rounded(band[name], of_incidents)
        ).clip(0, 1)
    band.attrs = {}
    rows = band[shares].rename(
        columns={
            "share": "incidents",
            "value": "places",
            "expected_low": "chance_low",
            "expected_high": "chance_high",
        }
    )
    table = rows[["incidents", "places", "low", "high", "chance_low", "chance_high"]].reset_index(drop=True)
    return Shares(
        kind=kind,
        curve=_curve(counts, table, of_incidents),
        table=table.round(3),
        band=band,
        n=n,
        places=places,
        bounded=bounded,
        choices={"places": kind, "samples": SAMPLES, "rng": seed, "rounded_to": base},
    )


def shares_blocks(shares: list[Shares], *, foot: str) -> list[Block]:
    """Return the part on concentration: what it means, the curve, what it does not mean, the numbers."""
    if not shares:
        return []
    found: list[Block] = [Heading(_("On how few places"), 3)]
    for one in shares:
        title = _title(one)
        axes = charts.lorenz(one.curve, summary=one.band, title=title, subtitle=_counted(one), foot=foot)
        found += [
            Paragraph(one.meaning()),
            drawn(f"concentration-{one.kind}", "full", axes, f"{title}. {one.meaning()}"),
            Paragraph(one.limit()),
        ]
    return [*found, _shown(shares)]


def public_shares(shares: list[Shares]) -> pd.DataFrame | None:
    """Return the table of shares that may be published."""
    if not shares:
        return None
    return pd.concat([one.table.assign(kind=one.kind) for one in shares], ignore_index=True)[
        ["kind", "incidents", "places", "low", "high", "chance_low", "chance_high"]
    ]


def _rounded(values: pd.Series[Any], unit: float) -> NDArray[np.float64]:
    return np.asarray(np.round(values.to_numpy(dtype=float) / unit) * unit, dtype=float)


def _curve(counts: pd.Series[int], table: pd.DataFrame, unit: float) -> pd.DataFrame:
    """Return the curve at round shares of places and where it reaches the shares of the table."""
    whole = concentration.lorenz(counts)
    across = np.unique([0.0, 0.01, 0.02, *np.linspace(0.05, 1, 20)])
    held = np.interp(across, whole["places_share"], whole["incidents_share"])
    points = pd.DataFrame({"places_share": across, "incidents_share": np.round(held / unit) * unit})
    told = pd.DataFrame(
        {"places_share": table["places"].to_numpy(), "incidents_share": table["incidents"].to_numpy()}
    )
    joined = pd.concat([points, told]).sort_values(["places_share", "incidents_share"], ignore_index=True)
    joined["incidents_share"] = np.maximum.accumulate(joined["incidents_share"].clip(0, 1))
    joined.iloc[-1] = 1.0
    even = np.minimum(joined["places_share"] * max(len(counts) / float(counts.sum()), 1.0), 1.0)
    return joined.assign(even_share=even)


def _title(one: Shares) -> str:
    text = (
        _("Half of the incidents lie on {share} of the street segments")
        if one.kind == "streets"
        else _("Half of the incidents lie in {share} of the cells")
    )
    return text.format(share=_share(one.half["places"]))


def _counted(one: Shares) -> str:
    text = (
        _("{places} street segments, quiet ones included; {n} incidents")
        if one.kind == "streets"
        else _("{places} cells, empty ones included; {n} incidents")
    )
    return text.format(places=number(one.places), n=number(one.n))


def _shown(shares: list[Shares]) -> Table:
    kinds = {"cells": _("cells"), "streets": _("street segments")}
    rows = [
        (
            kinds[one.kind],
            percent(row["incidents"]),
            _share(row["places"]),
            _span(row["low"], row["high"]),
            _span(row["chance_low"], row["chance_high"]),
        )
        for one in shares
        for row in one.table.to_dict("records")
    ]
    columns = (
        Column(_("Places")),
        Column(_("Incidents"), number=True),
        Column(_("lie on"), number=True),
        Column(_("95% interval"), number=True),
        Column(_("By chance"), number=True),
    )
    note = _("Shares of places are told to the nearest five places.")
    return Table(_("Shares of places that hold shares of the incidents"), columns, tuple(rows), note)


def _span(low: float, high: float) -> str:
    one, other = _share(low), _share(high)
    return one if one == other else _("{low} to {high}").format(low=one, high=other)


def _share(value: float) -> str:
    return percent(value, 0 if value >= 0.1 or value == 0 else 1)
