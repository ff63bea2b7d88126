"""
A small validator for JSON Schema (draft 2020-12): the keywords that this package's schemas use, no more.

Every problem is listed with its place. A keyword that is not known here is an error of the schema, not
something to pass over: a rule that nobody applies would look like one that holds.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..i18n import _

__all__ = ["problems"]

_TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "null": type(None),
}
_SILENT = {"$schema", "$defs", "title", "description"}
"""Keywords that say nothing about a value."""


def problems(value: Any, schema: Mapping[str, Any]) -> list[str]:
    """
    List everything in a JSON value that its schema does not allow.

    Parameters
    ----------
    value
        What `json.loads` returned.
    schema
        The schema; references are to its own ``$defs``.

    Returns
    -------
    list of str
        One sentence a problem, with its place; empty where all holds. Values are not repeated.

    Examples
    --------
    >>> problems({"n": "x"}, {"type": "object", "required": ["n", "m"], "properties": {"n": {"const": 1}}})
    ['message: m is missing', 'message.n: the value is not one that is allowed']
    """
    return list(_check(value, schema, "message", schema))


def _check(value: Any, rule: Mapping[str, Any], place: str, root: Mapping[str, Any]) -> Iterator[str]:
    for keyword, wanted in rule.items():
        if keyword in _SILENT:
            continue
        if keyword not in _KEYWORDS:
            msg = f"The schema uses {keyword!r}, which this validator does not know."
            raise NotImplementedError(msg)
        yield from _KEYWORDS[keyword](value, wanted, place, root, rule)


def _type(value: Any, wanted: Any, place: str, *_rest: Any) -> Iterator[str]:
    if not isinstance(value, _TYPES[wanted]):
        yield _("{place}: it must be of type {type}").format(place=place, type=wanted)


def _const(value: Any, wanted: Any, place: str, *_rest: Any) -> Iterator[str]:
    if type(value) is not type(wanted) or value != wanted:
        yield _("{place}: the value is not one that is allowed").format(place=place)


def _enum(value: Any, wanted: Any, place: str, *_rest: Any) -> Iterator[str]:
    if not any(type(value) is type(one) and value == one for one in wanted):
        yield _("{place}: the value is not one that is allowed").format(place=place)


def _required(value: Any, wanted: Any, place: str, *_rest: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name in wanted:
            if name not in value:
                yield _("{place}: {name} is missing").format(place=place, name=name)


def _properties(value: Any, wanted: Any, place: str, root: Any, _rule: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, rule in wanted.items():
            if name in value:
                yield from _check(value[name], rule, f"{place}.{name}", root)


def _additional(value: Any, wanted: Any, place: str, _root: Any, rule: Any) -> Iterator[str]:
    if isinstance(value, dict) and wanted is False:
        for name in value:
            if name not in rule.get("properties", {}):
                yield _("{place}: there is a field that does not belong here").format(place=place)


def _items(value: Any, wanted: Any, place: str, root: Any, _rule: Any) -> Iterator[str]:
    if isinstance(value, list):
        for number, one in enumerate(value, start=1):
            yield from _check(one, wanted, f"{place}[{number}]", root)


def _least_items(value: Any, wanted: Any, place: str, *_rest: Any) -> Iterator[str]:
    if isinstance(value, list) and len(value) < wanted:
        yield _("{place}: it is empty").format(place=place)


def _least_length(value: Any, wanted: Any, place: str, *_rest: Any) -> Iterator[str]:
    if isinstance(value, str) and len(value) < wanted:
        yield _("{place}: it is empty").format(place=place)


def _most_length(value: Any, wanted: Any, place: str, *_rest: Any) -> Iterator[str]:
    if isinstance(value, str) and len(value) > wanted:
        yield _("{place}: it is longer than {n} characters").format(place=place, n=wanted)


def _pattern(value: Any, wanted: Any, place: str, *_rest: Any) -> Iterator[str]:
    # Python's "$" also matches before a line break at the end; JSON Schema's does not.
    if isinstance(value, str) and not re.search(wanted.replace("$", r"\Z"), value):
        yield _("{place}: the value is not written as it must be").format(place=place)


def _format(value: Any, wanted: Any, place: str, *_rest: Any) -> Iterator[str]:
    if not isinstance(value, str):
        return
    try:
        if wanted == "date":
            good = bool(re.fullmatch(r"\d{4}-\d\d-\d\d", value)) and bool(dt.date.fromisoformat(value))
        else:
            good = "T" in value and dt.datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        good = False
    if not good:
        yield _("{place}: the value is not written as it must be").format(place=place)


def _reference(value: Any, wanted: Any, place: str, root: Any, _rule: Any) -> Iterator[str]:
    yield from _check(value, root["$defs"][wanted.removeprefix("#/$defs/")], place, root)


def _any_of(value: Any, wanted: Any, place: str, root: Any, _rule: Any) -> Iterator[str]:
    found = [list(_check(value, rule, place, root)) for rule in wanted]
    if all(found):
        yield from found[-1]


_KEYWORDS: dict[str, Callable[..., Iterator[str]]] = {
    "type": _type,
    "const": _const,
    "enum": _enum,
    "required": _required,
    "properties": _properties,
    "additionalProperties": _additional,
    "items": _items,
    "minItems": _least_items,
    "minLength": _least_length,
    "maxLength": _most_length,
    "pattern": _pattern,
    "format": _format,
    "$ref": _reference,
    "anyOf": _any_of,
}
