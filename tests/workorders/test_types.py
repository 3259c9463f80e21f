"""What a client agreed about its work orders: types and their fields, acknowledging, closing and opening again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest

from kit.clock import now
from kit.ids import new_id
from tenants.core.calendar import Calendar, Interval
from tenants.core.work_orders import OrderRules, closes_at, order_complaints, workdays
from tenants.work_order_parts import WorkOrdersPart
from tests.support.house import TENANT_A, House
from tests.workorders.lab import System
from tests.workorders.test_exchange import SEAT, escalated
from workorders import service
from workorders.errors import TransitionNotAllowed
from workorders.schemas import Move
from workorders.service.closing import close_resolved

URL = "/v1/work-orders"
REFUND: dict[str, Any] = {
    "code": "refund", "name": "Refund", "title": "Refund of {amount} for {order}",
    "priority": "high", "severity": "major",
    "fields": [
        {"code": "order", "name": "Order", "kind": "text", "required": True, "choices": []},
        {"code": "amount", "name": "Amount", "kind": "number", "required": True, "choices": []},
        {"code": "way", "name": "Way", "kind": "choice", "required": False, "choices": ["bank", "card"]},
        {"code": "since", "name": "Since", "kind": "date", "required": False, "choices": []},
        {"code": "reach", "name": "Reach", "kind": "phone", "required": False, "choices": []},
    ],
    "instructions": "Ask for the order number.", "script": "Your money is on its way.",
}  # fmt: skip
GOOD = {"order": "8861", "amount": "19.90", "way": "card", "since": "2026-11-03", "reach": "+8613812345678"}


async def agreed(house: House, **said: Any) -> None:
    """Apply a blueprint that says this about work orders."""
    content = {
        "tenant": {"zone": "Asia/Shanghai"}, "calendars": [],
        "work_orders": WorkOrdersPart.model_validate(said).model_dump(mode="json"),
    }  # fmt: skip
    async with house.app.transaction(TENANT_A) as scope:
        await scope.fetch(
            "INSERT INTO gf.blueprint (tenant_id, id, version, content, digest, applied_at, applied_by, summary) VALUES"
            " ($1, $2, (SELECT coalesce(max(version), 0) + 1 FROM gf.blueprint), $3::jsonb, 'd', $4, 'test', '')",
            TENANT_A, new_id(), orjson.dumps(content).decode(), now(),
        )  # fmt: skip


async def test_a_type_asks_for_its_fields_and_says_the_rest(house: House, a1: System) -> None:
    assert (await a1.create("as ever", custom={"any": "thing"}))["type"] == "callback"
    await agreed(house, types=[REFUND])
    unknown = (await a1.post(URL, {"type": "callback", "title": "x"})).json()
    assert (unknown["code"], unknown["errors"][0]["pointer"]) == ("unknown_type", "/type")
    made = (await a1.post(URL, {"type": "refund", "custom": {**GOOD, "own": [1]}})).json()
    assert (made["title"], made["priority"], made["severity"]) == ("Refund of 19.90 for 8861", "high", "major")
    told = (await a1.post(URL, {"type": "refund", "title": "mine", "priority": "low", "custom": GOOD})).json()
    assert (told["title"], told["priority"]) == ("mine", "low")
    wrong = {"amount": "much", "way": "cash", "since": "2026-02-30", "reach": "110"}
    refused = (await a1.post(URL, {"type": "refund", "custom": wrong})).json()
    assert [e["pointer"] for e in refused["errors"]] == [
        "/custom/order", "/custom/amount", "/custom/way", "/custom/since", "/custom/reach"
    ]  # fmt: skip
    emptied = await a1.send("PATCH", f"{URL}/{made['id']}", {"custom": {"order": None}})
    assert (emptied.status_code, emptied.json()["errors"][0]["pointer"]) == (400, "/custom/order")
    assert (await a1.send("PATCH", f"{URL}/{made['id']}", {"custom": {"amount": 20}})).json()["version"] == 2


async def test_the_centre_acknowledges_at_once_what_systems_ask_for(house: House, a1: System, a2: System) -> None:
    await agreed(house, acknowledge_at_once=["a1"])
    made = await a1.create()
    assert (made["status"], made["version"], made["sequence"]) == ("acknowledged", 2, 2)
    entries = (await a1.get(f"{URL}/{made['id']}/history")).json()["data"]
    assert [(e["kind"], e["actor"]["kind"], e["side"]) for e in entries] == [
        ("WorkOrderCreated", "key", "tenant"), ("WorkOrderStatusChanged", "system", "outsourcer")
    ]  # fmt: skip
    assert ((await a2.create())["status"], (await escalated(house))["status"]) == ("submitted", "submitted")


async def test_what_is_resolved_is_closed_by_itself_and_once(house: House, a1: System) -> None:
    await agreed(house, auto_close_business_days=2, reopen_days=5)
    order = await escalated(house)
    await a1.move(order, "inProgress")
    done = (await a1.move(order, "resolved", resolution={"summary": "paid"})).json()
    due = datetime.fromisoformat(done["auto_close_at"])
    assert due.astimezone(ZoneInfo("Asia/Shanghai")).hour == 0
    assert timedelta(days=2) <= due - now() <= timedelta(days=5)
    assert await close_resolved(house.worker, TENANT_A, due - timedelta(seconds=1)) == 0
    assert await close_resolved(house.worker, TENANT_A, due) == 1
    assert await close_resolved(house.worker, TENANT_A, due) == 0
    after = (await a1.get(f"{URL}/{order['id']}")).json()
    assert (after["status"], after["resolution"]["summary"], after["auto_close_at"]) == ("closed", "paid", None)
    last = (await a1.get(f"{URL}/{order['id']}/history")).json()["data"][-1]
    assert (last["actor"]["kind"], last["side"]) == ("system", "outsourcer")


async def test_what_is_opened_again_is_not_closed_and_too_late_is_too_late(house: House, a1: System) -> None:
    await agreed(house, reopen_days=5, auto_close_business_days=0)
    order = await escalated(house)
    await a1.move(order, "inProgress")
    assert (await a1.move(order, "resolved")).json()["auto_close_at"] is None
    again = Move(to="inProgress", reason="it came back")
    async with house.app.transaction(TENANT_A) as scope:
        steps = await service.allowed(scope, order["id"], SEAT, now() + timedelta(days=6))
        assert [step["to"] for step in steps] == ["closed"]
        with pytest.raises(TransitionNotAllowed):
            await service.transition(scope, order["id"], again, SEAT, now() + timedelta(days=6))
        opened = await service.transition(scope, order["id"], again, SEAT, now() + timedelta(days=4))
    assert (opened["status"], opened["resolution"]) == ("inProgress", None)
    assert await close_resolved(house.worker, TENANT_A, now() + timedelta(days=99)) == 0


@pytest.mark.parametrize(
    ("resolved", "days", "closes"),
    [
        ("2026-11-23T02:00:00Z", 3, "2026-11-26T16:00:00Z"), ("2026-11-27T15:59:00Z", 1, "2026-11-30T16:00:00Z"),
        ("2026-11-27T16:30:00Z", 1, "2026-11-30T16:00:00Z"), ("2026-11-28T02:00:00Z", 2, "2026-12-01T16:00:00Z"),
    ],
)  # fmt: skip
def test_the_last_business_day_ends_at_midnight_there(resolved: str, days: int, closes: str) -> None:
    at = datetime.fromisoformat(resolved)
    assert closes_at(at, days, workdays("Asia/Shanghai")) == datetime.fromisoformat(closes)
    assert closes_at(at, 0, workdays("Asia/Shanghai")) is None
    assert closes_at(at, 1, Calendar(ZoneInfo("UTC"), {})) is None
    sundays = Calendar(ZoneInfo("Europe/London"), {6: (Interval(600, 660),)})
    assert closes_at(at, 1, sundays) == datetime(2026, 11, 30 if at.day > 22 else 23, tzinfo=UTC)


def test_a_blueprint_is_refused_where_its_types_name_what_is_not_there() -> None:
    wrong = {
        "types": [{**REFUND, "title": "{nothing}"}, {**REFUND, "fields": [REFUND["fields"][0]] * 2, "title": ""}],
        "calendar": "none", "acknowledge_at_once": ["nobody"],
    }  # fmt: skip
    said = WorkOrdersPart.model_validate(wrong).model_dump(mode="json")
    found = order_complaints({"work_orders": said, "calendars": [], "connections": []})
    assert [complaint.pointer for complaint in found] == [
        "/work_orders/types/1/code", "/work_orders/types/0/title", "/work_orders/types/1/fields/1/code",
        "/work_orders/calendar", "/work_orders/acknowledge_at_once/0",
    ]  # fmt: skip
    assert OrderRules.of({"tenant": {"zone": "UTC"}}) == OrderRules()
