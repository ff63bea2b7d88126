"""
Reporting bias and feedback: what a ranking of places must survive before it leaves.

Records are made by people who report and by patrols who look. A list of places made from them sends the
patrols, which make the next records. `audit` holds a ranking against that: who noticed the events, who gets
the attention, what the loop does in a thousand days, and which top places hang on reporting rates. Unknown
counts as discovered, few events count as no evidence, and passing says only that these tests found nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .. import choices
from ..direction.policy import Bias, load
from ..errors import ColumnsError, InputError
from ..i18n import _, number, percent
from ._audit import FAILING, PROBLEMS, BiasAudit, DistrictAudit, Verdict, fingerprint
from ._exposure import by_origin, exposure, how_many_on_top, reporting_sensitivity
from ._feedback import Feedback, feedback
from ._points import check_crs, same_crs

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

__all__ = [
    "BiasAudit",
    "DistrictAudit",
    "Feedback",
    "audit",
    "by_origin",
    "exposure",
    "feedback",
    "reporting_sensitivity",
    "requires_audit",
]

RANKING_FUNCTIONS = frozenset({"forecasts.prospective", "forecasts.retrospective_kde", "forecasts.hawkes"})
"""Functions whose results rank places for future attention, whatever their table is called later."""
_ADDED = 0.2
"""Part by which records grow where attention goes, in the what-if; Lum and Isaac's figure."""
_UNPLACED = 0.05
"""Above this share of top places, or of events, outside every district the exposure is not known."""


def audit(
    events: pd.DataFrame,
    ranking: pd.DataFrame,
    *,
    by: str = "risk",
    districts: gpd.GeoDataFrame | None = None,
    population: pd.Series[float] | None = None,
    survey: pd.Series[float] | None = None,
    limits: Bias | None = None,
    rng: int | np.random.Generator | None = 0,
) -> BiasAudit:
    """
    Test a ranking of places for reporting bias and feedback.

    Parameters
    ----------
    events
        The incidents that the ranking was made of: ``origin``, and ``area`` or points for `districts`.
        Those without ``origin`` count as discovered.
    ranking
        The ranked places, one row each, with the column `by` and either ``area`` or a geometry.
    by
        Column that ranks them: the higher, the more attention. Numbers of at least 0.
    districts
        Polygons with the column ``area``; needed where a table has no such column. CRS as the tables'.
    population
        People by district; its index names the districts. Where it is not given, the column ``population`` of
        `districts`; without either the audit is ``insufficient``.
    survey
        Victims by district from a survey of the public, where there is one. It then is the reference.
    limits
        The policy's part ``bias``; the toolkit's own where not given.
    rng
        Seed of the stress test.

    Returns
    -------
    BiasAudit
        The verdict with everything it rests on.

    Raises
    ------
    ColumnsError, CrsError, InputError
        If a table lacks what is needed, or districts do not match.

    Notes
    -----
    The stress test supposes the worst that the records allow: what the police find depends on where they are
    and on the reference share alone. Daily numbers are those of the events' own span of time. It cannot show
    that the reports are fair: where people of one district do not report, all of this passes, unless a
    survey says so.

    References
    ----------
    Ensign, Friedler, Neville, Scheidegger & Venkatasubramanian (2018), Runaway feedback loops in predictive
    policing, Proceedings of Machine Learning Research 81. Lum & Isaac (2016),
    doi:10.1111/j.1740-9713.2016.00960.x. Akpinar, De-Arteaga & Chouldechova (2021),
    doi:10.1145/3442188.3445877.

    Examples
    --------
    >>> events = pd.DataFrame({"area": ["A", "B"] * 100, "origin": "reported"})
    >>> places = pd.DataFrame({"area": ["A", "A", "B", "B"], "risk": [9.0, 1.0, 3.0, 2.0]})
    >>> found = audit(events, places, population=pd.Series({"A": 5000, "B": 5000}))
    >>> found.verdict, found.share_discovered, found.drift
    ('passed', 0.0, 0.0)
    """
    held_to = limits if limits is not None else load().bias
    given, events = len(events), _once(events)
    population = population if population is not None else _people_of(districts)
    value = _ranked(ranking, by)
    event_area, event_rule = _areas_of(events, districts, "events")
    place_area, place_rule = _areas_of(ranking, districts, "ranking")
    origin = by_origin(pd.DataFrame({"area": event_area, **_only(events, "origin")}))
    many = how_many_on_top(len(value), held_to.top_share)
    hold = reporting_sensitivity(
        value,
        top=many if many > 1 else 1 / len(value),
        change=held_to.reporting_change,
        groups=place_area,
        rng=rng,
    )
    attention = place_area[hold["top"]].value_counts().astype(float)
    if attention.empty:
        raise InputError(
            _("None of the top places of `ranking` lies in a district. Check their names or layer.")
        )
    table = _side_by_side(origin, attention, population, survey)
    test, after = _stress(table, survey is not None, _days_of(events), held_to, rng)
    share = max(_share_discovered(origin), _noted(ranking, "share_discovered"))
    peak = _peak(test)
    facts = _Facts(
        share=share,
        reported=int(origin["reported"].sum()),
        drift=peak[1],
        drifting=peak[0],
        kept=float(choices.of(hold)["kept_share"]),
        worst=_worst_exposure(table),
        districts=min(int((origin["n"] > 0).sum()), len(table)),
        unplaced=max(float(event_area.isna().mean()), float(place_area[hold["top"]].isna().mean())),
        population=population is not None,
        missing=max(int(_noted(ranking, "n_used")) - given, 0),
    )
    problems = tuple(_problems(facts, held_to))
    return BiasAudit(
        verdict=_verdict(problems),
        problems=problems,
        ranked_by=by,
        n=len(events),
        share_discovered=share,
        origin_known="origin" in events,
        top=int(hold["top"].sum()),
        kept_share=facts.kept,
        certain_share=float(choices.of(hold)["certain_share"]),
        margin=choices.of(hold)["margin"],
        drift=facts.drift,
        districts=_records(table, after),
        limits=held_to.model_dump(),
        ranking=fingerprint(ranking, by),
        choices={
            "given": given,
            "district_of_events": event_rule,
            "district_of_places": place_rule,
            "reference": "survey" if survey is not None else "reported",
            "span_days": _days_of(events),
            "span_known": "occurred_from" in events,
            "unplaced": facts.unplaced,
        },
    )


def requires_audit(
    table: pd.DataFrame | None = None, *, function: str = "", noted: Mapping[str, Any] | None = None
) -> bool:
    """
    Say whether a result ranks places for future attention and so needs an audit to leave.

    Parameters
    ----------
    table
        The result.
    function
        Dotted name of the function that made it, or one of those it was made from.
    noted
        Its choices, where they are kept apart from the table.

    Returns
    -------
    bool
        True where the function, the choices (``on_screen_only``) or the column ``risk`` say so. Ask it of
        each step that a result was made of: a renamed column hides nothing from a lineage.

    Examples
    --------
    >>> requires_audit(function="forecasts.prospective"), requires_audit(pd.DataFrame({"n": [1]}))
    (True, False)
    """
    known = {**(choices.of(table) if table is not None else {}), **(noted or {})}
    made_by = ".".join(function.split(".")[-2:])
    ranks = made_by in RANKING_FUNCTIONS or made_by.startswith("forecasts.")
    return ranks or bool(known.get("on_screen_only")) or (table is not None and "risk" in table)


@dataclass(frozen=True)
class _Facts:
    """The numbers that the verdict is made of."""

    share: float
    reported: int
    drift: float
    drifting: str
    kept: float
    worst: tuple[str, float] | None
    districts: int
    unplaced: float
    population: bool
    missing: int
    """Events that the ranking was made of and the audit was not shown."""


def _ranked(ranking: pd.DataFrame, by: str) -> pd.Series[float]:
    if by not in ranking:
        msg = _("`ranking` has no column “{name}”. Name the column that ranks the places with `by=`.")
        raise ColumnsError(msg.format(name=by))
    value = pd.Series(pd.to_numeric(ranking[by], errors="coerce").to_numpy(dtype=float))
    if len(value) < 2:
        raise InputError(_("`ranking` has {n} places; there is nothing to rank.").format(n=len(value)))
    if value.eq(value[0]).all():
        raise InputError(
            _("All places of `ranking` have the same “{name}”: it ranks nothing.").format(name=by)
        )
    return value


def _once(events: pd.DataFrame) -> pd.DataFrame:
    """Return each event once: rows repeated under one number are no further evidence."""
    return events if "incident_id" not in events else events[~events["incident_id"].duplicated()]


def _areas_of(
    table: pd.DataFrame, districts: gpd.GeoDataFrame | None, name: str
) -> tuple[pd.Series[Any], str]:
    """Return the district of each row, numbered from 0, and how it was found."""
    if districts is None:
        if "area" not in table:
            msg = _("`{name}` has no column “area”. Give `districts`, polygons with that column.")
            raise ColumnsError(msg.format(name=name))
        return table["area"].astype(object).reset_index(drop=True), "named"
    return _inside(table, districts, name), "lies in"


def _inside(table: pd.DataFrame, districts: gpd.GeoDataFrame, name: str) -> pd.Series[Any]:
    import geopandas as gpd

    if "area" not in districts:
        raise ColumnsError(_("`districts` has no column “area” with the names of the districts."))
    if not isinstance(table, gpd.GeoDataFrame):
        msg = _("`{name}` has no geometry to find its district by. Leave out `districts`, or give points.")
        raise InputError(msg.format(name=name))
    check_crs(districts, "districts")
    same_crs(table, name, districts, "districts")
    there = table.geometry.notna() & ~table.geometry.is_empty
    shapes = gpd.GeoSeries(table.geometry.to_numpy()[there.to_numpy()], np.flatnonzero(there), crs=table.crs)
    points = gpd.GeoDataFrame(geometry=shapes.representative_point())
    found = points.sjoin(districts[["area", districts.geometry.name]], predicate="intersects")
    first = found.loc[~found.index.duplicated(), "area"]
    return first.astype(object).reindex(range(len(table)))


def _only(table: pd.DataFrame, *names: str) -> dict[str, Any]:
    return {name: table[name].to_numpy() for name in names if name in table}


def _side_by_side(
    origin: pd.DataFrame,
    attention: pd.Series[float],
    population: pd.Series[float] | None,
    survey: pd.Series[float] | None,
) -> pd.DataFrame:
    """Put the counts, the attention and the people of every district into one table."""
    if population is not None:
        missing = origin.index.difference(population.index)
        if len(missing):
            msg = _("`population` has no number for {name}, where events lie. Spell districts alike in both.")
            raise InputError(msg.format(name=missing[0]))
        table = exposure(attention, population=population, survey=survey)
    else:
        names = origin.index.union(attention.index)
        table = pd.DataFrame({"attention_share": attention.reindex(names, fill_value=0.0)}, index=names)
        table["attention_share"] /= max(table["attention_share"].sum(), 1.0)
        if survey is not None:
            table["survey_share"] = survey.reindex(names) / survey.sum()
    counts = origin[["reported", "discovered", "unknown"]].reindex(table.index, fill_value=0)
    return table.join(counts)


def _stress(
    table: pd.DataFrame, surveyed: bool, span: float, limits: Bias, rng: Any
) -> tuple[Feedback | None, pd.DataFrame]:
    """Run the loop with the records' own daily numbers; and once more as if all attention added a fifth."""
    told = table["reported"].astype(float)
    found = (table["discovered"] + table["unknown"]).astype(float)
    start = told + found
    goal = table["survey_share"].fillna(0.0) if surveyed else told
    goal = goal if goal.sum() > 0 else start
    if len(table) < 2 or start.sum() == 0:
        share = start / start.sum() if start.sum() else start
        same = dict.fromkeys(("start", "truth", "share", "lower", "upper", "what_if"), share)
        return None, pd.DataFrame(same, index=table.index)
    goal, reach = goal / goal.sum(), start / start.sum()
    per_visit = goal / max(float((reach * goal).sum()), 1e-12) / span
    # Without finds there is no chance in it, and one run says all.
    runs = limits.runs if found.sum() else 1
    test = feedback(start, discovered=per_visit * found.sum(), reported=told / span, truth=goal,
                    days=limits.days, runs=runs, rng=rng)  # fmt: skip
    more = feedback(start, discovered=per_visit * (found.sum() + _ADDED * start.sum()), reported=told / span,
                    truth=goal, days=limits.days, runs=1, rng=rng)  # fmt: skip
    after = test.table.copy()
    after["what_if"] = more.path.iloc[-1]
    return test, after


def _peak(test: Feedback | None) -> tuple[str, float]:
    """Return the district whose attention comes furthest above its reference on any day, and how far."""
    if test is None:
        return "", 0.0
    above = (test.path - test.table["truth"]).max().combine(test.table["drift"], max)
    return str(above.index[int(above.to_numpy().argmax())]), float(above.max())


def _days_of(events: pd.DataFrame) -> float:
    """Return the days that the events span; a year where their times are not known."""
    if "occurred_from" in events:
        times = pd.to_datetime(events["occurred_from"], utc=True, errors="coerce").dropna()
        if len(times) > 1:
            return max(float((times.max() - times.min()) / pd.Timedelta(days=1)), 1.0)
    return 365.0


def _share_discovered(origin: pd.DataFrame) -> float:
    n = int(origin["n"].sum())
    return 1 - int(origin["reported"].sum()) / n if n else 1.0


def _noted(ranking: pd.DataFrame, name: str) -> float:
    """Return a number that the ranking itself noted: events swapped for better ones do not hide it."""
    noted = choices.of(ranking).get(name, 0.0)
    return float(noted) if isinstance(noted, int | float) else 0.0


def _people_of(districts: gpd.GeoDataFrame | None) -> pd.Series[float] | None:
    if districts is None or "population" not in districts or "area" not in districts:
        return None
    people: pd.Series[float] = districts.groupby("area")["population"].sum(min_count=1)
    return people


def _worst_exposure(table: pd.DataFrame) -> tuple[str, float] | None:
    if "ratio_survey" not in table or table["ratio_survey"].isna().all():
        return None
    ratio = table["ratio_survey"].fillna(0.0).to_numpy(dtype=float)
    return str(table.index[int(ratio.argmax())]), float(ratio.max())


def _problems(facts: _Facts, limits: Bias) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []

    def add(code: str, **words: str) -> None:
        found.append((code, _(PROBLEMS[code]).format(**words)))

    if facts.share > limits.maximum_share_discovered:
        add("discovered", share=percent(facts.share), limit=percent(limits.maximum_share_discovered))
    if facts.drift > limits.maximum_drift:
        add("feedback", district=facts.drifting, drift=percent(facts.drift, 1), days=number(limits.days),
            limit=percent(limits.maximum_drift, 1))  # fmt: skip
    if facts.kept < limits.minimum_kept:
        add("reporting", kept=percent(facts.kept), change=percent(limits.reporting_change),
            limit=percent(limits.minimum_kept))  # fmt: skip
    if facts.worst is not None and facts.worst[1] > limits.maximum_exposure:
        add("exposure", district=facts.worst[0], ratio=number(facts.worst[1], 1),
            limit=number(limits.maximum_exposure, 1))  # fmt: skip
    if facts.missing:
        add("other_events", n=number(facts.missing))
    if facts.reported < limits.minimum_reported:
        add("too_few", n=number(facts.reported), limit=number(limits.minimum_reported))
    if facts.districts < 2:
        add("one_district")
    if facts.unplaced > _UNPLACED:
        add("unplaced", share=percent(facts.unplaced))
    if not facts.population:
        add("no_population")
    return found


def _verdict(problems: tuple[tuple[str, str], ...]) -> Verdict:
    if any(code in FAILING for code, _sentence in problems):
        return "failed"
    return "insufficient" if problems else "passed"


def _records(table: pd.DataFrame, after: pd.DataFrame) -> tuple[DistrictAudit, ...]:
    def known(row: Any, name: str) -> float | None:
        value = table.loc[row, name] if name in table else None
        return None if value is None or pd.isna(value) else float(value)

    return tuple(
        DistrictAudit(
            name=str(row),
            reported=int(table.loc[row, "reported"]),
            discovered=int(table.loc[row, "discovered"]),
            unknown=int(table.loc[row, "unknown"]),
            attention=float(table.loc[row, "attention_share"]),
            population=known(row, "population_share"),
            survey=known(row, "survey_share"),
            ratio_population=known(row, "ratio_population"),
            ratio_survey=known(row, "ratio_survey"),
            start=float(after.loc[row, "start"]),
            reference=float(after.loc[row, "truth"]),
            after=float(after.loc[row, "share"]),
            lower=float(after.loc[row, "lower"]),
            upper=float(after.loc[row, "upper"]),
            what_if=float(after.loc[row, "what_if"]),
        )
        for row in table.index
    )
