"""What the agent who has a contact may do in the conversation (commands of the desk, see :mod:`switchboard.desk`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from journal.core.facts import Actor
from switchboard import endings, nocall, offers, parties, persons, returning, taping, targets
from switchboard.core import handing, talk
from switchboard.core.agent import Agent
from switchboard.core.call import Call, CallState
from switchboard.core.party import CONFERENCE, CONSULT, REJOIN, TRANSFER, Party, PartyState, Role
from switchboard.core.ways import Way
from switchboard.errors import CommandUnknown, NotPossibleNow
from switchboard.floor import Floor
from switchboard.targets import Callee

_KEYS = frozenset("0123456789*#ABCD")
_MOST_KEYS = 32

Command = Callable[[Floor, Agent, Call, Mapping[str, Any], datetime], None]


def _hold(floor: Floor, agent: Agent, call: Call, _fields: Mapping[str, Any], now: datetime) -> None:
    floor.put(talk.step_aside(call, now, _actor(agent)))


def _retrieve(floor: Floor, agent: Agent, call: Call, _fields: Mapping[str, Any], now: datetime) -> None:
    if talk.consulted(call) is not None:
        raise NotPossibleNow("somebody is being consulted: swap, join, complete or drop")
    floor.put(talk.step_back(call, now, _actor(agent)))


def _mute(floor: Floor, agent: Agent, call: Call, _fields: Mapping[str, Any], now: datetime) -> None:
    floor.put(talk.mute(call, now, _actor(agent), muted=True))


def _unmute(floor: Floor, agent: Agent, call: Call, _fields: Mapping[str, Any], now: datetime) -> None:
    floor.put(talk.mute(call, now, _actor(agent), muted=False))


def _digits(floor: Floor, agent: Agent, call: Call, fields: Mapping[str, Any], now: datetime) -> None:
    digits = digits_of(fields)
    leg = call.leg if fields.get("party") is None else _party(call, fields).leg
    floor.put(talk.send_digits(call, leg, digits, now, _actor(agent)))


def digits_of(fields: Mapping[str, Any]) -> str:
    """Return the keys that are to be sent. Raises ``CommandUnknown``."""
    digits = fields.get("digits")
    if not isinstance(digits, str) or not 0 < len(digits) <= _MOST_KEYS or set(digits) - _KEYS:
        raise CommandUnknown("the digits are 1 to 32 of 0-9, *, # and A-D")
    return digits


def _consult(floor: Floor, agent: Agent, call: Call, fields: Mapping[str, Any], now: datetime) -> None:
    if talk.consulted(call) is not None:
        raise NotPossibleNow("somebody is being consulted already")
    callee = _callee(floor, agent, call, ("consult", fields), now)
    call = floor.put(talk.step_aside(call, now, _actor(agent)))
    parties.call_in(floor, call, callee, CONSULT, agent.id, now)


def _swap(floor: Floor, agent: Agent, call: Call, _fields: Mapping[str, Any], now: datetime) -> None:
    party = talk.consulted(call)
    if party is None or party.state is not PartyState.ASIDE:
        raise NotPossibleNow("nobody is being consulted")
    if call.side:
        floor.put(talk.step_back(call, now, _actor(agent)))
    else:
        floor.put(talk.step_aside(call, now, _actor(agent), party.side))


def _join(floor: Floor, agent: Agent, call: Call, fields: Mapping[str, Any], now: datetime) -> None:
    """Make a conference of contact, agent and whoever is consulted; with a target, call somebody straight into it."""
    if fields.get("target") is not None:
        parties.call_in(floor, call, _callee(floor, agent, call, ("join", fields), now), CONFERENCE, agent.id, now)
        return
    party = talk.consulted(call)
    if party is None or party.state is not PartyState.ASIDE:
        raise NotPossibleNow("nobody is being consulted")
    call = floor.put(talk.step_back(call, now, _actor(agent)))
    floor.put(talk.join(call, party.leg, now))


def _drop(floor: Floor, agent: Agent, call: Call, fields: Mapping[str, Any], now: datetime) -> None:
    """Send somebody away; the agent is with the contact then, when it consulted nobody else."""
    party = _party(call, fields)
    if party.role is Role.SUPERVISOR:
        raise NotPossibleNow("an agent does not send a supervisor away")
    for each in (party, *persons.siblings(call, party)):
        call = endings.drop(floor, call, each, ("agent", "dropped"), now)
    if party.purpose == CONSULT and not party.is_heard:
        floor.put(talk.step_back(call, now, _actor(agent)))


def _complete(floor: Floor, _agent: Agent, call: Call, _fields: Mapping[str, Any], now: datetime) -> None:
    party = talk.consulted(call)
    if party is None:
        raise NotPossibleNow("nobody is being consulted")
    complete(floor, call, party, now)


def complete(floor: Floor, call: Call, party: Party, now: datetime) -> None:
    """Give the contact to whoever is consulted, even while that one is still rung; the agent wraps up."""
    at, actor = call.moment(now), Actor("agent", str(talk.agent_of(call).agent))
    to = "agent" if party.role is Role.AGENT else "number" if party.place is None else persons.KIND
    fact = handing.transferred(call, "attended", to, party.agent or party.target, at)
    if party.agent is not None and party.state is not PartyState.RINGING:
        floor.put(handing.pass_on(call, party.leg, replace(fact, to_agent_id=str(party.agent)), at, actor))
    else:
        rung = call
        for each in (party, *persons.siblings(call, party)):
            rung = rung.with_party(replace(each, purpose=TRANSFER))
        handed = floor.put(handing.hand_over(rung, fact, at, actor))
        if party.state is not PartyState.RINGING:
            floor.put(talk.join(handed, party.leg, at))
    endings.agent_out(floor, call, now)


def _transfer(floor: Floor, agent: Agent, call: Call, fields: Mapping[str, Any], now: datetime) -> None:
    """Give the contact away without asking anybody first."""
    target = fields.get("target")
    kind = target.get("kind") if isinstance(target, Mapping) else None
    if isinstance(target, Mapping) and kind in {"queue", "flow"}:
        _into_flow(floor, call, str(kind), target, now)
        return
    callee = _callee(floor, agent, call, ("transfer", fields), now)
    quit_aside(floor, call, now)
    call = floor.calls[call.id]
    fact = handing.transferred(call, "blind", callee.kind, callee.agent or callee.target, now)
    handed = floor.put(handing.hand_over(call, fact, now, _actor(agent)))
    endings.agent_out(floor, call, now)
    parties.call_in(floor, handed, callee, TRANSFER, agent.id, now)


def _into_flow(floor: Floor, call: Call, kind: str, target: Mapping[str, Any], now: datetime) -> None:
    way, code = way_of(floor, call, kind, target), str(target.get(kind) or "")
    if any(party.carries for party in call.parties):
        raise NotPossibleNow("others are in this conversation: drop them, or leave it")
    quit_aside(floor, call, now)
    call = floor.calls[call.id]
    returning.give_away(floor, call, way, handing.transferred(call, "blind", kind, code, now), now)


def way_of(floor: Floor, call: Call, kind: str, target: Mapping[str, Any]) -> Way:
    """Return how a contact gets into a queue or a flow of its client. Raises ``CommandUnknown``."""
    tenant, code = floor.tenant_of(call), str(target.get(kind) or "")
    if kind == "queue":
        way = tenant.way_to(code, (call.flow, call.flow_version)) if code in tenant.queues else None
    else:
        way = tenant.way_into(code)
    if way is None:
        raise CommandUnknown(f"this client has no {kind} {code!r}")
    return way


def quit_aside(floor: Floor, call: Call, now: datetime) -> None:
    """Send whoever is consulted, or still rung, away."""
    for party in call.parties:
        if not party.is_heard and party.role is not Role.SUPERVISOR:
            call = endings.drop(floor, call, party, ("agent", "dropped"), now)


def _leave(floor: Floor, _agent: Agent, call: Call, _fields: Mapping[str, Any], now: datetime) -> None:
    if not any(party.carries for party in call.parties):
        raise NotPossibleNow("nobody else talks to the contact")
    leave(floor, call, "left", now)


def leave(floor: Floor, call: Call, cause: str, now: datetime) -> None:
    """Let the agent go out of a conference that goes on: another agent in it has the contact from now on."""
    quit_aside(floor, call, now)
    call = floor.calls[call.id]
    at, actor = call.moment(now), Actor("agent", str(talk.agent_of(call).agent))
    heir = next((party for party in call.parties if party.is_heard and party.agent is not None), None)
    fact = handing.agent_left(call, cause, None if heir is None else heir.agent, at)
    if heir is None:
        floor.put(handing.hand_over(call, fact, at, actor))
    else:
        floor.put(handing.pass_on(call, heir.leg, fact, at, actor))
    endings.agent_out(floor, call, now)


def _rejoin(floor: Floor, agent: Agent, call: Call, _fields: Mapping[str, Any], now: datetime) -> None:
    if not rejoin(floor, agent, call, now):
        raise NotPossibleNow("your phone is not registered")


def rejoin(floor: Floor, agent: Agent, call: Call, now: datetime) -> bool:
    """Ring the agent's own phone into its call again, because the browser lost its sound or the leg is gone."""
    endpoint = offers.phone_of(floor, agent)
    if endpoint is None or any(party.purpose == REJOIN for party in call.parties):
        return endpoint is not None
    itself = Callee("agent", Role.AGENT, "", agent.id, endpoint)
    parties.call_in(floor, call, itself, REJOIN, agent.id, now)
    return True


COMMANDS: dict[str, Command] = {
    "hold": _hold,
    "retrieve": _retrieve,
    "mute": _mute,
    "unmute": _unmute,
    "digits": _digits,
    "consult": _consult,
    "swap": _swap,
    "join": _join,
    "drop": _drop,
    "complete": _complete,
    "transfer": _transfer,
    "leave": _leave,
    "rejoin": _rejoin,
    **taping.COMMANDS,
}
"""By name. Each is given the agent's own call, in which it talks."""


def obey(floor: Floor, agent: Agent, call: Call, command: tuple[str, Mapping[str, Any]], now: datetime) -> None:
    """Carry a command out. Raises a ``kit.errors.Problem``, and has changed nothing then."""
    kind, fields = command
    if call.state is not CallState.TALKING:
        raise NotPossibleNow("nobody talks in this interaction")
    if call.is_lost and kind != "rejoin":
        raise NotPossibleNow("your phone is being rung again")
    COMMANDS[kind](floor, agent, call, fields, now)


def _callee(floor: Floor, agent: Agent, call: Call, command: tuple[str, Mapping[str, Any]], now: datetime) -> Callee:
    target = command[1].get("target")
    if not isinstance(target, Mapping):
        raise CommandUnknown("the field 'target' is missing")
    callee = targets.callee(floor, call, target, now)
    if callee.agent == agent.id:
        raise NotPossibleNow("this is you")
    nocall.require_outside(floor, call, command, _actor(agent), now)
    return callee


def _party(call: Call, fields: Mapping[str, Any]) -> Party:
    party = call.party(str(fields.get("party")))
    if party is None:
        raise NotPossibleNow("nobody of this id is in the conversation")
    return party


def _actor(agent: Agent) -> Actor:
    return Actor("agent", str(agent.id))
