"""Listeners that are registered as TMF621 says, and what they are told."""

from __future__ import annotations

import httpx
import orjson
import pytest
from aiohttp import web
from standardwebhooks import Webhook

from kit.ids import new_id
from tests.support.house import House
from tests.support.tmf621 import faults
from tests.webhooks.test_delivery import deliver_until, remark
from tests.webhooks.test_endpoints import Willing, api, courier, orders, willing
from tests.workorders.lab import System

__all__ = ["api"]


class Listener(Willing):
    """A listener of the standard: it answers 201 with version 4, 204 with version 5."""

    async def _hook(self, request: web.Request) -> web.Response:
        body = await request.read()
        event = orjson.loads(body)
        if event.get("type") == "endpoint.verify":
            return web.json_response(event["data"])
        self.seen.append(({k.lower(): v for k, v in request.headers.items()}, body))
        self.taken.append(event)
        return web.Response(status=self.status)


@pytest.mark.parametrize(("version", "status"), [("v4", 201), ("v5", 204)])
async def test_a_listener_is_registered_told_and_removed(
    house: House, api: System, a1: System, version: str, status: int
) -> None:
    hub, query = f"/tmf-api/troubleTicket/{version}/hub", "eventType=TroubleTicketAttributeValueChangeEvent"
    async with willing(Listener) as listener:
        listener.status = status
        made = await api.post(hub, {"callback": listener.url, "query": query}, key=None)
        assert made.status_code == 201, made.text
        shown = made.json()
        secret = shown.pop("secret")
        assert list(faults(version, "Hub", shown)) == []
        assert (shown["callback"], shown["query"]) == (listener.url, query)
        other = hub.replace(version, "v5" if version == "v4" else "v4")
        assert (await api.get(f"{hub}/{shown['id']}")).json() == shown
        assert (await api.get(f"{other}/{shown['id']}")).status_code == 404
        again = await api.post(hub, {"callback": listener.url}, key=None)
        assert (again.status_code, again.json()["code"]) == (409, "endpoint_exists")
        assert (await api.post(f"/v1/endpoints/{shown['id']}/verify", None)).status_code == 200
        order = (await orders(house, 1))[0]
        await remark(house, order, "hello")
        async with courier(house) as made_courier:
            await deliver_until(made_courier, listener, 1)
        (event,), ((headers, body),) = listener.taken, listener.seen
        assert list(faults(version, "Event", event)) == []
        assert event["eventType"] == "TroubleTicketAttributeValueChangeEvent"
        assert event["event"]["troubleTicket"]["note"][0]["text"] == "hello"
        assert httpx.URL(event["event"]["troubleTicket"]["href"]).path.endswith(f"/{version}/troubleTicket/{order}")
        Webhook(secret).verify(body, headers)
        removed = [
            (await api.http.delete(f"{path}/{shown['id']}", headers=api.headers({}))).status_code
            for path in (other, hub, hub)
        ]
        assert removed == [404, 204, 404]
    for wrong in (
        {}, {"callback": "https://example.org/x", "query": "a=b"}, {"callback": "https://example.org/x", "more": 1},
        {"callback": "https://example.org/x", "query": "eventType=TroubleTicketDeleteEvent"},
        {"callback": "https://example.org/x", "query": "eventType="},
    ):  # fmt: skip
        refused = await api.post(hub, wrong, key=None)
        assert refused.status_code == 400, (wrong, refused.text)
        assert list(faults(version, "Error", refused.json())) == []
    assert (await api.get(f"{hub}/{new_id()}")).json()["code"] == "not_found"
    assert (await a1.post(hub, {"callback": "https://example.org/x"})).status_code == 403
