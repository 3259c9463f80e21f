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
            "supervised": _("Supervised"), "sort": _("Order"),
        },
        "record_file": {
            "filter": _("Filter"), "everything": _("everything"), "zone": _("Times in"), "made": _("Made"),
            "rows": _("Rows"),
        },
        "yes_no": {"yes": _("Yes"), "no": _("No")},
    }  # fmt: skip
