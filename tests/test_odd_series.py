"""Every method that takes a column of numbers, given what columns really hold: an answer, or an error that mends."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ilp_toolkit import choices
from ilp_toolkit.analysis import change, concentration, forecasts, hotspots, linkage, patterns, similarity
from ilp_toolkit.errors import IlpError

USUAL = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8]


def linked(numbers: pd.Series) -> np.ndarray:
    return np.arange(len(numbers)) % 2 == 0


CALLS: dict[str, Callable[[pd.Series], Any]] = {
    "change.compare_periods": lambda s: change.compare_periods(s, s),
    "change.cusum": change.cusum,
    "change.mann_kendall": change.mann_kendall,
    "change.scan_statistic": lambda s: change.scan_statistic(s, window=2),
    "concentration.generalized_gini": concentration.generalized_gini,
    "concentration.gini": concentration.gini,
    "concentration.lorenz": concentration.lorenz,
    "concentration.share_of_places": concentration.share_of_places,
    "concentration.summary": lambda s: concentration.summary(s, samples=9, rng=1),
    "concentration.top_share": concentration.top_share,
    "forecasts.accuracy": lambda s: forecasts.accuracy(s, s),
    "forecasts.pai": lambda s: forecasts.pai(s, s),
    "forecasts.rri": lambda s: forecasts.rri(s, s, s),
    "hotspots.getis_ord": lambda s: hotspots.getis_ord(s, [[i - 1] if i else [] for i in range(len(s))]),
    "linkage.auc": lambda s: linkage.auc(s, linked(s)),
    "linkage.roc": lambda s: linkage.roc(s, linked(s), base_rate=0.1),
    "patterns.decompose": lambda s: patterns.decompose(s, period=4),
    "similarity.sppt_counts": lambda s: similarity.sppt_counts(s, s),
}
COUNTS = {name for name in CALLS if name.startswith(("concentration.", "forecasts."))} | {
    "similarity.sppt_counts"
}
NONE_SHORT = {"linkage.auc", "linkage.roc", "change.mann_kendall", "patterns.decompose"}
SIGNED = {"hotspots.getis_ord", "linkage.auc", "linkage.roc", "change.mann_kendall", "patterns.decompose"}

ODD: dict[str, tuple[list[float], set[str]]] = {
    # numbers, and who says what is wrong with them
    "as usual": (USUAL, set()),
    "none": ([], {*CALLS} - {"change.compare_periods", "hotspots.getis_ord"}),
    "one": ([3], {*NONE_SHORT, "change.scan_statistic"}),
    "two": ([3, 4], {"patterns.decompose"}),
    "all equal": ([4] * 12, set()),
    "all zero": ([0] * 12, COUNTS),
    "one missing": ([3, np.nan, *USUAL[2:]], {*CALLS} - {"change.mann_kendall"}),
    "one below zero": ([3, -1, *USUAL[2:]], {*CALLS} - SIGNED),
}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("odd", ODD)
def test_odd_numbers_have_an_answer_or_an_error_that_mends(name: str, odd: str) -> None:
    numbers, refusing = ODD[odd]
    kind = float if np.isnan(numbers).any() or not numbers else int
    series = pd.Series(numbers, index=pd.period_range("2024-01", periods=len(numbers), freq="M"), dtype=kind)
    before = series.copy()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        if name in refusing:
            with pytest.raises(IlpError, match=r"`\w+`") as caught:
                CALLS[name](series)
            assert len(str(caught.value)) > 15
        else:
            result = CALLS[name](series)
            if isinstance(result, float):
                assert np.isfinite(result)
            else:
                assert choices.of(result).keys() <= choices.NAMES.keys()
                assert choices.of(result)
    pd.testing.assert_series_equal(series, before)
