"""Run one function on what a case holds, and write down what it was made of."""

from __future__ import annotations

import functools
import hashlib
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast, get_args

from .. import __version__, choices
from ..errors import InputError
from ..i18n import _
from .canonicaljson import canonical
from .finding import Finding, Kind, Material
from .fingerprint import fingerprint
from .inputs import Taken, plain, take
from .lineage import Lineage
from .passport import UNGOVERNED, Passport

if TYPE_CHECKING:
    from .case import Case

__all__ = ["analyse", "function_name", "is_selection", "joined", "record_of", "stack"]


def analyse(
    case: Case,
    function: Callable[..., Any],
    inputs: tuple[Any, ...],
    chosen: dict[str, Any],
    *,
    kind: str = "",
    author: str = "",
    event: str = "consultation",
) -> Finding:
    """Run the function, and make a finding of what it returns."""
    kind = kind or chosen.pop("kind", "") or "assessment"
    author = author or chosen.pop("author", "")
    if kind not in get_args(Kind):
        msg = f"`kind` must be one of {', '.join(get_args(Kind))}, got {kind!r}."
        raise InputError(msg)
    function, inputs, chosen = _unwrapped(function, inputs, chosen)
    taken = [take(str(place), value, owner=case, known=case.known) for place, value in enumerate(inputs)]
    named = {name: take(name, value, owner=case, known=case.known) for name, value in chosen.items()}
    result = function(*(one.value for one in taken), **{name: one.value for name, one in named.items()})
    return _noted(
        case,
        function_name(function),
        [*taken, *named.values()],
        chosen,
        result,
        kind=kind,
        author=author,
        event=event,
    )


def stack(case: Case, inputs: tuple[Any, ...], chosen: dict[str, Any]) -> Finding:
    """Put the rows of several items below each other, each with the material it is from."""
    kind, author = chosen.pop("kind", "fact"), chosen.pop("author", "")
    if chosen:
        msg = f"`combine` without a function takes no choices, got {', '.join(chosen)}."
        raise InputError(msg)
    if len(inputs) < 2:
        raise InputError(_("`combine` takes two materials or findings, or more."))
    taken = [take(str(place), value, owner=case, known=case.known) for place, value in enumerate(inputs)]
    result = _stacked(taken)
    return _noted(case, "case.combine", taken, chosen, result, kind=kind, author=author, event="combination")


def function_name(function: Any) -> str:
    """
    Return the name of a function as an analyst says it: its public module and its own name.

    Examples
    --------
    >>> import math
    >>> function_name(math.floor)
    'math.floor'
    """
    own = str(getattr(function, "__name__", type(function).__name__))
    module = str(getattr(function, "__module__", "") or "")
    package = module.rpartition(".")[0]
    if module.startswith("ilp_toolkit."):
        public = [
            name
            for name, loaded in list(sys.modules.items())
            if name.rpartition(".")[0] == package
            and not name.rpartition(".")[2].startswith("_")
            and getattr(loaded, own, None) is function
        ]
        module = min(public, key=len) if public and module.rpartition(".")[2].startswith("_") else module
    last = module.rpartition(".")[2]
    if _is_somebody_elses(function, module, last, own):
        return f"own.{last}.{own}"
    return f"{last}.{own}" if last and last != "__main__" else own


def _is_somebody_elses(function: Any, module: str, last: str, own: str) -> bool:
    """Say whether a function bears a name of the toolkit's and is not it: rules hang on that name."""
    ours = [
        loaded for name, loaded in list(sys.modules.items())
        if name.startswith("ilp_toolkit.") and name.rpartition(".")[2] == last and hasattr(loaded, own)
    ]  # fmt: skip
    if not ours and not module.startswith("ilp_toolkit."):
        return last in _public_modules()
    return bool(ours) and not any(getattr(loaded, own) is function for loaded in ours)


@functools.cache
def _public_modules() -> frozenset[str]:
    """Return the names of the modules that `ilp_toolkit` exposes."""
    package = sys.modules[__name__.partition(".")[0]]
    return frozenset(name for name in dir(package) if not name.startswith("_"))


def joined(
    case: Case, items: tuple[Material | Finding, ...], result: Any, *, governed: bool
) -> tuple[Passport, bool]:
    """
    Return the passport of what is made of items, and whether it is a selection of rows of one material.

    A selection (some rows and columns, unchanged) is under the rules of its rows alone; everything else is
    under those of all that went in.
    """
    bases = {base.id: base for item in items for base in _bases(item)}
    if not bases:
        return UNGOVERNED, False
    governed = governed and all(item.passport.governed for item in items)
    passport = _of_selection(items, result) if governed else None
    selection = passport is not None
    if passport is None:
        passport = Passport.join(*(base.passport for base in bases.values()))
    passport = replace(passport.limited_to(case.purposes), governed=governed)
    if governed:
        return passport, selection
    nobody = replace(passport.handling, audiences=frozenset())
    return replace(passport, handling=nobody, purposes=frozenset()), False


def _bases(item: Material | Finding) -> list[Material | Finding]:
    """Return the materials and selections that an item was made of."""
    if isinstance(item, Material) or item.selection or not item.passport.governed:
        return [item]
    return [base for one in item.inputs for base in _bases(one)]


def _of_selection(items: tuple[Material | Finding, ...], result: Any) -> Passport | None:
    """Return the passport of some rows of one material; None where the result is anything else."""
    from ._collecting import of_rows

    if len(items) != 1 or not (isinstance(items[0], Material) or items[0].selection):
        return None
    whole = items[0].content
    if not is_selection(result, whole):
        return None
    material = items[0].materials()[0]
    rows = material.content.loc[result.index]
    handling, grades = of_rows(rows, material.stated, material.originator)
    roles = rows["role"].value_counts() if material.passport.roles and "role" in rows else {}
    return replace(
        items[0].passport,
        handling=handling,
        originators=handling.originators | ({material.originator} - {""}),
        grades=grades,
        roles={str(role): int(n) for role, n in roles.items() if n},
    )


def is_selection(part: Any, whole: Any) -> bool:
    """
    Say whether a table is some rows and columns of another, each value as it was.

    Examples
    --------
    >>> import pandas as pd
    >>> whole = pd.DataFrame({"role": ["victim", "suspect"]})
    >>> is_selection(whole[whole.role == "suspect"], whole), is_selection(whole.assign(role="suspect"), whole)
    (True, False)
    """
    import pandas as pd

    if not isinstance(part, pd.DataFrame) or not isinstance(whole, pd.DataFrame):
        return False
    if not (
        whole.index.is_unique and part.index.is_unique and whole.columns.is_unique and part.columns.is_unique
    ):
        return False
    if not part.index.isin(whole.index).all() or not set(part.columns) <= set(whole.columns):
        return False
    same = whole.loc[part.index, list(part.columns)]
    return all(_same_values(part[name], same[name]) for name in part.columns)


def _same_values(one: Any, other: Any) -> bool:
    return bool(one.dtype == other.dtype) and fingerprint(one.array) == fingerprint(other.array)


def _unwrapped(
    function: Callable[..., Any], inputs: tuple[Any, ...], chosen: dict[str, Any]
) -> tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]:
    """Bring what a partial function or a method already holds to light: it is an input like any other."""
    while isinstance(function, functools.partial):
        inputs, chosen = (*function.args, *inputs), {**function.keywords, **chosen}
        function = function.func
    holder = getattr(function, "__self__", None)
    inner = getattr(function, "__func__", None)
    if inner is not None and holder is not None and not isinstance(holder, type):
        return inner, (holder, *inputs), chosen
    if not callable(function):
        msg = f"`function` must be a function, got {type(function).__name__}."
        raise InputError(msg)
    return function, inputs, chosen


def _noted(
    case: Case,
    called: str,
    taken: list[Taken],
    chosen: dict[str, Any],
    result: Any,
    *,
    kind: str,
    author: str,
    event: str,
) -> Finding:
    noted = tuple(one for part in taken for one in part.inputs)
    items = tuple({id(one): one for part in taken for one in part.items}.values())
    governed = all(one.kind != "ungoverned" for one in noted)
    passport, selection = joined(case, items, result, governed=governed)
    mark = fingerprint(result)
    said = {name: plain(value) for name, value in chosen.items()}
    lineage = Lineage(called, __version__, noted, said, mark)
    author = author or case.owner
    what = {**lineage.to_json(), "case": case.id, "kind": kind, "author": author, "choices": repr(said)}
    name = f"F-{hashlib.sha256(canonical(what)).hexdigest()[:10]}"
    content = _without_marks(result)
    all_choices = {**said, **choices.of(result)}
    finding = Finding(
        id=name,
        case=case,
        content=content,
        choices=all_choices,
        lineage=lineage,
        passport=passport,
        kind=cast("Kind", kind),
        author=author,
        function=called,
        inputs=items,
        created=case.now(),
        fingerprint=mark,
        selection=selection,
    )
    _write(case, finding, event if len(items) < 2 or event != "consultation" else "combination")
    return finding


def _without_marks(result: Any) -> Any:
    """Return a table with nothing noted on it but the choices."""
    import pandas as pd

    if not isinstance(result, pd.DataFrame | pd.Series):
        return result
    content = result.copy(deep=False)
    content.attrs = {"choices": choices.of(result)} if choices.of(result) else {}
    return content


def _write(case: Case, finding: Finding, event: str) -> None:
    if all(line["record"]["id"] != finding.id for line in case.ledger.lines("finding")):
        case.remember("finding", record_of(finding))
    ids = [one.id for one in finding.lineage.inputs if one.id]
    purposes = sorted(finding.passport.purposes)
    case.audit.append(event, subject=finding.id, purpose=purposes, function=finding.function, inputs=ids)


def record_of(finding: Finding) -> dict[str, Any]:
    """Return what the ledger holds of a finding: no data, and choices by their hash only."""
    case = finding.case
    chosen = canonical({"choices": repr(finding.lineage.choices)})
    return {
        "id": finding.id,
        "function": finding.function,
        "version": finding.lineage.version,
        "kind": finding.kind,
        "author": case.without_records(finding.author),
        "inputs": [one.to_json() for one in finding.lineage.inputs],
        "materials": [material.id for material in finding.materials()],
        "choices": case.pseudonym(chosen.decode(), kind="choices"),
        "passport": finding.passport.to_json(),
        "result": finding.fingerprint,
    }


def _stacked(taken: list[Taken]) -> Any:
    import geopandas as gpd
    import pandas as pd

    tables = [one.value for one in taken]
    if not all(isinstance(table, pd.DataFrame) for table in tables):
        raise InputError(_("`combine` puts tables below each other; for anything else give it a `function`."))
    spatial = [table for table in tables if isinstance(table, gpd.GeoDataFrame) and table.crs is not None]
    if len({table.crs for table in spatial}) > 1:
        msg = _(
            "The tables are in different coordinate systems. Read them with the same `crs`, such as {crs}."
        )
        raise InputError(msg.format(crs=spatial[0].crs))
    parts = []
    for one, table in zip(taken, tables, strict=True):
        new = table.copy()
        new.attrs = {}
        if "material" not in new.columns:
            new.insert(0, "material", one.items[0].id if len(one.items) == 1 else "")
        parts.append(new)
    return pd.concat(parts, ignore_index=True)
