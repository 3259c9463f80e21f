"""Requests as bytes: what no well-behaved client would send."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from probe.core.messages import Answer
from tests.crawl.ground import SiteGround


async def send(ground: SiteGround, head: bytes, body: bytes = b"") -> Answer:
    """Send a request line with its headers, and a body, as they are; read the answer to its end."""
    place = urlsplit(ground.site.url)
    reader, writer = await asyncio.open_connection(place.hostname, place.port, limit=1 << 20)
    length = b"" if b"content-length" in head.lower() else b"Content-Length: %d\r\n" % len(body)
    writer.write(head + b"Host: " + place.netloc.encode() + b"\r\nConnection: close\r\n" + length + b"\r\n" + body)
    try:
        await writer.drain()
        async with asyncio.timeout(10):
            whole = await reader.read(-1)
    except ConnectionError:
        whole = b""
    writer.close()
    return _parse(whole)


def _parse(whole: bytes) -> Answer:
    top, _, body = whole.partition(b"\r\n\r\n")
    line, *rest = top.decode("latin-1").split("\r\n")
    headers = tuple((k, v) for k, _, v in (item.partition(": ") for item in rest))
    status = int(line.split()[1]) if line else 0
    return Answer(status, headers, body.decode("latin-1"))
