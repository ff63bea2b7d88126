"""Any incident file becomes a table of text in which every row is accounted for."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ilp_toolkit.collection.files import CHECKS, RawTable, open_table
from ilp_toolkit.collection.rawtable import OUTER
from ilp_toolkit.errors import FileError

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def put(data: bytes | str, name: str = "file.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    return put


def rows(table: RawTable) -> list[tuple[str | None, ...]]:
    return list(zip(*(column.to_pylist() for column in table.columns.columns), strict=True))


def noted(table: RawTable) -> set[str]:
    return {note[0] for note in table.notes}


# ---------------------------------------------------------------- real files


REAL = {
    "vancouver_thefts_2020/vancouver_thefts.csv.gz": 21_918,
    "vancouver_thefts_2020/vancouver_crimes_2020.zip": 37_512,
    "medellin_homicides/medellin_homicides.csv": 9_360,
    "cincinnati_burglary/cincinnati_burglary.csv.gz": 8_723,
    "cambridgeshire_2021_01/2021-01-cambridgeshire-street.csv": 5_252,
    "lancashire_asb_2022/lancashire_asb.tab": 56_434,
    "tempe_opioid_calls/tempe_opioid_calls.csv": 3_379,
    "manchester_textbook/gmp_bur.csv": 92_666,
    "aoristic_burglaries/dcburglaries.csv": 1_025,
    "chicago_assaults_2010_2019/chicago_aggravated_assaults.csv.gz": 148_636,
    "chicago_2022_slim/crimes-2022-slim.csv.gz": 215_551,
    "near_repeat_chicago/chicago_arson.csv": 522,
    "lancashire_asb_2022/lancashire_wards.gpkg": 271,
    "lancashire_asb_2022/lancashire_ward_pop.xlsx": 285,
    "manchester_textbook/wards.geojson": 215,
    "chicago_assaults_2010_2019/chicago_police_districts.kml": 25,
    "medellin_homicides/medellin_metro_lines.zip": 9,
    "libpysal_examples/geodanet/crimes.shp": 287,
}


@pytest.mark.parametrize(("name", "n"), REAL.items())
def test_real_files_hold_as_many_rows_as_their_publishers_say(real_data: Path, name: str, n: int) -> None:
    table = open_table(real_data / name)
    assert (len(table), len(table.bad)) == (n, 0)
    assert len(table.source_row) == n
    assert all(kind == pa.string() for kind in table.columns.schema.types)


def test_the_whole_of_a_real_file_is_read_as_the_csv_module_reads_it(real_data: Path) -> None:
    path = real_data / "medellin_homicides" / "medellin_homicides.csv"
    with path.open(encoding="utf-8", newline="") as file:
        expected = [tuple(cell.strip() for cell in row) for row in csv.reader(file, delimiter=";")]
    table = open_table(path)
    assert table.columns.column_names == list(expected[0])
    assert rows(table) == expected[1:]
    assert (table.choices["separator"], table.choices["decimal"]) == (";", ",")


def test_headerless_real_files_have_numbered_columns(real_data: Path) -> None:
    police = open_table(real_data / "cambridgeshire_2021_01" / "2021-01-city-of-london-street.csv")
    arson = open_table(real_data / "near_repeat_chicago" / "chicago_arson.csv")
    assert (police.header, police.columns.num_columns, police.source_row[0]) == (False, 12, 1)
    assert (arson.header, arson.columns.column_names) == (False, ["1", "2", "3"])


# ------------------------------------------------------------- the text itself


def test_codes_stay_text_and_missing_words_stay_words(write: Write) -> None:
    table = open_table(write("iucr,beat,note\n0820,0012,NA\n1e5,+7,\n"))
    assert rows(table) == [("0820", "0012", "NA"), ("1e5", "+7", "")]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators_are_found(write: Write, separator: str) -> None:
    lines = [["date", "longitude", "note"], ["2024-01-02", "-75.5", "a"], ["2024-01-03", "-75.6", "b"]]
    table = open_table(write("\n".join(separator.join(line) for line in lines)))
    assert table.columns.column_names == lines[0]
    assert rows(table) == [tuple(line) for line in lines[1:]]


def test_decimal_commas_do_not_pass_for_separators(write: Write) -> None:
    table = open_table(write("lon;lat\n-75,569;6,257\n-75,610;6,222\n"))
    assert rows(table) == [("-75,569", "6,257"), ("-75,610", "6,222")]
    assert table.choices["decimal"] == ","


def test_semicolons_inside_one_column_do_not_pass_for_separators(write: Write) -> None:
    table = open_table(write("id,offence,place\n1,theft; other,A\n2,theft; shop,B\n3,robbery,C\n"))
    assert table.choices["separator"] == ","


def test_quoted_separators_quotes_and_line_breaks(write: Write) -> None:
    table = open_table(write('id,text\n1,"a, b"\n2,"say ""no"""\n3,"two\nlines"\n4,plain\n'))
    assert [row[1] for row in rows(table)] == ["a, b", 'say "no"', "two\nlines", "plain"]
    assert table.source_row.tolist() == [2, 3, 4, 5]


def test_outer_white_space_goes_and_inner_stays(write: Write) -> None:
    table = open_table(write("a,b\n x ,\u00a0y z\u00a0\n\ufeffq,\tr\n"))
    assert rows(table) == [("x", "y z"), ("q", "r")]


def test_spaces_before_quotation_marks_are_passed_over(write: Write) -> None:
    assert rows(open_table(write('a, b\n1, "x, y"\n2, z\n'))) == [("1", "x, y"), ("2", "z")]


# ----------------------------------------------------------------- bad rows


def test_ragged_rows_are_kept_beside_the_table_with_their_row(write: Write) -> None:
    table = open_table(write("a,b\n1,2\n3\n4,5,6\n7,8\n"))
    assert table.source_row.tolist() == [2, 5]
    assert table.bad["source_row"].tolist() == [3, 4]
    assert table.bad["text"].tolist() == ["3", "4,5,6"]
    assert table.bad["reason"].tolist() == ["1 fields instead of 2", "3 fields instead of 2"]


def test_empty_lines_inside_are_bad_rows_and_at_the_end_are_none(write: Write) -> None:
    table = open_table(write("a,b\n1,2\n\n , \n3,4\n\n,\n   \n"))
    assert table.source_row.tolist() == [2, 5]
    assert table.bad["source_row"].tolist() == [3, 4]
    assert set(table.bad["reason"]) == {"empty line"}


def test_an_open_quotation_mark_does_not_swallow_the_file(write: Write) -> None:
    body = "".join(f"{n},street {n}\n" for n in range(2_000))
    table = open_table(write('id,place\n0,"Main street\n' + body))
    assert len(table) == 2_001
    assert rows(table)[0] == ("0", '"Main street')
    assert ("stray_quote", 1, 2) in [note[:3] for note in table.notes]


def test_open_quotation_marks_in_two_rows_do_not_pair_up(write: Write) -> None:
    table = open_table(write('id,size,place\n1,"5 inch,A\n2,4,B\n3,"6 inch,C\n4,1,D\n'))
    assert [row[0] for row in rows(table)] == ["1", "2", "3", "4"]


def test_an_open_quotation_mark_with_the_wrong_number_of_fields_is_a_bad_row(write: Write) -> None:
    table = open_table(write('id,place\n1,A\n2,"B,C,D\n3,E\n'))
    assert table.bad[["source_row", "reason"]].to_numpy().tolist() == [
        [3, "a quotation mark opens and does not close"]
    ]
    assert len(table) == 2


def test_backslashed_quotation_marks_are_understood_where_they_must_be(write: Write) -> None:
    table = open_table(write('id,place\n1,"club \\"Moon, 5\\""\n2,B\n'))
    assert rows(table)[0] == ("1", 'club "Moon, 5"')


def test_a_row_that_is_short_stays_short_whatever_its_quotation_marks_hold(write: Write) -> None:
    table = open_table(write('a,b,c\n1,"x,y"\n2,p,q\n3,r,s\n'))
    assert (table.source_row.tolist(), table.bad["source_row"].tolist()) == ([3, 4], [2])


def test_a_repeated_header_is_no_record(write: Write) -> None:
    table = open_table(write("a,b\n1,2\na,b\n3,4\n"))
    assert rows(table) == [("1", "2"), ("3", "4")]
    assert table.bad["source_row"].tolist() == [3]


def test_an_enormous_line_is_a_bad_row_cut_short(write: Write) -> None:
    table = open_table(write(b"a,b\n1,2\n" + b"x" * 3_000_000 + b"\n3,4\n"))
    assert table.source_row.tolist() == [2, 4]
    assert len(table.bad["text"][0]) < 300


def test_one_enormous_line_is_no_table(write: Write) -> None:
    with pytest.raises(FileError, match="no line break"):
        open_table(write(b"x" * 3_000_000))


def test_rows_after_bad_ones_keep_their_numbers_in_a_long_file(write: Write) -> None:
    chance = random.Random(1)
    kinds = [chance.choices(["good", "short", "empty"], [50, 1, 1])[0] for _ in range(120_000)]
    line = {"good": "2024-01-02 03:04,theft,1.5", "short": "x", "empty": ""}
    table = open_table(write("date,kind,lon\n" + "\n".join(line[kind] for kind in [*kinds, "good"]) + "\n"))
    good = [place for place, kind in enumerate([*kinds, "good"], start=2) if kind == "good"]
    assert table.source_row.tolist() == good
    assert len(table) + len(table.bad) == len(kinds) + 1


# ------------------------------------------------------------ line ends, headers


def test_line_breaks_inside_quotation_marks_stay_as_they_are(write: Write) -> None:
    assert rows(open_table(write('a,b\r\n1,"x\r\ny"\r\n2,"p\nq"\r\n'))) == [("1", "x\r\ny"), ("2", "p\nq")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_line_ends_of_every_system(write: Write, end: str, last: bool) -> None:
    text = end.join(["a,b", "1,2", "3,4"]) + end * last
    assert rows(open_table(write(text))) == [("1", "2"), ("3", "4")]


def test_mixed_line_ends_and_a_stray_carriage_return(write: Write) -> None:
    assert rows(open_table(write("a,b\r\n1,2\n3,x\ry\r\n"))) == [("1", "2"), ("3", "x\ry")]


def test_titles_above_the_header_are_passed_over(write: Write) -> None:
    table = open_table(
        write("Отчёт за 2024 год;;\n\nдата;район;вид\n2024-01-02;Сино;кража\n2024-01-03;Сино;кража\n")
    )
    assert table.columns.column_names == ["дата", "район", "вид"]
    assert table.source_row.tolist() == [4, 5]
    assert "rows_above_header" in noted(table)


def test_excels_separator_line_is_obeyed_and_not_counted(write: Write) -> None:
    table = open_table(write("sep=|\na|b\n1|2\n3\n4|5\n"))
    assert (table.source_row.tolist(), table.bad["source_row"].tolist()) == ([2, 4], [3])


def test_names_are_made_unique(write: Write) -> None:
    table = open_table(write("date,,date,a\nx,1,y,2\n"))
    assert table.columns.column_names == ["date", "column 2", "date (2)", "a"]
    assert "names_changed" in noted(table)


def test_a_separator_at_the_end_of_each_row_adds_an_unnamed_column(write: Write) -> None:
    table = open_table(write("a,b\n1,2,\n3,4,\n"))
    assert rows(table) == [("1", "2", ""), ("3", "4", "")]


def test_row_names_without_a_header_stand_first(write: Write) -> None:
    table = open_table(write('"date","n"\n"1","2024-01-02",5\n"2","2024-01-03",5\n'))
    assert table.columns.column_names == ["column 1", "date", "n"]


@pytest.mark.parametrize(
    ("text", "present"),
    [
        ("359192.3,570510.8,2016-01-01\n356347.3,576182.5,2016-01-03\n", False),
        ("x,y,date\n356347.3,576182.5,2016-01-03\n", True),
        ("offence,place\ntheft,A\nrobbery,B\n", True),
        ("region;2003;2004;2005\nA;1;2;3\nB;1;2;3\n", True),
        ("NA,2024-01-02,5\n7,2024-01-03,5\n", False),
    ],
)
def test_a_header_is_told_from_data(write: Write, text: str, present: bool) -> None:
    assert open_table(write(text)).header is present


def test_the_caller_may_say_whether_there_is_a_header(write: Write) -> None:
    path = write("offence,place\ntheft,A\n")
    assert rows(open_table(path, header=False)) == [("offence", "place"), ("theft", "A")]
    assert open_table(path, header=True).columns.column_names == ["offence", "place"]


def test_a_file_of_one_column(write: Write) -> None:
    table = open_table(write("place\nMain street\n\nHigh street\n"))
    assert (rows(table), table.bad["source_row"].tolist()) == ([("Main street",), ("High street",)], [3])


# ------------------------------------------------------------------ encodings


def test_a_guessed_encoding_is_said(write: Write) -> None:
    table = open_table(write("дата;улица\n2024-01-02;Рудаки\n2024-01-03;Айни\n".encode("cp1251")))
    assert rows(table)[0] == ("2024-01-02", "Рудаки")
    assert table.choices["encoding"] == "cp1251"
    assert "encoding_guessed" in noted(table)


def test_excels_unicode_text_is_read(write: Write) -> None:
    table = open_table(write("дата\tулица\r\n2024-01-02\tРудаки\r\n".encode("utf-16")))
    assert rows(table) == [("2024-01-02", "Рудаки")]


def test_a_stray_byte_costs_no_row(write: Write) -> None:
    table = open_table(write("улица,имя\nРудаки,caf".encode() + b"\xe9\nx,y\n"))
    assert rows(table)[0] == ("Рудаки", "caf\\xe9")
    assert "invalid_bytes" in noted(table)


# ------------------------------------------------------------- gzip and zip


def test_archives_are_known_by_content(write: Write) -> None:
    text = b"a,b\n1,2\n"
    assert rows(open_table(write(gzip.compress(text), "plain.csv"))) == [("1", "2")]


def packed(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return out.getvalue()


def test_the_one_table_in_a_zip_is_read(write: Write) -> None:
    path = write(packed(data_dot_csv=b"a,b\n1,2\n", readme_dot_txt=b"hello", x_dot_pdf=b"%PDF-1"), "x.zip")
    table = open_table(path)
    assert rows(table) == [("1", "2")]
    assert (table.choices["file"], table.choices["member"]) == ("x.zip", "data.csv")


def test_a_zip_of_several_tables_asks_which(write: Write) -> None:
    path = write(packed(y__a_dot_csv=b"a,b\n1,2\n", y__b_dot_csv=b"a,b\n3,4\n"), "x.zip")
    with pytest.raises(FileError, match=r"2 tables: y/a.csv, y/b.csv.*source="):
        open_table(path)
    assert rows(open_table(f"{path}!y/b.csv")) == [("3", "4")]
    assert rows(open_table(f"{path}!b.csv")) == [("3", "4")]
    assert rows(open_table(path / "y" / "b.csv")) == [("3", "4")]
    assert rows(open_table(path, layer="b.csv")) == [("3", "4")]
    with pytest.raises(FileError, match="no member"):
        open_table(path, layer="c.csv")


def test_russian_member_names_of_old_archives_are_readable(write: Write) -> None:
    name = "кражи.csv"
    data = packed(**{"0123456789_dot_x": b"", "ABCDE_dot_csv": b"a,b\n1,2\n"})
    table = open_table(write(data.replace(b"ABCDE.csv", name.encode("cp866")), "x.zip"))
    assert table.choices["member"] == name


def test_archives_in_archives_are_opened_and_endless_ones_refused(write: Write) -> None:
    data = gzip.compress(packed(a_dot_csv=b"a,b\n1,2\n"))
    assert rows(open_table(write(data, "x.gz"))) == [("1", "2")]
    for _ in range(6):
        data = gzip.compress(data)
    with pytest.raises(FileError, match="archives inside archives"):
        open_table(write(data, "y.gz"))


# -------------------------------------------------------------- spreadsheets


def workbook(tmp_path: Path, cells: dict[str, object], name: str = "book.xlsx", merge: str = "") -> Path:
    book = openpyxl.Workbook()
    for place, value in cells.items():
        book.active[place] = value
    if merge:
        book.active.merge_cells(merge)
    path = tmp_path / name
    book.save(path)
    return path


def grid(*lines: list[object], first_row: int = 1, first_column: str = "A") -> dict[str, object]:
    return {
        f"{chr(ord(first_column) + right)}{first_row + down}": value
        for down, line in enumerate(lines)
        for right, value in enumerate(line)
        if value is not None
    }


def test_spreadsheet_values_become_text(tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        grid(
            ["code", "n", "x", "moment", "day", "clock"],
            [
                "0820",
                820.0,
                -75.56985,
                dt.datetime(2019, 4, 23, 12, 30),
                dt.datetime(2019, 4, 23),
                dt.time(3, 4),
            ],
            ["0821", 12345678901, 0.1, dt.datetime(2019, 4, 24), dt.datetime(2019, 4, 24), dt.time(0, 0)],
        ),
    )
    assert rows(open_table(path)) == [
        ("0820", "820", "-75.56985", "2019-04-23 12:30:00", "2019-04-23", "03:04:00"),
        ("0821", "12345678901", "0.1", "2019-04-24 00:00:00", "2019-04-24", "00:00:00"),
    ]


def test_titles_offsets_and_empty_rows_of_a_sheet(tmp_path: Path) -> None:
    cells = grid(["Отчёт за 2024"], first_row=1) | grid(
        ["дата", "район", "вид"], ["a", "b", "c"], [None], ["d", "e", "f"], first_row=4, first_column="B"
    )
    table = open_table(workbook(tmp_path, cells))
    assert "".join(table.columns.column_names[-3:]) == "датарайонвид"
    assert (table.source_row.tolist(), table.bad["source_row"].tolist()) == ([5, 7], [6])
    assert table.bad["reason"].tolist() == ["empty row"]


def test_merged_cells_stand_for_each_row(tmp_path: Path) -> None:
    cells = grid(["district", "n"], ["Sino", 1], [None, 2], ["Shohmansur", 3])
    table = open_table(workbook(tmp_path, cells, merge="A2:A3"))
    assert rows(table) == [("Sino", "1"), ("Sino", "2"), ("Shohmansur", "3")]
    assert "merged_cells" in noted(table)


def test_sheets_are_chosen_by_name_or_the_first_with_data(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for name, value in (("one", "1"), ("two", "2")):
        sheet = book.create_sheet(name)
        sheet.append(["a", "b"])
        sheet.append(["x", value])
    book.save(tmp_path / "book.xlsx")
    table = open_table(tmp_path / "book.xlsx")
    assert (rows(table), table.choices["sheet"]) == ([("x", "1")], "one")
    assert "several_tables" in noted(table)
    assert rows(open_table(tmp_path / "book.xlsx", layer="two")) == [("x", "2")]
    assert rows(open_table(f"{tmp_path / 'book.xlsx'}!two")) == [("x", "2")]
    with pytest.raises(FileError, match="no sheet"):
        open_table(tmp_path / "book.xlsx", layer="three")


def test_a_spreadsheet_called_csv_is_read_as_what_it_is(tmp_path: Path) -> None:
    path = workbook(tmp_path, grid(["a", "b"], ["1", "2"]))
    assert rows(open_table(path.rename(tmp_path / "book.csv"))) == [("1", "2")]


def test_open_document_spreadsheets_are_read(write: Write) -> None:
    office = "urn:oasis:names:tc:opendocument:xmlns:"
    spaces = " ".join(f'xmlns:{name}="{office}{name}:1.0"' for name in ("office", "table", "text"))
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    lines = "".join(
        f"<table:table-row>{''.join(map(cell.format, row))}</table:table-row>"
        for row in (("код", "n"), ("0820", "1"))
    )
    content = (
        f'<office:document-content {spaces} office:version="1.2"><office:body><office:spreadsheet>'
        f'<table:table table:name="Лист1">{lines}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        f'<manifest:manifest xmlns:manifest="{office}manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    parts = {"mimetype": kind, "content_dot_xml": content, "META-INF__manifest_dot_xml": manifest}
    table = open_table(write(packed(**{name: text.encode() for name, text in parts.items()}), "x.ods"))
    assert (table.columns.column_names, rows(table)) == (["код", "n"], [("0820", "1")])


def test_a_column_that_begins_late_is_kept_and_one_without_cells_is_not(tmp_path: Path) -> None:
    cells = grid(["a", "b"], *[["x", n] for n in range(300)]) | {"E280": "late"}
    table = open_table(workbook(tmp_path, cells))
    assert table.columns.column_names == ["a", "b", "column 5"]


# ----------------------------------------------------------------- map layers


@pytest.fixture
def layer() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"code": ["0820", "0821"], "n": [1.0, 2.5], "улица": ["Рудаки", "Айни"]},
        geometry=gpd.points_from_xy([68.7, 68.8], [38.5, 38.6]),
        crs="EPSG:4326",
    )


@pytest.mark.parametrize("suffix", ["gpkg", "geojson", "fgb", "shp", "kml", "parquet"])
def test_map_layers_keep_attributes_and_shapes(tmp_path: Path, layer: gpd.GeoDataFrame, suffix: str) -> None:
    path = tmp_path / f"layer.{suffix}"
    if suffix == "parquet":
        layer.to_parquet(path)
    else:
        layer.to_file(path, **{"shp": {"encoding": "utf-8"}, "kml": {"driver": "KML"}}.get(suffix, {}))
    table = open_table(path)
    assert table.geometry is not None
    place = next(place for place, row in enumerate(rows(table)) if "0820" in row)
    assert "Рудаки" in rows(table)[place]
    assert table.geometry[place].x == pytest.approx(68.7)
    assert table.crs is not None
    assert table.crs.to_epsg() == 4326


@pytest.mark.parametrize("suffix", ["gpkg", "geojson", "fgb", "kml"])
def test_map_layers_under_a_wrong_name_are_read(tmp_path: Path, layer: gpd.GeoDataFrame, suffix: str) -> None:
    layer.to_file(tmp_path / f"layer.{suffix}", **({"driver": "KML"} if suffix == "kml" else {}))
    table = open_table((tmp_path / f"layer.{suffix}").rename(tmp_path / "layer.csv"))
    assert table.geometry is not None
    assert len(table) == 2


def test_a_shapefile_that_hides_its_encoding_is_not_garbled(tmp_path: Path, layer: gpd.GeoDataFrame) -> None:
    layer.rename(columns={"улица": "street"}).to_file(tmp_path / "a.shp", encoding="cp1251")
    (tmp_path / "a.cpg").unlink()
    dbf = bytearray((tmp_path / "a.dbf").read_bytes())
    dbf[29] = 0
    (tmp_path / "a.dbf").write_bytes(bytes(dbf))
    assert open_table(tmp_path / "a.shp").columns["street"].to_pylist() == ["Рудаки", "Айни"]


def test_a_zipped_shapefile_is_read(tmp_path: Path, layer: gpd.GeoDataFrame) -> None:
    (tmp_path / "s").mkdir()
    layer.to_file(tmp_path / "s" / "слой.shp", encoding="cp1251")
    with zipfile.ZipFile(tmp_path / "s.zip", "w") as archive:
        for part in (tmp_path / "s").iterdir():
            archive.write(part, f"folder/{part.name}")
    table = open_table(tmp_path / "s.zip")
    assert "Рудаки" in table.columns["улица"].to_pylist()


def test_layers_are_chosen_by_name(tmp_path: Path, layer: gpd.GeoDataFrame) -> None:
    layer.to_file(tmp_path / "x.gpkg", layer="first")
    layer.iloc[:1].to_file(tmp_path / "x.gpkg", layer="second")
    assert len(open_table(tmp_path / "x.gpkg")) == 2
    assert len(open_table(tmp_path / "x.gpkg", layer="second")) == 1
    with pytest.raises(FileError, match="no layer"):
        open_table(tmp_path / "x.gpkg", layer="third")


def test_dates_in_geojson_stay_as_written(write: Write) -> None:
    point = '{"type": "Feature", "geometry": null, "properties": {"when": "2019-04-23T12:30:00Z", "code": "0820"}}'
    table = open_table(write('{"type": "FeatureCollection", "features": [' + point + "]}", "x.geojson"))
    assert rows(table) == [("2019-04-23T12:30:00Z", "0820")]


# ------------------------------------------------------- data frames, Parquet


def test_a_data_frame_is_a_source_and_is_not_changed() -> None:
    frame = pd.DataFrame(
        {
            "code": ["0820", None],
            "n": [1.0, np.nan],
            "day": pd.to_datetime(["2019-04-23", "2019-04-24"]),
            "moment": pd.to_datetime(["2019-04-23 12:30", None]),
            "kind": pd.Categorical(["a", "b"]),
            7: [True, False],
        },
        index=[5, 6],
    )
    before = frame.copy(deep=True)
    table = open_table(frame)
    assert rows(table) == [
        ("0820", "1", "2019-04-23", "2019-04-23 12:30:00", "a", "true"),
        (None, None, "2019-04-24", None, "b", "false"),
    ]
    pd.testing.assert_frame_equal(frame, before)


def test_a_map_table_is_a_source_with_all_its_shapes(layer: gpd.GeoDataFrame) -> None:
    layer["buffer"] = layer.geometry.to_crs(32642).buffer(5)
    layer["month"] = pd.PeriodIndex(["2024-01", "2024-02"], freq="M")
    table = open_table(layer)
    assert table.geometry is not None
    assert table.crs == layer.crs
    assert table.columns.column_names == ["code", "n", "улица", "buffer", "month"]
    assert table.columns["month"].to_pylist() == ["2024-01", "2024-02"]
    assert table.columns["buffer"].to_pylist()[0].startswith("POLYGON")


def test_parquet_keeps_codes_and_shortens_numbers(tmp_path: Path) -> None:
    pd.DataFrame({"code": ["0820"], "n": [820.0], "big": [2**60 + 1]}).to_parquet(tmp_path / "x.parquet")
    assert rows(open_table(tmp_path / "x.parquet")) == [("0820", "820", str(2**60 + 1))]


# -------------------------------------------------------------------- errors


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def deflate64(data: bytes) -> bytes:
    """Say in both headers of a zip of one member that it is packed by method 9, which Explorer uses."""
    central = data.index(b"PK\x01\x02")
    return data[:8] + b"\x09\0" + data[10 : central + 10] + b"\x09\0" + data[central + 12 :]


WRONG = {
    "empty": (b"", "0 bytes"),
    "blank": (b"  \n \n", "no text"),
    "zeros": (b"\0" * 5_000, "no text"),
    "header": (b"a,b\n", "header and no rows"),
    "prose": (b"a,b,c\n1,2\n", "none of its rows"),
    "pdf": (b"%PDF-1.7\n1 0 obj", "a PDF"),
    "picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 90, "a picture"),
    "html": (b"<html><body><table><tr><td>1</td></tr></table></body></html>", "web page.*save it as .xlsx"),
    "xml": (b"<?xml version='1.0'?><a/>", "an XML document"),
    "excel 2003": (
        b"<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>",
        "Excel 2003 XML",
    ),
    "json": (b'{"a": [1, 2]}', "JSON"),
    "noise": (bytes(range(256)) * 40, "no text"),
    "word": (OLE + "WordDocument".encode("utf-16-le"), "a Word document"),
    "locked": (OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
    "broken xls": (OLE + "Workbook".encode("utf-16-le"), "spreadsheet"),
    "broken zip": (b"PK\x03\x04" + b"x" * 100, "damaged"),
    "broken gzip": (gzip.compress(b"a,b\n1,2\n" * 1000)[:40], "damaged"),
    "broken gpkg": (b"SQLite format 3\0" + b"x" * 200, "damaged"),
    "broken parquet": (b"PAR1\x15\0" + b"x" * 100 + b"PAR1", "damaged"),
    "docx": (packed(**{"[Content_Types]_dot_xml": b"", "word__document_dot_xml": b""}), "a Word document"),
    "broken xlsx": (packed(**{"[Content_Types]_dot_xml": b"", "xl__workbook_dot_xml": b"<"}), "spreadsheet"),
    "deflate64": (deflate64(packed(x_dot_csv=b"a,b\n1,2\n")), "pack it anew"),
    "zip without": (packed(x_dot_pdf=b"%PDF-"), "holds no table"),
}


@pytest.mark.parametrize(("data", "words"), WRONG.values(), ids=WRONG.keys())
@pytest.mark.parametrize("name", ["file.csv", "file.xlsx"])
def test_what_is_no_table_is_refused_in_one_sentence(
    write: Write, data: bytes, words: str, name: str
) -> None:
    with pytest.raises(FileError, match=f"(?i){words}") as caught:
        open_table(write(data, name))
    assert "\n" not in str(caught.value)
    assert "Traceback" not in str(caught.value)


def test_missing_files_folders_and_addresses_are_refused(tmp_path: Path) -> None:
    for source, words in (
        (tmp_path / "nothing.csv", "no file"),
        (tmp_path, "a folder"),
        ("https://example.org/x.csv", "Download"),
        (5, "must be the path"),
        (pd.DataFrame(), "no rows"),
    ):
        with pytest.raises(FileError, match=words):
            open_table(source)  # type: ignore[arg-type]


def test_a_file_that_another_program_holds_is_refused(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write("a,b\n1,2\n")

    def refuse(*_args: object, **_more: object) -> None:
        raise PermissionError(13, "in use")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(FileError, match="another program holds it"):
        open_table(path)


def test_an_open_file_is_a_source() -> None:
    assert rows(open_table(io.BytesIO(b"a,b\n1,2\n"))) == [("1", "2")]
    with pytest.raises(FileError, match="reading bytes"):
        open_table(io.StringIO("a,b\n1,2\n"))


def test_every_note_has_a_name_and_a_remedy(write: Write) -> None:
    table = open_table(write('x\n\nдата;;дата\n1;\x00;"2\n3;4;5\n'.encode("cp1251")))
    assert noted(table) <= set(CHECKS)
    assert all(note[3] for note in table.notes)


# ---------------------------------------------------------------- properties


CELL = st.text(
    st.characters(
        codec="utf-8",
        categories=["L", "N", "P", "S", "Zs"],
        include_characters='"\n,;\t|',
        max_codepoint=0x52F,
    )
    | st.sampled_from('",;\n'),
    max_size=8,
)


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    width = draw(st.integers(2, 5))
    return draw(st.lists(st.lists(CELL, min_size=width, max_size=width), min_size=1, max_size=12))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    cells=tables(),
    separator=st.sampled_from(",;\t|"),
    end=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_the_csv_module_writes_comes_back(
    tmp_path: Path, cells: list[list[str]], separator: str, end: str, encoding: str
) -> None:
    names = [f"name{n}" for n in range(len(cells[0]))]
    path = tmp_path / "x.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        if separator != ",":
            file.write(f"sep={separator}{end}")
        csv.writer(file, delimiter=separator, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(
            [names, *cells]
        )
    expected = [tuple(cell.strip(OUTER) for cell in row) for row in cells]
    expected_bad = len([row for row in _without_trailing_blanks(expected) if not any(row)])
    expected = [row for row in expected if any(row)]
    if not expected:
        with pytest.raises(FileError):
            open_table(path, header=True)
        return
    table = open_table(path, header=True)
    assert rows(table) == expected
    assert len(table.bad) == expected_bad


def _without_trailing_blanks(lines: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    while lines and not any(lines[-1]):
        lines = lines[:-1]
    return lines


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.text('ab1," ', max_size=12), max_size=12))
def test_whatever_the_text_every_line_is_accounted_for(tmp_path: Path, lines: list[str]) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(("name,other\n" + "\n".join([*lines, "last,row"]) + "\n").encode())
    try:
        table = open_table(path, header=True)
    except FileError:  # so odd that no row fits
        return
    if table.choices["header_row"] == 1 and not any('"' in line for line in lines):
        numbers = sorted([*table.source_row.tolist(), *table.bad["source_row"].tolist()])
        assert numbers == list(range(2, len(lines) + 3))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.lists(st.text("ab1 ", max_size=4), min_size=3, max_size=3), min_size=1, max_size=40))
def test_the_fast_and_the_exact_reader_agree(tmp_path: Path, cells: list[list[str]]) -> None:
    text = "date,b,c\n" + "".join(",".join(row) + "\n" for row in [*cells, ["x", "y", "z"]])
    path = tmp_path / "x.csv"
    path.write_text(text, encoding="utf-8", newline="")
    fast = open_table(path, header=True)
    path.write_text(text.replace("x,y,z", '"x",\r,z'), encoding="utf-8", newline="")
    exact = open_table(path, header=True)
    assert rows(fast)[:-1] == rows(exact)[:-1]
    assert fast.source_row.tolist() == exact.source_row.tolist()
    assert fast.bad["source_row"].tolist() == exact.bad["source_row"].tolist()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_give_a_table_or_one_sentence(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(data)
    try:
        table = open_table(path)
    except FileError as error:
        assert "\n" not in str(error)  # noqa: PT017
    else:
        assert len(table.source_row) == len(table)
