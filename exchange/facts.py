"""Facts of this room. The subject is the connection (its id), of ``Inbound...`` the message; ids as text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from journal.core.facts import Payload, fact_kind


@dataclass(frozen=True, slots=True)
class ConnectionAgreed(Payload):
    """What every step of an agreement says. ``side``: who took it, outsourcer or tenant; ``state``: where it led."""

    connection: str
    side: str
    state: str
    reason: str


@fact_kind()
class ConnectionInvited(ConnectionAgreed):
    """A side asked the other to exchange work orders over a connection; nothing is exchanged until it accepts."""


@fact_kind()
class ConnectionAccepted(ConnectionAgreed):
    """The other side accepted: the connection is active."""


@fact_kind()
class ConnectionDeclined(ConnectionAgreed):
    """The other side declined."""


@fact_kind()
class ConnectionSuspended(ConnectionAgreed):
    """A side stopped the exchange for a time: messages and keys are refused, deliveries wait."""


@fact_kind()
class ConnectionResumed(ConnectionAgreed):
    """The side that had stopped the exchange lets it go on; what waited is delivered."""


@fact_kind()
class ConnectionRevoked(ConnectionAgreed):
    """A side ended the exchange: keys, addresses and deliveries of the connection are over."""


@fact_kind()
class ConnectionAddressMade(Payload):
    """A connection got an address for messages, or a new one in place of it; ``signed``: by a secret, or without."""

    connection: str
    adapter: str
    signed: bool


@fact_kind()
class ConnectionSecretChanged(Payload):
    """What signs messages to a connection's address was changed; the one before verifies on until the next change."""

    connection: str


@fact_kind()
class ConnectorSet(Payload):
    """A connection's system is read, and told if ``tells``, by its own API from now on, as somebody set it."""

    connection: str
    adapter: str
    host: str
    tells: bool
    takes_new: bool
    every_minutes: int


@fact_kind()
class ConnectionMapped(Payload):
    """A connection's map of statuses and fields has a new version, by which messages are read from now on."""

    connection: str
    version: int


@fact_kind()
class InboundReceived(Payload):
    """A client's system sent a message, or was found to have something new; it is kept and waits for its turn."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("external_id",)
    connection: str
    message_id: str
    external_id: str


@fact_kind()
class InboundHeld(Payload):
    """A message waits, and all after it about the same thing, until the map names ``what`` (``status: Waiting``)."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("external_id", "what")
    connection: str
    message_id: str
    external_id: str
    what: str


@fact_kind()
class ConnectionChannelSet(Payload):
    """A connection goes by mail or by files now (``channel``: mail, drop), or what it goes by was changed."""

    connection: str
    channel: str
