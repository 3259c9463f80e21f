"""Rows of every kind for one tenant, written by the rooms' own services where they have one."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

import orjson

import webhooks.service
from interactions import facts
from interactions.recordings.facts import RecordingStored
from journal import service as journal
from journal.core.facts import SYSTEM, Actor
from kit import outbox, vault
from kit.clock import now
from kit.db import AccessibleTenantId, Database, Plane, Transaction
from kit.ids import new_id
from probe.core.canaries import Canaries
from probe.service.clocked import clocks
from probe.service.endpoints import an_endpoint
from probe.service.example import example_run
from probe.service.exchanged import exchange
from probe.service.ordered import orders
from probe.service.settings import draft_and_sound, told_person
from probe.service.world import Side, Victim
from probe.service.written import list_and_write
from workorders.core.doer import Doer
from workorders.core.states import Side as Party
from workorders.schemas import NewWorkOrder
from workorders.service import changes

Row = Mapping[str, Any]

_SOMEBODYS_KEY = "age1fmz6gpm7m32xx86eewjx3rg6mypzqcls6x2ajj9g6k03jmnesqrq2avtm5"
_INTERACTION = """
INSERT INTO gf.interaction (tenant_id, id, number, contact, contact_number, channel, direction, flow, flow_version,
  state, queue_id, queue, agent_id, started_at, queued_at, answered_at, ended_at, wait_ms, talk_ms, hold_ms, wrap_ms,
  outcome, ended_by, cause, disposition, note, because, path, recording_id, resume)
VALUES ($1, $2, $3, $4, $5, 'voice', 'inbound', 'main', 1, $6, $7, $8, $9, $10, $10, $10, $11, 900, 61000, 0, 9000,
  'answered', 'contact', $12, $13, $14, $15::jsonb, $16::jsonb, $17, $18::jsonb)
"""


async def furnish(
    plane: Plane,
    tenant: AccessibleTenantId,
    code: str,
    words: Canaries,
    *,
    last_seat: bool = False,
    calm: Sequence[str] = (),
) -> Side:
    """Write one of everything; ids are new, texts are this world's words. The process's reactions must be installed.

    ``last_seat``: the agent of everything is the one of the tenant's last seat instead of its first. ``calm``:
    statements (``$1``: the tenant) that run in the same transaction, so that nothing follows from these rows.
    """
    async with plane.transaction(tenant) as scope:
        await webhooks.service.ensure_endpoints(scope)
        side = await _fill(scope, tenant, code, words, last_seat=last_seat)
        for statement in calm:
            await scope.fetch(statement, tenant)
    async with plane.transaction(tenant) as scope:
        await _deliveries(scope, words)
    return side


async def _fill(scope: Transaction, tenant: AccessibleTenantId, code: str, words: Canaries, *, last_seat: bool) -> Side:
    agent = (await scope.fetch(
        "SELECT agent_id, seat FROM gf.agent_profile WHERE tenant_id = $1 AND kind = 'dedicated' ORDER BY seat", tenant
    ))[-1 if last_seat else 0]  # fmt: skip
    queue = (await scope.fetch("SELECT id, code, dispositions::text AS d FROM gf.queue WHERE tenant_id = $1"
                               " ORDER BY id LIMIT 1", tenant))[0]  # fmt: skip
    disposition = orjson.loads(queue["d"])[0]["code"]
    key, content = f"t/{tenant}/call/2026/11/{new_id()}.wav", b"RIFF" + words.word("prompt's recording").encode() * 50
    ended = await _interaction(scope, words, agent, queue, disposition)
    talking = await _interaction(scope, words, agent, queue, None)
    recording = await _recording(scope, ended, key, content)
    await _agent_state(scope, agent, talking)
    order = await orders(scope, words, ended, agent["agent_id"])
    await clocks(scope, words, UUID(order["id"]))
    await _loose_rows(scope, words)
    files = await list_and_write(scope, agent["agent_id"], words)
    await draft_and_sound(scope, words)
    await told_person(scope, words, ended)
    connection = await exchange(scope, words, UUID(order["id"]))
    victim = Victim(
        tenant=str(tenant), code=code, connection=connection, interaction=str(ended), order=order["id"],
        recording=str(recording), key=key, queue=str(queue["id"]), agent=str(agent["agent_id"]),
        number=words.number(), title=words.word("order title"), disposition=disposition,
        email=next(word for word, kind in words.kinds.items() if kind == "e-mail"),
        idempotency=words.shown("idempotency key"), order_number=order["number"], cursor=_cursor(tenant, order["id"]),
        grant=str(new_id()), run=await example_run(scope, words),
    )  # fmt: skip
    await _staff_rows(scope, words, victim.grant)
    return Side(code, words, tenant, victim, str(talking), {key: content, **files})


def _cursor(tenant: UUID, order: str) -> str:
    mark = hashlib.sha256(f"{tenant} gf.work_order".encode()).digest()[:8]
    return base64.urlsafe_b64encode(UUID(order).bytes + mark).decode()


async def _interaction(scope: Transaction, words: Canaries, agent: Row, queue: Row, disposition: str | None) -> UUID:
    interaction, raw, ended = new_id(), words.number(), disposition is not None
    because = {"candidates": [str(agent["agent_id"])], "rule": words.word("because"), "step": 1, "tie_break": None}
    await scope.fetch(
        _INTERACTION, scope.tenant_id, interaction, words.number(), words.masked(raw), raw,
        "ended" if ended else "talking", queue["id"], queue["code"], agent["agent_id"], now() - timedelta(minutes=9),
        now() if ended else None, words.word("cause"), disposition, words.word("note"), orjson.dumps(because).decode(),
        orjson.dumps([words.word("path node")]).decode(), None,
        None if ended else orjson.dumps({"leg": words.word("resume")}).decode(),
    )  # fmt: skip
    told = (
        facts.InteractionStarted(number=words.number(), contact=words.masked(raw), channel="voice",
                                 direction="inbound", flow="main", flow_version=1),
        facts.FlowStepped(node=words.word("path node"), type="menu", exit="1", digits=words.word("digits")),
        facts.InteractionQueued(queue=queue["code"], queue_id=str(queue["id"]), head_start_s=0),
        facts.OfferMade(offer_id=str(new_id()), agent_id=str(agent["agent_id"]), queue_id=str(queue["id"]),
                        expires_at=now().isoformat(), because=because),
        facts.InteractionConnected(agent_id=str(agent["agent_id"]), queue_id=str(queue["id"]),
                                   offer_id=str(new_id()), wait_ms=900),
    )  # fmt: skip
    for fact in told:
        journal.append(scope, fact, subject=interaction, at=now(), actor=SYSTEM)
    if ended:
        chosen = facts.DispositionChosen(
            agent_id=str(agent["agent_id"]), code=str(disposition), note=words.word("note")
        )
        over = facts.InteractionEnded(ended_by="contact", cause=words.word("cause"), stage="talking", talk_ms=61_000,
                                      agent_id=str(agent["agent_id"]))  # fmt: skip
        journal.append(scope, chosen, subject=interaction, at=now(), actor=Actor("agent", str(agent["agent_id"])))
        journal.append(scope, over, subject=interaction, at=now(), actor=SYSTEM)
    return interaction


async def _recording(scope: Transaction, interaction: UUID, key: str, content: bytes) -> UUID:
    recording, digest = new_id(), hashlib.sha256(content).hexdigest()
    await scope.fetch(
        "INSERT INTO gf.recording (tenant_id, id, interaction_id, key, kind, sha256, duration_ms, bytes, stored_at)"
        " VALUES ($1, $2, $3, $4, 'call', $5, 61000, $6, $7)",
        scope.tenant_id, recording, interaction, key, digest, len(content), now(),
    )  # fmt: skip
    await scope.fetch("UPDATE gf.interaction SET recording_id = $3 WHERE tenant_id = $1 AND id = $2",
                      scope.tenant_id, interaction, recording)  # fmt: skip
    stored = RecordingStored(recording_id=str(recording), key=key, sha256=digest, duration_ms=61_000, kind="call",
                                   bytes=len(content))  # fmt: skip
    journal.append(scope, stored, subject=interaction, at=now(), actor=SYSTEM)
    return recording


async def _agent_state(scope: Transaction, agent: Row, interaction: UUID) -> None:
    await scope.fetch(
        "INSERT INTO gf.agent_state (tenant_id, agent_id, seat, state, since, interaction_id, phone)"
        " VALUES ($1, $2, $3, 'talking', $4, $5, true)",
        scope.tenant_id, agent["agent_id"], agent["seat"], now(), interaction,
    )  # fmt: skip
    fact = facts.AgentStateChanged(agent_id=str(agent["agent_id"]), seat=agent["seat"], state="talking", reason=None,
                                   interaction_id=str(interaction))  # fmt: skip
    journal.append(scope, fact, subject=agent["agent_id"], at=now(), actor=SYSTEM)


async def _loose_rows(scope: Transaction, words: Canaries) -> None:
    """Write what no service writes on its own: a stored answer, an errand, a keyframe."""
    await scope.fetch(
        "INSERT INTO gf.idempotency (tenant_id, credential, method, route, key, fingerprint, status, headers, body,"
        " expires_at) VALUES ($1, 'key:none', 'POST', '/v1/work-orders', $2, $3, 201, '{}'::jsonb, $4, $5)",
        scope.tenant_id, words.shown("idempotency key"), b"x", words.word("stored answer").encode(),
        now() + timedelta(hours=9),
    )  # fmt: skip
    await outbox.add(scope, "webhooks.ensure_endpoints", {"subject": words.word("errand")})
    await scope.fetch(
        "INSERT INTO gf.export (tenant_id, id, state, asked_by, asked_name, asked_at)"
        " VALUES ($1, $2, 'asked', $3, $4, $5)",
        scope.tenant_id, uuid5(scope.tenant_id, "export"), str(uuid4()), words.word("export asker"), now(),
    )  # fmt: skip
    secret = vault.vault().box.seal(words.word("key server's secret").encode(), f"key_server|secret|{scope.tenant_id}")
    await scope.fetch(
        "INSERT INTO gf.key_server (tenant_id, url, secret) VALUES ($1, $2, $3)",
        scope.tenant_id, f"http://127.0.0.1:9/{words.word('key server')}", secret,
    )  # fmt: skip
    await scope.fetch(
        "INSERT INTO gf.export_key (tenant_id, recipient, named_by, named_name, named_at) VALUES ($1, $2, $3, $4, $5)",
        scope.tenant_id, _SOMEBODYS_KEY, str(uuid4()), words.word("export key's namer"), now(),
    )  # fmt: skip
    await scope.fetch(
        "INSERT INTO gf.legal_hold (tenant_id, interaction_id, reason, set_by, set_name, set_at, lifted_at)"
        " VALUES ($1, $2, $3, 'probe', $4, $5, $5)",
        scope.tenant_id, new_id(), words.word("hold's reason"), words.word("hold's setter"), now(),
    )  # fmt: skip
    await scope.fetch("INSERT INTO gf.reseal (tenant_id, key_id, asked_at, finished_at) VALUES ($1, $2, $3, $3)",
                      scope.tenant_id, new_id(), now())  # fmt: skip
    await scope.fetch(
        "INSERT INTO gf.reseal (tenant_id, key_id, asked_at, finished_at) VALUES ($1, $2, $3, $3)"
        " ON CONFLICT DO NOTHING",
        scope.tenant_id, uuid5(scope.tenant_id, "resealed"), now(),
    )  # fmt: skip
    await scope.fetch(
        "INSERT INTO gf.board_keyframe (tenant_id, seq, at, version, marks) VALUES ($1, 1, $2, -1, $3::jsonb)",
        scope.tenant_id, now(), orjson.dumps({"name": words.word("keyframe")}).decode(),
    )  # fmt: skip


async def _staff_rows(scope: Transaction, words: Canaries, grant: str) -> None:
    """Somebody of the outsourcer who was inside, a signed head, a cut before the first fact, a mark of a reading."""
    await scope.fetch(
        "INSERT INTO gf.staff_visit (tenant_id, id, mark, user_id, name, role, grant_id, reason, entered_at, seen_at,"
        " left_at, why_left) VALUES ($1, $2, $3, $4, $5, 'supervisor', $6, $7, $8, $8, $8, 'idle')",
        scope.tenant_id, new_id(), b"mark", new_id(), words.word("visitor"), UUID(grant), words.word("visit's reason"),
        now(),
    )  # fmt: skip
    document = {"signed": {"type": "glassfloor/journal-head/1", "note": words.word("head")}, "signature": "e30..e30"}
    await scope.fetch(
        "INSERT INTO gf.signed_head (tenant_id, id, seq, at, why, document)"
        " VALUES ($1, $2, 1, $3, 'hourly', $4::jsonb)",
        scope.tenant_id, new_id(), now(), orjson.dumps(document).decode(),
    )  # fmt: skip
    await scope.fetch(
        "INSERT INTO gf.journal_cut (tenant_id, seq, hash, at, before, document, carried)"
        " VALUES ($1, 0, $2, $3, $3, $4::jsonb, '[]'::jsonb)",
        scope.tenant_id, bytes(32), now(), orjson.dumps({"signed": {"note": words.word("cut")}}).decode(),
    )  # fmt: skip
    await scope.fetch("INSERT INTO gf.read_mark (tenant_id, reader, what, at) VALUES ($1, $2, $3, $4)",
                      scope.tenant_id, words.word("reader"), words.word("what was read"), now())  # fmt: skip


async def ask_for_access(control: Database, side: Side, asker: UUID | None = None) -> None:
    """Let one of the outsourcer's people (None: any supervisor) ask for the side's tenant; nobody has answered."""
    pool = await control.pool()
    await pool.execute(
        "INSERT INTO control.staff_grant (id, user_id, tenant_id, code, role, kind, reason, minutes, asked_at, told)"
        " SELECT $1, u.id, $2, $3, 'supervisor', 'asked', $4, 60, $5,"
        " CASE WHEN $6::uuid IS NULL THEN '' ELSE 'asked' END"
        ' FROM control."user" u'
        " WHERE u.staff_role = 'supervisor' AND ($6::uuid IS NULL OR u.id = $6) ORDER BY u.email LIMIT 1"
        " ON CONFLICT DO NOTHING",
        UUID(side.victim.grant), side.tenant, side.code, side.words.word("request's reason"), now(), asker,
    )  # fmt: skip


async def _deliveries(scope: Transaction, words: Canaries) -> None:
    await an_endpoint(scope, words)
    await scope.fetch(
        "INSERT INTO gf.webhook_attempt (tenant_id, id, delivery_id, number, started_at, duration_ms, status, error,"
        " response) SELECT $1, $2, id, 1, $3, 5, 500, $4, $5 FROM gf.webhook_delivery WHERE tenant_id = $1 LIMIT 1",
        scope.tenant_id, new_id(), now(), words.word("webhook error"), words.word("webhook response"),
    )  # fmt: skip


def nobody(like: Victim) -> Victim:
    """Return values of the same shapes that belong to nobody; ids of the same moment, for lists that go by them."""
    tenant, order = uuid4(), _as_old(like.order)
    return Victim(
        tenant=str(tenant), code="nebulas"[: len(like.code)], connection="zzz"[: len(like.connection)],
        interaction=_as_old(like.interaction), order=order, recording=_as_old(like.recording),
        key=f"t/{tenant}/call/2026/11/{new_id()}.wav", queue=_as_old(like.queue), agent=str(uuid4()),
        number="+861775550739100"[: len(like.number)], title="qx00000000000000", disposition="qx00000000000001",
        email="nobody@nowhere.example", idempotency="qx00000000000002", order_number="WO-7001",
        cursor=_cursor(tenant, order), grant=str(new_id()), person=str(uuid4()), session=str(uuid4()),
        run=_as_old(like.run),
    )  # fmt: skip


def _as_old(like: str) -> str:
    """Return a new UUID of version 7 (RFC 9562) with the milliseconds of this one."""
    return str(UUID(like[:15] + str(uuid4())[15:]))


async def one_more(plane: Plane, side: Side) -> None:
    """Let a tenant grow by an interaction and a work order."""
    async with plane.transaction(side.tenant) as scope:
        agent, queue = {"agent_id": UUID(side.victim.agent)}, {"id": UUID(side.victim.queue), "code": "q"}
        ended = await _interaction(scope, side.words, agent, queue, side.victim.disposition)
        asked = NewWorkOrder(type="callback", title=side.words.word("order title"))
        desk = Doer(Party.OUTSOURCER, "agent", side.victim.agent, side.words.word("order author"))
        await changes.escalate(scope, changes.Asked(asked, ended, agent["agent_id"]), desk, now())
