"""Nobody of B gets, changes or learns anything of A on any route, with any method."""

from __future__ import annotations

import inspect

import pytest
from fastapi import FastAPI

import interactions.endpoints
import portal.searching
import portal.sign_in
import portal.work_orders
import workorders.endpoints
from app.web import create_app
from interactions.core import query
from kit.settings import Settings
from probe.service.crawl import Crawl
from probe.service.fillers import FILLERS, NEUTRAL, NoCase, fill
from probe.service.members import members, undeclared_names
from tenants.endpoints import PublicGuard
from tests.crawl.ground import SiteGround
from tests.crawl.logs import captured
from workorders.service.lists import FILTERS

NEED_MORE = frozenset(
    {
        "POST /interactions/{interaction_id}/links",
        "POST /v1/interactions/{interaction_id}/links",
        "POST /interactions/{interaction_id}/comments/{comment_id}/remove",
    }
)
"""What the owner's people are refused here too: the policy of links is off, and nobody removes another's comment."""


@pytest.mark.timeout(600)
async def test_every_route_keeps_the_tenants_apart(ground: SiteGround) -> None:
    found = members(ground.app)
    crawl = Crawl(ground, [])
    with captured() as lines:
        await crawl.run(found)
    assert not crawl.findings, "\n".join(map(str, crawl.findings))
    assert len(found) > 35
    assert crawl.asked > 3000
    assert len(ground.attackers) >= 12
    private = ground.world.a.words.contact_only()
    assert not any(private.found_in(line) for line in lines), [x for x in lines if private.found_in(x)]
    await _owners_see_it(ground)


async def _owners_see_it(ground: SiteGround) -> None:
    """Show that the same requests are real ones: A's own people get an answer wherever an attacker got none."""
    owners, telling = await ground.owners(), 0
    for member in members(ground.app):
        is_public = bool(member.guards) and isinstance(member.guards[0], PublicGuard)
        if not member.named("path") or member.kind != "http" or is_public or member.of_centre:
            continue  # what is public, or the back office's, belongs to no tenant
        if member.path.startswith("/shared/") or str(member) in NEED_MORE:
            continue  # tests/portal/test_sharing.py shows that these are real
        answers = [await ground.ask(who, fill(member, ground.world.a.victim)[0]) for who in owners]
        words = ground.world.a.words
        assert any(a.status < 400 or a.status in {409, 412} or words.found_in(a.whole) for a in answers), member
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
    rooms = (portal.searching, portal.work_orders, portal.sign_in, interactions.endpoints, workorders.endpoints)
    names = {name for room in rooms for name in undeclared_names(inspect.getsource(room))} | {*FILTERS, *query.NAMES}
    assert {"q", "queue", "agent", "reason", "body", "pending_on", "after", "before"} <= names
    assert names - set(FILLERS) - set(NEUTRAL) - {"limit"} == set()


def test_the_walk_finds_hidden_routes_sockets_and_mounts() -> None:
    kinds = {member.kind for member in members(create_app(Settings()))}
    assert kinds == {"http", "socket", "mount", "plain"}
