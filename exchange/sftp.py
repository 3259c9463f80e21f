"""Files to and from a client's SFTP server: it is who its pinned key says, and only public addresses are called.

What is written appears under its name whole or not at all. What was read is moved to ``done``; lines that are no
messages are told in a report beside our own files.
"""

from __future__ import annotations

import asyncio
import posixpath
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

import asyncssh
from asyncssh import SFTPClient

from exchange.core import sheet
from exchange.core.sheet import NoSheet, Wrong
from exchange.service import drops
from exchange.service.drops import Drop
from exits.service.tables import csv_line
from kit.clock import now
from kit.db import AccessibleTenantId, Plane
from kit.errors import NotFound
from kit.outbound import AddressRefused, Guard

TIMEOUT_S: Final = 150
"""The longest visit to one server, in seconds; shorter than the lease."""
MOST_FILES: Final = 20
"""So many files are read in one visit."""
_PIECE: Final = 200
_BOM: Final = b"\xef\xbb\xbf"
"""Spreadsheet programs know UTF-8 by it."""
_DONE: Final = "done"


class Carrier:
    """Visits clients' servers."""

    def __init__(self, plane: Plane, guard: Guard) -> None:
        """Take the tenant plane, and the rule of where we may call."""
        self._plane, self._guard = plane, guard

    async def visit(self, tenant_id: AccessibleTenantId) -> None:
        """Bring and fetch whatever a client's connections have. Raises what a database that is away raises."""
        async with self._plane.transaction(tenant_id) as scope:
            due = await drops.claim(scope)
        for drop in due:
            try:
                async with asyncio.timeout(TIMEOUT_S), self._opened(drop) as server:
                    await self._bring(tenant_id, server, drop)
                    await self._fetch(tenant_id, server, drop)
            except (asyncssh.Error, AddressRefused, TimeoutError, OSError, NotFound) as error:
                async with self._plane.transaction(tenant_id) as scope:
                    await drops.waits(scope, drop, f"{type(error).__name__}: {error}")
                continue
            async with self._plane.transaction(tenant_id) as scope:
                await drops.rested(scope, drop)

    @asynccontextmanager
    async def _opened(self, drop: Drop) -> AsyncIterator[SFTPClient]:
        found = await self._guard.resolve(drop.host, drop.port)
        key = asyncssh.import_private_key(drop.secret) if drops.is_key(drop.secret) else None
        async with (
            asyncssh.connect(
                str(found[0][4][0]), drop.port, username=drop.login, password=None if key else drop.secret,
                client_keys=[key] if key else None, known_hosts=([asyncssh.import_public_key(drop.host_key)], [], []),
                config=None, agent_path=None, connect_timeout=10, login_timeout=20,
            ) as connection,
            connection.start_sftp_client() as server,
        ):  # fmt: skip
            yield server

    async def _bring(self, tenant_id: AccessibleTenantId, server: SFTPClient, drop: Drop) -> None:
        """Write what is new, file after file."""
        while True:
            async with self._plane.transaction(tenant_id) as scope:
                drop, lines = await drops.plan(scope, drop)
            if drop.planned is None:
                return
            if lines:
                final, part = _in(drop.out_folder, drop.file), _in(drop.out_folder, f".{drop.file}.part")
                if not drop.written:
                    await _write(server, part, [list(sheet.OUT), *lines])
                    async with self._plane.transaction(tenant_id) as scope:
                        drop = await drops.written(scope, drop)
                if await server.exists(part):  # else it was renamed before whoever did so could say it
                    await _rename(server, part, final)
            async with self._plane.transaction(tenant_id) as scope:
                drop = await drops.went(scope, drop, sent=bool(lines))

    async def _fetch(self, tenant_id: AccessibleTenantId, server: SFTPClient, drop: Drop) -> None:
        """Read what the client has left, in the order of its names."""
        names = sorted([
            str(each.filename) for each in await server.readdir(drop.in_folder)
            if each.attrs.type == asyncssh.FILEXFER_TYPE_REGULAR and _is_for_us(str(each.filename))
        ])  # fmt: skip
        for name in names[:MOST_FILES]:
            wrong = await self._read(tenant_id, server, drop, name)
            if wrong:
                part, report = _in(drop.out_folder, f".{name}.part"), _in(drop.out_folder, f"report-{name}")
                await _write(server, part, [list(sheet.REPORT), *(each.told() for each in wrong)])
                await _rename(server, part, report)
            await server.makedirs(_in(drop.in_folder, _DONE), exist_ok=True)
            await _rename(server, _in(drop.in_folder, name), _in(drop.in_folder, _DONE, name))

    async def _read(self, tenant_id: AccessibleTenantId, server: SFTPClient, drop: Drop, name: str) -> list[Wrong]:
        """Keep the lines of a file; return what is wrong with the others."""
        async with server.open(_in(drop.in_folder, name), "rb") as file:
            content = await file.read(sheet.MOST_BYTES + 1)
        try:
            lines, wrong = sheet.lines(name, content)  # type: ignore[arg-type] # bytes, as it was opened so
        except NoSheet as error:
            return [Wrong(0, "", "", "file", str(error))]
        for at in range(0, len(lines), _PIECE):
            async with self._plane.transaction(tenant_id) as scope:
                wrong += await drops.keep(scope, drop, lines[at : at + _PIECE], now())
        return sorted(wrong, key=lambda each: each.number)


async def _write(server: SFTPClient, path: str, lines: Sequence[Sequence[Any]]) -> None:
    """Write a whole file, instead of one of the same name that was left half-written."""
    async with server.open(path, "wb") as file:
        await file.write(_BOM + b"".join(csv_line(list(each)) for each in lines))


async def _rename(server: SFTPClient, old: str, new: str) -> None:
    """Give a file another name, in place of one that has it: in two steps where the server cannot do that in one."""
    try:
        await server.posix_rename(old, new)
    except asyncssh.SFTPOpUnsupported:
        if await server.exists(new):
            await server.remove(new)
        await server.rename(old, new)


def _in(*parts: str) -> str:
    return posixpath.join(*parts)


def _is_for_us(name: str) -> bool:
    return name.lower().endswith(".csv") and not name.startswith(".") and "/" not in name and name.isprintable()
