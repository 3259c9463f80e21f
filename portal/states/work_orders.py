"""Invented work orders, in the shape that their page templates document."""

from __future__ import annotations

from datetime import datetime, timedelta

from kit.counting import Counted
from portal.inbox.asked import CHOICES, MORE, SHOWN, Address
from portal.inbox.listing import Bulk
from portal.orders.about import ROLES
from portal.rendering import Page
from portal.states import work_order_parts
from portal.states.records import LONG, Row
from workorders.service.inbox import COUNTED, Group


def orders(now: datetime) -> list[Row]:
    """Rows of the work orders page."""
    long = "Parcel lost between warehouse and courier, the customer asks for a replacement by Friday"
    rows = [
        ("w-1", "WO-1042", "退款未到账", "submitted", "high", ("tenant", True, "acknowledge"), None),
        ("w-2", "WO-1041", long, "inProgress", "critical", ("tenant", True, "cancel"), ("退款组", "王芳")),
        ("w-3", "WO-1038", "發票抬頭需要更正", "pending", "medium", ("others", False, "end_customer"), ("", "陳小姐")),
        ("w-4", "WO-1031", "优惠券无法使用", "resolved", "low", ("outsourcer", False, "confirm"), None),
    ]
    return [
        {
            "id": id_,
            "number": number,
            "version": 1,
            "title": title,
            "type": "request",
            "status": status,
            "priority": priority,
            "requester": "outsourcer",
            "created_at": now - timedelta(hours=3),
            "updated_at": now - timedelta(minutes=18),
            "at": {"updated_at": now - timedelta(minutes=18)},
            "turn": turn,
            "mine": mine,
            "need": need,
            "own": None if own is None else {"team": own[0], "person": own[1]},
            "due": due,
        }
        for (id_, number, title, status, priority, (turn, mine, need), own), due in zip(
            rows, [*owed(now)[1:4], None], strict=True
        )
    ]


def inbox(now: datetime, page: Page, state: str) -> Row:
    """Return the context of the list: rows, none beside the archive, a filter that cannot be read, after acts."""
    address = Address({"error": "created_at.gte=gestern", "empty": "group=all"}.get(state, ""), page)
    made = orders(now)
    told = [
        {"id": row["id"], "code": code, "order": row}
        for row, code in zip(made, ("version_mismatch", "cancel_agreed", None, None), strict=True)
    ]
    return {
        "address": address, "filters": address.filters, "wrong": address.wrong, "next": None, "part": False,
        "rows": made if state in {"", "bulk"} else [], "error": "validation_failed" if address.wrong else None,
        "groups": {group.value: address.of_group(group) for group in Group},
        "counts": {each: Counted(n, n < COUNTED) for each, n in zip(Group, (2, 12, 1, COUNTED), strict=False)},
        "fields": SHOWN, "more": MORE, "choices_of": CHOICES, "connections": {"crm": "客服系统"}, "types": {},
        "archived_after": 90,
        "views": [{"id": "v-1", "name": "退款, 紧急", "query": "group=all&sort=due&priority=critical"}],
        "side": "tenant", "may_change": True, "may_comment": True, "may_take": True, "once": "", "most": 200, "upto": 1,
        "curl": "curl -H \"Authorization: Bearer $GLASSFLOOR_KEY\" 'https://gf.example/v1/work-orders'",
        "bulk": Bulk({}, (), None, "closed", told) if state == "bulk" else Bulk(),
    }  # fmt: skip


def owed(now: datetime) -> list[Row]:
    """Clocks of a work order, one in each state."""
    rows = (
        ("acknowledge", "tenant", "met", 20, None), ("next_update", "tenant", "running", 95, None),
        ("resolve", "tenant", "paused", 640, "requester"), ("answer_info", "outsourcer", "breached", -35, None),
        ("seat_feedback", "outsourcer", "cancelled", 240, None),
    )  # fmt: skip
    return [
        {
            "metric": metric,
            "owed_by": side,
            "state": state,
            "paused_for": paused_for,
            "owed": state not in {"met", "cancelled"},
            "over": minutes < 0,
            "left_ms": abs(minutes) * 60_000,
            "due_at": None if paused_for else now + timedelta(minutes=minutes),
            "ended_at": now - timedelta(hours=2),
        }
        for metric, side, state, minutes, paused_for in rows
    ]


def order(now: datetime, status: str = "submitted") -> Row:
    """One work order with its thread; ``pending`` has whatever is asked of either side."""
    asked = status == "pending"
    return {
        **orders(now)[0],
        "status": status,
        "standing": work_order_parts.standing(now, status),
        "description": LONG,
        "severity": "major",
        "version": 7,
        "over": False,
        "type_name": None,
        "own": {"shop": "门店"},
        "called": {"shop": "商城系统"},
        "steps_from": None,
        "clocks": owed(now),
        "pending_on": "outsourcer" if asked else None,
        "details": [
            {"field": "expected_resolution_at", "at": now + timedelta(days=2)},
            {"field": "custom", "key": "shop", "text": "上海三店"},
        ],
        "assignment": {"tenant": "退款组 · 王芳", "outsourcer": ""},
        "works": {"team": "退款组", "person": "王芳"},
        "resolution": {"summary": "退款已于今日到账"} if status == "resolved" else None,
        "interaction": work_order_parts.interaction(now),
        "timeline": _timeline(now),
        "steps": steps(status),
        "may": dict.fromkeys(("ask", "answer", "cancel", "decide", "task", "withdraw", "edit", "about"), True),
        **work_order_parts.beside(now, asked=asked),
        "links": work_order_parts.links(orders(now)[3]),
        "relations": ["supersedes", "relates_to"],
        "about": work_order_parts.about(),
        "roles": ROLES,
        "side": "outsourcer",
        "may_comment": True,
        "may_endpoints": True,
        "files": _files(now),
        "internal": True,
        "most_mb": 25,
    }


def steps(status: str) -> list[Row]:
    """Return the steps that a reader may take from a status."""
    pending = {"to": "pending", "requires": ["pending_on", "reason"], "pending_on": ["outsourcer", "end_customer"]}
    following = {
        "submitted": ["acknowledged", "inProgress", pending, "rejected"],
        "inProgress": [pending, "held", "resolved"],
        "resolved": ["closed", {"to": "inProgress", "requires": ["reason"]}],
    }
    return [
        each if isinstance(each, dict) else {"to": each, "requires": []}
        for each in following.get(status, ["inProgress"])
    ]


def board(now: datetime) -> list[Row]:
    """Return the columns of the board: one full, one with more, some empty."""
    made = []
    for status in ("submitted", "acknowledged", "inProgress", "pending", "held", "resolved"):
        cards = [
            {
                **each,
                "status": status,
                "version": 1,
                "type_name": None,
                "works": "退款组 · 王芳" if each["priority"] == "critical" else "",
                "pending_on": "end_customer" if status == "pending" else None,
                "steps": steps(status),
            }
            for each in orders(now)
            if status in {"submitted", "pending"} or (status == "inProgress" and each["priority"] != "low")
        ]
        more = status == "submitted"
        made.append({"status": status, "cards": cards, "count": len(cards) + 37 * more, "more": more})
    return made


def _files(now: datetime) -> list[Row]:
    """Return a file in each state of its scan, and a moment of the recording."""
    each = {
        "author": {"side": "tenant", "name": "王芳"},
        "at": now - timedelta(minutes=20),
        "scanned": now - timedelta(minutes=19),
        "scanner": "glassfloor",
        "visibility": "shared",
        "moment": False,
        "size": 1_468_006,
        "size_text": "1.4 MiB",
        "removable": False,
        "reason": None,
        "found": None,
    }
    return [
        {**each, "id": "f-1", "name": "退款凭证.pdf", "scan_state": "clean", "href": "/v1/files/f-1"},
        {**each, "id": "f-2", "name": "receipt-2026.xlsx", "scan_state": "pending", "href": None, "removable": True},
        {**each, "id": "f-3", "name": "invoice.zip", "scan_state": "infected", "href": None, "reason": "malware",
         "found": "Eicar-Test-Signature", "visibility": "internal"},
        {**each, "id": "f-4", "name": None, "scan_state": "clean", "moment": True, "from_s": 62, "to_s": 95,
         "href": "/interactions/0199-0000#t=62"},
    ]  # fmt: skip


def _timeline(now: datetime) -> list[Row]:
    return [
        {
            "at": now - timedelta(minutes=185),
            "kind": "clock",
            "side": "tenant",
            "author": "",
            "what": "WorkOrderClockWarned",
            "metric": "resolve",
            "share": 75,
            "crossed_at": now - timedelta(minutes=185),
        },
        {
            "at": now - timedelta(hours=3),
            "kind": "created",
            "side": "outsourcer",
            "author": "李娜",
            "to": "submitted",
        },
        {
            "at": now - timedelta(hours=2),
            "kind": "status",
            "side": "tenant",
            "author": "王经理",
            "from": "submitted",
            "to": "acknowledged",
            "reason": "",
            "pending_on": None,
            "changes": [],
        },
        {
            "at": now - timedelta(hours=1),
            "kind": "updated",
            "side": "tenant",
            "author": "王经理",
            "changes": [
                {"field": "description", "old": [{"text": LONG}], "new": [{"text": LONG + "!"}], "long": True},
                {"field": "expected_resolution_at", "old": [], "new": [{"at": now + timedelta(days=2)}], "long": False},
                {
                    "field": "priority",
                    "old": [{"table": "priority", "code": "medium"}],
                    "new": [{"table": "priority", "code": "high"}],
                    "long": False,
                },
            ],
            "systems": [{"connection": "shop", "state": "delivered", "at": now, "status": None, "error": None}],
        },
        {
            "at": now - timedelta(minutes=55),
            "kind": "assigned",
            "side": "tenant",
            "author": "王经理",
            "of": "tenant",
            "old": "",
            "new": "退款组 · 王芳",
            "systems": [{"connection": "erp", "state": "waiting", "at": None, "status": 500, "error": None}],
        },
        {
            "at": now - timedelta(minutes=50),
            "kind": "comment",
            "side": "tenant",
            "author": "订单系统",
            "body": "财务已受理,等待银行回执。",
            "visibility": "shared",
        },
        {
            "at": now - timedelta(minutes=20),
            "kind": "comment",
            "side": "outsourcer",
            "author": "Grace Ho",
            "body": "Please tell the seat before 18:00.",
            "visibility": "internal",
        },
    ]
