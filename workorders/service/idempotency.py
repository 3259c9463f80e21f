"""One effect for one key: the answer is stored in the transaction of its effect (workorders.md, section 6).

The key is locked for as long as the transaction runs; a second request that comes meanwhile is told so, and one that
comes later gets the stored answer. Should a transaction commit between our look and our lock, our own answer finds the
row taken: everything is rolled back, and we look again. A refusal is rolled back as well, for it may come after a part
of its act was done, and is stored by a transaction of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import orjson

from kit import vault
from kit.db import AccessibleTenantId, Plane, Scope
from kit.errors import Detail, Problem
from workorders.core.idempotency import LIFE
from workorders.errors import IdempotencyInProgress, IdempotencyKeyReused

_STORED_REFUSALS = frozenset({403, 404, 409, 412})
"""Refusals that are answers; what is malformed, unknown, too much or our own fault may be sent again."""

_LOOK = """
SELECT pg_try_advisory_xact_lock($7) AS mine, k.fingerprint, k.status, k.headers::text AS headers, k.body
FROM (SELECT 1) AS one LEFT JOIN gf.idempotency AS k ON k.tenant_id = $1 AND k.credential = $2 AND k.method = $3
  AND k.route = $4 AND k.key = $5 AND k.expires_at > $6
"""
_FORGET = "DELETE FROM gf.idempotency WHERE tenant_id = $1 AND expires_at <= $2 AND status > 0"
"""Every status is; that it is said keeps the index by expiry for this statement alone (migration 0078)."""

_KEEP = """
INSERT INTO gf.idempotency AS k
  (tenant_id, credential, method, route, key, fingerprint, status, headers, body, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9, $11)
ON CONFLICT (tenant_id, credential, method, route, key) DO UPDATE SET fingerprint = excluded.fingerprint,
  status = excluded.status, headers = excluded.headers, body = excluded.body, expires_at = excluded.expires_at
  WHERE k.expires_at <= $10
RETURNING 1
"""


class _Raced(Exception):
    """Another transaction stored its answer under this key first: roll back and look again."""


class _Refused(Exception):
    """The act was refused: roll back what it did before, then store the answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Claim:
    """Whose key it is, on which route, and which request it stands for."""

    credential: str
    method: str
    route: str
    key: str
    fingerprint: bytes

    @property
    def place(self) -> str:
        """Where the stored answer is sealed for."""
        return f"idempotency|body|{hashlib.sha256(repr(self).encode()).hexdigest()}"

    def lock(self, tenant_id: UUID) -> int:
        """Return the number of the advisory lock: 64 bits of a hash, so two keys hardly ever share one."""
        name = "\0".join((str(tenant_id), self.credential, self.method, self.route, self.key))
        return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request is answered, and what its retry will be answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    refusal: Problem | None = None
    replayed: bool = False


Act = Callable[[Any], Awaitable[Answer]]


class _StoredRefusal(Problem):
    """A refusal from the store; it says again what it said the first time."""

    title: ClassVar[str] = "Refused"

    def __init__(self, status: int, parts: Mapping[str, Any]) -> None:
        super().__init__(parts["detail"], errors=tuple(Detail(**e) for e in parts.get("errors", ())), **parts["data"])
        for name, value in (("status", status), ("code", parts["code"]), ("title", parts["title"])):
            setattr(self, name, value)


async def once(plane: Plane, tenant_id: AccessibleTenantId, claim: Claim, act: Act, now: datetime) -> Answer:
    """Return the stored answer of this claim, or do ``act`` in a transaction and store its answer with it.

    A refusal is returned, not raised, and nothing of its act is kept. Raises :class:`IdempotencyInProgress`,
    :class:`IdempotencyKeyReused`, and those refusals of ``act`` that are no answers.
    """
    while True:
        try:
            async with plane.transaction(tenant_id) as scope:
                stored = await _look(scope, claim, now)
                if stored is not None:
                    return stored
                answer = await _try(scope, act)
                await _keep(scope, claim, answer, now)
                return answer
        except _Raced:
            continue
        except _Refused as refused:
            act = _saying(refused.answer)


async def forget_expired(scope: Scope, now: datetime) -> None:
    """Delete the answers that nobody may ask for any more."""
    await scope.fetch(_FORGET, scope.tenant_id, now)


async def _try(scope: Scope, act: Act) -> Answer:
    try:
        return await act(scope)
    except Problem as refusal:
        if refusal.status not in _STORED_REFUSALS:
            raise
        parts = {
            "code": refusal.code, "title": refusal.title, "detail": refusal.detail, "data": refusal.data,
            "errors": [each.as_dict() for each in refusal.errors],
        }  # fmt: skip
        raise _Refused(Answer(refusal.status, {}, orjson.dumps(parts), refusal)) from refusal


def _saying(answer: Answer) -> Act:
    async def say(_: Scope) -> Answer:
        return answer

    return say


async def _look(scope: Scope, claim: Claim, now: datetime) -> Answer | None:
    rows = await scope.fetch(
        _LOOK, scope.tenant_id, claim.credential, claim.method, claim.route, claim.key, now,
        claim.lock(scope.tenant_id),
    )  # fmt: skip
    row = rows[0]
    if row["status"] is not None:
        if bytes(row["fingerprint"]) != claim.fingerprint:
            raise IdempotencyKeyReused
        stored, at = bytes(row["body"]), claim.place
        body = await vault.opened(scope, lambda keys: keys.open_bytes(stored, at))
        return _read(row["status"], orjson.loads(row["headers"]), body)
    if not row["mine"]:
        raise IdempotencyInProgress(headers={"Retry-After": "1"})
    return None


def _read(status: int, headers: Mapping[str, str], body: bytes) -> Answer:
    answer = Answer(status, headers, body, replayed=True)
    if status not in _STORED_REFUSALS:
        return answer
    return replace(answer, refusal=_StoredRefusal(status, orjson.loads(body)))


async def _keep(scope: Scope, claim: Claim, answer: Answer, now: datetime) -> None:
    body = (await vault.sealing(scope)).seal_bytes(answer.body, claim.place)
    kept = await scope.fetch(
        _KEEP, scope.tenant_id, claim.credential, claim.method, claim.route, claim.key, claim.fingerprint,
        answer.status, orjson.dumps(answer.headers).decode(), body, now, now + LIFE,
    )  # fmt: skip
    if not kept:
        raise _Raced
