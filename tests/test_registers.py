"""Registers as they really arrive: typed by hand, exported badly, in the languages of the region."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest

from ilp_toolkit.collection.readers import read_incidents
from ilp_toolkit.errors import ColumnsError, CrsError, FileError


def read(tmp_path, text: str | bytes, *, encoding: str = "utf-8", name: str = "file.csv", **options):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    intake = read_incidents(path, timezone="Asia/Dushanbe", **options)
    return intake, [moment.strftime("%Y-%m-%d %H:%M") for moment in intake.table["occurred_from"]]


def test_a_register_with_a_title_above_and_a_total_below(tmp_path) -> None:
    intake, starts = read(
        tmp_path,
        "Журнал учёта;;;\nза январь 2024 года;;;\n;;;\n№ п/п;Дата совершения;Время;Район;Статья УК\n"
        "1;05.01.2024;10:15;Сино;ст. 188 Кража\n2;06.01.2024;9:5;Фирдавси;Грабёж\n3;07.01.2024;24:00;Сино;Разбой\n"
        "Итого;3;;;\n",
        encoding="cp1251",
    )
    assert starts == ["2024-01-05 10:15", "2024-01-06 09:05", "2024-01-08 00:00"]
    assert intake.table["iccs"].tolist() == ["0502", "0401", "0401"]
    assert intake.table["source_row"].tolist() == [5, 6, 7]
    assert intake.rejected["source_row"].tolist() == [8]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Санаи ҳодиса;Вақт;Ноҳия;Намуди ҷиноят", "05.01.2024;10:15;Сино;дуздӣ"),
        ("Күнү;Убактысы;Району;Кылмыштын түрү", "2024-жылдын 5-январы;10:15;Сино;уурулук"),
        ("Күні;Уақыты;Ауданы;Қылмыс түрі", "2024 ж. 5 қаңтар;10:15;Сино;ұрлық"),
        ("Дата;Время;Район;Вид преступления", "5 января 2024 г.;10.15;Сино;Кража"),
        ("Fecha;Hora;Barrio;Delito", "5 de enero de 2024;10:15;Сино;hurto"),
        ("Sana;Vaqt;Tuman;Jinoyat turi", "05.01.2024;10:15;Сино;oʻgʻrilik"),
    ],
)
def test_headers_and_dates_in_the_languages_of_the_region(tmp_path, header: str, row: str) -> None:
    intake, starts = read(tmp_path, f"{header}\n{row}\n{row}\n")
    assert starts == ["2024-01-05 10:15"] * 2
    assert intake.table["area"].tolist() == ["Сино"] * 2
    assert intake.table["iccs"].tolist() == ["0502"] * 2


@pytest.mark.parametrize(
    ("pair", "place"),
    [("51,12 71,43", (51.12, 71.43)), ("51.12, 71.43", (51.12, 71.43)), ("(51.12; 71.43)", (51.12, 71.43)),
     ("51,12, 71,43", (51.12, 71.43))],
)  # fmt: skip
def test_coordinates_in_one_column(tmp_path, pair: str, place: tuple[float, float]) -> None:
    intake, _starts = read(tmp_path, f'Дата|Координаты\n05.01.2024|"{pair}"\n06.01.2024|"{pair}"\n')
    point = intake.table.to_crs("EPSG:4326").geometry.iloc[0]
    assert (round(point.y, 4), round(point.x, 4)) == place


def test_words_for_nothing_are_nothing(tmp_path) -> None:
    intake, _starts = read(
        tmp_path,
        "Дата;Широта;Долгота;Район\n05.01.2024;NULL;NULL;нет данных\n06.01.2024;-;-;не установлено\n"
        "07.01.2024;38,51;68,71;Сино\nнет данных;38,5;68,7;-\n",
    )
    checks = dict(zip(intake.report["check"], intake.report["n"], strict=True))
    assert checks["place_missing"] == 2
    assert "unreadable_place" not in checks
    assert intake.table["area"].isna().tolist() == [True, True, False]
    assert len(intake.rejected) == 1


def test_columns_about_persons_are_set_aside_in_russian_too(tmp_path) -> None:
    intake, _starts = read(
        tmp_path,
        "ФИО;ИИН;Телефон;Дата рождения;Национальность;Дата;Район\nА Б;1;2;01.01.1990;х;05.01.2024;Сино\n",
    )
    assert intake.choices["set_aside"] == ["ФИО", "ИИН", "Телефон", "Дата рождения", "Национальность"]
    assert "ФИО" not in intake.table.columns


def test_exchanged_coordinates_are_known_by_the_time_zone(tmp_path) -> None:
    intake, _starts = read(
        tmp_path,
        "date,latitude,longitude\n2024-01-05,68.7,38.5\n2024-01-06,68.71,38.51\n2024-01-07,68.72,38.52\n",
    )
    assert "swapped_file" in intake.report["check"].tolist()
    assert intake.choices["crs"] == "EPSG:32642"


def test_an_excel_sheet_with_times_of_every_kind(tmp_path) -> None:
    book = openpyxl.Workbook()
    for row in (
        ["id", "Дата", "Время"],
        [1, dt.date(2024, 1, 5), 0.4236111],
        [2, dt.date(2024, 1, 6), dt.time(23, 59)],
        [3, dt.datetime(2024, 1, 7), "9:5"],
    ):
        book.active.append(row)
    book.save(tmp_path / "times.xlsx")
    intake = read_incidents(tmp_path / "times.xlsx", timezone="Asia/Dushanbe")
    assert [t.strftime("%d %H:%M") for t in intake.table["occurred_from"]] == [
        "05 10:10",
        "06 23:59",
        "07 09:05",
    ]


def test_a_sheet_of_notes_names_the_sheet_of_data(tmp_path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Пояснения"])
    book.active.append(["Выгрузка"])
    sheet = book.create_sheet("Данные")
    sheet.append(["Дата", "Район"])
    sheet.append([dt.datetime(2024, 1, 5), "Сино"])
    book.save(tmp_path / "two.xlsx")
    with pytest.raises(ColumnsError, match="Данные"):
        read_incidents(tmp_path / "two.xlsx")
    assert len(read_incidents(f"{tmp_path / 'two.xlsx'}!Данные").table) == 1


@pytest.mark.parametrize(
    ("name", "content", "error", "word"),
    [
        ("page.xls", b"<html><body><table><tr><th>date</th></tr></table></body></html>", FileError, "HTML"),
        ("page.json", b'{"title": "no records", "n": 3}', FileError, "JSON"),
        ("header.csv", b"a;b\nx;y\n", ColumnsError, "columns="),
        (
            "metres.csv",
            b"date;x;y\n2024-01-05;500000,5;4262000,1\n2024-01-06;500010;4262010\n",
            CrsError,
            "crs=",
        ),
        (
            "nobody.csv",
            "1;05.01.2024;Сино;38,5;68,7\n2;06.01.2024;Сино;38,6;68,8\n".encode(),
            ColumnsError,
            "no header",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_way_out(
    tmp_path, name: str, content: bytes, error, word: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(error, match=word):
        read_incidents(tmp_path / name)


def test_the_list_of_columns_in_an_error_stays_short(tmp_path) -> None:
    header = ",".join(f"a very long name of a column that goes on and on {i}" for i in range(60))
    (tmp_path / "wide.csv").write_text(
        f"{header}\n{','.join(['1'] * 60)}\n{','.join(['2'] * 60)}\n", encoding="utf-8"
    )
    with pytest.raises(ColumnsError, match="and 48 more") as refused:
        read_incidents(tmp_path / "wide.csv")
    assert len(str(refused.value)) < 800
