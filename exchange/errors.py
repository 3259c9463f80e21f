"""What this room refuses."""

from __future__ import annotations

from kit.errors import Conflict, Forbidden, NotFound, NotSignedIn, Problem, ValidationFailed


class AddressUnknown(NotFound):
    """There is no such address for messages: forged, replaced by a newer one, or never made."""

    code = "address_unknown"
    title = "There is nothing under this address"


class SenderRefused(Forbidden):
    """The connection takes messages without a signature from some networks or certificates only: not from here."""

    code = "sender_refused"
    title = "Messages are not taken from this sender"


class SignatureRefused(NotSignedIn):
    """The message is not signed by the connection's secret, or its time is more than five minutes from ours."""

    code = "signature_refused"
    title = "The signature or its time is not right"


class AgreementNotPossible(Conflict):
    """The agreement has no such step from where it stands; ``allowed`` lists those that this side has."""

    code = "agreement_not_possible"
    title = "This is not possible as the connection stands now"


class AgreementWrongSide(Forbidden):
    """The step exists, but the other side takes it."""

    code = "agreement_wrong_side"
    title = "The other side decides this"


class MailNotSetUp(Conflict):
    """The call centre has no domain for answers: no connection can go by mail."""

    code = "mail_not_set_up"
    title = "Mail for work orders is not set up at the call centre"


class MapNotTotal(ValidationFailed):
    """A map leaves something open, or leads to what does not exist; ``errors`` points to each place."""

    code = "map_not_total"
    title = "The map is not complete"


class NotAMessage(ValidationFailed):
    """What came is no JSON document that this connection's system sends."""

    code = "not_a_message"
    title = "The message cannot be read"


class SystemAway(Problem):
    """The client's system did not answer, or with what cannot be read; it is asked again later."""

    status = 503
    code = "system_away"
    title = "The client's system did not answer"


class LetterRefused(Exception):
    """A mail is not taken; the text is the whole answer to its server: status, enhanced status (RFC 3463), why."""
