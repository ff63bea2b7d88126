"""The policy: one validated value from one commented file."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest
from pydantic import ValidationError

from ilp_toolkit.direction import policy
from ilp_toolkit.errors import FileError, InputError


def test_cells_below_five_are_hidden_unless_somebody_decides_otherwise() -> None:
    assert policy.load().cells.minimum_count == 5


def test_a_policy_cannot_be_changed_after_it_is_read() -> None:
    with pytest.raises(ValidationError):
        policy.load().cells.minimum_count = 3


def test_every_section_of_the_file_explains_itself() -> None:
    text = resources.files("ilp_toolkit.direction").joinpath("policy.toml").read_text(encoding="utf-8")
    for section in text.split("\n[")[1:]:
        assert "#" in section, section


def test_a_users_file_changes_only_what_it_names(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text("[cells]\nminimum_count = 10\n[profile]\nminimum_rows = 20\n", encoding="utf-8")
    read = policy.load(mine)
    assert read.cells.minimum_count == 10
    assert read.places == policy.load().places


def test_a_file_saved_by_notepad_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text("[cells]\nrounding_base = 10\n", encoding="utf-8-sig")
    assert policy.load(mine).cells.rounding_base == 10


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[cells]\nminimum_count = 1\n", "cells.minimum_count"),
        ("[cells]\nminimumcount = 10\n", "cells.minimumcount"),
        ("[cels]\nminimum_count = 10\n", "cels"),
        ("[places]\nminimum_cell_size = 1\n", "places.minimum_cell_size"),
        ("[places]\ncoordinate_decimals = 6\n", "places.coordinate_decimals"),
        ("[sensitive]\nno_hotspots = []\n", "sensitive.no_hotspots"),
        ("[cells]\nminimum_count = 50\n", "minimum_rows"),
        ("cells = 3\n", "cells"),
    ],
)
def test_a_slip_is_refused_by_name(tmp_path: Path, text: str, named: str) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=named):
        policy.load(mine)


def test_all_slips_are_told_at_once(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text("[cells]\nminimum_count = 1\nrounding_base = 0\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"minimum_count.*rounding_base"):
        policy.load(mine)


def test_a_missing_file_and_a_file_of_another_kind_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no policy file"):
        policy.load(tmp_path / "none.toml")
    odd = tmp_path / "odd.toml"
    odd.write_text("{json: 1}", encoding="utf-8")
    with pytest.raises(FileError, match="no valid TOML"):
        policy.load(odd)


def test_a_case_folder_overrules_only_what_its_file_names(tmp_path: Path) -> None:
    assert policy.load_for(tmp_path) == policy.load()
    (tmp_path / "policy.toml").write_text("[bias]\nminimum_reported = 400\n", encoding="utf-8")
    read = policy.load_for(tmp_path)
    assert read.bias.minimum_reported == 400
    assert read.cells == policy.load().cells


def test_a_case_that_has_no_folder_is_no_case_without_overrides(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no folder"):
        policy.load_for(tmp_path / "none")


@pytest.mark.parametrize(
    "line", ["maximum_share_discovered = 0.9", "maximum_drift = 1.0", "minimum_reported = 1", "runs = 1"]
)
def test_the_audit_of_bias_cannot_be_turned_off_by_its_limits(tmp_path: Path, line: str) -> None:
    (tmp_path / "policy.toml").write_text(f"[bias]\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError, match="bias"):
        policy.load_for(tmp_path)
