"""``apply(deltas, snapshot) == fresh snapshot``: our feed's frames, taken by the script that the browser runs.

Hypothesis writes the journal and what becomes of the connection: frames lost, cut and back, the process begun anew,
another policy of numbers. At the end the screen has what a new snapshot says, row by row and no more.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from live.core import view
from live.core.backlog import Backlog, seen_by
from live.core.board import Board, Changes
from live.feed import Feed, narrowed
from live.service import Watched
from tenants.access import for_system
from tenants.core.masks import Shown
from tests.live.screens import KEYS, Browser, Screen, browser
from tests.live.test_board import BLUEPRINT, TENANT, Story

AGENTS, QUEUES = ("a1", "a2", "a3"), ("q1", "q2")
STATES = ("available", "talking", "wrapping_up", "on_break", "offline")


@pytest.fixture(scope="module")
def node() -> Iterator[Browser]:
    with browser() as running:
        yield running


def _feed(board: Board) -> Feed:
    watched = Watched(for_system(TENANT, "tests"), board.name, board.zone)
    made = Feed(None, None, watched)  # type: ignore[arg-type] # it never runs: the test tells it what changed
    made._board = board
    made._publish(Changes(whole=True))
    return made


def _blueprint(seats: int, queues: int) -> dict[str, Any]:
    """A configuration with so many of the seats and queues: what is missing in the next is rented no more."""
    return {
        **BLUEPRINT,
        "queues": [{"id": each, "code": each, "name": f"{each} of {seats}"} for each in QUEUES[:queues]],
        "seats": [
            {"seat": f"80{n}", "agent_id": agent, "alias": f"客服{n}", "kind": "shared"}
            for n, agent in enumerate(AGENTS[:seats])
        ],
    }


def _call(n: int) -> UUID:
    return UUID(int=100 + n)


def _facts(n: int, m: int) -> dict[str, tuple[UUID, dict[str, Any]]]:
    """One fact of each kind that changes a board, about the call ``n`` and the agent ``m``, possible or not."""
    call, agent, queue, ms = _call(n), AGENTS[m % 3], QUEUES[m % 2], 1_000 * n
    supervision = {"supervision_id": f"s{m}", "agent_id": agent, "mode": "listen", "name": "Ada", "user_id": "u1"}
    return {
        "InteractionStarted": (call, {"contact": f"+86 138****{n:04}"}),
        "InteractionQueued": (call, {"queue_id": queue}),
        "OfferMade": (call, {"agent_id": agent}),
        "OfferEnded": (call, {"outcome": "expired", "agent_id": agent}),
        "InteractionConnected": (call, {"agent_id": agent, "wait_ms": ms}),
        "InteractionAbandoned": (call, {"queue_id": queue, "wait_ms": ms}),
        "InteractionDequeued": (call, {"wait_ms": ms, "reason": "timeout"}),
        "InteractionTransferred": (call, {"to_agent_id": agent if n % 2 else None}),
        "InteractionTakenUp": (call, {"agent_id": agent}),
        "InteractionEnded": (call, {"talk_ms": ms}),
        "InteractionHandled": (call, {"agent_id": agent, "talk_ms": ms, "hold_ms": 1, "wrap_ms": 2}),
        "RecordingStored": (call, {"kind": "voicemail" if n % 2 else "conversation"}),
        "CallbackRequested": (call, {}),
        "TaskOpened": (call, {"task": "callback", "queue_id": queue, "due_at": None}),
        "TaskAccepted": (call, {"agent_id": agent, "wait_ms": ms}),
        "TaskPostponed": (call, {"until": ""}),
        "DialStarted": (call, {}),
        "AgentStateChanged": (
            UUID(int=m + 1),
            {"agent_id": agent, "state": STATES[n % 5], "reason": None, "interaction_id": str(call) if n % 3 else None},
        ),
        "AgentPhoneChanged": (UUID(int=m + 1), {"agent_id": agent, "registered": bool(n % 2)}),
        "HelpAsked": (call, {"agent_id": agent}),
        "HelpAnswered": (call, {"agent_id": agent}),
        "HoldStarted": (call, {"agent_id": agent}),
        "HoldEnded": (call, {"agent_id": agent}),
        "SupervisionStarted": (call, supervision),
        "SupervisionEnded": (call, supervision),
        "InteractionTakenOver": (call, {"name": "Ada", "user_id": "u1"}),
        "WorkOrderCreated": (UUID(int=n), {"status": "open"}),
        "WorkOrderStatusChanged": (UUID(int=n), {"status": "closed"}),
        "EngineLost": (TENANT, {"reason": ""}),
        "EngineBack": (TENANT, {"reason": ""}),
        "BlueprintApplied": (TENANT, _blueprint(m % 4, 1 + n % 2)),
        "SeatsChanged": (TENANT, {"seats": _blueprint(m % 4, 1)["seats"]}),
    }


_KINDS = tuple(_facts(0, 0))
_USUAL = ("InteractionStarted", "InteractionQueued", "AgentStateChanged", "InteractionConnected", "lose", "look")
_LIFE = ("cut", "lose", "beat", "restart", "masks", "midnight", "many")
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(_USUAL), st.integers(0, 2), st.integers(0, 2)),
        st.tuples(st.sampled_from(_USUAL), st.integers(0, 2), st.integers(0, 2)),
        st.tuples(st.sampled_from(_KINDS), st.integers(0, 3), st.integers(0, 3)),
        st.tuples(st.sampled_from(_LIFE), st.integers(0, 3), st.integers(0, 3)),
    ),
    min_size=20,
    max_size=60,
)


class Floor:
    """A story, the feed that tells it, and two screens: one whose connection suffers, and one that sees less."""

    def __init__(self, node: Browser) -> None:
        self.story = Story()
        self.story.tell("BlueprintApplied", TENANT, _blueprint(3, 2))
        self.feed = _feed(self.story.board)
        self._node = node
        self.screens = [Screen(node, self.feed), Screen(node, self.feed, Shown.LAST4)]

    def do(self, what: str, n: int, m: int) -> None:
        screen = self.screens[0]
        if what in _KINDS:
            self._tell(what, *_facts(n, m)[what])
        elif what == "beat":
            self.feed._publish(Changes())
        elif what == "cut":
            screen.connect() if screen.wire is None else screen.cut()
        elif what == "restart":  # another process: the same board from the journal, other numbers
            self.feed = _feed(self.story.board)
            for each in self.screens:
                each.cut()
                each._feed = self.feed
                each.connect()
        elif what == "midnight":
            self.story.at += timedelta(hours=9)
        elif what == "many":
            self._many()
        else:
            {"lose": screen.lose, "masks": self._masks, "look": screen.look}[what]()

    def _tell(self, what: str, subject: UUID, data: dict[str, Any]) -> None:
        self.feed._publish(self.story.tell(what, subject, data))

    def _many(self) -> None:
        """So many conversations end that old ones leave the board."""
        for n in range(1000, 1056):
            for what in ("InteractionStarted", "InteractionEnded"):
                self._tell(what, *_facts(n, 0)[what])

    def _masks(self) -> None:
        """The policy of numbers changes: the screen sees more or less from now on."""
        screen = self.screens[0]
        screen._shown = Shown.HIDDEN if screen._shown is Shown.MASKED else Shown.MASKED
        if screen.wire is not None:
            screen.wire.shown = screen._shown
            self.feed.send_snapshot(screen.wire, "changed")

    def settle(self) -> None:
        for screen in self.screens:
            if screen.wire is None:
                screen.connect()
            self.feed._publish(Changes())  # the heartbeat betrays what was lost
            screen.look()


def _expected(board: Board, shown: Shown) -> dict[str, Any]:
    rows = narrowed(view.snapshot(board), shown)
    return {name: {row[KEYS[name]]: row for row in value} if name in KEYS else value for name, value in rows.items()}


@settings(max_examples=60, deadline=None)
@example([("InteractionStarted", 0, 0), ("InteractionTransferred", 0, 0)])  # out of the flow, into no queue
@given(_STEPS)
def test_what_the_browser_has_is_the_board(node: Browser, steps: list[tuple[str, int, int]]) -> None:
    floor = Floor(node)
    for what, n, m in steps:
        floor.do(what, n, m)
    floor.settle()
    for screen in floor.screens:
        assert screen.rows == _expected(floor.story.board, screen._shown)


def test_a_screen_that_comes_back_gets_the_changes_only(node: Browser) -> None:
    floor = Floor(node)
    screen = floor.screens[0]
    for n in range(3):
        floor._tell("InteractionStarted", *_facts(n, 0)["InteractionStarted"])
    screen.look()
    screen.cut()
    for n in range(3, 5):
        floor._tell("InteractionStarted", *_facts(n, 0)["InteractionStarted"])
    screen.kinds.clear()
    screen.connect()
    assert screen.wire is not None
    (back,) = screen.wire.frames
    assert sorted(row["id"] for row in back["d"]["calls"]) == [str(_call(3)), str(_call(4))]
    screen.look()
    assert screen.kinds == ["d"]
    assert screen.rows == _expected(floor.story.board, Shown.MASKED)
    screen.cut()
    screen.kinds.clear()
    screen.connect()
    screen.look()
    assert screen.kinds == ["hb"], "nothing changed meanwhile"


def test_no_other_numbers_are_taken_for_these(node: Browser) -> None:
    """Another process, another view, a number from the future, nonsense: everything is told anew."""
    floor = Floor(node)
    floor.screens[0].look()
    epoch = dict(part.split("=") for part in floor.screens[0]._seen.split("&"))["epoch"]
    other = _feed(floor.story.board)._epoch_of(Shown.MASKED)
    lacking = {(other, "1"), (epoch, "2"), (epoch, "0"), (epoch, "-1"), (epoch, "1e3"), (epoch, "٣"), (epoch, "9" * 40),
               ("", "1"), (epoch[:-1] + "0", "1"), ("x" * 10_000, "1")}  # fmt: skip
    for named, seq in lacking:
        screen = Screen(node, floor.feed)
        screen.cut()
        screen._seen = f"epoch={named}&seq={seq}"
        screen.connect()
        assert screen.wire is not None
        assert [frame["t"] for frame in screen.wire.frames] == ["snap"], (named[:40], seq)
    assert seen_by({"epoch": epoch, "seq": "1"}) is not None


def test_the_backlog_holds_so_many_bytes_and_forgets_the_oldest() -> None:
    backlog = Backlog(most=5_000)
    for seq in range(1, 101):
        backlog.add(seq, Changes(seats={f"8{seq:03}"}, calls={str(_call(seq))}))
        assert backlog.bytes <= 5_000
    assert backlog.since(1, 100) is None
    assert backlog.since(101, 100) is None
    oldest = next(seq for seq in range(101) if backlog.since(seq, 100) is not None)
    assert 85 < oldest < 99
    assert backlog.since(98, 100) == Changes(seats={"8099", "8100"}, calls={str(_call(99)), str(_call(100))})
    backlog.clear()
    assert (backlog.since(99, 100), backlog.since(100, 100), backlog.bytes) == (None, Changes(), 0)
