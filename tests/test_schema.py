"""The contract of a table of incidents, and the account that comes with it."""

from __future__ import annotations

import string

import numpy as np
import pandas as pd
import pyarrow as pa

from ilp_toolkit import i18n
from ilp_toolkit.collection.duplicates import earlier, repeated_rows, shared
from ilp_toolkit.collection.findings import Findings
from ilp_toolkit.collection.readers import read_incidents
from ilp_toolkit.collection.schema import CHECKS, REMEDIES, check_label
from ilp_toolkit.collection.shapes import fingerprint


def test_every_check_has_a_name_and_a_remedy():
    assert set(CHECKS) == set(REMEDIES)
    assert all(remedy.endswith(".") or remedy.endswith("}.") for remedy in REMEDIES.values())


def test_remedies_ask_for_no_more_than_readers_give():
    known = {"example", "km", "first", "share", "columns"}
    for remedy in REMEDIES.values():
        assert {name for _text, name, _form, _kind in string.Formatter().parse(remedy) if name} <= known


def test_an_unknown_check_is_shown_by_its_code():
    assert check_label("far_point") == "Point far from all others"
    assert check_label("something_new") == "something_new"


def test_an_intake_says_what_came_in():
    intake = read_incidents(pd.DataFrame({"date": ["2024-01-05", ""]}))
    assert repr(intake) == "<Intake: 1 rows read, 1 rejected, 4 findings>"
    with i18n.language("ru"):
        assert repr(intake)


def test_findings_name_the_first_row_and_keep_codes_by_row():
    findings = Findings(np.array([2, 3, 5]), 4)
    findings.flag("far_point", np.array([False, True, True]), km=50)
    findings.flag("zero_point", np.array([False, False, True]))
    findings.flag("old_date", np.array([False, False, False]))
    words, codes = findings.flags(np.array([True, True, True]))
    assert [words[code] for code in codes] == ["", "far_point", "far_point zero_point"]
    report = findings.report()
    assert report["check"].tolist() == ["far_point", "zero_point"]
    assert report["first_row"].tolist() == [3, 5]
    assert report["share"].tolist() == [0.5, 0.25]


def test_duplicates_are_those_of_pandas():
    rng = np.random.default_rng(5)
    table = pd.DataFrame({name: rng.integers(0, 6, 2000).astype(str) for name in "abcd"})
    arrow = pa.Table.from_pandas(
        table.astype(object), schema=pa.schema([(name, pa.string()) for name in "abcd"])
    )
    marks = fingerprint(arrow.column("a"))
    assert np.array_equal(repeated_rows(arrow, shared(marks)), table.duplicated())
    assert np.array_equal(repeated_rows(arrow, np.ones(2000, bool)), table.duplicated())
    assert np.array_equal(shared(marks), table["a"].duplicated(keep=False))
    assert np.array_equal(earlier(marks, np.ones(2000, bool)), table["a"].duplicated())


def test_different_texts_have_different_marks():
    texts = [str(k) for k in range(100_000)] + ["a" * k for k in range(1, 60)] + ["ж", "Ж", "ab", "ba"]
    marks = fingerprint(pa.chunked_array([texts]))
    assert len(np.unique(marks)) == len(texts)
    assert fingerprint(pa.chunked_array([["x", None, ""]]))[1:].tolist() == [0, 0]
