"""How a node behaves that offers to call back: it says whom and when, and takes another number that may be called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.core.flow import OF_CALLBACKS
from ivr.core.keys import listen, may_press
from ivr.core.run import Behaviour, Exit, Run
from ivr.core.values import CallbackAnswered, Digit, Event, Phase, PlayEnded, RequestCallback, Timer

if TYPE_CHECKING:
    from ivr.core.flow import Callback

NUMBER, EXPECTED = OF_CALLBACKS
YES, OTHER, NO = "1", "2", "9"
_OTHER = "other"
"""The part in which another number is keyed in."""
_LONGEST = 15
"""Digits of a number with its country (ITU-T E.164)."""


def callback(node: Callback) -> Behaviour:
    """Compile a callback."""

    def enter(run: Run) -> Exit | None:
        number = run.context.dialable(str(run.variables.get("caller") or ""))
        run.variables = {**run.variables, NUMBER: number, EXPECTED: run.context.expected_min(node.queue)}
        if not number and not node.other:
            return _way(node, "error")
        return _ask(run, node, "" if number else _OTHER)

    def answer(run: Run, event: Event) -> Exit | None:
        match event:
            case PlayEnded():
                listen(run, node.timeout_s)
            case Digit(digit) if may_press(run, node):
                return _key_in(run, node, digit) if run.part == _OTHER else _choose(run, node, digit)
            case Timer():
                return _close(run, node) if run.digits else _again(run, node)
            case CallbackAnswered(taken):
                return _way(node, "requested" if taken else "error")
        return None

    return Behaviour(node.id, node.type, enter, answer)


def _way(node: Callback, name: str) -> Exit:
    return Exit(name, node.exits.get(name, ""))


def _ask(run: Run, node: Callback, part: str = "") -> Exit | None:
    run.part, run.digits, run.phase = part, "", Phase.SAYING
    if not run.say(node.other if part == _OTHER else node.prompt, barge_in=node.barge_in):
        listen(run, node.timeout_s)
    return None


def _again(run: Run, node: Callback) -> Exit | None:
    """Count a try, and ask the same once more unless it was the last."""
    run.disarm()
    run.tries += 1
    if run.tries >= node.max_tries:
        return _way(node, "error" if run.part == _OTHER else "declined")
    return _ask(run, node, run.part)


def _choose(run: Run, node: Callback, key: str) -> Exit | None:
    run.disarm()
    if key == YES:
        run.phase = Phase.CALLBACK
        run.effects.append(RequestCallback(node.queue, str(run.variables.get(NUMBER) or ""), node.head_start_s))
        return None
    if key == OTHER and node.other:
        return _ask(run, node, _OTHER)
    return _way(node, "declined") if key == NO else _again(run, node)


def _key_in(run: Run, node: Callback, digit: str) -> Exit | None:
    run.digits += digit if digit.isdecimal() else ""
    if digit == "#" or len(run.digits) >= _LONGEST:
        return _close(run, node)
    run.arm(node.interdigit_s)
    return None


def _close(run: Run, node: Callback) -> Exit | None:
    """End an entry: a number that may be called is confirmed like the first one."""
    number = run.context.dialable(run.digits)
    if not number:
        return _again(run, node)
    run.disarm()
    run.variables = {**run.variables, NUMBER: number}
    return _ask(run, node)
