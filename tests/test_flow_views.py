"""Figures of flows, corridors, prices and posts: what they show, what they leave out, and what they say."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from ilp_toolkit import i18n
from ilp_toolkit.analysis import flows as methods
from ilp_toolkit.analysis import interdiction, routes
from ilp_toolkit.collection import countries
from ilp_toolkit.errors import ColumnsError, CrsError, InputError
from ilp_toolkit.views import arcs, charts, maps, style
from ilp_toolkit.views.capitals import capitals
from ilp_toolkit.views.flow_marks import HIGH, LOW, MIDDLE, tint
from ilp_toolkit.views.flow_tables import take_edges
from ilp_toolkit.views.labels import Label, place_labels

LIMIT = "Seizures are not flows"
LIMIT_RU = "Изъятия — не потоки"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with i18n.language("en"):
        yield


@pytest.fixture
def flows() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "origin": ["XB", "XA", "XC", "XB"],
            "destination": ["XA", "XC", "XA", "XC"],
            "kg": [1000.0, 500.0, 250.0, 10.0],
            "low": [400.0, 0.0, 200.0, 1.0],
            "high": [2000.0, 900.0, 300.0, 40.0],
        }
    )


@pytest.fixture
def places() -> pd.DataFrame:
    rows = [
        ("W", "Вест", 64.6, -37.1, "town"),
        ("N", "Норд", 66.4, -34.5, "post"),
        ("S", "Зюйд", 67.9, -36.2, "post"),
        ("E", "Ост", 69.4, -33.1, "town"),
    ]
    table = pd.DataFrame(rows, columns=["node", "name_ru", "lon", "lat", "kind"])
    return table.assign(name=["West", "North post", "South post", "East"])


@pytest.fixture
def arcs_table() -> pd.DataFrame:
    return pd.DataFrame({"source": list("WWNS"), "target": list("NSEE"), "km": [300.0, 320.0, 310.0, 350.0]})


@pytest.fixture
def corridors(arcs_table: pd.DataFrame) -> pd.DataFrame:
    return routes.assign(routes.corridors(arcs_table, "W", "E", k=2, weight="km"), beta=0.01)


def words(ax: Axes) -> str:
    """Everything written on a figure, in the order in which it was written."""
    found = list(ax.figure.findobj(lambda one: hasattr(one, "get_text")))
    return " ".join(str(text.get_text()) for text in found).replace("\n", " ").replace("\xa0", " ")


def strokes(ax: Axes) -> list[tuple[np.ndarray[Any, Any], float, str]]:
    """Lines of a map of flows with width and colour, in the order in which they are drawn."""
    found = next(one for one in ax.collections if one.get_gid() == "flows")
    assert isinstance(found, LineCollection)
    colours = [
        "#" + "".join(f"{round(255 * part):02x}" for part in colour[:3]) for colour in found.get_colors()
    ]
    return list(zip(found.get_segments(), map(float, found.get_linewidths()), colours, strict=True))


def of_tone(ax: Axes, share: float) -> list[tuple[np.ndarray[Any, Any], float]]:
    return [(line, width) for line, width, colour in strokes(ax) if colour == tint(share)]


def direction(line: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], float]:
    """Return the middle of a line, and on which side of its chord it bulges: below 0 is to the right."""
    chord, bulge = line[-1] - line[0], line[len(line) // 2] - line[0]
    return line[len(line) // 2], float(chord[0] * bulge[1] - chord[1] * bulge[0])


# Maps of flows


def test_widths_are_proportional_to_kilograms(flows: pd.DataFrame) -> None:
    widths = [width for _line, width in of_tone(maps.flow_map(flows), MIDDLE)]
    assert widths[:3] == pytest.approx([widths[0] * kg / 1000 for kg in (1000, 500, 250)])
    assert widths[3] >= 0.5  # too thin to be printed is drawn at the thinnest


def test_interval_is_drawn_as_core_and_band(flows: pd.DataFrame) -> None:
    ax = maps.flow_map(flows)
    middle = of_tone(ax, MIDDLE)[0][1]
    assert of_tone(ax, HIGH)[0][1] == pytest.approx(2 * middle)
    assert of_tone(ax, LOW)[0][1] == pytest.approx(0.4 * middle)


def test_flow_whose_interval_reaches_zero_has_no_core(flows: pd.DataFrame) -> None:
    only = flows.iloc[[1]]
    assert of_tone(maps.flow_map(only), MIDDLE)
    assert not of_tone(maps.flow_map(only), LOW)


def test_tones_of_doubt_differ_in_black_and_white() -> None:
    light = [style.contrast(tint(share), style.PAPER) for share in (HIGH, MIDDLE, LOW)]
    assert light[0] * 1.5 < light[1]
    assert light[1] * 1.5 < light[2]


def test_both_directions_of_a_pair_lie_apart(flows: pd.DataFrame) -> None:
    there, back = (line for line, _width in of_tone(maps.flow_map(flows.iloc[1:3]), MIDDLE))
    (one, side), (other, opposite) = direction(there), direction(back)
    chord = float(np.hypot(*(there[-1] - there[0])))
    assert side < 0
    assert opposite < 0
    assert float(np.hypot(*(one - other))) > 0.2 * chord


def test_threshold_is_counted_with_the_share_left_out(flows: pd.DataFrame) -> None:
    ax = maps.flow_map(flows, threshold=300)
    assert len(of_tone(ax, MIDDLE)) == 2
    assert "Not drawn: 2 edges" in words(ax)
    assert f"({260 / 1760:.0%} of the kilograms" in words(ax)
    assert "2 of 4 edges drawn" in words(ax)


def test_nothing_left_out_is_not_spoken_of(flows: pd.DataFrame) -> None:
    assert "Not drawn" not in words(maps.flow_map(flows))


def test_most_limits_the_edges_whatever_the_threshold(flows: pd.DataFrame) -> None:
    assert len(of_tone(maps.flow_map(flows, most=1), MIDDLE)) == 1


def test_threshold_above_all_edges_says_the_largest(flows: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="the largest has 1,000"):
        maps.flow_map(flows, threshold=5000)


def test_arc_over_the_antimeridian_does_not_cross_the_map() -> None:
    table = pd.DataFrame({"origin": ["JP"], "destination": ["US"], "kg": [5.0]})
    ax = maps.flow_map(table)
    (west, east), lines = ax.get_xlim(), of_tone(ax, LOW)
    assert len(lines) == 1
    reach = np.ptp(lines[0][0][:, 0])
    assert reach < 155 / 360 * (east - west) * 360 / 150  # 143 degrees eastwards, not 217 westwards
    assert float(arcs.plane_of([139.7, -77.0], [35, 39]).unrolled(-77.0)) > 180


def test_arc_beyond_the_edge_of_a_world_map_comes_in_at_the_other() -> None:
    pairs = [("JP", "US"), ("GB", "ZA"), ("BR", "PT"), ("IN", "TR"), ("IN", "AU"), ("NZ", "AU"), ("US", "GB")]
    table = pd.DataFrame(pairs, columns=["origin", "destination"]).assign(kg=10.0)
    ax = maps.flow_map(table)
    west, east = ax.get_xlim()
    for line, _width in of_tone(ax, LOW):
        assert np.ptp(line[:, 0]) < 0.55 * (east - west)


@given(st.floats(-180, 180), st.floats(-60, 60), st.floats(-180, 180), st.floats(-60, 60))
@settings(max_examples=60, deadline=None)
def test_arcs_take_the_shorter_way_round(one: float, north: float, two: float, south: float) -> None:
    plane = arcs.plane_of([one, two], [north, south])
    start, end = plane.points(one, north)[0], plane.points(two, south)[0]
    line = arcs.arc(start, end, plane.turn)
    assert abs(line[-1, 0] - line[0, 0]) <= plane.turn / 2 + 1
    assert line[0] == pytest.approx(start)
    assert (line[-1, 0] - end[0]) % plane.turn == pytest.approx(0, abs=1) or (
        (line[-1, 0] - end[0]) % plane.turn
    ) == pytest.approx(plane.turn, abs=1)


def test_countries_stand_at_their_capitals_and_inside_their_borders() -> None:
    from ilp_toolkit.collection.places import borders

    land = borders().dropna(subset=["country"]).set_index("country").geometry
    codes = [code for code in capitals() if code in land.index and code != "EH"]
    assert len(codes) > 180
    points = gpd.GeoSeries([shapely.Point(capitals()[code]) for code in codes], index=codes)
    far = [code for code in codes if land[code].distance(points[code]) > 0.2]
    assert far == []
    assert capitals()["RU"][0] < 40  # Moscow; the middle of the outline lies beyond 90 degrees east


def test_every_capital_is_of_a_known_country() -> None:
    assert set(capitals()) <= set(countries.codes()["code"])


def test_country_without_reports_is_hatched_and_named_in_words(flows: pd.DataFrame) -> None:
    land = gpd.GeoDataFrame(
        {"code": ["XA", "XB"]},
        geometry=[shapely.box(65, -36, 68, -34), shapely.box(63, -38, 67, -36)],
        crs=4326,
    )
    ax = maps.flow_map(flows, borders=land, missing=["XA"])
    hatched = [one for one in ax.collections if one.get_gid() == "missing"]
    assert len(hatched) == 1
    assert hatched[0].get_hatch()
    assert "no reports (not zero)" in words(ax)
    assert "No reports: Tolvania" in maps.describe_flow_map(flows, missing=["XA"])


def test_loads_of_unknown_origin_are_said_and_not_drawn(flows: pd.DataFrame) -> None:
    unknown = pd.DataFrame({"origin": [None], "destination": ["XA"], "kg": [70.0]})
    ax = maps.flow_map(pd.concat([flows, unknown], ignore_index=True))
    assert len(of_tone(ax, MIDDLE)) == 4
    assert "unknown, not drawn: 70 kg" in words(ax)


def test_edge_with_cases_and_no_weight_is_dotted() -> None:
    table = pd.DataFrame(
        {
            "origin": ["XB", "XA"],
            "destination": ["XA", "XB"],
            "kg": [5.0, np.nan],
            "n": [3, 2],
            "n_kg": [3, 0],
        }
    )
    ax = maps.flow_map(table)
    dotted = next(one for one in ax.collections if one.get_gid() == "unweighed")
    assert len(dotted.get_segments()) == 1
    assert "cases without a weight" in words(ax)


def test_place_that_nobody_knows_is_named_as_left_out(flows: pd.DataFrame) -> None:
    table = pd.concat([flows, pd.DataFrame({"origin": ["Q9"], "destination": ["XA"], "kg": [99.0]})])
    assert "Without a place on this map: Q9" in words(maps.flow_map(table))
    with pytest.raises(InputError, match="Give `places`"):
        maps.flow_map(table.tail(1))


def test_places_of_the_caller_go_before_capitals(flows: pd.DataFrame) -> None:
    own = pd.DataFrame({"country": ["XA", "XB", "XC"], "lon": [10.0, 20, 30], "lat": [0.0, 10, 0]})
    ax = maps.flow_map(flows.iloc[[0]], places=own.assign(name=["One", "Two", "Three"]))
    assert "Two → One" in words(ax)
    assert "Belzavat" not in words(ax)


def test_extent_names_places_beyond_it_and_counts_edges_that_pass_by() -> None:
    pairs = [("PK", "GB"), ("AF", "TJ"), ("BR", "US")]
    table = pd.DataFrame(pairs, columns=["origin", "destination"]).assign(kg=[9.0, 5.0, 3.0])
    ax = maps.flow_map(table, extent=(50, 25, 90, 50))
    assert len(of_tone(ax, LOW)) == 2
    assert "1 edge between places beyond the map is not drawn" in words(ax)
    assert "United Kingdom" in words(ax)
    with pytest.raises(InputError, match="extent"):
        maps.flow_map(table, extent=(130, -40, 150, -20))


def test_real_countries_stand_on_the_borders_of_the_package_with_their_disclaimer() -> None:
    table = pd.DataFrame({"origin": ["AF"], "destination": ["TJ"], "kg": [5.0]})
    text = words(maps.flow_map(table))
    assert "do not imply official endorsement" in text
    assert "Natural Earth" in text


def test_borders_without_a_reference_system_are_refused(flows: pd.DataFrame) -> None:
    land = gpd.GeoDataFrame({"code": ["XA"]}, geometry=[shapely.box(65, -36, 68, -34)])
    with pytest.raises(CrsError):
        maps.flow_map(flows, borders=land)


def test_edge_that_stands_twice_is_refused(flows: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="more than once"):
        maps.flow_map(pd.concat([flows, flows.head(1)]))


def test_negative_kilograms_and_missing_columns_are_refused(flows: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="from 0 up"):
        maps.flow_map(flows.assign(kg=-1.0))
    with pytest.raises(ColumnsError, match="kg"):
        maps.flow_map(flows.drop(columns="kg"))


def test_kilograms_of_seizures_are_never_called_a_flow() -> None:
    seizures = pd.DataFrame(
        {
            "seizure_id": ["s-1", "s-2"], "country": ["XA", "XC"], "departure": ["XB", "XA"],
            "destination": ["XC", "XC"], "kg": [5.0, 3.0],
        }
    )  # fmt: skip
    edges = methods.from_seizures(seizures)
    text = words(maps.flow_map(edges))
    assert "Most kilograms seized" in text
    assert "estimated" not in text.casefold()
    assert "s-1" not in text  # the cases behind an edge stay in the table


def test_the_tables_are_not_changed(flows: pd.DataFrame, corridors: pd.DataFrame) -> None:
    before = flows.copy(deep=True)
    maps.flow_map(flows)
    charts.flow_ladder(flows)
    pd.testing.assert_frame_equal(flows, before)


def test_names_do_not_lie_on_each_other() -> None:
    rng = np.random.default_rng(5)
    ax = maps.flow_map(pd.DataFrame({"origin": ["XB"], "destination": ["XA"], "kg": [1.0]}))
    (west, east), (south, north) = ax.get_xlim(), ax.get_ylim()
    spots = rng.uniform((west, south), (east, north), size=(25, 2))
    before = len(ax.texts)
    lost = place_labels(ax, [Label(f"Place {n}", *map(float, xy)) for n, xy in enumerate(spots)])
    ax.figure.canvas.draw()
    boxes = [text.get_window_extent() for text in ax.texts[before:]]
    assert len(boxes) + len(lost) == 25
    assert len(boxes) > 20
    assert not any(one.overlaps(other) for n, one in enumerate(boxes) for other in boxes[:n])


def test_a_map_of_437_edges_is_drawn_in_two_seconds() -> None:
    rng = np.random.default_rng(1)
    codes = sorted(capitals())[:140]
    pairs: set[tuple[str, str]] = set()
    while len(pairs) < 437:
        pairs.add(tuple(rng.choice(codes, 2, replace=False)))  # type: ignore[arg-type]
    table = pd.DataFrame(sorted(pairs), columns=["origin", "destination"])
    table["kg"] = rng.lognormal(3, 2, 437)
    start = time.process_time()
    ax = maps.flow_map(table, most=437)
    assert time.process_time() - start < 6  # about 1 s alone; others may share this machine
    assert len(of_tone(ax, LOW)) >= 437


# Maps for the screen


def test_screen_map_of_flows_asks_for_nothing_and_shows_no_case(flows: pd.DataFrame) -> None:
    table = flows.assign(seizure_ids=[("case-77",)] * 4, note="secret")
    shown = maps.flows(table, source="test", title="Flows")
    page = maps.to_html(shown)  # refuses a page that would fetch anything
    assert "case-77" not in page
    assert "secret" not in page
    assert LIMIT in shown.texts["foot"]
    assert shown.texts["alt"].startswith("Flows. Belzavat → Tolvania: 1,000")


def test_screen_map_opens_the_numbers_of_each_flow(flows: pd.DataFrame) -> None:
    data = json.loads(maps.flows(flows).data)
    cards = {place[0]: place[2] for place in data["places"]}
    assert cards["Belzavat → Tolvania"] == ["1,000\xa0kg", "400 to 2,000\xa0kg"]
    assert len(cards) == 4
    tones = [place[1] for place in data["places"] if place[0] == "Tolvania → Ruzmara"]
    assert tones == [0, 1]  # no dark core: its interval reaches down to zero


def test_screen_map_has_real_borders_with_their_disclaimer_and_russian_names() -> None:
    table = pd.DataFrame({"origin": ["AF"], "destination": ["TJ"], "kg": [5.0]})
    with i18n.language("ru"):
        shown = maps.flows(table, missing=["UZ"])
        data = json.loads(shown.data)
    assert [name[2] for name in data["ground"][-1]["names"]] == ["Афганистан", "Таджикистан"]
    assert "Natural Earth" in shown.texts["foot"]
    assert LIMIT_RU in shown.texts["foot"]
    assert sum("hatch" in part["style"] for part in data["ground"]) == 1


# Corridors


def test_corridors_are_as_wide_as_their_share(
    corridors: pd.DataFrame, arcs_table: pd.DataFrame, places: pd.DataFrame
) -> None:
    ax = maps.corridor_map(corridors, arcs_table, places=places)
    drawn = next(one for one in ax.collections if one.get_gid() == "corridors")
    widths = sorted(set(np.round(drawn.get_linewidths(), 6)))
    shares = sorted(corridors["share"])
    assert widths[0] / widths[1] == pytest.approx(shares[0] / shares[1], abs=1e-4)
    assert len({tuple(colour) for colour in drawn.get_colors()}) == 1  # none is set off


def test_no_corridor_is_called_best_and_letters_run_from_west_to_east(
    corridors: pd.DataFrame, arcs_table: pd.DataFrame, places: pd.DataFrame
) -> None:
    text = words(maps.corridor_map(corridors, arcs_table, places=places))
    assert not any(word in text.casefold() for word in ("best", "safest", "risk"))
    assert "rank nothing" in text
    assert LIMIT in text
    said = maps.describe_corridor_map(corridors, arcs_table, places=places)
    assert said.index("A: ") < said.index("North post") < said.index("B: ") < said.index("South post")
    turned = maps.describe_corridor_map(corridors.iloc[::-1], arcs_table, places=places)
    assert turned == said


def test_all_posts_are_marked_alike(
    corridors: pd.DataFrame, arcs_table: pd.DataFrame, places: pd.DataFrame
) -> None:
    ax = maps.corridor_map(corridors, arcs_table, places=places)
    squares = [one for one in ax.collections if len(one.get_offsets()) == 2 and one.get_zorder() == 6]
    sizes = {size for one in squares for size in one.get_sizes()}
    assert len(sizes - {42.0}) == 1


def test_one_corridor_alone_is_refused(
    corridors: pd.DataFrame, arcs_table: pd.DataFrame, places: pd.DataFrame
) -> None:
    with pytest.raises(InputError, match="from 2"):
        maps.corridor_map(corridors.head(1), arcs_table, places=places)


def test_a_graph_brings_its_own_places(corridors: pd.DataFrame, places: pd.DataFrame) -> None:
    graph = nx.Graph()
    for row in places.to_dict("records"):
        graph.add_node(row["node"], x=row["lon"], y=row["lat"], kind=row["kind"], name=row["name"])
    graph.add_edges_from([("W", "N"), ("W", "S"), ("N", "E"), ("S", "E")])
    assert "North post" in words(maps.corridor_map(corridors, graph))
    del graph.nodes["N"]["x"]
    with pytest.raises(InputError, match="passes N"):
        maps.corridor_map(corridors, graph)


# Charts


def posts_table() -> pd.DataFrame:
    return pd.DataFrame(
        {"post": ["Zeta", "Alfa", "Mira"], "share": [0.8, 0.1, 0.4], "low": [0.5, 0.0, 0.1],
         "high": [0.9, 0.3, 0.7], "share_as_given": [0.8, 0.1, 0.4]}
    )  # fmt: skip


def test_posts_come_by_name_and_never_by_share() -> None:
    ax = charts.chokepoints(posts_table())
    assert [label.get_text() for label in ax.get_yticklabels()] == ["Alfa", "Mira", "Zeta"]
    said = charts.describe_chokepoints(posts_table())
    assert said.index("Alfa") < said.index("Mira") < said.index("Zeta")
    dots = {line.get_color() for line in ax.lines if line.get_marker() == "o"}
    assert dots == {style.ACCENT}
    assert "not that a post is weak" in words(ax)


def test_chokepoints_say_how_many_pairs_are_told_apart() -> None:
    assert "tells 1 of 3 pairs of posts apart" in words(charts.chokepoints(posts_table()))


def test_ladder_puts_a_place_one_stage_behind_its_main_supplier() -> None:
    table = pd.DataFrame(
        {
            "origin": ["AF", "TJ", "KZ", "AF"],
            "destination": ["TJ", "KZ", "RU", "RU"],
            "kg": [100.0, 80, 60, 5],
        }
    )
    said = charts.describe_flow_ladder(table)
    assert "Origin: Afghanistan. Stage 1: Tajikistan. Stage 2: Kazakhstan. Stage 3: Russia." in said


def test_ladder_counts_what_runs_backwards_and_takes_stages_of_the_caller() -> None:
    ring = pd.DataFrame(
        {"origin": ["XB", "XA", "XC"], "destination": ["XA", "XC", "XA"], "kg": [100.0, 80, 7]}
    )
    assert "not drawn: 1 edge, 7" in words(charts.flow_ladder(ring))
    with pytest.raises(InputError, match="one stage to the next"):
        charts.flow_ladder(ring, stages={"XA": 0, "XB": 0, "XC": 0})
    with pytest.raises(InputError, match="no stage for XC"):
        charts.flow_ladder(ring, stages={"XA": 1, "XB": 0})


def test_ladder_survives_countries_that_supply_each_other_alone() -> None:
    ring = pd.DataFrame({"origin": ["XA", "XB"], "destination": ["XB", "XA"], "kg": [9.0, 8.0]})
    assert "Belzavat" in words(charts.flow_ladder(ring))


def test_ribbons_are_as_high_as_their_kilograms_and_hatched_where_they_may_not_exist(
    flows: pd.DataFrame,
) -> None:
    ax = charts.flow_ladder(flows)
    ribbons = {one.get_gid(): one for one in ax.patches if str(one.get_gid()).startswith("ribbon")}
    tall = {
        name: float(one.get_path().vertices[7, 1] - one.get_path().vertices[0, 1])
        for name, one in ribbons.items()
    }
    assert tall["ribbon XB XA"] / tall["ribbon XA XC"] == pytest.approx(2)
    assert ribbons["ribbon XA XC"].get_hatch()
    assert not ribbons["ribbon XB XA"].get_hatch()


def prices_table() -> pd.DataFrame:
    return pd.DataFrame(
        {"AF": [3000.0, 3500], "TJ": [4800.0, 5000], "RU": [31000.0, np.nan]}, index=[2011, 2012]
    )


def test_price_ladder_says_markups_with_their_range() -> None:
    text = words(charts.price_ladder(prices_table()))
    assert "× 1.5 (1.4 to 1.6)" in text  # 4800/3000 and 5000/3500; geometric means 4899 over 3240
    assert "n = 5 prices" in text
    assert "no proof of trade" in text


def test_price_ladder_leaves_a_suspect_unit_out_of_its_finding() -> None:
    wide = pd.DataFrame(
        {name: base * np.array([1.0, 1.1, 0.95, 1.2, 1.0, 1.15]) for name, base in
         {"AF": 3000, "TJ": 4900, "KG": 9000, "KZ": 13400, "RU": 31000, "TM": 188400}.items()}
    )  # fmt: skip
    gradient = methods.price_gradient(wide, common=False)
    text = words(charts.price_ladder(wide, gradient=gradient))
    assert "From Afghanistan to Russia the price becomes 10 times" in text
    assert "unit suspect" in text


def test_price_ladder_refuses_what_it_cannot_draw() -> None:
    with pytest.raises(InputError, match="above 0"):
        charts.price_ladder(prices_table().assign(TJ=0.0))
    with pytest.raises(ColumnsError, match="KZ"):
        charts.price_ladder(prices_table(), order=["AF", "KZ"])
    with pytest.raises(InputError, match="two places"):
        charts.price_ladder(prices_table()[["AF"]])


def test_interception_shows_a_guess_for_what_it_is_worth() -> None:
    table = methods.interception(pd.Series({"TJ": 12_000.0}), a=3, b=17)
    ax = charts.interception(table)
    assert ax.get_xscale() == "log"
    assert "36.2 to 355 t" in words(ax)
    assert "a guess of 15% (3% to 33%)" in words(ax)


def fused_table() -> pd.DataFrame:
    seized = pd.DataFrame({"origin": ["XA", "XB"], "destination": ["XC", "XC"], "kg": [6.0, 4.0]})
    solved = pd.DataFrame({"origin": ["XA", "XB"], "destination": ["XC", "XC"], "kg": [300.0, 700.0]})
    linked = pd.DataFrame({"origin": ["XA"], "destination": ["XC"], "linked": [True]})
    return methods.fuse({"seized": seized, "solved": solved, "prices": linked})


def test_agreement_hatches_what_an_estimate_cannot_say() -> None:
    ax = charts.agreement(fused_table(), names={"seized": "Seizures"})
    text = words(ax)
    assert sum(bool(patch.get_hatch()) for patch in ax.patches) == 1
    assert "Seizures" in text
    assert "60%" in text
    assert "linked" in text
    assert "0.5 or better on 2 of 2 edges" in text
    assert "no average is made" in text


def test_displacement_draws_the_control_apart_and_says_the_quotient() -> None:
    segments = pd.DataFrame(
        {"segment": list("ABCD"), "role": ["treated", "near", "control", "control"],
         "before": [100, 50, 80, 120], "after": [50, 75, 80, 120]}
    )  # fmt: skip
    found = routes.displacement_ratio(segments, rng=1)
    ax = charts.displacement(found)
    hollow = [
        line for line in ax.lines if line.get_marker() == "o" and line.get_markerfacecolor() == style.PAPER
    ]
    assert len(hollow) == 1
    assert "−0.50" in words(ax)
    assert "100 → 50" in words(ax)
    assert "More work at a post finds more" in charts.describe_displacement(found)


def test_curves_of_a_model_name_no_place(arcs_table: pd.DataFrame) -> None:
    one = pd.DataFrame({"origin": ["W"], "destination": ["E"], "kg": [1.0]})
    months = interdiction.displacement(
        arcs_table, one, k=1, months=12, runs=3, theta=0.01, weight="km", rng=1
    )
    ax = charts.displacement(months)
    assert len(ax.child_axes) == 3
    assert "1 mobile post" in words(ax)
    removal = interdiction.removal_experiment(nx.star_graph(6), strategies=["degree"], draws=5, rng=1)
    text = words(charts.displacement(removal))
    assert "Taking out 1 place by position halves the pairs" in text
    assert LIMIT in text
    assert LIMIT in charts.describe_displacement(months)
    with pytest.raises(ColumnsError):
        charts.displacement(pd.DataFrame({"month": [1]}))


# What all of them hold


def every_figure(
    flows: pd.DataFrame, corridors: pd.DataFrame, arcs_table: pd.DataFrame, places: pd.DataFrame
) -> dict[str, Axes]:
    caught = methods.interception(pd.Series({"TJ": 12_000.0, "KZ": 800.0}), a=3, b=17)
    return {
        "flow_map": maps.flow_map(flows, foot="Source: test, 1 May 2026."),
        "corridor_map": maps.corridor_map(
            corridors, arcs_table, places=places, foot="Source: test, 1 May 2026."
        ),
        "ladder": charts.flow_ladder(flows, foot="Source: test, 1 May 2026."),
        "interception": charts.interception(caught, foot="Source: test, 1 May 2026."),
        "agreement": charts.agreement(fused_table(), foot="Source: test, 1 May 2026."),
        "chokepoints": charts.chokepoints(posts_table(), foot="Source: test, 1 May 2026."),
    }


def test_every_figure_states_its_limit_in_both_languages(
    flows: pd.DataFrame, corridors: pd.DataFrame, arcs_table: pd.DataFrame, places: pd.DataFrame
) -> None:
    for name, ax in every_figure(flows, corridors, arcs_table, places).items():
        assert LIMIT in words(ax), name
        assert "Source: test" in words(ax), name
    with i18n.language("ru"):
        figures = every_figure(flows, corridors, arcs_table, places)
        texts = {name: words(ax) for name, ax in figures.items()}
    for name, text in texts.items():
        assert LIMIT_RU in text, name
        assert [word for word in ("Not drawn", "edges", "share", "kg", "Largest") if word in text] == [], name
    assert "Белзават → Толвания" in texts["flow_map"]
    assert "1 000 кг" in texts["flow_map"]
    assert "Вест" in texts["corridor_map"]
    assert "36,2" in texts["interception"]


def test_every_figure_has_a_text_for_those_who_cannot_see_it(
    flows: pd.DataFrame, corridors: pd.DataFrame, arcs_table: pd.DataFrame, places: pd.DataFrame
) -> None:
    texts = [
        maps.describe_flow_map(flows),
        maps.describe_corridor_map(corridors, arcs_table, places=places),
        charts.describe_flow_ladder(flows),
        charts.describe_interception(methods.interception(pd.Series({"TJ": 12_000.0}), a=3, b=17)),
        charts.describe_agreement(fused_table()),
        charts.describe_chokepoints(posts_table()),
    ]
    assert all(LIMIT in text and len(text) > 80 for text in texts)
    assert "1,000\xa0kg (400 to 2,000\xa0kg)" in texts[0]


def test_the_same_table_gives_the_same_bytes(flows: pd.DataFrame) -> None:
    assert charts.to_svg(maps.flow_map(flows[:2])) == charts.to_svg(maps.flow_map(flows[1::-1]))


def test_edges_of_unlike_tables_are_told_apart(flows: pd.DataFrame) -> None:
    assert not take_edges(flows, threshold=None, most=9).seized
    assert take_edges(flows.assign(n_kg=1), threshold=None, most=9).seized
