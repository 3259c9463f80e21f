"""From where a system may come: what is read, what fits, and what never does."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import ssl
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tenants.core.origin import (
    Bounds,
    Origin,
    certificate_in,
    fingerprint,
    split_certificates,
    usual_network,
)

NET = Bounds(("198.51.100.0/24", "2001:db8::/32", "203.0.113.7/32"))


def certificate(name: str = "oms") -> str:
    """Return a self-signed certificate as PEM."""
    key, subject = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    began = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(began)
        .not_valid_after(began + dt.timedelta(days=365)).sign(key, hashes.SHA256())
    )  # fmt: skip
    return made.public_bytes(serialization.Encoding.PEM).decode()


def header(pem: str) -> str:
    """Return the value of ``Client-Cert`` (RFC 9440, 2.2)."""
    return f":{base64.b64encode(ssl.PEM_cert_to_DER_cert(pem)).decode()}:"


def hashed(pem: str) -> str:
    """Return what openssl prints, without its colons."""
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()


@pytest.mark.parametrize(
    ("address", "fits"),
    [
        ("198.51.100.255", True), ("198.51.101.0", False), ("203.0.113.7", True), ("203.0.113.8", False),
        ("2001:db8:ffff::1", True), ("2001:db9::1", False), ("::ffff:198.51.100.1", True), ("", False),
        ("198.51.100.1, 10.0.0.1", False), ("unknown", False),
    ],
)  # fmt: skip
def test_an_address_fits_or_does_not(address: str, fits: bool) -> None:  # noqa: FBT001 - parametrized
    assert NET.admit(Origin(address)) is fits


def test_each_kind_that_is_named_must_fit() -> None:
    both = Bounds(("198.51.100.0/24",), ("aa", "bb"))
    assert both.admit(Origin("198.51.100.1", "bb"))
    assert not both.admit(Origin("198.51.100.1", "cc"))
    assert not both.admit(Origin("198.51.100.1"))
    assert not both.admit(Origin("192.0.2.1", "bb"))
    assert not Bounds()
    assert Bounds().admit(Origin(""))


def test_exactly_one_certificate_is_read() -> None:
    pem = certificate()
    assert certificate_in([header(pem)]) == hashed(pem)
    assert certificate_in([quote(pem, safe="")]) == hashed(pem)  # as nginx writes it
    for odd in ([], [""], [":"], ["::"], [":!:"], [header(pem)[:-1]], [header(pem), header(pem)], ["\x00"], ["%FF"],
                [f"{header(pem)}, {header(pem)}"], ["-----BEGIN CERTIFICATE-----"]):  # fmt: skip
        assert certificate_in(odd) is None, odd


def test_what_people_type_is_read() -> None:
    typed = ["198.51.100.0/24", "192.0.2.1", "2001:DB8::/32", "198.51.100.1/24", "x", "", "0x7f.1"]
    assert [usual_network(text) for text in typed] == [
        "198.51.100.0/24", "192.0.2.1/32", "2001:db8::/32", None, None, None, None,
    ]  # fmt: skip
    one, two = certificate("one"), certificate("two")
    parts = split_certificates(f"{one}\n{hashed(two).upper()}, {':'.join(['ab'] * 32)} nonsense")
    assert [fingerprint(part) for part in parts] == [hashed(one), hashed(two), "ab" * 32, None]
    assert fingerprint("-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----") is None
