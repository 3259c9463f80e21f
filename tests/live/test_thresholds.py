"""A client's thresholds, second by second: the figures, hysteresis, what is not known, quiet hours, odd rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from live.core import key_figures, view
from live.core.board import Changes
from live.core.figures import Watch
from live.core.quiet import quiet_until
from live.core.rows import QueueRow, SeatRow
from live.core.rule_checks import wrong
from live.core.thresholds import FIGURES, Clear, Raise, Reading, Rule, Standing, Step, decide
from tests.live.test_alerts import AGENTS, BEGAN, CALL, QUEUE, Told, a_bad_day, at

RULE = Rule("r1", 1, "Queue is long", "waiting", threshold=5, clear=3)


class Stage:
    """Rules and what stands, as the database would hold it; decides and does it."""

    def __init__(self, *rules: Rule) -> None:
        self.rules, self.standing = list(rules), list[Standing]()
        self.log: list[str] = []

    def see(self, values: dict[str, int | None], second: float) -> list[Step]:
        readings = [Reading(key, value) for key, value in values.items()]
        return self.look(lambda _: readings, at(second))

    def look(self, read: Any, now: int) -> list[Step]:
        steps = decide(self.rules, self.standing, read, now)
        for step in steps:
            self._do(step, now)
            self.log.append(type(step).__name__)
        return steps

    def _do(self, step: Any, now: int) -> None:
        old: Any = getattr(step, "standing", None)
        if old in self.standing:
            self.standing.remove(old)
        name = type(step).__name__
        if name in {"Begin", "Raise"}:
            since = now if old is None else old.since
            raised = now if name == "Raise" else None
            self.standing.append(
                Standing(
                    UUID(int=len(self.log) + 1), step.rule.id, step.rule.version, step.reading.key, since, raised, now
                )
            )
        elif name == "Again":
            self.standing.append(replace(old, told=now, times=old.times + 1))


def test_a_trembling_figure_raises_once_and_clears_only_beyond_its_clear_value() -> None:
    stage = Stage(RULE)
    for second, value in enumerate((4, 5, 4, 5, 3, 6, 4, 3, 5, None, 4)):
        stage.see({"": value}, second)
    assert stage.log == ["Raise"]
    (cleared,) = stage.see({"": 2}, 20)
    assert (cleared.why, cleared.value) == ("value", 2)  # type: ignore[union-attr]
    stage.see({"": 5}, 21)
    assert stage.log == ["Raise", "Clear", "Raise"]
    below = Stage(Rule("r", 1, "Level", "service_level", above=False, threshold=800, clear=850))
    for second, value in enumerate((None, 800, 799, 849, None, 799, 850, 799)):
        below.see({"": value}, second)
    assert below.log == ["Raise", "Clear", "Raise"], "what cannot be computed neither raises nor clears"


def test_long_enough_again_and_what_goes_away() -> None:
    stage = Stage(replace(RULE, for_s=30, repeat_s=60))
    for second, value in ((0, 9), (29, 9), (29.5, 4), (30, 9), (59, 9), (60, 9), (119, 9), (120, 9)):
        stage.see({"": value}, second)
    assert stage.log == ["Begin", "Drop", "Begin", "Raise", "Again"]
    stage.standing = [replace(each, taken=True) for each in stage.standing]
    assert stage.see({"": 9}, 600) == [], "somebody takes care of it"
    again = Stage(replace(RULE, for_s=30))
    again.see({"": 9}, 3600)
    again.see({"": 9}, 60)
    assert again.log == ["Begin", "Drop"], "a clock that went back begins anew"
    for change, why in ((replace(RULE, version=2), "changed"), (replace(RULE, enabled=False), "rule"), (None, "rule")):
        gone = Stage(RULE)
        gone.see({"": 9}, 0)
        gone.rules = [change] if change else []
        (step,) = gone.see({"": 9}, 1)
        assert isinstance(step, Clear)
        assert (step.why, step.value) == (why, None)
    left = Stage(replace(RULE, scope="each_queue"))
    left.see({"a": 9, "b": 9}, 0)
    assert [step.why for step in left.see({"b": 9}, 1) if isinstance(step, Clear)] == ["gone"]


def readings(told: Told, second: float, **rule: Any) -> Sequence[tuple[str, int | None]]:
    made = replace(RULE, **rule)
    return [(each.name, each.value) for each in Watch(told.board, 0).readings(made, at(second))]


def test_every_figure_says_what_the_board_says() -> None:
    told = a_bad_day()
    told.board.queues["q2"] = QueueRow(str(UUID(int=2)), "vip", "VIP", tasks={"t": at(10), "u": 0, "v": at(90)})
    told.board.open_work_orders = {"w": "inProgress"}
    care = {"scope": "queue", "scope_id": QUEUE}
    assert readings(told, 60, scope="each_queue") == [("Care", 1), ("VIP", 0)]
    assert readings(told, 60, figure="longest_wait", **care) == [("Care", 60)]
    assert readings(told, -5, figure="longest_wait") == [("", 0)], "no time is negative"
    assert readings(told, 60, figure="callbacks_overdue") == [("", 1)]
    assert readings(told, 60, figure="work_orders_open") == [("", 1)]
    assert readings(told, 60, figure="seats_staffed") == [("", 5)]
    assert readings(told, 60, figure="seats_available") == [("", 1)]
    assert readings(told, 60, figure="occupancy") == [("", 666)]
    breaks = dict(readings(told, 60, figure="seat_state", state="on_break", scope="each_seat"))
    assert breaks == {"Agent 0": 0, "Agent 1": 0, "Agent 2": 0, "Agent 3": 60, "Agent 4": 0}, "elsewhere is no break"
    told.tell("AgentPhoneChanged", 70, agent_id=AGENTS[0], seat="S0", registered=False)
    assert readings(told, 80, figure="phone_down", scope="seat", scope_id=AGENTS[0]) == [("Agent 0", 10)]
    since = (BEGAN + timedelta(seconds=65)).isoformat()
    told.tell("DeskLost", 90, agent_id=AGENTS[1], seat="S1", since=since)
    lost = dict(readings(told, 90, figure="desk_lost", scope="each_seat"))
    assert lost == {"Agent 0": 0, "Agent 1": 25, "Agent 2": 0, "Agent 3": 0, "Agent 4": 0}
    told.tell("DeskBack", 91, agent_id=AGENTS[1], seat="S1", signed_off=False)
    assert readings(told, 95, figure="desk_lost", scope="seat", scope_id=AGENTS[1]) == [("Agent 1", 0)]
    assert readings(told, 80, scope="queue", scope_id=str(UUID(int=9))) == [], "not on this board"
    told.board.seats, told.board.worked = {"S9": SeatRow("S9", AGENTS[0], "Agent 0", "shared")}, None
    assert readings(told, 80, figure="occupancy") == [("", None)], "nobody works: there is no share"
    assert readings(told, 80, figure="service_level") == [("", None)]


def test_windows_forget_and_do_not_know_what_was_before_them() -> None:
    told = Told()
    told.board.begin_day(datetime(2026, 11, 22, 4, 0, tzinfo=UTC), Changes())
    watch, rule = Watch(told.board, at(0)), replace(RULE, figure="abandoned", window_s=600)
    for n, second in enumerate((100, 200, 700)):
        call = str(UUID(int=n + 1))
        for kind, data in (("InteractionStarted", {"contact": "1"}), ("InteractionQueued", {"queue_id": QUEUE}),
                           ("InteractionAbandoned", {"queue_id": QUEUE, "wait_ms": 30_000})):  # fmt: skip
            watch.take(told.fact(kind, second, call, **data))
    (value,) = [each.value for each in watch.readings(rule, at(500))]
    assert value is None, "the window begins before what is known"
    assert [watch.readings(rule, at(second))[0].value for second in (705, 799, 801, 1301)] == [2, 2, 1, 0]
    loss = replace(rule, figure="loss_rate", least=2)
    assert [watch.readings(loss, at(second))[0].value for second in (799, 801)] == [1000, None], "too few to judge"
    assert watch.readings(replace(rule, window_s=0), at(800))[0].value == 3
    assert watch.readings(replace(rule, scope="queue", scope_id=QUEUE), at(800))[0].value == 2
    watch.take(told.fact("InteractionStarted", 5000, CALL, contact="1"))
    assert len(watch.ended) == 3
    watch.take(told.fact("InteractionAbandoned", 5000, str(UUID(int=1)), queue_id=QUEUE, wait_ms=1))
    assert len(watch.ended) <= 1, "an hour is kept"


def test_occupancy_of_a_rule_is_that_of_the_board_today_or_in_its_window() -> None:
    told = Told()
    told.board.begin_day(datetime(2026, 11, 22, 4, 0, tzinfo=UTC), Changes())
    watch, rule = Watch(told.board, at(0)), replace(RULE, figure="occupancy", window_s=60)
    for second, state in (
        (0, "available"),
        (100, "talking"),
        (200, "offered"),
        (230, "wrapping_up"),
        (250, "on_break"),
    ):
        of = {"agent_id": AGENTS[0], "seat": "S0", "state": state, "reason": "", "interaction_id": None}
        watch.take(told.fact("AgentStateChanged", second, AGENTS[0], **of))
        if state == "talking":
            assert [watch.readings(rule, at(second))[0].value for second in (59, 100, 150)] == [None, 0, 833]
    assert [watch.readings(rule, at(second))[0].value for second in (250, 300, 311)] == [1000, 1000, None]
    today = watch.readings(replace(rule, window_s=0), at(500))[0].value
    (shown,) = key_figures.figures(view.totals(told.board), ["occupancy"])
    assert today == 120_000 * 1000 // 220_000
    assert key_figures.at(shown, at(500))["value"] == round(today / 10, 1)


def test_quiet_hours_in_the_clients_zone_over_midnight() -> None:
    night, zone = (22 * 60, 7 * 60), "Asia/Shanghai"
    for hour, minute, end in ((22, 0, "07:00"), (3, 0, "07:00"), (6, 59, "07:00"), (7, 0, None), (21, 59, None)):
        here = datetime(2026, 11, 22, hour, minute, tzinfo=UTC) - timedelta(hours=8)
        until = quiet_until(*night, here, zone)
        assert (until.strftime("%H:%M") if until else None) == end
        assert until is None or timedelta(0) < until - here <= timedelta(hours=9)
    assert quiet_until(0, 0, datetime(2026, 11, 22, tzinfo=UTC), zone) is None
    assert quiet_until(720, 780, datetime(2026, 11, 22, 4, 30, tzinfo=UTC), zone) is not None


def test_rules_that_cannot_be() -> None:
    assert wrong(RULE) == []
    assert wrong(replace(RULE, figure="secrets")) == ["figure"]
    odd: dict[str, dict[str, Any]] = {
        "name": {"name": ""}, "scope": {"scope": "seat", "scope_id": AGENTS[0]}, "state": {"state": "talking"},
        "threshold": {"threshold": 0, "clear": -1}, "clear": {"clear": 6}, "window_s": {"window_s": 600},
        "for_s": {"for_s": -1}, "least": {"least": 4}, "severity": {"severity": "loud"},
        "whom": {"roles": ("agent",)}, "ways": {"ways": ("fax",)}, "quiet": {"quiet_from": 1440},
        "repeat_s": {"repeat_s": 5},
    }  # fmt: skip
    for part, change in odd.items():
        assert part in wrong(replace(RULE, **change)), part
    assert wrong(replace(RULE, name="a\u202eb")) == ["name"]
    assert wrong(replace(RULE, roles=(), people=())) == ["whom"]
    for figure, unit in FIGURES.items():
        scope = "each_seat" if unit == "s" and figure != "longest_wait" else "all"
        assert wrong(replace(RULE, figure=figure, scope=scope, state="talking" if figure == "seat_state" else "")) == []
    stored = Rule.of("r1", 1, RULE.content(), enabled=True)
    assert stored == RULE
    assert isinstance(Stage(RULE).see({"": 5}, 0)[0], Raise)
