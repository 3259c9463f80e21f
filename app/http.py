"""Pure ASGI middleware: request ids, the length of bodies, and the headers that a browser's safety rests on."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kit import cause, strictjson
from kit.ids import new_id

MAX_BODY = 1024 * 1024
"""The most bytes of a request's body: far more than the longest text that a route takes."""
_FILES = re.compile(r"/v1/work-orders/[^/]+/attachments(/[^/]+/content)?")
_LARGEST_FILE = 101 * MAX_BODY
_TICKETS = re.compile(r"/tmf-api/troubleTicket/v[45]/troubleTicket(/[^/]+)?")
_LARGEST_TICKET = 8 * MAX_BODY
"""A file of 5 MB in base64, and the ticket around it."""
"""Where a file is taken piece by piece, by a route that asks who sends it first and has a limit of its own."""
LARGER = dict.fromkeys(("/settings/prompts/sound", "/settings/music/sound", "/v1/sounds"), 11 * MAX_BODY)
"""Where a body may be larger: an uploaded recording, with the form around it."""
_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


class RequestId:
    """Give every request an id: the caller's ``X-Request-Id`` when it is a plain word, else a new one."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap the application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Bind the id to the logs and say it in the answer."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        given = dict(scope["headers"]).get(b"x-request-id", b"").decode("latin-1")
        request_id = given if _GIVEN_ID.fullmatch(given) else str(new_id())
        scope.setdefault("state", {})["request_id"] = request_id

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            await send(message)

        with cause.asked(), structlog.contextvars.bound_contextvars(request_id=request_id):
            await self.app(scope, receive, answer)


def _most_of(path: str) -> int:
    """Return how many bytes a request to this address may have."""
    if _FILES.fullmatch(path):
        return _LARGEST_FILE
    return _LARGEST_TICKET if _TICKETS.fullmatch(path) else LARGER.get(path, MAX_BODY)


class BodyLimit:
    """Read no more of a body than any of our routes needs: it is read before the guard is asked who sends it.

    None is unpacked either: a compressed one would be kept as the file that it is not, or be called no JSON.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Wrap the application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 413 as soon as the declared or the received length is too much, and 415 to what is in a coding."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        most, headers = _most_of(scope.get("path", "")), Headers(scope=scope)
        declared = headers.get("Content-Length", "")
        taken = int(declared) if declared.isdigit() and int(declared) > most else 0
        coded = headers.get("Content-Encoding", "identity").strip().lower() not in {"", "identity"}

        async def limited() -> Message:
            nonlocal taken
            message = await receive() if taken <= most else {}
            taken += len(message.get("body", b""))
            if taken > most:
                raise HTTPException(413, f"A request holds at most {most} bytes")
            if coded and taken:
                raise HTTPException(415, "Send the body without Content-Encoding", {"Accept-Encoding": "identity"})
            return message

        await self.app(scope, limited, send)


class StrictJson:
    """Refuse JSON that two readers may understand differently, in every body of the API.

    A name that stands twice in an object, ``NaN`` and ``Infinity``, and bytes that are no UTF-8 (RFC 8259, sections 4,
    6 and 8.1): Python's reader takes the last one, or takes it at all. The route's own reading then says where.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Wrap the application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look at the body once its last part is there, and fail as a body that is no JSON does."""
        if not _is_api_json(scope):
            await self.app(scope, receive, send)
            return
        parts: list[bytes] = []

        async def strict() -> Message:
            message = await receive()
            parts.append(message.get("body", b""))
            if message["type"] == "http.request" and not message.get("more_body", False):
                _read_strictly(b"".join(parts))
            return message

        await self.app(scope, strict, send)


def _is_api_json(scope: Scope) -> bool:
    """Say whether a body is JSON of the API: not what others sign, a file, or what is refused with its line."""
    path = scope.get("path", "")
    if scope["type"] != "http" or not path.startswith(("/v1/", "/tmf-api/")):
        return False
    if path.startswith(("/v1/inbound/", "/v1/blueprint/")) or path.endswith("/content"):
        return False
    kind = Headers(scope=scope).get("Content-Type", "").partition(";")[0].strip().lower()
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))


def _read_strictly(body: bytes) -> None:
    """Raise :class:`NotStrictJson` for what Python's reader would take; what it refuses is the route's business."""
    try:
        strictjson.read(body.decode())
    except json.JSONDecodeError:
        return
    except RecursionError as error:
        raise NotStrictJson("nested too deeply", "", 0) from error
    except ValueError as error:  # no UTF-8; a number of more digits than Python reads
        raise NotStrictJson(str(error), "", 0) from error


class NotStrictJson(json.JSONDecodeError):
    """A body that two readers may understand differently."""


class SafetyHeaders:
    """Say in every answer what a browser may do with it."""

    def __init__(self, app: ASGIApp, headers: Mapping[str, str]) -> None:
        """Wrap the application; ``headers`` are portal.static's."""
        self.app = app
        self._headers = Headers({**headers, "Cross-Origin-Opener-Policy": "same-origin"}).raw

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the headers that the answer has not set itself."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(each for each in self._headers if each[0] not in said)]
            await send(message)

        await self.app(scope, receive, answer)
