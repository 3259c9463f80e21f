"""Invented links to a recording, and comments on its conversation."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tenants.core.sharing import ANYONE, PEOPLE

Row = dict[str, Any]


def links(now: datetime) -> list[Row]:
    """Return a link that works and two that do not any more."""
    base = {
        "interaction_id": "0199-0000", "made_name": "王经理", "from_ms": 22_000, "until_ms": 61_000, "audience": ANYONE,
        "made_at": now - timedelta(hours=2), "expires_at": now + timedelta(hours=22), "openings": 3, "opened": 1,
        "opened_at": now - timedelta(minutes=20), "revoked_at": None, "revoked_name": None,
    }  # fmt: skip
    ended = {"revoked_at": now - timedelta(hours=1), "revoked_name": "王经理", "state": "ended"}
    return [
        {**base, "id": "l-1", "state": "lives"},
        {**base, "id": "l-2", "made_name": "Grace Ho", "audience": PEOPLE, "opened": 3, "state": "used_up"},
        {**base, "id": "l-3", "opened": 0, "opened_at": None, **ended},
    ]


def comments(now: datetime) -> list[Row]:
    """Return what was said about the conversation."""
    return [
        {
            "id": "c-1", "recording_id": "r-1", "at_ms": 84_000, "made_name": "王经理", "mine": True,
            "made_at": now - timedelta(minutes=50), "text": "这里承诺了三天内到账，请质检留意。",
        },
        {
            "id": "c-2", "recording_id": None, "at_ms": None, "made_name": "Grace Ho", "mine": False,
            "made_at": now - timedelta(minutes=30), "text": "Friendly and quick.\nThe greeting was left out.",
        },
    ]  # fmt: skip
