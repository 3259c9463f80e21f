"""Make the vCon of a work order's conversation: who talked, what was recorded, how it went through the flow.

The recording is in it as a link of some minutes, with the digest of the bytes under that link, when the client lets its
systems have recordings (``sharing.by_systems``). When it came later than the work order, the vCon amends the first one.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import orjson

from interactions import service as interactions
from interactions.audio import where
from interactions.endpoints import is_own
from interactions.shown import as_shown
from journal import service as journal
from journal.core.facts import Actor
from kit import sealedfile, vault
from kit.db import Scope
from kit.errors import NotFound
from kit.objects import Kept, Objects
from kit.signing import DocumentSigner
from kit.tenantkeys import Tampered
from tenants.core.masks import Shown, mask_value
from tenants.service.policies import policy_of
from workorders import schemas
from workorders.attachments.service import links
from workorders.attachments.service.links import RECORDING, Target
from workorders.context.facts import WorkOrderContextTaken
from workorders.context.vcon import Amended, Analysis, Attachment, Dialog, Party, VCon, content_hash, vcon_id
from workorders.core.doer import Doer
from workorders.core.states import Side
from workorders.service import rows as orders

INLINE = 20_000
"""So many bytes an event has at most, with the vCon in it; a larger one is fetched."""
_CONTACT, _CENTRE, _AGENT = 0, 1, 2
_DISPOSITIONS = {"abandoned": "hung-up", "rejected": "busy", "engine_lost": "failed"}

_BEGAN = """
SELECT data ->> 'recording_id' AS id, at FROM gf.journal
WHERE tenant_id = $1 AND subject = $2 AND kind = 'RecordingBegan'
"""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Means:
    """What a vCon is made with: the installation's signature, the store of recordings, and our public address."""

    signer: DocumentSigner
    recordings: Objects
    public_url: str

    @property
    def host(self) -> str:
        """The name that ids are made with."""
        return urlsplit(self.public_url).hostname or "localhost"


@dataclass(frozen=True, slots=True)
class Wanted:
    """For whom a vCon is made: how numbers are shown, and whether recordings are in it."""

    doer: Doer
    shown: Shown
    recordings: bool


async def context(scope: Scope, means: Means, order_id: UUID, wanted: Wanted, now: datetime) -> dict[str, Any]:
    """Return the signed vCon of a work order's conversation; that it was taken is a fact.

    Raises :class:`NotFound` for a work order without one, or whose conversation is no longer kept; ``OSError``.
    """
    order = await orders.find(scope, order_id, wanted.doer)
    made, vcon = await _vcon(scope, means, order, wanted, now)
    fact = WorkOrderContextTaken(str(order["interaction_id"]), vcon.uuid, made, wanted.doer.id)
    journal.append(scope, fact, subject=order_id, at=now, actor=Actor(wanted.doer.kind, wanted.doer.id))
    return means.signer.sign_vcon(vcon.document(), means.host)


async def revoke(scope: Scope, order_id: UUID, doer: Doer, now: datetime) -> int:
    """End every living link to the recordings of a work order's conversation. Raises :class:`NotFound`."""
    await orders.find(scope, order_id, doer)
    return await links.revoke(scope, order_id, RECORDING, None, doer, now)


async def inline(scope: Scope, means: Means, order: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return ``call_context`` for the event of a new work order: the vCon, or where it is fetched from."""
    doer = Doer(Side.TENANT, "connection", order["connection"], order["connection"], order["connection"])
    reference = {"href": f"/v1/work-orders/{order['id']}/context"}
    try:
        row = await orders.find(scope, UUID(order["id"]), doer)
        _, vcon = await _vcon(scope, means, row, Wanted(doer, Shown.FULL, recordings=True), now)
    except (NotFound, OSError):
        return reference
    return {**reference, "vcon": means.signer.sign_vcon(vcon.document(), means.host)}


def fitting(order: dict[str, Any]) -> dict[str, Any]:
    """Return a work order for an event; a vCon that makes it too long is left out, and fetched."""
    if len(orjson.dumps(order)) < INLINE:
        return order
    return {**order, "call_context": {"href": order["call_context"]["href"]}}


async def _vcon(scope: Scope, means: Means, order: Row, wanted: Wanted, now: datetime) -> tuple[int, VCon]:
    """Return how many recordings are in it, and the vCon."""
    call = await interactions.brief(scope, order["interaction_id"]) if order["interaction_id"] else None
    if call is None:
        raise NotFound
    (call,) = await as_shown(scope, [call], wanted.shown)
    recorded = [row for row in await interactions.recordings(scope, order["interaction_id"]) if row["kind"] == "call"]
    shares = wanted.recordings and (await policy_of(scope)).sharing.by_systems
    linked = [await _linked(scope, means, order, row, wanted, now) for row in recorded] if shares else []
    began = {row["id"]: row["at"] for row in await scope.fetch(_BEGAN, scope.tenant_id, order["interaction_id"])}
    first = vcon_id(order["created_at"], means.host, f"{order['id']} 1")
    later = await _came_later(scope, order) if any(linked) else None
    own = first if later is None else vcon_id(later, means.host, f"{order['id']} 2")
    return len([each for each in linked if each]), VCon(
        uuid=str(own), created_at=_at(order["created_at"]), updated_at=_at(now),
        subject=mask_value(order["title"], wanted.shown), amended=None if later is None else Amended(uuid=str(first)),
        parties=_parties(call), dialog=_dialogs(call, recorded, linked, began), analysis=_analysis(call, wanted.shown),
        attachments=[Attachment(purpose="work order", start=_at(order["created_at"]), party=_CENTRE, body={
            "id": str(order["id"]), "number": schemas.work_order(order)["number"], "type": order["type"]})],
    )  # fmt: skip


def _parties(call: Row) -> list[Party]:
    contact = call["contact"] or ""
    masked = "*" in contact or not contact.startswith("+")
    made = [
        Party(name=contact or None, validation="none", type="person") if masked
        else Party(tel=f"tel:{contact}", validation="none", type="person"),
        Party(tel=f"tel:{call['number']}" if call["number"].startswith("+") else None, name=call["queue"]),
    ]  # fmt: skip
    if call["agent_id"] is not None:
        made.append(Party(name=call["agent"], validation="centre", uuid=str(call["agent_id"]), type="person"))
    return made


def _dialogs(
    call: Row, recorded: Sequence[Row], linked: Sequence[tuple[str, str] | None], began: Mapping[str, datetime]
) -> list[Dialog]:
    """Return a dialog for each recording, from when it began, or the one that says that there is none."""
    talked = call["answered_at"] is not None
    ours: list[int | list[int]] = [_AGENT if call["agent_id"] is not None else _CENTRE]
    both: list[int | list[int]] = [_CONTACT, *ours]
    talk = call["answered_at"] or call["started_at"]
    if not recorded and not talked and call["ended_at"] is not None:
        why: Any = _DISPOSITIONS.get(call["outcome"], "no-answer")
        return [Dialog(type="incomplete", start=_at(call["started_at"]), parties=both, disposition=why)]
    if not recorded:
        return [Dialog(type="recording", start=_at(talk), parties=both)]
    made = []
    for n, row in enumerate(recorded):
        link = linked[n] if n < len(linked) else None
        sound = {"mediatype": row["media"], "url": link[0], "content_hash": link[1]} if link else {}
        start, lasts = _at(began.get(row["id"], talk)), row["duration_ms"] / 1000
        made.append(Dialog(type="recording", start=start, duration=lasts, parties=both, **sound))
    return made


def _analysis(call: Row, shown: Shown) -> list[Analysis]:
    """Return the way through the flow and the outcome that the agent chose."""
    found = [Analysis(product="flow", schema_="glassfloor/flow-path/1", body={"path": list(call["path"])})]
    chosen = call["disposition"]
    if chosen is not None:
        body = mask_value({"code": chosen["code"], "name": chosen["name"], "note": chosen["note"]}, shown)
        found.append(Analysis(product="desk", schema_="glassfloor/disposition/1", body=body))
    return found


async def _linked(
    scope: Scope, means: Means, order: Row, recording: Row, wanted: Wanted, now: datetime
) -> tuple[str, str] | None:
    """Return a link to a recording and the digest of what it serves; None: it is not kept any more."""
    if not is_own(recording["key"], scope.tenant_id):
        return None
    kept = Kept(means.recordings, recording["key"])
    try:
        key_id = (await asyncio.to_thread(sealedfile.look, kept)).key_id
        keys = None if key_id is None else await vault.opened(scope, lambda keys: keys.require(key_id))
        digest = await asyncio.to_thread(_sha512, sealedfile.read(kept, keys, where(recording["id"])))
    except (FileNotFoundError, Tampered):
        return None
    target = Target(order["id"], RECORDING, UUID(recording["id"]))
    path = await links.make(scope, means.signer, target, wanted.doer, now)
    return means.public_url.rstrip("/") + path, content_hash(digest)


def _sha512(chunks: Iterator[bytes]) -> bytes:
    digest = hashlib.sha512()
    for chunk in chunks:
        digest.update(chunk)
    return digest.digest()


async def _came_later(scope: Scope, order: Row) -> datetime | None:
    """Return when the last recording was stored, if that was after the work order was made."""
    rows = await scope.fetch(
        "SELECT max(stored_at) AS at FROM gf.recording WHERE tenant_id = $1 AND interaction_id = $2 AND kind = 'call'",
        scope.tenant_id, order["interaction_id"],
    )  # fmt: skip
    at: datetime | None = rows[0]["at"]
    return at if at is not None and at > order["created_at"] else None


def _at(at: datetime) -> str:
    return schemas.instant(at) or ""
