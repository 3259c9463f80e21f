"""Documents that a client can check without us: JSON with a detached signature of the installation.

A signed document is ``{"signed": {...}, "signature": "<header>..<signature>"}``: a JWS (RFC 7515, appendix F: detached
content) with Ed25519 (RFC 8037, RFC 9864) over the canonical JSON of ``signed``, which always names its own ``type``,
so that no document passes for one of another kind. ``tools/glassfloor_verify.py`` checks it with nothing but Python.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

ALGORITHM = "Ed25519"


class BadSignature(Exception):
    """The document is not what this installation signed."""


def canonical(document: Mapping[str, Any]) -> bytes:
    """Return the one byte form of a document: JSON, keys sorted, no spaces, UTF-8."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


class DocumentSigner:
    """Signs with the installation's key (``GF_SIGNING_KEY``) and tells the public half."""

    def __init__(self, seed: bytes) -> None:
        """Take the 32 secret bytes of the key (RFC 8032)."""
        private = Ed25519PrivateKey.from_private_bytes(seed)
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

    def public_keys(self) -> dict[str, Any]:
        """Return the public half as a JWK set (RFC 7517), as it is published."""
        return {"keys": [{**self._key.as_dict(private=False), "kid": self.key_id, "use": "sig", "alg": ALGORITHM}]}
