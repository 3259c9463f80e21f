"""Which parts of a fact are personal, and a walk over them: what is sealed before a fact is stored and hashed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

Change = Callable[[str, str], str]
"""Takes a text and its path inside the fact's data; returns what stands there instead."""


def place(kind: str, subject: UUID, at: datetime) -> str:
    """Return where a fact's sealed texts belong, up to their path."""
    return f"journal|{kind}|{subject}|{at.astimezone(UTC).isoformat(timespec='microseconds')}"


def change(value: Any, paths: Sequence[str], to: Change, at: str = "") -> Any:  # noqa: ANN401 - any JSON value
    """Return the value with every text at or below one of the paths changed; the rest is the same object."""
    if at and any(at == path or at.startswith(f"{path}.") for path in paths):
        return every(value, to, at)
    if not isinstance(value, dict) or not any(not at or path.startswith(f"{at}.") for path in paths):
        return value
    return {name: change(part, paths, to, f"{at}.{name}" if at else name) for name, part in value.items()}


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
