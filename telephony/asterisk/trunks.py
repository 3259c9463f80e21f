"""A trunk in the engine's objects: endpoint, address of record, login, identification, registration.

Every request carries the dialled number in the request URI. A call that comes over our registration does not always: it
may be sent to the contact that we registered, so the dialplan takes the number from ``To`` (``extensions.conf``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from telephony.port import Codec, Transport

if TYPE_CHECKING:
    from telephony.port import Trunk

CODECS = {Codec.PCMU: "ulaw", Codec.PCMA: "alaw", Codec.G722: "g722", Codec.OPUS: "opus"}
LINE = "line"
"""The user of the contact that we register: an extension of the dialplan."""
QUALIFY_S = "20"
"""How often the other end is asked whether it is there; an answer of any kind will do."""
RETRY_S = "20"
TIMEOUT_S = "3.0"

Objects = dict[str, dict[str, str]]
"""By kind."""


def transport_of(trunk: Trunk) -> str:
    """Return the engine's transport (``pjsip.conf``)."""
    if trunk.transport is Transport.TLS and not trunk.verified:
        return "transport-tls-any"
    return f"transport-{trunk.transport}"


def uri_of(trunk: Trunk, address: str, user: str = "") -> str:
    """Return the SIP URI of an address (RFC 3261 19.1.1)."""
    parameter = "" if trunk.transport is Transport.UDP else f";transport={trunk.transport}"
    return f"sip:{user}{'@' if user else ''}{address}{parameter}"


def host_of(address: str) -> str:
    """Return the host of ``host:port``; an IPv6 address stands in brackets (RFC 3986 3.2.2)."""
    return address.partition("]")[0] + "]" if address.startswith("[") else address.partition(":")[0]


def endpoint(trunk: Trunk) -> Objects:
    """Return the endpoint with what it refers to."""
    return _registering(trunk) if trunk.registers else _called(trunk)


def _registering(trunk: Trunk) -> Objects:
    """Return one whose other end registers here: no address is its, so nothing but the login says who calls.

    The user of ``From`` is the caller's number, so the login is known by the answer to the challenge.
    """
    if trunk.login is None:
        raise AssertionError("such a trunk has a login")
    # Bound to TLS, nothing is sent to one that registered another way: it does not answer, and is not there.
    bound = {"transport": f"transport-{Transport.TLS}"} if trunk.encrypted else {}
    asked = QUALIFY_S if trunk.watched or trunk.encrypted else "0"
    return {
        "aor": {
            "max_contacts": "1", "remove_existing": "yes", "minimum_expiration": "60", "maximum_expiration": "3600",
            "qualify_frequency": asked, "qualify_timeout": TIMEOUT_S,
        },
        "auth": {"auth_type": "userpass", "username": trunk.name, "password": trunk.login.secret},
        "endpoint": {
            **_common(trunk), "auth": trunk.name, "identify_by": "auth_username,username", "force_rport": "yes",
            "rewrite_contact": "yes", **bound,
        },
    }  # fmt: skip


def _common(trunk: Trunk) -> dict[str, str]:
    whose = {"accountcode": trunk.tenant, "set_var": f"TENANT={trunk.tenant}"} if trunk.tenant else {}
    # Two Asterisks that send each other keys as events answer packet by packet, and talk falls silent for seconds:
    # between engines keys go beside the audio (SIP INFO, RFC 6086).
    keys = {"dtmf_mode": "info"} if trunk.inside else {}
    return {
        "context": _context(trunk),
        "aors": trunk.name,
        "allow": ",".join(CODECS[codec] for codec in trunk.codecs),
        "media_encryption": "sdes" if trunk.encrypted else "no",
        "send_pai": "yes",
        **keys,
        **whose,
    }


def _context(trunk: Trunk) -> str:
    """Return the part of the dialplan (``extensions.conf``) at which its calls begin."""
    if trunk.inside:
        return "from-node"
    return "from-encrypted-trunk" if trunk.encrypted else "from-trunk"


def _called(trunk: Trunk) -> Objects:
    contacts = ",".join(uri_of(trunk, address) for address in (trunk.address, *trunk.others))
    asked = QUALIFY_S if trunk.watched else "0"
    made: Objects = {
        "aor": {"contact": contacts, "qualify_frequency": asked, "qualify_timeout": TIMEOUT_S},
        "endpoint": {**_common(trunk), "transport": transport_of(trunk), "identify_by": "ip"},
    }
    if trunk.login is not None:
        login = trunk.login
        realm = {"realm": login.realm} if login.realm else {}
        made["auth"] = {"auth_type": "userpass", "username": login.username, "password": login.secret, **realm}
        made["endpoint"] |= {"outbound_auth": trunk.name, "from_domain": host_of(trunk.address)}
    return {kind: made[kind] for kind in ("aor", "auth", "endpoint") if kind in made}


def beside(trunk: Trunk) -> Objects:
    """Return what refers to the endpoint: how its calls are known, and our registration."""
    made: Objects = {}
    if trunk.registers:
        return made
    if not trunk.known_by_line:
        hosts = trunk.sources or tuple(host_of(address) for address in (trunk.address, *trunk.others))
        made["identify"] = {"endpoint": trunk.name, "match": ",".join(dict.fromkeys(hosts))}
    if trunk.registration is not None and trunk.login is not None:
        made["registration"] = {
            "server_uri": uri_of(trunk, trunk.address),
            "client_uri": uri_of(trunk, trunk.address, trunk.login.username),
            "contact_user": LINE,
            "outbound_auth": trunk.name,
            "transport": transport_of(trunk),
            "expiration": str(int(trunk.registration.total_seconds())),
            "retry_interval": RETRY_S,
            "forbidden_retry_interval": RETRY_S,
            "fatal_retry_interval": RETRY_S,
            "auth_rejection_permanent": "no",
            "max_random_initial_delay": "0",
            "max_retries": "1000000",
            "line": "yes",
            "endpoint": trunk.name,
        }
    return made
