"""Threat of groups and problems: published and own matrices, with what is unknown shown, never filled in."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import choices
from ..errors import ColumnsError, FileError, InputError
from ..i18n import _, current
from .subjects import check_subjects

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Matrix", "Part", "matrix", "read_matrix", "sleipnir"]

TRAINING = "training"
_UNKNOWN = {"unknown", "", "?", "неизвестно", "nan", "none given"}
_ASIDE = ("kind", "members", "confidence", "capacity")
"""Columns that a matrix carries along and never counts."""


@dataclass(frozen=True)
class Part:
    """One column of a matrix: its name, its weight, and where the weight comes from."""

    id: str
    weight: float
    citation: str


@dataclass(frozen=True)
class Matrix:
    """A matrix of harm and likelihood; made by `read_matrix`."""

    title: str
    levels: dict[str, float]
    harm: tuple[Part, ...]
    likelihood: tuple[Part, ...]
    fictional: bool


def sleipnir(groups: pd.DataFrame) -> pd.DataFrame:
    """
    Score organised crime groups by SLEIPNIR, with the unknown shown beside the published score.

    Parameters
    ----------
    groups
        A row for each group, named by the index; columns are attributes (``corruption`` …
        ``links_extremist``), values ``high``, ``medium``, ``low``, ``nil`` or ``unknown``. A missing value
        or column is unknown.

    Returns
    -------
    pandas.DataFrame
        On the index of `groups`: ``published`` (unknown as medium, as the published rule has it), ``known``
        (unknown as nothing: what is known adds up to this), ``possible`` (unknown as high: it could be
        this), ``unknown`` (number of attributes), ``unknown_share`` (of all points, 0 to 1), ``rank_best``
        and ``rank_worst`` (the best and the worst place that the unknown leaves open).

    Raises
    ------
    InputError
        If a column is no attribute, a value no level, or a row looks like a person.

    Notes
    -----
    The published rule gives 380 of 760 points to a group of which nothing is known, as much as to one that is
    known to be medium throughout. So it is never shown alone here. Where the ranks overlap there is no order;
    where ``unknown_share`` is large, the next step is collection, not action. Experts of other countries
    order the attributes otherwise.

    References
    ----------
    Ratcliffe, Strang & Taylor (2014), Assessing the success factors of organized crime groups: intelligence
    challenges for strategic thinking. Policing: An International Journal 37(1).

    Examples
    --------
    >>> import pandas as pd
    >>> table = sleipnir(pd.DataFrame({"monopoly": ["high"]}, index=["G-01"]))
    >>> table[["published", "known", "possible", "unknown"]].iloc[0].tolist()
    [390, 20, 760, 18]
    """
    rule = _rule("sleipnir.toml")
    points = {str(part["id"]): int(part["points"]) for part in rule["attributes"]}
    rated = groups.drop(columns=[name for name in _ASIDE if name in groups])
    check_subjects(groups.assign(kind="group"), "groups")
    strange = [column for column in rated.columns if column not in points]
    if strange:
        msg = _("`groups` has the column “{column}”, which is no attribute. Attributes are: {known}.")
        raise ColumnsError(msg.format(column=strange[0], known=", ".join(points)))
    levels = {name: int(value) for name, value in rule["levels"].items()}
    return choices.record(
        _spans(_levels(rated, list(points), levels, "groups"), points, levels),
        published_rule_scores_unknown_as="medium",
        most=max(levels.values()) * sum(points.values()),
        source=rule["citation"][current()],
        verified=bool(rule["verified"]),
    )


def read_matrix(source: str | Path = TRAINING) -> Matrix:
    """
    Read a matrix of harm and likelihood.

    Parameters
    ----------
    source
        A TOML file in the form of ``direction/threat/training.toml``; or ``"training"``, whose weights are
        invented.

    Returns
    -------
    Matrix
        Its columns, weights and levels.

    Raises
    ------
    FileError
        If the file is missing or no TOML.
    InputError
        If a weight lacks its citation or is no number above 0, or a part is empty.

    Examples
    --------
    >>> read_matrix().fictional
    True
    """
    if source == TRAINING:
        return _matrix(_rule("training.toml"), TRAINING)
    path = Path(source)
    try:
        return _matrix(tomllib.loads(path.read_text(encoding="utf-8-sig")), path.name)
    except OSError:
        raise FileError(_("There is no matrix “{name}”. Check the path.").format(name=path.name)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        msg = _("The matrix “{name}” is no valid TOML: {reason}.").format(name=path.name, reason=error)
        raise FileError(msg) from None


def matrix(problems: pd.DataFrame, *, config: Matrix | None = None) -> pd.DataFrame:
    """
    Place problems in a matrix of harm and likelihood, each as the span that the unknown leaves open.

    Parameters
    ----------
    problems
        A row for each problem, named by the index, with ``kind`` (crime, group, market, place, problem,
        route) and the columns of the matrix, values from its levels or ``unknown``. ``confidence`` and
        ``capacity`` are carried along and not counted: how sure we are, and what we can do, do not make a
        problem larger.
    config
        The matrix; the invented one for training where not given.

    Returns
    -------
    pandas.DataFrame
        On the index of `problems`: ``kind``; ``harm_low``, ``harm_high``, ``likelihood_low``,
        ``likelihood_high`` and ``risk_low``, ``risk_high`` (0 to 1); ``unknown`` (number of values),
        ``unknown_share`` (of all weight); ``rank_best``, ``rank_worst``; ``confidence`` and ``capacity``
        where given.

    Raises
    ------
    ColumnsError
        If a column of the matrix is missing.
    InputError
        If a value is no level, a kind is missing, or a row looks like a person.

    Notes
    -----
    Risk is the product of two weighted means of levels: an order, not a quantity, and only as good as the
    weights. Two problems whose spans overlap are not ordered.

    Examples
    --------
    >>> import pandas as pd
    >>> said = {"physical": "low", "psychological": "moderate", "financial": "high", "community": "low",
    ...         "scope": "low", "frequency": "high", "trend": "unknown", "vulnerability": "low"}
    >>> table = pd.DataFrame({"kind": "crime", **said}, index=["Burglary"])
    >>> matrix(table)[["risk_low", "risk_high", "unknown"]].round(3).iloc[0].tolist()
    [0.173, 0.272, 1.0]
    """
    import pandas as pd

    config = config if config is not None else read_matrix()
    check_subjects(problems, "problems")
    parts = {"harm": config.harm, "likelihood": config.likelihood}
    table = problems[["kind"]].copy()
    known: dict[str, Any] = {}
    for name, columns in parts.items():
        weights = {part.id: part.weight for part in columns}
        missing = [column for column in weights if column not in problems]
        if missing:
            msg = _("`problems` has no column “{column}”. The matrix needs: {known}.")
            raise ColumnsError(msg.format(column=missing[0], known=", ".join(weights)))
        rated = _levels(problems, list(weights), config.levels, "problems")
        known[name] = rated
        table[f"{name}_low"], table[f"{name}_high"] = _means(rated, weights, config.levels)
    for end in ("low", "high"):
        table[f"risk_{end}"] = table[f"harm_{end}"] * table[f"likelihood_{end}"]
    weights = {part.id: part.weight for columns in parts.values() for part in columns}
    every = known["harm"].join(known["likelihood"])
    table["unknown"] = every.isna().sum(axis=1)
    table["unknown_share"] = every.isna().mul(pd.Series(weights)).sum(axis=1) / sum(weights.values())
    table["rank_best"], table["rank_worst"] = _ranks(table["risk_low"], table["risk_high"])
    for name in ("confidence", "capacity"):
        if name in problems:
            table[name] = problems[name]
    return choices.record(table, matrix=config.title, fictional=config.fictional, unknown_counts_as="a span")


def _levels(table: pd.DataFrame, names: list[str], levels: dict[str, Any], argument: str) -> pd.DataFrame:
    """Return the value of each level; what is unknown is missing."""
    import pandas as pd

    known = {name: value for name, value in levels.items() if name != "unknown"}
    out = {}
    for name in names:
        given = table[name] if name in table else pd.Series(pd.NA, index=table.index)
        said = (
            given.astype(object)
            .where(given.notna(), "unknown")
            .map(lambda value: str(value).strip().casefold())
        )
        wrong = ~said.isin(known) & ~said.isin(_UNKNOWN)
        if wrong.any():
            msg = _(
                "“{value}” in the column “{column}” of `{name}` is no level (first: {row}). Levels are: "
                "{known}."
            )
            value, row, every = given[wrong].iloc[0], table.index[wrong][0], ", ".join([*known, "unknown"])
            raise InputError(msg.format(value=value, column=name, name=argument, row=row, known=every))
        out[name] = said.map(known).astype(float)
    return pd.DataFrame(out, index=table.index)


def _spans(rated: pd.DataFrame, points: dict[str, int], levels: dict[str, int]) -> pd.DataFrame:
    import pandas as pd

    def total(fill: int) -> pd.Series[Any]:
        return rated.fillna(fill).mul(pd.Series(points)).sum(axis=1).astype("int64")

    table = pd.DataFrame(index=rated.index)
    table["published"], table["known"], table["possible"] = (
        total(levels["unknown"]),
        total(0),
        total(max(levels.values())),
    )
    table["unknown"] = rated.isna().sum(axis=1)
    table["unknown_share"] = rated.isna().mul(pd.Series(points)).sum(axis=1) / sum(points.values())
    table["rank_best"], table["rank_worst"] = _ranks(table["known"], table["possible"])
    return table


def _means(rated: pd.DataFrame, weights: dict[str, float], levels: dict[str, float]) -> tuple[Any, Any]:
    import pandas as pd

    low, high = min(levels.values()), max(levels.values())
    most = sum(weights.values()) * (high - low)
    return tuple(
        (rated.fillna(fill) - low).mul(pd.Series(weights)).sum(axis=1) / most for fill in (low, high)
    )  # type: ignore[return-value]


def _ranks(low: pd.Series[Any], high: pd.Series[Any]) -> tuple[Any, Any]:
    """Return the best and the worst place that each span leaves open among the others."""
    import numpy as np

    lows, highs = low.to_numpy(dtype=float), high.to_numpy(dtype=float)
    best = 1 + (lows[None, :] > highs[:, None] + 1e-12).sum(axis=1)
    worst = (highs[None, :] > lows[:, None] + 1e-12).sum(axis=1) + np.where(highs > lows + 1e-12, 0, 1)
    return best, worst


def _matrix(values: dict[str, Any], name: str) -> Matrix:
    slips = []
    for part in ("harm", "likelihood"):
        if not values.get(part):
            slips.append(_("it has no part “{part}”").format(part=part))
        for row in values.get(part, ()):
            if not str(row.get("citation", "")).strip():
                slips.append(_("“{column}” has no citation").format(column=row.get("id")))
            if not isinstance(row.get("weight"), int | float) or not row["weight"] > 0:
                slips.append(_("“{column}” needs a weight above 0").format(column=row.get("id")))
    levels = values.get("levels", {})
    if len(levels) < 2 or "unknown" in levels:
        slips.append(_("it needs at least two levels, and unknown is none of them"))
    if slips:
        msg = _("The matrix “{name}” cannot be used: {slips}.").format(name=name, slips="; ".join(slips))
        raise InputError(msg)
    title = values.get("title", name)
    return Matrix(
        title=str(title.get(current()) or title.get("en")) if isinstance(title, dict) else str(title),
        levels={str(level): float(value) for level, value in levels.items()},
        harm=tuple(Part(row["id"], float(row["weight"]), row["citation"]) for row in values["harm"]),
        likelihood=tuple(
            Part(row["id"], float(row["weight"]), row["citation"]) for row in values["likelihood"]
        ),
        fictional=bool(values.get("fictional", False)),
    )


def _rule(name: str) -> dict[str, Any]:
    path = resources.files("ilp_toolkit.direction").joinpath("threat", name)
    return tomllib.loads(path.read_text(encoding="utf-8"))
