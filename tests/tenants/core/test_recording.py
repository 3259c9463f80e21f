from __future__ import annotations

from uuid import UUID

from kit.ids import new_id
from tenants.core.recording import Recording


def share(recording: Recording, queue: str | None) -> float:
    ids = [new_id() for _ in range(4000)]
    return sum(recording.wanted(each, queue) for each in ids) / len(ids)


def test_a_policy_of_any_time_is_read() -> None:
    assert Recording.of({"policy": "always"}) == Recording(100)
    assert Recording.of({"policy": "never"}) == Recording(0)
    stored = {"policy": "percentage", "percent": 20, "queues": {"vip": {"policy": "always", "percent": None}}}
    assert Recording.of(stored) == Recording(20, {"vip": 100})


def test_a_share_is_a_share_and_a_queue_may_differ() -> None:
    recording = Recording(20, {"vip": 100, "none": 0})
    assert (share(recording, "vip"), share(recording, "none")) == (1, 0)
    assert 0.16 < share(recording, "care") < 0.24
    assert 0.16 < share(recording, None) < 0.24


def test_one_conversation_gets_one_answer() -> None:
    recording, interaction = Recording(50), UUID(int=42)
    assert {recording.wanted(interaction, "care") for _ in range(9)} == {recording.wanted(interaction, "care")}
