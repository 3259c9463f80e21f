"""One step of a flow: ``step(program, state, event, context) -> Step(state, effects)``; total, it never raises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.core.values import Step

if TYPE_CHECKING:
    from ivr.core.compile import Program
    from ivr.core.values import Context, Event, State


def step(program: Program, state: State, event: Event, context: Context) -> Step:
    """Answer an event: the new state and what to do. Begin with ``State()`` and ``Started``."""
    return Step(state, ())
