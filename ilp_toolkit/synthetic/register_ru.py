"""
The Russian file of the same register: one year, old layout, no coordinates.

Windows-1251, semicolons, day-first dates with the time in columns of its own, districts as people type
them. It holds columns of victims' names and numbers so that readers can show that they set them aside; the
people are made of syllables and the numbers could belong to nobody (their month of birth is 00).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .city import DISTRICTS
from .names import adjective, cyrillic, make_names
from .offences import OFFENCES
from .register import street_label_ru

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["COLUMNS_RU", "NICKNAMES", "YEAR_RU", "decisions_table", "district_ru", "russian_table"]

YEAR_RU = "25"
"""The year (last two digits) of the register numbers that the Russian file holds."""
COLUMNS_RU = (
    *("Номер регистрации", "Дата регистрации", "Вид преступления", "Статья", "Дата совершения"),
    *(
        "Время совершения",
        "Дата по",
        "Время по",
        "Источник",
        "Район",
        "Адрес",
        "Ущерб",
        "ФИО потерпевшего",
        "ИИН",
    ),
)
NICKNAMES: dict[str, str] = {
    **{"Старый город": "Tesvar", "Заречье": "Lomiran", "Промзона": "Dashvar", "Садовый посёлок": "Golvir"},
}
"""What people call some districts; no likeness of spelling leads from one to the other."""
_OUTSIDE = ("Зимтел", "Ошкоган")
_VARIANTS: tuple[tuple[float, str], ...] = (
    *((0.72, "{adj} район"), (0.13, "{adj} р-н"), (0.03, "р-н {adj}"), (0.02, "{caps} РАЙОН")),
    *(
        (0.02, "{name}"),
        (0.02, "{adj}  район"),
        (0.015, "{short}. р-н"),
        (0.02, "nickname"),
        (0.02, "misspelt"),
    ),
    *((0.003, "outside"), (0.002, "")),
)


def district_ru(area: str) -> str:
    """Return the full Russian name of a district: ``Тесварский район``."""
    return f"{adjective(area)} район"


def russian_table(
    rng: np.random.Generator, register: pd.DataFrame
) -> tuple[pd.DataFrame, dict[str, dict[str, object]]]:
    """
    Lay one year of the register out as the Russian file.

    Parameters
    ----------
    rng
        Source of chance.
    register
        From `make_register`: clean, with English names.

    Returns
    -------
    DataFrame
        Text in every cell, columns as in `COLUMNS_RU`.
    dict
        Every spelling of a district in the file: the area it stands for (None for none of them), how it
        came about, and how many rows have it.
    """
    year = register[register["incident_no"].str[1:3] == YEAR_RU].reset_index(drop=True)
    spelled, truth = _districts(rng, year["district"])
    table = pd.DataFrame({"Номер регистрации": year["incident_no"]})
    table["Дата регистрации"] = [text[:10] for text in _stamps(year["reported"])]
    table["Вид преступления"] = year["offence"].map({item.name: item.name_ru for item in OFFENCES})
    table["Статья"] = ["ст. " + {o.name: o.article for o in OFFENCES}[name] for name in year["offence"]]
    for column, when in (("совершения", "start"), ("по", "end")):
        stamps = np.array(_stamps(year[when].clip(lower=0)), dtype=object)
        known = (year[when] >= 0).to_numpy()
        timed = known & (year["written"] != "day").to_numpy()
        table[f"Дата {column}"] = np.where(known, [text[:10] for text in stamps], "")
        table[f"Время {column}"] = np.where(timed, [text[11:] for text in stamps], "")
    table["Источник"] = np.where(year["origin"] == "discovered", "выявлено полицией", "заявление")
    table["Район"] = spelled
    table["Адрес"] = np.where(year["nowhere"], "", _addresses(rng, year))
    table["Ущерб"] = [f"{loss},00" if loss > 0 else "" for loss in year["loss"]]
    table["ФИО потерпевшего"], table["ИИН"] = _victims(rng, year)
    return table[list(COLUMNS_RU)], truth


def decisions_table() -> pd.DataFrame:
    """
    Return what a human decided about wordings that no likeness of spelling explains.

    Returns
    -------
    DataFrame
        ``wording`` and ``area`` (the full Russian name, or ``-`` for no district of the city).
    """
    meant = {wording: district_ru(area) for wording, area in NICKNAMES.items()}
    meant |= {f"{_short(area)}. р-н": district_ru(area) for area in DISTRICTS}
    meant |= dict.fromkeys(_OUTSIDE, "-")
    return pd.DataFrame({"wording": list(meant), "area": list(meant.values())})


def _short(area: str) -> str:
    return cyrillic(area)[:4]


def _stamps(minutes: pd.Series) -> list[str]:
    from .register import clock

    return [f"{text[8:10]}.{text[5:7]}.{text[:4]} {text[11:]}" for text in clock(minutes)]


def _districts(
    rng: np.random.Generator, districts: pd.Series
) -> tuple[list[str], dict[str, dict[str, object]]]:
    shares = np.cumsum([share for share, _ in _VARIANTS])
    kind = np.minimum(np.searchsorted(shares, rng.random(len(districts)), side="right"), len(_VARIANTS) - 1)
    other = rng.random(len(districts))
    nickname = {area: name for name, area in NICKNAMES.items()}
    slips = {area: [_misspell(district_ru(area), *rng.random(2)) for _ in range(4)] for area in DISTRICTS}
    spelled: list[str] = []
    truth: dict[str, dict[str, object]] = {}
    for area, which, chance in zip(districts, kind, other, strict=True):
        form = _VARIANTS[which][1]
        how = "variant" if "{" in form else form or "blank"
        adj = adjective(area)
        text = form.format(adj=adj, caps=adj.upper(), name=cyrillic(area), short=_short(area))
        if how == "nickname":
            text, how = (nickname[area], how) if area in nickname else (f"{adj} район", "variant")
        elif how == "misspelt":
            text = slips[area][int(chance * 4)]
        elif how == "outside":
            text = _OUTSIDE[int(chance * len(_OUTSIDE))]
        belongs = None if how in ("outside", "blank") else area
        entry = truth.setdefault(text, {"area": belongs, "how": how, "n": 0})
        entry["n"] = int(str(entry["n"])) + 1
        spelled.append(text)
    return spelled, dict(sorted(truth.items()))


def _misspell(text: str, where: float, what: float) -> str:
    """Lose, double or swap a letter inside the first word, never its first one."""
    at = 1 + int(where * (text.index(" ") - 3))
    if what < 0.34:
        return text[:at] + text[at + 1 :]
    if what < 0.67:
        return text[: at + 1] + text[at:]
    swapped = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return swapped if swapped != text else text[:at] + text[at + 1 :]


def _addresses(rng: np.random.Generator, year: pd.DataFrame) -> NDArray[np.object_]:
    """Write addresses in the three ways that clerks do."""
    way = rng.random(len(year))
    rows = zip(year["street"], year["kind"], year["house"], way, strict=True)
    texts = []
    for street, kind, house, chance in rows:
        label = street_label_ru(street, kind)
        if chance < 0.8:
            texts.append(f"{label}, д. {house}")
        elif chance < 0.93:
            texts.append(f"{label} {house}")
        else:
            texts.append(f"{label.split(' ', 1)[1]} {label.split(' ', 1)[0]}, {house}")
    return np.array(texts, dtype=object)


def _victims(rng: np.random.Generator, year: pd.DataFrame) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Name a victim where a person is one; shops and the state have none."""
    people = make_names(rng, 1800)
    first = [cyrillic(name) for name in make_names(rng, 40)]
    family, given = (rng.random(len(year)) * 1800).astype(int), (rng.random(len(year)) * 40).astype(int)
    person = ~year["offence"].isin(["Shop theft", "Drug possession"]).to_numpy()
    names = [f"{cyrillic(people[f])} {first[g]}" for f, g in zip(family, given, strict=True)]
    numbers = [f"9900{f:04d}{g:02d}00" for f, g in zip(family, given, strict=True)]
    return (
        np.where(person, np.array(names, dtype=object), ""),
        np.where(person, np.array(numbers, dtype=object), ""),
    )
