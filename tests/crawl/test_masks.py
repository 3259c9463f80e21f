"""Case C1: whatever the policy says, no outsourcer's role gets a contact's number that it may not see, by any route."""

from __future__ import annotations

import json
import re
from typing import Any

import asyncpg
import pytest

from interactions.shown import whole_numbers
from kit.ids import new_id
from probe.core.messages import Request
from probe.service.fillers import fill
from probe.service.ground import Attacker
from probe.service.members import members
from probe.service.sockets import frames_of
from tenants.service import policies
from tests.crawl.ground import SiteGround
from tests.crawl.settling import A

SAFE = {"GET", "HEAD"}
SHOWN = ("hidden", "last4", "masked")


async def set_masking(ground: SiteGround, shown: str, **reveal: Any) -> None:
    """Change the newest blueprints in place, as no code of ours can; the kept policies are forgotten.

    Both clients' at once: a supervisor's floor shows both, each by its own policy.
    """
    section = {"agent": shown, "supervisor": shown, "quality": shown, "reveal": reveal or {"allowed": False}}
    admin = await asyncpg.connect(ground.site.house.admin_dsn)
    await admin.execute(
        "UPDATE gf.blueprint SET content = jsonb_set(content, '{masking}', $2::jsonb) WHERE tenant_id = ANY($1)",
        [ground.world.a.tenant, ground.world.b.tenant], json.dumps(section),
    )  # fmt: skip
    await admin.close()
    policies._kept.clear()


async def raw_numbers(ground: SiteGround) -> set[str]:
    async with ground.plane.transaction(ground.world.a.tenant) as scope:
        rows = await scope.fetch("SELECT id FROM gf.interaction WHERE tenant_id = $1", scope.tenant_id)
        found = await whole_numbers(scope, [row["id"] for row in rows])
    return set(found.values())


async def write_numbers_into_texts(ground: SiteGround, number: str) -> None:
    """Let the client's own system write a whole number where the outsourcer's people read."""
    system, order = await ground.key(ground.world.a), ground.world.a.victim.order
    national = number.removeprefix("+86")
    for body in (f"ring {number}", f"or {national} please", f"x{national}x", f"{national[:3]}_{national[3:]}"):
        headers = {"Idempotency-Key": str(new_id()), "Content-Type": "application/json"}
        request = Request("POST", f"/v1/work-orders/{order}/comments", headers, json.dumps({"body": body}).encode(), ())
        assert (await ground.ask(system, request)).status == 201


async def outsourcers(ground: SiteGround) -> list[Attacker]:
    owners = await ground.owners()
    names = ("sup@harbour.example", "quality@harbour.example", "onboarding@harbour.example")
    return [*[await ground.somebody(email, A) for email in names], owners[1]]


async def everything(ground: SiteGround, who: Attacker, turn: int | None = None) -> dict[str, str]:
    """Return all that this person gets from every route that only reads, or each third ``turn``, and every socket."""
    got: dict[str, str] = {}
    for number, member in enumerate(members(ground.app)):
        if turn is not None and member.kind != "socket" and (number + turn) % len(SHOWN):
            continue
        if member.kind == "socket":
            got[str(member)] = "\n".join((await frames_of(ground, who, member.path, 0.3))[1])
        elif member.kind == "http" and member.method in SAFE:
            searched = bool({"q", "after"} & (member.reads | {parameter.name for parameter in member.named("query")}))
            for request in fill(member, ground.world.a.victim):
                path = request.target.partition("?")[0]
                for target in (path, f"{path}?q={ground.world.a.victim.number[-4:]}")[: 1 + searched]:
                    answer = await ground.ask(who, Request(member.method, target, request.headers, None, ()))
                    got[f"{member} {target}"] = answer.whole
    return got


def leaks(got: dict[str, str], numbers: set[str]) -> list[str]:
    """Return where a whole number stands, however it is written: separators between its digits do not hide it."""
    found = []
    national = {number.removeprefix("+86") for number in numbers}
    for where, text in got.items():
        squeezed = re.sub(r"(?<=\d)[ .\-()/_](?=\d)", "", text)
        found += [where for number in numbers | national if number in text or number.removeprefix("+") in squeezed]
    return sorted(set(found))


@pytest.mark.parametrize("shown", SHOWN)
async def test_no_route_shows_a_whole_number(ground: SiteGround, shown: str) -> None:
    """Each person asks each route by one of the policies, and each policy is met at each route by somebody."""
    numbers = await raw_numbers(ground)
    assert len(numbers) >= 2
    await write_numbers_into_texts(ground, min(numbers))
    await set_masking(ground, shown)
    for turn, who in enumerate(await outsourcers(ground), SHOWN.index(shown)):
        got = await everything(ground, who, turn)
        assert len(got) > 30
        assert leaks(got, numbers) == [], who.name
        tails = [where for where, text in got.items() if any(f"****{n[-4:]}" in text for n in numbers)]
        assert shown != "hidden" or tails == [], who.name
        heads = [where for where, text in got.items() if any(f"{n[3:6]}****" in text for n in numbers)]
        assert shown == "masked" or heads == [], who.name


async def test_the_policy_full_shows_it_so_the_test_can_fail(ground: SiteGround) -> None:
    numbers = await raw_numbers(ground)
    await set_masking(ground, "full")
    sup, *_ = await outsourcers(ground)
    assert leaks(await everything(ground, sup), numbers) != []


async def test_a_hidden_number_is_not_found_by_its_digits(ground: SiteGround) -> None:
    numbers = await raw_numbers(ground)
    sup, *_ = await outsourcers(ground)
    for shown, known in (("hidden", False), ("last4", True), ("masked", True)):
        await set_masking(ground, shown)
        for number in sorted(numbers):
            for text, finds in ((number[-4:], known), (number, False), (number[1:], False), (number[-5:], False)):
                target = f"/interactions?q={text.replace('+', '%2B')}"
                request = Request("GET", target, {"Accept": "text/html"}, None, ())
                page = (await ground.ask(sup, request)).text
                assert ('href="/interactions/' in page) is finds, (shown, text)


async def offered(ground: SiteGround, who: Attacker, interaction: str, *, desk: bool = False) -> bool:
    """Say whether the page, or the desk, has the button: at the desk only its own conversation stands."""
    target = "/desk/document" if desk else f"/interactions/{interaction}"
    answer = await ground.ask(who, Request("GET", target, {"Accept": "text/html"}, None, ()))
    assert answer.status == 200
    if desk:
        call = json.loads(answer.text)["interaction"]
        return bool(call and call["reveal"])
    return "data-reveal=" in answer.text


async def left(ground: SiteGround, who: Attacker, interaction: str, *, desk: bool = False) -> int | None:
    target = f"/desk/reveal?interaction={interaction}" if desk else f"/interactions/{interaction}/reveal"
    answer = await ground.ask(who, Request("GET", target, {}, None, ()))
    assert answer.status != 200 or "no-store" in answer.header("cache-control")
    return json.loads(answer.text)["left"] if answer.status == 200 else -answer.status


async def test_a_number_is_revealed_only_as_the_policy_says(ground: SiteGround) -> None:
    side, numbers = ground.world.a, await raw_numbers(ground)
    sup, quality, onboarding, agent = await outsourcers(ground)
    boss = (await ground.owners())[0]
    headers = {"Content-Type": "application/json"}

    async def ask(who: Attacker, interaction: str, reason: str = "The line breaks, I ring back") -> tuple[int, str]:
        path, body = f"/interactions/{interaction}/reveal", {"reason": reason}
        if who is agent:
            path, body = "/desk/reveal", {"reason": reason, "interaction": interaction}
        answer = await ground.ask(who, Request("POST", path, headers, json.dumps(body).encode(), ()))
        assert answer.status == 200 or not any(number in answer.whole for number in numbers)
        return answer.status, answer.text

    live, ended = side.talking, side.victim.interaction
    await set_masking(ground, "masked")
    for who in (sup, agent):
        assert not await offered(ground, who, live, desk=who is agent)
        assert await left(ground, who, live, desk=who is agent) == -403
        answer = await ask(who, live)
        assert answer[0] == 403, (who.name, answer)  # off by default
    await set_masking(ground, "masked", allowed=True, per_hour=2)
    for who in (quality, onboarding):
        assert (await ask(who, live))[0] == 403
    for who in (sup, agent):
        assert (await ask(who, ended))[0] == 409
        assert (await ask(who, live, "short"))[0] == 400
        assert (await ask(who, live, "looks fine \u202e but is not"))[0] == 400
        assert (await ask(who, ground.world.b.talking))[0] == 404
        assert (await ask(who, str(new_id())))[0] == 404
        for _ in range(2):
            status, text = await ask(who, live)
            assert status == 200, text
            assert json.loads(text)["number"] in numbers
        assert await left(ground, who, live, desk=who is agent) == 0
        assert (await ask(who, live))[0] == 429
        assert await offered(ground, who, live, desk=who is agent)
        assert not await offered(ground, who, ended, desk=who is agent) or who is agent
    assert not await offered(ground, quality, live)
    await set_masking(ground, "full", allowed=True)
    assert not await offered(ground, sup, live)  # it reads the number in the page
    assert (await ask(boss, ended))[0] == 200
    async with ground.plane.transaction(side.tenant) as scope:
        told = await scope.fetch(
            "SELECT data::text AS data FROM gf.journal WHERE tenant_id = $1 AND kind = 'ContactRevealed'", side.tenant
        )
    assert len(told) == 5
    assert not any(number in row["data"] for number in numbers for row in told)
