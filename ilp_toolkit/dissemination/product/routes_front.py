"""
Page one of a route assessment: how the drug moves, through which posts, how sure, and what it does not show.

Links are named with their shares and intervals, never ranked as targets; the questions carry the gaps of this
file; none of them says where to send anybody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ...i18n import _, number, percent
from . import public_sums as public
from .assessment import answer_box, judged
from .names import country, link

if TYPE_CHECKING:
    from .blocks import Answers
    from .routes_prepared import Prepared

__all__ = ["answers", "field_words", "how_sure", "limit", "main_links", "say_links"]

_POSTS = 6
"""Posts that page one names at most."""
_NAMED = 4
"""Links that page one names."""


def limit() -> str:
    """Return the sentence that stands on every page and figure."""
    return _("Seizures are not flows: they measure enforcement and reporting as well.")


def answers(prepared: Prepared) -> Answers:
    """Return the answer box."""
    said = (
        (_("What"), _what(prepared)),
        (_("How it moves"), say_links(prepared)),
        (_("Which posts"), _posts(prepared)),
    )
    return answer_box(
        said, sure=how_sure(prepared), not_shown=_not_shown(prepared), questions=_questions(prepared)
    )


def _what(prepared: Prepared) -> str:
    facts = prepared.facts
    text = _("{counted} of {drug}, {period}; {crossing} of them name another country.").format(
        counted=facts.counted,
        drug=facts.what,
        period=facts.period,
        crossing=percent(float(facts.crossing.mean())),
    )
    return f"{text} {limit()}"


def main_links(prepared: Prepared) -> pd.DataFrame:
    """Return the heaviest links that may be shown: by the estimate, by the seizures where there is none."""
    links = prepared.links.shown
    shown = prepared.estimated.shown
    if shown["kg"].notna().any():
        heavy = shown.dropna(subset=["kg"]).sort_values("kg", ascending=False, kind="stable")
    else:
        heavy = links.dropna(subset=["kg"]).sort_values("kg", ascending=False, kind="stable")
    if heavy.empty:
        heavy = links.sort_values("cases", ascending=False, kind="stable")
    pairs = heavy.head(_NAMED)[["origin", "destination"]]
    return pairs.merge(links, on=["origin", "destination"], how="left")


def say_links(prepared: Prepared) -> str:
    """Say the main links, each with its share of what is seized on the way there and the interval."""
    if prepared.left("links"):
        return _("Left out of this product on purpose.")
    said = []
    for row in main_links(prepared).to_dict("records"):
        said.append(
            _("{link}: {share} of what is seized towards {country} (95%: {range})").format(
                link=link(row["origin"], row["destination"]),
                share=public.share_words(row["share"]),
                country=country(row["destination"]),
                range=public.range_words(row["share_low"], row["share_high"]),
            )
        )
    if not said:
        return _("No link between two countries has enough seizures to be shown.")
    return "; ".join(said) + "."


def _posts(prepared: Prepared) -> str:
    ways = prepared.ways
    if ways.posts is None or ways.posts.empty:
        return ways.why_none or ways.why_no_corridors or _("No post lies on the ways of these links.")
    passed = ways.posts[ways.posts["high"] >= 0.05]
    if len(passed) > _POSTS:
        return _(
            "A model of roads leads these flows over {n} posts; the table of posts names them with their "
            "intervals. It says nothing of how well a post works."
        ).format(n=number(len(passed)))
    named = [
        _("{post} {low}–{high}").format(
            post=ways.name(row["post"]), low=percent(row["low"]), high=percent(row["high"])
        )
        for row in passed.to_dict("records")
    ]
    return _(
        "Share of the estimated flows that a model of roads leads over each post, in the order of names: "
        "{posts}. It says nothing of how well a post works."
    ).format(posts=", ".join(named))


def how_sure(prepared: Prepared) -> tuple[str, list[str]]:
    """Return the level and its reasons, the weightiest first; one file never gives more than moderate."""
    facts, links = prepared.facts, prepared.links
    doubts: list[tuple[bool, str]] = []
    named = float(facts.crossing.mean())
    if named < 0.5:
        text = _("only {share} of the seizures name another country").format(share=percent(named))
        doubts.append((named < 0.15, text))
    weighed = float((facts.table["kg"] > 0).mean())
    if weighed < 0.9:
        text = _("only {share} of the seizures have a weight").format(share=percent(weighed))
        doubts.append((weighed < 0.6, text))
    silent = 1 - float(prepared.reported["reported"].mean())
    if silent > 0.05:
        text = _("{share} of the country-years have no record").format(share=percent(silent))
        doubts.append((silent > 0.4, text))
    if links.moved:
        text = _("{n} of the {top} heaviest links would not be among them without one seizure")
        doubts.append((False, text.format(n=number(links.moved), top=number(links.top))))
    if facts.n < 200:
        text = _("there are only {n} seizures").format(n=number(facts.n))
        doubts.append((facts.n < 50, text))
    return judged(doubts, alone=_("it rests on records of seizures, which show where officers look"))


def _not_shown(prepared: Prepared) -> str:
    text = _("What nobody seized or reported, who moves it, and what will happen next.")
    few = prepared.links.few
    if few:
        text += " " + _("{n} links with fewer than {minimum} seizures are not shown.").format(
            n=number(few), minimum=number(prepared.facts.policy.cells.minimum_count)
        )
    weightless = int(prepared.estimated.shown["kg"].isna().sum())
    if weightless:
        text += " " + _(
            "Of {all} estimated flows {n} are told without kilograms: one seizure would show, or the country "
            "reports none."
        ).format(n=number(weightless), all=number(len(prepared.estimated.shown)))
    return text


def _questions(prepared: Prepared) -> list[str]:
    found = []
    facts, evidence = prepared.facts, prepared.evidence
    first = main_links(prepared).head(1).to_dict("records")
    if first and not prepared.left("links"):
        found.append(
            _("What do colleagues in {country} know of {link} that these records do not say?").format(
                country=country(first[0]["destination"]),
                link=link(first[0]["origin"], first[0]["destination"]),
            )
        )
    if evidence.gaps is not None and len(evidence.gaps):
        row = evidence.gaps.iloc[0]
        found.append(
            _(
                "Who can ask {country} for what is missing ({field})? It could change the picture most."
            ).format(country=country(row["country"]), field=field_words(str(row["field"])))
        )
    silent = prepared.reported[~prepared.reported["reported"]]
    if len(silent):
        found.append(
            _("Were the {n} country-years without a record quiet, not reported, or not sent?").format(
                n=number(len(silent))
            )
        )
    if facts.repeats:
        found.append(_("Are rows that repeat others one seizure or two, and who can look at the documents?"))
    found.append(_("What has already been tried on these links, and what came of it?"))
    return found


def field_words(field: str) -> str:
    """Return a gap in words."""
    words = {
        "departure": _("country of departure"),
        "destination": _("country of destination"),
        "kg": _("the amount"),
        "report": _("a whole year"),
    }
    return words.get(field, field)
