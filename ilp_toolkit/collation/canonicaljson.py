"""
One value, one spelling: JSON in the canonical form of RFC 8785, so that a hash of it means something.

Names are sorted by their UTF-16 units, numbers are written as ECMAScript writes them, nothing is escaped that
need not be. The same record gives the same bytes on every machine, in every version of Python.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

from ..errors import InputError
from ..i18n import _

__all__ = ["canonical", "joined"]

_LARGEST = 2**53 - 1
"""Whole numbers beyond this are the same in every JSON reader only where ECMAScript writes them so."""
_END = 10**300
_SURROGATES = "\ud800"
"""Names below this are in the same order by characters and by UTF-16 units."""


def canonical(value: Any) -> bytes:
    r"""
    Write a JSON value in its canonical form.

    Parameters
    ----------
    value
        Texts, numbers, booleans, None, and lists, tuples and dicts (with names of text) of those.

    Returns
    -------
    bytes
        UTF-8.

    Raises
    ------
    InputError
        If something in it is no JSON value, is not finite, is a whole number too large for a float, or is
        broken text.

    References
    ----------
    RFC 8785, JSON Canonicalization Scheme.

    Examples
    --------
    >>> canonical({"b": [1.0, 1e21, 0.1], "a": "\u20ac"}).decode()
    '{"a":"€","b":[1,1e+21,0.1]}'
    """
    try:
        if _is_simple(value):
            return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(
                "utf-8"
            )
        return _written(value).encode("utf-8")
    except UnicodeEncodeError:
        raise InputError(_("A text holds half a character and cannot be written down.")) from None


def joined(parts: Mapping[str, bytes]) -> bytes:
    """
    Put an object together from its parts.

    Parameters
    ----------
    parts
        Name and canonical form of each value.

    Returns
    -------
    bytes
        What `canonical` makes of the object.

    Examples
    --------
    >>> joined({"b": canonical([1]), "a": canonical(None)}).decode()
    '{"a":null,"b":[1]}'
    """
    return b"{" + b",".join(canonical(name) + b":" + parts[name] for name in _ordered(parts)) + b"}"


def _is_simple(value: Any) -> bool:
    """Say whether the standard library writes a value in its canonical form: that is ten times as fast."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        kind = type(one)
        if kind is str or kind is bool or one is None:
            continue
        if kind is int and -_LARGEST <= one <= _LARGEST:
            continue
        if kind is dict and set(map(type, one)) <= {str} and max("".join(one), default="") < _SURROGATES:
            waiting += one.values()
        elif kind is list or kind is tuple:
            kinds = set(map(type, one))
            # Figures come in long rows: they are looked at together.
            if kinds != {int} or min(one) < -_LARGEST or max(one) > _LARGEST:
                waiting += one
        else:
            return False
    return True


def _written(value: Any) -> str:
    if value is None or isinstance(value, bool | str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int):
        return _whole(int(value))
    if isinstance(value, float):
        return _decimal(float(value))
    if isinstance(value, Mapping):
        return "{" + ",".join(_members(value)) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(_written(item) for item in value) + "]"
    msg = _("A record holds {kind}, which is no JSON value. Write it as text or a number.")
    raise InputError(msg.format(kind=type(value).__name__))


def _members(value: Mapping[Any, Any]) -> list[str]:
    strange = [name for name in value if not isinstance(name, str)]
    if strange:
        msg = _("A record has the name {name!r}, and names must be text.").format(name=strange[0])
        raise InputError(msg)
    return [f"{json.dumps(name, ensure_ascii=False)}:{_written(value[name])}" for name in _ordered(value)]


def _ordered(names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: name.encode("utf-16-be", "surrogatepass"))


def _whole(value: int) -> str:
    if abs(value) > _LARGEST:
        if abs(value) < _END and _decimal(float(value)) == str(value):
            return str(value)
        msg = _("A record holds the number {value}, too large for JSON. Write it as text.")
        raise InputError(msg.format(value=value))
    return str(value)


def _decimal(value: float) -> str:
    """Write a number as ECMAScript does: shortest digits, exponents from 1e21 and below 1e-6."""
    if not math.isfinite(value):
        raise InputError(_("A record holds a number that is not finite. Leave it out or write it as text."))
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _e, power = f"{abs(value)!r}".partition("e")
    whole, _point, part = mantissa.partition(".")
    part = "" if part == "0" else part
    digits = (whole + part).lstrip("0")
    point = len(whole) + int(power or 0) - (len(whole + part) - len(digits))
    digits = digits.rstrip("0")
    return sign + _placed(digits, point)


def _placed(digits: str, point: int) -> str:
    """Set the decimal point after so many digits (which may lie outside of them)."""
    n = len(digits)
    if n <= point <= 21:
        return digits + "0" * (point - n)
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"0.{'0' * -point}{digits}"
    exponent = f"e{point - 1:+d}"
    return digits + exponent if n == 1 else f"{digits[0]}.{digits[1:]}{exponent}"
