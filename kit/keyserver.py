"""A client's own key server: it wraps and unwraps data keys; its key never comes here (docs/keys.md).

Two requests, each ``POST`` with JSON and ``Authorization: Bearer <secret>``; bytes are base64 (RFC 4648):

- ``<url>/wrap``   ``{"tenant", "where", "key"}``               -> ``{"key_id", "wrapped"}``
- ``<url>/unwrap`` ``{"tenant", "where", "key_id", "wrapped"}`` -> ``{"key"}``

``410 Gone`` says that the key is destroyed. Anything else but 200, and no answer within :data:`TIMEOUT_S`, means away.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any
from uuid import UUID

import aiohttp

from kit.errors import KeysAway, KeysDestroyed
from kit.keystore import Wrapped

TIMEOUT_S = 2.0
_LONGEST = 64 * 1024
_OK, _GONE = 200, 410


class KeyServer:
    """One client's key server."""

    def __init__(self, url: str, secret: str) -> None:
        """Take its address and the secret that it knows us by."""
        self._url = url.rstrip("/")
        self._secret = secret

    async def wrap(self, tenant_id: UUID, key: bytes, where: str) -> Wrapped:
        """Wrap a data key under the client's present key."""
        told = await self._ask("wrap", {"tenant": str(tenant_id), "where": where, "key": _text(key)})
        return Wrapped(str(told.get("key_id", ""))[:200], _bytes(told.get("wrapped")))

    async def unwrap(self, tenant_id: UUID, wrapped: Wrapped, where: str) -> bytes:
        """Return the data key."""
        asked = {"tenant": str(tenant_id), "where": where, "key_id": wrapped.key_id, "wrapped": _text(wrapped.value)}
        return _bytes((await self._ask("unwrap", asked)).get("key"))

    async def _ask(self, what: str, body: dict[str, str]) -> dict[str, Any]:
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
        headers = {"Authorization": f"Bearer {self._secret}"}
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout, trust_env=False) as session,
                session.post(f"{self._url}/{what}", json=body, headers=headers, allow_redirects=False) as answer,
            ):
                if answer.status == _GONE:
                    raise KeysDestroyed("the client's key server says that the key is destroyed")
                if answer.status != _OK:
                    raise KeysAway(f"the client's key server answered {answer.status}")
                if (answer.content_length or 0) > _LONGEST:
                    raise KeysAway("the client's key server answered too much")
                told = await answer.json()
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            raise KeysAway("the client's key server does not answer") from error
        if not isinstance(told, dict):
            raise KeysAway("the client's key server answered something else")
        return told


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _bytes(text: object) -> bytes:
    try:
        return base64.b64decode(str(text), validate=True)
    except (binascii.Error, ValueError) as error:
        raise KeysAway("the client's key server answered something else") from error
