"""Invented interactions and work orders, in the shape that the page templates document."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

Row = dict[str, Any]
SECOND = timedelta(seconds=1)
LONG = (
    "The customer received the wrong colour and sent the parcel back on Monday. She asks when the refund arrives and "
    "whether the coupon can be used again.\nShe will be at home after six."
)


DISPOSITIONS: list[Row] = [
    {"code": "sold", "name": "已下单", "children": [{"code": "sold_new", "name": "新客"}]},
    {"code": "solved", "name": "已解决"},
]


def interactions(now: datetime, many: int = 12) -> list[Row]:
    """Rows of the interactions page, newest first."""
    outcomes = ("answered", "answered", "abandoned", "answered", "voicemail", "left_in_flow")
    rows = []
    for number in range(many):
        outcome = outcomes[number % len(outcomes)]
        answered = outcome == "answered"
        rows.append(
            {
                "id": f"0199-{number:04d}",
                "started_at": now - number * 431 * SECOND,
                "contact": ("+86 138****0021", "+852 9***1234", "+886 912***456")[number % 3],
                "number": "+862150001234",
                "queue": ("客服", "退换货", "VIP 专线")[number % 3],
                "agent": ("李娜", "陈伟", "Amy Wong")[number % 3] if answered else None,
                "outcome": outcome,
                "wait_ms": 4_000 + number * 3_100,
                "talk_ms": 184_000 + number * 7_000 if answered else None,
                "recording": outcome in {"answered", "voicemail"},
                "hold_ms": 12_000 if answered else None,
                "wrap_ms": 30_000 if answered else None,
                "ended_at": now - (number * 431 - 200) * SECOND,
                "ended_by": "contact",
                "direction": "inbound",
                "path": ["hello", "main_menu:2"],
                "disposition": {"code": "solved", "name": "已解决", "note": "客户要求退换，已登记"}
                if answered
                else None,
            }
        )
    return rows


def heard(now: datetime) -> list[Row]:
    """Return who heard the call."""
    return [
        {
            "at": now - 40 * SECOND,
            "live": False,
            "mode": "",
            "kind": "user",
            "name": "王经理",
            "heard_ms": 130_000,
            "lasts_ms": 195_200,
        },
        {"at": now - 90 * SECOND, "live": False, "mode": "", "kind": "key", "name": ""},
        {"at": now - 700 * SECOND, "live": True, "mode": "listen", "kind": "user", "name": "Chen Supervisor"},
    ]


def ladder(now: datetime) -> list[Row]:
    """Return the facts of one answered call, as the journal keeps them."""
    steps: list[tuple[float, str, Row]] = [
        (
            0,
            "InteractionStarted",
            {
                "number": "+862150001234",
                "contact": "+86 138****0021",
                "channel": "voice",
                "direction": "inbound",
                "flow": "main",
                "flow_version": 3,
            },
        ),
        (0.2, "FlowStepped", {"node": "hello", "type": "play", "exit": "done"}),
        (7.4, "FlowStepped", {"node": "main_menu", "type": "menu", "exit": "2", "digits": "2"}),
        (7.5, "InteractionQueued", {"queue": "returns", "queue_name": "退换货", "head_start_s": 0}),
        (
            7.6,
            "OfferMade",
            {"offer_id": "o-1", "agent_id": "a-2", "agent": "陈伟", "expires_at": "", "because": because()},
        ),
        (22.6, "OfferEnded", {"offer_id": "o-1", "agent_id": "a-2", "agent": "陈伟", "outcome": "expired"}),
        (
            22.7,
            "OfferMade",
            {"offer_id": "o-2", "agent_id": "a-1", "agent": "李娜", "expires_at": "", "because": because()},
        ),
        (26.1, "OfferEnded", {"offer_id": "o-2", "agent_id": "a-1", "agent": "李娜", "outcome": "answered"}),
        (
            26.1,
            "InteractionConnected",
            {"agent_id": "a-1", "agent": "李娜", "queue_name": "退换货", "offer_id": "o-2", "wait_ms": 18_600},
        ),
        (
            221.3,
            "InteractionEnded",
            {"ended_by": "contact", "cause": "normal", "stage": "talking", "talk_ms": 195_200, "agent": "李娜"},
        ),
        (
            222.0,
            "RecordingStored",
            {"recording_id": "r-1", "key": "galaxy/r-1", "sha256": "9f2c…", "duration_ms": 195_200, "kind": "call"},
        ),
        (
            236.8,
            "DispositionChosen",
            {"agent": "李娜", "code": "solved", "name": "已解决", "note": "已安排退款,三天内到账"},
        ),
        (240.2, "WorkOrderCreated", {"number": "WO-1042", "title": "退款未到账", "id": "w-1"}),
        (248.0, "InteractionHandled", {"agent": "李娜", "talk_ms": 195_200, "hold_ms": 0, "wrap_ms": 26_700}),
    ]
    return [
        {"seq": 4711 + n, "at": now - (400 - after) * SECOND, "kind": kind, "actor": "switchboard", "data": data}
        for n, (after, kind, data) in enumerate(steps)
    ]


def because() -> Row:
    """Why an agent was chosen."""
    return {"candidates": 4, "step": 0, "rule": "longest_idle", "tie_break": "none"}


def marks() -> list[Row]:
    """Return the marks on its recording."""
    told = [
        ("hold", 22_000, 38_000, "The agent put the contact on hold."),
        ("supervision", 41_000, 41_000, "Grace Ho, Supervisor, takes part in the conversation."),
        ("gap", 61_000, 61_000, ""),
        ("help", 64_000, 64_000, "The agent asks for help."),
        ("missing", 90_000, 90_000, "The telephone system did not record 王芳: from 01:30 on it is missing."),
        ("transfer", 150_000, 150_000, "The contact was handed to 王芳."),
    ]
    told.append(("comment", 84_000, 84_000, "王经理: 这里承诺了三天内到账，请质检留意。"))
    gap = {"lasts_ms": 42_000, "reason": "card_data"}
    return [
        {"kind": kind, "at_ms": at, "until_ms": until, "told": says, "gap": gap if kind == "gap" else None}
        for kind, at, until, says in told
    ]


def interaction(now: datetime) -> Row:
    """One answered interaction with its recording."""
    return {
        "id": "01990f4e-7c1d-7d3a-9b61-5f0a3c2b1d4e",
        "started_at": now - 400 * SECOND,
        "contact": "+86 138****0021",
        "number": "+862150001234",
        "channel": "voice",
        "queue": "退换货",
        "agent": "李娜",
        "outcome": "answered",
        "ended_by": "contact",
        "wait_ms": 18_600,
        "talk_ms": 195_200,
        "hold_ms": 0,
        "wrap_ms": 26_700,
        "disposition": {"code": "solved", "name": "已解决", "note": "已安排退款,三天内到账"},
        "recordings": [
            {
                "id": "r-1",
                "kind": "call",
                "duration_ms": 195_200,
                "sha256": "9f2c7a61e0b4",
                "repaired": False,
                "channels": 2,
                "marks": marks(),
            }
        ],
        "work_orders": [{"id": "w-1", "number": "WO-1042", "title": "退款未到账", "status": "inProgress"}],
    }
