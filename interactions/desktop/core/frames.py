"""How a desk's picture travels: lists of events as JSON, compressed by raw DEFLATE (RFC 1951), each frame by itself.

The browsers do it with ``CompressionStream("deflate-raw")`` and its twin: no frame needs those before it, so that
whoever missed one reads the next, and a frame is compressed once for all who watch.
"""

from __future__ import annotations

import zlib

from interactions.desktop.core.scrub import Strange

LARGEST = 256 * 1024
"""So many bytes a frame may have when it is opened. A whole page has 43 KB."""
_RAW = -15


def packed(content: bytes) -> bytes:
    """Return the frame."""
    deflate = zlib.compressobj(6, zlib.DEFLATED, _RAW)
    return deflate.compress(content) + deflate.flush()


def unpacked(frame: bytes) -> bytes:
    """Return what is in a frame. Raises :class:`Strange`: it is none, or one that would grow past :data:`LARGEST`."""
    inflate = zlib.decompressobj(_RAW)
    try:
        content = inflate.decompress(frame, LARGEST)
    except zlib.error as error:
        raise Strange from error
    if not inflate.eof or inflate.unused_data:
        raise Strange
    return content
