"""Link charts: the same each time, readable, nobody pointed at; time charts beside them."""

from __future__ import annotations

from typing import Any

import links_world
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ilp_toolkit import i18n
from ilp_toolkit.analysis import networks
from ilp_toolkit.errors import InputError
from ilp_toolkit.views import charts, link_key, link_marks, link_room, style
from ilp_toolkit.views.link_layout import link_layout

PICTURES: dict[tuple[str, bool], Any] = {}


def drawn(language: str = "en", names: bool = False) -> Any:
    """The chart of the small world, drawn once for all tests."""
    if (language, names) not in PICTURES:
        with i18n.language(language):
            PICTURES[language, names] = charts.link_chart(links_world.graph(), names=names)
            PICTURES[language, names].figure.canvas.draw()
    return PICTURES[language, names]


def words_of(ax: Any) -> str:
    return " ".join(text.get_text().replace("\n", " ") for text in [*ax.figure.texts, *ax.texts])


def room_of(graph: Any, *, names: bool = False) -> link_room.Room:
    vertices, edges = link_marks.vertices_of(graph, names=names), link_marks.edges_of(graph)
    ends = np.array([(edge.one, edge.two) for edge in edges], dtype=np.int64).reshape(-1, 2)
    places = np.array(list(link_layout(graph).values()))
    return link_room.find_room(vertices, places, ends, width=6.7, height=(2.0, 7.4))


def overlaps(boxes: np.ndarray) -> int:
    meets = (boxes[:, None, :2] < boxes[None, :, 2:] - 1e-6) & (
        boxes[None, :, :2] < boxes[:, None, 2:] - 1e-6
    )
    inside = meets.all(axis=2)
    np.fill_diagonal(inside, False)
    return int(inside.sum())


@pytest.mark.parametrize("names", [False, True])
def test_a_hundred_signs_and_their_words_never_overlap(names: bool) -> None:
    room = room_of(links_world.graph(), names=names)
    assert room.lost == 0
    assert overlaps(room.boxes) == 0
    assert (room.boxes[:, :2] >= -1e-6).all()
    assert (room.boxes[:, 2:] <= np.array(room.size) + 1e-6).all()


@pytest.mark.parametrize("language", ["en", "ru"])
def test_words_as_drawn_lie_on_no_other_words(language: str) -> None:
    ax = drawn(language, names=language == "ru")
    renderer = ax.figure.canvas.get_renderer()
    groups: dict[tuple[float, int], list[Any]] = {}
    for text in ax.texts:
        groups.setdefault((round(text.get_position()[0], 4), int(text.get_zorder())), []).append(text)
    boxes = []
    for (_x, _z), texts in groups.items():
        # Lines of one label stand one below the other at the same x: they count as one.
        texts.sort(key=lambda one: -one.get_position()[1])
        run: list[Any] = []
        for text in texts:
            extent = text.get_window_extent(renderer)
            if run and run[-1].y0 - extent.y1 < 2 and text.get_text() not in link_marks.KINDS.values():
                run.append(extent)
                continue
            if run:
                boxes.append(run)
            run = [extent]
        boxes.append(run)
    edges = np.array(
        [
            [min(e.x0 for e in r), min(e.y0 for e in r), max(e.x1 for e in r), max(e.y1 for e in r)]
            for r in boxes
        ]
    )
    assert len(edges) > 100
    shrunk = edges + np.array([0.6, 1.2, -0.6, -1.2])
    assert overlaps(shrunk) == 0


def test_words_that_find_no_room_are_left_out_and_counted() -> None:
    graph = nx.star_graph(90)
    nx.set_node_attributes(graph, {node: f"a very long name indeed {node}" for node in graph}, "label")
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(3.5, 3.5))
    FigureCanvasAgg(figure)
    ax = charts.link_chart(graph, names=True, ax=figure.add_axes((0.05, 0.15, 0.9, 0.7)))
    assert "without their words" in words_of(ax)


@settings(max_examples=12, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(2, 25))
def test_the_layout_does_not_depend_on_the_order_of_rows(random: Any, n: int) -> None:
    pairs = [(f"v{i}", f"v{random.randrange(n)}") for i in range(n)]
    first = link_layout(nx.Graph(pairs))
    mixed = [pair[::-1] if random.random() < 0.5 else pair for pair in random.sample(pairs, len(pairs))]
    assert link_layout(nx.Graph(mixed)) == first
    assert np.isfinite(list(first.values())).all()


def test_the_same_network_gives_the_same_picture_to_the_byte() -> None:
    links, entities = links_world.tables()
    mixed = links.sample(frac=1, random_state=1), entities.sample(frac=1, random_state=2)
    again = charts.link_chart(networks.graph_from_links(mixed[0], entities=mixed[1]))
    assert charts.to_svg(again) == charts.to_svg(drawn())


def test_a_link_more_leaves_the_chart_about_as_it_was() -> None:
    graph = nx.karate_club_graph()
    before = link_layout(graph)
    graph.add_edge(0, 99)
    after = link_layout(graph, start=before)
    moved = [np.hypot(*np.subtract(before[node], after[node])) for node in before]
    spread = np.ptp(np.array(list(before.values())), axis=0).max()
    assert np.median(moved) < 0.05 * spread
    assert np.hypot(*np.subtract(after[0], after[99])) < 0.5 * spread


def test_near_in_the_network_is_near_on_paper() -> None:
    graph = nx.path_graph(12)
    places = link_layout(graph)
    lengths = [np.hypot(*np.subtract(places[i], places[i + 1])) for i in range(11)]
    assert min(lengths) > 0.8
    assert max(lengths) < 1.2


def test_the_line_of_a_link_is_that_of_its_firmest_evidence_and_never_firmer() -> None:
    links = pd.DataFrame({"source": ["a"] * 3, "target": ["b"] * 3, "grade": ["4x4:C4", "4x4:C3", None]})
    edge = link_marks.edges_of(networks.graph_from_links(links))[0]
    assert (edge.firmness, edge.n) == ("weak", 3)
    assert {
        link_marks.firmness(grade) for grade in ("4x4:X1", "6x6:B6", "6x6:F2", "3x5x2:2A", "B?", None)
    } == {"unknown"}
    assert [link_marks.firmness(grade) for grade in ("6x6:A1", "6x6:B5", "6x6:E5", "3x5x2:1A")] == [
        "firm",
        "mixed",
        "weak",
        "firm",
    ]


def test_four_lines_can_be_told_apart_without_colour() -> None:
    assert len({str(pattern) for pattern, _width, _colour in link_key.LINES.values()}) == 4
    assert all(
        style.contrast(colour, style.PAPER) >= 3 for _pattern, _width, colour in link_key.LINES.values()
    )


def test_names_come_only_when_asked_for() -> None:
    assert "Ломурзан" not in words_of(drawn())
    assert "Ломурзан" in words_of(drawn("ru", names=True))
    assert "Ломурзан" not in charts.describe_link_chart(links_world.graph())


def test_victims_and_suspects_have_signs_of_one_size_and_the_protected_are_grey_alike() -> None:
    vertices = link_marks.vertices_of(links_world.graph())
    graph = links_world.graph()
    for one in vertices:
        role, kind = graph.nodes[one.name]["role"], graph.nodes[one.name]["type"]
        expected = kind in ("person", "unknown") and role not in ("suspect", "accused", "convicted")
        assert one.quiet == expected
    sizes = {
        float(c.get_sizes()[0])
        for c in drawn().collections
        if hasattr(c, "get_sizes") and len(c.get_offsets()) > 1
    }
    assert len(sizes) == 1


def test_a_graph_without_roles_makes_nobody_grey() -> None:
    assert not any(one.quiet for one in link_marks.vertices_of(nx.karate_club_graph()))


def test_arrows_follow_the_evidence_in_a_graph_without_directions() -> None:
    links = pd.DataFrame({"source": ["b", "c"], "target": ["a", "a"], "directed": [True, False]})
    edges = link_marks.edges_of(networks.graph_from_links(links))
    assert [(edge.forth, edge.back) for edge in edges] == [(False, True), (False, False)]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_chart_says_that_a_position_is_no_culpability(language: str) -> None:
    with i18n.language(language):
        said = "not culpability" if language == "en" else "не виновность"
        assert said in words_of(drawn(language, names=language == "ru"))
        assert said in charts.describe_link_chart(links_world.graph())
        links, entities = links_world.tables()
        for ax in (
            charts.timeline(networks.timeline(links)),
            charts.event_chart(links, entities=entities, of=["P-000"]),
            charts.link_chart(nx.planted_partition_graph(6, 50, 0.2, 0.002, seed=1)),
        ):
            assert said in words_of(ax)


def test_the_coarse_view_counts_every_vertex_and_link_and_names_none() -> None:
    from ilp_toolkit.views import link_parts

    graph = nx.planted_partition_graph(20, 100, 0.04, 0.0008, seed=2)
    edges = link_marks.edges_of(graph)
    ends = np.array([(edge.one, edge.two) for edge in edges])
    parts = link_parts._parts(["person"] * 2000, edges, ends)
    assert sum(parts.n) + parts.rest[1] == 2000
    assert sum(parts.inner) + sum(parts.between.values()) + parts.outside == graph.number_of_edges()
    assert min(parts.n) >= 4
    ax = charts.link_chart(graph)
    assert "nobody's membership" in words_of(ax)
    assert len(ax.patches) == len(parts.n)


def test_what_cannot_be_drawn_is_refused_in_words() -> None:
    with pytest.raises(InputError, match="no vertex"):
        charts.link_chart(nx.Graph())
    with pytest.raises(InputError, match="networkx"):
        charts.link_chart(pd.DataFrame())
    with pytest.raises(InputError, match="no kind of link"):
        charts.link_chart(links_world.graph(), accent="telepathy")
    with pytest.raises(InputError, match="no time"):
        charts.event_chart(pd.DataFrame({"source": ["a"], "target": ["b"]}))
    links, entities = links_world.tables()
    with pytest.raises(InputError, match="lanes"):
        charts.event_chart(links, entities=entities)


@pytest.mark.parametrize(
    "graph", [nx.path_graph(1), nx.path_graph(2), nx.empty_graph(7), nx.complete_graph(5), nx.Graph([(1, 1)])]
)
def test_odd_networks_are_drawn(graph: Any) -> None:
    assert charts.to_svg(charts.link_chart(graph)).startswith("<?xml")


def test_a_month_is_drawn_as_a_month_and_an_undated_link_is_listed() -> None:
    links = pd.DataFrame(
        {
            "source": ["a", "a", "b"],
            "target": ["b", "c", "c"],
            "kind": ["call", "meeting", "call"],
            "date": [pd.Timestamp("2025-02-01"), pd.Timestamp("2025-03-10"), pd.NaT],
            "date_precision": ["month", "day", ""],
        }
    )
    ax = charts.event_chart(links)
    bars = [line for line in ax.lines if line.get_linewidth() == 4]
    assert {round(float(np.ptp(line.get_xdata()))) for line in bars} == {28}
    assert "b — c" in words_of(ax)


def test_the_timeline_shades_what_was_not_recorded() -> None:
    links = pd.DataFrame(
        {"source": ["a", "b"], "target": ["b", "c"], "kind": "call", "date": ["2025-01-02", "2025-06-09"]}
    )
    ax = charts.timeline(networks.timeline(links))
    assert "158 days" in words_of(ax)


def test_the_timeline_draws_a_month_as_a_span_and_not_as_its_first_day() -> None:
    links = pd.DataFrame(
        {
            "source": ["a", "b", "c"],
            "target": ["b", "c", "a"],
            "date": ["2025-01-02", "2025-03-01", "2025-06-09"],
            "date_precision": ["day", "month", "day"],
        }
    )
    ax = charts.timeline(networks.timeline(links))
    bars = [line for line in ax.lines if line.get_linewidth() == 4]
    assert [round(float(np.ptp(line.get_xdata()))) for line in bars] == [31]


def test_bursts_are_drawn_from_zero_with_what_is_usual() -> None:
    rng = np.random.default_rng(1)
    start = pd.Timestamp("2025-03-01")
    usual = [start + pd.Timedelta(hours=float(h)) for h in np.sort(rng.uniform(0, 24 * 60, 90))]
    burst = [start + pd.Timedelta(days=20, minutes=4 * i) for i in range(30)]
    calls = pd.DataFrame({"caller": "1", "called": "2", "started": sorted(usual + burst)})
    patterns = networks.call_patterns(calls)
    ax = charts.call_bursts(patterns)
    assert ax.get_ylim()[0] == 0
    assert len(ax.patches) == len(patterns.bursts)
    assert int(patterns.hours["n"].sum()) == 120
    assert "120 calls" in words_of(charts.call_hours(patterns))
