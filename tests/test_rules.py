"""Rule packs: every rule with its citation and its check, nothing verified that nobody verified, no badge."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from importlib import resources
from pathlib import Path

import pytest

from ilp_toolkit import i18n
from ilp_toolkit.direction import rules
from ilp_toolkit.errors import FileError, InputError

PACKS = (
    "iccpr17",
    "uncat15",
    "kg_training",
    "kz_training",
    "tj_training",
    "coe_r87_15",
    "eu_led",
    "us28cfr23",
)


def test_what_binds_comes_first_and_what_teaches_last() -> None:
    assert rules.available() == PACKS


@pytest.mark.parametrize("name", PACKS)
@pytest.mark.parametrize("code", i18n.LANGUAGES)
def test_each_pack_says_that_it_is_no_legal_advice_and_awards_nothing(name: str, code: str) -> None:
    with i18n.language(code):
        page = rules.load(name).page()
    text = " ".join(page).casefold()
    assert ("not legal advice" if code == "en" else "не юридическая консультация") in page[1].casefold()
    assert not re.search(
        r"\bcompliant\b|\bcompliance\b|\bcertified\b|соответствует требованиям|сертифи", text
    )


@pytest.mark.parametrize("name", PACKS)
def test_each_rule_has_a_citation_a_check_and_both_languages(name: str) -> None:
    path = resources.files("ilp_toolkit.direction").joinpath("rules", f"{name}.toml")
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    for rule in raw["rules"]:
        for part in ("text", "citation"):
            assert rule[part]["en"]
            assert re.search("[а-яё]", rule[part]["ru"]) or rule[part]["ru"].startswith("28 CFR")
        assert rule["predicate"] in rules.PREDICATES
        assert rule["verified"] is False
    ids = [rule.id for rule in rules.load(name).rules]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", ["tj_training", "kg_training", "kz_training"])
def test_a_training_pack_holds_what_binds_and_lists_what_nobody_supplied(name: str) -> None:
    pack = rules.load(name)
    assert {"legal_basis", "necessity", "no_torture", "lawful_origin"} <= pack.predicates
    assert len(pack.missing) >= 4
    assert pack.unverified == pack.rules
    assert sum("To be supplied" in line for line in pack.page()) == len(pack.missing)


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


GOOD = """title = "Mine"
standing = "binds"
includes = ["uncat15"]
[[rules]]
id = "one"
text = "Name the law."
predicate = "legal_basis"
citation = "Law 1, Art. 2"
verified = true
reviewer = "lawyer-03"
date = 2026-10-01
"""


def test_a_ministry_can_write_its_own_and_sign_it(tmp_path: Path) -> None:
    pack = rules.read(write(tmp_path, GOOD))
    assert [rule.id for rule in pack.rules][-1] == "one"
    assert pack.rules[-1].date == dt.date(2026, 10, 1)
    assert "lawyer-03" in pack.page()[-1]
    assert len(pack.unverified) == 2


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('citation = "Law 1, Art. 2"', 'citation = " "', "no citation"), ('reviewer = "lawyer-03"', "", "without reviewer"),
        ("date = 2026-10-01", "", "without reviewer"), ('"legal_basis"', '"be_good"', "predicate"),
        ("verified = true", 'verified = "yes"', "true or false"), ('id = "one"', "", "no id"),
        ('standing = "binds"', 'standing = "compliant"', "standing"), ('title = "Mine"', "", "title"),
    ],
)  # fmt: skip
def test_a_slip_in_a_pack_is_refused_by_name(tmp_path: Path, old: str, new: str, named: str) -> None:
    with pytest.raises(InputError, match=named):
        rules.read(write(tmp_path, GOOD.replace(old, new)))


def test_all_slips_of_a_pack_are_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace('"Law 1, Art. 2"', '""').replace('"legal_basis"', '"x"')
    with pytest.raises(InputError, match=r"no citation.*predicate"):
        rules.read(write(tmp_path, text))


@pytest.mark.parametrize("name", ["none", "../policy", "rules/iccpr17", ""])
def test_only_packs_of_the_toolkit_are_loaded_by_name(name: str) -> None:
    with pytest.raises(InputError, match="There are"):
        rules.load(name)


def test_a_pack_that_is_missing_or_no_toml_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no rule pack file"):
        rules.read(tmp_path / "none.toml")
    with pytest.raises(FileError, match="no valid TOML"):
        rules.read(write(tmp_path, "{"))
