"""Checks of variables: E09 (a must-analysis), E10, E17."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from ivr.core.check_prompts import prompts_of
from ivr.core.findings import Finding, error, pointer
from ivr.core.flow import BUILT_IN, OF_CALLBACKS, Assign, Callback, Collect, Flow, Logic, Node, Switch, targets
from ivr.core.logic import reads, type_of
from ivr.core.text import FORMATTERS, places

Read: TypeAlias = tuple[str, str]
"""A variable and the pointer of the place that reads it."""

TYPES = {str: "string", bool: "bool", int: "int"}


def check_data(flow: Flow) -> Iterator[Finding]:
    """Find variables read before they are set (E09), mismatched (E10), or spoken although they are secure (E17)."""
    known = surely_set(flow)
    types = {**dict.fromkeys(BUILT_IN, "string"), **{name: spec.type for name, spec in flow.variables.items()}}
    yield from _defaults(flow)
    for name, node in flow.nodes.items():
        for variable, place in _reads(name, node):
            if variable not in types:
                yield error("E09", name, place, f"There is no variable '{variable}'")
            elif name in known and variable not in known[name]:
                yield error("E09", name, place, f"'{variable}' may be read here before anything has set it")
        yield from _mismatches(name, node, types)
        yield from _leaks(name, node, flow)


def surely_set(flow: Flow) -> dict[str, frozenset[str]]:
    """Return the variables that are set on every path to a node, of the reached nodes (a forward must-analysis)."""
    begin = frozenset(BUILT_IN) | {name for name, spec in flow.variables.items() if spec.has_default}
    known = {start: begin for start in (flow.entry, *flow.handlers.values()) if start in flow.nodes}
    ahead = list(known)
    while ahead:
        name = ahead.pop()
        node = flow.nodes[name]
        for way, target in targets(node):
            if target not in flow.nodes:
                continue
            after = known[name] | _sets(node, way)
            before = known.get(target)
            merged = after if before is None else before & after
            if merged != before:
                known[target] = merged
                ahead.append(target)
    return known


def _sets(node: Node, way: str) -> frozenset[str]:
    if isinstance(node, Collect) and way == "ok":
        return frozenset({node.into})
    if isinstance(node, Assign):
        return frozenset(node.values)
    return frozenset()


def _logics(name: str, node: Node) -> Iterator[tuple[str, Logic]]:
    if isinstance(node, Switch):
        for index, case in enumerate(node.cases):
            yield pointer("nodes", name, "cases", index, "if"), case.condition
    if isinstance(node, Assign):
        for variable, logic in node.values.items():
            yield pointer("nodes", name, "values", variable), logic


def _texts(name: str, node: Node) -> Iterator[tuple[str, str]]:
    for place, prompt in prompts_of(node):
        for locale, refs in prompt.items():
            for ref in refs:
                yield pointer("nodes", name, *place, locale), ref.text or ""


def _reads(name: str, node: Node) -> Iterator[Read]:
    for place, logic in _logics(name, node):
        yield from ((variable, place) for variable in reads(logic))
    for place, text in _texts(name, node):
        own = OF_CALLBACKS if isinstance(node, Callback) else ()
        yield from ((variable, place) for variable, _ in places(text) if variable not in own)


def _defaults(flow: Flow) -> Iterator[Finding]:
    for name, spec in flow.variables.items():
        if name in BUILT_IN:
            yield error("E10", None, pointer("vars", name), f"'{name}' exists in every flow and is not declared")
        if spec.has_default and TYPES.get(type(spec.default)) != spec.type:
            yield error("E10", None, pointer("vars", name, "default"), f"The default of '{name}' is not {spec.type}")


def _mismatches(name: str, node: Node, types: Mapping[str, str]) -> Iterator[Finding]:
    for place, logic in _logics(name, node):
        problems: list[str] = []
        found = type_of(logic, types, problems)
        yield from (error("E10", name, place, problem) for problem in problems)
        if isinstance(node, Assign):
            yield from _assigned(name, place, found, types)
    for place, text in _texts(name, node):
        for variable, formatter in places(text):
            if formatter is not None and formatter not in FORMATTERS:
                sentence = f"'{formatter}' of '{variable}' is not a formatter; there is: {', '.join(FORMATTERS)}"
                yield error("E10", name, place, sentence)
    if isinstance(node, Collect) and types.get(node.into) not in {"string", "int"}:
        yield error("E10", name, pointer("nodes", name, "into"), f"'{node.into}' is not a declared string or int")


def _assigned(name: str, place: str, found: str | None, types: Mapping[str, str]) -> Iterator[Finding]:
    variable = place.rpartition("/")[2]
    declared = types.get(variable)
    if declared is None:
        yield error("E10", name, place, f"'{variable}' is not declared in vars")
    elif variable in BUILT_IN and variable != "locale":
        yield error("E10", name, place, f"'{variable}' cannot be set")
    elif found is not None and found != declared:
        yield error("E10", name, place, f"'{variable}' is {declared}, not {found}")


def _leaks(name: str, node: Node, flow: Flow) -> Iterator[Finding]:
    """Secure digits may not be spoken (texts are kept) nor copied to a variable that is not secure."""
    secure = {other.into for other in flow.nodes.values() if isinstance(other, Collect) and other.secure}
    for place, text in _texts(name, node):
        for variable in sorted({variable for variable, _ in places(text)} & secure):
            yield error("E17", name, place, f"'{variable}' is secure and would be spoken and kept")
    if isinstance(node, Assign):
        for place, logic in _logics(name, node):
            for variable in sorted(set(reads(logic)) & secure):
                yield error("E17", name, place, f"'{variable}' is secure and would be copied")
