"""A certificate for SIP over TLS, made by ourselves: whoever connects may know it by its fingerprint or its file."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from pathlib import Path

LIFE = timedelta(days=825)
RENEWED_BEFORE = timedelta(days=30)


def own_certificate(folder: Path, *names: str, now: datetime | None = None) -> tuple[Path, Path]:
    """Return certificate and key for these host names or addresses, made anew when they end soon or name others."""
    at = now or datetime.now(UTC)
    certificate, key = folder / "engine.crt", folder / "engine.key"
    if not (key.exists() and certificate.exists() and _fits(certificate.read_bytes(), names, at)):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        private = ec.generate_private_key(ec.SECP256R1())
        key.touch(mode=0o600)
        key.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        certificate.write_bytes(_made(private, names, at).public_bytes(Encoding.PEM))
    return certificate, key


def _fits(pem: bytes, names: tuple[str, ...], at: datetime) -> bool:
    try:
        made = x509.load_pem_x509_certificate(pem)
        listed = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (ValueError, x509.ExtensionNotFound):
        return False
    return list(listed) == [_name(name) for name in names] and made.not_valid_after_utc - RENEWED_BEFORE > at


def _made(private: ec.EllipticCurvePrivateKey, names: tuple[str, ...], at: datetime) -> x509.Certificate:
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    builder = x509.CertificateBuilder().subject_name(who).issuer_name(who).public_key(private.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(at - timedelta(minutes=5)).not_valid_after(at + LIFE)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    listed = x509.SubjectAlternativeName([_name(name) for name in names])
    return builder.add_extension(listed, critical=False).sign(private, hashes.SHA256())


def _name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
