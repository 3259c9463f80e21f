"""Make the OpenAPI document: FastAPI's own of the routes, with what the table of operations says of each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app.published import events, frame
from app.published.leaving import LEAVING
from app.published.operations import OPERATIONS
from app.published.parts import Operation, Told
from app.published.refusals import PLACE, SCHEMA, Refusals, refused_by
from tenants.core.permissions import scopes
from tenants.endpoints import Guard, PublicGuard, _guards

PATH = "/v1/openapi.json"
_REF = "#/components/schemas/{model}"
_PARAMETERS = {
    ("once", "required"): "IdempotencyKey", ("once", "optional"): "IdempotencyKeyOptional",
    ("if_match", "required"): "IfMatch", ("if_match", "optional"): "IfMatchOptional",
}  # fmt: skip


def publish(app: FastAPI) -> None:
    """Let the application answer with this document."""
    made: dict[str, Any] = {}

    def openapi() -> dict[str, Any]:
        if not made:
            made.update(document(app))
        return made

    app.openapi = openapi  # type: ignore[method-assign] # FastAPI's own way to another document


def document(app: FastAPI) -> dict[str, Any]:
    """Return the document of an application's routes; a route without an operation keeps what FastAPI says of it."""
    made = get_openapi(
        title=frame.TITLE, version=frame.VERSION, description=frame.WORDS, routes=app.routes,
        tags=[{"name": name, "description": said} for name, said in frame.TAGS],
        servers=[{"url": "/", "description": "This installation"}],
    )  # fmt: skip
    made = _renamed(made)
    guards, refusals = dict(_guards_of(app)), Refusals()
    shapes = _Shapes(told.shape for each in OPERATIONS.values() for told in each.answers.values() if told.shape)
    for path, method, found in operations(made):
        operation = OPERATIONS.get(f"{method.upper()} {path}")
        if operation is not None:
            _write(found, operation, shapes.reference)
        if f"{method.upper()} {path}" in LEAVING:
            found["deprecated"] = True
        _secure(found, guards[path, method.upper()])
        _refuse(found, path, operation or Operation("", "", {}), refusals)
    components = made.setdefault("components", {})
    schemas = components.get("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    if twice := {name for name in schemas.keys() & shapes.schemas.keys() if schemas[name] != shapes.schemas[name]}:
        raise ValueError(f"two schemas have one name: {sorted(twice)}")
    schemas |= {**shapes.schemas, "Problem": SCHEMA, "ProblemPlace": PLACE}
    components["schemas"] = dict(sorted(schemas.items()))
    components |= {
        "responses": dict(sorted(refusals.components.items())), "headers": frame.header_components(),
        "parameters": frame.parameter_components(), "securitySchemes": frame.security_schemes(),
    }  # fmt: skip
    made["webhooks"] = events.webhooks()
    made["paths"] = dict(sorted(made["paths"].items(), key=_place_of))
    return made


def _renamed(made: dict[str, Any]) -> dict[str, Any]:
    """Return the document with the names of bodies that are said outside."""
    schemas = made["components"]["schemas"]
    names = {_REF.format(model=old): _REF.format(model=new) for old, new in frame.SCHEMA_NAMES.items()}
    for old, new in frame.SCHEMA_NAMES.items():
        if old in schemas:
            schemas[new] = {**schemas.pop(old), "title": new}

    def walk(value: Any) -> Any:  # noqa: ANN401 - JSON
        if isinstance(value, list):
            return [walk(each) for each in value]
        if isinstance(value, dict):
            return {name: walk(each) for name, each in value.items()}
        return names.get(value, value) if isinstance(value, str) else value

    return {name: walk(part) for name, part in made.items()}


def operations(made: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield path, method and operation of everything in a document."""
    for path, methods in made["paths"].items():
        for method, found in methods.items():
            yield path, method, found


def _place_of(entry: tuple[str, Any]) -> tuple[int, str]:
    """Order addresses by the tag of their first operation, then by name."""
    path, methods = entry
    order = [name for name, _ in frame.TAGS]
    tag = next(iter(methods.values())).get("tags", [""])[0]
    return order.index(tag) if tag in order else len(order), path


class _Shapes:
    """The shapes of all answers as schemas of one document."""

    def __init__(self, shapes: Iterator[type[BaseModel]]) -> None:
        wanted = dict.fromkeys(shapes)
        pairs, made = models_json_schema([(shape, "serialization") for shape in wanted], ref_template=_REF)
        self.schemas: dict[str, Any] = made.get("$defs", {})
        self._names = {shape: pairs[shape, "serialization"] for shape in wanted}

    def reference(self, shape: type[BaseModel]) -> dict[str, Any]:
        return self._names[shape]


def _write(found: dict[str, Any], operation: Operation, reference: Callable[[Any], dict[str, Any]]) -> None:
    found["operationId"], found["summary"] = operation.id, operation.summary
    found["tags"] = [operation.tag] if operation.tag else found["tags"]
    found["description"] = _one_line(found.get("description", ""))
    parameters = [each for each in found.get("parameters", []) if each["name"] not in operation.filters]
    for kind in ("once", "if_match"):
        name = _PARAMETERS.get((kind, getattr(operation, kind)))
        parameters += [{"$ref": f"#/components/parameters/{name}"}] if name else []
    parameters += [_filter(name, schema) for name, schema in operation.filters.items()]
    if parameters:
        found["parameters"] = parameters
    if operation.body is not None:
        found["requestBody"] = {"required": True, "content": dict(operation.body)}
    if "requestBody" in found:
        examples = {
            name: {"summary": shown.summary or name, "value": shown.body}
            for name, shown in operation.shown.items()
            if shown.body is not None
        }
        for media, content in found["requestBody"]["content"].items():
            if examples and "example" not in content and media.endswith("json"):
                content["examples"] = examples
    found["responses"] = {str(status): _answer(told, reference) for status, told in operation.answers.items()}


def _filter(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    rest = {key: value for key, value in schema.items() if key not in {"description", "required"}}
    required = bool(schema.get("required", False))
    return {"name": name, "in": "query", "required": required, "description": schema["description"], "schema": rest}


def _answer(told: Told, reference: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {"description": told.sentence, "headers": frame.headers(told.headers, counted=True)}
    schema = reference(told.shape) if told.shape else told.schema
    if schema is not None:
        content: dict[str, Any] = {"schema": schema}
        if told.example is not None:
            content["example"] = told.example
        made["content"] = dict.fromkeys(told.media, content)
    return made


def _secure(found: dict[str, Any], guards: list[Guard]) -> None:
    """Say what one needs: a key or token with the permission, a person's session where no key may, or nothing."""
    if all(isinstance(guard, PublicGuard) for guard in guards):
        found["security"] = []
        for response in found["responses"].values():
            for name in ("RateLimit", "RateLimit-Policy"):
                response.get("headers", {}).pop(name, None)
        return
    wanted = [guard.permission for guard in guards if guard.permission]
    found["security"] = [{"key": []}, {"oauth": wanted}] if scopes().issuperset(wanted) else [{"session": []}]
    if wanted:
        found["description"] = f"{found.get('description', '')}\n\nPermission: `{'`, `'.join(wanted)}`.".strip()


def _refuse(found: dict[str, Any], path: str, operation: Operation, refusals: Refusals) -> None:
    guarded = bool(found["security"])
    kinds = refused_by(operation, guarded=guarded, named="{" in path, sends="requestBody" in found)
    found["responses"].pop("422", None)
    said = refusals.of(kinds, counted=guarded)
    found["responses"] = dict(sorted({**said, **found["responses"]}.items()))


def _guards_of(app: FastAPI) -> Iterator[tuple[tuple[str, str], list[Guard]]]:
    for context in iter_route_contexts(app.routes):
        dependant = getattr(context, "dependant", None)
        for method in getattr(context, "methods", None) or ():
            yield (str(context.path), method), [] if dependant is None else list(_guards(dependant))


def _one_line(docstring: str) -> str:
    """Return a docstring as Markdown: paragraphs without line ends, code in single ticks."""
    plain = re.sub(r":class:`~?([^`]+)`", r"`\1`", docstring.replace("``", "`"))
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in plain.split("\n\n"))
