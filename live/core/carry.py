"""What a board still needs of facts that are no longer kept: the newest that says how a thing is, not what happened.

A journal whose oldest part is deleted carries these along, cut down to what the board reads; a board that is opened
without a keyframe takes them first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from journal.core.facts import Fact
from live.core.apply import NO_LONGER_OPEN

_READ: Mapping[str, tuple[str, ...]] = {
    "BlueprintApplied": ("service_level", "alerts", "queues", "seats"),
    "SeatsChanged": ("seats",),
    "AgentStateChanged": ("agent_id", "seat", "state", "reason", "interaction_id"),
    "AgentPhoneChanged": ("agent_id", "seat", "registered"),
    "DeskLost": ("agent_id", "seat", "since"),
    "DeskBack": ("agent_id", "seat"),
    "EngineLost": (),
    "EngineBack": (),
    "WorkOrderCreated": ("status",),
    "WorkOrderStatusChanged": ("status",),
}
CARRIED = tuple(_READ)
"""The kinds that say how something is from then on."""
_OF_THE_TENANT = {"BlueprintApplied": "configuration", "SeatsChanged": "seats", "EngineLost": "engine",
                  "EngineBack": "engine"}  # fmt: skip
_DESK = frozenset({"DeskLost", "DeskBack"})
_SEATED = frozenset({"AgentStateChanged", "AgentPhoneChanged", *_DESK})


def carry(carried: Iterable[dict[str, Any]], facts: Iterable[Fact]) -> list[dict[str, Any]]:
    """Return what is to be carried after these facts, given what was carried before them; oldest first."""
    kept = {_thing(each["kind"], each["subject"]): each for each in carried}
    for fact in facts:
        thing = _thing(fact.kind, str(fact.subject))
        kept.pop(thing, None)
        if fact.kind == "BlueprintApplied":
            kept.pop("seats", None)
        if fact.kind.startswith("WorkOrder") and fact.data["status"] in NO_LONGER_OPEN:
            continue
        kept[thing] = {
            "seq": fact.seq, "at": fact.at.astimezone(UTC).isoformat(), "kind": fact.kind, "version": fact.version,
            "subject": str(fact.subject),
            "data": {name: fact.data[name] for name in _READ[fact.kind] if name in fact.data},
        }  # fmt: skip
    return sorted(kept.values(), key=lambda each: int(each["seq"]))


def restored(tenant_id: UUID, carried: Iterable[dict[str, Any]]) -> list[Fact]:
    """Return what was carried as facts that an empty board takes, what the seats are before what happened at them.

    They are numbered anew: there were at least as many before them.
    """
    ordered = sorted(carried, key=lambda each: (each["kind"] in _SEATED, each["seq"]))
    return [
        Fact(tenant_id, seq, datetime.fromisoformat(each["at"]), each["kind"], each["version"],
             UUID(each["subject"]), {}, each["data"])
        for seq, each in enumerate(ordered, 1)
    ]  # fmt: skip


def _thing(kind: str, subject: str) -> str:
    if kind in _OF_THE_TENANT:
        return _OF_THE_TENANT[kind]
    about = "desk" if kind in _DESK else "order" if kind.startswith("WorkOrder") else kind
    return f"{about} {subject}"
