"""Short texts from supervisors to agents: how long they may be, and how often. Pure."""

from __future__ import annotations

from datetime import timedelta

from tenants.core.texts import normalised

LONGEST, LONGEST_ANSWER = 500, 200
MOST, WITHIN = 10, timedelta(minutes=1)
"""So many texts one supervisor sends to the agents of one client, and so many answers one agent gives."""


def cleaned(text: str, longest: int, *, lines: bool) -> str | None:
    """Return the text as it is kept; None: it is empty, too long, or holds what nobody can see."""
    try:
        kept = normalised(text.replace("\r\n", "\n").strip(), lines=lines)
    except ValueError:
        return None
    return kept if 0 < len(kept) <= longest else None
