"""Maps that write places as whole steps from one point to the next: our own pages, and TopoJSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["rings"]

_OURS = re.compile(r'\{\s*"origin"\s*:\s*\[')
_TOPOLOGY = re.compile(r'\{[^{}]{0,200}"type"\s*:\s*"Topology"')


def rings(text: str) -> Iterator[tuple[NDArray[np.float64], float]]:
    """Yield the vertices of packed maps in a text, with the scale of their numbers (1e5: five decimals)."""
    for pattern, unpack in ((_OURS, _ours), (_TOPOLOGY, _topology)):
        for match in pattern.finditer(text):
            try:
                held, _end = json.JSONDecoder().raw_decode(text, match.start())
                yield from unpack(held)
            except (ValueError, TypeError, KeyError, IndexError, RecursionError):
                continue


def _ours(held: dict[str, Any]) -> Iterator[tuple[NDArray[np.float64], float]]:
    origin, scale = np.asarray(held["origin"], dtype=float), float(held["scale"])
    # Steps run on through all places, and through each part of the ground: as the page itself reads them.
    for part in (held.get("places"), held.get("hot"), *held.get("ground", [])):
        steps: list[int] = []
        _gather(part, steps)
        if steps:
            yield origin + np.cumsum(np.asarray(steps, dtype=float).reshape(-1, 2), axis=0) / scale, scale


def _gather(value: Any, steps: list[int]) -> None:
    """Add each list of an even number of whole numbers, at any depth, in order."""
    if isinstance(value, dict):
        for inner in value.values():
            _gather(inner, steps)
    elif isinstance(value, list) and value:
        if type(value[0]) is int and len(value) % 2 == 0 and {*map(type, value)} == {int}:
            steps.extend(value)
        else:
            for inner in value:
                if isinstance(inner, list | dict):
                    _gather(inner, steps)


def _topology(held: dict[str, Any]) -> Iterator[tuple[NDArray[np.float64], float]]:
    transform = held["transform"]
    scale, shift = (
        np.asarray(transform["scale"], dtype=float),
        np.asarray(transform["translate"], dtype=float),
    )
    fineness = 1 / float(scale.max())
    for arc in held["arcs"]:
        yield np.cumsum(np.asarray(arc, dtype=float)[:, :2], axis=0) * scale + shift, fineness
    points = [
        geometry["coordinates"]
        for collection in held["objects"].values()
        for geometry in collection.get("geometries", [collection])
        if geometry.get("type") == "Point"
    ]
    if points:
        yield np.asarray(points, dtype=float)[:, :2] * scale + shift, fineness
