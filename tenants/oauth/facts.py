"""What is told of the credentials of clients' systems."""

from __future__ import annotations

from journal.core.facts import Payload, fact_kind


@fact_kind()
class CredentialCreated(Payload):
    """A key, an OAuth client or a secret of one was made for a client's system; the subject is the client.

    ``type``: key, client or secret; ``credential``: the public part of it.
    """

    type: str
    credential: str
    connection: str
    scopes: list[str]
    expires_at: str


@fact_kind()
class CredentialBound(Payload):
    """From where alone a key or an OAuth client may be used was changed; the subject is the client.

    ``certificates``: SHA-256 fingerprints; nothing in either list: from anywhere, without one.
    """

    type: str
    credential: str
    connection: str
    networks: list[str]
    certificates: list[str]


@fact_kind()
class CredentialRevoked(Payload):
    """A key, an OAuth client or a secret of one was ended before its time; the subject is the client."""

    type: str
    credential: str
    connection: str
    reason: str


@fact_kind()
class CredentialExpiresSoon(Payload):
    """A key or an OAuth client ends within two weeks; told once. The subject is the client."""

    type: str
    credential: str
    connection: str
    expires_at: str
