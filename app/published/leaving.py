"""Operations that go away: told in their answers and in the document long before (RFC 9745, RFC 8594).

Whoever ends an operation writes it into :data:`LEAVING`; docs/api.md promises how long it stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NOTICE: Final = timedelta(days=183)
"""An operation stays at least so long after it was said that it leaves."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """Since when an operation should not be used in new code, when it ends (both aware), and where it says instead."""

    since: datetime
    until: datetime
    page: str

    def __post_init__(self) -> None:
        """Refuse less notice than was promised."""
        if self.until - self.since < NOTICE:
            raise ValueError(f"an operation leaves no sooner than {NOTICE.days} days after it was said")

    @property
    def headers(self) -> dict[str, str]:
        """What every answer says: a structured date, an HTTP date, and a link."""
        return {
            "Deprecation": f"@{int(self.since.timestamp())}",
            "Sunset": format_datetime(self.until, usegmt=True),
            "Link": f'<{self.page}>; rel="deprecation"; type="text/html"',
        }


Table = Mapping[str, Leaving]

LEAVING: Table = {}
"""By ``METHOD /path`` as the document names it."""


class LeavingHeaders:
    """Tell in each answer of an operation that leaves when it does."""

    def __init__(self, app: ASGIApp, table: Table = LEAVING) -> None:
        """Wrap the application."""
        self.app = app
        self._table = table

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the headers; a ``Link`` that the answer has stays beside ours."""
        if scope["type"] != "http" or not self._table:
            await self.app(scope, receive, send)
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                path = getattr(scope.get("route"), "path", "")
                leaving = self._table.get(f"{scope['method']} {path}")
                for name, value in leaving.headers.items() if leaving else ():
                    MutableHeaders(scope=message).append(name, value)
            await send(message)

        await self.app(scope, receive, answer)
