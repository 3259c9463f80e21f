"""A provider in the test's hand, which can be wrong in every way that a provider, or somebody between, can be."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web
from joserfc import jwt
from joserfc.jwk import RSAKey

from kit.embedded.machine import free_port


@dataclass
class Evil:
    """What it says; each member may be changed between two steps."""

    port: int
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, parameters={"kid": "k1"}))
    client_id: str = "glassfloor"
    nonce: str = ""
    challenge: str = ""
    codes: dict[str, int] = field(default_factory=dict)
    discovery: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    token: str | None = None
    """Sent instead of a signed one."""
    keys: Any = None
    """Sent instead of the JWKS document."""
    slow_s: float = 0.0
    redirect: str = ""
    asked: dict[str, int] = field(default_factory=dict)

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def metadata(self) -> dict[str, Any]:
        made = {
            "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/jwks",
            "end_session_endpoint": f"{self.issuer}/end",
        }  # fmt: skip
        return {k: v for k, v in (made | self.discovery).items() if v is not None}

    def id_token(self) -> str:
        now = int(time.time())
        made = {
            "iss": self.issuer, "sub": "subject-1", "aud": self.client_id, "iat": now, "exp": now + 300,
            "nonce": self.nonce, "email": "wang@galaxy.example", "email_verified": True, "groups": ["managers"],
        } | self.claims  # fmt: skip
        header = {"alg": "RS256", "kid": "k1"} | self.header
        claims = {k: v for k, v in made.items() if v is not None}
        return self.sign({k: v for k, v in header.items() if v is not None}, claims)

    def sign(self, header: dict[str, Any], claims: dict[str, Any]) -> str:
        """Sign as the header says: ``none``, HS256 with the public key as secret, or with our key."""
        if header["alg"] == "none":
            parts = [base64.urlsafe_b64encode(orjson.dumps(part)).rstrip(b"=").decode() for part in (header, claims)]
            return ".".join([*parts, ""])
        if header["alg"] == "HS256":  # by hand: no library signs with a public key any more
            head, body = (base64.urlsafe_b64encode(orjson.dumps(part)).rstrip(b"=") for part in (header, claims))
            mac = hmac.digest(self.key.as_pem(private=False), head + b"." + body, "sha256")
            return b".".join([head, body, base64.urlsafe_b64encode(mac).rstrip(b"=")]).decode()
        return jwt.encode(header, claims, self.key, algorithms=[header["alg"]])

    async def _answer(self, name: str, body: Any) -> web.StreamResponse:
        self.asked[name] = self.asked.get(name, 0) + 1
        await asyncio.sleep(self.slow_s)
        if self.redirect:
            raise web.HTTPFound(self.redirect)
        return web.Response(
            body=body if isinstance(body, bytes) else orjson.dumps(body), content_type="application/json"
        )

    async def configuration(self, _request: web.Request) -> web.StreamResponse:
        return await self._answer("discovery", self.metadata())

    async def jwks(self, _request: web.Request) -> web.StreamResponse:
        return await self._answer("jwks", self.keys or {"keys": [self.key.as_dict(private=False)]})

    async def exchange(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        code, verifier = str(form["code"]), str(form.get("code_verifier", ""))
        proof = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        self.codes[code] = self.codes.get(code, 0) + 1
        if self.codes[code] > 1 or proof != self.challenge:
            return web.json_response({"error": "invalid_grant"}, status=400)
        token = self.token if self.token is not None else self.id_token()
        return await self._answer("token", {"access_token": "x", "token_type": "Bearer", "id_token": token})


@asynccontextmanager
async def serving() -> AsyncIterator[Evil]:
    """Serve one on a free port while the block runs."""
    evil = Evil(free_port())
    app = web.Application()
    app.router.add_get("/.well-known/openid-configuration", evil.configuration)
    app.router.add_get("/jwks", evil.jwks)
    app.router.add_post("/token", evil.exchange)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", evil.port, shutdown_timeout=0.1).start()
    try:
        yield evil
    finally:
        await runner.cleanup()
