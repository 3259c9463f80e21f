"""Invented desks: each state of an agent's page, in the shape of the desk feed."""

from __future__ import annotations

import io
import wave
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
            {"code": "solved", "name": "已解决", "last": "已解决", "under": []},
            {"code": "follow_up", "name": "需跟进", "last": "需跟进", "under": []},
            {"code": "late", "name": "物流 › 送货迟了", "last": "送货迟了", "under": ["物流"]},
            {"code": "lost", "name": "物流 › 包裹丢失", "last": "包裹丢失", "under": ["物流"]},
            {"code": "broken", "name": "商品 › 破损 › 外包装", "last": "外包装", "under": ["商品", "破损"]},
            {"code": "wrong", "name": "打错电话", "last": "打错电话", "under": []},
        ],
        "disposition": None,
        "note": None,
        "wrap_up_s": 30,
        "outcome_required": True,
        "work_orders": [],
        "own": True,
        "talk": talk(now_ms),
        "no_call": {"listed": False},
    }


def talk(now_ms: int, **more: Any) -> Row:  # noqa: ANN401 - what a state may add
    """Return how a conversation stands."""
    quiet: Row = {"held_at": None, "muted": False, "paused_at": None, "recorded": "policy", "help": "", "helper": "",
                  "lost": None, "guests": [], "watchers": []}  # fmt: skip
    watcher = {"name": "Grace Ho", "mode": "whisper"}
    busy = more.pop("busy", "")
    if busy == "conference":
        others = (("g-1", "agent", "陈洁", "joined"), ("g-2", "outside", "+86 10****4321", "ringing"))
        quiet |= {"guests": [_guest(*each, now_ms) for each in others],
                  "help": "answered", "helper": "Grace Ho", "watchers": [watcher]}  # fmt: skip
    if busy == "consult":
        quiet |= {"held_at": now_ms - 21_000, "paused_at": now_ms - 5_000, "help": "asked",
                  "guests": [_guest("g-1", "agent", "陈洁", "aside", now_ms)]}  # fmt: skip
    if busy == "lost":
        quiet |= {"lost": {"target": "陈洁", "cause": "no_answer"}, "muted": True}
    return quiet | more


def _guest(key: str, role: str, name: str, state: str, now_ms: int) -> Row:
    return {"id": key, "role": role, "purpose": "conference" if state != "aside" else "consult", "target": name,
            "state": state, "since": now_ms - 9_000, "mine": False, "by_me": True}  # fmt: skip


def guide(now: datetime) -> Row:
    """Return the guide of the call in front of the agent."""
    now_ms = milliseconds(now)
    steps = [("问候", "您好，这里是银河商城，我是客服01，请问有什么可以帮您？", "say"),
             ("核对订单", "请报订单号的最后六位。", "say"),
             ("收取运费", "请客人在电话键盘上输入卡号；不要让客人说出来。", "payment"),
             ("结束", "感谢您的来电，祝您购物愉快。", "say")]  # fmt: skip
    return {
        "interaction": "i-1", "version": 7, "screen_pop": "https://crm.galaxy.example/open?phone=%2B86138%2A%2A%2A%2A0021",
        "notes": "双十一期间，退款最迟七个工作日到账。",
        "script": [{"title": title, "text": text, "kind": kind} for title, text, kind in steps],
        "orders": {"recent": ["refund"], "types": order_types()},
        "history": [_line(now_ms - 86_400_000 * n, note) for n, note in ((1, "顾客说退款还没到。"), (9, ""), (40, ""))],
    }  # fmt: skip


def order_types() -> list[Row]:
    """Return the kinds of work orders that a desk offers."""
    order = {"code": "order", "name": "订单号", "kind": "text", "required": True, "choices": []}
    way = {"code": "way", "name": "退款方式", "kind": "choice", "required": False, "choices": ["原路退回", "银行卡"]}
    since = {"code": "since", "name": "付款日期", "kind": "date", "required": False, "choices": []}
    said = {"priority": "medium", "severity": "minor", "instructions": "", "description": ""}
    return [
        {**said, "code": "complaint", "name": "投诉", "title": "", "fields": []},
        {**said, "code": "refund", "name": "退款", "priority": "high", "title": "订单 {order} 退款",
         "description": "来电 +86138****0021，热线 +862150001234，2026-11-23 14:03。",
         "instructions": "先核对订单号的最后六位。", "fields": [order, way, since]},
    ]  # fmt: skip


def _line(at: int, note: str = "") -> Row:
    return {"id": f"i-{at}", "at": at, "queue": "退换货", "agent": "客服03", "contact": "+86 138****0021",
            "outcome": "answered", "talk_ms": 184_000, "disposition": "物流 › 送货迟了", "note": note}  # fmt: skip


def day(now: datetime) -> Row:
    """Return the agent's own day."""
    now_ms = milliseconds(now)
    names = ("client", "queue", "handled", "talk_ms", "hold_ms", "wrap_ms")
    told = (("银河商城", "订单客服", 15, 3_300_000, 310_000, 402_000),
            ("Harbour Light", "General", 8, 1_630_000, 80_000, 180_000))  # fmt: skip
    rows = [dict(zip(names, each, strict=True)) for each in told]
    total = {"handled": 23, "talk_ms": 4_930_000, "hold_ms": 390_000, "wrap_ms": 582_000}
    latest = [{"client": "银河商城", **_line(now_ms - 600_000 * n)} for n in (1, 2, 3)]
    return {"total": total, "queues": rows, "latest": latest, "away": []}


DIRECTORY: Row = {
    "agents": [{"kind": "agent", "target": "a-5", "name": "陈洁", "state": "available", "reason": None},
               {"kind": "agent", "target": "a-6", "name": "赵强", "state": "talking", "reason": None}],
    "people": [{"kind": "person", "target": "zhou", "name": "周经理", "department": "退款部", "reachable": True,
                "phones": [], "chief": None, "told_by": []}],
    "queues": [{"kind": "queue", "target": "care", "name": "订单客服"}],
    "flows": [{"kind": "flow", "target": "main", "name": "main"}],
}  # fmt: skip


def desk(
    now: datetime, state: str = "available", *, phone: bool = True, resolved: bool = False, place: str | None = "8001",
    busy: str = "",
) -> Row:  # fmt: skip
    """Return the whole desk document; `resolved` turns the first work order into a resolved one."""
    now_ms = milliseconds(now)
    calling = state in {"offered", "talking", "wrapping_up"}
    call = _interaction(state, now_ms) if calling else None
    if call is not None and state == "talking":
        call["talk"] = talk(now_ms, busy=busy)
    return {
        "agent": {"name": "李娜", "seat": "8001", "desk": place},
        "state": state,
        "reason": "meal" if state == "on_break" else None,
        "since": now_ms - 74_000,
        "phone": phone,
        "phones": {"chosen": "browser", "other": False},
        "wrap_up_ends_at": now_ms + 22_000 if state == "wrapping_up" else None,
        "interaction": call,
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
        "clients": [{"code": "galaxy", "name": "银河商城"}],
        "today": {"handled": 23, "talk_ms": 4_930_000},
    }


def message() -> bytes:
    """Return the sound of a message that somebody left: two seconds of nothing."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(2 * 2 * 8000))
    return file.getvalue()


def task(now: datetime, kind: str, state: str, **more: Any) -> Row:  # noqa: ANN401 - what a state may add
    """Return a desk with work in which nobody waits on the line; ``state``: offered, accepted or dialling."""
    shown = desk(now, "offered" if state == "offered" else "working")
    call = _interaction(shown["state"], milliseconds(now))
    about = {"kind": kind, "state": state, "origin": "i-0", "due_at": milliseconds(now) + 1_500_000, "tries": 1,
             "result": "busy", "listed": kind == "callback" and state == "offered", **more}  # fmt: skip
    if kind == "person":
        about["asked"] = {"name": "赵敏", "department": "售后部", "call_back": True,
                          "texts": ["退款已经批准，请先给我回电，再答复顾客。", "我今天在办公室到六点。"]}  # fmt: skip
    shown["interaction"] = {**call, "path": [], "task": about}
    return shown


def _messages(now_ms: int) -> list[Row]:
    told = (("m-3", "Grace Ho", "agent", "两点的班会改到三点，请先把退款的录音听一遍。", False, None),
            ("m-2", "Grace Ho", "queue", "物流系统恢复了，可以照常查单。", False, None),
            ("m-1", "陈组长", "all", "今天下班前请补齐小结。", True, "好的"))  # fmt: skip
    return [{"id": key, "from": who, "audience": to, "text": text, "at": now_ms - 400_000 * (n + 1), "read": read,
             "answer": answer} for n, (key, who, to, text, read, answer) in enumerate(told)]  # fmt: skip


def _seat_tasks(now_ms: int) -> list[Row]:
    client = {"code": "galaxy", "name": "银河商城"}
    script = "請告訴顧客：三個工作天內完成。"
    money = "退款已于今日到账，请告知顾客：3 个工作日内可在账单中看到。"
    told = (
        ("t-1", "WO-1042", "退款未到账", "inform_customer", money, -600_000, "open"),
        ("t-2", "WO-1038", "發票抬頭需要更正", "collect_info", "請向顧客確認統一編號。", 5_400_000, "accepted"),
    )
    return [{"id": key, "order": f"w-{key}", "number": number, "title": title, "client": client, "kind": kind,
             "type": "退款", "script": script if kind == "collect_info" else "", "instructions": text,
             "contact": "+86 138****0021", "due_at": now_ms + due, "state": state,
             "called": False, "closes": kind == "inform_customer"}
            for key, number, title, kind, text, due, state in told]  # fmt: skip


TASKS = {
    "callback": ("callback", "offered"),
    "callback_taken": ("callback", "accepted"),
    "callback_dialled": ("callback", "dialling"),
    "message": ("message", "accepted"),
    "not_reached": ("not_reached", "offered"),
    "person": ("person", "accepted"),
}
"""The states with a task."""


def in_state(now: datetime, name: str) -> Row:
    """Return the document of a named state: an agent's own, or that of its phone or its place."""
    if name in TASKS:
        return task(now, *TASKS[name])
    place = {"no_desk": None, "hot_desk": "8020"}.get(name, "8001")
    shown = "available" if name in {"down", "down_other", "taken", "no_desk", "hot_desk"} else name
    busy = name if name in {"conference", "consult", "lost"} else ""
    if name == "messages":
        return {**desk(now), "messages": _messages(milliseconds(now))}
    if name == "seat_tasks":
        return {**desk(now), "seat_tasks": _seat_tasks(milliseconds(now))}
    if name == "silent":
        return {**desk(now, "on_break"), "reason": "phone_silent"}
    away = {"down", "down_other", "no_desk"}
    shown_desk = desk(now, "talking" if busy else shown, phone=name not in away, place=place, busy=busy)
    shown_desk["phones"]["other"] = name == "down_other"
    return shown_desk
