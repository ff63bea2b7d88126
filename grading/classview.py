"""
The class as a whole, without anybody in it: which questions, which wrong options, what was gained.

One page for the projector, made from the record in seconds. A number that stands for fewer learners than the
minimum is not shown, nor is one that leaves fewer than that on the other side: "10 of 11" names the eleventh
to whoever knows the other ten. Two pages made before and after a single late submission still tell about
that learner, so a page is made anew when several have come in.

References
----------
Gain as a share of what could be gained: Hake (1998), doi:10.1119/1.18809.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ilp_toolkit.errors import InputError
from ilp_toolkit.i18n import _, current, percent, plural
from ilp_toolkit.learning import telling
from ilp_toolkit.learning.items import Item

from .assessment import Assessment, Attempt
from .key import Bench
from .languages import LANGUAGES, Translation
from .pages import page, rich, tag, text
from .standing import STATES, Standing, standing, standings

__all__ = ["MINIMUM", "ClassView", "Gain", "ItemView", "class_page", "counted", "view"]

MINIMUM = 3
"""Learners that a number must stand for, on both of its sides."""
_SHOWN = 5
"""Wrong options of a question that are shown."""
_LOW = 0.5
_CSS = """\
main{max-width:78rem}
.facts{display:flex;flex-wrap:wrap;gap:.6rem 2.4rem;margin:1rem 0;padding:0;list-style:none;
 max-width:none}
.facts b{display:block;font-size:1.5rem}
.question{display:grid;grid-template-columns:3.2rem minmax(8rem,22rem) 1fr 7rem;gap:.2rem 1rem;
 align-items:center;border-top:1px solid var(--rule);padding:.5rem 0;break-inside:avoid}
.question b{font-size:1.2rem}.share{text-align:right;font-weight:700;font-variant-numeric:tabular-nums}
.bar{background:var(--ground);height:1.1rem;border:1px solid var(--rule)}
.bar span{display:block;height:100%;background:#aab2ba}.low .bar span{background:var(--accent)}
.wrong{grid-column:2/-1;margin:0;padding-left:1.1rem;font-size:.9rem;max-width:none}
.wrong .n{color:var(--muted)}
@media(max-width:700px){.question{grid-template-columns:3rem 1fr 5.5rem}
 .question .bar{grid-column:1/-1;order:9}.wrong{grid-column:1/-1;order:10}}
"""


@dataclass(frozen=True)
class ItemView:
    """One question over all learners."""

    item: str
    title: str
    n: int
    """Learners whose answer is marked."""
    share: float | None
    """Mean share of the points, or the bound that is told; None where too few stand behind it."""
    told: str
    """The share in words."""
    full: str
    """How many earned everything, in words."""
    wrong: tuple[tuple[str, str], ...]
    """Wrong options, rows or values (HTML), and how many learners, most frequent first."""


@dataclass(frozen=True)
class Gain:
    """From before to after, over the same learners."""

    n: int
    before: float
    after: float

    @property
    def gained(self) -> float | None:
        """What was gained of what could be gained; None where nothing could."""
        return (self.after - self.before) / (1 - self.before) if self.before < 1 else None


@dataclass(frozen=True)
class ClassView:
    """A class in one module."""

    module: str
    title: str
    learners: int
    handed_in: int
    minimum: int
    states: tuple[tuple[str, str], ...]
    """State and how many, in words."""
    share: float | None
    items: tuple[ItemView, ...]
    gain: Gain | None
    """From first to last attempt, or from the module that was named as pre-test."""


def counted(n: int, total: int, minimum: int = MINIMUM) -> str:
    """
    Say a count of learners without telling about a few.

    Examples
    --------
    >>> counted(5, 11), counted(1, 11), counted(10, 11), counted(0, 11), counted(2, 4)
    ('5 of 11', 'fewer than 3', 'more than 8 of 11', 'fewer than 3', 'too few to say')
    """
    if total < 2 * minimum - 1:
        return _("too few to say")
    if n < minimum:
        return _("fewer than {n}").format(n=minimum)
    if total - n < minimum:
        return _("more than {n} of {total}").format(n=total - minimum, total=total)
    return _("{n} of {total}").format(n=n, total=total)


def view(
    record: Assessment,
    bench: Bench,
    module: str,
    *,
    learners: int,
    policy: str = "last",
    minimum: int = MINIMUM,
    pre: str | None = None,
) -> ClassView:
    """
    Look at a class in one module.

    Parameters
    ----------
    record, bench
        The record and the modules.
    module
        The module's id.
    learners
        How many there are in the class.
    policy
        Which attempt counts: "last" or "best".
    minimum
        Learners that a number must stand for; 3 or more.
    pre
        Id of a module whose exam was the pre-test; None: first and last attempt of those with several.

    Returns
    -------
    ClassView
        What can be shown.

    Raises
    ------
    InputError
        If the minimum is below 3, or fewer than the minimum have handed in.
    """
    if minimum < MINIMUM:
        raise InputError(
            _("`minimum` must be {n} or more, got {value}.").format(n=MINIMUM, value=repr(minimum))
        )
    loaded = bench.module(module)
    stands = standings(record, loaded, policy)
    if len(stands) < minimum:
        msg = _("Only {n} have handed in {module}: a class view needs {minimum}, so that nobody is seen.")
        raise InputError(msg.format(n=len(stands), module=loaded.id, minimum=minimum))
    spoken = current() if current() in LANGUAGES else "en"
    translation = Translation(loaded, spoken)
    states = Counter(stand.state for stand in stands)
    gain = _between(stands, _first(record, bench, pre or module, again=pre is None), minimum)
    return ClassView(
        module=loaded.id,
        title=f"{loaded.number} {translation.phrase('module', loaded.head.title)}",
        learners=max(learners, len(stands)),
        handed_in=len(stands),
        minimum=minimum,
        states=tuple(
            (_(words), counted(states[state], len(stands), minimum)) for state, words in STATES.items()
        ),
        share=sum(stand.share for stand in stands) / len(stands),
        items=tuple(
            _item_view(item, translation.item(item), stands, _whys(bench, module, item), minimum)
            for item in loaded.part("exam")
        ),
        gain=gain,
    )


def class_page(seen: ClassView) -> str:
    """Return the page for the projector."""
    shown = [item for item in seen.items if item.share is not None]
    hardest = min(shown, key=lambda item: item.share or 0.0, default=None)
    title = _("{module}: the class").format(module=seen.title)
    if hardest is not None:
        words = _("{module}: hardest was question {item} ({share})")
        title = words.format(module=seen.title, item=hardest.item, share=hardest.told)
    facts = [
        (_("handed in"), _("{n} of {total}").format(n=seen.handed_in, total=seen.learners)),
        (_("points on average"), percent(seen.share or 0.0)),
        *seen.states,
        *_gain_words(seen.gain),
    ]
    told = "".join(f"<li><b>{text(value)}</b>{text(name)}</li>" for name, value in facts)
    foot = _(
        "Shares of the points over all who handed in. Numbers that stand for fewer than {n} learners are not "
        "shown. Show this page when retakes are over: it names wrong options."
    )
    body = [
        f"<header>{tag('h1', title)}</header>",
        f'<ul class="facts">{told}</ul>',
        *(_row(item) for item in seen.items),
        f'<p class="foot">{text(foot.format(n=seen.minimum))}</p>',
    ]
    return page(title, body, css=_CSS)


def _item_view(
    item: Item, shown: Item, stands: Sequence[Standing], whys: Mapping[str, str], minimum: int
) -> ItemView:
    marks = [m for stand in stands if (m := stand.marks.get(item.id)) is not None and not m.pending]
    n = len(marks)
    enough = n >= minimum
    words = telling.names(shown)
    wrong: Counter[str] = Counter()
    for mark in marks:
        rows = [row for row in mark.marks if row.kind == "auto"]
        found = {str(part["id"]) for row in rows for part in row.parts if part.get("right") is False}
        # Ids of what a learner's own code made are the learner's: only the question's own are counted.
        wrong.update({rich(words[part]) for part in found if part in words})
        wrong.update({rich(whys[said]) for row in rows for said in row.comments if said in whys})
    share, told = _share([m.points / m.out_of for m in marks], minimum) if enough else (None, "–")
    frequent = [(what, k) for what, k in wrong.most_common() if k >= minimum and enough]
    return ItemView(
        item=item.id,
        title=telling.title(shown, 90),
        n=n,
        share=share,
        told=told,
        full=counted(sum(m.full for m in marks), n, minimum) if enough else "",
        wrong=tuple((what, counted(k, n, minimum)) for what, k in frequent[:_SHOWN]),
    )


def _share(shares: Sequence[float], minimum: int) -> tuple[float | None, str]:
    """
    Return the mean share, and say it; where all is right or wrong it is a count, and hidden like one.

    Examples
    --------
    >>> _share([1.0] * 10 + [0.0], 3), _share([0.5, 0.0, 0.7, 1.0], 3)
    ((0.727..., 'more than 73%'), (0.55, '55%'))
    """
    n, mean = len(shares), sum(shares) / len(shares)
    if all(share < 1e-9 or share > 1 - 1e-9 for share in shares):
        right = round(sum(shares))
        if n < 2 * minimum - 1:
            return None, "–"
        if right < minimum:
            return minimum / n, _("less than {share}").format(share=percent(minimum / n))
        if n - right < minimum:
            return 1 - minimum / n, _("more than {share}").format(share=percent(1 - minimum / n))
    return round(mean, 6), percent(mean)


def _whys(bench: Bench, module: str, item: Item) -> dict[str, str]:
    """Return why a listed wrong value is wrong, in any language, to the same in the language in use."""
    loaded = bench.module(module)
    spoken = current() if current() in LANGUAGES else "en"
    own = Translation(loaded, spoken).item(item).mistake
    found = {}
    for language in LANGUAGES:
        for told, mine in zip(Translation(loaded, language).item(item).mistake, own, strict=True):
            found[told.why] = mine.why
    return found


def _first(record: Assessment, bench: Bench, module: str, *, again: bool) -> dict[str, Standing]:
    """Return each learner's first marked attempt; with `again` only of those who handed in several."""
    loaded = bench.module(module)
    versions = record.item_versions(loaded.id)
    by_learner: dict[str, list[Attempt]] = {}
    for attempt in record.attempts(loaded.id):
        if record.is_marked(attempt.id, provisional=True):
            by_learner.setdefault(attempt.learner, []).append(attempt)
    return {
        learner: standing(record, own[0], loaded, versions)
        for learner, own in by_learner.items()
        if len(own) > 1 or not again
    }


def _between(stands: Sequence[Standing], first: Mapping[str, Standing], minimum: int) -> Gain | None:
    both = [(first[s.attempt.learner], s) for s in stands if s.attempt.learner in first]
    if len(both) < minimum:
        return None
    before = sum(one.share for one, _later in both) / len(both)
    after = sum(later.share for _one, later in both) / len(both)
    return Gain(len(both), before, after)


def _gain_words(gain: Gain | None) -> list[tuple[str, str]]:
    if gain is None:
        return []
    words = plural("before and after, {n} learner", "before and after, {n} learners", gain.n)
    change = f"{percent(gain.before)} → {percent(gain.after)}"
    found = [(words.format(n=gain.n), change)]
    if gain.gained is not None:
        found.append((_("gained of what could be gained"), percent(gain.gained)))
    return found


def _row(item: ItemView) -> str:
    share, low = item.told, " low" if item.share is not None and item.share < _LOW else ""
    bar = "" if item.share is None else f'<span style="width:{100 * item.share:.0f}%"></span>'
    lines = [f'<li>{what} <span class="n">{text(n)}</span></li>' for what, n in item.wrong]
    if item.full:
        words = _("everything right: {n}").format(n=item.full)
        lines.insert(0, f'<li><span class="n">{text(words)}</span></li>')
    wrong = f'<ul class="wrong">{"".join(lines)}</ul>' if lines else ""
    return (
        f'<section class="question{low}"><b>{text(item.item)}</b><span>{text(item.title)}</span>'
        f'<div class="bar" role="img" aria-label="{text(share)}">{bar}</div>'
        f'<span class="share">{text(share)}</span>{wrong}</section>'
    )
