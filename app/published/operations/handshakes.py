"""What one side asks the other: questions, cancelling by agreement, tasks for the seat."""

from __future__ import annotations

from typing import Any, Final

from app.published.operations.work_orders import ORDER
from app.published.parts import Operation, Operations, Shown, Told
from app.published.shapes import handshakes as shapes
from workorders.asking.errors import InfoRequestClosed, TooManyInfoRequests
from workorders.cancelling.errors import CancelDirectly, CancellationDecided, CancellationOpen
from workorders.errors import TransitionNotAllowed, TransitionWrongSide, UnknownFilter, WorkOrderOver
from workorders.seat_tasks.errors import SeatTaskState, TooManySeatTasks

_ONCE: Final = ("Idempotency-Replayed",)
_ASK, _CANCEL, _TASK = "info requests", "cancellation", "seat tasks"
_ORDER: Final = "/v1/work-orders/{work_order_id}"
_WRONG: Final = (TransitionNotAllowed, TransitionWrongSide)
QUESTION: Final[dict[str, Any]] = {
    "id": "01937ca3-5511-7aa0-b0d1-9d1f6a7c8e90", "work_order_id": ORDER["id"], "state": "open",
    "question": "Which account was charged twice?", "path": "/custom/account", "due_at": None,
    "asked_by": {"side": "tenant", "name": "crm"}, "asked_at": "2026-11-23T02:40:00.000Z", "answer": None,
    "fields": {}, "answered_by": None, "answered_at": None,
}  # fmt: skip
TASK: Final[dict[str, Any]] = {
    "id": "01937ca5-1a2b-7c3d-8e4f-5a6b7c8d9e0f", "work_order_id": ORDER["id"], "kind": "call_back",
    "instructions": "Tell her that the money is back.", "due_at": None, "state": "open",
    "agent": {"id": "01937c00-aaaa-7bbb-8ccc-ddddeeeeffff", "name": "Agent 7"},
    "created_by": {"side": "tenant", "name": "crm"}, "created_at": "2026-11-23T06:41:00.000Z", "accepted_at": None,
    "outcome": None, "call_id": None, "completed_at": None,
}  # fmt: skip

TABLE: Operations = {
    f"POST {_ORDER}/info-requests": Operation(
        "create_info_request", "Ask the requester something",
        {201: Told("It was asked; the work order is pending.", shapes.InfoRequest, QUESTION, _ONCE)},
        {"account": Shown(201, {"question": "Which account was charged twice?", "path": "/custom/account"})},
        refuses=(*_WRONG, TooManyInfoRequests), once="required", tag=_ASK,
    ),
    f"GET {_ORDER}/info-requests": Operation(
        "list_info_requests", "List the questions", {200: Told("Oldest first.", shapes.InfoRequests)},
        {"all": Shown(200)}, tag=_ASK,
    ),
    f"GET {_ORDER}/info-requests/{{info_request_id}}": Operation(
        "get_info_request", "Read a question", {200: Told("As it is now.", shapes.InfoRequest, QUESTION)}, tag=_ASK,
    ),
    f"POST {_ORDER}/info-requests/{{info_request_id}}/answer": Operation(
        "answer_info_request", "Answer a question",
        {200: Told("It is answered.", shapes.InfoRequest, headers=_ONCE)},
        {"account": Shown(200, {"answer": "The one that ends in 311.", "fields": {"/custom/account": "311"}})},
        refuses=(TransitionWrongSide, InfoRequestClosed), once="required", tag=_ASK,
    ),
    f"POST {_ORDER}/cancellation": Operation(
        "request_cancellation", "Ask that it be cancelled",
        {201: Told("The resolver decides.", shapes.Cancellation, headers=_ONCE)},
        {"over": Shown(201, {"reason": "She has found the parcel."})},
        refuses=(*_WRONG, CancelDirectly, CancellationOpen), once="required", tag=_CANCEL,
    ),
    f"GET {_ORDER}/cancellation": Operation(
        "get_cancellation", "Read the last request to cancel", {200: Told("As it is now.", shapes.Cancellation)},
        tag=_CANCEL,
    ),
    f"POST {_ORDER}/cancellation/take-up": Operation(
        "take_up_cancellation", "Say that you look into it",
        {200: Told("It is in progress.", shapes.Cancellation, headers=_ONCE)}, {"look": Shown(200)},
        refuses=(TransitionWrongSide, CancellationDecided), once="required", tag=_CANCEL,
    ),
    f"POST {_ORDER}/cancellation/decision": Operation(
        "decide_cancellation", "Agree or decline",
        {200: Told("It is decided.", shapes.Cancellation, headers=_ONCE)},
        {"agree": Shown(200, {"agree": True}),
         "decline": Shown(200, {"agree": False, "reason": "The parcel is on its way."})},
        refuses=(TransitionWrongSide, CancellationDecided), once="required", tag=_CANCEL,
    ),
    f"POST {_ORDER}/seat-tasks": Operation(
        "create_seat_task", "Ask the agent to do something",
        {201: Told("The agent sees it now.", shapes.SeatTask, TASK, _ONCE)},
        {"call": Shown(201, {"kind": "call_back", "instructions": "Tell her that the money is back."})},
        refuses=(TransitionWrongSide, TooManySeatTasks, WorkOrderOver), once="required", tag=_TASK,
    ),
    f"GET {_ORDER}/seat-tasks": Operation(
        "list_seat_tasks", "List the seat tasks", {200: Told("Oldest first.", shapes.SeatTasks)}, {"all": Shown(200)},
        tag=_TASK,
    ),
    f"GET {_ORDER}/seat-tasks/{{seat_task_id}}": Operation(
        "get_seat_task", "Read a seat task", {200: Told("As it is now.", shapes.SeatTask, TASK)}, tag=_TASK,
    ),
    f"POST {_ORDER}/seat-tasks/{{seat_task_id}}/withdraw": Operation(
        "withdraw_seat_task", "Take a seat task back", {200: Told("Nobody does it.", shapes.SeatTask, headers=_ONCE)},
        {"back": Shown(200)},
        refuses=(TransitionWrongSide, SeatTaskState), once="required", tag=_TASK,
    ),
    f"POST {_ORDER}/seat-tasks/{{seat_task_id}}/accept": Operation(
        "accept_seat_task", "Take a seat task in hand (seats only)",
        {200: Told("It is accepted.", shapes.SeatTask, headers=_ONCE)}, refuses=(SeatTaskState,), once="required",
        tag=_TASK,
    ),
    f"POST {_ORDER}/seat-tasks/{{seat_task_id}}/completion": Operation(
        "complete_seat_task", "Say how a seat task ended (seats only)",
        {200: Told("It is over.", shapes.SeatTask, headers=_ONCE)},
        refuses=(*_WRONG, SeatTaskState), once="required", tag=_TASK,
    ),
    f"PUT {_ORDER}/seat-tasks/{{seat_task_id}}/agent": Operation(
        "hand_over_seat_task", "Give a seat task to another agent (supervisors only)",
        {200: Told("It is that agent's.", shapes.SeatTask, headers=_ONCE)}, refuses=(SeatTaskState,),
        once="required", tag=_TASK,
    ),
    "GET /v1/seat-tasks": Operation(
        "list_waiting_seat_tasks", "List the seat tasks that wait",
        {200: Told("What is due first in front.", shapes.WaitingSeatTasks,
                   {"data": [TASK], "has_more": False, "next": None})},
        {"all": Shown(200)},
        refuses=(UnknownFilter,), tag=_TASK,
    ),
}  # fmt: skip
