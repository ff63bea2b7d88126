"""Data of one variant: a small file of calls and a table of counts."""

from __future__ import annotations

import random

DISTRICTS = ("Tesvar", "Lomiran", "Gumrel")


def make(variant: int, seed: int) -> dict[str, str]:
    """Return name and text of each file; the same seed gives the same bytes."""
    draw = random.Random(seed)
    rows = ["call,caller,district,x,y"]
    for number in range(1, 25):
        district = draw.choice((*DISTRICTS, ""))
        x, y = 520_000 + draw.randrange(4000), 6_088_000 + draw.randrange(4000)
        rows.append(f"C{number:02d},A{draw.randrange(8)},{district},{x},{y}")
    table = [
        [draw.randrange(1, 4) if (i + j) % 2 else draw.randrange(8, 30) for j in range(3)] for i in range(3)
    ]
    counts = ["district,morning,day,evening,total"]
    counts += [
        f"{name},{','.join(map(str, row))},{sum(row)}" for name, row in zip(DISTRICTS, table, strict=True)
    ]
    sums = [sum(column) for column in zip(*table, strict=True)]
    counts.append(f"total,{','.join(map(str, sums))},{sum(sums)}")
    return {"calls.csv": "\n".join(rows) + "\n", "counts.csv": "\n".join(counts) + "\n"}
