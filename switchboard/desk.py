"""What an agent may ask for at the desk: its own state, and its own interaction.

Every command names the ``agent``; who that is was checked where the command came in. Commands about an interaction name
it, and it must be the agent's own. A command raises a ``Problem`` and then has changed nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from interactions.facts import DispositionChosen
from interactions.people.facts import NoteTaken
from journal.core.facts import Actor, NewFact
from routing.core.offers import Outcome
from switchboard import calledback, endings, offers, outbound, parties, talks, taskdesk, tasks
from switchboard.core import agent as agents
from switchboard.core import supervision
from switchboard.core.agent import Agent, AgentState, Wish, Work
from switchboard.core.call import Call, CallState
from switchboard.core.effects import AskPhones, Tell
from switchboard.core.ending import By, Ending
from switchboard.core.party import REJOIN
from switchboard.errors import AgentUnknown, CommandUnknown, EngineAway, NotPossibleNow, NotYours, OutcomeRequired
from switchboard.floor import Floor
from switchboard.inputs import DeskCommand
from switchboard.legover import LegOver
from telephony.port import EndedBy

_CHOSEN = frozenset({AgentState.AVAILABLE, AgentState.ON_BREAK, AgentState.OFFLINE})
_NOTE_LENGTH = 4000
_NO_AGENTS: Mapping[str, Callable[[Floor, Mapping[str, Any], datetime], None]] = {
    "assign_task": taskdesk.assign,
    "cancel_task": taskdesk.cancel,
    calledback.COMMAND: calledback.open_task,
}
"""Commands that are no agent's."""


def obey(floor: Floor, command: DeskCommand, now: datetime) -> None:
    """Carry out a command. Raises a ``kit.errors.Problem``."""
    if command.kind in _NO_AGENTS:
        _NO_AGENTS[command.kind](floor, command.fields, now)
        return
    known = _COMMANDS.get(command.kind)
    if known is None and command.kind not in talks.COMMANDS:
        raise CommandUnknown(f"there is no command {command.kind!r}")
    agent = floor.agents.get(_id(command.fields, "agent"))
    if agent is None:
        raise AgentUnknown
    if known is not None:
        known(floor, agent, command.fields, now)
        return
    call = _own_call(floor, agent, command.fields)
    if call.offer is None or call.offer.agent != agent.id:
        raise NotPossibleNow("another agent has this contact")
    talks.obey(floor, agent, call, (command.kind, command.fields), now)


def _set_state(floor: Floor, agent: Agent, fields: Mapping[str, Any], now: datetime) -> None:
    try:
        state = AgentState(_text(fields, "state"))
    except ValueError:
        raise CommandUnknown("the state is available, on_break or offline") from None
    reason = _text(fields, "reason") if state is AgentState.ON_BREAK else None
    if state not in _CHOSEN or reason in agents.OURS:
        raise CommandUnknown("the state is available, on_break (with a reason of your own) or offline")
    _with_outcome(floor, agent)
    if state is AgentState.AVAILABLE and not agent.phones and floor.connected:
        floor.effects.append(AskPhones())
    agent = floor.put_agent(agents.wish(agent, Wish(state, reason), now), now, _actor(agent))
    if agent.state is AgentState.WRAPPING_UP:
        endings.wrapped_up(floor, agent.id, now, _actor(agent))


def _hang_up(floor: Floor, agent: Agent, fields: Mapping[str, Any], now: datetime) -> None:
    """End the call for everybody; whoever was called in only goes itself."""
    call = _own_call(floor, agent, fields)
    if call.state is CallState.DIALLING:
        outbound.over(floor, call, "cancelled", LegOver("cancelled", EndedBy.US, now), now)
        return
    mine = next((party for party in call.parties if party.agent == agent.id and party.purpose != REJOIN), None)
    if mine is not None:
        parties.over(floor, call, mine, LegOver("normal", EndedBy.PARTY, now), now)
        return
    if call.state is not CallState.TALKING:
        raise NotPossibleNow("nobody talks in this interaction")
    endings.finish(floor, call, Ending(By.AGENT, "normal", now, now, _actor(agent)), now)


def _reject(floor: Floor, agent: Agent, fields: Mapping[str, Any], now: datetime) -> None:
    task = taskdesk.offered(floor, agent)
    if task is not None and task.id == _own_work(agent, fields).interaction:
        tasks.end_offer(floor, task, Outcome.REJECTED, now)
        return
    call = _own_call(floor, agent, fields)
    mine = next((party for party in call.parties if party.agent == agent.id and party.purpose != REJOIN), None)
    if mine is not None and mine.joined_at is None:
        parties.over(floor, call, mine, LegOver("rejected", EndedBy.PARTY, now), now)
        return
    if call.state is not CallState.OFFERED:
        raise NotPossibleNow("this interaction is not being offered any more")
    offers.end(floor, call, Outcome.REJECTED, now)


def _disposition(floor: Floor, agent: Agent, fields: Mapping[str, Any], now: datetime) -> None:
    work = _own_work(agent, fields)
    if agent.state not in {AgentState.WORKING, AgentState.TALKING, AgentState.WRAPPING_UP}:
        raise NotPossibleNow("talk to the contact first")
    code, note = _text(fields, "code"), str(fields.get("note") or "").replace("\0", "")[:_NOTE_LENGTH]
    if not _is_outcome(floor, work, code):
        raise CommandUnknown(f"the queue has no disposition {code!r}")
    fact = DispositionChosen(agent_id=str(agent.id), code=code, note=note)
    floor.effects.append(Tell(work.tenant, NewFact(fact, work.interaction, max(now, agent.since), _actor(agent))))
    endings.outcome_chosen(floor, agent, now)


def _with_outcome(floor: Floor, agent: Agent) -> None:
    """Let nobody out of a wrap-up whose outcome is missing. Raises :class:`OutcomeRequired`."""
    if endings.lacks_outcome(floor, agent):
        raise OutcomeRequired("this client wants an outcome of each conversation")


def _is_outcome(floor: Floor, work: Work, code: str) -> bool:
    """Whether a queue of the client has this outcome: the contact may be in another one by now than the agent's."""
    tenant = floor.plan.tenants.get(work.tenant)
    return tenant is None or any(code in queue.dispositions for queue in tenant.queues.values())


def _note(floor: Floor, agent: Agent, fields: Mapping[str, Any], now: datetime) -> None:
    """Take down what is said while it is, for whoever of the client's is told of the call."""
    work = _own_work(agent, fields)
    if agent.state not in {AgentState.WORKING, AgentState.TALKING, AgentState.WRAPPING_UP}:
        raise NotPossibleNow("talk to the contact first")
    fact = NoteTaken(agent_id=str(agent.id), note=str(fields.get("note") or "").replace("\0", "")[:_NOTE_LENGTH])
    floor.effects.append(Tell(work.tenant, NewFact(fact, work.interaction, max(now, agent.since), _actor(agent))))


def _end_wrap_up(floor: Floor, agent: Agent, fields: Mapping[str, Any], now: datetime) -> None:
    _own_work(agent, fields)
    if agent.state is not AgentState.WRAPPING_UP:
        raise NotPossibleNow("you are not wrapping up")
    _with_outcome(floor, agent)
    endings.wrapped_up(floor, agent.id, now, _actor(agent))


def _ask_help(floor: Floor, agent: Agent, fields: Mapping[str, Any], now: datetime) -> None:
    floor.put(supervision.ask_help(_talked_in(floor, agent, fields), now, _actor(agent)))


def _withdraw_help(floor: Floor, agent: Agent, fields: Mapping[str, Any], now: datetime) -> None:
    floor.put(supervision.withdraw_help(_talked_in(floor, agent, fields), now, _actor(agent)))


def _talked_in(floor: Floor, agent: Agent, fields: Mapping[str, Any]) -> Call:
    call = floor.calls.get(_own_work(agent, fields).interaction)
    if call is None or call.state is not CallState.TALKING or call.offer is None or call.offer.agent != agent.id:
        raise NotPossibleNow("you talk to nobody in this interaction")
    return call


_COMMANDS: dict[str, Callable[[Floor, Agent, Mapping[str, Any], datetime], None]] = {
    "set_state": _set_state,
    "hang_up": _hang_up,
    "reject": _reject,
    "disposition": _disposition,
    "note": _note,
    "end_wrap_up": _end_wrap_up,
    "ask_help": _ask_help,
    "withdraw_help": _withdraw_help,
    **taskdesk.COMMANDS,
}


def _own_work(agent: Agent, fields: Mapping[str, Any]) -> Work:
    if agent.work is None or agent.work.interaction != _id(fields, "interaction"):
        raise NotYours
    return agent.work


def _own_call(floor: Floor, agent: Agent, fields: Mapping[str, Any]) -> Call:
    call = floor.calls.get(_own_work(agent, fields).interaction)
    if call is None:
        raise NotPossibleNow("this call is over")
    if not floor.reaches(call):
        raise EngineAway
    return call


def _actor(agent: Agent) -> Actor:
    return Actor("agent", str(agent.id))


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value:
        raise CommandUnknown(f"the field {name!r} is missing")
    return value


def _id(fields: Mapping[str, Any], name: str) -> UUID:
    try:
        return UUID(_text(fields, name))
    except ValueError:
        raise CommandUnknown(f"the field {name!r} is not an id") from None
