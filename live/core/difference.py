"""Where two boards of the same fact differ: names of figures and rows, never what they hold. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from live.core import keyframe
from live.core.board import Board

MOST_NAMED = 20
_KEYS = {"queues": "id", "seats": "seat", "calls": "id"}


def differences(one: Board, other: Board) -> list[str]:
    """Return what differs, such as ``counts.offered`` or ``seats.8001.state``; at most so many, in order."""
    found = sorted(_of("", _keyed(keyframe.to_json(one)), _keyed(keyframe.to_json(other))))
    return found[:MOST_NAMED]


def _keyed(stored: dict[str, Any]) -> dict[str, Any]:
    rows = {name: {row[key]: row for row in stored[name]} for name, key in _KEYS.items()}
    return {**stored, **rows}


def _of(path: str, one: object, other: object) -> Iterator[str]:
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for key in sorted({*one, *other}):
            yield from _of(f"{path}.{key}" if path else str(key), one.get(key), other.get(key))
    elif one != other:
        yield path


def waiting(board: Board) -> int:
    """Return how many contacts wait, in all queues."""
    return sum(len(queue.waiting) for queue in board.queues.values())


def counted(board: Board, told: Mapping[str, int], names: Iterable[str]) -> list[str]:
    """Return which of today's figures are not what was counted otherwise; short abandonments count as abandoned."""
    shown = {
        "offered": board.counts.offered,
        "answered": board.counts.answered,
        "abandoned": board.counts.abandoned + board.counts.short_abandoned,
        "waiting": waiting(board),
    }
    return [name for name in names if shown[name] != told[name]]
