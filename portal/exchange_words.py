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
        "ConnectorSet": _("How your system “%(connection)s” at %(host)s is read and told was set."),
        "ConnectionSecretChanged": _("What signs messages of your system “%(connection)s” was changed."),
        "ConnectionMapped": _("The map of your system “%(connection)s” has version %(version)s."),
        "ConnectionChannelSet": _("How “%(connection)s” goes by mail or by files was set."),
        "InboundReceived": _("Your system “%(connection)s” sent a message about %(external_id)s."),
        "InboundHeld": _(
            "A message of your system “%(connection)s” about %(external_id)s waits: the map does not know %(what)s."
        ),
    }


def exchange_words(_: Gettext) -> dict[str, dict[str, str]]:
    """Return the tables of the pages of connections."""
    return {
        "state": {
            "invited": _("invited"),
            "active": _("active"),
            "declined": _("declined"),
            "suspended": _("suspended"),
            "revoked": _("revoked"),
        },
        "act": {
            "invite": _("Invite the other side"),
            "accept": _("Accept"),
            "decline": _("Decline"),
            "suspend": _("Suspend"),
            "resume": _("Resume"),
            "revoke": _("Revoke for good"),
        },
        **_message_words(_),
        "exchange": {
            "queued": _("waits"),
            "sent": _("sent"),
            "acknowledged": _("acknowledged"),
            "failing": _("failing"),
            "dead": _("given up"),
        },
        **_system_words(_),
    }


def _message_words(_: Gettext) -> dict[str, dict[str, str]]:
    return {
        "message": {
            "fetching": _("the system is asked"),
            "received": _("waits for its turn"),
            "applied": _("applied"),
            "outdated": _("older than what was applied"),
            "echo": _("our own, come back"),
            "refused": _("refused"),
            "needs_mapping": _("waits for the map"),
            "dead": _("given up"),
        },
        "step": {
            "create": _("make a work order"),
            "link": _("link it"),
            "update": _("change fields"),
            "move": _("change the status"),
            "comment": _("write a comment"),
            "echo": _("our own event"),
            "read": _("read it"),
        },
        "result": {"done": _("done"), "passed_over": _("nothing to do"), "refused": _("refused")},
    }


def _system_words(_: Gettext) -> dict[str, dict[str, str]]:
    return {
        "adapter": {
            "native": _("Our own format"),
            "glassfloor": _("Another Glassfloor"),
            "jira": _("Jira Service Management"),
            "servicenow": _("ServiceNow"),
            "zammad": _("Zammad"),
            "zendesk": _("Zendesk"),
            "mail": _("E-mail"),
            "drop": _("Files (SFTP)"),
        },
        "signs": {
            "native": _("It signs (Standard Webhooks)"),
            "glassfloor": _("It signs (Standard Webhooks)"),
            "jira": _("It signs: its webhook's secret is the one that we make"),
            "servicenow": _("A script there signs by the secret that we make, or sends it in a header"),
            "zammad": _("It signs: its webhook's HMAC SHA1 token is the secret that we make"),
            "zendesk": _("It signs: you tell us its webhook's signing secret afterwards"),
        },
    }
