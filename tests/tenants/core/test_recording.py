from __future__ import annotations

from uuid import UUID

from kit.ids import new_id
from tenants.core.recording import Choice, Recording

VIP = "+862150001234"


def share(recording: Recording, queue: str | None, number: str = "") -> float:
    ids = [new_id() for _ in range(4000)]
    return sum(recording.wanted(each, queue, number) for each in ids) / len(ids)


def test_a_policy_of_any_time_is_read() -> None:
    assert Recording.of({"policy": "always"}) == Recording(Choice(100))
    assert Recording.of({"policy": "never"}) == Recording(Choice(0))
    stored = {
        "policy": "percentage", "percent": 20, "queues": {"vip": {"policy": "always", "percent": None}},
        "numbers": {VIP: {"policy": "on_demand"}}, "announce": "told", "refuse": "9",
        "pause": {"longest_s": 60, "then": "end"},
    }  # fmt: skip
    wanted = Recording(
        Choice(20), {"vip": Choice(100)}, {VIP: Choice(0, on_demand=True)}, "told", "9", 60, resumes=False
    )
    assert Recording.of(stored) == wanted


def test_a_share_is_a_share_and_a_queue_or_a_number_may_differ() -> None:
    recording = Recording(Choice(20), {"vip": Choice(100), "none": Choice(0)}, {VIP: Choice(0, on_demand=True)})
    assert (share(recording, "vip"), share(recording, "none"), share(recording, "vip", VIP)) == (1, 0, 0)
    assert 0.16 < share(recording, "care") < 0.24
    assert 0.16 < share(recording, None) < 0.24
    assert recording.choice("vip", VIP).on_demand, "the number goes before"


def test_one_conversation_gets_one_answer() -> None:
    recording, interaction = Recording(Choice(50)), UUID(int=42)
    assert {recording.wanted(interaction, "care") for _ in range(9)} == {recording.wanted(interaction, "care")}
