"""
One number for a whole log: the Merkle tree hash of RFC 6962.

Whoever holds the root of the first *n* entries can show later that none of these has changed, without holding
the log itself. So the root is printed on every product: the paper is the witness.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

__all__ = ["merkle_root"]


def merkle_root(leaves: Sequence[bytes]) -> str:
    """
    Hash a list of entries into one number.

    Parameters
    ----------
    leaves
        The entries as bytes, in order.

    Returns
    -------
    str
        64 hexadecimal digits; for no entries the hash of nothing.

    References
    ----------
    RFC 6962, section 2.1 (Merkle Tree Hash with SHA-256).

    Examples
    --------
    >>> merkle_root([b""])[:8], merkle_root([])[:8]
    ('6e340b9c', 'e3b0c442')
    """
    if not leaves:
        return hashlib.sha256(b"").hexdigest()
    level = [hashlib.sha256(b"\0" + leaf).digest() for leaf in leaves]
    while len(level) > 1:
        # Pairing from the left and carrying an odd last one up gives the tree of the RFC, whose left part is
        # the largest power of two below the number of leaves.
        paired = [
            hashlib.sha256(b"\1" + left + right).digest()
            for left, right in zip(level[::2], level[1::2], strict=False)
        ]
        level = paired + ([level[-1]] if len(level) % 2 else [])
    return level[0].hex()
