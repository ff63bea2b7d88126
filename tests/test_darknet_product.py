"""The assessment of listings, end to end: what it says, what it leaves out, and that a mistake is told in words."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pypdf
import pytest
from darknet_world import CLOSED, MARKETS, listings
from typer.testing import CliRunner

from ilp_toolkit import i18n
from ilp_toolkit.cli.app import app
from ilp_toolkit.cli.app import main as run
from ilp_toolkit.collection import sidetables
from ilp_toolkit.collection.listings import ListingIntake, read_listings
from ilp_toolkit.direction.policy import load
from ilp_toolkit.dissemination import gate
from ilp_toolkit.dissemination.product import darknet, darknet_back, darknet_front, darknet_more
from ilp_toolkit.dissemination.product.blocks import Answers, Product, Table, figures, texts
from ilp_toolkit.dissemination.product.darknet_facts import gather, market_labels
from ilp_toolkit.dissemination.product.darknet_offers import public_coverage, public_prices, public_substances
from ilp_toolkit.dissemination.product.darknet_prepared import COLUMNS, Prepared, prepare
from ilp_toolkit.errors import ColumnsError, InputError

POLICY = load()
PEOPLE = pd.Series({"XA": 6.4e6, "XB": 9.8e6, "XC": 14.1e6})


@pytest.fixture(scope="module")
def intake() -> ListingIntake:
    return read_listings(listings())


@pytest.fixture(scope="module")
def request_() -> darknet.Request:
    closed = ((MARKETS[1], dt.date.fromisoformat(CLOSED)),)
    return darknet.Request(
        closures=closed, population=PEOPLE, command=f"ilp darknet x.csv --closure {MARKETS[1]}={CLOSED}"
    )


@pytest.fixture(scope="module")
def prepared(intake: ListingIntake, request_: darknet.Request) -> Prepared:
    return prepare(intake, policy=POLICY, request=request_)


@pytest.fixture(scope="module")
def product(prepared: Prepared) -> Product:
    return darknet.draw(prepared)


@pytest.fixture(scope="module")
def folder(
    product: Product,
    intake: ListingIntake,
    request_: darknet.Request,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """One product for all that is asked of its files."""
    out = tmp_path_factory.mktemp("darknet") / "product"
    return gate.publish_draft(product, out, canaries=darknet.canaries_of(intake, request_))


# What it says


def test_page_one_answers_in_a_box_and_says_what_a_listing_is_not(product: Product) -> None:
    box = product.blocks[0]
    assert isinstance(box, Answers)
    said = {answer.question: answer.text for answer in box.answers}
    assert "on 3 markets, January 2025 – August 2025" in said["What"]
    assert "US dollars a gram" in said["Price"]
    assert said["How sure"].startswith("We hold this with moderate confidence")
    assert "A listing is no shipment, feedback no sale, a claimed purity no measurement." in said["Not shown"]
    assert 1 <= len(box.questions) <= 4


def test_every_figure_says_what_a_listing_is_not(product: Product) -> None:
    drawn = list(figures(product.blocks))
    assert {"substances", "offers-by-country", "concentration", "lives", "closure-1"} <= {
        f.name for f in drawn
    }
    assert all("A listing is no shipment" in figure.alt for figure in drawn)


def test_markets_are_letters_unless_the_author_says_so(product: Product, prepared: Prepared) -> None:
    words = " ".join(texts(product.blocks))
    assert not [name for name in MARKETS if name in words]
    assert "--closure market-B=2025-04-07" in words
    assert prepared.facts.markets == ["market A", "market B", "market C"]
    named = gather(prepared.facts.intake, darknet.Request(name_markets=True), policy=POLICY)
    assert named.markets == list(MARKETS)
    assert market_labels(["B", "", "A"], named=False) == {
        "A": "market A",
        "B": "market B",
        "": "market not given",
    }


def test_prices_are_those_of_the_invented_world_by_size(prepared: Prepared) -> None:
    bands = prepared.tables()["prices"].set_index(["substance", "grams_from"])
    # One or two grams of heroin cost 40 dollars times grams^0.8, ten and twenty the same.
    assert 40 * 2**-0.2 * 0.85 < bands.loc[("heroin", 1.0), "median"] < 40 * 1.1
    assert 40 * 20**-0.2 * 0.9 < bands.loc[("heroin", 5.0), "median"] < 40 * 10**-0.2 * 1.1
    b = prepared.tables()["discounts"].set_index("substance").loc["heroin"]
    assert b["low"] <= 0.8 <= b["high"]


def test_the_quotient_compares_with_people(prepared: Prepared) -> None:
    origins = prepared.offers.shipping.origins
    assert origins.loc["XA", "quotient"] > 1 > origins.loc["XC", "quotient"]
    assert np.isnan(origins.loc["undeclared", "quotient"])


def test_a_closure_is_told_with_accounts_and_price_and_feedback_without_days_is_no_zero(
    prepared: Prepared,
) -> None:
    table = prepared.tables()["closures"]
    assert table["market"].unique().tolist() == ["market B"]
    assert table["measure"].tolist() == ["vendors", "price"]
    assert prepared.trade.closures[0].others == ("market A", "market C")


def test_leads_are_said_as_wrong_ones_of_a_hundred(prepared: Prepared, product: Product) -> None:
    assert prepared.tables()["leads"].columns.tolist() == ["outcome", "n", "wrong_per_100", "low", "high"]
    shown = next(b for b in product.blocks if isinstance(b, Table) and b.caption.startswith("Leads"))
    assert [row[0] for row in shown.rows] == ["match", "possible", "both together"]


def test_the_curve_of_lives_has_steps_of_four_weeks(prepared: Prepared) -> None:
    lives = prepared.tables()["lives"]
    assert (lives["time"] % 28 == 0).all()
    assert (lives["at_risk"] % 5 == 0).all()
    assert lives["at_risk"].min() >= POLICY.cells.minimum_count


def test_the_page_the_paper_and_the_record_are_there(folder: Path) -> None:
    page = (folder / "darknet.html").read_text(encoding="utf-8")
    assert 'lang="en"' in page
    paper = pypdf.PdfReader(folder / "darknet.pdf").pages[0].extract_text()
    assert "Assessment of listings" in paper
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["status"] == "draft"
    assert manifest["rows"]["assessment"] == len(listings())
    assert manifest["markets"] == ["market A", "market B", "market C"]


def test_no_table_has_a_column_that_is_not_listed(folder: Path) -> None:
    listed = {path.stem for path in (folder / "tables").glob("*.csv")}
    assert {"coverage", "substances", "prices", "sales", "sensitivity", "concentration", "leads"} <= listed
    for path in (folder / "tables").glob("*.csv"):
        assert tuple(pd.read_csv(path, encoding="utf-8-sig", nrows=0).columns) == COLUMNS[path.stem]


def test_it_speaks_russian(prepared: Prepared) -> None:
    with i18n.language("ru"):
        words = " ".join(texts((darknet_front.answers(prepared), *darknet_back.limits(prepared))))
    assert "Объявление — не отправка" in words
    assert "учётн" in words


# What is left out


def test_what_was_refused_and_what_is_no_drug_is_counted(prepared: Prepared) -> None:
    said = " ".join(text for block in darknet_back.quality(prepared) for text in texts((block,)))
    assert "held addresses, keys, names or numbers that were refused" in said
    table = listings(12, snapshots=2).drop(columns="substance")
    table["title"] = "5 g heroin"
    table.loc[:9, "title"] = "Guide to safe accounts, ebook"
    found = gather(read_listings(table), darknet.Request(), policy=POLICY)
    assert found.not_drug == 10
    assert len(found.table) == len(table) - 10


def test_a_class_that_one_account_offers_is_hidden_and_so_is_the_one_beside_it(prepared: Prepared) -> None:
    table = public_substances(prepared.facts).set_index("substance")
    assert table.loc["opium", ["listings", "share"]].isna().all()
    assert int(table["listings"].isna().sum()) == 2


def test_parts_that_are_left_out_are_in_no_table(intake: ListingIntake) -> None:
    parts = frozenset({"leads", "closures", "survival", "sales", "origins", "prices", "concentration"})
    made = prepare(intake, policy=POLICY, request=darknet.Request(without=parts))
    assert set(made.tables()) == {"coverage", "substances", "checks"}
    said = [text for block in darknet_more.account_blocks(made, foot="") for text in texts((block,))]
    assert said.count("Left out of this product on purpose.") == 2


def test_without_rates_or_weights_the_price_says_why(intake: ListingIntake) -> None:
    table = listings(9, snapshots=2).assign(currency="ZLM")
    facts = gather(read_listings(table), darknet.Request(), policy=POLICY)
    assert "--rates" in public_prices(facts)[1]
    facts = gather(
        read_listings(listings(9, snapshots=2).assign(unit="tablet")), darknet.Request(), policy=POLICY
    )
    assert public_prices(facts)[0] is None
    assert public_coverage(facts)["accounts"].sum() == 9


# The command


def test_help_names_the_command() -> None:
    assert "darknet" in CliRunner().invoke(app, ["--help"]).output


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        (["--market", "Nowhere"], "“Nowhere” is no market of the file. Its markets are: Borzekal"),
        (["--closure", "Lunimet"], "--closure must be a market and a day"),
        (["--closure", "Nowhere=2025-04-07"], "“Nowhere” is no market of the file"),
        (["--closure", "Lunimet=2025-04-07", "--control", "Lunimet"], "is the market that closed"),
        (["--without", "music"], "no part of an assessment of listings"),
        (["--columns", "price=NO_SUCH"], "NO_SUCH"),
        (["--columns", "vendor=market"], "The listings are of"),
    ],
)
def test_a_mistake_is_told_in_words(
    extra: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    listings(6, snapshots=2).drop(columns="market" if "vendor=market" in extra else []).assign(
        **({"market": "one"} if "vendor=market" in extra else {})
    ).to_csv(tmp_path / "listings.csv", index=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["ilp", "darknet", "listings.csv", "--out", "out", *extra])
    with pytest.raises(SystemExit) as caught:
        run()
    assert caught.value.code == 2
    assert said in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "out").exists()


def test_people_by_country_say_what_they_lack() -> None:
    with pytest.raises(ColumnsError, match=r"--population: no column was recognised as people"):
        sidetables.read_population(pd.DataFrame({"country": ["XA"]}))
    with pytest.raises(InputError, match=r"“Atlantis” in row 2 is no country"):
        sidetables.read_population(pd.DataFrame({"country": ["Atlantis"], "people": [5]}))
    with pytest.raises(InputError, match=r"XA stands twice"):
        sidetables.read_population(pd.DataFrame({"country": ["XA", "Tolvania"], "people": [5, 6]}))


def test_a_file_without_markets_has_one(intake: ListingIntake) -> None:
    found = gather(
        read_listings(listings(8, snapshots=2).drop(columns="market")), darknet.Request(), policy=POLICY
    )
    assert found.markets == ["the market"]
    with pytest.raises(InputError, match="--columns market=HEADER"):
        gather(found.intake, darknet.Request(markets=("Lunimet",)), policy=POLICY)
