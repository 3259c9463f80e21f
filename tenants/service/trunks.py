"""Trunks in the control plane: what the files say of them, the secrets of their logins, and what others have taken.

A secret is sealed under the installation's key and bound to its trunk (``kit.secretbox``). It is in no file, no export,
no journal and no log; it goes to the phone engine alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from journal import service as journal
from journal.core.facts import Actor
from kit.db import Database, Plane
from kit.errors import Detail, NotFound
from kit.secretbox import SecretBox
from tenants.access import INSTALLATION, for_system
from tenants.core.configuration import TrunkConfiguration
from tenants.core.trunks import code_of, engine_name, taken_by_others
from tenants.errors import Refused
from tenants.facts import TrunkSecretChanged
from tenants.models import Floor, Tenant, Trunk, TrunkSecret
from tenants.service.synthetic import SYNTHETIC_FLOOR
from tenants.trunk_parts import LinePart

LONGEST_SECRET = 200


def where(name: str, tenant_id: UUID | None) -> str:
    """Return what the secret of a trunk is sealed for."""
    return f"trunk_secret|secret|{name}|{tenant_id or 'centre'}"


def line_of(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return how a trunk is reached, without what only names it."""
    return {key: value for key, value in content.items() if key in LinePart.model_fields}


async def write_trunks(session: AsyncSession, tenant: Tenant, trunks: Iterable[Mapping[str, Any]]) -> None:
    """Make the tenant's trunks what its blueprint says; the secret of one that is gone goes with it."""
    wanted = {engine_name(tenant.code, trunk["code"]): line_of(trunk) for trunk in trunks}
    await _write(session, tenant.id, wanted)


async def write_centre_trunks(session: AsyncSession, trunks: Mapping[str, Mapping[str, Any]]) -> None:
    """Make the outsourcer's trunks what the centre file says, by name."""
    await _write(session, None, {name: line_of(trunk) for name, trunk in trunks.items()})


async def _write(session: AsyncSession, tenant_id: UUID | None, wanted: Mapping[str, dict[str, Any]]) -> None:
    for model in (Trunk, TrunkSecret):
        await session.execute(delete(model).where(_owner(model, tenant_id), col(model.name).not_in(wanted)))
    for name, line in wanted.items():
        values = {"address": line["address"], "content": line}
        made = insert(Trunk).values(name=name, tenant_id=tenant_id, **values)
        await session.execute(made.on_conflict_do_update(index_elements=["name"], set_=values))


def _owner(model: type[Trunk | TrunkSecret], tenant_id: UUID | None) -> Any:  # noqa: ANN401 - a condition
    return col(model.tenant_id).is_(None) if tenant_id is None else col(model.tenant_id) == tenant_id


async def taken_addresses(
    session: AsyncSession, own: UUID | None, trunks: Sequence[Mapping[str, Any]]
) -> frozenset[str]:
    """Return those addresses of an owner's trunks from where calls of others' trunks come too."""
    rows = (await session.execute(select(Trunk))).scalars()
    return taken_by_others(trunks, [current_line(row) for row in rows if row.tenant_id != own])


def current_line(row: Trunk) -> dict[str, Any]:
    """Return a trunk in today's form: what its time did not know yet has its default."""
    return LinePart.model_construct(**{"address": row.address, **row.content}).model_dump(mode="json")


async def read_trunks(session: AsyncSession, tenants: Sequence[UUID]) -> tuple[TrunkConfiguration, ...]:
    """Return the outsourcer's trunks and those of these tenants, by name."""
    secrets = {row.name: row for row in (await session.execute(select(TrunkSecret))).scalars()}
    rows = (await session.execute(select(Trunk).order_by(col(Trunk.name)))).scalars()
    return tuple(
        TrunkConfiguration(row.name, current_line(row), row.tenant_id, _kept(secrets.get(row.name), row.tenant_id))
        for row in rows
        if row.tenant_id is None or row.tenant_id in tenants
    )


def _kept(secret: TrunkSecret | None, tenant_id: UUID | None) -> bytes | None:
    return secret.secret if secret is not None and secret.tenant_id == tenant_id else None


@dataclass(frozen=True, slots=True)
class Keeping:
    """What keeping a secret needs: both planes, and the box."""

    control: Database
    plane: Plane
    box: SecretBox


@dataclass(frozen=True, slots=True)
class TrunkOf:
    """A trunk by its own code or name; ``tenant_id`` is None for one of the outsourcer's."""

    tenant_id: UUID | None
    code: str


async def change_secret(keeping: Keeping, trunk: TrunkOf, secret: str, by: Actor, at: datetime) -> None:
    """Keep the secret of a trunk's login; an empty one takes it away. Raises :class:`NotFound`, :class:`Refused`."""
    if len(secret) > LONGEST_SECRET or not secret.isprintable():
        raise Refused((Detail("/secret", "refused", f"at most {LONGEST_SECRET} characters, and no others than these"),))
    owner = trunk.tenant_id or INSTALLATION
    async with (
        keeping.control.plain() as session,
        keeping.plane.transaction(for_system(owner, "trunk secret")) as scope,
    ):
        scope.after_commit.append(session.commit)  # ahead of the bells: a floor that hears them reads the secret
        name = await _name(session, trunk)
        if await session.get(Trunk, name) is None:
            raise NotFound
        if secret:
            values = {"secret": keeping.box.seal(secret.encode(), where(name, trunk.tenant_id)), "changed_at": at}
            made = insert(TrunkSecret).values(name=name, tenant_id=trunk.tenant_id, **values)
            await session.execute(made.on_conflict_do_update(index_elements=["name"], set_=values))
        else:
            await session.execute(delete(TrunkSecret).where(col(TrunkSecret.name) == name))
        await journal.open_journal(scope)
        fact = TrunkSecretChanged(trunk=trunk.code, kept=bool(secret))
        journal.append(scope, fact, subject=owner, at=at, actor=by)


@dataclass(frozen=True, slots=True)
class LineSummary:
    """A trunk for a page. ``tenant_id`` and ``client`` are None for the outsourcer's; ``floor``: where it is used."""

    name: str
    code: str
    tenant_id: UUID | None
    client: str | None
    floor: str | None
    line: Mapping[str, Any]
    has_secret: bool


async def list_lines(control: Database) -> list[LineSummary]:
    """Return every trunk: the outsourcer's first, then each client's by its name."""
    async with control.plain() as session:
        kept = frozenset((await session.execute(select(col(TrunkSecret.name)))).scalars())
        outer = select(Trunk, Tenant).join(Tenant, col(Trunk.tenant_id) == col(Tenant.id), isouter=True)
        rows = (await session.execute(outer)).all()
    found = [
        LineSummary(
            trunk.name, code_of(trunk.name), trunk.tenant_id, None if tenant is None else tenant.name,
            None if tenant is None else tenant.floor_id, current_line(trunk), trunk.name in kept,
        )
        for trunk, tenant in rows
    ]  # fmt: skip
    return sorted(found, key=lambda each: (each.client or "", each.line["priority"], each.name))


async def floors_of(control: Database) -> list[str]:
    """Return the names of the centre's floors."""
    async with control.plain() as session:
        rows = await session.execute(select(col(Floor.id)).where(col(Floor.id) != SYNTHETIC_FLOOR).order_by(Floor.id))
        return list(rows.scalars())


async def with_secret(control: Database, tenant_id: UUID | None) -> frozenset[str]:
    """Return the engine's names of the trunks whose login has a secret."""
    async with control.plain() as session:
        rows = await session.execute(select(col(TrunkSecret.name)).where(_owner(TrunkSecret, tenant_id)))
        return frozenset(rows.scalars())


async def _name(session: AsyncSession, trunk: TrunkOf) -> str:
    if trunk.tenant_id is None:
        return trunk.code
    tenant = await session.get(Tenant, trunk.tenant_id)
    if tenant is None:
        raise NotFound
    return engine_name(tenant.code, trunk.code)
