"""Supervisors on the simulated network: who hears whom in every way, what stands in the journal, what is refused."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from switchboard.core.plan import Listener as Listens
from telephony.port import SIGNAL_HZ
from telephony.simulator.phones import SimulatorConversation
from tenants.access import Principal
from tenants.service.listening import Listener, phone_of, sit_at
from tests.switchboard.world import AGENT_TONE, CONTACT_TONE, SALES, World, seconds

SUPERVISOR_TONE, OTHER_TONE = 1300, 1500
REASON = "The contact asked for somebody else"
PARTS = {"SupervisionStarted", "SupervisionChanged", "SupervisionEnded", "InteractionTakenOver", "InteractionForcedEnd"}


@dataclass
class Supervisor:
    """Somebody with a phone of its own, which answers by itself."""

    world: World
    id: str
    name: str
    tone: int
    tenant: UUID | None = None
    phone: Any = field(init=False)

    async def does(self, command: str, **fields: Any) -> dict[str, Any]:
        by = {"user_id": self.id, "name": self.name, "role": "supervisor",
              "tenant": None if self.tenant is None else str(self.tenant)}  # fmt: skip
        given = {"tenant": str(self.world.alpha), "reason": REASON, **fields}
        answer = dict(await self.world.handle({"command": command, "by": by, **given}))
        await self.world.quiet()
        return answer

    async def hears_of(self, command: str, call: str, **fields: Any) -> SimulatorConversation:
        """Take part, and answer the phone."""
        assert await self.does(command, interaction=call, **fields) == {"ok": True}
        conversation = await self.world.ring(self.phone)
        await conversation.answer()
        await conversation.play(self.tone)
        await self.world.quiet()
        return conversation


async def supervisor(
    world: World, email: str, tone: int, tenant: UUID | None = None, desk: str | None = None
) -> Supervisor:
    """Give somebody a phone; with a desk it is the one that stands there, which the test registers."""
    pool = await world.house.control.pool()
    (user,) = await pool.fetch('SELECT id, name FROM control."user" WHERE email = $1', email)
    who = Principal(kind="user", id=str(user["id"]), name=user["name"])
    now = world.clock.now() if desk is None else datetime.now(UTC)
    listener = Listener(who, "main", None if tenant is None else world.alpha)
    account = await phone_of(world.house.control, world.house.app, listener, now)
    if desk is not None:
        await sit_at(world.house.control, world.house.app, listener, desk, now)
    assert await world.handle({"command": "reload"}) == {"ok": True}
    await world.quiet()
    made = Supervisor(world, who.id, who.name, tone, tenant)
    if desk is None:
        made.phone = await world.phones.register(account.endpoint, account.secret)
    await world.quiet()
    return made


async def conversation(world: World) -> tuple[SimulatorConversation, SimulatorConversation, str]:
    phone = await world.phone("8001")
    await world.available(world.li)
    contact, agent = await world.talk(phone)
    await world.advance(5)
    return contact, agent, str((await world.row())["id"])


async def heard(*everybody: SimulatorConversation) -> list[set[int]]:
    return [set(await each.hears(seconds(0))) for each in everybody]


async def told(world: World) -> list[tuple[str, str]]:
    facts = [fact for fact in await world.facts() if fact.kind in PARTS]
    assert {fact.data["name"] for fact in facts} <= {"Grace", "Hugo"}
    return [(fact.kind, str(fact.data.get("mode") or fact.data.get("why") or "")) for fact in facts]


async def test_listen_whisper_barge_and_take_over_by_ear(world: World) -> None:
    contact, agent, call = await conversation(world)
    grace = await supervisor(world, "grace@harbour.example", SUPERVISOR_TONE)
    ear = await grace.hears_of("supervise", call, mode="listen")
    assert await heard(contact, agent, ear) == [{AGENT_TONE}, {CONTACT_TONE}, {AGENT_TONE, CONTACT_TONE}]
    assert (await grace.does("supervise", interaction=call, mode="whisper"))["ok"]
    assert await heard(contact, agent, ear) == [
        {AGENT_TONE}, {CONTACT_TONE, SUPERVISOR_TONE}, {AGENT_TONE, CONTACT_TONE},
    ]  # fmt: skip
    assert (await grace.does("supervise", interaction=call, mode="barge"))["ok"]
    assert await heard(contact, agent) == [{AGENT_TONE, SUPERVISOR_TONE}, {CONTACT_TONE, SUPERVISOR_TONE}]
    await world.ask(world.li, "hold", interaction=call)
    assert await heard(contact) == [{SUPERVISOR_TONE}]
    await world.ask(world.li, "retrieve", interaction=call)
    await world.advance(7)
    assert (await grace.does("take_over", interaction=call))["ok"]
    await agent.ended(seconds(1))
    assert await heard(contact, ear) == [{SUPERVISOR_TONE}, {CONTACT_TONE}]
    assert (await world.states(world.li))[-1] == "wrapping_up"
    assert (await grace.does("release"))["ok"]
    await contact.ended(seconds(1))
    assert await told(world) == [
        ("SupervisionStarted", "listen"), ("SupervisionChanged", "whisper"), ("SupervisionChanged", "barge"),
        ("InteractionTakenOver", ""), ("SupervisionEnded", "barge"),
    ]  # fmt: skip
    taken = await world.one("InteractionTakenOver")
    assert (taken["offset_ms"], taken["reason"]) == (12_000, REASON)
    assert (await world.one("InteractionEnded"))["ended_by"] == "supervisor"
    await world.check()


async def test_a_supervisor_who_takes_over_at_once_and_one_who_comes_too_late(world: World) -> None:
    contact, agent, call = await conversation(world)
    grace = await supervisor(world, "grace@harbour.example", SUPERVISOR_TONE)
    hugo = await supervisor(world, "hugo@harbour.example", OTHER_TONE)
    late = await hugo.hears_of("supervise", call, mode="listen")
    assert (await grace.does("take_over", interaction=call))["ok"]
    assert (await hugo.does("take_over", interaction=call))["code"] == "not_possible_now"
    ear = await world.ring(grace.phone)
    await ear.answer()
    await ear.play(SUPERVISOR_TONE)
    await agent.ended(seconds(1))
    await late.ended(seconds(1))
    assert await heard(contact) == [{SUPERVISOR_TONE}]
    assert (await hugo.does("take_over", interaction=call))["code"] == "not_possible_now"
    await contact.hang_up()
    await ear.ended(seconds(1))
    await world.check()


async def test_what_a_client_allows(world: World) -> None:
    _, _, call = await conversation(world)
    grace = await supervisor(world, "grace@harbour.example", SUPERVISOR_TONE)
    hugo = await supervisor(world, "hugo@harbour.example", OTHER_TONE)
    own = Supervisor(world, str(uuid4()), "Grace", OTHER_TONE, tenant=world.alpha)
    before = len(await world.facts())
    for who, fields, code in (
        (grace, {"mode": "listen", "reason": ""}, "reason_needed"),
        (grace, {"mode": "listen", "tenant": str(world.beta)}, "not_yours"),
        (grace, {"mode": "listen", "interaction": str(uuid4())}, "not_yours"),
        (grace, {"mode": "shout"}, "command_unknown"),
        (grace, {"mode": "take_over"}, "command_unknown"),
        (own, {"mode": "listen"}, "not_supervised"),
        (own, {"mode": "whisper"}, "not_supervised"),
    ):
        answer = await who.does("supervise", **{"interaction": call, **fields})
        assert (answer["ok"], answer["code"]) == (False, code), fields
    for command in ("force_end", "answer_help"):
        assert (await own.does(command, interaction=call))["code"] == "not_supervised"
        assert (await grace.does(command, interaction=call, tenant=str(world.beta)))["code"] == "not_yours"
    assert len(await world.facts()) == before
    await grace.hears_of("supervise", call, mode="whisper")
    assert (await hugo.does("supervise", interaction=call, mode="whisper"))["code"] == "whisper_taken"
    assert (await hugo.does("supervise", interaction=call, mode="listen"))["ok"]
    await hugo.phone.unregister()
    await world.quiet()
    await hugo.does("release")
    assert (await hugo.does("supervise", interaction=call, mode="listen"))["code"] == "phone_not_ready"


@pytest.mark.parametrize("who", ["contact", "agent", "supervisor", "nobody"])
async def test_whoever_hangs_up_supervision_ends_with_a_fact(world: World, who: str) -> None:
    contact, agent, call = await conversation(world)
    grace = await supervisor(world, "grace@harbour.example", SUPERVISOR_TONE)
    ear = await grace.hears_of("supervise", call, mode="barge" if who == "agent" else "listen")
    if who == "nobody":
        assert (await grace.does("release"))["ok"]
    else:
        await {"contact": contact, "agent": agent, "supervisor": ear}[who].hang_up()
    await world.advance(1)
    await ear.ended(seconds(1))
    why = {"supervisor": "hung_up", "nobody": "released"}.get(who, "call_over")
    assert (await world.one("SupervisionEnded"))["why"] == why
    if who in {"supervisor", "nobody"}:
        assert await heard(contact, agent) == [{AGENT_TONE}, {CONTACT_TONE}]
    await world.check()


async def test_the_call_ends_or_goes_away_while_the_phone_rings(world: World) -> None:
    contact, _, call = await conversation(world)
    grace = await supervisor(world, "grace@harbour.example", SUPERVISOR_TONE)
    assert (await grace.does("supervise", interaction=call, mode="listen"))["ok"]
    ringing = await world.ring(grace.phone)
    await contact.hang_up()
    await ringing.ended(seconds(1))
    assert await told(world) == []
    await world.check()


async def test_supervision_ends_when_the_contact_goes_to_another_agent_and_the_wish_of_help_too(world: World) -> None:
    contact, _, call = await conversation(world)
    other = await world.phone("8002")
    await world.available(world.bo)
    grace = await supervisor(world, "grace@harbour.example", SUPERVISOR_TONE)
    assert await world.ask(world.li, "ask_help", interaction=call) == {"ok": True}
    ear = await grace.hears_of("supervise", call, mode="barge")
    target = {"kind": "agent", "seat": "8002"}
    assert (await world.ask(world.li, "transfer", interaction=call, target=target))["ok"]
    await ear.ended(seconds(1))
    assert (await world.one("SupervisionEnded"))["why"] == "agent_left"
    assert [f.kind for f in await world.facts() if f.kind.startswith("Help")] == ["HelpAsked", "HelpWithdrawn"]
    await world.answer(other)
    assert await heard(contact) == [{AGENT_TONE}]
    await world.check()


async def test_help_is_asked_for_answered_and_withdrawn(world: World) -> None:
    _, _, call = await conversation(world)
    grace = await supervisor(world, "grace@harbour.example", SUPERVISOR_TONE)
    assert (await grace.does("answer_help", interaction=call))["code"] == "no_help_asked"
    for _ in range(2):
        assert await world.ask(world.li, "ask_help", interaction=call) == {"ok": True}
    assert (await world.ask(world.bo, "ask_help", interaction=call))["code"] == "not_yours"
    assert (await grace.does("answer_help", interaction=call))["ok"]
    assert await world.ask(world.li, "ask_help", interaction=call) == {"ok": True}
    assert await world.ask(world.li, "withdraw_help", interaction=call) == {"ok": True}
    helped = [f.kind for f in await world.facts() if f.kind.startswith("Help")]
    assert helped == ["HelpAsked", "HelpAnswered", "HelpAsked", "HelpWithdrawn"]


async def test_force_hang_up_also_of_a_call_that_is_just_being_transferred(world: World) -> None:
    contact, _, call = await conversation(world)
    other = await world.phone("8002")
    await world.available(world.bo)
    grace = await supervisor(world, "grace@harbour.example", SUPERVISOR_TONE)
    assert (await world.ask(world.li, "transfer", interaction=call, target={"kind": "agent", "seat": "8002"}))["ok"]
    ringing = await world.ring(other)
    assert (await grace.does("force_end", interaction=call))["ok"]
    await contact.ended(seconds(1))
    await ringing.ended(seconds(1))
    assert (await world.one("InteractionForcedEnd"))["reason"] == REASON
    assert (await world.one("InteractionEnded"))["cause"] == "forced"
    assert (await grace.does("force_end", interaction=call))["code"] == "not_yours"
    await world.check()


async def test_agents_are_put_on_a_break_or_sent_home(world: World) -> None:
    await world.phone("8001")
    await world.available(world.li)
    grace = await supervisor(world, "grace@harbour.example", SUPERVISOR_TONE)
    tenants = [str(world.alpha)]
    breaks = {"agent": str(world.li), "tenants": tenants, "state": "on_break", "why": "meeting"}
    assert (await grace.does("force_state", **breaks))["ok"]
    assert (await world.states(world.li))[-1] == "on_break(meeting)"
    for wrong, code in (
        ({"state": "talking"}, "command_unknown"), ({"why": "elsewhere"}, "command_unknown"),
        ({"tenants": []}, "not_yours"), ({"agent": str(uuid4())}, "agent_unknown"), ({"reason": ""}, "reason_needed"),
    ):  # fmt: skip
        assert (await grace.does("force_state", **{**breaks, **wrong}))["code"] == code
    assert (await grace.does("force_state", **{**breaks, "state": "offline", "signed_out": True}))["ok"]
    forced = [f.data for f in await world.facts() if f.kind == "AgentForced"]
    assert [(f["state"], f["break_reason"], f["signed_out"]) for f in forced] == [
        ("on_break", "meeting", False), ("offline", None, True),
    ]  # fmt: skip
    assert [f for f in await world.facts(world.beta) if f.kind == "AgentForced"] == []


async def test_a_supervisor_has_one_phone_and_moves_on(world: World) -> None:
    _, _, call = await conversation(world)
    phone = await world.phone("8002")
    await world.available(world.bo)
    await world.dial(SALES)
    await world.answer(phone)
    grace = await supervisor(world, "grace@harbour.example", SUPERVISOR_TONE)
    first = await grace.hears_of("supervise", call, mode="listen")
    sales = str((await world.row(world.beta))["id"])
    fields = {"tenant": str(world.beta), "mode": "listen"}
    assert await grace.does("supervise", interaction=sales, **fields) == {"ok": True}
    await first.ended(seconds(1))
    second = await world.ring(grace.phone)
    await second.answer()
    await world.quiet()
    assert (await world.one("SupervisionEnded"))["why"] == "released"
    assert (await world.one("SupervisionStarted", world.beta))["user_id"] == grace.id


async def test_listening_goes_on_after_the_process_was_killed(world: World) -> None:
    contact, agent, call = await conversation(world)
    grace = await supervisor(world, "grace@harbour.example", SUPERVISOR_TONE)
    ear = await grace.hears_of("supervise", call, mode="whisper")
    await world.ask(world.li, "ask_help", interaction=call)
    await world.quiet()
    await world.kill()
    await world.take_floor("again")
    assert await heard(contact, agent, ear) == [
        {AGENT_TONE}, {CONTACT_TONE, SUPERVISOR_TONE}, {AGENT_TONE, CONTACT_TONE},
    ]  # fmt: skip
    assert (await grace.does("answer_help", interaction=call))["ok"]
    assert (await grace.does("release"))["ok"]
    await ear.ended(seconds(1))
    assert (await world.one("SupervisionEnded"))["mode"] == "whisper"
    await world.check()


async def test_nobody_listens_while_card_data_is_given(world: World) -> None:
    contact, agent, call = await conversation(world)
    grace = await supervisor(world, "grace@harbour.example", SUPERVISOR_TONE)
    ear = await grace.hears_of("supervise", call, mode="listen")
    assert (await world.ask(world.li, "pause_recording", interaction=call))["ok"]
    await ear.ended(seconds(1))
    assert (await world.one("SupervisionEnded"))["why"] == "card_data"
    for command in ("supervise", "take_over"):
        assert (await grace.does(command, interaction=call, mode="listen"))["code"] == "card_data_given"
    assert (await world.ask(world.li, "resume_recording", interaction=call))["ok"]
    assert (await grace.does("supervise", interaction=call, mode="listen"))["ok"]
    await world.ring(grace.phone)
    assert await heard(contact, agent) == [{AGENT_TONE}, {CONTACT_TONE}]


async def test_a_client_listens_to_its_own_calls_if_its_contract_says_so(world: World) -> None:
    contact, agent, call = await conversation(world)
    tenants = dict(world.loop.floor.plan.tenants)
    own = tenants[world.alpha]
    allowed = replace(own, supervision=replace(own.supervision, client_listens=True, listen=False, told="tone"))
    world.loop.floor.plan = replace(world.loop.floor.plan, tenants={**tenants, world.alpha: allowed})
    person = Supervisor(world, str(uuid4()), "Wang", OTHER_TONE, tenant=world.alpha)
    person.phone = await world.phone("9001")
    listeners: dict[Listens, tuple[str, ...]] = {(UUID(person.id), world.alpha): ("o-9001",)}
    world.loop.floor.plan = replace(world.loop.floor.plan, listeners=listeners)
    for mode, code in (("whisper", "not_supervised"), ("barge", "not_supervised")):
        assert (await person.does("supervise", interaction=call, mode=mode))["code"] == code
    await person.hears_of("supervise", call, mode="listen", reason="")
    assert await heard(contact, agent) == [{AGENT_TONE}, {CONTACT_TONE, SIGNAL_HZ}], "it has no page that would tell"
    await world.advance(1)
    assert await heard(contact, agent) == [{AGENT_TONE}, {CONTACT_TONE}]
    assert (await person.does("supervise", interaction=call, mode="whisper"))["code"] == "not_supervised"
    assert (await person.does("take_over", interaction=call))["code"] == "not_supervised"
    started = await world.one("SupervisionStarted")
    assert (started["name"], started["mode"], started["reason"]) == ("Wang", "listen", "")
    assert await person.does("release") == {"ok": True}
    world.loop.floor.plan = replace(world.loop.floor.plan, phones={"8001": ("o-8001", "o-8001-desk")})
    await person.hears_of("supervise", call, mode="listen", reason="")
    assert await heard(contact, agent) == [{AGENT_TONE}, {CONTACT_TONE}], "the desk's page tells its agent"
    stranger = Supervisor(world, person.id, "Wang", OTHER_TONE, tenant=world.beta)
    assert (await stranger.does("supervise", interaction=call, mode="listen"))["code"] == "not_supervised"
    asked = {"interaction": call, "mode": "listen", "granted": str(uuid4())}
    assert (await stranger.does("supervise", **asked))["code"] == "not_supervised", "of another client"
    world.loop.floor.plan = replace(world.loop.floor.plan, tenants=tenants)
    assert await person.does("release") == {"ok": True}
    assert (await person.does("supervise", interaction=call, mode="listen"))["code"] == "not_supervised"
    assert (await person.does("supervise", **{**asked, "mode": "whisper"}))["code"] == "not_supervised"
    await person.hears_of("supervise", call, mode="listen", granted=str(uuid4()))
