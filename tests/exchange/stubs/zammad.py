"""A stub of Zammad's REST API, written from docs.zammad.org/en/latest/api (intro, ticket, ticket/articles, tags, user)
and, for searches by ``condition`` and tags at creation, from app/controllers/tickets_controller.rb of zammad/zammad."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from aiohttp import web

from tests.exchange.stubs.base import Comment, Stub, Thing

_STATES = {"new", "open", "pending reminder", "pending close", "closed", "merged"}


class ZammadStub(Stub):
    kind, secret, letting_in = "zammad", "s3cret", "Token token=s3cret"
    settings: ClassVar[dict[str, str]] = {"group": "Users", "customer": "centre@example.com"}
    first, worked, done = "new", "open", "closed"

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/api/v1/users/me", self._me), web.post("/api/v1/tickets", self._create),
            web.get("/api/v1/tickets/search", self._search), web.get("/api/v1/tickets/{id}", self._show),
            web.put("/api/v1/tickets/{id}", self._update), web.get("/api/v1/tags", self._tags),
            web.get("/api/v1/ticket_articles/by_ticket/{id}", self._articles),
            web.post("/api/v1/ticket_articles", self._article),
        ]  # fmt: skip

    def new_id(self) -> str:
        return str(self.number())

    def hint(self, thing: Thing) -> dict[str, Any]:
        return {"ticket": {"id": int(thing.id)}, "article": {}}

    async def _me(self, _request: web.Request) -> web.Response:
        return web.json_response({"id": 3, "login": "centre"})

    async def _create(self, request: web.Request) -> web.Response:
        body = await request.json()
        if not body["customer_id"].startswith("guess:") or not body["group"] or not body["title"]:
            return web.json_response({"error": "Missing required value"}, status=422)
        made = self.make(body["title"], correlation=body["tags"], fields={"priority": body.get("priority", "2 normal")})
        made.comments.append(Comment(self.comment_id(), body["article"]["body"], not body["article"]["internal"]))
        return web.json_response(self._ticket(made), status=201)

    async def _update(self, request: web.Request) -> web.Response:
        thing, body = self.things[request.match_info["id"]], await request.json()
        state = body.get("state", thing.status)
        if state not in _STATES or (state.startswith("pending") and "pending_time" not in body):
            return web.json_response({"error": "Missing required value for field 'pending_time'!"}, status=422)
        thing.title = body.get("title", thing.title)
        thing.fields["priority"] = body.get("priority", thing.fields.get("priority"))
        self.move(thing, state)
        return web.json_response(self._ticket(thing))

    async def _search(self, request: web.Request) -> web.Response:
        asked, per_page = request.query, int(request.query["per_page"])
        assert (asked["sort_by"], asked["order_by"], asked["expand"]) == ("updated_at", "asc", "true")
        if "condition[ticket.tags][value]" in asked:
            found = [each for each in self.changed() if each.correlation == asked["condition[ticket.tags][value]"]]
        else:
            assert asked["condition[ticket.updated_at][operator]"] == "after (absolute)"
            since = datetime.fromisoformat(asked["condition[ticket.updated_at][value]"])
            found = [each for each in self.changed() if each.updated_at > since]
        begin = (int(asked["page"]) - 1) * per_page
        return web.json_response([self._ticket(each) for each in found[begin : begin + per_page]])

    async def _show(self, request: web.Request) -> web.Response:
        return web.json_response(self._ticket(self.things[request.match_info["id"]]))

    async def _tags(self, request: web.Request) -> web.Response:
        assert request.query["object"] == "Ticket"
        found = self.things[request.query["o_id"]].correlation
        return web.json_response({"tags": [found] if found else []})

    async def _articles(self, request: web.Request) -> web.Response:
        thing = self.things[request.match_info["id"]]
        return web.json_response(
            [
                {"id": int(each.id), "ticket_id": int(thing.id), "sender": "Agent", "type": "note", "body": each.text,
                 "content_type": "text/html" if each.text.startswith("<") else "text/plain",
                 "internal": not each.public, "attachments": []}
                for each in thing.comments
            ]
        )  # fmt: skip

    async def _article(self, request: web.Request) -> web.Response:
        body = await request.json()
        thing = self.things[str(body["ticket_id"])]
        said = self.comment(thing, body["body"], public=not body["internal"])
        return web.json_response({"id": int(said.id), "ticket_id": int(thing.id)}, status=201)

    def _ticket(self, thing: Thing) -> dict[str, Any]:
        at = thing.updated_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return {"id": int(thing.id), "number": f"10{thing.id}", "title": thing.title, "group": "Users",
                "state": thing.status, "priority": thing.fields.get("priority", "2 normal"),
                "updated_at": at}  # fmt: skip
