"""Who is told what a feed finds, one by one and all of them: a frame goes to all who see the same in one short loop.

A loop that asks each watcher whether it is behind costs a third of what it takes to write to it. So each says when it
turns: when it is full, empty again, or may show more or less. Until then nobody is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from tenants.core.masks import Shown

Write = Callable[[bytes], object]


class Watching:
    """Whoever is told what a feed finds: a client's own socket, or a page that shows several boards at once."""

    def __init__(self, shown: Shown = Shown.MASKED) -> None:
        """Begin with nothing missed; ``shown``: how much of contacts' numbers it may show."""
        self._shown = shown
        self.caught_up = False
        """Whether it missed something and can take a snapshot now."""
        self.write: Write = self.send
        """What takes a frame until it turns."""
        self.turned: Callable[[], None] | None = None

    @property
    def shown(self) -> Shown:
        """How much of contacts' numbers it may show."""
        return self._shown

    @shown.setter
    def shown(self, shown: Shown) -> None:
        self._shown = shown
        self._turn()

    def _turn(self) -> None:
        if self.turned is not None:
            self.turned()

    def send(self, frame: bytes, *, whole: bool = False) -> None:
        """Take a frame; ``whole``: it needs none that went before it."""
        raise NotImplementedError


class Crowd:
    """All who watch one feed."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._all = set[Watching]()
        self._groups: dict[Shown, list[Write]] | None = None
        self._waiting = list[Watching]()

    def __iter__(self) -> Iterator[Watching]:
        """Go through them."""
        return iter(self._all)

    def __len__(self) -> int:
        """Return how many they are."""
        return len(self._all)

    def add(self, watcher: Watching) -> None:
        """Let one watch."""
        self._all.add(watcher)
        watcher.turned = self._regroup
        self._regroup()

    def discard(self, watcher: Watching) -> None:
        """Let one go."""
        self._all.discard(watcher)
        watcher.turned = None
        self._regroup()

    def _regroup(self) -> None:
        self._groups = None

    def grouped(self) -> tuple[dict[Shown, list[Write]], list[Watching]]:
        """Return what writes to those who see the same, and who waits for a snapshot instead."""
        if self._groups is None:
            self._groups, self._waiting = {}, [watcher for watcher in self._all if watcher.caught_up]
            for watcher in self._all:
                if not watcher.caught_up:
                    self._groups.setdefault(watcher.shown, []).append(watcher.write)
        return self._groups, self._waiting


def give(frame: bytes, writes: Iterable[Write]) -> None:
    """Write one frame to many."""
    for write in writes:
        try:
            write(frame)
        except RuntimeError:  # its transport is closed already, and tells whoever holds it
            continue
