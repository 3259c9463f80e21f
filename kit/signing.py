"""Documents that a client can check without us: JSON with a detached signature of the installation.

A signed document is ``{"signed": {...}, "signature": "<header>..<signature>"}``: a JWS (RFC 7515, appendix F: detached
content) with Ed25519 (RFC 8037, RFC 9864) over the canonical JSON of ``signed``, which always names its own ``type``,
so that no document passes for one of another kind. ``tools/glassfloor_verify.py`` checks it with nothing but Python.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

ALGORITHM = "Ed25519"
_SIGNATURE = 64
"""Bytes of a signature (RFC 8032)."""


_VCON = jws.JWSRegistry(algorithms=[ALGORITHM], strict_check_header=False)
"""A vCon's header names its uuid, which no registry knows."""
_VALID = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2125, 12, 31, tzinfo=UTC))
"""How long our certificate says that it is good: as long as the key, which is compared with the published one."""


class BadSignature(Exception):
    """The document is not what this installation signed."""


def canonical(document: Mapping[str, Any]) -> bytes:
    """Return the one byte form of a document: JSON, keys sorted, no spaces, UTF-8."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _text_of(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


class DocumentSigner:
    """Signs with the installation's key (``GF_SIGNING_KEY``) and tells the public half."""

    def __init__(self, seed: bytes) -> None:
        """Take the 32 secret bytes of the key (RFC 8032)."""
        self._private = private = Ed25519PrivateKey.from_private_bytes(seed)
        x = base64.urlsafe_b64encode(private.public_key().public_bytes_raw()).rstrip(b"=").decode()
        d = base64.urlsafe_b64encode(seed).rstrip(b"=").decode()
        self._key = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": x, "d": d})
        self.key_id = self._key.thumbprint()
        """The key's thumbprint (RFC 7638)."""

    def sign(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """Return the signed document. ``document["type"]`` says what it is."""
        if not document.get("type"):
            raise ValueError("a signed document names its type")
        header = {"alg": ALGORITHM, "kid": self.key_id}
        head, _, tail = jws.serialize_compact(header, canonical(document), self._key, algorithms=[ALGORITHM]).split(".")
        return {"signed": dict(document), "signature": f"{head}..{tail}"}

    def sign_vcon(self, document: Mapping[str, Any], host: str) -> dict[str, Any]:
        """Return a vCon in its signed form: a JWS in general JSON (RFC 7515, 7.2.1), with our certificate beside it."""
        member = {
            "protected": {"alg": ALGORITHM, "kid": self.key_id},
            "header": {"x5c": [self._certificate(host)], "uuid": document["uuid"]},
        }
        signed = jws.serialize_json([member], canonical(document), self._key, registry=_VCON)  # type: ignore[list-item]
        return dict(signed)

    def _certificate(self, host: str) -> str:
        """Return our key in a certificate that it signed itself (RFC 5280), always the same for the same host."""
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host[:64])])
        made = (
            x509.CertificateBuilder(name, name, self._private.public_key(), 1)
            .not_valid_before(_VALID[0])
            .not_valid_after(_VALID[1])
            .sign(self._private, None)
        )
        return base64.b64encode(made.public_bytes(Encoding.DER)).decode()

    def check(self, signed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        """Return the document of a signed one of this ``kind``. Raises :class:`BadSignature`."""
        try:
            document = dict(signed["signed"])
            head, middle, tail = str(signed["signature"]).split(".")
            payload = base64.urlsafe_b64encode(canonical(document)).rstrip(b"=").decode()
            jws.deserialize_compact(f"{head}.{middle or payload}.{tail}", self._key, algorithms=[ALGORITHM])
        except (JoseError, KeyError, TypeError, ValueError) as error:
            raise BadSignature from error
        if middle or document.get("type") != kind:
            raise BadSignature
        return document

    def token(self, kind: str, content: bytes) -> str:
        """Return ``content`` and our signature under it as text for an address; always the same for the same content.

        ``kind`` is signed with it, so that no token passes for one of another kind.
        """
        return _text_of(content + self._private.sign(kind.encode() + b"\0" + content))

    def content(self, kind: str, token: str) -> bytes:
        """Return the content of a token of this ``kind``. Raises :class:`BadSignature`."""
        try:
            raw = base64.urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
            content, signature = raw[:-_SIGNATURE], raw[-_SIGNATURE:]
            self._private.public_key().verify(signature, kind.encode() + b"\0" + content)
        except (InvalidSignature, ValueError) as error:
            raise BadSignature from error
        if _text_of(raw) != token:  # another spelling of the same bytes
            raise BadSignature
        return content

    def public_keys(self) -> dict[str, Any]:
        """Return the public half as a JWK set (RFC 7517), as it is published."""
        return {"keys": [{**self._key.as_dict(private=False), "kid": self.key_id, "use": "sig", "alg": ALGORITHM}]}
