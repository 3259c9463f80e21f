"""What the engine holds now, ours only."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from telephony.asterisk.ari import NOT_FOUND, AriError
from telephony.asterisk.names import (
    APP,
    INBOUND,
    call_in,
    caller_of,
    endpoint_of,
    instant,
    is_helper,
    is_ours,
    leg_of,
    new_spy,
    room_of,
    spied_by,
)
from telephony.asterisk.world import Seen
from telephony.port import LegState, Mode

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from telephony.asterisk.ari import AriClient, Json
    from telephony.asterisk.names import Room
    from telephony.asterisk.world import World

INBOUND_APP_DATA = f"{APP},{INBOUND},"
HELD = "CHANNEL(rtp,hold,audio)"
DIALLED, SUPERVISES = "GF_DIALLED", "GF_SUPERVISES"
"""Variables of our legs: the number that was dialled; whom a supervisor has joined, and how."""
NEWEST_RECORDINGS = 5000
"""The engine lists no live recordings: the files of its folder are asked for by name, if they are many the newest.

What has ended is soon taken away from there, so hardly more lie there than go on.
"""


async def look(ari: AriClient, world: World, *, holds: bool = False) -> Seen:
    """Legs and where they are. ``world`` knows of unbridged legs more than their ids tell.

    ``holds``: ask each channel whether its party holds, because it may have begun or ended unheard.
    """
    channels, bridges = await asyncio.gather(ari.request("GET", "channels"), ari.request("GET", "bridges"))
    # a room that is being removed may stand beside the new one of the same name: the one that somebody is in counts
    ours = sorted((each for each in bridges if is_ours(each["id"])), key=lambda each: len(each["channels"]))
    rooms = {room_of(bridge["id"]): bridge["id"] for bridge in ours}
    places = {channel: room_of(bridge["id"]) for bridge in ours for channel in bridge["channels"]}
    spies = {room.supervisor: each for each, room in places.items() if room.supervisor and is_helper(each)}
    legs = [channel for channel in channels if _is_leg(channel)]
    remembered = await asyncio.gather(*(_remembered(ari, channel["id"], world) for channel in legs))
    there = {leg_of(channel["id"]) for channel in legs}
    states = []
    for channel, (number, supervising) in zip(legs, remembered, strict=True):
        state = _leg(channel, places.get(channel["id"]), world, number)
        state = replace(state, bridged=channel["id"] in places)
        spied = spied_by(spies.get(state.leg, "")) or spied_by(supervising)
        if spied is not None and spied[1] in there:
            state = replace(state, mode=spied[0], supervises=spied[1])
        states.append(state)
    if holds:
        held = await asyncio.gather(
            *(_holds(ari, channel["id"], state) for channel, state in zip(legs, states, strict=True))
        )
        states = [replace(state, held=each) for state, each in zip(states, held, strict=True)]
    return Seen(
        states=tuple(states),
        channels={leg_of(channel["id"]): channel["id"] for channel in legs},
        calls=frozenset(room.call for room in rooms if room.is_main),
        rooms={room: bridge for room, bridge in rooms.items() if not room.is_main},
        spies={leg: spy for leg, spy in spies.items() if leg in there},
        strays=frozenset(
            channel["id"]
            for channel in channels
            if spied_by(channel["id"])
            and (channel["id"] not in places or places[channel["id"]].supervisor not in there)
        ),
    )


def _id(channel: dict[str, Json]) -> str:
    return str(channel["id"])


def _is_leg(channel: dict[str, Json]) -> bool:
    return is_ours(channel["id"]) or channel["dialplan"].get("app_data", "").startswith(INBOUND_APP_DATA)


async def _remembered(ari: AriClient, channel: str, world: World) -> tuple[str, str]:
    """Return what a channel of ours cannot tell: which number was dialled, and whom a supervisor has joined.

    A channel that we know is not asked: after a restart of the switchboard each one is, once.
    """
    known = world.legs.get(leg_of(channel))
    if not is_ours(channel):
        return "", ""
    if known is not None:
        barged = known.mode is Mode.BARGE and known.supervises
        return known.number, new_spy(Mode.BARGE, known.supervises) if barged else ""
    return await variable(ari, channel, DIALLED), await variable(ari, channel, SUPERVISES)


async def _holds(ari: AriClient, channel: str, state: LegState) -> bool:
    """Return whether a party holds; nobody can before the answer, when the engine refuses to say."""
    try:
        return state.answered and await variable(ari, channel, HELD) == "1"
    except AriError:
        return False  # its media have just ended


async def variable(ari: AriClient, channel: str, name: str) -> str:
    """Return a variable of a channel; empty when it has none, or is gone."""
    try:
        return str((await ari.request("GET", ("channels", channel, "variable"), {"variable": name}))["value"])
    except AriError as error:
        if error.status != NOT_FOUND:
            raise
        return ""


def _leg(channel: dict[str, Json], room: Room | None, world: World, number: str) -> LegState:
    """Return the leg of a channel."""
    name, answered = channel["id"], channel["state"] == "Up"
    leg = leg_of(name)
    known = world.legs.get(leg)
    held = known is not None and known.hold[1]
    call = room.call if room else known.call if known else call_in(leg)
    side = room.side if room else ""
    if not is_ours(name):
        asked, _, trunk = channel["dialplan"]["app_data"].removeprefix(INBOUND_APP_DATA).partition(",")
        return LegState(leg, call, "", answered, asked, caller_of(channel["caller"]["number"]), trunk, side, held=held)
    way = endpoint_of(channel["name"])
    if number:
        return LegState(leg, call, "", answered, number, trunk=way, side=side, dialled=True, held=held)
    return LegState(leg, call, way, answered, side=side, held=held)


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
