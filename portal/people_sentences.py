"""What happened when a call went to the client's own people, as sentences for the audit."""

from __future__ import annotations

from portal.sentences import Gettext


def people_sentences(_: Gettext) -> dict[str, str]:
    """Return the sentence of each kind; ``person`` is a code of the client's directory."""
    return {
        "PersonRung": _("A phone of %(person)s rings (step %(step)s)."),
        "PersonPassed": _("%(person)s was not rung."),
        "PersonAnswered": _("%(person)s answered after %(ring_ms)s."),
        "PersonNotReached": _("Nobody could be reached for %(person)s."),
        "ContextSent": _("%(person)s is told of the call."),
        "ContextDelivered": _("What %(person)s is told of the call has arrived."),
        "ContextOpened": _("%(person)s opened the page about the call."),
        "ContextAcknowledged": _("%(person)s knows about the call."),
        "ContextReplied": _("%(person)s wrote to the agent."),
        "ContextRevoked": _("The page about the call for %(person)s was closed."),
    }
