"""Attacks on the reader of links: XML that reads other files or grows, and calls without an authorisation."""

from __future__ import annotations

import io
import pickle
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import ilp_toolkit as ilp
from ilp_toolkit.collection import _link_xml
from ilp_toolkit.collection.calls import Authorisation, AuthorisationError
from ilp_toolkit.errors import FileError

BOMB = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>
<graphml><graph><node id="&c;"/></graph></graphml>"""
PASSAGE = "the-words-of-another-file"
DTD = '<?xml version="1.0"?><!DOCTYPE graphml SYSTEM "{url}"><graphml><graph/></graphml>'
PARAMETER = """<?xml version="1.0"?><!DOCTYPE graphml [<!ENTITY % x SYSTEM "{url}"> %x;]><graphml><graph/></graphml>"""
EXTERNAL = """<?xml version="1.0"?><!DOCTYPE graphml [<!ENTITY x SYSTEM "{url}">]>
<graphml><graph><node id="&x;"/><edge source="&x;" target="b"/></graph></graphml>"""
ALLOWED = Authorisation(
    "W-17/2025", ["0007055501"], "2025-03-01", "2025-03-31", "Court of Lorvek", "Code, art. 98"
)
OTHERS = ["0007055508", "0007055509", "0007055510"]
CALLS = pd.DataFrame(
    {
        "caller": ["0007055501", OTHERS[0], OTHERS[1], "0007055501"],
        "called": [OTHERS[0], "+000 70 555 01", OTHERS[2], OTHERS[1]],
        "start time": ["2025-03-02 10:15", "2025-03-02 10:20", "2025-03-02 10:25", "2025-05-01 00:00"],
        "duration": ["40", "8", "5", "3"],
        "cell": ["CELL-OWN", "CELL-THIRD", "CELL-FOURTH", "CELL-LATE"],
        "subscriber": ["Amzin", "Torvelim", "Dorlek", "Osmel"],
        "type": ["call", "SMS from " + OTHERS[0], "call", "call"],
    }
)


@pytest.mark.attack
@pytest.mark.parametrize("form", ["graphml", "gexf", "Chart"])
@pytest.mark.parametrize(
    "text", [BOMB, DTD, PARAMETER, EXTERNAL], ids=["bomb", "dtd", "parameter", "external"]
)
def test_xml_with_a_document_type_is_refused_whole(tmp_path: Path, text: str, form: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(PASSAGE, encoding="utf-8")
    path = tmp_path / "x.graphml"
    path.write_text(text.replace("{url}", secret.as_uri()).replace("graphml", form), encoding="utf-8")
    with pytest.raises(FileError, match="document type") as error:
        ilp.read_links(path)
    assert PASSAGE not in str(error.value)


@pytest.mark.attack
@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_another_encoding_hides_no_document_type(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "x.anx"
    path.write_bytes(BOMB.replace("graphml", "Chart").encode(encoding))
    with pytest.raises(FileError, match="document type"):
        ilp.read_links(path)


@pytest.mark.attack
def test_depth_number_and_size_of_xml_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileError, match="deeper"):
        ilp.read_links(io.BytesIO(b"<graphml>" + b"<a>" * 100 + b"</a>" * 100 + b"</graphml>"))
    monkeypatch.setattr(_link_xml, "_MOST", 50)
    with pytest.raises(FileError, match="more elements"):
        ilp.read_links(io.BytesIO(b"<graphml>" + b"<a/>" * 60 + b"</graphml>"))
    monkeypatch.setattr(_link_xml, "LARGEST", 1 << 10)
    with pytest.raises(FileError, match="larger"):
        ilp.read_links(io.BytesIO(b"<graphml>" + b" " * 2000 + b"</graphml>"))


def everything(intake: Any) -> bytes:
    """Return every byte of what a reading left behind, as text and as Python keeps it."""
    tables = [intake.table, intake.rejected, intake.report, getattr(intake, "entities", pd.DataFrame())]
    shown = [table.to_csv() + str(table.attrs) for table in tables] + [repr(intake), str(intake.choices)]
    return "\n".join(shown).encode() + b"".join(pickle.dumps(table) for table in tables)


@pytest.mark.attack
@pytest.mark.parametrize("reader", ["links", "calls"])
def test_nothing_of_a_third_party_is_in_any_byte_of_the_result(reader: str) -> None:
    read: Any = ilp.read_links if reader == "links" else ilp.calls.read_calls
    left = everything(read(CALLS, authorisation=ALLOWED, key=b"k" * 32))
    hidden = [*OTHERS, *(one[-5:] for one in OTHERS), "CELL-THIRD", "CELL-FOURTH", "CELL-LATE"]
    hidden += ["Amzin", "Torvelim", "Dorlek", "Osmel", "2025-05-01", "10:25"]
    assert [word for word in hidden if word.encode() in left] == []
    assert b"CELL-OWN" in left
    assert b"0007055501" in left


@pytest.mark.attack
def test_lines_that_are_no_records_leave_nothing_of_themselves() -> None:
    text = "caller,called,start time\n0007055501,0007055508,2025-03-02 10:15\n0007055509,0007055508,2025-03-02,x,y,z\n"
    intake = ilp.calls.read_calls(io.BytesIO(text.encode()), authorisation=ALLOWED)
    assert intake.rejected["source_row"].tolist() == [3]
    assert b"0007055509" not in everything(intake)


@pytest.mark.attack
@pytest.mark.parametrize(
    "how",
    [
        {},
        {"layout": "list"},
        {"layout": "statements"},
        {"layout": "calls"},
        {"columns": {"source": "caller", "target": "called"}},
        {"columns": {"source": "caller", "target": "called"}, "layout": "list"},
        {"directed": True},
        {"authorisation": "W-17/2025"},
        {"authorisation": {"id": "W-17/2025"}},
    ],
)
def test_calls_are_refused_without_an_authorisation_whatever_they_are_called(how: dict[str, Any]) -> None:
    with pytest.raises(AuthorisationError, match="authorisation") as error:
        ilp.read_links(CALLS, **how)
    assert not [one for one in OTHERS if one in str(error.value)]


@pytest.mark.attack
def test_telephone_numbers_at_both_ends_are_taken_for_calls() -> None:
    with pytest.raises(AuthorisationError):
        ilp.read_links(CALLS.rename(columns={"caller": "from", "called": "to"}))
    # A chart of telephones that no operator recorded is said to be one.
    told = ilp.read_links(pd.DataFrame({"from": ["0007055501"], "to": ["0007055508"]}), layout="list")
    assert len(told.table) == 1


@pytest.mark.attack
def test_a_wider_authorisation_cannot_be_made_by_changing_one() -> None:
    with pytest.raises(AttributeError):
        ALLOWED.numbers = ("0007055508",)  # type: ignore[misc]
    numbers = ["0007055501"]
    one = Authorisation("W", numbers, "2025-03-01", "2025-03-31", "Court", "Code")
    numbers.append(OTHERS[0])
    assert not one.names(OTHERS[0])
