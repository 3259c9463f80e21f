"""Every route that shows personal data leaves a fact of who read it: routes are enumerated, so a new one is caught."""

from __future__ import annotations

import pytest
from fastapi import Depends, FastAPI

from journal import service as journal
from journal.core.facts import Fact
from probe.core.messages import Request
from probe.service.fillers import fill
from probe.service.members import Member, members
from probe.service.sockets import frames_of
from tenants.endpoints import permitted
from tests.crawl.ground import SiteGround
from tests.crawl.settling import A

PERSONAL = {
    "interaction.read", "interaction.export", "recording.listen", "work_order.read", "journal.read", "live.read",
    "contact.reveal",
}  # fmt: skip
"""Permissions to see what is about contacts."""
READINGS = {
    "InteractionOpened", "ContactsListed", "WorkOrderOpened", "RecordingPlayed", "JournalRead", "JournalExported",
    "ContactRevealed", "BoardRewound", "InteractionsTaken", "SearchExportFetched", "WorkOrdersTaken",
    "AttachmentDownloaded",
}  # fmt: skip
WITHOUT: dict[str, str] = {
    "GET /v1/journal/heads": "numbers and hashes of facts, nothing of a contact",
    "GET /interactions/{interaction_id}/reveal": "how many more numbers may be shown, and none of them",
    "GET /desk/reveal": "as above",
    "GET /interactions/{interaction_id}/peaks": "how loud a recording is, and nothing that can be heard",
    "GET /v1/live/past/day": "counts of quarter hours, and when what happened in which queue",
    "GET /v1/live/past/events": "the same",
    "GET /alerts": "figures of the client, and notes of its own people; no contact stands in an alert",
    "GET /alerts/feed": "the same, without the notes",
    "GET /work-orders/feed": "that something happened; the page that shows what is a reading of its own",
    "GET /notifications": "what of that the reader was told",
    "GET /interactions/exports": "who asked for what, and how many there are; what is in them is in the file",
    "GET /interactions/exports/new": "how many are found by what the reader wrote into the address",
    "GET /v1/interactions/exports": "as the page",
    "GET /v1/interactions/exports/{export_id}": "as the page",
}
"""Members that show nothing personal, each with its reason."""


def personal(app: FastAPI) -> list[Member]:
    return [
        member
        for member in members(app)
        if member.method in {"GET", "WEBSOCKET", ""} or member.kind == "socket"
        if any(guard.permission in PERSONAL for guard in member.guards) and str(member) not in WITHOUT
    ]


async def _read(ground: SiteGround) -> list[Fact]:
    async with ground.plane.transaction(ground.world.a.tenant) as scope:
        return [f for f in await journal.read(scope, limit=5000) if f.kind in READINGS]


async def _forget(ground: SiteGround) -> None:
    """Let the next reading be the first one again, whatever was read before."""
    async with ground.app.state.plane.transaction(ground.world.a.tenant) as scope:
        await scope.fetch("DELETE FROM gf.read_mark WHERE tenant_id = $1", scope.tenant_id)
        scope.kept.clear()


async def silent(ground: SiteGround, found: list[Member]) -> list[str]:
    """Let a client's manager use each member on its own data; return those that left no fact of its reading."""
    boss = await ground.somebody("wang@galaxy.example", A)
    missing = []
    for member in found:
        await _forget(ground)
        before = len(await _read(ground))
        request = fill(member, ground.world.a.victim)[0]
        if member.kind == "socket":
            _, frames = await frames_of(ground, boss, member.path, 0.5)
            assert frames, member
        else:
            path = request.target.partition("?")[0]
            answer = await ground.ask(boss, Request(member.method, path, request.headers, None, request.sent))
            assert answer.status in {200, 409}, (member, answer.status, answer.text[:300])
            if answer.status == 409:
                continue
        new = (await _read(ground))[before:]
        if not new or {fact.actor["id"] for fact in new} != {str(boss.user)}:
            missing.append(str(member))
    return missing


async def test_every_reading_is_a_fact(ground: SiteGround) -> None:
    found = personal(ground.app)
    assert len(found) >= 12, [str(member) for member in found]
    assert await silent(ground, found) == []


async def test_a_planted_route_that_tells_nobody_is_found(ground: SiteGround) -> None:
    async def planted() -> dict[str, str]:
        return {"contact": "+86 138****1234"}

    ground.app.add_api_route("/planted/contacts", planted, dependencies=[Depends(permitted("interaction.read"))])
    found = [member for member in personal(ground.app) if "planted" in member.path]
    assert len(found) == 1
    assert await silent(ground, found) == [str(found[0])]


async def test_the_desk_is_noted_once_for_each_agent_and_interaction(ground: SiteGround) -> None:
    agent = (await ground.owners())[1]
    for _ in range(3):
        for path in ("/desk", "/desk/document"):
            assert (await ground.ask(agent, Request("GET", path, {"Accept": "text/html"}, None, ()))).status == 200
    async with ground.plane.transaction(ground.world.a.tenant) as scope:
        facts = await journal.read(scope, limit=5000, kinds=["InteractionShownAtDesk"])
    assert [str(fact.subject) for fact in facts] == [ground.world.a.talking]
    assert [dict(fact.actor) for fact in facts] == [{"kind": "agent", "id": ground.world.a.victim.agent}]


def test_an_exception_names_a_member_that_exists(request: pytest.FixtureRequest) -> None:
    from app.web import create_app  # noqa: PLC0415 - the list of routes only
    from kit.settings import Settings  # noqa: PLC0415

    named = {str(member) for member in members(create_app(Settings()))}
    assert set(WITHOUT) <= named
