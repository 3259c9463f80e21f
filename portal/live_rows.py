"""The rows behind a figure of the board: as many as the figure says, and the page says whether they are.

Of a board of the past (``at``) they are what the figure counted then, each as it stood then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse

from interactions import figures as behind
from interactions import past
from interactions import service as interactions
from interactions.shown import as_shown
from kit import clock
from kit.db import Plane, Scope
from kit.errors import NotFound, ValidationFailed
from live.core import measures, occupancy, view
from live.core.board import Board
from portal.pages import Visitor, html, page_of
from portal.rewind import board_of_page, moment, watched_by
from tenants.core.masks import Shown, mask_value
from tenants.core.permissions import decide
from tenants.endpoints import Access, permitted, reader_of
from tenants.service import reading
from tenants.service.policies import shown_to
from workorders.endpoints import doer_of
from workorders.service import lists

router = APIRouter(include_in_schema=False)

TRIES = 3
"""Between the board and the rows a fact may come: then both are read again."""
_OPEN_ORDERS = "submitted,acknowledged,inProgress,pending,held"
_NOW = frozenset({"arriving", "waiting", "longest", "callbacks", "callbacks_open"})
_SEATS = frozenset({"staffed", "rented", "occupancy"})
_MINUTES = {"level_now": measures.RECENT_MINUTES, "arrived": measures.ARRIVING_MINUTES}
_OF_QUEUES = {*behind.OF_QUEUES, "level_now"}
FIGURES = {*behind.OF_ROWS - {"handled"}, *_NOW, *_SEATS, "level_now", "aht", "work_orders"}


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a figure: the board of a moment (``now``), who looks, and where in the list."""

    figure: str
    board: Board
    now: datetime
    access: Access
    shown: Shown
    query: dict[str, str]
    limit: int = behind.PAGE

    @property
    def rewound(self) -> bool:
        """Whether it is a board of the past."""
        return bool(self.query["at"])


@router.get("/live/rows/{figure}")
async def rows_page(
    request: Request, figure: str, access: Annotated[Access, Depends(permitted("live.read"))]
) -> HTMLResponse:
    """List what a figure of the board counts."""
    look, found = await looked(request, figure, access)
    page = page_of(request, Visitor(access.principal, access))
    opens = decide(access.role, "interaction.read") is not None
    board, queue = look.board, look.board.queues.get(look.query["queue"])
    file = urlencode({name: text for name, text in look.query.items() if text and name != "after"})
    return html(
        request, "live_rows.html", page, key=figure, formula=board.formula, as_of=clock.millis(look.now),
        seq=board.seq, opens=opens, ids=measures.FORMULAS, queue=queue.name if queue else "",
        file=f"/live/rows/{figure}.csv?{file}" if decide(access.role, "interaction.export") is not None else None,
        orders_open=decide(access.role, "work_order.read") is not None, rewound=look.rewound, **found,
    )  # fmt: skip


async def looked(
    request: Request, figure: str, access: Access, limit: int = behind.PAGE
) -> tuple[Look, dict[str, Any]]:
    """Return a look and what was found: the board and the rows of the same fact, if that can be had at all.

    Raises :class:`Forbidden` for who sees only its own, :class:`NotFound` for what is no figure, or none of a queue.
    """
    watched_by(access)
    if figure not in FIGURES:
        raise NotFound
    query = {name: request.query_params.get(name, "") for name in ("after", "since", "queue", "at")}
    plane = request.app.state.plane
    for _ in range(TRIES):
        board, now = await _board(plane, access, query["at"])
        if query["queue"] and figure in _OF_QUEUES and query["queue"] not in board.queues:
            raise NotFound
        async with plane.transaction(access.tenant_id) as scope:
            shown = await shown_to(scope, access.role)
            look = Look(figure, board, now, access, shown, query, limit)
            found = await _found(scope, look)
            await reading.listed(scope, reader_of(access), "board", found["count"], {"figure": figure, **query})
        if found["figure"] in {None, found["count"]} and found.get("num") == found.get("hits"):
            break
    return look, found


async def _board(plane: Plane, access: Access, at: str) -> tuple[Board, datetime]:
    """Return the board of a moment of the past, none given: of now, and the moment. Raises as ``live.rewind`` does."""
    now = clock.now()
    past = moment(at) if at else None
    return await board_of_page(plane, access, past, now), past or now


async def _found(scope: Scope, look: Look) -> dict[str, Any]:
    """Return the rows, their ``kind``, how many there are, and what the figure says (None: it is a share of them)."""
    if look.figure in _SEATS:
        return _seats(look)
    if look.figure == "work_orders":
        return await (_orders_then if look.rewound else _orders)(scope, look)
    if look.figure in _NOW:
        return await _of_now(scope, look)
    if look.figure == "aht":
        return await _handled(scope, look)
    return await _of_today(scope, look)


def _seats(look: Look) -> dict[str, Any]:
    board, at = look.board, clock.millis(look.now)
    rows = []
    for row in board.seats.values():
        if look.figure == "staffed" and row.state == "offline":
            continue
        busy, ready = occupancy.of_seat(board, row, at)
        rows.append({**view.seat(board, row), "busy": busy, "ready": ready})
    totals = view.totals(board)
    says = {"staffed": totals["seats_staffed"], "rented": totals["seats_rented"], "occupancy": len(board.seats)}
    return {"kind": "seats", "rows": rows, "count": len(rows), "figure": says[look.figure], "next": None}


async def _orders(scope: Scope, look: Look) -> dict[str, Any]:
    wanted = lists.Wanted({"status": _OPEN_ORDERS}, limit=lists.MAX_LIMIT, after=look.query["after"] or None)
    found = await lists.list_orders(scope, wanted, doer_of(look.access))
    count = len(look.board.open_work_orders) if look.query["after"] or found.next else len(found.data)
    return {
        "kind": "orders", "rows": mask_value(found.data, look.shown), "count": count, "next": found.next,
        "figure": len(look.board.open_work_orders),
    }  # fmt: skip


async def _orders_then(scope: Scope, look: Look) -> dict[str, Any]:
    """Return the work orders that were open, each with its status of then."""
    open_then, after = look.board.open_work_orders, look.query["after"]
    ids = [each for each in sorted(open_then, reverse=True) if not after or each < after]
    orders = await lists.several(scope, [UUID(each) for each in ids[: lists.MAX_LIMIT]], doer_of(look.access))
    rows = [{**order, "status": open_then[order["id"]]} for order in orders]
    is_all = not after and len(ids) <= lists.MAX_LIMIT
    return {
        "kind": "orders", "rows": mask_value(rows, look.shown), "count": len(rows) if is_all else len(open_then),
        "next": ids[lists.MAX_LIMIT - 1] if len(ids) > lists.MAX_LIMIT else None, "figure": len(open_then),
    }  # fmt: skip


async def _of_now(scope: Scope, look: Look) -> dict[str, Any]:
    """Return what the board itself holds of this moment, with the interactions' rows beside it."""
    board, at = look.board, clock.millis(look.now)
    places: dict[str, dict[str, Any]] = {}
    if look.figure == "arriving":
        places = {call.id: {"since": call.since} for call in board.calls.values() if measures.in_flow(call)}
    elif look.figure in {"waiting", "longest"}:
        places = waiting(board, look.query["queue"])
    else:
        due = at if look.figure == "callbacks" else None
        for queue in board.queues.values():
            for call_id, due_at in queue.tasks.items():
                call = board.calls.get(call_id)
                if call is not None and call.task == "callback" and (due is None or 0 < due_at <= due):
                    places[call_id] = {"due_at": due_at or None, "queue": queue.name}
    rows = await _shown_rows(scope, look, [UUID(key) for key in places])
    known = {row["id"]: row for row in rows}
    listed = [{**known.get(key, _bare(board, key)), **more} for key, more in places.items()]
    return {"kind": "now", "rows": listed, "count": len(places), "figure": _says(look, at), "next": None}


def _says(look: Look, at: int) -> int:
    totals = view.totals(look.board)
    if look.figure == "arriving":
        return int(totals["in_flow"])
    if look.figure in {"waiting", "longest"}:
        row = look.board.queues.get(look.query["queue"])
        return len(row.waiting) if row else int(totals["waiting"])
    due = measures.callbacks(look.board)
    return len(due) if look.figure == "callbacks_open" else sum(0 < each <= at for each in due)


def waiting(board: Board, queue_id: str = "") -> dict[str, dict[str, Any]]:
    """Return who waits, by interaction: since when, in which queue, at which place of it, the first first."""
    found = []
    for queue in board.queues.values():
        if queue_id in {"", queue.id}:
            first = sorted(queue.waiting.items(), key=lambda pair: pair[1])
            found += [(since, key, place, queue.name) for place, (key, since) in enumerate(first, 1)]
    return {key: {"since": since, "place": place, "queue": name} for since, key, place, name in sorted(found)}


def _bare(board: Board, call_id: str) -> dict[str, Any]:
    """Return an interaction as the board has it, whose row is not stored yet."""
    call = board.calls[call_id]
    started = datetime.fromtimestamp(call.started_at / 1000, UTC)
    return {"id": call_id, "started_at": started, "contact": call.contact, "queue": None, "agent": None,
            "outcome": call.outcome, "state": call.state, "wait_ms": None, "talk_ms": None}  # fmt: skip


async def _shown_rows(scope: Scope, look: Look, ids: list[UUID]) -> list[dict[str, Any]]:
    """Return interactions as this reader may see their contacts; never more than masked."""
    rows = await interactions.several(scope, ids)
    if look.rewound:
        rows = await past.as_of(scope, rows, look.board.seq)
    return await as_shown(scope, rows, min(look.shown, Shown.MASKED))


async def _handled(scope: Scope, look: Look) -> dict[str, Any]:
    after = look.query["after"] or "0"
    if not after.isdecimal() or len(after) > 6:  # noqa: PLR2004 - a page number, not an offset into nowhere
        raise ValidationFailed("the place in the list is not one of ours")
    count, rows = await behind.handled(scope, _midnight(look), look.board.seq, int(after), look.limit)
    more = (int(after) + 1) * look.limit < count
    says = look.board.counts.handled
    return {
        "kind": "handled",
        "rows": rows,
        "count": count,
        "figure": says,
        "next": str(int(after) + 1) if more else None,
    }


async def _of_today(scope: Scope, look: Look) -> dict[str, Any]:
    since, figure, says = _midnight(look), look.figure, _says_today(look)
    if figure in {"level_now", "arrived"}:
        since = datetime.fromtimestamp(_first_minute(look, _MINUTES[figure]) / 1000, UTC)
        figure = "level" if figure == "level_now" else figure
    queue = look.query["queue"] if figure in _OF_QUEUES else ""
    asked = behind.Asked(figure, since, look.board.formula, look.board.seq, queue)
    found = await behind.behind(scope, asked, look.query["after"] or None, look.limit)
    shown = min(look.shown, Shown.MASKED)
    known = {row["id"]: row for row in await _shown_rows(scope, look, [row.id for row in found.rows])}
    rows = [
        {**known[str(row.id)], "at": row.at, "how": row.how, "waited": row.wait_ms, "hit": row.hit, "went": row.went,
         "target": mask_value(row.target, shown)}
        for row in found.rows if str(row.id) in known
    ]  # fmt: skip
    of_level = {"num": says[1], "hits": found.hits} if figure == "level" else {}
    visits = bool(asked.queue) or figure == "dequeued"
    return {
        "kind": "visits" if visits else "calls", "rows": rows, "count": found.count, "figure": says[0],
        "next": found.next, "went": [(to, mask_value(name, shown), n) for to, name, n in found.went], **of_level,
    }  # fmt: skip


def _says_today(look: Look) -> tuple[int, int]:
    """Return what the figure says, and of a service level the hits among them."""
    board, figure = look.board, look.figure
    row = board.queues.get(look.query["queue"]) if figure in _OF_QUEUES else None
    if figure in _MINUTES:
        first = _first_minute(look, _MINUTES[figure])
        shown = view.queue(board, row) if row else view.totals(board)
        recent = [each for each in shown["recent"] if each[0] >= first]
        of = {"level_now": (4, 3), "arrived": (1, 1)}[figure]
        return sum(each[of[0]] for each in recent), sum(each[of[1]] for each in recent)
    counts = row.counts if row else board.counts
    if figure == "dequeued":
        return sum(each.counts.dequeued for each in ([row] if row else board.queues.values())), 0
    level = counts.level(board.formula)
    says = {
        "offered": counts.offered,
        "answered": counts.answered,
        "abandoned": counts.abandoned,
        "level": level["den"],
    }
    return says[figure], level["num"]


def _first_minute(look: Look, minutes: int) -> int:
    """Return where the last minutes begin: at the instant that the board's link names, if it is one of them."""
    now = clock.millis(look.now)
    first = now // measures.MINUTE_MS * measures.MINUTE_MS - (minutes - 1) * measures.MINUTE_MS
    given = look.query["since"]
    named = int(given) if given.isdecimal() and len(given) <= 15 else first  # noqa: PLR2004 - ms of our time
    return named if first - 10 * measures.MINUTE_MS <= named <= now else first


def _midnight(look: Look) -> datetime:
    return datetime.fromtimestamp((look.board.day_started_at or 0) / 1000, UTC)
