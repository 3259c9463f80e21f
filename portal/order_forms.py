"""What a desk asks when a work order is raised: the client's types, those that the agent used last in front.

The words of a type's template are filled in for one conversation, as those of a script are; fields of the type stay
places (``{code}``) until they have a value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kit.db import Scope
from tenants.core.guide import filled_text
from tenants.core.work_orders import OrderType
from workorders.service.lists import types_of_agent
from workorders.service.rules import rules_of


@dataclass(frozen=True, slots=True)
class Forms:
    """A client's types, and the codes of those that the agent used last, the last one first."""

    types: Sequence[OrderType]
    recent: Sequence[str]

    def filled(self, values: Mapping[str, str]) -> dict[str, Any]:
        """Return the forms as the desk's script reads them; without ``types`` every type is taken as it comes."""
        return {"recent": list(self.recent), "types": [_shown(kind, values) for kind in self.types]}


async def forms_of(scope: Scope, agent_id: UUID) -> Forms:
    """Return what an agent raises at this client, by the blueprint in force."""
    types = (await rules_of(scope)).types
    used = await types_of_agent(scope, agent_id)
    return Forms(tuple(types.values()), [code for code in used if not types or code in types])


def _shown(kind: OrderType, values: Mapping[str, str]) -> dict[str, Any]:
    return {
        **{name: getattr(kind, name) for name in ("code", "name", "priority", "severity", "instructions")},
        "title": filled_text(kind.title, values),
        "description": filled_text(kind.description, values),
        "fields": [
            {"code": f.code, "name": f.name, "kind": f.kind, "required": f.required, "choices": list(f.choices)}
            for f in kind.fields
        ],
    }
