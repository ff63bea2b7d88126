"""Exchange: a message to a partner or a centre, checked, sent, read back, acknowledged."""

from __future__ import annotations

import datetime as dt
import json
import sys

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

import ilp_toolkit as ilp
from ilp_toolkit import i18n
from ilp_toolkit.dissemination import _exchange_stix, _sanitising, _schema, exchange, notices
from ilp_toolkit.dissemination._exchange_checks import EXCHANGE_RULES
from ilp_toolkit.dissemination._exchange_reading import digest, schema
from ilp_toolkit.dissemination.exchange import ExchangeError, Recipient, Review, Sender
from ilp_toolkit.errors import FileError, InputError
from ilp_toolkit.evaluation import grades, handling

NOW = dt.datetime(2025, 6, 10, 9, tzinfo=dt.UTC)
SENDER = Sender("XA-DCA", "XA")
CENTRE = Recipient("TBIC", "Three Borders Information Centre", "XA", "regional_centre", "TBIC Agreement (invented)",
                   ("XA", "XB", "XC"))  # fmt: skip
HOME = Recipient(
    "XA-TPS", "Tolvanian Police Service", "XA", "law_enforcement", "Police Service Act (invented)"
)
OPIATES = ["R25-007", "R25-022", "R25-053"]
FOUR_H0 = {"XA-BG": "letter 7/2025", "XA-DCA": "own decision 12"}


def review(country, **more):
    found = {
        "onward_transfer": "consent_needed",
        "ill_treatment": "no_risk_found",
        "death_penalty": "not_provided",
    }
    given = {
        "reviewer": "legal-3",
        "date": dt.date(2025, 5, 1),
        "basis": "country reports of 2025 (invented)",
    }
    return Review(country, **{**given, **found, **more})


REVIEWS = [review("XB"), review("XC")]


@pytest.fixture(scope="module")
def world(root, tmp_path_factory):
    """Return a case with the invented reports, and those of them that are lawful to use."""
    place = tmp_path_factory.mktemp("exchange")
    case = ilp.open_case("training", folder=place / "case", clock=lambda: NOW, key_folder=place / "keys")
    path = root / "datasets" / "reports" / "reports.csv"
    taken = case.collect(path, reader=ilp.read_reports, quality="invented", timezone="Indian/Maldives")
    return case, case.analyse(ilp.reports.lawful, taken)


def to_centre(item, **more):
    given = {"sender": SENDER, "recipient": CENTRE, "author": "analyst-07", "purpose": "tasking", "reports": OPIATES,
             "reviews": REVIEWS, "second_person": "chief-2", "consent": FOUR_H0}  # fmt: skip
    return exchange.report(item, **{**given, **more})


def failed(draft):
    return {check.id for check in draft.checks if check.status == "failed"}


@pytest.fixture(scope="module")
def sent(world, tmp_path_factory):
    return exchange.send(to_centre(world[1]), tmp_path_factory.mktemp("sent") / "message")


@pytest.mark.legitimate
def test_sanitised_reports_reach_the_centre_as_json_page_and_paper(sent):
    assert {path.name for path in sent.iterdir()} >= {
        "exchange.json",
        "exchange.html",
        "exchange.pdf",
        "manifest.json",
    }
    paper = " ".join(page.extract_text() for page in PdfReader(sent / "exchange.pdf").pages)
    assert "Originator control: not to be passed on without consent" in paper
    assert "double floor" in paper or "second floor in the trailer" in " ".join(paper.split())
    assert "DRAFT" not in paper


@pytest.mark.legitimate
def test_reports_for_the_own_police_need_no_review_of_a_destination(world, tmp_path):
    draft = exchange.report(world[1], sender=SENDER, recipient=HOME, author="analyst-07", purpose="tasking",
                            reports=["R25-001", "R25-003", "R25-009"])  # fmt: skip
    assert draft.would_leave, str(draft)
    assert exchange.send(draft, tmp_path / "home").is_dir()


@pytest.mark.legitimate
def test_a_request_reaches_the_centre(world, tmp_path):
    draft = exchange.request(
        world[0], sender=SENDER, recipient=CENTRE, author="analyst-07", purpose="tasking", reviews=REVIEWS,
        second_person="chief-2", question="Which hauliers changed papers on the R1 in May?",
        reason="Five lorries left under other numbers.", reply_by=dt.date(2025, 7, 1),
    )  # fmt: skip
    place = exchange.send(draft, tmp_path / "request")
    received = exchange.read(place, recipient="TBIC", now=NOW)
    assert received.message["question"]["text"].startswith("Which hauliers")
    assert len(received.table) == 0


def test_the_message_holds_the_fields_of_its_schema_and_no_others(sent):
    message = json.loads((sent / "exchange.json").read_text(encoding="utf-8"))
    assert set(message) == set(schema()["properties"])
    assert set(message["items"][0]) == set(schema()["$defs"]["item"]["properties"])
    assert not {"source_id", "origin_id", "collector", "path", "how_obtained"} & set(message["items"][0])


def test_the_schema_is_one_that_another_validator_reads_the_same(sent):
    jsonschema = pytest.importorskip("jsonschema")
    message = json.loads((sent / "exchange.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.validate(message, schema())


@settings(deadline=None, max_examples=80)
@given(st.data())
def test_the_own_validator_agrees_with_another_on_changed_messages(sent, data):
    jsonschema = pytest.importorskip("jsonschema")
    message = json.loads((sent / "exchange.json").read_text(encoding="utf-8"))
    place = message
    for _step in range(data.draw(st.integers(0, 3))):
        inner = [
            value
            for value in (place.values() if isinstance(place, dict) else place)
            if isinstance(value, dict | list) and value
        ]
        place = data.draw(st.sampled_from(inner)) if inner else place
    odd = data.draw(
        st.sampled_from([None, True, False, 1, 1.5, "", "x", "XA", "2025-01-01", [], ["x"], {}, {"a": 1}])
    )
    if isinstance(place, dict):
        name = data.draw(st.sampled_from([*place, "more"]))
        if data.draw(st.booleans()) and name in place:
            del place[name]
        else:
            place[name] = odd
    elif place:
        place[0] = odd
    validator = jsonschema.Draft202012Validator(schema())
    theirs = [error for error in validator.iter_errors(message) if error.validator != "format"]
    ours = _schema.problems(message, {**schema()})
    if theirs:
        assert ours
    elif ours:
        assert all(
            "not written as it must be" in problem for problem in ours
        )  # formats: theirs does not look


@pytest.mark.parametrize(
    "text", ["2025-02-30", "2025-2-1", "20250201", "2025-02-01T10:00:00+05:00", " 2025-02-01", "٢٠٢٥-02-01"]
)
def test_a_date_that_is_none_is_refused(text):
    assert _schema.problems(text, {"type": "string", "format": "date"})


def test_a_moment_without_a_zone_is_refused():
    assert _schema.problems("2025-02-01T10:00:00", {"format": "date-time"})
    assert not _schema.problems("2025-02-01T10:00:00+05:00", {"format": "date-time"})


def test_a_keyword_that_the_validator_does_not_know_is_no_rule_passed_over():
    with pytest.raises(NotImplementedError, match="maxProperties"):
        _schema.problems({}, {"maxProperties": 0})


def test_reading_back_gives_reports_under_the_senders_handling(sent):
    received = exchange.read(sent, recipient="TBIC", now=NOW)
    table = received.table
    assert list(table.columns) == list(ilp.reports.REPORTS)
    assert grades.histogram(grades.of_reports(table)) == {"4x4:A1": 1, "4x4:A2": 1, "4x4:B2": 1}
    assert table["text"].tolist() == table["sanitised"].tolist()
    assert {row.originator for row in table.itertuples()} == {"XA-DCA"}
    for row in table.itertuples():
        held = handling.parse(row.handling)
        assert "originator_consent" in held.conditions
        assert "crime_purpose_only" in held.conditions
        assert held.permits("regional_centre")
        assert not held.permits("public")


def test_a_case_takes_a_message_in_with_its_rules(sent, tmp_path):
    case = ilp.open_case(
        "training", folder=tmp_path / "case", clock=lambda: NOW, key_folder=tmp_path / "keys"
    )
    material = case.collect(
        sent / "exchange.json", reader=exchange.read, quality="from XA-DCA", originator="XA-DCA", now=NOW
    )
    assert material.passport.handling.permits("agency")
    assert not material.passport.handling.permits("foreign_law_enforcement")
    assert "originator_consent" in material.passport.handling.conditions
    assert material.passport.originators == {"XA-DCA"}


def test_the_recipient_finds_circular_reports_without_learning_who_said_it(world, tmp_path):
    forty = ["R25-016", "R25-023", "R25-035"]
    consent = dict.fromkeys(("XB-AC", "TBIC", "XC-NB"), "letter")
    place = exchange.send(to_centre(world[1], reports=forty, consent=consent), tmp_path / "forty")
    received = exchange.read(place, now=NOW)
    assert grades.corroboration(received.table) == {
        "reports": 3,
        "origins": 1,
        "repeats": 2,
        "origin_unknown": 0,
    }
    assert "O-52" not in (place / "exchange.json").read_text(encoding="utf-8")


def test_two_recipients_get_other_pseudonyms_for_the_same_items(world, tmp_path):
    home = exchange.report(
        world[1], sender=SENDER, recipient=HOME, author="analyst-07", purpose="tasking", reports=["R25-007"]
    )
    centre = to_centre(world[1], reports=["R25-007"])
    assert home.message["items"][0]["item"] != centre.message["items"][0]["item"]
    assert home.message["items"][0]["origin"] != centre.message["items"][0]["origin"]


def test_sending_is_a_transfer_in_the_log_and_reaches_correction_notices(world, sent):
    case, finding = world
    entries = [entry for entry in case.audit.entries() if entry.event == "transfer"]
    assert entries[-1].subject == finding.id or any(entry.subject == finding.id for entry in entries)
    assert any(entry.fields["recipient"] == "TBIC" for entry in entries)
    assert case.verify(finding) == []
    assert case.audit.verify() == []
    found = list(notices._products(case, {finding.materials()[0].id}))
    assert any(recipients == ["TBIC"] for _number, recipients, _when in found)


def test_what_stays_in_the_country_is_a_disclosure(world, tmp_path):
    case, finding = world
    draft = exchange.report(
        finding, sender=SENDER, recipient=HOME, author="analyst-07", purpose="tasking", reports=["R25-014"]
    )
    exchange.send(draft, tmp_path / "home")
    assert case.audit.entries()[-1].event == "disclosure"


def test_a_receipt_comes_back_and_is_noted(world, sent):
    case = world[0]
    received = exchange.read(sent, now=NOW)
    receipt = exchange.acknowledge(received, by="LO-TBIC-2", at=NOW)
    assert "originator_consent" in receipt.conditions
    exchange.note_receipt(case, receipt)
    assert case.recall("receipt")[-1]["message"] == received.message["id"]
    assert json.loads(json.dumps(receipt.to_json()))["accepted"] is True
    with pytest.raises(InputError, match="refused with a reason"):
        exchange.acknowledge(received, by="LO-TBIC-2", at=NOW, accepted=False)
    with pytest.raises(InputError, match="no time zone"):
        exchange.acknowledge(received, by="LO-TBIC-2", at=NOW.replace(tzinfo=None))


def test_a_draft_says_what_would_mend_each_refusal(world):
    draft = exchange.report(world[1], sender=SENDER, recipient=CENTRE, author="analyst-07", purpose="tasking")
    assert not draft.would_leave
    assert failed(draft) >= {
        "grade",
        "audience",
        "originator_consent",
        "sanitised",
        "destination",
        "four_eyes",
    }
    assert all(check.fix for check in draft.checks if check.status == "failed")
    assert 'Review(destination="XB"' in str(draft)
    assert not draft.message
    with i18n.language("ru"):
        assert "В выпуске было бы отказано" in str(draft)


def test_every_check_is_made_in_order(world):
    assert [check.id for check in to_centre(world[1]).checks] == list(EXCHANGE_RULES)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_message_speaks_the_language_that_is_asked_for(world, tmp_path, language):
    place = exchange.send(to_centre(world[1]), tmp_path / "message", in_language=language)
    message = json.loads((place / "exchange.json").read_text(encoding="utf-8"))
    assert message["language"] == language
    page = (place / "exchange.html").read_text(encoding="utf-8")
    assert ("Риски в стране назначения" in page) == (language == "ru")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Recipient("T", "T", "XA", "regional_centre", "x"), "has members"),
        (lambda: Recipient("T", "T", "XA", "public", "x"), "a message goes to one of"),
        (lambda: Recipient("T", "T", "Tolvania", "partners", "x"), "is no country"),
        (lambda: Recipient("T", "T", "XA", "partners", " "), "`agreement` is empty"),
        (lambda: Sender("", "XA"), "`id` is empty"),
        (lambda: review("XB", basis=""), "`basis` is empty"),
        (lambda: review("XB", ill_treatment="assured"), "`ill_treatment` must be one of"),
    ],
)
def test_parties_and_reviews_that_say_too_little_are_refused(make, message):
    with pytest.raises(InputError, match=message):
        make()


def test_reports_that_are_not_there_and_tables_that_hold_none_are_refused(world):
    with pytest.raises(InputError, match="R99-001"):
        to_centre(world[1], reports=["R25-007", "R99-001"])
    case = world[0]
    counted = case.analyse(lambda table: table.groupby("area").size().rename("n").reset_index(), world[1])
    with pytest.raises(InputError, match="holds no information reports"):
        to_centre(counted)


@pytest.mark.legitimate
@pytest.mark.parametrize("name", ["reports.csv", "reports_ru.csv"])
def test_of_the_invented_reports_only_the_copied_one_is_taken_for_unsanitised(root, name):
    table = ilp.read_reports(root / "datasets" / "reports" / name, timezone="Indian/Maldives").table
    removed, codes = _sanitising.names_removed(table), _sanitising.codes(table)
    rows = zip(
        table["report_id"], table["sanitised"] + " " + table["subject"] + " " + table["area"], strict=True
    )
    assert [number for number, text in rows if _sanitising.tells(text, removed, codes)] == ["R25-017"]


def test_a_request_for_yesterday_is_refused(world):
    with pytest.raises(InputError, match="`reply_by` is past"):
        exchange.request(world[0], sender=SENDER, recipient=HOME, author="a", question="x", reason="y",
                         reply_by=dt.date(2025, 6, 9), purpose="tasking")  # fmt: skip


def test_a_message_that_is_missing_or_no_json_is_refused(tmp_path):
    with pytest.raises(FileError, match="There is no message"):
        exchange.read(tmp_path / "exchange.json")
    for body in (b"{", b"\xff", b'{"a": 1, "a": 2}', b'{"a": NaN}', b"[" * 100_000):
        with pytest.raises(FileError, match="is no JSON"):
            exchange.read(body)


def test_stix_without_its_package_says_what_to_install(world, monkeypatch):
    monkeypatch.setitem(sys.modules, "stix2", None)
    with pytest.raises(InputError, match="pip install stix2"):
        exchange.to_stix(to_centre(world[1]).message)


def test_the_bundle_keeps_grades_as_codes_and_gives_no_number(world):
    message = to_centre(world[1]).message
    made = _exchange_stix._bundle(message)
    notes = [item for item in made["objects"] if item["type"] == "note"]
    assert [note["labels"] for note in notes] == [[item["grade"]] for item in message["items"]]
    assert all("confidence" not in item for item in made["objects"])
    markings = {
        item["id"]: item["definition"]["statement"]
        for item in made["objects"]
        if item["type"] == "marking-definition"
    }
    assert all("ask the originator" in markings[note["object_marking_refs"][0]] for note in notes)
    assert made == _exchange_stix._bundle(message)


def test_the_bundle_is_one_that_stix2_reads(world):
    stix2 = pytest.importorskip("stix2")
    assert len(stix2.parse(exchange.to_stix(to_centre(world[1]).message)).objects) >= 5


def test_the_digest_is_of_everything_but_itself():
    assert digest({"a": 1, "sha256": "x"}) == digest({"sha256": "y", "a": 1}) != digest({"a": 2})


def test_dates_that_nobody_knew_stay_unknown(world):
    received = exchange.read(json.dumps(dict(to_centre(world[1]).message)).encode(), now=NOW)
    assert received.table["received"].dt.tz is not None
    assert not received.table["received"].isna().any()
    assert isinstance(received.table["received"].iloc[0], pd.Timestamp)


def test_a_folder_in_use_is_not_replaced(world, sent):
    with pytest.raises(FileError):
        exchange.send(to_centre(world[1]), sent)


def test_a_refusal_writes_nothing_and_stands_in_the_log(world, tmp_path):
    case = world[0]
    with pytest.raises(ExchangeError, match="destination: XB: nobody reviewed"):
        exchange.send(to_centre(world[1], reviews=[]), tmp_path / "message")
    assert list(tmp_path.iterdir()) == []
    assert case.audit.entries()[-1].event == "refusal"
