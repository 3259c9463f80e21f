"""How large a file may be: as the installation says, or less where a client's contract says less."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MB: Final = 1024 * 1024


class Whose(StrEnum):
    """Who set a limit."""

    INSTALLATION = "installation"
    CONTRACT = "contract"


@dataclass(frozen=True, slots=True)
class Most:
    """So many bytes a file may have, and whose limit that is."""

    size: int
    whose: Whose = Whose.INSTALLATION


def most_by(installation_mb: int, agreed_mb: int | None) -> Most:
    """Return the lower one of the two limits."""
    if agreed_mb is not None and agreed_mb < installation_mb:
        return Most(agreed_mb * MB, Whose.CONTRACT)
    return Most(installation_mb * MB)
