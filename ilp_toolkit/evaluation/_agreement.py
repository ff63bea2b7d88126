"""Agreement between two graders of the same reports: how often they agree beyond what chance would give."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from ..errors import InputError
from ..i18n import _
from ._scales import Axis, Scale, axis_codes, is_missing, known_scale, ordered

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

__all__ = ["Agreement", "agreement", "kappa"]


@dataclass(frozen=True)
class Agreement:
    """How far two graders agree. Values are None where they are not defined."""

    n: int
    """Reports that both graded on this axis."""
    left_out: int
    """Reports that one of them did not grade."""
    observed: float | None
    """Share of the `n` to which both gave the same code."""
    kappa: float | None
    """Cohen's kappa: agreement beyond chance; every code, "cannot be judged" too, is a category."""
    kappa_se: float | None
    """Its standard error for large samples."""
    n_weighted: int
    """Reports that both could judge: only their codes stand in an order."""
    weighted_kappa: float | None
    """Kappa in which a near miss counts as partial agreement, on the `n_weighted`."""
    weighted_kappa_se: float | None
    """Its standard error for large samples."""
    weights: str
    """"linear" or "quadratic"."""
    table: pd.DataFrame
    """Counts: a row a code of the first grader, a column a code of the second."""


def agreement(
    a: Iterable[Any],
    b: Iterable[Any],
    *,
    scale: Scale = "4x4",
    axis: Axis = "source",
    weights: Literal["linear", "quadratic"] = "linear",
) -> Agreement:
    """
    Measure how far two graders agree on the same reports.

    Parameters
    ----------
    a, b
        Grades of the same reports in the same order; None where a grader gave none.
    scale
        The scale that both used; grades of another one are refused, never converted.
    axis
        What to compare: the "source" or the "information".
    weights
        How a disagreement counts: by the steps between the codes, or by their square.

    Returns
    -------
    Agreement
        Cohen's kappa over all codes, and weighted kappa over those that stand in an order.

    Raises
    ------
    InputError
        If the two differ in length, or a grade is of another scale.

    Notes
    -----
    Weighted kappa measures the graders, not the reports: it uses the steps between codes as weights of a
    disagreement and makes no number of any grade. "Cannot be judged" has no place in the order, so such
    reports count in `kappa` alone. Kappa falls where one code is rare in the material (prevalence), so two
    sets of reports are not compared by it; under some 30 reports its error is as large as itself.

    References
    ----------
    Cohen (1968), doi:10.1037/h0026256; Fleiss, Cohen & Everitt (1969), doi:10.1037/h0028106.

    Examples
    --------
    >>> from ilp_toolkit.evaluation.grades import parse
    >>> first = [parse(text) for text in ["A1", "A1", "B2", "C3", "X4"]]
    >>> second = [parse(text) for text in ["A1", "B1", "B2", "C3", "X4"]]
    >>> round(agreement(first, second).kappa, 3)
    0.737
    """
    import numpy as np
    import pandas as pd

    used = known_scale(scale)
    one, other = _codes(list(a), used, axis), _codes(list(b), used, axis)
    if len(one) != len(other):
        msg = _(
            "The two graders have {a} and {b} grades: give one for each report, None where there is none."
        )
        raise InputError(msg.format(a=len(one), b=len(other)))
    names = list(axis_codes(used, axis))
    both = [(x, y) for x, y in zip(one, other, strict=True) if x is not None and y is not None]
    counts = np.zeros((len(names), len(names)), dtype=np.int64)
    for x, y in both:
        counts[names.index(x), names.index(y)] += 1
    in_order = [names.index(code) for code in ordered(used, axis)]
    plain, plain_se = _kappa(counts, np.eye(len(names)))
    ranked = counts[np.ix_(in_order, in_order)]
    steps = np.abs(np.subtract.outer(np.arange(len(in_order)), np.arange(len(in_order)))) / (
        len(in_order) - 1
    )
    weighted, weighted_se = _kappa(ranked, 1 - (steps if weights == "linear" else steps**2))
    return Agreement(
        n=len(both),
        left_out=len(one) - len(both),
        observed=sum(x == y for x, y in both) / len(both) if both else None,
        kappa=plain,
        kappa_se=plain_se,
        n_weighted=int(ranked.sum()),
        weighted_kappa=weighted,
        weighted_kappa_se=weighted_se,
        weights=weights,
        table=pd.DataFrame(counts, index=pd.Index(names, name="a"), columns=pd.Index(names, name="b")),
    )


def kappa(
    counts: np.ndarray[Any, Any], *, weights: Literal["linear", "quadratic"] | None = None
) -> tuple[float | None, float | None]:
    """
    Measure how far two people agree beyond chance, from a table of counts.

    Parameters
    ----------
    counts
        Square; a row a category of the first person, a column one of the second. For weights the
        categories stand in their order.
    weights
        How a disagreement counts: by the steps between the categories, by their square, or in full (None).

    Returns
    -------
    tuple of float or None
        Kappa and its standard error for large samples; None where agreement by chance is certain.

    References
    ----------
    Cohen (1968), doi:10.1037/h0026256; Fleiss, Cohen & Everitt (1969), doi:10.1037/h0028106.

    Examples
    --------
    >>> import numpy as np
    >>> round(kappa(np.array([[20, 5], [10, 15]]))[0], 2)
    0.4
    """
    import numpy as np

    size = len(counts)
    if weights is None:
        return _kappa(counts, np.eye(size))
    steps = np.abs(np.subtract.outer(np.arange(size), np.arange(size))) / (size - 1)
    return _kappa(counts, 1 - (steps if weights == "linear" else steps**2))


def _codes(grades: list[Any], scale: Scale, axis: Axis) -> list[str | None]:
    found: list[str | None] = []
    for position, grade in enumerate(grades):
        if not hasattr(grade, "scale"):
            if not is_missing(grade):
                msg = f"Position {position} holds {grade!r}, which is no grade: read text with `parse`."
                raise InputError(msg)
            found.append(None)
        elif grade.scale != scale:
            msg = _(
                "Grade {grade} at position {position} is not of the scale {scale}; scales are not converted."
            )
            raise InputError(msg.format(grade=grade, position=position, scale=scale))
        else:
            found.append(getattr(grade, axis))
    return found


def _kappa(counts: np.ndarray[Any, Any], weights: np.ndarray[Any, Any]) -> tuple[float | None, float | None]:
    """Return weighted kappa and its standard error; None where agreement by chance is certain."""
    import numpy as np

    n = counts.sum()
    if not n:
        return None, None
    p = counts / n
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    observed = float((weights * p).sum())
    expected = float(rows @ weights @ columns)
    if expected >= 1 - 1e-12:
        return None, None
    kappa = (observed - expected) / (1 - expected)
    mean_weight = np.add.outer(weights @ columns, rows @ weights)
    spread = (p * (weights - mean_weight * (1 - kappa)) ** 2).sum()
    variance = (spread - (kappa - expected * (1 - kappa)) ** 2) / (n * (1 - expected) ** 2)
    return float(kappa), float(np.sqrt(max(variance, 0.0)))
