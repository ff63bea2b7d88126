"""What a function chose is kept beside its result and said in words."""

from __future__ import annotations

import pandas as pd
import pytest

from ilp_toolkit import choices, i18n


def test_choices_are_kept_and_added_to() -> None:
    table = choices.record(choices.record(pd.DataFrame(), cell_size=250.0), crs="EPSG:32642")
    assert choices.of(table) == {"cell_size": 250.0, "crs": "EPSG:32642"}


def test_a_choice_may_not_carry_data() -> None:
    with pytest.raises(TypeError):
        choices.record(pd.DataFrame(), points=pd.Series([1]))


def test_choices_are_said_in_the_language_in_use() -> None:
    table = choices.record(pd.DataFrame(), clipped=True, timezone=None, edges=[1, 2], sheet={"x": "X"})
    assert choices.explain(table) == (
        "cells clipped to the area: yes\ntime zone: none\nedges: 1, 2\nsheet: x = X"
    )
    with i18n.language("ru"):
        first, second = choices.explain(table).splitlines()[:2]
        assert first.endswith(": да")
        assert second.endswith(": нет")


def test_names_and_codes_are_said_in_words() -> None:
    table = choices.record(
        pd.DataFrame(), left_out={"no_place": 2, "known_by_day_or_month": 1}, neighbours="queen"
    )
    assert choices.explain(table) == (
        "left out: no place = 2; known by the day or the month only = 1\nneighbours: queen (edge or corner)"
    )


def test_nothing_at_all_is_none() -> None:
    table = choices.record(pd.DataFrame(), left_out={}, set_aside=[], columns={"set_aside": []})
    assert choices.explain(table) == "left out: none\ncolumns set aside: none\ncolumns: set_aside = none"


def test_a_result_without_choices_says_so() -> None:
    assert choices.explain(pd.DataFrame()) == "No choices were noted on this result."


def test_only_the_choices_that_are_asked_for_are_said() -> None:
    table = choices.record(pd.DataFrame(), cell_size=250.0, kernel="quartic", bandwidth=1228.0)
    assert (
        choices.explain(table, "bandwidth", "ties", "kernel") == "bandwidth in metres: 1228\nkernel: quartic"
    )


def test_a_duration_in_whole_days_is_said_in_days() -> None:
    table = choices.record(
        pd.DataFrame(), durations=["0 days 00:00:00", "1 days 00:00:00", "1 days 12:00:00"]
    )
    assert choices.explain(table) == "edges of the bands of time: 0 days, 1 day, 1 days 12:00:00"
    with i18n.language("ru"):
        assert "0 дней, 1 день" in choices.explain(table)


def test_what_a_graph_knows_of_itself_is_explained_as_the_graph_is():
    import networkx as nx

    graph = nx.Graph(choices={"rows": 3})
    assert choices.explain(graph.graph) == choices.explain(graph) == "rows of the matrix: 3"


def test_every_choice_of_a_reading_has_a_name_in_words():
    import ilp_toolkit as ilp

    incidents = pd.DataFrame({"date": ["2024-01-02"], "area": ["A"]})
    prices = pd.DataFrame({"Country": ["TJ"], "Year": 2020, "Drug": "Heroin", "Typical": 12, "Unit": "g"})
    seizures = pd.DataFrame(
        {"country": ["TJ"], "date": "2020-01-02", "drug": "heroin", "amount": 1, "unit": "kg"}
    )
    links = pd.DataFrame({"source": ["a"], "target": ["b"]})
    for read, file in (
        (ilp.read_incidents, incidents),
        (ilp.read_prices, prices),
        (ilp.read_seizures, seizures),
        (ilp.read_links, links),
    ):
        assert set(read(file).choices) <= set(choices.NAMES), read.__name__
