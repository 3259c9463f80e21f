"""Trouble tickets: each is a work order, made, read and changed by the work orders' own service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import workorders.service as orders
from exchange.tmf621.core.naming import BESIDE, STATUSES
from exchange.tmf621.errors import NotPatchable
from exchange.tmf621.schemas import New, Note, Patch
from exchange.tmf621.service.queries import Asked
from exchange.tmf621.service.reading import checked, fields_of
from journal import service as journal
from kit.db import Scope
from kit.errors import ValidationFailed
from webhooks.core.tmf621 import Beside, Edition, status_of, written
from workorders.attachments.schemas import NewAttachment, attachment
from workorders.attachments.service import adding, rows
from workorders.attachments.service.adding import Stored
from workorders.cancelling import service as cancelling
from workorders.cancelling.errors import CancellationOpen
from workorders.cancelling.schemas import NewCancellation
from workorders.core.doer import Doer
from workorders.core.states import Status
from workorders.errors import TransitionNotAllowed, TransitionWrongSide
from workorders.schemas import Move, NewComment, NewWorkOrder, WorkOrderPatch, instant

_KIND = "TroubleTicket"
_TITLE = 200
"""The longest title of a work order: a ticket without a name is called by the beginning of its description."""
_NOT_WANTED = "The trouble ticket was deleted"
"""The reason that a request to cancel has: a DELETE says none."""


@dataclass(slots=True)
class Brought:
    """Files that came inside a ticket and lie in the store already, each with its name, and addresses of others."""

    files: list[tuple[Stored, str]] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    used: bool = False
    """Whether the files belong to a ticket now."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who asks, what they brought along, and how they are answered."""

    doer: Doer
    edition: Edition
    fields: frozenset[str] | None = None
    """The attributes that are wanted; None: all."""
    brought: Brought = field(default_factory=Brought)


@dataclass(frozen=True, slots=True)
class Found:
    """A page of tickets, how many there are in all (None: too many to count), and the cursor of the next page."""

    rows: list[dict[str, Any]]
    total: int | None
    next: str | None


async def create(scope: Scope, body: New, speaker: Speaker, now: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
    """Make a ticket; return the work order's document and the ticket. Raises what making a work order raises."""
    _check_kind(body)
    if (body.ticket_status or "acknowledged") != "acknowledged" or body.status_change_reason or body.pending_on:
        raise ValidationFailed("/status: a new ticket is not acknowledged yet, and has no reason for another status")
    said = {"title": body.description.strip()[:_TITLE], **fields_of(body), "type": body.ticket_type}
    if body.channel_ref is not None:
        said["channel"] = body.channel_ref.id
    given = {name: value for name, value in said.items() if value is not None}
    order = await orders.create(scope, orders.Asked(checked(NewWorkOrder, given)), speaker.doer, now)
    own, brought = UUID(order["id"]), speaker.brought
    if not (body.notes or brought.files or brought.links):
        whole = written(order, speaker.edition, Beside([], _just_happened(scope, own), []))
        return order, selected(whole, speaker.fields, speaker.edition)
    await _comment(scope, own, body.notes or (), speaker, now)
    return await retrieve(scope, own, speaker)


async def retrieve(scope: Scope, ticket_id: UUID, speaker: Speaker) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a work order's document, and the ticket with all that it has. Raises :class:`NotFound`."""
    order = await orders.detail(scope, ticket_id, speaker.doer)
    return order, await _shown(scope, order, speaker)


async def search(scope: Scope, asked: Asked, speaker: Speaker) -> Found:
    """Return a page of tickets, newest first; what lies beside a work order only if ``fields`` names it."""
    wanted = orders.Wanted(asked.filters, asked.limit, asked.after, asked.before, asked.offset)
    page = await orders.list_orders(scope, wanted, speaker.doer)
    total = await orders.count_orders(scope, asked.filters, speaker.doer)
    fields = asked.fields
    if fields is None or not fields & BESIDE:
        shown = [selected(written(order, speaker.edition), fields, speaker.edition) for order in page.data]
    else:
        shown = [await _shown(scope, order, speaker) for order in page.data]
    return Found(shown, total, page.next)


async def change(
    scope: Scope, ticket_id: UUID, body: Patch, speaker: Speaker, now: datetime, *, seen: int | None = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Merge a change into a ticket: its attributes, then new notes, then its status, each by its own native act.

    ``seen`` is the version that the caller read, if it says so. Raises :class:`NotFound`, :class:`NotPatchable`, and
    what the native acts raise; then nothing is changed.
    """
    order = await _as_seen(scope, ticket_id, speaker.doer, now, seen)
    _check_kind(body)
    _check_fixed(body, order)
    patch = checked(WorkOrderPatch, fields_of(body, order))
    order = await orders.edit(scope, ticket_id, patch, speaker.doer, now, seen=seen)
    known = {each["id"] for each in await _comments(scope, ticket_id, speaker.doer)} if body.notes else set()
    new = tuple(note for note in body.notes or () if note.id not in known)
    await _comment(scope, ticket_id, new, speaker, now)
    await _move(scope, ticket_id, body, order, speaker.doer, now)
    return await retrieve(scope, ticket_id, speaker)


async def remove(scope: Scope, ticket_id: UUID, doer: Doer, now: datetime, *, seen: int | None = None) -> bool:
    """Cancel a ticket, or ask its resolver to let it be cancelled; say whether it is. Nothing is ever deleted.

    What is asked already is not asked again. Raises :class:`NotFound`, :class:`VersionMismatch` and, whatever keeps it
    from being cancelled, :class:`TransitionNotAllowed`.
    """
    order = await orders.detail(scope, ticket_id, doer)
    try:
        if order["status"] not in cancelling.UNDER_WAY:
            await orders.transition(scope, ticket_id, Move(to=Status.CANCELLED), doer, now, seen=seen)
            return True
        await _as_seen(scope, ticket_id, doer, now, seen)
        await cancelling.request(scope, ticket_id, NewCancellation(reason=_NOT_WANTED), doer, now)
    except CancellationOpen:
        pass
    except TransitionWrongSide as error:
        raise TransitionNotAllowed(error.detail, allowed=error.data["allowed"]) from error
    return False


def selected(shown: Mapping[str, Any], fields: frozenset[str] | None, edition: Edition) -> dict[str, Any]:
    """Return the attributes that are wanted: always ``id`` and ``href``, and in version 5 the type."""
    if fields is None:
        return dict(shown)
    kept = fields | {"id", "href"} | ({"@type"} if edition.is_v5 else set())
    return {name: value for name, value in shown.items() if name in kept}


async def _as_seen(scope: Scope, ticket_id: UUID, doer: Doer, now: datetime, seen: int | None) -> dict[str, Any]:
    """Return the work order; a version that was not the newest is refused before anything is said of the body."""
    order = await orders.detail(scope, ticket_id, doer)
    if seen is not None and seen != order["version"]:
        await orders.edit(scope, ticket_id, WorkOrderPatch(), doer, now, seen=seen)
    return order


async def _shown(scope: Scope, order: Mapping[str, Any], speaker: Speaker) -> dict[str, Any]:
    wanted, own = speaker.fields, UUID(order["id"])
    comments = history = files = None
    if wanted is None or "note" in wanted:
        comments = await _comments(scope, own, speaker.doer)
    if wanted is None or wanted & (BESIDE - {"note", "attachment"}):
        history = await orders.history(scope, own, speaker.doer) + _just_happened(scope, own)
    if wanted is None or "attachment" in wanted:
        files = await attachments(scope, own, speaker.doer)
    whole = written(order, speaker.edition, Beside(comments, history, files))
    return selected(whole, wanted, speaker.edition)


async def attachments(scope: Scope, ticket_id: UUID, doer: Doer) -> list[dict[str, Any]]:
    """Return what is attached to a ticket and both sides may see, oldest first. Raises :class:`NotFound`."""
    return [attachment(row) for row in await rows.of_order(scope, ticket_id, doer) if row["visibility"] == "shared"]


def _just_happened(scope: Scope, ticket_id: UUID) -> list[dict[str, Any]]:
    """Return what this transaction did to a work order, as its history will have it once it is stored."""
    facts = journal.waiting(scope, ticket_id)
    return [{"at": instant(fact.at), "kind": fact.kind, **fact.payload.data()} for fact in facts]


async def _comments(scope: Scope, ticket_id: UUID, doer: Doer) -> list[dict[str, Any]]:
    """Return every comment of a ticket, oldest first."""
    found: list[dict[str, Any]] = []
    wanted = orders.Wanted(limit=200)
    while True:
        page = await orders.comments(scope, ticket_id, wanted, doer)
        found += page.data
        if page.next is None:
            return found[::-1]
        wanted = orders.Wanted(limit=200, after=page.next)


async def _comment(scope: Scope, ticket_id: UUID, notes: tuple[Note, ...], speaker: Speaker, now: datetime) -> None:
    """Add notes, and what was brought along; the address of a file that lies elsewhere is a note as well."""
    for text in (*(note.text for note in notes), *speaker.brought.links):
        await orders.comment(scope, ticket_id, checked(NewComment, {"body": text}), speaker.doer, now)
    for stored, name in speaker.brought.files:
        await adding.attach(scope, ticket_id, checked(NewAttachment, {"name": name}), stored, speaker.doer, now)
    speaker.brought.used = True


async def _move(
    scope: Scope, ticket_id: UUID, body: Patch, order: Mapping[str, Any], doer: Doer, now: datetime
) -> None:
    given, to = body.model_fields_set, body.ticket_status
    if "ticket_status" in given and to not in STATUSES:
        raise ValidationFailed(f"/status: it is one of {', '.join(sorted(STATUSES))}")
    if to is None or _stands(to, order, doer):
        for name, field in (("status_change_reason", "status_reason"), ("pending_on", "pending_on")):
            if name in given and getattr(body, name) != order[field]:
                raise NotPatchable("statusChangeReason and pendingOn go with a change of status")
        return
    said = {"to": to, "reason": body.status_change_reason, "pending_on": body.pending_on}
    if to == Status.PENDING and body.pending_on is None:
        said["pending_on"] = order["requester_side"]
    await orders.transition(scope, ticket_id, checked(Move, said), doer, now)


def _stands(to: str, order: Mapping[str, Any], doer: Doer) -> bool:
    """Say whether the ticket has this status already; only its resolver acknowledges what was submitted."""
    acknowledges = order["status"] == Status.SUBMITTED and doer.side.value != order["requester_side"]
    return to == status_of(order["status"]) and not acknowledges


def _check_kind(body: Patch | New) -> None:
    if body.at_type not in (None, _KIND):
        raise ValidationFailed(f"/@type: there are tickets of the type {_KIND} only")


def _check_fixed(body: Patch, order: Mapping[str, Any]) -> None:
    """Refuse to change what stays; repeated as it is, it may stand in a body."""
    given = body.model_fields_set
    if body.at_base_type is not None or body.at_schema_location is not None:
        raise NotPatchable("@baseType and @schemaLocation do not change")
    if "ticket_type" in given and body.ticket_type != order["type"]:
        raise NotPatchable("ticketType does not change: it says which fields and targets a ticket has")
    if "channel_ref" in given and (body.channel_ref is None or body.channel_ref.id != order["channel"]):
        raise NotPatchable("channel does not change: it says where the ticket came from")
    if ("notes" in given and body.notes is None) or ("attachments" in given and body.attachments is None):
        raise NotPatchable("notes and attachments stay; send those that are new")
