"""Both sides agree, suspend and revoke; keys, addresses and deliveries obey at once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from exchange.core.agreement import Act, Standing, State, after, possible
from exchange.errors import AgreementNotPossible, AgreementWrongSide
from exchange.schemas import DoorBody
from exchange.service import agreements, health, rows, testing
from exchange.service.agreements import By
from journal import service as journal
from journal.core.facts import Actor
from kit.clock import now
from kit.outbound import Guard
from kit.secretbox import SecretBox
from tenants.idp.connections import Planes
from tests.exchange.lab import Lab, door, opened, said
from tests.support.house import KEY, TENANT_A, House
from tests.workorders.lab import add_connection, receiving, system
from webhooks.client import Client
from webhooks.tasks import Courier, Policy

FIELDS = {"type": "refund", "title": "Refund of order 77"}
CLIENT, CENTRE = "tenant", "outsourcer"


def test_who_may_do_what() -> None:
    invited = Standing(State.INVITED, CENTRE, used=False)
    assert possible(invited, CLIENT) == [Act.ACCEPT, Act.DECLINE, Act.REVOKE]
    assert possible(invited, CENTRE) == [Act.REVOKE]
    suspended = Standing(State.SUSPENDED, CLIENT, used=True)
    assert possible(suspended, CLIENT) == [Act.RESUME, Act.REVOKE]
    assert possible(suspended, CENTRE) == [Act.REVOKE]
    assert possible(Standing(State.ACTIVE, "", used=True), CLIENT) == [Act.SUSPEND, Act.REVOKE]
    assert Act.INVITE in possible(Standing(State.ACTIVE, "", used=False), CENTRE)
    assert possible(Standing(State.REVOKED, CLIENT, used=True), CENTRE) == [Act.INVITE]
    assert after(suspended, Act.ACCEPT, CLIENT) is None
    with pytest.raises(PermissionError):
        after(invited, Act.ACCEPT, CENTRE)


async def _act(house: House, code: str, what: Act, side: str, reason: str = "") -> Standing:
    planes = Planes(house.control, house.app, SecretBox(KEY))
    return await agreements.act(planes, TENANT_A, code, what, By(Actor("user", "u"), side, reason), now())


async def test_an_invitation_is_accepted_or_declined_by_the_other_side_only(lab: Lab, house: House) -> None:
    await _act(house, "jira", Act.INVITE, CENTRE)
    refused = await lab.send(said(kind="create", fields=FIELDS))
    assert (refused.status_code, refused.json()["code"]) == (403, "connection_not_active")
    with pytest.raises(AgreementWrongSide):
        await _act(house, "jira", Act.ACCEPT, CENTRE)
    assert (await _act(house, "jira", Act.DECLINE, CLIENT, "not yet")).state is State.DECLINED
    with pytest.raises(AgreementNotPossible):
        await _act(house, "jira", Act.RESUME, CLIENT)
    await _act(house, "jira", Act.INVITE, CLIENT)
    await _act(house, "jira", Act.ACCEPT, CENTRE)
    assert (await lab.send(said(kind="create", fields=FIELDS))).status_code == 202
    async with house.app.transaction(TENANT_A) as scope:
        row = await rows.one(scope, "jira")
        facts = await journal.history(scope, row["connection_id"])
        shown = await health.of(scope, row, CLIENT)
    kinds = [fact.kind for fact in facts]
    assert kinds[1:] == ["ConnectionInvited", "ConnectionDeclined", "ConnectionInvited", "ConnectionAccepted"]
    assert (facts[2].data["side"], facts[2].data["reason"]) == (CLIENT, "not yet")
    assert (shown["state"], shown["possible"]) == ("active", ["invite", "suspend", "revoke"])


async def test_suspended_keys_are_refused_deliveries_wait_and_go_out_in_order_afterwards(house: House) -> None:
    async with receiving() as receiver, opened(house) as lab:
        await add_connection(house, TENANT_A, "oms", receiver.url)
        lab.code, lab.made = "oms", await door(house, "oms", DoorBody())
        key = await system(house, lab.http, TENANT_A, "oms")
        order = await lab.escalate()
        await _act(house, "oms", Act.SUSPEND, CENTRE, "maintenance")
        read = await key.get("/v1/work-orders")
        assert (read.status_code, read.json()["code"], read.json()["state"]) == (
            403, "connection_not_active", "suspended",
        )  # fmt: skip
        assert (await lab.send(said(work_order_id=order["id"], status="inProgress"))).status_code == 403
        await lab.escalate("second")
        async with Client(Guard(allow_private=True), timedelta(seconds=2)) as client:
            courier = Courier(house.worker, client, Policy())
            await courier.visit(TENANT_A)
            await courier.settle_down()
            assert receiver.taken == []
            await _act(house, "oms", Act.RESUME, CENTRE)
            await courier.visit(TENANT_A)
            await receiver.wait_for(4)
            await courier.close()
        types = [event["type"] for event in receiver.taken]
        assert sorted(types) == sorted(["work_order.created"] * 2 + ["connection.suspended", "connection.resumed"])
        told = [event for event in receiver.taken if event["type"].startswith("connection.")]
        assert [event["data"]["reason"] for event in told] == ["maintenance", ""]
        assert (await key.get("/v1/work-orders")).status_code == 200


async def test_what_is_told_of_a_connection_at_once_is_counted_one_after_the_other(lab: Lab, house: House) -> None:
    async def tell() -> None:
        async with house.app.transaction(TENANT_A) as scope:
            await testing.send(scope, await rows.one(scope, "jira"), By(Actor("user", "u"), CENTRE), now())

    await asyncio.gather(*(tell() for _ in range(6)))
    async with house.app.transaction(TENANT_A) as scope:
        told = await scope.fetch(
            "SELECT sequence FROM gf.webhook_event WHERE tenant_id = $1 AND type = $2 ORDER BY sequence",
            TENANT_A, testing.TEST,
        )  # fmt: skip
    assert [row["sequence"] for row in told] == [1, 2, 3, 4, 5, 6]


async def test_what_was_kept_before_a_suspension_goes_on_after_it(lab: Lab, house: House) -> None:
    await lab.send(said(kind="create", fields=FIELDS))
    await _act(house, "jira", Act.SUSPEND, CLIENT)
    await lab.work()
    assert (await lab.orders(), (await lab.messages())[0]["state"]) == ([], "received")
    await _act(house, "jira", Act.RESUME, CLIENT)
    await lab.work()
    assert (len(await lab.orders()), (await lab.messages())[0]["state"]) == (1, "applied")


async def test_revoked_ends_keys_and_addresses(lab: Lab, house: House) -> None:
    key = await system(house, lab.http, TENANT_A, "jira")
    await _act(house, "jira", Act.REVOKE, CLIENT)
    assert (await key.get("/v1/work-orders")).status_code == 401
    assert (await lab.send(said(kind="create", fields=FIELDS))).status_code == 404
    with pytest.raises(AgreementNotPossible):
        await _act(house, "jira", Act.RESUME, CLIENT)


async def test_a_new_address_replaces_the_old_one(lab: Lab, house: House) -> None:
    old = lab.made
    lab.made = await door(house, "jira", DoorBody())
    assert (await lab.send(said(kind="create", fields=FIELDS))).status_code == 202
    lab.made, new = old, lab.made
    assert (await lab.send(said(kind="create", fields=FIELDS))).status_code == 404
    lab.made = type(old)(new.token, old.secret)  # the sender has not changed its secret yet
    assert (await lab.send(said(version=2, status="cancelled"))).status_code == 202
