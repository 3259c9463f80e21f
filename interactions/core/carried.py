"""What a call to the client's own people carries in its SIP headers: opaque ids and the link, no contact's data."""

from __future__ import annotations

from uuid import UUID

Headers = tuple[tuple[str, str], ...]
_IA5 = "04"
"""The protocol discriminator of IA5 characters (ITU-T Q.931, table 4-26; RFC 7434, section 3)."""


def user_to_user(context: UUID) -> str:
    """Return the value of ``User-to-User`` (RFC 7433): the context's id, 32 hexadecimal digits as IA5 characters.

    It has 33 octets, so it also crosses an ISDN (RFC 7434: at most 128 and the discriminator).
    """
    return f"{_IA5}{context.hex.encode().hex()};encoding=hex;purpose=isdn-uui;content=isdn-uui"


def headers(interaction: UUID, context: UUID, link: str) -> Headers:
    """Return the headers by their full names; without a ``link`` that one is left out."""
    own = (
        ("User-to-User", user_to_user(context)),
        ("X-Glassfloor-Interaction", str(interaction)),
        ("X-Glassfloor-Context", str(context)),
    )
    return (*own, ("X-Glassfloor-Link", link)) if link else own
