"""The part of the audit's sentences that is about credentials of systems and the keys that seal."""

from __future__ import annotations

from portal.sentences import Gettext


def sentences(_: Gettext) -> dict[str, str]:
    """Return the sentence of every kind of fact."""
    return {
        "CredentialCreated": _(
            "A key for your system “%(connection)s” was made: %(credential)s, until %(expires_at)s."
        ),
        "CredentialExpiresSoon": _("The key %(credential)s of your system “%(connection)s” ends soon: %(expires_at)s."),
        "CredentialBound": _(
            "From where alone the key %(credential)s of your system “%(connection)s” may be used: %(networks)s"
            " %(certificates)s."
        ),
        "CredentialRevoked": _("The key %(credential)s of your system “%(connection)s” was ended."),
        "KeyRotated": _("Your data is sealed by a new key from now on."),
        "DataKeyDestroyed": _("An old data key that nothing was sealed with any more was destroyed."),
        "KeyServerNamed.true": _("Your own key server %(host)s locks your keys from now on."),
        "KeyServerNamed.false": _("Your own key server locks your keys no longer."),
        "KeyDestroyed": _("All keys were destroyed: nothing that they sealed can be read by anybody."),
    }
