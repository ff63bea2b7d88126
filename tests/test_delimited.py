"""Delimited text: what is cut around quotation marks is what is cut line by line."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ilp_toolkit.collection import delimited
from ilp_toolkit.collection.delimited import read_delimited

CELLS = st.one_of(
    st.text("ab1 й", max_size=4),
    st.sampled_from(
        ['"x"', '"a;b"', '"two\nlines"', '"say ""it"""', 'Beyneu "Post"', '"open', 'end"', '""', "\r"]
    ),
)
ROWS = st.one_of(
    st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=12),
    st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=8),
)
ENDS = st.sampled_from(["\n", "\r\n"])


def cut(text: str, monkeypatch: pytest.MonkeyPatch, *, exactly: bool) -> tuple[object, ...]:
    with monkeypatch.context() as patch:
        patch.setattr(delimited, "_cut_fast", lambda *_args: None)
        if exactly:
            patch.setattr(delimited, "_cut_around_quotes", lambda *_args: None)
        raw = read_delimited(lambda: io.BytesIO(text.encode()), "x.csv", header=True)
    return raw.columns.to_pydict(), raw.source_row.tolist(), raw.bad.values.tolist(), raw.notes


@settings(max_examples=300, deadline=None)
@given(rows=ROWS, end=ENDS)
def test_cutting_around_quotation_marks_gives_what_cutting_line_by_line_gives(
    rows: list[list[str]], end: str
) -> None:
    text = end.join(["a;b;c", "1;2;3", *(";".join(row) for row in rows), "4;5;6", ""])
    with pytest.MonkeyPatch.context() as patch:
        assert cut(text, patch, exactly=False) == cut(text, patch, exactly=True)


def test_rows_are_numbered_as_a_spreadsheet_numbers_them_past_a_line_break_in_a_cell(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = 'a;b\n1;"two\nlines"\n2;plain\n3;4;5\n4;"x"\n'
    columns, rows, bad, _notes = cut(text, monkeypatch, exactly=False)
    assert columns == {"a": ["1", "2", "4"], "b": ["two\nlines", "plain", "x"]}
    assert rows == [2, 3, 5]
    assert [one[0] for one in bad] == [4]  # type: ignore[attr-defined]


def test_the_reader_around_quotation_marks_is_the_one_that_reads_such_a_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_args: object) -> None:
        raise AssertionError

    monkeypatch.setattr(delimited, "_cut_exactly", refuse)
    text = "a;b\n" + "".join(f'{n};"two\nlines"\n{n};plain\n' for n in range(50))
    raw = read_delimited(lambda: io.BytesIO(text.encode()), "x.csv")
    assert len(raw) == 100
    assert raw.source_row.tolist() == list(range(2, 102))
