"""The crawl: every member, by every attacker, with A's values and with nobody's; what must not happen is a finding."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote, quote_plus

from tests.crawl.canaries import Canaries
from tests.crawl.fillers import Request, extras, fill
from tests.crawl.filling import nobody
from tests.crawl.ground import CROWD, Answer, Attacker, Ground
from tests.crawl.members import UNGUARDED, Member
from tests.crawl.world import checksum

T = TypeVar("T")

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND")
OVERRIDES = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")
CURIOUS = ("client_manager", "agent", "key")
"""Who tries the odd ways, too: a person, an agent, a system."""

_VOLATILE = (
    (re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "<id>"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|\+00:00)?"), "<at>"),
    (re.compile(r"\b\d{13}\b"), "<ms>"),
    (re.compile(r"WO-\d+"), "<number>"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "<hash>"),
    (re.compile(r"\b[0-9a-f]{32}\b"), "<file>"),
    (re.compile(r'"(id|by)":"[0-9A-Za-z]{8}"'), '"key"'),
    (re.compile(r"gf=[^;]+"), "gf=<token>"),
    (re.compile(r"\b\d\d:\d\d(:\d\d)?\b"), "<clock>"),
)
_UNTOLD = frozenset({"date", "content-length", "last-modified"})
_SQL = re.compile(
    r"asyncpg|psycopg|sqlalchemy|Traceback|File \"|gf\.[a-z_]+|relation \"|violates|guard\.tenant|SELECT "
)


@dataclass(frozen=True)
class Finding:
    """One thing that must not happen."""

    oracle: str
    member: str
    who: str
    detail: str


def without(text: str, sent: Iterable[str], instead: str = "") -> str:
    """Remove what the caller itself sent, in every spelling that a page gives it."""
    for value in sorted(sent, key=len, reverse=True):
        for spelt in {value, html.escape(value), quote(value), quote_plus(value), quote(value, safe="")}:
            if spelt:
                text = text.replace(spelt, instead)
    return text


def comparable(answer: Answer, request: Request) -> tuple[object, ...]:
    """Return an answer without what differs from request to request for everybody."""
    text = without(answer.text, request.sent, "<sent>")
    headers = sorted(f"{k.lower()}: {v}" for k, v in answer.headers if k.lower() not in _UNTOLD)
    told = without("\n".join(headers), request.sent, "<sent>")
    for pattern, word in _VOLATILE:
        text, told = pattern.sub(word, text), pattern.sub(word, told)
    return answer.status, told, text


def complaints(answer: Answer, request: Request, words: Canaries) -> list[tuple[str, str]]:
    """Apply the oracles that look at one answer."""
    found = []
    kinds = words.found_in(without(answer.whole, request.sent))
    if kinds:
        found.append(("canary", ", ".join(sorted(kinds))))
    if answer.status >= 500 and answer.status != 503:
        found.append(("bug", f"{answer.status} {answer.text[:200]}"))
    if answer.status >= 400 and request.method != "HEAD" and not _has_code(answer):
        found.append(("no stable code", f"{answer.status} {answer.header('content-type')} {answer.text[:80]}"))
    if answer.status >= 400 and (leak := _SQL.search(answer.text)):
        found.append(("innards", leak.group()))
    return found


def _has_code(answer: Answer) -> bool:
    kind = answer.header("content-type")
    if kind == "application/problem+json":
        return re.search(r'"code":"[a-z_]+"', answer.text) is not None
    return kind.startswith("text/html") and "<main" in answer.text


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
        dsn, side = self.ground.site.house.admin_dsn, self.ground.world.a
        before = await checksum(dsn, side, self.ground.folder)
        for member in members:
            if member.kind == "http" and not member.guards and not member.path.startswith(UNGUARDED):
                self._find("no guard", member, "everybody", "")
            if member.kind == "socket":
                continue
            await self._visit(member)
            after = await checksum(dsn, side, self.ground.folder)
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
            if (await self._send(member, self.ground.attackers[name], fill(member, theirs)[0])).status < 403:
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


def difference(one: tuple[object, ...], other: tuple[object, ...]) -> str:
    """Say where two answers part."""
    for left, right in zip(one, other, strict=True):
        if left != right:
            a, b = str(left), str(right)
            at = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
            return f"{a[max(0, at - 60) : at + 90]!r} is not {b[max(0, at - 60) : at + 90]!r}"
    return "equal"
