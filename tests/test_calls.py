"""Records of calls: what an authorisation covers is read, the rest is counted and gone."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ilp_toolkit as ilp
from ilp_toolkit.collection import calls
from ilp_toolkit.collection.calls import Authorisation, AuthorisationError, number_of
from ilp_toolkit.errors import ColumnsError

KEY = b"k" * 32
OWN, OWN2, THIRD, FOURTH = "0007055501", "0007055502", "0007055508", "0007055509"


def allowed(**other: Any) -> Authorisation:
    """Return an authorisation for two numbers in March."""
    facts: dict[str, Any] = {
        "id": "W-17/2025",
        "numbers": [OWN, OWN2],
        "valid_from": "2025-03-01",
        "valid_to": "2025-03-31",
        "authority": "District court of Lorvek",
        "basis": "Code of procedure, art. 98",
    }
    return Authorisation(**{**facts, **other})


def records(*rows: tuple[str, ...]) -> pd.DataFrame:
    """Return a file of calls: caller, called, started, seconds, cell."""
    return pd.DataFrame(rows, columns=["caller", "called", "start time", "duration", "cell"])


def read(*rows: tuple[str, ...], **how: Any) -> Any:
    return ilp.calls.read_calls(
        records(*rows), authorisation=how.pop("authorisation", allowed()), key=KEY, **how
    )


ONE = (OWN, THIRD, "2025-03-02 10:15", "40", "C-1")


def test_a_call_has_the_columns_of_the_contract_in_order() -> None:
    intake = read(ONE)
    assert list(intake.table.columns) == list(calls.CALLS)
    row = intake.table.iloc[0]
    assert (row["caller"], row["seconds"], row["cell"], str(row["started"])) == (
        OWN,
        40.0,
        "C-1",
        "2025-03-02 10:15:00",
    )
    assert row["called"].startswith("phone-")


def test_numbers_are_the_same_however_they_are_written() -> None:
    written = ["+000 (70) 555-01", "000-70-555-01", "0007055501"]
    assert {number_of(one) for one in written} == {OWN}
    intake = read(
        (written[0], "000 70 555 08", "2025-03-02 10:15", "", ""),
        (THIRD, written[1], "2025-03-03 10:15", "", ""),
    )
    assert intake.table["caller"][0] == intake.table["called"][1] == OWN
    assert intake.table["called"][0] == intake.table["caller"][1]


def test_every_row_is_read_or_refused_and_the_refused_say_why() -> None:
    intake = read(
        ONE,
        (THIRD, FOURTH, "2025-03-02 10:16", "1", "C-2"),
        (OWN, THIRD, "2025-02-28 23:59", "1", "C-2"),
        (OWN, THIRD, "2025-04-01 00:00", "1", "C-2"),
        (OWN, THIRD, "soon", "1", "C-2"),
        (OWN, "", "2025-03-02 10:16", "1", "C-2"),
        (OWN, OWN2, "2025-03-31 23:59", "1", "C-2"),
    )
    assert len(intake.table) == 2
    assert len(intake.table) + len(intake.rejected) == 7
    assert intake.rejected["source_row"].tolist() == [3, 4, 5, 6, 7]
    counts = dict(zip(intake.report["check"], intake.report["n"], strict=True))
    assert (
        counts["outside_numbers"],
        counts["outside_dates"],
        counts["started_unreadable"],
        counts["end_missing"],
    ) == (1, 2, 1, 1)


def test_a_call_known_by_its_day_is_read_if_the_whole_day_is_authorised() -> None:
    day = (OWN, THIRD, "2025-03-01", "1", "")
    assert len(read(day).table) == 1
    assert len(read(day, authorisation=allowed(valid_from="2025-03-01 12:00")).table) == 0
    assert len(read((OWN, THIRD, "2025-03", "1", "")).table) == 0


def test_a_moment_ends_before_itself_and_a_day_is_included_whole() -> None:
    late = (OWN, THIRD, "2025-03-31 18:00", "1", "")
    assert len(read(late).table) == 1
    assert len(read(late, authorisation=allowed(valid_to=dt.date(2025, 3, 31))).table) == 1
    assert len(read(late, authorisation=allowed(valid_to=dt.datetime(2025, 3, 31, 18, 0))).table) == 0
    assert len(read(late, authorisation=allowed(valid_to=dt.datetime(2025, 3, 31, 18, 1))).table) == 1


def test_only_cells_of_authorised_numbers_are_kept() -> None:
    file = records((OWN, THIRD, "2025-03-02 10:15", "1", "C-1"), (THIRD, OWN, "2025-03-02 10:15", "1", "C-2"))
    file["called cell"] = ["C-3", "C-4"]
    intake = ilp.calls.read_calls(file, authorisation=allowed(), key=KEY)
    assert intake.table["cell"].fillna("").tolist() == ["C-1", ""]
    assert intake.table["called_cell"].fillna("").tolist() == ["", "C-4"]
    counts = dict(zip(intake.report["check"], intake.report["n"], strict=True))
    assert counts["cells_dropped"] == 2


def test_pseudonyms_hold_with_a_key_and_differ_without_one() -> None:
    first, again = read(ONE).table["called"][0], read(ONE).table["called"][0]
    assert first == again
    one, two = (
        ilp.calls.read_calls(records(ONE), authorisation=allowed()).table["called"][0] for _ in range(2)
    )
    assert len({first, one, two}) == 3


def test_read_links_gives_calls_as_links_that_rest_on_the_authorisation() -> None:
    intake = ilp.read_links(
        records(ONE, (OWN, OWN2, "2025-03-04 08:00", "0:20", "C-9")), authorisation=allowed(), key=KEY
    )
    assert intake.table["item_ids"].tolist() == [("W-17/2025",)] * 2
    assert intake.table["directed"].all()
    assert intake.table["seconds"].tolist() == [40.0, 20.0]
    entities = intake.entities.set_index("entity_id")
    assert set(entities["type"]) == {"phone"}
    assert entities.loc[[OWN, OWN2], "authorised"].all()
    assert int(entities["authorised"].sum()) == 2
    assert intake.choices["authorisation"]["id"] == "W-17/2025"


def test_an_authorisation_must_be_whole() -> None:
    for wrong in (
        {"id": ""}, {"numbers": []}, {"numbers": ["call me"]}, {"authority": " "}, {"basis": ""},
        {"valid_from": "2025-04-01"}, {"valid_to": "some day"}, {"valid_to": None},
        {"valid_from": pd.Timestamp("2025-03-01", tz="Asia/Dushanbe")},
    ):  # fmt: skip
        with pytest.raises(AuthorisationError):
            allowed(**wrong)


def test_an_authorisation_does_not_print_its_numbers() -> None:
    one = allowed()
    assert OWN not in repr(one) + str(one) + str(one.facts())
    assert one.names("+" + OWN)
    assert not one.names(THIRD)


def test_russian_headers_and_a_date_beside_a_time_are_read(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_bytes(
        f"Номер А;Номер Б;Дата;Время;Длительность;БС\n{OWN};{THIRD};02.03.2025;10:15:30;1:05;К-7\n".encode(
            "cp1251"
        )
    )
    row = ilp.calls.read_calls(path, authorisation=allowed(), key=KEY).table.iloc[0]
    assert (str(row["started"]), row["seconds"], row["cell"]) == ("2025-03-02 10:15:30", 65.0, "К-7")


def test_own_columns_are_named() -> None:
    file = pd.DataFrame({"x": [OWN], "y": [THIRD], "z": ["2025-03-02 10:15"]})
    columns = {"caller": "x", "called": "y", "started": "z"}
    assert len(ilp.calls.read_calls(file, authorisation=allowed(), columns=columns).table) == 1
    with pytest.raises(ColumnsError, match="began"):
        ilp.calls.read_calls(file, authorisation=allowed(), columns={"caller": "x", "called": "y"})


def test_a_duration_that_nobody_can_read_is_unknown_and_not_zero() -> None:
    intake = read(
        *((OWN, THIRD, "2025-03-02 10:15", text, "") for text in ("", "long", "-5", "90 sec", "1:02:03")),
    )
    assert intake.table["seconds"].isna().tolist() == [True, True, True, False, False]
    assert intake.table["seconds"].tolist()[3:] == [90.0, 3723.0]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([OWN, OWN2, THIRD, FOURTH, "MegaBank", "112"]),
            st.sampled_from([OWN, OWN2, THIRD, FOURTH, "MegaBank", "112"]),
            st.datetimes(dt.datetime(2025, 2, 25), dt.datetime(2025, 4, 5)),
        ),
        min_size=1,
        max_size=15,
    )
)
def test_what_is_read_is_what_the_authorisation_covers(rows: list[tuple[str, str, dt.datetime]]) -> None:
    moments = [when.replace(microsecond=0) for _a, _b, when in rows]
    intake = read(*((a, b, str(when), "1", "C") for (a, b, _w), when in zip(rows, moments, strict=True)))
    covered = [
        number
        for number, ((a, b, _w), when) in enumerate(zip(rows, moments, strict=True), start=2)
        if {OWN, OWN2} & {a, b} and dt.datetime(2025, 3, 1) <= when < dt.datetime(2025, 4, 1)
    ]
    assert intake.table["source_row"].tolist() == covered
    assert len(intake.table) + len(intake.rejected) == len(rows)
    named = {*intake.table["caller"], *intake.table["called"]} - {OWN, OWN2}
    assert all(one.startswith("phone-") for one in named)
