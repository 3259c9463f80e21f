"""The static checks of a flow (the table of routing.md section 10): what an error refuses is never published."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from ivr.core.check_data import check_data
from ivr.core.check_graph import check_cycles, check_humans, check_structure, check_ways
from ivr.core.check_nodes import check_nodes
from ivr.core.check_prompts import Names, check_names, check_prompts
from ivr.core.findings import Finding, error, pointer
from ivr.core.flow import Flow
from ivr.core.parse import Json, nodes_of

Check: TypeAlias = Callable[[Flow], Iterator[Finding]]
CHECKS: tuple[Check, ...] = (
    check_structure,
    check_ways,
    check_cycles,
    check_humans,
    check_nodes,
    check_data,
    check_prompts,
)


def check(flow: Flow, names: Names) -> tuple[Finding, ...]:
    """Find everything wrong with a parsed flow, in the order of the table; ``names`` is all that it may refer to."""
    found = [finding for look in CHECKS for finding in look(flow)]
    found.extend(check_names(flow, names))
    return tuple(sorted(found, key=lambda finding: finding.code[1:]))


def check_percent(document: Json) -> Iterator[Finding]:
    """Find shares that do not sum to 100 (E20), on the document: the type ``percent`` is not built yet."""
    for name, node in nodes_of(document).items():
        if not isinstance(node, dict) or node.get("type") != "percent":
            continue
        shares = node.get("shares")
        given = [share.get("pct") for share in shares if isinstance(share, dict)] if isinstance(shares, list) else []
        total = sum(pct for pct in given if isinstance(pct, int))
        if total != 100:  # noqa: PLR2004 -- per cent
            yield error("E20", name, pointer("nodes", name, "shares"), f"The shares sum to {total}, not to 100")
