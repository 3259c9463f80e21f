"""What a desk shows, read from the record: the agent's state, its interaction, its work orders, its day.

An agent serves several tenants. Each is entered by itself, as the agent's memberships allow; nothing of one is shown in
the other's words. The tenant whose interaction the agent has decides what the desk shows.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from interactions import service as interactions
from interactions.before import talk_now
from interactions.core.talk import Talk
from interactions.core.talk import shown as as_values
from interactions.desktop import service as desktop
from interactions.desktop import switch
from interactions.nocall import service as nocall
from interactions.people import replies
from interactions.reveal import Reader, offered
from interactions.shown import as_shown
from journal.core.facts import Actor
from kit.clock import millis
from kit.db import Plane, Scope
from kit.errors import NotFound, TenantElsewhere
from live import messages
from portal.agent_clients import first_that_knows
from portal.seat_task_lines import tasks_of
from tenants.access import Membership, enter
from tenants.core.masks import mask_value
from tenants.core.permissions import Role
from tenants.core.supervision import NOTHING
from tenants.endpoints import StaffAccess
from tenants.models import AgentProfile
from tenants.service import reading
from tenants.service.directory import person_of
from tenants.service.policies import policy_of, shown_to
from workorders.service import lists

_ELSEWHERE = "elsewhere"
_IS_IN = "SELECT FROM gf.agent_state WHERE tenant_id = $1 AND agent_id = $2 AND interaction_id = $3"
_ALIAS = f"SELECT alias FROM gf.{AgentProfile.__tablename__} WHERE tenant_id = $1 AND agent_id = $2"  # noqa: S608 - the model's own name


async def desk_document(plane: Plane, staff: StaffAccess, now: datetime) -> dict[str, Any]:
    """Return the document that the desk's feed sends (instants in milliseconds)."""
    views, away = [], []
    for member in staff.principal.memberships.values():
        if member.open and member.agent_id is not None:
            try:
                async with plane.transaction(enter(staff.principal, member.tenant_id)) as scope:
                    views.append(await _view(scope, member, member.agent_id, now))
            except TenantElsewhere:
                away.append(member.name)
    known = [view for view in views if view["state"] is not None]
    chosen = max(known, key=_weight, default=None)
    state: dict[str, Any] = (
        chosen["state"] if chosen else {"state": "offline", "reason": None, "since": now, "phone": False}
    )
    interaction = chosen["interaction"] if chosen else None
    return {
        "agent": {"name": staff.principal.name, "seat": staff.seat, "desk": staff.desk},
        "state": state["state"],
        "reason": state["reason"],
        "since": millis(state["since"]),
        "phone": any(view["state"]["phone"] for view in known),
        "phones": {
            "chosen": next((view["state"]["chosen_phone"] for view in known if view["state"]["chosen_phone"]), ""),
            "other": any(view["state"]["other_phone"] for view in known),
        },
        "wrap_up_ends_at": _wrap_up_end(state, interaction),
        "interaction": interaction,
        "work_orders": sorted(
            (o for v in views for o in v["work_orders"]), key=lambda o: o["updated_at"], reverse=True
        ),
        "seat_tasks": sorted((t for v in views for t in v["seat_tasks"]), key=_urgency),
        "messages": sorted((m for v in views for m in v["messages"]), key=lambda m: m["at"], reverse=True),
        "away": away,
        "clients": [{"code": m.code, "name": m.name} for m in staff.principal.memberships.values() if m.open],
        "today": {
            "handled": sum(view["state"]["handled"] for view in known),
            "talk_ms": sum(view["state"]["talk_ms"] for view in known),
        },
    }


async def place_of(plane: Plane, staff: StaffAccess, interaction_id: UUID) -> dict[str, Any]:
    """Return the tenant in which this agent has or had the interaction, and its alias. Raises :class:`NotFound`.

    While a tenant is elsewhere the interaction may be there: then that is raised.
    """

    async def place(scope: Scope, agent_id: UUID) -> dict[str, Any]:
        row = await interactions.brief(scope, interaction_id)
        if row is None or not await _takes_part(scope, row, agent_id):
            raise NotFound
        alias = await scope.fetch(_ALIAS, scope.tenant_id, agent_id)
        return {"tenant_id": scope.tenant_id, "alias": alias[0]["alias"]}

    return await first_that_knows(plane, staff, place)


async def _takes_part(scope: Scope, row: dict[str, Any], agent_id: UUID) -> bool:
    """Say whether the interaction is this agent's, or one that it was called into and is in now."""
    if row["agent_id"] == agent_id:
        return True
    return bool(await scope.fetch(_IS_IN, scope.tenant_id, agent_id, UUID(str(row["id"]))))


def _weight(view: dict[str, Any]) -> tuple[bool, bool, datetime]:
    state = view["state"]
    elsewhere = state["state"] == "on_break" and state["reason"] == _ELSEWHERE
    return view["interaction"] is not None, not elsewhere, state["since"]


def _urgency(task: dict[str, Any]) -> tuple[bool, int, str]:
    return task["due_at"] is None, task["due_at"] or 0, task["id"]


async def _view(scope: Scope, member: Membership, agent_id: UUID, now: datetime) -> dict[str, Any]:
    midnight = now.astimezone(ZoneInfo(member.zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    seen = await shown_to(scope, Role.AGENT)
    state = await interactions.agent_state(scope, agent_id, midnight)
    orders = [_order(order) for order in mask_value(await lists.list_for_agent(scope, agent_id), seen)]
    tasks = await tasks_of(scope, member, agent_id, seen)
    told_me = await messages.of_agent(scope, agent_id, midnight)
    current = state["interaction_id"] if state else None
    row = await interactions.brief(scope, current) if current else None
    me, may_reveal = Actor("agent", str(agent_id)), False
    may_list = row is not None and bool(row["contact"]) and (await policy_of(scope)).agents_may_list
    if row is not None:
        may_reveal = await offered(scope, row, Reader(Role.AGENT, me, agent_id), seen)
        (row,) = await as_shown(scope, [row], seen)
    shown = _interaction(row, member, state, now) if row and state else None
    if shown is not None and current is not None:
        is_asked = may_list or shown["task"] is not None
        is_listed = is_asked and await nocall.of_interaction(scope, current, now) is not None
        if shown["task"] is not None:
            shown["task"]["listed"] = is_listed
        shown["no_call"] = {"listed": is_listed} if may_list else None
        shown["reveal"] = may_reveal
        shown["desktop"] = await _desktop(scope, agent_id, current, now)
        told = (await policy_of(scope)).supervision.told
        talk = _talk(await talk_now(scope, current), agent_id, told=told != NOTHING)
        shown["talk"] = {**talk, "told": told}
        if row is not None and row["task"] == "person" and row["origin_id"] is not None:
            shown["task"]["asked"] = mask_value(await _asked(scope, current, row["origin_id"]), seen)
        # Whoever wraps up has its own part to finish, also when the contact is with somebody else by now.
        shown["own"] = shown["state"] == "wrapping_up" or (row is not None and row["agent_id"] == agent_id)
        mine = mask_value(await lists.list_for_interaction(scope, current), seen)
        shown["work_orders"] = [_order(order) for order in mine]
    read = {UUID(str(order["id"])) for order in [*orders, *(shown["work_orders"] if shown else [])]}
    read |= {UUID(task["order"]) for task in tasks}
    await reading.shown_at_desk(scope, me, current if shown else None, sorted(read))
    return {"state": state, "interaction": shown, "work_orders": orders, "seat_tasks": tasks, "messages": told_me}


async def _desktop(scope: Scope, agent_id: UUID, interaction: UUID, now: datetime) -> dict[str, Any] | None:
    """Return whether the client may see this desk now; None: it is shown to nobody. ``agreed`` None: ask."""
    policy = (await policy_of(scope)).desktop
    if not policy.on or await switch.hides(scope, interaction):
        return None
    given = await desktop.consent(scope, agent_id, now)
    return {"agreed": given if policy.consent else given is not False}


def _talk(talk: Talk, agent_id: UUID, *, told: bool) -> dict[str, Any]:
    """Return how the conversation stands, ``mine`` marking the agent's own place in it. ``told``: of who listens."""
    shown = as_values(talk, millis, tells_of_listeners=told)
    for guest in shown["guests"]:
        guest["mine"] = guest.pop("agent_id") == str(agent_id)
        guest["by_me"] = guest.pop("by_agent_id") == str(agent_id)
    return shown


def _order(order: dict[str, Any]) -> dict[str, Any]:
    """Return a work order's line; instants in a desk's document are milliseconds."""
    return {**order, "updated_at": millis(datetime.fromisoformat(order["updated_at"]))}


def _interaction(row: dict[str, Any], member: Membership, state: dict[str, Any], now: datetime) -> dict[str, Any]:
    waiting = now - row["queued_at"] if row["queued_at"] else timedelta()
    return {
        "id": row["id"],
        "tenant": {"code": member.code, "name": member.name, "zone": member.zone},
        "queue": {"code": row["queue_code"], "name": row["queue"]},
        "contact": row["contact"],
        "number": row["number"],
        "waited_ms": row["wait_ms"] if row["wait_ms"] is not None else int(waiting / timedelta(milliseconds=1)),
        "path": row["path"],
        "because": row["because"],
        "state": state["state"],
        "since": millis(state["since"]),
        "dispositions": row["dispositions"],
        "disposition": row["disposition"],
        "note": row["note"],
        "wrap_up_s": row["wrap_up_s"] if row["wrap_up_ends"] else None,
        "outcome_required": row["outcome_required"] and bool(row["dispositions"]),
        "task": _task(row),
    }


def _task(row: dict[str, Any]) -> dict[str, Any] | None:
    """Return what an interaction is for in which nobody waits; ``state``: later, offered, accepted, dialling, ..."""
    if row["task"] is None:
        return None
    return {
        "kind": row["task"],
        "origin": None if row["origin_id"] is None else str(row["origin_id"]),
        "state": row["state"],
        "due_at": None if row["due_at"] is None else millis(row["due_at"]),
        "tries": row["tries"],
        "result": row["result"],
    }


async def _asked(scope: Scope, task: UUID, origin: UUID) -> dict[str, Any] | None:
    """Return who of the client's wants something of the agent, and its words; None: they are gone."""
    threads = await replies.threads_of(scope, origin)
    written = next((thread.replies for thread in threads if thread.task == task), ())
    if not written:
        return None
    person = await person_of(scope, written[-1].person)
    return {
        "name": written[-1].person if person is None else person.name,
        "department": "" if person is None else person.department,
        "call_back": any(each.wants == "call_back" for each in written),
        "texts": [each.text for each in written if each.text],
    }


def _wrap_up_end(state: dict[str, Any], interaction: dict[str, Any] | None) -> int | None:
    if state["state"] != "wrapping_up" or interaction is None or not interaction["wrap_up_s"]:
        return None
    return millis(state["since"] + timedelta(seconds=interaction["wrap_up_s"]))
