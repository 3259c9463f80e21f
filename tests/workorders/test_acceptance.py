"""The acceptance cases of the design (workorders.md, section 19), by their numbers.

11 to 14 are about a receiver that is away and a worker that dies: they stand with deliveries, in tests/webhooks.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import time
from base64 import urlsafe_b64encode
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from standardwebhooks import Webhook

from app import scanning
from journal import service as journal
from journal.core.inside import outward
from kit.clock import now
from kit.errors import Problem
from kit.ids import new_id
from kit.objects import Folder, Objects
from kit.scanning.embedded import Embedded
from tenants.service.keys import KeyRequest, create_key
from tests.support.house import TENANT_A, TENANT_B, House
from tests.webhooks.test_delivery import courier, deliver_until
from tests.workorders.lab import SCOPES, System, calling, do_jobs, receiving
from tests.workorders.test_attachments import inside, upload
from tests.workorders.test_context import URL as CENTRE
from tests.workorders.test_context import allow, checked, talked, told
from tests.workorders.test_context import escalated as escalated_call
from tests.workorders.test_exchange import SEAT, escalated
from tests.workorders.test_handshakes import Seat, kinds, seat
from tests.workorders.test_idempotency import BODY, count
from webhooks.service import endpoint_of, ensure_endpoints
from workorders import service
from workorders.schemas import Move, NewComment
from workorders.seat_tasks import service as seat_tasks
from workorders.seat_tasks.schemas import Completion

__all__ = ["seat", "told"]

URL = "/v1/work-orders"
EVERY = SCOPES | {"event.read", "endpoint.manage", "recording.listen"}


async def whole_key(house: House, http: httpx.AsyncClient, tenant: Any, connection: str) -> System:
    """Return a system that may do all that systems may do here."""
    return System(http, await create_key(house.control, KeyRequest(tenant, connection, EVERY), now()))


@pytest.fixture
async def every(house: House, http: httpx.AsyncClient) -> tuple[System, System, System]:
    """T1-a, T1-b and T2-a with every scope."""
    places = ((TENANT_A, "a1"), (TENANT_A, "a2"), (TENANT_B, "b1"))
    return tuple([await whole_key(house, http, *place) for place in places])  # type: ignore[return-value]


@pytest.fixture
def scanner(files: Folder) -> None:
    scanning.install(files, Embedded())


async def hears(house: House, url: str) -> None:
    """Let T1-a be told at an address."""
    async with house.app.transaction(TENANT_A) as scope:
        await scope.fetch("UPDATE gf.connection SET url = $2 WHERE tenant_id = $1 AND code = 'a1'", TENANT_A, url)
        await ensure_endpoints(scope)


async def feed(system: System, **query: str) -> list[dict[str, Any]]:
    page = (await system.get("/v1/events", params={"limit": "200", **query})).json()
    assert not page["has_more"]
    return list(page["data"])


async def test_case_1_a_call_that_is_escalated_is_with_the_receiver_within_two_seconds(
    house: House, a1: System, files: Folder, told: None
) -> None:
    await allow(house, systems=True)
    call = await talked(house, files, recorded=True)
    async with receiving() as receiver, courier(house) as made:
        await hears(house, receiver.url)
        begun = time.monotonic()
        order = await escalated_call(house, call)
        await deliver_until(made, receiver, 1)
        took = time.monotonic() - begun
    ((headers, body),) = receiver.seen
    async with house.app.transaction(TENANT_A) as scope:
        secret = (await endpoint_of(scope, "a1")).secret
    event = Webhook(secret).verify(body, headers)
    assert (event["type"], event["subject"], int(event["sequence"])) == ("work_order.created", order["id"], 1)
    vcon = checked(event["data"]["call_context"]["vcon"])
    served = await a1.http.get(vcon["dialog"][0]["url"].removeprefix(CENTRE))
    digest = urlsafe_b64encode(hashlib.sha512(served.content).digest()).rstrip(b"=").decode()
    assert vcon["dialog"][0]["content_hash"] == f"sha512-{digest}"
    assert took < 2


async def test_case_2_the_whole_round_trip_ends_with_the_caller_informed(
    house: House, seat: Seat, every: tuple[System, System, System], files: Folder, scanner: None
) -> None:
    """Every step has its actor and side, and the feed leads to the same final state."""
    a1 = every[0]
    order, path = await seat.raises()
    wo = UUID(order["id"])
    await a1.move(order, "acknowledged")
    await a1.move(order, "inProgress")
    await a1.post(f"{path}/comments", {"body": "we look into it"})
    assert (await upload(a1, order)).status_code == 201
    await do_jobs(house, TENANT_A)
    async with calling(seat.house, files) as restarted:  # nothing is kept but rows
        client = System(restarted, a1.key)
        await client.move(order, "resolved", resolution={"code": "refunded", "summary": "The money is back today."})
    (task,) = (await a1.get(f"{path}/seat-tasks")).json()["data"]
    assert (task["kind"], task["instructions"], task["agent"]["name"], task["state"]) == (
        "inform_customer", "The money is back today.", "客服01", "open",
    )  # fmt: skip
    which = (wo, UUID(task["id"]))
    with pytest.raises(Problem, match="It is open"):
        await seat.does(seat_tasks.complete, *which, Completion(state="done"))
    for _ in range(2):
        assert (await seat.does(seat_tasks.accept, *which))["state"] == "accepted"
    done = await seat.does(seat_tasks.complete, *which, Completion(state="done", outcome="told her", close=True))
    assert done["state"] == "done"
    assert await seat.does(seat_tasks.complete, *which, Completion(state="done", outcome="told her")) == done
    final = (await a1.get(path)).json()
    assert final["status"] == "closed"
    history = (await a1.get(f"{path}/history")).json()["data"]
    assert [(e["kind"].removeprefix("WorkOrder"), e["side"], e["actor"]["kind"]) for e in history] == [
        ("Created", "outsourcer", "agent"), ("StatusChanged", "tenant", "key"), ("StatusChanged", "tenant", "key"),
        ("Commented", "tenant", "key"), ("Attached", "tenant", "key"), ("AttachmentScanned", "outsourcer", "system"),
            ("StatusChanged", "tenant", "key"),
        ("SeatTaskCreated", "outsourcer", "system"),
        ("SeatTaskAccepted", "outsourcer", "agent"), ("SeatTaskCompleted", "outsourcer", "agent"),
        ("StatusChanged", "outsourcer", "agent"),
    ]  # fmt: skip
    told = await seat.events(order)
    assert len(told) == final["sequence"]
    assert kinds(told)[-4:] == ["seat_task.created", "seat_task.accepted", "seat_task.completed", "closed"]


async def test_case_3_an_illegal_step_and_one_of_the_wrong_side_change_nothing(house: House, a1: System) -> None:
    order = await escalated(house)
    await a1.move(order, "inProgress")
    wrong = await a1.move(order, "closed")
    assert (wrong.status_code, wrong.json()["code"]) == (409, "transition_not_allowed")
    await a1.move(order, "resolved", resolution={"summary": "done"})
    before = (await a1.get(f"{URL}/{order['id']}")).json()
    theirs = await a1.move(order, "closed")
    assert (theirs.status_code, theirs.json()["code"]) == (403, "transition_wrong_side")
    assert (await a1.get(f"{URL}/{order['id']}")).json() == before
    async with house.app.transaction(TENANT_A) as scope:
        await service.transition(scope, UUID(order["id"]), Move(to="closed"), SEAT, now())
    closed = (await a1.get(f"{URL}/{order['id']}")).json()
    illegal = await a1.move(order, "inProgress", reason="again")
    assert (illegal.status_code, illegal.json()["code"], illegal.json()["allowed"]) == (
        409, "transition_not_allowed", [],
    )  # fmt: skip
    assert (await a1.get(f"{URL}/{order['id']}")).json() == closed


async def test_case_4_the_same_transition_twice_is_one_event(house: House, a1: System) -> None:
    order = await a1.create()
    path, tag = f"{URL}/{order['id']}/transitions", (await a1.get(f"{URL}/{order['id']}")).headers["ETag"]
    for key in ("one", "two"):
        moved = await a1.post(path, {"to": "cancelled"}, key=key, If_Match=tag)
        assert (moved.status_code, moved.json()["version"]) == (200, 2)
    async with house.app.transaction(TENANT_A) as scope:
        kinds = ["WorkOrderCreated", "WorkOrderOpened", "WorkOrderStatusChanged"]
        assert [f.kind for f in await journal.read(scope)] == kinds


async def test_case_5_the_same_request_fifty_times_at_once_makes_one_work_order(house: House, a1: System) -> None:
    answers = await asyncio.gather(*(a1.post(URL, BODY, key='"k-50"') for _ in range(50)))
    made = [a for a in answers if a.status_code == 201]
    busy = [a for a in answers if a.status_code == 409]
    assert len(made) + len(busy) == 50
    assert made
    assert {a.json()["code"] for a in busy} <= {"idempotency_in_progress"}
    assert all(a.headers["Retry-After"] for a in busy)
    first = [a for a in made if "Idempotency-Replayed" not in a.headers]
    assert len(first) == 1
    assert {a.content for a in made} == {first[0].content}
    assert {a.headers["ETag"] for a in made} == {first[0].headers["ETag"]}
    assert (await count(house, "work_order"), await count(house, "webhook_event")) == (1, 1)
    later = await a1.post(URL, BODY, key="k-50")
    assert (later.status_code, later.headers["Idempotency-Replayed"], later.content) == (201, "true", first[0].content)


async def test_case_6_a_key_belongs_to_one_request_of_one_credential(a1: System, a2: System, b1: System) -> None:
    answers = [await system.post(URL, BODY, key="shared") for system in (a1, a2, b1)]
    assert [a.status_code for a in answers] == [201, 201, 201]
    assert len({a.json()["id"] for a in answers}) == 3
    reused = await a1.post(URL, {**BODY, "title": "another"}, key="shared")
    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency_key_reused")
    spaced = await a1.http.post(
        URL, content=b'{"title":"call back",   "type":"callback"}',
        headers=a1.headers({"Idempotency-Key": "shared", "Content-Type": "application/json"}),
    )  # fmt: skip
    assert spaced.headers["Idempotency-Replayed"] == "true"


async def test_case_7_a_lost_update_is_refused_and_comments_never_cause_one(a1: System) -> None:
    order = await a1.create()
    path = f"{URL}/{order['id']}"
    tag = (await a1.get(path)).headers["ETag"]
    without = await a1.post(f"{path}/transitions", {"to": "cancelled"})
    assert (without.status_code, without.json()["code"]) == (428, "if_match_required")
    assert (await a1.post(f"{path}/transitions", {"to": "cancelled"}, If_Match="*")).status_code == 428
    written = await asyncio.gather(*(a1.post(f"{path}/comments", {"body": f"{n}"}) for n in range(20)))
    assert {w.status_code for w in written} == {201}
    assert (await a1.post(f"{path}/transitions", {"to": "cancelled"}, If_Match=tag)).status_code == 200
    stale = await a1.post(f"{path}/transitions", {"to": "closed"}, If_Match=tag)
    assert (stale.status_code, stale.json()["code"], stale.json()["current_version"]) == (412, "version_mismatch", 2)
    assert stale.json()["changed_fields"] == ["closed_at", "status"]
    assert (await a1.get(path)).json()["sequence"] == 22
    first, second = "Parcel is open", "Parcel is wet"
    order = await a1.create()
    answers = await asyncio.gather(
        *(
            a1.send(
                "PATCH",
                f"{URL}/{order['id']}",
                {"title": title},
                If_Match=f'"wo-{order["id"]}-1"',
                Idempotency_Key=str(new_id()),
            )
            for title in (first, second)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    (late,) = [answer.json() for answer in answers if answer.status_code == 412]
    assert (late["current_version"], late["changed_fields"]) == (2, ["title"])


BODIES: dict[str, Any] = {
    "comments": {"body": "hello"}, "transitions": {"to": "cancelled"}, "assignment": {"side": "tenant", "team": "mine"},
    "info-requests": {"question": "which invoice?"}, "answer": {"answer": "the last"},
    "cancellation": {"reason": "not wanted"}, "decision": {"agree": True}, "completion": {"state": "done"},
    "seat-tasks": {"kind": "call_back", "instructions": "call"}, "agent": {"agent_id": str(uuid4())},
    "{work_order_id}": {"title": "mine now"}, "{endpoint_id}": {"description": "mine"},
    "attachments": {"name": "a.txt"},
    "replay": {"since": "2026-01-01T00:00:00Z"}, "troubleTicket": {"description": "mine"},
}  # fmt: skip
"""What is sent to a route that ends with this."""


async def test_case_8_nobody_elses_id_is_known_by_any_route(
    house: House,
    http: httpx.AsyncClient,
    seat: Seat,
    every: tuple[System, System, System],
    files: Folder,
    scanner: None,
) -> None:
    """Every route of the document that names a thing, with everything of T1-a, by T1-b and T2-a: as a random id."""
    t1a, *others = every
    places = await filled(house, seat, t1a)
    document = (await http.get("/v1/openapi.json")).json()["paths"]
    named = [(method.upper(), path) for path, methods in document.items() if "{" in path for method in methods]
    tickets = "/tmf-api/troubleTicket"
    for version in ("v4", "v5"):
        named += [(way, f"{tickets}/{version}/troubleTicket/{{work_order_id}}") for way in ("GET", "PATCH", "DELETE")]
        named += [(way, f"{tickets}/{version}/hub/{{endpoint_id}}") for way in ("GET", "DELETE")]
    assert len(named) > 45
    for method, path in named:
        if path.startswith("/v1/files/"):
            continue  # its address is a secret of its own, which no id opens
        for system in others:
            known = await asked(system, method, path, places)
            random = await asked(system, method, path, {name: str(new_id()) for name in places})
            assert known[0] == 404, (method, path, known)
            assert known == random, (method, path)
    for system in others:
        for address in (
            URL,
            "/v1/events",
            "/v1/endpoints",
            "/v1/seat-tasks",
            "/tmf-api/troubleTicket/v4/troubleTicket",
        ):
            page = (await system.get(address)).text
            assert not [place for place in places.values() if place in page], address
        found = await system.get("/v1/events", params={"work_order": places["work_order_id"]})
        assert found.json()["data"] == []
        for query in ({"id": places["work_order_id"]}, {"number": "WO-1001"}, {"title": "refund"}):
            assert (await system.get(URL, params=query)).json()["data"] == []
        for page_of in (URL, "/v1/events", "/v1/seat-tasks"):
            cursor = (await t1a.get(page_of, params={"limit": "1"})).json()["next"]
            theirs = await system.get(page_of, params={"after": cursor})
            assert theirs.status_code == 400 or theirs.json()["data"] == [], page_of


async def filled(house: House, seat: Seat, t1a: System) -> dict[str, str]:
    """Return the ids of one of everything that T1-a has, by the names that addresses have for them."""
    await hears(house, "http://127.0.0.1:9/hook")
    order, path = await seat.raises()
    await t1a.move(order, "inProgress")
    file = (await upload(t1a, order)).json()
    await do_jobs(house, TENANT_A)
    question = (await t1a.post(f"{path}/info-requests", {"question": "which?"})).json()
    task = (await t1a.post(f"{path}/seat-tasks", {"kind": "call_back", "instructions": "call"})).json()
    (endpoint,) = (await t1a.get("/v1/endpoints")).json()["data"]
    delivery = (await t1a.get(f"/v1/endpoints/{endpoint['id']}/deliveries")).json()["data"][0]
    return {
        "work_order_id": order["id"], "attachment_id": file["id"], "info_request_id": question["id"],
        "seat_task_id": task["id"], "endpoint_id": endpoint["id"], "delivery_id": delivery["id"],
    }  # fmt: skip


async def asked(system: System, method: str, path: str, places: dict[str, str]) -> tuple[int, str]:
    """Ask with this id, with an ETag that names it; return what is the same for any two requests."""
    address = re.sub(r"{(\w+)}", lambda found: places[found.group(1)], path)
    last = next(part for part in path.split("/")[::-1] if part in BODIES or not part.startswith("{"))
    body = BODIES.get(path.rsplit("/", 1)[-1], BODIES.get(last))
    if path.startswith("/tmf-api/"):
        body = {"name": "mine now"} if method == "PATCH" else None
    headers = {"If-Match": f'"wo-{places["work_order_id"]}-2"', "Idempotency-Key": str(new_id())}
    answer = await system.http.request(method, address, headers=system.headers(headers), json=body)
    return answer.status_code, re.sub(r'"(instance|trace_id)":"[^"]*"', "", answer.text)


@pytest.mark.parametrize("extra", [{"tenant_id": str(TENANT_A)}, {"connection_id": "a1"}, {"connection": "a1"}])
async def test_case_9_the_body_cannot_choose_the_client(b1: System, extra: dict[str, str]) -> None:
    refused = await b1.post(URL, {"type": "callback", "title": "mine", **extra})
    assert refused.status_code == 400
    assert (await b1.get(URL)).json()["data"] == []


async def test_case_10_an_internal_comment_and_its_file_stay_inside(
    house: House, every: tuple[System, System, System], files: Objects, scanner: None
) -> None:
    a1 = every[0]
    order = await escalated(house)
    path, secret = f"{URL}/{order['id']}", "the caller is a liar"
    file = await inside(house, files, order, visibility="internal")  # type: ignore[arg-type]
    async with house.app.transaction(TENANT_A) as scope:
        body = NewComment(body=secret, visibility="internal", attachments=(file["id"],))
        await service.comment(scope, UUID(order["id"]), body, SEAT, now())
        await service.comment(scope, UUID(order["id"]), NewComment(body="shared"), SEAT, now())
    await do_jobs(house, TENANT_A)
    endpoint = (await a1.post("/v1/endpoints", {"url": "http://127.0.0.1:9/hook"})).json()
    assert (await a1.post(f"/v1/endpoints/{endpoint['id']}/replay", {"since": order["created_at"]})).status_code < 500
    tickets = "/tmf-api/troubleTicket"
    told = [
        await a1.get(address)
        for address in (
            path,
            f"{path}/comments",
            f"{path}/history",
            f"{path}/attachments",
            f"{path}/transitions",
            "/v1/events",
            URL,
            f"/v1/endpoints/{endpoint['id']}/deliveries",
            f"{tickets}/v4/troubleTicket/{order['id']}",
            f"{tickets}/v5/troubleTicket/{order['id']}",
            f"{tickets}/v5/troubleTicket?fields=note,attachment",
        )
    ]
    assert {answer.status_code for answer in told} == {200}
    assert [answer.url for answer in told if secret in answer.text or file["id"] in answer.text] == []
    assert (await a1.get(path)).json()["sequence"] == 2
    assert (await a1.get(f"{path}/attachments/{file['id']}")).status_code == 404
    async with house.app.transaction(TENANT_A) as scope:
        facts = await journal.history(scope, UUID(order["id"]))
    assert secret in str([fact.data for fact in facts])
    assert secret not in str([outward(fact.data) for fact in facts])  # as audits and exports have it for the client
