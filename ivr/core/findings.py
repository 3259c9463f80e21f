"""What the checks find."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error refuses publishing; a warning informs."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: its code in the table of routing.md section 10, where it is, and an English sentence."""

    code: str
    severity: Severity
    node: str | None
    pointer: str
    message: str


def error(code: str, node: str | None, pointer: str, message: str) -> Finding:
    """Make an error."""
    return Finding(code, Severity.ERROR, node, pointer, message)


def warning(code: str, node: str | None, pointer: str, message: str) -> Finding:
    """Make a warning."""
    return Finding(code, Severity.WARNING, node, pointer, message)


def pointer(*parts: str | int) -> str:
    """Make a JSON pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)
