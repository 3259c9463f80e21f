"""Checks of single nodes: E11, E18."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ivr.core.findings import Finding, error, pointer
from ivr.core.flow import Collect, Flow, Menu

KEY = re.compile(r"[0-9*#]{1,4}")
OPTIONS_ALLOWED = 12
NODES_ALLOWED = 300


def check_nodes(flow: Flow) -> Iterator[Finding]:
    """Find bad keys (E11) and a flow that is too large (E18)."""
    if len(flow.nodes) > NODES_ALLOWED:
        yield error("E18", None, "/nodes", f"{len(flow.nodes)} nodes are more than {NODES_ALLOWED}")
    for name, node in flow.nodes.items():
        if isinstance(node, Menu):
            yield from _menu(name, node)
        if isinstance(node, Collect) and node.minimum > node.maximum:
            place = pointer("nodes", name, "digits")
            yield error("E11", name, place, f"At least {node.minimum} digits are more than at most {node.maximum}")


def _menu(name: str, node: Menu) -> Iterator[Finding]:
    place = pointer("nodes", name, "options")
    if len(node.options) > OPTIONS_ALLOWED:
        yield error("E11", name, place, f"{len(node.options)} options are more than {OPTIONS_ALLOWED}")
    for key in node.options:
        if not KEY.fullmatch(key):
            yield error("E11", name, pointer("nodes", name, "options", key), f"'{key}' is not one to four keys")
        longer = [other for other in node.options if other != key and other.startswith(key)]
        if longer and node.interdigit_s is None:
            sentence = f"'{key}' also begins '{longer[0]}': give the menu an interdigit_s"
            yield error("E11", name, pointer("nodes", name, "options", key), sentence)
