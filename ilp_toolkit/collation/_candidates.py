"""Which pairs of records are worth comparing: those that share a key, with all others counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .. import choices
from ..errors import ColumnsError, InputError
from ..i18n import _
from ._person_fields import Block, blocks_of, persons

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

__all__ = ["candidates", "possible_pairs", "sides"]


def candidates(
    records: pd.DataFrame,
    *,
    columns: Mapping[str, str | Sequence[str]] | None = None,
    across: str | None = None,
    blocks: Mapping[str, Block] | None = None,
    largest: int = 200,
) -> pd.DataFrame:
    """
    Bring together the pairs of records that share at least one key.

    Parameters
    ----------
    records
        One row a record, on a unique index.
    columns
        Which columns hold what, as in `persons`.
    across
        A column, such as the name of the register: only pairs that differ in it are made.
    blocks
        Functions of the table of `persons` to the keys of each record (tuples of texts). Left out: all words
        of the name without vowels and endings; a word with the first letter of another; a word with the year
        of birth; the date of birth with day and month either way round; telephone; document.
    largest
        A key that more records share says too little: its pairs are left out and counted.

    Returns
    -------
    pandas.DataFrame
        In the order of `records`: ``first``, ``second`` (labels) and a column ``by_<block>`` each. Its
        choices say how many pairs there could be, how many are compared, how many are left out, how many keys
        were too common, and how many records have no pair or no key.

    Raises
    ------
    ColumnsError, InputError
        If a column is missing, the index repeats, or an argument cannot be used.

    Notes
    -----
    Two records of one person that share no key are never compared, and nobody will know: a name written
    anew after a marriage with no date of birth beside it, say. More keys cost time and find more.

    Examples
    --------
    >>> rows = pd.DataFrame({"name": ["Karimov Rustam", "Рустам Каримов", "Dorlek Vansok"]}, index=[*"abc"])
    >>> found = candidates(rows)
    >>> found[["first", "second"]].to_numpy().tolist(), found.attrs["choices"]["pairs_left_out"]
    ([['a', 'b']], 2)
    """
    if not records.index.is_unique:
        raise InputError(_("The index of `records` repeats; number it: records.reset_index(drop=True)."))
    if largest < 2:
        raise InputError(_("`largest` must be 2 or more, got {value!r}.").format(value=largest))
    table = persons(records, columns=columns)
    side = sides(records, across)
    chosen = blocks_of(table) if blocks is None else dict(blocks)
    made: dict[str, pd.MultiIndex] = {}
    too_common = 0
    keyed = np.zeros(len(table), dtype=bool)
    for name, block in chosen.items():
        keys = block(table).reset_index(drop=True).explode().dropna()
        keyed[keys.index.to_numpy(dtype=np.int64)] = True
        sizes = keys.map(keys.value_counts())
        too_common += int(keys[sizes > largest].nunique())
        made[name] = _pairs(keys[(sizes <= largest) & (sizes > 1)], side)
    every = pd.MultiIndex.from_arrays([np.empty(0, np.int64)] * 2)
    for pairs in made.values():
        every = every.union(pairs)
    one, other = (every.get_level_values(n).to_numpy(dtype=np.int64) for n in (0, 1))
    order = np.lexsort((other, one))
    result = pd.DataFrame({"first": table.index[one[order]], "second": table.index[other[order]]})
    for name, pairs in made.items():
        result[f"by_{name}"] = every.isin(pairs)[order] if len(every) else np.empty(0, dtype=bool)
    n_possible = possible_pairs(side)
    return choices.record(
        result,
        n_records=len(records),
        pairs_possible=n_possible,
        compared=len(result),
        pairs_left_out=n_possible - len(result),
        brought_together_by=list(chosen),
        keys_too_common=too_common,
        records_without_key=int((~keyed).sum()),
        records_without_pair=len(records) - len(np.union1d(one, other)),
        across=across,
    )


def possible_pairs(side: Ints) -> int:
    """Return how many pairs of different sides there could be; a side of -1 is one of its own."""
    shared = np.unique(side[side >= 0], return_counts=True)[1]
    return len(side) * (len(side) - 1) // 2 - int((shared * (shared - 1) // 2).sum())


def sides(records: pd.DataFrame, across: str | None) -> Ints:
    """Return a number for what records must differ in; -1 where nothing is asked or nothing is known."""
    if across is None:
        return np.full(len(records), -1, dtype=np.int64)
    if across not in records:
        raise ColumnsError(_("`records` has no column {name!r}.").format(name=across))
    return np.asarray(pd.factorize(records[across])[0], dtype=np.int64)


def _pairs(keys: pd.Series[Any], side: Ints) -> pd.MultiIndex:
    """Return the pairs of positions that share a key, the earlier first."""
    table = pd.DataFrame({"key": keys.to_numpy(), "at": keys.index.to_numpy(dtype=np.int64)})
    both = table.merge(table, on="key", suffixes=("", "_other"))
    one, other = both["at"].to_numpy(), both["at_other"].to_numpy()
    good = (one < other) & ((side[one] < 0) | (side[one] != side[other]))
    return pd.MultiIndex.from_arrays([one[good], other[good]]).unique()
