"""A contact whom nobody has any more goes back into a flow: to its queue, to another one, to another flow.

A queue is entered through a flow's queue node, so that its announcements, limits and exits are those that the client
wrote; a queue that no flow of the client's leads to is entered through a plain one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from interactions.facts import InteractionTransferred
from ivr.core.values import Entered, Started
from ivr.core.values import State as Position
from journal.core.facts import SYSTEM, Actor
from switchboard import endings, flows
from switchboard.core import handing
from switchboard.core.call import Call
from switchboard.core.ways import Way
from switchboard.floor import Floor


def to_queue(floor: Floor, call: Call, now: datetime) -> None:
    """Let a contact wait again where it waited, at the place that it had."""
    queue = "" if call.waited is None else call.waited.queue
    where = floor.tenant_of(call).way_to(queue, (call.flow, call.flow_version))
    into(floor, floor.put(handing.send_back(call, None, now, SYSTEM)), where, now)


def without_agent(floor: Floor, call: Call, cause: str, now: datetime) -> None:
    """Let the contact wait again because its agent is lost; the agent wraps up."""
    left = handing.agent_left(call, cause, None, now)
    handed = floor.put(handing.hand_over(call, left, now, SYSTEM))
    endings.agent_out(floor, call, now)
    to_queue(floor, handed, now)


def give_away(floor: Floor, call: Call, where: Way, fact: InteractionTransferred, now: datetime) -> None:
    """Let the agent send the contact into a flow."""
    sent = floor.put(handing.send_back(call, fact, now, Actor("agent", fact.agent_id)))
    endings.agent_out(floor, call, now)
    into(floor, sent, where, now)


def send(floor: Floor, call: Call, where: Way, now: datetime) -> None:
    """Let a contact whom no agent has go into a flow."""
    into(floor, floor.put(handing.send_back(call, None, now, SYSTEM)), where, now)


def into(floor: Floor, call: Call, where: Way, now: datetime) -> None:
    """Let a call that is in a flow go on at a node of this one."""
    same = (where.flow, where.version) == (call.flow, call.flow_version)
    position = call.position if same else Position(serial=call.position.serial)
    call = floor.put((replace(call, flow=where.flow, flow_version=where.version, position=position), ()))
    flows.advance(floor, call.id, Entered(where.node, Started(call.caller, call.number)), now)
