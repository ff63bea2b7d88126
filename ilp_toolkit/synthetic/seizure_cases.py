"""
The seizures that come of the flows, as the officers of each country write them down.

What is written is less than what is: most records name their own country as departure or none at all, a
country sends in a part of its seizures only, and one place has several names.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .names import cyrillic
from .seizure_world import FIRST_YEAR, WORLD, Stream, World, mean_load

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["ADMIN", "COUNTRIES", "IDS", "ids_table", "make_cases", "pick", "register_table"]

COUNTRIES = {"XA": ("Tolvania", "Толвания"), "XB": ("Belzavat", "Белзават"), "XC": ("Ruzmara", "Рузмара")}

ADMIN: dict[tuple[str, str], str] = {
    **{("XA", "Murgosin"): "Kelovar", ("XA", "Umrilek"): "Narshumet", ("XA", "Ishzemir"): "Dulkobor"},
    **{("XA", "Salvamet"): "Zolovan", ("XA", "Dorsunok"): "Terzemir", ("XA", "Kelovar"): "Kelovar"},
    **{("XA", "Terzemir"): "Terzemir", ("XB", "Murgosin"): "Osgonok", ("XB", "Umrilek"): "Velshurak"},
    **{("XB", "Osgonok"): "Osgonok", ("XC", "Salvamet"): "Palrigan", ("XC", "Dorsunok"): "Shimedun"},
    **{("XC", "Ruvalek"): "Ruvalek", ("XC", "Palrigan"): "Palrigan"},
}
"""Province of each place, by country: a post has one on each side."""

IDS = (
    *("REGION", "SUBREGION", "COUNTRY", "ADMINISTRATIVE_DIVISION", "PLACE", "SEIZURE_DATE", "DRUG_NAME"),
    *("AMOUNT", "DRUG_UNIT", "HIDING_PLACE", "INSTALLATION", "TRANSPORT", "PRODUCING_COUNTRY"),
    *("DEPARTURE_COUNTRY", "DESTINATION_COUNTRY", "ROUTING"),
)
"""Headers as UNODC's individual drug seizures have them."""

_REGISTER = (
    *("№ изъятия", "Дата изъятия", "Страна изъятия", "Область", "Место изъятия", "Вид наркотика"),
    *("Количество", "Единица измерения", "Вид транспорта", "Направление", "Страна отправления"),
    "Страна назначения",
)

_SELF, _TRUE, _SOURCE, _NONE, _OTHER = "self", "true", "source", "Unknown", "Other"
_DEPARTURE: dict[tuple[str, str], dict[str, float]] = {
    ("XA", "inbound"): {_TRUE: 0.72, _SELF: 0.16, _NONE: 0.12},
    ("XA", "outbound"): {_SELF: 0.45, _SOURCE: 0.40, _NONE: 0.15},
    ("XA", "domestic"): {_SELF: 0.55, _SOURCE: 0.15, _NONE: 0.27, _OTHER: 0.03},
    ("XB", "inbound"): {_TRUE: 0.80, _NONE: 0.20},
    ("XB", "outbound"): {_SELF: 0.85, _NONE: 0.15},
    ("XB", "domestic"): {_SELF: 0.90, _NONE: 0.10},
    ("XB", "mail"): {_TRUE: 0.90, _NONE: 0.10},
    ("XC", "inbound"): {_TRUE: 0.64, _SOURCE: 0.06, _SELF: 0.20, _NONE: 0.10},
    ("XC", "outbound"): {_SELF: 0.80, _NONE: 0.20},
    ("XC", "domestic"): {_SELF: 0.60, _TRUE: 0.10, _NONE: 0.25, _OTHER: 0.05},
    ("XC", "air"): {_TRUE: 0.85, _NONE: 0.15},
}
"""What is written as departure: the last border (true), where it is made (source), the own country, none."""
_NEXT, _OWN = "next", "own"
_DESTINATION: dict[str, dict[str, float]] = {
    "inbound": {_NEXT: 0.55, _OWN: 0.20, _NONE: 0.22, _OTHER: 0.03},
    "outbound": {_NEXT: 0.80, _NONE: 0.20},
    "domestic": {_OWN: 0.55, _NEXT: 0.05, _NONE: 0.40},
    "air": {_OWN: 0.80, _NONE: 0.20},
    "mail": {_OWN: 0.90, _NONE: 0.10},
}
_LAST = {_OWN: 0.68, _NONE: 0.20, _OTHER: 0.12}
"""What is written as destination in the country where a drug's way through the three ends."""

_ROUTING = {
    "inbound": ("Border - inbound", "въезд"),
    "outbound": ("Border - outbound", "выезд"),
    "domestic": ("National territory/domestic seizure", "внутри страны"),
    "air": ("Border - inbound", "въезд"),
    "mail": ("Border - inbound", "въезд"),
}
_ROAD = {"Commercial road": 0.45, "Private road": 0.45, "Pedestrian": 0.05, "Unknown": 0.05}
_TRANSPORT: dict[str, dict[str, float]] = {
    "Dorsunok": {"Rail": 0.40, "Commercial road": 0.30, "Private road": 0.25, "Unknown": 0.05},
    "Ishzemir": {"Private road": 0.55, "Pedestrian": 0.40, "Unknown": 0.05},
    "domestic": {"Private road": 0.40, "Pedestrian": 0.20, "Other": 0.10, "Unknown": 0.30},
    "air": {"Commercial air": 1.0},
    "mail": {"Mail": 1.0},
}
_TRANSPORT_RU = {
    **{"Commercial road": "грузовой автомобиль", "Private road": "легковой автомобиль", "Rail": "поезд"},
    **{"Pedestrian": "пешком", "Commercial air": "самолёт", "Mail": "почта", "Other": "другое"},
    "Unknown": "не установлено",
}
_HIDING = {"Vehicle": 0.35, "Luggage": 0.15, "Body": 0.10, "Freight": 0.15, "": 0.25}
_WORDS: dict[str, dict[str, float]] = {
    "Cannabis resin": {"Cannabis resin": 0.7, "Hashish": 0.3},
    "Methamphetamine": {"Methamphetamine": 0.7, "Crystalline methamphetamine": 0.3},
}
TABLETS = 0.08
"""Share of methamphetamine that comes as tablets, counted and not weighed."""
_PILL = 0.00025
"""Kilograms of a tablet of the invented world."""


def make_cases(rng: np.random.Generator, flow: list[Stream], world: World = WORLD) -> pd.DataFrame:
    """
    Draw every seizure that is made: how many, how large, what is written of it, whether it is sent in.

    Parameters
    ----------
    rng
        Source of chance.
    flow
        What passes each place, from `seizure_world.streams`.
    world
        Which share each country sends in.

    Returns
    -------
    DataFrame
        A row a seizure, by date: ``case``, ``country``, ``place``, ``day``, ``drug``, ``kg``, ``side``,
        ``origin``, ``destination`` (the true leg), ``departure_said``, ``destination_said``, ``transport``,
        ``hiding``, ``tablets``, ``sent``.
    """
    expected = np.array([one.kg * one.share_found / mean_load(one.drug) for one in flow])
    times = rng.poisson(expected)
    rows = [one for one, n in zip(flow, times, strict=True) for _case in range(n)]
    chance = rng.random((len(rows), 9))
    kg = _loads(rows, chance[:, 0])
    table = pd.DataFrame(
        {
            "country": [one.country for one in rows],
            "place": [one.place for one in rows],
            "day": [_day(one.month, u) for one, u in zip(rows, chance[:, 1], strict=True)],
            "drug": [one.drug.name for one in rows],
            "kg": np.where(kg >= 1, np.round(kg, 2), np.maximum(np.round(kg, 4), 0.0005)),
            "side": [one.side for one in rows],
            "origin": [one.origin for one in rows],
            "destination": [one.destination for one in rows],
            "departure_said": [_departure(one, u) for one, u in zip(rows, chance[:, 2], strict=True)],
            "destination_said": [_destination(one, u) for one, u in zip(rows, chance[:, 3], strict=True)],
            "transport": [_transport(one, u) for one, u in zip(rows, chance[:, 4], strict=True)],
            "hiding": [pick(_HIDING, u) for u in chance[:, 5]],
            "tablets": [
                one.drug.name == "Methamphetamine" and u < TABLETS
                for one, u in zip(rows, chance[:, 6], strict=True)
            ],
            "sent": [_is_sent(one, u, world) for one, u in zip(rows, chance[:, 7], strict=True)],
            "spelling": chance[:, 8],
        }
    )
    table = table.sort_values(["day", "country"], kind="stable", ignore_index=True)
    table.insert(0, "case", [f"S{number:05d}" for number in range(1, len(table) + 1)])
    return table


def ids_table(cases: pd.DataFrame) -> pd.DataFrame:
    """Return seizures under the headers of UNODC, text in every cell."""
    rows = []
    for one in cases.to_dict("records"):
        amount, unit = _amount(one["kg"], one["tablets"])
        words = _WORDS.get(one["drug"])
        rows.append(
            (
                *("Invented world", "Three Borders", COUNTRIES[one["country"]][0]),
                *(ADMIN[one["country"], one["place"]], _spelled(one["place"], one["spelling"])),
                one["day"],
                pick(words, one["spelling"] * 7919 % 1) if words else one["drug"],
                *(amount, unit, one["hiding"], _installation(one["side"]), one["transport"]),
                _producing(one["drug"], one["spelling"] * 4801 % 1),
                *(_name(one["departure_said"], 0), _name(one["destination_said"], 0)),
                _ROUTING[one["side"]][0],
            )
        )
    return pd.DataFrame(rows, columns=list(IDS), dtype=object)


def register_table(cases: pd.DataFrame, drugs: Mapping[str, str]) -> pd.DataFrame:
    """Return one country's seizures as its own register has them, in Russian, decimal comma."""
    rows = []
    for number, one in enumerate(cases.to_dict("records"), start=1):
        amount, unit = _amount(one["kg"], one["tablets"])
        year, month, day = one["day"].split("-")
        rows.append(
            (
                *(f"Т-{year[2:]}-{number:05d}", f"{day}.{month}.{year}", COUNTRIES[one["country"]][1]),
                *(cyrillic(ADMIN[one["country"], one["place"]]), cyrillic(one["place"])),
                *(drugs[one["drug"]], amount.replace(".", ",")),
                {"Kilogram": "кг", "Gram": "г", "Tablet": "таблетка"}[unit],
                *(_TRANSPORT_RU[one["transport"]], _ROUTING[one["side"]][1]),
                *(_name(one["departure_said"], 1), _name(one["destination_said"], 1)),
            )
        )
    return pd.DataFrame(rows, columns=list(_REGISTER), dtype=object)


def pick(shares: Mapping[str, float], chance: float) -> str:
    """
    Return the name whose share of 0 to 1 holds the chance.

    Examples
    --------
    >>> pick({"a": 0.5, "b": 0.5}, 0.49), pick({"a": 0.5, "b": 0.5}, 0.5)
    ('a', 'b')
    """
    top = 0.0
    for name, share in shares.items():
        top += share
        if chance < top:
            return name
    return list(shares)[-1]


def _loads(rows: list[Stream], chance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Draw the kilograms of loads from each drug's lognormal, cut at its largest."""
    from scipy.special import ndtr, ndtri

    median, sigma, most = (np.array([one.drug.load[at] for one in rows]) for at in range(3))
    below = ndtr(np.log(most / median) / sigma)
    return np.asarray(median * np.exp(sigma * ndtri(chance * below)), dtype=float)


def _day(month: int, chance: float) -> str:
    year, number = FIRST_YEAR + month // 12, month % 12 + 1
    day = 1 + int(chance * calendar.monthrange(year, number)[1])
    return f"{year}-{number:02d}-{day:02d}"


def _departure(one: Stream, chance: float) -> str:
    said = pick(_DEPARTURE[one.country, one.side], chance)
    source = "XB" if one.drug.north else "XC"
    return {_TRUE: one.origin, _SOURCE: source, _SELF: one.country}.get(said, said)


def _destination(one: Stream, chance: float) -> str:
    last = "XC" if one.drug.north else "XB"
    said = pick(_LAST if one.country == last else _DESTINATION[one.side], chance)
    onward = last if one.country == "XA" else "XA"
    return {_NEXT: onward, _OWN: one.country}.get(said, said)


def _transport(one: Stream, chance: float) -> str:
    kind = one.side if one.side in _TRANSPORT else one.place
    return pick(_TRANSPORT.get(kind, _ROAD), chance)


def _is_sent(one: Stream, chance: float, world: World) -> bool:
    year = FIRST_YEAR + one.month // 12
    return (one.country, year) not in world.silent and chance < world.sends(one.country)


def _amount(kg: float, tablets: bool) -> tuple[str, str]:
    if tablets:
        return str(max(1, round(kg / _PILL))), "Tablet"
    if kg < 1:
        return f"{kg * 1000:.1f}".removesuffix(".0"), "Gram"
    return f"{kg:.2f}".rstrip("0").removesuffix("."), "Kilogram"


def _spelled(place: str, chance: float) -> str:
    """Write a place as it comes in: most in Latin letters, some in Cyrillic, some louder or longer."""
    way = pick({"latin": 0.74, "cyrillic": 0.14, "upper": 0.05, "long": 0.04, "long_ru": 0.03}, chance)
    written = {"cyrillic": cyrillic(place), "upper": place.upper(), "long": f"{place} post"}
    return {**written, "long_ru": f"пост {cyrillic(place)}"}.get(way, place)


def _producing(drug: str, chance: float) -> str:
    if drug == "Methamphetamine":
        return COUNTRIES["XC"][0] if chance < 0.4 else "Unknown"
    return COUNTRIES["XB"][0] if chance < 0.8 else "Unknown"


def _installation(side: str) -> str:
    return {"air": "Airport", "mail": "Post office", "domestic": "Home/Residence"}.get(side, "Land border")


def _name(code: str, side: int) -> str:
    if code in COUNTRIES:
        return COUNTRIES[code][side]
    return code if side == 0 else {"Unknown": "не установлено", "Other": "другая"}[code]
