"""Nobody of B gets, changes or learns anything of A on any route; Redis and the log hear ids only."""

from __future__ import annotations

import asyncio
import inspect
import re
import zlib

import pytest
import redis.asyncio as aioredis
from fastapi import FastAPI

import interactions.endpoints
import portal.orders.acts
import portal.orders.editing
import portal.orders.links
import portal.searching
import portal.sign_in
import workorders.asked
import workorders.endpoints
from app.web import create_app
from interactions.core import query
from kit.settings import Settings
from probe.core.families import strange_keys
from probe.service.crawl import TOLD, Crawl, admitted, centre_own
from probe.service.fillers import FILLERS, NEUTRAL, NoCase, fill
from probe.service.ground import Attacker
from probe.service.members import Member, members, undeclared_names
from tenants.endpoints import PublicGuard
from tests.crawl.ground import SiteGround
from tests.crawl.logs import captured, overheard
from webhooks.core.tmf621 import BASE
from workorders.service.filters import FILTERS

NAMED = re.compile(r'^"?(PUBLISH|SUBSCRIBE|SET|LPUSH|BRPOP|EXPIRE|GETDEL|DEL)"? "?([^" ]+)"?', re.IGNORECASE)
"""The commands of kit.bus, with the key or channel that they name."""
NEED_MORE = frozenset(
    {
        "POST /interactions/{interaction_id}/links",
        "POST /v1/interactions/{interaction_id}/links",
        "POST /interactions/{interaction_id}/comments/{comment_id}/remove",
        "POST /settings/exchange/{connection}/connector/trial",
        "PUT /v1/connections/{connection}/connector",
        "POST /v1/blueprint/calendars/{code}/days-off",
        *(f"{method} {BASE}/{version}/hub/{{endpoint_id}}" for method in ("GET", "DELETE") for version in ("v4", "v5")),
    }
)
"""What the owner's people are refused here too: the policy of links is off, nobody removes another's comment, this
connection is called by no kind that there is, so it is set to none and has nobody to try (tests/exchange), days off
come from a file that is no field (tests/tenants), and listeners of TMF621 are their system's
(tests/webhooks/test_hub.py)."""


def _in_turn(member: Member, who: Attacker) -> str:
    """Leave out by turns two of three whom the guard refuses before anything of the request is looked at."""
    turn = zlib.crc32(f"{member} {who.name}".encode()) % 3
    return centre_own(member, who) or ("" if turn == 0 or admitted(member, who) else "another's turn")


@pytest.mark.timeout(600)
async def test_every_route_keeps_the_tenants_apart(ground: SiteGround) -> None:
    """Nobody learns anything; the log and Redis hear ids only, and B's work rings nothing of A.

    Odd methods and more names in the address are the probe's run's (tests/probe/test_run.py), and test_layers' without
    the wall: here only at what the run leaves out or sees otherwise, as it has a synthetic client.
    """
    found = [member for member in members(ground.app) if str(member) not in TOLD]
    whole, asked = [member for member in found if member.of_centre or _public(member)], 0
    with captured() as lines:
        async with overheard(ground.site.settings.redis_url.get_secret_value()) as commands:
            for walk, more in ((whole, True), ([member for member in found if member not in whole], False)):
                crawl = Crawl(ground, [], oddly=more, named=more, spare=_in_turn)
                assert await crawl.run(walk) == []
                asked += crawl.asked
            await _both_work(ground, commands)
        assert await Crawl(ground, []).run([member for member in members(ground.app) if str(member) in TOLD]) == []
    assert len(whole) > 35
    assert len(found) > 3 * len(whole)
    assert asked > 10_000
    assert len(ground.attackers) >= 12
    private = ground.world.a.words.contact_only()
    assert not any(private.found_in(line) for line in lines), [x for x in lines if private.found_in(x)]
    await _only_ids_travelled(ground, commands)
    await _owners_see_it(ground)


def _public(member: Member) -> bool:
    return bool(member.guards) and isinstance(member.guards[0], PublicGuard)


async def _both_work(ground: SiteGround, commands: list[str]) -> None:
    """Let B's people do their own work, then one of A's: the bells of each are its own."""
    a, b = ground.world.a, ground.world.b
    own = [await ground.ask(ground.attackers[name], request) for name in ("client_manager", "key")
           for member in members(ground.app) if member.method == "POST" and "work" in member.path
           for request in fill(member, b.victim)]  # fmt: skip
    assert any(answer.status < 400 for answer in own)
    only_b = "\n".join(commands)
    assert f"t:{b.tenant}:journal" in only_b
    assert a.victim.tenant not in only_b
    comment = next(m for m in members(ground.app) if str(m) == "POST /work-orders/{order_id}/comments")
    assert (await ground.ask((await ground.owners())[0], fill(comment, a.victim)[0])).status == 303
    for _ in range(200):
        if f"t:{a.tenant}:journal" in "\n".join(commands):
            return
        await asyncio.sleep(0.02)
    raise AssertionError("A's own work rang nothing of A")


async def _only_ids_travelled(ground: SiteGround, commands: list[str]) -> None:
    names = [match.group(2) for line in commands if (match := NAMED.match(line))]
    assert len(names) > 10
    assert strange_keys(names) == []
    words = [side.words.contact_only() for side in (ground.world.a, ground.world.b)]
    assert [each.found_in("\n".join(commands)) for each in words] == [set(), set()]
    client = aioredis.from_url(ground.site.settings.redis_url.get_secret_value())
    async for key in client.scan_iter():
        assert strange_keys([key.decode()]) == []
        value = (await client.dump(key) or b"").decode("latin-1")
        assert [each.found_in(value) for each in words] == [set(), set()]
    await client.aclose()


async def _owners_see_it(ground: SiteGround) -> None:
    """Show that the same requests are real ones: A's own people get an answer wherever an attacker got none."""
    owners, telling = await ground.owners(), 0
    for member in members(ground.app):
        if not member.named("path") or member.kind != "http" or _public(member) or member.of_centre:
            continue  # what is public, or the back office's, belongs to no tenant
        if member.path.startswith("/shared/") or str(member) in NEED_MORE:
            continue  # tests/portal/test_sharing.py shows that these are real
        answers = [await ground.ask(who, fill(member, ground.world.a.victim)[0]) for who in owners]
        words = ground.world.a.words
        assert any(a.status < 400 or a.status in {409, 412} or words.found_in(a.whole) for a in answers), (
            member,
            [(a.status, a.text[:300]) for a in answers],
        )
        telling += any(words.found_in(answer.whole) for answer in answers)
    assert telling >= 8  # the rest answers without a word of its own, as the steps that may be taken


def test_a_member_without_a_case_fails() -> None:
    app = FastAPI()

    async def planted(unheard_of: str) -> None: ...

    app.add_api_route("/planted/{unheard_of}", planted)
    planted_member = next(m for m in members(app) if m.path.startswith("/planted"))
    with pytest.raises(NoCase, match="unheard_of"):
        fill(planted_member, None)  # type: ignore[arg-type] # not reached


def test_every_name_that_a_handler_reads_by_itself_has_a_case() -> None:
    rooms = (
        portal.searching, portal.inbox.acts, portal.inbox.listing, portal.orders.acts, portal.orders.editing,
        portal.orders.links,
        portal.sign_in, interactions.endpoints, workorders.asked, workorders.endpoints,
    )  # fmt: skip
    names = {name for room in rooms for name in undeclared_names(inspect.getsource(room))} | {*FILTERS, *query.NAMES}
    assert {"q", "queue", "agent", "reason", "body", "pending_on", "after", "before"} <= names
    assert names - set(FILLERS) - set(NEUTRAL) - {"limit"} == set()


def test_the_walk_finds_hidden_routes_sockets_and_mounts() -> None:
    kinds = {member.kind for member in members(create_app(Settings()))}
    assert kinds == {"http", "socket", "mount", "plain"}
