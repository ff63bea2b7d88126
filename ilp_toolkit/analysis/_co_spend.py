"""
Coins spent together: a toy that shows how addresses are grouped, and how that goes wrong.

Who signs all inputs of a payment holds all their keys, so the inputs are taken as one owner's. A joint
payment (CoinJoin) is made to break this: many people sign one payment. Taken at face value it merges
strangers into one cluster, and every later finding about one of them falls on all. It works on a toy ledger
alone; anything that looks like an address of a real one is refused.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from .. import choices
from ..errors import InputError
from ..i18n import _
from ._flow_tables import need_columns
from ._listing_tables import cannot_show, whole_number

__all__ = ["Clusters", "crypto_clusters"]

_TOY = re.compile(r"[\w.-]{1,12}")
"""Names in a toy ledger are short; addresses of real ones are not."""


@dataclass(frozen=True)
class Clusters:
    """Addresses grouped by payments they made together."""

    addresses: pd.DataFrame
    """In the order of names: ``address``, ``cluster`` (from 1, by first name), ``cluster_n``, ``naive`` (the
    cluster if joint payments were taken at face value), ``naive_n``."""
    payments: pd.DataFrame
    """In the order given: ``tx``, ``inputs`` and ``outputs`` (how many), ``equal_outputs`` (the most of one
    amount), ``joint`` (looks like a joint payment), ``used``."""
    choices: dict[str, Any] = field(repr=False)
    """What was chosen, for `ilp.explain`."""


def crypto_clusters(payments: pd.DataFrame, *, equal_outputs: int = 3, skip_joint: bool = True) -> Clusters:
    """
    Group the addresses of a toy ledger by common inputs, joint payments flagged and skipped.

    Parameters
    ----------
    payments
        A toy ledger: ``tx``, ``inputs`` (a tuple of addresses, up to 12 characters each), ``outputs`` (a
        tuple of amounts).
    equal_outputs
        A payment looks joint where at least so many outputs are of one amount and at least so many
        addresses pay in.
    skip_joint
        Whether such payments are left out of the grouping; False shows what goes wrong.

    Returns
    -------
    Clusters

    Raises
    ------
    ColumnsError
        If a column is missing.
    InputError
        If an address is as long as one of a real ledger, or the limit cannot be used.

    Notes
    -----
    The rule finds joint payments with equal amounts and errs both ways: a shop that pays three wages alike
    from three addresses is flagged, a joint payment of unlike amounts or of two people (PayJoin) is not. An
    exchange or another custodian spends the coins of its customers together: its cluster is no person. Never
    treat a cluster as an identity; ``naive`` beside ``cluster`` shows how much one joint payment does.

    References
    ----------
    Meiklejohn et al. (2013), doi:10.1145/2504730.2504747.

    Examples
    --------
    >>> toy = pd.DataFrame({"tx": [1, 2, 3, 4], "inputs": [("A", "B"), ("B", "C"), ("D",), ("C", "D", "E")],
    ...     "outputs": [(5,), (4,), (1,), (2, 2, 2)]})
    >>> crypto_clusters(toy).addresses[["address", "cluster", "naive"]].to_numpy().T.tolist()
    [['A', 'B', 'C', 'D', 'E'], [1, 1, 1, 2, 3], [1, 1, 1, 1, 1]]
    """
    whole_number(equal_outputs, "equal_outputs", least=2)
    need_columns(payments, ["tx", "inputs", "outputs"], "payments")
    inputs = [_addresses(value, row) for row, value in enumerate(payments["inputs"])]
    amounts = [_tuple(value) for value in payments["outputs"]]
    most = [max(Counter(map(float, one)).values(), default=0) for one in amounts]
    joint = [n >= equal_outputs and len(one) >= equal_outputs for n, one in zip(most, inputs, strict=True)]
    used = [not (flag and skip_joint) for flag in joint]
    names = sorted({address for one in inputs for address in one})
    careful = _groups(names, [one for one, use in zip(inputs, used, strict=True) if use])
    naive = _groups(names, inputs)
    table = pd.DataFrame({"address": names, "cluster": careful, "naive": naive})
    for column in ("cluster", "naive"):
        table[f"{column}_n"] = table.groupby(column)[column].transform("size").astype("int64")
    seen = pd.DataFrame(
        {
            "tx": payments["tx"].to_numpy(),
            "inputs": [len(one) for one in inputs],
            "outputs": [len(one) for one in amounts],
            "equal_outputs": most,
            "joint": joint,
            "used": used,
        }
    )
    made = {
        "equal_outputs": int(equal_outputs),
        "skip_joint": bool(skip_joint),
        "joint_payments": int(np.sum(joint)),
        "clusters": int(table["cluster"].nunique()),
        "clusters_naive": int(table["naive"].nunique()),
        "cannot_show": cannot_show("cluster"),
    }
    order = ["address", "cluster", "cluster_n", "naive", "naive_n"]
    return Clusters(choices.record(table[order], **made), choices.record(seen, **made), made)


def _tuple(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, tuple | list | np.ndarray) else ()


def _addresses(value: Any, row: int) -> tuple[str, ...]:
    """Return the addresses that pay in, each once; refuse what could be one of a real ledger."""
    found = tuple(dict.fromkeys(str(one) for one in _tuple(value)))
    if any(not _TOY.fullmatch(one) for one in found):
        msg = _(
            "`payments` row {row} has an address longer than 12 characters or with signs in it: "
            "this is a toy for teaching, and takes no addresses of real ledgers. Number them instead."
        )
        raise InputError(msg.format(row=row))
    return found


def _groups(names: list[str], payments: list[tuple[str, ...]]) -> list[int]:
    """Return the group of each name, numbered by the first name in it."""
    parent = {name: name for name in names}

    def root(name: str) -> str:
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for one in payments:
        for other in one[1:]:
            first, second = sorted((root(one[0]), root(other)))
            parent[second] = first
    roots = [root(name) for name in names]
    number = {name: place + 1 for place, name in enumerate(dict.fromkeys(roots))}
    return [number[name] for name in roots]
