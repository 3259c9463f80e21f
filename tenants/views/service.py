"""Saving, listing and forgetting a person's own views of a page. Nobody sees another's."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from journal import service as journal
from journal.core.facts import Actor
from kit.db import Scope
from kit.errors import NotFound
from kit.ids import new_id
from tenants.views.errors import ViewNotSaved
from tenants.views.facts import ViewForgotten, ViewSaved

MOST = 40
"""So many views of one page a person keeps."""
LONGEST_NAME = 60
_LONGEST_QUERY = 2000
_PASSING = frozenset({"after", "lang", "view", "csrf_token"})
"""What an address may hold that is no part of a view."""

_SAVE = """
INSERT INTO gf.saved_view (tenant_id, id, user_id, page, name, query, saved_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (tenant_id, user_id, page, name) DO UPDATE SET query = excluded.query, saved_at = excluded.saved_at
RETURNING id
"""


async def save(scope: Scope, who: Actor, view: tuple[str, str, str], now: datetime) -> UUID:
    """Keep ``view`` (page, name, query), instead of one of the same name. Raises :class:`ViewNotSaved`."""
    page, name, query = view[0], " ".join(view[1].split()), _kept(view[2])
    if not 1 <= len(name) <= LONGEST_NAME or len(query) > _LONGEST_QUERY or "\0" in name + query:
        raise ViewNotSaved
    known = await of(scope, who, page)
    if len(known) >= MOST and name not in {each["name"] for each in known}:
        raise ViewNotSaved
    (row,) = await scope.fetch(_SAVE, scope.tenant_id, new_id(), who.id, page, name, query, now)
    journal.append(scope, ViewSaved(page), subject=row["id"], at=now, actor=who)
    return UUID(str(row["id"]))


async def of(scope: Scope, who: Actor, page: str) -> list[dict[str, Any]]:
    """Return a person's views of a page by name: ``id``, ``name``, ``query``."""
    rows = await scope.fetch(
        "SELECT id::text AS id, name, query FROM gf.saved_view WHERE tenant_id = $1 AND user_id = $2 AND page = $3"
        " ORDER BY name",
        scope.tenant_id, who.id, page,
    )  # fmt: skip
    return [dict(row) for row in rows]


async def forget(scope: Scope, who: Actor, view_id: UUID, now: datetime) -> None:
    """Keep one no longer. Raises ``NotFound``, for another person's too."""
    rows = await scope.fetch(
        "DELETE FROM gf.saved_view WHERE tenant_id = $1 AND id = $2 AND user_id = $3 RETURNING page",
        scope.tenant_id, view_id, who.id,
    )  # fmt: skip
    if not rows:
        raise NotFound
    journal.append(scope, ViewForgotten(rows[0]["page"]), subject=view_id, at=now, actor=who)


def _kept(query: str) -> str:
    """Return an address's query without what is empty or passes."""
    return urlencode([(key, value) for key, value in parse_qsl(query) if key not in _PASSING])
