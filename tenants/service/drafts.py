"""Drafts: a tenant's own people (and who sets it up) prepare the next version, look at it, publish it, take it back.

A tenant has one draft, which everybody who may change settings shares. It remembers the version that it began from, and
is published only while that one is in force. Each change of it is one transaction that waits for its turn: what a form
was made from is compared with what is there once nobody else can change it any more. It is thrown away after it was
published, in a transaction of its own: a crash in between leaves a draft that equals what is in force, and publishing
that again finishes the work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlmodel import col

from kit.db import AccessibleTenantId, Database, Plane
from kit.errors import NotFound
from kit.scoping import ScopedSession
from tenants.core.agent_names import OWN_SEAT
from tenants.core.complaints import Complaint
from tenants.core.documents import pointer
from tenants.core.own_sections import SECTIONS, own_part, trespasses
from tenants.core.permissions import Role
from tenants.core.plan import Plan, compare
from tenants.errors import DraftChanged, DraftOutdated, NoBlueprint, NoDraft, Refused, SectionNotYours
from tenants.models import Blueprint, BlueprintDraft
from tenants.schemas import refusal
from tenants.service.blueprints import Applied, InForce, Order, apply_blueprint, in_force
from tenants.service.files import current_form, digest, refuse_if_any, validated
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
    in_force: Mapping[str, Any]
    """The content in force, which a role's limits are measured against."""
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


@dataclass(frozen=True, slots=True)
class Edit:
    """Who changes a draft, and when. ``marks``: by section what its form was made from; another one there refuses."""

    role: Role
    by: str
    at: datetime
    marks: Mapping[str, str] = field(default_factory=dict)


def mark_of(content: Mapping[str, Any], section: str) -> str:
    """Return the mark of one section's present content."""
    return digest({section: content[section]})[:16]


async def change_sections(
    plane: Plane, tenant_id: AccessibleTenantId, sections: Mapping[str, Any], edit: Edit
) -> Draft:
    """Put sections of the blueprint, each as a whole, into the draft, and begin one if there is none.

    Raises :class:`Refused` for a wrong form (names that lead nowhere are found when it is checked or published),
    :class:`DraftChanged`, :class:`SectionNotYours`, :class:`DraftOutdated` and :class:`NoBlueprint`.
    """
    async with plane.session(tenant_id) as scope:
        return await change_in(scope, sections, edit)


async def change_in(scope: ScopedSession, sections: Mapping[str, Any], edit: Edit) -> Draft:
    """Do as :func:`change_sections`, in a transaction that does more than that."""
    present, row = await _in_turn(scope)
    _refuse_unknown(sections)
    before = current_form(row.content) if row is not None else present.content or {}
    if any(mark_of(before, section) != mark for section, mark in edit.marks.items()):
        raise DraftChanged
    if row is not None and row.base_version != present.version:
        raise await _outdated(scope, row.base_version, present)
    return _written(scope, present, row, {**before, **sections}, edit)


async def carry_over(plane: Plane, tenant_id: AccessibleTenantId, edit: Edit) -> list[str]:
    """Put an outdated draft's changes on top of what is in force: each section that only the draft changed.

    A section that both changed stays as published, so that nobody's work is overwritten unseen. Returns the names of
    those sections; harmless when the draft is not outdated. Raises :class:`SectionNotYours` for what the role may not
    bring along, and what :func:`change_sections` raises.
    """
    async with plane.session(tenant_id) as scope:
        present, row = await _in_turn(scope)
        if row is None or row.base_version == present.version:
            return []
        base, mine, now = await _version(scope, row.base_version), current_form(row.content), present.content or {}
        changed = [name for name in SECTIONS if mine[name] not in (base[name], now[name])]
        left = [name for name in changed if now[name] != base[name]]
        kept = {name: mine[name] for name in changed if name not in left}
        row.base_version = present.version
        if kept:
            _written(scope, present, row, {**now, **kept}, edit)
        else:
            await scope.delete(row)
        return left


async def publish_draft(
    control: Database, plane: Plane, tenant_id: AccessibleTenantId, order: Order, *, looked_at: str = ""
) -> Applied:
    """Bring the draft into force, and throw it away. ``looked_at``: the digest of what the caller saw.

    Raises :class:`NoDraft`, :class:`DraftChanged`, :class:`DraftOutdated` with what changed since, and what applying a
    blueprint raises.
    """
    async with plane.session(tenant_id) as scope:
        present, row = await _in_turn(scope)
        if row is None:
            raise NoDraft
        draft = _draft(present, row)
        if looked_at and looked_at != digest(draft.content):
            raise DraftChanged
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
        await _in_turn(scope)
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


def _refuse_foreign(content: Mapping[str, Any]) -> None:
    """Refuse a seat by another name than the tenant's own: a draft lies in the tenant's data, and adds no seat."""
    refuse_if_any(
        None,
        (
            Complaint(pointer("seats", index, "seat"), f"there is no seat {seat['seat']!r}")
            for index, seat in enumerate(content["seats"])
            if not OWN_SEAT.fullmatch(seat["seat"]) or seat["agent"] != seat["seat"]
        ),
    )


def _refuse_trespass(role: Role, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    found = tuple(trespasses(role, before, after))
    if found:
        raise SectionNotYours(tuple(refusal(None, c.pointer, c.reason, code="section_not_yours") for c in found))


def _draft(present: InForce, row: BlueprintDraft | None) -> Draft:
    if row is None:
        now = present.content or {}
        return Draft(now, present.version, present.version, Plan(present.version, ()), now)
    content = current_form(row.content)
    plan = compare(present.content, content, present.version)
    return Draft(
        content, row.base_version, present.version, plan, present.content or {}, row.changed_by, row.changed_at
    )


async def _present(scope: ScopedSession) -> InForce:
    present = await in_force(scope)
    if present.content is None:
        raise NoBlueprint
    return present


async def _in_turn(scope: ScopedSession) -> tuple[InForce, BlueprintDraft | None]:
    """Wait until nobody else changes this tenant's draft; return what is in force and the draft's row."""
    await scope.fetch("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"draft {scope.tenant_id}")
    return await _present(scope), await _row(scope)


def _written(
    scope: ScopedSession, present: InForce, row: BlueprintDraft | None, wanted: Mapping[str, Any], edit: Edit
) -> Draft:
    """Write a draft's new content, when it has the right form and keeps to the role's limits."""
    content = validated(wanted)
    _refuse_trespass(edit.role, present.content or {}, content)
    if content["seats"] != (present.content or content)["seats"]:
        _refuse_foreign(content)
    if row is None:
        row = BlueprintDraft(base_version=present.version, content=content, changed_by=edit.by, changed_at=edit.at)
        scope.add(row)
    row.content, row.changed_by, row.changed_at = content, edit.by, edit.at
    return _draft(present, row)


async def _row(scope: ScopedSession) -> BlueprintDraft | None:
    return (await scope.execute(select(BlueprintDraft))).scalar_one_or_none()


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
