"""Choosing which column is what: what was recognised stands there, what is chosen is read."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import ilp_toolkit as ilp
from ilp_toolkit import i18n
from ilp_toolkit.errors import ColumnsError, FileError
from ilp_toolkit.views.widgets.mapping import ColumnMapping, column_mapping

ODD = pd.DataFrame(
    {
        "K1": ["кража", "разбой"],
        "K2": ["12.01.2024", "13.02.2024"],
        "K3": ["Сино", "Фирдавси"],
        "K4": ["a", "b"],
    }
)


def offered(chosen: ColumnMapping) -> str:
    return "".join(str(getattr(part, "value", "")) for part in every(chosen.widget))


def every(widget: object) -> list[object]:
    return [widget, *(below for child in getattr(widget, "children", ()) for below in every(child))]


def test_until_something_is_chosen_the_reader_decides_as_without_it() -> None:
    assert column_mapping(ODD).columns is None
    given = {"date": "K2"}
    assert column_mapping(ODD, columns=given).columns is given


def test_what_is_chosen_is_what_is_read() -> None:
    chosen = column_mapping(ODD)
    chosen.choose("offence", "K1")
    chosen.choose("area", "K3")
    table = ilp.read_incidents(ODD, columns=chosen.columns).table
    assert table["offence"].tolist() == ["кража", "разбой"]
    assert table["area"].tolist() == ["Сино", "Фирдавси"]
    assert table["occurred_from"].notna().all(), "the date was recognised by what it holds"


def test_a_role_that_was_recognised_wrongly_can_be_left_out() -> None:
    register = pd.DataFrame({"date": ["2024-01-12"], "Area": ["a remark"], "offence": ["Theft"]})
    chosen = column_mapping(register)
    chosen.choose("area", None)
    assert chosen.columns["area"] is None
    assert ilp.read_incidents(register, columns=chosen.columns).table["area"].isna().all()


def test_the_line_for_the_first_cell_gives_the_same_mapping() -> None:
    chosen = column_mapping(ODD)
    chosen.choose("offence", "K1")
    names: dict[str, object] = {}
    exec(str(chosen), names)
    assert names["COLUMNS"] == chosen.columns


def test_values_of_the_chosen_column_are_shown_as_text() -> None:
    table = ODD.assign(K4=["<script>x</script>", "b"])
    chosen = column_mapping(table)
    assert "script" not in offered(chosen)
    chosen.choose("address", "K4")
    assert "&lt;script&gt;x&lt;/script&gt; · b" in offered(chosen)


def test_it_speaks_russian() -> None:
    with i18n.language("ru"):
        chosen = column_mapping(ODD)
    assert "Какой столбец что содержит" in offered(chosen)
    assert "offence" not in offered(chosen).replace("'offence'", "")


def test_a_mapping_file_does_as_well(tmp_path: Path) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text('[columns]\noffence = "K1"\n', encoding="utf-8")
    assert column_mapping(ODD, columns=path).columns == path
    assert "'offence': 'K1'" in str(column_mapping(ODD, columns=path))


def test_what_cannot_be_opened_or_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no file"):
        column_mapping(tmp_path / "nothing.csv")
    with pytest.raises(ColumnsError, match="K9"):
        column_mapping(ODD, columns={"date": "K9"})


@pytest.mark.parametrize("folder", ["medellin_homicides", "tempe_opioid_calls"])
def test_a_real_file_shows_what_the_reader_takes(real_data: Path, folder: str) -> None:
    file = next(
        path for path in sorted((real_data / folder).iterdir()) if path.suffix in {".csv", ".gz", ".xlsx"}
    )
    chosen = column_mapping(file)
    read = ilp.read_incidents(file, timezone="UTC", crs="EPSG:3857", wall_clock=True).choices["columns"]
    shown = {role: box.value for role, box in chosen._lists.items() if box.value}
    assert read.items() <= shown.items()
