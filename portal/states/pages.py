"""The harness's pages: the portal's addresses with invented data; `?state=`, `?role=`, `?lang=`, `?theme=` choose."""

from __future__ import annotations

import io
import math
import struct
import wave
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.status import HTTP_403_FORBIDDEN, HTTP_404_NOT_FOUND

from interactions.columns import chosen
from interactions.core import query
from portal import i18n, static
from portal.rendering import Client, Page, Reader, render, render_block, words_of
from portal.states import board, desk, records, remarks
from tenants.core.desk_keys import keys_of
from tenants.core.outcomes import flat

CLIENT = Client("galaxy", "银河商城")
OTHERS = (Client("hall", "Harbour Hall"),)
SHOWN: tuple[tuple[str, str], ...] = (
    ("/home", "home, manager"),
    ("/home?state=empty", "home, manager, nothing waits"),
    ("/home?role=client_viewer", "home, who hears"),
    ("/home?role=client_developer", "home, technician"),
    ("/home?role=supervisor", "home, supervisor"),
    ("/home?role=onboarding", "home, onboarding"),
    ("/home?tour=1", "home, guided"),
    ("/help", "help"),
    ("/account/preferences", "language and time"),
    ("/live", "board, 24 seats"),
    ("/live?seats=200", "board, 200 seats"),
    ("/live?seats=2", "board, 2 seats"),
    ("/live?state=empty", "board, nothing yet"),
    ("/live?state=early", "board, nobody in yet"),
    ("/live?state=silent", "board, feed falls silent"),
    ("/live?kiosk=1", "wallboard"),
    ("/live/queues", "queues"),
    ("/interactions", "interactions"),
    ("/interactions?state=empty", "interactions, none"),
    ("/interactions?state=filtered&q=x", "interactions, none match"),
    ("/interactions/0199-0000", "one interaction"),
    ("/interactions/0199-0000/links?state=made", "links to a recording"),
    ("/r/x?state=error", "a shared recording, wrong passcode"),
    ("/r/x?state=open", "a shared recording"),
    ("/work-orders", "work orders"),
    ("/work-orders?state=empty", "work orders, none"),
    ("/work-orders?state=error", "work orders, a filter that cannot be read"),
    ("/work-orders?state=bulk", "work orders, after acts on many"),
    ("/work-orders/w-1", "one work order"),
    ("/work-orders/w-1?state=resolved", "one work order, resolved"),
    ("/work-orders/w-1?state=pending", "one work order, with everything asked"),
    ("/work-orders/w-1?state=error", "one work order, changed meanwhile"),
    ("/work-orders/board", "work orders by state"),
    ("/work-orders/board?state=empty", "work orders by state, none"),
    ("/desk", "desk, available"),
    ("/desk?state=offered", "desk, ringing"),
    ("/desk?state=callback", "desk, a callback offered"),
    ("/desk?state=callback_taken", "desk, a callback in hand"),
    ("/desk?state=message", "desk, a message in hand"),
    ("/desk?state=talking", "desk, talking"),
    ("/desk?state=consult", "desk, consulting"),
    ("/desk?state=conference", "desk, conference"),
    ("/desk?state=lost", "desk, a colleague not reached"),
    ("/desk?state=wrapping_up", "desk, wrap-up"),
    ("/desk/check", "desk, check before the shift"),
    ("/desk?state=on_break", "desk, on break"),
    ("/desk?state=offline", "desk, offline"),
    ("/desk?state=down", "desk, available without a phone"),
    ("/floor/work-orders?list=1", "open work orders of all clients"),
    ("/settings/work-orders", "kinds of work orders"),
    ("/settings/work-orders?entry=refund", "a kind of work orders"),
    ("/settings/work-orders?entry=refund&state=error", "a kind of work orders, refused"),
    ("/settings/exchange/oms", "a connection by mail"),
    ("/settings/exchange/oms?state=mail_returned", "a connection by mail, which comes back"),
    ("/settings/exchange/oms?state=files", "a connection by files"),
    ("/settings/exchange/oms?state=files_refused", "a connection by files, refused"),
    ("/settings/exchange/oms?state=called", "a connection by its own API"),
    ("/settings?role=client_developer", "settings"),
    ("/centre?role=onboarding", "back office"),
    ("/sign-in", "sign-in"),
    ("/sign-in?state=error", "sign-in, refused"),
    ("/error/403", "error 403"),
    ("/error/404", "error 404"),
    ("/error/500", "error 500"),
)


def page(request: Request, role: str = "client_manager", *, signed_in: bool = True) -> Page:
    """Return what the page knows, from the address: language, theme, role."""
    query = request.query_params
    role = query.get("role", role)
    locale = i18n.choose(
        query.get("lang"), request.cookies.get("lang"), accept_language=request.headers.get("accept-language")
    )
    agent = role == "agent"
    return Page(
        locale=locale,
        zone=board.ZONE,
        now=board.now(),
        path=request.url.path,
        query=request.url.query,
        csrf="harness",
        reader=Reader("李娜" if agent else "王经理", "li.na@harbour.example" if agent else "wang@galaxy.example", role)
        if signed_in
        else None,
        client=CLIENT if signed_in and not agent else None,
        clients=OTHERS if role == "supervisor" else (),
        theme=query.get("theme", "auto"),
        kiosk=query.get("kiosk") == "1",
        toured=frozenset() if "tour" in query else None,
    )


def answer(request: Request, text: str, status: int = 200) -> HTMLResponse:
    """Answer with a page and remember the language that the address chose."""
    made = HTMLResponse(text, status, headers=static.security_headers())
    if "lang" in request.query_params:
        made.set_cookie("lang", request.query_params["lang"])
    return made


def start(request: Request) -> Response:
    """Serve the list of all that can be seen."""
    return answer(request, render("states.html", page(request), shown=SHOWN))


def live(request: Request) -> Response:
    """Serve the board; `seats`, `stale_ms` and `lost_ms` come from the address."""
    query = request.query_params
    state = query.get("state", "ready")
    now = board.now()
    document = board.board(
        now, 0 if state == "empty" else int(query.get("seats", "24")), busy=state not in {"empty", "early"}
    )
    if state == "empty":
        document["queues"] = []
    context: dict[str, Any] = {
        "board": document,
        "views": [{"id": "v-1", "name": "Who talks", "query": "show=talking&by=time", "usual": False}],
        "as_of": board.milliseconds(now),
        "feed": f"/live/feed?{request.url.query}",
    }
    context |= {key: int(query[key]) for key in ("stale_ms", "lost_ms") if key in query}
    return answer(request, render("live.html", page(request), **context))


def interactions(request: Request) -> Response:
    """Serve the list; htmx gets its results only."""
    state = request.query_params.get("state", "ready")
    context: dict[str, Any] = {
        "filters": {name: request.query_params.get(name, "") for name in query.NAMES},
        "rows": records.interactions(board.now()) if state == "ready" else [],
        "queues": [{"id": "care", "name": "客服"}, {"id": "returns", "name": "退换货"}],
        "agents": [{"id": "a-1", "name": "李娜"}, {"id": "a-2", "name": "陈伟"}],
        "next": "cursor-2" if state == "ready" else None,
        "total": 742 if state == "ready" else 0,
        "columns": chosen(",".join(request.query_params.getlist("columns"))),
        "dispositions": flat(records.DISPOSITIONS),
        "flows": [{"code": "main", "steps": ["hello", "main_menu", "night"]}],
        "views": [{"id": "v-1", "name": "退换货 · 长等待", "query": "queue=returns&wait_min=60"}],
        "may_take": True, "file": "/interactions.csv", "indexing": False, "error": None, "wrong": {}, "gone": None,
        "asked": [], "known": {}, "after": None, "most": 10_000, "part": "hx-request" in request.headers,
        "curl": "curl -H 'Authorization: Bearer $GLASSFLOOR_KEY' 'https://glass.example/v1/interactions'",
    }  # fmt: skip
    if context["part"]:
        return answer(request, render_block("interactions.html", "results", page(request), **context))
    return answer(request, render("interactions.html", page(request), **context))


def interaction(request: Request) -> Response:
    """One interaction."""
    now = board.now()
    return answer(
        request,
        render(
            "interaction.html",
            page(request),
            interaction=records.interaction(now),
            ladder=records.ladder(now),
            because=records.because(),
            may_reveal=request.query_params.get("state") == "reveal",
            contexts=[],
            heard=records.heard(now),
            may_revoke=False,
            may_hold=True,
            held=None,
            comments=remarks.comments(now),
            links=remarks.links(now),
        ),
    )


def recording(request: Request) -> Response:
    """Send a quiet tone on each side, 500 Hz left and 1500 Hz right, as long as the interaction's recording."""
    sound, circle = io.BytesIO(), 2 * math.pi / 8000
    second = b"".join(
        struct.pack("<hh", int(3000 * math.sin(500 * circle * n)), int(3000 * math.sin(1500 * circle * n)))
        for n in range(8000)
    )
    with wave.open(sound, "wb") as out:
        out.setparams((2, 2, 8000, 0, "NONE", ""))
        out.writeframes(second * 196)
    begin, size = int(request.headers.get("Range", "bytes=0-")[6:].partition("-")[0]), len(sound.getvalue())
    headers = {"Accept-Ranges": "bytes", "Content-Range": f"bytes {begin}-{size - 1}/{size}"}
    return Response(sound.getvalue()[begin:], 206, headers, "audio/wav")


def peaks(request: Request) -> Response:
    """Say how loud that recording is: two who take turns, and a silence."""
    del request
    turns = [(n // 90) % 2 for n in range(1200)]
    quiet = [n in range(400, 480) for n in range(1200)]
    lanes = [
        [0 if hush else int((40 + 60 * abs(math.sin(n / 7) * math.sin(n / 31))) * (1 if turn == lane else 0.08))
         for n, (turn, hush) in enumerate(zip(turns, quiet, strict=True))]
        for lane in (0, 1)
    ]  # fmt: skip
    return JSONResponse({"duration_ms": 196_000, "channels": lanes})


SOUND = {"recording": recording, "peaks": peaks}
"""What the player of one interaction asks for."""


async def accept(request: Request) -> Response:
    """Take a form and forget it."""
    await request.body()
    return RedirectResponse(request.headers.get("referer", "/"), 303)


def agent_desk(request: Request) -> Response:
    """Serve the desk in a state; the feed tells the same."""
    state = request.query_params.get("state", "available")
    document, shown = desk.in_state(board.now(), state), page(request, "agent")
    document["phones"]["chosen"] = request.app.state.stage.chosen
    context = {
        "desk": document,
        "places": [each for each in ("8001", "8009", "8020") if each != document["agent"]["desk"]],
        "refused": "desk_taken" if state == "taken" else "",
        "breaks": [
            {"code": "break", "name": words_of(shown)["reason"]["break"], "longest_ms": 900_000},
            {"code": "meal", "name": words_of(shown)["reason"]["meal"], "longest_ms": 60_000},
        ],
        "keys": keys_of(request.app.state.stage.keys),
        "feed": f"/desk/feed?{request.url.query}",
        "phone": f"/desk/phone?{request.url.query}",
    }
    return answer(request, render("desk.html", shown, **context))


def desk_check(request: Request) -> Response:
    """Serve the check before a shift."""
    return answer(request, render("desk_check.html", page(request, "agent")))


def sign_in(request: Request) -> Response:
    """Serve the door."""
    error = "credentials" if request.query_params.get("state") == "error" else None
    return answer(
        request,
        render(
            "sign_in.html",
            page(request, signed_in=False),
            email="wang@galaxy.example" if error else "",
            error=error,
            next="/live",
            told="",
            passkeys=True,
            mail=True,
        ),
    )


def error(request: Request) -> Response:
    """Serve an error page by its status."""
    status = int(request.path_params["status"])
    shown = page(request)
    text = render(
        "error.html",
        shown,
        status=status,
        code={HTTP_403_FORBIDDEN: "forbidden", HTTP_404_NOT_FOUND: "not_found"}.get(status, "internal"),
        request_id="01990f4e7c1d",
    )
    return answer(request, text, status)
