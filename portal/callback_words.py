"""The words of callbacks, messages, missed contacts, and calls that agents begin: screens, settings and audit."""

from __future__ import annotations

from portal.sentences import Gettext

TASK_OUTCOMES = ("callback", "unreached", "done", "cancelled")
"""What can have become of an interaction in which nobody waits on the line, or who would not wait."""


def task_outcomes(_: Gettext) -> dict[str, str]:
    """Return what became of one, and where a running one is."""
    return {
        "callback": _("Asked to be called back"),
        "unreached": _("Contact not reached"),
        "done": _("Dealt with"),
        "cancelled": _("Cancelled"),
        "later": _("For later"),
        "accepted": _("In hand"),
        "dialling": _("Dialling"),
    }


def callback_exits(_: Gettext) -> dict[str, str]:
    """Return how a flow's offer to call back is left."""
    return {
        "requested": _("callback asked for"),
        "declined": _("callback declined"),
        "callback": _("rather be called back"),
    }


def task_words(_: Gettext) -> dict[str, dict[str, str]]:
    """Return what a task is for, what came of a try, and why it waits for later."""
    results = {
        "answered": _("answered"),
        "busy": _("busy"),
        "no_answer": _("no answer"),
        "rejected": _("rejected"),
        "unallocated": _("the number does not exist"),
        "unreachable": _("not reachable"),
        "congestion": _("the network is full"),
        "cancelled": _("stopped by the agent"),
        "agent_no_answer": _("the agent's phone was not answered"),
        "failed": _("could not be dialled"),
        "do_not_call": _("on the do-not-call list"),
    }
    return {
        "task_desk": {
            "offered": _("Work for you"),
            "listed_asked": _("on the do-not-call list; it asked for this call itself"),
            "call_back": _("%(name)s wants to be called back"),
            "ring_contact": _("Call the contact"),
            "ring_person": _("Call this person"),
            "wrote": _("%(name)s wrote to you"),
            "due": _("due at %(time)s"),
            "tries": _("tried %(count)s times"),
            "last": _("last time: %(result)s"),
        },
        "task": {
            "callback": _("Callback"),
            "message": _("Message"),
            "missed": _("Missed contact"),
            "not_reached": _("The client’s people did not answer"),
            "person": _("From the client’s people"),
            "call": _("Outgoing call"),
        },
        "dial_result": results,
        "task_reason": {**results, "hours": _("nobody is called at this hour"), "skipped": _("left for later")},
    }


def callback_problems(_: Gettext) -> dict[str, str]:
    """Return why a contact is not called, by the code of the problem."""
    return {
        "do_not_call": _("This number is on the client's do-not-call list: it is not called."),
        "do_not_call_unknown": _("Whether this number may be called cannot be known at the moment."),
        "may_not_list": _("This client does not let agents put contacts on its do-not-call list."),
        "no_number": _("The contact's number is withheld, or is none that can be called."),
        "keys_away": _("The client's keys cannot be reached at the moment."),
    }


def callback_sentences(_: Gettext) -> dict[str, str]:
    """Return the audit's sentences."""
    return {
        "CallbackRequested": _("The contact asked to be called back and keeps its place in the queue “%(queue)s”."),
        "TaskOpened": _("To be dealt with, in the queue “%(queue)s”: %(task)s."),
        "TaskPostponed": _("It waits until %(until)s: %(reason)s."),
        "TaskAccepted": _("%(agent_id)s took it in hand, after %(wait_ms)s."),
        "TaskAssigned": _("It is kept for %(agent_id)s until %(until)s. Reason: “%(reason)s”"),
        "TaskCancelled": _("It was taken back. Reason: “%(reason)s”"),
        "DialStarted": _("%(agent_id)s called the contact, try %(attempt)s; it sees the number %(caller_id)s."),
        "ContactRung": _("The phone of the contact rings; %(agent_id)s is on the line."),
        "NumbersListed": _(
            "%(name)s put numbers on the do-not-call list: %(count)s new, %(known)s known, %(refused)s refused."
            " %(contact)s Reason: “%(why)s”"
        ),
        "NumberUnlisted": _("%(name)s took %(contact)s off the do-not-call list. Reason: “%(why)s”"),
        "CallRefused": _("The contact was not called, because its number is on the do-not-call list: %(task)s."),
        "PartyRefused": _(
            "Somebody outside (%(target)s) was not called into the conversation: the number is on the do-not-call list."
        ),
        "ListedContactCalled": _(
            "%(agent_id)s called a contact on the do-not-call list, which had asked for it; try %(attempt)s."
        ),
        "DialEnded": _("What came of the try of %(agent_id)s: %(result)s."),
    }


def callback_labels(_: Gettext) -> dict[str, str]:
    """Return what the keys of the settings' section are called."""
    return {
        "agents_may_list": _("Agents may put a contact on the do-not-call list"),
        "agent_min": _("Kept for the agent who last spoke with the contact"),
        "apart_min": _("Between two tries"),
        "blocked": _("Numbers never called"),
        "due_min": _("Done within"),
        "head_start_s": _("Head start"),
        "hours": _("When contacts are called"),
        "messages": _("Messages"),
        "minutes": _("%(count)s min"),
        "missed": _("Lost contacts who are called back"),
        "premium": _("Premium numbers may be called"),
        "queue": _("Who deals with them"),
        "tries": _("Tries"),
    }


def callback_choices(_: Gettext) -> dict[str, dict[str, str]]:
    """Return the tables of choices of the settings' section."""
    return {
        "missed": {
            "abandoned": _("Who gave up waiting"),
            "engine_lost": _("Who was cut off by a failure"),
            "not_reached": _("Whom your people did not answer"),
        }
    }
