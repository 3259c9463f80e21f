"""Refusals in the document: what every route of a kind refuses, and the answers that say so, each written once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.problems import TYPE_BASE
from app.published import frame
from app.published.parts import Operation
from kit.errors import (
    Forbidden,
    IfMatchRequired,
    NotFound,
    NotSignedIn,
    Problem,
    Unavailable,
    ValidationFailed,
)
from tenants.errors import RateLimited, TenantSuspended
from workorders.errors import IdempotencyInProgress, IdempotencyKeyReused

MEDIA: Final = "application/problem+json"
SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "description": "Why a request was refused (RFC 9457). Program against `code`; some codes add members of their own.",
    "required": ["type", "title", "status", "detail", "instance", "code", "trace_id"],
    "properties": {
        "type": {"type": "string", "format": "uri", "description": "Names the kind of problem; it is its page."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "A sentence for a person; it may change."},
        "instance": {"type": "string", "description": "The address that was asked."},
        "code": {"type": "string", "description": "Stable. All of them: docs/problems.md."},
        "trace_id": {"type": "string", "description": "Quote it when you ask us."},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/ProblemPlace"}},
    },
}
PLACE: Final[dict[str, Any]] = {
    "type": "object",
    "description": "One wrong place of a request.",
    "required": ["pointer", "code", "detail"],
    "properties": {
        "pointer": {
            "type": "string",
            "description": "A JSON pointer (RFC 6901) into the body, or `query:`, `path:`, `header:` and a name.",
        },
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "line": {"type": "integer", "description": "Of a text that was sent, from 1."},
    },
}


@dataclass(frozen=True, slots=True)
class Plain:
    """A refusal of the framework's own, which has no class (``app.problems``)."""

    status: int
    code: str
    title: str
    type_uri: str = ""


Kind = type[Problem] | Plain
TOO_LARGE = Plain(413, "too_large", "The request holds more bytes than are taken here")
MEDIA_TYPE = Plain(415, "unsupported_media_type", "This media type is not taken here")


def refused_by(operation: Operation, *, guarded: bool, named: bool, sends: bool) -> list[Kind]:
    """Return everything that a route refuses: ``named``: its address holds an id; ``sends``: it takes a body."""
    found: list[Kind] = [ValidationFailed, RateLimited, Unavailable]
    if guarded:
        found += [NotSignedIn, Forbidden, TenantSuspended]
    if named:
        found.append(NotFound)
    if sends:
        found += [TOO_LARGE, MEDIA_TYPE]
    if operation.once:
        found += [IdempotencyInProgress, IdempotencyKeyReused]
    if operation.if_match == "required":
        found.append(IfMatchRequired)
    return found + [each for each in operation.refuses if each not in found]


class Refusals:
    """The answers of a document that say no: each set of codes of a status is one component."""

    def __init__(self) -> None:
        """Begin with none."""
        self.components: dict[str, Any] = {}

    def of(self, problems: Iterable[Kind], *, counted: bool) -> dict[str, Any]:
        """Return the responses of one operation, by status."""
        by_status: defaultdict[int, list[Kind]] = defaultdict(list)
        for problem in problems:
            by_status[problem.status].append(problem)
        return {str(status): self._one(status, kinds, counted) for status, kinds in sorted(by_status.items())}

    def _one(self, status: int, kinds: list[Kind], counted: bool) -> dict[str, Any]:  # noqa: FBT001 - of this class only
        kinds = sorted(kinds, key=lambda kind: kind.code)
        name = "".join(_camel(kind.code) for kind in kinds) + ("" if counted else "Uncounted")
        if name not in self.components:
            extra = ("Retry-After",) if status in {409, 429, 503} and kinds[0].code in _WAITS else ()
            self.components[name] = {
                "description": " Or: ".join(f"`{kind.code}`: {kind.title}." for kind in kinds),
                "headers": frame.headers(extra, counted=counted),
                "content": {
                    MEDIA: {
                        "schema": {"$ref": "#/components/schemas/Problem"},
                        "examples": {kind.code: {"summary": kind.title, "value": _example(kind)} for kind in kinds},
                    }
                },
            }
        return {"$ref": f"#/components/responses/{name}"}


_WAITS: Final = {"idempotency_in_progress", "rate_limited", "unavailable"}


def _camel(code: str) -> str:
    return "".join(word.capitalize() for word in re.split(r"[_.]", code))


def _example(kind: Kind) -> Mapping[str, Any]:
    return {
        "type": kind.type_uri or TYPE_BASE + kind.code,
        "title": kind.title, "status": kind.status, "code": kind.code, "detail": kind.title,
        "instance": "/v1/work-orders", "trace_id": "01937c9e-8a2f-7d3e-9b1a-5c7d2e4f6a80",
    }  # fmt: skip
