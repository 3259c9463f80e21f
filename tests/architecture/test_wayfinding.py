"""The few routers that an address is looked up in answer as all of them would."""

from __future__ import annotations

import re
from typing import Any

from fastapi import APIRouter
from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute, Match

from app.wayfinding import Wayfinder
from app.web import create_app
from kit.settings import Settings

SPELLINGS = ("{}", "{}/", "{}//", "/{}", "{}/x", "{}.json", "{}")


def served_by(routes: list[BaseRoute], scope: dict[str, Any]) -> tuple[Match, BaseRoute] | None:
    """The route that would serve: the first that matches, else the first that knows the address."""
    found = [(match, route) for route in routes if (match := route.matches(dict(scope))[0]) != Match.NONE]
    return next((each for each in found if each[0] == Match.FULL), found[0] if found else None)


def addresses(whole: APIRouter) -> list[str]:
    """Every route's address in one spelling or another, and some of none."""
    found = [re.sub(r"\{[^}]*\}", "abc", context.path_format or "") for context in iter_route_contexts(whole.routes)]
    spelt = [SPELLINGS[number % len(SPELLINGS)].format(path) for number, path in enumerate(found)]
    return [*spelt, *(path.replace("/", "//") for path in found[::9]), "", "*", "/", "//", "/nope", "/nope/x"]


def test_the_few_routers_of_an_address_answer_as_all_of_them() -> None:
    whole = create_app(Settings()).router
    finder = whole.middleware_stack
    assert isinstance(finder, Wayfinder)
    tried = addresses(whole)
    assert len(tried) > 400
    few = 0
    for number, path in enumerate(tried):
        kind, method = (("http", "GET"), ("http", "POST"), ("websocket", "GET"))[number % 3]
        scope = {"type": kind, "path": path, "method": method, "headers": [], "query_string": b"", "root_path": ""}
        routes = finder.router_of(path).routes
        assert served_by(routes, scope) == served_by(whole.routes, scope), (kind, method, path)
        few += len(routes)
    assert few < 3 * len(tried)


def test_a_route_that_comes_or_moves_later_is_found() -> None:
    whole = create_app(Settings()).router
    finder = whole.middleware_stack
    assert isinstance(finder, Wayfinder)
    assert finder.router_of("/planted/deep").routes == []

    async def planted() -> None: ...

    whole.add_api_route("/planted/{what}", planted)
    assert finder.router_of("/planted/deep").routes == [whole.routes[-1]]
    whole.add_api_route("/{anything:path}", planted)
    whole.routes.insert(0, whole.routes.pop())
    assert finder.router_of("/planted/deep").routes == [whole.routes[0], whole.routes[-1]]
    assert finder.router_of("/healthz").routes[0] is whole.routes[0]
