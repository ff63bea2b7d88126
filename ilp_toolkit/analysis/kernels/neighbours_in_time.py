"""
Neighbours in space and time: counting them, joining them to groups, and who came first.

Events are sorted by cell (as wide as the distance asked for) and by time within it, so the neighbours of an
event lie in nine short runs. Each pass walks those runs again instead of keeping a list of neighbours:
memory stays a few numbers an event, however many share one address.
"""

# ruff: noqa: PLR0912, PLR0917 - compiled loops take arrays one by one and hold their branches themselves

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._compile import compiled
from .near_pairs import cells

__all__ = ["clusters", "order_in_series"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Positions = NDArray[np.int32]


def clusters(
    x: Floats, y: Floats, time: Integers, *, distance: float, duration: int, min_points: int
) -> tuple[Positions, NDArray[np.bool_]]:
    """
    Group events by density (DBSCAN) with a neighbourhood in space and in time.

    Returns a group for each event (-1 for none), numbered from 0 by first event in time, and which are core.
    """
    order, runs = _runs(x, y, time, distance)
    x, y, t = x[order], y[order], time[order]
    reach = distance * distance
    core = _count(x, y, t, *runs, reach, duration, min_points) >= min_points
    group = _join(x, y, t, *runs, reach, duration, core, order)
    del x, y, runs
    _number_by_first_event(group, t, order)
    return _in_rows(group, order), _in_rows(core, order)


def order_in_series(
    x: Floats,
    y: Floats,
    time: Integers,
    start: Integers,
    end: Integers,
    *,
    distance: float,
    duration: int,
    same: float,
) -> tuple[NDArray[np.bool_], ...]:
    """Say whether a neighbour at the same place came before, any neighbour did, and any came after."""
    order, runs = _runs(x, y, time, distance)
    arrays = (array[order] for array in (x, y, time, start, end))
    flags = _order(*arrays, *runs, distance * distance, duration, same * same)
    back = _in_rows(flags, order)
    return back[:, 0], back[:, 1], back[:, 2]


def _runs(x: Floats, y: Floats, time: Integers, distance: float) -> tuple[Positions, tuple[Any, ...]]:
    """Sort by cell and time; for each used cell note where it and its neighbours begin."""
    number, step = cells(x, y, distance)
    order = np.lexsort((time, number)).astype(np.int32)
    number = number[order]
    first = np.flatnonzero(np.diff(number, prepend=number[:1] - 1)).astype(np.int32)
    used = number[first]
    first = np.append(first, np.int32(len(x)))
    rows = np.empty((len(used), 3), np.int32)
    for shift in range(3):
        rows[:, shift] = np.searchsorted(used, used + (shift - 1) * step - 1)
    return order, (used, first, rows, step)


def _in_rows(values: NDArray[Any], order: Positions) -> NDArray[Any]:
    """Put values back into the order of the caller's rows."""
    back = np.empty_like(values)
    back[order] = values
    return back


def _number_by_first_event(group: Positions, time: Integers, order: Positions) -> None:
    """Give the groups numbers from 0 by their first event in time, then by row, in place."""
    first = _first_events(group, time, order)
    used = np.flatnonzero(first >= 0)
    at = first[used]
    first[used[np.lexsort((order[at], time[at]))]] = np.arange(len(used))
    grouped = group >= 0
    group[grouped] = first[group[grouped]]


@compiled
def _first_events(group, t, row):  # type: ignore[no-untyped-def]
    """Return the first event of each group, under the group's number; -1 where a number is not in use."""
    first = np.full(len(group), -1, np.int32)
    for i in range(len(group)):
        g = group[i]
        if g >= 0:
            b = first[g]
            if b < 0 or t[i] < t[b] or (t[i] == t[b] and row[i] < row[b]):
                first[g] = i
    return first


@compiled
def _nearby_cells(cell, used, rows, step, found):  # type: ignore[no-untyped-def]
    """Write the numbers of the used cells around `cell`, itself included, into `found`; return how many."""
    n = 0
    for shift in range(3):
        limit = used[cell] + (shift - 1) * step + 1
        k = rows[cell, shift]
        while k < len(used) and used[k] <= limit:
            found[n] = k
            n += 1
            k += 1
    return n


@compiled
def _count(x, y, t, used, first, rows, step, reach, duration, enough):  # type: ignore[no-untyped-def]
    """Count the neighbours of each event, itself included; counting stops at `enough`."""
    count = np.zeros(len(x), np.int32)
    found = np.empty(9, np.int64)
    begin = np.empty(9, np.int64)
    for cell in range(len(used)):
        n = _nearby_cells(cell, used, rows, step, found)
        for k in range(n):
            begin[k] = first[found[k]]
        for i in range(first[cell], first[cell + 1]):
            for k in range(n):
                stop = first[found[k] + 1]
                while begin[k] < stop and t[begin[k]] <= t[i] - duration:
                    begin[k] += 1
                j = begin[k]
                while j < stop and t[j] < t[i] + duration and count[i] < enough:
                    dx, dy = x[i] - x[j], y[i] - y[j]
                    if dx * dx + dy * dy < reach:
                        count[i] += 1
                    j += 1
    return count


@compiled
def _root(parent, i):  # type: ignore[no-untyped-def]
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i


@compiled
def _join(x, y, t, used, first, rows, step, reach, duration, core, row):  # type: ignore[no-untyped-def]
    """
    Join core events that are neighbours; let each border event follow its nearest core event.

    Nearest in space, then in time, then by row: the answer does not depend on the order of the work.
    """
    parent = np.empty(len(x), np.int32)
    for i in range(len(x)):
        parent[i] = i
    follows = np.full(len(x), -1, np.int32)
    found = np.empty(9, np.int64)
    begin = np.empty(9, np.int64)
    for cell in range(len(used)):
        n = _nearby_cells(cell, used, rows, step, found)
        for k in range(n):
            begin[k] = first[found[k]]
        for i in range(first[cell], first[cell + 1]):
            best = (reach, duration, np.int64(0))
            for k in range(n):
                stop = first[found[k] + 1]
                while begin[k] < stop and t[begin[k]] <= t[i] - duration:
                    begin[k] += 1
                j = begin[k]
                while j < stop and t[j] < t[i] + duration:
                    dx, dy = x[i] - x[j], y[i] - y[j]
                    d = dx * dx + dy * dy
                    if core[j] and d < reach:
                        if core[i]:
                            if j < i:
                                a, b = _root(parent, i), _root(parent, j)
                                parent[max(a, b)] = min(a, b)
                        else:
                            rank = (d, abs(t[i] - t[j]), np.int64(row[j]))
                            if rank < best:
                                best = rank
                                follows[i] = j
                    j += 1
    group = np.full(len(x), -1, np.int32)
    for i in range(len(x)):
        if core[i]:
            group[i] = _root(parent, i)
        elif follows[i] >= 0:
            group[i] = _root(parent, follows[i])
    return group


@compiled
def _order(x, y, t, start, end, used, first, rows, step, reach, duration, same):  # type: ignore[no-untyped-def]
    """Flag for each event: earlier neighbour at the same place, any earlier neighbour, any later one."""
    flags = np.zeros((len(x), 3), np.bool_)
    found = np.empty(9, np.int64)
    begin = np.empty(9, np.int64)
    for cell in range(len(used)):
        n = _nearby_cells(cell, used, rows, step, found)
        for k in range(n):
            begin[k] = first[found[k]]
        for i in range(first[cell], first[cell + 1]):
            for k in range(n):
                stop = first[found[k] + 1]
                while begin[k] < stop and t[begin[k]] <= t[i] - duration:
                    begin[k] += 1
                j = begin[k]
                while j < stop and t[j] < t[i] + duration:
                    dx, dy = x[i] - x[j], y[i] - y[j]
                    d = dx * dx + dy * dy
                    if d < reach:
                        if t[j] < t[i] and end[j] <= start[i]:
                            flags[i, 1] = True
                            flags[i, 0] |= d <= same
                        elif t[i] < t[j] and end[i] <= start[j]:
                            flags[i, 2] = True
                    j += 1
    return flags
