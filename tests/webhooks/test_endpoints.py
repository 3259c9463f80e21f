"""Endpoints as an API: added, verified, filtered, rotated, replayed; and told when they fail."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import jsonschema
import orjson
import pytest
from aiohttp import web
from standardwebhooks import Webhook

from kit.outbound import Guard
from tests.support.house import TENANT_A, House
from tests.webhooks.test_delivery import QUICK, deliver_until, in_order, remark
from tests.webhooks.test_feed import order_in, read_all, reader
from tests.workorders.lab import Receiver, System, receiving
from webhooks.client import Client
from webhooks.tasks import Courier

URL = "/v1/endpoints"
CLOUD_EVENT: dict[str, Any] = {
    "type": "object",
    "required": ["id", "source", "specversion", "type"],
    "properties": {
        "id": {"type": "string", "minLength": 1}, "source": {"type": "string", "minLength": 1},
        "specversion": {"const": "1.0"}, "type": {"type": "string", "minLength": 1},
        "datacontenttype": {"type": "string"}, "subject": {"type": "string", "minLength": 1},
        "time": {"type": "string", "format": "date-time"},
        "data": {"type": ["object", "string", "number", "array", "boolean", "null"]},
    },
    "propertyNames": {"pattern": "^[a-z0-9]{1,20}$"},
}  # fmt: skip
"""The published schema of the format (cloudevents/formats/cloudevents.json), and the rule of names beside it."""


class Willing(Receiver):
    """A receiver that agrees to take events, in both ways."""

    agrees = True

    async def _hook(self, request: web.Request) -> web.Response:
        if request.method == "OPTIONS":
            return web.Response(headers={"WebHook-Allowed-Origin": request.headers["WebHook-Request-Origin"]})
        body = await request.read()
        if self.agrees and b'"endpoint.verify"' in body:
            return web.json_response(orjson.loads(body)["data"])
        return await super()._hook(request)


@asynccontextmanager
async def willing(kind: type[Willing] = Willing) -> AsyncIterator[Willing]:
    made = kind()
    app = web.Application()
    app.router.add_route("*", "/hook", made._hook)
    made.runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await made.runner.setup()
    await web.TCPSite(made.runner, "127.0.0.1", 0).start()
    made.port = made.runner.addresses[0][1]
    try:
        yield made
    finally:
        await made.stop()


@asynccontextmanager
async def courier(house: House) -> AsyncIterator[Courier]:
    async with Client(Guard(allow_private=True), timedelta(seconds=2)) as client:
        made = Courier(house.worker, client, QUICK)
        yield made
        await made.close()


@pytest.fixture
async def api(house: House, http: httpx.AsyncClient) -> System:
    return await reader(house, http)


async def added(api: System, receiver: Receiver, **fields: Any) -> dict[str, Any]:
    made = await api.post(URL, {"url": receiver.url, **fields})
    assert made.status_code == 201, made.text
    answer = await api.post(f"{URL}/{made.json()['id']}/verify", None)
    assert answer.status_code == 200, answer.text
    assert answer.json()["state"] == "active"
    return dict(made.json())


async def orders(house: House, count: int) -> list[UUID]:
    async with house.app.transaction(TENANT_A) as scope:
        return [await order_in(scope, f"order {n}") for n in range(count)]


async def told(house: House, kind: str) -> list[dict[str, Any]]:
    async with house.app.transaction(TENANT_A) as scope:
        rows = await scope.fetch(
            "SELECT data::text AS data FROM gf.journal WHERE tenant_id = $1 AND kind = $2", TENANT_A, kind
        )
    return [orjson.loads(row["data"]) for row in rows]


async def test_an_address_gets_nothing_until_it_agrees_and_then_what_it_asked_for(house: House, api: System) -> None:
    async with willing() as one, willing() as two:
        one.agrees = False
        one.status = 500
        made = (await api.post(URL, {"url": one.url})).json()
        refused = await api.post(f"{URL}/{made['id']}/verify", None)
        assert (refused.status_code, refused.json()["code"]) == (422, "endpoint_no_consent")
        assert (await api.post(f"{URL}/{made['id']}/enable", None)).json()["code"] == "endpoint_unverified"
        again = await api.post(URL, {"url": one.url})
        assert (again.json()["code"], again.json()["existing"]) == ("endpoint_exists", made["id"])
        before = (await orders(house, 1))[0]
        one.agrees, one.status = True, 204
        assert (await api.post(f"{URL}/{made['id']}/verify", None)).json()["state"] == "active"
        await added(api, two, types=["work_order.comment.*"], format="cloudevents")
        order = (await orders(house, 1))[0]
        await remark(house, order, "hello")
        async with courier(house) as made_courier:
            await deliver_until(made_courier, one, 2)
            await two.wait_for(1)
            assert [e["type"] for e in one.taken[-2:]] == ["work_order.created", "work_order.comment.created"]
            replayed = await api.post(f"{URL}/{made['id']}/replay", {"since": "2020-01-01T00:00:00Z"})
            assert replayed.json() == {"replayed": 3}  # also what happened before it agreed
            await deliver_until(made_courier, one, 5)
        assert str(before) in {e["subject"] for e in one.taken}
    (event,) = two.taken
    jsonschema.validate(event, CLOUD_EVENT)
    assert (event["type"], event["subject"]) == ("glassfloor.work_order.comment.created", str(order))
    assert two.seen[0][0]["content-type"].startswith("application/cloudevents+json")
    (filtered,) = (await api.get(URL)).json()["data"][1:]
    assert filtered["types"] == ["work_order.comment.*"]
    assert "secret" not in filtered


async def test_for_a_day_after_rotation_both_secrets_sign(house: House, api: System) -> None:
    async with willing() as receiver:
        made = await added(api, receiver)
        rotated = (await api.post(f"{URL}/{made['id']}/rotate", None)).json()
        assert rotated["secret"] != made["secret"]
        await orders(house, 1)
        async with courier(house) as made_courier:
            await deliver_until(made_courier, receiver, 1)
            headers, body = receiver.seen[-1]
            for secret in (made["secret"], rotated["secret"]):
                assert Webhook(secret).verify(body, headers)["type"] == "work_order.created"
            async with house.app.transaction(TENANT_A) as scope:
                await scope.fetch("UPDATE gf.webhook_endpoint SET old_secret_until = clock_timestamp()")
            await api.post(f"{URL}/{made['id']}/test", None)
            await deliver_until(made_courier, receiver, 2)
        headers, body = receiver.seen[-1]
        assert " " not in headers["webhook-signature"]
        assert Webhook(rotated["secret"]).verify(body, headers)["type"] == "endpoint.test"


async def test_deliveries_and_attempts_are_listed_and_one_is_sent_again(house: House, api: System) -> None:
    async with willing() as receiver:
        made = await added(api, receiver)
        order = (await orders(house, 1))[0]
        receiver.answers[str(order)] = 422
        async with courier(house) as made_courier:
            for _ in range(4):
                await made_courier.visit(TENANT_A)
                await made_courier.settle_down()
                await asyncio.sleep(0.13)
            log = f"{URL}/{made['id']}/deliveries"
            (dead,) = (await api.get(log, params={"state": "dead"})).json()["data"]
            assert (dead["attempts"], dead["last_status"], dead["subject"]) == (3, 422, str(order))
            shown = (await api.get(f"/v1/deliveries/{dead['id']}")).json()
            assert [each["number"] for each in shown["tries"]] == [3, 2, 1]
            assert (await api.get(log, params={"state": "sent"})).status_code == 400
            refused = await api.get(log, params={"nonsense": "1"})
            assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "query:nonsense")
            receiver.answers.clear()
            assert (await api.post(f"/v1/deliveries/{dead['id']}/redeliver", None)).status_code == 202
            await deliver_until(made_courier, receiver, 1)
        assert receiver.taken[0]["id"] == dead["event_id"]
        assert (await api.get(log, params={"state": "dead"})).json()["data"] == []
        assert (await api.get(URL)).json()["data"][0]["dead"] == 0


async def test_failing_disabled_and_recovered_are_told_once_each_to_the_others_and_replayed_in_order(
    house: House, api: System
) -> None:
    async with willing() as broken, willing() as other:
        made = await added(api, broken)
        await added(api, other, types=["endpoint.*"])
        broken.status = 503
        first = (await orders(house, 1))[0]
        async with courier(house) as made_courier:
            await _fail(house, made_courier, "10 minutes", made["id"])
            await _fail(house, made_courier, "20 minutes", made["id"])
            await other.wait_for(1)
            for n in range(3):
                await remark(house, first, f"meanwhile {n}")
            await _fail(house, made_courier, "5 days 1 minute", made["id"])
            await _fail(house, made_courier, "6 days", made["id"])
            assert (await api.get(f"{URL}/{made['id']}")).json()["state_reason"] == "failing"
            broken.status = 204
            assert (await api.post(f"{URL}/{made['id']}/enable", None)).json()["state"] == "active"
            await api.post(f"{URL}/{made['id']}/replay", {"since": "2020-01-01T00:00:00Z", "only_failed": True})
            await deliver_until(made_courier, broken, 4)
            await deliver_until(made_courier, other, 3)
    assert in_order(broken.taken)
    assert [int(e["sequence"]) for e in broken.taken] == [1, 2, 3, 4]
    kinds = ["endpoint.failing", "endpoint.disabled", "endpoint.recovered"]
    assert [e["type"] for e in other.taken] == kinds
    assert [e["data"]["reason"] for e in other.taken] == ["failing", "failing", ""]
    in_feed, _ = await read_all(api, type="endpoint.*")
    assert [e["type"] for e in in_feed] == kinds
    for kind in ("EndpointFailing", "EndpointDisabled", "EndpointRecovered"):
        assert len(await told(house, kind)) == 1, kind
    async with house.app.transaction(TENANT_A) as scope:
        jobs = await scope.fetch("SELECT payload::text AS p FROM gf.outbox WHERE job = 'webhooks.told'")
    assert sorted(orjson.loads(job["p"])["kind"] for job in jobs) == [
        "EndpointDisabled", "EndpointFailing", "EndpointRecovered",
    ]  # fmt: skip


async def _fail(house: House, made_courier: Courier, ago: str, endpoint_id: str) -> None:
    """Let an attempt fail as if the endpoint had taken nothing for so long."""
    async with house.app.transaction(TENANT_A) as scope:
        await scope.fetch(
            "UPDATE gf.webhook_endpoint SET failing_since = clock_timestamp() - $2::text::interval WHERE id = $1",
            UUID(endpoint_id), ago,
        )  # fmt: skip
        await scope.fetch("UPDATE gf.webhook_delivery SET due_at = clock_timestamp(), attempts = 0"
                          " WHERE state = 'waiting'")  # fmt: skip
    await made_courier.visit(TENANT_A)
    await made_courier.settle_down()


async def test_gone_is_told_at_once(house: House, api: System) -> None:
    async with willing() as receiver:
        await added(api, receiver)
        receiver.status = 410
        await orders(house, 1)
        async with courier(house) as made_courier:
            await made_courier.visit(TENANT_A)
            await made_courier.settle_down()
    assert [fact["reason"] for fact in await told(house, "EndpointDisabled")] == ["gone"]
    assert await told(house, "EndpointFailing") == []


async def test_a_changed_endpoint_is_asked_again_and_starts_anew_at_its_new_address(house: House, api: System) -> None:
    async with willing() as old, willing() as new, willing() as taken_already, courier(house) as ours:
        made, other = await added(api, old, types=["work_order.*"]), await added(api, taken_already)
        at = f"{URL}/{made['id']}"
        async with house.app.transaction(TENANT_A) as scope:  # it has failed for a week, and was switched off for that
            await scope.fetch(
                "UPDATE gf.webhook_endpoint SET state = 'disabled', state_reason = 'failing', throttled_until ="
                " now() + interval '1 day', failing_since = now() - interval '7 days' WHERE id = $1",
                UUID(made["id"]),
            )  # fmt: skip
        (waits,) = await orders(house, 1)
        exists = await patch(api, at, url=taken_already.url)
        assert (exists.status_code, exists.json()["existing"]) == (409, other["id"])
        assert (await patch(api, at, url="ftp://example.com/x")).json()["code"] == "url_refused"
        described = (await patch(api, at, description="the new one", types=["work_order.comment.*"])).json()
        assert (described["state"], described["state_reason"], described["url"]) == ("disabled", "failing", old.url)
        moved = (await patch(api, at, url=new.url)).json()
        assert [moved[name] for name in ("state", "state_reason", "verified_at", "failing_since")] == [
            "unverified", None, None, None,
        ]  # fmt: skip
        assert moved["description"] == "the new one"
        await ours.visit(TENANT_A)
        await ours.settle_down()
        assert new.seen == []
        new.status = 500
        new.agrees = True
        assert (await api.post(f"{at}/verify", None)).json()["state"] == "active"
        await ours.visit(TENANT_A)
        await ours.settle_down()
        failed = (await api.get(at)).json()
        assert (failed["state"], failed["waiting"]) == ("active", 1), "a first failure does not switch it off"
        new.status = 204
        (order,) = await orders(house, 1)  # no comment: nothing for the new filter
        await remark(house, order, "for the new address")
        await api.post(f"{at}/replay", {"since": "2020-01-01T00:00:00Z", "only_failed": True})
        await deliver_until(ours, new, 2)
        assert {(event["type"], event["subject"]) for event in new.taken} == {
            ("work_order.created", str(waits)), ("work_order.comment.created", str(order)),
        }  # fmt: skip
        assert old.taken == []


async def patch(api: System, at: str, **fields: Any) -> httpx.Response:
    return await api.http.patch(at, json=fields, headers=api.headers({}))


async def test_another_connections_endpoint_is_as_unknown_as_none(
    house: House, api: System, http: httpx.AsyncClient
) -> None:
    a2 = await reader(house, http, "a2")
    async with receiving() as receiver:
        made = (await api.post(URL, {"url": receiver.url})).json()
    assert (await a2.get(URL)).json()["data"] == []
    for method, path, body in (
        ("GET", "", None), ("PATCH", "", {"description": "x"}), ("DELETE", "", None), ("POST", "/rotate", None),
        ("POST", "/verify", None), ("POST", "/enable", None), ("POST", "/disable", None), ("POST", "/test", None),
        ("POST", "/replay", {"since": "2020-01-01T00:00:00Z"}), ("GET", "/deliveries", None),
    ):  # fmt: skip
        answer = await http.request(method, f"{URL}/{made['id']}{path}", json=body, headers=a2.headers({}))
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), (method, path)


async def test_what_is_not_sent_to_is_refused_at_the_door(api: System) -> None:
    for url in ("ftp://example.com/x", "https://user:word@127.0.0.1/x", "no address at all"):
        answer = await api.post(URL, {"url": url})
        assert (answer.status_code, answer.json()["code"]) == (400, "url_refused"), url
    for body in (
        {"url": "https://127.0.0.1/x", "types": ["nobody.knows"]}, {"url": "https://127.0.0.1/x", "types": ["*"]},
        {"url": "https://127.0.0.1/x", "types": ["work_order.solved"]},
        {"url": "https://127.0.0.1/x", "types": ["work_order.comments.*"]},
        {"url": "https://127.0.0.1/x", "connection": "a2"}, {"url": "https://127.0.0.1/x", "secret": "whsec_x"},
        {"url": "https://127.0.0.1/x", "format": "xml"}, {"url": "https://127.0.0.1/\0"},
    ):  # fmt: skip
        assert (await api.post(URL, body)).status_code == 400, body


async def test_a_replay_of_no_time_that_there_is_is_refused(api: System) -> None:
    made = (await api.post(URL, {"url": "https://127.0.0.1/x"})).json()
    bodies: tuple[dict[str, Any], ...] = (
        {"since": "0001-01-01T00:00:00+14:00"}, {"since": "2026-11-23T08:00:00Z", "until": "9999-12-31T23:59:59-14:00"},
        {"since": 5}, {"since": "yesterday"}, {"since": "2026-11-23T08:00:00"}, {}, {"event_ids": []},
    )  # fmt: skip
    for body in bodies:
        answer = await api.post(f"{URL}/{made['id']}/replay", body)
        assert (answer.status_code, answer.json()["code"]) == (400, "validation_failed"), body


async def test_a_removed_endpoint_gets_nothing_more_and_a_disabled_one_later(house: House, api: System) -> None:
    async with willing() as gone, willing() as resting:
        first, second = await added(api, gone), await added(api, resting)
        await api.post(f"{URL}/{second['id']}/disable", None)
        await orders(house, 2)
        assert (await http_delete(api, first["id"])).status_code == 204
        assert (await api.get(f"{URL}/{first['id']}")).status_code == 404
        async with courier(house) as made_courier:
            await made_courier.visit(TENANT_A)
            await made_courier.settle_down()
            assert resting.taken == []
            await api.post(f"{URL}/{second['id']}/enable", None)
            await deliver_until(made_courier, resting, 2)
        assert gone.taken == []


async def http_delete(api: System, endpoint_id: str) -> httpx.Response:
    return await api.http.delete(f"{URL}/{endpoint_id}", headers=api.headers({}))
