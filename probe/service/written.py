"""A supervisor's message to a client's agent, an alert and an act of the client's own, for others to look for."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid5

import orjson

from exits.searched.service import where as where_export
from interactions.comments.service import where as where_comment
from kit import vault
from kit.clock import now
from kit.db import Transaction
from kit.ids import new_id
from live.asks import where as where_ask
from live.core.thresholds import Rule
from live.messages import where
from live.thresholds.standing import where as where_note
from probe.core.canaries import Canaries
from probe.service.attached import attach
from probe.service.handshaken import shake_hands
from probe.service.hung_up import hang_up
from probe.service.unwanted import list_number

_WRITE = """
INSERT INTO gf.agent_message (tenant_id, id, batch_id, agent_id, audience, user_id, name, text, sent_at, read_at,
  answer, answered_at) VALUES ($1, $2, $3, $4, 'agent', $5, $6, $7, $8, $8, $9, $8)
"""

_RULE = """
INSERT INTO gf.alert_rule (tenant_id, id, version, content, enabled, changed_at)
VALUES ($1, $2, 1, $3::jsonb, false, $4)
"""
_ALERT = """
INSERT INTO gf.alert (tenant_id, id, rule_id, version, key, content, since, raised_at, value, note)
VALUES ($1, $2, $3, 1, '', $4::jsonb, $5, $5, 1, $6)
"""
_NOTICE = """
INSERT INTO gf.notification (tenant_id, id, user_id, alert_id, kind, content, created_at)
VALUES ($1, $2, $3, $4, 'raised', $5::jsonb, $6)
"""
_CHOICE = """
INSERT INTO gf.notice_choice (tenant_id, user_id, email, sound, quiet_from, quiet_to)
VALUES ($1, $2, false, false, 0, 0)
"""


def rule_of(tenant: UUID) -> UUID:
    """Return the id of a client's threshold."""
    return uuid5(tenant, "alert rule")


def alert_of(tenant: UUID) -> UUID:
    """Return the id of an alert of a client's own."""
    return uuid5(tenant, "alert")


async def _alert(scope: Transaction, words: Canaries) -> None:
    """Let a threshold of the scope's tenant have raised an alert, and somebody be told of it."""
    tenant, at, someone = scope.tenant_id, now(), words.word("told person")
    rule = Rule("", 1, words.word("threshold"), "waiting", threshold=1000, clear=1000)
    content = orjson.dumps({**rule.content(), "unit": rule.unit, "about_name": ""}).decode()
    await scope.fetch(_RULE, tenant, rule_of(tenant), content, at)
    note = (await vault.sealing(scope)).seal(words.word("alert's note"), where_note(alert_of(tenant)))
    await scope.fetch(_ALERT, tenant, alert_of(tenant), rule_of(tenant), content, at, note)
    await scope.fetch(_NOTICE, tenant, uuid5(tenant, "notice"), someone, alert_of(tenant), content, at)
    await scope.fetch(_CHOICE, tenant, someone)


_ACT = """
INSERT INTO gf.control_act (tenant_id, id, act, scope, target, content, reason, user_id, name, role, begins_at, until)
VALUES ($1, $2, 'announcement', 'queue', $3, $4::jsonb, $5, $6, $7, 'client_manager', $8, $9)
"""


def act_of(tenant: UUID) -> UUID:
    """Return the id of what a client has changed for a time."""
    return uuid5(tenant, "act")


_ASK = """
INSERT INTO gf.client_ask (tenant_id, id, kind, user_id, name, role, text, asked_at)
VALUES ($1, $2, 'message', $3, $4, 'client_manager', $5, $6)
"""


def ask_of(tenant: UUID) -> UUID:
    """Return the id of what a client has asked the supervisors."""
    return uuid5(tenant, "ask")


def message_of(tenant: UUID) -> UUID:
    """Return the id of a message to one of a client's agents."""
    return uuid5(tenant, "message")


def link_of(tenant: UUID) -> UUID:
    """Return the id of a link to one of a client's recordings."""
    return uuid5(tenant, "link")


def comment_of(tenant: UUID) -> UUID:
    """Return the id of a comment on one of a client's conversations."""
    return uuid5(tenant, "comment")


def kept_view_of(tenant: UUID) -> UUID:
    """Return the id of a view that somebody saved."""
    return uuid5(tenant, "view")


async def _of_records(scope: Transaction, words: Canaries) -> None:
    """Let interactions be found, a view of them be kept, and a recording have been looked at."""
    await scope.fetch(
        "INSERT INTO gf.interaction_tag (tenant_id, tag, interaction_id) SELECT tenant_id, t, id FROM gf.interaction,"
        " unnest(ARRAY['e:' || right(contact, 4), 'n:' || (path ->> 0)]) t WHERE tenant_id = $1",
        scope.tenant_id,
    )  # fmt: skip
    await scope.fetch(
        "INSERT INTO gf.saved_view (tenant_id, id, user_id, page, name, query, saved_at)"
        " VALUES ($1, $2, $3, 'interactions', $4, $5, $6)",
        scope.tenant_id, kept_view_of(scope.tenant_id), str(new_id()), words.word("view's name"),
        "q=" + words.word("view's filter"), now(),
    )  # fmt: skip
    await _shared(scope, words)
    await scope.fetch(
        "INSERT INTO gf.recording_peaks (tenant_id, id, peaks) VALUES ($1, $2, $3)",
        scope.tenant_id, new_id(), words.word("peaks").encode(),
    )  # fmt: skip
    export = uuid5(scope.tenant_id, "export")
    content = orjson.dumps({"filters": {"note": words.word("export's filter")}, "zone": "UTC"}).decode()
    told_of = (await vault.sealing(scope)).seal(content, where_export(export))
    await scope.fetch(
        "INSERT INTO gf.search_export (tenant_id, id, state, wants, ids, found, upto, told_of, shown, reason,"
        " asked_kind, asked_by, asked_name, asked_at) SELECT $1, $2, 'asked', '{csv}', array_agg(id), count(*), 1, $3,"
        " 'full', $4, 'user', $5, $6, $7 FROM gf.interaction WHERE tenant_id = $1",
        scope.tenant_id, export, told_of, words.word("export's reason"), str(new_id()),
        words.word("export's asker"), now(),
    )  # fmt: skip


_COMMENT = """
INSERT INTO gf.interaction_comment (tenant_id, id, interaction_id, text, made_by, made_name, made_role, made_at)
SELECT $1, $2, min(id::text)::uuid, $3, $4, $5, 'client_manager', $6 FROM gf.interaction WHERE tenant_id = $1
"""
_LINK = """
INSERT INTO gf.recording_link (tenant_id, id, interaction_id, recording_id, from_ms, until_ms, audience, secret_hash,
  made_by, made_name, by_staff, made_at, expires_at, openings)
SELECT $1, $2, min(id::text)::uuid, $2, 0, 1000, 'people', $3, $4, $5, false, $6::timestamptz,
  $6::timestamptz + interval '1 day', 1
FROM gf.interaction WHERE tenant_id = $1
"""


async def _shared(scope: Transaction, words: Canaries) -> None:
    """Let a link to a recording have been made, and a conversation been commented on."""
    keys, row = await vault.sealing(scope), comment_of(scope.tenant_id)
    text, writer = keys.seal(words.word("comment"), where_comment(row)), words.word("comment's writer")
    await scope.fetch(_COMMENT, scope.tenant_id, row, text, str(new_id()), writer, now())
    maker = words.word("link's maker")
    await scope.fetch(_LINK, scope.tenant_id, link_of(scope.tenant_id), bytes(32), str(new_id()), maker, now())


async def list_and_write(scope: Transaction, agent: UUID, words: Canaries) -> dict[str, bytes]:
    """Put a number on the list of the scope's tenant; let somebody have written to its agent, who has answered.

    A file is on a work order: what lies in the store for it is returned, by key.
    """
    await list_number(scope, words)
    await hang_up(scope, words)
    await shake_hands(scope, agent, words)
    await scope.fetch(
        "INSERT INTO gf.agent_part (tenant_id, interaction_id, agent_id, at, talk_ms, hold_ms, wrap_ms)"
        " VALUES ($1, $2, $3, $4, 61000, 0, 9000)",
        scope.tenant_id, new_id(), agent, now(),
    )  # fmt: skip
    await _of_records(scope, words)
    keys, row = await vault.sealing(scope), message_of(scope.tenant_id)
    text, answer = (keys.seal(words.word(f"message's {part}"), where(part, row)) for part in ("text", "answer"))
    await scope.fetch(
        _WRITE, scope.tenant_id, row, new_id(), agent, str(new_id()), words.word("message's writer"), text, now(),
        answer,
    )  # fmt: skip
    await _alert(scope, words)
    await scope.fetch(
        "INSERT INTO gf.desktop_withheld (tenant_id, queue, name, since) VALUES ($1, $2, $3, $4)",
        scope.tenant_id, words.word("queue whose desks are withheld"), words.word("who withheld them"), now(),
    )  # fmt: skip
    asked, said = ask_of(scope.tenant_id), words.word("question to supervisors")
    await scope.fetch(
        _ASK, scope.tenant_id, asked, str(new_id()), words.word("question's asker"),
        keys.seal(said, where_ask("text", asked)), now(),
    )  # fmt: skip
    content = {"texts": {"en": words.word("announcement's text")}}
    await scope.fetch(
        _ACT, scope.tenant_id, act_of(scope.tenant_id), words.word("queue of an act"), orjson.dumps(content).decode(),
        words.word("act's reason"), str(new_id()), words.word("act's doer"), now(), now() + timedelta(days=1),
    )  # fmt: skip
    return await attach(scope, words)
