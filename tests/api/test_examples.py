"""Every request that the published document shows is sent, and gets the status and the document that it promises."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import aiohttp
from jsonschema import Draft202012Validator

from app.published.operations import OPERATIONS
from app.published.parts import Operation, Shown
from kit.clock import now
from kit.db import Scope
from kit.held import Held
from kit.ids import new_id
from kit.objects import Folder
from kit.scanning.embedded import Embedded
from tests.support.site import Site
from workorders import service
from workorders.asking import service as asking
from workorders.asking.schemas import NewInfoRequest
from workorders.attachments.schemas import NewAttachment
from workorders.attachments.service import adding, scanning
from workorders.cancelling import service as cancelling
from workorders.cancelling.schemas import NewCancellation
from workorders.core.doer import Doer
from workorders.core.states import Side
from workorders.schemas import Move, NewComment, NewWorkOrder
from workorders.seat_tasks import service as seat_tasks
from workorders.seat_tasks.schemas import NewSeatTask

SEAT = Doer(Side.OUTSOURCER, "agent", "agent-1", "客服01")
TASK = NewSeatTask(kind="call_back", instructions="tell her")


@dataclass
class Ground:
    """What is there before an example is sent: a work order, and the things that its address names."""

    site: Site
    places: dict[str, str] = field(default_factory=dict)
    tag: str = ""

    @property
    def system(self) -> Doer:
        return Doer(Side.TENANT, "key", "k", "crm", connection=self.site.connections["galaxy"])

    async def lay(self, operation: str, example: str) -> None:
        """Lay what this example needs: an escalation of a seat, or for some a wish of the client's system."""
        ours = operation in {"answer_info_request", "request_cancellation"}
        asks, works = (self.system, SEAT) if ours else (SEAT, self.system)
        body = NewWorkOrder(type="refund", title="refund", connection=self.site.connections["galaxy"])
        async with self.site.house.app.transaction(self.site.tenants["galaxy"]) as scope:
            order = await service.create(scope, service.Asked(body, agent_id=None if ours else new_id()), asks, now())
            await service.comment(scope, order["id"], NewComment(body="please"), SEAT, now())
            if example not in {"acknowledge", "read"}:
                order = await service.transition(scope, order["id"], Move(to="inProgress"), works, now())
            if operation == "answer_info_request":
                made = await asking.ask(scope, order["id"], NewInfoRequest(question="which?"), works, now())
                self.places["info_request_id"] = made["id"]
            if operation in {"take_up_cancellation", "decide_cancellation"}:
                await cancelling.request(scope, order["id"], NewCancellation(reason="found"), asks, now())
            if operation in {"get_attachment", "create_attachment_link"}:
                self.places["attachment_id"] = await self.attached(scope, order["id"])
            if operation == "withdraw_seat_task":
                made = await seat_tasks.create(scope, order["id"], TASK, works, now())
                self.places["seat_task_id"] = made["id"]
        self.places["work_order_id"], self.tag = order["id"], f'"wo-{order["id"]}-{order["version"]}"'

    async def attached(self, scope: Scope, order: str) -> str:
        """Attach a clean file."""
        files = Folder(self.site.settings.recordings_folder)
        with Held() as held:
            held.write(b"a statement")
            held.end()
            stored = await adding.store(scope, files, held, new_id(), now())
        await adding.attach(scope, UUID(order), NewAttachment(name="a.txt"), stored, self.system, now())
        await scanning.scan(scope, stored.id, scanning.Means(files, Embedded()), now())
        return str(stored.id)


async def test_every_example_works(site: Site) -> None:
    async with await site.machine("galaxy") as machine:
        async with machine.get("/v1/openapi.json") as got:
            made = await got.json()
        await Ground(site).lay("", "")
        person = await site.person((await site.people("galaxy"))["client_manager"], "galaxy")
        sent = 0
        for key, operation in OPERATIONS.items():
            for name, shown in operation.shown.items():
                method, path = key.split(" ", 1)
                found = made["paths"][path][method.lower()]
                who = person if {"session": []} in found["security"] else machine
                status, media, body = await send(site, who, key, operation, (name, shown))
                assert status == shown.status, (key, name, body)
                if media == "application/json":
                    hold(made, found["responses"][str(status)]["content"][media], body, (key, name))
                sent += 1
    assert sent > 30


async def send(
    site: Site, who: aiohttp.ClientSession, key: str, operation: Operation, example: tuple[str, Shown]
) -> tuple[int, str, bytes]:
    (method, path), (name, shown) = key.split(" ", 1), example
    headers = {"Idempotency-Key": str(new_id())} if operation.once else {}
    if "{work_order_id}" in path:
        ground = Ground(site)
        await ground.lay(operation.id, name)
        path = path.format(**ground.places)
        headers |= {"If-Match": ground.tag} if operation.if_match else {}
    json_ = {} if shown.body is None else {"json": shown.body}
    async with who.request(method, path, params=shown.query, headers=headers, **json_) as got:
        return got.status, got.content_type, await got.read()


def hold(made: dict[str, Any], content: dict[str, Any], body: bytes, where: Any) -> None:
    """An answer has the members that its schema has: each required one, and no other."""
    whole = strict({**content["schema"], "components": {"schemas": made["components"]["schemas"]}})
    errors = [
        (error.json_path, error.message[:300]) for error in Draft202012Validator(whole).iter_errors(json.loads(body))
    ]
    assert errors == [], where


def strict(schema: Any) -> Any:
    """Return a schema in which an object has no member that is not named."""
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {} if "properties" not in schema or "additionalProperties" in schema else {"additionalProperties": False}
    return {name: strict(each) for name, each in schema.items()} | closed
