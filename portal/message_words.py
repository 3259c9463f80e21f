"""The words of messages to agents, on the floor and at the desk."""

from __future__ import annotations

from typing import Any

from portal.sentences import Gettext


def message_words(_: Gettext) -> dict[str, Any]:
    """Return the table under ``words.messages``."""
    return {
        "messages": {
            "audience": {
                "agent": _("to you"),
                "queue": _("to your queue"),
                "client": _("to all of this client"),
                "all": _("to everybody"),
            },
            "said": _("Message from %(name)s: %(text)s"),
            "more": _("%(count)s more"),
            "you": _("You: %(text)s"),
            "seen": _("seen"),
            "new": _("unread"),
            "read_of": _("%(read)s of %(of)s have seen it"),
            "sent": _("Sent to %(count)s."),
            "unseen": _("%(count)s new"),
            "answers": _("%(count)s new answers to your messages"),
            "everybody": _("Everybody whom you supervise"),
            "clients": _("All agents of a client"),
            "queues": _("The agents of a queue"),
            "agents": _("One agent"),
            "not_read": _("The messages could not be read. They come with the next change."),
        }
    }


def message_problems(_: Gettext) -> dict[str, str]:
    """Return what the refusals of messages mean."""
    return {
        "message_not_clear": _("A message has 1 to 500 characters, an answer one line of 200 at most."),
        "message_answered": _("You have answered this message already."),
        "too_many_messages": _("Too many within a minute. Wait a moment."),
    }
