"""Alerts: what is one by the board, the limits and the time, who takes care of it, and that a keyframe keeps that."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from journal.core.facts import Fact
from live.core import keyframe
from live.core.alerts import ALERTS, Alert, alerts
from live.core.apply import apply
from live.core.board import Board
from live.core.rows import CallRow, QueueRow, SeatRow
from tenants.core.alerts import AlertLimits

BEGAN = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
TENANT = uuid4()
LIMITS = AlertLimits(help_s=0, wait_s=60, talk_s=600, wrap_s=120, break_s=300, phone_s=20, again_s=100)
AGENTS = [str(uuid4()) for _ in range(5)]
QUEUE, CALL = str(uuid4()), str(uuid4())


def at(seconds: float) -> int:
    return int((BEGAN + timedelta(seconds=seconds)).timestamp() * 1000)


class Told:
    """A board, and the facts that it is told."""

    def __init__(self) -> None:
        self.board = Board("Galaxy", "Asia/Shanghai")
        self.board.seats = {f"S{n}": SeatRow(f"S{n}", agent, f"Agent {n}", "shared") for n, agent in enumerate(AGENTS)}
        self.board.queues = {QUEUE: QueueRow(QUEUE, "care", "Care", waiting={CALL: at(0)})}
        self.board.calls = {CALL: CallRow(CALL, at(0), "****1234", queue_id=QUEUE)}

    def tell(self, what: str, seconds: float, subject: str = CALL, **data: Any) -> None:
        apply(self.board, self.fact(what, seconds, subject, **data))

    def fact(self, what: str, seconds: float, subject: str = CALL, **data: Any) -> Fact:
        moment = BEGAN + timedelta(seconds=seconds)
        return Fact(TENANT, self.board.seq + 1, moment, what, 1, UUID(subject), {"kind": "system"}, data)

    def state(self, n: int, state: str, seconds: float = 0, reason: str | None = None) -> None:
        self.tell("AgentStateChanged", seconds, agent_id=AGENTS[n], seat=f"S{n}", state=state, reason=reason,
                  interaction_id=None)  # fmt: skip

    def alerts(self, seconds: float) -> list[Alert]:
        return alerts(self.board, LIMITS, at(seconds))

    def kinds(self, seconds: float) -> list[str]:
        return [alert.kind for alert in self.alerts(seconds)]


def a_bad_day() -> Told:
    told = Told()
    told.tell("AgentPhoneChanged", 0, agent_id=AGENTS[0], seat="S0", registered=True)
    for n, state in enumerate(("available", "talking", "wrapping_up", "on_break")):
        told.state(n, state)
    told.state(4, "on_break", reason="elsewhere")
    return told


def test_each_becomes_an_alert_after_its_own_time_and_ends_by_itself() -> None:
    told = a_bad_day()
    assert told.kinds(59) == []
    assert told.kinds(60) == ["waits_long"]
    told.tell("AgentPhoneChanged", 70, agent_id=AGENTS[0], seat="S0", registered=False)
    told.tell("HelpAsked", 80, agent_id=AGENTS[1], offset_ms=0)
    told.tell("LineStateChanged", 85, trunk="t-galaxy.main", usable=False, reachable=False, registered=None)
    assert told.kinds(89) == ["waits_long", "help_asked", "line_down"]
    for change in ("lost", "lost", "drained"):
        told.tell("PhoneEngineChanged", 590, node="south", change=change, reason="")
    told.tell("EngineLost", 591, reason="gone")
    told.tell("BoardDiffered", 592, source="feed", seq=1, differing=[])
    again = keyframe.from_json(keyframe.to_json(told.board), "Galaxy", "Asia/Shanghai")
    engines = [(each.kind, each.name, each.since) for each in alerts(again, LIMITS, at(600)) if "engine" in each.kind]
    assert sorted(engines) == [
        ("engine_drained", "south", at(590)), ("engine_lost", "", at(591)), ("engine_lost", "south", at(590)),
    ]  # fmt: skip
    assert told.kinds(90)[-1] == "phone_lost"
    told.tell("DeskLost", 593, agent_id=AGENTS[4], seat="S4", since=(BEGAN + timedelta(seconds=570)).isoformat())
    assert set(told.kinds(600)) == set(ALERTS)
    told.tell("EngineBack", 601, reason="here")
    told.tell("DeskBack", 601, agent_id=AGENTS[4], seat="S4", signed_off=False)
    told.tell("BoardAgreed", 601, seq=2)
    told.tell("PhoneEngineChanged", 601, node="south", change="given_up", reason="burnt")
    told.tell("HelpAnswered", 601, agent_id=AGENTS[1], offset_ms=0)
    told.tell("LineStateChanged", 601, trunk="t-galaxy.main", usable=True, reachable=True, registered=None)
    told.tell("AgentPhoneChanged", 601, agent_id=AGENTS[0], seat="S0", registered=True)
    told.tell("InteractionConnected", 601, agent_id=AGENTS[0], offer_id=str(uuid4()), queue_id=QUEUE, wait_ms=1)
    for n in range(1, 4):
        told.state(n, "available", 601)
        told.tell("AgentPhoneChanged", 601, agent_id=AGENTS[n], seat=f"S{n}", registered=True)
    assert told.kinds(5000) == []


def test_nobody_takes_care_of_it_and_it_comes_again_until_somebody_does() -> None:
    told = a_bad_day()
    told.tell("HelpAsked", 10, agent_id=AGENTS[1], offset_ms=0)
    (first,) = told.alerts(20)
    assert (first.kind, first.level, first.seat, str(first.subject)) == ("help_asked", 1, "S1", AGENTS[1])
    assert [told.alerts(seconds)[0].level for seconds in (59, 111, 211)] == [1, 2, 3]
    for n, name in enumerate(("Ada Wu", "Bo Li")):  # the first one has it
        told.tell("AlertAcknowledged", 220 + n, AGENTS[1], alert=first.id, kind=first.kind, user_id=f"u{n}", name=name,
                  role="supervisor", after_ms=1)  # fmt: skip
    again = keyframe.from_json(keyframe.to_json(told.board), "Galaxy", "Asia/Shanghai")
    for board in (told.board, again):
        cared = next(each for each in alerts(board, LIMITS, at(5000)) if each.id == first.id)
        assert (cared.by, cared.level, cared.by_at) == (("u0", "Ada Wu"), 3, at(220))
        assert alerts(board, LIMITS, at(5000))[-1] == cared, "what nobody takes care of comes first"
    told.tell("HelpWithdrawn", 300, agent_id=AGENTS[1], offset_ms=0)
    told.tell("HelpAsked", 400, agent_id=AGENTS[1], offset_ms=0)
    assert next(each for each in told.alerts(400) if each.kind == "help_asked").by is None, "this is another one"
