"""Hypothesis writes days at the centre, and looks after each step for what must not be (rules below, truths.py).

``pytest tests/switchboard/test_days.py --hypothesis-profile=long --timeout=0`` writes hundreds of new ones, and
shortens what fails.
"""

from __future__ import annotations

import asyncio
import secrets
import sys
import tempfile
import traceback
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from kit.embedded.postgres import EmbeddedPostgres
from switchboard.talks import COMMANDS as TALK_COMMANDS
from tests.support.house import open_house
from tests.switchboard import truths
from tests.switchboard.day import SEATS, Day, a_day, one_of
from tests.switchboard.test_audit import counted
from tests.switchboard.test_callbacks import LATER, OURS
from tests.switchboard.test_persons import DIRECTORY
from tests.switchboard.test_talks import OUTSIDE
from tests.switchboard.world import CARE, CONTACT, OTHER_CONTACT, SALES, VOICEMAIL, set_up

DAYS_TEMPLATE = "days_template"
NUMBERS = st.sampled_from([CARE, VOICEMAIL, VOICEMAIL, SALES, LATER, LATER, "+861111111"])
CALLERS = st.sampled_from([CONTACT, OTHER_CONTACT, "", "+8613800000001", "+85290000001"])
TARGETS = (
    {"kind": "number", "number": OUTSIDE}, {"kind": "number", "number": "+862100000000"},
    {"kind": "agent", "seat": "8001"}, {"kind": "agent", "seat": "8002"}, {"kind": "flow", "flow": "main"},
    {"kind": "queue", "queue": "care"}, {"kind": "person", "person": "liu"}, {"kind": "person", "person": "ma"},
)  # fmt: skip
WITH_TARGET = st.sampled_from(["consult", "join", "transfer"])
WHICH = st.integers(0, 5)
SEAT = st.sampled_from(SEATS)
OFTEN_S = 5
AGENT = st.integers(0, 1)
ENGINE = st.integers(0, 1)


class Broken:
    """Stands for a module's log: notes every call that our own code broke."""

    found: list[str] = []  # noqa: RUF012 - of the running day

    def __init__(self, real: Any) -> None:
        self._real = real

    def exception(self, event: str, **_fields: object) -> None:
        self.found.append(f"{event}: {traceback.format_exc()}")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


class Days(RuleBasedStateMachine):
    """One day after the other on one event loop, each on a database of its own."""

    server: EmbeddedPostgres
    runner: asyncio.Runner

    @initialize(engines=st.sampled_from([1, 1, 2]))
    def morning(self, engines: int) -> None:
        Broken.found.clear()
        self.ghosts, self.lonely = counted(), truths.Loneliness()
        self.failed, self.story = False, [f"{engines} engines"]
        self.stack = AsyncExitStack()
        self.day: Day = self.runner.run(self._open(engines))

    async def _open(self, engines: int) -> Day:
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        opened = open_house(self.server, f"day_{secrets.token_hex(6)}", DAYS_TEMPLATE)
        return await self.stack.enter_async_context(
            a_day(await self.stack.enter_async_context(opened), folder, engines)
        )

    def does(self, *acts: Callable[[], Awaitable[object]]) -> None:
        """Do something, and look."""
        rule_of = sys._getframe(1)
        said = {
            name: value for name, value in rule_of.f_locals.items() if isinstance(value, (str, int, float, dict, tuple))
        }
        self.story.append(f"{rule_of.f_code.co_name} {said}")
        try:
            self.runner.run(self._do(acts))
        except BaseException as error:
            self.failed = True
            error.add_note("\n".join(self.story))
            raise

    async def _do(self, acts: tuple[Callable[[], Awaitable[object]], ...]) -> None:
        async with asyncio.timeout(60):
            for act in acts:
                await act()
                await self.day.world.advance(0)
            assert Broken.found == []
            assert counted() == self.ghosts, "the auditor found something"
            self._look()

    def _look(self) -> None:
        world = self.day.world
        truths.nobody_is_in_two_calls(world.loop.floor)
        self.lonely.nobody_is_left_alone(world)
        if world.all_here() and not world.network.faults.late and not world.loop.busy():
            truths.engine_holds_what_the_floor_holds(world)

    def teardown(self) -> None:
        if not hasattr(self, "day"):
            return
        try:
            if not self.failed:
                self.does(self.day.end, self.day.audit)
                self.runner.run(truths.books_are_closed(self.day.world))
        finally:
            self.runner.run(self.stack.aclose())

    # --------------------------------------------------------------------------------------------------------- people

    @rule(number=NUMBERS, caller=CALLERS, engine=ENGINE)
    def contact_dials(self, number: str, caller: str, engine: int) -> None:
        self.does(lambda: self.day.dial(number, caller, engine))

    @rule(which=WHICH, what=st.sampled_from(["1", "2", "#", "11", "hang_up", "hang_up", "hold", "resume", "vanish"]))
    def contact_does(self, which: int, what: str) -> None:
        self.does(lambda: self.day.outside(what, which))

    @rule(which=WHICH, what=st.sampled_from(["answer", "answer", "busy", "refuse", "hang_up"]))
    def called_does(self, which: int, what: str) -> None:
        self.does(lambda: self.day.outside(what, which))

    @rule(seat=SEAT, what=st.sampled_from(["answer", "busy", "refuse", "hang_up", "hold", "resume", "vanish", "5"]))
    def agent_does_at_its_phone(self, seat: str, what: str) -> None:
        self.does(lambda: self.day.at_phone(seat, what))

    @rule(seat=SEAT, in_=st.booleans(), engine=ENGINE)
    def phone_is_plugged(self, seat: str, in_: bool, engine: int) -> None:  # noqa: FBT001 - hypothesis names it
        self.does(lambda: self.day.plug(seat, in_=in_, engine=engine))

    @rule(agent=AGENT, to=st.sampled_from([("available", None), ("on_break", "meal"), ("offline", None)]))
    def agent_chooses_a_state(self, agent: int, to: tuple[str, str | None]) -> None:
        who = self.day.agents[agent]
        self.does(lambda: self.day.world.ask(who, "set_state", state=to[0], reason=to[1]))

    @rule()
    def everybody_answers(self) -> None:
        self.does(self.day.called_answer)

    @rule()
    def everybody_comes_back(self) -> None:
        self.does(self.day.come_back)

    @rule()
    def talk_begins(self) -> None:
        self.does(self.day.begin_talk)

    @rule(which=WHICH, command=st.sampled_from(sorted(TALK_COMMANDS)))
    def talking_agent_does(self, which: int, command: str) -> None:
        self.does(lambda: self.day.in_talk(which, command, None))

    @rule(which=WHICH, command=WITH_TARGET, whom=st.sampled_from(TARGETS), answered=st.booleans())
    def talking_agent_calls(self, which: int, command: str, whom: dict[str, str], answered: bool) -> None:  # noqa: FBT001
        self.does(lambda: self.day.in_talk(which, command, whom))
        if answered:
            self.does(self.day.called_answer)

    @rule(agent=AGENT, command=st.sampled_from(["hang_up", "reject", "end_wrap_up", "ask_help", "withdraw_help",
                                                "accept_task", "dial", "skip"]))  # fmt: skip
    def agent_does(self, agent: int, command: str) -> None:
        self.does(lambda: self.day.own(self.day.agents[agent], command))

    @rule(agent=AGENT, command=st.sampled_from(["disposition", "close_task"]))
    def agent_says_what_came_of_it(self, agent: int, command: str) -> None:
        self.does(lambda: self.day.own(self.day.agents[agent], command, code="solved", note="x"))

    @rule(agent=AGENT)
    def agent_calls_a_contact(self, agent: int) -> None:
        self.does(lambda: self.day.call(self.day.agents[agent]))

    @rule(which=WHICH, mode=st.sampled_from(["listen", "whisper", "barge"]), answers=st.booleans(),
          command=st.sampled_from(["supervise", "supervise", "take_over", "release", "force_end", "force_state",
                                   "answer_help"]))  # fmt: skip
    def supervisor_does(self, which: int, command: str, mode: str, answers: bool) -> None:  # noqa: FBT001
        self.does(lambda: self.day.supervise(which, command, mode))
        self.does(lambda: self.day.ear_does("answer" if answers else "hang_up"))

    # ------------------------------------------------------------------------------------------------- what goes wrong

    @rule(seconds=st.sampled_from([0.3, 1, 2, 3, 8, 16, 31, 61]))
    def time_passes(self, seconds: float) -> None:
        self.does(lambda: self._pass(seconds))

    async def _pass(self, seconds: float) -> None:
        """Look now and then: who is alone before and after need not have been so all the time."""
        while seconds > 0:
            await self.day.world.advance(min(seconds, OFTEN_S))
            self.lonely.nobody_is_left_alone(self.day.world)
            seconds -= OFTEN_S

    @rule(share=st.sampled_from([0.0, 0.2]))
    def events_come_late_and_twice(self, share: float) -> None:
        self.day.events_go_wrong(share)
        if not share:
            self.does(lambda: self.day.world.advance(1))

    @rule(share=st.sampled_from([0.0, 0.2, 0.5]))
    def answers_come_late_or_never(self, share: float) -> None:
        self.does(lambda: self.day.answers_go_wrong(share))

    @rule(what=st.sampled_from(["engine_away", "engine_back", "engine_back", "engine_dies"]), engine=ENGINE)
    def engine(self, what: str, engine: int) -> None:
        getattr(one_of(list(self.day.world.networks), engine)[0], what)()
        self.does(lambda: self.day.world.advance(0))

    @rule(drained=st.booleans())
    def engine_is_drained(self, drained: bool) -> None:  # noqa: FBT001
        self.does(lambda: self.day.world.drained(drained=drained))

    @rule(away=st.booleans())
    def carrier(self, away: bool) -> None:  # noqa: FBT001
        for network in self.day.world.networks:
            (network.carrier_away if away else network.carrier_back)("127.0.0.2")
        self.does(lambda: self.day.world.advance(0))

    @rule(what=st.sampled_from(["cut", "mend", "mend", "hiccup", "hang"]))
    def database(self, what: str) -> None:
        if what == "hiccup":
            self.day.proxy.swallow = 1
        elif what == "hang":
            self.day.proxy.hangs = True
        else:
            getattr(self.day.proxy, what)()

    @rule(seconds=st.sampled_from([0, 4, 31]), meanwhile=st.sampled_from(["", "contact", "agent", "dial", "engine"]))
    def process_dies(self, seconds: int, meanwhile: str) -> None:
        """As by kill -9; something happens while there is none, and then there is another."""
        day = self.day
        happens: dict[str, Callable[[], Awaitable[object]]] = {
            "contact": lambda: day.outside("hang_up", 0), "agent": lambda: day.at_phone("8001", "hang_up"),
            "dial": lambda: day.dial(VOICEMAIL, OTHER_CONTACT),
        }  # fmt: skip
        if meanwhile == "engine":
            day.world.networks[-1].engine_away()
        acts = [happens[meanwhile]] if meanwhile in happens else []
        self.runner.run(day.process_dies())
        self.lonely = truths.Loneliness()  # nobody can be helped meanwhile
        self.does(*acts, lambda: day.world.advance(seconds), day.process_starts)

    @rule()
    def configuration_is_read_again(self) -> None:
        self.does(lambda: self.day.world.handle({"command": "reload"}))

    @rule()
    def auditor_looks(self) -> None:
        if self.day.proxy.works:
            self.does(self.day.audit)

    @rule()
    def books_are_compared(self) -> None:
        if self.day.proxy.works and self.day.world.loop.floor.connected:
            calm = lambda: self.day.answers_go_wrong(0)  # noqa: E731
            self.does(calm, self.day.world.quiet, lambda: truths.books_say_what_the_floor_holds(self.day.world))


FEW = settings(
    max_examples=10, stateful_step_count=45, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate], report_multiple_bugs=False,
)  # fmt: skip
"""Of every run: the same days each time, in which nothing is shortened."""


def test_whatever_happens_in_a_day_nobody_is_stuck_alone_or_forgotten(
    house_template: EmbeddedPostgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("trouble", "loop", "hands"):
        name = f"switchboard.{module}.log"
        monkeypatch.setattr(name, Broken(__import__(f"switchboard.{module}", fromlist=["log"]).log))
    asyncio.run(set_up(house_template, DAYS_TEMPLATE, tmp_path, OURS + DIRECTORY))
    long = settings.get_current_profile_name() == "long"
    chosen = settings.get_profile("long") if long else FEW
    with asyncio.Runner() as runner:
        Days.server, Days.runner = house_template, runner
        run_state_machine_as_test(Days, settings=chosen)
