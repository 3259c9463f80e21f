"""The published JSON Schema of flows, and the check against it (E01)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from ivr.core.findings import Finding, error, pointer
from ivr.core.flow import BUILT
from ivr.core.parse import Json, nodes_of


def schema() -> dict[str, Any]:
    """Return the JSON Schema of flow/1."""
    loaded: dict[str, Any] = json.loads(files(__package__).joinpath("flow-1.json").read_text(encoding="utf-8"))
    return loaded


def check(document: Json) -> tuple[Finding, ...]:
    """Find everything that the schema refuses (E01); a node of an unknown type once, with the types that exist."""
    unknown = tuple(_unknown_types(document))
    refused = {finding.node for finding in unknown}
    found = [
        _finding(problem)
        for problem in sorted(_validator().iter_errors(document), key=lambda problem: list(map(str, problem.path)))
        if _node(problem) not in refused or _node(problem) is None
    ]
    return (*unknown, *found)


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(schema())


def _unknown_types(document: Json) -> Iterator[Finding]:
    for name, node in nodes_of(document).items():
        kind = node.get("type") if isinstance(node, Mapping) else None
        if isinstance(kind, str) and kind not in BUILT:
            sentence = f"Node type '{kind}' does not exist here; the types that do: {', '.join(BUILT)}"
            yield error("E01", str(name), pointer("nodes", name, "type"), sentence)


def _node(problem: ValidationError) -> str | None:
    path = list(problem.absolute_path)
    return str(path[1]) if len(path) > 1 and path[0] == "nodes" else None


def _finding(problem: ValidationError) -> Finding:
    deepest = best_match([problem]) or problem
    place = pointer(*deepest.absolute_path)
    return error("E01", _node(problem), place, f"The schema does not allow this: {deepest.message}")
