"""Whoever hears a recording without a sign-in is cut off when its link, or its page, is ended: within two seconds."""

from __future__ import annotations

import asyncio
import re
import socket
import time
from urllib.parse import urlsplit

import aiohttp
import asyncpg

from tests.portal.test_handed import browser, got, sends, sent
from tests.portal.test_sharing import made, policy, ramp, recorded, status, stranger
from tests.support.site import Site

WITHIN_S = 2.0
LATE_S = 1.0
"""For a busy machine, and for what lay between both ends."""
SECONDS = 1200


async def listen(site: Site, path: str, jar: aiohttp.ClientSession) -> tuple[asyncio.StreamReader, int]:
    """Begin to hear as a player does, which takes no more than it plays; return the sound, and how long it would be."""
    host = urlsplit(site.url)
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
    line.setblocking(False)
    await asyncio.get_running_loop().sock_connect(line, (host.hostname, host.port))
    reader, writer = await asyncio.open_connection(sock=line, limit=8192)
    cookies = "; ".join(f"{each.key}={each.value}" for each in jar.cookie_jar)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {host.netloc}\r\nCookie: {cookies}\r\n\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    assert head.startswith("HTTP/1.1 200"), head
    length = re.search(r"content-length: (\d+)", head, re.IGNORECASE)
    assert length is not None
    assert await reader.read(4096)
    return reader, int(length[1])


async def hears_until(reader: asyncio.StreamReader, ended: float) -> tuple[int, float]:
    """Return how many bytes still came, and how long after its end the sound broke off, in seconds."""
    heard = 0
    try:
        while part := await reader.read(8192):
            heard += len(part)
            await asyncio.sleep(0.005)
    except ConnectionError:
        pass
    return heard, time.monotonic() - ended


async def test_what_is_heard_breaks_off_when_its_link_or_its_page_is_ended(site: Site) -> None:
    _, call, kept = await recorded(site)
    path, context, told, _ = await sent(site)
    admin, long = await asyncpg.connect(site.house.admin_dsn), ramp(times=SECONDS)
    rows = await admin.fetch("UPDATE gf.recording SET duration_ms = $1 RETURNING key, id", SECONDS * 1000)
    await admin.close()
    for row in rows:
        (site.settings.recordings_folder / row["key"]).write_bytes(long)
    await policy(site, who="anyone")
    manager = await site.person((await site.people("galaxy"))["client_manager"], "galaxy")
    link = await made(manager, call, recording=str(kept))
    async with stranger(site) as friend, browser(site) as phone:
        assert await status(friend, link["path"], "POST", data={"passcode": link["passcode"]}) == 303
        await sends(phone, path, "open")
        own = next(str(row["id"]) for row in rows if row["id"] != kept)
        by_link, size = await listen(site, f"{link['path']}/recording", friend)
        by_page, _ = await listen(site, f"{path}/recording?recording={own}", phone)
        began = time.monotonic()
        assert await status(manager, f"/v1/interactions/{call}/links/{link['id']}", "DELETE") == 204
        assert await status(manager, f"/interactions/{told}/contexts/{context}/revoke", "POST") == 303
        for heard, after in await asyncio.gather(hears_until(by_link, began), hears_until(by_page, began)):
            assert heard < size / 2
            assert after < WITHIN_S + LATE_S
        assert await status(friend, f"{link['path']}/recording") == 410
        await got(phone, f"{path}/recording?recording={own}", 410)
