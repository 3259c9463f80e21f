"""Flows that no client wrote: into one queue and nowhere else, and what callers of a paused number hear."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from ivr.core.compile import Program, compile_flow
from ivr.core.flow import End, Flow, Node, Play, Queueing
from ivr.core.values import PromptRef

PLAIN = "queue:"
"""Begins the names of the flows that lead to one queue and nowhere else; they have no version (0)."""
PAUSED = "paused:"
"""Begins the names of the flows that say one prompt to callers of a paused number."""
MADE = (PLAIN, PAUSED)
"""How the names of flows begin that stand in no table."""


@dataclass(frozen=True, slots=True)
class Way:
    """A node of a flow, to go on there."""

    flow: str
    version: int
    node: str


@lru_cache(maxsize=1000)
def plain_flow(queue: str) -> Program:
    """Return the flow that waits in one queue, and ends the call when that is left without an agent."""
    exits = dict.fromkeys(Queueing.exits_built, "bye")
    nodes: dict[str, Node] = {"queue": Queueing("queue", exits, queue), "bye": End("bye", reason="no_agent")}
    return compile_flow(Flow(PLAIN + queue, "queue", nodes, ("en",)))


@lru_cache(maxsize=1000)
def paused_flow(prompt: str, languages: tuple[str, ...]) -> Program:
    """Return the flow that says one prompt, in each of the languages that it has, and ends the call."""
    said = {languages[0]: tuple(PromptRef(language, asset=prompt) for language in languages)}
    nodes: dict[str, Node] = {"say": Play("say", {"done": "bye"}, said), "bye": End("bye", reason="number_paused")}
    return compile_flow(Flow(PAUSED + prompt, "say", nodes, languages[:1]))


def made_flow(flow: str, languages: tuple[str, ...]) -> Program | None:
    """Return one of these flows by its name; None: the name is a client's flow."""
    if flow.startswith(PLAIN):
        return plain_flow(flow.removeprefix(PLAIN))
    return paused_flow(flow.removeprefix(PAUSED), languages) if flow.startswith(PAUSED) else None
