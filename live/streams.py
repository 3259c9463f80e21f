"""One document shown to many sockets: a screen's pages, a supervisor's floor. Numbered as the board's own frames are.

A document is tables of rows, each with a key. Each frame is written once for all who see the same document; who comes
back within a while and names what it saw last gets the rows that changed since, and a snapshot otherwise.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from kit import clock
from kit.away import MAYBE_AWAY, is_away
from live import metrics
from live.core.backlog import Seen
from live.feed import OLD_S
from live.sockets import Watcher, text_frame

MOST_STEPS = 200
"""So many changes are kept for who comes back."""
LINGER_S = 30.0
"""So long a document is kept up to date when nobody sees it, so that screens that come back find it."""
RETRY_S = 1.0

Document = Mapping[str, Any]
Rows = dict[str, list[dict[str, Any]]]
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Shape:
    """How a document is told: under which name a snapshot has it, the key of each table's rows, and what changed.

    ``changed``: the rows that differ, each whole; None when only a snapshot tells it.
    """

    name: str
    keys: Callable[[str], str]
    changed: Callable[[Document | None, Document], Rows | None]


class Stream:
    """One document and who sees it."""

    def __init__(self, shape: Shape) -> None:
        """Begin without a document."""
        self._shape = shape
        self._document: Document | None = None
        self._epoch, self._seq = secrets.token_urlsafe(9), 0
        self._looked = float("-inf")
        self._steps: deque[tuple[int, Rows]] = deque(maxlen=MOST_STEPS)
        self.watchers: set[Watcher] = set()

    def publish(self, document: Document) -> None:
        """Tell everybody what changed; the document was looked up just now."""
        news = self._shape.changed(self._document, document)
        self._document, self._looked = document, time.monotonic()
        if news is None:
            self._seq += 1
            self._steps.clear()
            self._give(self._snapshot(), self.watchers, whole=True)
            return
        behind = {watcher for watcher in self.watchers if watcher.caught_up}
        if news:
            self._seq += 1
            self._steps.append((self._seq, news))
        if behind:
            self._give(self._snapshot(why="behind"), behind, whole=True)
        self._give(self._frame("d", d=news) if news else self._frame("hb"), self.watchers - behind)

    def welcome(self, watcher: Watcher, seen: Seen | None) -> None:
        """Give one that just came what it lacks, if the document is not too old; else the next look tells it."""
        if self._document is None or time.monotonic() - self._looked > OLD_S:
            return
        missed = None if seen is None or seen.epoch != self._epoch else self._since(seen.seq)
        if seen is not None:
            metrics.RETURNS.labels("snapshot" if missed is None else "changes").inc()
        if missed is None or seen is None:
            self._give(self._snapshot(), {watcher}, whole=True)
        else:
            frame = self._frame("d", **{"from": seen.seq}, d=missed) if missed else self._frame("hb")
            self._give(frame, {watcher}, whole=True)

    def send_snapshot(self, watcher: Watcher) -> None:
        """Send one the whole document again, because it asked."""
        if self._document is not None and time.monotonic() - self._looked <= OLD_S:
            metrics.RESYNCS.labels("asked").inc()
            self._give(self._snapshot(), {watcher}, whole=True)

    def _since(self, seq: int) -> Rows | None:
        """Return the rows that changed after ``seq``, each once; None when that is not known."""
        if seq > self._seq or (seq < self._seq and (not self._steps or seq + 1 < self._steps[0][0])):
            return None
        merged: dict[str, dict[Any, dict[str, Any]]] = {}
        for number, news in self._steps:
            for table, rows in news.items() if number > seq else ():
                key = self._shape.keys(table)
                merged.setdefault(table, {}).update({row[key]: row for row in rows})
        return {table: list(rows.values()) for table, rows in merged.items()}

    def _snapshot(self, **told: object) -> bytes:
        return self._frame("snap", epoch=self._epoch, **told, **{self._shape.name: self._document})

    def _frame(self, kind: str, **members: object) -> bytes:
        metrics.written(kind).inc()
        return text_frame({"t": kind, "seq": self._seq, "ts": clock.millis(clock.now()), **members})

    def _give(self, frame: bytes, watchers: set[Watcher], *, whole: bool = False) -> None:
        for watcher in watchers:
            watcher.send(frame, whole=whole)


Source = Callable[[Stream], Awaitable[None]]
"""Publishes a document again and again, until it is cancelled."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A document that somebody wants to see. ``key``: who wants the same sees the same; ``content``: what it shows.

    When the content of a key changes, another document takes its place.
    """

    key: Hashable
    content: object
    shape: Shape
    source: Source


@dataclass(slots=True, eq=False)
class _Kept:
    content: object
    stream: Stream
    task: asyncio.Task[None]
    ending: asyncio.TimerHandle | None = None


class Streams:
    """Every document of a process that somebody sees, or saw a moment ago."""

    def __init__(self) -> None:
        """Begin with none."""
        self._kept: dict[Hashable, _Kept] = {}

    def join(self, wanted: Wanted, watcher: Watcher, seen: Seen | None) -> _Kept:
        """Let one see a document."""
        kept = self._kept.get(wanted.key)
        if kept is None or kept.content != wanted.content or kept.task.done():
            stream = Stream(wanted.shape)
            task = asyncio.create_task(_run(wanted.source, stream))
            old, kept = kept, _Kept(wanted.content, stream, task)
            self._kept[wanted.key] = kept
            if old is not None and not old.stream.watchers:
                self._end(wanted.key, old)
        if kept.ending is not None:
            kept.ending.cancel()
            kept.ending = None
        kept.stream.watchers.add(watcher)
        kept.stream.welcome(watcher, seen)
        return kept

    def leave(self, key: Hashable, kept: _Kept, watcher: Watcher) -> None:
        """Let one go; the document is kept for a while, unless another has taken its place."""
        kept.stream.watchers.discard(watcher)
        if not kept.stream.watchers:
            wait = LINGER_S if self._kept.get(key) is kept else 0
            kept.ending = asyncio.get_running_loop().call_later(wait, self._end, key, kept)

    def _end(self, key: Hashable, kept: _Kept) -> None:
        kept.task.cancel()
        if kept.ending is not None:
            kept.ending.cancel()
        if self._kept.get(key) is kept:
            del self._kept[key]

    async def close(self) -> None:
        """End all."""
        tasks = [kept.task for kept in self._kept.values()]
        for key, kept in list(self._kept.items()):
            self._end(key, kept)
        await asyncio.gather(*tasks, return_exceptions=True)


async def _run(source: Source, stream: Stream) -> None:
    while True:
        try:
            await source(stream)
        except Exception as error:  # noqa: BLE001 - what ended would leave its screens grey for ever
            known = isinstance(error, MAYBE_AWAY) and is_away(error)
            (log.warning if known else log.exception)("screen_stale", error=type(error).__name__)
        await asyncio.sleep(RETRY_S)


class Place:
    """Where one socket is among the documents: it moves when it may see another, and leaves at its end."""

    def __init__(self, streams: Streams, watcher: Watcher, seen: Seen | None) -> None:
        """Take a socket, and what it says that it has seen."""
        self._streams, self._watcher, self._seen = streams, watcher, seen
        self._at: tuple[Wanted, _Kept] | None = None

    def move(self, wanted: Wanted) -> None:
        """See this from now on."""
        if self._at is not None:
            if self._at[0].key == wanted.key and self._at[1].content == wanted.content:
                return
            self.leave()
        self._at = wanted, self._streams.join(wanted, self._watcher, self._seen)
        self._seen = None

    def resync(self) -> None:
        """Send the whole document again."""
        if self._at is not None:
            self._at[1].stream.send_snapshot(self._watcher)

    def leave(self) -> None:
        """See nothing any more."""
        if self._at is not None:
            (wanted, kept), self._at = self._at, None
            self._streams.leave(wanted.key, kept, self._watcher)
