"""What conversations are searched by, a row for each: words of notes and comments, steps of flows, last digits.

A note is sealed, and no index of sealed texts or of arrays helps under row-level security: here each word is a row of
its own, as a keyed digest that only this client's key makes (docs/searching.md says what that reveals).
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

import orjson

from interactions.core.noted import wanted, words
from interactions.core.record import ENDED
from kit import vault
from kit.db import AccessibleTenantId, Plane, Scope
from kit.tenantkeys import ERASED, UNREADABLE, TenantKeys

VERSION = 1
"""How rows are tagged now; those of another version are tagged anew by :func:`visit`."""
SUPERVISED = "s"
BATCH = 200
_WORD = "interaction.note.word"
_COMMENTED = "interaction.comment.word"
_DIGEST = 12
"""So many bytes of a word's digest are kept: two words of a client do not meet by chance."""
_DIGITS = 4

_FORGET = """
DELETE FROM gf.interaction_tag WHERE tenant_id = $1 AND interaction_id = ANY($2::uuid[]) AND tag <> 's'
  AND left(tag, 2) <> 'c:'
"""
_FORGET_COMMENTS = """
DELETE FROM gf.interaction_tag WHERE tenant_id = $1 AND interaction_id = $2 AND left(tag, 2) = 'c:'
"""
_WRITE = """
INSERT INTO gf.interaction_tag (tenant_id, tag, interaction_id)
SELECT $1, t.tag, t.id FROM unnest($2::text[], $3::uuid[]) AS t(tag, id) ON CONFLICT DO NOTHING
"""
_SUPERVISED = """
INSERT INTO gf.interaction_tag (tenant_id, tag, interaction_id)
SELECT $1, 's', i.id FROM gf.interaction i WHERE i.tenant_id = $1 AND i.id = ANY($2::uuid[]) ON CONFLICT DO NOTHING
"""
_WATCHED = """
SELECT DISTINCT subject FROM gf.journal WHERE tenant_id = $1 AND subject = ANY($2::uuid[])
  AND kind = 'SupervisionStarted'
"""
_UNTAGGED = f"""
SELECT id, contact, note, flow, path::text AS path FROM gf.interaction
WHERE tenant_id = $1 AND state = 'ended' AND tagged < {VERSION} ORDER BY id DESC LIMIT {BATCH} FOR UPDATE SKIP LOCKED
"""  # noqa: S608 - our own numbers
_DONE = "UPDATE gf.interaction SET tagged = $3 WHERE tenant_id = $1 AND id = ANY($2::uuid[])"


class Tagged(Protocol):
    """What tags are made of, with the note open."""

    @property
    def id(self) -> UUID: ...  # noqa: D102 - as the record has it
    @property
    def contact(self) -> str: ...  # noqa: D102 - as above
    @property
    def note(self) -> str | None: ...  # noqa: D102 - as above
    @property
    def path(self) -> Sequence[str]: ...  # noqa: D102 - as above
    @property
    def state(self) -> str: ...  # noqa: D102 - as above


def word_tags(text: str, keys: TenantKeys) -> list[str]:
    """Return the tags that all belong to a note in which these words stand."""
    return [_word(word, keys) for word in wanted(text)]


def digits_tag(last: str) -> str:
    """Return the tag of a contact's last four digits."""
    return f"e:{last}"


def step_tag(node: str, key: str = "") -> str:
    """Return the tag of a node that was passed, or of a key that was pressed there."""
    return f"k:{node}:{key}" if key else f"n:{node}"


def is_tagged(record: Tagged) -> bool:
    """Say whether a record has tags: once it has ended, and while an agent notes something."""
    return record.state == ENDED or bool(record.note)


async def save(scope: Scope, records: Iterable[Tagged]) -> None:
    """Write the tags of what has ended or has a note, instead of those that were there."""
    kept = [record for record in records if is_tagged(record)]
    if not kept:
        return
    keys = await vault.sealing(scope) if any(record.note for record in kept) else None
    pairs = [(tag, each.id) for each in kept for tag in _tags(each.contact, each.note, each.path, keys)]
    await _replace(scope, [record.id for record in kept], pairs)


async def save_comments(scope: Scope, interaction: UUID, texts: Iterable[str]) -> None:
    """Write the words of all comments on a conversation, instead of those that were there. Raises ``KeysAway``."""
    keys = await vault.sealing(scope)
    found = {_word(word, keys, "c:", _COMMENTED) for text in texts for word in words(text)}
    await scope.fetch(_FORGET_COMMENTS, scope.tenant_id, interaction)
    if found:
        await scope.fetch(_WRITE, scope.tenant_id, sorted(found), [interaction] * len(found))


def comment_tags(text: str, keys: TenantKeys) -> list[str]:
    """Return the tags that all belong to a conversation in whose comments these words stand."""
    return [_word(word, keys, "c:", _COMMENTED) for word in wanted(text)]


async def save_supervised(scope: Scope, subjects: Iterable[UUID]) -> None:
    """Note that somebody took part in these conversations."""
    if found := list(subjects):
        await scope.fetch(_SUPERVISED, scope.tenant_id, found)


async def visit(plane: Plane, tenant_id: AccessibleTenantId) -> int:
    """Tag what an older version stored; return how many were. Each page is a step of its own. Raises ``KeysAway``."""
    done = 0
    while True:
        async with plane.transaction(tenant_id) as scope:
            rows = await scope.fetch(_UNTAGGED, tenant_id)
            if rows:
                await _tag(scope, rows)
        done += len(rows)
        if len(rows) < BATCH:
            return done


async def waiting(scope: Scope) -> bool:
    """Say whether some that have ended are not found by their tags yet."""
    return bool(await scope.fetch(
        f"SELECT 1 AS one FROM gf.interaction WHERE tenant_id = $1 AND state = 'ended' AND tagged < {VERSION} LIMIT 1",  # noqa: S608 - our own number
        scope.tenant_id,
    ))  # fmt: skip


async def _tag(scope: Scope, rows: Sequence[Mapping[str, Any]]) -> None:
    ids = [row["id"] for row in rows]

    def made(keys: TenantKeys) -> list[tuple[str, UUID]]:
        return [
            (tag, row["id"])
            for row in rows
            for tag in _tags(row["contact"], _opened(row, keys), orjson.loads(row["path"]), keys)
        ]

    await _replace(scope, ids, await vault.opened(scope, made))
    watched = [row["subject"] for row in await scope.fetch(_WATCHED, scope.tenant_id, ids)]
    await save_supervised(scope, watched)
    await scope.fetch(_DONE, scope.tenant_id, ids, VERSION)


def _opened(row: Mapping[str, Any], keys: TenantKeys) -> str:
    note = keys.open(row["note"], f"interaction|note|{row['id']}") if row["note"] else ""
    return "" if note in {ERASED, UNREADABLE} else note


async def _replace(scope: Scope, ids: list[UUID], pairs: list[tuple[str, UUID]]) -> None:
    await scope.fetch(_FORGET, scope.tenant_id, ids)
    if pairs:
        await scope.fetch(_WRITE, scope.tenant_id, [tag for tag, _ in pairs], [each for _, each in pairs])


def _tags(contact: str, note: str | None, path: Sequence[str], keys: TenantKeys | None) -> list[str]:
    found = [digits_tag(contact[-_DIGITS:])] if contact[-_DIGITS:].isdigit() else []
    for step in path:
        node, _, key = step.partition(":")
        found += [step_tag(node), *([step_tag(node, key)] if key else [])]
    if note and keys is not None:
        found += [_word(word, keys) for word in words(note)]
    return list(dict.fromkeys(found))


def _word(word: str, keys: TenantKeys, mark: str = "w:", use: str = _WORD) -> str:
    return mark + base64.urlsafe_b64encode(keys.blind(word, use)[:_DIGEST]).decode()
