"""Links of some minutes to a file or a recording of a work order: made, judged each time, ended.

The address names tenant and link, is signed, and carries 32 random bytes, of which the digest is stored, as a link to a
recording does (:mod:`interactions.sharing.service`): nothing is looked up for a forged one.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import struct
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from journal import service as journal
from journal.core.facts import Actor
from kit.db import Scope
from kit.ids import new_id
from kit.signing import BadSignature, DocumentSigner
from workorders.attachments.errors import FileLinkOver, FileLinkUnknown
from workorders.attachments.facts import FileLinkMade, FileLinksRevoked
from workorders.attachments.service.handing import available
from workorders.attachments.service.rows import Row, find
from workorders.core.doer import Doer

LIFE = timedelta(minutes=15)
ATTACHMENT, RECORDING = "attachment", "recording"
PATH = "/v1/files/"
_KIND = "work-order-file/1"
_FORM = struct.Struct(">16s16s32s")

_MAKE = """
INSERT INTO gf.work_order_link (tenant_id, id, work_order_id, target, target_id, secret_hash, made_by, made_at,
  expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
_ONE = "SELECT * FROM gf.work_order_link WHERE tenant_id = $1 AND id = $2"
_REVOKE = """
UPDATE gf.work_order_link SET revoked_at = $5 WHERE tenant_id = $1 AND work_order_id = $2 AND target = $3
  AND ($4::uuid IS NULL OR target_id = $4) AND revoked_at IS NULL AND expires_at > $5 RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Pass:
    """What an address says that we signed."""

    tenant_id: UUID
    link_id: UUID
    secret: bytes


@dataclass(frozen=True, slots=True)
class Target:
    """What a link leads to."""

    work_order_id: UUID
    kind: str
    id: UUID


def read(signer: DocumentSigner, token: str) -> Pass:
    """Return what an address says. Raises :class:`FileLinkUnknown` for one that we did not sign."""
    try:
        tenant, link, secret = _FORM.unpack(signer.content(_KIND, token))
    except (BadSignature, struct.error, UnicodeError) as error:
        raise FileLinkUnknown from error
    return Pass(UUID(bytes=tenant), UUID(bytes=link), secret)


async def make(scope: Scope, signer: DocumentSigner, target: Target, doer: Doer, now: datetime) -> str:
    """Make a link and return its path; who makes it has been judged before."""
    place = Pass(scope.tenant_id, new_id(), secrets.token_bytes(32))
    ends = now + LIFE
    await scope.fetch(
        _MAKE, scope.tenant_id, place.link_id, target.work_order_id, target.kind, target.id, _digest(place.secret),
        f"{doer.kind}:{doer.id}", now, ends,
    )  # fmt: skip
    fact = FileLinkMade(str(target.work_order_id), target.kind, str(target.id), doer.id, ends.isoformat())
    journal.append(scope, fact, subject=place.link_id, at=now, actor=Actor(doer.kind, doer.id))
    return PATH + signer.token(_KIND, _FORM.pack(place.tenant_id.bytes, place.link_id.bytes, place.secret))


async def make_for(
    scope: Scope, signer: DocumentSigner, ids: tuple[UUID, UUID], doer: Doer, now: datetime
) -> tuple[str, datetime]:
    """Make a link to an attachment (``ids``: order and attachment); return its path and its end.

    Raises as :func:`workorders.attachments.service.handing.available`.
    """
    row = available(await find(scope, *ids, doer))
    return await make(scope, signer, Target(ids[0], ATTACHMENT, row["id"]), doer, now), now + LIFE


async def standing(scope: Scope, place: Pass, now: datetime) -> Row:
    """Return the row behind an address. Raises :class:`FileLinkUnknown` and :class:`FileLinkOver`."""
    found = await scope.fetch(_ONE, scope.tenant_id, place.link_id)
    if not found or not hmac.compare_digest(bytes(found[0]["secret_hash"]), _digest(place.secret)):
        raise FileLinkUnknown
    if found[0]["revoked_at"] is not None or now >= found[0]["expires_at"]:
        raise FileLinkOver
    return found[0]


async def revoke(
    scope: Scope, work_order_id: UUID, kind: str, target_id: UUID | None, doer: Doer, now: datetime
) -> int:
    """End every living link to a target (None: all of that kind) of a work order; return how many there were."""
    ended = await scope.fetch(_REVOKE, scope.tenant_id, work_order_id, kind, target_id, now)
    if ended:
        fact = FileLinksRevoked(kind, str(target_id or ""), len(ended), doer.id)
        journal.append(scope, fact, subject=work_order_id, at=now, actor=Actor(doer.kind, doer.id))
    return len(ended)


def _digest(secret: bytes) -> bytes:
    return hashlib.sha256(secret).digest()
