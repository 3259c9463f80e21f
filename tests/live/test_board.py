from __future__ import annotations

import importlib
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from journal.core.facts import KINDS, Fact
from live.core import keyframe, view, wall
from live.core.apply import KINDS_SHOWN, apply
from live.core.board import ENDED_CALLS_KEPT, Board, Changes
from live.core.carry import carry

TENANT = UUID(int=1)
START = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
LEVEL = {"variant": "SL2", "threshold_s": 20, "short_abandon_s": 5, "target_pct": 80}
BLUEPRINT = {
    "service_level": LEVEL,
    "queues": [{"id": "q1", "code": "care", "name": "客服"}],
    "seats": [{"seat": "8001", "agent_id": "a1", "alias": "客服01", "kind": "dedicated"}],
}


class Story:
    """Facts of one tenant, one after the other, applied to a board."""

    def __init__(self, at: datetime = START, zone: str = "Asia/Shanghai") -> None:
        self.at = at
        self.facts: list[Fact] = []
        self.board = Board("银河商城", zone)
        self.tell("BlueprintApplied", TENANT, BLUEPRINT)

    def tell(self, kind: str, subject: UUID, data: dict[str, Any], after_s: float = 1) -> Changes:
        self.at += timedelta(seconds=after_s)
        fact = Fact(TENANT, len(self.facts) + 1, self.at, kind, 1, subject, {}, data)
        self.facts.append(fact)
        return apply(self.board, fact)

    def start(self, number: int) -> UUID:
        call = UUID(int=100 + number)
        self.tell("InteractionStarted", call, {"contact": "+86 138****1234"})
        self.tell("InteractionQueued", call, {"queue_id": "q1"})
        return call

    def connect(self, call: UUID, wait_ms: int) -> None:
        self.tell("OfferMade", call, {"agent_id": "a1"})
        self.tell("OfferEnded", call, {"outcome": "answered", "agent_id": "a1"})
        self.tell("InteractionConnected", call, {"agent_id": "a1", "queue_id": "q1", "wait_ms": wait_ms})
        state = {"agent_id": "a1", "state": "talking", "reason": "", "interaction_id": str(call)}
        self.tell("AgentStateChanged", UUID(int=9), state)

    def end(self, call: UUID, talk_ms: int = 0) -> None:
        self.tell("InteractionEnded", call, {"talk_ms": talk_ms, "agent_id": "a1"})


def test_a_call_from_arrival_to_wrap_up_is_counted_once() -> None:
    story = Story()
    call = story.start(1)
    shown = view.snapshot(story.board)
    assert (shown["totals"]["waiting"], shown["totals"]["offered"]) == (1, 1)
    assert shown["queues"][0]["oldest_wait_at"] == round(story.at.timestamp() * 1000)
    story.connect(call, 20_000)
    story.end(call, 60_000)
    story.tell("InteractionHandled", call, {"agent_id": "a1", "talk_ms": 60_000, "hold_ms": 0, "wrap_ms": 9_000})
    shown = view.snapshot(story.board)
    totals = shown["totals"]
    assert (totals["answered"], totals["waiting"], totals["handled"]) == (1, 0, 1)
    assert totals["service_level"] == {"num": 1, "den": 1}
    assert shown["queues"][0]["wrap_ms_sum"] == 9_000
    assert (shown["calls"][0]["outcome"], shown["calls"][0]["agent"]) == ("answered", "客服01")
    assert shown["seats"][0]["handled_today"] == 1
    assert (shown["seats"][0]["talk_ms"], shown["seats"][0]["wrap_ms"]) == (60_000, 9_000)
    assert (totals["arrived"], totals["in_flow"]) == (1, 0)
    minute = round(START.timestamp() * 1000) // 60_000 * 60_000
    assert totals["recent"] == [[minute, 1, 1, 1, 1]]
    assert shown["queues"][0]["recent"] == [[minute, 0, 1, 1, 1]]
    assert totals["moved"]["answered"][0] == next(f.seq for f in story.facts if f.kind == "InteractionConnected")
    assert [i["offered"] for i in totals["intervals"]] == [1]
    assert totals["moved"]["aht"] == [story.board.seq, round(story.at.timestamp() * 1000)]


def test_occupancy_is_cut_at_midnight_and_a_missed_offer_is_the_agents() -> None:
    story = Story()
    call = story.start(1)

    def state(name: str, after_s: float) -> None:
        fact = {"agent_id": "a1", "state": name, "reason": "", "interaction_id": None}
        story.tell("AgentStateChanged", UUID(int=9), fact, after_s)

    for name, after_s in (
        ("available", 1),
        ("offered", 600),
        ("talking", 10),
        ("wrapping_up", 300),
        ("available", 100),
    ):
        state(name, after_s)
    for outcome in ("expired", "contact_left", "rejected"):
        story.tell("OfferEnded", call, {"outcome": outcome, "agent_id": "a1"})
    shown = view.snapshot(story.board)
    parts, seat = shown["totals"]["occupancy"], shown["seats"][0]
    assert (seat["missed_today"], seat["busy_ms"], seat["ready_ms"]) == (2, 400_000, 600_000)
    assert (parts["busy_ms"], parts["busy_now"], parts["ready_now"]) == (400_000, 0, 1)
    assert parts["ready_since"] == seat["since"]
    assert seat["truth"] == "phone_down"  # no phone was ever registered
    story.tell("AgentPhoneChanged", UUID(int=9), {"agent_id": "a1", "registered": True})
    assert view.snapshot(story.board)["seats"][0]["truth"] == "available"
    gone = {"agent_id": "a1", "seat": "S1", "since": "2026-11-21T08:00:02.500+00:00"}
    story.tell("DeskLost", UUID(int=9), gone)
    again = keyframe.from_json(keyframe.to_json(story.board), story.board.name, story.board.zone)
    for board in (story.board, again):
        seat, screen = (
            view.snapshot(board)["seats"][0],
            wall.document(board, wall.Wanted(("seats",), (), {}))["seats"][0],
        )
        assert (seat["state"], seat["truth"], seat["desk_lost_at"]) == ("available", "desk_lost", 1795248002500)
        assert (screen["state"], screen["desk_lost_at"]) == ("desk_lost", 1795248002500)
    (carried,) = carry([], [story.facts[-1]])
    assert (carried["kind"], carried["data"]) == ("DeskLost", gone)
    story.tell("DeskBack", UUID(int=9), {"agent_id": "a1", "seat": "S1", "signed_off": False})
    assert [each["kind"] for each in carry([carried], [story.facts[-1]])] == ["DeskBack"]
    assert view.snapshot(story.board)["seats"][0]["desk_lost_at"] is None
    story.tell("EngineLost", TENANT, {"reason": ""})
    assert view.snapshot(story.board)["seats"][0]["truth"] == "unconfirmed"
    story.at = datetime(2026, 11, 21, 16, 0, 10, tzinfo=UTC)  # 00:00:10 in Shanghai
    state("offline", 0)
    seat = view.snapshot(story.board)["seats"][0]
    assert (seat["busy_ms"], seat["ready_ms"], seat["missed_today"]) == (0, 10_000, 0)


def test_one_millisecond_over_the_threshold_is_a_miss() -> None:
    story = Story()
    story.connect(story.start(1), 20_000)
    story.connect(story.start(2), 20_001)
    assert view.totals(story.board)["service_level"] == {"num": 1, "den": 2}


def test_short_abandons_leave_the_formula_and_others_do_not() -> None:
    story = Story()
    for number, wait_ms in enumerate((5_000, 5_001, 60_000)):
        call = story.start(number)
        story.tell("InteractionAbandoned", call, {"queue_id": "q1", "wait_ms": wait_ms, "stage": "waiting"})
        story.end(call)
    totals = view.totals(story.board)
    assert (totals["short_abandoned"], totals["abandoned"], totals["service_level"]["den"]) == (1, 2, 2)


def test_leaving_in_the_flow_is_not_an_abandonment_of_a_queue() -> None:
    story = Story()
    call = UUID(int=7)
    story.tell("InteractionStarted", call, {"contact": ""})
    story.tell("InteractionAbandoned", call, {"queue_id": None, "wait_ms": 0, "stage": "flow"})
    story.end(call)
    assert view.totals(story.board)["abandoned"] == view.totals(story.board)["offered"] == 0


def test_a_ring_that_nobody_took_puts_the_call_back_into_waiting() -> None:
    story = Story()
    call = story.start(1)
    story.tell("OfferMade", call, {"agent_id": "a1"})
    assert view.snapshot(story.board)["calls"][0]["state"] == "ringing"
    story.tell("OfferEnded", call, {"outcome": "expired", "agent_id": "a1"})
    shown = view.snapshot(story.board)
    assert (shown["calls"][0]["state"], shown["totals"]["waiting"]) == ("waiting", 1)


def test_midnight_in_the_tenants_zone_begins_a_new_day_and_a_late_answer_stays_with_its_cohort() -> None:
    story = Story()
    call = story.start(1)
    story.at = datetime(2026, 11, 21, 16, 0, 1, tzinfo=UTC)  # 00:00:01 in Shanghai
    story.connect(call, 30_000)
    totals = view.totals(story.board)
    assert (story.board.day, totals["offered"], totals["answered"], totals["waiting"]) == ("2026-11-22", 0, 0, 0)


def test_a_fact_that_comes_again_changes_nothing() -> None:
    story = Story()
    story.start(1)
    before = keyframe.to_json(story.board)
    for fact in story.facts:
        assert not apply(story.board, fact)
    assert keyframe.to_json(story.board) == before


def test_every_kind_shown_is_registered_by_a_room_above() -> None:
    for room in ("interactions", "switchboard", "tenants", "workorders"):
        importlib.import_module(f"{room}.facts")
    assert set(KINDS) >= KINDS_SHOWN
    assert len(KINDS_SHOWN) > 10


_STEP = st.tuples(
    st.sampled_from(["start", "connect", "abandon", "dequeue", "end", "handled", "offer", "offer_ended"]),
    st.integers(0, 8),
    st.integers(0, 90_000),
)


@given(st.lists(_STEP, max_size=80), st.integers(0, 80))
def test_counts_add_up_and_a_keyframe_at_any_point_gives_the_same_board(
    steps: list[tuple[str, int, int]], cut: int
) -> None:
    story = Story()
    for what, number, ms in steps:
        random_step(story, what, UUID(int=100 + number), ms)
    totals = story.board.counts
    waiting = sum(len(q.waiting) for q in story.board.queues.values())
    assert totals.offered >= totals.answered + totals.abandoned + totals.short_abandoned + totals.dequeued
    assert waiting <= totals.offered
    assert len([c for c in story.board.calls.values() if c.state == "ended"]) <= ENDED_CALLS_KEPT
    again = Board("银河商城", "Asia/Shanghai")
    for index, fact in enumerate(story.facts):
        view.totals(again)
        if index == cut:
            again = keyframe.from_json(keyframe.to_json(again), again.name, again.zone)
        apply(again, fact)
    assert keyframe.to_json(again) == keyframe.to_json(story.board)
    story.board.worked = None
    assert view.totals(again) == view.totals(story.board), "what was counted along is what is counted anew"


@given(st.lists(_STEP, max_size=60))
def test_the_rows_of_the_deltas_on_an_old_snapshot_are_the_new_snapshot(steps: list[tuple[str, int, int]]) -> None:
    story = Story()
    screen = view.snapshot(story.board)
    for what, number, ms in steps:
        before = len(story.facts)
        random_step(story, what, UUID(int=100 + number), ms, patch=screen)
        assert len(story.facts) >= before
    fresh = view.snapshot(story.board)
    for rows, key in (("queues", "id"), ("seats", "seat")):
        assert {r[key]: r for r in screen[rows]} == {r[key]: r for r in fresh[rows]}
    shown = {r["id"]: r for r in screen["calls"]}
    assert {r["id"]: shown[r["id"]] for r in fresh["calls"]} == {r["id"]: r for r in fresh["calls"]}
    assert screen["totals"] == fresh["totals"]


def _possible(what: str, state: str | None, call: UUID, ms: int) -> list[tuple[str, UUID, dict[str, Any]]]:
    """The facts that the switchboard could journal now for this step; none when it could not happen."""
    handled = {"agent_id": "a1", "talk_ms": ms, "hold_ms": 0, "wrap_ms": 1}
    steps: dict[tuple[str, str | None], list[tuple[str, dict[str, Any]]]] = {
        ("start", None): [("InteractionStarted", {"contact": "x"}), ("InteractionQueued", {"queue_id": "q1"})],
        ("offer", "waiting"): [("OfferMade", {"agent_id": "a1"})],
        ("offer_ended", "ringing"): [("OfferEnded", {"outcome": "expired"})],
        ("connect", "ringing"): [("InteractionConnected", {"agent_id": "a1", "wait_ms": ms})],
        ("abandon", "waiting"): [
            ("InteractionAbandoned", {"queue_id": "q1", "wait_ms": ms}),
            ("InteractionEnded", {"talk_ms": 0}),
        ],
        ("dequeue", "waiting"): [("InteractionDequeued", {"wait_ms": ms, "reason": "timeout"})],
        ("end", "talking"): [("InteractionEnded", {"talk_ms": ms})],
        ("handled", "ended"): [("InteractionHandled", handled)],
    }
    return [(kind, call, data) for kind, data in steps.get((what, state), [])]


def random_step(story: Story, what: str, call: UUID, ms: int, patch: dict[str, Any] | None = None) -> None:
    row = story.board.calls.get(str(call))
    told = _possible(what, row.state if row else None, call, ms)
    for kind, subject, data in told:
        changes = story.tell(kind, subject, data)
        if patch is not None:
            _patch(patch, view.delta(story.board, changes), whole=changes.whole, board=story.board)


def _patch(screen: dict[str, Any], delta: dict[str, Any], *, whole: bool, board: Board) -> None:
    if whole:
        screen.update(view.snapshot(board))
        return
    for rows, key in (("queues", "id"), ("seats", "seat"), ("calls", "id")):
        found = {r[key]: r for r in screen[rows]}
        found.update({r[key]: r for r in delta.get(rows, [])})
        screen[rows] = list(found.values())
    screen["totals"] = delta.get("totals", screen["totals"])


def test_work_without_a_waiting_contact_is_shown_and_spoils_no_figure() -> None:
    story = Story()
    contact, task = story.start(1), UUID(int=7)
    story.tell("InteractionDequeued", contact, {"queue_id": "q1", "wait_ms": 30_000, "reason": "callback"})
    story.tell("CallbackRequested", contact, {})
    story.tell("InteractionAbandoned", contact, {"queue_id": None, "wait_ms": 0, "stage": "flow"})
    story.end(contact)
    before = story.board.counts.as_dict()
    story.tell("InteractionStarted", task, {"contact": "+86 138****1234", "direction": "outbound"})
    opened = {"task": "callback", "queue_id": "q1", "due_at": "2026-11-21T10:00:00+00:00"}
    story.tell("TaskOpened", task, opened)
    story.tell("InteractionQueued", task, {"queue_id": "q1"})
    shown = view.snapshot(story.board)
    assert (shown["totals"]["waiting"], shown["queues"][0]["waiting"], shown["queues"][0]["tasks"]) == (0, 0, 1)
    assert shown["queues"][0]["tasks_due_at"] == shown["calls"][0]["due_at"] == 1_795_255_200_000
    story.tell("OfferMade", task, {"agent_id": "a1"})
    story.tell("TaskAccepted", task, {"agent_id": "a1", "wait_ms": 600_000})
    assert view.snapshot(story.board)["queues"][0]["tasks"] == 0
    story.tell("DialStarted", task, {})
    assert view.snapshot(story.board)["calls"][0]["state"] == "dialling"
    story.tell("DialEnded", task, {"result": "busy"})
    story.tell("TaskPostponed", task, {"until": "", "reason": "busy", "tries": 1})
    assert view.snapshot(story.board)["queues"][0]["tasks"] == 1
    story.tell("TaskAccepted", task, {"agent_id": "a1", "wait_ms": 1})
    story.tell("InteractionConnected", task, {"agent_id": "a1", "queue_id": "q1", "wait_ms": 900_000})
    story.end(task, 60_000)
    story.tell("InteractionHandled", task, {"agent_id": "a1", "talk_ms": 60_000, "hold_ms": 0, "wrap_ms": 1})
    assert story.board.counts.as_dict() == before
    outcomes = {each["id"]: each["outcome"] for each in view.snapshot(story.board)["calls"]}
    assert outcomes == {str(contact): "callback", str(task): "answered"}
    assert keyframe.from_json(keyframe.to_json(story.board), "", "Asia/Shanghai").queues == story.board.queues
