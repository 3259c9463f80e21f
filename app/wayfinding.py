"""An address is looked up among the few routers that may have it, not among all of them.

A router is asked by trying the pattern of each of its routes, and some hundred tries cost more than many an answer.
"""

from __future__ import annotations

from fastapi import APIRouter, FastAPI
from fastapi.routing import iter_route_contexts
from starlette._utils import get_route_path
from starlette.routing import BaseRoute
from starlette.types import Receive, Scope, Send

ANY = "{"
"""Where a part of an address may be any word."""
Place = tuple[str, str]
"""The first two parts of an address; what is not there, or may be any word, is "" or :data:`ANY`."""


class Wayfinder:
    """Gives a request to a router that holds only what its address can mean, in the order of ``whole``."""

    def __init__(self, whole: APIRouter) -> None:
        """Stand before a router, whose routes may still change."""
        self._whole = whole
        self._known: list[BaseRoute] = []
        self._places: list[tuple[BaseRoute, frozenset[Place]]] = []
        self._words: frozenset[str] = frozenset()
        self._few: dict[Place, APIRouter] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, socket or life span."""
        if scope["type"] == "lifespan":
            await self._whole.app(scope, receive, send)
            return
        scope.setdefault("router", self._whole)
        await self.router_of(get_route_path(scope)).app(scope, receive, send)

    def router_of(self, path: str) -> APIRouter:
        """Return the router of an address; there are not more of them than routes have places."""
        if self._known != self._whole.routes:
            self._learn()
        first, second = (word if word in self._words else ANY for word in place_of(path))
        found = self._few.get((first, second))
        if found is None:
            routes = [route for route, places in self._places if _may_be(places, first, second)]
            found = APIRouter(routes=routes, redirect_slashes=self._whole.redirect_slashes)
            self._few[first, second] = found
        return found

    def _learn(self) -> None:
        self._known = list(self._whole.routes)
        self._places = [(route, _places(route)) for route in self._known]
        self._words = frozenset({"", *(word for _, places in self._places for place in places for word in place)})
        self._few = {}


def wayfound(app: FastAPI) -> FastAPI:
    """Let an application look its addresses up this way."""
    app.router.middleware_stack = Wayfinder(app.router)
    return app


def place_of(path: str) -> Place:
    """Return the first two parts of an address, the same with and without a slash at its end."""
    parts = f"{path}//".split("/", 3)
    return parts[1], parts[2]


def _places(route: BaseRoute) -> frozenset[Place]:
    """Return where the addresses of a route, or of all routes of an included router, begin."""
    found = set()
    for context in iter_route_contexts([route]):
        first, second = place_of(context.path_format or f"/{ANY}")
        found.add((ANY, ANY) if ANY in first else (first, ANY if ANY in second else second))
    return frozenset(found)


def _may_be(places: frozenset[Place], first: str, second: str) -> bool:
    return any(place in places for place in ((first, second), (first, ANY), (ANY, ANY)))
