"""Records are what their facts say, and no order of facts breaks them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from interactions import facts
from interactions.callbacks import facts as callbacks
from interactions.core.agent_record import AGENT_KINDS, apply_agent
from interactions.core.record import INTERACTION_KINDS, InteractionRecord, apply
from interactions.desks import facts as desk_facts
from interactions.recordings.facts import RecordingStored
from journal.core.facts import KINDS, Fact, Payload

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
INTERACTION, AGENT, QUEUE, OFFER, RECORDING = (str(UUID(int=n)) for n in range(1, 6))

STORY: list[Payload] = [
    facts.InteractionStarted(
        number="+862150001234", contact="+86 138****5678", channel="voice", direction="inbound", flow="main",
        flow_version=3,
    ),
    facts.FlowStepped(node="hello", type="play", exit="done"),
    facts.FlowStepped(node="menu", type="menu", exit="2", digits="2"),
    facts.InteractionQueued(queue="care", queue_id=QUEUE, head_start_s=120),
    facts.OfferMade(offer_id=OFFER, agent_id=AGENT, queue_id=QUEUE, expires_at="", because={"step": 0}),
    facts.OfferEnded(offer_id=OFFER, agent_id=AGENT, outcome="answered"),
    facts.InteractionConnected(agent_id=AGENT, queue_id=QUEUE, offer_id=OFFER, wait_ms=4000),
    facts.InteractionEnded(ended_by="contact", cause="normal", stage="talking", talk_ms=60_000, agent_id=AGENT),
    facts.DispositionChosen(agent_id=AGENT, code="solved", note="sent"),
    RecordingStored(
        recording_id=RECORDING, key="t/x.wav", sha256="00", duration_ms=60_000, kind="call", bytes=960_044
    ),
    facts.InteractionHandled(agent_id=AGENT, queue_id=QUEUE, talk_ms=60_000, hold_ms=0, wrap_ms=9_000),
]  # fmt: skip


def told(payload: Payload, number: int) -> Fact:
    return Fact(
        UUID(int=9), number, AT + timedelta(seconds=number), payload.KIND, payload.VERSION, UUID(INTERACTION), {},
        payload.data(),
    )  # fmt: skip


def record_of(story: list[Payload]) -> InteractionRecord | None:
    record = None
    for number, payload in enumerate(story):
        record = apply(record, told(payload, number))
    return record


def test_an_answered_interaction() -> None:
    states = [record.state for n in range(1, 12) if (record := record_of(STORY[:n])) is not None]
    assert states == ["in_flow"] * 3 + ["queued", "offered", "offered"] + ["talking"] + ["wrapping_up"] * 3 + ["ended"]
    record = record_of(STORY)
    assert record is not None
    assert record.path == ("hello", "menu:2")
    assert (record.wait_ms, record.talk_ms, record.hold_ms, record.wrap_ms) == (4000, 60_000, 0, 9_000)
    assert (record.outcome, record.disposition, record.note) == ("answered", "solved", "sent")
    assert record.queued_at == AT + timedelta(seconds=3)
    assert record.answered_at == AT + timedelta(seconds=6)
    assert record.recording_id == UUID(RECORDING)


def test_an_offer_that_nobody_took_leaves_no_trace_in_the_record() -> None:
    for outcome in ("expired", "rejected", "withdrawn", "unreachable"):
        record = record_of([*STORY[:5], facts.OfferEnded(offer_id=OFFER, agent_id=AGENT, outcome=outcome)])
        assert record is not None
        assert (record.state, record.agent_id, record.offer_id, record.because) == ("queued", None, None, None)


def test_outcomes() -> None:
    by_contact: dict[str, Any] = {"ended_by": "contact", "cause": "normal", "talk_ms": 0, "agent_id": None}
    voicemail = RecordingStored(recording_id=RECORDING, key="k", sha256="", duration_ms=1, kind="voicemail", bytes=1)
    for more, outcome in (
        ([facts.InteractionEnded(stage="flow", **by_contact)], "left_in_flow"),
        ([facts.InteractionEnded(stage="voicemail", **by_contact)], "voicemail"),
        ([facts.InteractionAbandoned(queue_id=None, wait_ms=0, stage="flow"),
          facts.InteractionEnded(stage="flow", **by_contact)], "abandoned"),
        ([STORY[3], facts.InteractionDequeued(queue_id=QUEUE, wait_ms=9, reason="system_failure"),
          facts.InteractionEnded(stage="waiting", **by_contact)], "system_failure"),
        ([facts.InteractionAbandoned(queue_id=None, wait_ms=0, stage="flow"), voicemail], "voicemail"),
    ):  # fmt: skip
        record = record_of([STORY[0], *more])
        assert record is not None
        assert record.outcome == outcome


def test_every_kind_of_this_room_is_registered_and_known() -> None:
    assert callbacks.TaskOpened.KIND in INTERACTION_KINDS
    assert set(KINDS) >= INTERACTION_KINDS | AGENT_KINDS
    assert {"RecordingPlayed", "NumberUnknown", "EngineLost", "EngineBack"} <= set(KINDS)


@given(st.lists(st.sampled_from(STORY), max_size=25))
def test_no_order_of_facts_breaks_a_record(story: list[Payload]) -> None:
    record = record_of(story)
    started = any(isinstance(payload, facts.InteractionStarted) for payload in story)
    assert (record is not None) == started


@given(st.lists(st.sampled_from(STORY), max_size=25), st.integers(0, 25))
def test_a_record_may_be_stored_and_taken_up_at_any_point(story: list[Payload], at: int) -> None:
    record = record_of(story[:at])
    for number, payload in enumerate(story[at:], start=min(at, len(story))):
        record = apply(record, told(payload, number))
    assert record == record_of(story)


def test_an_agents_record_keeps_its_phone() -> None:
    def agent_fact(payload: Payload) -> Fact:
        return Fact(UUID(int=9), 1, AT, payload.KIND, 1, UUID(AGENT), {}, payload.data())

    phone = facts.AgentPhoneChanged(agent_id=AGENT, seat="8001", endpoint="o-8001", registered=True)
    state = facts.AgentStateChanged(agent_id=AGENT, seat="8001", state="on_break", reason="meal", interaction_id=None)
    record = apply_agent(apply_agent(None, agent_fact(phone)), agent_fact(state))
    assert record is not None
    assert (record.state, record.reason, record.phone) == ("on_break", "meal", True)
    lost = desk_facts.DeskLost(agent_id=AGENT, seat="8001", since=AT.isoformat())
    gone = apply_agent(record, agent_fact(lost))
    assert gone is not None
    assert (gone.desk_lost_at, gone.state) == (AT, "on_break")
    back = desk_facts.DeskBack(agent_id=AGENT, seat="8001", signed_off=False)
    assert apply_agent(gone, agent_fact(back)) == record
    assert apply_agent(record, told(STORY[0], 1)) is record
