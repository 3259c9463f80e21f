"""The harness as one ASGI application: pages, fake feeds, a fake phone server."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from portal import static
from portal.states import board, desk, exchange, homes, live, order_pages, ordering, pages, settings, sharing
from portal.states.phone import Phone
from tenants.core.desk_keys import choose, keys_of

BEAT_S = 1.0


class Stage:
    """What the desk shows now; the last phone that connected. Posts and `/dev/desk` change it, the feed tells it."""

    def __init__(self) -> None:
        self.document: dict[str, Any] = {}
        self.version = 0
        self.phone: Phone | None = None
        self.posts: list[dict[str, Any]] = []
        self.keys: dict[str, str] = {}
        self.chosen = "browser"

    def show(self, state: str, **more: Any) -> None:  # noqa: ANN401 - what a state may add
        """Put the desk into a state."""
        self.document = desk.desk(board.now(), state, **more) if more else desk.in_state(board.now(), state)
        self.document["phones"] |= {"chosen": self.chosen}
        self.version += 1

    def tasked(self, body: dict[str, Any]) -> None:
        """Do what an act on a task does."""
        kept = self.document["interaction"]["task"]["kind"]
        state = {"accept_task": "accepted", "dial": "dialling"}.get(body["act"])
        if state is None:
            self.show("available" if body["act"] == "skip" else "wrapping_up")
        else:
            self.document = desk.task(board.now(), kept, state)
            self.version += 1

    def dials(self, _body: dict[str, Any]) -> None:
        """Begin a call of the agent's own."""
        self.show("callback_dialled")
        self.document["interaction"]["task"]["kind"] = "call"

    def lists(self, _body: dict[str, Any]) -> None:
        """Put the contact on the do-not-call list."""
        self.document = {
            **self.document, "interaction": {**self.document["interaction"], "no_call": {"listed": True}},
        }  # fmt: skip
        self.version += 1

    def chooses(self, body: dict[str, Any]) -> None:
        """Let the other phone ring."""
        self.chosen = body["phone"]
        self.document["phones"]["chosen"] = self.chosen
        self.version += 1

    def reads(self, body: dict[str, Any]) -> None:
        """Take a message as read, and answered."""
        told = [{**m, "read": True, "answer": body.get("text")} if m["id"] == body["message"] else m
                for m in self.document["messages"]]  # fmt: skip
        self.document = {**self.document, "messages": told}
        self.version += 1

    def asked(self, body: dict[str, Any]) -> None:
        """Do what an act on a client's task does."""
        over = {"state": "accepted", "called": body["act"] == "call"} if body["act"] in {"accept", "call"} else None
        mine = [{**t, **over} if over and t["id"] == body["seat_task_id"] else t for t in self.document["seat_tasks"]]
        told = [t for t in mine if over or t["id"] != body["seat_task_id"]]
        self.document = {**self.document, "seat_tasks": told}
        self.version += 1

    def acts(self, body: dict[str, Any]) -> None:
        """Do what an act in the call does."""
        call, now_ms = self.document.get("interaction"), board.milliseconds(board.now())
        if call is None:
            return
        done = {
            key: now_ms if value == 1 and key.endswith("_at") else value
            for key, value in _TALKS.get(body["act"], {}).items()
        }
        talk = {**call["talk"], **done}
        if body["act"] == "consult":
            talk |= {"held_at": now_ms, "guests": desk.talk(now_ms, busy="consult")["guests"]}
        if body["act"] in {"join", "drop"}:
            state = {"join": "joined"}.get(body["act"])
            talk |= {"held_at": None, "guests": [{**each, "state": state} for each in talk["guests"] if state]}
        self.document = {**self.document, "interaction": {**call, "talk": talk}}
        self.version += 1


_TALKS: dict[str, dict[str, Any]] = {
    "hold": {"held_at": 1}, "retrieve": {"held_at": None}, "mute": {"muted": True}, "unmute": {"muted": False},
    "pause_recording": {"paused_at": 1}, "resume_recording": {"paused_at": None}, "ask_help": {"help": "asked"},
    "withdraw_help": {"help": ""},
}  # fmt: skip


async def live_feed(socket: WebSocket) -> None:
    """Snapshot, then a change now and then, a heartbeat each second; `state=silent` stops after the snapshot."""
    await socket.accept()
    query = socket.query_params
    state = query.get("state", "ready")
    dice = random.Random(11)  # noqa: S311 # invented data
    seats = 0 if state == "empty" else int(query.get("seats", "24"))
    document = board.board(board.now(), seats, busy=state not in {"empty", "early"})
    if state == "empty":
        document["queues"] = []
    every = float(query.get("every", "0.8"))
    seq = 1

    async def send(frame: dict[str, Any]) -> None:
        await socket.send_json({"seq": seq, "ts": board.milliseconds(board.now()), **frame})

    async def listen() -> None:
        with suppress(WebSocketDisconnect, RuntimeError):
            while True:
                if (await socket.receive_json())["t"] == "resync":
                    await send({"t": "snap", "board": document})

    with suppress(WebSocketDisconnect, RuntimeError):
        await send({"t": "snap", "board": document})
        listening = asyncio.create_task(listen())
        while not listening.done():
            await asyncio.sleep(every)
            if state == "silent":
                continue
            changes = {} if state != "ready" else board.change(document, board.now(), dice)
            seq += bool(changes)
            await send({"t": "d", "d": changes} if changes else {"t": "hb"})


async def desk_feed(socket: WebSocket) -> None:
    """Serve the whole desk on each change, a heartbeat each second; `state` in the address sets the stage first."""
    await socket.accept()
    stage: Stage = socket.app.state.stage
    state = socket.query_params.get("state", "available")
    stage.show(state)
    sent = -1
    with suppress(WebSocketDisconnect, RuntimeError):
        while True:
            now = board.milliseconds(board.now())
            if sent != stage.version:
                sent = stage.version
                await socket.send_json({"t": "desk", "ts": now, "desk": stage.document})
            else:
                await socket.send_json({"t": "hb", "ts": now})
            for _ in range(int(BEAT_S / 0.05)):
                await asyncio.sleep(0.05)
                if sent != stage.version:
                    break


async def desk_post(request: Request) -> Response:
    """Keep what the desk posts, for tests; the stage follows."""
    stage: Stage = request.app.state.stage
    action = request.path_params["action"]
    body = await request.json()
    stage.posts.append({"action": action, "csrf": request.headers.get("x-csrf-token"), **body})
    if action == "state":
        stage.show(body["state"])
        stage.document["reason"] = body.get("reason")
    elif action in {"reject", "wrap-up/end"}:
        stage.show("available")
    elif action == "hang-up":
        stage.show("wrapping_up")
        if stage.phone:
            await stage.phone.hang_up()
    elif action in {"task", "dial", "call", "do-not-call", "phone", "seat-task", "messages/read", "messages/answer"}:
        acts = {"task": stage.tasked, "dial": stage.dials, "call": stage.acts, "do-not-call": stage.lists,
                "phone": stage.chooses, "seat-task": stage.asked}  # fmt: skip
        acts.get(action, stage.reads)(body)
    elif action == "keys":
        stage.keys = choose(body["keys"])
        return JSONResponse({"keys": keys_of(stage.keys)})
    elif action == "reveal":
        return JSONResponse({"number": "+8613812340021", "left": 8, "seconds": 2})
    elif action == "escalate":
        return ordering.raised(stage.posts[-1], request.headers.get("idempotency-key"))
    return Response(status_code=204)


async def dev_desk(request: Request) -> Response:
    """For tests: `{"state": …}` sets the stage, `{"ring": true}` sends the call, `{"posts": true}` tells what came."""
    stage: Stage = request.app.state.stage
    body = await request.json()
    if "state" in body:
        stage.show(body["state"], **body.get("more", {}))
    if body.get("ring") and stage.phone:
        await stage.phone.ring()
    return JSONResponse({"posts": stage.posts, "sip": stage.phone.log if stage.phone else []})


def reveal_left(_: Request) -> Response:
    """Say how many more numbers may be shown."""
    return JSONResponse({"left": 9, "seconds": 2})


def desk_reads(request: Request) -> Response:
    """Serve what the desk asks for once in each call."""
    now, what = board.now(), request.path_params["what"]
    if what == "message":
        return Response(desk.message(), media_type="audio/wav")
    if what == "guide":
        return JSONResponse(desk.guide(now))
    if what == "directory":
        return JSONResponse(desk.DIRECTORY)
    if what == "document":
        return JSONResponse(request.app.state.stage.document or desk.desk(board.now()))
    return JSONResponse(desk.day(now))


def desk_phone(request: Request) -> Response:
    """Credentials of the fake phone server; for `state=down` a server that is not there."""
    down = request.query_params.get("state") in {"down", "down_other"}
    address = f"ws://{request.url.netloc}/dev/{'nobody' if down else 'sip'}"
    return JSONResponse(
        {
            "uri": "sip:o-8001-web@127.0.0.1",
            "ws_url": address,
            "password": "harness",
            "extension": "8001",
            "ice": {"iceServers": []},
        }
    )


async def sip(socket: WebSocket) -> None:
    """One browser's phone."""
    await socket.accept(subprotocol="sip")
    phone = socket.app.state.stage.phone = Phone(socket.send_text)
    with suppress(WebSocketDisconnect, RuntimeError):
        while True:
            message = await socket.receive_text()
            if message.strip():
                await phone.receive(message)


_DESK = (
    Route("/desk", pages.agent_desk),
    Route("/desk/phone", desk_phone),
    Route("/desk/reveal", reveal_left),
    Route("/desk/check", pages.desk_check),
    Route("/desk/{what:str}", desk_reads, methods=["GET"]),
    Route("/desk/{action:path}", desk_post, methods=["POST"]),
    Route("/dev/desk", dev_desk, methods=["POST"]),
)
"""An agent's desk; what it sends ends at the stage."""


def create() -> Starlette:
    """Return the application."""
    made = Starlette(
        routes=[
            Route("/", pages.start),
            Route("/dev/states", pages.start),
            Route("/home", homes.home),
            Route("/help", homes.help_page),
            Route("/palette", homes.found),
            Route("/account/preferences", homes.preferences),
            Route("/account/preferences/{act}", homes.kept, methods=["POST"]),
            *live.ROUTES,
            Route("/interactions", pages.interactions),
            Route("/interactions/{id}", pages.interaction),
            *(Route(f"/interactions/{{id}}/{name}", page) for name, page in pages.SOUND.items()),
            *sharing.ROUTES,
            Route("/work-orders", order_pages.orders),
            Route("/work-orders/board", order_pages.order_board),
            Route("/work-orders/{id}", order_pages.order),
            Route("/work-orders/{id}/{action:path}", pages.accept, methods=["POST"]),
            *_DESK,
            *ordering.ROUTES,
            *exchange.ROUTES,
            Route("/settings", settings.hub),
            Route("/centre", settings.hub),
            Route("/sign-in", pages.sign_in),
            Route("/sign-in", pages.accept, methods=["POST"]),
            Route("/sign-out", pages.accept, methods=["POST"]),
            Route("/client", pages.accept, methods=["POST"]),
            Route("/error/{status:int}", pages.error),
            WebSocketRoute("/live/feed", live_feed),
            WebSocketRoute("/desk/feed", desk_feed),
            WebSocketRoute("/dev/sip", sip),
            Mount(static.MOUNT, static.files()),
        ]
    )
    made.state.stage = Stage()
    return made
