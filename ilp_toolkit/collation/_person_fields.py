"""What of a register of persons is compared, and how: names, dates of birth, places and numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..collection.placefolds import sound
from ..collection.written_dates import DATE_LEVELS, date_level, read_date
from ..errors import ColumnsError
from ..i18n import _
from .name_keys import FATHER_LEVELS, NAME_LEVELS, block_words, father_level, name_level, read_name

if TYPE_CHECKING:
    from ._comparisons import Comparison

__all__ = ["Block", "blocks_of", "dates", "digits", "fathers", "name_keys", "names", "persons", "places"]

Block = Callable[[pd.DataFrame], "pd.Series[Any]"]
"""A table of `persons` to the keys of each record: a tuple of texts, empty where it has none."""

_COLUMNS: dict[str, tuple[tuple[str, ...], ...]] = {
    "name": (
        ("family_name", "given_name", "patronymic"),
        ("family_name", "given_name"),
        ("last_name", "first_name", "patronymic"),
        ("last_name", "first_name"),
        ("фамилия", "имя", "отчество"),
        ("фамилия", "имя"),
        ("name",),
        ("full_name",),
        ("person_name",),
        ("фио",),
    ),
    "birth_date": (("birth_date",), ("date_of_birth",), ("born",), ("дата рождения",)),
    "place": (("place",), ("town",), ("city",), ("населённый пункт",), ("город",)),
    "phone": (("phone",), ("telephone",), ("телефон",)),
    "document": (("document",), ("passport",), ("паспорт",)),
}
_DIGITS = 9
"""Last digits of a telephone number that are compared: codes of countries are written or left out."""


def persons(
    records: pd.DataFrame, *, columns: Mapping[str, str | Sequence[str]] | None = None
) -> pd.DataFrame:
    """
    Take from a register what persons are compared by.

    Parameters
    ----------
    records
        One row a record.
    columns
        Which column, or which several in their order, hold the ``name``, ``birth_date``, ``place``,
        ``phone``, ``document``; columns of usual names are found without it.

    Returns
    -------
    pandas.DataFrame
        On the index of `records`: ``name`` and ``patronymic`` (both the whole name as written: the comparison
        knows which part is which), and those of ``birth_date``, ``place``, ``phone``, ``document`` that are
        there. Text, None where empty.

    Raises
    ------
    ColumnsError
        If there is no name, or a column is missing.

    Examples
    --------
    >>> records = pd.DataFrame({"family_name": ["Karimov"], "given_name": ["R."], "birth_date": [""]})
    >>> persons(records).iloc[0].to_list()
    ['Karimov R.', 'Karimov R.', None]
    """
    named = {str(name).strip().casefold(): name for name in records.columns}
    found: dict[str, list[Any]] = {}
    for field, ways in _COLUMNS.items():
        if columns is not None and field in columns:
            wanted = columns[field]
            found[field] = [wanted] if isinstance(wanted, str) else list(wanted)
        elif way := next((way for way in ways if set(way) <= set(named)), None):
            found[field] = [named[name] for name in way]
    missing = [name for names in found.values() for name in names if name not in records]
    if missing or "name" not in found:
        msg = _("`records` has no column {name!r}.")
        raise ColumnsError(msg.format(name=missing[0] if missing else "name"))
    table = pd.DataFrame(index=records.index)
    for field, wanted in found.items():
        table[field] = _joined(records, list(wanted))
    table.insert(1, "patronymic", table["name"])
    return table


def names() -> Comparison:
    """
    Compare names of persons across scripts, patronymics apart: see `name_keys.name_level`.

    Examples
    --------
    >>> names()(pd.Series(["Қодиров Рустам"]), pd.Series(["Rustam Kadyrov"])).tolist()
    ['other form']
    """
    return _by(name_level, NAME_LEVELS)


def fathers() -> Comparison:
    """
    Compare the patronymics in names of persons: see `name_keys.father_level`.

    Examples
    --------
    >>> fathers()(pd.Series(["Асанов Бакыт Токтоевич"]), pd.Series(["Токто уулу Бакыт"])).tolist()
    ['same']
    """
    return _by(father_level, FATHER_LEVELS)


def dates() -> Comparison:
    """
    Compare dates as they are written, in words too: see `written_dates.date_level`.

    Examples
    --------
    >>> dates()(pd.Series(["12 марта 1985 г."]), pd.Series(["1985-03-12"])).tolist()
    ['same']
    """
    return _by(date_level, DATE_LEVELS)


def places() -> Comparison:
    """
    Compare names of places across scripts: ``same`` or ``different``.

    Examples
    --------
    >>> places()(pd.Series(["г. Душанбе", "Osh"]), pd.Series(["Dushanbe", "Бишкек"])).tolist()
    ['same', 'different']
    """
    return _by(_one_key(sound), ("same", "different"))


def digits() -> Comparison:
    """
    Compare telephone numbers by their last nine digits: ``same`` or ``different``.

    Examples
    --------
    >>> digits()(pd.Series(["+000 70 551-01-99"]), pd.Series(["070 5510199"])).tolist()
    ['same']
    """
    return _by(_one_key(last_digits), ("same", "different"))


def last_digits(text: str) -> str:
    """Return the last digits of a telephone number."""
    return re.sub(r"\D", "", text)[-_DIGITS:]


def name_keys(table: pd.DataFrame) -> pd.Series[Any]:
    """Return for each record one text for all spellings of its name: to count how common names are."""
    keys = [" ".join(sorted(read_name(name).words)) if name else None for name in table["name"]]
    return pd.Series(keys, index=table.index, dtype=object)


def blocks_of(table: pd.DataFrame) -> dict[str, Block]:
    """Return the keys that records are brought together by, from what a table of `persons` holds."""
    found: dict[str, Block] = {"all_words": _all_words, "word_and_initial": _word_and_initial}
    if "birth_date" in table:
        found |= {"word_and_year": _word_and_year, "birth_date": _birth_date}
    if "phone" in table:
        found["phone"] = _column("phone", last_digits)
    if "document" in table:
        found["document"] = _column("document", lambda text: re.sub(r"\W", "", text).casefold())
    return found


def _joined(records: pd.DataFrame, columns: list[Any]) -> pd.Series[Any]:
    cells = [
        [_text(value) for value in records[name].tolist()] for name in columns
    ]  # texts of each column, empty where missing
    joined = [" ".join(part for part in row if part) or None for row in zip(*cells, strict=True)]
    return pd.Series(joined, index=records.index, dtype=object)


def _text(value: Any) -> str:
    if value is None or value is pd.NaT or pd.isna(value):
        return ""
    # A column of whole numbers with a gap in it comes as 1985.0.
    return str(int(value) if isinstance(value, float) and value.is_integer() else value).strip()


def _by(level: Callable[[Any, Any], str | None], levels: Sequence[str]) -> Comparison:
    def comparison(one: pd.Series[Any], other: pd.Series[Any]) -> pd.Series[Any]:
        found = [
            level(a, b) if isinstance(a, str) and isinstance(b, str) else None
            for a, b in zip(one, other, strict=True)
        ]
        return pd.Series(pd.Categorical(found, categories=list(levels), ordered=True), index=one.index)

    return comparison


def _one_key(key: Callable[[str], str]) -> Callable[[str, str], str | None]:
    def level(one: str, other: str) -> str | None:
        a, b = key(one), key(other)
        return None if not a or not b else "same" if a == b else "different"

    return level


# Keys


def _keys(table: pd.DataFrame, of: Callable[..., tuple[str, ...]], *columns: str) -> pd.Series[Any]:
    rows = zip(*(table[name] for name in columns), strict=True)
    return pd.Series(
        [of(*row) if isinstance(row[0], str) else () for row in rows], index=table.index, dtype=object
    )


def _all_words(table: pd.DataFrame) -> pd.Series[Any]:
    def of(name: str) -> tuple[str, ...]:
        words = block_words(name)
        return (" ".join(sorted(words)),) if len(words) > 1 else ()

    return _keys(table, of, "name")


def _word_and_initial(table: pd.DataFrame) -> pd.Series[Any]:
    def of(name: str) -> tuple[str, ...]:
        read = read_name(name)
        words = block_words(read)
        starts = {*(word[:1] for word in words), *("a" if i in "aeiou" else i for i in read.initial[:1])}
        return tuple(
            f"{word} {start}" for word in words for start in starts if start != word[:1] or len(starts) == 1
        )

    return _keys(table, of, "name")


def _word_and_year(table: pd.DataFrame) -> pd.Series[Any]:
    def of(name: str, born: Any) -> tuple[str, ...]:
        date = read_date(born) if isinstance(born, str) else None
        year = date.year if date is not None else None
        return tuple(f"{word} {year}" for word in block_words(name)) if year else ()

    return _keys(table, of, "name", "birth_date")


def _birth_date(table: pd.DataFrame) -> pd.Series[Any]:
    def of(born: str) -> tuple[str, ...]:
        date = read_date(born)
        if date is None or not date.whole or (date.month, date.day) == (1, 1):
            return ()
        return (f"{date.year} {sorted((date.month or 0, date.day or 0))}",)

    return _keys(table, of, "birth_date")


def _column(name: str, key: Callable[[str], str]) -> Block:
    def block(table: pd.DataFrame) -> pd.Series[Any]:
        return _keys(table, lambda text: tuple(found for found in (key(text),) if found), name)

    return block
