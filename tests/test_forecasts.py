"""Forecasts and their scoring: published examples, sums by hand, a simulated process, and who noticed the events."""

from __future__ import annotations

import functools
import warnings

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from ilp_toolkit import choices
from ilp_toolkit.analysis import forecasts, grids
from ilp_toolkit.errors import ColumnsError, CrsError, InputError

CRS = "EPSG:32642"
METHODS = [
    forecasts.prospective,
    forecasts.retrospective_kde,
    functools.partial(forecasts.hawkes, trend=None, iterations=500),
]


def events(x, y, days, **more):
    start = pd.Timestamp("2024-01-01")
    table = {
        "occurred_from": start + pd.to_timedelta(np.asarray(days, float), unit="D").round("s"),
        "origin": "reported",
        **more,
    }
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(x, y), crs=CRS)


@pytest.fixture(scope="module")
def city():
    """Two busy corners and some crime all over, every day of 120."""
    rng = np.random.default_rng(1)
    n = 300
    corner = rng.integers(0, 3, n)
    x = np.where(corner == 0, 250, np.where(corner == 1, 750, rng.uniform(0, 1000, n)))
    y = np.where(corner == 0, 250, np.where(corner == 1, 750, rng.uniform(0, 1000, n)))
    return events(x + rng.normal(0, 20, n), y + rng.normal(0, 20, n), np.sort(rng.uniform(0, 120, n)))


def simulated(*, seed, branching, days=400):
    """A process with known branching, a mean delay of 3 days and a spread of 40 m."""
    rng = np.random.default_rng(seed)
    n = rng.poisson(2.0 * days)
    todo = [np.array([rng.uniform(0, days, n), rng.uniform(0, 5000, n), rng.uniform(0, 5000, n)])]
    rows = [todo[0]]
    while todo[-1].shape[1]:
        parents = np.repeat(todo[-1], rng.poisson(branching, todo[-1].shape[1]), axis=1)
        k = parents.shape[1]
        moved = np.stack([rng.exponential(3.0, k), rng.normal(0, 40, k), rng.normal(0, 40, k)])
        children = parents + moved
        todo.append(children[:, children[0] < days])
        rows.append(todo[-1])
    t, x, y = np.concatenate(rows, axis=1)
    return events(x, y, t)


# Scoring: the worked examples of Wheeler's tools.


def test_indices_are_as_published_and_ties_are_pessimistic():
    table = forecasts.accuracy([6, 7, 3, 2, 1, 0], [8, 4, 4, 2, 1, 0])
    assert table["pai"].tolist() == pytest.approx([1.89474, 1.42105, 1.68421, 1.42105, 1.2, 1], abs=1e-5)
    assert table["pei"].tolist() == pytest.approx([0.857143, 0.692308, 1, 1, 1, 1], abs=1e-6)
    table = forecasts.accuracy([6, 3, 0], [3, 2, 1])
    assert table["pai"].tolist() == pytest.approx([2, 1.5, 1])
    assert table["pei"].tolist() == [1, 1, 1]


def test_single_measures_are_rows_of_the_curve():
    observed, predicted = [6, 7, 3, 2, 1, 0], [8, 4, 4, 2, 1, 0]
    curve = forecasts.accuracy(observed, predicted)
    for k in range(1, 7):
        for name in ("hit_rate", "pai", "pei"):
            value = getattr(forecasts, name)(observed, predicted, share=k / 6)
            assert value == pytest.approx(curve[name].iloc[k - 1])
    assert forecasts.pai(observed, predicted, share=0.01) == pytest.approx(curve["pai"].iloc[0])


def test_the_recapture_rate_by_hand():
    # the first place held 8 of 10 events, then 2 of 10
    assert forecasts.rri([2, 6, 2], [9, 1, 0], [8, 1, 1], share=0.4) == pytest.approx(0.25)
    assert np.isnan(forecasts.rri([2, 6], [9, 1], [0, 5], share=0.5))


counts = st.lists(st.integers(0, 20), min_size=2, max_size=30).filter(any)


@settings(deadline=None)
@given(counts, st.data())
def test_scores_keep_to_their_bounds(observed, data):
    predicted = data.draw(st.lists(st.integers(0, 5), min_size=len(observed), max_size=len(observed)))
    area = data.draw(st.lists(st.integers(1, 5), min_size=len(observed), max_size=len(observed)))
    table = forecasts.accuracy(observed, predicted, area=area)
    assert (table["pei"].dropna() <= 1 + 1e-9).all()
    assert table["hit_rate"].is_monotonic_increasing
    assert table["hit_rate"].iloc[-1] == pytest.approx(1)
    assert table["pai"].iloc[-1] == pytest.approx(1)
    best = forecasts.accuracy(observed, observed, area=area)
    assert best["pei"].tolist() == pytest.approx([1] * len(observed))
    even = forecasts.accuracy(observed, [1] * len(observed), area=[1] * len(observed))
    assert (even["pai"] <= 1 + 1e-9).all()


@settings(deadline=None)
@given(counts, st.randoms(use_true_random=False))
def test_the_order_of_places_does_not_matter(observed, random):
    predicted = [n % 3 for n in observed]
    rows = list(zip(observed, predicted, strict=True))
    one = forecasts.accuracy(observed, predicted)
    random.shuffle(rows)
    two = forecasts.accuracy(*map(list, zip(*rows, strict=True)))
    assert one.to_numpy().tolist() == two.to_numpy().tolist()


# The methods


def test_prospective_weights_by_hand():
    points = events([50, 50, 120, 50], [50, 50, 50, 50], [19.9, 10.5, 19.9, -60])
    grid = grids.square_grid(gpd.GeoSeries([shapely.box(0, 0, 200, 100)], crs=CRS), cell_size=100)
    table = forecasts.prospective(points, at="2024-01-21", grid=grid)
    # 0 and 70 m off (one step of 50 m) this week, 0 m a week ago; from the second: 100 m twice, 30 m
    assert table["risk"].tolist() == pytest.approx([1 + 1 / 2 + 1 / 2, 1 / 3 + 1 / 6 + 1])
    noted = choices.of(table)
    assert (noted["too_long_ago"], noted["n_used"], noted["step"]) == (1, 3, 50)


def test_nearness_is_half_open_in_space_and_time():
    grid = grids.square_grid(gpd.GeoSeries([shapely.box(0, 0, 100, 100)], crs=CRS), cell_size=100)
    ask = functools.partial(
        forecasts.prospective, at="2024-03-01", grid=grid, distance=100, duration="7 days"
    )
    assert ask(events([150, 149], [50, 50], [59, 59]))["risk"].tolist() == pytest.approx([1 / 2])
    assert ask(events([50, 50], [50, 50], [53, 59]))["risk"].tolist() == [1.5]
    assert ask(events([50, 50], [50, 50], [52.9, 59]))["risk"].tolist() == [1]
    assert ask(events([50, 50], [50, 50], [60, 59]))["risk"].tolist() == [1]


def test_retrospective_density_holds_the_events_of_its_time(city):
    area = gpd.GeoSeries([shapely.box(-1000, -1000, 2000, 2000)], crs=CRS)
    grid = grids.square_grid(area, cell_size=50)
    table = forecasts.retrospective_kde(city, grid=grid, duration="30 days", bandwidth=200)
    recent = (city["occurred_from"] >= pd.Timestamp("2024-04-30") - pd.Timedelta(days=30)).sum()
    assert (table["risk"] * 0.05**2).sum() == pytest.approx(recent, rel=0.01)


def test_the_likelihood_of_moments_is_as_published():
    value = forecasts.temporal_log_likelihood([1, 2, 2.5, 4, 7], until=8, rate=0.4, branching=0.6, decay=1.2)
    assert value == pytest.approx(-8.861357799, abs=1e-9)


def test_the_fit_finds_what_was_simulated():
    found = forecasts.fit_hawkes(
        simulated(seed=3, branching=0.5), distance=300, duration="30 days", bandwidth=1500, trend=None
    )
    assert found.converged
    assert found.branching == pytest.approx(0.5, abs=0.07)
    assert found.mean_delay / pd.Timedelta(days=1) == pytest.approx(3, rel=0.15)
    assert found.spread == pytest.approx(40, rel=0.1)
    assert found.background_rate == pytest.approx(2, rel=0.2)


def test_the_smoothed_background_is_the_sum_of_its_kernels():
    from ilp_toolkit.analysis._hawkes import _smoothed

    rng = np.random.default_rng(2)
    x, y = rng.uniform(0, 3000, 200), rng.normal(0, 700, 200)
    weight = rng.uniform(0, 1, 200)
    square = (x[:, None] - x) ** 2 + (y[:, None] - y) ** 2
    for width in (60.0, 400.0):
        exact = (weight * np.exp(-square / 2 / width**2)).sum(axis=1) / (2 * np.pi * width**2)
        assert _smoothed(x, y, weight, width) == pytest.approx(exact, rel=0.01)


def test_what_was_set_off_adds_up_at_the_end_of_a_fit():
    points = simulated(seed=8, branching=0.3, days=40)
    found = forecasts.fit_hawkes(
        points, distance=300, duration="30 days", bandwidth=3000, trend=None, iterations=500, tolerance=1e-9
    )
    points = points.sort_values("occurred_from")
    t = (points["occurred_from"] - points["occurred_from"].min()) / pd.Timedelta(days=1)
    t, x, y = t.to_numpy(), points.geometry.x.to_numpy(), points.geometry.y.to_numpy()
    end = (pd.Timestamp(found.choices["at"]) - points["occurred_from"].min()) / pd.Timedelta(days=1)
    decay, s2 = pd.Timedelta(days=1) / found.mean_delay, found.spread**2
    p = found.background.loc[points.index].to_numpy()
    triggered = np.zeros(len(t))
    for i in range(len(t)):
        delay, square = t[i] - t, (x[i] - x) ** 2 + (y[i] - y) ** 2
        near = (delay > 0) & (delay < 30) & (square < 300**2)
        in_time = decay * np.exp(-decay * delay[near]) / (1 - np.exp(-decay * 30))
        in_space = np.exp(-square[near] / 2 / s2) / (2 * np.pi * s2) / (1 - np.exp(-(300**2) / 2 / s2))
        triggered[i] = found.branching * (in_time * in_space).sum()
    some = triggered > 0
    background = p[some] / (1 - p[some]) * triggered[some]  # from p = background / (background + triggered)
    seen = (1 - np.exp(-decay * np.minimum(end - t, 30))) / (1 - np.exp(-decay * 30))
    assert found.branching * seen.sum() == pytest.approx((1 - p).sum(), rel=1e-3)
    even = p.sum() / (np.ptp(x) * np.ptp(y) * end)  # a wide kernel leaves the background next to even
    assert np.median(background) == pytest.approx(even, rel=0.1)
    assert p[~some] == pytest.approx(1)


def test_events_strewn_by_chance_set_off_next_to_nothing():
    found = forecasts.fit_hawkes(
        simulated(seed=4, branching=0.0), distance=300, duration="30 days", bandwidth=1500, trend=None
    )
    assert found.branching < 0.1
    assert found.background.between(0, 1 + 1e-9).all()


def test_the_forecast_of_the_process_counts_what_is_expected():
    points = simulated(seed=5, branching=0.4)
    area = gpd.GeoSeries([shapely.box(-6000, -6000, 11_000, 11_000)], crs=CRS)
    grid = grids.square_grid(area, cell_size=25 * 4)
    table = forecasts.hawkes(
        points, grid=grid, distance=300, duration="30 days", bandwidth=1000, trend=None, horizon="7 days"
    )
    noted = choices.of(table)
    expected = (table["risk"] * 0.1**2).sum()
    assert noted["background_rate"] * 7 < expected < 7 * 2 / (1 - 0.4) * 1.3
    assert noted["converged"]
    assert noted["horizon"] == "7 days 00:00:00"


def test_the_same_events_in_any_order_give_the_same_forecast(city):
    shuffled = city.sample(frac=1, random_state=1)
    area = gpd.GeoSeries([shapely.box(0, 0, 1000, 1000)], crs=CRS)
    grid = grids.square_grid(area, cell_size=100)
    for method in METHODS:
        one, two = method(city, grid=grid), method(shuffled, grid=grid)
        assert np.allclose(one["risk"], two["risk"], rtol=1e-6)
        assert one["risk"].notna().all()
        assert (one["risk"] >= 0).all()
        assert choices.of(one)["on_screen_only"] is True
        assert choices.of(one)["share_discovered"] == 0


def test_what_comes_later_changes_no_forecast(city):
    area = gpd.GeoSeries([shapely.box(0, 0, 1000, 1000)], crs=CRS)
    grid = grids.square_grid(area, cell_size=100)
    early = city[city["occurred_from"] < "2024-03-01"]
    for method in METHODS:
        one, two = method(city, grid=grid, at="2024-03-01"), method(early, grid=grid, at="2024-03-01")
        assert np.array_equal(one["risk"], two["risk"])
        assert choices.of(one)["after_at"] == len(city) - len(early)


# Who noticed the events


@pytest.mark.parametrize("origin", ["unknown", None, "missing", "mixed"])
def test_events_that_may_be_discovered_are_warned_of(city, origin):
    points = city.drop(columns="origin") if origin == "missing" else city.assign(origin=origin)
    share = 1.0
    if origin == "mixed":
        points = city.assign(origin=["discovered", "reported"] * 150)
        share = 0.5
    for method in METHODS:
        with pytest.warns(forecasts.ReportingBiasWarning, match="patrols") as seen:
            table = method(points, cell_size=100)
        assert seen[0].filename == __file__ or isinstance(method, functools.partial)
        assert choices.of(table)["share_discovered"] == share
        assert choices.of(table)["on_screen_only"] is True


def test_a_forecast_of_discoveries_alone_is_refused(city):
    points = city.assign(origin="discovered")
    for method in [*METHODS, functools.partial(forecasts.score, forecast=METHODS[0], split="2024-04-01")]:
        with pytest.raises(InputError, match="where the police look"):
            method(points)


# Scoring over time


def test_forecasts_are_scored_beside_what_anybody_could_say(city):
    table = forecasts.score(
        city,
        {"decay": METHODS[0], "density": METHODS[1], "process": METHODS[2]},
        split="2024-04-01",
        cell_size=100,
        shares=[0.05, 0.2],
    )
    assert table["method"].unique().tolist() == ["decay", "density", "process", "last_period", "best"]
    best = table[table["method"] == "best"].set_index("share")
    assert (best["pei"] == 1).all()
    for share, rows in table.groupby("share"):
        assert (rows["hit_rate"] <= best.loc[share, "hit_rate"] + 1e-9).all()
        assert (rows["area_share"] <= share + 1e-9).all()
        assert (rows["hits"] == (rows["hit_rate"] * rows["n"]).round()).all()
    assert (table[table["share"] == 0.05]["pai"] > 3).all()
    assert choices.of(table)["on_screen_only"] is True


def test_the_last_period_is_its_counts():
    points = events([50] * 3 + [150] * 2 + [50, 150], [50] * 7, [1, 2, 3, 35, 36, 50, 51])
    table = forecasts.score(points, METHODS[0], split="2024-02-10", cell_size=100, shares=[0.5])
    last = table[table["method"] == "last_period"].iloc[0]
    assert (last["hits"], last["n"], last["pai"]) == (1, 2, 1)
    assert last["rri"] == pytest.approx(0.5 / (2 / 5))


def test_what_cannot_be_scored_is_refused(city):
    ask = functools.partial(forecasts.score, city, cell_size=100)
    with pytest.raises(InputError, match="after"):
        ask(METHODS[0], split="2030-01-01")
    with pytest.raises(InputError, match="before"):
        ask(METHODS[0], split="2020-01-01")
    with pytest.raises(InputError, match="no moment"):
        ask(METHODS[0], split="someday")
    with pytest.raises(ColumnsError, match="`risk`"):
        ask(lambda points, grid, at: grid, split="2024-04-01")
    for wrong in (([1, 2], [1]), ([0, 0], [1, 1]), ([1, -1], [1, 1]), ([1, np.nan], [1, 1])):
        with pytest.raises(InputError):
            forecasts.accuracy(*wrong)
    with pytest.raises(InputError, match="share"):
        forecasts.hit_rate([1], [1], share=0)


# Odd cases


def test_no_events_and_wrong_choices_are_refused(city):
    for method in METHODS:
        with pytest.raises(InputError, match="no event"):
            method(city.iloc[:0])
        with pytest.raises(InputError, match="no event"):
            method(city, at="2020-01-01")
        with pytest.raises(CrsError):
            method(city.to_crs("EPSG:4326"))
        with pytest.raises(InputError, match="duration"):
            method(city, duration=7)
        with pytest.raises(ColumnsError, match="occurred_from"):
            method(city.drop(columns="occurred_from"))
    with pytest.raises(InputError, match="distance"):
        forecasts.prospective(city, distance=0)
    with pytest.raises(InputError, match="at least two"):
        forecasts.fit_hawkes(city.iloc[:1])


def test_all_in_one_place_and_one_event_have_a_forecast():
    same = events([50] * 30, [50] * 30, range(30))
    for method in METHODS:
        table = method(same, cell_size=100)
        assert np.isfinite(table["risk"]).all()
    for method in METHODS[:2]:
        assert method(events([50], [50], [0]), cell_size=100)["risk"].max() > 0


def test_a_fit_that_was_cut_short_says_so(city):
    with pytest.warns(UserWarning, match="not converged"):
        found = forecasts.fit_hawkes(city, iterations=1)
    assert not found.converged
    assert found.iterations == 1


def test_events_of_one_moment_set_off_nothing():
    found = forecasts.fit_hawkes(events([0, 10, 20, 30], [0, 0, 0, 0], [3] * 4), trend=None)
    assert found.branching == 0
    assert found.mean_delay is pd.NaT
    assert np.isnan(found.spread)


def test_a_grid_elsewhere_gets_no_risk_and_time_zones_are_read_by_the_clock(city):
    far = grids.square_grid(gpd.GeoSeries([shapely.box(90_000, 0, 90_200, 100)], crs=CRS), cell_size=100)
    with pytest.warns(UserWarning, match="right coordinate system"):
        nowhere = forecasts.prospective(city, grid=far)
    assert nowhere["risk"].tolist() == [0, 0]
    zoned = city.assign(occurred_from=city["occurred_from"].dt.tz_localize("Asia/Dushanbe"))
    one = forecasts.prospective(zoned, at="2024-03-01", cell_size=100)
    two = forecasts.prospective(city, at="2024-03-01", cell_size=100)
    three = forecasts.prospective(zoned, at="2024-02-29T19:00Z", cell_size=100)
    assert one["risk"].tolist() == two["risk"].tolist() == three["risk"].tolist()


def test_the_callers_points_stay_as_they_are(city):
    before = city.copy()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for method in METHODS:
            method(city, cell_size=100)
        forecasts.score(city, METHODS[0], split="2024-04-01", cell_size=100)
    assert city.equals(before)
    assert "choices" not in city.attrs
