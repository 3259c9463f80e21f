"""Decisions about a client's own identity provider: where its endpoints may be, what its groups give, when to pause.

Pure. Sources: OpenID Connect Core 1.0 and Discovery 1.0; RFC 9207 (``iss`` in the answer); RFC 9700 (best practice).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tenants.core.permissions import CLIENT_PEOPLE, Role

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
"""Signatures with a public key only: a provider's key can never be taken for a shared secret."""
AUTH_METHODS = ("client_secret_basic", "client_secret_post", "none")
LONGEST_SUBJECT = 255
"""OpenID Connect Core 2: at most 255 ASCII characters."""
_STRENGTH = (Role.CLIENT_MANAGER, Role.CLIENT_DEVELOPER, Role.CLIENT_VIEWER)
_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_OPTIONAL = ("end_session_endpoint",)


class MetadataWrong(ValueError):
    """A provider's published configuration is not one that we use; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What we use of a provider's published configuration."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str | None
    sends_iss: bool
    """It always says who answers (RFC 9207)."""


def origin(address: str) -> str:
    """Return ``scheme://host[:port]`` of an address, without a default port; "" when it has none."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return ""
    if not parts.scheme or not parts.hostname:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    plain = port is None or (parts.scheme, port) in {("https", 443), ("http", 80)}
    return f"{parts.scheme}://{host}" + ("" if plain else f":{port}")


def read_metadata(issuer: str, document: object, origins: Iterable[str]) -> Metadata:
    """Check a discovery document against what was configured. Raises :class:`MetadataWrong`.

    The issuer must be the configured one to the letter; every endpoint lies on its origin, or on one of ``origins``.
    """
    if not isinstance(document, Mapping):
        raise MetadataWrong("it is not a JSON object")
    if document.get("issuer") != issuer:
        raise MetadataWrong("it names another issuer")
    allowed = {origin(issuer), *origins}
    found: dict[str, str | None] = {}
    for name in (*_NEEDED, *_OPTIONAL):
        address = document.get(name)
        if address is None and name in _OPTIONAL:
            found[name] = None
            continue
        if not isinstance(address, str) or "#" in address or "@" in urlsplit(address).netloc:
            raise MetadataWrong(f"it has no usable {name}")
        if origin(address) not in allowed:
            raise MetadataWrong(f"its {name} lies on another origin")
        found[name] = address
    sends = document.get("authorization_response_iss_parameter_supported") is True
    return Metadata(issuer=issuer, sends_iss=sends, **found)  # type: ignore[arg-type] # the needed ones are texts


def groups_of(claims: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Return the groups that a claim names: a list of texts, or one text. Whatever else it is, is no group."""
    value = claims.get(name)
    if isinstance(value, str):
        return (value,)
    return tuple(v for v in value if isinstance(v, str)) if isinstance(value, list) else ()


def role_of(groups: Iterable[str], roles: Mapping[str, str], default: str | None) -> Role | None:
    """Return the strongest role that the groups give, else the default; None: refuse. Only clients' roles come out."""
    given = {roles[group] for group in groups if group in roles} or {default or ""}
    return next((role for role in _STRENGTH if role in given and role in CLIENT_PEOPLE), None)


def verified_email(claims: Mapping[str, Any]) -> str | None:
    """Return the e-mail address that the provider vouches for, in lower case; None when it does not."""
    email = claims.get("email")
    said = claims.get("email_verified")
    vouched = said is True or said == "true"  # some providers write the boolean as text
    return email.strip().lower() if vouched and isinstance(email, str) and email.count("@") == 1 else None


def domain_of(email: str) -> str:
    """Return what stands behind the @, in lower case."""
    return email.strip().lower().rpartition("@")[2]


@dataclass(slots=True)
class Breaker:
    """Stops calling what does not answer: after ``most`` failures in a row it pauses for ``pause_s`` seconds.

    After the pause one caller tries again, the others still wait. The clock is an argument, monotonic, in seconds.
    """

    most: int = 3
    pause_s: float = 30.0
    failures: int = 0
    open_until: float = 0.0

    def wait_s(self, now: float) -> float:
        """Return how long nobody should call; 0: call now."""
        if self.failures < self.most:
            return 0.0
        if now >= self.open_until:
            self.open_until = now + self.pause_s  # this caller tries; the next ones wait for its result
            return 0.0
        return self.open_until - now

    def failed(self, now: float) -> None:
        """Count a call that got no usable answer."""
        self.failures += 1
        self.open_until = now + self.pause_s

    def succeeded(self) -> None:
        """Forget the failures."""
        self.failures = 0
