"""Change what a work order says: each side its own fields, by merge-patch, in one version with one event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from pydantic import ValidationError

from kit.db import Scope
from kit.errors import Detail, ValidationFailed
from workorders import schemas
from workorders.core.doer import Doer
from workorders.core.merging import merge_patch
from workorders.core.states import TERMINAL, Party
from workorders.errors import ChangeWrongSide, WorkOrderOver
from workorders.facts import WorkOrderUpdated
from workorders.schemas import Editable, WorkOrderPatch
from workorders.service import references, relations, rules, sealing, terms
from workorders.service.changes import changes_between, position_of, stale
from workorders.service.rows import COLUMNS, find
from workorders.service.telling import tell

ONLY: Final = {
    Party.REQUESTER: frozenset(
        {"title", "description", "priority", "severity", "requested_resolution_at", "parties", "related"}
    ),
    Party.RESOLVER: frozenset({"expected_resolution_at"}),
}
"""Fields that one party alone changes; every other one of :class:`Editable` is both's."""
_UNORDERED: Final = frozenset({"relationships", "external_ref"})

_EDIT = f"""
UPDATE gf.work_order SET title = $3, title_bidx = $4, description = $5, priority = $6, severity = $7,
  requested_resolution_at = $8, expected_resolution_at = $9, parties = $10, related = $11, custom = $12,
  version = version + 1, event_seq = event_seq + 1, updated_at = $13
WHERE tenant_id = $1 AND id = $2 RETURNING {COLUMNS}
"""  # noqa: S608 - our own constants


async def edit(
    scope: Scope, work_order_id: UUID, patch: WorkOrderPatch, doer: Doer, now: datetime, *, seen: int | None = None
) -> dict[str, Any]:
    """Merge a patch into a work order and return its document; without a change there is no version and no event.

    ``seen`` is the version that the caller read, if it must say. Raises :class:`NotFound`, :class:`VersionMismatch`,
    :class:`ChangeWrongSide`, :class:`WorkOrderOver`, :class:`DuplicateExternalId` and :class:`ValidationFailed`.
    """
    if "relationships" in patch.model_fields_set:
        await relations.turn(scope, (await find(scope, work_order_id, doer))["connection"])
    row = await find(scope, work_order_id, doer, lock=True)
    if seen is not None and seen != row["version"]:
        raise await stale(scope, row, seen)
    before, after = _merged(row, patch)
    changed = {name for name in Editable.model_fields if _differs(name, before, after)}
    if not changed:
        return schemas.work_order(row)
    _check_may(row, changed, doer)
    if "custom" in changed:
        rules.check_custom((await rules.rules_of(scope)).types.get(row["type"]), after.custom)
    if "external_ref" in changed:
        await references.claim(scope, row["connection"], after.external_ref, row["id"])
    if "relationships" in changed:
        await relations.checked(scope, row["connection"], after.relationships, doer, row["id"])
        await relations.replace(scope, row, after.relationships, doer, now)
    if "external_ref" in changed:
        await references.replace(scope, row, after.external_ref)
    told = await _store(scope, row, after, now)
    return tell(scope, WorkOrderUpdated, told, doer, now, changes=changes_between(row, told))


def _merged(row: Mapping[str, Any], patch: WorkOrderPatch) -> tuple[Editable, Editable]:
    document = schemas.work_order(row)
    present = {name: document[name] for name in Editable.model_fields}
    try:
        merged = Editable.model_validate(merge_patch(present, patch.model_dump(mode="json", exclude_unset=True)))
    except ValidationError as error:
        places = tuple(Detail(_pointer(e["loc"]), str(e["type"]), str(e["msg"])) for e in error.errors())
        raise ValidationFailed("; ".join(f"{p.pointer}: {p.detail}" for p in places), errors=places) from error
    return Editable.model_validate(present), merged


def _pointer(location: tuple[int | str, ...]) -> str:
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in location)


def _differs(name: str, before: Editable, after: Editable) -> bool:
    old, new = getattr(before, name), getattr(after, name)
    return set(old) != set(new) if name in _UNORDERED else old != new


def _check_may(row: Mapping[str, Any], changed: set[str], doer: Doer) -> None:
    position = position_of(row)
    if position.status in TERMINAL:
        raise WorkOrderOver(f"it is {position.status}", status_now=position.status.value)
    party = position.party(doer.side)
    others = sorted(changed & (ONLY[Party.RESOLVER] if party is Party.REQUESTER else ONLY[Party.REQUESTER]))
    if others:
        places = tuple(Detail(f"/{name}", ChangeWrongSide.code, "the other side says this") for name in others)
        raise ChangeWrongSide(f"the other side says {', '.join(others)}", errors=places)


async def _store(scope: Scope, row: Mapping[str, Any], after: Editable, now: datetime) -> Mapping[str, Any]:
    seal, keys = await sealing.sealer(scope, "work_order", row["id"])
    said = after.model_dump(mode="json", include={"parties", "related", "custom"})
    await terms.rewrite(scope, keys, row, {**row, **said, "description": after.description})
    stored = await scope.fetch(
        _EDIT, scope.tenant_id, row["id"], seal("title", after.title), sealing.blind(keys, "title", after.title),
        seal("description", after.description), after.priority, after.severity, after.requested_resolution_at,
        after.expected_resolution_at, *(seal(n, sealing.packed(n, said[n])) for n in ("parties", "related", "custom")),
        now,
    )  # fmt: skip
    return await sealing.opened_order(scope, stored[0])
