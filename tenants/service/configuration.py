"""Write a blueprint's sections as rows of the tenant. What is gone is retired; what comes back has its old id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from kit.scoping import ScopedSession
from tenants.models import AgentProfile, Calendar, Connection, DirectoryEntry, Flow, Prompt, Queue, Skill
from tenants.service.files import digest

_Named = TypeVar("_Named", Calendar, Prompt, Skill, Queue, Connection, DirectoryEntry)

_QUEUE = ("name", "needs", "ring_s", "max_wait_s", "wrap_up_s", "dispositions", "desk")


async def write_configuration(
    scope: ScopedSession, content: Mapping[str, Any], agents: Mapping[str, UUID], now: datetime
) -> None:
    """Bring every section in line. ``agents``: the tenant's own id of each seat's agent."""
    await _write(scope, Calendar, {c["code"]: {"content": c} for c in content["calendars"]}, now)
    prompts = {p["code"]: {"content": p["text"], "audio": p["audio"]} for p in content["prompts"]}
    await _write(scope, Prompt, prompts, now)
    await _write(scope, Skill, {s["code"]: {"name": s["name"]} for s in content["skills"]}, now)
    await _write(scope, Queue, {q["code"]: {name: q[name] for name in _QUEUE} for q in content["queues"]}, now)
    connections = {c["code"]: {name: c[name] for name in ("name", "url", "events")} for c in content["connections"]}
    await _write(scope, Connection, connections, now)
    await _write(scope, DirectoryEntry, {p["code"]: {"content": p} for p in content["directory"]}, now)
    await _publish(scope, content["flows"], now)
    await _profiles(scope, content["seats"], agents, now)


async def _write(
    scope: ScopedSession, model: type[_Named], wanted: Mapping[str, Mapping[str, Any]], now: datetime
) -> None:
    rows = {row.code: row for row in (await scope.execute(select(model))).scalars()}
    for code, values in wanted.items():
        if code not in rows:
            scope.add(model(code=code, **values))
        else:
            _assign(rows[code], {**values, "retired_at": None})
    _retire((row for code, row in rows.items() if code not in wanted), now)


async def _publish(scope: ScopedSession, flows: Iterable[Mapping[str, Any]], now: datetime) -> None:
    """Publish a new version of each flow that changed; ``version`` in the content is the published one."""
    newest = {flow.code: flow for flow in (await scope.execute(select(Flow).order_by(col(Flow.version)))).scalars()}
    for flow in flows:
        body = {key: value for key, value in flow.items() if key != "version"}
        last = newest.get(flow["id"])
        if last is not None and last.digest == digest(body):
            continue
        version = last.version + 1 if last else 1
        content = {**body, "version": version}
        scope.add(Flow(code=flow["id"], version=version, content=content, digest=digest(body), published_at=now))


async def _profiles(
    scope: ScopedSession, seats: Iterable[Mapping[str, Any]], agents: Mapping[str, UUID], now: datetime
) -> None:
    rows = {row.agent_id: row for row in (await scope.execute(select(AgentProfile))).scalars()}
    wanted = {agents[seat["seat"]]: seat for seat in seats}
    for agent_id, seat in wanted.items():
        values = {key: seat[key] for key in ("seat", "alias", "kind", "skills")}
        if agent_id not in rows:
            scope.add(AgentProfile(agent_id=agent_id, **values))
        else:
            _assign(rows[agent_id], {**values, "retired_at": None})
    _retire((row for agent_id, row in rows.items() if agent_id not in wanted), now)


def _assign(row: Any, values: Mapping[str, Any]) -> None:  # noqa: ANN401 - any of the rows above
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def _retire(rows: Iterable[Any], now: datetime) -> None:
    for row in rows:
        row.retired_at = row.retired_at or now
