"""Flows: against the worked figures of the papers, hand-solved cases, other solvers, and simulation."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from ilp_toolkit import choices, i18n
from ilp_toolkit.analysis import flows
from ilp_toolkit.analysis._elimination import plan
from ilp_toolkit.errors import ColumnsError, InputError


def seizures(*rows, **more):
    """Return a table of (country, departure, destination, kg) or with a year at the end."""
    names = ["country", "departure", "destination", "kg", "year"][: len(rows[0])]
    table = pd.DataFrame(rows, columns=names).assign(**more)
    return table.assign(seizure_id=[f"s{at}" for at in range(len(table))])


def edge(table, origin, destination, column="kg"):
    found = table[(table["origin"] == origin) & (table["destination"] == destination)]
    return found[column].item()


# Edges from seizures


def test_a_record_gives_the_leg_made_and_the_leg_that_was_meant():
    table = flows.from_seizures(seizures(("RS", "BG", "HR", 5.0), ("HR", "RS", "SI", 2.0)))
    assert table[["origin", "destination"]].apply(tuple, axis=1).tolist() == [
        ("BG", "RS"), ("HR", "SI"), ("RS", "HR"),
    ]  # fmt: skip
    assert edge(table, "RS", "HR") == 7.0
    assert edge(table, "RS", "HR", "n") == 2
    assert edge(table, "RS", "HR", "seizure_ids") == ("s0", "s1")
    assert edge(table, "RS", "HR", "largest_share") == pytest.approx(5 / 7)


def test_transit_stands_on_two_edges_and_is_told():
    table = flows.from_seizures(seizures(("TJ", "AF", "RU", 100.0)))
    made = choices.of(table)
    assert table["kg"].sum() == 200.0
    assert made["kg_seized"] == 100.0
    assert made["kg_of_legs"] == 200.0
    assert made["transit"] == 1
    assert table["kg"].sum() - table["transit_kg"].sum() / 2 == 100.0
    assert "never add up legs" in choices.explain(table)


def test_loops_and_unknown_sides_are_counted_and_left_out():
    table = flows.from_seizures(
        seizures(
            ("TJ", "TJ", "TJ", 9.0),
            ("TJ", None, "RU", 4.0),
            ("TJ", "AF", None, np.nan),
            (None, "AF", "RU", 1.0),
        )
    )
    made = choices.of(table)
    assert len(table) == 2
    assert edge(table, "AF", "TJ", "n") == 1
    assert edge(table, "AF", "TJ", "n_kg") == 0
    assert np.isnan(edge(table, "AF", "TJ", "share_of_destination"))
    assert (made["self_loops"], made["without_edge"], made["without_kg"]) == (2, 2, 1)


def test_shares_of_a_destination_are_of_kilograms_and_of_cases():
    table = flows.from_seizures(
        seizures(("C", "A", "C", 30.0), ("C", "B", "C", 5.0), ("C", "B", "C", 5.0), ("D", "A", "D", 1.0))
    )
    assert edge(table, "A", "C", "share_of_destination") == 0.75
    assert edge(table, "A", "C", "share_of_cases") == pytest.approx(1 / 3)
    assert edge(table, "A", "D", "share_of_destination") == 1.0


def test_years_drugs_and_flags_are_chosen():
    table = seizures(
        ("C", "A", "C", 30.0, 2011), ("C", "A", "C", 5.0, 2012), ("C", "A", "C", 7.0, None),
        drug=["Heroin", "Opium", "Heroin"], drug_class=["heroin", "opium", "heroin"], flags=["", "duplicate", ""],
    )  # fmt: skip
    yearly = flows.from_seizures(table, by_year=True)
    assert yearly["year"].tolist() == [2011, 2012]
    assert choices.of(yearly)["without_year"] == 1
    assert flows.from_seizures(table, drug="OPIUM")["kg"].tolist() == [5.0]
    struck = flows.from_seizures(table, leave_out=["duplicate"])
    assert struck["kg"].tolist() == [37.0]
    assert choices.of(flows.from_seizures(table))["flagged"] == {"duplicate": 1}
    with pytest.raises(InputError, match="no seizure is of 'khat'"):
        flows.from_seizures(table, drug="khat")
    with pytest.raises(ColumnsError, match="departure"):
        flows.from_seizures(table.drop(columns="departure"))


def test_no_rows_make_no_edges():
    empty = seizures(("C", "A", "C", 1.0)).head(0)
    table = flows.from_seizures(empty)
    assert len(table) == 0
    assert {"origin", "destination", "n", "kg", "seizure_ids"} <= set(table)


def test_the_table_given_is_not_changed():
    table = seizures(("C", "A", "C", 30.0), ("D", "C", "D", -1.0))
    before = table.copy(deep=True)
    flows.from_seizures(table)
    pd.testing.assert_frame_equal(table, before)


@pytest.mark.parametrize(
    ("nodes", "edges", "density"), [(61, 187, 0.0511), (137, 437, 0.0235), (147, 817, 0.0381)]
)
def test_published_densities_come_out_of_published_counts(nodes, edges, density):
    rng = np.random.default_rng(nodes)
    pairs = [(i, j) for i in range(nodes) for j in range(nodes) if i != j]
    ring = [(i, (i + 1) % nodes) for i in range(nodes)]
    rest = [pairs[at] for at in rng.permutation(len(pairs)) if pairs[at] not in set(ring)]
    table = flows.from_seizures(
        seizures(*((f"c{j:03}", f"c{i:03}", f"c{j:03}", 1.0) for i, j in [*ring, *rest][:edges]))
    )
    n = len({*table["origin"], *table["destination"]})
    assert (n, len(table)) == (nodes, edges)
    assert round(len(table) / (n * (n - 1)), 4) == pytest.approx(density, abs=1e-4)


# Imports from shares


def test_berlusconi_figure_1():
    shares = pd.DataFrame({"C": [2 / 3, 0, 0], "D": [1 / 3, 1, 1]}, index=["A", "B", "C"])
    imports = flows.solve_imports(shares, pd.Series({"A": 15.0, "B": 10.0, "C": 5.0, "D": 5.0}))
    assert imports.to_dict() == pytest.approx({"A": 15, "B": 10, "C": 15, "D": 35})
    between = shares.mul(imports.loc[shares.index], axis=0)
    assert between.loc["A", "C"] == pytest.approx(10)
    assert between.loc["A", "D"] == pytest.approx(5)
    assert between.loc["B", "D"] == pytest.approx(10)
    assert between.loc["C", "D"] == pytest.approx(15)


def test_giommoni_figure_1():
    shares = pd.DataFrame({"C": [0.4, 0.0], "D": [0.6, 1.0]}, index=["A", "C"])
    imports = flows.solve_imports(shares, pd.Series({"A": 1.0, "C": 1.0}))
    assert imports["C"] == pytest.approx(1.4)
    assert imports["D"] == pytest.approx(2.0)


def test_a_chain_over_four_borders_has_four_times_the_legs():
    chain = ["AF", "TJ", "KG", "KZ", "RU"]
    shares = pd.DataFrame(np.eye(4), index=chain[1:], columns=chain[:-1])
    imports = flows.solve_imports(shares, pd.Series({"RU": 100.0}))
    assert imports["AF"] == 100.0
    assert choices.of(imports)["kg_of_legs"] == 400.0
    assert choices.of(imports)["kg_consumed"] == 100.0


def test_a_ring_without_a_producer_is_refused_by_name():
    shares = pd.DataFrame(
        [[0, 1, 0, 0], [1, 0, 0, 0], [0.5, 0, 0, 0.5]],
        index=["XB", "XC", "XA"],
        columns=["XB", "XC", "XA", "XD"],
    )
    with pytest.raises(InputError, match=r"supply only each other.*: XB, XC\. Name a producer"):
        flows.solve_imports(shares, pd.Series({"XA": 1.0}))
    shares.loc["XC", "XB"] = 0.9
    assert flows.solve_imports(shares, pd.Series({"XA": 1.0}))["XD"] == pytest.approx(0.5)


def test_shares_that_cannot_be_are_refused():
    demand = pd.Series({"A": 1.0})
    for shares, words in [
        (pd.DataFrame({"B": [0.8], "C": [0.4]}, index=["A"]), "add up to 1.2"),
        (pd.DataFrame({"B": [-0.1]}, index=["A"]), "from 0 to 1"),
        (pd.DataFrame({"A": [0.5]}, index=["A"]), "its own supplier"),
        (pd.DataFrame({"B": [1.0, 1.0]}, index=["A", "A"]), "more than once"),
    ]:
        with pytest.raises(InputError, match=words):
            flows.solve_imports(shares, demand)
    with pytest.raises(InputError, match="`demand` must hold numbers from 0 up; A has"):
        flows.solve_imports(pd.DataFrame({"B": [1.0]}, index=["A"]), pd.Series({"A": np.nan}))


@st.composite
def networks(draw):
    """Return shares in which every country can reach the producer, and demand."""
    n = draw(st.integers(2, 7))
    raw = draw(
        st.lists(
            st.lists(st.sampled_from([0.0, 0.0, 1.0, 2.0, 5.0]), min_size=n, max_size=n),
            min_size=n,
            max_size=n,
        )
    )
    matrix = np.array(raw)
    np.fill_diagonal(matrix, 0)
    matrix[0] = 0
    matrix[1:, 0] += 0.5
    names = [f"c{at}" for at in range(n)]
    shares = pd.DataFrame(
        matrix / np.maximum(matrix.sum(axis=1), 1e-300)[:, None], index=names, columns=names
    )
    demand = pd.Series(draw(st.lists(st.floats(0, 100), min_size=n, max_size=n)), index=names)
    return shares, demand


@settings(max_examples=30, deadline=None)
@given(networks(), st.randoms(use_true_random=False), st.floats(0.1, 1000))
def test_mass_is_kept_and_names_and_units_do_not_matter(network, random, factor):
    shares, demand = network
    imports = flows.solve_imports(shares, demand)
    legs = shares.mul(imports, axis=0)
    outgoing = legs.sum(axis=0)
    assert imports.to_numpy() == pytest.approx((demand + outgoing).loc[imports.index].to_numpy(), abs=1e-7)
    assert imports["c0"] == pytest.approx(demand.sum(), abs=1e-7)  # all of it begins with the producer
    assert flows.solve_imports(shares, demand * factor).to_numpy() == pytest.approx(
        imports.to_numpy() * factor, abs=1e-6
    )
    names = list(shares.index)
    random.shuffle(names)
    new = dict(zip(shares.index, names, strict=True))
    other = flows.solve_imports(shares.rename(index=new, columns=new), demand.rename(new))
    assert other.rename({b: a for a, b in new.items()}).loc[imports.index].to_numpy() == pytest.approx(
        imports.to_numpy(), abs=1e-7
    )


@settings(max_examples=30, deadline=None)
@given(networks(), st.integers(0, 2**32))
def test_elimination_of_many_draws_solves_each_as_a_dense_solver_does(network, seed):
    shares, demand = network
    matrix = shares.to_numpy()
    destination, origin = np.nonzero(matrix)
    if not len(origin):
        return
    rng = np.random.default_rng(seed)
    share = rng.random((len(origin), 5)) + 0.01
    whole = np.zeros((len(matrix), 5))
    np.add.at(whole, destination, share)
    share /= whole[destination]
    market = np.repeat(demand.to_numpy()[:, None], 5, axis=1) * rng.random((len(matrix), 5))
    found, closed = plan(origin, destination, len(matrix)).solve(share, market)
    for draw in range(5):
        dense = np.zeros_like(matrix)
        dense[destination, origin] = share[:, draw]
        assert not closed[draw]
        assert found[:, draw] == pytest.approx(
            np.linalg.solve(np.eye(len(matrix)) - dense.T, market[:, draw]), abs=1e-7
        )


def test_elimination_tells_the_draws_that_hold_a_ring():
    origin, destination = np.array([1, 0, 2]), np.array([0, 1, 0])
    share = np.array([[1.0, 0.5], [1.0, 1.0], [0.0, 0.5]])
    _found, closed = plan(origin, destination, 3).solve(share, np.ones((3, 2)))
    assert closed.tolist() == [True, False]


# Share and solve


def figure(**more):
    """Seizures whose shares are those of Berlusconi's figure; too small to matter as seizures."""
    rows = [("A", "C", "A", 2e-9), ("A", "D", "A", 1e-9), ("B", "D", "B", 1e-9), ("C", "D", "C", 1e-9)]
    return seizures(*rows, **more)


DEMAND = pd.Series({"A": 15.0, "B": 10.0, "C": 5.0, "D": 5.0})


def test_estimates_are_the_published_flows():
    table = flows.estimate(figure(), DEMAND, producers=["D"], bootstrap=0)
    found = {(row.origin, row.destination): row.kg for row in table.itertuples()}
    assert found == pytest.approx({("C", "A"): 10, ("D", "A"): 5, ("D", "B"): 10, ("D", "C"): 15})
    assert table["low"].isna().all()
    assert choices.of(table)["kg_consumed"] == 35.0


def yearly(*amounts, first=2011):
    return seizures(*(("B", "A", "B", kg, first + at) for at, kg in enumerate(amounts) if kg is not None))


def test_smoothing_takes_half_of_the_years_beside_and_partial_windows_at_the_ends():
    table = flows.estimate(yearly(10.0, 20.0, 40.0), pd.Series({"B": 0.0}), producers=["A"], bootstrap=0)
    assert table["kg"].tolist() == pytest.approx([40 / 3, 22.5, 100 / 3])
    rough = flows.estimate(
        yearly(10.0, 20.0, 40.0), pd.Series({"B": 0.0}), producers=["A"], bootstrap=0, smooth=False
    )
    assert rough["kg"].tolist() == pytest.approx([10, 20, 40])


def test_a_year_that_was_not_reported_is_no_zero():
    gap = pd.concat([yearly(10.0, None, 40.0), seizures(("C", "A", "C", 1.0, 2012))], ignore_index=True)
    table = flows.estimate(gap, pd.Series({"B": 0.0}), producers=["A"], bootstrap=0)
    into = table[table["destination"] == "B"].set_index("year")["kg"]
    assert into.loc[2012] == pytest.approx(25.0)  # the mean of its neighbours
    assert into.loc[2011] == pytest.approx(10.0)


def test_small_shares_are_pruned_and_the_rest_brought_to_one():
    table = seizures(("C", "A", "C", 99.5), ("C", "B", "C", 0.5), ("B", "A", "B", 1.0))
    demand = pd.Series({"C": 0.0})
    pruned = flows.estimate(table, demand, producers=["A"], bootstrap=0)
    assert edge(pruned, "A", "C", "share") == 1.0
    assert choices.of(pruned)["edges_pruned"] == 1
    kept = flows.estimate(table, demand, producers=["A"], bootstrap=0, prune=0.0)
    assert edge(kept, "B", "C", "share") == 0.005


def test_countries_that_nobody_serves_are_named():
    table = seizures(("B", "C", "B", 1.0), ("C", "B", "C", 1.0), ("E", "D", "E", 1.0))
    found = flows.estimate(
        table, pd.Series({"B": 5.0, "F": 1.0, "E": 2.0}), producers=["A"], bootstrap=50, rng=1
    )
    made = choices.of(found)
    assert made["closed_rings"] == ["B, C"]
    assert made["without_supplier"] == ["D", "F"]
    assert found[["origin", "destination"]].to_numpy().tolist() == [["D", "E"]]


def test_loads_that_circle_are_warned_of_and_named():
    table = seizures(
        ("B", "C", "B", 100.0),
        ("C", "B", "C", 100.0),
        ("B", "A", "B", 0.5),
        ("B", "A", "B", 0.5),
        ("D", "A", "D", 9.0),
    )
    demand = pd.Series({"B": 5.0, "C": 5.0})
    with pytest.warns(UserWarning, match="More reaches B, C than all markets take together"):
        found = flows.estimate(table, demand, producers=["A"], bootstrap=0, prune=0.0)
    assert choices.of(found)["circling"] == ["B", "C"]
    mended = flows.estimate(table, demand, producers=["A"], bootstrap=0, prune=0.0, least_cases=2)
    assert mended[["origin", "destination"]].to_numpy().tolist() == [["A", "B"]]
    assert choices.of(mended)["circling"] == []


def test_what_leads_to_a_producer_is_left_out():
    table = seizures(("B", "A", "B", 5.0), ("A", "B", "A", 50.0))
    found = flows.estimate(table, pd.Series({"B": 1.0}), producers=["A"], bootstrap=0)
    assert found["destination"].tolist() == ["B"]


def test_an_edge_of_one_case_may_not_be_there():
    table = seizures(*[("C", "A", "C", 1.0)] * 30, ("C", "B", "C", 10.0), ("B", "A", "B", 1.0))
    found = flows.estimate(table, pd.Series({"C": 100.0}), producers=["A"], bootstrap=400, rng=3)
    assert edge(found, "B", "C", "low") == 0.0
    assert 0.55 < edge(found, "B", "C", "stays") < 0.72  # 1 - 1/e
    assert edge(found, "A", "C", "low") > 0
    assert (found["low"] <= found["kg"]).all()
    assert (found["kg"] <= found["high"]).all()


def test_the_doubt_about_demand_comes_through_as_it_went_in():
    demand = pd.DataFrame({"kg": [100.0], "low": [50.0], "high": [300.0]}, index=["B"])
    table = seizures(*[("B", "A", "B", 1e-6)] * 50)
    found = flows.estimate(table, demand, producers=["A"], bootstrap=20_000, rng=5)
    assert found["low"].item() == pytest.approx(50, rel=0.03)
    assert found["high"].item() == pytest.approx(300, rel=0.03)
    assert choices.of(found)["priors"] is True


def test_intervals_cover_the_truth_about_as_often_as_they_say():
    rng = np.random.default_rng(11)
    shares, hits = {"A": 0.7, "B": 0.3}, 0
    for _run in range(60):
        origins = rng.choice(list(shares), 150, p=list(shares.values()))
        table = seizures(
            *(("C", origin, "C", 1e-6 * kg) for origin, kg in zip(origins, rng.gamma(2, 1, 150), strict=True))
        )
        found = flows.estimate(table, pd.Series({"C": 100.0}), producers=["A", "B"], bootstrap=200, rng=rng)
        hits += edge(found, "A", "C", "low") <= 70 <= edge(found, "A", "C", "high")
    assert 52 <= hits <= 60


def test_intervals_are_those_of_a_plain_bootstrap_with_a_dense_solver():
    rng = np.random.default_rng(20)
    names = list("ABCDE")
    draws = rng.integers(0, 5, (150, 2))
    table = seizures(
        *(
            (names[max(i, j)], names[min(i, j)], names[max(i, j)], float(kg))
            for (i, j), kg in zip(draws, rng.gamma(1, 1, 150), strict=True)
        )
    )
    found = flows.estimate(
        table, pd.Series(50.0, index=names), producers=["A"], bootstrap=4000, prune=0.0, rng=1
    )
    here, origin = (table[column].map(names.index).to_numpy() for column in ("country", "departure"))
    kg, plain = table["kg"].to_numpy(), np.empty((2000, 5, 5))
    for draw in plain:
        pick = rng.integers(0, 150, 150)
        shares = np.zeros((5, 5))
        crosses = pick[here[pick] != origin[pick]]
        np.add.at(shares, (here[crosses], origin[crosses]), kg[crosses])
        shares = np.divide(
            shares,
            shares.sum(axis=1, keepdims=True),
            out=np.zeros((5, 5)),
            where=shares.sum(axis=1, keepdims=True) > 0,
        )
        market = 50.0 + np.bincount(here[pick], weights=kg[pick], minlength=5)
        draw[:] = shares * np.linalg.solve(np.eye(5) - shares.T, market)[:, None]
    low, high = np.quantile(plain, [0.025, 0.975], axis=0)
    for row in found.itertuples():
        at = names.index(row.destination), names.index(row.origin)
        assert row.low == pytest.approx(low[at], rel=0.15, abs=2.0)
        assert row.high == pytest.approx(high[at], rel=0.15, abs=2.0)


def test_slips_in_names_are_caught():
    with pytest.raises(TypeError, match=r"write \['AF'\]"):
        flows.estimate(figure(), DEMAND, producers="AF")
    with pytest.raises(TypeError, match="`leave_out` must be a list"):
        flows.from_seizures(figure(), leave_out="duplicate")
    found = flows.estimate(figure(), DEMAND, producers=["D", "AFG"], bootstrap=0)
    assert choices.of(found)["producers_not_seen"] == ["AFG"]
    numbered = flows.estimate(
        figure().replace({"A": "1"}), DEMAND.rename({"A": 1}), producers=["D"], bootstrap=0
    )
    assert edge(numbered, "C", "1") == pytest.approx(10.0)


def test_periods_out_of_order_are_refused():
    table = pd.DataFrame({"A": [1.0, 2.0], "B": [1.0, 2.0]}, index=[2012, 2011])
    with pytest.raises(InputError, match=r"prices\.sort_index\(\)"):
        flows.price_gradient(table)


def test_the_same_seed_gives_the_same_answer_in_any_order_of_rows():
    rng = np.random.default_rng(2)
    names = list("ABCDEF")
    table = seizures(*((*rng.choice(names, 3), float(kg)) for kg in rng.lognormal(0, 1, 200)))
    demand = pd.Series(10.0, index=names)
    one = flows.estimate(table, demand, producers=["A"], bootstrap=300, rng=7)
    other = flows.estimate(
        table.sample(frac=1, random_state=1), demand, producers=["A"], bootstrap=300, rng=7
    )
    pd.testing.assert_frame_equal(one, other, rtol=1e-9)
    larger = flows.estimate(table.assign(kg=table["kg"] * 3), demand * 3, producers=["A"], bootstrap=0)
    assert larger["kg"].to_numpy() == pytest.approx(3 * one["kg"].to_numpy())


def test_estimates_serve_every_market_that_has_a_source():
    rng = np.random.default_rng(4)
    names = list("ABCDEFGH")
    table = seizures(*((*rng.choice(names, 3), float(kg)) for kg in rng.lognormal(0, 1, 300)))
    demand = pd.Series(rng.random(8) * 10, index=names)
    found = flows.estimate(table, demand, producers=["A"], bootstrap=0)
    seized = table.groupby("country")["kg"].sum()
    arrives, leaves = found.groupby("destination")["kg"].sum(), found.groupby("origin")["kg"].sum()
    for name in names[1:]:
        assert arrives[name] == pytest.approx(demand[name] + seized.get(name, 0) + leaves.get(name, 0))


def test_options_out_of_range_are_refused():
    for more, words in [
        ({"prune": 1.0}, "`prune`"),
        ({"bootstrap": -1}, "`bootstrap`"),
        ({"confidence": 95}, "`confidence`"),
        ({"drug": "khat"}, "drug"),
    ]:
        with pytest.raises((InputError, ColumnsError), match=words):
            flows.estimate(figure(), DEMAND, producers=["D"], **more)
    with pytest.raises(InputError, match="`year`: no seizure is of 1999; there are 2011"):
        flows.estimate(yearly(1.0), DEMAND, producers=["A"], year=1999)
    demand = pd.DataFrame({"kg": [1.0], "low": [2.0], "high": [3.0]}, index=["A"])
    with pytest.raises(InputError, match="`low` must be above 0"):
        flows.estimate(figure(), demand, producers=["D"])


# Prices

LADDER = {"AF": 3753, "TJ": 4900, "KG": 9000, "KZ": 13452, "RU": 31497, "UZ": 22500, "TM": 188400}


def test_the_northern_route_rises_step_by_step_and_the_unit_trap_is_caught():
    table = flows.price_gradient(pd.DataFrame([LADDER]))
    up = ["AF", "TJ", "KG", "KZ", "RU"]
    for low, high in pairwise(up):
        assert edge(table, low, high, "markup") == pytest.approx(LADDER[high] / LADDER[low] - 1)
    assert choices.of(table)["suspect"] == ["TM"]
    assert table.loc[table["destination"] == "TM", "suspect"].all()
    assert not table["linked"].any()


def test_the_critical_correlation_of_twelve_changes_is_as_published():
    rng = np.random.default_rng(1)
    prices = pd.DataFrame(np.exp(rng.normal(0, 0.1, (13, 2)).cumsum(axis=0)) * [1, 3], columns=["A", "B"])
    table = flows.price_gradient(prices, common=False)
    assert table["n"].item() == 12
    assert table["r_critical"].item() == pytest.approx(0.576, abs=5e-4)


def test_correlations_and_p_values_are_those_of_scipy():
    from scipy.stats import pearsonr

    rng = np.random.default_rng(3)
    prices = pd.DataFrame(np.exp(rng.normal(0, 0.1, (20, 3)).cumsum(axis=0)) * [1, 2, 4], columns=list("ABC"))
    changes = np.log(prices).diff().dropna()
    for lag in (0, 2):
        table = flows.price_gradient(prices, common=False, lag=lag)
        for row in table.itertuples():
            first = changes[row.origin].to_numpy()[: len(changes) - lag]
            r, p = pearsonr(first, changes[row.destination].to_numpy()[lag:])
            assert (row.r, row.p_value) == (pytest.approx(r), pytest.approx(p))


def test_a_shock_that_moves_all_prices_links_nobody_once_it_is_taken_out():
    rng = np.random.default_rng(5)
    shock = rng.normal(0, 0.2, (60, 1))
    prices = np.exp((shock + rng.normal(0, 0.02, (60, 8))).cumsum(axis=0)) * np.linspace(1, 3, 8)
    table = pd.DataFrame(prices, columns=list("ABCDEFGH"))
    assert flows.price_gradient(table, common=False)["linked"].all()
    assert flows.price_gradient(table)["linked"].sum() <= 3


def test_independent_prices_link_at_most_a_few():
    rng = np.random.default_rng(6)
    table = pd.DataFrame(np.exp(rng.normal(0, 0.1, (25, 20)).cumsum(axis=0)) * np.linspace(1, 3, 20))
    found = flows.price_gradient(table.set_axis([f"p{at:02}" for at in range(20)], axis=1))
    assert len(found) == 190
    assert found["linked"].sum() <= 2


def test_a_chain_of_prices_is_found_in_its_direction():
    rng = np.random.default_rng(8)
    own = rng.normal(0, 0.1, (80, 6))
    own[:, 1] = own[:, 0] + rng.normal(0, 0.03, 80)
    table = pd.DataFrame(
        np.exp(own.cumsum(axis=0) * 0.1) * [1, 2, 1.2, 1.5, 1.7, 2.2], columns=list("ABCDEF")
    )
    linked = flows.price_gradient(table).query("linked")
    assert linked[["origin", "destination"]].to_numpy().tolist() == [["A", "B"]]


def test_the_unit_of_prices_does_not_matter():
    rng = np.random.default_rng(9)
    table = pd.DataFrame(
        np.exp(rng.normal(0, 0.1, (15, 5)).cumsum(axis=0)) * np.linspace(1, 3, 5), columns=list("ABCDE")
    )
    one, other = flows.price_gradient(table), flows.price_gradient(table[list("DBECA")] * 1000)
    columns = ["origin", "destination", "markup", "r", "p_value", "q_value", "linked"]
    pd.testing.assert_frame_equal(one[columns], other[columns])


def test_a_year_in_another_unit_makes_a_place_suspect():
    table = pd.DataFrame({"A": [1.0, 1.1, 1.2], "B": [2.0, 2000.0, 2.1], "C": [1.4, 1.5, 1.4]})
    assert choices.of(flows.price_gradient(table))["suspect"] == ["B"]


def test_prices_that_cannot_be_are_refused_and_missing_ones_are_not():
    table = pd.DataFrame({"A": [1.0, 0.0], "B": [1.0, 2.0]}, index=[2011, 2012])
    with pytest.raises(InputError, match=r"A has 0\.0 in 2012"):
        flows.price_gradient(table)
    nothing = flows.price_gradient(table.replace(0.0, np.nan).assign(C=np.nan))
    assert nothing["r"].isna().all()
    assert set(nothing["origin"]) <= {"A", "B"}


# Totals


def matrix(table, rows, columns):
    return (
        table.set_index(["origin", "destination"])["kg"]
        .loc[[(a, b) for a in rows for b in columns]]
        .to_numpy()
        .reshape(len(rows), -1)
    )


def test_proportional_fitting_gives_the_published_table():
    names = list("abcd")
    seed = pd.DataFrame(
        [[40, 30, 20, 10], [35, 50, 100, 75], [30, 80, 70, 120], [20, 30, 40, 50]], index=names, columns=names
    )
    table = flows.balance(
        pd.Series([150.0, 300, 400, 150], index=names),
        pd.Series([200.0, 300, 400, 100], index=names),
        seed=seed,
    )
    expected = [
        [64.56, 46.23, 35.38, 3.82], [49.97, 68.16, 156.50, 25.37], [56.72, 144.43, 145.08, 53.77], [28.75, 41.18, 63.03, 17.03],
    ]  # fmt: skip
    assert matrix(table, names, names) == pytest.approx(np.array(expected), abs=0.01)


def test_entropy_gives_the_hand_worked_table_and_keeps_the_odds():
    cost = pd.DataFrame([[1.0, 3], [2, 1]], index=["A", "B"], columns=["C", "D"])
    table = flows.balance(
        pd.Series({"A": 100.0, "B": 200}), pd.Series({"C": 150.0, "D": 150}), cost, beta=0.5
    )
    t = matrix(table, ["A", "B"], ["C", "D"])
    assert t == pytest.approx(np.array([[73.5125, 26.4875], [76.4875, 123.5125]]), abs=1e-4)
    assert t[0, 0] * t[1, 1] / (t[0, 1] * t[1, 0]) == pytest.approx(4.481689, abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 5), st.integers(1, 5), st.floats(0, 3), st.integers(0, 2**32))
def test_totals_are_met_and_flows_lie_within_what_totals_allow(n, m, beta, seed):
    rng = np.random.default_rng(seed)
    out = pd.Series(rng.random(n) + 0.1, index=[f"o{at}" for at in range(n)])
    into = pd.Series(rng.random(m) + 0.1, index=[f"d{at}" for at in range(m)])
    into *= out.sum() / into.sum()
    cost = pd.DataFrame(rng.random((n, m)) * 5, index=out.index, columns=into.index)
    table = flows.balance(out, into, cost, beta=beta)
    assert table.groupby("origin")["kg"].sum().to_numpy() == pytest.approx(out.to_numpy(), abs=1e-7)
    assert table.groupby("destination")["kg"].sum().to_numpy() == pytest.approx(into.to_numpy(), abs=1e-7)
    assert (table["low"] <= table["kg"] + 1e-9).all()
    assert (table["kg"] <= table["high"] + 1e-9).all()
    shifted = flows.balance(out * 7, into * 7, cost + 100, beta=beta)
    assert shifted["kg"].to_numpy() == pytest.approx(table["kg"].to_numpy() * 7, abs=1e-6)


def test_totals_that_no_table_has_are_told():
    out, into = pd.Series({"A": 10.0, "B": 20.0}), pd.Series({"C": 25.0, "D": 5.0})
    seed = pd.DataFrame([[1.0, 1], [0, 1]], index=["A", "B"], columns=["C", "D"])
    with pytest.raises(InputError, match="no table has the totals: B cannot send all, C cannot get all"):
        flows.balance(out, into, seed=seed)
    with pytest.raises(InputError, match="add up to 30, `destinations` to 31"):
        flows.balance(out, into + 0.5, seed=seed)
    with pytest.raises(InputError, match="either `cost` with `beta`, or `seed`"):
        flows.balance(out, into)
    with pytest.raises(InputError, match="no row or column for B"):
        flows.balance(out, into, seed=seed.drop(index="B"))


def test_a_far_place_is_reached_where_only_it_can_be_served():
    cost = pd.DataFrame([[0.0, 5000.0]], index=["A"], columns=["B", "C"])
    table = flows.balance(pd.Series({"A": 3.0}), pd.Series({"B": 1.0, "C": 2.0}), cost, beta=1.0)
    assert table["kg"].tolist() == pytest.approx([1.0, 2.0])


# Gravity and radiation


def pairs(seed=0, n=60):
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            "origin": [f"o{at}" for at in range(n)],
            "destination": [f"d{at}" for at in range(n)],
            "mass_origin": rng.lognormal(2, 1, n),
            "mass_destination": rng.lognormal(2, 1, n),
            "distance": rng.lognormal(3, 0.5, n),
        }
    )
    expected = 2 * table["mass_origin"] ** 0.8 * table["mass_destination"] ** 0.5 / table["distance"]
    return table.assign(kg=rng.poisson(expected).astype(float))


def test_gravity_is_the_maximum_of_the_poisson_likelihood():
    table = pairs()
    fit = flows.gravity(table)
    x = np.column_stack([np.ones(60), np.log(table[["mass_origin", "mass_destination", "distance"]])])
    y = table["kg"].to_numpy()
    best = minimize(
        lambda b: (np.exp(x @ b) - y * (x @ b)).sum(), np.zeros(4), jac=lambda b: x.T @ (np.exp(x @ b) - y), method="BFGS", options={"gtol": 1e-8, "maxiter": 5000}
    )  # fmt: skip
    assert (y == 0).any()
    assert fit.coefficients["estimate"].to_numpy() == pytest.approx(best.x, abs=1e-4)
    assert fit.flows["kg"].sum() == pytest.approx(y.sum())  # the constant makes totals meet
    mu = np.exp(x @ best.x)
    bread = np.linalg.inv((x.T * mu) @ x)
    robust = bread @ (x.T * (y - mu) ** 2) @ x @ bread * 60 / 56
    assert fit.coefficients["se"].to_numpy() == pytest.approx(np.sqrt(np.diag(robust)), rel=1e-3)


def test_a_saturated_gravity_gives_the_means_of_its_classes():
    table = pairs(n=9).assign(border=[0, 0, 0, 0, 1, 1, 1, 1, 1], kg=[0.0, 4, 0, 8, 10, 0, 20, 30, 0])
    fit = flows.gravity(table, logs=[], linear=["border"])
    assert fit.flows["kg"].to_numpy() == pytest.approx([3.0] * 4 + [12.0] * 5)
    assert fit.coefficients["estimate"].to_numpy() == pytest.approx([np.log(3), np.log(4)])


def test_elasticities_do_not_hang_on_the_unit_and_are_near_what_made_the_flows():
    fit, grams = (
        flows.gravity(pairs(1, 400)),
        flows.gravity(pairs(1, 400).assign(kg=lambda t: t["kg"] * 1000)),
    )
    assert grams.coefficients["estimate"].to_numpy()[1:] == pytest.approx(
        fit.coefficients["estimate"].to_numpy()[1:]
    )
    assert grams.coefficients["se"].to_numpy() == pytest.approx(fit.coefficients["se"].to_numpy())
    truth = np.array([0.8, 0.5, -1.0])
    assert (fit.coefficients["low"].to_numpy()[1:] < truth).all()
    assert (truth < fit.coefficients["high"].to_numpy()[1:]).all()
    assert 0.5 < fit.deviance_explained < 1
    assert "seizures are not flows" in choices.explain(fit)


def test_gravity_refuses_what_it_cannot_tell_apart():
    table = pairs(n=8).assign(kg=[0.0, 0, 0, 0, 1, 2, 3, 4], border=[0, 0, 0, 0, 1, 1, 1, 1])
    with pytest.raises(InputError, match="does not settle"):
        flows.gravity(table, logs=[], linear=["border"])
    with pytest.raises(InputError, match="log twice says nothing"):
        flows.gravity(pairs().assign(twice=lambda t: t["distance"] * 2), logs=["distance", "twice"])
    with pytest.raises(InputError, match="distance must be above 0; row 3"):
        flows.gravity(pairs().assign(distance=lambda t: t["distance"].where(t.index != 3, 0.0)))


def test_radiation_shares_out_as_published():
    mass = pd.Series({"A": 100.0, "B": 100.0, "C": 100.0})
    far = pd.DataFrame([[0.0, 1, 2]], index=["A"], columns=list("ABC"))
    table = flows.radiation(pd.Series({"A": 100.0}), mass, far)
    assert table["kg"].tolist() == pytest.approx([50, 100 / 6])
    doubt = pd.DataFrame({"kg": [100.0], "low": [50.0], "high": [400.0]}, index=["A"])
    assert flows.radiation(doubt, mass, far)["high"].tolist() == pytest.approx([200, 400 / 6])


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 8), st.integers(0, 2**32), st.booleans())
def test_no_more_radiates_than_leaves_and_all_of_it_in_a_finite_world(n, seed, ties):
    rng = np.random.default_rng(seed)
    names = [f"c{at}" for at in range(n)]
    mass = pd.Series(rng.lognormal(0, 1, n), index=names)
    far = rng.integers(1, 4, (n, n)).astype(float) if ties else rng.random((n, n))
    table = flows.radiation(pd.Series(10.0, index=names), mass, pd.DataFrame(far, index=names, columns=names))
    assert (table.groupby("origin")["kg"].sum() <= 10 + 1e-9).all()
    if not ties:
        whole = flows.radiation(
            pd.Series(10.0, index=names), mass, pd.DataFrame(far, index=names, columns=names), finite=True
        )
        assert whole.groupby("origin")["kg"].sum().to_numpy() == pytest.approx(np.full(n, 10.0))


# What is caught


def test_interception_is_as_worked():
    row = flows.interception(12.0, a=3, b=17).iloc[0]
    assert row["mean"] == pytest.approx(114)
    assert row["median"] == pytest.approx(86.8, abs=0.05)
    assert (row["low"], row["high"]) == (pytest.approx(36.2, abs=0.05), pytest.approx(354.8, abs=0.05))
    assert row["naive"] == pytest.approx(80)
    draws = 12 / np.random.default_rng(1).beta(3, 17, 400_000)
    assert draws.mean() == pytest.approx(row["mean"], rel=0.02)
    assert np.quantile(draws, [0.025, 0.975]) == pytest.approx([row["low"], row["high"]], rel=0.02)


def test_a_share_that_may_be_nothing_has_no_mean():
    table = flows.interception(pd.Series({"XA": 5.0, "XB": 0.0}), a=1, b=9)
    assert table.loc["XA", "mean"] == np.inf
    assert table.loc["XB", "mean"] == 0.0
    assert np.isfinite(table["median"]).all()
    with pytest.raises(InputError, match="`a` must be above 0"):
        flows.interception(1.0, a=0, b=1)


def test_effort_rates_are_as_worked():
    table = flows.effort_rate(pd.Series([30, 10]), pd.Series([3.0, 1.0]))
    assert table["rate"].tolist() == [7.75, 5.5]
    assert table["raw"].tolist() == [10, 10]
    assert np.isnan(flows.effort_rate(0, 0.0)["raw"].item())
    with pytest.raises(InputError, match=r"whole numbers of cases, got 1\.5"):
        flows.effort_rate(1.5, 1.0)
    with pytest.raises(InputError, match="different indexes"):
        flows.effort_rate(pd.Series([1]), pd.Series([1.0, 2.0]))


# Side by side

ONE = pd.DataFrame({"origin": ["A", "B"], "destination": ["C", "C"], "kg": [6.0, 4.0]})


def test_equal_shares_agree_whatever_the_unit_and_there_is_no_average():
    other = ONE.assign(kg=ONE["kg"] * 1000, low=1.0, high=1e5)
    table = flows.fuse({"seized": ONE, "solved": other})
    assert table["agreement"].tolist() == [1.0, 1.0]
    assert flows.fuse({"seized": ONE, "solved": other}, unit="kg")["agreement"].tolist() == pytest.approx(
        [0.001] * 2
    )
    assert not {"kg", "mean", "average"} & set(table)
    assert "no average" in choices.explain(table)


def test_an_edge_that_one_estimate_lacks_does_not_agree_but_silence_is_no_vote():
    other = pd.DataFrame({"origin": ["A", "A"], "destination": ["C", "D"], "kg": [1.0, 1.0]})
    table = flows.fuse({"one": ONE, "other": other}).set_index(["origin", "destination"])
    assert table.loc[("B", "C"), "agreement"] == 0.0
    assert table.loc[("B", "C"), "n_estimates"] == 2
    assert table.loc[("A", "C"), "agreement"] == pytest.approx(0.6)
    assert np.isnan(table.loc[("A", "D"), "agreement"])
    assert table.loc[("A", "D"), "n_estimates"] == 1
    assert np.isnan(table.loc[("A", "D"), "one"])


def test_links_of_prices_stand_beside_amounts_and_intervals_are_held_together():
    prices = pd.DataFrame({"origin": ["A", "B"], "destination": ["C", "C"], "linked": [True, False]})
    narrow = ONE.assign(low=[5.0, 1.0], high=[7.0, 2.0])
    wide = ONE.assign(low=[6.5, 3.0], high=[9.0, 5.0])
    table = flows.fuse({"narrow": narrow, "wide": wide, "prices": prices})
    assert table["prices"].tolist() == [True, False]
    assert table["overlap"].tolist() == [1.0, 0.0]
    assert table["n_present"].tolist() == [3, 2]
    with pytest.raises(InputError, match="A to C more than once"):
        flows.fuse({"one": pd.concat([ONE, ONE]), "other": ONE})
    with pytest.raises(InputError, match="two tables or more"):
        flows.fuse({"one": ONE})
    with pytest.raises(ColumnsError, match="kg"):
        flows.fuse({"one": ONE.drop(columns="kg"), "other": ONE})


# What is worth finding out


def test_the_gap_that_decides_comes_first():
    table = seizures(
        ("B", "A", "B", 10.0),
        ("B", "D", "B", 9.0),
        ("B", None, "B", 500.0),
        ("C", "B", "C", 40.0),
        ("C", None, "C", 0.1),
    )
    found = flows.value_of_information(table, top=2, draws=100, rng=1)
    first = found.iloc[0]
    assert (first["country"], first["field"], first["donors"]) == ("B", "departure", "own")
    assert first["shift"] > 0.5
    tiny = found[(found["country"] == "C") & (found["field"] == "departure")].iloc[0]
    assert tiny["change"] == 0.0
    assert 0 < tiny["shift"] < 0.01


def test_a_country_that_is_named_and_silent_is_listed_without_a_number():
    table = seizures(("B", "A", "B", 10.0, 2011), ("B", "A", "B", 9.0, 2013), ("C", "A", "C", 5.0, 2012))
    found = flows.value_of_information(table, rng=1)
    silent = found[found["country"] == "A"].iloc[0]
    assert (silent["field"], silent["n"], silent["donors"]) == ("report", 3, "none")
    assert np.isnan(silent["change"])
    years = found[(found["field"] == "report") & found["year"].notna()]
    named = sorted(zip(years["country"], years["year"], strict=True))
    assert named == [("B", 2012), ("C", 2011), ("C", 2013)]


def test_other_drugs_show_that_a_year_was_reported():
    table = seizures(
        ("B", "A", "B", 10.0, 2011),
        ("B", "A", "B", 9.0, 2012),
        drug=["Heroin", "Opium"],
        drug_class=["heroin", "opium"],
    )
    found = flows.value_of_information(table, drug="heroin", rng=1)
    assert found["year"].isna().all()


def test_the_worth_of_a_gap_does_not_hang_on_the_order_of_rows():
    rng = np.random.default_rng(3)
    names = np.array(["A", "B", "C", None], dtype=object)
    table = seizures(
        *(
            (str(rng.choice(["A", "B", "C"])), *rng.choice(names, 2), float(kg))
            for kg in rng.lognormal(0, 1, 80)
        )
    )
    one = flows.value_of_information(table, top=3, rng=5)
    other = flows.value_of_information(table.sample(frac=1, random_state=2), top=3, rng=5)
    pd.testing.assert_frame_equal(one, other)
    assert one["change"].dropna().between(0, 1).all()
    assert one["shift"].dropna().between(0, 1).all()


# Words


def every_result():
    mass = pd.Series({"A": 1.0, "B": 1.0})
    far = pd.DataFrame(1.0, index=["A", "B"], columns=["A", "B"])
    table = seizures(("B", "A", "B", 5.0), ("C", "B", None, 1.0))
    yield flows.from_seizures(table)
    yield flows.solve_imports(pd.DataFrame({"A": [1.0]}, index=["B"]), mass)
    yield flows.estimate(table, mass, producers=["A"], bootstrap=20, rng=1)
    yield flows.price_gradient(pd.DataFrame([LADDER]))
    yield flows.balance(mass, mass, seed=far)
    yield flows.gravity(pairs())
    yield flows.gravity(pairs()).flows
    yield flows.radiation(mass, mass, far)
    yield flows.interception(1.0, a=2, b=3)
    yield flows.effort_rate(1, 1.0)
    yield flows.fuse({"one": ONE, "other": ONE})
    yield flows.value_of_information(table, rng=1)


def test_every_result_says_that_seizures_are_not_flows_and_says_it_in_russian():
    for result in every_result():
        assert choices.explain(result).startswith("warning: seizures are not flows")
        with i18n.language("ru"):
            for line in choices.explain(result).splitlines():
                name = line.split(":")[0]
                assert any("а" <= letter <= "я" for letter in name.lower()), line


def test_every_flow_has_a_place_for_its_interval():
    for result in every_result():
        if isinstance(result, pd.DataFrame) and {"kg", "method"} <= set(result):
            assert {"origin", "destination", "low", "high"} <= set(result)


# Odd tables


def test_tables_with_nothing_in_them_give_tables_with_nothing_in_them():
    loops = seizures(("A", "A", "A", 5.0))
    assert flows.estimate(loops, pd.Series({"A": 1.0}), producers=["A"], bootstrap=10, rng=1).empty
    unweighed = seizures(("A", "B", "A", np.nan, 2011))
    assert flows.estimate(unweighed, pd.Series({"A": 1.0}), producers=["B"], bootstrap=10, rng=1).empty
    assert flows.fuse({"a": flows.from_seizures(loops), "b": flows.from_seizures(loops)}).empty
    assert flows.value_of_information(seizures(("A", "B", "A", 5.0), ("B", "A", "B", 2.0)), rng=1).empty
    assert flows.price_gradient(pd.DataFrame({"A": [1.0, 2, 3], "B": [1.0, 2, 3]})).empty
    assert flows.solve_imports(pd.DataFrame(), pd.Series({"A": 2.0})).to_dict() == {"A": 2.0}
    with pytest.raises(InputError, match="no edge between countries has kilograms"):
        flows.value_of_information(loops)


@pytest.mark.parametrize("kind", ["object", "string", "category"])
def test_names_may_be_of_any_kind_of_text(kind):
    table = seizures(("A", "B", None, 5.0, 2011), ("A", "B", "C", 5.0, 2012))
    table = table.astype(
        {"country": kind, "departure": kind, "destination": kind, "year": "Int64", "kg": "Float64"}
    )
    found = flows.from_seizures(table, by_year=True)
    assert found[["origin", "destination", "year", "kg"]].to_numpy().tolist() == [
        ["A", "C", 2012, 5.0], ["B", "A", 2011, 5.0], ["B", "A", 2012, 5.0],
    ]  # fmt: skip


# Real records


@pytest.fixture(scope="module")
def heroin(real_data):
    file = real_data / "unodc_ids_split" / "ids_2011_2013.csv.gz"
    if not file.exists():
        pytest.skip(f"real files are not here: {file}")
    from ilp_toolkit.collection.seizures import read_seizures

    table = read_seizures(file).table
    return table[table["drug_class"] == "heroin"]


def test_real_records_give_edges_that_are_counted_by_hand(heroin):
    edges = flows.from_seizures(heroin)
    turkey = heroin[(heroin["country"] == "BG") & (heroin["departure"] == "TR")]
    onward = heroin[(heroin["country"] == "TR") & (heroin["destination"] == "BG")]
    assert edge(edges, "TR", "BG", "n") == len(turkey) + len(onward)
    assert edge(edges, "TR", "BG") == pytest.approx(turkey["kg"].sum() + onward["kg"].sum())
    made = choices.of(edges)
    assert made["self_loops"] > 1000  # most records name the country itself
    assert made["without_edge"] > made["n"] / 2
    shares = edges.groupby("destination")["share_of_destination"].sum()
    assert ((shares - 1).abs() < 1e-9).sum() + (shares == 0).sum() == len(shares)


def test_real_shares_circle_until_pakistan_is_named_a_producer(heroin):
    made = flows.from_seizures(heroin)
    demand = pd.Series(100.0, index=sorted({*made["origin"], *made["destination"]}))
    plain = ["AF", "MM", "MX", "CO", "LA"]
    with pytest.warns(UserWarning, match="PK"):
        flows.estimate(heroin, demand, producers=plain, bootstrap=0, year=2012)
    found = flows.estimate(heroin, demand, producers=[*plain, "PK"], bootstrap=100, year=2012, rng=1)
    assert choices.of(found)["circling"] == []
    assert found["kg"].max() < 100.0 * len(demand) + heroin["kg"].sum()
    assert (found["low"] <= found["high"]).all()
    by_name = {row.destination: 0.0 for row in found.itertuples()}
    for row in found.itertuples():
        by_name[row.destination] += row.share
    assert all(total == pytest.approx(1.0) for total in by_name.values())


def test_real_gaps_are_ranked(heroin):
    found = flows.value_of_information(heroin, draws=50, rng=1)
    known = found.dropna(subset="change")
    assert (known["change"].diff().dropna() <= 0).all()
    assert {"departure", "destination", "report"} <= set(found["field"])
    assert known["change"].max() > 0.1
