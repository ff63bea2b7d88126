"""Attacks on the records of a case: changed, dropped, moved, added, cut, written anew, and what must not be in them."""

from __future__ import annotations

import datetime as dt
import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ilp_toolkit as ilp
from ilp_toolkit.collation.audit import AuditLog, verify
from ilp_toolkit.collation.canonicaljson import canonical
from ilp_toolkit.collation.journal import GENESIS, line_hash
from ilp_toolkit.collation.verdict import verify_folder
from ilp_toolkit.errors import FileError
from tests.test_audit import KEY, Clock, lines, put, resealed, written

pytestmark = pytest.mark.attack


def found(path: Path, **how: object) -> set[tuple[str, int | None]]:
    return {(problem.kind, problem.entry) for problem in verify(path, **how)}


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return written(tmp_path / "audit.jsonl", 6).path


@pytest.mark.parametrize("n", range(1, 7))
def test_a_changed_entry_is_named(log: Path, n: int) -> None:
    texts = lines(log)
    texts[n - 1] = texts[n - 1].replace(b"consultation", b"collection")
    put(log, texts)
    assert found(log) == {("changed", n)}


@pytest.mark.parametrize("n", range(1, 6))
def test_an_entry_changed_with_a_new_hash_is_named_by_the_line_after_it(log: Path, n: int) -> None:
    texts = lines(log)
    texts[n - 1] = resealed(texts[n - 1], subject="M-somethingelse")
    put(log, texts)
    assert found(log) == {("changed", n)}


@pytest.mark.parametrize("n", range(1, 6))
def test_a_dropped_entry_is_named(log: Path, n: int) -> None:
    texts = lines(log)
    del texts[n - 1]
    put(log, texts)
    assert found(log) == {("dropped", n)}


def test_dropped_entries_whose_followers_are_numbered_anew_show_as_changed(log: Path) -> None:
    texts = lines(log)
    del texts[2]
    texts[2:] = [resealed(text, n=place) for place, text in enumerate(texts[2:], start=3)]
    put(log, texts)
    assert ("changed", 2) in found(log)


@pytest.mark.parametrize(("one", "other"), [(0, 1), (1, 4), (0, 5), (4, 5)])
def test_exchanged_entries_are_named_as_reordered(log: Path, one: int, other: int) -> None:
    texts = lines(log)
    texts[one], texts[other] = texts[other], texts[one]
    put(log, texts)
    told = found(log)
    assert {kind for kind, _n in told} == {"reordered"}
    assert {n for _kind, n in told} & {one + 1, other + 1}


def test_one_moved_entry_is_the_only_one_named(log: Path) -> None:
    texts = lines(log)
    texts.append(texts.pop(1))
    put(log, texts)
    assert found(log) == {("reordered", 2)}


@pytest.mark.parametrize("place", range(1, 5))
def test_an_added_entry_is_named_and_the_genuine_ones_are_not(log: Path, place: int) -> None:
    texts = lines(log)
    before = json.loads(texts[place - 1])
    forged = {**before, "n": place + 1, "prev": before["hash"], "subject": "M-forged"}
    forged = {**forged, "hash": line_hash(forged)}
    texts.insert(place, canonical(forged))
    put(log, texts)
    told = verify(log)
    assert [(problem.kind, problem.entry, problem.line) for problem in told] == [
        ("added", place + 1, place + 1)
    ]


def test_of_two_last_entries_one_is_named_as_added(log: Path) -> None:
    texts = lines(log)
    before = json.loads(texts[4])
    put(log, [*texts, resealed(texts[5], n=6, prev=before["hash"], subject="M-forged")])
    assert found(log) == {("added", 6)}


def test_a_repeated_entry_is_named(log: Path) -> None:
    texts = lines(log)
    put(log, [*texts[:3], texts[2], *texts[3:]])
    assert found(log) == {("added", 3)}


def test_a_line_made_unreadable_is_named_by_its_place(log: Path) -> None:
    texts = lines(log)
    texts[3] = b"{}"
    put(log, texts)
    assert [(problem.kind, problem.line) for problem in verify(log)] == [("unreadable", 4)]


def test_a_line_in_another_spelling_of_the_same_json_is_changed(log: Path) -> None:
    texts = lines(log)
    texts[1] = json.dumps(json.loads(texts[1])).encode()
    put(log, texts)
    assert found(log) == {("changed", 2)}


def test_a_name_given_twice_does_not_hide_behind_the_first(log: Path) -> None:
    texts = lines(log)
    texts[1] = texts[1].replace(b'"subject":', b'"subject":"M-other","subject":')
    put(log, texts)
    assert found(log) == {("changed", 2)}


def test_a_beginning_that_was_cut_off_is_named(log: Path) -> None:
    put(log, lines(log)[2:])
    assert found(log) == {("dropped", 1), ("dropped", 2)}


def test_a_log_begun_anew_in_the_middle_is_named(log: Path) -> None:
    texts = lines(log)[2:]
    texts[0] = resealed(texts[0], n=1, prev=GENESIS)
    put(log, texts)
    assert verify(log)


def test_an_end_that_was_cut_off_shows_against_the_printed_root(log: Path) -> None:
    anchor = AuditLog(log).anchor()
    put(log, lines(log)[:-2])
    assert found(log) == set(), "nothing inside the file can show this: that is what the printed root is for"
    assert found(log, anchors=[anchor]) == {("truncated", 5)}


def test_a_log_written_anew_from_the_start_shows_against_the_printed_root(tmp_path: Path, log: Path) -> None:
    anchor = AuditLog(log).anchor()
    log.unlink()
    written(log, 9)
    assert {kind for kind, _n in found(log)} == set()
    other = AuditLog(log).anchor()
    assert other["root"] != anchor["root"]
    put(log, [resealed(text, at="2026-11-20T00:00:00+00:00") for text in lines(log)])
    assert ("rewritten", 6) in found(log, anchors=[anchor])


def test_an_entry_added_at_the_end_without_the_key_has_no_seal(tmp_path: Path) -> None:
    path = written(tmp_path / "audit.jsonl", 3, key=KEY).path
    last = json.loads(lines(path)[-1])
    forged = {**last, "n": 4, "prev": last["hash"], "subject": "M-forged"}
    forged["hash"] = line_hash(forged)
    put(path, [*lines(path), canonical(forged)])
    assert found(path) == set()
    assert found(path, key=KEY) == {("foreign", 4)}


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_no_change_of_bytes_before_the_last_line_goes_unseen(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = written(tmp_path_factory.mktemp("log") / "audit.jsonl", 4).path
    whole = path.read_bytes()
    place = data.draw(st.integers(0, len(whole) - 2))
    byte = data.draw(st.integers(0, 255).filter(lambda one: one != whole[place]))
    path.write_bytes(whole[:place] + bytes([byte]) + whole[place + 1 :])
    assert verify(path)


@given(st.permutations(range(7)))
@settings(max_examples=40, deadline=None)
def test_no_order_but_the_right_one_passes(
    tmp_path_factory: pytest.TempPathFactory, order: list[int]
) -> None:
    path = written(tmp_path_factory.mktemp("log") / "audit.jsonl", 7).path
    texts = lines(path)
    put(path, [texts[i] for i in order])
    assert bool(verify(path)) == (list(order) != sorted(order))


def test_an_absurd_number_does_not_stop_the_check(log: Path) -> None:
    texts = lines(log)
    put(log, [*texts, resealed(texts[-1], n=10**15)])
    assert verify(log)


def test_a_clock_that_was_set_back_stands_in_the_log(tmp_path: Path) -> None:
    clock = Clock()
    log = AuditLog(tmp_path / "audit.jsonl", clock)
    log.append("open", subject="case-1")
    clock.move(days=-400)
    log.append("release", subject="F-1")
    assert found(log.path) == {("clock", 2)}
    assert log.latest() == clock.now + dt.timedelta(days=400)


PERSONAL = [
    "Velkopil Arshumet",
    "Велкопил Аршумет",
    "Velkopil",
    "Velkopil-Tamir",
    "99001234567890",
    "+992 900 123 456",
    "tel:+992900123456",
    "AN1234567",
    "velkopil@example.org",
    "an informant in the market told us",
]


@pytest.mark.parametrize("value", PERSONAL)
@pytest.mark.parametrize("field", ["subject", "purpose", "recipient", "justification", "note"])
def test_nothing_personal_is_written_into_the_log(tmp_path: Path, field: str, value: str) -> None:
    log = AuditLog(tmp_path / "audit.jsonl", Clock(), key=KEY, by="analyst-07")
    log.append("disclosure", **{"subject": "F-0a1b2c3d4e", field: value})
    text = log.path.read_text(encoding="utf-8")
    assert value not in text
    assert not any(word in text for word in value.split() if len(word) > 3)


def test_numbers_and_lists_do_not_carry_a_person_past_either(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit.jsonl", Clock(), key=KEY)
    log.append("transfer", subject="F-1", person=99001234567890, people=["Velkopil Arshumet", "M-0a1b2c3d4e"])
    text = log.path.read_text(encoding="utf-8")
    assert "99001234567890" not in text
    assert "Velkopil" not in text
    assert "M-0a1b2c3d4e" in text


def test_the_ledger_cannot_be_cut_without_the_log_showing_it(tmp_path: Path) -> None:
    case = ilp.open_case(folder=tmp_path / "case")
    case.remember("note", {"text": "first"})
    case.note_look("M-0a1b2c3d4e")
    path = case.folder / "ledger.jsonl"
    put(path, lines(path)[:-1])
    told = verify_folder(case.folder, key_folder=case.key_folder).problems
    assert [(problem.file, problem.kind) for problem in told] == [("audit.jsonl", "ledger")]


def test_a_changed_record_of_the_ledger_is_named(tmp_path: Path) -> None:
    case = ilp.open_case(folder=tmp_path / "case")
    case.remember("note", {"text": "first"})
    path = case.folder / "ledger.jsonl"
    put(path, [lines(path)[0], lines(path)[1].replace(b"first", b"other")])
    told = {
        (p.file, p.entry, p.kind) for p in verify_folder(case.folder, key_folder=case.key_folder).problems
    }
    assert ("ledger.jsonl", 2, "changed") in told


def test_writing_goes_on_only_where_the_last_line_can_be_read(log: Path) -> None:
    put(log, [*lines(log)[:-1], b"{}"])
    with pytest.raises(FileError, match="last line"):
        AuditLog(log).append("open", subject="case-1")


def test_shuffled_halves_of_two_logs_are_seen(tmp_path: Path) -> None:
    one, other = (written(tmp_path / name, 6).path for name in ("a.jsonl", "b.jsonl"))
    texts = lines(one)
    changed = [resealed(text, subject="M-x") for text in lines(other)]
    mixed = texts[:3] + changed[3:]
    random.Random(1).shuffle(mixed)
    put(one, mixed)
    assert verify(one)


@pytest.mark.parametrize("at", ["zzz", None, 5, "2026-11-26T09:00:00"])
def test_a_moment_that_is_none_stops_the_case_and_not_the_check(tmp_path: Path, at: object) -> None:
    case = ilp.open_case(folder=tmp_path / "case")
    case.note_look("M-0a1b2c3d4e")
    path = case.folder / "audit.jsonl"
    put(path, [lines(path)[0], resealed(lines(path)[1], at=at)])
    with pytest.raises(FileError, match="changed by hand"):
        ilp.open_case(case.folder, key_folder=case.key_folder).now()
    assert verify_folder(case.folder, key_folder=case.key_folder).problems
