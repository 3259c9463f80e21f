"""What a browser is made to do by somebody else's page, and credentials that contradict each other."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import aiohttp
import pytest

from probe.core.messages import Request
from probe.core.oracles import complaints
from probe.service.fillers import fill
from probe.service.ground import Attacker
from probe.service.members import members
from tenants.core.permissions import Role, decide
from tenants.endpoints import PublicGuard
from tests.crawl.ground import SiteGround
from tests.crawl.settling import checksum

ELSEWHERE = (
    "https://evil.example", "//evil.example", "/\\evil.example", "/%5cevil.example", "/\t/evil.example",
    "/%09/evil.example",
    "https:evil.example", "javascript:alert(1)", "/%0d%0aLocation:%20//evil.example", " //evil.example",
    "\\\\evil.example",
    "///evil.example", "http:///evil.example", "/live\r\nX: y", "data:text/html,x", "/\u2028/evil.example",
)  # fmt: skip


CALLED_BY_SERVERS = frozenset(
    {
        "POST /sign-in/idp/{idp_id}/logout",
        "POST /oauth/token",
        "POST /oauth/revoke",
        "POST /oauth/introspect",
        "POST /v1/inbound/{connection_token}",
    }
)
"""Not by browsers: they read no cookie, and what they are sent proves who sends it."""


async def test_signing_in_leads_nowhere_else(ground: SiteGround) -> None:
    manager = ground.attackers["client_manager"]
    for wanted in ELSEWHERE:
        target = "/sign-in?" + urlencode({"next": wanted})
        answer = await ground.ask(manager, Request("GET", target))
        assert answer.status == 303
        shown = await ground.ask(ground.attackers["nobody"], Request("GET", target))
        kept = re.search(r'name="next" value="([^"]*)"', shown.text)
        assert kept is not None
        for place in (answer.header("location"), kept.group(1)):
            assert place.startswith("/"), wanted
            assert not place.startswith(("//", "/\\", "/\t")), wanted


@pytest.mark.parametrize("spoilt", [
    {"X-CSRF-Token": None}, {"X-CSRF-Token": "0" * 64}, {"X-CSRF-Token": ""}, {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "none"}, {"Sec-Fetch-Site": None, "Origin": "https://evil.example"},
    {"Sec-Fetch-Site": None, "Origin": None}, {"Sec-Fetch-Site": None, "Origin": "null"},
])  # fmt: skip
async def test_an_unsafe_request_from_another_page_changes_nothing(
    ground: SiteGround, spoilt: dict[str, str | None]
) -> None:
    before = await checksum(ground.site.house.admin_dsn, ground.world.b, ground.folder)
    unsafe = [m for m in members(ground.app) if m.method != "GET" and m.kind == "http"]
    assert len(unsafe) > 10
    for member in unsafe:
        if str(member) in CALLED_BY_SERVERS:
            continue
        is_public = any(isinstance(guard, PublicGuard) for guard in member.guards)
        if is_public and not any(name.startswith(("Sec", "Origin")) for name in spoilt):
            continue  # before there is a session there is no token: the origin is what counts
        name = "agent" if member.path.startswith("/desk") else "client_manager"
        who = ground.attackers[name]
        headers = {k: v for k, v in {**who.headers, **spoilt}.items() if v is not None}
        request = fill(member, ground.world.b.victim)[0]
        answer = await ground.ask(Attacker(name, headers), request)
        assert (answer.status, '"code":"not_from_our_page"' in answer.text) == (403, True), (
            str(member),
            answer.text[:200],
        )
    sessions = await checksum(ground.site.house.admin_dsn, ground.world.b, ground.folder)
    assert sessions == before


async def test_two_credentials_at_once_are_none(ground: SiteGround) -> None:
    both = Attacker("both", {**ground.attackers["client_manager"].headers, **ground.attackers["key"].headers})
    for member in members(ground.app):
        if member.kind != "http" or any(guard.reason and not guard.permission for guard in member.guards):
            continue
        request = fill(member, ground.world.b.victim)[0]
        answer = await ground.ask(both, request)
        assert answer.status == 401, str(member)
        assert complaints(answer, request, ground.world.a.words) == []


async def test_a_socket_opened_by_another_page_is_refused_before_it_opens(ground: SiteGround) -> None:
    for member in members(ground.app):
        if member.kind != "socket":
            continue
        who = ground.attackers["agent" if member.path.startswith("/desk") else "client_manager"]
        for origin in ("https://evil.example", "null", "", None, ground.site.url + ".evil.example"):
            headers = {k: v for k, v in {**who.headers, "Origin": origin}.items() if v is not None}
            async with aiohttp.ClientSession(ground.site.url, cookie_jar=aiohttp.DummyCookieJar()) as http:
                with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                    await http.ws_connect(member.path, headers=headers)
                assert refused.value.status == 403


async def test_a_key_sees_its_own_connection_only_on_pages_too(ground: SiteGround) -> None:
    """Pages take keys as well: what a key may not see over the API it must not see there."""
    side = ground.world.b
    async with ground.site.house.app.transaction(side.tenant) as scope:
        await scope.fetch("INSERT INTO gf.connection (tenant_id, code, name, url) VALUES ($1, 'other', 'other', '')",
                          side.tenant)  # fmt: skip
    other = await ground.key(side, connection="other")
    pages = [m for m in members(ground.app) if (m.kind, m.method) == ("http", "GET") and "work-orders" in m.path]
    paths = [m for m in pages if all(decide(Role.CLIENT_SYSTEM, g.permission) for g in m.guards if g.permission)]
    assert len(paths) >= 6
    for member in paths:
        answer = await ground.ask(other, fill(member, side.victim)[0])
        assert answer.status == (404 if member.named("path") else 200), str(member)
        assert not side.words.found_in(answer.text) & {"order title", "order description"}, str(member)


async def test_a_client_never_reads_the_real_name_of_staff(ground: SiteGround) -> None:
    comment = next(m for m in members(ground.app) if str(m) == "POST /work-orders/{order_id}/comments")
    supervisor, manager = ground.attackers["supervisor"], ground.attackers["client_manager"]
    assert (await ground.ask(supervisor, fill(comment, ground.world.b.victim)[0])).status == 303
    for path in (
        f"/work-orders/{ground.world.b.victim.order}",
        f"/v1/work-orders/{ground.world.b.victim.order}/comments",
    ):
        answer = await ground.ask(manager, Request("GET", path))
        assert "words of B" in answer.text
        assert "B supervisor" not in answer.text
