"""Clients' systems that are read and told by their own API. All four against contract stubs: no vendor's system ran."""

from __future__ import annotations

from uuid import UUID

import pytest

from exchange.core.agreement import Act
from exchange.core.marks import correlation
from exchange.service import agreements
from kit.clock import now
from kit.errors import ValidationFailed
from kit.secretbox import SecretBox
from tenants.idp.connections import Planes
from tests.exchange.joined import KINDS, Joined, joined
from tests.exchange.lab import BUILDER
from tests.exchange.stubs.base import Thing
from tests.exchange.stubs.jira import JiraStub
from tests.support.house import KEY, TENANT_A, House

every_kind = pytest.mark.parametrize("kind", KINDS)


@every_kind
async def test_an_order_goes_there_and_back_and_nothing_goes_round(house: House, kind: str) -> None:
    async with joined(house, kind) as there:
        stub, lab = there.stub, there.lab
        await there.listen()
        order = (await lab.escalate("refund of order 77"))["id"]
        await there.push()
        (thing,) = stub.things.values()
        assert (thing.title, thing.correlation) == ("refund of order 77", correlation(UUID(order)))
        (link,) = await lab.links()
        assert (link["external_id"], link["exchange_state"]) == (thing.id, "sent")
        assert link["external_url"].startswith(stub.url)
        assert thing.id in link["external_url"]
        before = len(thing.comments)
        await there.say(order, "the caller waits")
        await there.say(order, "he was rude", "internal")
        await there.push()
        said = [each.text for each in thing.comments[before:]]
        assert len(said) == 1
        assert said[0].startswith("the caller waits\n\n客服01\ngf-")
        await _followed(there, order, thing)
        stub.move(thing, stub.unknown)
        await there.hear(thing)
        held = (await lab.messages())[0]
        assert (held["state"], held["needs"]) == ("needs_mapping", f"status: {stub.unknown}")


@every_kind
async def test_what_was_done_before_the_answer_was_lost_is_not_done_twice(house: House, kind: str) -> None:
    async with joined(house, kind) as there:
        there.stub.lose = True
        order = (await there.lab.escalate("lost"))["id"]
        await there.push()
        assert (len(there.stub.things), await there.lab.links()) == (1, [])
        await there.push_again()
        assert len(there.stub.things) == 1
        (thing,) = there.stub.things.values()
        assert [each["external_id"] for each in await there.lab.links()] == [thing.id]
        await there.say(order, "only once")
        there.stub.lose = True
        await there.push()
        await there.push_again()
        assert sum("only once" in each.text for each in thing.comments) == 1
        assert (await there.health())["out"]["waiting"] == 0


@every_kind
async def test_a_webhook_that_never_came_is_found_by_looking(house: House, kind: str) -> None:
    async with joined(house, kind, every_minutes=5) as there:
        order = (await there.lab.escalate("quiet"))["id"]
        await there.push()
        (thing,) = there.stub.things.values()
        there.stub.make("somebody else's")
        await there.sql("UPDATE gf.exchange_connector SET cursor = $2, due_at = now() WHERE tenant_id = $1",
                        "2026-01-01T00:00:00+00:00" if kind != "jira" else there.stub._clock.isoformat())  # fmt: skip
        there.stub.comment(thing, "nobody told you")
        there.stub.move(thing, there.stub.worked)
        await there.look()
        assert await there.lab.comments(order) == ["nobody told you"]
        assert [(each["title"], each["status"]) for each in await there.lab.orders()] == [("quiet", "inProgress")]
        how = (await there.health())["connector"]
        assert (how["found"], how["error"], how["finished_at"] is not None) == (1, None, True)
        calls = len(there.stub.calls)
        await there.look()
        assert len(there.stub.calls) == calls  # not due before five minutes have passed
        await there.set(takes_new=True, every_minutes=5)
        await _rewound(there)
        await there.look()
        assert sorted(each["title"] for each in await there.lab.orders()) == ["quiet", "somebody else's"]


@every_kind
async def test_a_system_that_is_busy_is_left_alone_for_as_long_as_it_asks(house: House, kind: str) -> None:
    async with joined(house, kind, every_minutes=5) as there:
        there.stub.refusals = [(429, {"Retry-After": "300"})]
        await there.look()
        assert len(there.stub.calls) == 1
        how = (await there.health())["connector"]
        assert (how["error"], how["quiet_until"] is not None) == ("it answered 429", True)
        await there.lab.escalate("later")
        await there.push_again()
        await there.sql("UPDATE gf.exchange_connector SET due_at = now() WHERE tenant_id = $1")
        await there.look()
        assert len(there.stub.calls) == 1
        await there.set()  # whoever sets it anew has looked after it
        await there.push_again()
        assert len(there.stub.things) == 1


@every_kind
async def test_a_secret_is_given_to_its_own_address_only(house: House, kind: str) -> None:
    async with joined(house, kind, allow_private=False) as there:
        with pytest.raises(ValidationFailed) as refused:
            await there.set(secret=None, url="https://thief.example")
        assert [each.pointer for each in refused.value.errors] == ["/secret"]
        await there.set(secret=None)
        with pytest.raises(ValidationFailed):
            await there.set(settings={})
        stored = await there.sql("SELECT ask_secret FROM gf.exchange_connection WHERE tenant_id = $1")
        assert there.stub.secret not in stored[0]["ask_secret"]
        await there.lab.escalate("nowhere")
        await there.push()
        assert there.stub.calls == []
        told = await there.sql("SELECT last_error FROM gf.webhook_delivery WHERE tenant_id = $1")
        assert told[0]["last_error"] == "AddressRefused: only https addresses are called"


async def test_a_round_reads_so_many_pages_and_the_next_one_goes_on(house: House) -> None:
    async with joined(house, "zammad", every_minutes=5) as there:
        await _rewound(there)
        for number in range(280):
            there.stub.make(f"thing {number}")
        await there.look()
        assert len(there.stub.calls) == 5
        first = (await there.health())["connector"]
        assert (first["looked"], first["finished_at"]) == (250, None)
        await there.sql("UPDATE gf.exchange_connector SET due_at = now() WHERE tenant_id = $1")
        await there.look()
        then = (await there.health())["connector"]
        assert (len(there.stub.calls), then["looked"] >= 280, then["finished_at"] is not None) == (6, True, True)
        assert await there.lab.orders() == []


async def test_a_round_whose_next_page_is_not_known_any_more_begins_again_where_it_was(house: House) -> None:
    async with joined(house, "jira", every_minutes=5) as there:
        await there.sql("UPDATE gf.exchange_connector SET cursor = $2, due_at = now() WHERE tenant_id = $1",
                        there.stub._clock.isoformat())  # fmt: skip
        for number in range(280):
            there.stub.make(f"thing {number}")
        await there.look()
        assert (await there.health())["connector"]["finished_at"] is None
        assert isinstance(there.stub, JiraStub)
        there.stub.days += 7
        for error in ("it answered 400", None):
            await there.sql("UPDATE gf.exchange_connector SET due_at = now() WHERE tenant_id = $1")
            await there.look()
            how = (await there.health())["connector"]
            assert how["error"] == error
        assert (how["looked"] >= 280, how["finished_at"] is not None) == (True, True)


async def test_a_revoked_connection_keeps_nothing_that_lets_us_in(house: House) -> None:
    async with joined(house, "zammad", every_minutes=5) as there:
        order = (await there.lab.escalate("waits"))["id"]
        planes = Planes(house.control, house.app, SecretBox(KEY))
        await agreements.act(planes, TENANT_A, "jira", Act.REVOKE, BUILDER, now())
        await there.say(order, "nobody hears this")
        await there.push()
        await there.look()
        assert there.stub.calls == []
        stored = await there.sql("SELECT ask_secret FROM gf.exchange_connection WHERE tenant_id = $1")
        assert [each["ask_secret"] for each in stored] == [None]


async def _rewound(there: Joined) -> None:
    cursor = "2026-11-23T00:00:00+00:00" if there.stub.kind != "jira" else there.stub._clock.isoformat()
    await there.sql("UPDATE gf.exchange_connector SET cursor = $2, due_at = now() WHERE tenant_id = $1", cursor)


async def _followed(there: Joined, order: str, thing: Thing) -> None:
    """Let their side comment, work and end it, and ours begin again; nothing of it comes back."""
    stub, lab = there.stub, there.lab
    stub.comment(thing, "we look")
    stub.comment(thing, "a fool", public=False)
    stub.move(thing, stub.worked)
    for _ in range(2):
        await there.hear(thing)
    (ours,) = await lab.orders()
    assert ours["status"] == "inProgress"
    assert await lab.comments(order) == ["the caller waits", "he was rude", "we look"]
    stub.move(thing, stub.done)
    await there.hear(thing)
    await there.move(order, "inProgress", "it broke again")
    await there.push()
    assert thing.status == stub.worked
    assert thing.comments[-1].text.partition("\n")[0] == "it broke again"
    calls = len(stub.calls)
    await there.hear(thing)
    await there.push()
    assert all(method == "GET" for method, _ in stub.calls[calls:])
    assert [each["status"] for each in await lab.orders()] == ["inProgress"]
    assert len(await lab.comments(order)) == 3
