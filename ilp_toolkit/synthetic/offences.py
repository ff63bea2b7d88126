"""
The offences of the invented register: how many, where, when, and how their time is known.

The numbers are set by hand so that the pictures are clear; they describe no real place. Winter is
December to February, as in the countries for which the course was first written.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["OFFENCES", "Offence"]


def _hours(*knots: tuple[int, float]) -> tuple[float, ...]:
    """Fill 24 hourly weights from a few (hour, weight) knots, joined by straight lines around midnight."""
    at = np.array([hour for hour, _ in knots], dtype=float)
    weight = np.array([value for _, value in knots])
    filled = np.interp(np.arange(24.0), at, weight, period=24)
    return tuple(float(round(value, 4)) for value in filled)


@dataclass(frozen=True)
class Offence:
    """What is planted for one offence."""

    name: str
    name_ru: str
    article: str
    occurred: int
    """Expected number of events in three years, reported or not, hot addresses and hot spots included."""
    premises: dict[str, float]
    """Weight of each kind of address."""
    months: tuple[float, ...]
    weekdays: tuple[float, ...]
    """Monday first."""
    hours: tuple[float, ...]
    span: str
    """How the time is known: ``absence``, ``parked``, ``damage``, ``moment`` or ``days``."""
    discovered: float = 0.0
    """Share that the police notice themselves."""
    loss: float = 0.0
    """Median loss in telars; 0 where nothing is taken."""


_FLAT = (1.0,) * 12
_WINTER = (1.35, 1.25, 1.1, 0.95, 0.85, 0.8, 0.85, 0.85, 0.9, 1.0, 1.15, 1.35)
_SUMMER = (0.75, 0.75, 0.9, 1.0, 1.15, 1.25, 1.3, 1.3, 1.1, 1.0, 0.8, 0.75)
_WEEK = (1.0,) * 7

OFFENCES: tuple[Offence, ...] = (
    Offence(
        "Residential burglary", "Кража из жилища", "14.1", 4300,
        {"house": 1.0, "flats": 0.75}, _WINTER, (1.0, 0.95, 0.95, 1.0, 1.25, 1.1, 0.75),
        _hours((0, 0.7), (2, 0.9), (4, 0.6), (7, 0.4), (10, 1.3), (13, 1.6), (16, 1.5), (19, 1.2), (22, 0.8)),
        "absence", loss=9000,
    ),
    Offence(
        "Theft from vehicle", "Кража из автомобиля", "14.2", 5900,
        {"house": 0.5, "flats": 1.0, "shop": 0.6, "car park": 4.0, "public": 0.6, "bar": 0.6},
        _FLAT, (1.0, 0.95, 0.95, 1.0, 1.1, 1.1, 0.95),
        _hours((0, 1.5), (3, 1.7), (5, 0.9), (8, 0.4), (12, 0.7), (17, 0.8), (20, 1.2), (22, 1.5)),
        "parked", loss=1800,
    ),
    Offence(
        "Theft of vehicle", "Угон автомобиля", "14.3", 950,
        {"house": 0.6, "flats": 1.0, "car park": 3.0, "shop": 0.3}, _FLAT, _WEEK,
        _hours((0, 1.6), (3, 1.9), (5, 1.0), (9, 0.3), (14, 0.4), (19, 0.8), (22, 1.4)),
        "parked", discovered=0.02, loss=140_000,
    ),
    Offence(
        "Shop theft", "Кража из магазина", "14.4", 4900,
        {"shop": 1.0}, (0.95, 0.9, 1.0, 1.0, 1.0, 1.0, 0.95, 0.95, 1.0, 1.0, 1.1, 1.25),
        (0.95, 0.95, 0.95, 1.0, 1.15, 1.2, 0.8),
        _hours((0, 0.0), (7, 0.0), (9, 0.5), (12, 1.1), (16, 1.6), (18, 1.7), (20, 0.9), (22, 0.1)),
        "moment", loss=350,
    ),
    Offence(
        "Robbery", "Грабёж", "15.1", 1700,
        {"house": 0.3, "flats": 0.8, "shop": 1.0, "bar": 2.0, "car park": 0.8, "public": 1.0},
        _WINTER, (0.85, 0.85, 0.85, 0.95, 1.25, 1.4, 0.95),
        _hours((0, 1.5), (2, 1.2), (5, 0.4), (9, 0.3), (14, 0.7), (18, 1.2), (21, 1.7), (23, 1.7)),
        "moment", discovered=0.03, loss=2600,
    ),
    Offence(
        "Assault", "Причинение телесных повреждений", "11.1", 4200,
        {"house": 0.25, "flats": 0.6, "shop": 0.8, "bar": 6.0, "public": 0.8},
        _SUMMER, (0.75, 0.7, 0.75, 0.85, 1.3, 1.6, 1.15),
        _hours((0, 1.9), (2, 1.8), (4, 0.7), (7, 0.2), (12, 0.6), (17, 0.9), (20, 1.3), (22, 1.8)),
        "moment", discovered=0.06,
    ),
    Offence(
        "Criminal damage", "Умышленное повреждение имущества", "17.1", 4000,
        {"house": 0.6, "flats": 0.8, "shop": 1.0, "bar": 1.2, "car park": 1.5, "public": 1.6},
        _SUMMER, (0.9, 0.85, 0.85, 0.9, 1.15, 1.3, 1.1),
        _hours((0, 1.6), (3, 1.1), (6, 0.4), (10, 0.5), (15, 0.9), (19, 1.3), (22, 1.8)),
        "damage", discovered=0.05, loss=900,
    ),
    Offence(
        "Fraud", "Мошенничество", "16.1", 2300,
        {"house": 0.8, "flats": 1.0}, _FLAT, (1.15, 1.15, 1.1, 1.1, 1.05, 0.75, 0.6),
        _hours((0, 0.1), (6, 0.1), (10, 1.3), (14, 1.4), (18, 1.1), (21, 0.5)),
        "days", loss=12_000,
    ),
    Offence(
        "Drug possession", "Незаконное хранение наркотиков", "31.1", 1500,
        {"flats": 0.6, "shop": 0.4, "bar": 1.5, "public": 1.0, "car park": 0.8},
        _FLAT, (0.8, 0.95, 1.0, 1.05, 1.3, 1.2, 0.7),
        _hours((0, 1.4), (2, 0.9), (4, 0.2), (8, 0.2), (13, 0.8), (16, 1.0), (19, 1.3), (22, 1.7)),
        "moment", discovered=0.93,
    ),
)  # fmt: skip
"""Every offence of the register, in the order in which events are drawn."""
