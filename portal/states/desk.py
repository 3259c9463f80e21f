"""Invented desks: each state of an agent's page, in the shape of the desk feed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.states.board import milliseconds
from portal.states.records import because

Row = dict[str, Any]


def _interaction(state: str, now_ms: int) -> Row:
    """Return the call in front of the agent."""
    return {
        "id": "i-1",
        "tenant": {"code": "galaxy", "name": "银河商城", "zone": "Asia/Shanghai"},
        "queue": {"code": "returns", "name": "退换货"},
        "contact": "+86 138****0021",
        "number": "+86 21 5000 1234",
        "waited_ms": 18_600,
        "path": ["hello", "menu:2"],
        "because": because(),
        "state": state,
        "reveal": state in {"offered", "talking"},
        "since": now_ms - (4_000 if state == "offered" else 74_000),
        "dispositions": [
            {"code": "solved", "name": "已解决"},
            {"code": "follow_up", "name": "需跟进"},
            {"code": "wrong", "name": "打错电话"},
        ],
        "work_orders": [],
    }


def desk(
    now: datetime, state: str = "available", *, phone: bool = True, resolved: bool = False, place: str | None = "8001"
) -> Row:
    """Return the whole desk document; `resolved` turns the first work order into a resolved one."""
    now_ms = milliseconds(now)
    calling = state in {"offered", "talking", "wrapping_up"}
    return {
        "agent": {"name": "李娜", "seat": "8001", "desk": place},
        "state": state,
        "reason": "meal" if state == "on_break" else None,
        "since": now_ms - 74_000,
        "phone": phone,
        "wrap_up_ends_at": now_ms + 22_000 if state == "wrapping_up" else None,
        "interaction": _interaction(state, now_ms) if calling else None,
        "work_orders": [
            {
                "id": "w-1",
                "number": "WO-1042",
                "title": "退款未到账",
                "status": "resolved" if resolved else "inProgress",
                "resolution": "退款已于今日到账,请告知顾客。" if resolved else None,
                "updated_at": now_ms - 60_000,
            },
            {
                "id": "w-2",
                "number": "WO-1038",
                "title": "發票抬頭需要更正",
                "status": "pending",
                "resolution": None,
                "updated_at": now_ms - 900_000,
            },
        ],
        "today": {"handled": 23, "talk_ms": 4_930_000},
    }


def in_state(now: datetime, name: str) -> Row:
    """Return the document of a named state: an agent's own, or that of its phone or its place."""
    place = {"no_desk": None, "hot_desk": "8020"}.get(name, "8001")
    shown = "available" if name in {"down", "taken", "no_desk", "hot_desk"} else name
    return desk(now, shown, phone=name not in {"down", "no_desk"}, place=place)
