"""
The register as the police of Kelovar keep it: what is written of each recorded event.

One table of values first (`make_register`), then two files of it: an English one with coordinates and a
Russian one, older in style, with addresses and districts only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from pyproj import Transformer

from .city import CRS, DISTRICTS
from .incidents import START
from .names import cyrillic
from .offences import OFFENCES
from .spans import known_spans

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .city import City
    from .incidents import Incidents

__all__ = ["COLUMNS", "NO_PLACE", "clock", "english_table", "lonlat", "make_register"]

COLUMNS = (
    *("incident_no", "offence", "article", "reported_at", "occurred_from", "occurred_to", "origin"),
    *("longitude", "latitude", "address", "district", "beat", "premises", "loss_telar", "status"),
)
NO_PLACE = 0.35
"""Share of frauds that happened on the phone or online: a district of the victim, no place."""

_KINDS = {"avenue": "Avenue", "embankment": "Embankment", "street": "Street", "lane": "Lane"}
_KINDS_RU = {"avenue": "пр-т", "embankment": "наб.", "street": "ул.", "lane": "пер."}


def lonlat(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Turn metres into degrees with six decimals (about 0.1 m)."""
    lon, lat = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True).transform(x, y)
    return np.round(lon, 6), np.round(lat, 6)


def make_register(rng: np.random.Generator, city: City, incidents: Incidents) -> pd.DataFrame:
    """
    Write down every recorded event, without any slip of the pen.

    Parameters
    ----------
    rng
        Source of chance.
    city, incidents
        Where and what.

    Returns
    -------
    DataFrame
        One row an event in the order of reporting, values not yet text: ``event`` ``incident_no`` ``offence``
        ``reported`` ``start`` ``end`` ``written`` ``origin`` ``longitude`` ``latitude`` ``street`` ``kind``
        ``house`` ``district`` ``premises`` ``loss`` ``status`` ``beat``.
    """
    events = incidents.events[incidents.events["recorded"]].reset_index(drop=True)
    kinds = {item.name: item for item in OFFENCES}
    style = np.array([kinds[name].span for name in events["offence"]], dtype=object)
    discovered = events["discovered"].to_numpy()
    spans = known_spans(rng, events["moment"].to_numpy(), style, discovered)
    places = city.addresses.iloc[events["address"].to_numpy()].reset_index(drop=True)
    lon, lat = lonlat(places["x"].to_numpy(), places["y"].to_numpy())
    written = places.drop(columns=["x", "y", "segment"])
    table = pd.concat([events[["event", "offence"]], spans, written], axis=1)
    table["origin"] = np.where(discovered, "discovered", "reported")
    table["longitude"], table["latitude"] = lon, lat
    known_end = table[["start", "end"]].max(axis=1).to_numpy()
    delay = np.where(discovered, 10, np.floor(rng.exponential(170, len(table)) + 5)).astype(np.int64)
    table["reported"] = np.maximum(known_end, events["moment"].to_numpy()) + delay
    table["loss"] = _losses(rng, table["offence"])
    table["status"] = _status(rng, discovered)
    table["beat"] = _beats(table["district"], places["x"].to_numpy(), places["y"].to_numpy())
    nowhere = (table["offence"] == "Fraud").to_numpy() & (rng.random(len(table)) < NO_PLACE)
    table["nowhere"] = nowhere
    table = table.sort_values(["reported", "event"], kind="stable", ignore_index=True)
    year = pd.DatetimeIndex(_stamp(table["reported"])).year
    number = table.groupby(year).cumcount() + 1
    table["incident_no"] = [f"K{y % 100:02d}-{i:05d}" for y, i in zip(year, number, strict=True)]
    return table


def english_table(register: pd.DataFrame) -> pd.DataFrame:
    """
    Lay the register out as the English file: text only, columns as in `COLUMNS`.

    Parameters
    ----------
    register
        From `make_register`.

    Returns
    -------
    DataFrame
        Text in every cell, empty where nothing is known.
    """
    table = pd.DataFrame({"incident_no": register["incident_no"], "offence": register["offence"]})
    table["article"] = register["offence"].map({item.name: item.article for item in OFFENCES})
    table["reported_at"] = clock(register["reported"])
    table["occurred_from"], table["occurred_to"] = _written(register)
    table["origin"] = register["origin"]
    somewhere = ~register["nowhere"].to_numpy()
    table["longitude"] = _where(somewhere, [f"{value:.6f}" for value in register["longitude"]])
    table["latitude"] = _where(somewhere, [f"{value:.6f}" for value in register["latitude"]])
    table["address"] = _where(somewhere, english_address(register))
    table["district"] = register["district"]
    table["beat"] = _where(somewhere, register["beat"])
    table["premises"] = _where(somewhere, register["premises"])
    table["loss_telar"] = [str(value) if value > 0 else "" for value in register["loss"]]
    table["status"] = register["status"]
    return table[list(COLUMNS)]


def english_address(register: pd.DataFrame) -> list[str]:
    """Return addresses as ``14 Tarimir Street``."""
    rows = zip(register["house"], register["street"], register["kind"], strict=True)
    return [f"{house} {street} {_KINDS[kind]}" for house, street, kind in rows]


def street_label(street: str, kind: str) -> str:
    """Return a street's name with its kind, as on a map."""
    return f"{street} {_KINDS[kind]}"


def street_label_ru(street: str, kind: str) -> str:
    """Return a street's Russian name with its kind shortened: ``ул. Таримир``."""
    return f"{_KINDS_RU[kind]} {cyrillic(street)}"


def _where(keep: NDArray[np.bool_], values: object) -> NDArray[np.object_]:
    return np.where(keep, np.array(values, dtype=object), "")


def _stamp(minutes: pd.Series) -> NDArray[np.datetime64]:
    stamps: NDArray[np.datetime64] = START + minutes.to_numpy().astype("timedelta64[m]")
    return stamps


def clock(minutes: pd.Series) -> list[str]:
    """Write minutes since the start as ``2023-04-23 12:30``."""
    return [text.replace("T", " ") for text in np.datetime_as_string(_stamp(minutes), unit="m")]


def _written(register: pd.DataFrame) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Write starts and ends: only the day where only the day is known, nothing where no end is."""
    start = np.array(clock(register["start"]), dtype=object)
    end = np.array(clock(register["end"].clip(lower=0)), dtype=object)
    day = (register["written"] == "day").to_numpy()
    start[day] = [text[:10] for text in start[day]]
    end[day] = [text[:10] for text in end[day]]
    end[(register["end"] < 0).to_numpy()] = ""
    return start, end


def _losses(rng: np.random.Generator, offence: pd.Series) -> NDArray[np.int64]:
    median = offence.map({item.name: item.loss for item in OFFENCES}).to_numpy()
    drawn = median * np.exp(0.8 * rng.standard_normal(len(offence)))
    rounded: NDArray[np.int64] = (np.round(drawn / 10) * 10).astype(np.int64)
    return rounded


def _status(rng: np.random.Generator, discovered: NDArray[np.bool_]) -> NDArray[np.object_]:
    chance = rng.random(len(discovered))
    plain = np.select([chance < 0.16, chance < 0.62], ["solved", "suspended"], "open")
    return np.where(discovered, np.where(chance < 0.85, "solved", "open"), plain).astype(object)


def _beats(district: pd.Series, x: NDArray[np.float64], y: NDArray[np.float64]) -> list[str]:
    """Give each district two beats, east and west of its middle."""
    middle = pd.Series(x).groupby(district.to_numpy()).transform("median").to_numpy()
    codes = {area: number for number, area in enumerate(DISTRICTS, start=1)}
    return [f"{codes[area]}{'A' if east else 'B'}" for area, east in zip(district, x > middle, strict=True)]
