"""The crawl: every member, by every attacker, with A's values and with nobody's; what must not happen is a finding."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from probe.core.messages import Answer, Request
from probe.core.oracles import Finding, comparable, complaints, difference
from probe.service.fillers import extras, fill
from probe.service.filling import nobody
from probe.service.ground import CROWD, Attacker, Ground
from probe.service.members import UNGUARDED, Member

T = TypeVar("T")

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND")
OVERRIDES = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")
CURIOUS = ("client_manager", "agent", "key")
"""Who tries the odd ways, too: a person, an agent, a system."""
_FORBIDDEN = 403


@dataclass
class Crawl:
    """One run over some members."""

    ground: Ground
    findings: list[Finding]
    oddly: bool = True
    """Try other methods and spellings too."""
    asked: int = 0

    async def run(self, members: Sequence[Member]) -> list[Finding]:
        """Visit every member; A's rows and files are compared after each."""
        before = await self.ground.victim_state()
        for member in members:
            if member.kind == "http" and not member.guards and not member.path.startswith(UNGUARDED):
                self._find("no guard", member, "everybody", "")
            if member.kind == "socket":
                continue
            await self._visit(member)
            after = await self.ground.victim_state()
            if after != before:
                self._find("victim state", member, "somebody", "rows or files of A changed")
                before = after
        return self.findings

    async def _visit(self, member: Member) -> None:
        await self._crowd(self._attack(member, who) for who in self.ground.attackers.values())
        for name in CURIOUS if self.oddly else ():
            await self._oddly(member, self.ground.attackers[name])
        if member.method == "GET" and member.kind == "http":
            await self._extras(member)

    async def _attack(self, member: Member, who: Attacker) -> None:
        """Send A's values and nobody's: the answers must be the same."""
        theirs, nobodys = self.ground.world.a.victim, nobody(self.ground.world.a.victim)
        for foreign, random in zip(fill(member, theirs), fill(member, nobodys), strict=True):
            await self._compare(member, who, foreign, random)

    async def _extras(self, member: Member) -> None:
        """Let the first who may come in at all put every known name into the address."""
        theirs, nobodys = self.ground.world.a.victim, nobody(self.ground.world.a.victim)
        who = self.ground.attackers[CURIOUS[0]]
        for name in CURIOUS:
            if (await self._send(member, self.ground.attackers[name], fill(member, theirs)[0])).status < _FORBIDDEN:
                who = self.ground.attackers[name]
                break
        pairs = zip(extras(member, theirs), extras(member, nobodys), strict=True)
        await self._crowd(self._compare(member, who, foreign, random) for foreign, random in pairs)

    async def _compare(self, member: Member, who: Attacker, foreign: Request, random: Request) -> None:
        seen, reference = await self._send(member, who, foreign), await self._send(member, who, random)
        one, other = comparable(seen, foreign), comparable(reference, random)
        if one != other:
            self._find("foreign = random", member, who.name, f"{foreign.target}: {difference(one, other)}")

    async def _oddly(self, member: Member, who: Attacker) -> None:
        """Try other methods, a slash more, and headers that change the method behind the guard's back."""
        request = fill(member, self.ground.world.a.victim)[0]
        path, _, query = request.target.partition("?")
        tries = [Request(method, request.target, request.headers, None, request.sent) for method in METHODS]
        tries += [Request(member.method, f"{path}{tail}?{query}", request.headers, request.body, request.sent)
                  for tail in ("/", "//", "/.", "%2f", ";x=1", ".json")]  # fmt: skip
        tries += [Request(verb, request.target, {**request.headers, header: "DELETE"}, request.body, request.sent)
                  for header in OVERRIDES for verb in ("POST", "GET")]  # fmt: skip
        await self._crowd(self._send(member, who, one) for one in tries)

    async def _send(self, member: Member, who: Attacker, request: Request) -> Answer:
        self.asked += 1
        answer = await self.ground.ask(who, request)
        for oracle, detail in complaints(answer, request, self.ground.world.a.words):
            self._find(oracle, member, who.name, f"{request.method} {request.target}: {detail}")
        return answer

    def _find(self, oracle: str, member: Member, who: str, detail: str) -> None:
        self.findings.append(Finding(oracle, str(member), who, detail))

    @staticmethod
    async def _crowd(works: Iterable[Awaitable[T]]) -> list[T]:
        """Do it all, a few at once."""
        turn = asyncio.Semaphore(CROWD)

        async def one(work: Awaitable[T]) -> T:
            async with turn:
                return await work

        return list(await asyncio.gather(*(one(work) for work in works)))
