"""Checks of a flow's graph: E02 to E08, E15, W21."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from ivr.core.findings import Finding, error, pointer, warning
from ivr.core.flow import TERMINAL, Callback, Collect, Flow, Menu, Node, Queueing, Switch, Voicemail, targets
from ivr.core.graph import Graph, cycles, graph_of, reached, reversed_graph, without

NOTICED = (Menu, Collect, Queueing, Callback, Voicemail)
"""Nodes at which the contact notices a wait."""

OPTIONAL_EXITS = {"queue": ("closed", "callback")}
MENUS_ALLOWED = 3


def check_structure(flow: Flow) -> Iterator[Finding]:
    """Find a missing entry (E02), missing targets (E03) and wrong exits (E04)."""
    if flow.entry not in flow.nodes:
        yield error("E02", None, "/entry", f"The entry '{flow.entry}' is not a node")
    for handler, target in flow.handlers.items():
        if target not in flow.nodes:
            yield error("E03", None, pointer("handlers", handler), f"The handler leads to '{target}', which is no node")
    for name, node in flow.nodes.items():
        for way, target in targets(node):
            if target not in flow.nodes:
                place = pointer("nodes", name, *_place_of(node, way))
                yield error("E03", name, place, f"'{way}' leads to '{target}', which is no node")
        yield from _wrong_exits(name, node)


def check_ways(flow: Flow) -> Iterator[Finding]:
    """Find what is never reached (E05), what never ends (E06) and queues that hold for ever (E15)."""
    graph = graph_of(flow)
    starts = (flow.entry, *flow.handlers.values())
    alive = reached(graph, starts)
    ends = [name for name, node in flow.nodes.items() if isinstance(node, TERMINAL)]
    ending = reached(reversed_graph(graph), ends)
    for name, node in flow.nodes.items():
        if name not in alive:
            yield warning("E05", name, pointer("nodes", name), f"Nothing leads to '{name}'")
        elif name not in ending:
            yield error("E06", name, pointer("nodes", name), f"From '{name}' no end can be reached")
        if isinstance(node, Queueing):
            yield from _holding(name, node)


def check_cycles(flow: Flow) -> Iterator[Finding]:
    """Find cycles that the contact does not notice (E07) and retries without a counter (E08, warning)."""
    graph = graph_of(flow)
    silent = without(graph, [name for name, node in flow.nodes.items() if isinstance(node, NOTICED)])
    for part in cycles(silent):
        sentence = f"{' -> '.join(part)} go round without a menu, collect, queue or voicemail"
        yield error("E07", part[0], pointer("nodes", part[0]), sentence)
    switches = [name for name, node in flow.nodes.items() if isinstance(node, Switch)]
    for part in cycles(without(_passive(flow), switches)):
        if any(isinstance(flow.nodes[name], NOTICED) for name in part):
            sentence = f"A contact who does nothing goes round {' -> '.join(part)} until the limit: count the rounds"
            yield warning("E08", part[0], pointer("nodes", part[0]), sentence)


def check_humans(flow: Flow) -> Iterator[Finding]:
    """Warn when no queue is within three menus (W21)."""
    graph = graph_of(flow)
    if flow.entry not in graph:
        return
    menus = {flow.entry: int(isinstance(flow.nodes[flow.entry], Menu))}
    ahead = deque([flow.entry])
    while ahead:
        name = ahead.popleft()
        for target in graph[name]:
            is_menu = isinstance(flow.nodes[target], Menu)
            passed = menus[name] + is_menu
            if passed < menus.get(target, len(graph) + 1):
                menus[target] = passed
                (ahead.append if is_menu else ahead.appendleft)(target)
    nearest = min((count for name, count in menus.items() if isinstance(flow.nodes[name], Queueing)), default=None)
    if nearest is None or nearest > MENUS_ALLOWED:
        yield warning("W21", None, "/nodes", f"No queue can be reached within {MENUS_ALLOWED} menus")


def _place_of(node: Node, way: str) -> tuple[str | int, ...]:
    if isinstance(node, Menu) and way in node.options:
        return "options", way
    if isinstance(node, Switch):
        return ("else",) if way == "else" else ("cases", int(way.partition(":")[2]), "to")
    return "exits", way


def _wrong_exits(name: str, node: Node) -> Iterator[Finding]:
    allowed = {*node.exits_built, *OPTIONAL_EXITS.get(node.type, ())}
    required = set(node.exits_built) - ({"timeout", "no_agents"} if isinstance(node, Queueing) else set())
    for way in sorted(required - node.exits.keys()):
        yield error("E04", name, pointer("nodes", name, "exits"), f"A {node.type} needs the exit '{way}'")
    for way in sorted(node.exits.keys() - allowed):
        yield error("E04", name, pointer("nodes", name, "exits", way), f"A {node.type} has no exit '{way}'")
    if isinstance(node, Queueing) and bool(node.callback_key) != ("callback" in node.exits):
        sentence = "A queue's exit 'callback' and the key in while_waiting that leads to it belong together"
        yield error("E04", name, pointer("nodes", name), sentence)


def _holding(name: str, node: Queueing) -> Iterator[Finding]:
    place = pointer("nodes", name, "exits")
    if "timeout" not in node.exits:
        yield error("E15", name, place, f"The queue '{node.queue}' has no exit 'timeout': contacts may wait for ever")
    if not {"closed", "no_agents"} & node.exits.keys():
        yield error("E15", name, place, f"The queue '{node.queue}' has no way out when it is closed")
    elif "no_agents" not in node.exits:
        yield error("E15", name, place, f"The queue '{node.queue}' has no way out when nobody is signed in")


def _passive(flow: Flow) -> Graph:
    """Keep the ways that a contact takes by doing nothing."""
    active = {"ok", "no_match", "invalid", "requested", "callback"}
    return {
        name: tuple(
            dict.fromkeys(
                target
                for way, target in targets(node)
                if target in flow.nodes and way not in active and not (isinstance(node, Menu) and way in node.options)
            )
        )
        for name, node in flow.nodes.items()
    }
