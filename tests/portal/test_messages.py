"""Messages to agents, with real rows: sent, seen at the right desks only, answered, limited; no text in a fact."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import aiohttp
import orjson

from journal import service as journal
from live.core.messages import cleaned
from tests.portal import telling
from tests.support.site import Site

TEXT, ANSWER = "两点的班改到三点，请先听录音。", "好的，马上"


async def test_a_message_stands_at_the_desks_it_is_for_and_is_answered_once(site: Site) -> None:
    at = await telling.place(site)
    mails = dict(await site.agents("galaxy"))
    boss, stranger = await site.person("sup@harbour.example"), await site.person(next(iter(mails.values())))
    li, chen = [await site.person(mails[each]) for each in at.agents]
    pool = await site.house.control.pool()
    house_id = await pool.fetchval("SELECT agent_id FROM control.agent_alias WHERE id = $1", at.agents[0])
    to_li = {"audience": "agent", "agent": str(house_id), "text": f"  {TEXT}\r\n"}
    assert await _post(boss, "/floor/messages", to_li) == (201, {"sent": 1})
    (mine,) = await _inbox(li)
    assert (mine["text"], mine["audience"], mine["read"], mine["answer"]) == (TEXT, "agent", False, None)
    assert await _inbox(chen) == []
    for path, more in (("read", {}), ("answer", {"text": "x"})):
        assert (await _post(chen, f"/desk/messages/{path}", {"message": mine["id"], **more}))[0] == 404
        assert (await _post(boss, f"/desk/messages/{path}", {"message": mine["id"], **more}))[0] == 403
    assert (await _post(stranger, "/floor/messages", to_li))[0] == 403
    assert await _post(li, "/desk/messages/read", {"message": mine["id"]}) == (200, {"ok": True})
    assert (await _inbox(li))[0]["read"] is True
    answer = {"message": mine["id"], "text": ANSWER}
    assert (await _post(li, "/desk/messages/answer", {**answer, "text": "a\nb"}))[1]["code"] == "message_not_clear"
    assert (await _post(li, "/desk/messages/answer", answer))[0] == 200
    assert (await _post(li, "/desk/messages/answer", answer))[1]["code"] == "message_answered"
    sent = await _get(boss, "/floor/messages")
    assert (sent["unseen"], sent["messages"][0]["read"], sent["messages"][0]["of"]) == (1, 1, 1)
    assert [(told["text"], told["new"]) for told in sent["messages"][0]["answers"]] == [(ANSWER, True)]
    assert (await _post(boss, "/floor/messages/seen", {}))[0] == 200
    assert (await _get(boss, "/floor/messages"))["unseen"] == 0
    await _to_many(site, at, boss, (li, chen))
    await _told_without_words(site, at, mine["id"])


async def _to_many(site: Site, at: telling.Place, boss: aiohttp.ClientSession, two: tuple[Any, Any]) -> None:
    """To a queue, a client, everybody; nothing to nobody; not more than ten in a minute."""
    queue = {"audience": "queue", "tenant_id": str(at.tenant), "queue": str(at.queue), "text": "queue"}
    client = {"audience": "client", "tenant_id": str(at.tenant), "text": "client"}
    assert (await _post(boss, "/floor/messages", {**queue, "queue": str(UUID(int=1))}))[0] == 404
    assert (await _post(boss, "/floor/messages", {**client, "tenant_id": str(UUID(int=1))}))[0] == 404
    assert (await _post(boss, "/floor/messages", {**client, "text": " "}))[1]["code"] == "message_not_clear"
    for wanted in (queue, client, {"audience": "all", "text": "all"}):
        assert (await _post(boss, "/floor/messages", wanted))[0] == 201
    for desk in two:
        assert [each["audience"] for each in await _inbox(desk)][:3] == ["all", "client", "queue"]
    names = {each["audience"]: each["to"] for each in (await _get(boss, "/floor/messages"))["messages"]}
    assert (names["queue"], names["client"]) == (at.queue_name, "银河商城")
    codes = [(await _post(boss, "/floor/messages", client))[0] for _ in range(7)]
    assert codes == [201] * 6 + [429]


async def _told_without_words(site: Site, at: telling.Place, message: str) -> None:
    async with site.house.app.transaction(at.tenant) as scope:
        facts = [fact for fact in await journal.read(scope, limit=100_000) if fact.kind.startswith("AgentMessage")]
        stored = await scope.fetch("SELECT text, answer FROM gf.agent_message WHERE tenant_id = $1", at.tenant)
    kinds = [fact.kind for fact in facts if str(fact.subject) == message]
    assert kinds == ["AgentMessaged", "AgentMessageRead", "AgentMessageAnswered"]
    words = str([fact.data for fact in facts]) + str([dict(row) for row in stored])
    assert TEXT not in words
    assert ANSWER not in words


def test_odd_texts_are_none() -> None:
    assert [cleaned(text, 3, lines=True) for text in ("", " ", "abcd", "a\u202eb", " a ")] == [None] * 4 + ["a"]


async def _post(who: aiohttp.ClientSession, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    async with who.post(path, json=body) as answer:
        return answer.status, orjson.loads(await answer.read())


async def _get(who: aiohttp.ClientSession, path: str) -> dict[str, Any]:
    async with who.get(path) as answer:
        assert answer.status == 200
        found: dict[str, Any] = orjson.loads(await answer.read())
        return found


async def _inbox(who: aiohttp.ClientSession) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await _get(who, "/desk/document"))["messages"]
    return found
