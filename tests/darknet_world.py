"""A few accounts on three markets for the tests of the assessment of listings, with secrets that must not leave."""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["CLOSED", "MARKETS", "RATES", "SECRETS", "listings"]

MARKETS = ("Borzekal", "Lunimet", "Zormilet")
"""The second closes; names are long enough to be looked for."""
CLOSED = "2025-04-07"
SECRETS = {
    "vendor": "solgan_the_quick",
    "listing": "LST-SECRET-4471",
    "key": "9F3A77C1B2D4E5F60718",
    "title": "Morning dew of the valley",
    "address": "mzkqzzp2b4wqk6yd.onion",
    "mail": "quick@solgan.example",
}
"""What one row holds: it stands in no file that leaves."""
RATES = pd.DataFrame({"date": ["2025-01-01", "2025-12-31"], "ZLM": [20.0, 20.0]})
_USD = {"heroin": 40.0, "cannabis_resin": 8.0}


def listings(accounts: int = 36, *, snapshots: int = 16, seed: int = 3) -> pd.DataFrame:
    """Invent listings of two substances; the first account carries the secrets and sells nearly all opium."""
    rng = np.random.default_rng(seed)
    days = pd.date_range("2025-01-06", periods=snapshots, freq="14D")
    rows = []
    for k in range(accounts):
        market = MARKETS[k % 3]
        vendor = SECRETS["vendor"] if k == 0 else f"seller-number-{k:03d}"
        start = int(rng.integers(0, max(1, snapshots // 3))) if k % 4 else 0
        for j in range(3):
            drug = "opium" if k == 0 and j else ["heroin", "cannabis_resin"][(k + j) % 2]
            grams = float(rng.choice([1, 2, 10, 20]))
            usd = _USD.get(drug, 5.0) * grams**0.8 * float(rng.normal(1, 0.08))
            number = SECRETS["listing"] if (k, j) == (0, 0) else f"LST-{k:03d}-{j}-77"
            feedback = 0
            for place, day in enumerate(days):
                gone = market == MARKETS[1] and day >= pd.Timestamp(CLOSED)
                feedback += int(rng.poisson(1.5))
                if place < start or gone or rng.random() < 0.3:
                    continue
                rows.append(
                    {
                        "market": market, "snapshot_date": f"{day:%Y-%m-%d}", "listing_id": number,
                        ""
                        "vendor": vendor, "title": f"{SECRETS['title']} {drug}" if k == 0 else f"{drug} {grams:g} g",
                        "description": f"ask {SECRETS['mail']} or {SECRETS['address']}" if k == 0 else "",
                        "substance": drug, "quantity": grams, "unit": "g", "price": round(usd, 2),
                        "currency": "USD", "ships_from": ["XA", "XB", "XC"][k % 3] if k % 5 else "",
                        "ships_to": ["XC", "worldwide", "XA"][j], "n_feedback": min(feedback, 20),
                        "purity": "90%" if j == 0 else "",
                        "pgp": SECRETS["key"] if k == 0 else f"K{k:04d}AB77",
                        "style_1": round(float(k % 7 + rng.normal(0, 0.2)), 2),
                        "style_2": round(float(k % 5 + rng.normal(0, 0.2)), 2),
                    }
                )  # fmt: skip
    return pd.DataFrame(rows)
