"""The crawl finds each planted bug, and nothing where nothing was planted."""

from __future__ import annotations

from probe.service.crawl import Crawl
from probe.service.members import members
from probe.service.sockets import attack_sockets
from tests.crawl.ground import SiteGround
from tests.crawl.planted import COUNT, EXPECTED, SOCKET, Planted

HARMLESS = ("/healthz", "/work-orders", "/v1/interactions/{interaction_id}")


async def test_every_planted_bug_is_found(ground: SiteGround) -> None:
    clean = {str(member) for member in members(ground.app)}
    Planted(ground.site.house.admin_dsn, ground.folder).into(ground.app)
    found = [m for m in members(ground.app) if str(m) not in clean or m.path in HARMLESS]
    http = await Crawl(ground, []).run([m for m in found if m.kind == "http"])
    sockets = await attack_sockets(ground, [m for m in found if m.kind == "socket"])
    assert {finding.member for finding in http} == set(EXPECTED), http
    assert {finding.member for finding in sockets} == {SOCKET}
    assert len(EXPECTED) + 1 > 8
    assert not any(COUNT in finding.member for finding in http)  # only two worlds tell: see test_non_interference
    oracles = {finding.oracle for finding in http}
    assert oracles >= {"canary", "victim state", "foreign = random", "no guard", "innards", "no stable code"}
