"""
Similar submissions: pairs that stand out from their own cohort, with both excerpts, for a person to read.

Who solves the same task by the same lesson writes similar things. So what was handed out is taken away first,
a pair is held against all pairs of the cohort and not against a fixed share, and it is shown with what it
shares. It never costs a point by itself: nothing here is written into the record. Two people who learn
together, quote the same paragraph or make the lesson's own mistake look alike as well; the page says so, and
that both are heard before anybody concludes anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from statistics import median
from typing import Any, Literal

from ilp_toolkit.i18n import _, number, percent, plural

from ._fingerprints import Token, code_tokens, grams, prose_tokens, winnow
from .desk import SUBMITTED, Desk
from .graft import read as read_submitted
from .key import Bench
from .pages import page, tag, text
from .workspace import Workspace

__all__ = ["Cohort", "Document", "Pair", "compare", "documents", "similarity_page"]

Kind = Literal["code", "prose"]
SIZES: dict[Kind, tuple[int, int]] = {"code": (8, 5), "prose": (4, 4)}
"""Tokens in a run, and runs in a window: 12 tokens of code, 7 words that are shared are always found."""
FEWEST = 5
"""Documents from which on a cohort has a baseline."""
SHARED = 4
"""Fingerprints that a pair must share."""
LEAST = 0.3
"""Share below which no pair is shown, however alike the others are not."""
SPREAD = 5.0
"""Robust standard deviations above the cohort's median."""
SAME_VARIANT = 1.25
"""Weight of a pair that works on the same data."""
_EXCERPT = 700
_MOST = 60
_CSS = """\
.pair{border-top:2px solid var(--ink);padding-top:.4rem;margin-top:1.8rem;break-inside:avoid}
.two{display:grid;grid-template-columns:1fr 1fr;gap:1rem}
.two pre{white-space:pre-wrap;background:var(--ground);padding:.7rem;font-size:.8rem;margin:0}
@media(max-width:700px){.two{grid-template-columns:1fr}}
"""


@dataclass(frozen=True)
class Document:
    """What one learner wrote: code, or one written answer."""

    learner: str
    attempt: int
    variant: int
    kind: Kind
    name: str
    """`code`, or the id of the written item."""
    text: str = field(repr=False)


@dataclass(frozen=True)
class Pair:
    """Two documents that stand out."""

    one: Document
    other: Document
    share: float
    """Fingerprints that they share, of the shorter one's."""
    same_variant: bool
    weight: float
    """The share, weighed by the variant; what pairs are ordered by."""
    excerpts: tuple[str, str]


@dataclass(frozen=True)
class Cohort:
    """All pairs of one kind of document."""

    name: str
    n: int
    baseline: float | None
    """Median share over all pairs; None where there are too few documents."""
    limit: float | None
    """Weighed share from which a pair is shown."""
    pairs: tuple[Pair, ...]


@dataclass(frozen=True)
class _Print:
    document: Document
    tokens: tuple[Token, ...] = field(repr=False)
    places: Mapping[int, tuple[int, ...]] = field(repr=False)
    """Hash to where it stands."""


def documents(
    workspace: Workspace, desk: Desk, bench: Bench, module: str
) -> tuple[list[Document], dict[str, str]]:
    """
    Return what learners of a module wrote, and what they had been given.

    Parameters
    ----------
    workspace, desk, bench
        The workspace, a desk over its record, and the modules.
    module
        The module's id.

    Returns
    -------
    tuple of list of Document and dict
        The documents of the attempts that count; by name, the text that was handed out.
    """
    loaded = bench.module(module)
    items = loaded.part("exam")
    found: list[Document] = []
    given: dict[str, list[str]] = {"code": []}
    languages = set()
    for attempt in desk.record.counting(loaded.id, workspace.policy.attempts):
        head = (attempt.learner, attempt.id, attempt.variant)
        answers = desk.record.responses(attempt.id, origin="recorded")
        for item in desk.items(attempt):
            given.setdefault(item.id, []).append(item.prompt)
            answer = answers.get(item.id)
            if item.written and isinstance(answer, str) and answer.strip():
                found.append(Document(*head, "prose", item.id, answer))
        path = desk.folder(attempt) / SUBMITTED
        if any(item.code for item in items) and path.is_file():
            languages.add(attempt.language)
            found.append(Document(*head, "code", "code", _code(read_submitted(path))))
    for language in languages:
        given["code"].append(_code(desk.release(loaded.id, language)))
    return found, {name: "\n".join(dict.fromkeys(texts)) for name, texts in given.items()}


def compare(found: Iterable[Document], given: Mapping[str, str] | None = None) -> list[Cohort]:
    """
    Find the pairs that stand out, for code and for each written item.

    Parameters
    ----------
    found
        What learners wrote; two documents of one learner are not compared.
    given
        By name of a document, the text that was handed out; runs of it are taken away.

    Returns
    -------
    list of Cohort
        In the order of their names, pairs by weight.

    Examples
    --------
    >>> copied = "we refuse because no law allows a list of people who pray and nobody may order it"
    >>> own = [f"learner {n} has a view of matter {n} in other words than {n + 50}" for n in range(6)]
    >>> texts = [copied, copied.upper(), *own]
    >>> (cohort,) = compare(Document(f"kg-{n:03d}", n, n, "prose", "w1", t) for n, t in enumerate(texts))
    >>> [(pair.one.learner, pair.other.learner, pair.share) for pair in cohort.pairs]
    [('kg-000', 'kg-001', 1.0)]
    """
    by_name: dict[str, list[Document]] = {}
    for document in found:
        by_name.setdefault(document.name, []).append(document)
    return [_cohort(name, own, (given or {}).get(name, "")) for name, own in sorted(by_name.items())]


def similarity_page(module: str, cohorts: Sequence[Cohort]) -> str:
    """Return the report as one page."""
    title = _("{module}: similar submissions").format(module=module)
    caution = _(
        "Similar is not copied. Learning together, quoting the same source or making the same mistake looks "
        "like this, too. This page changes no mark and may not be the only reason for anything: read both "
        "excerpts, then hear both people."
    )
    body = [f"<header>{tag('h1', title)}</header>", f'<div class="caution">{tag("p", caution)}</div>']
    for cohort in cohorts:
        heading = _("Code") if cohort.name == "code" else _("Written answer {item}").format(item=cohort.name)
        body += [tag("h2", heading), tag("p", _about(cohort)), *map(_pair, cohort.pairs[:_MOST])]
        if len(cohort.pairs) > _MOST:
            words = _("Only the first {n} are shown.")
            body.append(tag("p", words.format(n=_MOST)))
    if not cohorts:
        body.append(tag("p", _("Nothing was handed in that could be compared.")))
    return page(title, body, css=_CSS)


def _about(cohort: Cohort) -> str:
    if cohort.baseline is None or cohort.limit is None:
        words = _("{n} texts: with fewer than {least} there is nothing to hold a pair against.")
        return words.format(n=cohort.n, least=FEWEST)
    words = plural(
        "{pairs} pair of {n} texts stands out. Usual is {usual} of the text shared; shown from {limit} on.",
        "{pairs} pairs of {n} texts stand out. Usual is {usual} of the text shared; shown from {limit} on.",
        len(cohort.pairs),
    )  # fmt: skip
    return words.format(
        pairs=len(cohort.pairs), n=cohort.n, usual=percent(cohort.baseline), limit=percent(cohort.limit)
    )


def _pair(pair: Pair) -> str:
    said = _("{one} and {other}: {share} of the shorter text is shared").format(
        one=pair.one.learner, other=pair.other.learner, share=percent(pair.share)
    )
    if pair.same_variant:
        said += " · " + _("same data, weighed {factor} times").format(factor=number(SAME_VARIANT, 2))
    both = "".join(
        f"<div><strong>{text(document.learner)}</strong><pre>{text(excerpt)}</pre></div>"
        for document, excerpt in zip((pair.one, pair.other), pair.excerpts, strict=True)
    )
    return f'<section class="pair">{tag("p", said)}<div class="two">{both}</div></section>'


def _cohort(name: str, own: Sequence[Document], given: str) -> Cohort:
    prints = [_print(document, given) for document in own]
    pairs = [
        (one, other, _share(one, other))
        for one, other in combinations(prints, 2)
        if one.document.learner != other.document.learner
    ]
    if len(own) < FEWEST or not pairs:
        return Cohort(name, len(own), None, None, ())
    shares = [share for _one, _other, share in pairs]
    usual = median(shares)
    spread = 1.4826 * median(abs(share - usual) for share in shares)
    limit = min(1.0, max(LEAST, usual + SPREAD * spread))
    shown = []
    for one, other, share in pairs:
        same = one.document.variant == other.document.variant
        weight = share * (SAME_VARIANT if same else 1.0)
        if weight >= limit and len(one.places.keys() & other.places.keys()) >= SHARED and share > usual:
            excerpts = _excerpt(one, other), _excerpt(other, one)
            shown.append(Pair(one.document, other.document, share, same, weight, excerpts))
    shown.sort(key=lambda pair: (-pair.weight, pair.one.learner, pair.other.learner))
    return Cohort(name, len(own), usual, limit, tuple(shown))


def _print(document: Document, given: str) -> _Print:
    cut = code_tokens if document.kind == "code" else prose_tokens
    size, window = SIZES[document.kind]
    tokens = cut(document.text)
    hashes = grams(tokens, size)
    handed_out = set(grams(cut(given), size))
    # Runs of what was handed out count as the greatest hash: a window keeps them only where it has no other.
    own = [value if value not in handed_out else 1 << 64 for value in hashes]
    places: dict[int, list[int]] = {}
    for value, place in winnow(own, window):
        if value < 1 << 64:
            places.setdefault(value, []).append(place)
    return _Print(document, tuple(tokens), {value: tuple(where) for value, where in places.items()})


def _share(one: _Print, other: _Print) -> float:
    least = min(len(one.places), len(other.places))
    return len(one.places.keys() & other.places.keys()) / least if least else 0.0


def _excerpt(one: _Print, other: _Print) -> str:
    """Return the longest stretch of a text that is shared, by runs that follow one another closely."""
    size, window = SIZES[one.document.kind]
    shared = sorted(place for value in one.places.keys() & other.places.keys() for place in one.places[value])
    best = run = (shared[0], shared[0])
    for place in shared[1:]:
        run = (run[0], place) if place - run[1] <= size + window else (place, place)
        best = max(best, run, key=lambda found: found[1] - found[0])
    start = one.tokens[best[0]].start
    end = one.tokens[min(best[1] + size, len(one.tokens)) - 1].end
    told = one.document.text[start:end]
    return told if len(told) <= _EXCERPT else told[:_EXCERPT] + " …"


def _code(notebook: Any) -> str:
    return "\n".join(str(cell.source) for cell in notebook.cells if cell.cell_type == "code")
