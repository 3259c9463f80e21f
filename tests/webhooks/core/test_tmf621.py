"""Events of work orders as TMF621 writes them, held against the facts of its published schemas."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.tmf621 import EVENTS, faults
from webhooks.core.tmf621 import Edition, event, event_types, written

AT = "2026-11-23T08:00:00.000Z"
ID = "01990f4e-7c1d-7000-8000-000000000001"
EDITIONS = [Edition("v4", "https://gf.example"), Edition("v5", "https://gf.example")]


def order(**changed: Any) -> dict[str, Any]:
    whole = {
        "id": ID, "title": "refund", "description": "not arrived", "severity": "major", "priority": "high",
        "type": "refund", "status": "submitted", "status_reason": None, "pending_on": None, "created_at": AT,
        "updated_at": AT, "requested_resolution_at": AT, "expected_resolution_at": None, "resolved_at": None,
        "channel": "desk", "parties": [{"role": "customer", "id": None, "name": "Wang"}],
        "related": [{"type": "Bill.disputed", "id": "B-1", "name": None}],
        "relationships": [{"type": "supersedes", "id": ID}],
        "external_ref": [{"owner": "crm", "type": "case", "id": "7"}, {"owner": "tmf621", "type": None, "id": "8"}],
        "custom": {"iban": "x", "paid": True, "parts": [1], "n": 3, "more": {"a": 1}},
    }  # fmt: skip
    return {**whole, **changed}


def native(kind: str, **data: Any) -> dict[str, Any]:
    return {
        "id": "e1", "type": kind, "timestamp": AT, "sequence": "000000000002", "subject": ID, "correlationid": "i1",
        "origin": "outsourcer", "schema_version": "1", "data": {**order(), "changes": {}, **data},
    }  # fmt: skip


@pytest.mark.parametrize("edition", EDITIONS, ids=["v4", "v5"])
def test_a_ticket_is_as_the_standard_says(edition: Edition) -> None:
    shown = written(order(), edition)
    assert list(faults(edition.version, "TroubleTicket", shown)) == []
    assert (shown["status"], shown["severity"], shown["priority"]) == ("acknowledged", "Major", "High")
    assert shown["href"] == f"https://gf.example/tmf-api/troubleTicket/{edition.version}/troubleTicket/{ID}"
    broken = {**shown, "statuss": "x", "creationDate": "yesterday", "note": {}}
    with pytest.raises(ValueError, match="yesterday"):
        list(faults(edition.version, "TroubleTicket", broken))
    assert len(list(faults(edition.version, "TroubleTicket", {**shown, "statuss": "x", "status": "submitted"}))) == 2


@pytest.mark.parametrize("edition", EDITIONS, ids=["v4", "v5"])
@pytest.mark.parametrize(
    ("kind", "data", "theirs"),
    [
        ("created", {}, "Create"),
        ("updated", {"changes": {"title": ["a", "b"], "version": [1, 2]}}, "AttributeValueChange"),
        ("status_changed", {"status": "held"}, "StatusChange"), ("reopened", {}, "StatusChange"),
        ("closed", {}, "StatusChange"), ("cancelled", {}, "StatusChange"),
        ("resolved", {"resolved_at": AT}, "Resolved"),
        ("info.requested", {"info_request": {"path": "/custom/iban", "question": "which?"}}, "InformationRequired"),
    ],
)  # fmt: skip
def test_each_event_has_its_name_and_form(edition: Edition, kind: str, data: dict[str, Any], theirs: str) -> None:
    made = event(native(f"work_order.{kind}", **data), edition)
    assert made is not None
    assert made["eventType"] == f"TroubleTicket{theirs}Event"
    assert list(faults(edition.version, "Event", made)) == []
    assert made.get("@type") == (made["eventType"] if edition.is_v5 else None)
    if theirs == "InformationRequired":
        asked = made["event"].get("informationRequired")
        assert (made.get("fieldPath"), asked) == (
            (None, {"op": "add", "path": "/custom/iban"}) if edition.is_v5 else ("/custom/iban", None)
        )
    if theirs == "AttributeValueChange" and not edition.is_v5:
        assert made["fieldPath"] == "/name"


def test_a_comment_is_a_changed_note_and_an_internal_one_is_never_shown() -> None:
    said = {"id": "c1", "body": "hello", "author": {"name": "a1"}, "created_at": AT, "visibility": "shared"}
    made = event(native("work_order.comment.created", comment=said), EDITIONS[0])
    assert made is not None
    assert made["fieldPath"] == "/note"
    assert made["event"]["troubleTicket"]["note"] == [{"id": "c1", "author": "a1", "date": AT, "text": "hello"}]
    hidden = event(native("work_order.comment.created", comment={**said, "visibility": "internal"}), EDITIONS[1])
    assert hidden is not None
    assert hidden["event"]["troubleTicket"]["note"] == []


def test_what_the_standard_has_no_event_for_is_none() -> None:
    for kind in ("journal.head", "alert.raised", "work_order.assigned", "work_order.sla.warning"):
        assert event(native(kind), EDITIONS[0]) is None
    assert event_types(["TroubleTicketCreateEvent"]) == ["work_order.created"]
    with pytest.raises(KeyError):
        event_types(["TroubleTicketDeleteEvent"])
    sent = {name for name in EVENTS if not name.startswith("TroubleTicketDelete")}
    assert len(event_types(sorted(sent))) == 10
