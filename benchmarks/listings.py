"""
Reading a dump of listings with every check, against pandas that reads the file and checks nothing.

Invented rows of the form of a dump: titles with amounts, descriptions of a few hundred letters with line
breaks, prices in coins, free text for places, dates. The peer does `read_csv`, `to_datetime`, one pattern
for grams and one for the price. Run with `python -m benchmarks.listings`.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
ROWS = 100_000
KEY = b"a key for the benchmark, long enough"


def ours(path: str, rates: str) -> Callable[[], Any]:
    from ilp_toolkit.collection.listings import read_listings

    def work() -> None:
        intake = read_listings(path, rates=rates, key=KEY)
        assert len(intake.table) + len(intake.rejected) == ROWS

    return work


def pandas_without_a_check(path: str, rates: str) -> Callable[[], Any]:
    import pandas as pd

    def work() -> None:
        table = pd.read_csv(path)
        table["Date"] = pd.to_datetime(table["Date"])
        table["grams"] = table["Item"].str.extract(r"(\d+(?:\.\d+)?) ?g\b")[0].astype(float)
        coins = table["Price"].str.extract(r"BTC (\d+\.\d+)")[0].astype(float)
        usd = pd.read_csv(rates).set_index("date")["usd"]
        table["usd"] = coins * table["Date"].dt.strftime("%Y-%m-%d").map(usd)
        assert len(table) == ROWS

    return work


def write_invented(folder: Path) -> tuple[Path, Path]:
    """Write a dump and its rates."""
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(1)
    days = pd.date_range("2024-01-01", periods=52, freq="7D").strftime("%Y-%m-%d").to_numpy()
    goods = np.array(["hash", "cocaine", "MDMA", "speed", "гашиш", "мефедрон", "LSD blotters", "weed"])
    sizes = np.array(["1 g", "3.5 g", "10 x 2g", "1/4 oz", "25 pills @ 120 mg", "100 mg", "1-5 g", "0,5 г"])
    words = np.array(
        ["quality", "fast", "stealth", "new", "batch", "ask", "before", "order", "safe", "thanks"]
    )
    kinds, amounts = goods[rng.integers(0, 8, 8000)], sizes[rng.integers(0, 8, 8000)]
    titles = [f"{kinds[n]} {amounts[n]} no {n}" for n in range(8000)]
    texts = [" ".join(words[rng.integers(0, 10, 50)]) + f"\nlot {n}" for n in range(8000)]
    item = rng.integers(0, 8000, ROWS)
    places = np.array(["USA", "From: Germany To: Worldwide", "undeclared", "EU", "China", "UK", ""])
    dump = pd.DataFrame(
        {
            "Vendor": [f"seller{n}" for n in item % 900],
            "Item": np.array(titles, dtype=object)[item],
            "Item Description": np.array(texts, dtype=object)[item],
            "Category": np.array(["Drugs/Cannabis/Hash", "Drugs/Stimulants/Speed", "Services"])[item % 3],
            "Price": [f"BTC {value:.6f}" for value in rng.lognormal(-3, 1, ROWS)],
            "Origin": places[item % 7],
            "Destination": places[(item + 3) % 7],
            "Date": days[rng.integers(0, 52, ROWS)],
        }
    )
    dump.to_csv(folder / "dump.csv", index=False)
    pd.DataFrame({"date": days, "currency": "BTC", "usd": 400.0}).to_csv(folder / "rates.csv", index=False)
    return folder / "dump.csv", folder / "rates.csv"


def main() -> None:
    from .measure import HEADER, paired

    print(HEADER)
    with tempfile.TemporaryDirectory() as folder:
        path, rates = write_invented(Path(folder))
        pairs = paired(ours, pandas_without_a_check, args=(str(path), str(rates)))
        print(pairs.line(f"read_listings, {ROWS:,} rows"), flush=True)


if __name__ == "__main__":
    if __package__:
        main()
    else:
        sys.exit(subprocess.call([sys.executable, "-m", "benchmarks.listings", *sys.argv[1:]], cwd=ROOT))
