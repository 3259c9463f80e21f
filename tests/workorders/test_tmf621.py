"""TMF621 in both versions, over HTTP and on real PostgreSQL, held against the facts of its published schemas."""

from __future__ import annotations

import base64
from typing import Any
from uuid import UUID

import httpx
import pytest

from app import scanning
from exchange.tmf621.schemas import MOST_BYTES
from kit.clock import now
from kit.ids import new_id
from kit.objects import Folder
from kit.scanning.embedded import Embedded
from tenants.service.keys import KeyRequest, create_key
from tests.support.house import TENANT_A, House
from tests.support.tmf621 import NEW, STATUSES, faults
from tests.workorders.lab import System, do_jobs
from tests.workorders.test_exchange import SEAT, escalated
from workorders import service
from workorders.cancelling import service as cancelling
from workorders.cancelling.schemas import Decision
from workorders.schemas import Move, NewComment

BODY = {"description": "The refund has not arrived", "severity": "Major", "ticketType": "refund"}
VERSIONS = pytest.mark.parametrize("version", ["v4", "v5"])


def url(version: str, ticket: str = "", **_: str) -> str:
    return f"/tmf-api/troubleTicket/{version}/troubleTicket" + (f"/{ticket}" if ticket else "")


async def ask(system: System, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
    """Send a request as those do who know TMF621 only: no Idempotency-Key, no If-Match."""
    extra = {name.replace("_", "-"): value for name, value in headers.items()}
    return await system.http.request(method, path, json=body, headers=system.headers(extra))


async def good(system: System, method: str, path: str, body: Any = None) -> Any:
    answer = await ask(system, method, path, body)
    assert answer.status_code in {200, 201}, answer.text
    shown = answer.json()
    version = path.split("/")[3]
    assert list(faults(version, "[TroubleTicket]" if isinstance(shown, list) else "TroubleTicket", shown)) == []
    return shown


def refused(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    version = str(answer.request.url.path).split("/")[3]
    said = dict(answer.json())
    assert (answer.status_code, said["code"], said["status"]) == (status, code, str(status)), answer.text
    assert list(faults(version, "Error", said)) == []
    assert said["@type"] == "Error"
    return said


@VERSIONS
async def test_the_round_trip_by_the_standard_alone_is_the_same_natively(
    house: House, a1: System, version: str
) -> None:
    order = await escalated(house)
    ticket = await good(a1, "GET", url(version, order["id"]))
    assert (ticket["status"], ticket["name"], ticket["ticketType"]) == ("acknowledged", "refund", "refund")
    here = url(version, ticket["id"])
    assert (await good(a1, "PATCH", here, {"status": "acknowledged"}))["status"] == "acknowledged"
    assert (await a1.get(f"/v1/work-orders/{order['id']}")).json()["status"] == "acknowledged"
    working = await good(a1, "PATCH", here, {
        "status": "inProgress", "statusChangeReason": "we look", "note": [{"text": "asked the bank"}],
        "expectedResolutionDate": "2026-12-01T09:00:00+08:00",
    })  # fmt: skip
    assert working["expectedResolutionDate"] == "2026-12-01T01:00:00.000Z"
    assert [(n["author"], n["text"]) for n in working["note"]] == [("a1", "asked the bank")]
    waiting = await good(a1, "PATCH", here, {"status": "pending", "statusChangeReason": "which account?"})
    assert waiting["pendingOn"] == "outsourcer"
    done = await good(a1, "PATCH", here, {"status": "resolved", "statusChangeReason": "the money is back"})
    steps = done["statusChangeHistory" if version == "v5" else "statusChange"]
    assert [step["status"] for step in steps] == ["acknowledged", "inProgress", "pending", "resolved"]
    reason = "statusChangeReason" if version == "v5" else "changeReason"
    assert [step.get(reason) for step in steps] == [None, "we look", "which account?", "the money is back"]
    assert done["statusChangeDate"] == done["resolutionDate"]
    native = (await a1.get(f"/v1/work-orders/{order['id']}")).json()
    assert native["resolution"] == {"code": "done", "summary": "the money is back"}
    async with house.app.transaction(TENANT_A) as scope:
        await service.transition(scope, order["id"], Move(to="closed"), SEAT, now())
    assert (await good(a1, "GET", here))["status"] == "closed"
    refused(await ask(a1, "PATCH", here, {"status": "inProgress"}), 409, "transition_not_allowed")


RICH: dict[str, dict[str, Any]] = {
    "v4": {
        "externalId": "7731", "channel": {"id": "selfservice"},
        "relatedParty": [{"id": "9866", "name": "Sandy", "role": "member", "@referredType": "Party"}],
        "relatedEntity": [{"id": "3472", "name": "March", "role": "disputedBill", "@referredType": "CustomerBill"}],
    },
    "v5": {
        "@type": "TroubleTicket",
        "externalIdentifier": [
            {"owner": "crm", "externalIdentifierType": "Case", "id": "7731", "@type": "ExternalIdentifier"}
        ],
        "channel": {"id": "selfservice", "@type": "ChannelRef"},
        "relatedParty": [
            {
                "role": "member", "@type": "RelatedPartyRefOrPartyRoleRef",
                "partyOrPartyRole": {"id": "9866", "name": "Sandy", "@type": "PartyRef", "@referredType": "Party"},
            }
        ],
        "relatedEntity": [
            {
                "role": "disputedBill", "@type": "RelatedEntity",
                "entity": {"id": "3472", "name": "March", "@type": "EntityRef", "@referredType": "CustomerBill"},
            }
        ],
        "troubleTicketCharacteristic": [
            {"name": "amount", "value": 40, "valueType": "integer", "@type": "IntegerCharacteristic"}
        ],
    },
}  # fmt: skip


@VERSIONS
async def test_what_a_ticket_says_comes_back_and_can_be_changed(a1: System, version: str) -> None:
    first = await good(a1, "POST", url(version), BODY)
    assert (first["name"], first["severity"], first["priority"]) == (BODY["description"], "Major", "Medium")
    link = {"id": first["id"], "relationshipType": "relatesTo"}
    said = {**BODY, **RICH[version], "name": "refund", "priority": "HIGH", "note": [{"text": "urgent"}],
            "requestedResolutionDate": "2026-12-01T09:00:00Z",
            "troubleTicketRelationship": [{**link, "@type": "TroubleTicketRelationship"}]}  # fmt: skip
    made = await good(a1, "POST", url(version), said)
    for name in RICH[version]:
        shown, sent = made[name], said[name]
        if name == "troubleTicketCharacteristic":
            sent = [{k: v for k, v in each.items() if k != "valueType"} for each in sent]
        if name == "channel":
            sent = {**sent, "name": sent["id"]}
        assert shown == sent, name
    assert [note["text"] for note in made["note"]] == ["urgent"]
    assert made["troubleTicketRelationship"][0]["id"] == first["id"]
    native = (await a1.get(f"/v1/work-orders/{made['id']}")).json()
    assert (native["related"][0]["type"], native["parties"][0]["id"]) == ("CustomerBill.disputedBill", "9866")
    here = url(version, made["id"])
    kept = {"id", "href", "creationDate", "lastUpdate", "statusChange", "statusChangeHistory", "statusChangeDate"}
    again = await ask(a1, "PATCH", here, {name: value for name, value in made.items() if name not in kept})
    assert again.status_code == 200, again.text
    assert {**again.json(), "lastUpdate": ""} == {**made, "lastUpdate": ""}  # all repeated: nothing changed
    assert (await a1.get(f"/v1/work-orders/{made['id']}")).json()["version"] == native["version"]
    changed = await good(a1, "PATCH", here, {
        "name": "refund 2", "requestedResolutionDate": None, "relatedParty": [], "note": [{"id": "x", "text": "more"}],
    })  # fmt: skip
    assert (changed["name"], changed["relatedParty"], "requestedResolutionDate" in changed) == ("refund 2", [], False)
    assert [note["text"] for note in changed["note"]] == ["urgent", "more"]  # appended; what was left out is kept


@VERSIONS
async def test_what_may_not_be_changed_is_refused(house: House, a1: System, version: str) -> None:
    order = await escalated(house)
    here = url(version, order["id"])
    bodies: tuple[Any, ...] = (
        {"id": "1"}, {"href": "x"}, {"creationDate": order["created_at"]}, {"lastUpdate": order["created_at"]},
        {"statusChange": []}, {"statusChangeDate": order["created_at"]}, {"statusChangeHistory": []},
        {"@type": "Incident"}, {"@baseType": "x"}, {"@schemaLocation": "https://x.example"}, {"ticketType": "other"},
        {"channel": {"id": "other", "@type": "ChannelRef"}}, {"note": None}, {"status": None}, {"status": "submitted"},
        {"statusChangeReason": "no change"}, {"attachment": [{"content": "?"}]}, {"attachment": [{"name": "x"}]},
        {"attachment": [{"url": "ftp://x"}]},
        {"attachment": None}, {"attachment": [{"content": ""}]}, {"unheard": 1}, {"severity": None},
        {"description": "a\0b"}, {"note": [{"text": ""}]}, {"expectedResolutionDate": "tomorrow"}, [], 7, "x",
        {"status": "pending"}, {"relatedParty": [{"role": "x"}]}, {"severity": "Urgent"},
        {"troubleTicketRelationship": [{"id": "x", "relationshipType": "relates_to"}]},
    )  # fmt: skip
    for body in bodies:
        answer = await ask(a1, "PATCH", here, body)
        assert answer.status_code == 400, (body, answer.text)
        assert list(faults(version, "Error", answer.json())) == []
    refused(await ask(a1, "PATCH", here, {"description": "theirs"}), 403, "change_wrong_side")
    assert (await a1.get(f"/v1/work-orders/{order['id']}")).json() == {**order, "sla": []}
    patch = {"op": "add", "path": "/note", "value": {"text": "x"}}
    answer = await a1.http.patch(
        here, json=[patch], headers=a1.headers({"Content-Type": "application/json-patch+json"})
    )
    refused(answer, 415, "unsupported_media_type")
    refused(await ask(a1, "PATCH", here), 415, "unsupported_media_type")
    for raw in (b"", b"{", b"\xff", b'{"name": "' + b"x" * 300 + b'"}', b"[" * 5000):
        answer = await a1.http.patch(here, content=raw, headers=a1.headers({"Content-Type": "application/json"}))
        assert answer.status_code == 400, (raw[:20], answer.text)


@VERSIONS
async def test_a_new_ticket_must_say_what_the_standard_requires(a1: System, version: str) -> None:
    for name in NEW:
        said = {key: value for key, value in BODY.items() if key != name}
        refused(await ask(a1, "POST", url(version), said), 400, "validation_failed")
    twice = b'{"description": "a", "description": "b", "severity": "Major", "ticketType": "refund"}'
    for raw in (twice, twice.replace(b'"a"', b"NaN"), twice.replace(b"a", b"\xff"), twice[:-1], b"[" * 50_000, b"null"):
        headers = a1.headers({"Content-Type": "application/json"})
        refused(await a1.http.post(url(version), content=raw, headers=headers), 400, "validation_failed")
    for more in (
        {"status": "closed"}, {"id": "1"}, {"@type": "Incident"}, {"ticketType": "Bill, dispute"}, {"description": " "},
        {"troubleTicketRelationship": [{"id": str(new_id()), "relationshipType": "relatesTo"}]},
        {"relatedEntity": [{"id": "1", "role": "x y", "@referredType": "Bill"}]}, {"statusChangeReason": "x"},
    ):  # fmt: skip
        assert (await ask(a1, "POST", url(version), {**BODY, **more})).status_code == 400, more
    assert (await good(a1, "GET", url(version))) == []
    late = {**BODY, "resolutionDate": "2026-11-22T08:20:00Z", "statusChangeDate": "2026-11-22T08:20:00Z"}
    assert "resolutionDate" not in await good(a1, "POST", url(version), late)  # the server's, whatever is said
    own = {"externalId": "7"} if version == "v4" else {"externalIdentifier": [{"id": "7"}]}
    made = await good(a1, "POST", url(version), {**BODY, **own})
    again = refused(await ask(a1, "POST", url(version), {**BODY, **own}), 409, "duplicate_external_id")
    assert made["id"] in again["message"]


@VERSIONS
async def test_a_ticket_is_deleted_by_cancelling_it_and_only_by_who_asked(
    house: House, a1: System, version: str
) -> None:
    ticket = await good(a1, "POST", url(version), BODY)
    here = url(version, ticket["id"])
    refused(await ask(a1, "DELETE", here, If_Match=f'"wo-{ticket["id"]}-7"'), 412, "version_mismatch")
    refused(await ask(a1, "DELETE", here, If_Match="*"), 428, "if_match_required")
    assert [(await ask(a1, "DELETE", here)).status_code for _ in range(2)] == [204, 204]
    assert (await good(a1, "GET", here))["status"] == "cancelled"
    theirs = await escalated(house)
    said = refused(await ask(a1, "DELETE", url(version, theirs["id"])), 409, "transition_not_allowed")
    assert "allowed: acknowledged" in said["message"]
    assert (await a1.get(f"/v1/work-orders/{theirs['id']}")).json() == {**theirs, "sla": []}


@VERSIONS
async def test_to_delete_what_is_under_way_asks_its_resolver(house: House, a1: System, version: str) -> None:
    ticket = await good(a1, "POST", url(version), {**BODY, "ticketType": "Billing inquiry"})
    here, native = url(version, ticket["id"]), f"/v1/work-orders/{ticket['id']}"
    async with house.app.transaction(TENANT_A) as scope:
        await service.transition(scope, UUID(ticket["id"]), Move(to="inProgress"), SEAT, now())
    refused(await ask(a1, "DELETE", here, If_Match=f'"wo-{ticket["id"]}-1"'), 412, "version_mismatch")
    assert (await a1.get(f"{native}/cancellation")).status_code == 404  # a refused request asks for nothing
    taken = {"v4": 204, "v5": 202}[version]
    assert [(await ask(a1, "DELETE", here)).status_code for _ in range(2)] == [taken, taken]
    asked = (await a1.get(f"{native}/cancellation")).json()
    assert (asked["state"], asked["reason"]) == ("accepted", "The trouble ticket was deleted")
    seen = await good(a1, "GET", here)
    assert (seen["status"], seen["ticketType"]) == ("inProgress", "Billing inquiry")
    found = await good(a1, "GET", f"{url(version)}?ticketType=Billing%20inquiry")
    assert [each["id"] for each in found] == [ticket["id"]]
    async with house.app.transaction(TENANT_A) as scope:
        await cancelling.decide(scope, UUID(ticket["id"]), Decision(agree=True), SEAT, now())
    assert (await good(a1, "GET", here))["status"] == "cancelled"
    assert (await ask(a1, "DELETE", here)).status_code == 204


@VERSIONS
async def test_headers_of_ours_are_honoured_when_they_are_sent(a1: System, version: str) -> None:
    first, again, other = [
        await ask(a1, "POST", url(version), {**BODY, "name": name}, Idempotency_Key="k1") for name in ("a", "a", "b")
    ]
    assert (first.status_code, again.content) == (201, first.content)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert first.headers["Location"] == first.json()["href"]
    refused(other, 422, "idempotency_key_reused")
    here, tag = url(version, first.json()["id"]), first.headers["ETag"]
    assert (await ask(a1, "PATCH", here, {"name": "b"}, If_Match=tag)).status_code == 200
    said = refused(await ask(a1, "PATCH", here, {"name": "c", "id": None}), 400, "validation_failed")
    assert "/id" in said["message"]
    stale = refused(await ask(a1, "PATCH", here, {"ticketType": "x"}, If_Match=tag), 412, "version_mismatch")
    assert "changed_fields: title" in stale["message"]
    before = await good(a1, "GET", here)
    assert before["name"] == "b"
    much = {"name": "c", "note": [{"text": "hear"}], "status": "closed"}  # the last of it is refused
    for key in ("k2", "k2", "k3"):
        refused(await ask(a1, "PATCH", here, much, Idempotency_Key=key), 409, "transition_not_allowed")
    assert await good(a1, "GET", here) == before


@VERSIONS
async def test_lists_are_newest_first_counted_and_paged(a1: System, a2: System, version: str) -> None:
    more = {"channel": {"id": "shop"}, "relatedParty": [RICH[version]["relatedParty"][0]]}
    made = [await good(a1, "POST", url(version), {**BODY, "name": f"n{n}", "severity": s, **(more if n == 2 else {})})
            for n, s in enumerate(("Major", "minor", "CRITICAL", "Major", "Major"))]  # fmt: skip
    await good(a2, "POST", url(version), BODY)
    names = [ticket["name"] for ticket in await good(a1, "GET", url(version))]
    assert names == ["n4", "n3", "n2", "n1", "n0"]
    answer = await ask(a1, "GET", url(version) + "?offset=1&limit=2&severity=Major")
    assert [ticket["name"] for ticket in answer.json()] == ["n3", "n0"]
    assert (answer.headers["X-Total-Count"], answer.headers["X-Result-Count"]) == ("3", "2")
    seen, path = [], url(version) + "?limit=2"
    while path:
        page = await ask(a1, "GET", path)
        seen += [ticket["name"] for ticket in page.json()]
        path = page.headers.get("Link", "").partition(">")[0].removeprefix("<")
    assert seen == names
    for query, found in (
        ("name=n2", ["n2"]), ("severity=critical,minor", ["n2", "n1"]),
        ("severity=Critical&severity=Minor", ["n2", "n1"]),
        ("status=acknowledged", names), ("status=held", []), ("ticketType=refund&name=n0", ["n0"]),
        (f"creationDate.gte={made[3]['creationDate']}", ["n4", "n3"]),
        (f"creationDate.gt={made[3]['creationDate']}", ["n4"]),
        (f"creationDate.lte={made[1]['creationDate']}", ["n1", "n0"]),
        (f"creationDate.lt={made[1]['creationDate']}&severity=major", ["n0"]),
        ("externalId=no", []), ("relatedParty.id=9866", ["n2"]), ("channel.id=shop", ["n2"]),
        (f"id={made[3]['id']}", ["n3"]), (f"creationDate={made[3]['creationDate']}", ["n3"]),
        (f"troubleTicketRelationship.id={made[3]['id']}", []), ("description=x", []),
    ):  # fmt: skip
        assert [t["name"] for t in await good(a1, "GET", f"{url(version)}?{query}")] == found, query
    brief = await good(a1, "GET", f"{url(version, made[0]['id'])}?fields=status,note")
    assert set(brief) == {"id", "href", "status", "note"} | ({"@type"} if version == "v5" else set())
    listed = await good(a1, "GET", f"{url(version)}?fields=statusChangeDate&limit=1")
    assert listed[0]["statusChangeDate"] == made[4]["creationDate"]
    assert set((await good(a1, "GET", f"{url(version)}?fields=none"))[0]) <= {"id", "href", "@type"}


@VERSIONS
async def test_a_query_that_means_nothing_is_refused(a1: System, version: str) -> None:
    invalid = (
        "offset=-1", "offset=10001", "limit=0", "limit=201", "limit=x", "name=a&name=b", "status=submitted", "name=%00",
        "creationDate.gt=x", "creationDate=2026", "externalId=", "id=7", "severity=urgent",
        "creationDate.gt=2026-11-22T08:20:00", "creationDate.lt=0001-01-01T00:00:00Z",
    )  # fmt: skip
    for query in invalid:
        refused(await ask(a1, "GET", f"{url(version)}?{query}"), 400, "validation_failed")
    if version == "v5":
        for query in ("after=", "before=", "after=x", "sort=name", "filter=", "filter=$[?(@.status=='lost')]"):
            refused(await ask(a1, "GET", f"{url(version)}?{query}"), 400, "validation_failed")
    for query in ("stauts=held", "note.text=x", "name.gt=x", "tenant_id=x", "connection=a1"):
        refused(await ask(a1, "GET", f"{url(version)}?{query}"), 400, "unknown_filter")
    refused(await ask(a1, "GET", f"{url(version)}?fields=nothing"), 400, "unknown_field")


async def test_version_5_finds_by_json_path_and_walks_by_cursors(a1: System) -> None:
    for name in ("n0", "n1", "n2"):
        await good(a1, "POST", url("v5"), {**BODY, "name": name})
    by_path = {"filter": "$[?(@.name=='n1' && @.severity=='Major')]", "sort": "-creationDate"}
    answer = await a1.get(url("v5"), params=by_path)
    assert [ticket["name"] for ticket in answer.json()] == ["n1"]
    assert (
        await a1.get(url("v5"), params={"filter": "$[?(@.name=='a && b' && @.id=='" + str(new_id()) + "')]"})
    ).json() == []
    page = await a1.get(url("v5"), params={"limit": "2"})
    assert "after=" in page.headers["Link"]
    for query in (
        {"sort": "name"}, {"filter": "attachment[?(@size==300)]"}, {"filter": "$[?(@.name=='a' || @.name=='b')]"},
        {"filter": "$[?(@.name=~'n')]"}, {"after": "x"}, {"after": "a", "offset": "1"}, {"filter": ""},
    ):  # fmt: skip
        refused(await a1.get(url("v5"), params=query), 400, "validation_failed")
    for name in ("sort", "filter", "after", "before"):
        refused(await a1.get(url("v4"), params={name: "x"}), 400, "unknown_filter")


@VERSIONS
async def test_anothers_ticket_is_as_unknown_as_a_random_id(
    house: House, a1: System, a2: System, b1: System, version: str
) -> None:
    ticket = await good(a1, "POST", url(version), {**BODY, "note": [{"text": "secret"}]})
    bodies = {"GET": None, "DELETE": None, "PATCH": {"name": "mine", "note": [{"text": "x"}]}}
    for system in (a2, b1):
        for method, body in bodies.items():
            for tag in ({}, {"If_Match": f'"wo-{ticket["id"]}-1"'}):
                theirs = await ask(system, method, url(version, ticket["id"]), body, **tag)
                nobodys = await ask(system, method, url(version, str(new_id())), body, **tag)
                assert theirs.json() == nobodys.json()
                refused(theirs, 404, "not_found")
        assert await good(system, "GET", url(version)) == []
        link = [{"id": ticket["id"], "relationshipType": "relatesTo", "@type": "TroubleTicketRelationship"}]
        said = await ask(system, "POST", url(version), {**BODY, "troubleTicketRelationship": link})
        assert said.status_code == 400
    assert (await good(a1, "GET", url(version, ticket["id"]))) == ticket
    refused(await a1.http.get(url(version)), 401, "not_signed_in")
    refused(await ask(a1, "GET", url(version, "not-an-id")), 400, "validation_failed")
    scopes = frozenset({"work_order.read", "work_order.change", "work_order.create"})
    mute = System(a1.http, await create_key(house.control, KeyRequest(TENANT_A, "a1", scopes), now()))
    assert (await ask(mute, "PATCH", url(version, ticket["id"]), {"name": "ok"})).status_code == 200
    refused(await ask(mute, "PATCH", url(version, ticket["id"]), {"note": [{"text": "x"}]}), 403, "forbidden")
    refused(await ask(mute, "POST", url(version), {**BODY, "note": [{"text": "x"}]}), 403, "forbidden")


@VERSIONS
async def test_files_come_inside_a_ticket_and_are_shown_when_they_are_clean(
    house: House, files: Folder, a1: System, a2: System, version: str
) -> None:
    scanning.install(files, Embedded())
    order = await escalated(house)
    here, content = url(version, order["id"]), b"%PDF-1.4 a bill"
    said = {"name": "bill.pdf", "mimeType": "image/png", "content": base64.b64encode(content).decode()}
    link = {"name": "plan", "url": "https://files.example/1"}
    keyed = [await ask(a1, "PATCH", here, {"attachment": [said, link]}, Idempotency_Key="f1") for _ in range(2)]
    assert keyed[0].content == keyed[1].content
    ticket = keyed[0].json()
    assert list(faults(version, "TroubleTicket", ticket)) == []
    (file,) = ticket["attachment"]
    assert (file["name"], file["mimeType"], file["size"]) == (
        "bill.pdf", "application/pdf", {"amount": 15, "units": "byte"},
    )  # fmt: skip
    assert "url" not in file  # not scanned yet
    assert [note["text"] for note in ticket["note"]] == ["plan: https://files.example/1"]
    while await do_jobs(house, TENANT_A):
        pass
    (clean,) = (await good(a1, "GET", here))["attachment"]
    got = await a1.get(httpx.URL(clean["url"]).path)
    assert (got.status_code, got.content) == (200, content)
    assert len(list(files.keys(f"t/{TENANT_A}/"))) == 1  # the retry's copy is gone
    again = await good(a1, "PATCH", here, {"attachment": [clean]})
    assert again["attachment"] == [clean]  # repeated, not doubled
    large = {**said, "content": base64.b64encode(bytes(MOST_BYTES + 1)).decode()}
    refused(await ask(a1, "PATCH", here, {"attachment": [large]}), 413, "attachment_too_large")
    program = {**said, "content": base64.b64encode(b"MZ" + bytes(300)).decode()}
    refused(await ask(a1, "PATCH", here, {"attachment": [program]}), 415, "attachment_type_refused")
    refused(await ask(a2, "PATCH", here, {"attachment": [said]}), 404, "not_found")
    made = await good(a1, "POST", url(version), {**BODY, "attachment": [said]})
    assert [each["name"] for each in made["attachment"]] == ["bill.pdf"]


async def test_an_internal_comment_is_no_note(house: House, a1: System) -> None:
    order = await escalated(house)
    async with house.app.transaction(TENANT_A) as scope:
        for visibility in ("internal", "shared"):
            await service.comment(scope, order["id"], NewComment(body=visibility, visibility=visibility), SEAT, now())
    for version in ("v4", "v5"):
        ticket = await good(a1, "GET", url(version, order["id"]))
        assert [note["text"] for note in ticket["note"]] == ["shared"]
        assert {ticket["status"]} <= STATUSES
