"""The words of connections to clients' systems: their steps as sentences, states, steps, what became of messages."""

from __future__ import annotations

from portal.sentences import Gettext


def exchange_sentences(_: Gettext) -> dict[str, str]:
    """Return the sentences of this room's facts."""
    return {
        "ConnectionInvited": _("%(side)s asked to exchange work orders over “%(connection)s”."),
        "ConnectionAccepted": _("%(side)s accepted: work orders are exchanged over “%(connection)s”."),
        "ConnectionDeclined": _("%(side)s declined to exchange work orders over “%(connection)s”."),
        "ConnectionSuspended": _("%(side)s suspended “%(connection)s”: nothing is exchanged."),
        "ConnectionResumed": _("%(side)s let the exchange over “%(connection)s” go on."),
        "ConnectionRevoked": _("%(side)s ended “%(connection)s”: its keys and addresses are over."),
        "ConnectionAddressMade": _("Your system “%(connection)s” got a new address for messages."),
        "ConnectionMapped": _("The map of your system “%(connection)s” has version %(version)s."),
        "InboundReceived": _("Your system “%(connection)s” sent a message about %(external_id)s."),
        "InboundHeld": _(
            "A message of your system “%(connection)s” about %(external_id)s waits: the map does not know %(what)s."
        ),
    }
