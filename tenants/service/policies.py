"""What a tenant's newest blueprint says about the outsourcer's people: access, numbers, supervision.

It is asked for on most requests, so the answer is kept by version: one look at the newest version's number is enough.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson

from kit.db import AccessibleTenantId, Plane, Scope
from tenants.core.controls import Agreed
from tenants.core.desktop import DesktopPolicy
from tenants.core.masks import Masking, Shown
from tenants.core.permissions import Grant, Role, decide
from tenants.core.sharing import SharingPolicy
from tenants.core.supervision import Supervision

KEPT = 2000
"""So many tenants' policies are kept in memory."""

_VERSION = "SELECT id FROM gf.blueprint WHERE tenant_id = $1 ORDER BY version DESC LIMIT 1"
_READ = """
SELECT coalesce(content -> 'masking', '{}'::jsonb)::text AS masking,
  coalesce(content -> 'staff_access' ->> 'approval', 'client') AS approval,
  coalesce(content -> 'supervision', '{}'::jsonb)::text AS supervision,
  coalesce(content -> 'contract' -> 'client_listens', 'false'::jsonb)::text AS client_listens,
  coalesce(content -> 'contract' -> 'controls', 'null'::jsonb)::text AS controls,
  coalesce(content -> 'contract' -> 'desktop', '{}'::jsonb)::text AS desktop,
  coalesce(content -> 'sharing', '{}'::jsonb)::text AS sharing,
  coalesce(content -> 'callbacks' -> 'agents_may_list', 'false'::jsonb)::text AS agents_may_list
FROM gf.blueprint WHERE tenant_id = $1 AND id = $2
"""


@dataclass(frozen=True, slots=True)
class StaffPolicy:
    """The sections, with their defaults where the blueprint says nothing.

    ``agents_may_list``: whether agents put contacts on the do-not-call list.
    ``controls``: what the client may do itself.
    """

    masking: Masking
    approval: str
    supervision: Supervision = field(default_factory=Supervision)
    agents_may_list: bool = False
    controls: Agreed = field(default_factory=Agreed)
    desktop: DesktopPolicy = field(default_factory=DesktopPolicy)
    sharing: SharingPolicy = field(default_factory=SharingPolicy)


_DEFAULT = StaffPolicy(Masking.from_dict({}), "client")
_kept: OrderedDict[UUID, tuple[UUID, StaffPolicy]] = OrderedDict()


async def policy_of(scope: Scope) -> StaffPolicy:
    """Return the policy that is in force in this transaction."""
    rows = await scope.fetch(_VERSION, scope.tenant_id)
    if not rows:
        return _DEFAULT
    version = rows[0]["id"]
    kept = _kept.get(scope.tenant_id)
    if kept is not None and kept[0] == version:
        return kept[1]
    row: Any = (await scope.fetch(_READ, scope.tenant_id, version))[0]
    said = {
        "supervision": orjson.loads(row["supervision"]),
        "contract": {"client_listens": row["client_listens"] == "true"},
    }
    policy = StaffPolicy(
        Masking.from_dict(orjson.loads(row["masking"])), row["approval"], Supervision.of(said),
        agents_may_list=row["agents_may_list"] == "true",
        controls=Agreed.of({"contract": {"controls": orjson.loads(row["controls"])}}),
        desktop=DesktopPolicy.of(orjson.loads(row["desktop"])),
        sharing=SharingPolicy.of(orjson.loads(row["sharing"])),
    )  # fmt: skip
    _kept[scope.tenant_id] = (version, policy)
    _kept.move_to_end(scope.tenant_id)
    while len(_kept) > KEPT:
        _kept.popitem(last=False)
    return policy


async def shown_to(scope: Scope, role: Role) -> Shown:
    """Return how much of contacts' numbers a role sees in this tenant; one that may read no interaction is masked.

    The policy is asked about those only whose numbers are masked.
    """
    grant = decide(role, "interaction.read") or Grant(masked=True)
    return (await policy_of(scope)).masking.for_reader(role, grant) if grant.masked else Shown.FULL


async def approval_of(plane: Plane, tenant_id: AccessibleTenantId) -> str:
    """Return who lets the outsourcer's people in: ``client`` or ``standing``."""
    async with plane.transaction(tenant_id) as scope:
        return (await policy_of(scope)).approval
