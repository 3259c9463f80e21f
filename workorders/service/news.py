"""What is new about work orders since a fact of the journal: how an open page learns that it should be read again."""

from __future__ import annotations

from functools import lru_cache
from typing import Final
from uuid import UUID

from journal import service as journal
from journal.core.facts import KINDS, Fact
from journal.core.inside import is_internal
from kit.db import Scope
from workorders.core.doer import Doer
from workorders.facts import WorkOrderHappened

MOST: Final = 200
"""So many facts are looked at; behind more of them something is new in any case."""


async def newest(scope: Scope, doer: Doer, after: int, work_order_id: UUID | None = None) -> int:
    """Return the number of the newest fact behind ``after`` that a page of the doer's would show; 0: there is none.

    ``work_order_id``: on the page of this one, which the doer sees; without it, on a page of many.
    """
    facts = await journal.stored(scope, after, MOST, kinds())
    if len(facts) == MOST:
        return await journal.head(scope)
    return max((fact.seq for fact in facts if _is_shown(fact, doer, work_order_id)), default=0)


@lru_cache
def kinds() -> tuple[str, ...]:
    """Return the kinds of facts by which a work order changes."""
    return tuple(sorted({name for name, kind in KINDS.items() if issubclass(kind, WorkOrderHappened)}))


def _is_shown(fact: Fact, doer: Doer, work_order_id: UUID | None) -> bool:
    if is_internal(fact.data) and not doer.sees_internal:
        return False
    if work_order_id is not None:
        return fact.subject == work_order_id
    own = doer.agent_id is None or fact.data["agent_id"] == str(doer.agent_id)
    return own and doer.connection in (None, fact.data["connection"])
