"""What must be true of a floor at any moment, and of its books when it rests, in other words than the product's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from interactions.board_rows import rows_at_head
from live.keyframes import Watched
from live.truth import check
from switchboard.core.agent import AgentState
from switchboard.core.agent_news import view
from switchboard.core.call import Call, CallState
from switchboard.core.party import REJOIN, Party, PartyState
from switchboard.floor import Floor
from telephony.simulator.parties import Leg, Stage
from tests.switchboard.world import World

ALONE_FOR = timedelta(seconds=35)
"""Somebody who is called in is rung for thirty seconds."""
SPOKEN_TO = frozenset({CallState.ARRIVING, CallState.IN_FLOW, CallState.VOICEMAIL})
RESTING = {AgentState.AVAILABLE, AgentState.ON_BREAK, AgentState.OFFLINE}


def nobody_is_in_two_calls(floor: Floor) -> None:
    """Nobody is in two calls or offered two, and who is in one works on it."""
    held: dict[UUID, UUID] = {}
    for call in floor.calls.values():
        offered = [] if call.offer is None else [call.offer.agent]
        called_in = [p.agent for p in call.parties if p.agent is not None and p.purpose != REJOIN]
        for agent in (*offered, *called_in):
            assert agent not in held, f"{agent} is in {held[agent]} and {call.id}"
            held[agent] = call.id
            work = floor.agents[agent].work
            assert work is not None, f"{agent} is in {call.id} and works on nothing"
            assert work.interaction == call.id, f"{agent} is in {call.id} and works on {work.interaction}"
    tasks: dict[UUID, UUID] = {}
    for task in floor.tasks.values():
        offered_to = None if task.offer is None else task.offer.agent
        for holder in {each for each in (task.agent, offered_to) if each is not None}:
            assert held.get(holder, task.id) == task.id, f"{holder} is in {held[holder]} and has {task.id}"
            assert holder not in tasks, f"{holder} has {tasks[holder]} and {task.id}"
            tasks[holder] = task.id
    for each in floor.agents.values():
        if each.state not in RESTING | {AgentState.WRAPPING_UP}:
            assert each.work is not None
            assert each.work.interaction in {held.get(each.id), tasks.get(each.id)}, f"{each} is stuck"


class Loneliness:
    """Since when each leg has been alone."""

    def __init__(self) -> None:
        self._since: dict[str, datetime] = {}

    def nobody_is_left_alone(self, world: World) -> None:
        """No answered leg is left alone for longer than :data:`ALONE_FOR` while the engine can be commanded."""
        now, floor, legs = world.clock.now(), world.loop.floor, world.legs(reached=True)
        found = [leg.name for leg in legs.values() if _is_alone(floor, leg)] if floor.connected else []
        self._since = {name: self._since.get(name, now) for name in found}
        for name, since in self._since.items():
            assert now - since <= ALONE_FOR, f"{name} is alone since {since}"


def _is_alone(floor: Floor, leg: Leg) -> bool:
    call = floor.call_of_leg(leg.name)
    is_spoken_to = call is not None and leg.name == call.leg and call.state in SPOKEN_TO
    if leg.stage is not Stage.ANSWERED or is_spoken_to or leg.supervises or (leg.room is not None and leg.room.side):
        return False
    hears = leg.room is not None and (len(leg.room.members) > 1 or leg.room.music or leg.room.playbacks)
    return not hears


def engine_holds_what_the_floor_holds(world: World) -> None:
    """Every leg is where its call says: in the call, in a room beside it, ringing, muted, or gone."""
    legs = world.legs()
    expected = {leg: place for call in world.loop.floor.calls.values() for leg, place in _places(call).items()}
    known = {*expected, *world.loop.floor.strangers}
    there = {leg.name for leg in legs.values() if leg.stage is not Stage.PARKED}
    assert there == known, f"the engine has {there - known} too many, and not {known - there}"
    for name, place in expected.items():
        leg = legs[name]
        found = None if leg.stage is not Stage.ANSWERED or leg.room is None else (leg.call, leg.room.side)
        assert found == place, f"{name} is at {found}, and not at {place}"
    for call in world.loop.floor.calls.values():
        if call.offer is not None and call.offer.leg in expected and call.state is CallState.TALKING:
            assert legs[call.offer.leg].muted == call.is_muted


Place = tuple[str, str] | None
"""A call's name and the room beside it; None: it rings, or is nowhere."""


def _places(call: Call) -> Mapping[str, Place]:
    there: dict[str, Place] = {}
    if call.state is not CallState.DIALLING or call.dialled_at is not None:
        there[call.leg] = (call.name, "") if call.state is not CallState.DIALLING else None
    if call.offer is not None and not call.is_lost and call.state in {CallState.OFFERED, CallState.TALKING}:
        there[call.offer.leg] = (call.name, call.side) if call.state is CallState.TALKING else None
    if call.offer is not None and call.state is CallState.DIALLING:
        there[call.offer.leg] = None if call.dialled_at is None else (call.name, "")
    return {**there, **{party.leg: _place_of(call, party) for party in call.parties}}


def _place_of(call: Call, party: Party) -> Place:
    match party.state:
        case PartyState.JOINED:
            return call.name, ""
        case PartyState.ASIDE:
            return call.name, party.side
        case PartyState.SUPERVISING:
            return (call.name, "") if party.watch is not None and party.watch.mode == "barge" else None
        case PartyState.RINGING:
            return None


async def books_say_what_the_floor_holds(world: World) -> None:
    """The rows are ``apply*(log)``, and both are what the switchboard holds in memory."""
    await world.check()
    floor = world.loop.floor
    at_work = {agent.work.interaction for agent in floor.agents.values() if agent.work is not None}
    for tenant in (world.alpha, world.beta):
        async with world.house.app.transaction(tenant) as scope:
            live = await scope.fetch("SELECT id, state FROM gf.interaction WHERE state <> 'ended'")
            stored = {row["id"]: row["state"] for row in live}
            agents = await scope.fetch("SELECT agent_id, state, reason, interaction_id FROM gf.agent_state")
            lost = await scope.fetch("SELECT id FROM gf.interaction WHERE state = 'ended' AND outcome IS NULL")
        assert lost == [], "every call has an outcome"
        held = {call.id for call in floor.calls.values() if call.tenant == tenant}
        held |= {task.id for task in floor.tasks.values() if task.tenant == tenant}
        assert {key for key, state in stored.items() if state != "wrapping_up"} == held
        assert {key for key, state in stored.items() if state == "wrapping_up"} <= at_work
        ours = {alias.id: alias.agent_id for alias in world.aliases if alias.tenant_id == tenant}
        for row in agents:
            shown = row["state"], row["reason"], row["interaction_id"] and str(row["interaction_id"])
            assert shown == view(floor.agents[ours[row["agent_id"]]], tenant)


async def books_are_closed(world: World) -> None:
    """At the end of the day: nothing is left, nobody is stuck, and whatever began has ended, once."""
    await books_say_what_the_floor_holds(world)
    for tenant in (world.alpha, world.beta):
        facts = await world.stored(tenant)
        assert (
            await check(world.house.app, Watched(tenant, "", "Asia/Shanghai"), world.clock.now(), rows_at_head) is None
        )
        subjects = {kind: {f.subject for f in facts if f.kind == kind} for kind in {f.kind for f in facts}}
        offers = {kind: {f.data["offer_id"] for f in facts if f.kind == kind} for kind in ("OfferMade", "OfferEnded")}
        assert offers["OfferMade"] == offers["OfferEnded"]
        endless = subjects.get("InteractionStarted", set()) ^ subjects.get("InteractionEnded", set())
        assert not endless, [(f.kind, f.data) for f in facts if f.subject in endless]
        assert subjects.get("InteractionConnected", set()) <= subjects.get("InteractionHandled", set())
    assert world.loop.floor.calls == {}
    assert world.loop.floor.tasks == {}
    for network in world.networks:
        left = network.snapshot()
        assert (left.legs, left.calls, left.recordings) == ((), frozenset(), frozenset())
    assert {agent.state for agent in world.loop.floor.agents.values()} <= RESTING
