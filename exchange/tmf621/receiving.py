"""Take files out of a ticket that brings them: into the store first, so that the ticket's own act only names them."""

from __future__ import annotations

import asyncio
import base64
import binascii
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from fastapi import Request

from exchange.tmf621.schemas import MOST_BYTES, Attachment
from exchange.tmf621.service import Brought
from kit.errors import ValidationFailed
from kit.held import Held
from kit.ids import new_id
from tenants.endpoints import Access
from workorders.attachments.core.limits import Most
from workorders.attachments.endpoints import erase_unless, keep, most_of
from workorders.attachments.receiving import check_size
from workorders.attachments.service import adding
from workorders.endpoints import plane_of

_ADDRESS = re.compile(r"https?://\S+")


@asynccontextmanager
async def put_aside(request: Request, access: Access, said: Sequence[Attachment]) -> AsyncIterator[Brought]:
    """Put what comes along into the store while the ticket is made or changed; what no ticket names is erased.

    Raises :class:`ValidationFailed`, :class:`AttachmentTooLarge`, :class:`AttachmentTypeRefused`, ``AttachmentAway``.
    """
    brought = Brought(links=[_link(each) for each in said if each.content is None])
    most = await _most(request, access) if any(each.content is not None for each in said) else Most(MOST_BYTES)
    try:
        for each in said:
            if each.content is not None:
                with Held() as held:
                    await asyncio.to_thread(_decode, each.content, held, most)
                    adding.type_of(held)
                    stored = await keep(request, access, held, new_id())
                brought.files.append((stored, each.name or "attachment"))
        yield brought
    finally:
        for stored, _ in brought.files:
            await erase_unless(request, access, stored, used=brought.used)


def _link(said: Attachment) -> str:
    """Return the address of a file that lies elsewhere as a text: it is shown, and never fetched."""
    if said.url is None or not _ADDRESS.fullmatch(said.url):
        raise ValidationFailed("/attachment: it has content in base64, or the url of something that lies elsewhere")
    return f"{said.name}: {said.url}" if said.name else said.url


async def _most(request: Request, access: Access) -> Most:
    """Return how large a file in a ticket may be: the standard's way is not for large ones."""
    async with plane_of(request).transaction(access.tenant_id) as scope:
        most = await most_of(request, scope)
    return most if most.size < MOST_BYTES else Most(MOST_BYTES)


def _decode(content: str, held: Held, most: Most) -> None:
    try:
        octets = base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValidationFailed("/attachment: content is not base64") from error
    check_size(len(octets), most)
    held.write(octets)
    held.end()
