"""Place names: clear names are taken, unclear ones are left to a human, numbers and directions never bend."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilp_toolkit.collection.placenames import Matcher, PlaceName

CITY = Matcher(["Северный", "Южный", "Ленинский", "Сино", "Алмалы", "Заречный", "Кызыл-Суу"])
KAZAKH = Matcher(["Almaty", "Almaty City", "East Kazakhstan", "West Kazakhstan", "Zhambyl", "Qaraghandy"])
NUMBERED = Matcher([f"District {number}" for number in range(1, 32)])


@pytest.mark.parametrize(
    ("wording", "area"),
    [
        ("Северный", "Северный"),
        ("северный р-н", "Северный"),
        ("СЕВЕРНЫЙ РАЙОН", "Северный"),
        ("в Северном районе", None),
        ("Северного района", "Северный"),
        ("Severnyy", "Северный"),
        ("Severnyi r-n", "Северный"),
        ("North District", "Северный"),
        ("Ленинского р-на", "Ленинский"),
        ("Leninskiy", "Ленинский"),
        ("ноҳияи Сино", "Сино"),
        ("Sino", "Сино"),
        ("Алмалинский", "Алмалы"),
        ("Заречинский", None),
        ("Almaly audany", "Алмалы"),
        ("Заречьный", "Заречный"),
        ("Кызыл Суу", "Кызыл-Суу"),
        ("Kyzyl-Suu", "Кызыл-Суу"),
        ("", None),
        ("---", None),
        ("р-н", None),
        ("5", None),
    ],
)
def test_a_clear_name_is_taken_and_no_other(wording: str, area: str | None) -> None:
    assert CITY.match(wording).area == area


@pytest.mark.parametrize(
    ("wording", "area"),
    [("District 1", "District 1"), ("district 01", "District 1"), ("1", "District 1"), ("11", "District 11"),
     ("1-й район", "District 1"), ("11th district", "District 11"), ("District 111", None), ("District", None)],
)  # fmt: skip
def test_numbers_are_exact(wording: str, area: str | None) -> None:
    assert NUMBERED.match(wording).area == area


def test_directions_are_exact_however_alike_the_names() -> None:
    assert KAZAKH.match("North Kazakhstan").area is None
    assert KAZAKH.match("West Kazakhstan region").area == "West Kazakhstan"
    assert Matcher(["East Lancashire"]).match("West Lancashire").area is None


def test_two_areas_almost_equally_alike_are_left_to_a_human() -> None:
    match = KAZAKH.match("Алматы")
    assert match.area is None
    assert {match.candidate, match.second} == {"Almaty", "Almaty City"}
    assert KAZAKH.match("г. Алматы").area == "Almaty City"
    assert KAZAKH.match("Almaty").area == "Almaty"


def test_one_letter_makes_another_short_name() -> None:
    assert Matcher(["Osh"]).match("Ust").area is None
    assert Matcher(["Сино"]).match("Кино").area is None


@pytest.mark.parametrize(
    ("one", "other"),
    [("Медеу", "Медеуский район"), ("Алмалы", "Алмалинский р-н"), ("Әуезов", "Ауэзовский"), ("Жетісу", "Жетысуский"),
     ("Bostandyq", "Бостандыкский район"), ("Наурызбай ауданы", "Наурызбайский район"), ("Түрксіб", "Турксибский")],
)  # fmt: skip
def test_a_district_goes_by_its_name_and_by_the_adjective(one: str, other: str) -> None:
    layer = ["Алатау", one]
    assert Matcher(layer).match(other).area == one
    assert Matcher(["Алатау", other]).match(one).area == other


def test_another_name_of_an_area_means_the_area() -> None:
    matcher = Matcher(["Tesvar", "Lomiran"], also={"Тесварский район": "Tesvar", "Заречье": "Lomiran"})
    assert matcher.match("Тесвраский район").area == "Tesvar"
    assert matcher.match("заречье").area == "Lomiran"
    assert matcher.match("Lomiran district").area == "Lomiran"
    clash = Matcher(["A-district", "B-district"], also={"Парк": "A-district", "парк ": "B-district"})
    assert clash.match("Парк").area is None


def test_an_abbreviation_is_read_out() -> None:
    assert Matcher(["Saint Mary's"]).match("St. Marys").area == "Saint Mary's"
    assert Matcher(["St Helens"]).match("Saint Helens").area == "St Helens"


@pytest.mark.parametrize(
    ("address", "area"),
    [
        ("г. N, Северный р-н, ул. Мира, 5", "Северный"),
        ("г. N Северный р-н ул. Мира 5", "Северный"),
        ("ул. Ленинский проспект, д. 7, Сино", "Сино"),
        ("г. N, ул. Северная, 5", None),
        ("Ленинский проспект, 10", None),
        ("Северный район, возле границы с Южный район", None),
        ("Северный р-н, Южный р-н", None),
        ("район Сино, кӯчаи Айнӣ 12", "Сино"),
        ("", None),
    ],
)
def test_an_area_is_found_in_an_address_and_a_street_is_no_area(address: str, area: str | None) -> None:
    assert CITY.find(address).area == area


def test_equal_parts_read_equal() -> None:
    assert PlaceName.read("Almaty City").kind == "city"
    assert PlaceName.read("St. Mary's").core == PlaceName.read("Saint Marys").core
    assert PlaceName.read("City").core  # a name made of nothing but a kind keeps it


@given(
    st.lists(st.text(alphabet="abcdeжзиклмнор -", min_size=1, max_size=12), min_size=1, max_size=8), st.data()
)
def test_a_name_of_the_layer_is_never_taken_for_another(names: list[str], data: st.DataObject) -> None:
    matcher = Matcher(names)
    name = data.draw(st.sampled_from(names))
    match = matcher.match(name)
    assert match.area is None or PlaceName.read(match.area).plain == PlaceName.read(name).plain


@given(st.text(max_size=40), st.floats(50, 100))
def test_what_is_taken_is_at_least_as_alike_as_the_cutoff(wording: str, cutoff: float) -> None:
    match = Matcher(["Северный", "Alatau", "District 4"], cutoff=cutoff).find(wording)
    assert match.area is None or match.score >= cutoff
