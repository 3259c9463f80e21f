"""How a conversation stands, read from its facts: as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from interactions import facts as calls
from interactions.core.talk import KINDS, Talk, shown, talk_of
from journal.core import facts as registry
from switchboard import facts as supervision

BEGIN = datetime(2026, 11, 22, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Told:
    kind: str
    data: dict[str, Any]
    at: datetime = BEGIN
    subject: UUID = field(default_factory=lambda: UUID(int=1))


def told(*payloads: Any) -> Talk:
    return talk_of(
        Told(payload.KIND, payload.data(), BEGIN + timedelta(seconds=second)) for second, payload in enumerate(payloads)
    )


def invited(party: str, role: str = "agent", purpose: str = "consult") -> Any:
    return calls.PartyInvited(party, role, purpose, f"name of {party}", "a2", "a1")


def left(party: str, role: str, purpose: str, *, joined: bool, by: str = "party") -> Any:
    return calls.PartyLeft(party, role, purpose, None, joined=joined, ended_by=by, cause="busy", talk_ms=0)


def listens(mode: str) -> Any:
    return supervision.SupervisionStarted("s1", "u1", "Grace Ho", "supervisor", "a1", mode, "a new agent", 0)


def test_a_consultation_becomes_a_conference_and_ends() -> None:
    begun = (calls.HoldStarted("a1"), invited("p1"))
    talk = told(*begun)
    assert (talk.held_at, talk.guests["p1"].state) == (BEGIN, "ringing")
    aside = calls.PartyJoined("p1", "agent", "consult", "aside", "a2")
    talk = told(*begun, aside, calls.HoldEnded("a1", 900), calls.PartyJoined("p1", "agent", "consult", "call", "a2"))
    assert (talk.held_at, talk.guests["p1"].state) == (None, "joined")
    assert told(*begun, aside, left("p1", "agent", "consult", joined=True)) == Talk(held_at=BEGIN, held_by="desk")
    missed = told(*begun, left("p1", "agent", "consult", joined=False))
    assert missed.lost == ("name of p1", "busy")
    assert told(*begun, left("p1", "agent", "consult", joined=False, by="agent")).lost is None
    assert told(*begun, left("p1", "agent", "consult", joined=False), invited("p3")).lost is None


def test_a_supervisors_phone_is_no_guest_and_a_listener_is_told_of_only_where_it_is_agreed() -> None:
    talk = told(invited("p1", "supervisor", "supervise"), listens("listen"))
    for agreed, seen in ((True, [{"name": "Grace Ho", "mode": "listen"}]), (False, [])):
        values = shown(talk, lambda at: int(at.timestamp()), tells_of_listeners=agreed)
        assert (values["guests"], values["watchers"]) == ([], seen)
    assert (
        told(invited("p1", "supervisor", "supervise"), left("p1", "supervisor", "supervise", joined=False)).lost is None
    )
    assert shown(told(listens("barge")), lambda _: 0, tells_of_listeners=False)["watchers"]


def test_every_kind_that_is_read_exists() -> None:
    later = {"RecordingBegan", "RecordingPaused", "RecordingResumed", "RecordingStopped"}
    assert KINDS - later <= set(registry.KINDS)
