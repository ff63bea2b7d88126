"""Attacks on linking: merges without a person, names in the log, decisions that cannot be taken back."""

from __future__ import annotations

import inspect

import pandas as pd
import pytest

import ilp_toolkit as ilp
from ilp_toolkit.collation import entities
from ilp_toolkit.dissemination.release import ReleaseError
from ilp_toolkit.errors import FileError, InputError
from tests.test_case import new_case

pytestmark = pytest.mark.attack

WHO = {"by": "analyst-07", "reason": "the same fingerprints, note 14"}


@pytest.fixture
def records() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "record_id": ["A-0001", "A-0002", "B-0001", "B-0002"],
            "name": ["Vansok Dorlek Zimrirakovich", "Tazebor Nardanok", "Вансок Дорлек", "Қамрисин Арлобор"],
            "birth_date": ["12.03.1985", "1990", "двенадцатое марта 1985 года", None],
        }
    ).set_index("record_id")


def test_nothing_merges_without_a_person_and_a_reason(records):
    log = entities.MergeLog(records)
    sure = entities.link(records)
    assert log.history().empty
    assert log.entities().tolist() == list(records.index)
    assert "entity" not in sure.pairs
    merge = inspect.signature(entities.MergeLog.merge)
    assert merge.parameters["by"].default is merge.parameters["reason"].default is inspect.Parameter.empty
    assert not [name for name in entities.__all__ if "merge" in name.lower() and name != "MergeLog"]
    with pytest.raises(TypeError):
        log.merge("A-0001", "B-0001", result=sure)


def test_no_function_of_the_room_merges_what_it_is_given(records):
    copies = records.copy()
    entities.link(records)
    entities.candidates(records)
    entities.MergeLog(records).merge("A-0001", "B-0001", **WHO)
    pd.testing.assert_frame_equal(records, copies)


@pytest.mark.parametrize("reason", [
    "Vansok is known to us from before", "the man is ВАНСОК, says the clerk", "papers of Вансока were found",
    "seen with kamrisin in the yard", "his father is Zimrirak, they say",
    "born on 12.03.1985 as well", "calls from +996 555 123 456 too", "write to vd@example.org about it",
])  # fmt: skip
def test_a_name_or_a_number_of_a_person_gets_into_no_reason(records, reason, tmp_path):
    for log in (entities.MergeLog(records), entities.MergeLog(records, case=new_case(tmp_path))):
        with pytest.raises(InputError, match=r"name|personal"):
            log.merge("A-0001", "B-0001", by="analyst-07", reason=reason)
        assert log.history().empty


def test_the_log_of_a_case_holds_pseudonyms_and_no_names(records, tmp_path):
    case = new_case(tmp_path)
    log = entities.MergeLog(records, case=case)
    number = log.merge("A-0001", "B-0001", by="analyst-07", reason="A-0001 and B-0001 share fingerprints")
    log.unmerge(number, by="chief-02", reason="note 14 is about somebody else")
    log.keep_apart("A-0001", "B-0002", **WHO)
    written = "".join(path.read_text(encoding="utf-8") for path in case.folder.glob("*.jsonl"))
    assert written.count('"what":"merge"') == 2  # the ledger and the audit log
    for word in ("A-0001", "B-0001", "B-0002", "Vansok", "Вансок", "Dorlek", "Арлобор", "12.03.1985"):
        assert word not in written
        assert word not in log.history().to_csv()
    assert case.pseudonym("A-0001") in written


def test_a_later_session_finds_the_decisions_and_can_take_them_back(records, tmp_path):
    first = entities.MergeLog(records, case=new_case(tmp_path))
    before = first.entities()
    number = first.merge("A-0001", "B-0001", **WHO)
    later = entities.MergeLog(records.iloc[::-1], case=new_case(tmp_path))
    assert later.entities()["A-0001"] == later.entities()["B-0001"]
    later.unmerge(number, by="chief-02", reason="note 14 is about somebody else")
    again = entities.MergeLog(records, case=new_case(tmp_path))
    pd.testing.assert_series_equal(again.entities(), before)
    assert len(again.history()) == 2
    assert new_case(tmp_path).audit.verify() == []


def test_leads_about_persons_leave_through_no_gate_by_themselves(records, tmp_path):
    case = new_case(tmp_path)
    held = case.collect(
        records, reader=lambda table: table, quality="invented", handling="internal", roles="unknown"
    )
    for function in (entities.link, lambda table: entities.link(table).pairs):
        finding = case.analyse(function, held)
        for audience in ("public", "agency"):
            with pytest.raises(ReleaseError):
                ilp.release(finding, tmp_path / "out", audience=audience, author="analyst-07")
    assert not (tmp_path / "out").exists()


def test_a_decision_cannot_be_struck_out_of_the_ledger(records, tmp_path):
    case = new_case(tmp_path)
    entities.MergeLog(records, case=case).merge("A-0001", "B-0001", **WHO)
    lines = case.ledger.path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if '"what":"merge"' not in line]
    assert len(kept) == len(lines) - 1
    case.ledger.path.write_text("".join([*kept, lines[-1].replace("note 14", "note 15")]), encoding="utf-8")
    with pytest.raises(FileError):
        entities.MergeLog(records, case=new_case(tmp_path)).entities()


def test_what_is_merged_in_silence_by_a_table_of_pairs_stays_apart(records):
    log = entities.MergeLog(records)
    history, found = log.history(), log.entities()
    history.loc[0] = [1, "merge", "merge-1", "A-0001", "B-0001", "x", "x", "x", "match", 1.0, True, ""]
    found.loc[:] = "A-0001"
    assert log.history().empty
    assert log.entities().tolist() == list(records.index)


# A record that was corrected after people had decided about it


@pytest.fixture
def held(records, tmp_path):
    """Return a case that holds the records, with A-0001, B-0001 and B-0002 taken for one by way of B-0001."""
    case = new_case(tmp_path)
    case.collect(records.reset_index(), reader=lambda table: table, quality="invented", handling="internal")
    log = entities.MergeLog(records, case=case, certain=())
    log.merge("A-0001", "B-0001", **WHO)
    log.merge("B-0001", "B-0002", **WHO)
    log.merge("A-0002", "B-0002", **WHO)
    return case, log


def corrected(log: entities.MergeLog) -> list[str]:
    return log.history().query("what == 'merge'")["corrected"].tolist()


def test_an_erased_record_holds_nobody_together_any_more(held, records):
    case, log = held
    assert set(log.entities()) == {"A-0001"}
    told = ilp.retention.erase(case, "B-0001", by="analyst-07", reason="kept without a basis")
    assert told.merges == ("merge-1", "merge-2")
    for one in (log, entities.MergeLog(records, case=new_case(case.folder.parent), certain=())):
        assert one.entities().tolist() == ["A-0001", "A-0002", "B-0001", "A-0002"]
        assert one.history()["stands"].tolist() == [False, False, True]
        assert corrected(one) == ["erased", "erased", ""]


def test_an_erased_record_is_not_merged_anew_nor_confirmed(held):
    case, log = held
    ilp.retention.erase(case, "B-0001", by="analyst-07", reason="kept without a basis")
    before = len(log.history())
    with pytest.raises(InputError, match="erased"):
        log.merge("A-0001", "B-0001", **WHO)
    with pytest.raises(InputError, match="stands"):
        log.confirm("merge-1", **WHO)
    assert len(log.history()) == before
    log.merge("A-0001", "B-0002", **WHO)
    assert log.entities().tolist() == ["A-0001", "A-0001", "B-0001", "A-0001"]


@pytest.mark.parametrize("what", ["rectify", "acquit"])
def test_a_merge_of_a_corrected_record_is_flagged_until_a_person_looks_again(held, what):
    case, log = held
    getattr(ilp.retention, what)(case, "B-0002", by="analyst-07", reason="it was another year")
    word = {"rectify": "rectified", "acquit": "acquitted"}[what]
    assert corrected(log) == ["", word, word]
    log.confirm("merge-2", by="chief-02", reason="the corrected year fits as well")
    log.unmerge("merge-3", by="chief-02", reason="with the corrected year it does not fit")
    assert corrected(log) == ["", "", ""]
    assert log.history()["stands"].tolist()[:3] == [True, True, False]
    getattr(ilp.retention, what)(case, "B-0002", by="analyst-07", reason="it was yet another year")
    assert corrected(log) == ["", word, ""]
