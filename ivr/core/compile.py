"""A flow made ready to run: one closure per node, made once when it is published (performance.md section 8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.core.callback import callback
from ivr.core.flow import Assign, Callback, Collect, End, Flow, Hours, Menu, Node, Play, Queueing, Switch, Voicemail
from ivr.core.keys import collect, menu
from ivr.core.logic import compile_logic
from ivr.core.run import Behaviour, Exit, Run
from ivr.core.values import (
    Digit,
    Enqueue,
    Event,
    LeaveMessage,
    LeaveQueue,
    Phase,
    PlayEnded,
    QueueExit,
    QueueLeft,
    Timer,
    VoicemailEnded,
)

if TYPE_CHECKING:
    from ivr.core.values import Value


@dataclass(frozen=True, slots=True)
class Program:
    """A compiled flow; keep one per flow version."""

    flow: Flow
    behaviours: Mapping[str, Behaviour]
    initial: Mapping[str, Value]


def compile_flow(flow: Flow) -> Program:
    """Compile a parsed flow, in which the checks have found no errors."""
    behaviours = {name: _compile(node, flow) for name, node in flow.nodes.items()}
    initial = {name: variable.default for name, variable in flow.variables.items()}
    return Program(flow, behaviours, initial)


def _compile(node: Node, flow: Flow) -> Behaviour:  # noqa: PLR0911, C901 -- one line for each type
    match node:
        case Play():
            return _play(node)
        case Menu():
            return menu(node)
        case Collect():
            declared = flow.variables.get(node.into)
            return collect(node, as_int=declared is not None and declared.type == "int")
        case Hours():
            return _hours(node)
        case Switch():
            return _switch(node)
        case Assign():
            return _assign(node)
        case Queueing():
            return _queue(node)
        case Callback():
            return callback(node)
        case Voicemail():
            return _voicemail(node)
        case End():
            return _end(node)


def _deaf(_run: Run, _event: Event) -> Exit | None:
    """Answer nothing: the node never waits."""
    return None


def _play(node: Play) -> Behaviour:
    done = Exit("done", node.exits.get("done", ""))

    def enter(run: Run) -> Exit | None:
        run.phase = Phase.SAYING
        return None if run.say(node.prompt, barge_in=node.barge_in) else done

    def answer(_run: Run, event: Event) -> Exit | None:
        is_skipped = isinstance(event, Digit) and node.barge_in
        return done if is_skipped or isinstance(event, PlayEnded) else None

    return Behaviour(node.id, node.type, enter, answer)


def _hours(node: Hours) -> Behaviour:
    def enter(run: Run) -> Exit | None:
        opening = run.context.opening(node.calendar).value
        return Exit(opening, node.exits.get(opening, ""))

    return Behaviour(node.id, node.type, enter, _deaf)


def _switch(node: Switch) -> Behaviour:
    cases = [(compile_logic(case.condition), Exit(f"case:{index}", case.to)) for index, case in enumerate(node.cases)]
    otherwise = Exit("else", node.otherwise)

    def enter(run: Run) -> Exit | None:
        return next((way for holds, way in cases if holds(run.variables)), otherwise)

    return Behaviour(node.id, node.type, enter, _deaf)


def _assign(node: Assign) -> Behaviour:
    values = [(name, compile_logic(logic)) for name, logic in node.values.items()]
    done = Exit("done", node.exits.get("done", ""))

    def enter(run: Run) -> Exit | None:
        before = run.variables
        for name, compute in values:
            run.assign(name, compute(before))
        return done

    return Behaviour(node.id, node.type, enter, _deaf)


def _queue(node: Queueing) -> Behaviour:
    enqueue = Enqueue(node.queue, node.head_start_s, node.steps, node.timeout_s, node.music)
    announcement = node.announcement

    def enter(run: Run) -> Exit | None:
        run.phase = Phase.QUEUE
        run.effects.append(enqueue)
        if announcement is not None:
            run.arm(announcement.every_s)
        return None

    def answer(run: Run, event: Event) -> Exit | None:
        match event:
            case Digit():
                run.effects.append(LeaveQueue())
                return Exit("callback", node.exits.get("callback", ""))
            case QueueLeft(way):
                fallback = node.exits.get(QueueExit.NO_AGENTS, "") if way is QueueExit.CLOSED else ""
                return Exit(way.value, node.exits.get(way.value, fallback))
            case Timer() if announcement is not None:
                if not run.say(announcement.prompt, barge_in=False):
                    run.arm(announcement.every_s)
            case PlayEnded() if announcement is not None:
                run.arm(announcement.every_s)
        return None

    return Behaviour(node.id, node.type, enter, answer)


def _voicemail(node: Voicemail) -> Behaviour:
    def record(run: Run) -> None:
        run.phase = Phase.MESSAGE
        run.effects.append(LeaveMessage(node.max_s))

    def enter(run: Run) -> Exit | None:
        run.phase = Phase.SAYING
        if not run.say(node.prompt, barge_in=False):
            record(run)
        return None

    def answer(run: Run, event: Event) -> Exit | None:
        match event:
            case PlayEnded():
                record(run)
            case VoicemailEnded():
                run.leave(behaviour, "done")
                run.finish("voicemail")
        return None

    behaviour = Behaviour(node.id, node.type, enter, answer)
    return behaviour


def _end(node: End) -> Behaviour:
    def enter(run: Run) -> Exit | None:
        run.leave(behaviour, node.reason)
        run.finish(node.reason)
        return None

    behaviour = Behaviour(node.id, node.type, enter, _deaf)
    return behaviour
