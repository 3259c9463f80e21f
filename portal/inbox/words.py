"""The words of the list of work orders: its groups, filters, columns, and what became of acts on many."""

from __future__ import annotations

from typing import Any

from portal.sentences import Gettext


def inbox_words(_: Gettext) -> dict[str, Any]:
    """Return the tables of the list, by name."""
    return {
        "inbox_group": {
            "yours": _("Waits for you"), "outsourcer": _("With the call centre"), "tenant": _("With the client"),
            "others": _("With somebody else"), "done": _("Done lately"), "all": _("All"),
        },
        "inbox_empty": {
            "yours": _("Nothing waits for you"), "theirs": _("Nothing is with the other side"),
            "others": _("Nothing waits for anybody else"), "done": _("Nothing was done lately"),
            "all": _("No work orders yet"),
        },
        "inbox_turn": {"outsourcer": _("Call centre"), "tenant": _("Client"), "others": _("Somebody else")},
        "inbox_need": {
            "acknowledge": _("to acknowledge"), "begin": _("to begin"), "work": _("to resolve"), "held": _("held up"),
            "answer": _("a question to answer"), "cancel": _("a cancellation to decide"), "confirm": _("to close"),
            "end_customer": _("the contact"), "third_party": _("a third party"),
        },
        "inbox_ticked": _("Ticked: %(num)s"),
        "inbox_archive": {"true": _("Only what is in it"), "false": _("Left out")},
        "inbox_sort": {"due": _("Most urgent first"), "newest": _("Newest first")},
        "severity": {"critical": _("Critical"), "major": _("Major"), "minor": _("Minor")},
        "order_filter": _filters(_),
        "wrong_order_filter": {
            "no_such": _("There is no such filter."),
            "no_choice": _("This is none of the choices."),
            "not_a_day": _("Write a day as 2026-11-21, or a minute as 2026-11-21T14:30."),
            "no_number": _("Write a number as WO-1042 or 1042."),
            "no_reference": _("Write the system, a colon and its number: jira:OPS-12."),
            "not_readable": _("This cannot be read."),
        },
        "order_column": _columns(_),
        **_bulk(_),
    }  # fmt: skip


def inbox_sentences(_: Gettext) -> dict[str, str]:
    """Return what the audit says of the facts of this page."""
    return {"WorkOrdersTaken": _("Took a list of work orders along as a file (%(way)s): %(rows)s rows.")}


def _bulk(_: Gettext) -> dict[str, dict[str, str]]:
    return {
        "bulk_act": {
            "acknowledged": _("Acknowledge"), "inProgress": _("Start work"), "closed": _("Close"),
            "assign": _("Assign"), "comment": _("Add a comment"), "cancelled": _("Cancel"),
        },
        "bulk_refused": _refused(_),
        "bulk_wrong": {
            "none": _("Tick at least one work order."),
            "too_many": _("At most 200 work orders at a time."),
            "comment": _("Write the comment first, at most 4,000 letters."),
            "person": _("A team and a name are one line each, at most 200 letters."),
            "form": _("The form is not whole. Reload the page and try again."),
        },
    }  # fmt: skip


def _refused(_: Gettext) -> dict[str, str]:
    """Return why one of many work orders was not changed, by code; other codes are said as everywhere."""
    return {
        "transition_not_allowed": _("As it stands now, this step is not possible."),
        "cancel_agreed": _("It is under way: ask on its page that the other side agrees."),
        "transition_wrong_side": _("This step belongs to the other side."),
        "change_wrong_side": _("This is the other side's to change."),
        "work_order_over": _("It is over."),
        "version_mismatch": _("It changed meanwhile. Look at it, then try again."),
        "person_unknown": _("No agent of this client has this name."),
        "not_found": _("It is not there any more, or not yours."),
        "not_tried": _("Not tried: a part of the house is away."),
    }


def _filters(_: Gettext) -> dict[str, str]:
    return {
        "group": _("Group"), "sort": _("Order"), "after": _("Page"),
        "status": _("Status"), "priority": _("Priority"), "type": _("Type"), "connection": _("Connection"),
        "sla.due_at.lt": _("Due before"), "sla.due_at.gte": _("Due from"), "sla.state": _("Time limit"),
        "number": _("Number"), "title": _("Whole title"), "external_ref": _("Number elsewhere"),
        "requester_side": _("Raised by"), "severity": _("Severity"), "pending_on": _("Waits for"),
        "assignment.team": _("Team"), "assignment.person": _("Works on it"),
        "created_at.gte": _("Raised from"), "created_at.lt": _("Raised before"),
        "updated_at.gte": _("Updated from"), "updated_at.lt": _("Updated before"), "archived": _("Archive"),
    }  # fmt: skip


def _columns(_: Gettext) -> dict[str, str]:
    return {
        "number": _("Number"), "title": _("Title"), "waits": _("Waits for"), "need": _("What for"),
        "status": _("Status"), "priority": _("Priority"), "severity": _("Severity"), "type": _("Type"),
        "due": _("Due"), "metric": _("Time limit"), "clock": _("Its state"), "team": _("Team"),
        "person": _("Works on it"), "raised_by": _("Raised by"), "connection": _("Connection"),
        "external_ref": _("Number elsewhere"), "created_at": _("Raised at"), "updated_at": _("Updated"),
        "expected_resolution_at": _("Expected by"), "resolved_at": _("Resolved"), "closed_at": _("Over since"),
        "resolution": _("Resolution"), "id": _("Id"),
    }  # fmt: skip
