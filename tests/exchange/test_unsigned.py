"""Systems that cannot sign: their message is a hint, the system is asked, over real HTTP."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from exchange.calling import Caller
from exchange.schemas import DoorBody
from exchange.tasks import Asker
from kit.outbound import Guard
from tests.exchange.lab import Lab, door, said
from tests.support.house import TENANT_A, House
from tests.tenants.core.test_origin import certificate, hashed, header


@dataclass
class Asked:
    """A client's system that answers questions from what it was given: path to JSON, or to a status."""

    answers: dict[str, Any] = field(default_factory=dict)
    seen: list[tuple[str, str]] = field(default_factory=list)
    port: int = 0

    async def _answer(self, request: web.Request) -> web.Response:
        self.seen.append((request.path_qs, request.headers.get("Authorization", "")))
        found = self.answers.get(request.path_qs, 404)
        return web.Response(status=found) if isinstance(found, int) else web.json_response(found)


@asynccontextmanager
async def asked() -> AsyncIterator[Asked]:
    made = Asked()
    app = web.Application()
    app.router.add_get("/{path:.*}", made._answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.port = runner.addresses[0][1]
    try:
        yield made
    finally:
        await runner.cleanup()


async def _unsigned(lab: Lab, house: House, adapter: str, port: int, networks: list[str]) -> None:
    url = f"http://127.0.0.1:{port}/base"
    wanted = DoorBody(adapter=adapter, signed=False, networks=networks, ask_url=url, ask_secret="s3cret")
    lab.made = await door(house, "jira", wanted)


async def _ask(house: House, lab: Lab, *, allow_private: bool = True) -> int:
    async with Caller(Guard(allow_private=allow_private), 2.0) as caller:
        count = await Asker(house.worker, caller).visit(TENANT_A)
    await lab.work()
    return count


async def test_what_an_unsigned_message_says_is_never_believed(lab: Lab, house: House) -> None:
    async with asked() as there:
        there.answers["/base/INC-1"] = said(kind="create", fields={"type": "refund", "title": "the truth"})
        await _unsigned(lab, house, "native", there.port, ["192.0.2.0/24"])
        hint = {"external_id": "INC-1", "fields": {"title": "a lie"}}
        assert (await lab.send(hint)).status_code == 202
        assert (await lab.send(hint)).status_code == 200  # the same bytes, no id of their own
        assert (await lab.send({"nothing": 1})).status_code == 400
        await lab.work()
        assert [each["state"] for each in await lab.messages()] == ["fetching"]
        assert await _ask(house, lab, allow_private=False) == 1  # the guarded client calls no private address
        waiting = (await lab.messages())[0]
        assert (waiting["state"], waiting["error"]) == ("fetching", "AddressRefused: only https addresses are called")
        assert there.seen == []
        await _due(house)
        assert await _ask(house, lab) == 1
        assert (there.seen, [each["title"] for each in await lab.orders()]) == (
            [("/base/INC-1", "Bearer s3cret")], ["the truth"],
        )  # fmt: skip
        await _unsigned(lab, house, "native", there.port, ["198.51.100.0/24"])
        refused = await lab.send(hint)
        assert (refused.status_code, refused.json()["code"]) == (403, "sender_refused")


async def test_a_system_that_cannot_sign_shows_its_certificate(lab: Lab, house: House) -> None:
    ours, another = certificate(), certificate("another")
    async with asked() as there:
        there.answers["/base/INC-1"] = said(kind="create", fields={"type": "refund", "title": "the truth"})
        wanted = {"signed": False, "certificates": [ours], "ask_url": f"http://127.0.0.1:{there.port}/base"}
        lab.made = await door(house, "jira", DoorBody(**wanted))
        for shown in ({}, {"Client-Cert": header(another)}, {"Client-Cert": hashed(ours)}):
            assert (await lab.send({"external_id": "INC-1"}, headers=shown)).json()["code"] == "sender_refused"
        assert (await lab.send({"external_id": "INC-1"}, headers={"Client-Cert": header(ours)})).status_code == 202
        lab.made = await door(house, "jira", DoorBody(**wanted, networks=["198.51.100.0/24"]))
        elsewhere = await lab.send({"external_id": "INC-2"}, headers={"Client-Cert": header(ours)})
        assert elsewhere.json()["code"] == "sender_refused"  # both must fit


async def test_a_system_that_is_away_is_asked_again_and_given_up_in_the_end(lab: Lab, house: House) -> None:
    async with asked() as there:
        await _unsigned(lab, house, "native", there.port, ["192.0.2.7"])
        await lab.send({"external_id": "INC-1"})
        there.answers["/base/INC-1"] = json.loads("[" * 300 + "]" * 300)
        await _ask(house, lab)
        assert (await lab.messages())[0]["error"] == "its answer is more than 100 levels deep"
        await _due(house)
        there.answers["/base/INC-1"] = 503
        for _ in range(9):
            await _ask(house, lab)
            await _due(house)
        given_up = (await lab.messages())[0]
        assert (given_up["state"], given_up["error"], len(there.seen)) == ("dead", "it answered 503", 10)
        assert await _ask(house, lab) == 0


async def test_a_zammad_is_asked_and_followed(lab: Lab, house: House) -> None:
    """Against a recorded contract stub: its answers were written from Zammad's documentation, no Zammad ran here."""
    order = await lab.escalate()
    recorded = json.loads(ZAMMAD)
    async with asked() as there:
        there.answers = {
            "/base/api/v1/tickets/81?expand=true": recorded["ticket"],
            "/base/api/v1/ticket_articles/by_ticket/81?expand=true": recorded["articles"],
            "/base/api/v1/tags?object=Ticket&o_id=81": {"tags": ["printer"]},
        }
        await _unsigned(lab, house, "zammad", there.port, ["192.0.2.0/24"])
        hook = {"ticket": {"id": 81, "title": "whatever it says"}, "article": {"id": 104}}
        for delivery in ("d-1", "d-1", "d-2"):
            await lab.send(hook, headers={"X-Zammad-Delivery": delivery, "X-Hub-Signature": "sha1=00"})
        assert await _ask(house, lab) == 2
        assert there.seen[0][1] == "Token token=s3cret"
        made = next(each for each in await lab.orders() if each["id"] != order["id"])
        assert (made["title"], made["priority"], made["type"]) == ("打印机坏了", "high", "zammad")
        assert await lab.comments(made["id"]) == ["Hello,\nthe printer is <broken>."]
        states = {each["message_id"]: each["state"] for each in await lab.messages()}
        assert states == {"d-1": "applied", "d-2": "applied"}
        there.answers["/base/api/v1/tickets/81?expand=true"] = {
            **recorded["ticket"], "state": "waiting for parts", "updated_at": "2026-11-13T15:00:00.000Z",
        }  # fmt: skip
        await lab.send(hook, headers={"X-Zammad-Delivery": "d-3"})
        await _ask(house, lab)
        held = (await lab.messages())[0]
        assert (held["state"], held["needs"]) == ("needs_mapping", "status: waiting for parts")


async def _due(house: House) -> None:
    async with house.worker.transaction(TENANT_A) as scope:
        await scope.fetch("UPDATE gf.exchange_inbox SET due_at = clock_timestamp() WHERE tenant_id = $1", TENANT_A)


ZAMMAD = """{
  "ticket": {"id": 81, "number": "10081", "title": "打印机坏了", "group": "Sales", "state": "open",
    "priority": "3 high", "owner": "chris@example.com", "customer": "emily@example.com",
    "article_count": 3, "note": null, "type": null,
    "created_at": "2026-11-13T14:34:35.282Z", "updated_at": "2026-11-13T14:34:37.366Z"},
  "articles": [
    {"id": 104, "ticket_id": 81, "sender": "Customer", "type": "email", "internal": false,
     "content_type": "text/html", "body": "<div>Hello,<br>the printer is &lt;broken&gt;.</div>"},
    {"id": 105, "ticket_id": 81, "sender": "Agent", "type": "note", "internal": true, "content_type": "text/plain",
     "body": "for us only"},
    {"id": 106, "ticket_id": 81, "sender": "System", "type": "note", "internal": false, "content_type": "text/plain",
     "body": "auto reply"}]
}"""
