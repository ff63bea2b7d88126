"""
What a table of links and a table of entities look like, and everything that the reader can notice.
"""

from __future__ import annotations

from ..i18n import N_

__all__ = ["CHECKS", "ENTITIES", "LINKS", "REMEDIES", "TYPES"]

LINKS: dict[str, str] = {
    "source": N_("One end of the link, as the file writes it; of a directed link the end it starts from."),
    "target": N_("The other end."),
    "weight": N_("Weight of the link as the file gives it; empty where unknown."),
    "kind": N_("What the link is, in the words of the file; empty where it does not say."),
    "item_ids": N_("Numbers of the items of information that the link rests on."),
    "grade": N_("Grade with its scale (4x4:B2); empty where nobody graded it."),
    "date": N_("The day or moment, on the clock of the file; empty where unknown."),
    "date_precision": N_("How finely the date is known: minute, hour, day, month or year."),
    "directed": N_("Whether the link goes from source to target only."),
    "handling": N_("Handling as written, where the file marks its rows; empty means the strictest."),
    "source_row": N_("The row of the file, counted as a spreadsheet counts it."),
    "flags": N_("Codes of the checks that this row did not pass, separated by spaces; empty for most."),
}
"""Columns of a table of links, in order, each with its meaning."""

ENTITIES: dict[str, str] = {
    "entity_id": N_("The end of links, as the file writes it."),
    "label": N_("What a chart writes beside it; the number itself where the file has no name."),
    "type": N_("What it is: one of `TYPES`."),
    "role": N_("Role of a person in the case; unknown where nobody said."),
    "grade": N_("Grade with its scale; empty where nobody graded it."),
    "handling": N_("Handling as written; empty means the strictest."),
    "item_ids": N_("Numbers of the items of information that it rests on."),
    "mode": N_("1 or 2 in a network of two kinds of vertices, empty in others."),
    "source_row": N_("The row of the file of entities; empty where only links name it."),
}
"""Columns of a table of entities, in order, each with its meaning."""

TYPES: dict[str, str] = {
    "person": N_("person"),
    "organisation": N_("organisation"),
    "phone": N_("telephone"),
    "vehicle": N_("vehicle"),
    "account": N_("account"),
    "place": N_("place"),
    "event": N_("event"),
    "document": N_("document"),
    "online": N_("online identity"),
    "unknown": N_("unknown"),
}
"""Types of entities with their words."""

CHECKS: dict[str, str] = {
    "secret": N_("Marked as a state secret"),
    "outside_numbers": N_("No number of the authorisation"),
    "outside_dates": N_("Outside the dates of the authorisation"),
    "started_unreadable": N_("No readable start of the call"),
    "bad_record": N_("Rows that are no records"),
    "end_missing": N_("One end of the link is missing"),
    "cell_unknown": N_("Cells that say “unknown”"),
    "third_parties": N_("Third parties under pseudonyms"),
    "cells_dropped": N_("Cells of third parties left out"),
    "seconds_unreadable": N_("Duration missing or not readable"),
    "id_odd": N_("Labels of another form than the rest"),
    "id_look_alike": N_("Labels that look like another"),
    "id_mixed_scripts": N_("Latin and Cyrillic letters in one word"),
    "id_fragile": N_("Labels that a spreadsheet would change"),
    "labels_differ": N_("Row and column labels are written differently"),
    "labels_missing": N_("Vertices without a label"),
    "labels_repeated": N_("Labels that occur twice in a matrix"),
    "labels_one_side": N_("Labels of rows or of columns only"),
    "self_loop": N_("Links of a vertex with itself"),
    "duplicate_row": N_("Exact repeat of an earlier row"),
    "repeated_link": N_("The same two ends as in an earlier row"),
    "weight_unreadable": N_("Weight cannot be read"),
    "weight_missing": N_("No weight"),
    "weight_negative": N_("Weight below zero"),
    "weight_zero": N_("Weight of zero"),
    "date_unreadable": N_("Date cannot be read"),
    "date_coarse": N_("Only the month or the year is known"),
    "ambiguous_day_month": N_("Day and month cannot be told apart"),
    "grade_unreadable": N_("Grade cannot be read"),
    "scale_assumed": N_("The scale of the grades is assumed"),
    "item_missing": N_("No item of information"),
    "direction_assumed": N_("Direction is not said"),
    "asymmetric": N_("The matrix is not symmetric"),
    "half_matrix": N_("One half of the matrix is blank"),
    "cells_mirrored": N_("Cells that repeat the link from the other side"),
    "diagonal_blank": N_("Diagonal without values"),
    "ends_by_position": N_("The ends were taken by position"),
    "type_unknown": N_("Type of an entity is not known"),
    "role_unknown": N_("Role of an entity is not known"),
    "entity_repeated": N_("Entities listed twice"),
    "entity_missing": N_("Ends of links that the list of entities lacks"),
    "isolated": N_("Entities without a link"),
    "set_aside": N_("Columns about persons set aside"),
}
"""Every check that the reader of links can report, gravest first: its code and its name in words."""

REMEDIES: dict[str, str] = {
    "secret": N_(
        "The rows are refused and their words withheld. The file holds them: take it off this computer."
    ),
    "outside_numbers": N_(
        "The rows are refused and nothing of them is kept: neither end is a number of the authorisation."
    ),
    "outside_dates": N_(
        "The rows are refused and nothing of them is kept: they began before or after the authorised time."
    ),
    "started_unreadable": N_(
        "The rows are refused: nobody can say that they lie within the authorised time. "
        "Write 2024-12-31 23:59."
    ),
    "bad_record": N_(
        "The rows are among the rejected, with the reason. Mend them in the file and read it again."
    ),
    "end_missing": N_("The rows are among the rejected. A link needs two ends: fill in both."),
    "cell_unknown": N_(
        "The cells are among the rejected: unknown is neither a link nor none. Write 0 where there is none."
    ),
    "third_parties": N_(
        "Numbers that are not authorised stand under pseudonyms ({keyed}). They are nobody's contacts yet."
    ),
    "cells_dropped": N_("The place of somebody whom the authorisation does not name is not kept."),
    "seconds_unreadable": N_("The rows are kept without a duration."),
    "id_odd": N_(
        "They are kept as written, and are vertices of their own: {example}. Ask whoever made the file "
        "what they stand for."
    ),
    "id_look_alike": N_(
        "They are kept apart, since whether they are one is for a person to decide: {example}."
    ),
    "id_mixed_scripts": N_("They are kept as written: {example}. Check how they were typed."),
    "id_fragile": N_("They are kept as text: {example}. Do not save the file from a spreadsheet."),
    "labels_differ": N_("The labels of the rows were taken: {example}."),
    "labels_missing": N_("They are called by their position: {example}. Give each row and column a label."),
    "labels_repeated": N_(
        "Cells of equal labels are links of one vertex: {example}. Check whether they are two persons."
    ),
    "labels_one_side": N_("They are vertices all the same: {example}. Check the rows and columns."),
    "self_loop": N_("The rows are kept. Measures of networks leave them out."),
    "duplicate_row": N_("The rows are kept: repeats can be real. Check with whoever made the file."),
    "repeated_link": N_("The rows are kept; a graph makes one link of them that holds all the evidence."),
    "weight_unreadable": N_(
        "The links are kept without a weight. Write weights as numbers. First: {example}."
    ),
    "weight_missing": N_("The links are kept; their weight is unknown, not one and not zero."),
    "weight_negative": N_("The links are kept. Many measures cannot take weights below zero."),
    "weight_zero": N_("The links are kept. Leave out rows that are no links."),
    "date_unreadable": N_("The links are kept without a date. Write dates as 2024-12-31. First: {example}."),
    "date_coarse": N_("The links are kept; the column date_precision says how finely the date is known."),
    "ambiguous_day_month": N_("Read with the {first} first. Write dates as 2024-12-31 if that is wrong."),
    "grade_unreadable": N_("The links are kept as ungraded. First: {example}."),
    "scale_assumed": N_("Read as grades of the {scale}. Name another with `scale=`."),
    "item_missing": N_("The links are kept. What they rest on is not in the file: nobody can check them."),
    "direction_assumed": N_("The links are taken as going both ways. Say directed=True if they do not."),
    "asymmetric": N_(
        "The links are taken as directed, from row to column. Say directed=False if they are not."
    ),
    "half_matrix": N_("Each pair is one link without a direction. Say directed=True if that is wrong."),
    "cells_mirrored": N_("The matrix is symmetric, so each pair is one link."),
    "diagonal_blank": N_("Nothing is said of links of a vertex with itself."),
    "ends_by_position": N_("Taken as ends: {columns}. Name them with `columns=` if that is wrong."),
    "type_unknown": N_(
        "They are kept as unknown. Known types: person, organisation, phone, vehicle and others."
    ),
    "role_unknown": N_(
        "They stay unknown and are protected like victims and witnesses. Fill in the role where it is known."
    ),
    "entity_repeated": N_("The first row was taken, the others are in `entities_rejected`: {example}."),
    "entity_missing": N_("They were added with an unknown type: {example}."),
    "isolated": N_("They are kept: somebody without a link is a finding as well."),
    "set_aside": N_("Left out: {columns}. Ask for a column with `keep=` if the work needs it."),
}
"""What to do about each check."""
