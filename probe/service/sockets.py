"""Every socket, by every attacker, with A's names in address and messages: raw frames are read."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import aiohttp

from probe.core.oracles import Finding, without
from probe.core.tally import Attempt, Outcome, Tally
from probe.service.fillers import FILLERS
from probe.service.ground import Attacker, Ground
from probe.service.members import Member

TOPICS = ("tenant", "tenant_id", "topic", "channel", "interaction", "agent")
MESSAGES = ('{"t":"resync"}', '{"t":"subscribe","topic":"t:%s:journal"}', '{"t":"resync","tenant":"%s"}', "\0", "[")


_TURNED_AWAY = frozenset({401, 403, 404, 1008})
_INTERNAL_ERROR = 1011
"""RFC 6455, 7.4.1."""


async def frames_of(ground: Ground, who: Attacker, target: str, listen_s: float) -> tuple[int, list[str]]:
    """Open a socket, say what an attacker would say, and return the status or close code and every frame's text."""
    tenant, frames = ground.world.a.victim.tenant, []
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        try:
            async with http.ws_connect(ground.url + target, headers=who.headers) as socket:
                for message in MESSAGES:
                    await socket.send_str(message.replace("%s", tenant))
                try:
                    async with asyncio.timeout(listen_s):
                        while (heard := await socket.receive()).type is aiohttp.WSMsgType.TEXT:
                            frames.append(str(heard.data))
                except TimeoutError:
                    pass
                return socket.close_code or 101, frames
        except aiohttp.WSServerHandshakeError as refused:
            return refused.status, []


async def attack_sockets(
    ground: Ground, members: Sequence[Member], listen_s: float = 0.3, tally: Tally | None = None
) -> list[Finding]:
    """Open every socket in every way, all at once; A's words or ids in a frame are a finding."""
    victim, tally = ground.world.a.victim, tally or Tally()
    topics = [f"{name}={value}" for name in TOPICS for value in FILLERS[name](victim)]
    works = [
        _one(ground, who, (member, f"{member.path}?{topic}"), listen_s, tally)
        for member in members for who in ground.attackers.values() for topic in ("", *topics[:4])
    ]  # fmt: skip
    found = [finding for findings in await asyncio.gather(*works) for finding in findings]
    found += [
        Finding("no guard", str(m), "everybody", "") for m in members if not m.guards and m.kind == "socket"
    ]  # fmt: skip
    for finding in found:
        tally.find("sockets", finding)
    return found


async def _one(
    ground: Ground, who: Attacker, where: tuple[Member, str], listen_s: float, tally: Tally
) -> list[Finding]:
    member, target = where
    code, frames = await frames_of(ground, who, target, listen_s)
    found = []
    sent = [value for values in FILLERS.values() for value in values(ground.world.a.victim)]
    kinds = ground.world.a.words.found_in(without("\n".join(frames), sent if "?" in target[:-1] else ()))
    if kinds:
        found.append(Finding("canary", str(member), who.name, ", ".join(sorted(kinds))))
    if code == _INTERNAL_ERROR:
        found.append(Finding("bug", str(member), who.name, f"{target}: closed with 1011"))
    outcome: Outcome = "finding" if found else "refused" if code in _TURNED_AWAY else "alike"
    tally.add(Attempt("sockets", who.name, str(member), target.partition("?")[2].partition("=")[0], str(code), outcome))
    return found
