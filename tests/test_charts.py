"""Charts: what they say, bars from zero, nothing shown or saved, the same bytes each time."""

from __future__ import annotations

import gettext
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from ilp_toolkit import i18n
from ilp_toolkit.errors import ColumnsError, CrsError, InputError
from ilp_toolkit.views import charts, style

LONG_RUSSIAN = (
    "Квартирные кражи сосредоточены вокруг автовокзала и вдоль промышленной зоны, и их становится больше"
)


@pytest.fixture
def week() -> pd.DataFrame:
    table = pd.DataFrame(1, index=range(7), columns=range(24))
    table.loc[4, 22] = 9
    return table


@pytest.fixture
def months() -> pd.DataFrame:
    index = pd.date_range("2023-11-01", periods=20, freq="MS", name="month")
    complete = [False] + [True] * 19
    return pd.DataFrame({"n": range(10, 30), "days": 30, "complete": complete}, index=index)


@pytest.fixture
def cells() -> gpd.GeoDataFrame:
    x, y = np.meshgrid(np.arange(6), np.arange(5))
    boxes = shapely.box(
        500_000 + 200 * x.ravel(),
        4e6 + 200 * y.ravel(),
        500_200 + 200 * x.ravel(),
        4_000_200 + 200 * y.ravel(),
    )
    n = pd.array(np.arange(30), dtype="Int64")
    table = gpd.GeoDataFrame({"n": n, "suppressed": False}, geometry=boxes, crs="EPSG:32642")
    table.loc[[1, 2], "suppressed"] = True
    table.loc[3, "n"] = pd.NA
    table["label"] = None
    table.loc[28, "label"], table.loc[29, "label"] = "A", "B"
    return table


def words(ax: Axes) -> str:
    """Everything that is written in the figure."""
    from matplotlib.text import Text

    return " ".join(text.get_text() for text in ax.figure.findobj(Text)).replace("\n", " ")


def outside_figure(ax: Axes) -> list[str]:
    """Texts that run out of the figure."""
    from matplotlib.text import Text

    figure = ax.figure
    with style.matplotlib_style():
        figure.canvas.draw()
    box, out = figure.bbox.padded(1), []
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


class LongWords(gettext.NullTranslations):
    """A language whose every text is longer by two fifths, as Russian often is."""

    def gettext(self, message: str) -> str:
        return f"{message} {'длинно' * (1 + len(message) // 16)}"

    def ngettext(self, one: str, many: str, n: int) -> str:
        return self.gettext(one if n == 1 else many)


@pytest.fixture
def long_words(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(i18n, "_catalogue", lambda code: LongWords())
    with i18n.language("ru"):
        yield


def all_charts(
    week: pd.DataFrame, months: pd.DataFrame, cells: gpd.GeoDataFrame, **options: Any
) -> list[Axes]:
    areas = cells.iloc[:4].assign(area=["Сино", "Old Town", "Фирдавсӣ", "Шоҳмансур"]).drop(columns="label")
    density = cells[["geometry"]].assign(density=np.linspace(0, 40, 30))
    scores = cells[["geometry"]].assign(gi_z=np.linspace(-4, 4, 30), q_value=0.02)
    return [
        charts.time_profile(week, **options),
        charts.time_profile(week * 0.3, **options),
        charts.weekday_profile(week.sum(axis=1), **options),
        charts.monthly_counts(months, **options),
        charts.hotspot_map(cells, minimum=5, **options),
        charts.area_map(areas, **options),
        charts.density_map(density, **options),
        charts.gi_star(scores, **options),
    ]


@pytest.mark.parametrize("size", ["full", "half"])
@pytest.mark.usefixtures("long_words")
def test_words_of_every_chart_stay_inside_the_figure(
    size: str, week: pd.DataFrame, months: pd.DataFrame, cells: gpd.GeoDataFrame
) -> None:
    said = {"title": LONG_RUSSIAN, "subtitle": LONG_RUSSIAN.lower(), "foot": LONG_RUSSIAN * 2}
    for ax in all_charts(week, months, cells, size=size, **said):
        assert outside_figure(ax) == []


def test_lines_break_at_spaces_and_keep_numbers_with_their_units() -> None:
    from ilp_toolkit.views.figure import break_lines, text_width

    text = "Recorded burglaries, Kelovar, to December 2025 г., in cells of 250 m, n = 1,204"
    lines = break_lines(text, 1.5, 8)
    assert " ".join(lines).replace("\u00a0", " ") == text
    assert all(text_width(line, 8) <= 1.5 for line in lines)
    assert {"2025\u00a0г.", "250\u00a0m", "n\u00a0=\u00a01,204"} <= {
        part.rstrip(",") for line in lines for part in line.split(" ")
    }
    assert break_lines("", 1, 8) == []
    assert break_lines("Unbreakable" * 5, 1, 8) == ["Unbreakable" * 5]


def test_every_chart_says_its_title_subtitle_and_foot(
    week: pd.DataFrame, months: pd.DataFrame, cells: gpd.GeoDataFrame
) -> None:
    said = {"title": "The finding", "subtitle": "Measure, place, dates", "foot": "Source and limit."}
    for ax in all_charts(week, months, cells, **said):
        for text in said.values():
            assert text in words(ax)


def test_the_busiest_hour_is_framed_and_hours_are_labelled(week: pd.DataFrame) -> None:
    ax = charts.time_profile(week)
    frames = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    assert [frame.get_xy() for frame in frames] == [(22, 4)]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["0:00", "6:00", "12:00", "18:00", "24:00"]
    assert ax.yaxis_inverted()


def test_the_totals_beside_the_hours_add_up_and_start_at_zero(week: pd.DataFrame) -> None:
    ax = charts.time_profile(week)
    above, beside = ax.child_axes
    assert [bar.get_height() for bar in above.patches] == week.sum().tolist()
    assert [bar.get_width() for bar in beside.patches] == week.sum(axis=1).tolist()
    assert above.get_ylim()[0] == 0
    assert beside.get_xlim()[0] == 0


def test_an_estimated_profile_says_so_and_writes_no_counts_into_cells(week: pd.DataFrame) -> None:
    ax = charts.time_profile(week * 0.37)
    assert "estimated" in words(ax)
    assert not [t for t in ax.texts if t.get_text().isdigit()]


def test_a_profile_of_another_shape_is_refused() -> None:
    with pytest.raises(InputError, match=r"7 rows.*24 columns, got 24 × 7"):
        charts.time_profile(pd.DataFrame(np.zeros((24, 7))))


def test_an_empty_profile_is_drawn_without_a_peak() -> None:
    ax = charts.time_profile(pd.DataFrame(np.zeros((7, 24), int)))
    assert not [p for p in ax.patches if isinstance(p, Rectangle)]
    assert "No event" in charts.describe_time_profile(pd.DataFrame(np.zeros((7, 24))))


def test_month_bars_start_at_zero_and_months_cut_short_are_hatched(months: pd.DataFrame) -> None:
    ax = charts.monthly_counts(months)
    assert ax.get_ylim()[0] == 0
    assert [bar.get_height() for bar in ax.patches] == months["n"].tolist()
    assert [bool(bar.get_hatch()) for bar in ax.patches] == (~months["complete"]).tolist()
    assert "do not cover the whole month" in words(ax)
    assert "mean 20" in words(ax)


def test_years_are_written_below_the_months(months: pd.DataFrame) -> None:
    labels = [t.get_text() for t in charts.monthly_counts(months).get_xticklabels()]
    assert labels == ["", "2024", "2025"]


def test_few_months_are_written_by_name(months: pd.DataFrame) -> None:
    labels = [t.get_text() for t in charts.monthly_counts(months.iloc[:4]).get_xticklabels()]
    assert labels == ["Nov\n2023", "Dec", "Jan\n2024", "Feb"]


def test_months_may_come_as_a_series_by_period() -> None:
    series = pd.Series([3, 4], index=pd.period_range("2024-01", periods=2, freq="M"))
    assert charts.months_of(series).equals(series)


def test_weekday_bars_start_at_zero_and_carry_their_numbers() -> None:
    ax = charts.weekday_profile(pd.DataFrame({"n": [5, 1, 2, 3, 4, 6, 7], "per_day": 0.1}))
    assert ax.get_ylim()[0] == 0
    assert {"1", "7"} <= {t.get_text() for t in ax.texts}


def test_each_cell_with_a_class_is_one_shape_and_suppressed_and_missing_are_hatched(
    cells: gpd.GeoDataFrame,
) -> None:
    ax = charts.hotspot_map(cells, minimum=5)
    graded = [c for c in ax.collections if not c.get_hatch() and c.get_zorder() == 3]
    assert sum(len(c.get_paths()) for c in graded) == 30 - 4  # zero, two suppressed, one missing
    assert sum(bool(c.get_hatch()) for c in ax.collections) == 2
    assert "counts under 5" in words(ax)
    assert "No data" in words(ax)


def test_a_map_says_its_scale_its_projection_and_its_letters(cells: gpd.GeoDataFrame) -> None:
    text = words(charts.hotspot_map(cells))
    assert "200 m" in text
    assert "WGS 84 / UTM zone 42N" in text
    assert " A " in text


def test_a_map_in_degrees_is_drawn_in_metres(cells: gpd.GeoDataFrame) -> None:
    assert "UTM zone 42N" in words(charts.hotspot_map(cells.to_crs(4326)))


def test_hot_spots_are_outlined_over_the_counts(cells: gpd.GeoDataFrame) -> None:
    spots = cells.assign(spot=["hot"] * 2 + ["none"] * 28)
    assert "more than chance would bring" in words(charts.hotspot_map(spots))
    assert "more than chance would bring" not in words(charts.hotspot_map(cells))


def test_letters_that_lie_close_are_moved_apart() -> None:
    from ilp_toolkit.views.furniture import apart

    moved = apart([[0, 0], [0, 0], [1, 0], [50, 50]], gap=5)
    for i in range(4):
        for j in range(i):
            assert np.hypot(*(moved[i] - moved[j])) >= 4.9
    assert moved[3].tolist() == [50, 50]


def test_a_layer_without_a_reference_system_is_refused_with_the_remedy(cells: gpd.GeoDataFrame) -> None:
    with pytest.raises(CrsError, match="set_crs"):
        charts.hotspot_map(cells.set_crs(None, allow_override=True))


def test_a_missing_column_is_named(cells: gpd.GeoDataFrame) -> None:
    with pytest.raises(ColumnsError, match="'density'"):
        charts.density_map(cells)


def test_a_table_without_places_is_refused(cells: gpd.GeoDataFrame) -> None:
    with pytest.raises(InputError, match="nothing to draw"):
        charts.hotspot_map(cells.iloc[:0])


def test_charts_draw_on_the_axes_they_are_given(week: pd.DataFrame, cells: gpd.GeoDataFrame) -> None:
    figure = Figure(figsize=(10, 5))
    left, right = figure.subplots(1, 2)
    assert charts.time_profile(week, ax=left, title="One", foot="Foot") is left
    assert charts.hotspot_map(cells, ax=right, title="Two") is right
    assert "One" in words(left)
    part = Figure(figsize=(8, 4)).subfigures(1, 2)[0].subplots()
    assert charts.to_png(charts.time_profile(week, ax=part, title="In a part"), dpi=40)
    assert "Foot" in words(left)


def test_charts_do_not_touch_their_tables(
    week: pd.DataFrame, months: pd.DataFrame, cells: gpd.GeoDataFrame
) -> None:
    before = week.copy(deep=True), months.copy(deep=True), cells.copy(deep=True)
    all_charts(week, months, cells)
    for after, copy in zip((week, months, cells), before, strict=True):
        pd.testing.assert_frame_equal(pd.DataFrame(after), pd.DataFrame(copy))


def test_charts_leave_no_setting_behind(week: pd.DataFrame) -> None:
    before = dict(mpl.rcParams)
    charts.to_png(charts.time_profile(week), dpi=40)
    assert dict(mpl.rcParams) == before


def test_the_same_chart_gives_the_same_bytes(week: pd.DataFrame, cells: gpd.GeoDataFrame) -> None:
    assert charts.to_svg(charts.hotspot_map(cells)) == charts.to_svg(charts.hotspot_map(cells))
    assert charts.to_png(charts.time_profile(week)) == charts.to_png(charts.time_profile(week))


def test_an_image_names_no_program_and_no_time(week: pd.DataFrame) -> None:
    svg = charts.to_svg(charts.time_profile(week))
    assert "<dc:date>" not in svg
    assert "Matplotlib v" not in svg
    assert charts.to_png(charts.time_profile(week), dpi=50)[:8] == b"\x89PNG\r\n\x1a\n"


def test_the_font_is_the_one_of_the_identity_when_drawn_outside_the_style(week: pd.DataFrame) -> None:
    ax = charts.time_profile(week)
    labels = [*ax.get_xticklabels(), *ax.get_yticklabels(), *ax.texts, *ax.figure.texts]
    assert {label.get_fontname() for label in labels} == {style.FONT}


def test_drawing_without_a_notebook_does_not_load_pyplot() -> None:
    code = (
        "import sys, pandas as pd; from ilp_toolkit.views import charts; "
        "charts.time_profile(pd.DataFrame(1, index=range(7), columns=range(24))); "
        "print('matplotlib.pyplot' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_alternative_text_names_the_peak(week: pd.DataFrame, months: pd.DataFrame) -> None:
    assert "Friday 22:00 to 23:00 (9 of 176)" in charts.describe_time_profile(week)
    assert "Highest month: June 2025 (29)" in charts.describe_months(charts.months_of(months))
    assert "Busiest day: Friday" in charts.describe_weekdays(week.sum(axis=1))


def test_the_alternative_text_of_a_map_holds_no_suppressed_number(cells: gpd.GeoDataFrame) -> None:
    from ilp_toolkit.views.classes import layer

    secret = cells.assign(n=pd.array([*range(28), 777, 5], dtype="Int64"))
    secret.loc[28, "suppressed"] = True
    text = charts.describe_places(secret, layer(secret, "n"))
    assert "777" not in text
    assert "3 places are not shown" in text


def test_no_day_is_set_off_where_the_days_do_not_differ_beyond_chance() -> None:
    counts = pd.DataFrame({"n": [10, 11, 12, 10, 11, 13, 10]})
    colours = {bar.get_facecolor() for bar in charts.weekday_profile(counts, accent=False).patches}
    assert len(colours) == 1
    assert len({bar.get_facecolor() for bar in charts.weekday_profile(counts).patches}) == 2
