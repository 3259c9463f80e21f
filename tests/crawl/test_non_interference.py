"""Two worlds that differ only in what A contains answer B alike: alone this finds a count or a clash of names."""

from __future__ import annotations

import json
import re
import zlib

import pytest

from probe.core.oracles import comparable, difference
from probe.service.fillers import fill
from probe.service.members import Member, members
from probe.service.sockets import frames_of
from tenants.core.permissions import Role, decide
from tests.crawl.ground import SiteGround
from tests.crawl.planted import COUNT, Planted

FRESH = (
    re.compile(r"gf_\w+?_[0-9A-Za-z]{8}_\w+|gfs_\w+"),
    re.compile("(\N{HORIZONTAL ELLIPSIS}|â\x80¦)[0-9A-Za-z]{8}(\N{HORIZONTAL ELLIPSIS}|â\x80¦)"),
    re.compile(r"link=[\w-]{43}|\bgfc_\w+"),
    re.compile(r"/v1/(inbound|files)/[\w-]+"),
    re.compile(r"whsec_[\w+/=]+"),
    re.compile(r'"(payload|signature)":"[\w-]+"'),
    re.compile(r'<path class="qrline"[^>]*>'),
    re.compile(r"\b[A-Z2-7]{4}([ -]?[A-Z2-7]{4}){7}\b"),
    re.compile(r'\bs-[0-9a-f]{12}-\d+-web|"password":"[\w-]+"'),
)
"""Keys, secrets, links, signatures, QR codes and phone accounts that were made in the answer itself."""
WHO = ("client_manager", "client_viewer", "supervisor", "agent", "key")


async def test_what_a_contains_changes_no_answer_to_b(ground: SiteGround, bare_ground: SiteGround) -> None:
    for world in (ground, bare_ground):
        Planted(world.site.house.admin_dsn, world.folder).into(world.app)
    walk = [m for m in members(ground.app) if m.kind == "http" and (m.path == COUNT or "/planted" not in m.path)]
    assert len(walk) > 35
    told = [await _answers(world, walk) for world in (ground, bare_ground)]
    differing = {key: difference(told[0][key], told[1][key]) for key in told[0] if told[0][key] != told[1][key]}
    assert {key.split()[1] for key in differing} == {COUNT}, "\n".join(f"{k}: {v}" for k, v in differing.items())


async def test_what_a_contains_changes_no_board_of_b(ground: SiteGround, bare_ground: SiteGround) -> None:
    boards = []
    for world in (ground, bare_ground):
        _, frames = await frames_of(world, world.attackers["client_manager"], "/live/feed", 0.5)
        boards.append([json.loads(frame)["board"] for frame in frames if '"t":"snap"' in frame])
    assert boards[0]
    assert boards[0][0] == boards[1][0]


async def _answers(ground: SiteGround, walk: list[Member]) -> dict[str, tuple[object, ...]]:
    """Ask all in the same order, with A's values and B's own; whom the guard refuses by turns, with A's alone."""
    answers: dict[str, tuple[object, ...]] = {}
    for member in walk:
        needed = [guard.permission for guard in member.guards if guard.permission]
        for name in WHO:
            role = Role.CLIENT_SYSTEM if name == "key" else Role(name)
            may = all(decide(role, permission) for permission in needed)
            if not may and zlib.crc32(f"{member} {name}".encode()) % 2:
                continue
            for whose, side in (("A's", ground.world.a), ("B's", ground.world.b))[: 1 + may]:
                request = fill(member, side.victim)[0]
                answer = await ground.ask(ground.attackers[name], request)
                answers[f"{member} by {name} with {whose} values"] = comparable(answer, request)
    pool = await ground.site.house.control.pool()
    keys = re.compile("|".join(row["id"] for row in await pool.fetch("SELECT id FROM control.api_key")))
    return {asked: tuple(_own(ground, keys, part) for part in told) for asked, told in answers.items()}


def _own(ground: SiteGround, keys: re.Pattern[str], part: object) -> object:
    """Take out of an answer where its site listens, and B's own fresh secrets: all that may differ."""
    if not isinstance(part, str):
        return part
    for pattern in (*FRESH, keys):
        part = pattern.sub("<fresh>", part)
    return part.replace(ground.site.url, "<site>").replace(ground.site.url.partition("://")[2], "<site>")


@pytest.fixture(autouse=True)
def _two_sites_one_redis(redis: str) -> None:
    """Both sites ring the same bell; the ids in it are the same, which only wakes the other once more."""
