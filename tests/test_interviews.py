"""Interviews after PEACE: plan, rights, account as statements, differences; nothing that judges a person."""

from __future__ import annotations

import datetime as dt
import inspect
import tomllib
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ilp_toolkit import choices, i18n
from ilp_toolkit.collection import interviews, reports
from ilp_toolkit.collection.interviews import Right, Topic, account, differences, plan
from ilp_toolkit.errors import ColumnsError, InputError
from ilp_toolkit.evaluation import grades

WHEN = dt.datetime(2025, 3, 7, 15, 30, tzinfo=ZoneInfo("Indian/Maldives"))
VAN, EVENING = Topic("the van", "who drove it", required=True), Topic("the evening")


def a_plan(role="witness", **more):
    return plan("Who drove the van", interviewee_id="P-7", role=role, topics=[VAN, EVENING], **more)


def an_account(statements, role="witness", number="A1"):
    return account(statements, plan=a_plan(role), account_id=number, given_at=WHEN)


SAID = [
    {
        "topic": "the van",
        "item": "colour",
        "said": "It was grey.",
        "about": "2025-03-01 21:10",
        "basis": "own",
    },
    {"topic": "the van", "item": "driver", "said": "My brother says it was a boy.", "basis": "heard"},
    {"topic": "the evening", "said": "I came home late.", "about": "2025-03-01"},
]


def test_the_plan_follows_the_five_phases_of_peace():
    tasks = a_plan().tasks()
    assert list(dict.fromkeys(tasks["phase"])) == ["planning", "engage", "account", "closure", "evaluation"]
    assert tasks["words"].str.len().gt(0).all()
    with i18n.language("ru"):
        assert a_plan().tasks()["words"].str.contains("[а-я]").all()


@pytest.mark.parametrize("role", ["suspect", "accused"])
def test_a_suspect_is_told_of_silence_and_a_lawyer(role):
    rights = {right.id for right in a_plan(role).rights}
    assert rights >= {"suspicion", "silence", "lawyer", "third_person", "no_ill_treatment", "record"}


def test_a_witness_is_not_told_that_of_a_suspect_and_a_child_never_alone():
    assert not {right.id for right in a_plan("witness").rights} & {"suspicion", "silence"}
    assert {"guardian", "support", "lawyer"} <= {right.id for right in a_plan("minor").rights}


def test_rights_of_a_national_code_are_added_by_whoever_knows_them():
    own = Right("call", "one free call on detention", "Code of Criminal Procedure, article to be supplied")
    assert a_plan("suspect", national=[own]).rights[-1] == own


def test_every_right_has_a_source_that_nobody_has_verified(root):
    data = tomllib.loads(
        (root / "ilp_toolkit/collection/vocabulary/interviews.toml").read_text(encoding="utf-8")
    )
    assert all(source["verified"] is False for source in data["sources"].values())
    assert all(right["source"] in data["sources"] for right in data["rights"])
    assert all(right.citation and not right.verified for right in a_plan("suspect").rights)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"role": "gang member"}, "`role` must be one of"),
        ({"purpose": " "}, "needs a purpose"),
        ({"topics": []}, "at least one topic"),
        ({"topics": ["a", "a"]}, "stand twice"),
    ],
)
def test_a_plan_without_purpose_topic_or_known_role_is_refused(wrong, message):
    right = {"purpose": "why", "interviewee_id": "P-7", "role": "witness", "topics": ["a"]}
    values = {**right, **wrong}
    with pytest.raises(InputError, match=message):
        plan(values.pop("purpose"), **values)


def test_the_record_of_rights_names_what_was_not_given():
    made = a_plan("witness")
    record = interviews.rights_record(made, {"interpreter": WHEN, "record": WHEN})
    assert choices.of(record)["rights_missing"] == ["self_incrimination", "no_ill_treatment"]
    assert record["given_at"].notna().tolist() == [True, False, False, True]
    with pytest.raises(InputError, match="no right of this plan"):
        interviews.rights_record(made, {"silence": WHEN})
    with pytest.raises(InputError, match="no time zone"):
        interviews.rights_record(made, {"record": WHEN.replace(tzinfo=None)})


def test_an_account_becomes_dated_statements():
    table = an_account(SAID)
    assert list(table.columns) == list(interviews.STATEMENTS)
    assert table["statement_id"].tolist() == ["A1-1", "A1-2", "A1-3"]
    moment = pd.Timestamp("2025-03-01 21:10", tz="Indian/Maldives")
    assert (table["about_from"][0], table["about_to"][0]) == (moment, moment)
    day = pd.Timestamp("2025-03-01", tz="Indian/Maldives")
    assert (table["about_from"][2], table["about_to"][2]) == (day, day + pd.Timedelta("1D"))
    assert pd.isna(table["about_from"][1])
    assert table["basis"].tolist() == ["own", "heard", "unknown"]


def test_a_month_spans_the_month_and_a_span_is_kept_as_it_is():
    said = [{"topic": "the van", "said": "x", "about": "2025-02"},
            {"topic": "the van", "said": "y", "about_from": "2025-03-01 20:00", "about_to": "2025-03-01 22:00"}]  # fmt: skip
    table = an_account(said)
    assert table["about_to"][0] == pd.Timestamp("2025-03-01", tz="Indian/Maldives")
    assert table["about_to"][1] - table["about_from"][1] == pd.Timedelta("2h")


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ({"topic": "the van", "said": " "}, "Statement 1 has no words"),
        ({"topic": "his wife", "said": "x"}, "Statement 1 is on the topic 'his wife'"),
        ({"topic": "the van", "said": "x", "about": "soon after"}, "Statement 1: the time cannot be read"),
        ({"topic": "the van", "said": "x", "basis": "felt"}, "`basis` must be one of"),
    ],
)
def test_a_statement_that_cannot_be_used_is_named_by_its_place(statement, message):
    with pytest.raises(InputError, match=message):
        an_account([statement])


def test_topics_that_were_not_spoken_of_are_shown():
    found = interviews.topics_covered(a_plan(), an_account(SAID[:2]))
    assert found[["topic", "required", "n"]].to_numpy().tolist() == [
        ["the van", True, 2],
        ["the evening", False, 0],
    ]


def rights(missing=()):
    made = a_plan()
    return interviews.rights_record(made, {r.id: WHEN for r in made.rights if r.id not in missing})


def as_reports(**more):
    given = {
        "rights": rights(),
        "collector": "K-1",
        "how_obtained": "Interview, read back",
        "ill_treatment_free": True,
    }
    return interviews.as_reports(an_account(SAID), **{**given, **more})


def test_an_account_is_ready_for_grading_one_statement_a_report():
    table = as_reports(handling="internal")
    assert list(table.columns) == list(reports.REPORTS)
    assert list(grades.of_reports(table)) == [None, None, None]
    assert table["lawful"].tolist() == ["yes"] * 3
    assert table["origin_id"].tolist() == ["P-7", "", ""]
    assert len(reports.lawful(table)) == 3
    assert grades.corroboration(table)["origin_unknown"] == 2


def test_what_was_heard_from_others_is_no_independent_source():
    assert grades.corroboration(as_reports())["origins"] == 1


def test_reports_of_an_account_without_its_rights_are_not_stated_to_be_lawful():
    table = as_reports(rights=rights(missing=["record"]))
    assert table["lawful"].tolist() == ["unstated"] * 3
    assert len(reports.lawful(table)) == 0


def test_reports_of_an_account_of_which_nobody_states_how_it_went_stay_unstated():
    assert as_reports(ill_treatment_free=None)["ill_treatment_free"].tolist() == ["unstated"] * 3


def test_differences_show_both_sides_and_leave_out_what_is_the_same():
    other = [
        {"topic": "the van", "item": "colour", "said": "it was  GREY", "about": "2025-03-01 22:10"},
        {"topic": "the van", "item": "plate", "said": "It had none behind."},
        {"topic": "the evening", "said": "I came home late", "about": "2025-03-01"},
    ]
    found = differences(an_account(SAID), an_account(other, number="A2"))
    assert found[["item", "difference"]].to_numpy().tolist() == [
        ["colour", "time"], ["driver", "only_first"], ["plate", "only_second"]]  # fmt: skip
    assert found["second"].tolist() == ["it was  GREY", "", "It had none behind."]


def test_an_account_differs_in_nothing_from_itself():
    assert len(differences(an_account(SAID), an_account(SAID))) == 0


words = st.sampled_from(["a", "b", "A ", "c"])
accounts = st.lists(
    st.fixed_dictionaries(
        {"topic": st.sampled_from(["the van", "the evening"]), "item": words, "said": words}
    ),
    min_size=1,
    max_size=5,
)


@settings(deadline=None, max_examples=40)
@given(accounts, accounts)
def test_differences_are_the_same_from_either_side(one, other):
    there, back = (
        differences(an_account(one), an_account(other)),
        differences(an_account(other), an_account(one)),
    )
    turned = {"only_first": "only_second", "only_second": "only_first"}
    assert {(r.topic, r.item, turned.get(r.difference, r.difference)) for r in there.itertuples()} == {
        (r.topic, r.item, r.difference) for r in back.itertuples()
    }


def test_a_table_that_is_no_account_is_refused():
    with pytest.raises(ColumnsError, match="statement_id"):
        differences(pd.DataFrame({"said": ["x"]}), an_account(SAID))


@pytest.mark.attack
@pytest.mark.parametrize("role", sorted(interviews.PROTECTED))
@pytest.mark.parametrize("side", [0, 1])
def test_accounts_of_victims_are_not_held_against_each_other(role, side):
    pair = [an_account(SAID), an_account(SAID, role=role)]
    with pytest.raises(InputError, match="Accounts are not compared where the role is"):
        differences(pair[side], pair[1 - side])


@pytest.mark.attack
def test_nothing_in_the_comparison_of_accounts_counts_or_scores():
    found = differences(an_account(SAID), an_account(SAID[:1]))
    assert not found.select_dtypes("number").columns.tolist()
    public = " ".join([*interviews.__all__, *interviews.STATEMENTS, *found.columns, *interviews.DIFFERENCES])
    for word in ("score", "credib", "decep", "truth", "lie", "consisten", "probab"):
        assert word not in public.casefold()
    assert "float" not in str(inspect.signature(differences))


@pytest.mark.attack
@pytest.mark.parametrize("how", [{"ill_treatment_free": False}, {"how_obtained": "He spoke after a beating"}])
def test_an_account_got_by_ill_treatment_does_not_become_a_report(how):
    with pytest.raises(InputError, match="must not enter"):
        as_reports(**how)
