"""The floor in memory: calls, agents, routing. One process holds it; nothing here waits for anything.

Handlers decide with the pure functions of ``core`` and put the results here; what follows from them gathers in
``effects`` until the loop takes it (:meth:`Floor.drain`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import UUID

from journal.core.facts import SYSTEM, Actor, NewFact, Payload
from routing.core.floor import Floor as Routing
from routing.core.needs import meets, needs_of
from routing.core.values import Agent as RoutingAgent
from routing.core.values import Queue as RoutingQueue
from switchboard.admission import Admission
from switchboard.core import agent as agents
from switchboard.core import agent_news
from switchboard.core.agent import Agent, AgentState
from switchboard.core.audit import Finding
from switchboard.core.call import Call, CallState, Change
from switchboard.core.effects import AskPhones, Effect, Keep, Tell
from switchboard.core.engines import Engines
from switchboard.core.following import Following
from switchboard.core.plan import AgentPlan, Plan, QueuePlan, TenantPlan
from switchboard.core.resume import dump
from switchboard.core.supervision import follow
from switchboard.core.task import Task, TaskChange, TaskState
from switchboard.core.task_resume import TASK, dump_task
from switchboard.core.trunks import TrunkBook
from switchboard.core.voices import VoiceBook

PROVISION = "provision"
"""The lane of what the engine is told of phones and trunks."""
_AT_WORK = frozenset({AgentState.WORKING, AgentState.TALKING, AgentState.WRAPPING_UP})
_KNOWN_TO_ROUTING = frozenset({AgentState.OFFERED, *_AT_WORK})


LinkOf: TypeAlias = Callable[[UUID, UUID, datetime], str]
"""From tenant, telling and end of its life to an address; empty: there is none."""


def no_link(_tenant: UUID, _context: UUID, _ends: datetime) -> str:
    """Make none."""
    return ""


class Floor:
    """State of one floor. ``epoch`` is the fencing number: names that must be new after a restart carry it."""

    def __init__(self, plan: Plan, new_id: Callable[[], UUID], epoch: int, now: datetime) -> None:
        self.plan = plan
        self.new_id = new_id
        self.epoch = epoch
        self.routing = Routing()
        self.admission = Admission()
        self.trunks = TrunkBook()
        self.calls: dict[UUID, Call] = {}
        self.tasks: dict[UUID, Task] = {}
        """Work without a waiting contact; while it is dialled there is a call of the same id."""
        self.following = Following()
        self.agents: dict[UUID, Agent] = {}
        self.registered: set[str] = set()
        """The phones that are registered now, supervisors' among them."""
        self.strangers: dict[str, str] = {}
        """Legs that called an unknown number, and the call in which they hear so."""
        self.stranger_nodes: dict[str, str] = {}
        """At which engine those legs are."""
        self.engines = Engines(now)
        self.admits = True
        """Whether new calls are taken: facts find a place."""
        self.crowded: set[UUID] = set()
        """Tenants whose own database was away for so long that there is no room for the facts of more calls."""
        self.wake_at: datetime | None = None
        """When routing asked to be asked again."""
        self.overdue: list[tuple[UUID, str]] = []
        """Timers of calls that ran out while the engine was away."""
        self.suspects: frozenset[Finding] = frozenset()
        """What looked wrong at the auditor's last look."""
        self.unsound_boards: set[UUID] = set()
        """Tenants whose stored boards show what is not so."""
        self.effects: list[Effect] = []
        self.voices = VoiceBook()
        self.link_of: LinkOf = no_link
        """Makes the address of the page by which one of a client's people is told of a call."""
        self._legs: dict[str, UUID] = {}
        self._endpoints: dict[str, UUID] = {}
        self._queues: dict[UUID, QueuePlan] = {}
        self.configure(plan, now)

    # ------------------------------------------------------------------------------------------------- configuration

    def configure(self, plan: Plan, now: datetime) -> None:
        """Work from this plan from now on. What left the plan stays as long as a call needs it."""
        self.plan = replace(plan, tenants={**self._tenants_in_use(), **plan.tenants})
        for tenant in plan.tenants.values():
            self.routing.set_share(tenant.id, max(1, tenant.shared_seats))
        self._configure_queues(plan)
        for agent_id in set(self.agents) - set(plan.agents):
            self._dismiss(self.agents[agent_id], now)
        for planned in plan.agents.values():
            self._configure_agent(planned, now)
        self._endpoints = {name: a.id for a in plan.agents.values() for name in plan.phones_of(a.desk)}

    def _tenants_in_use(self) -> dict[UUID, TenantPlan]:
        used = {call.tenant for call in self.calls.values()} | {task.tenant for task in self.tasks.values()}
        used |= {agent.work.tenant for agent in self.agents.values() if agent.work is not None}
        return {tenant: self.plan.tenants[tenant] for tenant in used if tenant in self.plan.tenants}

    def _configure_queues(self, plan: Plan) -> None:
        wanted = {queue.id: queue for tenant in plan.tenants.values() for queue in tenant.queues.values()}
        for queue in wanted.values():
            self.routing.set_queue(RoutingQueue(queue.id, queue.tenant, needs_of(queue.needs)))
        held = {call.waited.queue_id for call in self.calls.values() if call.waited is not None}
        held |= {task.queue_id for task in self.tasks.values()}
        held |= {agent.work.queue_id for agent in self.agents.values() if agent.work is not None}
        for queue_id in set(self._queues) - set(wanted) - held:
            self.routing.remove_queue(queue_id)
        self._queues = {**{each: self._queues[each] for each in held if each in self._queues}, **wanted}

    def _configure_agent(self, planned: AgentPlan, now: datetime) -> None:
        tenants = tuple(sorted(UUID(str(tenant)) for tenant in planned.skills))
        self.routing.add_agent(RoutingAgent(planned.id, frozenset(tenants), planned.skills))
        known = self.agents.get(planned.id)
        if known is None:
            self.agents[planned.id] = agents.serves(Agent(planned.id, "", None, (), now, now), planned, tenants)
            return
        served = agents.serves(known, planned, tenants)
        moved = served.desk != known.desk or not known.registered <= set(self.plan.phones_of(planned.desk))
        if moved:
            self.effects.append(AskPhones())
        self.put_agent(agents.with_phones(served, frozenset() if moved else known.registered, now), now)

    def add_former(self, agent_id: UUID, seat: str, tenant: UUID, now: datetime) -> None:
        """Take somebody in who is not in the plan any more and still holds a call."""
        self.routing.add_agent(RoutingAgent(agent_id, frozenset({tenant})))
        self.agents[agent_id] = Agent(agent_id, seat, None, (tenant,), now, now)

    def _dismiss(self, agent: Agent, now: datetime) -> None:
        """Send somebody who is not in the plan any more home; whoever works finishes first."""
        agent = self.put_agent(agents.wish(agent, agents.OFFLINE, now), now)
        if agent.work is None:
            self.routing.remove_agent(agent.id, now)
            del self.agents[agent.id]

    # -------------------------------------------------------------------------------------------------------- lookups

    def call_of_leg(self, leg: str) -> Call | None:
        """Return the live call that a leg belongs to: the contact's, the agent's, or anybody else's in it."""
        call_id = self._legs.get(leg)
        return None if call_id is None else self.calls.get(call_id)

    @property
    def connected(self) -> bool:
        """Whether there is an engine that can be commanded."""
        return bool(self.engines.here)

    def reaches(self, call: Call) -> bool:
        """Whether the engine that holds a call can be commanded."""
        return call.node in self.engines.here

    @property
    def legs(self) -> Mapping[str, UUID]:
        """Every leg of a live call, and the call's id."""
        return self._legs

    def agent_of_endpoint(self, endpoint: str) -> Agent | None:
        """Return the agent whose phone this is."""
        agent_id = self._endpoints.get(endpoint)
        return None if agent_id is None else self.agents.get(agent_id)

    def tenant_of(self, call: Call) -> TenantPlan:
        """Return the tenant of a call. Raises ``KeyError`` when the floor does not serve it any more."""
        return self.plan.tenants[call.tenant]

    def queue_of(self, call: Call) -> QueuePlan | None:
        """Return the queue in which a call waits or waited before its agent."""
        return None if call.waited is None else self._queues.get(call.waited.queue_id)

    def queue(self, queue_id: UUID) -> QueuePlan | None:
        """Return a queue by its id."""
        return self._queues.get(queue_id)

    def took(self, lane: str, latency: timedelta, now: datetime) -> None:
        """Note how long an engine took for a command of a lane; what is pushed to it takes its time."""
        node = self._node_of(lane)
        if node is not None:
            self.admission.took(self.plan, node, latency, now)

    def waits(self, lane: str, latency: timedelta, now: datetime) -> None:
        """Note for how long commands of this lane and others have been under way."""
        node = self._node_of(lane)
        if node is not None:
            self.admission.waits(self.plan, node, latency, now)

    def _node_of(self, lane: str) -> str | None:
        """Return whose engine performs a lane, if that is known."""
        if lane == PROVISION:
            return None
        if len(self.engines.here) == 1:
            return next(iter(self.engines.here))
        call = next((call for call in self.calls.values() if call.name == lane), None)
        return None if call is None else call.node

    def node_of_call(self, name: str) -> str:
        """Return which engine holds, or is to hold, the call of this name."""
        return next((call.node for call in self.calls.values() if call.name == name), "")

    def is_staffed(self, queue: QueuePlan) -> bool:
        """Whether anybody who serves the queue is signed in: busy and on a break count, unreached does not."""
        return self.routing.at_work(queue.id) > 0 or any(
            agent.state is not AgentState.OFFLINE and agent.reason not in agents.UNREACHED
            for agent in self.agents.values()
            if self.serves(agent, queue)
        )

    def serves(self, agent: Agent, queue: QueuePlan) -> bool:
        """Whether an agent is a member of a queue."""
        planned = self.plan.agents.get(agent.id)
        skills = None if planned is None else planned.skills.get(queue.tenant)
        return skills is not None and meets(skills, needs_of(queue.needs))

    # -------------------------------------------------------------------------------------------------------- changes

    def put(self, change: Change) -> Call:
        """Take a changed call and what follows from it; a call that has ended is forgotten."""
        call, effects = change
        known = self.calls.get(call.id)
        if known is not None:
            call, more = follow(known, call)
            effects = (*effects, *more)
        call, recorded = self.voices.follow(known, call, self.new_id)
        effects = (*effects, *recorded)
        self.effects.extend(effects)
        if call.state is CallState.ENDED:
            self.effects.append(Keep(call.tenant, call.id, call.caller, None))
            self.forget(call.id)
            self.tasks.pop(call.id, None)
            return call
        if known is None and not call.node and self.engines.here:  # one that we begin
            call = replace(call, node=self.engines.choose(self.plan.drained, (c.node for c in self.calls.values())))
        for leg in () if known is None else known.legs:
            self._legs.pop(leg, None)
        for leg in call.legs:
            self._legs[leg] = call.id
        self.calls[call.id] = call
        return call

    def forget(self, call_id: UUID) -> None:
        """Drop a call, whatever state it is in."""
        call = self.calls.pop(call_id, None)
        for leg in () if call is None else call.legs:
            self._legs.pop(leg, None)

    def put_task(self, change: TaskChange) -> Task:
        """Take a changed task and what follows from it; one that has ended is forgotten."""
        task, effects = change
        self.effects.extend(effects)
        if task.state is TaskState.ENDED:
            self.tasks.pop(task.id, None)
            if task.id not in self.calls:
                self.effects.append(Keep(task.tenant, task.id, task.caller, None))
        else:
            self.tasks[task.id] = task
        return task

    def put_agent(self, agent: Agent, now: datetime, actor: Actor = SYSTEM) -> Agent:
        """Take a changed agent, tell every tenant that sees a difference, and let routing know."""
        before = self.agents[agent.id]
        self.agents[agent.id] = agent
        self.effects.extend(agent_news.news(before, agent, now, actor))
        if agent.state is AgentState.AVAILABLE:
            self.routing.available(agent.id, agent.idle_since, now)
        elif agent.state in _AT_WORK:
            if before.state not in _KNOWN_TO_ROUTING and agent.work is not None:
                self.routing.occupied(agent.id, agent.work.tenant, agent.since, now)
        elif agent.state is not AgentState.OFFERED:
            self.routing.unavailable(agent.id, now)
        return agent

    def tell(self, tenants: Iterable[UUID], payload: Payload, subject: UUID, at: datetime) -> None:
        """State a fact that is about no call of ours."""
        self.effects.extend(Tell(tenant, NewFact(payload, subject, at)) for tenant in tenants)

    def drain(self) -> list[Effect]:
        """Return what is to be performed, and for each live call with facts what is to be kept beside its row."""
        effects, self.effects = self.effects, []
        told = {e.fact.subject for e in effects if isinstance(e, Tell)}
        kept = [self.calls.get(subject) or self.tasks.get(subject) for subject in told]
        return [*effects, *(self._keep(each) for each in kept if each is not None)]

    def _keep(self, each: Call | Task) -> Keep:
        call, task = self.calls.get(each.id), self.tasks.get(each.id)
        resume = {} if call is None else dump(call)
        return Keep(each.tenant, each.id, each.caller, resume if task is None else {**resume, TASK: dump_task(task)})
