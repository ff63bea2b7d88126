"""Certificates: what was signed is what is verified, offline; anything else does not hold."""

from __future__ import annotations

import base64
import copy
import datetime as dt
import json
import re
import stat
import sys
import unicodedata
from pathlib import Path
from typing import Any

import marked_course
import pytest
import segno
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from marked_course import hand_in, solution
from pypdf import PdfReader
from typer.testing import CliRunner

from grading.__main__ import make_app
from grading._passphrase import is_sealed, key_of, text_of
from grading.assessment import Assessment
from grading.certificate import Key, certify, envelope_of
from grading.certificate_page import page, render
from grading.key import Bench
from grading.marks import Entry
from grading.workspace import ROOT, Workspace
from ilp_toolkit import i18n
from ilp_toolkit.cli.app import app
from ilp_toolkit.errors import FileError, InputError
from ilp_toolkit.learning.certificate import (
    CertificateError,
    Issuer,
    canonical,
    pack,
    parse,
    read,
    signed,
    verify,
)
from ilp_toolkit.views.offline import check_offline

TODAY = dt.date(2026, 11, 26)
SECRET = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ISSUER = Issuer("Regional training centre of Tolvania", SECRET.public_key().public_bytes_raw())
DETAILS: dict[str, Any] = {
    "course": "Intelligence-led policing", "issuer": ISSUER.name, "language": "en", "toolkit": "0.1.0", "rule": 70,
    "modules": [
        {"id": "03_rights", "number": "03", "title": "Rights <b>&amp; safeguards</b>", "version": 2, "build": "ab12",
         "hours": 3.0, "outcomes": [{"level": "apply", "text": "Apply the rights </script><script>alert(1)"}],
         "hurdles": [{"item": "q5", "met": True}], "unsandboxed": False},
    ],
}  # fmt: skip


def issued(**how: Any) -> dict[str, Any]:
    given = {"kind": "certificate", "today": TODAY, "serial": "A" * 16, **how}
    return envelope_of(DETAILS, "kg-014", given.pop("name", ""), SECRET, **given)


def test_the_signature_is_that_of_rfc_8032() -> None:
    """Test 1 of section 7.1: the empty message, its key and its signature."""
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    secret = Ed25519PrivateKey.from_private_bytes(seed)
    assert secret.public_key().public_bytes_raw().hex() == public
    made = signed({"a": 1}, secret)
    public_key = secret.public_key()
    public_key.verify(base64.b64decode(made["signature"]), b'ilp-certificate-1\n{"a":1}')


def test_file_page_and_code_all_verify_and_say_the_same(tmp_path: Path) -> None:
    envelope = issued(name="Мариам Одуя")
    (tmp_path / "c.json").write_text(json.dumps(envelope, indent=2), encoding="utf-8")
    (tmp_path / "c.html").write_text(page(envelope), encoding="utf-8")
    found = [verify(read(tmp_path / name), [ISSUER], today=TODAY) for name in ("c.json", "c.html")]
    by_code = verify(read(pack(envelope)), [ISSUER], today=TODAY)
    assert found[0] == found[1]
    assert (found[0].learner, found[0].name, found[0].modules) == ("kg-014", "Мариам Одуя", ("03_rights@2",))
    assert found[0].details == DETAILS
    assert by_code.details is None
    assert by_code.modules == found[0].modules


def test_a_certificate_says_no_points_and_no_name_that_was_not_asked_for() -> None:
    text = page(issued())
    assert not re.search(r"[Pp]oints? \d|\d+ of \d+ points", text)
    assert "kg-014" in text
    assert "kg-014)" not in text


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        return [leaf for name, one in value.items() for leaf in leaves(one, (*path, name))]
    if isinstance(value, list):
        return [leaf for n, one in enumerate(value) for leaf in leaves(one, (*path, n))]
    return [path]


@pytest.mark.attack
@pytest.mark.parametrize("path", leaves(issued()), ids=lambda path: ".".join(map(str, path)))
def test_any_value_that_is_changed_is_noticed(path: tuple[Any, ...]) -> None:
    envelope = copy.deepcopy(issued())
    holder = envelope
    for step in path[:-1]:
        holder = holder[step]
    before = holder[path[-1]]
    holder[path[-1]] = before[:-1] + ("B" if before[-1:] != "B" else "C") if isinstance(before, str) else 99
    with pytest.raises(CertificateError):
        verify(envelope, [ISSUER], today=TODAY)


@pytest.mark.attack
def test_a_certificate_of_another_issuer_does_not_hold() -> None:
    other = Issuer("The same name", Ed25519PrivateKey.generate().public_key().public_bytes_raw())
    with pytest.raises(CertificateError, match="none of the issuers"):
        verify(issued(), [other], today=TODAY)
    forged = envelope_of(DETAILS, "kg-014", "", Ed25519PrivateKey.generate(), kind="certificate", today=TODAY)
    with pytest.raises(CertificateError, match="signature does not fit"):
        verify({**forged, "key": ISSUER.id}, [ISSUER, other], today=TODAY)


@pytest.mark.attack
def test_a_signed_list_or_an_old_signature_is_no_certificate() -> None:
    listed = signed({"format": 1, "kind": "revocations", "serials": [], "made": "2026-11-26"}, SECRET)
    with pytest.raises(CertificateError, match="no certificate"):
        verify(listed, [ISSUER], today=TODAY)
    statement = issued()["statement"]
    bare = base64.b64encode(SECRET.sign(canonical(statement))).decode()
    with pytest.raises(CertificateError, match="does not fit"):
        verify({"statement": statement, "key": ISSUER.id, "signature": bare}, [ISSUER], today=TODAY)


@pytest.mark.parametrize(
    ("day", "holds"),
    [("2026-11-25", False), ("2026-11-26", True), ("2028-11-26", True), ("2028-11-27", False)],
)
def test_it_holds_from_its_date_to_its_last_day(day: str, holds: bool) -> None:
    envelope = issued(expires=dt.date(2028, 11, 26))
    if holds:
        assert verify(envelope, [ISSUER], today=dt.date.fromisoformat(day)).serial == "A" * 16
    else:
        with pytest.raises(CertificateError, match=r"expired|yet to come"):
            verify(envelope, [ISSUER], today=dt.date.fromisoformat(day))


def test_a_withdrawn_one_does_not_hold_and_lists_of_others_say_nothing() -> None:
    statement = {"format": 1, "kind": "revocations", "serials": ["A" * 16], "made": "2026-11-26"}
    own, foreign = signed(statement, SECRET), signed(statement, Ed25519PrivateKey.generate())
    with pytest.raises(CertificateError, match="withdrawn certificate A"):
        verify(issued(), [ISSUER], today=TODAY, revocations=[foreign, own])
    assert not verify(issued(), [ISSUER], today=TODAY, revocations=[foreign]).revocation_checked
    assert verify(issued(serial="B" * 16), [ISSUER], today=TODAY, revocations=[own]).revocation_checked


@pytest.mark.attack
def test_a_list_that_lost_a_serial_is_refused() -> None:
    listed = signed({"format": 1, "kind": "revocations", "serials": ["A" * 16], "made": "2026-11-26"}, SECRET)
    listed["statement"]["serials"] = []
    with pytest.raises(CertificateError, match="does not fit"):
        verify(issued(), [ISSUER], today=TODAY, revocations=[listed])


@pytest.mark.attack
@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"statement": 1}', '{"statement": {}, "statement": {}, "key": "x"}', '{"a": NaN}',
     "ILP1:", "ILP1:AAAA", "ILP1:" + "A" * 3000, "[" * 100_000, '{"statement": {"a": "\\ud800"}, "key": "KEY"}'],
)  # fmt: skip
def test_what_is_no_certificate_is_refused_in_words(text: str) -> None:
    with pytest.raises(CertificateError):
        verify(parse(text.replace("KEY", ISSUER.id)), [ISSUER], today=TODAY)


@pytest.mark.attack
def test_a_code_that_unpacks_to_gigabytes_is_refused() -> None:
    import zlib

    bomb = base64.b32encode(zlib.compress(b" " * 30_000_000, 9)).decode().rstrip("=")
    with pytest.raises(CertificateError):
        parse(f"ILP1:{bomb}")


@settings(deadline=None, max_examples=50)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda x: st.lists(x) | st.dictionaries(st.text(), x),
        max_leaves=8,
    )
)
def test_verifying_raises_nothing_but_its_own_error(value: Any) -> None:
    envelope = {"statement": value, "key": ISSUER.id, "signature": "", "details": value}
    with pytest.raises(CertificateError):
        verify(envelope, [ISSUER], today=TODAY)


@settings(deadline=None, max_examples=50)
@given(st.dictionaries(st.text(max_size=8), st.text(max_size=30), max_size=4))
def test_a_code_unpacks_to_what_was_packed(statement: dict[str, str]) -> None:
    try:
        canonical(statement)
    except UnicodeEncodeError:
        return
    envelope = {"statement": statement, "key": "k", "signature": "s"}
    code = pack(envelope)
    assert parse(code) == envelope
    assert parse(f" {code[:20]}\n{code[20:].lower()} ") == envelope


def test_the_code_is_of_signs_that_a_qr_code_packs_best_and_a_phone_still_reads() -> None:
    made = segno.make(pack(issued(name="Мариам Одуя")), error="m")
    assert made.mode == "alphanumeric"
    assert int(made.version) <= 18, "more dots than 48 mm of paper can bear"


@pytest.mark.attack
def test_words_of_a_module_end_no_element_of_the_page() -> None:
    text = page(issued(name="<img src=x>"))
    check_offline(text)
    assert text.count("<script") == text.count("</script>") == 1
    assert "<img" not in text
    assert "alert(1)" in text
    assert parse(text)["details"] == DETAILS


def test_the_pdf_says_what_the_page_says_and_is_the_same_each_time() -> None:
    import io

    envelope = issued(name="Мариам Одуя")
    with i18n.language("ru"):
        made = render(envelope)
        assert made == render(envelope)
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)
    assert "Мариам Одуя (kg-014)" in text
    assert "A" * 16 in text
    assert "Сертификат" in text


@pytest.fixture
def key(tmp_path: Path) -> Key:
    return Key.make(tmp_path / "issuer", ISSUER.name, today=TODAY, apart=[tmp_path / "work"])


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_a_new_key_is_for_its_owner_alone_and_never_replaced(key: Key) -> None:
    secret = key.folder / "issuer.key"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.folder.stat().st_mode) == 0o700
    before = secret.read_bytes()
    with pytest.raises(FileError, match="never replaced"):
        Key.make(key.folder, "Another", today=TODAY)
    assert secret.read_bytes() == before
    secret.chmod(0o640)
    with pytest.raises(FileError, match="Others can read"):
        key.private()


@pytest.mark.attack
def test_no_key_is_made_where_others_get_it(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "work").make()
    for place in (ROOT / "grading" / "keys", workspace.folder / "keys", workspace.folder):
        with pytest.raises(InputError, match="Keep the key elsewhere"):
            Key.make(place, "Centre", today=TODAY, apart=[ROOT, workspace.folder])
    assert not (ROOT / "grading" / "keys").exists()


def test_a_key_that_is_not_that_of_its_public_file_signs_nothing(key: Key, tmp_path: Path) -> None:
    other = Key.make(tmp_path / "other", "Other", today=TODAY)
    (key.folder / "issuer.json").write_bytes(other.public.read_bytes())
    with pytest.raises(FileError, match="does not belong"):
        key.private()


WORDS = "три слова, которых никто не угадает"


def test_a_passphrase_locks_the_key_and_what_it_signed_before_stays_good(key: Key) -> None:
    envelope = envelope_of(DETAILS, "kg-014", "", key.private(), kind="certificate", today=TODAY)
    key.protect(WORDS)
    with pytest.raises(FileError, match="none was given"):
        key.private()
    with pytest.raises(FileError, match="does not open"):
        Key(key.folder, lambda: WORDS + " ").private()
    # Another keyboard writes й as two signs.
    opened = Key(key.folder, lambda: unicodedata.normalize("NFD", WORDS))
    assert opened.protected
    assert opened.private().public_key().public_bytes_raw() == key.issuer().key
    assert verify(envelope, [key.issuer()], today=TODAY).learner == "kg-014"
    opened.revoke([envelope["statement"]["serial"]], today=TODAY)
    with pytest.raises(CertificateError, match="withdrawn"):
        verify(
            envelope, [key.issuer()], today=TODAY, revocations=[json.loads(key.revoked.read_text("utf-8"))]
        )


@pytest.mark.attack
def test_a_copied_file_of_a_protected_key_holds_no_secret_and_is_slow_to_guess(tmp_path: Path) -> None:
    key = Key.make(tmp_path / "issuer", ISSUER.name, today=TODAY, passphrase=WORDS)
    data = (key.folder / "issuer.key").read_bytes()
    with pytest.raises((TypeError, ValueError)):
        load_pem_private_key(data[data.index(b"-----") :], None)
    with pytest.raises(ValueError, match="ncorrect password"):
        load_pem_private_key(data[data.index(b"-----") :], WORDS.encode())  # not without scrypt
    secret = Key(key.folder, lambda: WORDS).private().private_bytes_raw()
    for form in (secret, secret.hex().encode(), base64.b64encode(secret).rstrip(b"=")):
        assert form not in data
    n, r, p = (int(found) for found in re.findall(rb"[nrp]=(\d+)", data.splitlines()[0]))
    assert n * r * p * 128 >= 2**27, "128 MB for each guess"
    assert Key.make(tmp_path / "again", "B", today=TODAY, passphrase=WORDS).folder != key.folder
    salts = {(tmp_path / name / "issuer.key").read_bytes().splitlines()[0] for name in ("issuer", "again")}
    assert len(salts) == 2


def test_a_key_that_openssl_put_under_a_passphrase_is_read_as_well() -> None:
    text = SECRET.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(WORDS.encode()))
    assert is_sealed(text)
    assert key_of(text, WORDS).private_bytes_raw() == SECRET.private_bytes_raw()
    with pytest.raises(InputError, match="12 characters"):
        text_of(SECRET, "kurz")


def test_the_command_takes_the_passphrase_from_the_environment_and_asks_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands, folder = make_app(), tmp_path / "issuer"
    new = ["certify", "--key", str(folder), "--new-key", "--issuer", "Centre"]
    refused = CliRunner().invoke(commands, [*new, "--passphrase"])
    assert isinstance(refused.exception, InputError)
    assert "ILP_ISSUER_PASSPHRASE" in str(refused.exception)
    assert "No passphrase protects it" in CliRunner().invoke(commands, new).output
    monkeypatch.setenv("ILP_ISSUER_PASSPHRASE", WORDS)
    done = CliRunner().invoke(commands, ["certify", "--key", str(folder), "--passphrase"])
    assert done.exit_code == 0, done.output
    assert Key(folder).protected
    withdraw = ["certify", "--key", str(folder), "--revoke", "A" * 16]
    assert "1 certificate is withdrawn" in CliRunner().invoke(commands, withdraw).output
    monkeypatch.delenv("ILP_ISSUER_PASSPHRASE")
    assert "ILP_ISSUER_PASSPHRASE" in str(CliRunner().invoke(commands, withdraw).exception)


def test_who_passed_gets_one_and_who_did_not_is_told_why(tmp_path: Path, key: Key) -> None:
    bench = Bench(marked_course.workspace(tmp_path))
    with Assessment(bench.workspace.assessment) as record:
        for learner, change in (("kg-001", {}), ("kg-002", {"q5": ["a"]})):
            attempt = hand_in(record, bench, learner, solution(bench) | change)
            record.mark(attempt.id, [Entry("q7", 7.0, 7.0, "right")], kind="override", marker="chair")
        how = {"today": TODAY, "learners": ["kg-001", "kg-002", "kg-003"]}
        pages, refused = certify(bench.workspace, record, bench, key, **how)
        assert [path.name for path in pages] == ["kg-001.certificate.pdf"]
        assert dict(refused) == {"kg-002": "No module is passed.", "kg-003": "Nothing was handed in."}
        first = read(pages[0].with_suffix(".json"))
        certify(bench.workspace, record, bench, key, **how | {"today": dt.date(2026, 12, 1)})
        assert read(pages[0].with_suffix(".json")) == first, "the same is not issued twice"
        transcripts, _ = certify(bench.workspace, record, bench, key, kind="transcript", **how)
        assert [path.name for path in transcripts] == ["kg-001.transcript.pdf", "kg-002.transcript.pdf"]
        told = read(transcripts[1].with_suffix(".json"))["details"]["modules"][0]
        assert {"item": "q5", "met": False} in told["hurdles"]
        assert told["people"] == 1
        assert not {"points", "share", "score"} & set(json.dumps(told).replace('"', " ").split())
        attempt = record.attempts(learner="kg-001")[0]
        row = [Entry("q1", 6.0, 6.0, "right", mode="unsandboxed")]
        record.mark(attempt.id, row, kind="auto", marker="machine")
        _none, refused = certify(bench.workspace, record, bench, key, today=TODAY, learners=["kg-001"])
        assert "without a sandbox" in refused[0][1]
        pages, _ = certify(
            bench.workspace, record, bench, key, today=TODAY, learners=["kg-001"], unsandboxed=True
        )
        assert read(pages[0].with_suffix(".json"))["details"]["modules"][0]["unsandboxed"] is True


def test_the_command_says_whether_it_holds_and_what_was_signed(tmp_path: Path, key: Key) -> None:
    today = dt.date.today()
    envelope = envelope_of(DETAILS, "kg-014", "", key.private(), kind="certificate", today=today)
    path = tmp_path / "c.json"
    path.write_text(json.dumps(envelope), encoding="utf-8")
    run = CliRunner().invoke
    called = ["verify-certificate", str(path), "--issuer", str(key.public)]
    done = run(app, called)
    assert done.exit_code == 0, done.output
    assert "It holds: Certificate" in done.output
    assert "03_rights@2" in done.output
    assert "--revoked" in done.output
    assert "Документ подлинный" in run(app, [*called, "--lang", "ru"]).output
    key.revoke([envelope["statement"]["serial"].lower()], today=today)
    done = run(app, [*called, "--revoked", str(key.revoked)])
    assert (done.exit_code, "withdrawn" in done.output) == (1, True)
    path.write_text(path.read_text(encoding="utf-8").replace("kg-014", "kg-015"), encoding="utf-8")
    assert run(app, called).exit_code == 1
