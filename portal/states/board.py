"""An invented board that looks like a working day, and how it changes from moment to moment."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
NAMES = (
    "陈伟",
    "李娜",
    "张敏",
    "王芳",
    "刘洋",
    "Amy Wong",
    "Ken Lau",
    "Grace Ho",
    "孙磊",
    "赵静",
    "周杰",
    "吴倩",
    "林志豪",
    "黃詩雅",
)
STATES = ("talking",) * 8 + ("available",) * 5 + ("wrapping_up",) * 2 + ("on_break",) * 2 + ("offered", "offline")
QUEUES = (("q-care", "care", "客服"), ("q-returns", "returns", "退换货"), ("q-vip", "vip", "VIP 专线"))
QUARTER = timedelta(minutes=15)
OUTCOMES = ("answered",) * 8 + ("abandoned", "left_in_flow", "voicemail")
MASKED = ("+86 138****0021", "+86 135****7788", "+852 9***1234", "+886 912***456", "+86 186****3310")

Row = dict[str, Any]


def milliseconds(at: datetime) -> int:
    """Return an instant as the feed carries it."""
    return int(at.timestamp() * 1000)


def _counts(dice: random.Random, offered: int) -> Row:
    """Return counts of a queue or of all that fit together: every offered one is somewhere."""
    abandoned, short = round(offered * 0.031), round(offered * 0.012)
    answered = max(0, offered - abandoned - short - 3)
    return {
        "offered": offered,
        "answered": answered,
        "abandoned": abandoned,
        "short_abandoned": short,
        "waiting": dice.randint(0, 3) if offered else 0,
        "service_level": {"num": round(answered * 0.87), "den": offered - short},
        "handled": answered,
        "talk_ms_sum": answered * 214_000,
        "wrap_ms_sum": answered * 27_000,
        "wait_ms_sum": answered * 9_000,
    }


def seat(number: int, state: str, now_ms: int, dice: random.Random) -> Row:
    """One seat in a state, with the call that the state implies."""
    calling = state in {"talking", "offered", "wrapping_up"}
    since = now_ms - (dice.randint(1, 15) if state == "offered" else dice.randint(2, 480)) * 1000
    contact = dice.choice(MASKED)
    call = {"id": f"i-{number}", "contact": contact, "queue": dice.choice(QUEUES)[1], "since": since}
    return {
        "seat": str(number),
        "agent_id": f"a-{number}",
        "alias": f"{NAMES[number % len(NAMES)]}",
        "kind": "dedicated",
        "state": state,
        "reason": dice.choice(("meal", "break", "training", "elsewhere")) if state == "on_break" else None,
        "since": since,
        "phone": state != "offline",
        "interaction": call if calling else None,
        "handled_today": dice.randint(3, 48),
        "offered_today": dice.randint(48, 60),
        "missed_today": dice.randint(0, 3),
        "talk_ms": dice.randint(900, 9000) * 1000,
        "wrap_ms": dice.randint(100, 900) * 1000,
        "busy_ms": dice.randint(4000, 12000) * 1000,
        "ready_ms": dice.randint(900, 4000) * 1000,
    }


def _intervals(dice: random.Random, now: datetime) -> list[Row]:
    """Quarter hours from nine in the morning of the client's day to now (or to six, before nine)."""
    start = now.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    worked = 34
    rows = []
    for place in range(36 + worked):
        offered = dice.randint(9, 34) if place >= 36 else 0  # noqa: PLR2004 # nine o'clock
        rows.append(
            {
                "at": milliseconds(start + place * QUARTER),
                "offered": offered,
                "num": round(offered * dice.uniform(0.68, 0.99)),
                "den": offered,
            }
        )
    return rows


def _of_now(now_ms: int, seats: list[Row], *, busy: bool) -> Row:
    """Return what the figures of this moment are made of."""
    minute = now_ms // 60_000 * 60_000
    figures = ("level", "arriving", "waiting", "longest", "offered", "answered", "abandoned", "aht", "occupancy")
    parts = {"busy_now": 0, "busy_since": 0, "ready_now": 0, "ready_since": 0}
    return {
        "in_flow": 3 if busy else 0,
        "recent": [[minute - n * 60_000, 2 + n % 3, 2, 2 - n % 7 // 6, 2] for n in range(30)] if busy else [],
        "occupancy": {
            **parts, "busy_ms": sum(row["busy_ms"] for row in seats) if busy else 0,
            "ready_ms": sum(row["ready_ms"] for row in seats) if busy else 0,
        },
        "callbacks": 5 if busy else 0,
        "callbacks_due_at": [now_ms - 754_000, now_ms - 60_000, now_ms + 1_505_000] if busy else [],
        "work_orders_open": 2 if busy else 0,
        "moved": {
            name: [48_000 - n, now_ms - n * 3_700]
            for n, name in enumerate((*figures, "staffed", "callbacks", "work_orders"))
        } if busy else {},
    }  # fmt: skip


AGREED = {
    "formula": {"id": "SL2 20s/5s", "threshold_s": 20, "target_pct": 80},
    "limits": {"wait_s": 120, "told": True},
}


def board(now: datetime, seats: int = 24, *, busy: bool = True) -> Row:
    """Return the whole document for `seats` seats; `busy` false gives the first morning, when nothing has happened."""
    dice = random.Random(7)  # noqa: S311 # invented data, the same each time
    now_ms = milliseconds(now)
    rows = [seat(8001 + n, dice.choice(STATES) if busy else "offline", now_ms, dice) for n in range(seats)]
    if busy and seats > 4:  # noqa: PLR2004 # room for one of each special case
        rows[4] = {**rows[4], "state": "available", "phone": False, "interaction": None, "reason": None}
    offered = 742 if busy else 0
    totals = {
        **_counts(dice, offered),
        "waiting": 4 if busy else 0,
        "oldest_wait_at": now_ms - 42_000 if busy else None,
        "seats_rented": seats,
        "work_orders_open": 4,
        "seats_staffed": sum(row["state"] != "offline" for row in rows),
        "day_started_at": milliseconds(now.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)),
        "intervals": _intervals(dice, now) if busy else [],
        **_of_now(now_ms, rows, busy=busy),
    }
    queues = [
        {
            "id": id_,
            "code": code,
            "name": name,
            **_counts(dice, share),
            "waiting": (2, 1, 1)[place],
            "oldest_wait_at": now_ms - (42_000, 11_000, 6_000)[place],
            "tasks": (3, 2, 0)[place],
            "tasks_due_at": (now_ms - 754_000, now_ms + 1_505_000, None)[place],
        }
        for place, ((id_, code, name), share) in enumerate(zip(QUEUES, (402, 251, 89), strict=True))
    ]
    return {
        "tenant": {"name": "银河商城", "zone": ZONE.key},
        **AGREED,
        "totals": totals,
        "queues": queues if busy or seats else [],
        "seats": rows,
        "calls": [*(call(n, now_ms, dice) for n in range(14)), *_in_line(now_ms)] if busy else [],
    }


def _in_line(now_ms: int) -> list[Row]:
    """Return the contacts who wait."""
    places = ((0, 42), (0, 20), (1, 11), (2, 6))
    made = [call(20 + n, now_ms, random.Random(n)) for n in range(len(places))]  # noqa: S311 # invented data
    told = {"agent": None, "state": "waiting", "outcome": "", "wait_ms": 0, "talk_ms": None, "recording": False}
    return [
        {**each, **told, "queue": QUEUES[queue][1], "since": now_ms - seconds * 1000, "started_at": now_ms - 90_000}
        for each, (queue, seconds) in zip(made, places, strict=True)
    ]


def call(number: int, now_ms: int, dice: random.Random) -> Row:
    """Return a recent interaction; the newest still runs."""
    outcome = None if number == 0 else dice.choice(OUTCOMES)
    answered = outcome in {None, "answered"}
    return {
        "id": f"i-{number}",
        "started_at": now_ms - number * 97_000 - 40_000,
        "contact": dice.choice(MASKED),
        "queue": dice.choice(QUEUES)[1],
        "agent": dice.choice(NAMES) if answered else None,
        "state": "talking" if outcome is None else "ended",
        "outcome": outcome,
        "wait_ms": dice.randint(1, 40) * 1000,
        "talk_ms": dice.randint(30, 600) * 1000 if answered and outcome else None,
        "recording": outcome in {"answered", "voicemail"},
    }


def change(document: Row, now: datetime, dice: random.Random) -> Row:
    """Move two seats and the totals; returns the delta and changes `document` accordingly."""
    now_ms = milliseconds(now)
    rows: list[Row] = document["seats"]
    moved = dice.sample(range(len(rows)), k=min(2, len(rows)))
    for place in moved:
        rows[place] = {**seat(int(rows[place]["seat"]), dice.choice(STATES), now_ms, dice), "since": now_ms}
    totals = document["totals"]
    queues: list[Row] = document["queues"]
    for queue in queues:
        queue["waiting"] = max(0, min(5, queue["waiting"] + dice.choice((-1, 0, 1))))
        queue["oldest_wait_at"] = (
            (queue["oldest_wait_at"] or now_ms - dice.randint(1, 9) * 1000) if queue["waiting"] else None
        )
    if totals["offered"]:
        totals["waiting"] = sum(queue["waiting"] for queue in queues)
        totals["oldest_wait_at"] = min((queue["oldest_wait_at"] for queue in queues if queue["waiting"]), default=None)
        totals["offered"] += 1
        totals["answered"] += 1
        totals["handled"] += 1
        totals["talk_ms_sum"] += 200_000
        totals["service_level"] = {key: value + 1 for key, value in totals["service_level"].items()}
    totals["seats_staffed"] = sum(row["state"] != "offline" for row in rows)
    return {"seats": [rows[place] for place in moved], "queues": queues, "totals": totals}


def now() -> datetime:
    """Return the present, as everywhere: aware, UTC."""
    return datetime.now(UTC)
