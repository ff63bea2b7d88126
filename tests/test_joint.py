"""A release beside earlier ones: what all figures together give away, against an attacker who tries everything."""

from __future__ import annotations

from itertools import product
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ilp_toolkit.direction.policy import Policy, load
from ilp_toolkit.dissemination.joint import Publication, Statement, Verdict, protect, true_values
from ilp_toolkit.errors import InputError

POLICY = load()


def register(**counts: int) -> pd.DataFrame:
    """Return a register with so many rows of each offence."""
    return pd.DataFrame({"offence": [name for name, n in counts.items() for _ in range(n)]})


def publication(name: str, extents: list[dict[str, Any]], rows: pd.DataFrame) -> Publication:
    values = true_values(extents, rows=rows)
    return Publication(name, tuple(Statement(e, n) for e, n in zip(extents, values, strict=True)))


def release(
    extents: list[dict[str, Any]], rows: pd.DataFrame, *earlier: Publication, **choices: Any
) -> Verdict:
    policy = choices.pop("policy", POLICY)
    return protect(publication("new", extents, rows), earlier=earlier, rows=rows, policy=policy, **choices)


def values(verdict: Verdict) -> list[int | None]:
    return [each.value for each in verdict.publication.statements]


def within(**suppression: Any) -> Policy:
    return POLICY.model_copy(update={"suppression": POLICY.suppression.model_copy(update=suppression)})


# one release


def test_a_small_figure_is_hidden_and_the_rest_is_left() -> None:
    rows = register(theft=40, arson=3)
    verdict = release([{"offence": ["theft"]}, {"offence": ["arson"]}], rows)
    assert (verdict.status, values(verdict)) == ("suppressed", [40, None])


def test_a_release_without_small_groups_is_safe_as_it_is() -> None:
    rows = register(theft=40, arson=9)
    verdict = release([{}, {"offence": ["theft"]}, {"offence": ["arson"]}], rows)
    assert (verdict.status, verdict.fix, values(verdict)) == ("safe", "", [49, 40, 9])


def test_beside_a_total_one_hidden_figure_takes_company() -> None:
    rows = register(theft=40, fraud=9, arson=3)
    verdict = release([{}, *({"offence": [name]} for name in ("theft", "fraud", "arson"))], rows)
    assert values(verdict) == [52, 40, None, None]


def test_zeros_are_published() -> None:
    rows = register(theft=40)
    verdict = release([{"offence": ["theft"]}, {"offence": ["arson"]}], rows)
    assert values(verdict) == [40, 0]


# counting


def test_figures_count_by_the_beginning_the_place_and_the_kind() -> None:
    start = pd.to_datetime(["2025-01-31 23:59", "2025-02-01 00:00", None]).tz_localize("Asia/Dushanbe")
    rows = gpd.GeoDataFrame(
        {"offence": ["theft", "theft", "fraud"], "occurred_from": start, "area": ["N", "S", "S"]},
        geometry=gpd.points_from_xy([100, 200, 300], [50, 50, 50]),
        crs=32642,
    )
    january = {"from": "2025-01-01", "to": "2025-02-01"}
    box = shapely.to_wkb(shapely.box(100, 0, 200, 100), hex=True)
    extents = [
        january,
        {},
        {"place": "S"},
        {"place": box},
        {"place": box, "offence": ["fraud"]},
        {"hour": [23]},
    ]
    assert true_values(extents, rows=rows) == [1, 3, 2, 1, 0, 1]


def test_a_shape_in_another_coordinate_system_is_brought_over() -> None:
    points = gpd.GeoDataFrame(
        {"offence": ["theft"] * 7}, geometry=gpd.points_from_xy([500_050.0] * 7, [4_300_050.0] * 7), crs=32642
    )
    square = gpd.GeoSeries([shapely.box(500_000, 4_300_000, 500_100, 4_300_100)], crs=32642).to_crs(4326)
    place = shapely.to_wkb(shapely.set_srid(square.iloc[0], 4326), hex=True, include_srid=True)
    assert true_values([{"place": place}], rows=points) == [7]


def test_figures_about_shapes_need_points() -> None:
    with pytest.raises(InputError, match="no points with a coordinate system"):
        true_values([{"place": shapely.to_wkb(shapely.box(0, 0, 1, 1), hex=True)}], rows=register(theft=1))


@pytest.mark.parametrize("extent", [{"from": "soon"}, {"from": "2025-02-01", "to": "2025-01-01"}])
def test_periods_that_cannot_be_read_are_refused(extent: dict[str, str]) -> None:
    rows = pd.DataFrame({"occurred_from": pd.to_datetime(["2025-01-05"])})
    assert (
        protect(Publication("p", (Statement(extent, 1),)), earlier=[], rows=rows, policy=POLICY).status
        == "refused"
    )


def test_a_figure_that_the_rows_do_not_give_is_refused() -> None:
    rows = register(theft=40)
    new = Publication("p", (Statement({"offence": ["theft"]}, 41),))
    verdict = protect(new, earlier=[], rows=rows, policy=POLICY)
    assert verdict.status == "refused"
    assert verdict.publication.statements == ()
    assert "first: figure 1" in verdict.fix


# the record


def test_a_publication_survives_its_record() -> None:
    one = Publication(
        "p", (Statement({"offence": ["theft"], "place": None}, 12), Statement({}, None), Statement({}, 10, 5))
    )
    assert Publication.from_json(one.to_json()) == one


def test_a_damaged_record_is_an_error_and_not_an_empty_publication() -> None:
    with pytest.raises(InputError, match="cannot be read"):
        Publication.from_json({"id": "p"})


def test_the_evidence_holds_no_figure_of_a_group() -> None:
    rows = register(theft=40, arson=3)
    verdict = release([{"offence": ["theft"]}, {"offence": ["arson"]}], rows)
    assert "arson" not in str(verdict.evidence)


def test_the_same_release_gives_the_same_verdict() -> None:
    rows = register(a=9, b=3, c=30, d=12, e=2, f=8)
    extents = [{}, *({"offence": [name]} for name in "abcdef"), {"offence": ["a", "b", "c"]}]
    assert values(release(extents, rows)) == values(release(extents, rows.sample(frac=1, random_state=2)))


def test_no_time_means_no_release() -> None:
    rows = register(**{f"k{i}": 3 + 7 * (i % 5) for i in range(40)})
    verdict = release([{}, *({"offence": [f"k{i}"]} for i in range(40))], rows, seconds=0.0)
    assert verdict.status == "refused"


# an attacker who tries every register, written without the library's own

KINDS = "abcd"
SETS = [
    frozenset(s)
    for s in ({"a"}, {"b"}, {"c"}, {"d"}, {"a", "b"}, {"b", "c"}, {"c", "d"}, {"a", "b", "c"}, set(KINDS))
]
MINIMUM = 3
HISTORY = st.lists(
    st.lists(st.sampled_from(range(len(SETS))), min_size=1, max_size=4, unique=True), min_size=1, max_size=3
)
COUNTS = st.lists(st.sampled_from([0, 1, 2, 3, 5, 8]), min_size=4, max_size=4)


def small_policy() -> Policy:
    return POLICY.model_copy(update={"cells": POLICY.cells.model_copy(update={"minimum_count": MINIMUM})})


def registers(known: dict[frozenset[str], int], top: int) -> np.ndarray:
    """Return every register that gives the published figures."""
    every = np.array(list(product(range(top + 1), repeat=len(KINDS))))
    for kinds, value in known.items():
        every = every[every[:, [KINDS.index(k) for k in kinds]].sum(axis=1) == value]
    return every


@settings(
    max_examples=settings.default.max_examples * 3 // 4,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(COUNTS, HISTORY)
def test_whatever_was_released_in_whatever_order_no_register_is_pinned_down(
    counts: list[int], history: list[list[int]]
) -> None:
    rows = register(**dict(zip(KINDS, counts, strict=True)))
    if rows.empty:
        return
    known: dict[frozenset[str], int] = {}
    hidden: set[frozenset[str]] = set()
    earlier: list[Publication] = []
    for number, sets in enumerate(history):
        extents = [{"offence": sorted(SETS[i])} for i in sets]
        new = publication(f"p{number}", extents, rows)
        verdict = protect(new, earlier=earlier, rows=rows, policy=small_policy())
        for each in verdict.publication.statements:
            kinds = frozenset(each.extent["offence"])
            if each.value is None:
                hidden.add(kinds)
            else:
                known[kinds] = each.value
        earlier.append(verdict.publication)
    true = dict(zip(KINDS, counts, strict=True))
    assert all(value == sum(true[k] for k in kinds) for kinds, value in known.items())
    stranger = registers(known, 16)
    insider = stranger
    for kinds in hidden - set(known):
        sums, value = insider[:, [KINDS.index(k) for k in kinds]].sum(axis=1), sum(true[k] for k in kinds)
        insider = insider[(sums >= 1) & (sums < MINIMUM) if value < MINIMUM else sums >= MINIMUM]
    for kinds in hidden - set(known):
        assert len(set(insider[:, [KINDS.index(k) for k in kinds]].sum(axis=1))) > 1, (known, hidden)
    # Every group that figures can carve out: no union of the finest groups is known to be small.
    for group in product([False, True], repeat=len(KINDS)):
        sums, value = (
            stranger[:, list(group)].sum(axis=1),
            sum(n for n, yes in zip(counts, group, strict=True) if yes),
        )
        if 0 < value < MINIMUM:
            assert sums.max() >= MINIMUM, (group, known, hidden)
            inside = insider[:, list(group)].sum(axis=1)
            assert len(set(inside)) > 1, (group, known, hidden)
