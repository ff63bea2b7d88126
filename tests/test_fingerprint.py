"""What a case knows its content by: a digest that was written down once is the digest for ever."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ilp_toolkit.collation.fingerprint import fingerprint

DAY = pd.Timestamp("2025-04-12", tz="UTC")


def lists(levels: int, leaf: Any) -> Any:
    for _level in range(levels):
        leaf = [leaf]
    return leaf


WRITTEN_DOWN: dict[str, tuple[Any, str]] = {
    "nested": ([None, True, 1, 1.5, "x", {"a": (1, [2.0, "\ud800"])}, {"b", "a"}], "1e79da1af3876d84f322f218f3e433e22954d969b3621b34170b8eb6f2f71849"),
    "numbers of arrays": ([np.float64(2.5), np.int64(3), np.bool_(True)], "1df6f0afbf6c223aec5ac73981ea22f99753c4845eda0f079acc36915b49c55a"),
    "moments": ([(DAY, DAY), dt.date(2025, 1, 2), dt.datetime(2025, 1, 2, 3), dt.time(4), pd.NaT], "bbbe01cc2a6c1a1eb8bf9059933ade460c0e3494ccbafe1508907e51d8c699fd"),
    "cells": (
        pd.DataFrame({"o": [(1, 2), [True], None], "t": [(DAY,), (), pd.NaT], "m": ["x", 1, 1.0], "s": ["a", None, "b"]}),
        "76e1553947644c276f67d3723288f0ade74c47fd1800b4bf40e06201a6e72b19",
    ),
    "categories": (pd.Series([("a",), ("b",), ("a",)], dtype="category"), "4f68c17fe9ad0c033d32d41e0645e65672a590edd03ce6602829669567c80f96"),
    "as deep as it is told": (lists(12, ()), "9e99d998460c8855d7cd0b511f1ab95d4c0b7b6717e112ac499b5f115ab078a9"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRITTEN_DOWN)
def test_what_was_written_down_is_known_again(name: str) -> None:
    value, digest = WRITTEN_DOWN[name]
    assert fingerprint(value) == digest


@pytest.mark.parametrize("value", [lists(13, ()), lists(12, (1,)), object(), (1, object())])
def test_what_cannot_be_told_has_no_fingerprint(value: Any) -> None:
    assert fingerprint(value) is None


def test_cells_that_are_equal_and_unlike_are_told_apart() -> None:
    columns = [pd.Series([(1,)] * 2), pd.Series([(1,), (1.0,)]), pd.Series([(1,), (True,)])]
    assert len({fingerprint(column) for column in columns}) == 3
