"""What the columns, filters and files of the interactions' table are called."""

from __future__ import annotations

from typing import Any

from portal.sentences import Gettext


def record_problems(_: Gettext) -> dict[str, str]:
    """Return why a list is not handed out, or a view of it not kept, by the code of the problem."""
    return {
        "too_many_rows": _("These are more rows than one file holds. Narrow the search, or ask for an export."),
        "view_not_saved": _("A view needs a name of at most 60 letters, and you can keep 40 of them."),
    }


def record_words(_: Gettext) -> dict[str, Any]:
    """Return what the columns, and the values that only they show, are called."""
    return {
        "column": {
            "started": _("Started"), "contact": _("Contact"), "number": _("Number dialled"), "queue": _("Queue"),
            "agent": _("Agent"), "outcome": _("Outcome"), "disposition": _("Disposition"), "note": _("Note"),
            "wait": _("Wait"), "talk": _("Talk"), "hold": _("Hold"), "wrap": _("Wrap-up"),
            "direction": _("Direction"), "path": _("Path in the flow"), "ended": _("Ended"),
            "ended_by": _("Ended by"), "id": _("Id"),
        },
        "direction": {"inbound": _("From the contact"), "outbound": _("To the contact")},
        "filter": {
            "q": _("Contact or id"), "queue": _("Queue"), "agent": _("Agent took part"), "last_agent": _("Last agent"),
            "outcome": _("Outcome"), "disposition": _("Disposition"), "direction": _("Direction"), "task": _("Task"),
            "from": _("From"), "to": _("To"), "since": _("From"), "until": _("Before"),
            "wait_min": _("Waited at least"), "wait_max": _("Waited at most"), "talk_min": _("Talked at least"),
            "talk_max": _("Talked at most"), "note": _("Words of the note"),
            "comment": _("Words of the comments"), "flow": _("Flow"),
            "node": _("Passed the step"), "key": _("Pressed there"), "recorded": _("Recording"),
            "supervised": _("Supervised"), "sort": _("Order"), "after": _("Page"),
        },
        "record_file": {
            "filter": _("Filter"), "everything": _("everything"), "zone": _("Times in"), "made": _("Made"),
            "rows": _("Rows"),
        },
        "open_tasks": _("Tasks not dealt with yet"),
        "wrong_filter": _wrong_filters(_),
        "yes_no": {"yes": _("Yes"), "no": _("No")},
    }  # fmt: skip


def _wrong_filters(_: Gettext) -> dict[str, str]:
    """Return why a filter cannot be read, by the codes of ``interactions.core.query.WHY``."""
    return {
        "no_such": _("There is no such filter."), "too_long": _("At most 300 characters."),
        "no_choice": _("This is none of the choices."), "no_word": _("There is no word in it."),
        "not_a_length": _("Write seconds as 90, or minutes and seconds as 1:30; at most thirty days."),
        "not_a_day": _("Write a day as 2026-11-21, or a minute as 2026-11-21T14:30."),
        "not_a_moment": _("Write a moment with its offset, as 2026-11-21T08:00:00Z."),
        "said_twice": _("Say either a day or a moment, not both."),
        "ends_before": _("It ends before it begins."),
        "not_to_find": _(
            "Write an interaction's id, the last four digits of a number, or, where you see whole numbers,"
            " all of it with + in front."
        ),
        "no_step": _("Say at which step it was pressed."),
        "no_place": _("There is no such place in this list."),
    }  # fmt: skip
