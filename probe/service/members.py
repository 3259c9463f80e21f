"""What the application offers, found by walking it: every route, method, parameter, body, socket and mount."""

from __future__ import annotations

import inspect
import re
import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, params
from fastapi.routing import APIWebSocketRoute, iter_route_contexts
from pydantic import BaseModel
from starlette.routing import Mount

from tenants.endpoints import CentreGuard, Guard, _guards

UNGUARDED = ("/static", "/v1/openapi.json")
"""Same as tests/architecture: files of ours and the description of the API; they hold nothing of any tenant."""


@dataclass(frozen=True)
class Parameter:
    """One place that a caller can fill."""

    name: str
    where: str
    """path, query, header, cookie, form or body."""
    annotation: Any
    required: bool


@dataclass(frozen=True)
class Member:
    """One route with one method, one socket, or one mount."""

    path: str
    kind: str
    """http, socket, plain (a Starlette route without parameters) or mount."""
    method: str
    parameters: tuple[Parameter, ...]
    guards: tuple[Guard, ...]
    reads: frozenset[str] = frozenset()
    """Names that the handler's module takes out of a form or an address by itself."""

    def __str__(self) -> str:
        """Return what a finding is reported under."""
        return f"{self.method} {self.path}"

    @property
    def of_centre(self) -> bool:
        """Whether it is the back office's, which belongs to no tenant; also when it asks for a fresh sign-in."""
        return any(isinstance(getattr(guard, "inner", guard), CentreGuard) for guard in self.guards)

    def named(self, where: str) -> list[Parameter]:
        """Return the parameters of one place."""
        return [parameter for parameter in self.parameters if parameter.where == where]


def members(app: FastAPI) -> list[Member]:
    """Return everything, hidden routes and mounts too."""
    return [member for context in iter_route_contexts(app.routes) for member in _members(context)]


def _members(context: Any) -> Iterator[Member]:  # noqa: ANN401 - FastAPI does not name its type
    path, route = str(context.path), context.route or context.original_route
    dependant = getattr(context, "dependant", None)
    guards = () if dependant is None else tuple(_guards(dependant))
    parameters = () if dependant is None else tuple(_parameters(dependant))
    if isinstance(route, Mount):
        yield Member(path, "mount", "GET", (), guards)
    elif isinstance(route, APIWebSocketRoute):
        yield Member(path, "socket", "GET", parameters, guards)
    else:
        for method in sorted(context.methods - {"HEAD"}):
            kind = "plain" if dependant is None else "http"
            yield Member(path, kind, method, parameters, guards, _read_by(context.endpoint))


def _read_by(endpoint: Any) -> frozenset[str]:  # noqa: ANN401 - any callable
    module = inspect.getmodule(endpoint)
    return frozenset() if module is None else frozenset(undeclared_names(inspect.getsource(module)))


def _parameters(dependant: Any) -> Iterator[Parameter]:  # noqa: ANN401 - as above
    """Yield what a route and everything that it depends on read."""
    for where in ("path", "query", "header", "cookie"):
        for field in getattr(dependant, f"{where}_params"):
            yield Parameter(field.alias, where, field.field_info.annotation, field.field_info.is_required())
    for field in dependant.body_params:
        info = field.field_info
        where = "form" if isinstance(info, params.Form) else "body"
        yield Parameter(field.alias, where, info.annotation, info.is_required())
    for inner in dependant.dependencies:
        yield from _parameters(inner)


def model_of(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 - any annotation
    """Return the pydantic model of a body's annotation, optional or not."""
    if isinstance(annotation, types.UnionType) or typing.get_origin(annotation) is typing.Union:
        found = [model_of(part) for part in typing.get_args(annotation)]
        return next((model for model in found if model is not None), None)
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None


READ_NAMES = re.compile(
    r"(?:form|query|query_params|given)\.(?:get|pop)\(\s*\"([a-z_]+)\"|request\.query_params\.get\(\"([a-z_]+)\"\)"
    r"|for name in \(([^)]*)\)"
)


def undeclared_names(source: str) -> set[str]:
    """Return the names that a handler's source reads out of a form or an address by itself."""
    found: set[str] = set()
    for one, other, several in READ_NAMES.findall(source):
        found |= {one, other, *re.findall(r"\"([a-z_]+)\"", several)}
    return found - {""}
