"""Invented links to a recording and comments on a conversation, and the pages that show them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal.rendering import render
from portal.states import board, pages, records, remarks
from tenants.core.sharing import ANYONE, PEOPLE, SharingPolicy


def make(request: Request) -> Response:
    """Show the form for a new link; `?state=made`: what it shows once."""
    state, now = request.query_params.get("state", ""), board.now()
    made = {"address": "https://glass.example/r/" + "Qx7" * 50, "passcode": "k7m2p-xq4tz"} if state == "made" else None
    return pages.answer(
        request,
        render(
            "recording_links.html", pages.page(request), interaction=records.interaction(now), links=remarks.links(now),
            made=made, typed={"from": "0:9"} if state == "error" else {},
            problem="part_not_clear" if state == "error" else "", places=[(22_000, "The contact was put on hold.")],
            policy=SharingPolicy(ANYONE), audiences=() if state == "denied" else (PEOPLE, ANYONE),
            hours=[1, 4, 24, 72], anyone=ANYONE, people=PEOPLE,
        ),
    )  # fmt: skip


def shared(request: Request) -> Response:
    """Show what a stranger gets: the cover, `?state=error`: refused, `?state=open`: the player."""
    state, now = request.query_params.get("state", ""), board.now()
    told = {
        "started_at": now - timedelta(hours=3),
        "queue": "退换货",
        "contact": "+86 138****0021",
        "note": "已安排退款，三天内到账。",
        "channels": 2,
    }
    page = replace(pages.page(request, signed_in=False), reader=None)
    return pages.answer(
        request,
        render(
            "shared.html", page, client="银河商城", told=told if state == "open" else None, path="/r/x", asks=True,
            link=remarks.links(now)[0], wrong="passcode_wrong" if state == "error" else "",
        ),
    )  # fmt: skip


ROUTES = (
    Route("/interactions/{id}/links", make),
    Route("/r/x", shared),
    Route("/r/x/recording", pages.recording),
)
