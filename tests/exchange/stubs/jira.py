"""A stub of Jira Service Management, written from developer.atlassian.com/cloud/jira (platform/rest/v2: myself, issues,
issue comments with ``jsdPublic``, issue search by ``search/jql``; service-desk/rest: request, request comment)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from aiohttp import web

from tests.exchange.stubs.base import Stub, Thing

_WORKFLOW = {
    "Waiting for support": ("In Progress", "Waiting for customer", "Resolved", "Canceled"),
    "In Progress": ("Waiting for customer", "Pending", "Resolved", "Canceled"),
    "Waiting for customer": ("In Progress", "Resolved", "Canceled"),
    "Resolved": ("In Progress", "Closed"),
}


class JiraStub(Stub):
    kind, secret = "jira", "it@example.com:t0ken"
    letting_in = "Basic aXRAZXhhbXBsZS5jb206dDBrZW4="
    settings: ClassVar[dict[str, str]] = {"project": "HELP", "serviceDeskId": "4", "requestTypeId": "25"}
    first, worked, done = "Waiting for support", "In Progress", "Resolved"

    days = 0
    """A page's token is good until others have passed."""

    def routes(self) -> list[web.RouteDef]:
        issue = "/rest/api/2/issue/{id}"
        return [
            web.get("/rest/api/2/myself", self._me), web.get("/rest/api/2/search/jql", self._search),
            web.post("/rest/servicedeskapi/request", self._create),
            web.post("/rest/servicedeskapi/request/{id}/comment", self._comment),
            web.get(issue, self._show), web.put(issue, self._update), web.get(f"{issue}/comment", self._comments),
            web.get(f"{issue}/transitions", self._ways), web.post(f"{issue}/transitions", self._transition),
        ]  # fmt: skip

    def new_id(self) -> str:
        return f"HELP-{self.number()}"

    def hint(self, thing: Thing) -> dict[str, Any]:
        return {"webhookEvent": "jira:issue_updated", "issue": {"id": "10001", "key": thing.id}}

    async def _me(self, _request: web.Request) -> web.Response:
        return web.json_response({"accountId": "5abc", "displayName": "Centre"})

    async def _search(self, request: web.Request) -> web.Response:
        """Its tokens are opaque, of one question and not good for ever; here one is how many were shown of which."""
        jql, most = request.query["jql"], int(request.query["maxResults"])
        asked_on = f"{self.days}:{jql}"
        shown_of, _, of = request.query.get("nextPageToken", f"0:{asked_on}").partition(":")
        if of != asked_on:
            return web.json_response({"errorMessages": ["The provided next page token is invalid"]}, status=400)
        if (wanted := re.fullmatch(r'labels = "(\S+)"', jql)) is not None:
            found = [each for each in self.changed() if each.correlation == wanted[1]]
        else:
            later = re.fullmatch(r'project = "HELP" AND updated >= "-(\d+)m" ORDER BY updated ASC, key ASC', jql)
            assert later is not None
            since = datetime.now(UTC) - timedelta(minutes=int(later[1]))
            found = [each for each in self.changed() if each.updated_at >= since]
        begin = int(shown_of)
        shown = {"issues": [self._issue(each) for each in found[begin : begin + most]]}
        return web.json_response(
            {**shown, **({"nextPageToken": f"{begin + most}:{asked_on}"} if len(found) > begin + most else {})}
        )

    async def _create(self, request: web.Request) -> web.Response:
        body = await request.json()
        assert (body["serviceDeskId"], body["requestTypeId"]) == ("4", "25")
        values = body["requestFieldValues"]
        made = self.make(values["summary"], correlation=values["labels"][0], description=values["description"],
                         fields={"priority": values.get("priority", {"name": "Medium"})})  # fmt: skip
        return web.json_response({"issueId": "10001", "issueKey": made.id}, status=201)

    async def _comment(self, request: web.Request) -> web.Response:
        body = await request.json()
        said = self.comment(self.things[request.match_info["id"]], body["body"], public=body["public"])
        return web.json_response({"id": said.id, "public": said.public}, status=201)

    async def _show(self, request: web.Request) -> web.Response:
        return web.json_response(self._issue(self.things[request.match_info["id"]]))

    async def _update(self, request: web.Request) -> web.Response:
        thing, fields = self.things[request.match_info["id"]], (await request.json())["fields"]
        thing.title = fields.get("summary", thing.title)
        thing.description = fields.get("description", thing.description)
        thing.fields["priority"] = fields.get("priority", thing.fields.get("priority"))
        self.touch(thing)
        return web.Response(status=204)

    async def _comments(self, request: web.Request) -> web.Response:
        assert request.query["orderBy"] == "-created"
        found = [{"id": each.id, "body": each.text, "jsdPublic": each.public}
                 for each in reversed(self.things[request.match_info["id"]].comments)]  # fmt: skip
        return web.json_response({"comments": found, "total": len(found)})

    async def _ways(self, request: web.Request) -> web.Response:
        leads = _WORKFLOW.get(self.things[request.match_info["id"]].status, ())
        return web.json_response({"transitions": [{"id": str(n), "name": f"to {to}", "to": {"name": to}}
                                                  for n, to in enumerate(leads, 11)]})  # fmt: skip

    async def _transition(self, request: web.Request) -> web.Response:
        thing, wanted = self.things[request.match_info["id"]], (await request.json())["transition"]["id"]
        self.move(thing, _WORKFLOW[thing.status][int(wanted) - 11])
        return web.Response(status=204)

    def _issue(self, thing: Thing) -> dict[str, Any]:
        at = thing.updated_at.strftime("%Y-%m-%dT%H:%M:%S.000+0000")
        return {"id": "10001", "key": thing.id, "fields": {
            "summary": thing.title, "description": thing.description or None, "status": {"name": thing.status},
            "labels": [thing.correlation] if thing.correlation else [], "updated": at,
            "priority": thing.fields.get("priority", {"name": "Medium"}), "issuetype": {"name": "[System] Incident"},
            "attachment": thing.fields.get("files", []), "resolution": None}}  # fmt: skip
