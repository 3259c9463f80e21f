"""What answers give away without showing it: time, counts, taken names; and fields that nobody asked for."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from urllib.parse import urlencode

from probe.core.messages import Request
from probe.core.oracles import Finding, comparable
from probe.core.tally import Attempt
from probe.core.times import Figures, compare
from probe.service.crawl import CURIOUS, Crawl
from probe.service.fillers import fill, takes_texts
from probe.service.filling import nobody
from probe.service.ground import Attacker
from probe.service.members import Member
from probe.service.world import Victim

_FORBIDDEN = 403
_FIRST, _AGAIN = 16, 40
"""How many pairs are timed, and how many more when the first look suspicious."""


async def time_routes(crawl: Crawl, members: Sequence[Member]) -> None:
    """Time each address with an id in its path: A's in turns with nobody's, one request at a time."""
    least = []
    for member in members:
        if member.method == "GET" and member.kind == "http" and member.named("path"):
            figures = await _timed(crawl, member, await _who_may(crawl, member))
            least.append(figures.visible_s)
    if least:
        crawl.tally.figures["time_difference_visible_ms"] = round(1000 * max(least), 1)
        crawl.tally.figures["timed_routes"] = len(least)


async def _who_may(crawl: Crawl, member: Member) -> Attacker:
    """Return the first who comes past the guard: behind it the id is looked up."""
    names = [*CURIOUS, *crawl.ground.attackers]
    for name in names:
        who = crawl.ground.attackers[name]
        answer = await crawl.send(member, who, fill(member, nobody(crawl.ground.world.a.victim))[0], "side_channels")
        if answer.status not in {401, _FORBIDDEN}:
            return who
    return crawl.ground.attackers[CURIOUS[0]]


async def _timed(crawl: Crawl, member: Member, who: Attacker) -> Figures:
    """Time it; what looks suspicious is timed again, with more pairs, before it counts."""
    figures = await _pairs(crawl, member, who, _FIRST)
    if figures.differs:
        figures = await _pairs(crawl, member, who, _AGAIN)
    shown = f"{1000 * figures.foreign_s:.1f} ms, {1000 * figures.random_s:.1f} ms for nobody's"
    if figures.differs:
        told = f"{1000 * figures.difference_s:.1f} ms between the medians of {figures.pairs} pairs"
        crawl.find("side_channels", Finding("time", str(member), who.name, told))
    answer = "a difference" if figures.differs else "no difference"
    crawl.tally.add(Attempt("side_channels", who.name, f"time of {member}", "path", answer,
                            "finding" if figures.differs else "alike"))  # fmt: skip
    crawl.tally.figures.setdefault("times", {})[str(member)] = shown
    return figures


async def _pairs(crawl: Crawl, member: Member, who: Attacker, count: int) -> Figures:
    theirs, nobodys = crawl.ground.world.a.victim, nobody(crawl.ground.world.a.victim)
    foreign, random = fill(member, theirs)[0], fill(member, nobodys)[0]
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(count):
        order = ((0, foreign), (1, random)) if number % 2 else ((1, random), (0, foreign))
        for side, request in order:
            answer = await crawl.send(member, who, request, "side_channels")
            times[side].append(answer.took_s)
    return compare(*times)


async def try_names(crawl: Crawl, members: Sequence[Member]) -> None:
    """Name things of B as A's are named: a name that is taken elsewhere must not be refused."""
    theirs = crawl.ground.world.a.victim
    for member in members:
        if member.method == "GET" or member.kind != "http" or not takes_texts(member):
            continue
        for who in _allowed(crawl, member):
            for taken, free in ((theirs.code, nobody(theirs).code), (theirs.connection, "zz-free-name")):
                one, other = (_fresh(fill(member, nobody(theirs), text)[0], text) for text in (taken, free))
                await crawl.compare(member, who, one, other, "side_channels")


def _fresh(request: Request, text: str) -> Request:
    """Let a repeated request be a new one, and its text an echo."""
    headers = {**request.headers, "Idempotency-Key": f"name-{text}"}
    return replace(request, headers=headers, sent=(*request.sent, text), filled=("name",))


async def assign_more(crawl: Crawl, members: Sequence[Member]) -> None:
    """Add fields that nobody asked for: an owner, a tenant, an id. A's rows are compared after each."""
    before = await crawl.ground.victim_state()
    for member in members:
        if member.method == "GET" or member.kind != "http":
            continue
        for who in _allowed(crawl, member):
            request = fill(member, nobody(crawl.ground.world.a.victim))[0]
            answer = await crawl.send(member, who, _with_more(request, crawl.ground.world.a.victim))
            crawl.tally.add(Attempt("http", who.name, str(member), "fields that were not asked for", answer.brief,
                                    "refused" if answer.refused else "alike"))  # fmt: skip
        after = await crawl.ground.victim_state()
        if after != before:
            crawl.find("http", Finding("victim state", str(member), "somebody", "mass assignment"))
            before = after


def _with_more(request: Request, victim: Victim) -> Request:
    more = {"tenant_id": victim.tenant, "tenant": victim.tenant, "owner": victim.tenant, "agent_id": victim.agent,
            "queue_id": victim.queue, "interaction_id": victim.interaction, "connection": victim.connection,
            "user_id": victim.agent}  # fmt: skip
    body, kind = request.body, request.headers.get("Content-Type", "")
    if kind == "application/json" and body and body.startswith(b"{"):
        body = json.dumps({**json.loads(body), **more}).encode()
    elif kind == "application/x-www-form-urlencoded":
        body = (body or b"") + b"&" + urlencode(more).encode()
    headers = {**request.headers, "Idempotency-Key": f"more-{victim.tenant}"}
    return replace(request, headers=headers, body=body, sent=(*request.sent, *more.values()))


def _allowed(crawl: Crawl, member: Member) -> list[Attacker]:
    there = [crawl.ground.attackers[name] for name in CURIOUS if name in crawl.ground.attackers]
    return [who for who in there if not crawl.spare(member, who)]


async def nothing_moves(crawl: Crawl, members: Sequence[Member], change: Callable[[], Awaitable[None]]) -> None:
    """Ask everything for B, twice; let A grow; ask again. What was alike twice and then is not counts A's rows.

    ``change`` writes something new into A.
    """
    walk = [m for m in members if m.kind == "http" and m.method == "GET"]
    first, second = [await _told(crawl, walk) for _ in range(2)]
    await change()
    third = await _told(crawl, walk)
    for (name, who), answer in first.items():
        steady = answer == second[name, who]
        moved = steady and third[name, who] != answer
        if moved:
            crawl.find("side_channels", Finding("moves with A", name, who, ""))
        crawl.tally.add(Attempt("side_channels", who, f"{name} before and after A grew", "",
                                "another answer" if moved else "the same" if steady else "never twice the same",
                                "finding" if moved else "alike" if steady else "left_out"))  # fmt: skip


async def _told(crawl: Crawl, walk: Sequence[Member]) -> dict[tuple[str, str], tuple[object, ...]]:
    answers = {}
    for member in walk:
        for name in CURIOUS:
            request = fill(member, crawl.ground.world.b.victim)[0]
            answer = await crawl.send(member, crawl.ground.attackers[name], request, "side_channels")
            answers[str(member), name] = comparable(answer, request)
    return answers
