"""The text of a version: the one that was applied, or one that says the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import desc, select
from sqlmodel import col

from kit.scoping import ScopedSession
from tenants.core.documents import BadDocument
from tenants.core.sources import merged_text
from tenants.errors import Refused
from tenants.models import Blueprint
from tenants.service.files import current_form, digest, load_blueprint, render_readable, written


async def text_for(scope: ScopedSession, content: Mapping[str, Any]) -> str:
    """Return a text that says ``content``: as much of the newest text as possible, with its comments."""
    found = await scope.execute(
        select(col(Blueprint.source), col(Blueprint.content)).order_by(desc(col(Blueprint.version))).limit(1)
    )
    row = found.one_or_none()
    if row is not None and row[0] is not None:
        text = _merged(row[0], current_form(row[1]), content)
        if text is not None:
            return text
    return render_readable(content)


def says(text: str, content: Mapping[str, Any]) -> bool:
    """Say whether a text means exactly this content."""
    try:
        return load_blueprint(text).digest == digest(content)
    except Refused:
        return False


def _merged(source: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> str | None:
    try:
        text = merged_text(source, written(new), [name for name in new if old.get(name) != new[name]])
    except BadDocument:
        return None
    return text if says(text, new) else None
