"""Why agents of a floor are not ready: the reasons of the centre file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kit.db import Database
from tenants.models import Floor, Tenant


@dataclass(frozen=True, slots=True)
class Break:
    """A reason to choose. ``names`` by language, empty: the house has a word for the code; ``longest_s``: seconds."""

    code: str
    names: dict[str, str]
    longest_s: int | None = None

    def name(self, languages: Sequence[str]) -> str | None:
        """Return its name in the first of the languages that it has, else in any; None: it has none."""
        known = next((self.names[language] for language in languages if language in self.names), None)
        return known or next(iter(self.names.values()), None)


COMMON = tuple(Break(code, {}) for code in ("break", "meal", "training", "meeting", "offline_work"))
"""What there is to choose when the centre file says nothing."""


async def breaks_seen_by(control: Database, tenant_id: UUID) -> tuple[Break, ...]:
    """Return the reasons of the floor that serves a tenant."""
    async with control.plain() as session:
        tenant = await session.get(Tenant, tenant_id)
    return COMMON if tenant is None or tenant.floor_id is None else await breaks_of(control, tenant.floor_id)


async def breaks_of(control: Database, floor_id: str) -> tuple[Break, ...]:
    """Return the reasons of a floor, in the file's order."""
    async with control.plain() as session:
        floor = await session.get(Floor, floor_id)
    told = floor.breaks if floor is not None else []
    return tuple(_read(each) for each in told) or COMMON


def _read(told: dict[str, object]) -> Break:
    minutes = told.get("longest_min")
    names = told["name"]
    known = {str(k): str(v) for k, v in names.items()} if isinstance(names, dict) else {}
    return Break(str(told["code"]), known, minutes * 60 if isinstance(minutes, int) else None)
