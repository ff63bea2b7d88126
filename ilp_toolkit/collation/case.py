"""
The governed workspace: a case takes information in with its rules, and remembers what was made of it.

A case is a folder with a ledger, an audit log and, where wanted, a policy of its own. It holds no data: those
stay in their files, and findings are made again by running the analysis again. Analysis is never blocked
here. Whatever goes in, a finding comes out; whether it may leave is asked once, at the gate. Python is no
boundary of security: the case gives safe defaults and makes tampering show.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..collection import pseudonyms
from ..direction.policy import load, load_for
from ..errors import FileError, InputError
from ..i18n import _
from . import _analysing, _collecting, _proof, corrections, recordkeys, terms
from .audit import AuditLog
from .casefolder import AUDIT, FORMAT, LEDGER, Folder, machine_clock, new_id, refuse_empty, words
from .finding import Finding, Kind, Material
from .ledger import Ledger
from .passport import Passport

if TYPE_CHECKING:
    import pandas as pd

    from ..evaluation.handling import Handling
    from .audit import Entry

__all__ = ["Case", "Finding", "Material", "Passport"]


class Case:
    """
    A case: what it is for, on what basis, and everything that was taken in for it.

    Parameters
    ----------
    name
        What it is called.
    folder
        Where it is kept. Made where it does not exist; reopened where it already is this case.
    purpose
        What information may be used for in it, one word or several ("tasking", "prevention").
    legal_basis
        The law or order it rests on, in words or as an id.
    owner
        Who answers for it: an id rather than a name.
    legal_reference
        Article, number and date of that basis.
    necessity, proportionality
        Why it is needed, and why it goes no further than needed; printed on every product.
    retention
        How long what comes in may be held ("2 years", "90 days", a Timedelta); None takes the policy's.
    policy
        A policy file; copied into the folder, so that it holds in later sessions.
    rules
        Name of the rule pack that the gate applies.
    clock
        Says what time it is; None takes the clock of this machine.
    key_folder
        Where the key of the case is kept, never inside its folder; None takes the usual place.

    Raises
    ------
    InputError
        If something required is empty, or the folder is another case.
    FileError
        If the folder cannot be used, or was changed by hand.

    Examples
    --------
    >>> import tempfile, pandas as pd
    >>> with tempfile.TemporaryDirectory() as place:
    ...     case = Case("Burglary, district 4", folder=Path(place, "case"), purpose="tasking",
    ...                 legal_basis="Police Act", owner="analyst-07", key_folder=Path(place, "keys"))
    ...     rows = pd.DataFrame({"Дата": ["12.01.2026", "13.01.2026"], "Район": ["Tesvar", "Tesvar"]})
    ...     taken = case.collect(rows, quality="invented", handling="internal", timezone="Indian/Maldives")
    ...     found = case.analyse(lambda table: table.groupby("area").size().rename("n").reset_index(), taken)
    ...     int(found.table["n"].iloc[0]), sorted(found.passport.handling.audiences), found.passport.governed
    (2, ['agency', 'originator'], True)
    """

    def __init__(
        self,
        name: str,
        *,
        folder: str | Path,
        purpose: str | Iterable[str],
        legal_basis: str,
        owner: str,
        legal_reference: str = "",
        necessity: str = "",
        proportionality: str = "",
        retention: Any = None,
        policy: str | Path | None = None,
        rules: str | None = None,
        clock: Callable[[], dt.datetime] | None = None,
        key_folder: str | Path | None = None,
    ) -> None:
        required = {"name": name, "legal_basis": legal_basis, "owner": owner}
        wanted = {
            **{argument: text.strip() for argument, text in required.items()},
            "purposes": sorted(words(purpose)),
            "legal_reference": legal_reference.strip(),
            "necessity": necessity.strip(),
            "proportionality": proportionality.strip(),
            "retention_days": None if retention is None else terms.days_of(retention),
            "rules": rules,
        }
        refuse_empty({**{key: wanted[key] for key in required}, "purpose": wanted["purposes"]})
        self._clock = clock or machine_clock
        self._folder = Folder(folder)
        agreed = self._folder.agreed() or self._begin(wanted, policy)
        self._folder.compare(agreed, wanted)
        if policy is not None:
            self._folder.adopt_policy(policy)
        self._open(agreed, key_folder)

    def _begin(self, wanted: dict[str, Any], policy: str | Path | None) -> dict[str, Any]:
        rules = load_for(self.folder) if policy is None and self.folder.is_dir() else load(policy)
        days = wanted["retention_days"] or rules.retention.default_days
        if days > rules.retention.maximum_days:
            msg = _("`retention` is {days} days, and the policy allows {most} days at most.")
            raise InputError(msg.format(days=days, most=rules.retention.maximum_days))
        now = self._told().isoformat(timespec="seconds")
        agreed = {"format": FORMAT, "id": new_id(), **wanted, "retention_days": days, "created": now}
        return self._folder.make(agreed)

    def _open(self, agreed: dict[str, Any], key_folder: str | Path | None) -> None:
        self.id: str = agreed["id"]
        self.name: str = agreed["name"]
        self.purposes: frozenset[str] = frozenset(agreed["purposes"])
        self.legal_basis: str = agreed["legal_basis"]
        self.legal_reference: str = agreed["legal_reference"]
        self.necessity: str = agreed["necessity"]
        self.proportionality: str = agreed["proportionality"]
        self.owner: str = agreed["owner"]
        self.rules: str | None = agreed["rules"]
        self.retention = dt.timedelta(days=agreed["retention_days"])
        self.created = dt.datetime.fromisoformat(agreed["created"])
        self.policy = load_for(self.folder)
        key = pseudonyms.open_key(self.id, folder=key_folder, outside=self.folder)
        self.key: bytes = key.secret
        self.key_folder = pseudonyms.key_folder(key_folder)
        self._known: dict[str, Material | Finding] = {}
        self._taken: dict[str, Material] = {}
        self.audit = AuditLog(
            self.folder / AUDIT, self._told, key=key.derive("audit"), by=self.owner, ledger=self._ledger_head
        )
        self.ledger = Ledger(
            self.folder / LEDGER,
            clock=self.now,
            key=key.derive("ledger"),
            witness=self.audit.head,
            has_record=self._has_record,
        )
        _proof.note_opening(self, self._folder, agreed)

    # What it is

    @property
    def folder(self) -> Path:
        """Where the case is kept."""
        return self._folder.path

    @property
    def clock(self) -> Callable[[], dt.datetime]:
        """What tells the time: never a moment before the latest entry of the log."""
        return self.now

    @property
    def expires(self) -> dt.datetime:
        """When the case as a whole may no longer be held."""
        found = terms.expiry(self.ledger, terms.CASE)
        return found if found is not None else self.created + self.retention

    def now(self) -> dt.datetime:
        """Return the present: the clock's, or the latest entry's where the clock has been set back."""
        told, latest = self._told(), self.audit.latest()
        return told if latest is None else max(told, latest)

    # What is done in it

    def collect(
        self,
        source: Any,
        *,
        reader: Callable[..., Any] | None = None,
        quality: str,
        handling: str | Handling | None = None,
        originator: str = "",
        purposes: str | Iterable[str] | None = None,
        expires: Any = None,
        roles: str | Mapping[str, Any] | None = None,
        obtained: str = "",
        name: str = "",
        **reader_options: Any,
    ) -> Material:
        """
        Take information in: read it, and write down what rules it is under.

        Parameters
        ----------
        source
            A file, or a table.
        reader
            What reads it; None takes `ilp.read_incidents`. Any function that returns a table or an `Intake`.
        quality
            A sentence on how good it is: where it comes from, how complete, how precise.
        handling
            Its marking ("internal", "4x4:H1", "TLP:GREEN", «ДСП»); None takes the markings of its rows, and
            where there are none the strictest: nobody beyond the case.
        originator
            Who gave it.
        purposes
            What it may be used for; None means the purposes of the case.
        expires
            The last day or the moment until which it may be held; None takes the case's retention from now.
        roles
            Where its rows are persons, their roles: see `roles.with_roles`.
        obtained
            How it was obtained, and that this was lawful.
        name
            What it is called; left out, the name of the file.
        reader_options
            Passed to the reader.

        Returns
        -------
        Material

        Raises
        ------
        InputError
            If the marking is that of a state secret, the quality is not stated, or the expiry is beyond what
            the policy allows; and what the reader raises.
        """
        how = _collecting.Rules(
            quality=quality, handling=handling, originator=originator, expires=expires, roles=roles,
            obtained=obtained, name=name, purposes=None if purposes is None else words(purposes),
        )  # fmt: skip
        material = _collecting.collect(
            self, self._folder, source, reader=reader, rules=how, options=reader_options
        )
        self._taken[material.id] = material
        self._remember_content(material)
        return material

    def analyse(
        self,
        function: Callable[..., Any],
        *inputs: Any,
        kind: Kind = "assessment",
        author: str = "",
        **choices: Any,
    ) -> Finding:
        """
        Run a function on materials and findings, and give its result a passport.

        Parameters
        ----------
        function
            Any function of tables: those of the toolkit (`ilp.hotspots.gi_star`), or your own.
        inputs
            What it takes, in order: materials, findings, layers of boundaries or cells. A plain table of
            records makes the finding ungoverned: it can be looked at and not released.
        kind
            Whether the result is a fact (a count, a measure) or an assessment.
        author
            Who stands for it; left out, the owner of the case.
        choices
            Passed to the function.

        Returns
        -------
        Finding

        Raises
        ------
        InputError
            Whatever the function raises; the case itself refuses nothing.

        Notes
        -----
        The same function with the same choices and inputs that gives the same result has the same id, in
        every session. Nothing is known of what your own function reads by itself: let it take all it needs as
        inputs.
        """
        finding = _analysing.analyse(self, function, inputs, choices, kind=kind, author=author)
        self._remember_content(finding)
        return finding

    def combine(self, *inputs: Any, function: Callable[..., Any] | None = None, **choices: Any) -> Finding:
        """
        Make one picture of several materials and findings.

        Parameters
        ----------
        inputs
            Two or more.
        function
            What combines them; left out, their rows are put below each other with a column ``material``.
        choices
            Passed to the function; ``kind`` and ``author`` as in `analyse`.

        Returns
        -------
        Finding
            With the passports joined: audiences and purposes in common, all conditions, the earliest expiry.
        """
        if function is None:
            finding = _analysing.stack(self, inputs, choices)
        else:
            finding = _analysing.analyse(self, function, inputs, choices, event="combination")
        self._remember_content(finding)
        return finding

    def remember(self, kind: str, record: dict[str, Any]) -> str:
        """Add a record to the ledger; see `ledger.Ledger.remember`."""
        return self.ledger.remember(kind, record)

    def recall(self, kind: str) -> list[dict[str, Any]]:
        """Return the records of a kind, in order."""
        return self.ledger.recall(kind)

    def note_look(self, subject: str, **ids: Any) -> Entry:
        """Note in the log that somebody looked at single records."""
        return self.audit.append("consultation", subject=subject, what="records", **ids)

    # What is asked of it

    def pseudonym(self, value: object, *, kind: str = "record") -> str:
        """Return what stands for a value in this case, and in no other."""
        return pseudonyms.pseudonym(value, key=self.key, kind=kind)

    def stale(self, item: str | Material | Finding) -> list[str]:
        """
        Say why a material or finding is stale: one sentence a reason, empty where it is not.

        It is after a record of it was rectified or erased, or a person in it acquitted.
        """
        name = item if isinstance(item, str) else item.id
        try:
            return corrections.stale_because(self.ledger, name, self.keys)
        except FileError as error:
            return [str(error)]

    def verify(self, item: Material | Finding) -> list[str]:
        """
        Say why an object is not what this case made: forged, edited, or made of what came around the case.

        Returns
        -------
        list of str
            One sentence a reason, with what mends it; empty where all agrees.
        """
        return _proof.doubts(self, item)

    def expiry(self, item: str | Material | Finding) -> dt.datetime | None:
        """
        Return when it may no longer be held: for a finding the earliest of its materials; None if unknown.
        """
        if isinstance(item, Finding):
            dates = [terms.expiry(self.ledger, material.id) for material in item.materials()]
            return None if not dates or None in dates else min(day for day in dates if day is not None)
        return terms.expiry(self.ledger, item if isinstance(item, str) else item.id)

    def holds(self, *items: str) -> list[dict[str, Any]]:
        """Return the legal holds on the case, or on any of the items."""
        return terms.holds_on(self.ledger, *items)

    def keys(self, material: str) -> recordkeys.Keys | None:
        """Return the keys of the records of a material; see `recordkeys`."""
        noted = corrections.items_of(self.ledger, "material").get(material, {}).get("keys")
        return self._folder.keys(material, noted)

    def known(self, mark: str) -> Material | Finding | None:
        """Return the material or finding of this session that has a fingerprint."""
        return self._known.get(mark)

    def session_materials(self) -> list[Material]:
        """Return the materials taken in during this session, whose tables are at hand."""
        return list(self._taken.values())

    def without_records(self, text: str) -> str:
        """
        Return a text in which numbers of records of the case, and contacts, are pseudonyms: for the ledger.
        """
        return _proof.without_records(self, text)

    def collected(self) -> list[Material]:
        """Return the materials that were taken in in this session, in order."""
        return [item for item in self._known.values() if isinstance(item, Material)]

    def materials(self) -> pd.DataFrame:
        """Return what was taken in, this session or earlier: ``id name rows taken expires handling``."""
        import pandas as pd

        rows = [
            {
                "id": name,
                "name": record["name"],
                "rows": record["rows"],
                "taken": record["taken"],
                "expires": self.expiry(name),
                "handling": ", ".join(record["passport"]["handling"]["audiences"])
                or _("nobody beyond the case"),
            }
            for name, record in corrections.items_of(self.ledger, "material").items()
        ]
        return pd.DataFrame(rows, columns=["id", "name", "rows", "taken", "expires", "handling"])

    def __repr__(self) -> str:
        return _("<Case {id}: {name}>").format(id=self.id, name=self.name)

    # Inside

    def _told(self) -> dt.datetime:
        told = self._clock()
        if told.tzinfo is None:
            raise InputError("`clock` must return moments with a time zone, such as datetime.now(tz=UTC).")
        return told.astimezone(dt.UTC)

    def _ledger_head(self) -> str:
        return self.ledger.head() if hasattr(self, "ledger") else ""

    def _has_record(self, told: list[str]) -> bool:
        return _proof.name_records(self, told)

    def _remember_content(self, item: Material | Finding) -> None:
        if item.fingerprint is not None and item.passport.governed:
            self._known.setdefault(item.fingerprint, item)
