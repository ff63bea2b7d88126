"""Attempts to learn of a seller or a listing from an assessment of listings, and the legitimate twins that must pass."""

from __future__ import annotations

import dataclasses
import datetime as dt
import sys
from pathlib import Path

import pandas as pd
import pypdf
import pytest

import ilp_toolkit as ilp
from ilp_toolkit.collection.listings import read_listings
from ilp_toolkit.direction.policy import load
from ilp_toolkit.dissemination import gate
from ilp_toolkit.dissemination.product import darknet
from ilp_toolkit.dissemination.product.blocks import Paragraph, Product
from ilp_toolkit.dissemination.product.darknet_facts import gather
from ilp_toolkit.dissemination.product.darknet_offers import public_shipping, public_substances
from ilp_toolkit.dissemination.product.darknet_prepared import prepare
from ilp_toolkit.dissemination.product.darknet_trade import trade
from ilp_toolkit.dissemination.release import ReleaseError
from ilp_toolkit.dissemination.release_darknet import release_darknet
from ilp_toolkit.errors import DisclosureError, InputError

from .test_legitimate import new_case

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from darknet_world import CLOSED, MARKETS, SECRETS, listings

attack, legitimate = pytest.mark.attack, pytest.mark.legitimate
POLICY = load()
QUICK = frozenset({"leads", "closures", "survival", "concentration"})


def collect(case: ilp.Case, table: pd.DataFrame, path: Path) -> ilp.Material:
    table.to_csv(path, index=False)
    return case.collect(path, reader=read_listings, quality="crawls of three markets", handling="internal")


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> ilp.Case:
    return new_case(tmp_path_factory.mktemp("case"))


@pytest.fixture(scope="module")
def material(case: ilp.Case, tmp_path_factory: pytest.TempPathFactory) -> ilp.Material:
    return collect(case, listings(), tmp_path_factory.mktemp("file") / "pages.csv")


@pytest.fixture(scope="module")
def released(material: ilp.Material, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return one product that left, with every part, for everybody who looks into its bytes."""
    request = darknet.Request(closures=((MARKETS[1], dt.date.fromisoformat(CLOSED)),))
    out = tmp_path_factory.mktemp("released") / "out"
    return release_darknet(material, out, audience="public", author="analyst-07", request=request)


@pytest.fixture(scope="module")
def everything(released: Path) -> str:
    """Return every text of the product: of files as they are, and of the paper as a reader sees it."""
    found = []
    for path in sorted(released.rglob("*")):
        if path.suffix == ".pdf":
            found += [page.extract_text() for page in pypdf.PdfReader(path).pages]
        elif path.is_file():
            found.append(path.read_bytes().decode("utf-8", errors="replace"))
    return "\n".join(found).casefold()


@legitimate
def test_an_assessment_for_the_public_leaves_through_the_gate(released: Path, case: ilp.Case) -> None:
    assert "draft" not in (released / "darknet.html").read_text(encoding="utf-8").casefold()
    assert "release" in [entry.event for entry in case.audit.entries()]
    assert len(case.recall("darknet")) == 1


@attack
@pytest.mark.parametrize("secret", list(SECRETS))
def test_nothing_of_a_seller_is_in_the_bytes_that_leave(everything: str, secret: str) -> None:
    assert SECRETS[secret].casefold() not in everything


@attack
def test_no_seller_listing_or_key_of_the_file_is_in_the_bytes_that_leave(everything: str) -> None:
    table = listings()
    for column in ("vendor", "listing_id", "pgp"):
        assert not [value for value in table[column].unique() if value.casefold() in everything]


@attack
def test_no_code_of_a_seller_listing_name_or_key_is_in_the_bytes_that_leave(
    everything: str, material: ilp.Material
) -> None:
    table = material.intake.table
    for column in ("vendor_id", "listing_id", "handle_id", "pgp_id"):
        codes = table[column].dropna().unique()
        assert len(codes) > 5
        assert not [code for code in codes if code in everything]


@attack
def test_no_name_of_a_market_is_in_the_bytes_that_leave(everything: str) -> None:
    assert not [name for name in MARKETS if name.casefold() in everything]


@attack
def test_a_substance_of_one_seller_has_no_number(released: Path) -> None:
    for name in ("substances", "sales"):
        table = pd.read_csv(released / "tables" / f"{name}.csv", encoding="utf-8-sig")
        row = table[table.iloc[:, 0 if name == "substances" else 1] == "opium"].iloc[0]
        assert pd.isna(row["listings" if name == "substances" else "feedback"])


@attack
def test_a_sum_that_one_seller_makes_is_hidden_and_so_is_the_smallest_beside_it() -> None:
    table = listings(24, snapshots=3)
    rich = (table["vendor"] == table["vendor"].iloc[-1]) & (table["substance"] == "heroin")
    table["n_feedback"] = 2
    table.loc[rich, "n_feedback"] = 900
    made = trade(gather(read_listings(table, feedback_cap=1000), darknet.Request(), policy=POLICY)).sales
    feedback = made[made["kind"] == "substance"].set_index("name")["feedback"]
    assert pd.isna(feedback["heroin"])
    assert feedback.isna().sum() >= 2


@attack
def test_a_way_of_few_sellers_is_not_in_the_matrix() -> None:
    table = listings(24, snapshots=2)
    table.loc[table["vendor"].isin(table["vendor"].unique()[:3]), ["ships_from", "ships_to"]] = ["XB", "XB"]
    facts = gather(read_listings(table), darknet.Request(), policy=POLICY)
    flows = public_shipping(facts)[0].flows
    assert not ((flows["origin"] == "XB") & (flows["destination"] == "XB")).any()
    assert (flows["n"] % 5 == 0).all()


@attack
def test_listings_of_all_classes_do_not_give_the_hidden_one_away() -> None:
    facts = gather(read_listings(listings(24, snapshots=2)), darknet.Request(), policy=POLICY)
    shown = public_substances(facts)["listings"]
    assert shown.isna().sum() != 1


@attack
def test_another_file_in_the_same_case_is_refused_with_what_mends_it(
    case: ilp.Case, released: Path, tmp_path: Path
) -> None:
    other = collect(case, listings(12, snapshots=3, seed=9), tmp_path / "other.csv")
    with pytest.raises(ReleaseError) as caught:
        release_darknet(
            other,
            tmp_path / "out",
            audience="public",
            author="analyst-07",
            request=darknet.Request(without=QUICK),
        )
    failed = {check.id: check for check in caught.value.checks}
    assert set(failed) == {"small_counts"}
    assert "--case NEW-FOLDER" in failed["small_counts"].fix
    assert not (tmp_path / "out").exists()


@attack
def test_two_assessments_of_one_file_do_not_give_the_difference_away() -> None:
    """All markets, then all but one on which few sellers are: the difference is those sellers."""
    table = listings(24, snapshots=2)
    few = table[table["market"] == MARKETS[2]]["vendor"].unique()[3:]
    table = table[~table["vendor"].isin(few)]
    intake = read_listings(table)
    first = prepare(intake, policy=POLICY, request=darknet.Request(without=QUICK))
    assert first.held.shown["total"]
    earlier = [{"publication": first.held.publication, "sets": first.held.sets}]
    two = darknet.Request(markets=MARKETS[:2], without=QUICK)
    second = prepare(intake, policy=POLICY, request=two, earlier=earlier)
    assert second.held.refused or not second.held.shown["total"]


@attack
def test_a_file_that_names_a_code_or_a_market_does_not_leave(tmp_path: Path) -> None:
    intake = read_listings(listings(9, snapshots=2))
    asked = darknet.Request(title="About the market")
    day = dt.date(2026, 1, 1)
    product = Product(
        "Listings", "", "LA-1", "en", day, "DRAFT", (Paragraph("No word of it."),), name="darknet"
    )
    for leak in (intake.table["vendor_id"].iloc[0], intake.table["listing_id"].iloc[0], MARKETS[0]):
        leaking = dataclasses.replace(product, files={"note.txt": f"see {leak}".encode()})
        with pytest.raises(DisclosureError):
            gate.publish_draft(leaking, tmp_path / "out", canaries=darknet.canaries_of(intake, asked))
    assert not (tmp_path / "out").exists()


@attack
def test_headers_and_cells_are_no_examples() -> None:
    table = listings(9, snapshots=2).assign(**{"the note of solgan": "x", "currency": "QQQ"})
    made = prepare(read_listings(table), policy=POLICY, request=darknet.Request(without=QUICK))
    assert not made.tables()["checks"]["remedy"].str.contains("solgan|QQQ").any()


@attack
def test_seizures_are_no_listings(tmp_path: Path) -> None:
    mine = new_case(tmp_path / "mine")
    pd.DataFrame({"offence": ["Theft"] * 9, "date": ["2025-01-01"] * 9}).to_csv(
        tmp_path / "r.csv", index=False
    )
    material = mine.collect(tmp_path / "r.csv", quality="x", handling="internal")
    with pytest.raises(InputError, match="read_listings"):
        release_darknet(material, tmp_path / "out", audience="agency", author="a")


@attack
def test_counts_that_are_hidden_are_not_in_the_ledger(case: ilp.Case, released: Path) -> None:
    values = [each["value"] for each in case.recall("darknet")[0]["publication"]["statements"]]
    assert all(value is None or value == 0 or value >= POLICY.cells.minimum_count for value in values)
