from __future__ import annotations

import copy
from typing import Any

import pytest

from ivr.core.check import check
from ivr.core.compile import compile_flow
from ivr.core.parse import parse
from ivr.core.rehearse import Rehearsal, rehearse
from ivr.core.values import CallbackAnswered, Context, LeaveQueue, Opening, Phase, RequestCallback, Say, Stepped
from tests.ivr.flows import NAMES, Document, changed, said
from tests.ivr.test_step import NOW, Caller

KEY = {"music": "calm", "say": said("Press 1 to be called back"), "every_s": 30, "key": "1"}
OFFER: Document = {
    "type": "callback",
    "queue": "q:care",
    "prompt": said("{{callback_number|digits}} in {{expected_min}} minutes? 1 yes, 2 another number, 9 no"),
    "other": said("Key in the number"),
    "max_tries": 2,
    "exits": {"requested": "bye", "declined": "care", "error": "mail"},
}
FLOW = changed(("nodes.care.while_waiting", KEY), ("nodes.care.exits.callback", "offer"), ("nodes.offer", OFFER))
CALLER, OTHER = "+8613800000000", "+8613911112222"


class Waiting(Caller):
    """Somebody who waits in the queue; of the numbers that are keyed in only one may be called."""

    def __init__(self, document: Document = FLOW, *, withheld: bool = False) -> None:
        super().__init__({**document, "entry": "care"})
        known = {CALLER: "" if withheld else CALLER, "13911112222": OTHER}
        self.context = Context(NOW, lambda _: Opening.OPEN, lambda number: known.get(number, ""), lambda _: 5)
        self.start()


def test_a_key_leads_out_of_the_queue_to_an_offer_that_says_whom_and_when() -> None:
    caller = Waiting()
    assert caller.press("2").effects == ()
    assert caller.press("1").effects[0] == LeaveQueue()
    assert caller.steps() == [("care", "callback")]
    assert caller.one(Say).prompts[0].text.startswith(f"{' '.join(CALLER)} in 5 minutes?")
    assert caller.heard().press("1").effects[-1] == RequestCallback("care", CALLER)
    assert caller.state.phase is Phase.CALLBACK
    assert caller.press("9").effects == ()
    assert caller(CallbackAnswered(taken=True)).steps() == [("offer", "requested"), ("bye", "normal")]


def test_another_number_is_checked_and_confirmed_and_in_no_fact() -> None:
    caller = Waiting().press("1").press("2")
    assert caller.one(Say).prompts[0].text == "Key in the number"
    assert caller.press("112#").one(Say).prompts[0].text == "Key in the number"
    assert caller.press("13911112222#").one(Say).prompts[0].text.startswith(" ".join(OTHER))
    assert caller.press("1").one(RequestCallback).number == OTHER
    caller(CallbackAnswered(taken=True))
    assert [(each.node, each.digits) for each in caller.all(Stepped)] == [("offer", None), ("bye", None)]


def test_every_way_out_of_an_offer() -> None:
    declined = Waiting().press("19").steps()
    assert declined == [("offer", "declined")], "back in the queue, at the old place"
    assert Waiting().press("1").heard().silent().heard().silent().steps() == [("offer", "declined")]
    assert Waiting().press("177").steps() == [("offer", "declined")]
    assert Waiting().press("12").press("1#1#").steps() == [("offer", "error")]
    assert Waiting().press("12").heard().silent().heard().silent().steps() == [("offer", "error")]
    assert Waiting().press("11")(CallbackAnswered(taken=False)).steps() == [("offer", "error")]
    keyed = Waiting().press("12").press("13911112222").silent()
    assert keyed.one(Say).prompts[0].text.startswith(" ".join(OTHER)), "silence ends the number"


def test_who_withholds_the_number_keys_one_in_or_cannot_be_called_back() -> None:
    assert Waiting(withheld=True).press("1").one(Say).prompts[0].text == "Key in the number"
    no_other = changed(
        ("nodes.care.while_waiting", KEY), ("nodes.care.exits.callback", "offer"),
        ("nodes.offer", {name: value for name, value in OFFER.items() if name != "other"}),
    )  # fmt: skip
    assert Waiting(no_other, withheld=True).press("1").steps() == [("care", "callback"), ("offer", "error")]
    assert Waiting(no_other).press("12").one(Say), "the key for another number does not exist"


def test_a_rehearsal_takes_a_callback() -> None:
    def run(**case: Any) -> Rehearsal:
        flow = compile_flow(parse({**FLOW, "entry": "care"}))
        return rehearse(flow, {"name": "case", "locale": "en", "caller": CALLER, "queue": {"ewt_s": 310}, **case})

    asked = [{"at": "care", "dtmf": "1"}, {"at": "offer", "dtmf": "1"}]
    taken = run(inputs=asked, expect={"path": ["care", "offer", "bye"]})
    assert taken.failures == ()
    assert taken.says[-1].endswith("in 5 minutes? 1 yes, 2 another number, 9 no")
    assert run(inputs=asked, callback={"taken": False}).path == ("care", "offer", "mail")
    assert run(inputs=asked[:1], callback={"refused": [CALLER]}).exits[1] == ("offer", "error")


@pytest.mark.parametrize(
    ("code", "place", "wrong"),
    [
        ("E04", "/nodes/care", ("nodes.care.exits.callback", None)),
        ("E04", "/nodes/care", ("nodes.care.while_waiting.key", None)),
        ("E04", "/nodes/offer/exits", ("nodes.offer.exits.declined", None)),
        ("E12", "/nodes/offer/queue", ("nodes.offer.queue", "q:none")),
        ("E13", "/nodes/offer/other", ("nodes.offer.other.en", None)),
        ("E09", "/nodes/thanks/prompt/en", ("nodes.thanks.prompt.en", {"tts": "{{expected_min}}"})),
    ],
)
def test_the_checks_know_callbacks(code: str, place: str, wrong: tuple[str, Any]) -> None:
    assert [found for found in check(parse(FLOW), NAMES) if found.severity == "error"] == []
    document = changed(
        ("nodes.care.while_waiting", {**KEY}), ("nodes.care.exits.callback", "offer"),
        ("nodes.offer", copy.deepcopy(OFFER)), wrong,
    )  # fmt: skip
    found = [(each.code, each.pointer) for each in check(parse(document), NAMES) if each.severity == "error"]
    assert (code, place) in found
