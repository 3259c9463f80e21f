"""The readable number of a work order."""

from __future__ import annotations

FIRST = 1001
"""The first number of a tenant: a number of four digits is read out and typed as one."""


def readable(number: int) -> str:
    """Return the number as people say it: ``WO-1001``."""
    return f"WO-{number}"


def parse(text: str) -> int | None:
    """Return the counter behind ``WO-1001`` or ``1001``; None if it is neither."""
    digits = text.removeprefix("WO-")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 18 else None  # noqa: PLR2004 - bigint
