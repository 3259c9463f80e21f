"""The file of an export, of everything or of what a search found: one zip, whole or in ranges, sealed as it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from exits.service.exports import key_of, where
from interactions.endpoints import Opening, answer_from, look
from kit.db import Scope
from kit.errors import NotFound
from tenants.endpoints import Access
from tenants.streams import Standing


async def kept(request: Request, scope: Scope, export_id: UUID) -> tuple[Path, Opening]:
    """Return where the file is and how it opens. Raises ``NotFound``."""
    path = _path_of(request, scope, export_id)
    told, opening = await look(scope, path)
    return path, Opening(opening, where(export_id), told.size)


def _path_of(request: Request, scope: Scope, export_id: UUID) -> Path:
    path: Path = request.app.state.settings.data_folder / "exports" / key_of(scope.tenant_id, export_id)
    if not path.is_file():
        raise NotFound("The export is no longer kept")
    return path


async def sent(
    request: Request, access: Access, file: tuple[Path, Opening], row: Mapping[str, Any], name: str
) -> Response:
    """Answer with it under a name without its ending: ``.zip``, or ``.zip.age`` when it is the client's own to open."""
    closed = row["recipient"] is not None
    kind = "application/octet-stream" if closed else "application/zip"
    answer = await answer_from(*file, request.headers.get("Range"), kind, Standing(request, access))
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{"zip.age" if closed else "zip"}"'
    return answer
