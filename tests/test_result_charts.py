"""Charts of the results of the analysis room: what they show, what they say, and that their words fit."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from ilp_toolkit import i18n
from ilp_toolkit.analysis import change, concentration, hotspots, linkage, patterns
from ilp_toolkit.errors import ColumnsError, InputError
from ilp_toolkit.views import charts, style
from ilp_toolkit.views.ticks import calendar, written

LONG_RUSSIAN = "Квартирные кражи сосредоточены вокруг автовокзала и вдоль промышленной зоны"


def words(ax: Axes) -> str:
    return " ".join(text.get_text() for text in ax.figure.findobj(Text)).replace("\n", " ")


def outside_figure(ax: Axes) -> list[str]:
    """Texts that run out of the figure."""
    figure = ax.figure
    with style.matplotlib_style():
        figure.canvas.draw()
    box, out = figure.bbox.padded(1.5), []
    for text in figure.findobj(
        lambda one: isinstance(one, Text) and one.get_visible() and one.get_text().strip()
    ):
        extent = text.get_window_extent()
        hidden = text.axes is not None and not text.axes.axison and text not in text.axes.texts
        if not hidden and (
            extent.x0 < box.x0 or extent.x1 > box.x1 or extent.y0 < box.y0 or extent.y1 > box.y1
        ):
            out.append(text.get_text())
    return out


def knox_table() -> pd.DataFrame:
    days = pd.to_timedelta([0, 7, 14], unit="D")
    return pd.DataFrame(
        {
            "distance_from": [0.0, 0.0, 100.0, 100.0],
            "distance_to": [100.0, 100.0, 200.0, 200.0],
            "duration_from": [days[0], days[1]] * 2,
            "duration_to": [days[1], days[2]] * 2,
            "observed": [40, 12, 9, 20],
            "expected": [10.0, 10.0, 10.0, 20.0],
            "ratio": [4.0, 1.2, 0.9, 1.0],
            "q_value": [0.004, 0.04, 0.8, 0.5],
        }
    )


def grid() -> gpd.GeoDataFrame:
    x, y = np.meshgrid(np.arange(5), np.arange(4))
    x, y = x.ravel() * 200 + 500_000, y.ravel() * 200 + 4_000_000
    return gpd.GeoDataFrame(geometry=shapely.box(x, y, x + 200, y + 200), crs="EPSG:32642")


def segments() -> gpd.GeoDataFrame:
    lines = [shapely.LineString([(500_000 + 100 * i, 4e6), (500_000 + 100 * i, 4e6 + 300)]) for i in range(6)]
    return gpd.GeoDataFrame({"n": [30, 12, 6, 3, 1, 0]}, geometry=lines, crs="EPSG:32642")


def weeks() -> pd.DataFrame:
    index = pd.date_range("2024-01-01", periods=30, freq="7D", name="week")
    table = pd.DataFrame({"n": [9] * 28 + [30, 4], "complete": [True] * 29 + [False]}, index=index)
    table["expected"] = [np.nan] * 8 + [9.0] * 22
    table["lower"], table["upper"] = table["expected"] - 6, table["expected"] + 11
    table["signal"] = [""] * 28 + ["high", ""]
    return table


def evaluation() -> Any:
    curve = linkage.roc([4, 3, 2, 2, 1, 0], [True, True, False, True, False, False], base_rate=0.01)
    return linkage.Evaluation(0.83, 0.01, curve, pd.DataFrame(), {})


def ripley_table() -> pd.DataFrame:
    distance = np.array([100.0, 200.0, 300.0])
    return pd.DataFrame(
        {
            "distance": distance, "l": [180.0, 260.0, 300.0], "expected": distance, "low": distance - 20,
            "high": distance + 20, "global_low": distance - 40, "global_high": distance + 40,
            "global_p_value": 0.02,
        }
    )  # fmt: skip


def events() -> pd.DataFrame:
    day = pd.date_range("2022-01-01", "2023-12-31", tz="Asia/Dushanbe")
    twice = day.append(day[day.month == 7])
    return pd.DataFrame({"occurred_from": twice, "occurred_to": twice})


def all_charts(**options: Any) -> list[Axes]:
    cells, counts = grid(), [40, 9, 6, 3, 1, *[0] * 15]
    share = np.linspace(0, 1, len(cells))
    spots = np.resize([*hotspots.SPOT_CLASSES, "cold_new"], len(cells))
    band = {f"density_q{q}": share * int(q) for q in ("05", "50", "95")}
    before = pd.Series({"Burglary": 40, "Theft from a parked motor vehicle": 30, "Robbery": 5})
    found = change.compare_periods(before, before * 2)
    areas = cells.iloc[:3].assign(area=[1, 2, 3], n=[40, 20, 9], km2=0.04)
    curve = concentration.lorenz(counts)
    bounds = concentration.summary(counts, samples=19, rng=1)
    months = patterns.month_series(events())["n"]
    return [
        charts.knox(knox_table(), **options),
        charts.chains(
            pd.DataFrame({"role": ["originator", "repeat", "single", "unordered", None]}), **options
        ),
        charts.lorenz(curve, summary=bounds, **options),
        charts.lorenz({"2023": curve, "2024": concentration.lorenz([9, 9, 1, 0])}, **options),
        charts.weekly_series(weeks(), **options),
        charts.seasonal_profile(patterns.seasonal_profile(events()), **options),
        charts.decomposition(patterns.decompose(months), **options),
        charts.cusum(change.cusum(pd.Series([4, 4, 9, 9, 9, 9, 1]), expected=4), **options),
        charts.change(found, **options),
        charts.ripley(ripley_table(), **options),
        charts.roc(evaluation(), **options),
        charts.stability(cells.assign(stability=share), **options),
        charts.spot_classes(cells.assign(spot=spots), **options),
        charts.uncertainty(cells.assign(hot_share=share), **options),
        charts.uncertainty(cells.assign(hot_share=share, **band), measure="density", **options),
        charts.hot_areas(areas, **options),
        charts.hot_streets(segments(), **options),
        charts.marked_streets(segments().head(2), label="10 or more", streets=segments(), **options),
        charts.street_density(segments().assign(density=1.5), **options),
    ]


@pytest.mark.parametrize("size", ["full", "half"])
def test_words_of_every_chart_stay_inside_the_figure_in_russian(size: str) -> None:
    said = {"title": LONG_RUSSIAN, "subtitle": LONG_RUSSIAN.lower(), "foot": LONG_RUSSIAN * 2}
    with i18n.language("ru"):
        for ax in all_charts(size=size, **said):
            assert outside_figure(ax) == []


def test_every_chart_states_a_finding_of_its_own_and_says_what_it_is_given() -> None:
    for ax in all_charts():
        assert len(ax.figure.get_label()) > 8
    said = {"title": "The finding", "subtitle": "Measure, place, dates", "foot": "Source and limit."}
    for ax in all_charts(**said):
        for text in said.values():
            assert text in words(ax)


def test_charts_of_results_give_the_same_bytes_and_touch_no_table() -> None:
    table, cells = knox_table(), grid().assign(stability=0.9)
    before, grid_before = table.copy(deep=True), cells.copy(deep=True)
    assert charts.to_svg(charts.knox(table)) == charts.to_svg(charts.knox(table))
    assert charts.to_png(charts.stability(cells)) == charts.to_png(charts.stability(cells))
    pd.testing.assert_frame_equal(table, before)
    pd.testing.assert_frame_equal(pd.DataFrame(cells), pd.DataFrame(grid_before))


def test_a_table_of_something_else_is_refused_and_its_maker_named() -> None:
    empty = pd.DataFrame({"x": [1]})
    for draw, maker in (
        (charts.knox, "near_repeat.knox"), (charts.chains, "near_repeat.chains"), (charts.lorenz, "concentration.lorenz"),
        (charts.weekly_series, "patterns.weekly_series"), (charts.seasonal_profile, "patterns.seasonal_profile"),
        (charts.decomposition, "patterns.decompose"), (charts.cusum, "change.cusum"),
        (charts.change, "change.compare_periods"), (charts.ripley, "points.ripley_l"),
        (charts.describe_stability, "hotspots.stability"), (charts.describe_spot_classes, "hotspots.classify"),
        (charts.describe_uncertainty, "hotspots.uncertain"), (charts.describe_hot_areas, "hotspots.areas"),
        (charts.describe_hot_streets, "streets.count"),
    ):  # fmt: skip
        with pytest.raises(ColumnsError, match=maker):
            draw(empty)


# Near repeats


def boxes(ax: Axes) -> list[Rectangle]:
    return [patch for patch in ax.patches if isinstance(patch, Rectangle) and not patch.get_hatch()]


def test_a_knox_box_is_dark_only_where_it_is_large_and_beyond_chance() -> None:
    ax = charts.knox(knox_table())
    fills = [box.get_facecolor()[:3] for box in boxes(ax)]
    assert [fill == (1.0, 1.0, 1.0) for fill in fills] == [False, False, True, True]
    luminance = [sum(fill) for fill in fills]
    assert luminance[0] < luminance[1] < 3
    assert "4.0×**" in words(ax)
    assert "1.2×*" in words(ax)
    assert "40 pairs" in words(ax)


def test_a_small_excess_is_not_dark_however_sure_it_is() -> None:
    table = knox_table()
    table["ratio"], table["q_value"] = 1.1, 0.001
    assert {box.get_facecolor()[:3] for box in boxes(charts.knox(table))} == {(1.0, 1.0, 1.0)}
    assert "No band" in charts.describe_knox(table)


def test_a_hidden_knox_box_shows_and_says_no_number() -> None:
    table = knox_table()
    table["observed"] = table["observed"].astype("Int64").mask([True, False, False, False])
    table["ratio"] = table["ratio"].mask([True, False, False, False])
    ax = charts.knox(table)
    assert "hidden" in words(ax)
    assert "40" not in words(ax)
    assert "4.0" not in words(ax)
    assert "40" not in charts.describe_knox(table)
    assert sum(bool(patch.get_hatch()) for patch in ax.patches) == 1


def test_the_words_of_knox_name_the_bands_beyond_chance_nearest_first() -> None:
    text = charts.describe_knox(knox_table())
    assert text.startswith("More pairs of incidents than chance would make: 0 to 100 m and 0 to 7 days apart")
    assert "100 to 200 m" not in text


def test_the_roles_of_chains_add_up_and_start_at_zero() -> None:
    points = pd.DataFrame(
        {"role": ["originator", "repeat", "near_repeat", "single", None], "series": [1, 1, 1, None, None]}
    )
    ax = charts.chains(points)
    assert sum(bar.get_width() for bar in ax.patches) == 4
    assert ax.get_xlim()[0] == 0
    assert "3 of 4 incidents (75%)" in charts.describe_chains(points)
    assert "1 series" in charts.describe_chains(points)


# Concentration


def test_the_lorenz_curve_ends_at_all_and_marks_the_half() -> None:
    curve = concentration.lorenz([8, 1, 1, 0, 0, 0, 0, 0, 0, 0])
    ax = charts.lorenz(curve)
    drawn = ax.lines[1]
    assert drawn.get_xydata()[-1].tolist() == [1.0, 1.0]
    assert ax.get_ylim()[0] == 0
    assert "half on 10%" in words(ax)
    assert charts.describe_lorenz(curve) == "Half of the incidents lie on 10% of the places."


def test_the_band_of_chance_goes_through_the_limits_of_the_summary() -> None:
    counts = [12, 6, 3, 2, 1, *[0] * 15]
    summary = concentration.summary(counts, shares=[0.5], top=[0.1, 0.5], samples=99, rng=1)
    ax = charts.lorenz(concentration.lorenz(counts), summary=summary)
    corners = ax.collections[0].get_paths()[0].vertices
    row = summary[(summary["measure"] == "top_share") & (summary["share"] == 0.1)].iloc[0]
    at = corners[np.isclose(corners[:, 0], 0.1)][:, 1]
    assert at.min() == pytest.approx(row["expected_low"], abs=1e-6)
    assert at.max() >= row["expected_high"] - 1e-6
    assert "by chance it would be" in charts.describe_lorenz(concentration.lorenz(counts), summary=summary)


def test_several_curves_differ_without_colour_and_bear_their_names() -> None:
    ax = charts.lorenz({"2023": concentration.lorenz([5, 1, 0]), "2024": concentration.lorenz([3, 2, 1])})
    assert {"2023", "2024"} <= {text.get_text() for text in ax.texts}
    assert len({str(line.get_linestyle()) for line in ax.lines[1:3]}) == 2


# Series


def test_a_week_outside_its_limits_bears_its_number_and_a_week_cut_short_is_hollow() -> None:
    ax = charts.weekly_series(weeks())
    assert "30" in {text.get_text() for text in ax.texts}
    assert ax.get_ylim()[0] == 0
    assert "do not cover" in words(ax)
    text = charts.describe_weekly_series(weeks())
    assert text.startswith("1 of 22 weeks")
    assert "15 July 2024: 30 (9 expected)" in text


def test_too_few_weeks_are_said_to_be_so() -> None:
    few = weeks().assign(expected=np.nan, signal="")
    assert "too few weeks" in charts.describe_weekly_series(few)


def test_a_lasting_rise_is_dated_from_the_last_quiet_period() -> None:
    index = pd.date_range("2024-01-01", periods=8, freq="7D")
    table = change.cusum(pd.Series([4, 4, 9, 9, 9, 9, 9, 9], index=index), expected=4)
    text = charts.describe_cusum(table)
    assert text == "A lasting rise is signalled from 5 February 2024 on; it began after 8 January 2024."
    flat = change.cusum(pd.Series([4, 4, 4], index=index[:3]), expected=4)
    assert charts.describe_cusum(flat).startswith("No lasting shift")


def test_seasons_start_at_zero_and_the_highest_month_is_named() -> None:
    profile = patterns.seasonal_profile(events())
    ax = charts.seasonal_profile(profile)
    assert ax.get_ylim()[0] == 0
    assert "Highest: July (1.85 times" in charts.describe_seasonal_profile(profile)


def test_season_and_rest_share_one_scale() -> None:
    ax = charts.decomposition(patterns.decompose(patterns.month_series(events())["n"]))
    limits = [strip.get_ylim() for strip in ax.child_axes]
    assert limits[2] == limits[3]
    assert limits[0][0] == limits[1][0] == 0
    assert "The trend goes from" in charts.describe_decomposition(
        patterns.decompose(patterns.month_series(events())["n"])
    )


def test_dates_of_a_long_series_are_written_at_the_turn_of_months_or_years() -> None:
    axis = SimpleNamespace(
        set_ticks=lambda places, labels: found.extend(labels), set_tick_params=lambda **_: None
    )
    found: list[str] = []
    calendar(axis, pd.date_range("2020-01-06", periods=200, freq="7D"), count=6)  # type: ignore[arg-type]
    assert found[0] == "Jan\n2021"
    assert len(found) <= 6
    assert written([0, 0.25]) == ["0.00", "0.25"]


# Change and curves


def test_doubling_and_halving_lie_equally_far_and_luck_is_hollow() -> None:
    table = change.compare_periods(pd.Series({"A": 100, "B": 3}), pd.Series({"A": 200, "B": 5}))
    ax = charts.change(table)
    low, high = ax.get_xlim()
    assert low * high == pytest.approx(1)
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert [dot.get_markerfacecolor() == style.PAPER for dot in dots] == [False, True]
    assert "100 → 200" in words(ax)
    assert charts.describe_change(table).startswith("More than before, beyond chance: A (100 → 200).")


def test_a_ratio_without_end_is_drawn_as_an_arrow() -> None:
    ax = charts.change(change.compare_periods(pd.Series({"A": 0}), pd.Series({"A": 9})))
    assert [line.get_marker() for line in ax.lines if line.get_marker() == ">"] == [">"]


def test_a_chart_of_change_takes_no_more_rows_than_can_be_read() -> None:
    many = pd.Series(1, index=range(41))
    with pytest.raises(InputError, match="41 rows"):
        charts.change(change.compare_periods(many, many))


def test_ripley_says_from_where_to_where_points_are_closer_than_chance() -> None:
    table = ripley_table()
    assert "from 100 to 200 m (p = 0.02" in charts.describe_ripley(table)
    assert "as chance might" in charts.describe_ripley(table.assign(global_p_value=0.4))
    ax = charts.ripley(table)
    assert ax.lines[1].get_ydata().tolist() == [80.0, 60.0, 0.0]


def test_a_roc_curve_never_stands_without_the_share_of_leads_that_are_right() -> None:
    ax = charts.roc(evaluation())
    left, right = ax.child_axes
    assert left.lines[1].get_ydata()[0] == 0
    assert right.get_ylabel() == "Leads that are right"
    assert "guessing: 50%" in charts.describe_roc(evaluation())


# Maps


def test_stability_is_classed_by_score_and_darker_where_it_is_more_robust() -> None:
    cells = grid().assign(stability=[0.1, 0.3, 0.6, 0.9, *[0.0] * 16])
    assert charts.stability_codes(cells["stability"])[:4].tolist() == ["none", "fragile", "fair", "robust"]
    assert "1 are robust, 1 fair, 1 fragile" in charts.describe_stability(cells)
    by_name = grid().assign(stability=["robust", "fragile", *[""] * 18])
    assert "1 are robust, 0 fair, 1 fragile" in charts.describe_stability(by_name)
    assert "robust: hot in 80 of 100 maps or more" in words(charts.stability(cells))


def test_a_suppressed_cell_has_no_class_on_any_map() -> None:
    cells = grid().assign(stability=0.9, suppressed=[True] * 3 + [False] * 17)
    assert "Of 17 cells" in charts.describe_stability(cells)
    assert "Not shown" in words(charts.stability(cells, minimum=5))


def test_cold_spots_of_any_age_are_one_class() -> None:
    cells = grid().assign(spot=["new", "cold_new", "cold_sporadic", *["none"] * 17])
    text = charts.describe_spot_classes(cells)
    assert "cold spot, of any age: 2 cells" in text
    assert text.startswith("new: ")


def test_a_band_is_three_maps_with_the_same_classes() -> None:
    share = np.linspace(0, 1, 20)
    cells = grid().assign(hot_share=share, density_q05=share, density_q50=share * 2, density_q95=share * 9)
    ax = charts.uncertainty(cells, measure="density")
    assert len(ax.child_axes) == 3
    assert {"at least", "in the middle", "at most"} <= {
        text.get_text() for panel in ax.child_axes for text in panel.texts
    }
    with pytest.raises(InputError, match="hot_share, density"):
        charts.uncertainty(cells, measure="gi")  # type: ignore[arg-type]


def test_streets_get_wider_and_darker_and_small_counts_are_dashed() -> None:
    table = segments().assign(suppressed=[False, False, False, True, True, False])
    ax = charts.hot_streets(table, minimum=5)
    drawn = sorted(
        (c for c in ax.collections if c.get_zorder() > 3.1), key=lambda c: float(c.get_linewidth()[0])
    )
    brightness = [float(c.get_edgecolor()[0][:3].sum()) for c in drawn]
    assert len(drawn) >= 2
    assert brightness == sorted(brightness, reverse=True)
    assert "counts under 5" in words(ax)


def test_the_words_on_streets_name_none_and_count_the_quiet_ones() -> None:
    assert charts.describe_hot_streets(segments()) == (
        "Half of the incidents on streets lie on 1 of 6 segments (17%)."
    )


def test_paths_of_a_picture_are_no_finer_than_a_hundredth_of_a_point() -> None:
    import re

    svg = charts.to_svg(charts.stability(grid().assign(stability=0.9)))
    paths = "".join(re.findall(r'(?<= d=")[^"]+', svg))
    assert not re.search(r"\.\d{3}", paths)
