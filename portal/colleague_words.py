"""What the page of the outsourcer's own people says after each act."""

from __future__ import annotations

from typing import Any

from portal.sentences import Gettext


def colleague_words(_: Gettext) -> dict[str, Any]:
    """Return the tables under ``words.colleagues``."""
    return {
        "colleagues": {
            "told": {
                "sent": _("The link is on its way by mail."),
                "role": _("The role is changed; the person signs in anew."),
                "dismissed": _("Dismissed: this person gets in no more."),
                "locked": _("Locked out and signed out everywhere."),
                "unlocked": _("The lock is lifted."),
                "removed": _("The second factor is removed; the person was told by mail where mail is set up."),
                "ended": _("Ended. Whatever was open there is signed out within seconds."),
                "policy": _("The rule is saved. It holds from now on."),
            },
            "error": {
                "named_in_file": _("The centre file says who this person is. Change it there and apply it."),
                "not_oneself": _("Nobody does this to itself. Ask a colleague."),
                "taken_address": _("Somebody with this address is here already, or works for a client."),
                "validation_failed": _("An address, a name and a role are needed."),
                "link_needs_mail": _(
                    "Without mail only whoever runs the machine makes this link: glassfloor users invite."
                ),
            },
        }
    }
