"""The worker's part of telling the client's people of a call: webhook, work order, mail. Each may run twice.

A telling is told by each of its ways once: what was done already is seen in the tenant's rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog

from interactions import service as interactions
from interactions.people import links, replies
from interactions.people import service as people
from interactions.people.errors import ContextOver
from interactions.shown import as_shown
from kit.bus import Bus
from kit.clock import now
from kit.db import Database, Scope
from kit.errors import NotFound, Unavailable
from kit.mail import Mailer, mailer
from kit.settings import Settings
from kit.signing import DocumentSigner
from portal.letters import call_letter
from switchboard.calledback import COMMAND
from switchboard.inbox import inbox_name
from tenants.core.masks import mask_value, shown_named
from tenants.service.at_desk import colleague
from tenants.service.directory import person_of
from webhooks.service.contexts import push_context
from workorders.core.doer import Doer
from workorders.core.states import Side
from workorders.errors import UnknownConnection
from workorders.schemas import NewWorkOrder
from workorders.service import changes

HANDED_CALL = "handed_call"
"""The type of the work orders that are made here."""
ANSWER_WITHIN = timedelta(seconds=3)
"""So long the switchboard may take to answer."""

_ALIAS = "SELECT alias FROM gf.agent_profile WHERE tenant_id = $1 AND agent_id = $2"
_ORDERED = "SELECT 1 FROM gf.work_order WHERE tenant_id = $1 AND interaction_id = $2 AND type = $3 LIMIT 1"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Floor:
    """The way to the switchboard, and the control plane that knows agents by the house's own ids."""

    bus: Bus
    control: Database
    name: str


@dataclass(slots=True)
class _Means:
    """What this process tells by; set once when it starts."""

    signer: DocumentSigner | None = None
    public_url: str = ""
    mailer: Mailer | None = None
    floor: Floor | None = None


_means = _Means()


def install(signer: DocumentSigner, settings: Settings, floor: Floor | None = None) -> None:
    """Let this process tell the client's people; without a mail server no link goes by mail."""
    _means.floor = floor
    smtp = settings.smtp_url.get_secret_value()
    _means.signer, _means.public_url = signer, settings.public_url
    _means.mailer = mailer(smtp, settings.mail_from) if smtp else None


def means() -> _Means:
    """Return what this process tells by."""
    return _means


async def webhook(scope: Scope, payload: Mapping[str, object]) -> None:
    """Tell the client's systems."""
    for found in await _living(scope, payload, "webhook"):
        await push_context(scope, await _data(scope, found), found.row["sent_at"])


async def work_order(scope: Scope, payload: Mapping[str, object]) -> None:
    """Make a work order in the client's system, one for an interaction."""
    for found in await _living(scope, payload, "work_order"):
        interaction, agent = found.row["interaction_id"], found.row["by_agent_id"]
        if await scope.fetch(_ORDERED, scope.tenant_id, interaction, HANDED_CALL):
            continue
        alias = await scope.fetch(_ALIAS, scope.tenant_id, agent)
        doer = Doer(Side.OUTSOURCER, "agent", str(agent), alias[0]["alias"] if alias else "", agent_id=agent)
        text = call_letter(found.person.locale, found.person.name, _link(scope, found))
        order = NewWorkOrder(type=HANDED_CALL, title=text.subject, description=text.body)
        try:
            await changes.create(scope, changes.Asked(order, interaction, agent, is_typed=False), doer, now())
        except UnknownConnection:
            log.warning("no_system_for_a_handed_call", tenant=str(scope.tenant_id))


async def mail(scope: Scope, payload: Mapping[str, object]) -> None:
    """Send the link of the page. Raises ``MailRefused``: it is tried again."""
    for found in await _living(scope, payload, "page"):
        if _means.mailer is None or found.person.email is None or not await people.unmailed(scope, found.row["id"]):
            continue
        text = call_letter(found.person.locale, found.person.name, _link(scope, found))
        await _means.mailer.send(found.person.email, text.subject, text.body)
        await people.delivered(scope, found.row["id"], "mail", now())


async def replied(scope: Scope, payload: Mapping[str, object]) -> None:
    """Let the agent who handed a call over deal with what was written. Raises ``Unavailable``: it is tried again."""
    if _means.floor is None:
        raise RuntimeError("nobody installed the way to the switchboard: app.telling.install")
    call = await interactions.brief(scope, UUID(str(payload["subject"])))
    if call is None:
        return
    for thread in await replies.threads_of(scope, UUID(call["id"])):
        reply = thread.replies[0]
        if thread.row is not None or await person_of(scope, reply.person) is None:
            continue
        asked = {
            "command": COMMAND, "tenant": str(scope.tenant_id), "interaction": str(thread.task), "origin": call["id"],
            "person": reply.person, "queue": call["queue_code"] or "", "agent": await _agent(scope, reply),
        }  # fmt: skip
        answer = await _means.floor.bus.ask(inbox_name(_means.floor.name), asked, ANSWER_WITHIN)
        if not answer.get("ok"):
            raise Unavailable(str(answer.get("code")))


async def _agent(scope: Scope, reply: replies.Reply) -> str | None:
    """Return the house's id of the agent who handed the call over; None: it is not there any more."""
    if _means.floor is None or reply.agent_id is None:
        return None
    try:
        return str(await colleague(_means.floor.control, scope.tenant_id, reply.agent_id))
    except NotFound:
        return None


async def _living(scope: Scope, payload: Mapping[str, object], way: str) -> list[people.Opened]:
    """Return the interaction's tellings by this way that may still be shown."""
    found = []
    for row in await people.of_interaction(scope, UUID(str(payload["subject"]))):
        if way in row["ways"]:
            try:
                found.append(await people.living(scope, row["id"], now()))
            except ContextOver:
                continue
    return found


def _link(scope: Scope, found: people.Opened) -> str:
    if _means.signer is None:
        raise RuntimeError("nobody installed what the client's people are told by: app.telling.install")
    row = found.row
    return links.address(_means.signer, _means.public_url, scope.tenant_id, row["id"], row["expires_at"])


async def _data(scope: Scope, found: people.Opened) -> dict[str, Any]:
    """Return what the client's system is told: as masked as the client wants it for this person."""
    row, person, shown = found.row, found.person, shown_named(found.person.shown)
    call = await interactions.brief(scope, row["interaction_id"])
    if call is None:
        raise ContextOver
    (call,) = await as_shown(scope, [call], shown)
    told = replace(person, phones=())
    return {
        "context_id": str(row["id"]),
        "interaction_id": str(row["interaction_id"]),
        "person": {"code": told.code, "name": told.name, "department": told.department},
        "contact": call["contact"],
        "number": call["number"],
        "queue": call["queue"],
        "agent": call["agent"],
        "path": list(call["path"]),
        "note": mask_value(call["note"] or "", shown),
        "started_at": call["started_at"].isoformat(),
        "expires_at": row["expires_at"].isoformat(),
        "link": _link(scope, found),
    }
