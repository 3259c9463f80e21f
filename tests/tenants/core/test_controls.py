"""What a client may change for a time: bounds, ends on days of clock changes, and what a new contract ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from tenants.core.controls import Act, Agreed, Bounds, EndPassed, end_of, found, next_end, no_longer_agreed
from tenants.core.permissions import Role

BERLIN, NOW = ZoneInfo("Europe/Berlin"), datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DAY, LONG = timedelta(days=1), timedelta(days=31)
CONTENT: dict[str, Any] = {
    "calendars": [{"code": "cs"}], "queues": [{"code": "care"}], "numbers": [{"number": "+1"}],
    "flows": [{"id": "main"}], "prompts": [{"code": "shut"}],
}  # fmt: skip


def act(n: int, kind: str, scope: str, target: str, **more: Any) -> Act:
    return Act(UUID(int=n), kind, scope, target, NOW + timedelta(seconds=n), NOW + timedelta(hours=n), **more)


@pytest.mark.parametrize(
    ("said", "now", "end"),
    [
        ("18:00", NOW, datetime(2026, 11, 22, 17, 0, tzinfo=UTC)),
        ("today", NOW, datetime(2026, 11, 22, 23, 0, tzinfo=UTC)),
        ("90", NOW, NOW + timedelta(minutes=90)),
        ("open", NOW, NOW + LONG),
        # 02:30 does not exist on this day: the clocks jump from 02:00 to 03:00, and it is 03:30
        ("02:30", datetime(2026, 3, 29, 0, 10, tzinfo=UTC), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        # 02:30 comes twice on this day: first the one in summer time, and after it the one in winter time
        ("02:30", datetime(2026, 10, 25, 0, 10, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("02:30", datetime(2026, 10, 25, 0, 40, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        ("today", datetime(2026, 10, 24, 22, 30, tzinfo=UTC), datetime(2026, 10, 25, 23, 0, tzinfo=UTC)),
        ("today", datetime(2026, 3, 28, 23, 30, tzinfo=UTC), datetime(2026, 3, 29, 22, 0, tzinfo=UTC)),
    ],
)
def test_an_end_is_in_the_clients_zone(said: str, now: datetime, end: datetime) -> None:
    assert end_of(said, now, BERLIN, LONG) == end


@pytest.mark.parametrize("said", ["09:59", "10:00", "0"])
def test_an_end_that_has_passed_is_refused(said: str) -> None:
    with pytest.raises(EndPassed):
        end_of(said, NOW, BERLIN, DAY)


@pytest.mark.parametrize("said", ["24:00", "1441", "tomorrow", "", "-5", "999999", "\u0661\u0668:00x"])
def test_what_is_no_end_is_refused(said: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the message is the caller's business
        end_of(said, NOW, BERLIN, DAY)


def test_without_a_contract_nothing_is_agreed() -> None:
    agreed = Agreed.of({"contract": {}})
    assert (agreed.acts, agreed.asks) == (frozenset(), frozenset())
    assert not any(agreed.lets(role) for role in Role)
    assert Bounds(-60, 125, 60).choices == (120, 60, -60)
    assert [Bounds(-60, 120, 60).allow(n) for n in (0, 60, 90, 120, 180, -60, -120)] == [
        False, True, False, True, False, True, False,
    ]  # fmt: skip


def test_a_new_contract_ends_what_it_does_not_allow_and_what_is_gone() -> None:
    agreed = Agreed(frozenset(), hours=True, announcements=1, priority=Bounds(0, 120, 60))
    acts = [
        act(1, "hours", "queue", "care", opening="closed"), act(2, "hours", "queue", "gone", opening="closed"),
        act(3, "pause", "number", "+1", prompt="shut"), act(4, "announcement", "flow", "main"),
        act(5, "announcement", "queue", "care"), act(6, "priority", "queue", "care", seconds=180),
    ]  # fmt: skip
    ended = no_longer_agreed(agreed, CONTENT, acts)
    assert {key.int: why for key, why in ended.items()} == {2: "gone", 3: "contract", 5: "contract", 6: "contract"}
    every = Agreed(frozenset(), pause_numbers=True)
    assert no_longer_agreed(every, {**CONTENT, "prompts": []}, [acts[2]]) == {acts[2].id: "gone"}


CONTROLS: dict[str, Any] = {
    "roles": ["client_manager"], "longest_min": 60, "hours": True, "pause_numbers": True, "announcements": 2,
    "priority": {"lowest_s": 0, "highest_s": 120, "step_s": 60}, "message_supervisors": True, "message_seats": True,
    "ask_listening": True,
}  # fmt: skip


def test_a_contract_names_what_an_act_may_be_about_and_an_older_one_allows_all() -> None:
    only = {"hours": {"calendars": [], "queues": ["care"], "numbers": ["+1"]}, "pause_numbers": None,
            "ask_listening": {"queues": ["vip"]}}  # fmt: skip
    old, new = (Agreed.of({"contract": {"controls": each}}) for each in (CONTROLS, {**CONTROLS, "only": only}))
    places = [
        ("hours", "queue", "care"), ("hours", "queue", "vip"), ("hours", "calendar", "cs"), ("pause", "number", "+2"),
        ("announcement", "queue", "vip"), ("ask_listening", "queue", "care"), ("ask_listening", "queue", "vip"),
    ]  # fmt: skip
    assert all(old.names(*place) for place in places)
    assert [new.names(*place) for place in places] == [True, False, False, True, True, False, True]
    assert (old.acts, old.asks) == (new.acts, new.asks)
    assert (new.targets("hours", "number"), new.targets("hours", "calendar"), new.targets("pause", "number")) == (
        ("+1",), (), None,
    )  # fmt: skip
    acts = [act(1, "hours", "calendar", "cs", opening="closed"), act(2, "hours", "number", "+1", opening="closed")]
    assert no_longer_agreed(old, CONTENT, acts) == {}
    assert no_longer_agreed(new, CONTENT, acts) == {acts[0].id: "contract"}


def test_the_more_exact_place_counts_and_an_end_needs_nobody() -> None:
    acts = [act(1, "hours", "calendar", "cs", opening="closed"), act(2, "hours", "number", "+1", opening="open")]
    places = (("number", "+1"), ("calendar", "cs"))
    assert [getattr(found(acts, "hours", places, NOW + timedelta(hours=h, seconds=3)), "opening", None)
            for h in (0, 1, 2)] == ["open", "open", None]  # fmt: skip
    assert next_end(acts, NOW + timedelta(seconds=3)) == NOW + timedelta(hours=1)
