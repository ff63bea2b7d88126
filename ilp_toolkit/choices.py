"""
What a function chose for its caller, kept beside the result and said in words.

A default is a decision that somebody will have to defend. Each function that decides something (a cell
size, a bandwidth, the rows left out) notes it in ``result.attrs["choices"]`` as plain JSON values, never
data. Metadata on a table does not survive every operation, so this is an explanation, never a control.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, TypeVar

from .i18n import N_, _, plural

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["explain", "of", "record"]

Table = TypeVar("Table", bound="pd.DataFrame | pd.Series[Any]")

NAMES: dict[str, str] = {
    "across_folds_not_tested": N_("pairs across folds, not tested"),
    "adaptive": N_("bandwidth of each event its own"),
    "after_at": N_("after the moment, left out"),
    "agreement": N_("agreement is"),
    "allocation": N_("attention given"),
    "alpha": N_("significance level"),
    "amount": N_("amount"),
    "area": N_("study area"),
    "area_m2": N_("study area in m²"),
    "areas": N_("size of the areas"),
    "areas_without_events": N_("areas without events"),
    "at": N_("moment"),
    "background_rate": N_("background events a day"),
    "bands": N_("bands"),
    "bandwidth": N_("bandwidth in metres"),
    "bandwidth_rule": N_("bandwidth chosen by"),
    "base_rate": N_("share of linked pairs"),
    "baseline_n": N_("events of the baseline"),
    "baseline_outside": N_("baseline outside the grid"),
    "before_first_step": N_("before the first whole step"),
    "beta": N_("flows fade with cost by"),
    "bootstrap": N_("bootstrap draws"),
    "bootstraps": N_("draws of costs and flows"),
    "border": N_("an event at the edge of two groups"),
    "borders": N_("borders"),
    "branching": N_("events set off by one event"),
    "budget": N_("budget"),
    "calibration": N_("probability learnt by"),
    "capacity": N_("capacity of an edge"),
    "cell_size": N_("cell size in metres"),
    "cell_size_rule": N_("cell size chosen by"),
    "cells": N_("cells"),
    "centre": N_("centre"),
    "certain_share": N_("share certain to stay on top"),
    "change": N_("reporting rates differ by"),
    "circling": N_("countries among which loads circle"),
    "clipped": N_("cells clipped to the area"),
    "closed_rings": N_("countries that supply only each other"),
    "columns": N_("columns"),
    "common": N_("common shock"),
    "components": N_("nodes of each connected part"),
    "confidence": N_("confidence"),
    "convention": N_("convention"),
    "converged": N_("converged"),
    "corrected": N_("finds corrected for attention"),
    "correction": N_("correction"),
    "cost": N_("cost made of"),
    "cost_error": N_("error of the costs (logarithm)"),
    "countries_unresolved": N_("names of countries not known"),
    "crossing_hours": N_("hours of a crossing where none is given"),
    "crossings_without_junction": N_("lines that cross without a junction"),
    "crs": N_("coordinate system"),
    "crs_given": N_("coordinate system given"),
    "crs_source": N_("coordinate system of the file"),
    "cut": N_("cut"),
    "days": N_("days"),
    "dead_ends": N_("at dead ends"),
    "decided_by": N_("decided by"),
    "decimal": N_("decimal sign"),
    "delay": N_("what is chosen takes longer by"),
    "detection": N_("chance that a post finds a shipment"),
    "detour": N_("longest detour"),
    "displacement_counted": N_("displacement counted"),
    "distance": N_("distance in metres"),
    "distances": N_("edges of the bands of distance, metres"),
    "district_of_events": N_("district of the events"),
    "district_of_places": N_("district of the places"),
    "divisor": N_("divided by"),
    "draws": N_("random draws"),
    "drug": N_("drug"),
    "drugs_unlisted": N_("drugs not in the table"),
    "duration": N_("duration"),
    "durations": N_("edges of the bands of time"),
    "edge_correction": N_("edge correction"),
    "edges_pruned": N_("edges struck as too small"),
    "encoding": N_("encoding"),
    "end": N_("end"),
    "end_before_start_taken_as_start": N_("end before the start, taken as the start"),
    "ends": N_("ends of the series"),
    "equal_risks": N_("cells of equal risk"),
    "equally_near": N_("a place equally near"),
    "error": N_("error of the place in metres"),
    "errors": N_("errors"),
    "estimates": N_("estimates"),
    "estimator": N_("estimated by"),
    "expected": N_("expected by chance"),
    "explore": N_("chance that a post is sent anywhere"),
    "exposure": N_("length or size compared"),
    "far_km": N_("far, in km"),
    "fictional": N_("invented for training"),
    "file": N_("file"),
    "filled": N_("gaps filled"),
    "finds": N_("finds of a visit"),
    "finite": N_("all that leaves arrives"),
    "first_step": N_("first step"),
    "flagged": N_("rows that may count one seizure twice"),
    "flat": N_("risk alike everywhere"),
    "flow_error": N_("error of the flows (logarithm)"),
    "folds": N_("parts of the test"),
    "format": N_("format"),
    "given": N_("events given"),
    "global_test": N_("test of the whole curve"),
    "grid": N_("grid"),
    "groups": N_("groups with a rate of their own"),
    "harm_index": N_("harm index"),
    "header": N_("header"),
    "header_row": N_("row of the header"),
    "horizon": N_("time ahead"),
    "hours": N_("hours"),
    "hypotheses": N_("hypotheses"),
    "in_no_area": N_("in no area"),
    "incomplete_months": N_("incomplete months"),
    "interval": N_("interval"),
    "islands": N_("cells without a neighbour"),
    "items": N_("items of evidence"),
    "iterations": N_("rounds of the fit"),
    "k": N_("asked for"),
    "kept_share": N_("share that stays on top on average"),
    "kernel": N_("kernel"),
    "kg_consumed": N_("kilograms consumed"),
    "kg_of_legs": N_("kilograms of all legs"),
    "kg_seized": N_("kilograms seized"),
    "lag": N_("periods by which the dearer follows"),
    "learning_rate": N_("learning rate"),
    "learnt_until": N_("learnt from events before"),
    "least": N_("least"),
    "least_cases": N_("cases on an edge, at least"),
    "left_out": N_("left out"),
    "left_out_base": N_("left out of the base"),
    "left_out_flags": N_("flags left out"),
    "left_out_test": N_("left out of the test"),
    "legs": N_("legs"),
    "level": N_("q-value up to which something is found"),
    "limit": N_("limit"),
    "litre_kg": N_("kilograms a litre"),
    "lixel": N_("piece of street in metres"),
    "log_likelihood": N_("log likelihood"),
    "margin": N_("difference of reporting rates at which one drops out"),
    "mass_not_followed": N_("share of the kernels not followed"),
    "matrix": N_("matrix"),
    "max_distance": N_("farthest from a street, metres"),
    "mean_delay_days": N_("mean delay in days"),
    "measure": N_("measure"),
    "memory": N_("share of past finds still counted a month later"),
    "method": N_("method"),
    "metric": N_("distance measured"),
    "min_points": N_("events to make a core"),
    "mo": N_("features of how it was done"),
    "mobile_posts": N_("mobile posts"),
    "model": N_("model"),
    "month": N_("month"),
    "month_first": N_("month before the day"),
    "morphine_per_heroin": N_("kilograms of morphine to one of heroin"),
    "most": N_("highest possible"),
    "n": N_("number"),
    "n_bands": N_("bands"),
    "n_base": N_("events of the base"),
    "n_below_10": N_("pairs with fewer than ten changes"),
    "n_expecting_below_1": N_("areas that expect less than one event"),
    "n_flows": N_("flows"),
    "n_incidents": N_("incidents"),
    "n_missing": N_("missing values"),
    "n_periods": N_("periods"),
    "n_places": N_("places"),
    "n_repeats": N_("repeats at a place"),
    "n_test": N_("events of the test"),
    "n_used": N_("events used"),
    "name_column": N_("column with the names"),
    "names_twice": N_("names that come twice"),
    "names_without_code": N_("names without a code"),
    "near": N_("near"),
    "neighbours": N_("neighbours"),
    "neighbours_in_time": N_("neighbours in time"),
    "neighbours_include_self": N_("a cell is its own neighbour"),
    "nodes_kept": N_("nodes kept"),
    "nodes_read": N_("nodes of the roads"),
    "not_placed": N_("not placed"),
    "not_reported": N_("country-years not reported"),
    "not_shown": N_("what this does not show"),
    "not_tested": N_("pairs too short to test"),
    "null": N_("chance means"),
    "on_screen_only": N_("on screen only, not for products"),
    "opium_per_heroin": N_("kilograms of opium to one of heroin"),
    "order": N_("order"),
    "origin": N_("grid starts at"),
    "origin_known": N_("who noticed the events is known"),
    "outline": N_("outline"),
    "outside": N_("outside"),
    "outside_base": N_("outside the areas, base"),
    "outside_test": N_("outside the areas, test"),
    "overlap": N_("largest overlap"),
    "p_value": N_("p-value"),
    "pairs": N_("pairs counted"),
    "pairs_partialled": N_("pairs with the common shock taken out"),
    "penalty": N_("penalty of a used edge"),
    "period": N_("steps in a round"),
    "permutations": N_("permutations"),
    "placed_by_name": N_("placed by name"),
    "placed_by_point": N_("placed by point"),
    "planarised": N_("streets cut where they cross"),
    "prior": N_("known before (seizures, effort)"),
    "priors": N_("doubt about demand given"),
    "producers": N_("producers"),
    "proven": N_("proven"),
    "producers_not_seen": N_("producers that no seizure names"),
    "prune": N_("shares struck below"),
    "published_rule_scores_unknown_as": N_("the published rule scores unknown as"),
    "purity_in": N_("purity is written as"),
    "q_value": N_("q-value"),
    "ranks_that_change": N_("ranks that change without the largest seizure"),
    "reason": N_("reason for fewer than asked for"),
    "reference": N_("reference share from"),
    "repeats": N_("repeats at a place"),
    "risk_penalty": N_("cost of a perceived risk of 1"),
    "rng": N_("seed"),
    "roads_without_post_left_out": N_("roads across a border without a post, left out"),
    "rounds_of_ways_kept": N_("rounds of ways kept"),
    "rri": N_("RRI"),
    "rows_in_order": N_("order of the rows"),
    "runs": N_("runs"),
    "same_place": N_("same place, up to metres"),
    "samples": N_("samples"),
    "searches": N_("searches"),
    "segments_by_role": N_("segments of each role"),
    "segments": N_("street segments"),
    "self_loops": N_("sides that name the country itself"),
    "separator": N_("separator"),
    "series_unknown": N_("crimes of unknown series"),
    "set_aside": N_("columns set aside"),
    "shape": N_("shape of the cells"),
    "shapes_left_out": N_("shapes left out"),
    "share_caught": N_("share caught"),
    "share_caught_high": N_("share caught, at most"),
    "share_caught_low": N_("share caught, at least"),
    "share_discovered": N_("share discovered by the police or of unknown origin"),
    "share_without_a_way": N_("share of the flows without a way"),
    "shares": N_("shares by"),
    "shipments_a_month": N_("shipments a month"),
    "simulations": N_("simulations"),
    "sizes": N_("cell sizes tried, times the given one"),
    "slack": N_("slack"),
    "smooth": N_("years smoothed"),
    "snapped": N_("snapped"),
    "solver": N_("solver"),
    "source": N_("source"),
    "span_days": N_("days that the events span"),
    "span_known": N_("times of the events known"),
    "spans_longer_than_first_band": N_("spans longer than the first band of time"),
    "spans_of_a_week_or_more": N_("spans of a week or more"),
    "spans_of_a_week_or_more_rule": N_("spans of a week or more count"),
    "spans_over_two_months": N_("spans over two months"),
    "spatial_weights": N_("weights of the neighbours"),
    "speed_km_h": N_("speed in km/h where no hours are given"),
    "split": N_("at junctions"),
    "spread": N_("spread"),
    "start": N_("start of the fit"),
    "step": N_("step"),
    "steps": N_("steps"),
    "strategies": N_("strategies"),
    "streets_in_several_parts": N_("streets in several parts"),
    "streets_left_out": N_("streets left out"),
    "suspect": N_("suspect prices"),
    "suspect_rule": N_("suspect is"),
    "tablets_by_factor": N_("rows of tablets weighed by a factor"),
    "test": N_("test"),
    "tested_linked": N_("linked pairs tested"),
    "tested_unlinked": N_("unlinked pairs tested"),
    "theta": N_("weight of the cost in choosing a way"),
    "ties": N_("equally near to several streets"),
    "time": N_("time"),
    "time_limit_seconds": N_("time limit in seconds"),
    "timezone": N_("time zone"),
    "too_far_from_streets": N_("too far from every street"),
    "too_long_ago": N_("too long ago"),
    "top": N_("places on top"),
    "top_edges": N_("largest edges"),
    "top_share_of": N_("largest share of the cases taken"),
    "total": N_("total"),
    "transit": N_("seizures in transit"),
    "trend": N_("trend of the background over"),
    "turned_down": N_("ways turned down"),
    "undefined": N_("without a value"),
    "unit": N_("unit"),
    "units_unlisted": N_("units not in the table"),
    "units_without_weight": N_("units without a weight"),
    "unknown_counts_as": N_("unknown counts as"),
    "unknown_end_taken_as_start": N_("end unknown, taken as the start"),
    "unmapped_offences": N_("offences without a class"),
    "unplaced": N_("in no known district"),
    "unrated": N_("ratings that nobody gave"),
    "unweighted": N_("without a weight"),
    "verified": N_("held against the original"),
    "visits": N_("places visited in a day"),
    "wall_clock": N_("local time marked as UTC"),
    "warning": N_("warning"),
    "week": N_("week"),
    "weekdays": N_("weekdays"),
    "weeks": N_("weeks before"),
    "weighted": N_("weighted"),
    "weighting": N_("weighting"),
    "weights": N_("weights"),
    "window": N_("window in periods"),
    "within": N_("within, metres"),
    "without_edge": N_("seizures without an edge"),
    "without_kg": N_("seizures without kilograms"),
    "without_name": N_("without a name"),
    "without_numbers": N_("estimates without amounts"),
    "without_supplier": N_("countries without a known supplier"),
    "without_year": N_("seizures without a year"),
    "zeros": N_("pairs without flow"),
}
"""Names of choices in words; a name that is not here is shown as it is."""

CODES: dict[str, str] = {
    "Gamma-Poisson": N_("Gamma-Poisson"),
    "[from, to)": N_("from the first edge up to, not including, the second"),
    "additive": N_("additive"),
    "arcgis": N_("ArcGIS"),
    "bh": N_("Benjamini-Hochberg"),
    "border": N_("border"),
    "by": N_("Benjamini-Yekutieli"),
    "continuous": N_("equally to all streets, part of it turning back"),
    "control": N_("control"),
    "crimestat": N_("CrimeStat"),
    "discontinuous": N_("shared out among the streets ahead"),
    "displacement_control": N_("surroundings of the control"),
    "displacement_treated": N_("surroundings of the treated"),
    "donnelly": N_("Donnelly"),
    "duplicate": N_("repeats"),
    "entropy": N_("greatest entropy"),
    "epanechnikov": N_("Epanechnikov"),
    "euclidean": N_("in a straight line"),
    "gaussian": N_("Gaussian"),
    "given": N_("given"),
    "gravity": N_("gravity"),
    "hex": N_("hexagons"),
    "interception": N_("interception"),
    "isotonic": N_("steps that only rise (isotonic)"),
    "isotropic": N_("isotropic (Ripley)"),
    "keep": N_("kept"),
    "kernel turns back": N_("the kernel turns back"),
    "kg": N_("kilograms"),
    "kg_pure": N_("kilograms, pure"),
    "known_by_day_or_month": N_("known by the day or the month only"),
    "manhattan": N_("along the axes of the map"),
    "mean": N_("mean"),
    "median": N_("median"),
    "merge": N_("taken as one place"),
    "multiplicative": N_("multiplicative"),
    "n": N_("number"),
    "nearest core event": N_("goes with the nearest core event"),
    "no_place": N_("no place"),
    "no_time": N_("no time"),
    "none": N_("none"),
    "not_finite": N_("coordinates that are no numbers"),
    "only_area_known": N_("only the area known"),
    "p_value": N_("p-value"),
    "per_km": N_("number per km"),
    "platt": N_("S-curve (Platt)"),
    "price gradient": N_("price gradient"),
    "proportional fitting": N_("proportional fitting"),
    "q_value": N_("q-value"),
    "q_value_by": N_("q-value by Benjamini-Yekutieli"),
    "quartic": N_("quartic"),
    "queen": N_("queen (edge or corner)"),
    "radiation": N_("radiation"),
    "repeated_id": N_("numbers that come again"),
    "rook": N_("rook (edge)"),
    "row-standardised": N_("each cell's neighbours add up to one"),
    "share a junction": N_("segments that share a junction"),
    "share and solve": N_("share and solve"),
    "share_of_destination": N_("share of what reaches the destination"),
    "span_over_an_hour": N_("span over an hour"),
    "span_past_midnight": N_("span past midnight"),
    "square": N_("squares"),
    "translation": N_("translation"),
    "treated": N_("treated"),
    "triweight": N_("triweight"),
    "unit_twin": N_("one weight in two units"),
    "value of information": N_("value of information"),
    "yuill": N_("Yuill"),
    "by name": N_("by name, never by a share"),
    "nearest the source": N_("of several, the one nearest the source"),
    "penalty": N_("ways that differ, found by penalties"),
    "yen": N_("Yen: the cheapest ways without loops"),
}
"""Values and reasons in words."""

WORDS = (
    N_("1 / (1 + whole steps) / (1 + whole weeks)"),
    N_("1/168 to each hour"),
    N_("a factor above 5 from the run of most prices, or from one period to the next"),
    N_("Abramson"),
    N_("as many points, strewn evenly over the area"),
    N_("at most this far apart along the streets"),
    N_("Benjamini-Hochberg"),
    N_("bootstrap of cases and draws of demand, percentile, widened to hold the estimate"),
    N_("bootstrap of places, percentile"),
    N_("bounding box of the points"),
    N_("busiest first"),
    N_("by series"),
    N_("chi-square with N - 1"),
    N_("closer than"),
    N_("conditional permutation, two-sided"),
    N_("counts as nearer"),
    N_("Diggle"),
    N_("E-test, two-sided"),
    N_("each event on any metre of street with the same chance"),
    N_("each incident on any place with the same chance"),
    N_("events per km"),
    N_("events per km² within the duration"),
    N_("events per km² within the horizon"),
    N_("events per km²"),
    N_("extreme rank length"),
    N_("fewest events first"),
    N_("fixed, nothing is drawn at random"),
    N_("given, any polygons"),
    N_("ISO, Monday to Sunday, of the start of the span"),
    N_("leave-one-out likelihood (repeats at a place as one), at least two cells"),
    N_("Mann-Kendall, two-sided; too small where steps remember each other"),
    N_("mean change of the other places, partialled out"),
    N_("mean of the series"),
    N_("middle of the interval, local clock"),
    N_("n, or the sum of weights"),
    N_("never add up legs: a load that crosses stands on two"),
    N_("no trend for half a round"),
    N_("normal approximation, two-sided"),
    N_("not tested, alike in s, left out of s_robust"),
    N_("of the expected flow, not of a single flow"),
    N_("of the outflow alone, none of the model"),
    N_("of the start of the span"),
    N_("Pearson's chi-square"),
    N_("Poisson maximum likelihood, profile interval"),
    N_("Poisson pseudo-maximum likelihood, zeros kept"),
    N_("Poisson"),
    N_("Poisson: z = 2 (sqrt(n) - sqrt(expected))"),
    N_("robust (HC1)"),
    N_("Scott's rule (doi:10.1002/9781118575574), at least two cells"),
    N_("Scott's rule"),
    N_("seizures are not flows: they measure enforcement and reporting as well"),
    N_("share of events after over share before (Levine)"),
    N_("shorter side of the data / 50, up to whole 50 m, at least 100 m"),
    N_("smaller number over larger, mean over pairs; no average of the estimates is made"),
    N_("the step before"),
    N_("two-sided, normal, ties corrected"),
    N_("weight per km"),
    N_("weight per km²"),
    N_("what the totals alone allow, no confidence interval"),
    N_("with what the same country wrote elsewhere, as if left empty by chance"),
    N_("within half the distance of an event"),
    N_("no more ways without loops"),
    N_("searches used up"),
    N_("crossed anywhere"),
    N_("crossed at posts only"),
    N_("it is closed"),
    N_("no way between the two"),
    N_("HiGHS, mixed-integer"),
    N_("path-size logit"),
    N_("low and high of each flow"),
    N_("modelled ways, not observed ones; no way is the best"),
    N_("shares of a model, not of a flow"),
    N_("modelled kilometres and hours; nothing of who watches a road"),
    N_("shares of a modelled flow; a high share says nothing of how well a post works"),
    N_("seizures, not flow: more work at a post finds more"),
    N_("the user's numbers; one set of possibly several, and flows move"),
    N_("the curve of a network that does not mend itself; no order of its nodes"),
    N_("a model of a principle, not calibrated: no forecast of a month, a rate or a place"),
)
"""Values that are words as they stand and only need translating."""

_WHOLE_DAYS = re.compile(r"(\d+) days 00:00:00")
"""A duration as pandas writes it."""


def record(table: Table, **choices: Any) -> Table:
    """
    Note choices on a new table that the caller owns, and return that table.

    Parameters
    ----------
    table
        The result on which to note the choices; earlier notes are kept.
    choices
        JSON values (text, numbers, lists, None) under the name of the argument they stand for.

    Raises
    ------
    TypeError
        If a value is no JSON value: a table or an array here would carry data past every check.
    """
    json.dumps(choices)
    table.attrs["choices"] = {**of(table), **choices}
    return table


def of(result: Any) -> dict[str, Any]:
    """Return the choices noted on a result: a dict, empty where there are none."""
    noted = getattr(result, "choices", None)
    if isinstance(noted, dict):
        return dict(noted)
    graph = getattr(result, "graph", None)
    if isinstance(graph, dict):  # a graph of networkx
        return dict(graph.get("choices", {}))
    return dict(getattr(result, "attrs", {}).get("choices", {}))


def explain(result: Any, *names: str) -> str:
    """
    Say in words what was chosen on the way to a result.

    Parameters
    ----------
    result
        A table that a function of this package returned, or an object with ``choices``.
    names
        Say these choices alone, in this order; all where none is named. Names that are not noted are skipped.

    Returns
    -------
    str
        One line a choice, in the language in use; a sentence where nothing was noted.

    Examples
    --------
    >>> import pandas as pd
    >>> print(explain(record(pd.DataFrame(), cell_size=250.0, step="28 days 00:00:00")))
    cell size in metres: 250
    step: 28 days
    """
    noted = of(result)
    if names:
        noted = {name: noted[name] for name in names if name in noted}
    if not noted:
        return _("No choices were noted on this result.")
    named = ((_(NAMES[name]) if name in NAMES else name, value) for name, value in noted.items())
    return "\n".join(f"{name}: {_say(value)}" for name, value in named)


def _say(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        return "; ".join(f"{_say(key)} = {_say(item)}" for key, item in value.items()) or _("none")
    if isinstance(value, list | tuple):
        return ", ".join(_say(item) for item in value) or _("none")
    if isinstance(value, str):
        return _say_text(value)
    return _("none") if value is None else f"{value:.10g}" if isinstance(value, float) else str(value)


def _say_text(text: str) -> str:
    if days := _WHOLE_DAYS.fullmatch(text):
        return plural("{n} day", "{n} days", int(days[1])).format(n=days[1])
    if text in CODES:
        return _(CODES[text])
    return _(text) if text in WORDS else text
