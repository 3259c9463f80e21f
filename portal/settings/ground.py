"""What every page of settings stands on: the reader, the draft, and how much of each section the reader may change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request

from ivr.validate import check_document
from kit import clock
from portal import i18n
from portal.pages import Visitor, page_of
from portal.rendering import Page
from portal.sentences import Gettext
from tenants.blueprints_api import author
from tenants.core.own_sections import extent
from tenants.core.permissions import STAFF
from tenants.endpoints import Access
from tenants.service.blueprints import Order
from tenants.service.drafts import Draft, Edit, change_sections, mark_of, read_draft


@dataclass(frozen=True, slots=True)
class Ground:
    """One request's reader and draft."""

    access: Access
    draft: Draft
    page: Page

    @property
    def content(self) -> Mapping[str, Any]:
        """What would be published: the draft, or what is in force when there is none."""
        return self.draft.content

    @property
    def translated(self) -> Gettext:
        """The reader's language."""
        return i18n.translations(self.page.locale).gettext

    def changes(self, section: str) -> bool:
        """Say whether the reader's role changes a section, or some of it."""
        return extent(self.access.role, section) is not None

    def banner(self) -> dict[str, Any]:
        """Return what the banner of every page says of the draft."""
        return banner_of(self.draft, self.access)


def banner_of(draft: Draft, access: Access) -> dict[str, Any]:
    """Return the draft as its banner shows it: how many changes, by whom, since when, and whether it is outdated."""
    return {
        "count": len(draft.plan.changes),
        "by": draft.by,
        "changed_at": draft.changed_at,
        "outdated": draft.outdated and bool(draft.plan.changes),
        "base_version": draft.base_version,
        "version": draft.version,
        "may": any(extent(access.role, section) for section in ("calendars", "queues", "flows")),
    }


async def ground_of(request: Request, access: Access) -> Ground:
    """Read the draft for a page. Raises :class:`tenants.errors.NoBlueprint`."""
    draft = await read_draft(request.app.state.plane, access.tenant_id)
    return Ground(access, draft, page_of(request, Visitor(access.principal, access)))


def order_of(access: Access, why: str, *, seen: int | None = None) -> Order:
    """Return who publishes, when and why, with the limits of the reader's role."""
    person = access.principal
    return Order(
        by=author_of(access), at=clock.now(), check_flow=check_document, why=why, user=person.id, role=access.role,
        only=access.tenant_id, seen=seen,
    )  # fmt: skip


def author_of(access: Access) -> str:
    """Return how the client's versions and facts name who asks: the outsourcer's people by their role."""
    return author(access.principal, staff=access.role in STAFF, role=access.role.value)


def seen_of(content: Mapping[str, Any], section: str) -> str:
    """Return the mark of a section as a form shows it: a form that comes back with another one saw an older state."""
    return mark_of(content, section)


def edit_of(access: Access, marks: Mapping[str, str] | None = None) -> Edit:
    """Return who changes the draft now. ``marks``: by section what the form brought back as its mark."""
    return Edit(access.role, author_of(access), clock.now(), marks or {})


async def change(
    request: Request, ground: Ground, sections: Mapping[str, Any], seen: str, others: Mapping[str, str] | None = None
) -> None:
    """Save sections into the draft; ``seen`` is the mark of the one that the form shows, ``others`` those of others.

    Raises what the service of drafts raises.
    """
    access, marks = ground.access, {**dict.fromkeys(sections, seen), **(others or {})}
    await change_sections(request.app.state.plane, access.tenant_id, sections, edit_of(access, marks))
