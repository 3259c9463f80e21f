"""A client's system tells us: signed, once, in order, without echoes; over HTTP and on real PostgreSQL."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from standardwebhooks import Webhook

from exchange.schemas import MapBody
from journal import service as journal
from kit.clock import now
from kit.ids import new_id
from tests.exchange.lab import SEAT, Lab, said
from webhooks.core.signature import sign
from workorders import service
from workorders.schemas import NewComment

FIELDS = {"type": "refund", "title": "Refund of order 77"}


async def test_a_message_of_the_standard_library_creates_moves_and_comments(lab: Lab) -> None:
    """The signer is the public library: what it signs, we take."""
    body = json.dumps(said(kind="create", fields=FIELDS, external_url="https://jira.example/INC-1"))
    at = datetime.now(UTC)
    headers = {
        "webhook-id": "msg_1", "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(lab.made.secret).sign("msg_1", at, body),
    }  # fmt: skip
    answer = await lab.http.post(f"/v1/inbound/{lab.made.token}", content=body, headers=headers)
    assert (answer.status_code, answer.json()["result"]) == (202, "kept")
    assert await lab.orders() == []  # the worker has not come by yet
    await lab.work()
    order = (await lab.orders())[0]
    assert (order["title"], order["requester_side"], order["connection"]) == (FIELDS["title"], "tenant", "jira")
    done = await lab.told(said(version=2, kind="comment", comments=[{"id": "c-1", "body": "any news?"}]))
    assert (done["state"], [step["act"] for step in done["steps"]]) == ("applied", ["comment"])
    assert await lab.comments(order["id"]) == ["any news?"]
    done = await lab.told(said(version=3, kind="transition", status="cancelled", reason="not needed"))
    assert (done["state"], (await lab.orders())[0]["status"]) == ("applied", "cancelled")
    link = (await lab.links())[0]
    assert (link["external_id"], link["external_status"], link["taken"]) == ("INC-1", "cancelled", 3)


async def test_an_escalation_is_linked_and_taken_to_a_status_in_two_steps(lab: Lab) -> None:
    order = await lab.escalate()
    done = await lab.told(said(work_order_id=order["id"], status="resolved", resolution={"summary": "paid"}))
    steps = [(step["act"], step["result"]) for step in done["steps"]]
    assert steps == [("link", "done"), ("move", "done"), ("move", "done")]
    after = (await lab.orders())[0]
    assert (after["status"], after["resolution"]["summary"]) == ("resolved", "paid")
    async with lab.house.app.transaction(lab.tenant) as scope:
        facts = await journal.history(scope, order["id"])
    moved = [fact for fact in facts[1:] if fact.kind in {"WorkOrderUpdated", "WorkOrderStatusChanged"}]
    assert [fact.data["origin"] for fact in moved] == ["connection:jira"] * 3


async def test_the_same_message_fifty_times_is_one_and_five_of_the_same_comment_one(lab: Lab) -> None:
    created = said(kind="create", fields=FIELDS, comments=[{"id": "c-1", "body": "hello"}])
    answers = [await lab.send(created, message_id="m-1") for _ in range(10)]
    assert [answer.status_code for answer in answers] == [202] + [200] * 9
    for _ in range(5):  # a sender that gives each try a new id
        assert (await lab.send(created)).status_code == 202
    await lab.work()
    orders = await lab.orders()
    assert len(orders) == 1
    assert await lab.comments(orders[0]["id"]) == ["hello"]


async def test_a_comment_that_stands_twice_in_one_message_is_one(lab: Lab) -> None:
    twice = [{"id": "c-1", "body": "hello"}, {"id": "c-1", "body": "hello again"}]
    done = await lab.told(said(kind="create", fields=FIELDS, comments=twice))
    assert [(step["act"], step["code"]) for step in done["steps"]] == [
        ("create", ""), ("comment", ""), ("comment", "known"),
    ]  # fmt: skip
    done = await lab.told(said(version=2, kind="comment", comments=[{**each, "id": "c-2"} for each in twice]))
    assert [(step["act"], step["code"]) for step in done["steps"]] == [("comment", ""), ("comment", "known")]
    assert await lab.comments((await lab.orders())[0]["id"]) == ["hello", "hello"]


async def test_fields_change_where_the_client_asked_and_stay_where_the_centre_did(lab: Lab) -> None:
    await lab.told(said(kind="create", fields=FIELDS))
    done = await lab.told(said(version=2, kind="update", fields={"priority": "high", "title": "Refund, urgent"}))
    assert [(step["act"], step["result"]) for step in done["steps"]] == [("update", "done")]
    made = (await lab.orders())[0]
    assert (made["title"], made["priority"], made["version"]) == ("Refund, urgent", "high", 2)
    order = await lab.escalate()
    about = said("INC-2", work_order_id=order["id"], fields={"title": "their own words", "type": "refund"})
    done = await lab.told(about)
    assert [(step["act"], step["code"]) for step in done["steps"]] == [("link", ""), ("update", "change_wrong_side")]
    assert next(each["title"] for each in await lab.orders() if each["id"] == order["id"]) == "refund"


async def test_what_is_said_of_a_thing_that_nobody_knows_is_refused_and_says_why(lab: Lab) -> None:
    for message in (
        said("INC-9", kind="comment", comments=[{"id": "c", "body": "lost"}]), said("INC-9", status="resolved"),
        said("INC-9", kind="update", fields={"type": "refund"}),
        said("INC-9", work_order_id=str(new_id()), status="held"),
    ):  # fmt: skip
        refused = await lab.told(message)
        assert (refused["state"], refused["error"]) == ("refused", "validation_failed")
    assert await lab.orders() == await lab.links() == []


async def test_older_news_is_recorded_and_not_applied_but_its_comments_are(lab: Lab) -> None:
    order = await lab.escalate()
    await lab.told(said(version=7, work_order_id=order["id"], status="inProgress"))
    late = await lab.told(said(version=6, status="acknowledged", comments=[{"id": "c-9", "body": "late"}]))
    assert [(step["act"], step["code"]) for step in late["steps"]] == [("update", "outdated"), ("comment", "")]
    late = await lab.told(said(version=5, status="rejected"))
    assert (late["state"], (await lab.orders())[0]["status"]) == ("outdated", "inProgress")
    assert await lab.comments(order["id"]) == ["late"]
    assert (await lab.links())[0]["external_status"] == "inProgress"


async def test_what_the_map_does_not_know_waits_with_all_behind_it_and_goes_on_in_order(lab: Lab) -> None:
    order, other = await lab.escalate(), await lab.escalate("another")
    held = await lab.told(said(version=1, work_order_id=order["id"], status="In Arbeit"))
    assert (held["state"], held["needs"]) == ("needs_mapping", "status: In Arbeit")
    await lab.told(said(version=2, status="resolved"))
    assert [each["state"] for each in await lab.messages()] == ["received", "needs_mapping"]
    free = await lab.told(said("INC-2", work_order_id=other["id"], status="inProgress"))
    assert free["state"] == "applied"  # another thing never waits
    async with lab.house.app.transaction(lab.tenant) as scope:
        events = await scope.fetch("SELECT type FROM gf.webhook_event WHERE type LIKE 'connection.%'")
    assert [event["type"] for event in events] == ["connection.message_held"], "in the feed: it has no address"
    rows = [{"status": "In Arbeit", "to": "inProgress"}, {"status": "resolved", "to": "resolved"}]
    fields = [{"to": "title", "path": "summary"}, {"to": "type", "constant": "jira"}]
    await lab.map(MapBody.model_validate({"status_map": rows, "field_map": fields}))
    await lab.work()
    assert [each["state"] for each in await lab.messages()] == ["applied"] * 3
    statuses = {each["id"]: each["status"] for each in await lab.orders()}
    assert statuses == {order["id"]: "resolved", other["id"]: "inProgress"}


async def test_a_naive_mirror_makes_no_loop(lab: Lab) -> None:
    """Everything that we tell comes back, each time under a new id, with our own texts under ids of ours or theirs."""
    order = await lab.escalate()
    async with lab.house.app.transaction(lab.tenant) as scope:
        own = await service.comment(scope, order["id"], NewComment(body="what now?"), SEAT, now())
    for version in range(5):
        back = {"id": own["id"], "body": "what now?"}
        done = await lab.told(said(order["id"], version, work_order_id=order["id"], comments=[back]))
        assert {step["code"] for step in done["steps"]} <= {"known", ""}
    assert await lab.comments(order["id"]) == ["what now?"]
    assert len(await lab.orders()) == 1


BAD: list[tuple[bytes, int]] = [
    (b"", 400), (b"{", 400), (b"[]", 400), (b"null", 400), (b'{"a": 1, "a": 2}', 400), (b"\xff\xfe", 400),
    (b'{"type": "work_order.comment", "external_id": "x", "comments": [{"id": "c", "body": "a\\u0000b"}]}', 202),
    (b'{"type": "work_order.state", "external_id": "x\\u0000", "external_version": 1}', 400),
    (b'{"type": "work_order.state", "external_id": "x", "external_version": 1e999}', 400),
    (b'{"type": "work_order.state", "external_id": "x", "external_version": NaN}', 400),
    (b'{"type": "work_order.state", "external_id": "x", "status": "new"}', 400),
    (b'{"type": "work_order.state", "external_id": "x", "external_version": 1, "unknown": 1}', 400),
    (b'{"type": "work_order.create", "external_id": "x", "external_version": 1}', 400),
    (b'{"type": "work_order.state", "external_id": "x", "updated_at": "0001-01-01T00:00:00+14:00"}', 400),
    (b'{"type": "work_order.state", "external_id": "x", "updated_at": "9999-12-31T23:59:59-14:00"}', 400),
    (b'{"type": "work_order.state", "external_id": "x", "updated_at": 5}', 400),
    (b'{"type": "work_order.state", "external_id": " ", "external_version": 1}', 400),
    (b'{"type": "work_order.create", "external_id": "x", "external_version": 1, "fields": {"title": "\\ud800"}}', 400),
    (b'{"a":' * 5000 + b"1" + b"}" * 5000, 400), (b"[" * 200_000, 400), (b"9" * 5000, 400),
    (b'{"type": "work_order.state", "external_id": "' + b"x" * 300_000 + b'", "external_version": 1}', 400),
]  # fmt: skip


async def test_bad_input_is_400_or_401_and_never_500(lab: Lab) -> None:
    for raw, status in BAD:
        answer = await lab.send(None, raw=raw)
        assert answer.status_code == status, (raw[:60], answer.text)
        assert answer.status_code == 202 or answer.json()["code"] == "not_a_message"
    await lab.work()  # what was kept is refused step by step, never stuck
    assert [each["state"] for each in await lab.messages()] == ["refused"]
    good = json.dumps(said(kind="create", fields=FIELDS)).encode()
    for broken in (
        {"webhook-signature": "v1,AAAA"}, {"webhook-signature": ""}, {"webhook-id": ""}, {"webhook-timestamp": "x"},
        {"webhook-timestamp": "9" * 40}, {"webhook-signature": b"v1," + b"\xe9" * 40}, {"webhook-id": "another"},
    ):  # fmt: skip
        answer = await lab.send(None, raw=good, headers=broken)
        assert (answer.status_code, answer.json()["code"]) == (401, "signature_refused"), broken
    for minutes, status in ((-6, 401), (6, 401), (-4, 202), (4, 202)):
        answer = await lab.send(None, raw=good, at=now() + timedelta(minutes=minutes))
        assert answer.status_code == status, minutes
    replay = await lab.send(None, raw=good, at=now() - timedelta(minutes=10), message_id="m-old")
    assert replay.status_code == 401
    for token in ("x", lab.made.token[:-2], lab.made.token + "A", "A" * 171):
        answer = await lab.http.post(f"/v1/inbound/{token}", content=good)
        assert (answer.status_code, answer.json()["code"]) == (404, "address_unknown")


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=8))])
async def test_what_we_sign_the_standard_library_verifies(lab: Lab, zone: Any) -> None:
    body = json.dumps(said()).encode()
    headers = sign(lab.made.secret, str(new_id()), datetime.now(zone), body)
    assert Webhook(lab.made.secret).verify(body, headers) == said()
