"""
Room on a link chart: each sign with its words below it is one box, and no box lies on another.

Lengths are inches on paper. What the network says about nearness is kept as far as the boxes allow; where the
page is too small for all words, the words that find no room are left out and counted, never printed over
others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..analysis.kernels.stress import separate
from . import style
from .figure import break_lines, text_width
from .link_layout import Floats, Integers
from .link_marks import Edge, Vertex

__all__ = ["LINE", "Look", "Room", "clipped", "find_room", "free_spots", "look_for", "spread"]

LINE = 1.22
"""Distance of lines of text, as a multiple of their size."""
_PAD = 0.03
_TURNS = 600
_LEAST = 5.6
"""Points: no letters are smaller."""
_WIDER = 1.06
"""Small letters come out a little wider on some screens than they measure."""


@dataclass(frozen=True)
class Look:
    """Sizes that go with the number of vertices: radius of signs (inches), words (points; 0: none)."""

    radius: float
    points: float
    fold: float
    """Width in inches at which words are broken."""


@dataclass(frozen=True)
class Room:
    """Where everything stands."""

    centres: Floats
    """Middle of each sign."""
    rows: list[list[str]]
    """Lines of words below each sign; none where there was no room."""
    boxes: Floats
    """n × 4: west, south, east, north of each sign with its words."""
    size: tuple[float, float]
    look: Look
    lost: int
    """How many signs are without their words."""


def look_for(n: int) -> Look:
    """Return the sizes for a number of vertices."""
    if n <= 45:
        return Look(0.15, style.SIZES["small_pt"], 1.05)
    if n <= 90:
        return Look(0.12, style.SIZES["small_pt"], 0.8)
    if n <= 250:
        return Look(0.095, 6.2, 0.7)
    return Look(0.028 if n > 600 else 0.04, 0.0, 0.0)


def find_room(
    vertices: list[Vertex], places: Floats, ends: Integers, *, width: float, height: tuple[float, float]
) -> Room:
    """
    Fit a layout into a frame so that nothing lies on anything else.

    Parameters
    ----------
    vertices
        What stands there.
    places
        n × 2, of `link_layout`.
    ends
        m × 2, numbers of the vertices that are linked.
    width, height
        Of the frame; the least and the greatest height, equal where the caller set it.
    """
    look = look_for(len(vertices))
    rows, high, spots, left = _tried(vertices, places, ends, look, width=width, height=height)
    if left and look.points > _LEAST:
        # Smaller letters before fewer words.
        look = replace(look, points=_LEAST, radius=0.9 * look.radius, fold=0.9 * look.fold)
        rows, high, spots, left = _tried(vertices, places, ends, look, width=width, height=height)
    halves, drops = _boxes(rows, look)
    while left and any(rows):
        rows = _without(rows, spots - drops, halves)
        halves, drops = _boxes(rows, look)
        middles, left = separate(spots - drops, halves, (width, high), turns=_turns(len(spots)))
        spots = middles + drops
    lost = sum(not lines for lines in rows) if look.points else 0
    middles, high = spread(spots - drops, halves, (width, high), crop=height[0] < height[1])
    spots = middles + drops
    boxes = np.column_stack([middles - halves, middles + halves])
    return Room(spots, rows, boxes, (width, high), look, lost)


def _tried(
    vertices: list[Vertex],
    places: Floats,
    ends: Integers,
    look: Look,
    *,
    width: float,
    height: tuple[float, float],
) -> tuple[list[list[str]], float, Floats, int]:
    """Return the words, the height, the middles of the signs, and how many boxes overlap at that height."""
    rows = [break_lines(one.text, look.fold, look.points) if look.points else [] for one in vertices]
    halves, drops = _boxes(rows, look)
    high = _wanted_height(places, halves, width, height)
    while True:
        spots, left = _settled(places, halves, drops, ends, size=(width, high), radius=look.radius)
        if not (left and look.points) or high >= height[1] - 1e-9:
            return rows, high, spots, left
        high = min(high * 1.15, height[1])


def spread(middles: Floats, halves: Floats, size: tuple[float, float], *, crop: bool) -> tuple[Floats, float]:
    """Stretch boxes that lie apart to the full width, and cut the frame to the height that they need."""
    low, high = (middles - halves).min(axis=0), (middles + halves).max(axis=0)
    wide = np.ptp(middles[:, 0])
    scale = min(1.35, 1 + (size[0] - (high[0] - low[0])) / wide) if wide > 0 else 1.0
    new = (middles - (low + high) / 2) * [max(scale, 1.0), 1.0]
    tall = min(float(high[1] - low[1]) + 0.06, size[1]) if crop else size[1]
    low, high = (new - halves).min(axis=0), (new + halves).max(axis=0)
    return new - (low + high) / 2 + np.array([size[0], tall]) / 2, tall


def _boxes(rows: list[list[str]], look: Look) -> tuple[Floats, Floats]:
    """Return half the width and height of each box, and how far its middle lies below that of the sign."""
    halves = np.full((len(rows), 2), look.radius)
    drops = np.zeros((len(rows), 2))
    pad = _PAD if look.points else 0.004
    for i, lines in enumerate(rows):
        if lines:
            depth = len(lines) * LINE * look.points / 72 + 0.01
            halves[i, 0] = max(look.radius, _WIDER * max(text_width(line, look.points) for line in lines) / 2)
            halves[i, 1] += depth / 2
            drops[i, 1] = depth / 2
    return halves + pad, drops


def _wanted_height(places: Floats, halves: Floats, width: float, height: tuple[float, float]) -> float:
    """Return a height that gives the boxes air and the layout its shape."""
    spread = np.ptp(places, axis=0)
    shape = float(spread[1] / spread[0]) if spread[0] > 0 else 1.0
    air = 4.2 * float((4 * halves[:, 0] * halves[:, 1]).sum()) / width
    return float(np.clip(max(air, min(0.85 * width * shape, 0.8 * width)), *height))


def _settled(
    places: Floats, halves: Floats, drops: Floats, ends: Integers, *, size: tuple[float, float], radius: float
) -> tuple[Floats, int]:
    """Return the middles of the signs, and how many boxes still overlap."""
    spots = _fitted(places, halves, drops, size)
    left = 0
    for turn in range(4):
        middles, left = separate(spots - drops, halves, size, turns=_turns(len(spots)))
        spots = middles + drops
        if turn == 3 or not len(ends) or len(ends) > 1500:
            break
        spots = _off_lines(spots, ends, radius)
    middles, left = separate(spots - drops, halves, size, turns=_turns(len(spots)))
    return middles + drops, left


def _fitted(places: Floats, halves: Floats, drops: Floats, size: tuple[float, float]) -> Floats:
    """
    Stretch the layout into the frame, one way at most 1.8 times as much as the other.

    The fuller the frame will be, the more evenly the vertices are spread over it: a crowd gets room, and
    what lies far out comes nearer.
    """
    fill = float((4 * halves[:, 0] * halves[:, 1]).sum()) / (size[0] * size[1])
    even = float(np.clip(1.6 * fill - 0.1, 0.0, 0.85)) if fill > 0.1 else 0.0
    places = (1 - even) * places + even * _evened(places)
    low, high = places.min(axis=0), places.max(axis=0)
    edge = halves.max(axis=0) + 0.02
    room = np.maximum(np.array(size) - 2 * edge, 0.1)
    scale = room / np.maximum(high - low, 1e-6)
    scale = np.minimum(scale, 1.8 * scale.min())
    scale = np.minimum(scale, 1.6)
    return np.asarray((places - (low + high) / 2) * scale + np.array(size) / 2)


def _evened(places: Floats) -> Floats:
    """Return places spread evenly from their least to their greatest, each way by itself, in their order."""
    from scipy.stats import rankdata

    n = max(len(places) - 1, 1)
    ranks = np.column_stack([rankdata(places[:, k], method="average") - 1 for k in (0, 1)]) / n
    return np.asarray(places.min(axis=0) + ranks * np.ptp(places, axis=0))


def _turns(n: int) -> int:
    """Return how often boxes are pushed apart: signs without words, of which there are many, less often."""
    return int(np.clip(4e7 / max(n, 1) ** 2, 25, _TURNS))


def _off_lines(spots: Floats, ends: Integers, radius: float) -> Floats:
    """Move signs off lines that are not theirs: a line through a sign would read as a link of it."""
    start, end = spots[ends[:, 0]], spots[ends[:, 1]]
    along = end - start
    length = np.maximum(np.hypot(*along.T), 1e-9)
    unit = along / length[:, None]
    aside = np.column_stack([-unit[:, 1], unit[:, 0]])
    gap = spots[:, None, :] - start[None, :, :]
    far = np.einsum("ijk,jk->ij", gap, aside)
    on = np.einsum("ijk,jk->ij", gap, unit)
    inside = (on > 0) & (on < length) & (np.abs(far) < 1.25 * radius)
    inside[ends[:, 0], np.arange(len(ends))] = False
    inside[ends[:, 1], np.arange(len(ends))] = False
    side = np.where(far >= 0, 1.0, -1.0)
    push = np.where(inside, side * (1.3 * radius - np.abs(far)), 0.0)
    count = np.maximum(inside.sum(axis=1), 1)
    return np.asarray(spots + np.einsum("ij,jk->ik", push, aside) / count[:, None])


def _without(rows: list[list[str]], middles: Floats, halves: Floats) -> list[list[str]]:
    """Take away the words of a few boxes that overlap most; of equals, the last in id order."""
    low, high = middles - halves, middles + halves
    meets = np.asarray(((low[:, None] < high[None]) & (low[None] < high[:, None])).all(axis=2))
    np.fill_diagonal(meets, False)
    count = meets.sum(axis=1) * np.array([bool(lines) for lines in rows])
    worst = sorted(np.flatnonzero(count).tolist(), key=lambda i: (-count[i], -i))
    gone = set(worst[: max(len(worst) // 25, 1)] or range(len(rows)))
    return [[] if i in gone else lines for i, lines in enumerate(rows)]


def clipped(room: Room, one: int, two: int) -> tuple[Floats, Floats]:
    """Return where a line between two vertices begins and ends, outside of their signs and words."""
    start, end = room.centres[one], room.centres[two]
    way = end - start
    length = float(np.hypot(*way)) or 1e-9
    unit = way / length
    leave, arrive = (_exit(room, one, unit), _exit(room, two, -unit))
    if leave + arrive > 0.9 * length:
        return start + 0.05 * way, end - 0.05 * way
    return start + leave * unit, end - arrive * unit


def _exit(room: Room, number: int, unit: Floats) -> float:
    """Return how far from the middle of a sign a line leaves it, and its words where it runs through them."""
    reach = float(room.look.radius * 1.12 + 0.012)
    if not room.rows[number] or unit[1] > -0.05:
        return reach
    west, south, east, _north = room.boxes[number]
    x, y = room.centres[number]
    down = (y - south) / -unit[1]
    if west <= x + down * unit[0] <= east:
        return max(reach, float(down))
    top = (room.look.radius + 0.01) / -unit[1]
    side = ((east - x) if unit[0] > 0 else (west - x)) / unit[0] if abs(unit[0]) > 1e-9 else np.inf
    return max(reach, float(side)) if side > top else reach


def free_spots(
    room: Room, edges: list[Edge], lines: list[tuple[Floats, Floats]], points: float
) -> list[tuple[int, Floats]]:
    """
    Return for each link whose words find room where they stand: on their line, on nothing else.

    Parameters
    ----------
    room, edges, lines
        The chart: where signs stand, the links, and where each line begins and ends.
    points
        Size of the words.
    """
    taken = room.boxes.copy()
    found = []
    start = np.array([one for one, _two in lines]).reshape(-1, 2)
    end = np.array([two for _one, two in lines]).reshape(-1, 2)
    order = sorted(range(len(edges)), key=lambda i: (-float(np.hypot(*(end[i] - start[i]))), i))
    for i in order:
        if not edges[i].text:
            continue
        half = np.array([_WIDER * text_width(edges[i].text, points) / 2 + 0.03, LINE * points / 144])
        for share in (0.5, 0.4, 0.6, 0.3, 0.7):
            spot = start[i] + share * (end[i] - start[i])
            box = np.concatenate([spot - half, spot + half])
            inside = (box[:2] >= 0).all() and (box[2:] <= room.size).all()
            if not inside or ((box[:2] < taken[:, 2:]) & (taken[:, :2] < box[2:])).all(axis=1).any():
                continue
            if _crossed(box, i, start, end):
                continue
            taken = np.vstack([taken, box])
            found.append((i, spot))
            break
    return sorted(found, key=lambda one: one[0])


def _crossed(box: Floats, own: int, start: Floats, end: Floats) -> bool:
    """Say whether another line runs through a box."""
    way = end - start
    way = np.where(np.abs(way) < 1e-12, 1e-12, way)
    one, two = (box[:2] - start) / way, (box[2:] - start) / way
    enter = np.maximum(np.minimum(one, two).max(axis=1), 0.0)
    leave = np.minimum(np.maximum(one, two).min(axis=1), 1.0)
    through = enter < leave
    through[own] = False
    return bool(through.any())
