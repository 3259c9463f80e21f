"""What a client gave us to be let in, and what signs for it, erased as soon as nothing needs it any more."""

from __future__ import annotations

from typing import Final

from journal.core.facts import NewFact
from kit.db import Scope

_RETIRED: Final = """
UPDATE gf.exchange_connection AS x SET ask_secret = NULL, secret = NULL, secret_before = NULL, token_hash = NULL,
  adapter = CASE WHEN adapter IN ('mail', 'drop') THEN 'native' ELSE adapter END
FROM gf.connection AS c WHERE x.tenant_id = $1 AND c.tenant_id = $1 AND c.code = x.connection
  AND c.retired_at IS NOT NULL
"""
_DROPS: Final = """
UPDATE gf.exchange_drop AS d SET secret = NULL FROM gf.exchange_connection AS x
WHERE d.tenant_id = $1 AND x.tenant_id = $1 AND x.connection = d.connection AND x.adapter <> 'drop'
  AND d.secret IS NOT NULL
"""


async def erase_unused(scope: Scope) -> None:
    """Erase the password or key of every SFTP server that no connection goes by any more."""
    await scope.fetch(_DROPS, scope.tenant_id)


async def end_retired(scope: Scope, _applied: NewFact) -> bool:
    """End what lets anybody in by a connection that a new configuration left out (a reaction to ``BlueprintApplied``).

    Should it come back one day, it is set again, as a revoked one is.
    """
    await scope.fetch(_RETIRED, scope.tenant_id)
    await erase_unused(scope)
    return False
