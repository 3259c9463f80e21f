"""Who heard a conversation, on its recordings or while it went on. From the journal; nothing else is kept."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson

from interactions.core.heard import merged, total
from kit.db import Scope

MOST = 200
"""So many of the newest are shown; all of them are in the audit."""

_HEARD = f"""
SELECT seq, at, kind, actor::text AS actor, data::text AS data FROM gf.journal WHERE tenant_id = $1 AND subject = $2
  AND kind IN ('RecordingPlayed', 'SupervisionStarted') ORDER BY seq DESC LIMIT {MOST}
"""  # noqa: S608 - our own number
_SECONDS = """
SELECT data::text AS data FROM gf.journal WHERE tenant_id = $1 AND subject = $2 AND kind = 'RecordingHeard'
"""


async def by(scope: Scope, interaction_id: UUID) -> list[dict[str, Any]]:
    """Return each listening, newest first: ``at``, ``live``, ``who`` (an id), ``kind`` of actor, ``name`` if told.

    ``heard_ms`` of ``lasts_ms``: as the player said, None where it said nothing; ``link``: by which link, if by one.
    """
    found: dict[int, list[dict[str, Any]]] = {}
    for row in await scope.fetch(_SECONDS, scope.tenant_id, interaction_id):
        data = orjson.loads(row["data"])
        found.setdefault(data["played"], []).append(data)
    rows = [_row(row) for row in await scope.fetch(_HEARD, scope.tenant_id, interaction_id)]
    return [{**row, **_seconds(found.get(row["seq"], []))} for row in rows]


def _seconds(told: list[dict[str, Any]]) -> dict[str, Any]:
    """Put together what was reported of one listening: two reports at once know nothing of each other."""
    if not told:
        return {"heard_ms": None, "lasts_ms": None}
    spans = merged((span for each in told for span in each["spans"]), 0, max(e["spans"][-1][1] for e in told))
    return {"heard_ms": total(spans), "lasts_ms": told[0]["lasts_ms"]}


def _row(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row
    actor, data = orjson.loads(row["actor"]), orjson.loads(row["data"])
    live = row["kind"] == "SupervisionStarted"
    return {
        "seq": row["seq"], "at": row["at"], "live": live, "mode": data.get("mode", "") if live else "",
        "who": str(data.get("user_id") if live else actor.get("id", "")), "kind": str(actor.get("kind", "")),
        "link": str(data.get("link_id", "")),
        "name": str(data.get("name", "")) if live else "",
    }  # fmt: skip
