"""How every adapter refuses an answer that is not what it asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from exchange.errors import NotAMessage


def listed(answer: object) -> list[Any]:
    """Return a list as it came: an answer of another kind is not an empty one. Raises ``TypeError``."""
    if not isinstance(answer, list):
        raise TypeError("no list")
    return answer


@contextmanager
def reading(what: str) -> Iterator[None]:
    """Turn whatever is missing in an answer, or of another kind there, into :class:`NotAMessage`."""
    try:
        yield
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise NotAMessage(f"the answer is not {what}") from error
