"""An invented connection: by mail that comes back, by files that are refused, by its system's own API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from exchange.adapters.chosen import STARTING
from exchange.service import maps
from portal.exchange import context_of
from portal.rendering import render
from portal.states import board
from portal.states.pages import answer, page

_REFUSED: Final = "550 5.1.1 <ops@galaxy.example>: Recipient address rejected: User unknown"
_DENIED: Final = "PermissionDenied: Permission denied for user centre on host sftp.galaxy.example"
_KEY: Final = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB+1Q65nyXUFAy4HpcT/mhQxX1Tg2k97Pt5sGUW4elBO"


def connection(request: Request) -> HTMLResponse:
    """Serve a connection by mail; `state=mail_returned`, `files`, `files_refused`, `called`: how else it goes."""
    state, shown = request.query_params.get("state", "mail"), page(request, "client_developer")
    adapter = {"mail": "mail", "mail_returned": "mail", "called": "zendesk"}.get(state, "drop")
    kept = {
        "how": _health(adapter), "messages": _messages(), "links": [], "tests": [],
        "map": maps.shown(STARTING[adapter]), "mail_domain": "orders.centre.example",
        "certificates_offered": True,
        "mail": _mail(returned=state == "mail_returned") if adapter == "mail" else None,
        "drop": _files(refused=state == "files_refused") if adapter == "drop" else None,
    }  # fmt: skip
    return answer(request, render("exchange.html", shown, **context_of(kept, shown.locale)))


def _health(adapter: str) -> dict[str, Any]:
    now, called = board.now(), adapter == "zendesk"
    held = {"tells": True, "takes_new": False, "every_minutes": 5, "settings": {"requester": "centre@galaxy.example"},
            "due_at": now + timedelta(minutes=3), "started_at": now - timedelta(minutes=2), "looked": 12, "found": 1,
            "finished_at": now - timedelta(minutes=2), "error": None, "quiet_until": None}  # fmt: skip
    return {
        "connection": "oms", "name": "订单系统", "url": "", "state": "active", "state_side": "", "state_reason": "",
        "since": None, "possible": ["suspend", "revoke"], "map_version": 0, "address": called, "adapter": adapter,
        "signed": True, "has_secret": False, "networks": [], "certificates": [],
        "ask_url": "https://galaxy.example" if called else None,
        "connector": held if called else None,
        "in": {"waiting": 0, "needs_mapping": 0, "dead": 0, "refused": 1, "oldest_at": None, "p95_ms": 420,
               "last_at": now - timedelta(minutes=12), "skew_ms": None},
        "out": {"waiting": 0, "dead": 0, "last_at": now - timedelta(minutes=4), "failing": False, "p95_ms": None},
    }  # fmt: skip


def _messages() -> list[dict[str, Any]]:
    at = board.now() - timedelta(minutes=12)
    steps = [{"act": "comment", "detail": "", "result": "done", "code": ""},
             {"act": "move", "detail": "resolved", "result": "refused", "code": "step_not_possible"}]  # fmt: skip
    return [{"id": "m-1", "message_id": "file:4c1d", "external_id": "INC-4711", "state": "applied", "needs": None,
             "error": None, "attempts": 0, "received_at": at, "processed_at": at, "steps": steps}]  # fmt: skip


def _mail(*, returned: bool) -> dict[str, Any]:
    now = board.now()
    return {
        "address": "ops@galaxy.example", "senders": ["galaxy.example", "group.example"], "locale": "zh_Hans",
        "days": 90, "words": True, "sent_at": now - timedelta(minutes=4), "error": None, "bounces": 2 * returned,
        "bounced_at": now - timedelta(hours=3) if returned else None, "bounce": _REFUSED if returned else None,
        "automatic_at": now - timedelta(days=2),
    }  # fmt: skip


def _files(*, refused: bool) -> dict[str, Any]:
    now = board.now()
    return {
        "host": "sftp.galaxy.example", "port": 22, "login": "centre", "host_key": _KEY, "out_folder": "from-centre",
        "in_folder": "to-centre", "has_secret": True, "sent_at": now - timedelta(minutes=44),
        "round_at": now - timedelta(minutes=31 if refused else 1), "error": _DENIED if refused else None,
    }  # fmt: skip


ROUTES = [Route("/settings/exchange/{connection}", connection)]
