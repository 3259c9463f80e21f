"""One step of a flow: ``step(program, state, event, context) -> Step(state, effects)``. Total: it never raises.

What nobody asked for is ignored at every node: keys while a queue waits or a prompt may not be interrupted, late timers
and playbacks (their names are never used twice), anything after the end.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.core.flow import Queueing
from ivr.core.run import MAX_DURATION, Exit, Run
from ivr.core.values import (
    CallbackAnswered,
    Connected,
    ContactLeft,
    Digit,
    Entered,
    Phase,
    PlayEnded,
    QueueLeft,
    SetTimer,
    Started,
    Step,
    Timer,
    VoicemailEnded,
)

if TYPE_CHECKING:
    from ivr.core.compile import Program
    from ivr.core.values import Context, Event, State

VISITS_ALLOWED = 500
STEPS_BETWEEN_WAITS_ALLOWED = 100
KEYS = frozenset("0123456789*#ABCD")
GRACE = timedelta(seconds=60)


def step(program: Program, state: State, event: Event, context: Context) -> Step:
    """Answer an event: the new state and what to do. Begin with ``State()`` and ``Started``."""
    if isinstance(event, Entered):
        run = Run.of(state, context, program.flow.locales)
        _enter(program, run, event)
        return run.result()
    if state.phase is Phase.DONE:
        return Step(state, ())
    run = Run.of(state, context, program.flow.locales)
    if isinstance(event, ContactLeft | Connected | Started):
        _answer_life(program, run, event)
    elif _is_asked_for(program, run, event):
        _answer(program, run, event)
    return run.result()


def _answer_life(program: Program, run: Run, event: ContactLeft | Connected | Started) -> None:
    """Begin, or end because the contact has left or has an agent."""
    if isinstance(event, Started):
        if run.phase is Phase.NEW:
            _start(program, run, event, program.flow.entry)
        return
    if isinstance(event, Connected) and run.phase is not Phase.QUEUE:
        return
    behaviour = program.behaviours.get(run.node)
    if behaviour is not None:
        run.leave(behaviour, "connected" if isinstance(event, Connected) else "contact_left")
    run.finish()


def _start(program: Program, run: Run, event: Started, node: str) -> None:
    locales = program.flow.locales
    run.locale = event.locale if event.locale in locales else locales[0]
    given = {"caller": event.caller, "number": event.number, "locale": run.locale}
    known = {name: value for name, value in run.variables.items() if name in program.initial}
    run.variables = {**program.initial, **known, **given}
    run.effects.append(SetTimer(MAX_DURATION, timedelta(seconds=program.flow.max_duration_s)))
    _walk(program, run, node)


def _enter(program: Program, run: Run, event: Entered) -> None:
    """Begin anew at a node, with fresh limits, the language so far, and what the contact has entered before."""
    run.rest()
    run.visits, run.failed = 0, False
    locale = run.locale if run.locale in program.flow.locales else event.started.locale
    _start(program, run, replace(event.started, locale=locale), event.node)


def _is_asked_for(program: Program, run: Run, event: Event) -> bool:  # noqa: PLR0911 -- one line for each event
    """Whether the node waits for this event, and not for one of its like that is long gone."""
    match event:
        case PlayEnded(playback):
            return bool(run.playback) and playback == run.playback
        case Timer(name):
            return run.phase is not Phase.NEW and name in {run.timer or MAX_DURATION, MAX_DURATION}
        case QueueLeft():
            return run.phase is Phase.QUEUE
        case VoicemailEnded():
            return run.phase is Phase.MESSAGE
        case CallbackAnswered():
            return run.phase is Phase.CALLBACK
        case Digit(digit):
            return _may_be_pressed(program, run, digit)
        case _:
            return False


def _may_be_pressed(program: Program, run: Run, digit: str) -> bool:
    node = program.flow.nodes.get(run.node)
    if run.phase is Phase.QUEUE and isinstance(node, Queueing):
        return bool(node.callback_key) and digit == node.callback_key
    return digit in KEYS and run.phase in {Phase.SAYING, Phase.KEYS}


def _answer(program: Program, run: Run, event: Event) -> None:
    if event == Timer(MAX_DURATION):
        _answer_max_duration(program, run)
        return
    if isinstance(event, PlayEnded):
        run.playback = ""
    if isinstance(event, Timer):
        run.timer = ""
    behaviour = program.behaviours.get(run.node)
    if behaviour is None:
        run.finish("error")
        return
    way = behaviour.answer(run, event)
    if way is not None:
        run.leave(behaviour, way.name, way.digits)
        _walk(program, run, way.target)


def _answer_max_duration(program: Program, run: Run) -> None:
    """End a walk that takes too long; whoever waits for an agent or speaks a message is left alone for now."""
    if run.phase in {Phase.QUEUE, Phase.MESSAGE}:
        run.effects.append(SetTimer(MAX_DURATION, GRACE))
        return
    behaviour = program.behaviours.get(run.node)
    if behaviour is not None:
        run.leave(behaviour, MAX_DURATION)
    _handle(program, run, MAX_DURATION)


def _walk(program: Program, run: Run, target: str) -> None:
    """Enter nodes, one after the other, until one waits or the flow is over."""
    for _ in range(STEPS_BETWEEN_WAITS_ALLOWED):
        behaviour = program.behaviours.get(target)
        run.visits += 1
        if behaviour is None or run.visits > VISITS_ALLOWED:
            break
        run.node = target
        way: Exit | None = behaviour.enter(run)
        if way is None:
            return
        run.leave(behaviour, way.name, way.digits)
        target = way.target
    _handle(program, run, "error")


def _handle(program: Program, run: Run, handler: str) -> None:
    """Go to a handler, once in a call, with fresh limits; then end the call."""
    target = program.flow.handlers.get(handler)
    if run.failed or target is None:
        run.finish(handler)
        return
    run.failed = True
    run.visits = 0
    _walk(program, run, target)
