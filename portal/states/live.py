"""The harness's pages about queues and seats of the live board."""

from __future__ import annotations

import random

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from portal.rendering import render
from portal.states import board, pages


def queues(request: Request) -> Response:
    """Serve the page of the queues."""
    now = board.now()
    document = board.board(now)
    serves = {key: [row["seat"] for row in document["seats"][place::2]] for place, (key, *_) in enumerate(board.QUEUES)}
    shown = render(
        "live_queues.html", pages.page(request), board=document, serves=serves, as_of=board.milliseconds(now)
    )
    return pages.answer(request, shown)


def seat_day(_: Request) -> Response:
    """Serve a seat's day: states of an hour and a half, and some interactions."""
    now_ms = board.milliseconds(board.now())
    states = ("available", "talking", "wrapping_up", "available", "on_break", "available", "talking", "available")
    spans = [
        {"at": now_ms - 5_400_000 + place * 600_000, "state": state, "reason": "meal" if state == "on_break" else ""}
        for place, state in enumerate(states)
    ]
    dice = random.Random(5)  # noqa: S311 # invented data
    calls = [board.call(number, now_ms, dice) for number in range(1, 9)]
    return JSONResponse({"from": spans[0]["at"], "spans": spans, "interactions": calls})


ROUTES = (Route("/live", pages.live), Route("/live/queues", queues), Route("/live/seats/{agent}/day", seat_day))
