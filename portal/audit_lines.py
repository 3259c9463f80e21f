"""The part of the audit's sentences that is about lines to the outside."""

from __future__ import annotations

from portal.sentences import Gettext


def sentences(_: Gettext) -> dict[str, str]:
    """Return the sentence of every kind of fact."""
    return {
        "TrunkSecretChanged.true": _("The secret of the line “%(trunk)s” was changed."),
        "TrunkSecretChanged.false": _("The secret of the line “%(trunk)s” was taken away."),
        "LineStateChanged.true": _("The line “%(trunk)s” can be used again."),
        "LineStateChanged.false": _("The line “%(trunk)s” cannot be used: its other end does not answer."),
        "AlertAcknowledged": _("%(name)s, %(role)s, took care of an alert after %(after_ms)s: %(kind)s."),
        "BoardDiffered": _("The live board was not what the journal says, and was made anew from it."),
        "BoardAgreed": _("The live board is what the journal says again."),
        "LineFailed": _(
            "The line “%(trunk)s” brought no connection to a number outside (SIP %(sip)s). Tried next: %(next_trunk)s."
        ),
    }
