"""
The course card: whose answers these are, without a name, and which data they work on.

A card carries a learner's id and a code of eight letters and digits that the examiner derived from the id
and a secret. The code chooses the variant of the data; the examiner's roster says whether the two belong
together. A check letter, printed at the end, catches a slip of the keyboard before an exam is handed in.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

from ..errors import InputError
from ..i18n import _

__all__ = ["Card", "check_letter", "read_card", "typed", "variant", "write_card"]

FILE = "card.json"
_LEARNER = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
_CODE = re.compile(r"[A-Z2-7]{8}")
_CYRILLIC = str.maketrans("АВЕЗКМНОРСТУХІЅ", "ABE3KMHOPCTYXIS")
"""Letters that look alike in both alphabets: a Russian keyboard types one for the other."""
_LOOKALIKES = str.maketrans("018", "OIB")
"""Base 32 has no 0, 1 and 8: whoever types one meant the letter."""


@dataclass(frozen=True)
class Card:
    """A learner's course card."""

    learner: str
    """Pseudonymous id, for example ``kg-014``."""
    code: str
    """Eight characters of base 32."""

    def printed(self) -> str:
        """
        Return the code as it is printed: two groups of four, then the check letter.

        Examples
        --------
        >>> Card("kg-014", "ABCD2345").printed()
        'ABCD-2345-Z'
        """
        return f"{self.code[:4]}-{self.code[4:]}-{check_letter(self.learner, self.code)}"


def variant(card_code: str, module: str, n: int = 8) -> int:
    """
    Return which variant of a module's data a card works on.

    Parameters
    ----------
    card_code
        Eight characters of base 32.
    module
        The module's id; each module draws anew.
    n
        How many variants there are.

    Examples
    --------
    >>> 0 <= variant("ABCD2345", "03_rights") < 8
    True
    """
    digest = hashlib.sha256(f"{card_code}|{module}".encode()).hexdigest()
    return int(digest, 16) % n


def check_letter(learner: str, code: str) -> str:
    """Return the letter that ends a printed code: another one wherever id or code has a slip."""
    digest = hashlib.sha256(f"ilp-card|{learner}|{code}".encode()).digest()
    return base64.b32encode(digest)[:1].decode("ascii")


def typed(learner: str, code: str) -> Card:
    """
    Read a card as a person types it.

    Parameters
    ----------
    learner
        Id; capitals, spaces around and letters of the Russian keyboard that look alike are forgiven.
    code
        The code with or without its check letter, dashes and spaces.

    Raises
    ------
    InputError
        If one of them cannot be on a card, or the check letter does not fit.

    Examples
    --------
    >>> typed(" KG-014 ", "abcd 2345")
    Card(learner='kg-014', code='ABCD2345')
    """
    name = re.sub(r"\s+", "", learner).upper().translate(_CYRILLIC).lower()
    if not _LEARNER.fullmatch(name):
        msg = _("“{found}” is no id of a course card. It is written like kg-014: letters, digits and dashes.")
        raise InputError(msg.format(found=learner.strip()[:40]))
    plain = re.sub(r"[\s\u2010-\u2015-]+", "", code).upper().translate(_CYRILLIC).translate(_LOOKALIKES)
    if not _CODE.fullmatch(plain[:8]) or len(plain) not in (8, 9):
        msg = _("“{found}” is no code of a course card. It has eight letters and digits, like ABCD-2345.")
        raise InputError(msg.format(found=code.strip()[:40]))
    if len(plain) == 9 and plain[8] != check_letter(name, plain[:8]):
        msg = _("Id {learner} and code {code} do not go together. Compare each character with your card.")
        raise InputError(msg.format(learner=name, code=code.strip()))
    return Card(name, plain[:8])


def read_card(folder: Path) -> Card | None:
    """Return the card that is kept in a folder of answers, None where there is none or it is damaged."""
    try:
        kept = json.loads((Path(folder) / FILE).read_text(encoding="utf-8"))
        return typed(kept["learner"], kept["code"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def write_card(folder: Path, card: Card) -> Path:
    """Keep a card in a folder of answers; a crash in the middle leaves the old one."""
    path = Path(folder) / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{FILE}.new")
    text = json.dumps({"learner": card.learner, "code": card.code}, sort_keys=True)
    fresh.write_text(text + "\n", encoding="utf-8")
    fresh.replace(path)
    return path
