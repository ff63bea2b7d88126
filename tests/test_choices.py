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
    table = choices.record(pd.DataFrame(), clipped=True, timezone=None, steps=[1, 2], columns={"x": "X"})
    assert choices.explain(table) == "clipped: yes\ntimezone: none\nsteps: 1, 2\ncolumns: x = X"
    with i18n.language("ru"):
        assert choices.explain(table).startswith("clipped: да\ntimezone: нет")


def test_a_result_without_choices_says_so() -> None:
    assert choices.explain(pd.DataFrame()) == "No choices were noted on this result."
