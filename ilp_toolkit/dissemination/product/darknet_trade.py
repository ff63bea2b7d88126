"""
What is traded, as far as feedback tells: floors of sales, concentration, lives of accounts, closures, links.

No account is in anything that is returned: sums over markets and substances, curves in steps of four weeks,
counts of accounts that enough stand behind, and how many leads of a hundred would be wrong.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...analysis import darknet
from ...errors import InputError
from ...i18n import _
from . import darknet_public as public
from .public_sums import dominated, rounded_share

if TYPE_CHECKING:
    from .darknet_facts import Facts

__all__ = ["CONTROL_LEAST", "Closure", "Trade", "trade"]

STEP = 28
"""Days between two points of the curve of lives."""
SEED = 20_250_101
SAMPLES = 199
TOP = (0.1, 0.25)
PERIOD = 14
CONTROL_LEAST = 3
"""Markets that must be left for a comparison with others to be offered."""
_MEASURES: tuple[tuple[str, bool], ...] = (("vendors", False), ("feedback", False), ("price", True))


@dataclass(frozen=True)
class Closure:
    """What a closure did on the other markets."""

    market: str
    day: dt.date
    others: tuple[str, ...]
    control: tuple[str, ...]
    effects: pd.DataFrame
    """By measure: ``measure clear change low high p_placebo``; the price as a share, others in numbers."""
    study: darknet.EventStudy | None
    """The series of accounts, rounded, for the drawing; None where too few are seen."""
    moved: pd.DataFrame | None
    """``destination before after share expected_wrong``; counts to five, few ones hidden."""
    why_none: str = ""


@dataclass(frozen=True)
class Trade:
    """What is traded, cut to what may be shown."""

    sales: pd.DataFrame
    """``kind name feedback revenue_usd censored``: by market, then by substance; in US dollars, at least."""
    sensitivity: pd.DataFrame
    """``rule value revenue_usd ratio``: the same feedback under other rules on prices."""
    total: float
    """All money, at least; NaN where it is not told."""
    concentration: pd.DataFrame
    """As `darknet.market_concentration`, without markets in which one account has most."""
    survival: darknet.Survival | None
    closures: tuple[Closure, ...] = ()
    leads: pd.DataFrame | None = None
    """``outcome n wrong_per_100 low high``."""
    linked: dict[str, Any] = field(default_factory=dict)
    why_no_sales: str = ""
    why_no_concentration: str = ""
    why_no_survival: str = ""
    why_no_leads: str = ""


def trade(facts: Facts) -> Trade:
    """Work out what is traded."""
    sales = darknet.sales_from_feedback(facts.table, cap=int(facts.intake.choices.get("feedback_cap") or 20))
    shown, sensitivity, total = _sales(facts, sales)
    left = facts.request.without
    concentration, why_no_concentration = pd.DataFrame(), ""
    survival, why_no_survival, links, why_no_leads = None, "", None, ""
    # What was left out is not worked out either: the parts take seconds each.
    if "concentration" not in left:
        concentration, why_no_concentration = _concentration(facts, sales)
    if "survival" not in left:
        survival, why_no_survival = _survival(facts)
    if "leads" not in left:
        links, why_no_leads = _links(facts)
    wanted = () if "closures" in left else facts.request.closures
    closures = tuple(_closure(facts, name, day, links) for name, day in wanted)
    return Trade(
        sales=shown,
        sensitivity=sensitivity,
        total=total,
        concentration=concentration,
        survival=survival,
        closures=closures,
        leads=None if links is None else _leads(facts, links),
        linked={} if links is None else _about(links),
        why_no_sales=_why_no_sales(facts, sales),
        why_no_concentration=why_no_concentration,
        why_no_survival=why_no_survival,
        why_no_leads=why_no_leads,
    )


def _sums(facts: Facts, part: pd.DataFrame, column: str) -> float:
    """Return a sum with two digits, NaN where it tells of few accounts."""
    per = part.groupby("vendor_id")[column].sum(min_count=1).dropna()
    if dominated(per.to_numpy(dtype=float), minimum=facts.minimum):
        return float("nan")
    return public.significant(float(per.sum()))


def _sales(facts: Facts, sales: darknet.Sales) -> tuple[pd.DataFrame, pd.DataFrame, float]:
    table = sales.listings
    rows = []
    for kind in ("market", "substance"):
        for name, part in table.groupby(kind, sort=True):
            feedback = _sums(facts, part, "n_feedback")
            some = part["n_feedback"] > 0
            rows.append(
                {
                    "kind": kind,
                    "name": name,
                    "feedback": feedback,
                    "revenue_usd": _sums(facts, part, "revenue_usd"),
                    "censored": rounded_share(float(part.loc[some, "censored"].mean()))
                    if np.isfinite(feedback) and some.any()
                    else np.nan,
                }
            )
    shown = pd.DataFrame(rows, columns=["kind", "name", "feedback", "revenue_usd", "censored"])
    for _kind, at in shown.groupby("kind").groups.items():
        for name in ("feedback", "revenue_usd"):
            shown.loc[at, name] = public.complement(shown.loc[at, name])
    shown["censored"] = shown["censored"].where(shown["feedback"].notna())
    total = _sums(facts, table, "revenue_usd")
    other = sales.sensitivity[["rule", "value", "revenue_usd", "ratio"]].copy()
    if not np.isfinite(total):
        return shown, other.iloc[:0], total
    other["revenue_usd"] = other["revenue_usd"].astype(float).map(public.significant)
    other["ratio"] = other["ratio"].astype(float).map(rounded_share)
    return shown, other.reset_index(drop=True), total


def _why_no_sales(facts: Facts, sales: darknet.Sales) -> str:
    if not (sales.listings["n_feedback"] > 0).any():
        return _("The pages show no feedback, so nothing can be said of sales.")
    if not sales.listings["revenue_usd"].gt(0).any():
        return _("Feedback is counted; without prices in US dollars no money can be told (--rates).")
    return ""


def _concentration(facts: Facts, sales: darknet.Sales) -> tuple[pd.DataFrame, str]:
    table, amount = sales.listings, "n_feedback"
    if not (table["n_feedback"] > 0).any():
        table, amount = facts.once, ""
    safe = []
    for market in facts.markets:
        part = table[table["market"] == market]
        sums = part.groupby("vendor_id")[amount].sum() if amount else part.groupby("vendor_id").size()
        if not dominated(np.asarray(sums, dtype=float), minimum=facts.minimum):
            safe.append(market)
    rows = table[table["market"].isin(safe)]
    if rows.empty:
        return pd.DataFrame(), _(
            "On each market few accounts have most of the trade: nothing can be told of it."
        )
    found = darknet.market_concentration(
        rows, amount=amount or None, by="market", top=TOP, samples=SAMPLES, rng=SEED
    )
    few = found["share"].notna() & ((found["share"] * found["holders"]).round() < facts.minimum)
    made = found[~few].reset_index(drop=True)
    for name in ("value", "low", "high", "equal"):
        made[name] = made[name].map(lambda value: public.significant(float(value)))
    made.attrs.update(found.attrs)
    return made, ""


def _survival(facts: Facts) -> tuple[darknet.Survival | None, str]:
    activity = darknet.vendor_activity(facts.table)
    if activity["first_seen"].nunique() < 2:
        return None, _("All pages are of one day, so nothing can be said of how long accounts last.")
    try:
        found = darknet.vendor_survival(activity)
    except InputError as error:
        return None, str(error)
    curve = _stepped(found.curve, minimum=facts.minimum)
    n = int(found.medians["n"].sum())
    if len(curve) < 2 or n < 2 * facts.minimum:
        return None, _(
            "Of too few accounts the beginning was seen: nothing can be said of how long they last."
        )
    medians = found.medians.assign(
        n=public.rounded(n),
        ended=public.rounded(found.medians["ended"].sum()),
        **{name: found.medians[name].map(_to_step) for name in ("median", "low", "high")},
    )
    return replace(found, curve=curve, medians=medians), ""


def _stepped(curve: pd.DataFrame, *, minimum: int) -> pd.DataFrame:
    """Return the curve every four weeks, shares to a hundredth, as long as enough accounts are at risk."""
    enough = curve.loc[curve["at_risk"] >= minimum, "time"]
    if enough.empty:
        return curve.iloc[:0]
    last = float(enough.max())
    rows = []
    for time in np.arange(0.0, last + 1, STEP):
        before = curve[curve["time"] <= time]
        row: dict[Any, Any] = before.iloc[[-1]].to_dict("records")[0]
        after = curve[curve["time"] > time]
        at_risk = int(after["at_risk"].iloc[0]) if len(after) else 0
        if time and at_risk < minimum:
            break
        inside = curve[(curve["time"] <= time) & (curve["time"] > time - STEP)]
        row |= {"time": float(time), "at_risk": _to_base(at_risk), "ended": 0}
        row["censored"] = int(inside["censored"].sum() > 0)
        row |= {name: round(float(row[name]), 2) for name in ("survival", "low", "high")}
        row["se"] = np.nan
        rows.append(row)
    return pd.DataFrame(rows, columns=curve.columns)


def _to_base(n: int) -> int:
    """Round a number at risk to five."""
    return max(int(public.BASE * round(n / public.BASE)), public.BASE)


def _to_step(days: Any) -> float:
    return float(STEP * np.ceil(float(days) / STEP)) if np.isfinite(float(days)) else float("nan")


def _links(facts: Facts) -> tuple[darknet.VendorLinks | None, str]:
    if len(facts.markets) < 2:
        return None, _("The file is of one market: accounts of several would be compared.")
    try:
        return darknet.link_vendors(facts.table, rng=SEED), ""
    except InputError as error:
        return None, str(error)


def _leads(facts: Facts, links: darknet.VendorLinks) -> pd.DataFrame:
    rows = []
    for outcome, row in links.expected.iterrows():
        n = int(row["n"])
        safe = n == 0 or n >= facts.minimum
        numbers = {name: round(float(row[name])) if pd.notna(row[name]) else np.nan
                   for name in ("wrong_per_100", "low", "high")}  # fmt: skip
        rows.append(
            {
                "outcome": str(outcome),
                "n": (public.rounded(n) if n else 0) if safe else pd.NA,
                **(numbers if safe else dict.fromkeys(numbers, np.nan)),
            }
        )
    return pd.DataFrame(rows).astype({"n": "Int64"})


def _about(links: darknet.VendorLinks) -> dict[str, Any]:
    return {"compared": public.significant(float(len(links.pairs)))}


def _closure(facts: Facts, name: str, day: dt.date, links: darknet.VendorLinks | None) -> Closure:
    closed = facts.labels[name]
    control = tuple(facts.labels[one] for one in facts.request.control)
    others = tuple(m for m in facts.markets if m != closed and m not in control)
    found = Closure(closed, day, others, control, pd.DataFrame(), None, _moved(facts, closed, day, links))
    if not others:
        return replace(
            found, why_none=_("There is no other market in the file on which an effect could show.")
        )
    seen = darknet.coverage(facts.table).snapshots
    rows, study, why = [], None, ""
    for measure, log in _MEASURES:
        try:
            one = darknet.event_study(
                facts.table,
                markets=others,
                date=day,
                control=control or None,
                measure=measure,  # type: ignore[arg-type]
                period=PERIOD,
                log=log,
                share_seen=seen if seen["share_seen"].notna().any() else None,
            )
        except InputError as error:
            why = why or str(error)
            continue
        if not (one.series["observed"] > 0).any():
            continue  # pages without days of feedback: nothing was counted, which is no zero
        level = one.effects.loc["level"]
        values = [float(np.asarray(level[c])) for c in ("estimate", "low", "high")]
        shown = [float(np.expm1(v)) if log else public.significant(v) for v in values]
        if measure == "vendors":
            few = bool((one.series["observed"].dropna() < facts.minimum).any())
            study = None if few else _round_series(one)
            if few:
                continue
        rows.append(
            {
                "measure": measure,
                "clear": bool(min(values[1:]) > 0 or max(values[1:]) < 0),
                **dict(
                    zip(
                        ("change", "low", "high"),
                        [round(v, 3) + 0.0 if log else v for v in shown],
                        strict=True,
                    )
                ),
                "p_placebo": round(float(np.asarray(level["p_placebo"])), 2)
                if pd.notna(level["p_placebo"])
                else np.nan,
            }
        )
    return replace(found, effects=pd.DataFrame(rows), study=study, why_none="" if rows else why)


def _round_series(study: darknet.EventStudy) -> darknet.EventStudy:
    series = study.series.copy()
    for name in ("observed", "control", "fitted", "expected", "low", "high"):
        if name in series:
            series[name] = series[name].astype(float).map(public.significant)
    return replace(study, series=series)


def _moved(facts: Facts, closed: str, day: dt.date, links: darknet.VendorLinks | None) -> pd.DataFrame | None:
    """Count who turns up elsewhere, by matches that nobody has signed; counts of few stay hidden."""
    if links is None:
        return None
    table = darknet.migration(facts.table, links, date=day, use="match")
    table = table[table["origin"] == closed]
    rows = [
        {
            "destination": row["destination"],
            **{name: public.rounded(row[name]) if row[name] >= facts.minimum else pd.NA
               for name in ("before", "after")},
            "share": rounded_share(float(row["share"])) if row["after"] >= facts.minimum else np.nan,
            "expected_wrong": round(float(row["expected_wrong"])),
        }
        for row in table.to_dict("records")
    ]  # fmt: skip
    return pd.DataFrame(rows).astype({"before": "Int64", "after": "Int64"}) if rows else None
