"""
Reading a trainer's ``items.toml``: every mistake at once, each with file, line, item, field and remedy.

The trainer is a police officer with a text editor. What the machine would shrug at (two right options, an
order whose ids give the order away, a passage that no span explains) is told as well: it would otherwise be
found by a learner, in an exam.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ..errors import FileError
from ..i18n import _
from ._rules import Rules
from .checks import CHECKS
from .items import COMMON, KINDS, Item

__all__ = ["read_items"]


def read_items(path: Path) -> tuple[Item, ...]:
    """
    Read the items of a module.

    Parameters
    ----------
    path
        The file ``items.toml``: an array ``[[item]]``.

    Returns
    -------
    tuple of Item
        In the order of the file.

    Raises
    ------
    FileError
        If the file is missing, is no TOML or an item is not right; the message lists every mistake with
        its line, item, field and remedy.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise FileError(_("{path} is missing: copy it from modules/_template.").format(path=path)) from None
    except UnicodeDecodeError as error:
        words = _("{path} is not UTF-8 (byte {n}): save it as UTF-8 in the text editor.")
        raise FileError(words.format(path=path, n=error.start + 1)) from None
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        words = _("{path} cannot be read as TOML: {error}. Look for a quotation mark or bracket left open.")
        raise FileError(words.format(path=path, error=error)) from None
    raw = tables.pop("item", [])
    mistakes = [
        _("`{name}`: there is no such table; every question opens with [[item]].").format(name=name)
        for name in tables
    ]
    if not isinstance(raw, list) or not all(isinstance(one, dict) for one in raw):
        mistakes.append(_("`item` must be written as [[item]], in double brackets."))
        raw = []
    made: list[Item] = []
    for number, one in enumerate(raw, start=1):
        item, found = _item(one)
        where = _where(text, one, number)
        mistakes.extend(f"{where}: {mistake}" for mistake in found)
        made.extend([item] if item else [])
    for name, times in Counter(item.id for item in made).items():
        if times > 1:
            words = _("item {item}: the id stands {n} times; give each item an id of its own.")
            mistakes.append(words.format(item=name, n=times))
    if mistakes:
        head = _("{path} has mistakes:").format(path=path)
        raise FileError("\n".join([head, *(f"- {mistake}" for mistake in mistakes)]))
    return tuple(made)


def _where(text: str, one: Mapping[str, Any], number: int) -> str:
    name = one.get("id")
    if not isinstance(name, str):
        return _("item number {n}").format(n=number)
    hit = re.search(rf"^\s*id\s*=\s*[\"']{re.escape(name)}[\"']", text, re.MULTILINE)
    if hit is None:
        return _("item {item}").format(item=name)
    line = text.count("\n", 0, hit.end()) + 1
    return _("line {line}, item {item}").format(line=line, item=name)


def _item(one: Mapping[str, Any]) -> tuple[Item | None, list[str]]:
    """Make one item; return None with the mistakes where it cannot be made."""
    try:
        item = Item.model_validate(one)
    except ValidationError as error:
        return None, [_told(detail) for detail in error.errors()]
    return item, [*_fields(item), *_sides(item), *_content(item)]


def _told(detail: ErrorDetails) -> str:
    """Put a finding of pydantic into a trainer's words."""
    place = [f"{part + 1}" if isinstance(part, int) else str(part) for part in detail["loc"]]
    field = "`" + " ".join(place) + "`"
    found = repr(detail.get("input"))[:60]
    kind = detail["type"]
    if kind == "missing":
        return _("{field} is missing; add it.").format(field=field)
    if kind == "extra_forbidden":
        return _("{field} is no field of an item; mend its spelling or take it out.").format(field=field)
    if kind == "literal_error":
        known = str(detail["ctx"]["expected"]).replace("'", "")
        words = _("{field} is {found}; it must be one of {known}.")
        return words.format(field=field, found=found, known=known)
    if kind == "string_pattern_mismatch":
        words = _("{field} is {found}; write p1, p2… for practice, q1… for graded, w1… for written items.")
        return words.format(field=field, found=found)
    if kind.startswith(("bool", "string", "float", "int", "tuple", "dict", "finite", "model", "dataclass")):
        wanted = {
            "bool": _("true or false, without quotation marks"),
            "stri": _("a text in quotation marks"),
            "floa": _("a number"),
            "fini": _("a number"),
            "int_": _("a whole number"),
            "tupl": _("a list in square brackets"),
        }.get(kind[:4], _("a table in curly brackets"))
        return _("{field} is {found}; write {wanted}.").format(field=field, found=found, wanted=wanted)
    return _("{field} is {found}: {error}.").format(field=field, found=found, error=detail["msg"])


def _fields(item: Item) -> Iterator[str]:
    """Compare the fields that stand there with those of the kind."""
    must, may = KINDS[item.kind]
    given = item.model_fields_set
    for name in sorted(must - given):
        words = _("`{field}` is missing: an item of kind {kind} needs it.")
        yield words.format(field=name, kind=item.kind)
    for name in sorted(given - must - may - COMMON):
        words = _("`{field}` does not belong to kind {kind}; take it out or mend `kind`.")
        yield words.format(field=name, kind=item.kind)
    if "keyless" in given:
        yield _("`keyless` is written by the build alone; take it out.")
    if not item.prompt.strip():
        yield _("`prompt` is empty; write the question.")


def _sides(item: Item) -> Iterator[str]:
    """Hold that practice is practice and the exam is the exam."""
    exam = item.part == "exam"
    if item.practice:
        if exam:
            yield _("`part` is exam, but p… is practice; name a graded item q… or move it to lesson or lab.")
        if item.points:
            yield _("`points` of practice must be 0; take the line out.")
        if item.hurdle:
            yield _("`hurdle` needs a graded item; take the line out or move the item to the exam.")
        return
    if not exam:
        yield _("`part` must be exam for a graded item; name practice p….")
    if "points" not in item.model_fields_set:
        yield _("`points` is missing; write points = 0 only for a trial that is not to count.")
    if item.hints or item.solution:
        yield _("`hints` and `solution` belong to practice; take them out of an exam item.")
    if item.written != item.id.startswith("w"):
        yield _("`id`: items of kind text are named w…, all other graded items q….")


def _content(item: Item) -> Iterator[str]:  # noqa: PLR0912 - one branch a kind
    """Look into the parts of the kind."""
    for name in ("option", "step", "row", "column", "span", "criterion"):
        ids = [part.id for part in getattr(item, name)]
        for twice in sorted({one for one in ids if ids.count(one) > 1}):
            words = _("`{field}`: the id {id} stands twice; give each its own.")
            yield words.format(field=name, id=twice)
    match item.kind:
        case "choice" | "choices":
            yield from _options(item)
        case "order":
            yield from _order(item)
        case "match":
            yield from _matched(item)
        case "number":
            if item.answer is None and item.practice and not item.params.get("solver"):
                yield _(
                    "`answer` is missing; write the number, or params.solver = true if solver.py gives it."
                )
        case "table":
            yield from _table(item)
        case "spans":
            yield from _spans(item)
        case "text":
            for criterion in item.criterion:
                if len(criterion.anchor) != 5:
                    words = _("`criterion` {id}: `anchor` needs five texts, for 0, 1, 2, 3 and 4 points.")
                    yield words.format(id=criterion.id)
            if item.words and not 0 <= item.words[0] <= item.words[1]:
                yield _("`words` must be [fewest, most], for example [80, 150].")
        case _:
            if item.code and not item.check:
                yield from _rules(item)
    if item.check and item.check not in CHECKS:
        words = _("`check` is {found}; it must be one of {known}.")
        yield words.format(found=repr(item.check), known=", ".join(CHECKS))
    if item.kind == "suppress" and item.check != "suppression_attack":
        yield _("`check` of an item of kind suppress must be suppression_attack.")


def _rules(item: Item) -> Iterator[str]:
    """Hold that `params` says what the comparison knows."""
    try:
        Rules.of(item)
    except ValidationError as error:
        for detail in error.errors():
            yield "`params` " + _told(detail)


def _options(item: Item) -> Iterator[str]:
    right = [option.id for option in item.option if option.right]
    if len(item.option) < 2:
        yield _("`option`: a choice needs at least two options.")
    for option in item.option:
        if option.right is None:
            yield _("`option` {id}: `right` is missing; write right = true or right = false.").format(
                id=option.id
            )
        if not option.why.strip():
            words = _("`option` {id}: `why` is empty; say why it is right or wrong.")
            yield words.format(id=option.id)
    if item.kind == "choice" and len(right) != 1:
        words = _("`option`: {n} options are right; a choice has exactly one (for several use kind choices).")
        yield words.format(n=len(right))
    if item.kind == "choices" and not right:
        yield _("`option`: no option is right; mark at least one with right = true.")


def _order(item: Item) -> Iterator[str]:
    ids = [step.id for step in item.step]
    if len(ids) < 3:
        yield _("`step`: an order needs at least three steps.")
    elif not item.practice and ids in (sorted(ids), sorted(ids, reverse=True)):
        yield _("`step`: the ids give the order away in the released file; name them without order.")


def _matched(item: Item) -> Iterator[str]:
    options = [option.id for option in item.option]
    for row in item.row:
        if row.answer is None:
            yield _("`row` {id}: `answer` is missing; write the id of an option.").format(id=row.id)
        elif row.answer not in options:
            words = _("`row` {id}: `answer` is {found}; it must be one of {known}.")
            yield words.format(id=row.id, found=repr(row.answer), known=", ".join(options))
    if not item.practice and len(item.row) > 2 and [row.answer for row in item.row] == options:
        yield _("`option`: the options stand in the order of the rows, which gives the key away; mix them.")


def _table(item: Item) -> Iterator[str]:
    columns = {column.id: column for column in item.column}
    if bool(item.row) == bool(item.rows_from):
        yield _("`row`: write the rows, or name a file in `rows_from`; one of the two.")
    if item.rows_from and not item.row_id:
        yield _("`row_id` is missing: name the column of {file} that identifies a row.").format(
            file=item.rows_from
        )
    for column in item.column:
        if column.type == "option" and not column.option:
            yield _("`column` {id}: `option` is missing; list what can be chosen.").format(id=column.id)
    for row in item.row:
        if not isinstance(row.answer, dict) or set(row.answer) != set(columns):
            words = _("`row` {id}: `answer` must name each column: {known}.")
            yield words.format(id=row.id, known=", ".join(columns))
            continue
        for name, value in row.answer.items():
            known = [option.id for option in columns[name].option]
            if columns[name].type == "option" and value not in known:
                words = _("`row` {id}, column {column}: `answer` is {found}; it must be one of {known}.")
                yield words.format(id=row.id, column=name, found=repr(value), known=", ".join(known))
            if columns[name].type == "number" and isinstance(value, str):
                words = _("`row` {id}, column {column}: `answer` is {found}; write a number.")
                yield words.format(id=row.id, column=name, found=repr(value))


def _spans(item: Item) -> Iterator[str]:
    marked = [passage.id for passage in item.passages() if passage.id is not None]
    spans = [span.id for span in item.span]
    for name in sorted(set(marked) - set(spans)):
        words = _("`text` marks passage {id}, but no `span` explains it; add one.")
        yield words.format(id=name)
    for name in sorted(set(spans) - set(marked)):
        words = _("`span` {id} does not stand in `text`; mark it there as [[{id}:words]].")
        yield words.format(id=name)
    for span in item.span:
        if span.hide is None:
            yield _("`span` {id}: `hide` is missing; write hide = true or hide = false.").format(id=span.id)
    if not all(any(span.hide for span in item.form(n).span) for n in range(item.forms)):
        yield _("`span`: nothing must be hidden; mark at least one with hide = true.")
