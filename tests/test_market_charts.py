"""Charts of online markets: drawn in both languages, with what they cannot show under them."""

from __future__ import annotations

import markets_world
import pandas as pd
import pytest

from ilp_toolkit import i18n
from ilp_toolkit.analysis import darknet
from ilp_toolkit.errors import InputError
from ilp_toolkit.views import charts


@pytest.fixture(scope="module")
def results() -> dict:
    table = markets_world.listings()
    return {
        "prices": darknet.price_per_gram(table),
        "lives": darknet.vendor_survival(darknet.vendor_activity(table), by="market"),
        "closure": darknet.event_study(table, markets=["Gorkosul"], date="2025-04-12"),
        "offers": darknet.shipping(table),
        "shares": darknet.market_concentration(table.drop_duplicates("listing_id"), samples=49, rng=1),
    }


DRAW = {
    "prices": lambda result: charts.unit_prices(result, substance="heroin"),
    "lives": charts.account_lives,
    "closure": charts.closure,
    "offers": charts.offers_by_country,
    "shares": charts.concentration_of_markets,
}
SAY = {
    "prices": lambda result: charts.describe_unit_prices(result, substance="heroin"),
    "lives": charts.describe_account_lives,
    "closure": charts.describe_closure,
    "offers": charts.describe_offers_by_country,
    "shares": charts.describe_concentration_of_markets,
}


def words_of(ax) -> str:
    return " ".join(text.get_text().replace("\n", " ") for text in [*ax.figure.texts, *ax.texts])


@pytest.mark.parametrize("name", sorted(DRAW))
@pytest.mark.parametrize("language", ["en", "ru"])
def test_each_chart_says_under_it_what_it_cannot_show(results, name: str, language: str) -> None:
    with i18n.language(language):
        ax = DRAW[name](results[name])
        shown = words_of(ax)
        for line in results[name].choices["cannot_show"] if name != "shares" else ["pages"]:
            said = i18n._(line) if name != "shares" else i18n._(darknet.CANNOT_SHOW["unseen"])
            assert said[1:] in " ".join(shown.split())
        assert charts.to_png(ax, dpi=40).startswith(b"\x89PNG")
        charts.close(ax)
        assert SAY[name](results[name])


def test_the_words_of_the_charts_carry_the_numbers(results) -> None:
    assert "Heroin: 46 US dollars asked for a gram (below 1 g)" in SAY["prices"](results["prices"])
    assert SAY["closure"](results["closure"]).count("to") == 1
    assert "undeclared: 7%" in SAY["offers"](results["offers"])
    assert "equal shares would give 0.020" in SAY["shares"](results["shares"])
    assert "more than half are still seen" in SAY["lives"](results["lives"])


def test_a_closure_moves_the_line_where_the_series_says(results) -> None:
    ax = charts.closure(results["closure"])
    after = results["closure"].series["after"].to_numpy()
    upright = [
        line.get_xdata()[0]
        for line in ax.lines
        if len(set(line.get_xdata())) == 1 and len(line.get_xdata()) == 2
    ]
    assert upright == [after.argmax() - 0.5]
    charts.close(ax)


def test_what_cannot_be_drawn_is_refused(results) -> None:
    with pytest.raises(InputError, match="price per gram"):
        charts.unit_prices(results["prices"], substance="ecstasy")
    empty = darknet.shipping(markets_world.listings().iloc[:0])
    with pytest.raises(InputError, match="nothing to draw"):
        charts.offers_by_country(empty)
    shares: pd.DataFrame = results["shares"]
    with pytest.raises(InputError, match="nothing to draw"):
        charts.concentration_of_markets(shares[shares["measure"] == "gini"])
