"""The asker: what came unsigned is asked for at the client's system before anything is believed."""

from __future__ import annotations

import ssl
from types import TracebackType
from typing import Any, Final, Self

import aiohttp
import orjson
from yarl import URL

from exchange.adapters.chosen import ADAPTERS
from exchange.errors import SystemAway
from exchange.service import asking
from exchange.service.asking import Question
from kit.db import AccessibleTenantId, Plane
from kit.outbound import AddressRefused, Guard, GuardedResolver

TIMEOUT_S: Final = 15.0
MOST: Final = 4 * 1024 * 1024
"""The longest answer that is read, in bytes."""
_OK = 200


class Asker:
    """One pool of guarded connections for all clients' systems."""

    def __init__(self, plane: Plane, guard: Guard, timeout_s: float = TIMEOUT_S) -> None:
        """Open nothing yet; use it as a context manager."""
        self._plane, self._guard = plane, guard
        self._timeout = aiohttp.ClientTimeout(total=timeout_s)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Open the pool."""
        connector = aiohttp.TCPConnector(
            resolver=GuardedResolver(self._guard), use_dns_cache=False, ssl=ssl.create_default_context()
        )
        self._session = aiohttp.ClientSession(
            connector=connector, timeout=self._timeout, trust_env=False, cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False, headers={"User-Agent": "Glassfloor-Exchange/1", "Accept-Encoding": "identity"},
        )  # fmt: skip
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Close the pool."""
        if self._session is not None:
            await self._session.close()

    async def visit(self, tenant_id: AccessibleTenantId) -> int:
        """Ask whatever is due for a client, a few at a time; return how many were asked."""
        async with self._plane.transaction(tenant_id) as scope:
            questions = await asking.claim(scope)
        for question in questions:
            try:
                answers = await self._ask(question)
            except SystemAway as error:
                async with self._plane.transaction(tenant_id) as scope:
                    await asking.away(scope, question, error.detail)
            else:
                async with self._plane.transaction(tenant_id) as scope:
                    await asking.answered(scope, question, answers)
        return len(questions)

    async def _ask(self, question: Question) -> list[Any]:
        adapter = ADAPTERS[question.adapter]
        headers = {"Accept": "application/json", **(adapter.credentials(question.secret) if question.secret else {})}
        base = question.url.rstrip("/") + "/"
        return [await self._get(base + path, headers) for path in adapter.asks(question.external_id)]

    async def _get(self, address: str, headers: dict[str, str]) -> Any:  # noqa: ANN401 - any JSON value
        if self._session is None:
            raise RuntimeError("the asker is not open")
        try:
            await self._guard.check(address)
            async with self._session.get(URL(address, encoded=True), headers=headers, allow_redirects=False) as got:
                if got.status != _OK:
                    raise SystemAway(f"it answered {got.status}")
                return orjson.loads(await _whole(got))
        except TimeoutError as error:
            raise SystemAway("no answer in time") from error
        except orjson.JSONDecodeError as error:
            raise SystemAway("its answer is no JSON") from error
        except (AddressRefused, aiohttp.ClientError, OSError, ValueError) as error:
            raise SystemAway(f"{type(error).__name__}: {error}"[:300]) from error


async def _whole(got: aiohttp.ClientResponse) -> bytes:
    """Return the body. Raises :class:`SystemAway` for a longer or a compressed one."""
    if got.headers.get("Content-Encoding", "identity") != "identity":
        raise SystemAway("its answer is compressed")
    whole = bytearray()
    async for chunk in got.content.iter_chunked(64 * 1024):
        whole += chunk
        if len(whole) > MOST:
            raise SystemAway(f"its answer is longer than {MOST} bytes")
    return bytes(whole)
