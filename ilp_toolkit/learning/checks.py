"""
Special checks: the learner's product is attacked, not compared.

Of a table in which cells were hidden, or a text in which passages were blacked out, many versions are good.
What counts is whether a victim can be found in it, and how much was hidden without need.
"""

from __future__ import annotations

import csv
import functools
import itertools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ..errors import DisclosureError, InputError
from ..i18n import _, plural
from ._kinds import KeyFaultError, chosen
from ._plain import AnswerError
from .graders import kappa
from .items import Item
from .marks import Mark, Part, mark

__all__ = ["CHECKS", "kappa", "ordering", "redaction_leaks", "suppression_attack"]

Counts = tuple[tuple[int, ...], ...]
Place = tuple[int, int]
_CELLS = 2_000
"""Cells of a table that is attacked."""


def suppression_attack(item: Item, answer: Any, _key: Any, data: Path | None) -> Mark:
    """
    Attack a table of counts with totals in which the learner hid cells.

    `params`: ``threshold`` (the smallest count above zero that may be seen; the policy's if missing). The
    item's `rows_from` names the table in `data`: first column the rows' names, last row and last column the
    totals.

    A count below the threshold that is visible, or that follows from what is visible, costs all points; one
    of which a reader can tell that it is below the threshold costs half. The rest goes by utility: full
    where no more cells are hidden than in a pattern that the toolkit finds, nothing where all are.
    """
    rows, columns, counts = _counts(data, item.rows_from)
    threshold = item.params.get("threshold") or _policy_minimum()
    hidden = _hidden(answer, rows, columns)
    small = [(r, c) for r, line in enumerate(counts) for c, n in enumerate(line) if 0 < n < threshold]
    names = {(r, c): f"{rows[r]}, {columns[c]}" for r in range(len(rows)) for c in range(len(columns))}
    visible = [place for place in small if place not in hidden]
    if visible:
        words = plural(
            "{n} count below {threshold} is still visible: {first}.",
            "{n} counts below {threshold} are still visible, first: {first}.",
            len(visible),
        )
        said = words.format(n=len(visible), threshold=threshold, first=names[visible[0]])
        return mark(item, 0.0, [said], [Part(names[each], False) for each in visible])
    ranges = _ranges(counts, hidden, small)
    known = [place for place in small if ranges[place][0] == ranges[place][1]]
    if known:
        comments = [_reappears(place, hidden, rows, columns) for place in known[:3]]
        return mark(item, 0.0, comments, [Part(names[each], False) for each in known])
    comments = []
    told_small = [place for place in small if ranges[place][1] < threshold]
    if told_small:
        words = plural(
            "A reader can still tell that {n} hidden count is below {threshold}: {first}.",
            "A reader can still tell that {n} hidden counts are below {threshold}, first: {first}.",
            len(told_small),
        )
        comments.append(words.format(n=len(told_small), threshold=threshold, first=names[told_small[0]]))
    best = _fewest(counts, threshold)
    needless = max(0, len(hidden) - best)
    if needless:
        words = plural(
            "{n} cell more is hidden than needed; the reader loses it.",
            "{n} cells more are hidden than needed; the reader loses them.",
            needless,
        )
        comments.append(words.format(n=needless))
    share = 1 - needless / max(1, len(names) - best)
    return mark(item, share * (0.5 if told_small else 1), comments)


def _policy_minimum() -> int:
    from ..direction.policy import load

    return load().cells.minimum_count


def _rows_of(data: Path | None, name: str) -> list[list[str]]:
    """Read a small CSV file of the variant."""
    if data is None or not name:
        raise KeyFaultError("the check needs the data of the variant")
    try:
        with (Path(data) / name).open(encoding="utf-8-sig", newline="") as file:
            return [[cell.strip() for cell in line] for line in csv.reader(file) if line]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise KeyFaultError(str(error)) from None


def _counts(data: Path | None, name: str) -> tuple[list[str], list[str], Counts]:
    lines = _rows_of(data, name)
    try:
        counts = tuple(tuple(map(int, line[1:])) for line in lines[1:])
    except ValueError:
        raise KeyFaultError("the table holds more than counts") from None
    columns, rows = lines[0][1:], [line[0] for line in lines[1:]]
    whole = bool(counts) and all(len(line) == len(columns) for line in counts)
    if not whole or not 4 <= len(rows) * len(columns) <= _CELLS:
        raise KeyFaultError("the table is no table of counts")
    fits = all(sum(line[:-1]) == line[-1] for line in counts)
    if not fits or any(sum(column[:-1]) != column[-1] for column in zip(*counts, strict=True)):
        raise KeyFaultError("the totals are not the sums of their parts")
    return rows, columns, counts


def _hidden(answer: Any, rows: Sequence[str], columns: Sequence[str]) -> frozenset[Place]:
    """Read which cells the learner hid."""
    at_row, at_column = ({name: at for at, name in enumerate(names)} for names in (rows, columns))
    found = set()
    if type(answer) is not list:
        raise AnswerError(_("The answer is not in the form in which answers are recorded."))
    for pair in answer:
        fine = type(pair) is list and len(pair) == 2 and all(type(each) is str for each in pair)
        if not fine or pair[0] not in at_row or pair[1] not in at_column:
            raise AnswerError(_("The answer hides a cell that the table does not have."))
        found.add((at_row[pair[0]], at_column[pair[1]]))
    return frozenset(found)


def _ranges(
    counts: Counts, hidden: frozenset[Place], places: Sequence[Place]
) -> dict[Place, tuple[float, float]]:
    """Return for some hidden cells the smallest and the largest value that fits what is visible."""
    import numpy as np
    from scipy import sparse

    from ..dissemination import attacker

    height, width = len(counts), len(counts[0])
    equations = np.zeros((height + width, height * width))
    for r, c in itertools.product(range(height), range(width)):
        equations[r, r * width + c] = -1 if c == width - 1 else 1
        equations[height + c, r * width + c] = -1 if r == height - 1 else 1
    lower = np.array(
        [[0 if (r, c) in hidden else n for c, n in enumerate(line)] for r, line in enumerate(counts)]
    )
    upper = np.where(
        [[(r, c) in hidden for c in range(width)] for r in range(height)],
        np.inf,
        np.array(counts, dtype=float),
    )
    reader = attacker.Reader(
        sparse.csr_array(equations), np.zeros(height + width), lower.ravel().astype(float), upper.ravel()
    )
    cells = np.array([r * width + c for r, c in places], dtype=np.int64)
    low, high = attacker.bounds(reader, cells)
    return {place: (float(a), float(b)) for place, a, b in zip(places, low, high, strict=True)}


def _reappears(place: Place, hidden: frozenset[Place], rows: list[str], columns: list[str]) -> str:
    """Say how a hidden count is worked out again."""
    r, c = place
    name = f"{rows[r]}, {columns[c]}"
    if sum(row == r for row, _column in hidden) == 1:
        words = _("{cell} reappears: it is the only hidden cell in the row {row}, total less the rest.")
        return words.format(cell=name, row=rows[r])
    if sum(column == c for _row, column in hidden) == 1:
        words = _("{cell} reappears: it is the only hidden cell in the column {column}, total less the rest.")
        return words.format(cell=name, column=columns[c])
    words = _("{cell} reappears when several rows and columns are subtracted from each other.")
    return words.format(cell=name)


@functools.lru_cache(maxsize=64)
def _fewest(counts: Counts, threshold: int) -> int:
    """Return how many cells a good pattern hides; the small ones alone where none can be found."""
    import pandas as pd

    from ..dissemination.suppression import suppress

    inside = pd.DataFrame([line[:-1] for line in counts[:-1]])
    small = sum(0 < n < threshold for line in counts for n in line)
    if not small:
        return 0
    try:
        done = suppress(inside, minimum=threshold, seconds=5.0)
    except (DisclosureError, InputError):
        return small
    return done.primary + done.secondary


def redaction_leaks(item: Item, answer: Any, key: Any, _data: Path | None) -> Mark:
    """
    Look for a person who can still be told in a text with passages blacked out.

    `params`: ``direct`` (passages that identify alone; those with ``hide = true`` if missing),
    ``combination`` (lists of passages that identify together where all of a list stay readable). Where the
    item has several texts, the key says which of them was asked.

    A leak costs all points. Without one, each passage that was blacked out beyond what is needed costs its
    share of all that might have stayed.
    """
    item = item.form_of(key)
    spans = {span.id: span for span in item.span}
    direct = set(item.params.get("direct") or [span.id for span in item.span if span.hide])
    together = [frozenset(each) for each in item.params.get("combination", ())]
    if not direct | frozenset().union(*together) <= set(spans) or not all(together):
        raise KeyFaultError("params name passages that the text does not have")
    black = set(chosen(answer, set(spans)))
    comments, parts = (
        [],
        [
            Part(one, one in direct or any(one in c for c in together), spans[one].why)
            for one in sorted(black)
        ],
    )
    left = sorted(direct - black)
    if left:
        words = plural(
            "{n} passage that identifies a person by itself is still readable.",
            "{n} passages that identify a person by themselves are still readable.",
            len(left),
        )
        comments.append(words.format(n=len(left)))
    open_together = [each for each in together if not each & black]
    if open_together:
        words = plural(
            "The person can be told from {n} combination of details that stayed readable.",
            "The person can be told from {n} combinations of details that stayed readable.",
            len(open_together),
        )
        comments.append(words.format(n=len(open_together)))
    if comments:
        if item.practice:
            named = [*left, *sorted(frozenset().union(*open_together))]
            comments.extend(spans[one].why for one in named)
        return mark(item, 0.0, comments, parts)
    free = set(spans) - direct
    needed = _smallest([each - direct for each in together if not each & direct])
    needless = len(black & free) - needed
    if needless > 0:
        words = plural(
            "{n} passage was blacked out without need.",
            "{n} passages were blacked out without need.",
            needless,
        )
        comments.append(words.format(n=needless))
        comments.extend(part.comment for part in parts if not part.right)
    return mark(item, 1 - max(0, needless) / max(1, len(free) - needed), comments, parts)


def _smallest(groups: list[frozenset[str]]) -> int:
    """Return how many passages must go so that none of the groups stays whole."""
    names = sorted(frozenset[str]().union(*groups))
    if len(names) > 16:
        raise KeyFaultError("the combinations name more than 16 passages")
    for size in range(len(names) + 1):
        for some in itertools.combinations(names, size):
            if all(group & set(some) for group in groups):
                return size
    return len(names)


def ordering(item: Item, answer: Any, _key: Any, _data: Path | None) -> Mark:
    """
    Score an order of which several are right.

    `params`: ``before`` (pairs of steps, the first of which must come first) and ``cycle`` (true: only who
    follows whom counts, and the last is followed by the first).
    """
    steps = {step.id: step for step in item.step}
    mine = chosen(answer, set(steps))
    place = {one: at for at, one in enumerate(mine)}
    if item.params.get("cycle"):
        right = [step.id for step in item.step]
        pairs = list(zip(right, [*right[1:], right[0]], strict=True))
        follows = dict(zip(mine, [*mine[1:], mine[0]], strict=True))
        met = [follows.get(a) == b for a, b in pairs]
    else:
        pairs = [tuple(pair) for pair in item.params.get("before", ())]
        if not pairs or not all(len(pair) == 2 and set(pair) <= set(steps) for pair in pairs):
            raise KeyFaultError("params name no order")
        met = [a in place and b in place and place[a] < place[b] for a, b in pairs]
    words = _("{n} of {all} conditions of the order are met.")
    comments = [] if all(met) else [words.format(n=sum(met), all=len(met))]
    if len(mine) < len(steps):
        comments.append(_("Not all steps are placed."))
    if item.practice and not all(met):
        comments.append(steps[pairs[met.index(False)][1]].why)
    share = sum(met) / len(met)
    return mark(item, share if len(mine) == len(steps) else min(share, 0.99), comments)


CHECKS: dict[str, Callable[[Item, Any, Any, Path | None], Mark]] = {
    "suppression_attack": suppression_attack,
    "redaction_leaks": redaction_leaks,
    "kappa": kappa,
    "ordering": ordering,
}
"""The special checks by the name that an item gives in `check`."""
