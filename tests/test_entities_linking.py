"""Records of persons are linked as leads: measured on the invented registers, explained row by row, taken back."""

from __future__ import annotations

import datetime as dt

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ilp_toolkit as ilp
from ilp_toolkit import choices
from ilp_toolkit.collation import entities
from ilp_toolkit.direction.policy import load
from ilp_toolkit.errors import ColumnsError, InputError
from tests.test_case import new_case

WRONG_PER_1000 = 5
"""Wrongful merges per 1,000 matches that the toolkit's thresholds may make on the invented registers."""


def ordered(pairs, *names):
    return [tuple(sorted(pair)) for pair in pairs[list(names)].to_numpy()]


@pytest.fixture(scope="module")
def registers(root):
    folder = root / "datasets" / "network"
    read = [pd.read_csv(folder / f"register_{name}.csv", dtype=str) for name in "ab"]
    return pd.concat(read).set_index("record_id")


@pytest.fixture(scope="module")
def truth(root):
    table = pd.read_csv(root / "datasets" / "network" / "register_pairs.csv", dtype=str)
    return dict(zip(ordered(table, "record_a", "record_b"), table["why"], strict=True))


@pytest.fixture(scope="module")
def linked(registers):
    return entities.link(registers)


def scores(result, truth):
    same = {pair for pair, why in truth.items() if why == "same"}
    found = {name: set(ordered(result.of(name), "first", "second")) for name in entities.OUTCOMES}
    match, leads = found["match"], found["match"] | found["possible"]
    return {
        "true": len(same),
        "matches": len(match),
        "precision": len(match & same) / len(match),
        "recall": len(match & same) / len(same),
        "recall_of_leads": len(leads & same) / len(same),
        "precision_of_leads": len(leads & same) / len(leads),
        "wrong_per_1000": 1000 * len(match - same) / len(match),
    }


def test_the_planted_pairs_are_recovered_and_no_more_wrong_ones_than_stated(linked, truth, record_property):
    found = scores(linked, truth)
    record_property(
        "score",
        "persons in two registers ({true} pairs): {matches} matches, precision {precision:.3f}, recall {recall:.3f}, "
        "wrongful merges per 1,000 {wrong_per_1000:.1f}; with possible ones precision {precision_of_leads:.3f}, "
        "recall {recall_of_leads:.3f}".format(**found),
    )
    assert found["wrong_per_1000"] <= WRONG_PER_1000
    assert found["precision"] >= 0.99
    assert found["recall"] >= 0.75
    assert found["recall_of_leads"] >= 0.97
    assert found["precision_of_leads"] >= 0.85


@pytest.mark.parametrize("why", ["twins", "father_and_son", "namesakes"])
def test_people_who_look_alike_are_never_a_match(why, linked, truth):
    alike = {pair for pair, what in truth.items() if what == why}
    assert len(alike) >= 8
    assert not alike & set(ordered(linked.of("match"), "first", "second"))


def test_the_toolkit_s_own_estimate_of_wrong_ones_is_said(linked):
    noted = choices.of(linked)
    assert 0 <= noted["expected_wrong_per_1000"] <= WRONG_PER_1000
    assert linked.prior == pytest.approx(403 / 499_500, rel=0.15)
    told = choices.explain(linked)
    assert "siblings, twins and namesakes" in told
    assert noted.keys() <= choices.NAMES.keys()
    assert (
        choices.of(entities.why(linked, tuple(linked.pairs.loc[0, ["first", "second"]]))).keys()
        <= choices.NAMES.keys()
    )


def test_what_is_left_out_is_counted(linked, registers):
    noted = choices.of(linked)
    assert noted["pairs_possible"] == 1000 * 999 // 2
    assert noted["compared"] + noted["pairs_left_out"] == noted["pairs_possible"]
    assert noted["compared"] == len(linked.pairs) == sum(noted[f"n_{name}"] for name in entities.OUTCOMES)
    met = set(linked.pairs["first"]) | set(linked.pairs["second"])
    assert noted["records_without_pair"] == len(registers) - len(met)


def test_pairs_stand_in_the_order_of_the_records_and_not_of_their_scores(linked, registers):
    place = {label: n for n, label in enumerate(registers.index)}
    where = [(place[a], place[b]) for a, b in linked.pairs[["first", "second"]].to_numpy()]
    assert where == sorted(where)
    assert all(a < b for a, b in where)


def test_the_result_holds_no_name_and_no_date(linked, registers):
    told = " ".join(map(str, linked.pairs.to_numpy().ravel())) + str(linked.choices) + repr(linked)
    cells = set(registers[["family_name", "given_name", "patronymic", "birth_date"]].to_numpy().ravel())
    cells = {cell for cell in cells if isinstance(cell, str) and len(cell) > 4}
    assert not [cell for cell in cells if cell in told]


def test_why_works_a_decision_out_again_field_by_field(linked):
    for outcome in entities.OUTCOMES:
        row = linked.of(outcome).iloc[0]
        table = entities.why(linked, (row["second"], row["first"]))
        noted = choices.of(table)
        assert table["field"].tolist() == ["prior", *dict.fromkeys(linked.weights["field"])]
        assert table["so_far"].iloc[-1] == pytest.approx(row["weight"])
        assert noted["probability"] == pytest.approx(1 / (1 + 2 ** -table["weight"].sum()))
        assert noted["outcome"] == outcome
        assert (noted["reasons"] == ["all_rules_passed"]) == (outcome == "match")
        known = table[table["level"].notna() & (table["field"] != "name")]
        assert np.allclose(known["weight"], np.log2(known["m"].astype(float) / known["u"].astype(float)))


def test_a_twin_with_a_high_probability_says_what_keeps_it_from_a_match(linked, truth):
    twins = pd.Series([truth.get(pair) == "twins" for pair in ordered(linked.pairs, "first", "second")])
    row = linked.pairs[twins & (linked.pairs["probability"] > 0.99)].iloc[0]
    noted = choices.of(entities.why(linked, (row["first"], row["second"])))
    assert noted["outcome"] == "possible"
    assert "name_not_sure" in noted["reasons"]
    assert "given name" in choices.explain(entities.why(linked, (row["first"], row["second"])))


def test_stricter_thresholds_make_fewer_matches_and_never_others(linked, registers):
    strict = load().entities.model_copy(update={"match": 0.9999, "fields_for": 3})
    pairs = linked.pairs[["first", "second"]].head(300)
    model = entities.Model(linked.weights, linked.prior)
    usual, stricter = (
        entities.link(registers, pairs=pairs, model=model, limits=limits) for limits in (None, strict)
    )
    usual_matches, fewer = (set(ordered(r.of("match"), "first", "second")) for r in (usual, stricter))
    assert fewer < usual_matches


def test_only_pairs_of_two_registers_are_made_where_that_is_asked(registers):
    some = registers.groupby("register").head(80)
    found = entities.candidates(some, across="register")
    sides = some["register"]
    assert (sides[found["first"]].to_numpy() != sides[found["second"]].to_numpy()).all()
    assert choices.of(found)["pairs_possible"] == 80 * 80


def test_a_common_name_says_less():
    rows = [(f"N{n}", "Karimov Rustam", None) for n in range(12)]
    rows += [
        (f"R{n}{k}", f"{a} {b}", None)
        for n, (a, b) in enumerate(zip(FAMILY, GIVEN, strict=True))
        for k in "ab"
    ]
    records = pd.DataFrame(rows, columns=["id", "name", "birth_date"]).set_index("id")
    table = pd.DataFrame(
        [("name", level, m, u, np.log2(m / u)) for level, m, u in zip(NAME, M, U, strict=True)],
        columns=["field", "level", "m", "u", "weight"],
    )
    result = entities.link(
        records, fields={"name": entities.names()}, model=entities.Model(table, 0.01)
    ).pairs.set_index(["first", "second"])
    assert result.loc[("R0a", "R0b"), "weight_name"] == pytest.approx(np.log2(0.8 / 0.001))
    assert result.loc[("N0", "N1"), "weight_name"] == pytest.approx(np.log2(0.8 / (10 / 24)))


FAMILY = ["Vansok", "Dorlek", "Tazebor", "Nardanok", "Kamrisin", "Arlobor"]
GIVEN = ["Zimrirak", "Vonmezar", "Belsunok", "Lushusul", "Teridun", "Ishgomet"]
NAME = ["same", "other form", "initial or part", "near", "one word", "different"]
M, U = [0.8, 0.05, 0.05, 0.05, 0.03, 0.02], [0.001, 0.001, 0.001, 0.002, 0.015, 0.98]


def test_records_that_cannot_be_used_are_refused_with_a_way_out(linked, registers):
    with pytest.raises(InputError, match="repeats"):
        entities.link(pd.concat([registers.head(2)] * 2))
    with pytest.raises(ColumnsError, match="'name'"):
        entities.link(pd.DataFrame({"town": ["Kelovar"]}))
    with pytest.raises(InputError, match="no pairs"):
        entities.link(pd.DataFrame({"name": ["Vansok Dorlek", "Tazebor Nardanok"]}))
    with pytest.raises(InputError, match="0 pairs"):
        entities.why(linked, ("A0001", "A0001"))
    with pytest.raises(InputError, match="outcome"):
        linked.of("sure")


def test_cells_that_a_reader_made_numbers_and_times_of_are_compared_as_text():
    records = pd.DataFrame(
        {
            "name": ["Vansok Dorlek", "Дорлек Вансок", None],
            "birth_date": [pd.Timestamp("1985-03-12"), pd.Timestamp("1985-03-12"), pd.NaT],
            "phone": [996555123456.0, 555123456.0, np.nan],
        }
    )
    row = entities.link(records).pairs.iloc[0]
    assert (row["level_name"], row["level_birth_date"], row["level_phone"]) == ("same", "same", "same")


def test_linking_leaves_the_records_as_they_were_and_repeats_itself(registers):
    some = registers.head(60)
    before = some.copy()
    one, two = entities.link(some), entities.link(some)
    pd.testing.assert_frame_equal(some, before)
    pd.testing.assert_frame_equal(one.pairs, two.pairs)


def test_splink_links_the_same_registers_with_the_same_columns(registers, linked, truth, record_property):
    pytest.importorskip("splink")
    result = entities.link(registers, engine="splink")
    assert {"first", "second", "speaks_for", "against", "weight", "probability", "outcome"} <= set(
        result.pairs
    )
    assert len(result.pairs) == len(linked.pairs)
    found = scores(result, truth)
    record_property(
        "score", "the same with splink: precision {precision:.3f}, recall {recall:.3f}".format(**found)
    )
    assert found["wrong_per_1000"] <= WRONG_PER_1000
    assert found["recall_of_leads"] >= 0.9
    row = result.of("match").iloc[0]
    assert entities.why(result, (row["first"], row["second"]))["so_far"].iloc[-1] == pytest.approx(
        row["weight"]
    )


def test_without_splink_the_message_says_what_to_do(registers, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "splink", None)
    with pytest.raises(InputError, match="pip install splink"):
        entities.link(registers.head(60), engine="splink")


# Merges

WHO = {"by": "analyst-07", "reason": "the same fingerprints, note 14"}


def people(n=8):
    rows = {"name": [f"{f} {g}" for f, g in zip((FAMILY * 2)[:n], (GIVEN[::-1] * 2)[:n], strict=True)]}
    return pd.DataFrame(rows, index=[f"P{k}" for k in range(n)])


def test_a_merge_and_its_end_leave_what_was_before():
    log = entities.MergeLog(people())
    log.merge("P0", "P1", **WHO)
    before = log.entities()
    number = log.merge("P1", "P5", **WHO)
    assert log.entities()["P5"] == "P0"
    log.unmerge(number, **WHO)
    pd.testing.assert_series_equal(log.entities(), before)
    assert log.history()["what"].tolist() == ["merge", "merge", "unmerge"]
    assert log.history()["stands"].tolist() == [True, False, False]


STEPS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.booleans()), max_size=14)


@settings(max_examples=30, deadline=None)
@given(STEPS)
def test_entities_are_the_parts_of_the_graph_of_merges_that_stand(steps):
    records, standing = people(), {}
    log = entities.MergeLog(records)
    for a, b, back in steps:
        if back and standing:
            number = sorted(standing)[a % len(standing)]
            log.unmerge(number, **WHO)
            standing.pop(number)
        elif log.entities().iloc[a] != log.entities().iloc[b]:
            standing[log.merge(f"P{a}", f"P{b}", **WHO)] = (f"P{a}", f"P{b}")
    graph = nx.Graph(list(standing.values()))
    graph.add_nodes_from(records.index)
    expected = {label: min(part) for part in nx.connected_components(graph) for label in part}
    assert log.entities().to_dict() == expected


def test_a_chain_of_records_that_contradict_each_other_is_refused():
    records = people().assign(
        sex=["f", "f", None, "m", None, None, None, None],
        birth_date=["12.03.1985", "1985", None, None, "twelfth of April 1990", "03.12.1985", None, None],
    )
    log = entities.MergeLog(records)
    log.merge("P0", "P2", **WHO)
    with pytest.raises(InputError, match="'sex'"):
        log.merge("P2", "P3", **WHO)
    with pytest.raises(InputError, match="'birth_date'"):
        log.merge("P2", "P4", **WHO)
    log.merge("P2", "P1", **WHO)
    log.merge("P5", "P0", **WHO)
    assert entities.MergeLog(records, certain=()).merge("P0", "P3", **WHO) == "merge-1"
    assert log.entities().nunique() == 5


def test_records_that_a_person_kept_apart_meet_in_no_chain():
    log = entities.MergeLog(people())
    log.keep_apart("P0", "P2", by="chief-02", reason="twins: both were seen at once")
    first = log.merge("P0", "P1", **WHO)
    with pytest.raises(InputError, match="two persons"):
        log.merge("P1", "P2", **WHO)
    with pytest.raises(InputError, match="one entity now"):
        log.keep_apart("P0", "P1", **WHO)
    log.unmerge(first, **WHO)
    assert log.merge("P1", "P2", **WHO) == "merge-2"


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda log: log.merge("P0", "P1", by="", reason=WHO["reason"]), "analyst-07"),
        (lambda log: log.merge("P0", "P1", by="Ivan", reason=WHO["reason"]), "analyst-07"),
        (lambda log: log.merge("P0", "P1", by="analyst-07", reason="same"), "ten characters"),
        (lambda log: log.merge("P0", "P9", **WHO), "no record 'P9'"),
        (lambda log: log.merge("P0", "P0", **WHO), "already"),
        (lambda log: log.unmerge("merge-4", **WHO), "no merge"),
        (lambda log: entities.MergeLog(people(), certain=["sex"]), "'sex'"),
        (lambda log: entities.MergeLog(pd.concat([people()] * 2)), "repeats"),
    ],
)
def test_a_decision_without_a_person_a_reason_or_records_is_refused(call, said):
    log = entities.MergeLog(people())
    with pytest.raises((InputError, ColumnsError), match=said):
        call(log)
    assert log.history().empty


def test_the_lead_that_a_decision_rests_on_is_kept_beside_it(linked, registers):
    row = linked.of("possible").iloc[0]
    now = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    log = entities.MergeLog(registers, certain=(), clock=lambda: now)
    log.merge(row["first"], row["second"], result=linked, **WHO)
    line = log.history().iloc[0]
    assert (line["outcome"], line["at"]) == ("possible", now.isoformat())
    assert line["probability"] == pytest.approx(row["probability"], abs=1e-6)


@pytest.mark.legitimate
def test_a_merge_made_after_the_correction_carries_no_flag(tmp_path):
    case, table = new_case(tmp_path), people()
    held = table.rename_axis("record_id").reset_index()
    case.collect(held, reader=lambda rows: rows, quality="invented", handling="internal")
    log = entities.MergeLog(table, case=case, certain=())
    ilp.retention.rectify(case, "P1", by="analyst-07", reason="it was another year")
    log.merge("P0", "P1", **WHO)
    assert log.history()["corrected"].tolist() == [""]
    ilp.retention.rectify(case, "P0", by="analyst-07", reason="it was another year")
    assert log.history()["corrected"].tolist() == ["rectified"]
    log.confirm("merge-1", **WHO)
    assert log.history()[["corrected", "stands"]].to_numpy().tolist() == [["", True], ["", True]]
