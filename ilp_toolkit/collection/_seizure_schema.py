"""
What a table of seizures looks like, and what the reader of seizures can notice.
"""

from __future__ import annotations

from ..i18n import N_

__all__ = ["CHECKS", "DRUG_CLASSES", "REMEDIES", "SEIZURES"]

SEIZURES: dict[str, str] = {
    "seizure_id": N_("The register's own number; made from the row number where the file has none."),
    "source_row": N_("The row of the file, counted as a spreadsheet counts it."),
    "date": N_("The day of the seizure; empty where only the year is known."),
    "year": N_("The year of the seizure."),
    "country": N_("Where it was seized: code of ISO 3166 (two letters)."),
    "admin": N_("Province or region, as worded."),
    "place": N_("Place, as worded."),
    "drug": N_("The drug as the file words it; “unknown” where missing."),
    "drug_class": N_("The group of the drug; “unknown” where the drug is not in the table."),
    "amount": N_("The amount as the file has it."),
    "unit": N_("The unit of the amount, as a code; empty where there is none or it is not known."),
    "kg": N_("Kilograms of bulk weight; empty where the unit has no weight or is missing."),
    "kg_pure": N_("Kilograms of pure drug; empty where the purity is not known."),
    "transport": N_("Means of transport, as worded; empty where unknown."),
    "routing": N_("Domestic, inbound, outbound or transit, as worded; empty where unknown."),
    "producing": N_("Country of production, a code; empty for “Unknown” and “Other”."),
    "departure": N_("Country of departure, a code; empty for “Unknown” and “Other”."),
    "destination": N_("Country of destination, a code; empty for “Unknown” and “Other”."),
    "flags": N_("Codes of the checks that this row did not pass, separated by spaces; empty for most."),
}
"""Columns of a table of seizures, in order, each with its meaning."""

DRUG_CLASSES: dict[str, str] = {
    "heroin": N_("heroin"),
    "opium": N_("opium"),
    "morphine": N_("morphine"),
    "cannabis_resin": N_("cannabis resin"),
    "cannabis_herb": N_("cannabis herb"),
    "cocaine": N_("cocaine (salts, base, paste, crack)"),
    "methamphetamine": N_("methamphetamine"),
    "amphetamine": N_("amphetamine"),
    "ecstasy": N_("ecstasy"),
    "nps": N_("new psychoactive substances"),
    "other": N_("other drugs and precursors"),
    "unknown": N_("not known"),
}
"""Groups of drugs; kilograms of two groups never add up to anything."""

CHECKS: dict[str, str] = {
    "bad_record": N_("Rows that are no records"),
    "date_unreadable": N_("Date cannot be read"),
    "date_missing": N_("No date"),
    "unit_twin": N_("The same seizure in two units"),
    "unit_slip": N_("The same number in two units of weight"),
    "kg_outlier": N_("Weight far above all others of the drug"),
    "duplicate": N_("Exact repeat of an earlier row"),
    "no_unit": N_("Amount without a unit"),
    "unit_unlisted": N_("Unit not in the table"),
    "unit_no_weight": N_("Unit without a weight"),
    "kg_by_factor": N_("Kilograms by a factor"),
    "amount_missing": N_("No amount"),
    "amount_unreadable": N_("Amount cannot be read"),
    "amount_not_positive": N_("Amount of zero or less"),
    "purity_unreadable": N_("Purity cannot be read"),
    "country_missing": N_("Country of the seizure not known"),
    "country_unresolved": N_("Name of a country not known"),
    "country_historic": N_("State that no longer exists"),
    "country_part": N_("Part of a country"),
    "unknown_country": N_("“Unknown” or “Other” in place of a country"),
    "self_loop": N_("Departure is the country of the seizure"),
    "drug_missing": N_("No drug"),
    "drug_unlisted": N_("Drug not in the table"),
    "year_only": N_("Only the year is known"),
    "month_only": N_("Only the month is known"),
    "year_differs": N_("Year and date differ"),
    "future_date": N_("Date in the future"),
    "old_date": N_("Date before 1900"),
    "ambiguous_day_month": N_("Day and month cannot be told apart"),
    "mixed_day_month": N_("Day and month in the other order than in most rows"),
    "repeated_id": N_("Number of an earlier row"),
    "id_missing": N_("No number of its own"),
    "set_aside": N_("Columns about persons set aside"),
    "not_reported": N_("Country-years without a record"),
}
"""Every check that the reader of seizures can report, gravest first: its code and its name in words."""

REMEDIES: dict[str, str] = {
    "bad_record": N_(
        "The rows are among the rejected, with the reason. Mend them in the file and read it again."
    ),
    "date_unreadable": N_(
        "The rows are among the rejected. Write dates as 2024-12-31 23:59. First: {example}."
    ),
    "date_missing": N_(
        "The rows are among the rejected. Fill in the date, or name its column with `columns=`."
    ),
    "unit_twin": N_(
        "Rows of one country, day and drug with the same weight in two units: probably one seizure from two "
        "sources. They are kept; count one of each before adding up kilograms."
    ),
    "unit_slip": N_(
        "Rows of one place, day and drug with the same number in two units of weight: one unit is probably "
        "wrong, by a factor of a thousand. They are kept; look at the documents."
    ),
    "kg_outlier": N_(
        "Over ten times the next largest of its drug in the file: probably a wrong unit or a comma. The rows "
        "are kept and outweigh everything; leave them out until a document bears them out."
    ),
    "duplicate": N_("The rows are kept: repeats can be real. Check with whoever sent them."),
    "no_unit": N_("The rows have no kilograms: a missing unit is not guessed. Ask for it."),
    "unit_unlisted": N_("The rows have no kilograms. Units: {example}."),
    "unit_no_weight": N_(
        "The rows have no kilograms: pieces, bottles and plants weigh what they weigh. Units: {example}."
    ),
    "kg_by_factor": N_(
        "Litres count as kilograms, tablets by an assumed weight (see `units.factors`): tell it beside any "
        "total."
    ),
    "amount_missing": N_("The rows are kept without kilograms; they count as cases."),
    "amount_unreadable": N_("The rows are kept without kilograms. Write amounts as 12.5. First: {example}."),
    "amount_not_positive": N_(
        "Zero is kept as zero: a small amount may have been rounded. Less than zero has no kilograms."
    ),
    "purity_unreadable": N_("The rows have no pure kilograms. Write purity as percent. First: {example}."),
    "country_missing": N_("The rows are kept; tables by country leave them out."),
    "country_unresolved": N_(
        "The rows have no country there. Mend the names, or give codes of ISO 3166: {example}."
    ),
    "country_historic": N_(
        "A state that several have followed has no code; one that a single state continues has that code: "
        "{example}."
    ),
    "country_part": N_("The rows count for the country as a whole: {example}."),
    "unknown_country": N_("They are missing, no countries of their own."),
    "self_loop": N_(
        "The row says nothing about a border: most records name their own country as departure. Flows leave "
        "it out."
    ),
    "drug_missing": N_("The drug is set to “unknown”."),
    "drug_unlisted": N_("The drug is kept as worded, its group is “unknown”. Most frequent: {example}."),
    "year_only": N_("The rows are kept without a day; seasons leave them out."),
    "month_only": N_("The first of the month stands for the month."),
    "year_differs": N_("The date was taken. Check whether the year is that of the report."),
    "future_date": N_("The rows are kept. Check the year, and the order of day and month."),
    "old_date": N_("The rows are kept. Check the year."),
    "ambiguous_day_month": N_("Read with the {first} first. Write dates as 2024-12-31 if that is wrong."),
    "mixed_day_month": N_("Each row was read in the one way possible. Check that the file has one order."),
    "repeated_id": N_("The rows are kept. Check whether a number stands for a case with several seizures."),
    "id_missing": N_("A number was made from the row of the file."),
    "set_aside": N_(
        "Ask for a column by name with `keep=` if you need it and may use it. Columns: {columns}."
    ),
    "not_reported": N_(
        "A country-year without a record was not reported, or is not in the file: it is no zero. "
        "`seizures.coverage` lists them."
    ),
}
"""What to do about each check."""
