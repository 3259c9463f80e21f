"""From the configured trunks to the engine's trunks and to the order in which calls take them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog

from kit.secretbox import SecretBox, Unreadable
from switchboard.core.trunks import TrunkPlan
from telephony.port import Codec, Login, Transport, Trunk
from tenants.core.configuration import FloorConfiguration, TrunkConfiguration
from tenants.service.trunks import where

log = structlog.get_logger(__name__)


def engine_trunks(configuration: FloorConfiguration, box: SecretBox | None) -> tuple[Trunk, ...]:
    """Return the trunks that the phone engine is told of. ``box`` opens the secrets; one that does not open is none."""
    codes = {tenant.id: tenant.code for tenant in configuration.tenants}
    known = ((trunk, _secret(trunk, box)) for trunk in configuration.trunks)
    return tuple(_trunk(trunk, secret, codes) for trunk, secret in known if secret or not _registers(trunk))


def _registers(trunk: TrunkConfiguration) -> bool:
    """Whether its other end registers with us; without a secret anybody could, so there is none then."""
    return bool(trunk.content["known_by"] == "login")


def owners(configuration: FloorConfiguration) -> dict[str, UUID]:
    """Return whose the clients' own trunks are."""
    return {trunk.name: trunk.tenant_id for trunk in configuration.trunks if trunk.tenant_id is not None}


def trunk_plans(configuration: FloorConfiguration) -> dict[str, TrunkPlan]:
    """Return how calls use each trunk, by name."""
    return {
        trunk.name: TrunkPlan(
            trunk.name,
            trunk.content["priority"],
            trunk.content["weight"],
            trunk.content["max_calls"],
            addresses=1 + len(trunk.content["others"]),
        )
        for trunk in configuration.trunks
    }


def caller_ids(configuration: FloorConfiguration) -> dict[tuple[UUID, str], str]:
    """Return what is shown to those who are called, by tenant and queue; of no queue: the tenant's own choice."""
    chosen: dict[tuple[UUID, str], str] = {}
    for tenant in configuration.tenants:
        owned = {number.number for number in tenant.numbers}
        chosen |= {(tenant.id, queue): number for queue, number in tenant.caller_ids.items() if number in owned}
    return chosen


def _trunk(trunk: TrunkConfiguration, secret: str, codes: Mapping[UUID, str]) -> Trunk:
    line: Mapping[str, Any] = trunk.content
    registers = line["register_s"] is not None and bool(secret)
    login = Login(trunk.name if _registers(trunk) else line["username"], secret, line["realm"])
    return Trunk(
        name=trunk.name,
        address=line["address"],
        others=tuple(line["others"]),
        sources=tuple(line["sources"]),
        transport=Transport(line["transport"]),
        verified=line["verified"],
        encrypted=line["encrypted"],
        codecs=tuple(Codec(name) for name in line["codecs"]),
        login=login if login.username and secret else None,
        registration=timedelta(seconds=line["register_s"]) if registers else None,
        known_by_line=line["known_by"] == "registration",
        watched=line["watched"],
        registers=_registers(trunk),
        tenant=f"t-{codes.get(trunk.tenant_id, trunk.tenant_id)}" if trunk.tenant_id is not None else "",
    )


def _secret(trunk: TrunkConfiguration, box: SecretBox | None) -> str:
    if trunk.secret is None or box is None:
        return ""
    try:
        return box.open(trunk.secret, where(trunk.name, trunk.tenant_id)).decode()
    except Unreadable:
        log.exception("secret_of_a_trunk_does_not_open", trunk=trunk.name)
        return ""
