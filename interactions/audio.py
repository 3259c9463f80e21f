"""Where recordings lie below the recordings folder, and for which place each is sealed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID


def key_of(tenant: UUID, kind: str, recording: UUID, at: datetime) -> str:
    """Return a new recording's key: its path below the recordings folder."""
    return f"t/{tenant}/{kind}/{at:%Y/%m}/{recording}.enc"


def where(recording: UUID | str) -> str:
    """Return where a recording's sound is sealed for (:mod:`kit.sealedfile`)."""
    return f"recording|audio|{recording}"
