"""A client's technician looks where events go, what went there, and sends again; a viewer does not."""

from __future__ import annotations

import re
from uuid import UUID

import aiohttp

from kit.ids import new_id
from tests.portal.telling import place
from tests.portal.test_holds import post
from tests.portal.test_records import read
from tests.support.site import Site
from tests.webhooks.test_feed import order_in
from webhooks.service.endpoints_of import new_secret

HOME, EVENTS = "/settings/endpoints", "/settings/events"


async def plant(site: Site, subject: UUID | None = None) -> tuple[UUID, UUID]:
    """Return an endpoint that fails and a delivery that was given up there; ``subject``: of a work order."""
    at, endpoint, event, delivery = await place(site), new_id(), new_id(), new_id()
    async with site.house.app.transaction(at.tenant) as scope:
        codes = await scope.fetch("SELECT min(code) AS code FROM gf.connection WHERE tenant_id = $1", at.tenant)
        await scope.fetch(
            "INSERT INTO gf.webhook_endpoint (tenant_id, id, connection, url, secret, blueprint, state, failing_since)"
            " VALUES ($1, $2, $3, 'https://hooks.galaxy.example/in', $4, false, 'active', now())",
            at.tenant, endpoint, codes[0]["code"], new_secret(),
        )  # fmt: skip
        await scope.fetch(
            "WITH head AS (UPDATE gf.journal_head SET feed = feed + 1 WHERE tenant_id = $1 RETURNING feed)"
            " INSERT INTO gf.webhook_event (tenant_id, id, connection, type, subject, sequence, origin, body,"
            " created_at, position)"
            " SELECT $1, $2, $3, 'work_order.created', $4, 2, 'outsourcer', $5, now(), feed FROM head",
            at.tenant, event, codes[0]["code"], subject or new_id(), '{"data": {"title": "退款"}}'.encode(),
        )  # fmt: skip
        await scope.fetch(
            "INSERT INTO gf.webhook_delivery (tenant_id, id, endpoint_id, event_id, subject, sequence, state, attempts,"
            " last_status) SELECT $1, $2, $3, id, subject, sequence, 'dead', 3, 422 FROM gf.webhook_event"
            " WHERE id = $4",
            at.tenant, delivery, endpoint, event,
        )  # fmt: skip
        await scope.fetch(
            "INSERT INTO gf.webhook_attempt (tenant_id, id, delivery_id, number, started_at, duration_ms, status,"
            " response) VALUES ($1, $2, $3, 3, now(), 41, 422, '<b>no such field</b>')",
            at.tenant, new_id(), delivery,
        )  # fmt: skip
    return endpoint, delivery


async def test_a_technician_sees_what_failed_and_sends_it_again(site: Site) -> None:
    endpoint, delivery = await plant(site)
    people = await site.people("galaxy")
    technician = await site.person(people["client_developer"], "galaxy")
    listed = await read(technician, HOME, lang="en")
    assert "https://hooks.galaxy.example/in" in listed
    assert "Takes nothing" in listed
    one = f"{HOME}/{endpoint}"
    assert "work_order.created" in await read(technician, one, lang="en", state="dead")
    assert "Nothing here" in await read(technician, one, lang="en", state="delivered")
    opened = await read(technician, one, lang="en", delivery_id=str(delivery))
    assert "&lt;b&gt;no such field" in opened
    assert "41 ms" in opened
    await post(technician, f"{one}/deliveries/{delivery}/redeliver")
    assert "work_order.created" in await read(technician, one, lang="en", state="waiting")
    for act in ("disable", "enable", "test", "replay"):
        await post(technician, f"{one}/{act}")
    assert "whsec_" in await post(technician, f"{one}/rotate", 200)
    turned = await post(technician, f"{one}/rotate?lang=en", 200, signature="v1a")
    assert "whpk_" in turned
    assert "whsec_" not in turned
    assert "whsec_" not in await read(technician, one, lang="zh-CN")
    await _changed(site, technician, endpoint)
    await post(technician, f"{HOME}/{new_id()}/enable", 404)
    async with site.house.app.transaction(site.tenants["galaxy"]) as scope:
        await scope.fetch("UPDATE gf.webhook_endpoint SET state = 'unverified' WHERE id = $1", endpoint)
    assert "Verify this endpoint first." in await post(technician, f"{one}/enable?lang=en", 409)
    viewer = await site.person(people["client_viewer"], "galaxy")
    await post(viewer, f"{one}/disable", 403)
    await post(viewer, f"{one}/change", 403)
    await post(technician, f"{one}/delete")
    assert "https://hooks.galaxy.example/in" not in await read(technician, HOME, lang="en")


async def _changed(site: Site, technician: aiohttp.ClientSession, endpoint: UUID) -> None:
    """Change what the form of an endpoint holds; a filter that only the API knows stands in it."""
    one, url = f"{HOME}/{endpoint}", "https://hooks.galaxy.example/in"
    async with site.house.app.transaction(site.tenants["galaxy"]) as scope:
        await scope.fetch("UPDATE gf.webhook_endpoint SET types = '{work_order.comment.*}' WHERE id = $1", endpoint)
    shown = await read(technician, one, lang="en")
    assert 'value="work_order.comment.*" checked' in shown
    await post(technician, f"{one}/change", url=url, description="退款", format="cloudevents", types="endpoint.*")
    shown = await read(technician, f"{one}?saved=1", lang="en")
    for text in ("Saved", "退款", 'value="endpoint.*" checked', "CloudEvents 1.0"):
        assert text in shown, text
    assert "Does this address want events?" not in shown
    refused = await post(technician, f"{one}/change?lang=en", 400, url="ftp://galaxy.example", description="kept words")
    assert "Events go to https addresses of the public internet only." in refused
    assert 'value="kept words"' in refused
    await post(technician, f"{one}/change", 422, url="", format="standard")
    await post(technician, f"{one}/change", 422, url=url, format="xml")
    await post(technician, f"{HOME}/{new_id()}/change", 404, url=url)
    for kind, has_form in (("connector", False), ("standard", True)):
        async with site.house.app.transaction(site.tenants["galaxy"]) as scope:
            await scope.fetch("UPDATE gf.webhook_endpoint SET format = $2 WHERE id = $1", endpoint, kind)
        assert (f'action="{one}/change"' in await read(technician, one)) is has_form
        await post(technician, f"{one}/change", 303 if has_form else 409, url=url)


async def test_a_time_or_chosen_events_go_out_again_and_the_feed_is_looked_through(site: Site) -> None:
    async with site.house.app.transaction(site.tenants["galaxy"]) as scope:
        order = await order_in(scope, "退款", site.connections["galaxy"])
    endpoint, delivery = await plant(site, order)
    people = await site.people("galaxy")
    technician = await site.person(people["client_developer"], "galaxy")
    one = f"{HOME}/{endpoint}"
    async with site.house.app.transaction(site.tenants["galaxy"]) as scope:
        (event,) = await scope.fetch("SELECT event_id, subject FROM gf.webhook_delivery WHERE id = $1", delivery)
    for wrong in ({"which": "chosen"}, {"which": "time"}, {"which": "time", "since": "soon"},
                  {"which": "time", "since": "0001-01-01T00:00"}, {"which": "chosen", "event": "x"}):  # fmt: skip
        await post(technician, f"{one}/replay", 422, **wrong)
    await post(technician, f"{one}/replay", which="time", since="2020-01-01T00:00", until="2020-01-02T00:00")
    assert "work_order.created" in await read(technician, one, state="dead")
    await post(technician, f"{one}/replay", which="chosen", event=str(event["event_id"]))
    assert "work_order.created" in await read(technician, one, state="waiting")
    assert "1 event is on its way again." in await read(technician, one, lang="en", sent="1")
    found = {"type": "work_order.*", "order": str(event["subject"]), "since": "2020-01-01T00:00"}
    listed = await read(technician, EVENTS, lang="en", **found)
    assert "work_order.created" in listed
    (number,) = set(re.findall(r">(WO-\d+)</a>", listed))
    assert number in await read(technician, EVENTS, lang="en", order=number)
    assert f"{EVENTS}/{event['event_id']}" not in listed, "what is in it is nothing for a technician"
    for other in (
        {"type": "endpoint.*"},
        {"order": "WO-999999999"},
        {"since": "soon"},
        {"until": "2020-01-01T00:00"},
        {"since": "0001-01-01T00:00"},
    ):
        assert "Nothing found" in await read(technician, EVENTS, lang="en", **{**found, **other}), other
    assert "There is no such work order." in await read(technician, EVENTS, lang="en", order="WO-999999999")
    manager = await site.person(people["client_manager"], "galaxy")
    opened = await read(manager, f"{EVENTS}/{event['event_id']}", lang="en")
    assert "退款" in opened
    assert f'<a href="/work-orders/{event["subject"]}">{number}</a>' in opened
    assert "/v1/events?after=" in opened
    assert "https://hooks.galaxy.example/in" in opened
    viewer = await site.person(people["client_viewer"], "galaxy")
    for address in (EVENTS, f"{EVENTS}/{event['event_id']}"):
        async with viewer.get(address) as answer:
            assert answer.status == 403
    async with manager.get(f"{EVENTS}/{new_id()}") as answer:
        assert answer.status == 404
