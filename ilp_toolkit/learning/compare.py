"""
An answer beside its key, both as recorded JSON: how much is right, and what is not.

Neither is turned back into objects of pandas or networkx. Rows are found by their labels or by the columns
that identify them, numbers are compared within tolerance, and a comment names the column, how many cells
differ and in which direction: what a learner needs to find the error, and not the key.
"""

from __future__ import annotations

from typing import Any

from ..i18n import _, plural
from ._cells import Cell, cell, label, same, told
from ._graphs import compare_graphs
from ._plain import TAG, AnswerError, plain
from ._rules import Outcome, Rules
from ._tables import compare_tables

__all__ = ["Outcome", "Rules", "compare"]


def compare(  # noqa: PLR0911 - one return a form
    given: Any, key: Any, rules: Rules | None = None
) -> Outcome:
    """
    Compare an answer with the key.

    Parameters
    ----------
    given
        The answer as recorded; anything may stand in it.
    key
        The key, recorded the same way.
    rules
        Tolerance, what identifies a row, what earns part of the points.

    Returns
    -------
    Outcome
        The share that is right, comments, and for tables a part for each column.

    Raises
    ------
    AnswerError
        If the answer, or the key, is not in the form in which answers are recorded.

    Notes
    -----
    Comments say that a factor of 1000 lies between answer and key where it does: who shows them before the
    answer is final gives a strong hint.

    Examples
    --------
    >>> compare(3200, 3.2).comments
    ('The value: it differs by a factor of 1000: metres and kilometres, or grams and kilograms?',)
    >>> compare([1, 2.0, 3], [1, 2, 3]).fraction
    1.0
    """
    rules = rules or Rules()
    given, key = plain(given), plain(key)
    wanted, found = _form(key), _form(given)
    if wanted in {"frame", "geoframe", "series"}:
        if found not in {"frame", "geoframe", "series"}:
            return _other_form(found, wanted)
        return compare_tables(given, key, rules)
    if wanted == "graph":
        return compare_graphs(given, key, rules) if found == "graph" else _other_form(found, wanted)
    if wanted == "cell":
        return _single(given, key, rules) if found == "cell" else _other_form(found, wanted)
    if wanted == "map":
        return _maps(given, key, rules) if found == "map" else _other_form(found, wanted)
    if found not in {"list", "set", "series"}:
        return _other_form(found, wanted)
    return _lists(given, key, rules)


def _form(value: Any) -> str:
    """Say what a recorded value is: cell, list, set, map, series, frame, geoframe or graph."""
    if type(value) is list:
        return "list"
    if type(value) is not dict:
        return "cell"
    if TAG not in value:
        return "map"
    tag = value[TAG]
    if tag == "frame":
        return "geoframe" if "geometry" in value else "frame"
    named = {
        "array": "list",
        "index": "list",
        "set": "set",
        "dict": "map",
        "series": "series",
        "graph": "graph",
    }
    return named.get(tag, "cell") if type(tag) is str else "cell"


def _form_words(form: str) -> str:
    return {
        "frame": _("a table (DataFrame)"),
        "geoframe": _("a table with shapes (GeoDataFrame)"),
        "series": _("a column (Series)"),
        "graph": _("a graph"),
        "map": _("values by name (dict)"),
        "list": _("a list"),
        "set": _("a set"),
    }.get(form, _("a single value"))


def _other_form(found: str, wanted: str) -> Outcome:
    words = _("The answer is {found}, but {wanted} is expected.")
    return Outcome(0.0, (words.format(found=_form_words(found), wanted=_form_words(wanted)),))


def _single(given: Any, key: Any, rules: Rules) -> Outcome:
    mine, right = cell(given), cell(key)
    if mine.kind == right.kind == "geometry":
        from ._shapes import differs

        said = differs(mine.value, right.value, tolerance=rules.geometry_tolerance)
        return Outcome(0.0, (_("The shape lies elsewhere or has another form."),)) if said else Outcome(1.0)
    if same(mine, right, rules):
        return Outcome(1.0)
    said = told([(mine, right)], rules.unit)
    if said:
        return Outcome(0.0, (_sentence(_("The value: {said}").format(said=said), said),))
    return Outcome(0.0, (_("The value is not the one expected."),))


def _sentence(whole: str, said: str) -> str:
    return whole if whole.endswith((".", "?", "!")) else whole + "."


def _sequence(value: Any) -> tuple[list[int], list[Any]]:
    """Return shape and values of a list, an array, a set, an index or a series."""
    if type(value) is list:
        return [len(value)], value
    inside = value.get("v")
    if type(inside) is not list:
        raise AnswerError(_("The answer is not in the form in which answers are recorded."))
    shape = value.get("shape", [len(inside)])
    if type(shape) is not list or not all(type(side) is int for side in shape):
        raise AnswerError(_("The answer is not in the form in which answers are recorded."))
    return shape, inside


def _lists(given: Any, key: Any, rules: Rules) -> Outcome:
    (shape, mine), (wanted, right) = _sequence(given), _sequence(key)
    if len(shape) > 1 or len(wanted) > 1:
        if shape != wanted:
            words = _("The array has the shape {found}, but {wanted} is expected.")
            named = [" × ".join(str(side) for side in each[:6]) for each in (shape, wanted)]
            return Outcome(0.0, (words.format(found=named[0], wanted=named[1]),))
        if len(mine) != len(right):
            raise AnswerError(_("The answer is not in the form in which answers are recorded."))
    if len(mine) != len(right):
        n = abs(len(mine) - len(right))
        many = plural("The list has {n} value too many.", "The list has {n} values too many.", n)
        few = plural("The list has {n} value too few.", "The list has {n} values too few.", n)
        return Outcome(0.0, ((many if len(mine) > len(right) else few).format(n=n),))
    free = not rules.ordered or _form(key) == "set" or _form(given) == "set"
    return _leaves(_matched(mine, right) if free else list(zip(mine, right, strict=True)), rules)


def _matched(mine: list[Any], right: list[Any]) -> list[tuple[Any, Any]]:
    """Pair values whatever their order: both sorted by kind and value."""
    return list(zip(sorted(mine, key=_rank), sorted(right, key=_rank), strict=True))


def _rank(value: Any) -> tuple[Any, ...]:
    try:
        found = cell(value)
    except AnswerError:
        return ("~", 0.0, "")
    if found.kind in {"number", "moment", "instant", "span"}:
        return (found.kind, found.value, "")
    return (found.kind, 0, str(found.value).casefold())


def _maps(given: Any, key: Any, rules: Rules) -> Outcome:
    mine, right = _named(given), _named(key)
    missing = [name for name in right if name not in mine]
    extra = [name for name in mine if name not in right]
    comments = []
    if missing:
        words = plural("{n} name is missing.", "{n} names are missing.", len(missing))
        comments.append(words.format(n=len(missing)))
    if extra:
        words = plural("{n} name is not expected.", "{n} names are not expected.", len(extra))
        comments.append(words.format(n=len(extra)))
    made = _leaves([(mine[name], right[name]) for name in right if name in mine], rules)
    if not missing and not extra:
        return made
    share = made.fraction * (len(right) - len(missing)) / (len(right) + len(extra)) if right else 0.0
    return Outcome(share if rules.partial == "cells" else 0.0, (*comments, *made.comments))


def _named(value: Any) -> dict[str, Any]:
    """Return the pairs of a dict by the labels of their names."""
    if TAG not in value:
        return {label(name): each for name, each in value.items()}
    made: dict[str, Any] = {}
    inside = value.get("v")
    for pair in inside if type(inside) is list else [None]:
        if type(pair) is not list or len(pair) != 2:
            raise AnswerError(_("The answer is not in the form in which answers are recorded."))
        name = label(pair[0])
        if name in made:
            raise AnswerError(_("The answers cannot be read: a name stands twice."))
        made[name] = pair[1]
    return made


def _leaves(pairs: list[tuple[Any, Any]], rules: Rules) -> Outcome:
    """Compare values one by one; those that are lists or tables themselves are compared whole."""
    wrong: list[tuple[Cell, Cell]] = []
    comments: list[str] = []
    for given, key in pairs:
        if _form(key) == "cell" and _form(given) == "cell" and cell(key).kind != "geometry":
            mine, right = cell(given), cell(key)
            if not same(mine, right, rules):
                wrong.append((mine, right))
        else:
            inner = compare(given, key, rules)
            if inner.fraction < 1:
                wrong.append((Cell("other", None), Cell("other", None)))
                comments.extend(inner.comments)
    if not wrong:
        return Outcome(1.0)
    words = plural("{n} of {all} values differs", "{n} of {all} values differ", len(wrong))
    said = told(wrong, rules.unit)
    first = words.format(n=len(wrong), all=len(pairs)) + (f": {said}" if said else "")
    share = 1 - len(wrong) / len(pairs)
    return Outcome(
        share if rules.partial == "cells" else 0.0, (_sentence(first, said), *dict.fromkeys(comments))
    )
