"""Attempts to get rows of persons past the gate under other names, as numbers, in sentences, and in an order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import ilp_toolkit as ilp
from ilp_toolkit.dissemination import checks, people
from ilp_toolkit.dissemination.release import ReleaseError, preview, release

attack, legitimate = pytest.mark.attack, pytest.mark.legitimate
Make = Callable[[pd.DataFrame], Any]

PEOPLE = 30
LABELS = [
    "Velkopil Arshumet",
    "Tironak Osmirel",
    "Kelvatin Dornasek",
    "Ulvetir Paskolin",
    "Jemvarit Lurkonas",
]
KINDS = ("calls", "meets", "pays")
ALLOWED = ilp.calls.Authorisation(
    "W-17/2025", ["0007055501"], "2025-03-01", "2025-03-31", "Court of Lorvek", "Code, art. 98"
)
OUTSIDE = ["public", "partners", "law_enforcement", "prosecution"]


def links(prefix: str) -> pd.DataFrame:
    """Invent links in which the low numbers have more of them than the others."""
    rng = np.random.default_rng(3)
    ends = (rng.pareto(1.2, (120, 2)) * 4).astype(int) % PEOPLE + 1
    ends = ends[ends[:, 0] != ends[:, 1]]
    day = pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 180, len(ends)), unit="D")
    return pd.DataFrame(
        {
            "source": [f"{prefix}{one}" for one in ends[:, 0]],
            "target": [f"{prefix}{one}" for one in ends[:, 1]],
            "kind": np.take(KINDS, rng.integers(0, 3, len(ends))),
            "date": day.strftime("%Y-%m-%d"),
            "grade": "B2",
        }
    )


def entities(prefix: str) -> pd.DataFrame:
    """Invent the persons: a witness in the middle, and names of two words."""
    names = [
        f"{LABELS[k % 5].split()[0]}{k // 5 or ''} {LABELS[(k * 2 + k // 5) % 5].split()[1]}"
        for k in range(PEOPLE)
    ]
    return pd.DataFrame(
        {
            "entity_id": [f"{prefix}{k + 1}" for k in range(PEOPLE)],
            "label": names,
            "type": "person",
            "role": ["witness", *["suspect"] * (PEOPLE - 1)],
        }
    )  # fmt: skip


def listings() -> pd.DataFrame:
    """Invent a market of twelve sellers; one of the drugs is sold by two alone."""
    rng = np.random.default_rng(5)
    rows = []
    for seller in range(12):
        for page in range(3):
            drug = "5 g hash" if seller < 10 else "2 g opium"
            price = f"${float(30 + seller + rng.uniform(0, 3)):.2f}"
            rows.append(
                [f"Seller{seller}", drug, price, "XA" if seller % 2 else "XB", f"2025-01-{page * 7 + 1:02d}"]
            )
    return pd.DataFrame(rows, columns=["vendor", "title", "price", "ships from", "date"])  # fmt: skip


def new_case(folder: Path) -> ilp.Case:
    return ilp.Case(
        "Links", folder=folder / "case", purpose="tasking", owner="analyst-07",
        legal_basis="Police Act (invented), s. 12", key_folder=folder / "keys",
    )  # fmt: skip


def of_links(folder: Path, prefix: str) -> ilp.Material:
    return new_case(folder).collect(
        links(prefix), reader=ilp.read_links, entities=entities(prefix), quality="invented", handling="4x4:H0"
    )


@pytest.fixture(scope="module")
def lettered(tmp_path_factory: pytest.TempPathFactory) -> ilp.Material:
    """Links of a case whose ids are short: "N1"."""
    return of_links(tmp_path_factory.mktemp("lettered"), "N")


@pytest.fixture(scope="module")
def numbered(tmp_path_factory: pytest.TempPathFactory) -> ilp.Material:
    """Links of a case whose ids are nothing but a number, which a count may equal."""
    return of_links(tmp_path_factory.mktemp("numbered"), "")


@pytest.fixture(params=["lettered", "numbered"], ids=["N1", "7"])
def network(request: pytest.FixtureRequest) -> ilp.Material:
    """Both, where it is ids that are looked for."""
    material: ilp.Material = request.getfixturevalue(request.param)
    return material


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> ilp.Material:
    case = new_case(tmp_path_factory.mktemp("listings"))
    return case.collect(
        listings(), reader=ilp.read_listings, quality="invented", handling="4x4:H0", market="Lunimet"
    )


def centralities(table: pd.DataFrame) -> pd.DataFrame:
    return ilp.networks.centralities(ilp.networks.graph_from_links(table))


def positions(table: pd.DataFrame) -> pd.DataFrame:
    """Return every vertex with its degree, in the order of ids."""
    ends = pd.concat([table["source"], table["target"]]).value_counts()
    return (
        ends.rename_axis("entity_id").reset_index(name="degree").sort_values("entity_id", ignore_index=True)
    )


def number_of(table: pd.DataFrame) -> pd.Series:
    return positions(table)["entity_id"].str.extract(r"(\d+)")[0].astype(int)


def leaves(made: Any, audience: str, **wishes: Any) -> bool:
    """Say whether a result leaves through every check."""
    columns = [str(name) for name in getattr(made.table, "columns", ["value"])]
    seen = preview(made, audience=audience, **({"columns": columns, "confidence": "low"} | wishes))
    return seen.would_leave


def refused(made: Any, audience: str, *, check: str = "columns", **wishes: Any) -> bool:
    """Say whether the gate refuses a result of an own function for all that its author may wish for."""
    columns = [str(name) for name in getattr(made.table, "columns", ["value"])]
    wishes = {"columns": columns, "confidence": "low", "statement": ""} | wishes
    seen = preview(made, audience=audience, second_person="B", exceptions={"free_text": "x"}, **wishes)
    return check in {one.id for one in checks.failures(seen.checks)}


SMUGGLED: dict[str, Make] = {
    "ids and a measure": positions,
    "ids under another name": lambda t: positions(t).rename(columns={"entity_id": "station"}),
    "ids as a category": lambda t: positions(t).astype({"entity_id": "category"}),
    "ids as numbers": lambda t: pd.DataFrame({"class": number_of(t), "share": positions(t)["degree"] / 7}),
    "ids as fractions": lambda t: pd.DataFrame({"x": number_of(t).astype(float), "y": 0.5}),
    "ids as texts of numbers": lambda t: pd.DataFrame({"x": number_of(t).astype(str), "y": 0.5}),
    "the first five as numbers": lambda t: pd.DataFrame({"x": number_of(t).head(5).astype(float)}),
    "ids in a sentence": lambda t: pd.DataFrame({"x": "vertex " + positions(t)["entity_id"] + " stands out"}),
    "ids in a list": lambda t: pd.DataFrame({"x": [tuple(positions(t)["entity_id"].head(3))], "n": 0.1}),
    "ids in headers": lambda t: positions(t).set_index("entity_id").T.rename(columns=lambda c: f"of {c}").head(1),
    "ids with other letters": lambda t: positions(t).assign(entity_id=lambda p: " " + p["entity_id"].str.lower()),
    "both ends of links": lambda t: t[["source", "target"]],
    "both ends as numbers": lambda t: t[["source", "target"]].apply(lambda c: c.str.extract(r"(\d+)")[0].astype(int)),
    "the most central by kind": lambda t: t.groupby("kind")["source"].agg(lambda s: int(s.mode()[0].strip("N"))).reset_index(),
    "one number": lambda t: pd.DataFrame({"who": [int(positions(t)["entity_id"].iloc[3].strip("N"))]}),
    "the measure without its ids": lambda t: positions(t)[["degree"]] / 3,
    "codes of one's own": lambda t: pd.DataFrame({"code": [f"P-{chr(65 + k)}{chr(70 + k % 9)}" for k in range(len(positions(t)))], "y": 0.5}),
    "the toolkit's own measures": lambda t: centralities(t)[["entity_id", "betweenness"]],
    "a curve by removal, as its ids": lambda t: positions(t).rename(columns={"entity_id": "removed"}),
}  # fmt: skip


@attack
@pytest.mark.parametrize("name", list(SMUGGLED))
def test_no_row_of_a_person_leaves_for_those_who_may_not_see_them(network: ilp.Material, name: str) -> None:
    made = network.case.analyse(SMUGGLED[name], network, kind="fact")
    assert [audience for audience in OUTSIDE if not refused(made, audience)] == []


@attack
def test_a_name_is_found_also_by_its_surname_and_in_the_authors_words(network: ilp.Material) -> None:
    def told(_table: pd.DataFrame) -> pd.DataFrame:
        return pd.DataFrame({"what": ["the part around Osmirel"], "share": [0.4]})

    assert refused(network.case.analyse(told, network), "law_enforcement")
    plain = network.case.analyse(lambda t: pd.DataFrame({"share": [0.4]}), network)
    assert not refused(plain, "law_enforcement")
    assert refused(plain, "law_enforcement", statement="Tironak Osmirel is in the middle.")
    assert refused(plain, "law_enforcement", title="Around Osmirel")


@attack
def test_what_was_chosen_names_nobody(tmp_path: Path) -> None:
    case = new_case(tmp_path)
    material = case.collect(links("Person-"), reader=ilp.read_links, quality="invented", handling="4x4:H0")
    made = case.analyse(lambda t, who: pd.DataFrame({"share": [0.4]}), material, who="Person-4")
    assert refused(made, "prosecution")
    again = case.analyse(lambda t: t.assign(share=0.1), made)
    assert refused(again, "prosecution")  # also where it was chosen a step before


@attack
def test_a_listed_function_that_takes_labels_carries_no_ids(lettered: ilp.Material) -> None:
    def degrees(table: pd.DataFrame, half: int) -> pd.Series:
        ends = pd.concat([table["source"], table["target"]])
        return ends[half::2].value_counts().reindex(sorted(ends.unique()), fill_value=0)

    case = lettered.case
    first, second = (case.analyse(degrees, lettered, half=half) for half in (0, 1))
    made = case.analyse(ilp.change.compare_periods, first, second)
    for audience in OUTSIDE:
        assert refused(made, audience, columns=[])


@attack
def test_a_removal_is_never_public_not_even_through_a_function_of_ones_own(lettered: ilp.Material) -> None:
    graph = lettered.case.analyse(ilp.networks.graph_from_links, lettered)
    made = lettered.case.analyse(ilp.networks.removal, graph, draws=2, rng=1)
    own = lettered.case.analyse(lambda t: t.astype({"removed": float}), made)
    for audience in ("public", "partners"):
        assert refused(made, audience, columns=[])
        assert refused(own, audience)


@attack
def test_calls_give_nobodys_number_away(tmp_path: Path) -> None:
    case = new_case(tmp_path)
    calls = pd.DataFrame(
        {
            "caller": ["0007055501"] * 40,
            "called": [f"00070{k % 13:05d}" for k in range(40)],
            "start time": [f"2025-03-{k % 28 + 1:02d} 10:15" for k in range(40)],
            "duration": "40",
        }
    )
    material = case.collect(
        calls, reader=ilp.calls.read_calls, authorisation=ALLOWED, quality="invented", handling="4x4:H0"
    )
    for made in (
        case.analyse(lambda t: t[["called"]].drop_duplicates(), material),
        case.analyse(lambda t: t["caller"].drop_duplicates().astype(float).to_frame("line"), material),
        case.analyse(
            lambda t: t.groupby("called")["seconds"].mean().reset_index(drop=True).to_frame(), material
        ),
    ):
        assert [audience for audience in OUTSIDE if not refused(made, audience)] == []
    by_hour = case.analyse(
        lambda t: t.groupby(t["started"].dt.hour.rename("hour")).size().rename("n").reset_index(), material
    )
    assert not refused(by_hour, "law_enforcement")


# Orders of persons, also for those who may see them

ORDERED: dict[str, Make] = {
    "sorted by a measure": lambda t: positions(t).sort_values(["degree", "entity_id"], ascending=False),
    "turned round": lambda t: positions(t).sort_values("entity_id", ascending=False),
    "sorted, without the measure": lambda t: positions(t).sort_values("degree")[["entity_id"]],
    "persons as headers": lambda t: positions(t).sort_values("degree").set_index("entity_id").T,
    "a rank beside the ids": lambda t: positions(t).assign(place=lambda p: p["degree"].rank(method="min")),
    "a rank without ties": lambda t: positions(t).assign(place=lambda p: p["degree"].rank(method="first")),
    "a measure under another name": lambda t: positions(t).sort_values("degree").rename(
        columns={"entity_id": "a", "degree": "b"}
    ),
    "links by weight": lambda t: t.groupby(["source", "target"]).size().rename("n").reset_index().sort_values("n"),
}  # fmt: skip


@attack
@pytest.mark.parametrize("name", list(ORDERED))
def test_an_order_of_persons_leaves_to_nobody(numbered: ilp.Material, name: str) -> None:
    made = numbered.case.analyse(ORDERED[name], numbered, kind="fact")
    for audience in ("agency", "originator"):
        assert refused(made, audience), audience


@attack
def test_persons_chosen_by_a_measure_are_a_list_of_targets(lettered: ilp.Material) -> None:
    case = lettered.case
    people = lettered.intake.entities
    graph = case.analyse(lambda t: ilp.networks.graph_from_links(t, entities=people), lettered)
    central = case.analyse(ilp.networks.centralities, graph)
    top = case.analyse(
        lambda t: t.nlargest(5, "betweenness").sort_values("entity_id")[["entity_id"]], central
    )
    assert refused(top, "agency")
    every = case.analyse(lambda t: t[["entity_id", "degree"]], central)
    assert not refused(every, "agency")


@attack
def test_a_witness_among_suspects_is_no_list_for_anybody(lettered: ilp.Material) -> None:
    made = lettered.case.analyse(positions, lettered)
    assert refused(made, "agency", check="roles")


# Listings


@attack
def test_no_account_leaves_to_anybody_but_the_own_agency(market: ilp.Material) -> None:
    by_account = market.case.analyse(
        lambda t: t.groupby("vendor_id")["price_usd"].median().reset_index(), market
    )
    for audience in [*OUTSIDE, "originator"]:
        assert refused(by_account, audience)
    assert not refused(by_account, "agency")
    for name in ("listing_id", "handle_id"):
        made = market.case.analyse(lambda t, name: t[[name]].drop_duplicates(), market, name=name)
        assert refused(made, "originator")


@attack
def test_what_few_accounts_stand_behind_does_not_leave(market: ilp.Material) -> None:
    case = market.case
    prices = case.analyse(lambda t: t.groupby("substance")["price_usd"].median().reset_index(), market)
    bands = case.analyse(lambda t: ilp.darknet.price_per_gram(t).bands, market)
    unknown = case.analyse(lambda t: pd.DataFrame({"band": ["low", "high"], "usd": [3.5, 9.5]}), market)
    for audience in [*OUTSIDE, "originator"]:
        assert refused(prices, audience), audience  # two accounts sell opium
        assert refused(bands, audience), audience
        assert refused(unknown, audience), audience


# What must pass


@legitimate
def test_counts_by_kind_and_month_leave(network: ilp.Material) -> None:
    case = network.case
    by_kind = case.analyse(lambda t: t.groupby("kind").size().rename("n").reset_index(), network)
    by_month = case.analyse(
        lambda t: t.groupby(t["date"].dt.strftime("%Y-%m").rename("month")).size().rename("n").reset_index(),
        network,
    )
    both = case.analyse(
        lambda t: t.groupby(["kind", t["date"].dt.month_name().rename("name")]).size().rename("n").reset_index()
        .groupby("kind")["n"].mean().rename("mean").reset_index(), network,
    )  # fmt: skip
    people = case.analyse(
        lambda t: t.groupby("kind")["source"].nunique().rename("people").reset_index(), network
    )
    whole = case.analyse(lambda t: pd.DataFrame({"links": [len(t)], "density": [0.1]}), network)
    for made in (by_kind, by_month, both, people, whole):
        for audience in ("law_enforcement", "prosecution", "agency"):
            assert not refused(made, audience), (audience, made.table)


@legitimate
def test_the_agency_sees_its_persons_in_the_order_of_ids(network: ilp.Material) -> None:
    case = network.case
    own = case.analyse(lambda t: positions(t)[lambda p: ~p["entity_id"].isin(["N1", "1"])], network)
    assert not refused(own, "agency")
    assert not refused(own, "agency", check="roles")
    in_time = case.analyse(lambda t: t.sort_values("date")[["date", "source", "target"]], network)
    assert not refused(in_time, "agency")
    as_filed = case.analyse(lambda t: t[["source", "target", "kind"]], network)
    assert not refused(as_filed, "agency")


@legitimate
def test_a_removal_leaves_for_the_police_as_a_curve(lettered: ilp.Material) -> None:
    graph = lettered.case.analyse(ilp.networks.graph_from_links, lettered)
    made = lettered.case.analyse(ilp.networks.removal, graph, draws=2, rng=1)
    assert not refused(made, "law_enforcement", columns=[])


@legitimate
def test_prices_behind_which_enough_accounts_stand_leave(market: ilp.Material) -> None:
    case = market.case
    prices = case.analyse(
        lambda t: (
            t[t["substance"] == "cannabis_resin"].groupby("substance")["price_usd"].median().reset_index()
        ),
        market,
    )
    bands = case.analyse(lambda t: ilp.darknet.price_per_gram(t).bands[lambda b: b["vendors"] >= 5], market)
    concentration = case.analyse(
        lambda t: ilp.darknet.market_concentration(t, amount=None, samples=9, rng=1), market
    )
    for made in (prices, bands, concentration):
        assert not refused(made, "law_enforcement"), made.table


@attack
def test_the_scan_finds_a_name_where_the_first_lock_is_broken(
    lettered: ilp.Material, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = lettered.case.analyse(
        lambda t: pd.DataFrame({"who": ["Tironak Osmirel"], "share": [0.4]}), lettered
    )
    wishes: dict[str, Any] = {"author": "analyst-07", "columns": ["who", "share"], "confidence": "low"}
    monkeypatch.setattr(people, "refusal", lambda *_given: None)
    with pytest.raises(ReleaseError, match="payload"):
        release(made, tmp_path / "out", audience="law_enforcement", **wishes)
    assert not (tmp_path / "out").exists()


@legitimate
def test_a_product_on_links_leaves_for_the_police(numbered: ilp.Material, tmp_path: Path) -> None:
    made = numbered.case.analyse(lambda t: t.groupby("kind").size().rename("n").reset_index(), numbered)
    out = release(
        made, tmp_path / "out", audience="law_enforcement", author="analyst-07", columns=["kind", "n"],
        confidence="low",
    )  # fmt: skip
    assert (out / "finding.html").exists()


# Charts of links, which have a way out of their own


@attack
@pytest.mark.parametrize("column", ["role", "handling"])
def test_a_chart_shows_no_entities_that_were_edited_after_they_came_in(tmp_path: Path, column: str) -> None:
    case = new_case(tmp_path)
    marked = entities("N").assign(handling="4x4:H2")
    material = case.collect(
        links("N"), reader=ilp.read_links, entities=marked, quality="invented", handling="internal"
    )
    material.intake.entities[column] = {"role": "suspect", "handling": "internal"}[column]
    with pytest.raises(ReleaseError, match="governed"):
        ilp.release_links(material, tmp_path / "out", audience="agency", author="analyst-07")
    assert not (tmp_path / "out").exists()


@attack
@pytest.mark.parametrize("audience", OUTSIDE)
def test_a_chart_of_links_leaves_for_nobody_who_may_not_see_single_records(
    lettered: ilp.Material, tmp_path: Path, audience: str
) -> None:
    with pytest.raises(ReleaseError, match="columns"):
        ilp.release_links(
            lettered, tmp_path / "out", audience=audience, author="analyst-07", second_person="B"
        )
    assert not (tmp_path / "out").exists()
