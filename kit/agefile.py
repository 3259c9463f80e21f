"""Files that only the holder of another's key opens: the format age, version 1 (https://c2sp.org/age).

A file's key is wrapped for one X25519 recipient (RFC 7748); the content follows in chunks of ChaCha20-Poly1305 (RFC
8439) with a counter and a mark on the last one, so that a chunk that was changed, moved or cut off is refused. It is
written as it comes: what goes in is never anywhere in the clear. ``age -d -i key.txt`` opens it, as do rage and others.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from typing import IO

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

CHUNK = 64 * 1024
INTRODUCTION = b"age-encryption.org/v1\n"
_SALT = b"age-encryption.org/v1/X25519"
_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_RECIPIENT = re.compile(r"age1[qpzry9x8gf2tvdw0s3jn54khce6mua7l]{58}")


class NotAKey(ValueError):
    """The text is no public key of age (``age1...``): mistyped, cut off, or something else."""


def public_key(text: str) -> X25519PublicKey:
    """Return the key that ``age1...`` is (Bech32, BIP 173). Raises :class:`NotAKey`."""
    if not _RECIPIENT.fullmatch(text):
        raise NotAKey
    data = [_LETTERS.index(letter) for letter in text[4:]]
    prefix = [ord(letter) >> 5 for letter in "age"] + [0] + [ord(letter) & 31 for letter in "age"]
    if _checksum(prefix + data) != 1:
        raise NotAKey
    bits = "".join(f"{each:05b}" for each in data[:-6])
    if "1" in bits[256:]:
        raise NotAKey
    key = X25519PublicKey.from_public_bytes(int(bits[:256], 2).to_bytes(32))
    try:  # a point of small order gives everybody the same secret
        X25519PrivateKey.generate().exchange(key)
    except ValueError as error:
        raise NotAKey from error
    return key


def _checksum(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for number, generator in enumerate(_GENERATORS):
            check ^= generator if top >> number & 1 else 0
    return check


class AgeWriter:
    """Takes what is written and writes it on, closed. The end is marked by :meth:`close`: without it nothing opens."""

    def __init__(self, to: IO[bytes], recipient: str) -> None:
        """Take an open file and the public key that opens what is written. Raises :class:`NotAKey`, ``OSError``."""
        self._to, self._waiting, self._number = to, bytearray(), 0
        file_key, nonce = secrets.token_bytes(16), secrets.token_bytes(16)
        to.write(_header(file_key, public_key(recipient)) + nonce)
        self._cipher = ChaCha20Poly1305(_derived(file_key, nonce, b"payload"))

    def write(self, octets: bytes) -> int:
        """Write bytes (blocks). Raises ``OSError``."""
        self._waiting += octets
        while len(self._waiting) > CHUNK:
            self._chunk(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(octets)

    def flush(self) -> None:
        """Hand on what is complete; the rest waits for its chunk."""
        self._to.flush()

    def close(self) -> None:
        """Write the last chunk. The file below stays open."""
        self._chunk(bytes(self._waiting), last=True)
        self._waiting.clear()
        self._to.flush()

    def _chunk(self, plain: bytes, *, last: bool) -> None:
        self._to.write(self._cipher.encrypt(self._number.to_bytes(11) + bytes([last]), plain, None))
        self._number += 1


def _header(file_key: bytes, recipient: X25519PublicKey) -> bytes:
    own = X25519PrivateKey.generate()
    share = own.public_key().public_bytes_raw()
    wrapping = _derived(own.exchange(recipient), share + recipient.public_bytes_raw(), _SALT)
    body = ChaCha20Poly1305(wrapping).encrypt(bytes(12), file_key, None)
    head = INTRODUCTION + b"-> X25519 " + _base64(share) + b"\n" + _base64(body) + b"\n---"
    mac = hmac.new(_derived(file_key, b"", b"header"), head, hashlib.sha256).digest()
    return head + b" " + _base64(mac) + b"\n"


def _derived(secret: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, info).derive(secret)


def _base64(value: bytes) -> bytes:
    return base64.b64encode(value).rstrip(b"=")
