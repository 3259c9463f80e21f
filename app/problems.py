"""Errors become answers, once: problem+json for machines (RFC 9457), a page for people; a bug is a 500 with an id."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from python_multipart.exceptions import FormParserError
from starlette._utils import get_route_path
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.websockets import WebSocket

from app.http import NotStrictJson
from exchange.tmf621.errors import as_error
from kit.away import MAYBE_AWAY, is_away
from kit.errors import Detail, NotSignedIn, Problem, TenantElsewhere, Unavailable, ValidationFailed, pointer_of
from portal.pages import error_page
from portal.security import local_path
from tenants.identity.errors import ConfirmAgain, SecondFactorMissing
from webhooks.core import tmf621

TYPE_BASE = "https://glassfloor.dev/problems/"
"""Each problem's ``type``: this and its code. The page of a code is in docs/problems.md."""
MACHINE_PATHS = ("/v1/", "/oauth/", "/tmf-api/", "/desk/", "/live/", "/healthz", "/readyz")
_PAGES = re.compile(r"/live/(queues|rows/[^/]+|seats/[^/]+/desktop)|/desk/check")
"""Pages for people below these."""

log = structlog.get_logger()

_CODES = {404: "not_found", 405: "method_not_allowed", 413: "too_large", 415: "unsupported_media_type"}
MOST_PLACES = 50
"""So many wrong places are told at once: an answer is not to be a hundred times as long as what was sent."""
_NO_SESSION, _WRONG_METHOD = 401, 405
_TRY_AGAIN_LATER = 1013
"""WebSocket close code (IANA registry); before the socket is accepted it becomes HTTP 403."""
_RETRY_AFTER_S = "2"
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="Glassfloor"'}
"""What a 401 must say (RFC 9110, 15.5.2)."""


def install(app: FastAPI) -> None:
    """Register the handlers."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(NotStrictJson, _not_strict)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(FormParserError, _no_form)
    for kind in MAYBE_AWAY:
        app.add_exception_handler(kind, _away)  # type: ignore[arg-type] # it serves pages and sockets
    app.add_exception_handler(Exception, _bug)


def wants_page(request: Request) -> bool:
    """Say whether a person with a browser asked, and not a script."""
    path = request.url.path
    is_page = not path.startswith(MACHINE_PATHS) or _PAGES.fullmatch(path) is not None
    return is_page and "text/html" in request.headers.get("accept", "")


def _request_id(request: Request) -> str:
    return str(request.scope.get("state", {}).get("request_id", ""))


def problem_response(request: Request, content: Mapping[str, Any], headers: Mapping[str, str]) -> Response:
    """Return ``content`` as problem+json with the request's id; to who speaks TMF621, as its Error."""
    body = {"type": TYPE_BASE + str(content["code"]), **content, "instance": request.url.path}
    if request.url.path.startswith(f"{tmf621.BASE}/"):
        return Response(orjson.dumps(as_error(body)), int(content["status"]), dict(headers), "application/json")
    body["trace_id"] = _request_id(request)
    return Response(orjson.dumps(body), int(content["status"]), dict(headers), "application/problem+json")


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101 - registered for it
    if wants_page(request):
        elsewhere = _leads_to(request, error)
        if elsewhere is not None:
            return RedirectResponse(elsewhere, 303)
        page = error_page(request, error.status, error.code, error.detail, _request_id(request))
        return HTMLResponse(page, error.status, _headers(error))
    content = {
        **({"type": error.type_uri} if error.type_uri else {}),
        "title": error.title,
        "status": error.status,
        "code": error.code,
        "detail": error.detail,
        **({"errors": [e.as_dict() for e in error.errors]} if error.errors else {}),
        **{key: value for key, value in error.data.items() if key != "headers"},
    }
    return problem_response(request, content, _headers(error))


def _headers(error: Problem) -> dict[str, str]:
    given = error.data.get("headers", {})
    headers = {str(name): str(value) for name, value in given.items()} if isinstance(given, Mapping) else {}
    return _CHALLENGE | headers if error.code == NotSignedIn.code else headers


def _leads_to(request: Request, error: Problem) -> str | None:
    """Return the page where a person can do something about it, and come back from; None: there is none.

    What was posted is not kept: one comes back to the page that the form is on.
    """
    here = request.url.path
    if request.method != "GET":
        here = local_path(urlsplit(request.headers.get("referer", ""))._replace(scheme="", netloc="").geturl())
    if error.status == _NO_SESSION and request.method == "GET":
        return f"/sign-in?{urlencode({'next': here})}"
    if isinstance(error, SecondFactorMissing):
        return f"/account/second-factor?{urlencode({'next': here})}"
    if isinstance(error, ConfirmAgain):
        return f"/account/confirm?{urlencode({'next': here})}"
    return None


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for it
    if isinstance(error.body, bytes):  # the body was not read, as it does not say that it is JSON
        return await _http(request, HTTPException(415, "The body is JSON and says so: Content-Type: application/json"))
    errors = [_place(e) for e in error.errors()[:MOST_PLACES]]
    content = {
        "title": "The request is not valid",
        "status": 400,
        "code": "validation_failed",
        "detail": "; ".join(f"{e['pointer']}: {e['detail']}" if e["pointer"] else e["detail"] for e in errors)[:500],
        "errors": errors,
    }
    return problem_response(request, content, {})


async def _not_strict(request: Request, error: Exception) -> Response:
    """Refuse it where the route reads the body itself, as it is refused where it is read for the route."""
    why = str(getattr(error, "msg", ""))
    return await _problem(request, ValidationFailed(why, errors=(Detail("", "json_invalid", why),)))


def _place(found: Mapping[str, Any]) -> dict[str, str]:
    """Return one wrong place; in what is no JSON there is none, only a reason."""
    if found["type"] == "json_invalid":
        why, at = found["ctx"]["error"], found["loc"][-1]
        return {"pointer": "", "code": "json_invalid", "detail": f"{why} (character {at})" if at else str(why)}
    return {"pointer": _pointer(found["loc"]), "code": str(found["type"]), "detail": str(found["msg"])}


def _pointer(location: tuple[Any, ...]) -> str:
    where, *rest = location
    pointer = pointer_of(rest)
    return pointer if where == "body" else f"{where}:{pointer.removeprefix('/')}"


async def _no_form(request: Request, error: Exception) -> Response:
    """Refuse a form that its own reader refuses, such as one whose boundary is longer than any."""
    return await _http(request, HTTPException(400, str(error)))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it
    code = _CODES.get(error.status_code, "http_error")
    if wants_page(request):
        page = error_page(request, error.status_code, code, None, _request_id(request))
        return HTMLResponse(page, error.status_code, dict(error.headers or {}))
    content = {"title": error.detail, "status": error.status_code, "code": code, "detail": error.detail}
    headers = dict(error.headers or {})
    if error.status_code == _WRONG_METHOD:
        headers["Allow"] = ", ".join(_methods_at(request))
    return problem_response(request, content, headers)


def _methods_at(request: Request) -> list[str]:
    """Return every method of an address; the router that refused knows those of one of its routes only."""
    path = get_route_path(request.scope)
    routes = iter_route_contexts(request.app.routes)
    return sorted({m for each in routes if each.methods and each.path_regex.match(path) for m in each.methods})


async def _away(request: Request | WebSocket, error: Exception) -> Response | None:
    """Say that the database is away, which passes; whatever else it is, is a bug."""
    if not is_away(error):
        raise error
    log.warning("database_away", path=request.url.path, error=type(error).__name__)
    if isinstance(request, WebSocket):
        await request.close(_TRY_AGAIN_LATER)
        return None
    if isinstance(error, TenantElsewhere):
        return await _problem(request, error)
    detail = "The database cannot be reached; try again in a moment"
    answer = await _problem(request, Unavailable(detail, headers={"Retry-After": _RETRY_AFTER_S}))
    answer.headers.setdefault("Retry-After", _RETRY_AFTER_S)
    return answer


async def _bug(request: Request, error: Exception) -> Response:
    log.error("bug", path=request.url.path, error=type(error).__name__, exc_info=error)
    detail = "This is our fault and is in our log under the trace id. Nothing was changed."
    if wants_page(request):
        return HTMLResponse(error_page(request, 500, "internal", None, _request_id(request)), 500)
    content = {"title": "Internal error", "status": 500, "code": "internal", "detail": detail}
    return problem_response(request, content, {})
