"""From where a client's system may come: networks, and client certificates that the proxy in front has seen.

TLS ends at the proxy, which asks for a certificate, lets the system prove that it has its key, and hands the
certificate on in ``Client-Cert`` (RFC 9440). What is kept of one is its fingerprint, the SHA-256 of its DER form, as
RFC 8705 binds tokens to certificates: no authority is asked, exactly these certificates are meant.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import ipaddress
import re
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from cryptography import x509
from cryptography.hazmat.primitives import hashes

MOST = 50
"""A credential or an address is bound to so many networks and to so many certificates at most."""
HEADER = "Client-Cert"
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_PEM = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request came from: the network address, and the fingerprint of the certificate, if one was shown."""

    address: str
    certificate: str | None = None


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a credential or an address is bound to; of each kind that is named, one must fit."""

    networks: Sequence[str] = ()
    certificates: Sequence[str] = ()

    def __bool__(self) -> bool:
        """Say whether it is bound to anything."""
        return bool(self.networks or self.certificates)

    def admit(self, origin: Origin) -> bool:
        """Say whether somebody from there may come in."""
        if self.certificates and origin.certificate not in self.certificates:
            return False
        return not self.networks or _within(origin.address, self.networks)


UNBOUND: Final = Bounds()


def certificate_in(values: Sequence[str]) -> str | None:
    """Return the fingerprint of the certificate in the values of :data:`HEADER`; None unless there is exactly one.

    The value is a byte sequence of RFC 8941, as RFC 9440 has it, or a PEM text in URL encoding, which is what nginx
    can write. Whatever else it is fits no certificate.
    """
    if len(values) != 1:
        return None
    given = values[0].strip()
    try:
        if given.startswith(":") and given.endswith(":") and len(given) > 1:
            der = base64.b64decode(given[1:-1], validate=True)
        else:
            der = ssl.PEM_cert_to_DER_cert(unquote(given))
    except (ValueError, binascii.Error):
        return None
    return hashlib.sha256(der).hexdigest() if der else None


def usual_network(text: str) -> str | None:
    """Return a network or an address in its usual form; None for what is neither, as one with bits of its hosts."""
    try:
        return str(ipaddress.ip_network(text))
    except ValueError:
        return None


def fingerprint(text: str) -> str | None:
    """Return the fingerprint of a certificate, given so or as a PEM text; None for what is neither."""
    if "-----" not in text:
        plain = text.replace(":", "").strip().lower()
        return plain if _FINGERPRINT.fullmatch(plain) else None
    try:
        return x509.load_pem_x509_certificate(text.strip().encode()).fingerprint(hashes.SHA256()).hex()
    except ValueError:
        return None


def split_certificates(text: str) -> list[str]:
    """Return what stands in one field of a page: PEM texts, and fingerprints between spaces or commas."""
    rest = _PEM.sub(" ", text)
    return [*_PEM.findall(text), *rest.replace(",", " ").split()]


def _within(address: str, networks: Sequence[str]) -> bool:
    try:
        sender = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = sender.ipv4_mapped if isinstance(sender, ipaddress.IPv6Address) else None
    return any((mapped or sender) in ipaddress.ip_network(network) for network in networks)
