"""What linking records notes on its results, in words: names of choices, codes and texts."""

from __future__ import annotations

from .i18n import N_

__all__ = ["CODES", "NAMES", "WORDS"]

NAMES: dict[str, str] = {
    "across": N_("pairs must differ in"),
    "brought_together_by": N_("records brought together by"),
    "came_to_rest": N_("the estimate came to rest"),
    "engine": N_("engine"),
    "expected_wrong_per_1000": N_("wrong matches per 1,000, as the model expects (a least value)"),
    "fields": N_("fields"),
    "fields_for": N_("fields that must speak for a match"),
    "keys_too_common": N_("keys too common to compare by"),
    "n_match": N_("matches"),
    "n_no": N_("pairs that are no lead"),
    "n_pairs": N_("pairs estimated from"),
    "n_linked": N_("pairs known to belong together"),
    "n_possible": N_("possible pairs"),
    "n_records": N_("records"),
    "outcome": N_("outcome"),
    "pairs_drawn": N_("pairs drawn at random for u"),
    "pairs_left_out": N_("pairs not compared"),
    "pairs_possible": N_("pairs that there could be"),
    "prior_from": N_("share of linked pairs is"),
    "probability": N_("probability"),
    "reasons": N_("reasons"),
    "records_without_key": N_("records without a key"),
    "records_without_pair": N_("records in no pair"),
    "rounds": N_("rounds of the estimate"),
    "splink": N_("version of splink"),
    "starts": N_("starting points"),
    "sure_names": N_("levels of the name that a match may have"),
    "terms": N_("rare values count for more in"),
    "u_from": N_("shares among strangers are"),
}
"""Names of choices in words."""

CODES: dict[str, str] = {
    "all_rules_passed": N_("all rules passed"),
    "all_words": N_("all words of the name"),
    "below_match": N_("the probability is below that of a match"),
    "birth_date": N_("date of birth"),
    "document": N_("document"),
    "estimated": N_("estimated"),
    "expectation-maximisation": N_("expectation-maximisation"),
    "field_against": N_("a field speaks clearly against it"),
    "initial or part": N_("initial or part"),
    "name": N_("name"),
    "name_not_sure": N_("the name is not the same: a given name differs or a letter does, as with siblings"),
    "other form": N_("other form"),
    "own": N_("the toolkit's own"),
    "patronymic": N_("patronymic"),
    "phone": N_("telephone"),
    "place": N_("place"),
    "same": N_("same"),
    "splink": N_("splink"),
    "too_few_fields": N_("too few fields speak for it"),
    "word_and_initial": N_("a word and a first letter"),
    "word_and_year": N_("a word and the year of birth"),
}
"""Codes that stand for something."""

WORDS = (N_("whether two records are one person: siblings, twins and namesakes look alike"),)
"""Texts that only need translating."""
