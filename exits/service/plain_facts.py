"""Facts whose personal texts were stored before there were keys: they are found and counted, and cannot be sealed.

The chain of hashes is over what was stored, and the client holds signed heads of it: a fact that were sealed afterwards
would look like a forged one. So such a fact stays as it is until its time is over or the client is erased.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson

from journal.core.facts import KINDS
from journal.core.personal import has_texts
from kit.tenantkeys import PREFIX

Fetch = Callable[..., Awaitable[Sequence[Mapping[str, Any]]]]
_PAGE = 2000
_SQL = """
SELECT seq, kind, data::text AS data FROM gf.journal
WHERE tenant_id = $1 AND seq > $2 AND kind = ANY($3::text[]) AND strpos(data::text, $4) = 0 ORDER BY seq LIMIT $5
"""


async def count(fetch: Fetch, tenant_id: UUID) -> int:
    """Return how many facts of the tenant hold personal texts that are not sealed. ``fetch`` runs one statement."""
    kinds = [name for name, kind in KINDS.items() if kind.PERSONAL]
    after = found = 0
    while rows := await fetch(_SQL, tenant_id, after, kinds, f'"{PREFIX}', _PAGE):
        found += sum(has_texts(orjson.loads(row["data"]), KINDS[row["kind"]].PERSONAL) for row in rows)
        after = rows[-1]["seq"]
    return found
