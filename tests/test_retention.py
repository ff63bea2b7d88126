"""How long, and what happens when something was wrong: reviews, holds, corrections, notices."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ilp_toolkit as ilp
from ilp_toolkit.collation.case import Case
from ilp_toolkit.dissemination import retention
from ilp_toolkit.errors import InputError
from tests.test_audit import Clock
from tests.test_case import PERSONS, new_case, people, plain_table, register, taken


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def case(tmp_path: Path, clock: Clock) -> Case:
    return new_case(tmp_path, clock, retention="2 years")


def released(case: Case, finding: ilp.Finding, product: str, *recipients: str) -> None:
    """Note a release as the gate does."""
    record = {
        "finding": finding.id,
        "product": product,
        "audience": "partners",
        "recipients": list(recipients),
        "materials": [material.id for material in finding.materials()],
    }
    case.remember("release", record)


def states(case: Case) -> dict[str, str]:
    return dict(retention.due(case)[["item", "state"]].itertuples(index=False, name=None))


# Time


def test_the_case_and_its_materials_have_an_end(case: Case, clock: Clock) -> None:
    material = taken(case, expires="2027-03-31")
    listed = retention.due(case)
    assert listed["item"].tolist() == [material.id, retention.CASE]
    assert listed["ends"].tolist() == [
        pd.Timestamp("2027-04-01", tz="UTC"),
        pd.Timestamp(clock.now) + pd.Timedelta("730D"),
    ]
    assert set(listed["state"]) == {"ok"}


def test_what_comes_near_its_end_or_its_review_is_listed_as_due(case: Case, clock: Clock) -> None:
    material = taken(case, expires="2027-03-31")
    clock.now = dt.datetime(2027, 1, 30, tzinfo=dt.UTC)
    assert states(case) == {material.id: "ok", "case": "ok"}
    clock.now = dt.datetime(2027, 1, 31, tzinfo=dt.UTC)
    assert states(case) == {material.id: "due", "case": "ok"}
    assert set(retention.due(case, within=0)["state"]) == {"ok"}
    clock.now = dt.datetime(2027, 4, 1, tzinfo=dt.UTC)
    assert states(case) == {material.id: "over", "case": "ok"}
    clock.now = dt.datetime(2027, 11, 26, 9, tzinfo=dt.UTC)
    assert states(case)["case"] == "review"


def test_a_review_puts_the_end_off_and_is_in_ledger_and_log(case: Case, clock: Clock) -> None:
    material = taken(case, expires="2027-03-31")
    clock.move(days=100)
    number = retention.review(
        case, reviewer="chief-02", reason="the series goes on", items=material.id, until="2028-06-30"
    )
    assert case.expiry(material) == dt.datetime(2028, 7, 1, tzinfo=dt.UTC)
    assert case.recall("review")[0]["by"] == "chief-02"
    assert (case.audit.entries()[-1].event, case.audit.entries()[-1].subject) == ("review", number)


def test_a_review_goes_no_further_than_the_policy(case: Case) -> None:
    with pytest.raises(InputError, match="policy allows"):
        retention.review(case, reviewer="chief-02", reason="needed", until="2040-01-01")
    retention.review(case, reviewer="chief-02", reason="needed")
    assert case.expires == case.now() + dt.timedelta(days=case.policy.retention.maximum_days)


@pytest.mark.parametrize("missing", ["reviewer", "reason"])
def test_a_review_needs_a_name_and_a_reason(case: Case, missing: str) -> None:
    with pytest.raises(InputError, match=missing):
        retention.review(case, **{"reviewer": "chief-02", "reason": "needed", missing: " "})


def test_an_item_that_the_case_does_not_know_is_refused(case: Case) -> None:
    with pytest.raises(InputError, match="M-nothing"):
        retention.review(case, reviewer="chief-02", reason="needed", items=["M-nothing"])


def test_a_hold_keeps_a_record_from_being_erased_until_it_is_lifted(case: Case) -> None:
    material = taken(case)
    hold = retention.hold(
        case, by="chief-02", authority="Court of Kelovar, order 17/2026 (invented)", reason="appeal"
    )
    with pytest.raises(InputError, match="legal hold"):
        retention.erase(case, "K26-00003", by="chief-02", reason="asked by the person")
    retention.release_hold(case, hold, by="chief-02", reason="appeal decided")
    assert case.holds(material.id) == []
    assert retention.erase(case, "K26-00003", by="chief-02", reason="asked by the person").what == "erased"
    assert [entry.fields["what"] for entry in case.audit.entries() if entry.event == "hold"] == [
        "set",
        "lifted",
    ]


def test_a_hold_on_one_material_is_none_on_another(case: Case) -> None:
    one, other = taken(case), taken(case, register(start=100))
    retention.hold(case, by="chief-02", authority="court", reason="appeal", items=one.id)
    assert len(case.holds(one.id)) == 1
    assert case.holds(other.id) == []
    assert retention.erase(case, "K26-00100", by="chief-02", reason="wrong person").materials == (other.id,)


def test_a_hold_that_is_not_in_force_cannot_be_lifted(case: Case) -> None:
    with pytest.raises(InputError, match="hold-99"):
        retention.release_hold(case, "hold-99", by="chief-02", reason="x")


@pytest.mark.legitimate
def test_a_finding_in_time_has_no_obstacle(case: Case) -> None:
    finding = case.analyse(ilp.hotspots.count, taken(case), cell_size=100)
    assert retention.obstacles(case, finding) == []
    assert retention.obstacles(case) == []


# Corrections


def test_rectifying_one_record_makes_what_held_it_stale_and_nothing_else(case: Case) -> None:
    one, other = taken(case), taken(case, register(start=100))
    hot, cold = (case.analyse(ilp.hotspots.count, material, cell_size=100) for material in (one, other))
    both = case.combine(one, other)
    deeper = case.analyse(len, both)
    done = retention.rectify(case, "K26-00003", by="analyst-07", reason="the offence was theft")
    assert done.materials == (one.id,)
    assert set(done.findings) == {hot.id, both.id, deeper.id}
    assert done.rows.to_dict("records") == [{"material": one.id, "file": "", "source_row": 4}]
    for item in (one, hot, both, deeper):
        assert "rectified" in case.stale(item)[0]
    for item in (other, cold):
        assert case.stale(item) == []


def test_the_corrected_file_is_another_material_and_fresh(case: Case) -> None:
    old = taken(case)
    retention.rectify(case, "K26-00003", by="analyst-07", reason="the offence was theft")
    table = register()
    table.loc[2, "offence"] = "Theft"
    new = taken(case, table)
    finding = case.analyse(ilp.hotspots.count, new, cell_size=100)
    assert new.id != old.id
    assert case.stale(finding) == case.stale(new) == []
    assert case.stale(taken(case)), "the uncorrected file stays stale when it is taken in again"


def test_a_record_is_found_however_it_is_spelt(case: Case) -> None:
    material = taken(case)
    assert retention.rectify(case, "  k26-00003 ", by="a", reason="b").materials == (material.id,)


def test_a_record_that_no_material_holds_is_refused_and_leaves_no_entry(case: Case) -> None:
    taken(case)
    before = len(case.audit.entries())
    with pytest.raises(InputError, match="No material"):
        retention.rectify(case, "K26-99999", by="a", reason="b")
    assert len(case.audit.entries()) == before


def test_a_material_without_numbers_is_named_by_hand(case: Case) -> None:
    table = pd.DataFrame({"place": ["Tesvar"], "n": [3]})
    material = case.collect(table, reader=plain_table, quality="invented", handling="internal")
    with pytest.raises(InputError, match="No material"):
        retention.rectify(case, "the Tesvar row", by="a", reason="b")
    done = retention.rectify(case, "the Tesvar row", by="a", reason="b", materials=[material.id])
    assert done.materials == (material.id,)
    assert case.stale(material)
    with pytest.raises(InputError, match="M-none"):
        retention.rectify(case, "x", by="a", reason="b", materials=["M-none"])


def test_corrections_are_known_in_a_later_session(tmp_path: Path) -> None:
    case = new_case(tmp_path)
    finding = case.analyse(ilp.hotspots.count, taken(case), cell_size=100)
    again = new_case(tmp_path)
    assert again.stale(finding.id) == []
    done = retention.rectify(again, "K26-00003", by="a", reason="b")
    assert done.findings == (finding.id,)
    assert done.rows.empty, "the file was not read in this session"
    assert new_case(tmp_path).stale(finding.id)


def test_every_past_recipient_of_every_product_gets_a_notice(case: Case) -> None:
    finding = case.analyse(ilp.hotspots.count, taken(case), cell_size=100)
    fresh = case.analyse(ilp.hotspots.count, taken(case, register(start=100)), cell_size=100)
    released(case, finding, "2026-0001", "city-council", "TBIC")
    released(case, finding, "2026-0002")
    released(case, fresh, "2026-0003", "city-council")
    done = retention.rectify(case, "K26-00003", by="a", reason="b")
    assert done.products == ("2026-0001", "2026-0002")
    told = [(notice.product, notice.recipient) for notice in done.notices]
    assert told == [("2026-0001", "city-council"), ("2026-0001", "TBIC"), ("2026-0002", "partners")]
    assert retention.open_notices(case) == list(done.notices)


def test_a_transfer_to_another_agency_gets_a_notice_too(case: Case) -> None:
    material = taken(case)
    case.remember("exchange", {"items": [{"id": material.id}], "recipient": "XB-liaison"})
    done = retention.rectify(case, "K26-00003", by="a", reason="b")
    assert [notice.recipient for notice in done.notices] == ["XB-liaison"]


def test_a_notice_says_what_to_do_in_both_languages_and_never_the_record(case: Case) -> None:
    finding = case.analyse(ilp.hotspots.count, taken(case), cell_size=100)
    released(case, finding, "2026-0001", "city-council")
    notice = retention.rectify(case, "K26-00003", by="a", reason="K26-00003 was theft").notices[0]
    english, russian = notice.text("en"), notice.text("ru")
    for text in (english, russian):
        assert "2026-0001" in text
        assert "city-council" in text
        assert "K26" not in text
    assert "must no longer be relied on" in english
    assert "Нельзя больше полагаться" in russian
    assert notice.to_json()["text"] == {"en": english, "ru": russian}


def test_a_notice_that_was_sent_is_no_longer_open(case: Case) -> None:
    finding = case.analyse(ilp.hotspots.count, taken(case), cell_size=100)
    released(case, finding, "2026-0001", "city-council", "TBIC")
    first, second = retention.rectify(case, "K26-00003", by="a", reason="b").notices
    retention.sent(case, first, by="analyst-07", how="by courier")
    assert retention.open_notices(case) == [second]
    assert case.audit.entries()[-1].event == "disclosure"
    with pytest.raises(InputError, match="notice-0"):
        retention.sent(case, "notice-0", by="analyst-07", how="by post")


# Acquittal


def test_an_acquittal_in_a_new_file_starts_a_rectification_of_the_old_one(case: Case) -> None:
    old = people(case, PERSONS)
    finding = case.analyse(lambda t: t.groupby("role").size(), old)
    new = people(case, PERSONS.assign(role=["acquitted", "victim", "witness", None, None]))
    assert "acquitted" in case.stale(finding)[0]
    assert case.stale(new) == []
    correction = case.recall("correction")[0]
    assert (correction["what"], correction["materials"]) == ("acquitted", [old.id])


def test_an_acquittal_can_be_noted_by_hand(case: Case) -> None:
    old = people(case, PERSONS)
    done = retention.acquit(case, "P-0001", by="chief-02", reason="Court of Kelovar, 3 March 2027 (invented)")
    assert done.what == "acquitted"
    assert case.stale(old)
    assert "acquitted" in repr(done)


def test_taking_the_same_acquittal_in_twice_notes_it_once(case: Case) -> None:
    people(case, PERSONS)
    for _again in range(2):
        people(case, PERSONS.assign(role="acquitted"))
    assert len(case.recall("correction")) == len(PERSONS)


# Any history


@given(st.lists(st.tuples(st.sampled_from(["take", "rectify", "erase"]), st.integers(1, 4)), max_size=8))
@settings(max_examples=25, deadline=None)
def test_in_any_history_a_material_is_stale_exactly_if_a_record_of_it_was_corrected_later_or_erased(
    tmp_path_factory: pytest.TempPathFactory, history: list[tuple[str, int]]
) -> None:
    case = new_case(tmp_path_factory.mktemp("history"))
    held: dict[str, tuple[int, set[int]]] = {}
    told: list[tuple[int, str, int]] = []
    for step, (what, i) in enumerate(history):
        if what == "take":
            table = pd.DataFrame({"record_id": [f"R-{i:05d}", f"R-{i + 1:05d}"], "n": 1})
            material = case.collect(table, reader=plain_table, quality="invented", handling="internal")
            held.setdefault(material.id, (step, {i, i + 1}))
        elif any(i in records for _step, records in held.values()):
            verb = retention.rectify if what == "rectify" else retention.erase
            verb(case, f"R-{i:05d}", by="a", reason="b")
            told.append((step, what, i))
    for name, (taken_at, records) in held.items():
        expected = any(i in records and (what == "erase" or at > taken_at) for at, what, i in told)
        assert bool(case.stale(name)) == expected
