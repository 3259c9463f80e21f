"""Where a blueprint uses something of its own: what has to change before it can go. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Content = Mapping[str, Any]
_IN_POLICIES = {"calendars": ("calendar", "requester_calendar"), "connections": ("connection",)}
_IN_FLOWS = {"calendars": "cal:{}", "queues": "q:{}"}


def uses_of(content: Content, section: str, key: str) -> list[dict[str, str]]:
    """Return the places that name an entry: ``section`` and ``name``, of flows also the ``step``."""
    found = list(_in_flows(content, section, key))
    if section == "skills":
        found += [_place("queues", queue["name"]) for queue in content["queues"] if key in queue["needs"]]
        found += [_place("seats", seat["alias"]) for seat in content["seats"] if key in seat["skills"]]
    if section == "flows":
        found += [_place("numbers", number["number"]) for number in content["numbers"] if number["flow"] == key]
    if section == "prompts" and content["recording"].get("announce") == key:
        found.append(_place("recording", ""))
    if section in {"queues", "numbers"} and key in content["recording"].get(section, ()):
        found.append(_place("recording", ""))
    only = content["contract"]["controls"].get("only", {})
    if any(key in (places or {}).get(section, ()) for places in only.values()):
        found.append(_place("contract", ""))
    if section == "music":
        found += [_place("queues", queue["name"]) for queue in content["queues"] if queue["music"] == key]
    if section == "calendars":
        found += [_place("directory", each["name"]) for each in content["directory"] if each["hours"] == key]
    found += _in_policies(content, section, key)
    if section == "directory":
        found += [_place("directory", each["name"]) for each in content["directory"] if each["chief"] == key]
    if section == "people":
        found += [_place("reports", report["code"]) for report in content["reports"] if key in report["to"]]
    return found


def _in_policies(content: Content, section: str, key: str) -> Iterator[dict[str, str]]:
    for policy in content["work_orders"]["sla"]["policies"]:
        if key in [policy[name] for name in _IN_POLICIES.get(section, ())]:
            yield _place("work_orders", policy["code"])


def _place(section: str, name: str, step: str = "") -> dict[str, str]:
    return {"section": section, "name": name, "step": step}


def _in_flows(content: Content, section: str, key: str) -> Iterator[dict[str, str]]:
    for flow in content["flows"]:
        for step, node in (flow.get("nodes") or {}).items():
            if _names(node, section, key):
                yield _place("flows", str(flow.get("id")), str(step))


def _names(node: Any, section: str, key: str) -> bool:  # noqa: ANN401 - JSON
    if isinstance(node, Mapping):
        if section == "prompts" and node.get("asset") == key:
            return True
        if section == "skills" and node.get("skill") == key:
            return True
        return any(_names(inner, section, key) for inner in node.values())
    if isinstance(node, list):
        return any(_names(inner, section, key) for inner in node)
    return section in _IN_FLOWS and node == _IN_FLOWS[section].format(key)
