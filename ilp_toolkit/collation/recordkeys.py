"""
Which records a material holds, without holding them: keyed pseudonyms, in a small file of the case.

To rectify or erase one record, a case must know years later which of its materials held it. It keeps, for
each material, the first 60 bits of the keyed hash of every record's number, sorted. Without the key, which
lies outside the folder, nobody can test whether a number is among them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ..collection.pseudonyms import canonical, digest, pseudonym

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Keys = NDArray[np.uint64]

__all__ = ["COLUMNS", "contains", "key_of", "keys_of", "name_of", "numbering", "record_column"]

COLUMNS = ("report_id", "incident_id", "person_id", "record_id", "item_id", "entity_id", "id")
"""Columns that number records, the first that a table has."""
_ALSO = ("phone_id", "seizure_id", "listing_id", "vendor_id", "handle_id", "caller", "called")
_ENDS = ("source", "target")
_KIND = "record"
_PLAIN = re.compile(r"[A-Za-z0-9/._-]+", re.ASCII)
"""Most numbers of records: what `canonical` does to these is to write them in small letters."""


def record_column(table: Any) -> str | None:
    """
    Return the column that numbers the records of a table, None where there is none.

    Examples
    --------
    >>> import pandas as pd
    >>> record_column(pd.DataFrame({"incident_id": ["K1"], "offence": ["Theft"]}))
    'incident_id'
    """
    names = getattr(table, "columns", ())
    return next((name for name in COLUMNS if name in names), None)


def numbering(table: Any) -> tuple[str, ...]:
    """
    Return every column by which somebody may ask for a record to be put right or to go.

    A register of incidents or a set of reports has one. A row of links, calls or listings names several: the
    persons at its ends, the account, the items that it rests on.

    Examples
    --------
    >>> import pandas as pd
    >>> numbering(pd.DataFrame(columns=["source", "target", "kind", "item_ids"]))
    ('source', 'target', 'item_ids')
    >>> numbering(pd.DataFrame(columns=["incident_id", "person_id"]))
    ('incident_id',)
    """
    first, names = record_column(table), set(getattr(table, "columns", ()))
    if first in {"report_id", "incident_id"}:
        return (first,)
    ends = (*_ENDS, "item_ids") if "item_ids" in names else ()
    return tuple(name for name in (*COLUMNS, *_ALSO, *ends) if name in names)


def name_of(record: object, key: bytes) -> str:
    """Return the pseudonym of a record: what the ledger and the log may hold."""
    return pseudonym(record, key=key, kind=_KIND)


def key_of(record: object, key: bytes) -> int:
    """
    Return the same as a number of 60 bits, as the files of a material hold it.

    Examples
    --------
    >>> key_of("K23-00001", b"k" * 16) == key_of(" k23-00001", b"k" * 16) < 2**60
    True
    """
    return int.from_bytes(digest(_message(record), key=key)[:8], "big") >> 4


def keys_of(values: Any, key: bytes) -> Keys:
    """Return the keys of all records of a column, sorted, each once; missing ones are left out."""
    import numpy as np
    import pandas as pd

    column = pd.Series(values)
    several = column.map(lambda cell: isinstance(cell, list | tuple | set)).any()
    distinct = (column.explode() if several else column).dropna().unique().tolist()
    hashes = [digest(_message(value), key=key)[:8] for value in distinct if str(value).strip()]
    return np.unique(np.frombuffer(b"".join(hashes), dtype=">u8").astype(np.uint64) >> np.uint64(4))


def contains(keys: Keys, one: int) -> bool:
    """Say whether sorted keys hold one."""
    import numpy as np

    place = int(np.searchsorted(keys, np.uint64(one)))
    return place < len(keys) and int(keys[place]) == one


def _message(record: object) -> bytes:
    plain = isinstance(record, str) and _PLAIN.fullmatch(record) is not None
    return f"{_KIND}\0{str(record).lower() if plain else canonical(record)}".encode()
