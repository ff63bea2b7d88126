"""A small register of seizures for the tests of the route assessment: three countries, three links, one secret."""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["SECRET_DAY", "SECRET_ID", "SECRET_PLACE", "places", "register", "roads"]

SECRET_ID, SECRET_PLACE, SECRET_DAY = "ZD-77-41903", "Kishlak Torvelim", "2024-03-09"
"""One seizure that must not be told: alone on its link, far heavier than all others."""
_TOWNS = [("Osgonok", "town", "XB", 66.2, -37.2), ("Kelovar", "town", "XA", 67.25, -35.33)]
_TOWNS += [("Ruvalek", "town", "XC", 69.4, -33.1)]
_POSTS = [("Murgosin", "post", "XB", 66.35, -36.45), ("Umrilek", "post", "XB", 64.85, -36.1)]
_POSTS += [("Salvamet", "post", "XA", 69.35, -34.15)]


def register(n: int = 150, *, seed: int = 5) -> pd.DataFrame:
    """Invent seizures of heroin: XB to XA, XA to XC, and the secret one from XC to XB."""
    rng = np.random.default_rng(seed)
    inward = rng.random(n) < 0.55
    day = pd.Timestamp("2023-01-05") + pd.to_timedelta(rng.integers(0, 900, n), unit="D")
    rows = pd.DataFrame(
        {
            "number": [f"ZD-{i:02d}-{10_000 + 7 * i}" for i in range(n)],
            "SEIZURE_DATE": day.strftime("%Y-%m-%d"),
            "COUNTRY": np.where(inward, "XA", "XC"),
            "PLACE": np.where(inward, rng.choice(["Murgosin", "Umrilek"], n, p=[0.7, 0.3]), "Salvamet"),
            "DRUG_NAME": "Heroin",
            "AMOUNT": rng.lognormal(1, 0.6, n).round(3),
            "DRUG_UNIT": "Kilogram",
            "DEPARTURE_COUNTRY": np.where(inward, "XB", "XA"),
            "DESTINATION_COUNTRY": np.where(inward, "XA", "XC"),
        }
    )
    secret = [SECRET_ID, SECRET_DAY, "XB", SECRET_PLACE, "Heroin", 48.513, "Kilogram", "XC", "XB"]
    return pd.concat([rows, pd.DataFrame([secret], columns=rows.columns)], ignore_index=True)


def roads() -> pd.DataFrame:
    """Return the roads: two from XB to XA, one on to XC."""
    ends = [("Osgonok", "Murgosin", 103), ("Murgosin", "Kelovar", 181), ("Osgonok", "Umrilek", 190)]
    ends += [("Umrilek", "Kelovar", 240), ("Kelovar", "Salvamet", 285), ("Salvamet", "Ruvalek", 142)]
    return pd.DataFrame(ends, columns=["source", "target", "km"])


def places() -> pd.DataFrame:
    """Return the towns and posts of the roads."""
    table = pd.DataFrame([*_TOWNS, *_POSTS], columns=["node", "kind", "country", "lon", "lat"])
    table["other_country"] = table["node"].map({"Murgosin": "XA", "Umrilek": "XA", "Salvamet": "XC"})
    return table
