"""The words of the interactive link chart, in the language in use."""

from __future__ import annotations

from ..i18n import _

__all__ = ["words_of_screen"]


def words_of_screen() -> dict[str, str]:
    """Return the words that the script of the page writes, by the names that it knows them by."""
    return {
        "all": _("All links"),
        "back": _("Back"),
        "click": _("Choose a line for its evidence, then an item for its report."),
        "date": _("Date"),
        "dates": _("Dates"),
        "filters": _("Filters"),
        "fit": _("Whole chart"),
        "from": _("from day"),
        "grade": _("Grade"),
        "grades": _("Lines by grade"),
        "grey": _("grey: a person whom nobody has a reason to suspect, or whose role is not known"),
        "handling": _("Handling"),
        "hidden": _("hidden by the filters"),
        "in": _("Zoom in"),
        "item": _("Report"),
        "items": _("Rests on"),
        "keys": _(
            "Keys: arrows go from entity to entity, Enter opens, + and − zoom, 0 shows all, Esc goes back."
        ),
        "kind": _("Kind"),
        "kinds": _("Kinds of links"),
        "links": _("Links"),
        "more": _("Show more"),
        "no_date": _("no date"),
        "no_grade": _("not graded"),
        "no_item": _("no item of information: nobody can check it"),
        "no_kind": _("kind not said"),
        "no_links": _("No link that the filters leave."),
        "no_match": _("Nothing is called so."),
        "no_report": _("The report is not in this page. Ask for it by its number."),
        "no_text": _("No sanitised text, so no text is shown."),
        "out": _("Zoom out"),
        "roles": _("Persons"),
        "search": _("Search"),
        "shown": _("{shown} of {all} links shown"),
        "text": _("Sanitised text"),
        "to": _("until day"),
        "types": _("Types"),
        "undated": _("those without a date"),
        "unhandled": _("not marked: treat it as the strictest"),
        "ungraded": _("Not graded: nothing is known of how good it is."),
    }
