"""Attacks on a case: rules lost on the way, passports forged, data brought in around it, records that come back."""

from __future__ import annotations

import dataclasses
import datetime as dt
import errno
import functools
import json
import os
import sqlite3
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import ilp_toolkit as ilp
from ilp_toolkit.collation import journal
from ilp_toolkit.collation.canonicaljson import canonical
from ilp_toolkit.collation.case import Case
from ilp_toolkit.collation.finding import Finding
from ilp_toolkit.collation.journal import line_hash
from ilp_toolkit.collation.passport import Passport
from ilp_toolkit.collation.verdict import verify_folder
from ilp_toolkit.dissemination import retention
from ilp_toolkit.errors import FileError, InputError
from ilp_toolkit.evaluation.handling import parse
from tests.test_audit import Clock, lines, put
from tests.test_case import CRS, PERSONS, new_case, people, plain_table, register, taken

pytestmark = pytest.mark.attack


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def case(tmp_path: Path, clock: Clock) -> Case:
    return new_case(tmp_path, clock)


def counts(case: Case, material: ilp.Material, **how: object) -> Finding:
    return case.analyse(ilp.hotspots.count, material, cell_size=100, **how)


def releasable(case: Case, finding: Finding, audience: str = "public") -> bool:
    """Say whether nothing that a case knows keeps a finding inside: what every gate asks first."""
    passport = finding.passport
    return (
        case.verify(finding) == []
        and retention.obstacles(case, finding) == []
        and passport.governed
        and bool(passport.purposes & case.purposes)
        and passport.handling.permits(audience)
    )


@pytest.mark.legitimate
def test_public_work_can_be_released_so_that_the_attacks_below_show_something(case: Case) -> None:
    assert releasable(case, counts(case, taken(case, handling="public")))


# Rules lost on the way

VERBS = {
    "merge": lambda a, b: a.merge(b, on="offence", how="left", suffixes=("", "_b")),
    "merge the other way": lambda a, b: b.merge(a, on="offence", how="left", suffixes=("", "_b")),
    "concat": lambda a, b: pd.concat([a, b]),
    "groupby": lambda a, b: pd.concat([a, b]).groupby("offence").agg(n=("incident_id", "size")),
    "size": lambda a, b: pd.concat([a, b]).groupby("offence").size(),
    "crosstab": lambda a, b: pd.crosstab(a["offence"], b["area"]),
    "melt": lambda a, b: pd.concat([a, b])[["incident_id", "offence"]].melt(),
    "cut": lambda a, b: pd.cut(pd.concat([a, b]).geometry.x, 3).value_counts(),
    "dissolve": lambda a, b: pd.concat([a, b])[["offence", "geometry"]].dissolve("offence"),
    "sjoin": lambda a, b: a.sjoin_nearest(b[["geometry", "iccs"]], rsuffix="b"),
    "buffer": lambda a, b: pd.concat([a.buffer(10), b.buffer(10)]),
    "plain frame": lambda a, b: pd.DataFrame(pd.concat([a, b])),
    "numpy": lambda a, b: pd.concat([a, b]).geometry.x.to_numpy(),
    "dict": lambda a, b: {"n": len(a) + len(b)},
}


@pytest.mark.parametrize("verb", VERBS)
def test_no_verb_of_pandas_loses_the_handling_of_the_stricter_side(case: Case, verb: str) -> None:
    open_, closed = (
        taken(case, handling="public"),
        taken(case, register(start=100), handling="4x4:H1", originator="XB"),
    )
    for order in ((open_, closed), (closed, open_)):
        finding = case.analyse(VERBS[verb], *order)
        assert finding.passport.governed
        assert not finding.passport.handling.permits("public")
        assert finding.passport.handling.conditions == closed.passport.handling.conditions
        assert finding.passport.originators == {"XB"}


def test_a_strict_material_that_only_comes_in_as_a_choice_counts(case: Case) -> None:
    open_, closed = taken(case, handling="public"), taken(case, register(start=100), handling=None)
    finding = case.analyse(lambda a, *, other: len(a) + len(other), open_, other=closed)
    assert not releasable(case, finding)
    hidden = case.analyse(lambda a, *, options: a.assign(n=1), open_, options={"deep": [{"er": closed}]})
    assert not releasable(case, hidden)


def test_a_long_way_round_loses_nothing(case: Case) -> None:
    finding = case.combine(
        taken(case, handling="public"), taken(case, register(start=100), handling="TLP:RED")
    )
    for _step in range(5):
        finding = case.analyse(lambda t: t.assign(x=1), finding)
    assert not finding.passport.handling.permits("agency")
    assert len(finding.materials()) == 2


def test_what_is_noted_on_a_table_governs_nothing(case: Case) -> None:
    table = register()
    table.attrs = {"handling": "public", "passport": Passport(parse("public")), "governed": True}
    closed = taken(case, table, handling=None)
    mine = closed.table
    mine.attrs.update(handling="public", purposes=["tasking"], passport=Passport(parse("public")))
    finding = case.analyse(lambda t: t.assign(n=1), mine)
    assert not releasable(case, finding)
    assert not releasable(case, counts(case, closed))
    assert set(closed.table.attrs) <= {"choices"}


def test_unmarked_is_the_strictest_and_never_the_widest(case: Case) -> None:
    for nothing in (None, "", "   "):
        assert taken(case, handling=nothing).passport.handling.audiences == frozenset()
    assert taken(case, handling="share it, it is fine").passport.handling.audiences == frozenset()


@pytest.mark.parametrize("marking", ["СОВЕРШЕННО СЕКРЕТНО", "Secret", "гриф: секретно", "TOP SECRET"])
def test_what_is_marked_secret_does_not_come_in_and_leaves_nothing_behind(case: Case, marking: str) -> None:
    before = {path: path.stat().st_size for path in case.folder.rglob("*") if path.is_file()}
    with pytest.raises(InputError, match="secret"):
        taken(case, handling=marking)
    assert {path: path.stat().st_size for path in case.folder.rglob("*") if path.is_file()} == before


# Purposes and time


def test_purposes_without_one_in_common_let_nothing_out_and_analysis_goes_on(case: Case) -> None:
    one = taken(case, handling="public", purposes="tasking")
    other = taken(case, register(start=100), handling="public", purposes="prevention")
    both = case.combine(one, other)
    assert len(both.table) == 24
    assert both.passport.purposes == frozenset()
    assert not releasable(case, both)


def test_a_purpose_that_the_case_does_not_have_gets_in_through_no_material(case: Case) -> None:
    finding = counts(case, taken(case, handling="public", purposes=["immigration", "tasking"]))
    assert finding.passport.purposes == {"tasking"}


def test_combining_with_something_fresh_extends_no_expiry(case: Case, clock: Clock) -> None:
    old = taken(case, handling="public", expires="2026-12-31")
    clock.move(days=20)
    both = case.combine(old, taken(case, register(start=100), handling="public"))
    assert both.passport.expires == dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
    clock.move(days=20)
    assert not releasable(case, both)


def test_taking_the_same_file_in_again_extends_no_expiry(case: Case, clock: Clock) -> None:
    first = taken(case, handling="public", expires="2026-12-31")
    clock.move(days=30)
    again = taken(case, handling="public", expires="2031-01-01")
    assert again.id == first.id
    assert case.expiry(again) == again.passport.expires == dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
    clock.move(days=30)
    assert not releasable(case, counts(case, again))


def test_a_case_whose_time_is_over_lets_nothing_out(tmp_path: Path, clock: Clock) -> None:
    case = new_case(tmp_path, clock, retention="30 days")
    clock.move(days=29)
    finding = counts(case, taken(case, handling="public"))
    assert releasable(case, finding)
    clock.move(days=2)
    assert {one.code for one in retention.obstacles(case, finding)} == {"case_over"}
    assert {one.code for one in retention.obstacles(case)} == {"case_over"}


def test_what_is_over_cannot_be_revived_by_a_review(case: Case, clock: Clock) -> None:
    material = taken(case, handling="public", expires="2026-12-31")
    clock.move(days=60)
    with pytest.raises(InputError, match="before the end"):
        retention.review(case, reviewer="chief-02", reason="forgot it", items=material.id)
    assert not releasable(case, counts(case, material))


def test_setting_the_clock_back_revives_nothing(tmp_path: Path, clock: Clock) -> None:
    case = new_case(tmp_path, clock)
    finding = counts(case, taken(case, handling="public", expires="2026-12-31"))
    clock.move(days=60)
    case.note_look(finding.id)
    clock.move(days=-60)
    assert not releasable(case, finding)
    again = new_case(tmp_path, clock)
    assert again.now() > clock.now
    assert not releasable(again, counts(again, taken(again, handling="public", expires="2026-12-31")))
    again.note_look(finding.id)
    assert "clock" in {problem.kind for problem in again.audit.verify()}


def test_a_hold_keeps_and_lets_nothing_out(case: Case, clock: Clock) -> None:
    finding = counts(case, taken(case, handling="public", expires="2026-12-31"))
    retention.hold(case, by="chief-02", authority="court", reason="appeal")
    clock.move(days=60)
    assert not releasable(case, finding)
    assert "held" in set(retention.due(case)["state"])


def test_a_clock_without_a_zone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="time zone"):
        new_case(tmp_path, lambda: dt.datetime(2026, 11, 26))


# Objects forged or edited


def test_a_passport_that_was_exchanged_is_seen(case: Case) -> None:
    wide = Passport(parse("public"), case.purposes, frozenset({"x"}), case.expires, materials=("M-1",))
    material = taken(case, handling=None)
    finding = counts(case, material)
    assert not releasable(case, dataclasses.replace(finding, passport=wide))
    forged = dataclasses.replace(
        material, passport=dataclasses.replace(material.passport, handling=parse("public"))
    )
    assert case.verify(forged)
    assert not releasable(case, counts(case, forged))


def test_a_wider_handling_of_the_whole_opens_no_selection(case: Case) -> None:
    closed = taken(case, handling="TLP:RED")
    for stated in (parse("public"), None):
        forged_material = dataclasses.replace(closed, stated=stated)
        finding = case.analyse(lambda t: t.iloc[:3], forged_material)
        assert case.verify(finding)


def test_a_longer_expiry_written_into_a_passport_is_seen(case: Case) -> None:
    material = taken(case, handling="public", expires="2026-12-31")
    later = dataclasses.replace(material.passport, expires=dt.datetime(2030, 1, 1, tzinfo=dt.UTC))
    assert case.verify(dataclasses.replace(material, passport=later))


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "fact"},
        {"author": "chief-02"},
        {"function": "hotspots.kde"},
        {"inputs": ()},
        {"selection": True},
    ],
)
def test_a_finding_that_was_edited_is_seen(case: Case, change: dict[str, object]) -> None:
    assert case.verify(dataclasses.replace(counts(case, taken(case, handling="public")), **change))


def test_a_table_put_in_place_of_the_result_is_seen(case: Case) -> None:
    finding = counts(case, taken(case, handling="public"))
    assert case.verify(dataclasses.replace(finding, content=register()))
    assert case.verify(dataclasses.replace(finding, content=register(), fingerprint=None))
    object.__setattr__(finding, "content", finding.content.assign(n=1))
    assert case.verify(finding)


def test_a_result_edited_in_place_is_seen(case: Case) -> None:
    finding = case.analyse(lambda t: {"n": len(t)}, taken(case, handling="public"))
    finding.table["n"] = 0
    assert case.verify(finding)


def test_a_finding_made_by_hand_is_not_in_the_ledger(case: Case) -> None:
    real = counts(case, taken(case, handling="public"))
    fields = {field.name: getattr(real, field.name) for field in dataclasses.fields(real)}
    assert case.verify(Finding(**{**fields, "id": "F-0000000000"}))


def test_a_finding_of_one_case_is_none_of_another(tmp_path: Path) -> None:
    one, other = new_case(tmp_path / "a"), new_case(tmp_path / "b")
    material = taken(one, handling="public")
    assert other.verify(counts(one, material))
    borrowed = counts(other, material)
    assert not borrowed.passport.governed
    assert not releasable(other, borrowed)


def test_dataclass_replace_moves_no_finding_into_another_case(tmp_path: Path) -> None:
    one, other = new_case(tmp_path / "a"), new_case(tmp_path / "b")
    assert other.verify(dataclasses.replace(counts(one, taken(one, handling="public")), case=other))


# Data brought in around the case


def secret() -> pd.DataFrame:
    return register(start=900)


class Box:
    """Any object that holds a table."""

    def __init__(self, table: pd.DataFrame) -> None:
        self.table = table


SMUGGLED = {
    "a table": secret,
    "a map layer of points": lambda: gpd.GeoDataFrame(geometry=gpd.points_from_xy([1, 2], [3, 4]), crs=CRS),
    "a series": lambda: secret()["x"],
    "an array": lambda: np.arange(1000.0),
    "a long list": lambda: list(range(1000)),
    "an index": lambda: pd.Index(range(1000)),
    "rows in a dict": lambda: {"deep": {"er": secret()}},
    "rows in a list": lambda: [1, [2, [secret()]]],
    "a generator": lambda: (row for row in secret().itertuples()),
    "an object": lambda: Box(secret()),
    "a database": lambda: sqlite3.connect(":memory:"),
    "counts on a grid": lambda: gpd.GeoDataFrame({"n": [5]}, geometry=[shapely.box(0, 0, 1, 1)], crs=CRS),
    "areas with moments": lambda: gpd.GeoDataFrame(
        {"seen": pd.to_datetime(["2026-01-01"])}, geometry=[shapely.box(0, 0, 1, 1)], crs=CRS
    ),
    "areas with persons": lambda: gpd.GeoDataFrame(
        {"victim name": ["x"]}, geometry=[shapely.box(0, 0, 1, 1)], crs=CRS
    ),
    "areas with offences": lambda: gpd.GeoDataFrame(
        {"offence": ["Robbery"]}, geometry=[shapely.box(0, 0, 1, 1)], crs=CRS
    ),
    "many points as one shape": lambda: shapely.MultiPoint([(0, 0), (1, 1)]),
    "a mixed layer": lambda: gpd.GeoSeries([shapely.box(0, 0, 1, 1), shapely.Point(2, 2)], crs=CRS),
}


@pytest.mark.parametrize("what", SMUGGLED)
@pytest.mark.parametrize("how", ["position", "name", "partial"])
def test_what_came_around_the_case_makes_the_finding_ungoverned(case: Case, what: str, how: str) -> None:
    material, value = taken(case, handling="public"), SMUGGLED[what]()
    calls = {
        "position": lambda: case.analyse(lambda table, other: table.assign(n=1), material, value),
        "name": lambda: case.analyse(lambda table, *, other: table.assign(n=1), material, other=value),
        "partial": lambda: case.analyse(
            functools.partial(lambda table, *, other: table.assign(n=1), other=value), material
        ),
    }
    finding = calls[how]()
    assert not finding.passport.governed
    assert not releasable(case, finding, "agency")
    assert finding.passport.handling.audiences == frozenset()
    if finding.lineage.ungoverned:
        assert any("case.collect" in reason for reason in case.verify(finding))
    later = case.analyse(lambda table: table.assign(m=2), finding)
    assert not releasable(case, later, "agency")


def test_a_file_read_around_the_case_makes_the_finding_ungoverned(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "secret.csv"
    secret().to_csv(path)
    for given in (path, str(path)):
        finding = case.analyse(
            lambda table, source: pd.read_csv(source), taken(case, handling="public"), given
        )
        assert not releasable(case, finding)


def test_a_function_without_any_input_makes_the_finding_ungoverned(case: Case) -> None:
    finding = case.analyse(secret)
    assert not releasable(case, finding)
    assert "no material" in case.verify(finding)[0]


def test_a_method_brings_its_object_along(case: Case) -> None:
    finding = case.analyse(secret().merge, taken(case, handling="public").table, on="incident_id")
    assert not releasable(case, finding)


def test_a_table_that_differs_in_one_cell_is_not_that_material(case: Case) -> None:
    material = taken(case, handling="public")
    mine = material.table
    assert releasable(case, counts(case, mine))
    mine.loc[mine.index[0], "offence"] = "Homicide"
    assert not releasable(case, case.analyse(len, mine))


def test_an_ungoverned_result_is_not_washed_by_passing_its_table(case: Case) -> None:
    finding = case.analyse(lambda table: table.assign(n=1), secret())
    again = case.analyse(lambda table: table, finding.table)
    assert not releasable(case, again)


# Selections


def test_a_selection_with_a_changed_value_is_under_the_rules_of_the_whole(case: Case) -> None:
    table = pd.DataFrame(
        {"report_id": ["R-1", "R-2"], "handling": ["public", "TLP:RED"], "text": ["open", "closed"]}
    )
    reports = case.collect(table, reader=plain_table, quality="invented")
    moved = case.analyse(lambda t: t.assign(text=t["text"].iloc[::-1].to_numpy()).iloc[:1], reports)
    marked = case.analyse(lambda t: t.assign(handling="public"), reports)
    joined = case.analyse(lambda t: t.iloc[:1].assign(more="closed"), reports)
    exchanged = case.analyse(lambda t: t.iloc[1:].set_index(pd.Index([0])), reports)
    for finding in (moved, marked, joined, exchanged):
        assert not finding.selection
        assert not releasable(case, finding)
    assert releasable(case, case.analyse(lambda t: t.iloc[:1], reports))


def test_an_unknown_role_becomes_suspect_in_no_selection(case: Case) -> None:
    material = people(case, PERSONS)
    renamed = case.analyse(lambda t: t.assign(role="suspect"), material)
    assert renamed.passport.roles == material.passport.roles
    unknown = case.analyse(lambda t: t[t["role"] == "unknown"], material)
    assert unknown.passport.roles == {"unknown": 2}


# The Gangs Matrix: what was found wrong with it, one by one


def test_victims_and_suspects_in_one_list_are_told_apart(case: Case) -> None:
    finding = case.analyse(lambda t: t[["person_id"]].sort_values("person_id"), people(case, PERSONS))
    assert {"suspect", "victim"} <= set(finding.passport.roles)


def test_words_of_suspicion_that_are_no_role_make_nobody_a_suspect(case: Case) -> None:
    words = [
        "gang nominal",
        "person of interest",
        "known to police",
        "associate of suspect",
        "target",
        "фигурант",
        "?",
    ]
    table = pd.DataFrame({"person_id": [f"P-{i:04d}" for i in range(len(words))], "role": words})
    found = people(case, table)
    assert "suspect" not in found.passport.roles
    assert not set(found.table["role"]) & {"suspect", "accused", "convicted"}


def test_somebody_acquitted_is_not_kept_as_a_suspect(case: Case) -> None:
    finding = case.analyse(lambda t: t[t["role"] == "suspect"], people(case, PERSONS))
    people(case, PERSONS.iloc[:1].assign(role="оправдан"))
    assert [one.code for one in retention.obstacles(case, finding)] == ["stale"]


def test_an_informal_list_after_removal_is_stale_from_the_start(case: Case) -> None:
    people(case, PERSONS)
    retention.erase(case, "P-0001", by="chief-02", reason="no ground for suspicion")
    copy = PERSONS.iloc[:3].rename(columns={"role": "status"}).assign(remark="kept just in case")
    back = people(case, copy, roles="status")
    assert case.stale(back)
    assert not releasable(case, case.analyse(lambda t: t, back), "agency")


def test_a_finding_made_before_a_rectification_does_not_leave_after_it(case: Case) -> None:
    finding = counts(case, taken(case, handling="public"))
    assert releasable(case, finding)
    retention.rectify(case, "K26-00004", by="analyst-07", reason="wrong place")
    assert not releasable(case, finding)
    assert not releasable(case, counts(case, finding.materials()[0])), (
        "making it again of the old material is no way out"
    )


# What must not be found in the folder


def inside(folder: Path) -> bytes:
    names = " ".join(path.name for path in folder.rglob("*")).encode()
    return names + b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_an_erased_record_is_nowhere_in_the_folder(tmp_path: Path, case: Case) -> None:
    table = register().assign(victim="Zolotel Mirvan")
    path = tmp_path / "burglary.csv"
    table.to_csv(path, index=False)
    material = case.collect(path, quality="invented", handling="public", crs=CRS, timezone="Indian/Maldives")
    case.analyse(lambda t: t[t["incident_id"] == "K26-00003"], material)
    retention.erase(
        case, "K26-00003", by="chief-02", reason="k26-00003 (K26-00003!) was entered under a false name"
    )
    found = inside(case.folder).lower()
    for secret_ in (b"k26-00003", b"zolotel", b"k26-00007", b"340190"):
        assert secret_ not in found
    assert len(case.recall("correction")) == 1, "a tombstone stays"


@pytest.mark.parametrize(
    "record",
    [
        {"note": "K26-00003"},
        {"deep": [{"er": "see k26-00003."}]},
        {"K26-00003": 1},
        {"phone": "+992 900 123 456"},
        {"mail": "velkopil@example.org"},
        {"name": "Велкопил Аршумет Тамирович"},
    ],
)
def test_the_ledger_refuses_numbers_of_records_and_personal_data(
    case: Case, record: dict[str, object]
) -> None:
    taken(case)
    with pytest.raises(InputError, match="personal data"):
        case.remember("note", record)
    assert case.recall("note") == []


def test_names_of_files_and_texts_do_not_carry_a_record_into_the_ledger(case: Case) -> None:
    taken(case)
    taken(case, name="about K26-00003", obtained="from +992900123456, velkopil@example.org")
    retention.hold(case, by="Велкопил А.Т.", authority="order on K26-00003", reason="call +992900123456")
    found = inside(case.folder)
    for secret_ in (b"K26-00003", b"992900123456", b"velkopil", "Велкопил".encode()):
        assert secret_ not in found


def test_the_numbers_of_records_cannot_be_guessed_from_the_folder(tmp_path: Path) -> None:
    """Without the key, trying every number of the register finds nothing: the hash is keyed."""
    import base64
    import hashlib

    case = new_case(tmp_path)
    material = taken(case)
    held = {int(key) for key in case.keys(material.id)}
    for i in range(1, 20):
        digest = hashlib.sha256(f"record\0k26-{i:05d}".encode()).digest()
        assert int.from_bytes(digest[:8], "big") >> 4 not in held
        assert base64.b32encode(digest)[:12] not in inside(case.folder)


def test_a_key_inside_the_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="inside the folder"):
        new_case(tmp_path, key_folder=tmp_path / "case" / "keys")
    assert not (tmp_path / "case" / "keys").exists()


def test_a_key_is_not_printed(case: Case) -> None:
    assert case.key.hex() not in repr(vars(case)) + repr(case)


# The folder changed by hand


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("purposes", ["everything"]),
        ("legal_basis", "none"),
        ("retention_days", 99_999),
        ("created", "2040-01-01T00:00:00+00:00"),
    ],
)
def test_terms_changed_by_hand_are_refused(tmp_path: Path, name: str, value: object) -> None:
    case = new_case(tmp_path)
    path = case.folder / "case.json"
    said = {**json.loads(path.read_text(encoding="utf-8")), name: value}
    path.write_text(json.dumps(said), encoding="utf-8")
    with pytest.raises(FileError, match="changed by hand"):
        ilp.open_case(case.folder, key_folder=tmp_path / "keys")
    assert "terms" in {problem.kind for problem in verify_folder(case.folder).problems}


def test_a_ledger_that_was_taken_away_does_not_start_anew(tmp_path: Path) -> None:
    case = new_case(tmp_path)
    taken(case)
    (case.folder / "ledger.jsonl").unlink()
    with pytest.raises(FileError, match="changed by hand"):
        new_case(tmp_path)


@pytest.mark.parametrize("how", ["removed", "emptied", "exchanged"])
def test_records_taken_away_hide_no_correction(tmp_path: Path, how: str) -> None:
    case = new_case(tmp_path)
    material, other = taken(case), taken(case, register(start=100))
    file = case.folder / "records" / f"{material.id}.bin"
    if how == "removed":
        file.unlink()
    else:
        file.write_bytes(
            b"" if how == "emptied" else (case.folder / "records" / f"{other.id}.bin").read_bytes()
        )
    again = new_case(tmp_path)
    with pytest.raises(FileError, match="records of material"):
        retention.rectify(again, "K26-00003", by="a", reason="b")
    again.remember(
        "correction",
        {"key": "1", "record": "record-x", "what": "erased", "by": "a", "reason": "b", "materials": []},
    )
    assert again.stale(material.id), "what cannot be told is taken for stale"


def test_a_full_disk_stops_what_would_go_unrecorded(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    material = taken(case)

    def full(file: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(journal, "_force", full)
    with pytest.raises(FileError, match=r"ledger\.jsonl.*cannot be written"):
        counts(case, material)


def forged(case: Case, **changes: object) -> None:
    """Put a record at the end of the ledger, as somebody who knows the format would who has no key."""
    path = case.folder / "ledger.jsonl"
    last = json.loads(path.read_bytes().splitlines()[-1])
    body = {"at": last["at"], "n": last["n"] + 1, "prev": last["hash"], **changes}
    body["hash"] = line_hash(body)
    with path.open("ab") as file:
        file.write(canonical(body) + b"\n")


def test_a_review_written_into_the_ledger_by_hand_is_not_believed(tmp_path: Path, clock: Clock) -> None:
    case = new_case(tmp_path, clock)
    finding = counts(case, taken(case, handling="public"))
    until = {"items": ["case"], "by": "nobody", "reason": "x", "until": "2099-01-01T00:00:00+00:00"}
    forged(case, kind="review", record=until)
    with pytest.raises(FileError, match="changed by hand"):
        releasable(case, finding)
    with pytest.raises(FileError, match="changed by hand"):
        new_case(tmp_path, clock)
    told = {(p.file, p.kind) for p in verify_folder(case.folder, key_folder=case.key_folder).problems}
    assert told == {("ledger.jsonl", "foreign")}


@pytest.mark.parametrize("which", ["the last line", "a line in the middle"])
def test_a_correction_taken_out_of_the_ledger_is_missed(tmp_path: Path, which: str) -> None:
    case = new_case(tmp_path)
    material = taken(case)
    retention.rectify(case, "K26-00003", by="a", reason="b")
    if which == "a line in the middle":
        case.remember("note", {"text": "later"})
    path = case.folder / "ledger.jsonl"
    put(path, [text for text in lines(path) if b'"kind":"correction"' not in text])
    with pytest.raises(FileError, match="changed by hand"):
        new_case(tmp_path)
    assert "changed by hand" in case.stale(material)[0]
