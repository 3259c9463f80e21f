"""Trunks in the two files that people write: how a carrier, or a telephone system of one's own, is reached.

The secret of a login is in neither file: it is set by itself and kept sealed (``tenants.service.trunks``).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from tenants.words import Code, Name, Part

HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:]{2,45}\])"
"""A name, an IPv4 address, or an IPv6 address in brackets."""
Address = Annotated[str, StringConstraints(pattern=rf"^{HOST}(?::[1-9][0-9]{{0,4}})?$", max_length=260)]
AddressIfAny = Annotated[str, StringConstraints(pattern=rf"^(?:{HOST}(?::[1-9][0-9]{{0,4}})?)?$", max_length=260)]
Source = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.:-]{1,253}(?:/[0-9]{1,3})?$")]
Account = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+_.!~*-]{0,80}$")]
Realm = Annotated[str, StringConstraints(pattern=r"^[\x21\x23-\x5b\x5d-\x7e]{0,120}$")]
CodecName = Literal["PCMU", "PCMA", "G722", "opus"]


class LinePart(Part):
    """How a trunk is reached and used.

    ``others``: further addresses, tried when the first does not answer. ``sources``: addresses or networks from which
    its calls come, where these are not the same. ``verified``: its certificate must be good. ``encrypted``: audio by
    SRTP. ``register_s``: we register there, for so many seconds each time. ``known_by``: how its calls are known, by
    their address, by the registration over which they come, or by its login: it registers with us, and has no address.
    ``watched``: it is asked now and then whether it is there (SIP OPTIONS). The lowest ``priority`` is tried first; of
    equal ones each gets calls by its ``weight``. ``max_calls``: at once, both directions.
    """

    address: AddressIfAny = ""
    others: Annotated[list[Address], Field(max_length=4)] = []
    sources: Annotated[list[Source], Field(max_length=16)] = []
    transport: Literal["udp", "tcp", "tls"] = "udp"
    verified: bool = True
    encrypted: bool = False
    codecs: Annotated[list[CodecName], Field(min_length=1, max_length=4)] = ["PCMU", "PCMA"]
    username: Account = ""
    realm: Realm = ""
    register_s: Annotated[int, Field(ge=60, le=86400)] | None = None
    known_by: Literal["address", "registration", "login"] = "address"
    watched: bool = True
    priority: Annotated[int, Field(ge=1, le=1000)] = 100
    weight: Annotated[int, Field(ge=1, le=100)] = 1
    max_calls: Annotated[int, Field(ge=1, le=10000)] | None = None


class TrunkPart(LinePart):
    """A trunk of the outsourcer's, for every client; its name is also that of its endpoint."""

    name: Code


class ClientTrunkPart(LinePart):
    """A trunk of one client's own: its carrier, or its own telephone system."""

    code: Code
    name: Name
