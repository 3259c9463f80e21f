"""What the engine holds now, ours only."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from telephony.asterisk.ari import AriError
from telephony.asterisk.names import APP, INBOUND, call_in, caller_of, endpoint_of, instant, is_ours, leg_of
from telephony.port import LegState

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from telephony.asterisk.ari import AriClient, Json

INBOUND_APP_DATA = f"{APP},{INBOUND},"
NEWEST_RECORDINGS = 100
"""The engine lists no live recordings: the newest files of its folder are asked for by name."""


async def legs(
    ari: AriClient, world_calls: dict[str, str]
) -> tuple[tuple[LegState, ...], dict[str, str], frozenset[str]]:
    """Legs, their channels, and calls. ``world_calls`` is what we know of unbridged legs beyond their ids."""
    channels, bridges = await asyncio.gather(ari.request("GET", "channels"), ari.request("GET", "bridges"))
    calls = {leg_of(bridge["id"]): bridge["channels"] for bridge in bridges if is_ours(bridge["id"])}
    bridged = {channel: call for call, members in calls.items() for channel in members}
    states, names = [], {}
    for channel in channels:
        state = _leg(channel, bridged, world_calls)
        if state is not None:
            states.append(state)
            names[state.leg] = channel["id"]
    return tuple(states), names, frozenset(calls)


def _leg(channel: dict[str, Json], bridged: dict[str, str], world_calls: dict[str, str]) -> LegState | None:
    """Return the leg of a channel; nothing when it is none of ours."""
    name, answered, data = channel["id"], channel["state"] == "Up", channel["dialplan"].get("app_data", "")
    leg = leg_of(name)
    if is_ours(name):
        call = bridged.get(name) or world_calls.get(leg) or call_in(leg)
        return LegState(leg, call, endpoint_of(channel["name"]), answered)
    if data.startswith(INBOUND_APP_DATA):
        number, _, trunk = data.removeprefix(INBOUND_APP_DATA).partition(",")
        call = bridged.get(name) or world_calls.get(leg, "")
        return LegState(leg, call, "", answered, number, caller_of(channel["caller"]["number"]), trunk)
    return None


async def began_at(ari: AriClient) -> datetime | None:
    """Return since when the engine runs."""
    info = await ari.request("GET", "asterisk/info", {"only": "status"})
    said = info.get("status", {}).get("startup_time")
    return None if said is None else instant(said)


async def phones(ari: AriClient) -> frozenset[str]:
    """Return the registered endpoints; trunks do not register and count as offline."""
    try:
        endpoints = await ari.request("GET", "endpoints/PJSIP")
    except AriError:
        return frozenset()  # no endpoint at all: the technology is unknown
    return frozenset(endpoint["resource"] for endpoint in endpoints if endpoint["state"] == "online")


async def recordings(ari: AriClient, known: set[str], folder: Path | None) -> frozenset[str]:
    """Return the recordings that go on: those that we started and, after our restart, those among the newest files."""
    candidates = known | (await asyncio.to_thread(_newest, folder) if folder else set())
    found = await asyncio.gather(*(_is_live(ari, name) for name in candidates))
    return frozenset(name for name, live in zip(candidates, found, strict=True) if live)


def _newest(folder: Path) -> set[str]:
    files = sorted(folder.rglob("*.wav"), key=lambda file: file.stat().st_mtime, reverse=True)
    return {str(file.relative_to(folder).with_suffix("")) for file in files[:NEWEST_RECORDINGS]}


async def _is_live(ari: AriClient, name: str) -> bool:
    return await ari.request_unless_gone("GET", ("recordings", "live", name))
