"""What a queue's screen pop opens for a call that somebody makes up: the tester of settings. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tenants.core.guide import complaint_of_address, filled_address
from tenants.core.masks import Masking, Shown, shown_as
from tenants.core.permissions import Role

_LONGEST = 40
SAMPLE = "+8613812341234"


def tried(content: Mapping[str, Any], queue: Mapping[str, Any], caller: str) -> dict[str, str] | None:
    """Return the caller and the address that an agent's desk would open; None: the queue has none that holds."""
    address = queue["desk"]["screen_pop"]
    if not address or complaint_of_address(address) is not None:
        return None
    caller = caller.strip()[:_LONGEST] or SAMPLE
    return {"caller": caller, "address": filled_address(address, sample_values(content, caller, queue))}


def sample_values(content: Mapping[str, Any], caller: str, queue: Mapping[str, Any]) -> dict[str, str]:
    """Return what the places of a desk's texts would say for a caller whom somebody makes up."""
    shown = Masking.from_dict(content["masking"]).shown[Role.AGENT]
    seen = caller if shown is Shown.FULL else shown_as(caller, shown)
    return {
        "call.time": "2026-11-23 09:00",
        "caller.e164": seen.replace(" ", ""),
        "did": next((number["number"] for number in content["numbers"]), ""),
        "queue.code": queue["code"],
        "queue.name": queue["name"],
        "client.name": content["tenant"]["name"],
        "agent.alias": next((seat["alias"] for seat in content["seats"]), ""),
        "interaction.id": "01990f4e-7c1d-7000-8000-000000000000",
    }
