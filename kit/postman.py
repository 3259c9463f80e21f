"""A Postman collection (format 2.1) out of an OpenAPI document: each operation once, in the folder of its first tag.

It says what the document says and nothing of chance, so that it is the same whenever it is made: examples of the
document stand in bodies, what is optional is there and switched off, ids are the collection's own variables.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

_SCHEMA: Final = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
_NEW_EACH_TIME: Final = "{{$guid}}"
_REMEMBER: Final = (
    'const tag = pm.response.headers.get("ETag");',
    'if (tag) { pm.collectionVariables.set("etag", tag); }',
)
"""The next change says in If-Match what the last answer was."""


def collection(document: Mapping[str, Any], base_url: str) -> dict[str, Any]:
    """Return the collection; ``base_url``: where the API is. Requests carry the variable ``key`` as a bearer token."""
    folders: dict[str, list[dict[str, Any]]] = {}
    variables = {"baseUrl": base_url.rstrip("/"), "key": "", "etag": ""}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            made = _Request(document, method, path, operation)
            variables |= dict.fromkeys(made.places(), "")
            folders.setdefault(operation["tags"][0], []).append({"name": operation["summary"], "request": made.shown()})
    told = {tag["name"]: tag["description"] for tag in document.get("tags", ())}
    script = {"listen": "test", "script": {"type": "text/javascript", "exec": list(_REMEMBER)}}
    return {
        "info": {"name": document["info"]["title"], "schema": _SCHEMA, "description": document["info"]["description"]},
        "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{key}}", "type": "string"}]},
        "event": [script],
        "variable": [{"key": name, "value": value} for name, value in variables.items()],
        "item": [{"name": tag, "description": told.get(tag, ""), "item": items} for tag, items in folders.items()],
    }


class _Request:
    """One operation as a request."""

    def __init__(self, document: Mapping[str, Any], method: str, path: str, operation: Mapping[str, Any]) -> None:
        self._document, self._method, self._path, self._operation = document, method, path, operation
        self._said = [self._found(each) for each in operation.get("parameters", ())]

    def places(self) -> list[str]:
        """Return the names of what stands in the address."""
        return [each["name"] for each in self._said if each["in"] == "path"]

    def shown(self) -> dict[str, Any]:
        """Return the request."""
        query, header = ([_pair(each) for each in self._said if each["in"] == where] for where in ("query", "header"))
        parts = [f":{part[1:-1]}" if part.startswith("{") else part for part in self._path.strip("/").split("/")]
        url: dict[str, Any] = {"raw": "{{baseUrl}}/" + "/".join(parts), "host": ["{{baseUrl}}"], "path": parts}
        if query:
            url["query"] = query
        if places := self.places():
            url["variable"] = [{"key": name, "value": "{{" + name + "}}"} for name in places]
        made = {"method": self._method.upper(), "url": url, "description": self._operation.get("description", "")}
        if not self._operation.get("security", True):
            made["auth"] = {"type": "noauth"}
        media, body = self._body()
        if media:
            header.append({"key": "Content-Type", "value": media})
            made["body"] = body
        return {**made, "header": header}

    def _body(self) -> tuple[str, dict[str, Any]]:
        content: Mapping[str, Any] = self._operation.get("requestBody", {}).get("content", {})
        if not content:
            return "", {}
        media, said = next(iter(content.items()))
        if media == "application/json":
            text = json.dumps(self._example(said), indent=2, ensure_ascii=False)
            return media, {"mode": "raw", "raw": text, "options": {"raw": {"language": "json"}}}
        if media in {"application/x-www-form-urlencoded", "multipart/form-data"}:
            mode = "urlencoded" if media.startswith("application") else "formdata"
            fields = self._found(said["schema"]).get("properties", {})
            return media, {"mode": mode, mode: [_field(name, self._found(each)) for name, each in fields.items()]}
        return media, {"mode": "file", "file": {}}

    def _example(self, said: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON value
        """Return the first example of a body; without one what its schema asks for, empty."""
        for example in said.get("examples", {}).values():
            return example["value"]
        return said["example"] if "example" in said else self._blank(said.get("schema", {}))

    def _blank(self, schema: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON value
        schema = self._found(schema)
        for known in ("default", "const", "example"):
            if known in schema:
                return schema[known]
        if "enum" in schema:
            return schema["enum"][0]
        if schema.get("type") == "object":
            wanted = schema.get("required", ())
            return {name: self._blank(each) for name, each in schema.get("properties", {}).items() if name in wanted}
        return {"array": [], "integer": 0, "number": 0, "boolean": False, "string": ""}.get(schema.get("type", ""))

    def _found(self, said: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in said:
            found: Any = self._document
            for part in said["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            said = found
        return said


def _pair(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return a parameter of the address or a header, switched off when it may be left out."""
    value = {"Idempotency-Key": _NEW_EACH_TIME, "If-Match": "{{etag}}"}.get(said["name"])
    if value is None:
        value = str(said.get("example", said.get("schema", {}).get("default", "")))
    off = not said.get("required", False) and said["name"] not in {"Idempotency-Key", "If-Match"}
    made = {"key": said["name"], "value": value, "description": said.get("description", "")}
    return {**made, "disabled": True} if off else made


def _field(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    is_file = schema.get("format") == "binary"
    return {"key": name, "type": "file" if is_file else "text"} | (
        {"src": []} if is_file else {"value": schema.get("const", "")}
    )
