"""A client's own public key for what it takes along (age, https://c2sp.org/age): we can close to it, and never open."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from exits.errors import NotAPublicKey, SecretHalf
from exits.facts import ExportKeyForgotten, ExportKeyNamed
from journal import service as journal
from journal.core.facts import Actor, Payload
from kit import agefile
from kit.db import Scope

LONGEST = 2000
"""So many characters of what somebody pastes are looked at."""
_SECRET = "AGE-SECRET-KEY-"  # noqa: S105 - how a secret half begins
_WORD = re.compile(r"age1[0-9a-z]+", re.IGNORECASE)

_NAME = """
INSERT INTO gf.export_key (tenant_id, recipient, named_by, named_name, named_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (tenant_id) DO UPDATE SET recipient = excluded.recipient, named_by = excluded.named_by,
  named_name = excluded.named_name, named_at = excluded.named_at
WHERE gf.export_key.recipient <> excluded.recipient RETURNING recipient
"""


def recipient_in(text: str) -> str:
    """Return the one public key in what somebody pasted: the key itself, or the line that ``age-keygen`` prints.

    Raises :class:`SecretHalf` and :class:`NotAPublicKey`.
    """
    if _SECRET in text[:LONGEST].upper():
        raise SecretHalf
    found = {word.lower() for word in _WORD.findall(text[:LONGEST])}
    if len(text) > LONGEST or len(found) != 1:
        raise NotAPublicKey
    recipient: str = found.pop()
    try:
        agefile.public_key(recipient)
    except agefile.NotAKey as error:
        raise NotAPublicKey from error
    return recipient


async def current(scope: Scope) -> Mapping[str, Any] | None:
    """Return the key that exports are encrypted to, who named it and when; None: there is none."""
    rows = await scope.fetch(
        "SELECT recipient, named_by, named_name, named_at FROM gf.export_key WHERE tenant_id = $1", scope.tenant_id
    )
    return rows[0] if rows else None


async def name(scope: Scope, text: str, who: tuple[Actor, str], at: datetime) -> str:
    """Encrypt every export that is asked for from now on to this key. Raises as :func:`recipient_in`."""
    recipient, (actor, named) = recipient_in(text), who
    if await scope.fetch(_NAME, scope.tenant_id, recipient, actor.id, named, at):
        _tell(scope, ExportKeyNamed(recipient, actor.id, named), actor, at)
    return recipient


async def forget(scope: Scope, who: tuple[Actor, str], at: datetime) -> None:
    """Encrypt exports that are asked for from now on to no key of the client."""
    actor, named = who
    gone = await scope.fetch("DELETE FROM gf.export_key WHERE tenant_id = $1 RETURNING recipient", scope.tenant_id)
    for row in gone:
        _tell(scope, ExportKeyForgotten(row["recipient"], actor.id, named), actor, at)


def _tell(scope: Scope, fact: Payload, actor: Actor, at: datetime) -> None:
    journal.append(scope, fact, subject=scope.tenant_id, at=at, actor=actor)
