"""Ghosts of each kind are planted; the auditor's second look repairs them, tells so, and counts them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import asyncpg
from prometheus_client import REGISTRY

from interactions.board_rows import rows_at_head
from live.core import keyframe
from live.core.rows import CallRow
from live.keyframes import packed
from live.service import Watched, open_board
from live.truth import check
from switchboard.auditing import Auditor
from switchboard.core.agent import AgentState, Work
from switchboard.core.audit import Evidence, Kind, Known, findings
from switchboard.core.waiting import OFFER_TIMER
from switchboard.recordings import name_of
from telephony.port import Cause, LegState, Open, Record, Ring, Snapshot
from telephony.simulator.phones import SimulatorConversation
from tests.switchboard.world import AGENT_TONE, CONTACT_TONE, INSTALLATION, SALES, World, seconds

GHOST = str(uuid4())
ASTRAY = {Kind.LEG_ASTRAY, Kind.RECORDING_GONE, Kind.PHONE_WRONG, Kind.UNROUTED, Kind.OVERDUE}
"""Of calls that go on, and of who should be in them."""


def counted() -> dict[Kind, float]:
    found = {
        kind: REGISTRY.get_sample_value("glassfloor_discrepancies_repaired_total", {"kind": kind}) for kind in Kind
    }
    return {kind: value or 0 for kind, value in found.items()}


async def look(world: World) -> None:
    auditor = world.switchboard.auditor
    assert isinstance(auditor, Auditor)
    await world.quiet()
    await auditor.look()
    await world.quiet()


async def told(world: World, what: Kind) -> list[UUID]:
    facts = [*await world.facts(), *await world.facts(world.beta), *await world.journal(INSTALLATION)]
    return [fact.subject for fact in facts if fact.kind == "DiscrepancyRepaired" and fact.data["what"] == what]


async def test_a_busy_floor_without_ghosts_is_left_alone(world: World) -> None:
    phone = await world.phone("8001")
    await world.available(world.li)
    contact, _ = await world.talk(phone)
    waiting = await world.dial()
    stranger = await world.dial("+861000000")
    before = counted()
    await look(world)
    assert world.loop.floor.suspects == frozenset()
    await contact.hang_up()
    await look(world)
    await look(world)
    assert counted() == before
    li = world.loop.floor.agents[world.li]
    assert li.state is AgentState.WRAPPING_UP
    assert li.work is not None
    world.loop.floor.agents[world.li] = replace(
        li, work=replace(li.work, ends_at=None)
    )  # the agent's own click ends it
    await look(world)
    await look(world)
    assert counted() == before
    await waiting.hang_up()
    await stranger.hang_up()


async def test_ghosts_of_each_kind_are_found_and_repaired(world: World) -> None:
    before, floor, network = counted(), world.loop.floor, world.network
    forgotten = await plant(world)
    await look(world)
    assert counted() == before, "one look may catch something on its way"
    assert {each.kind for each in floor.suspects} == set(Kind) - ASTRAY
    await look(world)
    await look(world)
    found = {kind for kind, value in counted().items() if value > before[kind]}
    assert found == set(Kind) - ASTRAY
    for kind in found:
        assert await told(world, kind), kind
    assert floor.calls == {}
    assert network.snapshot().legs == ()
    assert network.snapshot().calls == frozenset()
    assert floor.agents[world.li].work is None
    assert await forgotten.ended(seconds(1)) is Cause.NORMAL
    assert (await world.states(world.bo))[-1] == "on_break(training)"
    board = await open_board(world.house.app, Watched(world.alpha, "Alpha", "UTC"))
    assert GHOST not in board.calls
    after = counted()
    await look(world)
    await look(world)
    assert counted() == after
    assert floor.suspects == frozenset()


async def test_whoever_is_in_the_wrong_place_of_a_call_that_goes_on_is_put_right(world: World) -> None:
    floor, exchange, before = world.loop.floor, world.network._exchange, counted()
    phone, other = await world.phone("8001"), await world.phone("8002")
    await world.available(world.li)
    contact, agent = await world.talk(phone)
    waiting = await world.dial()
    await world.available(world.bo)
    ringing = await world.ring(other)
    await ringing.reject(Cause.BUSY)
    await world.quiet()
    talk, queued = floor.calls.values()
    assert talk.offer is not None
    assert talk.recording is not None
    # The agent's leg fell out of the bridge, the recording ended, and nobody said so.
    exchange.leave(exchange.legs[talk.offer.leg])
    exchange.tapes.pop(talk.recording).clear()
    # A phone seems to be there; who waits, and who is free, are not known to routing.
    floor.registered.add("o-9001")
    floor.routing.leave(queued.id)
    await world.available(world.bo)
    floor.routing.unavailable(world.bo, world.clock.now())
    assert await contact.hears(seconds(0)) == set()
    await look(world)
    assert counted() == before
    await look(world)
    await look(world)
    assert await contact.hears(seconds(0)) == {AGENT_TONE}
    assert await agent.hears(seconds(0)) == {CONTACT_TONE}
    assert floor.calls[talk.id].recording is None
    assert (await world.one("RecordingStopped"))["why"] == "engine"
    assert floor.registered == {"o-8001", "o-8002"}
    ringing = await world.ring(other)
    # It rings for longer than it may, and no timer says so, ours or the engine's.
    exchange.stop_timer(ringing.leg)
    world.loop._timers.disarm(queued.id, OFFER_TIMER)
    await world.advance(30)
    await look(world)
    await look(world)
    await ringing.ended(seconds(1))
    assert {kind for kind, value in counted().items() if value > before[kind]} == ASTRAY
    for kind in ASTRAY:
        assert await told(world, kind), kind
    await look(world)
    assert floor.suspects == frozenset()
    await asyncio.gather(waiting.hang_up(), contact.hang_up())


async def plant(world: World) -> SimulatorConversation:
    """One ghost of each kind at least; returns the contact of the call that is forgotten."""
    floor, network = world.loop.floor, world.network
    await world.phone("8001")
    await world.phone("8002")
    await world.available(world.bo)
    await world.ask(world.bo, "set_state", state="on_break", reason="meal")
    forgotten = await world.dial()
    await world.dial(SALES)
    await world.quiet()
    ids = {call.tenant: call for call in floor.calls.values()}
    # The engine holds a call with a recording, and a ringing phone, of which nobody knows.
    ghost = str(uuid4())
    network.perform(Open(ghost))
    network.perform(Ring(ghost, f"{ghost}.1", "o-8001", "", "", seconds(900)))
    network.perform(Record(ghost, name_of("call", world.alpha, UUID(ghost), uuid4())))
    # A leg is gone, and nobody said so.
    network._exchange.legs.pop(ids[world.beta].leg)
    # A call was forgotten: its row goes on.
    floor.forget(ids[world.alpha].id)
    floor.routing.leave(ids[world.alpha].id)
    # An agent seems to be rung; another is not where its row says.
    li, bo = floor.agents[world.li], floor.agents[world.bo]
    work = Work(world.alpha, uuid4(), next(iter(floor.plan.tenants[world.alpha].queues.values())).id)
    floor.agents[world.li] = replace(li, state=AgentState.OFFERED, work=work)
    floor.agents[world.bo] = replace(bo, state=AgentState.ON_BREAK, reason="training")
    # The stored board shows a conversation that is over.
    await _haunt_board(world)
    return forgotten


async def _haunt_board(world: World) -> None:
    await world.quiet()
    board = await open_board(world.house.app, Watched(world.alpha, "Alpha", "UTC"))
    board.calls[GHOST] = CallRow(GHOST, 0, "")
    async with world.house.app.transaction(world.alpha) as scope:
        await scope.fetch(
            "INSERT INTO gf.board_keyframe (tenant_id, seq, at, version, packed) VALUES ($1, $2, now(), $3, $4)",
            scope.tenant_id, board.seq, keyframe.VERSION, packed(board),
        )  # fmt: skip


def test_a_leg_of_a_call_that_is_being_closed_is_no_ghost() -> None:
    """The engine is slow: the call is over here, and its command to close it is on its way."""
    left = LegState(leg="l1", call="c1", endpoint="o-8001", answered=True)
    nothing = Known({}, {}, {}, {})
    snapshot = Snapshot(legs=(left,), calls=frozenset({"c1"}), recordings=frozenset(), endpoints=frozenset())
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert findings(nothing, Evidence(snapshot, busy=frozenset({"c1"})), now) == frozenset()
    assert {each.kind for each in findings(nothing, Evidence(snapshot), now)} == {Kind.LEG_UNKNOWN, Kind.CALL_UNKNOWN}


async def test_a_row_that_is_not_what_the_board_shows_is_found_when_an_interval_closes(world: World) -> None:
    phone = await world.phone("8001")
    await world.available(world.li)
    contact, _ = await world.talk(phone)
    await contact.hang_up()
    await world.advance(60)
    waiting = await world.dial()
    await world.quiet()
    talked, waits = sorted({fact.subject for fact in await world.facts() if fact.kind == "InteractionStarted"})
    watched, at = Watched(world.alpha, "", "Asia/Shanghai"), world.clock.now()
    assert await check(world.house.app, watched, at, rows_at_head) is None
    admin = await asyncpg.connect(world.house.admin_dsn)

    async def plant(sql: str, call: UUID) -> None:
        await admin.execute(f"UPDATE gf.interaction SET {sql} WHERE id = $1", call)

    before = await admin.fetchval("SELECT state FROM gf.interaction WHERE id = $1", waits)
    await plant("outcome = 'abandoned', wait_ms = wait_ms + 1", talked)
    await plant("state = 'handed_over'", waits)
    for _ in range(2):
        found = await check(world.house.app, watched, at, rows_at_head)
        assert found is not None
        names = (f"calls.{talked}.outcome", f"calls.{talked}.wait_ms", f"calls.{waits}.state")
        assert (found.source, found.differing) == ("rows", names)
    assert (await world.one("BoardDiffered"))["source"] == "rows", "the board was made anew once, and told once"
    await plant("outcome = 'answered', wait_ms = wait_ms - 1", talked)
    await plant(f"state = '{before}'", waits)
    await admin.close()
    assert await check(world.house.app, watched, at, rows_at_head) is None
    assert (await world.one("BoardAgreed"))["seq"] > 0
    await waiting.hang_up()
