"""What is asked about an invented work order, and what systems were told of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.orders.about import of_order
from portal.states.records import LONG, Row


def beside(now: datetime, *, asked: bool) -> Row:
    """Return the handshakes, the systems and the form beside a work order."""
    return {
        "questions": questions(now) if asked else [],
        "cancellation": cancellation(now) if asked else None,
        "tasks": tasks(now) if asked else [],
        "systems": systems(now),
        "fields": fields(),
        "was": {each["name"]: each["value"] for each in fields()},
    }


def interaction(now: datetime) -> Row:
    """Return the conversation that it came out of."""
    return {
        "id": "0199-0000",
        "contact": "+86 138****0021",
        "queue": "退换货",
        "agent": "李娜",
        "started_at": now - timedelta(hours=3),
    }


def links(other: Row) -> Row:
    """Return a link with another work order, and a name elsewhere."""
    return {
        "orders": [{"type": "supersedes", "id": "w-0", "order": {**other, "number": "WO-1002"}}],
        "names": [{"owner": "jira", "type": None, "id": "OPS-12"}],
    }


def about() -> Row:
    """Return a party that may be changed, one that is masked, and a thing."""
    customer = {"role": "customer", "name": "陈女士", "id": "C-1107"}
    partner = {"role": "partner", "name": "13800000021", "id": None}
    said = {"parties": [customer, partner], "related": [{"type": "invoice", "name": None, "id": "R-2026-0815"}]}
    return of_order(said, {**said, "parties": [customer, {**partner, "name": "138****0021"}]})


def standing(now: datetime, status: str) -> Row:
    """Return who waits for whom in a status."""
    if status == "pending":
        until = now - timedelta(minutes=35)
        return {"what": "answer", "waiting": "tenant", "turn": "outsourcer", "until": until, "over": True, "mine": True}
    if status == "resolved":
        until = now + timedelta(days=3)
        return {"what": "confirm", "waiting": "tenant", "turn": "outsourcer", "until": until, "over": False,
                "mine": True}  # fmt: skip
    until = now + timedelta(minutes=95)
    return {"what": "acknowledge", "waiting": "outsourcer", "turn": "tenant", "until": until, "over": False,
            "mine": False}  # fmt: skip


def systems(now: datetime) -> list[Row]:
    """Return a system in each state of being told."""
    each = {
        "host": "hooks.shop.example", "endpoint_id": "e-1", "told_at": now - timedelta(minutes=50), "waiting": 0,
        "since": None, "next_at": None, "attempts": 0, "failed": None, "given_up": 0, "stopped": False, "link": None,
    }  # fmt: skip
    failing = {
        "waiting": 2, "since": now - timedelta(minutes=12), "next_at": now + timedelta(minutes=5), "attempts": 2,
        "failed": {"status": 500, "error": None},
    }  # fmt: skip
    link = {"id": "OPS-12", "url": "https://jira.example/browse/OPS-12", "status": "In Review",
            "heard_at": now - timedelta(minutes=18)}  # fmt: skip
    return [
        {**each, "connection": "shop"},
        {**each, "connection": "erp", **failing},
        {**each, "connection": "archive", "waiting": 1, "since": now - timedelta(minutes=1), "told_at": None},
        {"connection": "jira", "link": link},
    ]


def questions(now: datetime) -> list[Row]:
    """Return a question that is answered, and one that is not."""
    by = {"side": "tenant", "name": "王芳"}
    each = {"asked_by": by, "asked_at": now - timedelta(hours=1), "due_at": now - timedelta(minutes=35), "answer": None}
    said = {"state": "answered", "answer": "6222 **** 0021", "answered_by": {"side": "outsourcer", "name": "李娜"},
            "answered_at": now - timedelta(minutes=50)}  # fmt: skip
    return [
        {**each, "id": "q-1", "question": "退到哪张银行卡？", **said},
        {**each, "id": "q-2", "question": "When did the parcel arrive?", "state": "open"},
    ]


def cancellation(now: datetime) -> Row:
    """Return a request to cancel that nobody has decided."""
    return {
        "state": "accepted", "reason": "客户已经收到退款", "requested_by": {"side": "outsourcer", "name": "李娜"},
        "requested_at": now - timedelta(minutes=9), "error": None, "decision_reason": None, "decided_by": None,
        "decided_at": None,
    }  # fmt: skip


def tasks(now: datetime) -> list[Row]:
    """Return a task that is done, and one that nobody has taken."""
    each = {
        "created_by": {"side": "tenant", "name": "王芳"}, "created_at": now - timedelta(minutes=40), "call_id": None,
        "agent": {"id": "a", "name": "李娜"}, "outcome": None, "completed_at": None,
    }  # fmt: skip
    return [
        {**each, "id": "t-1", "kind": "call_back", "instructions": "确认地址", "state": "done",
         "outcome": "上海", "completed_at": now - timedelta(minutes=30), "call_id": "0199-1", "due_at": None},
        {**each, "id": "t-2", "kind": "inform_customer", "instructions": "Tell her that the money is on its way.",
         "state": "open", "due_at": now + timedelta(hours=2)},
    ]  # fmt: skip


def fields() -> list[Row]:
    """Return the fields of the form that changes it."""
    rows: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
        ("title", "line", "退款未到账", ()), ("description", "text", LONG, ()),
        ("priority", "code", "high", ("critical", "high", "medium", "low")),
        ("requested_resolution_at", "instant", "2026-11-24T18:00", ()),
    )  # fmt: skip
    made = [
        {"name": name, "kind": kind, "value": value, "shown": value, "now": None, "choices": choices}
        for name, kind, value, choices in rows
    ]
    shop = {
        "name": "custom-shop",
        "label": "shop",
        "kind": "line",
        "value": "上海三店",
        "shown": "上海三店",
        "choices": (),
    }
    return [*made, {**shop, "now": None}]
