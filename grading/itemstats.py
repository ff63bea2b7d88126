"""
Item analysis: which questions are too easy, tell nothing, mislead, or read differently in another language.

A cohort has 11 to 30 learners, so that cohorts are pooled: by item and its version, each learner's first
complete attempt. Discrimination is not told below 30 learners: with 20 the 95 per cent interval of a
correlation of 0.3 runs from about -0.16 to 0.66, and a good question would be thrown out for chance. What is
told is a reason to read a question again, never a reason to change a mark by itself.

References
----------
Upper and lower 27 per cent: Kelley (1939), doi:10.1037/h0057123. KR-20: Kuder & Richardson (1937),
doi:10.1007/BF02288391. Two languages at like ability: Mantel & Haenszel (1959), doi:10.1093/jnci/22.4.719.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ilp_toolkit.i18n import _, current, number, percent
from ilp_toolkit.learning import telling

from .assessment import Assessment
from .itemtimes import Timing, minutes, times_table, timing
from .languages import LANGUAGES, Translation
from .marks import Effective
from .modules import Module
from .pages import page, rich, table, tag, text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["FEWEST", "ItemStats", "Report", "Sitting", "Split", "analyse", "report_page", "sittings"]

FEWEST = 30
"""Learners from which on discrimination is told."""
_LANGUAGE_GAP = 1.5
"""Distance on the delta scale (-2.35 ln of the odds ratio) from which a translation is looked at."""
_LEVEL = 0.01
_STRATA = 4
_BACKWARDS, _LITTLE = -0.2, 0.15
"""Correlations with the rest below which a key is doubted, and a question tells little."""


@dataclass(frozen=True)
class Sitting:
    """One learner's first complete attempt."""

    cohort: int
    learner: str
    language: str
    scores: Mapping[tuple[str, int], float]
    """Item and version to the share of its points."""
    points: Mapping[tuple[str, int], tuple[float, float]]
    chosen: Mapping[str, tuple[str, ...]]
    """Item to the options that were chosen."""
    moments: Mapping[str, str] = field(default_factory=dict)
    """Item to when its answer was last changed; empty where it is not known."""


@dataclass(frozen=True)
class Split:
    """One item in one language against the others."""

    language: str
    n: int
    facility: float
    delta: float | None
    """Below 0: harder in this language at like ability; None where too few, or not to be computed."""
    look: bool
    """Whether the translation should be read again."""


@dataclass(frozen=True)
class ItemStats:
    """One version of one item."""

    item: str
    version: int
    n: int
    facility: float
    """Mean share of the points: the difficulty, 1 is easiest."""
    correlation: float | None
    """With the rest of the exam; None below `FEWEST`."""
    d: float | None
    """Upper less lower 27 per cent; None below `FEWEST`."""
    options: tuple[tuple[str, int, float | None, float | None], ...]
    """Option, how many chose it, its share in the upper and in the lower group (None below `FEWEST`)."""
    splits: tuple[Split, ...]


@dataclass(frozen=True)
class Report:
    """A module's items over all cohorts."""

    module: str
    n: int
    cohorts: int
    reliability: float | None
    """Alpha over the items that the machine marks; None below `FEWEST`."""
    binary: bool
    """Whether alpha is KR-20: every item right or wrong."""
    items: tuple[ItemStats, ...]
    times: tuple[Timing, ...] = ()


def sittings(
    records: Iterable[Assessment],
    module: str,
    moments: Sequence[Mapping[tuple[str, int], Mapping[str, str]]] = (),
) -> list[Sitting]:
    """
    Return what learners did at their first complete attempt, over several cohorts.

    Parameters
    ----------
    records
        The records of the cohorts; the same pseudonym in two of them is two people.
    module
        The module's id.
    moments
        For each record when answers were last changed, as `itemtimes.moments` gives it; none: not known.
    """
    found = []
    for cohort, record in enumerate(records):
        versions = record.item_versions(module)
        seen: set[str] = set()
        for attempt in record.attempts(module):
            whole = attempt.complete and record.is_marked(attempt.id, provisional=True)
            if attempt.learner in seen or not whole:
                continue
            seen.add(attempt.learner)
            marks = {item: m for item, m in record.effective(attempt.id).items() if not m.pending}
            keys = {item: (item, _version(mark, versions)) for item, mark in marks.items() if mark.out_of}
            answers = record.responses(attempt.id, origin="recorded")
            found.append(
                Sitting(
                    cohort,
                    attempt.learner,
                    attempt.language,
                    {key: marks[item].points / marks[item].out_of for item, key in keys.items()},
                    {key: (marks[item].points, marks[item].out_of) for item, key in keys.items()},
                    {item: _chosen(answers.get(item)) for item in keys},
                    moments[cohort].get((attempt.learner, attempt.number), {}) if moments else {},
                )
            )
    return found


def analyse(module: Module, found: Sequence[Sitting]) -> Report:
    """
    Analyse the items of a module.

    Parameters
    ----------
    module
        The module, for its options and the order of its items.
    found
        As `sittings` gives them.
    """
    import numpy as np

    from ._psychometrics import alpha

    order = {item.id: place for place, item in enumerate(module.part("exam"))}
    keys = sorted({key for s in found for key in s.scores}, key=lambda key: (order.get(key[0], 99), key))
    common = Counter(tuple(k for k in keys if k in s.scores and not k[0].startswith("w")) for s in found)
    binary, reliability = False, None
    if common:
        columns, n = common.most_common(1)[0]
        if n >= FEWEST:
            rows = [[s.scores[k] for k in columns] for s in found if all(k in s.scores for k in columns)]
            scores = np.array(rows, dtype=np.float64)
            binary = bool(np.isin(scores, (0.0, 1.0)).all())
            reliability = alpha(scores)
    items = tuple(_item(module, key, [s for s in found if key in s.scores]) for key in keys)
    cohorts = len({s.cohort for s in found})
    return Report(module.id, len(found), cohorts, reliability, binary, items, _times(order, keys, found))


def _times(
    order: Iterable[str], keys: Sequence[tuple[str, int]], found: Sequence[Sitting]
) -> tuple[Timing, ...]:
    """Pool the minutes of learners who were asked the same version."""
    asked = tuple(order)
    taken = [(sitting, minutes(sitting.moments, asked)) for sitting in found if sitting.moments]
    return tuple(
        timing(*key, [spent[key[0]] for sitting, spent in taken if key in sitting.scores and key[0] in spent])
        for key in keys
    )


def _item(module: Module, key: tuple[str, int], found: Sequence[Sitting]) -> ItemStats:
    import numpy as np

    from ._psychometrics import discrimination, groups, item_rest

    n = len(found)
    own = np.array([s.scores[key] for s in found], dtype=np.float64)
    rest = np.array([_rest(s, key) for s in found], dtype=np.float64)
    total = np.array([_rest(s, None) for s in found], dtype=np.float64)
    enough = n >= FEWEST
    upper, lower = groups(total)
    options = []
    for name in _options(module, key[0]):
        chose = np.array([name in s.chosen.get(key[0], ()) for s in found], dtype=np.float64)
        high = float(np.average(chose, weights=upper)) if enough else None
        low = float(np.average(chose, weights=lower)) if enough else None
        options.append((name, int(chose.sum()), high, low))
    return ItemStats(
        item=key[0],
        version=key[1],
        n=n,
        facility=float(own.mean()),
        correlation=item_rest(own, rest) if enough else None,
        d=discrimination(own, total) if enough else None,
        options=tuple(options),
        splits=_splits(own, rest, [s.language for s in found]),
    )


def _splits(
    own: NDArray[np.float64], rest: NDArray[np.float64], languages: Sequence[str]
) -> tuple[Split, ...]:
    """Compare each language with the others, among learners whose rest of the exam is alike."""
    import numpy as np

    from ._psychometrics import mantel_haenszel

    names = np.array(languages)
    if len(set(languages)) < 2:
        return ()
    borders = np.quantile(rest, np.linspace(0, 1, _STRATA + 1)[1:-1])
    strata = np.searchsorted(borders, rest, side="left").tolist()
    found = []
    for language in sorted(set(languages)):
        here = names == language
        n, others = int(here.sum()), int((~here).sum())
        odds = None
        if min(n, others) >= FEWEST:
            odds = mantel_haenszel(own >= 1 - 1e-9, here, strata)
        delta = None if odds is None else 2.35 * math.log(odds.ratio) if odds.ratio else -math.inf
        look = (
            delta is not None and odds is not None and abs(delta) >= _LANGUAGE_GAP and odds.p_value < _LEVEL
        )
        found.append(Split(language, n, float(own[here].mean()), delta, look))
    return tuple(found)


def report_page(report: Report, module: Module) -> str:
    """Return the report as one page, in the language in use."""
    spoken = current() if current() in LANGUAGES else "en"
    translation = Translation(module, spoken)
    title = _("{module}: item analysis").format(
        module=f"{module.number} {translation.phrase('module', module.head.title)}"
    )
    words = _("First complete attempts of {n} learners in {cohorts} cohort(s), pooled by item and version.")
    body = [
        f"<header>{tag('h1', title)}{tag('p', words.format(n=report.n, cohorts=report.cohorts))}</header>"
    ]
    if report.n < FEWEST:
        words = _(
            "Discrimination is not told below {n} learners: chance alone moves it by more than what is "
            "looked for, and good questions would be thrown out. Pool cohorts with --pool."
        )
        body.append(f'<div class="caution">{tag("p", words.format(n=FEWEST))}</div>')
    if report.reliability is not None:
        words = _("Reliability of the exam (KR-20): {value}") if report.binary else _(
            "Reliability of the exam (alpha): {value}"
        )  # fmt: skip
        body.append(tag("p", words.format(value=number(report.reliability, 2))))
    heads = [_("Question"), _("Version"), "n", _("Facility"), _("With the rest"), "D", _("Look at it")]
    rows = [
        [text(i.item), str(i.version), str(i.n), percent(i.facility), _told(i.correlation), _told(i.d),
         text("; ".join(_remarks(i)))]
        for i in report.items
    ]  # fmt: skip
    body.append(table(map(text, heads), rows, numbers=(1, 2, 3, 4, 5)))
    body += [_detail(stats, module, translation) for stats in report.items]
    body += [_languages(report), times_table(report.times)]
    words = _(
        "Facility: mean share of the points. With the rest: correlation with the other items. D: the upper "
        "less the lower 27 per cent. A figure is a reason to read a question again, not to change a mark."
    )
    body.append(f'<p class="foot">{text(words)}</p>')
    return page(title, body)


def _detail(stats: ItemStats, module: Module, translation: Translation) -> str:
    """Return the table of options and of languages of one item."""
    parts = []
    if any(n for _name, n, _high, _low in stats.options):
        item = next(item for item in module.items if item.id == stats.item)
        names, right = telling.names(translation.item(item)), _right(module, stats.item)
        rows = [
            [("✓ " if name in right else "") + rich(names.get(name, name)), str(n), _share(high), _share(low)]
            for name, n, high, low in stats.options
        ]
        heads = [_("Option"), "n", _("Upper 27%"), _("Lower 27%")]
        parts.append(table(map(text, heads), rows, numbers=(1, 2, 3)))
    if not parts:
        return ""
    words = _("{item}, version {version}").format(item=stats.item, version=stats.version)
    return tag("h2", words) + "".join(parts)


def _languages(report: Report) -> str:
    """Return one table of all items by language; empty where all learners used the same."""
    spoken = sorted({split.language for stats in report.items for split in stats.splits})
    if not spoken:
        return ""
    words = _("{language}: facility (n), delta")
    heads = [_("Question"), _("Version"), *(words.format(language=language) for language in spoken)]
    rows = []
    for stats in report.items:
        by_language = {split.language: split for split in stats.splits}
        cells = [_language_cell(by_language.get(language)) for language in spoken]
        rows.append([text(stats.item), str(stats.version), *cells])
    note = _(
        "Delta: below 0 the question is harder in this language for learners who are alike in the rest; told "
        "from {n} learners in each language on."
    )
    tabled = table(map(text, heads), rows, numbers=range(1, 2 + len(spoken)))
    return tag("h2", _("By language")) + tabled + f'<p class="foot">{text(note.format(n=FEWEST))}</p>'


def _language_cell(split: Split | None) -> str:
    if split is None:
        return "–"
    return f"{percent(split.facility)} ({split.n}), {_told(split.delta)}"


def _remarks(stats: ItemStats) -> list[str]:
    """Say what a person should look at; nothing on discrimination where it is not told."""
    said = []
    if stats.n >= FEWEST and stats.facility > 0.95:
        said.append(_("nearly everybody is right"))
    if stats.n >= FEWEST and stats.facility < 0.2:
        said.append(_("nearly nobody is right: is the key right?"))
    if stats.correlation is not None and stats.correlation < _BACKWARDS:
        said.append(_("who is good at the rest is wrong here: is the key right?"))
    elif stats.correlation is not None and stats.correlation < _LITTLE:
        said.append(_("tells little about the rest"))
    for split in stats.splits:
        if split.look:
            said.append(_("reads differently in {language}: compare the translation").format(
                language=split.language
            ))  # fmt: skip
    return said


def _version(mark: Effective, versions: Mapping[int, Any]) -> int:
    asked = [versions[row.version].version for row in mark.marks if row.version and row.version in versions]
    return int(asked[-1]) if asked else 1


def _rest(sitting: Sitting, key: tuple[str, int] | None) -> float:
    """Return the share of the points of all items but one."""
    others = [value for other, value in sitting.points.items() if other != key]
    out_of = sum(all_ for _points, all_ in others)
    return sum(points for points, _all in others) / out_of if out_of else 0.0


def _options(module: Module, item: str) -> tuple[str, ...]:
    asked = next((one for one in module.items if one.id == item), None)
    if asked is None or asked.kind not in ("choice", "choices"):
        return ()
    return tuple(option.id for option in asked.option)


def _right(module: Module, item: str) -> set[str]:
    asked = next((one for one in module.items if one.id == item), None)
    return {option.id for option in asked.option if option.right} if asked is not None else set()


def _chosen(answer: Any) -> tuple[str, ...]:
    if isinstance(answer, str):
        return (answer,)
    return tuple(x for x in answer if isinstance(x, str)) if isinstance(answer, list) else ()


def _told(value: float | None) -> str:
    if value is None:
        return "–"
    return number(value, 2) if math.isfinite(value) else "∞" if value > 0 else "−∞"


def _share(value: float | None) -> str:
    return "–" if value is None else percent(value)
