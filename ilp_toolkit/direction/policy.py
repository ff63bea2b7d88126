"""
The limits within which everything else works: one commented file, one validated value.

A threshold that stands in code is a decision nobody took. All of them stand in ``policy.toml``; the owner of
the data keeps a copy with other values, and a product says which values it was made under. The values are
frozen: a product cannot change the rules it is held to.
"""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from ..errors import FileError, InputError
from ..i18n import _

__all__ = [
    "OVERRIDES",
    "Bias",
    "Cells",
    "Confidence",
    "Entities",
    "Exchange",
    "Geomask",
    "Places",
    "Policy",
    "Profile",
    "Retention",
    "Sensitive",
    "Suppression",
    "load",
    "load_for",
]

OVERRIDES = "policy.toml"
"""Name of the file in a case's folder that overrules the toolkit's values."""

Share = Annotated[float, Field(ge=0, le=1)]


def _one_of(value: Any, known: tuple[Any, ...]) -> Any:
    if value not in known:
        raise ValueError(_("must be one of {known}").format(known=", ".join(map(str, known))))
    return value


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Cells(_Part):
    """Rules for counts."""

    minimum_count: Annotated[int, Field(ge=3, le=100)]
    """A count above zero and below this is hidden."""
    rounding_base: Annotated[int, Field(ge=2, le=100)]
    """Counts by hour and weekday are drawn to the nearest multiple of this."""


class Places(_Part):
    """Rules for maps. Sizes in metres."""

    minimum_cell_size: Annotated[float, Field(ge=50, le=5000)]
    """The smallest cell of a published map."""
    minimum_cell_size_snapped: Annotated[float, Field(ge=50, le=5000)]
    """The same where coordinates were moved to points of a street map."""
    maximum_cells: Annotated[int, Field(ge=100, le=200_000)]
    """The largest number of cells of one map."""
    coordinate_decimals: Annotated[int, Field(ge=0, le=4)]
    """Decimals of a degree in published coordinates."""
    maximum_districts: Annotated[int, Field(ge=2, le=1000)]
    """More areas than this are no districts."""
    maximum_places: Annotated[int, Field(ge=1, le=26)]
    """The largest number of places in a table."""


class Profile(_Part):
    """How many incidents each part of a problem profile needs."""

    minimum_rows: Annotated[int, Field(ge=5, le=1000)]
    """Fewer incidents give no profile."""
    minimum_rows_hotspots: Annotated[int, Field(ge=20, le=100_000)]
    """Fewer located incidents give no map of hot spots."""
    minimum_rows_hours: Annotated[int, Field(ge=10, le=100_000)]
    """Fewer timed incidents give no chart of hours."""
    significance: Annotated[float, AfterValidator(lambda value: _one_of(value, (0.05, 0.01)))]
    """Share of false alarms accepted among significant cells, 0 to 1."""
    minimum_per_hour_box: Annotated[float, Field(ge=1, le=100)]
    """Mean number of incidents a box of the chart of hours and weekdays must hold."""


class Confidence(_Part):
    """When a finding is held with less confidence. Shares from 0 to 1."""

    located_limited: Share
    located_weak: Share
    timed_limited: Share
    timed_weak: Share
    rows_limited: Annotated[int, Field(ge=1)]
    rows_weak: Annotated[int, Field(ge=1)]
    origin_unknown_limited: Share
    rejected_limited: Share
    rejected_weak: Share


class Release(_Part):
    """Who is shown what when something leaves; names of audiences as `evaluation.handling` has them."""

    small_counts_for: tuple[str, ...]
    """Audiences that see small counts; every other one gets the public rules."""
    single_records_for: tuple[str, ...]
    """Audiences that see single points and records."""
    second_person_for: tuple[str, ...]
    """Audiences for which a second person must have seen a product."""
    counts_may_leave_from: tuple[str, ...]
    """Markings of own material whose protected counts may go to a wider audience than the material."""
    seconds_for_counts: Annotated[float, Field(ge=1, le=600)]
    """Seconds that the check beside earlier releases may take."""


class Sensitive(_Part):
    """Offences under rules of their own: what the code cannot know about a register."""

    domestic_columns: tuple[str, ...]
    """Names of columns that mark domestic offences."""


class Retention(_Part):
    """How long something may be held. Days."""

    maximum_days: Annotated[int, Field(ge=1, le=3653)]
    """Longest time from taking in, or from a review, to the end."""
    default_days: Annotated[int, Field(ge=1, le=3653)]
    """The same where a case names none."""
    review_every_days: Annotated[int, Field(ge=1, le=1827)]
    """Longest time between two reviews."""
    warn_days: Annotated[int, Field(ge=0, le=365)]
    """How long before its end something is listed as due."""

    @model_validator(mode="after")
    def _agree(self) -> Retention:
        if self.default_days > self.maximum_days:
            raise ValueError(_("default_days must not be above maximum_days"))
        return self


class Bias(_Part):
    """When a ranking of places may leave. Shares from 0 to 1."""

    maximum_share_discovered: Annotated[float, Field(ge=0, le=0.5)]
    """Largest share of events that the police noticed themselves, unknown counted as that."""
    minimum_reported: Annotated[int, Field(ge=30, le=100_000)]
    """Fewer reported events show nothing."""
    top_share: Annotated[float, Field(gt=0, le=0.5)]
    """Part of the ranked places that counts as getting attention."""
    days: Annotated[int, Field(ge=100, le=10_000)]
    """Days of the stress test."""
    runs: Annotated[int, Field(ge=200, le=10_000)]
    """Repetitions of the stress test."""
    maximum_drift: Annotated[float, Field(ge=0, le=0.2)]
    """Largest move of a district's share of attention away from its reference."""
    reporting_change: Annotated[float, Field(ge=0, le=0.9)]
    """How far reporting rates may differ from what the counts suppose, as a part of the rate."""
    minimum_kept: Share
    """Smallest share of the top places that must stay on top within that, on average."""
    maximum_exposure: Annotated[float, Field(ge=1, le=100)]
    """Largest ratio of a district's share of attention to its share in a survey of victims."""


class Suppression(_Part):
    """How far a hidden count must stay from being known."""

    minimum_width: Annotated[int, Field(ge=1, le=98)]
    """Largest less smallest value that a hidden count can have for a reader."""
    zeros: Annotated[str, AfterValidator(lambda value: _one_of(value, ("published", "company", "hidden")))]
    """Whether a zero may be hidden: never, where others need its company, or always."""
    revisions: Annotated[str, AfterValidator(lambda value: _one_of(value, ("protect", "allow")))]
    """Whether what was registered between two publications is a group to be protected."""
    seconds: Annotated[float, Field(gt=0, le=600)]
    """Time for the verdict on one release."""


class Exchange(_Part):
    """What goes to other agencies and abroad. Days."""

    review_days: Annotated[int, Field(ge=1, le=366)]
    """How long a review of the risks at a destination holds."""
    keep_days: Annotated[int, Field(ge=1, le=1826)]
    """How long the recipient may keep what it gets, at most."""


class Geomask(_Part):
    """How points are moved before they leave. Radii in metres."""

    inner: Annotated[float, Field(ge=10, le=1000)]
    outer: Annotated[float, Field(ge=50, le=10_000)]
    minimum_addresses: Annotated[int, Field(ge=2, le=1000)]
    """A spot of a catalogue needs so many addresses around it, or none."""
    k: Annotated[int, Field(ge=2, le=10_000)]
    """Addresses among which a moved point is hidden."""
    share_below_k: Share
    """Share of the points that may be hidden among fewer."""

    @model_validator(mode="after")
    def _agree(self) -> Geomask:
        if self.inner >= self.outer:
            raise ValueError(_("geomask.inner must be below geomask.outer"))
        return self


class Entities(_Part):
    """When two records of persons are a lead. Probabilities from 0 to 1."""

    match: Annotated[float, Field(ge=0.9, le=0.9999)]
    possible: Annotated[float, Field(ge=0.01, le=0.9)]
    fields_for: Annotated[int, Field(ge=2, le=6)]
    """Fields that must speak for a match."""
    against_bits: Annotated[float, Field(ge=-20, le=-1)]
    """A field with this weight or less makes a match a possible one."""

    @model_validator(mode="after")
    def _agree(self) -> Entities:
        if self.possible >= self.match:
            raise ValueError(_("entities.possible must be below entities.match"))
        return self


class Policy(_Part):
    """Every threshold that decides what may leave; see ``policy.toml`` for the reason behind each."""

    cells: Cells
    places: Places
    profile: Profile
    confidence: Confidence
    release: Release
    sensitive: Sensitive
    geomask: Geomask
    retention: Retention
    bias: Bias
    suppression: Suppression
    exchange: Exchange
    entities: Entities

    @model_validator(mode="after")
    def _agree(self) -> Policy:
        if self.profile.minimum_rows < self.cells.minimum_count:
            raise ValueError(_("profile.minimum_rows must not be below cells.minimum_count"))
        if self.suppression.minimum_width > self.cells.minimum_count - 2:
            raise ValueError(_("suppression.minimum_width must be below cells.minimum_count - 1"))
        return self


def load(path: str | Path | None = None) -> Policy:
    """
    Read the policy: the toolkit's own, with a user's file laid over it.

    Parameters
    ----------
    path
        A TOML file with the sections and names of ``policy.toml``, as few of them as differ.

    Returns
    -------
    Policy
        The validated values.

    Raises
    ------
    FileError
        If the file is missing or is no TOML.
    InputError
        If a name is unknown or a value is out of its bounds; all such slips are listed at once.

    Examples
    --------
    >>> load().cells.minimum_count
    5
    """
    own = tomllib.loads(
        resources.files("ilp_toolkit.direction").joinpath("policy.toml").read_text(encoding="utf-8")
    )
    values = _overlaid(own, _read(Path(path))) if path is not None else own
    try:
        return Policy.model_validate(values)
    except ValidationError as error:
        raise InputError(_slips(error, path)) from None


def load_for(folder: str | Path) -> Policy:
    """
    Read the policy of a case: the file ``policy.toml`` in its folder, where there is one, over the toolkit's.

    Parameters
    ----------
    folder
        The folder of the case.

    Returns
    -------
    Policy
        The validated values; the toolkit's own where the folder has no such file.

    Raises
    ------
    FileError
        If there is no such folder, or its file is no TOML.
    InputError
        As `load`.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as case:
    ...     _size = Path(case, "policy.toml").write_text("cells.rounding_base = 10", encoding="utf-8")
    ...     load_for(case).cells.rounding_base
    10
    """
    place = Path(folder)
    if not place.is_dir():
        msg = _("There is no folder “{name}”. Name the folder of the case.").format(name=place.name)
        raise FileError(msg)
    own = place / OVERRIDES
    return load(own if own.exists() else None)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError:
        msg = _("There is no policy file “{name}”. Check the path.").format(name=path.name)
        raise FileError(msg) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        msg = _("The policy file “{name}” is no valid TOML: {reason}.").format(name=path.name, reason=error)
        raise FileError(msg) from None


def _overlaid(own: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    merged = dict(own)
    for section, values in other.items():
        both = isinstance(values, dict) and isinstance(own.get(section), dict)
        merged[section] = {**own[section], **values} if both else values
    return merged


def _slips(error: ValidationError, path: str | Path | None) -> str:
    lines = [
        "{where}: {what}".format(
            where=".".join(str(part) for part in slip["loc"]) or "policy",
            what=slip["msg"].removeprefix("Value error, "),
        )
        for slip in error.errors()
    ]
    return _("The policy “{name}” cannot be used: {slips}. Compare it with policy.toml.").format(
        name=Path(path).name if path else "policy.toml", slips="; ".join(lines)
    )
