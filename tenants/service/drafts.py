"""Drafts: a tenant's own people (and who sets it up) prepare the next version, look at it, publish it, take it back.

A tenant has one draft, which everybody who may change settings shares. It remembers the version that it began from, and
is published only while that one is in force. It is thrown away after it was published, in a transaction of its own: a
crash in between leaves a draft that equals what is in force, and publishing that again finishes the work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlmodel import col

from kit.db import AccessibleTenantId, Database, Plane
from kit.errors import NotFound
from kit.scoping import ScopedSession
from tenants.core.own_sections import SECTIONS, own_part, trespasses
from tenants.core.permissions import Role
from tenants.core.plan import Plan, compare
from tenants.errors import DraftOutdated, NoBlueprint, NoDraft, Refused, SectionNotYours
from tenants.models import Blueprint, BlueprintDraft
from tenants.schemas import refusal
from tenants.service.blueprints import Applied, InForce, Order, apply_blueprint, in_force
from tenants.service.files import current_form, validated
from tenants.service.texts import text_for


@dataclass(frozen=True, slots=True)
class Draft:
    """What would be published. Without changes it is the blueprint in force, by nobody."""

    content: Mapping[str, Any]
    base_version: int
    version: int
    """The version in force; another one than ``base_version`` makes the draft outdated."""
    plan: Plan
    """What publishing would change."""
    by: str = ""
    changed_at: datetime | None = None

    @property
    def outdated(self) -> bool:
        """Say whether another version came into force since the draft was begun."""
        return self.base_version != self.version


async def read_draft(plane: Plane, tenant_id: AccessibleTenantId) -> Draft:
    """Return the draft, or the blueprint in force as one without changes. Raises :class:`NoBlueprint`."""
    async with plane.session(tenant_id) as scope:
        present = await _present(scope)
        return _draft(present, await _row(scope))


async def change_sections(
    plane: Plane, tenant_id: AccessibleTenantId, role: Role, sections: Mapping[str, Any], by: str, now: datetime
) -> Draft:
    """Put sections of the blueprint, each as a whole, into the draft, and begin one if there is none.

    Raises :class:`Refused` for a wrong form (names that lead nowhere are found when it is checked or published),
    :class:`SectionNotYours`, :class:`DraftOutdated` and :class:`NoBlueprint`.
    """
    async with plane.session(tenant_id) as scope:
        present = await _present(scope)
        row = await _row(scope, lock=True)
        if row is not None and row.base_version != present.version:
            raise await _outdated(scope, row.base_version, present)
        _refuse_unknown(sections)
        before = current_form(row.content if row is not None else present.content or {})
        content = validated({**before, **sections})
        _refuse_trespass(role, present.content or {}, content)
        if row is None:
            row = BlueprintDraft(base_version=present.version, content=content, changed_by=by, changed_at=now)
            scope.add(row)
        row.content, row.changed_by, row.changed_at = content, by, now
        return _draft(present, row)


async def publish_draft(control: Database, plane: Plane, tenant_id: AccessibleTenantId, order: Order) -> Applied:
    """Bring the draft into force, and throw it away.

    Raises :class:`NoDraft`, :class:`DraftOutdated` with what changed since, and what applying a blueprint raises.
    """
    async with plane.session(tenant_id) as scope:
        present = await _present(scope)
        row = await _row(scope)
        if row is None:
            raise NoDraft
        draft = _draft(present, row)
        if draft.outdated and draft.plan.changes:
            raise await _outdated(scope, row.base_version, present)
        text = await text_for(scope, draft.content)
    applied = await apply_blueprint(control, plane, text, replace(order, only=tenant_id, seen=present.version))
    async with plane.session(tenant_id) as scope:
        await scope.execute(
            delete(BlueprintDraft).where(
                col(BlueprintDraft.id) == row.id, col(BlueprintDraft.changed_at) == row.changed_at
            )
        )
    return applied


async def discard_draft(plane: Plane, tenant_id: AccessibleTenantId) -> None:
    """Throw the draft away; harmless when there is none."""
    async with plane.session(tenant_id) as scope:
        await scope.execute(delete(BlueprintDraft))


async def undo(control: Database, plane: Plane, tenant_id: AccessibleTenantId, order: Order) -> Applied:
    """Take the newest version back, as far as the role of ``order`` may: a new version with the older one's parts.

    ``order.seen`` says which version is taken back. Raises :class:`NotFound` when nothing came before it, and what
    applying a blueprint raises.
    """
    async with plane.session(tenant_id) as scope:
        present = await _present(scope)
        before = await _version(scope, present.version - 1)
        role = order.role
        wanted = before if role is None else own_part(role, present.content or {}, before)
        text = await text_for(scope, wanted)
    taken_back = replace(order, only=tenant_id, reverted_to=present.version - 1)
    return await apply_blueprint(control, plane, text, taken_back)


def _refuse_unknown(sections: Mapping[str, Any]) -> None:
    unknown = [name for name in sections if name not in SECTIONS]
    if unknown:
        raise Refused(tuple(refusal(None, f"/{name}", "unknown key") for name in unknown))


def _refuse_trespass(role: Role, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    found = tuple(trespasses(role, before, after))
    if found:
        raise SectionNotYours(tuple(refusal(None, c.pointer, c.reason, code="section_not_yours") for c in found))


def _draft(present: InForce, row: BlueprintDraft | None) -> Draft:
    if row is None:
        return Draft(present.content or {}, present.version, present.version, Plan(present.version, ()))
    content = current_form(row.content)
    plan = compare(present.content, content, present.version)
    return Draft(content, row.base_version, present.version, plan, row.changed_by, row.changed_at)


async def _present(scope: ScopedSession) -> InForce:
    present = await in_force(scope)
    if present.content is None:
        raise NoBlueprint
    return present


async def _row(scope: ScopedSession, *, lock: bool = False) -> BlueprintDraft | None:
    wanted = select(BlueprintDraft)
    return (await scope.execute(wanted.with_for_update() if lock else wanted)).scalar_one_or_none()


async def _version(scope: ScopedSession, version: int) -> dict[str, Any]:
    found = await scope.execute(select(col(Blueprint.content)).where(col(Blueprint.version) == version))
    content = found.scalar_one_or_none()
    if content is None:
        raise NotFound(f"There is no version {version}")
    return current_form(content)


async def _outdated(scope: ScopedSession, base_version: int, present: InForce) -> DraftOutdated:
    since = compare(await _version(scope, base_version), present.content or {}, base_version)
    return DraftOutdated(
        f"Version {present.version} came into force since: {since.summary}",
        base_version=base_version, current_version=present.version, changes=list(since.lines()),
    )  # fmt: skip
