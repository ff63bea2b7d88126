"""
Leads: pairs of accounts that may be one seller's, and what persons decided about them.

No two accounts are ever merged: there is no function that does it. A lead counts as a link once a person has
signed it, with a reason; what they decided stays on record, also where they change their mind.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

import pandas as pd

from ..errors import InputError
from ..i18n import _

__all__ = ["DECIDED", "OUTCOMES", "VendorLinks", "ppv", "sign_off"]

OUTCOMES = ("match", "possible", "no")
Decision = Literal["same", "different", "undecided"]
_KEY = ["first_market", "first", "second_market", "second"]
DECIDED = [*_KEY, "outcome", "probability", "decision", "reviewer", "reason", "at"]


@dataclass(frozen=True)
class VendorLinks:
    """Leads, what they rest on, and what persons decided."""

    pairs: pd.DataFrame
    """In the order of ids: ``first_market``, ``first``, ``second_market``, ``second``; ``level_<family>`` and
    ``weight_<family>`` (bits; 0 where unknown), ``families`` (how many speak for it), ``against`` (whether
    one speaks clearly against it), ``weight``, ``probability``, ``outcome``."""
    weights: pd.DataFrame
    """A row a level: ``field``, ``level``, ``m`` (among pairs of one seller), ``u`` (among others) and
    ``weight`` = log2(m / u)."""
    expected: pd.DataFrame
    """By outcome, ``match``, ``possible`` and both as ``leads``: ``n``, ``wrong_per_100`` with ``low`` and
    ``high``."""
    decisions: pd.DataFrame
    """What persons decided (`sign_off`), in the order of decision; empty at first."""
    choices: dict[str, Any] = field(repr=False)
    """What was chosen, for `ilp.explain`."""

    def signed(self) -> pd.DataFrame:
        """Return the pairs whose last decision is ``same``: the only ones that may be counted as linked."""
        last = self.decisions.drop_duplicates(_KEY, keep="last")
        return last[last["decision"] == "same"].reset_index(drop=True)


def ppv(prevalence: float, sensitivity: float, specificity: float) -> float:
    """
    Share of what a test flags that is truly so (positive predictive value).

    Parameters
    ----------
    prevalence
        Share of true cases among all that are tested, 0 to 1.
    sensitivity
        Share of the true cases that are flagged.
    specificity
        Share of the others that are not flagged.

    Returns
    -------
    float
        Between 0 and 1; NaN where nothing is flagged.

    Raises
    ------
    InputError
        If a share is not between 0 and 1.

    Notes
    -----
    Where one pair of ten thousand is linked, a test that errs once in a thousand is wrong nine times of ten.

    References
    ----------
    Altman & Bland (1994), doi:10.1136/bmj.309.6947.102.

    Examples
    --------
    >>> round(ppv(1e-4, 0.75, 0.999), 4)
    0.0698
    """
    for name, value in (
        ("prevalence", prevalence),
        ("sensitivity", sensitivity),
        ("specificity", specificity),
    ):
        if not 0 <= value <= 1:
            msg = _("`{name}` must be a share between 0 and 1, got {value!r}.")
            raise InputError(msg.format(name=name, value=value))
    right, wrong = prevalence * sensitivity, (1 - prevalence) * (1 - specificity)
    return right / (right + wrong) if right + wrong > 0 else float("nan")


def sign_off(
    links: VendorLinks,
    first: str,
    second: str,
    *,
    decision: Decision,
    reviewer: str,
    reason: str,
    at: dt.datetime,
) -> VendorLinks:
    """
    Record what a person decided about one pair; nothing else makes a lead count.

    Parameters
    ----------
    links
        From `link_vendors`.
    first, second
        Ids of the two accounts, in either order.
    decision
        ``same``, ``different`` or ``undecided``.
    reviewer
        Id of the person who decides.
    reason
        What the decision rests on, beside the score; ten characters at least.
    at
        When, with a time zone.

    Returns
    -------
    VendorLinks
        With one more row in ``decisions``. Earlier ones stay; the last one of a pair counts.

    Raises
    ------
    InputError
        If the pair was not compared or stands for several, or reviewer, reason or time is missing.

    Notes
    -----
    A list of decisions in memory is no audit log; a case keeps one (`ilp.Case`).

    Examples
    --------
    >>> import datetime as dt
    >>> rows = [(m, f"v{m}{k}", f"{m}{k}", "opium", 2.0 + k, 20.0 + k, pd.Timestamp("2025-01-01"), str(k), k)
    ...     for m in "AB" for k in range(6)]
    >>> listings = pd.DataFrame(rows, columns=["market", "vendor_id", "listing_id", "substance", "quantity_g",
    ...     "price_usd", "snapshot_date", "pgp_id", "style_1"])
    >>> from ilp_toolkit.analysis.darknet import link_vendors
    >>> links = link_vendors(listings, least_style=1, draws=20, rng=1)
    >>> links = sign_off(links, "vA0", "vB0", decision="same", reviewer="analyst-07",
    ...     reason="both parcels were seized together", at=dt.datetime(2025, 5, 1, tzinfo=dt.UTC))
    >>> links.signed()[["first", "second", "decision"]].to_numpy().tolist()
    [['vA0', 'vB0', 'same']]
    """
    if decision not in get_args(Decision):
        msg = _("`{name}` must be one of {choices}, got {value!r}.")
        raise InputError(msg.format(name="decision", choices=", ".join(get_args(Decision)), value=decision))
    if not isinstance(reviewer, str) or not reviewer.strip():
        raise InputError(_("`reviewer` is empty: a link is signed by a person, with an id."))
    if not isinstance(reason, str) or len(reason.strip()) < 10:
        raise InputError(_("`reason` must say what the decision rests on, in ten characters or more."))
    if not isinstance(at, dt.datetime) or at.tzinfo is None:
        raise InputError(_("`at` must be a time with a time zone, got {value!r}.").format(value=at))
    names = links.pairs[["first", "second"]].astype(str)
    here = (names["first"] == first) & (names["second"] == second)
    here |= (names["first"] == second) & (names["second"] == first)
    found = links.pairs[here]
    if len(found) != 1:
        msg = _("`first` and `second` stand for {n} pairs that were compared; name one that was.")
        raise InputError(msg.format(n=len(found)))
    row = found.iloc[0][[*_KEY, "outcome", "probability"]].to_dict()
    row |= {"decision": decision, "reviewer": reviewer.strip(), "reason": reason.strip(), "at": at}
    new = pd.DataFrame([row], columns=DECIDED)
    decisions = new if links.decisions.empty else pd.concat([links.decisions, new], ignore_index=True)
    return replace(links, decisions=decisions)
