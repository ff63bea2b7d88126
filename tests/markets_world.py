"""The invented markets as a table of listings, made from the files themselves, and their truth."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

FOLDER = Path(__file__).resolve().parents[1] / "datasets" / "markets"
GRAMS = {"g": 1.0, "mg": 0.001, "kg": 1000.0}


def listings() -> pd.DataFrame:
    """Return the table that the contract of listings asks for, with the ids of the file."""
    raw = pd.read_csv(FOLDER / "listings.csv")
    rates = pd.read_csv(FOLDER / "rates.csv").set_index(["date", "currency"])["usd"]
    rate = rates.reindex(pd.MultiIndex.from_frame(raw[["snapshot_date", "currency"]])).to_numpy()
    usd = raw["price"] * np.where(raw["currency"] == "USD", 1.0, rate)
    days = {text for shown in raw["feedback_dates"].dropna() for text in shown.split(";")}
    stamp = {text: pd.Timestamp(text) for text in days}
    table = pd.DataFrame(
        {
            "market": raw["market_id"],
            "snapshot_date": pd.to_datetime(raw["snapshot_date"]),
            "listing_id": raw["listing_id"],
            "vendor_id": raw["vendor_id"],
            "substance": raw["substance_class"],
            "quantity_g": raw["qty_value"] * raw["qty_unit"].map(GRAMS),
            "units": raw["qty_value"].where(~raw["qty_unit"].isin(GRAMS)),
            "price_usd": usd,
            "ships_from": raw["ships_from"].replace("undeclared", np.nan),
            "ships_to": [
                () if text == "undeclared" else tuple(str(text).split(";")) for text in raw["ships_to"]
            ],
            "purity_claimed": raw["purity_claimed"],
            "n_feedback": raw["feedback_n_shown"],
            "feedback_censored": raw["feedback_n_shown"] >= 20,
            "feedback_dates": [
                tuple(stamp[day] for day in text.split(";")) if isinstance(text, str) else ()
                for text in raw["feedback_dates"]
            ],
            "pgp_id": raw["pgp_id"],
        }
    )
    return pd.concat([table, raw[[f"style_{number}" for number in range(1, 9)]]], axis=1)


def truth(name: str) -> pd.DataFrame:
    """Return a table of the truth."""
    return pd.read_csv(FOLDER / "truth" / f"{name}.csv")


def events() -> dict[str, Any]:
    """Return what was planted."""
    found: dict[str, Any] = json.loads((FOLDER / "truth" / "events.json").read_text(encoding="utf-8"))
    return found
