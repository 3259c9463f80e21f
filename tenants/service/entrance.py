"""What signing in needs, together; and the facts about it, in the journals that the person belongs to."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog

from journal import service as journal
from journal.core.facts import Actor, NewFact, Payload
from kit.away import MAYBE_AWAY, is_away
from kit.db import AccessibleTenantId, Database, Plane
from kit.errors import Unavailable
from kit.ids import new_id
from kit.secretbox import SecretBox
from tenants.access import INSTALLATION, for_system
from tenants.service.door import Door

_JOURNALS = """
SELECT u.staff_role IS NOT NULL AS staff, ARRAY(
  SELECT m.tenant_id FROM control.membership m JOIN control.tenant t ON t.id = m.tenant_id
  WHERE m.user_id = u.id AND t.state <> 'left' ORDER BY m.tenant_id) AS tenants
FROM control."user" u WHERE u.id = $1
"""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Entrance:
    """Both planes, the counts at the door, the box for secrets, and whether letters can be sent."""

    control: Database
    plane: Plane
    box: SecretBox
    door: Door
    mail: bool = False


async def journals_of(control: Database, user_id: UUID) -> list[AccessibleTenantId]:
    """Return where facts about a person's sign-in belong: its companies' journals.

    The outsourcer's own people have theirs in the installation's journal only: an agent who serves two clients is
    somebody else to each, and one id in both journals would let them compare.
    """
    row = await (await control.pool()).fetchrow(_JOURNALS, user_id)
    wanted = [] if row is None or row["staff"] else list(row["tenants"])
    return [for_system(tenant_id, "sign-in") for tenant_id in wanted or [INSTALLATION]]


async def tell(
    entrance: Entrance, user_id: UUID, payload: Payload, now: datetime, *, actor: Actor | None = None
) -> None:
    """Append a fact about a person to every journal it belongs in; the person itself is the actor if nobody else is.

    A client whose database is away does not keep the person out of another one; if no journal takes it, the error is
    raised and what was to be told does not happen.
    """
    away: Exception | None = None
    written = 0
    for tenant_id in await journals_of(entrance.control, user_id):
        try:
            async with entrance.plane.transaction(tenant_id) as scope:
                journal.append(scope, payload, subject=user_id, at=now, actor=actor or Actor("user", str(user_id)))
            written += 1
        except (Unavailable, *MAYBE_AWAY) as error:
            if not isinstance(error, Unavailable) and not is_away(error):
                raise
            log.warning("journal_away", tenant_id=str(tenant_id), kind=payload.KIND)
            away = error
    if away is not None and not written:
        raise away


async def seem_to_tell(entrance: Entrance, payload: Payload, now: datetime) -> None:
    """Do the work of :func:`tell` for nobody, and take it back.

    Without it the next answer came a fifth of a millisecond sooner after a stranger's address than after a known one.
    """
    nobody = new_id()
    with suppress(_TakenBack, Unavailable, *MAYBE_AWAY):
        (installation,) = await journals_of(entrance.control, nobody)
        async with entrance.plane.transaction(installation) as scope:
            await journal.append_now(scope, [NewFact(payload, nobody, now, Actor("user", str(nobody)))])
            raise _TakenBack


class _TakenBack(Exception):
    """Rolls back what was done for its time alone."""
