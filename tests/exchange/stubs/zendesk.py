"""A stub of Zendesk's Ticketing API, written from developer.zendesk.com/api-reference/ticketing (tickets/tickets,
tickets/ticket_comments, ticket-management/incremental_exports, users)."""

from __future__ import annotations

from typing import Any, ClassVar

from aiohttp import web

from tests.exchange.stubs.base import Comment, Stub, Thing

_STATUSES = {"new", "open", "pending", "hold", "solved", "closed"}


class ZendeskStub(Stub):
    kind, secret = "zendesk", "it@example.com/token:t0ken"
    letting_in = "Basic aXRAZXhhbXBsZS5jb20vdG9rZW46dDBrZW4="
    settings: ClassVar[dict[str, str]] = {"requester": "centre@example.com"}
    first, worked, done = "new", "open", "solved"

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/api/v2/users/me.json", self._me), web.get("/api/v2/tickets.json", self._list),
            web.post("/api/v2/tickets.json", self._create), web.get("/api/v2/tickets/{id:\\d+}.json", self._show),
            web.put("/api/v2/tickets/{id:\\d+}.json", self._update),
            web.get("/api/v2/tickets/{id:\\d+}/comments.json", self._comments),
            web.get("/api/v2/incremental/tickets/cursor.json", self._changes),
        ]  # fmt: skip

    def new_id(self) -> str:
        return str(self.number())

    def hint(self, thing: Thing) -> dict[str, Any]:
        return {"ticket": {"id": thing.id}}

    async def _me(self, _request: web.Request) -> web.Response:
        return web.json_response({"user": {"id": 3, "role": "admin"}})

    async def _list(self, request: web.Request) -> web.Response:
        found = [each for each in self.things.values() if each.correlation == request.query["external_id"]]
        return web.json_response({"tickets": [self._ticket(each) for each in found], "count": len(found)})

    async def _create(self, request: web.Request) -> web.Response:
        ticket = (await request.json())["ticket"]
        made = self.make(ticket["subject"], correlation=ticket["external_id"], description=ticket["comment"]["body"],
                         fields={"priority": ticket.get("priority")})  # fmt: skip
        made.comments.append(Comment(self.comment_id(), ticket["comment"]["body"], ticket["comment"]["public"]))
        return web.json_response({"ticket": self._ticket(made)}, status=201)

    async def _update(self, request: web.Request) -> web.Response:
        thing, ticket = self.things[request.match_info["id"]], (await request.json())["ticket"]
        if thing.status == "closed" or ticket.get("status", thing.status) not in _STATUSES:
            return web.json_response({"error": "RecordInvalid"}, status=422)
        thing.title = ticket.get("subject", thing.title)
        thing.fields["priority"] = ticket.get("priority", thing.fields.get("priority"))
        if "comment" in ticket:
            self.comment(thing, ticket["comment"]["body"], public=ticket["comment"]["public"])
        self.move(thing, ticket.get("status", thing.status))
        return web.json_response({"ticket": self._ticket(thing), "audit": {"id": self.number()}})

    async def _show(self, request: web.Request) -> web.Response:
        return web.json_response({"ticket": self._ticket(self.things[request.match_info["id"]])})

    async def _comments(self, request: web.Request) -> web.Response:
        assert (request.query["sort"], request.query["page[size]"]) == ("-created_at", "100")
        found = [
            {"id": int(each.id), "type": "Comment", "body": each.text, "plain_body": each.text, "public": each.public,
             "attachments": []}
            for each in reversed(self.things[request.match_info["id"]].comments)
        ]  # fmt: skip
        return web.json_response({"comments": found, "meta": {"has_more": False}})

    async def _changes(self, request: web.Request) -> web.Response:
        """Its cursor is opaque; here it is how many changes were shown, and the time of the last."""
        per_page = min(int(request.query["per_page"]), 50)
        since = float(request.query.get("cursor") or request.query["start_time"])
        found = [
            each for each in self.changed() if each.updated_at.timestamp() > since - ("cursor" not in request.query)
        ]
        shown = found[:per_page]
        after = str(shown[-1].updated_at.timestamp()) if shown else str(since)
        return web.json_response({"tickets": [self._ticket(each) for each in shown], "after_cursor": after,
                                  "end_of_stream": len(found) <= per_page})  # fmt: skip

    def _ticket(self, thing: Thing) -> dict[str, Any]:
        return {"id": int(thing.id), "external_id": thing.correlation or None, "subject": thing.title,
                "description": thing.description, "priority": thing.fields.get("priority"), "status": thing.status,
                "type": None, "updated_at": thing.updated_at.isoformat().replace("+00:00", "Z")}  # fmt: skip
