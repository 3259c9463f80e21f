"""A stub of ServiceNow's Table and Attachment APIs, written from servicenow.com/docs (API reference: Table API,
Attachment API, Inbound REST API rate limiting; IT Service Management: incident states, on hold reasons)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import uuid4

from aiohttp import web

from tests.exchange.stubs.base import Stub, Thing

_STATES = {"1", "2", "3", "6", "7", "8"}


class ServiceNowStub(Stub):
    kind, secret, letting_in = "servicenow", "centre:pa55", "Basic Y2VudHJlOnBhNTU="
    settings: ClassVar[dict[str, str]] = {"close_code": "Resolved by request", "assignment_group": "Service Desk"}
    first, worked, done, unknown = "1", "2", "6", "42"

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/api/now/table/incident", self._list), web.post("/api/now/table/incident", self._create),
            web.get("/api/now/table/incident/{id}", self._show),
            web.patch("/api/now/table/incident/{id}", self._update),
            web.get("/api/now/table/sys_journal_field", self._journal), web.get("/api/now/attachment", self._files),
        ]  # fmt: skip

    def new_id(self) -> str:
        return uuid4().hex

    comment_id = new_id

    def hint(self, thing: Thing) -> dict[str, Any]:
        return {"sys_id": thing.id}

    async def _list(self, request: web.Request) -> web.Response:
        query = request.query["sysparm_query"]
        limit, offset = int(request.query["sysparm_limit"]), int(request.query["sysparm_offset"])
        if (wanted := re.fullmatch(r"correlation_id=(.+)", query)) is not None:
            found = [each for each in self.changed() if each.correlation == wanted[1]]
        elif (later := re.fullmatch(r"sys_updated_on>=(.+)\^ORDERBYsys_updated_on\^ORDERBYsys_id", query)) is not None:
            since = datetime.strptime(later[1], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
            found = [each for each in self.changed() if each.updated_at >= since]
        else:
            assert query == "active=true"
            found = self.changed()
        return _result([self._incident(each) for each in found[offset : offset + limit]])

    async def _create(self, request: web.Request) -> web.Response:
        body = await request.json()
        made = self.make(body["short_description"], correlation=body["correlation_id"], description=body["description"],
                         fields={"impact": body.get("impact", "3"), "urgency": body.get("urgency", "3")})  # fmt: skip
        return _result(self._incident(made), 201)

    async def _update(self, request: web.Request) -> web.Response:
        thing, body = self.things[request.match_info["id"]], await request.json()
        state = body.get("state", thing.status.partition("/")[0])
        if state in {"6", "7"} and "state" in body and not (body.get("close_code") and body.get("close_notes")):
            return web.json_response({"error": {"message": "Data Policy Exception"}}, status=403)
        assert state in _STATES
        thing.title = body.get("short_description", thing.title)
        if "comments" in body:
            self.comment(thing, body["comments"])
        self.move(thing, f"{state}/{body['hold_reason']}" if body.get("hold_reason") else state)
        return _result(self._incident(thing))

    async def _show(self, request: web.Request) -> web.Response:
        return _result(self._incident(self.things[request.match_info["id"]]))

    async def _journal(self, request: web.Request) -> web.Response:
        wanted = re.fullmatch(r"element_id=(\w+)\^element=comments\^ORDERBYDESCsys_created_on",
                              request.query["sysparm_query"])  # fmt: skip
        assert wanted is not None
        found = [
            each for each in reversed(self.things[wanted[1]].comments) if each.public
        ]  # work notes: another element
        return _result([{"sys_id": each.id, "value": each.text} for each in found])

    async def _files(self, request: web.Request) -> web.Response:
        wanted = re.search(r"table_name=incident\^table_sys_id=(\w+)", request.query["sysparm_query"])
        assert wanted is not None
        return _result(
            [{"sys_id": own, "file_name": name} for own, name in self.things[wanted[1]].fields.get("files", [])]
        )

    def _incident(self, thing: Thing) -> dict[str, Any]:
        state, _, reason = thing.status.partition("/")
        return {"sys_id": thing.id, "number": f"INC{thing.id[:7]}", "short_description": thing.title,
                "description": thing.description, "state": state, "hold_reason": reason, "priority": "3",
                "correlation_id": thing.correlation, "close_notes": "", "category": "inquiry",
                "impact": thing.fields.get("impact", "3"), "urgency": thing.fields.get("urgency", "3"),
                "sys_updated_on": thing.updated_at.strftime("%Y-%m-%d %H:%M:%S")}  # fmt: skip


def _result(found: Any, status: int = 200) -> web.Response:
    return web.json_response({"result": found}, status=status)
