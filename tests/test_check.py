"""`ilp check`: a report that a person can read, an exit status that a script can, and a safe file of rejected rows."""

from __future__ import annotations

import csv
import importlib
import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from ilp_toolkit.cli.app import main
from ilp_toolkit.errors import ColumnsError, FileError, InputError

command = importlib.import_module("ilp_toolkit.cli.check")

app = typer.Typer(pretty_exceptions_enable=False)
app.command()(command.check)

CLEAN = """id,offence,datetime,longitude,latitude
1,Burglary,2024-01-05 10:15,68.7801,38.5601
2,Theft,2024-01-06 11:20,68.7812,38.5612
3,Robbery,2024-02-07 12:25,68.7823,38.5623
"""
DIRTY = """№;Дата;Район;Фабула;ФИО потерпевшего
1;05.01.2024 10:15;Сино;Кража;Иванов И.И.
2;нет данных;Сино;=HYPERLINK("http://x");Петров П.П.
3;06.01.2024 11:20;Сино;Грабёж;Сидоров С.С.
4;когда-то;Сино;-5;Каримов К.К.
5;потом;+992 900 00 00 00;@sum;Рахимов Р.Р.
"""


def run(*args: object, env: dict[str, str] | None = None):
    return CliRunner(env={"COLUMNS": "80", "ILP_LANG": "en", **(env or {})}).invoke(
        app, [str(arg) for arg in args]
    )


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    path = tmp_path / "clean.csv"
    path.write_text(CLEAN, encoding="utf-8")
    return path


@pytest.fixture
def dirty(tmp_path: Path) -> Path:
    path = tmp_path / "журнал.csv"
    path.write_text(DIRTY, encoding="cp1251")
    return path


def test_a_clean_file_ends_with_0(clean) -> None:
    result = run(clean, "--timezone", "Asia/Dushanbe")
    assert result.exit_code == 0, result.output
    assert "Nothing was found" in result.output
    assert "5 January 2024 to 7 February 2024" in result.output
    assert "3 in the file: 3 read, 0 rejected" in result.output


def test_findings_end_with_1_and_stand_in_the_table_with_their_first_row(clean) -> None:
    result = run(clean)
    assert result.exit_code == 1
    assert "Time zone unknown" in result.output


def test_the_report_counts_what_was_rejected_and_names_what_was_set_aside(dirty) -> None:
    result = run(dirty)
    assert result.exit_code == 1, result.exception
    assert "5 in the file: 2 read, 3 rejected" in result.output
    assert "ФИО потерпевшего" in result.output
    assert "Иванов" not in result.output
    assert "cp1251" in result.output


def test_a_piped_report_is_plain_and_fits_the_width(dirty) -> None:
    for width in (50, 80, 120):
        lines = run(dirty, env={"COLUMNS": str(width)}).output.splitlines()
        report = lines[: next(i for i, line in enumerate(lines) if line.startswith("[columns]"))]
        assert max(map(len, report)) <= width
        assert "\x1b" not in "".join(lines)


def test_the_mapping_that_is_printed_reads_the_file_the_same_way(dirty, tmp_path) -> None:
    output = run(dirty, "--timezone", "Asia/Dushanbe").output
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(output[output.index("timezone =") :], encoding="utf-8")
    again = run(dirty, "--columns", mapping)
    assert again.exit_code == 1
    assert again.output[again.output.index("timezone =") :] == output[output.index("timezone =") :]


def test_rejected_rows_are_written_without_personal_columns_and_without_formulas(dirty, tmp_path) -> None:
    target = tmp_path / "rejected.csv"
    result = run(dirty, "--rejected", target)
    assert result.exit_code == 1
    assert "3 rejected rows are in rejected.csv" in result.output
    assert target.read_bytes().startswith(b"\xef\xbb\xbf")
    with target.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["source_row"] for row in rows] == ["3", "5", "6"]
    assert "ФИО потерпевшего" not in rows[0]
    assert [row["Фабула"] for row in rows] == ['\'=HYPERLINK("http://x")', "-5", "'@sum"]
    assert rows[2]["Район"] == "'+992 900 00 00 00"
    assert "Петров" not in target.read_text(encoding="utf-8-sig")
    assert list(tmp_path.glob("*.part")) == []


def test_without_rejected_rows_the_file_holds_the_header_only(clean, tmp_path) -> None:
    target = tmp_path / "rejected.csv"
    result = run(clean, "--timezone", "Asia/Dushanbe", "--rejected", target)
    assert result.exit_code == 0
    assert len(target.read_text(encoding="utf-8-sig").splitlines()) == 1


def test_the_input_is_never_written_over(dirty) -> None:
    before = dirty.read_bytes()
    result = run(dirty, "--rejected", dirty)
    assert isinstance(result.exception, InputError)
    assert dirty.read_bytes() == before


def test_a_target_that_cannot_be_is_refused_before_anything_is_read(dirty, tmp_path) -> None:
    assert isinstance(run(dirty, "--rejected", tmp_path).exception, InputError)
    assert isinstance(run(dirty, "--rejected", tmp_path / "none" / "r.csv").exception, InputError)


@pytest.mark.parametrize(
    ("args", "error"),
    [
        (["--columns", "date"], FileError),
        (["--columns", "none.toml"], FileError),
        (["--columns", "=Day"], ColumnsError),
        (["--columns", "date=Day", "--columns", "x"], ColumnsError),
        (["--columns", "date=Нет такой"], ColumnsError),
        (["--columns", "wrongrole=Дата"], ColumnsError),
        (["--timezone", "Dushanbe"], InputError),
        (["--crs", "EPSG:nonsense"], InputError),
    ],
)
def test_a_mistake_is_an_error_in_words(dirty, args, error) -> None:
    result = run(dirty, *args)
    assert isinstance(result.exception, error), result.output
    assert len(str(result.exception)) > 20


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("none.csv", None),
        ("empty.csv", b""),
        ("page.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog>>endobj\n"),
        ("words.csv", "просто текст".encode()),
        ("no_date.csv", b"a,b\n1,2\n3,4\n"),
        ("picture.xlsx", b"\x89PNG\r\n\x1a\n" + b"\0" * 100),
        ("long.csv", b"date,note\n2024-01-01," + b"x" * 3_000_000),
    ],
)
def test_an_unusable_file_ends_in_one_sentence(tmp_path, name: str, content: bytes | None) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    result = run(path)
    if result.exit_code != 1 or result.exception is None or not isinstance(result.exception, SystemExit):
        assert isinstance(result.exception, InputError), repr(result.exception)
        assert name in str(result.exception) or "`columns=`" in str(result.exception)


def test_the_command_names_its_options_and_no_arguments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "header.csv"
    path.write_text("a;b\nx;y\n", encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["ilp", "check", str(path)])
    with pytest.raises(SystemExit):
        main()
    assert "Name it with `--columns`, as date=a." in capsys.readouterr().err


def test_json_holds_counts_report_and_choices(dirty) -> None:
    read = json.loads(run(dirty, "--json").stdout)
    assert (read["read"], read["rejected"]) == (2, 3)
    assert {"check", "n", "share", "first_row", "remedy"} <= set(read["report"][0])
    assert read["choices"]["set_aside"] == ["ФИО потерпевшего"]


def test_a_sheet_is_chosen_with_layer(tmp_path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["notes"])
    sheet = book.create_sheet("Data")
    for row in (["date", "district"], ["2024-01-05", "A"], ["2024-01-06", "B"]):
        sheet.append(row)
    book.save(tmp_path / "two.xlsx")
    result = run(tmp_path / "two.xlsx", "--layer", "Data")
    assert result.exit_code == 1, result.exception
    assert "2 read" in result.output


def test_pairs_may_be_parted_by_commas(tmp_path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("when,what\n2024-01-05,Theft\n2024-01-06,Theft\n", encoding="utf-8")
    assert "date = when, offence = what" in " ".join(
        run(path, "--columns", "date=when,offence=what").output.split()
    ) or (
        "offence = what, date = when"
        in " ".join(run(path, "--columns", "date=when,offence=what").output.split())
    )


def test_quiet_prints_nothing(dirty, tmp_path) -> None:
    result = run(dirty, "--quiet", "--rejected", tmp_path / "r.csv")
    assert result.exit_code == 1
    assert result.output == ""


def test_the_language_is_that_of_the_option_and_not_left_behind(dirty) -> None:
    assert "января" in run(dirty, "--lang", "ru").output
    assert "January" in run(dirty).output


@pytest.mark.parametrize(
    ("cell", "safe"),
    [("=1+1", "'=1+1"), ("-5", "-5"), ("+7,5", "+7,5"), ("-", "-"), ("-a", "'-a"), ("  =x", "'  =x"), ("1e5", "1e5"),
     ("@x", "'@x"), ("-1+2", "'-1+2"), ("\t=x", "'\t=x"), (5, 5), (None, None), ("", "")],
)  # fmt: skip
def test_only_what_could_run_is_guarded(cell, safe) -> None:
    assert command._guard(cell) == safe


def test_every_real_file_is_reported_without_a_traceback(real_data) -> None:
    folder = real_data
    for path in (
        folder / "tempe_opioid_calls" / "tempe_opioid_calls.csv",
        folder / "aoristic_burglaries" / "dcburglaries.csv",
        folder / "cambridgeshire_2021_01" / "2021-01-city-of-london-street.csv",
    ):
        result = run(path, "--crs", "EPSG:2248") if "aoristic" in str(path) else run(path)
        assert result.exit_code == 1
        assert "What to do" in result.output
