from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ivr.core.compile import Program, compile_flow
from ivr.core.parse import parse
from ivr.core.step import VISITS_ALLOWED, step
from ivr.core.values import (
    ClearTimer,
    Connected,
    ContactLeft,
    Context,
    Digit,
    Effect,
    Enqueue,
    Event,
    Hang,
    LeaveMessage,
    Opening,
    Phase,
    PlayEnded,
    PromptRef,
    QueueExit,
    QueueLeft,
    Say,
    SetTimer,
    Started,
    State,
    Stepped,
    StopSaying,
    Timer,
    VoicemailEnded,
)
from tests.ivr.flows import CLEAN, Document, changed, said

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)


class Caller:
    """Walks through a flow; the state goes through JSON between all steps."""

    def __init__(self, document: Document, opening: Opening = Opening.OPEN) -> None:
        self.program: Program = compile_flow(parse(document))
        self.context = Context(NOW, lambda _calendar: opening)
        self.state = State()
        self.effects: tuple[Effect, ...] = ()

    def __call__(self, event: Event) -> Caller:
        result = step(self.program, self.state, event, self.context)
        self.state = State.from_dict(json.loads(json.dumps(result.state.to_dict())))
        assert self.state == result.state
        self.effects = result.effects
        return self

    def start(self, locale: str = "en") -> Caller:
        return self(Started("+8613800000000", "+862150001234", locale))

    def heard(self) -> Caller:
        return self(PlayEnded(self.state.playback))

    def silent(self) -> Caller:
        return self(Timer(self.state.timer))

    def press(self, digits: str) -> Caller:
        for digit in digits:
            self(Digit(digit))
        return self

    def all(self, kind: type[Effect]) -> list[Any]:
        return [effect for effect in self.effects if isinstance(effect, kind)]

    def one(self, kind: type[Effect]) -> Any:
        (effect,) = self.all(kind)
        return effect

    def steps(self) -> list[tuple[str, str]]:
        return [(stepped.node, stepped.exit) for stepped in self.all(Stepped)]

    def to(self, node: str) -> Caller:
        """Start at a node."""
        self.state = State()
        document = {**CLEAN, "entry": node}
        self.program = compile_flow(parse(document))
        return self.start()


@pytest.fixture
def caller() -> Caller:
    return Caller(CLEAN)


def test_a_play_says_its_prompt_in_the_contacts_locale_and_goes_on(caller: Caller) -> None:
    caller.start()
    assert caller.one(Say).prompts == (PromptRef("en", asset="welcome"),)
    caller.heard()
    assert caller.steps() == [("hello", "done"), ("hours", "open")]


def test_the_first_locale_speaks_to_strangers(caller: Caller) -> None:
    assert caller.start("fr").one(Say).prompts[0].locale == "zh-CN"


def test_a_play_that_the_engine_could_not_play_goes_on(caller: Caller) -> None:
    caller.start()(PlayEnded(caller.state.playback, completed=False))
    assert caller.steps()[0] == ("hello", "done")


def test_keys_do_not_interrupt_a_play_without_barge_in(caller: Caller) -> None:
    before = caller.start().state
    assert caller.press("1*#").state == before
    assert caller.effects == ()


def test_a_key_skips_a_play_with_barge_in(caller: Caller) -> None:
    caller.to("thanks").press("1")
    assert caller.one(StopSaying)
    assert caller.steps() == [("thanks", "done"), ("tier", "else")]


@pytest.mark.parametrize(
    ("opening", "node"), [(Opening.OPEN, "language"), (Opening.CLOSED, "mail"), (Opening.HOLIDAY, "mail")]
)
def test_hours_ask_the_calendar(opening: Opening, node: str) -> None:
    caller = Caller(CLEAN, opening).start().heard()
    assert caller.state.node == node
    assert caller.steps()[1] == ("hours", opening.value)


def test_a_menu_is_interrupted_by_its_key(caller: Caller) -> None:
    caller.to("language").press("2")
    assert isinstance(caller.effects[0], StopSaying)
    assert caller.all(Stepped)[0] == Stepped("language", "menu", "2", "2")
    assert (caller.state.node, caller.state.locale) == ("account", "en")


def test_a_menu_repeats_and_then_leaves_by_what_went_wrong_last(caller: Caller) -> None:
    caller.to("language").heard()
    assert caller.one(SetTimer).after == timedelta(seconds=5)
    assert caller.silent().one(Say)
    caller.press("9")
    assert caller.steps()[0] == ("language", "no_match")


def test_a_menu_without_keys_leaves_by_no_input(caller: Caller) -> None:
    caller.to("language").heard().silent().heard().silent()
    assert caller.steps()[0] == ("language", "no_input")


def test_a_menu_that_cannot_be_heard_is_an_error(caller: Caller) -> None:
    caller.to("language")(PlayEnded(caller.state.playback, completed=False))
    assert caller.steps()[0] == ("language", "error")


def test_a_menu_that_may_not_be_interrupted_listens_after_its_prompt() -> None:
    caller = Caller(changed(("nodes.language.barge_in", False), ("entry", "language"))).start()
    assert caller.press("2").effects == ()
    caller.heard().press("2")
    assert caller.steps()[0] == ("language", "2")


def test_a_key_that_begins_a_longer_option_waits_for_the_next() -> None:
    options = {"1": "chinese", "12": "english"}
    document = changed(("entry", "language"), ("nodes.language.options", options), ("nodes.language.interdigit_s", 3))
    caller = Caller(document).start().press("1")
    assert caller.one(SetTimer).after == timedelta(seconds=3)
    assert Caller(document).start().press("12").steps()[0] == ("language", "12")
    assert caller.silent().steps()[0] == ("language", "1")
    assert Caller(document).start().press("13").one(Say)


def test_collect_ends_with_its_key_or_when_it_is_full(caller: Caller) -> None:
    caller.to("account").press("123#")
    assert caller.all(Stepped)[0] == Stepped("account", "collect", "ok", "123")
    caller.to("account").press("123456")
    assert caller.state.variables["account"] == "123456"


def test_collect_takes_enough_digits_after_a_pause_and_refuses_too_few(caller: Caller) -> None:
    assert caller.to("account").press("1234").silent().steps()[0] == ("account", "ok")
    assert caller.to("account").press("12#").one(Say)
    assert caller.press("1").silent().steps()[0] == ("account", "invalid")


def test_collect_ignores_keys_that_are_no_digits(caller: Caller) -> None:
    assert caller.to("account").press("1*2A3#").state.variables["account"] == "123"


def test_collect_without_digits_leaves_by_no_input(caller: Caller) -> None:
    assert caller.to("card").silent().steps()[0] == ("card", "no_input")


def test_secure_digits_are_not_journalled(caller: Caller) -> None:
    caller.to("card").press("4711")
    assert caller.all(Stepped)[0] == Stepped("card", "collect", "ok", None)
    assert caller.state.variables["card"] == "4711"
    assert caller.state.digits == ""


def test_collect_into_a_number() -> None:
    document = changed(("nodes.account.into", "tries"), ("entry", "account"))
    assert Caller(document).start().press("007#").state.variables["tries"] == 7


def test_text_takes_variables(caller: Caller) -> None:
    caller.to("account").press("123#").press("4711")
    assert caller.one(Say).prompts[0].text == "Thank you, 1 2 3"


def test_set_and_switch_count_the_tries(caller: Caller) -> None:
    caller.to("account").press("1#").press("1#")
    assert caller.steps() == [("account", "invalid"), ("count", "done"), ("enough", "case:0")]
    caller.press("1#").press("1#")
    assert caller.steps()[-1] == ("enough", "else")
    assert caller.state.node == "care"


def test_a_locale_that_the_flow_does_not_have_is_ignored() -> None:
    caller = Caller(changed(("nodes.chinese.values", {"locale": "xx"}), ("entry", "chinese"))).start("en")
    assert (caller.state.locale, caller.state.variables["locale"]) == ("en", "en")


def test_a_queue_enqueues_with_its_head_start_and_steps(caller: Caller) -> None:
    caller.to("vip")
    asked: Enqueue = caller.one(Enqueue)
    assert (asked.queue, asked.head_start_s, asked.timeout_s) == ("care", 300, 120)
    assert asked.steps[0].expr == {"skill": "vip", "gte": 3}


@pytest.mark.parametrize("left", list(QueueExit))
def test_a_queue_is_left_by_its_reason(caller: Caller, left: QueueExit) -> None:
    caller.to("vip")(QueueLeft(left))
    assert caller.steps()[0] == ("vip", left.value)


def test_a_closed_queue_without_that_exit_takes_no_agents(caller: Caller) -> None:
    caller.to("care")(QueueLeft(QueueExit.CLOSED))
    assert caller.steps()[0] == ("care", "closed")
    assert caller.state.node == "mail"


def test_a_waiting_contact_hears_the_announcement_again_and_again(caller: Caller) -> None:
    caller.to("care")
    assert caller.one(Enqueue).while_waiting == "calm"
    for _ in range(3):
        assert caller.silent().one(Say).prompts[0].text == "Please wait"
        assert caller.heard().one(SetTimer).after == timedelta(seconds=30)
    assert caller.state.phase is Phase.QUEUE


def test_keys_are_ignored_in_a_queue_even_while_it_speaks(caller: Caller) -> None:
    assert caller.to("care").press("1").effects == ()
    assert caller.silent().press("1#").effects == ()


def test_an_agent_ends_the_flow_and_what_is_being_said(caller: Caller) -> None:
    caller.to("care").silent()(Connected())
    assert caller.one(StopSaying)
    assert caller.steps() == [("care", "connected")]
    assert caller.all(Hang) == []
    assert caller.state.phase is Phase.DONE


def test_voicemail_prompts_records_and_hangs_up(caller: Caller) -> None:
    assert caller.to("mail").one(Say)
    assert caller.heard().effects == (LeaveMessage(60),)
    assert caller.press("#").effects == ()
    caller(VoicemailEnded())
    assert caller.one(Hang) == Hang("voicemail")
    assert caller.steps() == [("mail", "done")]


def test_an_end_hangs_up_with_its_reason(caller: Caller) -> None:
    caller.to("bye")
    assert caller.one(Hang) == Hang("normal")
    assert caller.steps() == [("bye", "normal")]


def test_after_the_end_nothing_happens(caller: Caller) -> None:
    caller.to("bye")
    done = caller.state
    for event in (Digit("1"), ContactLeft(), Timer("max_duration"), PlayEnded(""), Started("a", "b"), Connected()):
        assert caller(event).effects == ()
        assert caller.state == done


def test_a_contact_who_leaves_ends_everything(caller: Caller) -> None:
    caller.to("language")(ContactLeft())
    assert caller.steps() == [("language", "contact_left")]
    assert ClearTimer("max_duration") in caller.effects
    assert caller.state.phase is Phase.DONE


def test_late_timers_and_playbacks_are_ignored(caller: Caller) -> None:
    caller.to("account")
    old = caller.state.playback
    caller.press("1")
    timer = caller.state.timer
    caller.press("2")
    before = caller.state
    assert caller(PlayEnded(old)).state == before
    assert caller(Timer(timer)).state == before
    assert caller(Timer("")).state == before
    assert caller(Started("again", "again")).state == before


def test_a_walk_that_takes_too_long_goes_to_its_handler(caller: Caller) -> None:
    caller.to("language")(Timer("max_duration"))
    assert caller.steps() == [("language", "max_duration"), ("bye", "normal")]


def test_whoever_waits_for_an_agent_is_not_cut_off(caller: Caller) -> None:
    caller.to("care")(Timer("max_duration"))
    assert caller.state.phase is Phase.QUEUE
    assert caller.one(SetTimer).name == "max_duration"


ROUND = {"type": "switch", "cases": [{"if": True, "to": "round"}], "else": "round"}


def test_a_silent_cycle_ends_in_the_error_handler() -> None:
    caller = Caller(changed(("nodes.round", ROUND), ("entry", "round"))).start()
    assert caller.one(Hang) == Hang("normal")
    assert caller.steps()[-1] == ("bye", "normal")


def test_a_silent_cycle_in_the_error_handler_ends_the_call() -> None:
    caller = Caller(changed(("nodes.round", ROUND), ("entry", "round"), ("handlers.error", "round"))).start()
    assert caller.one(Hang) == Hang("error")


def test_no_more_than_so_many_visits() -> None:
    endless = {"type": "play", "prompt": said("Again"), "exits": {"done": "again"}}
    caller = Caller(changed(("nodes.again", endless), ("entry", "again"))).start()
    visits = 1
    while caller.state.phase is not Phase.DONE:
        caller.heard()
        visits += 1
    assert visits == VISITS_ALLOWED + 1
    assert caller.steps()[-1] == ("bye", "normal")


def test_a_state_of_another_version_of_the_flow_ends_the_call(caller: Caller) -> None:
    caller.to("language").heard()
    caller.program = compile_flow(parse(changed(("nodes.language", None))))
    assert caller.silent().one(Hang) == Hang("error")
