"""
What a table of listings looks like, and what the reader of listings can notice.
"""

from __future__ import annotations

from ..i18n import N_

__all__ = ["CHECKS", "LISTINGS", "REMEDIES"]

LISTINGS: dict[str, str] = {
    "market": N_("The market, as worded; empty where the file does not say."),
    "snapshot_date": N_("The day on which the page was seen; empty where the file does not say."),
    "listing_id": N_("A keyed code of the listing, the same in every snapshot."),
    "vendor_id": N_("A keyed code of the account on its market; empty where no seller is named."),
    "handle_id": N_("A keyed code of the seller's name alone: the same name on two markets has the same."),
    "substance": N_("The class of drug by the words of the listing; “unknown” where they do not say."),
    "probability": N_("Of that class, by the weights of the words; not calibrated."),
    "category": N_("The seller's category, levels with “ / ” between them."),
    "quantity_g": N_("Grams offered; empty where no single weight is stated."),
    "units": N_("Pieces offered (tablets, blotters); empty where none are stated."),
    "mg_each": N_("Milligrams that a piece is claimed to hold."),
    "price_usd": N_("US dollars for the whole, at the rate of the day; empty without a rate."),
    "price_original": N_("The price as stated, in `currency`."),
    "currency": N_("Code of the currency; empty where none is stated."),
    "ships_from": N_("Country claimed, a code; empty where none, a region or several are claimed."),
    "ships_from_region": N_("Region claimed instead of a country, such as “eu”."),
    "ships_to": N_("Countries claimed (codes) and regions, such as “worldwide”; () where none."),
    "n_feedback": N_("Feedback shown on the page."),
    "feedback_censored": N_("Whether the page shows no more than that: the true number is that or more."),
    "feedback_dates": N_("Days of the feedback shown; empty where the file has none."),
    "rating": N_("Rating shown, as a share of the best there is."),
    "purity_claimed": N_("Purity that the seller claims, a share: advertising, no measurement."),
    "pgp_id": N_("A keyed code of the key shown: the same key is not the same person."),
    "flags": N_("Codes of the checks that this row did not pass, separated by spaces; empty for most."),
    "source_row": N_("The row of the file, counted as a spreadsheet counts it."),
}
"""Columns of a table of listings, in order, each with its meaning; ``style_…`` stand before the flags."""

CHECKS: dict[str, str] = {
    "bad_record": N_("Rows that are no records"),
    "header_again": N_("The header once more"),
    "nothing_offered": N_("Rows that offer nothing"),
    "refused_onion": N_("Address of a hidden service refused"),
    "refused_link": N_("Link refused"),
    "refused_key": N_("Key or fingerprint refused"),
    "refused_email": N_("E-mail address refused"),
    "refused_wallet": N_("Address of a wallet refused"),
    "refused_handle": N_("Handle refused"),
    "refused_phone": N_("Telephone number refused"),
    "refused_coordinates": N_("Coordinates refused"),
    "holding_price?": N_("Price that may stand for “out of stock”"),
    "unit_slip?": N_("Price a gram far from all others of the class"),
    "no_date": N_("No date in the file"),
    "date_missing": N_("No date"),
    "date_unreadable": N_("Date cannot be read"),
    "future_date": N_("Date in the future"),
    "ambiguous_day_month": N_("Day and month cannot be told apart"),
    "mixed_day_month": N_("Day and month in the other order than in most rows"),
    "price_missing": N_("No price"),
    "price_unreadable": N_("Price cannot be read"),
    "price_range": N_("A range of prices"),
    "price_several": N_("Several prices"),
    "currency_missing": N_("Price without a currency"),
    "currency_unlisted": N_("Currency not in the table"),
    "currency_conflict": N_("Two currencies for one price"),
    "no_rate": N_("No rate for the day"),
    "rate_of_earlier_day": N_("Rate of an earlier day"),
    "quantity_missing": N_("No amount stated"),
    "quantity_range": N_("A range of amounts"),
    "quantity_several": N_("Several amounts that differ"),
    "dose_only": N_("The strength of a piece, not how many"),
    "count_times_mg": N_("A number of milligrams, several times over"),
    "unit_missing": N_("Amount without a unit"),
    "unit_no_weight": N_("Unit without a weight"),
    "quantity_from_description": N_("Amount from the description"),
    "substance_missing": N_("Substance not known"),
    "substance_mixed": N_("The title names several classes"),
    "substance_conflict": N_("Title and category name different classes"),
    "category_only": N_("Class by the seller's category alone"),
    "not_drug": N_("No drug, going by the words"),
    "ships_from_undeclared": N_("Origin not declared"),
    "ships_from_region": N_("A region as origin"),
    "ships_from_several": N_("Several origins"),
    "ships_from_unresolved": N_("Origin not understood"),
    "ships_to_undeclared": N_("Destination not declared"),
    "ships_to_except": N_("Destinations left out by name"),
    "ships_to_unresolved": N_("Destination not understood"),
    "feedback_unreadable": N_("Feedback cannot be read"),
    "feedback_censored": N_("Feedback cut off by the page"),
    "purity_unreadable": N_("Purity cannot be read"),
    "repeated": N_("The same listing twice on one day"),
    "vendor_missing": N_("No seller"),
    "id_missing": N_("No number of its own"),
    "text_dropped": N_("Columns of text dropped"),
    "set_aside": N_("Other columns set aside"),
    "key_thrown_away": N_("Codes under a key that is gone"),
}
"""Every check that the reader of listings can report, gravest first: its code and its name in words."""

_REFUSED = N_("The text was refused: it is nowhere in the result. The rows are kept without it.")
REMEDIES: dict[str, str] = {
    "bad_record": N_("The rows are among the rejected, without their text. Mend them in the file."),
    "header_again": N_("The rows are among the rejected: files were joined with their headers."),
    "nothing_offered": N_("The rows are among the rejected: no price, no seller, no substance."),
    **dict.fromkeys(
        ("refused_onion", "refused_link", "refused_key", "refused_email", "refused_wallet", "refused_handle"),
        _REFUSED,
    ),
    **dict.fromkeys(("refused_phone", "refused_coordinates"), _REFUSED),
    "holding_price?": N_(
        "The rows are kept. Free, next to nothing, beyond belief, or far from the same listing's other "
        "prices: leave them out of prices and sales, and show what that changes."
    ),
    "unit_slip?": N_(
        "The price a gram is over {times} times above or below the middle of its class: probably a wrong "
        "unit. The rows are kept; leave them out until somebody has looked."
    ),
    "no_date": N_("Say with `date=` on which day the pages were seen; without it no rate and no history."),
    "date_missing": N_("The rows are kept; whatever counts by time leaves them out."),
    "date_unreadable": N_("The rows are kept without a date. Write dates as 2024-12-31."),
    "future_date": N_("The rows are kept. Check the year, and the order of day and month."),
    "ambiguous_day_month": N_("Read with the {first} first. Write dates as 2024-12-31 if that is wrong."),
    "mixed_day_month": N_("Each row was read in the one way possible. Check that the file has one order."),
    "price_missing": N_("The rows are kept without a price."),
    "price_unreadable": N_("The rows are kept without a price. Write prices as BTC 0.12 or $45.00."),
    "price_range": N_("The rows are kept without a price: one end of a range is no price."),
    "price_several": N_("The rows are kept without a price: which one is meant is not guessed."),
    "currency_missing": N_("The rows have no price in dollars. Name the column with `columns=`."),
    "currency_unlisted": N_("The rows have no price in dollars. Give its code in the file, as USD or BTC."),
    "currency_conflict": N_("The price's own currency was taken, not that of the column. Check the file."),
    "no_rate": N_("The rows have no price in dollars. Give `rates=`. Missing: {example}."),
    "rate_of_earlier_day": N_("The last rate of the {days} days before was taken."),
    "quantity_missing": N_("The rows have no amount: none is guessed."),
    "quantity_range": N_("The rows have no amount: one end of a range is no amount."),
    "quantity_several": N_("The rows have no amount: which one is meant is not guessed."),
    "dose_only": N_("The rows have no amount: what a piece holds does not say how many there are."),
    "count_times_mg": N_("Grams are number times weight; of tablets that is no weight of a powder."),
    "unit_missing": N_("The rows have no amount: a missing unit is not guessed."),
    "unit_no_weight": N_("The rows have no grams: {example}."),
    "quantity_from_description": N_("The title does not say; the description names one amount."),
    "substance_missing": N_("The rows are kept as “unknown”; never share them out among the others."),
    "substance_mixed": N_("The class with the strongest words was taken, or none."),
    "substance_conflict": N_("The title counts for more. Look at some of them before you report a share."),
    "category_only": N_("Sellers choose categories that sell. Report these rows apart."),
    "not_drug": N_("The rows are kept as “unknown”: books, accounts, tools and the like."),
    "ships_from_undeclared": N_("They are missing, no country of their own: tell their share."),
    "ships_from_region": N_("The region is in `ships_from_region`; no country of it is chosen."),
    "ships_from_several": N_("The rows have no country of origin: which one is meant is not guessed."),
    "ships_from_unresolved": N_("The rows have no country of origin. Look at the column in the file."),
    "ships_to_undeclared": N_("They are missing: no destination is no claim to ship anywhere."),
    "ships_to_except": N_("The countries left out are not in `ships_to`; a region that holds them still is."),
    "ships_to_unresolved": N_("What was understood was kept. Look at the column in the file."),
    "feedback_unreadable": N_("The rows are kept without feedback."),
    "feedback_censored": N_(
        "The pages show {cap} at most: the true number is that or more. Join several snapshots, or treat the "
        "count as cut off."
    ),
    "purity_unreadable": N_("The rows have no claimed purity. Write it as percent."),
    "repeated": N_("The rows are kept. Check whether one day was crawled twice."),
    "vendor_missing": N_("The rows are kept; tables by seller leave them out."),
    "id_missing": N_("A code was made of market, seller and title or link."),
    "text_dropped": N_("They were read for substance and amount and are not in the result: {columns}."),
    "set_aside": N_("Name a column with `keep=` if you need it and may use it. Columns: {columns}."),
    "key_thrown_away": N_(
        "Codes agree within this reading only. Give `key=` to have the same codes in another reading."
    ),
}
"""What to do about each check."""
