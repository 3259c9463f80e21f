"""Which parts of a fact are personal, and a walk over them: what is sealed before a fact is stored and hashed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeAlias
from uuid import UUID

Change = Callable[[str, str], str]
"""Takes a text and its path inside the fact's data; returns what stands there instead."""
_Tree: TypeAlias = Mapping[str, "_Tree"]


def place(kind: str, subject: UUID, at: datetime) -> str:
    """Return where a fact's sealed texts belong, up to their path."""
    return f"journal|{kind}|{subject}|{at.astimezone(UTC).isoformat(timespec='microseconds')}"


def change(value: Any, paths: Sequence[str], to: Change) -> Any:  # noqa: ANN401 - any JSON value
    """Return the value with every text at or below one of the paths changed; the rest is the same object."""
    return _changed(value, _tree(tuple(paths)), to, "") if paths else value


@cache
def _tree(paths: tuple[str, ...]) -> _Tree:
    """Return the paths by their first names, so that a walk goes nowhere else; below an empty one is everything."""
    tree: dict[str, list[str]] = {}
    for path in paths:
        name, _, rest = path.partition(".")
        tree.setdefault(name, []).append(rest)
    return {name: {} if "" in rests else _tree(tuple(rests)) for name, rests in tree.items()}


def _changed(value: Any, tree: _Tree, to: Change, at: str) -> Any:  # noqa: ANN401 - any JSON value
    if not tree:
        return every(value, to, at)
    if not isinstance(value, dict):
        return value
    below = f"{at}." if at else ""
    told = {name: _changed(value[name], under, to, below + name) for name, under in tree.items() if name in value}
    return {**value, **told} if told else value


def every(value: Any, to: Change, at: str = "") -> Any:  # noqa: ANN401 - any JSON value
    """Return the value with every text in it changed."""
    if isinstance(value, str):
        return to(value, at)
    if isinstance(value, dict):
        return {name: every(part, to, f"{at}.{name}" if at else name) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [every(part, to, f"{at}.{n}") for n, part in enumerate(value)]
    return value


def has_texts(value: Any, paths: Sequence[str]) -> bool:  # noqa: ANN401 - any JSON value
    """Say whether there is a text at or below one of the paths."""
    found: list[str] = []

    def note(text: str, _path: str) -> str:
        found.append(text)
        return text

    change(value, paths, note)
    return bool(found)
