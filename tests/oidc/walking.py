"""A browser without a screen walks to a provider and back, and what a test needs to connect one."""

from __future__ import annotations

import html
import re
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import aiohttp

from journal.core.facts import SYSTEM
from kit import clock
from kit.secretbox import SecretBox
from tenants.idp.connections import Change, Idp, Planes, fresh_id, save_idp
from tests.oidc.evil import Evil
from tests.support.house import KEYS
from tests.support.site import Site

ROLES = {"managers": "client_manager", "viewers": "client_viewer"}
WANG = "wang@galaxy.example"


def planes(site: Site) -> Planes:
    return Planes(site.house.control, site.house.app, SecretBox(bytes.fromhex(KEYS["GF_MASTER_KEY"])))


async def connect(site: Site, evil: Evil, tenant: str = "galaxy", **changes: Any) -> Idp:
    values: dict[str, Any] = {
        "id": fresh_id(), "tenant_id": site.tenants[tenant], "name": f"Provider {evil.port}", "issuer": evil.issuer,
        "client_id": evil.client_id, "auth_method": "client_secret_basic", "domains": ("galaxy.example",),
        "roles": ROLES,
    }  # fmt: skip
    idp = Idp(**values | changes)
    return await save_idp(planes(site), Change(site.tenants[tenant], SYSTEM, clock.now()), idp, "secret")


@dataclass
class Walker:
    """A browser without a screen."""

    site: Site
    http: aiohttp.ClientSession
    sent: dict[str, str] = field(default_factory=dict)

    async def go(self, evil: Evil | None = None, email: str = WANG, **form: str) -> int:
        """Ask to sign in; what the provider would be sent is kept."""
        headers = {"Sec-Fetch-Site": "same-origin"}
        async with self.http.post("/sign-in/company", data={"email": email, **form}, headers=headers,
                                  allow_redirects=False) as got:  # fmt: skip
            status, text = got.status, await got.text()
        return self._read(status, text, evil)

    async def ask(self, path: str, evil: Evil, form: dict[str, str]) -> int:
        """Send a form that leads to the provider."""
        async with self.http.post(path, data=form, headers={"Sec-Fetch-Site": "same-origin"}) as got:
            return self._read(got.status, await got.text(), evil)

    def _read(self, status: int, text: str, evil: Evil | None) -> int:
        found = re.search(r'content="0;url=([^"]+)"', text)
        self.sent = {}
        if found:
            address = html.unescape(found.group(1))
            self.sent = {k: v[0] for k, v in parse_qs(urlsplit(address).query).items()}
            if evil is not None:
                evil.nonce, evil.challenge = self.sent["nonce"], self.sent["code_challenge"]
        return status

    async def invited(self, evil: Evil, token: str) -> int:
        async with self.http.post(f"/sign-in/invited/{token}", headers={"Sec-Fetch-Site": "same-origin"}) as got:
            return self._read(got.status, await got.text(), evil)

    async def come(self, idp_id: UUID, **changes: str | None) -> tuple[int, str]:
        """Come back with a code; return the status and the reason of a refusal ("" when let in)."""
        query = {"code": f"code-{time.monotonic_ns()}", "state": self.sent.get("state", ""), **changes}
        async with self.http.get(f"/sign-in/idp/{idp_id}/callback", allow_redirects=False,
                                 params={k: v for k, v in query.items() if v is not None}) as got:  # fmt: skip
            told = re.search(r'data-reason="([a-z_]+)"', await got.text())
            return got.status, told.group(1) if told else ""

    async def inside(self) -> int:
        async with self.http.get("/v1/work-orders") as got:
            return got.status


def walker(site: Site) -> Walker:
    made = aiohttp.ClientSession(site.url, cookie_jar=aiohttp.CookieJar(unsafe=True))
    site._open.append(made)
    return Walker(site, made)


async def sessions(site: Site) -> int:
    return int(await (await site.house.control.pool()).fetchval("SELECT count(*) FROM control.session"))
