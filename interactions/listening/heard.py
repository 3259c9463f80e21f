"""Who heard a conversation, on its recordings or while it went on. From the journal; nothing else is kept."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson

from kit.db import Scope

MOST = 200
"""So many of the newest are shown; all of them are in the audit."""

_HEARD = f"""
SELECT seq, at, kind, actor::text AS actor, data::text AS data FROM gf.journal WHERE tenant_id = $1 AND subject = $2
  AND kind IN ('RecordingPlayed', 'SupervisionStarted') ORDER BY seq DESC LIMIT {MOST}
"""  # noqa: S608 - our own number


async def by(scope: Scope, interaction_id: UUID) -> list[dict[str, Any]]:
    """Return each listening, newest first: ``at``, ``live``, ``who`` (an id), ``kind`` of actor, ``name`` if told."""
    return [_row(row) for row in await scope.fetch(_HEARD, scope.tenant_id, interaction_id)]


def _row(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row
    actor, data = orjson.loads(row["actor"]), orjson.loads(row["data"])
    live = row["kind"] == "SupervisionStarted"
    return {
        "seq": row["seq"], "at": row["at"], "live": live, "mode": data.get("mode", "") if live else "",
        "who": str(data.get("user_id") if live else actor.get("id", "")), "kind": str(actor.get("kind", "")),
        "name": str(data.get("name", "")) if live else "",
    }  # fmt: skip
