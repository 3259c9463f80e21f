"""How nodes that listen to keys behave: menu and collect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.core.run import Behaviour, Exit, Run
from ivr.core.values import Digit, Event, Phase, PlayEnded, Timer

if TYPE_CHECKING:
    from ivr.core.flow import Callback, Collect, Menu

INTERDIGIT_S = 2


def listen(run: Run, seconds: int) -> None:
    """Wait for a key."""
    run.phase = Phase.KEYS
    run.arm(seconds)


def ask(run: Run, node: Menu | Collect) -> None:
    """Play the question, or listen at once when there is none."""
    run.digits = ""
    run.phase = Phase.SAYING
    if not run.say(node.prompt, barge_in=node.barge_in):
        listen(run, node.timeout_s)


def fail(run: Run, node: Menu | Collect, way: str) -> Exit | None:
    """Count a try; ask again, or leave when it was the last."""
    run.disarm()
    run.tries += 1
    if run.tries >= node.max_tries:
        return Exit(way, node.exits.get(way, ""))
    ask(run, node)
    return None


def may_press(run: Run, node: Menu | Collect | Callback) -> bool:
    """Whether a key counts now; one that interrupts the question stops it."""
    if run.phase is Phase.SAYING:
        if not node.barge_in:
            return False
        run.stop_saying()
        run.phase = Phase.KEYS
    return True


def menu(node: Menu) -> Behaviour:
    """Compile a menu. Keys that begin a longer option wait for the next key."""
    beginnings = frozenset(key[:length] for key in node.options for length in range(1, len(key)))

    def enter(run: Run) -> Exit | None:
        ask(run, node)
        return None

    def choose(run: Run) -> Exit | None:
        target = node.options.get(run.digits)
        if target is None:
            return fail(run, node, "no_match")
        return Exit(run.digits, target, run.digits)

    def answer(run: Run, event: Event) -> Exit | None:
        match event:
            case PlayEnded(completed=False):
                return Exit("error", node.exits.get("error", ""))
            case PlayEnded():
                listen(run, node.timeout_s)
            case Digit(digit) if may_press(run, node):
                run.digits += digit
                if run.digits not in beginnings:
                    return choose(run)
                run.arm(node.interdigit_s or INTERDIGIT_S)
            case Timer():
                return choose(run) if run.digits else fail(run, node, "no_input")
        return None

    return Behaviour(node.id, node.type, enter, answer)


def _close(run: Run, node: Collect, *, as_int: bool) -> Exit | None:
    """End an entry: keep the digits, or count a try when they are too few."""
    if len(run.digits) < node.minimum:
        return fail(run, node, "invalid")
    run.assign(node.into, int(run.digits or "0") if as_int else run.digits)
    return Exit("ok", node.exits.get("ok", ""), None if node.secure else run.digits)


def collect(node: Collect, *, as_int: bool) -> Behaviour:
    """Compile a collect; keys other than digits and the ending key are ignored."""

    def enter(run: Run) -> Exit | None:
        ask(run, node)
        return None

    def press(run: Run, digit: str) -> Exit | None:
        if digit == node.end:
            return _close(run, node, as_int=as_int)
        if not digit.isdecimal():
            return None
        run.digits += digit
        if len(run.digits) >= node.maximum:
            return _close(run, node, as_int=as_int)
        run.arm(node.interdigit_s)
        return None

    def answer(run: Run, event: Event) -> Exit | None:
        match event:
            case PlayEnded():
                listen(run, node.timeout_s)
            case Digit(digit) if may_press(run, node):
                return press(run, digit)
            case Timer():
                return _close(run, node, as_int=as_int) if run.digits else fail(run, node, "no_input")
        return None

    return Behaviour(node.id, node.type, enter, answer)
