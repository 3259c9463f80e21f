"""Whether agents' desk pages are there: each web process writes down whom it hears, the floor's process looks.

All instants are the database's, so no two machines' clocks are compared, and Redis has no part in it. A page answers
its socket every two seconds (``portal.presence``); of an agent with several pages the one that is heard counts.

A page that is not heard is only known to be gone while somebody listens: a web process that has itself been there for
:data:`GRACE` without a break. Nobody does while the portal is restarted, or while the database is away from it, and
then nothing is said of any desk: who was reached is, until the pages had their time to come back. A web process that
was killed says nothing any more; what its pages did since is known by those that go on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text

from kit.db import Database

BEATS_EVERY = timedelta(seconds=2)
LASTS = timedelta(seconds=12)
"""A web process that has said nothing for so long does not listen."""
GRACE = timedelta(seconds=20)
"""So long a page may not be heard before it is gone. One that is loaded anew takes two or three seconds, one that lost
its connection tries again after 15 at the latest (``static/js/feed.js``)."""

_BEAT = text("""
WITH listener AS (
  INSERT INTO control.desk_listener AS l (id, since, seen_at) VALUES (:id, clock_timestamp(), clock_timestamp())
  ON CONFLICT (id) DO UPDATE SET seen_at = clock_timestamp(),
    since = CASE WHEN l.seen_at < clock_timestamp() - CAST(:lasts AS interval) THEN clock_timestamp() ELSE l.since END
), gone AS (
  DELETE FROM control.desk_listener WHERE id <> :id AND seen_at < clock_timestamp() - CAST(:lasts AS interval)
)
INSERT INTO control.desk_page AS p (agent_id, heard_at)
SELECT a.id, clock_timestamp() - make_interval(secs => heard.ago_s)
FROM unnest(CAST(:agents AS uuid[]), CAST(:ago_s AS float8[])) AS heard (agent_id, ago_s)
JOIN control.agent a ON a.id = heard.agent_id ORDER BY a.id
ON CONFLICT (agent_id) DO UPDATE SET heard_at = excluded.heard_at WHERE p.heard_at < excluded.heard_at
""")
_LEFT = text("DELETE FROM control.desk_listener WHERE id = :id")
_LOOK = text("""
SELECT p.agent_id, p.heard_at, coalesce((
  SELECT min(since) < clock_timestamp() - CAST(:grace AS interval) FROM control.desk_listener
  WHERE seen_at > clock_timestamp() - CAST(:lasts AS interval)
), false) AS sure
FROM control.desk_page p JOIN control.agent a ON a.id = p.agent_id
WHERE a.floor_id = :floor AND p.heard_at < clock_timestamp() - CAST(:grace AS interval)
""")
_FORGET = text("""
DELETE FROM control.desk_page p
USING unnest(CAST(:agents AS uuid[]), CAST(:ago AS interval[])) AS off (agent_id, ago)
WHERE p.agent_id = off.agent_id AND p.heard_at < clock_timestamp() - off.ago
""")


@dataclass(frozen=True, slots=True)
class Unheard:
    """The agents who had a page that is not heard for :data:`GRACE`, and when it was last.

    ``sure``: somebody listened all the while. Otherwise only who is not among them is known: they are reached.
    """

    agents: Mapping[UUID, datetime]
    sure: bool


async def beat(control: Database, listener: UUID, heard: Mapping[UUID, float]) -> None:
    """Say that this web process listens, and how many seconds ago it heard each agent's page."""
    values = {"id": listener, "lasts": LASTS, "agents": list(heard), "ago_s": list(heard.values())}
    async with control.plain() as session:
        await session.execute(_BEAT, values)


async def leave(control: Database, listener: UUID) -> None:
    """Listen no more."""
    async with control.plain() as session:
        await session.execute(_LEFT, {"id": listener})


async def unheard(control: Database, floor_id: str) -> Unheard:
    """Return whose page is not heard."""
    async with control.plain() as session:
        rows = (await session.execute(_LOOK, {"floor": floor_id, "grace": GRACE, "lasts": LASTS})).mappings().all()
    return Unheard({row["agent_id"]: row["heard_at"] for row in rows}, all(row["sure"] for row in rows))


async def forget(control: Database, off: Mapping[UUID, timedelta]) -> None:
    """Forget the pages of these agents that were not heard for so long: nobody looks for them."""
    async with control.plain() as session:
        await session.execute(_FORGET, {"agents": list(off), "ago": list(off.values())})
