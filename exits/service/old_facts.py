"""Shorten a journal as its client's configuration says: cut it at a signed head, then delete what lies before.

The worker cuts (a signed row and a fact, one transaction), the sealer's login deletes; killed anywhere, the next round
goes on. At most one cut a day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from exits.service import holds, retention
from journal import cuts
from journal import service as journal
from journal.core.facts import Fact
from kit.db import AccessibleTenantId, Plane
from kit.signing import DocumentSigner
from live import keyframes
from live.core.carry import CARRIED, carry

CUT_EVERY = timedelta(days=1)
_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Shortening:
    """Whose journal: through the worker's login and the sealer's. ``told`` hears how many facts are gone so far."""

    plane: Plane
    sealer: Plane
    signer: DocumentSigner
    tenant_id: AccessibleTenantId
    told: Callable[[int], None] = lambda _gone: None


async def shorten(work: Shortening, now: datetime) -> int:
    """Cut if it is time, then delete what lies before the newest cut; return how many facts were deleted.

    Boards from before the cut go with the facts that they were made of.
    """
    await _cut(work, now)
    await keyframes.forget_before(work.plane, work.tenant_id)
    return await cuts.delete_before(work.sealer, work.tenant_id, work.signer, work.told)


async def _cut(work: Shortening, now: datetime) -> None:
    async with work.plane.transaction(work.tenant_id) as scope:
        last = await cuts.newest(scope)
        if last is not None and now < last.at + CUT_EVERY:
            return
        agreed = cuts.Agreed((await retention.policy(scope)).journal_days, now)
        held = await holds.oldest(scope)
        point = await cuts.point(scope, agreed.before if held is None else min(agreed.before, held))
    if point is None:
        return
    carried = await _carried(work, last, point.seq)
    async with work.plane.transaction(work.tenant_id) as scope:
        await cuts.cut(scope, work.signer, point, agreed, carried)


async def _carried(work: Shortening, last: cuts.Cut | None, upto: int) -> list[dict[str, Any]]:
    """Return what boards need of the facts that go. Those cannot change, so pages of them need not agree."""
    carried, after = (last.carried, last.seq) if last is not None else ([], 0)
    while True:
        async with work.plane.transaction(work.tenant_id) as scope:
            page: list[Fact] = await journal.stored(scope, after=after, limit=_PAGE, kinds=CARRIED)
        carried = carry(carried, [fact for fact in page if fact.seq <= upto])
        if len(page) < _PAGE or page[-1].seq > upto:
            return carried
        after = page[-1].seq
