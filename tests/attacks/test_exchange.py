"""Attempts to get more out, or to others, than a message may hold; and to have a false message believed."""

from __future__ import annotations

import copy
import datetime as dt
import json

import pandas as pd
import pytest

import ilp_toolkit as ilp
from ilp_toolkit.dissemination import exchange
from ilp_toolkit.dissemination._exchange_reading import digest
from ilp_toolkit.dissemination.exchange import ExchangeError, Receipt, Recipient, Review, Sender
from ilp_toolkit.errors import InputError

pytestmark = pytest.mark.attack

NOW = dt.datetime(2025, 6, 10, 9, tzinfo=dt.UTC)
SENDER = Sender("XA-DCA", "XA")
CENTRE = Recipient("TBIC", "Three Borders Information Centre", "XA", "regional_centre", "TBIC Agreement (invented)",
                   ("XA", "XB", "XC"))  # fmt: skip
ABROAD = Recipient("XC-NB", "Narcotics Bureau", "XC", "foreign_law_enforcement", "Treaty of 2019 (invented)")
HOME = Recipient(
    "XA-TPS", "Tolvanian Police Service", "XA", "law_enforcement", "Police Service Act (invented)"
)


class Clock:
    """A clock that a test can move."""

    now = NOW

    def __call__(self) -> dt.datetime:
        return self.now


def a_report(number: int = 1, **columns: str) -> dict[str, str]:
    good = {
        "Report number": f"Q77-{number:03d}", "Date received": "2025-06-01 10:00", "Reporting officer": "K-77104",
        "Originating agency": "XA-DCA", "Source code": "S-77001", "First source": "O-77001", "Through whom": "own officer",
        "Subject": "A lorry", "District": "Kelovar", "How obtained": "Seen by the officer", "Obtained lawfully": "yes",
        "Free of ill-treatment": "yes", "Source grade": "B", "Information grade": "2", "Handling": "4x4:H0",
        "Information": "A lorry driven by Velkopil Arshumet left at night. The source washes dishes at the bar.",
        "Sanitised text": "A lorry left at night.",
    }  # fmt: skip
    return {**good, **columns}


def review(country: str, **more: object) -> Review:
    good = {"reviewer": "legal-3", "date": dt.date(2025, 5, 1), "onward_transfer": "consent_needed",
            "ill_treatment": "no_risk_found", "death_penalty": "not_provided", "basis": "country reports"}  # fmt: skip
    return Review(country, **{**good, **more})


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def taken(tmp_path, clock):
    """Return a function that takes reports into a case."""
    case = ilp.open_case("training", folder=tmp_path / "case", clock=clock, key_folder=tmp_path / "keys")

    def take(*rows: dict[str, str]):
        return case.collect(
            pd.DataFrame(list(rows)), reader=ilp.read_reports, quality="invented", timezone="UTC"
        )

    return take


def draft(item, recipient=CENTRE, **more):
    given = {"sender": SENDER, "recipient": recipient, "author": "analyst-07", "purpose": "tasking",
             "second_person": "chief-2", "consent": {"XA-DCA": "own decision 12"},
             "reviews": [review("XB"), review("XC")]}  # fmt: skip
    return exchange.report(item, **{**given, **more})


def refused(made) -> set[str]:
    return {check.id for check in made.checks if check.status == "failed"}


def holds_nothing(made, tmp_path) -> None:
    with pytest.raises(ExchangeError):
        exchange.send(made, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("columns", "check"),
    [
        ({"Source grade": "", "Information grade": ""}, "grade"),
        ({"Source grade": "B", "Information grade": ""}, "grade"),
        ({"Source grade": "medium", "Information grade": "medium"}, "grade"),
        ({"Free of ill-treatment": ""}, "lawful_origin"),
        ({"Obtained lawfully": "?"}, "lawful_origin"),
        ({"Handling": "4x4:H0 (only on Tuesdays)"}, "conditions"),
        ({"Handling": "3x5x2:C"}, "conditions"),
        ({"Sanitised text": ""}, "sanitised"),
        ({"Sanitised text": "A lorry driven by Velkopil Arshumet left."}, None),
        ({"Sanitised text": "Call +992 900 111 222 about the lorry."}, "sanitised"),
        ({"Sanitised text": "The lorry has the plate XA-0041-KV."}, "sanitised"),
        ({"Sanitised text": "The man's number is 12345678901234."}, "sanitised"),
        ({"Sanitised text": "S-77001 says that a lorry left."}, "sanitised"),
        ({"Sanitised text": "K-77104 saw a lorry leave."}, "sanitised"),
        ({"Subject": "A lorry, from O-77001"}, "sanitised"),
    ],
    ids=lambda value: str(value)[:50],
)
def test_an_item_that_says_too_little_or_too_much_does_not_leave(taken, tmp_path, columns, check):
    # A name that stands in its own sanitised text is found because another report had it taken out.
    material = taken(a_report(1, **columns), a_report(2))
    made = draft(material)
    assert (check or "sanitised") in refused(made)
    holds_nothing(made, tmp_path)


def test_a_name_copied_into_the_sanitised_text_is_found_by_what_another_report_took_out(
    root, tmp_path, clock
):
    case = ilp.open_case("training", folder=tmp_path / "case", clock=clock, key_folder=tmp_path / "keys")
    path = root / "datasets" / "reports" / "reports.csv"
    material = case.collect(path, reader=ilp.read_reports, quality="invented", timezone="UTC")
    made = draft(
        case.analyse(ilp.reports.lawful, material), reports=["R25-017"], consent={"XA-TPS": "letter"}
    )
    assert refused(made) == {"sanitised"}
    holds_nothing(made, tmp_path)


@pytest.mark.parametrize(
    "handling", ["", "keep it to yourself", "internal", "4x4:H1", "4x4:H2", "TLP:RED", "TLP:GREEN", "ДСП"]
)
def test_handling_that_does_not_open_it_keeps_it_in_whatever_else_is_in_order(taken, tmp_path, handling):
    made = draft(taken(a_report(Handling=handling)), consent=None)
    assert "audience" in refused(made)
    holds_nothing(made, tmp_path)


@pytest.mark.parametrize("consent", [{}, {"XA-DCA": " "}, {"XA-TPS": "letter"}, {"xa-dca": "letter"}])
def test_the_consent_of_nobody_or_of_somebody_else_opens_nothing(taken, consent):
    assert refused(draft(taken(a_report(Handling="4x4:H2")), consent=consent)) >= {
        "audience",
        "originator_consent",
    }


def test_the_consent_of_one_originator_is_not_that_of_two(taken):
    both = taken(
        a_report(1, Handling="4x4:H2"), a_report(2, Handling="4x4:H2", **{"Originating agency": "XB-AC"})
    )
    assert refused(draft(both)) >= {"audience", "originator_consent"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"onward_transfer": "possible"},
        {"onward_transfer": "unknown"},
        {"ill_treatment": "risk"},
        {"ill_treatment": "risk", "assurance": "diplomatic note 4"},
        {"ill_treatment": "unknown"},
        {"death_penalty": "possible"},
        {"death_penalty": "unknown"},
        {"death_penalty": "excluded_by_assurance"},
        {"reviewer": "analyst-07"},
        {"reviewer": " ANALYST-07 "},
        {"date": dt.date(2024, 5, 1)},
        {"date": dt.date(2025, 6, 11)},
    ],
    ids=str,
)
def test_a_destination_with_a_risk_or_an_open_question_gets_nothing(taken, tmp_path, wrong):
    made = draft(taken(a_report()), reviews=[review("XB"), review("XC", **wrong)])
    assert refused(made) == {"destination"}
    holds_nothing(made, tmp_path)


@pytest.mark.parametrize("reviews", [[], ["XB"], ["XA"], ["XB", "XA"]])
def test_a_centre_gets_nothing_while_one_of_its_members_was_not_reviewed(taken, reviews):
    assert "destination" in refused(
        draft(taken(a_report()), reviews=[review(country) for country in reviews])
    )


@pytest.mark.parametrize("second", ["", " ", "analyst-07", "Analyst-07 "])
def test_what_goes_abroad_is_not_seen_by_one_alone(taken, second):
    assert refused(draft(taken(a_report()), second_person=second)) == {"four_eyes"}


@pytest.mark.parametrize("purpose", ["", "training exercise", "employment check"])
def test_a_purpose_of_its_own_opens_nothing(taken, purpose):
    assert "purpose" in refused(draft(taken(a_report()), purpose=purpose))


def test_a_draft_made_in_time_is_not_sent_after_it(taken, tmp_path, clock):
    made = draft(taken(a_report()))
    assert made.would_leave, str(made)
    clock.now = NOW + dt.timedelta(days=200)
    with pytest.raises(ExchangeError, match="destination"):
        exchange.send(made, tmp_path / "out")
    clock.now = NOW + dt.timedelta(days=500)
    with pytest.raises(ExchangeError, match="retention"):
        exchange.send(made, tmp_path / "out")


def test_a_table_edited_after_it_came_in_does_not_leave(taken, tmp_path):
    material = taken(a_report())
    made = draft(material)
    material.content.loc[0, "sanitised"] = "A lorry left at noon."
    assert "governed" in refused(draft(material))
    holds_nothing(made, tmp_path)


def test_a_table_made_around_the_case_does_not_leave(taken):
    material = taken(a_report())
    loose = material.case.analyse(lambda table: table, material.table.assign(sanitised="A lorry came."))
    assert refused(draft(loose)) >= {"governed"}


def test_a_message_changed_by_hand_is_made_anew_before_it_is_sent(taken, tmp_path):
    made = draft(taken(a_report()))
    made.message["items"][0]["text"] = "Velkopil Arshumet did it."
    place = exchange.send(made, tmp_path / "out")
    assert "Arshumet" not in (place / "exchange.json").read_text(encoding="utf-8")


def test_no_file_of_a_message_holds_a_source_a_collector_or_an_original(taken, tmp_path):
    place = exchange.send(draft(taken(a_report(1), a_report(2))), tmp_path / "out")
    for path in place.rglob("*"):
        if path.is_file() and path.suffix != ".pdf":
            text = path.read_text(encoding="utf-8-sig")
            for secret in (
                "Velkopil",
                "Arshumet",
                "washes dishes",
                "S-77001",
                "O-77001",
                "K-77104",
                "Q77-001",
            ):
                assert secret not in text, (path.name, secret)


@pytest.mark.parametrize(
    "question",
    [
        "Who is +992 900 111 222?",
        "Whose plate is XA-0041-KV?",
        "Who is 12345678901234?",
        "СЕКРЕТНО\nкто это?",
        " ",
    ],
)
def test_a_request_does_not_carry_persons_in_its_words(taken, question):
    made = exchange.request(
        taken(a_report()).case, sender=SENDER, recipient=HOME, author="analyst-07", purpose="tasking", question=question,
        reason="because", reply_by=dt.date(2025, 7, 1),
    )  # fmt: skip
    assert "sanitised" in refused(made)


@pytest.fixture
def message(taken):
    return copy.deepcopy(dict(draft(taken(a_report())).message))


def read(message, **more):
    return exchange.read(json.dumps(message, ensure_ascii=False).encode(), now=NOW, **more)


def hashed(message):
    return {**message, "sha256": digest(message)}


def test_the_message_itself_is_believed(message):
    assert len(read(message, recipient="TBIC").table) == 1


def test_one_letter_changed_on_the_way_is_seen(message):
    message["items"][0]["text"] += "."
    with pytest.raises(InputError, match="changed or damaged"):
        read(message)


CHANGES = {
    "no grade": lambda m: m["items"][0].pop("grade"),
    "a number for a grade": lambda m: m["items"][0].update(grade=50),
    "a middle for a grade": lambda m: m["items"][0].update(grade="medium"),
    "a code of another scale": lambda m: m["items"][0].update(grade="4x4:F6"),
    "no handling": lambda m: m["items"][0].pop("handling"),
    "handling for all": lambda m: m["items"][0]["handling"].update(audiences=["public"]),
    "handling without consent": lambda m: m["items"][0]["handling"].update(conditions=["crime_purpose_only"]),
    "handling of the whole without consent": lambda m: m["handling"].update(conditions=["crime_purpose_only"]),
    "a condition of the marking left out": lambda m: m["items"][0]["handling"].update(conditions=["originator_consent"]),
    "an originator left out": lambda m: m["items"][0]["handling"].update(originators=["XB-AC"]),
    "a secret in the markings": lambda m: m["items"][0]["handling"]["markings"].append("Секретно"),
    "a secret in the text": lambda m: m["items"][0].update(text="TOP SECRET\nA lorry left."),
    "a field more": lambda m: m["items"][0].update(source_id="S-1"),
    "an unlawful item": lambda m: m["items"][0].update(lawful=False),
    "unlawful, nearly true": lambda m: m["items"][0].update(lawful=1),
    "no item": lambda m: m.update(items=[]),
    "a report that asks": lambda m: m.update(kind="request"),
    "no review": lambda m: m.update(reviews=[]),
    "a review that found a risk": lambda m: m["reviews"][0].update(ill_treatment="risk"),
    "a member more": lambda m: m["recipient"]["members"].append("ZZ"),
    "an assurance without a name": lambda m: m["reviews"][0].update(death_penalty="excluded_by_assurance"),
    "past its end": lambda m: m.update(expires="2025-06-09"),
    "another format": lambda m: m.update(format="ilp-toolkit exchange 2"),
    "opened to a centre": lambda m: (m["recipient"].update(audience="partners"), m["items"][0]["handling"].update(audiences=["regional_centre"])),
    "a date that is none": lambda m: m["items"][0].update(date="2025-02-30"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_a_message_forged_and_hashed_anew_is_not_believed(message, change):
    CHANGES[change](message)
    with pytest.raises(InputError, match="The message cannot be used"):
        read(hashed(message))


def test_a_message_to_somebody_else_is_not_read(message):
    with pytest.raises(InputError, match="somebody else"):
        read(message, recipient="XC-NB")


def test_what_is_received_cannot_be_passed_on_from_the_recipients_case(message, tmp_path, clock):
    case = ilp.open_case(
        "training", folder=tmp_path / "theirs", clock=clock, key_folder=tmp_path / "their-keys"
    )
    path = tmp_path / "exchange.json"
    path.write_text(json.dumps(message, ensure_ascii=False), encoding="utf-8")
    material = case.collect(path, reader=exchange.read, quality="from XA-DCA", originator="XA-DCA", now=NOW)
    onward = exchange.report(
        material, sender=Sender("TBIC", "XA"), recipient=ABROAD, author="centre-1", purpose="tasking",
        second_person="centre-2", reviews=[review("XC")],
    )  # fmt: skip
    assert refused(onward) >= {"audience", "originator_consent"}


def test_a_receipt_for_what_was_not_sent_is_refused(taken, tmp_path):
    made = draft(taken(a_report()))
    case = made.case
    place = exchange.send(made, tmp_path / "out")
    received = exchange.read(place, now=NOW)
    good = exchange.acknowledge(received, by="LO-TBIC-2", at=NOW)
    with pytest.raises(InputError, match="is not what was sent"):
        exchange.note_receipt(case, Receipt(good.message, "0" * 64, "LO-TBIC-2", NOW, True, ()))
    with pytest.raises(InputError, match="sent no message"):
        exchange.note_receipt(case, Receipt("X-0000000000", good.sha256, "LO-TBIC-2", NOW, True, ()))
