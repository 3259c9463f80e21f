"""The crawl: every member, by every attacker, with A's values and with nobody's; what must not happen is a finding."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from probe.core.messages import Answer, Request
from probe.core.oracles import Finding, comparable, complaints, difference
from probe.core.tally import Attempt, Group, Outcome, Tally
from probe.service.fillers import extras, fill
from probe.service.filling import nobody
from probe.service.ground import CROWD, Attacker, Ground
from probe.service.members import UNGUARDED, Member
from tenants.core.permissions import STAFF, Role, decide
from tenants.endpoints import PublicGuard

T = TypeVar("T")

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND")
OVERRIDES = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")
CURIOUS = ("client_manager", "agent", "key")
"""Who tries the odd ways, too, each member by one of them: a person, an agent, a system."""
TOLD: Mapping[str, str] = {
    "POST /sign-in": "a try to sign in as one of A's people is a fact in A's journal, and nothing else",
}
"""Members that change A's rows by design, each with what; a test of its own says that it is no more than that."""
CENTRE_OWN: Mapping[str, str] = {
    "POST /centre/people/add": "it makes a colleague, whose id is new, and says when an address is taken",
}
"""Members that the outsourcer's people are not tried at, each with what they would do; everybody else is."""
_STRANGERS = frozenset({"revoked key", "expired session", "nobody"})
_NOT_SIGNED_IN, _FORBIDDEN = 401, 403
_SURE = 3
"""A page may change between two requests (who is inside just now): what tells of an id does so every time."""
_NO_ANSWER, _UNAVAILABLE = 0, 503
"""A house that is busy may drop a connection or ask to come again; only who is told so every time learned something."""
_LOOK_S, _LOOKS = 0.3, 100
"""How often A's state is looked at until it stays, and how many times at most."""
_RING_S = 0.02
"""How long a bell of what just committed may still be on its way."""


async def _nobody_hears(_on: bool) -> None:  # noqa: FBT001 - a switch
    """Hear nothing: nobody listens to bells."""


Spare = Callable[[Member, Attacker], str]
"""Why something is not tried by somebody; nothing: it is."""


def listed(member: Member, who: Attacker) -> bool:
    """Say whether the list of clients is this reader's to see: a client's name and code, in the back office only."""
    return who.name in STAFF and member.of_centre


def admitted(member: Member, who: Attacker) -> bool:
    """Say whether the member's guards let this role in, whoever it belongs to: everybody else hears it there."""
    if who.name in _STRANGERS:
        return all(isinstance(guard, PublicGuard) for guard in member.guards)
    role = Role.CLIENT_SYSTEM if who.name == "key" else Role(who.name)
    return all(decide(role, guard.permission) for guard in member.guards if guard.permission)


def centre_own(member: Member, who: Attacker) -> str:
    """Say why the outsourcer's people are not attackers here: it is their own list, which each of them sees whole."""
    return CENTRE_OWN.get(str(member), "") if listed(member, who) else ""


@dataclass
class Crawl:
    """One run over some members."""

    ground: Ground
    findings: list[Finding]
    oddly: bool = True
    """Try other methods and spellings too."""
    every: int = 1
    """Of the odd ways, and of more names in the address, each member is tried by every so-manieth, by turns."""
    named: bool = True
    """Put every known name into the address of what is only read, too."""
    asked: int = 0
    spare: Spare = centre_own
    tally: Tally = field(default_factory=Tally)
    hush: Callable[[bool], Awaitable[None]] = _nobody_hears
    """Told while A's own people ask: what A's bells say then is theirs."""

    async def run(self, members: Sequence[Member]) -> list[Finding]:
        """Visit every member; A's rows and files are compared after each."""
        before = await self.ground.victim_state()
        for number, member in enumerate(members):
            self.tally.figures["visited"] = number
            if member.kind == "socket":
                continue
            if member.method == "GET" and self.ground.insiders:
                await self._insiders(member)
                before = await self.ground.victim_state()
            told = str(member) in TOLD
            if told:
                await self.hush(True)
            await self.visit(member)
            after = await (self._at_rest() if told else self.ground.victim_state())
            await self.hush(False)
            if after != before and not told:
                self.find("http", Finding("victim state", str(member), "somebody", "rows or files of A changed"))
            before = after
        return self.findings

    async def _at_rest(self) -> str:
        """Return the state of A's rows and files once it stays: what is told after an answer is no later member's."""
        state, same = await self.ground.victim_state(), 0
        for _ in range(_LOOKS):
            await asyncio.sleep(_LOOK_S)
            now = await self.ground.victim_state()
            state, same = now, same + 1 if now == state else 0
            if same == _SURE:
                break
        return state

    async def visit(self, member: Member) -> None:
        """Let everybody attack one member."""
        if member.kind == "http" and not member.guards and not member.path.startswith(UNGUARDED):
            self.find("http", Finding("no guard", str(member), "everybody", ""))
        await self.crowd(self._attack(member, who) for who in self._allowed(member, self.ground.attackers))
        odd = sum(map(ord, str(member))) % len(CURIOUS)
        for who in self._allowed(member, CURIOUS[odd : odd + 1]) if self.oddly else ():
            await self._oddly(member, who)
        if member.method == "GET" and member.kind == "http":
            if self.named:
                await self._extras(member)
        elif self.ground.stirred:
            await self.ground.sign_in_again()

    async def _insiders(self, member: Member) -> None:
        """Let A's own people ask first: a cache then holds what is theirs, and the requests are seen to be real."""
        await self.hush(True)
        request, words = fill(member, self.ground.world.a.victim)[0], self.ground.world.a.words
        answers = [await self.ground.ask(insider, request) for insider in self.ground.insiders]
        let_in, shown = (any(not answer.refused for answer in answers),
                         any(words.found_in(answer.whole) for answer in answers))  # fmt: skip
        for name, yes in (("controls", True), ("controls_let_in", let_in), ("controls_shown", shown)):
            self.tally.figures[name] = self.tally.figures.get(name, 0) + yes
        await asyncio.sleep(_RING_S)
        await self.hush(False)

    def _allowed(self, member: Member, names: Iterable[str]) -> list[Attacker]:
        """Return who shall try, and write down who shall not."""
        there = [self.ground.attackers[name] for name in names if name in self.ground.attackers]
        reasons = {who.name: self.spare(member, who) for who in there}
        for name, reason in reasons.items():
            if reason:
                self.tally.add(Attempt("http", name, str(member), "", reason, "left_out"))
        return [who for who in there if not reasons[who.name]]

    async def _attack(self, member: Member, who: Attacker) -> None:
        """Send A's values and nobody's: the answers must be the same."""
        theirs, nobodys = self.ground.world.a.victim, nobody(self.ground.world.a.victim)
        for foreign, random in zip(fill(member, theirs), fill(member, nobodys), strict=True):
            answer = await self.compare(member, who, foreign, random)
            if answer.status == _NOT_SIGNED_IN:
                return  # whoever is not known is not heard: other values change nothing

    async def _extras(self, member: Member) -> None:
        """Let the first who may come in at all put every known name into the address."""
        theirs, nobodys = self.ground.world.a.victim, nobody(self.ground.world.a.victim)
        curious = [self.ground.attackers[name] for name in CURIOUS if name in self.ground.attackers]
        who = curious[0]
        for one in curious:
            if (await self.send(member, one, fill(member, theirs)[0])).status < _FORBIDDEN:
                who = one
                break
        pairs = list(zip(extras(member, theirs), extras(member, nobodys), strict=True))
        await self.crowd(self.compare(member, who, foreign, random) for foreign, random in self._in_turn(member, pairs))

    async def compare(
        self, member: Member, who: Attacker, foreign: Request, random: Request, group: Group = "http"
    ) -> Answer:
        """Send both; what differs, or shows what only A has, is a finding. Return the answer to the first."""
        known = len(self.findings)
        if listed(member, who):
            code = self.ground.world.a.victim.code
            foreign, random = (replace(each, sent=(*each.sent, code)) for each in (foreign, random))
        for turn in range(1, 1 + _SURE):
            seen = await self.send(member, who, foreign, group)
            reference = await self.send(member, who, random, group)
            one, other = comparable(seen, foreign), comparable(reference, random)
            if one == other or seen.throttled or reference.throttled:  # whoever must wait learned nothing
                break
            again = foreign.method == "GET" or {seen.status, reference.status} & {_NO_ANSWER, _UNAVAILABLE}
            if again and turn < _SURE:
                continue
            detail = f"{foreign.target}: {difference(one, other)}"
            self.find(group, Finding("foreign = random", str(member), who.name, detail))
            break
        outcome = self._outcome(seen, known) if not seen.throttled else "left_out"
        filled = ", ".join(dict.fromkeys(foreign.filled))
        self.tally.add(Attempt(group, who.name, f"{foreign.method} {member.path}", filled, seen.brief, outcome))
        return seen

    async def _oddly(self, member: Member, who: Attacker) -> None:
        """Try other methods, a slash more, and headers that change the method behind the guard's back."""
        request = fill(member, self.ground.world.a.victim)[0]
        # another method may be another member's, which is asked with the victim's own key when its turn comes
        request.headers["Idempotency-Key"] += "-odd"
        path, _, query = request.target.partition("?")
        tries = [(method, Request(method, request.target, request.headers, None, request.sent)) for method in METHODS]
        tries += [(f"{member.method} …{tail}",
                   Request(member.method, f"{path}{tail}?{query}", request.headers, request.body, request.sent))
                  for tail in ("/", "//", "/.", "%2f", ";x=1", ".json")]  # fmt: skip
        tries += [(f"{verb} + {header}: DELETE",
                   Request(verb, request.target, {**request.headers, header: "DELETE"}, request.body, request.sent))
                  for header in OVERRIDES for verb in ("POST", "GET")]  # fmt: skip
        await self.crowd(self._odd(member, who, way, one) for way, one in self._in_turn(member, tries))

    def _in_turn(self, member: Member, tries: list[T]) -> list[T]:
        return tries[sum(map(ord, str(member))) % self.every :: self.every]

    async def _odd(self, member: Member, who: Attacker, way: str, request: Request) -> None:
        known = len(self.findings)
        answer = await self.send(member, who, request)
        outcome = self._outcome(answer, known)
        self.tally.add(Attempt("http", who.name, f"{way} on {member.path}", "", answer.brief, outcome))

    def _outcome(self, answer: Answer, known: int) -> Outcome:
        """Say what came of it: ``known`` findings were there before."""
        if len(self.findings) > known:
            return "finding"
        return "refused" if answer.refused else "alike"

    async def send(self, member: Member, who: Attacker, request: Request, group: Group = "http") -> Answer:
        """Send one request and look at its answer alone."""
        self.asked += 1
        answer = await self.ground.ask(who, request)
        for oracle, detail in complaints(answer, request, self.ground.world.a.words):
            if oracle == "canary" and detail == "tenant" and listed(member, who):
                continue
            told = detail if oracle == "canary" else f"{request.method} {request.target}: {detail}"
            self.find(group, Finding(oracle, str(member), who.name, told))
        return answer

    def find(self, group: Group, finding: Finding) -> None:
        """Keep a finding, here and in the tally."""
        self.findings.append(finding)
        self.tally.find(group, finding)

    @staticmethod
    async def crowd(works: Iterable[Awaitable[T]]) -> list[T]:
        """Do it all, a few at once."""
        turn = asyncio.Semaphore(CROWD)

        async def one(work: Awaitable[T]) -> T:
            async with turn:
                return await work

        return list(await asyncio.gather(*(one(work) for work in works)))
