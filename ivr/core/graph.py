"""The graph of a flow, for the checks: who is reached, who ends, and which cycles there are."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from ivr.core.flow import Flow, targets

Graph: TypeAlias = Mapping[str, tuple[str, ...]]


def graph_of(flow: Flow) -> Graph:
    """Return every node with the existing nodes that its exits lead to."""
    return {
        name: tuple(dict.fromkeys(to for _, to in targets(node) if to in flow.nodes))
        for name, node in flow.nodes.items()
    }


def reached(graph: Graph, starts: Iterable[str]) -> dict[str, int]:
    """Return the nodes that can be reached, with the fewest steps to each."""
    depth = {start: 0 for start in starts if start in graph}
    ahead = deque(depth)
    while ahead:
        name = ahead.popleft()
        for target in graph[name]:
            if target not in depth:
                depth[target] = depth[name] + 1
                ahead.append(target)
    return depth


def reversed_graph(graph: Graph) -> Graph:
    """Turn every edge around."""
    back: dict[str, list[str]] = {name: [] for name in graph}
    for name, ways in graph.items():
        for target in ways:
            back[target].append(name)
    return {name: tuple(ways) for name, ways in back.items()}


def without(graph: Graph, removed: Iterable[str]) -> Graph:
    """Leave nodes out."""
    gone = set(removed)
    return {
        name: tuple(target for target in ways if target not in gone) for name, ways in graph.items() if name not in gone
    }


def cycles(graph: Graph) -> list[tuple[str, ...]]:
    """Return the strongly connected parts that contain a cycle, each in the order of the graph.

    By forward and backward reach of each node: a flow has at most 300.
    """
    back = reversed_graph(graph)
    found: list[tuple[str, ...]] = []
    seen: set[str] = set()
    for name in graph:
        if name in seen:
            continue
        both = reached(graph, graph[name]).keys() & reached(back, back[name]).keys()
        if name in both:
            part = tuple(other for other in graph if other in both)
            found.append(part)
            seen.update(part)
    return found
