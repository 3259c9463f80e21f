"""Have files scanned, in the worker: whatever is pending is asked about until there is an answer, and never guessed.

A scan runs before anything is locked; what it found is written down only if the attachment is still the one that was
looked at, so that it may run twice, beside itself, and after a kill.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import structlog

from journal import service as journal
from journal.core.facts import SYSTEM
from kit import outbox, sealedfile, vault
from kit.db import Scope
from kit.errors import KeysAway, KeysDestroyed
from kit.objects import Kept, Objects
from kit.scanning.port import UNREADABLE, Content, Scanner, ScannerAway, Verdict
from kit.tenantkeys import Tampered, TenantKeys
from workorders.attachments import schemas
from workorders.attachments.core.states import ScanState
from workorders.attachments.facts import AttachmentScanDelayed, AttachmentScanned, WorkOrderAttached
from workorders.attachments.service.rows import TABLE, Row, content_place, open_rows
from workorders.core.doer import Doer
from workorders.core.states import Side
from workorders.service import rows as orders
from workorders.service.sealing import sealer
from workorders.service.telling import counted, tell

LATE = timedelta(minutes=15)
"""After so long without an answer it is told that a file waits."""
_FIRST_WAIT_S, _LONGEST_WAIT_S = 5, 300
_SCANNER = Doer(Side.OUTSOURCER, "system", "scanner", "")

_PREFIX = "connection:"

_PENDING = """
SELECT * FROM gf.work_order_attachment
WHERE tenant_id = $1 AND id = $2 AND scan_state = 'pending' AND key IS NOT NULL
"""
_STILL = _PENDING + " AND key = $3 FOR UPDATE"
_DECIDE = """
UPDATE gf.work_order_attachment SET scan_state = $3::text, reason = $4, found = $5, scanner = $6,
  scanned_at = $7::timestamptz, key = CASE WHEN $3::text = 'clean' THEN key END,
  announced_at = CASE WHEN visibility = 'shared' THEN $7::timestamptz END
WHERE tenant_id = $1 AND id = $2 RETURNING *
"""
_WAITS = """
UPDATE gf.work_order_attachment SET tries = tries + 1, late_at = CASE WHEN stored_at <= $3 THEN coalesce(late_at, $4)
  END WHERE tenant_id = $1 AND id = $2 AND scan_state = 'pending' RETURNING tries, stored_at, late_at
"""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Means:
    """What a scan needs: where the files are, and who looks into them."""

    objects: Objects
    scanner: Scanner


async def scan(scope: Scope, attachment_id: UUID, means: Means, now: datetime) -> None:
    """Scan an attachment that waits for it; one that was scanned, removed or filled anew is left alone."""
    found = await scope.fetch(_PENDING, scope.tenant_id, attachment_id)
    if not found:
        return
    row = found[0]
    try:
        verdict, by = await _looked_at(scope, row, means)
    except (ScannerAway, OSError, KeysAway) as error:
        await _wait(scope, row, repr(error), now)
        return
    except KeysDestroyed:
        return  # the client has left, and its files with it
    await orders.find(scope, row["work_order_id"], _SCANNER, lock=True)
    if not await scope.fetch(_STILL, scope.tenant_id, attachment_id, row["key"]):
        return
    await _decide(scope, row, verdict, by, now)


async def _looked_at(scope: Scope, row: Row, means: Means) -> tuple[Verdict, str]:
    kept, place = Kept(means.objects, row["key"]), content_place(row["id"])
    try:
        told = await asyncio.to_thread(sealedfile.look, kept)
        keys = await vault.opened(scope, lambda keys: keys.require(told.key_id or UUID(int=0)))
        return await asyncio.to_thread(_ask, means.scanner, kept, keys, place, told.size)
    except Tampered:
        return Verdict(UNREADABLE, "storage"), "storage"


def _ask(scanner: Scanner, kept: Kept, keys: TenantKeys, place: str, size: int) -> tuple[Verdict, str]:
    by = scanner.name()
    return scanner.scan(Content(size, partial(sealedfile.read, kept, keys, place))), by


async def _decide(scope: Scope, row: Row, verdict: Verdict, by: str, now: datetime) -> None:
    """Write down what was found, and tell: what is clean to the other side, what is not to both."""
    state = ScanState.CLEAN if verdict.clean else ScanState.INFECTED
    seal, _ = await sealer(scope, TABLE, row["id"])
    decided = await scope.fetch(
        _DECIDE, scope.tenant_id, row["id"], state.value, verdict.reason or None, seal("found", verdict.found or None),
        by, now,
    )  # fmt: skip
    after = (await open_rows(scope, decided))[0]
    document = schemas.attachment(after)
    if verdict.clean:
        author = _author(after)
        tell(scope, WorkOrderAttached, await _counted(scope, after, now), author, now, attachment=document)
        if author.connection is None:
            return
    else:
        await outbox.add(scope, "attachments.erase", {"key": row["key"]})
        log.warning("attachment_infected", tenant_id=str(scope.tenant_id), attachment_id=str(row["id"]),
                    reason=verdict.reason, scanner=by)  # fmt: skip
    tell(scope, AttachmentScanned, await _counted(scope, after, now), _SCANNER, now, attachment=document)


async def _counted(scope: Scope, row: Row, now: datetime) -> Row:
    """Count an event of the order; what is internal is none."""
    if row["visibility"] == "shared":
        return await counted(scope, row["work_order_id"], now)
    return await orders.find(scope, row["work_order_id"], _SCANNER)


def _author(row: Row) -> Doer:
    own = row["origin"]
    connection = own.removeprefix(_PREFIX) if own.startswith(_PREFIX) else None
    side = Side(row["author_side"])
    return Doer(side, row["author_kind"], row["author_id"], row["author_name"], connection=connection)


async def _wait(scope: Scope, row: Row, why: str, now: datetime) -> None:
    """Try again later, each time after a longer while; tell once when it takes long."""
    waits = await scope.fetch(_WAITS, scope.tenant_id, row["id"], now - LATE, now)
    if not waits:
        return
    tries = waits[0]["tries"]
    delay = min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2 ** min(tries, 10))
    await outbox.add(scope, "attachments.scan", {"subject": str(row["id"])}, in_s=delay)
    late = waits[0]["late_at"] is not None
    tell_it = log.error if late else log.warning
    tell_it("attachment_scan_waits", tenant_id=str(scope.tenant_id), attachment_id=str(row["id"]), tries=tries, why=why)
    if late and row["late_at"] is None:
        fact = AttachmentScanDelayed(str(row["work_order_id"]), row["stored_at"].isoformat(), tries)
        journal.append(scope, fact, subject=row["id"], at=now, actor=SYSTEM)
