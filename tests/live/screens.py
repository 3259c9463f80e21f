"""Screens of a board: the browser's own script in node, given the frames of our real feed."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import playwright

from live.core.backlog import seen_by
from live.feed import Feed
from live.watching import Watching
from tenants.core.masks import Shown

NODE = Path(playwright.__file__).parent / "driver" / "node"
SCRIPT = Path(__file__).with_name("rows_of_frames.mjs")
_SHORT, _LONG = 126, 127
ROWS = ("totals", "formula", "tenant")
KEYS = {"queues": "id", "seats": "seat", "calls": "id"}


def content(frame: bytes) -> dict[str, Any]:
    """The JSON of an unmasked text frame (RFC 6455, 5.2)."""
    head = {_SHORT: 4, _LONG: 10}.get(frame[1], 2)
    read: dict[str, Any] = json.loads(frame[head:])
    return read


class Wire(Watching):
    """A socket without a network: what was sent waits here until the screen takes it."""

    def __init__(self, shown: Shown = Shown.MASKED) -> None:
        super().__init__(shown)
        self.frames: list[dict[str, Any]] = []

    def send(self, frame: bytes, *, whole: bool = False) -> None:
        del whole
        self.frames.append(content(frame))


class Browser:
    """The process that runs the script."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._screens = 0

    def screen(self) -> int:
        self._screens += 1
        return self._screens

    def show(self, screen: int, frames: list[dict[str, Any]], *, close: bool = False) -> dict[str, Any]:
        """Let a screen take frames; return what it judged of each, what it says it has seen, and its rows."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"screen": screen, "frames": frames, "close": close}) + "\n")
        self._process.stdin.flush()
        told: dict[str, Any] = json.loads(self._process.stdout.readline())
        return told


@contextmanager
def browser() -> Iterator[Browser]:
    process = subprocess.Popen([NODE, SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield Browser(process)
    finally:
        process.communicate(timeout=5)


class Screen:
    """One page: a screen of the browser and its connection to a feed."""

    def __init__(self, browser: Browser, feed: Feed, shown: Shown = Shown.MASKED) -> None:
        self._browser, self._feed, self._shown = browser, feed, shown
        self._screen = browser.screen()
        self._seen = ""
        self.rows: dict[str, Any] = {}
        self.kinds: list[str] = []
        self.wire: Wire | None = None
        self.connect()

    def connect(self) -> None:
        self.wire = Wire(self._shown)
        self._feed.watchers.add(self.wire)
        self._feed.welcome(self.wire, seen_by(dict(parse_qsl(self._seen))))

    def cut(self) -> None:
        """Lose the connection, and what is on its way."""
        if self.wire is not None:
            self.wire.frames.clear()
            self.look(close=True)
            self._feed.watchers.discard(self.wire)
            self.wire = None

    def lose(self) -> None:
        """Lose the newest change on its way. A snapshot is never lost alone: a socket that cannot take it is behind."""
        if self.wire is not None and self.wire.frames and self.wire.frames[-1]["t"] != "snap":
            self.wire.frames.pop()

    def look(self, *, close: bool = False) -> None:
        """Take what was sent, and ask for a snapshot as often as the script wants one."""
        while self.wire is not None:
            frames, self.wire.frames = self.wire.frames, []
            self.kinds += [frame["t"] for frame in frames]
            told = self._browser.show(self._screen, frames, close=close)
            self._seen, self.rows = told["seen"], told["rows"]
            if "resync" not in told["verdicts"] or close:
                return
            self._feed.send_snapshot(self.wire)
