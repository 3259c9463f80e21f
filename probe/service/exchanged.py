"""What a client's own system told of a work order, for others to look for."""

from __future__ import annotations

import hashlib
from uuid import UUID, uuid5

import orjson

from kit import vault
from kit.clock import now
from kit.db import Transaction
from kit.tenantkeys import TenantKeys
from probe.core.canaries import Canaries

_CONNECTION = """
INSERT INTO gf.exchange_connection (tenant_id, id, connection, state, side, reason, since, token_hash, secret)
VALUES ($1, $2, $3, 'active', 'tenant', $4, $5, $6, $7)
"""
_INBOX = """
INSERT INTO gf.exchange_inbox (tenant_id, id, connection, message_id, external_id, lane_bidx, state, body, outcome,
  received_at, processed_at) VALUES ($1, $2, $3, $4, $5, $6, 'applied', $7, $8, $9, $9)
"""
_LINK = """
INSERT INTO gf.exchange_link (tenant_id, id, connection, work_order_id, external_url, external_status, last_in_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
_COMMENT = """
INSERT INTO gf.exchange_comment (tenant_id, id, connection, work_order_id, external_id, external_bidx, comment_id)
SELECT $1, $2, $3, $4, $5, $6, id FROM gf.work_order_comment WHERE tenant_id = $1 AND work_order_id = $4 LIMIT 1
"""
_CONNECTOR = """
INSERT INTO gf.exchange_connector (tenant_id, id, connection, tells, takes_new, every_minutes, settings, cursor, due_at,
  error) VALUES ($1, $2, $3, false, false, 0, $4::jsonb, $5, $6, $7)
"""
_MAP = """
INSERT INTO gf.exchange_map (tenant_id, id, connection, version, content, made_by, made_name, made_at)
VALUES ($1, $2, $3, 1, $4::jsonb, 'probe', $5, $6)
"""
_MAIL = """
INSERT INTO gf.exchange_mail (tenant_id, id, connection, position, due_at, address, senders, locale, days, words,
  secret, bounce) VALUES ($1, $2, $3, 0, $4, $5, $6, 'en', 30, false, $7, $8)
"""
_DROP = """
INSERT INTO gf.exchange_drop (tenant_id, id, connection, position, due_at, host, port, login, secret, host_key,
  out_folder, in_folder) VALUES ($1, $2, $3, 0, $4, $5, 22, $6, $7, $8, $9, $9)
"""
_TOLD = """
INSERT INTO gf.exchange_told (tenant_id, id, connection, kind, told_at) VALUES ($1, $2, $3, $4, $5)
"""


async def exchange(scope: Transaction, words: Canaries, order: UUID) -> str:
    """Let a connection of the scope's tenant have an address and a map, and its system have told of a work order.

    Returns the connection's code.
    """
    tenant, keys, at = scope.tenant_id, await vault.sealing(scope), now()
    connection: str = (await scope.fetch("SELECT code FROM gf.connection WHERE tenant_id = $1", tenant))[0]["code"]
    row, message, said = (uuid5(tenant, f"exchange {part}") for part in ("connection", "message", "comment"))
    digest = hashlib.sha256(words.word("random part of an address").encode()).digest()
    await scope.fetch(
        _CONNECTION, tenant, row, connection, words.word("reason of an agreement"), at, digest,
        _sealed(keys, "exchange_connection|secret", row, words.word("secret that signs")),
    )  # fmt: skip
    held = orjson.dumps({"group": words.word("group of their system")}).decode()
    await scope.fetch(
        _CONNECTOR, tenant, uuid5(tenant, "exchange connector"), connection, held, words.word("cursor of their system"),
        at, words.word("what their system answered"),
    )  # fmt: skip
    thing = words.word("thing of their system")
    told = orjson.dumps([{"act": "move", "detail": words.word("what a step came to"), "result": "done", "code": ""}])
    body = keys.seal_bytes(words.word("message of their system").encode(), f"exchange_inbox|body|{message}")
    await scope.fetch(
        _INBOX, tenant, message, connection, words.word("id of a message"),
        _sealed(keys, "exchange_inbox|external_id", message, thing), keys.blind(thing, "exchange_inbox.external_id"),
        body, _sealed(keys, "exchange_inbox|outcome", message, told.decode()), at,
    )  # fmt: skip
    url, status = f"https://{words.word('address there')}.example", words.word("status there")
    await scope.fetch(_LINK, tenant, uuid5(tenant, "exchange link"), connection, order, url, status, at)
    remark = words.word("id of a comment there")
    await scope.fetch(
        _COMMENT, tenant, said, connection, order, _sealed(keys, "exchange_comment|external_id", said, remark),
        keys.blind(remark, "exchange_comment.external_id"),
    )  # fmt: skip
    rows = {"status_map": [{"status": words.word("mapped status"), "to": "held"}], "field_map": []}
    made = uuid5(tenant, "exchange map")
    await scope.fetch(
        _MAP, tenant, made, connection, orjson.dumps(rows).decode(), words.word("maker of a map"), at,
    )  # fmt: skip
    await _channels(scope, words, keys, connection)
    return connection


async def _channels(scope: Transaction, words: Canaries, keys: TenantKeys, connection: str) -> None:
    """Let the connection have been set for mail and for files too, and its developers told of a gap."""
    tenant, at = scope.tenant_id, now()
    mail, drop, told = (uuid5(tenant, f"exchange {part}") for part in ("mail", "drop", "told"))
    sealed = {
        name: _sealed(keys, f"exchange_mail|{name}", mail, words.word(f"{name} of a connection's mail"))
        for name in ("address", "secret", "bounce")
    }
    senders = [f"{words.word('domain that answers')}.example"]
    await scope.fetch(
        _MAIL, tenant, mail, connection, at, sealed["address"], senders, sealed["secret"], sealed["bounce"]
    )
    secret = _sealed(keys, "exchange_drop|secret", drop, words.word("password of an SFTP server"))
    parts = [words.word(f"{part} of an SFTP server") for part in ("host", "login", "key", "folder")]
    await scope.fetch(_DROP, tenant, drop, connection, at, parts[0], parts[1], secret, parts[2], parts[3])
    await scope.fetch(_TOLD, tenant, told, connection, words.word("gap of a map"), at)


def _sealed(keys: TenantKeys, column: str, row: UUID, text: str) -> str:
    return keys.seal(text, f"{column}|{row}")
